#include "ectp/core/page.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/interop/practice_json.hpp"
#include "ectp/interop/record_json.hpp"
#include "ectp/mentoring/action_step.hpp"
#include "ectp/record_state.hpp"
#include "operations/request.hpp"
#include "operations/walk.hpp"

namespace ectp::inline ECTP_ABI::operations {

using interop::json_value;
using nlohmann::ordered_json;

namespace {

constexpr std::string_view draft_fields[] = {"id", "what", "how", "why", "when_where", "success_criteria", "technique", "statement", "statements",
                                             "script", "check_method", "might_miss", "agreed_on", "check_on", "tier", "named_by", "ect_agreed",
                                             "path", "follows", "reach", "frequency", "severity", "unlocks", "blocker"};

// A line, wrapped behind its indent.
void put(std::string& page, std::string_view first, std::string_view text) {
  for (const auto& line : wrapped(first, text, columns_of(first), {true, false})) page += line + "\n";
}

// A rule as pages show it: its name and what it rests on.
std::string mark(const policies& rules, policy_name p, std::string_view id) {
  std::string out(id);
  if (const auto rule = rules[p].find_rule(std::string(id))) out += " " + std::string(1, letter(basis_of(rules[p], *rule)));
  return "[" + out + "]";
}

// The error of a draft or of a word, at the member that it is about.
error placed(const json_value& object, error e) {
  std::string_view path = e.at.path;
  if (path.empty() || path.front() != '/') return e;
  path.remove_prefix(1);
  const std::size_t slash = path.find('/');
  auto v = object.find(path.substr(0, slash));
  if (!v) return e;
  if (slash != path.npos) {
    const auto items = v->elements();
    if (!items) return v->locate(std::move(e));
    std::size_t n = 0;
    const std::string wanted(path.substr(slash + 1));
    for (const json_value item : *items)
      if (std::to_string(n++) == wanted) return item.locate(std::move(e));
  }
  return v->locate(std::move(e));
}

result<std::vector<std::string>> texts_of(const json_value& v) {
  std::vector<std::string> out;
  const auto items = v.elements();
  if (!items) return items.error();
  for (const json_value item : *items) {
    const auto text = item.as_string();
    if (!text) return text.error();
    out.emplace_back(*text);
  }
  return out;
}

// A statement as `edition:code` where the framework has it, as it was given where not.
std::string ref_of(const framework::tree& tree, std::string_view code) {
  const auto node = tree.find(std::string(code));
  return node ? node->ref() : std::string(code);
}

struct given_step {
  step_draft draft;
  leverage_facts facts;
};

// What an object says of a step; what is not there stays as it is.
result<void> read_step(const json_value& object, const framework::tree& tree, given_step& out, bool only = true) {
  if (object.kind() != interop::json_kind::object)
    return object.fail(errc::wrong_type, "the step is " + std::string(name(object.kind())), "an object with what, when_where and so on", "");
  if (only)
    if (auto ok = object.only_fields(draft_fields); !ok) return ok;
  const auto there = [&](std::string_view field) {
    auto v = object.find(field);
    if (v && v->is_null()) v.reset();
    return v;
  };
  step_draft& d = out.draft;
  const std::pair<std::string_view, std::string*> texts[] = {
      {"what", &d.what}, {"why", &d.why}, {"when_where", &d.when_where}, {"technique", &d.technique}, {"check_method", &d.check_method},
      {"might_miss", &d.might_miss}, {"reach", &out.facts.reach}, {"frequency", &out.facts.frequency}, {"severity", &out.facts.severity}};
  for (const auto& [field, text] : texts)
    if (const auto v = there(field)) {
      const auto s = v->as_string();
      if (!s) return s.error();
      *text = *s;
    }
  const std::pair<std::string_view, std::vector<std::string>*> lists[] = {
      {"how", &d.how}, {"success_criteria", &d.success_criteria}, {"statements", &d.statements}};
  for (const auto& [field, list] : lists)
    if (const auto v = there(field)) {
      auto all = texts_of(*v);
      if (!all) return all.error();
      *list = std::move(*all);
    }
  if (const auto v = there("statement")) {
    const auto s = v->as_string();
    if (!s) return s.error();
    d.statements.insert(d.statements.begin(), std::string(*s));
  }
  const auto id_at = [&](std::string_view field, auto& id) -> result<void> {
    if (const auto v = there(field)) {
      auto made = v->as_id<std::remove_reference_t<decltype(id)>>();
      if (!made) return made.error();
      id = std::move(*made);
    }
    return {};
  };
  if (auto ok = id_at("id", d.id); !ok) return ok;
  if (auto ok = id_at("script", d.script); !ok) return ok;
  if (auto ok = id_at("follows", d.follows); !ok) return ok;
  const std::pair<std::string_view, maybe<date>*> days[] = {{"agreed_on", &d.agreed_on}, {"check_on", &d.check_on}};
  for (const auto& [field, day] : days)
    if (const auto v = there(field)) {
      const auto on = v->as_date();
      if (!on) return on.error();
      *day = *on;
    }
  if (const auto v = there("tier")) {
    const auto i = v->as_word(words_in<tier>);
    if (!i) return i.error();
    d.tier = static_cast<tier>(*i);
  }
  if (const auto v = there("path")) {
    const auto i = v->as_word(words_in<path>);
    if (!i) return i.error();
    d.path = static_cast<path>(*i);
  }
  if (const auto v = there("named_by")) {
    const auto i = v->as_word(words_in<named_by>);
    if (!i) return i.error();
    d.named_by = static_cast<named_by>(*i);
  }
  if (const auto v = there("ect_agreed")) {
    const auto b = v->as_boolean();
    if (!b) return b.error();
    d.ect_agreed = *b;
  }
  if (const auto v = there("unlocks")) {
    const auto n = v->as_integer(0, 9999);
    if (!n) return n.error();
    out.facts.unlocks = static_cast<int>(*n);
  }
  if (const auto v = there("blocker")) {
    const auto b = v->as_boolean();
    if (!b) return b.error();
    out.facts.blocker = *b;
  }
  // Nothing that is far too long is looked up or gone through.
  if (auto ok = check_draft(d); !ok) return placed(object, ok.error());
  for (std::string& s : d.statements) s = ref_of(tree, s);
  return {};
}

ordered_json json_of(const step_draft& d) {
  ordered_json j{{"what", d.what}};
  if (!d.id.empty()) j["id"] = d.id.str();
  if (!d.how.empty()) j["how"] = d.how;
  if (!d.why.empty()) j["why"] = d.why;
  if (!d.when_where.empty()) j["when_where"] = d.when_where;
  if (!d.success_criteria.empty()) j["success_criteria"] = d.success_criteria;
  if (!d.technique.empty()) j["technique"] = d.technique;
  j["statements"] = d.statements;
  if (!d.script.empty()) j["script"] = d.script.str();
  if (!d.check_method.empty()) j["check_method"] = d.check_method;
  if (!d.might_miss.empty()) j["might_miss"] = d.might_miss;
  if (d.agreed_on) j["agreed_on"] = to_string(*d.agreed_on);
  if (d.check_on) j["check_on"] = to_string(*d.check_on);
  if (d.tier) j["tier"] = name(*d.tier);
  j["named_by"] = name(d.named_by);
  j["ect_agreed"] = d.ect_agreed;
  if (d.path) j["path"] = name(*d.path);
  if (!d.follows.empty()) j["follows"] = d.follows.str();
  return j;
}

ordered_json json_of(const leverage& l) {
  ordered_json factors = ordered_json::array();
  for (const auto& p : l.parts)
    factors.push_back({{"factor", name(p.factor)}, {"weight", p.weight}, {"said", p.said}, {"value", p.value}, {"product", p.product},
                       {"says", p.says}, {"reason", p.reason}});
  ordered_json j{{"score", l.score}, {"formula", l.formula}, {"confidence", name(confidence::low)}, {"blocker", l.blocker}};
  if (!l.because.empty()) j["because"] = l.because;
  j["factors"] = factors;
  return j;
}

void put_leverage(std::string& page, const leverage& l) {
  std::string names;
  for (const auto& p : l.parts) names += (names.empty() ? "" : ", ") + std::string(name(p.factor)) + " " + p.said;
  names = spaced(names);
  put(page, "     ", "leverage " + l.formula + (l.blocker ? ", a blocker" : ""));
  put(page, "     ", names + (l.because.empty() ? "" : "; " + l.because));
}

// What a record says that steps need, where one is given.
struct known_record {
  policies rules;
  framework::tree tree;
  std::optional<record> from = {};
  std::optional<record_state> state = {};
  std::vector<diagnosis> seen = {};
};

result<known_record> known_of(const request& r) {
  if (!r.has("record")) {
    auto rules = policies_of(r);
    if (!rules) return rules.error();
    auto tree = framework::edition(framework::default_edition);
    if (!tree) return tree.error();
    return known_record{std::move(*rules), std::move(*tree)};
  }
  if (!r.find("today"))
    return error{errc::missing_field, "the argument 'today' is missing", {}, "a day, YYYY-MM-DD", "a record is read as of a day"};
  auto o = open_record(r);
  if (!o) return o.error();
  auto seen = diagnose_all(o->tree, o->state, o->rules);
  if (!seen) return seen.error();
  return known_record{std::move(o->rules), std::move(o->tree), std::move(o->from), std::move(o->state), std::move(*seen)};
}

result<int> carries_given(const request& r) {
  const auto v = r.find("carries");
  if (!v) return 0;
  const auto n = v->as_integer(0, 99);
  if (!n) return n.error();
  return static_cast<int>(*n);
}

// --- step_lint ---

result<std::string> run_step_lint(const request& r) {
  auto known = known_of(r);
  if (!known) return known.error();
  const policies* const rules = &known->rules;
  given_step given;
  const auto object = r.find("step");
  if (object)
    if (auto ok = read_step(*object, known->tree, given); !ok) return ok.error();
  // Single fields of the call stand over those of the object.
  if (auto ok = read_step(r.arguments, known->tree, given, false); !ok) return ok.error();
  if (!object && !r.find("what"))
    return error{errc::missing_field, "there is no step", {"arguments", 0, 0, "/step"}, "a step as JSON, or what as text",
                 "for example: ectp step lint \"Count four after each question\""};

  step_context c;
  c.tree = &known->tree;
  if (r.find("today")) c.today = today_of(r);
  const auto carries = carries_given(r);
  if (!carries) return carries.error();
  c.carries = *carries;
  if (known->state) {
    const date from = given.draft.agreed_on ? *given.draft.agreed_on : known->state->today;
    for (const session* s : {known->state->next_meeting(), known->state->meeting_after_next()})
      if (s != nullptr && s->held_on > from && !c.next_meeting) c.next_meeting = s->held_on;
    for (const auto& s : known->state->steps)
      if (s.live() && s.agreed.id != given.draft.id) c.live_step = s.agreed.id.str();
    if (!r.find("carries"))
      c.carries = carries_of(*known->from, given.draft.id.empty() ? given.draft.follows : given.draft.id);
  }
  const auto review = lint_step(given.draft, c, *rules);
  if (!review) return review.error();

  ordered_json findings = ordered_json::array();
  int errors = 0, warnings = 0;
  for (const auto& f : review->findings) {
    (f.severity == severity::error ? errors : warnings) += 1;
    ordered_json j{{"rule", f.rule}, {"severity", name(f.severity)}, {"check", f.check}, {"field", f.field}};
    if (f.to != 0) {
      j["from"] = f.from;
      j["to"] = f.to;
    }
    if (!f.found.empty()) j["found"] = f.found;
    j["says"] = f.says;
    if (!f.expected.empty()) j["expected"] = f.expected;
    if (!f.rewrite.empty()) j["rewrite"] = f.rewrite;
    findings.push_back(std::move(j));
  }
  const auto n_of = [](int n, std::string_view word) { return std::to_string(n) + " " + std::string(word) + (n == 1 ? "" : "s"); };
  std::string page;
  put(page, "", errors != 0     ? "Not ready to be agreed: " + n_of(errors, "error") + ", " + n_of(warnings, "warning") + "."
                : warnings != 0 ? "Can be agreed as it is: " + n_of(warnings, "warning") + " to think about."
                                : std::string("Ready: small, visible, with a moment and a check."));
  for (const bool grave : {true, false})
    for (const auto& f : review->findings) {
      if ((f.severity == severity::error) != grave) continue;
      put(page, grave ? "  error    " : "  warning  ",
          (f.field.empty() ? "" : f.field + ": ") + f.says + "  " + mark(*rules, policy_name::step_lint, f.rule));
      if (!f.expected.empty()) put(page, "           ", "better: " + f.expected);
      if (!f.rewrite.empty()) put(page, "           ", "such as: " + f.rewrite);
    }
  put(page, review->frame.whole ? "In one sentence   " : "To fill in        ", review->frame.sentence);
  ordered_json parts = ordered_json::array();
  for (const auto& p : review->frame.parts) parts.push_back({{"slot", name(p.slot)}, {"state", p.state}, {"text", p.text}});
  return dumped({{"sound", errors == 0}, {"errors", errors}, {"warnings", warnings}, {"findings", findings},
                 {"frame", {{"sentence", review->frame.sentence}, {"whole", review->frame.whole}, {"parts", parts}}},
                 {"step", json_of(given.draft)}, {"text", page}});
}

// --- step_rank ---

result<std::string> run_step_rank(const request& r) {
  auto known = known_of(r);
  if (!known) return known.error();
  const policies* const rules = &known->rules;
  std::vector<given_step> steps;
  std::vector<json_value> places;
  const auto object = r.find("steps");
  constexpr std::size_t most = 500;
  if (object) {
    if (auto ok = object->only_fields({"steps"}); !ok) return ok.error();
    const auto list = object->field("steps");
    if (!list) return list.error();
    const auto items = list->elements();
    if (!items) return items.error();
    for (const json_value item : *items) {
      if (steps.size() == most) return item.fail(errc::too_large, "more than 500 steps", "at most 500", "");
      steps.emplace_back();
      places.push_back(item);
      if (auto ok = read_step(item, known->tree, steps.back()); !ok) return ok.error();
    }
  }
  if (const auto v = r.find("statements")) {
    const auto items = v->elements();
    if (!items) return items.error();
    for (const json_value item : *items) {
      if (steps.size() == most) return item.fail(errc::too_large, "more than 500 steps", "at most 500", "");
      const auto node = known->tree.find(std::string(item.text()));
      if (!node) return item.locate(node.error());
      if (node->kind() != framework::kind::statement)
        return item.fail(errc::wrong_type, "'" + std::string(item.text()) + "' is a " + std::string(name(node->kind())), "a statement, such as 4n", "");
      steps.emplace_back();
      steps.back().draft.what = node->display();
      steps.back().draft.statements = {node->ref()};
      places.push_back(r.arguments);
    }
  }
  if (steps.empty())
    return error{errc::missing_field, "there is nothing to rank", {"arguments", 0, 0, "/steps"}, "statements, or {\"steps\": [...]}",
                 "for example: ectp step rank 4n 7h 6h"};
  std::vector<leverage> scores;
  for (std::size_t i = 0; i != steps.size(); ++i) {
    step_draft& d = steps[i].draft;
    for (const auto& s : d.statements)
      if (const auto node = known->tree.find(s); !node) return places[i].locate(node.error());
      else if (d.what.empty()) d.what = node->display();
    auto l = leverage_of(steps[i].draft.statements, steps[i].facts, known->seen, *rules);
    if (!l) return placed(places[i], l.error());
    scores.push_back(std::move(*l));
  }
  ordered_json ranking = ordered_json::array();
  std::string page;
  int place = 0;
  for (const std::size_t i : rank_steps(scores)) {
    ordered_json j{{"place", ++place}, {"given", i}, {"step", json_of(steps[i].draft)}, {"leverage", json_of(scores[i])}};
    ordered_json first = ordered_json::array(), opens = ordered_json::array();
    if (!steps[i].draft.statements.empty()) {
      for (const auto& s : prerequisites_of(steps[i].draft.statements[0], *rules)) first.push_back(s);
      for (const auto& s : unlocked_by(steps[i].draft.statements[0], *rules)) opens.push_back(s);
    }
    j["rests_on"] = first;
    j["opens"] = opens;
    ranking.push_back(std::move(j));
    const std::string code = steps[i].draft.statements.empty() ? std::string() : steps[i].draft.statements[0].substr(steps[i].draft.statements[0].find(':') + 1);
    put(page, (place < 10 ? "  " : " ") + std::to_string(place) + "  ", (code.empty() ? "" : code + "  ") + steps[i].draft.what);
    put_leverage(page, scores[i]);
  }
  put(page, "", "The weights are our judgement, of low confidence: ectp policies leverage. You two decide.");
  return dumped({{"ranking", ranking}, {"text", page}});
}

// --- step_move ---

result<std::string> run_step_move(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  const auto v = r.find("status");
  if (!v) return error{errc::missing_field, "the argument 'status' is missing", {}, word_list<step_status>(), ""};
  const auto i = v->as_word(words_in<step_status>);
  if (!i) return i.error();
  const auto status = static_cast<step_status>(*i);
  const auto carries = carries_given(r);
  if (!carries) return carries.error();
  ordered_json out{{"from", name(status)}};
  std::string page;
  std::vector<choice> next;
  if (const auto e = r.find("event")) {
    auto moved = move_step(status, e->text(), *carries, *rules);
    if (!moved) {
      error wrong = e->locate(moved.error());
      if (wrong.code == errc::not_allowed && wrong.expected.empty()) wrong.expected = "nothing more: it is closed";
      return wrong;
    }
    out["event"] = moved->event;
    out["next"] = name(moved->next);
    out["prompt"] = moved->prompt;
    out["rule"] = moved->rule;
    out["carries"] = moved->next == step_status::carried_forward && *carries < 99 ? *carries + 1 : *carries;
    put(page, "", std::string(name(status)) + " -> " + std::string(name(moved->next)) + "  " + mark(*rules, policy_name::step_moves, moved->rule));
    if (!moved->prompt.empty()) put(page, "  ", "\"" + moved->prompt + "\"");
    next = std::move(moved->choices);
  } else {
    auto here = step_choices(status, *carries, *rules);
    if (!here) return here.error();
    out["next"] = name(status);
    out["carries"] = *carries;
    put(page, "", std::string(name(status)));
    next = std::move(*here);
  }
  out["choices"] = choices_json(next);
  out["done"] = next.empty();
  for (const auto& c : next) put(page, "  " + c.event + std::string(c.event.size() < 14 ? 14 - c.event.size() : 1, ' '), c.says);
  if (next.empty()) put(page, "  ", "It is closed: a new idea is a new step.");
  out["text"] = page;
  return dumped(out);
}

// --- step_offer ---

result<std::string> run_step_offer(const request& r) {
  auto known = known_of(r);
  if (!known) return known.error();
  const policies* const rules = &known->rules;
  if (!known->state) return error{errc::missing_field, "the argument 'record' is missing", {}, "a record", ""};
  const record_state& state = *known->state;
  const auto about = choose_focus(known->tree, state, known->seen, *rules);
  if (!about) return about.error();

  const auto size = tier_now(state, known->seen, about->statement, known->tree, *rules);
  if (!size) return size.error();
  const step_now* live = state.live_step();
  auto facts = offer_facts_of(state, *about, size->tier, *rules);
  if (!facts) return facts.error();
  facts->asked_for_none = r.flag("asked_for_none");
  const auto offer = offer_of(*facts, *rules);
  if (!offer) return offer.error();

  leverage_facts said;
  if (const auto v = r.find("reach")) said.reach = v->text();
  if (const auto v = r.find("frequency")) said.frequency = v->text();
  std::vector<step_candidate> candidates;
  maybe<nearness> near;
  std::string from_script;
  if (facts->focus_known) {
    const auto scripts = builtin_scripts();
    if (!scripts) return scripts.error();
    const std::string code = about->statement.substr(about->statement.find(':') + 1);
    const school_phase phase = state.start ? state.start->phase : school_phase::secondary;
    if (const auto found = find_script(*scripts, known->from->edition(), code, code.empty() ? '0' : code.front(), phase)) {
      auto all = candidates_for(*found->what, offer->offer, said, known->seen, *rules);
      if (!all) return placed(r.arguments, all.error());
      candidates = std::move(*all);
      if (!candidates.empty()) near = found->near;
      from_script = found->what->id.str();
    }
  }

  // A rule that tells what was asked for is not named.
  ordered_json out{{"offer", name(offer->offer)}, {"says", offer->says}};
  if (!offer->live_only) out["rule"] = offer->why.id;
  out["focus"] = {{"from", name(about->from)}, {"statement", about->statement}, {"says", about->says}, {"rule", about->why.id}};
  out["tier"] = {{"tier", size->tier ? ordered_json(name(*size->tier)) : ordered_json(nullptr)}, {"says", size->says}, {"ask", size->ask}, {"rule", size->why.id}};
  std::string page;
  put(page, "Step   ", offer->says + (offer->live_only ? "" : "  " + mark(*rules, policy_name::step_offer, offer->why.id)));
  if (facts->focus_known) {
    put(page, "Focus  ", about->statement.substr(about->statement.find(':') + 1) + ", " + about->says + "  " + mark(*rules, policy_name::focus, about->why.id));
    put(page, "Tier   ", size->says + "  " + mark(*rules, policy_name::tier, size->why.id));
    put(page, "       ", "\"" + size->ask + "\"");
  }
  if (live != nullptr) {
    const int carries = carries_of(*known->from, live->agreed.id);
    const auto next = step_choices(live->status, carries, *rules);
    if (!next) return next.error();
    out["live_step"] = {{"id", live->agreed.id.str()}, {"what", live->agreed.what}, {"status", name(live->status)}, {"carries", carries}, {"choices", choices_json(*next)}};
    put(page, "Live   ", live->agreed.id.str() + " (" + std::string(name(live->status)) + "): " + live->agreed.what);
  }
  ordered_json list = ordered_json::array();
  for (const auto& c : candidates) {
    ordered_json j = json_of(c.draft);
    j["leverage"] = json_of(c.how);
    list.push_back(std::move(j));
    const std::string code = c.draft.statements.empty() ? std::string() : c.draft.statements[0].substr(c.draft.statements[0].find(':') + 1);
    put(page, "  " + std::to_string(list.size()) + "  ", c.draft.what + (code.empty() ? "" : "  (" + code + ")"));
    put_leverage(page, c.how);
  }
  out["candidates"] = list;
  if (near) {
    out["script"] = from_script;
    out["near"] = name(*near);
    put(page, "From   ", from_script + (*near == nearness::same_statement ? "" : *near == nearness::related_statement ? ", which touches the statement" : ", of the same standard"));
  }
  if (candidates.empty() && (offer->offer == step_offer::two || offer->offer == step_offer::three))
    put(page, "       ", "No script is near this statement: the ECT's own idea, or none this week.");
  put(page, "", "The ECT words it. None at all this week is a full answer.");
  out["text"] = page;
  return dumped(out);
}

constexpr std::string_view tables_help = "your own policy tables, each under its name (see policies)";
constexpr std::string_view reach_help = "how many pupils: all, most or some";
constexpr std::string_view frequency_help = "how often the moment comes: every_lesson, most_lessons or some_lessons";

constexpr parameter lint_parameters[] = {
    {"step", kind::object, false, "the step as JSON: what, how, why, when_where, success_criteria, technique, statements, script, check_method, might_miss, agreed_on, check_on, tier, named_by, ect_agreed, path, follows, id"},
    {"what", kind::text, false, "one thing that the teacher does or says; stands over the JSON's, as the next ones do"},
    {"success_criteria", kind::texts, false, "what one can see, hear or count when it works"},
    {"when_where", kind::text, false, "class, and moment or trigger"},
    {"why", kind::text, false, "what it changes for pupils"},
    {"statement", kind::text, false, "the statement that it is for, such as 4n"},
    {"might_miss", kind::text, false, "the pupils whom it could pass by"},
    {"check_method", kind::text, false, "how it is looked at"},
    {"check_on", kind::date, false, "the day it is looked at, YYYY-MM-DD"},
    {"agreed_on", kind::date, false, "the day it is agreed, YYYY-MM-DD"},
    {"ect_agreed", kind::flag, false, "the ECT agrees"},
    {"carries", kind::integer, false, "times it was carried forward in a row, 0 to 99; else as the record has it"},
    {"record", kind::document, false, "the ECT's record: another live step, the next meeting, carries"},
    {"today", kind::date, false, "the day to read it as of, YYYY-MM-DD: nothing here reads a clock"},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter rank_parameters[] = {
    {"statements", kind::texts, false, "statements, such as 4n 7h 6h"},
    {"steps", kind::object, false, "{\"steps\": [...]}: steps as step_lint takes them, and reach (all, most or some pupils), frequency (every_lesson, most_lessons or some_lessons), severity (emerging, developing or secure), unlocks (a count) and blocker"},
    {"record", kind::document, false, "the ECT's record: how secure each statement is"},
    {"today", kind::date, false, "the day to read it as of, YYYY-MM-DD: nothing here reads a clock"},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter move_parameters[] = {
    {"status", kind::text, true, "draft, agreed, rehearsed, in_use, reviewed, embedded, carried_forward, split, re_diagnose or abandoned"},
    {"event", kind::text, false, "agree, reword, rehearse, use, review, embed, carry_forward, split, re_diagnose or abandon; leave it out to see what is possible"},
    {"carries", kind::integer, false, "times it was carried forward in a row, 0 to 99; 0 if you do not say"},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter offer_parameters[] = {
    {"record", kind::document, true, "the record of one ECT (docs/schema/record.schema.json)"},
    {"today", kind::date, true, "the day to read it as of, YYYY-MM-DD: nothing here reads a clock"},
    {"asked_for_none", kind::flag, false, "the ECT wants no step this week (live only, never stored)"},
    {"reach", kind::text, false, reach_help},
    {"frequency", kind::text, false, frequency_help},
    {"tables", kind::tables, false, tables_help}};

constexpr operation table[] = {
    {"step_lint", "Look at the wording of an action step, and put it in one sentence; exit status 1 if anything is an error", lint_parameters, "text", run_step_lint, "sound"},
    {"step_rank", "Say which of several steps or statements to try first, and how that was worked out", rank_parameters, "text", run_step_rank},
    {"step_move", "Move a step on, or say where it may go", move_parameters, "text", run_step_move},
    {"step_offer", "Lay out two or three steps to start from, or say why none", offer_parameters, "text", run_step_offer}};

}  // namespace

std::span<const operation> step_operations() { return table; }

}  // namespace ectp::inline ECTP_ABI::operations
