#pragma once
/// Evidence: one dated, sourced observation about one statement.
#include <string>

#include "ectp/core/date.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// A rating from 0 to 1 in thousandths, or null: looked for, not seen or not rated.
class score {
 public:
  constexpr score() noexcept = default;  ///< null
  /// Thousandths, 0 to 1000. Error: `out_of_range`.
  ECTP_LAZY
  static result<score> make(std::int64_t thousandths) {
    if (thousandths < 0 || thousandths > 1000)
      return error{errc::out_of_range, "a score of " + std::to_string(thousandths) + " thousandths", {},
                   "0 to 1 with at most three decimals", ""};
    score s;
    s.thousandths_ = static_cast<std::int16_t>(thousandths);
    return s;
  }
  constexpr bool has_value() const noexcept { return thousandths_ >= 0; }
  /// 0 to 1000; precondition: `has_value()`.
  constexpr int thousandths() const noexcept { return thousandths_; }
  friend constexpr auto operator<=>(const score&, const score&) noexcept = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& boost::make_nvp("thousandths", thousandths_);
  }

 private:
  std::int16_t thousandths_ = -1;
};

/// One sighting of one statement. Its id is the id of the record's entry that holds it.
struct evidence {
  entry_id id;
  date observed_on;
  std::string statement;  ///< `edition:code`, such as `ittecf-2024:4n`
  evidence_source source = evidence_source::mentor_rating;
  score_scale scale = score_scale::three_level;
  ectp::score score;      ///< on three levels: 0 emerging, 0.5 developing, 1 secure
  person_id rater;        ///< empty for quizzes and records from initial training
  bool has_role = false;  ///< quizzes have no rater's role
  rater_role role = rater_role::mentor;
  session_id session;     ///< the observation or meeting it came from; may be empty
  std::string where;      ///< the class or setting, such as `9K`; may be empty

  friend bool operator==(const evidence&, const evidence&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(observed_on) & ECTP_NVP(statement) & ECTP_NVP(source) & ECTP_NVP(scale) &
        ECTP_NVP(score) & ECTP_NVP(rater) & ECTP_NVP(has_role) & ECTP_NVP(role) & ECTP_NVP(session) &
        ECTP_NVP(where);
  }
};

/// Does this source go with this rater? `self_audit` with the ECT, `mentor_rating` with the
/// mentor, observations and work samples with mentor or provider, quizzes with nobody.
constexpr bool allowed_pair(evidence_source source, bool has_role, rater_role role) noexcept {
  switch (source) {
    case evidence_source::self_audit: return has_role && role == rater_role::ect;
    case evidence_source::mentor_rating: return has_role && role == rater_role::mentor;
    case evidence_source::structured_observation:
    case evidence_source::work_sample: return has_role && role != rater_role::ect;
    case evidence_source::quiz: return !has_role;
    case evidence_source::itt_record: return !has_role || role == rater_role::provider;
  }
  return false;
}

}  // namespace ectp::inline ECTP_ABI
