#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/interop/case.hpp"
#include "support/case_reference.hpp"

namespace fw = ectp::framework;
using ectp::errc;
using ectp::error;
using nlohmann::json;

namespace {

constexpr fw::case_write_options as_it_is{.keep_identifiers = true, .keep_dangling = true};

json link(const std::string& title, const std::string& id) {
  return {{"title", title}, {"identifier", id}, {"uri", "https://frameworks.example/CFItems/" + id}};
}

std::string id_of(int n) {
  const std::string digits = std::to_string(n);
  return "10000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

// Document 1; items 2 (standard), 3 and 4 (its statements), 5 (a second standard).
json base() {
  const std::string t = "2025-01-31T12:00:00Z", at = "https://frameworks.example/";
  json p;
  p["CFDocument"] = {{"identifier", id_of(1)}, {"uri", at + "d"}, {"creator", "Invented Trust"}, {"title", "How we teach"},
                     {"lastChangeDateTime", t}, {"caseVersion", "1.1"}, {"subject", {"Teaching"}}, {"statusStartDate", "2025-09-01"},
                     {"licenseURI", link("Ours", id_of(40))}, {"language", "en"}, {"notes", "n"}};
  const auto item = [&](int n, const char* code, const char* words, const char* type) {
    p["CFItems"].push_back({{"identifier", id_of(n)}, {"uri", at + "i"}, {"fullStatement", words}, {"humanCodingScheme", code}, {"CFItemType", type},
                            {"lastChangeDateTime", t}, {"conceptKeywords", {"welcome"}}, {"educationLevel", {"01"}}, {"CFItemTypeURI", link(type, id_of(41))},
                            {"statusEndDate", "2026-08-31"}, {"notes", "why"}});
  };
  item(2, "A", "Welcome", "Standard");
  item(3, "A.1", "Greet every pupil by name", "Learn how to");
  item(4, "A.2", "A greeting settles a class", "Learn that");
  item(5, "B", "Close well", "Standard");
  const auto child = [&](int n, int from, int to, int number) {
    p["CFAssociations"].push_back({{"identifier", id_of(n)}, {"uri", at + "a"}, {"associationType", "isChildOf"}, {"originNodeURI", link("o", id_of(from))},
                                   {"destinationNodeURI", link("d", id_of(to))}, {"sequenceNumber", number}, {"lastChangeDateTime", t}});
  };
  child(12, 2, 1, 1);
  child(13, 3, 2, 2);
  child(14, 4, 2, 1);
  child(15, 5, 1, 2);
  p["CFAssociations"].push_back({{"identifier", id_of(16)}, {"uri", at + "a"}, {"associationType", "isRelatedTo"}, {"originNodeURI", link("o", id_of(3))},
                                 {"destinationNodeURI", link("d", id_of(99))}, {"lastChangeDateTime", t}, {"notes", "elsewhere"},
                                 {"CFAssociationGroupingURI", link("g", id_of(42))}});
  const auto definition = [&](int n, json more) {
    json d{{"identifier", id_of(n)}, {"uri", at + "x"}, {"title", "x"}, {"lastChangeDateTime", t}};
    d.update(more);
    return d;
  };
  p["CFDefinitions"] = {{"CFConcepts", {definition(50, {{"hierarchyCode", "1"}, {"keywords", "k"}})}},
                        {"CFSubjects", {definition(51, {{"hierarchyCode", "1"}})}},
                        {"CFLicenses", {definition(40, {{"licenseText", "as you like"}})}},
                        {"CFItemTypes", {definition(41, {{"description", "d"}, {"hierarchyCode", "1"}})}},
                        {"CFAssociationGroupings", {definition(42, {{"description", "d"}})}},
                        {"extensions", {{"e", 1}}}};
  json level{{"identifier", id_of(62)}, {"uri", at + "l"}, {"quality", "secure"}, {"score", 1.5}, {"position", 1}, {"lastChangeDateTime", t}, {"extensions", {{{"e", 1}}}}};
  json criterion{{"identifier", id_of(61)}, {"uri", at + "c"}, {"weight", 0.5}, {"rubricId", id_of(60)}, {"lastChangeDateTime", t}, {"CFRubricCriterionLevels", {level}}, {"CFItemURI", link("i", id_of(3))}};
  p["CFRubrics"].push_back({{"identifier", id_of(60)}, {"uri", at + "r"}, {"title", "r"}, {"lastChangeDateTime", t}, {"CFRubricCriteria", {criterion}}});
  p["extensions"] = {{"list", {1, nullptr, {{"deep", {{"er", 1e3}}}}}}};
  return p;
}

fw::case_reading read(const json& j) { return fw::read_case_all(j.dump(1), "f.json"); }

std::string all(const std::vector<error>& errors) {
  std::string out;
  for (const error& e : errors) out += to_string(e) + "\n";
  return out;
}

bool has(const std::vector<error>& in, errc code, const std::string& path) {
  return std::any_of(in.begin(), in.end(), [&](const error& e) { return e.code == code && e.at.path == path; });
}

// Every place is a place in the text, and the pointer names what stands there.
void check_places(const std::vector<error>& errors, const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string l; std::getline(in, l);) lines.push_back(l);
  if (text.empty() || text.back() == '\n') lines.emplace_back();
  for (const error& e : errors) {
    CHECK_FALSE(e.message.empty());
    CHECK(e.at.file == "f.json");
    REQUIRE(e.at.line >= 1);
    REQUIRE(e.at.line <= lines.size());
    CHECK(e.at.column >= 1);
    CHECK(e.at.column <= lines[e.at.line - 1].size() + 1);
  }
}

std::string write(const fw::case_package& p, const fw::case_write_options& o = as_it_is) {
  const auto text = fw::write_case(p, o);
  if (!text) FAIL(to_string(text.error()));
  return *text;
}

// What would turn the one into the other; empty when they are equal.
std::string differences(const json& a, const json& b) { return a == b ? std::string() : json::diff(a, b).dump(1); }

std::string slurp(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  std::ostringstream s;
  s << in.rdbuf();
  return s.str();
}

}  // namespace

TEST_CASE("a package of CASE", "[case]") {
  const fw::case_reading r = read(base());
  CHECK(all(r.errors) == "");
  CHECK(all(r.warnings) == "");
  const fw::case_package& p = r.package;
  CHECK(p.document.title == "How we teach");
  CHECK(p.document.subject == std::vector<std::string>{"Teaching"});
  REQUIRE(p.items.size() == 4);
  CHECK(p.items[1].full_statement == "Greet every pupil by name");
  CHECK(p.items[1].human_coding_scheme == "A.1");
  CHECK(p.items[1].item_type_uri->identifier == id_of(41));
  CHECK_FALSE(p.items[1].license_uri);
  REQUIRE(p.associations.size() == 5);
  CHECK(*p.associations[1].sequence_number == 2);
  CHECK_FALSE(p.associations[4].sequence_number);
  CHECK(p.associations[4].type == "isRelatedTo");
  CHECK(p.associations[4].grouping_uri->title == "g");
  CHECK(p.definitions->licenses[0].license_text == "as you like");
  CHECK(p.rubrics[0].criteria[0].levels[0].score == "1.5");
  CHECK(json::parse(p.extensions) == base()["extensions"]);
  CHECK(all(fw::check_case(p)) == "");
  for (const bool indent : {false, true}) {
    const std::string text = write(p, {.indent = indent});
    CHECK(json::parse(text) == base());
    CHECK((text.find("\n  \"CFItems\": [") != text.npos) == indent);
    const auto again = fw::read_case(text);
    REQUIRE(again);
    CHECK(again->package == p);
  }

  SECTION("as a tree") {
    const auto tree = fw::to_tree(p);
    REQUIRE(tree);
    CHECK(tree->edition() == id_of(1));
    std::string seen;
    for (const fw::node_view& n : tree->nodes())
      seen += std::string(n.depth(), ' ') + std::string(n.code()) + " " + std::string(name(n.kind())) + " " + std::string(n.type()) + " " + std::string(n.display()) + "\n";
    CHECK(seen == id_of(1) + " framework  How we teach\n A standard Standard Welcome\n  A.2 statement Learn that A greeting settles a class\n"
                             "  A.1 statement Learn how to Greet every pupil by name\n B standard Standard Close well\n");
    const auto node = tree->find("A.1");
    REQUIRE(node);
    CHECK(node->identifier() == id_of(3));
    CHECK(node->statement_kind() == fw::statement_kind::learn_how_to);
    CHECK(node->has_tag("welcome"));
    CHECK(node->note() == "why");
    CHECK(tree->statement_of("A.2"));
    CHECK(tree->info().publisher == "Invented Trust");
    CHECK(fw::to_tree(p, "my-trust")->find("my-trust:A.1"));
    // A school's own tree exports with its own identifiers.
    const auto out = fw::to_case(*tree);
    REQUIRE(out);
    CHECK(out->document.identifier == id_of(1));
    CHECK(out->items[2].identifier == id_of(3));
    CHECK(out->items[2].item_type == "Learn how to");
    CHECK(out->items[2].human_coding_scheme == "A.1");
    CHECK(all(fw::check_case(*out)) == "");
  }
}

TEST_CASE("levels and codes of a foreign framework", "[case]") {
  struct row {
    const char* id;
    const char* parent;
    const char* code;
    const char* type;
    fw::kind kind;
    const char* tree_code;
  };
  const std::vector<row> rows{
      {"2", "1", "S", "", fw::kind::standard, "S"},           {"3", "2", "S.1", "Cluster", fw::kind::group, "S.1"},
      {"4", "3", "S.1.a", "Standard", fw::kind::statement, "S.1.a"}, {"5", "3", "S.1.b", "", fw::kind::statement, "S.1.b"},
      {"6", "1", "", "Section", fw::kind::group, nullptr},    {"7", "6", "S.1", "statement", fw::kind::statement, nullptr},
      {"8", "7", "T", "", fw::kind::statement, "T"},          {"9", "1", "U", "", fw::kind::statement, "U"},
      {"10", "1", "V", "STANDARD", fw::kind::standard, "V"},  {"11", "6", "W", "Learn-that", fw::kind::statement, "W"},
      {"12", "2", "X", "Standard", fw::kind::standard, "X"},  {"13", "12", "Y", "learn_how_to", fw::kind::statement, "Y"}};
  fw::case_package p;
  p.document.identifier = id_of(1);
  p.document.title = "t";
  for (const row& r : rows) {
    fw::case_item i;
    i.identifier = id_of(std::atoi(r.id));
    i.full_statement = "words of " + i.identifier;
    i.human_coding_scheme = r.code;
    i.item_type = r.type;
    p.items.push_back(i);
    fw::case_association a;
    a.identifier = id_of(100 + std::atoi(r.id));
    a.type = "isChildOf";
    a.origin.identifier = i.identifier;
    a.destination.identifier = id_of(std::atoi(r.parent));
    p.associations.push_back(a);
  }
  const auto tree = fw::to_tree(p, "foreign");
  REQUIRE(tree);
  REQUIRE(tree->size() == rows.size() + 1);
  for (const row& r : rows) {
    INFO(r.id);
    const std::string code = r.tree_code != nullptr ? r.tree_code : id_of(std::atoi(r.id));
    const auto n = tree->find(code);
    REQUIRE(n);
    CHECK(n->kind() == r.kind);
    CHECK(n->identifier() == id_of(std::atoi(r.id)));
    CHECK(n->code_is_ours() == (r.tree_code == nullptr));
  }
  // A code that is another item's identifier, or the document's, would take its name away.
  p.items[0].human_coding_scheme = id_of(5);
  p.items[1].human_coding_scheme = "foreign";
  const auto again = fw::to_tree(p, "foreign");
  REQUIRE(again);
  CHECK(again->find(id_of(2))->kind() == fw::kind::standard);
  CHECK_FALSE(again->find(id_of(5)));
  CHECK(again->find(id_of(3))->identifier() == id_of(3));
  p.items[3].identifier = p.items[2].identifier;
  p.items[3].human_coding_scheme = p.items[2].human_coding_scheme = "";
  const auto twice = fw::to_tree(p);
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == errc::duplicate_id);
  CHECK(twice.error().at.path == "/CFItems/3");
}

TEST_CASE("what is read is written with the same meaning", "[case]") {
  for (std::uint32_t seed = 0; seed != 80; ++seed) {
    INFO("seed " << seed);
    case_reference::generator make(seed);
    const json in = make.package(seed % 12);
    const std::string text = in.dump(seed % 3 == 0 ? -1 : 2, ' ', seed % 2 == 0);
    const fw::case_reading r = fw::read_case_all(text, "f.json");
    REQUIRE(all(r.errors) == "");
    check_places(r.warnings, text);
    const std::string out = write(r.package);
    REQUIRE(differences(json::parse(out), case_reference::expected(in)) == "");
    const fw::case_reading again = fw::read_case_all(out);
    REQUIRE(all(again.errors) == "");
    REQUIRE(write(again.package) == out);
  }
}

TEST_CASE("sample packages of others", "[case]") {
  const char* const folder = std::getenv("ECTP_CONFORMANCE_DIR");
  if (folder == nullptr) {
    std::cout << "skipped: 4 CASE sample packages (ECTP_CONFORMANCE_DIR is not set)\n";
    return;
  }
  struct sample {
    const char* file;
    bool toy, dangling;
  };
  for (const sample& s : {sample{"1edtech_guide_georgia_ela_abridged.json", false, true}, sample{"opensalt_ItemTypeTestFramework.json", true, false},
                          sample{"opensalt_SequenceNumberFramework.json", true, false}, sample{"opensalt_Utf8TestFramework.json", true, false}}) {
    INFO(s.file);
    const std::string text = slurp(std::string(folder) + "/case/samples/" + s.file);
    REQUIRE_FALSE(text.empty());
    const auto r = fw::read_case(text, "f.json");
    REQUIRE(r);
    check_places(r->warnings, text);
    CHECK(differences(json::parse(write(r->package)), case_reference::expected(json::parse(text))) == "");
    const auto strict = fw::check_case(r->package);
    CHECK(std::any_of(strict.begin(), strict.end(), [](const error& e) { return e.code == errc::bad_id; }) == s.toy);
    CHECK(std::any_of(strict.begin(), strict.end(), [](const error& e) { return e.code == errc::unknown_reference; }) == s.dangling);
    const fw::case_package legal = fw::with_uuids(r->package);
    CHECK(all(fw::check_case(legal, {.keep_dangling = s.dangling})) == "");
    CHECK(fw::with_uuids(legal) == legal);
    const auto tree = fw::to_tree(r->package);
    REQUIRE(tree);
    CHECK(tree->size() == r->package.items.size() + 1);
    if (std::string_view(s.file).find("Sequence") != std::string_view::npos) CHECK((*tree)[fw::node_id(1)].code() == "SNT.2");
  }
}

TEST_CASE("identifiers never change", "[case]") {
  // Version 5 of "edition:code" in the namespace 6e46712d-21ce-5900-8634-f78e11557450.
  const std::vector<std::pair<const char*, const char*>> golden{{"ittecf-2024:2.10", "1efec038-e730-502c-868d-c9b695f6fd19"},
                                                                {"ittecf-2024:5q", "27fb7e23-c61d-5c42-aa6a-a43c9b9b2522"},
                                                                {"ittecf-2024:S1", "936acca8-5cbd-5c99-8c8e-87e6a155958b"},
                                                                {"ecf-2019:2.9", "9aca0830-a5e2-5466-a5ff-1a9dc143d676"},
                                                                {"ccf-2019:S1-LHT-01", "aa9aa5bc-1280-59fc-9b0b-915d44b0981f"},
                                                                {"teachers-standards:TS1.a", "ab624a61-4a7c-53e4-80f3-1b235f4a81ec"}};
  for (const auto& [ref, id] : golden) {
    const std::string r = ref;
    const auto tree = fw::edition(r.substr(0, r.find(':')));
    REQUIRE(tree);
    CHECK(fw::case_identifier(*tree->find(r)) == id);
  }
  const auto tree = fw::edition("ittecf-2024");
  const auto p = fw::to_case(*tree);
  REQUIRE(p);
  CHECK(p->document.identifier == "027c0be8-9dd9-539b-829c-a668b2ae5e54");
  const auto a = std::find_if(p->associations.begin(), p->associations.end(), [](const auto& x) { return x.origin.title == "2.10"; });
  REQUIRE(a != p->associations.end());
  CHECK(a->identifier == "710b1e90-4e49-5387-85af-1fe4e4fc2fe0");
  CHECK(p->definitions->licenses[0].identifier == "3dbf1f2e-0e9a-527e-823b-8ba315d647e5");
}

TEST_CASE("built-in editions as packages", "[case]") {
  for (const fw::edition_info& e : fw::editions()) {
    INFO(e.id);
    const auto tree = fw::edition(e.id);
    REQUIRE(tree);
    const auto p = fw::to_case(*tree);
    REQUIRE(p);
    CHECK(all(fw::check_case(*p)) == "");
    CHECK(p->document.adoption_status == (e.id.find("2019") == e.id.npos ? "Implemented" : "Retired"));
    CHECK(p->document.status_end_date == (e.id.find("2019") == e.id.npos ? "" : "2025-08-31"));
    CHECK(p->document.last_change_date_time == std::string(e.published) + "T00:00:00Z");
    std::set<std::string> ids{p->document.identifier};
    for (const auto& i : p->items) CHECK(ids.insert(i.identifier).second);
    for (const auto& a : p->associations) CHECK(ids.insert(a.identifier).second);
    const auto r = fw::read_case(write(*p, {}), "f.json");
    REQUIRE(r);
    CHECK(all(r->warnings) == "");
    CHECK(r->package == *p);
    // A tree of its own that says the same of every node.
    const auto back = fw::to_tree(r->package, e.id);
    REQUIRE(back);
    REQUIRE(back->size() == tree->size());
    for (const fw::node_view& n : tree->nodes()) {
      const fw::node_view m = (*back)[n.id()];
      CHECK(m.code() == n.code());
      CHECK(m.kind() == n.kind());
      CHECK(m.depth() == n.depth());
      CHECK(m.display() == n.display());
      CHECK(m.statement_kind() == n.statement_kind());
      if (n.id().value() != 0) CHECK(m.type() == n.type());
      CHECK(m.identifier() == fw::case_identifier(n));
      for (const std::string_view tag : n.tags()) CHECK(m.has_tag(tag));
      if (n.kind() == fw::kind::statement && !n.placeholder()) {
        const auto& item = p->items[n.id().value() - 1];
        CHECK(item.notes.find("Our own gist, not the official wording.") == 0);
        CHECK(json::parse(item.extensions)["ectp"]["confidence_word"] == std::string(n.confidence_word()));
      }
    }
  }
  const auto ccf = fw::to_case(*fw::edition("ccf-2019"));
  const auto mode = std::find_if(ccf->items.begin(), ccf->items.end(), [](const auto& i) { return i.human_coding_scheme == "S1-LHT-01"; });
  REQUIRE(mode != ccf->items.end());
  CHECK(json::parse(mode->extensions)["ectp"].contains("itt_mode"));

  // With wording laid over it (invented here), that is the statement, and the gist is the short form.
  const auto tree = fw::edition("ittecf-2024");
  const std::vector<fw::wording> overlay{{"2.10", "Invented wording for a test."}};
  const auto laid = tree->with_text(overlay);
  REQUIRE(laid);
  const auto p = fw::to_case(*laid, {.base_uri = "https://frameworks.example/ims/case/v1p1/", .last_change_date_time = "2025-02-01T00:00:00+00:00"});
  REQUIRE(p);
  const auto i = std::find_if(p->items.begin(), p->items.end(), [](const auto& x) { return x.human_coding_scheme == "2.10"; });
  CHECK(i->full_statement == "Invented wording for a test.");
  CHECK(i->abbreviated_statement == std::string(tree->find("2.10")->gist()));
  CHECK(i->notes.find("Official wording, laid over our gist.") == 0);
  CHECK(i->uri == "https://frameworks.example/ims/case/v1p1/CFItems/" + i->identifier);
  CHECK(i->last_change_date_time == "2025-02-01T00:00:00+00:00");
  const auto bad = fw::to_case(*tree, {.base_uri = {}, .last_change_date_time = "2025-02-01"});
  REQUIRE_FALSE(bad);
  CHECK(bad.error().code == errc::bad_date);
}

TEST_CASE("links between editions become associations", "[case]") {
  const auto old_tree = fw::edition("ecf-2019"), new_tree = fw::edition("ittecf-2024");
  auto p = fw::to_case(*old_tree);
  REQUIRE(p);
  const std::size_t before = p->associations.size();
  const std::vector<fw::case_replacement> pairs{{*old_tree->find("2.9"), *new_tree->find("2.10")}, {*old_tree->find("1.1"), *new_tree->find("1.1")},
                                                {*old_tree->find("2.9"), *new_tree->find("2.10")}};
  CHECK(*fw::add_replaced_by(*p, pairs, "ECF 2019 to ITTECF 2024") == 2);
  CHECK(*fw::add_replaced_by(*p, pairs, "ECF 2019 to ITTECF 2024") == 0);
  REQUIRE(p->associations.size() == before + 2);
  const fw::case_association& a = p->associations[before];
  CHECK(a.type == "replacedBy");
  CHECK(a.origin.identifier == "9aca0830-a5e2-5466-a5ff-1a9dc143d676");
  CHECK(a.destination.identifier == "1efec038-e730-502c-868d-c9b695f6fd19");
  CHECK(a.identifier == "e38a7dbe-b5c8-5b0a-83c4-09a7c810f0c7");
  REQUIRE(p->definitions->association_groupings.size() == 1);
  CHECK(a.grouping_uri->identifier == p->definitions->association_groupings[0].identifier);
  const std::vector<fw::case_relation> links{{*old_tree->find("1.2"), "exactMatchOf", *new_tree->find("1.2"), "compared"},
                                             {old_tree->root(), "replacedBy", new_tree->root(), {}}};
  CHECK(*fw::add_associations(*p, links) == 2);
  CHECK(p->associations.back().destination.identifier == "027c0be8-9dd9-539b-829c-a668b2ae5e54");
  CHECK(p->associations[before + 2].notes == "compared");
  CHECK_FALSE(p->associations[before + 2].grouping_uri);
  CHECK(all(fw::check_case(*p)) == "");
  for (const char* const type : {"sameAs", "isChildOf", "", "ext:"}) {
    const std::vector<fw::case_relation> wrong{links[0], {links[0].origin, type, links[0].destination, {}}};
    const auto r = fw::add_associations(*p, wrong);
    REQUIRE_FALSE(r);
    CHECK(r.error().code == errc::out_of_range);
    CHECK(r.error().at.path == "/1/type");
  }
}

namespace {

struct mutant {
  std::string what;
  json package;
  bool is_error;
  errc code;
  std::string path;
};

// Members of the base package by class, with one place of each.
struct place {
  const char* pointer;
  std::vector<const char*> required, optional_texts;
};
const std::vector<place>& places() {
  static const std::vector<place> all{
      {"/CFDocument", {"identifier", "uri", "creator", "title", "lastChangeDateTime"}, {"language", "notes"}},
      {"/CFItems/1", {"identifier", "uri", "fullStatement", "lastChangeDateTime"}, {"humanCodingScheme", "CFItemType", "notes"}},
      {"/CFAssociations/4", {"identifier", "uri", "associationType", "originNodeURI", "destinationNodeURI", "lastChangeDateTime"}, {"notes"}},
      {"/CFDefinitions/CFConcepts/0", {"identifier", "uri", "title", "hierarchyCode", "lastChangeDateTime"}, {"keywords"}},
      {"/CFDefinitions/CFSubjects/0", {"identifier", "uri", "title", "hierarchyCode", "lastChangeDateTime"}, {}},
      {"/CFDefinitions/CFLicenses/0", {"identifier", "uri", "title", "licenseText", "lastChangeDateTime"}, {}},
      {"/CFDefinitions/CFItemTypes/0", {"identifier", "uri", "title", "description", "hierarchyCode", "lastChangeDateTime"}, {}},
      {"/CFDefinitions/CFAssociationGroupings/0", {"identifier", "uri", "title", "lastChangeDateTime"}, {"description"}},
      {"/CFRubrics/0", {"identifier", "uri", "lastChangeDateTime"}, {"title"}},
      {"/CFRubrics/0/CFRubricCriteria/0", {"identifier", "uri", "lastChangeDateTime"}, {}},
      {"/CFRubrics/0/CFRubricCriteria/0/CFRubricCriterionLevels/0", {"identifier", "uri", "lastChangeDateTime"}, {"quality"}}};
  return all;
}

std::vector<mutant> mutants() {
  std::vector<mutant> out;
  const auto add = [&](std::string what, json p, bool is_error, errc code, std::string path) {
    out.push_back({std::move(what), std::move(p), is_error, code, std::move(path)});
  };
  const auto change = [&](const std::string& pointer, json value) {
    json p = base();
    p[json::json_pointer(pointer)] = std::move(value);
    return p;
  };
  const auto without = [&](const std::string& pointer, const char* member) {
    json p = base();
    p[json::json_pointer(pointer)].erase(member);
    return p;
  };
  for (const place& at : places()) {
    const std::string here = at.pointer;
    for (const char* const member : at.required) {
      const std::string path = here + "/" + member;
      add("no " + path, without(here, member), true, errc::missing_field, here);
      add("null " + path, change(path, nullptr), true, errc::missing_field, path);
      add("wrong type of " + path, change(path, 7), true, errc::wrong_type, path);
    }
    for (const char* const member : at.optional_texts) {
      const std::string path = here + "/" + member;
      add("null " + path, change(path, nullptr), false, errc::wrong_type, path);
      add("wrong type of " + path, change(path, json::array()), true, errc::wrong_type, path);
    }
    const std::string id = here + "/identifier", time = here + "/lastChangeDateTime";
    // Ends would dangle: an item's and the document's are tried below.
    if (here != "/CFDocument" && here != "/CFItems/1") {
      add("toy " + id, change(id, "d0000000-0000-0000-0000-000000000001"), false, errc::bad_id, id);
      add("capitals in " + id, change(id, "ABCDEF00-0000-4000-8000-00000000000A"), false, errc::bad_id, id);
      add("no UUID in " + id, change(id, "item-1"), false, errc::bad_id, id);
    }
    add("empty " + id, change(id, ""), true, errc::bad_id, id);
    add("no zone in " + time, change(time, "2020-02-29T10:00:00"), false, errc::bad_date, time);
    add("no time in " + time, change(time, "2020-02-29"), false, errc::bad_date, time);
    add("no such day in " + time, change(time, "2021-02-29T10:00:00Z"), true, errc::bad_date, time);
    add("words in " + time, change(time, "yesterday"), true, errc::bad_date, time);
    add("unknown member of " + here, change(here + "/colour", "red"), false, errc::unknown_field, here + "/colour");
  }
  const json echo = link("How we teach", id_of(1));
  add("echo in the document", change("/CFDocument/CFPackageURI", echo), false, errc::unknown_field, "/CFDocument/CFPackageURI");
  add("echo in an item", change("/CFItems/0/CFDocumentURI", echo), false, errc::unknown_field, "/CFItems/0/CFDocumentURI");
  add("echo as text", change("/CFItems/0/CFDocumentURI", "https://x.example/" + id_of(1)), false, errc::unknown_field, "/CFItems/0/CFDocumentURI");
  add("another document", change("/CFItems/0/CFDocumentURI", link("Other", id_of(77))), false, errc::unknown_field, "/CFItems/0/CFDocumentURI");
  add("wrapped root", json{{"CFPackage", base()}}, false, errc::bad_argument, "/CFPackage");
  add("null root", nullptr, true, errc::wrong_type, "");
  add("array root", json::array(), true, errc::wrong_type, "");
  add("empty object", json::object(), true, errc::missing_field, "");
  add("null package", json{{"CFPackage", nullptr}}, true, errc::wrong_type, "/CFPackage");
  add("null document", change("/CFDocument", nullptr), true, errc::missing_field, "/CFDocument");
  add("document as text", change("/CFDocument", "d"), true, errc::wrong_type, "/CFDocument");
  add("document alone", base()["CFDocument"], true, errc::missing_field, "");
  add("null items", change("/CFItems", nullptr), false, errc::wrong_type, "/CFItems");
  add("items as object", change("/CFItems", json::object()), true, errc::wrong_type, "/CFItems");
  add("null item", change("/CFItems/4", nullptr), false, errc::wrong_type, "/CFItems/4");
  add("item as text", change("/CFItems/1", "i"), true, errc::wrong_type, "/CFItems/1");
  add("null associations", change("/CFAssociations", nullptr), false, errc::wrong_type, "/CFAssociations");
  add("null definitions", change("/CFDefinitions", nullptr), false, errc::wrong_type, "/CFDefinitions");
  add("definitions as array", change("/CFDefinitions", json::array()), true, errc::wrong_type, "/CFDefinitions");
  add("null rubrics", change("/CFRubrics", nullptr), false, errc::wrong_type, "/CFRubrics");
  add("extensions as text", change("/extensions", "e"), true, errc::wrong_type, "/extensions");
  add("level's extensions as object", change("/CFRubrics/0/CFRubricCriteria/0/CFRubricCriterionLevels/0/extensions", json::object()), true,
      errc::wrong_type, "/CFRubrics/0/CFRubricCriteria/0/CFRubricCriterionLevels/0/extensions");
  add("version 1.0", change("/CFDocument/caseVersion", "1.0"), false, errc::newer_version, "/CFDocument/caseVersion");
  json old = base();
  old["CFDocument"].erase("caseVersion");
  old["CFDocument"]["uri"] = "https://x.example/ims/case/v1p0/CFDocuments/1";
  add("a package of 1.0", old, false, errc::newer_version, "/CFDocument");
  add("keywords as text", change("/CFItems/0/conceptKeywords", "welcome"), false, errc::wrong_type, "/CFItems/0/conceptKeywords");
  add("a keyword as number", change("/CFItems/0/conceptKeywords/0", 3), true, errc::wrong_type, "/CFItems/0/conceptKeywords/0");
  add("a null keyword", change("/CFItems/0/conceptKeywords", {"a", nullptr, "b"}), false, errc::wrong_type, "/CFItems/0/conceptKeywords/1");
  add("number as text", change("/CFAssociations/0/sequenceNumber", "3"), false, errc::wrong_type, "/CFAssociations/0/sequenceNumber");
  add("number as word", change("/CFAssociations/0/sequenceNumber", "first"), true, errc::wrong_type, "/CFAssociations/0/sequenceNumber");
  add("half a number", change("/CFAssociations/0/sequenceNumber", 1.5), true, errc::wrong_type, "/CFAssociations/0/sequenceNumber");
  add("a number too large", change("/CFAssociations/0/sequenceNumber", 3000000000), true, errc::out_of_range, "/CFAssociations/0/sequenceNumber");
  add("no number", without("/CFAssociations/0", "sequenceNumber"), false, errc::missing_field, "/CFAssociations/0");
  add("null number", change("/CFAssociations/0/sequenceNumber", nullptr), false, errc::missing_field, "/CFAssociations/0");
  add("the same number twice", change("/CFAssociations/1/sequenceNumber", 1), false, errc::duplicate_id, "/CFAssociations/2/sequenceNumber");
  add("unknown type", change("/CFAssociations/4/associationType", "sameAs"), false, errc::out_of_range, "/CFAssociations/4/associationType");
  add("bad extension type", change("/CFAssociations/4/associationType", "ext:a b"), false, errc::out_of_range, "/CFAssociations/4/associationType");
  add("unknown target", change("/CFAssociations/4/destinationNodeURI/targetType", "Case"), false, errc::out_of_range, "/CFAssociations/4/destinationNodeURI/targetType");
  add("link as text", change("/CFItems/0/CFItemTypeURI", "https://x.example"), true, errc::wrong_type, "/CFItems/0/CFItemTypeURI");
  add("link of nulls", change("/CFItems/0/CFItemTypeURI", {{"title", nullptr}, {"identifier", nullptr}, {"uri", nullptr}}), false, errc::wrong_type,
      "/CFItems/0/CFItemTypeURI/identifier");
  add("link without identifier", without("/CFItems/0/CFItemTypeURI", "identifier"), true, errc::missing_field, "/CFItems/0/CFItemTypeURI");
  add("end without title", without("/CFAssociations/0/originNodeURI", "title"), false, errc::missing_field, "/CFAssociations/0/originNodeURI");
  add("end without identifier", without("/CFAssociations/0/originNodeURI", "identifier"), true, errc::missing_field, "/CFAssociations/0/originNodeURI");
  add("end with an empty identifier", change("/CFAssociations/0/originNodeURI/identifier", ""), true, errc::bad_id, "/CFAssociations/0/originNodeURI");
  add("links as one", change("/CFItems/0/subjectURI", link("s", id_of(70))), false, errc::wrong_type, "/CFItems/0/subjectURI");
  add("one link as array", change("/CFItems/0/conceptKeywordsURI", json::array({link("s", id_of(70))})), false, errc::wrong_type, "/CFItems/0/conceptKeywordsURI");
  add("two links for one", change("/CFItems/0/conceptKeywordsURI", json::array({link("s", id_of(70)), link("s", id_of(71))})), false, errc::wrong_type, "/CFItems/0/conceptKeywordsURI");
  add("a bad day", change("/CFItems/0/statusEndDate", "2025-13-01"), true, errc::bad_date, "/CFItems/0/statusEndDate");
  add("an empty day", change("/CFItems/0/statusEndDate", ""), false, errc::bad_date, "/CFItems/0/statusEndDate");
  add("a midnight for a day", change("/CFItems/0/statusEndDate", "2026-08-31T00:00:00.000Z"), false, errc::bad_date, "/CFItems/0/statusEndDate");
  add("noon for a day", change("/CFItems/0/statusEndDate", "2026-08-31T12:00:00Z"), true, errc::bad_date, "/CFItems/0/statusEndDate");
  add("half a second for a day", change("/CFItems/0/statusEndDate", "2026-08-31T00:00:00.5Z"), true, errc::bad_date, "/CFItems/0/statusEndDate");
  add("duplicate code", change("/CFItems/2/humanCodingScheme", "A.1"), false, errc::duplicate_id, "/CFItems/2/humanCodingScheme");
  add("duplicate item", change("/CFItems/2/identifier", id_of(3)), true, errc::duplicate_id, "/CFItems/2/identifier");
  add("duplicate in capitals", change("/CFItems/2/identifier", "10000000-0000-4000-8000-000000000003"), true, errc::duplicate_id, "/CFItems/2/identifier");
  add("item like the document", change("/CFItems/2/identifier", id_of(1)), true, errc::duplicate_id, "/CFItems/2/identifier");
  add("association like an item", change("/CFAssociations/2/identifier", id_of(3)), true, errc::duplicate_id, "/CFAssociations/2/identifier");
  add("own parent", change("/CFAssociations/1/destinationNodeURI/identifier", id_of(3)), true, errc::bad_argument, "/CFAssociations/1");
  json cycle = change("/CFAssociations/0/destinationNodeURI/identifier", id_of(3));
  add("cycle of two", cycle, true, errc::bad_argument, "/CFAssociations/0");
  json second = base();
  second["CFAssociations"].push_back(second["CFAssociations"][1]);
  second["CFAssociations"][5]["identifier"] = id_of(90);
  second["CFAssociations"][5]["destinationNodeURI"] = link("B", id_of(5));
  second["CFAssociations"][5]["sequenceNumber"] = 7;
  add("two parents", second, false, errc::bad_argument, "/CFAssociations/5");
  second["CFAssociations"][5]["sequenceNumber"] = 1;
  add("two parents, the second first", second, false, errc::bad_argument, "/CFAssociations/1");
  add("dangling parent", change("/CFAssociations/1/destinationNodeURI/identifier", id_of(80)), false, errc::unknown_reference, "/CFAssociations/1/destinationNodeURI");
  add("dangling child", change("/CFAssociations/1/originNodeURI/identifier", id_of(80)), false, errc::unknown_reference, "/CFAssociations/1/originNodeURI");
  add("the document as child", change("/CFAssociations/1/originNodeURI/identifier", id_of(1)), false, errc::unknown_reference, "/CFAssociations/1/originNodeURI");
  json orphan = base();
  orphan["CFAssociations"].erase(1);
  add("item without parent", orphan, false, errc::unknown_reference, "/CFItems/1");
  add("toy item", change("/CFItems/3/identifier", "d0000000-0000-0000-0000-000000000000"), false, errc::bad_id, "/CFItems/3/identifier");
  add("toy document", change("/CFDocument/identifier", "d0000000-0000-0000-0000-000000000000"), false, errc::bad_id, "/CFDocument/identifier");
  add("UUID of version 7", change("/CFItems/3/identifier", "018f0000-0000-7000-8000-000000000000"), false, errc::bad_id, "/CFItems/3/identifier");
  return out;
}

// What was accepted and is normalised beyond the reference: put by hand into its input.
json settled(json p, const std::string& what) {
  if (what == "wrapped root") return p;
  const auto at = [&](const char* pointer) -> json& { return p[json::json_pointer(pointer)]; };
  for (const place& x : places()) {
    if (!p.contains(json::json_pointer(x.pointer))) continue;
    json& object = at(x.pointer);
    if (object.value("lastChangeDateTime", "") == "2020-02-29") object["lastChangeDateTime"] = "2020-02-29T00:00:00Z";
    if (object.value("identifier", "")[0] == 'A') object["identifier"] = "abcdef00-0000-4000-8000-00000000000a";
  }
  if (what == "echo as text") at("/CFItems/0").erase("CFDocumentURI");
  if (what == "keywords as text") at("/CFItems/0/conceptKeywords") = {"welcome"};
  if (what == "number as text") at("/CFAssociations/0/sequenceNumber") = 3;
  if (what == "link of nulls") at("/CFItems/0").erase("CFItemTypeURI");
  if (what == "end without title") at("/CFAssociations/0/originNodeURI/title") = "";
  if (what == "links as one") at("/CFItems/0/subjectURI") = json::array({at("/CFItems/0/subjectURI")});
  if (what == "one link as array") at("/CFItems/0/conceptKeywordsURI") = json(at("/CFItems/0/conceptKeywordsURI/0"));
  if (what == "two links for one") {
    at("/CFItems/0")["extensions"]["conceptKeywordsURI"] = at("/CFItems/0/conceptKeywordsURI");
    at("/CFItems/0").erase("conceptKeywordsURI");
  }
  if (what == "an empty day") at("/CFItems/0").erase("statusEndDate");
  if (what == "a midnight for a day") at("/CFItems/0/statusEndDate") = "2026-08-31";
  return p;
}

}  // namespace

TEST_CASE("damaged packages: every one is a located error or warning, and nothing is lost", "[case]") {
  const std::vector<mutant> list = mutants();
  CHECK(list.size() >= 250);
  for (const mutant& m : list) {
    INFO(m.what);
    const std::string text = m.package.dump(1);
    const fw::case_reading r = fw::read_case_all(text, "f.json");
    INFO(all(r.errors) << "--\n" << all(r.warnings));
    check_places(r.errors, text);
    check_places(r.warnings, text);
    CHECK(r.errors.empty() != m.is_error);
    CHECK(has(m.is_error ? r.errors : r.warnings, m.code, m.path));
    const auto brief = fw::read_case(text, "f.json");
    REQUIRE(brief.has_value() != m.is_error);
    if (m.is_error) {
      CHECK(brief.error() == r.errors.front());
      continue;
    }
    CHECK(brief->warnings == r.warnings);
    if (m.what == "null items" || m.what == "null associations") continue;  // tried below
    auto out = fw::write_case(r.package, as_it_is);
    if (m.code == errc::out_of_range) {  // has no place in CASE at all: refused, not dropped
      REQUIRE_FALSE(out);
      CHECK(out.error().code == errc::out_of_range);
      CHECK(out.error().at.path == m.path);
      continue;
    }
    REQUIRE(out);
    json written = json::parse(*out);
    if (m.what == "item without parent" || m.what == "dangling child" || m.what == "the document as child" || m.what.find("toy item") == 0 ||
        m.what == "UUID of version 7" || m.what == "toy document") {
      // A parent that was missing is written: the document.
      while (written["CFAssociations"].size() > m.package["CFAssociations"].size()) {
        CHECK(written["CFAssociations"].back()["destinationNodeURI"]["identifier"] == written["CFDocument"]["identifier"]);
        written["CFAssociations"].erase(written["CFAssociations"].size() - 1);
      }
    }
    CHECK(differences(written, case_reference::expected(settled(m.package, m.what))) == "");
  }
}

TEST_CASE("damaged text", "[case]") {
  const std::string text = base().dump(1);
  for (std::size_t cut = 0; cut < text.size(); cut += 37) {
    const fw::case_reading r = fw::read_case_all(text.substr(0, cut), "f.json");
    REQUIRE(r.errors.size() == 1);
    check_places(r.errors, text.substr(0, cut));
    CHECK(r.errors[0].code == errc::syntax);
  }
  std::string bad = text;
  bad[text.find("Welcome")] = '\xff';
  CHECK(fw::read_case(bad).error().code == errc::encoding);
  std::string twice = text;
  twice.replace(twice.find("\"creator\""), 9, "\"title\"");
  CHECK(fw::read_case(twice).error().code == errc::duplicate_id);

}

namespace {

// Bytes changed in turn: never a crash, and what is accepted is written again.
void change_bytes(std::size_t step) {
  const std::string small = base().dump();
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < small.size(); i += step) {
    for (const char c : {'"', '}', '0', ' '}) {
      std::string s = small;
      s[i] = c;
      const fw::case_reading r = fw::read_case_all(s, "f.json");
      check_places(r.errors, s);
      check_places(r.warnings, s);
      if (!r.errors.empty()) continue;
      ++accepted;
      const auto out = fw::write_case(r.package, as_it_is);
      if (out) CHECK(fw::read_case(*out));
    }
  }
  CHECK(accepted > 100);
}

}  // namespace

TEST_CASE("bytes changed in a package", "[case]") { change_bytes(53); }
TEST_CASE("every byte changed in a package", "[.long][case]") { change_bytes(1); }

TEST_CASE("limits of a package", "[case]") {
  const std::string text = base().dump();
  fw::case_limits l;
  l.bytes = text.size();
  CHECK(fw::read_case(text, {}, l));
  l.bytes = text.size() - 1;
  CHECK(fw::read_case(text, {}, l).error().code == errc::too_large);
  l = {};
  l.items = 5;
  CHECK(fw::read_case(text, {}, l));
  l.items = 4;
  CHECK(fw::read_case(text, {}, l).error().code == errc::too_large);
  CHECK(fw::read_case(text, {}, l).error().at.path == "/CFAssociations");
  l = {};
  l.values = 100;
  CHECK(fw::read_case(text, {}, l).error().code == errc::too_large);
  l = {};
  l.depth = 6;
  CHECK(fw::read_case(text, {}, l).error().code == errc::too_deep);

  json many = base();
  for (json& i : many["CFItems"]) i["notes"] = nullptr, i["language"] = nullptr, i.erase("fullStatement");
  l = {};
  l.errors = 3;
  l.warnings = 5;
  const fw::case_reading r = fw::read_case_all(many.dump(), {}, l);
  CHECK(r.errors.size() == 3);
  CHECK(r.errors_left_out == 1);
  CHECK(r.warnings.size() == 5);
  CHECK(r.warnings_left_out == 3);
  l.errors = 0;
  CHECK_FALSE(fw::read_case(many.dump(), {}, l));
}

TEST_CASE("strict writing names what is wrong", "[case]") {
  const fw::case_package good = read(base()).package;
  const auto wrong = [&](const std::function<void(fw::case_package&)>& spoil) {
    fw::case_package p = good;
    spoil(p);
    const auto out = fw::write_case(p);
    if (out) return std::string("written");
    CHECK(out.error() == fw::check_case(p).front());
    return std::string(name(out.error().code)) + " " + out.error().at.path;
  };
  CHECK(wrong([](auto&) {}) == "written");
  CHECK(wrong([](auto& p) { p.document.identifier = "d"; }).find("bad_id /CFDocument/identifier") == std::string::npos);  // its children dangle first
  CHECK(wrong([](auto& p) { p.items[1].identifier = ""; }).find("/CFAssociations/1/originNodeURI") != std::string::npos);
  CHECK(wrong([](auto& p) { p.associations[4].identifier = ""; }) == "missing_field /CFAssociations/4/identifier");
  CHECK(wrong([](auto& p) { p.associations[4].identifier = "d0000000-0000-0000-0000-000000000000"; }) == "bad_id /CFAssociations/4/identifier");
  CHECK(wrong([](auto& p) { p.associations[4].type = "sameAs"; }) == "out_of_range /CFAssociations/4/associationType");
  CHECK(wrong([](auto& p) { p.associations[4].destination.target_type = "x"; }) == "out_of_range /CFAssociations/4/destinationNodeURI/targetType");
  CHECK(wrong([](auto& p) { p.associations[4].destination.identifier = ""; }) == "missing_field /CFAssociations/4/destinationNodeURI/identifier");
  CHECK(wrong([](auto& p) { p.items[2].last_change_date_time = "2025-01-31T12:00:00"; }) == "bad_date /CFItems/2/lastChangeDateTime");
  CHECK(wrong([](auto& p) { p.items[2].last_change_date_time = ""; }) == "missing_field /CFItems/2/lastChangeDateTime");
  CHECK(wrong([](auto& p) { p.items[2].status_end_date = "soon"; }) == "bad_date /CFItems/2/statusEndDate");
  CHECK(wrong([](auto& p) { p.items[2].full_statement = "\xff"; }) == "encoding /CFItems/2/fullStatement");
  CHECK(wrong([](auto& p) { p.items[2].extensions = "{"; }) == "syntax /CFItems/2/extensions");
  CHECK(wrong([](auto& p) { p.items[2].extensions = "[]"; }) == "wrong_type /CFItems/2/extensions");
  CHECK(wrong([](auto& p) { p.items[2].other = "3"; }) == "wrong_type /CFItems/2");
  CHECK(wrong([](auto& p) { p.items[2].extensions = "{\"a\":1}", p.items[2].other = "{\"a\":2}"; }) == "duplicate_id /CFItems/2/extensions");
  CHECK(wrong([](auto& p) { p.items[2].extensions = "{\"a\":1}", p.items[2].other = "{\"a\":1}"; }) == "written");
  CHECK(wrong([](auto& p) { p.rubrics[0].criteria[0].levels[0].score = "high"; }) ==
        "syntax /CFRubrics/0/CFRubricCriteria/0/CFRubricCriterionLevels/0/score");
  CHECK(wrong([](auto& p) { p.items[2].identifier = p.items[1].identifier; }).find("duplicate_id /CFItems/2/identifier") == 0);
  CHECK(wrong([](auto& p) { p.associations[1].destination.identifier = id_of(80); }) == "unknown_reference /CFAssociations/1/destinationNodeURI");
  CHECK(wrong([](auto& p) { p.associations[0].destination.identifier = id_of(3); }).find("bad_argument /CFAssociations/0") == 0);
  CHECK(wrong([](auto& p) { p.items[0].item_type_uri->identifier = "b"; }) == "bad_id /CFItems/0/CFItemTypeURI/identifier");

  // Toy identifiers become UUIDs, the same in all places.
  fw::case_package toy = good;
  for (auto& i : toy.items)
    if (i.identifier == id_of(3)) i.identifier = "toy", i.uri = "https://x.example/toy";
  for (auto& a : toy.associations)
    if (a.origin.identifier == id_of(3)) a.origin.identifier = "toy", a.origin.uri = "https://x.example/toy";
  CHECK_FALSE(fw::check_case(toy).empty());
  const fw::case_package legal = fw::with_uuids(toy);
  CHECK(all(fw::check_case(legal)) == "");
  CHECK(legal.items[1].identifier == legal.associations[1].origin.identifier);
  CHECK(legal.items[1].uri == "https://x.example/" + legal.items[1].identifier);
  CHECK(legal.associations[1].origin.uri == legal.items[1].uri);
  CHECK(legal.associations[4].destination.identifier == id_of(99));

  // What has no parent is written below the document, after the others.
  fw::case_package orphan = good;
  orphan.associations.erase(orphan.associations.begin() + 1);
  const json out = json::parse(write(orphan, {}));
  REQUIRE(out["CFAssociations"].size() == 5);
  CHECK(out["CFAssociations"][4]["originNodeURI"]["identifier"] == id_of(3));
  CHECK(out["CFAssociations"][4]["sequenceNumber"] == 3);
  CHECK(fw::read_case(write(orphan, {}))->warnings.empty());
  CHECK(fw::check_case({}).size() == 2);  // an identifier and a time
}

TEST_CASE("an item with very many members of others", "[case]") {
  json p = base();
  for (int k = 0; k != 10'000; ++k) {
    p["CFItems"][1]["mine" + std::to_string(k)] = k;
    p["CFItems"][1]["extensions"]["theirs" + std::to_string(k)] = k;
  }
  const auto r = fw::read_case(p.dump());
  REQUIRE(r);
  CHECK(r->warnings.size() + r->warnings_left_out == 10'000);
  CHECK(json::parse(write(r->package)) == case_reference::expected(p));
  p["CFItems"][1]["extensions"]["mine7"] = "other";
  CHECK(fw::write_case(fw::read_case(p.dump())->package).error().code == errc::duplicate_id);
}

TEST_CASE("a package without associations, or without items", "[case]") {
  json p = base();
  p["CFAssociations"] = nullptr;
  const auto r = fw::read_case(p.dump());
  REQUIRE(r);
  const json out = json::parse(write(r->package, {}));
  CHECK(out["CFAssociations"].size() == 4);
  CHECK(fw::to_tree(r->package)->size() == 5);
  p["CFItems"] = nullptr;
  const auto none = fw::read_case(p.dump());
  REQUIRE(none);
  CHECK(json::parse(write(none->package, {}))["CFItems"] == json::array());
  CHECK(fw::to_tree(none->package)->size() == 1);
}

namespace {

// Item i below item i - 1, or all in a row below the document.
std::string large(std::size_t n, bool deep) {
  const std::string t = "\"lastChangeDateTime\":\"2025-01-31T12:00:00Z\"";
  std::string out = "{\"CFDocument\":{\"identifier\":\"" + id_of(1) + "\",\"uri\":\"u\",\"creator\":\"c\",\"title\":\"t\"," + t + "},\n\"CFItems\":[";
  for (std::size_t i = 0; i != n; ++i)
    out += (i == 0 ? "" : ",\n") + ("{\"identifier\":\"" + id_of(static_cast<int>(10 + i))) + "\",\"uri\":\"u\",\"fullStatement\":\"words\",\"humanCodingScheme\":\"" +
           std::to_string(i) + "\"," + t + "}";
  out += "],\n\"CFAssociations\":[";
  for (std::size_t k = 0; k != n; ++k) {
    const std::size_t i = deep ? n - 1 - k : k;  // the deepest first
    out += (k == 0 ? "" : ",\n") + ("{\"identifier\":\"" + id_of(static_cast<int>(5'000'000 + i))) + "\",\"uri\":\"u\",\"associationType\":\"isChildOf\",\"originNodeURI\":{\"title\":\"\",\"identifier\":\"" +
           id_of(static_cast<int>(10 + i)) + "\",\"uri\":\"u\"},\"destinationNodeURI\":{\"title\":\"\",\"identifier\":\"" +
           id_of(static_cast<int>(deep && i != 0 ? 9 + i : 1)) + "\",\"uri\":\"u\"},\"sequenceNumber\":" + std::to_string(i) + "," + t + "}";
  }
  return out + "]}";
}

}  // namespace

namespace {

void deep_and_wide(std::size_t n) {
  for (const bool deep : {true, false}) {
    const std::string text = large(n, deep);
    const auto r = fw::read_case(text, "f.json");
    REQUIRE(r);
    CHECK(r->warnings.empty());
    const auto tree = fw::to_tree(r->package);
    REQUIRE(tree);
    REQUIRE(tree->size() == n + 1);
    CHECK((*tree)[fw::node_id(static_cast<std::uint32_t>(n))].depth() == (deep ? n : 1));
    CHECK((*tree)[fw::node_id(static_cast<std::uint32_t>(n))].code() == std::to_string(n - 1));
    const std::string out = write(r->package, {.indent = false});
    const auto again = fw::read_case(out);
    REQUIRE(again);
    fw::case_package same = r->package;
    same.document.case_version = "1.1";
    CHECK(again->package == same);
    CHECK(fw::to_case(*tree, {.base_uri = {}, .last_change_date_time = "2025-01-31T12:00:00Z"})->items.size() == n);
  }
  // A cycle that is as long, with a tail.
  std::string round = large(n, true);
  const std::size_t at = round.rfind(id_of(1));
  REQUIRE(at != round.npos);
  round.replace(at, 36, id_of(static_cast<int>(10 + n - n / 50)));
  const fw::case_reading r = fw::read_case_all(round, "f.json");
  REQUIRE(r.errors.size() == 1);
  CHECK(r.errors[0].code == errc::bad_argument);
  CHECK(r.errors[0].at.path.find("/CFAssociations/") == 0);
  CHECK_FALSE(fw::to_tree(r.package));
}

}  // namespace

TEST_CASE("a deep tree and a wide one", "[case]") { deep_and_wide(1'500); }
TEST_CASE("a deep tree and a wide one of 100000 items", "[.long][case]") { deep_and_wide(100'000); }
