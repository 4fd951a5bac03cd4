#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "ectp/core/impl/csv.ipp"
#include "ectp/core/text.hpp"
#include "ectp/policy/impl/table.ipp"
#include "ectp/policy/impl/write.ipp"
#include "ectp/policy/markdown.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// The pieces of Markdown that a table is made of.
namespace detail::markdown {

constexpr bool is_sign(char c) noexcept { return c > ' ' && c < '\x7f' && !is_digit(c) && !is_letter(c); }

/// The bytes of `&name;` or `&#number;` at the beginning of s, and the ASCII character it stands for;
/// 0 if it is none.
constexpr std::size_t take_reference(std::string_view s, char& out) noexcept {
  struct named {
    std::string_view text;
    char is;
  };
  constexpr named names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}};
  for (const named& n : names)
    if (s.substr(0, n.text.size()) == n.text) {
      out = n.is;
      return n.text.size();
    }
  if (s.substr(0, 2) != "&#") return 0;
  unsigned code = 0;
  std::size_t i = 2;
  for (; i != s.size() && i != 9 && is_digit(s[i]); ++i)
    if (code < 128) code = 10 * code + static_cast<unsigned>(s[i] - '0');
  if (i == 2 || i == s.size() || s[i] != ';' || code == 0 || code > 127) return 0;
  out = static_cast<char>(code);
  return i + 1;
}

/// The bytes of `<br>`, `<br/>` or `<br />` at the beginning of s; 0 if it is none.
constexpr std::size_t take_break(std::string_view s) noexcept {
  if (s.size() < 4 || (s[1] != 'b' && s[1] != 'B') || (s[2] != 'r' && s[2] != 'R')) return 0;
  std::size_t i = 3;
  while (i != s.size() && (s[i] == ' ' || s[i] == '\t')) ++i;
  if (i != s.size() && s[i] == '/') ++i;
  return i != s.size() && s[i] == '>' ? i + 1 : 0;
}

/// The byte that stands at `raw[i]`, and how many bytes it takes there. Precondition: `i` is inside.
constexpr std::size_t take_byte(std::string_view raw, std::size_t i, char& out) noexcept {
  out = raw[i];
  std::size_t n = 0;
  switch (raw[i]) {
    case '\\':
      if (i + 1 == raw.size() || !is_sign(raw[i + 1])) return 1;
      out = raw[i + 1];
      return 2;
    case '<':
      n = take_break(raw.substr(i));
      if (n != 0) out = '\n';
      break;
    case '&': n = take_reference(raw.substr(i), out); break;
    default: break;
  }
  return n == 0 ? 1 : n;
}

inline void decode(const csv::cell& c, std::string& out) {
  char byte = 0;
  for (std::size_t i = 0; i < c.raw.size();) {
    i += take_byte(c.raw, i, byte);
    out += byte;
  }
}

// A cell never runs over the end of its line.
constexpr csv::position locate(const csv::cell& c, std::size_t decoded_offset) noexcept {
  std::size_t raw = 0;
  char byte = 0;
  for (; decoded_offset != 0 && raw < c.raw.size(); --decoded_offset) raw += take_byte(c.raw, raw, byte);
  return {c.at.line, c.at.column + static_cast<std::uint32_t>(raw)};
}

inline constexpr source_form form{
    decode, locate,
    "write a pipe inside a cell as \\|, keep the pipes of empty cells, and leave a line empty "
    "behind the table"};

/// A line of the document, without its end.
struct line {
  std::string_view text;
  std::uint32_t number = 0;  ///< 1-based
  std::size_t at = 0;        ///< offset in the document
};

/// Hands out line after line.
class lines {
 public:
  constexpr explicit lines(std::string_view text) noexcept : text_(text) {
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") next_ = 3;
  }
  constexpr lines(std::string_view text, const line& from) noexcept
      : text_(text), next_(from.at), number_(from.number - 1) {}
  constexpr bool next(line& out) noexcept {
    if (next_ == text_.size()) return false;
    std::size_t end = next_;
    while (end != text_.size() && text_[end] != '\n' && text_[end] != '\r') ++end;
    out = {text_.substr(next_, end - next_), ++number_, next_};
    if (end + 1 < text_.size() && text_[end] == '\r' && text_[end + 1] == '\n') ++end;
    next_ = end == text_.size() ? end : end + 1;
    return true;
  }

 private:
  std::string_view text_;
  std::size_t next_ = 0;
  std::uint32_t number_ = 0;
};

/// Hands out the cells of a row, without the blanks in front of their text.
class cells {
 public:
  constexpr explicit cells(const line& row) noexcept : text_(row.text), line_(row.number) {
    while (!text_.empty() && is_blank(text_.back())) text_.remove_suffix(1);
    while (next_ != text_.size() && is_blank(text_[next_])) ++next_;
    if (next_ != text_.size() && text_[next_] == '|') ++next_;
  }
  /// False behind the last cell.
  constexpr bool next(csv::cell& out) noexcept {
    if (ended_) return false;
    std::size_t begin = next_;
    while (begin != text_.size() && is_blank(text_[begin])) ++begin;
    if (begin == text_.size() || text_[begin] == '|') begin = next_;
    out = csv::cell{};
    out.at = {line_, static_cast<std::uint32_t>(begin + 1)};
    std::size_t end = begin;
    char byte = 0;
    while (end != text_.size() && text_[end] != '|') {
      const std::size_t n = take_byte(text_, end, byte);
      // Only a backslash hides a pipe: no other piece has one in it.
      out.doubled = out.doubled || n != 1;
      end += n;
    }
    out.raw = text_.substr(begin, end - begin);
    next_ = end == text_.size() ? end : end + 1;
    ended_ = out.ends_row = next_ == text_.size();
    return true;
  }

 private:
  std::string_view text_;
  std::uint32_t line_;
  std::size_t next_ = 0;
  bool ended_ = false;
};

constexpr std::uint32_t count_cells(const line& row) noexcept {
  cells all(row);
  csv::cell c;
  std::uint32_t n = 0;
  while (all.next(c)) ++n;
  return n;
}

/// The blanks in front of a line, a tab up to the next fourth column.
constexpr std::size_t indent(std::string_view s) noexcept {
  std::size_t columns = 0;
  for (const char c : s) {
    if (c == ' ') ++columns;
    else if (c == '\t') columns += 4 - columns % 4;
    else break;
  }
  return columns;
}

/// The length of a fence that opens a code block, and its sign; 0 if the line is none.
constexpr std::size_t opens_fence(std::string_view s, char& sign) noexcept {
  if (indent(s) > 3) return 0;
  s = trim(s);
  sign = s.empty() ? '\0' : s.front();
  if (sign != '`' && sign != '~') return 0;
  std::size_t n = 0;
  while (n != s.size() && s[n] == sign) ++n;
  return n < 3 || (sign == '`' && s.find('`', n) != s.npos) ? 0 : n;
}
constexpr bool closes_fence(std::string_view s, char sign, std::size_t n) noexcept {
  if (indent(s) > 3) return false;
  s = trim(s);
  if (s.size() < n) return false;
  for (const char c : s)
    if (c != sign) return false;
  return true;
}

constexpr bool opens_comment(std::string_view s) noexcept {
  return indent(s) <= 3 && trim(s).substr(0, 4) == "<!--";
}

/// `|---|:-:|`: at least one pipe, and nothing in the cells but hyphens and a colon at either end.
constexpr bool is_delimiter_row(const line& row) noexcept {
  if (indent(row.text) > 3 || row.text.find('|') == row.text.npos) return false;
  cells all(row);
  csv::cell c;
  while (all.next(c)) {
    std::string_view s = trim(c.raw);
    if (!s.empty() && s.front() == ':') s.remove_prefix(1);
    if (!s.empty() && s.back() == ':') s.remove_suffix(1);
    if (s.empty() || s.find_first_not_of('-') != s.npos) return false;
  }
  return true;
}

/// `<div`, `</div`, `<!` or `<?`.
constexpr bool opens_tag(std::string_view s) noexcept {
  return s.size() > 1 && s[0] == '<' && (is_letter(s[1]) || s[1] == '/' || s[1] == '!' || s[1] == '?');
}

/// Does this line end the table above it? A blank one does, and what begins another block.
constexpr bool ends_table(std::string_view s) noexcept {
  char sign = 0;
  if (trim(s).empty() || opens_fence(s, sign) != 0 || opens_comment(s)) return true;
  if (indent(s) > 3) return false;
  s = trim(s);
  if (s.front() == '>' || opens_tag(s)) return true;
  std::size_t n = 0;
  while (n != s.size() && s[n] == '#') ++n;
  if (n != 0 && n <= 6 && (n == s.size() || is_blank(s[n]))) return true;
  if (s.front() != '-' && s.front() != '*' && s.front() != '+' && s.front() != '_') return false;
  if (s.size() > 1 && s.front() != '_' && is_blank(s[1])) return true;  // a list
  return s.size() > 2 && s.find_first_not_of(s.front()) == s.npos;      // a rule across the page
}

/// A table of the document.
struct found_table {
  line header, delimiter;
  bool is_policy = false;  ///< its first cell is a hit policy
};

/// Where its first cell begins.
constexpr csv::position corner_of(const found_table& t) noexcept {
  csv::cell c;
  cells(t.header).next(c);
  return c.at;
}

/// What a document has in the way of tables.
struct survey {
  list<found_table> tables;
  line lonely;  ///< the first row of cells that is not under a delimiter row; number 0: none
};

ECTP_DECL survey look_over(std::string_view text);
/// The cells of a table up to the limits; the fault at which it stopped, and where.
ECTP_DECL csv::fault collect(csv::sheet& out, std::string_view text, const found_table& from,
                             const csv::limits& most, csv::position& where);
/// Must the byte at `s[i]` stand behind a backslash, so that it is read and shown as it is?
ECTP_DECL bool needs_backslash(std::string_view s, std::size_t i);

ECTP_DEF survey look_over(std::string_view text) {
  survey out;
  lines all(text);
  line at, before;
  char sign = 0;
  std::size_t fence = 0;
  bool comment = false, may_head = false;
  while (all.next(at)) {
    if (fence != 0) {
      if (closes_fence(at.text, sign, fence)) fence = 0;
      continue;
    }
    if (comment || opens_comment(at.text)) {
      const std::size_t behind = comment ? 0 : at.text.find("<!--") + 4;
      comment = at.text.find("-->", behind) == at.text.npos;
      may_head = false;
      continue;
    }
    fence = opens_fence(at.text, sign);
    if (fence != 0) {
      may_head = false;
      continue;
    }
    if (may_head && is_delimiter_row(at)) {
      found_table t{before, at, false};
      csv::cell corner;
      cells(before).next(corner);
      std::string decoded;
      decode(corner, decoded);
      hit_policy hits{};
      aggregation made_of{};
      t.is_policy = detail::read_hit_policy(trim(decoded), hits, made_of);
      // Elsewhere a delimiter row of another length makes no table.
      if (t.is_policy || count_cells(before) == count_cells(at)) {
        out.tables.push_back(t);
        while (all.next(at) && !ends_table(at.text)) {}
        // The line that ended the table may open a fence or a comment.
        fence = opens_fence(at.text, sign);
        comment = opens_comment(at.text) && at.text.find("-->", at.text.find("<!--") + 4) == at.text.npos;
        may_head = false;
        continue;
      }
    }
    may_head = indent(at.text) <= 3 && at.text.find('|') != at.text.npos;
    if (may_head && out.lonely.number == 0 && trim(at.text).front() == '|') out.lonely = at;
    before = at;
  }
  return out;
}

ECTP_DEF csv::fault collect(csv::sheet& out, std::string_view text, const found_table& from,
                            const csv::limits& most, csv::position& where) {
  lines all(text, from.header);
  line row;
  std::uint32_t rows = 0, count = 0;
  while (all.next(row)) {
    if (row.number == from.delimiter.number) continue;
    if (row.number > from.delimiter.number && ends_table(row.text)) break;
    where = {row.number, 1};
    if (rows++ == most.rows) return csv::fault::too_many_rows;
    cells in(row);
    csv::cell c;
    for (std::uint32_t columns = 0; in.next(c); ++columns, ++count) {
      where = c.at;
      if (columns == most.columns) return csv::fault::too_many_columns;
      if (count == most.cells) return csv::fault::too_many_cells;
      out.add(c);
    }
  }
  return csv::fault::none;
}

ECTP_DEF bool needs_backslash(std::string_view s, std::size_t i) {
  const auto is_word = [&](std::size_t k) { return k < s.size() && (is_digit(s[k]) || is_letter(s[k])); };
  switch (s[i]) {
    case '\\':
    case '|':
    case '*':
    case '`':
    case '~': return true;
    case '_': return i == 0 || !is_word(i - 1) || !is_word(i + 1);
    case '<': return opens_tag(s.substr(i));
    case '&': {
      std::size_t k = i + 1;
      if (k != s.size() && s[k] == '#') ++k;
      const std::size_t begin = k;
      while (is_word(k)) ++k;
      return k != begin && k != s.size() && s[k] == ';';
    }
    default: return false;
  }
}

}  // namespace detail::markdown

ECTP_DEF reading read_markdown_all(std::string_view text, const read_options& options) {
  namespace md = detail::markdown;
  table_builder builder(options, md::form);
  const auto complain = [&](errc code, csv::position p, std::string message, std::string expected,
                            std::string hint) {
    builder.add(error{code, std::move(message), {options.file, p.line, p.column, {}}, std::move(expected),
                      std::move(hint)});
  };
  csv::limits most = options.limits.source;
  // Offsets into a table's text have 32 bits.
  if (most.bytes > std::size_t{0x7FFF'FFFF}) most.bytes = std::size_t{0x7FFF'FFFF};
  if (text.size() > most.bytes) {
    builder.add(csv::detail::make_error(csv::fault::too_many_bytes, {}, options.file, most));
    return std::move(builder).finish();
  }
  bool whole = true;
  const std::size_t nul = text.find('\0'), not_utf8 = invalid_utf8_at(text);
  if (const std::size_t bad = nul < not_utf8 ? nul : not_utf8; bad != text.npos) {
    whole = false;
    const std::size_t mark = text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
    const csv::position p = csv::detail::after({}, text.substr(mark, bad - mark));
    const bool is_nul = nul < not_utf8;
    complain(is_nul ? errc::syntax : errc::encoding, p, is_nul ? "a NUL byte" : "not valid UTF-8",
             "text in UTF-8", "save the file as text in UTF-8");
    // The lines in front of it are read all the same.
    text = text.substr(0, bad);
    while (!text.empty() && text.back() != '\n' && text.back() != '\r') text.remove_suffix(1);
  }
  const md::survey there = md::look_over(text);
  const md::found_table* chosen = nullptr;
  for (const md::found_table& t : there.tables)
    if (chosen == nullptr && t.is_policy) chosen = &t;
  if (chosen == nullptr && there.tables.size() == 1) chosen = there.tables.begin();
  if (chosen == nullptr) {
    const std::string expected = "a table whose first cell is a hit policy, such as F";
    if (!whole) return std::move(builder).finish();
    if (!there.tables.empty()) {
      complain(errc::bad_table, md::corner_of(there.tables[0]),
               "none of the tables has a hit policy in its first cell", expected, {});
    } else if (there.lonely.number != 0) {
      const auto column = static_cast<std::uint32_t>(there.lonely.text.find('|') + 1);
      complain(errc::bad_table, {there.lonely.number, column}, "a row of cells without a delimiter row",
               "a row such as |---|---| beneath the first row of the table",
               "it has as many cells as the first row");
    } else {
      complain(errc::bad_table, {}, "the text has no table", expected,
               "code blocks and comments are skipped");
    }
    return std::move(builder).finish();
  }
  csv::sheet sheet;
  csv::position where;
  if (const csv::fault f = md::collect(sheet, text, *chosen, most, where); f != csv::fault::none) {
    builder.add(csv::detail::make_error(f, where, options.file, most));
    whole = false;
  }
  // Cells are views of the decoded text, which must not move.
  builder.decoded.reserve(text.size());
  table_source source;
  if (whole || sheet.rows() >= 3)
    if (builder.read_rows(source, sheet)) builder.compile(source);
  const std::uint32_t cells = md::count_cells(chosen->header), marks = md::count_cells(chosen->delimiter);
  if (cells != marks)
    complain(errc::bad_table, {chosen->delimiter.number, 1},
             marks < cells ? "the delimiter row is shorter than the first row"
                           : "the delimiter row is longer than the first row",
             "one cell of hyphens for each cell of the first row", {});
  for (const md::found_table& t : there.tables)
    if (t.is_policy && t.header.number > chosen->header.number)
      complain(errc::bad_table, md::corner_of(t), "a second policy", "one policy in a document",
               "keep each policy in a file of its own, or put the others into code blocks");
  return std::move(builder).finish();
}

ECTP_DEF result<table> read_markdown(std::string_view text, const read_options& options) {
  reading r = read_markdown_all(text, options);
  if (!r.table) return std::move(r.errors.front());
  return std::move(*r.table);
}

ECTP_DEF std::string write_markdown(const table& t) {
  std::string out;
  if (t.columns().empty()) return out;
  bool header = true;
  detail::each_cell(t, [&](std::string_view s, bool ends_row) {
    out += s.empty() ? "|" : "| ";
    for (std::size_t i = 0; i != s.size(); ++i) {
      if (s[i] == '\n' || s[i] == '\r') {
        out += s[i] == '\n' ? "<br>" : "&#13;";
        continue;
      }
      if (detail::markdown::needs_backslash(s, i)) out += '\\';
      out += s[i];
    }
    out += ' ';
    if (!ends_row) return;
    out += "|\n";
    if (header)
      for (std::size_t n = t.columns().size() + 1; n != 0; --n) out += n == 1 ? "|---|\n" : "|---";
    header = false;
  });
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
