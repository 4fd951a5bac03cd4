#pragma once
/// Where we are: in the programme, in the half-term, in what it has touched so far; who leads the agenda; and
/// what came along from initial training. It says where attention went, never how well anything is done.
#include <string>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/framework/crosswalk.hpp"
#include "ectp/meeting.hpp"
#include "ectp/mentoring/coverage.hpp"
#include "ectp/mentoring/kept.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

/// Who sets the agenda, and what stands in the block's place: the `agenda_lead` policy.
struct agenda_lead {
  named_by leader = named_by::together;
  agenda_block stands = agenda_block::programme;
  ruling why;
  std::string says;
  std::string ask;  ///< a question to open with
};
/// `year` is 1 or 2. Errors: `out_of_range` for any other.
ECTP_DECL result<agenda_lead> agenda_lead_of(int year, bool has_inquiry, bool has_wish, const policies& rules);

/// One statement of a handover, and what it is in the record's edition.
struct came_along {
  std::string from;  ///< as the ECT wrote it, `edition:code`
  std::string to;    ///< `edition:code` here; empty where there is no counterpart
  bool secure = false;  ///< settled in training, in the ECT's own words; else still growing
  ectp::standing standing = ectp::standing::exact;
  std::string says;  ///< what the link is worth
  std::string rule;  ///< of the `came_along` policy; empty where both are the same edition
  friend bool operator==(const came_along&, const came_along&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(from) & ECTP_NVP(to) & ECTP_NVP(secure) & ECTP_NVP(standing) & ECTP_NVP(says) & ECTP_NVP(rule);
  }
};

/// What came along for one standard, in the order that the ECT wrote it.
struct standard_handover {
  std::string standard;  ///< `edition:S4`; empty for what has no place here
  std::vector<came_along> came;
  friend bool operator==(const standard_handover&, const standard_handover&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(standard) & ECTP_NVP(came);
  }
};

/// A handover in the terms of `tree`: every standard, in order, then what has no counterpart, if anything. A
/// statement that was split comes along several times. It belongs to the ECT and is no rating: nothing here
/// turns into evidence. Errors: `unknown_edition`, `unknown_code`, `bad_argument` for editions without links.
ECTP_DECL result<std::vector<standard_handover>> itt_view_of_handover(const handover& h, const framework::tree& tree,
                                                                      const policies& rules);

/// A half-term, the holiday after it included, and on how many days each theme was touched.
struct theme_days {
  std::string half_term;
  date from, until;       ///< the days counted, both in it
  bool now = false;       ///< is it the one that today is in?
  std::vector<int> days;  ///< for each theme of the `themes` list
  friend bool operator==(const theme_days&, const theme_days&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(half_term) & ECTP_NVP(from) & ECTP_NVP(until) & ECTP_NVP(now) & ECTP_NVP(days);
  }
};

/// The half-terms from the start of the post (else from the first touch) to today, without those that have no day
/// in post: they are no gap. What touches a theme is what `coverage_of` counts.
ECTP_DECL std::vector<theme_days> themes_by_half_term(const framework::tree& tree, const record_state& state,
                                                      const policies& rules);

/// How many of a standard's statements were touched so far.
struct standard_touched {
  std::string standard;
  int touched = 0, statements = 0;
};

struct place {
  date today;
  int year = 1;             ///< of the programme, by the block; 1 where the record does not say
  std::string half_term;    ///< that today is in; empty in a holiday
  int half_term_number = 0; ///< of those with a day in post; 0 in a holiday or where it is not known
  int school_days_left = 0; ///< in this half-term, today included
  int weeks_left = 0;       ///< the same in school weeks, begun ones counted
  maybe<ectp::block> block;
  maybe<ectp::inquiry> inquiry;
  agenda_lead lead;
  ectp::focus focus;
  std::vector<theme> themes;
  std::vector<theme_days> coverage;
  std::vector<standard_touched> touched;
  maybe<ectp::handover> handover;
  std::vector<standard_handover> came;  ///< empty without a handover
};

/// The place of a record as of its state's day; `plan` is the plan of that day. Errors: those of the parts.
ECTP_DECL result<place> place_of(const meeting::meeting_plan& plan, const record_state& state,
                                 const framework::tree& tree, const policies& rules);

/// As a page, at most 92 columns wide.
ECTP_DECL std::string to_text(const place& p, const framework::tree& tree, const policies& rules);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/place.ipp"
#endif
