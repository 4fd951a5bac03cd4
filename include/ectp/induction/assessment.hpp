#pragma once
/// Statutory induction's own occasions. They are judged against the Teachers' Standards only
/// (guidance 2.57), so nothing formative turns into one: such code does not compile.
#include <string>

#include "ectp/core/date.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/core/words.hpp"

namespace ectp::inline ECTP_ABI {

enum class assessment_kind : std::uint8_t { progress_review, formal_assessment, interim_assessment };
ECTP_WORDS(assessment_kind, "assessment", "progress_review", "formal_assessment", "interim_assessment");

/// An occasion that the induction tutor or head owns. A plan may name its date, so that nobody
/// is surprised by it; it takes nothing from mentoring and gives mentoring nothing but a target.
class assessment {
 public:
  assessment() = default;
  assessment(assessment_kind kind, date due_by) : kind_(kind), due_by_(due_by) {}

  /// Law 1: no evidence, diagnosis, recommendation, decision or step becomes an assessment.
  template <class Formative>
  explicit assessment(const Formative& advice_is_never_judgement) = delete;
  assessment(const assessment&) = default;
  assessment(assessment&&) = default;
  assessment& operator=(const assessment&) = default;
  assessment& operator=(assessment&&) = default;

  assessment_kind kind() const noexcept { return kind_; }
  date due_by() const noexcept { return due_by_; }
  friend bool operator==(const assessment&, const assessment&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& boost::make_nvp("kind", kind_) & boost::make_nvp("due_by", due_by_);
  }

 private:
  assessment_kind kind_ = assessment_kind::progress_review;
  date due_by_;
};

}  // namespace ectp::inline ECTP_ABI
