#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "ectp/policy/answer.hpp"
#include "ectp/serialization.hpp"

namespace policy = ectp::policy;
using policy::answer;
using policy::answer_shape;
using policy::value_ref;

namespace {
policy::table table_of(const std::string& csv) {
  auto read = policy::read_csv_all(csv);
  for (const ectp::error& e : read.errors) UNSCOPED_INFO(to_string(e));
  REQUIRE(read.table.has_value());
  return *read.table;
}

answer ask(const policy::table& t, std::vector<value_ref> values) {
  policy::scratch work = t.make_scratch();
  const policy::outcome decided = t.decide(values, work);
  return policy::answer_of(t, decided, work);
}

std::string said(const policy::table& t, std::vector<value_ref> values) { return to_string(ask(t, values)); }

// A slow sum: decimals written out as text with 22 places, added digit by digit.
std::string written(policy::decimal d) {  // of the size alone
  std::string s = std::to_string(d.coefficient < 0 ? -d.coefficient : d.coefficient);
  s.append(static_cast<std::size_t>(d.exponent + 22), '0');
  return std::string(80 - s.size(), '0') + s;
}
std::string plus(const std::string& a, const std::string& b) {
  std::string out(80, '0');
  int carry = 0;
  for (std::size_t i = 80; i-- > 0;) {
    carry += a[i] - '0' + b[i] - '0';
    out[i] = static_cast<char>('0' + carry % 10);
    carry /= 10;
  }
  return out;
}
std::string minus(const std::string& a, const std::string& b) {
  std::string out(80, '0');
  int borrow = 0;
  for (std::size_t i = 80; i-- > 0;) {
    int d = a[i] - b[i] - borrow;
    borrow = d < 0 ? 1 : 0;
    out[i] = static_cast<char>('0' + d + 10 * borrow);
  }
  return out;
}
[[maybe_unused]] double slow_sum(const std::vector<policy::decimal>& all) {
  std::string above(80, '0'), below(80, '0');
  for (const policy::decimal& d : all) {
    std::string& side = d.coefficient < 0 ? below : above;
    side = plus(side, written(d));
  }
  const bool negative = above < below;
  std::string digits = negative ? minus(below, above) : minus(above, below);
  const std::size_t first = digits.find_first_not_of('0');
  if (first == digits.npos) return 0;
  if (digits.size() - first > 15) {
    const std::size_t end = first + 15;
    const std::string tail = digits.substr(end);
    const std::string half = "5" + std::string(tail.size() - 1, '0');
    const bool up = tail > half || (tail == half && (digits[end - 1] - '0') % 2 == 1);
    digits = digits.substr(0, end) + std::string(tail.size(), '0');
    if (up) digits = plus(digits, std::string(end - 1, '0') + "1" + std::string(tail.size(), '0'));
  }
  const double size = std::strtod((digits.substr(0, 58) + "." + digits.substr(58)).c_str(), nullptr);
  return negative ? -size : size;
}
}  // namespace

TEST_CASE("one output is a value and several are a context", "[policy][answer]") {
  const auto one = table_of("U,n,path\n,in,out\n,integer [0..9],\"a,b,null\"\nr1,1,a\nr2,2,b\nr3,3,\n");
  CHECK(said(one, {1}) == "\"a\"");
  CHECK(said(one, {2}) == "\"b\"");
  CHECK(said(one, {3}) == "null");
  CHECK(ask(one, {3}) == answer());
  CHECK(said(one, {4}) == "null");
  CHECK(said(one, {99}) == "null");
  const auto two = table_of("F,n,path,weeks to go\n,in,out,out\n,integer [0..9],\"a,b\",\"integer, null\"\n"
      "r1,1,a,6\nr2,<3,b,\n");
  const answer a = ask(two, {1});
  CHECK(a.shape == answer_shape::context);
  CHECK(a.names == std::vector<std::string>{"path", "weeks to go"});
  CHECK(a.size() == 1);
  CHECK(a.item(0)[0].ref() == value_ref("a"));
  CHECK(a.item(0)[1].ref() == value_ref(6));
  CHECK(to_string(a) == R"({path: "a", "weeks to go": 6})");
  CHECK(said(two, {2}) == R"({path: "b", "weeks to go": null})");
  CHECK(said(two, {5}) == "null");
}

TEST_CASE("a conflict and an invalid input have no value", "[policy][answer]") {
  const auto t = table_of("U,n,x\n,in,out\n,integer [0..9],integer\n#default,,7\nr1,<5,1\nr2,>3,2\n");
  CHECK(said(t, {4}) == "null");
  CHECK(said(t, {-1}) == "null");
  CHECK(said(t, {3}) == "1");
}

TEST_CASE("lists keep the order of their policy", "[policy][answer]") {
  const std::string rest = ",n,x,y\n,in,out,out\n,integer [0..9],\"low,mid,high\",boolean\n"
                           "r1,>=1,mid,true\nr2,>=2,high,false\nr3,>=3,low,true\nr4,>=4,mid,false\n";
  CHECK(said(table_of("R" + rest), {4}) ==
        R"([{x: "mid", y: true}, {x: "high", y: false}, {x: "low", y: true}, {x: "mid", y: false}])");
  CHECK(said(table_of("O" + rest), {4}) ==
        R"([{x: "low", y: true}, {x: "mid", y: true}, {x: "mid", y: false}, {x: "high", y: false}])");
  CHECK(said(table_of("C" + rest), {2}) == R"([{x: "mid", y: true}, {x: "high", y: false}])");
  CHECK(said(table_of("P" + rest), {4}) == R"({x: "low", y: true})");
  CHECK(said(table_of("R" + rest), {1}) == R"([{x: "mid", y: true}])");
  CHECK(said(table_of("R" + rest), {0}) == "null");
  CHECK(said(table_of("O" + rest), {0}) == "null");
  CHECK(said(table_of("C" + rest), {0}) == "[]");
  CHECK(ask(table_of("C" + rest), {0}).names == std::vector<std::string>{"x", "y"});
  const auto values = table_of("C,n,x\n,in,out\n,integer [0..9],\"integer, null\"\nr1,>=1,1\nr2,>=2,\n"
      "r3,>=2,1\n");
  CHECK(said(values, {2}) == "[1, null, 1]");
  CHECK(ask(values, {2}).shape == answer_shape::values);
  CHECK(ask(values, {0}) == answer{answer_shape::values, {}, {}});
}

TEST_CASE("COLLECT makes one value of many", "[policy][answer]") {
  const std::string rest = ",n,x\n,in,out\n,integer [0..9],number\n"
                           "r1,>=1,0.1\nr2,>=2,0.2\nr3,>=3,-7\nr4,>=3,12.5\n";
  CHECK(said(table_of("C+" + rest), {2}) == "0.3");
  CHECK(ask(table_of("C+" + rest), {2}).values[0].number() == 0.3);  // 0.1 + 0.2 is not
  CHECK(said(table_of("C+" + rest), {3}) == "5.8");
  CHECK(said(table_of("C<" + rest), {3}) == "-7");
  CHECK(said(table_of("C>" + rest), {3}) == "12.5");
  CHECK(said(table_of("C#" + rest), {3}) == "4");
  CHECK(said(table_of("C+" + rest), {0}) == "null");
  CHECK(said(table_of("C<" + rest), {0}) == "null");
  CHECK(said(table_of("C>" + rest), {0}) == "null");
  CHECK(said(table_of("C#" + rest), {0}) == "0");
}

TEST_CASE("durations add, dates have a first and a last", "[policy][answer]") {
  const auto sum = table_of("C+,n,x\n,in,out\n,integer [0..9],days and time duration\nr1,>=1,PT0.1S\n"
      "r2,>=1,PT0.2S\nr3,>=2,P1DT2H\nr4,>=3,-P2D\n");
  CHECK(said(sum, {1}) == "PT0.3S");
  CHECK(said(sum, {2}) == "P1DT2H0.3S");
  CHECK(ask(sum, {3}).values[0].number() == -79199.7);
  const auto months =
      table_of("C+,n,x\n,in,out\n,integer [0..9],years and months duration\nr1,-,P1Y6M\nr2,>=1,P8M\n");
  CHECK(said(months, {1}) == "P2Y2M");
  const std::string days = ",n,x\n,in,out\n,integer [0..9],date\nr1,-,2026-01-31\nr2,>=1,2025-09-01\n"
      "r3,>=1,2026-02-01\n";
  CHECK(said(table_of("C<" + days), {1}) == "2025-09-01");
  CHECK(said(table_of("C>" + days), {1}) == "2026-02-01");
}

TEST_CASE("defaults answer where no rule does", "[policy][answer]") {
  const std::string rest = ",n,x,y\n,in,out,out\n,integer [0..9],\"low,high\",\"integer, null\"\n"
      "#default,,low,\n"
                           "r1,1,high,4\n";
  CHECK(said(table_of("U" + rest), {1}) == R"({x: "high", y: 4})");
  CHECK(said(table_of("U" + rest), {2}) == R"({x: "low", y: null})");
  CHECK(said(table_of("P" + rest), {2}) == R"({x: "low", y: null})");
  CHECK(said(table_of("C" + rest), {2}) == R"([{x: "low", y: null}])");
  CHECK(said(table_of("R" + rest), {2}) == R"([{x: "low", y: null}])");
  const std::string sums = ",n,x\n,in,out\n,integer [0..9],number\n#default,,-1\nr1,1,4\n";
  CHECK(said(table_of("C+" + sums), {1}) == "4");
  CHECK(said(table_of("C+" + sums), {2}) == "-1");
  CHECK(said(table_of("C#" + sums), {2}) == "-1");
}

TEST_CASE("an answer stands alone", "[policy][answer]") {
  answer kept;
  {
    const auto t = table_of("U,n,a long name of an output,x\n,in,out,out\n,integer [0..9],string,string\n"
                            "r1,1,a text that is no short one at all,\"\"\"a\\n\"\"\"\n");
    kept = ask(t, {1});
  }
  CHECK(to_string(kept) == R"({"a long name of an output": "a text that is no short one at all", x: "a\n"})");
}

TEST_CASE("an answer is archived", "[policy][answer]") {
  const auto t = table_of("R,n,x,y\n,in,out,out\n,integer [0..9],\"a,b\",\"date, null\"\n"
                          "r1,-,a,2025-09-01\nr2,-,b,\n");
  const answer said = ask(t, {1});
  REQUIRE(said.size() == 2);
  std::stringstream bytes;
  {
    boost::archive::text_oarchive out(bytes);
    out << said;
  }
  answer back;
  {
    boost::archive::text_iarchive in(bytes);
    in >> back;
  }
  CHECK(back == said);
  CHECK(to_string(back) == R"([{x: "a", y: 2025-09-01}, {x: "b", y: null}])");
}

TEST_CASE("sums are exact before they are rounded once", "[policy][answer]") {
  const auto sum_of = [](const std::vector<std::string>& terms) {
    std::string csv = "C+,n,x\n,in,out\n,integer [0..9],number\n";
    for (std::size_t i = 0; i != terms.size(); ++i) csv += "r" + std::to_string(i) + ",-," + terms[i] + "\n";
    return ask(table_of(csv), {0}).values.at(0).number();
  };
  CHECK(sum_of({"1e22", "1e-22", "-1e22"}) == 1e-22);
  CHECK(sum_of({"999999999999999e22", "1e-22", "-999999999999999e22", "-1e-22"}) == 0);
  // Half to even in the fifteenth digit, and any tail breaks the tie.
  CHECK(sum_of({"100000000000000", "0.5"}) == 100000000000000.0);
  CHECK(sum_of({"100000000000001", "0.5"}) == 100000000000002.0);
  CHECK(sum_of({"100000000000000", "0.5", "1e-22"}) == 100000000000001.0);
  CHECK(sum_of({"-100000000000001", "-0.5"}) == -100000000000002.0);
  CHECK(sum_of({"999999999999999", "0.5"}) == 1e15);
  CHECK(sum_of({"999999999999999e22", "999999999999999e22"}) == 2e37);
  CHECK(sum_of({"923456789012345e22", "100000000000001e22", "4e22"}) == 1.02345678901235e37);
}

#if !defined(ECTP_COMPILED)
TEST_CASE("sums agree with long addition on paper", "[policy][answer]") {
  std::mt19937 random(20250901);
  const auto pick = [&](std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
  };
  std::size_t rounded_up = 0;
  for (int round = 0; round != 20'000; ++round) {
    const std::int64_t spread = pick(0, 22);
    std::vector<policy::decimal> all;
    policy::detail::decimal_sum sum;
    for (auto n = pick(1, 12); n != 0; --n) {
      std::int64_t most = 9;
      for (auto digits = pick(0, 14); digits != 0; --digits) most = most * 10 + 9;
      policy::decimal d;
      if (!make_decimal(pick(-most, most), pick(-spread, spread), d)) continue;
      all.push_back(d);
      sum.add(d);
    }
    // Ties: a term that ends in 5 one place behind the fifteenth.
    if (round % 5 == 0) {
      const policy::decimal odd{pick(10'000'000'000'000, 99'999'999'999'999) * 10 + 1, 3};
      for (const policy::decimal d : {odd, policy::decimal{5, 2}}) {
        all.push_back(d);
        sum.add(d);
      }
      ++rounded_up;
    }
    CAPTURE(round, all.size());
    REQUIRE(sum.rounded() == slow_sum(all));
  }
  CHECK(rounded_up == 4'000);
  policy::detail::decimal_sum many;
  std::vector<policy::decimal> same(65'536, policy::decimal{999'999'999'999'999, 22});
  for (const policy::decimal& d : same) many.add(d);
  CHECK(many.rounded() == slow_sum(same));
  CHECK(many.rounded() == 6.55359999999999e41);
}
#endif
