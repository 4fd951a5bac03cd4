#pragma once
/// Named views of trees, diagnoses and records for range-v3 pipelines (target `ectp::ranges`).
///
///     namespace views = ectp::views;
///     for (const auto code : views::statements(tree) | views::tagged("send") | views::codes) ...
///
/// Include this before the first range-v3 view is made of a tree's ranges. Views
/// borrow: they are good for as long as the tree, diagnosis or record is, and while no entry is
/// appended. A view that leaves elements out remembers its first one, so it cannot be `const`.
#include <cstddef>
#include <memory>
#include <range/v3/range/concepts.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/interface.hpp>
#include <range/v3/view/transform.hpp>
#include <range/v3/view/view.hpp>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/mentoring/coverage.hpp"
#include "ectp/mentoring/diagnosis.hpp"
#include "ectp/record.hpp"

// The ranges of a tree are two or three words that point into it: views, whose iterators outlive
// them. tree.hpp says so to the standard library.
template <class Step>
inline constexpr bool ranges::enable_view<ectp::framework::detail::step_range<Step>> = true;
template <class Step>
inline constexpr bool ranges::enable_borrowed_range<ectp::framework::detail::step_range<Step>> =
    true;
template <class T>
inline constexpr bool ranges::enable_view<ectp::framework::detail::list_range<T>> = true;
template <class T>
inline constexpr bool ranges::enable_borrowed_range<ectp::framework::detail::list_range<T>> = true;
template <>
inline constexpr bool ranges::enable_view<ectp::framework::node_range> = true;
template <>
inline constexpr bool ranges::enable_borrowed_range<ectp::framework::node_range> = true;

namespace ectp::inline ECTP_ABI::views {

namespace detail {

struct node_is {
  framework::kind kind = framework::kind::framework;
  constexpr bool operator()(const framework::node_view& n) const noexcept {
    return n.kind() == kind;
  }
};
struct entry_is {
  entry_kind kind = entry_kind::start;
  constexpr bool operator()(const entry& e) const noexcept { return e.kind == kind; }
};
struct has_tag {
  std::string_view tag;
  constexpr bool operator()(const framework::node_view& n) const noexcept { return n.has_tag(tag); }
};
struct in_core_area {
  std::string_view area;
  constexpr bool operator()(const framework::node_view& n) const noexcept {
    const auto of = n.core_area();
    return of && of->code == area;
  }
};
struct is_untouched {
  const statement_coverage* by = nullptr;
  bool operator()(const framework::node_view& n) const noexcept {
    return n.kind() == framework::kind::statement && !by->touched(n);
  }
};
/// Compares `edition:code` with a node and makes no text.
inline bool refers_to(std::string_view ref, const framework::node_view& n) noexcept {
  const std::string_view edition = n.edition(), code = n.code();
  return ref.size() == edition.size() + 1 + code.size() && ref.substr(0, edition.size()) == edition &&
         ref[edition.size()] == ':' && ref.substr(edition.size() + 1) == code;
}
struct is_not_seen_secure {
  const diagnosis* from = nullptr;
  std::size_t n = 0;
  bool operator()(const framework::node_view& node) const noexcept {
    if (node.kind() != framework::kind::statement) return false;
    for (std::size_t i = 0; i != n; ++i)
      for (const statement_view& s : from[i].seen)
        if (s.latest == level::secure && refers_to(s.statement, node)) return false;
    return true;
  }
};
struct code_of {
  constexpr std::string_view operator()(const framework::node_view& n) const noexcept {
    return n.code();
  }
};
struct is_not_secure {
  bool operator()(const statement_view& s) const noexcept { return s.latest != level::secure; }
};
/// For entries that stand in `of`: their position is asked for.
struct is_live {
  const record* of = nullptr;
  bool operator()(const entry& e) const noexcept {
    return !of->superseded(static_cast<std::size_t>(&e - of->entries().data()));
  }
};

}  // namespace detail

/// The children of a node, in framework order.
constexpr framework::child_range children(const framework::node_view& n) noexcept {
  return n.children();
}
/// Everything below a node, in framework order.
constexpr framework::node_range descendants(const framework::node_view& n) noexcept {
  return n.descendants();
}
/// The parent of a node, its parent, and so on to the root.
constexpr framework::ancestor_range ancestors(const framework::node_view& n) noexcept {
  return n.ancestors();
}

/// `nodes | of_kind(k)`: the nodes of one level.
constexpr auto of_kind(framework::kind k) { return ::ranges::views::filter(detail::node_is{k}); }
/// `entries | of_kind(k)`: the entries of a record that hold one kind of content.
constexpr auto of_kind(entry_kind k) { return ::ranges::views::filter(detail::entry_is{k}); }

/// `nodes | tagged(t)`: the nodes with this tag, such as `send`, compared exactly. The text is
/// borrowed, not copied.
constexpr auto tagged(std::string_view tag) {
  return ::ranges::views::filter(detail::has_tag{tag});
}
template <class Text>
  requires std::is_same_v<std::remove_cv_t<Text>, std::string>
void tagged(Text&& tag) = delete;  // a string about to go away

/// `nodes | in_area(a)`: the nodes of standards of this core area, such as `behaviour_management`,
/// compared exactly. The text is borrowed, not copied.
constexpr auto in_area(std::string_view area) {
  return ::ranges::views::filter(detail::in_core_area{area});
}
template <class Text>
  requires std::is_same_v<std::remove_cv_t<Text>, std::string>
void in_area(Text&& area) = delete;  // a string about to go away

/// `nodes | codes`: their bare codes, such as `4n`.
inline constexpr auto codes = ::ranges::views::transform(detail::code_of{});

/// The statements of an edition, in framework order.
constexpr auto statements(const framework::tree& tree) {
  return tree.nodes() | of_kind(framework::kind::statement);
}
/// The statements below a node, in framework order.
constexpr auto statements(const framework::node_view& n) {
  return n.descendants() | of_kind(framework::kind::statement);
}

/// `nodes | unmet(coverage)`: the statements among them that were not touched.
inline auto unmet(const statement_coverage& by) {
  return ::ranges::views::filter(detail::is_untouched{&by});
}
/// `nodes | unmet(diagnosis)`: the statements among them that someone other than the ECT did not last
/// see secure: not seen within the window, or seen emerging or developing. One diagnosis speaks for
/// one standard, and the statements of others count as not seen.
inline auto unmet(const diagnosis& d) { return ::ranges::views::filter(detail::is_not_seen_secure{&d, 1}); }
/// The same for several standards.
inline auto unmet(const std::vector<diagnosis>& ds) {
  return ::ranges::views::filter(detail::is_not_seen_secure{ds.data(), ds.size()});
}
void unmet(const statement_coverage&&) = delete;  // about to go away
void unmet(const diagnosis&&) = delete;
void unmet(const std::vector<diagnosis>&&) = delete;

/// Nodes in an order of their own. Copies share the list.
class ordered_nodes : public ::ranges::view_interface<ordered_nodes> {
 public:
  ordered_nodes() = default;
  explicit ordered_nodes(std::vector<framework::node_view> nodes)
      : nodes_(std::make_shared<const std::vector<framework::node_view>>(std::move(nodes))) {}
  const framework::node_view* begin() const noexcept { return nodes_ == nullptr ? nullptr : nodes_->data(); }
  const framework::node_view* end() const noexcept {
    return nodes_ == nullptr ? nullptr : nodes_->data() + nodes_->size();
  }

 private:
  std::shared_ptr<const std::vector<framework::node_view>> nodes_;
};

/// `nodes | in_coverage_order(coverage)`: the order in which a programme gets round to them: touched
/// on fewer days first, then in the order given, which is framework order for the ranges of a tree.
/// It is made once, when the range is piped in.
inline auto in_coverage_order(const statement_coverage& by) {
  return ::ranges::make_view_closure([by = &by](auto&& nodes) {
    std::vector<framework::node_view> out;
    for (auto&& n : nodes) out.push_back(n);
    ectp::detail::sort(out, [by](const framework::node_view& a, const framework::node_view& b) {
      return by->days(a) < by->days(b);
    });
    return ordered_nodes(std::move(out));
  });
}
void in_coverage_order(const statement_coverage&&) = delete;

/// `diagnosis.seen | not_secure`: the statements whose latest sighting is emerging or developing.
inline constexpr auto not_secure = ::ranges::views::filter(detail::is_not_secure{});

/// The entries of a record that no later entry corrects, in the order they were appended.
inline auto live(const record& r) {
  return r.entries() | ::ranges::views::filter(detail::is_live{&r});
}
void live(const record&& r) = delete;

}  // namespace ectp::inline ECTP_ABI::views
