#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "ectp/policy/explain.hpp"
#include "ectp/policy/identity.hpp"

using namespace ectp;
using policy::value;
using policy::value_ref;

namespace {

policy::table read(const std::string& hit_policy) {
  const auto t = policy::read_csv(hit_policy +
                                      ",self,mentor,path,reason,source\n"
                                      ",in,in,out,note,note\n"
                                      ",integer [0..5],\"low,high\",\"consolidate,extend\",,\n"
                                      "r1,>=4,high,extend,both agree,default_policy\n"
                                      "r2, ,\"low,high\",consolidate,a wrong Extend hides a gap,public\n"
                                      "r3,[0..2],low,consolidate,,\n",
                                  {"", "policies/path.csv", {}});
  if (!t) FAIL(to_string(t.error()));
  return *t;
}

policy::table table_of(const std::string& csv) {
  auto read = policy::read_csv_all(csv);
  for (const ectp::error& e : read.errors) UNSCOPED_INFO(to_string(e) << "\n" << csv);
  REQUIRE(read.table.has_value());
  return *read.table;
}

policy::explanation why(const policy::table& t, std::vector<value_ref> values) {
  return policy::explain(t, values);
}

// The only test of a table with one rule, and what it makes of a value.
policy::explained_cell cell(const std::string& domain, const std::string& test, value_ref v) {
  const auto t = table_of("F,n,o\n,in,out\n,\"" + domain + "\",\"x,y\"\nr1,\"" + test + "\",x\n");
  const policy::explanation e = why(t, {v});
  REQUIRE(e.matched.size() + e.rejected.size() == 1);
  return e.matched.empty() ? e.rejected[0].first_failed : e.matched[0].cells[0];
}
std::string margin(const std::string& domain, const std::string& test, value_ref v) {
  const policy::explained_cell c = cell(domain, test, v);
  const std::string size = c.margin ? to_string(value_ref(*c.margin)) : "none";
  return (c.holds ? "holds " : c.unknown ? "unknown " : "fails ") + size;
}

}  // namespace

TEST_CASE("an explanation names the policy", "[policy][explain]") {
  const policy::table t = *policy::read_csv_all("U,a,o\n,in,out\n,boolean,boolean\n#id,own,\n#version,1.2.0,\n1,-,true\n", {"t", "", {}}).table;
  const value_ref values[] = {true};
  const policy::explanation e = policy::explain(t, values);
  CHECK((e.id == "own" && e.version == "1.2.0" && e.sha256 == policy::fingerprint(t)));
  CHECK(policy::explain(t, values, std::string()).sha256.empty());
  policy::explanation other = policy::explain(t, values, "0123");
  CHECK(other.sha256 == "0123");
  other.sha256 = e.sha256;
  CHECK(other == e);
  const policy::explanation path = policy::explain(read("F"), {{"mentor", "low"}, {"self", 1}}).value();
  CHECK((path.id.empty() && path.version.empty() && path.sha256 == policy::fingerprint(read("F"))));
}

TEST_CASE("an explanation of a decision", "[policy][explain]") {
  const auto e = policy::explain(read("F"), {{"mentor", "low"}, {"self", 1}});
  REQUIRE(e);
  CHECK(e->table == "path");
  CHECK(e->file == "policies/path.csv");
  CHECK(e->hit_policy == policy::hit_policy::first);
  CHECK(e->status == policy::rule_status::decided);
  CHECK(e->problems.empty());
  REQUIRE(e->inputs.size() == 2);
  CHECK(e->inputs[0] == policy::explained_input{"self", value_ref(1)});
  CHECK(e->inputs[1] == policy::explained_input{"mentor", value_ref("low")});
  // r2 is selected; r3 matches too, and FIRST leaves it out.
  REQUIRE(e->matched.size() == 2);
  const policy::matched_rule& r2 = e->matched[0];
  REQUIRE(e->selected() == &r2);
  CHECK(r2.id == "r2");
  CHECK(r2.rule == 1);
  CHECK(to_string(r2.at) == "policies/path.csv:5:1");
  REQUIRE(r2.cells.size() == 2);
  CHECK(r2.cells[0] == policy::explained_cell{
                          "self", value_ref(1), "-", {"policies/path.csv", 5, 4, {}}, true, false, {}});
  CHECK(r2.cells[1] == policy::explained_cell{"mentor", value_ref("low"), "low,high",
                                               {"policies/path.csv", 5, 7, {}}, true, false, {}});
  CHECK(r2.outputs == std::vector<policy::explained_output>{{"path", value_ref("consolidate")}});
  CHECK(r2.notes == std::vector<policy::explained_note>{{"reason", "a wrong Extend hides a gap"},
                                                        {"source", "public"}});
  CHECK(e->matched[1].id == "r3");
  CHECK_FALSE(e->matched[1].selected);
  REQUIRE(e->rejected.size() == 1);
  CHECK(e->rejected[0].id == "r1");
  CHECK(e->rejected[0].first_failed ==
        policy::explained_cell{
            "self", value_ref(1), ">=4", {"policies/path.csv", 4, 4, {}}, false, false, -3.0});
}

TEST_CASE("the first failing cell is the leftmost that fails", "[policy][explain]") {
  const auto e = policy::explain(read("F"), {{"mentor", "low"}, {"self", 4}});
  REQUIRE(e);
  REQUIRE(e->rejected.size() == 2);
  CHECK(e->rejected[0].first_failed.input == "mentor");
  CHECK(to_string(e->rejected[0].first_failed.at) == "policies/path.csv:4:8");
  CHECK(e->rejected[1].first_failed.input == "self");
}

TEST_CASE("an explanation of a conflict names both rules", "[policy][explain]") {
  const auto e = policy::explain(read("U"), {{"mentor", "high"}, {"self", 5}});
  REQUIRE(e);
  CHECK(e->status == policy::rule_status::conflict);
  CHECK(e->matched.size() == 2);
  CHECK(e->selected() == nullptr);
  REQUIRE(e->problems.size() == 1);
  CHECK(e->problems[0].code == errc::rule_conflict);
  CHECK(to_string(e->problems[0].at) == "policies/path.csv:5:1");
  CHECK(e->problems[0].message == "the rules 'r1' and 'r2' of the table 'path' both match");
}

TEST_CASE("an explanation of no rule, and of values that are refused", "[policy][explain]") {
  const auto t = policy::read_csv("U,n,o\n,in,out\n,number [0..1],integer\nr1,<0.5,1\n", {"demo", "", {}});
  REQUIRE(t);
  const value_ref one[] = {0.75};
  const policy::explanation none = policy::explain(*t, one);
  CHECK(none.status == policy::rule_status::no_rule);
  REQUIRE(none.problems.size() == 1);
  CHECK(none.problems[0].code == errc::no_rule);
  CHECK(none.matched.empty());
  REQUIRE(none.rejected.size() == 1);
  CHECK(none.rejected[0].first_failed.test == "<0.5");

  const value_ref wrong[] = {"x"};
  const policy::explanation refused = policy::explain(*t, wrong);
  CHECK(refused.status == policy::rule_status::invalid_input);
  REQUIRE(refused.problems.size() == 1);
  CHECK(refused.problems[0].code == errc::wrong_type);
  CHECK(refused.problems[0].at.path == "/n");
  CHECK(refused.matched.empty());
  CHECK(refused.rejected.empty());
  REQUIRE(refused.inputs.size() == 1);
  CHECK(refused.inputs[0].value.text() == "x");

  const policy::explanation too_few = policy::explain(*t, std::span<const value_ref>());
  CHECK(too_few.status == policy::rule_status::invalid_input);
  REQUIRE(too_few.problems.size() == 1);
  CHECK(too_few.problems[0].code == errc::bad_argument);

  const auto named = policy::explain(*t, {{"m", 1}});
  REQUIRE(!named);
  CHECK(named.error().code == errc::unknown_field);
}

TEST_CASE("a margin is the way to the nearest place where the test changes", "[policy][explain]") {
  CHECK(margin("integer [0..5]", ">=3", 3) == "holds 0");
  CHECK(margin("integer [0..5]", ">=3", 5) == "holds 2");
  CHECK(margin("integer [0..5]", ">=3", 1) == "fails -2");
  CHECK(margin("integer [0..5]", "<3", 3) == "fails 0");
  CHECK(margin("integer [0..5]", "3", 5) == "fails -2");
  CHECK(margin("integer [0..5]", "!=3", 5) == "holds 2");
  CHECK(margin("integer [0..5]", "not(3)", 3) == "fails 0");
  CHECK(margin("integer [0..5]", "[1..4]", 2) == "holds 1");
  CHECK(margin("integer [0..5]", "1,4", 3) == "fails -1");
  // Ends that meet, and ends of the domain, are no places.
  CHECK(margin("integer [0..5]", "<3,>=3", 3) == "holds none");
  CHECK(margin("integer [0..5]", "<=2,>=3", 3) == "holds none");
  CHECK(margin("integer [0..5]", "[0..3]", 1) == "holds 2");
  CHECK(margin("integer [0..5]", ">=0", 3) == "holds none");
  CHECK(margin("number [0..1)", "< 1", 0.25) == "holds none");
  CHECK(margin("integer [0..5]", "-", 3) == "holds none");
  // Exact where doubles are not: 0.3 - 0.1 is not 0.2 in binary.
  CHECK(cell("number", "> 0.1", 0.3).margin == ectp::maybe<double>(0.2));
  CHECK(margin("number", "> 0.1", 0.1) == "fails 0");
  CHECK(margin("number", ">= -5e-22", 1) == "holds 1");
  CHECK(margin("0,0.5,1", ">0", 1) == "holds 1");
  CHECK(margin("0,0.5,1", "0.5", 1) == "fails -0.5");
  CHECK(margin("date", ">= 2025-09-01", date::from_civil(2025, 8, 1)) == "fails -31");
  CHECK(margin("time", "[08:00..16:00]", value_ref(policy::value_kind::time, 9 * 3600.0)) == "holds 3600");
  CHECK(margin("years and months duration", "< P1Y", value_ref(policy::value_kind::months, 14)) ==
      "fails -2");
}

TEST_CASE("words have a margin where their order is stated", "[policy][explain]") {
  CHECK(margin("ordered: low,mid,high,top", ">=high", "low") == "fails -2");
  CHECK(margin("ordered: low,mid,high,top", ">=high", "top") == "holds 1");
  CHECK(margin("ordered: low,mid,high,top", "low,mid", "top") == "fails -2");
  CHECK(margin("low,mid,high", "high", "low") == "fails none");
  CHECK(margin("boolean", "true", false) == "fails none");
  CHECK(margin("string", "not(\"\"a\"\")", "b") == "holds none");
}

TEST_CASE("null is unknown to a test that compares, and to no other", "[policy][explain]") {
  const std::string n = "integer [0..5], null";
  CHECK(margin(n, ">3", nullptr) == "unknown none");
  CHECK(margin(n, "not(>3)", nullptr) == "unknown none");
  CHECK(margin(n, "[1..3]", nullptr) == "unknown none");
  CHECK(margin(n, "2,>3", nullptr) == "unknown none");
  CHECK(margin(n, "not(2,>3)", nullptr) == "unknown none");
  CHECK(margin(n, "3", nullptr) == "fails none");
  CHECK(margin(n, "not(null)", nullptr) == "fails none");
  CHECK(margin(n, "!=null", nullptr) == "fails none");
  CHECK(margin(n, "not(null,>3)", nullptr) == "fails none");
  CHECK(margin(n, "not(!=2,>3)", nullptr) == "fails none");
  CHECK(margin(n, "null,>3", nullptr) == "holds none");
  CHECK(margin(n, "not(3)", nullptr) == "holds none");
  CHECK(margin(n, ">3", 3) == "fails 0");
  CHECK(cell(n, ">3", nullptr).truth() == policy::truth::unknown);
  CHECK(cell(n, "3", nullptr).truth() == policy::truth::no);
  CHECK(cell(n, "null", nullptr).truth() == policy::truth::yes);
}

TEST_CASE("tests that name another input are explained by the row", "[policy][explain]") {
  const auto t = table_of("F,a,b,o\n,in,in,out\n,integer [0..9],\"number, null\",\"x,y,z\"\n"
                          "r1,> b,-,x\nr2,\"[1..b], 9\",-,y\nr3,\"not(b)\",-,z\n");
  const policy::explanation five = why(t, {5, 2.5});
  REQUIRE(five.selected() != nullptr);
  CHECK(five.selected()->id == "r1");
  CHECK(five.selected()->cells[0].margin == ectp::maybe<double>(2.5));
  REQUIRE(five.rejected.size() == 1);
  CHECK(five.rejected[0].first_failed.margin == ectp::maybe<double>(-2.5));
  // A whole number cannot meet 2.5: nothing changes there.
  CHECK_FALSE(five.matched[1].cells[0].margin);
  CHECK(why(t, {5, 3}).matched[1].cells[0].margin == ectp::maybe<double>(2));
  const policy::explanation null = why(t, {5, nullptr});
  REQUIRE(null.rejected.size() == 2);
  CHECK(null.rejected[0].first_failed.unknown);
  CHECK_FALSE(null.rejected[0].first_failed.margin);
  CHECK(null.rejected[1].first_failed.unknown);
  CHECK(null.rejected[1].first_failed.margin == ectp::maybe<double>(-4));
  CHECK(null.missing == std::vector<std::string>{"b"});
  CHECK(null.selected()->id == "r3");

  const auto words = table_of("F,a,b,o\n,in,in,out\n,\"ordered: p,q,r,s\",\"ordered: p,q,r,s\",\"x,y\"\n"
                              "r1,>= b,-,x\nr2,-,-,y\n");
  CHECK(why(words, {"s", "q"}).selected()->cells[0].margin == ectp::maybe<double>(2));
  CHECK(why(words, {"p", "q"}).rejected[0].first_failed.margin == ectp::maybe<double>(-1));
}

TEST_CASE("a list is decided by several rules in the order of the answer", "[policy][explain]") {
  const std::string rest = ",n,o,source\n,in,out,note\n,integer [0..9],\"low,mid,high\",\n"
                           "r1,>=1,high,law 1\nr2,>=5,mid,law 2\nr3,>=2,low,\nr4,>=2,mid,law 4\n";
  const auto ids = [](const policy::explanation& e) {
    std::string out;
    for (const std::uint32_t k : e.selection) out += e.matched[k].id + " ";
    return out;
  };
  const policy::explanation order = why(table_of("O" + rest), {3});
  CHECK(ids(order) == "r3 r4 r1 ");
  CHECK(order.selected()->id == "r3");
  CHECK(to_string(order.answer) == R"(["low", "mid", "high"])");
  CHECK(order.matched[0].source == "law 1");
  CHECK(order.matched[1].source.empty());
  REQUIRE(order.rejected.size() == 1);
  CHECK(order.rejected[0].source == "law 2");
  CHECK(ids(why(table_of("R" + rest), {3})) == "r1 r3 r4 ");
  CHECK(ids(why(table_of("C" + rest), {9})) == "r1 r2 r3 r4 ");
  CHECK(ids(why(table_of("P" + rest), {9})) == "r3 ");
  CHECK(ids(why(table_of("F" + rest), {9})) == "r1 ");
  const policy::explanation none = why(table_of("C" + rest), {0});
  CHECK(none.status == policy::rule_status::decided);
  CHECK(none.selected() == nullptr);
  CHECK(none.answer.is_list());
  CHECK(none.defaulted.empty());
  CHECK(why(table_of("C#" + rest), {9}).aggregation == policy::aggregation::count);
}

TEST_CASE("an explanation says what was defaulted and what was not given", "[policy][explain]") {
  const auto t = table_of("U,n,m,o,p,q\n,in,in,out,out,out\n"
      ",\"integer, null\",\"integer, null\",\"x,y\",\"integer, null\",\"x,y,null\"\n"
                          "#label,how often,,,,\n#unit,times,,,,\n#default,,,y,0,\nr1,>3,-,x,1,x\n");
  const policy::explanation e = why(t, {nullptr, 4});
  CHECK(e.status == policy::rule_status::decided);
  CHECK(e.defaulted == std::vector<std::string>{"o", "p"});
  CHECK(e.missing == std::vector<std::string>{"n"});
  CHECK(e.selection.empty());
  CHECK(e.problems.empty());
  CHECK(to_string(e.answer) == R"({o: "y", p: 0, q: null})");
  CHECK(e.inputs[0] == policy::explained_input{"n", value_ref(), "how often", "times"});
  CHECK(e.inputs[1] == policy::explained_input{"m", value_ref(4)});
  const policy::explanation matched = why(t, {5, 4});
  CHECK(matched.defaulted.empty());
  CHECK(matched.missing.empty());
}

TEST_CASE("ANY says that its rules should agree", "[policy][explain]") {
  const auto t = table_of("A,n,o\n,in,out\n,integer [0..9],\"x,y\"\nr1,>=1,x\nr2,>=2,x\nr3,>=5,y\n");
  CHECK(why(t, {3}).selected()->id == "r1");
  CHECK(why(t, {3}).selection.size() == 1);
  const policy::explanation e = why(t, {6});
  REQUIRE(e.problems.size() == 1);
  CHECK(e.problems[0].message ==
        "the rules 'r1' and 'r3' of the table '' both match and say different things");
  CHECK(e.problems[0].expected == "rules that say the same, as ANY promises");
}

TEST_CASE("margins agree with a walk along the line", "[policy][explain][differential]") {
  std::mt19937 random(1855);
  const auto below = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  // Positions are counted in steps: whole numbers, tenths, or words of a list. Places lie on every
  // second step of the tenths, so that there is room between them.
  struct line {
    std::string domain;
    int last;  // steps 0 to last
    int every;
  };
  const line lines[] = {
      {"integer [0..12]", 12, 1}, {"number [0..2.4]", 24, 2}, {"ordered: a,b,c,d,e,f,g", 6, 1}};
  std::size_t with_margin = 0, without = 0;
  for (int round = 0; round != 3'000; ++round) {
    const std::size_t which = below(3);
    const line& l = lines[which];
    const auto written = [&](int step) -> std::string {
      if (which == 0) return std::to_string(step);
      if (which == 1) return std::to_string(step / 10) + "." + std::to_string(step % 10);
      return std::string(1, static_cast<char>('a' + step));
    };
    std::vector<int> places;
    const auto place = [&] {
      places.push_back(static_cast<int>(below(static_cast<std::size_t>(l.last / l.every) + 1)) * l.every);
      return written(places.back());
    };
    std::string test;
    for (std::size_t k = 1 + below(3); k != 0; --k) {
      const char* const signs[] = {"", "<", "<=", ">", ">=", "!="};
      test += (test.empty() ? "" : ",") + std::string(signs[below(6)]) + place();
    }
    if (below(5) == 0) test = "not(" + test + ")";
    const auto t = table_of("F,n,o\n,in,out\n,\"" + l.domain + "\",\"x,y\"\nr1,\"" + test + "\",x\n");
    std::vector<value> kept(static_cast<std::size_t>(l.last) + 1);
    for (int step = 0; step <= l.last; ++step) {
      const std::string text = written(step);
      value& to = kept[static_cast<std::size_t>(step)];
      to = which == 2 ? value_ref(text) : value_ref(std::strtod(text.c_str(), nullptr));
    }
    policy::scratch work = t.make_scratch();
    const auto holds = [&](int step) {
      const value_ref v = kept[static_cast<std::size_t>(step)].ref();
      return t.decide(std::vector<value_ref>{v}, work).status == policy::rule_status::decided;
    };
    const int at = static_cast<int>(below(static_cast<std::size_t>(l.last) + 1));
    int nearest = -1;
    for (const int p : places)
      for (const int side : {p - 1, p + 1})
        if (side >= 0 && side <= l.last && holds(side) != holds(p))
          nearest = nearest < 0 ? std::abs(at - p) : std::min(nearest, std::abs(at - p));
    const policy::explanation e = why(t, {kept[static_cast<std::size_t>(at)].ref()});
    const policy::explained_cell& c = e.matched.empty() ? e.rejected[0].first_failed : e.matched[0].cells[0];
    CAPTURE(l.domain, test, written(at), nearest);
    REQUIRE(c.holds == holds(at));
    REQUIRE(c.margin.has_value() == (nearest >= 0));
    if (nearest < 0) {
      ++without;
      continue;
    }
    ++with_margin;
    const double size = which == 1 ? std::strtod(written(nearest).c_str(), nullptr) : nearest;
    REQUIRE(*c.margin == (c.holds ? size : -size));
  }
  CHECK(with_margin > 2'000);
  CHECK(without > 100);
}
