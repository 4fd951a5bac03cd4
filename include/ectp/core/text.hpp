#pragma once
/// Small helpers over UTF-8 text. No locale: only ASCII letters and blanks have a meaning here.
#include <cstddef>
#include <string_view>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI {

/// Space, tab, line feed or carriage return.
constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// ASCII 0 to 9.
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// ASCII A to Z or a to z.
constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// A control character of ASCII, the tab and line ends included.
constexpr bool is_control(char c) noexcept { return (c >= 0 && c < ' ') || c == '\x7f'; }

/// The text without blanks at either end; a view of the same bytes.
constexpr std::string_view trim(std::string_view s) noexcept {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

/// The offset of the first byte that is not part of well-formed UTF-8 (overlong forms,
/// surrogates and anything above U+10FFFF are refused); `npos` when all of it is well-formed.
constexpr std::size_t invalid_utf8_at(std::string_view s) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  for (std::size_t i = 0; i < s.size();) {
    const unsigned c = byte(i);
    if (c < 0x80) {
      ++i;
      continue;
    }
    const std::size_t more = c >= 0xC2 && c <= 0xDF ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c <= 0xF4 ? 3 : 0;
    if (more == 0 || s.size() - i <= more) return i;
    for (std::size_t k = 1; k <= more; ++k)
      if ((byte(i + k) & 0xC0) != 0x80) return i;
    const unsigned next = byte(i + 1);
    if ((c == 0xE0 && next < 0xA0) || (c == 0xED && next > 0x9F) || (c == 0xF0 && next < 0x90) ||
        (c == 0xF4 && next > 0x8F))
      return i;
    i += more + 1;
  }
  return std::string_view::npos;
}

}  // namespace ectp::inline ECTP_ABI
