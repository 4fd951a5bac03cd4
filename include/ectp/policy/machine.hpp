#pragma once
/// A state machine written as a decision table:
///
///     U,state,event,next,prompt
///     ,in,in,out,out
///     ,"open,tried,done","try,keep,drop","open,tried,done,null","string, null"
///     m1,open,try,tried,How did it go?
///     m2,tried,keep,done,
///     m3,"open,tried",drop,done,What stood in the way?
///     x1,not(tried),keep,null,nothing was tried yet
///     x2,not(open),try,null,it has been tried
///     x3,done,drop,null,it is closed
///
/// The hit policy is UNIQUE. The inputs `state` and `event` list words; the output `next` lists the
/// same words as `state`. Where `next` may be null a rule with null there says that the move is
/// **illegal**, and its prompt says why; `prompt`, a text, may be left out. Further inputs are
/// guards, further outputs and notes are the caller's.
///
/// When it is loaded the table is proved total and free of conflicts on its elementary cells: for
/// every state and event, and whatever the guards are, exactly one rule matches. Hence an illegal
/// move is one that the table says is illegal, never one that it forgot; a `#default` row would hide
/// what it forgot and is refused, as is a test that names another input.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/list.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// One legal move.
struct move {
  std::string from, event, next;
  std::string prompt;      ///< empty where the table has none
  std::uint32_t rule = 0;  ///< 0-based, in the machine's table
  friend bool operator==(const move&, const move&) = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned /*version*/) {
    ar & from;
    ar & event;
    ar & next;
    ar & prompt;
    ar & rule;
  }
};

struct machine_reading;

/// A state machine that was proved total. A value; the default has no states.
class machine {
 public:
  machine() = default;

  /// The table it was made of.
  const policy::table& rules() const noexcept { return table_; }
  /// The words of `state` and of `event`, in the order of their lists. By convention a new run
  /// begins in the first state.
  std::span<const std::string> states() const noexcept { return words(state_); }
  std::span<const std::string> events() const noexcept { return words(event_); }
  maybe<std::size_t> find_state(std::string_view word) const noexcept { return find(states(), word); }
  maybe<std::size_t> find_event(std::string_view word) const noexcept { return find(events(), word); }

  /// The move that an event makes from a state; `guards` are the values of the further inputs, one
  /// for each. Errors: `not_allowed` for an illegal move, with the legal events as what was
  /// expected and the table's prompt as the hint; `out_of_range` for a state, an event or a guard
  /// outside its domain; otherwise those of `table::decide`.
  ECTP_DECL result<move> step(std::string_view state, std::string_view event,
                              std::span<const named_value> guards = {}) const;
  template <class lazy = void>
  result<move> step(std::string_view state, std::string_view event,
                    std::initializer_list<named_value> guards) const {
    return step(state, event, std::span<const named_value>(guards.begin(), guards.size()));
  }
  /// The events that are legal in a state under these guards, in the order of their list. Errors as
  /// `step` has them.
  ECTP_DECL result<std::vector<std::string>> legal_events(std::string_view state,
                                                          std::span<const named_value> guards = {}) const;

  /// Is the move legal under any guards? Precondition: both exist.
  bool may(std::size_t state, std::size_t event) const noexcept {
    return legal_[state * events().size() + event];
  }
  /// Does any legal move lead straight from one state to the other? Precondition: both exist.
  bool leads(std::size_t from, std::size_t to) const noexcept { return leads_[from * states().size() + to]; }
  /// Final: no legal move leads to another state. Precondition: it exists.
  ECTP_DECL bool is_final(std::size_t state) const noexcept;
  /// The states that can be reached from this one, itself included, ascending. Precondition: it exists.
  ECTP_DECL std::vector<std::size_t> reachable(std::size_t from) const;

  friend bool operator==(const machine&, const machine&) = default;

 private:
  friend class machine_builder;
  std::span<const std::string> words(std::size_t input) const noexcept {
    if (table_.inputs().empty()) return {};
    const auto& all = table_.input(input).domain.words;
    return {all.data(), all.size()};
  }
  static maybe<std::size_t> find(std::span<const std::string> all, std::string_view word) noexcept {
    for (std::size_t i = 0; i != all.size(); ++i)
      if (all[i] == word) return i;
    return {};
  }
  /// Decides, whether the move is legal or not.
  ECTP_DECL result<std::uint32_t> rule_for(std::string_view state, std::string_view event,
                                           std::span<const named_value> guards) const;

  policy::table table_;
  std::size_t state_ = 0, event_ = 0, next_ = 0;  // among the inputs, the outputs
  maybe<std::size_t> prompt_;
  list<bool> legal_, leads_;  // states x events, states x states
};

/// What came of loading a machine: the machine, or every error.
struct machine_reading {
  maybe<policy::machine> machine;
  std::vector<error> errors;  ///< empty exactly when there is a machine
};

/// Makes a machine of a table. Gives the first error: `bad_table` where the table is not of that
/// shape, `bad_cell` for a test that names another input, `no_rule` for a state and an event that
/// no rule covers, `rule_conflict` for two rules that match at once, `too_large` for more than 256
/// states, 256 events or 4,096 rules. The place is in the table's file: that of the row behind
/// which a missing rule belongs, or of the later of two rules.
ECTP_DECL result<machine> make_machine(table t);

/// The same with all errors. Of rules that overlap, the earlier partner is named; gaps are looked
/// for wherever rules do not overlap.
ECTP_DECL machine_reading make_machine_all(table t);

/// A machine in one of its states. It borrows the machine, which must outlive it.
class runner {
 public:
  /// No machine: every step is an error.
  runner() = default;
  /// Begins in the first state of the machine's list.
  explicit runner(const policy::machine& m) : machine_(&m) {
    if (!m.states().empty()) state_ = m.states()[0];
  }
  explicit runner(policy::machine&&) = delete;
  /// Goes on from a state. Error: `out_of_range` if the machine has no such state.
  ECTP_DECL static result<runner> at(const policy::machine& m, std::string_view state);
  static result<runner> at(policy::machine&&, std::string_view) = delete;

  const std::string& state() const noexcept { return state_; }
  /// Makes a move; after an error the state is what it was. Errors as `machine::step` has them.
  ECTP_DECL result<move> step(std::string_view event, std::span<const named_value> guards = {});
  template <class lazy = void>
  result<move> step(std::string_view event, std::initializer_list<named_value> guards) {
    return step(event, std::span<const named_value>(guards.begin(), guards.size()));
  }
  friend bool operator==(const runner&, const runner&) = default;

 private:
  const policy::machine* machine_ = nullptr;
  std::string state_;
};

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/machine.ipp"
#endif
