#pragma once
/// What checked.hpp has the compiler say: texts made in constant expressions, and types whose names
/// carry them into the compiler's message.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/text.hpp"
#include "ectp/policy/number.hpp"
#include "ectp/policy/storage.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// A text as a template argument.
template <std::size_t N>
struct literal_text {
  char chars[N]{};
  constexpr literal_text() = default;
  constexpr literal_text(const char (&s)[N]) noexcept {
    for (std::size_t i = 0; i != N; ++i) chars[i] = s[i];
  }
  constexpr std::string_view view() const noexcept { return {chars, N - 1}; }
};

namespace detail {

constexpr bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

/// A text that is written piece by piece; what does not fit is left out.
struct message {
  fixed_list<char, 600> chars;

  constexpr void push_back(char c) noexcept { chars.push_back(c); }
  constexpr std::string_view view() const noexcept { return {chars.begin(), chars.size()}; }
  /// What is not ASCII as an escape: compilers print numbers for it. Precondition: UTF-8, but the end
  /// may be cut off.
  constexpr message& add(std::string_view s) noexcept {
    for (std::size_t i = 0; i != s.size(); ++i) {
      if (is_ascii(s.data()[i])) {
        push_back(s.data()[i]);
        continue;
      }
      const auto c = static_cast<unsigned char>(s.data()[i]);
      const std::size_t more = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
      if (s.size() - i <= more) break;
      std::uint32_t code = c & (0x3Fu >> more);
      for (std::size_t k = 0; k != more; ++k) code = code << 6 | (static_cast<unsigned char>(s.data()[++i]) & 0x3Fu);
      push_back('\\');
      push_back(code < 0x10000 ? 'u' : 'U');
      for (int shift = code < 0x10000 ? 12 : 20; shift >= 0; shift -= 4) push_back("0123456789ABCDEF"[code >> shift & 15]);
    }
    return *this;
  }
  constexpr message& add_number(std::int64_t n, std::size_t digits = 1) noexcept {
    char reversed[20] = {};
    std::size_t size = 0;
    if (n < 0) push_back('-');
    for (auto m = static_cast<std::uint64_t>(n < 0 ? -n : n); m != 0 || size < digits; m /= 10)
      reversed[size++] = static_cast<char>('0' + m % 10);
    while (size != 0) push_back(reversed[--size]);
    return *this;
  }
  /// All digits, without an exponent.
  constexpr message& add_decimal(const decimal& d) noexcept {
    if (d.exponent >= 0) {
      add_number(d.coefficient);
      for (std::int32_t e = d.exponent; e != 0; --e) push_back('0');
      return *this;
    }
    char reversed[40] = {};
    std::size_t size = 0;
    const auto places = static_cast<std::size_t>(-d.exponent);
    if (d.coefficient < 0) push_back('-');
    std::int64_t m = d.coefficient < 0 ? -d.coefficient : d.coefficient;
    for (std::size_t i = 0; m != 0 || i <= places; ++i, m /= 10) {
      if (i == places) reversed[size++] = '.';
      reversed[size++] = static_cast<char>('0' + m % 10);
    }
    while (size != 0) push_back(reversed[--size]);
    return *this;
  }
  /// A day, as ISO 8601 has it.
  constexpr message& add_day(ectp::date d) noexcept {
    return add_number(d.year(), 4).add("-").add_number(d.month(), 2).add("-").add_number(d.day(), 2);
  }
  constexpr message& add_clock(std::int64_t ms) noexcept {
    add_number(ms / 3'600'000, 2).add(":").add_number(ms / 60'000 % 60, 2);
    if (ms % 60'000 == 0) return *this;
    add(":").add_number(ms / 1'000 % 60, 2);
    return add_decimals(ms % 1'000);
  }
  constexpr message& add_decimals(std::int64_t ms) noexcept {
    if (ms != 0) push_back('.');
    for (std::int64_t unit = 100; ms != 0; unit /= 10) {
      push_back(static_cast<char>('0' + ms / unit));
      ms %= unit;
    }
    return *this;
  }
  /// A date, time or duration, to the millisecond. Precondition: `is_temporal(kind)`.
  constexpr message& add_temporal(value_kind kind, double position) noexcept {
    const bool days = kind == value_kind::date, months = kind == value_kind::months;
    const double scaled = days || months ? position : position * 1000;
    // Beyond this nothing is a day or a duration that anyone writes.
    if (!(position > -4e12 && position < 4e12) || (days && !(position > -1e8 && position < 1e8)))
      return add("out of the calendar");
    const auto n = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    if (days) return add_day(ectp::date::from_days(static_cast<std::int32_t>(n)));
    if (kind == value_kind::time) return add_clock(n);
    if (kind == value_kind::date_time) {
      const std::int64_t day = n >= 0 ? n / 86'400'000 : -((-n + 86'399'999) / 86'400'000);
      return add_day(ectp::date::from_days(static_cast<std::int32_t>(day))).add("T").add_clock(n - day * 86'400'000);
    }
    add(n < 0 ? "-P" : "P");
    const std::int64_t size = n < 0 ? -n : n;
    if (size == 0) return add(months ? "0M" : "T0S");
    const auto part = [&](std::int64_t k, std::string_view unit) {
      if (k != 0) add_number(k).add(unit);
    };
    if (months) {
      part(size / 12, "Y");
      part(size % 12, "M");
      return *this;
    }
    part(size / 86'400'000, "D");
    if (size % 86'400'000 == 0) return *this;
    add("T");
    part(size / 3'600'000 % 24, "H");
    part(size / 60'000 % 60, "M");
    if (size % 60'000 != 0) add_number(size % 60'000 / 1'000).add_decimals(size % 1'000).add("S");
    return *this;
  }
  /// A value as a table's cell would write it; words of letters, digits, `_` and `-` without quotes.
  constexpr message& add_value(const value_ref& v) noexcept {
    switch (v.kind()) {
      case value_kind::null: return add("null");
      case value_kind::boolean: return add(v.boolean() ? "true" : "false");
      case value_kind::number: {
        decimal d;
        if (nearest_decimal(v.number(), d)) return add_decimal(d);
        // More digits than a table can write: what it lies near to.
        const double x = v.number();
        return x > -9e15 && x < 9e15 ? add("about ").add_number(static_cast<std::int64_t>(x)) : add(x < 0 ? "below -9e15" : "above 9e15");
      }
      case value_kind::text: break;
      default: return add_temporal(v.kind(), v.number());
    }
    bool bare = !v.text().empty();
    for (const char c : v.text()) bare = bare && (is_letter(c) || is_digit(c) || c == '_' || c == '-');
    if (bare) return add(v.text());
    push_back('"');
    for (std::size_t i = 0; i != v.text().size();) {
      const char c = v.text()[i];
      std::size_t end = i + 1;
      while (!is_ascii(c) && end != v.text().size() && !is_ascii(v.text()[end])) ++end;
      if (c == '"' || c == '\\') push_back('\\');
      if (is_control(c)) push_back(' ');
      else add(v.text().substr(i, end - i));
      i = end;
    }
    push_back('"');
    return *this;
  }
};

/// False, once its arguments are known.
template <auto...>
inline constexpr bool never = false;

/// `Name<"the text of Message::said">`: the type whose error shows the text. Message has a static
/// `said`, a `message`. g++ prints an argument of type `literal_text` as it is. clang cuts it off behind some
/// 30 characters, so that it is handed over in pieces; before version 17 it prints numbers for it, but
/// characters for characters.
#if defined(__clang__) && __clang_major__ < 17
template <template <auto...> class Name, class Message>
struct spell {
  template <std::size_t... I>
  static auto make(std::index_sequence<I...>) -> Name<Message::said.chars[I]...>;
  using type = decltype(make(std::make_index_sequence<Message::said.chars.size()>()));
};
#else
#  if defined(__clang__)
inline constexpr std::size_t longest_piece = 32;
#  else
inline constexpr std::size_t longest_piece = 600;
#  endif
/// Where the i-th piece begins; pieces end behind a blank where there is one.
template <class Message>
constexpr std::size_t piece_begin(std::size_t i) noexcept {
  const std::string_view s = Message::said.view();
  std::size_t at = 0;
  for (; i != 0 && at != s.size(); --i) {
    if (s.size() - at <= longest_piece) return s.size();
    std::size_t end = at + longest_piece;
    while (end != at + longest_piece / 2 && s[end - 1] != ' ') --end;
    at = s[end - 1] == ' ' ? end : at + longest_piece;
  }
  return at;
}
template <class Message>
constexpr std::size_t pieces() noexcept {
  std::size_t n = 1;
  while (piece_begin<Message>(n) != Message::said.chars.size()) ++n;
  return n;
}
template <std::size_t Size>
constexpr literal_text<Size + 1> cut(std::string_view s) noexcept {
  literal_text<Size + 1> out;
  for (std::size_t i = 0; i != Size; ++i) out.chars[i] = s[i];
  // clang prints numbers for an array whose last element was never written.
  out.chars[Size] = '\0';
  return out;
}
template <class Message, std::size_t I>
constexpr auto piece() noexcept {
  constexpr std::size_t begin = piece_begin<Message>(I), end = piece_begin<Message>(I + 1);
  return cut<end - begin>(Message::said.view().substr(begin));
}
template <template <auto...> class Name, class Message>
struct spell {
  template <std::size_t... I>
  static auto make(std::index_sequence<I...>) -> Name<piece<Message, I>()...>;
  using type = decltype(make(std::make_index_sequence<pieces<Message>()>()));
};
#endif

}  // namespace detail
}  // namespace ectp::inline ECTP_ABI::policy
