#include <cstdio>
#include <tuple>
#include <vector>

#include "cli/cli.hpp"
#include "interop/json_document.hpp"
#include "operations/operations.hpp"
#include "py.hpp"

namespace ectp::python {

namespace {

constexpr std::size_t most_bytes = std::size_t{16} << 20;

using document = std::tuple<std::string, py::bytes, py::bytes>;

std::string run(std::string_view name, std::string_view arguments, const std::vector<document>& documents) {
  std::vector<operations::document> given;
  for (const auto& [what, file, text] : documents) given.push_back({what, std::string(file), std::string(text)});
  const py::gil_scoped_release free;
  return operations::run(name, arguments, given).value();
}

py::bytes read_file(const py::bytes& path, std::size_t most) {
  const std::string name(path);
  std::string text;
  {
    const py::gil_scoped_release free;
    text = interop::read_file(name, most).value();
  }
  return py::bytes(text);
}

// `python -u` and PYTHONUNBUFFERED make C's standard input read a byte at a time as well.
void buffer_input() {
  static char buffer[1 << 16];
  static const int once = std::setvbuf(stdin, buffer, _IOFBF, sizeof buffer);
  static_cast<void>(once);
}

int main_of(const std::vector<py::bytes>& arguments) {
  std::vector<std::string> texts;
  for (const auto& a : arguments) texts.emplace_back(a);
  std::vector<const char*> argv;
  for (const auto& t : texts) argv.push_back(t.c_str());
  argv.push_back(nullptr);
  buffer_input();
  const py::gil_scoped_release free;
  const int status = cli::run(static_cast<int>(texts.size()), argv.data());
  // Python ends by itself and knows nothing of C's buffers.
  return std::fflush(nullptr) == 0 ? status : 2;
}

}  // namespace

void register_operations(py::module_& m) {
  m.def("run", &run, py::arg("name"), py::arg("arguments"), py::arg("documents") = std::vector<document>{},
        "Runs one operation on a JSON object of arguments and returns its JSON result. A document is\n"
        "(parameter, file name, text). Raises ectp.Error.");
  m.def("call", &operations::call, py::arg("envelope"), py::call_guard<py::gil_scoped_release>(),
        "Answers one JSON call with one line of JSON; an error is part of the answer.");
  m.def("read_file", &read_file, py::arg("path"), py::arg("most") = most_bytes,
        "The bytes of an ordinary file of at most `most` bytes, 16 MiB if you do not say. Raises ectp.FileError, or ectp.Error with the code\n"
        "too_large.");
  m.def("main", &main_of, py::arg("arguments"),
        "Runs the ectp program on these arguments, the first being its own name; returns the exit status.");
}

}  // namespace ectp::python
