#include <catch2/catch.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/record.hpp"
#include "ectp/record_state.hpp"

namespace {

using namespace ectp;

const framework::tree& tree() {
  static const framework::tree t = framework::edition("ittecf-2024").value();
  return t;
}

date day(const char* iso) { return parse_date(iso).value(); }
const date today = day("2025-11-24");

entry head(const char* id, const char* on, const char* supersedes = nullptr) {
  entry e;
  e.id = entry_id::make(id).value();
  e.on = day(on);
  if (supersedes != nullptr) e.supersedes = entry_id::make(supersedes).value();
  return e;
}

record empty_record() {
  return record(teacher_id::make("ect-1").value(), person_id::make("men-1").value(), "ittecf-2024",
                true);
}

wish wish_for(const char* statement) { return {statement, ""}; }

step step_named(const char* id, const char* statement = "ittecf-2024:7h") {
  step s;
  s.id = step_id::make(id).value();
  s.statement = statement;
  s.what = "what";
  s.when_where = "where";
  return s;
}

step_tried tried(const char* id, const char* on, bool met) {
  return {step_id::make(id).value(), day(on), met, rater_role::mentor};
}

step_moved moved(const char* id, step_status to) { return {step_id::make(id).value(), to}; }

session meeting(const char* id, const char* on, session_status status) {
  session s;
  s.id = session_id::make(id).value();
  s.status = status;
  s.held_on = day(on);
  return s;
}

evidence sighting(const char* on, const char* statement, int thousandths) {
  evidence e;
  e.observed_on = day(on);
  e.statement = statement;
  e.source = evidence_source::structured_observation;
  e.score = score::make(thousandths).value();
  e.rater = person_id::make("men-1").value();
  e.has_role = true;
  e.role = rater_role::mentor;
  return e;
}

decision accepted(const char* standard, advice what, const char* on) {
  recommendation r;
  r.standard = standard;
  r.as_of = day(on);
  r.recommended = what;
  r.rule = "DIA-X";
  return decision::accept(r, day(on), named_by::together).value();
}

record_state state(const record& r, date as_of = today) {
  return state_of(r, tree(), as_of).value();
}

error refused(const record& r, date as_of = today) {
  const auto s = state_of(r, tree(), as_of);
  REQUIRE_FALSE(s.has_value());
  return s.error();
}

// A record with one entry that is wrong by itself.
template <class T>
error refused_entry(T content) {
  record r = empty_record();
  REQUIRE(r.append(head("good", "2025-09-10"), entitlement{"reduced_timetable", true}));
  REQUIRE(r.append(head("bad", "2025-11-03"), std::move(content)));
  return refused(r);
}

}  // namespace

TEST_CASE("entries are added at the end and kept", "[record]") {
  record r = empty_record();
  CHECK(r.entries().empty());
  REQUIRE(r.append(head("m", "2025-11-03"), wish_for("ittecf-2024:4n")));
  REQUIRE(r.append(head("a", "2025-11-04"), wish_for("ittecf-2024:4m")));
  REQUIRE(r.append(head("z", "2025-11-04"), sighting("2025-11-04", "ittecf-2024:4n", 500)));
  REQUIRE(r.append(head("b", "2025-11-05"), wish_for("ittecf-2024:4i")));
  REQUIRE(r.entries().size() == 4);
  CHECK(r.entries()[0].id.str() == "m");
  CHECK(r.entries()[0].kind == entry_kind::wish);
  CHECK(r.entries()[0].index == 0);
  CHECK(r.entries()[2].kind == entry_kind::evidence);
  CHECK(r.entries()[2].index == 0);
  CHECK(r.entries()[3].index == 2);
  CHECK(r.all_wishes()[2].statement == "ittecf-2024:4i");
  for (const char* id : {"m", "a", "z", "b"}) {
    const auto at = r.find(id);
    REQUIRE(at.has_value());
    CHECK(r.entries()[*at].id.str() == id);
  }
  CHECK_FALSE(r.find("").has_value());
  CHECK_FALSE(r.find("c").has_value());
  CHECK_FALSE(r.find("zz").has_value());
}

TEST_CASE("evidence carries the id of its entry", "[record]") {
  record r = empty_record();
  evidence e = sighting("2025-11-04", "ittecf-2024:4n", 500);
  e.id = entry_id::make("another").value();
  REQUIRE(r.append(head("e-1", "2025-11-04"), e));
  CHECK(r.all_evidence()[0].id.str() == "e-1");
}

TEST_CASE("the laws of appending", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-11-03"), wish_for("ittecf-2024:4n")));
  REQUIRE(r.append(head("e-2", "2025-11-03"), entitlement{"reduced_timetable", true}));
  REQUIRE(r.append(head("e-3", "2025-11-04", "e-1"), wish_for("ittecf-2024:4m")));
  CHECK(r.superseded(0));
  CHECK_FALSE(r.superseded(1));
  CHECK_FALSE(r.superseded(2));

  const record before = r;
  const auto code = [&](entry h, auto content) {
    const auto added = r.append(std::move(h), std::move(content));
    REQUIRE_FALSE(added.has_value());
    CHECK(r == before);  // a refused entry leaves nothing behind
    return added.error().code;
  };
  CHECK(code(head("e-1", "2025-11-05"), wish_for("ittecf-2024:4n")) == errc::duplicate_id);
  CHECK(code(head("e-3", "2025-11-05"), entitlement{"x", true}) == errc::duplicate_id);
  CHECK(code(head("e-4", "2025-11-05", "e-9"), wish_for("ittecf-2024:4n")) ==
        errc::unknown_reference);
  CHECK(code(head("e-4", "2025-11-05", "e-4"), wish_for("ittecf-2024:4n")) ==
        errc::unknown_reference);
  CHECK(code(head("e-4", "2025-11-05", "e-2"), wish_for("ittecf-2024:4n")) == errc::wrong_type);
  CHECK(code(head("e-4", "2025-11-05", "e-1"), wish_for("ittecf-2024:4n")) == errc::duplicate_id);
  CHECK(code(entry{}, wish_for("ittecf-2024:4n")) == errc::missing_field);

  // The live end of the chain can be corrected again.
  REQUIRE(r.append(head("e-4", "2025-11-05", "e-3"), wish_for("ittecf-2024:4i")));
  CHECK(r.superseded(2));
  CHECK(r.entries().size() == 4);
  CHECK(state(r).wish->what.statement == "ittecf-2024:4i");
}

TEST_CASE("ids may come in any order", "[record]") {
  record r = empty_record();
  std::vector<std::string> ids;
  for (int i = 0; i != 200; ++i)
    ids.push_back("e-" + std::to_string((i * 83) % 200));
  for (const auto& id : ids)
    REQUIRE(r.append(head(id.c_str(), "2025-11-03"), entitlement{"x", true}));
  for (std::size_t i = 0; i != ids.size(); ++i) {
    CHECK(r.find(ids[i]) == i);
    CHECK_FALSE(r.append(head(ids[i].c_str(), "2025-11-03"), entitlement{"x", true}).has_value());
  }
}

TEST_CASE("records are regular values", "[record]") {
  record a = empty_record();
  REQUIRE(a.append(head("e-1", "2025-11-03"), wish_for("ittecf-2024:4n")));
  record b = a;
  CHECK(a == b);
  REQUIRE(b.append(head("e-2", "2025-11-03"), wish_for("ittecf-2024:4n")));
  CHECK_FALSE(a == b);
  CHECK(a.entries().size() == 1);
  record c = empty_record();
  c.about("Made up.");
  CHECK_FALSE(c == empty_record());
  CHECK(c.about() == "Made up.");
  static_assert(std::is_nothrow_move_constructible_v<record>);
}

TEST_CASE("an empty record has an empty state", "[record]") {
  const record_state s = state(empty_record());
  CHECK(s.today == today);
  CHECK_FALSE(s.start.has_value());
  CHECK_FALSE(s.block.has_value());
  CHECK_FALSE(s.wish.has_value());
  CHECK_FALSE(s.target.has_value());
  CHECK(s.rows.empty());
  CHECK(s.next_meeting() == nullptr);
  CHECK(s.meeting_after_next() == nullptr);
  CHECK(s.last_meeting() == nullptr);
  CHECK(s.live_step() == nullptr);
  CHECK(s.in_force("ittecf-2024:S4") == nullptr);
}

TEST_CASE("what was corrected no longer counts", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-11-03"), sighting("2025-11-03", "ittecf-2024:4n", 0)));
  REQUIRE(r.append(head("e-2", "2025-11-03"), sighting("2025-11-03", "ittecf-2024:4i", 1000)));
  REQUIRE(
      r.append(head("e-3", "2025-11-04", "e-1"), sighting("2025-11-03", "ittecf-2024:4n", 500)));
  const record_state s = state(r);
  REQUIRE(s.rows.size() == 2);
  CHECK(s.rows[0].id.str() == "e-3");  // in the place of what it corrects
  CHECK(s.rows[0].score.thousandths() == 500);
  CHECK(s.rows[1].id.str() == "e-2");
}

TEST_CASE("a correction counts in the place and on the day of what it corrects", "[record]") {
  SECTION("a session that was held since stays held") {
    record r = empty_record();
    REQUIRE(
        r.append(head("e-1", "2025-11-03"), meeting("s-1", "2025-11-11", session_status::planned)));
    REQUIRE(
        r.append(head("e-2", "2025-11-10"), meeting("s-1", "2025-11-10", session_status::held)));
    REQUIRE(r.append(head("e-3", "2025-11-12", "e-1"),
                     meeting("s-1", "2025-11-10", session_status::planned)));
    const record_state s = state(r);
    REQUIRE(s.sessions.size() == 1);
    CHECK(s.sessions[0].status == session_status::held);
  }
  SECTION("a step that was tried since keeps its lessons") {
    record r = empty_record();
    REQUIRE(r.append(head("e-1", "2025-11-03"), step_named("stp-1")));
    REQUIRE(r.append(head("e-2", "2025-11-04"), tried("stp-1", "2025-11-04", false)));
    REQUIRE(r.append(head("e-3", "2025-11-04"), moved("stp-1", step_status::in_use)));
    step better = step_named("stp-1");
    better.what = "said better";
    REQUIRE(r.append(head("e-4", "2025-11-05", "e-1"), better));
    const record_state s = state(r);
    REQUIRE(s.steps.size() == 1);
    CHECK(s.steps[0].agreed.what == "said better");
    CHECK(s.steps[0].entry.str() == "e-4");
    CHECK(s.steps[0].agreed_on == day("2025-11-03"));
    CHECK(s.steps[0].status == step_status::in_use);
    CHECK(s.steps[0].misses() == 1);
  }
  SECTION("an earlier block does not come back") {
    record r = empty_record();
    block first, second;
    first.title = "first";
    second.title = "second";
    REQUIRE(r.append(head("e-1", "2025-09-08"), first));
    REQUIRE(r.append(head("e-2", "2025-11-03"), second));
    first.unit_read = true;
    REQUIRE(r.append(head("e-3", "2025-11-04", "e-1"), first));
    CHECK(state(r).block->title == "second");
  }
  SECTION("a wish that a meeting took up does not come back") {
    record r = empty_record();
    REQUIRE(r.append(head("e-1", "2025-11-03"), wish_for("ittecf-2024:4n")));
    REQUIRE(
        r.append(head("e-2", "2025-11-10"), meeting("s-1", "2025-11-10", session_status::held)));
    REQUIRE(r.append(head("e-3", "2025-11-11", "e-1"), wish_for("ittecf-2024:4m")));
    CHECK_FALSE(state(r).wish.has_value());
  }
}

TEST_CASE("the latest word on a session counts", "[record]") {
  record r = empty_record();
  REQUIRE(
      r.append(head("e-1", "2025-11-03"), meeting("s-2", "2025-12-01", session_status::planned)));
  REQUIRE(
      r.append(head("e-2", "2025-11-03"), meeting("s-1", "2025-11-10", session_status::planned)));
  REQUIRE(r.append(head("e-3", "2025-11-10"), meeting("s-1", "2025-11-10", session_status::held)));
  REQUIRE(
      r.append(head("e-4", "2025-11-10"), meeting("s-3", "2025-11-24", session_status::planned)));
  REQUIRE(
      r.append(head("e-5", "2025-11-17"), meeting("s-4", "2025-11-17", session_status::cancelled)));
  REQUIRE(
      r.append(head("e-6", "2025-11-18"), meeting("s-5", "2025-11-18", session_status::planned)));
  record_state s = state(r);
  REQUIRE(s.sessions.size() == 5);
  for (std::size_t i = 1; i != s.sessions.size(); ++i)
    CHECK(s.sessions[i - 1].held_on <= s.sessions[i].held_on);
  REQUIRE(s.last_meeting() != nullptr);
  CHECK(s.last_meeting()->id.str() == "s-1");
  REQUIRE(s.next_meeting() != nullptr);
  CHECK(s.next_meeting()->id.str() == "s-3");  // today's; the one planned for last week has passed
  REQUIRE(s.meeting_after_next() != nullptr);
  CHECK(s.meeting_after_next()->id.str() == "s-2");

  REQUIRE(
      r.append(head("e-7", "2025-11-24"), meeting("s-3", "2025-11-24", session_status::cancelled)));
  s = state(r);
  CHECK(s.next_meeting()->id.str() == "s-2");
  CHECK(s.meeting_after_next() == nullptr);
}

TEST_CASE("an observation is no meeting", "[record]") {
  record r = empty_record();
  session drop_in = meeting("s-1", "2025-11-18", session_status::held);
  drop_in.kind = session_kind::observation;
  REQUIRE(r.append(head("e-1", "2025-11-17"), wish_for("ittecf-2024:4n")));
  REQUIRE(r.append(head("e-2", "2025-11-18"), drop_in));
  CHECK(state(r).last_meeting() == nullptr);
  CHECK(state(r).wish.has_value());
}

TEST_CASE("a wish holds until the next meeting was held", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-11-12"), wish_for("ittecf-2024:4m")));
  REQUIRE(r.append(head("e-2", "2025-11-12"), wish_for("ittecf-2024:4n")));
  record_state s = state(r);
  REQUIRE(s.wish.has_value());
  CHECK(s.wish->what.statement == "ittecf-2024:4n");  // the later of two on a day
  CHECK(s.wish->entry.str() == "e-2");
  CHECK(s.wish->on == day("2025-11-12"));

  REQUIRE(r.append(head("e-3", "2025-11-12"), meeting("s-1", "2025-11-12", session_status::held)));
  CHECK(state(r).wish.has_value());  // said at the meeting: for the next one
  REQUIRE(
      r.append(head("e-4", "2025-11-17"), meeting("s-2", "2025-11-17", session_status::cancelled)));
  CHECK(state(r).wish.has_value());
  REQUIRE(r.append(head("e-5", "2025-11-18"), meeting("s-3", "2025-11-18", session_status::held)));
  CHECK_FALSE(state(r).wish.has_value());
  REQUIRE(r.append(head("e-6", "2025-11-19"), wish_for("ittecf-2024:4i")));
  CHECK(state(r).wish->what.statement == "ittecf-2024:4i");
}

TEST_CASE("a target holds up to its last day", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-11-03"), target{"ittecf-2024:7c", day("2025-11-24")}));
  CHECK(state(r).target.has_value());
  CHECK_FALSE(state(r, today + 1).target.has_value());
  REQUIRE(r.append(head("e-2", "2025-11-04"), target{"ittecf-2024:7h", {}}));
  CHECK(state(r, today + 1).target->statement == "ittecf-2024:7h");
}

TEST_CASE("steps move, are tried and end", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-11-03"), step_named("stp-1")));
  REQUIRE(r.append(head("e-2", "2025-11-10"), tried("stp-1", "2025-11-10", false)));
  REQUIRE(r.append(head("e-3", "2025-11-11"),
                   tried("stp-1", "2025-11-06", true)));  // written down late
  record_state s = state(r);
  REQUIRE(s.live_step() != nullptr);
  CHECK(s.live_step()->agreed_on == day("2025-11-03"));
  CHECK(s.live_step()->lessons[0].lesson_on == day("2025-11-06"));
  CHECK(s.live_step()->misses() == 1);
  REQUIRE(r.append(head("e-4", "2025-11-12"), tried("stp-1", "2025-11-12", false)));
  CHECK(state(r).live_step()->misses() == 2);
  REQUIRE(r.append(head("e-5", "2025-11-13"), tried("stp-1", "2025-11-13", true)));
  CHECK(state(r).live_step()->misses() == 0);

  REQUIRE(r.append(head("e-6", "2025-11-14"), step_named("stp-2")));
  CHECK(state(r).live_step()->agreed.id.str() == "stp-2");  // the later of two
  REQUIRE(r.append(head("e-7", "2025-11-14"), moved("stp-2", step_status::abandoned)));
  CHECK(state(r).live_step()->agreed.id.str() == "stp-1");

  for (const auto status :
       {step_status::rehearsed, step_status::in_use, step_status::carried_forward}) {
    record next = r;
    REQUIRE(next.append(head("e-8", "2025-11-15"), moved("stp-1", status)));
    CHECK(state(next).live_step() != nullptr);
  }
  for (const auto status : {step_status::draft, step_status::reviewed, step_status::embedded,
                            step_status::split, step_status::re_diagnose, step_status::abandoned}) {
    record next = r;
    REQUIRE(next.append(head("e-8", "2025-11-15"), moved("stp-1", status)));
    CHECK(state(next).live_step() == nullptr);
  }
}

TEST_CASE("the last decision that chose a path is in force", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-11-10"),
                   accepted("ittecf-2024:S4", advice::extend, "2025-11-10")));
  REQUIRE(r.append(head("e-2", "2025-11-11"),
                   accepted("ittecf-2024:S4", advice::consolidate, "2025-10-10")));
  REQUIRE(r.append(head("e-3", "2025-11-12"),
                   accepted("ittecf-2024:S7", advice::consolidate, "2025-11-12")));
  recommendation later;
  later.standard = "ittecf-2024:S4";
  later.as_of = day("2025-11-17");
  REQUIRE(r.append(head("e-4", "2025-11-17"),
                   decision::defer(later, day("2025-11-17"), named_by::ect).value()));
  const record_state s = state(r);
  REQUIRE(s.in_force("ittecf-2024:S4") != nullptr);
  CHECK(s.in_force("ittecf-2024:S4")->chosen() == path::extend);
  CHECK(s.in_force("ittecf-2024:S7")->chosen() == path::consolidate);
  CHECK(s.in_force("ittecf-2024:S1") == nullptr);
  CHECK(s.decisions.size() == 4);
}

TEST_CASE("notices are those still to come, by day", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-09-10"),
                   assessment(assessment_kind::formal_assessment, day("2026-07-10"))));
  REQUIRE(r.append(head("e-2", "2025-09-10"),
                   assessment(assessment_kind::progress_review, day("2025-11-23"))));
  REQUIRE(r.append(head("e-3", "2025-09-10"), assessment(assessment_kind::progress_review, today)));
  const record_state s = state(r);
  REQUIRE(s.notices.size() == 2);
  CHECK(s.notices[0].due_by() == today);
  CHECK(s.notices[1].kind() == assessment_kind::formal_assessment);
}

TEST_CASE("the latest word on an entitlement counts", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-09-10"), entitlement{"reduced_timetable", true}));
  REQUIRE(r.append(head("e-2", "2025-09-10"), entitlement{"mentor_meetings", true}));
  REQUIRE(r.append(head("e-3", "2025-11-10"), entitlement{"reduced_timetable", false}));
  const record_state s = state(r);
  REQUIRE(s.entitlements.size() == 2);
  CHECK(s.entitlements[0].item == "reduced_timetable");
  CHECK_FALSE(s.entitlements[0].kept);
}

TEST_CASE("stretches in post are together never more than full time", "[record]") {
  const auto stretch = [](const char* from, const char* until, int fte) {
    time_in_post t;
    t.from = day(from);
    if (until != nullptr) t.until = day(until);
    t.fte = fte;
    return t;
  };
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-09-01"), stretch("2025-09-01", nullptr, 1000)));
  REQUIRE(r.append(head("e-2", "2025-11-03"), stretch("2025-11-03", nullptr, 600)));
  const error e = refused(r);
  CHECK(e.code == errc::out_of_range);
  CHECK(e.at.path == "/entries/1/from");
  REQUIRE(r.append(head("e-3", "2025-11-03", "e-1"), stretch("2025-09-01", "2025-11-02", 1000)));
  CHECK(state(r).service.size() == 2);
  CHECK(state(r).service[0].until == day("2025-11-02"));

  record two_posts = empty_record();
  REQUIRE(two_posts.append(head("e-1", "2025-09-01"), stretch("2025-09-01", nullptr, 400)));
  REQUIRE(two_posts.append(head("e-2", "2025-09-01"), stretch("2025-10-01", nullptr, 600)));
  CHECK(state(two_posts).service.size() == 2);
}

TEST_CASE("errors of a record name the entry and the field", "[record]") {
  const auto is = [](const error& e, errc code, const char* path) {
    INFO(to_string(e));
    CHECK(name(e.code) == name(code));
    CHECK(e.at.path == path);
    CHECK_FALSE(e.message.empty());
  };
  is(refused_entry(wish_for("ittecf-2024:4q")), errc::unknown_code, "/entries/1/statement");
  is(refused_entry(wish_for("ittecf-2024:S4")), errc::wrong_type, "/entries/1/statement");
  is(refused_entry(wish_for("4n")), errc::unknown_edition, "/entries/1/statement");
  is(refused_entry(wish_for("ecf-2019:4n")), errc::wrong_edition, "/entries/1/statement");
  is(refused_entry(wish_for("ittecf-2044:4n")), errc::unknown_edition, "/entries/1/statement");
  is(refused_entry(wish_for("")), errc::unknown_edition, "/entries/1/statement");
  is(refused_entry(target{"ittecf-2024:2.11", {}}), errc::unknown_code, "/entries/1/statement");
  is(refused_entry(step_named("stp-1", "ittecf-2024:9a")), errc::unknown_code,
     "/entries/1/statement");
  is(refused_entry(tried("stp-1", "2025-11-03", true)), errc::unknown_reference, "/entries/1/step");
  is(refused_entry(moved("stp-1", step_status::in_use)), errc::unknown_reference,
     "/entries/1/step");
  is(refused_entry(tried("stp-1", "2025-11-25", true)), errc::future_date, "/entries/1/lesson_on");
  is(refused_entry(accepted("ittecf-2024:4n", advice::extend, "2025-11-03")), errc::wrong_type,
     "/entries/1/standard");
  is(refused_entry(accepted("S4", advice::extend, "2025-11-03")), errc::unknown_edition,
     "/entries/1/standard");
  is(refused_entry(accepted("ittecf-2024:S4", advice::extend, "2025-11-25")), errc::future_date,
     "/entries/1/decided_on");

  block b;
  b.statements = {"ittecf-2024:4n", "ittecf-2024:4z"};
  is(refused_entry(b), errc::unknown_code, "/entries/1/statements/1");
  session s = meeting("s-1", "2025-11-25", session_status::held);
  is(refused_entry(s), errc::future_date, "/entries/1/held_on");
  s.status = session_status::planned;
  s.minutes = 30;
  is(refused_entry(s), errc::out_of_range, "/entries/1/minutes");
  s.minutes.reset();
  s.touched = {"ittecf-2024:4z"};
  is(refused_entry(s), errc::unknown_code, "/entries/1/touched/0");

  time_in_post t;
  t.from = day("2025-09-01");
  t.until = day("2025-08-31");
  is(refused_entry(t), errc::out_of_range, "/entries/1/until");
  t.until.reset();
  for (const int fte : {0, -1, 1001}) {
    t.fte = fte;
    is(refused_entry(t), errc::out_of_range, "/entries/1/fte");
  }

  evidence e = sighting("2025-11-25", "ittecf-2024:4n", 500);
  is(refused_entry(e), errc::future_date, "/entries/1/observed_on");
  is(refused_entry(sighting("2025-11-03", "ittecf-2024:4n", 700)), errc::out_of_range,
     "/entries/1/score");
  e = sighting("2025-11-03", "ittecf-2024:4n", 700);
  e.scale = score_scale::proportion;
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-11-03"), e));
  CHECK(state(r).rows.size() == 1);
  e.session = session_id::make("s-9").value();
  is(refused_entry(e), errc::unknown_reference, "/entries/1/session");

  record future = empty_record();
  REQUIRE(future.append(head("e-1", "2025-11-25"), wish_for("ittecf-2024:4n")));
  is(refused(future), errc::future_date, "/entries/0/on");
  CHECK(state_of(future, tree(), today + 1).has_value());
  is(refused(record({}, {}, "ecf-2019")), errc::wrong_edition, "/edition");

  // Advice, never judgement: what teachers are judged against is nothing to mentor by.
  const framework::tree standards = framework::edition(framework::assessment_edition).value();
  is(state_of(record({}, {}, "teachers-standards"), standards, today).error(), errc::not_allowed, "/edition");
  CHECK(state_of(record({}, {}, "ecf-2019"), framework::edition("ecf-2019").value(), today).has_value());
}

TEST_CASE("each source of evidence has its raters", "[record]") {
  struct pair {
    evidence_source source;
    bool nobody, ect, mentor, provider;
  };
  using enum evidence_source;
  for (const pair& p :
       {pair{structured_observation, false, false, true, true},
        pair{work_sample, false, false, true, true}, pair{mentor_rating, false, false, true, false},
        pair{quiz, true, false, false, false}, pair{self_audit, false, true, false, false},
        pair{itt_record, true, false, false, true}}) {
    evidence e = sighting("2025-11-03", "ittecf-2024:4n", 500);
    e.source = p.source;
    const auto allowed = [&](bool has_role, rater_role role) {
      e.has_role = has_role;
      e.role = role;
      record r = empty_record();
      REQUIRE(r.append(head("e-1", "2025-11-03"), e));
      const auto s = state_of(r, tree(), today);
      if (!s) CHECK(s.error().at.path == "/entries/0/source");
      return s.has_value();
    };
    INFO(name(p.source));
    CHECK(allowed(false, rater_role::mentor) == p.nobody);
    CHECK(allowed(true, rater_role::ect) == p.ect);
    CHECK(allowed(true, rater_role::mentor) == p.mentor);
    CHECK(allowed(true, rater_role::provider) == p.provider);
  }
}

TEST_CASE("steps are named once, and only after they were agreed", "[record]") {
  record r = empty_record();
  REQUIRE(r.append(head("e-1", "2025-11-03"), step_named("stp-1")));
  REQUIRE(r.append(head("e-2", "2025-11-04"), step_named("stp-1")));
  error e = refused(r);
  CHECK(e.code == errc::duplicate_id);
  CHECK(e.at.path == "/entries/1/step");
  REQUIRE(r.append(head("e-3", "2025-11-05", "e-2"), step_named("stp-2")));
  CHECK(state(r).steps.size() == 2);
  REQUIRE(r.append(head("e-4", "2025-11-05", "e-1"), step_named("stp-2")));
  e = refused(r);
  CHECK(e.code == errc::duplicate_id);
  CHECK(e.at.path == "/entries/3/step");

  record early = empty_record();
  REQUIRE(early.append(head("e-1", "2025-11-03"), tried("stp-1", "2025-11-03", true)));
  REQUIRE(early.append(head("e-2", "2025-11-03"), step_named("stp-1")));
  e = refused(early);
  CHECK(e.code == errc::unknown_reference);
  CHECK(e.at.path == "/entries/0/step");
}

TEST_CASE("a hostile code is shown short and printable", "[record]") {
  const error e = refused_entry(wish{std::string(1'000'000, 'x') + "\x1b[2J", ""});
  CHECK(to_string(e).size() < 500);
  const error control = refused_entry(wish{"\x1b[2J\n", ""});
  for (const char c : to_string(control))
    CHECK((c >= ' ' && c <= '~'));
}
