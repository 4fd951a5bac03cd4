#pragma once
/// Deciding: inputs in, the rule that fires out. Nothing is allocated and nothing throws.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How a decision ended (the list `rule_status` of the data dictionary).
enum class rule_status : std::uint8_t { decided, no_rule, conflict, invalid_input };

/// The status as the data dictionary writes it, such as `no_rule`.
constexpr std::string_view name(rule_status s) noexcept {
  switch (s) {
    case rule_status::decided: return "decided";
    case rule_status::no_rule: return "no_rule";
    case rule_status::conflict: return "conflict";
    case rule_status::invalid_input: return "invalid_input";
  }
  return "invalid_input";
}

/// No rule, or no input: the field of an outcome does not apply.
inline constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// What a decision came to. Rules and inputs are 0-based positions in the table.
struct outcome {
  rule_status status = rule_status::no_rule;
  /// The selected rule, or the first of them; in a conflict the first that matched. `none` where it
  /// was decided without one: by default outputs, or as an empty list or count.
  std::uint32_t rule = none;
  std::uint32_t other = none;  ///< in a conflict the second rule that matched
  std::uint32_t input = none;  ///< the input that was refused, when `invalid_input`
  explicit operator bool() const noexcept { return status == rule_status::decided; }
  friend bool operator==(const outcome&, const outcome&) = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned /*version*/) {
    ar & status;
    ar & rule;
    ar & other;
    ar & input;
  }
};

/// Working space for `table::decide`, one for each thread; `table::make_scratch()` makes one of
/// the right size. One that is too small is enlarged on its first use, the only allocation.
class scratch {
 public:
  scratch() = default;
  /// The elementary cell of each input, after a decision that was not `invalid_input`.
  std::span<const std::uint32_t> cells() const noexcept { return {cells_.data(), cells_.size()}; }
  /// The rules that decided, in the order of the answer: one at most for a single-hit policy.
  std::span<const std::uint32_t> hits() const noexcept { return {hits_.data(), hits_.size()}; }

 private:
  friend class table;
  list<std::uint32_t> cells_;
  list<const std::uint32_t*> rows_;
  list<std::uint32_t> hits_;
};

template <class lazy>
result<outcome> table::decide(std::initializer_list<named_value> values) const {
  return decide(std::span<const named_value>(values.begin(), values.size()));
}

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/decide.ipp"
#endif
