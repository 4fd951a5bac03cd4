// The entitlement watch: the whole table against a second plain statement, and what a record shows.
#include <catch2/catch.hpp>

#include "ectp/ectp.hpp"
#include "ectp/mentoring/watch.hpp"

using namespace ectp;

namespace {

date day(std::string_view s) { return parse_date(s).value(); }

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

session met_on(std::string_view on, session_status status) {
  session s;
  s.id = session_id::make("s-" + std::string(on)).value();
  s.held_on = day(on);
  s.status = status;
  return s;
}

watch_row row(const record_state& s, std::string_view item, int year = 1, std::vector<std::string> asked = {}) {
  const auto rows = watch_of(s, year, {asked.data(), asked.size()}, defaults()).value();
  for (const auto& w : rows)
    if (w.item == item) return w;
  FAIL("no row " << item);
  return {};
}

// DOMAIN's rule again, in prose turned code: kept is well; unknown is a question to the mentor; raised before goes to
// the named contact; one missed meeting or activity is for the two of them; the rest is the tutor's.
whom_to_ask plainly(std::string_view item, std::string_view state, int misses, bool asked) {
  if (state == "kept") return whom_to_ask::all_well;
  if (state == "unknown") return whom_to_ask::ask_mentor;
  if (asked) return whom_to_ask::named_contact;
  const bool of_the_school = item == "reduced_timetable" || item == "mentor_time" || item == "progress_reviews";
  return !of_the_school && misses < 2 ? whom_to_ask::ask_mentor : whom_to_ask::induction_tutor;
}

}  // namespace

TEST_CASE("the watch policy says on every combination what it says in prose", "[watch]") {
  const policy::table& t = defaults()[policy_name::watch];
  std::size_t n = 0;
  for (const auto& item : t.input(*t.find_input("item")).domain.words)
    for (const auto state : words_in<entitlement_state>)
      for (int misses = 0; misses <= 99; ++misses)
        for (const bool asked : {false, true}) {
          const policy::named_value facts[] = {{"item", std::string_view(item)}, {"state", state}, {"misses", misses}, {"asked", asked}};
          const auto rule = rule_index(t, facts).value();
          const auto next = output_word<whom_to_ask>(t, rule, "next");
          REQUIRE(next);
          INFO(item << ' ' << state << ' ' << misses << ' ' << asked);
          REQUIRE(*next == plainly(item, state, misses, asked));
          CHECK(t.note(rule, "says").empty() == (*next == whom_to_ask::all_well));
          ++n;
        }
  CHECK(n == 7u * 3 * 100 * 2);
}

TEST_CASE("the timetable is reduced by a tenth in year 1 and a twentieth in year 2", "[watch]") {
  record_state s;
  s.today = day("2025-11-24");
  CHECK(row(s, "reduced_timetable", 1).due.find("90 %") != std::string::npos);
  CHECK(row(s, "reduced_timetable", 2).due.find("95 %") != std::string::npos);
  CHECK(row(s, "reduced_timetable", 2).source.find("2.20") != std::string::npos);
  CHECK(watch_of(s, 0, {}, defaults()).error().code == errc::out_of_range);
  CHECK(watch_of(s, 3, {}, defaults()).error().code == errc::out_of_range);
  CHECK(year_of(s) == 1);
  s.block = block{};
  s.block->year = 2;
  CHECK(year_of(s) == 2);
}

TEST_CASE("meetings are counted from the sessions, without any reason", "[watch]") {
  record_state s;
  s.today = day("2025-11-24");
  CHECK(row(s, "meetings").state == entitlement_state::unknown);
  s.sessions = {met_on("2025-10-06", session_status::held), met_on("2025-10-13", session_status::held)};
  CHECK(row(s, "meetings").state == entitlement_state::kept);
  CHECK(row(s, "meetings").next == whom_to_ask::all_well);
  s.sessions.push_back(met_on("2025-10-20", session_status::cancelled));
  CHECK(row(s, "meetings").next == whom_to_ask::ask_mentor);
  s.sessions.push_back(met_on("2025-11-03", session_status::cancelled));
  const auto two = row(s, "meetings");
  CHECK(two.next == whom_to_ask::induction_tutor);
  CHECK((two.misses == 2 && two.looked_at == 4));
  CHECK(row(s, "meetings", 1, {"meetings"}).next == whom_to_ask::named_contact);
  CHECK(row(s, "meetings", 1, {"mentor_time"}).next == whom_to_ask::induction_tutor);
  // What lies further back than six meetings no longer counts.
  for (const auto on : {"2025-11-04", "2025-11-05", "2025-11-06", "2025-11-07", "2025-11-10", "2025-11-11"})
    s.sessions.push_back(met_on(on, session_status::held));
  CHECK(row(s, "meetings").state == entitlement_state::kept);
  // Meetings to come and other sessions count nowhere.
  s.sessions.push_back(met_on("2025-12-01", session_status::planned));
  session seen = met_on("2025-11-12", session_status::cancelled);
  seen.kind = session_kind::observation;
  s.sessions.push_back(seen);
  CHECK(row(s, "meetings").misses == 0);
}

TEST_CASE("days out of post count nowhere", "[watch]") {
  record_state s;
  s.today = day("2026-03-02");
  s.service = {{day("2025-09-01"), day("2025-10-24"), 1000}, {day("2026-02-23"), {}, 1000}};
  s.sessions = {met_on("2025-10-20", session_status::held), met_on("2025-11-10", session_status::cancelled),
                met_on("2025-11-17", session_status::cancelled), met_on("2026-02-23", session_status::held)};
  CHECK(row(s, "meetings").state == entitlement_state::kept);
  s.service = {{day("2025-09-01"), {}, 1000}};
  CHECK(row(s, "meetings").misses == 2);
}

TEST_CASE("an item of the record's own is watched too", "[watch]") {
  record_state s;
  s.today = day("2025-11-24");
  s.entitlements = {{"reduced_timetable", false}, {"laptop_on_loan", false}};
  CHECK(row(s, "reduced_timetable").next == whom_to_ask::induction_tutor);
  const auto own = row(s, "laptop_on_loan");
  CHECK((own.title == "laptop on loan" && own.next == whom_to_ask::ask_mentor));
  CHECK(row(s, "laptop_on_loan", 1, {"laptop_on_loan"}).next == whom_to_ask::named_contact);
  s.entitlements[0].kept = true;
  CHECK(row(s, "reduced_timetable").next == whom_to_ask::all_well);
}

TEST_CASE("a list of entitlements with a wrong cell is refused and changes nothing", "[watch]") {
  policies rules = defaults();
  const auto bad = [&](const std::string& text, errc code) {
    const auto done = rules.replace("entitlements", text, "e.csv");
    REQUIRE_FALSE(done);
    CHECK(done.error().code == code);
  };
  bad("item,year,title,due,look_back,minutes_a_week,source\nx,3,t,d,0,0,POLICY\n", errc::out_of_range);
  bad("item,year,title,due,look_back,minutes_a_week,source\n,1,t,d,0,0,POLICY\n", errc::missing_field);
  bad("item,year,title,due,look_back,minutes_a_week,source\nx,1,t,d,-1,0,POLICY\n", errc::out_of_range);
  bad("item,year\nx,1\n", errc::missing_field);
  CHECK(rules.list(list_name::entitlements).size() == defaults().list(list_name::entitlements).size());
}
