#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/text.hpp"
#include "ectp/framework/impl/official_reader.ipp"
#include "ectp/framework/official.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail::official {

class markdown_reader : public reader {
 public:
  using reader::reader;

  result<void> read() {
    if (auto cut = split(); !cut) return cut;
    learn_words();
    for (const text_row& r : rows_) {
      line_ = r.line;
      base_ = r.base;
      take(r.raw);
      if (overfull) return {};
    }
    close();
    return {};
  }

 private:
  void take(std::string_view raw) {
    const std::size_t indent = indent_of(raw);
    const std::string_view t = trim(raw);
    if (!fence_.empty()) {
      if (starts(t, fence_)) fence_ = {};
      return;
    }
    if (comment_) {
      comment_ = raw.find("-->") == nowhere;
      return;
    }
    if (!starts(t, "|")) table_.clear();
    if (t.empty()) {
      blank_ = true;
      return;
    }
    const bool blank = blank_;
    blank_ = false;
    const std::uint32_t column = base_ + static_cast<std::uint32_t>(t.data() - raw.data()) + 1;
    if (starts(t, "```") || starts(t, "~~~")) {
      fence_ = t.substr(0, 3);
      note(line_, column, "a block of code: passed over");
      return;
    }
    if (starts(t, "<!--")) {
      comment_ = t.find("-->") == nowhere;
      return;
    }
    std::size_t hashes = 0;
    while (hashes < t.size() && t[hashes] == '#') ++hashes;
    if (hashes != 0 && hashes < 7 && (hashes == t.size() || t[hashes] == ' ')) {
      close();
      heading(t);
      list_section_ = nowhere;
      return;
    }
    if (t.find_first_not_of("-*_= ") == nowhere && t.size() > 2) return close();
    if (t.front() == '|') {
      close();
      return table_row(t, column);
    }
    if (t.front() == '>') {
      const std::string_view inner = trim(t.substr(1));
      if (inner.empty()) return;
      return text(inner, indent, column + static_cast<std::uint32_t>(inner.data() - t.data()), blank);
    }
    text(t, indent, column, blank);
  }

  static std::size_t indent_of(std::string_view raw) noexcept {
    std::size_t n = 0;
    for (const char c : raw) {
      if (c == '\t') n += 4 - n % 4;
      else if (c == ' ') ++n;
      else break;
    }
    return n;
  }

  void heading(std::string_view t) {
    const std::string words = cleaned(t);
    if (const asks k = heading_of_kind(words); k != asks::unknown) {
      kind_ = k;
      return;
    }
    kind_ = asks::unknown;
    if (closing_heading(words)) return open_section(0);
    if (const std::uint32_t n = heading_of_section(words); n != 0) open_section(n);
  }

  /// A line of a list or a paragraph.
  void text(std::string_view t, std::size_t indent, std::uint32_t column, bool blank) {
    bool list = false, ordered = false;
    std::uint32_t number = 0;
    std::string_view content = t;
    if (t.size() > 1 && one_of(t[0], "-*+") && t[1] == ' ') {
      list = true;
      content = trim(t.substr(1));
    } else if (starts(t, "\xE2\x80\xA2")) {
      list = true;
      content = trim(t.substr(3));
    } else {
      std::size_t k = 0;
      while (k < t.size() && k < 4 && is_digit(t[k])) number = number * 10 + static_cast<std::uint32_t>(t[k++] - '0');
      if (k != 0 && k < t.size() && one_of(t[k], ".)") && (k + 1 == t.size() || t[k + 1] == ' ')) {
        list = ordered = true;
        content = trim(t.substr(k + 1));
      }
    }
    // "[ ]" and "[x]" of a list of tasks
    if (list && content.size() > 3 && content[0] == '[' && content[2] == ']' && one_of(content[1], " xX")) content = trim(content.substr(3));
    const auto column_of = [&](std::string_view part) {
      return column + static_cast<std::uint32_t>(part.data() - t.data());
    };
    mark m = code_reader(content, false).read();
    if (m.is == mark::form::section || (m.is == mark::form::none && heading_line(content))) {
      close();
      heading(content);
      return;
    }
    if (m.is == mark::form::none && ordered) return numbered(number, content, indent, column);
    if (m.is == mark::form::none) return plain(content, list, indent, column, blank);
    if (!list && item_.open && !blank && !follows(m)) return plain(content, list, indent, column, blank);
    if (m.code.empty() && !complete(m, column_of(content))) return plain(content, list, indent, column, blank);
    begin(std::move(m.code), indent, column_of(content));
    item_.pieces.push_back({cleaned(content.substr(m.length)), 0, 0});
  }

  static bool heading_line(std::string_view s) { return heading_of_kind(s) != asks::unknown || (s.size() < 100 && heading_of_section(s) != 0); }

  /// Does this come after the item that is open, or is it a number in a sentence?
  bool follows(const mark& m) const {
    if (m.is == mark::form::other) return true;
    const std::uint32_t section = m.section == 0 ? section_ : m.section;
    if (ends_sentence(item_.pieces.back().text)) return true;
    return section == section_ ? m.item == last_item(m.letter) + 1 : section == section_ + 1 && m.item == 1;
  }
  /// Gives a bare number or letter its section, or says that there is none.
  bool complete(mark& m, std::uint32_t column) {
    if (section_ == 0) {
      note(line_, column, "a number or letter without a section: put a heading such as Standard 1 before the list");
      return false;
    }
    m.section = section_;
    m.code = code_of(section_, m.item, m.letter);
    return true;
  }

  /// An item of a numbered list without a code of its own.
  void numbered(std::uint32_t number, std::string_view content, std::size_t indent, std::uint32_t column) {
    // A list outside of sections numbers the sections.
    if (list_section_ != nowhere ? indent <= list_section_ : section_ == 0 && number != 0 && number < 100) {
      close();
      // Lists may number every item 1.
      open_section(list_section_ != nowhere && number <= section_ ? section_ + 1 : number);
      list_section_ = indent;
      kind_ = asks::unknown;
      return;
    }
    if (section_ == 0 || kind_ == asks::how || number == 0) {
      close();
      note(line_, column, section_ == 0 ? "a number without a section: put a heading such as Standard 1 before the list"
                                        : "a number where letters are expected: passed over " + excerpt(cleaned(content)));
      return;
    }
    mark m;
    m.item = number == 1 && ones_ && last_item(false) != 0 ? last_item(false) + 1 : number;
    if (last_item(false) == 0) ones_ = number == 1;
    else if (number != 1) ones_ = false;
    begin(code_of(section_, m.item, false), indent, column);
    item_.pieces.push_back({cleaned(content), 0, 0});
  }

  void plain(std::string_view content, bool list, std::size_t indent, std::uint32_t column, bool blank) {
    const bool below = item_.open && indent > item_.indent;
    if (item_.open && (list ? below : !blank || below)) {
      item_.pieces.push_back({cleaned(content), 0, 0});
      return;
    }
    close();
    const std::string words = cleaned(content);
    if (!blank && !list && prose_) return;
    prose_ = !list;
    if (!ends(heading_words_keeping_colon(words), ":")) note_passed_over(line_, column, words);
  }
  static std::string_view heading_words_keeping_colon(std::string_view s) noexcept {
    while (!s.empty() && one_of(s.back(), " *_`")) s.remove_suffix(1);
    return s;
  }

  void table_row(std::string_view t, std::uint32_t column) {
    struct cell {
      std::string text;
      std::uint32_t column;
    };
    std::vector<cell> cells;
    std::string one;
    std::uint32_t at = column + 1;
    for (std::size_t i = 1; i <= t.size(); ++i) {
      if (i == t.size() || t[i] == '|') {
        if (i != t.size() || !trim(one).empty()) cells.push_back({std::string(trim(one)), at});
        one.clear();
        at = column + static_cast<std::uint32_t>(i) + 1;
      } else if (t[i] == '\\' && i + 1 < t.size() && t[i + 1] == '|') {
        one += t[++i];
      } else {
        if (one.empty() && t[i] == ' ') ++at;
        else one += t[i];
      }
      if (cells.size() == 64) break;
    }
    if (cells.empty()) return;
    bool divides = true;
    for (const cell& c : cells) divides = divides && !c.text.empty() && c.text.find_first_not_of("-: ") == nowhere;
    if (divides) return;
    if (table_.empty()) {
      for (const cell& c : cells) table_.emplace_back(heading_words(c.text));
      columns_ = columns_of(table_);
      bool heads = columns_.found();
      for (const std::string& h : table_) heads = heads || heading_of_kind(h) != asks::unknown;
      if (heads) return;
    }
    if (columns_.found()) {
      if (cells.size() <= columns_.code || cells.size() <= columns_.text) return;
      const std::string code = cleaned(cells[columns_.code].text);
      if (code.empty()) return;
      emit(normalise_code(code), in_cell(cells[columns_.text].text), line_, cells[columns_.code].column);
      return;
    }
    std::string lone;  // a code in a cell of its own
    std::uint32_t lone_column = 0;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (!lone.empty()) {
        emit(std::move(lone), in_cell(cells[i].text), line_, lone_column);
        lone.clear();
        continue;
      }
      const asks was = kind_;
      if (i < table_.size())
        if (const asks k = heading_of_kind(table_[i]); k != asks::unknown) kind_ = k;
      std::string_view rest = cells[i].text;
      while (!rest.empty()) {
        std::size_t end = 0;
        while (end < rest.size() && !starts_folded(rest.substr(end), "<br")) ++end;
        const std::string_view part = trim(rest.substr(0, end));
        const std::size_t behind = end == rest.size() ? nowhere : rest.find('>', end);
        rest = behind == nowhere ? std::string_view() : rest.substr(behind + 1);
        mark m = code_reader(part, false).read();
        const std::uint32_t where = cells[i].column;
        if (m.is == mark::form::none || m.is == mark::form::section || (m.code.empty() && !complete(m, where))) {
          if (item_.open) item_.pieces.push_back({cleaned(part), 0, 0});
          continue;
        }
        begin(std::move(m.code), 0, where);
        if (m.length < part.size()) {
          item_.pieces.push_back({cleaned(part.substr(m.length)), 0, 0});
        } else if (rest.empty() && i + 1 != cells.size()) {
          lone = std::move(item_.code);
          lone_column = where;
          item_ = {};
        }
      }
      close();
      kind_ = was;
    }
    if (!lone.empty()) emit(std::move(lone), {}, line_, lone_column);
  }
  static std::string in_cell(std::string_view s) {
    std::string out;
    for (std::size_t i = 0; i < s.size();) {
      const std::size_t end = starts_folded(s.substr(i), "<br") ? s.substr(i, 6).find('>') : nowhere;
      if (end == nowhere) {
        out += s[i++];
        continue;
      }
      out += ' ';
      i += end + 1;
    }
    return cleaned(out);
  }

  void begin(std::string code, std::size_t indent, std::uint32_t column) {
    close();
    const mark m = code_reader(code, true).read();
    if (m.is == mark::form::item) {
      if (m.section != section_) {
        // An item that names another section than the heading above it opens that one.
        open_section(m.section);
        list_section_ = nowhere;
      }
      last_[m.letter] = {m.section, m.item};
    }
    item_.open = true;
    prose_ = false;
    item_.code = std::move(code);
    item_.line = line_;
    item_.column = column;
    item_.indent = indent;
  }

  void close() {
    prose_ = false;
    if (!item_.open) return;
    std::string words;
    for (const piece& p : item_.pieces) join(words, p.text, known_);
    emit(std::move(item_.code), plain_words(std::move(words)), item_.line, item_.column);
    item_ = {};
  }
  /// Without emphasis around the whole, marks of footnotes, and what closes emphasis around the code.
  static std::string plain_words(std::string s) {
    std::string out;
    for (std::size_t i = 0; i < s.size();) {
      if (starts(std::string_view(s).substr(i), "[^")) {
        const std::size_t end = std::string_view(s).substr(i, 12).find(']');
        if (end != nowhere) {
          i += end + 1;
          continue;
        }
      }
      if (starts(std::string_view(s).substr(i), "<sup>")) {
        const std::size_t end = std::string_view(s).substr(i, 24).find("</sup>");
        if (end != nowhere) {
          i += end + 6;
          continue;
        }
      }
      if (s[i] == '\\' && i + 1 < s.size() && one_of(s[i + 1], "\\`*_{}[]()#+-.!|<>~&'\"")) ++i;
      else if (starts(std::string_view(s).substr(i), "**")) {
        i += 2;
        continue;
      }
      out += s[i++];
    }
    return std::string(trim(out));
  }

  open_item item_;
  std::vector<std::string> table_;
  code_and_text columns_;
  std::string_view fence_;
  asks kind_ = asks::unknown;
  std::size_t list_section_ = nowhere;  // indentation of a list whose items are sections
  std::uint32_t line_ = 0, base_ = 0;
  bool comment_ = false, blank_ = true, ones_ = false, prose_ = false;
};

}  // namespace detail::official
}  // namespace ectp::inline ECTP_ABI::framework
