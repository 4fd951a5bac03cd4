// Analyses, repairs, proofs and comparisons as JSON, text and Markdown: golden files that people read. To
// renew them after a change that is meant: ECTP_UPDATE_GOLDEN=1.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "ectp/interop/analysis_json.hpp"
#include "ectp/interop/diff_json.hpp"
#include "ectp/interop/policy_file.hpp"
#include "ectp/interop/proof_json.hpp"
#include "ectp/policy/write.hpp"
#include "support/golden.hpp"

using namespace ectp;
using nlohmann::ordered_json;

namespace {

const std::string ours =
    "U,seen,secure|percent,self_view,path,weeks,reason\n,in,in,in,out,out,note\n"
    ",integer [0..40],\"integer [0..100], null\",\"lower,agree,higher, null\",\"ordered: consolidate,extend\",integer,\n"
    "few,<3,-,-,consolidate,3,a single lesson is weak evidence\n"
    "low,>=3,<70,-,consolidate,6,not yet secure\n"
    "calm,>=3,>=70,\"lower,agree\",extend,6,secure and level-headed\n"
    "high,>=2,>=70,higher,consolidate,2,look at one piece of evidence together\n"
    "late,>=12,>=80,higher,consolidate,2,the same\n";

policy::table read(const std::string& text, const std::string& file) {
  const auto t = policy::read_csv(text, {"", file, {}});
  if (!t) FAIL(to_string(t.error()));
  return *t;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += by.size()) text.replace(at, what.size(), by);
  return text;
}

}  // namespace

TEST_CASE("an analysis, read by people and by machines", "[policy][pages]") {
  const policy::table t = read(ours, "ours.csv");
  const policy::analysis a = policy::analyse(t);
  const std::string json = policy::to_json(t, a);
  same_as_golden("ours.analysis.json", json);
  same_as_golden("ours.analysis.txt", policy::to_text(t, a));
  same_as_golden("ours.analysis.md", policy::to_markdown(t, a));
  const ordered_json j = ordered_json::parse(json);
  CHECK(j.at("sound") == false);
  CHECK(j.at("gaps").size() == a.gaps.size());
  CHECK(j.at("gaps_in_all") == a.gaps.size());
  CHECK(j.at("overlaps").size() == a.overlaps.size());
  for (const ordered_json& f : j.at("findings")) CHECK(f.at("file") == "ours.csv");
  CHECK(ordered_json::parse(policy::to_json(t, a, 1)).at("gaps").size() == 1);
  CHECK(ordered_json::parse(policy::to_json(t, a, 1)).at("gaps_in_all") == a.gaps.size());
  const policy::table sound = read("U,x,o\n,in,out\n,boolean,\"a,b\"\nr1,true,a\nr2,false,b\n", "");
  CHECK(policy::to_text(sound, policy::analyse(sound)) ==
        "table, UNIQUE, 2 rules\nTaken to hold:\n  x  boolean; never null\n\n"
        "table: nothing to say. Every record has a decision, and every rule can decide.\n");
}

TEST_CASE("a repair, read by people and by machines", "[policy][pages]") {
  const policy::repaired r = policy::repair(read(ours, "ours.csv"));
  same_as_golden("ours.repair.json", policy::to_json(r));
  same_as_golden("ours.repair.txt", policy::to_text(r));
  same_as_golden("ours.repair.md", policy::to_markdown(r));
  CHECK(policy::to_text(policy::repair(r.table)) == "ours: nothing to mend.\n");
}

TEST_CASE("proofs, read by people and by machines", "[policy][pages]") {
  const policy::table t = read(ours, "ours.csv");
  std::vector<policy::proof> proofs;
  for (const char* p : {"total", "deterministic", "no-dead", "reachable(path)", "invariant(self_view)"})
    proofs.push_back(policy::prove(t, policy::parse_property(p).value()).value());
  policy::prove_options known;
  known.domain.null = false;
  proofs.push_back(policy::prove(t, policy::parse_property("monotone(\"secure|percent\", path, ignore-undefined)").value(), known).value());
  const std::span<const policy::proof> all(proofs.data(), proofs.size());
  same_as_golden("ours.proofs.json", policy::to_json(t, all));
  same_as_golden("ours.proofs.txt", policy::to_text(t, all));
  same_as_golden("ours.proofs.md", policy::to_markdown(t, all));
}

TEST_CASE("a difference, read by people and by machines", "[policy][pages]") {
  const policy::table before = read(ours, "ours.csv");
  const policy::table after = read(replaced(replaced(ours, ">=70", ">=60"), "<70", "<60"), "lower.csv");
  const policy::difference d = policy::diff(before, after).value();
  same_as_golden("ours.diff.txt", policy::to_text(before, after, d));
  CHECK(policy::to_text(before, before, policy::diff(before, before).value()).find("Proved: both give every record the same answer.") != std::string::npos);
  std::vector<double> seen, percent;
  std::vector<std::uint8_t> view;
  for (int row = 0; row != 1'000; ++row) {
    seen.push_back(row % 13);
    percent.push_back(row % 10 == 0 ? -1 : row * 37 % 101);
    view.push_back(static_cast<std::uint8_t>(row * 7 / 3 % 4 == 3 ? 255 : row * 7 / 3 % 4));
  }
  std::vector<std::uint8_t> valid(125, 0xFF);
  for (std::size_t row = 0; row != 1'000; row += 10) valid[row / 8] = static_cast<std::uint8_t>(valid[row / 8] & ~(1 << row % 8));
  const std::vector<policy::input_column> in = {policy::input_column::numbers(seen.data(), 1'000),
                                                policy::input_column::numbers(percent.data(), 1'000).where(valid.data()),
                                                policy::input_column::codes(view.data(), 1'000)};
  const std::span<const policy::input_column> columns(in.data(), in.size());
  const policy::cohort_difference rows = policy::diff(policy::batch_plan(before), columns, policy::batch_plan(after), columns).value();
  same_as_golden("ours-cohort.diff.json", policy::to_json(before, after, d, &rows, 3));
  same_as_golden("ours-cohort.diff.txt", policy::to_text(before, after, d, &rows));
  same_as_golden("ours-cohort.diff.md", policy::to_markdown(before, after, d, &rows));
  const ordered_json j = ordered_json::parse(policy::to_json(before, after, d, &rows));
  CHECK(j.at("cohort").at("changed_rows").size() == rows.changed.size());
  std::size_t of_reasons = 0;
  for (const ordered_json& r : j.at("cohort").at("reasons")) of_reasons += r.at("rows").get<std::size_t>();
  CHECK(of_reasons == rows.changed.size());
}

TEST_CASE("a policy in whatever form", "[policy][pages]") {
  const policy::table t = read(ours, "ours.csv");
  for (const policy::policy_form f : {policy::policy_form::csv, policy::policy_form::markdown, policy::policy_form::dmn}) {
    CHECK(policy::policy_form_named(name(f)).value_or(policy::policy_form::csv) == f);
    const std::string text = policy::write_policy(t, f).value();
    const policy::reading back = policy::read_policy(text, f, {}, {"ours", "", {}});
    REQUIRE(back.table.has_value());
    CHECK(policy::same_policy(*back.table, t));
    CHECK(policy::read_policy("", f).errors.size() == 1);
  }
  CHECK_FALSE(policy::policy_form_named("CSV"));
  CHECK(policy::policy_form_of("a/b.DMN").value_or(policy::policy_form::csv) == policy::policy_form::dmn);
  CHECK(policy::policy_form_of("b.xml").value_or(policy::policy_form::csv) == policy::policy_form::dmn);
  CHECK(policy::policy_form_of("b.Md").value_or(policy::policy_form::csv) == policy::policy_form::markdown);
  for (const char* other : {"", ".csv", "csv", "b.txt", "b.csv.bak"}) CHECK_FALSE(policy::policy_form_of(other));
  CHECK(policy::read_policy(ours, policy::policy_form::csv, "path").errors.at(0).code == errc::bad_argument);
}
