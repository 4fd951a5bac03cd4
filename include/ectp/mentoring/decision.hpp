#pragma once
/// Decisions: what people did with a recommendation. A recommendation never turns into one by
/// itself, and an override always carries a reason.
#include <string>

#include "ectp/core/date.hpp"
#include "ectp/core/serial.hpp"
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// What the pathway policy says about one standard on one day, and the rule that says it.
struct recommendation {
  std::string standard;  ///< `edition:S4`
  date as_of;
  advice recommended = advice::insufficient_evidence;
  std::string rule;           ///< the id of the rule that fired, such as `DIA-P8`
  std::string policy;         ///< the policy's name
  std::string policy_sha256;  ///< the policy's fingerprint, 64 hex digits
  bool has_provisional = false;
  path provisional = path::consolidate;  ///< what to do meanwhile, where the advice is to wait
  friend bool operator==(const recommendation&, const recommendation&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(standard) & ECTP_NVP(as_of) & ECTP_NVP(recommended) & ECTP_NVP(rule) & ECTP_NVP(policy) &
        ECTP_NVP(policy_sha256) & ECTP_NVP(has_provisional) & ECTP_NVP(provisional);
  }
};

/// A decision by people. Made only by the named functions below, never by conversion.
class decision {
 public:
  decision() = default;

  /// Takes the advice. Error `not_allowed` unless Consolidate or Extend was recommended.
  ECTP_LAZY
  static result<decision> accept(const recommendation& r, date on, named_by by) {
    decision d(r, on, by);
    d.response_ = response::accepted;
    d.has_chosen_ = true;
    if (r.recommended == advice::consolidate) d.chosen_ = path::consolidate;
    else if (r.recommended == advice::extend) d.chosen_ = path::extend;
    else return open_question(r);
    return d.checked();
  }
  /// Chooses the other path and says why: `reason` is a word of the override list (default:
  /// `override_reasons.csv`), `because` the people's own sentence. Errors: `missing_field`
  /// without a reason, `not_allowed` when there is nothing to override.
  ECTP_LAZY
  static result<decision> override_with(const recommendation& r, path chosen, std::string reason,
                                        std::string because, date on, named_by by) {
    decision d(r, on, by);
    if (r.recommended != advice::consolidate && r.recommended != advice::extend) return open_question(r);
    if ((r.recommended == advice::extend) == (chosen == path::extend))
      return error{errc::not_allowed, "the path chosen is the one that was recommended", {},
                   "accept it, or choose the other path", ""};
    if (reason.empty())
      return error{errc::missing_field, "an override needs a reason", {}, "one of the override reasons",
                   "say why, so that both the advice and the decision are kept"};
    d.response_ = response::overridden;
    d.has_chosen_ = true;
    d.chosen_ = chosen;
    d.reason_ = std::move(reason);
    d.because_ = std::move(because);
    return d.checked();
  }
  /// Chooses where the advice left it open. Error `not_allowed` where it did not.
  ECTP_LAZY
  static result<decision> choose(const recommendation& r, path chosen, std::string because, date on,
                                 named_by by) {
    if (r.recommended == advice::consolidate || r.recommended == advice::extend)
      return error{errc::not_allowed, "a path was recommended", {}, "accept it, or override it with a reason",
                   ""};
    decision d(r, on, by);
    d.response_ = response::chosen;
    d.has_chosen_ = true;
    d.chosen_ = chosen;
    d.because_ = std::move(because);
    return d.checked();
  }
  /// Leaves it for another day.
  ECTP_LAZY
  static result<decision> defer(const recommendation& r, date on, named_by by) {
    decision d(r, on, by);
    d.response_ = response::deferred;
    return d.checked();
  }

  const std::string& standard() const noexcept { return standard_; }
  date as_of() const noexcept { return as_of_; }
  advice recommended() const noexcept { return recommended_; }
  const std::string& rule() const noexcept { return rule_; }
  const std::string& policy_sha256() const noexcept { return policy_sha256_; }
  ectp::response response() const noexcept { return response_; }
  /// Was a path chosen? Only a deferred decision has none.
  bool has_chosen() const noexcept { return has_chosen_; }
  path chosen() const noexcept { return chosen_; }
  const std::string& reason() const noexcept { return reason_; }
  const std::string& because() const noexcept { return because_; }
  date decided_on() const noexcept { return decided_on_; }
  named_by decided_by() const noexcept { return decided_by_; }

  friend bool operator==(const decision&, const decision&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& boost::make_nvp("standard", standard_) & boost::make_nvp("as_of", as_of_) &
        boost::make_nvp("recommended", recommended_) & boost::make_nvp("rule", rule_) &
        boost::make_nvp("policy_sha256", policy_sha256_) & boost::make_nvp("response", response_) &
        boost::make_nvp("has_chosen", has_chosen_) & boost::make_nvp("chosen", chosen_) &
        boost::make_nvp("reason", reason_) & boost::make_nvp("because", because_) &
        boost::make_nvp("decided_on", decided_on_) & boost::make_nvp("decided_by", decided_by_);
  }

 private:
  ECTP_LAZY
  decision(const recommendation& r, date on, named_by by)
      : standard_(r.standard), as_of_(r.as_of), recommended_(r.recommended), rule_(r.rule),
        policy_sha256_(r.policy_sha256), decided_on_(on), decided_by_(by) {}
  ECTP_LAZY
  static error open_question(const recommendation& r) {
    return error{errc::not_allowed,
                 "nothing to accept or override: the advice was " + std::string(name(r.recommended)), {},
                 "choose a path, or defer", ""};
  }
  ECTP_LAZY
  result<decision> checked() const {
    if (decided_on_ < as_of_)
      return error{errc::out_of_range, "decided on " + to_string(decided_on_) + ", before the advice of " +
                                           to_string(as_of_), {}, "the day of the advice or later", ""};
    return *this;
  }

  std::string standard_;
  date as_of_;
  advice recommended_ = advice::choose_together;
  std::string rule_;
  std::string policy_sha256_;
  ectp::response response_ = ectp::response::deferred;
  bool has_chosen_ = false;
  path chosen_ = path::consolidate;
  std::string reason_;
  std::string because_;
  date decided_on_;
  named_by decided_by_ = named_by::together;
};

}  // namespace ectp::inline ECTP_ABI
