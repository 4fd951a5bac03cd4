#include "ectp/interop/analysis_json.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "ectp/policy/markdown.hpp"
#include "ectp/policy/write.hpp"
#include "interop/analysis_document.hpp"
#include "interop/markdown_text.hpp"
#include "interop/policy_document.hpp"

namespace ectp::inline ECTP_ABI::interop {

using nlohmann::ordered_json;
using policy::finding;
using policy::severity;

namespace {

std::string_view name_of(policy::edit::action a) {
  constexpr std::string_view names[] = {"add_rule", "remove_rule", "change_cell", "change_domain", "remove_column", "change_hit_policy"};
  return names[static_cast<std::size_t>(a)];
}

ordered_json edit_of(const policy::edit& e) {
  using action = policy::edit::action;
  ordered_json out{{"what", name_of(e.what)}};
  if (e.what == action::add_rule || e.what == action::remove_rule || e.what == action::change_cell) out["rule"] = e.rule;
  if (e.what == action::change_cell || e.what == action::change_domain || e.what == action::remove_column) out["column"] = e.column;
  if (e.what == action::add_rule) out["cells"] = e.cells;
  if (e.what == action::change_cell || e.what == action::change_domain || e.what == action::change_hit_policy) out["text"] = e.text;
  return out;
}

ordered_json region_of(const policy::table& t, const policy::box& b) {
  return {{"box", json_of(policy::tests_of(t, b))}, {"witness", json_of(policy::witness_of(t, b))}};
}

ordered_json regions_of(const policy::table& t, const std::vector<policy::box>& boxes, std::size_t most) {
  ordered_json out = ordered_json::array();
  for (std::size_t k = 0; k != boxes.size() && k != most; ++k) out.push_back(region_of(t, boxes[k]));
  return out;
}

std::size_t count(const std::vector<finding>& findings, severity level) {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const finding& f) { return f.level == level; }));
}

}  // namespace

ordered_json json_of(const std::vector<policy::input_test>& box) {
  ordered_json out = ordered_json::object();
  for (const policy::input_test& t : box) out[t.input] = t.test;
  return out;
}

ordered_json json_of(const std::vector<policy::input_value>& values) {
  ordered_json out = ordered_json::object();
  for (const policy::input_value& v : values) out[v.input] = json_of(v.value.ref());
  return out;
}

ordered_json json_of(const finding& f) {
  ordered_json out{{"kind", name(f.kind)}, {"level", name(f.level)}, {"message", f.message}, {"at", json_of(f.at)},
                   {"file", f.at.file}, {"line", f.at.line}, {"column", f.at.column}, {"rules", f.rules}};
  out["box"] = f.box.empty() ? ordered_json(nullptr) : json_of(f.box);
  out["witness"] = f.witness.empty() ? ordered_json(nullptr) : json_of(f.witness);
  if (f.suggestion.text.empty()) {
    out["suggestion"] = nullptr;
  } else {
    ordered_json edits = ordered_json::array();
    for (const policy::edit& e : f.suggestion.edits) edits.push_back(edit_of(e));
    out["suggestion"] = {{"text", f.suggestion.text}, {"edits", std::move(edits)}};
  }
  return out;
}

ordered_json json_of(const std::vector<finding>& findings) {
  ordered_json out = ordered_json::array();
  for (const finding& f : findings) out.push_back(json_of(f));
  return out;
}

ordered_json json_of(const policy::table& t, const policy::analysis& a, std::size_t most) {
  ordered_json out{{"schema", 1}, {"policy", t.name()}, {"file", t.file()}, {"hit_policy", name(t.hit_policy())},
                   {"domain", json_of(a.domain)}, {"sound", a.worst() != severity::error}, {"conclusive", a.conclusive()}};
  out["gaps"] = regions_of(t, a.gaps, most);
  out["gaps_in_all"] = a.gaps.size();
  out["defaulted"] = regions_of(t, a.defaulted, most);
  ordered_json overlaps = ordered_json::array();
  for (std::size_t k = 0; k != a.overlaps.size() && k != most; ++k) {
    const policy::overlap& o = a.overlaps[k];
    const policy::box b = policy::box_of(t, o, a.reading);
    ordered_json one{{"rules", {t.rule_id(o.rule), t.rule_id(o.other)}}};
    one.update(region_of(t, b));
    one["same_outputs"] = o.same_outputs;
    one["conflict"] = o.conflict;
    overlaps.push_back(std::move(one));
  }
  out["overlaps"] = std::move(overlaps);
  out["overlaps_in_all"] = a.overlaps.size();
  ordered_json dead = ordered_json::array();
  for (const std::uint32_t r : a.dead) dead.push_back(t.rule_id(r));
  out["dead"] = std::move(dead);
  out["findings"] = json_of(a.findings);
  return out;
}

ordered_json json_of(const policy::repaired& r) {
  return {{"schema", 1}, {"policy", r.table.name()}, {"file", r.table.file()}, {"sound", r.sound()},
          {"steps", json_of(r.steps)}, {"left", json_of(r.left)}, {"table", policy::write_csv(r.table)}};
}

std::string document_of(const ordered_json& j) {
  return j.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string counted(std::size_t n, std::string_view one) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits + " " + std::string(one) + (n == 1 ? "" : "s");
}

std::string listed(const std::vector<std::string>& words, std::size_t most) {
  std::string out;
  const std::size_t shown = words.size() > most ? most - 1 : words.size();
  for (std::size_t i = 0; i != shown; ++i) out += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  if (shown != words.size()) out += " and " + std::to_string(words.size() - shown) + " more";
  return out;
}

std::string domain_lines(const std::vector<policy::input_test>& domain) {
  std::string out;
  std::size_t width = 0;
  for (const policy::input_test& d : domain) width = std::max(width, d.input.size());
  for (const policy::input_test& d : domain) out += "  " + d.input + std::string(width - d.input.size(), ' ') + "  " + d.test + "\n";
  return out;
}

std::string domain_table(const std::vector<policy::input_test>& domain) {
  std::string out = markdown_header({"input", "taken to hold"});
  for (const policy::input_test& d : domain) out += markdown_row({plain_in_markdown(d.input), code_in_cell(d.test)});
  return out;
}

std::string called(const policy::table& t) { return t.name().empty() ? "table" : t.name(); }

std::string title_of(const policy::table& t) {
  std::string how(name(t.hit_policy()));
  if (const std::string_view a = name(t.aggregation()); !a.empty()) how += " " + std::string(a);
  return called(t) + ", " + how + ", " + counted(t.rules(), "rule");
}

std::string finding_text(const finding& f) {
  std::string out = to_string(f.at);
  out += (out.empty() ? "" : ": ") + std::string(name(f.level)) + ": " + f.message + "\n";
  if (!f.witness.empty()) out += "  for example  " + to_string(f.witness) + "\n";
  if (!f.suggestion.text.empty()) out += "  suggestion   " + f.suggestion.text + "\n";
  return out;
}

std::string finding_markdown(const finding& f) {
  std::string out = "- **" + std::string(name(f.level)) + "** " + plain_in_markdown(f.message);
  if (const std::string at = to_string(f.at); !at.empty()) out += " (" + plain_in_markdown(at) + ")";
  out += "\n";
  if (!f.witness.empty()) out += "  - for example " + in_backticks(to_string(f.witness)) + "\n";
  if (!f.suggestion.text.empty()) out += "  - suggestion: " + plain_in_markdown(f.suggestion.text) + "\n";
  return out;
}

std::string findings_markdown(const std::vector<finding>& findings) {
  std::string out;
  for (const severity level : {severity::error, severity::warning, severity::note}) {
    if (count(findings, level) == 0) continue;
    out += level == severity::error ? "\n### Errors\n\n" : level == severity::warning ? "\n### Warnings\n\n" : "\n### Notes\n\n";
    for (const finding& f : findings)
      if (f.level == level) out += finding_markdown(f);
  }
  return out;
}

std::string counted_by_level(const std::vector<finding>& findings) {
  return counted(count(findings, severity::error), "error") + ", " + counted(count(findings, severity::warning), "warning") + ", " +
         counted(count(findings, severity::note), "note");
}

}  // namespace ectp::inline ECTP_ABI::interop

namespace ectp::inline ECTP_ABI::policy {

using interop::called;
using interop::counted;
using interop::counted_by_level;
using interop::finding_markdown;
using interop::finding_text;
using interop::title_of;

namespace {

// The findings by level, and whether anything is open.
std::string summed_up(const table& t, const analysis& a) {
  if (a.findings.empty()) return called(t) + ": nothing to say. Every record has a decision, and every rule can decide.";
  std::string out = called(t) + ": " + counted_by_level(a.findings);
  if (!a.conclusive()) out += "; not everything could be settled";
  return out + ".";
}

std::string mended(const repaired& r) {
  if (r.steps.empty() && r.sound()) return called(r.table) + ": nothing to mend.";
  std::string out = called(r.table) + ": " + counted(r.steps.size(), "change");
  return out + (r.sound() ? ", and no error is left." : ", and " + counted(r.left.size(), "finding") + " left.");
}

}  // namespace

std::string to_json(const table& t, const analysis& a, std::size_t most) { return interop::document_of(interop::json_of(t, a, most)); }

std::string to_text(const table& t, const analysis& a) {
  std::string out = title_of(t) + "\nTaken to hold:\n";
  out += interop::domain_lines(a.domain);
  if (!a.findings.empty()) out += "\n";
  for (const finding& f : a.findings) out += finding_text(f);
  return out + "\n" + summed_up(t, a) + "\n";
}

std::string to_markdown(const table& t, const analysis& a) {
  using namespace interop;
  std::string out = "## " + plain_in_markdown(title_of(t)) + "\n\n" + plain_in_markdown(summed_up(t, a)) + "\n";
  out += domain_table(a.domain);
  out += findings_markdown(a.findings);
  return out;
}

std::string to_json(const repaired& r) { return interop::document_of(interop::json_of(r)); }

std::string to_text(const repaired& r) {
  std::string out;
  for (const finding& f : r.steps) out += finding_text(f);
  if (!r.left.empty()) out += out.empty() ? "Left:\n" : "\nLeft:\n";
  for (const finding& f : r.left) out += finding_text(f);
  out += (out.empty() ? "" : "\n") + mended(r) + "\n";
  if (!r.steps.empty()) out += "\n" + write_csv(r.table);
  return out;
}

std::string to_markdown(const repaired& r) {
  std::string out = "## Changes to " + interop::plain_in_markdown(called(r.table)) + "\n\n" + interop::plain_in_markdown(mended(r)) + "\n";
  if (!r.steps.empty()) out += "\n";
  for (const finding& f : r.steps) out += finding_markdown(f);
  if (!r.left.empty()) out += "\n### Left\n\n";
  for (const finding& f : r.left) out += finding_markdown(f);
  if (!r.steps.empty()) out += "\n" + write_markdown(r.table);
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
