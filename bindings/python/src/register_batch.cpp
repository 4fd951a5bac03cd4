#include <chrono>
#include <exception>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bound_table.hpp"
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

error bad(std::string_view column, std::string message, std::string expected) {
  error e{errc::bad_argument, std::move(message), {}, std::move(expected), ""};
  e.at.path = pointer_to(column);
  return e;
}

// Memory of NumPy's, held as long as this lives.
class memory {
 public:
  memory(py::handle array, std::string_view column, bool writable) : held_(py::reinterpret_borrow<py::buffer>(array).request(writable)) {
    if (held_.ndim != 1 || (held_.size > 1 && held_.strides[0] != held_.itemsize))
      throw exception(bad(column, "the column " + std::string(column) + " does not lie in one piece", "a contiguous array of one dimension"));
  }
  template <class T>
  bool holds() const {
    // One letter of the module struct, of which several may have one size: int and long, long and long long.
    if (held_.itemsize != sizeof(T) || held_.format.size() != 1) return false;
    constexpr std::string_view letters = std::is_same_v<T, bool>         ? "?"
                                         : std::is_floating_point_v<T> ? "fd"
                                         : std::is_signed_v<T>         ? "bhilqn"
                                                                       : "BHILQN";
    return letters.find(held_.format[0]) != letters.npos;
  }
  template <class T>
  T* data() const {
    return static_cast<T*>(held_.ptr);
  }
  std::size_t rows() const { return static_cast<std::size_t>(held_.size); }
  const std::string& format() const { return held_.format; }
  std::size_t bytes() const { return static_cast<std::size_t>(held_.itemsize); }

 private:
  py::buffer_info held_;
};

// Calls `use` with a null pointer of the first type that the memory holds; false if it holds none.
template <class... T, class Use>
bool with_type(const memory& m, Use use) {
  return ((m.holds<T>() ? (use(static_cast<T*>(nullptr)), true) : false) || ...);
}

policy::input_column numbers_in(const memory& m, std::string_view column) {
  policy::input_column out;
  const bool known = with_type<double, float, std::int8_t, std::int16_t, std::int32_t, std::int64_t, std::uint8_t, std::uint16_t,
                               std::uint32_t, std::uint64_t>(m, [&](auto* type) {
    using item = std::remove_pointer_t<decltype(type)>;
    out = policy::input_column::numbers(m.data<const item>(), m.rows());
  });
  if (!known) throw exception(bad(column, "the column " + std::string(column) + " has items of the type " + m.format(), "integers or floats"));
  return out;
}

policy::input_column codes_in(const memory& m, std::string_view column) {
  policy::input_column out;
  const bool known = with_type<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t>(m, [&](auto* type) {
    using item = std::remove_pointer_t<decltype(type)>;
    out = policy::input_column::codes(m.data<const item>(), m.rows());
  });
  if (!known && m.holds<bool>()) out = policy::input_column::codes(m.data<const std::uint8_t>(), m.rows());
  else if (!known) throw exception(bad(column, "the column " + std::string(column) + " has items of the type " + m.format(), "codes of 1, 2 or 4 bytes"));
  return out;
}

policy::output_column output_in(const memory& m, std::string_view column) {
  policy::output_column out;
  const bool known = with_type<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, double>(m, [&](auto* type) {
    using item = std::remove_pointer_t<decltype(type)>;
    out = policy::output_column(m.data<item>(), m.rows());
  });
  if (!known)
    throw exception(bad(column, "the array for " + std::string(column) + " has items of the type " + m.format(), "codes of 1, 2 or 4 bytes, or doubles"));
  return out;
}

// Asks now and then whether Ctrl-C was pressed, and tells the caller how far it is.
struct watcher {
  py::object progress;
  std::chrono::steady_clock::time_point asked;
  std::exception_ptr thrown;

  static bool call(void* self, std::size_t done, std::size_t rows) { return static_cast<watcher*>(self)->go_on(done, rows); }
  bool go_on(std::size_t done, std::size_t rows) {
    // Waiting for the GIL behind each chunk would let other threads of Python hold it up. No answer
    // depends on this clock.
    const auto now = std::chrono::steady_clock::now();
    if (progress.is_none() && now - asked < std::chrono::milliseconds(50)) return true;
    asked = now;
    const py::gil_scoped_acquire hold;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (progress.is_none()) return true;
      const py::object answer = progress(done, rows);
      return answer.ptr() != Py_False;
    } catch (...) {
      thrown = std::current_exception();
      return false;
    }
  }
};

py::tuple ids_of(const policy::table& t, std::span<const std::uint32_t> rules) {
  py::tuple out(rules.size());
  for (std::size_t i = 0; i != rules.size(); ++i) out[i] = shown(t.rule_id(rules[i]));
  return out;
}

// The columns of a table's inputs, one (array, "numbers" or "codes", dictionary or None, validity or None) each.
class input_columns {
 public:
  input_columns(const policy::table& t, const py::list& columns) {
    kept_.reserve(2 * columns.size());
    dictionaries_.reserve(columns.size());
    for (std::size_t i = 0; i != columns.size(); ++i) {
      const auto given = columns[i].cast<py::tuple>();
      const policy::column& c = t.input(i);
      kept_.emplace_back(given[0], c.name, false);
      policy::input_column column = given[1].cast<std::string_view>() == "codes" ? codes_in(kept_.back(), c.name) : numbers_in(kept_.back(), c.name);
      if (!given[2].is_none()) {
        std::vector<value_ref>& values = dictionaries_.emplace_back();
        for (const py::handle v : given[2].cast<py::tuple>()) values.push_back(value_of(v, c.domain, c.name));
        column.decoded = true;
        column.dictionary = {values.data(), values.size()};
      }
      if (!given[3].is_none()) {
        kept_.emplace_back(given[3], c.name, false);
        if (kept_.back().rows() * 8 < column.rows) throw exception(bad(c.name, "the mask of " + c.name + " is too short", "one item a row"));
        column = column.where(kept_.back().data<const std::uint8_t>());
      }
      columns_.push_back(column);
    }
  }
  input_columns(const input_columns&) = delete;
  input_columns& operator=(const input_columns&) = delete;
  std::span<const policy::input_column> get() const { return {columns_.data(), columns_.size()}; }

 private:
  std::vector<memory> kept_;
  std::vector<std::vector<value_ref>> dictionaries_;
  std::vector<policy::input_column> columns_;
};

// (input columns; output arrays: one or None for each output, then status, rule, near rule, near input, matched)
// -> (rows done, stopped early, distinct sets of rules, for each output its distinct answers)
py::tuple decide_batch(const std::shared_ptr<bound_table>& self, const py::list& columns, const py::list& outputs, unsigned threads,
                       const py::object& progress) {
  const policy::table& t = self->table;
  const input_columns inputs(t, columns);
  std::vector<memory> kept;
  kept.reserve(outputs.size());
  std::vector<policy::output_column> to;
  const std::size_t values = t.outputs().size();
  constexpr std::string_view others[] = {"status", "rule", "near_rule", "near_input", "matched"};
  for (std::size_t i = 0; i != outputs.size(); ++i) {
    if (outputs[i].is_none()) {
      to.emplace_back();
      continue;
    }
    const std::string_view name = i < values ? std::string_view(t.output(i).name) : others[i - values];
    kept.emplace_back(outputs[i], name, true);
    to.push_back(output_in(kept.back(), name));
  }
  policy::batch_output out;
  out.values = {to.data(), values};
  out.status = to[values];
  out.rule = to[values + 1];
  out.near_rule = to[values + 2];
  out.near_input = to[values + 3];
  out.matched = to[values + 4];
  watcher watch{progress, std::chrono::steady_clock::now(), nullptr};
  policy::batch_options options;
  options.threads = threads;
  options.progress = &watcher::call;
  options.context = &watch;
  std::optional<result<policy::batch_result>> done;
  {
    const py::gil_scoped_release free;
    done.emplace(self->plan(out.near_rule.wanted() || out.near_input.wanted())->decide(inputs.get(), out, options));
  }
  if (watch.thrown) std::rethrow_exception(watch.thrown);
  const policy::batch_result& r = done->value();
  py::tuple matched(r.matched.size());
  for (std::size_t k = 0; k != r.matched.size(); ++k) matched[k] = ids_of(t, r.matched[k]);
  py::list answers;
  for (std::size_t i = 0; i != r.answers.size(); ++i) {
    py::tuple distinct(r.answers[i].size());
    for (std::size_t k = 0; k != r.answers[i].size(); ++k) {
      const auto said = r.answers[i][k];
      py::tuple one(said.size());
      for (std::size_t j = 0; j != said.size(); ++j) one[j] = object_of(said[j].ref(), t.output(i).domain.integer);
      distinct[k] = one;
    }
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
  watcher watch{progress, std::chrono::steady_clock::now(), nullptr};
  std::optional<policy::cohort_difference> cohort;
  std::string json, text, markdown;
  {
    const py::gil_scoped_release free;
    const policy::difference found = policy::diff(self->table, other->table, how).value();
    if (before) {
      policy::batch_options options;
      options.threads = threads;
      options.progress = &watcher::call;
      options.context = &watch;
      auto counted = policy::diff(*self->plan(false), before->get(), *other->plan(false), after->get(), options);
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
