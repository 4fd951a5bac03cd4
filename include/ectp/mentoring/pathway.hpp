#pragma once
/// Pathway: Consolidate, Extend, or a reason to wait. The policy recommends; people decide.
#include <string>
#include <vector>

#include "ectp/mentoring/decision.hpp"
#include "ectp/mentoring/diagnosis.hpp"

namespace ectp::inline ECTP_ABI {

/// A recommendation with everything that stands behind it.
struct pathway_advice {
  diagnosis seen;
  recommendation said;
  ruling why;
  std::string says;  ///< the rule's own sentence
};

/// What the pathway policy says of a diagnosis. Errors as `rule_on` has them.
ECTP_DECL result<pathway_advice> recommend(const diagnosis& d, const policies& rules);

/// One imagined sighting.
struct imagined {
  std::string statement;
  level seen = level::secure;
  friend bool operator==(const imagined&, const imagined&) = default;
};

/// What would change the advice: add these sightings, one lesson each, and decide again.
struct tip {
  std::vector<imagined> lessons;  ///< empty: the two views are brought together instead
  advice then = advice::choose_together;
  std::string rule;
  friend bool operator==(const tip&, const tip&) = default;
};

/// The smallest additions that lead to each other advice that settles something: one lesson, else
/// two, else three, each an occasion of its own and all at one level; for a self-view that
/// differs, the view moved to what others saw. Every tip was decided by the same tables.
/// `favoured` is tried first and may be empty.
ECTP_DECL result<std::vector<tip>> what_would_tip(const framework::tree& tree, const pathway_advice& now,
                                                  const evidence_base& base, const policies& rules,
                                                  std::string_view favoured);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/pathway.ipp"
#endif
