#pragma once
#include <span>
#include <utility>

#include "ectp/policy/impl/analyse.ipp"
#include "ectp/policy/repair.hpp"

namespace ectp::inline ECTP_ABI::policy {

ECTP_DEF repaired repair(const table& t, const repair_options& options) {
  repaired out;
  out.table = t;
  analyse_options how = options.analysis;
  how.advice = false;
  for (std::size_t round = 0;; ++round) {
    analysis found = analyse(out.table, how);
    std::vector<finding*> now;
    std::vector<std::string> touched;
    // Gaps share no record, so that mending one leaves the others as they are; and so do findings about
    // other rules.
    for (const finding_kind kind : {finding_kind::gap, finding_kind::conflict, finding_kind::dead_rule, finding_kind::empty_cell}) {
      if (!now.empty()) break;
      for (finding& f : found.findings) {
        if (f.kind != kind || f.level != severity::error || f.suggestion.edits.empty()) continue;
        bool apart = true;
        for (const std::string& r : f.rules)
          for (const std::string& known : touched) apart = apart && r != known;
        if (!apart) continue;
        for (const std::string& r : f.rules) touched.push_back(r);
        now.push_back(&f);
      }
    }
    std::vector<edit> edits;
    for (const finding* f : now)
      for (const edit& e : f->suggestion.edits) edits.push_back(e);
    if (!now.empty() && round != options.rounds) {
      if (result<table> mended = apply(out.table, {edits.data(), edits.size()})) {
        for (finding* f : now) {
          if (round != 0) f->at = {};
          out.steps.push_back(std::move(*f));
        }
        out.table = std::move(*mended);
        continue;
      }
    }
    for (finding& f : found.findings)
      if (f.level == severity::error || f.kind == finding_kind::inconclusive) out.left.push_back(std::move(f));
    return out;
  }
}

}  // namespace ectp::inline ECTP_ABI::policy
