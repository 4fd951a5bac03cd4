// The cycle: its machine, what comes next, what a path shapes, minutes, and the inquiry of Year 2.
#include <catch2/catch.hpp>

#include "ectp/ectp.hpp"
#include "ectp/mentoring/cycle.hpp"

using namespace ectp;

namespace {

date day(std::string_view s) { return parse_date(s).value(); }

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

const framework::tree& tree() {
  static const framework::tree t = framework::edition("ittecf-2024").value();
  return t;
}

session met_on(std::string_view on, maybe<cycle_part> part = {}) {
  session s;
  s.id = session_id::make("s-" + std::string(on)).value();
  s.held_on = day(on);
  s.status = session_status::held;
  s.cycle = part;
  return s;
}

evidence seen(std::string_view on, std::string_view code = "4n") {
  evidence e;
  e.observed_on = day(on);
  e.statement = "ittecf-2024:" + std::string(code);
  e.source = evidence_source::structured_observation;
  e.has_role = true;
  e.score = score::make(1000).value();
  return e;
}

decision decided(std::string_view on, path p, bool defer = false) {
  recommendation r;
  r.standard = "ittecf-2024:S4";
  r.as_of = day(on);
  r.recommended = advice::choose_together;
  return defer ? decision::defer(r, day(on), named_by::together).value() : decision::choose(r, p, "", day(on), named_by::together).value();
}

feedback said(std::string_view about, feedback_from from = feedback_from::mentor) {
  feedback f;
  f.from = from;
  f.about = f.given_on = day(about);
  return f;
}

record_state state(std::string_view today) {
  record_state s;
  s.today = day(today);
  s.start = start{};
  s.start->started_on = day("2025-09-01");
  return s;
}

cycle_part next(const record_state& s) { return next_in_cycle(measure_cycle(s, defaults()), defaults()).value().next; }

// The rules of what comes next, said a second time.
cycle_part plainly(const cycle_measures& m) {
  using enum cycle_part;
  if (m.part == maybe<cycle_part>(re_diagnose) && !m.decided_since) return diagnose;
  if (m.part == maybe<cycle_part>(diagnose) && !m.decided_since && m.seen) return agree_path;
  if (m.path == path_state::none) return m.seen ? agree_path : diagnose;
  if (m.lesson_waiting && *m.lesson_waiting <= 10) return feedback;
  if (m.path == path_state::deferred && m.weeks >= 3) return agree_path;
  if (m.path == path_state::decided && (m.settled >= 3 || m.weeks >= 6)) return re_diagnose;
  return support;
}

}  // namespace

TEST_CASE("the cycle: every state, event and path is legal or a named error", "[cycle]") {
  const auto m = machine_of(defaults(), policy_name::cycle_moves).value();
  const std::vector<std::vector<std::string>> legal = {
      {"diagnose", "look", "agree_path"},   {"diagnose", "one_more", "diagnose"},    {"agree_path", "one_more", "diagnose"},
      {"support", "meet", "support"},       {"support", "see_lesson", "feedback"},   {"feedback", "give", "support"},
      {"support", "look_again", "re_diagnose"}, {"feedback", "look_again", "re_diagnose"}, {"re_diagnose", "compare", "diagnose"}};
  for (const auto& s : m.states())
    for (const auto& e : m.events())
      for (const auto path : words_in<path_state>) {
        std::string next;
        for (const auto& l : legal)
          if (l[0] == s && l[1] == e) next = l[2];
        if (s == "agree_path" && e == "support" && path != "none") next = "support";
        if (s == "re_diagnose" && e == "keep_path" && path == "decided") next = "support";
        const auto made = m.step(s, e, {{"path", path}});
        INFO(s << ' ' << e << ' ' << path);
        if (next.empty()) {
          REQUIRE_FALSE(made);
          CHECK(made.error().code == errc::not_allowed);
          CHECK_FALSE(made.error().hint.empty());
        } else {
          REQUIRE(made);
          CHECK(made->next == next);
        }
      }
  for (std::size_t s = 0; s != m.states().size(); ++s) {
    CHECK_FALSE(m.is_final(s));  // a cycle
    CHECK(m.reachable(s).size() == m.states().size());
  }
}

TEST_CASE("nobody gets to support without people's decision", "[cycle]") {
  const auto m = machine_of(defaults(), policy_name::cycle_moves).value();
  const auto refused = m.step("agree_path", "support", {{"path", "none"}});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().hint.find("people decide") != std::string::npos);
  CHECK(m.step("agree_path", "support", {{"path", "deferred"}}));
}

TEST_CASE("what comes next, on the whole grid", "[cycle]") {
  std::size_t n = 0;
  for (int part = -1; part != 5; ++part)
    for (const path_state path : {path_state::none, path_state::deferred, path_state::decided})
      for (int flags = 0; flags != 8; ++flags)
        for (const int waiting : {-1, 0, 2, 3, 10, 11, 9999})
          for (const int settled : {0, 2, 3, 99})
            for (const int weeks : {0, 2, 3, 5, 6, 99}) {
              cycle_measures m;
              if (part >= 0) m.part = static_cast<cycle_part>(part);
              m.path = path;
              m.decided_since = (flags & 1) != 0;
              m.seen = (flags & 2) != 0;
              m.live_step = (flags & 4) != 0;
              if (waiting >= 0) m.lesson_waiting = waiting;
              m.settled = settled;
              m.weeks = weeks;
              const auto said = next_in_cycle(m, defaults()).value();
              INFO(part << ' ' << name(path) << ' ' << flags << ' ' << waiting << ' ' << settled << ' ' << weeks << ' ' << said.rule);
              REQUIRE(said.next == plainly(m));
              CHECK_FALSE(said.says.empty());
              ++n;
            }
  CHECK(n == 6u * 3 * 8 * 7 * 4 * 6);
}

TEST_CASE("a round, from a record", "[cycle]") {
  record_state s = state("2025-09-15");
  CHECK(next(s) == cycle_part::diagnose);
  s.rows = {seen("2025-09-12")};
  CHECK(next(s) == cycle_part::agree_path);
  s.sessions = {met_on("2025-09-15", cycle_part::agree_path)};
  s.decisions = {decided("2025-09-15", path::consolidate)};
  s.feedback_given = {said("2025-09-12")};
  CHECK(next(s) == cycle_part::support);
  s.today = day("2025-09-24");
  s.rows.push_back(seen("2025-09-23"));
  CHECK(next(s) == cycle_part::feedback);
  s.feedback_given.push_back(said("2025-09-23", feedback_from::ect));
  CHECK(next(s) == cycle_part::feedback);  // the ECT's word to the mentor is not the mentor's about the lesson
  s.feedback_given.push_back(said("2025-09-23"));
  CHECK(next(s) == cycle_part::support);
  s.today = day("2025-11-10");  // seven weeks of school later
  CHECK(next(s) == cycle_part::re_diagnose);
  s.sessions.push_back(met_on("2025-11-10", cycle_part::re_diagnose));
  CHECK(next(s) == cycle_part::diagnose);
  s.decisions.push_back(decided("2025-11-10", path::extend));
  CHECK(next(s) == cycle_part::support);
}

TEST_CASE("looking again may be early, and a choice left open comes back", "[cycle]") {
  record_state s = state("2025-10-06");
  s.rows = {seen("2025-09-12")};
  s.feedback_given = {said("2025-09-12")};
  s.decisions = {decided("2025-09-22", path::consolidate)};
  CHECK(next(s) == cycle_part::support);
  for (int i = 0; i != 3; ++i) {
    step_now done;
    done.agreed_on = day("2025-09-23");
    done.status = step_status::embedded;
    s.steps.push_back(done);
  }
  CHECK(next(s) == cycle_part::re_diagnose);
  s.steps.clear();
  s.decisions = {decided("2025-09-22", path::consolidate, true)};
  CHECK(next(s) == cycle_part::support);
  s.today = day("2025-10-13");
  CHECK(next(s) == cycle_part::agree_path);
}

TEST_CASE("time away asks for nothing", "[cycle]") {
  record_state there = state("2025-10-06"), away = state("2026-03-09");
  for (record_state* s : {&there, &away}) {
    s->rows = {seen("2025-09-12")};
    s->feedback_given = {said("2025-09-12")};
    s->decisions = {decided("2025-09-22", path::consolidate)};
  }
  // Out of post from October to the end of February: two weeks in post on either side, as without the gap.
  away.service = {{day("2025-09-01"), day("2025-09-26"), 1000}, {day("2026-03-02"), {}, 1000}};
  there.service = {{day("2025-09-01"), {}, 1000}};
  CHECK(next(there) == next(away));
  CHECK(next(away) == cycle_part::support);
  away.service = {{day("2025-09-01"), {}, 1000}};
  CHECK(next(away) == cycle_part::re_diagnose);
}

TEST_CASE("both paths take the same minutes, item by item", "[cycle]") {
  CHECK(defaults().workload(path::consolidate) == defaults().workload(path::extend));
  const auto w = workload_of(day("2025-11-24"), 1, defaults());
  CHECK(w.items.size() == 4);
  int sum = 0;
  for (const auto& i : w.items) {
    INFO(i.item);
    CHECK(i.consolidate == i.extend);
    sum += i.extend;
  }
  CHECK((sum == w.consolidate && sum == w.extend));
  CHECK((w.half_term == "2025-26/H2" && w.weeks == 7 && w.has == 945));
  CHECK(workload_of(day("2025-11-24"), 2, defaults()).has == 7 * 68);
  CHECK(workload_of(day("2025-12-25"), 1, defaults()).half_term == "2025-26/H3");
  CHECK(workload_of(day("2040-01-01"), 1, defaults()).has == 0);
}

TEST_CASE("what the paths shape, on the whole grid", "[cycle]") {
  const policy::table& t = defaults()[policy_name::path_shape];
  const std::string consolidate[] = {"embed", "vary", "space_out", "settle"};
  const std::string extend[] = {"harder_moment", "less_help", "combine", "settle"};
  for (const auto training : words_in<itt_view>)
    for (const bool checked : {false, true})
      for (const std::string_view path : {"none", "consolidate", "extend"})
        for (std::size_t part = 0; part != 4; ++part) {
          const policy::named_value facts[] = {{"itt_view", training}, {"checked", checked}, {"path", path}, {"part", words_in<sequence_part>[part]}};
          const auto rule = rule_index(t, facts).value();
          std::string plainly = path == "consolidate" ? consolidate[part] : path == "extend" ? extend[part] : std::string("look_first");
          if (training == "secured" && !checked) plainly = "check_once";
          else if (training == "secured" && path == "none") plainly = "move_on";
          INFO(training << ' ' << checked << ' ' << path << ' ' << part);
          CHECK(t.output(rule, *t.find_output("shape")).text() == plainly);
        }
}

TEST_CASE("a path is spaced out over weeks of school, at the same times on either", "[cycle]") {
  record_state s = state("2025-11-10");
  const auto on = [&](path p) { return path_ahead_of("ittecf-2024:S4", p, itt_view::unknown, true, day("2025-11-10"), s, defaults()).value(); };
  const auto c = on(path::consolidate), e = on(path::extend);
  REQUIRE((c.parts.size() == 4 && e.parts.size() == 4));
  for (std::size_t i = 0; i != 4; ++i) {
    CHECK(c.parts[i].weeks == e.parts[i].weeks);
    CHECK(c.parts[i].on == e.parts[i].on);
  }
  CHECK(c.parts[0].on == maybe<date>(day("2025-11-17")));
  CHECK(c.parts[1].on == maybe<date>(day("2025-12-01")));
  CHECK(c.parts[2].on == maybe<date>(day("2026-01-05")));  // three weeks of school, with a holiday among them
  // Two weeks later the first part is past; half-time, twice the days lie ahead.
  s.today = day("2025-11-24");
  CHECK(on(path::consolidate).parts[0].past);
  CHECK(on(path::consolidate).parts[1].on == maybe<date>(day("2025-12-01")));
  s.service = {{day("2025-09-01"), {}, 500}};
  CHECK_FALSE(on(path::consolidate).parts[1].past);
  CHECK(on(path::consolidate).parts[1].on == maybe<date>(day("2026-01-05")));
  // While somebody is away nobody knows a day, and nothing has gone by.
  s.service = {{day("2025-09-01"), day("2025-11-07"), 1000}};
  for (const auto& part : on(path::consolidate).parts) CHECK((!part.past && !part.on));
}

TEST_CASE("what training secured is checked once and never repeated", "[cycle]") {
  const record_state s = state("2025-11-10");
  const auto check = path_ahead_of("ittecf-2024:S4", {}, itt_view::secured, false, s.today, s, defaults()).value();
  REQUIRE(check.parts.size() == 1);
  CHECK(check.parts[0].shape == "check_once");
  const auto after = path_ahead_of("ittecf-2024:S4", {}, itt_view::secured, true, s.today, s, defaults()).value();
  REQUIRE(after.parts.size() == 1);
  CHECK(after.parts[0].shape == "move_on");
}

TEST_CASE("the whole view of a record", "[cycle]") {
  record_state s = state("2025-11-24");
  s.rows = {seen("2025-11-13")};
  const auto open = cycle_now(s, tree(), defaults(), 1).value();
  CHECK(open.due.next == cycle_part::agree_path);
  CHECK(open.paths.empty());
  CHECK_FALSE(open.inquiry);
  // Nobody chose: support is not among the choices.
  for (const auto& c : open.choices) CHECK(c.event != "support");
  s.decisions = {decided("2025-11-20", path::extend)};
  s.feedback_given = {said("2025-11-13")};
  const auto under_way = cycle_now(s, tree(), defaults(), 1).value();
  REQUIRE(under_way.paths.size() == 1);
  CHECK(under_way.paths[0].standard == "ittecf-2024:S4");
  CHECK(under_way.paths[0].chosen == maybe<path>(path::extend));
  CHECK(cycle_now(s, tree(), defaults(), 2).value().inquiry);
  CHECK(cycle_now(s, tree(), defaults(), 3).error().code == errc::out_of_range);
}

TEST_CASE("the inquiry of Year 2", "[cycle]") {
  const policy::table& t = defaults()[policy_name::inquiry_next];
  const auto said = [&](bool present, bool asks, int statements, int rows, int weeks) {
    const policy::named_value facts[] = {{"present", present}, {"asks", asks}, {"statements", statements}, {"rows", rows}, {"weeks", weeks}};
    return std::string(t.output(rule_index(t, facts).value(), *t.find_output("next")).text());
  };
  for (const bool present : {false, true})
    for (const bool asks : {false, true})
      for (int statements = 0; statements <= 5; ++statements)
        for (int rows = 0; rows <= 5; ++rows)
          for (int weeks = 0; weeks <= 12; ++weeks) {
            std::string plainly;
            if (!present) plainly = "ask";
            else if (!asks || statements == 0 || statements > 3) plainly = "refine";
            else if (rows >= 3) plainly = "tell";
            else if (rows >= 1) plainly = weeks >= 8 ? "tell" : "look";
            else plainly = weeks >= 8 ? "refine" : weeks >= 2 ? "look" : "try";
            INFO(present << asks << ' ' << statements << ' ' << rows << ' ' << weeks);
            REQUIRE(said(present, asks, statements, rows, weeks) == plainly);
          }

  record_state s = state("2026-10-05");
  CHECK(inquiry_now(s, s.today, defaults()).value().next == "ask");
  s.inquiry = inquiry{};
  s.inquiry->question = "What happens to quiet pupils when I wait?";
  s.inquiry->statements = {"ittecf-2024:4n"};
  CHECK(inquiry_now(s, day("2026-10-05"), defaults()).value().next == "try");
  CHECK(inquiry_now(s, day("2026-09-14"), defaults()).value().next == "look");
  // Two sightings in one lesson are one; other statements and earlier days are none.
  s.rows = {seen("2026-09-29"), seen("2026-09-29"), seen("2026-09-30", "4c"), seen("2026-09-01")};
  const auto now = inquiry_now(s, day("2026-09-14"), defaults()).value();
  CHECK((now.rows == 1 && now.next == "look"));
  s.inquiry->question = "Quiet pupils";
  CHECK(inquiry_now(s, day("2026-09-14"), defaults()).value().next == "refine");
  s.inquiry->question = "كيف أساعد التلاميذ الهادئين؟";
  CHECK(inquiry_now(s, day("2026-09-14"), defaults()).value().next == "look");
}
