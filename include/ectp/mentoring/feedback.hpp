#pragma once
/// Feedback, from mentor to ECT and from ECT to mentor: what was seen, what it did, one question, at most one offer,
/// within two school days. The lint says of a text what is missing or what does not belong; the machine
/// `feedback_moves` is the talk itself. Advice about words, never about a person.
#include <string>
#include <vector>

#include "ectp/mentoring/kept.hpp"
#include "ectp/mentoring/lint.hpp"

namespace ectp::inline ECTP_ABI {

/// What the lint policy is asked about: the measures of one piece of feedback, in the order of its fields. Days are
/// school days of the rules' calendar between what it is about and when it was given. Errors: those of
/// `check_text` for a text that is too long, not UTF-8 or has control characters; an empty one is measured.
ECTP_DECL result<std::vector<measure>> measures_of(const feedback& f, const policies& rules);

/// What the policy `feedback_lint` says of it. Errors: as `measures_of` and `lint`.
ECTP_DECL result<std::vector<lint_finding>> lint_feedback(const feedback& f, const policies& rules);

namespace detail {
/// Adds one measure for each phrase of a kind that a field contains.
ECTP_DECL void feedback_phrases(std::vector<measure>& out, std::string_view check, std::string_view kind,
                               std::string_view text, std::string_view field, const policies& rules);
/// How many question marks of any script a text has; marks that stand together are one.
ECTP_DECL int feedback_questions(std::string_view text) noexcept;
}  // namespace detail

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/feedback.ipp"
#endif
