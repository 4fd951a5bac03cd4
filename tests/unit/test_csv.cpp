#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "ectp/core/csv.hpp"
#include "ectp/core/text.hpp"

using namespace ectp;
using namespace std::string_literals;

namespace {

// Cells seen by the scanner, counted in a constant expression.
constexpr std::size_t count_cells(std::string_view text) {
  csv::scanner s(text);
  csv::cell c;
  std::size_t n = 0;
  while (s.next(c)) ++n;
  return s.fault() == csv::fault::none ? n : 1000;
}
constexpr csv::cell nth_cell(std::string_view text, std::size_t n) {
  csv::scanner s(text);
  csv::cell c;
  for (std::size_t i = 0; i <= n; ++i) s.next(c);
  return c;
}
constexpr csv::fault fault_of(std::string_view text, csv::limits most = {}) {
  csv::scanner s(text, most);
  csv::cell c;
  while (s.next(c)) {}
  return s.fault();
}
constexpr csv::position place_of_fault(std::string_view text, csv::limits most = {}) {
  csv::scanner s(text, most);
  csv::cell c;
  while (s.next(c)) {}
  return s.where();
}

static_assert(count_cells("") == 0);
static_assert(count_cells("a") == 1);
static_assert(count_cells("a,b\r\nc,d\r\n") == 4);
static_assert(count_cells("a,\n") == 2);
static_assert(count_cells("\n\n") == 2);
static_assert(nth_cell("a,\"b\"\"c\",d", 1).raw == "b\"\"c");
static_assert(nth_cell("a,\"b\"\"c\",d", 1).doubled);
static_assert(nth_cell("\xEF\xBB\xBFname,b", 0).raw == "name");
static_assert(nth_cell("\xEF\xBB\xBFname,b", 0).at == csv::position{1, 1});
static_assert(nth_cell("a,\"x\ny\",b\nc", 2).at == csv::position{2, 4});
static_assert(nth_cell("a,\"x\ny\",b\nc", 3).at == csv::position{3, 1});
static_assert(nth_cell("a\rb", 1).at == csv::position{2, 1});
static_assert(fault_of("a,b\"c") == csv::fault::stray_quote);
static_assert(place_of_fault("a,b\"c") == csv::position{1, 4});
static_assert(fault_of("a\n\"b\" ,c") == csv::fault::text_after_quote);
static_assert(place_of_fault("a\n\"b\" ,c") == csv::position{2, 4});
static_assert(fault_of("a,\"b\nc") == csv::fault::unterminated_quote);
static_assert(place_of_fault("a,\"b\nc") == csv::position{1, 3});
static_assert(fault_of("\"") == csv::fault::unterminated_quote);
static_assert(fault_of(std::string_view("a\0b", 3)) == csv::fault::nul);
static_assert(place_of_fault(std::string_view("x,\"a\0\"", 6)) == csv::position{1, 5});
static_assert(fault_of(std::string_view("\"a\"\0", 4)) == csv::fault::nul);
static_assert(fault_of("a\nb\nc", {100, 2, 9, 99}) == csv::fault::too_many_rows);
static_assert(place_of_fault("a\nb\nc", {100, 2, 9, 99}) == csv::position{3, 1});
static_assert(fault_of("a,b,c", {100, 9, 2, 99}) == csv::fault::too_many_columns);
static_assert(place_of_fault("a,b,c", {100, 9, 2, 99}) == csv::position{1, 5});
static_assert(fault_of("a,b\nc,d", {100, 9, 9, 3}) == csv::fault::too_many_cells);
static_assert(fault_of("abc", {2, 9, 9, 9}) == csv::fault::too_many_bytes);
static_assert(fault_of("ab\n", {3, 1, 1, 1}) == csv::fault::none);
// Where a decoded byte stands: doubled quotes take two bytes, line ends begin a line.
static_assert(csv::locate(nth_cell("p,\"a\"\"b\nc\"", 1), 0) == csv::position{1, 4});
static_assert(csv::locate(nth_cell("p,\"a\"\"b\nc\"", 1), 2) == csv::position{1, 7});
static_assert(csv::locate(nth_cell("p,\"a\"\"b\nc\"", 1), 4) == csv::position{2, 1});
static_assert(csv::locate(nth_cell("p,\"a\r\nc\"", 1), 3) == csv::position{2, 1});
static_assert(csv::locate(nth_cell("p, ab", 1), 1) == csv::position{1, 4});

static_assert(trim(" \t a b \r\n") == "a b");
static_assert(trim("   ").empty());
static_assert(invalid_utf8_at("abc") == std::string_view::npos);

std::vector<std::vector<std::string>> decoded(std::string_view text) {
  const auto sheet = csv::read(text);
  REQUIRE(sheet);
  std::vector<std::vector<std::string>> out;
  for (std::size_t r = 0; r < sheet->rows(); ++r) {
    out.emplace_back();
    for (const csv::cell& c : sheet->row(r)) out.back().push_back(csv::text(c));
  }
  return out;
}

}  // namespace

TEST_CASE("csv cells are decoded", "[csv]") {
  using rows = std::vector<std::vector<std::string>>;
  CHECK(decoded("") == rows{});
  CHECK(decoded("\xEF\xBB\xBF") == rows{});
  CHECK(decoded("a,b\nc,d\n") == rows{{"a", "b"}, {"c", "d"}});
  CHECK(decoded("a,b\r\nc,d") == rows{{"a", "b"}, {"c", "d"}});
  CHECK(decoded("\"a,b\",\"say \"\"yes\"\"\"\n") == rows{{"a,b", "say \"yes\""}});
  CHECK(decoded("\"two\nlines\",x") == rows{{"two\nlines", "x"}});
  CHECK(decoded("\"\",\"\"\"\"") == rows{{"", "\""}});
  CHECK(decoded(",\n\n,") == rows{{"", ""}, {""}, {"", ""}});
  CHECK(decoded(" a , b ") == rows{{" a ", " b "}});
}

TEST_CASE("csv faults carry their place", "[csv]") {
  const auto error_of = [](std::string_view text, csv::limits most = {}) {
    const auto r = csv::read(text, "f.csv", most);
    REQUIRE(!r);
    return to_string(r.error().at) + " " + std::string(name(r.error().code));
  };
  CHECK(error_of("a\nb\"") == "f.csv:2:2 syntax");
  CHECK(error_of("a,\"b") == "f.csv:1:3 syntax");
  CHECK(error_of("a\n\"b\"c") == "f.csv:2:4 syntax");
  CHECK(error_of("a,b\nc,\xC3(") == "f.csv:2:3 encoding");
  CHECK(error_of("\xEF\xBB\xBF" "a,\xFF") == "f.csv:1:3 encoding");
  CHECK(error_of("\xFF\xFE" "a") == "f.csv:1:1 encoding");
  CHECK(error_of("a\"\n\xFF") == "f.csv:1:2 syntax");
  CHECK(error_of(std::string("a\nb\0", 4)) == "f.csv:2:2 syntax");
  CHECK(error_of("abc", {2, 9, 9, 9}) == "f.csv:1:1 too_large");
  CHECK(error_of("a\nb", {9, 1, 9, 9}) == "f.csv:2:1 too_large");
  CHECK(error_of("a,b", {9, 9, 1, 9}) == "f.csv:1:3 too_large");
}

TEST_CASE("rows before a csv fault are kept", "[csv]") {
  csv::sheet sheet;
  CHECK_FALSE(csv::read_into(sheet, "a,b\nc,d\"", "f"));
  REQUIRE(sheet.rows() == 1);
  CHECK(sheet.row(0).size() == 2);
}

TEST_CASE("utf-8 is checked to the byte", "[text]") {
  const auto npos = std::string_view::npos;
  CHECK(invalid_utf8_at("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") == npos);
  CHECK(invalid_utf8_at("ab\x80") == 2);
  CHECK(invalid_utf8_at("a\xC3") == 1);
  CHECK(invalid_utf8_at("\xC0\xAF") == 0);              // overlong
  CHECK(invalid_utf8_at("\xE0\x9F\xBF") == 0);          // overlong
  CHECK(invalid_utf8_at("\xE0\xA0\x80") == npos);
  CHECK(invalid_utf8_at("\xED\x9F\xBF") == npos);
  CHECK(invalid_utf8_at("\xED\xA0\x80") == 0);          // surrogate
  CHECK(invalid_utf8_at("\xF0\x8F\xBF\xBF") == 0);      // overlong
  CHECK(invalid_utf8_at("\xF4\x8F\xBF\xBF") == npos);
  CHECK(invalid_utf8_at("\xF4\x90\x80\x80") == 0);      // above U+10FFFF
  CHECK(invalid_utf8_at("x\xF5\x80\x80\x80") == 1);
  CHECK(invalid_utf8_at("\xE2\x82") == 0);
  CHECK(invalid_utf8_at("\xE2\x28\xA1") == 0);
}

TEST_CASE("what is written reads back", "[csv]") {
  // Every row of up to three cells out of these pieces.
  const std::vector<std::string> pieces = {"",  "a",   ",",  "\"",    "\n",     "\r",        "\r\n", " ",
                                           "a ", " a", "\"\"", "a,b", "a\"b\"", "\xEF\xBB\xBF", "-",   "x\ny"};
  for (const std::string& a : pieces)
    for (const std::string& b : pieces)
      for (const std::string& c : pieces) {
        std::string text;
        csv::write_cell(text, a);
        text += ',';
        csv::write_cell(text, b);
        text += '\n';
        csv::write_cell(text, c);
        text += '\n';
        const std::vector<std::vector<std::string>> want = {{a, b}, {c}};
        if (decoded(text) != want) FAIL("not read back: " << text);
      }
  std::string plain;
  csv::write_cell(plain, "not(3)");
  CHECK(plain == "not(3)");
}
