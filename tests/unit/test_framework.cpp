#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#if __has_include(<range/v3/range/concepts.hpp>)
#  include <range/v3/range/concepts.hpp>
#endif

#include "ectp/content/decay.hpp"
#include "ectp/content/tables.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/literals.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/framework/tree.hpp"

namespace fw = ectp::framework;
using namespace ectp::literals;
using ectp::errc;

namespace {

const fw::tree& ittecf() {
  static const fw::tree t = fw::edition("ittecf-2024").value();
  return t;
}

std::string codes(const auto& range) {
  std::string out;
  for (const fw::node_view& n : range) (out += out.empty() ? "" : " ") += n.code();
  return out;
}

/// The same relations from nothing but the depths, written to be obvious rather than fast.
struct slow_tree {
  std::vector<int> parent;
  explicit slow_tree(const fw::tree& t) {
    std::vector<unsigned> depth;
    for (const fw::node_view& n : t.nodes()) {
      int up = static_cast<int>(depth.size()) - 1;
      while (up >= 0 && depth[static_cast<std::size_t>(up)] + 1 != n.depth()) --up;
      parent.push_back(up);
      depth.push_back(n.depth());
    }
  }
  bool below(int node, int top) const {
    while ((node = parent[static_cast<std::size_t>(node)]) >= 0)
      if (node == top) return true;
    return false;
  }
};

/// An edition of a school's own, built at run time: root, one standard, two statements.
struct own_edition {
  std::string pool = "my-schoolMy schoolS1Welcome4nSay hello4.10Walk a guest in";
  std::vector<std::uint32_t> strings{0, 0, 9, 18, 20, 27, 29, 38, 42, 57};
  std::vector<fw::detail::node_row> nodes{
      {0, 0, 0, fw::detail::no_node, 4, 1, 2, 0, 0},
      {1, 0, 1, 0, 4, 3, 4, 0, 0},
      {3, fw::detail::learn_how_to, 2, 1, 3, 5, 6, 0, 0},
      {3, fw::detail::learn_that, 2, 1, 4, 7, 8, 0, 0},
      {0, 0, 0, 0, 0, 0, 0, 0, 0}};
  fw::detail::standing_row standing{};
  fw::detail::area_row area{};
  std::vector<fw::detail::node_index> by_code{3, 2, 1, 0};
  std::vector<std::uint32_t> lists{0};
  fw::detail::tables tables() const {
    fw::detail::tables t{};
    t.pool = pool.data();
    t.strings = strings.data();
    t.nodes = nodes.data();
    t.by_code = by_code.data();
    t.lists = lists.data();
    t.standings = &standing;
    t.areas = &area;
    t.n_standings = 1;
    t.n_areas = 1;
    t.edition.id = 1;
    t.edition.title = 2;
    t.n_strings = 9;
    t.n_nodes = 4;
    return t;
  }
};

}  // namespace

// Iterators satisfy the standard's concepts without any range library.
static_assert(std::forward_iterator<decltype(fw::child_range().begin())>);
static_assert(std::forward_iterator<decltype(fw::ancestor_range().begin())>);
static_assert(std::random_access_iterator<decltype(fw::node_range().begin())>);
static_assert(std::forward_iterator<decltype(fw::tag_range().begin())>);
static_assert(std::forward_iterator<decltype(fw::source_range().begin())>);
static_assert(std::ranges::forward_range<fw::child_range>);
static_assert(std::ranges::sized_range<fw::node_range>);
#if __has_include(<range/v3/range/concepts.hpp>)
static_assert(::ranges::forward_iterator<decltype(fw::child_range().begin())>);
static_assert(::ranges::forward_iterator<decltype(fw::ancestor_range().begin())>);
static_assert(::ranges::random_access_iterator<decltype(fw::node_range().begin())>);
static_assert(::ranges::forward_iterator<decltype(fw::tag_range().begin())>);
static_assert(::ranges::forward_range<fw::child_range>);
#endif
static_assert(std::is_trivially_copyable_v<fw::node_view>);
static_assert(sizeof(fw::node_id) == 4);

// What the generator wrote is a tree, and can be read while compiling.
static_assert(fw::detail::well_formed(ectp::content::ittecf_2024::edition));
static_assert(fw::detail::well_formed(ectp::content::ecf_2019::edition));
static_assert(fw::detail::well_formed(ectp::content::ccf_2019::edition));
static_assert(fw::detail::well_formed(ectp::content::teachers_standards::edition));
static_assert(fw::tree(ectp::content::ittecf_2024::edition).size() == 231);
static_assert("4n"_ittecf2024.node().standard()->code() == "S4");
static_assert("2.2"_ittecf2024 < "2.10"_ittecf2024);
static_assert("ittecf-2024:4n"_ref == "4n"_ittecf2024);
static_assert("S7-G1"_ittecf2024.node().kind() == fw::kind::group);

TEST_CASE("the tree has the structure that the data state", "[framework]") {
  const struct {
    const char* code;
    int learn_that, learn_how_to, groups, placeholders;
  } expected[] = {{"S1", 8, 8, 2, 0},  {"S2", 10, 11, 3, 0}, {"S3", 12, 20, 5, 2},
                  {"S4", 10, 16, 4, 0}, {"S5", 8, 17, 4, 2},  {"S6", 7, 18, 4, 0},
                  {"S7", 9, 16, 4, 2},  {"S8", 7, 16, 3, 0}};
  REQUIRE(codes(ittecf().root().children()) == "S1 S2 S3 S4 S5 S6 S7 S8");
  for (const auto& e : expected) {
    CAPTURE(e.code);
    const fw::node_view s = ittecf().find(e.code).value();
    int learn_that = 0, learn_how_to = 0, groups = 0, placeholders = 0;
    for (const fw::node_view& n : s.descendants()) {
      learn_that += n.statement_kind() == fw::statement_kind::learn_that;
      learn_how_to += n.statement_kind() == fw::statement_kind::learn_how_to;
      groups += n.kind() == fw::kind::group;
      placeholders += n.placeholder();
      REQUIRE(n.standard() == s);
    }
    CHECK(learn_that == e.learn_that);
    CHECK(learn_how_to == e.learn_how_to);
    CHECK(groups == e.groups);
    CHECK(placeholders == e.placeholders);
  }
  CHECK(codes(ittecf().find("S2")->children()) ==
        "2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 S2-G1 S2-G2 S2-G3");
  CHECK(codes(ittecf().find("5q")->ancestors()) == "S5-G4 S5 ittecf-2024");
}

TEST_CASE("relations agree with a slow reference for every pair of nodes", "[framework]") {
  const fw::tree& t = ittecf();
  const slow_tree slow(t);
  const int n = static_cast<int>(t.size());
  REQUIRE(n == 231);
  for (int i = 0; i != n; ++i) {
    const fw::node_view node = t[fw::node_id(static_cast<std::uint32_t>(i))];
    std::vector<int> children, below, above, slow_children, slow_below, slow_above;
    for (const fw::node_view& c : t.children(node)) children.push_back(static_cast<int>(c.id().value()));
    for (const fw::node_view& d : t.descendants(node)) below.push_back(static_cast<int>(d.id().value()));
    for (const fw::node_view& a : t.ancestors(node)) above.push_back(static_cast<int>(a.id().value()));
    for (int j = 0; j != n; ++j) {
      if (slow.parent[static_cast<std::size_t>(j)] == i) slow_children.push_back(j);
      if (slow.below(j, i)) slow_below.push_back(j);
      const fw::node_view other = t[fw::node_id(static_cast<std::uint32_t>(j))];
      if (node.contains(other) != (i == j || slow.below(j, i))) FAIL("contains " << i << ' ' << j);
      if ((node < other) != (i < j) || (node == other) != (i == j)) FAIL("order " << i << ' ' << j);
    }
    for (int a = slow.parent[static_cast<std::size_t>(i)]; a >= 0;
         a = slow.parent[static_cast<std::size_t>(a)])
      slow_above.push_back(a);
    REQUIRE(children == slow_children);
    REQUIRE(below == slow_below);
    REQUIRE(above == slow_above);
    REQUIRE(t.parent(node).has_value() == (i != 0));
    if (i != 0) REQUIRE(t.parent(node)->id().value() == static_cast<std::uint32_t>(slow.parent[static_cast<std::size_t>(i)]));
    REQUIRE(t.descendants(node).size() == below.size());
    REQUIRE(t.children(node).empty() == children.empty());
  }
}

TEST_CASE("a run of nodes is random access", "[framework]") {
  const fw::node_range all = ittecf().nodes();
  const auto first = all.begin(), last = all.end();
  CHECK(last - first == 231);
  CHECK(first[230] == all[230]);
  CHECK((last - 1)->code() == all[230].code());
  CHECK(*(3 + first) == all[3]);
  auto i = last;
  CHECK(*--i == all[230]);
  CHECK(*i-- == all[230]);
  CHECK(*i == all[229]);
  CHECK(first < last);
  std::vector<fw::node_view> copy(first, last);
  std::reverse(copy.begin(), copy.end());
  std::sort(copy.begin(), copy.end(), [](const auto& a, const auto& b) { return a < b; });
  CHECK(std::equal(copy.begin(), copy.end(), first));
}

TEST_CASE("every node is found by its code and by its reference", "[framework]") {
  std::set<std::string> seen;
  for (const fw::node_view& n : ittecf().nodes()) {
    CAPTURE(n.code());
    CHECK(ittecf().find(n.code()).value() == n);
    CHECK(ittecf().find(n.ref()).value() == n);
    CHECK(ittecf().index_of(n.code()) == n.id());
    CHECK(ittecf().statement_of(n.ref()).has_value() == (n.kind() == fw::kind::statement));
    CHECK(seen.insert(n.ref()).second);
  }
  CHECK(ittecf().root().ref() == "ittecf-2024");
  CHECK(ittecf().find("4n")->ref() == "ittecf-2024:4n");
  CHECK(ittecf().find("2.1").value() != ittecf().find("2.10").value());
  CHECK_FALSE(ittecf().index_of("ittecf-2024:4n"));
}

TEST_CASE("a statement says what it is and how sure that is", "[framework]") {
  const fw::node_view n = ittecf().find("4n").value();
  CHECK(n.gist() == "Allow thinking time after questions needing fuller answers");
  CHECK(n.display() == n.gist());
  CHECK(n.title().empty());
  CHECK(n.kind() == fw::kind::statement);
  CHECK(n.statement_kind() == fw::statement_kind::learn_how_to);
  CHECK(n.confidence() == fw::confidence::medium);
  CHECK(n.confidence_word() == "verified_ittecf");
  CHECK(n.code_confidence_word() == "verified");
  CHECK(n.basis() == fw::basis::inferred);
  CHECK(n.core_area() == fw::core_area{"pedagogy", "Pedagogy"});
  CHECK(n.parent()->kind() == fw::kind::group);
  CHECK(n.parent()->code_is_ours());
  CHECK_FALSE(n.code_is_ours());
  REQUIRE(n.sources().size() == 1);
  CHECK((*n.sources().begin()).id == "berry_ittecfplus");
  CHECK((*n.sources().begin()).url.substr(0, 8) == "https://");

  const fw::node_view amended = ittecf().find("1.3").value();
  CHECK(amended.change() == "amended");
  CHECK(amended.earlier_code() == "1.3");
  CHECK(amended.sources().size() == 2);
  CHECK_FALSE(amended.note().empty());
  std::vector<std::string_view> tags(amended.tags().begin(), amended.tags().end());
  CHECK(tags.size() == amended.tags().size());
  for (const std::string_view tag : tags) CHECK(amended.has_tag(tag));
  CHECK_FALSE(amended.has_tag("maths"));

  CHECK(ittecf().find("8.1")->confidence() == fw::confidence::low);
  CHECK(ittecf().find("8.1")->confidence_word() == "verified_ecf2019_only");

  const fw::node_view s7 = ittecf().find("S7").value();
  CHECK(s7.title() == "Managing Behaviour");
  CHECK(s7.teachers_standard().substr(0, 4) == "TS7:");
  CHECK(s7.core_area()->code == "behaviour_management");
  CHECK_FALSE(s7.confidence());
  CHECK_FALSE(s7.basis());
  CHECK_FALSE(s7.statement_kind());

  CHECK_FALSE(ittecf().root().core_area());
  CHECK_FALSE(ittecf().root().standard());
  CHECK(ittecf().standard_of(s7) == s7);
  CHECK(ittecf().root().sources().size() == 20);
}

TEST_CASE("nothing is said with high confidence, and every statement has a source or a hole",
          "[framework]") {
  int medium = 0, low = 0;
  for (const fw::node_view& n : ittecf().nodes()) {
    if (n.kind() != fw::kind::statement) continue;
    CAPTURE(n.code());
    medium += n.confidence() == fw::confidence::medium;
    low += n.confidence() == fw::confidence::low;
    CHECK(n.placeholder() == n.sources().empty());
    CHECK(n.placeholder() == n.gist().empty());
  }
  CHECK(medium == 143);
  CHECK(low == 50);
}

TEST_CASE("the six placeholders are visible as unknown, never as text", "[framework]") {
  std::string found;
  for (const fw::node_view& n : ittecf().nodes())
    if (n.placeholder()) {
      (found += found.empty() ? "" : " ") += n.code();
      CHECK(n.gist().empty());
      CHECK(n.text().empty());
      CHECK(n.display() == "unknown");
      CHECK(n.confidence() == fw::confidence::low);
      CHECK(n.confidence_word() == "inferred");
      CHECK(n.tags().empty());
      CHECK_FALSE(n.note().empty());
    }
  CHECK(found == "3.10 3.11 5e 5j 7.8 7m");
}

TEST_CASE("a code that is not there gets an error with the nearest codes", "[framework]") {
  const auto failed = [](std::string_view code) { return ittecf().find(code).error(); };
  CHECK(failed("4z").code == errc::unknown_code);
  CHECK(failed("4z").hint == "nearest codes: 4a, 4b, 4c");
  CHECK(failed("4N").hint.substr(0, 17) == "nearest codes: 4n");
  CHECK(failed("4.n").hint.substr(0, 17) == "nearest codes: 4n");
  CHECK(failed("4(n)").hint.substr(0, 17) == "nearest codes: 4n");
  CHECK(failed("LT 1.1").hint.substr(0, 18) == "nearest codes: 1.1");
  CHECK(failed("LHT4n").hint.substr(0, 17) == "nearest codes: 4n");
  CHECK(failed("2.100").hint.substr(0, 19) == "nearest codes: 2.10");
  CHECK(failed("2.10 ").code == errc::unknown_code);
  CHECK(failed("ittecf-2024:4z").code == errc::unknown_code);
  CHECK(failed("ittecf-2024:").code == errc::unknown_code);
  CHECK(failed("ittecf-2024:ittecf-2024").code == errc::unknown_code);
  CHECK(failed("").code == errc::unknown_code);
  CHECK(failed("zzzzzz").hint.find("nearest") == std::string::npos);
  const ectp::error huge = failed(std::string(100'000, '4'));
  CHECK(huge.code == errc::unknown_code);
  CHECK(to_string(huge).size() < 300);
  CHECK(failed("4\n\xff").message == "ittecf-2024 has no code '4?\?'");
}

TEST_CASE("an edition is known, another, or unknown", "[framework]") {
  const ectp::error other = ittecf().find("ecf-2019:4n").error();
  CHECK(other.code == errc::wrong_edition);
  CHECK(other.expected == "a code of ittecf-2024");
  const ectp::error unknown = ittecf().find("ittecf:4n").error();
  CHECK(unknown.code == errc::unknown_edition);
  CHECK(unknown.hint == "known editions: ittecf-2024, ecf-2019, ccf-2019, teachers-standards");

  CHECK(fw::edition("ittecf-2024")->edition() == fw::default_edition);
  CHECK(fw::edition("").error().code == errc::unknown_edition);
  CHECK(fw::edition("ITTECF-2024").error().hint == "known editions: ittecf-2024, ecf-2019, ccf-2019, teachers-standards");

  const auto all = fw::editions();
  REQUIRE(all.size() == 4);
  CHECK(all[0] == ittecf().info());
  CHECK(all[0].title == "Initial Teacher Training and Early Career Framework");
  CHECK(all[0].published == "2024-01-30");
  CHECK(all[0].in_force == "2025-09");
  CHECK(all[0].predecessor == "ecf-2019");
  CHECK(all[0].official_page.substr(0, 23) == "https://www.gov.uk/gove");
  CHECK_FALSE(all[0].licence_verified);
  for (const auto& e : all) CHECK(fw::edition(e.id)->info() == e);
  CHECK(all[1].id == "ecf-2019");
  CHECK(all[1].published == "2019-01-28");
  CHECK(all[1].successor == "ittecf-2024");
  CHECK(all[1].replaced_from == "2025-09");
  CHECK(all[2].id == "ccf-2019");
  CHECK(all[2].successor == "ittecf-2024");
  CHECK(all[3].id == fw::assessment_edition);
  CHECK(all[3].in_force == "2012-09-01");
  CHECK(all[3].successor.empty());
}

TEST_CASE("editions hold what their documents do", "[framework]") {
  const auto count = [](std::string_view edition, auto test) {
    int n = 0;
    for (const fw::node_view& node : fw::edition(edition)->nodes()) n += test(node) ? 1 : 0;
    return n;
  };
  const auto asks = [](fw::statement_kind k) {
    return [k](const fw::node_view& n) { return n.statement_kind().has_value() && *n.statement_kind() == k; };
  };
  const auto is = [](fw::kind k) { return [k](const fw::node_view& n) { return n.kind() == k; }; };
  CHECK(count("ecf-2019", asks(fw::statement_kind::learn_that)) == 64);
  CHECK(count("ecf-2019", asks(fw::statement_kind::learn_how_to)) == 117);
  CHECK(count("ecf-2019", is(fw::kind::group)) == 29);
  CHECK(count("ccf-2019", asks(fw::statement_kind::learn_that)) == 64);
  CHECK(count("ccf-2019", asks(fw::statement_kind::learn_how_to)) == 123);
  CHECK(count("teachers-standards", is(fw::kind::standard)) == 9);
  CHECK(count("teachers-standards", is(fw::kind::statement)) == 35 + 3 + 5);

  const auto mode = [](fw::itt_mode m) {
    return [m](const fw::node_view& n) { return n.itt_mode().has_value() && *n.itt_mode() == m; };
  };
  CHECK(count("ccf-2019", mode(fw::itt_mode::mentoring)) == 16);
  CHECK(count("ccf-2019", mode(fw::itt_mode::discuss_and_analyse)) == 29);
  CHECK(count("ccf-2019", mode(fw::itt_mode::observe_and_deconstruct)) == 10);
  CHECK(count("ccf-2019", mode(fw::itt_mode::practise_with_feedback)) == 67);
  for (const std::string_view edition : {"ittecf-2024", "ecf-2019", "teachers-standards"})
    CHECK(count(edition, [](const fw::node_view& n) { return n.itt_mode().has_value(); }) == 0);

  // Every statement says what it rests on, and nothing claims to have been checked against the document.
  for (const auto& e : fw::editions()) {
    const fw::tree t = fw::edition(e.id).value();
    CHECK(t.root().sources().size() > 1);
    for (const fw::node_view& n : t.nodes()) {
      CAPTURE(n.ref());
      CHECK_FALSE(n.type().empty());
      CHECK(n.identifier().empty());
      if (n.kind() != fw::kind::statement) continue;
      REQUIRE(n.confidence().has_value());
      CHECK(*n.confidence() != fw::confidence::high);
      CHECK_FALSE(n.confidence_word().empty());
      CHECK(n.basis().has_value());
      CHECK(n.sources().empty() == n.placeholder());
      CHECK(n.gist().empty() == n.placeholder());
      CHECK(n.code_is_ours() == (n.code_confidence_word() == "ours"));
    }
  }

  const fw::tree ts = fw::edition("teachers-standards").value();
  CHECK(codes(ts.root().children()) == "TS1 TS2 TS3 TS4 TS5 TS6 TS7 TS8 TS-P2");
  CHECK(codes(ts.find("TS-P2.1")->children()) == "TS-P2.1.a TS-P2.1.b TS-P2.1.c TS-P2.1.d TS-P2.1.e");
  CHECK_FALSE(ts.find("TS1")->core_area().has_value());
  CHECK_FALSE(ts.find("TS1")->code_is_ours());
  CHECK(ts.find("TS1.a")->code_is_ours());
  CHECK(fw::edition("ccf-2019")->find("S4-LHT-01")->code_is_ours());
  CHECK(fw::edition("ecf-2019")->find("5o")->type() == "Learn how to");
}

TEST_CASE("only statements answer to statement_of", "[framework]") {
  CHECK(ittecf().statement_of("ittecf-2024:2.10")->code() == "2.10");
  const ectp::error e = ittecf().statement_of("S7").error();
  CHECK(e.code == errc::wrong_type);
  CHECK(e.message == "'S7' is a standard");
  CHECK(e.hint == "its first statement is 7.1");
  CHECK(ittecf().statement_of("S7-G1").error().code == errc::wrong_type);
  CHECK(ittecf().statement_of("7zz").error().code == errc::unknown_code);
}

TEST_CASE("wording is laid over a tree and its gists stay", "[framework]") {
  const std::vector<fw::wording> overlay{{"4n", "Invented wording for the test."},
                                         {"ittecf-2024:5e", "Invented wording for a hole."},
                                         {"S7-G1", "Invented heading:"}};
  const fw::tree laid = ittecf().with_text(overlay).value();
  CHECK(laid.find("4n")->text() == "Invented wording for the test.");
  CHECK(laid.find("4n")->display() == "Invented wording for the test.");
  CHECK(laid.find("4n")->gist() == ittecf().find("4n")->gist());
  CHECK(laid.find("5e")->display() == "Invented wording for a hole.");
  CHECK(laid.find("5e")->placeholder());
  CHECK(laid.find("S7-G1")->text() == "Invented heading:");
  int with_text = 0;
  for (const fw::node_view& n : laid.nodes()) with_text += !n.text().empty();
  CHECK(with_text == 3);
  CHECK(ittecf().find("4n")->text().empty());
  CHECK(laid.find("4n").value() == ittecf().find("4n").value());
  CHECK(laid.edition() == "ittecf-2024");

  SECTION("later wording wins, other wording stays") {
    const std::vector<fw::wording> more{{"4n", "Second wording."}, {"4m", "Third wording."}};
    const fw::tree twice = laid.with_text(more).value();
    CHECK(twice.find("4n")->text() == "Second wording.");
    CHECK(twice.find("4m")->text() == "Third wording.");
    CHECK(twice.find("5e")->text() == "Invented wording for a hole.");
    CHECK(laid.find("4n")->text() == "Invented wording for the test.");
  }
  SECTION("an overlaid tree is a value") {
    fw::tree copy = ittecf();
    {
      const fw::tree inner = ittecf().with_text(overlay).value();
      copy = inner;
    }
    CHECK(copy.find("4n")->text() == "Invented wording for the test.");
    const fw::tree again = copy;
    fw::tree moved = std::move(copy);
    copy = ittecf();
    CHECK(moved.find("5e")->text() == "Invented wording for a hole.");
    CHECK(again.find("5e")->text() == "Invented wording for a hole.");
    CHECK(copy.find("5e")->text().empty());
    fw::tree& same = moved;
    moved = same;
    CHECK(moved.find("S7-G1")->text() == "Invented heading:");
  }
  SECTION("every statement at once") {
    std::vector<fw::wording> all;
    for (const fw::node_view& n : ittecf().nodes())
      if (n.kind() == fw::kind::statement) all.push_back({n.ref(), "wording of " + n.ref()});
    const fw::tree full = ittecf().with_text(all).value();
    for (const fw::node_view& n : full.nodes())
      CHECK(n.text() == (n.kind() == fw::kind::statement ? "wording of " + n.ref() : ""));
  }
  SECTION("an empty overlay changes nothing") {
    const fw::tree none = ittecf().with_text({}).value();
    for (const fw::node_view& n : none.nodes()) CHECK(n.text().empty());
  }
}

TEST_CASE("an overlay that does not fit is refused with its place", "[framework]") {
  const auto failed = [](std::vector<fw::wording> overlay) {
    return ittecf().with_text(overlay).error();
  };
  CHECK(failed({{"4n", "a"}, {"4zz", "b"}}).code == errc::unknown_code);
  CHECK(failed({{"4n", "a"}, {"4zz", "b"}}).at.path == "/1/code");
  CHECK(failed({{"ecf-2019:4n", "a"}}).code == errc::wrong_edition);
  CHECK(failed({{"4n", "a"}, {"ittecf-2024:4n", "b"}}).code == errc::duplicate_id);
  CHECK(failed({{"4n", ""}}).code == errc::missing_field);
  CHECK(failed({{"4n", ""}}).at.path == "/0/text");
}

TEST_CASE("a tree made at run time is as good as a built-in one", "[framework]") {
  const own_edition own;
  const fw::detail::tables tables = own.tables();
  REQUIRE(fw::detail::well_formed(tables));
  const fw::tree t(tables);
  CHECK(t.edition() == "my-school");
  CHECK(t.find("my-school:4n")->gist() == "Say hello");
  CHECK(codes(t.find("S1")->children()) == "4n 4.10");
  CHECK(t.find("ittecf-2024:4n").error().code == errc::wrong_edition);
  CHECK(ittecf().find("my-school:4n").error().code == errc::unknown_edition);
  const std::vector<fw::wording> overlay{{"4.10", "Invented."}};
  CHECK(t.with_text(overlay)->find("4.10").has_value());

  // The same code in two editions is two things, in no order.
  const fw::node_view here = t.find("4n").value(), there = ittecf().find("4n").value();
  CHECK(here != there);
  CHECK_FALSE(here < there);
  CHECK_FALSE(there < here);
  CHECK_FALSE(t.root().contains(there));
}

TEST_CASE("damaged tables are not well formed", "[framework]") {
  const auto damaged = [](auto&& damage) {
    own_edition own;
    damage(own);
    return !fw::detail::well_formed(own.tables());
  };
  CHECK_FALSE(damaged([](own_edition&) {}));
  CHECK(damaged([](own_edition& o) { o.nodes[2].mode = 5; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].type = 9; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].identifier = 9; }));
  CHECK(damaged([](own_edition& o) { o.nodes[0].end = 3; }));
  CHECK(damaged([](own_edition& o) { o.nodes[0].parent = 0; }));
  CHECK(damaged([](own_edition& o) { o.nodes[1].end = 5; }));
  CHECK(damaged([](own_edition& o) { o.nodes[1].kind = 0; }));
  CHECK(damaged([](own_edition& o) { o.nodes[1].kind = 4; }));
  CHECK(damaged([](own_edition& o) { o.nodes[1].flags = fw::detail::learn_that; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].end = 2; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].end = 4; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].depth = 3; }));
  CHECK(damaged([](own_edition& o) { o.nodes[3].parent = 0; }));
  CHECK(damaged([](own_edition& o) { o.nodes[3].parent = 3; }));
  CHECK(damaged([](own_edition& o) { o.nodes[3].parent = 2; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].standing = 1; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].area = 1; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].words = 9; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].code = 0; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].sources = 1; }));
  CHECK(damaged([](own_edition& o) { o.nodes[2].tags = 1; }));
  CHECK(damaged([](own_edition& o) { o.nodes[4].tags = 1; }));
  CHECK(damaged([](own_edition& o) { o.standing.confidence = 4; }));
  CHECK(damaged([](own_edition& o) { o.standing.change = 9; }));
  CHECK(damaged([](own_edition& o) { o.nodes[3].code = 5; }));
  CHECK(damaged([](own_edition& o) { o.by_code = {2, 3, 1, 0}; }));
  CHECK(damaged([](own_edition& o) { o.by_code = {3, 3, 1, 0}; }));
  CHECK(damaged([](own_edition& o) { o.by_code = {3, 2, 1, 4}; }));
  CHECK(damaged([](own_edition& o) { o.strings[4] = 10; }));
  CHECK(damaged([](own_edition& o) { o.strings[1] = 1; }));
}

TEST_CASE("literals carry their edition", "[framework]") {
  constexpr auto n = "4n"_ittecf2024;
  CHECK(n.str() == "ittecf-2024:4n");
  CHECK(n.edition() == "ittecf-2024");
  CHECK(n.node() == ittecf().find("4n").value());
  CHECK(ittecf()[n.id()] == n.node());
  CHECK("ittecf-2024:S7"_ref.node().title() == "Managing Behaviour");

  // The codes that mean something else in each edition.
  CHECK("2.6"_ittecf2024.node().gist() != "2.6"_ecf2019.node().gist());
  CHECK("3g"_ittecf2024.node().gist() != "3g"_ecf2019.node().gist());
  CHECK("5.1"_ittecf2024.node().gist() != "5.1"_ccf2019.node().gist());
  CHECK("6d"_ittecf2024.node().gist() != "6d"_ecf2019.node().gist());
  static_assert(!std::is_same_v<decltype("2.6"_ittecf2024), decltype("2.6"_ecf2019)>);
  static_assert(std::is_same_v<decltype("ecf-2019:2.6"_ref), decltype("2.6"_ecf2019)>);
  static_assert(std::is_same_v<decltype("ccf-2019:S1-LHT-01"_ref), decltype("S1-LHT-01"_ccf2019)>);
  static_assert("teachers-standards:TS-P2"_ref == "TS-P2"_ts);
  CHECK("TS4.a"_ts.str() == "teachers-standards:TS4.a");
}

TEST_CASE("words of the enumerations are those of the data dictionary", "[framework]") {
  CHECK(name(fw::kind::framework) == "framework");
  CHECK(name(fw::kind::statement) == "statement");
  CHECK(name(fw::statement_kind::learn_that) == "learn_that");
  CHECK(name(fw::statement_kind::learn_how_to) == "learn_how_to");
  CHECK(name(fw::confidence::low) == "low");
  CHECK(name(fw::confidence::high) == "high");
  CHECK(name(fw::basis::public_source) == "public");
  CHECK(name(fw::basis::default_policy) == "default_policy");
  CHECK(fw::confidence::low < fw::confidence::high);
}

TEST_CASE("embedded content is there by name", "[content]") {
  CHECK(ectp::content::embedded("no-such-table").empty());
  for (const auto& f : ectp::content::embedded_files()) {
    CAPTURE(f.name);
    CHECK(ectp::content::embedded(f.name) == f.text);
    CHECK(f.text.back() == '\n');
  }
}

TEST_CASE("decay halves after each half-life and ends at nothing", "[content]") {
  const auto rules = ectp::policies::builtin().value();
  const auto& decay_learn_how_to = rules.decay().learn_how_to;
  const auto& decay_learn_that = rules.decay().learn_that;
  CHECK(std::size(decay_learn_how_to) == 25 * 65);
  CHECK(std::size(decay_learn_that) == 25 * 195);
  for (std::size_t k = 0; k != 25; ++k) {
    CHECK(decay_learn_how_to[65 * k] == (1u << 24) >> k);
    CHECK(decay_learn_that[195 * k] == (1u << 24) >> k);
  }
  CHECK(std::is_sorted(std::rbegin(decay_learn_how_to), std::rend(decay_learn_how_to)));
  CHECK(std::is_sorted(std::rbegin(decay_learn_that), std::rend(decay_learn_that)));
  // Three half-lives of one are three of the other.
  for (std::size_t age = 0; age != std::size(decay_learn_how_to); ++age)
    CHECK(decay_learn_how_to[age] == decay_learn_that[3 * age]);
}
