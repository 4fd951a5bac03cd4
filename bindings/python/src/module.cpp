#include "ectp/core/version.hpp"
#include "py.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "The C++ library, as the Python package uses it. Private: import ectp instead.";
  m.attr("__version__") = ECTP_VERSION;
  ectp::python::register_errors(m);
  ectp::python::register_operations(m);
  ectp::python::register_framework(m);
  ectp::python::register_policy(m);
}
