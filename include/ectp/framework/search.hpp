#pragma once
/// Finding nodes of one or several trees by code, by the beginning of a code, by tag and by words.
///
///     const auto index = framework::search_index::make(tree).value();
///     for (const auto& hit : index.find("wait time").value()) ...   // hit.node, hit.why, hit.score
///
/// Words are compared without case and accents (`ectp/core/fold.hpp`). All of it is integer
/// arithmetic: the same trees and the same query give the same hits in the same order anywhere.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// Why a node was found, the best reason first.
enum class match : std::uint8_t {
  code,    ///< the query is its code, or `edition:code`, letter by letter
  prefix,  ///< its code, or `edition:code`, begins with the query; ASCII case does not matter
  tag,     ///< the query is one of its tags
  words    ///< words of the query stand in its title or gist, or in the wording laid over it
};
constexpr std::string_view name(match m) noexcept {
  constexpr std::string_view words[] = {"code", "prefix", "tag", "words"};
  return words[static_cast<std::size_t>(m)];
}

/// Levels to search; all of them unless said otherwise.
struct kind_set {
  bool framework = true, standard = true, group = true, statement = true;
  constexpr bool has(kind k) const noexcept {
    return k == kind::framework ? framework
           : k == kind::standard ? standard
           : k == kind::group    ? group
                                 : statement;
  }
  static constexpr kind_set only(kind k) noexcept {
    return {k == kind::framework, k == kind::standard, k == kind::group, k == kind::statement};
  }
};

struct search_options {
  kind_set kinds;
  std::string_view tag;   ///< only nodes with this tag, compared as `by_tag` does; empty for all
  std::size_t hits = 20;  ///< at most so many, the best ones; 1 or more
};

/// One node found. Borrows from its tree.
struct search_hit {
  node_view node;
  match why = match::words;
  /// 3,000,000 for a code and 2,000,000 for a prefix. Otherwise 50,000 for each word of the query
  /// that the node has (for a tag: each word of the query), and for words up to 2,048 more each,
  /// the rarer the more: 64 for every halving of the share of nodes that have the word.
  std::uint32_t score = 0;
  std::uint32_t words = 0;  ///< how many different words of the query count; 0 for codes
};

namespace detail {

/// Texts in byte order, each with the rising numbers of the nodes that have it.
class posting_lists {
 public:
  struct entry {
    std::size_t at;  ///< in the text given to `build`
    std::uint32_t size, node;
  };
  struct run {
    std::size_t from = 0, to = 0;
    constexpr bool empty() const noexcept { return from == to; }
  };
  /// Takes each text once; `entries` point into `text`.
  ECTP_DECL void build(std::string_view text, std::vector<entry> entries);
  std::size_t size() const noexcept { return texts_.size(); }
  /// The texts that begin with `prefix`; the first of them is `prefix` itself if it is there.
  ECTP_DECL run starting(std::string_view prefix) const noexcept;
  /// The one text, or none.
  ECTP_DECL run exactly(std::string_view text) const noexcept;
  std::string_view text(std::size_t i) const noexcept {
    return std::string_view(pool_).substr(texts_[i].at, texts_[i].size);
  }
  std::span<const std::uint32_t> nodes(std::size_t i) const noexcept {
    const std::size_t to = i + 1 == texts_.size() ? nodes_.size() : texts_[i + 1].first;
    return {nodes_.data() + texts_[i].first, to - texts_[i].first};
  }

 private:
  struct row {
    std::size_t at, first;
    std::uint32_t size;
  };
  std::string pool_;
  std::vector<row> texts_;
  std::vector<std::uint32_t> nodes_;
};

}  // namespace detail

/// An index over trees, for any number of searches. It borrows the trees' texts: wording and
/// editions read at run time must outlive it, and the hits it gives. Immutable: threads may share it.
class search_index {
 public:
  static constexpr std::size_t longest_query = 200;  ///< bytes
  static constexpr std::size_t most_words = 16;      ///< in a query

  search_index() = default;  ///< over no tree: nothing is found
  /// Over several trees of different editions; their order breaks ties. Errors, each with the place
  /// `/i`: `bad_argument` for no tree or a null one, `duplicate_id` for an edition given twice,
  /// `too_large` for more than 4,294,967,295 nodes.
  ECTP_DECL static result<search_index> make(std::span<const tree* const> trees);
  /// Over one tree.
  static result<search_index> make(const tree& t) {
    const tree* const one[] = {&t};
    return make(std::span<const tree* const>(one, 1));
  }
  static result<search_index> make(const tree&& t) = delete;  // a tree about to go away

  /// Nodes in all trees.
  std::size_t size() const noexcept { return size_; }
  /// Different words, and different tags, in all trees.
  std::size_t words() const noexcept { return words_.size(); }
  std::size_t tags() const noexcept { return tags_.size(); }

  /// All ways at once; each node once, with its best reason. Ranked by score: its code, the
  /// beginning of its code, then by how many of the query's words it has and how rare they are.
  /// A query that is a tag finds the tagged nodes after those that have all its words. Equals
  /// stand in framework order. The last word may be the beginning of a word.
  /// Errors: `bad_argument` for a blank query, `too_large` for more than 200 bytes or 16 words,
  /// `encoding` for bytes that are not UTF-8, `out_of_range` for no hits wanted.
  ECTP_DECL result<std::vector<search_hit>> find(std::string_view query, const search_options& options = {}) const;
  /// One way each, with the same errors and order. A code is `4n` in each tree that has it, or
  /// `ecf-2019:4n`; it costs one binary search.
  ECTP_DECL result<std::vector<search_hit>> by_code(std::string_view code, const search_options& options = {}) const;
  ECTP_DECL result<std::vector<search_hit>> by_prefix(std::string_view prefix,
                                                      const search_options& options = {}) const;
  /// Without case and accents; `quality first teaching` is the tag `quality_first_teaching`.
  ECTP_DECL result<std::vector<search_hit>> by_tag(std::string_view tag, const search_options& options = {}) const;
  ECTP_DECL result<std::vector<search_hit>> by_words(std::string_view words, const search_options& options = {}) const;

 private:
  struct ways {
    bool code = false, prefix = false, tag = false, words = false;
  };
  struct book {
    node_range nodes;
    std::string_view edition;
    std::uint32_t first = 0;  // the number of its root among all nodes
  };
  ECTP_DECL result<std::vector<search_hit>> look(std::string_view query, const search_options& options,
                                                 ways by) const;
  ECTP_DECL node_view node(std::uint32_t number) const noexcept;

  std::vector<book> books_;
  std::uint32_t size_ = 0;
  detail::posting_lists codes_;  // in lower case
  detail::posting_lists tags_;   // folded
  detail::posting_lists words_;  // folded
};

}  // namespace ectp::inline ECTP_ABI::framework

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/search.ipp"
#endif
