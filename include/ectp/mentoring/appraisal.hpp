#pragma once
/// Reading a piece of research: a model's criteria (list `appraisal_models`: CLAIMS, or another of the same
/// shape), an answer to each, the reader's own conclusion, and only then what the policy `verdict` makes of
/// the answers. A verdict is about the evidence and never about its reader.
///
/// Not part of the umbrella.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/kept.hpp"
#include "ectp/mentoring/lint.hpp"
#include "ectp/mentoring/machines.hpp"
#include "ectp/mentoring/policies.hpp"

namespace ectp::inline ECTP_ABI {

/// One thing to look at.
struct criterion {
  int n = 0;           ///< its place, from 1
  std::string id;      ///< such as `limitations`
  std::string letter;  ///< such as `L`
  std::string title;
  std::vector<std::string> prompts;
  bool critical = false;    ///< concerns about two of these weigh more than the others
  std::string provisional;  ///< why it is provisional; empty: it is not
  basis on = basis::default_policy;
  ectp::confidence confidence = ectp::confidence::low;
  std::string source;
  friend bool operator==(const criterion&, const criterion&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(n) & ECTP_NVP(id) & ECTP_NVP(letter) & ECTP_NVP(title) & ECTP_NVP(prompts) & ECTP_NVP(critical) &
        ECTP_NVP(provisional) & ECTP_NVP(on) & ECTP_NVP(confidence) & ECTP_NVP(source);
  }
};

/// A model: its criteria in order, and what it rests on.
struct appraisal_model {
  std::string id;
  std::string title;
  std::string about;  ///< where it comes from, and how sure that is; may be empty
  basis on = basis::default_policy;
  ectp::confidence confidence = ectp::confidence::low;
  std::string source;
  std::vector<criterion> criteria;
  friend bool operator==(const appraisal_model&, const appraisal_model&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(title) & ECTP_NVP(about) & ECTP_NVP(on) & ECTP_NVP(confidence) & ECTP_NVP(source) &
        ECTP_NVP(criteria);
  }
};

/// The ids of the models, in the order of the list.
ECTP_DECL std::vector<std::string> appraisal_model_ids(const policies& rules);

/// A model; the first of the list where no id is given. Error: `unknown_reference`.
ECTP_DECL result<appraisal_model> appraisal_model_of(const policies& rules, std::string_view id = {});

/// The criteria that have no answer yet, in order.
ECTP_DECL std::vector<std::string> unanswered(const appraisal_model& model, const std::vector<appraisal_answer>& answers);

/// Sets the answer to a criterion; an earlier one is replaced. After an error nothing has changed. Errors:
/// `unknown_reference` for a criterion that the model does not have; those of `check_text` for the reason
/// (at most 400 characters) and the links (at most 10, of 400 characters).
ECTP_DECL result<void> set_answer(const appraisal_model& model, std::vector<appraisal_answer>& answers, appraisal_answer given);

/// What the `verdict` policy makes of the answers.
struct verdict_said {
  ectp::verdict verdict = verdict::trace_original;
  std::string says, what_to_do;
  int concerns = 0, unknowns = 0, critical_concerns = 0;
  std::vector<std::string> provisional;  ///< provisional criteria of the model, each with why
  bool rests_on_provisional = false;     ///< without the answers to those it would be another verdict
  ruling why;
};

/// Decides. The reader's own conclusion comes first: without one there is no verdict. Errors: `missing_field` for the
/// conclusion (at /conclusion), and for criteria without an answer, naming each (at /answers; `unknown` is an answer);
/// `unknown_reference` and `duplicate_id` for answers to others or twice; those of `check_text` for the conclusion.
ECTP_DECL result<verdict_said> verdict_of(const policies& rules, const appraisal_model& model,
                                          const std::vector<appraisal_answer>& answers, std::string_view conclusion);

/// What a move of an appraisal brings with it.
struct appraisal_input {
  std::string claim, source;              ///< `state_claim`
  std::vector<appraisal_answer> answers;  ///< `answer`: one or more
  std::string conclusion;                 ///< `conclude`
  std::string statement;                  ///< `attach`: `edition:code`, or empty
  step_id step;                           ///< `attach`: or empty
};

/// An appraisal on its way. A value; a refused move leaves it as it was.
class appraisal_run {
 public:
  appraisal_run() = default;
  /// Begins in the machine's first state. Errors: `unknown_reference` for the model, and those of `machine_of`.
  ECTP_DECL static result<appraisal_run> begin(const policies& rules, std::string_view model = {});
  /// Goes on from a state, with what was filled in so far; `verdict` and `rule` of it are decided anew. Errors:
  /// also `out_of_range` for a state that the machine does not have, `missing_field` for what should be there in it.
  ECTP_DECL static result<appraisal_run> at(const policies& rules, std::string_view state, const appraisal& filled);

  const std::string& state() const noexcept { return state_; }
  const appraisal& filled() const noexcept { return filled_; }
  const policy::machine& machine() const noexcept { return machine_; }
  const appraisal_model& model() const noexcept { return model_; }
  /// Makes a move. Errors: `not_allowed` for an illegal one, with the legal ones and why; `missing_field` at /answers for
  /// `finish` with criteria that have no answer, naming each; those of `set_answer`, `check_text` and `verdict_of`.
  ECTP_DECL result<policy::move> step(const policies& rules, std::string_view event, const appraisal_input& with = {});
  /// What can be done now.
  ECTP_DECL result<std::vector<choice>> choices(const policies& rules) const;
  ECTP_DECL bool done() const noexcept;
  /// The verdict; none before the reader's own conclusion.
  const maybe<verdict_said>& said() const noexcept { return said_; }
  /// What the reader wants kept; none before `keep`.
  ECTP_DECL maybe<appraisal> kept() const;

 private:
  ECTP_DECL std::vector<policy::named_value> guards(bool conclusion, bool target) const;
  ECTP_DECL result<void> decide(const policies& rules);
  std::string state_;
  appraisal filled_;
  bool keep_ = false;
  policy::machine machine_;
  appraisal_model model_;
  maybe<verdict_said> said_;
};

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/appraisal.ipp"
#endif
