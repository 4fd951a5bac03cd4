#pragma once
/// What became of the nodes of one tree in another: two editions, two versions of a school's own
/// framework, or two packages.
///
///     const tree_diff d = diff_editions("ecf-2019", "ittecf-2024").value();
///     for (const tree_change& c : d.changes)
///       if (c.what.has(change_kind::renumbered)) print(c.from->code(), c.to->code());
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/words.hpp"
#include "ectp/framework/crosswalk.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI {
namespace framework {

using ectp::name;

/// What can become of a node. Several can hold at once.
enum class change_kind : std::uint8_t {
  added,       ///< nothing in the first tree became this
  removed,     ///< it became nothing in the second tree
  moved,       ///< under another parent, or elsewhere among the siblings that stayed
  reworded,    ///< in other words, to the letter
  renumbered,  ///< under another code; never said of the root, whose code is the edition's id
  split,       ///< one of several that the same node became
  merged,      ///< became a node that others became too
  unknown      ///< whether it changed is not known: a link says so, or one of the two is a placeholder
};

/// How two nodes were recognised as one.
enum class matched_by : std::uint8_t { nothing, root, link, identifier, words, code, children };

/// Some of the kinds of change.
class change_set {
 public:
  constexpr change_set() noexcept = default;
  constexpr bool has(change_kind k) const noexcept { return (bits_ >> static_cast<unsigned>(k) & 1u) != 0; }
  constexpr void add(change_kind k) noexcept {
    bits_ = static_cast<std::uint8_t>(bits_ | 1u << static_cast<unsigned>(k));
  }
  constexpr bool empty() const noexcept { return bits_ == 0; }
  friend constexpr bool operator==(change_set, change_set) noexcept = default;

 private:
  std::uint8_t bits_ = 0;
};

/// A node of the first tree and what it became. One of the two is missing where a node was added or
/// removed. A node that was split has a change for each part, one that was merged for each origin.
struct tree_change {
  maybe<node_view> from, to;
  change_set what;                        ///< never empty
  matched_by by = matched_by::nothing;    ///< `nothing` where one is missing
  std::string_view from_words, to_words;  ///< the words compared: both official, or both title or gist
  maybe<link> because;                    ///< what the links say of this pair or node
};

/// How many pairs and single nodes each kind of change holds for.
struct change_counts {
  std::size_t from_nodes = 0, to_nodes = 0;
  std::size_t same = 0;  ///< pairs without any difference
  std::size_t of[8] = {};
  constexpr std::size_t operator[](change_kind k) const noexcept { return of[static_cast<std::size_t>(k)]; }
  friend constexpr bool operator==(const change_counts&, const change_counts&) noexcept = default;
};

/// The difference of two trees. It borrows both, and the texts of the links: it lives as long as they do.
struct tree_diff {
  node_view from, to;                   ///< the roots
  std::vector<tree_change> changes;     ///< in the order of `to`; what was removed follows what it stood behind
  change_counts counts;                 ///< of all nodes
  change_counts of_kind[4];             ///< of each `kind`; a pair counts as what its newer node is
  std::size_t links = 0;                ///< how many were given
  std::vector<node_id> to_of, from_of;  ///< see `counterpart`; past the other tree's end if none

  bool equivalent() const noexcept { return changes.empty(); }
  /// What a node of the first tree became, changed or not; of several parts the closest one.
  /// Precondition: the id is one of that tree.
  maybe<node_id> counterpart(node_id of) const noexcept {
    const node_id id = to_of[of.value()];
    return id.value() < from_of.size() ? maybe<node_id>(id) : maybe<node_id>();
  }
  /// The same for a node of the second tree.
  maybe<node_id> origin(node_id of) const noexcept {
    const node_id id = from_of[of.value()];
    return id.value() < to_of.size() ? maybe<node_id>(id) : maybe<node_id>();
  }
};

struct diff_options {
  /// What is known already, such as a `crosswalk`; from the first tree to the second.
  std::span<const link> links = {};
};

/// Compares two trees. Root is matched with root; other nodes in these stages, each time among those
/// that are still without a counterpart:
///
/// 1. by the links. A node that a link speaks of is left to the links: said to be dropped or new, it
///    is matched with nothing. Links alone make one node several or several one; the closest pair
///    (same words, then same code, then the surer link) then stands for the others where places are
///    compared. `aligned` links match nothing: neither section became the other.
/// 2. by the identifier that the documents give;
/// 3. by the same folded words (`fold`) at the same level: overlaid wording first, then title or
///    gist. Of an identifier or words that stand in a tree more than once, first those with the same
///    code, then those below matched parents in order, then the rest in order;
/// 4. by the same code, if at least a third of all different words of the two stand in both, or if
///    one has no words. Trees with different ids do not match a placeholder in this way: the same
///    code means different things in different editions;
/// 5. nodes of the same level more than half of whose children, counted on either side, became each
///    other.
///
/// What is left was removed or added. Only place, code and words are compared; where a parent keeps
/// its children in another order, the fewest that explain it are said to have moved. Where both
/// nodes have overlaid wording, that is compared; otherwise title or gist, and a link that says
/// `amended` counts as another wording. A pair that a link calls `unknown` is never the same, unless
/// both have the same overlaid wording.
///
/// `diff(b, a)` with the links reversed mirrors `diff(a, b)`, but for which of equally few siblings
/// moved. Time is n log n in the size of both; nothing recurses. Errors, each with the place `/row/field` of a
/// link: those of `tree::find`, `wrong_edition`, `missing_field` for a link between nothing and
/// nothing, `duplicate_id` for the same pair twice, `bad_argument` for links that contradict their
/// relation or each other.
ECTP_DECL result<tree_diff> diff(const tree& from, const tree& to, const diff_options& options = {});

/// Compares two built-in editions with the links that the library has between them, if any. Error:
/// `unknown_edition`.
ECTP_DECL result<tree_diff> diff_editions(std::string_view from, std::string_view to);

/// Which pairs `replacements` gives.
enum class replaced : std::uint8_t {
  changed,  ///< those whose meaning or code is not what it was
  all       ///< also those that only became items of another document, or got another identifier
};

/// A node and one that took its place.
struct replacement {
  node_view from, to;
  change_set what;      ///< empty where nothing changed
  maybe<link> because;  ///< how it is known, and how surely
};

/// Which nodes were replaced, for CASE's `replacedBy`, by the practice of CASE: a small correction keeps
/// an item and its identifier, another meaning is a new item that replaces the old one. So a pair is
/// given if it was split, merged or renumbered (an identifier made from the code changes with it),
/// or reworded so that the folded words differ; where a link says how the two compare, `amended` is
/// another meaning, `same` and `moved` are not. Not given: the root, nodes that only moved, pairs that are `unknown`,
/// and pairs with the same identifier, since whoever kept that said that it is the same item. In the order of the
/// second tree.
ECTP_DECL std::vector<replacement> replacements(const tree_diff& d, replaced which = replaced::changed);

}  // namespace framework

ECTP_WORDS(framework::change_kind, "change", "added", "removed", "moved", "reworded", "renumbered", "split", "merged",
           "unknown");
ECTP_WORDS(framework::matched_by, "way to match", "nothing", "root", "link", "identifier", "words", "code", "children");

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/diff.ipp"
#endif
