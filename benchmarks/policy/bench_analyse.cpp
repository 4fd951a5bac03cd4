// What analysing a table costs, and comparing two of them: over all records, and over the rows of a cohort.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ectp/policy/analyse.hpp"
#include "ectp/policy/batch.hpp"
#include "ectp/policy/diff.hpp"
#include "ectp/policy/diff_rows.hpp"
#include "ectp/policy/table.hpp"

namespace {

using namespace ectp;
using policy::batch_output;
using policy::batch_plan;
using policy::input_column;
using policy::output_column;

// splitmix64.
class source {
 public:
  explicit source(std::uint64_t seed) : state_(seed) {}
  std::size_t below(std::size_t n) {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return static_cast<std::size_t>((z ^ z >> 31) % n);
  }

 private:
  std::uint64_t state_;
};

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "bench_analyse: %s\n", why.c_str());
  std::exit(1);
}

policy::table read(const std::string& csv) {
  const auto t = policy::read_csv(csv);
  if (!t) stop(to_string(t.error()));
  return *t;
}

// --- decision trees -----------------------------------------------------------------------------------

constexpr std::size_t columns = 7;
constexpr int most = 1'000'000;

struct region {
  int low[columns] = {}, high[columns] = {};
};

// The leaves of a random decision tree: each splits one column of a box in two.
void split(source& random, const region& box, std::size_t leaves, std::vector<region>& out) {
  if (leaves == 1) {
    out.push_back(box);
    return;
  }
  std::size_t i = random.below(columns);
  while (box.high[i] - box.low[i] < 2) i = (i + 1) % columns;
  region left = box, right = box;
  left.high[i] = right.low[i] =
      box.low[i] + 1 + static_cast<int>(random.below(static_cast<std::size_t>(box.high[i] - box.low[i] - 1)));
  const std::size_t share = leaves * (20 + random.below(61)) / 100;
  const std::size_t left_leaves = share == 0 ? 1 : share == leaves ? leaves - 1 : share;
  split(random, left, left_leaves, out);
  split(random, right, leaves - left_leaves, out);
}

// A rule for each leaf, in any order; one end of every tenth rule is moved, which leaves gaps and makes overlaps.
policy::table tree_of(std::size_t leaves) {
  source random(leaves);
  region all;
  for (int& high : all.high) high = most;
  std::vector<region> rules;
  split(random, all, leaves, rules);
  for (std::size_t i = rules.size(); i > 1; --i) std::swap(rules[i - 1], rules[random.below(i)]);
  for (region& r : rules) {
    if (random.below(10) != 0) continue;
    const std::size_t i = random.below(columns);
    const int width = r.high[i] - r.low[i], by = 1 + static_cast<int>(random.below(static_cast<std::size_t>(width)));
    if (random.below(2) == 0) r.low[i] = r.low[i] > by ? r.low[i] - by : 0;
    else if (by < width) r.high[i] -= by;
  }
  std::string csv = "U", roles, domains;
  for (std::size_t i = 0; i != columns; ++i) {
    csv += ",x" + std::to_string(i);
    roles += ",in";
    domains += ",number [0.." + std::to_string(most) + ")";
  }
  csv += ",n\n" + roles + ",out\n" + domains + ",integer\n";
  for (std::size_t r = 0; r != rules.size(); ++r) {
    csv += "r" + std::to_string(r);
    for (std::size_t i = 0; i != columns; ++i) {
      const int low = rules[r].low[i], high = rules[r].high[i];
      if (low == 0) csv += high == most ? ",-" : ",<" + std::to_string(high);
      else if (high == most) csv += ",>=" + std::to_string(low);
      else csv += ",[" + std::to_string(low) + ".." + std::to_string(high) + ")";
    }
    csv += "," + std::to_string(r % 100) + "\n";
  }
  return read(csv);
}

void analyse_of(benchmark::State& state, const policy::analyse_options& options) {
  const policy::table t = tree_of(static_cast<std::size_t>(state.range(0)));
  policy::analysis a;
  for (auto _ : state) {
    a = policy::analyse(t, options);
    benchmark::DoNotOptimize(a.gaps.data());
  }
  if (!a.gaps_known || !a.overlaps_known || !a.dead_known || a.gaps.empty() || a.overlaps.empty())
    stop("the analysis is not what was meant");
  state.counters["gaps"] = static_cast<double>(a.gaps.size());
  state.counters["overlaps"] = static_cast<double>(a.overlaps.size());
}
// Boxes, pairs of rules and dead rules, and nothing put into words.
void overlaps_and_gaps(benchmark::State& state) {
  policy::analyse_options options;
  options.advice = false;
  options.findings = 0;
  analyse_of(state, options);
}
// And up to 250 findings of a kind, with what to do about each.
void overlaps_and_gaps_told(benchmark::State& state) {
  policy::analyse_options options;
  options.advice = false;
  analyse_of(state, options);
}
void analyse_all(benchmark::State& state) { analyse_of(state, {}); }

// --- two tables ---------------------------------------------------------------------------------------

// Rules over four inputs; `changed` of them get another test and another output.
std::string twenty(std::size_t changed) {
  source random(20);
  std::string out =
      "F,self,mentor,occasions,kind,path\n,in,in,in,in,out\n"
      ",integer [0..5],\"ordered: low,mid,high\",integer [0..40],\"a,b,c,d,e\",\"w,x,y,z\"\n";
  static const char* const levels[] = {"low", "mid", "high"};
  static const char* const signs[] = {"<=", ">=", "<", ">"};
  for (std::size_t r = 0; r != 20; ++r) {
    const bool other = r % 4 == 1 && r / 4 < changed;
    const auto test = [&](const std::string& literal, bool ordered) {
      const std::size_t how = random.below(4), any = random.below(4);
      return any == 0 || r == 19 ? std::string("-") : (ordered ? signs[how] : how < 2 ? "" : "!=") + literal;
    };
    out += "r" + std::to_string(r) + "," + test(std::to_string(1 + random.below(4)), true) + "," +
           test(levels[random.below(3)], false) + "," + test(std::to_string(random.below(20) + (other ? 20 : 0)), true) +
           "," + test(std::string(1, static_cast<char>('a' + random.below(5))), false) + "," +
           std::string(1, static_cast<char>('w' + (random.below(4) + (other ? 1 : 0)) % 4)) + "\n";
  }
  return out;
}

void diff_tables(benchmark::State& state) {
  const policy::table a = read(twenty(0)), b = read(twenty(static_cast<std::size_t>(state.range(0))));
  std::size_t changes = 0;
  for (auto _ : state) {
    const auto d = policy::diff(a, b);
    if (!d || !d->complete) stop("no difference is known");
    changes = d->changes.size();
  }
  if ((changes == 0) != (state.range(0) == 0)) stop("not the difference that was meant");
  state.counters["changes"] = static_cast<double>(changes);
}

// --- a cohort -----------------------------------------------------------------------------------------

constexpr std::size_t rows = 10'000'000, inputs = 5;

// Forty rules over five lists of so many words, of which some change.
std::string forty(std::size_t words, const char* hit_policy, bool changed) {
  source random(words);
  std::string names, roles, domains;
  for (std::size_t i = 0; i != inputs; ++i) {
    names += ",x" + std::to_string(i);
    roles += ",in";
    domains += ",\"ordered: ";
    for (std::size_t w = 0; w != words; ++w) domains += (w == 0 ? "w" : ",w") + std::to_string(w);
    domains += "\"";
  }
  std::string out = hit_policy + names + ",path\n" + roles + ",out\n" + domains + ",\"a,b,c,d,e\"\n";
  for (std::size_t r = 0; r != 40; ++r) {
    out += "r" + std::to_string(r);
    for (std::size_t i = 0; i != inputs; ++i) {
      static const char* const signs[] = {">=", ">", "<", "<=", "", "!="};
      const std::size_t w = random.below(words), how = random.below(6);
      const bool any = random.below(3) == 0 || r + 1 == 40;
      out += any ? std::string(",-") : "," + std::string(signs[how]) + "w" + std::to_string(w);
    }
    const std::size_t said = random.below(5);
    const bool other = changed && (r % 8 == 3 || r % 16 == 6 || r > 30);
    out += "," + std::string(1, static_cast<char>('a' + (said + (other ? 1 : 0)) % 5)) + "\n";
  }
  return out;
}

struct cohort {
  batch_plan before, after;
  std::vector<std::uint8_t> codes[inputs], path;
  std::vector<input_column> in;

  cohort(std::size_t words, const char* hit_policy)
      : before(read(forty(words, hit_policy, false))), after(read(forty(words, hit_policy, true))), path(rows) {
    source random(1);
    for (std::vector<std::uint8_t>& column : codes) {
      for (std::size_t r = 0; r != rows; ++r) column.push_back(static_cast<std::uint8_t>(random.below(words)));
      in.push_back(input_column::codes(column.data(), rows));
    }
  }
};
// 3 words make 243 combinations of values, 9 make 59,049.
cohort& cohort_of(std::size_t words, const char* hit_policy) {
  static std::vector<std::pair<std::string, cohort>> kept;
  const std::string key = hit_policy + std::to_string(words);
  for (auto& [k, c] : kept)
    if (k == key) return c;
  kept.clear();
  kept.emplace_back(key, cohort(words, hit_policy));
  return kept.back().second;
}

void two_batches(benchmark::State& state, const char* hit_policy) {
  cohort& c = cohort_of(static_cast<std::size_t>(state.range(0)), hit_policy);
  const output_column path(c.path.data(), rows);
  batch_output out;
  out.values = {&path, 1};
  for (auto _ : state)
    for (const batch_plan* plan : {&c.before, &c.after}) {
      if (const auto done = plan->decide({c.in.data(), c.in.size()}, out); !done) stop(to_string(done.error()));
      benchmark::ClobberMemory();
    }
}
void diff_cohort(benchmark::State& state, const char* hit_policy) {
  cohort& c = cohort_of(static_cast<std::size_t>(state.range(0)), hit_policy);
  const std::span<const input_column> in(c.in.data(), c.in.size());
  std::size_t changed = 0;
  for (auto _ : state) {
    const auto d = policy::diff(c.before, in, c.after, in);
    if (!d) stop(to_string(d.error()));
    changed = d->changed.size();
    std::size_t sum = 0;
    for (const policy::attribution& a : d->reasons) sum += a.rows;
    if (sum != changed || changed == 0 || d->rows != rows) stop("the reasons do not add up");
  }
  state.counters["changed"] = static_cast<double>(changed);
}
void two_batches_first(benchmark::State& state) { two_batches(state, "F"); }
void diff_cohort_first(benchmark::State& state) { diff_cohort(state, "F"); }
void two_batches_rule_order(benchmark::State& state) { two_batches(state, "R"); }
void diff_cohort_rule_order(benchmark::State& state) { diff_cohort(state, "R"); }

}  // namespace

BENCHMARK(overlaps_and_gaps)->Arg(1'500)->Arg(16'369)->Unit(benchmark::kMillisecond);
BENCHMARK(overlaps_and_gaps_told)->Arg(1'500)->Arg(16'369)->Unit(benchmark::kMillisecond);
BENCHMARK(analyse_all)->Arg(1'500)->Arg(16'369)->Unit(benchmark::kMillisecond);
BENCHMARK(diff_tables)->Arg(0)->Arg(2)->Arg(5)->Unit(benchmark::kMillisecond);
BENCHMARK(two_batches_first)->Arg(3)->Unit(benchmark::kMillisecond);
BENCHMARK(diff_cohort_first)->Arg(3)->Unit(benchmark::kMillisecond);
BENCHMARK(two_batches_first)->Arg(9)->Unit(benchmark::kMillisecond);
BENCHMARK(diff_cohort_first)->Arg(9)->Unit(benchmark::kMillisecond);
BENCHMARK(two_batches_rule_order)->Arg(3)->Unit(benchmark::kMillisecond);
BENCHMARK(diff_cohort_rule_order)->Arg(3)->Unit(benchmark::kMillisecond);
