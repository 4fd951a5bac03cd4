#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bound_table.hpp"
#include "ectp/interop/analysis_json.hpp"
#include "ectp/interop/dmn.hpp"
#include "ectp/interop/policy_file.hpp"
#include "ectp/interop/policy_json.hpp"
#include "ectp/interop/proof_json.hpp"
#include "ectp/policy/answer.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/explain.hpp"
#include "ectp/policy/identity.hpp"
#include "ectp/policy/markdown.hpp"
#include "ectp/policy/nearest.hpp"
#include "ectp/policy/repair.hpp"
#include "ectp/policy/tabulate.hpp"
#include "ectp/policy/write.hpp"
#include "values.hpp"

namespace ectp::python {

std::string bound_table::sha256() const {
  const std::scoped_lock alone(making_);
  if (sha256_.empty()) sha256_ = policy::fingerprint(table);
  return sha256_;
}

namespace {

using policy::named_value;
using policy::rule_status;
using policy::table;
using policy::value_ref;

using bound = std::shared_ptr<bound_table>;

// --- what a table says of itself ---

std::string_view type_of(const policy::domain& d) {
  switch (d.type) {
    case policy::value_kind::null: return "note";
    case policy::value_kind::text: return "string";
    case policy::value_kind::number: return d.integer ? "integer" : "number";
    default: return policy::name(d.type);
  }
}

py::object end_of(const policy::range_end& end, const policy::domain& d) {
  if (!end.bounded) return py::none();
  return object_of({d.type, end.at.to_double()}, d.integer);
}

py::dict column_of(const policy::column& c) {
  const policy::domain& d = c.domain;
  const bool note = c.role == policy::column_role::note;
  py::dict out;
  out["name"] = shown(c.name);
  out["role"] = text_or_none(name(c.role));
  out["type"] = type_of(d);
  out["domain"] = note ? py::str() : shown(policy::to_string(d));
  out["nullable"] = d.nullable;
  out["ordered"] = d.ordered;
  py::object values = py::none();
  if (d.listed) {
    py::list list;
    for (const auto& word : d.words) list.append(shown(std::string_view(word)));
    for (const auto& number : d.numbers) list.append(object_of(number.to_double(), d.integer));
    values = py::tuple(list);
  }
  out["values"] = values;
  out["low"] = note ? py::none() : end_of(d.low, d);
  out["high"] = note ? py::none() : end_of(d.high, d);
  out["label"] = shown(c.label);
  out["unit"] = shown(c.unit);
  out["source"] = shown(c.source);
  out["fixed"] = c.fixed;
  return out;
}

py::list columns_of(const bound_table& b) {
  py::list out;
  for (const auto& c : b.table.columns()) out.append(column_of(c));
  return out;
}

py::tuple ids_of(const bound_table& b) {
  py::tuple out(b.table.rules());
  for (std::size_t r = 0; r != b.table.rules(); ++r) out[r] = shown(b.table.rule_id(r));
  return out;
}

// (first day, last day), None where there is no such end; None for all days.
py::object valid_of(const bound_table& b) {
  const policy::period& valid = b.table.valid();
  if (valid.always()) return py::none();
  const auto day = [](const maybe<date>& d) -> py::object {
    if (!d) return py::none();
    return object_of(value_ref(*d), false);
  };
  return py::make_tuple(day(valid.from), day(valid.to));
}

std::string_view aggregation_of(const bound_table& b) { return policy::name(b.table.aggregation()); }

py::str hit_policy_of(const bound_table& b) {
  std::string out(policy::name(b.table.hit_policy()));
  if (const auto a = policy::name(b.table.aggregation()); !a.empty()) out += " " + std::string(a);
  return shown(out);
}

void check_rule(const table& t, std::size_t rule) {
  if (rule >= t.rules()) throw py::index_error("the table has " + std::to_string(t.rules()) + " rules");
}

py::object output_object(const table& t, std::size_t i, const value_ref& v) { return object_of(v, t.output(i).domain.integer); }

py::dict outputs_of(const bound_table& b, std::size_t rule) {
  const table& t = b.table;
  check_rule(t, rule);
  py::dict out;
  for (std::size_t i = 0; i != t.outputs().size(); ++i) out[shown(t.output(i).name)] = output_object(t, i, t.output(rule, i));
  return out;
}

py::object defaults_of(const bound_table& b) {
  const table& t = b.table;
  if (!t.has_defaults()) return py::none();
  py::dict out;
  for (std::size_t i = 0; i != t.outputs().size(); ++i) out[shown(t.output(i).name)] = output_object(t, i, t.default_output(i));
  return out;
}

py::dict notes_of(const bound_table& b, std::size_t rule) {
  const table& t = b.table;
  check_rule(t, rule);
  py::dict out;
  for (std::size_t i = 0; i != t.notes().size(); ++i) out[shown(t.note(i).name)] = shown(t.note(rule, i));
  return out;
}

py::dict tests_of(const bound_table& b, std::size_t rule) {
  const table& t = b.table;
  check_rule(t, rule);
  py::dict out;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    const std::string_view test = t.cell_text(rule, t.inputs()[i]);
    out[shown(t.input(i).name)] = test.empty() ? py::str("-") : shown(test);
  }
  return out;
}

py::tuple place_of(const bound_table& b, std::size_t rule) {
  check_rule(b.table, rule);
  const location at = b.table.rule_location(rule);
  return py::make_tuple(shown(at.file), at.line, at.column);
}

// --- inputs ---

// Names and objects out of mappings inside of each other: {"a": {"b": 1}} is a.b. The objects are
// borrowed; `kept` owns what had to be made.
struct flattened {
  std::vector<std::pair<std::string, py::handle>> values;
  py::list kept;
};

bool is_mapping(py::handle v) {
  if (PyDict_Check(v.ptr())) return true;
  if (PyUnicode_Check(v.ptr()) || PyLong_Check(v.ptr()) || PyFloat_Check(v.ptr()) || !PyMapping_Check(v.ptr())) return false;
  return py::isinstance(v, py::module_::import("collections.abc").attr("Mapping"));
}

void flatten(flattened& out, const std::string& prefix, py::handle mapping, int depth) {
  if (depth > 64) throw exception(error{errc::too_deep, "the inputs are nested too deep", {}, "64 levels", ""});
  py::dict items;
  if (PyDict_Check(mapping.ptr())) items = py::reinterpret_borrow<py::dict>(mapping);
  else items = py::dict(py::reinterpret_borrow<py::object>(mapping));
  out.kept.append(items);
  for (const auto& [key, v] : items) {
    if (!PyUnicode_Check(key.ptr())) throw py::type_error("the inputs' names are str");
    std::string input = prefix + std::string(utf8(key));
    if (is_mapping(v)) flatten(out, input + ".", v, depth + 1);
    else out.values.emplace_back(std::move(input), v);
  }
}

// One object for each input, in the order of the table.
py::tuple arrange(const bound_table& b, py::handle values) {
  const std::size_t n = b.inputs.size();
  if (PyDict_Check(values.ptr()) && static_cast<std::size_t>(PyDict_Size(values.ptr())) == n) {
    // Most often it is a dictionary of just these names.
    py::tuple out(n);
    std::size_t i = 0;
    for (; i != n; ++i) {
      PyObject* const v = PyDict_GetItemWithError(values.ptr(), b.inputs[i].ptr());
      if (v == nullptr) {
        if (PyErr_Occurred() != nullptr) throw py::error_already_set();
        break;
      }
      PyTuple_SET_ITEM(out.ptr(), static_cast<Py_ssize_t>(i), v);
      Py_INCREF(v);
    }
    if (i == n) return out;
  }
  if (!is_mapping(values)) throw py::type_error(std::string("the inputs are a mapping of names to values, not ") + Py_TYPE(values.ptr())->tp_name);
  flattened flat;
  flatten(flat, "", values, 0);
  // The table's own checks: each input once, and no other.
  std::vector<named_value> named;
  for (std::size_t k = 0; k != flat.values.size(); ++k) named.push_back({flat.values[k].first, static_cast<double>(k)});
  const auto places = b.table.arrange(named).value();
  py::tuple out(n);
  for (std::size_t i = 0; i != n; ++i)
    out[i] = py::reinterpret_borrow<py::object>(flat.values[static_cast<std::size_t>(places[i].number())].second);
  return out;
}

// The values of arranged objects; most tables have no more inputs than stand on the stack.
class arranged_values {
 public:
  arranged_values(const table& t, const py::tuple& given) : size_(t.inputs().size()) {
    if (size_ > few_.size()) many_.resize(size_);
    value_ref* const to = size_ > few_.size() ? many_.data() : few_.data();
    for (std::size_t i = 0; i != size_; ++i)
      to[i] = value_of(PyTuple_GET_ITEM(given.ptr(), static_cast<Py_ssize_t>(i)), t.input(i).domain, t.input(i).name);
    values_ = {to, size_};
  }
  arranged_values(const arranged_values&) = delete;
  arranged_values& operator=(const arranged_values&) = delete;
  std::span<const value_ref> get() const { return values_; }

 private:
  std::size_t size_;
  std::array<value_ref, 24> few_;
  std::vector<value_ref> many_;
  std::span<const value_ref> values_;
};

py::object explain(const bound_table& b, const py::tuple& given) {
  const arranged_values values(b.table, given);
  std::string json, text, markdown;
  {
    const py::gil_scoped_release free;
    const policy::explanation why = policy::explain(b.table, values.get(), b.sha256());
    const policy::nearest change = policy::nearest_change(b.table, values.get());
    json = policy::to_json(why, &change);
    text = policy::to_text(why, &change);
    markdown = policy::to_markdown(why, &change);
  }
  return py::module_::import("ectp._policy").attr("Explanation").attr("_of")(json, text, markdown);
}

// --- outcomes ---

struct bound_outcome {
  bound of;
  policy::outcome out;
  list<std::uint32_t> hits;  // of a table where several may decide
  py::tuple given;
};

bound_outcome decide_arranged(const bound& b, py::tuple given) {
  const table& t = b->table;
  thread_local policy::scratch work;
  bound_outcome made{b, {}, {}, std::move(given)};
  const arranged_values values(t, made.given);
  made.out = t.decide(values.get(), work);
  if (made.out.status == rule_status::invalid_input) throw exception(*t.refusal(made.out.input, values.get()[made.out.input]));
  if (!policy::single_hit(t.hit_policy()))
    for (const std::uint32_t rule : work.hits()) made.hits.push_back(rule);
  return made;
}

bound_outcome decide(const bound& b, const py::object& values) { return decide_arranged(b, arrange(*b, values)); }

std::span<const std::uint32_t> hits_of(const bound_outcome& o) {
  if (!policy::single_hit(o.of->table.hit_policy())) return {o.hits.data(), o.hits.size()};
  return {&o.out.rule, o.out.status == rule_status::decided && o.out.rule != policy::none ? std::size_t{1} : std::size_t{0}};
}

py::object rule_id(const bound_outcome& o, std::uint32_t rule) {
  if (rule == policy::none) return py::none();
  return shown(o.of->table.rule_id(rule));
}

py::tuple rules_of(const bound_outcome& o) {
  const auto hits = hits_of(o);
  py::tuple out(hits.size());
  for (std::size_t i = 0; i != hits.size(); ++i) out[i] = shown(o.of->table.rule_id(hits[i]));
  return out;
}

py::object value_of_outcome(const bound_outcome& o) {
  const table& t = o.of->table;
  if (policy::single_hit(t.hit_policy()) && o.out.status == rule_status::decided && o.out.rule != policy::none) {
    if (t.outputs().size() == 1) return output_object(t, 0, t.output(o.out.rule, 0));
    return outputs_of(*o.of, o.out.rule);
  }
  const policy::answer a = policy::answer_of(t, o.out, hits_of(o));
  const bool count = t.aggregation() == policy::aggregation::count;
  const auto item = [&](std::size_t k) -> py::object {
    const auto values = a.item(k);
    if (a.names.empty()) return object_of(values[0].ref(), count || t.output(0).domain.integer);
    py::dict out;
    for (std::size_t i = 0; i != values.size(); ++i) out[shown(a.names[i])] = output_object(t, i, values[i].ref());
    return out;
  };
  if (a.is_null()) return py::none();
  if (!a.is_list()) return item(0);
  py::list out;
  for (std::size_t k = 0; k != a.size(); ++k) out.append(item(k));
  return out;
}

py::dict notes_of_outcome(const bound_outcome& o) {
  return o.out.status == rule_status::decided && o.out.rule != policy::none ? notes_of(*o.of, o.out.rule) : py::dict();
}

bool same_outcome(const bound_outcome& a, const bound_outcome& b) {
  return a.out.status == b.out.status && rules_of(a).equal(rules_of(b)) && rule_id(a, a.out.rule).equal(rule_id(b, b.out.rule)) &&
         rule_id(a, a.out.other).equal(rule_id(b, b.out.other)) && value_of_outcome(a).equal(value_of_outcome(b)) &&
         notes_of_outcome(a).equal(notes_of_outcome(b));
}

py::str outcome_repr(const bound_outcome& o) {
  std::string out = "<Outcome " + std::string(name(o.out.status));
  if (o.out.status == rule_status::decided)
    out += ": " + py::repr(value_of_outcome(o)).cast<std::string>();
  const auto join = [&](const auto& ids) {
    bool first = true;
    for (const py::handle id : ids) {
      out += (first ? " (" : ", ") + id.cast<std::string>();
      first = false;
    }
    if (!first) out += ')';
  };
  if (o.out.status == rule_status::conflict) join(py::make_tuple(rule_id(o, o.out.rule), rule_id(o, o.out.other)));
  else join(rules_of(o));
  return py::str(out + ">");
}

// --- reading and writing ---

bound bind(std::shared_ptr<bound_table> made);

bound read(const py::bytes& text, const py::bytes& table_name, const py::bytes& file, const std::string& form,
           const py::bytes& decision) {
  auto made = std::make_shared<bound_table>();
  made->text = std::string(text);
  made->form = form;
  made->decision = std::string(decision);
  policy::read_options options;
  options.name = std::string(table_name);
  options.file = std::string(file);
  policy::reading read;
  {
    const py::gil_scoped_release free;
    read = policy::read_policy(made->text, policy::policy_form_named(form).value_or(policy::policy_form::csv), made->decision, options);
  }
  if (!read.table) {
    // The first error, which knows the others.
    const py::object first = error_object(read.errors.front());
    py::list others;
    for (std::size_t i = 1; i < read.errors.size(); ++i) others.append(error_object(read.errors[i]));
    first.attr("_take_others")(others);
    PyErr_SetObject(py::type::handle_of(first).ptr(), first.ptr());
    throw py::error_already_set();
  }
  made->table = std::move(*read.table);
  return bind(std::move(made));
}

// With the names of its inputs as Python has them.
bound bind(std::shared_ptr<bound_table> made) {
  for (std::size_t i = 0; i != made->table.inputs().size(); ++i) {
    const std::string& input = made->table.input(i).name;
    PyObject* key = PyUnicode_FromStringAndSize(input.data(), static_cast<Py_ssize_t>(input.size()));
    if (key == nullptr) throw py::error_already_set();
    PyUnicode_InternInPlace(&key);
    made->inputs.push_back(py::reinterpret_steal<py::object>(key));
  }
  return made;
}

// --- analysing and making ---

py::tuple pages(std::string json, std::string text, std::string markdown) {
  return py::make_tuple(shown(json), shown(text), shown(markdown));
}

py::tuple analyse(const bound_table& b, bool null, bool other) {
  std::string json, text, markdown;
  {
    const py::gil_scoped_release free;
    policy::analyse_options options;
    options.domain = {null, other};
    const policy::analysis found = policy::analyse(b.table, options);
    json = policy::to_json(b.table, found);
    text = policy::to_text(b.table, found);
    markdown = policy::to_markdown(b.table, found);
  }
  return pages(std::move(json), std::move(text), std::move(markdown));
}

py::tuple repair(const bound_table& b, bool null, bool other) {
  std::string json, text, markdown;
  {
    const py::gil_scoped_release free;
    policy::repair_options options;
    options.analysis.domain = {null, other};
    const policy::repaired mended = policy::repair(b.table, options);
    json = policy::to_json(mended);
    text = policy::to_text(mended);
    markdown = policy::to_markdown(mended);
  }
  return pages(std::move(json), std::move(text), std::move(markdown));
}

py::list decisions(const py::bytes& text, const py::bytes& file) {
  const std::string xml(text), name(file);
  py::list out;
  for (const policy::dmn_decision& d : policy::dmn_decisions(xml, name).value())
    out.append(py::make_tuple(shown(d.id), shown(d.name), d.is_table));
  return out;
}

// (JSON, text, Markdown) of proving these properties; `base` is the table that refines is about.
py::tuple prove(const bound_table& b, const std::vector<std::string>& properties, const bound& base, bool null, bool other) {
  std::string json, text, markdown;
  {
    const py::gil_scoped_release free;
    policy::prove_options options;
    options.domain = {null, other};
    std::vector<policy::proof> proofs;
    for (const std::string& written : properties) {
      const policy::property p = policy::parse_property(written).value();
      const bool of_two = p.kind == policy::property_kind::refines && base != nullptr;
      proofs.push_back((of_two ? policy::prove(b.table, p, base->table, options) : policy::prove(b.table, p, options)).value());
    }
    const std::span<const policy::proof> all(proofs.data(), proofs.size());
    json = policy::to_json(b.table, all);
    text = policy::to_text(b.table, all);
    markdown = policy::to_markdown(b.table, all);
  }
  return pages(std::move(json), std::move(text), std::move(markdown));
}

bool is_whole(const policy::value_ref& v) {
  return v.kind() == policy::value_kind::number && v.number() == std::floor(v.number()) && std::abs(v.number()) < 9e15;
}

py::tuple finite_values(const std::string& input, const std::string& domain) {
  const auto values = policy::finite_values({input, domain}).value();
  py::tuple out(values.size());
  for (std::size_t i = 0; i != values.size(); ++i) out[i] = object_of(values[i].ref(), is_whole(values[i].ref()));
  return out;
}

// `answers`: for each combination None, or a tuple of a value for each output.
bound tabulate(const std::string& table_name, const std::vector<std::pair<std::string, std::string>>& inputs,
               const std::vector<std::pair<std::string, std::string>>& outputs, const py::list& answers) {
  policy::callable_shape shape{table_name, {}, {}};
  for (const auto& [input, domain] : inputs) shape.inputs.push_back({input, domain});
  std::vector<policy::domain> domains(outputs.size());
  for (std::size_t o = 0; o != outputs.size(); ++o) {
    shape.outputs.push_back({outputs[o].first, outputs[o].second});
    if (!outputs[o].second.empty()) (void)policy::parse_domain(outputs[o].second, domains[o]);
  }
  std::size_t next = 0;
  auto made = std::make_shared<bound_table>();
  made->table = policy::tabulate(shape, [&](std::span<const value_ref>, std::span<policy::value> out) {
                  if (next == answers.size()) throw std::invalid_argument("there are fewer answers than combinations");
                  const py::handle said = PyList_GET_ITEM(answers.ptr(), static_cast<Py_ssize_t>(next++));
                  if (said.is_none()) return false;
                  if (!PyTuple_Check(said.ptr()) || static_cast<std::size_t>(PyTuple_GET_SIZE(said.ptr())) != out.size())
                    throw std::invalid_argument("an answer is None, or a tuple with a value for each output");
                  for (std::size_t o = 0; o != out.size(); ++o)
                    out[o] = policy::value(value_of(PyTuple_GET_ITEM(said.ptr(), static_cast<Py_ssize_t>(o)), domains[o], outputs[o].first));
                  return true;
                }).value();
  made->text = policy::write_csv(made->table);
  made->form = "csv";
  return bind(std::move(made));
}

void define_outcome(py::module_& m) {
  py::class_<bound_outcome> outcome(m, "Outcome", "What a policy decided. True exactly when it did decide.");
  outcome.attr("__module__") = "ectp";
  outcome.attr("__hash__") = py::none();
  outcome
      .def_property_readonly("value", &value_of_outcome,
                             "What was decided, as DMN has it: the value of a single output, a dictionary of several; a list of\n"
                             "these where all rules that match decide; one number where they are added up, compared or counted.\n"
                             "None where nothing was decided.")
      .def_property_readonly("status", [](const bound_outcome& o) { return text_or_none(name(o.out.status)); },
                             "decided, no_rule or conflict.")
      .def_property_readonly("rule", [](const bound_outcome& o) { return rule_id(o, o.out.rule); },
                             "The rule that decided, or the first of them; in a conflict the first that matched; else None.")
      .def_property_readonly("rules", &rules_of, "The ids of the rules that decided, in the order of the answer.")
      .def_property_readonly("other", [](const bound_outcome& o) { return rule_id(o, o.out.other); },
                             "In a conflict the second rule that matched, else None.")
      .def_property_readonly("notes", &notes_of_outcome, "The notes of `rule`, such as reason and source; empty unless decided.")
      .def("explain", [](const bound_outcome& o) { return explain(*o.of, o.given); },
           "Why: an ectp.Explanation, made when it is asked for.")
      .def("__bool__", [](const bound_outcome& o) { return o.out.status == rule_status::decided; }, "Was anything decided?")
      .def("__eq__", [](const bound_outcome& a, const bound_outcome& b) { return same_outcome(a, b); }, py::is_operator(), py::arg("other"),
           "The same status, rules, value and notes.")
      .def("__ne__", [](const bound_outcome& a, const bound_outcome& b) { return !same_outcome(a, b); }, py::is_operator(), py::arg("other"),
           "Another status, rule, value or note.")
      .def("__repr__", &outcome_repr, "The status, the value and the rules.")
      .def(py::pickle([](const bound_outcome& o) { return py::make_tuple(1, o.of, o.given); },
                      [](const py::tuple& state) {
                        check_state(state, 3);
                        return decide_arranged(state[1].cast<bound>(), state[2].cast<py::tuple>());
                      }));
}

}  // namespace

void register_policy(py::module_& m) {
  define_outcome(m);
  py::class_<bound_table, bound> made(m, "Table", "A compiled decision table. Immutable; threads may share it.");
  made.def(py::init(&read), py::arg("text"), py::arg("name"), py::arg("file"), py::arg("form"),
           py::arg("decision"),
           "Reads csv, markdown or dmn. Raises ectp.Error, located.")
      .def_property_readonly("name", [](const bound_table& b) { return shown(b.table.name()); }, "The table's name.")
      .def_property_readonly("file", [](const bound_table& b) { return shown(b.table.file()); }, "The file's name, or empty.")
      .def_property_readonly("text", [](const bound_table& b) { return py::str(b.text.data(), b.text.size()); }, "What it was read from.")
      .def_property_readonly("form", [](const bound_table& b) { return shown(b.form); }, "csv, markdown or dmn.")
      .def_property_readonly("decision", [](const bound_table& b) { return shown(b.decision); }, "Which decision of a file of dmn was asked for, or empty.")
      .def_property_readonly("sha256", [](const bound_table& b) { return b.sha256(); }, "SHA-256 of the canonical form, 64 hex digits.")
      .def_property_readonly("id", [](const bound_table& b) { return text_or_none(b.table.id()); }, "The policy's id, or None.")
      .def_property_readonly("version", [](const bound_table& b) { return text_or_none(b.table.version()); }, "Its version number, or None.")
      .def_property_readonly("valid", &valid_of, "(first day, last day) of its validity, either of them None where it has no such end; or None.")
      .def_property_readonly("hit_policy", &hit_policy_of, "DMN's name, such as FIRST or COLLECT SUM.")
      .def_property_readonly("aggregation", &aggregation_of, "SUM, MIN, MAX, COUNT or empty.")
      .def_property_readonly("single_hit", [](const bound_table& b) { return policy::single_hit(b.table.hit_policy()); },
                             "Does one rule decide?")
      .def_property_readonly("columns", &columns_of, "Every column as a dictionary, in the order of the source.")
      .def_property_readonly("rule_ids", &ids_of, "The rules' ids, in the order of the source.")
      .def_property_readonly("defaults", &defaults_of, "What the outputs are where no rule matches, or None.")
      .def("to_csv", [](const bound_table& b) { return policy::write_csv(b.table); }, "The canonical CSV text.")
      .def("to_markdown", [](const bound_table& b) { return policy::write_markdown(b.table); }, "The canonical Markdown text.")
      .def("to_dmn", [](const bound_table& b) { return policy::write_dmn(b.table).value(); }, "The table as a DMN file. Raises ectp.Error.")
      .def("analyse", &analyse, py::arg("null"), py::arg("other"), "(JSON, text, Markdown) of what an analysis finds.")
      .def("prove", &prove, py::arg("properties"), py::arg("base"), py::arg("null"), py::arg("other"), "(JSON, text, Markdown) of what came of proving these.")
      .def("repair", &repair, py::arg("null"), py::arg("other"), "(JSON, text, Markdown) of what would make the table sound.")
      .def("decide", &decide, py::arg("values"), "Decides on a mapping of inputs. Raises ectp.Error.")
      .def("explain", [](const bound_table& b, const py::object& values) { return explain(b, arrange(b, values)); }, py::arg("values"),
           "The whole answer to why. Raises ectp.Error.")
      .def("outputs", &outputs_of, py::arg("rule"), "What a rule puts out, by column.")
      .def("notes", &notes_of, py::arg("rule"), "A rule's notes, by column.")
      .def("tests", &tests_of, py::arg("rule"), "A rule's tests as they were written, by input.")
      .def("location", &place_of, py::arg("rule"), "(file, line, column) of a rule's row.")
      .def(py::pickle([](const bound_table& b) {
                        return py::make_tuple(1, py::bytes(b.text), py::bytes(b.table.name()), py::bytes(b.table.file()), b.form,
                                              py::bytes(b.decision));
                      },
                      [](const py::tuple& state) {
                        check_state(state, 6);
                        return read(state[1].cast<py::bytes>(), state[2].cast<py::bytes>(), state[3].cast<py::bytes>(),
                                    state[4].cast<std::string>(), state[5].cast<py::bytes>());
                      }));
  define_batch(made);
  m.def("decisions", &decisions, py::arg("text"), py::arg("file"),
        "The decisions of a DMN file: (id, name, is it a table). Raises ectp.Error, located.");
  m.def("finite_values", &finite_values, py::arg("name"), py::arg("domain"),
        "The values of an input, in the order in which a callable is asked for them. Raises ectp.Error.");
  m.def("tabulate", &tabulate, py::arg("name"), py::arg("inputs"), py::arg("outputs"), py::arg("answers"),
        "A table of what was answered to every combination of the inputs' values, the last changing fastest.");
}

}  // namespace ectp::python
