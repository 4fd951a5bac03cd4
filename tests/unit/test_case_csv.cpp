#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/interop/case_csv.hpp"
#include "support/case_reference.hpp"

namespace fw = ectp::framework;
using ectp::errc;
using ectp::error;

namespace {

const fw::case_csv_about about{.title = "How we teach", .last_change_date_time = "2025-01-31T12:00:00Z", .identifier = {}, .creator = {}, .base_uri = {}};

std::string all(const std::vector<error>& errors) {
  std::string out;
  for (const error& e : errors) out += to_string(e) + "\n";
  return out;
}

fw::case_package read(const std::string& text) {
  const fw::case_reading r = fw::read_case_csv_all(text, "f.csv", about);
  if (!r.errors.empty()) FAIL(all(r.errors));
  return r.package;
}

// `line:column code` of each.
std::string places(const std::vector<error>& errors) {
  std::string out;
  for (const error& e : errors) {
    CHECK(e.at.file == "f.csv");
    CHECK_FALSE(e.message.empty());
    out += (out.empty() ? "" : " ") + std::to_string(e.at.line) + ":" + std::to_string(e.at.column) + " " + std::string(name(e.code));
  }
  return out;
}
std::string faults(const std::string& text) {
  const fw::case_reading r = fw::read_case_csv_all(text, "f.csv", about);
  CHECK(fw::read_case_csv(text, "f.csv", about).has_value() == r.errors.empty());
  return places(r.errors);
}
std::string warnings(const std::string& text) {
  const fw::case_reading r = fw::read_case_csv_all(text, "f.csv", about);
  CHECK(all(r.errors) == "");
  return places(r.warnings);
}

// The tree by indent, code and words.
std::string outline(const fw::case_package& p) {
  const auto t = fw::to_tree(p);
  if (!t) return to_string(t.error());
  std::string out;
  for (const fw::node_view& n : t->nodes())
    if (n.depth() != 0) out += std::string(n.depth() - 1, ' ') + (n.code_is_ours() ? "-" : std::string(n.code())) + " " + std::string(n.display()) + "\n";
  return out;
}

}  // namespace

TEST_CASE("a table in OpenSALT's columns", "[case][csv]") {
  // Headers in the spellings of its sample; parents by code.
  const std::string text =
      "\"Identifier\",\"fullStatement\",\"Human Coding Scheme\",\"sequenceNumber\",\"Abbreviated Statement\",\"ConceptKeywords\",\"Notes\",\"Is Child "
      "Of\",\"IsPartOf\",\"replacedBy\",\"Exemplar\",\"hasSkillLevel\",\"IsRelatedTo\",CFItemType,Education Level,License,language\n"
      "10000000-0000-4000-8000-000000000001,Welcome,A,2,,\"start, door\",,,,,,,,Standard,\"01,02\",OGL,en\n"
      ",\"Greet, by \"\"name\"\"\",A.1,2,Greet,,why,A,,,https://x.example/v,,,Learn how to,,OGL,\n"
      ",A greeting settles a class,A.2,1,,,,A,,B,,,\"A.1,10000000-0000-4000-8000-000000000001\",Learn that,,,\n"
      "\n"
      ",Close well,B,1,,,,,,,,,,Standard,,,\n";
  const fw::case_package p = read(text);
  CHECK(warnings(text) == "");
  CHECK(outline(p) == "B Close well\nA Welcome\n A.2 A greeting settles a class\n A.1 Greet, by \"name\"\n");
  REQUIRE(p.items.size() == 4);
  CHECK(p.items[0].concept_keywords == std::vector<std::string>{"start", "door"});
  CHECK(p.items[0].education_level == std::vector<std::string>{"01", "02"});
  CHECK(p.items[0].license_uri->title == "OGL");
  CHECK(p.items[1].abbreviated_statement == "Greet");
  CHECK(p.items[1].notes == "why");
  CHECK(p.items[1].item_type == "Learn how to");
  CHECK(p.definitions->licenses.size() == 1);
  std::string links;
  for (const auto& a : p.associations)
    if (a.type != "isChildOf") links += a.type + " " + a.origin.title + " " + a.destination.title + "\n";
  CHECK(links == "exemplar A.1 https://x.example/v\nreplacedBy A.2 B\nisRelatedTo A.2 A.1\nisRelatedTo A.2 A\n");
  CHECK(all(fw::check_case(p)) == "");
  // Identifiers that were missing are made of the code, and stay.
  CHECK(p.items[3].identifier == read("fullStatement,humanCodingScheme\nOther words,B\n").items[0].identifier);
  CHECK(p.items[3].identifier == "9209ba5e-02c0-5023-9202-cb91b6f7d842");
}

TEST_CASE("hierarchy without parents", "[case][csv]") {
  CHECK(outline(read("smartLevel,fullStatement\n1,a\n1.2,c\n1.1,b\n2,d\n1.1.1,e\n")) == "- a\n - c\n - b\n  - e\n- d\n");
  CHECK(warnings("smartLevel,fullStatement\n1,a\n1.2.1,c\n") == "3:1 unknown_reference");
  // As OpenSALT has it: by what stands before the last dot.
  const std::string codes = "fullStatement,humanCodingScheme\na,A.B\nb,A.B.C\nc,A.B.D\nd,A.B.C.L\ne,Z\n";
  CHECK(outline(read(codes)) == "A.B a\n A.B.C b\n  A.B.C.L d\n A.B.D c\nZ e\n");
  CHECK(warnings(codes) == "3:3 missing_field 4:3 missing_field 5:3 missing_field");
  // An empty column of parents with levels beside it.
  CHECK(outline(read("smartLevel,fullStatement,isChildOf\n1,a,\n1.1,b,\n")) == "- a\n - b\n");
  CHECK(outline(read("fullStatement\na\nb\n")) == "- a\n- b\n");
}

TEST_CASE("tables that are odd or wrong", "[case][csv]") {
  CHECK(faults("") == "1:1 bad_table");
  CHECK(faults("\n") == "1:1 bad_table");
  CHECK(faults("identifier,humanCodingScheme\n,A\n") == "1:1 bad_table");
  CHECK(faults("fullStatement,Full Statement\na,b\n") == "1:15 bad_table");
  CHECK(faults("fullStatement,notes\na,b,c\n") == "2:5 bad_table");
  CHECK(faults("fullStatement,notes\n,b\n \t,c\n") == "2:1 missing_field 3:1 missing_field");
  CHECK(faults("fullStatement\n\"a\n") == "2:1 syntax");
  CHECK(faults("fullStatement\n\xff\n") == "2:1 encoding");
  CHECK(faults("identifier,fullStatement\n10000000-0000-4000-8000-000000000001,a\n10000000-0000-4000-8000-000000000001,b\n") == "3:1 duplicate_id");
  CHECK(faults("identifier,fullStatement\nx,a\nx,b\n") == "3:1 duplicate_id");
  CHECK(faults("fullStatement,humanCodingScheme,isChildOf\na,A,B\nb,B,A\n") == "2:5 bad_argument");
  CHECK(faults("fullStatement,humanCodingScheme,isChildOf\na,A,A\n") == "2:5 bad_argument");
  CHECK(warnings("identifier,fullStatement\nx,a\n") == "2:1 bad_id");
  CHECK(warnings("fullStatement,colour,\na,red,\n") == "1:15 unknown_field");
  CHECK(warnings("fullStatement,humanCodingScheme\na,A\nb,A\n") == "3:3 duplicate_id");
  CHECK(warnings("fullStatement,isChildOf\na,B\n") == "2:3 unknown_reference");
  CHECK(warnings("fullStatement,sequenceNumber\na,one\n") == "2:3 wrong_type");
  CHECK(warnings("fullStatement,humanCodingScheme,isChildOf\na,A,\nb,B,\nc,C,A|B\n") == "4:5 bad_argument");
  CHECK(warnings("fullStatement,replacedBy\na,other:2.1\n") == "2:3 unknown_reference");
  CHECK(warnings("fullStatement,replacedBy\na,10000000-0000-4000-8000-000000000009\n") == "");
  // A code that holds what divides the ends, and an address.
  const fw::case_package p = read("fullStatement,humanCodingScheme,isRelatedTo\na,\"A,B\",\nb,C,\"A,B\"\nc,D,\"https://x.example/?a=1,2\"\n");
  CHECK(std::count_if(p.associations.begin(), p.associations.end(), [](const auto& a) { return a.type == "isRelatedTo"; }) == 2);
  // Rows without identifier and with the same words are still two.
  const fw::case_package same = read("fullStatement\na\na\na\n");
  CHECK(same.items[0].identifier != same.items[1].identifier);
  CHECK(same.items[1].identifier != same.items[2].identifier);
  // What is not said of the framework.
  const auto plain = fw::read_case_csv("fullStatement\na\n", "folder/Our way.2.csv");
  REQUIRE(plain);
  CHECK(plain->package.document.title == "Our way.2");
  CHECK(fw::read_case_csv("fullStatement\na\n")->package.document.title == "Framework");
  CHECK(fw::to_tree(plain->package)->size() == 2);
  CHECK(fw::check_case(plain->package).size() == 3);
  for (const error& e : fw::check_case(plain->package)) CHECK(e.code == errc::missing_field);
  fw::case_csv_about wrong = about;
  wrong.identifier = "toy";
  CHECK(fw::read_case_csv("fullStatement\na\n", {}, wrong).error().code == errc::bad_id);
  wrong = about;
  wrong.last_change_date_time = "2025-01-31";
  CHECK(fw::read_case_csv("fullStatement\na\n", {}, wrong).error().code == errc::bad_date);
  fw::case_limits l;
  l.items = 2;
  CHECK(fw::read_case_csv("fullStatement\na\nb\n", {}, about, l));
  CHECK(fw::read_case_csv("fullStatement\na\nb\nc\n", {}, about, l).error().code == errc::too_large);
}

TEST_CASE("built-in editions as tables and back", "[case][csv]") {
  for (const fw::edition_info& e : fw::editions()) {
    INFO(e.id);
    const auto p = fw::to_case(*fw::edition(e.id));
    REQUIRE(p);
    for (const fw::case_csv_options& o : {fw::case_csv_options{}, fw::case_csv_options{'|', true}}) {
      const auto csv = fw::write_case_csv(*p, o);
      REQUIRE(csv);
      fw::case_csv_about same{.title = p->document.title, .last_change_date_time = p->document.last_change_date_time, .identifier = p->document.identifier,
                              .creator = p->document.creator, .base_uri = {}};
      const auto r = fw::read_case_csv(csv->text, "f.csv", same);
      REQUIRE(r);
      CHECK(all(r->warnings) == "");
      REQUIRE(r->package.items.size() == p->items.size());
      CHECK(outline(r->package) == outline(*p));
      for (std::size_t i = 0; i != p->items.size(); ++i) {
        const fw::case_item &a = p->items[i], &b = r->package.items[i];
        CHECK(a.identifier == b.identifier);
        CHECK(a.full_statement == b.full_statement);
        CHECK(a.notes == b.notes);
        CHECK(a.item_type == b.item_type);
        CHECK(a.concept_keywords == b.concept_keywords);
      }
      // The associations that make the tree, to the letter.
      CHECK(r->package.associations == p->associations);
      CHECK(all(fw::check_case(r->package)) == "");
      CHECK(csv->notes.size() >= 3);
    }
  }
}

TEST_CASE("any package as a table", "[case][csv]") {
  for (std::uint32_t seed = 0; seed != 150; ++seed) {
    INFO("seed " << seed);
    case_reference::generator make(seed);
    const auto json = fw::read_case(make.package(seed % 14).dump());
    REQUIRE(json);
    fw::case_package p = json->package;
    // Codes that say something, some twice, some like another's identifier.
    for (std::size_t i = 0; i != p.items.size(); ++i)
      p.items[i].human_coding_scheme = make.chance(5) ? "" : make.chance(5) ? "twice" : make.chance(9) ? p.items[0].identifier : "K." + std::to_string(i);
    for (auto& i : p.items)
      if (i.full_statement.empty()) i.full_statement = "words";
    const auto csv = fw::write_case_csv(p);
    REQUIRE(csv);
    fw::case_csv_about same = about;
    same.identifier = p.document.identifier;
    const fw::case_reading r = fw::read_case_csv_all(csv->text, "f.csv", same);
    REQUIRE(all(r.errors) == "");
    REQUIRE(r.package.items.size() == p.items.size());
    REQUIRE(outline(r.package) == outline(p));
    const auto again = fw::write_case_csv(r.package);
    REQUIRE(again);
    CHECK(again->text == csv->text);
    for (const error& e : csv->notes) CHECK(e.message.find("not in the table: ") == 0);
  }
  fw::case_package p = read("fullStatement,humanCodingScheme\na,A\n");
  p.items[0].notes = std::string("a\0b", 3);
  CHECK(fw::write_case_csv(p).error().code == errc::encoding);
  p.items[0].notes = "\xff";
  CHECK(fw::write_case_csv(p).error().code == errc::encoding);
  p.items[0].notes = "";
  p.associations[0].destination.identifier = p.items[0].identifier;
  CHECK(fw::write_case_csv(p).error().code == errc::bad_argument);
}
