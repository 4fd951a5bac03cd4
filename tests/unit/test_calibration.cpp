// Calibration on vignettes: the whole table against a second statement, the panel's middle, and bad input.
#include <catch2/catch.hpp>

#include "ectp/ectp.hpp"
#include "ectp/mentoring/calibration.hpp"
#include "ectp/mentoring/lint.hpp"

using namespace ectp;

namespace {

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

policies panel_of(int emerging, int developing, int secure) {
  policies rules = defaults();
  rules.replace("vignettes",
                "id,statement,phase,seen,emerging,developing,secure\nv,ittecf-2024:4n,primary,Something.," + std::to_string(emerging) +
                    "," + std::to_string(developing) + "," + std::to_string(secure) + "\n",
                "v.csv").value();
  return rules;
}

calibrated one(const policies& rules, level mine) {
  const vignette_level v{"v", mine};
  return calibrate({&v, 1}, rules).value().at(0);
}

}  // namespace

TEST_CASE("the calibration policy says on every combination what it says in prose", "[calibration]") {
  const policy::table& t = defaults()[policy_name::calibration];
  for (int difference = -2; difference <= 2; ++difference)
    for (int share = 0; share <= 100; ++share) {
      const policy::named_value facts[] = {{"difference", difference}, {"share", share}};
      const auto rule = rule_index(t, facts).value();
      const std::string said(t.output(rule, *t.find_output("talk")).text());
      std::string plainly;
      if (difference == 2) plainly = "much_higher";
      else if (difference == -2) plainly = "much_lower";
      else if (share >= 50) plainly = "agree";
      else if (difference == 0 || share >= 30) plainly = "split";
      else plainly = difference > 0 ? "higher" : "lower";
      INFO(difference << ' ' << share);
      REQUIRE(said == plainly);
      CHECK_FALSE(t.note(rule, "says").empty());
    }
}

TEST_CASE("a level is compared with the panel's middle view", "[calibration]") {
  CHECK(one(panel_of(0, 2, 8), level::secure).talk == "agree");
  CHECK(one(panel_of(0, 2, 8), level::developing).talk == "lower");
  CHECK(one(panel_of(0, 2, 8), level::emerging).talk == "much_lower");
  CHECK(one(panel_of(9, 1, 0), level::secure).talk == "much_higher");
  CHECK(one(panel_of(0, 4, 6), level::developing).talk == "split");
  // Of two in the middle, the lower.
  const auto even = one(panel_of(0, 5, 5), level::developing);
  CHECK((even.panel == level::developing && even.difference == 0 && even.share == 50));
  CHECK(one(panel_of(1, 0, 0), level::emerging).panel == level::emerging);
  CHECK(one(panel_of(0, 0, 1), level::secure).panel == level::secure);
  CHECK(one(panel_of(3, 4, 3), level::emerging).share == 30);
}

TEST_CASE("what is most worth talking about comes first", "[calibration]") {
  const vignette_level mine[] = {{"vig-05", level::secure}, {"vig-04", level::developing}, {"vig-02", level::secure}};
  const auto c = calibrate(mine, defaults()).value();
  REQUIRE(c.size() == 3);
  CHECK((c[0].vignette == "vig-02" && c[1].vignette == "vig-04" && c[2].vignette == "vig-05"));
  CHECK(calibrate({}, defaults()).value().empty());
}

TEST_CASE("a vignette that is not there, or twice, is an error", "[calibration]") {
  const vignette_level unknown[] = {{"vig-99", level::secure}};
  CHECK(calibrate(unknown, defaults()).error().code == errc::unknown_reference);
  const vignette_level twice[] = {{"vig-01", level::secure}, {"vig-01", level::emerging}};
  CHECK(calibrate(twice, defaults()).error().code == errc::duplicate_id);
  policies rules = defaults();
  CHECK(rules.replace("vignettes", "id,statement,phase,seen,emerging,developing,secure\nv,x,primary,Seen.,0,0,0\n", "v.csv").error().code == errc::out_of_range);
  CHECK(rules.replace("vignettes", "id,statement,phase,seen,emerging,developing,secure\nv,x,college,Seen.,1,0,0\n", "v.csv").error().code == errc::out_of_range);
}

TEST_CASE("the vignettes are a dozen, of the framework, short, and judge nobody", "[calibration]") {
  const auto tree = framework::edition("ittecf-2024").value();
  const auto all = vignettes_of(defaults());
  CHECK(all.size() == 12);
  for (const auto& v : all) {
    INFO(v.id);
    CHECK(tree.statement_of(v.statement));
    CHECK(v.emerging + v.developing + v.secure == 10);
    CHECK(count_words(v.seen) >= 20);
    CHECK(count_words(v.seen) <= 60);
    CHECK(find_phrases(v.seen, "judgement", defaults()).empty());
    CHECK(find_phrases(v.seen, "grade_word", defaults()).empty());
  }
}
