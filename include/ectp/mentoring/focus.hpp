#pragma once
/// Focus: what the next meeting is about, and why.
#include <string>
#include <vector>

#include "ectp/mentoring/diagnosis.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

struct focus {
  focus_source from = focus_source::open_question;
  ruling why;
  std::string says;       ///< the rule's own words: why this
  std::string statement;  ///< `edition:code`; empty for an open question
  std::string standard;   ///< `edition:S4`; empty for an open question
  std::string where;      ///< class or setting; may be empty
  ectp::expertise expertise = ectp::expertise::unknown;  ///< on the statement, by its latest sighting
};

/// What a record says of one standard (`edition:S4`), for `diagnose`. It borrows from the state.
ECTP_LAZY
evidence_base evidence_for(const record_state& state, std::string_view standard) noexcept {
  evidence_base base;
  base.rows = {state.rows.data(), state.rows.size()};
  base.service = &state.service;
  if (state.start) base.started_on = state.start->started_on;
  if (const decision* d = state.in_force(standard)) {
    base.current_path = d->chosen();
    base.last_decision = d->as_of();
  }
  return base;
}

/// The diagnoses of all standards, in order, as of the state's day. Errors: those of `diagnose`.
ECTP_DECL result<std::vector<diagnosis>> diagnose_all(const framework::tree& tree, const record_state& state,
                                                      const policies& rules);

/// Was a theme looked at in this half-term?
struct theme_coverage {
  ectp::theme what;
  bool looked_at = false;
};

/// Themes touched by a held session or seen in evidence within the half-term that `today` is in;
/// in a holiday, since the last half-term began.
ECTP_DECL std::vector<theme_coverage> coverage_of(const framework::tree& tree, const record_state& state,
                                                  const policies& rules);

/// Chooses the focus by the `focus` policy, then the statement within it: gating and emerging
/// first, then emerging, developing, unseen, secure. `diagnoses` are those of all standards.
ECTP_DECL result<focus> choose_focus(const framework::tree& tree, const record_state& state,
                                     std::span<const diagnosis> diagnoses, const policies& rules);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/focus.ipp"
#endif
