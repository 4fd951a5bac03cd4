#include <catch2/catch.hpp>

#include <string>

#include "ectp/policy/repair.hpp"
#include "ectp/policy/write.hpp"
#include "support/policy_random.hpp"

using namespace ectp;

namespace {

policy::table read(const std::string& text) {
  const auto t = policy::read_csv(text, {"", "t.csv", {}});
  INFO(text);
  if (!t) FAIL(to_string(t.error()));
  return *t;
}

}  // namespace

TEST_CASE("gaps are closed and overlaps are ended", "[policy][repair]") {
  const policy::table t = read(
      "U,self,mentor,path\n,in,in,out\n,integer [0..5],\"low,high\",\"consolidate,extend\"\n"
      "r1,>=4,high,extend\nr2,<=4,-,consolidate\n");
  const policy::repaired r = policy::repair(t);
  CHECK(r.sound());
  REQUIRE(r.steps.size() == 2);
  CHECK(r.steps[0].kind == policy::finding_kind::gap);
  CHECK(to_string(r.steps[0].at) == "t.csv:1:1");
  CHECK(r.steps[1].kind == policy::finding_kind::conflict);
  CHECK(r.steps[1].at == location{});
  CHECK(policy::write_csv(r.table) ==
        "U,self,mentor,path\n,in,in,out\n,integer [0..5],\"low,high\",\"consolidate,extend\"\n"
        "r1,5,high,extend\nr2,<=4,-,consolidate\ngap-1,5,low,extend\n");
  const policy::repaired again = policy::repair(r.table);
  CHECK(again.steps.empty());
  CHECK(again.sound());
  CHECK(policy::same_policy(again.table, r.table));
}

TEST_CASE("what cannot be mended is left, and said", "[policy][repair]") {
  const policy::table named = read("U,x,y,o\n,in,in,out\n,integer [0..9],integer [0..9],\"a,b\"\nr1,> y,-,a\nr2,<= y,-,b\n");
  const policy::repaired r = policy::repair(named);
  CHECK_FALSE(r.sound());
  CHECK(r.steps.empty());
  policy::repair_options none;
  none.rounds = 0;
  const policy::table gap = read("U,x,o\n,in,out\n,integer [0..9],\"a,b\"\nr1,>4,a\n");
  CHECK_FALSE(policy::repair(gap, none).sound());
  CHECK(policy::same_policy(policy::repair(gap, none).table, gap));
  none.rounds = 1;
  CHECK(policy::repair(gap, none).sound());
}

TEST_CASE("a repair leaves no error, and mends nothing else", "[policy][repair][differential]") {
  random_policy::lcg random{11};
  std::size_t mended = 0;
  for (int n = 0; n != 150; ++n) {
    const std::string text = random_policy::table_of(random, 3, 6);
    INFO(text);
    const policy::table t = read(text);
    const policy::repaired r = policy::repair(t);
    CHECK(r.sound());
    const policy::analysis a = policy::analyse(r.table);
    CHECK(a.worst() != policy::severity::error);
    if (r.steps.empty()) CHECK(policy::same_policy(r.table, t));
    else ++mended;
  }
  CHECK(mended > 40);
}
