#pragma once
/// Fading and stepping back: when to ask more and say less, and when to lend a hand again, by the policies
/// `step_outcome` and `fade`. Code counts; the tables decide.
#include <string>

#include "ectp/core/maybe.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/coaching.hpp"
#include "ectp/mentoring/probing.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

/// What the cycles so far came to. Counts of steps and lessons, nothing of a person.
struct cycle_counts {
  int named_and_met = 0;  ///< cycles in a row, up to the latest, whose step the ECT named and that met its criteria
  int misses = 0;         ///< lessons in a row in which the latest step missed, if the step counts as tried
  maybe<ectp::stance> so_far;  ///< the stance that the last meeting kept; none where it kept none
  friend bool operator==(const cycle_counts&, const cycle_counts&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(named_and_met) & ECTP_NVP(misses);
    ECTP_OPTIONAL(so_far);
  }
};

/// What became of a step, by the `step_outcome` policy. Two tries on one day are one lesson.
ECTP_DECL result<step_outcome> outcome_of(const step_now& s, const policies& rules);

/// Counts the cycles of a record. A step that says nothing yet (`open`) neither counts nor ends a row.
ECTP_DECL result<cycle_counts> counts_of(const record_state& state, const policies& rules);

/// What the `fade` policy says of one part of a meeting.
struct faded {
  maybe<ectp::stance> next;  ///< none: as the stance policy has it
  ruling why;
  std::string says;
  std::string first;  ///< a question that comes before anything else; may be empty
};

/// Decides a part's stance from `recommended`, that of the stance policy. The stance so far is the one kept
/// by the last meeting; where none was kept it is `otherwise`, what the stance policy says without misses.
/// `asked_why`: has the ECT been asked in this meeting what got in the way?
ECTP_DECL result<faded> fade_of(phase p, const moment& now, stance recommended, stance otherwise, expertise known,
                                bool fidelity_needed, const cycle_counts& counts, bool asked_why,
                                const policies& rules);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/fading.ipp"
#endif
