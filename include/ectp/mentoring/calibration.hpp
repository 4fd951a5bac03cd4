#pragma once
/// Calibration on anonymous vignettes (list `vignettes`): how a mentor's reading of an invented lesson compares with a
/// panel's, and what is worth talking about (policy `calibration`). What is rated is the vignette, never a person;
/// nothing is stored. The panels that come with the library are ours: no panel has met yet.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/serial.hpp"
#include "ectp/mentoring/policies.hpp"

namespace ectp::inline ECTP_ABI {

/// A lesson of a few lines that nobody taught.
struct vignette {
  std::string id;         ///< such as `vig-01`
  std::string statement;  ///< `edition:code` that it is about
  school_phase phase = school_phase::secondary;
  std::string seen;       ///< what somebody in the room could see
  int emerging = 0, developing = 0, secure = 0;  ///< how many of the panel saw it so
  friend bool operator==(const vignette&, const vignette&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(id) & ECTP_NVP(statement) & ECTP_NVP(phase) & ECTP_NVP(seen) & ECTP_NVP(emerging) &
        ECTP_NVP(developing) & ECTP_NVP(secure);
  }
};

/// One's own level for a vignette.
struct vignette_level {
  std::string vignette;
  ectp::level level = level::developing;
};

/// One vignette beside the panel.
struct calibrated {
  std::string vignette;
  level yours = level::developing, panel = level::developing;  ///< the panel's middle view
  int share = 0;       ///< percent of the panel that saw it as you did, floored
  int difference = 0;  ///< levels above the panel's middle view; negative below
  std::string talk;    ///< the policy's word, such as `higher`
  int order = 0;       ///< what to talk about first has the lowest
  std::string rule, says;
  friend bool operator==(const calibrated&, const calibrated&) = default;
  template <class Archive>
  void serialize(Archive& ar, unsigned v) {
    detail::check_version(*this, v);
    ar& ECTP_NVP(vignette) & ECTP_NVP(yours) & ECTP_NVP(panel) & ECTP_NVP(share) & ECTP_NVP(difference) & ECTP_NVP(talk) &
        ECTP_NVP(order) & ECTP_NVP(rule) & ECTP_NVP(says);
  }
};

/// The vignettes of the rules, in their order.
ECTP_DECL std::vector<vignette> vignettes_of(const policies& rules);

/// Compares levels with the panels'. What is most worth talking about comes first, else the order of `levels`.
/// Errors: `unknown_reference` for a vignette that the rules have not, `duplicate_id` for one that is rated twice,
/// and those of `rule_on`.
ECTP_DECL result<std::vector<calibrated>> calibrate(std::span<const vignette_level> levels, const policies& rules);

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/mentoring/impl/calibration.ipp"
#endif
