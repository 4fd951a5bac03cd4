#pragma once
// Python objects as values of a policy, and back.
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"
#include "py.hpp"

namespace ectp::python {

// The value that a column of this domain is given. Text is borrowed from the object. Texts stand for
// dates, times and durations as ISO 8601 has them, where the column holds such. `place` names the value
// in an error: an input, or an input and a row. Raises TypeError for an object that is no value at all,
// ectp.Error for a moment with a time zone and for a text that is no Unicode.
policy::value_ref value_of(py::handle v, const policy::domain& wanted, std::string_view input,
                           std::ptrdiff_t row = -1);

// None, bool, int or float, str, or an object of datetime; a duration of years and months is a str as
// ISO 8601 has it, and so is a day or moment that datetime cannot hold. Numbers are int where `whole`.
py::object object_of(const policy::value_ref& v, bool whole);

// Where the value of an input stands, as a JSON pointer.
std::string pointer_to(std::string_view input, std::ptrdiff_t row = -1);

}  // namespace ectp::python
