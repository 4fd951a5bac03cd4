#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/framework/builder.hpp"
#include "ectp/framework/editions.hpp"

namespace fw = ectp::framework;
using ectp::errc;

namespace {

/// The specifications that would give this tree.
std::vector<fw::node_spec> specs_of(const fw::tree& t, std::vector<std::vector<std::string_view>>& tags) {
  std::vector<fw::node_spec> out;
  tags.resize(t.size());
  for (const fw::node_view& n : t.nodes()) {
    for (const std::string_view tag : n.tags()) tags[n.id().value()].push_back(tag);
    out.push_back({.kind = n.kind(),
                   .parent = n.parent() ? n.parent()->id().value() : 0,
                   .code = n.code(),
                   .words = n.kind() <= fw::kind::standard ? n.title() : n.gist(),
                   .type = n.type(),
                   .identifier = n.identifier(),
                   .note = n.note(),
                   .tags = tags[n.id().value()],
                   .statement_kind = n.statement_kind(),
                   .confidence = n.confidence(),
                   .basis = n.basis(),
                   .confidence_word = n.confidence_word(),
                   .code_is_ours = n.code_is_ours(),
                   .placeholder = n.placeholder()});
  }
  return out;
}

fw::edition_spec about(const fw::tree& t) {
  const fw::edition_info i = t.info();
  return {i.id,           i.title,       i.abbreviation, i.publisher, i.published,     i.in_force,
          i.official_page, i.official_pdf, i.licence,     i.purpose,   i.predecessor,   i.successor,
          i.replaced_from, i.licence_verified};
}

void same(const fw::tree& a, const fw::tree& b) {
  REQUIRE(a.size() == b.size());
  CHECK(a.info() == b.info());
  for (const fw::node_view& n : a.nodes()) {
    const fw::node_view m = b[n.id()];
    CAPTURE(n.ref());
    CHECK(m.ref() == n.ref());
    CHECK(m.kind() == n.kind());
    CHECK(m.statement_kind() == n.statement_kind());
    CHECK(m.display() == n.display());
    CHECK(m.type() == n.type());
    CHECK(m.note() == n.note());
    CHECK(m.depth() == n.depth());
    CHECK(m.descendants().size() == n.descendants().size());
    CHECK(m.confidence() == n.confidence());
    CHECK(m.basis() == n.basis());
    CHECK(m.placeholder() == n.placeholder());
    CHECK(m.code_is_ours() == n.code_is_ours());
    std::string mine, theirs;
    for (const std::string_view t : n.tags()) (mine += t) += ' ';
    for (const std::string_view t : m.tags()) (theirs += t) += ' ';
    CHECK(mine == theirs);
    CHECK(b.index_of(n.code()).has_value());
    CHECK(b.index_of(n.code())->value() == n.id().value());
  }
}

fw::node_spec spec(fw::kind k, std::uint32_t parent, std::string_view code, std::string_view words = {}) {
  return {.kind = k, .parent = parent, .code = code, .words = words};
}

ectp::error refused(const std::vector<fw::node_spec>& nodes) {
  return fw::build_tree({.id = "own", .title = "Our own"}, nodes).error();
}

}  // namespace

TEST_CASE("a tree built from an edition's nodes is that edition", "[builder]") {
  for (const fw::edition_info& e : fw::editions()) {
    const fw::tree t = fw::edition(e.id).value();
    std::vector<std::vector<std::string_view>> tags;
    const auto nodes = specs_of(t, tags);
    const auto built = fw::build_tree(about(t), nodes);
    REQUIRE(built.has_value());
    same(t, *built);
  }
}

TEST_CASE("a built tree is a value", "[builder]") {
  std::string words = "Greet every pupil by name";
  const std::vector<fw::node_spec> nodes{spec(fw::kind::framework, 0, "own", "Our own"), spec(fw::kind::standard, 0, "A", "Welcome"),
                                         spec(fw::kind::statement, 1, "A.1", words)};
  fw::tree t = fw::build_tree({.id = "own", .title = "Our own"}, nodes).value();
  words.assign(words.size(), 'x');  // the texts were copied
  CHECK(t.find("own:A.1")->gist() == "Greet every pupil by name");
  fw::tree copy = t;
  t = fw::edition("ecf-2019").value();
  CHECK(copy.find("A.1")->gist() == "Greet every pupil by name");
  const std::vector<fw::wording> overlay{{"A.1", "Official."}};
  const fw::tree worded = copy.with_text(overlay).value();
  copy = fw::edition("ccf-2019").value();
  CHECK(worded.find("A.1")->text() == "Official.");
  const fw::tree again = worded;
  CHECK(again.find("A.1")->display() == "Official.");
  CHECK(again.find("A.1")->gist() == "Greet every pupil by name");
  CHECK(again.find("A.1")->text().data() != worded.find("A.1")->text().data());
  fw::tree moved = std::move(copy);
  CHECK(moved.edition() == "ccf-2019");
}

TEST_CASE("random trees keep their shape", "[builder]") {
  std::mt19937 random(2024);
  for (int round = 0; round != 200; ++round) {
    // A pre-order of random depth: each parent is the node before or one above it.
    const auto n = static_cast<std::uint32_t>(1 + random() % 60);
    std::vector<std::uint32_t> parent{0};
    std::vector<std::string> codes{"own"};
    for (std::uint32_t i = 1; i != n; ++i) {
      std::uint32_t up = i - 1;
      while (up != 0 && random() % 2 == 0) up = parent[up];
      parent.push_back(up);
      codes.push_back("c" + std::to_string((i * 7919) % 1000));
    }
    std::vector<fw::node_spec> nodes;
    for (std::uint32_t i = 0; i != n; ++i)
      nodes.push_back(spec(i == 0 ? fw::kind::framework : fw::kind::group, parent[i], codes[i], codes[i]));
    const auto t = fw::build_tree({.id = "own"}, nodes);
    REQUIRE(t.has_value());
    for (std::uint32_t i = 0; i != n; ++i) {
      const fw::node_view node = (*t)[fw::node_id(i)];
      if (i != 0) CHECK(node.parent()->id().value() == parent[i]);
      std::size_t below = 0;
      for (std::uint32_t j = i + 1; j != n; ++j) {
        std::uint32_t up = j;
        while (up > i) up = parent[up];
        below += up == i ? 1 : 0;
      }
      CHECK(node.descendants().size() == below);
      CHECK(t->find(codes[i])->id().value() == i);
    }
  }
}

TEST_CASE("a tree may be as deep as it is long", "[builder]") {
  constexpr std::uint32_t n = 100'000;
  std::vector<std::string> codes;
  for (std::uint32_t i = 0; i != n; ++i) codes.push_back("n" + std::to_string(i));
  std::vector<fw::node_spec> nodes;
  for (std::uint32_t i = 0; i != n; ++i)
    nodes.push_back(spec(i == 0 ? fw::kind::framework : fw::kind::group, i == 0 ? 0 : i - 1, codes[i]));
  const fw::tree t = fw::build_tree({.id = "deep"}, nodes).value();
  CHECK(t.find("n99999")->depth() == n - 1);
  std::size_t above = 0;
  for (const fw::node_view& a : t.find("n99999")->ancestors()) above += a.depth() < n ? 1 : 0;
  CHECK(above == n - 1);
  CHECK(t.root().descendants().size() == n - 1);
}

TEST_CASE("what is no tree is refused, with its place", "[builder]") {
  using enum fw::kind;
  CHECK(refused({}).code == errc::missing_field);
  CHECK(refused({spec(standard, 0, "A")}).code == errc::bad_argument);
  CHECK(refused({spec(framework, 0, "own"), spec(framework, 0, "B")}).at.path == "/1/kind");
  CHECK(refused({spec(framework, 0, "own"), spec(standard, 0, "")}).at.path == "/1/code");
  CHECK(refused({spec(framework, 0, "")}).at.path == "/0/code");
  // A parent that comes later, is the node itself, or has ended.
  CHECK(refused({spec(framework, 0, "own"), spec(standard, 1, "A")}).at.path == "/1/parent");
  CHECK(refused({spec(framework, 0, "own"), spec(standard, 2, "A"), spec(standard, 0, "B")}).at.path == "/1/parent");
  const ectp::error ended = refused({spec(framework, 0, "own"), spec(standard, 0, "A"), spec(standard, 0, "B"), spec(statement, 1, "A.1")});
  CHECK(ended.code == errc::bad_argument);
  CHECK(ended.at.path == "/3/parent");
  const ectp::error twice = refused({spec(framework, 0, "own"), spec(standard, 0, "A"), spec(standard, 0, "B"), spec(statement, 2, "A")});
  CHECK(twice.code == errc::duplicate_id);
  CHECK(twice.at.path == "/3/code");
  CHECK(refused({spec(framework, 0, "own"), {.kind = standard, .parent = 0, .code = "A", .statement_kind = fw::statement_kind::learn_that}}).code ==
        errc::bad_argument);
}
