#pragma once
/// What is wrong with a table, and what could be simpler, before any record meets it: exact, over all
/// records of the inputs' domains.
///
/// Every search is bounded. What could not be settled is a finding of its own, `inconclusive`, and so
/// is a test that names another input: cells alone do not say where such a rule matches. What is
/// reported is true in either case.
///
/// Not part of the umbrella.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/region.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How bad a finding is.
enum class severity : std::uint8_t {
  note,     ///< works, and could be said better
  warning,  ///< probably not what was meant
  error     ///< a record without a decision, or a rule that can never decide
};

/// `note`, `warning` or `error`.
constexpr std::string_view name(severity s) noexcept {
  constexpr std::string_view names[] = {"note", "warning", "error"};
  return names[static_cast<std::size_t>(s)];
}

/// What an analysis can find.
enum class finding_kind : std::uint8_t {
  gap,                 ///< no rule matches, and there is no default
  defaulted,           ///< no rule matches: the default decides
  conflict,            ///< two rules match that must not: UNIQUE any two, ANY two that differ
  dead_rule,           ///< never selected; with a list policy: matches nowhere
  empty_cell,          ///< a test that never holds
  full_cell,           ///< a test that always holds
  misleading_rule,     ///< PRIORITY: wins over a rule that tests what it leaves open
  subsumed_rule,       ///< inside another rule that says the same
  duplicate_rule,      ///< the same tests as another rule
  mergeable_rules,     ///< one rule could say it
  unused_input,        ///< an input that changes no decision
  unreachable_output,  ///< a listed output that no record gets
  unused_default,      ///< rules match everywhere: the default never decides
  hit_policy,          ///< another hit policy says it better
  inconclusive,        ///< could not be settled
  overlapping_validity,  ///< of versions: two are valid on the same day
  missing_validity,      ///< of versions: a day on which none is valid, or one that does not say when
  version_order,         ///< of versions: a later one does not have the higher number
  changed_columns        ///< of versions: other inputs or outputs than the one before
};

/// The kind's name, such as `dead_rule`.
constexpr std::string_view name(finding_kind k) noexcept {
  constexpr std::string_view names[] = {
      "gap",           "defaulted",      "conflict",        "dead_rule",    "empty_cell",
      "full_cell",     "misleading_rule", "subsumed_rule",  "duplicate_rule", "mergeable_rules",
      "unused_input",  "unreachable_output", "unused_default", "hit_policy", "inconclusive",
      "overlapping_validity", "missing_validity", "version_order", "changed_columns"};
  return names[static_cast<std::size_t>(k)];
}

/// One change to a table.
struct edit {
  enum class action : std::uint8_t {
    add_rule,     ///< `cells` behind the rule `rule`, which may be the number of rules: at the end
    remove_rule,  ///< `rule`
    change_cell,  ///< `text` into the cell of `rule` and `column`
    change_domain,     ///< `text` as the domain of `column`
    remove_column,     ///< `column`
    change_hit_policy  ///< `text` into the corner
  };
  action what = action::change_cell;
  std::uint32_t rule = 0;    ///< 0-based, in the table as it was before any edit
  std::uint32_t column = 0;  ///< a position in `table::columns()`, likewise
  std::string text;
  std::vector<std::string> cells;  ///< the new rule's id, then a cell for each column
  friend bool operator==(const edit&, const edit&) = default;
};

/// What to do about a finding: in words, and as changes that go together. Outputs of an added rule
/// are those of a neighbouring rule: people decide what they should be.
struct suggestion {
  std::string text;  ///< empty: there is none
  std::vector<edit> edits;
  friend bool operator==(const suggestion&, const suggestion&) = default;
};

/// One thing an analysis found; it owns its texts.
struct finding {
  finding_kind kind = finding_kind::gap;
  severity level = severity::note;
  std::string message;
  location at;                       ///< of the rule, cell, column or table it is about
  std::vector<std::string> rules;    ///< ids; the rule it is about first
  std::vector<input_test> box;       ///< where; empty if it is not about some records
  std::vector<input_value> witness;  ///< one of these records; empty without a box
  policy::suggestion suggestion;
  friend bool operator==(const finding&, const finding&) = default;
};

/// Two rules that match the same record.
struct overlap {
  std::uint32_t rule = 0, other = 0;  ///< 0-based; `rule` comes first
  bool same_outputs = false;
  bool conflict = false;  ///< the hit policy forbids it
  friend bool operator==(const overlap&, const overlap&) = default;
};

/// Rules that all match one record, and where; no further rule matches all of it.
struct clique {
  std::vector<std::uint32_t> rules;  ///< 0-based, ascending
  policy::box box;
  friend bool operator==(const clique&, const clique&) = default;
};

/// Such sets, and whether they are all there are.
struct clique_list {
  std::vector<clique> cliques;
  bool complete = true;
};

/// How far an analysis goes.
struct analyse_options {
  domain_reading domain = {};
  bool advice = true;  ///< false: only gaps, overlaps, conflicts and dead rules
  std::uint64_t steps = 2'000'000'000;  ///< of work for all of it: about this many rules looked at
  std::size_t gaps = 100'000;           ///< boxes listed at most
  std::size_t overlaps = 4'000'000;     ///< pairs listed at most
  std::size_t findings = 250;           ///< of one kind spelled out at most; the rest is counted
};

/// What an analysis found. Rules are 0-based positions.
struct analysis {
  std::vector<input_test> domain;     ///< what each input was taken to hold, in words
  domain_reading reading;
  std::vector<box> gaps;              ///< disjoint boxes without a rule or a default; sorted
  std::vector<box> defaulted;         ///< disjoint boxes in which only the default decides; sorted
  std::vector<overlap> overlaps;      ///< every pair of rules that match one record; sorted
  std::vector<std::uint32_t> dead;    ///< rules that are never selected; ascending
  std::vector<finding> findings;      ///< errors first
  bool gaps_known = true;             ///< `gaps` and `defaulted` are complete
  bool overlaps_known = true;         ///< `overlaps` is
  bool dead_known = true;             ///< `dead` is
  /// Nothing was left open.
  bool conclusive() const noexcept {
    for (const finding& f : findings)
      if (f.kind == finding_kind::inconclusive) return false;
    return true;
  }
  /// The worst finding; `note` without any.
  severity worst() const noexcept {
    severity out = severity::note;
    for (const finding& f : findings) out = f.level > out ? f.level : out;
    return out;
  }
};

/// Analyses a table.
ECTP_DECL analysis analyse(const table& t, const analyse_options& options = {});

/// The records that both rules of an overlap match.
ECTP_DECL box box_of(const table& t, const overlap& o, const domain_reading& reading = {});

/// The overlaps for display: sets of rules that match one record, each as large as it can be; at most
/// `most` of them, in the order of their rules.
ECTP_DECL clique_list cliques_of(const table& t, const analysis& a, std::size_t most = 1'000);

/// The table after these changes. Errors: as `read_csv` has them, or `bad_argument` for a change to a
/// rule or column that is not there.
ECTP_DECL result<table> apply(const table& t, std::span<const edit> edits);

/// `file:line:column: error: message`, then what to do, on one line.
ECTP_DECL std::string to_string(const finding& f);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/analyse.ipp"
#endif
