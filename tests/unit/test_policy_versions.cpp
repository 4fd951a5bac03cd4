#include <catch2/catch.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "ectp/policy/batch.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/identity.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/versions.hpp"
#include "ectp/policy/write.hpp"
#include "support/allocations.hpp"
#include "support/policy_generator.hpp"

using namespace ectp;
using policy::finding_kind;
using policy::severity;
using policy::value_ref;

namespace {

constexpr std::int32_t no_day = std::numeric_limits<std::int32_t>::min();

policy::table read(const std::string& csv, const std::string& file = "p.csv") {
  const policy::reading r = policy::read_csv_all(csv, {"p", file, {}});
  if (!r.table) FAIL(to_string(r.errors.front()) << "\n" << csv);
  return *r.table;
}
policy::table version(const std::string& number, const std::string& days, const std::string& file = "p.csv",
                      const std::string& id = "pathway") {
  return read("F,self,path\n,in,out\n,integer [0..5],\"consolidate,extend\"\n#id," + id + ",\n#version," + number +
                  ",\n#valid," + days + ",\nr1,>=4,extend\nr2,-,consolidate\n",
              file);
}
date day(const std::string& s) { return parse_date(s).value(); }

std::string lines(const std::vector<policy::finding>& all) {
  std::string out;
  for (const policy::finding& f : all) out += std::string(name(f.kind)) + ": " + to_string(f) + "\n";
  return out;
}

}  // namespace

TEST_CASE("the version that holds on a day", "[policy][versions]") {
  const policy::versions v = policy::make_versions({version("2.0.0", "2026-09-01.."), version("1.0.0", "2024-09-01..2025-08-31"),
                                                    version("1.1.0", "2025-09-01..2026-07-31")})
                                 .value();
  CHECK(v.id() == "pathway");
  REQUIRE(v.size() == 3);
  CHECK((v[0].version() == "1.0.0" && v[1].version() == "1.1.0" && v[2].version() == "2.0.0"));
  CHECK((v.given(0) == 1 && v.given(1) == 2 && v.given(2) == 0));
  const auto held = [&](const std::string& on) {
    const policy::table* t = v.as_of(day(on));
    return t == nullptr ? std::string() : std::string(t->version());
  };
  CHECK(held("2024-08-31").empty());
  CHECK(held("2024-09-01") == "1.0.0");
  CHECK(held("2025-08-31") == "1.0.0");
  CHECK(held("2025-09-01") == "1.1.0");
  CHECK(held("2026-07-31") == "1.1.0");
  CHECK(held("2026-08-01").empty());
  CHECK(held("2026-08-31").empty());
  CHECK(held("2026-09-01") == "2.0.0");
  CHECK(held("9999-12-31") == "2.0.0");
  CHECK(*v.find(day("2025-10-01")) == 1);
  CHECK(policy::versions().as_of(day("2025-09-01")) == nullptr);

  // Every day by looking at each version.
  generate::source random(7);
  for (int n = 0; n != 300; ++n) {
    std::vector<policy::table> tables;
    for (std::size_t k = 1 + random.below(6); k != 0; --k) {
      const auto from = static_cast<std::int32_t>(20'000 + random.below(40)), to = from + static_cast<std::int32_t>(random.below(30));
      const bool open = random.one_in(6), endless = random.one_in(6);
      const std::string days = open && endless ? std::string()
                                               : (open ? "" : to_string(date::from_days(from))) + ".." +
                                                     (endless ? "" : to_string(date::from_days(to)));
      tables.push_back(version("1." + std::to_string(random.below(9)) + ".0", days));
    }
    const policy::versions made = policy::make_versions(tables).value();
    for (std::int32_t d = 19'990; d != 20'090; ++d) {
      const policy::table* want = nullptr;
      for (std::size_t i = 0; i != made.size(); ++i)
        if (made[i].valid().contains(date::from_days(d))) want = &made[i];
      if (made.as_of(date::from_days(d)) != want) FAIL(d);
    }
    // The findings are about exactly the days that are covered twice or not at all.
    std::vector<int> said(100), want(100);
    std::int32_t first = 20'200, last = 19'900;
    for (std::size_t i = 0; i != made.size(); ++i) {
      const policy::period& p = made[i].valid();
      first = std::min(first, p.from ? p.from->days() : 19'000);
      last = std::max(last, p.to ? p.to->days() : 21'000);
    }
    for (std::int32_t d = 19'990; d != 20'090; ++d) {
      int covered = 0;
      for (std::size_t i = 0; i != made.size(); ++i) covered += made[i].valid().contains(date::from_days(d)) ? 1 : 0;
      want[static_cast<std::size_t>(d - 19'990)] = covered == 0 && d > first && d < last ? -1 : covered * (covered - 1) / 2;
    }
    for (const policy::finding& f : made.findings()) {
      if (f.kind == finding_kind::version_order || f.kind == finding_kind::changed_columns) continue;
      CHECK(f.level == severity::error);
      if (f.box.empty()) continue;
      const policy::table test = read("U,as_of,o\n,in,out\n,date,boolean\nr,\"" + f.box[0].test + "\",true\n");
      for (std::int32_t d = 19'990; d != 20'090; ++d)
        if (test.holds(0, 0, test.axis(0).cell_of(value_ref(date::from_days(d)))))
          said[static_cast<std::size_t>(d - 19'990)] += f.kind == finding_kind::missing_validity ? -1 : 1;
      CHECK(test.holds(0, 0, test.axis(0).cell_of(f.witness[0].value.ref())));
    }
    CHECK(said == want);
  }
}

TEST_CASE("what is wrong with versions", "[policy][versions]") {
  const auto findings = [](std::vector<policy::table> t) { return lines(policy::make_versions(std::move(t)).value().findings()); };
  CHECK(findings({version("1.0.0", "2024-09-01..2025-08-31"), version("1.1.0", "2025-09-01..")}).empty());
  CHECK(findings({version("1.0.0", "")}).empty());
  CHECK(findings({version("1.0.0", "2024-09-01..2025-08-31", "a.csv"), version("1.1.0", "2025-07-01..2026-08-31", "b.csv"),
                  version("1.1.0+x", "2026-09-02..", "c.csv")}) ==
        "missing_validity: b.csv:6:8: error: no version is valid on 2026-09-01; for example as_of = 2026-09-01. "
        "Suggestion: let the version 1.1.0 end on 2026-09-01, or later\n"
        "overlapping_validity: b.csv:6:8: error: the version 1.0.0 and the version 1.1.0 are both valid from 2025-07-01 to "
        "2025-08-31: the latter is used; for example as_of = 2025-07-01. Suggestion: let the version 1.0.0 end on 2025-06-30\n"
        "version_order: c.csv:5:10: warning: the version 1.1.0+x follows the version 1.1.0, and is not higher. Suggestion: "
        "give it a higher number\n");
  const std::string undated = findings({version("1.0.0", "2025-09-01..", "a.csv"), version("", "", "b.csv")});
  CHECK(undated ==
        "missing_validity: b.csv:1:1: error: the version in 'b.csv' does not say on which days it is valid. Suggestion: add "
        "a row #valid, such as 2025-09-01..2026-08-31\n"
        "overlapping_validity: a.csv:6:8: error: the version in 'b.csv' and the version 1.0.0 are both valid from 2025-09-01 "
        "on: the latter is used; for example as_of = 2025-09-01. Suggestion: let the version in 'b.csv' end on 2025-08-31\n"
        "version_order: b.csv:1:1: warning: the version in 'b.csv' has no version number. Suggestion: add a row #version, "
        "such as 1.2.0\n");
  CHECK(findings({version("1.0.0", "..2025-08-31", "a.csv"),
                  read("F,mentor,path,next\n,in,out,out\n,integer [0..5],\"extend,consolidate\",string\n#id,pathway,,\n"
                       "#version,2.0.0,,\n#valid,2025-09-01..,,\nr1,-,extend,x\n", "b.csv")}) ==
        "changed_columns: b.csv:1:3: note: since the version 1.0.0: the input 'mentor' is new; the input 'self' is gone; the "
        "output 'path' holds extend,consolidate and no longer consolidate,extend; the output 'next' is new\n");

  // A stretch of days that is asked about.
  const policy::versions v = policy::make_versions({version("1.0.0", "2025-09-01..2026-08-31")}).value();
  CHECK(v.check(day("2025-09-01"), day("2026-08-31")).empty());
  const auto more = v.check(day("2025-08-01"), day("2026-09-01"));
  REQUIRE(more.size() == 2);
  CHECK(to_string(more[0]) == "p.csv:6:8: error: no version is valid from 2025-08-01 to 2025-08-31; for example as_of = 2025-08-01. "
                              "Suggestion: let the version 1.0.0 begin on 2025-08-01, or sooner");
  CHECK((more[0].box.at(0).input == "as_of" && more[0].box.at(0).test == "[2025-08-01..2025-08-31]"));
  CHECK((more[1].box.at(0).test == "2026-09-01" && more[1].witness.at(0).value == policy::value(value_ref(day("2026-09-01")))));
  CHECK(v.check(day("2026-01-01"), day("2025-01-01")).empty());
}

TEST_CASE("versions that cannot be put together", "[policy][versions]") {
  const auto failure = [](std::vector<policy::table> t) {
    const auto r = policy::make_versions(std::move(t));
    REQUIRE_FALSE(r);
    CHECK(r.error().code == errc::bad_argument);
    return to_string(r.error());
  };
  CHECK(failure({}).find("without a version") != std::string::npos);
  CHECK(failure({policy::table()}).find("without columns") != std::string::npos);
  const std::string other = failure({version("1.0.0", "", "a.csv"), version("1.0.0", "", "b.csv", "stance")});
  CHECK(other.find("b.csv:4:5") == 0);
  CHECK(other.find("'stance'") != std::string::npos);
  const std::string none = failure({version("1.0.0", "", "a.csv"), version("1.0.0", "", "b.csv", "")});
  CHECK(none.find("b.csv:1:1") == 0);
  CHECK(none.find("no id") != std::string::npos);
}

namespace {

// Random versions over some common inputs and outputs, which each takes in its own order.
class random_versions {
 public:
  explicit random_versions(std::uint64_t seed) : random(seed) {}

  policy::versions make(bool single) {
    std::vector<policy::table> tables;
    for (std::size_t k = 1 + random.below(4); k != 0; --k) tables.push_back(read(csv(single)));
    return policy::make_versions(std::move(tables)).value();
  }

  generate::source random;

 private:
  struct column {
    std::string name, domain;
    std::vector<std::string> cells;
  };
  std::string csv(bool single) {
    std::vector<column> in = {{"n", "\"integer [0..9], null\"", {"-", ">3", "<=6", "\"[2..5]\"", "null", "\"1,7\""}},
                              {"w", "\"low,mid,high\"", {"-", "low", "\"mid,high\"", "not(high)"}},
                              {"s", "\"string, null\"", {"-", "\"\"\"x\"\"\"", "\"not(\"\"y\"\")\"", "null"}},
                              {"b", "\"boolean, null\"", {"-", "true", "false", "null"}},
                              {"d", "date", {"-", "< 2025-11-01", ">= 2026-02-01"}}};
    std::vector<column> out = {{"path", random.one_in(2) ? "\"a,b,c\"" : "\"c,b,a,d\"", {"a", "b", "c"}},
                               {"score", "\"number, null\"", {"1", "0.5", "7", ""}},
                               {"say", "string", {"yes", "no", "perhaps"}}};
    random.shuffle(in);
    random.shuffle(out);
    in.resize(1 + random.below(in.size()));
    out.resize(1 + random.below(out.size()));
    static const std::vector<std::string> several = {"R", "C", "F", "A", "C#"};
    std::string corner = single ? random.one_in(3) ? "U" : random.one_in(2) ? "A" : "F" : random.of(several);
    if (corner == "C#") out.resize(1);
    std::string rows[3] = {corner, "", ""};
    for (const column& c : in) rows[0] += "," + c.name, rows[1] += ",in", rows[2] += "," + c.domain;
    for (const column& c : out) rows[0] += "," + c.name, rows[1] += ",out", rows[2] += "," + c.domain;
    const std::size_t columns = in.size() + out.size();
    const auto from = static_cast<std::int32_t>(20'300 + random.below(400));
    std::string text = rows[0] + "\n" + rows[1] + "\n" + rows[2] + "\n#valid," + to_string(date::from_days(from)) + ".." +
                       (random.one_in(3) ? "" : to_string(date::from_days(from + static_cast<std::int32_t>(random.below(200))))) +
                       std::string(columns - 1, ',') + "\n";
    if (random.one_in(3)) {
      text += "#default" + std::string(in.size(), ',');
      for (const column& c : out) text += "," + random.of(c.cells);
      text += "\n";
    }
    const std::size_t rules = 1 + random.below(6);
    for (std::size_t r = 0; r != rules; ++r) {
      text += "r" + std::to_string(r);
      for (const column& c : in) text += "," + random.of(c.cells);
      for (const column& c : out) text += "," + random.of(c.cells);
      text += "\n";
    }
    return text;
  }
};

// Rows for all inputs, in various types of columns.
struct rows {
  std::vector<std::int32_t> days, dates;
  std::vector<double> numbers;
  std::vector<std::uint8_t> words, texts;
  std::vector<std::uint8_t> bits, known;
  std::vector<std::vector<policy::value>> values;  // n, w, s, b, d
  std::vector<value_ref> dictionary = {"x", "y", "z", value_ref()};

  rows(generate::source& random, std::size_t n, std::size_t shift) : shift_(shift) {
    bits.assign((n + shift) / 8 + 1, 0);
    known.assign((n + shift) / 8 + 1, 0);
    static const char* const listed[] = {"low", "mid", "high"};
    std::int32_t on = 20'400;
    for (std::size_t k = 0; k != n; ++k) {
      // Runs of equal days, and days all over.
      if (!random.one_in(3)) on = random.one_in(9) ? no_day : static_cast<std::int32_t>(20'250 + random.below(800));
      days.push_back(on);
      const bool null = random.one_in(8), odd = random.one_in(20);
      const auto number = static_cast<double>(random.below(10)) + (odd ? 0.5 : 0.0);
      numbers.push_back(null ? std::nan("") : number);
      words.push_back(static_cast<std::uint8_t>(random.below(3)));
      texts.push_back(static_cast<std::uint8_t>(random.below(4)));
      const bool yes = random.one_in(2), seen = !random.one_in(5);
      const std::size_t bit = k + shift;
      bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] | (yes ? 1u : 0u) << bit % 8);
      known[bit / 8] = static_cast<std::uint8_t>(known[bit / 8] | (seen ? 1u : 0u) << bit % 8);
      dates.push_back(static_cast<std::int32_t>(20'300 + random.below(250)));
      values.push_back({null ? value_ref() : value_ref(number), value_ref(listed[words[k]]), dictionary[texts[k]],
                        seen ? value_ref(yes) : value_ref(), value_ref(date::from_days(dates[k]))});
    }
  }
  policy::named_column column(std::string_view name) const {
    const std::size_t n = days.size();
    if (name == "n") return {name, policy::input_column::numbers(numbers.data(), n)};
    if (name == "w") return {name, policy::input_column::codes(words.data(), n)};
    if (name == "s") return {name, policy::input_column::codes(texts.data(), n, dictionary)};
    if (name == "b") return {name, policy::input_column::bits(bits.data(), n, shift_).where(known.data(), shift_)};
    return {name, policy::input_column::numbers(dates.data(), n)};
  }
  static std::size_t place(std::string_view name) { return std::string_view("nwsbd").find(name[0]); }

 private:
  std::size_t shift_;
};

}  // namespace

TEST_CASE("a batch by versions is what each row's version says", "[policy][versions]") {
  random_versions make(20251129);
  std::size_t decided = 0, uncovered = 0, conflicts = 0, invalid = 0, listed = 0;
  for (int round = 0; round != 200; ++round) {
    const bool single = make.random.one_in(2);
    const policy::versions_plan plan(make.make(single), {make.random.one_in(2)});
    const policy::versions& v = plan.versions();
    const std::size_t n = round % 50 == 0 ? 3'000 : 1 + make.random.below(400);
    const rows data(make.random, n, make.random.below(9));
    std::vector<policy::named_column> in;
    for (const std::string& name : plan.inputs()) in.push_back(data.column(name));
    if (plan.inputs().empty()) continue;
    make.random.shuffle(in);

    const std::size_t outputs = plan.outputs().size();
    std::vector<std::vector<std::int16_t>> codes(outputs, std::vector<std::int16_t>(n, 99));
    std::vector<double> scores(n, 99);
    std::vector<std::int8_t> which(n, 99), status(n, 99), near_input(n, 99);
    std::vector<std::uint16_t> rule(n, 99);
    std::vector<std::int32_t> near_rule(n, 99), matched(n, 99);
    std::vector<policy::output_column> values;
    bool numbers = false;
    for (std::size_t o = 0; o != outputs; ++o) {
      // Numbers where every version has one answer.
      const bool as_number = plan.outputs()[o] == "score" && !plan.lists() && make.random.one_in(2);
      numbers = numbers || as_number;
      if (as_number) values.emplace_back(scores.data(), n);
      else values.emplace_back(codes[o].data(), n);
    }
    policy::versions_output out;
    out.values = values;
    out.version = {which.data(), n};
    out.status = {status.data(), n};
    out.rule = {rule.data(), n};
    out.near_rule = {near_rule.data(), n};
    out.near_input = {near_input.data(), n};
    out.matched = {matched.data(), n};
    policy::batch_options options;
    options.threads = 1 + static_cast<unsigned>(make.random.below(2));
    if (make.random.one_in(2)) options.chunk = 512;
    const auto done = plan.decide(policy::input_column::numbers(data.days.data(), n), in, out, options);
    if (!done) FAIL(to_string(done.error()));
    REQUIRE(done->rows == n);

    std::vector<policy::batch_plan> plans;
    std::vector<policy::scratch> work;
    for (std::size_t k = 0; k != v.size(); ++k) {
      plans.emplace_back(v[k]);
      work.push_back(v[k].make_scratch());
    }
    std::int32_t next_set = 0;
    std::vector<std::int16_t> next_code(outputs, 0);
    for (std::size_t r = 0; r != n; ++r) {
      INFO("round " << round << ", row " << r);
      const auto held = data.days[r] == no_day ? maybe<std::size_t>() : v.find(date::from_days(data.days[r]));
      REQUIRE(which[r] == (held ? static_cast<int>(*held) : -1));
      if (!held) {
        ++uncovered;
        bool blank = status[r] == static_cast<int>(policy::rule_status::no_rule) && rule[r] == 0xFFFF && near_rule[r] == -1 &&
                     near_input[r] == -1 && matched[r] == -1;
        for (std::size_t o = 0; o != outputs; ++o) blank = blank && (values[o].is_code() ? codes[o][r] == -1 : std::isnan(scores[r]));
        REQUIRE(blank);
        continue;
      }
      const policy::table& t = v[*held];
      std::vector<value_ref> row;
      std::vector<policy::input_column> own;
      for (std::size_t i = 0; i != t.inputs().size(); ++i) {
        row.push_back(data.values[r][rows::place(t.input(i).name)].ref());
        policy::input_column c = data.column(t.input(i).name).column;
        const std::size_t bytes = c.type == policy::column_type::float64 ? 8 : c.type == policy::column_type::int32 ? 4 : 1;
        if (c.type == policy::column_type::bit) c.first_bit += r;
        else c.data = static_cast<const char*>(c.data) + bytes * r;
        c.validity_first_bit += r;
        c.rows = 1;
        own.push_back(c);
      }
      // By the version itself, row by row.
      const policy::outcome want = t.decide(row, work[*held]);
      REQUIRE(status[r] == static_cast<int>(want.status));
      const std::uint16_t want_rule = want.rule == 0xFFFF'FFFF ? 0xFFFF : static_cast<std::uint16_t>(want.rule);
      REQUIRE(rule[r] == want_rule);
      decided += want.status == policy::rule_status::decided ? 1u : 0u;
      conflicts += want.status == policy::rule_status::conflict ? 1u : 0u;
      invalid += want.status == policy::rule_status::invalid_input ? 1u : 0u;
      if (matched[r] != -1) {
        // Sets are numbered as the rows come to them.
        REQUIRE(matched[r] <= next_set);
        if (matched[r] == next_set) ++next_set;
      }
      for (std::size_t o = 0; o != outputs; ++o) {
        if (!values[o].is_code() || codes[o][r] == -1) continue;
        const auto code = static_cast<std::size_t>(codes[o][r]);
        const auto i = t.find_output(plan.outputs()[o]);
        REQUIRE(i);
        if (!plan.lists()) {
          REQUIRE(plan.dictionary(o)[code].ref() == (want.rule == 0xFFFF'FFFF ? t.default_output(*i) : t.output(want.rule, *i)));
          continue;
        }
        ++listed;
        REQUIRE(codes[o][r] <= next_code[o]);
        if (codes[o][r] == next_code[o]) ++next_code[o];
      }
      if (!make.random.one_in(12)) continue;
      // By a batch of that version and this one row.
      std::uint32_t one_rule = 0, one_input = 0, one_matched = 0;
      std::vector<std::uint32_t> one_code(t.outputs().size());
      std::vector<policy::output_column> one_values;
      for (std::uint32_t& c : one_code) one_values.emplace_back(&c, 1);
      policy::batch_output one;
      one.values = one_values;
      one.near_rule = {&one_rule, 1};
      one.near_input = {&one_input, 1};
      one.matched = {&one_matched, 1};
      policy::batch_options small;
      small.chunk = 512;
      const auto sliced = plans[*held].decide(own, one, small);
      if (!sliced) FAIL(to_string(sliced.error()));
      REQUIRE(near_rule[r] == static_cast<std::int32_t>(one_rule));
      if (one_input == 0xFFFF'FFFF) REQUIRE(near_input[r] == -1);
      else REQUIRE(plan.inputs()[static_cast<std::size_t>(near_input[r])] == t.input(one_input).name);
      if (one_matched == 0xFFFF'FFFF) {
        REQUIRE(matched[r] == -1);
      } else {
        REQUIRE(matched[r] != -1);
        const auto a = done->matched[static_cast<std::size_t>(matched[r])], b = sliced->matched[one_matched];
        REQUIRE(std::vector<std::uint32_t>(a.begin(), a.end()) == std::vector<std::uint32_t>(b.begin(), b.end()));
      }
      for (std::size_t o = 0; o != outputs; ++o) {
        const auto i = t.find_output(plan.outputs()[o]);
        if (!values[o].is_code()) {
          const double want_number = i && one_code[*i] != 0xFFFF'FFFF ? plans[*held].dictionary(*i)[one_code[*i]].number() : std::nan("");
          REQUIRE((scores[r] == want_number || (std::isnan(scores[r]) && std::isnan(want_number))));
          continue;
        }
        const std::int16_t code = codes[o][r];
        if (!i || one_code[*i] == 0xFFFF'FFFF) {
          REQUIRE(code == -1);
          continue;
        }
        const bool several = !single_hit(t.hit_policy());
        const auto said = several ? sliced->answers[*i][one_code[*i]] : plans[*held].dictionary(*i).subspan(one_code[*i], 1);
        const auto all = plan.lists() ? done->answers[o][static_cast<std::size_t>(code)]
                                      : plan.dictionary(o).subspan(static_cast<std::size_t>(code), 1);
        REQUIRE(std::vector<policy::value>(all.begin(), all.end()) == std::vector<policy::value>(said.begin(), said.end()));
      }
    }
    CHECK(static_cast<std::size_t>(next_set) == done->matched.size());
  }
  CHECK(decided > 10'000);
  CHECK(uncovered > 5'000);
  CHECK(conflicts > 500);
  CHECK(invalid > 300);
  CHECK(listed > 5'000);
}

TEST_CASE("a batch by versions that cannot be run", "[policy][versions]") {
  const policy::table later = read("F,mentor,path\n,in,out\n,\"low,high\",\"consolidate,extend,x\"\n#id,pathway,\n#version,2.0.0,\n"
                                   "#valid,2025-09-01..,\nr1,high,extend\nr2,-,x\n");
  const policy::versions_plan plan(policy::make_versions({version("1.0.0", "..2025-08-31"), later}).value());
  REQUIRE(std::vector<std::string>(plan.inputs().begin(), plan.inputs().end()) == std::vector<std::string>{"self", "mentor"});
  REQUIRE(plan.dictionary(0).size() == 3);
  std::vector<std::int32_t> days = {day("2025-08-31").days(), day("2025-09-01").days()}, self = {4, 4};
  std::vector<std::int8_t> mentor = {0, 1}, path(2, 7), wide(2, 7);
  const auto days_column = policy::input_column::numbers(days.data(), 2);
  const policy::named_column a{"self", policy::input_column::numbers(self.data(), 2)}, b{"mentor", policy::input_column::codes(mentor.data(), 2)};
  policy::output_column values[] = {{path.data(), 2}};
  policy::versions_output out;
  out.values = values;
  out.version = {wide.data(), 2};
  const auto failure = [&](const policy::input_column& on, std::vector<policy::named_column> in, const policy::versions_output& to) {
    const auto r = plan.decide(on, in, to);
    CHECK(path == std::vector<std::int8_t>(2, 7));
    CHECK(wide == std::vector<std::int8_t>(2, 7));
    return r ? std::string("no error") : r.error().at.path + ": " + std::string(name(r.error().code)) + ": " + r.error().message;
  };
  CHECK(failure(days_column, {a}, out).find("/mentor: missing_field: the version 2.0.0 reads the input 'mentor'") == 0);
  CHECK(failure(days_column, {a, b, {"wish", a.column}}, out).find("/wish: unknown_field") == 0);
  CHECK(failure(days_column, {a, b, a}, out).find("/self: bad_argument: the input 'self' is given twice") == 0);
  CHECK(failure(days_column, {a, {"mentor", policy::input_column::codes(mentor.data(), 1)}}, out).find("/mentor: bad_argument") == 0);
  CHECK(failure(days_column, {{"self", b.column}, b}, out).find("/self: wrong_type") == 0);
  CHECK(failure(days_column, {a, {"mentor", policy::input_column::codes(static_cast<std::int8_t*>(nullptr), 2)}}, out).find("/mentor: bad_argument") == 0);
  CHECK(failure(policy::input_column::codes(mentor.data(), 2), {a, b}, out).find("/days: wrong_type") == 0);
  CHECK(failure(policy::input_column::numbers(static_cast<std::int32_t*>(nullptr), 2), {a, b}, out).find("/days: bad_argument") == 0);
  policy::versions_output other = out;
  policy::output_column numbers[] = {{reinterpret_cast<double*>(0x1000), 2}}, two[] = {values[0], values[0]}, shorter[] = {{path.data(), 1}};
  other.values = numbers;
  CHECK(failure(days_column, {a, b}, other).find("/path: wrong_type") == 0);
  other.values = two;
  CHECK(failure(days_column, {a, b}, other).find(": bad_argument: 2 output columns") == 0);
  other.values = shorter;
  CHECK(failure(days_column, {a, b}, other).find("/path: bad_argument") == 0);
  other = out;
  other.status = {reinterpret_cast<double*>(0x1000), 2};
  CHECK(failure(days_column, {a, b}, other).find("/status: wrong_type") == 0);

  // A version that no day calls for needs no column.
  days[1] = no_day;
  REQUIRE(plan.decide(days_column, std::vector<policy::named_column>{a}, out));
  CHECK(path == std::vector<std::int8_t>{1, -1});
  CHECK(wide == std::vector<std::int8_t>{0, -1});
  // With a bitmap the lowest number is a day like others.
  const std::uint8_t known = 2;
  REQUIRE(plan.decide(days_column.where(&known), std::vector<policy::named_column>{a}, out));
  CHECK(wide == std::vector<std::int8_t>{-1, 0});
  CHECK(plan.decide(policy::input_column::numbers(days.data(), 0), {}, {})->rows == 0);
}

TEST_CASE("days far apart, in a batch", "[policy][versions]") {
  for (const char* until : {"1700-01-05", "2020-01-01"}) {
    const policy::versions_plan plan(
        policy::make_versions({version("1.0.0", "1700-01-01.." + std::string(until)), version("1.1.0", "2025-09-01..2025-09-02"),
                               version("1.2.0", "2025-09-02..2025-09-03")})
            .value());
    std::vector<std::int32_t> days = {no_day + 1, std::numeric_limits<std::int32_t>::max(), 0};
    for (const char* s : {"1700-01-01", until, "2025-09-01", "2025-09-02", "2025-09-03"})
      for (const std::int32_t step : {-1, 0, 1}) days.push_back(day(s).days() + step);
    const std::vector<std::int32_t> self(days.size(), 4);
    std::vector<std::int8_t> which(days.size());
    policy::versions_output out;
    out.version = {which.data(), which.size()};
    const policy::named_column c{"self", policy::input_column::numbers(self.data(), self.size())};
    REQUIRE(plan.decide(policy::input_column::numbers(days.data(), days.size()), {&c, 1}, out));
    for (std::size_t k = 0; k != days.size(); ++k) {
      INFO(days[k]);
      const auto held = plan.versions().find(date::from_days(days[k]));
      CHECK(which[k] == (held ? static_cast<int>(*held) : -1));
    }
  }
}

TEST_CASE("more answers than a column has codes for", "[policy][versions]") {
  std::string text = "C,n,o\n,in,out\n,integer,integer\n";
  for (int r = 0; r != 300; ++r) text += "r" + std::to_string(r) + "," + std::to_string(r) + "," + std::to_string(r) + "\n";
  const policy::versions_plan plan(policy::make_versions({read(text)}).value());
  std::vector<std::int32_t> n(300), days(300, 20'000);
  for (int r = 0; r != 300; ++r) n[static_cast<std::size_t>(r)] = r;
  std::vector<std::uint8_t> narrow(300);
  policy::output_column values[] = {{narrow.data(), 300}};
  policy::versions_output out;
  out.values = values;
  const policy::named_column c{"n", policy::input_column::numbers(n.data(), 300)};
  const auto r = plan.decide(policy::input_column::numbers(days.data(), 300), {&c, 1}, out);
  REQUIRE_FALSE(r);
  CHECK(r.error().code == errc::too_large);
  CHECK(r.error().at.path == "/o");
}

TEST_CASE("a batch by versions allocates nothing for a row, and can be stopped", "[policy][versions]") {
  const policy::versions_plan plan(policy::make_versions({version("1.0.0", "2024-09-01..2025-08-31"), version("1.1.0", "2025-09-01..")}).value());
  const auto run = [&](std::size_t n, std::size_t stop, std::size_t& done_rows) {
    std::vector<std::int32_t> days(n), self(n);
    for (std::size_t k = 0; k != n; ++k) {
      days[k] = static_cast<std::int32_t>(19'960 + k * 7919 % 900);
      self[k] = static_cast<std::int32_t>(k % 6);
    }
    std::vector<std::uint8_t> path(n), which(n);
    policy::output_column values[] = {{path.data(), n}};
    policy::versions_output out;
    out.values = values;
    out.version = {which.data(), n};
    const policy::named_column c{"self", policy::input_column::numbers(self.data(), n)};
    policy::batch_options options;
    options.chunk = 4'096;
    options.context = &stop;
    options.progress = [](void* context, std::size_t done, std::size_t) { return done < *static_cast<std::size_t*>(context); };
    const std::size_t before = allocations.load();
    const auto r = plan.decide(policy::input_column::numbers(days.data(), n), {&c, 1}, out, options);
    const std::size_t made = allocations.load() - before;
    REQUIRE(r);
    done_rows = r->rows;
    CHECK(r->cancelled == (r->rows != n));
    return made;
  };
  std::size_t rows = 0;
  const std::size_t few = run(4'096 * 2, 1u << 30, rows), many = run(4'096 * 20, 1u << 30, rows);
  CHECK(rows == 4'096 * 20);
  // Some for each block, of which there are ten times as many.
  CHECK(many <= few * 10);
  CHECK(many < 4'096);
  run(4'096 * 20, 5'000, rows);
  CHECK(rows == 8'192);
}

TEST_CASE("how fast a batch by versions is", "[.long][policy][versions]") {
  const policy::versions_plan plan(policy::make_versions({version("1.0.0", "..2025-08-31"), version("1.1.0", "2025-09-01..2026-08-31"),
                                                          version("1.2.0", "2026-09-01..")}).value());
  const std::size_t n = 10'000'000;
  std::vector<std::int32_t> days(n);
  std::vector<std::uint8_t> path(n), which(n);
  std::vector<std::int8_t> self(n);
  for (const bool sorted : {true, false}) {
    generate::source random(1);
    for (std::size_t k = 0; k != n; ++k) {
      days[k] = static_cast<std::int32_t>(20'000 + (sorted ? k * 1'000 / n : random.below(1'000)));
      self[k] = static_cast<std::int8_t>(k % 6);
    }
    policy::output_column values[] = {{path.data(), n}};
    policy::versions_output out;
    out.values = values;
    out.version = {which.data(), n};
    const policy::named_column c{"self", policy::input_column::numbers(self.data(), n)};
    double best = 1e9;
    for (int k = 0; k != 5; ++k) {
      const auto start = std::chrono::steady_clock::now();
      REQUIRE(plan.decide(policy::input_column::numbers(days.data(), n), {&c, 1}, out));
      best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    WARN((sorted ? "sorted days: " : "days at random: ") << best * 1e9 / static_cast<double>(n) << " ns a row");
  }
}

TEST_CASE("the page about versions is true", "[policy][versions]") {
  std::ifstream in(ECTP_SOURCE_DIR "/docs/policy_versions.md", std::ios::binary);
  const std::string all{std::istreambuf_iterator<char>(in), {}};
  const auto block = [&](const std::string& comment) {
    std::size_t begin = all.find("<!-- " + comment + " -->\n```");
    REQUIRE(begin != all.npos);
    begin = all.find('\n', all.find("```", begin)) + 1;
    return all.substr(begin, all.find("```\n", begin) - begin);
  };
  const policy::table first = read(block("first"), "first.csv"), second = read(block("second"), "second.csv");
  CHECK(policy::write_csv(first) == block("first"));
  CHECK(policy::write_csv(second) == block("second"));
  CHECK(policy::canonical_form(first) == block("canonical"));
  CHECK(policy::fingerprint(first) + "\n" == block("fingerprint"));
  const policy::versions versions = policy::make_versions({second, first}).value();
  std::string findings;
  for (const policy::finding& f : versions.findings()) findings += to_string(f) + "\n";
  CHECK(findings == block("findings"));

  const std::size_t rows = 4;
  const std::vector<std::int32_t> days = {day("2025-08-31").days(), day("2025-09-02").days(), day("2025-09-03").days(), no_day};
  const std::vector<std::int8_t> self = {3, 3, 3, 3}, mentor = {1, 1, 1, 1};
  std::vector<std::int8_t> codes(rows), version(rows);
  const policy::versions_plan plan(versions);
  const policy::named_column columns[] = {{"mentor", policy::input_column::codes(mentor.data(), rows)},
                                          {"self", policy::input_column::numbers(self.data(), rows)}};
  policy::output_column path[] = {{codes.data(), rows}};
  policy::versions_output out;
  out.values = path;
  out.version = {version.data(), rows};
  const auto done = plan.decide(policy::input_column::numbers(days.data(), rows), columns, out);
  REQUIRE(done);
  CHECK(version == std::vector<std::int8_t>{0, -1, 1, -1});
  CHECK(codes == std::vector<std::int8_t>{0, -1, 1, -1});
}
