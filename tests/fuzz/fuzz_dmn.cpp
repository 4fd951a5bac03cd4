// Any text as a DMN file: list its decisions, read each of them and the one that is meant without a
// name. Errors name places that exist; a table that was read is written, and what was written is the
// same policy.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/ectp.hpp"
#include "ectp/interop/dmn.hpp"
#include "ectp/policy/write.hpp"

using namespace ectp;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

policy::read_options options() {
  policy::read_options o;
  o.file = "fuzz";
  o.limits.index_bytes = std::size_t{1} << 24;
  o.limits.errors = 50;
  return o;
}

// The lines without their ends; CRLF is one end, and a byte-order mark belongs to no line.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (;;) {
    const std::size_t end = text.find_first_of("\r\n");
    out.push_back(text.substr(0, end));
    if (end == text.npos) return out;
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
  }
}

void check_place(const location& at, const std::vector<std::string_view>& lines) {
  require(at.file == "fuzz" && at.line >= 1 && at.line <= lines.size());
  require(at.column >= 1 && at.column <= lines[at.line - 1].size() + 1);
}

void write_and_read(const policy::table& t) {
  const auto xml = policy::write_dmn(t);
  if (!xml) {
    require(xml.error().code == errc::encoding);
    return;
  }
  const policy::reading again = policy::read_dmn_all(*xml, {}, options());
  require(again.table.has_value());
  require(policy::same_policy(*again.table, t) && policy::write_csv(*again.table) == policy::write_csv(t));
  require(*policy::write_dmn(*again.table) == *xml);
}

void check(std::string_view text, std::string_view decision, const std::vector<std::string_view>& lines) {
  const policy::reading reading = policy::read_dmn_all(text, decision, options());
  require(reading.table.has_value() == reading.errors.empty());
  for (const error& e : reading.errors) {
    require(!e.message.empty());
    check_place(e.at, lines);
  }
  if (!reading.table) return;
  const policy::table& t = *reading.table;
  for (std::size_t r = 0; r != t.rules(); ++r) {
    check_place(t.rule_location(r), lines);
    for (std::size_t c = 0; c != t.columns().size(); ++c) check_place(t.cell_location(r, c), lines);
  }
  write_and_read(t);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string_view> lines = lines_of(text);
  check(text, {}, lines);
  const auto decisions = policy::dmn_decisions(text, "fuzz");
  if (!decisions) {
    check_place(decisions.error().at, lines);
    return 0;
  }
  std::size_t looked_at = 0;
  for (const policy::dmn_decision& d : *decisions) {
    check_place(d.at, lines);
    if (++looked_at > 8) break;
    check(text, d.name, lines);
    if (!d.id.empty()) check(text, d.id, lines);
  }
  return 0;
}
