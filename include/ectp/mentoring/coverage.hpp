#pragma once
/// Coverage: which statements a programme has touched so far, and how often. It says where attention
/// went, and nothing of how well anything is done.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ectp/core/date.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

/// The days on which each statement of one edition was touched. A value that borrows nothing.
class statement_coverage {
 public:
  statement_coverage() = default;  ///< nothing was touched

  /// What a record says was touched, from `since` (none: from the start) to the day of the state: a
  /// session that was held names the statement, or there is evidence for it from anyone but the ECT
  /// alone (`self_audit`), scored or not. These are the rules of `coverage_of` for themes. Wishes,
  /// targets, steps, blocks and meetings yet to come touch nothing. Errors: those of
  /// `tree::statement_of`.
  ECTP_DECL static result<statement_coverage> of(const framework::tree& tree, const record_state& state,
                                                 maybe<date> since = {});

  /// Different days on which this statement was touched; 0 for a node of another edition, and for
  /// standards and groups.
  int days(const framework::node_view& n) const noexcept {
    const row* r = find(n);
    return r == nullptr ? 0 : r->days;
  }
  bool touched(const framework::node_view& n) const noexcept { return days(n) != 0; }
  /// The latest of these days.
  maybe<date> last(const framework::node_view& n) const noexcept {
    const row* r = find(n);
    if (r == nullptr || r->days == 0) return {};
    return r->last;
  }
  /// Statements that were touched.
  std::size_t size() const noexcept { return touched_; }

 private:
  struct row {
    date last;
    int days = 0;
  };
  const row* find(const framework::node_view& n) const noexcept {
    const std::size_t at = n.id().value();
    return at < rows_.size() && n.edition() == edition_ ? &rows_[at] : nullptr;
  }
  std::string edition_;
  std::vector<row> rows_;
  std::size_t touched_ = 0;
};

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/coverage.ipp"
#endif
