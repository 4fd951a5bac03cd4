#pragma once
/// Where the parts of a table keep their lists: on the heap at run time, or in fixed arrays, so
/// that the same code serves a constant expression on every compiler.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "ectp/core/config.hpp"
#include "ectp/core/list.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// At most N items in place. Pushing one more sets `overflowed()` and drops the item.
template <class T, std::size_t N>
class fixed_list {
 public:
  constexpr void push_back(T v) noexcept {
    if (size_ == N) overflowed_ = true;
    else items_[size_++] = std::move(v);
  }
  constexpr void pop_back() noexcept { --size_; }
  constexpr void clear() noexcept { size_ = 0; }
  constexpr void reserve(std::size_t) noexcept {}
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr bool overflowed() const noexcept { return overflowed_; }
  constexpr T& operator[](std::size_t i) noexcept { return items_[i]; }
  constexpr const T& operator[](std::size_t i) const noexcept { return items_[i]; }
  constexpr const T* begin() const noexcept { return items_.data(); }
  constexpr const T* end() const noexcept { return items_.data() + size_; }
  friend constexpr bool operator==(const fixed_list& a, const fixed_list& b) noexcept {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i != a.size_; ++i)
      if (!(a.items_[i] == b.items_[i])) return false;
    return true;
  }

 private:
  std::array<T, N> items_{};
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

/// Run time: lists that grow, and text that is owned.
struct heap_storage {
  template <class T>
  using list = ectp::list<T>;
  using text = std::string;
};

/// Constant expressions: at most N items in each list, and text that is borrowed from the source
/// (so that a string with an escape in it cannot be held).
template <std::size_t N>
struct fixed_storage {
  template <class T>
  using list = fixed_list<T, N>;
  using text = std::string_view;
};

namespace detail {
/// Heap sort of list[begin, end): no recursion, no allocation, usable in constant expressions.
template <class List, class Less>
constexpr void sort(List& list, std::size_t begin, std::size_t end, Less less) {
  const std::size_t n = end - begin;
  const auto sink = [&](std::size_t root, std::size_t size) {
    for (std::size_t child; (child = 2 * root + 1) < size; root = child) {
      if (child + 1 < size && less(list[begin + child], list[begin + child + 1])) ++child;
      if (!less(list[begin + root], list[begin + child])) return;
      auto t = std::move(list[begin + root]);
      list[begin + root] = std::move(list[begin + child]);
      list[begin + child] = std::move(t);
    }
  };
  for (std::size_t i = n / 2; i-- > 0;) sink(i, n);
  for (std::size_t size = n; size > 1;) {
    --size;
    auto t = std::move(list[begin]);
    list[begin] = std::move(list[begin + size]);
    list[begin + size] = std::move(t);
    sink(0, size);
  }
}

/// Sorts the whole list and drops repeated items.
template <class List>
constexpr void sort_unique(List& list) {
  using item = std::remove_cvref_t<decltype(list[0])>;
  sort(list, 0, list.size(), [](const item& a, const item& b) { return a < b; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i != list.size(); ++i)
    if (kept == 0 || list[kept - 1] < list[i]) {
      if (kept != i) list[kept] = std::move(list[i]);
      ++kept;
    }
  while (list.size() > kept) list.pop_back();
}

/// The first position in [0, n) at which `before` is false; `before` is true, then false.
template <class Before>
constexpr std::size_t partition_point(std::size_t n, Before before) {
  std::size_t begin = 0;
  while (n != 0) {
    const std::size_t half = n / 2;
    if (before(begin + half)) {
      begin += half + 1;
      n -= half + 1;
    } else {
      n = half;
    }
  }
  return begin;
}
}  // namespace detail

}  // namespace ectp::inline ECTP_ABI::policy
