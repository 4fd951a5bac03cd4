#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "ectp/policy/decide.hpp"
#include "ectp/policy/machine.hpp"
#include "ectp/policy/markdown.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/write.hpp"
#include "support/policy_generator.hpp"

// A sanitized build takes ten times as long for each.
#if defined(__SANITIZE_ADDRESS__)
#  define ECTP_FORMS_SANITIZED 1
#elif defined(__has_feature)
#  if __has_feature(address_sanitizer)
#    define ECTP_FORMS_SANITIZED 1
#  endif
#endif

using namespace ectp;
using policy::same_policy;
using policy::value_ref;

namespace {

std::string errors_of(const policy::reading& r) {
  std::string out;
  for (const error& e : r.errors) out += to_string(e) + "\n";
  return out;
}

struct answer {
  policy::outcome outcome;
  std::vector<std::uint32_t> hits;
  friend bool operator==(const answer&, const answer&) = default;
};
answer decide(const policy::table& t, const std::vector<policy::value>& row, policy::scratch& work) {
  std::vector<value_ref> values;
  for (const policy::value& v : row) values.push_back(v.ref());
  const policy::outcome o = t.decide(values, work);
  return {o, {work.hits().begin(), work.hits().end()}};
}

}  // namespace

TEST_CASE("generated policies go through CSV and Markdown and come back", "[slow][policy][forms]") {
  const char* const more = std::getenv("ECTP_GENERATED");
#if defined(ECTP_FORMS_SANITIZED)
  const long usual = 2'000;
#else
  const long usual = 10'000;
#endif
  const long count = more != nullptr ? std::atol(more) : usual;
  generate::policies make(20251124);
  std::size_t by_hit[11] = {}, with_names = 0, with_defaults = 0, decided = 0, answers = 0;
  for (long n = 0; n != count; ++n) {
    const std::string text = make.csv();
    const policy::reading first = policy::read_csv_all(text, {"p", "p.csv", {}});
    if (!first.table) FAIL(errors_of(first) << text);
    const policy::table& t = *first.table;

    const std::string csv = policy::write_csv(t);
    const policy::reading from_csv = policy::read_csv_all(csv);
    if (!from_csv.table) FAIL(errors_of(from_csv) << csv);
    const std::string markdown = policy::write_markdown(t);
    const policy::reading from_markdown = policy::read_markdown_all(markdown);
    if (!from_markdown.table) FAIL(errors_of(from_markdown) << markdown);
    const policy::table &c = *from_csv.table, &m = *from_markdown.table;
    const bool alike = same_policy(t, c) && same_policy(t, m) && policy::write_csv(c) == csv &&
                       policy::write_csv(m) == csv && policy::write_markdown(c) == markdown &&
                       policy::write_markdown(m) == markdown;
    if (!alike) FAIL(text << "\n----\n" << csv << "\n----\n" << markdown);

    policy::scratch a = t.make_scratch(), b = c.make_scratch(), d = m.make_scratch();
    for (int k = 0; k != 8; ++k) {
      const std::vector<policy::value> row = make.row(t);
      const answer x = decide(t, row, a);
      if (!(x == decide(c, row, b)) || !(x == decide(m, row, d))) FAIL(text);
      ++answers;
      decided += x.outcome ? 1u : 0u;
    }
    ++by_hit[static_cast<std::size_t>(t.hit_policy()) + static_cast<std::size_t>(t.aggregation())];
    with_names += t.needs_row() ? 1u : 0u;
    with_defaults += t.has_defaults() ? 1u : 0u;
  }
  // The generator reaches what it is there for.
  const auto share = [&](std::size_t n, long part) { return static_cast<long>(n) * part >= count; };
  for (const std::size_t n : by_hit) CHECK(share(n, 20));
  CHECK(share(with_names, 8));
  CHECK(share(with_defaults, 6));
  CHECK(decided * 4 > answers);
}

namespace {

// Every part of the format once.
const std::string whole =
    "COLLECT SUM,self,mentor view,\"a, b\",since,points,why\n"
    ",in,in,in,in,out,note\n"
    ",integer  [0 .. 5],\"ordered:low, \"\"mid|x\"\",high,null\",string,\"date>=2025-09-01\",number,\n"
    "#default,,,,,-0.50,\n"
    "\n"
    "#change,fixed,,actionable,,,\n"
    "#source,,\"a\\b\",,,,\n"
    "#label, Own view ,\"Mentor's\n view\",,,,\n"
    "#unit,,,,,points,\n"
    " r1 ,>= 4,\"not(low)\",\"\"\"say \\\"\"yes\\\"\"\\n\"\"\",-,1e1,\"two\r\nlines\"\n"
    "r2,,\">=\"\"mid|x\"\"\",,\"[2025-09-01 .. 2025-12-19]\",0.10,R&D &lt;b> <b> *x* snake_case _y_\n";

policy::table read(const std::string& text) {
  const policy::reading r = policy::read_csv_all(text, {"", "policies/p.csv", {}});
  if (!r.table) FAIL(errors_of(r) << text);
  return *r.table;
}
policy::table read_md(const std::string& text) {
  const policy::reading r = policy::read_markdown_all(text, {"", "docs/p.md", {}});
  if (!r.table) FAIL(errors_of(r) << text);
  return *r.table;
}

}  // namespace

TEST_CASE("a table written as CSV", "[policy][forms]") {
  const std::string want =
      "C+,self,mentor view,\"a, b\",since,points,why\n"
      ",in,in,in,in,out,note\n"
      ",integer [0..5],\"ordered: low,mid|x,high, null\",string,date >= 2025-09-01,number,\n"
      "#label,Own view,\"Mentor's\n view\",,,,\n"
      "#unit,,,,,points,\n"
      "#source,,a\\b,,,,\n"
      "#change,fixed,actionable,actionable,actionable,,\n"
      "#default,,,,,-0.5,\n"
      "r1,>= 4,not(low),\"\"\"say \\\"\"yes\\\"\"\\n\"\"\",-,1e1,\"two\r\nlines\"\n"
      "r2,,\">=\"\"mid|x\"\"\",,[2025-09-01 .. 2025-12-19],0.10,R&D &lt;b> <b> *x* snake_case _y_\n";
  CHECK(policy::write_csv(read(whole)) == want);
  CHECK(policy::write_csv(read(want)) == want);
  CHECK(policy::write_csv(policy::table()).empty());
  // Rows of the header that say nothing are left out.
  CHECK(policy::write_csv(read("UNIQUE,a,o\n,in,out\n,boolean,boolean\n#label,,\n#change,,\nr1,-,true\n")) ==
        "U,a,o\n,in,out\n,boolean,boolean\nr1,-,true\n");
  // Not so a row of defaults: it is an answer where no rule matches, even if it is null.
  CHECK(policy::write_csv(read("U,a,o\n,in,out\n,boolean,\"boolean,null\"\n#default,,\nr1,true,true\n")) ==
        "U,a,o\n,in,out\n,boolean,\"boolean, null\"\n#default,,\nr1,true,true\n");
}

TEST_CASE("a table written as Markdown", "[policy][forms]") {
  const std::string want =
      "| C+ | self | mentor view | a, b | since | points | why |\n"
      "|---|---|---|---|---|---|---|\n"
      "| | in | in | in | in | out | note |\n"
      "| | integer [0..5] | ordered: low,mid\\|x,high, null | string | date >= 2025-09-01 | number | |\n"
      "| #label | Own view | Mentor's<br> view | | | | |\n"
      "| #unit | | | | | points | |\n"
      "| #source | | a\\\\b | | | | |\n"
      "| #change | fixed | actionable | actionable | actionable | | |\n"
      "| #default | | | | | -0.5 | |\n"
      "| r1 | >= 4 | not(low) | \"say \\\\\"yes\\\\\"\\\\n\" | - | 1e1 | two&#13;<br>lines |\n"
      "| r2 | | >=\"mid\\|x\" | | [2025-09-01 .. 2025-12-19] | 0.10 "
      "| R&D \\&lt;b> \\<b> \\*x\\* snake_case \\_y\\_ |\n";
  const policy::table t = read(whole);
  CHECK(policy::write_markdown(t) == want);
  CHECK(policy::write_markdown(read_md(want)) == want);
  CHECK(same_policy(read_md(want), t));
  CHECK(policy::write_markdown(policy::table()).empty());
}

TEST_CASE("what makes two policies the same", "[policy][forms]") {
  const policy::table t = read(whole);
  CHECK(same_policy(t, t));
  CHECK(same_policy(policy::table(), policy::table()));
  CHECK_FALSE(same_policy(t, policy::table()));
  // Neither name nor file nor place.
  CHECK(same_policy(t, *policy::read_csv("\n\n" + policy::write_csv(t), {"another", "x.csv", {}})));
  const auto with = [](const std::string& from, const std::string& to) {
    std::string s = whole;
    const std::size_t at = s.find(from);
    REQUIRE(at != s.npos);
    return read(s.replace(at, from.size(), to));
  };
  // Spellings that CSV, the domains and the header leave open.
  CHECK(same_policy(t, with("COLLECT SUM", "C+")));
  CHECK(same_policy(t, with("integer  [0 .. 5]", "integer [0..5]")));
  CHECK(same_policy(t, with(" r1 ,", "\"r1\",")));
  CHECK(same_policy(t, with("-0.50", "-5e-1")));
  CHECK(same_policy(t, with("#change,fixed,,actionable", "#change,fixed,actionable,")));
  // Everything else, cell by cell.
  const std::vector<std::pair<std::string, std::string>> changes = {
      {"COLLECT SUM", "C<"},
      {"COLLECT SUM", "C"},
      {"self", "Self"},
      {"[0 .. 5]", "[0 .. 6]"},
      {"low, ", "low,lower,"},
      {"date>=", "date>"},
      {"string", "\"string, null\""},
      {"-0.50", "-0.51"},
      {"#default,,,,,-0.50,\n", ""},
      {"fixed", ""},
      {"actionable", "fixed"},
      {"a\\b", "a\\c"},
      {" Own view ", "Own"},
      {"points,\n r1", "Points,\n r1"},
      {" r1 ", "r1x"},
      {">= 4", ">=4"},
      {">= 4", ">= 3"},
      {",-,1e1", ",,1e1"},
      {"1e1", "10"},
      {"two\r\nlines", "two\nlines"},
      {"0.10", "0.11"},
      {",in,in,in,in,out,note\n", ",in,in,in,note,out,note\n"}};
  for (const auto& [from, to] : changes) {
    INFO(from << " becomes " << to);
    if (to.find("note,out") != to.npos) {
      std::string s = whole;
      s.replace(s.find(from), from.size(), to);
      s.replace(s.find("\"date>=2025-09-01\""), 18, "");
      CHECK_FALSE(same_policy(t, read(s)));
    } else {
      CHECK_FALSE(same_policy(t, with(from, to)));
    }
  }
  const auto words = [](const std::string& list) {
    return read("F,a,o\n,in,out\n,\"" + list + "\",boolean\n1,-,true\n");
  };
  CHECK_FALSE(same_policy(words("x,y"), words("ordered: x,y")));
  CHECK_FALSE(same_policy(words("x,y"), words("y,x")));
  CHECK(same_policy(words("x,y"), words(" \"\"x\"\" , \"\"\\u0079\"\"")));
  // A rule or a column more, and their order.
  CHECK_FALSE(same_policy(t, read(whole + "r3,-,-,-,-,1,\n")));
  const std::string small = "F,a,b,o\n,in,in,out\n,boolean,boolean,boolean\n";
  CHECK_FALSE(
      same_policy(read(small + "1,-,-,true\n2,-,-,true\n"), read(small + "2,-,-,true\n1,-,-,true\n")));
  CHECK_FALSE(same_policy(read(small + "1,-,-,true\n"),
                          read("F,b,a,o\n,in,in,out\n,boolean,boolean,boolean\n1,-,-,true\n")));
  CHECK_FALSE(
      same_policy(read(small + "1,-,-,true\n"), read("F,a,o\n,in,out\n,boolean,boolean\n1,-,true\n")));
}

TEST_CASE("defaults and domains that are hard to write", "[policy][forms]") {
  const auto comes_back = [](const policy::table& t) {
    const std::string csv = policy::write_csv(t), markdown = policy::write_markdown(t);
    const policy::table c = read(csv), m = read_md(markdown);
    CHECK(same_policy(t, c));
    CHECK(same_policy(t, m));
    CHECK(policy::write_csv(m) == csv);
    return c;
  };
  // The default of an output of text: bare where that is the same text.
  for (const char* value :
       {"", "null", "\"", "\"quoted\"", " blank ", "\n", "a\r\nb", "\t", "-", ">3", "a,b", "\\", "true"}) {
    std::string literal = to_string(value_ref(value)), cell = "\"";
    for (const char c : literal) cell += c == '"' ? "\"\"" : std::string(1, c);
    const policy::table t =
        comes_back(read("U,a,o\n,in,out\n,boolean,string\n#default,," + cell + "\"\nr1,true,x\n"));
    CHECK(t.default_output(0) == value_ref(value));
  }
  CHECK(comes_back(read("U,a,o\n,in,out\n,boolean,\"string, null\"\n#default,,null\nr1,true,x\n"))
            .default_output(0)
            .is_null());
  // Null by default is not the same as no default.
  CHECK_FALSE(same_policy(read("U,a,o\n,in,out\n,boolean,boolean\nr1,true,true\n"),
                          read("U,a,o\n,in,out\n,boolean,boolean\n#default,,\nr1,true,true\n")));
  for (const char* domain :
       {"[1e22..9.99999999999999e22]", "number >= -1e-22", "integer (-999999999999999..999999999999999)",
        "0.1,2e3,-7", "date [0001-01-01..9999-12-31]", "date < 1969-12-31",
        "date and time >= 0001-01-01T00:00:00.001", "time", "time [00:00..12:00]",
        "time (00:00..23:59:59.999]", "time > 00:00", "time >= 00:00", "time < 00:00:00.001",
        "days and time duration <= P999999999DT23H59M59S", "days and time duration > -PT0.001S",
        "years and months duration [-P999999999Y11M..P0M)", "boolean, null", "string,null"}) {
    INFO(domain);
    comes_back(read(std::string("U,a,o\n,in,out\n,\"") + domain + "\",boolean\nr1,-,true\n"));
  }
  // A default of each kind at its ends.
  for (const char* kind_and_value :
       {"number;-1e-22", "number;9.99999999999999e36", "date;9999-12-31", "date;0001-01-01",
        "time;23:59:59.999", "date and time;0001-01-01T00:00:00.001",
        "days and time duration;-P999999999DT0.5S", "years and months duration;P999999999Y999999999M",
        "boolean;false"}) {
    const std::string both = kind_and_value;
    const std::size_t cut = both.find(';');
    INFO(both);
    const policy::table t = read("U,a,o\n,in,out\n,boolean," + both.substr(0, cut) + "\n#default,," +
                                 both.substr(cut + 1) + "\nr1,-," + both.substr(cut + 1) + "\n");
    CHECK(t.default_output(0) == t.output(0, 0));
    CHECK(comes_back(t).default_output(0) == t.output(0, 0));
  }
}

TEST_CASE("what a Markdown document may look like", "[policy][forms]") {
  const policy::table t = read("F,a,o\n,in,out\n,integer,\"x,y|z\"\nr1,\">=4,\n1\",x\nr2,-,y|z\n");
  // The plain form; without outer pipes; aligned, indented, with every kind of line end.
  const std::string rows =
      "| | in | out |\n| | integer | x,y\\|z |\n| r1 | >=4,<br>1 | x |\n| r2 | - | y\\|z |\n";
  CHECK(same_policy(read_md("| F | a | o |\n|---|---|---|\n" + rows), t));
  CHECK(same_policy(read_md("F|a|o\n-|-|-\n||in|out\n||integer|x,y\\|z\nr1|>=4,<br>1|x\nr2|-|y\\|z"), t));
  CHECK(same_policy(read_md("   |F|a|o|\r\n |:-:|--:|:--|  \r\n||in|out|\r||integer|\"x\",\"y&#124;z\"|\n"
                            "\t|r1|>=4,<BR />1|x|   \r\n|r2|\\-|y\\|z"),
                    t));
  CHECK(same_policy(read_md("\xEF\xBB\xBF| F | a | o |\n|---|---|---|\n" + rows), t));
  CHECK(same_policy(read_md("| F | a | o |\n|---|---|---|\n| | in | out |\n| | integer | x,y\\|z |\n| | | |\n"
                            "| r1 | &gt;=4,&#10;1 | x |\n|  |  |  |\n| r2 | \\- | y&#124;z |\n"),
                    t));
  // What stands around it: prose with pipes, other tables, code, comments, lists, quotes, HTML.
  const std::string table = "| F | a | o |\n|---|---|---|\n" + rows;
  const std::string around =
      "# The policy | and more\n\n| word | meaning |\n|---|---|\n| F | first |\n| U | unique |\n\n"
      "```\n" +
      table + "```\n\n~~~~ text\n```\n" + table +
      "~~~\n~~~~~\n\n``` not `a` fence\n\n"
      "<!-- old:\n" +
      table + "-->\n\n    | F | a | o |\n    |---|---|---|\n\n| F | a | o |\n\nText right above it:\n";
  for (const char* behind :
       {"\nProse.\n", "# Title\n", "> quote\n", "```\n|U|a|\n|-|-|\n```\n", "- list\n", "* list\n",
        "<!-- comment -->\n", "<div>\n", "---\n", "***\n", " \t \n| r3 | 1 | x |\n", "\n| U |\n\n| A |\n|\n",
        "\n| a | b |\n|---|---|\n| U | 1 |\n", ""}) {
    INFO(behind);
    CHECK(same_policy(read_md(around + table + behind), t));
  }
  // The table that follows a code block which opens right behind a table.
  CHECK(same_policy(read_md("| a | b |\n|---|---|\n| 1 | 2 |\n```\n| U | a |\n|---|---|\n```\n" + table), t));
  CHECK(
      same_policy(read_md("| a | b |\n|---|---|\n| 1 | 2 |\n<!--\n| U | a |\n|---|---|\n-->\n" + table), t));
}

TEST_CASE("signs in a Markdown cell", "[policy][forms]") {
  const auto text = [](const std::string& cell) {
    const policy::table t = read_md(
        "| F | a | o | n |\n|---|---|---|---|\n| | in | out | note |\n| | boolean | boolean | |\n| r1 | - | "
        "true | " +
        cell + " |\n");
    // Whatever was read is written so that it is read again.
    REQUIRE(same_policy(read_md(policy::write_markdown(t)), t));
    return std::string(t.note(0, 0));
  };
  CHECK(text("a \\| b \\\\ c \\\\\\| d") == "a | b \\ c \\| d");
  CHECK(text("\\*\\_\\`\\#\\<\\&\\-\\.\\!\\~") == "*_`#<&-.!~");
  CHECK(text("C:\\new \\1 \\ x") == "C:\\new \\1 \\ x");
  CHECK(text("a<br>b<br/>c<br />d<BR  >e") == "a\nb\nc\nd\ne");
  CHECK(text("<br <brr> <b> < br> \\<br>") == "<br <brr> <b> < br> <br>");
  CHECK(text("&lt;&gt;&amp;&quot;&#124;&#92;&#13;&#10;x") == "<>&\"|\\\r\nx");
  CHECK(text("&amp;lt; &lt &copy; &#0; &#128; &#; &#x7c; &#00000124; \\&lt;") ==
        "&lt; &lt &copy; &#0; &#128; &#; &#x7c; &#00000124; &lt;");
  CHECK(text("&#0000124; *x* `a\\|b` [l](u)") == "| *x* `a|b` [l](u)");
  CHECK(text("<br>  a  <br>") == "a");
}

TEST_CASE("places in a Markdown document", "[policy][forms]") {
  const policy::table t = read_md(
      "Prose.\r\n\r\n"
      "| F | a\\|b | o | n |\r\n"
      "|---|---|---|---|\r\n"
      "| | in | out | note |\r\n"
      "|| string | x | |\r\n"
      "|   r1 | \"\\\\\\\\\" |x|<br>here|\r\n"
      "r2 |-| x | |\r\n");
  CHECK(t.name() == "p");
  CHECK(t.file() == "docs/p.md");
  CHECK(t.columns()[0].name == "a|b");
  CHECK(t.columns()[0].line == 3);
  CHECK(t.columns()[0].offset == 7);
  CHECK(t.columns()[1].offset == 14);
  CHECK(to_string(t.rule_location(0)) == "docs/p.md:7:5");
  CHECK(to_string(t.rule_location(1)) == "docs/p.md:8:1");
  CHECK(to_string(t.cell_location(0, 0)) == "docs/p.md:7:10");
  CHECK(to_string(t.cell_location(0, 1)) == "docs/p.md:7:18");
  CHECK(to_string(t.cell_location(0, 2)) == "docs/p.md:7:24");
  CHECK(to_string(t.cell_location(1, 2)) == "docs/p.md:8:11");
  const auto missing = policy::read_markdown("# Title\n", {"", "docs/p.md", {}});
  CHECK(to_string(missing.error()) ==
        "docs/p.md:1:1: bad_table: the text has no table; expected a table whose first cell is a hit policy, "
        "such as F. "
        "Hint: code blocks and comments are skipped");
}

TEST_CASE("different policies have different texts", "[policy][forms]") {
  generate::policies make(99);
  std::vector<policy::table> all;
  std::vector<std::string> csv, markdown;
  for (int i = 0; i != 60; ++i) {
    all.push_back(read(make.csv()));
    csv.push_back(policy::write_csv(all.back()));
    markdown.push_back(policy::write_markdown(all.back()));
  }
  for (std::size_t a = 0; a != all.size(); ++a)
    for (std::size_t b = 0; b != all.size(); ++b) {
      REQUIRE(same_policy(all[a], all[b]) == (a == b));
      REQUIRE((csv[a] == csv[b]) == (a == b));
      REQUIRE((markdown[a] == markdown[b]) == (a == b));
    }
}

namespace {

std::string page() {
  std::ifstream in(ECTP_SOURCE_DIR "/docs/policy_forms.md", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}
// The code block behind a comment of this text.
std::string block(const std::string& all, const std::string& comment) {
  std::size_t begin = all.find("<!-- " + comment + " -->\n```");
  REQUIRE(begin != all.npos);
  begin = all.find('\n', all.find("```", begin)) + 1;
  return all.substr(begin, all.find("```\n", begin) - begin);
}

}  // namespace

TEST_CASE("the page about the forms is true", "[policy][forms]") {
  const std::string all = page();
  const policy::reading itself = policy::read_markdown_all(all, {"", "docs/policy_forms.md", {}});
  INFO(errors_of(itself));
  REQUIRE(itself.table);
  const std::string csv = block(all, "csv");
  CHECK(policy::write_csv(*itself.table) == csv);
  CHECK(all.find(policy::write_markdown(read(csv))) != all.npos);
  CHECK(errors_of(policy::read_markdown_all(block(all, "draft"), {"", "draft.md", {}})) ==
        block(all, "draft errors"));

  std::string machine_csv = block(all, "machine");
  const auto load = [](const std::string& text) {
    return policy::make_machine_all(*policy::read_csv(text, {"", "machine.csv", {}}));
  };
  const policy::machine_reading loaded = load(machine_csv);
  REQUIRE(loaded.machine);
  const policy::machine& m = *loaded.machine;
  policy::runner run(m);
  const policy::move made = run.step("try", {{"tries", 0}}).value();
  CHECK(made == policy::move{"open", "try", "tried", "How did it go?", 0});
  CHECK(run.step("keep", {{"tries", 1}})->next == "done");
  CHECK(run.state() == "done");
  CHECK(m.is_final(2));
  CHECK(to_string(m.step("open", "keep", {{"tries", 0}}).error()) + "\n" +
            to_string(m.step("open", "try", {{"tries", 3}}).error()) + "\n" ==
        block(all, "machine refusals"));
  const std::size_t x1 = machine_csv.find("x1,");
  machine_csv.erase(x1, machine_csv.find("x2,") - x1);
  machine_csv.replace(machine_csv.find("m3,not(done)"), 12, "m3,-");
  std::string errors;
  for (const error& e : load(machine_csv).errors) errors += to_string(e) + "\n";
  CHECK(errors == block(all, "machine errors"));
}
