#pragma once
/// What goes into a decision and what comes out of it, as JSON, as text and as Markdown. Member order
/// and wording are stable.
///
/// A value is null, true or false, a number or a string; dates, times and durations are strings as
/// ISO 8601 has them.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/answer.hpp"
#include "ectp/policy/explain.hpp"
#include "ectp/policy/nearest.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// Reads one value for each input, in the order of `t.inputs()`, from an object with a member for
/// each. The input `a.b` is the member `b` of the object `a`, or a member called `a.b`. Numbers are
/// read from their text; null must be given as null.
/// Errors, each with line, column and JSON pointer: those of the JSON text, `unknown_field`,
/// `missing_field`, `bad_argument` (an input given twice), `wrong_type` and `out_of_range`.
ECTP_DECL result<std::vector<value>> read_inputs(const table& t, std::string_view json,
                                                 std::string_view file = {});

/// The answer as JSON on one line: null, a value, an object of values by the outputs' names, or an
/// array of values or objects.
ECTP_DECL std::string to_json(const answer& a);

/// The explanation as one JSON object, two-space indent, ending with a newline
/// (docs/schema/explanation.schema.json). With the nearest change, if one is given.
ECTP_DECL std::string to_json(const explanation& e, const nearest* change = nullptr);

/// The explanation as plain text for people. With the nearest change, if one is given.
ECTP_DECL std::string to_text(const explanation& e, const nearest* change = nullptr);

/// The same as Markdown, with the tests in tables.
ECTP_DECL std::string to_markdown(const explanation& e, const nearest* change = nullptr);

}  // namespace ectp::inline ECTP_ABI::policy
