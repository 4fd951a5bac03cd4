#pragma once
/// A value or none, for types that have a default. It is asked like `std::optional`, and costs every
/// reader of the umbrella a tenth of it: each `std::optional` of another type instantiates dozens of
/// traits.
#include <cstddef>
#include <utility>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI {

template <class T>
class maybe {
 public:
  using value_type = T;
  constexpr maybe() = default;  ///< none
  constexpr maybe(T v) : value_(std::move(v)), has_(true) {}
  constexpr bool has_value() const noexcept { return has_; }
  explicit constexpr operator bool() const noexcept { return has_; }
  /// Precondition for these: `has_value()`.
  constexpr T& operator*() noexcept { return value_; }
  constexpr const T& operator*() const noexcept { return value_; }
  constexpr T* operator->() noexcept { return &value_; }
  constexpr const T* operator->() const noexcept { return &value_; }
  constexpr T value_or(T other) const { return has_ ? value_ : std::move(other); }
  constexpr void reset() {
    value_ = T();
    has_ = false;
  }
  friend constexpr bool operator==(const maybe& a, const maybe& b) {
    return a.has_ == b.has_ && (!a.has_ || a.value_ == b.value_);
  }

 private:
  T value_{};  // the default when there is none
  bool has_ = false;
};

}  // namespace ectp::inline ECTP_ABI
