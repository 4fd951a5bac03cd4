// The range-v3 door: every view against a plain loop, and what generic code may do with the ranges.
#include <catch2/catch.hpp>
#include <algorithm>
#include <iterator>
#include <range/v3/algorithm/count_if.hpp>
#include <range/v3/algorithm/find.hpp>
#include <range/v3/algorithm/find_if.hpp>
#include <range/v3/algorithm/is_sorted.hpp>
#include <range/v3/algorithm/lower_bound.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/concat.hpp>
#include <range/v3/view/drop.hpp>
#include <range/v3/view/join.hpp>
#include <range/v3/view/reverse.hpp>
#include <range/v3/view/take.hpp>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/ranges.hpp"

namespace fw = ectp::framework;
namespace views = ectp::views;

namespace {

const fw::tree& ittecf() {
  static const fw::tree t = fw::edition("ittecf-2024").value();
  return t;
}

/// What a range gives to a plain loop.
template <class T>
std::vector<T> loop(auto&& range) {
  std::vector<T> out;
  for (auto&& x : range)
    out.push_back(x);
  return out;
}
std::vector<fw::node_view> nodes(auto&& range) { return loop<fw::node_view>(range); }

template <class Range>
constexpr bool borrowed_view =
    ::ranges::view_<Range> && ::ranges::borrowed_range<Range> &&
    ::ranges::viewable_range<Range> && std::ranges::view<Range> &&
    std::ranges::borrowed_range<Range> && std::ranges::viewable_range<Range>;

template <class Text>
constexpr bool can_be_a_tag = requires(Text&& text) {
  views::tagged(static_cast<Text&&>(text));
};
template <class Record>
constexpr bool can_be_seen_live = requires(Record&& r) {
  views::live(static_cast<Record&&>(r));
};
template <class Range, class View>
constexpr bool can_be_piped = requires(Range&& r, View v) {
  static_cast<Range&&>(r) | v;
};

}  // namespace

static_assert(borrowed_view<fw::child_range>);
static_assert(borrowed_view<fw::ancestor_range>);
static_assert(borrowed_view<fw::node_range>);
static_assert(borrowed_view<fw::tag_range>);
static_assert(borrowed_view<fw::source_range>);
static_assert(!borrowed_view<std::vector<fw::node_view>>);

static_assert(::ranges::forward_range<fw::child_range> && ::ranges::common_range<fw::child_range>);
static_assert(::ranges::forward_range<fw::ancestor_range>);
static_assert(::ranges::random_access_range<fw::node_range> &&
              ::ranges::sized_range<fw::node_range>);
static_assert(::ranges::forward_range<fw::tag_range> && ::ranges::sized_range<fw::tag_range>);

using statements_view = decltype(views::statements(ittecf()));
static_assert(::ranges::view_<statements_view> && ::ranges::bidirectional_range<statements_view>);
static_assert(std::is_same_v<::ranges::range_value_t<statements_view>, fw::node_view>);
static_assert(!::ranges::borrowed_range<statements_view>);
using live_view = decltype(views::live(std::declval<const ectp::record&>()));
static_assert(std::is_same_v<::ranges::range_reference_t<live_view>, const ectp::entry&>);

// What would be gone before it is looked at is refused.
static_assert(can_be_a_tag<const char (&)[5]> && can_be_a_tag<std::string_view> &&
              can_be_a_tag<std::string&>);
static_assert(can_be_a_tag<const std::string&>);
static_assert(!can_be_a_tag<std::string> && !can_be_a_tag<const std::string>);
static_assert(can_be_seen_live<ectp::record&> && can_be_seen_live<const ectp::record&>);
static_assert(!can_be_seen_live<ectp::record> && !can_be_seen_live<const ectp::record>);
using seen_list = std::vector<ectp::statement_view>;
static_assert(can_be_piped<const seen_list&, decltype(views::not_secure)>);
static_assert(!can_be_piped<seen_list, decltype(views::not_secure)>);
static_assert(::ranges::view_<views::ordered_nodes> && ::ranges::random_access_range<views::ordered_nodes>);
template <class Measure>
constexpr bool can_measure = requires(Measure&& by) { views::unmet(static_cast<Measure&&>(by)); };
static_assert(can_measure<ectp::statement_coverage&> && can_measure<const ectp::statement_coverage&>);
static_assert(!can_measure<ectp::statement_coverage> && !can_measure<const ectp::statement_coverage>);
static_assert(can_measure<const ectp::diagnosis&> && !can_measure<ectp::diagnosis>);
static_assert(can_measure<const std::vector<ectp::diagnosis>&> && !can_measure<std::vector<ectp::diagnosis>>);
static_assert(can_be_piped<fw::node_range, decltype(views::codes)>);
static_assert(!can_be_piped<const seen_list&, decltype(views::codes)>);

TEST_CASE("views of one node's relations are its own ranges, for the whole tree", "[ranges]") {
  for (const fw::node_view& n : ittecf().nodes()) {
    std::vector<fw::node_view> below, next_below, above;
    for (const fw::node_view& o : ittecf().nodes()) {
      if (n.contains(o) && o != n) below.push_back(o);
      if (o.parent() && *o.parent() == n) next_below.push_back(o);
      if (o.contains(n) && o != n) above.insert(above.begin(), o);
    }
    CHECK((views::descendants(n) | ::ranges::to<std::vector>()) == below);
    CHECK((views::children(n) | ::ranges::to<std::vector>()) == next_below);
    CHECK((views::ancestors(n) | ::ranges::to<std::vector>()) == above);
  }
}

TEST_CASE("statements, of_kind, tagged and codes say what a loop says", "[ranges]") {
  const fw::tree& tree = ittecf();
  std::vector<fw::node_view> every;
  for (const fw::node_view& n : tree.nodes())
    if (n.kind() == fw::kind::statement) every.push_back(n);
  REQUIRE(every.size() > 100);
  CHECK(nodes(views::statements(tree)) == every);
  CHECK(nodes(views::statements(tree.root())) == every);

  std::vector<fw::node_view> by_standard;
  for (const fw::node_view& s : tree.nodes() | views::of_kind(fw::kind::standard))
    for (const fw::node_view& n : views::statements(s))
      by_standard.push_back(n);
  CHECK(by_standard == every);

  for (const fw::kind kind :
       {fw::kind::framework, fw::kind::standard, fw::kind::group, fw::kind::statement}) {
    std::vector<fw::node_view> of_kind;
    std::vector<std::string_view> codes;
    for (const fw::node_view& n : tree.nodes())
      if (n.kind() == kind) {
        of_kind.push_back(n);
        codes.push_back(n.code());
      }
    REQUIRE(!of_kind.empty());
    CHECK(nodes(tree.nodes() | views::of_kind(kind)) == of_kind);
    CHECK(loop<std::string_view>(tree.nodes() | views::of_kind(kind) | views::codes) == codes);
  }

  for (const std::string_view tag : {"send", "behaviour", "no such tag", "sen", ""}) {
    std::vector<fw::node_view> tagged;
    for (const fw::node_view& n : tree.nodes())
      for (const std::string_view t : n.tags())
        if (t == tag) tagged.push_back(n);
    CAPTURE(tag);
    CHECK(tagged.empty() == (tag != "send" && tag != "behaviour"));
    CHECK(nodes(tree.nodes() | views::tagged(tag)) == tagged);
  }
}

TEST_CASE("views compose with those of range-v3", "[ranges]") {
  const fw::tree& tree = ittecf();
  std::vector<std::string> wanted;
  for (const fw::node_view& n : tree.nodes())
    if (n.kind() == fw::kind::statement && n.has_tag("send") &&
        n.statement_kind().value_or(fw::statement_kind::learn_that) ==
            fw::statement_kind::learn_how_to)
      wanted.push_back(n.ref());
  REQUIRE(!wanted.empty());
  const auto learn_how_to = [](const fw::node_view& n) {
    return *n.statement_kind() == fw::statement_kind::learn_how_to;
  };
  const auto ref = [](const fw::node_view& n) { return n.ref(); };
  CHECK((views::statements(tree) | views::tagged("send") | ::ranges::views::filter(learn_how_to) |
         ::ranges::views::transform(ref) | ::ranges::to<std::vector>()) == wanted);

  // Closures compose before there is a range; a named one can be used again.
  const auto how_to_teach_send = views::of_kind(fw::kind::statement) | views::tagged("send") |
                                 ::ranges::views::filter(learn_how_to) |
                                 ::ranges::views::transform(ref);
  CHECK((tree.nodes() | how_to_teach_send | ::ranges::to<std::vector>()) == wanted);
  CHECK((views::descendants(tree.root()) | how_to_teach_send | ::ranges::to<std::vector>()) ==
        wanted);

  // Ranges of ranges: children of children, and the tags of statements.
  std::vector<fw::node_view> grandchildren;
  for (const fw::node_view& c : tree.root().children())
    for (const fw::node_view& g : c.children())
      grandchildren.push_back(g);
  REQUIRE(!grandchildren.empty());
  CHECK((views::children(tree.root()) | ::ranges::views::transform(views::children) |
         ::ranges::views::join | ::ranges::to<std::vector>()) == grandchildren);
  std::size_t tags = 0;
  for (const fw::node_view& n : tree.nodes())
    tags += n.tags().size();
  const auto tags_of = [](const fw::node_view& n) { return n.tags(); };
  CHECK(loop<std::string_view>(tree.nodes() | ::ranges::views::transform(tags_of) |
                               ::ranges::views::join)
            .size() == tags);

  // A run of nodes stays random access and sized through views that keep it so.
  const auto middle =
      tree.nodes() | ::ranges::views::drop(10) | ::ranges::views::take(5) | views::codes;
  REQUIRE(middle.size() == 5);
  CHECK(middle[4] == tree[fw::node_id(14)].code());
  CHECK(nodes(::ranges::views::concat(tree.nodes(), tree.nodes())).size() == 2 * tree.size());
}

TEST_CASE("iterators of a tree's ranges outlive the range object", "[ranges]") {
  const auto standard = ittecf().find("S4").value();
  const auto group = [](const fw::node_view& n) { return n.kind() == fw::kind::group; };
  const auto found = ::ranges::find_if(standard.children(), group);
  static_assert(!std::is_same_v<decltype(found), const ::ranges::dangling>);
  static_assert(std::is_same_v<decltype(::ranges::find_if(views::statements(standard), group)),
                               ::ranges::dangling>);
  CHECK(found->parent().value_or({}) == standard);
  const auto of_root = [](const fw::node_view& n) { return n.depth() == 0; };
  CHECK((*::ranges::find_if(views::ancestors(*found), of_root)).code() == ittecf().root().code());
}

TEST_CASE("range-v3's algorithms take a tree's ranges", "[ranges]") {
  const fw::tree& tree = ittecf();
  const auto id = [](const fw::node_view& n) { return n.id(); };
  CHECK(::ranges::is_sorted(tree.nodes(), {}, id));
  for (const fw::node_view& n : tree.nodes()) {
    CHECK(*::ranges::lower_bound(tree.nodes(), n.id(), {}, id) == n);
    CHECK(::ranges::distance(n.ancestors()) == static_cast<std::ptrdiff_t>(n.depth()));
    CHECK(::ranges::count_if(tree.nodes(), [&](const fw::node_view& o) { return n.contains(o); }) ==
          static_cast<std::ptrdiff_t>(n.descendants().size()) + 1);
    for (const fw::node_view& c : n.children()) CHECK(::ranges::find(c.ancestors(), n) == c.ancestors().begin());
  }
  const auto backwards = tree.nodes() | ::ranges::views::reverse | ::ranges::to<std::vector>();
  CHECK((backwards | ::ranges::views::reverse | ::ranges::to<std::vector>()) == nodes(tree.nodes()));
}

TEST_CASE("in_area keeps the nodes of an area's standards", "[ranges]") {
  std::size_t all = 0;
  for (const std::string_view area : {"behaviour_management", "pedagogy", "curriculum", "assessment",
                                      "professional_behaviours", "behaviour", ""}) {
    std::vector<fw::node_view> wanted;
    for (const fw::node_view& n : ittecf().nodes()) {
      const auto home = n.standard();
      if (home && home->core_area() && home->core_area()->code == area) wanted.push_back(n);
    }
    CAPTURE(area);
    CHECK(nodes(ittecf().nodes() | views::in_area(area)) == wanted);
    CHECK(wanted.empty() == (area.empty() || area == "behaviour"));
    all += wanted.size();
  }
  CHECK(all == ittecf().size() - 1);  // all but the root
}

TEST_CASE("unmet leaves out what was touched", "[ranges]") {
  ectp::record_state state;
  state.today = ectp::parse_date("2025-11-24").value();
  std::vector<fw::node_view> untouched;
  int i = 0;
  for (const fw::node_view& n : views::statements(ittecf())) {
    ectp::session s;
    s.status = ectp::session_status::held;
    s.held_on = state.today - i % 5;
    s.touched = {n.ref()};
    if (++i % 3 != 0) state.sessions.push_back(s);
    else untouched.push_back(n);
  }
  REQUIRE(!untouched.empty());
  const auto touched = ectp::statement_coverage::of(ittecf(), state).value();
  CHECK(nodes(views::statements(ittecf()) | views::unmet(touched)) == untouched);
  CHECK(nodes(ittecf().nodes() | views::unmet(touched)) == untouched);  // standards and groups cannot be touched
  std::vector<std::string_view> codes;
  for (const auto& n : untouched)
    if (n.has_tag("behaviour")) codes.push_back(n.code());
  REQUIRE(!codes.empty());
  CHECK((ittecf().nodes() | views::tagged("behaviour") | views::unmet(touched) | views::codes |
         ::ranges::to<std::vector>()) == codes);
  const ectp::statement_coverage none;
  CHECK(nodes(ittecf().nodes() | views::unmet(none)) == nodes(views::statements(ittecf())));
}

TEST_CASE("unmet leaves out what was last seen secure", "[ranges]") {
  std::vector<ectp::diagnosis> ds(2);
  const auto see = [](ectp::diagnosis& d, const std::string& ref, ectp::level l) {
    ectp::statement_view v;
    v.statement = ref;
    v.latest = l;
    d.seen.push_back(v);
  };
  see(ds[0], "ittecf-2024:4a", ectp::level::secure);
  see(ds[0], "ittecf-2024:4n", ectp::level::developing);
  see(ds[1], "ittecf-2024:5a", ectp::level::secure);
  see(ds[1], "ittecf-2024:5b", ectp::level::emerging);
  see(ds[1], "ecf-2019:5c", ectp::level::secure);  // of another edition
  see(ds[1], "5d", ectp::level::secure);           // names none
  const auto all_but = [](const std::vector<std::string_view>& codes) {
    std::vector<fw::node_view> out;
    for (const fw::node_view& n : ittecf().nodes()) {
      bool left_out = n.kind() != fw::kind::statement;
      for (const std::string_view c : codes) left_out = left_out || n.code() == c;
      if (!left_out) out.push_back(n);
    }
    return out;
  };
  CHECK(nodes(ittecf().nodes() | views::unmet(ds[0])) == all_but({"4a"}));
  CHECK(nodes(views::statements(ittecf()) | views::unmet(ds)) == all_but({"4a", "5a"}));
  ds.clear();
  CHECK(nodes(ittecf().nodes() | views::unmet(ds)) == all_but({}));
}

TEST_CASE("in_coverage_order puts the least touched first, then framework order", "[ranges]") {
  ectp::record_state state;
  state.today = ectp::parse_date("2025-11-24").value();
  std::vector<std::pair<int, fw::node_view>> wanted;
  int i = 0;
  for (const fw::node_view& n : views::statements(ittecf())) {
    const int days = (++i * 7) % 4;
    for (int k = 0; k != days; ++k) {
      ectp::session s;
      s.status = ectp::session_status::held;
      s.held_on = state.today - k;
      s.touched = {n.ref()};
      state.sessions.push_back(s);
    }
    wanted.emplace_back(days, n);
  }
  std::stable_sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<fw::node_view> order;
  for (const auto& [days, n] : wanted) order.push_back(n);
  const auto touched = ectp::statement_coverage::of(ittecf(), state).value();
  CHECK(nodes(views::statements(ittecf()) | views::in_coverage_order(touched)) == order);

  // It is a view, and goes on into others; copies are as good, and it outlives what it was made of.
  views::ordered_nodes kept;
  CHECK(::ranges::empty(kept));
  {
    const std::vector<fw::node_view> some(order.rbegin(), order.rend());
    kept = some | views::in_coverage_order(touched);
  }
  CHECK(kept.size() == order.size());
  CHECK(touched.days(kept[0]) == 0);
  CHECK(touched.days(kept.back()) == 3);
  std::vector<std::string_view> first;
  for (std::size_t k = 0; k != 3; ++k) first.push_back(order[k].code());
  CHECK((views::statements(ittecf()) | views::in_coverage_order(touched) | views::codes | ::ranges::views::take(3) |
         ::ranges::to<std::vector>()) == first);
  CHECK(nodes(ittecf().nodes() | views::tagged("no such tag") | views::in_coverage_order(touched)).empty());
}

TEST_CASE("not_secure leaves out what was last seen secure", "[ranges]") {
  ectp::diagnosis d;
  const ectp::level levels[] = {ectp::level::secure, ectp::level::emerging, ectp::level::developing,
                                ectp::level::secure, ectp::level::developing};
  for (const ectp::level l : levels) {
    ectp::statement_view s;
    s.statement = "ittecf-2024:4" + std::string(1, static_cast<char>('a' + d.seen.size()));
    s.latest = l;
    d.seen.push_back(s);
  }
  std::vector<const ectp::statement_view*> by_loop, by_view;
  for (const auto& s : d.seen)
    if (s.latest == ectp::level::emerging || s.latest == ectp::level::developing)
      by_loop.push_back(&s);
  for (const ectp::statement_view& s : d.seen | views::not_secure)
    by_view.push_back(&s);
  CHECK(by_loop.size() == 3);
  CHECK(by_view == by_loop);  // the same objects, not copies
  CHECK(loop<ectp::statement_view>(views::not_secure(d.seen)).size() == 3);
  d.seen.clear();
  CHECK(::ranges::empty(d.seen | views::not_secure));
}

TEST_CASE("live leaves out entries that were corrected", "[ranges]") {
  const auto id = [](int i) { return ectp::entry_id::make("e-" + std::to_string(i)).value(); };
  ectp::record r(ectp::teacher_id::make("t-1").value(), ectp::person_id::make("p-1").value(),
                 "ittecf-2024", true);
  CHECK(::ranges::empty(views::live(r)));

  // Even ones are wishes, odd ones targets; 3, 6 and 9 correct 1, 4 and 7 and are what those are.
  for (int i = 0; i != 10; ++i) {
    ectp::entry head;
    head.id = id(i);
    const bool corrects = i != 0 && i % 3 == 0;
    if (corrects) head.supersedes = id(i - 2);
    const bool wish = (corrects ? i - 2 : i) % 2 == 0;
    const auto appended = wish ? r.append(head, ectp::wish{}) : r.append(head, ectp::target{});
    REQUIRE(appended.has_value());
  }

  std::vector<const ectp::entry*> by_loop, by_view, wishes, wishes_by_view;
  for (const auto& e : r.entries()) {
    bool corrected = false;
    for (const auto& later : r.entries())
      corrected = corrected || later.supersedes == e.id;
    if (corrected) continue;
    by_loop.push_back(&e);
    if (e.kind == ectp::entry_kind::wish) wishes.push_back(&e);
  }
  for (const ectp::entry& e : views::live(r))
    by_view.push_back(&e);
  for (const ectp::entry& e : views::live(r) | views::of_kind(ectp::entry_kind::wish))
    wishes_by_view.push_back(&e);
  CHECK(by_loop.size() == 7);
  CHECK(by_view == by_loop);
  CHECK(!wishes.empty());
  CHECK(wishes.size() < by_loop.size());
  CHECK(wishes_by_view == wishes);
}

#if !defined(__clang__) || __clang_major__ >= 16  // earlier ones cannot compile libstdc++'s views
TEST_CASE("a tree's ranges are views of the standard library too", "[ranges]") {
  const auto is_group = [](const fw::node_view& n) { return n.kind() == fw::kind::group; };
  std::vector<std::string_view> by_loop, by_view;
  for (const fw::node_view& n : ittecf().nodes())
    if (is_group(n)) by_loop.push_back(n.code());
  for (const std::string_view code : ittecf().nodes() | std::views::filter(is_group) |
                                         std::views::transform(&fw::node_view::code))
    by_view.push_back(code);
  CHECK(!by_loop.empty());
  CHECK(by_view == by_loop);
}
#endif
