// What reading a CASE package costs against parsing its JSON, and what becomes of memory:
//   bench_case [ITEMS]            a package that is made up, of 100,000 items by default
//   bench_case FILE               a package of your own
// One process does one step after the other; the peak is that of the process so far.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "ectp/interop/case.hpp"
#include "ectp/interop/case_csv.hpp"
#include "interop/json_document.hpp"

namespace fw = ectp::framework;

namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

long peak_mib() {
  rusage r{};
  getrusage(RUSAGE_SELF, &r);
  return r.ru_maxrss / 1024;
}

// Ten children each, with what an item of a published framework has.
std::string made_up(std::size_t items) {
  const std::string at = "https://frameworks.example/ims/case/v1p1/";
  const auto id = [](std::size_t n) {
    std::string s = std::to_string(n);
    return "10000000-0000-4000-8000-" + std::string(12 - s.size(), '0') + s;
  };
  const auto link = [&](const std::string& title, const std::string& node) {
    return "{\n    \"title\": \"" + title + "\",\n    \"identifier\": \"" + node + "\",\n    \"uri\": \"" + at + "CFItems/" + node + "\"\n   }";
  };
  const std::string when = "\"lastChangeDateTime\": \"2025-01-31T12:00:00.000Z\"";
  std::string out = "{\n \"CFDocument\": {\n  \"identifier\": \"" + id(1) + "\",\n  \"uri\": \"" + at + "CFDocuments/" + id(1) +
                    "\",\n  \"creator\": \"Invented Trust\",\n  \"title\": \"How we teach\",\n  " + when + "\n },\n \"CFItems\": [";
  for (std::size_t i = 0; i != items; ++i)
    out += std::string(i == 0 ? "" : ",") + "\n  {\n   \"identifier\": \"" + id(i + 2) + "\",\n   \"uri\": \"" + at + "CFItems/" + id(i + 2) +
           "\",\n   \"fullStatement\": \"Teachers learn that statement " + std::to_string(i) +
           " has an \\\"inner\\\" quote and goes on for as long as such sentences usually do.\",\n   \"humanCodingScheme\": \"X." + std::to_string(i) +
           "\",\n   \"CFItemType\": \"Statement\",\n   \"conceptKeywords\": [\n    \"welcome\",\n    \"routine\"\n   ],\n   \"educationLevel\": [\n    \"03\",\n    \"04\"\n   ],\n"
           "   \"language\": \"en\",\n   \"statusStartDate\": \"2025-09-01\",\n   " + when + "\n  }";
  out += "\n ],\n \"CFAssociations\": [";
  for (std::size_t i = 0; i != items; ++i) {
    const std::size_t up = i < 10 ? 1 : 2 + (i - 10) / 10;
    out += std::string(i == 0 ? "" : ",") + "\n  {\n   \"identifier\": \"" + id(50'000'000 + i) + "\",\n   \"uri\": \"" + at + "CFAssociations/" +
           id(50'000'000 + i) + "\",\n   \"associationType\": \"isChildOf\",\n   \"originNodeURI\": " + link("X." + std::to_string(i), id(i + 2)) +
           ",\n   \"destinationNodeURI\": " + link("parent", id(up)) + ",\n   \"sequenceNumber\": " + std::to_string(i) + ",\n   " + when + "\n  }";
  }
  return out + "\n ]\n}\n";
}

template <class F>
double best_of(int times, F&& f) {
  double best = 1e9;
  for (int k = 0; k != times; ++k) {
    const double from = now();
    f();
    best = std::min(best, now() - from);
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  std::string text;
  if (argc > 1 && std::atol(argv[1]) == 0) {
    auto read = ectp::interop::read_file(argv[1], std::size_t{1} << 30);
    if (!read) return std::printf("%s\n", to_string(read.error()).c_str()), 1;
    text = std::move(*read);
  } else {
    text = made_up(argc > 1 ? static_cast<std::size_t>(std::atol(argv[1])) : 100'000);
  }
  std::printf("text             %8.1f MiB      peak %ld MiB\n", static_cast<double>(text.size()) / (1 << 20), peak_mib());
  fw::case_limits limits;
  limits.bytes = std::size_t{1} << 30;
  fw::case_package p;
  const double read = best_of(3, [&] {
    p = {};
    auto r = fw::read_case(text, "bench.json", limits);
    if (!r) std::printf("%s\n", to_string(r.error()).c_str()), std::exit(1);
    p = std::move(r->package);
  });
  std::printf("read_case        %8.3f s        peak %ld MiB   %zu items\n", read, peak_mib(), p.items.size());
  const double tree = best_of(3, [&] { if (!fw::to_tree(p)) std::exit(1); });
  std::printf("to_tree          %8.3f s        peak %ld MiB\n", tree, peak_mib());
  const double write = best_of(3, [&] { if (!fw::write_case(p, {true, true, true})) std::exit(1); });
  std::printf("write_case       %8.3f s        peak %ld MiB\n", write, peak_mib());
  const double csv = best_of(3, [&] { if (!fw::write_case_csv(p)) std::exit(1); });
  std::printf("write_case_csv   %8.3f s        peak %ld MiB\n", csv, peak_mib());
  p = {};
  const double parse = best_of(3, [&] { if (nlohmann::json::parse(text).empty()) std::exit(1); });
  std::printf("nlohmann parse   %8.3f s        peak %ld MiB\n", parse, peak_mib());
  std::printf("read_case / nlohmann parse: %.2f\n", read / parse);
  return 0;
}
