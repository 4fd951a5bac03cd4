#include "values.hpp"

#include <datetime.h>

#include <cmath>
#include <limits>

#include "ectp/policy/temporal.hpp"

namespace ectp::python {

namespace {

using policy::value_kind;
using policy::value_ref;

// The functions of datetime.h need it in every file that uses them.
void need_datetime() {
  if (PyDateTimeAPI != nullptr) return;
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
}

// A Python number as a double. One too large for a double becomes infinite, which no domain holds.
double number_of(py::handle v) {
  const double n = PyFloat_AsDouble(v.ptr());
  if (n != -1.0 || PyErr_Occurred() == nullptr) return n;
  if (PyErr_ExceptionMatches(PyExc_OverflowError) == 0) throw py::error_already_set();
  PyErr_Clear();
  return std::numeric_limits<double>::infinity();
}

constexpr std::int64_t day_length = 86'400'000'000;  // in microseconds

std::int64_t microseconds(int hour, int minute, int second, int microsecond) {
  return ((hour * 60LL + minute) * 60 + second) * 1'000'000 + microsecond;
}

// Divided once, so that milliseconds give the very double that a table's literal is.
double seconds(std::int64_t micro) { return static_cast<double>(micro) / 1e6; }

// What has a time zone, or an offset, is another moment in another place.
void refuse_zone(PyObject* zone, std::string_view input, std::ptrdiff_t row) {
  if (zone == Py_None) return;
  error e{errc::wrong_type, "the time has a time zone", {}, "a time without one", "give the school's own clock: .replace(tzinfo=None)"};
  e.at.path = pointer_to(input, row);
  throw exception(std::move(e));
}

value_ref text_value(std::string_view text, value_kind wanted) {
  policy::decimal position;
  if (policy::is_temporal(wanted) && policy::read_temporal(wanted, text, position)) return {wanted, position.to_double()};
  return text;
}

// Moments of NumPy, and what pandas has for null: what they are among Python's objects.
py::object plain(py::handle v) { return py::module_::import("ectp._values").attr("plain")(v); }

bool is_foreign(std::string_view type) {
  return type == "numpy.datetime64" || type == "numpy.timedelta64" || type.ends_with(".NaTType") || type.ends_with(".NAType");
}

value_ref other_value(py::handle v, const policy::domain& wanted, std::string_view input, std::ptrdiff_t row) {
  need_datetime();
  PyObject* const p = v.ptr();
  const std::string_view type = Py_TYPE(p)->tp_name;
  if (is_foreign(type)) {
    // Never a text, which would not outlive this function; a number is one of months.
    const py::object made = plain(v);
    if (PyFloat_Check(made.ptr())) return {value_kind::months, PyFloat_AS_DOUBLE(made.ptr())};
    return value_of(made, wanted, input, row);
  }
  if (type == "numpy.bool" || type == "numpy.bool_") return PyObject_IsTrue(p) == 1;
  if (PyUnicode_Check(p)) return text_value(utf8(v), wanted.type);
  if (PyDateTime_Check(p)) {
    refuse_zone(PyDateTime_DATE_GET_TZINFO(p), input, row);
    const date day = date::from_civil(PyDateTime_GET_YEAR(p), static_cast<unsigned>(PyDateTime_GET_MONTH(p)),
                                      static_cast<unsigned>(PyDateTime_GET_DAY(p)));
    const std::int64_t clock = microseconds(PyDateTime_DATE_GET_HOUR(p), PyDateTime_DATE_GET_MINUTE(p),
                                            PyDateTime_DATE_GET_SECOND(p), PyDateTime_DATE_GET_MICROSECOND(p));
    // Frames keep days as their midnights.
    if (wanted.type == value_kind::date && clock == 0) return day;
    return {value_kind::date_time, seconds(day.days() * day_length + clock)};
  }
  if (PyDate_Check(p))
    return date::from_civil(PyDateTime_GET_YEAR(p), static_cast<unsigned>(PyDateTime_GET_MONTH(p)),
                            static_cast<unsigned>(PyDateTime_GET_DAY(p)));
  if (PyTime_Check(p)) {
    refuse_zone(PyDateTime_TIME_GET_TZINFO(p), input, row);
    return {value_kind::time, seconds(microseconds(PyDateTime_TIME_GET_HOUR(p), PyDateTime_TIME_GET_MINUTE(p),
                                                   PyDateTime_TIME_GET_SECOND(p), PyDateTime_TIME_GET_MICROSECOND(p)))};
  }
  if (PyDelta_Check(p)) {
    const int days = PyDateTime_DELTA_GET_DAYS(p);
    // A timedelta may be longer than 64 bits have microseconds.
    if (days > 100'000'000 || days < -100'000'000) return {value_kind::duration, days * 86400.0};
    return {value_kind::duration, seconds(days * day_length + microseconds(0, 0, PyDateTime_DELTA_GET_SECONDS(p),
                                                                           PyDateTime_DELTA_GET_MICROSECONDS(p)))};
  }
  const PyNumberMethods* number = Py_TYPE(p)->tp_as_number;
  if (number != nullptr && (number->nb_float != nullptr || number->nb_index != nullptr)) return number_of(v);
  throw py::type_error("the input " + std::string(input) + (row < 0 ? "" : ", row " + std::to_string(row)) + " is of type " +
                       std::string(type) + ": give None, a bool, a number, a str, or a date, time or timedelta");
}

// A position of seconds in whole days and microseconds.
struct moment {
  int days = 0;
  int seconds = 0;
  int microseconds = 0;
};
bool split(double position, moment& out) {
  if (!(std::fabs(position) < 1e14)) return false;
  const double days = std::floor(position / 86400);
  auto rest = static_cast<std::int64_t>(std::llround((position - days * 86400) * 1e6));
  auto day = static_cast<std::int64_t>(days);
  if (rest >= day_length) {
    rest -= day_length;
    ++day;
  }
  if (day < -999'999'999 || day > 999'999'999) return false;
  out = {static_cast<int>(day), static_cast<int>(rest / 1'000'000), static_cast<int>(rest % 1'000'000)};
  return true;
}

bool is_day(double days) {
  return days >= date::from_civil(1, 1, 1).days() && days <= date::from_civil(9999, 12, 31).days();
}

PyObject* temporal_object(value_kind kind, double position) {
  need_datetime();
  moment m;
  switch (kind) {
    case value_kind::date:
      if (is_day(position)) {
        const date d = date::from_days(static_cast<std::int32_t>(position));
        return PyDate_FromDate(d.year(), static_cast<int>(d.month()), static_cast<int>(d.day()));
      }
      break;
    case value_kind::time:
      if (split(position, m) && m.days == 0)
        return PyTime_FromTime(m.seconds / 3600, m.seconds / 60 % 60, m.seconds % 60, m.microseconds);
      break;
    case value_kind::date_time:
      if (split(position, m) && is_day(m.days)) {
        const date d = date::from_days(m.days);
        return PyDateTime_FromDateAndTime(d.year(), static_cast<int>(d.month()), static_cast<int>(d.day()), m.seconds / 3600,
                                          m.seconds / 60 % 60, m.seconds % 60, m.microseconds);
      }
      break;
    case value_kind::duration:
      if (split(position, m)) return PyDelta_FromDSU(m.days, m.seconds, m.microseconds);
      break;
    default: break;
  }
  const std::string text = policy::temporal_text(kind, position);
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

}  // namespace

std::string pointer_to(std::string_view input, std::ptrdiff_t row) {
  std::string out = "/";
  for (const char c : input) {
    if (c == '~') out += "~0";
    else if (c == '/') out += "~1";
    else out += c;
  }
  return row < 0 ? out : out + "/" + std::to_string(row);
}

value_ref value_of(py::handle v, const policy::domain& wanted, std::string_view input, std::ptrdiff_t row) {
  PyObject* const p = v.ptr();
  if (p == Py_None) return nullptr;
  if (PyBool_Check(p)) return p == Py_True;
  if (PyLong_CheckExact(p)) return number_of(v);
  if (PyFloat_CheckExact(p)) return PyFloat_AS_DOUBLE(p);
  if (PyUnicode_CheckExact(p)) return text_value(utf8(v), wanted.type);
  return other_value(v, wanted, input, row);
}

py::object object_of(const value_ref& v, bool whole) {
  PyObject* made = nullptr;
  switch (v.kind()) {
    case value_kind::null: return py::none();
    case value_kind::boolean: return py::bool_(v.boolean());
    case value_kind::text:
      made = PyUnicode_DecodeUTF8(v.text().data(), static_cast<Py_ssize_t>(v.text().size()), "backslashreplace");
      break;
    case value_kind::number:
      made = whole && std::isfinite(v.number()) ? PyLong_FromDouble(v.number()) : PyFloat_FromDouble(v.number());
      break;
    default: made = temporal_object(v.kind(), v.number());
  }
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(made);
}

}  // namespace ectp::python
