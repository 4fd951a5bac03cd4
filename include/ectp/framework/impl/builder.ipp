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
#include "ectp/core/result.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/framework/builder.hpp"
#include "ectp/framework/impl/tree.ipp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail {

/// A tree with all that its tables point at.
struct built_storage : tree_storage {
  std::string pool;
  std::vector<std::uint32_t> strings, lists;
  std::vector<node_row> nodes;
  std::vector<node_index> by_code;
  std::vector<standing_row> standings;
  area_row no_area{};

  built_storage() : tree_storage(tables{}) {}
  built_storage(const built_storage& o)
      : tree_storage(o), pool(o.pool), strings(o.strings), lists(o.lists), nodes(o.nodes),
        by_code(o.by_code), standings(o.standings) {
    point();
  }
  tree_storage* clone() const override { return new built_storage(*this); }

  void point() {
    t.pool = pool.data();
    t.strings = strings.data();
    t.lists = lists.data();
    t.nodes = nodes.data();
    t.by_code = by_code.data();
    t.standings = standings.data();
    t.areas = &no_area;
    t.n_strings = static_cast<std::uint32_t>(strings.size() - 1);
    t.n_lists = static_cast<std::uint32_t>(lists.size());
    t.n_standings = static_cast<std::uint32_t>(standings.size());
    t.n_areas = 1;
    t.n_nodes = static_cast<node_index>(nodes.size() - 1);
  }
};

/// Strings by number; 0 is the empty one. Those that come again and again are kept once.
class string_pool {
 public:
  explicit string_pool(built_storage& in) : in_(in), slots_(64) { in_.strings = {0, 0}; }

  std::uint32_t add(std::string_view s) {
    if (s.empty()) return 0;
    in_.pool += s;
    in_.strings.push_back(static_cast<std::uint32_t>(in_.pool.size()));
    return last();
  }

  std::uint32_t once(std::string_view s) {
    if (s.empty()) return 0;
    if (2 * used_ >= slots_.size()) grow();
    std::size_t at = place(s, slots_.size());
    while (slots_[at] != 0) {
      if (text(slots_[at]) == s) return slots_[at];
      at = (at + 1) % slots_.size();
    }
    ++used_;
    return slots_[at] = add(s);
  }

 private:
  std::uint32_t last() const noexcept { return static_cast<std::uint32_t>(in_.strings.size() - 2); }
  std::string_view text(std::uint32_t i) const noexcept {
    return std::string_view(in_.pool).substr(in_.strings[i], in_.strings[i + 1] - in_.strings[i]);
  }
  static std::size_t place(std::string_view s, std::size_t slots) noexcept {
    std::uint64_t h = 14695981039346656037u;  // FNV-1a
    for (const char c : s) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return static_cast<std::size_t>(h % slots);
  }
  void grow() {
    std::vector<std::uint32_t> bigger(2 * slots_.size() + 1);
    for (const std::uint32_t s : slots_) {
      if (s == 0) continue;
      std::size_t at = place(text(s), bigger.size());
      while (bigger[at] != 0) at = (at + 1) % bigger.size();
      bigger[at] = s;
    }
    slots_.swap(bigger);
  }

  built_storage& in_;
  std::vector<std::uint32_t> slots_;
  std::size_t used_ = 0;
};

ECTP_DECL error node_error(errc code, std::size_t at, const char* field, std::string message,
                           const char* expected) {
  std::string path = "/";
  ectp::detail::append_number(path, static_cast<std::uint32_t>(at));
  return {code, std::move(message), {{}, 0, 0, path + "/" + field}, expected, {}};
}

}  // namespace detail

ECTP_DEF result<tree> build_tree(const edition_spec& about, std::span<const node_spec> nodes) {
  using detail::node_error;
  using detail::no_node;
  if (nodes.empty()) return node_error(errc::missing_field, 0, "code", "there is no node", "at least the root");
  std::size_t bytes = 0, entries = 0;
  for (const node_spec& n : nodes) {
    bytes += n.code.size() + n.words.size() + n.identifier.size() + n.note.size() + n.type.size();
    entries += n.tags.size();
    for (const std::string_view t : n.tags) bytes += t.size();
  }
  // 32 bits number the nodes, the strings and the bytes of text.
  constexpr std::size_t most = 0xf000'0000;
  if (nodes.size() > most / 8 || bytes > most || entries > most)
    return node_error(errc::too_large, nodes.size(), "words", "the framework is too large",
                      "at most 3.7 GiB of text and 500 million nodes");

  auto* made = new detail::built_storage;
  tree out(made);  // owns it from here on
  detail::string_pool text(*made);
  made->pool.reserve(bytes + 1024);
  made->nodes.reserve(nodes.size() + 1);
  made->standings.push_back({});

  for (std::size_t i = 0; i != nodes.size(); ++i) {
    const node_spec& n = nodes[i];
    if (n.code.empty()) return node_error(errc::missing_field, i, "code", "a node has no code", "a code");
    if ((n.kind == kind::framework) != (i == 0))
      return node_error(errc::bad_argument, i, "kind", i == 0 ? "the first node is not the framework" : "a framework inside another",
                        "kind::framework for the first node and for no other");
    if (n.statement_kind && n.kind != kind::statement)
      return node_error(errc::bad_argument, i, "statement_kind", detail::quoted(n.code) + " is no statement", "a statement");
    detail::node_row row{};
    row.kind = static_cast<std::uint8_t>(n.kind);
    row.flags = static_cast<std::uint8_t>((n.placeholder ? detail::placeholder : 0) | (n.code_is_ours ? detail::local_code : 0));
    if (n.statement_kind)
      row.flags = static_cast<std::uint8_t>(
          row.flags | (*n.statement_kind == statement_kind::learn_that ? detail::learn_that : detail::learn_how_to));
    row.parent = no_node;
    if (i != 0) {
      // What is not above the new node has ended; every node ends once.
      auto up = static_cast<detail::node_index>(i - 1);
      while (up != no_node && up != n.parent) {
        made->nodes[up].end = static_cast<detail::node_index>(i);
        up = made->nodes[up].parent;
      }
      if (up == no_node)
        return node_error(errc::bad_argument, i, "parent", "the parent of " + detail::quoted(n.code) + " is not above it",
                          "the node before, or one that is above that");
      row.parent = up;
      row.depth = made->nodes[up].depth + 1;
    }
    row.code = text.add(n.code);
    row.words = text.add(n.words);
    row.type = text.once(n.type);
    row.identifier = text.add(n.identifier);
    row.note = text.once(n.note);
    row.tags = static_cast<std::uint32_t>(made->lists.size());
    for (const std::string_view t : n.tags)
      if (!t.empty()) made->lists.push_back(text.once(t));
    row.sources = static_cast<std::uint32_t>(made->lists.size());
    detail::standing_row standing{};
    standing.confidence = n.confidence ? static_cast<std::uint8_t>(static_cast<int>(*n.confidence) + 1) : std::uint8_t{0};
    standing.basis = n.basis ? static_cast<std::uint8_t>(static_cast<int>(*n.basis) + 1) : std::uint8_t{0};
    standing.confidence_word = text.once(n.confidence_word);
    while (row.standing != made->standings.size()) {
      const detail::standing_row& s = made->standings[row.standing];
      if (s.confidence == standing.confidence && s.basis == standing.basis && s.confidence_word == standing.confidence_word) break;
      ++row.standing;
    }
    if (row.standing == made->standings.size()) {
      if (made->standings.size() == 4096)
        return node_error(errc::too_large, i, "confidence_word", "too many different words for confidence", "at most 4,096");
      made->standings.push_back(standing);
    }
    made->nodes.push_back(row);
  }
  const auto count = static_cast<detail::node_index>(nodes.size());
  for (auto up = static_cast<detail::node_index>(count - 1); up != no_node; up = made->nodes[up].parent)
    made->nodes[up].end = count;
  detail::node_row closing{};
  closing.tags = closing.sources = static_cast<std::uint32_t>(made->lists.size());
  made->nodes.push_back(closing);

  const auto code_of = [&](detail::node_index i) { return nodes[i].code; };
  for (detail::node_index i = 0; i != count; ++i) made->by_code.push_back(i);
  ectp::detail::sort(made->by_code, [&](detail::node_index a, detail::node_index b) {
    return code_of(a).compare(code_of(b)) < 0;
  });
  for (std::size_t i = 1; i < count; ++i)
    if (code_of(made->by_code[i - 1]) == code_of(made->by_code[i]))
      return node_error(errc::duplicate_id, made->by_code[i], "code",
                        "the code " + detail::quoted(code_of(made->by_code[i])) + " stands there twice", "each code once");

  detail::edition_row& e = made->t.edition;
  e.id = text.add(about.id.empty() ? nodes[0].code : about.id);
  e.title = text.add(about.title);
  e.abbreviation = text.add(about.abbreviation);
  e.publisher = text.add(about.publisher);
  e.published = text.add(about.published);
  e.in_force = text.add(about.in_force);
  e.official_page = text.add(about.official_page);
  e.official_pdf = text.add(about.official_pdf);
  e.licence = text.add(about.licence);
  e.purpose = text.add(about.purpose);
  e.predecessor = text.add(about.predecessor);
  e.successor = text.add(about.successor);
  e.replaced_from = text.add(about.replaced_from);
  e.licence_verified = about.licence_verified;
  made->point();
  return out;
}

}  // namespace ectp::inline ECTP_ABI::framework
