// A tree's ranges in the standard library's algorithms and views, without range-v3 and without
// ectp/ranges.hpp: tree.hpp includes neither.
#include "ectp/framework/tree.hpp"
#if defined(RANGES_V3_DETAIL_CONFIG_HPP) || defined(RANGES_V3_VERSION_HPP)
#  error "tree.hpp includes range-v3"
#endif
#include "ectp/framework/editions.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <string_view>
#include <vector>

namespace fw = ectp::framework;

namespace {

const fw::tree& ittecf() {
  static const fw::tree t = fw::edition("ittecf-2024").value();
  return t;
}
const auto is_group = [](const fw::node_view& n) { return n.kind() == fw::kind::group; };

}  // namespace

static_assert(std::ranges::random_access_range<fw::node_range> && std::ranges::sized_range<fw::node_range>);
static_assert(std::ranges::common_range<fw::node_range>);
template <class Range>
constexpr bool borrowed_view = std::ranges::view<Range> && std::ranges::borrowed_range<Range>;
static_assert(borrowed_view<fw::node_range> && borrowed_view<fw::child_range> && borrowed_view<fw::ancestor_range> &&
              borrowed_view<fw::tag_range> && borrowed_view<fw::source_range>);
static_assert(std::ranges::forward_range<fw::child_range> && std::ranges::common_range<fw::child_range>);
static_assert(std::ranges::forward_range<fw::ancestor_range> && std::ranges::common_range<fw::ancestor_range>);
static_assert(std::ranges::forward_range<fw::tag_range> && std::ranges::sized_range<fw::tag_range>);
static_assert(std::ranges::forward_range<fw::source_range>);
static_assert(std::indirect_unary_predicate<decltype(is_group), std::ranges::iterator_t<fw::node_range>>);

TEST_CASE("the standard's algorithms take a tree's ranges", "[ranges]") {
  const fw::tree& tree = ittecf();
  const fw::node_range nodes = tree.nodes();
  std::ptrdiff_t groups = 0;
  for (const fw::node_view& n : nodes) groups += is_group(n) ? 1 : 0;
  REQUIRE(groups > 0);
  CHECK(std::ranges::count_if(nodes, is_group) == groups);
  CHECK(std::ranges::distance(nodes) == static_cast<std::ptrdiff_t>(tree.size()));

  // Framework order is an order, and a code is found in it by halving.
  CHECK(std::ranges::is_sorted(nodes, {}, [](const fw::node_view& n) { return n.id(); }));
  for (const fw::node_view& n : nodes) {
    const auto at = std::ranges::lower_bound(nodes, n.id(), {}, [](const fw::node_view& o) { return o.id(); });
    CHECK(*at == n);
    CHECK(at - nodes.begin() == static_cast<std::ptrdiff_t>(n.id().value()));
    const auto below = n.descendants();
    CHECK(std::ranges::all_of(below, [&](const fw::node_view& o) { return n.contains(o) && o != n; }));
    CHECK(std::ranges::count_if(nodes, [&](const fw::node_view& o) { return n.contains(o); }) ==
          std::ranges::distance(below) + 1);
    const auto children = n.children();
    CHECK(std::ranges::all_of(children, [&](const fw::node_view& c) { return *c.parent() == n; }));
    const auto above = n.ancestors();
    CHECK(std::ranges::distance(above) == static_cast<std::ptrdiff_t>(n.depth()));
    CHECK(std::ranges::all_of(above, [&](const fw::node_view& a) { return a.contains(n); }));
    CHECK((n.depth() == 0 || std::ranges::find(above, tree.root()) != above.end()));
    const auto tags = n.tags();
    CHECK((std::ranges::find(tags, std::string_view("send")) != tags.end()) == n.has_tag("send"));
  }
  std::vector<fw::node_view> copied;
  std::ranges::copy_if(nodes, std::back_inserter(copied), is_group);
  CHECK(copied.size() == static_cast<std::size_t>(groups));
  // The classic algorithms as well.
  CHECK(std::count_if(nodes.begin(), nodes.end(), is_group) == groups);
}

#if !defined(__clang__) || __clang_major__ >= 16  // earlier ones cannot compile libstdc++'s views
TEST_CASE("the standard's views take a tree's ranges, named or not", "[ranges]") {
  const fw::tree& tree = ittecf();
  std::vector<std::string_view> by_loop, by_view, of_named;
  for (const fw::node_view& n : tree.nodes())
    if (is_group(n)) by_loop.push_back(n.code());
  for (const std::string_view code :
       tree.nodes() | std::views::filter(is_group) | std::views::transform(&fw::node_view::code))
    by_view.push_back(code);
  const fw::node_range named = tree.nodes();
  for (const std::string_view code : named | std::views::filter(is_group) | std::views::transform(&fw::node_view::code))
    of_named.push_back(code);
  CHECK(!by_loop.empty());
  CHECK(by_view == by_loop);
  CHECK(of_named == by_loop);

  // A run of nodes backwards, and dropped into.
  std::vector<fw::node_view> forwards, backwards;
  for (const fw::node_view& n : tree.nodes() | std::views::drop(3)) forwards.push_back(n);
  for (const fw::node_view& n : tree.nodes() | std::views::drop(3) | std::views::reverse) backwards.push_back(n);
  std::ranges::reverse(backwards);
  CHECK(forwards.size() == tree.size() - 3);
  CHECK(backwards == forwards);

  // Children of children, and the way up from each.
  std::size_t grandchildren = 0, up = 0;
  for (const fw::node_view& c : tree.root().children())
    for (const fw::node_view& g : c.children()) grandchildren += g.depth() == 2 ? 1u : 0u;
  const auto children = [](const fw::node_view& n) { return n.children(); };
  for (const fw::node_view& g : tree.root().children() | std::views::transform(children) | std::views::join) {
    ++up;
    for (const fw::node_view& a : g.ancestors() | std::views::take(1)) CHECK(a == *g.parent());
  }
  CHECK(grandchildren > 8);
  CHECK(up == grandchildren);
}
#endif
