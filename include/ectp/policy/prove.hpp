#pragma once
/// What can be proved of a table: exact, over all records of the inputs' domains, never by samples.
///
///     total                        a rule, or a default, for every record
///     deterministic                no record is a conflict
///     no-dead                      every rule is selected for some record
///     monotone(self, path)         moving `self` up never moves `path` down
///     invariant(view, mood)        changing only these never changes the outcome
///     max-step(self, path, 1)      moving `self` by one elementary cell moves `path` one place at most
///     refines(self: >=4)           says there what another table says
///     reachable(path)              every listed value of `path` comes out for some record
///
/// A property is proved, or violated with its smallest witness, or inconclusive with the reason.
///
/// Not part of the umbrella.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/number.hpp"
#include "ectp/policy/region.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// What a property says.
enum class property_kind : std::uint8_t {
  total,
  deterministic,
  no_dead,
  monotone,
  invariant,
  max_step,
  refines,
  reachable
};

/// The kind as the text of a property writes it, such as `max-step`.
constexpr std::string_view name(property_kind k) noexcept {
  constexpr std::string_view names[] = {"total",     "deterministic", "no-dead", "monotone",
                                        "invariant", "max-step",      "refines", "reachable"};
  return names[static_cast<std::size_t>(k)];
}

/// One thing that a table may or may not have. A kind looks at the fields named with it, and at no other.
struct property {
  property_kind kind = property_kind::total;
  /// MONOTONE, MAX_STEP: the one that moves. It has an order: numbers, dates, times and durations,
  /// lists written with `ordered:`, and false before true. INVARIANT: those that change.
  std::vector<std::string> inputs;
  /// MONOTONE, MAX_STEP: an output with an order; empty: the table's only one. REACHABLE: empty for
  /// all that list their values.
  std::string output;
  /// MAX_STEP: places in a list; a difference between numbers; days, months, or seconds of the others.
  /// Not below 0.
  decimal step{1, 0};
  bool descending = false;  ///< MONOTONE: never moves the output up
  /// MONOTONE, MAX_STEP: leave out records without a value to compare (null, no rule, conflict), which
  /// are a violation otherwise.
  bool ignore_undefined = false;
  std::vector<input_test> region;  ///< REFINES: only records for which all of these hold
  friend bool operator==(const property&, const property&) = default;
};

/// Reads a property as it is written above. Names stand bare or in double quotes, with \" and \\ in
/// them; quotes are needed around `,` `;` `:` `(` `)`, for a name that is a number, and for one that is
/// one of the words `descending` and `ignore-undefined`, which may follow the names. Tests of a region
/// are separated by `;`. Error: `syntax` or `out_of_range`, with the column.
ECTP_DECL result<property> parse_property(std::string_view text);

/// The property as `parse_property` reads it.
ECTP_DECL std::string to_string(const property& p);

/// What came of a proof.
enum class proof_status : std::uint8_t { proved, violated, inconclusive };

/// `proved`, `violated` or `inconclusive`.
constexpr std::string_view name(proof_status s) noexcept {
  constexpr std::string_view names[] = {"proved", "violated", "inconclusive"};
  return names[static_cast<std::size_t>(s)];
}

/// In what way a property is violated.
enum class violation_kind : std::uint8_t {
  gap,          ///< total: no rule matches
  conflict,     ///< deterministic: two rules match that must not
  dead_rule,    ///< no-dead: never selected
  order,        ///< monotone: the output moves the wrong way
  change,       ///< invariant: the outcome changes
  step,         ///< max-step: the output moves too far
  undefined,    ///< monotone, max-step: no value to compare
  difference,   ///< refines: the other table says something else
  unreachable   ///< reachable: a listed value that no record gets
};

/// The kind's name, such as `dead_rule`.
constexpr std::string_view name(violation_kind k) noexcept {
  constexpr std::string_view names[] = {"gap",  "conflict",  "dead_rule",  "order",      "change",
                                        "step", "undefined", "difference", "unreachable"};
  return names[static_cast<std::size_t>(k)];
}

/// A counterexample; it owns its texts.
struct violation {
  violation_kind kind = violation_kind::gap;
  /// A dead rule: one that it matches, empty if there is none. An unreachable value: empty.
  std::vector<input_value> record;
  std::vector<input_value> other;  ///< of a pair of records: the one after the move; else empty
  /// What is said of the record: `no rule`, `conflict`, or the answer; with an output in the property
  /// that output's value. An unreachable value: the value.
  std::string outcome;
  std::string other_outcome;             ///< of a pair; refines: what the other table says
  std::vector<std::string> rules;        ///< ids of those responsible; the dead rule first
  std::vector<std::string> other_rules;  ///< of a pair, or of the other table
  std::string message;                   ///< all of it in a sentence
  location at;                           ///< of the first rule, else of the column or table
  friend bool operator==(const violation&, const violation&) = default;
};

/// What came of trying to prove a property.
struct proof {
  proof_status status = proof_status::proved;
  policy::property property;
  std::vector<input_test> domain;  ///< what each input was taken to hold, in words
  std::vector<std::string> notes;  ///< refines: what the two tables do not have in common
  /// One, but one for each dead rule and for each unreachable value.
  std::vector<violation> violations;
  /// The witness is the smallest: no other comes first in the order of cells, column by column, the
  /// lowest cell first, null last. Of pairs, neighbours come before others. False if something was left open.
  bool smallest = true;
  std::string open;  ///< what was left open, and why; empty if nothing was
  friend bool operator==(const proof&, const proof&) = default;
};

/// What a proof is about, and how far it goes.
struct prove_options {
  /// In monotone and max-step, null of the input that moves is always left out: it has no place on the line.
  domain_reading domain = {};
  std::uint64_t steps = 2'000'000'000;  ///< of work: about this many rules looked at
  std::size_t violations = 100;         ///< listed at most
};

/// Proves a property of a table, or finds what violates it. Errors: `unknown_field` (no such input or
/// output), `missing_field` (which output, or which input?), `bad_argument` (a column without an order
/// or a list; a table that gives lists; refines, which needs the other table).
ECTP_DECL result<proof> prove(const table& t, const property& p, const prove_options& options = {});

/// The same where the property is about another table: refines. Errors: also as `diff` has them.
ECTP_DECL result<proof> prove(const table& t, const property& p, const table& other, const prove_options& options = {});

/// `proved: total`, or `file:line:column: violated: total: ` and the sentence, one line for each
/// violation; then what was left open, and the domain of each input, a line each.
ECTP_DECL std::string to_string(const proof& p);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/prove.ipp"
#endif
