#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/interop/record_json.hpp"
#include "ectp/record_state.hpp"
#include "ectp/serialization.hpp"

namespace {

using namespace ectp;
using namespace std::string_literals;

const date today = date::from_civil(2025, 11, 24);

// A record with every kind of entry, one a line; each test changes one thing.
const std::string base = R"({"ectp_record": 1, "invented": true, "about": "Made up.",
 "edition": "ittecf-2024", "teacher_id": "ect-1", "mentor_id": "men-1",
 "entries": [
  {"id": "a1", "on": "2025-09-10", "by": "men-1", "kind": "start", "started_on": "2025-09-01", "phase": "secondary", "intake": "september", "programme_type": "provider-led", "cohort": 2025},
  {"id": "a2", "on": "2025-09-10", "kind": "service", "from": "2025-09-01", "fte": 0.6},
  {"id": "a3", "on": "2025-11-03", "kind": "block", "year": 1, "half_term": "2025-26/H2", "title": "Questioning", "statements": ["ittecf-2024:4m", "ittecf-2024:4n"], "unit_read": true},
  {"id": "a4", "on": "2025-11-03", "kind": "session", "session": "s-1", "session_kind": "observation", "status": "held", "held_on": "2025-11-03", "planned_minutes": 10, "minutes": 12, "slot": "period 1", "touched": ["ittecf-2024:4i"]},
  {"id": "a5", "on": "2025-11-03", "kind": "evidence", "observed_on": "2025-11-03", "statement": "ittecf-2024:2.10", "source": "structured_observation", "scale": "three_level", "score": 0.5, "rater": "men-1", "role": "mentor", "session": "s-1", "where": "9K"},
  {"id": "a6", "on": "2025-11-04", "kind": "evidence", "supersedes": "a5", "observed_on": "2025-11-03", "statement": "ittecf-2024:2.1", "source": "structured_observation", "score": null, "rater": "men-1", "role": "mentor"},
  {"id": "a7", "on": "2025-11-04", "kind": "wish", "statement": "ittecf-2024:4n", "where": "9K"},
  {"id": "a8", "on": "2025-11-04", "kind": "target", "statement": "ittecf-2024:7c", "until": "2025-12-12"},
  {"id": "a9", "on": "2025-11-04", "kind": "step", "step": "stp-1", "statement": "ittecf-2024:7h", "what": "Task on the board.", "when_where": "9K", "success_criteria": ["all start"], "check_on": "2025-11-24", "status": "agreed", "named_by": "ect", "script": "dp-1"},
  {"id": "b1", "on": "2025-11-05", "kind": "step_tried", "step": "stp-1", "lesson_on": "2025-11-05", "met": true, "seen_by": "ect"},
  {"id": "b2", "on": "2025-11-05", "kind": "step_moved", "step": "stp-1", "status": "in_use"},
  {"id": "b3", "on": "2025-11-06", "kind": "decision", "standard": "ittecf-2024:S4", "as_of": "2025-11-05", "recommended": "extend", "rule": "DIA-P6", "policy_sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "response": "overridden", "chosen": "consolidate", "reason": "ect_preference", "because": "One more week.", "decided_on": "2025-11-06", "decided_by": "together"},
  {"id": "b4", "on": "2025-11-06", "kind": "notice", "what": "progress_review", "due_by": "2025-12-19"},
  {"id": "b5", "on": "2025-11-06", "kind": "entitlement", "item": "reduced_timetable", "kept": true}
 ]}
)";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  INFO(from);
  REQUIRE(at != text.npos);
  REQUIRE(text.find(from, at + 1) == text.npos);
  return text.replace(at, from.size(), to);
}

std::string contents(const std::string& path) {
  std::ifstream in(std::string(ECTP_SOURCE_DIR) + "/" + path, std::ios::binary);
  REQUIRE(in);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::vector<std::string> examples = {"examples/records/september-starter.json",
                                           "examples/records/self-and-mentor-disagree.json",
                                           "examples/records/close-to-extend.json",
                                           "examples/records/second-year.json"};

error refused(const std::string& text, date as_of = today) {
  const auto r = read_record(text, "r.json", as_of);
  INFO(text.substr(0, 300));
  REQUIRE_FALSE(r.has_value());
  return r.error();
}

}  // namespace

TEST_CASE("a record with every kind of entry is read", "[record][json]") {
  const record r = read_record(base, "r.json", today).value();
  CHECK(r.teacher().str() == "ect-1");
  CHECK(r.mentor().str() == "men-1");
  CHECK(r.edition() == "ittecf-2024");
  CHECK(r.invented());
  CHECK(r.about() == "Made up.");
  REQUIRE(r.entries().size() == 14);
  CHECK(r.all_starts()[0].cohort == 2025);
  CHECK(r.all_starts()[0].programme_type == programme_type::provider_led);
  CHECK(r.all_services()[0].fte == 600);
  CHECK_FALSE(r.all_services()[0].until.has_value());
  CHECK(r.all_blocks()[0].statements == std::vector{"ittecf-2024:4m"s, "ittecf-2024:4n"s});
  CHECK(r.all_evidence()[0].score.thousandths() == 500);
  CHECK(r.all_evidence()[0].id.str() == "a5");
  CHECK(r.all_evidence()[0].session.str() == "s-1");
  CHECK_FALSE(r.all_evidence()[1].score.has_value());
  CHECK(r.all_evidence()[1].scale == score_scale::three_level);
  CHECK(r.all_evidence()[1].statement == "ittecf-2024:2.1");
  CHECK(r.superseded(4));
  CHECK(r.all_wishes()[0].where == "9K");
  CHECK(r.all_targets()[0].until == date::from_civil(2025, 12, 12));
  CHECK(r.all_steps()[0].script.str() == "dp-1");
  CHECK(r.all_steps()[0].success_criteria == std::vector{"all start"s});
  CHECK(r.all_steps_tried()[0].met);
  CHECK(r.all_steps_moved()[0].status == step_status::in_use);
  CHECK(r.all_sessions()[0].minutes == 12);
  CHECK(r.all_decisions()[0].response() == response::overridden);
  CHECK(r.all_decisions()[0].chosen() == path::consolidate);
  CHECK(r.all_decisions()[0].because() == "One more week.");
  CHECK(r.all_notices()[0].due_by() == date::from_civil(2025, 12, 19));
  CHECK(r.all_entitlements()[0].item == "reduced_timetable");
}

TEST_CASE("what is written reads back as the same record", "[record][json]") {
  const record r = read_record(base, "r.json", today).value();
  const std::string text = to_json(r);
  CHECK(read_record(text, "again", today).value() == r);
  CHECK(to_json(read_record(text, "again", today).value()) == text);
  CHECK(text.find("\"score\": 0.5,") != text.npos);
  CHECK(text.find("\"score\": null,") != text.npos);
  CHECK(text.find("\"fte\": 0.6\n") != text.npos);
  CHECK(text.find("\"until\": null") == text.npos);
  const auto other = nlohmann::json::parse(text);
  CHECK(other["entries"][4]["statement"] == "ittecf-2024:2.10");
  CHECK(other["entries"].size() == 14);
}

TEST_CASE("every thousandth is written exactly and read back", "[record][json]") {
  for (int n = 1; n <= 1000; ++n) {
    record r(teacher_id::make("t").value(), {}, "ittecf-2024");
    entry head;
    head.id = entry_id::make("a").value();
    time_in_post stretch;
    stretch.fte = n;
    REQUIRE(r.append(head, stretch));
    const auto again = read_record(to_json(r), "t", today);
    REQUIRE(again.has_value());
    REQUIRE(*again == r);
  }
}

TEST_CASE("texts of every kind come through", "[record][json]") {
  const std::string text =
      replaced(base, "\"One more week.\"",
               R"("A \"quoted\" \\ caf\u00e9 \ud83c\udf31 = +1 \/ <b>&amp;</b>")");
  const record r = read_record(text, "r.json", today).value();
  CHECK(r.all_decisions()[0].because() ==
        "A \"quoted\" \\ caf\xC3\xA9 \xF0\x9F\x8C\xB1 = +1 / <b>&amp;</b>");
  CHECK(read_record(to_json(r), "again", today).value() == r);
  std::string long_text;
  for (int i = 0; i != 400; ++i)
    long_text += "\xC3\xA9";
  CHECK(read_record(replaced(base, "One more week.", long_text), "r", today).has_value());
}

TEST_CASE("the example records are read, canonical and invented", "[record][json]") {
  for (const auto& path : examples) {
    INFO(path);
    const std::string text = contents(path);
    const auto r = read_record(text, path, today);
    REQUIRE(r.has_value());
    CHECK(r->invented());
    CHECK(r->about().find("Invented") == 0);
    CHECK(to_json(*r) == text);
    // Nothing of the day after the example's today is in it.
    CHECK(read_record(text, path, date::from_civil(2026, 3, 2)).has_value());
    CHECK(read_record(text, path, date::from_civil(2025, 9, 15)).error().code == errc::future_date);
  }
}

TEST_CASE("the example records survive Boost archives", "[record][json][serialization]") {
  for (const auto& path : examples) {
    INFO(path);
    const record r = read_record(contents(path), path, today).value();
    CHECK(load_text(save_text(r).value()).value() == r);
    CHECK(load_binary(save_binary(r).value()).value() == r);
    CHECK(to_json(load_binary(save_binary(r).value()).value()) == contents(path));
  }
}

TEST_CASE("the example close to Extend holds what its name says", "[record][json]") {
  const record r = read_record(contents(examples[2]), examples[2], today).value();
  const auto tree = framework::edition("ittecf-2024").value();
  const record_state s = state_of(r, tree, today).value();
  REQUIRE(s.next_meeting() != nullptr);
  CHECK(s.next_meeting()->held_on == today);
  CHECK(s.next_meeting()->slot == "period 5");
  CHECK(s.next_meeting()->planned_minutes == 50);
  REQUIRE(s.meeting_after_next() != nullptr);
  CHECK(s.meeting_after_next()->held_on == date::from_civil(2025, 12, 1));
  int held = 0, past = 0;
  for (const auto& x : s.sessions)
    if (x.kind == session_kind::mentor_meeting && x.held_on < today) {
      ++past;
      held += x.status == session_status::held ? 1 : 0;
    }
  CHECK(past == 10);
  CHECK(held == 9);
  REQUIRE(s.wish.has_value());
  CHECK(s.wish->what.statement == "ittecf-2024:4n");
  REQUIRE(s.live_step() != nullptr);
  CHECK(s.live_step()->agreed.id.str() == "stp-006");
  CHECK(s.live_step()->lessons.size() == 4);
  CHECK(s.live_step()->misses() == 0);
  REQUIRE(s.notices.size() == 1);
  CHECK(s.notices[0].due_by() == date::from_civil(2025, 12, 19));
  int emerging = 0;
  for (const auto& row : s.rows)
    if (row.statement == "ittecf-2024:4f" && row.score.has_value() && row.score.thousandths() == 0)
      ++emerging;
  CHECK(emerging == 2);
}

TEST_CASE("null stands for an absent field", "[record][json]") {
  const record with = read_record(base, "r", today).value();
  std::string text =
      replaced(base, "\"kind\": \"service\",",
               R"("by": null, "supersedes": null, "until": null, "kind": "service",)");
  text = replaced(text, "\"kind\": \"notice\",", R"("by": null, "kind": "notice",)");
  CHECK(read_record(text, "r", today).value() == with);
  CHECK(read_record(replaced(base, "{\"ectp_record\"",
                             R"({"$schema": "urn:ectp:schema:record:1", "ectp_record")"),
                    "r", today)
            .value() == with);
}

namespace {
struct bad {
  std::string from, to;  // `@@` in `to` marks the place of the error
  errc code;
  std::string path;
  std::string says;  // part of the message, expectation or hint
};
// clang-format off
const std::vector<bad> bad_documents = {
    // not JSON
    {"{\"ectp_record\": 1,", "{@@'ectp_record': 1,", errc::syntax, "", ""},
    {"\"kept\": true}\n ]}\n", "\"kept\": true}\n ]\n@@", errc::syntax, "", "complete"},
    {"\"Made up.\"", "\"Made @@\xFF up.\"", errc::encoding, "", ""},
    {"\"Made up.\"", "\"Made @@\xC0\xAF up.\"", errc::encoding, "", ""},
    {"\"Made up.\"", "\"Made @@\\ud800 up.\"", errc::encoding, "/about", ""},
    {"\"invented\": true,", "\"invented\": true, @@\"invented\": true,", errc::duplicate_id, "/invented", ""},
    {"\"fte\": 0.6", "\"fte\": @@1e999", errc::out_of_range, "/entries/1/fte", ""},
    {"\"fte\": 0.6", "\"fte\": @@NaN", errc::syntax, "/entries/1/fte", ""},
    // the head of the record
    {"\"ectp_record\": 1", "\"ectp_record\": @@2", errc::newer_version, "/ectp_record", "newer"},
    {"\"ectp_record\": 1", "\"ectp_record\": @@0", errc::out_of_range, "/ectp_record", ""},
    {"\"ectp_record\": 1", "\"ectp_record\": @@\"1\"", errc::wrong_type, "/ectp_record", ""},
    {"{\"ectp_record\": 1,", "@@{\"ectp_recrd\": 1,", errc::missing_field, "", "is this file a record"},
    {"\"invented\": true,", "\"invented\": @@1,", errc::wrong_type, "/invented", ""},
    {"\"invented\"", "@@\"invnted\"", errc::unknown_field, "/invnted", "invented"},
    {"\"about\": \"Made up.\"", "\"about\": @@\"\"", errc::out_of_range, "/about", "leave the field out"},
    {"\"edition\": \"ittecf-2024\"", "\"edition\": @@\"ittecf-2030\"", errc::unknown_edition, "/edition", "ittecf-2024"},
    {"\"edition\": \"ittecf-2024\", ", "", errc::missing_field, "", "edition"},
    {"\"teacher_id\": \"ect-1\"", "\"teacher_id\": @@\"Some Body\"", errc::bad_id, "/teacher_id", "never a name"},
    {"\"mentor_id\": \"men-1\"", "\"mentor_id\": @@7", errc::wrong_type, "/mentor_id", ""},
    // what has no place in a record
    {"\"mentor_id\": \"men-1\"", "\"mentor_id\": \"men-1\", @@\"notes\": \"often late\"", errc::not_allowed, "/notes", "free text"},
    {"\"teacher_id\": \"ect-1\"", "\"teacher_id\": \"ect-1\", @@\"teacher_name\": \"x\"", errc::not_allowed, "/teacher_name", "ids only"},
    {"\"fte\": 0.6", "\"fte\": 0.6, @@\"leave_reason\": \"x\"", errc::not_allowed, "/entries/1/leave_reason", "never an input"},
    {"\"fte\": 0.6", "\"fte\": 0.6, @@\"reasonForLeave\": \"x\"", errc::not_allowed, "/entries/1/reasonForLeave", "never an input"},
    {"\"fte\": 0.6", "\"fte\": 0.6, @@\"Sickness\": 3", errc::not_allowed, "/entries/1/Sickness", "never an input"},
    {"\"slot\": \"period 1\"", "@@\"absent\": true", errc::not_allowed, "/entries/3/absent", "no place"},
    {"\"slot\": \"period 1\"", "@@\"reason\": \"ill\"", errc::not_allowed, "/entries/3/reason", "cancelled session needs no reason"},
    {"\"slot\": \"period 1\"", "\"slot\": {\"a\": [1, {@@\"health\": 1}]}", errc::not_allowed, "/entries/3/slot/a/1/health", "health"},
    {"\"where\": \"9K\"},\n  {\"id\": \"a8\"", "@@\"distress\": true},\n  {\"id\": \"a8\"", errc::not_allowed, "/entries/6/distress", "never stored"},
    {"\"kind\": \"notice\"", "\"kind\": @@\"maternity_leave\"", errc::not_allowed, "/entries/12/kind", "no place"},
    {"\"item\": \"reduced_timetable\"", "\"item\": @@\"sick_pay\"", errc::not_allowed, "/entries/13/item", "no place"},
    {"\"reason\": \"ect_preference\"", "\"reason\": @@\"maternity_leave\"", errc::not_allowed, "/entries/11/reason", "no place"},
    // entries
    {"\"entries\": [", "\"entries\": 7, @@\"x\": [", errc::unknown_field, "/x", ""},
    {"{\"id\": \"b4\"", "@@7, {\"id\": \"b4\"", errc::wrong_type, "/entries/12", "object"},
    {"\"kind\": \"wish\", ", "", errc::missing_field, "/entries/6", "kind"},
    {"\"kind\": \"wish\"", "\"kind\": @@\"wishes\"", errc::out_of_range, "/entries/6/kind", "wish"},
    {"{\"id\": \"a7\", ", "@@{", errc::missing_field, "/entries/6", "id"},
    {"{\"id\": \"a7\"", "{\"id\": @@\"a 7\"", errc::bad_id, "/entries/6/id", ""},
    {"{\"id\": \"a7\"", "{\"id\": @@\"a6\"", errc::duplicate_id, "/entries/6/id", "supersedes"},
    {"\"supersedes\": \"a5\"", "\"supersedes\": @@\"z9\"", errc::unknown_reference, "/entries/5/supersedes", "earlier entry"},
    {"\"supersedes\": \"a5\"", "\"supersedes\": @@\"a4\"", errc::wrong_type, "/entries/5/supersedes", "same kind"},
    {"\"supersedes\": \"a5\"", "\"supersedes\": @@\"a6\"", errc::unknown_reference, "/entries/5/supersedes", ""},
    {"\"id\": \"a7\", \"on\": \"2025-11-04\"", "\"id\": \"a7\", \"on\": @@\"2025-11-25\"", errc::future_date, "/entries/6/on", "today"},
    {"\"id\": \"a7\", \"on\": \"2025-11-04\"", "\"id\": \"a7\", \"on\": @@\"04/11/2025\"", errc::bad_date, "/entries/6/on", "ambiguous"},
    {"\"id\": \"a7\", \"on\": \"2025-11-04\"", "\"id\": \"a7\", \"on\": @@\"2025-02-29\"", errc::bad_date, "/entries/6/on", ""},
    {"\"id\": \"a7\", \"on\": \"2025-11-04\"", "\"id\": \"a7\", \"on\": @@20251104", errc::wrong_type, "/entries/6/on", ""},
    // start, service, block
    {"\"phase\": \"secondary\"", "\"phase\": @@\"secundary\"", errc::out_of_range, "/entries/0/phase", "secondary"},
    {"\"cohort\": 2025", "\"cohort\": @@25", errc::out_of_range, "/entries/0/cohort", ""},
    {"\"cohort\": 2025", "\"cohort\": @@2025.5", errc::wrong_type, "/entries/0/cohort", ""},
    {"\"fte\": 0.6", "\"fte\": @@0", errc::out_of_range, "/entries/1/fte", ""},
    {"\"fte\": 0.6", "\"fte\": @@1.001", errc::out_of_range, "/entries/1/fte", ""},
    {"\"fte\": 0.6", "\"fte\": @@0.1234", errc::out_of_range, "/entries/1/fte", ""},
    {"\"fte\": 0.6", "\"until\": @@\"2025-08-31\", \"fte\": 0.6", errc::out_of_range, "/entries/1/until", "2025-09-01"},
    {"\"year\": 1", "\"year\": @@3", errc::out_of_range, "/entries/2/year", ""},
    {"\"ittecf-2024:4m\", \"ittecf-2024:4n\"", "\"ittecf-2024:4m\", @@\"ittecf-2024:4m\"", errc::duplicate_id, "/entries/2/statements/1", "once"},
    {"\"ittecf-2024:4m\", \"ittecf-2024:4n\"", "\"ittecf-2024:4m\", @@\"ittecf-2024:4q\"", errc::unknown_code, "/entries/2/statements/1", ""},
    {"\"unit_read\": true", "\"unit_read\": @@\"yes\"", errc::wrong_type, "/entries/2/unit_read", ""},
    // sessions
    {"\"planned_minutes\": 10", "\"planned_minutes\": @@0", errc::out_of_range, "/entries/3/planned_minutes", ""},
    {"\"held_on\": \"2025-11-03\"", "\"held_on\": @@\"2025-12-03\"", errc::future_date, "/entries/3/held_on", ""},
    {"\"status\": \"held\"", "\"status\": \"planned\"", errc::out_of_range, "/entries/3/minutes", "not held"},
    {"\"touched\": [\"ittecf-2024:4i\"]", "\"touched\": [@@\"ittecf-2024:S4\"]", errc::wrong_type, "/entries/3/touched/0", "statement"},
    {"\"touched\": [\"ittecf-2024:4i\"]", "\"touched\": @@\"ittecf-2024:4i\"", errc::wrong_type, "/entries/3/touched", "array"},
    {"\"slot\": \"period 1\"", "\"slot\": @@\"period\\t1\"", errc::out_of_range, "/entries/3/slot", "control"},
    {"\"slot\": \"period 1\"", "\"slot\": @@\"" + std::string(61, 'x') + "\"", errc::too_large, "/entries/3/slot", "60"},
    // evidence
    {"\"ittecf-2024:2.10\"", "@@2.10", errc::wrong_type, "/entries/4/statement", "codes are text"},
    {"\"ittecf-2024:2.10\"", "@@\"ecf-2019:4n\"", errc::wrong_edition, "/entries/4/statement", "ittecf-2024"},
    {"\"ittecf-2024:2.10\"", "@@\"ittecf-2099:4n\"", errc::unknown_edition, "/entries/4/statement", "ittecf-2024"},
    {"\"ittecf-2024:2.10\"", "@@\"2.10\"", errc::unknown_edition, "/entries/4/statement", "ittecf-2024:2.10"},
    {"\"ittecf-2024:2.10\"", "@@\"ittecf-2024:2.100\"", errc::unknown_code, "/entries/4/statement", "2.10"},
    {"\"ittecf-2024:2.10\"", "@@\"ittecf-2024:S2\"", errc::wrong_type, "/entries/4/statement", "statement"},
    {"\"score\": 0.5", "\"score\": @@1.5", errc::out_of_range, "/entries/4/score", ""},
    {"\"score\": 0.5", "\"score\": @@-0.5", errc::out_of_range, "/entries/4/score", ""},
    {"\"score\": 0.5", "\"score\": @@0.7", errc::out_of_range, "/entries/4/score", "proportion"},
    {"\"score\": 0.5", "\"score\": @@\"0.5\"", errc::wrong_type, "/entries/4/score", ""},
    {"\"score\": 0.5, ", "", errc::missing_field, "/entries/4", "score"},
    {"\"role\": \"mentor\", \"session\"", "\"role\": @@\"head\", \"session\"", errc::not_allowed, "/entries/4/role", "formative"},
    {"\"role\": \"mentor\", \"session\"", "\"role\": @@\"induction_tutor\", \"session\"", errc::not_allowed, "/entries/4/role", "target"},
    {"\"role\": \"mentor\", \"session\"", "\"role\": @@\"appropriate_body\", \"session\"", errc::not_allowed, "/entries/4/role", "formative"},
    {"\"role\": \"mentor\", \"session\"", "\"role\": \"ect\", \"session\"", errc::out_of_range, "/entries/4/source", "mentor or provider"},
    {"\"role\": \"mentor\", \"session\"", "\"purpose\": @@\"induction\", \"session\"", errc::not_allowed, "/entries/4/purpose", "Teachers' Standards"},
    {"\"role\": \"mentor\", \"session\"", "@@\"purpose\": \"formative\", \"role\": \"mentor\", \"session\"", errc::unknown_field, "/entries/4/purpose", "always formative"},
    {"\"session\": \"s-1\", \"where\"", "\"session\": @@\"s-2\", \"where\"", errc::unknown_reference, "/entries/4/session", "session"},
    {"\"scale\": \"three_level\"", "\"scal\": \"three_level\"", errc::unknown_field, "/entries/4/scal", "scale"},
    {"\"observed_on\": \"2025-11-03\", \"statement\": \"ittecf-2024:2.10\"", "\"observed_on\": @@\"2025-11-25\", \"statement\": \"ittecf-2024:2.10\"", errc::future_date, "/entries/4/observed_on", ""},
    // steps
    {"\"what\": \"Task on the board.\"", "\"what\": @@\"" + std::string(401, 'x') + "\"", errc::too_large, "/entries/8/what", "400"},
    {"\"what\": \"Task on the board.\"", "\"what\": @@\"a \\u202e b\"", errc::out_of_range, "/entries/8/what", "printable"},
    {"\"success_criteria\": [\"all start\"]", "\"success_criteria\": [@@null]", errc::wrong_type, "/entries/8/success_criteria/0", "string"},
    {"\"status\": \"agreed\"", "\"status\": @@\"done\"", errc::out_of_range, "/entries/8/status", "agreed"},
    {"\"step\": \"stp-1\", \"lesson_on\"", "\"step\": @@\"stp-2\", \"lesson_on\"", errc::unknown_reference, "/entries/9/step", "stp-2"},
    {"\"step\": \"stp-1\", \"status\": \"in_use\"", "\"step\": @@\"stp-9\", \"status\": \"in_use\"", errc::unknown_reference, "/entries/10/step", "stp-9"},
    {"\"lesson_on\": \"2025-11-05\"", "\"lesson_on\": @@\"2026-01-07\"", errc::future_date, "/entries/9/lesson_on", ""},
    // decisions
    {"\"standard\": \"ittecf-2024:S4\"", "\"standard\": @@\"ittecf-2024:4n\"", errc::wrong_type, "/entries/11/standard", "standard"},
    {"\"standard\": \"ittecf-2024:S4\"", "\"standard\": @@\"S4\"", errc::unknown_edition, "/entries/11/standard", "ittecf-2024:S4"},
    {"\"policy_sha256\": \"01", "\"policy_sha256\": @@\"XY", errc::out_of_range, "/entries/11/policy_sha256", "hexadecimal"},
    {"\"reason\": \"ect_preference\", ", "", errc::missing_field, "/entries/11", "override needs a reason"},
    {"\"reason\": \"ect_preference\"", "\"reason\": @@\"We would rather not.\"", errc::out_of_range, "/entries/11/reason", "because"},
    {"\"chosen\": \"consolidate\"", "\"chosen\": @@\"extend\"", errc::not_allowed, "/entries/11/chosen", "recommended"},
    {"\"chosen\": \"consolidate\", ", "", errc::missing_field, "/entries/11", "chosen"},
    {"\"response\": \"overridden\"", "\"response\": \"accepted\"", errc::not_allowed, "/entries/11/reason", "only an override"},
    {"\"recommended\": \"extend\"", "\"recommended\": \"choose_together\"", errc::not_allowed, "/entries/11/response", "choose a path"},
    {"\"response\": \"overridden\"", "\"response\": \"deferred\"", errc::not_allowed, "/entries/11/chosen", "deferred"},
    {"\"as_of\": \"2025-11-05\"", "\"as_of\": \"2025-11-07\"", errc::out_of_range, "/entries/11/decided_on", "before the advice"},
    // notices and entitlements
    {"\"what\": \"progress_review\"", "\"what\": @@\"progress_reviews\"", errc::out_of_range, "/entries/12/what", "progress_review"},
    {"\"due_by\": \"2025-12-19\"", "\"due_by\": @@null", errc::wrong_type, "/entries/12/due_by", ""},
    {"\"item\": \"reduced_timetable\"", "\"item\": @@\"Reduced timetable\"", errc::out_of_range, "/entries/13/item", "one word"},
};
// clang-format on
}  // namespace

TEST_CASE("one thing wrong: the code, the place and what to do", "[record][json]") {
  CHECK(bad_documents.size() >= 50);
  for (const bad& b : bad_documents) {
    std::string text = replaced(base, b.from, b.to);
    std::uint32_t line = 0, column = 0;
    if (const std::size_t mark = text.find("@@"); mark != text.npos) {
      text.erase(mark, 2);
      line = column = 1;
      for (std::size_t i = 0; i != mark; ++i) {
        ++column;
        if (text[i] == '\n') {
          ++line;
          column = 1;
        }
      }
    }
    const auto r = read_record(text, "r.json", today);
    INFO(b.from << "\n  -> " << b.to);
    REQUIRE_FALSE(r.has_value());
    const error& e = r.error();
    INFO(to_string(e));
    CHECK(name(e.code) == name(b.code));
    CHECK(e.at.file == "r.json");
    CHECK(e.at.path == b.path);
    CHECK(e.at.line != 0);
    if (line != 0) {
      CHECK(e.at.line == line);
      CHECK(e.at.column == column);
    }
    CHECK_FALSE(e.message.empty());
    CHECK(to_string(e).find(b.says) != std::string::npos);
  }
}

TEST_CASE("a place that a check of the whole finds is that of the value", "[record][json]") {
  // Without marks above: what is named lies elsewhere than what was changed.
  const error minutes = refused(replaced(base, "\"status\": \"held\"", "\"status\": \"planned\""));
  CHECK(minutes.at.line == 7);
  CHECK(minutes.at.column == 184);
  const error source = refused(
      replaced(base, "\"role\": \"mentor\", \"session\"", "\"role\": \"ect\", \"session\""));
  CHECK(source.at.line == 8);
  CHECK(source.at.column == 128);
}

TEST_CASE("hostile documents are refused within bounds", "[record][json]") {
  const std::string deep =
      replaced(base, "\"period 1\"", std::string(100'000, '[') + std::string(100'000, ']'));
  CHECK(refused(deep).code == errc::too_deep);
  CHECK(refused(std::string(100'000, '[')).code == errc::too_deep);
  CHECK(refused(replaced(base, "Made up.", std::string(std::size_t{17} << 20, 'x'))).code ==
        errc::too_large);
  CHECK(refused("").code == errc::syntax);
  CHECK(refused("null").code == errc::wrong_type);
  CHECK(refused("[]").code == errc::wrong_type);
  CHECK(refused("{}").code == errc::missing_field);
  CHECK(refused("\x00\x01\x02"s).code == errc::encoding);

  std::string many =
      R"({"ectp_record": 1, "edition": "ittecf-2024", "teacher_id": "t", "entries": [)";
  for (int i = 0; i != 20'001; ++i)
    many += (i == 0 ? "" : ",") + R"({"id": "e)"s + std::to_string(30'000 - i) +
            R"(", "on": "2025-11-03", "kind": "entitlement", "item": "meeting", "kept": true})";
  const error e = refused(many + "]}");
  CHECK(e.code == errc::too_large);
  CHECK(e.at.path == "/entries");
  const std::size_t last = many.rfind(",{");
  CHECK(read_record(many.substr(0, last) + "]}", "r", today).has_value());
}

TEST_CASE("a document cut short is never a record", "[record][json]") {
  for (std::size_t n = 0; n + 2 < base.size(); ++n) {
    const auto r = read_record(std::string_view(base).substr(0, n), "r.json", today);
    if (r.has_value()) {
      CAPTURE(n);
      REQUIRE_FALSE(r.has_value());
    }
  }
}

TEST_CASE("no flipped byte crashes the reader", "[record][json]") {
  std::string text = base;
  for (std::size_t i = 0; i < text.size(); i += 3)
    for (const int flip : {1, 4, 128}) {
      const char was = text[i];
      text[i] = static_cast<char>(static_cast<unsigned char>(was) ^ static_cast<unsigned>(flip));
      const auto r = read_record(text, "r.json", today);
      if (!r && r.error().at.line == 0) FAIL("an error without a place: " << to_string(r.error()));
      if (r && !(read_record(to_json(*r), "again", today).value() == *r))
        FAIL("not the same record again");
      text[i] = was;
    }
}
