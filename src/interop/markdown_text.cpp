#include "interop/markdown_text.hpp"

#include <algorithm>

#include "ectp/core/text.hpp"

namespace ectp::inline ECTP_ABI::interop {

std::string in_backticks(std::string_view s) {
  std::size_t longest = 0, run = 0;
  for (const char c : s) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const bool pad = s.empty() || s.front() == '`' || s.back() == '`' || (s.front() == ' ' && s.back() == ' ');
  return fence + (pad ? " " : "") + std::string(s) + (pad ? " " : "") + fence;
}

std::string code_in_cell(std::string_view s) {
  std::string out;
  for (const char c : s) {
    if (c == '|') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  return in_backticks(out);
}

std::string plain_in_markdown(std::string_view s) {
  std::string out;
  const auto wordlike = [&](std::size_t i) { return i < s.size() && (is_letter(s[i]) || is_digit(s[i])); };
  for (std::size_t i = 0; i != s.size(); ++i) {
    const char c = s[i];
    if (c == '\r') continue;
    if (c == '\n') {
      out += "<br>";
      continue;
    }
    const bool inside_word = c == '_' && i != 0 && wordlike(i - 1) && wordlike(i + 1);
    if (!inside_word && std::string_view("\\`*_[]<>|#~&").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& c : cells) out += " " + c + (c.empty() ? "|" : " |");
  return out + "\n";
}

std::string markdown_header(const std::vector<std::string>& cells) {
  std::string out = "\n" + markdown_row(cells) + "|";
  for (std::size_t i = 0; i != cells.size(); ++i) out += "---|";
  return out + "\n";
}

}  // namespace ectp::inline ECTP_ABI::interop
