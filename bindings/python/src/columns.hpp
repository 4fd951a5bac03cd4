#pragma once
// Columns of Python's, as batches read and write them, and a batch under way.
#include <chrono>
#include <exception>
#include <string_view>
#include <type_traits>
#include <vector>

#include "ectp/policy/batch.hpp"
#include "py.hpp"

namespace ectp::python {

// A column that cannot be taken.
error bad_column(std::string_view column, std::string message, std::string expected);

// Memory of NumPy's, held as long as this lives.
class memory {
 public:
  memory(py::handle array, std::string_view column, bool writable);
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

 private:
  py::buffer_info held_;
};

policy::output_column output_in(const memory& m, std::string_view column);

// The columns of some inputs, one (array, "numbers" or "codes", dictionary or None, validity or None) each.
class input_columns {
 public:
  // `inputs` says what each of them may hold.
  input_columns(std::span<const policy::column* const> inputs, const py::list& columns);
  input_columns(const policy::table& t, const py::list& columns);
  input_columns(const input_columns&) = delete;
  input_columns& operator=(const input_columns&) = delete;
  std::span<const policy::input_column> get() const { return {columns_.data(), columns_.size()}; }

 private:
  void take(const policy::column& c, const py::tuple& given);
  std::vector<memory> kept_;
  std::vector<std::vector<policy::value_ref>> dictionaries_;
  std::vector<policy::input_column> columns_;
};

// Arrays to write to, one or None each, under these names.
class output_columns {
 public:
  output_columns(std::span<const std::string_view> names, const py::list& arrays);
  const policy::output_column& operator[](std::size_t i) const { return columns_[i]; }
  std::span<const policy::output_column> first(std::size_t n) const { return {columns_.data(), n}; }

 private:
  std::vector<memory> kept_;
  std::vector<policy::output_column> columns_;
};

// Asks now and then whether Ctrl-C was pressed, and tells the caller how far it is.
struct watcher {
  py::object progress;
  std::chrono::steady_clock::time_point asked = std::chrono::steady_clock::now();
  std::exception_ptr thrown = nullptr;

  policy::batch_options options(unsigned threads);
  static bool call(void* self, std::size_t done, std::size_t rows) { return static_cast<watcher*>(self)->go_on(done, rows); }
  bool go_on(std::size_t done, std::size_t rows);
};

// A list that a table of several hits answered with.
py::tuple answer_of(std::span<const policy::value> said, bool whole);

}  // namespace ectp::python
