#pragma once
/// What two tables decide differently, as JSON, as text and as Markdown. Member order and wording are
/// stable.
#include <cstddef>
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/policy/diff.hpp"
#include "ectp/policy/diff_rows.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// The difference as one JSON object, two-space indent, ending with a newline: `{"schema": 1, "before":
/// {"policy", "policy_id", "policy_version", "policy_sha256", "file"}, "after", "equivalent", "complete", "open", "domain": {input: text}, "notes",
/// "changes": [{"box", "witness", "before", "after", "rules_before", "rules_after"}]}`. Answers are
/// texts as a table writes them. With a cohort also `"cohort": {"rows", "changed", "transitions": [{"before",
/// "after", "rows"}], "reasons": [{"before", "after", "rules_before", "rules_after", "rows",
/// "first_row"}], "changed_rows": [...]}`; rows count from 1, and at most `most_rows` of the changed ones are
/// listed.
ECTP_DECL std::string to_json(const table& before, const table& after, const difference& d,
                              const cohort_difference* cohort = nullptr, std::size_t most_rows = 10'000'000);

/// The difference as plain text for people.
ECTP_DECL std::string to_text(const table& before, const table& after, const difference& d,
                              const cohort_difference* cohort = nullptr);

/// The same as Markdown.
ECTP_DECL std::string to_markdown(const table& before, const table& after, const difference& d,
                                  const cohort_difference* cohort = nullptr);

}  // namespace ectp::inline ECTP_ABI::policy
