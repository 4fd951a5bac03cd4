// Coaching: the machine of a meeting in every state and event, and the tables around it against a second, plain
// statement of what they should say.
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "ectp/mentoring/balance.hpp"
#include "ectp/mentoring/meeting_run.hpp"

using namespace ectp;

namespace {

const policies& rules() {
  static const policies p = policies::builtin().value();
  return p;
}
const framework::tree& ittecf() {
  static const framework::tree t = framework::edition("ittecf-2024").value();
  return t;
}
const policy::machine& moves() {
  static const policy::machine m = machine_of(rules(), policy_name::meeting_moves).value();
  return m;
}
date day(std::string_view d) { return parse_date(d).value(); }

session held_meeting(std::string_view on, maybe<stance> how = {}, std::string rule = {}) {
  session s;
  s.id = session_id::make("s-" + std::string(on)).value();
  s.status = session_status::held;
  s.held_on = day(on);
  s.stance = how;
  s.stance_rule = std::move(rule);
  return s;
}
step_now agreed(std::string_view on, named_by by, std::vector<std::pair<std::string, bool>> tried, step_status status = step_status::in_use) {
  step_now s;
  s.agreed.statement = "ittecf-2024:4n";
  s.agreed.named_by = by;
  s.agreed_on = day(on);
  s.status = status;
  for (const auto& [d, met] : tried) {
    step_tried t;
    t.lesson_on = day(d);
    t.met = met;
    s.lessons.push_back(t);
  }
  return s;
}

// A script with what a page shows.
script a_script() {
  script s;
  s.id = script_id::make("dp-4n").value();
  s.title = "Wait";
  s.edition = "ittecf-2024";
  s.main = {"4n"};
  s.start_level = {1, 3, 4};
  s.step = {"Count four before a name.", {"4n"}};
  s.alternatives = {{"Ask a second pupil to add.", {"4m"}}};
  s.success_criteria = {"four counts before a name"};
  s.words = {{{"Watch me count."}, {"What do you make of it?"}, {"What would you change?"}, {}}};
  return s;
}

// A record with a wish, one lesson seen, a meeting today and the next one.
record a_record() {
  record r(teacher_id::make("ect-1").value(), person_id::make("men-1").value(), "ittecf-2024", true);
  const auto head = [](const char* id) {
    entry e;
    e.id = entry_id::make(id).value();
    e.on = day("2025-11-20");
    return e;
  };
  evidence seen;
  seen.observed_on = day("2025-11-13");
  seen.statement = "ittecf-2024:4n";
  seen.source = evidence_source::structured_observation;
  seen.score = score::make(500).value();
  seen.has_role = true;
  REQUIRE(r.append(head("e-1"), seen));
  REQUIRE(r.append(head("e-2"), wish{"ittecf-2024:4n", "9K"}));
  session today;
  today.id = session_id::make("s-1").value();
  today.held_on = day("2025-11-24");
  today.planned_minutes = 50;
  REQUIRE(r.append(head("e-3"), today));
  today.id = session_id::make("s-2").value();
  today.held_on = day("2025-12-01");
  REQUIRE(r.append(head("e-4"), today));
  return r;
}

struct meeting_day {
  record from = a_record();
  record_state state = state_of(from, ittecf(), day("2025-11-24")).value();
  std::vector<script> scripts = {a_script()};
  meeting::meeting_plan plan = meeting::plan(from, day("2025-11-24"), rules(), ittecf(), scripts).value();
  meeting_setting in = meeting_setting::make(plan, state, rules(), ittecf()).value();
  meeting_day() = default;
  meeting_day(const meeting_day&) = delete;
};
meeting_day& today() {
  static meeting_day d;
  return d;
}

meeting_said a_step() {
  meeting_said s;
  s.what = "Count four before a name.";
  s.when_where = "9K on Tuesday";
  s.criterion = "four counts";
  s.named_by = named_by::ect;
  return s;
}

// Makes the moves.
void go(meeting_run& run, std::initializer_list<const char*> events) {
  for (const char* e : events) {
    meeting_said with = std::string_view(e) == "step" ? a_step() : meeting_said();
    with.topic = topic::workload;
    const auto made = run.step(e, with, today().in);
    INFO(e);
    if (!made) FAIL(to_string(made.error()));
  }
}

// An archive that writes down what it is given.
struct writing {
  struct is_loading {
    static constexpr bool value = false;
  };
  std::string text;
  template <class T>
  writing& operator&(const boost::serialization::nvp<T>& x) {
    text += std::string(x.name()) + "=";
    put(x.value());
    text += ";";
    return *this;
  }
  void put(bool b) { text += b ? "yes" : "no"; }
  void put(int n) { text += std::to_string(n); }
  template <class T>
  void put(T& x) {
    if constexpr (std::is_same_v<std::remove_const_t<T>, std::string>) text += x;
    else if constexpr (std::is_enum_v<T>) text += name(x);
    else if constexpr (requires { x.serialize(*this, 0u); }) x.serialize(*this, 0u);
    else text += "?";
  }
};

bool working(std::string_view s) { return s != "paused" && s != "closed" && s != "stopped"; }

}  // namespace

TEST_CASE("every state and event of a meeting is legal or says why not", "[coaching][machine]") {
  const auto& m = moves();
  REQUIRE(m.states().front() == "arrive");
  std::size_t legal = 0, refused = 0;
  for (const auto& state : m.states())
    for (const auto& event : m.events())
      for (const auto& before : m.states())
        for (const bool step_agreed : {false, true})
          for (const int runs : {0, 1, 2, 3, 99})
            for (const bool has_script : {false, true}) {
              const policy::named_value guards[] = {{"before", before}, {"step_agreed", step_agreed}, {"runs", runs}, {"script", has_script}};
              const auto made = m.step(state, event, guards);
              if (made) {
                ++legal;
                CHECK_FALSE(made->prompt.empty());
                CHECK(from_word<phase>(said_by(m, *made, "phase")));
              } else {
                ++refused;
                REQUIRE(made.error().code == errc::not_allowed);
                CHECK_FALSE(made.error().hint.empty());
                const auto events = m.legal_events(state, guards).value();
                for (const auto& e : events) CHECK(made.error().expected.find(e) != std::string::npos);
                CHECK((events.empty() == (state == "closed" || state == "stopped")));
              }
            }
  CHECK(legal > 0);
  CHECK(refused > 0);
  // Every state can be reached, the two ends are the only ones, and from everywhere there is a way to close.
  CHECK(m.reachable(0).size() == m.states().size());
  for (std::size_t s = 0; s != m.states().size(); ++s) {
    const bool end = m.states()[s] == "closed" || m.states()[s] == "stopped";
    CHECK(m.is_final(s) == end);
    if (end) continue;
    bool closes = false;
    for (const auto to : m.reachable(s)) closes = closes || m.states()[to] == "closed";
    CHECK(closes);
  }
}

TEST_CASE("a meeting's machine says what coaching should", "[coaching][machine]") {
  const auto& m = moves();
  const auto next = [&](std::string_view state, std::string_view event, std::string_view before = "arrive", bool step_agreed = false,
                        int runs = 0, bool has_script = true) -> std::string {
    const auto made = m.step(state, event, {{"before", before}, {"step_agreed", step_agreed}, {"runs", runs}, {"script", has_script}});
    return made ? made->next : "";
  };
  for (const auto& s : m.states()) {
    const bool w = working(s);
    INFO(s);
    // Stopping to listen, and safeguarding, from anywhere; time up brings the close.
    CHECK(next(s, "hard_day") == (w ? "paused" : ""));
    CHECK(next(s, "be_heard") == (w ? "paused" : ""));
    CHECK(next(s, "safeguarding") == (w || s == "paused" ? "stopped" : ""));
    CHECK(next(s, "time_up") == ((w && s != "close") || s == "paused" ? "close" : ""));
    CHECK(next("paused", "resume", s) == (w ? s : ""));
    CHECK(next(s, "look") == (s == "arrive" ? "look_together" : ""));
    CHECK(next(s, "end") == (s == "close" ? "closed" : ""));
    // Opting out needs a step to go to the plan with; without one there is no practice.
    CHECK(next(s, "skip_practice", "arrive", true) == (s == "agree_step" || s == "model" || s == "rehearse" ? "plan" : ""));
    CHECK(next(s, "practise", "arrive", true) == (s == "agree_step" ? "model" : ""));
    CHECK(next(s, "practise", "arrive", false).empty());
    CHECK(next(s, "no_step") == (s == "agree_gap" || s == "agree_step" ? "close" : ""));
  }
  CHECK(next("paused", "leave_it") == "close");
  // Redo is part of it, and nothing is kept without a script to keep it under.
  for (const int runs : {0, 1, 2, 7}) {
    CHECK(next("rehearse", "practised", "arrive", true, runs) == (runs >= 2 ? "plan" : ""));
    CHECK(next("rehearse", "practised_keep", "arrive", true, runs, true) == (runs >= 2 ? "plan" : ""));
    CHECK(next("rehearse", "practised_keep", "arrive", true, runs, false).empty());
  }
}

TEST_CASE("coaching's tables answer everything, and every rule of theirs is used", "[coaching]") {
  for (const auto p : {policy_name::probe, policy_name::step_outcome, policy_name::fade, policy_name::meeting_words,
                       policy_name::agenda_lead, policy_name::came_along}) {
    INFO(name(p));
    const policy::table& t = rules()[p];
    std::vector<std::vector<policy::value_ref>> domains;
    for (std::size_t i = 0; i != t.inputs().size(); ++i) {
      const auto& d = t.input(i).domain;
      std::vector<policy::value_ref> values;
      for (const auto& w : d.words) values.emplace_back(w);
      if (d.type == policy::value_kind::boolean) values = {policy::value_ref(false), policy::value_ref(true)};
      if (values.empty())
        for (const int n : {1, 2, 0, 3})
          if ((p != policy_name::agenda_lead && p != policy_name::fade) || n == 1 || n == 2) values.emplace_back(n);
      if (d.nullable) values.emplace_back();
      domains.push_back(values);
    }
    std::set<std::size_t> fired;
    std::vector<std::size_t> at(domains.size(), 0);
    for (bool more = true; more;) {
      std::vector<policy::named_value> facts;
      for (std::size_t i = 0; i != at.size(); ++i) facts.push_back({t.input(i).name, domains[i][at[i]]});
      const auto rule = rule_index(t, facts);
      if (!rule) FAIL(to_string(rule.error()));
      fired.insert(*rule);
      more = false;
      for (std::size_t i = 0; i != at.size() && !more; ++i) {
        more = ++at[i] != domains[i].size();
        if (!more) at[i] = 0;
      }
    }
    CHECK(fired.size() == t.rules());
  }
}

TEST_CASE("probes climb the ladder and never come down", "[coaching]") {
  for (const auto known : {expertise::novice, expertise::developing, expertise::secure, expertise::unknown})
    for (const bool evidence : {false, true}) {
      rung last = rung::open;
      for (int failed = 0; failed != 100; ++failed) {
        const auto q = probe_of(failed, evidence, known, rules()).value();
        CHECK(q.rung >= last);
        last = q.rung;
        CHECK_FALSE(q.words.empty());
        CHECK_FALSE(q.act.empty());
        // Plainly: open; narrowed if something can narrow it; shown; told.
        rung plain = failed >= 3 ? rung::told : failed == 2 ? rung::shown : rung::open;
        if (failed == 1) plain = evidence ? rung::narrowed : known == expertise::novice ? rung::shown : rung::open;
        CHECK(q.rung == plain);
      }
    }
  CHECK(probe_of(100, true, expertise::novice, rules()).error().code == errc::out_of_range);
  CHECK(probe_of(-1, true, expertise::novice, rules()).error().code == errc::out_of_range);
}

TEST_CASE("a step's outcome: two lessons are a try", "[coaching]") {
  const auto came_to = [](const step_now& s) { return outcome_of(s, rules()).value(); };
  CHECK(came_to(agreed("2025-11-03", named_by::ect, {})) == step_outcome::open);
  CHECK(came_to(agreed("2025-11-03", named_by::ect, {{"2025-11-04", false}})) == step_outcome::open);
  CHECK(came_to(agreed("2025-11-03", named_by::ect, {{"2025-11-04", false}, {"2025-11-04", false}})) == step_outcome::open);
  CHECK(came_to(agreed("2025-11-03", named_by::ect, {{"2025-11-04", false}, {"2025-11-05", false}})) == step_outcome::missed);
  CHECK(came_to(agreed("2025-11-03", named_by::ect, {{"2025-11-04", true}, {"2025-11-05", false}})) == step_outcome::missed);
  CHECK(came_to(agreed("2025-11-03", named_by::ect, {{"2025-11-04", false}, {"2025-11-05", true}})) == step_outcome::met);
  CHECK(came_to(agreed("2025-11-03", named_by::ect, {{"2025-11-04", true}})) == step_outcome::met);
  CHECK(came_to(agreed("2025-11-03", named_by::ect, {}, step_status::embedded)) == step_outcome::met);
  for (const auto s : {step_status::abandoned, step_status::split, step_status::re_diagnose})
    CHECK(came_to(agreed("2025-11-03", named_by::ect, {{"2025-11-04", false}, {"2025-11-05", false}}, s)) == step_outcome::open);
}

TEST_CASE("cycles are counted from a record's state", "[coaching]") {
  record_state state;
  state.today = day("2025-11-24");
  CHECK(counts_of(state, rules()).value() == cycle_counts{});
  state.steps.push_back(agreed("2025-09-10", named_by::mentor, {}, step_status::embedded));
  state.steps.push_back(agreed("2025-10-01", named_by::ect, {}, step_status::embedded));
  state.steps.push_back(agreed("2025-10-10", named_by::ect, {{"2025-10-13", true}}));
  CHECK(counts_of(state, rules()).value().named_and_met == 2);
  CHECK(counts_of(state, rules()).value().misses == 0);
  // A step of today says nothing yet; one that the mentor named ends the row.
  state.steps.push_back(agreed("2025-11-24", named_by::ect, {}));
  CHECK(counts_of(state, rules()).value().named_and_met == 2);
  state.steps.push_back(agreed("2025-11-24", named_by::together, {}, step_status::embedded));
  CHECK(counts_of(state, rules()).value().named_and_met == 0);
  state.steps.push_back(agreed("2025-11-24", named_by::ect, {{"2025-11-17", true}, {"2025-11-18", false}, {"2025-11-18", false}, {"2025-11-20", false}}));
  CHECK(counts_of(state, rules()).value().misses == 2);
  CHECK(counts_of(state, rules()).value().named_and_met == 0);
  // The last meeting that kept a stance; listening is none.
  state.sessions = {held_meeting("2025-10-01", stance::directive), held_meeting("2025-10-08", stance::dialogic),
                    held_meeting("2025-10-15", stance::listening), held_meeting("2025-10-22")};
  CHECK(counts_of(state, rules()).value().so_far == stance::dialogic);
}

TEST_CASE("fading moves one place, and steps back after asking why", "[coaching]") {
  const stance stances[] = {stance::directive, stance::dialogic, stance::facilitative};
  for (const auto part : words_in<phase>)
    for (const std::string_view about : {"technique", "workload", "career"})
      for (const auto known : words_in<expertise>)
        for (const bool fidelity : {false, true})
          for (const int failed : {0, 2})
            for (const auto recommended : words_in<stance>)
              for (const auto so_far : stances)
                for (const int named : {1, 2})
                  for (const int misses : {1, 2})
                    for (const bool asked : {false, true}) {
                      moment now;
                      now.topic = *from_word<topic>(about);
                      now.failed_probes = failed;
                      cycle_counts counts;
                      counts.named_and_met = named;
                      counts.misses = misses;
                      counts.so_far = so_far;
                      const phase p = *from_word<phase>(part);
                      const stance r = *from_word<stance>(recommended);
                      const auto f = fade_of(p, now, r, r, *from_word<expertise>(known), fidelity, counts, asked, rules()).value();
                      maybe<stance> plain;
                      bool why_first = false;
                      const bool fades = (p == phase::look_together || p == phase::agree_step) && now.topic == topic::technique && r != stance::listening;
                      const int place = static_cast<int>(so_far);
                      if (fades && misses >= 2) {
                        why_first = !asked;
                        if (asked) plain = stances[place > 0 ? place - 1 : 0];
                      } else if (fades && named >= 2 && failed < 2 && r != stance::facilitative && !(fidelity && known == "novice")) {
                        plain = stances[place < 2 ? place + 1 : 2];
                      }
                      if (f.next != plain || f.first.empty() == why_first) {
                        INFO(f.why.id);
                        CHECK(f.next == plain);
                        CHECK(f.first.empty() != why_first);
                      }
                    }
}

TEST_CASE("a meeting walks through and keeps what was agreed", "[coaching]") {
  auto& d = today();
  meeting_run run;
  CHECK(run.says(d.in).value().how.stance == stance::listening);
  go(run, {"look"});
  const auto looked = run.says(d.in).value();
  CHECK(looked.how.stance == stance::dialogic);
  REQUIRE_FALSE(looked.evidence.empty());
  CHECK(looked.evidence.front().entry.str() == "e-1");
  REQUIRE(looked.words.size() == 2);
  CHECK(looked.words[1] == "What do you make of it?");
  CHECK(to_text(run, d.in).value().find("e-1") != std::string::npos);
  go(run, {"ask"});
  CHECK(run.says(d.in).value().rung == rung::open);
  go(run, {"no_way_in"});
  CHECK(run.says(d.in).value().rung == rung::narrowed);
  go(run, {"no_way_in"});
  CHECK(run.says(d.in).value().rung == rung::shown);
  go(run, {"way_in", "agree", "step"});
  REQUIRE(run.step());
  CHECK(run.step()->statement == "ittecf-2024:4n");
  go(run, {"practise", "shown", "run", "run"});
  meeting_said keep;
  keep.kept = "The silence felt ordinary.";
  REQUIRE(run.step("practised_keep", keep, d.in));
  go(run, {"planned"});
  CHECK_FALSE(run.kept(d.in).value());
  meeting_said end;
  end.minutes = 47;
  REQUIRE(run.step("end", end, d.in));
  CHECK(run.done(d.in));
  CHECK(run.choices(d.in).value().empty());
  const auto kept = *run.kept(d.in).value();
  CHECK(kept.minutes == 47);
  CHECK(kept.stance == stance::dialogic);
  CHECK(kept.stance_rule == "COA-R7");
  CHECK(kept.step_named_by == named_by::ect);
  CHECK(kept.check_on == day("2025-12-01"));
  CHECK(kept.cycle == cycle_part::support);
  REQUIRE(kept.practised);
  CHECK(kept.practised->level == 3);
  CHECK(kept.practised->kept == "The silence felt ordinary.");
  CHECK(run.failed_probes() == 0);
}

TEST_CASE("distress and a turn of topic leave no trace", "[coaching][privacy]") {
  auto& d = today();
  meeting_run plain;
  go(plain, {"look", "ask", "way_in", "agree", "step", "skip_practice", "planned", "end"});
  for (const char* live : {"hard_day", "be_heard"}) {
    for (int at = 0; at != 7; ++at) {
      meeting_run run;
      const char* way[] = {"look", "ask", "way_in", "agree", "step", "skip_practice", "planned"};
      for (int i = 0; i != 7; ++i) {
        if (i == at) {
          go(run, {live});
          const auto now = run.says(d.in).value();
          CHECK(now.how.stance == stance::listening);
          CHECK(now.how.live_only);
          CHECK(to_text(run, d.in).value().find("COA-R2") == std::string::npos);
          go(run, {"resume"});
          CHECK(run.before() == "arrive");
        }
        if (i == 1) go(run, {"turn"});
        if (i == 2) go(run, {"no_way_in", "no_way_in", "no_way_in"});
        go(run, {way[i]});
      }
      go(run, {"end"});
      CHECK(run == plain);
    }
  }
  // Leaving it there is as running out of time is.
  meeting_run left, late;
  go(left, {"look", "hard_day", "leave_it", "end"});
  go(late, {"look", "time_up", "end"});
  CHECK(left == late);
  const auto kept = *left.kept(d.in).value();
  CHECK_FALSE(kept.step);
  CHECK_FALSE(kept.step_named_by);
  meeting_run early, short_one;
  go(early, {"be_heard", "leave_it", "end"});
  go(short_one, {"time_up", "end"});
  CHECK(early == short_one);
  CHECK_FALSE(early.kept(d.in).value()->stance);
  CHECK(early.kept(d.in).value()->touched.empty());
}

TEST_CASE("safeguarding stops a meeting and keeps nothing", "[coaching][privacy]") {
  auto& d = today();
  for (const auto& way : {std::vector<const char*>{}, {"look", "ask", "no_way_in"}, {"hard_day"},
                         {"look", "way_in", "agree", "step", "practise", "shown", "run", "run", "practised"}}) {
    meeting_run run;
    for (const char* e : way) go(run, {e});
    go(run, {"safeguarding"});
    CHECK(run.done(d.in));
    CHECK_FALSE(run.kept(d.in).value());
    CHECK_FALSE(run.step());
    CHECK(run.failed_probes() == 0);
    CHECK(run.before() == "arrive");
    const auto now = run.says(d.in).value();
    CHECK_FALSE(now.how.stance);
    CHECK(now.how.next == route::safeguarding_lead);
    CHECK(to_text(run, d.in).value().find("safeguarding lead") != std::string::npos);
    // The same end, whatever was before.
    meeting_run at_once;
    go(at_once, {"safeguarding"});
    CHECK(run == at_once);
  }
}

TEST_CASE("workload is listened to, knowledge is explained", "[coaching]") {
  auto& d = today();
  for (const auto about : {topic::workload, topic::entitlement, topic::subject_knowledge, topic::career}) {
    meeting_run run;
    go(run, {"look"});
    meeting_said with;
    with.topic = about;
    REQUIRE(run.step("turn", with, d.in));
    const auto now = run.says(d.in).value();
    const bool school = about == topic::workload || about == topic::entitlement;
    CHECK(now.how.stance == (school ? stance::listening : about == topic::career ? stance::facilitative : stance::directive));
    CHECK(now.how.next == (school ? route::induction_tutor : about == topic::career ? route::coaching : route::subject_expert));
  }
}

TEST_CASE("what comes with a move is checked and the run stays as it was", "[coaching]") {
  auto& d = today();
  meeting_run run;
  go(run, {"look", "way_in", "agree"});
  const meeting_run before = run;
  const auto refuses = [&](std::string_view event, const meeting_said& with, errc code, std::string_view path) {
    const auto made = run.step(event, with, d.in);
    INFO(event);
    REQUIRE_FALSE(made);
    CHECK(made.error().code == code);
    CHECK(made.error().at.path == path);
    CHECK(run == before);
  };
  refuses("end", {}, errc::not_allowed, "");
  refuses("nonsense", {}, errc::out_of_range, "/event");
  refuses("", {}, errc::out_of_range, "/event");
  refuses("turn", {}, errc::missing_field, "/with/topic");
  for (auto [field, path] : {std::pair{&meeting_said::what, "/with/what"}, {&meeting_said::when_where, "/with/when_where"}, {&meeting_said::criterion, "/with/criterion"}}) {
    auto with = a_step();
    (with.*field).clear();
    refuses("step", with, errc::missing_field, path);
    with.*field = "   ";
    refuses("step", with, errc::missing_field, path);
    with.*field = "\xff\xfe";
    refuses("step", with, errc::encoding, path);
    with.*field = std::string(10'000'000, 'x');
    refuses("step", with, errc::too_large, path);
  }
  auto with = a_step();
  with.statement = "4zz";
  refuses("step", with, errc::unknown_code, "/with/statement");
  with = a_step();
  with.minutes = 601;
  refuses("step", with, errc::out_of_range, "/with/minutes");
  // Any script, any language.
  for (const char* text : {"\u5148\u6570\u5230\u56db", "\u0627\u0646\u062a\u0638\u0631 \u0642\u0644\u064a\u0644\u0627\u064b", "Arhoswch, \xf0\x9f\x99\x82"}) {
    meeting_run other = before;
    with = a_step();
    with.what = text;
    REQUIRE(other.step("step", with, d.in));
    CHECK(other.step()->what == text);
    CHECK(to_text(other, d.in).value().find(text) != std::string::npos);
  }
}

TEST_CASE("a run from outside is checked", "[coaching]") {
  auto& d = today();
  const auto fault = [&](meeting_run::parts p) {
    const auto made = meeting_run::make(std::move(p), d.in);
    return made ? std::string() : made.error().at.path;
  };
  meeting_run::parts p;
  CHECK(fault(p).empty());
  CHECK(meeting_run::make(p, d.in).value() == meeting_run());
  p.state = "lunch";
  CHECK(fault(p) == "/state");
  p = {};
  p.before = "";
  CHECK(fault(p) == "/before");
  p = {};
  p.failed_probes = -1;
  CHECK(fault(p) == "/failed_probes");
  p = {};
  p.runs = 100;
  CHECK(fault(p) == "/runs");
  p = {};
  p.step = worded_step{"ittecf-2024:4n", "x", "", "y", named_by::ect};
  CHECK(fault(p) == "/step/when_where");
  p.step = worded_step{"ittecf-2024:9z", "x", "z", "y", named_by::ect};
  CHECK(fault(p) == "/step/statement");
  p = {};
  p.practised = rehearsed{};
  p.practised->level = 6;
  CHECK(fault(p) == "/practised/level");
}

TEST_CASE("every moment of a meeting has words, and lines fit the page", "[coaching]") {
  auto& d = today();
  std::set<std::string> seen;
  const auto look = [&](const meeting_run& run) {
    const auto now = run.says(d.in).value();
    const std::string text = to_text(run, d.in).value();
    INFO(text);
    if (run.state() != "closed") CHECK_FALSE(now.words.empty());
    CHECK_FALSE(now.act.empty());
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t end = text.find('\n', from);
      std::size_t columns = 0;  // one for each character, whose further bytes are 10xxxxxx
      for (std::size_t i = from; i != end; ++i) columns += (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U ? 1U : 0U;
      CHECK(columns <= 92);
      from = end + 1;
    }
    seen.insert(run.state());
  };
  for (const auto& way : {std::vector<const char*>{"look", "ask", "no_way_in", "way_in", "agree", "step", "practise", "shown", "run", "run", "practised", "planned", "end"},
                         {"look", "hard_day"}, {"safeguarding"}}) {
    meeting_run run;
    look(run);
    for (const char* e : way) {
      go(run, {e});
      look(run);
    }
  }
  CHECK(seen.size() == moves().states().size());
}

TEST_CASE("minutes left are those of the part", "[coaching]") {
  auto& d = today();
  meeting_run run;
  meeting_said with;
  with.minutes = 8;
  REQUIRE(run.step("look", with, d.in));
  const auto now = run.says(d.in).value();
  REQUIRE(now.to > 8);
  CHECK(to_text(run, d.in).value().find("; " + std::to_string(now.to - 8) + " left") != std::string::npos);
  with.minutes = now.to + 1;
  REQUIRE(run.step("ask", with, d.in));
  CHECK(to_text(run, d.in).value().find("over time") != std::string::npos);
}

TEST_CASE("the balance counts stances and namers, and nothing live", "[coaching][privacy]") {
  record_state state;
  state.today = day("2025-11-24");
  state.sessions = {held_meeting("2025-09-10", stance::directive, "COA-R4"), held_meeting("2025-09-17", stance::dialogic, "COA-R7"),
                    held_meeting("2025-10-28", stance::facilitative),  // a holiday: still the first half-term
                    held_meeting("2025-11-05", stance::listening, "COA-R2a"), held_meeting("2025-11-12", stance::facilitative, "COA-R2b"),
                    held_meeting("2025-11-19")};
  state.sessions[1].step_named_by = named_by::mentor;   // its step says otherwise below
  state.sessions[5].step_named_by = named_by::together;
  state.sessions.push_back(held_meeting("2025-11-20", stance::directive));
  state.sessions.back().kind = session_kind::observation;
  state.sessions.push_back(held_meeting("2025-11-21", stance::directive));
  state.sessions.back().status = session_status::cancelled;
  state.steps.push_back(agreed("2025-09-17", named_by::ect, {}));
  const auto counts = balance_of(state, rules());
  REQUIRE(counts.size() == 2);
  CHECK(counts[0].half_term == "2025-26/H1");
  CHECK(counts[0].meetings == 3);
  CHECK(counts[0].stances == std::array<int, 3>{1, 1, 1});
  CHECK(counts[0].named == std::array<int, 3>{1, 0, 0});
  CHECK(counts[1].meetings == 3);
  CHECK(counts[1].stances == std::array<int, 3>{0, 0, 0});
  CHECK(counts[1].named == std::array<int, 3>{0, 0, 1});
  // The page with a meeting of listening is the page of one that kept none.
  const std::string page = to_text(counts);
  CHECK(page.find("listen") == std::string::npos);
  CHECK(page.find("COA-R2") == std::string::npos);
  state.sessions[3].stance.reset();
  state.sessions[3].stance_rule.clear();
  CHECK(to_text(balance_of(state, rules())) == page);
  CHECK(balance_of(record_state{}, rules()).empty());
}

TEST_CASE("a run serialises whole", "[coaching]") {
  meeting_run run;
  go(run, {"look", "ask", "no_way_in", "way_in", "agree", "step", "practise", "shown", "run"});
  writing ar;
  run.serialize(ar, 0);
  CHECK(ar.text ==
        "state=rehearse;before=arrive;failed_probes=1;asked=yes;topic=technique;looked=yes;runs=1;gap=;has_step=yes;"
        "step=statement=ittecf-2024:4n;what=Count four before a name.;when_where=9K on Tuesday;criterion=four counts;named_by=ect;;"
        "has_practised=no;practised=script=text=;;held_on=days=0;;level=0;kept=;;has_minutes=no;minutes=0;has_held_in=no;held_in=directive;"
        "has_cycle=no;cycle=diagnose;");
}
