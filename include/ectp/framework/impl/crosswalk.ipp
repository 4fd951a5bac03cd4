#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/content/crosswalk.hpp"
#include "ectp/content/editions.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/framework/crosswalk.hpp"
#include "ectp/framework/editions.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail {

constexpr std::string_view crosswalk_text(std::uint32_t i) noexcept {
  return {content::crosswalk_pool + content::crosswalk_strings[i],
          content::crosswalk_strings[i + 1] - content::crosswalk_strings[i]};
}

constexpr relation reversed(relation r) noexcept {
  switch (r) {
    case relation::split: return relation::merged;
    case relation::merged: return relation::split;
    case relation::added: return relation::dropped;
    case relation::dropped: return relation::added;
    default: return r;
  }
}

constexpr link_basis reversed(link_basis b) noexcept {
  if (b == link_basis::no_target_found) return link_basis::no_source_found;
  if (b == link_basis::no_source_found) return link_basis::no_target_found;
  return b;
}

}  // namespace detail

ECTP_DEF std::vector<edition_pair> crosswalks() {
  std::vector<edition_pair> out;
  for (const auto& row : content::crosswalk_rows) {
    const edition_pair p{content::editions[row.from_edition], content::editions[row.to_edition]};
    if (out.empty() || !(out.back() == p)) out.push_back(p);
  }
  return out;
}

ECTP_DEF result<std::vector<link>> crosswalk(std::string_view from_edition, std::string_view to_edition) {
  const auto origin = edition(from_edition);
  if (!origin) return origin.error();
  if (const auto target = edition(to_edition); !target) return target.error();
  std::vector<link> out;
  bool against = false;
  for (const auto& row : content::crosswalk_rows) {
    const std::string_view from = content::editions[row.from_edition], to = content::editions[row.to_edition];
    const bool with = from == from_edition && to == to_edition;
    if (!with && !(from == to_edition && to == from_edition)) continue;
    link l{from,
           detail::crosswalk_text(row.from),
           to,
           detail::crosswalk_text(row.to),
           static_cast<relation>(row.relation),
           static_cast<link_basis>(row.basis),
           static_cast<ectp::confidence>(row.confidence),
           detail::crosswalk_text(row.note)};
    if (!with) {
      against = true;
      l = {l.to_edition, l.to, l.from_edition, l.from, detail::reversed(l.relation), detail::reversed(l.basis), l.confidence, l.note};
    }
    out.push_back(l);
  }
  if (out.empty()) {
    std::string known;
    for (const edition_pair& p : crosswalks()) ((known += known.empty() ? "" : ", ") += p.from) += " and " + std::string(p.to);
    return error{errc::bad_argument,
                 "no links are known between " + detail::quoted(from_edition) + " and " + detail::quoted(to_edition), {},
                 "one of these pairs, in either direction: " + known, from_edition == to_edition ? "" : "go by way of ittecf-2024"};
  }
  if (against) {
    // In the order of what is now the origin; links from nowhere come last.
    const auto place = [&](const link& l) {
      const auto id = origin->index_of(l.from);
      return id && !l.from.empty() ? id->value() : detail::no_node;
    };
    ectp::detail::sort(out, [&](const link& a, const link& b) { return place(a) < place(b); });
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI::framework
