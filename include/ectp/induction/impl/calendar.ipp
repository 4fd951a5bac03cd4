#pragma once
#include "ectp/core/data_table.hpp"
#include "ectp/induction/calendar.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF result<school_calendar> school_calendar::read_csv(std::string_view csv_text, const std::string& file) {
  const auto table = data_table::read(csv_text, file, {"from", "to", "kind", "label"});
  if (!table) return table.error();
  school_calendar out;
  std::vector<std::int32_t> closed;
  for (std::size_t r = 0; r != table->size(); ++r) {
    half_term h;
    for (const std::string_view column : {std::string_view("from"), std::string_view("to")}) {
      auto d = parse_date(table->at(r, column));
      if (!d) {
        error e = d.error();
        e.at = table->where(r, column);
        return e;
      }
      (column == "from" ? h.from : h.until) = *d;
    }
    if (h.until < h.from) return table->fail(r, "to", errc::out_of_range, "the day in 'from' or later");
    if (h.until - h.from > 400) return table->fail(r, "to", errc::out_of_range, "a stretch of at most 400 days");
    h.label = table->at(r, "label");
    if (table->at(r, "kind") == "closed") {
      for (date d = h.from; d <= h.until; d = d + 1) closed.push_back(d.days());
    } else if (table->at(r, "kind") == "half_term") {
      if (!out.half_terms_.empty() && h.from <= out.half_terms_.back().until)
        return table->fail(r, "from", errc::out_of_range, "half-terms in order that do not overlap");
      out.half_terms_.push_back(h);
    } else {
      return table->fail(r, "kind", errc::out_of_range, "half_term or closed");
    }
  }
  if (out.half_terms_.empty())
    return error{errc::bad_table, "the calendar has no half-term", {file, 1, 1, ""}, "at least one half_term row", ""};
  for (const auto& h : out.half_terms_)
    for (date d = h.from; d <= h.until; d = d + 1) {
      bool open = d.weekday() < weekday::saturday;
      for (const auto c : closed) open = open && c != d.days();
      if (open) out.open_.push_back(d.days());
    }
  return out;
}

namespace detail {
// Weekdays later than `after` and not later than `until`.
ECTP_DECL std::int32_t weekdays(date after, date until) noexcept {
  if (until <= after) return 0;
  const std::int32_t days = until - after, weeks = days / 7;
  std::int32_t n = weeks * 5;
  for (date d = after + weeks * 7 + 1; d <= until; d = d + 1)
    if (d.weekday() < weekday::saturday) ++n;
  return n;
}
// How many of the ascending numbers are at most `limit`.
ECTP_DECL std::int32_t at_most(const std::vector<std::int32_t>& ascending, std::int32_t limit) noexcept {
  std::size_t lo = 0, hi = ascending.size();
  while (lo < hi) {
    const std::size_t mid = lo + (hi - lo) / 2;
    if (ascending[mid] <= limit) lo = mid + 1;
    else hi = mid;
  }
  return static_cast<std::int32_t>(lo);
}
}  // namespace detail

ECTP_DEF std::int32_t school_calendar::school_days(date after, date until) const noexcept {
  if (until <= after) return 0;
  if (empty()) return detail::weekdays(after, until);
  const date first = half_terms_.front().from, last = half_terms_.back().until;
  std::int32_t n = detail::at_most(open_, until.days()) - detail::at_most(open_, after.days());
  if (after < first) n += detail::weekdays(after, until < first ? until : first - 1);
  if (until > last) n += detail::weekdays(after > last ? after : last, until);
  return n;
}

ECTP_DEF const half_term* school_calendar::find(date d) const noexcept {
  for (const auto& h : half_terms_)
    if (h.from <= d && d <= h.until) return &h;
  return nullptr;
}

ECTP_DEF date school_calendar::after_school_days(date after, std::int32_t n) const noexcept {
  date d = after;
  while (school_days(after, d) < n) d = d + 1;
  return d;
}

ECTP_DEF std::int64_t days_in_post(const school_calendar& calendar, const std::vector<time_in_post>& service,
                                    date after, date until) noexcept {
  if (service.empty()) return calendar.school_days(after, until);
  std::int64_t thousandths = 0;
  for (const auto& s : service) {
    const date from = s.from - 1 > after ? s.from - 1 : after;
    const date to = s.until && *s.until < until ? *s.until : until;
    thousandths += std::int64_t{s.fte} * calendar.school_days(from, to);
  }
  return thousandths / 1000;
}

}  // namespace ectp::inline ECTP_ABI
