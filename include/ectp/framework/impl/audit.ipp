#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/framework/audit.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail {

/// The group of this word and weight, made where there is none.
ECTP_DECL std::size_t audit_group(std::vector<audit_report::group>& groups, std::string_view word,
                                  const maybe<framework::confidence>& weight) {
  for (std::size_t i = 0; i != groups.size(); ++i)
    if (groups[i].word == word && groups[i].weight == weight) return i;
  groups.push_back({std::string(word), weight, {}});
  return groups.size() - 1;
}

}  // namespace detail

ECTP_DEF audit_report audit(const tree& t) {
  const edition_info info = t.info();
  audit_report out;
  out.edition = t.edition();
  out.title = info.title;
  out.publisher = info.publisher;
  out.licence = info.licence;
  out.licence_verified = info.licence_verified;

  // The groups first, so that every standard counts over the same ones.
  const auto weigh = [](const audit_report::group& g) { return g.weight ? static_cast<int>(*g.weight) : -1; };
  for (const node_view& n : t.nodes())
    if (n.kind() == kind::statement) {
      detail::audit_group(out.by_confidence, n.confidence_word(), n.confidence());
      detail::audit_group(out.by_code, n.code_confidence_word(), {});
    }
  ectp::detail::sort(out.by_confidence, [&](const auto& a, const auto& b) { return weigh(a) > weigh(b); });

  const auto row_for = [&](std::string_view code, std::string_view title) -> audit_report::standard& {
    audit_report::standard s;
    s.code = code;
    s.title = title;
    s.by_confidence.resize(out.by_confidence.size());
    s.by_code.resize(out.by_code.size());
    out.standards.push_back(std::move(s));
    return out.standards.back();
  };
  std::vector<std::size_t> row_of(t.size());  // 1 + row, for nodes that are standards
  for (const node_view& n : t.nodes())
    if (n.kind() == kind::standard) {
      row_for(n.code(), n.title());
      row_of[n.id().value()] = out.standards.size();
    }
  for (const source& s : t.root().sources())
    out.sources.push_back({std::string(s.id), std::string(s.title), std::string(s.url), std::string(s.role),
                           std::string(s.reliability), 0});

  std::size_t loose = 0;  // 1 + row of the statements outside of standards
  for (const node_view& n : t.nodes()) {
    if (n.kind() != kind::statement) continue;
    std::size_t at = 0;
    if (const auto s = n.standard()) at = row_of[s->id().value()];
    if (at == 0) {
      if (loose == 0) {
        row_for({}, {});
        loose = out.standards.size();
      }
      at = loose;
    }
    audit_report::standard& row = out.standards[at - 1];
    const std::string code(n.code());
    const std::size_t word = detail::audit_group(out.by_confidence, n.confidence_word(), n.confidence());
    const std::size_t code_word = detail::audit_group(out.by_code, n.code_confidence_word(), {});
    out.by_confidence[word].codes.push_back(code);
    out.by_code[code_word].codes.push_back(code);
    ++row.by_confidence[word];
    ++row.by_code[code_word];
    ++row.statements;
    ++out.statements;
    if (const auto asks = n.statement_kind()) {
      const bool that = *asks == statement_kind::learn_that;
      ++(that ? row.learn_that : row.learn_how_to);
      ++(that ? out.learn_that : out.learn_how_to);
    }
    if (!n.text().empty()) {
      ++row.worded;
      ++out.worded;
    }
    if (n.placeholder()) {
      ++row.placeholders;
      out.placeholders.push_back(code);
    }
    if (n.sources().empty()) ++out.without_source;
    for (const source& s : n.sources()) {
      std::size_t i = 0;
      while (i != out.sources.size() && out.sources[i].id != s.id) ++i;
      if (i == out.sources.size())
        out.sources.push_back({std::string(s.id), std::string(s.title), std::string(s.url), std::string(s.role),
                               std::string(s.reliability), 0});
      ++out.sources[i].statements;
    }
  }
  ectp::detail::sort(out.sources, [](const auto& a, const auto& b) { return a.statements > b.statements; });
  return out;
}

}  // namespace ectp::inline ECTP_ABI::framework
