#include "columns.hpp"

#include "values.hpp"

namespace ectp::python {

using policy::value_ref;

namespace {

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
  if (!known) throw exception(bad_column(column, "the column " + std::string(column) + " has items of the type " + m.format(), "integers or floats"));
  return out;
}

policy::input_column codes_in(const memory& m, std::string_view column) {
  policy::input_column out;
  const bool known = with_type<std::uint8_t, std::int8_t, std::uint16_t, std::int16_t, std::uint32_t, std::int32_t>(m, [&](auto* type) {
    using item = std::remove_pointer_t<decltype(type)>;
    out = policy::input_column::codes(m.data<const item>(), m.rows());
  });
  if (!known && m.holds<bool>()) out = policy::input_column::codes(m.data<const std::uint8_t>(), m.rows());
  else if (!known) throw exception(bad_column(column, "the column " + std::string(column) + " has items of the type " + m.format(), "codes of 1, 2 or 4 bytes"));
  return out;
}

}  // namespace

error bad_column(std::string_view column, std::string message, std::string expected) {
  error e{errc::bad_argument, std::move(message), {}, std::move(expected), ""};
  e.at.path = pointer_to(column);
  return e;
}

memory::memory(py::handle array, std::string_view column, bool writable) : held_(py::reinterpret_borrow<py::buffer>(array).request(writable)) {
  if (held_.ndim != 1 || (held_.size > 1 && held_.strides[0] != held_.itemsize))
    throw exception(bad_column(column, "the column " + std::string(column) + " does not lie in one piece", "a contiguous array of one dimension"));
}

policy::output_column output_in(const memory& m, std::string_view column) {
  policy::output_column out;
  const bool known = with_type<std::int8_t, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, double>(m, [&](auto* type) {
    using item = std::remove_pointer_t<decltype(type)>;
    out = policy::output_column(m.data<item>(), m.rows());
  });
  if (!known)
    throw exception(bad_column(column, "the array for " + std::string(column) + " has items of the type " + m.format(), "codes of 1, 2 or 4 bytes, or doubles"));
  return out;
}

input_columns::input_columns(std::span<const policy::column* const> inputs, const py::list& columns) {
  kept_.reserve(2 * columns.size());
  dictionaries_.reserve(columns.size());
  for (std::size_t i = 0; i != columns.size(); ++i) take(*inputs[i], columns[i].cast<py::tuple>());
}

input_columns::input_columns(const policy::table& t, const py::list& columns) {
  kept_.reserve(2 * columns.size());
  dictionaries_.reserve(columns.size());
  for (std::size_t i = 0; i != columns.size(); ++i) take(t.input(i), columns[i].cast<py::tuple>());
}

void input_columns::take(const policy::column& c, const py::tuple& given) {
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
    if (kept_.back().rows() * 8 < column.rows) throw exception(bad_column(c.name, "the mask of " + c.name + " is too short", "one item a row"));
    column = column.where(kept_.back().data<const std::uint8_t>());
  }
  columns_.push_back(column);
}

output_columns::output_columns(std::span<const std::string_view> names, const py::list& arrays) {
  kept_.reserve(arrays.size());
  for (std::size_t i = 0; i != arrays.size(); ++i) {
    if (arrays[i].is_none()) {
      columns_.emplace_back();
      continue;
    }
    kept_.emplace_back(arrays[i], names[i], true);
    columns_.push_back(output_in(kept_.back(), names[i]));
  }
}

policy::batch_options watcher::options(unsigned threads) {
  policy::batch_options out;
  out.threads = threads;
  out.progress = &watcher::call;
  out.context = this;
  return out;
}

bool watcher::go_on(std::size_t done, std::size_t rows) {
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

py::tuple answer_of(std::span<const policy::value> said, bool whole) {
  py::tuple out(said.size());
  for (std::size_t j = 0; j != said.size(); ++j) out[j] = object_of(said[j].ref(), whole);
  return out;
}

}  // namespace ectp::python
