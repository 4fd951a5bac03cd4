// Any text as a decision table, in CSV and in Markdown: read it, and where it is one, decide and
// explain on its cells' representatives, write it in both forms and read that again, and load it as a
// state machine. Errors name places that exist; a table that was read answers for all its cells; what
// was written is the same policy; a machine that was loaded has an answer to every event.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/ectp.hpp"
#include "ectp/policy/machine.hpp"
#include "ectp/policy/markdown.hpp"
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

void check_errors(const std::vector<error>& errors, const std::vector<std::string_view>& lines) {
  for (const error& e : errors) {
    require(!e.message.empty() && e.at.file == "fuzz");
    require(e.at.line >= 1 && e.at.line <= lines.size());
    require(e.at.column >= 1 && e.at.column <= lines[e.at.line - 1].size() + 1);
  }
}

void check_places(const policy::table& t, const std::vector<std::string_view>& lines) {
  const auto text_at = [&](const location& at) {
    require(at.line >= 1 && at.line <= lines.size() && at.column <= lines[at.line - 1].size() + 1);
    return lines[at.line - 1].substr(at.column - 1);
  };
  for (std::size_t r = 0; r != t.rules(); ++r) {
    // An id has no sign that could be escaped, but for Markdown's backslash and references.
    const std::string_view there = text_at(t.rule_location(r)), id = t.rule_id(r);
    if (there.substr(0, id.size() * 6).find_first_of("\\&") == there.npos)
      require(there.substr(0, id.size()) == id);
    for (std::size_t c = 0; c != t.columns().size(); ++c) text_at(t.cell_location(r, c));
  }
}

// The k-th of some representatives for each input.
std::vector<policy::value_ref> representatives(const policy::table& t, std::size_t k) {
  std::vector<policy::value_ref> values(t.inputs().size());
  for (std::size_t i = 0; i != values.size(); ++i)
    values[i] = t.axis(i).representative(static_cast<std::uint32_t>(k % t.axis(i).size()));
  return values;
}

void decide_and_explain(const policy::table& t) {
  auto scratch = t.make_scratch();
  std::size_t most = 1;
  for (std::size_t i = 0; i != t.inputs().size(); ++i)
    most = t.axis(i).size() > most ? t.axis(i).size() : most;
  for (std::size_t k = 0; k != most && k != 64; ++k) {
    const std::vector<policy::value_ref> values = representatives(t, k);
    const std::span<const policy::value_ref> row(values.data(), values.size());
    const auto outcome = t.decide(row, scratch);
    const auto why = policy::explain(t, row);
    require(outcome.status == why.status && outcome.status != policy::rule_status::invalid_input);
    if (outcome && outcome.rule != policy::none)
      require(why.selected() != nullptr && why.selected()->rule == outcome.rule);
  }
}

void write_and_read(const policy::table& t) {
  const std::string csv = policy::write_csv(t), markdown = policy::write_markdown(t);
  const auto from_csv = policy::read_csv(csv, options()),
             from_markdown = policy::read_markdown(markdown, options());
  require(from_csv.has_value() && from_markdown.has_value());
  require(policy::same_policy(*from_csv, t) && policy::same_policy(*from_markdown, t));
  require(policy::write_csv(*from_csv) == csv && policy::write_markdown(*from_markdown) == markdown);
}

void run_machine(const policy::table& t, const std::vector<std::string_view>& lines) {
  const policy::machine_reading reading = policy::make_machine_all(t);
  require(reading.machine.has_value() == reading.errors.empty());
  check_errors(reading.errors, lines);
  if (!reading.machine) return;
  const policy::machine& m = *reading.machine;
  auto scratch = t.make_scratch();
  for (std::size_t k = 0; k != 16; ++k) {
    std::vector<policy::value_ref> values = representatives(t, k * 7);
    const policy::outcome found = t.decide({values.data(), values.size()}, scratch);
    require(found.status == policy::rule_status::decided && found.rule != policy::none);
    std::vector<policy::named_value> guards;
    std::string_view state, event;
    for (std::size_t i = 0; i != values.size(); ++i) {
      const std::string& name = t.input(i).name;
      if (name == "state") state = values[i].text();
      else if (name == "event") event = values[i].text();
      else guards.push_back({name, values[i]});
    }
    const std::span<const policy::named_value> given(guards.data(), guards.size());
    const auto made = m.step(state, event, given);
    const std::size_t from = *m.find_state(state);
    if (made) {
      const std::size_t to = *m.find_state(made->next);
      require(made->rule == found.rule && m.may(from, *m.find_event(event)) && m.leads(from, to));
      bool reached = false;
      for (const std::size_t s : m.reachable(from)) reached = reached || s == to;
      require(reached && (to == from || !m.is_final(from)));
    } else {
      require(made.error().code == errc::not_allowed);
    }
  }
}

void check(const policy::reading& reading, std::string_view text) {
  require(reading.table.has_value() == reading.errors.empty());
  const std::vector<std::string_view> lines = lines_of(text);
  check_errors(reading.errors, lines);
  if (!reading.table) return;
  check_places(*reading.table, lines);
  decide_and_explain(*reading.table);
  write_and_read(*reading.table);
  run_machine(*reading.table, lines);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(policy::read_csv_all(text, options()), text);
  check(policy::read_markdown_all(text, options()), text);
  return 0;
}
