#include <catch2/catch.hpp>

#include <limits>
#include <string>
#include <vector>

#include "ectp/policy/axis.hpp"
#include "ectp/policy/domain.hpp"

using namespace ectp;
using policy::problem;
using policy::value_ref;

namespace {

policy::domain read(const std::string& text) {
  policy::domain d;
  const policy::fault f = policy::parse_domain(text, d);
  INFO(text);
  REQUIRE_FALSE(f);
  return d;
}

bool belongs(const std::string& domain, value_ref v) {
  policy::axis a(read(domain));
  a.close();
  return a.cell_of(v) != policy::no_cell;
}

}  // namespace

TEST_CASE("domains are read and written in one spelling", "[policy][domain]") {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"integer [0..5]", ""},
      {" integer  [ 0 .. 5 ] ", "integer [0..5]"},
      {"integer", ""},
      {"integer >= 0", ""},
      {"integer>0", "integer > 0"},
      {"integer <= 10, null", ""},
      {"integer (0..5)", ""},
      {"integer ]0..5[", "integer (0..5)"},
      {"number [0..1]", ""},
      {"number (0..1]", ""},
      {"number", ""},
      {"number < -0.5", ""},
      {"[0..5]", "number [0..5]"},
      {"(0..5), null", "number (0..5), null"},
      {">=0", "number >= 0"},
      {"boolean", ""},
      {"boolean,null", "boolean, null"},
      {"string", ""},
      {"string, null", ""},
      {"low,high", ""},
      {" low , \"high\" ", "low,high"},
      {"low", ""},
      {"low,high,null", "low,high, null"},
      {"ordered: low,mid,high", ""},
      {"ordered:low,high, null", "ordered: low,high, null"},
      {"0,0.5,1", ""},
      {"1, 0.50 ,-2", "1,0.5,-2"},
      {"5q,ittecf-2024:2.10", ""},
      {"\"3\",\"4\"", ""},
      {"\"true\",\"null\",\"string\"", ""},
      {"\"a,b\",\"say \\\"x\\\"\"", ""},
      {"\" a\",b c", ""},
      {"\"not(x)\",\"-\"", ""},
  };
  for (const auto& [text, canonical] : rows) {
    const policy::domain d = read(text);
    CHECK(to_string(d) == (canonical.empty() ? text : canonical));
    CHECK(read(to_string(d)) == d);
  }
}

TEST_CASE("faults in domains carry their place", "[policy][domain]") {
  struct row {
    const char* text;
    problem what;
    std::size_t at, size;
  };
  const std::vector<row> rows = {
      {"", problem::domain_missing, 0, 0},
      {"  ", problem::domain_missing, 0, 2},
      {"integer [0..", problem::value_expected, 12, 0},
      {"integer [0,5]", problem::dots_expected, 10, 1},
      {"integer [0..5", problem::bracket_expected, 13, 0},
      {"integer [5..0]", problem::reversed_ends, 8, 6},
      {"number (1..1]", problem::domain_empty, 7, 6},
      {"integer (0..1)", problem::domain_empty, 8, 6},
      {"integer [0.5..2]", problem::not_integer, 9, 3},
      {"integer >= 0.5", problem::not_integer, 11, 3},
      {"number [a..2]", problem::wrong_kind, 8, 1},
      {"number [null..2]", problem::wrong_kind, 8, 4},
      {"number [0..1] x", problem::unexpected_text, 14, 1},
      {"number,text", problem::text_after_domain, 7, 4},
      {"boolean, true", problem::text_after_domain, 9, 4},
      {"boolean, null, null", problem::unexpected_text, 13, 1},
      {"duration", problem::domain_word, 0, 8},
      {"date [2025-09-01..2025-02-30]", problem::wrong_kind, 18, 10},
      {"date [2025-09-01..2025-08-31]", problem::reversed_ends, 5, 24},
      {"date >= 5", problem::wrong_kind, 8, 1},
      {"time >= 24:00", problem::wrong_kind, 8, 5},
      {"days and time duration <= P1Y", problem::wrong_kind, 26, 3},
      {"number >= 2025-09-01", problem::unexpected_text, 14, 6},
      {"date(\"x\")", problem::wrong_kind, 5, 3},
      {"low,date", problem::domain_word, 4, 4},
      {"low,,high", problem::value_expected, 4, 1},
      {"low,", problem::value_expected, 4, 0},
      {"low high,low high", problem::value_repeated, 9, 8},
      {"a,b,c,b,a", problem::value_repeated, 6, 1},
      {"1,1.0", problem::value_repeated, 2, 3},
      {"a,3", problem::values_mixed, 2, 1},
      {"3,a", problem::values_mixed, 2, 1},
      {"a,true", problem::value_is_keyword, 2, 4},
      {"a,integer", problem::domain_word, 2, 7},
      {"ordered: integer", problem::domain_word, 9, 7},
      {"a,\"\"", problem::value_empty, 2, 2},
      {"null,a", problem::null_not_last, 5, 1},
      {"null", problem::domain_empty, 0, 4},
      {"a,\"b", problem::string_unclosed, 2, 2},
      {"a,\"\\q\"", problem::bad_escape, 3, 2},
      {"a=b", problem::unexpected_text, 1, 1},
      {"[0..1234567890123456]", problem::too_many_digits, 4, 16},
      {"1,1e40", problem::too_extreme, 2, 4},
  };
  for (const row& r : rows) {
    policy::domain d;
    const policy::fault f = policy::parse_domain(r.text, d);
    INFO(r.text);
    CHECK(f == policy::fault{r.what, r.at, r.size});
    const error e = to_error(f, r.text);
    CHECK(e.code == errc::bad_domain);
    CHECK_FALSE(e.message.empty());
    CHECK_FALSE(e.expected.empty());
  }
}

TEST_CASE("what belongs to a domain", "[policy][domain]") {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(belongs("integer [0..5]", 0));
  CHECK(belongs("integer [0..5]", 5));
  CHECK_FALSE(belongs("integer [0..5]", 6));
  CHECK_FALSE(belongs("integer [0..5]", -1));
  CHECK_FALSE(belongs("integer [0..5]", 2.5));
  CHECK_FALSE(belongs("integer [0..5]", "3"));
  CHECK_FALSE(belongs("integer [0..5]", true));
  CHECK_FALSE(belongs("integer [0..5]", nullptr));
  CHECK_FALSE(belongs("integer [0..5]", nan));
  CHECK(belongs("integer [0..5], null", nan));
  CHECK(belongs("integer", 1e300));
  CHECK_FALSE(belongs("integer", 0.5));
  CHECK_FALSE(belongs("integer", 4503599627370495.5));
  for (const char* d : {"number", "integer", "number >= 0", "number <= 0"}) {
    CHECK_FALSE(belongs(d, infinity));
    CHECK_FALSE(belongs(d, -infinity));
  }
  CHECK_FALSE(belongs("number (0..1]", 0));
  CHECK(belongs("number (0..1]", 5e-324));
  CHECK(belongs("number (0..1]", 1));
  CHECK_FALSE(belongs("number > 0", 0.0));
  CHECK_FALSE(belongs("number > 0", -0.0));
  CHECK(belongs("0,0.5,1", 0.5));
  CHECK_FALSE(belongs("0,0.5,1", 0.25));
  CHECK(belongs("low,high", "low"));
  CHECK_FALSE(belongs("low,high", "Low"));
  CHECK_FALSE(belongs("low,high", ""));
  CHECK_FALSE(belongs("low,high", nullptr));
  CHECK(belongs("low,high,null", nullptr));
  CHECK(belongs("string", ""));
  CHECK_FALSE(belongs("string", nullptr));
  CHECK(belongs("boolean", false));
  CHECK_FALSE(belongs("boolean", 0));
}
