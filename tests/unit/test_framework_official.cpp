#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/framework/official.hpp"
#include "support/official_documents.hpp"

namespace fw = ectp::framework;
namespace docs = official_documents;
using ectp::errc;

namespace {

const fw::tree& ittecf() {
  static const fw::tree t = fw::edition("ittecf-2024").value();
  return t;
}

fw::official_text read(std::string_view text, fw::official_form form = fw::official_form::automatic) {
  auto out = fw::read_official(text, form, "doc");
  if (!out) FAIL(to_string(out.error()));
  return *out;
}

// code|wording, a line each.
std::string listed(const fw::official_text& t) {
  std::string out;
  for (const fw::official_statement& s : t.statements) out += s.code + "|" + s.text + "\n";
  return out;
}

std::string notes(const fw::official_text& t) {
  std::string out;
  for (const fw::official_note& n : t.notes) out += to_string(n.at) + ": " + n.message + "\n";
  return out;
}

// Every manner of writing that is understood for a code.
std::vector<std::string> manners(const std::string& code) {
  std::vector<std::string> out{code, " " + code + " ", code + ".", code + ":", "(" + code + ")", "[" + code + "]", "**" + code + "**", "`" + code + "`",
                               "**" + code + ".**", code + ")", "ecf-2019:" + code, "ittecf-2024:" + code};
  const std::size_t dot = code.find('.');
  const bool number = dot != std::string::npos && ectp::is_digit(code[0]);
  const bool letter = dot == std::string::npos && ectp::is_digit(code[0]) && code.size() > 1 && ectp::is_letter(code.back());
  if (number || letter) {
    const std::string section = number ? code.substr(0, dot) : code.substr(0, code.size() - 1);
    const std::string item = number ? code.substr(dot + 1) : code.substr(code.size() - 1);
    for (const std::string& prefix : number ? std::vector<std::string>{"LT", "lt", "Learn that", "learn-that", "ECF LT", "Statement", "CCF", "ITTECF"}
                                            : std::vector<std::string>{"LHT", "lht", "LH", "Learn how to", "LEARN HOW TO", "learn how", "ECF LHT", "item", "ECF"})
      for (const char* between : {" ", ": ", "-"}) {
        out.push_back(prefix + between + code);
        out.push_back(prefix + between + code + ".");
        out.push_back(prefix + between + section + "." + item);
        out.push_back(prefix + between + section + "(" + item + ")");
      }
    for (const char* between : {".", "-", "/", "_", ". ", " "}) out.push_back(section + between + item);
    for (const char* end : {"", ".", ":"}) {
      out.push_back(section + "(" + item + ")" + end);
      out.push_back(section + ".(" + item + ")" + end);
      out.push_back(section + " (" + item + ")" + end);
      out.push_back("S" + section + "." + item + end);
      out.push_back("S" + section + (number ? "-LT-" : "-LHT-") + item + end);
      out.push_back("Standard " + section + ": " + item + end);
    }
    if (number) {
      out.push_back("LT" + code);
      out.push_back("TS" + code);
    } else {
      out.push_back("LHT" + code);
      out.push_back("S" + code);
      out.push_back(section + static_cast<char>(item[0] - 32));
    }
  }
  if (code.size() > 8 && code.find("-LHT-") != std::string::npos) {
    const std::string section = code.substr(1, 1), item = code.substr(7);
    const std::string bare = item[0] == '0' ? item.substr(1) : item;
    for (const std::string& s : {"s" + section + "-lht-" + item, "S" + section + " LHT " + bare, "S" + section + ".LHT." + bare, "LHT " + section + "." + bare,
                                 "S" + section + "-LHT-" + bare, "Learn how to " + section + "." + bare})
      out.push_back(s);
  }
  if (code.compare(0, 2, "TS") == 0 && code[2] != '-') {
    const std::string section = code.substr(2, 1);
    if (code.size() == 3) {
      for (const std::string& s : {"ts" + section, "TS " + section, "Teachers Standard " + section, "TS-" + section}) out.push_back(s);
    } else {
      const std::string item = code.substr(4);
      for (const std::string& s : {"TS" + section + item, "ts" + section + "." + item, "TS" + section + "(" + item + ")", "TS " + section + " (" + item + ")",
                                   "TS " + section + item, "TS" + section + "-" + item})
        out.push_back(s);
    }
  }
  if (code.size() == 2 && code[0] == 'S')
    for (const std::string& s : {"s" + code.substr(1), "Standard " + code.substr(1), "section " + code.substr(1), "S " + code.substr(1)}) out.push_back(s);
  if (code.find("-G") != std::string::npos)
    for (const std::string& s : {"S" + code.substr(1, 1) + " G" + code.substr(4), "s" + code.substr(1, 1) + ".g" + code.substr(4)}) out.push_back(s);
  if (code.compare(0, 5, "TS-P2") == 0) {
    out.push_back("part 2" + code.substr(5));
    out.push_back("Part Two" + code.substr(5));
    out.push_back("TS P2" + code.substr(5));
  }
  return out;
}

std::vector<std::string> every_code() {
  std::vector<std::string> out;
  for (const fw::edition_info& e : fw::editions()) {
    const fw::tree t = fw::edition(e.id).value();
    for (const fw::node_view& n : t.nodes())
      if (n.id().value() != 0) out.emplace_back(n.code());
  }
  // The forms of all editions that are known, further than any of them goes.
  for (int s = 1; s <= 9; ++s) {
    const std::string d = std::to_string(s);
    out.push_back("S" + d);
    out.push_back("TS" + d);
    for (int i = 1; i <= 31; ++i) out.push_back(d + "." + std::to_string(i));
    for (char c = 'a'; c <= 'z'; ++c) {
      out.push_back(d + c);
      out.push_back("TS" + d + "." + c);
    }
    for (int i = 1; i <= 25; ++i) out.push_back("S" + d + "-LHT-" + (i < 10 ? "0" : "") + std::to_string(i));
    for (int i = 1; i <= 12; ++i) out.push_back("S" + d + "-G" + std::to_string(i));
  }
  out.push_back("TS-P2");
  for (int i = 1; i <= 4; ++i) {
    out.push_back("TS-P2." + std::to_string(i));
    for (char c = 'a'; c <= 'g'; ++c) out.push_back("TS-P2." + std::to_string(i) + "." + c);
  }
  return out;
}

// Lays out standards of the tree in two columns, at random, and reads them. Returns how many statements there were.
std::size_t read_layouts(std::uint64_t first, std::uint64_t last, std::size_t standards) {
  std::size_t read_all = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    docs::random r(seed);
    std::vector<docs::section> all = docs::sections_of(ittecf(), r);
    for (std::size_t n = r.below(all.size() - standards + 1); n != 0; --n) all.erase(all.begin());
    all.resize(standards);
    const docs::style style = docs::drawn_style(r);
    const bool layout = seed % 3 != 0;
    const std::string text = layout ? docs::two_columns(r, style, all) : docs::one_column(r, style, all);
    CAPTURE(seed, layout);
    const auto got = fw::read_official(text, fw::official_form::automatic, "doc");
    REQUIRE(got.has_value());
    std::size_t wanted = 0;
    std::string wrong;
    for (const docs::section& s : all)
      for (const auto* side : {&s.that, &s.how})
        for (const docs::line_of_words& one : *side) {
          if (one.code.empty()) continue;
          ++wanted;
          const fw::official_statement* found = nullptr;
          for (const fw::official_statement& o : got->statements)
            if (o.code == one.code) found = &o;
          if (found == nullptr) wrong += one.code + " is missing\n";
          else if (found->text != one.words) wrong += one.code + ": '" + found->text + "'\n   not '" + one.words + "'\n";
        }
    if (!wrong.empty()) {
      if (std::FILE* f = std::getenv("ECTP_SHOW_LAYOUT") != nullptr ? std::fopen(std::getenv("ECTP_SHOW_LAYOUT"), "wb") : nullptr) {
        std::fwrite(text.data(), 1, text.size(), f);
        std::fclose(f);
      }
      INFO(notes(*got));
      FAIL(wrong);
    }
    REQUIRE(got->statements.size() == wanted);
    read_all += wanted;
  }
  return read_all;
}

}  // namespace

TEST_CASE("every code of every edition in every manner of writing is itself and no other", "[framework][official]") {
  std::size_t asked = 0;
  std::string wrong;
  for (const std::string& code : every_code())
    for (const std::string& spelt : manners(code)) {
      ++asked;
      const std::string got = fw::normalise_code(spelt);
      if (got != code) wrong += "'" + spelt + "' gave '" + got + "' and not '" + code + "'\n";
      // Doing it again changes nothing.
      if (fw::normalise_code(got) != got) wrong += "'" + got + "' is not settled\n";
    }
  CHECK(wrong == "");
  CHECK(asked > 20'000);
}

TEST_CASE("what is no code stays as it is", "[framework][official]") {
  for (const char* s : {"", "1", "2019", "KS3", "Year 7", "1.1.1", "1.1a", "0.1", "1.0", "HS-LS1-1", "MATH.K.CC.1", "LT", "LT 1a", "learn that", "a", "1a b", "2.10x",
                        "1.1 and 1.2", "1111.1", "9f86d081-884c-4d65-9a2f-eaa0c55ad015", "CCSS.ELA-LITERACY.RL.1.1", "\xC3\xA9", "\xFF\xFE", "s", "S1-LHT", "S1-X1",
                        "1..", "(", "**", "ecf-2019:", "99999999999999999999.1"})
    CHECK(fw::normalise_code(s) == s);
  CHECK(fw::normalise_code("  x y ") == "x y");
  const std::string long_one(100'000, '1');
  CHECK(fw::normalise_code(long_one) == long_one);
  CHECK(fw::normalise_code("2.10") == "2.10");
  CHECK(fw::normalise_code("\xC2\xA0" "1.1\xC2\xA0") == "1.1");
}

TEST_CASE("a code is found in the tree in the tree's own manner", "[framework][official]") {
  const auto code = [](std::string_view s) {
    const auto id = fw::find_code(ittecf(), s);
    return id ? std::string(ittecf()[*id].code()) : std::string("none");
  };
  CHECK(code("HE1") == "1.1");
  CHECK(code("he 1.1") == "1.1");
  CHECK(code("HE a") == "1a");
  CHECK(code("HPL10") == "2.10");
  CHECK(code("PB 1(a)") == "none");  // 1a is not of Professional Behaviours
  CHECK(code("HE 2.1") == "none");
  CHECK(code("TS1") == "S1");
  CHECK(code("TS1.a") == "1a");
  CHECK(code("ittecf-2024:4n") == "4n");
  CHECK(code("ittecf-2024") == "none");
  CHECK(code("LHT 4.n") == "4n");
  CHECK(code("9.9") == "none");
  CHECK(code("") == "none");
  for (const fw::node_view& n : ittecf().descendants(ittecf().root()))
    for (const std::string& spelt : manners(std::string(n.code()))) {
      if (spelt.compare(0, 4, "ecf-") == 0) continue;
      CAPTURE(spelt);
      REQUIRE(code(spelt) == n.code());
    }
}

TEST_CASE("the form of a document is told by its name or its text", "[framework][official]") {
  CHECK(fw::official_form_of("a/official.md") == fw::official_form::markdown);
  CHECK(fw::official_form_of("OFFICIAL.CSV") == fw::official_form::csv);
  CHECK(fw::official_form_of("x.y.txt") == fw::official_form::plain);
  CHECK(fw::official_form_of("x.pdf") == fw::official_form::plain);
  CHECK(fw::official_form_of("x.docx") == fw::official_form::automatic);
  CHECK(fw::official_form_of("") == fw::official_form::automatic);
  CHECK(read("# A\n1.1 Pots are round.\n").form == fw::official_form::markdown);
  CHECK(read("- 1.1 Pots are round.\n").form == fw::official_form::markdown);
  CHECK(read("code,text\n1.1,Pots\n").form == fw::official_form::csv);
  CHECK(read("1.1 Pots are round.\n").form == fw::official_form::plain);
}

TEST_CASE("Markdown is read in its manners", "[framework][official]") {
  const std::string wanted =
      "1.1|Pots are round and lids are flat.\n1.2|Lids fit pots.\n1a|Turn a pot.\n1b|Close a pot, and say so.\n2.1|Kilns are hot.\n2.2|Kilns cool down.\n";
  const char* const texts[] = {
      // lists with codes
      "# Standard 1\n\n- 1.1 Pots are round\n  and lids are flat.\n- 1.2 Lids fit pots.\n\nWork with pots, by:\n\n* **1a.** Turn a pot.\n* **1b** Close a pot,\n    and say "
      "so.\n\n## Standard 2\n+ `2.1`: Kilns are hot.\n+ (2.2) Kilns cool down.\n",
      // headings and numbered lists
      "## Pots (Standard 1 - Make pots)\n### Learn that...\n1. Pots are round and lids are flat.\n2. Lids fit pots.\n### Learn how to...\nWork with pots, by:\n\na. Turn a "
      "pot.\n\nb. Close a pot, and say so.\n\n## Standard 2\n### Learn that\n1. Kilns are hot.\n1. Kilns cool down.\n",
      // lists inside each other
      "1. Pots\n   1. Pots are round and lids are flat.\n   2. Lids fit pots.\n   - a. Turn a pot.\n   - b. Close a pot, and say so.\n2. Kilns\n   1. Kilns are hot.\n   1. "
      "Kilns cool down.\n",
      // paragraphs
      "**1.1** Pots are round and\nlids are flat.\n\n1.2. Lids fit pots.\n\n**LHT 1a** - Turn a pot.\n\n1(b) Close a pot, and say so.\n\n2.1 Kilns are hot.[^1]\n\n2.2 Kilns cool "
      "down.<sup>2</sup>\n",
      // a table of codes
      "| Code | Wording |\n|------|---------|\n| 1.1 | Pots are round and<br>lids are flat. |\n| 1.2 | Lids fit pots. |\n| 1.a | Turn a pot. |\n| 1b | Close a pot, and say so. "
      "|\n| LT 2.1 | Kilns are hot. |\n| 2.2 | Kilns cool down. |\n",
      // a table without a header that says so
      "| A | B |\n|---|---|\n| 1.1 | Pots are round and lids are flat. |\n| 1.2 | Lids fit pots. |\n| 1a | Turn a pot. |\n| 1b | Close a pot, and say so. |\n| 2.1 | Kilns "
      "are hot. |\n| 2.2 | Kilns cool down. |\n",
  };
  for (const char* text : texts) {
    CAPTURE(text);
    CHECK(listed(read(text, fw::official_form::markdown)) == wanted);
    std::string windows;
    for (const char* c = text; *c != 0; ++c) windows += *c == '\n' ? std::string("\r\n") : std::string(1, *c);
    CHECK(listed(read("\xEF\xBB\xBF" + windows, fw::official_form::markdown)) == wanted);
  }
  CHECK(listed(read("# Standard 1\n| Learn that | Learn how to |\n|---|---|\n| 1. Pots are round.<br>2. Lids fit. | by:<br>a. Turn<br>a pot.<br>b. Close it. |\n")) ==
        "1.1|Pots are round.\n1.2|Lids fit.\n1a|Turn a pot.\n1b|Close it.\n");
}

TEST_CASE("Markdown says what it passed over and where", "[framework][official]") {
  const auto t = read("Words before.\n\n- 1.1 Pots.\n- no code here\n- 1.2\n```\n- 1.3 in a block\n```\n<!-- - 1.4 in a comment -->\n- 1.5 Lids.\n");
  CHECK(listed(t) == "1.1|Pots.\n1.5|Lids.\n");
  CHECK(notes(t) ==
        "doc:1:1: no code: passed over 'Words before.'\ndoc:4:1: no code: passed over 'no code here'\ndoc:6:1: a block of code: passed over\n"
        "doc:5:3: no wording follows the code '1.2'\n");
  CHECK(t.statements[1].line == 10);
  CHECK(t.statements[1].column == 3);
}

TEST_CASE("CSV is read by the names of its columns", "[framework][official]") {
  for (const char* header : {"code,text", "Code,Wording", "humanCodingScheme,fullStatement", "Statement code,Statement", "ref,official wording"}) {
    CAPTURE(header);
    const auto t = read(std::string(header) + "\n1.1,\"Pots, and\nlids\"\nLHT 1a,\"Say \"\"lid\"\"\"\n", fw::official_form::csv);
    CHECK(listed(t) == "1.1|Pots, and lids\n1a|Say \"lid\"\n");
    CHECK(t.statements[1].line == 4);
  }
  // OpenSALT's columns, in any order; the identifier is no code
  const auto t = read("Identifier,fullStatement,Human Coding Scheme,abbreviatedStatement\nx,Pots,1.1,p\ny,Lids,,l\nz,,1.2,q\n", fw::official_form::csv);
  CHECK(listed(t) == "1.1|Pots\n");
  CHECK(notes(t) == "doc:3:3: no code: passed over 'Lids'\ndoc:4:4: no wording follows the code '1.2'\n");
}

TEST_CASE("plain text that two columns were taken from is read", "[framework][official]") {
  const std::string layout =
      "Department of Pots                                                       3\n\n"
      "Pots (Standard 1 \xE2\x80\x93 Make pots)\n\n"
      "Learn that\xE2\x80\xA6                      Learn how to\xE2\x80\xA6\n\n"
      "1.   Pots are round, and every        Work with pots that are\n"
      "     lid is \xEF\xAC\x82" "at.2                    turned, by:\n"
      "                                      a. Turning a pot with the\n"
      "2.   Lids are well-                      help of expec-\n"
      "     known to \xEF\xAC\x81t pots.                  tations.\n"
      "                                      b. Closing a pot.\n"
      "\f"
      "Department of Pots                                                       4\n\n"
      "3.   Pots can be expectations of      Speak of pots, by:\n"
      "     lids [3].                        c. Saying so.\n\n"
      "Notes\n"
      "1. Author, A. (2011) A book of pots.\n";
  CHECK(listed(read(layout)) ==
        "1.1|Pots are round, and every lid is flat.\n1a|Turning a pot with the help of expectations.\n1.2|Lids are well-known to fit pots.\n1b|Closing a pot.\n"
        "1.3|Pots can be expectations of lids.\n1c|Saying so.\n");
  const std::string stream =
      "Pots (Standard 1 \xE2\x80\x93 Make pots)\nLearn that\xE2\x80\xA6\n1.\n\nPots are round, and every\nlid is flat.\n\n2.\n\nLids fit pots.\n\nLearn how to\xE2\x80\xA6\n"
      "Work with pots that are\nturned, by:\n\n\xE2\x80\xA2 a. Turning a pot.\n\xE2\x80\xA2 b. Closing a pot\nwith a lid.\nSpeak of pots, by:\nc. Saying so.\n\f";
  CHECK(listed(read(stream)) == "1.1|Pots are round, and every lid is flat.\n1.2|Lids fit pots.\n1a|Turning a pot.\n1b|Closing a pot with a lid.\n1c|Saying so.\n");
  // Numbers in a sentence at the beginning of a line
  const auto t = read("Standard 2\n2.1 Pupils hold about\n2.5 things, or 3\n1.1 of them.\n2.2 And so on, as in\n2.1 above\n");
  CHECK(listed(t) == "2.1|Pupils hold about 2.5 things, or 3 1.1 of them.\n2.2|And so on, as in 2.1 above\n");
}

TEST_CASE("whatever way two columns are laid out, every statement is found with its wording", "[framework][official]") {
  CHECK(read_layouts(1, 200, 2) > 200 * 30);
}
TEST_CASE("whole frameworks laid out in two columns are read", "[framework][official]") { CHECK(read_layouts(1001, 1020, 8) == 20 * 193); }
TEST_CASE("a thousand frameworks laid out in two columns are read", "[framework][official][.long]") {
  CHECK(read_layouts(2001, 3000, 8) == 1000 * 193);
}
