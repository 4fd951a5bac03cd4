#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "ectp/policy/decide.hpp"
#include "ectp/policy/table.hpp"

using namespace ectp;
using policy::value_ref;

namespace {

// The example of the format's description.
const std::string example =
    "F,self,mentor,path,reason,source\n"
    ",in,in,out,note,note\n"
    ",integer [0..5],\"low,high\",\"consolidate,extend\",,\n"
    "r1,>=4,high,extend,both agree it is secure,default_policy\n"
    "r2,-,-,consolidate,a wrong Extend hides a gap,default_policy\n";

policy::table read(const std::string& text, policy::read_options options = {"", "policies/path.csv", {}}) {
  const auto t = policy::read_csv(text, options);
  INFO(text);
  if (!t) FAIL(to_string(t.error()));
  return *t;
}

// All errors as `line:column code`.
std::string faults(const std::string& text, policy::table_limits limits = {}) {
  const policy::reading r = policy::read_csv_all(text, {"", "t.csv", limits});
  CHECK(r.table.has_value() == r.errors.empty());
  std::string out;
  for (const error& e : r.errors) {
    CHECK(e.at.file == "t.csv");
    CHECK_FALSE(e.message.empty());
    out += (out.empty() ? "" : " ") + std::to_string(e.at.line) + ":" + std::to_string(e.at.column) + " " +
           std::string(name(e.code));
  }
  const auto first = policy::read_csv(text, {"", "t.csv", limits});
  REQUIRE(first.has_value() == r.errors.empty());
  if (!first) CHECK(first.error() == r.errors.front());
  return out;
}

}  // namespace

TEST_CASE("the example table", "[policy][table]") {
  const policy::table t = read(example);
  CHECK(t.name() == "path");
  CHECK(t.file() == "policies/path.csv");
  CHECK(t.hit_policy() == policy::hit_policy::first);
  CHECK(t.rules() == 2);
  REQUIRE(t.columns().size() == 5);
  REQUIRE(t.inputs().size() == 2);
  REQUIRE(t.outputs().size() == 1);
  REQUIRE(t.notes().size() == 2);
  CHECK(t.input(1).name == "mentor");
  CHECK(to_string(t.input(0).domain) == "integer [0..5]");
  CHECK(t.find_input("self") == 0u);
  CHECK_FALSE(t.find_input("path"));
  CHECK(t.find_output("path") == 0u);
  CHECK(t.find_note("source") == 1u);
  CHECK(t.find_rule("r2") == 1u);
  CHECK_FALSE(t.find_rule("r3"));
  CHECK(t.rule_id(0) == "r1");
  CHECK(to_string(t.rule_location(1)) == "policies/path.csv:5:1");
  CHECK(t.cell_text(0, 0) == ">=4");
  CHECK(to_string(t.cell_location(0, 1)) == "policies/path.csv:4:8");
  CHECK(t.output(0, 0) == value_ref("extend"));
  CHECK(t.note(1, "reason") == "a wrong Extend hides a gap");
  CHECK(t.note(1, 1) == "default_policy");
  CHECK(t.note(1, "author").empty());
  const auto path = [&](value_ref self, value_ref mentor) {
    const auto o = t.decide({{"mentor", mentor}, {"self", self}});
    return o && *o ? std::string(t.output(o->rule, 0).text()) : "none";
  };
  CHECK(path(4, "high") == "extend");
  CHECK(path(5, "high") == "extend");
  CHECK(path(3, "high") == "consolidate");
  CHECK(path(5, "low") == "consolidate");
  CHECK(path(6, "low") == "none");
}

TEST_CASE("what the source may look like", "[policy][table]") {
  // A byte-order mark, CRLF, blanks, empty rows, DMN's quotes, words of the hit policies.
  const policy::table t = read(
      "\xEF\xBB\xBF UNIQUE , self , mentor ,path,reason,source\r\n"
      ",in , in,out, note,note\r\n\r\n"
      ", integer [0..5] ,\" low , \"\"high\"\" \",\"\"\"consolidate\"\",extend\",,\r\n"
      ",,,,,\r\n"
      " r1 , >=4 ,\"\"\"high\"\"\",\"\"\"extend\"\"\",\"two\r\nlines\",\r\n"
      "r2,<4,,consolidate,,\r\n"
      "r3,>=4,not(high),consolidate,,");
  CHECK(t.hit_policy() == policy::hit_policy::unique);
  CHECK(t.rules() == 3);
  CHECK(to_string(t.rule_location(0)) == "policies/path.csv:6:2");
  CHECK(to_string(t.cell_location(0, 1)) == "policies/path.csv:6:13");
  CHECK(to_string(t.rule_location(1)) == "policies/path.csv:8:1");
  CHECK(t.note(0, "reason") == "two\r\nlines");
  CHECK(t.output(0, 0) == value_ref("extend"));
  const auto o = t.decide({{"self", 4}, {"mentor", "low"}});
  REQUIRE(o);
  CHECK(t.rule_id(o->rule) == "r3");
}

TEST_CASE("outputs of every kind", "[policy][table]") {
  const policy::table t = read(
      "U,a,n,k,b,w,s\n"
      ",in,out,out,out,out,out\n"
      ",boolean,\"number, null\",integer [0..9],boolean,\"x,y z,null\",\"string, null\"\n"
      "r1,true,0.10,3,true,y z,free text (any) = fine\n"
      "r2,false,,0,false,null,\"\"\"quoted \\\"\"text\\\"\"\"\"\"\n");
  CHECK(t.output(0, 0) == value_ref(0.1));
  CHECK(t.output_decimal(0, 0) == policy::decimal{1, -1});
  CHECK(t.output(0, 1) == value_ref(3));
  CHECK(t.output(0, 2) == value_ref(true));
  CHECK(t.output(0, 3) == value_ref("y z"));
  CHECK(t.output(0, 4) == value_ref("free text (any) = fine"));
  CHECK(t.output(1, 0).is_null());
  CHECK(t.output(1, 2) == value_ref(false));
  CHECK(t.output(1, 3).is_null());
  CHECK(t.output(1, 4) == value_ref("quoted \"text\""));
}

TEST_CASE("a table is a value", "[policy][table]") {
  policy::table t = read(example);
  policy::table copy = t;
  CHECK(copy == t);
  CHECK_FALSE(copy == read(example, {"other", "", {}}));
  t = policy::table();
  CHECK(t.rules() == 0);
  CHECK(copy.output(0, 0) == value_ref("extend"));
  CHECK(copy.decide({{"self", 1}, {"mentor", "low"}})->rule == 1);
  policy::scratch work = t.make_scratch();
  CHECK(t.decide({}, work).status == policy::rule_status::no_rule);
  CHECK(read(example, {"", "C:\\a.b\\p", {}}).name() == "p");
  CHECK(read(example, {"given", "x.csv", {}}).name() == "given");
  CHECK(read(example, {"", "", {}}).name().empty());
}

TEST_CASE("malformed tables say where", "[policy][table]") {
  struct row {
    const char* text;
    const char* want;
  };
  const std::string head = "F,a,b,o,n\n,in,in,out,note\n,integer [0..5],\"low,high\",\"x,y\",\n";
  const std::vector<row> headers = {
      {"", "1:1 bad_table"},
      {"\n\n", "1:1 bad_table"},
      {"F,a,o\n,in,out\n", "2:8 bad_table"},
      {"F,a,o\n,in,out\n,boolean,boolean\n", "1:1 bad_table"},
      {"F\n\n\n", "1:2 bad_table"},
      {"Q,a,o\n,in,out\n,boolean,boolean\nr,-,true\n", "1:1 bad_table"},
      {"C+,a,o\n,in,out\n,boolean,boolean\nr,-,true\n", "1:1 bad_table"},
      {" RULES,a,o\n,in,out\n,boolean,boolean\nr,-,true\n", "1:2 bad_table"},
      {"first,a,o\n,in,out\n,boolean,boolean\nr,-,true\n", "1:1 bad_table"},
      {",a,o\n,in,out\n,boolean,boolean\nr,-,true\n", "1:1 bad_table"},
      {"F,a,\n,in,out\n,boolean,boolean\nr,-,true\n", "1:5 bad_table"},
      {"F,a, a\n,in,out\n,boolean,boolean\nr,-,true\n", "1:6 bad_table"},
      {"F,\"a\nb\",o\n,in,out\n,boolean,boolean\nr,-,true\n", "1:5 bad_table"},
      {"F,a,o\nx,in,out\n,boolean,boolean\nr,-,true\n", "2:1 bad_table"},
      {"F,a,o\n,in,out\n x,boolean,boolean\nr,-,true\n", "3:2 bad_table"},
      {"F,a,o\n,in,output\n,boolean,boolean\nr,-,true\n", "2:5 bad_table"},
      {"F,a,o\n,IN,out\n,boolean,boolean\nr,-,true\n", "2:2 bad_table"},
      {"F,a,o\n,,out\n,boolean,boolean\nr,-,true\n", "2:2 bad_table"},
      {"F,a,o\n,in\n,boolean,boolean\nr,-,true\n", "2:4 bad_table"},
      {"F,a,o\n,in,out,note\n,boolean,boolean\nr,-,true\n", "2:9 bad_table"},
      {"F,a,o\n,in,out\n,boolean\nr,-,true\n", "3:9 bad_table"},
      {"F,a,o\n,in,note\n,boolean,\nr,-,true\n", "1:1 bad_table"},
      {"F,a,o\n,note,out\n,,boolean\nr,-,true\n", "1:1 bad_table"},
      {"F,a,o\n,in,out\n,,boolean\nr,-,true\n", "3:2 bad_domain"},
      {"F,a,o\n,in,out\n,boolean,\nr,-,true\n", "3:10 bad_domain"},
      {"F,a,o\n,in,out\n,integer [0..,boolean\nr,-,true\n", "3:14 bad_domain"},
      {"F,a,o\n,in,out\n,\"low,low\",boolean\nr,-,true\n", "3:7 bad_domain"},
      {"F,a,o\n,in,out\n,\"\"\"low\"\",\"\"low\"\"\",boolean\nr,-,true\n", "3:11 bad_domain"},
      {"F,a,o\n,in,out\n,duration,boolean\nr,-,true\n", "3:2 bad_domain"},
      {"F,a,o,n\n,in,out,note\n,boolean,boolean,string\nr,-,true,\n", "3:18 bad_domain"},
      {"F,a,o\n,in,out\n,boolean,boolean\n,-,true\n", "4:1 bad_id"},
      {"F,a,o\n,in,out\n,boolean,boolean\n rule 1,-,true\n", "4:2 bad_id"},
  };
  for (const row& r : headers) {
    INFO(r.text);
    CHECK(faults(r.text) == r.want);
  }
  // A rule behind a good header of four lines' length: the faults of its line, and nothing else.
  const std::vector<row> rules = {
      {"r1,-,-,x,\nr1,-,-,y,\n", "5:1 duplicate_id"},
      {"r1,-,-,x,\n\nr1,-,-,y,\nr1,-,-,y,\n", "6:1 duplicate_id 7:1 duplicate_id"},
      {"r1,-,-,x\n", "4:9 bad_table"},
      {"r1,-,-,x,,\n", "4:11 bad_table"},
      {"r1,-,-,x,a,b\n", "4:12 bad_table"},
      {"r1\n", "4:3 bad_table"},
      {"r1,-,-,\"x\"\n", "4:11 bad_table"},
      {"r1,>=6,-,x,\n", "4:6 bad_cell"},
      {"r1, >= 6,-,x,\n", "4:8 bad_cell"},
      {"r1,2.5,-,x,\n", "4:4 bad_cell"},
      {"r1,-1,-,x,\n", "4:4 bad_cell"},
      {"r1,4 5,-,x,\n", "4:6 bad_cell"},
      {"r1,\"1,2,,3\",-,x,\n", "4:9 bad_cell"},
      {"r1,\"1,\n9\",-,x,\n", "5:1 bad_cell"},
      {"r1,[1..,-,x,\n", "4:8 bad_cell"},
      {"r1,[3..1],-,x,\n", "4:4 bad_cell"},
      {"r1,(3..3),-,x,\n", "4:4 bad_cell"},
      {"r1,not(3,-,x,\n", "4:9 bad_cell"},
      {"r1,mentor,-,x,\n", "4:4 bad_cell"},
      {"r1,null,-,x,\n", "4:4 bad_cell"},
      {"r1,\"\"\"3\"\"\",-,x,\n", "4:5 bad_cell"},
      {"r1,-,medium,x,\n", "4:6 bad_cell"},
      {"r1,-,\"high,medium\",x,\n", "4:12 bad_cell"},
      {"r1,-,\"not(\"\"high\"\",\"\"mid\"\")\",x,\n", "4:20 bad_cell"},
      {"r1,-,>low,x,\n", "4:7 bad_cell"},
      {"r1,-,\"\"\"high\",x,\n", "4:7 bad_cell"},
      {"r1,-,\"\"\"hi\\gh\"\"\",x,\n", "4:11 bad_cell"},
      {"r1,-,-,z,\n", "4:8 bad_cell"},
      {"r1,-,-,,\n", "4:8 bad_cell"},
      {"r1,-,-,-,\n", "4:8 bad_cell"},
      {"r1,-,-,\"x,y\",\n", "4:10 bad_cell"},
      {"r1,-,-,not(x),\n", "4:8 bad_cell"},
      {"r1,-,-,=x,\n", "4:8 bad_cell"},
      {"r1,-,-,null,\n", "4:8 bad_cell"},
      {"r1,9,mid,z,\nr1,-,-,x,\n", "4:4 bad_cell 4:6 bad_cell 4:10 bad_cell 5:1 duplicate_id"},
      {"r1,-,-,x,say \"hi\"\n", "4:14 syntax"},
      {"r1,9,-,x,\nr2,-,-,x,say \"hi\"\n", "4:4 bad_cell 5:14 syntax"},
      {"r1,-,-,x,\"open\n", "4:10 syntax"},
      {"r1,-,-,x,\"a\" \n", "4:13 syntax"},
      {"r1,-,-,x,\xFF\n", "4:10 encoding"},
      {"r1,7,-,x,\nr2,-,-,x,\xC3\x28\n", "4:4 bad_cell 5:10 encoding"},
  };
  for (const row& r : rules) {
    INFO(r.text);
    CHECK(faults(head + r.text) == r.want);
  }
  CHECK(faults(head + std::string("r1,-,-,x,\0\n", 11)) == "4:10 syntax");
  CHECK(headers.size() + rules.size() >= 60);
}

TEST_CASE("all errors of a file in one pass, in its order", "[policy][table]") {
  CHECK(faults("X,a,a,o\n,in,inn,out\n,integer [,\"u,v\",\"x,x\"\nr 1,5,w,z\nr2,5\n") ==
        "1:1 bad_table 1:5 bad_table 2:5 bad_table 3:11 bad_domain 3:21 bad_domain 4:1 bad_id 5:5 bad_table");
}

TEST_CASE("errors say what was found, what was expected and what to do", "[policy][table]") {
  const auto e = [](const std::string& rule) {
    return to_string(policy::read_csv("F,a,b,o\n,in,in,out\n,integer [0..5],\"low,high\",\"x,y\"\n" + rule, {"", "t.csv", {}}).error());
  };
  CHECK(e("r1,>=6,-,x\n") ==
        "t.csv:4:6: bad_cell: '6' lies outside the domain of its column; expected a value of integer [0..5]");
  CHECK(e("r1,-,medium,x\n") ==
        "t.csv:4:6: bad_cell: 'medium' is not one of the column's values; expected one of low,high");
  CHECK(e("r1,-,-,x\nr1,-,-,x\n") ==
        "t.csv:5:1: duplicate_id: the id 'r1' is already used in the line 4; expected a different id for each rule");
  const auto other = policy::read_csv("P,a,o\n,in,out\n,boolean,boolean\nr,-,true\n");
  CHECK(to_string(other.error()) ==
        "line 1:1: bad_table: PRIORITY needs an output that lists its values; expected a list of values as the "
        "domain of an output. Hint: the order of the list is the order of priority");
}

TEST_CASE("limits of a table", "[policy][table]") {
  const auto with = [](auto set) {
    policy::table_limits l;
    set(l);
    return l;
  };
  CHECK(faults(example, with([](auto& l) { l.source.bytes = 100; })) == "1:1 too_large");
  CHECK(faults(example, with([](auto& l) { l.source.rows = 4; })) == "5:1 too_large");
  CHECK(faults(example, with([](auto& l) { l.source.columns = 5; })) == "1:27 too_large");
  CHECK(faults(example, with([](auto& l) { l.source.cells = 20; })) == "4:8 too_large");
  CHECK(faults(example, with([](auto& l) { l.rules = 1; })) == "5:1 too_large");
  CHECK(faults(example, with([](auto& l) { l.index_bytes = 16; })) == "1:1 too_large");
  CHECK(faults(example, with([](auto& l) { l.rules = 2; })) == "");
  std::string many = "F,a,o\n,in,out\n,boolean,boolean\n";
  for (int i = 0; i != 50; ++i) many += "r" + std::to_string(i) + ",3,true\n";
  CHECK(policy::read_csv_all(many, {"", "", with([](auto& l) { l.errors = 7; })}).errors.size() == 7);
}

TEST_CASE("a large table keeps its index small", "[policy][table]") {
  // 16,369 rules with a threshold of their own in each of three columns: a bit for each cell and
  // rule would take 200 MB.
  std::string text = "U,a,b,c,o\n,in,in,in,out\n,integer [0..20000],number,\"integer, null\",integer\n";
  const int rules = 16369;
  for (int i = 0; i != rules; ++i) {
    const std::string n = std::to_string(i);
    text += "r" + n + "," + n + ",>=" + n + ".5,\"-" + n + ",null\"," + n + "\n";
  }
  policy::table_limits limits;
  limits.index_bytes = std::size_t{48} << 20;
  const policy::table t = read(text, {"", "", limits});
  CHECK(t.axis(0).size() == 16371);
  policy::scratch work = t.make_scratch();
  for (int i = 0; i < rules; i += 97) {
    const policy::outcome o = t.decide(std::vector<value_ref>{i, 1e6, i % 2 ? value_ref() : value_ref(-i)}, work);
    REQUIRE(o.status == policy::rule_status::decided);
    REQUIRE(o.rule == static_cast<std::uint32_t>(i));
    const policy::outcome none = t.decide(std::vector<value_ref>{i, i, nullptr}, work);
    REQUIRE(none.status == policy::rule_status::no_rule);
  }
}
