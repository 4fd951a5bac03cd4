#include "ectp/interop/plan_json.hpp"

#include <nlohmann/json.hpp>

#include "interop/policy_document.hpp"

namespace ectp::inline ECTP_ABI {

namespace {

using interop::json_of;
using interop::text_or_null;
using nlohmann::ordered_json;

ordered_json day_or_null(const maybe<date>& d) {
  return d ? ordered_json(to_string(*d)) : ordered_json(nullptr);
}

// Millionths as a decimal number: the double nearest to k / 1,000,000.
ordered_json millionths(const maybe<std::int64_t>& k) {
  return k ? ordered_json(static_cast<double>(*k) / 1'000'000.0) : ordered_json(nullptr);
}

ordered_json of(const ruling& r) {
  std::string reason, source, at;
  if (const auto* m = r.why.selected()) {
    at = to_string(m->at);
    for (const auto& n : m->notes) {
      if (n.name == "reason") reason = n.text;
      if (n.name == "source") source = n.text;
    }
  }
  return {{"rule", r.id}, {"reason", reason}, {"basis", name(r.on)}, {"source", source}, {"at", at}};
}

ordered_json of_statement(const framework::tree& tree, std::string_view ref) {
  const auto node = tree.find(ref);
  if (!node) return {{"statement", ref}};
  ordered_json out{{"statement", node->ref()}, {"gist", text_or_null(node->gist())}};
  if (!node->text().empty()) out["text"] = node->text();
  out["confidence"] = text_or_null(node->confidence_word());
  const auto basis = node->basis();
  out["basis"] = basis ? ordered_json(name(*basis)) : ordered_json(nullptr);
  return out;
}

ordered_json of(const diagnosis& d, const framework::tree& tree) {
  ordered_json seen = ordered_json::array(), missing = ordered_json::array(), self_only = ordered_json::array();
  for (const auto& s : d.seen) {
    ordered_json view = of_statement(tree, s.statement);
    view["level"] = name(s.latest);
    view["evidence_id"] = s.entry.str();
    view["observed_on"] = to_string(s.seen_on);
    view["source"] = name(s.source);
    view["where"] = text_or_null(s.where);
    view["gating"] = s.gating;
    view["emerging_sightings"] = s.emerging_sightings;
    view["self"] = s.self ? ordered_json(name(*s.self)) : ordered_json(nullptr);
    view["self_evidence_id"] = text_or_null(s.self_entry.str());
    seen.push_back(std::move(view));
  }
  for (const auto m : d.missing) missing.push_back(name(m));
  for (const auto& e : d.self_only) self_only.push_back(e.str());
  const auto percent = d.secure_percent();
  return {{"itt_view", name(d.itt_view)},
          {"occasions", d.occasions},
          {"statements", d.statements},
          {"secure", d.secure},
          {"developing", d.developing},
          {"emerging", d.emerging},
          {"secure_percent", percent ? ordered_json(*percent) : ordered_json(nullptr)},
          {"secure_lead", d.secure - d.emerging},
          {"gating_emerging_n", d.gating_emerging_n},
          {"self_view", name(d.self_view)},
          {"estimate", millionths(d.estimate)},
          {"weight", millionths(d.weight)},
          {"n_scored", d.n_scored},
          {"n_unscored", d.n_unscored},
          {"n_source_types", d.n_source_types},
          {"n_new", d.n_new},
          {"self_estimate", millionths(d.self_estimate)},
          {"mentor_estimate", millionths(d.mentor_estimate)},
          {"gap", millionths(d.gap)},
          {"gating_emerging", d.gating_emerging ? ordered_json(*d.gating_emerging) : ordered_json(nullptr)},
          {"current_path", d.current_path ? ordered_json(name(*d.current_path)) : ordered_json(nullptr)},
          {"missing", missing},
          {"seen", seen},
          {"self_only", self_only}};
}

ordered_json of(const pathway_advice& a, const framework::tree& tree) {
  const auto node = tree.find(a.said.standard);
  return {{"standard", a.said.standard},
          {"title", node ? node->display() : std::string_view{}},
          {"as_of", to_string(a.said.as_of)},
          {"recommended", name(a.said.recommended)},
          {"says", a.says},
          {"provisional", a.said.has_provisional ? ordered_json(name(a.said.provisional)) : ordered_json(nullptr)},
          {"why", of(a.why)},
          {"policy", a.said.policy},
          {"policy_sha256", a.said.policy_sha256},
          {"diagnosis", of(a.seen, tree)}};
}

ordered_json of(const manner& m) {
  ordered_json words = ordered_json::array();
  for (const auto& w : m.words) words.push_back(w);
  return {{"stance", m.stance ? ordered_json(name(*m.stance)) : ordered_json(nullptr)},
          {"manner", m.stance ? ordered_json(manner_word(*m.stance)) : ordered_json(nullptr)},
          {"next", name(m.next)},
          {"says", m.says},
          {"words", words},
          {"do", text_or_null(m.act)},
          {"why", m.live_only ? ordered_json(nullptr) : of(m.why)}};
}

ordered_json of(const step_idea& i) { return {{"what", i.what}, {"statements", i.statements}}; }

ordered_json of(const script& s, nearness near, int level) {
  ordered_json lines = ordered_json::array(), sources = ordered_json::array();
  for (const auto& l : s.extract) {
    ordered_json line{{"who", l.who}, {"line", l.line}};
    if (!l.act.empty()) line["do"] = l.act;
    lines.push_back(std::move(line));
  }
  for (const auto& x : s.sources)
    sources.push_back({{"for", x.used_for}, {"source", x.source}, {"confidence", name(x.confidence)}, {"basis", name(x.on)}});
  return {{"script", s.id.str()}, {"title", s.title}, {"kind", s.kind}, {"phase", name(s.phase)},
          {"nearness", name(near)}, {"minutes", s.minutes}, {"start_level", level}, {"model_question", s.model_question},
          {"lines", lines}, {"one_point_of_feedback", s.one_point}, {"twist", s.twist}, {"instead", s.instead},
          {"cue", s.cue}, {"if_then", s.if_then}, {"sources", sources}};
}

}  // namespace

std::string to_json(const meeting::meeting_plan& p, const framework::tree& tree) {
  ordered_json out{{"ectp_plan", 1},
                   {"invented", p.invented},
                   {"teacher_id", p.teacher.str()},
                   {"mentor_id", text_or_null(p.mentor.str())},
                   {"edition", p.edition},
                   {"as_of", to_string(p.today)}};
  out["meeting"] = {{"on", to_string(p.on)}, {"slot", text_or_null(p.when)}, {"minutes", p.minutes},
                    {"next_on", day_or_null(p.next_on)}, {"half_term", text_or_null(p.half_term)}};
  if (p.programme)
    out["block"] = {{"year", p.programme->year}, {"half_term", p.programme->half_term}, {"title", p.programme->title},
                    {"statements", p.programme->statements}, {"unit_read", p.programme->unit_read}};
  else out["block"] = nullptr;
  out["next"] = name(p.next);

  ordered_json focus = p.focus.statement.empty() ? ordered_json{{"statement", nullptr}} : of_statement(tree, p.focus.statement);
  focus["standard"] = text_or_null(p.focus.standard);
  focus["where"] = text_or_null(p.focus.where);
  focus["from"] = name(p.focus.from);
  focus["says"] = p.focus.says;
  focus["expertise"] = name(p.focus.expertise);
  focus["why"] = of(p.focus.why);
  out["focus"] = std::move(focus);

  if (p.path) {
    ordered_json path = of(*p.path, tree);
    path["explanation"] = json_of(p.path->why.why);
    ordered_json tips = ordered_json::array();
    for (const auto& t : p.tips) {
      ordered_json lessons = ordered_json::array();
      for (const auto& l : t.lessons) lessons.push_back({{"statement", l.statement}, {"level", name(l.seen)}});
      tips.push_back({{"lessons", lessons}, {"views_brought_together", t.lessons.empty()}, {"then", name(t.then)}, {"rule", t.rule}});
    }
    path["would_tip"] = std::move(tips);
    if (p.in_force)
      path["in_force"] = {{"chosen", name(p.in_force->chosen())}, {"response", name(p.in_force->response())},
                          {"decided_on", to_string(p.in_force->decided_on())}, {"decided_by", name(p.in_force->decided_by())},
                          {"reason", text_or_null(p.in_force->reason())}, {"because", text_or_null(p.in_force->because())}};
    else path["in_force"] = nullptr;
    out["path"] = std::move(path);
  } else {
    out["path"] = nullptr;
  }
  ordered_json standards = ordered_json::array();
  for (const auto& a : p.standards) standards.push_back(of(a, tree));
  out["standards"] = std::move(standards);

  ordered_json agenda = ordered_json::array();
  for (const auto& s : p.agenda) {
    ordered_json slot{{"phase", name(s.how.phase)}, {"title", s.title}, {"from", s.from}, {"to", s.to}};
    slot.update(of(s.how));
    agenda.push_back(std::move(slot));
  }
  out["agenda"] = std::move(agenda);
  out["left_out"] = p.left_out;

  if (p.last_step) {
    int met = 0, by_mentor = 0;
    for (const auto& l : p.last_step->lessons) {
      met += l.met ? 1 : 0;
      by_mentor += l.seen_by == rater_role::mentor ? 1 : 0;
    }
    out["last_step"] = {{"step", p.last_step->agreed.id.str()}, {"what", p.last_step->agreed.what},
                        {"statement", p.last_step->agreed.statement}, {"status", name(p.last_step->status)},
                        {"lessons", p.last_step->lessons.size()}, {"met", met}, {"seen_by_mentor", by_mentor}};
  } else {
    out["last_step"] = nullptr;
  }
  ordered_json step{{"candidates", ordered_json::array()}, {"or_none", true}};
  for (const auto& c : p.candidates) {
    ordered_json idea = of(c.idea);
    idea["script"] = c.script;
    step["candidates"].push_back(std::move(idea));
  }
  if (p.practice) {
    step["why"] = p.practice->step_why;
    step["when_where"] = p.practice->when_where;
    step["success_criteria"] = p.practice->success_criteria;
    step["whom_might_it_miss"] = p.practice->whom_might_it_miss;
    step["look_for_next_time"] = p.practice->look_for_next_time;
  }
  step["check_on"] = day_or_null(p.check_on);
  step["check_after_lessons"] = p.numbers.check_after;
  out["step"] = std::move(step);
  out["practice_fits"] = p.practice_fits;
  out["lines"] = ordered_json::array();
  for (const auto& l : p.lines)
    out["lines"].push_back({{"place", name(l.where)}, {"label", l.label}, {"text", l.text}, {"rule", text_or_null(l.rule)}, {"basis", l.rule.empty() ? ordered_json(nullptr) : ordered_json(name(l.on))}});
  out["practice"] = p.practice ? of(*p.practice, p.practice_near, p.practice_level) : ordered_json(nullptr);

  ordered_json coverage = ordered_json::array();
  for (const auto& c : p.coverage) coverage.push_back({{"theme", c.what.id}, {"looked_at", c.looked_at}});
  out["coverage"] = std::move(coverage);
  ordered_json entitlements = ordered_json::array(), notices = ordered_json::array(), findings = ordered_json::array();
  for (const auto& e : p.entitlements) entitlements.push_back({{"item", e.item}, {"kept", e.kept}});
  out["entitlement"] = {{"meetings_held", p.meetings_held}, {"meetings_due", p.meetings_due}, {"items", entitlements}};
  for (const auto& n : p.notices) notices.push_back({{"what", name(n.kind())}, {"due_by", to_string(n.due_by())}, {"belongs_to", "induction_tutor"}});
  out["not_yours"] = std::move(notices);
  out["minutes_a_half_term"] = {{"consolidate", p.minutes_consolidate}, {"extend", p.minutes_extend}};
  for (const auto& f : p.findings) findings.push_back({{"code", f.code}, {"text", f.text}});
  out["findings"] = std::move(findings);
  return out.dump(2) + "\n";
}

}  // namespace ectp::inline ECTP_ABI
