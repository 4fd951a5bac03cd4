#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "ectp/policy/nearest.hpp"

namespace policy = ectp::policy;
using policy::value_ref;

namespace {

policy::table table_of(const std::string& csv) {
  auto read = policy::read_csv_all(csv);
  for (const ectp::error& e : read.errors) UNSCOPED_INFO(to_string(e) << "\n" << csv);
  REQUIRE(read.table.has_value());
  return *read.table;
}

policy::nearest nearest_of(const policy::table& t, std::vector<value_ref> values,
                           policy::nearest_options options = {}) {
  return policy::nearest_change(t, values, options);
}

std::string shown(const policy::nearest& n) {
  std::string out;
  for (const auto& c : n.changes)
    out += c.name + " " + to_string(c.from.ref()) + " to " + to_string(c.to.ref()) + " in " + c.test + ", " +
           std::to_string(c.steps) + (c.steps == 1 ? " step; " : " steps; ");
  return out + std::to_string(n.steps) + ": " + to_string(n.answer) + (n.rule.empty() ? "" : " by " + n.rule);
}

// --- the definition, word by word, over every combination of cells ---------------------------------

struct found_change {
  bool found = false;
  std::vector<std::uint32_t> inputs, cells;  // changed, and to what
  std::uint64_t steps = 0;
  policy::outcome decided;
  policy::answer answer;
};

// Fewest inputs, fewest steps, the set compared from the left, then the cells.
auto order_of(const found_change& c) { return std::tuple(c.inputs.size(), c.steps, c.inputs, c.cells); }

std::uint64_t steps_between(const policy::axis& a, std::uint32_t from, std::uint32_t to) {
  if (from == to) return 0;
  const bool numbered = policy::is_line(a.type()) || (a.type() == policy::value_kind::text && a.ordered());
  if (!numbered || from == a.null_cell() || to == a.null_cell()) return 1;
  return from < to ? to - from : from - to;
}

found_change search_all(const policy::table& t, const std::vector<std::uint32_t>& from,
    std::size_t most_inputs) {
  policy::scratch work = t.make_scratch();
  const policy::outcome base = t.decide_cells(from, work);
  const policy::answer said = policy::answer_of(t, base, work);
  found_change best;
  std::vector<std::uint32_t> at(from.size(), 0);
  for (bool more = true; more;) {
    found_change here;
    bool allowed = true;
    for (std::uint32_t i = 0; i != at.size(); ++i)
      if (at[i] != from[i]) {
        allowed = allowed && !t.input(i).fixed;
        here.inputs.push_back(i);
        here.cells.push_back(at[i]);
        here.steps += steps_between(t.axis(i), from[i], at[i]);
      }
    if (allowed && here.inputs.size() <= most_inputs && !here.inputs.empty() &&
        (!best.found || order_of(here) < order_of(best))) {
      here.decided = t.decide_cells(at, work);
      if (here.decided.status == policy::rule_status::decided) {
        here.answer = policy::answer_of(t, here.decided, work);
        here.found = base.status != policy::rule_status::decided || here.answer != said;
        if (here.found) best = here;
      }
    }
    std::size_t i = 0;
    while (i != at.size() && ++at[i] == t.axis(i).size()) at[i++] = 0;
    more = i != at.size();
  }
  return best;
}

// --- random small tables ------------------------------------------------------------------------

struct small_tables {
  std::mt19937 random;
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  std::string number(bool integer) {
    const std::size_t n = below(6);
    return integer ? std::to_string(n) : std::to_string(n / 2) + (n % 2 == 0 ? "" : ".5");
  }
  std::string test(std::size_t kind, bool nullable) {
    if (one_in(3)) return "-";
    if (nullable && one_in(5)) return one_in(2) ? "null" : "not(null)";
    const auto negated = [&](std::string s) { return one_in(6) ? "not(" + s + ")" : s; };
    const char* const compares[] = {"", "<", "<=", ">", ">=", "!="};
    switch (kind) {
      case 0:
      case 1: {
        const std::string first = compares[below(6)] + number(kind == 0);
        return negated(one_in(4) ? first + "," + number(kind == 0) : first);
      }
      case 2: return one_in(2) ? "true" : "false";
      case 3:
      case 4: {
        const std::string word(1, static_cast<char>('a' + below(4)));
        if (kind == 4 && !one_in(3)) return negated(compares[below(5)] + word);
        return negated(one_in(3) ? word + "," + std::string(1, static_cast<char>('a' + below(4))) : word);
      }
      case 5: return negated(std::string("\"") + static_cast<char>('x' + below(2)) + "\"");
      default: return negated(compares[below(5)] + ("2025-09-0" + std::to_string(1 + below(5))));
    }
  }

  std::string csv(std::size_t inputs) {
    const char* const corners[] = {"U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"};
    const std::string corner = corners[below(11)];
    const bool makes_one = corner.size() == 2, ranked = corner == "P" || corner == "O";
    const std::size_t outputs = makes_one ? 1 : 1 + below(2);
    std::vector<std::size_t> kinds;
    std::vector<bool> nullable;
    std::string names = corner, roles, domains, change = "#change", defaults = "#default";
    for (std::size_t i = 0; i != inputs; ++i) {
      kinds.push_back(below(7));
      nullable.push_back(one_in(4));
      const char* const numbers = one_in(2) ? "number" : "number [0..3)";
      const char* const all[] = {"integer [0..5]",   numbers,  "boolean", "a,b,c,d",
                                 "ordered: a,b,c,d", "string", "date"};
      names += ",i" + std::to_string(i);
      roles += ",in";
      domains += ",\"" + std::string(all[kinds[i]]) + (nullable[i] ? ", null\"" : "\"");
      change += one_in(5) ? ",fixed" : ",";
      defaults += ",";
    }
    for (std::size_t o = 0; o != outputs; ++o) {
      names += ",o" + std::to_string(o);
      roles += ",out";
      domains += ranked || one_in(2) ? ",\"1,2,3\"" : makes_one ? ",number" : ",\"integer, null\"";
      change += ",";
      defaults += one_in(2) ? ",2" : ",";
    }
    std::string out = names + "\n" + roles + "\n" + domains + "\n" + change + "\n";
    if (one_in(4)) out += defaults + "\n";
    const std::size_t rules = one_in(30) ? 65 + below(20) : 1 + below(7);
    for (std::size_t r = 0; r != rules; ++r) {
      out += "r" + std::to_string(r);
      for (std::size_t i = 0; i != inputs; ++i) {
        out += ",\"";
        for (const char c : test(kinds[i], nullable[i])) out.append(c == '"' ? 2 : 1, c);
        out += "\"";
      }
      for (std::size_t o = 0; o != outputs; ++o) out += "," + std::to_string(1 + below(3));
      out += "\n";
    }
    return out;
  }
};

}  // namespace

TEST_CASE("the nearest change names the input, the value and the answer", "[policy][nearest]") {
  const auto t = table_of(
      "F,autonomy,evidence,stance\n,in,in,out\n"
          ",integer [0..5],number [0..1],\"directive,collaborative,facilitative\"\n"
      "r1,<2,-,directive\nr2,-,>=0.5,facilitative\nr3,-,-,collaborative\n");
  CHECK(shown(nearest_of(t, {1, 0.2})) ==
        "autonomy 1 to 2 in 2, 1 step; 1: \"collaborative\" by r3");
  // Half of evidence is a place of its own: the change leads to it, not beyond.
  CHECK(shown(nearest_of(t, {5, 0.2})) ==
        "evidence 0.2 to 0.5 in 0.5, 1 step; 1: \"facilitative\" by r2");
  CHECK(shown(nearest_of(t, {5, 0.75})) ==
        "evidence 0.75 to 0.2 in (0..0.5), 2 steps; 2: \"collaborative\" by r3");
  CHECK(nearest_of(t, {1, 0.2}).complete());
}

TEST_CASE("fewer inputs go before fewer steps, and steps before columns", "[policy][nearest]") {
  const auto t = table_of("F,a,b,c,o\n,in,in,in,out\n,integer [0..9],integer [0..9],boolean,\"x,y,z\"\n"
                          "#change,,,,\n"
                          "r1,>=8,-,-,y\nr2,>=1,>=1,-,z\nr3,7,-,-,x\nr4,6,-,-,x\nr5,5,-,-,x\nr6,-,-,-,x\n");
  // Two steps in a and b would do, but one input alone is enough.
  const policy::nearest far = nearest_of(t, {0, 0, true});
  REQUIRE(far.changes.size() == 1);
  CHECK(far.changes[0].name == "a");
  CHECK(far.changes[0].to.ref() == value_ref(8));
  CHECK(far.rule == "r1");
  const auto by_column = table_of("F,a,b,o\n,in,in,out\n,boolean,boolean,\"x,y\"\nr1,false,false,x\n"
      "r2,-,-,y\n");
  CHECK(nearest_of(by_column, {false, false}).changes[0].name == "a");
  const auto two = table_of("U,a,b,o\n,in,in,out\n,boolean,\"u,v,w\",\"x,y\"\nr1,false,u,x\n"
      "r2,true,\"v,w\",y\n");
  CHECK(shown(nearest_of(two, {false, "u"})) ==
        "a false to true in true, 1 step; b \"u\" to \"v\" in \"v\", 1 step; 2: \"y\" by r2");
}

TEST_CASE("an input that is fixed never changes", "[policy][nearest]") {
  const std::string rest = "r1,false,false,x\nr2,-,-,y\n";
  const std::string head = "F,a,b,o\n,in,in,out\n,boolean,boolean,\"x,y\"\n";
  CHECK(nearest_of(table_of(head + "#change,fixed,,\n" + rest), {false, false}).changes[0].name == "b");
  const policy::nearest none = nearest_of(table_of(head + "#change,fixed,fixed,\n" + rest), {false, false});
  CHECK_FALSE(none.found());
  CHECK(none.complete());
  CHECK(none.answer.is_null());
}

TEST_CASE("from no rule and from a conflict any decision will do", "[policy][nearest]") {
  const auto t = table_of("U,n,o\n,in,out\n,number,\"x,y\"\nr1,[1..3],x\nr2,[3..5],x\n");
  CHECK(shown(nearest_of(t, {3})) == "n 3 to 2 in (1..3), 1 step; 1: \"x\" by r1");
  CHECK(shown(nearest_of(t, {9})) == "n 9 to 5 in 5, 1 step; 1: \"x\" by r2");
  // From a decision there is no other answer.
  CHECK_FALSE(nearest_of(t, {2}).found());
  CHECK(nearest_of(t, {2}).complete());
}

TEST_CASE("the answer counts, not the rule", "[policy][nearest]") {
  const std::string rest = ",n,o\n,in,out\n,integer [0..9],integer\nr1,>=1,1\nr2,>=3,1\nr3,>=6,0\nr4,>=9,5\n";
  CHECK(shown(nearest_of(table_of("C+" + rest), {4})) == "n 4 to 2 in 2, 2 steps; 2: 1 by r1");
  CHECK(shown(nearest_of(table_of("C>" + rest), {4})) == "n 4 to 9 in 9, 3 steps; 3: 5 by r1");
  CHECK(shown(nearest_of(table_of("C#" + rest), {0})) == "n 0 to 1 in 1, 1 step; 1: 1 by r1");
  CHECK(shown(nearest_of(table_of("C" + rest), {1})) == "n 1 to 0 in 0, 1 step; 1: []");
  CHECK(shown(nearest_of(table_of("R" + rest), {4})) == "n 4 to 6 in 6, 1 step; 1: [1, 1, 0] by r1");
}

TEST_CASE("null is one step away", "[policy][nearest]") {
  const auto t = table_of("F,n,o\n,in,out\n,\"integer [0..9], null\",\"x,y,z\"\nr1,null,x\nr2,>=5,y\n"
      "r3,-,z\n");
  CHECK(shown(nearest_of(t, {0})) == "n 0 to null in null, 1 step; 1: \"x\" by r1");
  CHECK(shown(nearest_of(t, {nullptr})) == "n null to 0 in 0, 1 step; 1: \"z\" by r3");
  CHECK(shown(nearest_of(t, {3})) == "n 3 to 5 in 5, 1 step; 1: \"y\" by r2");
}

TEST_CASE("the new value is the one nearest to the old", "[policy][nearest]") {
  const auto t = table_of("F,n,d,o\n,in,in,out\n,integer [0..100],date >= 2025-09-01,\"x,y,z\"\n"
                          "r1,<20,-,x\nr2,>80,-,x\nr3,-,(2025-10-01..2025-12-01),y\nr4,-,-,z\n");
  const policy::nearest down = nearest_of(t, {90, ectp::date::from_days(20340)});
  CHECK(shown(down) == "n 90 to 80 in 80, 1 step; 1: \"z\" by r4");
  const auto whole = table_of("U,n,o\n,in,out\n,integer [0..100],\"x,y\"\nr1,<=20,x\nr2,(30..40),y\n"
      "r3,>=50,x\n");
  CHECK(shown(nearest_of(whole, {20})) == "n 20 to 31 in [31..39], 3 steps; 3: \"y\" by r2");
  CHECK(shown(nearest_of(whole, {50})) == "n 50 to 39 in [31..39], 3 steps; 3: \"y\" by r2");
  const auto dates = table_of("U,d,o\n,in,out\n,date,\"x,y\"\nr1,< 2025-09-01,x\nr2,> 2025-09-01,y\n");
  CHECK(shown(nearest_of(dates, {ectp::date::from_civil(2025, 8, 1)})) ==
        "d 2025-08-01 to 2025-09-02 in > 2025-09-01, 2 steps; 2: \"y\" by r2");
}

TEST_CASE("what is not computed says why", "[policy][nearest]") {
  const auto row = table_of("U,a,b,o\n,in,in,out\n,integer,integer,\"x,y\"\nr1,> b,-,x\nr2,<= b,-,y\n");
  REQUIRE(row.needs_row());
  const policy::nearest n = nearest_of(row, {1, 2});
  CHECK_FALSE(n.found());
  CHECK_FALSE(n.complete());
  CHECK(n.reason == "the nearest change is not computed for a table in which tests name other inputs");
  const auto t = table_of("U,a,o\n,in,out\n,integer [0..5],\"x,y\"\nr1,-,x\n");
  CHECK(nearest_of(t, {9}).reason.find("does not take 9") != std::string::npos);
  CHECK(nearest_of(t, {}).reason == "one value is needed for each input of the table ''");
}

TEST_CASE("a search that is given up says so", "[policy][nearest]") {
  small_tables make{std::mt19937(7)};
  std::size_t given_up = 0, found = 0;
  for (int k = 0; k != 300; ++k) {
    const auto t = table_of(make.csv(3));
    std::vector<value_ref> values;
    for (std::size_t i = 0; i != 3; ++i) values.push_back(t.axis(i).representative(0));
    const policy::nearest whole = nearest_of(t, values);
    CHECK(whole.complete());
    policy::nearest_options few;
    few.work = make.below(4'000);
    const policy::nearest part = nearest_of(t, values, few);
    if (part.complete()) {
      CHECK(part == whole);
      continue;
    }
    ++given_up;
    CHECK(part.reason.substr(0, 23) == "the search was given up");
    if (!part.found()) continue;
    ++found;
    // What it found does flip the outcome, with no fewer inputs than it takes.
    REQUIRE(whole.found());
    CHECK(part.changes.size() == whole.changes.size());
    CHECK(part.steps >= whole.steps);
  }
  CHECK(given_up > 50);
  CHECK(found > 5);
}

TEST_CASE("no nearer change exists, and each keeps its promise", "[slow][policy][nearest][differential]") {
  small_tables make{std::mt19937(20250901)};
  std::size_t tables = 0, found[5] = {}, none = 0, undecided = 0, singles = 0;
  while (tables != 4'000) {
    const std::string csv = make.csv(1 + make.below(4));
    const auto t = table_of(csv);
    std::size_t grid = 1;
    for (std::size_t i = 0; i != t.inputs().size(); ++i) grid *= t.axis(i).size();
    if (grid > 3'000) continue;
    ++tables;
    policy::scratch work = t.make_scratch();
    for (int sample = 0; sample != 4; ++sample) {
      std::vector<std::uint32_t> cells;
      std::vector<value_ref> values;
      for (std::size_t i = 0; i != t.inputs().size(); ++i) {
        cells.push_back(static_cast<std::uint32_t>(make.below(t.axis(i).size())));
        values.push_back(t.axis(i).representative(cells.back()));
      }
      const policy::outcome base = t.decide(values, work);
      const policy::answer said = policy::answer_of(t, base, work);
      undecided += base ? 0 : 1;
      const found_change want = search_all(t, cells, cells.size());
      const policy::nearest got = nearest_of(t, values);
      CAPTURE(csv, cells, shown(got), want.inputs, want.cells, want.steps);
      REQUIRE(got.complete());
      REQUIRE(got.found() == want.found);
      REQUIRE(got.changes.size() == want.inputs.size());
      REQUIRE(got.steps == want.steps);
      std::vector<value_ref> changed = values;
      std::uint64_t steps = 0;
      for (std::size_t k = 0; k != got.changes.size(); ++k) {
        const policy::changed_input& c = got.changes[k];
        REQUIRE(c.input == want.inputs[k]);
        REQUIRE(c.cell == want.cells[k]);
        REQUIRE(c.from == policy::value(values[c.input]));
        REQUIRE(t.axis(c.input).cell_of(c.to.ref()) == c.cell);
        REQUIRE(c.steps == steps_between(t.axis(c.input), cells[c.input], c.cell));
        changed[c.input] = c.to.ref();
        steps += c.steps;
      }
      REQUIRE(steps == got.steps);
      if (want.found) {
        ++found[got.changes.size()];
        const policy::outcome after = t.decide(changed, work);
        REQUIRE(after == got.decided);
        REQUIRE(policy::answer_of(t, after, work) == got.answer);
        REQUIRE(got.answer == want.answer);
        REQUIRE((!base || got.answer != said));
        REQUIRE(got.rule == (after.rule == policy::none ? "" : t.rule_id(after.rule)));
      } else {
        ++none;
      }
      const found_change one = search_all(t, cells, 1);
      const policy::near_cell near = policy::nearest_cell(t, cells);
      policy::near_cell want_near;
      if (one.found) want_near = {one.inputs[0], one.cells[0], one.decided.rule, one.steps};
      REQUIRE(near == want_near);
      singles += one.found ? 1 : 0;
    }
  }
  // All kinds did occur.
  CHECK(found[1] > 5'000);
  CHECK(found[2] > 300);
  CHECK(found[3] > 20);
  CHECK(none > 500);
  CHECK(undecided > 2'000);
  CHECK(singles == found[1]);
}

TEST_CASE("a large table has its nearest change too", "[policy][nearest]") {
  // 1,500 boxes in five dimensions, each two fifths wide, under three hit policies.
  std::mt19937 random(42);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  const auto number = [](std::uint32_t n) { return "0." + std::to_string(1'000'000 + n).substr(1); };
  std::string rows;
  for (int r = 0; r != 1'500; ++r) {
    rows += "r" + std::to_string(r);
    for (int i = 0; i != 5; ++i) {
      const std::uint32_t from = below(600'000);
      rows += ",[" + number(from) + ".." + number(from + 400'000 - 1) + "]";
    }
    rows += "," + std::to_string(below(4)) + "\n";
  }
  for (const std::string corner : {"F", "U", "C+"}) {
    std::string names = corner, roles, domains;
    for (int i = 0; i != 5; ++i) {
      names += ",i" + std::to_string(i);
      roles += ",in";
      domains += ",number [0..1]";
    }
    const auto t = table_of(names + ",o\n" + roles + ",out\n" + domains + ",number\n" + rows);
    policy::scratch work = t.make_scratch();
    std::size_t found = 0;
    for (int sample = 0; sample != 6; ++sample) {
      std::vector<value_ref> values;
      std::vector<std::uint32_t> cells;
      for (std::size_t i = 0; i != 5; ++i) {
        values.emplace_back(below(1'000'000) / 1e6);
        cells.push_back(t.axis(i).cell_of(values.back()));
      }
      const policy::outcome base = t.decide_cells(cells, work);
      const policy::answer said = policy::answer_of(t, base, work);
      policy::near_cell want;
      for (std::uint32_t i = 0; i != 5; ++i) {
        std::vector<std::uint32_t> at = cells;
        for (std::uint32_t c = 0; c != t.axis(i).size(); ++c) {
          at[i] = c;
          const std::uint64_t steps = c < cells[i] ? cells[i] - c : c - cells[i];
          if (steps == 0 || (want.input != policy::none && steps >= want.steps)) continue;
          const policy::outcome o = t.decide_cells(at, work);
          if (o && (!base || policy::answer_of(t, o, work) != said)) want = {i, c, o.rule, steps};
        }
      }
      CAPTURE(corner, sample);
      CHECK(policy::nearest_cell(t, cells) == want);
      const policy::nearest whole = nearest_of(t, values);
      CHECK(whole.complete());
      REQUIRE(whole.found());
      CHECK((whole.changes.size() == 1) == (want.input != policy::none));
      if (want.input != policy::none) CHECK(whole.changes[0].cell == want.cell);
      for (const auto& c : whole.changes) values[c.input] = c.to.ref();
      CHECK(t.decide(values, work) == whole.decided);
      CHECK(policy::answer_of(t, whole.decided, work) == whole.answer);
      CHECK(whole.answer != said);
      found += want.input != policy::none ? 1 : 0;
    }
    CHECK(found != 0);
  }
}
