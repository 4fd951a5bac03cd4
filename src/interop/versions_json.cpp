#include "ectp/interop/versions_json.hpp"

#include <algorithm>
#include <utility>

#include "ectp/policy/identity.hpp"
#include "interop/analysis_document.hpp"
#include "interop/markdown_text.hpp"
#include "interop/policy_document.hpp"

namespace ectp::inline ECTP_ABI::interop {

using nlohmann::ordered_json;
using policy::finding;
using policy::severity;

namespace {

ordered_json day_or_null(const maybe<date>& d) { return d ? ordered_json(to_string(*d)) : ordered_json(nullptr); }

ordered_json version_of(const policy::table& t) {
  ordered_json out{{"policy", t.name()}};
  add_identity(out, t, policy::fingerprint(t));
  out["valid_from"] = day_or_null(t.valid().from);
  out["valid_to"] = day_or_null(t.valid().to);
  out["file"] = t.file();
  out["rules"] = t.rules();
  return out;
}

}  // namespace

ordered_json json_of(const policy::versions& v, const maybe<date>& as_of) {
  const std::vector<finding> findings = v.findings();
  ordered_json out{{"schema", 1}, {"policy_id", text_or_null(v.id())}};
  out["sound"] = std::none_of(findings.begin(), findings.end(), [](const finding& f) { return f.level == severity::error; });
  ordered_json all = ordered_json::array();
  for (std::size_t i = 0; i != v.size(); ++i) all.push_back(version_of(v[i]));
  if (as_of) {
    const auto holds = v.find(*as_of);
    out["as_of"] = to_string(*as_of);
    out["in_force"] = holds ? all[*holds] : ordered_json(nullptr);
  }
  out["versions"] = std::move(all);
  out["findings"] = json_of(findings);
  return out;
}

}  // namespace ectp::inline ECTP_ABI::interop

namespace ectp::inline ECTP_ABI::policy {

namespace {

struct version_line {
  std::string version, valid, file, sha256;
};
version_line line_of(const table& t) {
  const std::string when = to_string(t.valid());
  return {t.version().empty() ? "no number" : std::string(t.version()), when.empty() ? "on every day" : when,
          t.file().empty() ? t.name() : t.file(), fingerprint(t)};
}

std::string padded(const std::string& s, std::size_t width) { return s + std::string(s.size() < width ? width - s.size() : 0, ' '); }

std::string title(const versions& v) {
  std::string out = v.id().empty() ? "a policy without an id" : std::string(v.id());
  return out + ": " + interop::counted(v.size(), "version");
}

// Which one holds on the day.
std::string in_force(const versions& v, date day) {
  const table* const t = v.as_of(day);
  if (t == nullptr) return "On " + to_string(day) + " no version is valid.";
  const version_line said = line_of(*t);
  return "On " + to_string(day) + (t->version().empty() ? " the version without a number" : " the version " + said.version) +
         " is valid (" + said.file + ").";
}

std::string summed_up(const std::vector<finding>& findings) {
  return findings.empty() ? "Nothing to say." : interop::counted_by_level(findings) + ".";
}

}  // namespace

std::string to_json(const versions& v, maybe<date> as_of) { return interop::document_of(interop::json_of(v, as_of)); }

std::string to_text(const versions& v, maybe<date> as_of) {
  std::vector<version_line> lines;
  std::size_t version = 0, valid = 0, file = 0;
  for (std::size_t i = 0; i != v.size(); ++i) {
    lines.push_back(line_of(v[i]));
    version = std::max(version, lines[i].version.size());
    valid = std::max(valid, lines[i].valid.size());
    file = std::max(file, lines[i].file.size());
  }
  std::string out = title(v) + "\n";
  for (const version_line& l : lines)
    out += "  " + padded(l.version, version) + "  " + padded(l.valid, valid) + "  " + padded(l.file, file) + "  " + l.sha256.substr(0, 12) + "\n";
  if (as_of) out += "\n" + in_force(v, *as_of) + "\n";
  const std::vector<finding> findings = v.findings();
  if (!findings.empty()) out += "\n";
  for (const finding& f : findings) out += interop::finding_text(f);
  return out + "\n" + summed_up(findings) + "\n";
}

std::string to_markdown(const versions& v, maybe<date> as_of) {
  using namespace interop;
  std::string out = "## " + plain_in_markdown(title(v)) + "\n";
  out += markdown_header({"version", "valid", "file", "hash"});
  for (std::size_t i = 0; i != v.size(); ++i) {
    const version_line l = line_of(v[i]);
    out += markdown_row({plain_in_markdown(l.version), plain_in_markdown(l.valid), plain_in_markdown(l.file), code_in_cell(l.sha256.substr(0, 12))});
  }
  if (as_of) out += "\n" + plain_in_markdown(in_force(v, *as_of)) + "\n";
  const std::vector<finding> findings = v.findings();
  return out + "\n" + summed_up(findings) + "\n" + findings_markdown(findings);
}

}  // namespace ectp::inline ECTP_ABI::policy
