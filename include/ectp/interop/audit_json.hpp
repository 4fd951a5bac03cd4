#pragma once
/// An audit as JSON, as text and as Markdown. Member order and wording are stable.
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/framework/audit.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// One JSON object, two-space indent, ending with a newline: `{"schema": 1, "edition", "title", "publisher", "licence", "licence_verified",
/// "statements", "learn_that", "learn_how_to", "worded", "by_confidence": [{"word", "weight", "statements", "codes"}],
/// "by_code": [{"word", "statements", "codes"}], "placeholders": [...], "standards": [{"code", "title", "statements", "learn_that",
/// "learn_how_to", "placeholders", "worded", "by_confidence": [...], "by_code": [...]}], "sources": [{"id", "title", "url", "role",
/// "reliability", "statements"}], "without_source"}`. A standard's counts stand in the order of the groups. Unknown
/// texts are null.
ECTP_DECL std::string to_json(const audit_report& a);

/// The same as plain text for people.
ECTP_DECL std::string to_text(const audit_report& a);

/// The same as Markdown.
ECTP_DECL std::string to_markdown(const audit_report& a);

}  // namespace ectp::inline ECTP_ABI::framework
