#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ectp/policy/answer.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/diff.hpp"
#include "ectp/policy/diff_rows.hpp"
#include "support/policy_random.hpp"

using namespace ectp;
using policy::batch_plan;
using policy::cohort_difference;
using policy::input_column;
using policy::rule_status;
using policy::value_ref;

namespace {

policy::table read(const std::string& text) {
  const auto t = policy::read_csv(text);
  INFO(text);
  if (!t) FAIL(to_string(t.error()));
  return *t;
}

cohort_difference compare(const batch_plan& a, const std::vector<input_column>& in_a, const batch_plan& b,
                          const std::vector<input_column>& in_b, const policy::batch_options& options = {}) {
  const auto d = policy::diff(a, {in_a.data(), in_a.size()}, b, {in_b.data(), in_b.size()}, options);
  if (!d) FAIL(to_string(d.error()));
  return *d;
}

// What a row comes to: the answer in these outputs, and the rules that are the reason.
struct said {
  std::string text;
  std::vector<std::string> rules;
  friend auto operator<=>(const said&, const said&) = default;
};

// `known`: every value stands for something.
said decide(const policy::table& t, const std::vector<value_ref>& values, bool known, const std::vector<std::string>& outputs) {
  policy::scratch work = t.make_scratch();
  const policy::outcome o = t.decide(values, work);
  said out;
  if (!known || o.status == rule_status::invalid_input) return {"invalid input", {}};
  if (o.status == rule_status::no_rule) return {"no rule", {}};
  if (o.status == rule_status::conflict) {
    for (std::size_t r = 0; r != t.rules(); ++r) {
      bool all = true;
      for (std::size_t i = 0; all && i != values.size(); ++i)
        all = t.needs_row() && t.names_input(r, i) ? t.row_test(r, i, values) == policy::truth::yes
                                                   : t.holds(r, i, work.cells()[i]);
      if (all) out.rules.emplace_back(t.rule_id(r));
    }
    out.text = "conflict";
    return out;
  }
  for (const std::uint32_t h : work.hits()) out.rules.emplace_back(t.rule_id(h));
  const policy::answer a = policy::answer_of(t, o, work);
  if (a.names.empty() || outputs.size() == a.names.size()) {
    out.text = to_string(a);
    return out;
  }
  // Only the outputs that both tables have.
  if (a.is_list()) out.text = "[";
  for (std::size_t k = 0; k != a.size(); ++k) {
    if (k != 0) out.text += ", ";
    std::string item;
    for (const std::string& name : outputs)
      for (std::size_t i = 0; i != a.names.size(); ++i)
        if (a.names[i] == name)
          item += (item.empty() ? "" : ", ") + (outputs.size() > 1 ? name + ": " : "") + to_string(a.item(k)[i].ref());
    out.text += outputs.size() > 1 ? "{" + item + "}" : item;
  }
  if (a.is_list()) out.text += "]";
  return out;
}

// The difference of rows whose outcomes are known, counted in the plainest way.
cohort_difference count(const std::vector<said>& before, const std::vector<said>& after) {
  cohort_difference out;
  out.rows = before.size();
  const auto answer = [&](const std::string& text) {
    const auto at = std::find(out.answers.begin(), out.answers.end(), text);
    if (at != out.answers.end()) return static_cast<std::uint32_t>(at - out.answers.begin());
    out.answers.push_back(text);
    return static_cast<std::uint32_t>(out.answers.size() - 1);
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> matrix;
  std::map<std::pair<said, said>, policy::attribution> reasons;
  for (std::size_t r = 0; r != before.size(); ++r) {
    const std::uint32_t a = answer(before[r].text), b = answer(after[r].text);
    ++matrix[{a, b}];
    if (a == b) continue;
    out.changed.push_back(r);
    const auto [at, is_new] =
        reasons.try_emplace({before[r], after[r]}, policy::attribution{a, b, before[r].rules, after[r].rules, 0, r});
    ++at->second.rows;
  }
  for (const auto& [key, rows] : matrix) out.transitions.push_back({key.first, key.second, rows});
  for (const auto& [key, reason] : reasons) out.reasons.push_back(reason);
  std::sort(out.reasons.begin(), out.reasons.end(), [](const policy::attribution& a, const policy::attribution& b) {
    return a.rows != b.rows ? a.rows > b.rows : a.first < b.first;
  });
  return out;
}

void check_same(const cohort_difference& d, const cohort_difference& expected) {
  CHECK(d.rows == expected.rows);
  CHECK_FALSE(d.cancelled);
  CHECK(d.answers == expected.answers);
  CHECK(d.transitions == expected.transitions);
  CHECK(d.changed == expected.changed);
  CHECK(d.reasons == expected.reasons);
  std::size_t rows = 0, changed = 0;
  for (const policy::transition& t : d.transitions) rows += t.rows;
  for (const policy::attribution& a : d.reasons) changed += a.rows;
  CHECK(rows == d.rows);
  CHECK(changed == d.changed.size());
}

// Columns of codes with a dictionary: every cell of both tables, null, values that do not belong, and codes that stand
// for nothing. Inputs are those of the layout, so that both tables have the same.
struct cohort {
  std::vector<std::vector<value_ref>> values;  // of each input
  std::vector<std::vector<std::uint8_t>> codes;
  std::vector<std::vector<double>> numbers;
  std::vector<input_column> in;
  std::vector<std::vector<value_ref>> rows;
  std::vector<bool> known;

  cohort(random_policy::lcg& random, const policy::table& a, const policy::table& b, std::size_t n) {
    const std::size_t inputs = a.inputs().size();
    values.resize(inputs);
    codes.resize(inputs);
    numbers.resize(inputs);
    rows.assign(n, std::vector<value_ref>(inputs));
    known.assign(n, true);
    for (std::size_t i = 0; i != inputs; ++i) {
      for (const policy::table* t : {&a, &b})
        for (std::uint32_t c = 0; c != t->axis(i).size(); ++c)
          if (c != t->axis(i).null_cell()) values[i].push_back(t->axis(i).representative(c));
      const policy::value_kind kind = a.axis(i).type();
      if (kind == policy::value_kind::text) values[i].push_back("in no list");
      else if (policy::is_line(kind)) values[i].push_back({kind, -7.5e8});
      const bool as_numbers = policy::is_line(kind) && random.next(2) == 0;
      for (std::size_t r = 0; r != n; ++r) {
        const std::uint32_t how = random.next(40);
        auto code = static_cast<std::uint8_t>(random.next(static_cast<std::uint32_t>(values[i].size())));
        // A value that does not belong is seldom.
        if (code + 1u == values[i].size() && kind != policy::value_kind::boolean && how > 4) code = 0;
        if (how == 0) code = 0xFF;
        if (how == 1 && !as_numbers) {
          code = 0xF0;
          known[r] = false;
        }
        if (code < values[i].size()) rows[r][i] = values[i][code];
        if (as_numbers) numbers[i].push_back(code == 0xFF ? std::numeric_limits<double>::quiet_NaN() : values[i][code].number());
        else codes[i].push_back(code);
      }
      in.push_back(as_numbers ? input_column::numbers(numbers[i].data(), n)
                              : input_column::codes(codes[i].data(), n, {values[i].data(), values[i].size()}));
    }
  }
};

void compare_tables(std::uint64_t seed, int tables, std::size_t n) {
  random_policy::lcg random{seed};
  std::map<std::string, std::size_t> seen;
  for (int k = 0; k != tables; ++k) {
    const random_policy::layout of = random_policy::layout_of(random, 3);
    const std::uint32_t rules = 1 + random.next(6);
    std::string before = of.header, after = of.header;
    if (!of.numbers && random.next(3) == 0)
      after = random.pick(std::vector<std::string>{"U", "A", "P", "F", "R", "O", "C"}) + after.substr(after.find(','));
    const std::vector<std::string> lines = random_policy::rules_of(random, of, rules), others = random_policy::rules_of(random, of, rules);
    for (std::uint32_t r = 0; r != rules; ++r) {
      before += "r" + std::to_string(r) + lines[r];
      after += "n" + std::to_string(r) + (random.next(3) == 0 ? others[r] : lines[r]);
    }
    INFO(before << after);
    const policy::table a = read(before), b = read(after);
    const cohort rows(random, a, b, n);
    std::vector<std::string> outputs;
    for (std::size_t o = 0; o != a.outputs().size(); ++o) outputs.push_back(a.output(o).name);
    std::vector<said> x, y;
    for (std::size_t r = 0; r != n; ++r) {
      x.push_back(decide(a, rows.rows[r], rows.known[r], outputs));
      y.push_back(decide(b, rows.rows[r], rows.known[r], outputs));
      for (const said& s : {x.back(), y.back()})
        if (s.text == "no rule" || s.text == "conflict" || s.text == "invalid input") ++seen[s.text];
        else if (s.text[0] == '[') ++seen["list"];
    }
    const batch_plan p(a), q(b);
    const cohort_difference expected = count(x, y);
    seen["changed"] += expected.changed.size();
    check_same(compare(p, rows.in, q, rows.in), expected);
    policy::batch_options options;
    options.threads = 3;
    options.chunk = 512;
    check_same(compare(p, rows.in, q, rows.in, options), expected);
    CHECK(compare(p, rows.in, p, rows.in).changed.empty());
  }
  for (const char* kind : {"no rule", "conflict", "invalid input", "list", "changed"}) CHECK(seen[kind] > n);
}

// Every combination of codes below these.
std::vector<std::vector<std::uint8_t>> grid(const std::vector<std::uint32_t>& sizes) {
  std::vector<std::vector<std::uint8_t>> out(sizes.size());
  std::vector<std::uint32_t> at(sizes.size(), 0);
  for (bool more = true; more;) {
    for (std::size_t i = 0; i != sizes.size(); ++i) out[i].push_back(static_cast<std::uint8_t>(at[i]));
    more = false;
    for (std::size_t i = 0; i != sizes.size() && !more; ++i) {
      more = ++at[i] != sizes[i];
      if (!more) at[i] = 0;
    }
  }
  return out;
}

const char* const old_table =
    "F,self,mentor,path,weeks\n,in,in,out,out\n,\"ordered: l0,l1,l2,l3,l4,l5\",\"low,high\",\"consolidate,extend\",integer\n"
    "r1,>=l4,high,extend,6\nr2,-,-,consolidate,3\n";
const char* const new_table =
    "U,mentor,self,weeks,path,why\n,in,in,out,out,out\n,\"high,low\",\"ordered: l0,l1,l2,l3,l4,l5, null\",number,\"extend,other,consolidate\",string\n"
    "n1,high,>=l3,6,extend,x\nn2,low,-,3.0,consolidate,y\nn3,-,<=l1,3,consolidate,z\n";

}  // namespace

TEST_CASE("a cohort diff is what deciding row by row with both tables counts", "[policy][diff]") {
  compare_tables(7, 150, 1'100);
}
TEST_CASE("a cohort diff is what deciding row by row counts, on many tables", "[.long][policy][diff]") {
  compare_tables(815, 3'000, 2'000);
}

TEST_CASE("what changed in a cohort, from what to what and why", "[policy][diff]") {
  const batch_plan a(read(old_table)), b(read(new_table));
  const std::vector<std::uint8_t> self = {4, 3, 3, 0, 0, 2, 255, 9, 3}, mentor = {1, 1, 0, 0, 1, 1, 1, 1, 1};
  // The words stand in another order there.
  std::vector<std::uint8_t> turned;
  for (const std::uint8_t m : mentor) turned.push_back(m == 0 ? 1 : 0);
  const std::size_t n = self.size();
  const cohort_difference d = compare(a, {input_column::codes(self.data(), n), input_column::codes(mentor.data(), n)}, b,
                                      {input_column::codes(turned.data(), n), input_column::codes(self.data(), n)});
  CHECK(d.notes == std::vector<std::string>{"the output 'why' is new: not compared"});
  CHECK(d.answers == std::vector<std::string>{"{path: \"extend\", weeks: 6}", "{path: \"consolidate\", weeks: 3}", "conflict",
                                              "no rule", "invalid input"});
  CHECK(d.transitions == std::vector<policy::transition>{{0, 0, 1}, {1, 0, 2}, {1, 1, 2}, {1, 2, 1}, {1, 3, 1}, {4, 3, 1}, {4, 4, 1}});
  CHECK(d.changed == std::vector<std::size_t>{1, 3, 5, 6, 8});
  using ids = std::vector<std::string>;
  CHECK(d.reasons == std::vector<policy::attribution>{{1, 0, {"r2"}, {"n1"}, 2, 1},
                                                      {1, 2, {"r2"}, {"n2", "n3"}, 1, 3},
                                                      {1, 3, {"r2"}, ids{}, 1, 5},
                                                      {4, 3, ids{}, ids{}, 1, 6}});
}

TEST_CASE("a cohort of every record changes where the tables differ", "[policy][diff]") {
  const policy::table a = read(
      "A,x,y,z,o\n,in,in,in,out\n,\"ordered: a,b,c,d, null\",\"p,q,r\",boolean,\"k,l,m\"\n"
      "r1,<c,p,-,k\nr2,>=b,-,true,l\nr3,null,-,-,m\nr4,-,\"q,r\",false,k\n");
  for (const char* corner : {"U", "A", "F", "P", "R", "O", "C", "C#"}) {
    const policy::table b = read(
        std::string(corner) +
        ",x,y,z,o\n,in,in,in,out\n,\"ordered: a,b,c,d, null\",\"p,q,r\",boolean,\"m,l,k\"\n#default,,,,m\n"
        "r1,<=c,p,-,k\nr2,>=b,-,true,l\nr3,null,-,false,m\n");
    INFO(corner);
    auto codes = grid({5, 3, 2});
    for (std::uint8_t& c : codes[0]) c = c == 4 ? 0xFF : c;
    std::vector<input_column> in;
    for (const auto& c : codes) in.push_back(input_column::codes(c.data(), c.size()));
    const cohort_difference d = compare(batch_plan(a), in, batch_plan(b), in);
    const auto boxes = policy::diff(a, b);
    REQUIRE(boxes);
    REQUIRE(boxes->complete);
    CHECK_FALSE(d.changed.empty());
    std::map<std::tuple<std::string, std::string, std::vector<std::string>, std::vector<std::string>>, std::size_t> rows;
    for (std::size_t r = 0; r != codes[0].size(); ++r) {
      const std::vector<std::uint32_t> cells = {codes[0][r] == 0xFF ? 4u : codes[0][r], codes[1][r], codes[2][r]};
      std::size_t in_boxes = 0;
      for (const policy::change& c : boxes->changes)
        if (c.box.contains(cells)) {
          ++in_boxes;
          ++rows[{c.before, c.after, c.rules_before, c.rules_after}];
        }
      CHECK(in_boxes == (std::binary_search(d.changed.begin(), d.changed.end(), r) ? 1 : 0));
    }
    CHECK(rows.size() == d.reasons.size());
    for (const policy::attribution& x : d.reasons)
      CHECK(rows[{d.answers[x.before], d.answers[x.after], x.rules_before, x.rules_after}] == x.rows);
  }
}

TEST_CASE("a cohort diff of tables too large to tabulate, and of tests that name inputs", "[policy][diff]") {
  // Thousands of sets of rules, in numbers that are not coded.
  random_policy::lcg random{99};
  const auto table = [&](const std::string& corner, bool names) {
    std::string out = corner + ",x,y,z,o\n,in,in,in,out\n,integer [0..99],number,integer [0..99],integer\n";
    for (int r = 0; r != 70; ++r) {
      const auto range = [&] {
        const std::uint32_t low = random.next(90), high = std::min(low + 1 + random.next(60), 99u);
        return "[" + std::to_string(low) + ".." + std::to_string(high) + ")";
      };
      const std::string x = range(), y = range(), z = std::to_string(20 + random.next(79));
      out += "r" + std::to_string(r) + "," + (names && r % 7 == 0 ? "> z" : x) + "," + y + "," +
             (r % 5 == 0 ? "-" : "< " + z) + "," + std::to_string(r % 9) + "\n";
    }
    return out;
  };
  constexpr std::size_t n = 6'000;
  std::vector<std::int16_t> x, z;
  std::vector<double> y;
  for (std::size_t r = 0; r != n; ++r) {
    x.push_back(static_cast<std::int16_t>(random.next(102)));
    z.push_back(static_cast<std::int16_t>(random.next(100)));
    y.push_back(random.next(50) == 0 ? std::numeric_limits<double>::quiet_NaN() : random.next(300) / 2.0);
  }
  const std::vector<input_column> in = {input_column::numbers(x.data(), n), input_column::numbers(y.data(), n),
                                        input_column::numbers(z.data(), n)};
  for (const char* corner : {"R", "F", "U", "C#"})
    for (const bool names : {false, true}) {
      INFO(corner << names);
      const policy::table a = read(table(corner, names)), b = read(table(corner, names));
      const batch_plan p(a), q(b);
      CHECK_FALSE(p.tabulated());
      std::vector<said> before, after;
      for (std::size_t r = 0; r != n; ++r) {
        const std::vector<value_ref> row = {value_ref(x[r]), y[r] == y[r] ? value_ref(y[r]) : value_ref(), value_ref(z[r])};
        before.push_back(decide(a, row, true, {"o"}));
        after.push_back(decide(b, row, true, {"o"}));
      }
      const cohort_difference expected = count(before, after);
      if (*corner == 'R') CHECK(expected.reasons.size() > 1'500);
      check_same(compare(p, in, q, in), expected);
      policy::batch_options options;
      options.threads = 2;
      options.chunk = 1'024;
      check_same(compare(p, in, q, in, options), expected);
    }
}

TEST_CASE("a cohort diff tells how far it is and can be stopped", "[policy][diff]") {
  const batch_plan a(read("F,x,o\n,in,out\n,boolean,string\nr,true,a\nq,-,b\n")), b(read("U,x,o\n,in,out\n,boolean,string\nr,true,b\n"));
  std::vector<std::uint8_t> codes;
  for (std::size_t r = 0; r != 5'000; ++r) codes.push_back(r % 3 == 0 ? 1 : 0);
  const std::vector<input_column> in = {input_column::codes(codes.data(), codes.size())};
  std::vector<std::size_t> done;
  policy::batch_options options;
  options.chunk = 1'000;  // 512 rows
  options.context = &done;
  options.progress = [](void* context, std::size_t rows, std::size_t of) {
    auto& all = *static_cast<std::vector<std::size_t>*>(context);
    all.push_back(rows);
    return of == 5'000 && all.size() < 3;
  };
  const cohort_difference d = compare(a, in, b, in, options);
  CHECK(done == std::vector<std::size_t>{512, 1'024, 1'536});
  CHECK(d.cancelled);
  CHECK(d.rows == 1'536);
  CHECK(d.changed.size() == 1'536);
  CHECK(d.reasons.size() == 2);
  CHECK(d.reasons[0].rows + d.reasons[1].rows == 1'536);
  CHECK(compare(a, in, b, in).rows == 5'000);
}

TEST_CASE("columns and tables that cannot be compared", "[policy][diff]") {
  const batch_plan a(read("F,x,o\n,in,out\n,boolean,string\nr,true,a\n")), b(read("U,x,p\n,in,out\n,boolean,string\nr,true,b\n"));
  const std::vector<std::uint8_t> codes(10, 1);
  const std::vector<double> numbers(10, 1.0);
  const auto code_of = [](const batch_plan& p, std::vector<input_column> x, const batch_plan& q, std::vector<input_column> y) {
    const auto d = policy::diff(p, {x.data(), x.size()}, q, {y.data(), y.size()});
    REQUIRE_FALSE(d);
    return d.error().code;
  };
  const input_column ten = input_column::codes(codes.data(), 10), nine = input_column::codes(codes.data(), 9);
  CHECK(code_of(a, {ten}, b, {ten}) == errc::bad_argument);
  CHECK(code_of(a, {ten}, a, {nine}) == errc::bad_argument);
  CHECK(code_of(a, {}, a, {ten}) == errc::bad_argument);
  CHECK(code_of(a, {ten}, a, {ten, ten}) == errc::bad_argument);
  CHECK(code_of(a, {ten}, a, {input_column::numbers(numbers.data(), 10)}) == errc::wrong_type);
  const input_column empty = input_column::codes(codes.data(), 0);
  const cohort_difference d = compare(a, {empty}, a, {empty});
  CHECK(d.rows == 0);
  CHECK((d.answers.empty() && d.transitions.empty() && d.changed.empty() && d.reasons.empty()));
}
