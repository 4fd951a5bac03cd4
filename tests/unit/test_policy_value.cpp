#include <catch2/catch.hpp>

#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

#include "ectp/policy/number.hpp"
#include "ectp/policy/value.hpp"

using namespace ectp;
using policy::decimal;
using policy::value_ref;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

static_assert(std::is_trivially_copyable_v<value_ref>);
static_assert(value_ref().is_null() && value_ref(nullptr).is_null() && value_ref(not_a_number).is_null());
static_assert(value_ref(not_a_number) == value_ref());
static_assert(value_ref(3) == value_ref(3.0));
static_assert(value_ref(-0.0) == value_ref(0));
static_assert(value_ref(true) != value_ref(1));
static_assert(value_ref("a") == value_ref(std::string_view("a")));
static_assert(value_ref("1") != value_ref(1));
static_assert(!std::is_constructible_v<value_ref, char> && !std::is_constructible_v<value_ref, void*>);

constexpr decimal read(std::string_view s) { return policy::scan_number(s).value; }
constexpr std::size_t size_of(std::string_view s) { return policy::scan_number(s).size; }

static_assert(read("0") == decimal{0, 0} && read("-0.000") == decimal{0, 0});
static_assert(read("120") == decimal{12, 1} && read("-0.050") == decimal{-5, -2});
static_assert(read("1.50") == decimal{15, -1} && read(".5") == decimal{5, -1});
static_assert(read("12e-1") == decimal{12, -1} && read("1.5E+2") == decimal{15, 1});
static_assert(size_of("0..5") == 1 && size_of("1.") == 1 && size_of("1.5.2") == 3 && size_of("7q") == 1);
static_assert(size_of("-") == 0 && size_of("") == 0 && size_of(".") == 0 && size_of("-x") == 0);
static_assert(size_of("1e") == 1 && size_of("1e+") == 1 && size_of("1e5") == 3);
static_assert(policy::scan_number("123456789012345").value.coefficient == 123456789012345);
static_assert(policy::scan_number("1234567890123456").too_many_digits);
static_assert(policy::scan_number("1000000000000001").too_many_digits);
static_assert(!policy::scan_number("1000000000000000").too_many_digits);
static_assert(!policy::scan_number("0.100000000000000000000000").too_many_digits);
static_assert(policy::scan_number("1e23").too_extreme && policy::scan_number("1e-23").too_extreme);
static_assert(policy::scan_number("1e999999999999999999").too_extreme);
static_assert(!policy::scan_number("1e22").too_extreme && !policy::scan_number("1e-22").too_extreme);
static_assert(read("0.1").to_double() == 0.1 && read("0.3").to_double() == 0.3);
static_assert(read("0.1") < read("0.2") && read("-1") < read("0.5"));

// A small linear congruential generator: the same sequence everywhere.
struct lcg {
  std::uint64_t state = 20251124;
  std::uint32_t next() {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state >> 33);
  }
};

}  // namespace

TEST_CASE("a decimal literal rounds to the nearest double", "[policy][number]") {
  lcg random;
  std::size_t checked = 0;
  for (int i = 0; i < 200'000; ++i) {
    const auto digits = 1 + random.next() % 15;
    std::string s;
    for (std::uint32_t k = 0; k < digits; ++k) s += static_cast<char>('0' + random.next() % 10);
    s.insert(random.next() % (s.size() + 1), ".");
    if (s.back() == '.') s.pop_back();
    if (random.next() % 2) s.insert(0, "-");
    if (random.next() % 4 == 0) s += "e" + std::to_string(static_cast<int>(random.next() % 25) - 12);
    const policy::scanned_number n = policy::scan_number(s);
    REQUIRE(n.size == s.size());
    if (n.too_extreme) continue;
    ++checked;
    if (n.value.to_double() != std::strtod(s.c_str(), nullptr)) FAIL(s);
    // Its own text means the same number.
    const std::string text = to_string(n.value);
    if (!(policy::scan_number(text).value == n.value)) FAIL(s << " became " << text);
    decimal back;
    REQUIRE(policy::nearest_decimal(n.value.to_double(), back));
    if (!(back == n.value)) FAIL(s << " came back as " << to_string(back));
  }
  CHECK(checked > 100'000);
}

TEST_CASE("numbers are shown so that they read back", "[slow][policy][number]") {
  CHECK(to_string(value_ref(0.1 + 0.2)) == "0.30000000000000004");
  CHECK(to_string(value_ref(0.3)) == "0.3");
  CHECK(to_string(value_ref(-12.5)) == "-12.5");
  CHECK(to_string(value_ref(1e22)) == "10000000000000000000000");
  CHECK(to_string(value_ref(1.0 / 3)) == "0.33333333333333331");
  CHECK(to_string(value_ref(std::numeric_limits<double>::infinity())) == "infinity");
  CHECK(to_string(value_ref(-std::numeric_limits<double>::infinity())) == "-infinity");
  lcg random;
  for (int i = 0; i < 50'000; ++i) {
    std::uint64_t bits = random.next();
    bits = bits << 22 ^ random.next();
    bits = bits << 22 ^ random.next();
    double x = 0;
    std::memcpy(&x, &bits, sizeof x);
    if (x != x || x - x != 0) continue;
    const std::string s = to_string(value_ref(x));
    if (std::strtod(s.c_str(), nullptr) != x) FAIL(s);
  }
  for (const double x : {5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 4503599627370497.5, 9007199254740993.0})
    CHECK(std::strtod(to_string(value_ref(x)).c_str(), nullptr) == x);
}

TEST_CASE("values are shown as literals", "[policy][value]") {
  CHECK(to_string(value_ref()) == "null");
  CHECK(to_string(value_ref(true)) == "true");
  CHECK(to_string(value_ref("a \"b\" \\ \n")) == R"("a \"b\" \\ \n")");
}

TEST_CASE("a value owns its text", "[policy][value]") {
  policy::value v;
  {
    const std::string gone = "a text that is too long for the small buffer of a string";
    v = value_ref(gone);
  }
  CHECK(v.text() == "a text that is too long for the small buffer of a string");
  CHECK(v.ref() == value_ref("a text that is too long for the small buffer of a string"));
  CHECK(policy::value(value_ref(not_a_number)) == policy::value());
  CHECK(policy::value(value_ref(1)) != policy::value(value_ref(true)));
  for (const value_ref r : {value_ref(), value_ref(false), value_ref(2.5), value_ref("x")})
    CHECK(policy::value(r).ref() == r);
}
