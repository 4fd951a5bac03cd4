#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "ectp/policy/explain.hpp"

using namespace ectp;
using policy::value_ref;

namespace {

policy::table read(const std::string& hit_policy) {
  const auto t = policy::read_csv(hit_policy +
                                      ",self,mentor,path,reason,source\n"
                                      ",in,in,out,note,note\n"
                                      ",integer [0..5],\"low,high\",\"consolidate,extend\",,\n"
                                      "r1,>=4,high,extend,both agree,default_policy\n"
                                      "r2, ,\"low,high\",consolidate,a wrong Extend hides a gap,public\n"
                                      "r3,[0..2],low,consolidate,,\n",
                                  {"", "policies/path.csv", {}});
  if (!t) FAIL(to_string(t.error()));
  return *t;
}

}  // namespace

TEST_CASE("an explanation of a decision", "[policy][explain]") {
  const auto e = policy::explain(read("F"), {{"mentor", "low"}, {"self", 1}});
  REQUIRE(e);
  CHECK(e->table == "path");
  CHECK(e->file == "policies/path.csv");
  CHECK(e->hit_policy == policy::hit_policy::first);
  CHECK(e->status == policy::rule_status::decided);
  CHECK(e->problems.empty());
  REQUIRE(e->inputs.size() == 2);
  CHECK(e->inputs[0] == policy::explained_output{"self", value_ref(1)});
  CHECK(e->inputs[1] == policy::explained_output{"mentor", value_ref("low")});
  // r2 is selected; r3 matches too, and FIRST leaves it out.
  REQUIRE(e->matched.size() == 2);
  const policy::matched_rule& r2 = e->matched[0];
  REQUIRE(e->selected() == &r2);
  CHECK(r2.id == "r2");
  CHECK(r2.rule == 1);
  CHECK(to_string(r2.at) == "policies/path.csv:5:1");
  REQUIRE(r2.cells.size() == 2);
  CHECK(r2.cells[0] == policy::explained_cell{"self", value_ref(1), "-", {"policies/path.csv", 5, 4, {}}, true});
  CHECK(r2.cells[1] == policy::explained_cell{"mentor", value_ref("low"), "low,high", {"policies/path.csv", 5, 7, {}}, true});
  CHECK(r2.outputs == std::vector<policy::explained_output>{{"path", value_ref("consolidate")}});
  CHECK(r2.notes == std::vector<policy::explained_note>{{"reason", "a wrong Extend hides a gap"}, {"source", "public"}});
  CHECK(e->matched[1].id == "r3");
  CHECK_FALSE(e->matched[1].selected);
  REQUIRE(e->rejected.size() == 1);
  CHECK(e->rejected[0].id == "r1");
  CHECK(e->rejected[0].first_failed ==
        policy::explained_cell{"self", value_ref(1), ">=4", {"policies/path.csv", 4, 4, {}}, false});
}

TEST_CASE("the first failing cell is the leftmost that fails", "[policy][explain]") {
  const auto e = policy::explain(read("F"), {{"mentor", "low"}, {"self", 4}});
  REQUIRE(e);
  REQUIRE(e->rejected.size() == 2);
  CHECK(e->rejected[0].first_failed.input == "mentor");
  CHECK(to_string(e->rejected[0].first_failed.at) == "policies/path.csv:4:8");
  CHECK(e->rejected[1].first_failed.input == "self");
}

TEST_CASE("an explanation of a conflict names both rules", "[policy][explain]") {
  const auto e = policy::explain(read("U"), {{"mentor", "high"}, {"self", 5}});
  REQUIRE(e);
  CHECK(e->status == policy::rule_status::conflict);
  CHECK(e->matched.size() == 2);
  CHECK(e->selected() == nullptr);
  REQUIRE(e->problems.size() == 1);
  CHECK(e->problems[0].code == errc::rule_conflict);
  CHECK(to_string(e->problems[0].at) == "policies/path.csv:5:1");
  CHECK(e->problems[0].message == "the rules 'r1' and 'r2' of the table 'path' both match");
}

TEST_CASE("an explanation of no rule, and of values that are refused", "[policy][explain]") {
  const auto t = policy::read_csv("U,n,o\n,in,out\n,number [0..1],integer\nr1,<0.5,1\n", {"demo", "", {}});
  REQUIRE(t);
  const value_ref one[] = {0.75};
  const policy::explanation none = policy::explain(*t, one);
  CHECK(none.status == policy::rule_status::no_rule);
  REQUIRE(none.problems.size() == 1);
  CHECK(none.problems[0].code == errc::no_rule);
  CHECK(none.matched.empty());
  REQUIRE(none.rejected.size() == 1);
  CHECK(none.rejected[0].first_failed.test == "<0.5");

  const value_ref wrong[] = {"x"};
  const policy::explanation refused = policy::explain(*t, wrong);
  CHECK(refused.status == policy::rule_status::invalid_input);
  REQUIRE(refused.problems.size() == 1);
  CHECK(refused.problems[0].code == errc::wrong_type);
  CHECK(refused.problems[0].at.path == "/n");
  CHECK(refused.matched.empty());
  CHECK(refused.rejected.empty());
  REQUIRE(refused.inputs.size() == 1);
  CHECK(refused.inputs[0].value.text() == "x");

  const policy::explanation too_few = policy::explain(*t, std::span<const value_ref>());
  CHECK(too_few.status == policy::rule_status::invalid_input);
  REQUIRE(too_few.problems.size() == 1);
  CHECK(too_few.problems[0].code == errc::bad_argument);

  const auto named = policy::explain(*t, {{"m", 1}});
  REQUIRE(!named);
  CHECK(named.error().code == errc::unknown_field);
}
