#pragma once
/// The mentoring cycle: diagnose, agree a path, support, feedback, look again. Where a record stands in it, what comes
/// next and why (policy `cycle_due`), what a chosen path shapes over the coming weeks at the same minutes (policy
/// `path_shape`), and in Year 2 what the ECT's own inquiry asks for (policy `inquiry_next`).
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/serial.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/mentoring/diagnosis.hpp"
#include "ectp/mentoring/kept.hpp"
#include "ectp/mentoring/machines.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

/// What people did about a path so far.
enum class path_state : std::uint8_t { none, deferred, decided };
ECTP_WORDS(path_state, "state of the path", "none", "deferred", "decided");

/// The parts of what follows a choice of path.
enum class sequence_part : std::uint8_t { first, second, third, later };
ECTP_WORDS(sequence_part, "part of the sequence", "first", "second", "third", "later");

/// What a record shows of the cycle. Days and weeks are of school and in post.
struct cycle_measures {
  maybe<cycle_part> part;       ///< of the last meeting that names one
  path_state path = path_state::none;  ///< by the last decision on any standard
  bool decided_since = false;   ///< was anything decided on or after that meeting's day?
  bool seen = false;            ///< is there a sighting in post by somebody else?
  maybe<int> lesson_waiting;    ///< school days since the mentor last saw a lesson that nothing was said about
  bool live_step = false;
  int settled = 0;              ///< steps embedded that were agreed since the last diagnosis or decision
  int weeks = 0;                ///< since the last diagnosis or decision, else since the start
  friend bool operator==(const cycle_measures&, const cycle_measures&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ECTP_OPTIONAL(part);
    ar& ECTP_NVP(path) & ECTP_NVP(decided_since) & ECTP_NVP(seen);
    ECTP_OPTIONAL(lesson_waiting);
    ar& ECTP_NVP(live_step) & ECTP_NVP(settled) & ECTP_NVP(weeks);
  }
};

/// What comes next, by the rule that says so.
struct cycle_next {
  cycle_part next = cycle_part::diagnose;
  std::string rule, says;
  basis on = basis::default_policy;
};

/// One part of what a path shapes.
struct shaped {
  sequence_part part = sequence_part::first;
  std::string shape;  ///< the policy's word, such as `space_out`
  int weeks = 0;      ///< of school in post, after the part before it
  maybe<date> on;     ///< the day it is due; none when it is past, or while nobody knows when the ECT is in post
  bool past = false;
  std::string rule, says;
  basis from = basis::default_policy;
};

/// What follows for one standard.
struct path_ahead {
  std::string standard;  ///< `edition:S4`
  maybe<path> chosen;    ///< in force
  ectp::itt_view itt_view = ectp::itt_view::unknown;
  bool checked = false;  ///< seen in post at least once
  std::vector<shaped> parts;
};

/// Minutes that one item of the list `workload` takes in a half-term, on either path.
struct workload_item {
  std::string item;
  int consolidate = 0, extend = 0;
};

/// What mentoring asks for in this half-term, beside what the reduced timetable gives.
struct workload_view {
  std::string half_term;  ///< the one that today is in, or the next; empty past the calendar
  int weeks = 0;          ///< of school in it, part weeks rounded up
  std::vector<workload_item> items;
  int consolidate = 0, extend = 0;  ///< minutes
  int has = 0;                      ///< minutes of the reduced timetable at full time (list `entitlements`)
};

/// What the ECT's inquiry asks for next.
struct inquiry_view {
  maybe<inquiry> now;
  std::string next;  ///< the policy's word: ask, refine, try, look or tell
  std::string rule, says;
  int rows = 0;      ///< days since on which something was seen of its statements
  int weeks = 0;     ///< of school in post since it was written down
};

struct cycle_view {
  cycle_measures now;
  cycle_next due;
  std::vector<choice> choices;  ///< what may be done in the part that is due
  std::vector<path_ahead> paths;
  workload_view workload;
  maybe<inquiry_view> inquiry;  ///< in Year 2, or where the record has an inquiry
};

/// Measures a record.
ECTP_DECL cycle_measures measure_cycle(const record_state& state, const policies& rules);

/// What the policy `cycle_due` says of measures. Errors: as `rule_on` has them.
ECTP_DECL result<cycle_next> next_in_cycle(const cycle_measures& m, const policies& rules);

/// What the policy `path_shape` says of one standard from `since` on. Errors: as `rule_on` has them.
ECTP_DECL result<path_ahead> path_ahead_of(std::string_view standard, maybe<path> chosen, itt_view training, bool checked,
                                           date since, const record_state& state, const policies& rules);

ECTP_DECL workload_view workload_of(date today, int year, const policies& rules);

/// What the policy `inquiry_next` says; `written_on` is the day the inquiry was written down. Errors: as `rule_on`.
ECTP_DECL result<inquiry_view> inquiry_now(const record_state& state, date written_on, const policies& rules);

/// Where the two are in the cycle and what the coming weeks look like. `year` of induction is 1 or 2. Errors:
/// `out_of_range` for another year, and those of `diagnose` and `rule_on`.
ECTP_DECL result<cycle_view> cycle_now(const record_state& state, const framework::tree& tree, const policies& rules, int year);
/// The same where the diagnoses of all standards are at hand (`diagnose_all`).
ECTP_DECL result<cycle_view> cycle_now(const record_state& state, std::span<const diagnosis> diagnoses, const policies& rules,
                                       int year);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/cycle.ipp"
#endif
