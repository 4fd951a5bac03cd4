#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "ectp/policy/answer.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/diff.hpp"
#include "support/policy_random.hpp"
#include "support/policy_reference.hpp"

using namespace ectp;
using policy::rule_status;
using policy::value_ref;

namespace {

policy::table read(const std::string& text, const std::string& file = "t.csv") {
  const auto t = policy::read_csv(text, {"", file, {}});
  INFO(text);
  if (!t) FAIL(to_string(t.error()));
  return *t;
}

policy::difference compare(const policy::table& a, const policy::table& b, const policy::diff_options& options = {}) {
  const auto d = policy::diff(a, b, options);
  if (!d) FAIL(to_string(d.error()));
  return *d;
}

// The answer and the rules that give it, by values.
struct said {
  std::string text;
  std::vector<std::string> rules;
};
said decide(const policy::table& t, const std::vector<std::string>& names, const std::vector<policy::value>& row) {
  std::vector<value_ref> values;
  for (const auto i : t.inputs())
    for (std::size_t k = 0; k != names.size(); ++k)
      if (names[k] == t.columns()[i].name) values.push_back(row[k].ref());
  policy::scratch work = t.make_scratch();
  const policy::outcome o = t.decide(values, work);
  said out;
  if (o.status == rule_status::conflict) {
    out.text = "conflict";
    for (std::size_t r = 0; r != t.rules(); ++r) {
      bool all = true;
      for (std::size_t i = 0; all && i != values.size(); ++i) all = t.holds(r, i, work.cells()[i]);
      if (all) out.rules.emplace_back(t.rule_id(r));
    }
    return out;
  }
  REQUIRE(o.status != rule_status::invalid_input);
  out.text = o ? to_string(policy::answer_of(t, o, work)) : "no rule";
  for (const std::uint32_t h : work.hits()) out.rules.emplace_back(t.rule_id(h));
  return out;
}

// Every cell of the comparison, decided by both tables.
std::size_t check(const policy::table& a, const policy::table& b, const policy::difference& d,
                  const policy::diff_options& options = {}) {
  std::vector<std::string> names;
  for (const policy::input_test& t : d.domain) names.push_back(t.input);
  std::vector<std::uint32_t> cells(d.axes.size(), 0);
  std::size_t differ = 0;
  for (bool more = true; more;) {
    std::vector<policy::value> row;
    bool looked_at = true;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      row.emplace_back(d.axes[i].representative(cells[i]));
      if (cells[i] == d.axes[i].null_cell()) looked_at = looked_at && options.domain.null;
      if (cells[i] == d.axes[i].other_cell() && !d.axes[i].words().empty()) looked_at = looked_at && options.domain.other;
    }
    const said x = decide(a, names, row), y = decide(b, names, row);
    const policy::change* in = nullptr;
    for (const policy::change& c : d.changes) {
      if (!c.box.contains(cells)) continue;
      if (in != nullptr) FAIL("two boxes");
      in = &c;
    }
    const bool differs = looked_at && x.text != y.text;
    if (differs != (in != nullptr)) FAIL((differs ? "missed: " : "untrue: ") << x.text << " to " << y.text);
    if (in != nullptr) {
      CHECK(in->before == x.text);
      CHECK(in->after == y.text);
      CHECK(in->rules_before == x.rules);
      CHECK(in->rules_after == y.rules);
      ++differ;
    }
    more = false;
    for (std::size_t i = 0; i != cells.size(); ++i) {
      if (++cells[i] != d.axes[i].size()) {
        more = true;
        break;
      }
      cells[i] = 0;
    }
  }
  for (const policy::change& c : d.changes) {
    std::vector<std::uint32_t> at;
    for (std::size_t i = 0; i != c.witness.size(); ++i) {
      CHECK(c.tests[i].input == names[i]);
      CHECK(c.tests[i].test == policy::tests_text(d.axes[i], c.box.runs(i)));
      at.push_back(d.axes[i].cell_of(c.witness[i].value.ref()));
    }
    CHECK(c.box.contains(at));
  }
  CHECK(d.complete);
  CHECK(d.equivalent() == (differ == 0));
  return differ;
}

void compare_tables(std::uint64_t seed, int tables) {
  random_policy::lcg random{seed};
  std::size_t equal = 0, differ = 0;
  for (int n = 0; n != tables; ++n) {
    random_policy::layout of = random_policy::layout_of(random, 3);
    const std::uint32_t count = 1 + random.next(6);
    const std::vector<std::string> old = random_policy::rules_of(random, of, count),
                                   fresh = random_policy::rules_of(random, of, count);
    std::vector<std::string> lines;
    const std::uint32_t how = random.next(4);
    for (std::uint32_t r = 0; r != count; ++r) {
      if (how != 0 && random.next(6) == 0) continue;
      lines.push_back(how != 0 && random.next(5) == 0 ? fresh[r] : old[r]);
    }
    if (lines.empty()) lines.push_back(fresh[0]);
    if (how == 2) std::swap(lines.front(), lines.back());
    std::string before = of.header, after = of.header;
    if (how == 3) {
      const std::vector<std::string> corners = {"U", "A", "P", "F", "R", "O", "C"};
      if (!of.numbers) after = random.pick(corners) + after.substr(after.find(','));
    }
    for (std::size_t r = 0; r != old.size(); ++r) before += "r" + std::to_string(r) + old[r];
    for (std::size_t r = 0; r != lines.size(); ++r) after += "n" + std::to_string(r) + lines[r];
    INFO(before << after);
    policy::diff_options options;
    options.domain.null = random.next(4) != 0;
    options.domain.other = random.next(4) != 0;
    const policy::table a = read(before), b = read(after);
    const policy::difference d = compare(a, b, options);
    CHECK(d.notes.empty());
    const std::size_t cells = check(a, b, d, options);
    (cells == 0 ? equal : differ) += 1;
    CHECK(compare(a, a, options).equivalent());
  }
  CHECK(equal > static_cast<std::size_t>(tables) / 20);
  CHECK(differ > static_cast<std::size_t>(tables) / 4);
}

}  // namespace

TEST_CASE("a diff agrees with brute force", "[policy][diff]") { compare_tables(42, 1'500); }
TEST_CASE("a diff agrees with brute force on many tables", "[.long][policy][diff]") { compare_tables(4711, 20'000); }

TEST_CASE("what changed, where and why", "[policy][diff]") {
  const policy::table a = read(
      "F,self,mentor,path,why\n,in,in,out,note\n,integer [0..5],\"low,high\",\"consolidate,extend\",\n"
      "r1,>=4,high,extend,x\nr2,-,-,consolidate,x\n");
  const policy::table b = read(
      "F,self,mentor,path,why\n,in,in,out,note\n,integer [0..5],\"low,high\",\"consolidate,extend\",\n"
      "r1,>=3,high,extend,y\nr2,-,-,consolidate,y\n");
  const policy::difference d = compare(a, b);
  REQUIRE(d.changes.size() == 1);
  CHECK(to_string(d.changes[0].tests) == "self 3, mentor high");
  CHECK(to_string(d.changes[0].witness) == "self = 3, mentor = \"high\"");
  CHECK(to_string(d.changes[0]) == "self 3, mentor high: \"consolidate\" (r2) -> \"extend\" (r1)");
  CHECK(d.changes[0].status_before == rule_status::decided);
  CHECK(d.changes[0].before == "\"consolidate\"");
  CHECK(d.changes[0].after == "\"extend\"");
  CHECK(d.changes[0].rules_before == std::vector<std::string>{"r2"});
  CHECK(d.changes[0].rules_after == std::vector<std::string>{"r1"});
  CHECK(d.domain[0] == policy::input_test{"self", "integer [0..5]"});
  CHECK_FALSE(d.equivalent());
  CHECK(compare(a, a).equivalent());
  // Only where it matters.
  policy::diff_options only;
  only.region = {{"self", ">=4"}};
  CHECK(compare(a, b, only).equivalent());
  CHECK(compare(a, b, only).domain[0].test == "integer [0..5]; >=4 only");
  only.region = {{"self", "not(4)"}, {"mentor", "high"}};
  CHECK(compare(a, b, only).changes == d.changes);
  only.region = {{"self", ">=3"}, {"self", "<=3"}};
  CHECK(compare(a, b, only).changes == d.changes);
  only.region = {{"self", ">=3"}, {"self", "<3"}};
  CHECK(compare(a, b, only).equivalent());
  only.region = {{"school", ">=4"}};
  CHECK(policy::diff(a, b, only).error().code == errc::bad_argument);
  only.region = {{"self", "> 3 or so"}};
  CHECK(policy::diff(a, b, only).error().code == errc::bad_cell);
}

TEST_CASE("no rule and a conflict are answers", "[policy][diff]") {
  const policy::table a = read("U,x,o\n,in,out\n,\"a,b,c\",\"y,no rule,conflict\"\nr1,\"a,b\",y\nr2,b,no rule\n");
  const policy::table b = read("U,x,o\n,in,out\n,\"a,b,c\",\"y,no rule,conflict\"\nr1,a,conflict\nr2,c,no rule\nr3,c,y\n");
  std::vector<std::string> lines;
  for (const policy::change& c : compare(a, b).changes) lines.push_back(to_string(c));
  CHECK(lines == std::vector<std::string>{"x a: \"y\" (r1) -> \"conflict\" (r1)", "x b: conflict (r1 and r2) -> no rule",
                                          "x c: no rule -> conflict (r2 and r3)"});
  const policy::difference d = compare(a, b);
  CHECK(d.changes[0].status_after == rule_status::decided);
  CHECK(d.changes[1].status_before == rule_status::conflict);
  CHECK(d.changes[1].status_after == rule_status::no_rule);
  CHECK(d.changes[2].status_before == rule_status::no_rule);
}

TEST_CASE("tables of other columns and domains", "[policy][diff]") {
  const policy::table a = read(
      "F,x,old,o,gone\n,in,in,out,out\n,integer [0..9],boolean,\"a,b\",boolean\nr1,<4,-,a,true\nr2,-,true,b,true\nr3,-,-,a,true\n");
  const policy::table b = read(
      "F,fresh,x,o\n,in,in,out\n,\"low,high\",number [2..20],\"b,a,c\"\nr1,low,<4.5,a\nr2,-,-,b\n");
  const policy::difference d = compare(a, b);
  CHECK(d.notes == std::vector<std::string>{
                       "the output 'gone' is gone: not compared", "the input 'old' is gone", "the input 'fresh' is new",
                       "the input 'x' goes from integer [0..9] to number [2..20]: compared where both take the value"});
  CHECK(d.axes.size() == 3);
  std::string text;
  for (const policy::change& c : d.changes)
    text += "(" + to_string(c.tests) + ": " + c.before + " to " + c.after + ")";
  CHECK(text ==
        "(x [2..3], fresh high: \"a\" to \"b\")(x 4, old false, fresh high: \"a\" to \"b\")"
        "(x 4, old true, fresh low: \"b\" to \"a\")(x [5..9], old false: \"a\" to \"b\")");
  CHECK(policy::diff(a, read("U,x,o\n,in,out\n,boolean,string\nr,-,a\n")).error().code == errc::bad_argument);
  CHECK(policy::diff(a, read("U,x,o\n,in,out\n,integer [10..20],string\nr,-,a\n")).error().code == errc::bad_argument);
  CHECK(policy::diff(a, read("U,x,p\n,in,out\n,integer,string\nr,-,a\n")).error().code == errc::bad_argument);
  // Words in another order, with a word less.
  const policy::table p = read("F,w,o\n,in,out\n,\"ordered: a,b,c,d\",\"x,y\"\nr1,<=b,x\nr2,-,y\n");
  const policy::table q = read("F,w,o\n,in,out\n,\"ordered: d,c,a\",\"x,y\"\nr1,>c,x\nr2,-,y\n");
  const policy::difference e = compare(p, q);
  CHECK(e.equivalent());
  CHECK(e.axes[0].size() == 3);
}

TEST_CASE("a diff that is not complete says so", "[policy][diff]") {
  const policy::table a = read(
      "F,x,y,o\n,in,in,out\n,integer [0..9],integer [0..9],\"a,b\"\nr1,> y,-,a\nr2,<4,-,b\nr3,-,-,a\n");
  const policy::table b = read(
      "F,x,y,o\n,in,in,out\n,integer [0..9],integer [0..9],\"a,b\"\nr1,>= y,-,a\nr2,<4,-,b\nr3,-,-,a\n");
  CHECK(compare(a, a).equivalent());  // the same rules say the same, wherever they match
  // The same text does not mean the same in another order.
  const std::string rest = "\",\"ordered: a,b,c\",\"x,y\"\nr1,> q,-,x\nr2,-,-,y\n";
  const policy::table up = read("F,p,q,o\n,in,in,out\n,\"ordered: a,b,c" + rest);
  std::string turned = "F,p,q,o\n,in,in,out\n,\"ordered: c,b,a\",\"ordered: c,b,a" + rest.substr(rest.find("\",\"x,y"));
  const policy::table down = read(turned);
  CHECK(compare(up, up).equivalent());
  CHECK_FALSE(compare(up, down).complete);
  const policy::difference d = compare(a, b);
  CHECK_FALSE(d.complete);
  CHECK(d.open == "tests that name another input: where such rules match is not looked at");
  const policy::table c = read("U,x,y,o\n,in,in,out\n,integer [0..9],integer [0..9],\"a,b\"\nr1,<5,<5,a\nr2,>=5,-,b\nr3,<5,>=5,a\n");
  const policy::table e = read("U,x,y,o\n,in,in,out\n,integer [0..9],integer [0..9],\"a,b\"\nr1,<6,<6,a\nr2,>=6,-,b\nr3,<6,>=6,b\n");
  for (std::uint64_t steps = 0; steps != 40; ++steps) {
    policy::diff_options few;
    few.steps = steps;
    const policy::difference f = compare(c, e, few);
    CHECK(f.complete == f.open.empty());
    CHECK_FALSE(f.equivalent());
    if (steps < 5) CHECK_FALSE(f.complete);
  }
  policy::diff_options few;
  few.changes = 1;
  CHECK_FALSE(compare(c, e, few).complete);
}
