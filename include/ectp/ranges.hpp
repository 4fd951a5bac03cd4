#pragma once
/// Named views of trees, diagnoses and records for range-v3 pipelines (target `ectp::ranges`).
///
///     namespace views = ectp::views;
///     for (const auto code : views::statements(tree) | views::tagged("send") | views::codes) ...
///
/// Include this before the first range-v3 or `std::ranges` view is made of a tree's ranges. Views
/// borrow: they are good for as long as the tree, diagnosis or record is, and while no entry is
/// appended. A view that leaves elements out remembers its first one, so it cannot be `const`.
#include <cstddef>
#include <range/v3/range/concepts.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/transform.hpp>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "ectp/core/config.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/mentoring/diagnosis.hpp"
#include "ectp/record.hpp"

// The ranges of a tree are two or three words that point into it: views, whose iterators outlive
// them. <span> declares the standard's two variables, without the cost of <ranges>.
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

template <class Step>
inline constexpr bool std::ranges::enable_view<ectp::framework::detail::step_range<Step>> = true;
template <class Step>
inline constexpr bool
    std::ranges::enable_borrowed_range<ectp::framework::detail::step_range<Step>> = true;
template <class T>
inline constexpr bool std::ranges::enable_view<ectp::framework::detail::list_range<T>> = true;
template <class T>
inline constexpr bool std::ranges::enable_borrowed_range<ectp::framework::detail::list_range<T>> =
    true;
template <>
inline constexpr bool std::ranges::enable_view<ectp::framework::node_range> = true;
template <>
inline constexpr bool std::ranges::enable_borrowed_range<ectp::framework::node_range> = true;

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

/// `diagnosis.seen | not_secure`: the statements whose latest sighting is emerging or developing.
inline constexpr auto not_secure = ::ranges::views::filter(detail::is_not_secure{});

/// The entries of a record that no later entry corrects, in the order they were appended.
inline auto live(const record& r) {
  return r.entries() | ::ranges::views::filter(detail::is_live{&r});
}
void live(const record&& r) = delete;

}  // namespace ectp::inline ECTP_ABI::views
