#pragma once
/// The meeting with all the models: what `meeting::plan` gives, and then who leads (Year 2 is the ECT's), where the
/// two are in the cycle and what the path shapes ahead, fading, as many starting points for a step as the offer
/// says, what came along from training, and the entitlement watch.
#include "ectp/meeting.hpp"

namespace ectp::inline ECTP_ABI::meeting {

/// Adds what the models say to a plan of the same record, day and policies: `meeting_plan::lines`, the manner of the
/// parts (policy `fade`), the candidates (policy `step_offer`, best leverage first). A meeting that live inputs
/// have taken elsewhere (`route` is not coaching) gets the entitlements alone. Errors: those of the models.
ECTP_DECL result<void> add_models(meeting_plan& p, const record_state& state, const policies& rules,
                                  const framework::tree& tree);

/// `plan`, with the models added: `state` is that of `r` and `tree`, and names the day. Errors: those of both.
ECTP_DECL result<meeting_plan> plan_with_models(const record& r, const record_state& state, const policies& rules,
                                                const framework::tree& tree, std::span<const script> scripts,
                                                const options& how = {});

}  // namespace ectp::inline ECTP_ABI::meeting

#if !defined(ECTP_COMPILED)
#  include "ectp/impl/meeting_models.ipp"
#endif
