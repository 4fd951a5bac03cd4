#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/framework/reconcile.hpp"
#include "support/official_documents.hpp"

namespace fw = ectp::framework;
namespace docs = official_documents;
using ectp::errc;

namespace {

const fw::tree& ittecf() {
  static const fw::tree t = fw::edition("ittecf-2024").value();
  return t;
}

fw::reconciliation against(std::string_view text) { return fw::reconcile(ittecf(), fw::read_official(text, fw::official_form::automatic, "doc").value()); }

ectp::error refused(std::string_view text, fw::official_form form = fw::official_form::automatic, const fw::official_limits& most = {}) {
  const auto got = fw::read_official(text, form, "doc", most);
  REQUIRE_FALSE(got.has_value());
  const ectp::error& e = got.error();
  CHECK(e.at.file == "doc");
  CHECK_FALSE(e.message.empty());
  CHECK_FALSE(e.expected.empty());
  CHECK_FALSE(e.hint.empty());
  return e;
}

// Long lines and many of them; the time is what the size bounds.
void read_hostile(std::size_t n) {
  using form = fw::official_form;
  std::string gaps = "1.1 ", marks, hyphens, pipes, brackets, pages, indents, spaces(n, ' ');
  for (std::size_t i = 0; i != n / 10; ++i) {
    gaps += "word  ";
    marks += "1.1 a. ";
    hyphens += "a-\n";
    pipes += "|1.1 a<br>";
    brackets += "[^<sup>";
    pages += "1.1 x.\f";
    indents += std::string(i % 300, ' ') + "a  b\n";
    if (indents.size() > n) break;
  }
  hyphens = "1.1 " + hyphens;
  const std::string texts[] = {gaps,
                               "1.1 " + std::string(n, 'x'),
                               "1.1 " + std::string(n, '-'),
                               "1.1 " + std::string(n, '1'),
                               "1.1 x " + marks,
                               hyphens,
                               "|a|b|\n" + pipes + "|\n",
                               "1.1 " + brackets,
                               pages,
                               "1.1 x\n" + indents,
                               "1.1 x" + spaces + "y",
                               "# Standard 1\n1. a\n" + std::string(n / 4, '>') + "\n",
                               std::string(n, '(') + "1.1 x\n1.2 y\n"};
  for (const std::string& text : texts)
    for (const form f : {form::automatic, form::markdown, form::plain, form::csv}) {
      CAPTURE(text.substr(0, 30), static_cast<int>(f));
      const auto got = fw::read_official(text, f, "doc");
      if (got) CHECK(got->statements.size() <= 20'000);
      else CHECK_FALSE(got.error().message.empty());
    }
}

}  // namespace

TEST_CASE("a reconciliation says what each side has", "[framework][reconcile]") {
  const auto r = against(
      "code,text\n1.1,First words.\nLT 1.2,Second words.\n1.99,Words of a code we lack.\n7m,A placeholder filled.\n1.a,Turn.\n"
      "1a,Turn again.\n1.2,Second words.\nS1,A standard's name.\nX9,Of nowhere.\n9.1,Of no standard.\n");
  CHECK(r.edition == "ittecf-2024");
  CHECK(r.total == fw::code_counts{7, 193, 4});
  CHECK(r.only_ours.size() == 189);
  REQUIRE(r.only_document.size() == 3);
  CHECK(r.only_document[0].code == "1.99");
  CHECK(r.only_document[0].at == ectp::location{"doc", 4, 1, {}});
  CHECK(r.only_document[1].code == "X9");
  CHECK(r.filled == std::vector<std::string>{"7m"});
  CHECK(r.repeated == 1);
  REQUIRE(r.conflicts.size() == 1);
  CHECK(r.conflicts[0].code == "1a");
  CHECK(to_string(r.conflicts[0].first) == "doc:6:1");
  CHECK(to_string(r.conflicts[0].again) == "doc:7:1");
  REQUIRE(r.standards.size() == 9);
  CHECK(r.standards[0].learn_that == fw::code_counts{3, 8, 2});
  CHECK(r.standards[0].learn_how_to == fw::code_counts{1, 8, 1});
  CHECK(r.standards[8].code.empty());
  CHECK(r.standards[8].learn_that == fw::code_counts{1, 0, 0});
  CHECK(r.standards[8].other == fw::code_counts{1, 0, 0});
  std::size_t empty = 0;
  for (const auto& m : r.only_ours) empty += m.placeholder;
  CHECK(empty == 5);
  // In framework order: the standard, its statements, a later one.
  REQUIRE(r.overlay.size() == 5);
  CHECK(r.overlay[0] == fw::wording{"S1", "A standard's name."});
  CHECK(r.overlay[3] == fw::wording{"1a", "Turn."});
  const fw::tree laid = ittecf().with_text(r.overlay).value();
  CHECK(laid.find("1.2")->display() == "Second words.");
  CHECK(laid.find("7m")->display() == "A placeholder filled.");
  CHECK(hint_of(r).find("extract") != std::string::npos);
}

TEST_CASE("a reconciliation agrees with sets of codes", "[framework][reconcile]") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    docs::random r(seed);
    std::map<std::string, std::string> said;
    std::string text = "code,text\n";
    std::set<std::string> again, other_words;
    for (std::size_t n = r.between(1, 150); n != 0; --n) {
      const std::string code = std::to_string(r.between(1, 9)) + (r.chance(2) ? "." + std::to_string(r.between(1, 14)) : std::string(1, static_cast<char>('a' + r.below(20))));
      const std::string words = "Words " + std::to_string(r.below(3));
      text += code + "," + words + "\n";
      if (!said.emplace(code, words).second) (said[code] == words ? again : other_words).insert(code);
    }
    const auto got = against(text);
    std::set<std::string> ours, theirs;
    for (const auto& n : ittecf().nodes())
      if (n.kind() == fw::kind::statement) ours.emplace(n.code());
    for (const auto& [code, words] : said) theirs.insert(code);
    std::size_t both = 0;
    for (const auto& code : theirs) both += ours.count(code);
    CHECK(got.total == fw::code_counts{theirs.size(), ours.size(), both});
    CHECK(got.only_document.size() == theirs.size() - both);
    for (const auto& u : got.only_document) CHECK((theirs.count(u.code) == 1 && ours.count(u.code) == 0 && u.text == said[u.code]));
    CHECK(got.only_ours.size() == ours.size() - both);
    for (const auto& m : got.only_ours) CHECK((ours.count(m.code) == 1 && theirs.count(m.code) == 0));
    CHECK(got.overlay.size() == both);
    for (const auto& w : got.overlay) CHECK(w.text == said[w.code]);
    std::set<std::string> conflicts;
    for (const auto& c : got.conflicts) conflicts.insert(c.code);
    CHECK(conflicts == other_words);
    fw::code_counts sum;
    for (const auto& s : got.standards)
      for (const auto* c : {&s.learn_that, &s.learn_how_to, &s.other}) {
        sum.document += c->document;
        sum.ours += c->ours;
        sum.both += c->both;
      }
    CHECK(sum == got.total);
    CHECK(ittecf().with_text(got.overlay).has_value());
  }
}

TEST_CASE("a document laid out in columns fills every statement of its own edition", "[framework][reconcile]") {
  for (const fw::edition_info& e : fw::editions()) {
    const fw::tree t = fw::edition(e.id).value();
    std::string text = "# All of it\n";
    std::size_t statements = 0;
    for (const auto& n : t.nodes())
      if (n.kind() == fw::kind::statement) {
        ++statements;
        text += "- " + std::string(n.code()) + " Invented words for it.\n";
      }
    CAPTURE(std::string(e.id));
    const auto r = fw::reconcile(t, fw::read_official(text).value());
    CHECK(r.total == fw::code_counts{statements, statements, statements});
    CHECK(hint_of(r).empty());
    // Against the other editions it is told whose it is.
    for (const fw::edition_info& o : fw::editions()) {
      if (o.id == e.id) continue;
      const auto other = fw::reconcile(fw::edition(o.id).value(), fw::read_official(text).value());
      REQUIRE(other.fits_better);
      CHECK(other.fits_better->edition == e.id);
      CHECK(hint_of(other).find(e.id) != std::string::npos);
    }
  }
}

TEST_CASE("what cannot be read is refused with its place and a hint", "[framework][reconcile]") {
  using form = fw::official_form;
  for (const std::string_view text : {"", " \n\n", "\xEF\xBB\xBF", "Only words.\nAnd more.", "1. A number without a section\n", "1.1\n1.2\n"}) {
    CAPTURE(text);
    const auto e = refused(text);
    CHECK(e.code == errc::syntax);
    CHECK(e.message == "no statement with a code was found");
  }
  CHECK(refused("a,b\n", form::csv).code == errc::bad_table);
  CHECK(refused("code,b\n1.1,x\n", form::csv).message.find("no column of wording") == 0);
  CHECK(refused("a,text\n1.1,x\n", form::csv).message.find("no column of codes") == 0);
  CHECK(refused("\n\ncode;text\n1.1;x\n", form::csv).hint.find("commas") != std::string::npos);
  CHECK(to_string(refused("\n\na,text\n1.1,x\n", form::csv).at) == "doc:3:1");
  CHECK(refused("code,text\n", form::csv).code == errc::syntax);
  CHECK_FALSE(fw::read_official("code,text\n1.1,\"x\n", form::csv, "doc").has_value());
  CHECK(refused("%PDF-1.7 \n1.1 Words").hint.find("pdftotext") != std::string::npos);
  CHECK(refused(std::string_view("PK\x03\x04 and so on")).code == errc::syntax);
  CHECK(refused(std::string_view("\xFF\xFE" "1\0.\0", 6)).code == errc::encoding);
  const std::string nul = std::string("1.1 Words\n1.2 W") + '\0' + "ords\n";
  CHECK(to_string(refused(nul).at) == "doc:2:6");
  CHECK(refused(nul).code == errc::syntax);
  const auto bad = refused("1.1 Words\r\n1.2 W\xC3ords\n");
  CHECK(bad.code == errc::encoding);
  CHECK(to_string(bad.at) == "doc:2:6");
  for (const form f : {form::automatic, form::markdown, form::csv, form::plain}) {
    CHECK(refused(std::string((std::size_t{16} << 20) + 1, ' '), f).code == errc::too_large);
    CHECK(refused("1.1 a\n1.2 b\n", f, {11, 20, 20}).code == errc::too_large);
  }
  CHECK(refused("1.1 a.\n1.2 b.\n1.3 c.\n", form::plain, {1000, 2, 20}).code == errc::too_large);
  CHECK(refused("- 1.1 a.\n- 1.2 b.\n- 1.3 c.\n", form::markdown, {1000, 2, 20}).code == errc::too_large);
  CHECK(refused("code,text\n1.1,a\n1.2,b\n1.3,c\n", form::csv, {1000, 2, 20}).code == errc::too_large);
  CHECK(refused(std::string(1'100'000, '\n') + "1.1 a", form::plain).code == errc::too_large);
  const auto few = fw::read_official("a\n\nb\n\nc\n\nd\n\n1.1 Words.\n", form::markdown, "doc", {1000, 20, 2});
  REQUIRE(few.has_value());
  CHECK(few->notes.size() == 2);
  CHECK(few->notes_left_out == 2);
}


TEST_CASE("hostile documents are read", "[framework][reconcile]") { read_hostile(60'000); }
TEST_CASE("large hostile documents are read", "[framework][reconcile][.long]") { read_hostile(4'000'000); }

TEST_CASE("a line of a million characters is a statement", "[framework][reconcile]") {
  const std::string words(1'000'000, 'x');
  for (const auto f : {fw::official_form::markdown, fw::official_form::plain}) {
    const auto got = fw::read_official("1.1 " + words + "\n1.2 y\n", f).value();
    REQUIRE(got.statements.size() == 2);
    CHECK(got.statements[0].text == words);
  }
}
