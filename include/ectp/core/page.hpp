#pragma once
/// Lines for a page that people read in a terminal or on paper.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI {

/// Columns of a page.
inline constexpr std::size_t page_width = 92;

/// Columns that a text takes: one for each character, whatever its bytes.
ECTP_LAZY
std::size_t columns_of(std::string_view s) noexcept {
  std::size_t n = 0;
  for (const char c : s) n += (static_cast<unsigned char>(c) & 0xc0u) != 0x80u ? 1 : 0;
  return n;
}

/// A listed word for people: `no_step` is `no step`.
ECTP_LAZY
std::string spaced(std::string_view word) {
  std::string out(word);
  for (char& c : out)
    if (c == '_') c = ' ';
  return out;
}

struct wrapping {
  bool whole_marks = false;  ///< a mark in brackets, such as `[CYC-D5 D]`, stays on one line
  bool all_blanks = false;   ///< several blanks in a row stay as they are; else they are one
};

/// `lead`, filled up to `indent` columns, then the words of `text` in lines of the page's width; further lines
/// begin under `indent`. A word that is wider than a line is cut between characters. At least one line, none with
/// blanks at its end.
ECTP_LAZY
std::vector<std::string> wrapped(std::string_view lead, std::string_view text, std::size_t indent, wrapping how = {}) {
  std::vector<std::string> out;
  std::string line(lead);
  std::size_t used = columns_of(lead);
  if (used < indent) line.append(indent - used, ' ');
  used = used < indent ? indent : used;
  bool fresh = true;
  const auto end_line = [&] {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out.push_back(line);
    line.assign(indent, ' ');
    used = indent;
    fresh = true;
  };
  while (!text.empty()) {
    const std::size_t close = how.whole_marks && text.front() == '[' ? text.find(']') : 0;
    const std::size_t end = text.find(' ', close == text.npos ? 0 : close);
    std::string_view word = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    if (word.empty() && !how.all_blanks) continue;
    if (!fresh && used + 1 + columns_of(word) > page_width) end_line();
    while (used + (fresh ? 0 : 1) + columns_of(word) > page_width) {
      std::size_t bytes = 0;
      for (; used < page_width && bytes != word.size(); ++used) {
        ++bytes;
        while (bytes != word.size() && (static_cast<unsigned char>(word[bytes]) & 0xc0u) == 0x80u) ++bytes;
      }
      line += word.substr(0, bytes);
      word.remove_prefix(bytes);
      end_line();
    }
    if (!fresh) line += ' ';
    line += word;
    used += columns_of(word) + (fresh ? 0 : 1);
    fresh = false;
  }
  end_line();
  return out;
}

}  // namespace ectp::inline ECTP_ABI
