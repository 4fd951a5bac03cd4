#pragma once
/// The flat form of a framework: nodes in pre-order over one pool of text, every field an integer.
/// Built-in editions are constant arrays of this form (`ectp/content/`), a framework read at run
/// time is vectors of it; `tree` walks both. A node's descendants are the contiguous run
/// `[i + 1, end)`, and its next sibling is node `end`.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ectp/core/basis.hpp"
#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// Levels of a framework.
enum class kind : std::uint8_t { framework, standard, group, statement };
/// What a statement asks: to know something, or to be able to do it.
enum class statement_kind : std::uint8_t { learn_that, learn_how_to };
/// How far the wording and code of a statement can be relied on, and where they come from.
using ectp::basis;
using ectp::confidence;

constexpr std::string_view name(kind k) noexcept {
  constexpr std::string_view words[] = {"framework", "standard", "group", "statement"};
  return words[static_cast<std::size_t>(k)];
}
constexpr std::string_view name(statement_kind k) noexcept {
  return k == statement_kind::learn_that ? "learn_that" : "learn_how_to";
}

/// How CCF 2019 has trainees meet a *learn how to* statement: taught by a mentor, worked out in talk
/// with expert colleagues, seen in experts' practice and taken apart, or tried and commented on. A
/// fact about programmes of initial training, never about a teacher.
enum class itt_mode : std::uint8_t {
  mentoring,
  discuss_and_analyse,
  observe_and_deconstruct,
  practise_with_feedback
};
constexpr std::string_view name(itt_mode m) noexcept {
  constexpr std::string_view words[] = {"mentoring", "discuss_and_analyse",
                                        "observe_and_deconstruct", "practise_with_feedback"};
  return words[static_cast<std::size_t>(m)];
}

/// Storage of trees. The generator and `tree` use it; programs read through `tree`.
namespace detail {

using node_index = std::uint32_t;
inline constexpr node_index no_node = 0xffff'ffff;

/// One node. Texts are numbers of strings in the pool; string 0 is empty. In `tables::lists` the
/// node's tags (strings) run from `tags` to `sources`, its sources (rows) from there to the next
/// node's `tags`; a last row after all nodes closes the run.
struct node_row {
  std::uint8_t kind;
  std::uint8_t flags;   ///< node_flag
  std::uint32_t depth;  ///< 0 for the root
  node_index parent;    ///< no_node for the root
  node_index end;       ///< one past the last descendant
  std::uint32_t code;
  std::uint32_t words;  ///< title of a framework or standard, our gist of a group or statement
  std::uint32_t tags, sources;
  std::uint32_t standing = 0;  ///< row of tables::standings
  std::uint32_t type = 0;      ///< the document's own word for such a node
  std::uint32_t note = 0, earlier_code = 0;
  std::uint8_t mode = 0;                ///< 0 none, otherwise itt_mode + 1
  std::uint8_t area = 0;                ///< standards only: row of tables::areas
  std::uint32_t teachers_standard = 0;  ///< standards only
  std::uint32_t identifier = 0;         ///< where the document gives one
};

/// Bits of `node_row::flags`.
enum node_flag : std::uint8_t { placeholder = 1, local_code = 2, learn_that = 4, learn_how_to = 8 };

/// How sure a statement is and how it relates to the edition before; row 0 says nothing.
struct standing_row {
  std::uint8_t confidence;  ///< 0 none, otherwise confidence + 1
  std::uint8_t basis;       ///< 0 none, otherwise basis + 1
  std::uint32_t confidence_word, code_confidence_word, change;
};

struct source_row {
  std::uint32_t id, title, url, role, reliability;
};

struct area_row {
  std::uint32_t code, title;
};

struct edition_row {
  std::uint32_t id, title, abbreviation, publisher, published, in_force, official_page,
      official_pdf, licence, purpose, predecessor, successor, replaced_from;
  bool licence_verified;
};

/// A whole framework. String `i` is `pool[strings[i]]` up to `pool[strings[i + 1]]`.
struct tables {
  const char* pool;
  const std::uint32_t* strings;
  const node_row* nodes;
  const node_index* by_code;  ///< node numbers in byte order of their codes
  const std::uint32_t* lists;
  const source_row* sources;
  const area_row* areas;  ///< row 0 is no area
  const standing_row* standings;
  edition_row edition;
  std::uint32_t n_strings, n_lists, n_sources, n_areas, n_standings;
  node_index n_nodes;
  /// Wording laid over at run time: for node `i`, `overlay[overlay_at[i]]` up to
  /// `overlay[overlay_at[i + 1]]`; null when there is none.
  const char* overlay = nullptr;
  const std::size_t* overlay_at = nullptr;

  constexpr std::string_view str(std::uint32_t i) const noexcept {
    return {pool + strings[i], strings[i + 1] - strings[i]};
  }
  constexpr std::string_view wording(node_index i) const noexcept {
    if (overlay == nullptr) return {};
    return {overlay + overlay_at[i], overlay_at[i + 1] - overlay_at[i]};
  }
  /// The node with exactly this code, or `no_node`.
  constexpr node_index find(std::string_view code) const noexcept {
    node_index lo = 0, hi = n_nodes;
    while (lo < hi) {
      const node_index mid = lo + (hi - lo) / 2;
      const int order = str(nodes[by_code[mid]].code).compare(code);
      if (order == 0) return by_code[mid];
      if (order < 0) lo = mid + 1;
      else hi = mid;
    }
    return no_node;
  }
};

/// Is this a tree in pre-order whose every number points at something? True for all that the
/// library ships and for all that it builds. `nodes` has `n_nodes` rows and the closing one.
constexpr bool well_formed(const tables& t) noexcept {
  if (t.n_nodes == 0 || t.n_nodes == no_node || t.n_strings == 0 || t.strings[0] != 0) return false;
  for (std::uint32_t i = 0; i != t.n_strings; ++i)
    if (t.strings[i] > t.strings[i + 1]) return false;
  if (t.strings[1] != 0 || t.nodes[0].end != t.n_nodes) return false;
  const auto text = [&](std::uint32_t i) { return i < t.n_strings; };
  for (node_index i = 0; i != t.n_nodes; ++i) {
    const node_row& n = t.nodes[i];
    if (n.end <= i || n.end > t.n_nodes || n.kind > 3 || n.code == 0) return false;
    if ((n.kind == static_cast<std::uint8_t>(kind::framework)) != (i == 0)) return false;
    const bool asks = (n.flags & learn_that) != 0 || (n.flags & learn_how_to) != 0;
    if (asks && n.kind != static_cast<std::uint8_t>(kind::statement)) return false;
    if (i == 0 ? n.parent != no_node || n.depth != 0
               : n.parent >= i || t.nodes[n.parent].end < n.end ||
                     n.depth != t.nodes[n.parent].depth + 1)
      return false;
    // In pre-order the node before is the parent, or its run ends where this one begins.
    if (i != 0 && n.parent != i - 1 && t.nodes[i - 1].end != i) return false;
    if (!(text(n.code) && text(n.words) && text(n.earlier_code) && text(n.note) &&
          text(n.teachers_standard) && text(n.type) && text(n.identifier)))
      return false;
    if (n.area >= t.n_areas || n.mode > 4 || n.standing >= t.n_standings) return false;
    const std::uint32_t stop = t.nodes[i + 1].tags;
    if (n.tags > n.sources || n.sources > stop || stop > t.n_lists) return false;
    for (std::uint32_t k = n.tags; k != n.sources; ++k)
      if (!text(t.lists[k])) return false;
    for (std::uint32_t k = n.sources; k != stop; ++k)
      if (t.lists[k] >= t.n_sources) return false;
  }
  for (std::uint32_t i = 0; i != t.n_standings; ++i) {
    const standing_row& s = t.standings[i];
    if (s.confidence > 3 || s.basis > 4 || !text(s.confidence_word)) return false;
    if (!text(s.code_confidence_word) || !text(s.change)) return false;
  }
  // Strictly rising codes: every node is found, and none twice.
  std::string_view before;
  for (node_index i = 0; i != t.n_nodes; ++i) {
    if (t.by_code[i] >= t.n_nodes) return false;
    const std::string_view code = t.str(t.nodes[t.by_code[i]].code);
    if (before.compare(code) >= 0) return false;
    before = code;
  }
  return true;
}

}  // namespace detail
}  // namespace ectp::inline ECTP_ABI::framework
