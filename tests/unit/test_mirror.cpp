// The mirror: records that differ in one thing, gaps and part-time that change nothing, and who may look.
#include <catch2/catch.hpp>

#include <string>
#include <type_traits>

#include "ectp/ectp.hpp"
#include "ectp/mentoring/mirror.hpp"

using namespace ectp;

namespace {

date day(std::string_view s) { return parse_date(s).value(); }

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

session met_on(std::string_view on, session_status status = session_status::held, maybe<stance> manner = {}) {
  session s;
  s.id = session_id::make("s-" + std::string(on)).value();
  s.held_on = day(on);
  s.status = status;
  s.stance = manner;
  return s;
}

step_now tried(std::string_view on, std::string id, step_status status = step_status::embedded) {
  step_now s;
  s.agreed.id = step_id::make(id).value();
  s.agreed.what = "With 9K, count four silently before a name.";
  s.agreed.when_where = "Tuesday, period 3";
  s.agreed.success_criteria = {"two pupils who seldom speak give a whole sentence"};
  s.agreed.script = script_id::make("dp-4n-secondary-1").value();
  s.agreed_on = day(on);
  s.status = status;
  step_tried lesson;
  lesson.lesson_on = day(on) + 1;
  s.lessons = {lesson};
  return s;
}

// A term in which there is nothing to offer.
record_state sound() {
  record_state s;
  s.today = day("2025-11-24");
  s.service = {{day("2025-09-01"), {}, 1000}};
  s.sessions = {met_on("2025-10-06", session_status::held, stance::dialogic), met_on("2025-10-13", session_status::held, stance::directive),
                met_on("2025-11-03", session_status::held, stance::dialogic), met_on("2025-11-10")};
  s.steps = {tried("2025-10-06", "stp-1"), tried("2025-11-03", "stp-2", step_status::in_use)};
  return s;
}

std::string rules_of(const record_state& s) {
  std::string out;
  const auto m = mentoring_mirror::of(s, defaults()).value();
  for (const auto& f : m.shown_to(viewer::mentor).value()) out += (out.empty() ? "" : " ") + f.rule;
  return out;
}

template <class Change>
std::string with(Change change) {
  record_state s = sound();
  change(s);
  return rules_of(s);
}

template <class T>
concept serialisable = requires(T t, int ar) { t.serialize(ar, 0u); };

}  // namespace

TEST_CASE("a sound term has nothing to offer, and neither has an empty record", "[mirror]") {
  CHECK(rules_of(sound()).empty());
  record_state empty;
  empty.today = day("2025-11-24");
  CHECK(rules_of(empty).empty());
}

TEST_CASE("records that differ in one thing have one offer", "[mirror]") {
  CHECK(with([](auto& s) { s.sessions.push_back(met_on("2025-11-17", session_status::cancelled)); }).empty());
  CHECK(with([](auto& s) {
          s.sessions.push_back(met_on("2025-11-17", session_status::cancelled));
          s.sessions.push_back(met_on("2025-11-18", session_status::cancelled));
        }) == "QUA-1");
  CHECK(with([](auto& s) { s.steps[0].status = step_status::in_use; }) == "QUA-2");
  CHECK(with([](auto& s) {
          for (int i = 0; i != 30; ++i) s.steps[0].agreed.what += " more";
        }) == "QUA-3");
  CHECK(with([](auto& s) { s.steps[1].agreed.success_criteria.clear(); }) == "QUA-4");
  CHECK(with([](auto& s) { s.steps[1].agreed.when_where = " "; }) == "QUA-5");
  CHECK(with([](auto& s) { s.steps[0].agreed.script = script_id(); }).empty());
  CHECK(with([](auto& s) { s.steps[0].agreed.script = s.steps[1].agreed.script = script_id(); }) == "QUA-6");
  CHECK(with([](auto& s) {
          s.steps[0].agreed.script = s.steps[1].agreed.script = script_id();
          s.rehearsals = {{script_id::make("dp-4n-secondary-1").value(), day("2025-10-06"), 2, ""}};
        }).empty());
  CHECK(with([](auto& s) {
          s.steps[1].lessons.clear();
          s.steps[1].status = step_status::agreed;
        }) == "QUA-7");
  CHECK(with([](auto& s) {
          for (const auto on : {"2025-11-11", "2025-11-12", "2025-11-13", "2025-11-14"})
            s.sessions.push_back(met_on(on, session_status::held, stance::dialogic));
          s.feedback_given = {{feedback_from::ect, day("2025-11-14"), day("2025-11-14"), "", "", "", "", ""}};
        }) == "QUA-8");
  CHECK(with([](auto& s) {
          s.steps.insert(s.steps.begin(), tried("2025-09-29", "stp-0"));
          for (auto& x : s.steps) x.agreed.named_by = named_by::mentor;
        }) == "QUA-9");
  CHECK(with([](auto& s) { s.steps[1].agreed.what = "The last lesson was poor: count to four."; }) == "QUA-10");
  CHECK(with([](auto& s) {
          session seen = met_on("2025-11-05");
          seen.kind = session_kind::observation;
          s.sessions.push_back(seen);
        }).empty());
  const auto two_lessons = [](auto& s) {
    for (const auto on : {"2025-11-05", "2025-11-12"}) {
      session seen = met_on(on);
      seen.kind = session_kind::observation;
      s.sessions.push_back(seen);
    }
  };
  CHECK(with(two_lessons) == "QUA-11");
  CHECK(with([&](auto& s) {
          two_lessons(s);
          s.feedback_given = {{feedback_from::mentor, day("2025-11-05"), day("2025-11-06"), "", "", "", "", ""}};
        }).empty());
  CHECK(with([](auto& s) {
          s.sessions.push_back(met_on("2025-11-11"));
          s.sessions.push_back(met_on("2025-11-12"));
        }) == "QUA-12");
  CHECK(with([](auto& s) {
          s.sessions.push_back(met_on("2025-11-11"));
          s.sessions.push_back(met_on("2025-11-12"));
          s.feedback_given = {{feedback_from::ect, day("2025-10-13"), day("2025-10-13"), "", "", "", "", ""}};
        }).empty());
}

TEST_CASE("listening is in no balance", "[mirror]") {
  const auto five = [](stance manner) {
    return with([&](auto& s) {
      for (auto& x : s.sessions) x.stance = stance::dialogic;
      s.sessions.push_back(met_on("2025-11-11", session_status::held, manner));
    });
  };
  CHECK(five(stance::dialogic) == "QUA-8");
  CHECK(five(stance::listening).empty());
  CHECK(with([](auto& s) {
          for (auto& x : s.sessions) x.stance = stance::listening;
          s.sessions.push_back(met_on("2025-11-11", session_status::held, stance::listening));
        }).empty());
}

TEST_CASE("a gap in service and part-time change nothing", "[mirror]") {
  // Seven weeks of school: from September on, or with months away in the middle.
  const auto term = [](std::vector<std::string_view> days, std::string_view today, std::vector<time_in_post> service) {
    record_state s;
    s.today = day(today);
    s.service = std::move(service);
    for (const auto on : days) s.sessions.push_back(met_on(on, session_status::held, stance::directive));
    s.steps = {tried(days[0], "stp-1"), tried(days[2], "stp-2")};
    for (auto& x : s.steps) x.agreed.script = script_id();
    return rules_of(s);
  };
  const auto there = term({"2025-09-08", "2025-09-15", "2025-09-22", "2025-09-29", "2025-10-06"}, "2025-10-13", {{day("2025-09-01"), {}, 1000}});
  CHECK(there == "QUA-6 QUA-8");
  CHECK(term({"2025-09-08", "2025-09-15", "2025-09-22", "2026-06-02", "2026-06-08"}, "2026-06-15",
             {{day("2025-09-01"), day("2025-09-26"), 1000}, {day("2026-06-01"), {}, 1000}}) == there);
  CHECK(term({"2025-09-08", "2025-09-22", "2025-10-06", "2025-10-20", "2025-11-10"}, "2025-11-24", {{day("2025-09-01"), {}, 500}}) == there);
  // What was put off while somebody was away is no missed meeting.
  record_state s = sound();
  s.today = day("2026-03-02");
  s.service = {{day("2025-09-01"), day("2025-11-14"), 1000}, {day("2026-02-23"), {}, 1000}};
  for (const auto on : {"2025-12-01", "2025-12-08", "2026-01-12"}) s.sessions.push_back(met_on(on, session_status::cancelled));
  CHECK(rules_of(s).empty());
  s.service = {{day("2025-09-01"), {}, 1000}};
  CHECK(rules_of(s).find("QUA-1") != std::string::npos);
}

TEST_CASE("what lies more than a term back is left alone", "[mirror]") {
  record_state s = sound();
  for (auto& x : s.steps) x.agreed.success_criteria.clear();
  CHECK(rules_of(s) == "QUA-4");
  s.today = day("2026-04-27");
  CHECK(rules_of(s).empty());
}

TEST_CASE("only the mentor and the ECT may look", "[mirror]") {
  record_state s = sound();
  s.steps[0].status = step_status::in_use;
  const auto m = mentoring_mirror::of(s, defaults()).value();
  for (std::size_t v = 0; v != words_in<viewer>.size(); ++v) {
    const auto who = static_cast<viewer>(v);
    const auto shown = m.shown_to(who);
    INFO(name(who));
    const bool of_the_two = who == viewer::ect || who == viewer::mentor;
    CHECK(shown.has_value() == of_the_two);
    CHECK(mentoring_mirror::visible_to(who) == of_the_two);
    if (!shown) CHECK(shown.error().code == errc::not_allowed);
  }
  // Nothing keeps it, and nothing of it becomes an assessment.
  static_assert(!serialisable<mentoring_mirror>);
  static_assert(!std::is_constructible_v<assessment, mentoring_mirror>);
}

TEST_CASE("each offer comes with what helps and a sentence, and none is an error", "[mirror]") {
  const policy::table& t = defaults()[policy_name::mentoring_quality];
  for (const auto& check : t.input(*t.find_input("check")).domain.words) {
    const policy::named_value most[] = {{"check", std::string_view(check)}, {"value", 9999}};
    const policy::named_value none[] = {{"check", std::string_view(check)}, {"value", 0}};
    const auto offer = rule_index(t, most).value();
    INFO(check);
    CHECK(output_word<severity>(t, offer, "finding") == maybe<severity>(severity::warning));
    CHECK_FALSE(output_word<severity>(t, rule_index(t, none).value(), "finding"));
    CHECK_FALSE(t.note(offer, "expected").empty());
    CHECK_FALSE(t.note(offer, "rewrite").empty());
    CHECK(find_phrases(t.note(offer, "says"), "grade_word", defaults()).empty());
  }
}
