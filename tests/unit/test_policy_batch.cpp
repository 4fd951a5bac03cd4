#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "ectp/policy/answer.hpp"
#include "ectp/policy/batch.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/nearest.hpp"
#include "support/allocations.hpp"
#include "support/policy_generator.hpp"
#include "support/policy_reference.hpp"

using namespace ectp;
using policy::column_type;
using policy::input_column;
using policy::output_column;
using policy::rule_status;
using policy::value_ref;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// --- columns whose values are known otherwise -------------------------------------------------------

// What a row can hold: the bits in memory, whether the bitmap calls it valid, and what it stands for.
struct entry {
  std::uint64_t bits = 0;
  bool valid = true;
  policy::value means;
  bool odd = false;  // null, or belongs to no cell
};

struct made_column {
  column_type type = column_type::code8;
  std::vector<entry> pool;
  std::vector<std::uint32_t> which;  // of each row
  std::vector<std::uint64_t> memory;
  std::vector<std::uint8_t> validity;
  std::vector<policy::value> dictionary;
  std::vector<value_ref> borrowed;
  std::size_t validity_bit = 0, first_bit = 0;
  input_column column;
};

std::size_t bytes_of(column_type t) {
  constexpr std::size_t bytes[] = {1, 2, 4, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 0};
  return bytes[static_cast<std::size_t>(t)];
}

void set_bit(std::vector<std::uint8_t>& bits, std::size_t i, bool on) {
  if (on) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 1u << i % 8);
}

// A value that this column never takes.
policy::value foreign(const policy::axis& axis) {
  if (axis.type() == policy::value_kind::text) return value_ref(7);
  return value_ref("belongs to no cell");
}

template <class T>
void number_entries(const policy::axis& axis, bool bitmap, std::vector<entry>& pool) {
  std::vector<double> tries = {0, -0.0, 1, -1, 0.5, 7, 127, -128, 255, 32767, -32768, 1e6, 1e300, -1e300, 0.1 + 0.2,
                               2147483647.0, -2147483648.0, 9007199254740993.0, -9.3e18, 1.5e19};
  for (const policy::decimal& p : axis.points()) {
    const double x = p.to_double();
    for (const double y : {x, std::nextafter(x, infinity), std::nextafter(x, -infinity), x + 1, x - 1, x + 0.5}) tries.push_back(y);
  }
  for (std::uint32_t c = 0; c != axis.size(); ++c)
    if (c != axis.null_cell()) tries.push_back(axis.representative(c).number());
  std::vector<T> values;
  for (const double x : tries) {
    if constexpr (std::is_integral_v<T>) {
      if (std::floor(x) != x || x < static_cast<double>(std::numeric_limits<T>::min()) ||
          x >= static_cast<double>(std::numeric_limits<T>::max()))
        continue;
    }
    values.push_back(static_cast<T>(x));
  }
  values.push_back(std::numeric_limits<T>::lowest());
  values.push_back(std::numeric_limits<T>::max());
  if constexpr (std::is_floating_point_v<T>) {
    values.push_back(std::numeric_limits<T>::infinity());
    values.push_back(-std::numeric_limits<T>::infinity());
    values.push_back(std::numeric_limits<T>::quiet_NaN());
    values.push_back(std::numeric_limits<T>::denorm_min());
  }
  for (const T v : values)
    for (const bool valid : {true, false}) {
      if (!valid && !bitmap) continue;
      entry e;
      std::memcpy(&e.bits, &v, sizeof v);
      e.valid = valid;
      bool null = !valid;
      if constexpr (std::is_integral_v<T> && std::is_signed_v<T>)
        null = null || (!bitmap && v == std::numeric_limits<T>::min());
      else
        null = null || v != v;
      if (!null) e.means = value_ref(axis.type(), static_cast<double>(v));
      pool.push_back(e);
    }
}

// A column of any type that suits the input, of values on, between and beside the thresholds.
made_column make_column(generate::source& random, const policy::table& t, std::size_t input, std::size_t rows,
                        std::size_t odd_one_in) {
  const policy::axis& axis = t.axis(input);
  made_column c;
  const bool line = policy::is_line(axis.type()), boolean = axis.type() == policy::value_kind::boolean;
  const bool listed = axis.listed() && !line;
  const bool bitmap = random.one_in(2);
  bool decoded = !line && !boolean && !listed;
  if (line && !random.one_in(5)) {
    static const std::vector<column_type> types = {
        column_type::int8,   column_type::int16,  column_type::int32,   column_type::int64,   column_type::uint8,
        column_type::uint16, column_type::uint32, column_type::uint64,  column_type::float32, column_type::float64,
        column_type::float64, column_type::float64, column_type::float64};
    c.type = random.of(types);
    switch (c.type) {
      case column_type::int8: number_entries<std::int8_t>(axis, bitmap, c.pool); break;
      case column_type::int16: number_entries<std::int16_t>(axis, bitmap, c.pool); break;
      case column_type::int32: number_entries<std::int32_t>(axis, bitmap, c.pool); break;
      case column_type::int64: number_entries<std::int64_t>(axis, bitmap, c.pool); break;
      case column_type::uint8: number_entries<std::uint8_t>(axis, bitmap, c.pool); break;
      case column_type::uint16: number_entries<std::uint16_t>(axis, bitmap, c.pool); break;
      case column_type::uint32: number_entries<std::uint32_t>(axis, bitmap, c.pool); break;
      case column_type::uint64: number_entries<std::uint64_t>(axis, bitmap, c.pool); break;
      case column_type::float32: number_entries<float>(axis, bitmap, c.pool); break;
      default: number_entries<double>(axis, bitmap, c.pool);
    }
  } else if (boolean && random.one_in(3)) {
    c.type = column_type::bit;
    for (const bool b : {false, true})
      for (const bool valid : {true, false}) {
        if (!valid && !bitmap) continue;
        c.pool.push_back({b ? 1u : 0u, valid, valid ? policy::value(value_ref(b)) : policy::value(), false});
      }
  } else {
    static const std::vector<column_type> types = {column_type::code8, column_type::code16, column_type::code32};
    c.type = random.of(types);
    decoded = decoded || line || random.one_in(2);
    if (decoded) {
      for (std::uint32_t k = 0; k != axis.size(); ++k)
        if (!random.one_in(5)) c.dictionary.push_back(axis.representative(k));
      if (odd_one_in != 0) c.dictionary.push_back(foreign(axis));
      if (odd_one_in != 0) c.dictionary.push_back({});
      c.dictionary.push_back(axis.representative(0));
      random.shuffle(c.dictionary);
      if (c.type == column_type::code8 && c.dictionary.size() < 256 && random.one_in(4))
        c.dictionary.resize(256, axis.representative(0));
      for (const policy::value& v : c.dictionary) c.borrowed.push_back(v.ref());
    } else {
      for (std::uint32_t k = 0; k != axis.size(); ++k)
        if (k != axis.null_cell()) c.dictionary.push_back(axis.representative(k));
    }
    const std::uint64_t all = c.type == column_type::code8 ? 0xFF : c.type == column_type::code16 ? 0xFFFF : 0xFFFF'FFFF;
    std::vector<std::uint64_t> codes = {all, all - 1, all / 2 + 1, c.dictionary.size(), c.dictionary.size() + 1};
    for (std::size_t k = 0; k != c.dictionary.size(); ++k) codes.push_back(k);
    for (const std::uint64_t code : codes)
      for (const bool valid : {true, false}) {
        if ((!valid && !bitmap) || code > all) continue;
        entry e = {code, valid, {}, false};
        const bool null = !valid || (!bitmap && code == all);
        if (!null) e.means = code < c.dictionary.size() ? c.dictionary[code] : foreign(axis);
        c.pool.push_back(e);
      }
  }
  for (entry& e : c.pool) e.odd = e.means.is_null() || axis.cell_of(e.means.ref()) == policy::no_cell;
  // A few of them, so that the same rows come again.
  std::vector<entry> plain, odd;
  random.shuffle(c.pool);
  for (const entry& e : c.pool) (e.odd ? odd : plain).push_back(e);
  if (plain.size() > 12) plain.resize(12);
  if (odd.size() > 6) odd.resize(6);
  c.pool = plain;
  c.pool.insert(c.pool.end(), odd.begin(), odd.end());

  for (std::size_t r = 0; r != rows; ++r) {
    const bool take_odd = plain.empty() || (!odd.empty() && odd_one_in != 0 && random.one_in(odd_one_in));
    c.which.push_back(static_cast<std::uint32_t>(take_odd ? plain.size() + random.below(odd.size()) : random.below(plain.size())));
  }
  const std::size_t size = bytes_of(c.type);
  c.first_bit = c.type == column_type::bit ? random.below(20) : 0;
  c.memory.assign((size == 0 ? (rows + c.first_bit) / 64 : rows * size / 8) + 2, 0);
  c.validity_bit = random.below(30);
  c.validity.assign((rows + c.validity_bit) / 8 + 1, 0);
  auto* const bytes = reinterpret_cast<unsigned char*>(c.memory.data());
  for (std::size_t r = 0; r != rows; ++r) {
    const entry& e = c.pool[c.which[r]];
    if (size != 0) std::memcpy(bytes + r * size, &e.bits, size);
    else if (e.bits != 0) bytes[(r + c.first_bit) / 8] = static_cast<unsigned char>(bytes[(r + c.first_bit) / 8] | 1u << (r + c.first_bit) % 8);
    set_bit(c.validity, r + c.validity_bit, e.valid);
  }
  c.column.type = c.type;
  c.column.data = c.memory.data();
  c.column.rows = rows;
  c.column.first_bit = c.first_bit;
  c.column.decoded = decoded && (c.type <= column_type::code32);
  if (c.column.decoded) c.column.dictionary = {c.borrowed.data(), c.borrowed.size()};
  if (bitmap) c.column = c.column.where(c.validity.data(), c.validity_bit);
  return c;
}

// --- what is expected -------------------------------------------------------------------------------

struct expectation {
  policy::outcome outcome;
  policy::answer answer;
  std::vector<std::uint32_t> matched;
  std::uint32_t near_rule = policy::none, near_input = policy::none;
};

// All changes of one input are tried, and the best is kept.
void find_near(const policy::table& t, const std::vector<std::uint32_t>& cells, expectation& e, policy::scratch& work) {
  std::uint32_t best = policy::none;
  for (std::size_t i = 0; i != cells.size(); ++i) {
    const policy::axis& axis = t.axis(i);
    if (t.input(i).fixed) continue;
    for (std::uint32_t c = 0; c != axis.size(); ++c) {
      const bool far = axis.ordered() && c != axis.null_cell() && cells[i] != axis.null_cell();
      const std::uint32_t steps = far ? (c < cells[i] ? cells[i] - c : c - cells[i]) : 1;
      if (c == cells[i] || steps >= best) continue;
      std::vector<std::uint32_t> changed = cells;
      changed[i] = c;
      const policy::outcome there = t.decide_cells(changed, work);
      if (!there || (e.outcome && answer_of(t, there, work) == e.answer)) continue;
      best = steps;
      e.near_rule = there.rule;
      e.near_input = static_cast<std::uint32_t>(i);
    }
  }
}

expectation expect(const policy::table& t, const std::vector<value_ref>& values, policy::scratch& work) {
  expectation e;
  e.outcome = t.decide(values, work);
  e.answer = answer_of(t, e.outcome, work);
  if (e.outcome.status == rule_status::invalid_input) return e;
  const std::vector<std::uint32_t> cells(work.cells().begin(), work.cells().end());
  if (!single_hit(t.hit_policy())) {
    e.matched.assign(work.hits().begin(), work.hits().end());
  } else {
    for (std::uint32_t rule = 0; rule != t.rules(); ++rule) {
      bool all = true;
      for (std::size_t i = 0; i != cells.size(); ++i)
        all = all && t.holds(rule, i, cells[i]) &&
              (!t.names_input(rule, i) || t.row_test(rule, i, values) == policy::truth::yes);
      if (all) e.matched.push_back(rule);
    }
  }
  if (t.needs_row()) return e;
  find_near(t, cells, e, work);
  const policy::near_cell near = policy::nearest_cell(t, cells);
  if (near.input != e.near_input || near.rule != e.near_rule) FAIL("nearest_cell says otherwise");
  return e;
}

reference::value as_reference(value_ref v) {
  switch (v.kind()) {
    case policy::value_kind::null: return {};
    case policy::value_kind::boolean: return reference::value::of(v.boolean());
    case policy::value_kind::text: return reference::value::of(std::string(v.text()));
    case policy::value_kind::number: return reference::value::of(v.number());
    default: return reference::value::of(v.number(), std::string(name(v.kind())));
  }
}

void compare_with_reference(const reference::table& slow, const std::vector<value_ref>& values, const expectation& e) {
  std::vector<reference::value> theirs;
  for (const value_ref& v : values) theirs.push_back(as_reference(v));
  const reference::answer want = slow.decide(theirs);
  const auto same = [](std::uint32_t a, int b) { return b < 0 ? a == policy::none : a == static_cast<std::uint32_t>(b); };
  std::vector<int> matched(e.matched.begin(), e.matched.end());
  std::vector<int> all = want.matched;
  if (slow.hit_policy == "O") all = want.hits;
  const bool good = name(e.outcome.status) == want.status && same(e.outcome.rule, want.rule) && matched == all;
  if (good) return;
  std::string shown;
  for (const value_ref& v : values) shown += to_string(v) + " ";
  FAIL("the reference differs for " << shown << ": " << name(e.outcome.status) << " instead of " << want.status);
}

// --- outputs ----------------------------------------------------------------------------------------

struct made_output {
  std::vector<std::uint64_t> memory;
  output_column column;
  std::size_t bytes = 0;

  std::uint32_t code(std::size_t row) const {
    std::uint32_t c = 0;
    std::memcpy(&c, reinterpret_cast<const unsigned char*>(memory.data()) + row * bytes, bytes);
    return c == (bytes == 1 ? 0xFFu : bytes == 2 ? 0xFFFFu : 0xFFFF'FFFFu) ? policy::none : c;
  }
  double number(std::size_t row) const {
    double x = 0;
    std::memcpy(&x, memory.data() + row, sizeof x);
    return x;
  }
};

template <class T>
made_output output_of(std::size_t rows) {
  made_output o;
  o.bytes = sizeof(T);
  o.memory.assign(rows * sizeof(T) / 8 + 1, 0x5A5A'5A5A'5A5A'5A5Au);
  o.column = output_column(reinterpret_cast<T*>(o.memory.data()), rows);
  return o;
}
// Of a type that holds so many codes.
made_output output_for(generate::source& random, std::size_t codes, std::size_t rows) {
  for (;;) switch (random.below(6)) {
      case 0: if (codes <= 255) return output_of<std::uint8_t>(rows); break;
      case 1: if (codes <= 128) return output_of<std::int8_t>(rows); break;
      case 2: if (codes <= 65535) return output_of<std::uint16_t>(rows); break;
      case 3: if (codes <= 32768) return output_of<std::int16_t>(rows); break;
      case 4: return output_of<std::uint32_t>(rows);
      default: return output_of<std::int32_t>(rows);
    }
}

struct counts {
  std::size_t rows = 0, decided = 0, conflicts = 0, no_rule = 0, invalid = 0, near = 0, compared = 0, tabulated = 0, row_by_row = 0;
};

// One batch of random columns, decided in several ways, against deciding row by row.
void check_batch(generate::source& random, const std::string& csv, const policy::table& t, const reference::table* slow,
                 std::size_t rows, counts& seen) {
  static const std::vector<std::size_t> odds = {0, 4, 60, 3000};
  const std::size_t odd_one_in = random.of(odds);
  std::vector<made_column> made;
  std::vector<input_column> inputs;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) made.push_back(make_column(random, t, i, rows, odd_one_in));
  for (const made_column& c : made) inputs.push_back(c.column);

  std::map<std::vector<std::uint32_t>, expectation> known;
  std::vector<const expectation*> expected;
  policy::scratch work = t.make_scratch();
  std::vector<value_ref> values(made.size());
  std::vector<std::uint32_t> key(made.size());
  for (std::size_t r = 0; r != rows; ++r) {
    for (std::size_t i = 0; i != made.size(); ++i) {
      key[i] = made[i].which[r];
      values[i] = made[i].pool[key[i]].means.ref();
    }
    auto at = known.find(key);
    if (at == known.end()) {
      at = known.emplace(key, expect(t, values, work)).first;
      if (slow != nullptr) {
        compare_with_reference(*slow, values, at->second);
        ++seen.compared;
      }
    }
    expected.push_back(&at->second);
    const expectation& e = at->second;
    seen.decided += e.outcome.status == rule_status::decided;
    seen.conflicts += e.outcome.status == rule_status::conflict;
    seen.no_rule += e.outcome.status == rule_status::no_rule;
    seen.invalid += e.outcome.status == rule_status::invalid_input;
    seen.near += e.near_input != policy::none;
  }
  seen.rows += rows;

  const bool several = !single_hit(t.hit_policy()), one = t.aggregation() != policy::aggregation::none;
  const bool with_near = !t.needs_row();
  std::vector<made_output> first;
  policy::batch_result first_result;
  const std::uint64_t seed = random.next();
  for (int way = 0; way != 4; ++way) {
    // The first two write all columns, of the same types; the last two a choice of them.
    generate::source choice(way < 2 ? seed : random.next());
    const policy::batch_plan plan(t, {way % 2 == 0});
    (plan.tabulated() ? seen.tabulated : seen.row_by_row) += 1;
    std::vector<made_output> out;
    std::vector<output_column> columns;
    const auto wanted = [&] { return way < 2 || choice.one_in(2); };
    for (std::size_t i = 0; i != t.outputs().size(); ++i) {
      const policy::domain& d = t.output(i).domain;
      const bool number = (policy::is_line(d.type) && (!several || one)) || t.aggregation() == policy::aggregation::count;
      if (number && choice.one_in(2)) out.push_back(output_of<double>(rows));
      else out.push_back(output_for(choice, several ? 100'000 : plan.dictionary(i).size(), rows));
      columns.push_back(wanted() ? out.back().column : output_column());
    }
    policy::batch_output to;
    if (wanted()) to.values = columns;
    const auto add = [&](output_column& c, std::size_t codes, bool possible) {
      out.push_back(output_for(choice, codes, rows));
      if (wanted() && possible) c = out.back().column;
    };
    add(to.status, 4, true);
    add(to.rule, t.rules(), true);
    add(to.near_rule, t.rules(), with_near);
    add(to.near_input, t.inputs().size(), with_near);
    add(to.matched, 100'000, true);
    policy::batch_options options;
    static const std::vector<unsigned> threads = {1, 2, 3, 8};
    options.threads = way == 0 ? 1 : choice.of(threads);
    options.chunk = way == 0 ? 65'536 : 1 + choice.below(3000);
    const auto result = plan.decide(inputs, to, options);
    if (!result) FAIL(to_string(result.error()) << "\n" << csv);
    REQUIRE(result->rows == rows);
    REQUIRE(!result->cancelled);

    const std::size_t n = t.outputs().size();
    std::uint32_t next_set = 0;
    std::vector<std::uint32_t> next_answer(n, 0);
    const auto differs = [&](std::size_t r, const std::string& what) {
      std::string shown;
      for (const made_column& c : made) shown += to_string(c.pool[c.which[r]].means.ref()) + " as " + std::to_string(static_cast<int>(c.type)) + "  ";
      FAIL(what << " differs in row " << r << ", way " << way << ": " << shown << "\n" << csv);
    };
    const auto code_is = [&](const output_column& c, const made_output& o, std::size_t r, std::uint32_t want, const char* what) {
      if (c.wanted() && o.code(r) != want) differs(r, what);
    };
    for (std::size_t r = 0; r != rows; ++r) {
      const expectation& e = *expected[r];
      const bool invalid = e.outcome.status == rule_status::invalid_input;
      code_is(to.status, out[n], r, static_cast<std::uint32_t>(e.outcome.status), "status");
      code_is(to.rule, out[n + 1], r, invalid ? policy::none : e.outcome.rule, "rule");
      code_is(to.near_rule, out[n + 2], r, e.near_rule, "near rule");
      code_is(to.near_input, out[n + 3], r, e.near_input, "near input");
      if (to.matched.wanted()) {
        const std::uint32_t set = out[n + 4].code(r);
        if (invalid) {
          if (set != policy::none) differs(r, "matched");
        } else {
          if (set > next_set || set >= result->matched.size()) differs(r, "the order of matched");
          next_set += set == next_set;
          const auto rules = result->matched[set];
          if (!std::equal(rules.begin(), rules.end(), e.matched.begin(), e.matched.end())) differs(r, "matched");
        }
      }
      for (std::size_t i = 0; i != n && !to.values.empty(); ++i) {
        if (!columns[i].wanted()) continue;
        // An answer of several outputs is a context; its i-th values are this column's.
        std::vector<policy::value> want;
        for (std::size_t k = 0; k != e.answer.size(); ++k) want.push_back(e.answer.item(k)[e.answer.width() == 1 ? 0 : i]);
        if (!columns[i].is_code()) {
          const double x = out[i].number(r);
          const bool null = want.empty() || !policy::is_line(want[0].kind());
          if (null ? x == x : !(x == want[0].number())) differs(r, "number");
          continue;
        }
        const std::uint32_t code = out[i].code(r);
        if (!several) {
          const policy::value got = code == policy::none ? policy::value() : plan.dictionary(i)[code];
          if (!(got == (want.empty() ? policy::value() : want[0]))) differs(r, "output");
          continue;
        }
        const bool null = !e.outcome || (one && (want.empty() || want[0].is_null()));
        if (null != (code == policy::none)) differs(r, "null answer");
        if (null) continue;
        if (code > next_answer[i] || code >= result->answers[i].size()) differs(r, "the order of answers");
        next_answer[i] += code == next_answer[i];
        const auto got = result->answers[i][code];
        if (!std::equal(got.begin(), got.end(), want.begin(), want.end())) differs(r, "answer");
      }
    }
    if (to.matched.wanted() && next_set != result->matched.size()) FAIL("a set that no row has");
    for (std::size_t i = 0; i != result->answers.size(); ++i)
      if (next_answer[i] != result->answers[i].size()) FAIL("an answer that no row has");
    if (way == 0) {
      first = out;
      first_result = *result;
    } else if (way == 1) {
      for (std::size_t k = 0; k != out.size(); ++k) CHECK(out[k].memory == first[k].memory);
      CHECK(first_result.matched == result->matched);
      CHECK(first_result.answers == result->answers);
    }
  }
}

policy::table table_of(const std::string& csv) {
  const policy::reading r = policy::read_csv_all(csv);
  if (!r.table) FAIL(to_string(r.errors.front()) << "\n" << csv);
  return *r.table;
}

// All hit policies over the same columns and rules.
std::vector<std::string> plain_tables() {
  const std::string columns =
      ",age,band,seen,estimate,on,path,weeks\n"
      ",in,in,in,in,in,out,out\n"
      ",\"integer [0..5], null\",\"ordered: low,mid,high\",\"boolean, null\",\"number [0..1)\",date >= 2025-09-01,"
      "\"stay,go,ask\",integer\n";
  const std::string rules =
      "a,>=3,high,-,>0.75,-,go,6\n"
      "b,\"1,2\",-,true,\"[0.25..0.75]\",-,stay,12\n"
      "c,null,low,-,-,>2025-12-01,ask,1\n"
      "d,-,mid,false,<0.5,\"[2025-10-01..2025-11-30]\",stay,12\n"
      "e,5,!= low,-,-,2025-09-01,go,3\n"
      "f,\"not(0,1)\",-,null,>=0.1,-,stay,6\n"
      "g,-,\"low,high\",true,0.5,-,ask,1\n";
  std::vector<std::string> out;
  for (const std::string corner : {"U", "A", "P", "F", "R", "O", "C"}) out.push_back(corner + columns + rules);
  out.push_back("F" + columns + "#default,,,,,,ask,0\n#change,fixed,,fixed,,,,\n" + rules);
  out.push_back("O" + columns + "#default,,,,,,ask,0\n" + rules);
  for (const std::string corner : {"C+", "C<", "C>", "C#"}) {
    const std::string head = corner + ",age,topic,score,weeks\n,in,in,in,out\n,integer [0..9],string,\"0,0.5,1, null\",number\n";
    const std::string body =
        "a,>3,\"\"\"maths\"\"\",-,0.1\n"
        "b,\"[2..7]\",-,\"0.5,1\",0.2\n"
        "c,-,\"\"\"art\"\",\"\"maths\"\"\",null,-3.5\n"
        "d,<9,\"not(\"\"music\"\")\",!=1,1e3\n"
        "e,9,-,0,0.2\n";
    out.push_back(head + body);
    out.push_back(head + "#default,,,,0.2\n" + body);
    if (corner == "C>" || corner == "C#") out.push_back(head + "#default,,,,\n" + body);
  }
  for (const std::string says : {"yes", "null"})
    out.push_back("C#,age,path\n,in,out\n,integer [0..9],\"yes,no, null\"\n#default,," + says +
                  "\na,>3,yes\nb,\"[2..7]\",no\nc,5,null\n");
  // Tests that name another input.
  out.push_back("F,self,mentor,path\n,in,in,out\n,\"[0..1], null\",\"[0..1], null\",\"low,same,high\"\n"
                "a,<mentor,-,low\nb,mentor,>0.5,same\nc,>mentor,\"not(null)\",high\n");
  return out;
}

// Columns with so many thresholds that only neighbours that no rule tells apart can be tabulated.
std::string mergeable_table(generate::source& random) {
  std::string out = "F,x0,x1,x2,x3,path\n,in,in,in,in,out\n,number,number,integer,\"a,b,c,d,e,f, null\",integer\n";
  for (int r = 0; r != 70; ++r) {
    out += "r" + std::to_string(r);
    // The first columns name many numbers, and tell apart few of them.
    out += ",\"" + std::string(r < 40 ? "!=" + std::to_string(r) + ",-1e9" : r % 2 ? "<10.5" : ">=20.25") + "\"";
    out += ",\"" + std::string(r < 30 ? "[-1.." + std::to_string(r) + "],>" + std::to_string(r) + ",<0,-1e9" : r % 3 ? ">=0" : "<5") + "\"";
    out += "," + std::string(random.one_in(2) ? "-" : ">" + std::to_string(random.below(20)));
    out += "," + std::string(random.one_in(2) ? "-" : random.one_in(2) ? "\"a,c\"" : "\"e,null\"");
    out += "," + std::to_string(r % 9) + "\n";
  }
  return out;
}

// More combinations than are tabulated.
std::string large_table(generate::source& random, const std::string& corner, std::size_t rules) {
  std::string out = corner + ",x0,x1,x2,x3,x4,path\n,in,in,in,in,in,out\n,number,\"number, null\",integer [0..50],\"ordered: a,b,c,d\",string,"
                    "\"one,two,three\"\n";
  for (std::size_t r = 0; r != rules; ++r) {
    out += "r" + std::to_string(r);
    const auto range = [&](int decimals) {
      const std::int64_t a = random.between(0, 40), b = random.between(a + 1, 50);
      const std::string point = decimals != 0 ? ".5" : "";
      return random.one_in(3) ? std::string("-") : "[" + std::to_string(a) + point + ".." + std::to_string(b) + ")";
    };
    out += "," + range(1) + "," + range(1) + "," + range(0);
    out += "," + std::string(random.one_in(2) ? "-" : random.one_in(2) ? ">=b" : "d");
    out += "," + std::string(random.one_in(2) ? "-" : "\"\"\"t" + std::to_string(random.below(9)) + "\"\"\"");
    out += random.one_in(2) ? ",one\n" : random.one_in(2) ? ",two\n" : ",three\n";
  }
  return out;
}

void differential(generate::source& random, std::size_t wanted, counts& seen) {
  const std::vector<std::string> plain = plain_tables();
  for (std::size_t round = 0; seen.rows < wanted; ++round) {
    for (const std::string& csv : plain) {
      const reference::table slow(csv);
      static const std::vector<std::size_t> sizes = {1, 511, 512, 513, 1500, 2049, 4000};
      check_batch(random, csv, table_of(csv), &slow, random.of(sizes), seen);
    }
    const std::string merged = mergeable_table(random);
    check_batch(random, merged, table_of(merged), nullptr, 2000, seen);
    static const std::vector<std::string> corners = {"U", "A", "P", "F", "R", "O", "C"};
    const std::string large = large_table(random, random.of(corners), random.one_in(2) ? 40 : 600);
    check_batch(random, large, table_of(large), nullptr, 1500, seen);
    generate::policies policies(random.next());
    for (int k = 0; k != 20; ++k) {
      const std::string csv = policies.csv();
      check_batch(random, csv, table_of(csv), nullptr, 600, seen);
    }
  }
}

}  // namespace

TEST_CASE("a batch is what deciding row by row says", "[slow][policy][batch][differential]") {
  generate::source random(20251124);
  counts seen;
  differential(random, 100'000, seen);
  CHECK(seen.decided > 20'000);
  CHECK(seen.conflicts > 500);
  CHECK(seen.no_rule > 5'000);
  CHECK(seen.invalid > 5'000);
  CHECK(seen.near > 10'000);
  CHECK(seen.compared > 5'000);
  CHECK(seen.tabulated > 100);
  CHECK(seen.row_by_row > 20);
}

namespace {

const char* const small_csv =
    "F,age,band,weeks,path\n"
    ",in,in,in,out\n"
    ",integer [0..9],\"low,high, null\",\"number, null\",\"stay,go\"\n"
    "a,>=5,-,-,go\n"
    "b,-,high,>2.5,go\n"
    "c,-,-,-,stay\n";

// The columns of a small batch, and room for what comes of it.
struct small_batch {
  std::size_t rows;
  std::vector<std::int32_t> age;
  std::vector<std::uint8_t> band;
  std::vector<double> weeks;
  std::vector<input_column> in;
  std::vector<std::uint8_t> path, status, rule, near_rule, near_input;
  std::vector<std::uint32_t> matched;
  output_column value;
  policy::batch_output out;

  explicit small_batch(std::size_t n, bool with_null = false)
      : rows(n), path(n), status(n), rule(n), near_rule(n), near_input(n), matched(n) {
    generate::source random(n);
    for (std::size_t r = 0; r != n; ++r) {
      age.push_back(static_cast<std::int32_t>(random.below(10)));
      band.push_back(with_null && random.one_in(5) ? std::uint8_t{255} : static_cast<std::uint8_t>(random.below(2)));
      weeks.push_back(with_null && random.one_in(5) ? std::nan("") : static_cast<double>(random.below(6)));
    }
    in = {input_column::numbers(age.data(), n), input_column::codes(band.data(), n),
          input_column::numbers(weeks.data(), n)};
    value = {path.data(), n};
    out.values = {&value, 1};
    out.status = {status.data(), n};
    out.rule = {rule.data(), n};
    out.near_rule = {near_rule.data(), n};
    out.near_input = {near_input.data(), n};
    out.matched = {matched.data(), n};
  }
};

struct progress_seen {
  std::vector<std::size_t> done;
  std::size_t stop_at = std::numeric_limits<std::size_t>::max();
  static bool call(void* context, std::size_t done, std::size_t rows) {
    auto& seen = *static_cast<progress_seen*>(context);
    seen.done.push_back(done);
    CHECK(done <= rows);
    return done < seen.stop_at;
  }
};

}  // namespace

TEST_CASE("what a batch writes, said by hand", "[policy][batch]") {
  const policy::batch_plan plan(table_of(small_csv), {true});
  CHECK(plan.tabulated());
  REQUIRE(plan.dictionary(0).size() == 2);
  CHECK(plan.dictionary(0)[1].text() == "go");
  const std::int16_t age[] = {5, 0, 9, 3, 10, -32768};
  const std::uint8_t band[] = {0, 1, 255, 1, 0, 0};
  const double weeks[] = {std::nan(""), 3, 1, 2.5, 0, 0};
  const std::vector<input_column> in = {input_column::numbers(age, 6), input_column::codes(band, 6),
                                        input_column::numbers(weeks, 6)};
  std::int8_t path[6], status[6], rule[6], near_rule[6], near_input[6], matched[6];
  const output_column value(path, 6);
  policy::batch_output out;
  out.values = {&value, 1};
  out.status = {status, 6};
  out.rule = {rule, 6};
  out.near_rule = {near_rule, 6};
  out.near_input = {near_input, 6};
  out.matched = {matched, 6};
  const auto done = plan.decide(in, out);
  REQUIRE(done);
  CHECK(done->rows == 6);
  const auto is = [](const std::int8_t* got, std::vector<int> want) { return std::vector<int>(got, got + 6) == want; };
  CHECK(is(path, {1, 1, 1, 0, -1, -1}));
  CHECK(is(status, {0, 0, 0, 0, 3, 3}));
  CHECK(is(rule, {0, 1, 0, 2, -1, -1}));
  // Age 5 is one cell away from 1 to 4; 3 weeks are one cell from 2.5; age 9 is three cells from 1 to 4
  // and nothing else changes it; the fourth becomes b with more weeks, a with a higher age.
  CHECK(is(near_rule, {2, 2, 2, 0, -1, -1}));
  CHECK(is(near_input, {0, 1, 0, 0, -1, -1}));
  CHECK(is(matched, {0, 1, 0, 2, -1, -1}));
  REQUIRE(done->matched.size() == 3);
  const auto set = [&](std::size_t i) {
    return std::vector<std::uint32_t>(done->matched[i].begin(), done->matched[i].end());
  };
  CHECK(set(0) == std::vector<std::uint32_t>{0, 2});
  CHECK(set(1) == std::vector<std::uint32_t>{1, 2});
  CHECK(set(2) == std::vector<std::uint32_t>{2});
}

TEST_CASE("an empty batch, and one that writes nothing", "[policy][batch]") {
  const policy::batch_plan plan(table_of(small_csv));
  small_batch none(0);
  const auto done = plan.decide(none.in, none.out);
  REQUIRE(done);
  CHECK(done->rows == 0);
  CHECK(!done->cancelled);
  small_batch some(1000);
  const auto nothing = plan.decide(some.in, {});
  REQUIRE(nothing);
  CHECK(nothing->rows == 1000);
}

TEST_CASE("a plan is a value", "[policy][batch]") {
  policy::batch_plan made(table_of(small_csv));
  const policy::batch_plan copy = made;
  made = policy::batch_plan();
  small_batch b(700);
  REQUIRE(copy.decide(b.in, b.out));
  CHECK(copy.dictionary(0)[0].text() == "stay");
  CHECK(copy.table().name() == made.table().name());
  const auto empty = made.decide({}, {});
  REQUIRE(empty);
  CHECK(empty->rows == 0);
}

TEST_CASE("blocks with null, with strangers, and with both", "[policy][batch]") {
  // Two orders of the columns, so that each kind of codes is added alone and beside another.
  const char* const tables[] = {
      "F,a,b,c,d,e,path\n,in,in,in,in,in,out\n"
      ",\"ordered: w0,w1,w2, null\",\"x,y, null\",\"ordered: p,q,r,s\",\"integer [0..9], null\",\"number, null\",integer\n"
      "r1,>=w1,-,q,-,-,1\nr2,null,x,-,>=4,-,2\nr3,-,null,!=p,-,<2,3\nr4,-,-,-,null,-,4\n"
      "r5,-,y,-,<7,null,5\nr6,-,-,-,-,-,6\n",
      "F,e,b,d,a,path\n,in,in,in,in,out\n"
      ",\"number [0..6], null\",\"x,y, null\",\"integer, null\",\"ordered: w0,w1,w2, null\",integer\n"
      "r1,-,-,5,>w0,1\nr2,null,-,<3,-,2\nr3,-,y,null,-,3\nr4,(2..4],-,-,null,4\n"};
  generate::source random(12);
  for (const int form : {0, 1, 2, 3}) {
    // Null in the values, or by a bitmap that begins inside a byte.
    const bool bitmap = form >= 2;
    const policy::table t = table_of(tables[form % 2]);
    const std::size_t inputs = t.inputs().size(), rows = 16 * 512 + 77;
    std::vector<std::vector<std::uint8_t>> codes(inputs);
    std::vector<std::vector<double>> numbers(inputs);
    std::vector<std::vector<std::uint8_t>> validity(inputs);
    std::vector<input_column> in;
    std::vector<std::vector<value_ref>> values(rows, std::vector<value_ref>(inputs));
    const value_ref word(std::string_view("no word of any list"));
    for (std::size_t i = 0; i != inputs; ++i) {
      const policy::axis& axis = t.axis(i);
      const bool line = policy::is_line(axis.type());
      const bool nullable = axis.null_cell() != policy::no_cell;
      const std::size_t first_bit = 3 * i;
      validity[i].assign((rows + first_bit + 7) / 8, 0);
      for (std::size_t r = 0; r != rows; ++r) {
        // By the bits of the block's number: nothing else, null, strangers, both.
        const std::size_t block = r / 512 % 4;
        const bool null = (block & 1) != 0 && nullable && random.one_in(3);
        const bool stranger = !null && (block & 2) != 0 && random.one_in(40), masked = null && bitmap;
        set_bit(validity[i], r + first_bit, !masked);
        if (line) {
          const double x = null       ? std::nan("")
                           : stranger ? (random.one_in(2) ? infinity : -infinity)
                                      : static_cast<double>(random.below(13)) / (axis.integer() ? 1 : 2);
          const bool beyond = axis.integer() && (block & 2) != 0 && random.one_in(40);
          numbers[i].push_back(beyond ? x + 0.5 : std::min(x, axis.integer() ? 9.0 : infinity));
          values[r][i] = value_ref(numbers[i].back());
          if (masked) numbers[i].back() = static_cast<double>(random.below(9));
          if (masked) values[r][i] = {};
        } else {
          const std::size_t listed = axis.size() - (nullable ? 1 : 0);
          const std::size_t codes_there = bitmap ? 256 : 255;
          const std::size_t code = masked     ? random.below(256)
                                   : null     ? 255
                                   : stranger ? listed + random.below(codes_there - listed)
                                              : random.below(listed);
          codes[i].push_back(static_cast<std::uint8_t>(code));
          values[r][i] = null ? value_ref() : stranger ? word : axis.representative(static_cast<std::uint32_t>(code));
        }
      }
      in.push_back(line ? input_column::numbers(numbers[i].data(), rows) : input_column::codes(codes[i].data(), rows));
      if (bitmap) in[i] = in[i].where(validity[i].data(), first_bit);
    }
    for (const bool near : {false, true}) {
      const policy::batch_plan plan(t, {near});
      REQUIRE(plan.tabulated());
      std::vector<std::uint8_t> path(rows, 0xAA), rule(rows, 0xAA), status(rows, 0xAA), near_rule(rows, 0xAA);
      const output_column to(path.data(), rows);
      policy::batch_output out;
      out.values = {&to, 1};
      out.rule = {rule.data(), rows};
      out.status = {status.data(), rows};
      if (near) out.near_rule = {near_rule.data(), rows};
      REQUIRE(plan.decide(in, out));
      policy::scratch work = t.make_scratch();
      std::size_t refused = 0;
      for (std::size_t r = 0; r != rows; ++r) {
        const policy::outcome o = t.decide(values[r], work);
        refused += o.status == rule_status::invalid_input ? 1 : 0;
        INFO("row " << r);
        REQUIRE(status[r] == static_cast<std::uint8_t>(o.status));
        REQUIRE(rule[r] == static_cast<std::uint8_t>(o.rule));
        REQUIRE((path[r] == 0xFF) == !o);
        if (o) REQUIRE(plan.dictionary(0)[path[r]].ref() == t.output(o.rule, 0));
        if (near) {
          const std::vector<std::uint32_t> cells(work.cells().begin(), work.cells().end());
          const bool invalid = o.status == rule_status::invalid_input;
          REQUIRE(near_rule[r] == static_cast<std::uint8_t>(invalid ? policy::none : policy::nearest_cell(t, cells).rule));
        }
      }
      CHECK(refused > 100);
      CHECK(refused < rows / 2);
    }
  }
}

TEST_CASE("progress is told chunk by chunk, and can stop a batch", "[policy][batch]") {
  const policy::batch_plan plan(table_of(small_csv));
  small_batch b(5000);
  policy::batch_options options;
  options.chunk = 1500;  // cut down to whole blocks of 512
  options.progress = progress_seen::call;
  SECTION("to the end") {
    progress_seen seen;
    options.context = &seen;
    const auto done = plan.decide(b.in, b.out, options);
    REQUIRE(done);
    CHECK(done->rows == 5000);
    CHECK(!done->cancelled);
    CHECK(seen.done == std::vector<std::size_t>{1024, 2048, 3072, 4096, 5000});
  }
  SECTION("stopped") {
    progress_seen seen;
    seen.stop_at = 2000;
    options.context = &seen;
    small_batch whole(5000);
    REQUIRE(plan.decide(whole.in, whole.out));
    std::fill(b.path.begin(), b.path.end(), std::uint8_t{77});
    const auto done = plan.decide(b.in, b.out, options);
    REQUIRE(done);
    CHECK(done->cancelled);
    CHECK(done->rows == 2048);
    CHECK(std::equal(b.path.begin(), b.path.begin() + 2048, whole.path.begin()));
    CHECK(std::count(b.path.begin() + 2048, b.path.end(), 77) == 5000 - 2048);
    for (std::size_t r = 0; r != done->rows; ++r) REQUIRE(b.matched[r] < done->matched.size());
  }
  SECTION("stopped behind the last chunk") {
    progress_seen seen;
    seen.stop_at = 5000;
    options.context = &seen;
    const auto done = plan.decide(b.in, b.out, options);
    REQUIRE(done);
    CHECK(!done->cancelled);
    CHECK(done->rows == 5000);
  }
  SECTION("stopped with threads") {
    for (unsigned threads = 2; threads != 5; ++threads) {
      progress_seen seen;
      seen.stop_at = 1;
      options.context = &seen;
      options.threads = threads;
      options.chunk = 512;
      small_batch many(200'000);
      small_batch whole(200'000);
      REQUIRE(plan.decide(whole.in, whole.out));
      const auto done = plan.decide(many.in, many.out, options);
      REQUIRE(done);
      // The caller's thread may come too late to stop the others.
      CHECK(done->cancelled == (done->rows < 200'000));
      CHECK(seen.done.size() <= 1);
      CHECK(std::equal(many.path.begin(), many.path.begin() + static_cast<std::ptrdiff_t>(done->rows), whole.path.begin()));
      CHECK(std::equal(many.matched.begin(), many.matched.begin() + static_cast<std::ptrdiff_t>(done->rows), whole.matched.begin()));
    }
  }
  SECTION("thrown out of") {
    options.progress = [](void*, std::size_t, std::size_t) -> bool { throw std::string("enough"); };
    CHECK_THROWS_AS(plan.decide(b.in, b.out, options), std::string);
  }
}

TEST_CASE("more rows do not cost more allocations", "[policy][batch]") {
  generate::source random(3);
  const auto count = [](const policy::batch_plan& plan, std::size_t rows, bool with_null, unsigned threads) {
    small_batch b(rows, with_null);
    policy::batch_options options;
    options.threads = threads;
    options.chunk = 4096;
    (void)plan.decide(b.in, b.out, options);
    const std::size_t before = allocations;
    const auto done = plan.decide(b.in, b.out, options);
    const std::size_t after = allocations;
    REQUIRE(done);
    return after - before;
  };
  {
    const std::size_t before = allocations;
    ::operator delete(::operator new(random.below(5) + 1));
    const std::size_t counted = allocations - before;
    REQUIRE(counted == 1);
  }
  const policy::table t = table_of(small_csv);
  const policy::batch_plan near(t, {true}), far(t);
  CHECK(near.tabulated());
  for (const bool with_null : {false, true}) {
    // Looked up; and, as its nearest changes were not prepared, row by row.
    CHECK(count(near, 200'000, with_null, 1) == count(near, 20'000, with_null, 1));
    CHECK(count(far, 200'000, with_null, 1) == count(far, 20'000, with_null, 1));
    CHECK(count(near, 200'000, with_null, 1) < 100);
  }
}

TEST_CASE("a table whose rules match in too many ways is decided row by row", "[policy][batch]") {
  std::string csv = "C", roles, domains, rules;
  for (int i = 0; i != 16; ++i) {
    csv += ",x" + std::to_string(i);
    roles += ",in";
    domains += ",boolean";
    rules += "r" + std::to_string(i);
    for (int k = 0; k != 16; ++k) rules += k == i ? ",true" : ",-";
    rules += "," + std::to_string(i) + "\n";
  }
  csv += ",n\n" + roles + ",out\n" + domains + ",integer\n" + rules;
  const policy::batch_plan plan(table_of(csv));
  CHECK(!plan.tabulated());
  // Every combination once, in the order of the numbers that the inputs are the bits of.
  const std::size_t rows = 65'536;
  std::vector<std::vector<std::uint8_t>> memory(16, std::vector<std::uint8_t>(rows / 8 + 1));
  std::vector<input_column> in;
  for (std::size_t i = 0; i != 16; ++i) {
    for (std::size_t r = 0; r != rows; ++r) set_bit(memory[i], r + 3, (r >> i & 1) != 0);
    in.push_back(input_column::bits(memory[i].data(), rows, 3));
  }
  std::vector<std::uint16_t> codes(rows);
  std::vector<std::uint32_t> matched(rows);
  output_column value(matched.data(), rows);
  policy::batch_output out;
  out.values = {&value, 1};
  const auto done = plan.decide(in, out);
  REQUIRE(done);
  REQUIRE(done->answers[0].size() == rows);
  for (std::size_t r = 0; r != rows; ++r) {
    REQUIRE(matched[r] == r);
    double sum = 0;
    for (const policy::value& v : done->answers[0][r]) sum += std::exp2(v.number());
    REQUIRE(sum == static_cast<double>(r));
  }
  // 65,535 codes are too few for them, which shows at the end only.
  value = output_column(codes.data(), rows);
  const auto failed = plan.decide(in, out);
  REQUIRE(!failed);
  CHECK(failed.error().code == errc::too_large);
  CHECK(failed.error().at.path == "/n");
  out.values = {};
  out.matched = {codes.data(), rows};
  policy::batch_options options;
  options.threads = 2;
  options.chunk = 1024;
  const auto failed_too = plan.decide(in, out, options);
  REQUIRE(!failed_too);
  CHECK(failed_too.error().code == errc::too_large);
  CHECK(failed_too.error().at.path == "/matched");
}

TEST_CASE("a wrong call says what is wrong, where, and what to do", "[policy][batch][error]") {
  const policy::table t = table_of(small_csv);
  const policy::batch_plan plan(t);
  small_batch b(600);
  const auto fails = [&](errc code, const char* path, const char* message, const char* expected) {
    const auto r = plan.decide(b.in, b.out);
    REQUIRE(!r);
    INFO(to_string(r.error()));
    CHECK(r.error().code == code);
    CHECK(r.error().at.path == path);
    CHECK(r.error().message.find(message) != std::string::npos);
    CHECK(r.error().expected.find(expected) != std::string::npos);
  };
  SECTION("number of inputs") {
    b.in.pop_back();
    fails(errc::bad_argument, "", "2 input columns", "3 input columns");
  }
  SECTION("length of an input") {
    b.in[1].rows = 599;
    fails(errc::bad_argument, "/band", "has 599 rows", "600 rows, as has the column for the input 'age'");
  }
  SECTION("no memory") {
    b.in[2].data = nullptr;
    fails(errc::bad_argument, "/weeks", "no memory", "600 rows");
  }
  SECTION("unaligned") {
    b.in[2].data = reinterpret_cast<const char*>(b.weeks.data()) + 4;
    fails(errc::bad_argument, "/weeks", "begins inside a value", "multiple of 8");
  }
  SECTION("codes for a number") {
    b.in[0] = input_column::codes(b.age.data(), 600);
    fails(errc::wrong_type, "/age", "codes without a dictionary", "integer [0..9]");
  }
  SECTION("numbers for words") {
    b.in[1] = input_column::numbers(b.band.data(), 600);
    fails(errc::wrong_type, "/band", "holds numbers", "low,high, null");
  }
  SECTION("bits for words") {
    b.in[1] = input_column::bits(b.band.data(), 600);
    fails(errc::wrong_type, "/band", "holds bits", "low,high, null");
  }
  SECTION("a dictionary of another kind") {
    const value_ref words[] = {{}, "a", "b"};
    b.in[0] = input_column::codes(b.age.data(), 600, words);
    fails(errc::wrong_type, "/age", "a dictionary of another kind: text", "integer [0..9]");
  }
  SECTION("number of outputs") {
    const output_column two[] = {b.value, b.value};
    b.out.values = two;
    fails(errc::bad_argument, "", "2 output columns", "1 output column, or none");
  }
  SECTION("length of an output") {
    b.out.rule.rows = 1;
    fails(errc::bad_argument, "/rule", "has 1 row", "600 rows");
  }
  SECTION("words as numbers") {
    std::vector<double> numbers(600);
    b.value = {numbers.data(), 600};
    fails(errc::wrong_type, "/path", "asked for as numbers", "a column of codes");
  }
  SECTION("a reason as numbers") {
    std::vector<double> numbers(600);
    b.out.matched = {numbers.data(), 600};
    fails(errc::wrong_type, "/matched", "asked for as numbers", "a column of codes");
  }
}

TEST_CASE("what else a batch refuses", "[policy][batch][error]") {
  // Rules beyond what a signed byte can number.
  std::string csv = "F,age,path\n,in,out\n,integer [0..500],integer\n";
  for (int r = 0; r != 129; ++r) csv += "r" + std::to_string(r) + "," + std::to_string(r) + "," + std::to_string(r) + "\n";
  const policy::batch_plan many(table_of(csv));
  const std::vector<std::uint16_t> age(10, 7);
  const input_column in = input_column::numbers(age.data(), 10);
  std::int8_t narrow[10];
  std::uint8_t wide[10];
  policy::batch_output out;
  out.rule = {narrow, 10};
  auto r = many.decide({&in, 1}, out);
  REQUIRE(!r);
  CHECK(r.error().code == errc::too_large);
  CHECK(r.error().at.path == "/rule");
  CHECK(r.error().expected == "at most 128 in 1 byte");
  out.rule = {wide, 10};
  CHECK(many.decide({&in, 1}, out));
  output_column value(narrow, 10);
  out.values = {&value, 1};
  r = many.decide({&in, 1}, out);
  REQUIRE(!r);
  CHECK(r.error().at.path == "/path");

  // A nearest change needs cells that decide alone.
  const policy::batch_plan named(table_of("F,a,b,path\n,in,in,out\n,number,number,integer\nr,<b,-,1\ns,-,-,2\n"), {true});
  const double numbers[] = {1, 2};
  const input_column two[] = {input_column::numbers(numbers, 2), input_column::numbers(numbers, 2)};
  policy::batch_output near;
  near.near_input = {wide, 2};
  r = named.decide(two, near);
  REQUIRE(!r);
  CHECK(r.error().code == errc::bad_argument);
  CHECK(r.error().at.path == "/near_input");

  // A list is no number.
  const policy::batch_plan lists(table_of("C,a,n\n,in,out\n,number,integer\nr,-,1\n"));
  double sum[2];
  value = {sum, 2};
  policy::batch_output answers;
  answers.values = {&value, 1};
  r = lists.decide({two, 1}, answers);
  REQUIRE(!r);
  CHECK(r.error().code == errc::wrong_type);
  CHECK(r.error().hint == "its answer is a list");
}

TEST_CASE("a million rows of a batch", "[.long][policy][batch][differential]") {
  generate::source random(7);
  counts seen;
  differential(random, 3'100'000, seen);
  CHECK(seen.compared >= 1'000'000);  // different rows, with the slow reference
}
