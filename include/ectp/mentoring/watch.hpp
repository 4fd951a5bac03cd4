#pragma once
/// The entitlement watch: what an early career teacher is due (list `entitlements`), what the record says of it, and
/// whom to ask (policy `watch`). A missed meeting counts without any reason; days out of post count nowhere.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/serial.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

enum class entitlement_state : std::uint8_t { kept, missed, unknown };
ECTP_WORDS(entitlement_state, "state of an entitlement", "kept", "missed", "unknown");

/// Whom an ECT asks first.
enum class whom_to_ask : std::uint8_t { all_well, ask_mentor, induction_tutor, named_contact };
ECTP_WORDS(whom_to_ask, "way to go", "all_well", "ask_mentor", "induction_tutor", "named_contact");

/// One thing that is due, and how it stands.
struct watch_row {
  std::string item;   ///< such as `reduced_timetable`; the record's own word where our list has none
  std::string title;  ///< for a person
  std::string due;    ///< what the ECT is due; empty for an item of the record's own
  entitlement_state state = entitlement_state::unknown;
  int misses = 0;     ///< how often it was missed among those looked at
  int looked_at = 0;  ///< planned meetings looked at, or 1 where the record names the item
  whom_to_ask next = whom_to_ask::all_well;
  std::string rule;   ///< such as `ENT-W5`
  basis on = basis::default_policy;
  std::string says;   ///< a sentence for the ECT to use; empty where all is well
  std::string source; ///< keys of `sources` with their paragraphs, of what is due
  friend bool operator==(const watch_row&, const watch_row&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(item) & ECTP_NVP(title) & ECTP_NVP(due) & ECTP_NVP(state) & ECTP_NVP(misses) & ECTP_NVP(looked_at) &
        ECTP_NVP(next) & ECTP_NVP(rule) & ECTP_NVP(on) & ECTP_NVP(says) & ECTP_NVP(source);
  }
};

/// How every entitlement stands for somebody in this year of induction (1 or 2), in the order of the list; items of
/// the record's own come last. `asked` are items that were raised before. Errors: `out_of_range` for another year,
/// and those of `rule_on`.
ECTP_DECL result<std::vector<watch_row>> watch_of(const record_state& state, int year, std::span<const std::string> asked,
                                                  const policies& rules);

/// The year of induction that a record speaks of: its programme's, or 1 where it names none.
ECTP_LAZY
int year_of(const record_state& state) noexcept {
  return state.block ? state.block->year : 1;
}

namespace detail {
/// Was the teacher in post on this day? Without any stretch: yes.
ECTP_LAZY
bool in_post(const std::vector<time_in_post>& service, date on) noexcept {
  for (const auto& s : service)
    if (s.from <= on && (!s.until || on <= *s.until)) return true;
  return service.empty();
}
}  // namespace detail

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/watch.ipp"
#endif
