#pragma once
/// The models' state machines: decision tables whose names end in `_moves`, replaceable like any
/// other, and proved total whenever they are made (policy/machine.hpp).
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/mentoring/policies.hpp"
#include "ectp/policy/machine.hpp"

namespace ectp::inline ECTP_ABI {

/// One thing that can be done now.
struct choice {
  std::string event;  ///< the machine's word
  std::string says;   ///< what it means, for a person; from the list `events`
  std::vector<std::string> asks;  ///< what else has to be given with it, such as `text`
  std::string next;   ///< the state it leads to
  friend bool operator==(const choice&, const choice&) = default;
};

/// Is this policy a state machine?
ECTP_LAZY
bool is_machine(policy_name p) noexcept { return name(p).ends_with("_moves"); }

/// The machine of a policy. Errors: as `policy::make_machine` has them, when a table of one's own is no
/// machine; `bad_argument` for a policy that is none.
ECTP_DECL result<policy::machine> machine_of(const policies& rules, policy_name p);

/// What can be done in a state, in the order of the machine's events. `guards` are the values of its
/// further inputs. Errors as `policy::machine::step` has them.
ECTP_DECL result<std::vector<choice>> choices(const policies& rules, policy_name p, const policy::machine& m,
                                              std::string_view state,
                                              std::span<const policy::named_value> guards = {});

/// A note or a text output of the rule that makes a move, such as `says` or `phase`; empty where there
/// is none.
ECTP_DECL std::string said_by(const policy::machine& m, const policy::move& made, std::string_view column);

/// The same for a state that was reached by whatever move: what the first rule that leads there says.
/// Empty for a state that no rule leads to from another.
ECTP_DECL std::string said_in(const policy::machine& m, std::string_view state, std::string_view column);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/machines.ipp"
#endif
