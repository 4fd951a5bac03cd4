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
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// What an entry holds.
enum class entry_kind : std::uint8_t {
  start, service, block, evidence, wish, target, step, step_tried, step_moved, session, decision,
  notice, entitlement
};
ECTP_WORDS(entry_kind, "kind of entry", "start", "service", "block", "evidence", "wish", "target", "step",
           "step_tried", "step_moved", "session", "decision", "notice", "entitlement");

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
  friend bool operator==(const step&, const step&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(statement) & ECTP_NVP(what) & ECTP_NVP(when_where) & ECTP_NVP(success_criteria);
    ECTP_OPTIONAL(check_on);
    ar& ECTP_NVP(status) & ECTP_NVP(named_by) & ECTP_NVP(script);
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
  friend bool operator==(const session&, const session&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(kind) & ECTP_NVP(status) & ECTP_NVP(held_on) & ECTP_NVP(planned_minutes);
    ECTP_OPTIONAL(minutes);
    ar& ECTP_NVP(slot) & ECTP_NVP(touched);
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
inline constexpr unsigned serial_version<record> = 1;

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
  const std::vector<start>& all_starts() const noexcept { return starts; }
  const std::vector<time_in_post>& all_services() const noexcept { return services; }
  const std::vector<block>& all_blocks() const noexcept { return blocks; }
  const std::vector<ectp::evidence>& all_evidence() const noexcept { return evidence; }
  const std::vector<wish>& all_wishes() const noexcept { return wishes; }
  const std::vector<target>& all_targets() const noexcept { return targets; }
  const std::vector<step>& all_steps() const noexcept { return steps; }
  const std::vector<step_tried>& all_steps_tried() const noexcept { return steps_tried; }
  const std::vector<step_moved>& all_steps_moved() const noexcept { return steps_moved; }
  const std::vector<session>& all_sessions() const noexcept { return sessions; }
  const std::vector<ectp::decision>& all_decisions() const noexcept { return decisions; }
  const std::vector<assessment>& all_notices() const noexcept { return notices; }
  const std::vector<entitlement>& all_entitlements() const noexcept { return entitlements; }

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
    if constexpr (Archive::is_loading::value) {
      if (auto sound = reindex(); !sound) detail::raise(sound.error());
    }
  }

 private:
  template <class Content>
  static constexpr entry_kind kind_of = [] {
    using enum entry_kind;
    if constexpr (std::is_same_v<Content, ectp::start>) return start;
    else if constexpr (std::is_same_v<Content, time_in_post>) return service;
    else if constexpr (std::is_same_v<Content, ectp::block>) return block;
    else if constexpr (std::is_same_v<Content, ectp::evidence>) return evidence;
    else if constexpr (std::is_same_v<Content, ectp::wish>) return wish;
    else if constexpr (std::is_same_v<Content, ectp::target>) return target;
    else if constexpr (std::is_same_v<Content, ectp::step>) return step;
    else if constexpr (std::is_same_v<Content, ectp::step_tried>) return step_tried;
    else if constexpr (std::is_same_v<Content, ectp::step_moved>) return step_moved;
    else if constexpr (std::is_same_v<Content, ectp::session>) return session;
    else if constexpr (std::is_same_v<Content, ectp::decision>) return decision;
    else if constexpr (std::is_same_v<Content, assessment>) return notice;
    else {
      static_assert(std::is_same_v<Content, ectp::entitlement>, "a record has no entry of this type");
      return entitlement;
    }
  }();
  template <class Content>
  std::vector<Content>& all() noexcept {
    constexpr entry_kind k = kind_of<Content>;
    if constexpr (k == entry_kind::start) return starts;
    else if constexpr (k == entry_kind::service) return services;
    else if constexpr (k == entry_kind::block) return blocks;
    else if constexpr (k == entry_kind::evidence) return evidence;
    else if constexpr (k == entry_kind::wish) return wishes;
    else if constexpr (k == entry_kind::target) return targets;
    else if constexpr (k == entry_kind::step) return steps;
    else if constexpr (k == entry_kind::step_tried) return steps_tried;
    else if constexpr (k == entry_kind::step_moved) return steps_moved;
    else if constexpr (k == entry_kind::session) return sessions;
    else if constexpr (k == entry_kind::decision) return decisions;
    else if constexpr (k == entry_kind::notice) return notices;
    else return entitlements;
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
    const std::size_t sizes[] = {starts.size(), services.size(), blocks.size(), evidence.size(), wishes.size(),
                                 targets.size(), steps.size(), steps_tried.size(), steps_moved.size(),
                                 sessions.size(), decisions.size(), notices.size(), entitlements.size()};
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
  std::vector<start> starts;
  std::vector<time_in_post> services;
  std::vector<block> blocks;
  std::vector<ectp::evidence> evidence;
  std::vector<wish> wishes;
  std::vector<target> targets;
  std::vector<step> steps;
  std::vector<step_tried> steps_tried;
  std::vector<step_moved> steps_moved;
  std::vector<session> sessions;
  std::vector<ectp::decision> decisions;
  std::vector<assessment> notices;
  std::vector<entitlement> entitlements;
  std::vector<std::uint32_t> by_id_;  // positions of the entries, by id
  std::vector<unsigned char> superseded_;  // 1 where a later entry corrects it
};

}  // namespace ectp::inline ECTP_ABI
