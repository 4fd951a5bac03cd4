#pragma once
/// Action steps: one small visible change that the ECT words and both agree on. What a draft says is looked at by the
/// table `step_lint`, how big it should be by `tier`, how many starting points are laid out by `step_offer`, and
/// where it may go next by the machine `step_moves`. Advice about wording, never about a person.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/mentoring/diagnosis.hpp"
#include "ectp/mentoring/fading.hpp"
#include "ectp/mentoring/focus.hpp"
#include "ectp/mentoring/lint.hpp"
#include "ectp/mentoring/machines.hpp"
#include "ectp/mentoring/practice.hpp"
#include "ectp/mentoring/words.hpp"
#include "ectp/record.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

/// A step as it is being worded. Texts are UTF-8, one line, at most 400 characters; lists hold at most 12. Any of
/// them may be empty: what is missing is a finding, not an error.
struct step_draft {
  step_id id;                                 ///< of the step in the record; empty for a new one
  std::string what;                           ///< one thing that the teacher does or says
  std::vector<std::string> how;               ///< its parts, in order
  std::string why;                            ///< what it changes for pupils
  std::string when_where;                     ///< class, and moment or trigger
  std::vector<std::string> success_criteria;  ///< what one can see, hear or count when it works
  std::string technique;                      ///< name of a technique of the school's or the programme's
  std::vector<std::string> statements;        ///< `edition:code`, the first is the one it is for
  script_id script;                           ///< the practice script to rehearse it with
  std::string check_method;                   ///< how it is looked at, such as a tally in ten minutes of a lesson
  std::string might_miss;                     ///< the pupils whom it could pass by
  maybe<date> agreed_on, check_on;
  maybe<ectp::tier> tier;                     ///< where practice is now; none: not known
  ectp::named_by named_by = ectp::named_by::together;
  bool ect_agreed = false;
  maybe<ectp::path> path;                     ///< that it belongs to
  step_id follows;                            ///< the step that it grew out of
  friend bool operator==(const step_draft&, const step_draft&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(what) & ECTP_NVP(how) & ECTP_NVP(why) & ECTP_NVP(when_where) &
        ECTP_NVP(success_criteria) & ECTP_NVP(technique) & ECTP_NVP(statements) & ECTP_NVP(script) &
        ECTP_NVP(check_method) & ECTP_NVP(might_miss);
    ECTP_OPTIONAL(agreed_on);
    ECTP_OPTIONAL(check_on);
    ECTP_OPTIONAL(tier);
    ar& ECTP_NVP(named_by) & ECTP_NVP(ect_agreed);
    ECTP_OPTIONAL(path);
    ar& ECTP_NVP(follows);
  }
};

/// The draft that a script's own step is, with its statements in the script's edition.
ECTP_DECL step_draft draft_of(const script& s);
/// The draft that one of its alternatives is: what and statements alone.
ECTP_DECL step_draft draft_of(const script& s, const step_idea& idea);

/// Refuses what is no draft at all. Errors, each with the field's place: `encoding`, `too_large`, `out_of_range` (a
/// control character), `too_large` for more than 12 of something.
ECTP_DECL result<void> check_draft(const step_draft& d);

// --- where practice is now ---

/// The tier, or none where it has to be asked.
struct tier_found {
  maybe<ectp::tier> tier;
  ruling why;
  std::string says, ask;  ///< the rule's words, and a question to put
};
/// By the policy `tier`. `seen` is the level of the latest sighting by somebody else within the window, `self` the
/// ECT's own latest view, `ever`: has somebody else seen it at any time? Errors as `rule_on`.
ECTP_DECL result<tier_found> tier_of(maybe<level> seen, maybe<level> self, bool ever, const policies& rules);
/// The same, measured from a record: `statement` is `edition:code`, `diagnoses` those of all standards.
ECTP_DECL result<tier_found> tier_now(const record_state& state, std::span<const diagnosis> diagnoses,
                                      std::string_view statement, const framework::tree& tree, const policies& rules);

// --- where it may go ---

/// One move of a step, and what can be done after it.
struct step_move {
  step_status from = step_status::draft, next = step_status::draft;
  std::string event, prompt, rule;
  std::vector<choice> choices;
};
/// Moves a step. `carries` are the times it was carried forward in a row, 0 to 99; a move `carry_forward` counts one
/// more for what follows. Errors: `not_allowed`, with the legal events as what was expected and the reason as the
/// hint; `out_of_range`.
ECTP_DECL result<step_move> move_step(step_status from, std::string_view event, int carries, const policies& rules);
/// What can be done with a step now. Errors as `move_step`.
ECTP_DECL result<std::vector<choice>> step_choices(step_status now, int carries, const policies& rules);
/// How often a step of a record was carried forward: entries that were corrected do not count.
ECTP_DECL int carries_of(const record& r, const step_id& step);

// --- what it says ---

/// What a lint of a draft may know besides the draft.
struct step_context {
  maybe<date> today;         ///< stands in for `agreed_on`
  maybe<date> next_meeting;  ///< the next meeting after that day
  std::string live_step;     ///< another step that is being worked on; empty: none
  int carries = 0;           ///< in a row so far
  const framework::tree* tree = nullptr;  ///< where its statements should be; none: they are not looked up
};

/// One part of the sentence that a step comes to.
struct frame_part {
  step_slot slot = step_slot::behaviour;
  std::string state;  ///< `given`, `missing` or `vague`
  std::string text;   ///< what is there; empty where it is part of another one
  friend bool operator==(const frame_part&, const frame_part&) = default;
};
/// The step as one sentence, by the list `step_frames`: what is there stands in it, what is missing is a gap.
struct step_frame {
  std::string sentence;
  bool whole = false;  ///< nothing is missing or vague
  std::vector<frame_part> parts;
};

struct step_review {
  std::vector<lint_finding> findings;  ///< in the order of the fields
  step_frame frame;
};

/// What can be counted in a draft, as `step_lint` reads it. Words are looked for in English; a text without a word that
/// the lists know is not judged by its words. Errors: those of `check_draft`; `out_of_range` for carries.
ECTP_DECL result<std::vector<measure>> measures_of(const step_draft& d, const step_context& c, const policies& rules);
/// Lints a draft and writes it as a sentence. Errors as `measures_of`, and those of the tables.
ECTP_DECL result<step_review> lint_step(const step_draft& d, const step_context& c, const policies& rules);
/// The sentence alone. Errors as `check_draft`.
ECTP_DECL result<step_frame> frame_of(const step_draft& d, const policies& rules);

// --- which one first ---

/// The statements (`edition:code`) that one rests on, nearest first, and through them; by the list `prerequisites`.
ECTP_DECL std::vector<std::string> prerequisites_of(std::string_view statement, const policies& rules);
/// The statements that rest on it, nearest first, and through them.
ECTP_DECL std::vector<std::string> unlocked_by(std::string_view statement, const policies& rules);

/// What people say of a step, in the words of the list `step_scale`; empty: not said.
struct leverage_facts {
  std::string reach;      ///< all, most or some of the pupils
  std::string frequency;  ///< every_lesson, most_lessons or some_lessons
  std::string severity;   ///< emerging, developing or secure; empty: as the evidence for its first statement has it
  maybe<int> unlocks;     ///< statements that it opens, 0 to 9999; none: counted along the links, without secure ones
  maybe<bool> blocker;    ///< does it hold everything up? none: by the list `blockers`
};

/// One factor: `product` = `weight` x `value`, both in thousandths.
struct leverage_part {
  leverage_factor factor = leverage_factor::reach;
  int weight = 0;
  std::string said;  ///< the word that the value stands for, or a count
  int value = 0;
  int product = 0;
  std::string says, reason;  ///< what the factor means; why this weight
  friend bool operator==(const leverage_part&, const leverage_part&) = default;
};

/// How much a step is worth trying first: a help for ordering, of low confidence.
struct leverage {
  std::vector<leverage_part> parts;
  int score = 0;  ///< thousandths, 0 to 1000: the sum of the products, by 1000, floored
  bool blocker = false;
  std::string because;  ///< why it is a blocker, where a list says so
  std::string formula;  ///< as it was worked out
  friend bool operator==(const leverage&, const leverage&) = default;
};
/// The leverage of a step for these statements. `seen` is the evidence at hand, for severity and for what is secure.
/// Error: `out_of_range` for a word that the scale does not have, or a count.
ECTP_DECL result<leverage> leverage_of(std::span<const std::string> statements, const leverage_facts& facts,
                                       std::span<const diagnosis> seen, const policies& rules);
/// The order to try them in, as positions: the higher score first, blockers before others of the same score, then as
/// they were given.
ECTP_DECL std::vector<std::size_t> rank_steps(std::span<const leverage> steps);

// --- starting points ---

/// What is known when steps are offered. `asked_for_none` is live: it is not kept.
struct offer_facts {
  bool asked_for_none = false, live_step = false, focus_known = false;
  maybe<ectp::tier> tier;
  ectp::expertise expertise = ectp::expertise::unknown;
};
/// The same from a record: a live step counts until it has met its criteria (policy `step_outcome`).
ECTP_DECL result<offer_facts> offer_facts_of(const record_state& state, const focus& about, maybe<ectp::tier> size,
                                             const policies& rules);
struct offer_found {
  step_offer offer = step_offer::none;
  ruling why;
  std::string says;
  bool live_only = false;  ///< the rule would reveal what was asked for: name it to nobody else
};
/// How many starting points, by the policy `step_offer`. The ECT words the step; none is a full answer.
ECTP_DECL result<offer_found> offer_of(const offer_facts& facts, const policies& rules);

struct step_candidate {
  step_draft draft;  ///< a starting point
  leverage how;
};
/// Starting points from a script: its own step and its alternatives, the best leverage first, as many as the offer
/// says; none for `none` and for `keep`. Errors as `leverage_of`.
ECTP_DECL result<std::vector<step_candidate>> candidates_for(const script& s, step_offer offer,
                                                             const leverage_facts& facts,
                                                             std::span<const diagnosis> seen, const policies& rules);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/action_step.ipp"
#endif
