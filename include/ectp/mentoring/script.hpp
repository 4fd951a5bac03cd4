#pragma once
/// A practice script, whole: everything that two people need to rehearse one move on their feet, for ECTs and
/// for mentors. `ectp/interop/practice_json.hpp` reads it; `practice.hpp` has the little that a plan needs.
#include <array>
#include <string>
#include <vector>

#include "ectp/core/basis.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/practice.hpp"
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// What one practises: a move in front of pupils, a thing that one makes, a talk with an adult.
enum class script_kind : std::uint8_t { enact, make, converse };
ECTP_WORDS(script_kind, "kind of script", "enact", "make", "converse");

/// Who practises. A script for mentors needs no statement codes, and no plan offers it to an ECT.
enum class script_audience : std::uint8_t { ect, mentor };
ECTP_WORDS(script_audience, "audience", "ect", "mentor");

/// Who speaks a line. `teacher`, or in a script for mentors `mentor`, is the one who practises; `action` is what
/// is done without a word.
enum class speaker : std::uint8_t { teacher, mentor, pupil, adult, action };
ECTP_WORDS(speaker, "speaker", "teacher", "mentor", "pupil", "adult", "action");

/// Who can see a criterion: the partner in the rehearsal, or only a real lesson (or meeting).
enum class criterion_seen : std::uint8_t { mentor, lesson };
ECTP_WORDS(criterion_seen, "seer of a criterion", "mentor", "lesson");

/// The parts of a rehearsal that have minutes of their own, in order.
enum class rehearsal_part : std::uint8_t { model, decompose, script, rehearse, feedback, redo, complicate, plan_transfer };
ECTP_WORDS(rehearsal_part, "part of a rehearsal", "model", "decompose", "script", "rehearse", "feedback", "redo", "complicate",
           "plan_transfer");

/// The levels that have complications of their own.
inline constexpr int first_twist_level = 3, last_twist_level = 5;
/// No rehearsal is longer than this, in minutes.
inline constexpr int longest_rehearsal = 15;

struct script_purpose {
  std::string for_pupils, for_teacher, not_for;
  friend bool operator==(const script_purpose&, const script_purpose&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(for_pupils) & ECTP_NVP(for_teacher) & ECTP_NVP(not_for);
  }
};

struct script_opening {
  std::string ask_permission;
  std::vector<std::string> bring;
  std::string choose_question;
  friend bool operator==(const script_opening&, const script_opening&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(ask_permission) & ECTP_NVP(bring) & ECTP_NVP(choose_question);
  }
};

/// One part of the technique; its number is its place, from 1.
struct script_move {
  std::string name, act, looks_like;
  friend bool operator==(const script_move&, const script_move&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(name) & ECTP_NVP(act) & ECTP_NVP(looks_like);
  }
};

/// One turn: who speaks, what they say, and what sets it off.
struct script_turn {
  speaker who = speaker::teacher;
  std::string name;  ///< of a pupil or an adult; invented
  std::string cue;   ///< when or how; may be empty
  std::string line;
  std::string act;   ///< what they do meanwhile; may be empty
  friend bool operator==(const script_turn&, const script_turn&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(who) & ECTP_NVP(name) & ECTP_NVP(cue) & ECTP_NVP(line) & ECTP_NVP(act);
  }
};

struct script_model {
  std::vector<script_turn> well, too_fast;
  std::string then_ask;
  friend bool operator==(const script_model&, const script_model&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(well) & ECTP_NVP(too_fast) & ECTP_NVP(then_ask);
  }
};

/// Lines for one purpose, such as `warn`.
struct script_lines {
  std::string name;
  std::vector<std::string> lines;
  friend bool operator==(const script_lines&, const script_lines&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(name) & ECTP_NVP(lines);
  }
};

/// What to look for. About the practice, never about the person, and kept by nobody.
struct script_criterion {
  std::string id;
  criterion_seen seen_by = criterion_seen::mentor;
  std::string text;
  friend bool operator==(const script_criterion&, const script_criterion&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(seen_by) & ECTP_NVP(text);
  }
};

/// Something that the partner does to make it as hard as lessons are.
struct complication {
  std::string id, mentor_does, good_handling, avoid;
  friend bool operator==(const complication&, const complication&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(mentor_does) & ECTP_NVP(good_handling) & ECTP_NVP(avoid);
  }
};

struct script_prompts {
  std::string rule;
  std::vector<std::string> ask, offer, affirm, never_say;
  friend bool operator==(const script_prompts&, const script_prompts&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(rule) & ECTP_NVP(ask) & ECTP_NVP(offer) & ECTP_NVP(affirm) & ECTP_NVP(never_say);
  }
};

struct script_access {
  std::string send, eal, oracy, dignity;
  friend bool operator==(const script_access&, const script_access&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(send) & ECTP_NVP(eal) & ECTP_NVP(oracy) & ECTP_NVP(dignity);
  }
};

/// What is different in another phase of school.
struct phase_change {
  school_phase phase = school_phase::primary;
  std::string change;
  friend bool operator==(const phase_change&, const phase_change&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(phase) & ECTP_NVP(change);
  }
};

struct script_transfer {
  std::string where, cue, if_then, self_check, mentor_check, fade;
  friend bool operator==(const script_transfer&, const script_transfer&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(where) & ECTP_NVP(cue) & ECTP_NVP(if_then) & ECTP_NVP(self_check) & ECTP_NVP(mentor_check) & ECTP_NVP(fade);
  }
};

struct time_part {
  rehearsal_part part = rehearsal_part::model;
  int minutes = 0;
  friend bool operator==(const time_part&, const time_part&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(part) & ECTP_NVP(minutes);
  }
};

/// Minutes. The parts sum to the total, and total <= hard stop <= 15.
struct time_box {
  int total = 0, hard_stop = 0;
  std::vector<time_part> parts;
  friend bool operator==(const time_box&, const time_box&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(total) & ECTP_NVP(hard_stop) & ECTP_NVP(parts);
  }
};

/// The step that the practice is for, ready for a plan.
struct script_step {
  step_idea idea;
  std::string why, when_where;
  std::vector<std::string> success_criteria;
  std::string look_for_next_time, whom_might_it_miss;
  friend bool operator==(const script_step&, const script_step&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(idea) & ECTP_NVP(why) & ECTP_NVP(when_where) & ECTP_NVP(success_criteria) & ECTP_NVP(look_for_next_time) &
        ECTP_NVP(whom_might_it_miss);
  }
};

/// Words for a meeting, by stance.
struct script_words {
  std::vector<std::string> ask, dialogue, guide, listen;
  friend bool operator==(const script_words&, const script_words&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(ask) & ECTP_NVP(dialogue) & ECTP_NVP(guide) & ECTP_NVP(listen);
  }
};

/// The level where a rehearsal begins, 0 to 5, by expertise; it does not fall from one to the next.
struct start_levels {
  int novice = 0, developing = 0, secure = 0;
  friend bool operator==(const start_levels&, const start_levels&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(novice) & ECTP_NVP(developing) & ECTP_NVP(secure);
  }
};

struct full_script {
  script_id id;
  std::string standard;  ///< `S1` to `S8`; empty in a script for mentors
  std::string title, version;
  script_kind kind = script_kind::enact;
  script_audience audience = script_audience::ect;
  std::string edition;
  std::vector<std::string> main, also, why;  ///< codes of learn how to, learn how to and learn that
  school_phase phase = school_phase::secondary;
  std::string example_class;
  std::vector<school_phase> variants;
  ectp::tier tier = tier::doing_needs_improvement;
  start_levels start_level;
  script_purpose purpose;
  script_opening before_you_start;
  std::vector<script_move> moves;
  script_model model;
  std::vector<std::string> what_good_looks_like;
  std::vector<script_lines> lines_to_say;
  std::vector<script_turn> first_run;
  std::string mentor_notes;
  std::vector<script_criterion> success_criteria;
  std::array<std::vector<complication>, 3> complications;  ///< of the levels 3, 4 and 5
  script_prompts feedback_prompts;
  script_access access;
  std::vector<phase_change> phase_changes;
  std::vector<std::string> instead;  ///< if role play is not for today
  script_transfer transfer;
  ectp::time_box time_box;
  std::vector<std::string> kept_in_record, not_kept;
  script_step step;
  std::vector<step_idea> alternatives;
  std::vector<script_line> extract;  ///< for a page: at most ten lines
  std::string one_point, twist, tip;
  script_words words;
  std::vector<script_source> sources;
  friend bool operator==(const full_script&, const full_script&) = default;

  /// The complications of a level; 3 to 5.
  const std::vector<complication>& twists(int level) const noexcept {
    return complications[static_cast<std::size_t>(level < first_twist_level ? 0 : level > last_twist_level ? 2 : level - first_twist_level)];
  }
  /// A complication by its id; null if there is none.
  ECTP_LAZY
  const complication* find_twist(std::string_view twist_id) const noexcept {
    for (const auto& of_level : complications)
      for (const complication& c : of_level)
        if (c.id == twist_id) return &c;
    return nullptr;
  }

  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(standard) & ECTP_NVP(title) & ECTP_NVP(version) & ECTP_NVP(kind) & ECTP_NVP(audience) &
        ECTP_NVP(edition) & ECTP_NVP(main) & ECTP_NVP(also) & ECTP_NVP(why) & ECTP_NVP(phase) & ECTP_NVP(example_class) &
        ECTP_NVP(variants) & ECTP_NVP(tier) & ECTP_NVP(start_level) & ECTP_NVP(purpose) & ECTP_NVP(before_you_start) &
        ECTP_NVP(moves) & ECTP_NVP(model) & ECTP_NVP(what_good_looks_like) & ECTP_NVP(lines_to_say) & ECTP_NVP(first_run) &
        ECTP_NVP(mentor_notes) & ECTP_NVP(success_criteria) & boost::make_nvp("complications_3", complications[0]) &
        boost::make_nvp("complications_4", complications[1]) & boost::make_nvp("complications_5", complications[2]) &
        ECTP_NVP(feedback_prompts) & ECTP_NVP(access) & ECTP_NVP(phase_changes) & ECTP_NVP(instead) & ECTP_NVP(transfer) &
        ECTP_NVP(time_box) & ECTP_NVP(kept_in_record) & ECTP_NVP(not_kept) & ECTP_NVP(step) & ECTP_NVP(alternatives) &
        ECTP_NVP(extract) & ECTP_NVP(one_point) & ECTP_NVP(twist) & ECTP_NVP(tip) & ECTP_NVP(words) & ECTP_NVP(sources);
  }
};

/// What a plan needs of it.
ECTP_LAZY
script outline(const full_script& s) {
  typename detail::later<script, ectp_lazy>::type out;
  out.id = s.id;
  out.title = s.title;
  out.kind = name(s.kind);
  out.audience = s.audience == script_audience::mentor ? std::string("mentor") : std::string("ect");
  out.edition = s.edition;
  out.phase = s.phase;
  out.main = s.main;
  out.also = s.also;
  out.why = s.why;
  out.start_level = {s.start_level.novice, s.start_level.developing, s.start_level.secure};
  out.minutes = s.time_box.total;
  out.hard_stop = s.time_box.hard_stop;
  out.step = s.step.idea;
  out.step_why = s.step.why;
  out.when_where = s.step.when_where;
  out.success_criteria = s.step.success_criteria;
  out.look_for_next_time = s.step.look_for_next_time;
  out.whom_might_it_miss = s.step.whom_might_it_miss;
  out.alternatives = s.alternatives;
  out.extract = s.extract;
  out.one_point = s.one_point;
  out.twist = s.twist;
  out.tip = s.tip;
  out.words[static_cast<std::size_t>(stance::directive)] = s.words.guide;
  out.words[static_cast<std::size_t>(stance::dialogic)] = s.words.dialogue;
  out.words[static_cast<std::size_t>(stance::facilitative)] = s.words.ask;
  out.words[static_cast<std::size_t>(stance::listening)] = s.words.listen;
  out.model_question = s.model.then_ask;
  out.instead = s.instead;
  out.cue = s.transfer.cue;
  out.if_then = s.transfer.if_then;
  out.sources = s.sources;
  return out;
}

}  // namespace ectp::inline ECTP_ABI
