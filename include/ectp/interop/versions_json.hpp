#pragma once
/// The versions of a policy, and what is wrong with them, as JSON, as text and as Markdown. Member
/// order and wording are stable.
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/policy/versions.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// The versions as one JSON object, two-space indent, ending with a newline: `{"schema": 1,
/// "policy_id", "sound", "versions": [{"policy", "policy_id", "policy_version", "policy_sha256",
/// "valid_from", "valid_to", "file", "rules"}], "findings": [...]}`, in the order of `versions`. `sound`
/// is true when no finding is an error. With a day also `as_of`, and `in_force`: the version that holds
/// on it, or null.
ECTP_DECL std::string to_json(const versions& v, maybe<date> as_of = {});

/// The same as plain text for people: the versions, a line each; then the findings, errors first, and a
/// line that sums up.
ECTP_DECL std::string to_text(const versions& v, maybe<date> as_of = {});

/// The same as Markdown.
ECTP_DECL std::string to_markdown(const versions& v, maybe<date> as_of = {});

}  // namespace ectp::inline ECTP_ABI::policy
