#pragma once
/// The tests in a rule's cells: DMN's unary tests.
///
///     cell     := '' | '-' | 'not(' tests ')' | tests       '' and '-' hold for everything
///     tests    := test (',' test)*                          any of them holds
///     test     := ('<'|'<='|'>'|'>='|'='|'!=')? literal | interval
///     interval := ('['|'('|']') literal '..' literal (']'|')'|'[')    '(' and ']' leave out the
///                                                           lower end, ')' and '[' the upper
///     literal  := number | "string" | word | true | false | null | moment | name
///     moment   := 2025-09-01 | @"2025-09-01" | date("2025-09-01") | time("08:45")
///               | date and time("2025-09-01T08:45") | duration("P14D") | duration("P1Y6M")
///
/// A word is a value of a column that lists its values; in such a column numbers are words too. In
/// a column of dates, times or durations these may stand bare. A name is that of another input of
/// the same kind: the test compares with the value it was given. Strings know the escapes \" \' \\ \n \r \t \uXXXX \UXXXXXX.
///
/// Null: `= null` holds for null only. Equality with anything else is false for null, so `!= 3`
/// and `not(3)` hold for null. Order is unknown for null: neither `> 3` nor `not(> 3)` holds.
///
/// One parser for run time and constant expressions: it allocates nothing and tells a sink what
/// it finds.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/policy/literal.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How a test compares.
enum class relation : std::uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  within  ///< an interval
};

/// One test: a relation to `low`, or an interval from `low` to `high`.
struct unary_test {
  relation how = relation::equal;
  bool low_open = false, high_open = false;  ///< the end itself is left out
  literal low, high;
  std::size_t at = 0, size = 0;  ///< in the cell's text
  friend constexpr bool operator==(const unary_test&, const unary_test&) = default;
};

namespace detail {
constexpr bool take_interval(literal_scanner& in, unary_test& out) noexcept {
  out.how = relation::within;
  out.low_open = in.take("(") || in.take("]");
  if (!out.low_open) in.take("[");
  if (!in.take_literal(out.low)) return false;
  if (!in.take("..")) return in.fail_here(problem::dots_expected);
  if (!in.take_literal(out.high)) return false;
  if (in.take("]")) return true;
  out.high_open = in.take(")") || in.take("[");
  return out.high_open || in.fail_here(problem::bracket_expected);
}

constexpr bool take_test(literal_scanner& in, unary_test& out) noexcept {
  out = unary_test{};
  in.skip_blanks();
  out.at = in.at();
  const char c = in.peek();
  if (c == '[' || c == '(' || c == ']') {
    if (!take_interval(in, out)) return false;
  } else {
    if (in.take("==")) return in.fail(problem::double_equals, out.at, 2);
    if (in.take("<=")) out.how = relation::less_equal;
    else if (in.take(">=")) out.how = relation::greater_equal;
    else if (in.take("!=")) out.how = relation::not_equal;
    else if (in.take("<")) out.how = relation::less;
    else if (in.take(">")) out.how = relation::greater;
    else in.take("=");
    if (!in.take_literal(out.low)) return false;
  }
  out.size = in.at() - out.at;
  return true;
}
}  // namespace detail

/// Parses one cell. `syntax` says what bare text means in its column. The sink has
/// `any()`, called for an empty cell or `-`; `negate()`, called for `not(` before its tests; and
/// `test(const unary_test&)`, which returns a fault if the test does not suit the column. Gives the
/// first fault.
template <class Sink>
constexpr fault parse_cell(std::string_view text, const literal_syntax& syntax, Sink& sink) {
  if (const std::string_view t = trim(text); t.empty() || t == "-") {
    sink.any();
    return {};
  }
  literal_scanner in(text, syntax);
  bool negated = false;
  {
    literal_scanner ahead = in;
    if (ahead.take("not") && ahead.take("(")) {
      in = ahead;
      negated = true;
      sink.negate();
    }
  }
  do {
    unary_test test;
    if (!detail::take_test(in, test)) return in.fault();
    if (const fault f = sink.test(test)) return f;
  } while (in.take(","));
  if (negated && !in.take(")")) {
    in.fail_here(in.at_end() ? problem::not_unclosed : problem::unexpected_text);
    return in.fault();
  }
  if (!in.at_end()) in.fail_here(problem::unexpected_text);
  return in.fault();
}

/// Parses an output: one literal and nothing else.
constexpr fault parse_literal(std::string_view text, const literal_syntax& syntax, literal& out) noexcept {
  literal_scanner in(text, syntax);
  if (in.at_end()) return {problem::output_missing, 0, text.size()};
  if (const char c = in.peek(); c == '[' || c == '(' || c == ']' || c == '<' || c == '>' || c == '=' || c == '!' || trim(text) == "-") {
    const std::string_view t = trim(text);
    return {problem::output_not_literal, in.at(), t.size()};
  }
  if (in.take_literal(out) && !in.at_end()) in.fail_here(problem::unexpected_text);
  return in.fault();
}

}  // namespace ectp::inline ECTP_ABI::policy
