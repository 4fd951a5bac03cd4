#pragma once
/// A rehearsal of a practice script: shown well, shown too fast, taken apart, put into words, run, one point of
/// feedback, run again at once, made harder, taken into a lesson. The machine is the policy `rehearsal_moves`;
/// levels, support and time are the policies `practice_start`, `practice_level`, `scaffold_fade`, `practice_scene`
/// and `practice_time`. It keeps no grade, no tries and no misses, and whoever opts out leaves no trace.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/date.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/kept.hpp"
#include "ectp/mentoring/machines.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/mentoring/script.hpp"

namespace ectp::inline ECTP_ABI {

/// Who may want to read something.
enum class reader_role : std::uint8_t { ect, mentor, induction_tutor, headteacher, provider, appropriate_body };
ECTP_WORDS(reader_role, "reader", "ect", "mentor", "induction_tutor", "headteacher", "provider", "appropriate_body");

/// What was practised is for the two who practised.
constexpr bool visible_to(const rehearsed&, reader_role r) noexcept { return r == reader_role::ect || r == reader_role::mentor; }

/// The same by type: `read_by<reader_role::induction_tutor>(r)` does not compile.
template <reader_role R>
  requires(R == reader_role::ect || R == reader_role::mentor)
constexpr const rehearsed& read_by(const rehearsed& r) noexcept {
  return r;
}

/// The tables that rehearsals run on, with the machine made. It borrows the policies, which must outlive it.
class rehearsal_rules {
 public:
  /// Errors: as `machine_of` has them, for a table of one's own.
  ECTP_DECL static result<rehearsal_rules> make(const policies& rules);
  static result<rehearsal_rules> make(policies&&) = delete;
  const policies& tables() const noexcept { return *tables_; }
  const policy::machine& moves() const noexcept { return moves_; }

 private:
  const policies* tables_ = nullptr;
  policy::machine moves_;
};

/// How far a rehearsal is. Live: it is handed back with the next move and stored nowhere. The two counters are
/// what the next move needs, and are gone as soon as none needs them.
struct rehearsal_progress {
  std::string state;
  int level = 0;              ///< 0 to 5, of the next run
  int reached = 0;            ///< the highest level of a run that took place
  scaffold in_hand = scaffold::full_script;
  int met = 0, missed = 0;    ///< runs in a row with every criterion there, with one not there; 0 to 9
  int minutes = 0;            ///< as they were told, 0 to 999
  std::string twist;          ///< id of the complication at hand; may be empty
  bool practised = false;     ///< did a run take place?
  std::string kept;           ///< one sentence that whoever practised wants to keep; may be empty
  friend bool operator==(const rehearsal_progress&, const rehearsal_progress&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(state) & ECTP_NVP(level) & ECTP_NVP(reached) & ECTP_NVP(in_hand) & ECTP_NVP(met) & ECTP_NVP(missed) &
        ECTP_NVP(minutes) & ECTP_NVP(twist) & ECTP_NVP(practised) & ECTP_NVP(kept);
  }
};

/// What may be told with a move.
struct rehearsal_with {
  int minutes = 0;         ///< that the part just over took, 0 to 240
  std::string twist = {};  ///< which complication, by its id; else the first of the level, then the next
  std::string kept = {};   ///< with the last move: one sentence to keep, at most 200 characters
};

/// What the table says of the level; a recommendation, and gone with the next move.
struct level_advice {
  std::string move;   ///< up, stay or down
  std::string scope;  ///< whole or smaller
  std::string says, rule;
  friend bool operator==(const level_advice&, const level_advice&) = default;
};

/// One line of a page: who, what they say or do, and what they do meanwhile.
struct rehearsal_line {
  std::string who, says, act;
  friend bool operator==(const rehearsal_line&, const rehearsal_line&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(who) & ECTP_NVP(says) & ECTP_NVP(act);
  }
};

/// What to say and do now, to be read standing up.
struct rehearsal_page {
  std::string state, title;
  std::vector<rehearsal_line> lines;
  std::string text;  ///< all of it, at most 20 lines of 92 columns
  friend bool operator==(const rehearsal_page&, const rehearsal_page&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(state) & ECTP_NVP(title) & ECTP_NVP(lines) & ECTP_NVP(text);
  }
};

/// A rehearsal under way. A value; every call is given the tables.
class rehearsal {
 public:
  rehearsal() = default;
  /// Begins, at the level and with the support that the expertise asks for. Errors: those of the tables.
  ECTP_DECL static result<rehearsal> start(full_script what, expertise known, const rehearsal_rules& rules);
  /// Goes on from where it was. Errors: `out_of_range` for a state, a level, a counter or minutes outside their
  /// range, `unknown_reference` for a complication that the script has not; places are those of the progress as JSON.
  ECTP_DECL static result<rehearsal> at(full_script what, rehearsal_progress now, const rehearsal_rules& rules);

  const full_script& what() const noexcept { return what_; }
  const rehearsal_progress& now() const noexcept { return now_; }
  /// Is it over?
  ECTP_DECL bool done(const rehearsal_rules& rules) const noexcept;

  /// Makes a move. After an error everything is as before. Errors: `not_allowed` with the legal moves, `out_of_range`
  /// for minutes or an unknown move, `unknown_reference` for a complication, and those of `check_text` for the sentence.
  ECTP_DECL result<policy::move> step(std::string_view event, const rehearsal_with& with, const rehearsal_rules& rules);
  ECTP_DECL result<std::vector<choice>> choices(const rehearsal_rules& rules) const;
  /// What to say and do now.
  ECTP_DECL result<rehearsal_page> page(const rehearsal_rules& rules) const;
  /// What the table says of the level, from the two counters.
  ECTP_DECL result<level_advice> advice(const rehearsal_rules& rules) const;
  /// What may be written down, once it is over: nothing where no run took place, and nothing of a mentor's own
  /// rehearsal, which belongs in no ECT's record.
  ECTP_DECL maybe<rehearsed> to_keep(date held_on, const rehearsal_rules& rules) const;

  friend bool operator==(const rehearsal&, const rehearsal&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& boost::make_nvp("what", what_) & boost::make_nvp("now", now_);
  }

 private:
  full_script what_;
  rehearsal_progress now_;
};

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/rehearsal.ipp"
#endif
