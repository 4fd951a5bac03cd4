#pragma once
#include "ectp/impl/meeting_text.ipp"
#include "ectp/meeting_models.hpp"
#include "ectp/mentoring/action_step.hpp"
#include "ectp/mentoring/cycle.hpp"
#include "ectp/mentoring/fading.hpp"
#include "ectp/mentoring/impl/meeting_run.ipp"
#include "ectp/mentoring/meeting_run.hpp"
#include "ectp/mentoring/place.hpp"
#include "ectp/mentoring/watch.hpp"

namespace ectp::inline ECTP_ABI::meeting {

namespace detail {

// Who sets the agenda, where that is not both, and the question that stands in the block's place.
ECTP_DECL result<void> add_lead(meeting_plan& p, const record_state& state, const policies& rules) {
  const auto lead = agenda_lead_of(year_of(state), state.inquiry.has_value(), state.wish.has_value(), rules);
  if (!lead) return lead.error();
  if (state.handover && !state.handover->wants.empty() && p.meetings_held == 0)
    p.lines.push_back({plan_place::look, "Wants", state.handover->wants, "", basis::default_policy});
  for (const auto& a : state.agreements)
    if (!a.kept && a.check_on <= p.on) p.lines.push_back({plan_place::look, "Agreed", "look again today: " + a.what, "", basis::default_policy});
  if (lead->stands == agenda_block::programme) return {};
  p.lines.push_back({plan_place::look, "Led by", lead->says, lead->why.id, lead->why.on});
  if (lead->stands == agenda_block::inquiry) p.lines.push_back({plan_place::look, "Inquiry", state.inquiry->question, "", basis::default_policy});
  for (auto& s : p.agenda)
    if (s.how.phase == phase::arrive && !lead->ask.empty()) s.how.words.push_back(lead->ask);
  return {};
}

ECTP_DECL result<void> add_cycle(meeting_plan& p, const record_state& state, std::span<const diagnosis> diagnoses, const policies& rules) {
  const auto cycle = cycle_now(state, diagnoses, rules, year_of(state));
  if (!cycle) return cycle.error();
  p.lines.push_back({plan_place::look, "Cycle", spaced(name(cycle->due.next)) + ": " + cycle->due.says, cycle->due.rule, cycle->due.on});
  for (const auto& ahead : cycle->paths) {
    if (ahead.standard != p.focus.standard || !ahead.chosen) continue;
    bool first = true;
    for (const auto& s : ahead.parts) {
      if (s.past) continue;
      p.lines.push_back({plan_place::ahead, first ? "Ahead" : "", s.says + (s.on ? " (from " + short_date(*s.on) + ")" : ""), s.rule, s.from});
      first = false;
    }
  }
  if (cycle->inquiry && cycle->inquiry->now)
    p.lines.push_back({plan_place::ahead, "Inquiry", cycle->inquiry->says, cycle->inquiry->rule, basis::default_policy});
  return {};
}

ECTP_DECL result<void> add_fading(meeting_plan& p, const record_state& state, const policies& rules, const framework::tree& tree) {
  const auto setting = meeting_setting::make(p, state, rules, tree);
  if (!setting) return setting.error();
  for (auto& s : p.agenda) {
    if (!s.how.stance || s.how.live_only || s.how.next != route::coaching) continue;
    faded fade;
    auto m = ectp::detail::manner_with_fading(*setting, s.how.phase, moment{}, false, fade);
    if (!m) return m.error();
    if (!m->stance || *m->stance == *s.how.stance) continue;
    s.how.stance = m->stance;
    s.how.words = m->words;
    if (!fade.first.empty()) s.how.words.insert(s.how.words.begin(), fade.first);
    s.how.act = m->act;
    s.how.says = fade.says;
    s.how.why = std::move(fade.why);
    // For its own statement the script has better words than the general ones; the first stays.
    if (s.how.phase != phase::look_together || !p.practice_fits) continue;
    if (s.how.words.size() > 1) s.how.words.resize(1);
    const auto& own = p.practice->words[static_cast<std::size_t>(*s.how.stance)];
    s.how.words.insert(s.how.words.end(), own.begin(), own.end());
  }
  return {};
}

ECTP_DECL result<void> add_offer(meeting_plan& p, const record_state& state, std::span<const diagnosis> diagnoses, const policies& rules,
                                 const framework::tree& tree) {
  const auto size = tier_now(state, diagnoses, p.focus.statement, tree, rules);
  if (!size) return size.error();
  const auto facts = offer_facts_of(state, p.focus, size->tier, rules);
  if (!facts) return facts.error();
  const step_now* live = state.live_step();
  const auto offer = offer_of(*facts, rules);
  if (!offer) return offer.error();
  if (live != nullptr && !facts->live_step)
    p.lines.push_back({plan_place::step, "First", "close " + live->agreed.id.str() + " if you both see it as settled: one live step at a time.", "", basis::default_policy});
  p.lines.push_back({plan_place::step, "Offer", offer->says, offer->why.id, offer->why.on});
  if (!p.practice) return {};
  const auto found = candidates_for(*p.practice, offer->offer, {}, diagnoses, rules);
  if (!found) return found.error();
  p.candidates.clear();
  // What serves the focus itself comes first.
  const std::string code = bare(p.focus.statement);
  for (const bool wanted : {true, false})
    for (const auto& c : *found) {
      bool serves = false;
      for (const auto& s : c.draft.statements) serves = serves || bare(s) == code;
      // Of a script for another statement only what serves this one is a starting point.
      if (serves != wanted || (!serves && p.practice_near != nearness::same_statement)) continue;
      step_idea idea{c.draft.what, {}};
      for (const auto& s : c.draft.statements) idea.statements.push_back(bare(s));
      p.candidates.push_back({std::move(idea), p.practice->id.str()});
    }
  return {};
}

ECTP_DECL result<void> add_handover(meeting_plan& p, const record_state& state, const policies& rules, const framework::tree& tree) {
  if (!state.handover) return {};
  const auto all = itt_view_of_handover(*state.handover, tree, rules);
  if (!all) return all.error();
  for (const auto& s : *all) {
    if (s.standard != p.focus.standard || s.standard.empty()) continue;
    std::string secure, growing;
    for (const auto& c : s.came) {
      std::string& list = c.secure ? secure : growing;
      list += (list.empty() ? "" : ", ") + bare(c.to) + (c.standing == standing::exact ? "" : " (" + std::string(name(c.standing)) + ")");
    }
    std::string text = secure.empty() ? "" : "settled " + secure;
    if (!growing.empty()) text += (text.empty() ? "still growing " : "; still growing ") + growing;
    if (!text.empty()) p.lines.push_back({plan_place::ahead, "Brought", text + ", in the ECT's own words from training.", "", basis::default_policy});
  }
  return {};
}

ECTP_DECL result<void> add_watch(meeting_plan& p, const record_state& state, const policies& rules) {
  const auto rows = watch_of(state, year_of(state), {}, rules);
  if (!rows) return rows.error();
  for (const auto& w : *rows)
    if (w.next != whom_to_ask::all_well && w.state != entitlement_state::unknown)
      p.lines.push_back({plan_place::entitled, "Ask", w.title + ": " + w.says, w.rule, w.on});
  return {};
}

}  // namespace detail

ECTP_DEF result<void> add_models(meeting_plan& p, const record_state& state, const policies& rules, const framework::tree& tree) {
  if (p.next == route::coaching) {
    ECTP_LATER(std::vector<diagnosis>) seen;
    for (const auto& a : p.standards) seen.push_back(a.seen);
    const std::span<const diagnosis> diagnoses(seen.data(), seen.size());
    if (auto ok = detail::add_lead(p, state, rules); !ok) return ok;
    if (auto ok = detail::add_cycle(p, state, diagnoses, rules); !ok) return ok;
    if (auto ok = detail::add_fading(p, state, rules, tree); !ok) return ok;
    if (auto ok = detail::add_offer(p, state, diagnoses, rules, tree); !ok) return ok;
    if (auto ok = detail::add_handover(p, state, rules, tree); !ok) return ok;
  }
  return detail::add_watch(p, state, rules);
}

ECTP_DEF result<meeting_plan> plan_with_models(const record& r, const record_state& state, const policies& rules,
                                                const framework::tree& tree, std::span<const script> scripts,
                                                const options& how) {
  auto p = plan(r, state, rules, tree, scripts, how);
  if (!p) return p;
  if (auto ok = add_models(*p, state, rules, tree); !ok) return ok.error();
  return p;
}

}  // namespace ectp::inline ECTP_ABI::meeting
