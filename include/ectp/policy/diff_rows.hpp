#pragma once
/// What two tables decide differently over the rows of a cohort: counted from answer to answer, and
/// attributed to the rules that are the reason.
///
/// Answers are compared in the outputs that both tables have, by name and by value, whatever their codes
/// are. No rule, a conflict and an invalid input are answers of their own. The order of a list counts.
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

/// How many changed rows have the same rules behind their two answers.
struct attribution {
  std::uint32_t before = 0, after = 0;  ///< the answers: positions in `cohort_difference::answers`
  /// Ids of the rules that decide, in the order of the answer, or that are in conflict. None for an
  /// answer that is due to no rule.
  std::vector<std::string> rules_before, rules_after;
  std::size_t rows = 0;
  std::size_t first = 0;  ///< the first of these rows
  friend bool operator==(const attribution&, const attribution&) = default;
};

/// How two tables differ over a cohort; the same on any number of threads. It owns its texts.
struct cohort_difference {
  std::size_t rows = 0;               ///< the first rows are compared: all, unless stopped
  bool cancelled = false;             ///< stopped before the last row
  std::vector<std::string> notes;     ///< outputs that only one of the tables has
  /// As `to_string(answer)` has them, `no rule`, `conflict` or `invalid input`; in the order in which the
  /// rows first came to them, before ahead of after.
  std::vector<std::string> answers;
  std::vector<transition> transitions;  ///< those with rows, unchanged ones too: they sum to `rows`; sorted
  std::vector<std::size_t> changed;     ///< the rows whose answer changed, ascending
  std::vector<attribution> reasons;     ///< of these rows: they sum to `changed.size()`; most rows first
};

/// Decides every row with both tables and compares the answers. `inputs_before` and `inputs_after` have
/// a column for each input, in the order of the table; they may be the same. `options`
/// are those of a batch: its progress counts the rows that are compared.
///
/// Errors: as `batch_plan::decide` has them, or `bad_argument` for tables without a common output or
/// columns of different lengths.
ECTP_DECL result<cohort_difference> diff(const batch_plan& before, std::span<const input_column> inputs_before,
                                         const batch_plan& after, std::span<const input_column> inputs_after,
                                         const batch_options& options = {});

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/diff_rows.ipp"
#endif
