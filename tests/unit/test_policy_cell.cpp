#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "ectp/policy/axis.hpp"
#include "ectp/policy/cell.hpp"
#include "ectp/policy/domain.hpp"
#include "ectp/policy/value.hpp"

using namespace ectp;
using policy::fixed_storage;
using policy::problem;
using policy::value_ref;

namespace {

template <class Storage>
struct mentioning {
  policy::basic_axis<Storage>& axis;
  constexpr void any() {}
  constexpr void negate() {}
  constexpr policy::fault test(const policy::unary_test& t) { return axis.mention(t); }
};

template <class List>
struct collecting {
  List& tests;
  bool everything = false, negated = false;
  constexpr void any() { everything = true; }
  constexpr void negate() { negated = true; }
  constexpr policy::fault test(const policy::unary_test& t) {
    tests.push_back(t);
    return {};
  }
};

// One cell over one domain: does it hold for a value?
template <class Storage>
struct judged {
  policy::fault domain_fault, cell_fault;
  bool holds = false;
  std::uint32_t cells = 0;
};

template <class Storage>
constexpr judged<Storage> judge(std::string_view domain_text, std::string_view cell, value_ref v) {
  judged<Storage> out;
  policy::basic_domain<Storage> d;
  out.domain_fault = policy::parse_domain(domain_text, d);
  if (out.domain_fault) return out;
  policy::basic_axis<Storage> axis(d);
  mentioning<Storage> first{axis};
  out.cell_fault = policy::parse_cell(cell, d.syntax(), first);
  if (out.cell_fault) return out;
  axis.close();
  typename Storage::template list<policy::unary_test> tests;
  collecting<typename Storage::template list<policy::unary_test>> second{tests};
  policy::parse_cell(cell, d.syntax(), second);
  typename Storage::template list<policy::cell_run> runs;
  if (second.everything) runs.push_back(axis.all());
  else if (tests.size() != 0) axis.append_runs(&tests[0], tests.size(), second.negated, runs);
  const std::uint32_t at = axis.cell_of(v);
  for (std::size_t i = 0; i != runs.size(); ++i)
    if (at != policy::no_cell && runs[i].first <= at && at <= runs[i].last) out.holds = true;
  out.cells = axis.size();
  return out;
}

constexpr bool at_compile_time(std::string_view domain, std::string_view cell, value_ref v) {
  return judge<fixed_storage<12>>(domain, cell, v).holds;
}

// The parser and the cells work in constant expressions, with no allocation.
static_assert(at_compile_time("integer [0..5]", ">=4", 4) && !at_compile_time("integer [0..5]", ">=4", 3));
static_assert(at_compile_time("number [0..1]", "(0..0.5],0.75", 0.75));
static_assert(!at_compile_time("number [0..1]", "not((0..0.5],0.75)", 0.75));
static_assert(at_compile_time("low,high", "high", "high") && !at_compile_time("low,high", "not(high)", "high"));
static_assert(at_compile_time("ordered: low,mid,high", "]low..high[", "mid"));
static_assert(at_compile_time("string, null", "\"a\",null", value_ref()));
static_assert(at_compile_time("string", "not(\"a\")", "b"));
static_assert(at_compile_time("boolean", "!=true", false));
static_assert(judge<fixed_storage<12>>("integer [0..5]", ">=6", 0).cell_fault == policy::fault{problem::outside_domain, 2, 1});
static_assert(judge<fixed_storage<12>>("integer [0..", ">=6", 0).domain_fault.what == problem::value_expected);
// What a fixed array cannot hold is said, never dropped.
static_assert(judge<fixed_storage<2>>("a,b,c", "a", "a").domain_fault.what == problem::too_many_items);
static_assert(judge<fixed_storage<4>>("string", "\"a\\n\"", "a").cell_fault.what == problem::escape_not_held);

bool holds(const char* domain, const char* cell, value_ref v) {
  const auto j = judge<policy::heap_storage>(domain, cell, v);
  INFO(domain << " | " << cell);
  REQUIRE_FALSE(j.domain_fault);
  REQUIRE_FALSE(j.cell_fault);
  return j.holds;
}

// Which of the domain's sample values a cell holds for, as text.
std::string held(const char* domain, const char* cell, const std::vector<value_ref>& samples) {
  std::string out;
  for (const value_ref& v : samples)
    if (holds(domain, cell, v)) out += (out.empty() ? "" : " ") + to_string(v);
  return out;
}

}  // namespace

TEST_CASE("tests over whole numbers", "[policy][cell]") {
  const auto run = [](const char* cell) { return held("integer [0..5], null", cell, {0, 1, 2, 3, 4, 5, nullptr}); };
  CHECK(run("") == "0 1 2 3 4 5 null");
  CHECK(run(" - ") == "0 1 2 3 4 5 null");
  CHECK(run("3") == "3");
  CHECK(run("= 3") == "3");
  CHECK(run("3.0") == "3");
  CHECK(run("!=3") == "0 1 2 4 5 null");
  CHECK(run("<3") == "0 1 2");
  CHECK(run("<=3") == "0 1 2 3");
  CHECK(run(">3") == "4 5");
  CHECK(run(">= 3") == "3 4 5");
  CHECK(run(">5") == "");
  CHECK(run("[2..4]") == "2 3 4");
  CHECK(run("(2..4]") == "3 4");
  CHECK(run("]2..4]") == "3 4");
  CHECK(run("[2..4)") == "2 3");
  CHECK(run("[2..4[") == "2 3");
  CHECK(run("]2..4[") == "3");
  CHECK(run("(2..3)") == "");
  CHECK(run("1,3,5") == "1 3 5");
  CHECK(run("<1,>4") == "0 5");
  CHECK(run("[0..2],[1..3]") == "0 1 2 3");
  CHECK(run("not(3)") == "0 1 2 4 5 null");
  CHECK(run("not ( 3 , 4 )") == "0 1 2 5 null");
  CHECK(run("not(>3)") == "0 1 2 3");
  CHECK(run("not([1..4])") == "0 5");
  CHECK(run("not(null)") == "0 1 2 3 4 5");
  CHECK(run("not(!=3)") == "3");
  CHECK(run("not(null,>3)") == "0 1 2 3");
  CHECK(run("null") == "null");
  CHECK(run("=null") == "null");
  CHECK(run("!=null") == "0 1 2 3 4 5");
  CHECK(run("null,5") == "5 null");
  CHECK(run("!=2,!=3") == "0 1 2 3 4 5 null");
  CHECK(run("<=5,null") == "0 1 2 3 4 5 null");
}

TEST_CASE("tests over numbers", "[policy][cell]") {
  const auto run = [](const char* cell) { return held("number [0..1]", cell, {0, 0.1, 0.3, 0.7, 0.75, 1}); };
  CHECK(run(">=0.75") == "0.75 1");
  CHECK(run(">0.7499999999999") == "0.75 1");
  CHECK(run("<0.75") == "0 0.1 0.3 0.7");
  CHECK(run("(0..1)") == "0.1 0.3 0.7 0.75");
  CHECK(run("0.3") == "0.3");
  CHECK_FALSE(holds("number [0..1]", "0.3", 0.1 + 0.2));
  CHECK(holds("number", "<-1.5", -2));
  CHECK_FALSE(holds("number", "<-1.5", -1.5));
  CHECK(holds("number", "-1.5", -1.5));
  CHECK(holds("number", "-0", 0.0));
  CHECK(holds("number", "[-1..1]", -0.0));
  CHECK(holds("[0..5]", "2.5", 2.5));
  CHECK(holds("number > 0", ">0", 5e-324));
  CHECK(holds("0,0.5,1", ">=0.5", 1));
  CHECK(holds("1,0.5,0", "<1", 0));
  CHECK(holds("-1,0,1", "-1", -1));
}

TEST_CASE("tests over listed values, booleans and text", "[policy][cell]") {
  const std::vector<value_ref> words = {"low", "mid", "high"};
  CHECK(held("low,mid,high", "mid", words) == "\"mid\"");
  CHECK(held("low,mid,high", "\"mid\", high", words) == "\"mid\" \"high\"");
  CHECK(held("low,mid,high", "not(mid)", words) == "\"low\" \"high\"");
  CHECK(held("low,mid,high", "!=mid", words) == "\"low\" \"high\"");
  CHECK(held("ordered: low,mid,high", ">=mid", words) == "\"mid\" \"high\"");
  CHECK(held("ordered: low,mid,high", "[low..mid]", words) == "\"low\" \"mid\"");
  CHECK(held("ordered: low,mid,high", "<\"high\"", words) == "\"low\" \"mid\"");
  CHECK(held("boolean", "true", {true, false}) == "true");
  CHECK(held("boolean", "not(true)", {true, false}) == "false");
  CHECK(held("boolean, null", "not(true)", {true, false, nullptr}) == "false null");
  CHECK(held("string", "\"a\",\"b\"", {"a", "b", "c", ""}) == "\"a\" \"b\"");
  CHECK(held("string", "not(\"a\")", {"a", "b", ""}) == "\"b\" \"\"");
  CHECK(held("string", "\"\"", {"a", ""}) == "\"\"");
  CHECK(holds("string", R"("a\"b\\\n\t\r\'")", "a\"b\\\n\t\r'"));
  CHECK(holds("string", R"("\u00e9\u20AC\uD83D\uDE00\U01F600")", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xF0\x9F\x98\x80"));
  // Words may hold blanks, slashes, hyphens, dots and digits.
  CHECK(holds("Approved/Declined, not yet, 5q, ittecf-2024:2.10", "Approved/Declined", "Approved/Declined"));
  CHECK(holds("Approved/Declined, not yet, 5q, ittecf-2024:2.10", "not yet,5q", "not yet"));
  CHECK(holds("Approved/Declined, not yet, 5q, ittecf-2024:2.10", "not(5q)", "ittecf-2024:2.10"));
  CHECK(holds("\"true\",\"3\",x", "\"true\"", "true"));
  CHECK(holds("\"true\",\"3\",x", "3", "3"));
}

TEST_CASE("faults in cells carry their place", "[policy][cell]") {
  struct row {
    const char *domain, *cell;
    problem what;
    std::size_t at, size;
  };
  const std::vector<row> rows = {
      {"number", ">=", problem::value_expected, 2, 0},
      {"number", "3,", problem::value_expected, 2, 0},
      {"number", ",3", problem::value_expected, 0, 1},
      {"number", "3 4", problem::unexpected_text, 2, 1},
      {"number", "3 and 4", problem::unexpected_text, 2, 3},
      {"number", "1.2.3", problem::unexpected_text, 3, 2},
      {"number", "-,3", problem::any_in_list, 0, 1},
      {"number", "3,-", problem::any_in_list, 2, 1},
      {"number", "not(-)", problem::any_in_list, 4, 1},
      {"number", "==3", problem::double_equals, 0, 2},
      {"number", ">=>3", problem::value_expected, 2, 1},
      {"number", "[1..", problem::value_expected, 4, 0},
      {"number", "[1,2]", problem::dots_expected, 2, 1},
      {"number", "[1..2", problem::bracket_expected, 5, 0},
      {"number", "[1..2 3", problem::bracket_expected, 6, 1},
      {"number", "not(3", problem::not_unclosed, 5, 0},
      {"number", "not(3]", problem::unexpected_text, 5, 1},
      {"number", "not(3)4", problem::unexpected_text, 6, 1},
      {"number", "not()", problem::value_expected, 4, 1},
      {"number", "not(not(3))", problem::not_a_function, 4, 3},
      {"number", " [5..3]", problem::reversed_ends, 1, 6},
      {"number", "(3..3]", problem::empty_interval, 0, 6},
      {"number", "1234567890123456", problem::too_many_digits, 0, 16},
      {"number", "1e30", problem::too_extreme, 0, 4},
      {"number", "other_input", problem::unknown_name, 0, 11},
      {"number", ">a.b", problem::unknown_name, 1, 3},
      {"number", "date(\"2025-01-01\")", problem::wrong_kind, 0, 18},
      {"number", "@\"2025-01-01\"", problem::wrong_kind, 0, 13},
      {"date", "date(\"2025-02-29\")", problem::bad_temporal, 5, 12},
      {"date", ">= date(2025-02-28)", problem::bad_temporal, 8, 10},
      {"date", "date(\"2025-02-28\"", problem::bracket_expected, 17, 0},
      {"date", "duration(\"P1D\")", problem::wrong_kind, 0, 15},
      {"date", "@\"08:45\"", problem::wrong_kind, 0, 8},
      {"date", "@\"soon\"", problem::bad_temporal, 1, 6},
      {"date", "2025-02-29", problem::unknown_name, 0, 10},
      {"date", "3", problem::unknown_name, 0, 1},
      {"date", "\"2025-02-28\"", problem::wrong_kind, 0, 12},
      {"date >= 2025-01-01", "< 2024-12-31", problem::outside_domain, 2, 10},
      {"date", "[2025-03-01..2025-02-01]", problem::reversed_ends, 0, 24},
      {"time", "24:00", problem::unknown_name, 0, 5},
      {"time", "time(\"08:45:00.1234\")", problem::bad_temporal, 5, 15},
      {"days and time duration", "duration(\"P1Y\")", problem::wrong_kind, 0, 15},
      {"years and months duration", "duration(\"P1Y1D\")", problem::bad_temporal, 9, 7},
      {"number", "\"3\"", problem::wrong_kind, 0, 3},
      {"number", "true", problem::wrong_kind, 0, 4},
      {"number", "null", problem::null_not_allowed, 0, 4},
      {"number, null", ">null", problem::null_not_ordered, 1, 4},
      {"number, null", "[null..3]", problem::null_not_ordered, 1, 4},
      {"number [0..1]", "<1.5", problem::outside_domain, 1, 3},
      {"number (0..1]", "0", problem::outside_domain, 0, 1},
      {"number > 0", "-1", problem::outside_domain, 0, 2},
      {"integer", ">=2.5", problem::not_integer, 2, 3},
      {"0,0.5,1", "0.7", problem::not_listed, 0, 3},
      {"low,high", "medium", problem::not_listed, 0, 6},
      {"low,high", "high,\"lo\"", problem::not_listed, 5, 4},
      {"low,high", ">low", problem::list_not_ordered, 1, 3},
      {"low,high", "true", problem::wrong_kind, 0, 4},
      {"ordered: low,high", "[high..low]", problem::reversed_ends, 0, 11},
      {"boolean", "yes", problem::unknown_name, 0, 3},
      {"boolean", "1", problem::wrong_kind, 0, 1},
      {"boolean", "<true", problem::boolean_not_ordered, 1, 4},
      {"string", "high", problem::unknown_name, 0, 4},
      {"string", "3", problem::wrong_kind, 0, 1},
      {"string", ">\"a\"", problem::text_not_ordered, 1, 3},
      {"string", "\"abc", problem::string_unclosed, 0, 4},
      {"string", R"("a\x")", problem::bad_escape, 2, 2},
      {"string", R"("\uD83D")", problem::bad_escape, 1, 2},
      {"string", R"("\u0000")", problem::bad_escape, 1, 2},
  };
  for (const row& r : rows) {
    const auto j = judge<policy::heap_storage>(r.domain, r.cell, {});
    INFO(r.domain << " | " << r.cell);
    CHECK_FALSE(j.domain_fault);
    CHECK(j.cell_fault == policy::fault{r.what, r.at, r.size});
    policy::domain d;
    REQUIRE_FALSE(policy::parse_domain(r.domain, d));
    const error e = to_error(j.cell_fault, r.cell, &d);
    CHECK(e.code == errc::bad_cell);
    CHECK_FALSE(e.message.empty());
    CHECK_FALSE(e.expected.empty());
  }
}

TEST_CASE("elementary cells", "[policy][axis]") {
  const auto cells = [](const char* domain, const std::vector<const char*>& tests) {
    policy::domain d;
    REQUIRE_FALSE(policy::parse_domain(domain, d));
    policy::axis axis(d);
    mentioning<policy::heap_storage> sink{axis};
    for (const char* t : tests) REQUIRE_FALSE(policy::parse_cell(t, d.syntax(), sink));
    axis.close();
    std::string out;
    for (std::uint32_t c = 0; c != axis.size(); ++c) {
      CHECK(axis.cell_of(axis.representative(c)) == c);
      out += (c == 0 ? "" : " | ") + cell_text(axis, c) + " : " + to_string(axis.representative(c));
    }
    return out;
  };
  CHECK(cells("integer [0..5]", {}) == "0 : 0 | [1..4] : 2 | 5 : 5");
  CHECK(cells("integer [0..5]", {">=4"}) == "0 : 0 | [1..3] : 2 | 4 : 4 | 5 : 5");
  CHECK(cells("integer (0..5)", {"2"}) == "1 : 1 | 2 : 2 | [3..4] : 3");
  CHECK(cells("integer", {"2", "4"}) == "< 2 : 0 | 2 : 2 | 3 : 3 | 4 : 4 | > 4 : 5");
  CHECK(cells("integer >= 0", {}) == "0 : 0 | > 0 : 1");
  CHECK(cells("number [0..1]", {"<0.5"}) == "0 : 0 | (0..0.5) : 0.2 | 0.5 : 0.5 | (0.5..1) : 0.7 | 1 : 1");
  CHECK(cells("number (0..1]", {}) == "(0..1) : 0.5 | 1 : 1");
  CHECK(cells("number", {}) == "- : 0");
  CHECK(cells("number, null", {}) == "not(null) : 0 | null : null");
  CHECK(cells("number < 0", {}) == "< 0 : -1");
  CHECK(cells("1,0.5,0", {}) == "0 : 0 | 0.5 : 0.5 | 1 : 1");
  CHECK(cells("low,high, null", {}) == "\"low\" : \"low\" | \"high\" : \"high\" | null : null");
  CHECK(cells("boolean", {}) == "false : false | true : true");
  CHECK(cells("string", {"\"b\"", "\"other\",\"a\""}) ==
        "\"a\" : \"a\" | \"b\" : \"b\" | \"other\" : \"other\" | not(\"a\",\"b\",\"other\") : \"other_\"");
  CHECK(cells("string, null", {}) == "not(null) : \"other\" | null : null");
  CHECK(cells("date", {">= 2025-09-01"}) ==
        "< 2025-09-01 : 2025-08-31 | 2025-09-01 : 2025-09-01 | > 2025-09-01 : 2025-09-02");
  CHECK(cells("date [2025-09-01..2025-09-04]", {"date(\"2025-09-02\")"}) ==
        "2025-09-01 : 2025-09-01 | 2025-09-02 : 2025-09-02 | 2025-09-03 : 2025-09-03 | 2025-09-04 : 2025-09-04");
  CHECK(cells("time", {"< 08:45"}) ==
        "00:00 : 00:00 | (00:00..08:45) : 04:00 | 08:45 : 08:45 | > 08:45 : 16:00");
  CHECK(cells("years and months duration >= P0M, null", {"P1Y6M"}) ==
        "P0M : P0M | [P1M..P1Y5M] : P10M | P1Y6M : P1Y6M | > P1Y6M : P1Y7M | null : null");
  CHECK(cells("number [1e20..1e21]", {}).substr(0, 21) == "100000000000000000000");
}
