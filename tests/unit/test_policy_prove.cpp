#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ectp/policy/analyse.hpp"
#include "ectp/policy/answer.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/prove.hpp"
#include "support/policy_random.hpp"

using namespace ectp;
using policy::proof_status;
using policy::property_kind;
using policy::rule_status;
using policy::value_ref;
using policy::violation_kind;
using cells_of_all = std::vector<std::uint32_t>;

namespace {

policy::table read(const std::string& text) {
  const auto t = policy::read_csv(text, {"t", "t.csv", {}});
  INFO(text);
  if (!t) FAIL(to_string(t.error()));
  return *t;
}
policy::property property_of(const std::string& text) {
  const auto p = policy::parse_property(text);
  if (!p) FAIL(text << ": " << to_string(p.error()));
  return *p;
}
policy::proof prove(const policy::table& t, const std::string& text, const policy::prove_options& options = {}) {
  const auto p = policy::prove(t, property_of(text), options);
  if (!p) FAIL(text << ": " << to_string(p.error()));
  return *p;
}
// The sentence of the first violation, or the status.
std::string said(const policy::proof& p) {
  return p.violations.empty() ? std::string(name(p.status)) : p.violations[0].message;
}
std::string proved(const policy::table& t, const std::string& text) { return said(prove(t, text)); }

// All records of a table, in the order of their cells, and what is said of each.
struct brute {
  const policy::table& t;
  policy::domain_reading reading;
  std::vector<cells_of_all> kept;  // of each input
  std::vector<std::size_t> stride;
  std::size_t size = 1;
  std::vector<std::vector<std::uint32_t>> matched, hits;
  std::vector<rule_status> status;
  std::vector<std::string> text;
  std::vector<policy::answer> answers;

  brute(const policy::table& of, const policy::domain_reading& r) : t(of), reading(r) {
    for (std::size_t i = 0; i != t.inputs().size(); ++i) {
      const policy::axis& a = t.axis(i);
      kept.emplace_back();
      for (std::uint32_t c = 0; c != a.size(); ++c)
        if ((c != a.null_cell() || reading.null) && (c != a.other_cell() || reading.other || a.words().empty()))
          kept.back().push_back(c);
      size *= kept.back().size();
    }
    std::size_t below = size;
    for (const cells_of_all& k : kept) stride.push_back(below /= k.size());
    policy::scratch work = t.make_scratch();
    for (std::size_t at = 0; at != size; ++at) {
      const cells_of_all c = cells(at);
      matched.emplace_back();
      for (std::uint32_t rule = 0; rule != t.rules(); ++rule) {
        bool in = true;
        for (std::size_t i = 0; i != c.size(); ++i) in = in && t.holds(rule, i, c[i]);
        if (in) matched.back().push_back(rule);
      }
      const policy::outcome o = t.decide_cells(c, work);
      status.push_back(o.status);
      hits.emplace_back(work.hits().begin(), work.hits().end());
      answers.push_back(policy::answer_of(t, o, work));
      text.push_back(o.status == rule_status::no_rule    ? "no rule"
                     : o.status == rule_status::conflict ? "conflict"
                                                         : to_string(answers.back()));
    }
  }
  std::size_t digit(std::size_t at, std::size_t i) const { return at / stride[i] % kept[i].size(); }
  cells_of_all cells(std::size_t at) const {
    cells_of_all out;
    for (std::size_t i = 0; i != kept.size(); ++i) out.push_back(kept[i][digit(at, i)]);
    return out;
  }
  bool is_null(std::size_t at, std::size_t i) const { return kept[i][digit(at, i)] == t.axis(i).null_cell(); }
  // The value of an output; null where there is none.
  policy::value value(std::size_t at, std::size_t output) const {
    const policy::answer& a = answers[at];
    if (a.is_null() || a.size() == 0) return {};
    return a.item(0)[a.names.empty() ? 0 : output];
  }
};

// What brute force says of a property.
struct expected {
  bool violated = false;
  violation_kind kind = violation_kind::gap;
  std::size_t record = 0, other = 0;
  bool pair = false;
  void take(violation_kind k, std::size_t at) {
    violated = true;
    kind = k;
    record = at;
  }
  void take(violation_kind k, std::size_t at, std::size_t to) {
    take(k, at);
    other = to;
    pair = true;
  }
};

double place(const policy::table& t, std::size_t output, const policy::value& v) {
  if (v.kind() == policy::value_kind::boolean) return v.boolean() ? 1 : 0;
  if (v.kind() != policy::value_kind::text) return v.number();
  const auto& words = t.output(output).domain.words;
  for (std::size_t k = 0; k != words.size(); ++k)
    if (words[k] == v.text()) return static_cast<double>(k);
  FAIL("not in the list: " << v.text());
  return 0;
}

expected brute_moves(const brute& b, const policy::property& p, std::size_t input, std::size_t output) {
  expected out;
  const std::size_t size = b.kept[input].size(), step = b.stride[input];
  const bool monotone = p.kind == property_kind::monotone;
  // A count and a default that is a word have no common order.
  const bool counts = b.t.aggregation() == policy::aggregation::count;
  const auto defined = [&](std::size_t at) {
    const policy::value v = b.value(at, output);
    return !v.is_null() && (!counts || v.kind() == policy::value_kind::number);
  };
  const auto breaks = [&](std::size_t x, std::size_t y) {
    if (!defined(x) || !defined(y)) return false;
    const double from = place(b.t, output, b.value(x, output)), to = place(b.t, output, b.value(y, output));
    if (monotone) return p.descending ? to > from : to < from;
    return (from < to ? to - from : from - to) > p.step.to_double();
  };
  for (std::size_t at = 0; at != b.size; ++at) {
    if (b.digit(at, input) + 1 == size || b.is_null(at + step, input) || !breaks(at, at + step)) continue;
    out.take(monotone ? violation_kind::order : violation_kind::step, at, at + step);
    return out;
  }
  if (!p.ignore_undefined) {
    for (std::size_t at = 0; at != b.size; ++at) {
      if (b.is_null(at, input) || defined(at)) continue;
      out.take(violation_kind::undefined, at);
      return out;
    }
  }
  if (!monotone) return out;
  for (std::size_t at = 0; at != b.size; ++at)
    for (std::size_t to = at + step, d = b.digit(at, input) + 1; d < size; ++d, to += step) {
      if (b.is_null(to, input) || !breaks(at, to)) continue;
      out.take(violation_kind::order, at, to);
      return out;
    }
  return out;
}

expected brute_invariant(const brute& b, const std::set<std::size_t>& inputs) {
  expected out;
  for (std::size_t at = 0; at != b.size; ++at)
    for (const std::size_t i : inputs) {
      if (b.digit(at, i) + 1 == b.kept[i].size() || b.text[at] == b.text[at + b.stride[i]]) continue;
      out.take(violation_kind::change, at, at + b.stride[i]);
      return out;
    }
  // Nor do several change it together.
  std::map<cells_of_all, std::string> first;
  for (std::size_t at = 0; at != b.size; ++at) {
    cells_of_all rest = b.cells(at);
    for (const std::size_t i : inputs) rest[i] = 0;
    CHECK(first.insert({rest, b.text[at]}).first->second == b.text[at]);
  }
  return out;
}

cells_of_all cells_of(const policy::table& t, const std::vector<policy::input_value>& values) {
  cells_of_all out;
  for (std::size_t i = 0; i != values.size(); ++i) {
    CHECK(values[i].input == t.input(i).name);
    out.push_back(t.axis(i).cell_of(values[i].value.ref()));
  }
  return out;
}

void compare(const brute& b, const policy::property& p, const expected& want, const policy::prove_options& options) {
  INFO(to_string(p));
  const auto found = policy::prove(b.t, p, options);
  if (!found) FAIL(to_string(found.error()));
  CHECK(found->open.empty());
  CHECK(found->smallest);
  CHECK(found->property == p);
  CHECK(found->domain.size() == b.kept.size());
  if (!want.violated) {
    CHECK(found->status == proof_status::proved);
    CHECK(found->violations.empty());
    return;
  }
  if (found->status != proof_status::violated) FAIL("not found: " << name(want.kind));
  REQUIRE(found->violations.size() == 1);
  const policy::violation& v = found->violations[0];
  INFO(v.message);
  CHECK(name(v.kind) == name(want.kind));
  CHECK(cells_of(b.t, v.record) == b.cells(want.record));
  CHECK(v.other.empty() == !want.pair);
  if (want.pair) CHECK(cells_of(b.t, v.other) == b.cells(want.other));
  const bool one = p.kind == property_kind::monotone || p.kind == property_kind::max_step;
  if (!one || b.status[want.record] != rule_status::decided) CHECK(v.outcome == b.text[want.record]);
  if (want.pair && !one) CHECK(v.other_outcome == b.text[want.other]);
  CHECK(v.at.file == "t.csv");
  if (!v.rules.empty()) CHECK(v.at == b.t.rule_location(*b.t.find_rule(v.rules[0])));
  if (b.status[want.record] == rule_status::decided) {
    std::vector<std::string> ids;
    for (const std::uint32_t h : b.hits[want.record]) ids.emplace_back(b.t.rule_id(h));
    CHECK(v.rules == ids);
  }
}

void compare_dead(const brute& b, const policy::prove_options& options) {
  std::set<std::uint32_t> selected;
  for (std::size_t at = 0; at != b.size; ++at)
    if (b.status[at] == rule_status::decided) selected.insert(b.hits[at].begin(), b.hits[at].end());
  policy::property p;
  p.kind = property_kind::no_dead;
  const policy::proof found = policy::prove(b.t, p, options).value();
  CHECK(found.open.empty());
  std::size_t k = 0;
  for (std::uint32_t r = 0; r != b.t.rules(); ++r) {
    if (selected.count(r) != 0) continue;
    REQUIRE(k < found.violations.size());
    const policy::violation& v = found.violations[k++];
    CHECK(v.rules.at(0) == b.t.rule_id(r));
    std::size_t at = 0;
    while (at != b.size) {
      bool in = false;
      for (const std::uint32_t m : b.matched[at]) in = in || m == r;
      if (in) break;
      ++at;
    }
    if (at == b.size) CHECK(v.record.empty());
    else CHECK(cells_of(b.t, v.record) == b.cells(at));
  }
  CHECK(k == found.violations.size());
  CHECK((found.status == proof_status::proved) == (k == 0));
}

void compare_reachable(const brute& b, const policy::prove_options& options) {
  policy::property p;
  p.kind = property_kind::reachable;
  const auto found = policy::prove(b.t, p, options);
  if (b.t.aggregation() == policy::aggregation::count) {
    REQUIRE_FALSE(found);
    CHECK(found.error().code == errc::bad_argument);
    return;
  }
  REQUIRE(found);
  const bool single = b.t.aggregation() != policy::aggregation::none;
  std::set<std::string> given, missing, got;
  for (std::size_t at = 0; at != b.size; ++at) {
    if (b.status[at] != rule_status::decided) continue;
    for (std::size_t o = 0; o != b.t.outputs().size(); ++o) {
      const std::string start = b.t.output(o).name + " ";
      if (single) given.insert(start + to_string(b.value(at, o).ref()));
      else if (b.hits[at].empty() && b.t.has_defaults()) given.insert(start + to_string(b.t.default_output(o)));
      else
        for (const std::uint32_t h : b.hits[at]) given.insert(start + to_string(b.t.output(h, o)));
    }
  }
  for (std::size_t o = 0; o != b.t.outputs().size(); ++o) {
    const policy::domain& d = b.t.output(o).domain;
    const auto look = [&](value_ref v) {
      const std::string key = b.t.output(o).name + " " + to_string(v);
      if (given.count(key) == 0) missing.insert(key);
    };
    for (const std::string& w : d.words) look(w);
    for (const policy::decimal& n : d.numbers) look(n.to_double());
    if (d.type == policy::value_kind::boolean) {
      look(true);
      look(false);
    }
    if (d.nullable && !single) look({});
  }
  for (const policy::violation& v : found->violations) {
    const std::string rest = v.message.substr(std::string("no record gets ").size());
    got.insert(rest.substr(0, rest.find(':')));
  }
  CHECK(got == missing);
  CHECK(found->open.empty());
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at != std::string::npos) text.replace(at, from.size(), to);
}

// Every property of one random table against brute force; how many were violated, and how many not.
void check_all(random_policy::lcg& random, std::uint32_t columns, std::map<std::string, std::pair<int, int>>& seen) {
  std::string text = random_policy::table_of(random, columns, 1 + random.next(8));
  const std::vector<std::string> orders = {"\"ordered: x,y,z\"", "\"ordered: z,x,y, null\"", "\"ordered: x,y,z\"", "\"x,y,z\""};
  replace(text, "\"x,y,z\"", random.pick(orders));
  INFO(text);
  const policy::table t = read(text);
  policy::prove_options options;
  options.domain = {random.next(4) != 0, random.next(4) != 0};
  const brute b(t, options.domain);
  const auto count = [&](const policy::property& p, const expected& want) {
    compare(b, p, want, options);
    auto& c = seen[std::string(want.violated ? name(want.kind) : name(p.kind))];
    ++(want.violated ? c.first : c.second);
  };
  {
    expected want;
    for (std::size_t at = b.size; at-- != 0;)
      if (b.matched[at].empty() && !t.has_defaults()) want.take(violation_kind::gap, at);
    count({property_kind::total, {}, {}, {1, 0}, false, false, {}}, want);
  }
  {
    expected want;
    for (std::size_t at = b.size; at-- != 0;)
      if (b.status[at] == rule_status::conflict) want.take(violation_kind::conflict, at);
    count({property_kind::deterministic, {}, {}, {1, 0}, false, false, {}}, want);
  }
  compare_dead(b, options);
  compare_reachable(b, options);
  const auto inputs = static_cast<std::uint32_t>(t.inputs().size());
  {
    policy::property p;
    p.kind = property_kind::invariant;
    std::set<std::size_t> chosen;
    do chosen.insert(random.next(inputs));
    while (random.next(3) == 0);
    for (const std::size_t i : chosen) p.inputs.insert(p.inputs.begin(), t.input(i).name);
    count(p, brute_invariant(b, chosen));
  }
  if (!policy::single_hit(t.hit_policy()) && t.aggregation() == policy::aggregation::none) return;
  for (std::size_t input = 0; input != inputs; ++input) {
    const auto ordered = [](const policy::domain& d) { return d.ordered || d.type == policy::value_kind::boolean; };
    const std::size_t output = random.next(static_cast<std::uint32_t>(t.outputs().size()));
    const bool counts = t.aggregation() == policy::aggregation::count;
    policy::property p;
    p.kind = random.next(3) == 0 ? property_kind::max_step : property_kind::monotone;
    p.inputs = {t.input(input).name};
    if (t.outputs().size() > 1 || random.next(2) == 0) p.output = t.output(output).name;
    p.descending = random.next(2) == 0;
    p.ignore_undefined = random.next(3) != 0;
    const std::vector<policy::decimal> steps = {{0, 0}, {5, -1}, {1, 0}, {2, 0}};
    p.step = random.pick(steps);
    if (!ordered(t.input(input).domain) || (!counts && !ordered(t.output(output).domain))) {
      const auto refused = policy::prove(t, p, options);
      REQUIRE_FALSE(refused);
      CHECK(refused.error().code == errc::bad_argument);
      CHECK(refused.error().message.find("no order") != std::string::npos);
      continue;
    }
    count(p, brute_moves(b, p, input, output));
  }
}

void check_many(std::uint64_t seed, int tables, std::uint32_t columns) {
  random_policy::lcg random{seed};
  std::map<std::string, std::pair<int, int>> seen;
  for (int n = 0; n != tables; ++n) check_all(random, columns, seen);
  for (const char* kind : {"gap", "conflict", "order", "change", "step", "undefined"}) {
    INFO(kind);
    CHECK(seen[kind].first > tables / 100);
  }
  for (const char* kind : {"total", "deterministic", "monotone", "invariant", "max-step"}) {
    INFO(kind);
    CHECK(seen[kind].second > tables / 100);
  }
}

}  // namespace

TEST_CASE("proofs agree with brute force", "[slow][policy][prove]") { check_many(1, 3'000, 4); }
TEST_CASE("proofs agree with brute force on many tables", "[.long][policy][prove]") { check_many(2, 40'000, 4); }

TEST_CASE("refines agrees with brute force", "[policy][prove]") {
  random_policy::lcg random{3};
  int equal = 0, different = 0;
  for (int n = 0; n != 600; ++n) {
    const random_policy::layout layout = random_policy::layout_of(random, 3);
    const std::vector<std::string> lines = random_policy::rules_of(random, layout, 1 + random.next(5));
    std::vector<std::string> changed = random_policy::rules_of(random, layout, 1 + random.next(3));
    // Mostly the same rules: one less or in another order.
    if (random.next(3) != 0) {
      changed = lines;
      const auto k = random.next(static_cast<std::uint32_t>(lines.size()));
      if (changed.size() > 1) std::swap(changed[k], changed[random.next(static_cast<std::uint32_t>(lines.size()))]);
      if (random.next(2) == 0 && changed.size() > 1) changed.pop_back();
    }
    const auto& kind = *layout.columns[0];
    const std::string region = random.next(2) == 0 ? "" : random_policy::test_of(random, kind);
    const auto text_of = [&](const std::vector<std::string>& rules, const std::string& id) {
      std::string out = layout.header;
      for (std::size_t k = 0; k != rules.size(); ++k) out += id + std::to_string(k) + rules[k];
      return out;
    };
    const policy::table before = read(text_of(lines, "b")), after = read(text_of(changed, "a"));
    // The cells of both: those of a table with the rules of both, and one that tests the region.
    std::string both = text_of(lines, "b");
    for (std::size_t k = 0; k != changed.size(); ++k) both += "a" + std::to_string(k) + changed[k];
    std::string last = lines[0];
    last = "," + random_policy::quoted(region);
    for (std::size_t i = 1; i != layout.columns.size(); ++i) last += ",";
    last += layout.numbers ? ",1" : ",x";
    if (!layout.one) last += ",";
    both += "region" + last + ",\n";
    INFO(both << region);
    const policy::table joint = read(both);
    policy::prove_options options;
    options.domain = {random.next(4) != 0, random.next(4) != 0};
    const brute b(joint, options.domain);
    policy::property p;
    p.kind = property_kind::refines;
    if (!region.empty()) p.region = {{"c0", region}};
    const auto found = policy::prove(after, p, before, options);
    if (!found) {
      // A region without a record is refused.
      bool any = false;
      for (std::size_t at = 0; at != b.size; ++at) any = any || joint.holds(joint.rules() - 1, 0, b.cells(at)[0]);
      INFO(to_string(found.error()));
      CHECK_FALSE(any);
      continue;
    }
    CHECK(found->open.empty());
    policy::scratch work = before.make_scratch(), other = after.make_scratch();
    bool same = true;
    for (std::size_t at = 0; at != b.size && same; ++at) {
      const cells_of_all cells = b.cells(at);
      if (!joint.holds(joint.rules() - 1, 0, cells[0])) continue;
      std::vector<value_ref> values;
      for (std::size_t i = 0; i != cells.size(); ++i) values.push_back(joint.axis(i).representative(cells[i]));
      const policy::outcome x = before.decide(values, work), y = after.decide(values, other);
      same = x.status == y.status && answer_of(before, x, work) == answer_of(after, y, other);
      if (same) continue;
      REQUIRE(found->violations.size() == 1);
      CHECK(cells_of(joint, found->violations[0].record) == cells);
      ++different;
    }
    CHECK((found->status == proof_status::proved) == same);
    equal += same ? 1 : 0;
  }
  CHECK(equal > 60);
  CHECK(different > 60);
}

namespace {
const std::string pathway =
    "F,self,mentor,view,path,weeks\n"
    ",in,in,in,out,out\n"
    ",integer [0..5],\"low,high, null\",\"ordered: a,b,c\",\"ordered: consolidate,both,extend, null\",number\n"
    "r1,>=4,high,-,extend,2\n"
    "r2,3,-,-,both,3\n"
    "r3,[1..2],low,-,both,3.5\n"
    "r4,[1..2],-,-,consolidate,6\n"
    "r5,>=4,-,-,both,4\n"
    "r6,0,-,a,consolidate,8\n"
    "r7,0,-,-,consolidate,6\n";
std::string with(std::string text, const std::string& from, const std::string& to) {
  REQUIRE(text.find(from) != std::string::npos);
  replace(text, from, to);
  return text;
}
}  // namespace

TEST_CASE("planted violations are found with the smallest witness", "[policy][prove]") {
  const policy::table t = read(pathway);
  for (const char* p : {"total", "deterministic", "no-dead", "monotone(self, path)", "max-step(self, path, 1)"}) {
    INFO(p);
    CHECK(proved(t, p) == "proved");
  }

  SECTION("total") {
    CHECK(proved(read(with(pathway, "r4,[1..2],-", "r4,[1..2],high")), "total") ==
          "no rule matches self = 1, mentor = null, view = \"a\", and there is no default");
    CHECK(proved(read(with(pathway, "r7,0,-,-", "r7,0,high,c")), "total") ==
          "no rule matches self = 0, mentor = \"low\", view = \"b\", and there is no default");
    policy::prove_options known;
    known.domain.null = false;
    const policy::proof p = prove(read(with(pathway, "r4,[1..2],-", "r4,[1..2],high")), "total", known);
    CHECK(said(p) == "proved");
    CHECK(p.domain[1].test == "low,high; null left out");
  }
  SECTION("deterministic") {
    std::string unique = with(pathway, "F,", "U,");
    CHECK(proved(read(unique), "deterministic") ==
          "r6 and r7 both match self = 0, mentor = \"low\", view = \"a\"");
    unique = with(unique, "r6,0,-,a,consolidate,8\n", "");
    const policy::proof p = prove(read(unique), "deterministic");
    REQUIRE(p.violations.size() == 1);
    CHECK(p.violations[0].message == "r3 and r4 both match self = 1, mentor = \"low\", view = \"a\"");
    CHECK(p.violations[0].at.line == 6);
    CHECK(p.violations[0].outcome == "conflict");
    std::string any = with(pathway, "F,", "A,");
    CHECK(proved(read(any), "deterministic") ==
          "r6 and r7 both match self = 0, mentor = \"low\", view = \"a\" and say something else");
  }
  SECTION("no dead rule") {
    const policy::proof p = prove(read(pathway + "r8,>=2,high,-,both,1\nr9,-,-,c,both,1\n"), "no-dead");
    REQUIRE(p.violations.size() == 2);
    CHECK(p.violations[0].message ==
          "r8 is never selected: at self = 2, mentor = \"high\", view = \"a\" r4 decides");
    CHECK(p.violations[0].rules == std::vector<std::string>{"r8", "r4"});
    CHECK(p.violations[0].at.line == 11);
    CHECK(p.violations[1].rules[0] == "r9");
    policy::prove_options one;
    one.violations = 1;
    const policy::proof less = prove(read(pathway + "r8,>=2,high,-,both,1\nr9,-,-,c,both,1\n"), "no-dead", one);
    CHECK(less.violations.size() == 1);
    CHECK(less.open == "more rules are never selected than are listed");
    CHECK(proved(read(with(pathway, "r6,0,-,a", "r6,0,\"not(low,high,null)\",a")), "no-dead") ==
          "r6 is never selected: it matches nothing");
  }
  SECTION("monotone") {
    const std::string bad = with(pathway, "r5,>=4,-,-,both", "r5,>=4,-,-,consolidate");
    const policy::proof p = prove(read(bad), "monotone(self, path)");
    REQUIRE(p.violations.size() == 1);
    const policy::violation& v = p.violations[0];
    CHECK(v.message ==
          "moving self from 3 to 4 takes path down from \"both\" to \"consolidate\", where mentor = \"low\", view = \"a\"");
    CHECK(v.kind == violation_kind::order);
    CHECK(v.rules == std::vector<std::string>{"r2"});
    CHECK(v.other_rules == std::vector<std::string>{"r5"});
    CHECK(v.at.line == 5);
    CHECK(proved(t, "monotone(view, weeks, descending)") == "proved");
    CHECK(proved(t, "monotone(view, weeks)") ==
          "moving view from \"a\" to \"b\" takes weeks down from 8 to 6, where self = 0, mentor = \"low\"");
    CHECK(proved(t, "monotone(self, path, descending)") ==
          "moving self from 0 to 1 takes path up from \"consolidate\" to \"both\", where mentor = \"low\", view = \"a\"");
    CHECK(proved(t, "monotone(self, weeks, descending)") ==
          "moving self from 3 to 4 takes weeks up from 3 to 4, where mentor = \"low\", view = \"a\"");
  }
  SECTION("values that cannot be compared") {
    const policy::table null = read(with(pathway, "r2,3,-,-,both", "r2,3,-,-,"));
    CHECK(proved(null, "monotone(self, path)") == "path is null at self = 3, mentor = \"low\", view = \"a\"");
    CHECK(proved(null, "max-step(self, path, 9)") == "path is null at self = 3, mentor = \"low\", view = \"a\"");
    CHECK(proved(null, "monotone(self, path, ignore-undefined)") == "proved");
    // Across the hole it goes down.
    const policy::table across = read(with(with(pathway, "r2,3,-,-,both", "r2,3,-,-,"), "r5,>=4,-,-,both", "r5,>=4,-,-,consolidate"));
    const policy::proof p = prove(across, "monotone(self, path, ignore-undefined)");
    CHECK(said(p) ==
          "moving self from 1 to 4 takes path down from \"both\" to \"consolidate\", where mentor = \"low\", view = \"a\"");
    const policy::table missing = read(with(pathway, "r2,3,-,-", "r2,3,-,a"));
    CHECK(proved(missing, "monotone(self, path)") ==
          "path has no value at self = 3, mentor = \"low\", view = \"b\": no rule matches");
  }
  SECTION("invariant") {
    CHECK(proved(t, "invariant(view)") ==
          "changing view from \"a\" to \"b\" changes the outcome from {path: \"consolidate\", weeks: 8} to {path: "
          "\"consolidate\", weeks: 6}, where self = 0, mentor = \"low\"");
    const policy::table blind = read(with(pathway, "r6,0,-,a,consolidate,8", "r6,0,-,a,consolidate,6"));
    CHECK(proved(blind, "invariant(view)") == "proved");
    CHECK(proved(blind, "invariant(view, mentor)") ==
          "changing mentor from \"low\" to \"high\" changes the outcome from {path: \"both\", weeks: 3.5} to {path: "
          "\"consolidate\", weeks: 6}, where self = 1, view = \"a\"");
  }
  SECTION("at most so far") {
    CHECK(proved(read(with(pathway, "r2,3,-,-,both", "r2,3,-,-,consolidate")), "max-step(self, path, 1)") ==
          "moving self from 3 to 4 takes path from \"consolidate\" to \"extend\", which is 2 places and more than 1, "
          "where mentor = \"high\", view = \"a\"");
    CHECK(proved(t, "max-step(self, weeks, 4.5)") == "proved");
    CHECK(proved(t, "max-step(self, weeks, 4.4)") ==
          "moving self from 0 to 1 takes weeks from 8 to 3.5, which is 4.5 and more than 4.4, where mentor = \"low\", view = \"a\"");
  }
  SECTION("reachable") {
    CHECK(proved(t, "reachable") == "no record gets path null");
    CHECK(proved(read(with(pathway, "extend, null", "extend")), "reachable(path)") == "proved");
    const policy::proof p = prove(read(with(with(pathway, "extend, null", "extend,leave"), "r7,0,-,-,consolidate,6\n",
                                            "r7,0,-,-,consolidate,6\nr8,-,-,-,leave,0\n")),
                                  "reachable");
    CHECK(said(p) == "no record gets path \"leave\": r8 is never selected");
    CHECK(p.violations[0].at.line == 11);
  }
  SECTION("refines") {
    const policy::table own = read(with(pathway, "r5,>=4,-,-,both,4", "r5,>=4,-,-,both,5"));
    const auto refines = [&](const std::string& text) {
      const auto p = policy::prove(own, property_of(text), t);
      if (!p) FAIL(to_string(p.error()));
      return *p;
    };
    CHECK(said(refines("refines(self: <4)")) == "proved");
    CHECK(said(refines("refines(mentor: high)")) == "proved");
    const policy::proof p = refines("refines");
    CHECK(said(p) ==
          "at self = 4, mentor = \"low\", view = \"a\" the outcome is {path: \"both\", weeks: 5} (r5), and that of 't' is "
          "{path: \"both\", weeks: 4} (r5)");
    CHECK(p.violations[0].at.line == 8);
    CHECK(said(refines("refines(self: >=4; mentor: null)")).find("mentor = null") != std::string::npos);
  }
}

TEST_CASE("dates, times, counts and sums move too", "[policy][prove]") {
  const policy::table dates = read("F,day,due\n,in,out\n,date [2025-09-01..2025-09-30],date\nr1,<2025-09-10,2025-10-01\nr2,-,2025-10-15\n");
  CHECK(proved(dates, "monotone(day)") == "proved");
  CHECK(proved(dates, "max-step(day, 14)") == "proved");
  CHECK(proved(dates, "max-step(day, 13)") ==
        "moving day from 2025-09-09 to 2025-09-10 takes due from 2025-10-01 to 2025-10-15, which is 14 days and more than 13");
  const std::string flags = "C#,a,b,o\n,in,in,out\n,boolean,boolean,string\nr1,true,-,x\nr2,-,true,y\n";
  CHECK(proved(read(flags), "monotone(a)") == "proved");
  CHECK(proved(read(flags), "max-step(a, 0)") ==
        "moving a from false to true takes o from 0 to 1, which is 1 and more than 0, where b = false");
  CHECK(proved(read("C#,a,o\n,in,out\n,boolean,\"ordered: x,y\"\n#default,,x\nr1,true,y\n"), "monotone(a)") ==
        "o is \"x\" at a = false, and a number elsewhere");
  // Decimals, not doubles: 0.8 - 0.7 is 0.1, and 0.1 + 0.2 is 0.3.
  const policy::table tenths = read("U,x,o\n,in,out\n,integer [0..1],number\nr1,0,0.7\nr2,1,0.8\n");
  CHECK(proved(tenths, "max-step(x, 0.1)") == "proved");
  CHECK(proved(tenths, "max-step(x, 0.0999999)") != "proved");
  const policy::table sums = read("C+,x,o\n,in,out\n,integer [0..2],number\nr1,-,0.1\nr2,>=1,0.2\nr3,2,-0.3\n");
  CHECK(proved(sums, "max-step(x, 0.3)") == "proved");
  CHECK(proved(sums, "max-step(x, 0.2)") ==
        "moving x from 1 to 2 takes o from 0.3 to 0, which is 0.3 and more than 0.2");
  const policy::table words = read("F,s,o\n,in,out\n,\"string, null\",\"a,b\"\nr1,\"\"\"x\"\"\",a\nr2,\"not(\"\"y\"\")\",a\nr3,-,b\n");
  CHECK(proved(words, "invariant(s)") == "changing s from \"x\" to \"y\" changes the outcome from \"a\" to \"b\"");
}

TEST_CASE("null of the input that moves is left out, and named", "[policy][prove]") {
  const policy::table t = read("F,x,o\n,in,out\n,\"integer [0..1], null\",\"ordered: a,b,c\"\nr1,null,a\nr2,0,b\nr3,1,c\n");
  const policy::proof p = prove(t, "monotone(x)");
  CHECK(said(p) == "proved");
  CHECK(p.domain[0].test == "integer [0..1]; null left out");
  CHECK(to_string(p) == "proved: monotone(x)\n  x: integer [0..1]; null left out\n");
  CHECK(prove(t, "total").domain[0].test == "integer [0..1]; or null");
  // invariant does look at it.
  CHECK(proved(read("F,x,o\n,in,out\n,\"boolean, null\",\"a,b\"\nr1,null,a\nr2,-,b\n"), "invariant(x)") ==
        "changing x from true to null changes the outcome from \"b\" to \"a\"");
}

TEST_CASE("a proof as text", "[policy][prove]") {
  const policy::table t = read("F,self,path\n,in,out\n,integer [0..5],\"a,b\"\nr1,>1,a\nr2,>3,b\n");
  CHECK(to_string(prove(t, "total")) ==
        "t.csv:1:1: violated: total: no rule matches self = 0, and there is no default\n  self: integer [0..5]; never null\n");
  policy::prove_options few;
  few.steps = 0;
  CHECK(to_string(prove(t, "total", few)) ==
        "inconclusive: total: the steps allowed are used up\n  self: integer [0..5]; never null\n");
}

TEST_CASE("a property is read and written", "[policy][prove]") {
  const auto again = [](const std::string& text) { return to_string(property_of(text)); };
  for (const char* text : {"total", "deterministic", "no-dead", "monotone(self)", "monotone(self, path)",
                           "monotone(self, path, descending)", "monotone(self, path, descending, ignore-undefined)",
                           "monotone(\"descending\", \"ignore-undefined\")", "monotone(a b/c.d)", "invariant(self_view)",
                           "invariant(a, b, c)", "max-step(self, 1)", "max-step(self, path, 0.5, ignore-undefined)",
                           "max-step(\"1\", \"2\", 3)", "refines", "refines(self: >=4)",
                           "refines(self: [0..1); b: not(low, high); \"c;d\": \"x;)\\\"y\", null)", "reachable",
                           "reachable(path)", "invariant(\"say \\\"hi\\\" \\\\\", \"a,b\")"}) {
    CHECK(again(text) == text);
  }
  CHECK(again(" monotone ( self ,path,ignore-undefined , descending ) ") == "monotone(self, path, descending, ignore-undefined)");
  CHECK(again("total()") == "total");
  CHECK(again("refines( self :>=4 ;b: 1 )") == "refines(self: >=4; b: 1)");
  const policy::property region = property_of("refines(x: (0..1); y: [0..2[)");
  REQUIRE(region.region.size() == 2);
  CHECK(region.region[0].test == "(0..1)");
  CHECK(region.region[1].test == "[0..2[");

  random_policy::lcg random{7};
  const std::vector<std::string> names = {"a", "b c", "1", "-2.5e3", "x,y", "descending", "ignore-undefined", "q\"q", "\\",
                                          "a:b", "(a)", " a ", "é", "a;b", "total"};
  for (int n = 0; n != 2'000; ++n) {
    policy::property p;
    p.kind = static_cast<property_kind>(random.next(8));
    const bool moves = p.kind == property_kind::monotone || p.kind == property_kind::max_step;
    if (moves || p.kind == property_kind::invariant) p.inputs = {random.pick(names)};
    if (p.kind == property_kind::invariant && random.next(2) != 0) p.inputs.push_back(random.pick(names));
    if ((moves || p.kind == property_kind::reachable) && random.next(2) != 0) p.output = random.pick(names);
    if (p.kind == property_kind::max_step) p.step = {random.next(3), 0};
    if (p.kind == property_kind::monotone) p.descending = random.next(2) != 0;
    if (moves) p.ignore_undefined = random.next(2) != 0;
    const std::vector<std::string> tests = {">= 4", "not(a,b)", "\"x;y)\"", "[0..1)", "(0..1)", "null"};
    for (std::uint32_t k = p.kind == property_kind::refines ? random.next(3) : 0; k != 0; --k)
      p.region.push_back({random.pick(names), random.pick(tests)});
    INFO(to_string(p));
    CHECK(property_of(to_string(p)) == p);
  }
}

TEST_CASE("what is no property is refused with its place", "[policy][prove]") {
  const auto refused = [](const std::string& text) {
    const auto p = policy::parse_property(text);
    if (p) FAIL("read: " << text);
    CHECK_FALSE(p.error().expected.empty());
    return to_string(p.error());
  };
  CHECK(refused("").substr(0, 49) == "line 1:1: syntax: the property has no name; expec");
  CHECK(refused("totl").find("line 1:1: syntax: there is no property 'totl'; expected one of: total, ") == 0);
  CHECK(refused("  monoton(x)").find("line 1:3: syntax: there is no property 'monoton'") == 0);
  CHECK(refused("total(x)").find("line 1:7: syntax: total takes no names") == 0);
  CHECK(refused("total x").find("line 1:7: syntax: more text follows the name") == 0);
  CHECK(refused("monotone").find("monotone does not say which input moves") != std::string::npos);
  CHECK(refused("monotone()").find("which input moves") != std::string::npos);
  CHECK(refused("monotone(descending)").find("which input moves") != std::string::npos);
  CHECK(refused("monotone(a, b, c)").find("line 1:16: syntax: 'c' is one name too many") == 0);
  CHECK(refused("monotone(a, descending, b, descending)").find("one name too many") != std::string::npos);
  CHECK(refused("monotone(a").find("line 1:11: syntax: a bracket is not closed") == 0);
  CHECK(refused("monotone(a) b").find("line 1:13: syntax: text follows the closing bracket") == 0);
  CHECK(refused("monotone(a,)").find("line 1:12: syntax: a name is missing") == 0);
  CHECK(refused("monotone(\"a)").find("line 1:10: syntax: a quote is not closed") == 0);
  CHECK(refused("monotone(\"a\\").find("a quote is not closed") != std::string::npos);
  CHECK(refused("monotone(\"a\" b)").find("a bracket is not closed") != std::string::npos);
  CHECK(refused("monotone(a;b)").find("line 1:11: syntax: a name has a ';' in it") == 0);
  CHECK(refused("invariant").find("which input changes") != std::string::npos);
  CHECK(refused("max-step(a)").find("'a' is not a number") != std::string::npos);
  CHECK(refused("max-step(a, \"1\")").find("does not say how far") != std::string::npos);
  CHECK(refused("max-step(a, -1)").find("line 1:13: out_of_range: the step '-1' cannot be used") == 0);
  CHECK(refused("max-step(a, 1234567890123456)").find("out_of_range") != std::string::npos);
  CHECK(refused("max-step(a, 1e99)").find("out_of_range") != std::string::npos);
  CHECK(refused("max-step(1)").find("which input moves") != std::string::npos);
  CHECK(refused("reachable(a, b)").find("'b' is one name too many") != std::string::npos);
  CHECK(refused("refines(a)").find("a name has a ')' in it") != std::string::npos);
  CHECK(refused("refines(a: 1").find("a bracket is not closed") != std::string::npos);
  // Anything that was cut off, or has a byte too many, is read or refused; never more.
  const std::string whole = "refines(self: [0..1); \"b\\\"\": not(low, \"x;)\"))";
  for (std::size_t n = 0; n <= whole.size(); ++n) {
    (void)policy::parse_property(whole.substr(0, n));
    for (const char c : std::string("\"\\();:,\n\0x", 10)) {
      std::string changed = whole;
      changed.insert(n, 1, c);
      if (const auto p = policy::parse_property(changed)) CHECK(property_of(to_string(*p)) == *p);
    }
  }
}

TEST_CASE("what cannot be asked of a table is an error", "[policy][prove]") {
  const policy::table t = read(pathway);
  const auto error_of = [](const policy::table& of, const std::string& text) {
    const auto p = policy::prove(of, property_of(text));
    if (p) FAIL("answered: " << text);
    return to_string(p.error());
  };
  CHECK(error_of(t, "monotone(slef, path)") ==
        "t.csv:1:1: unknown_field: the table 't' has no input 'slef'; expected one of: self, mentor, view");
  CHECK(error_of(t, "invariant(path)") ==
        "t.csv:1:1: unknown_field: the table 't' has no input 'path'; expected one of: self, mentor, view. Hint: it is an output of the table");
  CHECK(error_of(t, "monotone(self, mentor)").find("has no output 'mentor'; expected one of: path, weeks. Hint: it is an input") != std::string::npos);
  CHECK(error_of(t, "monotone(self)") ==
        "t.csv:1:1: missing_field: monotone does not say which output; expected one of: path, weeks. Hint: write monotone(self, path)");
  CHECK(error_of(t, "monotone(mentor, path)").find("t.csv:1:8: bad_argument: the values of the input 'mentor' have no order") == 0);
  CHECK(error_of(t, "reachable(weeks)").find("the output 'weeks' does not list its values") != std::string::npos);
  CHECK(error_of(t, "refines") ==
        "t.csv:1:1: bad_argument: refines is about two tables, and one is given; expected the table that is refined as well");
  CHECK(error_of(read(with(pathway, "F,", "R,")), "monotone(self, path)").find("lists have no order") != std::string::npos);
  CHECK(error_of(read("C#,x,o\n,in,out\n,boolean,\"a,b\"\nr,-,a\n"), "reachable").find("the table counts") != std::string::npos);
  CHECK(error_of(read("U,x,o\n,in,out\n,boolean,string\nr,-,\"\"\"a\"\"\"\n"), "reachable").find("no output lists its values") != std::string::npos);
  policy::property p;
  p.kind = property_kind::monotone;
  CHECK(policy::prove(t, p).error().code == errc::missing_field);
  p.inputs = {"self", "view"};
  CHECK(policy::prove(t, p).error().code == errc::missing_field);
  p.kind = property_kind::max_step;
  p.inputs = {"self"};
  p.output = "path";
  p.step = {-1, 0};
  CHECK(policy::prove(t, p).error().code == errc::out_of_range);
  p.kind = property_kind::refines;
  p.region = {{"nobody", "1"}};
  CHECK(policy::prove(t, p, t).error().code == errc::bad_argument);
}

TEST_CASE("tables whose cells cannot be counted", "[policy][prove]") {
  // 24 inputs of 10 values each. Each rule tests three of them.
  constexpr std::size_t columns = 24;
  std::string header = "F", roles, domains, rules;
  for (std::size_t c = 0; c != columns; ++c) {
    header += ",c" + std::to_string(c);
    roles += ",in";
    domains += ",integer [0..9]";
  }
  random_policy::lcg random{11};
  for (std::size_t r = 0; r != 12; ++r) {
    std::vector<std::string> cells(columns);
    for (int k = 0; k != 3; ++k) cells[random.next(columns - 1)] = ">=" + std::to_string(1 + random.next(9));
    rules += "r" + std::to_string(r);
    for (const std::string& c : cells) rules += "," + c;
    rules += r % 2 == 0 ? ",b\n" : ",a\n";
  }
  const std::string text = header + ",o\n" + roles + ",out\n" + domains + ",\"ordered: a,b,c\"\n" + rules;
  const std::string rest = "rest" + std::string(columns, ',') + ",a\n";
  const policy::table open = read(text), whole = read(text + rest);
  CHECK(prove(open, "total").violations[0].message.find("no rule matches c0 = 0, c1 = 0, c2 = 0") == 0);
  CHECK(proved(whole, "total") == "proved");
  CHECK(proved(whole, "no-dead") == "proved");
  CHECK(proved(whole, "invariant(c23)") == "proved");
  CHECK(proved(whole, "invariant(c23, c0)").find("changing c0 from 0 to ") != 0);
  CHECK(proved(whole, "max-step(c1, 1)") == "proved");
  CHECK(proved(whole, "reachable") == "no record gets o \"c\"");
  CHECK(policy::prove(whole, property_of("refines"), read(text + "rest" + std::string(columns, ',') + ",b\n"))->violations[0].message.find(
            "at c0 = 0, c1 = 0, c2 = 0") == 0);
  // With little work to spend nothing is claimed.
  for (const char* p : {"total", "no-dead", "invariant(c0)", "monotone(c0)", "max-step(c0, 1)", "reachable"})
    for (const unsigned steps : {0u, 5u, 40u}) {
      // The rule that matches anything proves that soon.
      if (steps != 0 && std::string(p) == "total") continue;
      INFO(p << " " << steps);
      policy::prove_options few;
      few.steps = steps;
      const policy::proof found = prove(whole, p, few);
      CHECK(found.status != proof_status::proved);
      CHECK(found.open.find("steps") != std::string::npos);
      CHECK_FALSE(found.smallest);
    }
  policy::prove_options few;
  few.steps = 3;
  CHECK(prove(read(with(text, "F,", "U,")), "deterministic", few).status == proof_status::inconclusive);
  CHECK(policy::prove(whole, property_of("refines"), open, few)->status == proof_status::inconclusive);
}

// A table with tests that name another input, and every record of it.
namespace {
struct row_case {
  std::string text;
  std::vector<std::string> said;  // a-major
  std::vector<std::set<std::size_t>> hits;
};
row_case row_case_of(random_policy::lcg& random) {
  const std::vector<std::string> tests = {"> b", "<= b", "b", "!= b", "-", "-", "0", ">=2", "[1..b]"};
  const std::vector<std::string> others = {"-", "-", "1", "<2", "not(0)"};
  row_case out;
  out.text = std::string(random.pick(std::vector<std::string>{"F", "U", "A", "P", "C", "C+"})) +
             ",a,b,o\n,in,in,out\n,integer [0..3],integer [0..3],";
  const bool sum = out.text[1] == '+';
  out.text += sum ? "\"0,1,2,3\"\n" : "\"ordered: x,y,z\"\n";
  const std::uint32_t rules = 1 + random.next(4);
  for (std::uint32_t r = 0; r != rules; ++r)
    out.text += "r" + std::to_string(r) + ",\"" + random.pick(tests) + "\",\"" + random.pick(others) + "\"," +
                random.pick(sum ? std::vector<std::string>{"1", "2"} : std::vector<std::string>{"x", "y", "z"}) + "\n";
  if (random.next(2) == 0) out.text += std::string("rest,-,-,") + (sum ? "1\n" : "y\n");
  return out;
}
}  // namespace

TEST_CASE("tests that name another input: what is said is true", "[policy][prove]") {
  random_policy::lcg random{13};
  int open = 0, proofs = 0, violations = 0;
  for (int n = 0; n != 2'000; ++n) {
    row_case c = row_case_of(random);
    INFO(c.text);
    const policy::table t = read(c.text);
    policy::scratch work = t.make_scratch();
    std::vector<policy::answer> answers;
    std::vector<rule_status> status;
    for (int a = 0; a != 4; ++a)
      for (int b = 0; b != 4; ++b) {
        const std::vector<value_ref> values = {a, b};
        const policy::outcome o = t.decide(values, work);
        answers.push_back(policy::answer_of(t, o, work));
        status.push_back(o.status);
        c.said.push_back(o ? to_string(answers.back()) : std::string(name(o.status)));
        c.hits.emplace_back();
        if (o) c.hits.back().insert(work.hits().begin(), work.hits().end());
      }
    const auto check = [&](const std::string& text, bool holds) {
      const policy::proof p = prove(t, text);
      INFO(to_string(p));
      if (p.status == proof_status::proved) CHECK(holds);
      if (p.status == proof_status::violated) CHECK_FALSE(holds);
      if (p.status == proof_status::inconclusive) {
        CHECK(t.needs_row());
        CHECK(p.open.find("names another input") != std::string::npos);
      }
      (p.status == proof_status::proved ? proofs : p.status == proof_status::violated ? violations : open) += t.needs_row() ? 1 : 0;
      if (p.status != proof_status::violated || p.violations[0].record.empty() || p.violations[0].other.empty()) return;
      const auto at = [&](const std::vector<policy::input_value>& r) {
        return static_cast<std::size_t>(r[0].value.number() * 4 + r[1].value.number());
      };
      CHECK(c.said[at(p.violations[0].record)] != c.said[at(p.violations[0].other)]);
    };
    bool total = true, clear = true, blind = true, rises = true, all = true;
    std::set<std::size_t> selected;
    std::set<std::string> given;
    const bool single = policy::single_hit(t.hit_policy()) || t.aggregation() != policy::aggregation::none;
    const auto value = [&](std::size_t k) { return answers[k].is_null() ? policy::value() : answers[k].values[0]; };
    for (std::size_t k = 0; k != 16; ++k) {
      // A list without an item, and a sum of nothing, had no rule.
      total = total && (status[k] == rule_status::conflict || !c.hits[k].empty());
      clear = clear && status[k] != rule_status::conflict;
      if (k >= 4) blind = blind && c.said[k] == c.said[k - 4];
      if (single && k >= 4) rises = rises && !value(k).is_null() && !value(k - 4).is_null() && place(t, 0, value(k - 4)) <= place(t, 0, value(k));
      selected.insert(c.hits[k].begin(), c.hits[k].end());
      for (const policy::value& v : answers[k].values) given.insert(to_string(v.ref()));
    }
    for (const std::string& w : t.output(0).domain.words) all = all && given.count(to_string(value_ref(w))) != 0;
    for (const policy::decimal& d : t.output(0).domain.numbers) all = all && given.count(to_string(d)) != 0;
    check("total", total);
    check("deterministic", clear);
    check("no-dead", selected.size() == t.rules());
    check("invariant(a)", blind);
    if (single) check("monotone(a)", rises);
    check("reachable", all);
  }
  CHECK(open > 500);
  CHECK(proofs > 500);
  CHECK(violations > 500);
}

TEST_CASE("the page shows what is printed", "[policy][prove]") {
  const policy::table t = policy::read_csv(
      "F,self,mentor,path\n"
      ",in,in,out\n"
      ",integer [0..5],\"low,high, null\",\"ordered: consolidate,both,extend\"\n"
      "r1,>=4,high,extend\n"
      "r2,3,-,both\n"
      "r3,>=4,-,consolidate\n"
      "r4,<2,-,consolidate\n",
      {"pathway", "pathway.csv", {}}).value();
  std::string printed = "```text\n";
  for (const char* text : {"deterministic", "total", "monotone(self)", "invariant(mentor)",
                           "max-step(self, 2, ignore-undefined)"})
    printed += to_string(prove(t, text)) + "\n";
  printed.pop_back();
  std::ifstream file(ECTP_SOURCE_DIR "/docs/policy_proofs.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  CHECK(page.find(printed + "```") != std::string::npos);
}
