#pragma once
#include "ectp/mentoring/feedback.hpp"
#include "ectp/mentoring/mirror.hpp"
#include "ectp/mentoring/watch.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF std::vector<measure> mentoring_measures(const record_state& state, const policies& rules) {
  const auto in_window = [&](date on) {
    return on <= state.today && days_in_post(rules.calendar(), state.service, on, state.today) <= rules.numbers().recent;
  };
  ECTP_LATER(std::vector<measure>) out;
  const auto add = [&](std::string_view check, std::size_t value, std::string field = {}) {
    measure m;
    m.check = check;
    m.value = value > 9999 ? 9999 : static_cast<int>(value);
    m.field = std::move(field);
    out.push_back(std::move(m));
  };

  // Meetings.
  std::size_t missed = 0, manner_run = 0, unanswered = 0;
  maybe<stance> manner;
  date asked = date::from_days(-1'000'000);
  for (const auto& f : state.feedback_given)
    if (f.from == feedback_from::ect && f.given_on > asked) asked = f.given_on;
  const auto meeting = [&](const session& s) {
    return s.kind == session_kind::mentor_meeting && in_window(s.held_on) && detail::in_post(state.service, s.held_on);
  };
  for (const auto& s : state.sessions) {
    if (!meeting(s)) continue;
    if (s.status == session_status::cancelled) ++missed;
    if (s.status != session_status::held) continue;
    if (s.held_on > asked) ++unanswered;
    if (!s.stance || *s.stance == stance::listening) continue;
    manner_run = manner && *manner == *s.stance ? manner_run + 1 : 1;
    manner = *s.stance;
  }
  add("meetings_missed", missed, "sessions");

  // Steps.
  std::size_t live = 0, no_criteria = 0, no_where = 0, unrehearsed = 0, dropped = 0, by_mentor = 0, longest = 0;
  std::string longest_in;
  for (std::size_t i = 0; i != state.steps.size(); ++i) {
    const step_now& s = state.steps[i];
    if (s.live()) ++live;
    if (!in_window(s.agreed_on)) continue;
    if (const std::size_t words = count_words(s.agreed.what); words > longest) {
      longest = words;
      longest_in = "steps/" + s.agreed.id.str() + "/what";
    }
    if (s.agreed.success_criteria.empty()) ++no_criteria;
    if (trim(s.agreed.when_where).empty()) ++no_where;
    by_mentor = s.agreed.named_by == named_by::mentor ? by_mentor + 1 : 0;
    bool rehearsed_it = s.status == step_status::rehearsed || !s.agreed.script.empty();
    for (const auto& r : state.rehearsals)
      rehearsed_it = rehearsed_it || (r.held_on >= s.agreed_on &&
                                      (i + 1 == state.steps.size() || r.held_on < state.steps[i + 1].agreed_on));
    if (!rehearsed_it) ++unrehearsed;
    bool met_since = false;
    for (const auto& m : state.sessions)
      met_since = met_since || (meeting(m) && m.status == session_status::held && m.held_on > s.agreed_on);
    const bool untouched = s.lessons.empty() && (s.status == step_status::draft || s.status == step_status::agreed ||
                                                 s.status == step_status::rehearsed);
    if (met_since && untouched) ++dropped;
  }
  add("live_steps", live, "steps");
  add("step_words", longest, longest_in);
  add("steps_without_criteria", no_criteria, "steps");
  add("steps_without_where", no_where, "steps");
  add("steps_unrehearsed", unrehearsed, "steps");
  add("steps_not_looked_at", dropped, "steps");
  add("same_manner", manner_run, "sessions");
  add("named_by_mentor", by_mentor, "steps");

  // Words.
  const auto read = [&](std::string_view text, const std::string& field) {
    detail::feedback_phrases(out, "judgement", "judgement", text, field, rules);
    detail::feedback_phrases(out, "judgement", "grade_word", text, field, rules);
  };
  for (const auto& s : state.steps) {
    if (!in_window(s.agreed_on)) continue;
    const std::string field = "steps/" + s.agreed.id.str() + "/";
    read(s.agreed.what, field + "what");
    read(s.agreed.when_where, field + "when_where");
    for (const auto& c : s.agreed.success_criteria) read(c, field + "success_criteria");
  }
  for (const auto& f : state.feedback_given) {
    if (f.from != feedback_from::mentor || !in_window(f.given_on)) continue;
    const std::string field = "feedback/" + to_string(f.given_on) + "/";
    read(f.seen, field + "seen");
    read(f.effect, field + "effect");
    read(f.question, field + "question");
    read(f.offer, field + "offer");
  }

  // Lessons seen and talk about them, both ways.
  std::vector<date> silent;
  const auto seen = [&](date on) {
    if (!in_window(on)) return;
    for (const auto& f : state.feedback_given)
      if (f.from == feedback_from::mentor && f.about == on) return;
    for (const date d : silent)
      if (d == on) return;
    silent.push_back(on);
  };
  for (const auto& e : state.rows)
    if (e.source == evidence_source::structured_observation && e.has_role && e.role == rater_role::mentor) seen(e.observed_on);
  for (const auto& s : state.sessions)
    if (s.kind == session_kind::observation && s.status == session_status::held) seen(s.held_on);
  add("lessons_without_feedback", silent.size(), "feedback");
  add("meetings_without_answer", unanswered, "feedback");
  return out;
}

ECTP_DEF result<mentoring_mirror> mentoring_mirror::of(const record_state& state, const policies& rules) {
  const auto measures = mentoring_measures(state, rules);
  auto offers = lint(rules, policy_name::mentoring_quality, {measures.data(), measures.size()});
  if (!offers) return offers.error();
  ECTP_LATER(mentoring_mirror) out;
  out.offers_ = std::move(*offers);
  return out;
}

}  // namespace ectp::inline ECTP_ABI
