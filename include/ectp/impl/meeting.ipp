#pragma once
#include "ectp/meeting.hpp"

namespace ectp::inline ECTP_ABI::meeting {

namespace detail {

// Shares minutes among the parts: each its least, and the rest in proportion to what it usually
// has beyond that, by largest remainder. Parts that may be left out go first when time is short.
ECTP_DECL std::vector<slot> share_minutes(const std::vector<agenda_item>& agenda, int minutes,
                                       std::vector<std::string>& left_out) {
  ECTP_LATER(std::vector<agenda_item>) parts = agenda;
  const auto least = [&] {
    int sum = 0;
    for (const auto& p : parts) sum += p.least;
    return sum;
  };
  while (least() > minutes) {
    std::size_t drop = parts.size();
    for (std::size_t i = 0; i != parts.size(); ++i)
      if (parts[i].drop_order > 0 && (drop == parts.size() || parts[i].drop_order < parts[drop].drop_order)) drop = i;
    if (drop == parts.size()) {
      while (parts.size() > 1) {
        left_out.push_back(parts.back().title);
        parts.pop_back();
      }
      parts.front().least = minutes;
      break;
    }
    left_out.push_back(parts[drop].title);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(drop));
  }
  const int spare = minutes - least();
  int beyond = 0;
  for (const auto& p : parts) beyond += p.minutes > p.least ? p.minutes - p.least : 0;
  ECTP_LATER(std::vector<int>) share, rest;
  int given = 0;
  for (const auto& p : parts) {
    const int usual = p.minutes > p.least ? p.minutes - p.least : 0;
    share.push_back(p.least + (beyond == 0 ? 0 : spare * usual / beyond));
    rest.push_back(beyond == 0 ? 0 : spare * usual % beyond);
    given += share.back();
  }
  for (; given < minutes; ++given) {
    std::size_t most = 0;
    for (std::size_t i = 1; i != rest.size(); ++i)
      if (rest[i] > rest[most]) most = i;
    ++share[most];
    rest[most] = -1;
  }
  ECTP_LATER(std::vector<slot>) out;
  int at = 0;
  for (std::size_t i = 0; i != parts.size(); ++i) {
    slot s;
    s.title = parts[i].title;
    s.from = at;
    s.to = at += share[i];
    s.how.phase = parts[i].phase;
    out.push_back(std::move(s));
  }
  return out;
}

ECTP_DECL result<void> check(const options& how) {
  if (how.minutes == 0 || (how.minutes >= 5 && how.minutes <= 240)) return {};
  return error{errc::out_of_range, "a meeting of " + std::to_string(how.minutes) + " minutes", {}, "5 to 240 minutes", ""};
}

}  // namespace detail

ECTP_DEF result<meeting_plan> plan(const record& r, date today, const policies& rules, const framework::tree& tree,
                                    std::span<const script> scripts, const options& how) {
  if (auto ok = detail::check(how); !ok) return ok.error();
  const auto state = state_of(r, tree, today);
  if (!state) return state.error();
  return plan(r, *state, rules, tree, scripts, how);
}

ECTP_DEF result<meeting_plan> plan(const record& r, const record_state& state, const policies& rules, const framework::tree& tree,
                                    std::span<const script> scripts, const options& how) {
  if (auto ok = detail::check(how); !ok) return ok.error();
  const date today = state.today;
  ECTP_LATER(meeting_plan) out;
  out.teacher = r.teacher();
  out.mentor = r.mentor();
  out.edition = r.edition();
  out.invented = r.invented();
  out.today = today;
  out.numbers = rules.numbers();
  const session* next = state.next_meeting();
  out.on = next != nullptr ? next->held_on : today;
  out.when = next != nullptr ? next->slot : "";
  out.minutes = how.minutes != 0 ? how.minutes : next != nullptr ? next->planned_minutes : rules.numbers().meeting_minutes;
  if (const session* later = state.meeting_after_next()) out.next_on = later->held_on;
  if (const half_term* h = rules.calendar().find(out.on)) out.half_term = h->label;
  if (next == nullptr) out.findings.push_back({"meeting_unplanned", "no meeting is planned: today is assumed"});
  if (!state.start) out.findings.push_back({"start_missing", "the record has no start entry"});
  out.programme = state.block;

  // A diagnosis and an advice for every standard.
  ECTP_LATER(std::vector<diagnosis>) diagnoses;
  ECTP_LATER(std::vector<evidence_base>) bases;
  for (const auto& standard : tree.root().children()) {
    const evidence_base base = evidence_for(state, standard.ref());
    auto d = diagnose(tree, standard.ref(), base, today, rules);
    if (!d) return d.error();
    auto a = recommend(*d, rules);
    if (!a) return a.error();
    for (const auto& f : d->findings) {
      bool known = false;
      for (const auto& x : out.findings) known = known || x == f;
      if (!known) out.findings.push_back(f);
    }
    diagnoses.push_back(std::move(*d));
    bases.push_back(base);
    out.standards.push_back(std::move(*a));
  }

  auto focus = choose_focus(tree, state, {diagnoses.data(), diagnoses.size()}, rules);
  if (!focus) return focus.error();
  out.focus = std::move(*focus);
  for (std::size_t i = 0; i != out.standards.size(); ++i) {
    if (out.standards[i].said.standard != out.focus.standard) continue;
    out.path = out.standards[i];
    auto tips = what_would_tip(tree, *out.path, bases[i], rules, out.focus.statement);
    if (!tips) return tips.error();
    out.tips = std::move(*tips);
    if (const decision* d = state.in_force(out.focus.standard)) out.in_force = *d;
  }

  // The step so far, and how the parts of the meeting go.
  if (const step_now* live = state.live_step()) out.last_step = *live;
  else if (!state.steps.empty()) out.last_step = state.steps.back();
  const bool about_the_step = out.last_step && out.last_step->live() && out.last_step->agreed.statement == out.focus.statement;
  out.agenda = detail::share_minutes(rules.agenda(), out.minutes, out.left_out);
  for (auto& s : out.agenda) {
    auto m = manner_of(s.how.phase, how.now, out.focus.expertise,
                       !out.focus.statement.empty() && rules.fidelity(out.focus.statement),
                       about_the_step ? out.last_step->misses() : 0, rules);
    if (!m) return m.error();
    s.how = std::move(*m);
    // The route is that of the first part that has something to say about it.
    if (out.next == route::coaching) out.next = s.how.next;
  }

  // One step to try, and a script to rehearse it.
  out.check_on = out.next_on;
  if (!out.focus.statement.empty()) {
    const auto node = tree.find(out.focus.statement);
    if (!node) return node.error();
    const auto home = node->standard();
    const char number = home && home->code().size() > 1 ? home->code()[1] : '?';
    const school_phase wanted = state.start ? state.start->phase : school_phase::secondary;
    if (const auto found = find_script(scripts, tree.edition(), node->code(), number, wanted)) {
      out.practice = *found->what;
      out.practice_near = found->near;
      out.practice_fits = found->near == nearness::same_statement && found->what->phase == wanted;
      // Somebody whose start is not known yet begins where a novice does.
      const auto row = out.focus.expertise == expertise::unknown ? 0 : static_cast<std::size_t>(out.focus.expertise);
      out.practice_level = found->what->start_level[row];
      const auto offer = [&](const step_idea& idea) {
        if (out.candidates.size() < static_cast<std::size_t>(rules.numbers().candidates))
          out.candidates.push_back({idea, found->what->id.str()});
      };
      offer(found->what->step);
      for (const auto& a : found->what->alternatives) offer(a);
      // For its own statement the script has better words than the general ones; the first stays.
      for (auto& s : out.agenda) {
        if (!out.practice_fits || s.how.phase != phase::look_together || !s.how.stance ||
            s.how.next != route::coaching)
          continue;
        if (s.how.words.size() > 1) s.how.words.resize(1);
        const auto& own = found->what->words[static_cast<std::size_t>(*s.how.stance)];
        s.how.words.insert(s.how.words.end(), own.begin(), own.end());
      }
    } else {
      out.findings.push_back({scripts.empty() ? "no_scripts" : "no_script",
                              scripts.empty() ? "no practice scripts are loaded: no step is suggested"
                                              : "no practice script is near " + out.focus.statement});
    }
  }

  out.coverage = coverage_of(tree, state, rules);
  for (const auto& s : state.sessions) {
    if (s.kind != session_kind::mentor_meeting || s.held_on > today) continue;
    if (s.held_on == today && s.status == session_status::planned) continue;
    ++out.meetings_due;
    if (s.status == session_status::held) ++out.meetings_held;
  }
  out.entitlements = state.entitlements;
  out.notices = state.notices;
  out.minutes_consolidate = rules.workload(path::consolidate);
  out.minutes_extend = rules.workload(path::extend);
  return out;
}

ECTP_DEF result<meeting_plan> plan(const record& r, date today, const policies& rules,
                                    std::span<const script> scripts, const options& how) {
  const auto tree = framework::edition(r.edition());
  if (!tree) return tree.error();
  return plan(r, today, rules, *tree, scripts, how);
}

}  // namespace ectp::inline ECTP_ABI::meeting
