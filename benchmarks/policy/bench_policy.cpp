// What deciding costs, in batches and one by one. Every output is compared with deciding row by row
// before its time counts. `report.py` runs this, and its rivals beside it, and prints the ratios.
#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "ectp/policy/batch.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/table.hpp"

namespace {

using namespace ectp;
using policy::batch_output;
using policy::batch_plan;
using policy::input_column;
using policy::output_column;
using policy::value_ref;

// splitmix64; python_ifs.py has the same.
class source {
 public:
  explicit source(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }

 private:
  std::uint64_t state_;
};

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "bench_policy: %s\n", why.c_str());
  std::exit(1);
}

policy::table read(const std::string& csv) {
  const auto t = policy::read_csv(csv);
  if (!t) stop(to_string(t.error()));
  return *t;
}

void run(const batch_plan& plan, const std::vector<input_column>& in, const batch_output& out, unsigned threads = 1) {
  policy::batch_options options;
  options.threads = threads;
  const auto done = plan.decide({in.data(), in.size()}, out, options);
  if (!done) stop(to_string(done.error()));
}

// --- five columns -----------------------------------------------------------------------------------

constexpr std::size_t rows = 20'000'000, columns = 5;

// `cells` cells in each of five inputs: words of a list, or the gaps and points of (cells - 1) / 2
// thresholds. Forty rules, the first of which that matches decides.
std::string five_columns(std::size_t cells, bool words, bool null) {
  source random(cells);
  std::string names = "F", roles, domains;
  for (std::size_t i = 0; i != columns; ++i) {
    names += ",x" + std::to_string(i);
    roles += ",in";
    domains += words ? ",\"ordered: " : ",\"number";
    for (std::size_t c = 0; words && c != cells; ++c) domains += (c == 0 ? "w" : ",w") + std::to_string(c);
    domains += null ? ", null\"" : "\"";
  }
  std::string out = names + ",path\n" + roles + ",out\n" + domains + ",\"a,b,c,d,e\"\n";
  const std::size_t rules = 40;
  for (std::size_t r = 0; r != rules; ++r) {
    out += "r" + std::to_string(r);
    for (std::size_t i = 0; i != columns; ++i) {
      static const char* const signs[] = {">=", ">", "<", "<=", "", "!="};
      const std::size_t k = words ? random.below(cells) : 1 + random.below((cells - 1) / 2);
      const std::string literal = (words ? "w" : "") + std::to_string(k);
      // The first rules name every threshold, so that there are as many cells as said.
      if (!words && r < (cells - 1) / 2) out += (r % 2 == 0 ? ",>=" : ",>") + std::to_string(r + 1);
      else out += random.below(3) == 0 || r + 1 == rules ? ",-" : "," + std::string(signs[random.below(6)]) + literal;
    }
    out += "," + std::string(1, static_cast<char>('a' + random.below(5))) + "\n";
  }
  return out;
}

// One value in ten may be null: all ones or NaN, or a zero of a bitmap.
enum class nulls { none, values, bitmap };

struct five {
  policy::table table;
  batch_plan plan, near_plan;
  std::vector<std::uint8_t> codes[columns];
  std::vector<double> numbers[columns];
  std::vector<std::uint8_t> validity[columns];
  std::vector<input_column> in;
  std::vector<std::uint8_t> path, status, rule, near_rule, near_input;
  std::vector<std::uint16_t> matched;

  five(std::size_t cells, bool words, std::size_t n = rows, nulls with = nulls::none)
      : table(read(five_columns(cells, words, with != nulls::none))) {
    plan = batch_plan(table);
    near_plan = batch_plan(table, {true});
    if (!plan.tabulated() || table.axis(0).size() != cells + (with != nulls::none ? 1 : 0))
      stop("not the table that was meant");
    source random(1);
    for (std::size_t i = 0; i != columns; ++i) {
      if (words) codes[i].resize(n);
      else numbers[i].resize(n);
      if (with == nulls::bitmap) validity[i].assign(n / 8 + 1, 0xFF);
    }
    // Numbers lie on a threshold as often as between two.
    for (std::size_t r = 0; r != n; ++r) {
      std::uint64_t bits = random.next();
      for (std::size_t i = 0; i != columns; ++i, bits >>= 12) {
        const std::uint64_t cell = (bits & 0xFFF) * cells >> 12;
        const bool null = with != nulls::none && random.below(10) == 0, here = null && with == nulls::values;
        if (words) codes[i][r] = here ? std::uint8_t{255} : static_cast<std::uint8_t>(cell);
        else numbers[i][r] = here ? std::nan("") : 0.5 + static_cast<double>(cell) / 2;
        if (null && !here) validity[i][r / 8] = static_cast<std::uint8_t>(validity[i][r / 8] & ~(1u << r % 8));
      }
    }
    for (std::size_t i = 0; i != columns; ++i) {
      in.push_back(words ? input_column::codes(codes[i].data(), n) : input_column::numbers(numbers[i].data(), n));
      if (with == nulls::bitmap) in[i] = in[i].where(validity[i].data());
    }
    for (auto* out : {&path, &status, &rule, &near_rule, &near_input}) out->assign(n, 0xAA);
    matched.assign(n, 0xAAAA);
  }

  void check() const {
    policy::scratch work = table.make_scratch();
    std::vector<value_ref> values(columns);
    const auto words = plan.dictionary(0);
    for (std::size_t r = 0; r < path.size(); r += path.size() > 1'000'000 ? 7 : 1) {
      for (std::size_t i = 0; i != columns; ++i) {
        const bool valid = validity[i].empty() || (validity[i][r / 8] >> r % 8 & 1) != 0;
        if (!valid || (!codes[i].empty() && codes[i][r] == 255)) values[i] = {};
        else values[i] = codes[i].empty() ? value_ref(numbers[i][r]) : table.axis(i).representative(codes[i][r]);
      }
      const policy::outcome o = table.decide({values.data(), columns}, work);
      if (!o || words[path[r]].ref() != table.output(o.rule, 0)) stop("a batch is not what its rows are");
      if (status[r] != 0xAA && (status[r] != 0 || rule[r] != o.rule)) stop("a reason is not what its row's is");
    }
  }
};

five& words_of(std::size_t cells) {
  static std::unique_ptr<five> kept[10];
  if (!kept[cells]) kept[cells] = std::make_unique<five>(cells, true);
  return *kept[cells];
}
five& numbers() {
  static five kept(9, false);
  return kept;
}

// The bytes of a batch, copied; where to is written once before.
struct copied {
  std::vector<unsigned char> from, to;
  explicit copied(std::size_t bytes) : from(bytes, 1), to(bytes, 2) {}
  void copy(std::size_t parts) {
    const std::size_t part = from.size() / parts;
    for (std::size_t i = 0; i != parts; ++i) std::memcpy(to.data() + i * part, from.data() + i * part, part);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
};

void per_row(benchmark::State& state, std::size_t n) {
  state.counters["rows"] = static_cast<double>(n);
}

void memcpy_bytes(benchmark::State& state, std::size_t bytes_a_row, std::size_t n) {
  copied data(bytes_a_row * n);
  for (auto _ : state) data.copy(bytes_a_row);
  per_row(state, n);
}
void memcpy_codes(benchmark::State& state) { memcpy_bytes(state, columns, rows); }
void memcpy_codes_reasons(benchmark::State& state) { memcpy_bytes(state, columns + 7, rows); }
void memcpy_numbers(benchmark::State& state) { memcpy_bytes(state, columns * 8, rows); }
void memcpy_codes_small(benchmark::State& state) { memcpy_bytes(state, columns, 10'000); }
void memcpy_codes_reasons_small(benchmark::State& state) { memcpy_bytes(state, columns + 7, 10'000); }
void memcpy_numbers_small(benchmark::State& state) { memcpy_bytes(state, columns * 8, 10'000); }

void batch_of(benchmark::State& state, five& f, bool reasons, unsigned threads = 1) {
  const std::size_t n = f.path.size();
  for (auto* out : {&f.status, &f.rule, &f.near_rule, &f.near_input}) std::memset(out->data(), 0xAA, n);
  const output_column path(f.path.data(), n);
  batch_output out;
  out.values = {&path, 1};
  if (reasons) {
    out.status = {f.status.data(), n};
    out.rule = {f.rule.data(), n};
    out.near_rule = {f.near_rule.data(), n};
    out.near_input = {f.near_input.data(), n};
    out.matched = {f.matched.data(), n};
  }
  const batch_plan& plan = reasons ? f.near_plan : f.plan;
  run(plan, f.in, out, threads);
  f.check();
  for (auto _ : state) {
    run(plan, f.in, out, threads);
    benchmark::ClobberMemory();
  }
  per_row(state, n);
}
void batch_codes(benchmark::State& state) { batch_of(state, words_of(static_cast<std::size_t>(state.range(0))), false); }
void batch_codes_threads(benchmark::State& state) { batch_of(state, words_of(9), false, 2); }
void batch_reasons(benchmark::State& state) { batch_of(state, words_of(9), true); }
void batch_numbers(benchmark::State& state) { batch_of(state, numbers(), false); }
void batch_codes_null(benchmark::State& state) {
  static five f(8, true, rows, nulls::values);
  batch_of(state, f, false);
}
void batch_numbers_null(benchmark::State& state) {
  static five f(7, false, rows, nulls::values);
  batch_of(state, f, false);
}
void batch_codes_bitmap(benchmark::State& state) {
  static five f(8, true, rows, nulls::bitmap);
  batch_of(state, f, false);
}
void batch_numbers_bitmap(benchmark::State& state) {
  static five f(7, false, rows, nulls::bitmap);
  batch_of(state, f, false);
}
void batch_codes_small(benchmark::State& state) {
  static five f(9, true, 10'000);
  batch_of(state, f, false);
}
void batch_numbers_small(benchmark::State& state) {
  static five f(9, false, 10'000);
  batch_of(state, f, false);
}
void batch_reasons_small(benchmark::State& state) {
  static five f(9, true, 10'000);
  batch_of(state, f, true);
}

// --- a table of 13 rules ------------------------------------------------------------------------------

// DMN's chapter 11 has it: the risk category behind the credit bureau's answer.
const char* const risk_csv =
    "U,existing customer,application risk score,credit score,category\n"
    ",in,in,in,out\n"
    ",boolean,number,number,\"DECLINE,HIGH,MEDIUM,LOW,VERY LOW\"\n"
    "R1,false,< 120,< 590,HIGH\n"
    "R2,false,< 120,[590..610],MEDIUM\n"
    "R3,false,< 120,> 610,LOW\n"
    "R4,false,[120..130],< 600,HIGH\n"
    "R5,false,[120..130],[600..625],MEDIUM\n"
    "R6,false,[120..130],> 625,LOW\n"
    "R7,false,> 130,-,VERY LOW\n"
    "R8,true,<= 100,< 580,HIGH\n"
    "R9,true,<= 100,[580..600],MEDIUM\n"
    "R10,true,<= 100,> 600,LOW\n"
    "R11,true,> 100,< 590,HIGH\n"
    "R12,true,> 100,[590..615],MEDIUM\n"
    "R13,true,> 100,> 615,LOW\n";

constexpr std::size_t records = 200'000;

struct risk {
  policy::table table = read(risk_csv);
  batch_plan plan{table};
  std::vector<std::uint8_t> existing, application_code, credit_code, category;
  std::vector<double> application, credit;
  std::vector<value_ref> application_words, credit_words;  // one for each cell, in their order
  std::vector<input_column> in_numbers, in_codes;

  risk() : category(records) {
    source random(2025);
    for (std::size_t r = 0; r != records; ++r) {
      existing.push_back(static_cast<std::uint8_t>(random.below(2)));
      application.push_back(60 + static_cast<double>(random.below(201)) / 2);
      credit.push_back(540 + static_cast<double>(random.below(241)) / 2);
      application_code.push_back(static_cast<std::uint8_t>(table.axis(1).cell_of(application[r])));
      credit_code.push_back(static_cast<std::uint8_t>(table.axis(2).cell_of(credit[r])));
    }
    for (std::uint32_t c = 0; c != table.axis(1).size(); ++c) application_words.push_back(table.axis(1).representative(c));
    for (std::uint32_t c = 0; c != table.axis(2).size(); ++c) credit_words.push_back(table.axis(2).representative(c));
    in_numbers = {input_column::codes(existing.data(), records), input_column::numbers(application.data(), records),
                  input_column::numbers(credit.data(), records)};
    in_codes = {in_numbers[0], input_column::codes(application_code.data(), records, application_words),
                input_column::codes(credit_code.data(), records, credit_words)};
  }

  policy::outcome decide(std::size_t r, policy::scratch& work) const {
    const value_ref values[] = {existing[r] != 0, application[r], credit[r]};
    return table.decide(values, work);
  }
  // FNV-1a over the categories, for the rivals to agree with.
  std::string hash() const {
    policy::scratch work = table.make_scratch();
    std::uint64_t h = 0xCBF29CE484222325u;
    for (std::size_t r = 0; r != records; ++r) {
      const policy::outcome o = decide(r, work);
      if (!o || plan.dictionary(0)[category[r]].ref() != table.output(o.rule, 0)) stop("a category is wrong");
      h = (h ^ category[r]) * 0x100000001B3u;
    }
    return std::to_string(h);
  }
};
risk& risk_table() {
  static risk kept;
  return kept;
}

void risk_of(benchmark::State& state, const std::vector<input_column>& in) {
  risk& f = risk_table();
  std::memset(f.category.data(), 0xAA, records);
  const output_column category(f.category.data(), records);
  batch_output out;
  out.values = {&category, 1};
  run(f.plan, in, out);
  state.SetLabel(f.hash());
  for (auto _ : state) {
    run(f.plan, in, out);
    benchmark::ClobberMemory();
  }
  per_row(state, records);
}
void risk_numbers(benchmark::State& state) { risk_of(state, risk_table().in_numbers); }
void risk_codes(benchmark::State& state) { risk_of(state, risk_table().in_codes); }
void risk_one_by_one(benchmark::State& state) {
  risk& f = risk_table();
  policy::scratch work = f.table.make_scratch();
  for (auto _ : state)
    for (std::size_t r = 0; r != records; ++r) benchmark::DoNotOptimize(f.decide(r, work));
  per_row(state, records);
}

// --- a table of 16,369 rules ---------------------------------------------------------------------------

constexpr std::size_t large_rules = 16'369, large_columns = 7, large_rows = 100'000;

struct region {
  int low[large_columns] = {}, high[large_columns] = {};
};

// The leaves of a random decision tree: each splits one column of a box in two.
void split(source& random, const region& box, std::size_t leaves, std::vector<region>& out) {
  if (leaves == 1) {
    out.push_back(box);
    return;
  }
  std::size_t i = random.below(large_columns);
  while (box.high[i] - box.low[i] < 2) i = (i + 1) % large_columns;
  const int width = box.high[i] - box.low[i];
  region left = box, right = box;
  left.high[i] = right.low[i] = box.low[i] + 1 + static_cast<int>(random.below(static_cast<std::size_t>(width - 1)));
  const std::size_t share = leaves * (20 + random.below(61)) / 100;
  const std::size_t left_leaves = share == 0 ? 1 : share == leaves ? leaves - 1 : share;
  split(random, left, left_leaves, out);
  split(random, right, leaves - left_leaves, out);
}

struct large {
  policy::table table;
  batch_plan plan;
  std::vector<double> numbers[large_columns];
  std::vector<input_column> in;
  std::vector<std::uint16_t> rule;

  explicit large(bool shuffled) : rule(large_rows) {
    constexpr int most = 1'000'000;
    source random(16'369);
    region all;
    for (int& high : all.high) high = most;
    std::vector<region> leaves;
    split(random, all, large_rules, leaves);
    if (shuffled)
      for (std::size_t i = leaves.size(); i > 1; --i) std::swap(leaves[i - 1], leaves[random.below(i)]);
    std::string csv = "U", roles, domains;
    for (std::size_t i = 0; i != large_columns; ++i) {
      csv += ",x" + std::to_string(i);
      roles += ",in";
      domains += ",number";
    }
    csv += ",n\n" + roles + ",out\n" + domains + ",integer\n";
    for (std::size_t r = 0; r != leaves.size(); ++r) {
      csv += "r" + std::to_string(r);
      for (std::size_t i = 0; i != large_columns; ++i) {
        const int low = leaves[r].low[i], high = leaves[r].high[i];
        if (low == 0) csv += high == most ? ",-" : ",<" + std::to_string(high);
        else if (high == most) csv += ",>=" + std::to_string(low);
        else csv += ",[" + std::to_string(low) + ".." + std::to_string(high) + ")";
      }
      csv += "," + std::to_string(r % 100) + "\n";
    }
    table = read(csv);
    plan = batch_plan(table);
    for (std::size_t i = 0; i != large_columns; ++i) {
      for (std::size_t r = 0; r != large_rows; ++r)
        numbers[i].push_back(static_cast<double>(random.below(2 * most)) / 2);
      in.push_back(input_column::numbers(numbers[i].data(), large_rows));
    }
    // The tree says which leaf it is.
    policy::scratch work = table.make_scratch();
    for (std::size_t r = 0; r != 2'000; ++r) {
      const policy::outcome o = decide(r, work);
      bool inside = static_cast<bool>(o);
      for (std::size_t i = 0; inside && i != large_columns; ++i)
        inside = leaves[o.rule].low[i] <= numbers[i][r] && numbers[i][r] < leaves[o.rule].high[i];
      if (!inside) stop("a leaf is not found");
    }
  }
  policy::outcome decide(std::size_t r, policy::scratch& work) const {
    value_ref values[large_columns];
    for (std::size_t i = 0; i != large_columns; ++i) values[i] = numbers[i][r];
    return table.decide(values, work);
  }
};
large& large_table(bool shuffled) {
  static std::unique_ptr<large> kept[2];
  if (!kept[shuffled]) kept[shuffled] = std::make_unique<large>(shuffled);
  return *kept[shuffled];
}

void large_one_by_one(benchmark::State& state) {
  const large& f = large_table(state.range(0) != 0);
  policy::scratch work = f.table.make_scratch();
  for (auto _ : state)
    for (std::size_t r = 0; r != large_rows; ++r) benchmark::DoNotOptimize(f.decide(r, work));
  per_row(state, large_rows);
}
void large_batch(benchmark::State& state) {
  large& f = large_table(state.range(0) != 0);
  batch_output out;
  out.rule = {f.rule.data(), large_rows};
  run(f.plan, f.in, out);
  policy::scratch work = f.table.make_scratch();
  for (std::size_t r = 0; r != large_rows; ++r)
    if (f.rule[r] != f.decide(r, work).rule) stop("a batch is not what its rows are");
  for (auto _ : state) {
    run(f.plan, f.in, out);
    benchmark::ClobberMemory();
  }
  per_row(state, large_rows);
}

BENCHMARK(memcpy_codes)->Unit(benchmark::kMillisecond);
BENCHMARK(batch_codes)->Arg(3)->Arg(6)->Arg(9)->Unit(benchmark::kMillisecond);
BENCHMARK(batch_codes_threads)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(memcpy_codes_reasons)->Unit(benchmark::kMillisecond);
BENCHMARK(batch_reasons)->Unit(benchmark::kMillisecond);
BENCHMARK(memcpy_numbers)->Unit(benchmark::kMillisecond);
BENCHMARK(batch_numbers)->Unit(benchmark::kMillisecond);
BENCHMARK(batch_codes_null)->Unit(benchmark::kMillisecond);
BENCHMARK(batch_numbers_null)->Unit(benchmark::kMillisecond);
BENCHMARK(batch_codes_bitmap)->Unit(benchmark::kMillisecond);
BENCHMARK(batch_numbers_bitmap)->Unit(benchmark::kMillisecond);
BENCHMARK(memcpy_codes_small)->Unit(benchmark::kMicrosecond);
BENCHMARK(batch_codes_small)->Unit(benchmark::kMicrosecond);
BENCHMARK(memcpy_codes_reasons_small)->Unit(benchmark::kMicrosecond);
BENCHMARK(batch_reasons_small)->Unit(benchmark::kMicrosecond);
BENCHMARK(memcpy_numbers_small)->Unit(benchmark::kMicrosecond);
BENCHMARK(batch_numbers_small)->Unit(benchmark::kMicrosecond);
BENCHMARK(risk_numbers)->Unit(benchmark::kMicrosecond);
BENCHMARK(risk_codes)->Unit(benchmark::kMicrosecond);
BENCHMARK(risk_one_by_one)->Unit(benchmark::kMicrosecond);
BENCHMARK(large_one_by_one)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(large_batch)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
