#pragma once
/// What two tables decide differently: exact, over all records of the inputs that both can be asked.
///
///     self 3, mentor high: "consolidate" (r2) -> "extend" (r1)
///
/// Inputs and outputs go together by their names. An output that only one table has is not compared.
/// An input that only one table has takes each of its values; one that both have takes those that both
/// domains allow. All of this is said in `notes` and `domain`.
///
/// The search is bounded, and a test that names another input does not say in cells where its rule
/// matches. What could not be settled makes the difference not `complete`, but for rules that stand in
/// both tables alike. What is reported is true in either case.
///
/// Not part of the umbrella.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/axis.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/region.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// Records that one table answers in one way and the other in another; it owns its texts.
struct change {
  policy::box box;                   ///< in cells of `difference::axes`
  std::vector<input_test> tests;     ///< the same as tests, one for each input
  std::vector<input_value> witness;  ///< one of these records
  /// The answers in the outputs compared, as `to_string(answer)` has them, `no rule` or `conflict`.
  std::string before, after;
  rule_status status_before = rule_status::decided, status_after = rule_status::decided;
  /// Ids of the rules that decide, in the order of the answer, or that are in conflict. None where no
  /// rule matches.
  std::vector<std::string> rules_before, rules_after;
  friend bool operator==(const change&, const change&) = default;
};

/// How two tables differ.
struct difference {
  std::vector<policy::axis> axes;  ///< of each input: the cells that no test of either table tells apart
  std::vector<input_test> domain;  ///< of each input: what it was taken to hold, in words
  std::vector<std::string> notes;  ///< inputs and outputs that are gone, new or of another domain
  std::vector<change> changes;     ///< disjoint boxes; sorted
  bool complete = true;            ///< `changes` are all there are
  std::string open;                ///< why they are not; empty if they are
  /// Is it proved that both tables give every record of `domain` the same answer?
  bool equivalent() const noexcept { return complete && changes.empty(); }
};

/// What is compared, and how far.
struct diff_options {
  domain_reading domain = {};
  /// Only records for which all of these hold: an input's name, and a test as a rule's cell has it. An
  /// input named twice: both must hold.
  std::vector<input_test> region = {};
  std::uint64_t steps = 2'000'000'000;  ///< of work: about this many rules looked at
  std::size_t changes = 100'000;        ///< pieces found at most, before neighbours are joined
};

/// Compares two tables. Errors: `bad_argument` (no output in common, an input without a value that both
/// tables take, a region that names no input), `bad_cell` (a region's test that cannot be read).
ECTP_DECL result<difference> diff(const table& before, const table& after, const diff_options& options = {});

/// The change on one line: `self 3, mentor high: "consolidate" (r2) -> "extend" (r1)`. No more than 12
/// rules are named on either side.
ECTP_DECL std::string to_string(const change& c);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/diff.ipp"
#endif
