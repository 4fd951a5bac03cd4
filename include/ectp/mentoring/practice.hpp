#pragma once
/// Deliberate practice: a script to rehearse one statement, low in stakes and short. It carries no
/// grade and keeps no misses. The texts themselves are content, found at run time or compiled in
/// by an opt-in target; this is what a plan needs of them.
#include <array>
#include <span>
#include <string>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/basis.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// One line of a rehearsal: who speaks, what they say, what they do meanwhile.
struct script_line {
  std::string who, line, act;
  friend bool operator==(const script_line&, const script_line&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(who) & ECTP_NVP(line) & ECTP_NVP(act);
  }
};

/// A small change to try, as a starting point for the ECT's own words.
struct step_idea {
  std::string what;
  std::vector<std::string> statements;  ///< codes, such as `4n`
  friend bool operator==(const step_idea&, const step_idea&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(what) & ECTP_NVP(statements);
  }
};

/// A source that a script leans on.
struct script_source {
  std::string used_for, source;
  ectp::confidence confidence = ectp::confidence::low;
  basis on = basis::default_policy;
  friend bool operator==(const script_source&, const script_source&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(used_for) & ECTP_NVP(source) & ECTP_NVP(confidence) & ECTP_NVP(on);
  }
};

struct script {
  script_id id;
  std::string title, kind;  ///< kind: enact, make or converse
  std::string audience;     ///< `ect` or `mentor`: whose practice it is
  std::string edition;
  school_phase phase = school_phase::secondary;
  std::vector<std::string> main, also, why;   ///< statement codes
  std::array<int, 3> start_level{};           ///< 0 to 5, for novice, developing and secure
  int minutes = 0, hard_stop = 0;
  step_idea step;
  std::string step_why, when_where, look_for_next_time, whom_might_it_miss;
  std::vector<std::string> success_criteria;
  std::vector<step_idea> alternatives;
  std::vector<script_line> extract;           ///< at most ten lines, for the page
  std::string one_point, twist, tip;
  std::array<std::vector<std::string>, 4> words;  ///< by stance
  std::string model_question;                 ///< asked after the good and the too-fast model
  std::vector<std::string> instead;           ///< when role play is not for today
  std::string cue, if_then;
  std::vector<script_source> sources;
  friend bool operator==(const script&, const script&) = default;
};

/// How near a script is to a statement.
enum class nearness : std::uint8_t { same_statement, related_statement, same_standard };
ECTP_WORDS(nearness, "nearness", "same_statement", "related_statement", "same_standard");

struct found_script {
  const script* what = nullptr;
  nearness near = nearness::same_standard;
};

/// The script nearest to a statement's code, of the wanted school phase where there is a choice;
/// none if the library has nothing for the standard. `standard` is its number, `1` to `8`.
ECTP_LAZY
maybe<found_script> find_script(std::span<const script> library, std::string_view edition,
                                               std::string_view code, char standard, school_phase wanted) {
  const auto among = [&](const std::vector<std::string>& codes) {
    for (const auto& c : codes)
      if (c == code) return true;
    return false;
  };
  maybe<found_script> best;
  int best_score = -1;
  for (const script& s : library) {
    if (s.edition != edition || s.main.empty() || s.audience == "mentor") continue;
    nearness near;
    if (among(s.main)) near = nearness::same_statement;
    else if (among(s.also) || among(s.why)) near = nearness::related_statement;
    else if (s.main.front().front() == standard) near = nearness::same_standard;
    else continue;
    const int points = 2 * (2 - static_cast<int>(near)) + (s.phase == wanted ? 1 : 0);
    if (points > best_score) {
      best = found_script{&s, near};
      best_score = points;
    }
  }
  return best;
}

}  // namespace ectp::inline ECTP_ABI
