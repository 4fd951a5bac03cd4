#pragma once
/// One value that goes into a decision or comes out of it: null, boolean, number, text, or a date,
/// time or duration. `value_ref` looks at text it does not own; `value` owns it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// The kind of a value. Every kind from `date` on is a position on a line, kept as a number.
enum class value_kind : std::uint8_t {
  null,
  boolean,
  number,
  text,
  date,       ///< days since 1970-01-01
  time,       ///< of the day, in seconds; milliseconds at most
  date_time,  ///< without a zone: seconds since 1970-01-01T00:00:00; milliseconds at most
  duration,   ///< days and time: seconds; milliseconds at most
  months      ///< years and months
};

/// The kind's name in messages, as DMN has it.
constexpr std::string_view name(value_kind k) noexcept {
  constexpr std::string_view names[] = {"null", "boolean",       "number",
                                        "text", "date",          "time",
                                        "date and time", "days and time duration", "years and months duration"};
  return names[static_cast<std::size_t>(k)];
}

/// Is it a date, a time or a duration?
constexpr bool is_temporal(value_kind k) noexcept { return k >= value_kind::date; }

/// Is it a position on a line: a number, or a date, time or duration?
constexpr bool is_line(value_kind k) noexcept { return k == value_kind::number || is_temporal(k); }

/// A trivially copyable view of a value. Text is borrowed: it must outlive the view. NaN is null.
class value_ref {
 public:
  /// Null.
  constexpr value_ref() noexcept : number_(0) {}
  constexpr value_ref(std::nullptr_t) noexcept : number_(0) {}
  /// A boolean; from `bool` only, never from a pointer or a number.
  template <class T>
    requires std::is_same_v<T, bool>
  constexpr value_ref(T b) noexcept : boolean_(b), kind_(value_kind::boolean) {}
  /// A number; NaN becomes null. Integers beyond 2^53 are rounded to the nearest double.
  template <class T>
    requires(std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char>)
  constexpr value_ref(T n) noexcept : number_(static_cast<double>(n)), kind_(value_kind::number) {
    if (number_ != number_) *this = value_ref();
  }
  /// Text, borrowed.
  constexpr value_ref(std::string_view s) noexcept : text_(s), kind_(value_kind::text) {}
  constexpr value_ref(const char* s) noexcept : value_ref(std::string_view(s)) {}
  value_ref(const std::string& s) noexcept : value_ref(std::string_view(s)) {}
  /// A day.
  constexpr value_ref(ectp::date d) noexcept : value_ref(value_kind::date, d.days()) {}
  /// A position on the line of that kind, in the kind's unit; NaN becomes null. Precondition:
  /// `is_line(k)`.
  constexpr value_ref(value_kind k, double position) noexcept : number_(position), kind_(k) {
    if (number_ != number_) *this = value_ref();
  }

  constexpr value_kind kind() const noexcept { return kind_; }
  constexpr bool is_null() const noexcept { return kind_ == value_kind::null; }
  /// Precondition: `kind() == value_kind::boolean`.
  constexpr bool boolean() const noexcept { return boolean_; }
  /// The number, or the position in the kind's unit. Precondition: `is_line(kind())`.
  constexpr double number() const noexcept { return number_; }
  /// Precondition: `kind() == value_kind::text`.
  constexpr std::string_view text() const noexcept { return text_; }

  /// Same kind and same value; null equals null, and -0 equals 0.
  friend constexpr bool operator==(const value_ref& a, const value_ref& b) noexcept {
    if (a.kind_ != b.kind_) return false;
    switch (a.kind_) {
      case value_kind::null: return true;
      case value_kind::boolean: return a.boolean_ == b.boolean_;
      case value_kind::text: return a.text_ == b.text_;
      default: return a.number_ == b.number_;
    }
  }

 private:
  union {
    double number_;
    bool boolean_;
    std::string_view text_;
  };
  value_kind kind_ = value_kind::null;
};

/// A value that owns its text.
class value {
 public:
  /// Null.
  value() = default;
  value(value_ref v)
      : kind_(v.kind()),
        boolean_(v.kind() == value_kind::boolean && v.boolean()),
        number_(is_line(v.kind()) ? v.number() : 0),
        text_(v.kind() == value_kind::text ? v.text() : std::string_view()) {}

  value_kind kind() const noexcept { return kind_; }
  bool is_null() const noexcept { return kind_ == value_kind::null; }
  /// False unless it is the boolean true.
  bool boolean() const noexcept { return boolean_; }
  /// The number, or the position in the kind's unit; else 0.
  double number() const noexcept { return number_; }
  /// Empty unless it is text.
  const std::string& text() const noexcept { return text_; }
  /// A view that lives as long as this value is neither changed nor destroyed.
  value_ref ref() const noexcept {
    switch (kind_) {
      case value_kind::null: return {};
      case value_kind::boolean: return boolean_;
      case value_kind::text: return text_;
      default: return {kind_, number_};
    }
  }
  friend bool operator==(const value&, const value&) = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned /*version*/) {
    ar & kind_;
    ar & boolean_;
    ar & number_;
    ar & text_;
  }

 private:
  value_kind kind_ = value_kind::null;
  bool boolean_ = false;
  double number_ = 0;
  std::string text_;
};

/// A value with the name of the column it is meant for. Both texts are borrowed.
struct named_value {
  std::string_view name;
  value_ref value;
  friend constexpr bool operator==(const named_value&, const named_value&) = default;
};

/// The value as a literal of a table: `null`, `true`, `0.75`, `"low"`, `2025-09-01`. Numbers are
/// written with the fewest digits up to 15 that read back as the same double, else with 17.
ECTP_DECL std::string to_string(value_ref v);

/// A position as ISO 8601 has it, to the millisecond. Precondition: `is_temporal(kind)`.
ECTP_DECL std::string temporal_text(value_kind kind, double position);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/value.ipp"
#endif
