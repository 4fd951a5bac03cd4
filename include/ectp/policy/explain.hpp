#pragma once
/// Why a decision came out as it did, as plain values that own their text. Rendering it as text,
/// Markdown or JSON is done elsewhere.
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/list.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/answer.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// One test of one rule, and the value it met.
struct explained_cell {
  std::string input;    ///< the column's name
  policy::value value;  ///< what was given
  std::string test;     ///< the cell as it was written; an empty one is shown as `-`
  location at;          ///< of the cell
  bool holds = false;
  bool unknown = false;  ///< it neither holds nor fails: it compares with null
  /// How far the value lies from the nearest place where the test begins or ceases to hold: at least
  /// 0 when it holds, at most 0 when it fails. In the unit of the column; in days for dates, seconds
  /// for times, months for years and months, and places in the list for ordered words. None without
  /// such a place: for null, values without an order, and tests that hold for all or for none.
  maybe<double> margin;

  policy::truth truth() const noexcept {
    return holds ? policy::truth::yes : unknown ? policy::truth::unknown : policy::truth::no;
  }
  friend bool operator==(const explained_cell&, const explained_cell&) = default;
};

/// An input as it was given.
struct explained_input {
  std::string name;
  policy::value value;
  std::string label = {}, unit = {};  ///< as the table's header has them; may be empty
  friend bool operator==(const explained_input&, const explained_input&) = default;
};

/// A column's name and what the rule says there.
struct explained_output {
  std::string name;
  policy::value value;
  friend bool operator==(const explained_output&, const explained_output&) = default;
};

/// A note column's name and the rule's text in it, such as reason or source.
struct explained_note {
  std::string name, text;
  friend bool operator==(const explained_note&, const explained_note&) = default;
};

/// A rule whose tests all hold.
struct matched_rule {
  std::uint32_t rule = 0;  ///< 0-based
  std::string id;
  location at;                         ///< of the rule's row
  bool selected = false;               ///< it decides, alone or with others
  std::string source;                  ///< what it cites: its text in the note column `source`
  std::vector<explained_cell> cells;   ///< one an input, in the order of the table
  std::vector<explained_output> outputs;
  std::vector<explained_note> notes;
  friend bool operator==(const matched_rule&, const matched_rule&) = default;
};

/// A rule that did not match, and its first test that did not hold.
struct rejected_rule {
  std::uint32_t rule = 0;  ///< 0-based
  std::string id;
  location at;         ///< of the rule's row
  std::string source;  ///< what it cites
  explained_cell first_failed;
  friend bool operator==(const rejected_rule&, const rejected_rule&) = default;
};

/// The whole answer to "why?".
struct explanation {
  std::string table, file;
  std::string id, version;  ///< of the policy, as its table says; may be empty
  std::string sha256;       ///< the table's fingerprint, 64 hex digits
  policy::hit_policy hit_policy = policy::hit_policy::unique;
  policy::aggregation aggregation = policy::aggregation::none;
  rule_status status = rule_status::no_rule;
  policy::answer answer;                 ///< null without a decision
  std::vector<explained_input> inputs;   ///< what was given, in the order of the table
  std::vector<matched_rule> matched;     ///< in the order of the table; none if an input is invalid
  std::vector<rejected_rule> rejected;   ///< the same
  list<std::uint32_t> selection;         ///< positions in `matched`, in the order of the answer
  std::vector<std::string> missing;      ///< inputs that were null
  std::vector<std::string> defaulted;    ///< outputs that took their default, as no rule matched
  std::vector<error> problems;  ///< why there is no decision; empty exactly when `decided`

  /// The rule that decides, or the first of them, or null; points into `matched`.
  const matched_rule* selected() const noexcept {
    return selection.empty() ? nullptr : &matched[selection[0]];
  }
  friend bool operator==(const explanation&, const explanation&) = default;
};

/// Explains what `t.decide` says about these values, one for each input in the order of
/// `t.inputs()`.
ECTP_DECL explanation explain(const table& t, std::span<const value_ref> values);
/// The same for callers who have the table's fingerprint at hand, or want none: working it out costs
/// more than the rest.
ECTP_DECL explanation explain(const table& t, std::span<const value_ref> values, std::string sha256);

/// The same for named values in any order; errors as `table::arrange` has them. A value that its
/// input does not take is part of the explanation.
ECTP_DECL result<explanation> explain(const table& t, std::span<const named_value> values);
template <class lazy = void>
result<explanation> explain(const table& t, std::initializer_list<named_value> values) {
  return explain(t, std::span<const named_value>(values.begin(), values.size()));
}

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/explain.ipp"
#endif
