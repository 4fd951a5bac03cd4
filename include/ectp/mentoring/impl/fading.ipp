#pragma once
#include "ectp/mentoring/fading.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

// A step's lessons by day: how many, and how many of the latest in a row missed. A day counts as met when
// any lesson on it met the criteria.
struct tries {
  int lessons = 0, misses = 0;
  bool met = false;  // the latest day
};
ECTP_DECL tries tries_of(const step_now& s) {
  tries out;
  for (std::size_t i = 0; i != s.lessons.size();) {
    const date day = s.lessons[i].lesson_on;
    bool met = false;
    for (; i != s.lessons.size() && s.lessons[i].lesson_on == day; ++i) met = met || s.lessons[i].met;
    ++out.lessons;
    out.misses = met ? 0 : out.misses + 1;
    out.met = met;
  }
  return out;
}

}  // namespace detail

ECTP_DEF result<step_outcome> outcome_of(const step_now& s, const policies& rules) {
  const auto tries = detail::tries_of(s);
  const policy::table& t = rules[policy_name::step_outcome];
  const policy::named_value facts[] = {
      {"status", name(s.status)}, {"lessons", tries.lessons > 999 ? 999 : tries.lessons}, {"met", tries.met}};
  const auto rule = rule_index(t, {facts, 3});
  if (!rule) return rule.error();
  const auto said = output_word<step_outcome>(t, *rule, "outcome");
  return said ? *said : step_outcome::open;
}

ECTP_DEF result<cycle_counts> counts_of(const record_state& state, const policies& rules) {
  cycle_counts out;
  bool row = true, latest = true;
  for (std::size_t i = state.steps.size(); i-- != 0;) {
    const step_now& s = state.steps[i];
    const auto came_to = outcome_of(s, rules);
    if (!came_to) return came_to.error();
    if (*came_to == step_outcome::open) continue;
    if (latest && *came_to == step_outcome::missed) out.misses = detail::tries_of(s).misses;
    latest = false;
    row = row && *came_to == step_outcome::met && s.agreed.named_by == named_by::ect;
    if (row) ++out.named_and_met;
  }
  for (const auto& s : state.sessions)
    if (s.kind == session_kind::mentor_meeting && s.status == session_status::held && s.held_on <= state.today &&
        s.stance && *s.stance != stance::listening)
      out.so_far = s.stance;
  return out;
}

ECTP_DEF result<faded> fade_of(phase p, const moment& now, stance recommended, stance otherwise, expertise known,
                                bool fidelity_needed, const cycle_counts& counts, bool asked_why,
                                const policies& rules) {
  const policy::table& t = rules[policy_name::fade];
  const stance before = counts.so_far.value_or(otherwise);
  const policy::named_value facts[] = {{"phase", name(p)},
                                       {"topic", name(now.topic)},
                                       {"stance", name(recommended)},
                                       {"expertise", name(known)},
                                       {"fidelity_needed", fidelity_needed},
                                       {"failed_probes", now.failed_probes},
                                       {"so_far", before == stance::listening ? policy::value_ref() : policy::value_ref(name(before))},
                                       {"named_and_met", detail::up_to_99(counts.named_and_met)},
                                       {"misses", detail::up_to_99(counts.misses)},
                                       {"asked_why", asked_why}};
  auto why = rule_on(t, {facts, 10});
  if (!why) return why.error();
  ECTP_LATER(faded) out;
  out.next = output_word<stance>(t, why->rule, "next");
  out.says = t.note(why->rule, "says");
  out.first = detail::cell_text(t, why->rule, "first");
  out.why = std::move(*why);
  return out;
}

}  // namespace ectp::inline ECTP_ABI
