#pragma once
/// A weighted mean in whole numbers. Sums add exactly, so the order of rows, partitions, threads
/// and machines cannot change a digit; nothing here is floating point.
#include <compare>
#include <cstdint>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI {

/// n / d where n = sum(weight * decay * value) and d = sum(weight * decay). Weights and values in
/// thousandths (0 to 1000), decay at most 2^24, at most 500,000 values: then 64 bits are enough.
struct weighted_mean {
  std::int64_t n = 0, d = 0;

  constexpr void add(int weight, std::uint32_t decay, int value) noexcept {
    const std::int64_t w = std::int64_t{weight} * decay;
    d += w;
    n += w * value;
  }
  /// Merges the sums of another partition.
  constexpr void add(const weighted_mean& other) noexcept {
    n += other.n;
    d += other.d;
  }
  /// floor(1000 * n / d): the mean in millionths. Precondition: `d` is not 0.
  constexpr std::int64_t millionths() const noexcept { return 1000 * (n / d) + 1000 * (n % d) / d; }
  /// What the floor leaves, over `d`.
  constexpr std::int64_t remainder() const noexcept { return 1000 * (n % d) % d; }

  friend constexpr bool operator==(const weighted_mean&, const weighted_mean&) = default;
};

namespace detail {
struct wide {
  std::uint64_t high = 0, low = 0;
  friend constexpr auto operator<=>(const wide&, const wide&) = default;
};

// The full product of two 64-bit numbers, without a 128-bit type.
constexpr wide multiply(std::uint64_t a, std::uint64_t b) noexcept {
  const std::uint64_t al = a & 0xffffffffu, ah = a >> 32, bl = b & 0xffffffffu, bh = b >> 32;
  const std::uint64_t low = al * bl, m1 = ah * bl + (low >> 32), m2 = al * bh + (m1 & 0xffffffffu);
  return {ah * bh + (m1 >> 32) + (m2 >> 32), (m2 << 32) | (low & 0xffffffffu)};
}
}  // namespace detail

/// floor(|a - b|) of two exact means, in millionths. Precondition: neither `d` is 0.
constexpr std::int64_t gap_between(const weighted_mean& a, const weighted_mean& b) noexcept {
  const auto rest_less = [](const weighted_mean& x, const weighted_mean& y) {
    return detail::multiply(static_cast<std::uint64_t>(x.remainder()), static_cast<std::uint64_t>(y.d)) <
           detail::multiply(static_cast<std::uint64_t>(y.remainder()), static_cast<std::uint64_t>(x.d));
  };
  const bool less = a.millionths() != b.millionths() ? a.millionths() < b.millionths() : rest_less(a, b);
  const weighted_mean& high = less ? b : a;
  const weighted_mean& low = less ? a : b;
  return high.millionths() - low.millionths() - (rest_less(high, low) ? 1 : 0);
}

}  // namespace ectp::inline ECTP_ABI
