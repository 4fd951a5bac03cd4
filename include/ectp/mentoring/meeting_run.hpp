#pragma once
/// A meeting in progress: the machine `meeting_moves` over a plan. At each moment it says guide, think together,
/// ask or listen, with words to say. It keeps no clock, and nothing of what was said live outlasts the meeting.
///
///     auto setting = meeting_setting::make(plan, state, rules, tree);
///     meeting_run run;
///     run.step("look", {}, *setting);
///     print(to_text(run, *setting).value());
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/meeting.hpp"
#include "ectp/mentoring/fading.hpp"
#include "ectp/mentoring/kept.hpp"
#include "ectp/mentoring/machines.hpp"
#include "ectp/mentoring/probing.hpp"

namespace ectp::inline ECTP_ABI {

/// What a meeting runs on. It borrows the plan, the rules and the tree, which must outlive it.
struct meeting_setting {
  const meeting::meeting_plan* plan = nullptr;
  const policies* rules = nullptr;
  const framework::tree* tree = nullptr;
  cycle_counts counts;    ///< of the cycles before this meeting
  policy::machine moves;  ///< `meeting_moves`
  /// Errors: those of the tables.
  ECTP_DECL static result<meeting_setting> make(const meeting::meeting_plan& plan, const record_state& state,
                                                const policies& rules, const framework::tree& tree);
};

/// What comes with an event; each event reads what it asks for and leaves the rest.
struct meeting_said {
  std::string gap;         ///< with `agree`: what pupils do not do yet; may be empty
  std::string what, when_where, criterion;  ///< with `step`: required
  std::string statement;   ///< with `step`: required where the plan has no focus
  std::string kept;        ///< with `practised_keep`: one sentence of the ECT; may be empty
  maybe<ectp::named_by> named_by;   ///< with `step`: who named it; `together` if nobody says
  maybe<ectp::topic> topic;         ///< with `turn`: required
  maybe<int> level;                 ///< with `practised_keep`: 0 to 5; where it started if nobody says
  maybe<int> minutes;               ///< gone since the meeting began, 0 to 600; with any event
  maybe<ectp::stance> stance;       ///< with `end`: the manner it was really held in; may be none
  maybe<ectp::cycle_part> cycle;    ///< with `end`: the part of the cycle; as the machine says if none
};

/// A step as the ECT worded it.
struct worded_step {
  std::string statement, what, when_where, criterion;
  ectp::named_by named_by = named_by::together;
  friend bool operator==(const worded_step&, const worded_step&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(statement) & ECTP_NVP(what) & ECTP_NVP(when_where) & ECTP_NVP(criterion) & ECTP_NVP(named_by);
  }
};

/// What a page for one moment says.
struct meeting_moment {
  std::string state;
  ectp::phase phase = phase::arrive;
  std::string prompt;      ///< what the state is for
  std::string title;       ///< of the part of the agenda; empty where the plan left it out
  int from = 0, to = 0;    ///< minutes of that part; both 0 where the plan left it out
  manner how;              ///< its stance is the one in force; none: coaching stops
  maybe<ectp::rung> rung;  ///< while a question is on the table
  faded fade;              ///< what fading says here
  std::vector<std::string> words;  ///< to say
  std::string act;                 ///< to do
  std::vector<statement_view> evidence;  ///< to look at, the focus first
};

/// What a meeting that is over leaves for the record.
struct meeting_kept {
  date held_on;
  int planned_minutes = 60;
  int minutes = 60;
  std::string slot;
  std::vector<std::string> touched;
  maybe<ectp::stance> stance;           ///< none where the meeting did not come to looking together
  std::string stance_rule;              ///< empty where people said the stance themselves
  maybe<ectp::named_by> step_named_by;  ///< none without a step
  maybe<ectp::cycle_part> cycle;
  maybe<worded_step> step;
  maybe<date> check_on;       ///< of the step
  maybe<rehearsed> practised;  ///< only if the ECT wanted it kept
};

/// A value: where a meeting is. It begins by listening.
class meeting_run {
 public:
  meeting_run() = default;

  const std::string& state() const noexcept { return state_; }
  /// Where it was before it paused; `arrive` while it is not paused.
  const std::string& before() const noexcept { return before_; }
  int failed_probes() const noexcept { return failed_probes_; }
  ectp::topic topic() const noexcept { return topic_; }
  int runs() const noexcept { return runs_; }
  const std::string& gap() const noexcept { return gap_; }
  const maybe<worded_step>& step() const noexcept { return step_; }
  maybe<int> minutes() const noexcept { return minutes_; }

  /// Makes a move. After an error the run is what it was. Errors: `not_allowed` for an illegal move, with the
  /// legal ones; `out_of_range` for an unknown event or number; `missing_field`, `too_large` and `encoding` for
  /// what comes with it, with `/with/NAME` as the place; `unknown_code` for a statement.
  ECTP_DECL result<policy::move> step(std::string_view event, const meeting_said& with, const meeting_setting& in);

  /// What can be done now.
  ECTP_DECL result<std::vector<choice>> choices(const meeting_setting& in) const;

  /// What to say and do now. Errors: those of the tables.
  ECTP_DECL result<meeting_moment> says(const meeting_setting& in) const;

  /// Over: nothing more can be done.
  ECTP_DECL bool done(const meeting_setting& in) const;

  /// What to keep: none while it goes on, and none when safeguarding stopped it. Nothing live is in it, nor
  /// anything that was decided by something live.
  ECTP_DECL result<maybe<meeting_kept>> kept(const meeting_setting& in) const;

  friend bool operator==(const meeting_run&, const meeting_run&) = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& boost::make_nvp("state", state_) & boost::make_nvp("before", before_) &
        boost::make_nvp("failed_probes", failed_probes_) & boost::make_nvp("asked", asked_) &
        boost::make_nvp("topic", topic_) & boost::make_nvp("looked", looked_) & boost::make_nvp("runs", runs_) &
        boost::make_nvp("gap", gap_);
    detail::serialize_optional(ar, "has_step", "step", step_);
    detail::serialize_optional(ar, "has_practised", "practised", practised_);
    detail::serialize_optional(ar, "has_minutes", "minutes", minutes_);
    detail::serialize_optional(ar, "has_held_in", "held_in", held_in_);
    detail::serialize_optional(ar, "has_cycle", "cycle", cycle_);
  }

  /// Is it a run that these tables could have led to? For what comes from outside. Errors: `out_of_range` and
  /// those of `check_text`; the place is the field, such as `/state`.
  ECTP_DECL result<void> check(const meeting_setting& in) const;

  /// The parts, for readers and writers.
  struct parts {
    std::string state = "arrive", before = "arrive";
    int failed_probes = 0;
    bool asked = false;
    ectp::topic topic = topic::technique;
    bool looked = false;
    int runs = 0;
    std::string gap = {};
    maybe<worded_step> step = {};
    maybe<rehearsed> practised = {};
    maybe<int> minutes = {};
    maybe<ectp::stance> held_in = {};
    maybe<ectp::cycle_part> cycle = {};
  };
  parts take() const {
    return {state_, before_, failed_probes_, asked_, topic_, looked_, runs_, gap_, step_, practised_, minutes_, held_in_, cycle_};
  }
  /// Errors: as `check` has them.
  ECTP_DECL static result<meeting_run> make(parts p, const meeting_setting& in);

 private:
  std::string state_ = "arrive", before_ = "arrive";
  int failed_probes_ = 0;
  bool asked_ = false;  // what got in the way, or any other question
  ectp::topic topic_ = topic::technique;
  bool looked_ = false;
  int runs_ = 0;
  std::string gap_;
  maybe<worded_step> step_;
  maybe<rehearsed> practised_;
  maybe<int> minutes_;
  maybe<ectp::stance> held_in_;
  maybe<ectp::cycle_part> cycle_;
};

/// The page for this moment, at most 92 columns wide: what to say, to do and to look at, and what can be done
/// next. Errors: those of `says` and `choices`.
ECTP_DECL result<std::string> to_text(const meeting_run& run, const meeting_setting& in);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/meeting_run.ipp"
#endif
