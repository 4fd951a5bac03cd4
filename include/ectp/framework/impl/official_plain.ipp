#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/core/text.hpp"
#include "ectp/framework/impl/official_reader.ipp"
#include "ectp/framework/official.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail::official {

/// Text between runs of two blanks or more: bytes of the row, and the columns that it is shown in.
struct segment {
  std::size_t from = 0, to = 0;
  std::size_t left = 0, right = 0;
};

/// A statement's mark by itself, whose wording follows behind a run of blanks.
inline bool lone_mark(std::string_view s) {
  if (s.size() > 20) return false;
  const mark m = code_reader(s, false).read();
  if (m.is != mark::form::none && m.is != mark::form::section) return m.length == s.size();
  // A bullet
  return s == "\xE2\x80\xA2" || s == "\xE2\x96\xAA" || s == "-" || s == "\xE2\x80\x93" || s == "\xEF\x82\xB7";
}

inline std::vector<segment> segments_of(std::string_view row) {
  std::vector<segment> out;
  std::size_t column = 0, blanks = 2;
  for (std::size_t i = 0; i < row.size();) {
    const character c = character_at(row, i);
    if (c.value == '\t') {
      const std::size_t stop = column + 8 - column % 8;
      blanks += stop - column;
      column = stop;
    } else if (blank_character(c.value)) {
      ++blanks;
      ++column;
    } else if (invisible(c.value)) {
      // takes no room
    } else {
      if (blanks > 1 || out.empty()) out.push_back({i, i, column, column});
      blanks = 0;
      ++column;
      out.back().to = i + c.length;
      out.back().right = column;
    }
    i += c.length;
  }
  // A mark belongs to the wording behind it.
  std::vector<segment> joined;
  for (const segment& s : out) {
    if (!joined.empty() && s.left - joined.back().right <= 12 &&
        lone_mark(row.substr(joined.back().from, joined.back().to - joined.back().from))) {
      joined.back().to = s.to;
      joined.back().right = s.right;
    } else {
      joined.push_back(s);
    }
  }
  return joined;
}

class plain_reader : public reader {
 public:
  using reader::reader;

  result<void> read() {
    if (auto cut = split(); !cut) return cut;
    learn_words();
    find_furniture();
    for (std::size_t from = 0; from != rows_.size() && !overfull;) {
      std::size_t to = from + 1;
      while (to != rows_.size() && !rows_[to].page) ++to;
      page(from, to);
      from = to;
    }
    close_all();
    if (references_ != 0)
      note(0, 0, references_ == 1 ? "1 mark of a reference taken out of the wording"
                                  : std::to_string(references_) + " marks of references taken out of the wording");
    return {};
  }

 private:
  // --- page numbers, running heads and feet ---

  /// A line with its numbers alike, so that page 3's head is page 4's.
  static std::string masked(std::string_view raw) {
    std::string out;
    for (const char c : cleaned(raw)) {
      if (is_digit(c) && !out.empty() && out.back() == '#') continue;
      out += is_digit(c) ? '#' : c;
    }
    return out;
  }
  static bool page_number(std::string_view raw) {
    std::string s = cleaned(raw);
    if (s.empty() || s.size() > 24) return false;
    std::string_view v = s;
    for (const std::string_view w : {std::string_view("page "), std::string_view("p. ")})
      if (starts_folded(v, w)) v.remove_prefix(w.size());
    std::size_t digits = 0;
    bool of = false;
    for (std::size_t i = 0; i != v.size(); ++i) {
      if (is_digit(v[i])) ++digits;
      else if (v.substr(i, 2) == "of" || v.substr(i, 1) == "/") {
        of = true;
        if (v[i] == 'o') ++i;
      } else if (!one_of(v[i], " -|") && static_cast<unsigned char>(v[i]) < 0x80) return false;
      else if (static_cast<unsigned char>(v[i]) >= 0x80 && !starts(v.substr(i), "\xE2\x80\x93")) return false;
      else if (static_cast<unsigned char>(v[i]) >= 0x80) i += 2;
    }
    return digits != 0 && digits <= (of ? 8u : 4u);
  }
  /// Could this row be part of what the document says?
  static bool speaks(std::string_view raw) {
    const std::string s = cleaned(raw);
    if (heading_of_section(s) != 0 || closing_heading(s)) return true;
    for (const segment& part : segments_of(raw.substr(0, 400))) {
      const std::string words = cleaned(raw.substr(0, 400).substr(part.from, part.to - part.from));
      if (heading_of_kind(words) != asks::unknown || code_reader(words, false).read().is != mark::form::none) return true;
    }
    return false;
  }

  void find_furniture() {
    struct edge {
      std::string text;
      std::size_t row, page;
    };
    std::vector<edge> edges;
    std::size_t pages = 0;
    furniture_.resize(rows_.size());
    for (std::size_t from = 0; from != rows_.size();) {
      std::size_t to = from + 1;
      while (to != rows_.size() && !rows_[to].page) ++to;
      std::vector<std::size_t> filled;
      for (std::size_t i = from; i != to && filled.size() < 3; ++i)
        if (!trim(rows_[i].raw).empty()) filled.push_back(i);
      std::size_t first = filled.empty() ? to : filled.back() + 1;
      std::size_t last = 0;
      for (std::size_t i = to; i != first && i > first && last < 3; --i)
        if (!trim(rows_[i - 1].raw).empty()) {
          filled.push_back(i - 1);
          ++last;
        }
      if (!filled.empty()) ++pages;
      for (const std::size_t i : filled)
        if (rows_[i].raw.size() < 400 && !speaks(rows_[i].raw)) edges.push_back({masked(rows_[i].raw), i, pages});
      from = to;
    }
    ectp::detail::sort(edges, [](const edge& a, const edge& b) { return a.text < b.text; });
    for (std::size_t from = 0; from != edges.size();) {
      std::size_t to = from, on = 0, before = 0;
      for (; to != edges.size() && edges[to].text == edges[from].text; ++to) {
        on += edges[to].page != before;
        before = edges[to].page;
      }
      if (on >= 2 && (on >= 3 || on == pages) && on * 5 >= pages * 2) {
        for (std::size_t i = from; i != to; ++i) furniture_[edges[i].row] = true;
        if (!page_number(rows_[edges[from].row].raw))
          note(rows_[edges[from].row].line, 1, "a running head or foot on " + std::to_string(on) + " pages: passed over " + excerpt(cleaned(rows_[edges[from].row].raw)));
      }
      from = to;
    }
    for (std::size_t i = 0; i != rows_.size(); ++i)
      if (rows_[i].raw.size() < 400 && page_number(rows_[i].raw)) furniture_[i] = true;
  }

  // --- columns ---

  static asks kind_at(std::string_view raw, const segment& s) {
    return s.to - s.from > 60 ? asks::unknown : heading_of_kind(cleaned(raw.substr(s.from, s.to - s.from)));
  }
  /// Where the right column of these rows begins, in columns; 0 for rows that show no second column.
  std::size_t right_column(const std::vector<std::size_t>& rows, const std::vector<std::vector<segment>>& parts) const {
    constexpr std::size_t furthest = 512, most_candidates = 24, deep = 20;
    std::size_t begins[furthest] = {};
    std::size_t headed = 0;
    for (std::size_t k = 0; k != rows.size(); ++k)
      for (std::size_t i = 0; i != parts[k].size(); ++i) {
        const segment& s = parts[k][i];
        if (s.left >= furthest || s.left < (i == 0 ? deep : 12)) continue;
        ++begins[s.left];
        if (i == 0) continue;
        const std::string_view raw = rows_[rows[k]].raw;
        if (headed == 0 && parts[k].size() == 2 && kind_at(raw, s) == asks::how &&
            kind_at(raw, parts[k][0]) == asks::that)
          headed = s.left;
      }
    std::vector<std::size_t> seen;
    for (std::size_t c = 0; c != furthest; ++c)
      if (begins[c] != 0) seen.push_back(c);
    ectp::detail::sort(seen, [&](std::size_t a, std::size_t b) { return begins[a] > begins[b]; });
    if (seen.size() > most_candidates) seen.resize(most_candidates);
    // How many rows have a gap before the column, against those whose text runs across its edge. Rows
    // that are set in deeply have no more than the right column.
    std::size_t best = 0;
    long best_score = 0;
    for (const std::size_t c : seen) {
      long score = 0, two = 0, full = 0;
      for (const std::vector<segment>& line : parts) {
        bool apart = false, crosses = false;
        for (std::size_t i = 0; i != line.size(); ++i) {
          crosses = crosses || (line[i].left < c && line[i].right > c);
          apart = apart || (i != 0 && line[i - 1].right + 2 <= c && line[i].left >= c);
        }
        const bool alone = line.size() == 1 && line[0].left < deep;
        two += apart;
        full += alone && crosses;
        score += (apart || (!alone && line[0].left >= c)) - (!alone && crosses ? 2 : 0);
      }
      const bool expected = column_ != 0 && c + 8 >= column_ && c <= column_ + 8;
      if (headed == 0 && !(two >= 3 || (expected && two >= 1))) continue;
      if (headed == 0 && (score < 3 || 2 * score < full)) continue;
      if (score > best_score || (score == best_score && best != 0 && c < best)) {
        best_score = score;
        best = c;
      }
    }
    if (best == 0) return headed;
    // The heading of a column may stand further in than its text.
    return best;
  }

  void page(std::size_t from, std::size_t to) {
    std::vector<std::size_t> rows;
    std::vector<std::vector<segment>> parts;
    for (std::size_t i = from; i != to; ++i) {
      if (furniture_[i]) continue;
      std::vector<segment> s = segments_of(rows_[i].raw);
      if (s.empty()) continue;
      rows.push_back(i);
      parts.push_back(std::move(s));
    }
    std::size_t column = right_column(rows, parts);
    bool all_right = false;
    if (column != 0) {
      column_ = column;
    } else if (column_ != 0) {
      // A page that continues one of the columns, or has none.
      std::size_t leftmost = nowhere, wide = 0;
      for (const auto& line : parts) {
        leftmost = line.front().left < leftmost ? line.front().left : leftmost;
        wide += line.front().left + 3 < column_ && line.back().right > column_ + 3;
      }
      all_right = leftmost != nowhere && leftmost > 20 && leftmost + 12 >= column_;
      if (!all_right && 2 * wide > parts.size()) column_ = 0;
    }
    for (stream* s : {&left_, &right_, &main_}) s->row = nowhere;
    for (std::size_t k = 0; k != rows.size() && !overfull; ++k) {
      const std::vector<segment>& line = parts[k];
      if (column_ == 0) {
        feed(main_, rows[k], line.front(), line.back());
        continue;
      }
      if (all_right || line.front().left + 3 >= column_) {
        feed(right_, rows[k], line.front(), line.back());
        continue;
      }
      std::size_t split = 1;
      while (split < line.size() && (line[split].left + 4 < column_ || line[split - 1].right > column_ + 3)) ++split;
      if (split < line.size()) {
        feed(left_, rows[k], line.front(), line[split - 1]);
        feed(right_, rows[k], line[split], line.back());
      } else {
        feed(line.back().right > column_ + 1 ? main_ : left_, rows[k], line.front(), line.back());
      }
    }
  }

  // --- items ---

  struct stream {
    open_item item;
    asks kind = asks::unknown;
    std::size_t row = nowhere;  ///< of the last text on this page
    bool column = false;
    // Text without a code: its first line, and what it begins with.
    std::string loose;
    std::uint32_t loose_line = 0, loose_column = 0;
    bool loose_ends_in_colon = false;
  };

  void feed(stream& s, std::size_t at, const segment& first, const segment& last) {
    const text_row& r = rows_[at];
    const std::string_view raw = r.raw.substr(first.from, last.to - first.from);
    const bool tops_page = s.row == nowhere;
    const std::size_t gap = tops_page ? 0 : at - s.row - 1;
    s.row = at;
    const std::uint32_t column = r.base + static_cast<std::uint32_t>(first.from) + 1;
    std::string words = cleaned(raw);
    if (words.empty()) return;

    if (const asks k = heading_of_kind(words); k != asks::unknown) {
      // At the top of a page it may be the heading printed again, in the middle of an item.
      if (!tops_page) close(s, false);
      s.kind = k;
      return;
    }
    if (const std::uint32_t n = heading_of_section(words); n != 0) {
      if (!tops_page || n != section_) section(n);
      return;
    }
    if (closing_heading(words) && (!s.item.open || gap > 0)) return section(0);

    std::size_t bullet = 0;
    for (const std::string_view b : {std::string_view("\xE2\x80\xA2"), std::string_view("\xE2\x96\xAA"), std::string_view("\xEF\x82\xB7"),
                                     std::string_view("-"), std::string_view("\xE2\x80\x93"), std::string_view("o")})
      if (starts(words, b) && words.size() > b.size() && words[b.size()] == ' ') bullet = b.size() + 1;
    mark m = code_reader(std::string_view(words).substr(bullet), false).read();
    if (m.is == mark::form::section) return section(m.section);
    const bool bare = m.is == mark::form::item && m.code.empty();
    if (m.is != mark::form::none && accepted(s, m, gap, r.line, column)) {
      close(s, true);
      s.item.open = true;
      if (m.is == mark::form::item) {
        if (bare) m.section = section_;
        else if (m.section != section_) open_section(m.section);
        last_[m.letter] = {m.section, m.item};
        m.code = code_of(m.section, m.item, m.letter);
      }
      s.item.code = std::move(m.code);
      s.item.line = r.line;
      s.item.column = r.base + static_cast<std::uint32_t>(first.from + mark_offset(raw)) + 1;
      s.item.indent = first.left;
      s.item.pieces.push_back({words.substr(bullet + m.length), first.left, 0});
      return;
    }
    if (s.item.open) {
      const std::string& before = s.item.pieces.back().text;
      const std::size_t usual = s.item.pieces.size() > 1 ? s.item.widest_gap : s.column ? 1 : 0;
      const bool paragraph = gap > usual && !before.empty() && ends_sentence(before) && !(words[0] >= 'a' && words[0] <= 'z');
      if (!paragraph) {
        if (gap > s.item.widest_gap) s.item.widest_gap = gap;
        s.item.pieces.push_back({std::move(words), first.left, gap});
        return;
      }
      close(s, false);
    }
    if (s.loose.empty() || gap > 0) {
      drop_loose(s);
      s.loose = words;
      s.loose_line = r.line;
      s.loose_column = column;
    }
    s.loose_ends_in_colon = words.back() == ':';
  }

  /// Bytes in front of the code: bullets and blanks.
  static std::size_t mark_offset(std::string_view raw) {
    std::size_t i = 0;
    for (const std::string_view b : {std::string_view("\xE2\x80\xA2"), std::string_view("\xE2\x96\xAA"), std::string_view("\xEF\x82\xB7"),
                                     std::string_view("\xE2\x80\x93"), std::string_view("-"), std::string_view("o")})
      if (starts(raw, b)) {
        std::size_t k = b.size();
        while (k < raw.size() && blank_character(character_at(raw, k).value)) k += character_at(raw, k).length;
        if (k > b.size()) i = k;
        break;
      }
    return i;
  }

  /// Is this the mark of a statement, or a number in a sentence?
  bool accepted(const stream& s, const mark& m, std::size_t gap, std::uint32_t line, std::uint32_t column) {
    if (m.is == mark::form::other) return true;
    // After a sentence's end a mark may skip some; within a sentence only the very next one counts.
    const bool free = !s.item.open || gap > 0 || ends_sentence(s.item.pieces.back().text);
    bool good = false;
    if (m.code.empty()) {
      if (section_ == 0) {
        if (free && !without_section_)
          note(line, column, "a number or letter without a section, as others may be: a heading such as Standard 1 has to stand before it");
        without_section_ = true;
        return false;
      }
      const std::uint32_t last = last_item(m.letter);
      const bool kind_fits = m.letter ? s.kind != asks::that : s.kind != asks::how;
      good = kind_fits && (m.item == last + 1 || (free && (m.item == 1 || (m.item > last && m.item < last + 30))));
    } else if (m.section == section_) {
      const std::uint32_t last = last_item(m.letter);
      good = free || m.item == last + 1;
    } else {
      good = free || (m.section == section_ + 1 && m.item == 1);
    }
    if (!good)
      note(line, column, s.item.open ? "a number or letter out of order: taken for wording of " + s.item.code
                                     : std::string("a number or letter out of order: passed over"));
    return good;
  }

  void section(std::uint32_t n) {
    close_all();
    for (stream* s : {&left_, &right_, &main_}) s->kind = asks::unknown;
    if (n != section_ || n == 0) open_section(n);
  }

  void drop_loose(stream& s) {
    if (!s.loose.empty() && !s.loose_ends_in_colon) note_passed_over(s.loose_line, s.loose_column, s.loose);
    s.loose.clear();
  }

  void close_all() {
    for (stream* s : {&left_, &right_, &main_}) close(*s, false);
  }

  /// Emits the item that is open. `before_item`: another one follows, so that a group's heading may stand
  /// at the end of the lines.
  void close(stream& s, bool before_item) {
    drop_loose(s);
    if (!s.item.open) return;
    std::vector<piece>& p = s.item.pieces;
    if (before_item && p.size() > 1 && ends(p.back().text, ":"))
      if (const std::size_t heading = heading_start(s.item); heading != 0) p.resize(heading);
    std::string words;
    for (const piece& one : p) join(words, one.text, known_);
    if (ends(words, soft_hyphen)) words.resize(words.size() - soft_hyphen.size());
    references_ += without_references(words);
    emit(std::move(s.item.code), std::string(trim(words)), s.item.line, s.item.column);
    s.item = {};
  }

  /// The piece that a group's heading begins with; 0 when the lines are all wording.
  static std::size_t heading_start(const open_item& item) {
    const std::vector<piece>& p = item.pieces;
    const std::string& end = p.back().text;
    const bool by = ends(end, "by:") && (end.size() == 3 || one_of(end[end.size() - 4], " ,"));
    const auto capital = [&](std::size_t i) { return p[i].text[0] >= 'A' && p[i].text[0] <= 'Z'; };
    const std::size_t hanging = p.size() > 1 ? p[1].indent : 0;
    for (std::size_t i = p.size() - 1; i != 0; --i) {
      if (!capital(i)) continue;
      if (ends_sentence(p[i - 1].text)) return i;
      if (p[i].gap > p[i - 1].gap && p[i].gap > 0 && by) return i;
      if (i > 1 && p[i].indent < hanging && p[i].indent <= item.indent && by) return i;
    }
    if (!by) return 0;
    for (std::size_t i = p.size() - 1; i != 0; --i)
      if (capital(i)) return i;
    return 0;
  }

  std::vector<bool> furniture_;
  stream left_{{}, asks::unknown, nowhere, true, {}, 0, 0, false}, right_{{}, asks::unknown, nowhere, true, {}, 0, 0, false}, main_;
  std::size_t column_ = 0;      ///< where the right column begins; 0 for one column
  std::size_t references_ = 0;
  bool without_section_ = false;
};

}  // namespace detail::official
}  // namespace ectp::inline ECTP_ABI::framework
