#include <catch2/catch.hpp>
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/csv.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/identity.hpp"
#include "ectp/policy/markdown.hpp"
#include "ectp/policy/period.hpp"
#include "ectp/policy/region.hpp"
#include "ectp/policy/semantic_version.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/write.hpp"
#include "support/policy_generator.hpp"

using namespace ectp;
using policy::canonical_form;
using policy::fingerprint;

namespace {

using grid = std::vector<std::vector<std::string>>;

policy::table read(const std::string& csv) {
  const policy::reading r = policy::read_csv_all(csv, {"p", "p.csv", {}});
  if (!r.table) FAIL(to_string(r.errors.front()) << "\n" << csv);
  return *r.table;
}

// The cells of the canonical CSV, by rows.
grid rows_of(const policy::table& t) {
  csv::sheet sheet;
  const std::string text = policy::write_csv(t);
  REQUIRE(csv::read_into(sheet, text, "", {}));
  grid out;
  for (std::size_t r = 0; r != sheet.rows(); ++r) {
    out.emplace_back();
    for (const csv::cell& c : sheet.row(r)) {
      std::string s;
      if (c.doubled) csv::decode(c, s);
      else s = c.raw;
      out.back().push_back(s);
    }
  }
  return out;
}
std::string csv_of(const grid& rows) {
  std::string out;
  for (const auto& row : rows)
    for (std::size_t i = 0; i != row.size(); ++i) {
      csv::write_cell(out, row[i]);
      out += i + 1 == row.size() ? '\n' : ',';
    }
  return out;
}

bool any_order(const policy::table& t) {
  return t.hit_policy() == policy::hit_policy::unique || t.hit_policy() == policy::hit_policy::any ||
         t.aggregation() != policy::aggregation::none;
}

const std::string whole =
    "F,self,mentor,path,reason\n"
    ",in,in,out,note\n"
    ",integer [0..5],\"low,high\",\"consolidate,extend\",\n"
    "#id,pathway,,,\n"
    "#version,1.2.0,,,\n"
    "#valid,2025-09-01..2026-08-31,,,\n"
    "#label,Own view,,,\n"
    "#default,,,consolidate,\n"
    "r1,>3,high,extend,both agree\n"
    "r2,-,-,consolidate,\n";

}  // namespace

TEST_CASE("semantic versions", "[policy][identity]") {
  for (const char* s :
       {"0.0.4", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.1.2+meta", "1.1.2+meta-valid", "1.0.0-alpha",
        "1.0.0-alpha.beta.1", "1.0.0-alpha0.valid", "1.0.0-rc.1+build.1", "1.2.3-SNAPSHOT-123", "2.0.0+build.1848",
        "1.0.0-alpha+beta", "1.2.3----RC-SNAPSHOT.12.9.1--.12+788", "1.0.0+0.build.1-rc.10000aaa-kk-0.1",
        "99999999999999999999999.999999999999999999.99999999999999999", "1.0.0-0A.is.legal", "1.0.0+001"}) {
    INFO(s);
    CHECK(policy::is_semantic_version(s));
  }
  for (const char* s :
       {"", "1", "1.2", "1.2.3-0123", "1.2.3-0123.0123", "1.1.2+.123", "+invalid", "-invalid", "-invalid+invalid",
        "alpha", "alpha.beta", "alpha.1", "1.0.0-alpha_beta", "1.0.0-alpha..", "1.0.0-alpha..1", "01.1.1", "1.01.1",
        "1.1.01", "1.2.3.DEV", "1.2-SNAPSHOT", "1.2.31.2.3----RC", "-1.0.3-gamma+b7718", "+justmeta", "9.8.7+meta+meta",
        "9.8.7-whatever+meta+meta", "1.2.3 ", " 1.2.3", "1..3", "1.2.", "1.2.3-", "1.2.3+", "1.2.3-\xC3\xA9"}) {
    INFO(s);
    CHECK_FALSE(policy::is_semantic_version(s));
  }
  CHECK(policy::is_semantic_version("1.2.3-" + std::string(122, 'a')));
  CHECK_FALSE(policy::is_semantic_version("1.2.3-" + std::string(123, 'a')));
  static_assert(policy::compare_versions("1.0.0", "1.0.0+build") == 0);

  // In the order of the specification's section 11.
  const std::vector<std::string> rising = {"0.9.99", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-99999999999999999999",
                                           "1.0.0--", "1.0.0-A", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                           "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
                                           "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0", "99999999999999999999.0.0"};
  for (std::size_t a = 0; a != rising.size(); ++a) {
    CHECK(policy::is_semantic_version(rising[a]));
    for (std::size_t b = 0; b != rising.size(); ++b) {
      INFO(rising[a] << " and " << rising[b]);
      const int order = a < b ? -1 : a == b ? 0 : 1;
      CHECK(policy::compare_versions(rising[a], rising[b]) == order);
      CHECK(policy::compare_versions(rising[a] + "+x.1", rising[b] + "+a") == order);
    }
  }
}

TEST_CASE("periods of days", "[policy][identity]") {
  std::size_t at = 0, size = 0;
  policy::period p;
  const auto fault = [&](std::string_view s) { return policy::read_period(s, p, at, size); };
  const date first = date::from_civil(2025, 9, 1), last = date::from_civil(2026, 8, 31);
  REQUIRE(fault(" 2025-09-01 ..  2026-08-31 ") == policy::period_fault::none);
  CHECK(to_string(p) == "2025-09-01..2026-08-31");
  CHECK((p.contains(first) && p.contains(last) && !p.contains(first - 1) && !p.contains(last + 1)));
  REQUIRE(fault("2025-09-01..") == policy::period_fault::none);
  CHECK((to_string(p) == "2025-09-01.." && p.contains(first) && p.contains(last + 100'000) && !p.contains(first - 1)));
  REQUIRE(fault("..2026-08-31") == policy::period_fault::none);
  CHECK((to_string(p) == "..2026-08-31" && p.contains(last) && p.contains(first - 100'000) && !p.contains(last + 1)));
  REQUIRE(fault("2025-09-01..2025-09-01") == policy::period_fault::none);
  CHECK((p.contains(first) && !p.contains(first + 1) && !p.always()));
  CHECK(policy::period().always());
  CHECK(to_string(policy::period()).empty());
  for (const char* s : {"", "2025-09-01", "2025-09-01.2025-09-02", "since ever"}) CHECK(fault(s) == policy::period_fault::no_dots);
  for (const char* s : {"..", " .. "}) CHECK(fault(s) == policy::period_fault::no_day);
  CHECK(fault("2025-09-02..2025-09-01") == policy::period_fault::reversed);
  for (const char* s : {"2025-9-1..", "..2025-02-29", "2025-09-01...", "today..", "2025-09-01..2025-09-02..2025-09-03"})
    CHECK(fault(s) == policy::period_fault::bad_day);
  CHECK(fault("  2025-09-01.. 2025-13-01 ") == policy::period_fault::bad_day);
  CHECK((at == 15 && size == 10));
}

TEST_CASE("a table says which policy it is", "[policy][identity]") {
  const policy::table t = read(whole);
  CHECK(t.id() == "pathway");
  CHECK(t.version() == "1.2.0");
  CHECK(to_string(t.valid()) == "2025-09-01..2026-08-31");
  CHECK(to_string(t.id_location()) == "p.csv:4:5");
  CHECK(to_string(t.version_location()) == "p.csv:5:10");
  CHECK(to_string(t.valid_location()) == "p.csv:6:8");
  CHECK(policy::write_csv(t).find("#id,pathway,,,\n#version,1.2.0,,,\n#valid,2025-09-01..2026-08-31,,,\n") != std::string::npos);
  CHECK(same_policy(t, policy::read_markdown(policy::write_markdown(t)).value()));

  const policy::table none = read("F,a,o\n,in,out\n,boolean,boolean\n#id,,\n#version,,\n#valid, ,\nr1,-,true\n");
  CHECK((none.id().empty() && none.version().empty() && none.valid().always()));
  CHECK(none.id_location().line == 0);
  CHECK(policy::write_csv(none).find('#') == std::string::npos);

  // Each of them counts for what the policy is.
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"pathway", "Pathway"}, {"1.2.0", "1.2.1"}, {"2026-08-31", "2026-09-01"}, {"2025-09-01..2026-08-31", "2025-09-01.."}}) {
    std::string other = whole;
    other.replace(other.find(from), from.size(), to);
    CHECK_FALSE(same_policy(t, read(other)));
    CHECK(fingerprint(read(other)) != fingerprint(t));
  }
}

TEST_CASE("the canonical form, letter by letter", "[policy][identity]") {
  CHECK(canonical_form(read(whole)) ==
        "ectp policy 1\n"
        "id pathway\n"
        "version 1.2.0\n"
        "valid 2025-09-01..2026-08-31\n"
        "hit FIRST\n"
        "in \"self\" integer [0..5]\n"
        "label \"Own view\"\n"
        "in \"mentor\" low,high\n"
        "out \"path\" consolidate,extend\n"
        "default \"consolidate\"\n"
        "note \"reason\"\n"
        "rule r1\n[4..5]\n\"high\"\n\"extend\"\n\"both agree\"\n"
        "rule r2\n-\n-\n\"consolidate\"\n\"\"\n");
  CHECK(canonical_form(read("C+,n,t,s,b,d,m,w,sum\n"
                            ",in,in,in,in,in,in,in,out\n"
                            ",\"number (0..1], null\",time,\"string, null\",boolean,date,\"1,2.50,3\",\"ordered: a,b,c\",number\n"
                            "#unit,,,,,,,,points\n#source,,,,,,,,\"two\r\nlines\"\n#change,fixed,,,,,,,\n"
                            "r2,\"null,<=0.50\",[08:00..12:00),\"\"\"y\"\",\"\"x\"\"\",true,> 2025-08-31,>1,>a,0.10\n"
                            "r1,not(null),>=08:00,\"not(\"\"x\"\",null)\",\"false,true\",!=2025-09-01,\"not(1,3)\",not(c),1e2\n"
                            "r0,0.5,-,!=null,-,2025-09-01,-,\"c,a\",-0\n")) ==
        "ectp policy 1\n"
        "hit COLLECT SUM\n"
        "in \"n\" number (0..1], null\nfixed\n"
        "in \"t\" time\n"
        "in \"s\" string, null\n"
        "in \"b\" boolean\n"
        "in \"d\" date\n"
        "in \"m\" 1,2.5,3\n"
        "in \"w\" ordered: a,b,c\n"
        "out \"sum\" number\nunit \"points\"\nsource \"two\\nlines\"\n"
        "rule r0\n0.5\n-\nnot()\n-\n2025-09-01\n-\n\"a\",\"c\"\n0\n"
        "rule r1\n(0..1]\n[08:00..24:00)\nnot(\"x\")\n-\n(..2025-08-31],[2025-09-02..)\n2.5\n\"a\",\"b\"\n100\n"
        "rule r2\n(0..0.5],null\n[08:00..12:00)\n\"x\",\"y\"\ntrue\n[2025-09-01..)\n2.5,3\n\"b\",\"c\"\n0.1\n");
  CHECK(canonical_form(read("R,self,mentor,o\n,in,in,out\n,integer,integer,\"string, null\"\n"
                            "a,\"not(  3, >mentor,> mentor)\",\"[self .. 5)\",\n"
                            "b,= mentor,-,x\n")) ==
        "ectp policy 1\nhit RULE ORDER\n"
        "in \"self\" integer\nin \"mentor\" integer\nout \"o\" string, null\n"
        "rule a\nnot(3,> input \"mentor\")\n[input \"self\"..5)\nnull\n"
        "rule b\ninput \"mentor\"\n-\n\"x\"\n");
}

TEST_CASE("fingerprints that never change", "[policy][identity]") {
  // Each is the sha256sum of the form written by hand.
  CHECK(fingerprint(read(whole)) == "c114cb218ce563499406d733d3903f85ab97d149085d288ce4e7349a652a54b6");
  CHECK(fingerprint(read("U,a,o\n,in,out\n,boolean,boolean\nr1,true,false\nr2,false,true\n")) == "80c4a20e8002e8e74a43385dc05d5f0a70c3679fab68c56042725114038ff873");
  CHECK(fingerprint(read("P,n,s,o\n,in,in,out\n,\"number, null\",string,\"high,low\"\n"
                         "r1,\"0.1,[0.30..7)\",\"not(\"\"\xC3\xA9\"\")\",low\nr2,null,-,high\n")) == "b732b9aee3f62b6b4e7608fc02fc301097ff4feb4507fbf96a5b762a187e05b2");
}

TEST_CASE("spelling does not count for the fingerprint", "[policy][identity]") {
  const auto table = [](const std::string& domain, const std::string& test, const std::string& more) {
    const auto cell = [](const std::string& s) {
      std::string out;
      csv::write_cell(out, s);
      return out;
    };
    return read("F,a,o\n,in,out\n," + cell(domain) + ",boolean\nr1," + cell(test) + ",true\nr2," + cell(more) + ",false\n");
  };
  struct same {
    std::string domain;
    std::vector<std::string> tests;
  };
  const std::vector<same> all = {
      {"integer [0..9]", {"> 3", ">3", ">=4", "[4..9]", "(3..9]", "]3..9]", "4,[5..9]", "[5..9],4", "4,5,6,7,8,9", "not(<4)", "not(0,[1..3])", "[4..7],[6..9]"}},
      {"integer", {"> 3", ">= 4", "not(<=3)", "4,>4"}},
      {"integer, null", {"> 3", ">= 4", "4,>=5"}},
      {"integer, null", {"not(3)", "!=3", "null,<3,>3", ">=4,null,<=2"}},
      {"number", {"> 3", "(3..5],>5", ">3.0", ">3e0", ">0.3e1"}},
      {"number, null", {"-", "", "!=3,3", "null,<1,>=1"}},
      {"number, null", {"!=null", "<1,>=1", "not(null)"}},
      {"0,0.5,1", {"> 0", "0.5,1", "1,0.5", "[0.5..1]", "not(0)", ">=0.50"}},
      {"date", {">2025-09-01", ">=2025-09-02", "> date(\"2025-09-01\")", ">@\"2025-09-01\""}},
      {"years and months duration", {">P1Y", ">=P13M", ">= duration(\"P1Y1M\")"}},
      {"days and time duration", {">=P1D", ">=PT24H", ">=PT1440M"}},
      {"time", {">=08:00", ">=08:00:00", "[08:00..23:59],>23:59"}},
      {"low,mid,high", {"low,high", "high,low", "\"low\",high", "not(mid)", "!=mid", "low, high,low"}},
      {"ordered: low,mid,high", {">=mid", ">low", "[mid..high]", "high,mid", "not(low)"}},
      {"string", {"\"x\",\"y\"", "\"y\",\"x\"", "\"\\u0078\", \"y\"", "\"x\",\"y\",\"x\""}},
      {"string, null", {"not(\"x\",null)", "not(null,\"x\",\"x\")"}},
      {"string, null", {"not(\"x\")", "!=\"x\""}},
      {"boolean, null", {"true,false", "not(null)", "false,true"}},
      {"boolean", {"true", "not(false)", "!=false", "= true"}}};
  for (const same& s : all) {
    const std::string want = fingerprint(table(s.domain, s.tests[0], "-"));
    const std::string twice = fingerprint(table(s.domain, s.tests[0], s.tests[0]));
    for (const std::string& t : s.tests) {
      INFO(s.domain << ": " << t);
      CHECK(fingerprint(table(s.domain, t, "-")) == want);
      CHECK(fingerprint(table(s.domain, s.tests[0], t)) == twice);
    }
  }
  // Outputs, defaults, domains, line ends.
  const auto with = [](const std::string& domain, const std::string& output, const std::string& end) {
    return fingerprint(read("FIRST,a,o,n" + end + ",in,out,note" + end + ",boolean," + domain + "," + end + "#default,," + output + "," +
                            end + "r1,true," + output + ",\"two" + end + "lines\"" + end));
  };
  CHECK(with("number", "0.50", "\n") == with(" number ", "5e-1", "\r\n"));
  CHECK(with("string", "yes", "\n") == with("string", "\"\"\"yes\"\"\"", "\r"));
  CHECK(with("\"a,b\"", "b", "\n") == with("\"\"\"a\"\" , b\"", "\"\"\"b\"\"\"", "\n"));
  CHECK(with("[0..5]", "1", "\n") == with("number [0 .. 5]", "1.0", "\n"));
  CHECK(with("\"string, null\"", "null", "\n") == with("\"string,null\"", "", "\n"));
  CHECK(with("\"string, null\"", "null", "\n") != with("\"string, null\"", "\"\"\"null\"\"\"", "\n"));
}

TEST_CASE("the order of rules counts where it can change an answer", "[policy][identity]") {
  for (const char* corner : {"U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"}) {
    const std::string head = std::string(corner) + ",a,o\n,in,out\n,integer,\"3,2,1\"\n";
    const std::string one = "r1,1,2\n", two = "r2,2,2\n";
    const policy::table a = read(head + one + two), b = read(head + two + one);
    INFO(corner);
    const std::string s = corner;
    const bool free = s == "U" || s == "A" || s.size() == 2;
    CHECK((fingerprint(a) == fingerprint(b)) == free);
  }
}

namespace {

// Every value that could tell two tests of a column apart: what either table's cells hold, the ends of
// their cells, and something between each two of them.
std::vector<policy::value> telling(const policy::axis& a, const policy::axis& b) {
  std::vector<policy::value> out = {policy::value_ref()};
  std::vector<double> points;
  for (const policy::axis* x : {&a, &b})
    for (std::uint32_t c = 0; c != x->size(); ++c) {
      out.push_back(x->representative(c));
      if (!is_line(x->type()) || c == x->null_cell()) continue;
      double low = 0, high = 0;
      x->ends_of(c, low, high);
      for (const double p : {low, high})
        if (p - p == 0) points.push_back(p);
    }
  std::sort(points.begin(), points.end());
  const std::size_t n = points.size();
  for (std::size_t i = 0; i != n; ++i) {
    if (i + 1 != n) points.push_back((points[i] + points[i + 1]) / 2);
    for (const double step : {-1.0, 1.0}) points.push_back(points[i] + step);
  }
  for (const double p : points) out.push_back(policy::value_ref(a.type(), p));
  return out;
}
// The slow way to compare a rule's tests of one input.
bool same_test(const policy::table& a, const policy::table& b, std::size_t rule, std::size_t input) {
  if (a.names_input(rule, input) || b.names_input(rule, input))
    return a.cell_text(rule, a.inputs()[input]) == b.cell_text(rule, b.inputs()[input]);
  for (const policy::value& v : telling(a.axis(input), b.axis(input))) {
    const std::uint32_t x = a.axis(input).cell_of(v.ref()), y = b.axis(input).cell_of(v.ref());
    if ((x == policy::no_cell) != (y == policy::no_cell)) FAIL("the domain changed");
    if (x != policy::no_cell && a.holds(rule, input, x) != b.holds(rule, input, y)) return false;
  }
  return true;
}
bool same_meaning(const policy::table& a, const policy::table& b) {
  for (std::size_t r = 0; r != a.rules(); ++r) {
    if (a.rule_id(r) != b.rule_id(r)) return false;
    for (std::size_t i = 0; i != a.inputs().size(); ++i)
      if (!same_test(a, b, r, i)) return false;
    for (std::size_t i = 0; i != a.outputs().size(); ++i)
      if (a.output(r, i) != b.output(r, i)) return false;
    for (std::size_t i = 0; i != a.notes().size(); ++i)
      if (a.note(r, i) != b.note(r, i)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("fingerprints of generated policies", "[slow][policy][identity]") {
  generate::policies make(20251128);
  std::map<std::string, std::string> seen;
  std::size_t equal = 0, different = 0, shuffled = 0, respelt = 0;
  for (int n = 0; n != 1'500; ++n) {
    const policy::table t = read(make.csv());
    const std::string mine = fingerprint(t);
    if (t.rules() > 60) continue;
    REQUIRE(mine.size() == 64);
    // No two forms share a hash.
    const auto [at, is_new] = seen.emplace(mine, canonical_form(t));
    CHECK((is_new || at->second == canonical_form(t)));
    CHECK(fingerprint(policy::read_markdown(policy::write_markdown(t), {"other", "q.md", {}}).value()) == mine);

    grid rows = rows_of(t);
    const std::size_t first = rows.size() - t.rules();
    // Each test by the set of its values.
    grid spelt = rows;
    for (std::size_t r = 0; r != t.rules(); ++r)
      for (std::size_t i = 0; i != t.inputs().size(); ++i) {
        std::string& cell = spelt[first + r][t.inputs()[i] + 1];
        const auto runs = t.runs(r, i);
        if (t.names_input(r, i) || runs.empty() || make.random().one_in(3)) continue;
        const std::string by_cells = policy::tests_text(t.axis(i), runs);
        respelt += by_cells != cell ? 1u : 0u;
        cell = by_cells;
      }
    if (fingerprint(read(csv_of(spelt))) != mine) FAIL(csv_of(rows) << "\n" << csv_of(spelt));

    // The rows in another order.
    grid moved = rows;
    for (std::size_t k = t.rules(); k > 1; --k) std::swap(moved[first + k - 1], moved[first + make.random().below(k)]);
    const bool same_rows = moved == rows;
    CHECK((fingerprint(read(csv_of(moved))) == mine) == (same_rows || any_order(t)));
    shuffled += same_rows ? 0u : 1u;

    // Two cells of a column change places: the hash changes exactly if the meaning does.
    if (t.rules() > 1) {
      const std::size_t a = make.random().below(t.rules()), b = make.random().below(t.rules()), c = make.random().below(t.columns().size());
      grid swapped = rows;
      std::swap(swapped[first + a][c + 1], swapped[first + b][c + 1]);
      const policy::table s = read(csv_of(swapped));
      const bool alike = same_meaning(t, s);
      if (alike != (fingerprint(s) == mine)) FAIL(csv_of(rows) << "\n" << csv_of(swapped));
      (alike ? equal : different) += 1;
    }
    // Any change to the header does.
    for (std::size_t h = 0; h != first; ++h) {
      grid changed = rows;
      if (h == 0) changed[0][1] += "x";
      else if (rows[h][0] == "#label" || rows[h][0] == "#unit" || rows[h][0] == "#source") changed[h][1] += "x";
      else if (h > 2) changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(h));
      else continue;
      const policy::reading r = policy::read_csv_all(csv_of(changed));
      if (r.table) CHECK(fingerprint(*r.table) != mine);
    }
  }
  CHECK(equal > 200);
  CHECK(different > 400);
  CHECK(shuffled > 700);
  CHECK(respelt > 500);
}
