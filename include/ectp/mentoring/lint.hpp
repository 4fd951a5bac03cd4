#pragma once
/// Lint: what a text or a plan says is measured, and a decision table says of each measure whether it is
/// an error, a warning or nothing. Advice about words, never about a person.
///
/// A lint policy is a FIRST table with the inputs `check` (the measures by name) and `value` (a count, or
/// 0 and 1), the output `finding` (`error`, `warning`, or null for nothing), and the notes `says`,
/// `expected` and `rewrite`:
///
///     F,check,value,finding,says,expected,rewrite,reason,basis,source
///     ,in,in,out,note,note,note,note,note,note
///     ,"criterion,words",integer [0..9999],"error,warning, null",,,,,,
///     STP-L1,criterion,0,error,no criterion that one can see,...
///     STP-L0,-,-,null,
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/serial.hpp"
#include "ectp/mentoring/policies.hpp"

namespace ectp::inline ECTP_ABI {

enum class severity : std::uint8_t { error, warning };
ECTP_WORDS(severity, "severity", "error", "warning");

/// One measure, and where it was taken.
struct measure {
  std::string check;       ///< the table's word for it
  int value = 0;           ///< 0 to 9999
  std::string field = {};  ///< the field of the thing, such as `what` or `parts/3`
  std::size_t from = 0, to = 0;  ///< bytes of the field that it is about; both 0: all of it
  std::string found = {};  ///< those words
};

/// What a lint policy says of a measure. (A `finding` is a remark on data.)
struct lint_finding {
  std::string rule;  ///< such as `STP-L4`
  ectp::severity severity = ectp::severity::warning;
  std::string check, field;
  std::size_t from = 0, to = 0;
  std::string found;     ///< the words it is about; may be empty
  std::string says;      ///< what is the matter
  std::string expected;  ///< what would be right
  std::string rewrite;   ///< a frame to fill in; may be empty
  friend bool operator==(const lint_finding&, const lint_finding&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(rule) & ECTP_NVP(severity) & ECTP_NVP(check) & ECTP_NVP(field) & ECTP_NVP(from) & ECTP_NVP(to) &
        ECTP_NVP(found) & ECTP_NVP(says) & ECTP_NVP(expected) & ECTP_NVP(rewrite);
  }
};

/// Decides every measure by a lint policy; what the table finds nothing in is left out. In the order of
/// the measures. Errors: `out_of_range` for a measure that the table does not know.
ECTP_DECL result<std::vector<lint_finding>> lint(const policies& rules, policy_name p,
                                                 std::span<const measure> measures);

/// Is there an error among them?
ECTP_DECL bool has_errors(std::span<const lint_finding> findings) noexcept;

/// Where a phrase stands in a text: bytes `from` to `to`.
struct phrase_found {
  std::size_t row = 0;  ///< of the list `phrases`
  std::size_t from = 0, to = 0;
};

/// The phrases of one kind (list `phrases`, column `kind`) that a text contains, in the order of the text:
/// whole words, whatever their case and accents. A row may list forms of one phrase: `say|says|said`.
/// Time: text length x phrases of the kind.
ECTP_DECL std::vector<phrase_found> find_phrases(std::string_view text, std::string_view kind, const policies& rules);

/// How many words a text has; a word is what `fold` says, and apostrophes do not end it. In scripts without spaces a
/// run of letters is one word.
ECTP_DECL std::size_t count_words(std::string_view text) noexcept;

/// Does a text ask something? It ends in a question mark of any script, closing quotes aside.
ECTP_DECL bool is_question(std::string_view text) noexcept;

/// A text of one's own, checked: one line of UTF-8, not blank, at most `most` characters. `field` names it in
/// errors. Errors: `encoding`, `missing_field`, `too_large`, and `out_of_range` for a line break, a tab or any
/// other control character, marks that turn the direction of writing and the byte order mark among them.
ECTP_DECL result<void> check_text(std::string_view text, std::string_view field, std::size_t most = 400);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/lint.ipp"
#endif
