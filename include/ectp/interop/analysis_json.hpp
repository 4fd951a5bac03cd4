#pragma once
/// What an analysis found, as JSON, as text and as Markdown. Member order and wording are stable.
#include <cstddef>
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/policy/analyse.hpp"
#include "ectp/policy/repair.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// The analysis as one JSON object, two-space indent, ending with a newline:
/// `{"schema": 1, "policy", "file", "hit_policy", "domain": {input: text}, "sound", "conclusive",
/// "gaps": [{"box": {input: test}, "witness": {input: value}}], "defaulted": [...], "overlaps":
/// [{"rules", "box", "witness", "same_outputs", "conflict"}], "overlaps_in_all", "dead": [ids],
/// "findings": [...]}`. `sound` is true when no finding is an error. Of gaps and of overlaps at most
/// `most` are listed; `overlaps_in_all` and `gaps_in_all` count them.
ECTP_DECL std::string to_json(const table& t, const analysis& a, std::size_t most = 10'000);

/// The analysis as plain text for people: what was taken for granted, then the findings, errors first,
/// each at its place and with what to do, then a line that sums up.
ECTP_DECL std::string to_text(const table& t, const analysis& a);

/// The same as Markdown.
ECTP_DECL std::string to_markdown(const table& t, const analysis& a);

/// A repair as JSON: `{"schema": 1, "policy", "file", "sound", "steps": [findings], "left": [findings],
/// "table": CSV}`.
ECTP_DECL std::string to_json(const repaired& r);

/// A repair as text: what to change and why, then the table as it would be.
ECTP_DECL std::string to_text(const repaired& r);

/// The same as Markdown.
ECTP_DECL std::string to_markdown(const repaired& r);

}  // namespace ectp::inline ECTP_ABI::policy
