#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "ectp/policy/decide.hpp"
#include "ectp/policy/explain.hpp"
#include "support/allocations.hpp"
#include "support/policy_reference.hpp"

using namespace ectp;
using policy::rule_status;
using policy::value_ref;

// Out of line, so that the compiler does not match malloc with delete.
[[gnu::noinline]] void* operator new(std::size_t n) {
  ++allocations;
  if (void* p = std::malloc(n == 0 ? 1 : n)) return p;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(n == 0 ? 1 : n);
}
[[gnu::noinline]] void* operator new[](std::size_t n) { return operator new(n); }
[[gnu::noinline]] void* operator new[](std::size_t n, const std::nothrow_t& t) noexcept {
  return operator new(n, t);
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete[](void* p, std::size_t) noexcept { std::free(p); }

namespace {

// A small linear congruential generator: the same tables everywhere.
struct lcg {
  std::uint64_t state;
  std::uint32_t next(std::uint32_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state >> 33) % n;
  }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[next(static_cast<std::uint32_t>(from.size()))];
  }
};

// A kind of column: its domain, and the literals that its tests are made of.
struct column_kind {
  std::string domain;
  std::vector<std::string> literals;
  bool ordered = true;
};

const std::vector<column_kind> kinds = {
    {"integer [0..5]", {"0", "1", "2", "3", "4", "5"}, true},
    {"integer [-3..3], null", {"-3", "-1", "0", "2", "3", "null"}, true},
    {"integer", {"-10", "0", "1", "2", "7", "100"}, true},
    {"integer >= 1", {"1", "2", "5"}, true},
    {"integer (0..4)", {"1", "2", "3"}, true},
    {"number [0..1]", {"0", "0.1", "0.25", "0.3", "0.75", "1"}, true},
    {"number (0..1), null", {"0.1", "0.2", "0.5", "0.999", "null"}, true},
    {"number", {"-1.5", "0", "0.1", "0.3", "1e3"}, true},
    {"number < 0", {"-0.5", "-2", "-100"}, true},
    {"[2..4]", {"2", "2.5", "3", "4"}, true},
    {"0,0.5,1", {"0", "0.5", "1"}, true},
    {"3,1,2, null", {"1", "2", "3", "null"}, true},
    {"boolean", {"true", "false"}, false},
    {"boolean, null", {"true", "false", "null"}, false},
    {"low,mid,high", {"low", "mid", "\"high\""}, false},
    {"a b,c/d,5q, null", {"a b", "\"c/d\"", "5q", "null"}, false},
    {"ordered: low,mid,high", {"low", "mid", "high"}, true},
    {"ordered: z,y,x,w, null", {"z", "\"y\"", "x", "w", "null"}, true},
    {"string", {"\"a\"", "\"b\"", "\"\"", "\"x,y\"", "\"say \\\"hi\\\"\""}, false},
    {"string, null", {"\"a\"", "\"other\"", "null"}, false},
    {"date", {"2025-09-01", "date(\"2024-02-29\")", "@\"1969-12-31\"", "2025-08-31"}, true},
    {"date [2025-09-01..2025-09-05], null", {"2025-09-01", "2025-09-02", "2025-09-05", "null"}, true},
    {"time", {"08:45", "time(\"00:00\")", "23:59:59.999", "@\"12:30:15.5\""}, true},
    {"date and time", {"2025-09-01T08:45", "date and time(\"1969-12-31T23:59:59.5\")"}, true},
    {"days and time duration, null", {"P14D", "duration(\"PT1H30M\")", "-P1DT2H0.25S", "PT0S", "null"}, true},
    {"years and months duration >= P0M", {"P1Y6M", "duration(\"P3M\")", "P0M", "@\"P2Y\""}, true},
};

std::string random_test(lcg& random, const column_kind& kind) {
  const std::string& a = random.pick(kind.literals);
  const std::uint32_t how = random.next(kind.ordered ? 8 : 3);
  if (how == 0) return "!=" + a;
  if (how < 3 || a == "null") return (random.next(4) == 0 ? "= " : "") + a;
  if (how < 6) {
    const std::vector<std::string> signs = {"<", "<=", ">", ">="};
    const std::string sign = random.pick(signs);
    return sign + (random.next(2) ? " " : "") + a;
  }
  // Reversed and empty ranges are refused by the reader, so the ends are ordered here.
  const reference::column c = reference::column_of(kind.domain);
  std::string b = random.pick(kind.literals);
  if (b == "null") b = a;
  std::string low = a, high = b;
  const bool words = c.type == "words";
  const auto rank = [&](const std::string& s) {
    return words ? reference::position(c, reference::unquote(s)) : reference::number(c, s);
  };
  if (rank(high) < rank(low)) std::swap(low, high);
  const std::vector<std::string> opens = {"[", "(", "]"}, closes = {"]", ")", "["};
  const bool point = !(rank(low) < rank(high));
  const std::string open = random.pick(opens), close = random.pick(closes);
  return (point ? "[" : open) + low + ".." + high + (point ? "]" : close);
}

std::string random_cell(lcg& random, const column_kind& kind) {
  const std::uint32_t how = random.next(10);
  if (how == 0) return "";
  if (how < 3) return "-";
  std::string s = random_test(random, kind);
  for (std::uint32_t more = random.next(8) == 0 ? random.next(3) : 0; more != 0; --more) {
    s += random.next(2) ? "," : " , ";
    s += random_test(random, kind);
  }
  return how == 3 ? (random.next(2) ? "not(" : "not ( ") + s + ")" : s;
}

std::string quoted(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string random_table(lcg& random, std::size_t columns, std::size_t rules) {
  std::vector<const column_kind*> used;
  std::string names, roles, domains;
  for (std::size_t i = 0; i != columns; ++i) {
    used.push_back(i != 0 && random.next(3) == 0 ? used[0] : &random.pick(kinds));
    names += ",c" + std::to_string(i);
    roles += ",in";
    domains += "," + quoted(used.back()->domain);
  }
  const std::vector<std::string> corners = {"U", "A", "P", "F", "R", "O", "C", "C#", "F", "U"};
  const std::string corner = random.pick(corners);
  const bool second = corner != "C#" && random.next(2) != 0;
  const std::vector<std::string> said = {"x", "y", "z"}, numbers = {"0.5", "2", "1"};
  std::string text = corner + names + (second ? ",o,p\n" : ",o\n") + roles + (second ? ",out,out\n" : ",out\n") +
                     domains + ",\"x,y,z\"" + (second ? ",\"2,0.5,1, null\"\n" : "\n");
  if (random.next(4) == 0) text += "#default" + std::string(columns, ',') + ",y" + (second ? ",\n" : "\n");
  for (std::size_t r = 0; r != rules; ++r) {
    text += "r" + std::to_string(r);
    for (const column_kind* k : used) {
      // Sometimes the value of another input of the same domain stands for a literal.
      column_kind with = *k;
      for (std::size_t i = 0; i != columns; ++i)
        if (used[i] == k && columns > 1 && random.next(4) == 0 && k->domain != "string")
          with.literals.push_back("c" + std::to_string(i));
      std::string cell = random_cell(random, *k);
      if (with.literals.size() > k->literals.size() && random.next(3) == 0) {
        const std::string& other = with.literals.back();
        const std::vector<std::string> signs = {"<", "<= ", ">", ">=", "!=", ""};
        cell = (k->ordered ? random.pick(signs) : random.next(2) ? "!=" : "") + other;
        if (random.next(4) == 0) cell += "," + random.pick(k->literals);
        if (random.next(4) == 0) cell = "not(" + cell + ")";
        if (k->ordered && random.next(4) == 0 && k->literals[0] != "null") cell = "(" + k->literals[0] + ".." + other + "]";
      }
      text += "," + quoted(cell);
    }
    text += "," + random.pick(said);
    if (second) text += random.next(4) == 0 ? "," : "," + random.pick(numbers);
    text += "\n";
  }
  return text;
}

reference::value as_reference(value_ref v) {
  switch (v.kind()) {
    case policy::value_kind::null: return {};
    case policy::value_kind::boolean: return reference::value::of(v.boolean());
    case policy::value_kind::number: return reference::value::of(v.number());
    case policy::value_kind::text: return reference::value::of(std::string(v.text()));
    default: return reference::value::of(v.number(), std::string(name(v.kind())));
  }
}

// What to try in a column: a value in each elementary cell, each threshold and the doubles next to
// it, and values that belong to no column or to another kind of column.
std::vector<policy::value> candidates(const policy::axis& axis) {
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<policy::value> out = {value_ref(), value_ref(std::numeric_limits<double>::quiet_NaN()), value_ref("zzz"), value_ref(true)};
  for (std::uint32_t c = 0; c != axis.size(); ++c) out.emplace_back(axis.representative(c));
  if (policy::is_line(axis.type())) {
    const auto add = [&](double x) { out.emplace_back(value_ref(axis.type(), x)); };
    for (const policy::decimal& p : axis.points()) {
      const double x = p.to_double();
      for (const double y : {x, std::nextafter(x, -infinity), std::nextafter(x, infinity), x - 1, x + 1}) add(y);
    }
    for (const double x : {infinity, -infinity, -0.0, 0.1 + 0.2}) add(x);
    // The same position on another line.
    out.emplace_back(value_ref(axis.type() == policy::value_kind::date ? policy::value_kind::number : policy::value_kind::date, 0));
  }
  return out;
}

void compare(const policy::table& t, const reference::table& slow, const std::vector<value_ref>& values,
             policy::scratch& work, const std::string& text, bool with_explanation) {
  std::vector<reference::value> theirs;
  for (const value_ref& v : values) theirs.push_back(as_reference(v));
  const reference::answer want = slow.decide(theirs);
  const policy::outcome got = t.decide(values, work);
  const auto same = [](std::uint32_t a, int b) { return b < 0 ? a == policy::none : a == static_cast<std::uint32_t>(b); };
  bool good = name(got.status) == want.status && same(got.rule, want.rule) && same(got.other, want.other) &&
              same(got.input, want.input) && work.hits().size() == want.hits.size();
  for (std::size_t i = 0; good && i != want.hits.size(); ++i) good = same(work.hits()[i], want.hits[i]);
  if (good && with_explanation) {
    const policy::explanation e = policy::explain(t, values);
    good = e.status == got.status && e.problems.empty() == (got.status == rule_status::decided);
    std::vector<int> failed(want.first_failed.size(), -2);
    std::vector<int> matched;
    for (const policy::matched_rule& m : e.matched) {
      matched.push_back(static_cast<int>(m.rule));
      failed[m.rule] = -1;
      good = good && m.selected == (std::count(want.hits.begin(), want.hits.end(), static_cast<int>(m.rule)) != 0) && m.id == slow.ids[m.rule] && m.cells.size() == values.size();
    }
    for (const policy::rejected_rule& r : e.rejected) {
      const auto column = t.find_input(r.first_failed.input);
      REQUIRE(column);
      failed[r.rule] = static_cast<int>(*column);
      const std::string cell = reference::strip(slow.tests[r.rule][*column]);
      good = good && r.first_failed.value == policy::value(values[*column]) && r.first_failed.test == cell && !r.first_failed.holds;
    }
    good = good && matched == want.matched && failed == want.first_failed;
  }
  if (good) return;
  std::string shown;
  for (const value_ref& v : values) shown += to_string(v) + " ";
  FAIL("differs for " << shown << "\n" << name(got.status) << " instead of " << want.status << "\n" << text);
}

}  // namespace

TEST_CASE("decide and explain agree with a slow reference", "[slow][policy][differential]") {
  lcg random{20251124};
  std::size_t tables = 0, rows = 0, decided = 0;
  for (int n = 0; n != 300; ++n) {
    const std::size_t columns = 1 + random.next(3);
    const std::string text = random_table(random, columns, 1 + random.next(8));
    const auto t = policy::read_csv(text);
    if (!t) FAIL(to_string(t.error()) << "\n" << text);
    const reference::table slow(text);
    ++tables;
    policy::scratch work = t->make_scratch();
    std::vector<std::vector<policy::value>> all;
    std::size_t product = 1;
    for (std::size_t i = 0; i != columns; ++i) {
      all.push_back(candidates(t->axis(i)));
      product *= all.back().size();
    }
    // Every cell is tried with every other; large products are walked in steps coprime to them.
    std::vector<value_ref> values(columns);
    std::size_t step = product / 4000 + 1;
    for (std::size_t k = 0; k < product; k += step) {
      std::size_t rest = k;
      for (std::size_t i = 0; i != columns; ++i) {
        values[i] = all[i][rest % all[i].size()].ref();
        rest /= all[i].size();
      }
      compare(*t, slow, values, work, text, rows % 5 == 0);
      ++rows;
    }
    // And every combination of elementary cells, whatever its size.
    std::vector<std::uint32_t> cell(columns, 0);
    for (std::size_t i = 0; i != columns;) {
      for (std::size_t k = 0; k != columns; ++k) values[k] = t->axis(k).representative(cell[k]);
      compare(*t, slow, values, work, text, false);
      ++rows;
      decided += t->decide(values, work) ? 1 : 0;
      for (i = 0; i != columns && ++cell[i] == t->axis(i).size(); ++i) cell[i] = 0;
    }
  }
  CHECK(tables == 300);
  CHECK(rows > 100'000);
  CHECK(decided > 2'000);
}

TEST_CASE("tables of many rules agree with a slow reference", "[slow][policy][differential]") {
  lcg random{7};
  for (const std::size_t rules : {63u, 64u, 65u, 511u, 512u, 513u, 1100u}) {
    const std::string text = random_table(random, 4, rules);
    const auto t = policy::read_csv(text);
    if (!t) FAIL(to_string(t.error()));
    const reference::table slow(text);
    policy::scratch work = t->make_scratch();
    std::vector<std::vector<policy::value>> all;
    for (std::size_t i = 0; i != 4; ++i) {
      all.emplace_back();
      for (const policy::value& v : candidates(t->axis(i)))
        if (t->axis(i).cell_of(v.ref()) != policy::no_cell) all.back().push_back(v);
    }
    std::vector<value_ref> values(4);
    for (int k = 0; k != 60; ++k) {
      for (std::size_t i = 0; i != 4; ++i) values[i] = random.pick(all[i]).ref();
      compare(*t, slow, values, work, "a table of " + std::to_string(rules) + " rules", true);
      // The bit sets say the same as the runs.
      for (std::size_t i = 0; i != 4; ++i) {
        const std::uint32_t cell = t->axis(i).cell_of(values[i]);
        const policy::rule_set set = t->rules_of(i, cell);
        for (std::size_t r = 0; r != rules; ++r)
          if (set.contains(r) != t->holds(r, i, cell)) FAIL("bit " << r);
        CHECK(set.words() == (rules + 63) / 64);
      }
    }
  }
}

TEST_CASE("the text of an elementary cell holds in that cell alone", "[policy][axis]") {
  lcg random{99};
  std::size_t cells = 0;
  for (int n = 0; n != 300; ++n) {
    const column_kind& kind = random.pick(kinds);
    std::string text = "U,c,o\n,in,out\n," + quoted(kind.domain) + ",integer\n";
    const int rules = 1 + static_cast<int>(random.next(5));
    for (int r = 0; r != rules; ++r) text += "r" + std::to_string(r) + "," + quoted(random_cell(random, kind)) + ",0\n";
    const auto t = policy::read_csv(text);
    REQUIRE(t);
    const policy::axis& axis = t->axis(0);
    std::string again = "U,c,o\n,in,out\n," + quoted(to_string(t->input(0).domain)) + ",integer\n";
    for (std::uint32_t c = 0; c != axis.size(); ++c) {
      REQUIRE(axis.cell_of(axis.representative(c)) == c);
      again += "r" + std::to_string(c) + "," + quoted(cell_text(axis, c)) + "," + std::to_string(c) + "\n";
    }
    // Read as a table, the cells are a partition: UNIQUE decides every value, and on its own cell.
    const auto parts = policy::read_csv(again);
    if (!parts) FAIL(to_string(parts.error()) << "\n" << again);
    policy::scratch work = parts->make_scratch();
    for (const policy::value& v : candidates(axis)) {
      const std::uint32_t c = axis.cell_of(v.ref());
      const value_ref one[] = {v.ref()};
      const policy::outcome o = parts->decide(one, work);
      if (c == policy::no_cell) REQUIRE(o.status == rule_status::invalid_input);
      else if (o.status != rule_status::decided || o.rule != c) FAIL(to_string(v.ref()) << "\n" << again);
      ++cells;
    }
  }
  CHECK(cells > 3000);
}

TEST_CASE("deciding allocates nothing", "[policy][decide]") {
  lcg random{5};
  const std::string text = random_table(random, 4, 700);
  const auto t = policy::read_csv(text);
  REQUIRE(t);
  policy::scratch work = t->make_scratch();
  std::vector<value_ref> values(4);
  std::vector<std::vector<policy::value>> all;
  for (std::size_t i = 0; i != 4; ++i) all.push_back(candidates(t->axis(i)));
  std::size_t matched = 0;
  const std::size_t before = allocations;
  for (int k = 0; k != 20'000; ++k) {
    for (std::size_t i = 0; i != 4; ++i) values[i] = random.pick(all[i]).ref();
    matched += t->decide(values, work).rule != policy::none ? 1 : 0;
  }
  CHECK(allocations == before);
  CHECK(matched > 100);
  // A scratch of another table is enlarged once, and never again.
  policy::scratch small;
  (void)t->decide(values, small);
  const std::size_t grown = allocations;
  CHECK(grown > before);
  (void)t->decide(values, small);
  CHECK(allocations == grown);
}

TEST_CASE("outcomes", "[policy][decide]") {
  const auto t = policy::read_csv("U,n,w,o\n,in,in,out\n,number [0..1],\"a,b\",integer\nr1,<0.5,-,1\nr2,<=0.5,a,2\nr3,>0.6,b,3\n");
  REQUIRE(t);
  policy::scratch work = t->make_scratch();
  const auto decide = [&](value_ref n, value_ref w) { return t->decide(std::vector<value_ref>{n, w}, work); };
  CHECK(decide(0.5, "a") == policy::outcome{rule_status::decided, 1, policy::none, policy::none});
  CHECK(decide(0.4, "a") == policy::outcome{rule_status::conflict, 0, 1, policy::none});
  CHECK(decide(0.5, "b") == policy::outcome{});
  CHECK(decide(2, "b") == policy::outcome{rule_status::invalid_input, policy::none, policy::none, 0});
  CHECK(decide(std::numeric_limits<double>::quiet_NaN(), "b").input == 0);
  CHECK(decide(1, "c").input == 1);
  CHECK(t->decide(std::vector<value_ref>{1}, work).input == 1);
  CHECK(t->decide(std::vector<value_ref>{1, "a", 3}, work).input == 2);
  CHECK(name(rule_status::invalid_input) == "invalid_input");
  CHECK(static_cast<bool>(decide(0.5, "a")));
  CHECK_FALSE(static_cast<bool>(decide(0.4, "a")));
}

TEST_CASE("named inputs are checked", "[policy][decide]") {
  const auto t = policy::read_csv("U,n,a/b,o\n,in,in,out\n,number [0..1],\"a,b,null\",integer\nr1,<0.5,-,1\n", {"demo", "d.csv", {}});
  REQUIRE(t);
  const auto problem = [&](std::initializer_list<policy::named_value> v) { return to_string(t->decide(v).error()); };
  CHECK(t->decide({{"a/b", nullptr}, {"n", 0.25}})->rule == 0);
  CHECK(t->decide({{"a/b", "b"}, {"n", 0.75}})->status == rule_status::no_rule);
  CHECK(problem({{"n", 0}, {"a/b", "a"}, {"m", 1}}) ==
        "(/m): unknown_field: the table 'demo' has no input 'm'; expected one of: n, a/b");
  CHECK(problem({{"n", 0}, {"o", "a"}}) ==
        "(/o): unknown_field: the table 'demo' has no input 'o'; expected one of: n, a/b. Hint: it is an output of the table");
  CHECK(problem({{"n", 0}}) ==
        "(/a~1b): missing_field: the input 'a/b' is not given; expected a,b, null. Hint: pass null if it is not known");
  CHECK(problem({{"n", 0}, {"n", 1}, {"a/b", "a"}}) ==
        "(/n): bad_argument: the input 'n' is given twice; expected each input once");
  CHECK(problem({{"n", 1.5}, {"a/b", "a"}}) ==
        "(/n): out_of_range: the input 'n' of the table 'demo' does not take 1.5; expected number [0..1]");
  CHECK(problem({{"n", nullptr}, {"a/b", "a"}}) ==
        "(/n): wrong_type: the input 'n' of the table 'demo' does not take null; expected number [0..1]. "
        "Hint: the value is needed to decide");
  CHECK(problem({{"n", 0}, {"a/b", true}}) ==
        "(/a~1b): wrong_type: the input 'a/b' of the table 'demo' does not take true; expected a,b, null");
}
