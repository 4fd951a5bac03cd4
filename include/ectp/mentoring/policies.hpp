#pragma once
/// Everything that decides, as data: the decision tables and the lists beside them. `builtin()`
/// is our default; any table can be replaced at run time by one of the same name.
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/basis.hpp"
#include "ectp/core/data_table.hpp"
#include "ectp/core/result.hpp"
#include "ectp/induction/calendar.hpp"
#include "ectp/mentoring/words.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/explain.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI {

/// The decision tables that mentoring runs on, one a line. Archives and codes keep positions: new ones
/// stand at the end. A name that ends in `_moves` is a state machine (policy/machine.hpp).
#define ECTP_POLICY_NAMES(X) \
  X(pathway)               \
  X(focus)                 \
  X(stance)                \
  X(words)                 \
  X(level)                 \
  X(itt_view)              \
  X(self_view)             \
  X(tier)                  \
  X(step_lint)             \
  X(step_moves)            \
  X(step_offer)            \
  X(conversation_moves)    \
  X(conversation_lint)     \
  X(boundary)              \
  X(appraisal_moves)       \
  X(verdict)               \
  X(cycle_moves)           \
  X(cycle_due)             \
  X(path_shape)            \
  X(inquiry_next)          \
  X(feedback_lint)         \
  X(feedback_moves)        \
  X(mentoring_quality)     \
  X(calibration)           \
  X(watch)                 \
  X(probe)                 \
  X(step_outcome)          \
  X(fade)                  \
  X(meeting_words)         \
  X(meeting_moves)         \
  X(agenda_lead)           \
  X(came_along)            \
  X(rehearsal_moves)       \
  X(practice_level)        \
  X(practice_start)        \
  X(practice_scene)        \
  X(practice_time)         \
  X(scaffold_fade)

/// The lists beside them, likewise.
#define ECTP_LIST_NAMES(X) \
  X(gating)                \
  X(weights)               \
  X(parameters)            \
  X(override_reasons)      \
  X(agenda)                \
  X(workload)              \
  X(themes)                \
  X(fidelity)              \
  X(calendar)              \
  X(facts)                 \
  X(sources)               \
  X(decay)                 \
  X(events)                \
  X(phrases)               \
  X(step_frames)           \
  X(leverage)              \
  X(step_scale)            \
  X(blockers)              \
  X(prerequisites)         \
  X(conversation_models)   \
  X(conversation_prompts)  \
  X(appraisal_models)      \
  X(entitlements)          \
  X(vignettes)

#define ECTP_AS_NAME(x) x,
#define ECTP_AS_WORD(x) #x,
enum class policy_name : std::uint8_t { ECTP_POLICY_NAMES(ECTP_AS_NAME) };
ECTP_WORDS(policy_name, "policy", ECTP_POLICY_NAMES(ECTP_AS_WORD));

enum class list_name : std::uint8_t { ECTP_LIST_NAMES(ECTP_AS_NAME) };
ECTP_WORDS(list_name, "list", ECTP_LIST_NAMES(ECTP_AS_WORD));

#define ECTP_AS_COUNT(x) +1
inline constexpr std::size_t policy_count = ECTP_POLICY_NAMES(ECTP_AS_COUNT);
inline constexpr std::size_t list_count = ECTP_LIST_NAMES(ECTP_AS_COUNT);
#undef ECTP_AS_NAME
#undef ECTP_AS_WORD
#undef ECTP_AS_COUNT

/// Weights decay by age in days: an integer table per kind of statement, 0 past its end.
struct decay_table {
  std::vector<std::uint32_t> learn_that, learn_how_to;  ///< round(2^24 * 2^(-age / half-life))
  friend bool operator==(const decay_table&, const decay_table&) = default;
};

/// A source's weight in thousandths.
struct source_weight {
  evidence_source source = evidence_source::mentor_rating;
  int learn_that = 0, learn_how_to = 0;
  friend bool operator==(const source_weight&, const source_weight&) = default;
};

/// One part of the meeting and how long it usually takes.
struct agenda_item {
  ectp::phase phase = phase::arrive;
  std::string title;
  int minutes = 0;     ///< of a whole meeting
  int least = 0;       ///< shorter than this and it is left out
  int drop_order = 0;  ///< 1 is left out first in a short meeting, 0 never
  friend bool operator==(const agenda_item&, const agenda_item&) = default;
};

/// A theme that each half-term should touch.
struct theme {
  std::string id, tag, title;
  friend bool operator==(const theme&, const theme&) = default;
};

/// Numbers that are not a table's own, from `parameters.csv`.
struct parameters {
  int window = 130;            ///< school days in post that counts look back
  int occasion_gap = 5;        ///< school days between two occasions
  int itt_fresh = 65;          ///< school days in post before ITT records begin to age
  int gating_sightings = 2;    ///< emerging sightings before a gating statement counts
  int recent = 65;             ///< school days in post that count as recent
  int rehearse_minutes = 15;   ///< practice stops here
  int candidates = 3;          ///< action steps offered at most
  int check_after = 6;         ///< relevant lessons before a step is looked at
  int meeting_minutes = 60;    ///< where the record names no length
  friend bool operator==(const parameters&, const parameters&) = default;
};

/// A set of policies: compiled, checked against the words that mentoring uses, immutable but for
/// `replace`, and freely shared between threads once made.
class policies {
 public:
  /// The library's own defaults. They always load; an error here is a defect of the library.
  ECTP_DECL static result<policies> builtin();

  /// Replaces one table by its name (`pathway`, `stance`, `gating`, `calendar` ...). The text is
  /// CSV; `file` is only used in messages. Errors are located; on an error nothing changes.
  ECTP_DECL result<void> replace(std::string_view name, std::string_view csv_text, const std::string& file);

  const policy::table& operator[](policy_name p) const noexcept { return tables_[static_cast<std::size_t>(p)]; }
  const data_table& list(list_name l) const noexcept { return lists_[static_cast<std::size_t>(l)]; }
  /// The decision table's fingerprint (policy/identity.hpp), 64 hex digits.
  const std::string& sha256(policy_name p) const noexcept { return hashes_[static_cast<std::size_t>(p)]; }

  const ectp::parameters& numbers() const noexcept { return numbers_; }
  const school_calendar& calendar() const noexcept { return calendar_; }
  const decay_table& decay() const noexcept { return decay_; }
  const std::vector<agenda_item>& agenda() const noexcept { return agenda_; }
  const std::vector<theme>& themes() const noexcept { return themes_; }
  /// Thousandths; 0 for a source without a row.
  ECTP_DECL int weight(evidence_source s, bool learn_that) const noexcept;
  /// Is this statement (`edition:code`) one that holds others back?
  ECTP_LAZY
  bool gating(std::string_view statement) const noexcept { return has_row(list_name::gating, "statement", statement); }
  /// Has this edition a gating list at all?
  ECTP_DECL bool has_gating(std::string_view edition) const noexcept;
  /// Must this technique be done exactly?
  ECTP_LAZY
  bool fidelity(std::string_view statement) const noexcept { return has_row(list_name::fidelity, "statement", statement); }
  ECTP_LAZY
  bool override_reason(std::string_view reason) const noexcept { return has_row(list_name::override_reasons, "reason", reason); }
  /// Minutes a half-term that a path asks for.
  ECTP_DECL int workload(path p) const noexcept;

 private:
  ECTP_LAZY
  bool has_row(list_name l, std::string_view column, std::string_view value) const noexcept {
    const data_table& t = list(l);
    for (std::size_t r = 0; r != t.size(); ++r)
      if (t.at(r, column) == value) return true;
    return false;
  }
  ECTP_DECL result<void> set_list(list_name l, data_table t);
  std::array<policy::table, policy_count> tables_;
  std::array<std::string, policy_count> hashes_;
  std::array<data_table, list_count> lists_;
  std::vector<source_weight> weights_;
  std::vector<agenda_item> agenda_;
  std::vector<theme> themes_;
  ectp::parameters numbers_;
  school_calendar calendar_;
  decay_table decay_;
};

/// What a decision table said about some facts: the rule that fired, and the full explanation.
struct ruling {
  std::size_t rule = 0;  ///< index into the table's rules
  std::string id;        ///< the rule's id
  basis on = basis::default_policy;
  policy::explanation why;
};

/// Decides one table over named facts; facts that the table has no input for are left out, so a
/// table may read any of them. The explanation is without the table's fingerprint. Errors: `no_rule`,
/// `rule_conflict`, `out_of_range`.
ECTP_DECL result<ruling> rule_on(const policy::table& table, std::span<const policy::named_value> facts);
/// The same, for callers that need only the rule's index.
ECTP_DECL result<std::size_t> rule_index(const policy::table& table, std::span<const policy::named_value> facts);

/// An output cell as a listed word; the table was checked when it was loaded.
template <listed E>
maybe<E> output_word(const policy::table& table, std::size_t rule, std::string_view column) {
  const auto c = table.find_output(column);
  if (!c) return {};
  const policy::value_ref v = table.output(rule, *c);
  if (v.kind() != policy::value_kind::text) return {};
  const auto e = from_word<E>(v.text());
  if (!e) return {};
  return *e;
}

/// The basis that a rule's note column names; our default where it names none.
ECTP_DECL basis basis_of(const policy::table& table, std::size_t rule);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/policies.ipp"
#endif
