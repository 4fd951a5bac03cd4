#pragma once
/// A value or an error, both ways: ask it (`if (r) use(*r); else show(r.error())`), or let
/// `value()` throw `ectp::exception`. Without exceptions `value()` on an error ends the program
/// after printing the error.
#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#if !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#  include <cstdio>
#  include <cstdlib>
#endif

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"

namespace ectp::inline ECTP_ABI {

/// Thrown by `result::value()`; carries the whole error.
class exception : public std::exception {
 public:
  explicit exception(ectp::error e) : error_(std::move(e)), text_(to_string(error_)) {}
  const char* what() const noexcept override { return text_.c_str(); }
  const ectp::error& error() const noexcept { return error_; }

 private:
  ectp::error error_;
  std::string text_;
};

namespace detail {
[[noreturn]] inline void raise(const error& e) {
#if ECTP_EXCEPTIONS
  throw exception(e);
#else
  std::fputs((to_string(e) + "\n").c_str(), stderr);
  std::abort();
#endif
}
}  // namespace detail

/// The result of anything that can fail on its input. `T` is a regular type; `result<void>`
/// says only whether it worked.
template <class T>
class [[nodiscard]] result {
 public:
  using value_type = T;
  result(T v) noexcept(std::is_nothrow_move_constructible_v<T>) : ok_(true) {
    ::new (static_cast<void*>(&value_)) T(std::move(v));
  }
  result(ectp::error e) noexcept : ok_(false) {
    ::new (static_cast<void*>(&error_)) ectp::error(std::move(e));
  }
  result(const result& o) : ok_(o.ok_) {
    if (ok_) ::new (static_cast<void*>(&value_)) T(o.value_);
    else ::new (static_cast<void*>(&error_)) ectp::error(o.error_);
  }
  result(result&& o) noexcept(std::is_nothrow_move_constructible_v<T>) : ok_(o.ok_) {
    if (ok_) ::new (static_cast<void*>(&value_)) T(std::move(o.value_));
    else ::new (static_cast<void*>(&error_)) ectp::error(std::move(o.error_));
  }
  result& operator=(result o) noexcept(std::is_nothrow_move_constructible_v<T>) {
    destroy();
    ::new (static_cast<void*>(this)) result(std::move(o));
    return *this;
  }
  ~result() { destroy(); }

  bool has_value() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }

  /// The value; precondition: `has_value()`.
  T& operator*() & noexcept { return value_; }
  const T& operator*() const& noexcept { return value_; }
  T operator*() && { return std::move(value_); }  // by value: nothing dangles in a range-for
  T* operator->() noexcept { return &value_; }
  const T* operator->() const noexcept { return &value_; }

  /// The value, or `ectp::exception` with the error.
  T& value() & {
    if (!ok_) detail::raise(error_);
    return value_;
  }
  const T& value() const& {
    if (!ok_) detail::raise(error_);
    return value_;
  }
  T value() && {
    if (!ok_) detail::raise(error_);
    return std::move(value_);
  }
  T value_or(T other) const& { return ok_ ? value_ : std::move(other); }

  /// The error; precondition: `!has_value()`.
  const ectp::error& error() const& noexcept { return error_; }
  ectp::error&& error() && noexcept { return std::move(error_); }

 private:
  void destroy() noexcept {
    if (ok_) value_.~T();
    else error_.~error();
  }
  union {
    T value_;
    ectp::error error_;
  };
  bool ok_;
};

template <>
class [[nodiscard]] result<void> {
 public:
  using value_type = void;
  result() noexcept = default;
  result(ectp::error e) noexcept : error_(std::move(e)), ok_(false) {}
  bool has_value() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  void value() const {
    if (!ok_) detail::raise(error_);
  }
  const ectp::error& error() const& noexcept { return error_; }
  ectp::error&& error() && noexcept { return std::move(error_); }

 private:
  ectp::error error_{};
  bool ok_ = true;
};

}  // namespace ectp::inline ECTP_ABI
