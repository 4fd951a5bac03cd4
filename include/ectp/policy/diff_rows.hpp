#pragma once
/// What two tables decide differently over the rows of a cohort: counted from answer to answer, and
/// attributed to the rules that are the reason.
///
/// Answers are compared in the outputs that both tables have, by name.
///
/// Not part of the umbrella.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/batch.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// One cell of a transition matrix: how many rows went from one answer to the other.
struct transition {
  std::uint32_t before = 0, after = 0;  ///< positions in `cohort_difference::answers`
  std::size_t rows = 0;
  friend bool operator==(const transition&, const transition&) = default;
};

/// How many changed rows two rules are the reason for. List policies: sets of rules.
struct attribution {
  std::string before, after;  ///< ids; `r1 and r2` for more than one; empty without a rule
  std::size_t rows = 0;
  friend bool operator==(const attribution&, const attribution&) = default;
};

/// How two tables differ over a cohort.
struct cohort_difference {
  std::size_t rows = 0;
  std::vector<std::string> answers;       ///< in the order in which the rows first came to them
  std::vector<transition> transitions;    ///< with rows, those that did not change too; sorted
  std::vector<std::size_t> changed;       ///< the rows that changed, ascending
  std::vector<attribution> reasons;       ///< of the changed rows: they sum to `changed.size()`; most first
};

/// Decides every row with both tables and compares the answers. `inputs_before` and `inputs_after` have
/// a column for each input, in the order of the table; they may be the same. Errors: as
/// `batch_plan::decide` has them, or `bad_argument` for tables without a common output or columns of
/// different lengths.
ECTP_DECL result<cohort_difference> diff(const batch_plan& before, std::span<const input_column> inputs_before,
                                         const batch_plan& after, std::span<const input_column> inputs_after,
                                         const batch_options& options = {});

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/diff_rows.ipp"
#endif
