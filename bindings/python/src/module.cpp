#include "ectp/core/version.hpp"
#include "py.hpp"

namespace py = pybind11;

// What it holds never changes, but for caches behind locks: Python need not hold threads up for it.
#if PYBIND11_VERSION_HEX >= 0x020D0000
PYBIND11_MODULE(_core, m, py::mod_gil_not_used()) {
#else
PYBIND11_MODULE(_core, m) {
#endif
  m.doc() = "The C++ library, as the Python package uses it. Private: import ectp instead.";
  m.attr("__version__") = ECTP_VERSION;
  ectp::python::register_errors(m);
  ectp::python::register_operations(m);
  ectp::python::register_framework(m);
  ectp::python::register_policy(m);
  ectp::python::register_versions(m);
}
