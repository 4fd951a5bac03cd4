#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "ectp/core/sort.hpp"
#include "ectp/framework/impl/tree.ipp"
#include "ectp/mentoring/coverage.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF result<statement_coverage> statement_coverage::of(const framework::tree& tree, const record_state& state,
                                                           maybe<date> since) {
  struct touch {
    framework::node_id node;
    date on;
  };
  std::vector<touch> touches;
  const auto add = [&](const std::string& statement, date on) -> result<void> {
    const auto node = tree.statement_of(statement);
    if (!node) return node.error();
    if (on <= state.today && (!since || on >= *since)) touches.push_back({node->id(), on});
    return {};
  };
  for (const auto& s : state.sessions)
    if (s.status == session_status::held)
      for (const std::string& statement : s.touched)
        if (auto ok = add(statement, s.held_on); !ok) return std::move(ok).error();
  for (const auto& e : state.rows)
    if (e.source != evidence_source::self_audit)
      if (auto ok = add(e.statement, e.observed_on); !ok) return std::move(ok).error();
  ectp::detail::sort(touches, [](const touch& a, const touch& b) {
    return a.node != b.node ? a.node < b.node : a.on < b.on;
  });

  statement_coverage out;
  out.edition_ = tree.edition();
  out.rows_.resize(tree.size());
  for (const touch& t : touches) {
    row& r = out.rows_[t.node.value()];
    if (r.days == 0) ++out.touched_;
    if (r.days == 0 || r.last != t.on) ++r.days;
    r.last = t.on;
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI
