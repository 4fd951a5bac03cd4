#pragma once
#include "ectp/core/sort.hpp"
#include "ectp/mentoring/calibration.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF std::vector<vignette> vignettes_of(const policies& rules) {
  const data_table& t = rules.list(list_name::vignettes);
  ECTP_LATER(std::vector<vignette>) out;
  for (std::size_t r = 0; r != t.size(); ++r) {
    const auto count = [&](std::string_view column) {
      const auto n = t.integer(r, column, 0, 999);  // checked when the list was loaded
      return n ? static_cast<int>(*n) : 0;
    };
    vignette v;
    v.id = t.at(r, "id");
    v.statement = t.at(r, "statement");
    if (const auto phase = from_word<school_phase>(t.at(r, "phase"))) v.phase = *phase;
    v.seen = t.at(r, "seen");
    v.emerging = count("emerging");
    v.developing = count("developing");
    v.secure = count("secure");
    out.push_back(std::move(v));
  }
  return out;
}

ECTP_DEF result<std::vector<calibrated>> calibrate(std::span<const vignette_level> levels, const policies& rules) {
  const auto all = vignettes_of(rules);
  const policy::table& table = rules[policy_name::calibration];
  ECTP_LATER(std::vector<calibrated>) out;
  for (const vignette_level& mine : levels) {
    const vignette* found = nullptr;
    for (const auto& v : all)
      if (v.id == mine.vignette) found = &v;
    if (found == nullptr) {
      std::string known;
      for (const auto& v : all) known += (known.empty() ? "" : ", ") + v.id;
      return error{errc::unknown_reference, "no vignette is called '" + mine.vignette.substr(0, 60) + "'", {}, known, ""};
    }
    for (const auto& c : out)
      if (c.vignette == mine.vignette)
        return error{errc::duplicate_id, "the vignette '" + mine.vignette + "' is rated twice", {}, "one level for each", ""};
    const int panel[] = {found->emerging, found->developing, found->secure};
    const int size = panel[0] + panel[1] + panel[2];
    // The middle of the panel, of two in the middle the lower.
    int below = 0;
    std::size_t middle = 0;
    while (middle < 2 && 2 * (below + panel[middle]) < size) below += panel[middle++];

    calibrated c;
    c.vignette = mine.vignette;
    c.yours = mine.level;
    c.panel = static_cast<level>(middle);
    c.share = size == 0 ? 0 : 100 * panel[static_cast<std::size_t>(mine.level)] / size;
    c.difference = static_cast<int>(mine.level) - static_cast<int>(middle);
    const policy::named_value facts[] = {{"difference", c.difference}, {"share", c.share}};
    const auto rule = rule_index(table, {facts, 2});
    if (!rule) return rule.error();
    c.rule = table.rule_id(*rule);
    c.says = table.note(*rule, "says");
    if (const auto talk = table.find_output("talk"))
      if (const auto v = table.output(*rule, *talk); v.kind() == policy::value_kind::text) c.talk = v.text();
    if (const auto order = table.find_output("order"))
      if (const auto v = table.output(*rule, *order); v.kind() == policy::value_kind::number) c.order = static_cast<int>(v.number());
    out.push_back(std::move(c));
  }
  detail::sort(out, [](const calibrated& a, const calibrated& b) { return a.order < b.order; });
  return out;
}

}  // namespace ectp::inline ECTP_ABI
