#pragma once
/// A table as checked.hpp sees it: read by the rules of table.hpp, with the same tokenizer and grammar,
/// in fixed storage and up to the first flaw; and what its hit policy asks of its rules. Every
/// function here works at run time too.
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/csv.hpp"
#include "ectp/core/id.hpp"
#include "ectp/core/text.hpp"
#include "ectp/policy/axis.hpp"
#include "ectp/policy/cell.hpp"
#include "ectp/policy/cover.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/domain.hpp"
#include "ectp/policy/literal.hpp"
#include "ectp/policy/number.hpp"
#include "ectp/policy/period.hpp"
#include "ectp/policy/semantic_version.hpp"
#include "ectp/policy/storage.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How long a policy can be that the compiler checks: in all, in one column, in one cell of it; and how
/// many values the domain and the tests of one column can name, each as often as it stands there.
inline constexpr std::size_t most_checked_columns = 64, most_checked_bytes = 32'768, most_checked_column = 16'384, most_checked_cell = 768,
                             most_checked_list = 128, most_checked_values = 500;

namespace detail {

/// What kind of thing is wrong; each but `none` is a named error of the compiler in checked.hpp.
enum class flaw_kind : std::uint8_t {
  none,
  malformed,
  too_long,
  too_many_rules,
  too_many_inputs,
  too_many_columns,
  too_many_cells,
  list_too_long,
  column_too_long,
  names_input,
  escape
};

/// The first thing that is wrong, and where.
struct flaw {
  flaw_kind kind = flaw_kind::none;
  std::string_view what;    // it has a static lifetime
  std::string_view token;   // the offending text, if there is one
  csv::position at;
  std::string_view rule, column;  // the rule's id and the column's name, where they are known

  constexpr explicit operator bool() const noexcept { return kind != flaw_kind::none; }
};

/// A fault in words that stand behind the offending text.
constexpr std::string_view says(problem p) noexcept {
  switch (p) {
    case problem::none: break;
    case problem::value_expected: return "where a value should stand";
    case problem::unexpected_text: return "behind a complete test";
    case problem::dots_expected: return "where a range should have two dots";
    case problem::bracket_expected: return "where a range should close";
    case problem::not_unclosed: return "where not( should close";
    case problem::any_in_list: return "among other tests";
    case problem::double_equals: return "is not a test: write =";
    case problem::string_unclosed: return "has no closing quote";
    case problem::bad_escape: return "is not an escape";
    case problem::too_many_digits: return "has more than 15 significant digits";
    case problem::too_extreme: return "is too large or too fine";
    case problem::reversed_ends: return "has its lower end above its upper end";
    case problem::empty_interval: return "holds nothing";
    case problem::too_many_items: return "is one item too many";
    case problem::escape_not_held: return "has an escape";
    case problem::bad_temporal: return "is not a date, a time or a duration";
    case problem::not_a_function: return "is not a known function";
    case problem::wrong_kind: return "is of another kind than its column";
    case problem::null_not_allowed: return "in a column without null";
    case problem::null_not_ordered: return "has no order";
    case problem::outside_domain: return "lies outside the domain of its column";
    case problem::not_integer: return "is not a whole number";
    case problem::not_listed: return "is not one of the column's values";
    case problem::unknown_name: return "is neither a value nor the name of another input";
    case problem::other_kind: return "names an input of another kind";
    case problem::other_list: return "names an input that lists other words";
    case problem::boolean_not_ordered: return "has no order";
    case problem::text_not_ordered: return "is text of an open column, which has no order";
    case problem::list_not_ordered: return "belongs to a list without a stated order";
    case problem::output_not_literal: return "is a test and not a value";
    case problem::output_missing: return "where an output should stand";
    case problem::domain_missing: return "where a domain should stand";
    case problem::domain_word: return "names a whole domain";
    case problem::text_after_domain: return "behind a whole domain";
    case problem::values_mixed: return "mixes numbers and words in one list";
    case problem::value_repeated: return "is listed twice";
    case problem::value_is_keyword: return "cannot be a listed value";
    case problem::value_empty: return "cannot be a listed value";
    case problem::null_not_last: return "behind null, which stands last";
    case problem::domain_empty: return "holds nothing";
  }
  return "is at fault";
}

constexpr std::string_view says(csv::fault f) noexcept {
  switch (f) {
    case csv::fault::none: break;
    case csv::fault::stray_quote: return "a quote inside a cell that does not begin with one";
    case csv::fault::text_after_quote: return "text behind the closing quote of a cell";
    case csv::fault::unterminated_quote: return "a quote that is never closed";
    case csv::fault::nul: return "a NUL byte";
    case csv::fault::too_many_bytes:
    case csv::fault::too_many_rows:
    case csv::fault::too_many_columns:
    case csv::fault::too_many_cells: return "the text is too large";
  }
  return "the text is at fault";
}

/// Bounds of what a text holds, from a quick look at it.
struct text_extent {
  std::size_t cells = 1, doubled = 0;  // at most so many, and so many bytes of cells with doubled quotes
  std::size_t parts = 1;               // to be read in so many goes
  bool ascii = true;
  flaw wrong;
};

/// About how many bytes are read in one go.
inline constexpr std::size_t sheet_part = 4'096;

constexpr text_extent measure(std::string_view text) noexcept {
  text_extent out;
  const auto wrong = [&](std::string_view what) {
    out.wrong.kind = flaw_kind::too_long;
    out.wrong.what = what;
    return out;
  };
  if (text.size() > most_checked_bytes) return wrong("the text is longer than 32 KiB");
  std::size_t size = 0, quotes = 0;  // of the cell
  bool inside = false;
  const char* const end = text.data() + text.size();
  for (const char* c = text.data(); c != end; ++c) {
    ++size;
    if (*c == '"') {
      inside = !inside;
      ++quotes;
    } else if (!inside && (*c == ',' || *c == '\n' || *c == '\r')) {
      ++out.cells;
      if (quotes > 2) out.doubled += size;
      size = quotes = 0;
    } else if (static_cast<unsigned char>(*c) >= 0x80) {
      out.ascii = false;
    }
    if (size > sheet_part) return wrong("a cell of the text is longer than 4 KiB");
  }
  if (quotes > 2) out.doubled += size;
  out.parts += text.size() / sheet_part;
  return out;
}

/// The first byte that is not UTF-8.
constexpr flaw check_encoding(std::string_view text, const text_extent& e) noexcept {
  flaw out;
  if (e.wrong || e.ascii) return out;
  const std::size_t bad = invalid_utf8_at(text);
  if (bad == text.npos) return out;
  const std::size_t begin = text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  out.kind = flaw_kind::malformed;
  out.what = "the text is not valid UTF-8";
  out.at = csv::detail::after({}, text.substr(begin, bad - begin));
  return out;
}

/// The cells of a table; rows that do not count are left out, and all rows are of one length. Its
/// texts are views of the source and of itself, so that it must neither move nor end.
template <std::size_t Cells, std::size_t Doubled>
struct checked_sheet {
  std::size_t width = 0, rows = 0;
  flaw wrong;
  std::array<csv::cell, Cells> cells{};
  std::array<std::uint32_t, Cells + 1> ends{};  // of the decoded text of each cell, in `decoded`
  std::array<char, Doubled> decoded{};

  constexpr const csv::cell& at(std::size_t row, std::size_t column) const noexcept {
    return cells.data()[row * width + column];
  }
  constexpr std::string_view text(std::size_t row, std::size_t column) const noexcept {
    const std::size_t k = row * width + column;
    const csv::cell& c = cells.data()[k];
    if (!c.doubled) return c.raw;
    return {decoded.data() + ends.data()[k], ends.data()[k + 1] - ends.data()[k]};
  }
  constexpr std::string_view trimmed(std::size_t row, std::size_t column) const noexcept {
    return trim(text(row, column));
  }
  /// The place of a byte of the cell's text.
  constexpr csv::position place(std::size_t row, std::size_t column, std::size_t byte) const noexcept {
    return csv::locate(at(row, column), byte);
  }
  /// The place of the first byte that is not blank.
  constexpr csv::position place(std::size_t row, std::size_t column) const noexcept {
    const std::string_view s = text(row, column);
    std::size_t i = 0;
    while (i != s.size() && is_blank(s.data()[i])) ++i;
    return place(row, column, i == s.size() ? 0 : i);
  }
};

/// A sheet on the way.
template <std::size_t Cells, std::size_t Doubled>
struct sheet_reading {
  checked_sheet<Cells, Doubled> sheet;
  csv::scanner in{{}};
  flaw encoding;
  std::size_t begin = 0, end = 0;  // the cells of the row
  std::size_t decoded = 0;         // bytes
  bool blank = true;               // the row, so far
};

/// Reads some `bytes` more. With the last part the text must end, and the header be whole.
template <std::size_t Cells, std::size_t Doubled>
constexpr void read_cells(sheet_reading<Cells, Doubled>& r, std::size_t bytes, bool last) noexcept {
  checked_sheet<Cells, Doubled>& out = r.sheet;
  if (out.wrong) return;
  const auto wrong = [&](std::string_view what, csv::position at) {
    out.wrong.kind = flaw_kind::malformed;
    out.wrong.what = what;
    out.wrong.at = at;
    const csv::position& bad = r.encoding.at;
    if (r.encoding && (bad.line < at.line || (bad.line == at.line && bad.column <= at.column))) out.wrong = r.encoding;
  };
  const auto end_of = [](const csv::cell& c) {
    csv::position p = csv::locate(c, c.raw.size());
    if (c.quoted) ++p.column;
    return p;
  };
  struct sink {
    char* at;
    constexpr void push_back(char c) noexcept { *at++ = c; }
  };
  csv::cell c;
  std::size_t taken = 0;
  while ((last || taken < bytes) && r.in.next(c)) {
    taken += c.raw.size() + 1;
    out.cells.data()[r.end] = c;
    if (c.doubled) {
      sink s{out.decoded.data() + r.decoded};
      csv::decode(c, s);
      r.decoded = static_cast<std::size_t>(s.at - out.decoded.data());
    }
    out.ends.data()[++r.end] = static_cast<std::uint32_t>(r.decoded);
    r.blank = r.blank && trim(c.raw).empty();
    if (!c.ends_row) continue;
    const std::size_t size = r.end - r.begin;
    if (r.blank && (size == 1 || out.rows >= 3)) {
      r.end = r.begin;
    } else {
      if (out.rows == 0) out.width = size;
      if (size > out.width)
        return wrong("the row has more cells than the first one", out.cells.data()[r.begin + out.width].at);
      if (size < out.width) return wrong("the row has fewer cells than the first one", end_of(c));
      ++out.rows;
      r.begin = r.end;
    }
    r.blank = true;
  }
  if (r.in.fault() != csv::fault::none) return wrong(says(r.in.fault()), r.in.where());
  if (!last) return;
  if (r.encoding) {
    out.wrong = r.encoding;
    return;
  }
  if (out.rows == 0) return wrong("the table is empty", {});
  if (out.rows < 3) return wrong("the header of the table is incomplete", end_of(out.cells.data()[r.end - 1]));
  for (std::size_t row = 1; row != 3; ++row)
    if (!out.trimmed(row, 0).empty())
      return wrong("text in front of the second or third row of the header", out.place(row, 0));
}

/// What the rows of the header say, but for the domains. Columns count from 1: 0 is the corner.
template <std::size_t Columns>
struct checked_frame {
  policy::hit_policy hit_policy = policy::hit_policy::unique;
  policy::aggregation aggregation = policy::aggregation::none;
  std::size_t inputs = 0, outputs = 0, rules = 0;
  std::size_t first_rule = 0;   // its row
  std::size_t default_row = 0;  // 0: none
  std::array<std::uint32_t, Columns> input{}, output{};  // their columns
  flaw wrong;

  constexpr bool single_hit() const noexcept { return policy::single_hit(hit_policy); }
};

/// Same text? Compared from the end, where names and ids differ.
constexpr bool same_text(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  const char *x = a.data() + a.size(), *y = b.data() + b.size();
  while (x != a.data())
    if (*--x != *--y) return false;
  return true;
}

template <class Sheet, std::size_t Columns>
constexpr void read_frame(const Sheet& s, checked_frame<Columns>& out) noexcept {
  out.wrong = s.wrong;
  if (out.wrong) return;
  const auto fail = [&](flaw_kind kind, std::string_view what, std::size_t row, std::size_t column) {
    out.wrong.kind = kind;
    out.wrong.what = what;
    out.wrong.token = s.trimmed(row, column);
    out.wrong.at = s.place(row, column);
    if (column != 0) out.wrong.column = s.trimmed(0, column);
  };
  const auto wrong = [&](std::string_view what, std::size_t row, std::size_t column) {
    fail(flaw_kind::malformed, what, row, column);
  };
  if (!read_hit_policy(s.trimmed(0, 0), out.hit_policy, out.aggregation)) return wrong("is not a hit policy", 0, 0);
  if (s.width > most_checked_columns + 1) return fail(flaw_kind::too_many_columns, "is the 65th column", 0, most_checked_columns + 1);
  std::array<std::string_view, most_checked_columns + 1> names{};
  for (std::size_t c = 1; c != s.width; ++c) {
    const std::string_view name = s.trimmed(0, c), role = s.trimmed(1, c);
    names.data()[c] = name;
    if (name.empty()) return wrong("where a column's name should stand", 0, c);
    if (name.size() > 128) return wrong("is too long for a column's name", 0, c);
    for (const char& k : name)
      if (is_control(k)) {
        wrong("has a control character in a column's name", 0, c);
        out.wrong.at = s.place(0, c, static_cast<std::size_t>(&k - s.text(0, c).data()));
        return;
      }
    for (std::size_t o = 1; o != c; ++o)
      if (same_text(names.data()[o], name)) return wrong("is the name of two columns", 0, c);
    if (role == "in") out.input.data()[out.inputs++] = static_cast<std::uint32_t>(c);
    else if (role == "out") out.output.data()[out.outputs++] = static_cast<std::uint32_t>(c);
    else if (role != "note") return wrong("is not a role of a column: in, out or note", 1, c);
    else if (!s.trimmed(2, c).empty()) return wrong("is a domain, which a note does not have", 2, c);
  }
  if (out.inputs == 0) return wrong("heads a table without an input", 0, 0);
  if (out.outputs == 0) return wrong("heads a table without an output", 0, 0);
  constexpr std::size_t kinds = sizeof header_rows / sizeof header_rows[0];
  bool seen[kinds] = {};
  std::size_t row = 3;
  const auto is_extra = [&](std::size_t r) { return s.trimmed(r, 0).substr(0, 1) == "#"; };
  for (; row != s.rows && is_extra(row); ++row) {
    std::size_t which = 0;
    while (which != kinds && s.trimmed(row, 0) != header_rows[which]) ++which;
    if (which == kinds) return wrong("is not a row of the header", row, 0);
    if (seen[which]) return wrong("stands there twice", row, 0);
    seen[which] = true;
    if (which == 4) out.default_row = row;
    for (std::size_t c = 1; which >= 3 && c != s.width; ++c) {
      const std::string_view text = s.trimmed(row, c), role = s.trimmed(1, c);
      if (text.empty()) continue;
      if (which >= 5) {
        period days;
        std::size_t at = 0, size = 0;
        if (c != 1) return wrong("behind the first cell of a row about the whole policy", row, c);
        if (which == 5 && !is_id(text)) return wrong("is not an id of a policy", row, c);
        if (which == 6 && !is_semantic_version(text)) return wrong("is not a semantic version", row, c);
        if (which == 7 && read_period(s.text(row, c), days, at, size) != period_fault::none) {
          wrong("is not a period of days such as 2025-09-01..2026-08-31", row, c);
          out.wrong.at = s.place(row, c, at);
          return;
        }
        continue;
      }
      if (role != (which == 3 ? "in" : "out"))
        return wrong(which == 3 ? "for a column that is no input" : "for a column that is no output", row, c);
      if (which == 3 && text != "fixed" && text != "actionable") return wrong("is neither fixed nor actionable", row, c);
    }
  }
  out.first_rule = row;
  out.rules = s.rows - row;
  if (out.rules == 0) return wrong("heads a table without a rule", 0, 0);
  for (std::size_t r = row; r != s.rows; ++r)
    if (is_extra(r)) return wrong("is a row of the header, which stands before the rules", r, 0);
  if (out.rules > most_checked_rules)
    return fail(flaw_kind::too_many_rules, "is the 65th rule", row + most_checked_rules, 0);
  if (out.inputs > most_checked_inputs)
    return fail(flaw_kind::too_many_inputs, "is the 17th input", 0, out.input.data()[most_checked_inputs]);
}

/// The ids of the rules are ids, each its own.
template <class Sheet, std::size_t Columns>
constexpr flaw check_ids(const Sheet& s, const checked_frame<Columns>& f) noexcept {
  flaw out = f.wrong;
  std::array<std::string_view, most_checked_rules> ids{};
  for (std::size_t r = 0; !out && r != f.rules; ++r) {
    const std::string_view id = s.trimmed(f.first_rule + r, 0);
    ids.data()[r] = id;
    std::string_view what;
    if (!is_id(id)) what = "is not an id of a rule";
    for (std::size_t o = 0; what.empty() && o != r; ++o)
      if (same_text(ids.data()[o], id)) what = "is the id of two rules";
    if (what.empty()) continue;
    out.kind = flaw_kind::malformed;
    out.what = what;
    out.token = id;
    out.at = s.place(f.first_rule + r, 0);
  }
  return out;
}

/// Rows of a column that are read in one go.
struct row_range {
  std::size_t begin = 0, end = 0;
};

/// Counts of a column's text, to give it room and to divide the work.
struct column_extent {
  std::size_t bytes = 0;    // of all its cells
  std::size_t longest = 0;  // of the longest, the domain apart
  std::size_t listed = 0;   // at most so many values in its domain
  std::size_t values = 2;   // and with those of its tests, and with the ends of the domain
  std::size_t tests = 1;    // at most so many in one cell
  std::size_t escaped = 0;  // bytes of the cells that have a backslash
  std::size_t parts = 0;    // ranges of rules of some 400 bytes
  row_range part[most_checked_column / 384 + 2];
};

/// Can the values that tests name be other than those of the domain? Yes, if in doubt.
constexpr bool keeps_tested_values(std::string_view domain) noexcept {
  if (domain.empty()) return false;
  for (const char c : {'[', ']', '(', '<', '>'})
    if (domain.front() == c) return true;
  for (const std::string_view w : {"integer", "number", "string", "date", "time", "days", "years"})
    if (domain.substr(0, w.size()) == w) return true;
  return false;
}

template <class Sheet, std::size_t Columns>
constexpr column_extent measure_column(const Sheet& s, const checked_frame<Columns>& f, std::size_t column) noexcept {
  column_extent out;
  if (f.wrong) return out;
  const bool keeps = s.trimmed(1, column) == "in" && keeps_tested_values(s.trimmed(2, column));
  std::size_t bytes = 0;  // of the part
  out.part[0].begin = f.first_rule;
  for (std::size_t r = 2; r != s.rows; ++r) {
    if (r > 2 && r < f.first_rule && r != f.default_row) continue;
    const std::string_view text = s.text(r, column);
    const char* const c = text.data();
    std::size_t tests = 1, values = 1;
    bool backslash = false;
    for (std::size_t i = 0; i != text.size(); ++i) {
      if (c[i] == ',') ++tests, ++values;
      else if (c[i] == '.' && i != 0 && c[i - 1] == '.') ++values;
      else if (c[i] == '\\') backslash = true;
    }
    out.bytes += text.size();
    if (r != 2 && text.size() > out.longest) out.longest = text.size();
    if (backslash) out.escaped += text.size();
    if (r == 2) out.listed = tests;
    else if (tests > out.tests) out.tests = tests;
    if (r == 2 || (keeps && !(text.size() == 1 && c[0] == '-'))) out.values += values;
    if (r < f.first_rule || out.bytes > most_checked_column) continue;
    bytes += text.size();
    out.part[out.parts].end = r + 1;
    if (bytes < 384 || r + 1 == s.rows) continue;
    out.part[++out.parts].begin = r + 1;
    bytes = 0;
  }
  ++out.parts;
  return out;
}

/// Rooms come in a few sizes, so that few types are made of them.
constexpr std::size_t room_for(std::size_t n) noexcept {
  std::size_t room = 8;
  while (room < n) room *= 2;
  return room;
}
/// Of the lists of a column: its values and the gaps between them.
constexpr std::size_t room_for(const column_extent& e) noexcept {
  return room_for(2 * (e.values < most_checked_values ? e.values : most_checked_values) + 4);
}

/// A fault in a cell, with its place.
template <class Sheet>
constexpr flaw flaw_of(const fault& f, const Sheet& s, std::size_t row, std::size_t column,
                       std::size_t first_rule) noexcept {
  flaw out;
  if (!f) return out;
  const std::string_view text = s.text(row, column);
  out.kind = f.what == problem::escape_not_held ? flaw_kind::escape
             : f.what == problem::too_many_items ? flaw_kind::too_many_cells
                                                 : flaw_kind::malformed;
  out.what = says(f.what);
  out.token = text.substr(f.at < text.size() ? f.at : text.size(), f.size);
  out.at = s.place(row, column, f.at);
  out.column = s.trimmed(0, column);
  if (row >= first_rule) out.rule = s.trimmed(row, 0);
  return out;
}

/// A column's domain.
template <std::size_t Room>
struct checked_domain {
  basic_domain<fixed_storage<Room>> domain;
  flaw wrong;
};
template <class Sheet, std::size_t Columns, std::size_t Room>
constexpr void read_domain(const Sheet& s, const checked_frame<Columns>& f, std::size_t column,
                           const column_extent& extent, checked_domain<Room>& out) noexcept {
  const auto limit = [&](flaw_kind kind, std::string_view what) {
    out.wrong.kind = kind;
    out.wrong.what = what;
    out.wrong.at = s.place(0, column);
    out.wrong.column = s.trimmed(0, column);
  };
  if (extent.bytes > most_checked_column) return limit(flaw_kind::column_too_long, "the column's text is longer than 16 KiB");
  if (extent.longest > most_checked_cell) return limit(flaw_kind::column_too_long, "a cell of the column is longer than 768 bytes");
  if (extent.listed > most_checked_list) return limit(flaw_kind::list_too_long, "the column lists more than 128 values");
  if (extent.values > most_checked_values)
    return limit(flaw_kind::too_many_cells, "the column's domain and tests name more than 500 values");
  out.wrong = flaw_of(parse_domain(s.text(2, column), out.domain), s, 2, column, f.first_rule);
}

/// An input's elementary cells.
template <std::size_t Room>
struct checked_axis {
  literal_syntax syntax;
  basic_axis<fixed_storage<Room>> axis;
  flaw wrong;
};
template <std::size_t Room>
constexpr void begin_axis(const checked_domain<Room>& d, checked_axis<Room>& out) noexcept {
  out.wrong = d.wrong;
  if (out.wrong) return;
  out.syntax = d.domain.syntax();
  out.axis = basic_axis<fixed_storage<Room>>(d.domain);
}

/// Takes note of the tests of some rules.
template <class Sheet, std::size_t Columns, std::size_t Room>
constexpr void mention_tests(const Sheet& s, const checked_frame<Columns>& f, std::size_t column,
                             const row_range& rows, checked_axis<Room>& out) noexcept {
  struct mentioning {
    const Sheet& s;
    const checked_frame<Columns>& f;
    basic_axis<fixed_storage<Room>>& axis;
    bool input = false;  // a test names one
    constexpr void any() noexcept {}
    constexpr void negate() noexcept {}
    constexpr fault test(const unary_test& t) noexcept {
      const bool interval = t.how == relation::within;
      for (const literal* l : {&t.low, interval ? &t.high : &t.low})
        if (l->is_text() && l->escaped) return {problem::escape_not_held, l->at, l->size};
      const fault wrong = axis.mention(t);
      if (wrong.what == problem::unknown_name || wrong.what == problem::not_listed) {
        const literal& l = wrong.at == t.low.at ? t.low : t.high;
        for (std::size_t i = 0; l.kind == literal_kind::word && i != f.inputs; ++i)
          input = input || s.trimmed(0, f.input.data()[i]) == l.text;
      }
      return wrong;
    }
  };
  for (std::size_t r = rows.begin; !out.wrong && r != rows.end; ++r) {
    mentioning sink{s, f, out.axis};
    out.wrong = flaw_of(parse_cell(s.text(r, column), out.syntax, sink), s, r, column, f.first_rule);
    if (!sink.input) continue;
    out.wrong.kind = flaw_kind::names_input;
    out.wrong.what = "names another input";
  }
}

template <class Sheet, std::size_t Room>
constexpr void close_axis(const Sheet& s, std::size_t column, checked_axis<Room>& out) noexcept {
  if (out.wrong) return;
  out.axis.close();
  if (!out.axis.overflowed() && out.axis.size() <= most_checked_cells) return;
  out.wrong.kind = flaw_kind::too_many_cells;
  out.wrong.what = "the column has more than 256 elementary cells";
  out.wrong.at = s.place(0, column);
  out.wrong.column = s.trimmed(0, column);
}

/// Where the tests begin and end to hold: for each cell the rules in which it differs from the cell
/// before it.
template <std::size_t Room>
struct test_edges {
  std::array<std::uint64_t, Room + 1> flips{};
  bool overflowed = false;
};
template <std::size_t Tests, class Sheet, std::size_t Room>
constexpr void mark_tests(const Sheet& s, std::size_t first_rule, std::size_t column, const row_range& rows,
                          const checked_axis<Room>& a, test_edges<Room>& out) noexcept {
  struct collecting {
    fixed_list<unary_test, Tests>& tests;
    bool everything = false, negated = false;
    constexpr void any() noexcept { everything = true; }
    constexpr void negate() noexcept { negated = true; }
    constexpr fault test(const unary_test& t) noexcept {
      tests.push_back(t);
      return {};
    }
  };
  if (a.wrong) return;
  fixed_list<unary_test, Tests> tests;
  fixed_list<cell_run, 2 * Tests + Room> runs;
  for (std::size_t r = rows.begin; r != rows.end; ++r) {
    tests.clear();
    runs.clear();
    collecting sink{tests};
    (void)parse_cell(s.text(r, column), a.syntax, sink);
    if (sink.everything) runs.push_back(a.axis.all());
    else a.axis.append_runs(tests.begin(), tests.size(), sink.negated, runs);
    const std::uint64_t bit = std::uint64_t{1} << (r - first_rule);
    for (const cell_run& run : runs) {
      out.flips.data()[run.first] ^= bit;
      out.flips.data()[run.last + 1] ^= bit;
    }
  }
  out.overflowed = out.overflowed || tests.overflowed() || runs.overflowed();
}

/// The rules that hold in each cell of an input, and the different sets of them.
template <std::size_t Cells>
struct checked_cells {
  std::array<std::uint64_t, Cells> rules{};
  fixed_list<std::uint64_t, Cells> class_rules;
  fixed_list<std::uint32_t, Cells> class_cells;  // the first cell of each
};
template <std::size_t Room, std::size_t Cells>
constexpr void find_cells(const test_edges<Room>& e, std::size_t count, checked_cells<Cells>& out) noexcept {
  std::uint64_t rules = 0;
  for (std::size_t c = 0; c != count; ++c) {
    const bool same = c != 0 && e.flips.data()[c] == 0;
    rules ^= e.flips.data()[c];
    out.rules.data()[c] = rules;
    const std::uint64_t* k = same ? out.class_rules.end() : out.class_rules.begin();
    while (k != out.class_rules.end() && *k != rules) ++k;
    if (same || k != out.class_rules.end()) continue;
    out.class_rules.push_back(rules);
    out.class_cells.push_back(static_cast<std::uint32_t>(c));
  }
}

/// A value that a rule puts out. Text is a view of the sheet, or lies in `checked_output::unescaped`.
struct checked_value {
  value_kind kind = value_kind::null;
  bool boolean = false, escaped = false;
  decimal number;
  std::string_view text;
  std::uint32_t begin = 0, size = 0;  // of escaped text
  std::uint64_t hash = 0;             // of text
};

/// An output: what each rule says, and the default.
template <std::size_t Rules, std::size_t Escaped>
struct checked_output {
  value_kind type = value_kind::null;
  bool listed = false;
  std::array<checked_value, Rules> said{};
  std::array<std::uint32_t, Rules> places{};  // in the list of the output's values; null comes last
  bool nullable = false;
  checked_value fallback;
  std::array<char, Escaped> unescaped{};
  std::uint32_t used = 0;  // of it
  flaw wrong;

  constexpr value_ref ref(const checked_value& v) const noexcept {
    switch (v.kind) {
      case value_kind::null: return {};
      case value_kind::boolean: return v.boolean;
      case value_kind::text:
        return v.escaped ? std::string_view(unescaped.data() + v.begin, v.size) : v.text;
      default: return {v.kind, v.number.to_double()};
    }
  }
};

/// The values that belong to an output, as the cells of an axis.
template <std::size_t Room>
constexpr void close_values(const checked_domain<Room>& d, checked_axis<Room>& out) noexcept {
  begin_axis(d, out);
  if (!out.wrong) out.axis.close();
}

/// Reads one cell of an output column.
template <class Sheet, std::size_t Room, std::size_t Rules, std::size_t Escaped>
constexpr fault read_value(const Sheet& s, std::size_t row, std::size_t column, const checked_domain<Room>& d,
                           const checked_axis<Room>& values, checked_output<Rules, Escaped>& out,
                           checked_value& made) noexcept {
  const std::string_view cell = s.text(row, column), bare = trim(cell);
  if (bare.empty()) return {};
  literal l;
  if (d.domain.type == value_kind::text && !d.domain.listed && bare.front() != '"') {
    l.kind = bare == "null" ? literal_kind::null : literal_kind::word;
    l.text = bare;
    l.at = static_cast<std::size_t>(bare.data() - cell.data());
    l.size = bare.size();
  } else if (const fault wrong = parse_literal(cell, values.syntax, l)) {
    return wrong;
  }
  switch (l.kind) {
    case literal_kind::null: break;
    case literal_kind::boolean:
      made.kind = value_kind::boolean;
      made.boolean = l.boolean;
      break;
    case literal_kind::number:
    case literal_kind::temporal:
      made.kind = l.kind == literal_kind::number ? value_kind::number : l.temporal;
      made.number = l.number;
      break;
    case literal_kind::quoted:
    case literal_kind::word:
      made.kind = value_kind::text;
      made.text = l.text;
      made.escaped = l.escaped;
      if (l.escaped) {
        struct sink {
          char* at;
          constexpr void push_back(char c) noexcept { *at++ = c; }
        };
        sink to{out.unescaped.data() + out.used};
        policy::decode(l, to);
        made.begin = out.used;
        out.used = static_cast<std::uint32_t>(to.at - out.unescaped.data());
        made.size = out.used - made.begin;
      }
      break;
  }
  const value_ref v = out.ref(made);
  if (v.kind() == value_kind::text)
    for (const char& c : v.text()) made.hash = (made.hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01B3u;
  if (const problem p = values.axis.refusal(v); p != problem::none) return {p, l.at, l.size};
  return {};
}

/// Begins with the domain and the default.
template <class Sheet, std::size_t Columns, std::size_t Room, std::size_t Rules, std::size_t Escaped>
constexpr void begin_output(const Sheet& s, const checked_frame<Columns>& f, std::size_t column,
                            const checked_domain<Room>& d, const checked_axis<Room>& values,
                            checked_output<Rules, Escaped>& out) noexcept {
  out.wrong = values.wrong;
  if (out.wrong) return;
  out.type = d.domain.type;
  out.listed = d.domain.listed;
  out.nullable = d.domain.nullable;
  // Null is the default of an output that names none, whatever its domain.
  if (f.default_row == 0 || s.trimmed(f.default_row, column) == "null") return;
  const fault wrong = read_value(s, f.default_row, column, d, values, out, out.fallback);
  out.wrong = flaw_of(wrong, s, f.default_row, column, f.first_rule);
}

/// Goes on with what some of the rules say.
template <class Sheet, std::size_t Columns, std::size_t Room, std::size_t Rules, std::size_t Escaped>
constexpr void read_values(const Sheet& s, const checked_frame<Columns>& f, std::size_t column, const row_range& rows,
                           const checked_domain<Room>& d, const checked_axis<Room>& values,
                           checked_output<Rules, Escaped>& out) noexcept {
  for (std::size_t r = rows.begin; !out.wrong && r != rows.end; ++r) {
    checked_value& made = out.said.data()[r - f.first_rule];
    fault wrong = read_value(s, r, column, d, values, out, made);
    if (!out.nullable && s.trimmed(r, column).empty()) wrong.what = problem::output_missing;
    out.wrong = flaw_of(wrong, s, r, column, f.first_rule);
    if (out.wrong || !out.listed) continue;
    std::uint32_t& place = out.places.data()[r - f.first_rule];
    if (out.type == value_kind::text) {
      place = values.axis.cell_of(out.ref(made));  // null's cell is the last
    } else {
      while (place != d.domain.numbers.size() &&
             (made.kind == value_kind::null || !(d.domain.numbers[place] == made.number)))
        ++place;
    }
  }
}

/// What the hit policy asks of an output; the table's place is its corner.
template <class Sheet, std::size_t Columns>
constexpr flaw check_hit_policy(const Sheet& s, const checked_frame<Columns>& f, bool any_listed, value_kind first_type,
                                bool first_nullable) noexcept {
  flaw out;
  const auto wrong = [&](std::string_view what) {
    out.kind = flaw_kind::malformed;
    out.what = what;
    out.token = s.trimmed(0, 0);
    out.at = s.place(0, 0);
    return out;
  };
  if ((f.hit_policy == hit_policy::priority || f.hit_policy == hit_policy::output_order) && !any_listed)
    return wrong("needs an output that lists its values");
  if (f.aggregation == aggregation::none) return out;
  if (f.outputs > 1) return wrong("of more than one output");
  if (f.aggregation == aggregation::count) return out;
  const bool suits = f.aggregation == aggregation::sum
                         ? first_type == value_kind::number || first_type == value_kind::duration ||
                               first_type == value_kind::months
                         : is_line(first_type);
  if (!suits) return wrong("of an output that it cannot be made of");
  if (first_nullable) return wrong("of an output that may be null");
  return out;
}

/// What the outputs mean for the hit policy.
struct rule_order {
  std::uint64_t others[most_checked_rules] = {};  // ANY: the rules that give something else
  std::uint32_t rank[most_checked_rules] = {};    // PRIORITY: the lower, the sooner
  std::uint64_t before[most_checked_rules] = {};  // the rules that go first, by rank and row
};

template <class Output>
constexpr void compare_outputs(const Output& o, std::size_t rules, rule_order& out) noexcept {
  std::size_t first[most_checked_rules] = {};  // the first rule that gives the same
  for (std::size_t a = 0; a != rules; ++a) {
    const checked_value& v = o.said.data()[a];
    while (first[a] != a && (o.said.data()[first[a]].hash != v.hash || o.ref(o.said.data()[first[a]]) != o.ref(v)))
      ++first[a];
    for (std::size_t b = 0; b != a; ++b) {
      if (first[b] == first[a]) continue;
      out.others[a] |= std::uint64_t{1} << b;
      out.others[b] |= std::uint64_t{1} << a;
    }
  }
}

/// Ranks the rules by one output more, where they were equal so far.
template <class Output>
constexpr void rank_by(const Output& o, std::size_t rules, rule_order& out) noexcept {
  std::uint32_t ranks[most_checked_rules] = {};
  for (std::size_t a = 0; a != rules; ++a)
    for (std::size_t b = 0; b != rules; ++b)
      if (out.rank[b] < out.rank[a] ||
          (out.rank[b] == out.rank[a] && o.places.data()[b] < o.places.data()[a]))
        ++ranks[a];
  for (std::size_t a = 0; a != rules; ++a) out.rank[a] = ranks[a];
}

constexpr void go_before(std::size_t rules, rule_order& out) noexcept {
  for (std::size_t a = 0; a != rules; ++a)
    for (std::size_t b = 0; b != rules; ++b)
      if (out.rank[b] < out.rank[a] || (out.rank[b] == out.rank[a] && b < a))
        out.before[a] |= std::uint64_t{1} << b;
}

template <class... Outputs>
constexpr rule_order find_order(hit_policy h, std::size_t rules, const Outputs&... outputs) noexcept {
  rule_order out;
  if (h == hit_policy::any) (compare_outputs(outputs, rules, out), ...);
  if (h == hit_policy::priority) (rank_by(outputs, rules, out), ...);
  go_before(rules, out);
  return out;
}

/// UNIQUE and ANY: two rules that hold at once and must not.
struct rule_conflict {
  bool exists = false;
  std::size_t first = 0, second = 0;
  grid_point at;
};
template <std::size_t Classes>
constexpr rule_conflict find_conflict(hit_policy h, const rule_grid<Classes>& g, const rule_pairs& p,
                                      const rule_order& o) noexcept {
  rule_conflict out;
  if (h != hit_policy::unique && h != hit_policy::any) return out;
  for (std::size_t a = 0; !out.exists && a + 1 < g.rules; ++a) {
    std::uint64_t others = p.meets[a] >> (a + 1) << (a + 1);
    if (h == hit_policy::any) others &= o.others[a];
    if (others == 0) continue;
    out.exists = true;
    out.first = a;
    out.second = static_cast<std::size_t>(std::countr_zero(others));
    out.at = shared_point(g, std::uint64_t{1} << a | std::uint64_t{1} << out.second);
  }
  return out;
}

/// For each rule: do those that keep it from deciding cover it? UNIQUE: every other rule; ANY: the
/// rules above it, and those that give something else; FIRST and PRIORITY: the rules that go first.
/// Of a list every rule that holds is part, so that only a rule that never holds is dead.
template <std::size_t Classes>
constexpr cover_questions dead_rule_questions(hit_policy h, const rule_grid<Classes>& g, const rule_order& o) noexcept {
  cover_questions out;
  out.count = g.rules;
  for (std::size_t r = 0; r != g.rules; ++r) {
    out.box[r] = r;
    switch (h) {
      case hit_policy::unique: out.cover[r] = g.all() & ~(std::uint64_t{1} << r); break;
      case hit_policy::any: out.cover[r] = o.before[r] | o.others[r]; break;
      case hit_policy::priority:
      case hit_policy::first: out.cover[r] = o.before[r]; break;
      default: break;
    }
  }
  return out;
}
/// Do all rules together cover everything?
template <std::size_t Classes>
constexpr cover_questions gap_questions(const rule_grid<Classes>& g) noexcept {
  cover_questions out;
  out.count = 1;
  out.box[0] = cover_search<Classes>::no_box;
  out.cover[0] = g.all();
  return out;
}

/// What a single-hit policy makes of the rules that hold.
constexpr outcome decide_among(hit_policy h, std::uint64_t rules, const rule_order& o, bool has_defaults) noexcept {
  outcome out;
  if (rules == 0) {
    if (has_defaults) out.status = rule_status::decided;
    return out;
  }
  const auto lowest = [](std::uint64_t m) { return static_cast<std::uint32_t>(std::countr_zero(m)); };
  out.status = rule_status::decided;
  out.rule = lowest(rules);
  std::uint64_t against = 0;
  if (h == hit_policy::unique) against = rules & (rules - 1);
  if (h == hit_policy::any) against = rules & o.others[out.rule];
  if (against != 0) {
    out.status = rule_status::conflict;
    out.other = lowest(against);
  }
  if (h == hit_policy::priority)
    for (std::uint64_t m = rules; m != 0; m &= m - 1)
      if ((o.before[lowest(m)] & rules) == 0) out.rule = lowest(m);
  return out;
}

}  // namespace detail
}  // namespace ectp::inline ECTP_ABI::policy
