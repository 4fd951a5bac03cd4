#pragma once
/// What came of proofs, as JSON, as text and as Markdown. Member order and wording are stable.
#include <span>
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/policy/prove.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// The proofs of one table as one JSON object, two-space indent, ending with a newline: `{"schema": 1,
/// "policy", "file", "proved", "proofs": [{"property", "status", "domain": {input: text}, "notes",
/// "violations": [{"kind", "message", "at", "record", "outcome", "rules", "other", "other_outcome",
/// "other_rules"}], "smallest", "open"}]}`. `proved` is true when every property is.
ECTP_DECL std::string to_json(const table& t, std::span<const proof> proofs);

/// The proofs as plain text for people: a line each, and the counterexamples under it.
ECTP_DECL std::string to_text(const table& t, std::span<const proof> proofs);

/// The same as Markdown.
ECTP_DECL std::string to_markdown(const table& t, std::span<const proof> proofs);

}  // namespace ectp::inline ECTP_ABI::policy
