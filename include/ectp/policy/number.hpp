#pragma once
/// Numbers as people write them: decimals of at most 15 significant digits, kept exactly and
/// rounded once to the nearest double. Different decimals give different doubles in the same
/// order, so a threshold means the same in a table, in a batch and in an analysis.
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/text.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// The powers of ten that a double holds exactly.
inline constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                           1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                           1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
}  // namespace detail

/// coefficient x 10^exponent, in lowest form: the coefficient has at most 15 digits and does not
/// end in 0; the exponent lies in -22 to 22; zero is {0, 0}.
struct decimal {
  std::int64_t coefficient = 0;
  std::int32_t exponent = 0;

  /// The nearest double: both operands are exact, so the one operation rounds correctly.
  constexpr double to_double() const noexcept {
    const auto c = static_cast<double>(coefficient);
    return exponent < 0 ? c / detail::powers_of_ten[-exponent] : c * detail::powers_of_ten[exponent];
  }
  constexpr bool is_integer() const noexcept { return exponent >= 0; }

  friend constexpr bool operator==(const decimal&, const decimal&) noexcept = default;
  /// By value.
  friend constexpr std::strong_ordering operator<=>(const decimal& a, const decimal& b) noexcept {
    if (a == b) return std::strong_ordering::equal;
    return a.to_double() < b.to_double() ? std::strong_ordering::less : std::strong_ordering::greater;
  }

  template <class Archive>
  void serialize(Archive& ar, unsigned /*version*/) {
    ar & coefficient;
    ar & exponent;
  }
};

/// coefficient x 10^exponent brought to its lowest form; false if it has no such form.
constexpr bool make_decimal(std::int64_t coefficient, std::int64_t exponent, decimal& out) noexcept {
  out = {};
  if (coefficient == 0) return true;
  for (; coefficient % 10 == 0; ++exponent) coefficient /= 10;
  constexpr std::int64_t most = 999'999'999'999'999;
  if (coefficient > most || coefficient < -most || exponent < -22 || exponent > 22) return false;
  out = {coefficient, static_cast<std::int32_t>(exponent)};
  return true;
}

/// What `scan_number` found at the beginning of a text.
struct scanned_number {
  decimal value;
  std::size_t size = 0;  ///< bytes that belong to the number; 0: the text does not begin with one
  bool too_many_digits = false;  ///< more than 15 significant digits
  bool too_extreme = false;      ///< the exponent of its lowest form is outside -22 to 22
};

/// Reads `-`, digits, a point with digits behind it, and an exponent such as `e-3`. Either side of
/// the point may be left out, not both. `0..5` begins with the number 0.
constexpr scanned_number scan_number(std::string_view s) noexcept {
  scanned_number out;
  std::size_t i = 0;
  const auto digit_at = [&](std::size_t k) { return k < s.size() && is_digit(s[k]); };
  const bool negative = i < s.size() && s[i] == '-';
  if (negative) ++i;
  std::int64_t coefficient = 0;
  std::int64_t exponent = 0, pending_zeros = 0;
  int significant = 0;
  bool any = false;
  const auto take = [&](bool fraction) {
    for (; digit_at(i); ++i) {
      any = true;
      if (fraction) --exponent;
      // Zeros count only once a digit other than 0 follows them.
      if (s[i] == '0') {
        if (coefficient != 0) ++pending_zeros;
        continue;
      }
      if (coefficient != 0) significant += static_cast<int>(pending_zeros < 20 ? pending_zeros : 20);
      if (++significant > 15) {
        significant = 15;
        out.too_many_digits = true;
      } else {
        for (; pending_zeros > 0; --pending_zeros) coefficient *= 10;
        coefficient = coefficient * 10 + (s[i] - '0');
      }
      pending_zeros = 0;
    }
  };
  take(false);
  if (i + 1 < s.size() && s[i] == '.' && digit_at(i + 1)) {
    ++i;
    take(true);
  }
  if (!any) return {};
  if (i < s.size() && (s[i] == 'e' || s[i] == 'E')) {
    const std::size_t sign = i + 1 < s.size() && (s[i + 1] == '-' || s[i + 1] == '+') ? 1 : 0;
    if (digit_at(i + 1 + sign)) {
      const bool down = sign == 1 && s[i + 1] == '-';
      std::int64_t e = 0;
      for (i += 1 + sign; digit_at(i); ++i)
        if (e < 1'000'000) e = e * 10 + (s[i] - '0');
      exponent += down ? -e : e;
    }
  }
  out.size = i;
  if (coefficient == 0 || out.too_many_digits) return out;
  exponent += pending_zeros;
  if (exponent < -22 || exponent > 22) {
    out.too_extreme = true;
    return out;
  }
  out.value = {negative ? -coefficient : coefficient, static_cast<std::int32_t>(exponent)};
  return out;
}

/// The decimal of fewest digits that rounds to this double; false if 15 digits do not suffice.
constexpr bool nearest_decimal(double x, decimal& out) noexcept {
  if (x == 0) {
    out = {};
    return true;
  }
  const double size = x < 0 ? -x : x;
  for (std::int32_t e = 22; e >= -22; --e) {
    const double scaled = e < 0 ? size * detail::powers_of_ten[-e] : size / detail::powers_of_ten[e];
    if (!(scaled < 999'999'999'999'999.5)) return false;
    if (scaled < 0.5) continue;
    auto c = static_cast<std::int64_t>(scaled);
    if (scaled - static_cast<double>(c) >= 0.5) ++c;
    const decimal d{x < 0 ? -c : c, e};
    if (d.to_double() != x) continue;
    out = d;
    return c % 10 != 0;
  }
  return false;
}

/// All digits, without an exponent: `-0.05`, `120`.
ECTP_DECL std::string to_string(const decimal& d);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/number.ipp"
#endif
