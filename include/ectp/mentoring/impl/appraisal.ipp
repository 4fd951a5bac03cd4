#pragma once
#include "ectp/mentoring/appraisal.hpp"
#include "ectp/mentoring/impl/conversation.ipp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF std::vector<std::string> appraisal_model_ids(const policies& rules) {
  const data_table& t = rules.list(list_name::appraisal_models);
  std::vector<std::string> out;
  for (std::size_t r = 0; r != t.size(); ++r)
    if (out.empty() || out.back() != t.at(r, "model_id")) out.emplace_back(t.at(r, "model_id"));
  return out;
}

ECTP_DEF result<appraisal_model> appraisal_model_of(const policies& rules, std::string_view id) {
  const data_table& t = rules.list(list_name::appraisal_models);
  ECTP_LATER(appraisal_model) m;
  for (std::size_t r = 0; r != t.size(); ++r) {
    if (m.id.empty() && (id.empty() || t.at(r, "model_id") == id)) m.id = m.title = t.at(r, "model_id");
    if (m.id.empty() || t.at(r, "model_id") != m.id) continue;
    criterion c;
    c.n = detail::number_cell(t, r, "n");
    c.id = t.at(r, "criterion");
    c.letter = t.at(r, "letter");
    c.title = t.at(r, "title");
    c.critical = t.at(r, "critical") == "yes";
    c.provisional = t.at(r, "provisional");
    c.on = detail::listed_cell(t, r, "basis", basis::default_policy);
    c.confidence = detail::listed_cell(t, r, "confidence", confidence::low);
    c.source = t.at(r, "source");
    std::string_view prompts = t.at(r, "prompts");
    if (c.n == 0) {
      m.title = c.title;
      m.about = prompts;
    }
    // Without a row of its own the model is as sure as its first criterion.
    if (c.n == 0 || (m.criteria.empty() && m.source.empty())) {
      m.on = c.on;
      m.confidence = c.confidence;
      m.source = c.source;
    }
    if (c.n == 0) continue;
    while (!prompts.empty()) {
      const std::size_t bar = prompts.find('|');
      c.prompts.emplace_back(prompts.substr(0, bar));
      prompts = bar == prompts.npos ? std::string_view() : prompts.substr(bar + 1);
    }
    m.criteria.push_back(std::move(c));
  }
  if (m.id.empty()) {
    std::string known;
    for (const auto& k : appraisal_model_ids(rules)) known += (known.empty() ? "" : ", ") + k;
    return error{errc::unknown_reference, "there is no model of an appraisal called '" + std::string(id.substr(0, 60)) + "'",
                 {"", 0, 0, "/model"}, std::move(known), "a model of your own is a table appraisal_models"};
  }
  return m;
}

ECTP_DEF std::vector<std::string> unanswered(const appraisal_model& model, const std::vector<appraisal_answer>& answers) {
  std::vector<std::string> out;
  for (const auto& c : model.criteria) {
    bool found = false;
    for (const auto& a : answers) found = found || a.criterion == c.id;
    if (!found) out.push_back(c.id);
  }
  return out;
}

namespace detail {

ECTP_DECL const criterion* criterion_of(const appraisal_model& model, std::string_view id) noexcept {
  for (const auto& c : model.criteria)
    if (c.id == id) return &c;
  return nullptr;
}

ECTP_DECL error no_criterion(const appraisal_model& model, std::string_view id) {
  std::string known;
  for (const auto& c : model.criteria) known += (known.empty() ? "" : ", ") + c.id;
  return {errc::unknown_reference, "the model " + model.id + " does not ask about '" + std::string(id.substr(0, 60)) + "'",
          {"", 0, 0, "/answers"}, std::move(known), ""};
}

ECTP_DECL error answers_missing(const std::vector<std::string>& open) {
  std::string list;
  for (const auto& o : open) list += (list.empty() ? "" : ", ") + o;
  return {errc::missing_field, "without an answer: " + list, {"", 0, 0, "/answers"}, word_list<answer>() + " for each",
          "unknown is a full answer"};
}

struct answer_counts {
  int concerns = 0, unknowns = 0, critical_concerns = 0, known = 0, asked = 0, critical = 0;
};

ECTP_DECL answer_counts count_answers(const appraisal_model& model, const std::vector<appraisal_answer>& answers, bool provisional_too) {
  answer_counts n;
  for (const auto& a : answers) {
    const criterion* c = criterion_of(model, a.criterion);
    if (c == nullptr || (!provisional_too && !c->provisional.empty())) continue;
    ++n.asked;
    n.critical += c->critical ? 1 : 0;
    n.concerns += a.answer == answer::concern ? 1 : 0;
    n.unknowns += a.answer == answer::unknown ? 1 : 0;
    n.known += a.answer == answer::unknown ? 0 : 1;
    n.critical_concerns += c->critical && a.answer == answer::concern ? 1 : 0;
  }
  return n;
}

ECTP_DECL result<ruling> rule_on_answers(const policies& rules, const answer_counts& n) {
  const policy::named_value facts[] = {{"concerns", n.concerns}, {"unknowns", n.unknowns}, {"critical_concerns", n.critical_concerns},
                                       {"known", n.known}, {"asked", n.asked}, {"critical", n.critical}};
  return rule_on(rules[policy_name::verdict], {facts, 6});
}

}  // namespace detail

ECTP_DEF result<void> set_answer(const appraisal_model& model, std::vector<appraisal_answer>& answers, appraisal_answer given) {
  if (detail::criterion_of(model, given.criterion) == nullptr) return detail::no_criterion(model, given.criterion);
  if (!given.because.empty())
    if (auto ok = check_text(given.because, "because"); !ok) return ok;
  if (given.links.size() > 10)
    return error{errc::too_large, std::to_string(given.links.size()) + " links", {"", 0, 0, "/links"}, "at most 10", ""};
  for (const auto& l : given.links)
    if (auto ok = check_text(l, "links"); !ok) return ok;
  for (auto& a : answers)
    if (a.criterion == given.criterion) {
      a = std::move(given);
      return {};
    }
  answers.push_back(std::move(given));
  return {};
}

ECTP_DEF result<verdict_said> verdict_of(const policies& rules, const appraisal_model& model,
                                         const std::vector<appraisal_answer>& answers, std::string_view conclusion) {
  if (auto ok = check_text(conclusion, "conclusion"); !ok) {
    error e = ok.error();
    if (e.code == errc::missing_field) e.hint = "your own conclusion comes first: a verdict is shown beside it";
    return e;
  }
  for (std::size_t i = 0; i != answers.size(); ++i) {
    if (detail::criterion_of(model, answers[i].criterion) == nullptr) return detail::no_criterion(model, answers[i].criterion);
    for (std::size_t k = 0; k != i; ++k)
      if (answers[k].criterion == answers[i].criterion)
        return error{errc::duplicate_id, "two answers to '" + answers[i].criterion + "'", {"", 0, 0, "/answers"}, "one answer to each", ""};
  }
  if (const auto open = unanswered(model, answers); !open.empty()) return detail::answers_missing(open);

  const auto counts = detail::count_answers(model, answers, true);
  auto why = detail::rule_on_answers(rules, counts);
  if (!why) return why.error();
  ECTP_LATER(verdict_said) out;
  const policy::table& table = rules[policy_name::verdict];
  if (const auto v = output_word<verdict>(table, why->rule, "verdict")) out.verdict = *v;
  out.says = table.note(why->rule, "says");
  out.what_to_do = table.note(why->rule, "do");
  out.concerns = counts.concerns;
  out.unknowns = counts.unknowns;
  out.critical_concerns = counts.critical_concerns;
  for (const auto& c : model.criteria)
    if (!c.provisional.empty()) out.provisional.push_back(c.title + ": " + c.provisional);
  // What the same table says of the answers that nobody doubts the words of.
  const auto without = detail::rule_on_answers(rules, detail::count_answers(model, answers, false));
  if (!without) return without.error();
  const auto other = output_word<verdict>(table, without->rule, "verdict");
  out.rests_on_provisional = !out.provisional.empty() && (!other || *other != out.verdict);
  out.why = std::move(*why);
  return out;
}

ECTP_DEF result<appraisal_run> appraisal_run::begin(const policies& rules, std::string_view model) {
  ECTP_LATER(appraisal_run) run;
  auto machine = machine_of(rules, policy_name::appraisal_moves);
  if (!machine) return machine.error();
  auto found = appraisal_model_of(rules, model);
  if (!found) return found.error();
  run.machine_ = std::move(*machine);
  run.model_ = std::move(*found);
  run.filled_.model = run.model_.id;
  run.state_ = run.machine_.states()[0];
  return run;
}

ECTP_DEF result<void> appraisal_run::decide(const policies& rules) {
  auto said = verdict_of(rules, model_, filled_.answers, filled_.conclusion);
  if (!said) return said.error();
  filled_.verdict = name(said->verdict);
  filled_.rule = said->why.id;
  said_ = std::move(*said);
  return {};
}

ECTP_DEF result<appraisal_run> appraisal_run::at(const policies& rules, std::string_view state, const appraisal& filled) {
  auto run = begin(rules, filled.model);
  if (!run) return run;
  const auto found = run->machine_.find_state(state);
  if (!found) {
    std::string known;
    for (const auto& s : run->machine_.states()) known += (known.empty() ? "" : ", ") + s;
    return error{errc::out_of_range, "an appraisal has no state '" + std::string(state.substr(0, 60)) + "'", {"", 0, 0, "/run/state"}, known, ""};
  }
  run->state_ = state;
  const bool over = run->machine_.is_final(*found);
  if (over || *found == 0) return run;
  for (const auto& [text, field] : {std::pair(&filled.claim, "run/claim"), std::pair(&filled.source, "run/source")})
    if (auto ok = check_text(*text, field); !ok) return ok.error();
  std::vector<appraisal_answer> answers;
  for (const auto& a : filled.answers) {
    const std::size_t before = answers.size();
    if (auto ok = set_answer(run->model_, answers, a); !ok) return ok.error();
    if (answers.size() == before)
      return error{errc::duplicate_id, "two answers to '" + a.criterion + "'", {"", 0, 0, "/run/answers"}, "one answer to each", ""};
  }
  run->filled_ = filled;
  run->filled_.model = run->model_.id;
  run->filled_.verdict.clear();
  run->filled_.rule.clear();
  const bool attached = detail::reached_by(run->machine_, state, "attached");
  const bool concluded = attached || detail::reached_by(run->machine_, state, "concluded");
  if (!attached && !(filled.statement.empty() && filled.step.empty()))
    return error{errc::bad_argument, "in the state " + run->state_ + " nothing is attached yet", {"", 0, 0, "/run/statement"}, "no statement, no step", ""};
  if (attached && filled.statement.empty() && filled.step.empty())
    return error{errc::missing_field, "the state " + run->state_ + " comes with a statement or a step", {"", 0, 0, "/run/statement"}, "one of the two", ""};
  if (concluded) {
    if (auto ok = run->decide(rules); !ok) return ok.error();
  } else if (!filled.conclusion.empty()) {
    return error{errc::bad_argument, "in the state " + run->state_ + " there is no conclusion yet", {"", 0, 0, "/run/conclusion"}, "no conclusion", "conclude comes after the answers"};
  }
  return run;
}

ECTP_DEF std::vector<policy::named_value> appraisal_run::guards(bool conclusion, bool target) const {
  const std::string_view given = "given", missing = "missing";
  const policy::named_value all[] = {{"complete", unanswered(model_, filled_.answers).empty()},
                                     {"conclusion", conclusion ? given : missing},
                                     {"target", target ? given : missing}};
  // A table of one's own may do without some of them.
  std::vector<policy::named_value> out;
  for (const auto& g : all)
    for (std::size_t i = 0; i != machine_.rules().inputs().size(); ++i)
      if (machine_.rules().input(i).name == g.name) out.push_back(g);
  return out;
}

ECTP_DEF result<policy::move> appraisal_run::step(const policies& rules, std::string_view event, const appraisal_input& with) {
  const auto facts = guards(!with.conclusion.empty(), !with.statement.empty() || !with.step.empty());
  auto made = machine_.step(state_, event, {facts.data(), facts.size()});
  if (!made) {
    // The table says that something is open; here is what.
    const auto open = unanswered(model_, filled_.answers);
    const bool asks = event == "finish" && machine_.find_state(state_) && !open.empty() && !filled_.claim.empty() && filled_.conclusion.empty();
    if (made.error().code != errc::not_allowed || !asks) return made;
    error e = detail::answers_missing(open);
    e.hint = made.error().hint;
    return e;
  }
  appraisal_run next = *this;
  next.state_ = made->next;
  const std::string does = said_by(machine_, *made, "does");
  if (does == "claimed") {
    if (auto ok = check_text(with.claim, "with/claim"); !ok) return ok.error();
    if (auto ok = check_text(with.source, "with/source"); !ok) return ok.error();
    next.filled_.claim = with.claim;
    next.filled_.source = with.source;
  } else if (does == "answered") {
    if (with.answers.empty())
      return error{errc::missing_field, "the move needs an answer", {"", 0, 0, "/with/criterion"}, "a criterion, and ok, concern or unknown", ""};
    for (const auto& a : with.answers)
      if (auto ok = set_answer(model_, next.filled_.answers, a); !ok) return ok.error();
  } else if (does == "concluded") {
    next.filled_.conclusion = with.conclusion;
    if (auto ok = next.decide(rules); !ok) return ok.error();
  } else if (does == "attached") {
    if (!with.statement.empty())
      if (auto ok = check_text(with.statement, "with/statement", 100); !ok) return ok.error();
    next.filled_.statement = with.statement;
    next.filled_.step = with.step;
  } else if (does == "kept") {
    next.keep_ = true;
  } else if (does == "dropped") {
    next.filled_ = appraisal();
    next.filled_.model = model_.id;
    next.said_.reset();
  }
  *this = std::move(next);
  return made;
}

ECTP_DEF result<std::vector<choice>> appraisal_run::choices(const policies& rules) const {
  if (done()) return std::vector<choice>();
  const auto facts = guards(true, true);
  return ectp::choices(rules, policy_name::appraisal_moves, machine_, state_, {facts.data(), facts.size()});
}

ECTP_DEF bool appraisal_run::done() const noexcept {
  const auto s = machine_.find_state(state_);
  return !s || machine_.is_final(*s);
}

ECTP_DEF maybe<appraisal> appraisal_run::kept() const { return keep_ && done() ? maybe<appraisal>(filled_) : maybe<appraisal>(); }

}  // namespace ectp::inline ECTP_ABI
