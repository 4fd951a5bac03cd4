#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "ectp/policy/markdown.hpp"
#include "ectp/policy/table.hpp"

// Malformed tables, with a mark such as {{bad_cell}} in front of every byte that an error has to
// point at. The marks are taken out before the table is read; what remains of them are the errors'
// codes, lines and columns. Every error of a table is marked: they are all found in one pass.

using namespace ectp;

namespace {

struct marked {
  std::string text, want;  // `line:column code`, in the order of the text
};
marked unmark(const std::string& s) {
  marked out;
  std::uint32_t line = 1, column = 1;
  for (std::size_t i = s.compare(0, 3, "\xEF\xBB\xBF") == 0 ? 3 : 0; i != s.size();) {
    if (s.compare(i, 2, "{{") == 0) {
      const std::size_t end = s.find("}}", i);
      out.want += (out.want.empty() ? "" : " ") + std::to_string(line) + ":" + std::to_string(column) + " " +
                  s.substr(i + 2, end - i - 2);
      i = end + 2;
      continue;
    }
    const bool ends_line = s[i] == '\n' || (s[i] == '\r' && (i + 1 == s.size() || s[i + 1] != '\n'));
    line += ends_line ? 1 : 0;
    column = ends_line ? 1 : column + 1;
    out.text += s[i++];
  }
  if (s.compare(0, 3, "\xEF\xBB\xBF") == 0) out.text.insert(0, "\xEF\xBB\xBF");
  return out;
}

void compare(const policy::reading& r, const marked& m) {
  INFO(m.text);
  CHECK_FALSE(r.table);
  CHECK_FALSE(m.want.empty());
  std::string got;
  for (const error& e : r.errors) {
    got += (got.empty() ? "" : " ") + std::to_string(e.at.line) + ":" + std::to_string(e.at.column) + " " +
           std::string(name(e.code));
    CHECK(e.at.file == "t");
    CHECK_FALSE(e.message.empty());
  }
  CHECK(got == m.want);
}
std::size_t cases = 0;
void in_csv(const std::string& s) {
  ++cases;
  const marked m = unmark(s);
  compare(policy::read_csv_all(m.text, {"", "t", {}}), m);
}
void in_markdown(const std::string& s, const policy::table_limits& limits = {}) {
  ++cases;
  const marked m = unmark(s);
  compare(policy::read_markdown_all(m.text, {"", "t", limits}), m);
}

// The text as a cell in quotes.
std::string quoted(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}
// A table with this test in a column of this domain.
void in_test(const std::string& domain, const std::string& s) {
  in_csv("U,a,o\n,in,out\n," + quoted(domain) + ",boolean\nr1," + quoted(s) + ",true\n");
}
// The same with another input, which the test may name.
void in_test(const std::string& other, const std::string& domain, const std::string& s) {
  in_csv("U,other one,a,o,n\n,in,in,out,note\n," + quoted(other) + "," + quoted(domain) + ",boolean,\nr1,-," +
         quoted(s) + ",true,\n");
}
// A table with this output in a column of this domain.
void in_output(const std::string& domain, const std::string& s) {
  in_csv("U,a,o\n,in,out\n,boolean," + quoted(domain) + "\nr1,-," + quoted(s) + "\n");
}
// A table whose input has this domain.
void in_domain(const std::string& s) { in_csv("U,a,o\n,in,out\n," + quoted(s) + ",boolean\nr1,-,true\n"); }
// These rows between the domains and the rules.
void in_header(const std::string& rows) {
  in_csv("F,a,o,p,n\n,in,out,out,note\n,boolean,\"x,y\",\"integer [0..9], null\",\n" + rows + "r1,-,x,1,\n");
}
// This corner over outputs of these domains.
void in_corner(const std::string& corner, const std::vector<std::string>& outputs, const std::string& cells) {
  std::string names = corner + ",a", roles = ",in", domains = ",boolean";
  for (std::size_t i = 0; i != outputs.size(); ++i) {
    names += ",o" + std::to_string(i);
    roles += ",out";
    domains += "," + quoted(outputs[i]);
  }
  in_csv(names + "\n" + roles + "\n" + domains + "\nr1,-," + cells + "\n");
}

}  // namespace

TEST_CASE("the marks of the corpus", "[policy][malformed]") {
  const marked m = unmark(
      "\xEF\xBB\xBF"
      "a{{bad_cell}}b\r\n\n{{bad_id}}{{bad_id}}c");
  CHECK(m.text ==
        "\xEF\xBB\xBF"
        "ab\r\n\nc");
  CHECK(m.want == "1:2 bad_cell 3:1 bad_id 3:1 bad_id");
}

TEST_CASE("malformed tables in CSV", "[policy][malformed]") {
  cases = 0;

  // --- hit policies -------------------------------------------------------------------------------
  for (const char* corner : {"c+", "C +", "CSUM", "SUM", "COLLECT  SUM", "\"COLLECT,SUM\"",
                             "C=", "Rule Order", "RULE_ORDER", "OUTPUT", "UNIQUE!", "1", "#label"}) {
    const bool in_quotes = corner[0] == '"';
    in_csv((in_quotes ? "\"{{bad_table}}" + std::string(corner + 1) : "{{bad_table}}" + std::string(corner)) +
           ",a,o\n,in,out\n,boolean,integer\nr1,-,1\n");
  }
  in_corner("{{bad_table}}O", {"integer"}, "1");
  in_corner("{{bad_table}}PRIORITY", {"string", "boolean"}, "x,true");
  in_corner(" {{bad_table}}OUTPUT ORDER", {"date"}, "2025-09-01");
  in_corner("{{bad_table}}C+", {"string"}, "1");
  in_corner("{{bad_table}}C+", {"date"}, "2025-09-01");
  in_corner("{{bad_table}}C+", {"time"}, "08:00");
  in_corner("{{bad_table}}COLLECT SUM", {"integer, null"}, "1");
  in_corner("{{bad_table}}C<", {"boolean"}, "true");
  in_corner("{{bad_table}}C>", {"low,high"}, "low");
  in_corner("{{bad_table}}C>", {"date, null"}, "2025-09-01");
  in_corner("{{bad_table}}C#", {"string", "string"}, "a,b");
  in_corner("{{bad_table}}{{bad_table}}C+", {"string", "integer"}, "a,1");
  // An output whose domain is at fault may have been meant: only the domain is told.
  in_csv("P,a,o\n,in,out\n,boolean,\"x,{{bad_domain}}x\"\nr1,-,x\n");

  // --- rows of the header -------------------------------------------------------------------------
  in_header("{{bad_table}}#labels,,,,\n");
  in_header("{{bad_table}}#Label,,,,\n");
  in_header("{{bad_table}}#,,,,\n");
  in_header(" {{bad_table}}# label,,,,\n");
  in_header("\"{{bad_table}}#,label\",,,,\n");
  in_header("#unit,,,,\n{{bad_table}}#unit,,,,\n");
  in_header("#unit,,,,\n#label,,,,\n{{bad_table}}#unit,,,,\n{{bad_table}}#unit,,,,\n");
  in_header("#label,A,B{{bad_table}}\n");
  in_header("#label,,,,,{{bad_table}}too many\n#change,{{bad_table}}no,,,\n");
  in_header("#change,fixed,{{bad_table}}fixed,,\n");
  in_header("#change,,,,{{bad_table}}actionable\n");
  in_header("#change,{{bad_table}}Fixed,,,\n");
  in_header("#change, {{bad_table}}not fixed,{{bad_table}}x,{{bad_table}}y,{{bad_table}}z\n");
  in_header("#default,{{bad_table}}true,x,,\n");
  in_header("#default,,x,,{{bad_table}}x\n");
  in_header("#default,,{{bad_cell}}z,{{bad_cell}}10,\n");
  in_header("#default,,{{bad_cell}}>x,,\n");
  in_header("#default,,{{bad_cell}}-,,\n");
  in_header("#default,,\"x{{bad_cell}},y\",1,\n");
  in_header("#default,,x,\"\"\"{{bad_cell}}\\q\"\"\",\n");
  in_header("#default,,x,1,\n{{bad_table}}#default,,z,,\n");
  in_header("#id,{{bad_id}}path way,,,\n");
  in_header("#id,{{bad_id}}\xC3\xA9,,,\n");
  in_header("#id, {{bad_id}}" + std::string(65, 'a') + ",,,\n");
  in_header("#id,,{{bad_table}}pathway,,\n");
  in_header("#id,pathway,{{bad_table}}pathway,pathway,\n");
  in_header("#id,a,,,\n{{bad_table}}#id,a,,,\n");
  for (const char* version : {"1", "1.2", "1.2.3.4", "01.2.3", "1.2.x", "v1.2.3", "1.2.3-", "1.2.3-a..b", "1.2.3-01",
                              "1.2.3+", "1.2.3+a+b", "1.2.3-a_b", "1.-2.3", "1. 2.3"})
    in_header("#version, {{bad_table}}" + std::string(version) + ",,,\n");
  in_header("#version,{{bad_table}}1.2.3-" + std::string(123, 'a') + ",,,\n");
  in_header("#version,,,,{{bad_table}}1.2.3\n");
  in_header("#valid,{{bad_date}}2025-09-01,,,\n");
  in_header("#valid, {{bad_date}}..,,,\n");
  in_header("#valid,\" {{bad_date}}1/9/2025 .. 2026-08-31\",,,\n");
  in_header("#valid,2025-09-01..{{bad_date}}2025-09-31,,,\n");
  in_header("#valid,2025-09-01 ..  {{bad_date}}.2025-09-30,,,\n");
  in_header("#valid,{{bad_date}}2025-09-02..2025-09-01,,,\n");
  in_header("#valid,,{{bad_table}}2025-09-01..,,\n");
  in_csv("F,a,o\n,in,out\n,boolean,\"x,{{bad_domain}}x\"\n#default,,z\nr1,-,x\n");
  in_csv("F,a,o\n,{{bad_table}}inn,out\n,boolean,\"x,y\"\n#change,fixed,\n#default,,y\nr1,-,x\n");
  in_csv("F,a,o\n{{bad_table}}#label,A,O\n,in,out\n,boolean,\"x,y\"\nr1,-,x\n");
  in_csv("F,a,o\n,in,out\n{{bad_table}}#label,A,O\n,boolean,\"x,y\"\nr1,-,x\n");
  in_csv("F,a,o\n,in,out\n,boolean,\"x,y\"\nr1,-,x\n{{bad_table}}#label,A,O\n");
  in_csv("F,a,o\n,in,out\n,boolean,\"x,y\"\nr1,-,x\n{{bad_table}}#nonsense\nr2,{{bad_cell}}no,x\n");
  in_csv("{{bad_table}}F,a,o\n,in,out\n,boolean,\"x,y\"\n#label,A,O\n");

  // --- names, roles, shape ------------------------------------------------------------------------
  in_csv("F,a,{{bad_table}}a,{{bad_table}}a\n,in,out,note\n,boolean,boolean,\nr1,-,true,\n");
  in_csv("F,{{bad_table}}" + std::string(129, 'a') + ",o\n,in,out\n,boolean,boolean\nr1,-,true\n");
  in_csv("F,a,\"o{{bad_table}}\tp\"\n,in,out\n,boolean,boolean\nr1,-,true\n");
  in_csv("F,a,{{bad_table}},o,{{bad_table}}\n,in,in,out,note\n,boolean,boolean,boolean,\nr1,-,-,true,\n");
  in_csv("F,a,o,\"{{bad_table}} \"\n,in,out,note\n,boolean,boolean,\nr1,-,true,\n");
  in_csv("F,a,o\n,\"{{bad_table}}in,out\",{{bad_table}}input\n,boolean,boolean\nr1,-,true\n");
  in_csv("F,a,o\n,\"{{bad_table}}\"\"in\"\"\",out\n,boolean,boolean\nr1,-,true\n");
  in_csv("{{bad_table}}{{bad_table}}F,a,o\n,note,note\n,,\nr1,,\n");
  in_csv("{{bad_table}}F,a,n\n,in,note\n,{{bad_domain}},{{bad_domain}}string\nr1,-,\n");
  in_csv(
      "F,a,o\n,in,out\n,boolean,boolean\nr1,-{{bad_table}}\nr2,-,true,{{bad_table}}-\n"
      "r3,{{bad_cell}}2,{{bad_cell}}3\n");
  in_csv("F,a,o\n,in,out\n,boolean,boolean\n{{bad_id}}r 1,-,true\n{{bad_id}}r/2,-,true\n{{bad_id}}" +
         std::string(65, 'r') +
         ",-,true\n\"{{bad_id}}r,4\",-,true\n{{bad_id}}\xC3\xA9,-,true\n"
         "\"{{bad_id}}\",-,true\n");
  in_csv(
      "F,a,o\n,in,out\n,boolean,boolean\nr1,-,true\nr2,-,true\n {{duplicate_id}}r1,-,true\n"
      "{{duplicate_id}}r2 ,-,true\n");
  in_csv("  {{bad_table}}F,a,o\n,in,out\n,boolean,boolean\n,,\n\n");
  in_csv("F,a,o\r\n,in,out\r\n,boolean,boolean\r\nr1,{{bad_cell}}no,true\r\n");
  in_csv("F,a,o\r,in,out\r,boolean,boolean\rr1,-,{{bad_cell}}no\r");
  in_csv("\xEF\xBB\xBF{{bad_table}}G,a,o\n,in,out\n,boolean,boolean\nr1,-,true\n");

  // --- CSV itself ---------------------------------------------------------------------------------
  in_csv("F,a,o\n,in,o{{syntax}}\"ut\"\n,boolean,boolean\nr1,-,true\n");
  in_csv("F,a,{{syntax}}\"o\n,in,out\n,boolean,boolean\nr1,-,true\n");
  in_csv("F,\"a\"{{syntax}} ,o\n,in,out\n,boolean,boolean\nr1,-,true\n");
  in_csv("F,a,o\n,in,out\n,boolean,{{encoding}}\xC0\x80\nr1,-,true\n");
  in_csv(
      "F,a,o\n,in,out\n,boolean,boolean\nr1,{{bad_cell}}no,true\nr2,{{encoding}}\xED\xA0\x80,true\nr3,no,"
      "no\n");
  in_csv("F,a,o\n,in,out\n,boolean,boolean\nr1,{{bad_cell}}no,true\n{{syntax}}" + std::string(1, '\0') +
         ",-,true\n");

  // --- domains ------------------------------------------------------------------------------------
  for (const char* s : {"ordered:{{bad_domain}}",
                        "ordered: {{bad_domain}}integer",
                        "low,{{bad_domain}}5",
                        "5, {{bad_domain}}low",
                        "{{bad_domain}}true,false",
                        "low,{{bad_domain}}true",
                        "{{bad_domain}}null",
                        "null,{{bad_domain}}low",
                        "low,{{bad_domain}},high",
                        "low,{{bad_domain}}\"\"",
                        "low,high,{{bad_domain}}",
                        "low,{{bad_domain}}integer",
                        "integer,{{bad_domain}}5",
                        "integer [0..5],{{bad_domain}}low",
                        "integer [0..5{{bad_domain}}}",
                        "integer [0{{bad_domain}},5]",
                        "integer {{bad_domain}}(0..1)",
                        "integer [{{bad_domain}}0.5..2]",
                        "number [{{bad_domain}}a..b]",
                        "{{bad_domain}}(0..0]",
                        "{{bad_domain}}[5..0]",
                        ">= {{bad_domain}}",
                        ">= {{bad_domain}}low",
                        "{{bad_domain}}= 3",
                        "0,0.5,{{bad_domain}}0.50",
                        "0,{{bad_domain}}1e400",
                        "string {{bad_domain}}\"x\"",
                        "boolean, {{bad_domain}}maybe",
                        "low,{{bad_domain}}\"open",
                        "low high{{bad_domain}})",
                        "low,\"a{{bad_domain}}\\x\"",
                        "date {{bad_domain}}[2025-09-02..2025-09-01]",
                        "date {{bad_domain}}(2025-09-01..2025-09-02)",
                        "date [{{bad_domain}}2025-02-29..2025-03-01]",
                        "date [{{bad_domain}}1..5]",
                        "date >= {{bad_domain}}P1D",
                        "date, {{bad_domain}}time",
                        "time [08:00..{{bad_domain}}24:00]",
                        "time > {{bad_domain}}8:00",
                        "date and time >= {{bad_domain}}2025-09-01",
                        "days and time duration [{{bad_domain}}P1M..P2M]",
                        "years and months duration >= {{bad_domain}}P30D",
                        "{{bad_domain}}duration",
                        "low,{{bad_domain}}time"})
    in_domain(s);

  // --- tests of numbers ---------------------------------------------------------------------------
  for (const char* s : {"3{{bad_cell}}..5",
                        "[3{{bad_cell}},5]",
                        "[3..5{{bad_cell}}",
                        "[3..{{bad_cell}}]",
                        "[{{bad_cell}}..5]",
                        "[3..5{{bad_cell}}}",
                        "3 {{bad_cell}}or 4",
                        "<{{bad_cell}}",
                        "1,{{bad_cell}}",
                        "{{bad_cell}},1",
                        "<{{bad_cell}}>3",
                        "={{bad_cell}}>3",
                        "{{bad_cell}}==3",
                        "{{bad_cell}}!3",
                        "not({{bad_cell}})",
                        "not({{bad_cell}}-)",
                        "not({{bad_cell}}not(3))",
                        "not(3){{bad_cell}},4",
                        "not(3{{bad_cell}}",
                        "{{bad_cell}}-,3",
                        "3,{{bad_cell}}-",
                        "{{bad_cell}}1234567890123456",
                        "{{bad_cell}}1e23",
                        "{{bad_cell}}1e-23",
                        "{{bad_cell}}0.5",
                        "> {{bad_cell}}null",
                        "!= {{bad_cell}}null",
                        "{{bad_cell}}[5..3]",
                        "{{bad_cell}}]5..5]",
                        "[3..{{bad_cell}}12]",
                        "{{bad_cell}}five",
                        "> {{bad_cell}}o",
                        "{{bad_cell}}true",
                        "{{bad_cell}}abs(3)",
                        "{{bad_cell}}@\"2025-09-01\"",
                        "{{bad_cell}}date(\"2025-09-01\")",
                        "1, 2,\n{{bad_cell}}12"})
    in_test("integer [0..9]", s);
  in_test("0,0.5,1", "{{bad_cell}}0.25");
  in_test("0,0.5,1", "[0..{{bad_cell}}0.7]");

  // --- dates, times and durations -----------------------------------------------------------------
  for (const char* s : {"{{bad_cell}}2025-02-30",
                        "{{bad_cell}}2025-9-1",
                        "{{bad_cell}}2025-08-31",
                        "< {{bad_cell}}2025-08-31",
                        "{{bad_cell}}5",
                        "> {{bad_cell}}P1D",
                        "date({{bad_cell}}2026-01-01)",
                        "date({{bad_cell}}\"2025-09-31\")",
                        "date(\"2026-01-01\"{{bad_cell}}",
                        "date({{bad_cell}}\"2026-01-01",
                        "{{bad_cell}}@2026-01-01",
                        "@{{bad_cell}}\"yesterday\"",
                        "{{bad_cell}}time(\"08:00\")",
                        "date({{bad_cell}}\"08:00\")",
                        "{{bad_cell}}today()",
                        "{{bad_cell}}\"2026-01-01\"",
                        "{{bad_cell}}[2026-01-02..2026-01-01]",
                        "{{bad_cell}}(2026-01-01..2026-01-01)",
                        "[2026-01-01-2026-02-01{{bad_cell}}]",
                        "2026-01-01,{{bad_cell}}2026-13-01",
                        "not({{bad_cell}}null)"})
    in_test("date [2025-09-01..2026-07-31]", s);
  for (const char* s :
       {"{{bad_cell}}24:00", "{{bad_cell}}8:00", "{{bad_cell}}08:60", "{{bad_cell}}08:45:61",
        "{{bad_cell}}08:45:00.1234", "{{bad_cell}}08:45Z", "time({{bad_cell}}\"08:45+01:00\")"})
    in_test("time", s);
  for (const char* s : {"{{bad_cell}}2025-09-01", "{{bad_cell}}2025-09-01 08:00",
                        "date and time({{bad_cell}}\"2025-09-01\")", "{{bad_cell}}2025-09-01T08:00Z"})
    in_test("date and time", s);
  for (const char* s : {"{{bad_cell}}P1M", "{{bad_cell}}P", "{{bad_cell}}PT", "{{bad_cell}}P1DT",
                        "{{bad_cell}}1D", "{{bad_cell}}P1H", "{{bad_cell}}PT1M1H",
                        "duration({{bad_cell}}\"P1Y2D\")", "{{bad_cell}}duration(\"P1Y\")"})
    in_test("days and time duration", s);
  for (const char* s :
       {"{{bad_cell}}P1D", "{{bad_cell}}P1M1Y", "{{bad_cell}}P1.5Y", "{{bad_cell}}duration(\"P1D\")"})
    in_test("years and months duration", s);

  // --- strings, words and booleans ----------------------------------------------------------------
  for (const char* s :
       {"{{bad_cell}}low", "{{bad_cell}}3", "> {{bad_cell}}\"a\"", "\"a{{bad_cell}}\\q\"",
        "\"{{bad_cell}}\\u12\"", "\"{{bad_cell}}\\uD800\"", "\"{{bad_cell}}\\U110000\"", "{{bad_cell}}\"a",
        "\"a\" {{bad_cell}}\"b\"", "{{bad_cell}}null", "{{bad_cell}}'a'", "[{{bad_cell}}\"a\"..\"b\"]"})
    in_test("string", s);
  for (const char* s : {"{{bad_cell}}\"\"", "{{bad_cell}}true", "{{bad_cell}}5", "{{bad_cell}}low high",
                        "[{{bad_cell}}low..high]", "{{bad_cell}}Low", "low,{{bad_cell}}'high'"})
    in_test("low,high", s);
  for (const char* s :
       {"{{bad_cell}}[high..low]", "> {{bad_cell}}top", "{{bad_cell}}(mid..mid]", "[low..{{bad_cell}}]"})
    in_test("ordered: low,mid,high", s);
  for (const char* s : {"{{bad_cell}}TRUE", "> {{bad_cell}}false", "{{bad_cell}}yes", "{{bad_cell}}0",
                        "{{bad_cell}}\"true\"", "[{{bad_cell}}false..true]"})
    in_test("boolean", s);

  // --- tests that name another input --------------------------------------------------------------
  in_test("boolean", "integer", "{{bad_cell}}other one");
  in_test("string", "integer", "> {{bad_cell}}other one");
  in_test("date", "integer", "[0..{{bad_cell}}other one]");
  in_test("date", "date and time", ">= {{bad_cell}}other one");
  in_test("days and time duration", "years and months duration", "{{bad_cell}}other one");
  in_test("integer", "integer", "1, {{bad_cell}}Other one");
  in_test("integer", "integer", "> {{bad_cell}}n");
  in_test("integer", "integer", "not({{bad_cell}}\"other one\")");
  in_test("integer", "integer", "> {{bad_cell}}other one + 1");
  in_test("boolean", "boolean", "< {{bad_cell}}other one");
  in_test("string", "string", "<= {{bad_cell}}other one");
  in_test("low,high", "low,high", "<= {{bad_cell}}other one");
  in_test("ordered: low,high", "low,high", "> {{bad_cell}}other one");
  in_test("ordered: low,high", "ordered: high,low", "> {{bad_cell}}other one");
  in_test("ordered: low,high", "ordered: low,mid,high", "[low..{{bad_cell}}other one]");
  // Where the other input's domain is at fault nothing can be said of the test.
  in_test("integer [0..{{bad_domain}}", "integer", "> other one");

  // --- outputs ------------------------------------------------------------------------------------
  in_output("date", "{{bad_cell}}2025-13-01");
  in_output("date", "{{bad_cell}}today()");
  in_output("date", "{{bad_cell}}@\"08:00\"");
  in_output("time [08:00..18:00]", "{{bad_cell}}07:59");
  in_output("days and time duration", "{{bad_cell}}P1M");
  in_output("integer", "{{bad_cell}}> 3");
  in_output("integer", "{{bad_cell}}[1..2]");
  in_output("integer", "{{bad_cell}}1.5");
  in_output("integer", "1{{bad_cell}},2");
  in_output("integer", "1 {{bad_cell}}234");
  in_output("integer", "{{bad_cell}}not(1)");
  in_output("integer", "{{bad_cell}}a");
  in_output("boolean", "{{bad_cell}}yes");
  in_output("low,high", "low{{bad_cell}},high");
  in_output("low,high", "{{bad_cell}}null");
  in_output("string", "{{bad_cell}}null");
  in_output("string", "{{bad_cell}}\"a");
  in_output("string", "\"a\"{{bad_cell}}b");
  in_output("string", "\"{{bad_cell}}\\k\"");

  // --- everything at once -------------------------------------------------------------------------
  in_csv(
      "{{bad_table}}{{bad_table}}C+,a b,{{bad_table}}a b,o,p,n\n"
      ",in,in,out,out,note\n"
      ",date >= {{bad_domain}}1,\"ordered: u,v\",\"string, null\",integer,\n"
      "#label,A,A,O,P,N\n"
      "{{bad_table}}#labels,,,,,\n"
      "#change,fixed,{{bad_table}}yes,,,\n"
      "#default,,,none,{{bad_cell}}many,\n"
      "r1,anything,>= {{bad_cell}}w,text,{{bad_cell}},\n"
      "{{bad_table}}#late,,,,,\n"
      "{{duplicate_id}}r1,anything,\"{{bad_cell}}[v..u]\",\"\"\"{{bad_cell}}\\y\"\"\","
      "\"{{bad_cell}}@\"\"P1D\"\"\",\"a\nb\"\n"
      "r3,-,-,-,1{{bad_table}}\n"
      "r4,-,-,x,2,say {{syntax}}\"no\"\n");

  CHECK(cases >= 80);
}

TEST_CASE("malformed tables in Markdown", "[policy][malformed]") {
  cases = 0;
  const std::string head =
      "| F | a | b | o | n |\n|---|---|---|---|---|\n| | in | in | out | note |\n"
      "| | integer [0..9] | string | x,y | |\n";

  // --- no table, or not one -----------------------------------------------------------------------
  in_markdown("{{bad_table}}");
  in_markdown("{{bad_table}}# A title\n\nProse without a table.\n");
  in_markdown("{{bad_table}}A | pipe in prose\n");
  in_markdown("{{bad_table}}```\n| F | a | o |\n|---|---|---|\n| | in | out |\n```\n");
  in_markdown("{{bad_table}}~~~~ md\n| F | a | o |\n|---|---|---|\n~~~\n");
  in_markdown("{{bad_table}}<!--\n| F | a | o |\n|---|---|---|\n-->\n");
  in_markdown("{{bad_table}}    | F | a | o |\n    |---|---|---|\n");
  in_markdown(
      "Text.\n\n{{bad_table}}| F | a | o |\n| | in | out |\n| | boolean | boolean |\n| r1 | - | true |\n");
  in_markdown("Text.\n\n  {{bad_table}}| F | a | o |\n|---|-x-|---|\n| | in | out |\n");
  in_markdown("| {{bad_table}}a | b |\n|---|---|\n| 1 | 2 |\n\n| c | d |\n|---|---|\n");
  // The only table is taken for the policy.
  in_markdown(
      "| {{bad_table}}G | a | o |\n|---|---|---|\n| | in | out |\n| | boolean | boolean |\n| r1 | - | true "
      "|\n");
  in_markdown(
      "|{{bad_table}} | a | o |\n|---|---|---|\n| | in | out |\n| | boolean | boolean |\n| r1 | - | true "
      "|\n");

  // --- shape --------------------------------------------------------------------------------------
  in_markdown("| F | a | o {{bad_table}}|\n|---|---|---|\n");
  in_markdown("| F | a | o |\n|---|---|---|\n| | in | out {{bad_table}}|\n");
  in_markdown(
      "| F | a | o |\n{{bad_table}}|---|---|\n| | in | out |\n| | boolean | boolean |\n| r1 | - | true |\n");
  in_markdown(
      "| F | a | o |\n{{bad_table}}|---|---|---|---|\n| | in | out |\n| | boolean | boolean |\n| r1 | - | "
      "{{bad_cell}}? |\n");
  in_markdown(
      head +
      "| r1 | - | - {{bad_table}}|\n| r2 | - | - | x | |{{bad_table}} |\nr3 | - | - | x{{bad_table}}\n");
  in_markdown(head + "| r1 | - | - | x | a pipe | {{bad_table}}in the text |\n");
  in_markdown(head + "| r1 | - | - | x | |\n{{bad_id}}Prose right behind it.{{bad_table}}\n");
  in_markdown(
      "| {{bad_table}}F | a | o |\n|---|---|---|\n| | in | out |\n| | boolean | boolean |\n\n"
      "| r1 | - | true |\n");
  in_markdown(
      "| F | a | a |\n|:--|:-:|--:|\n| {{bad_table}}x | in | put |\n| | boolean | boolean |\n| r1 | - | true "
      "|\n");
  in_markdown(
      "| F | a | {{bad_table}}a |\n|:--|:-:|--:|\n| | in | {{bad_table}}put |\n| | boolean | boolean |\n| r1 "
      "| - | true |\n");
  in_markdown(
      "| F | a |{{bad_table}} | o |\n|---|---|---|---|\n| | in | note | out |\n| | low,{{bad_domain}},x | "
      "{{bad_domain}}string | boolean |\n| {{bad_id}}r 1 | - | | {{bad_cell}}maybe |\n");

  // --- cells: what stands behind a backslash, a reference or a line end -----------------------------
  in_markdown(
      head +
      "| r1 | {{bad_cell}}12 | - | {{bad_cell}}z | |\n| {{duplicate_id}}r1 | - | {{bad_cell}}low | x | |\n");
  in_markdown(head + "| r1 | - | \"a\\|b\", {{bad_cell}}c | x | |\n");
  in_markdown(head + "| r1 | - | \"a\\\\\\\\b\", {{bad_cell}}c | x | |\n");
  in_markdown(head + "| r1 | - | \"a\\\\\"b\\\\\"\", {{bad_cell}}c | x | |\n");
  in_markdown(head + "| r1 | - | \"\\\\n\", \"a{{bad_cell}}\\\\q\" | x | |\n");
  in_markdown(head + "| r1 | - | \"\\n\", \"a{{bad_cell}}\\q\" | x | |\n");
  in_markdown(head + "| r1 | 1,<br>2,<br />{{bad_cell}}12 | - | x | |\n");
  in_markdown(head + "| r1 | \\>5,{{bad_cell}}\\*,4 | - | x | |\n");
  in_markdown(head + "| r1 | &gt;=3, &#60;{{bad_cell}}12 | - | x | |\n");
  in_markdown(head + "| r1 | {{bad_cell}}&eacute; | - | x | |\n");
  in_markdown(head + "| r1 | - | - | <br>{{bad_cell}}z | |\n");
  in_markdown(head + "| r1 | - | - | {{bad_cell}}x\\|y | |\n");
  in_markdown(head + "| r1 | [1..{{bad_cell}}\\]3 | - | x | |\n");
  in_markdown(head + "| r1 | not(3 {{bad_cell}}| - | x | |\n");
  in_markdown(
      "| F | a | o |\n|---|---|---|\n| | in | out |\n| | low,a\\|b,{{bad_domain}}low | boolean |\n| r1 | - | "
      "true |\n");

  // --- rows of the header, hit policies -------------------------------------------------------------
  in_markdown(
      head +
      "| #change | fixed | {{bad_table}}no | {{bad_table}}fixed | |\n| {{bad_table}}#labels | | | | |\n"
      "| #default | | | {{bad_cell}}z | |\n| r1 | - | - | x | |\n| {{bad_table}}#unit | | | | |\n");
  in_markdown(
      "| {{bad_table}}C+ | a | o |\n|---|---|---|\n| | in | out |\n| | boolean | string |\n| r1 | - | x |\n");
  in_markdown("F | a | o\n--|--|--\n|| in | out\n|| boolean | date\nr1 | - | {{bad_cell}}2025-02-29\n");

  // --- more than one policy -----------------------------------------------------------------------
  in_markdown(head +
              "| r1 | - | - | x | |\n\n# Another\n\n| {{bad_table}}U | a | o |\n|---|---|---|\n\n"
              "|{{bad_table}}FIRST|a|\n|---|---|\n");
  in_markdown("| a | b |\n|---|---|\n| U | 2 |\n\n" + head +
              "| r1 | {{bad_cell}}x | - | x | |\n> quote\n\n"
              "```\n| U | a |\n|---|---|\n```\n<!-- | U | a |\n|---|---|\n-->\n\n|\\U|b|\n|---|---|\n\n"
              "| {{bad_table}}COLLECT SUM | b |\n|---|---|\n");

  // --- text that is no text -------------------------------------------------------------------------
  in_markdown(head + "| r1 | {{bad_cell}}12 | - | x | |\n| r2 | - | - | x | " +
              "{{encoding}}\xFF |\n| r3 | 99 | - | x | |\n");
  in_markdown("Caf{{encoding}}\xE9\n\n" + head + "| r1 | 12 | - | x | |\n");
  in_markdown(head + "| r1 | - | - | x | |\n\nMore " + "{{syntax}}" + std::string(1, '\0') + "\n");
  in_markdown(
      "\xEF\xBB\xBF| F | a | {{bad_table}}a |\r\n|---|---|---|\r\n| | in | out |\r\n| | boolean | boolean "
      "|\r\n| r1 | {{bad_cell}}3 | true |\r\n");

  // --- limits ---------------------------------------------------------------------------------------
  const auto with = [](auto set) {
    policy::table_limits l;
    set(l);
    return l;
  };
  const std::string two = head + "| r1 | - | - | x | |\n";
  in_markdown("{{too_large}}" + two, with([](auto& l) { l.source.bytes = 100; }));
  in_markdown(two + "{{too_large}}| r2 | - | - | x | |\n", with([](auto& l) { l.source.rows = 4; }));
  in_markdown("| F | a | b | o | {{too_large}}n |\n|---|---|---|---|---|\n| | in | in | out | note |\n",
              with([](auto& l) { l.source.columns = 4; }));
  in_markdown(two + "| r2 | {{too_large}}- | - | x | |\n", with([](auto& l) { l.source.cells = 21; }));
  in_markdown(two + "| {{too_large}}r2 | - | - | x | |\n", with([](auto& l) { l.rules = 1; }));

  CHECK(cases >= 25);
}
