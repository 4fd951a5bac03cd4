#pragma once
/// The balance of stances over time, and who named the steps: counts for the two people to look at, without a
/// target. Listening is in none of them: every meeting opens with it, and what made a meeting stay there is
/// nobody else's to read.
#include <array>
#include <string>
#include <vector>

#include "ectp/core/serial.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

/// The counts of one half-term and the holiday after it.
struct stance_count {
  std::string half_term;  ///< such as `2025-26/H2`; empty for meetings before the calendar begins
  int meetings = 0;       ///< mentor meetings held
  std::array<int, 3> stances{};  ///< directive, dialogic, facilitative; a meeting that kept none is in none
  std::array<int, 3> named{};    ///< steps named by ect, mentor, together
  friend bool operator==(const stance_count&, const stance_count&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(half_term) & ECTP_NVP(meetings);
    ar& boost::make_nvp("directive", stances[0]) & boost::make_nvp("dialogic", stances[1]) &
        boost::make_nvp("facilitative", stances[2]);
    ar& boost::make_nvp("ect", named[0]) & boost::make_nvp("mentor", named[1]) & boost::make_nvp("together", named[2]);
  }
};

/// Half-terms in which a meeting was held or a step agreed, in order. Who named a step is what the step says;
/// for a meeting without one on its day, what the session says. A stance whose rule tells of something live
/// is left out, whoever wrote it down.
ECTP_DECL std::vector<stance_count> balance_of(const record_state& state, const policies& rules);

/// As a page, at most 92 columns wide.
ECTP_DECL std::string to_text(const std::vector<stance_count>& counts);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/balance.ipp"
#endif
