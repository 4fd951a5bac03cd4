#pragma once
/// The value of a decision, as DMN has it:
///
///     UNIQUE, ANY, PRIORITY, FIRST     the outputs of the rule that decides
///     RULE ORDER, OUTPUT ORDER,        a list of the outputs of all rules that decide, in that
///     COLLECT                          order
///     COLLECT with SUM, MIN, MAX       one value
///     COLLECT with COUNT               how many rules match
///
/// One output is a value, several are a context: values with names. Where no rule matches it is made
/// of the default outputs, in a list if the table gives lists; without defaults it is null, but an
/// empty list for COLLECT and 0 for COUNT. Without a decision it is null.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// What the value of a decision is made of.
enum class answer_shape : std::uint8_t {
  null,     ///< nothing
  value,    ///< one value, which is not null
  context,  ///< one value for each output
  values,   ///< a list of values, any of which may be null
  contexts  ///< a list of contexts
};

/// The shape's name in messages and in JSON.
constexpr std::string_view name(answer_shape s) noexcept {
  constexpr std::string_view names[] = {"null", "value", "context", "values", "contexts"};
  return names[static_cast<std::size_t>(s)];
}

/// The value of a decision; it owns its texts. The default is null.
struct answer {
  answer_shape shape = answer_shape::null;
  std::vector<std::string> names;     ///< of contexts: the outputs, in the order of the table; else empty
  std::vector<policy::value> values;  ///< item by item

  bool is_null() const noexcept { return shape == answer_shape::null; }
  /// A list, even of one item or none?
  bool is_list() const noexcept { return shape >= answer_shape::values; }
  /// How many values each item has: the outputs of a context, else 1.
  std::size_t width() const noexcept { return names.empty() ? 1 : names.size(); }
  /// How many items it has: those of a list, 0 for null, else 1.
  std::size_t size() const noexcept { return values.size() / width(); }
  /// The values of one item. Precondition: `i < size()`.
  ECTP_LAZY std::span<const policy::value> item(std::size_t i) const noexcept {
    return ECTP_LATER(std::span<const policy::value>)(values.data() + i * width(), width());
  }
  friend bool operator==(const answer&, const answer&) = default;

  template <class Archive>
  void serialize(Archive& ar, unsigned /*version*/) {
    ar & shape;
    ar & names;
    ar & values;
  }
};

/// The value of a decision that `t.decide` has just made with `work`.
ECTP_DECL answer answer_of(const table& t, const outcome& decided, const scratch& work);

/// The same from the rules that decided, in the order of the answer (`scratch::hits`).
ECTP_DECL answer answer_of(const table& t, const outcome& decided, std::span<const std::uint32_t> hits);

/// The answer as the literals of a table, with contexts in braces and lists in brackets:
/// `{path: "extend", weeks: 6}`, `["a", "b"]`, `null`.
ECTP_DECL std::string to_string(const answer& a);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/answer.ipp"
#endif
