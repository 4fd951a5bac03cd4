// The compiler proves tables as large as they may be, of 64 rules and 7 inputs, within its default limits.
#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ectp/policy/analyse.hpp"
#include "ectp/policy/checked.hpp"
#include "ectp/policy/decide.hpp"
#include "support/policy_generator.hpp"

using namespace ectp;
using policy::rule_status;
using policy::value_ref;

namespace {

constexpr std::size_t rules = 64, inputs = 7;

// A table written at compile time; the same seed gives the same table everywhere.
struct writer {
  char chars[12'000] = {};
  std::size_t size = 0;
  std::uint64_t state = 0;

  constexpr std::string_view text() const { return {chars, size}; }
  constexpr writer& add(std::string_view s) {
    for (const char c : s) chars[size++] = c;
    return *this;
  }
  constexpr writer& add(std::int64_t n) {
    char digits[20] = {};
    int count = 0;
    do digits[count++] = static_cast<char>('0' + n % 10);
    while ((n /= 10) != 0);
    while (count != 0) chars[size++] = digits[--count];
    return *this;
  }
  // From low to high, both included.
  constexpr std::int64_t random(std::int64_t low, std::int64_t high) {
    std::uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return low + static_cast<std::int64_t>((z ^ z >> 31) % static_cast<std::uint64_t>(high - low + 1));
  }
  constexpr bool chance(int percent) { return random(1, 100) <= percent; }
  constexpr void header(std::string_view corner, const std::string_view (&domains)[inputs], std::string_view output) {
    add(corner).add(",a,b,c,d,e,f,g,x\n,in,in,in,in,in,in,in,out\n");
    for (const std::string_view d : domains) add(",\"").add(d).add("\"");
    add(",\"").add(output).add("\"\n");
  }
  constexpr void range(std::int64_t low, std::int64_t high) { add(",[").add(low).add("..").add(high).add("]"); }
};

constexpr std::int64_t top = 9'999;
constexpr std::string_view numbers[inputs] = {"integer [0..9999]", "integer [0..9999]", "integer [0..9999]", "integer [0..9999]",
                                              "integer [0..9999]", "integer [0..9999]", "integer [0..9999]"};

// All numbers, cut in two again and again; each part then grows by `more` on every side that was cut.
constexpr writer partition(std::string_view corner, std::uint64_t seed, std::int64_t more) {
  struct part {
    std::int64_t low[inputs] = {}, high[inputs] = {top, top, top, top, top, top, top};
  };
  writer out;
  out.state = seed;
  out.header(corner, numbers, "a,b,c");
  part parts[rules];
  for (std::size_t n = 1; n != rules;) {
    part& p = parts[out.random(0, static_cast<std::int64_t>(n) - 1)];
    const auto c = static_cast<std::size_t>(out.random(0, inputs - 1));
    if (p.high[c] - p.low[c] < 10) continue;
    parts[n] = p;
    p.high[c] = out.random(p.low[c] + 3, p.high[c] - 3);
    parts[n++].low[c] = p.high[c] + 1;
  }
  for (std::size_t r = 0; r != rules; ++r) {
    out.add("r").add(static_cast<std::int64_t>(r));
    for (std::size_t c = 0; c != inputs; ++c) {
      const std::int64_t low = parts[r].low[c] > more ? parts[r].low[c] - more : 0;
      const std::int64_t high = parts[r].high[c] + more < top ? parts[r].high[c] + more : top;
      if (low == 0 && high == top) out.add(",-");
      else out.range(low, high);
    }
    out.add(",").add(std::string_view("abc").substr(r % 3, 1)).add("\n");
  }
  return out;
}

// Ranges of numbers anywhere, and a rule for all else.
constexpr writer anywhere(std::string_view corner, std::uint64_t seed, int tested) {
  writer out;
  out.state = seed;
  out.header(corner, numbers, "a,b,c,else");
  for (std::size_t r = 0; r + 1 != rules; ++r) {
    out.add("r").add(static_cast<std::int64_t>(r));
    for (std::size_t c = 0; c != inputs; ++c) {
      if (!out.chance(tested)) {
        out.add(",-");
        continue;
      }
      const std::int64_t low = out.random(0, 6'000);
      out.range(low, out.random(low + 1'000, top));
    }
    out.add(",").add(std::string_view("abc").substr(r % 3, 1)).add("\n");
  }
  out.add("r63,-,-,-,-,-,-,-,else\n");
  return out;
}

// A column of each kind, and a rule for all else.
constexpr writer of_all_kinds(std::string_view corner, std::uint64_t seed) {
  constexpr std::string_view domains[inputs] = {"integer [0..5], null", "number [0..1]", "low,mid,high", "ordered: v,w,x,y,z, null",
                                                "boolean, null", "date [2025-09-01..2026-08-31]", "\"\"a b\"\",\"\"c\"\",d"};
  constexpr std::string_view tests[inputs][7] = {
      {">=4", "null", "not(2)", "\"1,3\"", "[0..2]", "<3", "\"null,5\""},
      {"<0.25", ">=0.75", "[0.2..0.8)", "not([0.4..0.6])", "0.5", "(0..0.5]", "\"[0..0.1],[0.9..1]\""},
      {"low", "not(low)", "\"low,mid\"", "high", "!=mid", "mid", "\"mid,high\""},
      {">=x", "<w", "null", "not(v)", "[w..y]", "z", "\"null,v\""},
      {"true", "false", "null", "!=true", "not(null)", "!=false", "\"true,null\""},
      {"<2026-01-01", ">=2026-04-20", "[2025-10-01..2026-03-31)", "2026-02-02", "not(<2026-06-01)", ">2025-12-19", "2025-09-01"},
      {"\"\"\"a b\"\"\"", "not(\"\"c\"\")", "\"\"\"c\"\",d\"", "d", "!=d", "\"\"\"c\"\"\"", "\"d,\"\"a b\"\"\""}};
  writer out;
  out.state = seed;
  out.header(corner, domains, "a,b,c,else");
  for (std::size_t r = 0; r + 1 != rules; ++r) {
    out.add("r").add(static_cast<std::int64_t>(r));
    for (std::size_t c = 0; c != inputs; ++c) {
      const std::string_view test = out.chance(25) ? "-" : tests[c][out.random(0, 6)];
      // Inside quotes a quote stands twice; this one holds a quoted word by itself.
      if (test.substr(0, 4) == "not(" && test.find('"') != test.npos) out.add(",\"").add(test).add("\"");
      else out.add(",").add(test);
    }
    out.add(",").add(std::string_view("abc").substr(r % 3, 1)).add("\n");
  }
  out.add("r63,-,-,-,-,-,-,-,else\n");
  return out;
}

#define LARGE(name, made_by)                                   \
  struct name##_source {                                       \
    static constexpr writer made = made_by;                    \
    static constexpr std::string_view text = made.text();      \
  };                                                           \
  using name = policy::checked<name##_source>;                 \
  static_assert(name::rules() == rules && name::inputs() == inputs)

// Rules that share nothing; parts that overlap, so that their cover must be searched; ranges of which
// some give way to others; and all kinds of test. Seeds that give tables without a dead rule.
LARGE(cut, partition("U", 1, 0));
LARGE(grown, partition("F", 95, 200));
LARGE(ranked, anywhere("P", 2, 80));
LARGE(mixed, of_all_kinds("F", 29));

static_assert(policy::sound<cut>);
static_assert(policy::sound<grown>);
static_assert(policy::sound<ranked>);
static_assert(policy::sound<mixed>);

// The same answers as the table at run time, and the same findings as its analysis.
template <class Policy>
void agrees() {
  const result<policy::table> read = Policy::table();
  REQUIRE(read);
  const policy::table& t = *read;
  policy::analyse_options options;
  options.advice = false;
  const policy::analysis a = policy::analyse(t, options);
  CHECK(a.conclusive());
  CHECK(a.gaps.empty());
  CHECK(a.dead.empty());
  generate::source random(1);
  policy::scratch work = t.make_scratch();
  std::vector<value_ref> values(inputs);
  std::uint64_t decided = 0;
  for (int k = 0; k != 20'000; ++k) {
    for (std::size_t i = 0; i != inputs; ++i)
      values[i] = t.axis(i).representative(static_cast<std::uint32_t>(random.below(t.axis(i).size())));
    const policy::outcome o = t.decide(values, work);
    REQUIRE(o.status == rule_status::decided);
    REQUIRE(Policy::decide(values) == o);
    decided |= std::uint64_t{1} << o.rule;
  }
  CHECK(decided != 1);
}

}  // namespace

TEST_CASE("tables as large as they may be, by the compiler and at run time", "[policy][checked]") {
  agrees<cut>();
  agrees<grown>();
  agrees<ranked>();
  agrees<mixed>();
}
