// Any text as a decision table: read it, and where it is one, decide and explain on every cell's
// representative. Errors name places that exist; a table that was read answers for all its cells.
#include <cstdint>
#include <cstdlib>

#include "ectp/ectp.hpp"

using namespace ectp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  policy::read_options options;
  options.file = "fuzz.csv";
  options.limits.index_bytes = std::size_t{1} << 24;
  const auto reading = policy::read_csv_all(text, options);
  if (reading.table.has_value() == !reading.errors.empty()) std::abort();
  std::uint32_t lines = 1;
  for (const char c : text) lines += c == '\n' || c == '\r' ? 1u : 0u;
  for (const error& e : reading.errors)
    if (e.message.empty() || e.at.line > lines || e.at.file != "fuzz.csv") std::abort();
  if (!reading.table) return 0;
  const policy::table& t = *reading.table;
  auto scratch = t.make_scratch();
  std::size_t most = 1;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) most = t.axis(i).size() > most ? t.axis(i).size() : most;
  std::vector<policy::value_ref> values(t.inputs().size());
  for (std::size_t k = 0; k != most && k != 64; ++k) {
    for (std::size_t i = 0; i != values.size(); ++i)
      values[i] = t.axis(i).representative(static_cast<std::uint32_t>(k % t.axis(i).size()));
    const auto outcome = t.decide({values.data(), values.size()}, scratch);
    const auto why = policy::explain(t, std::span<const policy::value_ref>(values.data(), values.size()));
    if (outcome.status != why.status || outcome.status == policy::rule_status::invalid_input) std::abort();
    if (outcome && (why.selected() == nullptr || why.selected()->rule != outcome.rule)) std::abort();
  }
  return 0;
}
