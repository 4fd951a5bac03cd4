// Z3 says the same of random tables. The tables are written here twice: as CSV for the library, and as
// formulas over integers, reals, strings and null flags, which know nothing of elementary cells.
#include <catch2/catch.hpp>
#include <z3++.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ectp/policy/prove.hpp"
#include "support/policy_random.hpp"

using namespace ectp;
using policy::proof_status;
using random_policy::lcg;

namespace {

enum class sort_of_column { integer, real, boolean, word, string, date };

struct column {
  std::string domain;
  sort_of_column sort = sort_of_column::integer;
  std::vector<std::string> literals;
  bool nullable = false;
  int low = 0, high = 0;  // of integers, dates and positions in a list
  bool ordered() const { return sort != sort_of_column::boolean && sort != sort_of_column::string; }
  bool moves() const { return sort != sort_of_column::string; }
};

const std::vector<column>& columns() {
  using enum sort_of_column;
  static const std::vector<column> all = {
      {"integer [0..5]", integer, {"0", "1", "3", "4"}, false, 0, 5},
      {"integer [-2..2], null", integer, {"-1", "0", "2"}, true, -2, 2},
      {"number [0..1]", real, {"0.25", "0.5", "0.75", "1"}, false, 0, 1},
      {"number [0..1], null", real, {"0.1", "0.3"}, true, 0, 1},
      {"boolean", boolean, {"true", "false"}, false, 0, 1},
      {"boolean, null", boolean, {"true", "false"}, true, 0, 1},
      {"ordered: low,mid,high,top", word, {"low", "mid", "high", "top"}, false, 0, 3},
      {"ordered: low,mid,high,top, null", word, {"low", "mid", "high", "top"}, true, 0, 3},
      {"string", string, {"\"a\"", "\"b\""}, false, 0, 0},
      {"string, null", string, {"\"a\"", "\"x,y\""}, true, 0, 0},
      {"date [2025-09-01..2025-09-09]", date, {"2025-09-01", "2025-09-04", "2025-09-05"}, false, 20332, 20340},
  };
  return all;
}

enum class test_kind { equal, not_equal, less, less_equal, greater, greater_equal, interval, null, not_null };

struct test {
  test_kind how = test_kind::equal;
  std::size_t low = 0, high = 0;  // positions in the column's literals
};

struct cell {
  bool any = true, negated = false;
  std::vector<test> tests;
};

const std::vector<std::string> words = {"x", "y", "z"};

struct policy_table {
  std::string corner;
  std::vector<const column*> inputs;
  std::vector<std::vector<cell>> rules;
  std::vector<int> outputs;  // positions in `words`, or the number that is put out
  int fallback = -1;         // the default, likewise
  bool numbers() const { return corner == "C+" || corner == "C<" || corner == "C>"; }
  bool lists() const { return corner == "C" || corner == "R"; }
};

std::string text_of(const column& c, const test& t) {
  const std::string& low = c.literals[t.low];
  switch (t.how) {
    case test_kind::equal: return low;
    case test_kind::not_equal: return "!= " + low;
    case test_kind::less: return "< " + low;
    case test_kind::less_equal: return "<=" + low;
    case test_kind::greater: return "> " + low;
    case test_kind::greater_equal: return ">=" + low;
    case test_kind::interval: return "[" + low + ".." + c.literals[t.high] + "]";
    case test_kind::null: return "null";
    case test_kind::not_null: return "!= null";
  }
  return "";
}

std::string csv_of(const policy_table& p) {
  std::string text = p.corner, roles, domains;
  for (std::size_t i = 0; i != p.inputs.size(); ++i) {
    text += ",c" + std::to_string(i);
    roles += ",in";
    domains += "," + random_policy::quoted(p.inputs[i]->domain);
  }
  text += ",o\n" + roles + ",out\n" + domains + (p.numbers() ? ",integer\n" : ",\"ordered: x,y,z\"\n");
  const auto output = [&](int k) { return p.numbers() ? std::to_string(k) : words[static_cast<std::size_t>(k)]; };
  if (p.fallback >= 0) text += "#default" + std::string(p.inputs.size(), ',') + "," + output(p.fallback) + "\n";
  for (std::size_t r = 0; r != p.rules.size(); ++r) {
    text += "r" + std::to_string(r);
    for (std::size_t i = 0; i != p.inputs.size(); ++i) {
      const cell& c = p.rules[r][i];
      std::string tests;
      for (const test& t : c.tests) tests += (tests.empty() ? "" : ",") + text_of(*p.inputs[i], t);
      text += "," + random_policy::quoted(c.any ? "-" : c.negated ? "not(" + tests + ")" : tests);
    }
    text += "," + output(p.outputs[r]) + "\n";
  }
  return text;
}

test random_test(lcg& random, const column& c) {
  test t;
  if (c.nullable && random.next(6) == 0) {
    t.how = random.next(3) == 0 ? test_kind::not_null : test_kind::null;
    return t;
  }
  const auto count = static_cast<std::uint32_t>(c.literals.size());
  t.how = static_cast<test_kind>(random.next(c.ordered() ? 7 : 2));
  t.low = random.next(count);
  t.high = t.low + random.next(count - static_cast<std::uint32_t>(t.low));
  return t;
}

policy_table random_table(lcg& random) {
  policy_table p;
  p.corner = random.pick(std::vector<std::string>{"U", "A", "P", "F", "F", "U", "R", "C", "C+", "C<", "C>", "C#"});
  const std::uint32_t inputs = 1 + random.next(3), rules = 1 + random.next(6), variety = 1 + random.next(3);
  for (std::uint32_t i = 0; i != inputs; ++i) p.inputs.push_back(&random.pick(columns()));
  for (std::uint32_t r = 0; r != rules; ++r) {
    p.rules.emplace_back();
    const bool last = r + 1 == rules && random.next(3) == 0;
    for (const column* c : p.inputs) {
      cell made;
      made.any = last || random.next(4) == 0;
      made.negated = random.next(6) == 0;
      for (std::uint32_t k = made.any ? 0 : 1 + random.next(4) / 2; k != 0; --k) made.tests.push_back(random_test(random, *c));
      p.rules.back().push_back(made);
    }
    p.outputs.push_back(static_cast<int>(random.next(variety)));
  }
  if (random.next(5) == 0) p.fallback = static_cast<int>(random.next(3));
  return p;
}

// A record as variables.
struct record {
  std::vector<z3::expr> values, null;
};

class formulas {
 public:
  formulas(z3::context& z, const policy_table& p) : z_(z), p_(p) {}

  record fresh(const std::string& mark) const {
    record out;
    for (std::size_t i = 0; i != p_.inputs.size(); ++i) {
      const std::string name = mark + std::to_string(i);
      const column& c = *p_.inputs[i];
      out.null.push_back(z_.bool_const((name + "null").c_str()));
      out.values.push_back(c.sort == sort_of_column::real     ? z_.real_const(name.c_str())
                           : c.sort == sort_of_column::string ? z_.constant(name.c_str(), z_.string_sort())
                                                              : z_.int_const(name.c_str()));
    }
    return out;
  }
  z3::expr allowed(const record& x, std::size_t i) const {
    const column& c = *p_.inputs[i];
    z3::expr out = c.sort == sort_of_column::string ? z_.bool_val(true) : x.values[i] >= c.low && x.values[i] <= c.high;
    return c.nullable ? x.null[i] || out : !x.null[i] && out;
  }
  z3::expr allowed(const record& x) const {
    z3::expr out = z_.bool_val(true);
    for (std::size_t i = 0; i != p_.inputs.size(); ++i) out = out && allowed(x, i);
    return out;
  }
  z3::expr literal(const column& c, const std::string& text) const {
    switch (c.sort) {
      case sort_of_column::real: return z_.real_val(text.c_str());
      case sort_of_column::string: return z_.string_val(text.substr(1, text.size() - 2));
      case sort_of_column::boolean: return z_.int_val(text == "true" ? 1 : 0);
      case sort_of_column::word: {
        int k = 0;
        while (c.literals[static_cast<std::size_t>(k)] != text) ++k;
        return z_.int_val(k);
      }
      case sort_of_column::date: return z_.int_val(20332 + std::stoi(text.substr(8)) - 1);
      case sort_of_column::integer: break;
    }
    return z_.int_val(text.c_str());
  }
  z3::expr matches(std::size_t rule, const record& x) const {
    z3::expr out = z_.bool_val(true);
    for (std::size_t i = 0; i != p_.inputs.size(); ++i) {
      const cell& c = p_.rules[rule][i];
      if (c.any) continue;
      z3::expr yes = z_.bool_val(false), unknown = z_.bool_val(false);
      for (const test& t : c.tests) {
        yes = yes || holds(*p_.inputs[i], t, x.values[i], x.null[i]);
        if (t.how >= test_kind::less && t.how <= test_kind::interval) unknown = unknown || x.null[i];
      }
      out = out && (c.negated ? !yes && !unknown : yes);
    }
    return out;
  }
  z3::expr gap(const record& x) const {
    z3::expr out = z_.bool_val(p_.fallback < 0);
    for (std::size_t r = 0; r != p_.rules.size(); ++r) out = out && !matches(r, x);
    return out;
  }
  z3::expr conflict(const record& x) const {
    z3::expr out = z_.bool_val(false);
    if (p_.corner != "U" && p_.corner != "A") return out;
    for (std::size_t a = 0; a != p_.rules.size(); ++a)
      for (std::size_t b = 0; b != a; ++b)
        if (p_.corner == "U" || p_.outputs[a] != p_.outputs[b]) out = out || (matches(a, x) && matches(b, x));
    return out;
  }
  z3::expr selected(std::size_t rule, const record& x) const {
    z3::expr out = matches(rule, x) && !conflict(x);
    for (std::size_t r = 0; r != p_.rules.size(); ++r) {
      const bool before = p_.corner == "P" ? std::pair(p_.outputs[r], r) < std::pair(p_.outputs[rule], rule)
                                           : (p_.corner == "F" || p_.corner == "A") && r < rule;
      if (before) out = out && !matches(r, x);
    }
    return out;
  }
  // Without a value: below 0. -1 for no rule, -2 for a conflict.
  z3::expr outcome(const record& x) const {
    const std::size_t rules = p_.rules.size();
    z3::expr none = z_.bool_val(true), out = z_.int_val(0);
    for (std::size_t r = 0; r != rules; ++r) none = none && !matches(r, x);
    for (std::size_t k = rules; k-- > 0;) {
      // Lists: digits from the last rule to the first.
      const z3::expr in = matches(k, x);
      const int v = p_.outputs[k];
      if (p_.lists()) out = z3::ite(in, out * 4 + v + 1, out);
      else if (p_.corner == "C+") out = z3::ite(in, out + v, out);
      else if (p_.corner == "C#") out = z3::ite(in, out + 1, out);
    }
    if (p_.corner == "C<" || p_.corner == "C>") {
      for (int n = 0; n != 3; ++n) {
        const int v = p_.corner == "C<" ? 2 - n : n;
        for (std::size_t r = 0; r != rules; ++r)
          if (p_.outputs[r] == v) out = z3::ite(matches(r, x), z_.int_val(v), out);
      }
    }
    if (p_.corner == "U" || p_.corner == "A" || p_.corner == "P" || p_.corner == "F") {
      for (std::size_t r = 0; r != rules; ++r) out = z3::ite(selected(r, x), z_.int_val(p_.outputs[r]), out);
      out = z3::ite(conflict(x), z_.int_val(-2), out);
    }
    // A default that is a word is no count, and has no place among counts.
    if (p_.fallback >= 0 && p_.corner == "C#") return z3::ite(none, z_.int_val(-3 - p_.fallback), out);
    // A list of the default alone is the same as that of a rule that puts it out.
    if (p_.fallback >= 0) return z3::ite(none, z_.int_val(p_.lists() ? p_.fallback + 1 : p_.fallback), out);
    if (p_.corner == "C#") return out;
    return z3::ite(none, z_.int_val(-1), out);
  }
  z3::expr same(const record& x, const record& y, std::size_t i) const {
    return x.null[i] == y.null[i] && (x.null[i] || x.values[i] == y.values[i]);
  }
  z3::expr only(const record& x, const record& y, std::size_t input) const {
    z3::expr out = allowed(x) && allowed(y);
    for (std::size_t i = 0; i != p_.inputs.size(); ++i)
      if (i != input) out = out && same(x, y, i);
    return out;
  }
  // The variables are what a witness says.
  z3::expr is(const record& x, const std::vector<policy::input_value>& values) const {
    z3::expr out = z_.bool_val(true);
    for (std::size_t i = 0; i != values.size(); ++i) {
      const policy::value& v = values[i].value;
      out = out && x.null[i] == z_.bool_val(v.is_null());
      if (v.is_null()) continue;
      const column& c = *p_.inputs[i];
      if (c.sort == sort_of_column::string) out = out && x.values[i] == z_.string_val(v.text());
      else if (c.sort == sort_of_column::boolean) out = out && x.values[i] == z_.int_val(v.boolean() ? 1 : 0);
      else if (c.sort == sort_of_column::date) out = out && x.values[i] == z_.int_val(static_cast<int>(v.number()));
      else out = out && x.values[i] == literal(c, c.sort == sort_of_column::word ? v.text() : to_string(v.ref()));
    }
    return out;
  }

 private:
  z3::expr holds(const column& c, const test& t, const z3::expr& v, const z3::expr& null) const {
    if (t.how == test_kind::null) return null;
    if (t.how == test_kind::not_null) return !null;
    const z3::expr low = literal(c, c.literals[t.low]);
    switch (t.how) {
      case test_kind::equal: return !null && v == low;
      case test_kind::not_equal: return null || v != low;
      case test_kind::less: return !null && v < low;
      case test_kind::less_equal: return !null && v <= low;
      case test_kind::greater: return !null && v > low;
      case test_kind::greater_equal: return !null && v >= low;
      default: return !null && v >= low && v <= literal(c, c.literals[t.high]);
    }
  }

  z3::context& z_;
  const policy_table& p_;
};

struct tally {
  int proved = 0, violated = 0;
};

class checker {
 public:
  checker(const policy_table& p, const policy::table& t) : t_(t), f_(z_, p), p_(p), solver_(z_), x_(f_.fresh("x")), y_(f_.fresh("y")) {}

  void run(tally (&tallies)[5], lcg& random) {
    compare("total", f_.allowed(x_) && f_.gap(x_), tallies[0]);
    compare("deterministic", f_.allowed(x_) && f_.conflict(x_), tallies[1]);
    dead(tallies[2]);
    const std::size_t i = random.next(static_cast<std::uint32_t>(p_.inputs.size()));
    const std::string name = "(c" + std::to_string(i);
    const z3::expr from = f_.outcome(x_), to = f_.outcome(y_);
    compare("invariant" + name + ")", f_.only(x_, y_, i) && from != to, tallies[3]);
    if (p_.lists() || !p_.inputs[i]->moves()) return;
    const bool descending = random.next(2) == 0, ignore = random.next(3) != 0;
    const z3::expr up = f_.only(x_, y_, i) && !x_.null[i] && !y_.null[i] && x_.values[i] < y_.values[i];
    const z3::expr wrong = up && from >= 0 && to >= 0 && (descending ? to > from : to < from);
    const z3::expr undefined = f_.allowed(x_) && !x_.null[i] && from < 0;
    compare("monotone" + name + (descending ? ", descending" : "") + (ignore ? ", ignore-undefined)" : ")"),
            ignore ? wrong : wrong || undefined, tallies[4]);
  }

 private:
  bool satisfied(const z3::expr& e) {
    solver_.push();
    solver_.add(e);
    const z3::check_result r = solver_.check();
    solver_.pop();
    REQUIRE(r != z3::unknown);
    return r == z3::sat;
  }
  policy::proof prove(const std::string& property) {
    return policy::prove(t_, policy::parse_property(property).value()).value();
  }
  // `wrong` is what violates the property.
  void compare(const std::string& property, const z3::expr& wrong, tally& count) {
    INFO(property);
    const policy::proof p = prove(property);
    const bool violated = satisfied(wrong);
    ++(violated ? count.violated : count.proved);
    INFO(to_string(p));
    CHECK(p.status == (violated ? proof_status::violated : proof_status::proved));
    if (!violated || p.violations.empty()) return;
    const policy::violation& v = p.violations[0];
    z3::expr witness = f_.is(x_, v.record);
    if (!v.other.empty()) witness = witness && f_.is(y_, v.other);
    CHECK(satisfied(wrong && witness));
  }
  void dead(tally& count) {
    const policy::proof p = prove("no-dead");
    std::set<std::string> found, dead;
    for (const policy::violation& v : p.violations) found.insert(v.rules.at(0));
    for (std::size_t r = 0; r != p_.rules.size(); ++r)
      if (!satisfied(f_.allowed(x_) && f_.selected(r, x_))) dead.insert("r" + std::to_string(r));
    ++(dead.empty() ? count.proved : count.violated);
    CHECK(found == dead);
    for (const policy::violation& v : p.violations) {
      const std::size_t rule = std::stoul(v.rules[0].substr(1));
      if (v.record.empty()) CHECK_FALSE(satisfied(f_.allowed(x_) && f_.matches(rule, x_)));
      else CHECK(satisfied(f_.allowed(x_) && f_.matches(rule, x_) && f_.is(x_, v.record)));
    }
  }

  const policy::table& t_;
  z3::context z_;
  formulas f_;
  const policy_table& p_;
  z3::solver solver_;
  record x_, y_;
};

}  // namespace

TEST_CASE("Z3 agrees on 1,000 random tables", "[policy][prove][z3]") {
  lcg random{2024};
  tally tallies[5];
  for (int n = 0; n != 1'000; ++n) {
    const policy_table p = random_table(random);
    const std::string text = csv_of(p);
    INFO(text);
    const auto t = policy::read_csv(text);
    if (!t) FAIL(to_string(t.error()));
    checker(p, *t).run(tallies, random);
  }
  // Each property was both proved and violated often enough to mean something.
  for (const tally& count : tallies) {
    CHECK(count.proved > 50);
    CHECK(count.violated > 50);
  }
}
