// Deciding by a table through the table of operations: one case, rows, and why.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "ectp/policy/identity.hpp"
#include "operations/operations.hpp"
#include "operations/policy_rows.hpp"

using namespace ectp;
using nlohmann::ordered_json;

namespace {

const std::string own = R"(U,self,mentor,seen,path,weight,due,reason
,in,in,in,out,out,out,note
,integer [0..5],"low,high, null","date, null","consolidate,extend",number,"date, null",
r1,>=4,high,-,extend,0.5,2025-09-02,both agree
r2,<4,-,-,consolidate,1,null,not yet
r3,<2,low,>2025-09-01,extend,2,2025-12-24,overlaps
)";

result<std::string> run(const ordered_json& arguments, const std::vector<operations::document>& documents = {},
                        std::string_view op = "policy_decide", std::vector<error>* more = nullptr) {
  return operations::run(op, arguments.dump(), documents, more);
}
ordered_json answer(const ordered_json& arguments, const std::vector<operations::document>& documents = {},
                    std::string_view op = "policy_decide") {
  return ordered_json::parse(run(arguments, documents, op).value());
}
error failure(const ordered_json& arguments, const std::vector<operations::document>& documents = {}) {
  const auto r = run(arguments, documents);
  REQUIRE_FALSE(r);
  return r.error();
}
ordered_json case_of(ordered_json self, ordered_json mentor, ordered_json seen) {
  return {{"self", std::move(self)}, {"mentor", std::move(mentor)}, {"seen", std::move(seen)}};
}

}  // namespace

TEST_CASE("a policy decides one case", "[operations]") {
  auto said = answer({{"policy", own}, {"input", case_of(5, "high", nullptr)}});
  CHECK(said == ordered_json{{"policy", "policy"}, {"policy_id", nullptr}, {"policy_version", nullptr}, {"policy_sha256", policy::fingerprint(policy::read_csv(own).value())}, {"status", "decided"},
                             {"value", {{"path", "extend"}, {"weight", 0.5}, {"due", "2025-09-02"}}}, {"rule", "r1"},
                             {"rules", {"r1"}}, {"other", nullptr}, {"notes", {{"reason", "both agree"}}}});
  said = answer({{"policy", own}, {"input", case_of(1, "low", "2025-09-02")}, {"text", true}});
  CHECK(said.at("status") == "conflict");
  CHECK(said.at("value").is_null());
  CHECK(said.at("rule") == "r2");
  CHECK(said.at("other") == "r3");
  CHECK(said.at("rules").empty());
  CHECK(said.at("notes").empty());
  CHECK(said.at("text") == "No decision: r2 (policy:5) and r3 (policy:6) both match, and policy is UNIQUE.\n");
  said = answer({{"policy", own}, {"input", case_of(4, "low", nullptr)}, {"text", true}});
  CHECK(said.at("status") == "no_rule");
  CHECK(said.at("rule").is_null());
  CHECK(said.at("text") == "No decision: no rule of policy matches.\n");
}

TEST_CASE("a policy comes as a file, a text or a name", "[operations]") {
  const ordered_json input{{"input", case_of(5, "high", nullptr)}};
  const std::string markdown = "Ours:\n\n| U | a | y |\n|---|---|---|\n| | in | out |\n| | boolean | boolean |\n| r1 | true | true |\n";
  CHECK(answer(input, {{"policy", "x/own.csv", own}}).at("policy") == "own");
  CHECK(answer({{"input", {{"a", true}}}}, {{"policy", "own.MD", markdown}}).at("value") == true);
  CHECK(answer({{"input", {{"a", true}}}, {"policy", markdown}, {"form", "markdown"}}).at("rule") == "r1");
  const auto builtin = answer({{"policy", "itt_view"}, {"input", {{"itt_records", 0}, {"itt_below_secure", 0}}}});
  CHECK(builtin.at("value") == "unknown");
  CHECK(builtin.at("policy_sha256").get<std::string>().size() == 64);
  CHECK(failure({{"policy", "nope"}, {"input", ordered_json::object()}}).code == errc::bad_argument);
  CHECK(failure({{"policy", own}, {"form", "json"}, {"input", ordered_json::object()}}).code == errc::bad_argument);
  CHECK(failure({{"policy", own}}).code == errc::missing_field);
  CHECK(failure({{"policy", own}, {"input", ordered_json::object()}, {"rows", "a\n"}}).code == errc::bad_argument);
}

TEST_CASE("every error of a table is handed on", "[operations]") {
  std::string wrong = own;
  wrong.replace(wrong.find(">=4,high"), 8, ">=9,hihg");
  std::vector<error> more;
  const auto r = run({{"input", ordered_json::object()}}, {{"policy", "own.csv", wrong}}, "policy_decide", &more);
  REQUIRE_FALSE(r);
  CHECK(to_string(r.error().at) == "own.csv:4:6");
  REQUIRE(more.size() == 1);
  CHECK(to_string(more[0].at) == "own.csv:4:8");
  CHECK(more[0].code == errc::bad_cell);
  const auto called = ordered_json::parse(
      operations::call(ordered_json{{"ectp", 1}, {"fn", "policy_decide"}, {"args", {{"policy", wrong}, {"input", ordered_json::object()}}}}.dump()));
  CHECK(called.at("error").at("column") == 6);
  REQUIRE(called.at("error").at("more").size() == 1);
  CHECK(called.at("error").at("more")[0].at("column") == 8);
}

TEST_CASE("inputs that are wrong name their place", "[operations]") {
  const std::vector<operations::document> documents{{"policy", "own.csv", own}, {"input", "case.json", "{\"self\": 5,\n \"mentor\": \"hi\", \"seen\": null}"}};
  const error e = failure(ordered_json::object(), documents);
  CHECK(e.code == errc::out_of_range);
  CHECK(to_string(e.at) == "case.json:2:12 (/mentor)");
}

TEST_CASE("a policy says why", "[operations]") {
  const auto why = answer({{"policy", own}, {"input", case_of(5, "high", nullptr)}, {"text", true}, {"markdown", true}}, {}, "policy_explain");
  CHECK(why.at("status") == "decided");
  CHECK(why.at("matched").at(0).at("rule") == "r1");
  CHECK(why.at("rejected").size() == 2);
  CHECK(why.at("nearest_change").at("set").at(0).at("input") == "self");
  CHECK(why.at("text").get<std::string>().find("r1") != std::string::npos);
  CHECK(why.at("markdown").get<std::string>().find("|") != std::string::npos);
  CHECK_FALSE(answer({{"policy", own}, {"input", case_of(5, "high", nullptr)}}, {}, "policy_explain").contains("text"));
}

TEST_CASE("rows are decided one by one, and the same as one by one", "[operations]") {
  std::string rows = "id,seen,mentor,self\n";
  std::vector<ordered_json> cases;
  for (int self = 0; self != 6; ++self)
    for (const char* mentor : {"", "low", "high"})
      for (const char* seen : {"", "2025-09-01", "2025-09-02"}) {
        rows += "t," + std::string(seen) + "," + mentor + "," + std::to_string(self) + "\n";
        const auto null_or = [](const char* s) { return *s == '\0' ? ordered_json(nullptr) : ordered_json(s); };
        cases.push_back(case_of(self, null_or(mentor), null_or(seen)));
      }
  const auto all = answer({{"policy", own}, {"rows", rows}, {"explain", true}});
  CHECK(all.at("columns") == ordered_json{"path", "path_status", "path_rule", "path_near_rule", "path_near_input", "weight", "due"});
  CHECK(all.at("other_columns") == ordered_json{"id"});
  REQUIRE(all.at("answers").size() == cases.size());
  int conflicts = 0;
  for (std::size_t k = 0; k != cases.size(); ++k) {
    INFO(cases[k].dump());
    const auto& row = all.at("answers")[k];
    const auto one = answer({{"policy", own}, {"input", cases[k]}});
    CHECK(row.at("path_status") == one.at("status"));
    CHECK(row.at("path_rule") == one.at("rule"));
    for (const char* output : {"path", "weight", "due"})
      CHECK(row.at(output) == (one.at("value").is_null() ? ordered_json(nullptr) : one.at("value").at(output)));
    const auto why = answer({{"policy", own}, {"input", cases[k]}}, {}, "policy_explain");
    const auto& change = why.at("nearest_change");
    if (change.at("set").size() == 1) {
      CHECK(row.at("path_near_input") == change.at("set")[0].at("input"));
      CHECK(row.at("path_near_rule") == change.at("rule"));
    } else {
      CHECK(row.at("path_near_input").is_null());
    }
    conflicts += one.at("status") == "conflict" ? 1 : 0;
  }
  CHECK(conflicts == 2);
}

TEST_CASE("rows that cannot be read are an error, or listed", "[operations]") {
  const std::string rows = "self,mentor,seen\n5,high,\n9,high,\n5,high\n3,,\n4,,x\n";
  const error e = failure({{"policy", own}, {"rows", rows}});
  CHECK(e.code == errc::out_of_range);
  CHECK(to_string(e.at) == "rows:3:1");
  const auto some = answer({{"policy", own}, {"rows", rows}, {"on_error", "report"}, {"text", true}});
  CHECK(some.at("text") == "self,mentor,seen,path,path_status,path_rule,weight,due\n"
                           "5,high,,extend,decided,r1,0.5,2025-09-02\n"
                           "3,,,consolidate,decided,r2,1,\n");
  REQUIRE(some.at("left_out").size() == 3);
  CHECK(some.at("left_out")[0].at("row") == 2);
  CHECK(some.at("left_out")[0].at("column") == "self");
  CHECK(some.at("left_out")[1].at("code") == "bad_table");
  CHECK(some.at("left_out")[2].at("at") == "rows:6:4");
  CHECK(failure({{"policy", own}, {"rows", "self,mentor\n"}}).code == errc::missing_field);
  CHECK(failure({{"policy", own}, {"rows", ""}}).code == errc::bad_table);
  CHECK(failure({{"policy", own}, {"rows", "self,mentor,seen,path\n"}}).code == errc::bad_table);
  CHECK(failure({{"policy", own}, {"rows", rows}, {"on_error", "drop"}}).code == errc::bad_argument);
}

TEST_CASE("rows of tables with many answers, and of large ones", "[operations]") {
  const std::string listed = "R,a,y\n,in,out\n,integer,\"low,high\"\nr1,>1,low\nr2,>2,high\n";
  CHECK(answer({{"policy", listed}, {"rows", "a\n0\n2\n3\n"}, {"text", true}}).at("text") ==
        "a,y,y_status,y_rule\n0,,no_rule,\n2,\"[\"\"low\"\"]\",decided,r1\n3,\"[\"\"low\"\",\"\"high\"\"]\",decided,r1\n");
  CHECK(answer({{"policy", listed}, {"rows", "a\n3\n"}}).at("answers")[0].at("y") == ordered_json{"low", "high"});
  // More cells than are worked out beforehand, and a test that names another input.
  std::string large = "F,a,b,y\n,in,in,out\n,number,number,integer\nr0,> b,-,0\n";
  for (int i = 1; i != 300; ++i) large += "r" + std::to_string(i) + ",>" + std::to_string(i) + ",<" + std::to_string(i) + "," + std::to_string(i) + "\n";
  const auto said = answer({{"policy", large}, {"rows", "a,b\n2,1\n1.5,1.75\n0.5,0.75\n"}}).at("answers");
  CHECK(said[0].at("y_rule") == "r0");
  CHECK(said[1].at("y_status") == "no_rule");
  CHECK(said[2].at("y").is_null());
}
