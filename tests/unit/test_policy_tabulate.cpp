#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

#include "ectp/policy/analyse.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/tabulate.hpp"
#include "ectp/policy/write.hpp"
#include "support/policy_random.hpp"

using namespace ectp;
using policy::callable_shape;
using policy::rule_status;
using policy::value;
using policy::value_ref;

namespace {

using in_values = std::span<const value_ref>;
using out_values = std::span<value>;

error refusal(const callable_shape& shape, const policy::tabulate_options& options = {}) {
  const auto t = policy::tabulate(shape, [](in_values, out_values) {}, options);
  REQUIRE_FALSE(t);
  return t.error();
}

}  // namespace

TEST_CASE("a function becomes a table", "[policy][tabulate]") {
  const callable_shape shape{"mine", {{"self", "integer [0..5]"}, {"mentor", "low,high, null"}}, {{"path", ""}, {"weeks", ""}}};
  int calls = 0;
  const auto path = [&](in_values in, out_values out) {
    ++calls;
    if (in[1].is_null()) return false;
    out[0] = value(in[0].number() >= 4 && in[1].text() == "high" ? "extend" : "consolidate");
    out[1] = value(value_ref(in[0].number() > 2 ? 0.5 : 2));
    return true;
  };
  const policy::table t = policy::tabulate(shape, path).value();
  CHECK(calls == 18);
  CHECK(policy::write_csv(t) ==
        "U,self,mentor,path,weeks\n,in,in,out,out\n,integer [0..5],\"low,high, null\",\"consolidate,extend\",\"0.5,2\"\n"
        "c1,[0..2],not(null),consolidate,2\nc2,3,not(null),consolidate,0.5\nc3,[4..5],low,consolidate,0.5\n"
        "c4,[4..5],high,extend,0.5\n");
  CHECK(t.name() == "mine");
  const policy::analysis a = policy::analyse(t);
  CHECK(a.overlaps.empty());
  CHECK(a.dead.empty());
  REQUIRE(a.gaps.size() == 1);
  CHECK(to_string(policy::tests_of(t, a.gaps[0])) == "mentor null");
}

TEST_CASE("a table says what the function said, whatever the function", "[policy][tabulate][differential]") {
  const std::vector<std::string> domains = {
      "integer [-2..3]", "integer (0..5)", "boolean", "boolean, null", "low,mid,high", "\"ordered: a,b,c,d, null\"", "0,0.5,1",
      "2,-1,0.25, null", "date [2025-08-30..2025-09-02]", "years and months duration [P1M..P4M]", "\"true\",\"null\",\"a,b\"", "integer [7..7], null"};
  const std::vector<std::string> words = {"x", "y, with a comma", "\"quoted\"", "null", "", "true", "z\nz"};
  random_policy::lcg random{20261127};
  for (int n = 0; n != 400; ++n) {
    callable_shape shape{"t", {}, {}};
    const std::uint32_t inputs = 1 + random.next(3), kind = random.next(4);
    for (std::uint32_t i = 0; i != inputs; ++i) {
      std::string d = random.pick(domains);
      if (d.front() == '"' && d.find("ordered") == 1) d = d.substr(1, d.size() - 2);
      shape.inputs.push_back({"c" + std::to_string(i), d});
    }
    shape.outputs = {{"o", kind == 0 ? "string, null" : ""}, {"p", ""}};
    const std::uint32_t variety = 1 + random.next(4), holes = random.next(3), salt = random.next(1000);
    std::vector<std::vector<value>> asked;
    std::vector<std::vector<value>> said;
    const auto f = [&](in_values in, out_values out) {
      std::vector<value> row;
      std::uint32_t h = salt;
      for (const value_ref& v : in) {
        row.emplace_back(v);
        for (const char c : policy::to_string(v)) h = h * 31 + static_cast<unsigned char>(c);
        h ^= h >> 7;
      }
      asked.push_back(row);
      const std::uint32_t pick = (h >> 3) % (variety + holes);
      if (pick >= variety && holes == 2) {
        said.push_back({});
        return false;
      }
      const std::uint32_t k = pick % variety;
      if (kind == 0 || kind == 1) {
        if (k != 3) out[0] = value(value_ref(std::string_view(words[(k + salt) % words.size()])));
      } else if (kind == 2) {
        out[0] = value(value_ref(k == 0 ? 0.1 : k == 1 ? -3.5 : 1e6 + k));
      } else {
        out[0] = value(value_ref(policy::value_kind::date, 20'000 + k));
      }
      out[1] = value(value_ref(k % 2 == 0));
      said.push_back({out.begin(), out.end()});
      return true;
    };
    const auto made = policy::tabulate(shape, f);
    if (!made && made.error().message == "the callable decides nothing, whatever it is given") continue;
    if (!made) FAIL(to_string(made.error()));
    const policy::table& t = *made;
    // Every combination once, in order, and nothing between them.
    std::size_t all = 1;
    for (std::size_t i = 0; i != inputs; ++i) {
      std::set<std::string> values;
      for (const auto& row : asked) values.insert(policy::to_string(row[i].ref()));
      all *= values.size();
    }
    REQUIRE(asked.size() == all);
    std::set<std::string> seen;
    policy::scratch work = t.make_scratch();
    for (std::size_t c = 0; c != asked.size(); ++c) {
      std::string key;
      std::vector<value_ref> in;
      for (const value& v : asked[c]) {
        key += policy::to_string(v.ref()) + ";";
        in.push_back(v.ref());
      }
      CHECK(seen.insert(key).second);
      const policy::outcome o = t.decide({in.data(), in.size()}, work);
      if (said[c].empty()) {
        CHECK(o.status == rule_status::no_rule);
        continue;
      }
      REQUIRE(o.status == rule_status::decided);
      for (std::size_t k = 0; k != 2; ++k) CHECK(t.output(o.rule, k) == said[c][k].ref());
    }
    // No two rules meet, and each decides somewhere.
    const policy::analysis a = policy::analyse(t);
    CHECK(a.overlaps.empty());
    CHECK(a.dead.empty());
  }
}

TEST_CASE("the values of a finite input", "[policy][tabulate]") {
  const auto all = [](const char* domain) {
    std::string out;
    for (const value& v : policy::finite_values({"x", domain}).value()) out += policy::to_string(v.ref()) + " ";
    return out;
  };
  CHECK(all("integer (-2..1]") == "-1 0 1 ");
  CHECK(all("b,a, null") == "\"b\" \"a\" null ");
  CHECK(all("2,-1") == "-1 2 ");
  CHECK(all("boolean") == "false true ");
  CHECK(all("date [2025-12-31..2026-01-01], null") == "2025-12-31 2026-01-01 null ");
  CHECK(policy::finite_values({"x", "number"}).error().at.path == "/inputs/x");
}

TEST_CASE("what cannot be tabulated", "[policy][tabulate][error]") {
  error e = refusal({"t", {{"x", "number [0..1]"}}, {{"o", ""}}});
  CHECK(e.code == errc::bad_argument);
  CHECK(e.at.path == "/inputs/x");
  CHECK(e.message == "the input 'x' has no end of values: number [0..1]");
  for (const char* d : {"string", "integer", "integer >= 0", "time", "date >= 2025-09-01", "days and time duration", "date and time"})
    CHECK(refusal({"t", {{"x", d}}, {{"o", ""}}}).code == errc::bad_argument);
  CHECK(refusal({"t", {{"x", "integer [0..]"}}, {{"o", ""}}}).code == errc::bad_domain);
  CHECK(refusal({"t", {{"x", "integer [0..9]"}}, {{"o", "words, of, \"mine"}}}).at.path == "/outputs/o");
  CHECK(refusal({"t", {}, {{"o", ""}}}).code == errc::bad_argument);
  CHECK(refusal({"t", {{"x", "boolean"}}, {}}).code == errc::bad_argument);
  CHECK(refusal({"t", {{"x", "boolean"}}, {{"x", ""}}}).message == "two columns are called 'x'");
  CHECK(refusal({"t", {{"x", "integer [0..1000000000]"}}, {{"o", ""}}}).code == errc::too_large);
  policy::tabulate_options few;
  few.calls = 99;
  const callable_shape hundred{"t", {{"x", "integer [0..9]"}, {"y", "integer [0..9]"}}, {{"o", ""}}};
  CHECK(refusal(hundred, few).code == errc::too_large);
  few.calls = 100;
  CHECK(policy::tabulate(hundred, [](in_values, out_values) {}, few).value().rules() == 1);
}

TEST_CASE("what a function says wrongly", "[policy][tabulate][error]") {
  const callable_shape shape{"t", {{"x", "integer [0..3]"}, {"y", "boolean"}}, {{"o", ""}}};
  const auto with = [](const callable_shape& s, auto f) {
    const auto t = policy::tabulate(s, f);
    REQUIRE_FALSE(t);
    return t.error();
  };
  error e = with(shape, [](in_values in, out_values out) {
    out[0] = in[0].number() == 2 && in[1].boolean() ? value(value_ref(true)) : value("a");
  });
  CHECK(e.code == errc::wrong_type);
  CHECK(e.at.path == "/outputs/o");
  CHECK(e.message == "the callable gives true as 'o' where x = 2, y = true");
  callable_shape listed = shape;
  listed.outputs[0].domain = "a,b";
  e = with(listed, [](in_values in, out_values out) { out[0] = value(in[0].number() == 3 ? "c" : "a"); });
  CHECK(e.code == errc::out_of_range);
  CHECK(e.expected == "a,b");
  e = with(listed, [](in_values, out_values) {});
  CHECK(e.code == errc::wrong_type);
  e = with(shape, [](in_values in, out_values out) { out[0] = value(value_ref(0.1 + 0.2 * in[0].number())); });
  CHECK(e.code == errc::out_of_range);
  e = with(shape, [](in_values in, out_values) -> result<bool> {
    if (in[0].number() == 1) return error{errc::not_allowed, "no", {}, {}, {}};
    return true;
  });
  CHECK(e.code == errc::not_allowed);
  const auto none = policy::tabulate(shape, [](in_values, out_values) { return false; });
  REQUIRE_FALSE(none);
  CHECK(none.error().message == "the callable decides nothing, whatever it is given");
}
