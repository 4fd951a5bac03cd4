#pragma once
/// Diagnosis: what the evidence says about one standard on one day. Counts that people can check
/// first; the weighted estimate stands beside them for policies that want it. All of it is
/// integer arithmetic: the order of rows, threads and machines cannot change a path.
#include <span>
#include <string>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/date.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/mentoring/evidence.hpp"
#include "ectp/mentoring/policies.hpp"

namespace ectp::inline ECTP_ABI {

/// What the evidence for one statement comes to.
struct statement_view {
  std::string statement;  ///< `edition:code`
  level latest = level::developing;        ///< of the latest sighting by someone else, in the window
  entry_id entry;                          ///< that sighting's entry
  date seen_on;
  evidence_source source = evidence_source::mentor_rating;
  std::string where;
  bool gating = false;
  int emerging_sightings = 0;              ///< days on which it was seen emerging, in the window
  maybe<level> self;               ///< the ECT's own latest view in the window
  entry_id self_entry;
  friend bool operator==(const statement_view&, const statement_view&) = default;
};

/// A remark on the data behind a diagnosis or a plan: a stable code and a sentence.
struct finding {
  std::string code;  ///< such as `service_missing`
  std::string text;
  friend bool operator==(const finding&, const finding&) = default;
};

/// One teacher, one standard, one day. The names are the data dictionary's.
struct diagnosis {
  std::string standard;  ///< `edition:S4`
  date as_of;
  ectp::itt_view itt_view = ectp::itt_view::unknown;
  int occasions = 0;   ///< distinct days of sightings, far enough apart
  int statements = 0;  ///< distinct statements seen by someone else
  int secure = 0, developing = 0, emerging = 0;  ///< by latest sighting
  int gating_emerging_n = 0;                     ///< gating statements that stay emerging
  ectp::self_view self_view = ectp::self_view::unknown;
  maybe<path> current_path;
  maybe<std::int64_t> estimate;  ///< millionths of 0 to 1; none without scored evidence
  std::int64_t weight = 0;               ///< decayed, in millionths
  int n_scored = 0, n_unscored = 0, n_source_types = 0;
  int n_new = 0;  ///< scored rows after the last decision's day
  maybe<std::int64_t> self_estimate, mentor_estimate, gap;  ///< millionths
  maybe<bool> gating_emerging;  ///< none when the edition has no gating list
  std::vector<ectp::missing> missing;   ///< in list order
  std::vector<statement_view> seen;     ///< in framework order
  std::vector<entry_id> self_only;      ///< statements known only from the ECT's own view
  std::vector<finding> findings;

  /// Percent of the statements seen that are secure, floored; none when nothing was seen.
  maybe<int> secure_percent() const noexcept {
    if (statements == 0) return {};
    return 100 * secure / statements;
  }
  friend bool operator==(const diagnosis&, const diagnosis&) = default;
};

/// Everything that a diagnosis looks at, for one teacher. The caller keeps it alive.
struct evidence_base {
  std::span<const evidence> rows;          ///< live rows only (none superseded), in any order
  const std::vector<time_in_post>* service = nullptr;  ///< none: full time throughout, with a finding
  maybe<date> started_on;          ///< the first day in post
  maybe<path> current_path;        ///< in force for the standard
  maybe<date> last_decision;       ///< its `as_of`
};

/// How ages are counted.
enum class age_unit : std::uint8_t {
  school_days_in_post,  ///< the calendar's school days times full-time equivalent, breaks left out
  calendar_days         ///< where no calendar is wanted; says so in a finding
};

/// Diagnoses one standard (`edition:S1` to `S8`). Rows of other standards are passed over; rows
/// later than `as_of` are left out. Errors: an unknown standard or statement; more than 500,000
/// rows (`too_large`).
ECTP_DECL result<diagnosis> diagnose(const framework::tree& tree, std::string_view standard,
                                     const evidence_base& base, date as_of, const policies& rules,
                                     age_unit unit = age_unit::school_days_in_post);

/// The facts of a diagnosis under the names that policies read. Borrows from `d`.
ECTP_DECL std::vector<policy::named_value> facts_of(const diagnosis& d);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/diagnosis.ipp"
#endif
