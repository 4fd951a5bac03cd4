#pragma once
#include "ectp/impl/meeting_text.ipp"
#include "ectp/mentoring/balance.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

// Does a rule of the stance policy tell of something that is never kept?
ECTP_DECL bool tells_live(std::string_view rule, const policies& rules) {
  const policy::table& t = rules[policy_name::stance];
  for (std::size_t r = 0; r != t.rules(); ++r)
    if (t.rule_id(r) == rule) return t.note(r, "live_only") == "yes";
  return false;
}

// The half-term that a day is in or comes after; its place in the calendar plus one, 0 before all.
ECTP_DECL std::size_t half_term_before(const school_calendar& calendar, date day) noexcept {
  std::size_t at = 0;
  for (std::size_t i = 0; i != calendar.half_terms().size(); ++i)
    if (calendar.half_terms()[i].from <= day) at = i + 1;
  return at;
}

}  // namespace detail

ECTP_DEF std::vector<stance_count> balance_of(const record_state& state, const policies& rules) {
  const auto& terms = rules.calendar().half_terms();
  ECTP_LATER(std::vector<stance_count>) all(terms.size() + 1);
  std::vector<bool> used(all.size(), false);
  for (std::size_t i = 0; i != terms.size(); ++i) all[i + 1].half_term = terms[i].label;
  const auto on = [&](date day) -> stance_count& {
    const std::size_t at = detail::half_term_before(rules.calendar(), day);
    used[at] = true;
    return all[at];
  };
  for (const auto& s : state.steps) ++on(s.agreed_on).named[static_cast<std::size_t>(s.agreed.named_by)];
  for (const auto& s : state.sessions) {
    if (s.kind != session_kind::mentor_meeting || s.status != session_status::held || s.held_on > state.today) continue;
    stance_count& c = on(s.held_on);
    ++c.meetings;
    if (s.stance && *s.stance != stance::listening && !detail::tells_live(s.stance_rule, rules))
      ++c.stances[static_cast<std::size_t>(*s.stance)];
    bool known = !s.step_named_by.has_value();
    for (const auto& x : state.steps) known = known || x.agreed_on == s.held_on;
    if (!known) ++c.named[static_cast<std::size_t>(*s.step_named_by)];
  }
  ECTP_LATER(std::vector<stance_count>) out;
  for (std::size_t i = 0; i != all.size(); ++i)
    if (used[i]) out.push_back(std::move(all[i]));
  return out;
}

ECTP_DEF std::string to_text(const std::vector<stance_count>& counts) {
  meeting::detail::page<> page;
  page.put("BALANCE OF STANCES  for you two only: counts, not a score. No mix is the right one.");
  page.rule();
  if (counts.empty()) {
    page.put("No meeting and no step yet.");
    return std::move(page).take();
  }
  const auto cell = [](std::string text, std::size_t wide) {
    return text.size() < wide ? std::string(wide - text.size(), ' ') + text : text;
  };
  page.put("half-term      meetings    guide dialogue      ask     steps named by ECT   mentor together");
  bool any = false, noted = false;
  for (const auto& c : counts) {
    std::string line = c.half_term.empty() ? "earlier" : c.half_term;
    line.resize(line.size() < 15 ? 15 : line.size(), ' ');
    line += cell(std::to_string(c.meetings), 8);
    for (const int n : c.stances) line += cell(std::to_string(n), 9);
    line += cell(std::to_string(c.named[0]), 23) + cell(std::to_string(c.named[1]), 9) + cell(std::to_string(c.named[2]), 9);
    page.put(line);
    for (const int n : c.stances) noted = noted || n != 0;
    any = any || c.meetings != 0;
  }
  page.put("");
  if (any && !noted) page.add("Note", "no meeting kept its stance: ectp coach writes it down for you.", 9);
  page.add("Ask", "\"Who does most of the thinking when we meet? Is that what you need now?\"", 9);
  return std::move(page).take();
}

}  // namespace ectp::inline ECTP_ABI
