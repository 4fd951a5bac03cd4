// The meeting plan from records built in code: what is in it, what never is, and the page.
#include <catch2/catch.hpp>

#include "ectp/ectp.hpp"

using namespace ectp;

namespace {

date day(std::string_view s) { return parse_date(s).value(); }

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

// A small record, entry by entry.
struct maker {
  record r{teacher_id::make("ect-1").value(), person_id::make("men-1").value(), "ittecf-2024", true};
  int n = 0;
  template <class T>
  result<void> add(std::string_view on, T content) {
    entry head;
    head.id = entry_id::make("x-" + std::to_string(++n)).value();
    head.on = day(on);
    return r.append(head, std::move(content));
  }
  void started() {
    start s;
    s.started_on = day("2025-09-01");
    add("2025-09-01", s).value();
    add("2025-09-01", time_in_post{day("2025-09-01"), {}, 1000}).value();
  }
  void lesson(std::string_view on, std::string_view code, int thousandths) {
    evidence e;
    e.observed_on = day(on);
    e.statement = "ittecf-2024:" + std::string(code);
    e.source = evidence_source::structured_observation;
    e.has_role = true;
    e.score = score::make(thousandths).value();
    add(on, e).value();
  }
  void meeting(std::string_view on, session_status status, int minutes = 60) {
    session s;
    s.id = session_id::make("s-" + std::string(on)).value();
    s.held_on = day(on);
    s.status = status;
    s.planned_minutes = minutes;
    add("2025-09-01", s).value();
  }
  meeting::meeting_plan plan(std::string_view today, const meeting::options& how = {}, std::span<const script> scripts = {}) const {
    return meeting::plan(r, day(today), defaults(), scripts, how).value();
  }
  std::string text(std::string_view today, const meeting::options& how = {}, std::span<const script> scripts = {}) const {
    return to_text(plan(today, how, scripts), defaults(), framework::edition("ittecf-2024").value());
  }
};

script small_script(std::string code, school_phase phase = school_phase::secondary) {
  script s;
  s.id = script_id::make("dp-" + code + "-" + std::string(name(phase))).value();
  s.title = "A script for " + code;
  s.edition = "ittecf-2024";
  s.phase = phase;
  s.main = {code};
  s.start_level = {1, 3, 4};
  s.minutes = 12;
  s.step = {"Do one small thing.", {code}};
  s.alternatives = {{"Do another.", {code}}, {"Do a third.", {code}}, {"Do a fourth.", {code}}};
  return s;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("an empty record gives an open question, not a guess", "[meeting]") {
  maker m;
  const auto p = m.plan("2025-11-24");
  CHECK(p.focus.from == focus_source::coverage_gap);
  CHECK(p.standards.size() == 8);
  for (const auto& s : p.standards) CHECK(s.said.recommended == advice::insufficient_evidence);
  // With the themes looked at or left out, nothing is known at all.
  auto rules = defaults();
  REQUIRE(rules.replace("themes", "theme,tags,title\n", "t.csv"));
  const auto open = meeting::plan(m.r, day("2025-11-24"), rules).value();
  CHECK(open.focus.from == focus_source::open_question);
  CHECK(open.focus.statement.empty());
  CHECK_FALSE(open.path);
  CHECK(open.candidates.empty());
  CHECK(contains(to_text(open, rules, framework::edition("ittecf-2024").value()), "ask"));
}

TEST_CASE("a record without a mentor", "[meeting]") {
  maker m;
  m.r = record(teacher_id::make("ect-1").value(), {}, "ittecf-2024", true);
  CHECK(contains(m.text("2025-11-24"), "MENTOR MEETING PLAN  ect-1  Mon 24 Nov 2025"));
}

TEST_CASE("the order of reasons for a focus", "[meeting]") {
  maker m;
  m.started();
  m.lesson("2025-11-10", "5a", 0);
  auto rules = defaults();
  REQUIRE(rules.replace("themes", "theme,tags,title\n", "t.csv"));
  const auto focus = [&] { return meeting::plan(m.r, day("2025-11-24"), rules).value().focus; };
  CHECK(focus().from == focus_source::least_secure);
  CHECK(focus().statement == "ittecf-2024:5a");
  CHECK(focus().expertise == expertise::novice);
  m.add("2025-11-11", block{1, "2025-26/H2", "Questions", {"ittecf-2024:4.6", "ittecf-2024:4n"}, false}).value();
  CHECK(focus().from == focus_source::block);
  CHECK(focus().statement == "ittecf-2024:4n");  // of equals, what can be done
  m.add("2025-11-12", target{"ittecf-2024:6h", day("2025-12-19")}).value();
  CHECK(focus().statement == "ittecf-2024:6h");
  step s;
  s.id = step_id::make("stp-1").value();
  s.statement = "ittecf-2024:7c";
  m.add("2025-11-13", s).value();
  CHECK(focus().statement == "ittecf-2024:7c");
  m.add("2025-11-14", wish{"ittecf-2024:1f", "7B"}).value();
  CHECK(focus().from == focus_source::wish);
  CHECK(focus().statement == "ittecf-2024:1f");
  CHECK(focus().where == "7B");
  // A meeting held since has answered the wish; a finished step is no longer live; a target ends.
  m.meeting("2025-11-17", session_status::held);
  CHECK(focus().statement == "ittecf-2024:7c");
  m.add("2025-11-18", step_moved{s.id, step_status::embedded}).value();
  CHECK(focus().statement == "ittecf-2024:6h");
  CHECK(meeting::plan(m.r, day("2026-01-12"), rules).value().focus.from == focus_source::block);
}

TEST_CASE("within a block the most urgent statement comes first", "[meeting]") {
  maker m;
  m.started();
  m.add("2025-09-02", block{1, "2025-26/H1", "x", {"ittecf-2024:4a", "ittecf-2024:4c", "ittecf-2024:4i", "ittecf-2024:4f"}, false}).value();
  m.lesson("2025-09-08", "4a", 1000);
  CHECK(m.plan("2025-10-06").focus.statement == "ittecf-2024:4c");
  m.lesson("2025-09-15", "4i", 500);
  CHECK(m.plan("2025-10-06").focus.statement == "ittecf-2024:4i");
  m.lesson("2025-09-15", "4c", 0);
  CHECK(m.plan("2025-10-06").focus.statement == "ittecf-2024:4c");
  m.lesson("2025-09-22", "4f", 0);  // gating
  CHECK(m.plan("2025-10-06").focus.statement == "ittecf-2024:4f");
}

TEST_CASE("minutes always add up, and short meetings lose the right parts first", "[meeting]") {
  maker m;
  for (int minutes = 5; minutes <= 240; ++minutes) {
    meeting::options how;
    how.minutes = minutes;
    const auto p = m.plan("2025-11-24", how);
    REQUIRE_FALSE(p.agenda.empty());
    CHECK(p.agenda.front().from == 0);
    CHECK(p.agenda.back().to == minutes);
    for (std::size_t i = 1; i != p.agenda.size(); ++i) {
      CHECK(p.agenda[i].from == p.agenda[i - 1].to);
      CHECK(p.agenda[i].to > p.agenda[i].from);
    }
    CHECK(p.agenda.front().how.phase == phase::arrive);
    CHECK(p.agenda.size() + p.left_out.size() == 6);
    if (!p.left_out.empty() && p.agenda.size() > 2) CHECK(p.left_out.front() == "PRACTISE");
  }
  meeting::options how;
  how.minutes = 50;
  std::vector<int> ends;
  for (const auto& s : m.plan("2025-11-24", how).agenda) ends.push_back(s.to);
  CHECK(ends == std::vector{6, 18, 24, 38, 48, 50});
  for (const int wrong : {4, 241, -1}) {
    how.minutes = wrong;
    CHECK(meeting::plan(m.r, day("2025-11-24"), defaults(), {}, how).error().code == errc::out_of_range);
  }
}

TEST_CASE("the meeting is the next one planned", "[meeting]") {
  maker m;
  m.meeting("2025-11-17", session_status::held);
  m.meeting("2025-11-19", session_status::planned);
  m.meeting("2025-11-26", session_status::planned, 45);
  m.meeting("2025-12-03", session_status::planned);
  m.meeting("2025-11-12", session_status::cancelled);
  const auto p = m.plan("2025-11-24");
  CHECK(p.on == day("2025-11-26"));
  CHECK(p.minutes == 45);
  CHECK(p.next_on == day("2025-12-03"));
  CHECK(p.half_term == "2025-26/H2");
  CHECK(p.meetings_held == 1);
  CHECK(p.meetings_due == 3);
  CHECK(contains(m.text("2025-11-24"), "As of Mon 24 Nov 2025."));
}

TEST_CASE("scripts: the same statement, then a related one, then the standard, then none", "[practice]") {
  maker m;
  m.started();
  m.add("2025-11-20", wish{"ittecf-2024:4n", ""}).value();
  std::vector<script> library{small_script("4a"), small_script("4m"), small_script("4n", school_phase::primary), small_script("4n"), small_script("5a")};
  library[1].also = {"4n"};
  CHECK(m.plan("2025-11-24", {}, library).practice->id.str() == "dp-4n-secondary");
  CHECK(m.plan("2025-11-24", {}, library).practice_near == nearness::same_statement);
  CHECK(m.plan("2025-11-24", {}, library).candidates.size() == 3);
  CHECK(m.plan("2025-11-24", {}, library).practice_level == 1);  // nobody has seen it yet
  m.lesson("2025-11-10", "4n", 500);
  CHECK(m.plan("2025-11-24", {}, library).practice_level == 3);
  library.erase(library.begin() + 3);
  CHECK(m.plan("2025-11-24", {}, library).practice->id.str() == "dp-4n-primary");
  library.erase(library.begin() + 2);
  CHECK(m.plan("2025-11-24", {}, library).practice_near == nearness::related_statement);
  library.erase(library.begin() + 1);
  CHECK(m.plan("2025-11-24", {}, library).practice_near == nearness::same_standard);
  library.erase(library.begin());
  const auto p = m.plan("2025-11-24", {}, library);
  CHECK_FALSE(p.practice);
  CHECK(p.candidates.empty());
  bool said = false;
  for (const auto& f : p.findings) said = said || f.code == "no_script";
  CHECK(said);
}

TEST_CASE("live inputs change the meeting and leave no trace of the rule", "[meeting]") {
  maker m;
  m.started();
  m.add("2025-11-20", wish{"ittecf-2024:4n", ""}).value();
  const std::vector<script> library{small_script("4n")};
  meeting::options how;
  SECTION("somebody who is upset is listened to") {
    how.now.distress = true;
    const auto p = m.plan("2025-11-24", how, library);
    CHECK(p.next == route::pause);
    for (const auto& s : p.agenda) CHECK(s.how.stance == stance::listening);
    const auto text = m.text("2025-11-24", how, library);
    CHECK_FALSE(contains(text, "COA-R2"));
    CHECK_FALSE(contains(text, "dp-4n"));
    CHECK(contains(text, "COA live"));
  }
  SECTION("a risk stops the plan") {
    how.now.risk = true;
    const auto text = m.text("2025-11-24", how, library);
    CHECK(contains(text, "safeguarding lead today"));
    CHECK_FALSE(contains(text, "PRACTISE"));
    CHECK_FALSE(contains(text, "COA-R1"));
    CHECK_FALSE(contains(text, "Focus"));
  }
  SECTION("workload goes to the tutor") {
    how.now.topic = topic::workload;
    CHECK(m.plan("2025-11-24", how, library).next == route::induction_tutor);
    CHECK(contains(m.text("2025-11-24", how, library), "induction tutor"));
  }
}

TEST_CASE("every tip, carried out, gives what it promised", "[pathway]") {
  maker m;
  m.started();
  m.add("2025-11-20", wish{"ittecf-2024:4n", ""}).value();
  int tips = 0;
  const auto check = [&] {
    const auto p = m.plan("2025-11-24");
    const auto& calendar = defaults().calendar();
    for (const auto& t : p.tips) {
      if (t.lessons.empty()) continue;
      ++tips;
      maker later = m;
      date on = p.today;
      for (const auto& l : t.lessons) {
        on = calendar.after_school_days(on, defaults().numbers().occasion_gap);
        later.lesson(to_string(on), l.statement.substr(l.statement.find(':') + 1), static_cast<int>(l.seen) * 500);
      }
      const auto then = later.plan(to_string(on));
      for (const auto& s : then.standards)
        if (s.said.standard == p.path->said.standard) {
          CHECK(s.said.recommended == t.then);
          CHECK(s.said.rule == t.rule);
        }
      CHECK(t.then != p.path->said.recommended);
    }
  };
  check();
  m.lesson("2025-11-03", "4n", 500);
  check();
  m.lesson("2025-11-10", "4i", 1000);
  check();
  m.lesson("2025-11-17", "4c", 1000);
  check();
  m.lesson("2025-11-18", "4m", 0);
  check();
  CHECK(tips >= 5);
}

TEST_CASE("no line of the page is wider than 92 columns, and rules are named", "[meeting]") {
  maker m;
  m.started();
  m.lesson("2025-11-03", "4f", 0);
  m.lesson("2025-11-10", "4f", 0);
  m.lesson("2025-11-10", "4n", 1000);
  m.meeting("2025-11-26", session_status::planned);
  const std::vector<script> library{small_script("4n"), small_script("4f"), small_script("7b")};
  for (int minutes = 5; minutes < 90; ++minutes) {
    meeting::options how;
    how.minutes = minutes;
    const auto text = m.text("2025-11-24", how, library);
    for (std::size_t i = 0; i < text.size();) {
      const auto end = text.find('\n', i);
      REQUIRE(end != text.npos);
      CHECK(end - i <= 92);
      i = end + 1;
    }
    CHECK(contains(text, "FOC-R5 D"));
  }
}

TEST_CASE("the future is refused, with its place", "[meeting]") {
  maker m;
  m.started();
  m.lesson("2025-11-25", "4n", 500);
  const auto p = meeting::plan(m.r, day("2025-11-24"), defaults());
  REQUIRE_FALSE(p);
  CHECK(p.error().code == errc::future_date);
  CHECK(p.error().at.path == "/entries/2/on");
}
