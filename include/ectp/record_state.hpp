#pragma once
/// What holds today: the fold of a record's entries. Whatever was corrected no longer counts.
#include <string>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/record.hpp"

namespace ectp::inline ECTP_ABI {

/// A step and what became of it.
struct step_now {
  step agreed;
  entry_id entry;
  date agreed_on;
  step_status status = step_status::agreed;
  std::vector<step_tried> lessons;  ///< in which it was tried, by day
  /// Is it still being worked on?
  bool live() const noexcept {
    return status == step_status::agreed || status == step_status::rehearsed || status == step_status::in_use ||
           status == step_status::carried_forward;
  }
  /// Lessons without success since the last one that met the criteria.
  ECTP_LAZY
  int misses() const noexcept {
    int n = 0;
    for (const auto& l : lessons) n = l.met ? 0 : n + 1;
    return n;
  }
};

/// A wish with the day it was written down.
struct dated_wish {
  wish what;
  entry_id entry;
  date on;
};

struct record_state {
  date today;
  maybe<ectp::start> start;
  std::vector<time_in_post> service;
  maybe<ectp::block> block;
  maybe<dated_wish> wish;  ///< since the last meeting
  maybe<ectp::target> target;
  std::vector<step_now> steps;
  std::vector<evidence> rows;       ///< evidence that counts
  std::vector<session> sessions;    ///< the latest word on each, by day
  std::vector<decision> decisions;  ///< in the order they were made
  std::vector<assessment> notices;  ///< due today or later, by day
  std::vector<entitlement> entitlements;  ///< the latest word on each item
  std::vector<rehearsed> rehearsals;      ///< by day
  std::vector<feedback> feedback_given;        ///< both ways, by the day it was given
  std::vector<appraisal> appraisals;      ///< in the order they were written down
  std::vector<agreement> agreements;      ///< the latest word on each, by the day they are looked at
  maybe<ectp::handover> handover;         ///< the ECT's own latest
  maybe<ectp::inquiry> inquiry;           ///< the latest, until its day has passed
  maybe<date> inquiry_on;                 ///< the day on which that was first written down

  /// The mentor meeting planned for today or the first one later, or none.
  ECTP_LAZY
  const session* next_meeting() const noexcept { return meeting(0); }
  ECTP_LAZY
  const session* meeting_after_next() const noexcept { return meeting(1); }
  ECTP_LAZY
  const session* last_meeting() const noexcept {
    const session* found = nullptr;
    for (const auto& s : sessions)
      if (s.kind == session_kind::mentor_meeting && s.status == session_status::held) found = &s;
    return found;
  }
  /// The last decision on a standard that chose a path, or none.
  ECTP_LAZY
  const decision* in_force(std::string_view standard) const noexcept {
    const decision* found = nullptr;
    for (const auto& d : decisions)
      if (d.standard() == standard && d.has_chosen()) found = &d;
    return found;
  }
  /// The step being worked on, or none.
  ECTP_LAZY
  const step_now* live_step() const noexcept {
    const step_now* found = nullptr;
    for (const auto& s : steps)
      if (s.live()) found = &s;
    return found;
  }

 private:
  ECTP_LAZY
  const session* meeting(int skip) const noexcept {
    for (const auto& s : sessions)
      if (s.kind == session_kind::mentor_meeting && s.status == session_status::planned && s.held_on >= today &&
          skip-- == 0)
        return &s;
    return nullptr;
  }
};

/// Folds a record as of `today`, checking it whole: every code against the edition, dates against
/// `today` (`future_date`), scores against their scale, raters against their source, references
/// against what is there. Errors carry the JSON path of the entry's field.
ECTP_DECL result<record_state> state_of(const record& r, const framework::tree& tree, date today);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/impl/record_state.ipp"
#endif
