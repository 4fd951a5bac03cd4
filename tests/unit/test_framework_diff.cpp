#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/fold.hpp"
#include "ectp/framework/builder.hpp"
#include "ectp/framework/diff.hpp"
#include "ectp/framework/editions.hpp"

namespace fw = ectp::framework;
using ectp::errc;
using enum fw::change_kind;

namespace {

constexpr std::uint32_t none = 0xffff'ffff;

// A tree that can be edited. Nodes keep their numbers; 0 is the root.
struct model {
  struct node {
    std::uint32_t parent = none;
    std::vector<std::uint32_t> children;
    std::string code, words, identifier, text;
    fw::kind kind = fw::kind::statement;
    bool placeholder = false;
  };
  std::vector<node> nodes;

  explicit model(std::string id) {
    nodes.push_back({none, {}, std::move(id), "all", "", "", fw::kind::framework, false});
  }
  std::uint32_t add(std::uint32_t parent, std::string code, std::string words, fw::kind k = fw::kind::statement,
                    std::string identifier = "", std::size_t at = static_cast<std::size_t>(-1)) {
    const auto me = static_cast<std::uint32_t>(nodes.size());
    nodes.push_back({parent, {}, std::move(code), std::move(words), std::move(identifier), "", k, false});
    place(me, parent, at);
    return me;
  }
  void place(std::uint32_t me, std::uint32_t parent, std::size_t at = static_cast<std::size_t>(-1)) {
    auto& c = nodes[parent].children;
    c.insert(c.begin() + static_cast<std::ptrdiff_t>(std::min(at, c.size())), me);
    nodes[me].parent = parent;
  }
  void take_out(std::uint32_t me) {
    auto& c = nodes[nodes[me].parent].children;
    c.erase(std::find(c.begin(), c.end(), me));
    nodes[me].parent = none;
  }
  std::size_t place_of(std::uint32_t me) const {
    const auto& c = nodes[nodes[me].parent].children;
    return static_cast<std::size_t>(std::find(c.begin(), c.end(), me) - c.begin());
  }
  bool below(std::uint32_t me, std::uint32_t top) const {
    for (; me != none; me = nodes[me].parent)
      if (me == top) return true;
    return false;
  }
  // In pre-order.
  std::vector<std::uint32_t> order() const {
    std::vector<std::uint32_t> out, todo{0};
    while (!todo.empty()) {
      const std::uint32_t me = todo.back();
      todo.pop_back();
      out.push_back(me);
      todo.insert(todo.end(), nodes[me].children.rbegin(), nodes[me].children.rend());
    }
    return out;
  }
  fw::tree build() const {
    std::vector<fw::node_spec> specs;
    std::vector<fw::wording> overlay;
    std::map<std::uint32_t, std::uint32_t> at;
    for (const std::uint32_t me : order()) {
      const node& n = nodes[me];
      at[me] = static_cast<std::uint32_t>(specs.size());
      specs.push_back({.kind = n.kind,
                       .parent = me == 0 ? 0 : at[n.parent],
                       .code = n.code,
                       .words = n.words,
                       .identifier = n.identifier,
                       .placeholder = n.placeholder});
      if (!n.text.empty()) overlay.push_back({n.code, n.text});
    }
    const fw::tree t = fw::build_tree({.id = nodes[0].code}, specs).value();
    return overlay.empty() ? t : t.with_text(overlay).value();
  }
};

std::string_view own(const fw::node_view& n) { return n.kind() <= fw::kind::standard ? n.title() : n.gist(); }
std::uint32_t parent_of(const fw::node_view& n) { return n.parent() ? n.parent()->id().value() : none; }
std::uint32_t to_of(const fw::tree_diff& d, std::uint32_t i) {
  const auto c = d.counterpart(fw::node_id(i));
  return c ? c->value() : none;
}
std::uint32_t from_of(const fw::tree_diff& d, std::uint32_t j) {
  const auto c = d.origin(fw::node_id(j));
  return c ? c->value() : none;
}
bool main_pair(const fw::tree_diff& d, const fw::tree_change& c) {
  return c.from && c.to && to_of(d, c.from->id().value()) == c.to->id().value();
}

std::string shown(const fw::tree_change& c) {
  std::string out = (c.from ? std::string(c.from->code()) : "-") + ">" + (c.to ? std::string(c.to->code()) : "-");
  for (std::size_t k = 0; k != 8; ++k)
    if (c.what.has(static_cast<fw::change_kind>(k))) out += " " + std::string(name(static_cast<fw::change_kind>(k)));
  return out;
}
std::vector<std::string> shown(const fw::tree_diff& d) {
  std::vector<std::string> out;
  for (const auto& c : d.changes)
    out.push_back(shown(c));
  return out;
}

// The matching as the header describes it, by trying every pair; without links.
struct slow_matching {
  const fw::tree &a, &b;
  std::vector<std::uint32_t> to, from;
  slow_matching(const fw::tree& x, const fw::tree& y) : a(x), b(y), to(x.size(), none), from(y.size(), none) {
    pair(0, 0);
    same([](const fw::node_view& n) { return std::string(n.identifier()); });
    same([](const fw::node_view& n) { return key(n, n.text()); });
    same([](const fw::node_view& n) { return key(n, own(n)); });
    code();
    children();
  }
  static std::string key(const fw::node_view& n, std::string_view words) {
    if (words.empty()) return "";
    const std::string f = ectp::fold(words);
    return std::string(name(n.kind())) + ":" + (f.empty() ? std::string(words) : f);
  }
  void pair(std::uint32_t i, std::uint32_t j) {
    to[i] = j;
    from[j] = i;
  }
  fw::node_view A(std::uint32_t i) const { return a[fw::node_id(i)]; }
  fw::node_view B(std::uint32_t j) const { return b[fw::node_id(j)]; }
  void same(std::string (*of)(const fw::node_view&)) {
    std::vector<std::string> ka, kb;
    for (const auto& n : a.nodes())
      ka.push_back(n.id().value() == 0 || to[n.id().value()] != none ? "" : of(n));
    for (const auto& n : b.nodes())
      kb.push_back(n.id().value() == 0 || from[n.id().value()] != none ? "" : of(n));
    for (int stage = 0; stage != 4; ++stage)
      for (std::uint32_t i = 0; i != a.size(); ++i)
        for (std::uint32_t j = 0; j != b.size() && to[i] == none; ++j) {
          if (from[j] != none || ka[i].empty() || ka[i] != kb[j]) continue;
          if (stage == 0 &&
              (std::count(ka.begin(), ka.end(), ka[i]) != 1 || std::count(kb.begin(), kb.end(), kb[j]) != 1))
            continue;
          if (stage == 1 && A(i).code() != B(j).code()) continue;
          if (stage == 2 && to[parent_of(A(i))] != parent_of(B(j))) continue;
          pair(i, j);
        }
  }
  void code() {
    for (std::uint32_t i = 1; i < a.size(); ++i)
      for (std::uint32_t j = 1; j < b.size(); ++j) {
        if (to[i] != none || from[j] != none || A(i).code() != B(j).code()) continue;
        const bool official = !A(i).text().empty() && !B(j).text().empty();
        const auto words = [&](const fw::node_view& n) {
          std::set<std::string> out;
          std::string f = ectp::fold(official ? n.text() : own(n)) + " ";
          for (std::size_t at = 0, gap = 0; (gap = f.find(' ', at)) != f.npos; at = gap + 1)
            if (gap != at) out.insert(f.substr(at, gap - at));
          return out;
        };
        const auto x = words(A(i)), y = words(B(j));
        std::set<std::string> all = x;
        all.insert(y.begin(), y.end());
        const std::size_t common = x.size() + y.size() - all.size();
        const bool fits = x.empty() || y.empty()
                              ? a.edition() == b.edition() || !(A(i).placeholder() || B(j).placeholder())
                              : 3 * common >= all.size();
        if (fits) pair(i, j);
      }
  }
  void children() {
    for (std::uint32_t i = static_cast<std::uint32_t>(a.size()); i-- > 1;)
      for (std::uint32_t j = 1; j < b.size(); ++j) {
        if (to[i] != none || from[j] != none || A(i).kind() != B(j).kind()) continue;
        std::size_t common = 0, in_a = 0, in_b = 0;
        for (const auto& c : A(i).children()) {
          ++in_a;
          const std::uint32_t k = to[c.id().value()];
          common += k != none && parent_of(B(k)) == j ? 1u : 0u;
        }
        for ([[maybe_unused]] const auto& c : B(j).children())
          ++in_b;
        if (in_a != 0 && 2 * common > in_a && 2 * common > in_b) pair(i, j);
      }
  }
};

// The longest rising run, by trying for each end every one before it.
std::size_t longest_rising(const std::vector<std::uint32_t>& v) {
  std::vector<std::size_t> best(v.size(), 1);
  std::size_t out = 0;
  for (std::size_t i = 0; i != v.size(); ++i) {
    for (std::size_t k = 0; k != i; ++k)
      if (v[k] < v[i]) best[i] = std::max(best[i], best[k] + 1);
    out = std::max(out, best[i]);
  }
  return out;
}

// Every node once, every kind of change as defined, the counts right, and the second tree made from the first
// and the changes alone.
void holds_together(const fw::tree& a, const fw::tree& b, const fw::tree_diff& d) {
  REQUIRE(d.to_of.size() == a.size());
  REQUIRE(d.from_of.size() == b.size());
  for (std::uint32_t i = 0; i != a.size(); ++i)
    if (const auto j = to_of(d, i); j != none) REQUIRE(from_of(d, j) == i);
  std::vector<int> seen_from(a.size()), seen_to(b.size());
  std::vector<const fw::tree_change*> main_of(b.size());
  std::size_t of[8] = {}, before = 0;
  for (const fw::tree_change& c : d.changes) {
    CAPTURE(shown(c));
    REQUIRE_FALSE(c.what.empty());
    REQUIRE((c.from || c.to));
    for (std::size_t k = 0; k != 8; ++k)
      of[k] += c.what.has(static_cast<fw::change_kind>(k)) ? 1u : 0u;
    REQUIRE(c.what.has(added) == !c.from);
    REQUIRE(c.what.has(removed) == !c.to);
    if (c.from) ++seen_from[c.from->id().value()];
    if (c.to) {
      ++seen_to[c.to->id().value()];
      REQUIRE(before <= c.to->id().value());  // in the order of the second tree
      before = c.to->id().value();
      if (!c.from || main_pair(d, c)) main_of[before] = &c;
    }
    if (!c.from || !c.to) {
      REQUIRE(c.by == fw::matched_by::nothing);
      continue;
    }
    REQUIRE(c.by != fw::matched_by::nothing);
    REQUIRE(c.what.has(renumbered) == (c.from->id().value() != 0 && c.from->code() != c.to->code()));
    const bool official = !c.from->text().empty() && !c.to->text().empty();
    REQUIRE(c.from_words == (official ? c.from->text() : own(*c.from)));
    REQUIRE(c.to_words == (official ? c.to->text() : own(*c.to)));
    if (c.from->id().value() != 0 && to_of(d, parent_of(*c.from)) != parent_of(*c.to)) REQUIRE(c.what.has(moved));
  }
  std::size_t same = 0;
  for (std::uint32_t j = 0; j != b.size(); ++j) {
    const std::uint32_t i = from_of(d, j);
    if (seen_to[j] == 0) {
      REQUIRE(i != none);
      REQUIRE(seen_from[i] == 0);
      ++same;
    } else if (i == none) {
      REQUIRE((seen_to[j] > 1 || main_of[j] == nullptr || main_of[j]->what.has(added)));
    }
  }
  for (std::uint32_t i = 0; i != a.size(); ++i)
    REQUIRE((seen_from[i] != 0 || to_of(d, i) != none));
  REQUIRE(d.counts.same == same);
  REQUIRE(d.counts.from_nodes == a.size());
  REQUIRE(d.counts.to_nodes == b.size());
  for (std::size_t k = 0; k != 8; ++k) {
    REQUIRE(d.counts.of[k] == of[k]);
    std::size_t sum = 0;
    for (const auto& kinds : d.of_kind)
      sum += kinds.of[k];
    REQUIRE(sum == of[k]);
  }

  // The second tree out of the first: what was not moved keeps its parent and its order.
  std::vector<std::uint32_t> parent(b.size(), none);
  std::vector<std::vector<std::uint32_t>> stayed(b.size()), made(b.size());
  std::vector<std::uint8_t> fixed(b.size());
  for (std::uint32_t i = 1; i < a.size(); ++i) {
    const std::uint32_t j = to_of(d, i);
    if (j == none) continue;
    const fw::node_view x = a[fw::node_id(i)];
    const fw::tree_change* c = main_of[j];
    fixed[j] = c != nullptr && c->what.has(moved) ? 1 : 0;
    parent[j] = fixed[j] != 0 ? parent_of(*c->to) : to_of(d, parent_of(x));
    REQUIRE(parent[j] != none);
    if (fixed[j] == 0) stayed[parent[j]].push_back(j);
    REQUIRE((c != nullptr && c->what.has(renumbered) ? c->to->code() : x.code()) == b[fw::node_id(j)].code());
    if (c == nullptr || !(c->what.has(reworded) || c->what.has(unknown))) {
      const fw::node_view y = b[fw::node_id(j)];
      const bool official = !x.text().empty() && !y.text().empty();
      REQUIRE((official ? x.text() == y.text() : own(x) == own(y)));
    }
  }
  for (std::uint32_t j = 1; j < b.size(); ++j)
    if (from_of(d, j) == none) {
      fixed[j] = 1;
      parent[j] = parent_of(b[fw::node_id(j)]);
    }
  for (std::uint32_t q = 0; q != b.size(); ++q) {
    std::size_t next = 0, movers = 0;
    std::vector<std::uint32_t> places;  // of those that have the same parents on both sides
    for (const auto& child : b[fw::node_id(q)].children()) {
      const std::uint32_t j = child.id().value();
      REQUIRE(parent[j] == q);
      const std::uint32_t i = from_of(d, j);
      const bool same_parent = i != none && to_of(d, parent_of(a[fw::node_id(i)])) == q;
      if (same_parent) places.push_back(i);
      if (fixed[j] == 0) {
        REQUIRE(next < stayed[q].size());
        REQUIRE(stayed[q][next++] == j);
      } else {
        movers += same_parent ? 1u : 0u;
      }
    }
    REQUIRE(next == stayed[q].size());
    REQUIRE(movers == places.size() - longest_rising(places));  // and no fewer could have moved
  }
}

void mirrors(const fw::tree_diff& d, const fw::tree_diff& back) {
  for (std::uint32_t i = 0; i != d.to_of.size(); ++i)
    REQUIRE(to_of(d, i) == from_of(back, i));
  REQUIRE(d.counts.same + d.changes.size() == back.counts.same + back.changes.size());
  const auto opposite = [](fw::change_kind k) {
    switch (k) {
      case added: return removed;
      case removed: return added;
      case split: return merged;
      case merged: return split;
      default: return k;
    }
  };
  for (std::size_t k = 0; k != 8; ++k) {
    const auto kind = static_cast<fw::change_kind>(k);
    CHECK(d.counts[kind] == back.counts[opposite(kind)]);
  }
  // All but which of the siblings moved is the same for each pair.
  const auto all = [&](const fw::tree_diff& x, bool turned) {
    std::multiset<std::string> out;
    for (const auto& c : x.changes) {
      std::string s = std::to_string(c.from ? c.from->id().value() : none),
                  t = std::to_string(c.to ? c.to->id().value() : none);
      if (turned) s.swap(t);
      s += ">" + t;
      bool anything = false;
      for (std::size_t k = 0; k != 8; ++k) {
        const auto kind = turned ? opposite(static_cast<fw::change_kind>(k)) : static_cast<fw::change_kind>(k);
        if (kind == moved || !c.what.has(kind)) continue;
        anything = true;
        s += turned ? " " + std::string(name(opposite(kind))) : " " + std::string(name(kind));
      }
      if (anything) out.insert(s);
    }
    return out;
  };
  const auto canon = [](std::multiset<std::string> in) {
    std::multiset<std::string> out;
    for (const std::string& s : in) {
      std::multiset<std::string> words;
      std::string head;
      for (std::size_t at = 0; at != s.npos;) {
        const std::size_t gap = s.find(' ', at);
        const std::string w = s.substr(at, gap == s.npos ? s.npos : gap - at);
        if (head.empty()) head = w;
        else words.insert(w);
        at = gap == s.npos ? gap : gap + 1;
      }
      for (const auto& w : words)
        head += " " + w;
      out.insert(head);
    }
    return out;
  };
  CHECK(canon(all(d, false)) == canon(all(back, true)));
}

std::vector<fw::link> reversed(const std::vector<fw::link>& links) {
  std::vector<fw::link> out;
  for (fw::link l : links) {
    std::swap(l.from, l.to);
    std::swap(l.from_edition, l.to_edition);
    switch (l.relation) {
      case fw::relation::split: l.relation = fw::relation::merged; break;
      case fw::relation::merged: l.relation = fw::relation::split; break;
      case fw::relation::added: l.relation = fw::relation::dropped; break;
      case fw::relation::dropped: l.relation = fw::relation::added; break;
      default: break;
    }
    out.push_back(l);
  }
  return out;
}

std::uint32_t below(std::mt19937& r, std::size_t n) { return static_cast<std::uint32_t>(r() % n); }

}  // namespace

TEST_CASE("a difference says exactly what was edited", "[framework][diff]") {
  std::mt19937 r(5);
  for (int run = 0; run != 250; ++run) {
    CAPTURE(run);
    const bool identified = run % 2 == 0;
    model a("v1");
    int serial = 0;
    // No two nodes share a word.
    const auto words = [&] {
      ++serial;
      std::string out;
      for (const char* w : {"a", "b", "c", "d"})
        out += (out.empty() ? "" : " ") + ("w" + std::to_string(serial)) + w;
      return out;
    };
    const auto identifier = [&] { return identified ? "id" + std::to_string(serial) : std::string(); };
    const std::size_t size = 2 + below(r, 40);
    while (a.nodes.size() != size) {
      const auto parent = below(r, a.nodes.size());
      const std::string w = words();
      a.add(parent, "c" + std::to_string(serial), w, static_cast<fw::kind>(1 + below(r, 3)), identifier(), below(r, 5));
    }
    model b = a;
    b.nodes[0].code = run % 3 == 0 ? "v1" : "v2";
    std::set<std::uint32_t> reworded_nodes, renumbered_nodes;
    for (std::uint32_t edits = below(r, 12); edits != 0; --edits) {
      const auto me = 1 + below(r, size - 1);
      const bool there = b.nodes[me].parent != none && b.below(me, 0);
      switch (below(r, 6)) {
        case 0: {
          const auto parent = below(r, size);
          if (!b.below(parent, 0)) break;
          const std::string w = words();
          b.add(parent, "c" + std::to_string(serial), w, static_cast<fw::kind>(1 + below(r, 3)), identifier(),
                below(r, 5));
          break;
        }
        case 1:
          if (there) b.take_out(me);
          break;
        case 2: {
          const auto parent = below(r, size);
          if (!there || !b.below(parent, 0) || b.below(parent, me)) break;
          b.take_out(me);
          b.place(me, parent, below(r, 6));
          break;
        }
        case 3: {
          if (!there) break;
          const auto parent = b.nodes[me].parent;
          b.take_out(me);
          b.place(me, parent, below(r, b.nodes[parent].children.size() + 1));
          break;
        }
        case 4:
          if (!there || (!identified && renumbered_nodes.contains(me)) || !reworded_nodes.insert(me).second) break;
          b.nodes[me].words.replace(0, b.nodes[me].words.find(' '), "n" + std::to_string(++serial));
          break;
        default:
          if (!there || (!identified && reworded_nodes.contains(me))) break;
          renumbered_nodes.insert(me);
          b.nodes[me].code = "c" + std::to_string(++serial);
      }
    }
    const fw::tree from = a.build(), to = b.build();
    const fw::tree_diff d = fw::diff(from, to).value();
    holds_together(from, to, d);
    mirrors(d, fw::diff(to, from).value());

    // What is known of the edits, by the numbers that nodes keep.
    const auto order_a = a.order(), order_b = b.order();
    std::map<std::uint32_t, std::uint32_t> at_b;
    for (std::uint32_t j = 0; j != order_b.size(); ++j)
      at_b[order_b[j]] = j;
    std::multiset<std::string> expected, found;
    for (std::uint32_t i = 0; i != order_a.size(); ++i) {
      const auto me = order_a[i];
      if (!at_b.contains(me)) {
        CHECK(to_of(d, i) == none);
        expected.insert("removed " + a.nodes[me].code);
        continue;
      }
      REQUIRE(to_of(d, i) == at_b[me]);
      const auto &x = a.nodes[me], &y = b.nodes[me];
      if (me != 0 && x.code != y.code) expected.insert("renumbered " + x.code + " " + y.code);
      if (x.words != y.words) expected.insert("reworded " + y.code + " " + y.words);
      if (me != 0 && x.parent != y.parent) expected.insert("moved " + y.code + " " + b.nodes[y.parent].code);
    }
    for (const auto me : order_b)
      if (me >= size) expected.insert("added " + b.nodes[me].code);
    for (const auto& c : d.changes) {
      if (c.what.has(removed)) found.insert("removed " + std::string(c.from->code()));
      if (c.what.has(added)) found.insert("added " + std::string(c.to->code()));
      if (c.what.has(renumbered))
        found.insert("renumbered " + std::string(c.from->code()) + " " + std::string(c.to->code()));
      if (c.what.has(reworded)) found.insert("reworded " + std::string(c.to->code()) + " " + std::string(c.to_words));
      if (c.what.has(moved) && to_of(d, parent_of(*c.from)) != parent_of(*c.to))
        found.insert("moved " + std::string(c.to->code()) + " " + std::string(c.to->parent()->code()));
    }
    CHECK(found == expected);
  }
}

TEST_CASE("matching agrees with trying every pair", "[framework][diff]") {
  std::mt19937 r(6);
  const std::vector<std::string> vocabulary = {"x",         "X.", "x y", "y x", "x y z", "one", "One!",
                                               "two three", "",   "",    "?",   "é",     "e"};
  const auto some = [&](int of) { return vocabulary[below(r, of == 0 ? 1 : vocabulary.size())]; };
  std::size_t pairs = 0, by[7] = {};
  for (int run = 0; run != 1500; ++run) {
    CAPTURE(run);
    const int rich = static_cast<int>(below(r, 8));  // 0: the same words everywhere
    std::vector<fw::tree> trees;
    model first("v1");
    for (int side = 0; side != 2; ++side) {
      model m = side == 1 && below(r, 2) == 0 ? first : model("v1");
      if (below(r, 2) == 0) m.nodes[0].code = "v2";
      std::set<std::string> codes;
      for (const auto& n : m.nodes)
        codes.insert(n.code);
      for (std::uint32_t more = below(r, 14); more != 0; --more) {
        const std::string code = "c" + std::to_string(below(r, 20));
        if (!codes.insert(code).second) continue;
        const auto me = m.add(below(r, m.nodes.size()), code, some(rich), static_cast<fw::kind>(1 + below(r, 3)),
                              below(r, 6) == 0 ? "id" + std::to_string(below(r, 4)) : "", below(r, 3));
        if (below(r, 6) == 0) m.nodes[me].text = "t " + some(rich);
        if (below(r, 8) == 0) {
          m.nodes[me].placeholder = true;
          m.nodes[me].words.clear();
        }
      }
      if (m.nodes.size() > 2 && below(r, 2) == 0) {
        const auto me = 1 + below(r, m.nodes.size() - 1), parent = below(r, m.nodes.size());
        if (!m.below(parent, me)) {
          m.take_out(me);
          m.place(me, parent, below(r, 3));
        }
      }
      trees.push_back(m.build());
      if (side == 0) first = m;
    }
    const fw::tree_diff d = fw::diff(trees[0], trees[1]).value();
    const slow_matching slow(trees[0], trees[1]);
    for (std::uint32_t i = 0; i != trees[0].size(); ++i) {
      CAPTURE(i);
      REQUIRE(to_of(d, i) == slow.to[i]);
      pairs += slow.to[i] != none ? 1u : 0u;
    }
    holds_together(trees[0], trees[1], d);
    mirrors(d, fw::diff(trees[1], trees[0]).value());
    for (const fw::tree& t : trees) {
      const fw::tree_diff with_itself = fw::diff(t, t).value();
      CHECK(with_itself.equivalent());
      CHECK(with_itself.counts.same == t.size());
    }
    for (const auto& c : d.changes)
      ++by[static_cast<std::size_t>(c.by)];
  }
  CHECK(pairs > 5000);
  // Every way to match came up.
  for (const auto m : {fw::matched_by::nothing, fw::matched_by::identifier, fw::matched_by::words, fw::matched_by::code,
                       fw::matched_by::children})
    CHECK(by[static_cast<std::size_t>(m)] > 10);
}

TEST_CASE("every pair of built-in editions is accounted for", "[framework][diff]") {
  for (const auto& x : fw::editions())
    for (const auto& y : fw::editions()) {
      CAPTURE(x.id, y.id);
      const fw::tree a = fw::edition(x.id).value(), b = fw::edition(y.id).value();
      for (const bool linked : {true, false}) {
        const fw::tree_diff d = linked ? fw::diff_editions(x.id, y.id).value() : fw::diff(a, b).value();
        holds_together(a, b, d);
        mirrors(d, linked ? fw::diff_editions(y.id, x.id).value() : fw::diff(b, a).value());
        CHECK((x.id == y.id) == d.equivalent());
        const auto links = fw::crosswalk(x.id, y.id);
        CHECK(d.links == (linked && links ? links->size() : 0));
        // A standard of assessment is never what a statement or section became.
        if ((x.id == fw::assessment_edition) != (y.id == fw::assessment_edition)) {
          CHECK(d.counts[added] + 1 == b.size());
          CHECK(d.counts[removed] + 1 == a.size());
          CHECK(fw::replacements(d, fw::replaced::all).empty());
        }
      }
    }
  CHECK(fw::diff_editions("ecf-1919", "ecf-2019").error().code == errc::unknown_edition);
  CHECK(fw::diff_editions("ecf-2019", "").error().code == errc::unknown_edition);
}

TEST_CASE("between two editions a code alone matches nothing", "[framework][diff]") {
  const fw::tree a = fw::edition("ecf-2019").value(), b = fw::edition("ittecf-2024").value();
  const auto at = [](const fw::tree& t, std::string_view code) { return t.index_of(code)->value(); };
  for (const fw::tree_diff& d : {fw::diff_editions("ecf-2019", "ittecf-2024").value(), fw::diff(a, b).value()}) {
    for (const char* code : {"2.6", "3g", "5.1", "6d"}) {
      CAPTURE(code);
      CHECK(to_of(d, at(a, code)) != at(b, code));
    }
    CHECK(to_of(d, at(a, "2.6")) == at(b, "2.7"));
    CHECK(to_of(d, at(a, "3g")) == at(b, "3h"));
    CHECK(to_of(d, at(a, "5.3")) == at(b, "5.1"));
    CHECK(to_of(d, at(a, "6d")) == at(b, "6e"));
    for (const char* hole : {"3.10", "3.11", "5e", "5j", "7.8", "7m"})
      CHECK(from_of(d, at(b, hole)) == none);
  }
}

TEST_CASE("what the crosswalk says is carried along", "[framework][diff]") {
  const fw::tree_diff d = fw::diff_editions("ecf-2019", "ittecf-2024").value();
  std::map<std::string, const fw::tree_change*> by;
  for (const auto& c : d.changes)
    by[(c.from ? std::string(c.from->code()) : "") + ">" + (c.to ? std::string(c.to->code()) : "")] = &c;
  CHECK(shown(*by.at("3f>3g")) == "3f>3g reworded renumbered split");
  CHECK(shown(*by.at("3f>3f")) == "3f>3f reworded split");
  CHECK(shown(*by.at("4.10>5.5")) == "4.10>5.5 moved reworded renumbered merged");
  CHECK(shown(*by.at("5.5>5.5")) == "5.5>5.5 reworded merged");
  CHECK(shown(*by.at("5.3>5.1")) == "5.3>5.1 moved renumbered");  // and its siblings only got other codes
  CHECK(shown(*by.at("5.1>5.2")) == "5.1>5.2 renumbered");
  CHECK(shown(*by.at("8a>8a")) == "8a>8a unknown");
  CHECK(shown(*by.at("5o>")) == "5o>- removed unknown");
  CHECK(shown(*by.at(">5e")) == "->5e added unknown");
  CHECK(shown(*by.at(">2.6")) == "->2.6 added");
  CHECK(by.at("3f>3g")->because->relation == fw::relation::split);
  CHECK(by.at("3f>3g")->because->basis == fw::link_basis::wording_seen);
  CHECK(by.at("S6-G4>S6-G4")->by == fw::matched_by::children);
  std::size_t unknown_links = 0;
  for (const auto& l : fw::crosswalk("ecf-2019", "ittecf-2024").value()) {
    unknown_links += l.relation == fw::relation::unknown ? 1u : 0u;
    if (const auto c = by.find(std::string(l.from) + ">" + std::string(l.to)); c != by.end()) {
      CHECK(c->second->because == ectp::maybe<fw::link>(l));
    } else {
      CHECK(l.from == l.to);
      CHECK((l.relation == fw::relation::same || l.relation == fw::relation::moved));
    }
  }
  CHECK(d.counts[unknown] == unknown_links);
  const auto& statements = d.of_kind[static_cast<std::size_t>(fw::kind::statement)];
  CHECK(statements.from_nodes == 181);
  CHECK(statements.to_nodes == 193);
  CHECK(statements[added] == 7 + 6);
}

TEST_CASE("a link's word is weighed against the wording", "[framework][diff]") {
  model a("v1"), b("v2");
  for (model* m : {&a, &b})
    for (const char* c : {"1", "2", "3", "4"})
      m->add(0, c, std::string("words ") + c);
  const std::vector<fw::link> links = {{"v1", "1", "v2", "1", fw::relation::amended, {}, {}, {}},
                                       {"v1", "2", "v2", "2", fw::relation::unknown, {}, {}, {}},
                                       {"", "3", "", "", fw::relation::dropped, {}, {}, {}},
                                       {"", "", "", "3", fw::relation::added, {}, {}, {}},
                                       {"v1", "4", "v2", "4", fw::relation::aligned, {}, {}, {}},
                                       {"v1", "v1", "v2", "v2", fw::relation::same, {}, {}, {}}};
  {
    const fw::tree from = a.build(), to = b.build();
    CHECK(shown(fw::diff(from, to, {links}).value()) ==
          std::vector<std::string>{"1>1 reworded", "2>2 unknown", "3>- removed", "->3 added"});
  }
  for (model* m : {&a, &b}) {
    m->nodes[1].text = "official one";
    m->nodes[2].text = "official two";
  }
  {
    const fw::tree from = a.build(), to = b.build();
    CHECK(shown(fw::diff(from, to, {links}).value()) == std::vector<std::string>{"3>- removed", "->3 added"});
  }
  b.nodes[1].text = "Official one";
  b.nodes[2].text = "official too";
  const fw::tree from = a.build(), to = b.build();
  const fw::tree_diff d = fw::diff(from, to, {links}).value();
  CHECK(shown(d) == std::vector<std::string>{"1>1 reworded", "2>2 reworded unknown", "3>- removed", "->3 added"});
  CHECK(d.changes[0].to_words == "Official one");
  mirrors(d, fw::diff(to, from, {reversed(links)}).value());
}

TEST_CASE("links split and merge", "[framework][diff]") {
  model a("v1"), b("v2");
  a.add(0, "1", "red and blue");
  a.add(0, "2", "green");
  a.add(0, "3", "yellow");
  b.add(0, "1", "red");
  b.add(0, "2", "blue");
  b.add(0, "3", "yellow");
  const fw::tree from = a.build(), to = b.build();
  const std::vector<fw::link> links = {{"", "1", "", "1", fw::relation::split, {}, {}, {}},
                                       {"", "1", "", "2", fw::relation::split, {}, {}, {}},
                                       {"", "2", "", "3", fw::relation::merged, {}, {}, {}},
                                       {"", "3", "", "3", fw::relation::merged, {}, {}, {}}};
  const fw::tree_diff d = fw::diff(from, to, {links}).value();
  CHECK(shown(d) == std::vector<std::string>{"1>1 reworded split", "1>2 reworded renumbered split",
                                             "2>3 reworded renumbered merged", "3>3 merged"});
  CHECK(to_of(d, 1) == 1);
  CHECK(to_of(d, 2) == none);
  CHECK(to_of(d, 3) == 3);
  CHECK(from_of(d, 2) == none);
  holds_together(from, to, d);
  mirrors(d, fw::diff(to, from, {reversed(links)}).value());
  // The number of links alone is enough.
  std::vector<fw::link> plain = links;
  for (auto& l : plain)
    l.relation = fw::relation::same;
  CHECK(shown(fw::diff(from, to, {plain}).value()) == shown(d));
}

TEST_CASE("any links that fit are kept to", "[framework][diff]") {
  std::mt19937 r(7);
  std::size_t several = 0;
  for (int run = 0; run != 600; ++run) {
    CAPTURE(run);
    std::vector<fw::tree> trees;
    for (const char* id : {"v1", "v2"}) {
      model m(id);
      const std::size_t size = 1 + below(r, 12);
      while (m.nodes.size() < size) {
        const std::string code = "c" + std::to_string(m.nodes.size());
        m.add(below(r, m.nodes.size()), code, "w" + std::to_string(below(r, 6)), static_cast<fw::kind>(1 + below(r, 3)),
              "", below(r, 3));
      }
      trees.push_back(m.build());
    }
    const fw::tree &a = trees[0], &b = trees[1];
    // 0 free, 1 tied, 2 said to have no counterpart.
    std::vector<int> told_a(a.size()), told_b(b.size());
    std::vector<fw::link> links;
    std::set<std::pair<std::uint32_t, std::uint32_t>> tied;
    for (std::uint32_t more = below(r, 10); more != 0; --more) {
      const auto i = below(r, a.size()), j = below(r, b.size());
      const auto sure = static_cast<ectp::confidence>(below(r, 3));
      if (i == 0 || j == 0) continue;
      const std::string_view x = a[fw::node_id(i)].code(), y = b[fw::node_id(j)].code();
      if (const auto what = below(r, 6); what == 0 && told_a[i] == 0) {
        told_a[i] = 2;
        links.push_back(
            {"v1", x, "v2", "", run % 2 == 0 ? fw::relation::dropped : fw::relation::unknown, {}, sure, {}});
      } else if (what == 1 && told_b[j] == 0) {
        told_b[j] = 2;
        links.push_back({"v1", "", "v2", y, run % 2 == 0 ? fw::relation::added : fw::relation::unknown, {}, sure, {}});
      } else if (what > 1 && told_a[i] != 2 && told_b[j] != 2 && tied.insert({i, j}).second) {
        constexpr fw::relation ties[] = {fw::relation::same, fw::relation::amended, fw::relation::moved,
                                         fw::relation::unknown};
        told_a[i] = told_b[j] = 1;
        links.push_back({"v1", x, "v2", y, ties[below(r, 4)], {}, sure, {}});
      }
    }
    const fw::tree_diff d = fw::diff(a, b, {links}).value();
    holds_together(a, b, d);
    mirrors(d, fw::diff(b, a, {reversed(links)}).value());
    for (std::uint32_t i = 1; i < a.size(); ++i) {
      if (told_a[i] == 2) CHECK(to_of(d, i) == none);
      if (const auto j = to_of(d, i); told_a[i] == 1 && j != none) CHECK(tied.contains({i, j}));
    }
    // Each tie is one pair, listed or the same.
    std::size_t listed = 0;
    for (const auto& c : d.changes)
      if (c.from && c.to && c.by == fw::matched_by::link) {
        ++listed;
        CHECK(tied.contains({c.from->id().value(), c.to->id().value()}));
        const auto parts =
            std::count_if(tied.begin(), tied.end(), [&](const auto& t) { return t.first == c.from->id().value(); });
        const auto origins =
            std::count_if(tied.begin(), tied.end(), [&](const auto& t) { return t.second == c.to->id().value(); });
        CHECK(c.what.has(split) == (parts > 1));
        CHECK(c.what.has(merged) == (origins > 1));
        several += parts > 1 || origins > 1 ? 1u : 0u;
      }
    CHECK(listed <= tied.size());
    CHECK(listed + d.counts.same >= tied.size());
    CHECK(fw::diff(a, b, {links}).value().counts == d.counts);
  }
  CHECK(several > 100);
}

TEST_CASE("bad links are refused where they stand", "[framework][diff]") {
  model a("v1"), b("v2");
  for (model* m : {&a, &b})
    for (const char* c : {"1.1", "1.2", "1.3"})
      m->add(0, c, c);
  b.add(0, "2.1", "new");
  const fw::tree from = a.build(), to = b.build();
  const fw::link good{"v1", "1.1", "v2", "1.1", fw::relation::same, {}, {}, {}};
  const auto with = [&](std::vector<fw::link> more) {
    more.insert(more.begin(), good);
    const auto r = fw::diff(from, to, {more});
    REQUIRE_FALSE(r.has_value());
    CHECK_FALSE(r.error().expected.empty());
    return std::string(name(r.error().code)) + " " + r.error().at.path;
  };
  using enum fw::relation;
  CHECK(with({{"v1", "9.9", "v2", "1.2", same, {}, {}, {}}}) == "unknown_code /1/from");
  CHECK(with({{"v1", "1.2", "v2", "9.9", same, {}, {}, {}}}) == "unknown_code /1/to");
  CHECK(with({{"v1", "2.1", "v2", "1.2", same, {}, {}, {}}}) == "unknown_code /1/from");
  CHECK(with({{"v2", "1.2", "v1", "1.2", same, {}, {}, {}}}) == "wrong_edition /1/from_edition");
  CHECK(with({{"v1", "1.2", "ecf-2019", "1.2", same, {}, {}, {}}}) == "wrong_edition /1/to_edition");
  CHECK(with({{"v1", "", "v2", "", same, {}, {}, {}}}) == "missing_field /1/from");
  CHECK(with({{"v1", "", "v2", "1.2", same, {}, {}, {}}}) == "bad_argument /1/from");
  CHECK(with({{"v1", "1.2", "v2", "", moved, {}, {}, {}}}) == "bad_argument /1/to");
  CHECK(with({{"v1", "1.2", "v2", "", fw::relation::added, {}, {}, {}}}) == "bad_argument /1/from");
  CHECK(with({{"v1", "1.2", "v2", "1.2", dropped, {}, {}, {}}}) == "bad_argument /1/to");
  CHECK(with({{"v1", "v1", "v2", "1.2", same, {}, {}, {}}}) == "bad_argument /1/from");
  CHECK(with({{"v1", "1.2", "v2", "v2", same, {}, {}, {}}}) == "bad_argument /1/to");
  CHECK(with({good}) == "duplicate_id /1/to");
  CHECK(with({{"v1", "1.1", "v2", "", dropped, {}, {}, {}}}) == "bad_argument /1/to");
  CHECK(with({{"v1", "", "v2", "1.1", fw::relation::added, {}, {}, {}}}) == "bad_argument /1/from");
  CHECK(fw::diff(from, to, {std::vector<fw::link>{good, {"v1", "1.9", "v2", "", dropped, {}, {}, {}}}})
            .error()
            .hint.find("1.1") != std::string::npos);
}

TEST_CASE("small and odd trees", "[framework][diff]") {
  const fw::tree alone = model("v1").build(), other = model("v2").build();
  CHECK(fw::diff(alone, alone).value().equivalent());
  CHECK(fw::diff(alone, other).value().equivalent());  // the root's code is the edition's id
  model many("v1");
  for (int i = 0; i != 5; ++i)
    many.add(0, "c" + std::to_string(i), "same");
  const fw::tree five = many.build();
  CHECK(fw::diff(alone, five).value().counts[added] == 5);
  CHECK(fw::diff(five, alone).value().counts[removed] == 5);

  SECTION("the same words everywhere: codes, then order") {
    model b = many;
    b.take_out(2);
    const fw::tree four = b.build();
    CHECK(shown(fw::diff(five, four).value()) == std::vector<std::string>{"c1>- removed"});
    model c("v1");
    for (int i = 0; i != 4; ++i)
      c.add(0, "d" + std::to_string(i), "Same!");
    const fw::tree lettered = c.build();
    CHECK(shown(fw::diff(five, lettered).value()) ==
          std::vector<std::string>{"c0>d0 reworded renumbered", "c1>d1 reworded renumbered",
                                   "c2>d2 reworded renumbered", "c3>d3 reworded renumbered", "c4>- removed"});
  }
  SECTION("one goes to the front, the others stay") {
    model b("v1");
    for (const int i : {4, 0, 1, 2, 3})
      b.add(0, "c" + std::to_string(i), "same");
    const fw::tree turned = b.build();
    CHECK(shown(fw::diff(five, turned).value()) == std::vector<std::string>{"c4>c4 moved"});
  }
  SECTION("a group in other words under another code is known by its children") {
    model b("v1"), c("v1");
    for (model* m : {&b, &c}) {
      const auto g = m->add(0, m == &b ? "G1" : "G2", m == &b ? "feedback" : "marking", fw::kind::group);
      for (int i = 0; i != 3; ++i)
        m->add(g, "s" + std::to_string(i), "w" + std::to_string(i));
    }
    const fw::tree x = b.build(), y = c.build();
    CHECK(shown(fw::diff(x, y).value()) == std::vector<std::string>{"G1>G2 reworded renumbered"});
  }
  SECTION("a group that went leaves its children moved") {
    model b("v1"), c("v1");
    const auto g = b.add(0, "G1", "feedback", fw::kind::group);
    b.add(g, "s0", "w");
    c.add(0, "s0", "w");
    const fw::tree x = b.build(), y = c.build();
    CHECK(shown(fw::diff(x, y).value()) == std::vector<std::string>{"G1>- removed", "s0>s0 moved"});
  }
  SECTION("an identifier outweighs words and codes") {
    model b("v1"), c("v1");
    b.add(0, "1", "one", fw::kind::statement, "A");
    b.add(0, "2", "two", fw::kind::statement, "B");
    c.add(0, "1", "one", fw::kind::statement, "B");
    c.add(0, "2", "two", fw::kind::statement, "A");
    const fw::tree x = b.build(), y = c.build();
    CHECK(fw::diff(x, y).value().counts[renumbered] == 2);
    CHECK(fw::diff(x, y).value().counts[reworded] == 2);
    CHECK(fw::diff(x, y).value().counts[moved] == 1);
  }
  SECTION("a placeholder that got its words") {
    model b("v1"), c("v1");
    b.nodes[b.add(0, "1", "")].placeholder = true;
    c.add(0, "1", "one");
    const fw::tree x = b.build(), y = c.build();
    CHECK(shown(fw::diff(x, y).value()) == std::vector<std::string>{"1>1 unknown"});
    c.nodes[0].code = "v2";
    const fw::tree z = c.build();
    CHECK(shown(fw::diff(x, z).value()) == std::vector<std::string>{"1>- removed", "->1 added"});
  }
}

TEST_CASE("which nodes were replaced", "[framework][diff]") {
  const auto listed = [](const std::vector<fw::replacement>& all) {
    std::vector<std::string> out;
    for (const auto& p : all)
      out.push_back(std::string(p.from.code()) + ">" + std::string(p.to.code()));
    return out;
  };
  using list = std::vector<std::string>;
  model a("v1"), b("v1");
  const auto g = a.add(0, "G", "group", fw::kind::group), h = b.add(0, "G", "group", fw::kind::group);
  a.add(g, "1", "teach them well"), b.add(h, "1", "Teach them, well!");      // a small correction
  a.add(g, "2", "wait for an answer"), b.add(h, "2", "wait for no answer");  // another meaning
  a.add(g, "3", "moved"), b.add(0, "3", "moved");
  a.add(g, "4", "renumbered"), b.add(0, "5", "renumbered");
  a.add(g, "6", "dropped"), b.add(0, "7", "fresh");
  a.add(g, "8", "kept id", fw::kind::statement, "X"), b.add(0, "9", "not a word of it", fw::kind::statement, "X");
  a.add(g, "10", "other id", fw::kind::statement, "Y"), b.add(0, "10", "other id", fw::kind::statement, "Z");
  const fw::tree from = a.build(), to = b.build();
  const fw::tree_diff d = fw::diff(from, to).value();
  CHECK(listed(fw::replacements(d)) == list{"2>2", "4>5"});
  CHECK(listed(fw::replacements(d, fw::replaced::all)) == list{"2>2", "4>5", "10>10"});
  b.nodes[0].code = "v2";
  const fw::tree next = b.build();
  CHECK(listed(fw::replacements(fw::diff(from, next).value(), fw::replaced::all)) ==
        list{"G>G", "1>1", "2>2", "3>3", "4>5", "10>10"});

  const std::vector<fw::link> links = {{"", "1", "", "1", fw::relation::amended, {}, {}, {}},
                                       {"", "2", "", "2", fw::relation::same, {}, {}, {}},
                                       {"", "3", "", "3", fw::relation::split, {}, {}, {}},
                                       {"", "4", "", "5", fw::relation::unknown, {}, {}, {}}};
  const fw::tree_diff linked = fw::diff(from, to, {links}).value();
  CHECK(listed(fw::replacements(linked)) == list{"1>1", "3>3"});

  // Each pair is one of the difference, and none is a node with itself.
  const fw::tree_diff editions = fw::diff_editions("ecf-2019", "ittecf-2024").value();
  const auto changed = fw::replacements(editions), all = fw::replacements(editions, fw::replaced::all);
  CHECK(changed.size() == 65);
  CHECK(all.size() > changed.size());
  std::set<std::string> pairs;
  for (const auto& p : all) {
    CHECK(pairs.insert(p.from.ref() + ">" + p.to.ref()).second);
    CHECK(p.from.edition() == "ecf-2019");
    CHECK_FALSE(p.what.has(unknown));
  }
  for (const auto& p : changed)
    CHECK(pairs.contains(p.from.ref() + ">" + p.to.ref()));
  for (const char* p : {"ecf-2019:3f>ittecf-2024:3g", "ecf-2019:4.10>ittecf-2024:5.5", "ecf-2019:1.1>ittecf-2024:1.1"})
    CHECK(pairs.contains(p));
  CHECK_FALSE(pairs.contains("ecf-2019:8a>ittecf-2024:8a"));
}

namespace {

// Unlike `model`, quick to build at any size.
fw::tree wide_or_deep(std::size_t n, bool deep, std::size_t shift, bool one_word) {
  std::vector<std::string> texts;
  texts.reserve(2 * n);
  std::vector<fw::node_spec> specs{{.kind = fw::kind::framework, .code = "big", .words = "big"}};
  for (std::size_t i = 1; i != n; ++i) {
    const std::size_t k = (i + shift) % n;
    texts.push_back("c" + std::to_string(k));
    texts.push_back(one_word ? "word"
                             : "thing " + std::to_string(k) + " of many" + (k % 10 == 0 && shift != 0 ? " again" : ""));
    const std::size_t parent = deep ? i - 1 : i % 100 == 1 ? 0 : i - (i - 1) % 100;
    specs.push_back({.kind = fw::kind::statement,
                     .parent = static_cast<std::uint32_t>(parent),
                     .code = texts[texts.size() - 2],
                     .words = texts.back()});
  }
  return fw::build_tree({.id = "big"}, specs).value();
}

void compares_in_time(std::size_t n) {
  for (const bool deep : {false, true})
    for (const bool one_word : {false, true}) {
      const fw::tree a = wide_or_deep(n, deep, 0, one_word), b = wide_or_deep(n, deep, 137, one_word);
      const auto before = std::chrono::steady_clock::now();
      const fw::tree_diff d = fw::diff(a, b).value();
      const auto took =
          std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - before).count();
      std::cout << n << " nodes" << (deep ? ", a chain" : "") << (one_word ? ", one word" : "") << ": " << took
                << " ms, " << d.changes.size() << " changes\n";
      CHECK(d.counts.to_nodes == n);
      // Each tree has one code that the other lacks; only words can tie those two together.
      const std::size_t single = one_word ? 0 : 1;
      CHECK(d.counts.same + d.changes.size() == n + single);
      CHECK(d.counts[added] == single);
      CHECK(d.counts[removed] == single);
      CHECK(d.counts[renumbered] == 1 - single);
      CHECK(fw::diff(a, a).value().equivalent());
      CHECK(took < 60'000);
    }
}

}  // namespace

TEST_CASE("large and deep trees", "[framework][diff]") { compares_in_time(5'000); }
TEST_CASE("trees of 100,000 nodes", "[.long]") { compares_in_time(100'000); }
