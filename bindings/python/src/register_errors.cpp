#include <exception>

#include "py.hpp"

namespace ectp::python {

// The exception's class is Python's to choose: ectp._errors knows which code is which.
py::object error_object(const error& e) {
  return py::module_::import("ectp._errors")
      .attr("make")(shown(name(e.code)), shown(e.message), shown(e.at.file), e.at.line, e.at.column, shown(e.at.path),
                    shown(e.expected), shown(e.hint));
}

void register_errors(py::module_&) {
  py::register_local_exception_translator([](std::exception_ptr thrown) {
    if (!thrown) return;
    try {
      std::rethrow_exception(thrown);
    } catch (const exception& e) {
      // An import that fails raises its own error, which must not leave this function as C++.
      try {
        const py::object made = error_object(e.error());
        PyErr_SetObject(py::type::handle_of(made).ptr(), made.ptr());
      } catch (py::error_already_set& failed) {
        failed.restore();
      }
    }
  });
}

}  // namespace ectp::python
