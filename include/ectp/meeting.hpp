#pragma once
/// The meeting: plan a mentor's next one from a record. Everything in the plan names the rule or
/// the source behind it, and everything in it may be changed. `meeting_models.hpp` plans with all the models: cycle,
/// fading, offers of steps, who leads, entitlements.
#include <span>
#include <string>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/mentoring/coaching.hpp"
#include "ectp/mentoring/focus.hpp"
#include "ectp/mentoring/pathway.hpp"
#include "ectp/mentoring/practice.hpp"
#include "ectp/record.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

/// Where on a plan's page a line of the models stands.
enum class plan_place : std::uint8_t { look, step, ahead, entitled };
ECTP_WORDS(plan_place, "place of a line", "look", "step", "ahead", "entitled");

}  // namespace ectp::inline ECTP_ABI

namespace ectp::inline ECTP_ABI::meeting {

/// What a caller may say about this one meeting. None of it is stored.
struct options {
  moment now;       ///< live inputs: risk, distress, asked to be heard, topic, failed probes
  int minutes = 0;  ///< 0: as the record plans it; else 5 to 240
};

/// One part of the meeting with its minutes.
struct slot {
  std::string title;
  int from = 0, to = 0;  ///< minutes from the start
  manner how;
};

/// A starting point for the one action step.
struct candidate {
  step_idea idea;
  std::string script;  ///< the script that it comes from
};

/// What one of the models adds to the plan (meeting_models.hpp), and the rule behind it.
struct plan_line {
  plan_place where = plan_place::look;
  std::string label, text;
  std::string rule;  ///< such as `CYC-D4`; empty where it is the record that says so
  basis on = basis::default_policy;
};

/// The page for one meeting. A recommendation throughout: nothing in it is a decision.
struct meeting_plan {
  teacher_id teacher;
  person_id mentor;
  std::string edition;
  bool invented = false;
  date today;
  date on;                      ///< the meeting's day
  std::string when;             ///< such as `period 5`; may be empty
  int minutes = 0;
  maybe<date> next_on;  ///< the meeting after this one
  std::string half_term;        ///< that `on` is in; empty in a holiday
  maybe<block> programme;

  ectp::focus focus;
  maybe<pathway_advice> path;  ///< for the focus's standard; none for an open question
  std::vector<tip> tips;               ///< what would change it
  maybe<decision> in_force;    ///< what was decided for that standard last
  std::vector<pathway_advice> standards;  ///< all eight, in order

  std::vector<slot> agenda;          ///< the parts that fit, in order
  std::vector<std::string> left_out;  ///< titles of parts that do not fit
  route next = route::coaching;      ///< anything else: where this conversation goes instead
  maybe<step_now> last_step;  ///< the live step, else the latest one
  std::vector<candidate> candidates;  ///< two or three, or none
  maybe<ectp::script> practice;
  nearness practice_near = nearness::same_standard;
  bool practice_fits = false;        ///< is it for this statement and this school phase? Else take its idea only
  int practice_level = 0;            ///< to start at, 0 to 5
  maybe<date> check_on;      ///< when to look at the step, at the latest

  std::vector<theme_coverage> coverage;
  int meetings_held = 0, meetings_due = 0;  ///< so far
  std::vector<entitlement> entitlements;
  std::vector<assessment> notices;   ///< dates that belong to the induction tutor
  int minutes_consolidate = 0, minutes_extend = 0;  ///< a half-term, by the workload table
  std::vector<plan_line> lines;      ///< what the models add; empty from `plan`
  std::vector<finding> findings;     ///< remarks on the data
  parameters numbers;                ///< the numbers that were used
};

/// Plans the next meeting as of `today`. `tree` is the record's edition, with any official wording
/// laid over it; `scripts` the practice scripts at hand (none: no step and no practice is
/// suggested, and a finding says so). Errors: those of `state_of` and of the policies.
ECTP_DECL result<meeting_plan> plan(const record& r, date today, const policies& rules, const framework::tree& tree,
                                    std::span<const script> scripts, const options& how = {});
/// The same for a record that was folded already: `state` is that of `r` and `tree`, and names the day.
ECTP_DECL result<meeting_plan> plan(const record& r, const record_state& state, const policies& rules, const framework::tree& tree,
                                    std::span<const script> scripts, const options& how = {});
/// The same with the built-in tree of the record's edition.
ECTP_DECL result<meeting_plan> plan(const record& r, date today, const policies& rules,
                                    std::span<const script> scripts = {}, const options& how = {});

/// The plan as a page of text, at most 92 columns wide, one page long for a whole meeting.
ECTP_DECL std::string to_text(const meeting_plan& p, const policies& rules, const framework::tree& tree);

}  // namespace ectp::inline ECTP_ABI::meeting

#if !defined(ECTP_COMPILED)
#  include "ectp/impl/meeting.ipp"
#  include "ectp/impl/meeting_text.ipp"
#endif
