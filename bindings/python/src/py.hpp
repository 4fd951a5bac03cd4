#pragma once
// The one place that includes pybind11; works with 2.10 and with 3.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>
#include <string_view>

#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"

namespace ectp::python {

namespace py = pybind11;

// One function for each concept; module.cpp calls them in this order.
void register_errors(py::module_& m);
void register_operations(py::module_& m);
void register_framework(py::module_& m);
void register_policy(py::module_& m);
void register_versions(py::module_& m);

// An ectp.Error, of the class that its code has in Python.
py::object error_object(const error& e);

// A pickle's first item is the version of its layout.
inline void check_state(const py::tuple& state, std::size_t size) {
  if (state.size() != size || state[0].cast<int>() != 1)
    throw exception(error{errc::newer_version, "this pickle has another layout", {}, "a pickle of this version of ectp", ""});
}

// Text that may hold any bytes, such as a message that quotes a file's name.
inline py::str shown(std::string_view text) {
  PyObject* made = PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "backslashreplace");
  if (made == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(made);
}

// Text where empty means unknown.
inline py::object text_or_none(std::string_view text) {
  if (text.empty()) return py::none();
  return py::str(text.data(), text.size());
}

// The UTF-8 of a Python string, which must outlive the view.
inline std::string_view utf8(py::handle text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (data == nullptr) {
    if (PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) == 0) throw py::error_already_set();
    PyErr_Clear();
    throw exception(error{errc::encoding, "a text has a lone surrogate, which is no character", {}, "text that UTF-8 can hold", ""});
  }
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace ectp::python
