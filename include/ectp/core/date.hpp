#pragma once
/// Civil days. No clock, no time zone, no locale: a date is a count of days, and "today" is
/// always an argument.
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/core/nvp.hpp>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"

namespace ectp::inline ECTP_ABI {

/// Monday is 0.
enum class weekday : std::uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

/// A day of the proleptic Gregorian calendar, from 0001-01-01 to 9999-12-31.
class date {
 public:
  /// 1970-01-01.
  constexpr date() noexcept = default;
  /// Whole days since 1970-01-01, negative before.
  static constexpr date from_days(std::int32_t n) noexcept {
    date d;
    d.days_ = n;
    return d;
  }
  /// Is there such a day, in years 1 to 9999?
  static constexpr bool exists(int y, unsigned m, unsigned d) noexcept {
    return y >= 1 && y <= 9999 && m >= 1 && m <= 12 && d >= 1 && d <= days_in_month(y, m);
  }
  /// Precondition: `exists(y, m, d)`.
  static constexpr date from_civil(int y, unsigned m, unsigned d) noexcept {
    const int yy = y - (m <= 2 ? 1 : 0);
    const int era = (yy >= 0 ? yy : yy - 399) / 400;
    const auto yoe = static_cast<unsigned>(yy - era * 400);
    const unsigned doy = (153 * (m > 2 ? m - 3 : m + 9) + 2) / 5 + d - 1;
    const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return from_days(era * 146097 + static_cast<int>(doe) - 719468);
  }
  static constexpr unsigned days_in_month(int y, unsigned m) noexcept {
    if (m == 2) return (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) ? 29 : 28;
    return (m == 4 || m == 6 || m == 9 || m == 11) ? 30 : 31;
  }

  constexpr std::int32_t days() const noexcept { return days_; }
  constexpr ectp::weekday weekday() const noexcept {
    const auto w = static_cast<int>((std::int64_t{days_} + 3) % 7);
    return static_cast<ectp::weekday>(w < 0 ? w + 7 : w);
  }
  constexpr int year() const noexcept { return civil().y; }
  constexpr unsigned month() const noexcept { return civil().m; }
  constexpr unsigned day() const noexcept { return civil().d; }

  friend constexpr date operator+(date d, std::int32_t n) noexcept { return from_days(d.days_ + n); }
  friend constexpr date operator-(date d, std::int32_t n) noexcept { return from_days(d.days_ - n); }
  friend constexpr std::int32_t operator-(date a, date b) noexcept { return a.days_ - b.days_; }
  friend constexpr auto operator<=>(const date&, const date&) noexcept = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned /*version*/) {
    ar& boost::make_nvp("days", days_);
  }

 private:
  struct ymd {
    int y;
    unsigned m, d;
  };
  constexpr ymd civil() const noexcept {
    const std::int64_t z = std::int64_t{days_} + 719468;
    const auto era = static_cast<int>((z >= 0 ? z : z - 146096) / 146097);
    const auto doe = static_cast<unsigned>(z - std::int64_t{era} * 146097);
    const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const unsigned mp = (5 * doy + 2) / 153;
    const unsigned m = mp < 10 ? mp + 3 : mp - 9;
    return {static_cast<int>(yoe) + era * 400 + (m <= 2 ? 1 : 0), m, doy - (153 * mp + 2) / 5 + 1};
  }
  std::int32_t days_ = 0;
};

namespace detail {
/// `YYYY-MM-DD` exactly; false when it is anything else or no such day exists.
constexpr bool read_iso_date(std::string_view s, date& out) noexcept {
  if (s.size() != 10 || s[4] != '-' || s[7] != '-') return false;
  const auto number = [&](unsigned from, unsigned n) {
    unsigned v = 0;
    for (unsigned i = from; i != from + n; ++i) {
      if (s[i] < '0' || s[i] > '9') return 0u;
      v = v * 10 + static_cast<unsigned>(s[i] - '0');
    }
    return v;
  };
  const auto y = static_cast<int>(number(0, 4));
  const unsigned m = number(5, 2), d = number(8, 2);
  if (!date::exists(y, m, d)) return false;
  out = date::from_civil(y, m, d);
  return true;
}
}  // namespace detail

/// Reads `YYYY-MM-DD`. Error: `bad_date`, also for days that do not exist and for other orders.
ECTP_LAZY
result<date> parse_date(std::string_view s) {
  date d;
  if (detail::read_iso_date(s, d)) return d;
  return error{errc::bad_date, "'" + std::string(s.substr(0, 40)) + "' is not a calendar day", {},
               "YYYY-MM-DD, for example 2025-11-24",
               s.find('/') != s.npos ? "dates such as 24/11/2025 are ambiguous: write 2025-11-24" : ""};
}

/// `YYYY-MM-DD`.
ECTP_LAZY
std::string to_string(date d) {
  const int y = d.year();
  const unsigned m = d.month(), k = d.day();
  const auto c = [](int n) { return static_cast<char>('0' + n % 10); };
  const auto mi = static_cast<int>(m), ki = static_cast<int>(k);
  return {c(y / 1000), c(y / 100), c(y / 10), c(y), '-', c(mi / 10), c(mi), '-', c(ki / 10), c(ki)};
}

}  // namespace ectp::inline ECTP_ABI
