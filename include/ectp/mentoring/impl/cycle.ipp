#pragma once
#include "ectp/mentoring/cycle.hpp"
#include "ectp/mentoring/diagnosis.hpp"
#include "ectp/mentoring/focus.hpp"
#include "ectp/mentoring/lint.hpp"
#include "ectp/mentoring/watch.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {
ECTP_DECL int cycle_count(std::int64_t n) noexcept { return n < 0 ? 0 : n > 99 ? 99 : static_cast<int>(n); }

ECTP_DECL std::string cycle_text(const policy::table& t, std::size_t rule, std::string_view column) {
  const auto c = t.find_output(column);
  const policy::value_ref v = c ? t.output(rule, *c) : policy::value_ref();
  return v.kind() == policy::value_kind::text ? std::string(v.text()) : std::string();
}

// Seen by somebody else, in post.
ECTP_DECL bool seen_in_post(const evidence& e) noexcept {
  return e.source != evidence_source::self_audit && e.source != evidence_source::itt_record;
}
}  // namespace detail

ECTP_DEF cycle_measures measure_cycle(const record_state& state, const policies& rules) {
  cycle_measures m;
  const auto days = [&](date since) { return days_in_post(rules.calendar(), state.service, since, state.today); };
  date part_on;
  maybe<date> looked;
  for (const auto& s : state.sessions) {
    if (s.kind != session_kind::mentor_meeting || s.status != session_status::held || !s.cycle || s.held_on > state.today) continue;
    m.part = *s.cycle;
    part_on = s.held_on;
    if (*s.cycle == cycle_part::diagnose || *s.cycle == cycle_part::re_diagnose) looked = s.held_on;
  }
  for (const auto& d : state.decisions) {
    m.path = d.has_chosen() ? path_state::decided : path_state::deferred;
    m.decided_since = m.decided_since || !m.part || d.decided_on() >= part_on;
    if (!looked || d.decided_on() > *looked) looked = d.decided_on();
  }
  if (!looked && state.start) looked = state.start->started_on;
  if (looked) m.weeks = detail::cycle_count(days(*looked) / 5);

  maybe<date> lesson;
  const auto saw = [&](date on) {
    if (on <= state.today && (!lesson || on > *lesson)) lesson = on;
  };
  for (const auto& e : state.rows) {
    m.seen = m.seen || detail::seen_in_post(e);
    if (e.source == evidence_source::structured_observation && e.has_role && e.role == rater_role::mentor) saw(e.observed_on);
  }
  for (const auto& s : state.sessions)
    if (s.kind == session_kind::observation && s.status == session_status::held) saw(s.held_on);
  if (lesson) {
    // A meeting held since then was the talk about it.
    bool said = false;
    for (const auto& s : state.sessions)
      said = said || (s.kind == session_kind::mentor_meeting && s.status == session_status::held && s.held_on >= *lesson);
    for (const auto& f : state.feedback_given) said = said || (f.from == feedback_from::mentor && f.about >= *lesson);
    const std::int64_t n = days(*lesson);
    if (!said) m.lesson_waiting = n > 9999 ? 9999 : static_cast<int>(n);
  }

  m.live_step = state.live_step() != nullptr;
  std::int64_t settled = 0;
  for (const auto& s : state.steps)
    if (s.status == step_status::embedded && (!looked || s.agreed_on >= *looked)) ++settled;
  m.settled = detail::cycle_count(settled);
  return m;
}

ECTP_DEF result<cycle_next> next_in_cycle(const cycle_measures& m, const policies& rules) {
  const policy::table& t = rules[policy_name::cycle_due];
  const policy::named_value facts[] = {
      {"part", m.part ? name(*m.part) : std::string_view("none")},
      {"path", name(m.path)},
      {"decided_since", m.decided_since},
      {"seen", m.seen},
      {"lesson_waiting", m.lesson_waiting ? policy::value_ref(*m.lesson_waiting) : policy::value_ref()},
      {"live_step", m.live_step},
      {"settled", m.settled},
      {"weeks", m.weeks}};
  const auto rule = rule_index(t, {facts, std::size(facts)});
  if (!rule) return rule.error();
  cycle_next out;
  if (const auto next = output_word<cycle_part>(t, *rule, "next")) out.next = *next;
  out.rule = t.rule_id(*rule);
  out.says = t.note(*rule, "says");
  out.on = basis_of(t, *rule);
  return out;
}

ECTP_DEF result<path_ahead> path_ahead_of(std::string_view standard, maybe<path> chosen, itt_view training, bool checked,
                                          date since, const record_state& state, const policies& rules) {
  const policy::table& t = rules[policy_name::path_shape];
  const auto weeks_column = t.find_output("weeks");
  ECTP_LATER(path_ahead) out;
  out.standard = standard;
  out.chosen = chosen;
  out.itt_view = training;
  out.checked = checked;
  const std::int64_t gone = days_in_post(rules.calendar(), state.service, since, state.today);
  int fte = 1000;
  for (const auto& s : state.service)
    if (s.from <= state.today && (!s.until || state.today <= *s.until)) fte = s.fte;
  const bool known = detail::in_post(state.service, state.today);
  std::int64_t due = 0;
  for (std::size_t p = 0; p != words_in<sequence_part>.size(); ++p) {
    const policy::named_value facts[] = {{"itt_view", name(training)},
                                         {"checked", checked},
                                         {"path", chosen ? name(*chosen) : std::string_view("none")},
                                         {"part", words_in<sequence_part>[p]}};
    const auto rule = rule_index(t, {facts, 4});
    if (!rule) return rule.error();
    shaped s;
    s.part = static_cast<sequence_part>(p);
    s.rule = t.rule_id(*rule);
    // Where one rule speaks of every part there is one thing to do.
    if (!out.parts.empty() && out.parts.back().rule == s.rule) break;
    s.shape = detail::cycle_text(t, *rule, "shape");
    s.says = t.note(*rule, "says");
    s.from = basis_of(t, *rule);
    if (weeks_column)
      if (const auto v = t.output(*rule, *weeks_column); v.kind() == policy::value_kind::number) s.weeks = static_cast<int>(v.number());
    due += std::int64_t{5} * s.weeks;
    s.past = due <= gone;
    if (!s.past && known && fte > 0) {
      const std::int64_t n = ((due - gone) * 1000 + fte - 1) / fte;
      if (n <= 9999) s.on = rules.calendar().after_school_days(state.today, static_cast<std::int32_t>(n));
    }
    out.parts.push_back(std::move(s));
  }
  return out;
}

ECTP_DEF workload_view workload_of(date today, int year, const policies& rules) {
  ECTP_LATER(workload_view) out;
  const data_table& t = rules.list(list_name::workload);
  for (std::size_t r = 0; r != t.size(); ++r) {
    const std::string_view item = t.at(r, "item");
    const auto minutes = t.integer(r, "minutes_a_half_term", 0, 100'000);
    const auto of = from_word<path>(t.at(r, "path"));
    if (!minutes || !of) continue;
    workload_item* row = nullptr;
    for (auto& x : out.items)
      if (x.item == item) row = &x;
    if (row == nullptr) {
      out.items.push_back({std::string(item), 0, 0});
      row = &out.items.back();
    }
    (*of == path::consolidate ? row->consolidate : row->extend) += static_cast<int>(*minutes);
  }
  out.consolidate = rules.workload(path::consolidate);
  out.extend = rules.workload(path::extend);
  for (const auto& h : rules.calendar().half_terms()) {
    if (h.until < today) continue;
    out.half_term = h.label;
    out.weeks = (rules.calendar().school_days(h.from - 1, h.until) + 4) / 5;
    break;
  }
  const data_table& due = rules.list(list_name::entitlements);
  for (std::size_t r = 0; r != due.size(); ++r) {
    const std::string_view of_year = due.at(r, "year");
    if (of_year != "any" && of_year != (year == 1 ? "1" : "2")) continue;
    if (const auto n = due.integer(r, "minutes_a_week", 0, 9999)) out.has += out.weeks * static_cast<int>(*n);
  }
  return out;
}

ECTP_DEF result<inquiry_view> inquiry_now(const record_state& state, date written_on, const policies& rules) {
  ECTP_LATER(inquiry_view) out;
  std::size_t statements = 0;
  bool asks = false;
  if (state.inquiry) {
    out.now = *state.inquiry;
    asks = is_question(state.inquiry->question);
    statements = state.inquiry->statements.size();
    std::vector<date> seen;
    for (const auto& e : state.rows) {
      if (e.source == evidence_source::itt_record || e.observed_on < written_on || e.observed_on > state.today) continue;
      bool about = false, again = false;
      for (const auto& s : state.inquiry->statements) about = about || s == e.statement;
      for (const date d : seen) again = again || d == e.observed_on;
      if (about && !again) seen.push_back(e.observed_on);
    }
    out.rows = seen.size() > 9999 ? 9999 : static_cast<int>(seen.size());
    out.weeks = detail::cycle_count(days_in_post(rules.calendar(), state.service, written_on, state.today) / 5);
  }
  const policy::table& t = rules[policy_name::inquiry_next];
  const policy::named_value facts[] = {{"present", state.inquiry.has_value()},
                                       {"asks", asks},
                                       {"statements", detail::cycle_count(static_cast<std::int64_t>(statements))},
                                       {"rows", out.rows},
                                       {"weeks", out.weeks}};
  const auto rule = rule_index(t, {facts, 5});
  if (!rule) return rule.error();
  out.next = detail::cycle_text(t, *rule, "next");
  out.rule = t.rule_id(*rule);
  out.says = t.note(*rule, "says");
  return out;
}

ECTP_DEF result<cycle_view> cycle_now(const record_state& state, const framework::tree& tree, const policies& rules, int year) {
  const auto diagnoses = diagnose_all(tree, state, rules);
  if (!diagnoses) return diagnoses.error();
  return cycle_now(state, std::span<const diagnosis>(diagnoses->data(), diagnoses->size()), rules, year);
}

ECTP_DEF result<cycle_view> cycle_now(const record_state& state, std::span<const diagnosis> diagnoses, const policies& rules,
                                      int year) {
  if (year < 1 || year > 2)
    return error{errc::out_of_range, "year " + std::to_string(year) + " of induction", {}, "1 or 2", ""};
  ECTP_LATER(cycle_view) out;
  out.now = measure_cycle(state, rules);
  auto due = next_in_cycle(out.now, rules);
  if (!due) return due.error();
  out.due = std::move(*due);

  const auto machine = machine_of(rules, policy_name::cycle_moves);
  if (!machine) return machine.error();
  std::vector<policy::named_value> guards;
  if (machine->rules().find_input("path")) guards.push_back({"path", name(out.now.path)});
  auto may = choices(rules, policy_name::cycle_moves, *machine, name(out.due.next), {guards.data(), guards.size()});
  if (!may) return may.error();
  out.choices = std::move(*may);

  for (const diagnosis& d : diagnoses) {
    const decision* in_force = state.in_force(d.standard);
    const bool checked = d.occasions > 0;
    // A standard is listed when a path was chosen for it, or when training left one check to make.
    if (in_force == nullptr && (d.itt_view != itt_view::secured || checked)) continue;
    maybe<path> chosen;
    if (in_force != nullptr) chosen = in_force->chosen();
    auto ahead = path_ahead_of(d.standard, chosen, d.itt_view, checked,
                               in_force != nullptr ? in_force->decided_on() : state.today, state, rules);
    if (!ahead) return ahead.error();
    out.paths.push_back(std::move(*ahead));
  }

  out.workload = workload_of(state.today, year, rules);
  if (year == 2 || state.inquiry) {
    auto asked = inquiry_now(state, state.inquiry_on.value_or(state.today), rules);
    if (!asked) return asked.error();
    out.inquiry = std::move(*asked);
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI
