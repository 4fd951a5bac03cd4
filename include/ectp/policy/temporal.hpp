#pragma once
/// Dates, times and durations as ISO 8601 writes them, each a position on a line:
///
///     date                       2025-09-01               days since 1970-01-01
///     time                       08:45  08:45:30.5        seconds of the day, below 86,400
///     date and time              2025-09-01T08:45         seconds since 1970-01-01T00:00
///     days and time duration     P14D  PT1H30M  -P1DT2H   seconds
///     years and months duration  P1Y6M  -P3M              months
///
/// Seconds have at most three decimals. There is no time zone: all times are of one school's clock.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/text.hpp"
#include "ectp/policy/number.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// Reads up to `most` digits off the front; the number of digits read.
constexpr std::size_t take_digits(std::string_view& s, std::size_t most, std::int64_t& out) noexcept {
  std::size_t n = 0;
  out = 0;
  for (; n != most && n != s.size() && is_digit(s[n]); ++n) out = out * 10 + (s[n] - '0');
  s.remove_prefix(n);
  return n;
}
constexpr bool take_char(std::string_view& s, char c) noexcept {
  if (s.empty() || s.front() != c) return false;
  s.remove_prefix(1);
  return true;
}
/// The decimals of a second, behind a point: milliseconds.
constexpr bool take_milliseconds(std::string_view& s, std::int64_t& out) noexcept {
  const std::size_t n = take_digits(s, 3, out);
  if (n == 0 || (!s.empty() && is_digit(s.front()))) return false;
  for (std::size_t i = n; i != 3; ++i) out *= 10;
  return true;
}
/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.fff` and nothing else, in milliseconds.
constexpr bool read_clock(std::string_view s, std::int64_t& out) noexcept {
  std::int64_t h = 0, m = 0, sec = 0, ms = 0;
  if (take_digits(s, 2, h) != 2 || !take_char(s, ':') || take_digits(s, 2, m) != 2) return false;
  if (take_char(s, ':')) {
    if (take_digits(s, 2, sec) != 2) return false;
    if (take_char(s, '.') && !take_milliseconds(s, ms)) return false;
  }
  if (!s.empty() || h > 23 || m > 59 || sec > 59) return false;
  out = ((h * 60 + m) * 60 + sec) * 1000 + ms;
  return true;
}
/// A duration of days and time in milliseconds, or one of years and months in months.
constexpr bool read_duration(std::string_view s, bool months, std::int64_t& out) noexcept {
  const bool negative = take_char(s, '-');
  if (!take_char(s, 'P')) return false;
  std::int64_t total = 0;
  bool any = false, time = false;
  int last = -1;  // the parts come in this order, each at most once
  while (!s.empty()) {
    if (!months && !time && take_char(s, 'T')) {
      time = true;
      last = 0;
      any = false;
      continue;
    }
    std::int64_t n = 0, ms = 0;
    if (take_digits(s, 9, n) == 0) return false;
    const bool point = take_char(s, '.');
    if (point && !take_milliseconds(s, ms)) return false;
    if (s.empty()) return false;
    const char unit = s.front();
    s.remove_prefix(1);
    int place = 0;
    std::int64_t size = 0;
    if (months) {
      place = unit == 'Y' ? 1 : unit == 'M' ? 2 : 0;
      size = unit == 'Y' ? 12 : 1;
    } else if (!time) {
      place = unit == 'D' ? 1 : 0;
      size = 86'400'000;
    } else {
      place = unit == 'H' ? 1 : unit == 'M' ? 2 : unit == 'S' ? 3 : 0;
      size = unit == 'H' ? 3'600'000 : unit == 'M' ? 60'000 : 1'000;
    }
    if (place == 0 || place <= last || (point && unit != 'S')) return false;
    last = place;
    total += n * size + ms;
    any = true;
  }
  out = negative ? -total : total;
  return any;
}
}  // namespace detail

/// Reads a date, time or duration of that kind; false if the text is none, or none that exists.
constexpr bool read_temporal(value_kind kind, std::string_view s, decimal& out) noexcept {
  std::int64_t n = 0;
  ectp::date day;
  switch (kind) {
    case value_kind::date:
      return ectp::detail::read_iso_date(s, day) && make_decimal(day.days(), 0, out);
    case value_kind::time: return detail::read_clock(s, n) && make_decimal(n, -3, out);
    case value_kind::date_time:
      if (s.size() < 11 || s[10] != 'T' || !ectp::detail::read_iso_date(s.substr(0, 10), day)) return false;
      return detail::read_clock(s.substr(11), n) &&
             make_decimal(std::int64_t{day.days()} * 86'400'000 + n, -3, out);
    case value_kind::duration: return detail::read_duration(s, false, n) && make_decimal(n, -3, out);
    case value_kind::months: return detail::read_duration(s, true, n) && make_decimal(n, 0, out);
    default: return false;
  }
}

/// The kind of an ISO 8601 text, and its position; null if it is none of them.
constexpr value_kind temporal_kind(std::string_view s, decimal& out) noexcept {
  for (const value_kind k : {value_kind::date, value_kind::date_time, value_kind::time, value_kind::months,
                             value_kind::duration})
    if (read_temporal(k, s, out)) return k;
  return value_kind::null;
}

}  // namespace ectp::inline ECTP_ABI::policy
