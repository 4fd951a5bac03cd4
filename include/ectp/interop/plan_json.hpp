#pragma once
/// A meeting plan, and an explanation, as JSON. Member order and wording are stable.
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/meeting.hpp"
#include "ectp/policy/explain.hpp"

namespace ectp::inline ECTP_ABI {

/// The plan as one JSON object, two-space indent, ending with a newline. Rules that would reveal
/// a live input (distress, asked to be heard, risk) are null in it.
ECTP_DECL std::string to_json(const meeting::meeting_plan& p, const framework::tree& tree);

/// An explanation as one JSON object.
ECTP_DECL std::string to_json(const policy::explanation& e);

}  // namespace ectp::inline ECTP_ABI
