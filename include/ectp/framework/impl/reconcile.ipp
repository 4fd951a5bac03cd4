#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/core/text.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/impl/official.ipp"
#include "ectp/framework/reconcile.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail {

/// Standard and kind that a code's form tells: `1.1` and `1a`. Standard 0 for other codes.
struct code_shape {
  std::uint32_t standard = 0;
  maybe<statement_kind> asks;
};
ECTP_DECL code_shape shape_of(std::string_view code) {
  const official::mark m = official::code_reader(code, true).read();
  if (m.is != official::mark::form::item || m.code != code) return {};
  return {m.section, m.letter ? statement_kind::learn_how_to : statement_kind::learn_that};
}

/// How many of these codes are statements of the tree, each once.
ECTP_DECL code_counts fit_of(const tree& t, const std::vector<std::string>& codes) {
  code_counts out;
  for (const node_view& n : t.nodes()) out.ours += n.kind() == kind::statement;
  std::vector<bool> seen(t.size());
  for (const std::string& code : codes) {
    const auto id = find_code(t, code);
    if (id && t[*id].kind() != kind::statement) continue;  // a standard's heading is no statement anywhere
    if (!id) ++out.document;
    else if (!seen[id->value()]) {
      seen[id->value()] = true;
      ++out.document;
      ++out.both;
    }
  }
  return out;
}

/// Shared codes as thousandths of all codes of either.
ECTP_DECL std::size_t likeness(const code_counts& c) {
  const std::size_t all = c.document + c.ours - c.both;
  return all == 0 ? 0 : c.both * 1000 / all;
}

}  // namespace detail

ECTP_DEF reconciliation reconcile(const tree& t, const official_text& official) {
  reconciliation out;
  out.edition = t.edition();
  out.title = t.info().title;
  out.file = official.file;
  out.form = official.form;
  out.notes = official.notes;
  out.notes_left_out = official.notes_left_out;

  std::vector<std::size_t> row_of(t.size());  // 1 + row of a standard
  std::vector<std::size_t> row_of_number;     // 1 + row of the standard whose code ends in this number
  std::size_t loose = 0;
  for (const node_view& n : t.nodes())
    if (n.kind() == kind::standard) {
      out.standards.push_back({std::string(n.code()), std::string(n.title()), {}, {}, {}});
      row_of[n.id().value()] = out.standards.size();
      const std::string_view code = n.code();
      std::size_t k = code.size(), number = 0, scale = 1;
      for (; k != 0 && is_digit(code[k - 1]) && scale < 1000; scale *= 10) number += scale * static_cast<std::size_t>(code[--k] - '0');
      if (k == code.size() || number == 0 || number > 999) continue;
      if (row_of_number.size() <= number) row_of_number.resize(number + 1);
      if (row_of_number[number] == 0) row_of_number[number] = out.standards.size();
    }
  const auto loose_row = [&] {
    if (loose == 0) {
      out.standards.push_back({});
      loose = out.standards.size();
    }
    return loose;
  };
  const auto counts = [&](std::size_t row, const maybe<statement_kind>& asks) -> code_counts& {
    reconciliation::standard& s = out.standards[row - 1];
    return !asks ? s.other : *asks == statement_kind::learn_that ? s.learn_that : s.learn_how_to;
  };
  const auto row_of_node = [&](const node_view& n) {
    const auto s = n.standard();
    return s ? row_of[s->id().value()] : loose_row();
  };

  // Codes in an order that brings equal ones together, each at its first place.
  const std::vector<official_statement>& said = official.statements;
  std::vector<std::size_t> order(said.size());
  for (std::size_t i = 0; i != order.size(); ++i) order[i] = i;
  ectp::detail::sort(order, [&](std::size_t a, std::size_t b) { return said[a].code < said[b].code; });
  std::vector<std::size_t> first(said.size());
  for (std::size_t i = 0; i != order.size(); ++i)
    first[order[i]] = i != 0 && said[order[i]].code == said[order[i - 1]].code ? first[order[i - 1]] : order[i];

  std::vector<std::size_t> from(t.size());  // 1 + the statement whose wording a node takes
  const auto place = [&](std::size_t i) { return location{official.file, said[i].line, said[i].column, {}}; };
  std::vector<std::string> codes;
  for (std::size_t i = 0; i != said.size(); ++i) {
    const auto id = find_code(t, said[i].code);
    std::size_t earlier = first[i];
    if (id) {
      std::size_t& slot = from[id->value()];
      if (slot == 0) slot = i + 1;
      earlier = slot - 1;
    }
    if (earlier != i) {
      if (said[earlier].text == said[i].text) ++out.repeated;
      else out.conflicts.push_back({said[i].code, place(earlier), place(i), said[earlier].text, said[i].text});
      continue;
    }
    codes.push_back(said[i].code);
    if (id) continue;
    out.only_document.push_back({said[i].code, said[i].text, place(i)});
    const detail::code_shape shape = detail::shape_of(said[i].code);
    const std::size_t row = shape.standard < row_of_number.size() ? row_of_number[shape.standard] : 0;
    ++counts(row != 0 ? row : loose_row(), shape.asks).document;
    ++out.total.document;
  }
  for (const node_view& n : t.nodes()) {
    const std::size_t slot = from[n.id().value()];
    if (slot != 0) out.overlay.push_back({std::string(n.code()), said[slot - 1].text});
    if (n.kind() != kind::statement) continue;
    code_counts& c = counts(row_of_node(n), n.statement_kind());
    ++c.ours;
    ++out.total.ours;
    if (slot == 0) {
      out.only_ours.push_back({std::string(n.code()), std::string(n.gist()), n.placeholder()});
      continue;
    }
    ++c.document;
    ++c.both;
    ++out.total.document;
    ++out.total.both;
    if (n.placeholder()) out.filled.emplace_back(n.code());
  }

  std::size_t best = detail::likeness(out.total);
  for (const edition_info& e : editions()) {
    if (e.id == t.edition()) continue;
    const auto other = framework::edition(e.id);
    if (!other) continue;
    const code_counts c = detail::fit_of(*other, codes);
    // A small edition is soon like a small document: more of the codes have to be its own.
    if (c.both <= out.total.both || detail::likeness(c) <= best) continue;
    best = detail::likeness(c);
    out.fits_better = reconciliation::fit{std::string(e.id), c};
  }
  return out;
}

ECTP_DEF std::string hint_of(const reconciliation& r) {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  if (r.fits_better) {
    const code_counts& c = r.fits_better->codes;
    return "The document's codes are more like " + r.fits_better->edition + " (" + number(c.both) + " of " + number(c.document) + " in the document, of " +
           number(c.ours) + " in the edition) than " + r.edition + " (" + number(r.total.both) + " of " + number(r.total.document) + ", of " +
           number(r.total.ours) + "): is it another edition?";
  }
  if (r.total.both == 0) return "Document and tree have no code in common: is it another framework, or are its codes written in another manner?";
  if (4 * r.total.both < 3 * r.total.ours)
    return "The document has " + number(r.total.both) + " of the " + number(r.total.ours) + " codes of " + r.edition +
           ": is it an extract, another edition, or was its text not read well?";
  if (4 * r.total.both < 3 * r.total.document)
    return "Only " + number(r.total.both) + " of the document's " + number(r.total.document) + " codes are codes of " + r.edition + ": is it another edition?";
  return {};
}

}  // namespace ectp::inline ECTP_ABI::framework
