#pragma once
/// School days. A calendar is content: half-terms and the days within them when schools close,
/// each with its reason. A trust's own calendar is as good as ours.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/serial.hpp"

namespace ectp::inline ECTP_ABI {

struct half_term {
  date from, until;   ///< both in it
  std::string label;  ///< such as `2025-26/H2`
  friend bool operator==(const half_term&, const half_term&) = default;
};

class school_calendar {
 public:
  school_calendar() = default;
  /// Columns: from, to, kind (`half_term` or `closed`), label, reason, basis, source. Errors are
  /// located: dates, order, overlap, an unknown kind.
  ECTP_DECL static result<school_calendar> read_csv(std::string_view csv_text, const std::string& file);

  const std::vector<half_term>& half_terms() const noexcept { return half_terms_; }
  bool empty() const noexcept { return half_terms_.empty(); }
  /// Does the calendar know this day? Outside it Monday to Friday are counted as school days.
  bool covers(date d) const noexcept {
    return !empty() && d >= half_terms_.front().from && d <= half_terms_.back().until;
  }
  /// School days later than `after` and not later than `until`; 0 when there are none.
  ECTP_DECL std::int32_t school_days(date after, date until) const noexcept;
  /// The half-term that a day is in, or none.
  ECTP_DECL const half_term* find(date d) const noexcept;
  /// The first school day on which at least `n` school days have passed since `after`.
  ECTP_DECL date after_school_days(date after, std::int32_t n) const noexcept;

 private:
  std::vector<half_term> half_terms_;  // ascending, apart
  std::vector<std::int32_t> open_;     // every school day within them, ascending
};

/// A stretch of time in post: from, last day (none while it goes on), full-time equivalent in
/// thousandths. Time away is simply in none of them, so no reason for it is ever an input.
struct time_in_post {
  date from;
  maybe<date> until;
  int fte = 1000;
  friend bool operator==(const time_in_post&, const time_in_post&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(from);
    ECTP_OPTIONAL(until);
    ar& ECTP_NVP(fte);
  }
};

/// School days in post later than `after` and not later than `until`: calendar days times
/// full-time equivalent, breaks left out, floored. Half-time teachers and returners lose
/// nothing by being away. Without any stretch, full time throughout is assumed.
ECTP_DECL std::int64_t days_in_post(const school_calendar& calendar, const std::vector<time_in_post>& service,
                                    date after, date until) noexcept;

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/induction/impl/calendar.ipp"
#endif
