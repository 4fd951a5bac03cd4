#pragma once
/// What would make a table sound: the suggestions of its analysis, carried out one after the other
/// until no error is left. A proposal, and nobody's decision: the outputs of an added rule are those of
/// its neighbour, for people to choose.
///
/// Not part of the umbrella.
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/policy/analyse.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How far a repair goes.
struct repair_options {
  analyse_options analysis = {};  ///< `advice` does not matter here
  std::size_t rounds = 200;       ///< analyses at most
};

/// A table with its errors mended.
struct repaired {
  policy::table table;          ///< the table as given where nothing is to be done
  std::vector<finding> steps;   ///< the errors whose suggestions were carried out, in that order; the
                                ///< place is given for those of the table as it was
  std::vector<finding> left;    ///< what is still an error, or not settled
  bool sound() const noexcept { return left.empty(); }
};

/// Mends gaps first; then rules that must not meet, rules that never decide, and tests that never hold. What is
/// about other rules is mended at once, before the table is analysed again.
ECTP_DECL repaired repair(const table& t, const repair_options& options = {});

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/repair.ipp"
#endif
