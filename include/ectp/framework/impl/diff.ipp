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
#include "ectp/framework/crosswalk.hpp"
#include "ectp/framework/diff.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/impl/crosswalk.ipp"
#include "ectp/framework/impl/editions.ipp"
#include "ectp/framework/impl/tree.ipp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail {

/// Title or gist.
constexpr std::string_view own_words(const node_view& n) noexcept {
  return n.kind() <= kind::standard ? n.title() : n.gist();
}

/// What is compared of two nodes.
struct compared_words {
  std::string_view from, to;
  bool official = false;  ///< overlaid wording on both sides
};
constexpr compared_words words_of_both(const node_view& a, const node_view& b) noexcept {
  if (!a.text().empty() && !b.text().empty()) return {a.text(), b.text(), true};
  return {own_words(a), own_words(b), false};
}

/// The different words of a folded text, sorted.
ECTP_DECL std::vector<std::string_view> different_words(std::string_view folded_text) {
  std::vector<std::string_view> all, out;
  while (!folded_text.empty()) {
    const std::size_t gap = folded_text.find(' ');
    all.push_back(folded_text.substr(0, gap));
    folded_text.remove_prefix(gap == folded_text.npos ? folded_text.size() : gap + 1);
  }
  ectp::detail::sort(all, [](std::string_view x, std::string_view y) { return x.compare(y) < 0; });
  for (const std::string_view w : all)
    if (out.empty() || out.back() != w) out.push_back(w);
  return out;
}

/// Does at least a third of all different words stand in both?
ECTP_DECL bool alike(std::string_view folded_a, std::string_view folded_b) {
  const std::vector<std::string_view> a = different_words(folded_a), b = different_words(folded_b);
  std::size_t common = 0, i = 0, j = 0;
  while (i != a.size() && j != b.size()) {
    const int order = a[i].compare(b[j]);
    if (order == 0) ++common;
    if (order <= 0) ++i;
    if (order >= 0) ++j;
  }
  return 3 * common >= a.size() + b.size() - common;
}

/// Two nodes that a link ties together.
struct tied {
  node_index from, to;
  std::uint32_t link;
};

/// Finds the counterparts of two trees' nodes.
class tree_matcher {
 public:
  tree_matcher(const tree& a, const tree& b)
      : to(a.size(), no_node),
        from(b.size(), no_node),
        by(a.size(), matched_by::nothing),
        link_of_from(a.size(), no_node),
        link_of_to(b.size(), no_node),
        parts(a.size()),
        origins(b.size()),
        a_(a),
        b_(b),
        parent_a_(parents(a)),
        parent_b_(parents(b)) {
    pair(0, 0, matched_by::root);
  }

  std::vector<node_index> to, from;                     ///< counterparts
  std::vector<matched_by> by;                           ///< of the first tree's nodes
  std::vector<tied> ties;                               ///< in the order of the second tree, then the first
  std::vector<std::uint32_t> link_of_from, link_of_to;  ///< a link that says that a node has no counterpart
  std::vector<std::uint32_t> parts, origins;            ///< how many ties a node has

  node_index parent_of_from(node_index i) const noexcept { return parent_a_[i]; }
  node_index parent_of_to(node_index j) const noexcept { return parent_b_[j]; }

  result<void> by_links(std::span<const link> links) {
    for (std::size_t k = 0; k != links.size(); ++k)
      if (auto r = take(links[k], k); !r) return r;
    for (const tied& t : ties) {
      if (link_of_from[t.from] != no_node)
        return link_error(errc::bad_argument, link_of_from[t.from], "to",
                          quoted(code_a(t.from)) + " became nothing, and something by another link",
                          "no other link for it");
      if (link_of_to[t.to] != no_node)
        return link_error(errc::bad_argument, link_of_to[t.to], "from",
                          quoted(code_b(t.to)) + " is new, and not by another link", "no other link for it");
      ++parts[t.from];
      ++origins[t.to];
    }
    ectp::detail::sort(ties, [](const tied& x, const tied& y) { return x.to != y.to ? x.to < y.to : x.from < y.from; });
    for (std::size_t k = 1; k < ties.size(); ++k)
      if (ties[k].to == ties[k - 1].to && ties[k].from == ties[k - 1].from)
        return link_error(errc::duplicate_id, ties[k].link, "to",
                          quoted(code_a(ties[k].from)) + " and " + quoted(code_b(ties[k].to)) + " are linked twice",
                          "each pair once");
    // Equally close ties that share a node never have the same sum: the choice is the same both ways.
    std::vector<std::pair<std::uint64_t, std::uint32_t>> closest;
    for (std::size_t k = 0; k != ties.size(); ++k) {
      const node_view a = a_[node_id(ties[k].from)], b = b_[node_id(ties[k].to)];
      const compared_words w = words_of_both(a, b);
      const auto sure = static_cast<unsigned>(links[ties[k].link].confidence);
      const std::uint64_t apart = (w.from == w.to ? 0u : 8u) + (a.code() == b.code() ? 0u : 4u) + (2u - sure);
      closest.emplace_back((apart << 40) + ties[k].from + ties[k].to, static_cast<std::uint32_t>(k));
    }
    ectp::detail::sort(closest, [](const auto& x, const auto& y) { return x.first < y.first; });
    for (const auto& c : closest)
      if (const tied& t = ties[c.second]; to[t.from] == no_node && from[t.to] == no_node)
        pair(t.from, t.to, matched_by::link);
    return {};
  }

  void by_identifier() {
    by_text(matched_by::identifier, [](const node_view& n) { return n.identifier(); });
  }
  void by_words() {
    by_text(matched_by::words, [](const node_view& n) { return n.text(); });
    by_text(matched_by::words, [](const node_view& n) { return own_words(n); });
  }

  void by_code() {
    const bool one_edition = a_.edition() == b_.edition();
    for (node_index i = 1; i < to.size(); ++i) {
      const node_index j = free_a(i) ? same_code(i) : no_node;
      if (j == no_node) continue;
      const node_view a = a_[node_id(i)], b = b_[node_id(j)];
      const compared_words w = words_of_both(a, b);
      const std::string x = fold(w.from), y = fold(w.to);
      const bool wordless = x.empty() || y.empty();
      if (wordless ? one_edition || !(a.placeholder() || b.placeholder()) : alike(x, y)) pair(i, j, matched_by::code);
    }
  }

  // Backwards, so that children are done before their parents.
  void by_children() {
    std::vector<std::uint32_t> size_a(to.size()), size_b(from.size()), votes(from.size());
    for (node_index i = 1; i < to.size(); ++i)
      ++size_a[parent_a_[i]];
    for (node_index j = 1; j < from.size(); ++j)
      ++size_b[parent_b_[j]];
    for (auto i = static_cast<node_index>(to.size()); i-- > 1;) {
      if (!free_a(i) || size_a[i] == 0) continue;
      const node_view a = a_[node_id(i)];
      const auto place = [&](const node_view& child) {
        const node_index j = to[child.id().value()];
        return j == no_node || j == 0 ? no_node : parent_b_[j];
      };
      node_index best = no_node;
      for (const node_view& c : a.children())
        if (const node_index p = place(c); p != no_node && ++votes[p] * 2 > size_a[i]) best = p;
      const bool agreed = best != no_node && best != 0 && free_b(best) && votes[best] * 2 > size_b[best] &&
                          b_[node_id(best)].kind() == a.kind();
      for (const node_view& c : a.children())
        if (const node_index p = place(c); p != no_node) votes[p] = 0;
      if (agreed) pair(i, best, matched_by::children);
    }
  }

  /// For each node of the second tree whether it stands elsewhere among the siblings that stayed. Those
  /// that did not move are a longest rising run of old places.
  std::vector<std::uint8_t> moved_among_siblings() const {
    std::vector<std::uint8_t> out(from.size());
    std::vector<node_index> children, ends, before;
    for (node_index q = 0; q < from.size(); ++q) {
      if (from[q] == no_node) continue;
      children.clear();
      for (const node_view& c : b_[node_id(q)].children())
        if (const node_index j = c.id().value(); from[j] != no_node && parent_a_[from[j]] == from[q])
          children.push_back(j);
      // ends[k]: position of the smallest end of a rising run of k + 1 children.
      ends.clear();
      before.assign(children.size(), no_node);
      for (node_index k = 0; k < children.size(); ++k) {
        std::size_t lo = 0, hi = ends.size();
        while (lo < hi) {
          const std::size_t mid = lo + (hi - lo) / 2;
          if (from[children[ends[mid]]] < from[children[k]]) lo = mid + 1;
          else hi = mid;
        }
        if (lo != 0) before[k] = ends[lo - 1];
        if (lo == ends.size()) ends.push_back(k);
        else ends[lo] = k;
      }
      if (ends.size() == children.size()) continue;
      for (const node_index j : children)
        out[j] = 1;
      for (node_index k = ends.back(); k != no_node; k = before[k])
        out[children[k]] = 0;
    }
    return out;
  }

 private:
  struct text_key {
    std::string_view text;
    node_index at = 0;
    std::uint8_t level = 0;
    bool second = false;
  };
  struct place_below {
    node_index parent = 0;
    std::uint32_t number = 0;
    node_index at = 0;
  };

  static std::vector<node_index> parents(const tree& t) {
    std::vector<node_index> out{no_node};
    out.reserve(t.size());
    for (node_index i = 1; i < t.size(); ++i)
      out.push_back(t[node_id(i)].parent()->id().value());
    return out;
  }
  std::string_view code_a(node_index i) const noexcept { return a_[node_id(i)].code(); }
  std::string_view code_b(node_index j) const noexcept { return b_[node_id(j)].code(); }
  void pair(node_index i, node_index j, matched_by how) noexcept {
    to[i] = j;
    from[j] = i;
    by[i] = how;
  }
  bool free_a(node_index i) const noexcept { return to[i] == no_node && parts[i] == 0 && link_of_from[i] == no_node; }
  bool free_b(node_index j) const noexcept { return from[j] == no_node && origins[j] == 0 && link_of_to[j] == no_node; }
  /// The free node with the code of one of the first tree.
  node_index same_code(node_index i) const noexcept {
    const maybe<node_id> id = b_.index_of(code_a(i));
    return id && free_b(id->value()) ? id->value() : no_node;
  }

  static error link_error(errc code, std::size_t row, const char* field, std::string message, const char* expected) {
    std::string path = "/";
    ectp::detail::append_number(path, static_cast<std::uint32_t>(row));
    return {code, std::move(message), {{}, 0, 0, path + "/" + field}, expected, {}};
  }

  static result<node_index> end_of(const tree& t, std::string_view edition, std::string_view code, std::size_t row,
                                   const char* edition_field, const char* field) {
    if (!edition.empty() && edition != t.edition())
      return link_error(errc::wrong_edition, row, edition_field,
                        "the link is of " + quoted(edition) + ", the tree is " + quoted(t.edition()),
                        "links between the two trees, from the first to the second");
    if (code.empty()) return no_node;
    const auto found = t.find(code);
    if (found) return found->id().value();
    error e = found.error();
    e.at = link_error(e.code, row, field, {}, "").at;
    return e;
  }

  result<void> take(const link& l, std::size_t row) {
    const auto a = end_of(a_, l.from_edition, l.from, row, "from_edition", "from");
    if (!a) return a.error();
    const auto b = end_of(b_, l.to_edition, l.to, row, "to_edition", "to");
    if (!b) return b.error();
    if (*a == no_node && *b == no_node)
      return link_error(errc::missing_field, row, "from", "a link between nothing and nothing",
                        "a code at one end or both");
    const bool may_start_nowhere = l.relation == relation::added || l.relation == relation::unknown;
    const bool may_end_nowhere = l.relation == relation::dropped || l.relation == relation::unknown;
    if (*a == no_node ? !may_start_nowhere : l.relation == relation::added)
      return link_error(errc::bad_argument, row, "from", "the relation is " + std::string(name(l.relation)),
                        "a code, or none where the relation is new");
    if (*b == no_node ? !may_end_nowhere : l.relation == relation::dropped)
      return link_error(errc::bad_argument, row, "to", "the relation is " + std::string(name(l.relation)),
                        "a code, or none where the relation is dropped");
    if (*a == 0 || *b == 0) {
      if (*a == 0 && *b == 0) return {};
      return link_error(errc::bad_argument, row, *a == 0 ? "from" : "to",
                        "the framework as a whole is linked with a part", "root with root");
    }
    if (l.relation == relation::aligned) return {};
    const auto number = static_cast<std::uint32_t>(row);
    if (*a == no_node) link_of_to[*b] = number;
    else if (*b == no_node) link_of_from[*a] = number;
    else ties.push_back({*a, *b, number});
    return {};
  }

  /// Matches what has the same text, folded where it is not an identifier.
  template <class Text>
  void by_text(matched_by how, Text text_of) {
    const bool folds = how == matched_by::words;
    std::size_t bytes = 0;
    const auto each = [&](auto take_text) {
      for (node_index i = 1; i < to.size(); ++i)
        if (free_a(i)) take_text(a_[node_id(i)], false);
      for (node_index j = 1; j < from.size(); ++j)
        if (free_b(j)) take_text(b_[node_id(j)], true);
    };
    if (folds) each([&](const node_view& n, bool) { bytes += text_of(n).size(); });
    std::string pool;
    pool.reserve(bytes);  // views into it stay: folding makes nothing longer
    std::vector<text_key> keys;
    each([&](const node_view& n, bool second) {
      std::string_view text = text_of(n);
      if (text.empty()) return;
      if (folds)
        if (const std::string bare_text = fold(text); !bare_text.empty()) {
          const std::size_t at = pool.size();
          pool += bare_text;
          text = std::string_view(pool).substr(at);
        }
      keys.push_back({text, n.id().value(), folds ? static_cast<std::uint8_t>(n.kind()) : std::uint8_t{0}, second});
    });
    if (keys.empty()) return;
    ectp::detail::sort(keys, [](const text_key& x, const text_key& y) {
      return x.level != y.level ? x.level < y.level : x.text.compare(y.text) < 0;
    });
    std::vector<std::uint32_t> number_a(to.size()), number_b(from.size());
    std::uint32_t numbers = 0;
    for (std::size_t k = 0; k != keys.size(); ++k) {
      if (k == 0 || keys[k].level != keys[k - 1].level || keys[k].text != keys[k - 1].text) ++numbers;
      (keys[k].second ? number_b : number_a)[keys[k].at] = numbers;
    }
    by_number(number_a, number_b, numbers, how);
  }

  void by_number(const std::vector<std::uint32_t>& number_a, const std::vector<std::uint32_t>& number_b,
                 std::uint32_t numbers, matched_by how) {
    const auto waits_a = [&](node_index i) { return number_a[i] != 0 && free_a(i); };
    const auto waits_b = [&](node_index j) { return number_b[j] != 0 && free_b(j); };
    // Numbers that either tree has once.
    std::vector<std::uint32_t> count_a(numbers + 1), count_b(numbers + 1);
    std::vector<node_index> last(numbers + 1, no_node);
    for (node_index i = 0; i < to.size(); ++i)
      if (waits_a(i)) ++count_a[number_a[i]];
    for (node_index j = 0; j < from.size(); ++j)
      if (waits_b(j)) {
        ++count_b[number_b[j]];
        last[number_b[j]] = j;
      }
    for (node_index i = 0; i < to.size(); ++i)
      if (waits_a(i) && count_a[number_a[i]] == 1 && count_b[number_a[i]] == 1) pair(i, last[number_a[i]], how);
    for (node_index i = 0; i < to.size(); ++i)
      if (waits_a(i))
        if (const node_index j = same_code(i); j != no_node && number_b[j] == number_a[i]) pair(i, j, how);
    // In pre-order a parent is matched before its children look for each other.
    std::vector<place_below> places;
    for (node_index j = 0; j < from.size(); ++j)
      if (waits_b(j)) places.push_back({parent_b_[j], number_b[j], j});
    const auto less = [](const place_below& x, const place_below& y) {
      return x.parent != y.parent ? x.parent < y.parent : x.number < y.number;
    };
    ectp::detail::sort(places, less);
    std::vector<std::uint32_t> taken(places.size());
    for (node_index i = 1; i < to.size(); ++i) {
      if (!waits_a(i) || to[parent_a_[i]] == no_node) continue;
      const place_below wanted{to[parent_a_[i]], number_a[i], 0};
      std::size_t lo = 0, hi = places.size();
      while (lo < hi) {
        const std::size_t mid = lo + (hi - lo) / 2;
        if (less(places[mid], wanted)) lo = mid + 1;
        else hi = mid;
      }
      if (lo == places.size()) continue;
      const std::size_t next = lo + taken[lo];
      if (next == places.size() || less(wanted, places[next])) continue;
      ++taken[lo];
      pair(i, places[next].at, how);
    }
    std::vector<node_index> first(numbers + 1, no_node), following(from.size(), no_node);
    for (auto j = static_cast<node_index>(from.size()); j-- > 0;)
      if (waits_b(j)) {
        following[j] = first[number_b[j]];
        first[number_b[j]] = j;
      }
    for (node_index i = 0; i < to.size(); ++i)
      if (waits_a(i))
        if (const node_index j = first[number_a[i]]; j != no_node) {
          first[number_a[i]] = following[j];
          pair(i, j, how);
        }
  }

  const tree& a_;
  const tree& b_;
  std::vector<node_index> parent_a_, parent_b_;
};

}  // namespace detail

ECTP_DEF result<tree_diff> diff(const tree& from, const tree& to, const diff_options& options) {
  using detail::no_node;
  using detail::node_index;
  detail::tree_matcher m(from, to);
  if (auto r = m.by_links(options.links); !r) return r.error();
  m.by_identifier();
  m.by_words();
  m.by_code();
  m.by_children();
  const std::vector<std::uint8_t> strayed = m.moved_among_siblings();

  tree_diff out;
  out.from = from.root();
  out.to = to.root();
  out.links = options.links.size();
  for (const node_view& n : from.nodes())
    ++out.of_kind[static_cast<std::size_t>(n.kind())].from_nodes;
  for (const node_view& n : to.nodes())
    ++out.of_kind[static_cast<std::size_t>(n.kind())].to_nodes;

  const auto list = [&](tree_change&& c) {
    const node_view& n = c.to ? *c.to : *c.from;
    change_counts& counts = out.of_kind[static_cast<std::size_t>(n.kind())];
    if (c.what.empty()) {
      ++counts.same;
      return;
    }
    for (std::size_t k = 0; k != 8; ++k)
      counts.of[k] += c.what.has(static_cast<change_kind>(k)) ? 1u : 0u;
    out.changes.push_back(static_cast<tree_change&&>(c));
  };
  const auto alone = [&](const node_view& n, bool first, std::uint32_t row) {
    tree_change c;
    (first ? c.from : c.to) = n;
    (first ? c.from_words : c.to_words) = n.text().empty() ? detail::own_words(n) : n.text();
    c.what.add(first ? change_kind::removed : change_kind::added);
    if (row != no_node) {
      c.because = options.links[row];
      if (c.because->relation == relation::unknown) c.what.add(change_kind::unknown);
    }
    list(static_cast<tree_change&&>(c));
  };
  const auto both = [&](node_index i, node_index j, std::uint32_t row) {
    tree_change c;
    const node_view a = from[node_id(i)], b = to[node_id(j)];
    c.from = a;
    c.to = b;
    c.by = row != no_node ? matched_by::link : m.by[i];
    const detail::compared_words w = detail::words_of_both(a, b);
    c.from_words = w.from;
    c.to_words = w.to;
    const link* l = row == no_node ? nullptr : &options.links[row];
    if (l != nullptr) c.because = *l;
    const bool hidden = !w.official && a.placeholder() != b.placeholder();
    if (hidden || (l != nullptr && l->relation == relation::unknown && !(w.official && w.from == w.to)))
      c.what.add(change_kind::unknown);
    if (!hidden && (w.from != w.to || (!w.official && l != nullptr && l->relation == relation::amended)))
      c.what.add(change_kind::reworded);
    if (i != 0) {
      if (a.code() != b.code()) c.what.add(change_kind::renumbered);
      if (m.to[m.parent_of_from(i)] != m.parent_of_to(j) || (m.to[i] == j && strayed[j] != 0))
        c.what.add(change_kind::moved);
    }
    if (m.parts[i] > 1 || (l != nullptr && l->relation == relation::split)) c.what.add(change_kind::split);
    if (m.origins[j] > 1 || (l != nullptr && l->relation == relation::merged)) c.what.add(change_kind::merged);
    list(static_cast<tree_change&&>(c));
  };

  // What was removed, by the counterpart of the node that it stood behind.
  struct gone {
    node_index behind = 0, at = 0;
  };
  std::vector<gone> removed;
  node_index behind = 0;
  for (node_index i = 0; i < m.to.size(); ++i) {
    if (m.to[i] != no_node) behind = m.to[i];
    else if (m.parts[i] == 0) removed.push_back({behind, i});
  }
  ectp::detail::sort(removed, [](const gone& x, const gone& y) { return x.behind < y.behind; });
  std::size_t tie = 0, next = 0;
  for (node_index j = 0; j < m.from.size(); ++j) {
    if (m.origins[j] != 0)
      for (; tie != m.ties.size() && m.ties[tie].to == j; ++tie)
        both(m.ties[tie].from, j, m.ties[tie].link);
    else if (m.from[j] != no_node) both(m.from[j], j, no_node);
    else alone(to[node_id(j)], false, m.link_of_to[j]);
    for (; next != removed.size() && removed[next].behind == j; ++next)
      alone(from[node_id(removed[next].at)], true, m.link_of_from[removed[next].at]);
  }

  for (const change_counts& k : out.of_kind) {
    out.counts.from_nodes += k.from_nodes;
    out.counts.to_nodes += k.to_nodes;
    out.counts.same += k.same;
    for (std::size_t n = 0; n != 8; ++n)
      out.counts.of[n] += k.of[n];
  }
  out.to_of.reserve(m.to.size());
  for (const node_index j : m.to)
    out.to_of.emplace_back(j);
  out.from_of.reserve(m.from.size());
  for (const node_index i : m.from)
    out.from_of.emplace_back(i);
  return out;
}

ECTP_DEF result<tree_diff> diff_editions(std::string_view from, std::string_view to) {
  const auto a = edition(from);
  if (!a) return a.error();
  const auto b = edition(to);
  if (!b) return b.error();
  const auto links = crosswalk(from, to);
  if (!links) return diff(*a, *b);
  return diff(*a, *b, diff_options{*links});
}

ECTP_DEF std::vector<replacement> replacements(const tree_diff& d, replaced which) {
  std::vector<replacement> out;
  const auto same_identifier = [](const node_view& a, const node_view& b) {
    return !a.identifier().empty() && a.identifier() == b.identifier();
  };
  const auto other_meaning = [](const tree_change& c) {
    if (c.because && c.because->relation != relation::unknown) return c.because->relation == relation::amended;
    return c.what.has(change_kind::reworded) && fold(c.from_words) != fold(c.to_words);
  };
  const auto in_same_document = [&](const node_view& a, const node_view& b) {
    return d.from.edition() == d.to.edition() && a.identifier() == b.identifier() && a.code() == b.code();
  };
  // The changes are in the order of the second tree; what is not among them is unchanged.
  std::size_t next = 0;
  for (detail::node_index j = 1; j < d.from_of.size(); ++j) {
    const node_view to = d.to.descendants()[j - 1];
    bool listed = false;
    for (; next != d.changes.size() && (!d.changes[next].to || d.changes[next].to->id().value() <= j); ++next) {
      const tree_change& c = d.changes[next];
      if (!c.to || !c.from || c.to->id().value() != j) continue;
      listed = true;
      if (c.what.has(change_kind::unknown) || same_identifier(*c.from, to)) continue;
      const bool changed = c.what.has(change_kind::split) || c.what.has(change_kind::merged) ||
                           c.what.has(change_kind::renumbered) || other_meaning(c);
      if (changed || (which == replaced::all && !in_same_document(*c.from, to)))
        out.push_back({*c.from, to, c.what, c.because});
    }
    if (listed || which != replaced::all) continue;
    const maybe<node_id> i = d.origin(node_id(j));
    if (!i) continue;
    const node_view from = d.from.descendants()[i->value() - 1];
    if (!same_identifier(from, to) && !in_same_document(from, to)) out.push_back({from, to, {}, {}});
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI::framework
