#include <limits>
#include <vector>

#include "ectp/interop/plan_json.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/explain.hpp"
#include "py.hpp"

namespace ectp::python {

namespace {

using policy::named_value;
using policy::table;
using policy::value_ref;

bool is_numpy_bool(py::handle v) {
  const std::string_view type = Py_TYPE(v.ptr())->tp_name;
  return type == "numpy.bool_" || type == "numpy.bool";
}

// A Python number as a double. One too large for a double becomes infinite, which no domain holds.
double number_of(py::handle v) {
  const double n = PyFloat_AsDouble(v.ptr());
  if (n != -1.0 || PyErr_Occurred() == nullptr) return n;
  if (PyErr_ExceptionMatches(PyExc_OverflowError) == 0) throw py::error_already_set();
  PyErr_Clear();
  return std::numeric_limits<double>::infinity();
}

value_ref value_of(py::handle v, std::string_view input) {
  if (v.is_none()) return nullptr;
  if (PyBool_Check(v.ptr())) return v.ptr() == Py_True;
  if (py::isinstance<py::str>(v)) return utf8(v);
  if (is_numpy_bool(v)) return PyObject_IsTrue(v.ptr()) == 1;
  const PyNumberMethods* number = Py_TYPE(v.ptr())->tp_as_number;
  if (number != nullptr && (number->nb_float != nullptr || number->nb_index != nullptr)) return number_of(v);
  throw py::type_error("the input " + std::string(input) + " is of type " + Py_TYPE(v.ptr())->tp_name +
                       ": give None, a bool, a number or a str");
}

// Borrows the texts of the dictionary, which must stay as it is.
std::vector<named_value> values_of(const py::dict& values) {
  std::vector<named_value> out;
  for (const auto& [key, v] : values) {
    if (!py::isinstance<py::str>(key)) throw py::type_error("the inputs' names are str");
    const std::string_view input = utf8(key);
    out.push_back({input, value_of(v, input)});
  }
  return out;
}

py::object object_of(value_ref v, bool whole) {
  switch (v.kind()) {
    case policy::value_kind::null: return py::none();
    case policy::value_kind::boolean: return py::bool_(v.boolean());
    case policy::value_kind::text: return py::str(v.text().data(), v.text().size());
    case policy::value_kind::number: break;
  }
  if (!whole) return py::float_(v.number());
  return py::reinterpret_steal<py::object>(PyLong_FromDouble(v.number()));
}

const char* type_of(const policy::domain& d) {
  switch (d.type) {
    case policy::value_kind::boolean: return "boolean";
    case policy::value_kind::number: return d.integer ? "integer" : "number";
    case policy::value_kind::text: return "string";
    case policy::value_kind::null: break;
  }
  return "note";
}

py::object end_of(const policy::range_end& end, bool whole) {
  if (!end.bounded) return py::none();
  return object_of(end.at.to_double(), whole);
}

py::dict column_of(const policy::column& c) {
  const policy::domain& d = c.domain;
  py::dict out;
  out["name"] = c.name;
  out["role"] = text_or_none(name(c.role));
  out["type"] = type_of(d);
  out["domain"] = c.role == policy::column_role::note ? std::string() : policy::to_string(d);
  out["nullable"] = d.nullable;
  out["ordered"] = d.ordered;
  py::object values = py::none();
  if (d.listed) {
    py::list list;
    for (std::size_t i = 0; i != d.words.size(); ++i) list.append(py::str(std::string(d.words[i])));
    for (std::size_t i = 0; i != d.numbers.size(); ++i) list.append(object_of(d.numbers[i].to_double(), d.integer));
    values = py::tuple(list);
  }
  out["values"] = values;
  out["low"] = end_of(d.low, d.integer);
  out["high"] = end_of(d.high, d.integer);
  return out;
}

void check_rule(const table& t, std::size_t rule) {
  if (rule >= t.rules()) throw py::index_error("the table has " + std::to_string(t.rules()) + " rules");
}

py::dict outputs_of(const table& t, std::size_t rule) {
  check_rule(t, rule);
  py::dict out;
  for (std::size_t i = 0; i != t.outputs().size(); ++i)
    out[py::str(t.output(i).name)] = object_of(t.output(rule, i), t.output(i).domain.integer);
  return out;
}

py::dict notes_of(const table& t, std::size_t rule) {
  check_rule(t, rule);
  py::dict out;
  for (std::size_t i = 0; i != t.notes().size(); ++i) out[py::str(t.note(i).name)] = shown(t.note(rule, i));
  return out;
}

py::dict tests_of(const table& t, std::size_t rule) {
  check_rule(t, rule);
  py::dict out;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    const std::string_view test = t.cell_text(rule, t.inputs()[i]);
    out[py::str(t.input(i).name)] = test.empty() ? py::str("-") : shown(test);
  }
  return out;
}

py::tuple place_of(const table& t, std::size_t rule) {
  check_rule(t, rule);
  const location at = t.rule_location(rule);
  return py::make_tuple(shown(at.file), at.line, at.column);
}

py::object position(std::uint32_t i) {
  if (i == policy::none) return py::none();
  return py::int_(i);
}

py::tuple decide(const table& t, const py::dict& values) {
  const auto given = values_of(values);
  const auto out = t.decide(given).value();
  return py::make_tuple(text_or_none(name(out.status)), position(out.rule), position(out.other));
}

std::string explain(const table& t, const py::dict& values) { return to_json(policy::explain(t, values_of(values)).value()); }

table read(const py::bytes& text, const py::bytes& table_name, const py::bytes& file) {
  const std::string source(text);
  policy::read_options options;
  options.name = std::string(table_name);
  options.file = std::string(file);
  const py::gil_scoped_release free;
  return policy::read_csv(source, options).value();
}

}  // namespace

void register_policy(py::module_& m) {
  py::class_<table>(m, "Table", "A compiled decision table. Immutable; threads may share it.")
      .def_static("read", &read, py::arg("text"), py::arg("name"), py::arg("file"), "Reads CSV text. Raises ectp.Error, located.")
      .def_property_readonly("name", [](const table& t) { return shown(t.name()); }, "The table's name.")
      .def_property_readonly("file", [](const table& t) { return shown(t.file()); }, "The file's name, or empty.")
      .def_property_readonly("hit_policy", [](const table& t) { return text_or_none(name(t.hit_policy())); }, "UNIQUE or FIRST.")
      .def_property_readonly("columns", [](const table& t) {
            py::list out;
            for (const auto& c : t.columns()) out.append(column_of(c));
            return out;
          }, "Every column as a dictionary, in the order of the source.")
      .def_property_readonly("rule_ids", [](const table& t) {
            py::list out;
            for (std::size_t r = 0; r != t.rules(); ++r) out.append(shown(t.rule_id(r)));
            return out;
          }, "The rules' ids, in the order of the source.")
      .def("decide", &decide, py::arg("values"),
           "(status, rule, other rule of a conflict) for a dictionary of inputs; rules by position. Raises ectp.Error.")
      .def("explain", &explain, py::arg("values"), "The whole answer to why, as JSON. Raises ectp.Error.")
      .def("outputs", &outputs_of, py::arg("rule"), "What a rule puts out, by column.")
      .def("notes", &notes_of, py::arg("rule"), "A rule's notes, by column.")
      .def("tests", &tests_of, py::arg("rule"), "A rule's tests as they were written, by input.")
      .def("location", &place_of, py::arg("rule"), "(file, line, column) of a rule's row.");
}

}  // namespace ectp::python
