// Decisions as JSON, text and Markdown: golden files that people read, and what comes in. To renew
// the files after a change that is meant: ECTP_UPDATE_GOLDEN=1.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "ectp/interop/policy_json.hpp"
#include "interop/json_document.hpp"
#include "support/golden.hpp"
#include "support/policy_generator.hpp"

namespace policy = ectp::policy;
using ectp::errc;
using policy::value;
using policy::value_ref;

namespace {

policy::table table_of(const std::string& csv, const std::string& file = "") {
  auto read = policy::read_csv_all(csv, {"", file, {}});
  for (const ectp::error& e : read.errors) UNSCOPED_INFO(to_string(e));
  REQUIRE(read.table.has_value());
  return *read.table;
}

std::vector<value_ref> views(const std::vector<value>& all) {
  std::vector<value_ref> out;
  for (const value& v : all) out.push_back(v.ref());
  return out;
}

// All three forms of an explanation, with the nearest change.
void explain_to(const std::string& name, const policy::table& t, const std::string& input) {
  const auto read = policy::read_inputs(t, input);
  if (!read) FAIL(to_string(read.error()));
  const std::vector<value_ref> values = views(*read);
  const policy::explanation e = policy::explain(t, values);
  const policy::nearest change = policy::nearest_change(t, values);
  same_as_golden(name + ".explanation.json", to_json(e, &change));
  same_as_golden(name + ".explanation.txt", to_text(e, &change));
  same_as_golden(name + ".explanation.md", to_markdown(e, &change));
}

const std::string stance =
    "F,autonomy,evidence,mentor view,last seen,stance,manner,reason,source\n"
    ",in,in,in,in,out,out,note,note\n"
    ",integer [0..5],\"number [0..1], null\",\"ordered: low,mid,high\",\"date, null\","
    "\"directive,collaborative,facilitative\",\"guide,ask,listen\",,\n"
    "#label,what the ECT does alone,share of lessons in which it was secure,,,,,,\n"
    "#unit,steps of six,,,,,,,\n"
    "#change,,,fixed,,,,,\n"
    "r1,>=4,>=0.75,>=mid,-,facilitative,listen,both agree,ECF 4.2\n"
    "r2,<2,-,-,-,directive,guide,\"a new ECT needs\na first step\",default_policy\n"
    "r3,-,\"[0.5..0.75)\",\"mid,high\",> 2025-09-01,collaborative,ask,talk | it *through*,public\n"
    "r4,-,-,-,-,directive,ask,\"`nothing` <else> holds\",\n";

}  // namespace

TEST_CASE("an explanation for people and for programs", "[policy][json]") {
  const auto t = table_of(stance, "policies/stance.csv");
  explain_to("stance", t,
             R"({"autonomy": 3, "evidence": 0.6, "mentor view": "mid", "last seen": "2025-10-01"})");
  // Null in tests that compare: neither do they hold nor fail.
  explain_to("stance-null", t,
             R"({"autonomy": 4, "evidence": null, "mentor view": "high", "last seen": null})");
}

TEST_CASE("an explanation of a list, of a sum and of defaults", "[policy][json]") {
  const std::string rest =
      ",age,service,days,source\n,in,in,out,note\n,integer [0..120],years and months duration,number,\n"
      "basic,-,-,22,4\nyoung,<18,-,5,6.1\nlong,>=60,>= P30Y,3.5,6.2\nmid,[45..60),[P15Y..P30Y),2.25,6.3\n";
  const std::string case_one = R"({"age": 16, "service": "P1Y"})";
  explain_to("days-list", table_of("R" + rest, "days-list.csv"), case_one);
  explain_to("days-sum", table_of("C+" + rest, "days-sum.csv"), R"({"age": 61, "service": "P30Y"})");
  explain_to("days-default",
             table_of("U,age,days\n,in,out\n,integer [0..120],number\n#default,,21.5\nr1,<18,5\n",
                 "days-default.csv"),
             R"({"age": 40})");
}

TEST_CASE("an explanation of what could not be decided", "[policy][json]") {
  const std::string rest = ",n,o\n,in,out\n,number [0..9],\"x,y\"\nr1,<=5,x\nr2,>=5,y\n";
  explain_to("conflict", table_of("U" + rest, "conflict.csv"), R"({"n": 5})");
  explain_to("no-rule", table_of("U,n,o\n,in,out\n,number [0..9],\"x,y\"\nr1,<5,x\nr2,>5,y\n", "no-rule.csv"),
             R"({"n": 5})");
  explain_to("named", table_of("F,self,mentor,o\n,in,in,out\n"
      ",integer [0..5],\"integer [0..5], null\",\"x,y\"\n"
                               "r1,> mentor,-,x\nr2,\"[1..mentor], 0\",-,y\n", "named.csv"),
             R"({"self": 3, "mentor": 1})");
  const auto t = table_of("U" + rest);
  const value_ref wrong[] = {"a|b"};
  const policy::explanation e = policy::explain(t, wrong);
  CHECK(to_text(e) ==
        "no decision, an input is invalid\n"
        "Hit policy UNIQUE.\n"
        "(/n): wrong_type: the input 'n' of the table '' does not take \"a|b\"; expected number [0..9]\n"
        "\n"
        "Given\n"
        "  n  \"a|b\"\n");
  CHECK(to_markdown(e) ==
        "## no decision, an input is invalid\n"
        "\n"
        "Hit policy UNIQUE.\n"
        "\n"
        "- (/n): wrong_type: the input 'n' of the table '' does not take \"a\\|b\"; expected number "
        "\\[0..9\\]\n"
        "\n"
        "| input | value | |\n"
        "|---|---|---|\n"
        "| n | `\"a\\|b\"` | |\n");
  // Bytes that are no UTF-8 and numbers that JSON cannot hold do not break the document.
  for (const value_ref v : {value_ref("\xff"), value_ref(1e308 * 10)}) {
    const std::string json = to_json(policy::explain(t, std::vector<value_ref>{v}));
    CHECK(nlohmann::json::parse(json).at("status") == "invalid_input");
  }
}

TEST_CASE("a table without a name or labels, explained without a change", "[policy][json]") {
  const auto t = table_of("P,a,o\n,in,out\n,boolean,\"x,y\"\nr1,-,y\nr2,true,x\nr3,true,x\n");
  const value_ref values[] = {true};
  CHECK(to_text(policy::explain(t, values)) ==
        "\"x\"\nDecided by r2 (PRIORITY).\n\nGiven\n  a  true\n"
        "\nr1 matches and is left out (line 4:1)\n  o  \"y\"\n"
        "\nr2 decides (line 5:1)\n  a  true meets true\n  o  \"x\"\n"
        "\nr3 matches and is left out (line 6:1)\n  a  true meets true\n  o  \"x\"\n");
  CHECK_FALSE(nlohmann::json::parse(to_json(policy::explain(t, values))).contains("nearest_change"));
}

TEST_CASE("answers are the JSON that they look like", "[policy][json]") {
  const auto said = [](const std::string& csv, std::vector<value_ref> values) {
    const auto t = table_of(csv);
    policy::scratch work = t.make_scratch();
    const auto decided = t.decide(values, work);
    return to_json(policy::answer_of(t, decided, work));
  };
  const std::string two = ",n,path,in weeks\n,in,out,out\n,integer [0..9],\"a,b\",\"number, null\"\n"
      "r1,>=1,a,0.1\nr2,>=2,b,\n";
  CHECK(said("F" + two, {1}) == R"({"path":"a","in weeks":0.1})");
  CHECK(said("C" + two, {2}) == R"([{"path":"a","in weeks":0.1},{"path":"b","in weeks":null}])");
  CHECK(said("C" + two, {0}) == "[]");
  CHECK(said("U" + two, {2}) == "null");
  const std::string one = ",n,o\n,in,out\n,integer [0..9],number\nr1,>=1,1e21\nr2,>=2,12\nr3,>=3,-0.25\n";
  CHECK(said("F" + one, {1}) == "1e+21");
  CHECK(said("R" + one, {3}) == "[1e+21,12,-0.25]");
  CHECK(said("C<" + one, {3}) == "-0.25");
  CHECK(said("C#" + one, {0}) == "0");
  CHECK(said("U,n,o\n,in,out\n,boolean,date\nr1,true,2025-09-01\n", {true}) == "\"2025-09-01\"");
  CHECK(said("U,n,o\n,in,out\n,boolean,boolean\nr1,true,false\n", {true}) == "false");
  CHECK(said("U,n,o\n,in,out\n,boolean,string\nr1,true,\"a \"\"b\"\"\"\n", {true}) == R"("a \"b\"")");
}

TEST_CASE("inputs are read from an object", "[policy][json]") {
  const auto t = table_of(
      "F,a.b,a.c d,a,x/y,on,at,since,for,flag,word,o\n,in,in,in,in,in,in,in,in,in,in,out\n"
      ",number,\"integer, null\",integer,number,date,time,date and time,days and time duration,boolean,"
      "\"\"\"2.10\"\",b\",\"x,y\"\n"
      "r1,-,-,-,-,-,-,-,-,-,-,x\n");
  const std::string rest = R"("x/y": 0.1, "on": "2025-09-01", "at": "08:45:30.5", "since": "2025-09-01T08:00",
                              "for": "-P1DT2H", "flag": false, "word": "2.10"})";
  // Beside a column of its own name a group can only be written flat.
  const auto flat = policy::read_inputs(t, R"({"a": 7, "a.b": 1.5, "a.c d": null, )" + rest);
  REQUIRE(flat);
  const std::vector<value> want = {value_ref(1.5), value_ref(), value_ref(7), value_ref(0.1),
                                   value_ref(ectp::date::from_civil(2025, 9, 1)),
                                   value_ref(policy::value_kind::time, 31530.5),
                                   value_ref(policy::value_kind::date_time, 20332.0 * 86400 + 28800),
                                   value_ref(policy::value_kind::duration, -93600), value_ref(false),
                                   value_ref("2.10")};
  CHECK(*flat == want);

  const auto nested = table_of("F,p.q.r,p.q.s,p.t,u.v,o\n,in,in,in,in,out\n"
      ",integer,integer,integer,integer,\"x,y\"\nr1,-,-,-,-,x\n");
  const std::vector<value> four = {value_ref(1), value_ref(2), value_ref(3), value_ref(4)};
  for (const std::string json : {R"({"p": {"q": {"r": 1, "s": 2}, "t": 3}, "u": {"v": 4}})",
                                 R"({"u.v": 4, "p.t": 3, "p.q": {"s": 2}, "p": {"q.r": 1}})",
                                 R"({"p.q.r": 1, "p.q.s": 2.0, "p": {"t": 30e-1}, "u": {"v": 4}})"}) {
    const auto read = policy::read_inputs(nested, json);
    if (!read) FAIL(to_string(read.error()));
    CHECK(*read == four);
  }
}

TEST_CASE("numbers are read from their text", "[policy][json]") {
  const auto t = table_of("U,n,o\n,in,out\n,number,\"x,y\"\nr1,<0.3,x\nr2,>=0.3,y\n");
  const auto number = [&](const std::string& text) {
    return policy::read_inputs(t, "{\"n\": " + text + "}").value()[0].number();
  };
  for (const std::string text : {"0.1", "0.30000000000000004", "0.3", "-1e-7", "123456789012345678", "5e-324",
                                 "0.1000000000000000055511151231257827021181583404541015625",
                                     "1.7976931348623157e308"})
    CHECK(number(text) == std::strtod(text.c_str(), nullptr));
  CHECK(number("2.5e0") == 2.5);
}

TEST_CASE("every wrong input has its place", "[policy][json]") {
  const auto t = table_of(
      "F,a.b,a.c,n,on,w,f,o\n,in,in,in,in,in,in,out\n"
          ",integer [0..5],\"integer, null\",number,date,\"low,high\",boolean,\"x,y\"\n"
      "r1,-,-,-,-,-,-,x\n", "t.csv");
  const auto failure = [&](const std::string& json) {
    const auto read = policy::read_inputs(t, json, "in.json");
    INFO(json);
    REQUIRE_FALSE(read);
    return read.error();
  };
  const std::string good = R"("n": 1, "on": "2025-09-01", "w": "low", "f": true)";
  const auto with = [&](const std::string& a) { return "{\"a\": " + a + ",\n " + good + "}"; };
  REQUIRE(policy::read_inputs(t, with(R"({"b": 1, "c": null})")));

  struct {
    std::string json;
    errc code;
    std::string path;
    std::uint32_t line, column;
    std::string message;
  } const cases[] = {
      {"[1]", errc::wrong_type, "", 1, 1, "the inputs are an array"},
      {"{", errc::syntax, "", 1, 2, ""},
      {with(R"({"b": 6, "c": 1})"), errc::out_of_range, "/a/b", 1, 13,
          "the input 'a.b' of the table 't' does not take 6"},
      {with(R"({"b": 1.5, "c": 1})"), errc::out_of_range, "/a/b", 1, 13,
          "the input 'a.b' of the table 't' does not take 1.5"},
      {with(R"({"b": null, "c": 1})"), errc::wrong_type, "/a/b", 1, 13,
          "the input 'a.b' of the table 't' does not take null"},
      {with(R"({"b": "1", "c": 1})"), errc::wrong_type, "/a/b", 1, 13, "the input 'a.b' is \"1\""},
      {with(R"({"b": [1], "c": 1})"), errc::wrong_type, "/a/b", 1, 13, "the input 'a.b' is an array"},
      {with(R"({"b": {"x": 1}, "c": 1})"), errc::wrong_type, "/a/b", 1, 13, "the input 'a.b' is an object"},
      {with(R"({"b": 1})"), errc::missing_field, "/a/c", 1, 7, "the input 'a.c' is not given"},
      {with(R"({"b": 1, "c": 1, "d": 2})"), errc::unknown_field, "/a/d", 1, 24,
          "the table 't' has no input 'a.d'"},
      {with(R"({"b": 1, "c": 1, "d": {}})"), errc::unknown_field, "/a/d", 1, 24,
          "the table 't' has no input 'a.d'"},
      {with(R"({"b": 1, "c": 1}, "a.b": 1)"), errc::bad_argument, "/a.b", 1, 25,
          "the input 'a.b' is given twice"},
      {with("5"), errc::unknown_field, "/a", 1, 2, "the table 't' has no input 'a'"},
      {"{" + good + "}", errc::missing_field, "/a.b", 1, 1, "the input 'a.b' is not given"},
      {with(R"({"b": 1, "c": 1}, "o": "x")"), errc::unknown_field, "/o", 1, 25,
          "the table 't' has no input 'o'"},
      {R"({"a.b": 1, "a.c": 1, "n": 1, "on": "2025-02-29", "w": "low", "f": true})", errc::wrong_type, "/on",
          1, 36, "the input 'on' is \"2025-02-29\""},
      {R"({"a.b": 1, "a.c": 1, "n": 1, "on": 20332, "w": "low", "f": true})", errc::wrong_type, "/on", 1, 36,
          "the input 'on' of the table 't' does not take 20332"},
      {R"({"a.b": 1, "a.c": 1, "n": 1, "on": "2025-09-01", "w": "mid", "f": true})", errc::out_of_range,
          "/w", 1, 55, "the input 'w' of the table 't' does not take \"mid\""},
      {R"({"a.b": 1, "a.c": 1, "n": 1, "on": "2025-09-01", "w": "low", "f": 1})", errc::wrong_type, "/f", 1,
          67, "the input 'f' of the table 't' does not take 1"},
      {R"({"a.b": 1, "a.c": 1, "n": 1, "on": "2025-09-01", "w": "low", "f": "true"})", errc::wrong_type,
          "/f", 1, 67, "the input 'f' is \"true\""},
      {R"({"a.b": 1, "a.c": 1, "n": 1e400, "on": "2025-09-01", "w": "low", "f": true})", errc::out_of_range,
          "", 1, 27, ""}};
  for (const auto& c : cases) {
    const ectp::error e = failure(c.json);
    CAPTURE(c.json, to_string(e));
    CHECK(e.code == c.code);
    if (!c.message.empty()) {
      CHECK(e.message == c.message);
      CHECK(e.at.path == c.path);
      CHECK_FALSE(e.expected.empty());
    }
    CHECK(e.at.file == "in.json");
    CHECK(e.at.line == c.line);
    CHECK(e.at.column == c.column);
  }
  CHECK(failure(with(R"({"b": 1, "c": 1}, "o": "x")")).hint == "it is an output of the table");
  CHECK(failure(with(R"({"b": "1", "c": 1})")).hint == "without the quotes");
  CHECK(failure(with(R"({"b": 1})")).hint == "pass null if it is not known");
}

TEST_CASE("any decision of any table can be written, and its inputs read again", "[policy][json]") {
  std::size_t decided = 0, refused = 0, changed = 0, tables = 0;
  for (std::uint64_t seed = 1; seed != 2'001; ++seed) {
    generate::policies make(seed);
    const auto t = policy::read_csv(make.csv());
    if (!t) continue;  // a few texts mean something else than the generator thought
    ++tables;
    const std::vector<value> row = make.row(*t);
    const policy::explanation e = policy::explain(*t, views(row));
    policy::nearest_options little;
    little.work = 100'000;
    const policy::nearest change = policy::nearest_change(*t, views(row), little);
    INFO("seed " << seed);
    const auto json = nlohmann::ordered_json::parse(to_json(e, &change));
    REQUIRE(json.at("status") == name(e.status));
    REQUIRE(json.at("answer").dump() == to_json(e.answer));
    REQUIRE(json.at("matched").size() == e.matched.size());
    REQUIRE(json.at("nearest_change").at("set").size() == change.changes.size());
    const std::string text = to_text(e, &change), markdown = to_markdown(e, &change);
    for (const auto& m : e.matched) {
      REQUIRE(text.find("\n" + m.id + (m.selected ? " decides" : " matches")) != text.npos);
      REQUIRE(markdown.find("\n### ") != markdown.npos);
    }
    const auto again = policy::read_inputs(*t, json.at("inputs").dump());
    if (e.status == policy::rule_status::invalid_input) {
      ++refused;
      REQUIRE_FALSE(again);
      continue;
    }
    if (!again) FAIL(to_string(again.error()));
    REQUIRE(*again == row);
    decided += e.status == policy::rule_status::decided ? 1 : 0;
    changed += change.found() ? 1 : 0;
    if (!change.found()) continue;
    std::vector<value> other = row;
    for (const auto& c : change.changes) other[c.input] = c.to;
    const policy::explanation after = policy::explain(*t, views(other));
    REQUIRE(after.status == policy::rule_status::decided);
    REQUIRE(after.answer == change.answer);
    REQUIRE((e.status != after.status || e.answer != after.answer));
  }
  CHECK(tables > 1'900);
  CHECK(decided > 500);
  CHECK(refused > 50);
  CHECK(changed > 500);
}
