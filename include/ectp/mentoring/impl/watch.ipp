#pragma once
#include "ectp/mentoring/watch.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF result<std::vector<watch_row>> watch_of(const record_state& state, int year, std::span<const std::string> asked,
                                                 const policies& rules) {
  if (year < 1 || year > 2)
    return error{errc::out_of_range, "year " + std::to_string(year) + " of induction", {}, "1 or 2", ""};
  const policy::table& table = rules[policy_name::watch];
  const data_table& list = rules.list(list_name::entitlements);
  const auto knows = [&](std::string_view item) {
    const auto i = table.find_input("item");
    if (!i) return true;
    for (const auto& w : table.input(*i).domain.words)
      if (w == item) return true;
    return false;
  };
  ECTP_LATER(std::vector<watch_row>) out;
  const auto decided = [&](watch_row w) -> result<void> {
    bool before = false;
    for (const auto& a : asked) before = before || a == w.item;
    const policy::named_value facts[] = {{"item", knows(w.item) ? std::string_view(w.item) : std::string_view("other")},
                                         {"state", name(w.state)},
                                         {"misses", w.misses > 99 ? 99 : w.misses},
                                         {"asked", before}};
    const auto rule = rule_index(table, {facts, 4});
    if (!rule) return rule.error();
    w.rule = table.rule_id(*rule);
    w.on = basis_of(table, *rule);
    if (const auto next = output_word<whom_to_ask>(table, *rule, "next")) w.next = *next;
    w.says = table.note(*rule, "says");
    out.push_back(std::move(w));
    return {};
  };

  for (std::size_t r = 0; r != list.size(); ++r) {
    const std::string_view of_year = list.at(r, "year");
    if (of_year != "any" && of_year != (year == 1 ? "1" : "2")) continue;
    watch_row w;
    w.item = list.at(r, "item");
    w.title = list.at(r, "title");
    w.due = list.at(r, "due");
    w.source = list.at(r, "source");
    for (const auto& e : state.entitlements)
      if (e.item == w.item) {
        w.looked_at = 1;
        w.misses = e.kept ? 0 : 1;
      }
    // Meetings are counted from the sessions themselves, the latest first.
    const auto look_back = list.integer(r, "look_back", 0, 99);
    if (look_back && *look_back > 0) {
      for (std::size_t i = state.sessions.size(); i != 0 && w.looked_at < *look_back; --i) {
        const session& s = state.sessions[i - 1];
        if (s.kind != session_kind::mentor_meeting || s.status == session_status::planned || s.held_on > state.today ||
            !detail::in_post(state.service, s.held_on))
          continue;
        ++w.looked_at;
        if (s.status == session_status::cancelled) ++w.misses;
      }
    }
    w.state = w.looked_at == 0 ? entitlement_state::unknown : w.misses != 0 ? entitlement_state::missed : entitlement_state::kept;
    if (auto ok = decided(std::move(w)); !ok) return ok.error();
  }
  for (const auto& e : state.entitlements) {
    bool listed_already = false;
    for (std::size_t r = 0; r != list.size(); ++r) listed_already = listed_already || list.at(r, "item") == e.item;
    if (listed_already) continue;
    watch_row w;
    w.item = e.item;
    for (const char c : e.item) w.title += c == '_' ? ' ' : c;
    w.looked_at = 1;
    w.misses = e.kept ? 0 : 1;
    w.state = e.kept ? entitlement_state::kept : entitlement_state::missed;
    if (auto ok = decided(std::move(w)); !ok) return ok.error();
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI
