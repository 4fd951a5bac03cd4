#pragma once
/// The listed values of mentoring: the same words, in the same order, in every table and door.
#include "ectp/core/basis.hpp"
#include "ectp/core/id.hpp"
#include "ectp/core/words.hpp"

namespace ectp::inline ECTP_ABI {

using teacher_id = id<struct teacher_tag>;
using person_id = id<struct person_tag>;  ///< whoever made an entry: teacher, mentor, tutor or provider
using entry_id = id<struct entry_tag>;
using step_id = id<struct step_tag>;
using session_id = id<struct session_tag>;
using script_id = id<struct script_tag>;

/// Where a sighting comes from.
enum class evidence_source : std::uint8_t {
  structured_observation, work_sample, mentor_rating, quiz, self_audit, itt_record
};
ECTP_WORDS(evidence_source, "source of evidence", "structured_observation", "work_sample",
           "mentor_rating", "quiz", "self_audit", "itt_record");

/// Who saw it. Heads, induction tutors and appropriate bodies do not enter evidence: it is formative.
enum class rater_role : std::uint8_t { ect, mentor, provider };
ECTP_WORDS(rater_role, "rater's role", "ect", "mentor", "provider");

enum class score_scale : std::uint8_t { three_level, proportion };
ECTP_WORDS(score_scale, "scale", "three_level", "proportion");

/// What a score means, read from the `level` table.
enum class level : std::uint8_t { emerging, developing, secure };
ECTP_WORDS(level, "level", "emerging", "developing", "secure");

/// What the pathway policy recommends.
enum class advice : std::uint8_t {
  consolidate, extend, insufficient_evidence, calibrate_first, choose_together, confirm_itt
};
ECTP_WORDS(advice, "recommended path", "consolidate", "extend", "insufficient_evidence",
           "calibrate_first", "choose_together", "confirm_itt");

enum class itt_view : std::uint8_t { secured, not_secured, unknown };
ECTP_WORDS(itt_view, "view from initial training", "secured", "not_secured", "unknown");

enum class self_view : std::uint8_t { lower, agree, higher, unknown };
ECTP_WORDS(self_view, "self-view", "lower", "agree", "higher", "unknown");

/// The two paths that people choose between.
enum class path : std::uint8_t { consolidate, extend };
ECTP_WORDS(path, "path", "consolidate", "extend");

/// What people did with a recommendation.
enum class response : std::uint8_t { accepted, overridden, chosen, deferred };
ECTP_WORDS(response, "response", "accepted", "overridden", "chosen", "deferred");

/// What a diagnosis lacks.
enum class missing : std::uint8_t {
  any_evidence, second_source_type, recent_evidence, non_self_for_learn_how_to, self_view, mentor_view
};
ECTP_WORDS(missing, "missing item", "any_evidence", "second_source_type", "recent_evidence",
           "non_self_for_learn_how_to", "self_view", "mentor_view");

enum class stance : std::uint8_t { directive, dialogic, facilitative, listening };
ECTP_WORDS(stance, "stance", "directive", "dialogic", "facilitative", "listening");

/// The parts of a meeting, in order.
enum class phase : std::uint8_t { arrive, look_together, agree_step, practise, carry_over, close };
ECTP_WORDS(phase, "phase of the meeting", "arrive", "look_together", "agree_step", "practise",
           "carry_over", "close");

/// What a meeting turns out to be about; anything but a technique changes the manner.
enum class topic : std::uint8_t {
  technique, subject_knowledge, relationship, workload, entitlement, career
};
ECTP_WORDS(topic, "topic", "technique", "subject_knowledge", "relationship", "workload",
           "entitlement", "career");

enum class expertise : std::uint8_t { novice, developing, secure, unknown };
ECTP_WORDS(expertise, "expertise", "novice", "developing", "secure", "unknown");

/// Where the conversation goes next.
enum class route : std::uint8_t {
  coaching, pause, safeguarding_lead, induction_tutor, subject_expert
};
ECTP_WORDS(route, "route", "coaching", "pause", "safeguarding_lead", "induction_tutor",
           "subject_expert");

enum class focus_source : std::uint8_t {
  wish, live_step, tutor_target, block, coverage_gap, least_secure, open_question
};
ECTP_WORDS(focus_source, "source of the focus", "wish", "live_step", "tutor_target", "block",
           "coverage_gap", "least_secure", "open_question");

enum class session_kind : std::uint8_t { mentor_meeting, observation, live_training, self_study };
ECTP_WORDS(session_kind, "kind of session", "mentor_meeting", "observation", "live_training",
           "self_study");

enum class session_status : std::uint8_t { planned, held, cancelled };
ECTP_WORDS(session_status, "session status", "planned", "held", "cancelled");

enum class step_status : std::uint8_t {
  draft, agreed, rehearsed, in_use, reviewed, embedded, carried_forward, split, re_diagnose, abandoned
};
ECTP_WORDS(step_status, "step status", "draft", "agreed", "rehearsed", "in_use", "reviewed",
           "embedded", "carried_forward", "split", "re_diagnose", "abandoned");

enum class named_by : std::uint8_t { ect, mentor, together };
ECTP_WORDS(named_by, "namer", "ect", "mentor", "together");

enum class school_phase : std::uint8_t { early_years, primary, secondary, send_setting };
ECTP_WORDS(school_phase, "school phase", "early_years", "primary", "secondary", "send_setting");

enum class intake : std::uint8_t { september, january, april };
ECTP_WORDS(intake, "intake", "september", "january", "april");

enum class programme_type : std::uint8_t { provider_led, school_led };
ECTP_WORDS(programme_type, "programme type", "provider-led", "school-led");

/// What the tier of a step says of where practice is now.
enum class tier : std::uint8_t { not_doing, doing_needs_improvement, doing_well_needs_stretch };
ECTP_WORDS(tier, "tier", "not_doing", "doing_needs_improvement", "doing_well_needs_stretch");

/// How much support is left in a rehearsal.
enum class scaffold : std::uint8_t { full_script, cue_card, single_prompt, none };
ECTP_WORDS(scaffold, "scaffold", "full_script", "cue_card", "single_prompt", "none");

/// The part of the mentoring cycle that a session belongs to.
enum class cycle_part : std::uint8_t { diagnose, agree_path, support, feedback, re_diagnose };
ECTP_WORDS(cycle_part, "part of the cycle", "diagnose", "agree_path", "support", "feedback", "re_diagnose");

enum class feedback_from : std::uint8_t { mentor, ect };
ECTP_WORDS(feedback_from, "giver of feedback", "mentor", "ect");

/// The answer to a criterion of an appraisal.
enum class answer : std::uint8_t { ok, concern, unknown };
ECTP_WORDS(answer, "answer", "ok", "concern", "unknown");

/// How many starting points for an action step are laid out; `keep`: the live one goes on.
enum class step_offer : std::uint8_t { none, keep, two, three };
ECTP_WORDS(step_offer, "offer of steps", "none", "keep", "two", "three");

/// The parts of the sentence that an action step comes to.
enum class step_slot : std::uint8_t { group, trigger, behaviour, purpose };
ECTP_WORDS(step_slot, "part of a step's sentence", "class", "trigger", "behaviour", "purpose");

/// What the leverage of a step is made of.
enum class leverage_factor : std::uint8_t { reach, frequency, unlocks, severity };
ECTP_WORDS(leverage_factor, "factor of leverage", "reach", "frequency", "unlocks", "severity");

/// Who opens a challenging conversation.
enum class opener : std::uint8_t { mentor, ect };
ECTP_WORDS(opener, "opener of a conversation", "mentor", "ect");

/// What a challenging conversation would be about. `mentoring` is how the two of them work together.
enum class talk_topic : std::uint8_t {
  safeguarding, conduct, capability, assessment, teaching, relationship, mentoring, workload, entitlement
};
ECTP_WORDS(talk_topic, "topic of a conversation", "safeguarding", "conduct", "capability", "assessment", "teaching",
           "relationship", "mentoring", "workload", "entitlement");

/// Whom it goes to: the two of them, or somebody whose it is to settle.
enum class goes_to : std::uint8_t { proceed, safeguarding_lead, head, induction_tutor, named_contact };
ECTP_WORDS(goes_to, "place to go", "proceed", "safeguarding_lead", "head", "induction_tutor", "named_contact");

/// What a piece of evidence bears; about the evidence, never about its reader.
enum class verdict : std::uint8_t { do_not_rely, trace_original, corroborate, use_and_check };
ECTP_WORDS(verdict, "verdict", "do_not_rely", "trace_original", "corroborate", "use_and_check");

/// How much help a question comes with, least first.
enum class rung : std::uint8_t { open, narrowed, shown, told };
ECTP_WORDS(rung, "rung of the probe ladder", "open", "narrowed", "shown", "told");

/// What became of a step, as far as fading is concerned. `open` says nothing yet.
enum class step_outcome : std::uint8_t { met, missed, open };
ECTP_WORDS(step_outcome, "outcome of a step", "met", "missed", "open");

/// What stands where the programme's block stands in a plan.
enum class agenda_block : std::uint8_t { programme, inquiry, wish, to_choose };
ECTP_WORDS(agenda_block, "block of the agenda", "programme", "inquiry", "wish", "to_choose");

/// How a statement of an earlier edition stands to its counterpart here.
enum class standing : std::uint8_t { exact, close, unsure, gone };
ECTP_WORDS(standing, "standing of a counterpart", "exact", "close", "unsure", "gone");

}  // namespace ectp::inline ECTP_ABI
