#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/content/editions.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail {

/// Text of unknown origin for a message: at most 40 characters, nothing but printable ASCII.
ECTP_DECL std::string quoted(std::string_view s) {
  std::string out = "'";
  for (const char c : s.substr(0, 40)) out += c >= ' ' && c <= '~' ? c : '?';
  return out += s.size() > 40 ? "...'" : "'";
}

/// Edit distance of two short texts, letters compared without case.
ECTP_DECL std::size_t distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t corner = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      std::size_t best = corner + (lower(a[i - 1]) == lower(b[j - 1]) ? 0u : 1u);
      if (above + 1 < best) best = above + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      corner = above;
      row[j] = best;
    }
  }
  return row[b.size()];
}

/// A code's letters and digits only: `4.n`, `4(n)` and `4n` differ in nothing else.
ECTP_DECL std::string bare(std::string_view code) {
  std::string out;
  for (const char c : code)
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) out += c;
  return out;
}

/// Up to three nodes whose codes are at most two edits away: the nearest first, equally near ones
/// by how they begin, then in framework order. A prefix such as `LHT ` counts as less than one.
ECTP_DECL std::vector<std::size_t> nearest(const tables& t, std::string_view code) {
  std::vector<std::size_t> out;
  const std::string wanted = bare(code.substr(0, 25));
  if (wanted.empty() || wanted.size() > 24) return out;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  std::vector<std::size_t> marks(t.n_nodes, 99);
  for (node_index i = 1; i < t.n_nodes; ++i) {
    const std::string other = bare(t.str(t.nodes[i].code));
    if (other.empty()) continue;
    const std::size_t d = distance(wanted, other);
    // Two edits turn any two-letter code into any other: ask for something in common.
    if (d <= 2 && d < other.size())
      marks[i] = 4 * d + (other.front() == wanted.front() ? 0u : 2u) +
                 (digit(other.back()) == digit(wanted.back()) ? 0u : 1u);
    std::size_t letters = 0;
    while (letters != wanted.size() && !digit(wanted[letters])) ++letters;
    if (letters != 0 && letters < 8 && wanted.compare(letters, wanted.npos, other) == 0)
      marks[i] = 1;
  }
  for (std::size_t mark = 0; mark <= 11; ++mark)
    for (node_index i = 1; i < t.n_nodes && out.size() < 3; ++i)
      if (marks[i] == mark) out.push_back(i);
  return out;
}

ECTP_DECL std::string known_editions() {
  std::string out;
  for (const std::string_view e : content::editions) (out += out.empty() ? "" : ", ") += e;
  return out;
}

/// `unknown_edition`, or `wrong_edition` where the edition exists but another one is meant.
ECTP_DECL error edition_error(std::string_view found, std::string_view wanted,
                              std::string_view code) {
  for (const std::string_view e : content::editions)
    if (e == found && !wanted.empty())
      return {errc::wrong_edition,
              quoted(std::string(found) + ":" + std::string(code)) + " is of another edition",
              {},
              "a code of " + std::string(wanted),
              "the same code means different things in different editions: look it up in " +
                  std::string(found)};
  return {errc::unknown_edition, quoted(found) + " is not an edition that this version carries", {},
          wanted.empty() ? "the id of an edition" : std::string(wanted),
          "known editions: " + known_editions()};
}

ECTP_DECL error code_error(const tables& t, std::string_view code) {
  std::string hint;
  for (const std::size_t i : nearest(t, code))
    (hint += hint.empty() ? "" : ", ") += t.str(t.nodes[i].code);
  hint = hint.empty() ? "codes are compared exactly, letter by letter" : "nearest codes: " + hint;
  std::string like;
  for (node_index i = 0; i != t.n_nodes && like.empty(); ++i)
    if (t.nodes[i].end == i + 1) like = t.str(t.nodes[i].code);
  const std::string id(t.str(t.edition.id));
  return {errc::unknown_code, id + " has no code " + quoted(code), {},
          "a code such as " + like + " or " + id + ":" + like, std::move(hint)};
}

}  // namespace detail

ECTP_DEF result<node_view> tree::find(std::string_view code_or_ref) const {
  // A school's own codes may contain a colon, so the exact code comes first.
  if (const auto id = index_of(code_or_ref)) return node_view(t_, *id);
  const std::size_t colon = code_or_ref.find(':');
  if (colon == code_or_ref.npos) return detail::code_error(*t_, code_or_ref);
  const std::string_view prefix = code_or_ref.substr(0, colon);
  const std::string_view code = code_or_ref.substr(colon + 1);
  if (prefix != edition()) return detail::edition_error(prefix, edition(), code);
  const auto id = index_of(code);
  // The root's own reference is the edition alone: `x:x` names nothing.
  if (!id || id->value() == 0) return detail::code_error(*t_, code);
  return node_view(t_, *id);
}

ECTP_DEF result<node_view> tree::statement_of(std::string_view code_or_ref) const {
  result<node_view> found = find(code_or_ref);
  if (!found || found->kind() == kind::statement) return found;
  std::string first;
  for (const node_view& n : found->descendants())
    if (first.empty() && n.kind() == kind::statement) first = n.code();
  return error{errc::wrong_type,
               detail::quoted(code_or_ref) + " is a " + std::string(name(found->kind())), {},
               "a statement", first.empty() ? "" : "its first statement is " + first};
}

ECTP_DEF result<tree> tree::with_text(std::span<const wording> overlay) const {
  std::vector<std::size_t> laid(size());  // 1 + row of the overlay, 0 for none
  std::size_t row = 0;
  for (const wording& w : overlay) {
    std::string path = "/";
    ectp::detail::append_number(path, static_cast<std::uint32_t>(row++));
    const auto found = find(w.code);
    if (!found) {
      error e = found.error();
      e.at.path = path + "/code";
      return e;
    }
    std::size_t& slot = laid[found->id().value()];
    if (slot != 0)
      return error{errc::duplicate_id, detail::quoted(w.code) + " has wording twice",
                   {{}, 0, 0, path + "/code"}, "each code once", {}};
    if (w.text.empty())
      return error{errc::missing_field, detail::quoted(w.code) + " has no wording",
                   {{}, 0, 0, path + "/text"}, "the official wording", "leave the row out instead"};
    slot = row;
  }
  std::string text;
  std::vector<std::size_t> at{0};
  for (const node_view& n : nodes()) {
    const std::size_t from = laid[n.id().value()];
    text += from != 0 ? std::string_view(overlay[from - 1].text) : n.text();
    at.push_back(text.size());
  }
  detail::tree_storage* laid_over = owned_ ? owned_->clone() : new detail::tree_storage(*t_);
  laid_over->lay(std::move(text), std::move(at));
  return tree(laid_over);
}

}  // namespace ectp::inline ECTP_ABI::framework
