// Any text as a record: refused with a place and a reason, or written back to the same record.
#include <cstdint>
#include <cstdlib>

#include "ectp/ectp.hpp"
#include "ectp/interop/record_json.hpp"

using namespace ectp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const policies rules = policies::builtin().value();
  const date today = date::from_civil(2025, 11, 24);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto r = read_record(text, "fuzz.json", today);
  if (!r) {
    if (r.error().message.empty() || r.error().at.file != "fuzz.json") std::abort();
    return 0;
  }
  const auto again = read_record(to_json(*r), "again.json", today);
  if (!again || !(*again == *r)) std::abort();
  const auto p = meeting::plan(*r, today, rules);
  if (!p && p.error().message.empty()) std::abort();
  return 0;
}
