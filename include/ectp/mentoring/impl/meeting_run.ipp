#pragma once
#include "ectp/impl/meeting_text.ipp"
#include "ectp/mentoring/lint.hpp"
#include "ectp/mentoring/meeting_run.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

// The manner of a part of a meeting with fading in force; `fade` takes what the fade policy said.
ECTP_DECL result<manner> manner_with_fading(const meeting_setting& in, phase p, const moment& now, bool asked_why,
                                            faded& fade) {
  const meeting::meeting_plan& plan = *in.plan;
  const policies& rules = *in.rules;
  const bool fidelity = !plan.focus.statement.empty() && rules.fidelity(plan.focus.statement);
  const bool about_the_step = plan.last_step && plan.last_step->live() && plan.last_step->agreed.statement == plan.focus.statement;
  auto m = manner_of(p, now, plan.focus.expertise, fidelity, about_the_step ? plan.last_step->misses() : 0, rules);
  if (!m || !m->stance || m->live_only) return m;
  const auto plain = manner_of(p, now, plan.focus.expertise, fidelity, 0, rules);
  if (!plain) return plain.error();
  auto f = fade_of(p, now, *m->stance, plain->stance ? *plain->stance : *m->stance, plan.focus.expertise, fidelity,
                   in.counts, asked_why, rules);
  if (!f) return f.error();
  fade = std::move(*f);
  if (!fade.next || *fade.next == *m->stance) return m;
  m->stance = *fade.next;
  const policy::table& said = rules[policy_name::words];
  const policy::named_value facts[] = {{"phase", name(p)}, {"stance", name(*m->stance)}};
  const auto line = rule_index(said, {facts, 2});
  if (!line) return line.error();
  m->words = cell_words(said, *line);
  m->act = cell_text(said, *line, "do");
  return m;
}

// What can be looked at: the focus, then what was seen of the standard, least secure first.
ECTP_DECL std::vector<statement_view> to_look_at(const meeting::meeting_plan& plan) {
  ECTP_LATER(std::vector<statement_view>) out;
  if (!plan.path) return out;
  for (const auto& s : plan.path->seen.seen)
    if (s.statement == plan.focus.statement) out.push_back(s);
  for (const level l : {level::emerging, level::developing, level::secure})
    for (const auto& s : plan.path->seen.seen)
      if (s.latest == l && s.statement != plan.focus.statement) out.push_back(s);
  return out;
}

// Is there something of a lesson or of pupils' work to narrow a question with?
ECTP_DECL bool lesson_evidence(const meeting::meeting_plan& plan) {
  if (plan.path)
    for (const auto& s : plan.path->seen.seen)
      if (s.statement == plan.focus.statement &&
          (s.source == evidence_source::structured_observation || s.source == evidence_source::work_sample))
        return true;
  return false;
}

// When a step of this meeting is looked at: at the next one that is planned.
ECTP_DECL maybe<date> check_day(const meeting::meeting_plan& plan) {
  if (plan.on > plan.today) return plan.on;
  return plan.check_on;
}

ECTP_DECL error at_field(error e, std::string_view field) {
  e.at.path = "/with/" + std::string(field);
  return e;
}

ECTP_DECL result<void> said_text(std::string_view text, std::string_view field, bool required) {
  if (text.empty() && !required) return {};
  if (text.empty())
    return at_field({errc::missing_field, "the move needs '" + std::string(field) + "'", {}, "a text",
                     "\"with\": {\"" + std::string(field) + "\": \"...\"}"}, field);
  if (auto ok = check_text(text, field); !ok) return at_field(ok.error(), field);
  return {};
}

ECTP_DECL result<void> said_number(int n, int most, std::string_view field) {
  if (n >= 0 && n <= most) return {};
  return at_field({errc::out_of_range, "'" + std::string(field) + "' is " + std::to_string(n), {}, "0 to " + std::to_string(most), ""}, field);
}

}  // namespace detail

ECTP_DEF result<meeting_setting> meeting_setting::make(const meeting::meeting_plan& plan, const record_state& state,
                                                       const policies& rules, const framework::tree& tree) {
  auto counts = counts_of(state, rules);
  if (!counts) return counts.error();
  auto moves = machine_of(rules, policy_name::meeting_moves);
  if (!moves) return moves.error();
  ECTP_LATER(meeting_setting) out;
  out.plan = &plan;
  out.rules = &rules;
  out.tree = &tree;
  out.counts = *counts;
  out.moves = std::move(*moves);
  return out;
}

ECTP_DEF result<policy::move> meeting_run::step(std::string_view event, const meeting_said& with,
                                                const meeting_setting& in) {
  const meeting::meeting_plan& plan = *in.plan;
  const policy::named_value guards[] = {
      {"before", before_}, {"step_agreed", step_.has_value()}, {"runs", runs_}, {"script", plan.practice.has_value()}};
  auto made = in.moves.step(state_, event, {guards, 4});
  if (!made) return made;

  ECTP_LATER(meeting_run) then = *this;
  if (with.minutes) {
    if (auto ok = detail::said_number(*with.minutes, 600, "minutes"); !ok) return ok.error();
    then.minutes_ = with.minutes;
  }
  if (event == "look") then.looked_ = true;
  if (event == "ask") then.asked_ = true;
  if (event == "no_way_in") then.failed_probes_ = detail::up_to_99(failed_probes_ + 1);
  if (event == "turn") {
    if (!with.topic)
      return detail::at_field({errc::missing_field, "the move needs 'topic'", {}, word_list<ectp::topic>(), ""}, "topic");
    then.topic_ = *with.topic;
  }
  if (event == "agree") {
    if (auto ok = detail::said_text(with.gap, "gap", false); !ok) return ok.error();
    then.gap_ = with.gap;
  }
  if (event == "step") {
    worded_step s{with.statement.empty() ? plan.focus.statement : with.statement, with.what, with.when_where, with.criterion,
                  with.named_by ? *with.named_by : named_by::together};
    if (auto ok = detail::said_text(s.what, "what", true); !ok) return ok.error();
    if (auto ok = detail::said_text(s.when_where, "when_where", true); !ok) return ok.error();
    if (auto ok = detail::said_text(s.criterion, "criterion", true); !ok) return ok.error();
    if (auto ok = detail::said_text(s.statement, "statement", true); !ok) return ok.error();
    const auto node = in.tree->statement_of(s.statement);
    if (!node) return detail::at_field(node.error(), "statement");
    s.statement = node->ref();
    then.step_ = std::move(s);
  }
  if (event == "no_step") then.step_.reset();
  if (event == "practise") then.runs_ = 0;
  if (event == "run") then.runs_ = detail::up_to_99(runs_ + 1);
  if (event == "practised_keep") {
    rehearsed r;
    r.script = plan.practice->id;
    r.held_on = plan.today;
    r.level = with.level ? *with.level : plan.practice_level;
    if (auto ok = detail::said_number(r.level, 5, "level"); !ok) return ok.error();
    if (auto ok = detail::said_text(with.kept, "kept", false); !ok) return ok.error();
    r.kept = with.kept;
    then.practised_ = std::move(r);
  }
  if (event == "end") {
    then.held_in_ = with.stance;
    then.cycle_ = with.cycle;
  }

  then.state_ = made->next;
  const bool live = !said_in(in.moves, then.state_, "live").empty();
  const auto now = in.moves.find_state(then.state_);
  const bool over = now && in.moves.is_final(*now);
  then.before_ = live && !over ? state_ : std::string("arrive");
  if (over) {
    // What was live ends here; after safeguarding nothing else is left either.
    if (live) {
      then = meeting_run();
      then.state_ = made->next;
    }
    then.failed_probes_ = 0;
    then.topic_ = topic::technique;
    then.runs_ = 0;
    then.gap_.clear();
  }
  *this = std::move(then);
  return made;
}

ECTP_DEF result<std::vector<choice>> meeting_run::choices(const meeting_setting& in) const {
  const policy::named_value guards[] = {
      {"before", before_}, {"step_agreed", step_.has_value()}, {"runs", runs_}, {"script", in.plan->practice.has_value()}};
  auto out = ectp::choices(*in.rules, policy_name::meeting_moves, in.moves, state_, {guards, 4});
  // Without a focus the step says itself what it is about.
  if (out && in.plan->focus.statement.empty())
    for (auto& c : *out)
      if (c.event == "step") c.asks.push_back("statement");
  return out;
}

ECTP_DEF bool meeting_run::done(const meeting_setting& in) const {
  const auto at = in.moves.find_state(state_);
  return at && in.moves.is_final(*at);
}

ECTP_DEF result<meeting_moment> meeting_run::says(const meeting_setting& in) const {
  const meeting::meeting_plan& plan = *in.plan;
  const policies& rules = *in.rules;
  ECTP_LATER(meeting_moment) out;
  out.state = state_;
  out.prompt = said_in(in.moves, state_, "prompt");
  if (const auto p = from_word<ectp::phase>(said_in(in.moves, state_, "phase"))) out.phase = *p;
  for (const auto& s : plan.agenda) {
    if (s.how.phase != out.phase) continue;
    out.title = s.title;
    out.from = s.from;
    out.to = s.to;
  }
  moment now;
  now.topic = topic_;
  now.failed_probes = failed_probes_;
  const std::string live = said_in(in.moves, state_, "live");
  now.distress = live == "distress";
  now.risk = live == "risk";
  auto how = detail::manner_with_fading(in, out.phase, now, asked_, out.fade);
  if (!how) return how.error();
  out.how = std::move(*how);
  out.evidence = detail::to_look_at(plan);

  // The words: those of this very moment, else the ladder's, else those of the part.
  const policy::table& moments = rules[policy_name::meeting_words];
  const policy::named_value facts[] = {
      {"state", state_}, {"stance", out.how.stance ? policy::value_ref(name(*out.how.stance)) : policy::value_ref()}};
  const auto line = rule_index(moments, {facts, 2});
  if (!line) return line.error();
  out.words = detail::cell_words(moments, *line);
  out.act = detail::cell_text(moments, *line, "do");
  const bool coaching = out.how.next == route::coaching && out.how.stance && *out.how.stance != stance::listening;
  if (out.words.empty() && out.act.empty()) {
    out.words = out.how.words;
    out.act = out.how.act;
    if (coaching && said_in(in.moves, state_, "ladder") == "yes") {
      auto q = probe_of(failed_probes_, detail::lesson_evidence(plan), plan.focus.expertise, rules);
      if (!q) return q.error();
      out.rung = q->rung;
      out.words = std::move(q->words);
      out.act = std::move(q->act);
      out.prompt = std::move(q->says);
    } else if (coaching && plan.practice_fits && out.phase == phase::look_together) {
      // For its own statement the script has better words than the general ones; the first stays.
      if (out.words.size() > 1) out.words.resize(1);
      const auto& own = plan.practice->words[static_cast<std::size_t>(*out.how.stance)];
      out.words.insert(out.words.end(), own.begin(), own.end());
    }
  }
  if (!out.fade.first.empty()) out.words.insert(out.words.begin(), out.fade.first);
  return out;
}

ECTP_DEF result<maybe<meeting_kept>> meeting_run::kept(const meeting_setting& in) const {
  const std::string cycle = said_in(in.moves, state_, "cycle");
  if (!done(in) || cycle.empty()) return maybe<meeting_kept>();
  const meeting::meeting_plan& plan = *in.plan;
  ECTP_LATER(meeting_kept) out;
  out.held_on = plan.today;
  out.planned_minutes = plan.minutes;
  out.minutes = minutes_ && *minutes_ > 0 ? *minutes_ : plan.minutes;
  out.slot = plan.on == plan.today ? plan.when : std::string();
  out.cycle = cycle_ ? cycle_ : from_word<cycle_part>(cycle) ? maybe<cycle_part>(*from_word<cycle_part>(cycle)) : maybe<cycle_part>();
  if (looked_) {
    if (!plan.focus.statement.empty()) out.touched.push_back(plan.focus.statement);
    if (held_in_) {
      out.stance = held_in_;
    } else {
      // Decided anew without anything live: neither the stance nor its rule tells of it.
      faded fade;
      const auto how = detail::manner_with_fading(in, phase::look_together, moment{}, asked_, fade);
      if (!how) return how.error();
      if (!how->live_only) {
        out.stance = how->stance;
        out.stance_rule = fade.next && how->stance && *fade.next == *how->stance ? fade.why.id : how->why.id;
      }
    }
  }
  if (step_) {
    out.step = step_;
    out.step_named_by = step_->named_by;
    out.check_on = detail::check_day(plan);
    bool known = false;
    for (const auto& t : out.touched) known = known || t == step_->statement;
    if (!known) out.touched.push_back(step_->statement);
  }
  out.practised = practised_;
  return maybe<meeting_kept>(std::move(out));
}

ECTP_DEF result<void> meeting_run::check(const meeting_setting& in) const {
  const auto field = [](error e, std::string_view path) {
    e.at.path = path;
    return e;
  };
  std::string states;
  for (const auto& s : in.moves.states()) states += (states.empty() ? "" : ", ") + s;
  for (const auto& [word, path] : {std::pair<const std::string*, std::string_view>{&state_, "/state"}, {&before_, "/before"}})
    if (!in.moves.find_state(*word))
      return error{errc::out_of_range, "there is no state '" + word->substr(0, 40) + "'", {"", 0, 0, std::string(path)}, states, ""};
  const auto number = [&](int n, int most, std::string_view path) -> result<void> {
    if (n >= 0 && n <= most) return {};
    return error{errc::out_of_range, "it is " + std::to_string(n), {"", 0, 0, std::string(path)}, "0 to " + std::to_string(most), ""};
  };
  if (auto ok = number(failed_probes_, 99, "/failed_probes"); !ok) return ok;
  if (auto ok = number(runs_, 99, "/runs"); !ok) return ok;
  if (minutes_)
    if (auto ok = number(*minutes_, 600, "/minutes"); !ok) return ok;
  if (!gap_.empty())
    if (auto ok = check_text(gap_, "gap"); !ok) return field(ok.error(), "/gap");
  if (step_) {
    const std::pair<const std::string*, std::string_view> texts[] = {
        {&step_->what, "what"}, {&step_->when_where, "when_where"}, {&step_->criterion, "criterion"}};
    for (const auto& [text, name] : texts)
      if (auto ok = check_text(*text, name); !ok) return field(ok.error(), "/step/" + std::string(name));
    if (const auto node = in.tree->statement_of(step_->statement); !node) return field(node.error(), "/step/statement");
  }
  if (practised_) {
    if (auto ok = number(practised_->level, 5, "/practised/level"); !ok) return ok;
    if (!practised_->kept.empty())
      if (auto ok = check_text(practised_->kept, "kept"); !ok) return field(ok.error(), "/practised/kept");
  }
  return {};
}

ECTP_DEF result<meeting_run> meeting_run::make(parts p, const meeting_setting& in) {
  ECTP_LATER(meeting_run) out;
  out.state_ = std::move(p.state);
  out.before_ = std::move(p.before);
  out.failed_probes_ = p.failed_probes;
  out.asked_ = p.asked;
  out.topic_ = p.topic;
  out.looked_ = p.looked;
  out.runs_ = p.runs;
  out.gap_ = std::move(p.gap);
  out.step_ = std::move(p.step);
  out.practised_ = std::move(p.practised);
  out.minutes_ = p.minutes;
  out.held_in_ = p.held_in;
  out.cycle_ = p.cycle;
  if (auto ok = out.check(in); !ok) return ok.error();
  return out;
}

namespace detail {

// The page of one moment.
template <class ectp_lazy = void>
class moment_writer {
 public:
  moment_writer(const meeting_run& run, const meeting_moment& now, const meeting_setting& in)
      : run_(run), now_(now), plan_(*in.plan), rules_(*in.rules), tree_(*in.tree), in_(in) {}

  result<std::string> write() && {
    using namespace meeting::detail;
    head();
    bool first = true;
    for (const auto& w : now_.words) {
      page_.add(first ? "Say" : "or", quoted(w), 11);
      first = false;
    }
    if (!now_.act.empty()) page_.add("Do", now_.act, 11);
    const bool coaching = now_.how.stance && *now_.how.stance != stance::listening;
    if (now_.how.next == route::safeguarding_lead)
      page_.add("Stop", "This leaves coaching. Nothing of this meeting is kept here.", 11, tag_of(rules_, "SAF-01"));
    else if (now_.how.next == route::induction_tutor)
      page_.add("Then", "take it to the induction tutor together; the appropriate body's named contact is next.", 11, tag_of(rules_, "ENT-01"));
    else if (now_.how.next == route::subject_expert)
      page_.add("Who", "in school knows this subject best? Bring them in.", 11);
    else if (state("arrive")) arrive();
    else if (state("look_together")) look();
    else if (state("probe")) ladder();
    else if (state("agree_gap")) gap();
    else if (state("agree_step") && coaching) agree();
    else if (state("model")) model();
    else if (state("rehearse")) rehearse();
    else if (state("plan")) carry();
    else if (state("close") || state("closed"))
      if (auto ok = kept(); !ok) return ok.error();
    return std::move(page_).take();
  }

 private:
  bool state(std::string_view s) const { return now_.state == s; }

  void head() {
    using namespace meeting::detail;
    std::string line = "MEETING  " + plan_.teacher.str() + (plan_.mentor.empty() ? "" : " with " + plan_.mentor.str()) + "  " +
                       long_date(plan_.today) + ", " + std::to_string(plan_.minutes) + " min";
    page_.add("", line, 0, tag_of(rules_, "LAW-1"));
    page_.rule();
    if (state("closed") || state("stopped")) {
      page_.put(state("closed") ? "CLOSED" : "STOPPED");
      return;
    }
    std::string part = spaced(now_.state);
    for (char& c : part)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (now_.how.stance) part += " (" + std::string(manner_word(*now_.how.stance)) + ")";
    if (!state("paused")) part += ", " + time();
    page_.add("", part + ".", 0, now_.fade.next ? tag_of(now_.fade.why) : tag_of(now_.how));
    std::string says = now_.fade.next ? now_.fade.says : now_.how.says;
    if (now_.rung) says = now_.prompt;
    if (!state("arrive") && !state("paused")) page_.add("Manner", says + ".", 11, now_.rung ? tag_of(rules_, "LAD-D1") : std::string());
    if (!now_.fade.first.empty()) page_.add("First", now_.fade.says + ".", 11, tag_of(now_.fade.why));
  }

  std::string time() const {
    if (now_.to == 0) return "left out of a meeting this short: skip it or keep it very brief";
    std::string out = "minutes " + std::to_string(now_.from) + " to " + std::to_string(now_.to);
    if (const auto gone = run_.minutes()) {
      const int left = now_.to - *gone;
      out += left > 0 ? "; " + std::to_string(left) + " left" : "; over time: move on";
    }
    return out;
  }

  void arrive() {
    using namespace meeting::detail;
    page_.add("Hard day?", "hard_day or be_heard stops here and listens. Nothing is noted.", 11);
    if (!plan_.last_step) return;
    const step_now& s = *plan_.last_step;
    int met = 0;
    for (const auto& l : s.lessons) met += l.met ? 1 : 0;
    page_.add("Last step", s.agreed.id.str() + ", " + s.agreed.what +
                               (s.lessons.empty() ? " Not tried yet: what got in the way?"
                                                  : " It worked in " + std::to_string(met) + " of " + std::to_string(s.lessons.size()) + " lessons."),
              11, "from record");
  }

  void focus() {
    using namespace meeting::detail;
    if (plan_.focus.statement.empty()) page_.add("Focus", "open: " + plan_.focus.says + ".", 11, tag_of(plan_.focus.why));
    else
      page_.add("Focus", bare(plan_.focus.statement) + (plan_.focus.where.empty() ? "" : " in " + plan_.focus.where) + ": " +
                             statement_text(tree_, plan_.focus.statement) + ". " + plan_.focus.says + ".",
                11, tag_of(plan_.focus.why));
  }

  void rows(std::size_t most) {
    using namespace meeting::detail;
    for (std::size_t i = 0; i != now_.evidence.size() && i != most; ++i) {
      const statement_view& s = now_.evidence[i];
      page_.add(i == 0 ? "Look at" : "", s.entry.str() + "  " + std::string(short_source(s.source)) + " " + short_date(s.seen_on) +
                                             (s.where.empty() ? "" : " " + s.where) + ": " + bare(s.statement) + " " +
                                             std::string(name(s.latest)) +
                                             (s.self && *s.self != s.latest ? "; own view " + std::string(name(*s.self)) + " (" + s.self_entry.str() + ")" : ""),
                11, i == 0 ? "from record" : "");
    }
    if (now_.evidence.empty()) page_.add("Look at", "whatever the ECT brought: a book, a plan, one moment. Nothing is on record yet.", 11);
  }

  void look() {
    focus();
    rows(4);
    if (plan_.practice_fits) page_.add("For", plan_.practice->tip, 11);
  }

  void ladder() {
    rows(2);
    page_.add("Then", "no_way_in for the next rung; way_in as soon as there is an idea.", 11);
  }

  void gap() {
    focus();
    rows(1);
  }

  void agree() {
    using namespace meeting::detail;
    if (!run_.gap().empty()) page_.add("Gap", run_.gap(), 11);
    if (run_.step()) {
      const worded_step& s = *run_.step();
      page_.add("Step", s.what, 11);
      page_.add("Where", s.when_where, 11);
      page_.add("Works when", s.criterion, 11);
      page_.add("Then", "read it out once. practise it, skip_practice, or step again with other words.", 11);
    } else {
      for (std::size_t i = 0; i != plan_.candidates.size(); ++i)
        page_.add(i == 0 ? "Perhaps" : "or", plan_.candidates[i].idea.what, 11, i == 0 ? tag_of(rules_, "STP-D1") : "");
      if (plan_.practice_fits) {
        for (std::size_t i = 0; i != plan_.practice->success_criteria.size(); ++i)
          page_.add(i == 0 ? "Works when" : "", plan_.practice->success_criteria[i], 11);
        page_.add("Misses?", plan_.practice->whom_might_it_miss, 11);
      }
    }
    const auto check = check_day(plan_);
    page_.add("Check", (check ? "by " + day_name(*check) + " " + short_date(*check) : std::string("by the next meeting")) +
                           " or after " + std::to_string(plan_.numbers.check_after) + " lessons where it fits.",
              11, tag_of(rules_, "STP-D2"));
  }

  void model() {
    using namespace meeting::detail;
    if (!plan_.practice_fits) return;
    const ectp::script& x = *plan_.practice;
    page_.add("Script", x.id.str() + ": " + x.title, 11, tag_of(rules_, "DLP-D1"));
    page_.add("After both", quoted(x.model_question), 11);
  }

  void rehearse() {
    using namespace meeting::detail;
    page_.add("Runs", std::to_string(run_.runs()) + " so far.", 11, tag_of(rules_, "DLP-02"));
    if (!plan_.practice_fits) return;
    const ectp::script& x = *plan_.practice;
    if (run_.runs() == 0)
      for (const auto& l : x.extract)
        page_.add("  " + l.who, (l.line.empty() ? "" : quoted(l.line)) + (l.act.empty() ? "" : (l.line.empty() ? "(" : " (") + l.act + ")"), 13);
    else page_.add("A twist", x.twist, 11);
    page_.add("One point", quoted(x.one_point), 11);
    if (!x.instead.empty()) page_.add("Or seated", x.instead.front(), 11);
    page_.add("Stop", "after " + std::to_string(plan_.numbers.rehearse_minutes) + " minutes even if it is going well.", 11);
  }

  void carry() {
    using namespace meeting::detail;
    if (run_.step()) page_.add("Step", run_.step()->what + " " + run_.step()->when_where, 11);
    if (!plan_.practice_fits) return;
    page_.add("Cue", plan_.practice->cue, 11);
    page_.add("If-then", plan_.practice->if_then, 11, tag_of(rules_, "DLP-04"));
  }

  result<void> kept() {
    using namespace meeting::detail;
    if (state("close")) {
      page_.add("Kept", run_.step() ? "that you met and the step" : "that you met", 11);
      page_.add("Not kept", "what was said, how often a question led nowhere, what you left out.", 11, tag_of(rules_, "LAW-1"));
      return {};
    }
    const auto k = run_.kept(in_);
    if (!k) return k.error();
    if (!*k) return {};
    page_.add("Kept", "the meeting, " + std::to_string((*k)->minutes) + " minutes" + ((*k)->step ? "; the step: " + (*k)->step->what : std::string("; no step")), 11);
    if ((*k)->stance) page_.add("Manner", std::string(manner_word(*(*k)->stance)) + (((*k)->stance_rule).empty() ? "" : ", " + (*k)->stance_rule), 11);
    if ((*k)->practised) page_.add("Practised", (*k)->practised->script.str() + ", level " + std::to_string((*k)->practised->level), 11);
    if ((*k)->check_on && (*k)->step) page_.add("Check", "by " + long_date(*(*k)->check_on), 11);
    return {};
  }

  const meeting_run& run_;
  const typename ::ectp::detail::later<meeting_moment, ectp_lazy>::type& now_;
  const typename ::ectp::detail::later<meeting::meeting_plan, ectp_lazy>::type& plan_;
  const policies& rules_;
  const framework::tree& tree_;
  const typename ::ectp::detail::later<meeting_setting, ectp_lazy>::type& in_;
  meeting::detail::page<> page_;
};

}  // namespace detail

ECTP_DEF result<std::string> to_text(const meeting_run& run, const meeting_setting& in) {
  const auto now = run.says(in);
  if (!now) return now.error();
  return detail::moment_writer<>(run, *now, in).write();
}

}  // namespace ectp::inline ECTP_ABI
