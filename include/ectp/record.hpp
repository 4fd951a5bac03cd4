#pragma once
/// The record: the append-only history of one ECT's mentoring. Nothing is ever changed in
/// place: a correction is an entry that supersedes another, and what holds today is a fold.
/// There is no field for an absence, a leave reason or any personal circumstance.
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/induction/assessment.hpp"
#include "ectp/induction/calendar.hpp"
#include "ectp/mentoring/decision.hpp"
#include "ectp/mentoring/evidence.hpp"
#include "ectp/mentoring/kept.hpp"
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// What entries hold: the kind, its type, and the plural under which a record has them. Archives keep
/// positions: new kinds stand at the end.
#define ECTP_ENTRY_KINDS(X)                   \
  X(start, ectp::start, starts)               \
  X(service, time_in_post, services)          \
  X(block, ectp::block, blocks)               \
  X(evidence, ectp::evidence, evidence)       \
  X(wish, ectp::wish, wishes)                 \
  X(target, ectp::target, targets)            \
  X(step, ectp::step, steps)                  \
  X(step_tried, ectp::step_tried, steps_tried) \
  X(step_moved, ectp::step_moved, steps_moved) \
  X(session, ectp::session, sessions)         \
  X(decision, ectp::decision, decisions)      \
  X(notice, assessment, notices)              \
  X(entitlement, ectp::entitlement, entitlements) \
  ECTP_LATER_ENTRY_KINDS(X)
/// Those that came with the second layout of records.
#define ECTP_LATER_ENTRY_KINDS(X)             \
  X(rehearsed, ectp::rehearsed, rehearsals)   \
  X(feedback, ectp::feedback, feedback)       \
  X(appraisal, ectp::appraisal, appraisals)   \
  X(agreement, ectp::agreement, agreements)   \
  X(inquiry, ectp::inquiry, inquiries)        \
  X(handover, ectp::handover, handovers)

#define ECTP_ENTRY_NAME(kind, type, plural) kind,
#define ECTP_ENTRY_WORD(kind, type, plural) #kind,
enum class entry_kind : std::uint8_t { ECTP_ENTRY_KINDS(ECTP_ENTRY_NAME) };
ECTP_WORDS(entry_kind, "kind of entry", ECTP_ENTRY_KINDS(ECTP_ENTRY_WORD));
#undef ECTP_ENTRY_NAME
#undef ECTP_ENTRY_WORD

/// The teacher's start: facts of the post, none of the person.
struct start {
  date started_on;  ///< the appropriate body's start date
  school_phase phase = school_phase::secondary;
  ectp::intake intake = ectp::intake::september;
  ectp::programme_type programme_type = ectp::programme_type::provider_led;
  int cohort = 0;  ///< the year that the cohort started in
  friend bool operator==(const start&, const start&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(started_on) & ECTP_NVP(phase) & ECTP_NVP(intake) & ECTP_NVP(programme_type) & ECTP_NVP(cohort);
  }
};

/// Where the training programme is.
struct block {
  int year = 1;           ///< of the programme, 1 or 2
  std::string half_term;  ///< such as `2025-26/H2`
  std::string title;
  std::vector<std::string> statements;
  bool unit_read = false;  ///< has the ECT read it?
  friend bool operator==(const block&, const block&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(year) & ECTP_NVP(half_term) & ECTP_NVP(title) & ECTP_NVP(statements) & ECTP_NVP(unit_read);
  }
};

/// What the ECT would like the next meeting to be about.
struct wish {
  std::string statement;
  std::string where;  ///< class or setting; may be empty
  friend bool operator==(const wish&, const wish&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(statement) & ECTP_NVP(where);
  }
};

/// A target that the induction tutor set. It may flow in (guidance 2.52); nothing flows out.
struct target {
  std::string statement;
  maybe<date> until;
  friend bool operator==(const target&, const target&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(statement);
    ECTP_OPTIONAL(until);
  }
};

struct step;
struct session;
template <>
inline constexpr unsigned serial_version<step> = 1;
template <>
inline constexpr unsigned serial_version<session> = 1;

/// One small visible change in practice that ECT and mentor agreed.
struct step {
  step_id id;
  std::string statement;
  std::string what;
  std::string when_where;
  std::vector<std::string> success_criteria;
  maybe<date> check_on;
  step_status status = step_status::agreed;
  ectp::named_by named_by = ectp::named_by::together;
  script_id script;  ///< the practice script used; may be empty
  std::vector<std::string> how;  ///< its parts, in order; may be empty
  std::string why;               ///< what it does for pupils; may be empty
  std::string technique;         ///< its name, such as `cold call`; may be empty
  std::string check_method;      ///< how it is looked at; may be empty
  std::string might_miss;        ///< whom it might miss; may be empty
  maybe<ectp::tier> tier;        ///< where practice was when it was agreed
  step_id follows;               ///< the step before it in a sequence; may be empty
  maybe<ectp::path> path;        ///< the path that it belongs to
  bool ect_agreed = false;       ///< has the ECT said yes to these words?
  friend bool operator==(const step&, const step&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(statement) & ECTP_NVP(what) & ECTP_NVP(when_where) & ECTP_NVP(success_criteria);
    ECTP_OPTIONAL(check_on);
    ar& ECTP_NVP(status) & ECTP_NVP(named_by) & ECTP_NVP(script);
    if (v < 1) return;
    ar& ECTP_NVP(how) & ECTP_NVP(why) & ECTP_NVP(technique) & ECTP_NVP(check_method) & ECTP_NVP(might_miss);
    ECTP_OPTIONAL(tier);
    ar& ECTP_NVP(follows);
    ECTP_OPTIONAL(path);
    ar& ECTP_NVP(ect_agreed);
  }
};

/// A lesson in which a step was tried.
struct step_tried {
  step_id step;
  date lesson_on;
  bool met = false;          ///< did it do what its criteria say?
  rater_role seen_by = rater_role::ect;
  friend bool operator==(const step_tried&, const step_tried&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(step) & ECTP_NVP(lesson_on) & ECTP_NVP(met) & ECTP_NVP(seen_by);
  }
};

/// A step that moved to another status.
struct step_moved {
  step_id step;
  step_status status = step_status::in_use;
  friend bool operator==(const step_moved&, const step_moved&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(step) & ECTP_NVP(status);
  }
};

/// A planned, held or cancelled meeting or activity. Why it was cancelled is not stored.
struct session {
  session_id id;
  session_kind kind = session_kind::mentor_meeting;
  session_status status = session_status::planned;
  date held_on;             ///< the day it is planned for or was held
  int planned_minutes = 60;
  maybe<int> minutes;           ///< only when held
  std::string slot;                     ///< such as `period 5`; may be empty
  std::vector<std::string> touched;     ///< statements worked on
  maybe<cycle_part> cycle;              ///< the part of the mentoring cycle that it was
  maybe<ectp::stance> stance;           ///< the manner it was held in for the most part
  std::string stance_rule;              ///< the rule that said so; empty where it would tell of live inputs
  maybe<ectp::named_by> step_named_by;  ///< who named the step; none where there was none
  friend bool operator==(const session&, const session&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(kind) & ECTP_NVP(status) & ECTP_NVP(held_on) & ECTP_NVP(planned_minutes);
    ECTP_OPTIONAL(minutes);
    ar& ECTP_NVP(slot) & ECTP_NVP(touched);
    if (v < 1) return;
    ECTP_OPTIONAL(cycle);
    ECTP_OPTIONAL(stance);
    ar& ECTP_NVP(stance_rule);
    ECTP_OPTIONAL(step_named_by);
  }
};

/// An entitlement that was kept or missed, such as `reduced_timetable`.
struct entitlement {
  std::string item;
  bool kept = true;
  friend bool operator==(const entitlement&, const entitlement&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(item) & ECTP_NVP(kept);
  }
};

/// The head of an entry: who wrote down what, when, and which entry it corrects.
struct entry {
  entry_id id;
  date on;              ///< the day it was written down
  person_id by;         ///< whoever wrote it; may be empty for imported rows
  entry_kind kind = entry_kind::evidence;
  entry_id supersedes;  ///< the entry that this one corrects; empty if none
  std::uint32_t index = 0;  ///< position among the entries of its kind
  friend bool operator==(const entry&, const entry&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(on) & ECTP_NVP(by) & ECTP_NVP(kind) & ECTP_NVP(supersedes) & ECTP_NVP(index);
  }
};

class record;
template <>
inline constexpr unsigned serial_version<record> = 2;

/// Append-only: entries are added at the end and never changed or removed.
class record {
 public:
  record() = default;
  ECTP_LAZY
  record(teacher_id teacher, person_id mentor, std::string edition, bool invented = false)
      : teacher_(std::move(teacher)), mentor_(std::move(mentor)), edition_(std::move(edition)),
        invented_(invented) {}

  const teacher_id& teacher() const noexcept { return teacher_; }
  const person_id& mentor() const noexcept { return mentor_; }
  /// The framework edition that its statements belong to, such as `ittecf-2024`.
  const std::string& edition() const noexcept { return edition_; }
  /// Does the record say that it is invented?
  bool invented() const noexcept { return invented_; }
  /// What the file says of itself; may be empty. Never about a person.
  const std::string& about() const noexcept { return about_; }
  void about(std::string text) { about_ = std::move(text); }
  const std::vector<entry>& entries() const noexcept { return entries_; }

  /// Adds an entry with its content. The head's `kind` and `index` are filled in. Errors:
  /// `duplicate_id` (id used before, or an entry that was already corrected), `unknown_reference`
  /// (corrects an entry that is not there), `wrong_type` (corrects one of another kind).
  template <class Content>
  result<void> append(entry head, Content content) {
    std::vector<Content>& contents = all<Content>();
    if constexpr (requires { content.id = head.id; }) {
      if constexpr (kind_of<Content> == entry_kind::evidence) content.id = head.id;
    }
    head.kind = kind_of<Content>;
    head.index = static_cast<std::uint32_t>(contents.size());
    if (auto placed = place(head); !placed) return placed;
    entries_.push_back(std::move(head));
    superseded_.push_back(0);
    contents.push_back(std::move(content));
    return {};
  }

  /// The position of an entry, or none.
  ECTP_LAZY
  maybe<std::size_t> find(std::string_view entry) const {
    std::size_t lo = 0, hi = by_id_.size();
    while (lo < hi) {
      const std::size_t mid = lo + (hi - lo) / 2;
      if (std::string_view(entries_[by_id_[mid]].id.str()) < entry) lo = mid + 1;
      else hi = mid;
    }
    if (lo < by_id_.size() && entries_[by_id_[lo]].id.str() == entry) return by_id_[lo];
    return {};
  }
  /// Was this entry corrected by a later one?
  bool superseded(std::size_t position) const noexcept { return superseded_[position] != 0; }

  /// The contents by kind, in the order of their entries (`entry::index`).
#define ECTP_ENTRY_ALL(kind, type, plural) \
  const std::vector<type>& all_##plural() const noexcept { return plural; }
  ECTP_ENTRY_KINDS(ECTP_ENTRY_ALL)
#undef ECTP_ENTRY_ALL

  friend bool operator==(const record&, const record&) = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& boost::make_nvp("teacher", teacher_) & boost::make_nvp("mentor", mentor_) &
        boost::make_nvp("edition", edition_) & boost::make_nvp("invented", invented_) &
        boost::make_nvp("about", about_) & boost::make_nvp("entries", entries_);
    ar& ECTP_NVP(starts) & ECTP_NVP(services) & ECTP_NVP(blocks) & ECTP_NVP(evidence) & ECTP_NVP(wishes) &
        ECTP_NVP(targets) & ECTP_NVP(steps) & ECTP_NVP(steps_tried) & ECTP_NVP(steps_moved) & ECTP_NVP(sessions) &
        ECTP_NVP(decisions) & ECTP_NVP(notices) & ECTP_NVP(entitlements);
#define ECTP_ENTRY_NVP(kind, type, plural) & ECTP_NVP(plural)
    if (v >= 2) ar ECTP_LATER_ENTRY_KINDS(ECTP_ENTRY_NVP);
#undef ECTP_ENTRY_NVP
    if constexpr (Archive::is_loading::value) {
      if (auto sound = reindex(); !sound) detail::raise(sound.error());
    }
  }

 private:
  template <class Content>
  static constexpr entry_kind kind_of = [] {
#define ECTP_ENTRY_KIND(kind, type, plural) \
  if constexpr (std::is_same_v<Content, type>) return entry_kind::kind; \
  else
    ECTP_ENTRY_KINDS(ECTP_ENTRY_KIND) {
      static_assert(std::is_same_v<Content, ectp::start>, "a record has no entry of this type");
      return entry_kind::start;
    }
#undef ECTP_ENTRY_KIND
  }();
  template <class Content>
  std::vector<Content>& all() noexcept {
    constexpr entry_kind k = kind_of<Content>;
#define ECTP_ENTRY_OF(kind, type, plural) \
  if constexpr (k == entry_kind::kind) return plural; \
  else
    ECTP_ENTRY_KINDS(ECTP_ENTRY_OF) return starts;
#undef ECTP_ENTRY_OF
  }
  // Checks an entry against those before it, and notes its id and what it corrects.
  ECTP_LAZY
  result<void> place(const entry& head) {
    if (head.id.empty())
      return error{errc::missing_field, "an entry without an id", {}, "an id of 1 to 64 characters",
                   "ids are given by the caller: the library makes none up"};
    std::size_t at = by_id_.size();
    // Ids usually arrive in order: look at the end first.
    if (!by_id_.empty() && !(entries_[by_id_.back()].id < head.id)) {
      std::size_t lo = 0, hi = by_id_.size();
      while (lo < hi) {
        const std::size_t mid = lo + (hi - lo) / 2;
        if (entries_[by_id_[mid]].id < head.id) lo = mid + 1;
        else hi = mid;
      }
      at = lo;
      if (entries_[by_id_[at]].id == head.id)
        return error{errc::duplicate_id, "entry id '" + head.id.str() + "' was used before", {}, "an id of its own",
                     "to correct an entry, add a new one with \"supersedes\""};
    }
    if (!head.supersedes.empty()) {
      const auto old = find(head.supersedes.str());
      if (!old)
        return error{errc::unknown_reference,
                     "entry '" + head.id.str() + "' supersedes '" + head.supersedes.str() + "', which is not there",
                     {}, "the id of an earlier entry", ""};
      if (entries_[*old].kind != head.kind)
        return error{errc::wrong_type,
                     "entry '" + head.id.str() + "' is a " + std::string(name(head.kind)) + " and supersedes a " +
                         std::string(name(entries_[*old].kind)),
                     {}, "an entry of the same kind", ""};
      if (superseded_[*old] != 0)
        return error{errc::duplicate_id, "entry '" + head.supersedes.str() + "' was already corrected", {},
                     "the last correction in the chain", "a chain of corrections has one live end"};
      superseded_[*old] = 1;
    }
    by_id_.insert(by_id_.begin() + static_cast<std::ptrdiff_t>(at), static_cast<std::uint32_t>(entries_.size()));
    return {};
  }
  // Rebuilds the indexes after loading and refuses heads that do not match their contents.
  ECTP_LAZY
  result<void> reindex() {
    std::vector<entry> heads;
    heads.swap(entries_);
    by_id_.clear();
    superseded_.clear();
#define ECTP_ENTRY_SIZE(kind, type, plural) plural.size(),
    const std::size_t sizes[] = {ECTP_ENTRY_KINDS(ECTP_ENTRY_SIZE)};
#undef ECTP_ENTRY_SIZE
    std::size_t seen[std::size(words_in<entry_kind>)] = {};
    for (auto& head : heads) {
      const auto kind = static_cast<std::size_t>(head.kind);
      if (kind >= std::size(seen) || head.index != seen[kind] || seen[kind] >= sizes[kind])
        return error{errc::syntax, "the archive's entries do not match their contents", {}, "an archive as it was written", ""};
      ++seen[kind];
      if (auto placed = place(head); !placed) return placed;
      entries_.push_back(std::move(head));
      superseded_.push_back(0);
    }
    for (std::size_t k = 0; k != std::size(seen); ++k)
      if (seen[k] != sizes[k])
        return error{errc::syntax, "the archive holds contents without an entry", {}, "an archive as it was written", ""};
    return {};
  }

  teacher_id teacher_;
  person_id mentor_;
  std::string edition_;
  bool invented_ = false;
  std::string about_;
  std::vector<entry> entries_;
#define ECTP_ENTRY_MEMBER(kind, type, plural) std::vector<type> plural;
  ECTP_ENTRY_KINDS(ECTP_ENTRY_MEMBER)
#undef ECTP_ENTRY_MEMBER
  std::vector<std::uint32_t> by_id_;  // positions of the entries, by id
  std::vector<unsigned char> superseded_;  // 1 where a later entry corrects it
};

}  // namespace ectp::inline ECTP_ABI
