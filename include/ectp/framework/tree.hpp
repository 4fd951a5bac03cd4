#pragma once
/// A framework as a tree: a root, its standards, their groups, and the statements a teacher
/// learns. Codes mean something only within their edition; a reference is `edition:code`, such as
/// `ittecf-2024:2.10` or `ittecf-2024:S7`, and is compared exactly: 2.1 is not 2.10.
///
/// The library ships gists in its own words and no official sentence; `tree::with_text` lays
/// official wording over a tree at run time.
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/tables.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// A node's place in framework order (pre-order) within its tree; 0 is the root.
class node_id {
 public:
  constexpr node_id() noexcept = default;
  explicit constexpr node_id(std::uint32_t n) noexcept : n_(n) {}
  constexpr std::uint32_t value() const noexcept { return n_; }
  friend constexpr auto operator<=>(node_id, node_id) noexcept = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned /*version*/) {
    ar & n_;
  }

 private:
  std::uint32_t n_ = 0;
};

/// A publication that an edition's data were taken from. Unknown parts are empty.
struct source {
  std::string_view id, title, url, role, reliability;
  friend constexpr bool operator==(const source&, const source&) noexcept = default;
};

/// One of the areas that standards are grouped under, such as `behaviour_management`.
struct core_area {
  std::string_view code, title;
  friend constexpr bool operator==(const core_area&, const core_area&) noexcept = default;
};

/// What is known about an edition. `published` is YYYY-MM-DD, `in_force` and `replaced_from` are
/// YYYY-MM or YYYY-MM-DD; `predecessor` is the edition that `change()` and `earlier_code()` speak of,
/// `successor` the one that replaced this one. Unknown parts are empty.
struct edition_info {
  std::string_view id, title, abbreviation, publisher, published, in_force, official_page,
      official_pdf, licence, purpose, predecessor, successor, replaced_from;
  bool licence_verified = false;  ///< has the document's own licence line been seen?
  friend constexpr bool operator==(const edition_info&, const edition_info&) noexcept = default;
};

/// Official wording for one node; `code` may be bare or `edition:code`.
struct wording {
  std::string code, text;
  friend bool operator==(const wording&, const wording&) = default;
};

class node_view;

namespace detail {

/// A forward iterator over nodes that steps as `Step::next(tables, node)` says.
template <class Step>
class node_iterator;

struct to_sibling {
  static constexpr node_index next(const tables& t, node_index i) noexcept {
    return t.nodes[i].end;
  }
};
struct to_parent {
  static constexpr node_index next(const tables& t, node_index i) noexcept {
    return t.nodes[i].parent;
  }
};

template <class Step>
class step_range {
 public:
  constexpr step_range() noexcept = default;
  constexpr step_range(const tables* t, node_index first, node_index stop) noexcept
      : t_(t), first_(first), stop_(stop) {}
  constexpr node_iterator<Step> begin() const noexcept { return {t_, first_}; }
  constexpr node_iterator<Step> end() const noexcept { return {t_, stop_}; }
  constexpr bool empty() const noexcept { return first_ == stop_; }

 private:
  const tables* t_ = nullptr;
  node_index first_ = 0, stop_ = 0;
};

class run_iterator;

/// Strings or sources named by a run of `tables::lists`.
template <class T>
class list_range {
 public:
  class iterator {
   public:
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using reference = T;
    using pointer = void;
    constexpr iterator() noexcept = default;
    constexpr iterator(const tables* t, const std::uint32_t* at) noexcept : t_(t), at_(at) {}
    constexpr T operator*() const noexcept {
      if constexpr (std::is_same_v<T, std::string_view>) return t_->str(*at_);
      else return make_source(*t_, *at_);
    }
    constexpr iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    constexpr iterator operator++(int) noexcept {
      const iterator was = *this;
      ++at_;
      return was;
    }
    friend constexpr bool operator==(const iterator& a, const iterator& b) noexcept {
      return a.at_ == b.at_;
    }

   private:
    static constexpr T make_source(const tables& t, std::uint32_t i) noexcept {
      const source_row& s = t.sources[i];
      return {t.str(s.id), t.str(s.title), t.str(s.url), t.str(s.role), t.str(s.reliability)};
    }
    const tables* t_ = nullptr;
    const std::uint32_t* at_ = nullptr;
  };

  constexpr list_range() noexcept = default;
  constexpr list_range(const tables* t, std::uint32_t from, std::uint32_t to) noexcept
      : t_(t), from_(t->lists + from), to_(t->lists + to) {}
  constexpr iterator begin() const noexcept { return {t_, from_}; }
  constexpr iterator end() const noexcept { return {t_, to_}; }
  constexpr std::size_t size() const noexcept { return static_cast<std::size_t>(to_ - from_); }
  constexpr bool empty() const noexcept { return from_ == to_; }

 private:
  const tables* t_ = nullptr;
  const std::uint32_t* from_ = nullptr;
  const std::uint32_t* to_ = nullptr;
};

}  // namespace detail

/// The children of a node, in framework order; elements are `node_view`.
using child_range = detail::step_range<detail::to_sibling>;
/// The parent of a node, its parent, and so on to the root; elements are `node_view`.
using ancestor_range = detail::step_range<detail::to_parent>;
using tag_range = detail::list_range<std::string_view>;
using source_range = detail::list_range<source>;

/// A contiguous run of nodes in framework order; elements are `node_view`.
class node_range {
 public:
  constexpr node_range() noexcept = default;
  constexpr node_range(const detail::tables* t, std::uint32_t first, std::uint32_t stop) noexcept
      : t_(t), first_(first), stop_(stop) {}
  constexpr detail::run_iterator begin() const noexcept;
  constexpr detail::run_iterator end() const noexcept;
  constexpr std::size_t size() const noexcept { return static_cast<std::size_t>(stop_ - first_); }
  constexpr bool empty() const noexcept { return first_ == stop_; }
  /// Precondition: `i < size()`.
  constexpr node_view operator[](std::size_t i) const noexcept;

 private:
  const detail::tables* t_ = nullptr;
  std::uint32_t first_ = 0, stop_ = 0;
};

/// One node of a tree. A small value that borrows: it is good for as long as the tree it came
/// from lives (for ever, for a built-in edition without overlaid wording).
class node_view {
 public:
  /// No node: everything but assignment and destruction needs a real one.
  constexpr node_view() noexcept = default;
  constexpr node_view(const detail::tables* t, node_id at) noexcept : t_(t), at_(at.value()) {}

  constexpr node_id id() const noexcept { return node_id(at_); }
  /// The label within the edition: `4n`, `2.10`, `S7`; the root's is the edition itself.
  constexpr std::string_view code() const noexcept { return t_->str(row().code); }
  /// `edition:code`; for the root the edition alone.
  std::string ref() const {
    std::string out(edition());
    if (at_ != 0) (out += ':') += code();
    return out;
  }
  constexpr std::string_view edition() const noexcept { return t_->str(t_->edition.id); }
  constexpr framework::kind kind() const noexcept {
    return static_cast<framework::kind>(row().kind);
  }
  /// Only statements have one.
  constexpr maybe<framework::statement_kind> statement_kind() const noexcept {
    if ((row().flags & detail::learn_that) != 0) return framework::statement_kind::learn_that;
    if ((row().flags & detail::learn_how_to) != 0) return framework::statement_kind::learn_how_to;
    return {};
  }

  /// The official name of a framework or standard; empty for groups and statements.
  constexpr std::string_view title() const noexcept {
    return kind() <= framework::kind::standard ? t_->str(row().words) : std::string_view();
  }
  /// Our own words for a group or statement; empty for a placeholder, a standard and the root.
  constexpr std::string_view gist() const noexcept {
    return kind() > framework::kind::standard ? t_->str(row().words) : std::string_view();
  }
  /// The wording laid over this tree by `with_text`; otherwise empty.
  constexpr std::string_view text() const noexcept { return t_->wording(at_); }
  /// What to show: the overlaid wording, else title or gist, else `unknown`.
  constexpr std::string_view display() const noexcept {
    if (!text().empty()) return text();
    return row().words == 0 ? std::string_view("unknown") : t_->str(row().words);
  }
  /// A code that must exist because of the numbering, whose content the library does not know.
  constexpr bool placeholder() const noexcept { return (row().flags & detail::placeholder) != 0; }
  /// The document gives no such label: ours, to have one (group headings are unnumbered).
  constexpr bool code_is_ours() const noexcept { return (row().flags & detail::local_code) != 0; }

  /// How far a statement's wording and code can be relied on; other nodes have none.
  /// `medium`: seen with this wording in a source that presents itself as the edition, not checked
  /// against the official document. `low`: only in the edition before, or inferred.
  constexpr maybe<framework::confidence> confidence() const noexcept {
    if (standing().confidence == 0) return {};
    return static_cast<framework::confidence>(standing().confidence - 1);
  }
  /// The data's own word for it, such as `verified_ittecf`.
  constexpr std::string_view confidence_word() const noexcept {
    return t_->str(standing().confidence_word);
  }
  /// How sure the code is, in the data's own word, such as `verified` or `inferred_by_sequence`.
  constexpr std::string_view code_confidence_word() const noexcept {
    return t_->str(standing().code_confidence_word);
  }
  /// `inferred` for every statement of ITTECF 2024: our reading of secondary copies.
  constexpr maybe<framework::basis> basis() const noexcept {
    if (standing().basis == 0) return {};
    return static_cast<framework::basis>(standing().basis - 1);
  }
  constexpr tag_range tags() const noexcept { return {t_, row().tags, row().sources}; }
  constexpr bool has_tag(std::string_view tag) const noexcept {
    for (const std::string_view t : tags())
      if (t == tag) return true;
    return false;
  }
  /// Where a statement was found; for the root, every source of the edition.
  constexpr source_range sources() const noexcept {
    return {t_, row().sources, t_->nodes[at_ + 1].tags};
  }
  constexpr std::string_view note() const noexcept { return t_->str(row().note); }
  /// Against `edition_info::predecessor`: same, amended, new, renumbered, ...; empty if not said.
  constexpr std::string_view change() const noexcept { return t_->str(standing().change); }
  /// The code in `edition_info::predecessor`; empty if there is none or it is not known.
  constexpr std::string_view earlier_code() const noexcept { return t_->str(row().earlier_code); }
  /// The document's own word for such a node, such as `Learn that`; empty if it has none.
  constexpr std::string_view type() const noexcept { return t_->str(row().type); }
  /// The identifier that the document itself gives, such as the UUID of a CASE item; else empty.
  constexpr std::string_view identifier() const noexcept { return t_->str(row().identifier); }
  /// CCF 2019 only: how trainees were to meet this statement.
  constexpr maybe<framework::itt_mode> itt_mode() const noexcept {
    if (row().mode == 0) return {};
    return static_cast<framework::itt_mode>(row().mode - 1);
  }
  /// Standards only: the Teachers' Standard of the same number, by name.
  constexpr std::string_view teachers_standard() const noexcept {
    return t_->str(row().teachers_standard);
  }
  /// The area of the standard this node is or belongs to; the root has none.
  constexpr maybe<framework::core_area> core_area() const noexcept {
    const maybe<node_view> s = standard();
    if (!s || s->row().area == 0) return {};
    const detail::area_row& a = t_->areas[s->row().area];
    return framework::core_area{t_->str(a.code), t_->str(a.title)};
  }

  /// 0 for the root.
  constexpr unsigned depth() const noexcept { return row().depth; }
  constexpr maybe<node_view> parent() const noexcept {
    if (at_ == 0) return {};
    return node_view(t_, node_id(row().parent));
  }
  /// The standard this node is or belongs to; the root has none.
  constexpr maybe<node_view> standard() const noexcept {
    for (detail::node_index i = at_; i != detail::no_node; i = t_->nodes[i].parent)
      if (t_->nodes[i].kind == static_cast<std::uint8_t>(framework::kind::standard))
        return node_view(t_, node_id(i));
    return {};
  }
  constexpr child_range children() const noexcept {
    return {t_, at_ + 1, row().end};
  }
  constexpr node_range descendants() const noexcept {
    return {t_, at_ + 1, row().end};
  }
  constexpr ancestor_range ancestors() const noexcept {
    return {t_, row().parent, detail::no_node};
  }
  /// Is `other` this node or below it? False for a node of another edition.
  constexpr bool contains(const node_view& other) const noexcept {
    return same_edition(other) && at_ <= other.at_ && other.at_ < row().end;
  }

  /// The same code of the same edition, with or without overlaid wording.
  friend constexpr bool operator==(const node_view& a, const node_view& b) noexcept {
    return a.at_ == b.at_ && a.same_edition(b);
  }
  /// Framework order (2.2 before 2.10); nodes of different editions are unordered.
  friend constexpr std::partial_ordering operator<=>(const node_view& a,
                                                     const node_view& b) noexcept {
    if (!a.same_edition(b)) return std::partial_ordering::unordered;
    return a.at_ <=> b.at_;
  }

 private:
  template <class Step>
  friend class detail::node_iterator;
  friend class detail::run_iterator;
  constexpr const detail::node_row& row() const noexcept { return t_->nodes[at_]; }
  constexpr const detail::standing_row& standing() const noexcept {
    return t_->standings[row().standing];
  }
  constexpr bool same_edition(const node_view& o) const noexcept {
    return t_ == o.t_ || (t_ != nullptr && o.t_ != nullptr && edition() == o.edition());
  }
  const detail::tables* t_ = nullptr;
  detail::node_index at_ = 0;
};

namespace detail {

/// `&*it` of an iterator whose elements are made on the fly.
template <class T>
struct arrow_proxy {
  T value;
  constexpr const T* operator->() const noexcept { return &value; }
};

template <class Step>
class node_iterator {
 public:
  using iterator_concept = std::forward_iterator_tag;
  using iterator_category = std::input_iterator_tag;  // elements are values, not references
  using value_type = node_view;
  using difference_type = std::ptrdiff_t;
  using reference = node_view;
  using pointer = arrow_proxy<node_view>;

  constexpr node_iterator() noexcept = default;
  constexpr node_iterator(const tables* t, node_index at) noexcept : t_(t), at_(at) {}
  constexpr node_view operator*() const noexcept { return {t_, node_id(at_)}; }
  constexpr pointer operator->() const noexcept { return {**this}; }
  constexpr node_iterator& operator++() noexcept {
    at_ = Step::next(*t_, at_);
    return *this;
  }
  constexpr node_iterator operator++(int) noexcept {
    const node_iterator was = *this;
    ++*this;
    return was;
  }
  friend constexpr bool operator==(const node_iterator& a, const node_iterator& b) noexcept {
    return a.at_ == b.at_;
  }

 private:
  const tables* t_ = nullptr;
  node_index at_ = 0;
};

class run_iterator {
 public:
  using iterator_concept = std::random_access_iterator_tag;
  using iterator_category = std::input_iterator_tag;  // elements are values, not references
  using value_type = node_view;
  using difference_type = std::ptrdiff_t;
  using reference = node_view;
  using pointer = arrow_proxy<node_view>;

  constexpr run_iterator() noexcept = default;
  constexpr run_iterator(const tables* t, std::ptrdiff_t at) noexcept : t_(t), at_(at) {}
  constexpr node_view operator*() const noexcept {
    return {t_, node_id(static_cast<node_index>(at_))};
  }
  constexpr pointer operator->() const noexcept { return {**this}; }
  constexpr node_view operator[](difference_type n) const noexcept { return *(*this + n); }
  constexpr run_iterator& operator+=(difference_type n) noexcept {
    at_ += n;
    return *this;
  }
  constexpr run_iterator& operator-=(difference_type n) noexcept { return *this += -n; }
  constexpr run_iterator& operator++() noexcept { return *this += 1; }
  constexpr run_iterator& operator--() noexcept { return *this += -1; }
  constexpr run_iterator operator++(int) noexcept {
    const run_iterator was = *this;
    ++*this;
    return was;
  }
  constexpr run_iterator operator--(int) noexcept {
    const run_iterator was = *this;
    --*this;
    return was;
  }
  friend constexpr run_iterator operator+(run_iterator i, difference_type n) noexcept {
    return i += n;
  }
  friend constexpr run_iterator operator+(difference_type n, run_iterator i) noexcept {
    return i += n;
  }
  friend constexpr run_iterator operator-(run_iterator i, difference_type n) noexcept {
    return i -= n;
  }
  friend constexpr difference_type operator-(const run_iterator& a,
                                             const run_iterator& b) noexcept {
    return a.at_ - b.at_;
  }
  friend constexpr bool operator==(const run_iterator& a, const run_iterator& b) noexcept {
    return a.at_ == b.at_;
  }
  friend constexpr auto operator<=>(const run_iterator& a, const run_iterator& b) noexcept {
    return a.at_ <=> b.at_;
  }

 private:
  const tables* t_ = nullptr;
  std::ptrdiff_t at_ = 0;
};

/// What a tree owns when it is more than constant arrays: wording laid over them, or (derived, in
/// `builder.hpp`) the arrays too. Copying a tree copies it.
struct tree_storage {
  tables t;
  std::string overlay;
  std::vector<std::size_t> overlay_at;

  explicit tree_storage(const tables& base) : t(base) {}
  tree_storage(const tree_storage& o) : t(o.t) {
    if (!o.overlay_at.empty()) lay(o.overlay, o.overlay_at);
  }
  tree_storage& operator=(const tree_storage&) = delete;
  virtual ~tree_storage() = default;
  virtual tree_storage* clone() const { return new tree_storage(*this); }

  void lay(std::string text, std::vector<std::size_t> at) {
    overlay = std::move(text);
    overlay_at = std::move(at);
    t.overlay = overlay.data();
    t.overlay_at = overlay_at.data();
  }
};

}  // namespace detail

constexpr detail::run_iterator node_range::begin() const noexcept { return {t_, first_}; }
constexpr detail::run_iterator node_range::end() const noexcept { return {t_, stop_}; }
constexpr node_view node_range::operator[](std::size_t i) const noexcept {
  return {t_, node_id(static_cast<std::uint32_t>(first_ + i))};
}

/// A framework edition. A value: a built-in edition is one pointer; with overlaid wording it owns
/// the wording, and nodes taken from it live as long as it does. Immutable: threads may share it.
class tree {
 public:
  /// A tree over constant arrays, which must be `well_formed` and outlive it.
  explicit constexpr tree(const detail::tables& t) noexcept : t_(&t) {}
  constexpr tree(const tree& o)
      : owned_(o.owned_ ? o.owned_->clone() : nullptr), t_(owned_ ? &owned_->t : o.t_) {}
  /// A tree that owns its arrays. `build_tree` makes one.
  explicit tree(detail::tree_storage* s) noexcept : owned_(s), t_(&s->t) {}
  constexpr tree(tree&& o) noexcept : owned_(o.owned_), t_(o.t_) { o.owned_ = nullptr; }
  constexpr tree& operator=(tree o) noexcept {
    std::swap(owned_, o.owned_);
    std::swap(t_, o.t_);
    return *this;
  }
  constexpr ~tree() { delete owned_; }

  /// Nodes, the root included.
  constexpr std::size_t size() const noexcept { return t_->n_nodes; }
  /// Such as `ittecf-2024`.
  constexpr std::string_view edition() const noexcept { return t_->str(t_->edition.id); }
  constexpr edition_info info() const noexcept {
    const detail::edition_row& e = t_->edition;
    return {t_->str(e.id),        t_->str(e.title),         t_->str(e.abbreviation),
            t_->str(e.publisher), t_->str(e.published),     t_->str(e.in_force),
            t_->str(e.official_page), t_->str(e.official_pdf), t_->str(e.licence),
            t_->str(e.purpose),   t_->str(e.predecessor),   t_->str(e.successor),
            t_->str(e.replaced_from), e.licence_verified};
  }
  constexpr node_view root() const noexcept { return {t_, node_id(0)}; }
  /// Precondition: `id.value() < size()`.
  constexpr node_view operator[](node_id id) const noexcept { return {t_, id}; }
  /// Every node in framework order, the root first.
  constexpr node_range nodes() const noexcept { return {t_, 0, t_->n_nodes}; }

  constexpr child_range children(const node_view& n) const noexcept { return n.children(); }
  constexpr node_range descendants(const node_view& n) const noexcept { return n.descendants(); }
  constexpr ancestor_range ancestors(const node_view& n) const noexcept { return n.ancestors(); }
  constexpr maybe<node_view> parent(const node_view& n) const noexcept {
    return n.parent();
  }
  constexpr maybe<node_view> standard_of(const node_view& n) const noexcept {
    return n.standard();
  }

  /// The node with exactly this bare code, at compile time too; allocates nothing.
  constexpr maybe<node_id> index_of(std::string_view code) const noexcept {
    const detail::node_index i = t_->find(code);
    if (i == detail::no_node) return {};
    return node_id(i);
  }
  /// The node of a code or `edition:code`, compared exactly. Errors: `unknown_code` (the hint names
  /// the nearest codes), `wrong_edition`, `unknown_edition`.
  ECTP_DECL result<node_view> find(std::string_view code_or_ref) const;
  /// As `find`, for statements only. Further error: `wrong_type` for a standard or group.
  ECTP_DECL result<node_view> statement_of(std::string_view code_or_ref) const;

  /// This tree with official wording laid over it; earlier overlaid wording stays where this one
  /// says nothing. Errors, each with the place `/row/field`: those of `find`, `duplicate_id` for a
  /// node named twice, `missing_field` for an empty text.
  ECTP_DECL result<tree> with_text(std::span<const wording> overlay) const;

 private:
  detail::tree_storage* owned_ = nullptr;
  const detail::tables* t_;
};

}  // namespace ectp::inline ECTP_ABI::framework

// The ranges of a tree are two or three words that point into it: views, whose iterators outlive
// them. <span> declares these two variables, without the cost of <ranges>.
template <class Step>
inline constexpr bool std::ranges::enable_view<ectp::framework::detail::step_range<Step>> = true;
template <class Step>
inline constexpr bool std::ranges::enable_borrowed_range<ectp::framework::detail::step_range<Step>> = true;
template <class T>
inline constexpr bool std::ranges::enable_view<ectp::framework::detail::list_range<T>> = true;
template <class T>
inline constexpr bool std::ranges::enable_borrowed_range<ectp::framework::detail::list_range<T>> = true;
template <>
inline constexpr bool std::ranges::enable_view<ectp::framework::node_range> = true;
template <>
inline constexpr bool std::ranges::enable_borrowed_range<ectp::framework::node_range> = true;

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/tree.ipp"
#endif
