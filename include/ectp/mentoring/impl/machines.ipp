#pragma once
#include "ectp/core/page.hpp"
#include "ectp/mentoring/machines.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF result<policy::machine> machine_of(const policies& rules, policy_name p) {
  if (!is_machine(p))
    return error{errc::bad_argument, "the policy " + std::string(name(p)) + " is no state machine", {},
                 "a policy whose name ends in _moves", ""};
  return policy::make_machine(rules[p]);
}

ECTP_DEF result<std::vector<choice>> choices(const policies& rules, policy_name p, const policy::machine& m,
                                              std::string_view state, std::span<const policy::named_value> guards) {
  const auto legal = m.legal_events(state, guards);
  if (!legal) return legal.error();
  const data_table& words = rules.list(list_name::events);
  ECTP_LATER(std::vector<choice>) out;
  for (const auto& event : *legal) {
    const auto move = m.step(state, event, guards);
    if (!move) return move.error();
    choice c{event, "", {}, move->next};
    for (std::size_t r = 0; r != words.size(); ++r) {
      if (words.at(r, "machine") != name(p) || words.at(r, "event") != event) continue;
      c.says = words.at(r, "says");
      std::string_view asks = words.at(r, "asks");
      while (!asks.empty()) {
        const std::size_t bar = asks.find('|');
        c.asks.emplace_back(asks.substr(0, bar));
        asks = bar == asks.npos ? std::string_view() : asks.substr(bar + 1);
      }
    }
    if (c.says.empty()) c.says = spaced(event);
    out.push_back(std::move(c));
  }
  return out;
}

namespace detail {
ECTP_DECL std::string said_by_rule(const policy::table& t, std::size_t rule, std::string_view column) {
  if (const auto c = t.find_output(column)) {
    const policy::value_ref v = t.output(rule, *c);
    return v.kind() == policy::value_kind::text ? std::string(v.text()) : std::string();
  }
  return std::string(t.note(rule, column));
}
}  // namespace detail

ECTP_DEF std::string said_by(const policy::machine& m, const policy::move& made, std::string_view column) {
  return detail::said_by_rule(m.rules(), made.rule, column);
}

ECTP_DEF std::string said_in(const policy::machine& m, std::string_view state, std::string_view column) {
  const policy::table& t = m.rules();
  for (std::size_t r = 0; r != t.rules(); ++r)
    if (detail::said_by_rule(t, r, "next") == state)
      if (auto s = detail::said_by_rule(t, r, column); !s.empty()) return s;
  return {};
}

}  // namespace ectp::inline ECTP_ABI
