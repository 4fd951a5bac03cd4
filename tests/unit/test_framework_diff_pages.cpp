// The difference of two frameworks as JSON, text and Markdown: golden files that people read. To renew them
// after a change that is meant: ECTP_UPDATE_GOLDEN=1.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/framework/builder.hpp"
#include "ectp/framework/diff.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/interop/framework_diff_json.hpp"
#include "support/golden.hpp"

namespace fw = ectp::framework;
using nlohmann::ordered_json;

namespace {

std::size_t lines_with(const std::string& page, std::string_view start) {
  std::size_t out = 0;
  for (std::size_t at = 0; at < page.size(); at = page.find('\n', at) + 1)
    out += page.compare(at, start.size(), start) == 0 ? 1u : 0u;
  return out;
}

}  // namespace

TEST_CASE("two editions, read by people and by machines", "[framework][diff][pages]") {
  const fw::tree_diff d = fw::diff_editions("ecf-2019", "ittecf-2024").value();
  const std::string json = fw::to_json(d);
  same_as_golden("ecf-2019-to-ittecf-2024.framework-diff.json", json);
  same_as_golden("ecf-2019-to-ittecf-2024.framework-diff.txt", fw::to_text(d));
  same_as_golden("ecf-2019-to-ittecf-2024.framework-diff.md", fw::to_markdown(d));
  CHECK(json == fw::to_json(fw::diff_editions("ecf-2019", "ittecf-2024").value()));

  const ordered_json j = ordered_json::parse(json);
  CHECK(j.at("changes").size() == d.changes.size());
  CHECK(j.at("changes_in_all") == d.changes.size());
  CHECK(j.at("counts").at("before") == 219);
  CHECK(j.at("statements").at("after") == 193);
  for (std::size_t k = 0; k != d.changes.size(); ++k) {
    const ordered_json& c = j.at("changes")[k];
    CHECK(c.at("from").is_null() == !d.changes[k].from);
    CHECK(c.at("to").is_null() == !d.changes[k].to);
    if (d.changes[k].to) CHECK(c.at("to").at("code") == d.changes[k].to->code());
    CHECK(c.at("link").is_null() == !d.changes[k].because);
    CHECK_FALSE(c.at("changes").empty());
  }

  // Every change is a line of the text and a row of a table.
  CHECK(lines_with(fw::to_markdown(d), "| ") == d.changes.size() + lines_with(fw::to_markdown(d), "| before "));
  CHECK(lines_with(fw::to_text(d), "  ") > d.changes.size());
}

TEST_CASE("pages are no longer than asked for", "[framework][diff][pages]") {
  const fw::tree_diff d = fw::diff_editions("ecf-2019", "ittecf-2024").value();
  for (const std::size_t most : {std::size_t{0}, std::size_t{1}, std::size_t{20}, d.changes.size()}) {
    CAPTURE(most);
    const ordered_json j = ordered_json::parse(fw::to_json(d, most));
    CHECK(j.at("changes").size() == most);
    CHECK(j.at("changes_in_all") == d.changes.size());
    const std::string page = fw::to_markdown(d, most), text = fw::to_text(d, most);
    CHECK(lines_with(page, "| ") == most + lines_with(page, "| before "));
    const bool all = most == d.changes.size();
    for (const std::string& p : {page, text})
      CHECK((p.find(" more changes are not listed.\n") == p.npos) == all);
    if (!all)
      CHECK(page.find("\n" + std::to_string(d.changes.size() - most) + " more changes are not listed.\n") != page.npos);
  }
}

TEST_CASE("every pair of editions has its pages, and no difference says so", "[framework][diff][pages]") {
  for (const auto& x : fw::editions())
    for (const auto& y : fw::editions()) {
      const fw::tree_diff d = fw::diff_editions(x.id, y.id).value();
      CAPTURE(x.id, y.id);
      const std::string page = fw::to_markdown(d);
      CHECK(lines_with(page, "| ") == d.changes.size() + lines_with(page, "| before "));
      CHECK(page.find("Nothing changed.") == (d.equivalent() ? page.size() - 17 : page.npos));
      CHECK(ordered_json::parse(fw::to_json(d)).at("changes").size() == d.changes.size());
      // What stands in both is one heading, and no standard has two.
      CHECK(lines_with(page, "### S") + lines_with(page, "### TS") <=
            8u + (x.id != y.id && (x.id == fw::assessment_edition || y.id == fw::assessment_edition) ? 9u : 0u));
    }
}

TEST_CASE("pages of a framework with awkward text", "[framework][diff][pages]") {
  const fw::node_spec before[] = {
      {.kind = fw::kind::framework, .code = "ours", .words = "Ours"},
      {.kind = fw::kind::statement, .parent = 0, .code = "a|1", .words = "ask | *wait*\nlisten"},
      {.kind = fw::kind::statement, .parent = 0, .code = "b", .words = "gone"},
      {.kind = fw::kind::standard, .parent = 0, .code = "S", .words = "Old"},
      {.kind = fw::kind::statement, .parent = 3, .code = "s", .words = "inside"}};
  const fw::node_spec after[] = {
      {.kind = fw::kind::framework, .code = "ours", .words = "Ours"},
      {.kind = fw::kind::statement, .parent = 0, .code = "a`1", .words = "ask | *wait*\nlisten"},
      {.kind = fw::kind::statement, .parent = 0, .code = "s", .words = "inside"},
      {.kind = fw::kind::statement, .parent = 0, .code = "c", .words = "bad \xff byte"}};
  const fw::tree a = fw::build_tree({.id = "ours"}, before).value(), b = fw::build_tree({.id = "ours"}, after).value();
  const fw::tree_diff d = fw::diff(a, b).value();
  const std::string text = fw::to_text(d), page = fw::to_markdown(d);
  CHECK(text ==
        "From ours (Ours)\n"
        "to ours (Ours)\n\n"
        "Statements: 3 before, 3 after; 0 the same, 1 added, 1 removed, 1 moved, 1 renumbered.\n"
        "Other nodes: 2 before, 1 after; 1 the same, 1 removed.\n"
        "A node can be several of these at once.\n"
        "\nThe framework\n"
        "  2 before, 3 after; 0 the same, 1 added, 1 removed, 1 moved, 1 renumbered\n"
        "  a|1 -> a`1: renumbered (same words)\n"
        "      ask | *wait* listen\n"
        "  - b: removed\n"
        "      gone\n"
        "  s: moved from S to the top (same words)\n"
        "      inside\n"
        "  + c: added\n"
        "      bad \xff byte\n"
        "\nS Old\n"
        "  1 before, 0 after; 0 the same\n"
        "  - S: removed\n"
        "      Old\n");
  CHECK(page.find("| `a\\|1` | ``a`1`` | renumbered | ask \\| \\*wait\\* listen | same words |\n") != page.npos);
  CHECK(ordered_json::parse(fw::to_json(d)).at("changes").back().at("to").at("words") == "bad \xef\xbf\xbd byte");
}

TEST_CASE("pages of a chain as deep as it is long", "[framework][diff][pages]") {
  std::vector<std::string> codes;
  for (int i = 0; i != 20'000; ++i)
    codes.push_back("c" + std::to_string(i));
  std::vector<fw::node_spec> specs{{.kind = fw::kind::framework, .code = "deep", .words = "Deep"}};
  for (std::uint32_t i = 0; i != codes.size(); ++i)
    specs.push_back(
        {.kind = i == 0 ? fw::kind::standard : fw::kind::group, .parent = i, .code = codes[i], .words = codes[i]});
  const fw::tree a = fw::build_tree({.id = "deep"}, specs).value();
  for (std::size_t i = 2; i < specs.size(); i += 2)
    specs[i].words = "other";
  const fw::tree b = fw::build_tree({.id = "deep"}, specs).value();
  const fw::tree_diff d = fw::diff(a, b).value();
  // Each second one is known by its only child; the last has none.
  CHECK(d.counts[fw::change_kind::reworded] == 9'999);
  CHECK(d.changes.size() == 9'999 + 2);
  CHECK(lines_with(fw::to_markdown(d), "| ") == 1 + d.changes.size());
  CHECK(lines_with(fw::to_text(d), "  ") >= 2 * d.changes.size());
  CHECK(ordered_json::parse(fw::to_json(d)).at("changes").size() == d.changes.size());
}
