#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bound_table.hpp"
#include "columns.hpp"
#include "ectp/interop/diff_json.hpp"
#include "values.hpp"

namespace ectp::python {

using policy::value_ref;

std::shared_ptr<const policy::batch_plan> bound_table::plan(bool near) const {
  const std::scoped_lock alone(making_);
  if (plan_ == nullptr || (near && !near_)) {
    plan_ = std::make_shared<const policy::batch_plan>(table, policy::batch_plan_options{near});
    near_ = near;
  }
  return plan_;
}

namespace {

py::tuple ids_of(const policy::table& t, std::span<const std::uint32_t> rules) {
  py::tuple out(rules.size());
  for (std::size_t i = 0; i != rules.size(); ++i) out[i] = shown(t.rule_id(rules[i]));
  return out;
}

// (input columns; output arrays: one or None for each output, then status, rule, near rule, near input, matched)
// -> (rows done, stopped early, distinct sets of rules, for each output its distinct answers)
py::tuple decide_batch(const std::shared_ptr<bound_table>& self, const py::list& columns, const py::list& outputs, unsigned threads,
                       const py::object& progress) {
  const policy::table& t = self->table;
  const input_columns inputs(t, columns);
  const std::size_t values = t.outputs().size();
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i != values; ++i) names.push_back(t.output(i).name);
  for (const std::string_view reason : {"status", "rule", "near_rule", "near_input", "matched"}) names.push_back(reason);
  const output_columns to(names, outputs);
  policy::batch_output out;
  out.values = to.first(values);
  out.status = to[values];
  out.rule = to[values + 1];
  out.near_rule = to[values + 2];
  out.near_input = to[values + 3];
  out.matched = to[values + 4];
  watcher watch{progress};
  std::optional<result<policy::batch_result>> done;
  {
    const py::gil_scoped_release free;
    done.emplace(self->plan(out.near_rule.wanted() || out.near_input.wanted())->decide(inputs.get(), out, watch.options(threads)));
  }
  if (watch.thrown) std::rethrow_exception(watch.thrown);
  const policy::batch_result& r = done->value();
  py::tuple matched(r.matched.size());
  for (std::size_t k = 0; k != r.matched.size(); ++k) matched[k] = ids_of(t, r.matched[k]);
  py::list answers;
  for (std::size_t i = 0; i != r.answers.size(); ++i) {
    py::tuple distinct(r.answers[i].size());
    for (std::size_t k = 0; k != r.answers[i].size(); ++k) distinct[k] = answer_of(r.answers[i][k], t.output(i).domain.integer);
    answers.append(distinct);
  }
  return py::make_tuple(r.rows, r.cancelled, matched, answers);
}

// How this table and another one differ. With columns for both, also over their rows.
// -> (JSON, text, Markdown, the changed rows as int64 or None, rows compared, stopped early)
py::tuple diff(const std::shared_ptr<bound_table>& self, const std::shared_ptr<bound_table>& other, bool null, bool other_texts,
               const std::vector<std::pair<std::string, std::string>>& region, const py::object& columns, const py::object& other_columns,
               unsigned threads, const py::object& progress) {
  policy::diff_options how;
  how.domain = {null, other_texts};
  for (const auto& [input, test] : region) how.region.push_back({input, test});
  std::optional<input_columns> before, after;
  if (!columns.is_none()) {
    before.emplace(self->table, columns.cast<py::list>());
    after.emplace(other->table, other_columns.cast<py::list>());
  }
  watcher watch{progress};
  std::optional<policy::cohort_difference> cohort;
  std::string json, text, markdown;
  {
    const py::gil_scoped_release free;
    const policy::difference found = policy::diff(self->table, other->table, how).value();
    if (before) {
      auto counted = policy::diff(*self->plan(false), before->get(), *other->plan(false), after->get(), watch.options(threads));
      if (!watch.thrown) cohort.emplace(std::move(counted).value());
    }
    if (!watch.thrown) {
      const policy::cohort_difference* const rows = cohort ? &*cohort : nullptr;
      json = policy::to_json(self->table, other->table, found, rows, 0);
      text = policy::to_text(self->table, other->table, found, rows);
      markdown = policy::to_markdown(self->table, other->table, found, rows);
    }
  }
  if (watch.thrown) std::rethrow_exception(watch.thrown);
  py::object changed = py::none();
  if (cohort) {
    std::vector<std::int64_t> rows(cohort->changed.begin(), cohort->changed.end());
    changed = py::bytes(reinterpret_cast<const char*>(rows.data()), rows.size() * sizeof(std::int64_t));
  }
  return py::make_tuple(shown(json), shown(text), shown(markdown), changed, cohort ? cohort->rows : 0, cohort && cohort->cancelled);
}

py::tuple dictionary_of(const bound_table& self, std::size_t output) {
  if (output >= self.table.outputs().size()) throw py::index_error("there is no such output");
  std::shared_ptr<const policy::batch_plan> plan;
  {
    const py::gil_scoped_release free;
    plan = self.plan(false);
  }
  const auto values = plan->dictionary(output);
  py::tuple out(values.size());
  for (std::size_t k = 0; k != values.size(); ++k) out[k] = object_of(values[k].ref(), self.table.output(output).domain.integer);
  return out;
}

const policy::column& input_of(const bound_table& self, std::size_t input) {
  if (input >= self.table.inputs().size()) throw py::index_error("there is no such input");
  return self.table.input(input);
}

// Objects as positions on the line of the input, into an array of doubles: null is NaN, and a value of
// another kind is infinite, which belongs to no line.
void positions_of(const bound_table& self, std::size_t input, const py::list& items, const py::buffer& out) {
  const policy::column& c = input_of(self, input);
  const memory to(out, c.name, true);
  if (!to.holds<double>() || to.rows() != items.size()) throw py::value_error("one double for each item");
  auto* position = to.data<double>();
  std::ptrdiff_t row = 0;
  for (const py::handle item : items) {
    const value_ref v = value_of(item, c.domain, c.name, row++);
    *position++ = v.is_null()                   ? std::numeric_limits<double>::quiet_NaN()
                  : v.kind() == c.domain.type   ? v.number()
                                                : std::numeric_limits<double>::infinity();
  }
}

// Objects as codes of their distinct values, into an array of int32: null is -1. Returns the values, in
// the order in which they first came; one of another kind stands for all such.
py::tuple codes_of(const bound_table& self, std::size_t input, const py::list& items, const py::buffer& out) {
  const policy::column& c = input_of(self, input);
  const memory to(out, c.name, true);
  if (!to.holds<std::int32_t>() || to.rows() != items.size()) throw py::value_error("one int32 for each item");
  auto* code = to.data<std::int32_t>();
  const bool text = c.domain.type == policy::value_kind::text;
  py::dict known;
  py::list values;
  std::int32_t strange = -1;
  std::int32_t by_truth[2] = {-1, -1};
  const auto add = [&](py::handle v) {
    values.append(v);
    return static_cast<std::int32_t>(values.size() - 1);
  };
  std::ptrdiff_t row = 0;
  for (const py::handle item : items) {
    const std::ptrdiff_t here = row++;
    if (text && PyUnicode_Check(item.ptr())) {
      PyObject* const found = PyDict_GetItemWithError(known.ptr(), item.ptr());
      if (found != nullptr) {
        *code++ = static_cast<std::int32_t>(PyLong_AsLong(found));
        continue;
      }
      if (PyErr_Occurred() != nullptr) throw py::error_already_set();
      utf8(item);  // refuses what is no text
      *code = add(item);
      known[item] = *code++;
      continue;
    }
    const value_ref v = value_of(item, c.domain, c.name, here);
    if (v.is_null()) {
      *code++ = -1;
    } else if (v.kind() == policy::value_kind::boolean && !text) {
      std::int32_t& own = by_truth[v.boolean() ? 1 : 0];
      if (own < 0) own = add(py::bool_(v.boolean()));
      *code++ = own;
    } else {
      if (strange < 0) strange = text ? add(py::bool_(false)) : add(py::str("not a boolean"));
      *code++ = strange;
    }
  }
  return py::tuple(values);
}

// The same for NumPy's own texts, which lie in cells of a fixed number of UCS-4 units.
py::tuple codes_of_texts(const bound_table& self, std::size_t input, const py::buffer& texts, std::size_t units, const py::buffer& out) {
  const policy::column& c = input_of(self, input);
  const memory from(texts, c.name, false), to(out, c.name, true);
  if (!from.holds<std::uint32_t>() || !to.holds<std::int32_t>() || from.rows() != to.rows() * units)
    throw py::value_error("the cells of the texts, and one int32 for each");
  const auto* const cells = reinterpret_cast<const char*>(from.data<const std::uint32_t>());
  auto* const codes = to.data<std::int32_t>();
  const std::size_t rows = to.rows(), bytes = 4 * units;
  std::vector<std::size_t> first;
  {
    const py::gil_scoped_release free;
    std::unordered_map<std::string_view, std::int32_t> known;
    std::string_view last;
    std::int32_t last_code = -1;
    for (std::size_t row = 0; row != rows; ++row) {
      const std::string_view cell(cells + row * bytes, bytes);
      if (last_code < 0 || cell != last) {
        const auto [at, is_new] = known.try_emplace(cell, static_cast<std::int32_t>(first.size()));
        if (is_new) first.push_back(row);
        last = cell;
        last_code = at->second;
      }
      codes[row] = last_code;
    }
  }
  py::tuple values(first.size());
  for (std::size_t k = 0; k != first.size(); ++k) {
    const auto* const text = from.data<const std::uint32_t>() + first[k] * units;
    std::size_t size = units;
    while (size != 0 && text[size - 1] == 0) --size;
    PyObject* const made = PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, text, static_cast<Py_ssize_t>(size));
    if (made == nullptr) throw py::error_already_set();
    values[k] = py::reinterpret_steal<py::object>(made);
    utf8(values[k]);
  }
  return values;
}

}  // namespace

void define_batch(py::class_<bound_table, std::shared_ptr<bound_table>>& table) {
  table
      .def("decide_batch", &decide_batch, py::arg("columns"), py::arg("outputs"), py::arg("threads"), py::arg("progress"),
           "Decides columns; ectp._batch knows what it takes and gives.")
      .def("diff", &diff, py::arg("other"), py::arg("null"), py::arg("other_texts"), py::arg("region"), py::arg("columns"),
           py::arg("other_columns"), py::arg("threads"), py::arg("progress"), "How the tables differ; ectp._batch knows what it takes and gives.")
      .def("dictionary", &dictionary_of, py::arg("output"), "What the codes of an output stand for.")
      .def("positions_of", &positions_of, py::arg("input"), py::arg("items"), py::arg("out"),
           "Writes objects as numbers for an input of a batch.")
      .def("codes_of", &codes_of, py::arg("input"), py::arg("items"), py::arg("out"),
           "Writes objects as codes for an input of a batch, and returns what they stand for.")
      .def("codes_of_texts", &codes_of_texts, py::arg("input"), py::arg("texts"), py::arg("units"), py::arg("out"),
           "The same for the UCS-4 cells of an array of texts.");
}

}  // namespace ectp::python
