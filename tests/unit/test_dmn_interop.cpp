#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "ectp/interop/dmn.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/identity.hpp"
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
  CHECK(faults(input("", "number", "[0..5]")) == "3:48 bad_table");
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

TEST_CASE("every edition of DMN and every way to write a namespace", "[dmn]") {
  const std::string body = age + grade + rule("&gt;= 18", "\"high\"");
  for (const char* ns : {"http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/",
                         "https://www.omg.org/spec/DMN/20191111/MODEL/", "https://www.omg.org/spec/DMN/20211108/MODEL/",
                         "https://www.omg.org/spec/DMN/20230324/MODEL/", "https://www.omg.org/spec/DMN/20240513/MODEL/"}) {
    std::string xml = table(body);
    const std::string written = "https://www.omg.org/spec/DMN/20191111/MODEL/";
    xml.replace(xml.find(written), written.size(), ns);
    CHECK(read(xml).rules() == 1);
    // With a prefix.
    std::string prefixed = xml;
    prefixed.replace(prefixed.find("xmlns="), 6, "xmlns:d=");
    for (std::size_t i = 0; (i = prefixed.find('<', i)) != prefixed.npos; ++i)
      prefixed.insert(prefixed[i + 1] == '/' ? i + 2 : i + 1, "d:");
    CHECK(read(prefixed).rules() == 1);
    // Declared for a prefix that is then left out.
    std::string left_out = xml;
    left_out.replace(left_out.find("xmlns="), 6, "xmlns=\"urn:x\" xmlns:semantic=");
    CHECK(read(left_out).rules() == 1);
  }
  CHECK(read("\xEF\xBB\xBF" + table(body)).rules() == 1);
  CHECK(read("<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<!-- by a tool -->\r\n" + table(body)).rules() == 1);
  CHECK(faults("<definitions xmlns=\"https://www.omg.org/spec/DMN/19991231/MODEL/\"/>") == "1:1 bad_table");
  CHECK(faults("<x:definitions xmlns:d=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" xmlns:x=\"urn:x\"/>") == "1:1 bad_table");
}

TEST_CASE("types and allowed values, from wherever they are said", "[dmn]") {
  const auto domain = [](const std::string& items, const std::string& type, const std::string& expression = "x",
                         const std::string& values = "", const std::string& test = "-") {
    return to_string(read(in(items + "<decision name=\"D\"><decisionTable hitPolicy=\"FIRST\"><input><inputExpression" +
                             (type.empty() ? "" : " typeRef=\"" + type + "\"") + "><text>" + expression +
                             "</text></inputExpression>" + values + "</input>" + grade + rule(test, "\"low\"") +
                             "</decisionTable></decision>")).input(0).domain);
  };
  CHECK(domain("", "feel:string") == "string, null");
  CHECK(domain("", "{http://www.omg.org/spec/FEEL/20140401}number") == "number, null");
  CHECK(domain("", "dateTime") == "date and time, null");
  CHECK(domain("", "feel:yearMonthDuration") == "years and months duration, null");
  CHECK(domain("", "days and time duration") == "days and time duration, null");
  CHECK(domain("", "integer") == "integer, null");
  CHECK(domain("", "integer", "x", "", "&gt; 38.3") == "number, null");  // a modeller's integer that is none
  CHECK(domain("", "Any", "x", "", "&gt; 1") == "number, null");
  CHECK(domain("", "", "x", "", "\"a\"") == "string, null");
  CHECK(domain("", "date", "x", "", "&lt; date and time(\"2025-09-01T00:00:00\")") == "date and time, null");
  CHECK(domain("", "date", "x", "", "&lt; date(\"2025-09-01\")") == "date, null");
  const std::string age_type = "<itemDefinition name=\"tAge\"><typeRef>number</typeRef><allowedValues><text>[0..120]</text>"
                               "</allowedValues></itemDefinition>";
  CHECK(domain(age_type, "tAge") == "number [0..120], null");
  CHECK(domain(age_type, "tns:tAge") == "number [0..120], null");
  CHECK(domain(age_type, "tAge", "x", "<inputValues><text>&lt; 65</text></inputValues>") == "number < 65, null");
  CHECK(domain("<itemDefinition name=\"tB\"><typeRef>tAge</typeRef></itemDefinition>" + age_type, "tB") == "number [0..120], null");
  CHECK(domain("<itemDefinition name=\"tAge\"><typeRef>number</typeRef><typeConstraint><text>&gt;= 0</text></typeConstraint>"
               "</itemDefinition>", "tAge") == "number >= 0, null");
  // The expression says number; the datum says which numbers.
  CHECK(domain(age_type + "<inputData name=\"x\"><variable name=\"x\" typeRef=\"tAge\"/></inputData>", "number") == "number [0..120], null");
  CHECK(domain(age_type + "<inputData name=\"x\"><variable name=\"x\" typeRef=\"tAge\"/></inputData>", "") == "number [0..120], null");
  CHECK(domain("", "string", "x", "<inputValues><text>\"a\", \"b b\", null</text></inputValues>") == "a,b b, null");
  CHECK(domain("", "number", "x", "<inputValues><text>0, 0.5, 1</text></inputValues>") == "0,0.5,1, null");
  CHECK(domain("", "integer", "x", "<inputValues><text>1,2</text></inputValues>") == "1,2, null");
  CHECK(domain("", "boolean", "x", "<inputValues><text>true, false</text></inputValues>") == "boolean, null");
  CHECK(domain("", "date", "x", "<inputValues><text>[date(\"2025-01-01\")..@\"2025-12-31\"]</text></inputValues>") ==
        "date [2025-01-01..2025-12-31], null");
  const std::string nested = "<itemDefinition name=\"tPerson\"><itemComponent name=\"Monthly Pay\"><itemComponent name=\"Net\">"
                             "<typeRef>number</typeRef><allowedValues><text>&gt;= 0</text></allowedValues></itemComponent></itemComponent>"
                             "<itemComponent name=\"Home\"><typeRef>tTown</typeRef></itemComponent></itemDefinition>"
                             "<itemDefinition name=\"tTown\"><itemComponent name=\"Name\"><typeRef>string</typeRef></itemComponent></itemDefinition>"
                             "<inputData name=\"P\"><variable name=\"P\" typeRef=\"tPerson\"/></inputData>";
  CHECK(domain(nested, "", "P.Monthly Pay.Net") == "number >= 0, null");
  CHECK(domain(nested, "", "P.Home.Name") == "string, null");
  CHECK(domain(nested, "", "\n   P . Home . Name  \n") == "string, null");

  const auto fault = [](const std::string& items, const std::string& type, const std::string& expression, const std::string& values = "") {
    return faults(in(items + "\n<decision name=\"D\"><decisionTable hitPolicy=\"FIRST\"><input><inputExpression typeRef=\"" + type +
                     "\">\n<text>" + expression + "</text></inputExpression>" + values + "</input>" + grade +
                     rule("-", "\"low\"") + "</decisionTable></decision>"));
  };
  CHECK(fault("", "string", "x") == "");
  CHECK(fault(nested, "", "P.Age") == "4:7 unknown_reference");
  CHECK(fault(nested, "tPerson", "P") == "3:53 bad_domain");
  CHECK(fault("<itemDefinition name=\"tL\" isCollection=\"true\"><typeRef>string</typeRef></itemDefinition>", "tL", "x") == "3:53 bad_domain");
  CHECK(fault("", "boolean", "x", "<inputValues><text>true</text></inputValues>") == "4:52 bad_domain");
  CHECK(fault("", "string", "x", "<inputValues><text>not(\"a\")</text></inputValues>") == "4:52 bad_domain");
  CHECK(fault("", "number", "x", "<inputValues><text>1, [3..5]</text></inputValues>") == "4:52 bad_domain");
  for (const char* expression : {"x + 1", "if x then y else z", "a and b", "count(x)", "x[1]", "not x", "a between 1 and 2", "\"a\"", "5"})
    CHECK(fault("", "number", expression) == "4:7 bad_table");
}

TEST_CASE("cells may name data that no column tests", "[dmn]") {
  const std::string xml = in(R"(<itemDefinition name="tTeacher"><itemComponent name="Since"><typeRef>date</typeRef></itemComponent></itemDefinition>
<itemDefinition name="tList" isCollection="true"><typeRef>number</typeRef></itemDefinition>
<inputData name="Teacher"><variable name="Teacher" typeRef="tTeacher"/></inputData>
<inputData name="low"><variable name="low" typeRef="number"/></inputData><inputData name="high end"><variable name="high end" typeRef="number"/></inputData>
<inputData name="many"><variable name="many" typeRef="tList"/></inputData>
<decision name="D"><variable name="D" typeRef="string"/><decisionTable hitPolicy="FIRST">
<input><inputExpression typeRef="number"><text>x</text></inputExpression></input><input><inputExpression typeRef="date"><text>day</text></inputExpression></input>
<output/>
<rule id="r1"><inputEntry><text>[low..high end]</text></inputEntry><inputEntry><text>&gt; Teacher.Since</text></inputEntry><outputEntry><text>"in"</text></outputEntry></rule>
<rule id="r2"><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>"out"</text></outputEntry></rule>
</decisionTable></decision>)");
  CHECK(policy::write_csv(read(xml)) ==
        "F,x,day,low,high end,Teacher.Since,D\n"
        ",in,in,in,in,in,out\n"
        ",\"number, null\",\"date, null\",\"number, null\",\"number, null\",\"date, null\",string\n"
        "r1,[low..high end],> Teacher.Since,-,-,-,\"\"\"in\"\"\"\n"
        "r2,-,-,-,-,-,\"\"\"out\"\"\"\n");
  const auto with = [&](const std::string& cell) {
    std::string s = xml;
    const std::string from = "[low..high end]";
    return faults(s.replace(s.find(from), from.size(), cell));
  };
  CHECK(with("low") == "");
  CHECK(with("many") == "10:33 bad_cell 10:33 bad_domain");
  CHECK(with("1, nobody") == "10:36 bad_cell");
  CHECK(with("low + 1") == "10:33 bad_cell");
  CHECK(with("? &gt; low") == "10:33 bad_cell");
  CHECK(with("x instance of number") == "10:33 bad_cell");
  CHECK(with("for i in many return i") == "10:33 bad_cell");
  CHECK(with("count(many) &gt; 2") == "10:33 bad_cell");
  CHECK(with("\"three\"") == "10:33 bad_cell");
}

TEST_CASE("tables of business knowledge models and of contexts", "[dmn]") {
  const std::string xml = in(R"(<businessKnowledgeModel id="b" name="rank"><encapsulatedLogic>
<formalParameter name="Pre-rank" typeRef="string"/><decisionTable id="t1"><input><inputExpression><text>Pre-rank</text></inputExpression></input><output/>
<rule><inputEntry><text>"a"</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable></encapsulatedLogic><variable name="rank" typeRef="number"/></businessKnowledgeModel>
<decision id="d" name="D"><context><contextEntry><variable name="inner" typeRef="boolean"/><decisionTable id="t2"><input><inputExpression typeRef="number"><text>n</text></inputExpression></input><output/>
<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>true</text></outputEntry></rule></decisionTable></contextEntry></context></decision>)");
  CHECK(read(xml, "rank").name() == "rank");
  CHECK(read(xml, "b").output(0).name == "rank");
  CHECK(to_string(read(xml, "b").input(0).domain) == "string, null");
  CHECK(read(xml, "inner").output(0).name == "inner");
  CHECK(read(xml, "t2").name() == "inner");
  CHECK(read(xml, "t1").name() == "rank");
  CHECK(faults(xml) == "5:36 bad_argument");
  CHECK(faults(xml, "D") == "5:27 bad_table");
  REQUIRE(policy::dmn_decisions(xml));
  CHECK(policy::dmn_decisions(xml)->size() == 1);
}

TEST_CASE("places in texts with references, sections, comments and line ends", "[dmn]") {
  const auto place = [](const std::string& text) { return faults(table(age + grade + rule(text, "\"low\""))); };
  // The rule's first text begins in line 5, column 32; the cell below is `<5, > x`.
  CHECK(place("&lt;5, &gt; x") == "5:44 bad_cell");
  CHECK(place("&#60;5, &#x3e; x") == "5:47 bad_cell");
  CHECK(place("<![CDATA[<5, > x]]>") == "5:47 bad_cell");
  CHECK(place("<![CDATA[<5,]]> &gt; <!-- why --> x") == "5:66 bad_cell");
  CHECK(place("&lt;5,\n &gt;\r\n  x") == "7:3 bad_cell");
  CHECK(place("<!-- 1 -->1<!-- 2 --><![CDATA[0]]>") == "");
  CHECK(read(table(age + grade + rule("<!-- 1 -->1<!-- 2 --><![CDATA[0]]>", "\"low\""))).cell_text(0, 0) == "10");
  CHECK(place("<b>1</b>") == "5:32 bad_table");
  CHECK(place("&nbsp;1") == "5:32 syntax");
  CHECK(place("a & b") == "5:34 syntax");
  CHECK(place("caf\xC3\xA9") == "5:32 bad_cell");
  CHECK(faults(table(age + grade + "<rule id='a>b'><inputEntry ><text  x='>' >\n &gt; y</text></inputEntry><outputEntry><text>\"low\"</text></outputEntry></rule>")) ==
        "6:7 bad_cell");
}

TEST_CASE("DMN by the letter: what may be left out and what may not", "[dmn]") {
  const policy::table t = read(in(R"(<decision id="d"><decisionTable outputLabel="x" preferredOrientation="Rule-as-Row">
<extensionElements><other xmlns="urn:other"><rule/></other></extensionElements>
<input label="Age in years"><inputExpression typeRef="number"><text>Age</text></inputExpression></input>
<output name="a" typeRef="string"/><output name="b" label="B" typeRef="date"><defaultOutputEntry><text>@"2025-01-01"</text></defaultOutputEntry></output>
<annotation/><annotation name="Age"/>
<rule><inputEntry><text/></inputEntry><outputEntry><text></text></outputEntry><outputEntry><text>null</text></outputEntry><annotationEntry><text>n</text></annotationEntry></rule>
</decisionTable></decision>)"));
  CHECK(t.hit_policy() == policy::hit_policy::unique);
  CHECK(policy::write_csv(t) ==
        "U,Age,a,b,annotation 1,Age 2\n,in,out,out,note,note\n,\"number, null\",\"string, null\",\"date, null\",,\n"
        "#label,Age in years,,B,,\n#default,,,2025-01-01,,\nrule-1,,,null,n,\n");
  const auto list = [](const std::string& policy, const std::string& output, const std::string& said) {
    return faults(table(age + output + rule("-", said), policy));
  };
  const std::string number = "<output name=\"n\" typeRef=\"number\"/>";
  for (const char* aggregation : {"SUM", "MIN", "MAX", "COUNT"})
    CHECK(list("hitPolicy=\"COLLECT\" aggregation=\"" + std::string(aggregation) + "\"", number, "-5.5") == "");
  CHECK(list("hitPolicy=\"RULE ORDER\"", number, "1") == "");
  CHECK(list("hitPolicy=\"FIRST\"", number, "1 + 1") != "");
  CHECK(list("hitPolicy=\"FIRST\"", number, "\"one\"") == "4:107 bad_cell");
  CHECK(list("hitPolicy=\"FIRST\"", number, "Age") != "");
  // Only FEEL is read.
  CHECK(faults(table("<input><inputExpression expressionLanguage=\"juel\"><text>Age</text></inputExpression></input>" + grade +
                     rule("-", "\"low\""))) == "3:8 bad_table");
  CHECK(faults(table("<input><inputExpression expressionLanguage=\"https://www.omg.org/spec/DMN/20191111/FEEL/\"><text>Age</text>"
                     "</inputExpression></input>" + grade + rule("-", "\"low\""))) == "");
  // An id names one element.
  CHECK(faults(table("<input id=\"i\"><inputExpression typeRef=\"number\"><text>Age</text></inputExpression></input>\n"
                     "<output id=\"i\" typeRef=\"string\"/>" + rule("-", "\"low\""))) == "4:1 duplicate_id");
  CHECK(faults(in("<inputData id=\"d\" name=\"x\"/><decision id=\"d\" name=\"D\"><decisionTable>" + age + grade + rule("-", "\"low\"") +
                  "</decisionTable></decision>")) == "2:29 duplicate_id");
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
  CHECK(faults(table(age + grade + rule("&bomb;", "\"low\""))) == "5:32 syntax");
  // Entities of the file's own and of other files.
  CHECK(faults("<!DOCTYPE d SYSTEM \"file:///etc/passwd\" [<!ENTITY a \"&a;&a;\">]>" + table("")) == "1:1 syntax");
  CHECK(faults("\n<!DOCTYPE d [") == "2:13 syntax");
  CHECK(faults("\xFF\xFE<\0d\0", {}) == "1:1 encoding");
  CHECK(faults(table("") + "<second/>") == "6:1 syntax");
  // Too large is told before anything is read.
  CHECK(faults(std::string(std::size_t{200} << 20, '<')) == "1:1 too_large");
  // Deep under a decision, in a text, and in many attributes.
  std::string nested;
  for (int i = 0; i != 100'000; ++i) nested += "<context>";
  std::string closed = nested;
  for (int i = 0; i != 100'000; ++i) closed += "</context>";
  CHECK(faults(in("<decision name=\"D\">" + closed + "</decision>"), "D") == "2:20 bad_table");
  std::string tables = "<decision name=\"D\">" + nested + "<decisionTable/>";
  for (int i = 0; i != 100'000; ++i) tables += "</context>";
  CHECK(faults(in(tables + "</decision>")) == "1:1 bad_table");
  std::string items;
  for (int i = 0; i != 10'000; ++i)
    items += "<itemDefinition name=\"t" + std::to_string(i) + "\"><typeRef>t" + std::to_string(i + 1) + "</typeRef></itemDefinition>";
  CHECK(faults(in(items + "\n<decision name=\"D\"><decisionTable><input><inputExpression typeRef=\"t0\"><text>x</text></inputExpression>"
                  "</input>" + grade + rule("-", "\"low\"") + "</decisionTable></decision>")).find("too_deep") != std::string::npos);
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
    if (policy::fingerprint(*t) != policy::fingerprint(*again.table)) FAIL(csv << *xml);
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
    if (!again.table) FAIL(to_string(again.errors.front()) << "\n" << *xml);
    if (!policy::same_policy(*t, *again.table)) FAIL(csv << *xml);
    if (policy::write_csv(*again.table) != policy::write_csv(*t)) FAIL(csv << *xml);
    const auto twice = policy::write_dmn(*again.table);
    if (!twice || *twice != *xml) FAIL(csv << *xml);
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
