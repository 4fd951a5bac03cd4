#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "ectp/interop/dmn.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/write.hpp"
#include "support/policy_generator.hpp"

using namespace ectp;
using policy::value_ref;

namespace {

const std::string head =
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\" namespace=\"urn:x\">\n";

std::string in(const std::string& body) { return head + body + "\n</definitions>\n"; }

std::string table(const std::string& body, const std::string& attributes = "hitPolicy=\"FIRST\"") {
  return in("<decision id=\"d\" name=\"D\"><decisionTable " + attributes + ">\n" + body + "\n</decisionTable></decision>");
}

const std::string age = "<input><inputExpression typeRef=\"number\"><text>Age</text></inputExpression></input>\n";
const std::string grade =
    "<output name=\"grade\" typeRef=\"string\"><outputValues><text>\"low\",\"high\"</text></outputValues></output>\n";

std::string rule(const std::string& test, const std::string& said) {
  return "<rule id=\"r\"><inputEntry><text>" + test + "</text></inputEntry><outputEntry><text>" + said +
         "</text></outputEntry></rule>";
}

policy::table read(const std::string& xml, const std::string& decision = {}) {
  const auto t = policy::read_dmn(xml, decision);
  if (!t) FAIL(to_string(t.error()) << "\n" << xml);
  return *t;
}

std::string faults(const std::string& xml, const std::string& decision = {}, const policy::read_options& options = {}) {
  std::string out;
  const policy::reading r = policy::read_dmn_all(xml, decision, options);
  CHECK(r.errors.empty() == r.table.has_value());
  for (const error& e : r.errors) {
    CHECK_FALSE(e.message.empty());
    out += (out.empty() ? "" : " ") + std::to_string(e.at.line) + ":" + std::to_string(e.at.column) + " " + std::string(name(e.code));
  }
  return out;
}

}  // namespace

TEST_CASE("a decision table of a DMN file", "[dmn]") {
  const std::string xml = in(R"(<dmn:itemDefinition xmlns:dmn="https://www.omg.org/spec/DMN/20191111/MODEL/" name="tApplicant">
  <dmn:itemComponent name="Age"><dmn:typeRef>number</dmn:typeRef><dmn:allowedValues><dmn:text>[0..120]</dmn:text></dmn:allowedValues></dmn:itemComponent>
  <dmn:itemComponent name="Since"><dmn:typeRef>tDay</dmn:typeRef></dmn:itemComponent>
</dmn:itemDefinition>
<itemDefinition name="tDay"><typeRef>date</typeRef></itemDefinition>
<itemDefinition name="tRisk"><typeRef>string</typeRef><allowedValues><text>"low risk", "high"</text></allowedValues></itemDefinition>
<inputData name="Applicant"><variable name="Applicant" typeRef="tApplicant"/></inputData>
<inputData name="Risk/Class"><variable name="Risk/Class" typeRef="tRisk"/></inputData>
<decision id="d1" name="Other"><literalExpression><text>1</text></literalExpression></decision>
<decision id="d2" name="Grade">
  <variable name="Grade" typeRef="string"/>
  <decisionTable hitPolicy="COLLECT">
    <input label="Years"><inputExpression><text> Applicant.Age </text></inputExpression></input>
    <input><inputExpression typeRef="date"><text>Applicant.Since</text></inputExpression></input>
    <input><inputExpression><text>Risk/Class</text></inputExpression></input>
    <input><inputExpression><text>member</text></inputExpression></input>
    <output><defaultOutputEntry><text>"none"</text></defaultOutputEntry></output>
    <annotation name="why"/>
    <rule id="a"><description>first &amp; best</description>
      <inputEntry><text>&gt;= 18</text></inputEntry><inputEntry><text><![CDATA[< date("2025-09-01")]]></text></inputEntry>
      <inputEntry><text>"high"</text></inputEntry><inputEntry><text>true</text></inputEntry>
      <outputEntry><text>"A &quot;star&quot;"</text></outputEntry><annotationEntry><text>because</text></annotationEntry></rule>
    <rule><inputEntry><text>-</text></inputEntry><inputEntry><text/></inputEntry>
      <inputEntry><text>not("low risk")</text></inputEntry><inputEntry><text>-</text></inputEntry>
      <outputEntry><text>"B"</text></outputEntry></rule>
  </decisionTable>
</decision>)");
  const auto all = policy::dmn_decisions(xml, "m.dmn");
  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK((*all)[0] == policy::dmn_decision{"d1", "Other", false, {"m.dmn", 10, 1, {}}});
  CHECK((*all)[1] == policy::dmn_decision{"d2", "Grade", true, {"m.dmn", 11, 1, {}}});
  CHECK(faults(xml) == "23:35 bad_cell");  // FEEL writes a quote inside a string with a backslash
  std::string good = xml;
  good.replace(good.find("A &quot;star&quot;"), 18, "A \\&quot;star\\&quot;");
  const policy::table t = read(good, "d2");
  CHECK(t.name() == "Grade");
  CHECK(policy::write_csv(t) ==
        "C,Applicant.Age,Applicant.Since,Risk/Class,member,Grade,why,description\n"
        ",in,in,in,in,out,note,note\n"
        ",\"number [0..120], null\",\"date, null\",\"low risk,high, null\",\"boolean, null\",string,,\n"
        "#label,Years,,,,,,\n"
        "#default,,,,,none,,\n"
        "a,>= 18,\"< date(\"\"2025-09-01\"\")\",\"\"\"high\"\"\",true,\"\"\"A \\\"\"star\\\"\"\"\"\",because,first & best\n"
        "rule-2,-,,\"not(\"\"low risk\"\")\",-,\"\"\"B\"\"\",,\n");
  CHECK(read(good).name() == "Grade");
  CHECK(read(good, "Grade").rules() == 2);
  CHECK(faults(good, "Other") == "10:32 bad_table");
  CHECK(faults(good, "Nobody") == "1:1 unknown_reference");
}

TEST_CASE("what DMN files say wrongly, and where", "[dmn]") {
  CHECK(faults("") == "1:1 syntax");
  CHECK(faults("<definitions>\n<a></b>\n</definitions>") == "2:6 syntax");
  CHECK(faults("<definitions xmlns=\"urn:other\"/>") == "1:1 bad_table");
  CHECK(faults("\n<table xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\"/>") == "2:1 bad_table");
  CHECK(faults("<!DOCTYPE d [<!ENTITY a \"b\">]>\n" + table("")) == "1:1 syntax");
  CHECK(faults("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + head + "</definitions>") == "1:1 encoding");
  CHECK(faults(head + "\xFF</definitions>") == "2:1 encoding");
  CHECK(faults(head + std::string("\0", 1) + "</definitions>") == "2:1 syntax");
  CHECK(faults(in("")) == "1:1 bad_table");
  CHECK(faults(in("<decision id=\"d\" name=\"D\"/>"), "D") == "2:1 bad_table");
  CHECK(faults(in("<decision name=\"D\"><decisionTable/></decision><decision name=\"E\"><decisionTable/></decision>")) ==
        "2:47 bad_argument");
  CHECK(faults(in("<decision name=\"D\"><decisionTable/></decision><decision name=\"D\"><decisionTable/></decision>"), "D") ==
        "2:47 duplicate_id");
  CHECK(faults(table("")) == "2:27 bad_table 2:27 bad_table");
  CHECK(faults(table(age + grade + rule("-", "\"low\""), "hitPolicy=\"BEST\"")) == "2:27 bad_table");
  CHECK(faults(table(age + grade + rule("-", "\"low\""), "hitPolicy=\"COLLECT\" aggregation=\"SUM\"")) == "2:27 bad_table");
  // Line 5 is the rule; its first text begins in column 32, its second behind it.
  CHECK(faults(table(age + grade + rule("&gt; 18", "\"low\""))) == "");
  CHECK(faults(table(age + grade + rule("&gt; a", "\"low\""))) == "5:37 bad_cell");
  CHECK(faults(table(age + grade + rule("&lt;5, &gt; \"a\"", "\"low\""))) == "5:44 bad_cell");
  CHECK(faults(table(age + grade + rule("18", "low"))) == "5:73 bad_cell");
  CHECK(faults(table(age + grade + rule("18", "\"mid\""))) == "5:73 bad_cell");
  CHECK(faults(table(age + grade + rule("18", "f(\"low\")"))) == "5:73 bad_cell");
  CHECK(faults(table(age + grade + rule("abs(Age) &gt; 3", "\"low\""))) == "5:32 bad_cell");
  CHECK(faults(table(age + grade + rule("2025-09-01", "\"low\""))) == "5:36 bad_cell");
  CHECK(faults(table(age + grade + "<rule><inputEntry><text>1</text></inputEntry></rule>")) == "5:1 bad_table");
  CHECK(faults(table(age + grade + rule("1", "\"low\"") + rule("2", "\"low\""))) == "5:105 duplicate_id");
  const auto input = [](const std::string& expression, const std::string& type, const std::string& values) {
    return table("<input><inputExpression typeRef=\"" + type + "\"><text>" + expression +
                 "</text></inputExpression><inputValues><text>" + values + "</text></inputValues></input>\n" + grade +
                 rule("-", "\"low\""));
  };
  CHECK(faults(input("x", "number", "[0..5]")) == "");
  CHECK(faults(input("x + 1", "number", "[0..5]")) == "3:48 bad_table");
  CHECK(faults(input("", "number", "[0..5]")) == "3:42 bad_table");
  CHECK(faults(input("x", "tNothing", "[0..5]")) == "3:8 bad_domain");
  CHECK(faults(input("x", "number", "[0..5], [7..9]")) == "3:101 bad_domain");
  CHECK(faults(input("x", "string", "\"a\", f(1)")) == "3:98 bad_domain");
  CHECK(faults(input("x", "number", "[5..0]")) == "3:1 bad_domain");
  // Two faults, both told, in the order of the file.
  CHECK(faults(table(age + grade + rule("&gt; a", "low"))) == "5:37 bad_cell 5:77 bad_cell");
  const auto cyclic = in("<itemDefinition name=\"a\"><typeRef>b</typeRef></itemDefinition>"
                         "<itemDefinition name=\"b\"><typeRef>a</typeRef></itemDefinition>\n"
                         "<decision name=\"D\"><decisionTable><input><inputExpression typeRef=\"a\"><text>x</text>"
                         "</inputExpression></input>" + grade + rule("-", "\"low\"") + "</decisionTable></decision>");
  CHECK(faults(cyclic) == "2:1 too_deep");
}

TEST_CASE("hostile DMN files", "[dmn]") {
  policy::read_options small;
  small.limits.source.bytes = 1000;
  CHECK(faults(in(std::string(2000, ' ')), {}, small) == "1:1 too_large");
  std::string deep = head;
  for (int i = 0; i != 100'000; ++i) deep += "<a>";
  CHECK(faults(deep).substr(0, 2) == "2:");
  for (int i = 0; i != 100'000; ++i) deep += "</a>";
  CHECK(faults(deep + "</definitions>") == "1:1 bad_table");
  small = {};
  small.limits.rules = 3;
  std::string many;
  for (int i = 0; i != 4; ++i) many += rule("-", "\"low\"");
  CHECK(faults(table(age + grade + many), {}, small) == "2:27 too_large");
  CHECK(faults(table(age + grade + rule("&bomb;", "\"low\""))) == "5:32 bad_cell");
}

TEST_CASE("what a modeller changes is believed before what we wrote beside it", "[dmn]") {
  const auto t = policy::read_csv("U,n,w,o\n,in,in,out\n,integer [0..9],\"ordered: a,b\",\"x,y\"\nr,3,< b,x\n");
  REQUIRE(t);
  std::string xml = *policy::write_dmn(*t);
  CHECK(policy::same_policy(read(xml), *t));
  const auto change = [&](const std::string& from, const std::string& to) {
    std::string s = xml;
    const std::size_t at = s.find(from);
    REQUIRE(at != s.npos);
    return s.replace(at, from.size(), to);
  };
  CHECK(to_string(read(change("<text>[0..9]</text>", "<text>[0..8]</text>")).input(0).domain) == "number [0..8], null");
  CHECK(read(change("<text>3</text>", "<text>4</text>")).cell_text(0, 0) == "4");
  CHECK(read(change("<text>\"x\"</text>", "<text>\"y\"</text>")).output(0, 0) == value_ref("y"));
}

TEST_CASE("CSV and DMN round trip", "[dmn]") {
  generate::policies policies(20261124);
  std::size_t same = 0, not_xml = 0;
  for (int n = 0; n != 600; ++n) {
    const std::string csv = policies.csv();
    const auto t = policy::read_csv(csv);
    if (!t) FAIL(to_string(t.error()) << "\n" << csv);
    const auto xml = policy::write_dmn(*t);
    if (!xml) {
      CHECK(xml.error().code == errc::encoding);
      ++not_xml;
      continue;
    }
    const policy::reading again = policy::read_dmn_all(*xml);
    if (!again.table) FAIL(to_string(again.errors.front()) << "\n" << *xml);
    if (!policy::same_policy(*t, *again.table) || policy::write_csv(*again.table) != policy::write_csv(*t)) FAIL(csv << *xml);
    ++same;
  }
  CHECK(same > 400);
  CHECK(not_xml < 200);
}

TEST_CASE("CSV and DMN round trip ten thousand times", "[.long]") {
  generate::policies policies(7);
  std::size_t same = 0;
  while (same != 10'000) {
    const std::string csv = policies.csv();
    const auto t = policy::read_csv(csv);
    REQUIRE(t);
    const auto xml = policy::write_dmn(*t);
    if (!xml) continue;
    const policy::reading again = policy::read_dmn_all(*xml);
    if (!again.table || !policy::same_policy(*t, *again.table)) FAIL(csv << *xml);
    ++same;
  }
  CHECK(same == 10'000);
}

TEST_CASE("the conformance files are read from their XML", "[dmn][conformance]") {
  const char* const folder = std::getenv("ECTP_CONFORMANCE_DIR");
  if (folder == nullptr) {
    std::cout << "skipped: 6 DMN conformance files (ECTP_CONFORMANCE_DIR is not set)\n";
    return;
  }
  const auto file = [&](const std::string& name) {
    std::ifstream in(std::string(folder) + "/dmn-tck/" + name + "/" + name + ".dmn", std::ios::binary);
    std::stringstream all;
    all << in.rdbuf();
    REQUIRE(in);
    return read(all.str());
  };
  using row = std::vector<value_ref>;
  const auto hits = [](const policy::table& t, const row& values) {
    policy::scratch work = t.make_scratch();
    const policy::outcome o = t.decide(values, work);
    std::string out(name(o.status));
    for (const std::uint32_t r : work.hits())
      for (std::size_t i = 0; i != t.outputs().size(); ++i) out += " " + to_string(t.output(r, i));
    return out;
  };
  CHECK(hits(file("0004-simpletable-U"), {19, "Medium", true}) == "decided \"Approved\"");
  CHECK(hits(file("0004-simpletable-U"), {13, "Medium", true}) == "decided \"Declined\"");
  CHECK(hits(file("0006-simpletable-P1"), {19, "Low", true}) == "decided \"Approved\"");
  CHECK(hits(file("0006-simpletable-P1"), {19, "High", false}) == "decided \"Declined\"");
  CHECK(hits(file("0108-first-hitpolicy"), {19, "Medium", true}) == "decided \"Approved\" \"Best\"");
  CHECK(hits(file("0108-first-hitpolicy"), {13, "Medium", true}) == "decided \"Approved\" \"Standard\"");
  CHECK(hits(file("0108-first-hitpolicy"), {10, "High", true}) == "decided");
  CHECK(hits(file("0110-outputOrder-hitpolicy"), {17, "High", true}) == "decided \"Approved\" \"Standard\" \"Declined\" \"Standard\"");
  CHECK(hits(file("0115-sum-collect-hitpolicy"), {4}) == "decided 100 200 300");
  CHECK(hits(file("0119-multi-collect-hitpolicy"), {17, "High", true}) ==
        "decided \"Declined\" \"Standard\" \"Approved\" \"Standard\"");
}
