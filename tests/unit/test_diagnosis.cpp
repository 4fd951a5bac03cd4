// Diagnosis: counts, the exact estimate, and what must not change a path.
#include <algorithm>
#include <catch2/catch.hpp>

#include "ectp/core/weighted_mean.hpp"
#include "ectp/ectp.hpp"

using namespace ectp;

namespace {

date day(std::string_view s) { return parse_date(s).value(); }

framework::tree tree() { return framework::edition("ittecf-2024").value(); }

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

int made = 0;

evidence sighting(std::string_view on, std::string_view code, int thousandths,
                  evidence_source source = evidence_source::structured_observation) {
  evidence e;
  e.id = entry_id::make("e-" + std::to_string(++made)).value();
  e.observed_on = day(on);
  e.statement = "ittecf-2024:" + std::string(code);
  e.source = source;
  if (source != evidence_source::quiz) {
    e.has_role = true;
    e.role = source == evidence_source::self_audit   ? rater_role::ect
             : source == evidence_source::itt_record ? rater_role::provider
                                                     : rater_role::mentor;
  }
  if (source == evidence_source::quiz) e.scale = score_scale::proportion;
  e.score = score::make(thousandths).value();
  return e;
}

diagnosis diagnosed(const std::vector<evidence>& rows, std::string_view standard, std::string_view as_of,
                    const std::vector<time_in_post>* service = nullptr, maybe<path> current = {}) {
  evidence_base base;
  base.rows = rows;
  base.service = service;
  base.current_path = current;
  return diagnose(tree(), standard, base, day(as_of), defaults()).value();
}

advice advised(const diagnosis& d) { return recommend(d, defaults()).value().said.recommended; }

std::string rule_of(const diagnosis& d) { return recommend(d, defaults()).value().said.rule; }

// The data dictionary's worked rows age in calendar days with a half-life of 90.
policies ninety_days() {
  policies rules = policies::builtin().value();
  std::string csv = "kind,age,decay\n";
  // round(2^24 * 2^(-age/90)) by repeated exact halving of a 96-bit fixed-point root table would be
  // long here; the ages that the rows use are 0, 7, 14 and 42, and the table must have no gap.
  for (const char* kind : {"learn_that", "learn_how_to"})
    for (int age = 0; age <= 60; ++age) {
      double x = 16777216.0;
      for (int k = 0; k != age; ++k) x *= 0.9923279462629435;  // 2^(-1/90)
      csv += std::string(kind) + "," + std::to_string(age) + "," + std::to_string(static_cast<long>(x + 0.5)) + "\n";
    }
  REQUIRE(rules.replace("decay", csv, "decay-90.csv"));
  return rules;
}

diagnosis worked(const std::vector<evidence>& rows, std::string_view standard) {
  evidence_base base;
  base.rows = rows;
  return diagnose(tree(), standard, base, day("2025-10-24"), ninety_days(), age_unit::calendar_days).value();
}

}  // namespace

TEST_CASE("the data dictionary's three worked rows", "[diagnosis]") {
  SECTION("nothing recorded") {
    const auto d = worked({}, "ittecf-2024:S1");
    CHECK_FALSE(d.estimate);
    CHECK(d.weight == 0);
    CHECK(d.n_scored == 0);
    CHECK(d.missing == std::vector{missing::any_evidence, missing::second_source_type, missing::recent_evidence,
                                   missing::self_view, missing::mentor_view});
  }
  SECTION("a self audit, an observation and an unscored quiz") {
    auto quiz = sighting("2025-10-17", "7.2", 0, evidence_source::quiz);
    quiz.score = {};
    const auto d = worked({sighting("2025-09-12", "7b", 1000, evidence_source::self_audit),
                           sighting("2025-10-10", "7b", 500), quiz},
                          "ittecf-2024:S7");
    CHECK(d.estimate == 621901);
    CHECK(d.weight == 1187240);
    CHECK(d.n_scored == 2);
    CHECK(d.n_unscored == 1);
    CHECK(d.n_source_types == 2);
    CHECK(d.n_new == 2);
    CHECK(d.self_estimate == 1000000);
    CHECK(d.mentor_estimate == 500000);
    CHECK(d.gap == 500000);
    CHECK(d.missing.empty());
  }
  SECTION("exactly on three quarters") {
    const auto d = worked({sighting("2025-10-24", "7b", 1000, evidence_source::mentor_rating),
                           sighting("2025-10-24", "7d", 500, evidence_source::work_sample)},
                          "ittecf-2024:S7");
    CHECK(d.estimate == 750000);
    CHECK(d.weight == 1400000);
    CHECK(d.n_source_types == 2);
    CHECK_FALSE(d.self_estimate);
    CHECK(d.mentor_estimate == 750000);
    CHECK_FALSE(d.gap);
    CHECK(d.missing == std::vector{missing::self_view});
    const auto facts = facts_of(d);
    for (const auto& f : facts)
      if (f.name == "estimate") CHECK(f.value.number() == 0.75);
  }
}

TEST_CASE("two ratings of one lesson are one occasion, and so are two in a week", "[diagnosis]") {
  const std::vector<evidence> rows{sighting("2025-09-08", "4n", 500), sighting("2025-09-08", "4i", 1000),
                                   sighting("2025-09-12", "4i", 1000), sighting("2025-09-15", "4i", 1000),
                                   sighting("2025-09-19", "4m", 1000), sighting("2025-09-22", "4m", 1000)};
  const auto d = diagnosed(rows, "ittecf-2024:S4", "2025-10-24");
  CHECK(d.occasions == 3);  // 8, 15 and 22 September
  CHECK(d.statements == 3);
  CHECK(d.secure == 2);
  CHECK(d.developing == 1);
  CHECK(d.secure_percent() == 66);
}

TEST_CASE("holidays do not count between occasions", "[diagnosis]") {
  // 24 October to 3 November is one school day: half-term lies between.
  const auto d = diagnosed({sighting("2025-10-24", "4n", 500), sighting("2025-11-03", "4n", 1000)}, "ittecf-2024:S4",
                           "2025-11-24");
  CHECK(d.occasions == 1);
}

TEST_CASE("a self audit is never a sighting", "[diagnosis]") {
  const auto d = diagnosed({sighting("2025-09-08", "4n", 1000, evidence_source::self_audit),
                            sighting("2025-09-22", "4m", 1000, evidence_source::self_audit)},
                           "ittecf-2024:S4", "2025-10-24");
  CHECK(d.occasions == 0);
  CHECK(d.statements == 0);
  CHECK(d.self_only.size() == 2);
  CHECK(d.self_view == self_view::unknown);
  CHECK(d.missing == std::vector{missing::second_source_type, missing::non_self_for_learn_how_to, missing::mentor_view});
  CHECK(rule_of(d) == "DIA-P2a");
}

TEST_CASE("the latest sighting counts, and on one day never the order of the rows", "[diagnosis]") {
  const auto older = sighting("2025-09-08", "4n", 0), newer = sighting("2025-10-06", "4n", 1000);
  for (const auto& rows : {std::vector{older, newer}, std::vector{newer, older}}) {
    const auto d = diagnosed(rows, "ittecf-2024:S4", "2025-10-24");
    CHECK(d.secure == 1);
    CHECK(d.emerging == 0);
  }
  // On one day: the weightier source, then the more cautious level.
  const auto seen = sighting("2025-10-06", "4n", 500), rated = sighting("2025-10-06", "4n", 1000, evidence_source::mentor_rating),
             also = sighting("2025-10-06", "4n", 1000);
  for (const auto& rows : {std::vector{seen, rated, also}, std::vector{also, rated, seen}, std::vector{rated, also, seen}}) {
    const auto d = diagnosed(rows, "ittecf-2024:S4", "2025-10-24");
    CHECK(d.developing == 1);
  }
}

TEST_CASE("every order of the rows gives the same diagnosis", "[diagnosis]") {
  std::vector<evidence> rows{sighting("2025-09-08", "4n", 0),    sighting("2025-09-08", "4n", 500),
                             sighting("2025-09-19", "4i", 1000), sighting("2025-10-06", "4n", 500),
                             sighting("2025-10-06", "4.2", 730, evidence_source::quiz)};
  rows.push_back(sighting("2025-09-20", "4n", 1000, evidence_source::self_audit));
  const auto first = diagnosed(rows, "ittecf-2024:S4", "2025-10-24");
  std::vector<int> order{0, 1, 2, 3, 4, 5};
  int orders = 0;
  do {
    std::vector<evidence> mixed;
    for (const int i : order) mixed.push_back(rows[static_cast<std::size_t>(i)]);
    CHECK(diagnosed(mixed, "ittecf-2024:S4", "2025-10-24") == first);
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  CHECK(orders == 720);
}

TEST_CASE("the same lessons at half time, or either side of leave, give the same path", "[diagnosis]") {
  // Two lessons before a long leave and three after it; and the same five lessons without one.
  const auto lesson = [](std::string_view on, std::string_view code, int s) { return sighting(on, code, s); };
  const std::vector<evidence> around_leave{lesson("2025-01-13", "4n", 1000), lesson("2025-01-20", "4i", 1000),
                                           lesson("2025-11-03", "4m", 500), lesson("2025-11-10", "4c", 1000),
                                           lesson("2025-11-17", "4n", 1000)};
  const std::vector<evidence> in_a_row{lesson("2025-10-06", "4n", 1000), lesson("2025-10-13", "4i", 1000),
                                       lesson("2025-11-03", "4m", 500), lesson("2025-11-10", "4c", 1000),
                                       lesson("2025-11-17", "4n", 1000)};
  const std::vector<time_in_post> whole{{day("2025-01-06"), {}, 1000}}, half{{day("2025-01-06"), {}, 500}},
      with_leave{{day("2025-01-06"), day("2025-01-31"), 1000}, {day("2025-11-03"), {}, 1000}};
  const auto full_time = diagnosed(in_a_row, "ittecf-2024:S4", "2025-11-24", &whole);
  const auto half_time = diagnosed(in_a_row, "ittecf-2024:S4", "2025-11-24", &half);
  const auto returner = diagnosed(around_leave, "ittecf-2024:S4", "2025-11-24", &with_leave);
  CHECK(advised(full_time) == advice::extend);
  for (const auto* d : {&half_time, &returner}) {
    CHECK(advised(*d) == advised(full_time));
    CHECK(rule_of(*d) == rule_of(full_time));
    CHECK(d->occasions == full_time.occasions);
    CHECK(d->secure == full_time.secure);
    CHECK(d->developing == full_time.developing);
  }
  // Somebody who was in post all along has lost sight of January by November.
  CHECK(diagnosed(around_leave, "ittecf-2024:S4", "2025-11-24", &whole).statements == 3);
}

TEST_CASE("days in post are school days times full-time equivalent, breaks left out", "[diagnosis]") {
  const auto& calendar = defaults().calendar();
  const std::vector<time_in_post> half{{day("2025-09-01"), {}, 500}};
  CHECK(days_in_post(calendar, {}, day("2025-09-01"), day("2025-09-08")) == 5);
  CHECK(days_in_post(calendar, half, day("2025-09-01"), day("2025-09-08")) == 2);
  CHECK(days_in_post(calendar, half, day("2025-09-01"), day("2025-09-15")) == 5);
  const std::vector<time_in_post> two{{day("2025-09-01"), day("2025-09-05"), 1000}, {day("2025-09-15"), {}, 600}};
  CHECK(days_in_post(calendar, two, day("2025-08-31"), day("2025-09-19")) == 8);
  CHECK(days_in_post(calendar, two, day("2025-09-19"), day("2025-09-19")) == 0);
  CHECK(days_in_post(calendar, two, day("2025-09-22"), day("2025-09-19")) == 0);
}

TEST_CASE("records from initial training do not age in the first term", "[diagnosis]") {
  const std::vector<time_in_post> service{{day("2025-09-01"), {}, 1000}};
  const std::vector<evidence> rows{sighting("2024-11-11", "4n", 1000, evidence_source::itt_record),
                                   sighting("2025-06-20", "4i", 1000, evidence_source::itt_record)};
  const auto early = diagnosed(rows, "ittecf-2024:S4", "2025-11-24", &service);
  CHECK(early.itt_view == itt_view::secured);
  CHECK(early.occasions == 0);
  CHECK(rule_of(early) == "DIA-P1");
  // Two and a half terms in post later they no longer count.
  CHECK(diagnosed(rows, "ittecf-2024:S4", "2026-07-20", &service).itt_view == itt_view::secured);
  CHECK(diagnosed(rows, "ittecf-2024:S4", "2026-10-20", &service).itt_view == itt_view::unknown);
  auto growing = rows;
  growing.push_back(sighting("2025-06-20", "4m", 500, evidence_source::itt_record));
  CHECK(diagnosed(growing, "ittecf-2024:S4", "2025-11-24", &service).itt_view == itt_view::not_secured);
}

TEST_CASE("a gating statement holds back only when it stays emerging", "[diagnosis]") {
  std::vector<evidence> rows{sighting("2025-09-08", "4i", 1000), sighting("2025-09-15", "4m", 1000),
                             sighting("2025-09-15", "4c", 1000), sighting("2025-09-22", "4f", 0)};
  CHECK(diagnosed(rows, "ittecf-2024:S4", "2025-10-24").gating_emerging_n == 0);
  rows.push_back(sighting("2025-09-22", "4f", 0));  // the same lesson again
  CHECK(diagnosed(rows, "ittecf-2024:S4", "2025-10-24").gating_emerging_n == 0);
  rows.push_back(sighting("2025-09-29", "4f", 0));
  const auto held = diagnosed(rows, "ittecf-2024:S4", "2025-10-24");
  CHECK(held.gating_emerging_n == 1);
  CHECK(held.gating_emerging == true);
  CHECK(rule_of(held) == "DIA-P4");
  rows.push_back(sighting("2025-10-06", "4f", 1000));
  const auto freed = diagnosed(rows, "ittecf-2024:S4", "2025-10-24");
  CHECK(freed.gating_emerging_n == 0);
  CHECK(rule_of(freed) == "DIA-P6");
}

TEST_CASE("self-view: two levels on one statement or one level on three", "[diagnosis]") {
  const auto own = [](std::string_view code, int s) { return sighting("2025-09-10", code, s, evidence_source::self_audit); };
  const auto with = [](std::vector<evidence> rows) { return diagnosed(rows, "ittecf-2024:S4", "2025-10-24").self_view; };
  CHECK(with({sighting("2025-09-08", "4n", 0), own("4n", 1000)}) == self_view::higher);
  CHECK(with({sighting("2025-09-08", "4n", 1000), own("4n", 0)}) == self_view::lower);
  CHECK(with({sighting("2025-09-08", "4n", 500), own("4n", 1000)}) == self_view::agree);
  const auto s = [](std::string_view code, int x) { return sighting("2025-09-08", code, x); };
  CHECK(with({s("4n", 500), own("4n", 1000), s("4m", 500), own("4m", 1000)}) == self_view::agree);
  CHECK(with({s("4n", 500), own("4n", 1000), s("4m", 500), own("4m", 1000), s("4i", 0), own("4i", 500)}) == self_view::higher);
  CHECK(with({s("4n", 500), own("4n", 0), s("4m", 500), own("4m", 0), s("4i", 1000), own("4i", 500)}) == self_view::lower);
  CHECK(with({s("4n", 500), own("4i", 0)}) == self_view::unknown);
}

TEST_CASE("later rows, other standards and unscored rows", "[diagnosis]") {
  auto unscored = sighting("2025-09-08", "4n", 0);
  unscored.score = {};
  const auto d = diagnosed({sighting("2025-10-27", "4n", 1000), sighting("2025-09-08", "5a", 1000), unscored},
                           "ittecf-2024:S4", "2025-10-24");
  CHECK(d.n_scored == 0);
  CHECK(d.n_unscored == 1);
  CHECK(d.statements == 0);
}

TEST_CASE("errors say what was wrong", "[diagnosis]") {
  evidence_base base;
  const auto ask = [&](std::string_view standard) { return diagnose(tree(), standard, base, day("2025-10-24"), defaults()); };
  CHECK(ask("ittecf-2024:S9").error().code == errc::unknown_code);
  CHECK(ask("ittecf-2024:4n").error().code == errc::wrong_type);
  CHECK(ask("ecf-2019:S4").error().code == errc::wrong_edition);
  std::vector<evidence> rows{sighting("2025-09-08", "4n", 0)};
  rows[0].statement = "ittecf-2024:4zz";
  base.rows = rows;
  CHECK(ask("ittecf-2024:S4").error().code == errc::unknown_code);
}

TEST_CASE("the gap is the floor of the exact difference", "[diagnosis]") {
  // 1/3 against 2/3 in ratios that no double holds exactly.
  constexpr weighted_mean third{1, 3}, two_thirds{2, 3};
  static_assert(gap_between(third, two_thirds) == 333);
  CHECK(gap_between(two_thirds, third) == 333);
  CHECK(gap_between(third, third) == 0);
  CHECK(detail::multiply(~0ull, ~0ull) == detail::wide{~0ull - 1, 1});
  CHECK(detail::multiply(1ull << 63, 6) == detail::wide{3, 0});
  // Against a slow reference with plain fractions small enough for 64 bits.
  for (int b = 1; b != 24; ++b)
    for (int a = 0; a <= b * 3; a += 2)
      for (int e = 1; e != 24; ++e)
        for (int c = 0; c <= e * 3; c += 3) {
          const weighted_mean x{a, b}, y{c, e};
          const long long top = 1000LL * (1LL * a * e - 1LL * c * b), bottom = 1LL * b * e;
          CHECK(gap_between(x, y) == (top < 0 ? -top : top) / bottom);
        }
}
