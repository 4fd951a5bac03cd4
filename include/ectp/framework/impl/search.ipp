#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/fold.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/core/text.hpp"
#include "ectp/framework/impl/tree.ipp"
#include "ectp/framework/search.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail {

inline constexpr std::uint32_t code_score = 3'000'000, prefix_score = 2'000'000, word_score = 50'000;

/// 64 times the binary logarithm of n, from below and exact at powers of two. Precondition: n > 0.
constexpr std::uint32_t logarithm_64(std::uint32_t n) noexcept {
  std::uint32_t k = 0;
  while (k != 31 && n >> (k + 1) != 0) ++k;
  return 64 * k + static_cast<std::uint32_t>((static_cast<std::uint64_t>(n) - (std::uint64_t{1} << k)) * 64 >> k);
}
/// What a word that `with` of `all` nodes have adds to a score.
constexpr std::uint32_t rarity(std::size_t all, std::size_t with) noexcept {
  return logarithm_64(static_cast<std::uint32_t>(all)) - logarithm_64(static_cast<std::uint32_t>(with));
}

constexpr char lower_case(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
ECTP_DECL std::string lower_case_text(std::string_view s) {
  std::string out(s);
  for (char& c : out) c = lower_case(c);
  return out;
}

/// Calls `f` with each word of a folded text.
template <class F>
void each_word(std::string_view folded, F f) {
  while (!folded.empty()) {
    std::size_t n = folded.find(' ');
    if (n == folded.npos) n = folded.size();
    f(folded.substr(0, n));
    folded.remove_prefix(n == folded.size() ? n : n + 1);
  }
}

/// The best of many numbered scores: the highest, of equals those that came first.
class best_scores {
 public:
  struct scored {
    std::uint32_t score, node;
    /// Is this one to go before the other?
    constexpr bool beats(const scored& o) const noexcept {
      return score != o.score ? score > o.score : node < o.node;
    }
  };
  explicit best_scores(std::size_t most) noexcept : most_(most) {}
  void offer(scored s) {
    if (heap_.size() < most_) {
      heap_.push_back(s);
      // The root is the one to go first: sift up while worse than the parent.
      for (std::size_t i = heap_.size() - 1; i != 0 && heap_[(i - 1) / 2].beats(heap_[i]); i = (i - 1) / 2)
        std::swap(heap_[i], heap_[(i - 1) / 2]);
      return;
    }
    if (!s.beats(heap_[0])) return;
    heap_[0] = s;
    for (std::size_t i = 0;;) {
      std::size_t worst = i;
      for (const std::size_t child : {2 * i + 1, 2 * i + 2})
        if (child < heap_.size() && heap_[worst].beats(heap_[child])) worst = child;
      if (worst == i) return;
      std::swap(heap_[i], heap_[worst]);
      i = worst;
    }
  }
  /// Best first.
  std::vector<scored> take() {
    ectp::detail::sort(heap_, [](const scored& a, const scored& b) { return a.beats(b); });
    return std::move(heap_);
  }

 private:
  std::size_t most_;
  std::vector<scored> heap_;
};

ECTP_DEF void posting_lists::build(std::string_view text, std::vector<entry> entries) {
  const auto of = [&](const entry& e) { return text.substr(e.at, e.size); };
  ectp::detail::sort(entries, [&](const entry& a, const entry& b) {
    const int order = of(a).compare(of(b));
    return order != 0 ? order < 0 : a.node < b.node;
  });
  pool_.clear();
  texts_.clear();
  nodes_.clear();
  for (const entry& e : entries) {
    const bool known = !texts_.empty() && this->text(texts_.size() - 1) == of(e);
    if (known && nodes_.back() == e.node) continue;
    if (!known) {
      texts_.push_back({pool_.size(), nodes_.size(), e.size});
      pool_ += of(e);
    }
    nodes_.push_back(e.node);
  }
}

ECTP_DEF posting_lists::run posting_lists::starting(std::string_view prefix) const noexcept {
  // The first text not before the prefix, and the first after it that does not begin with it.
  std::size_t lo = 0, hi = texts_.size();
  while (lo < hi) {
    const std::size_t mid = lo + (hi - lo) / 2;
    if (text(mid) < prefix) lo = mid + 1;
    else hi = mid;
  }
  run out{lo, lo};
  hi = texts_.size();
  while (lo < hi) {
    const std::size_t mid = lo + (hi - lo) / 2;
    if (text(mid).substr(0, prefix.size()) == prefix) lo = mid + 1;
    else hi = mid;
  }
  out.to = lo;
  return out;
}

ECTP_DEF posting_lists::run posting_lists::exactly(std::string_view wanted) const noexcept {
  std::size_t lo = 0, hi = texts_.size();
  while (lo < hi) {
    const std::size_t mid = lo + (hi - lo) / 2;
    const int order = text(mid).compare(wanted);
    if (order == 0) return {mid, mid + 1};
    if (order < 0) lo = mid + 1;
    else hi = mid;
  }
  return {};
}

}  // namespace detail

ECTP_DEF result<search_index> search_index::make(std::span<const tree* const> trees) {
  const auto place = [](std::size_t i) {
    location at;
    at.path = "/";
    ectp::detail::append_number(at.path, static_cast<std::uint32_t>(i));
    return at;
  };
  if (trees.empty()) return error{errc::bad_argument, "no tree to search", {}, "one tree or more", {}};
  search_index out;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i != trees.size(); ++i) {
    if (trees[i] == nullptr) return error{errc::bad_argument, "a tree that is not there", place(i), "a tree", {}};
    const tree& t = *trees[i];
    for (const book& b : out.books_)
      if (b.edition == t.edition())
        return error{errc::duplicate_id, "edition " + detail::quoted(t.edition()) + " is given twice", place(i),
                     "trees of different editions", "lay wording over the tree and give that one only"};
    out.books_.push_back({t.nodes(), t.edition(), static_cast<std::uint32_t>(total)});
    total += t.size();
    if (total > 0xffffffffu)
      return error{errc::too_large, "too many nodes to search", place(i), "4294967295 nodes in all", {}};
  }
  out.size_ = static_cast<std::uint32_t>(total);

  struct text_of {
    std::string text;
    std::vector<detail::posting_lists::entry> entries;
    void add(std::string_view s, std::uint32_t node) {
      entries.push_back({text.size(), static_cast<std::uint32_t>(s.size()), node});
      text += s;
    }
  } codes, tags, words;
  for (const book& b : out.books_) {
    std::uint32_t number = b.first;
    for (const node_view& n : b.nodes) {
      codes.add(detail::lower_case_text(n.code()), number);
      for (const std::string_view tag : n.tags())
        if (const std::string folded = fold(tag); !folded.empty()) tags.add(folded, number);
      const auto add_words = [&](std::string_view text) {
        detail::each_word(fold(text), [&](std::string_view word) { words.add(word, number); });
      };
      add_words(n.title());
      add_words(n.gist());
      add_words(n.text());
      ++number;
    }
  }
  out.codes_.build(codes.text, std::move(codes.entries));
  out.tags_.build(tags.text, std::move(tags.entries));
  out.words_.build(words.text, std::move(words.entries));
  return out;
}

ECTP_DEF node_view search_index::node(std::uint32_t number) const noexcept {
  std::size_t lo = 0, hi = books_.size();
  while (hi - lo > 1) {
    const std::size_t mid = lo + (hi - lo) / 2;
    if (books_[mid].first <= number) lo = mid;
    else hi = mid;
  }
  return books_[lo].nodes[number - books_[lo].first];
}

ECTP_DEF result<std::vector<search_hit>> search_index::look(std::string_view query, const search_options& options,
                                                            ways by) const {
  query = trim(query);
  if (query.empty())
    return error{errc::bad_argument, "a blank query", {}, "a code, the beginning of one, a tag, or words", {}};
  if (query.size() > longest_query)
    return error{errc::too_large, "a query of more than 200 bytes", {}, "200 bytes at most", "use fewer words"};
  if (const std::size_t at = invalid_utf8_at(query); at != query.npos)
    return error{errc::encoding, "the query is not UTF-8", {{}, 1, static_cast<std::uint32_t>(at + 1), {}}, "UTF-8",
                 {}};
  if (options.hits == 0) return error{errc::out_of_range, "no hits wanted", {}, "1 hit or more", {}};

  const std::string folded = by.tag || by.words ? fold(query) : std::string();
  std::vector<std::string_view> asked;  // each word once, where it stands last
  std::size_t n_words = 0;
  detail::each_word(folded, [&](std::string_view word) {
    if (++n_words > most_words) return;
    for (std::size_t i = 0; i != asked.size(); ++i)
      if (asked[i] == word) {
        asked.erase(asked.begin() + static_cast<std::ptrdiff_t>(i));
        break;
      }
    asked.push_back(word);
  });
  if (n_words > most_words)
    return error{errc::too_large, "a query of more than 16 words", {}, "16 words at most", "use fewer words"};

  const std::string wanted_tag = fold(options.tag);
  const auto tagged = options.tag.empty() ? detail::posting_lists::run{} : tags_.exactly(wanted_tag);
  detail::best_scores best(options.hits);
  const auto offer = [&](std::uint32_t score, std::uint32_t number) {
    if (!options.tag.empty()) {
      if (tagged.empty()) return;
      const std::span<const std::uint32_t> with = tags_.nodes(tagged.from);
      std::size_t lo = 0, hi = with.size();
      while (lo < hi) {
        const std::size_t mid = lo + (hi - lo) / 2;
        if (with[mid] < number) lo = mid + 1;
        else hi = mid;
      }
      if (lo == with.size() || with[lo] != number) return;
    }
    if (options.kinds.has(node(number).kind())) best.offer({score, number});
  };

  // Calls `found(score, number)` for each node whose code is, or begins with, what is asked for.
  const auto codes = [&](auto&& found_code) {
    const auto among = [&](std::string_view written, const book* only) {
      const std::string lower = detail::lower_case_text(written);
      const auto found = by.prefix ? codes_.starting(lower) : codes_.exactly(lower);
      for (std::size_t i = found.from; i != found.to; ++i)
        for (const std::uint32_t number : codes_.nodes(i)) {
          if (only != nullptr && (number <= only->first || number - only->first >= only->nodes.size())) continue;
          // The edition before a colon has to be written as it is for a code to be the code.
          const bool edition = only == nullptr || query.substr(0, only->edition.size()) == only->edition;
          const bool exact = by.code && edition && node(number).code() == written;
          if (exact || by.prefix) found_code(exact ? detail::code_score : detail::prefix_score, number);
        }
    };
    among(query, nullptr);
    for (const book& b : books_)
      if (query.size() > b.edition.size() && query[b.edition.size()] == ':' &&
          detail::lower_case_text(query.substr(0, b.edition.size())) == detail::lower_case_text(b.edition))
        among(query.substr(b.edition.size() + 1), &b);
  };

  std::vector<std::uint32_t> scores;
  std::vector<unsigned char> marks;  // while words are counted: seen; then: found as tagged
  if (!by.prefix && !by.tag && !by.words) {
    codes(offer);
  } else {
    scores.assign(size_, 0);
    marks.assign(size_, 0);
    if (by.words && !asked.empty()) {
      // The last word counts once for a node, however many of its words begin with it.
      const auto ending = words_.starting(asked.back());
      std::vector<std::uint32_t> begun;
      for (std::size_t i = ending.from; i != ending.to; ++i)
        for (const std::uint32_t number : words_.nodes(i))
          if (marks[number] == 0) {
            marks[number] = 1;
            begun.push_back(number);
          }
      if (!begun.empty()) {
        const std::uint32_t worth = detail::word_score + detail::rarity(size_, begun.size());
        for (const std::uint32_t number : begun) {
          scores[number] = worth;
          marks[number] = 0;
        }
        if (words_.text(ending.from) == asked.back()) {
          const auto with = words_.nodes(ending.from);
          for (const std::uint32_t number : with)
            scores[number] = detail::word_score + detail::rarity(size_, with.size());
        }
      }
      for (std::size_t w = 0; w + 1 < asked.size(); ++w) {
        const auto found = words_.exactly(asked[w]);
        if (found.empty()) continue;
        const auto with = words_.nodes(found.from);
        const std::uint32_t worth = detail::word_score + detail::rarity(size_, with.size());
        for (const std::uint32_t number : with) scores[number] += worth;
      }
    }
    if (by.tag && !asked.empty()) {
      const auto found = tags_.exactly(folded);
      const std::uint32_t worth = detail::word_score * static_cast<std::uint32_t>(asked.size());
      if (!found.empty())
        for (const std::uint32_t number : tags_.nodes(found.from))
          if (scores[number] < worth) {
            scores[number] = worth;
            marks[number] = 1;
          }
    }
    if (by.code || by.prefix)
      codes([&](std::uint32_t score, std::uint32_t number) {
        if (scores[number] < score) scores[number] = score;
      });
    for (std::uint32_t number = 0; number != size_; ++number)
      if (scores[number] != 0) offer(scores[number], number);
  }

  std::vector<search_hit> out;
  for (const detail::best_scores::scored& s : best.take()) {
    search_hit hit;
    hit.node = node(s.node);
    hit.score = s.score;
    if (s.score >= detail::code_score) hit.why = match::code;
    else if (s.score >= detail::prefix_score) hit.why = match::prefix;
    else {
      hit.why = marks[s.node] != 0 ? match::tag : match::words;
      hit.words = s.score / detail::word_score;
    }
    out.push_back(std::move(hit));
  }
  return out;
}

ECTP_DEF result<std::vector<search_hit>> search_index::find(std::string_view query,
                                                            const search_options& options) const {
  return look(query, options, {true, true, true, true});
}
ECTP_DEF result<std::vector<search_hit>> search_index::by_code(std::string_view code,
                                                               const search_options& options) const {
  return look(code, options, {true, false, false, false});
}
ECTP_DEF result<std::vector<search_hit>> search_index::by_prefix(std::string_view prefix,
                                                                 const search_options& options) const {
  return look(prefix, options, {false, true, false, false});
}
ECTP_DEF result<std::vector<search_hit>> search_index::by_tag(std::string_view tag,
                                                              const search_options& options) const {
  return look(tag, options, {false, false, true, false});
}
ECTP_DEF result<std::vector<search_hit>> search_index::by_words(std::string_view words,
                                                                const search_options& options) const {
  return look(words, options, {false, false, false, true});
}

}  // namespace ectp::inline ECTP_ABI::framework
