#pragma once
/// A mirror for the mentor: how the mentoring of the last term went, from the record, as offers with a sentence to try
/// (policy `mentoring_quality`). Never a score, kept nowhere, and for the mentor and the ECT alone.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/mentoring/lint.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

/// Who would like to look.
enum class viewer : std::uint8_t { ect, mentor, induction_tutor, headteacher, appropriate_body, provider };
ECTP_WORDS(viewer, "role", "ect", "mentor", "induction_tutor", "headteacher", "appropriate_body", "provider");

/// Offers to the mentor. It has no `serialize`: nothing keeps it, and it converts to nothing.
class mentoring_mirror {
 public:
  /// Holds the mirror up. Errors: as `lint` has them.
  ECTP_DECL static result<mentoring_mirror> of(const record_state& state, const policies& rules);

  static constexpr bool visible_to(viewer v) noexcept { return v == viewer::ect || v == viewer::mentor; }

  /// The offers, for those whom they concern. Error: `not_allowed` for anybody else.
  ECTP_LAZY
  result<std::vector<lint_finding>> shown_to(viewer v) const {
    if (!visible_to(v))
      return error{errc::not_allowed, "the mirror is not for the " + std::string(name(v)), {}, "ect or mentor",
                   "it is about the two of them, and nothing of it feeds a review"};
    return offers_;
  }

 private:
  std::vector<lint_finding> offers_;
};

/// What the policy is asked about: everything within the last term in post (`parameters`, `recent`). Days out of post
/// count nowhere, so that gaps and part-time patterns change nothing. The manner `listening` is left out: why somebody
/// listened is nobody's business.
ECTP_DECL std::vector<measure> mentoring_measures(const record_state& state, const policies& rules);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/mirror.ipp"
#endif
