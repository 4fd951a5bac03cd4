// Any text as a CASE package and as a table of items: places of errors exist, what was read is written
// and read again as the same, and every tree walks to its end.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/interop/case_csv.hpp"

using namespace ectp;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_places(const std::vector<error>& errors, std::string_view text) {
  std::uint32_t lines = 1;
  for (const char c : text) lines += c == '\n' || c == '\r';
  for (const error& e : errors) {
    require(!e.message.empty() && e.at.file == "fuzz");
    require(e.at.line <= lines && e.at.column <= text.size() + 1);
  }
}

void check_tree(const framework::case_package& p) {
  const auto tree = framework::to_tree(p, "fuzz-edition");
  if (!tree) return;
  require(tree->size() == p.items.size() + 1);
  for (const framework::node_view& n : tree->nodes()) {
    const auto found = tree->find(n.code());
    require(found && found->id() == n.id());
  }
  const auto out = framework::to_case(*tree, {.base_uri = {}, .last_change_date_time = "2025-01-31T12:00:00Z"});
  require(out && out->items.size() == p.items.size());
}

framework::case_limits small() {
  framework::case_limits l;
  l.bytes = 1 << 20;
  l.errors = 20;
  l.warnings = 20;
  return l;
}

void check_table(std::string_view text, std::string_view identifier) {
  const framework::case_csv_about about{.title = "t", .last_change_date_time = "2025-01-31T12:00:00Z", .identifier = std::string(identifier),
                                        .creator = {}, .base_uri = {}};
  const framework::case_reading r = framework::read_case_csv_all(text, "fuzz", about, small());
  check_places(r.errors, text);
  check_places(r.warnings, text);
  if (!r.errors.empty() || r.errors_left_out != 0) return;
  for (const error& e : framework::check_case(r.package)) require(e.code == errc::encoding);
  check_tree(r.package);
  const auto csv = framework::write_case_csv(r.package);
  if (!csv) return;
  const auto again = framework::read_case_csv(csv->text, {}, {.title = "t", .last_change_date_time = "2025-01-31T12:00:00Z",
                                                          .identifier = r.package.document.identifier, .creator = {}, .base_uri = {}});
  require(again && again->package.items.size() == r.package.items.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const framework::case_reading r = framework::read_case_all(text, "fuzz", small());
  check_places(r.errors, text);
  check_places(r.warnings, text);
  const framework::case_write_options as_it_is{.keep_identifiers = true, .keep_dangling = true};
  if (r.errors.empty() && r.errors_left_out == 0) {
    check_tree(r.package);
    if (const auto out = framework::write_case(r.package, as_it_is)) {
      const auto again = framework::read_case(*out);
      require(again.has_value());
      const auto same = framework::write_case(again->package, as_it_is);
      require(same && *same == *out);
    }
    const framework::case_package legal = framework::with_uuids(r.package);
    for (const error& e : framework::check_case(legal, {.keep_dangling = true})) require(e.code != errc::bad_id);
    static_cast<void>(framework::write_case_csv(r.package));
  } else {
    static_cast<void>(framework::check_case(r.package));
    static_cast<void>(framework::to_tree(r.package));
  }
  check_table(text, {});
  return 0;
}
