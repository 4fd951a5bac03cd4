#pragma once
/// A growing array with the few operations the engines need: the shape of std::vector at a small
/// part of its cost to compile, which a header-only program pays for every type of item.
#include <cstddef>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI {

/// Any number of items, which are default-constructible.
template <class T>
class list {
 public:
  constexpr list() = default;
  constexpr list(const list& o) : list() {
    reserve(o.size_);
    for (const T& item : o) push_back(item);
  }
  constexpr list(list&& o) noexcept : items_(o.items_), size_(o.size_), capacity_(o.capacity_) {
    o.items_ = nullptr;
    o.size_ = o.capacity_ = 0;
  }
  constexpr list& operator=(list o) noexcept {
    T* const items = items_;
    items_ = o.items_;
    o.items_ = items;
    size_ = o.size_;
    capacity_ = o.capacity_;
    return *this;
  }
  constexpr ~list() { delete[] items_; }

  constexpr void push_back(T v) {
    if (size_ == capacity_) reserve(size_ == 0 ? 4 : 2 * size_);
    items_[size_++] = static_cast<T&&>(v);
  }
  constexpr void pop_back() noexcept { --size_; }
  constexpr void clear() noexcept { size_ = 0; }
  constexpr void reserve(std::size_t n) {
    if (n <= capacity_) return;
    T* const items = new T[n]();
    for (std::size_t i = 0; i != size_; ++i) items[i] = static_cast<T&&>(items_[i]);
    delete[] items_;
    items_ = items;
    capacity_ = n;
  }
  /// n items, all equal to `v`.
  constexpr void assign(std::size_t n, const T& v) {
    clear();
    reserve(n);
    for (; size_ != n; ++size_) items_[size_] = v;
  }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr T* data() noexcept { return items_; }
  constexpr const T* data() const noexcept { return items_; }
  constexpr T& operator[](std::size_t i) noexcept { return items_[i]; }
  constexpr const T& operator[](std::size_t i) const noexcept { return items_[i]; }
  constexpr const T& back() const noexcept { return items_[size_ - 1]; }
  constexpr T& back() noexcept { return items_[size_ - 1]; }
  constexpr const T* begin() const noexcept { return items_; }
  constexpr const T* end() const noexcept { return items_ + size_; }
  friend constexpr bool operator==(const list& a, const list& b) noexcept {
    if (a.size_ != b.size_) return false;
    for (std::size_t i = 0; i != a.size_; ++i)
      if (!(a.items_[i] == b.items_[i])) return false;
    return true;
  }

 private:
  T* items_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace ectp::inline ECTP_ABI
