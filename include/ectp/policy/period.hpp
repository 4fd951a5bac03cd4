#pragma once
/// The days on which something holds, written `2025-09-01..2026-08-31`: both days belong to it, and
/// either may be left out where it has no such end.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/text.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// Days from `from` to `to`, both included. The default is all days.
struct period {
  maybe<date> from;  ///< none: since ever
  maybe<date> to;    ///< none: without an end
  constexpr bool contains(date d) const noexcept { return (!from || *from <= d) && (!to || d <= *to); }
  /// Has it no end on either side?
  constexpr bool always() const noexcept { return !from && !to; }
  friend constexpr bool operator==(const period&, const period&) = default;
};

/// What is wrong with the text of a period.
enum class period_fault : std::uint8_t {
  none,
  no_dots,  ///< not two texts with two dots between them
  no_day,   ///< neither side names a day
  bad_day,  ///< a side is no day written YYYY-MM-DD
  reversed  ///< the first day is behind the last
};

/// Reads a period, with or without blanks around its days. `at` and `size` are the bytes that are at
/// fault, if any are.
constexpr period_fault read_period(std::string_view text, period& out, std::size_t& at, std::size_t& size) noexcept {
  out = period();
  const std::string_view s = trim(text);
  at = s.empty() ? 0 : static_cast<std::size_t>(s.data() - text.data());
  size = s.size();
  const std::size_t dots = s.find("..");
  if (dots == s.npos) return period_fault::no_dots;
  bool any = false;
  for (const bool last : {false, true}) {
    const std::string_view side = last ? s.substr(dots + 2) : s.substr(0, dots), day = trim(side);
    if (day.empty()) continue;
    any = true;
    date d;
    if (!ectp::detail::read_iso_date(day, d)) {
      at = static_cast<std::size_t>(day.data() - text.data());
      size = day.size();
      return period_fault::bad_day;
    }
    (last ? out.to : out.from) = d;
  }
  if (!any) return period_fault::no_day;
  return out.from && out.to && *out.to < *out.from ? period_fault::reversed : period_fault::none;
}

/// `2025-09-01..2026-08-31`, `2025-09-01..`, `..2026-08-31`; empty for all days.
ECTP_LAZY
std::string to_string(const period& p) {
  if (p.always()) return {};
  return (p.from ? ectp::to_string(*p.from) : std::string()) + ".." + (p.to ? ectp::to_string(*p.to) : std::string());
}

}  // namespace ectp::inline ECTP_ABI::policy
