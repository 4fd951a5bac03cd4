#pragma once
/// The nearest change: which inputs would have to be different, and by how little, for another
/// answer. Exact: no smaller change exists.
///
/// A change flips the outcome when it leads to a decision whose answer is another; where there was
/// no rule or a conflict, any decision will do. Of all such changes the nearest is the one that
/// changes the fewest inputs; then takes the fewest steps in total; then whose inputs stand first in
/// the table (the sets are compared from the left); then whose new cells are lower, from the left.
/// Inputs that are `fixed` never change.
///
/// Steps are counted in elementary cells (axis.hpp) where values have an order: numbers, dates, times,
/// durations and ordered lists. Any change of another value is one step, and so is one to or from null.
///
/// Not part of the umbrella.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/policy/answer.hpp"
#include "ectp/policy/axis.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How far to look for the nearest change.
struct nearest_options {
  std::size_t inputs = static_cast<std::size_t>(-1);  ///< change at most so many
  /// When to give up: after so many small operations. These are about a second's.
  std::uint64_t work = 200'000'000;
};

/// One input of a change.
struct changed_input {
  std::uint32_t input = 0;  ///< 0-based, among the inputs
  std::string name;
  value from;               ///< as it was given
  value to;                 ///< a value of the new cell: as near to the old one as it has one
  std::uint32_t cell = no_cell;
  std::string test;         ///< the new cell as a unary test, such as `(0.5..1)`
  std::uint64_t steps = 0;
  friend bool operator==(const changed_input&, const changed_input&) = default;
};

/// The nearest change, or why there is none.
struct nearest {
  /// Empty: every change that was asked for has been looked at. Else what stood in the way, as a
  /// sentence; `changes` is then the best found by then, if any.
  std::string reason;
  std::vector<changed_input> changes;  ///< in the order of the table; empty: no change flips the outcome
  std::uint64_t steps = 0;             ///< in total
  outcome decided;                     ///< what the change leads to
  std::string rule;                    ///< the id of `decided.rule`; empty: no rule of its own
  policy::answer answer;

  /// Is it certain that there is no nearer change?
  bool complete() const noexcept { return reason.empty(); }
  bool found() const noexcept { return !changes.empty(); }
  friend bool operator==(const nearest&, const nearest&) = default;
};

/// The nearest change to these values, one for each input in the order of `t.inputs()`. It is not
/// looked for, with the reason, where a test names another input (`t.needs_row()`) or an input is
/// invalid.
ECTP_DECL nearest nearest_change(const table& t, std::span<const value_ref> values,
                                 const nearest_options& options = {});

/// The same in cells, for the reason columns of a batch.
struct near_cell {
  std::uint32_t input = none;  ///< the input to change; `none`: no single one flips the outcome
  std::uint32_t cell = no_cell;  ///< its new cell
  std::uint32_t rule = none;   ///< `outcome::rule` after the change
  std::uint64_t steps = 0;
  friend bool operator==(const near_cell&, const near_cell&) = default;
};

/// The nearest change of a single input, from one elementary cell for each. Precondition: not
/// `t.needs_row()`; each cell is one of its axis.
ECTP_DECL near_cell nearest_cell(const table& t, std::span<const std::uint32_t> cells);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/nearest.ipp"
#endif
