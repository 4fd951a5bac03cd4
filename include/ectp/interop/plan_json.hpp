#pragma once
/// A meeting plan as JSON. Member order and wording are stable.
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/meeting.hpp"

namespace ectp::inline ECTP_ABI {

/// The plan as one JSON object, two-space indent, ending with a newline. Rules that would reveal
/// a live input (distress, asked to be heard, risk) are null in it.
ECTP_DECL std::string to_json(const meeting::meeting_plan& p, const framework::tree& tree);

}  // namespace ectp::inline ECTP_ABI
