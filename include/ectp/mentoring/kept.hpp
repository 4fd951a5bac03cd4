#pragma once
/// What the models leave behind in a record: little, agreed by both, and nothing that could be read as a
/// judgement. What was said live (distress, risk, opting out, tries, misses) has no field here.
#include <string>
#include <vector>

#include "ectp/core/date.hpp"
#include "ectp/core/id.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// A rehearsal that took place. No grade, no tries, no misses, nothing of who opted out.
struct rehearsed {
  script_id script;
  date held_on;
  int level = 0;     ///< how real it got, 0 to 5
  std::string kept;  ///< one sentence that the ECT chose to keep; may be empty
  friend bool operator==(const rehearsed&, const rehearsed&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(script) & ECTP_NVP(held_on) & ECTP_NVP(level) & ECTP_NVP(kept);
  }
};

/// Feedback, either way: what was seen, what it did for pupils (or, to a mentor, for the ECT), a question,
/// one offer.
struct feedback {
  feedback_from from = feedback_from::mentor;
  date about;     ///< the day of the lesson or meeting that it is about
  date given_on;
  std::string statement;  ///< `edition:code`; may be empty
  std::string seen, effect, question, offer;  ///< offer may be empty
  friend bool operator==(const feedback&, const feedback&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(from) & ECTP_NVP(about) & ECTP_NVP(given_on) & ECTP_NVP(statement) & ECTP_NVP(seen) & ECTP_NVP(effect) &
        ECTP_NVP(question) & ECTP_NVP(offer);
  }
};

/// The answer to one criterion of an appraisal.
struct appraisal_answer {
  std::string criterion;  ///< its id in the model, such as `limitations`
  ectp::answer answer = answer::unknown;
  std::string because;             ///< may be empty
  std::vector<std::string> links;  ///< to what it rests on
  friend bool operator==(const appraisal_answer&, const appraisal_answer&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(criterion) & ECTP_NVP(answer) & ECTP_NVP(because) & ECTP_NVP(links);
  }
};

/// A reading of a piece of research, with the ECT's own conclusion and what the policy said of the answers.
struct appraisal {
  std::string model;   ///< such as `claims`
  std::string claim;   ///< in the reader's words
  std::string source;  ///< author and year, title or address
  std::vector<appraisal_answer> answers;
  std::string conclusion;  ///< the ECT's own, given before any verdict was shown
  std::string verdict;     ///< a word of the `verdict` policy; empty if none was asked for
  std::string rule;        ///< the rule that said so
  std::string statement;   ///< what it informed: a statement (`edition:code`) ...
  step_id step;            ///< ... or a step; one of the two may be empty
  friend bool operator==(const appraisal&, const appraisal&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(model) & ECTP_NVP(claim) & ECTP_NVP(source) & ECTP_NVP(answers) & ECTP_NVP(conclusion) &
        ECTP_NVP(verdict) & ECTP_NVP(rule) & ECTP_NVP(statement) & ECTP_NVP(step);
  }
};

/// What a challenging conversation came to, if both want it kept: what they agreed and when they look again.
/// Neither its issue nor a word of it is stored.
struct agreement {
  std::string what;
  date check_on;
  bool kept = false;  ///< was it looked at again, and held?
  friend bool operator==(const agreement&, const agreement&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(what) & ECTP_NVP(check_on) & ECTP_NVP(kept);
  }
};

/// What the ECT brings along from initial training: their own words, their own choice.
struct handover {
  std::string edition;                 ///< of the codes, such as `ccf-2019`
  std::vector<std::string> secure;     ///< `edition:code`: settled in training
  std::vector<std::string> growing;    ///< still growing
  std::string wants;                   ///< what the ECT would like first; may be empty
  friend bool operator==(const handover&, const handover&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(edition) & ECTP_NVP(secure) & ECTP_NVP(growing) & ECTP_NVP(wants);
  }
};

/// The ECT's own question in Year 2, in place of a block.
struct inquiry {
  std::string question;
  std::vector<std::string> statements;  ///< that it is about
  maybe<date> until;
  friend bool operator==(const inquiry&, const inquiry&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(question) & ECTP_NVP(statements);
    ECTP_OPTIONAL(until);
  }
};

}  // namespace ectp::inline ECTP_ABI
