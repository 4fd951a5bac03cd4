#include "ectp/interop/proof_json.hpp"

#include <algorithm>

#include "interop/analysis_document.hpp"
#include "interop/markdown_text.hpp"
#include "interop/policy_document.hpp"

namespace ectp::inline ECTP_ABI::interop {

using nlohmann::ordered_json;

namespace {

ordered_json record_of(const std::vector<policy::input_value>& values) {
  return values.empty() ? ordered_json(nullptr) : json_of(values);
}

ordered_json violation_of(const policy::violation& v) {
  ordered_json out{{"kind", name(v.kind)}, {"message", v.message}, {"at", to_string(v.at)}, {"record", record_of(v.record)},
                   {"outcome", v.outcome}, {"rules", v.rules}};
  out["other"] = record_of(v.other);
  out["other_outcome"] = v.other_outcome.empty() ? ordered_json(nullptr) : ordered_json(v.other_outcome);
  out["other_rules"] = v.other_rules;
  return out;
}

ordered_json proof_of(const policy::proof& p) {
  ordered_json violations = ordered_json::array();
  for (const policy::violation& v : p.violations) violations.push_back(violation_of(v));
  return {{"property", policy::to_string(p.property)}, {"status", name(p.status)}, {"domain", json_of(p.domain)}, {"notes", p.notes},
          {"violations", std::move(violations)}, {"smallest", p.smallest}, {"open", p.open.empty() ? ordered_json(nullptr) : ordered_json(p.open)}};
}

}  // namespace

ordered_json json_of(const policy::table& t, std::span<const policy::proof> proofs) {
  ordered_json all = ordered_json::array();
  bool proved = true;
  for (const policy::proof& p : proofs) {
    all.push_back(proof_of(p));
    proved = proved && p.status == policy::proof_status::proved;
  }
  return {{"schema", 1}, {"policy", t.name()}, {"file", t.file()}, {"proved", proved}, {"proofs", std::move(all)}};
}

}  // namespace ectp::inline ECTP_ABI::interop

namespace ectp::inline ECTP_ABI::policy {

namespace {

// The domains that most proofs share; a proof with others shows its own.
const std::vector<input_test>& shared_domain(std::span<const proof> proofs) { return proofs.front().domain; }

std::string summed_up(const table& t, std::span<const proof> proofs) {
  const auto count = [&](proof_status s) {
    return static_cast<std::size_t>(std::count_if(proofs.begin(), proofs.end(), [&](const proof& p) { return p.status == s; }));
  };
  const std::size_t proved = count(proof_status::proved), violated = count(proof_status::violated);
  std::string out = interop::called(t) + ": " + std::to_string(proved) + " of " + std::to_string(proofs.size()) + " proved";
  if (violated != 0) out += ", " + std::to_string(violated) + " violated";
  if (proved + violated != proofs.size()) out += ", " + std::to_string(proofs.size() - proved - violated) + " inconclusive";
  return out + ".";
}

}  // namespace

std::string to_json(const table& t, std::span<const proof> proofs) { return interop::document_of(interop::json_of(t, proofs)); }

std::string to_text(const table& t, std::span<const proof> proofs) {
  std::string out = interop::title_of(t) + "\n";
  if (!proofs.empty()) out += "Taken to hold:\n" + interop::domain_lines(shared_domain(proofs));
  out += "\n";
  for (const proof& p : proofs) {
    out += std::string(name(p.status)) + ": " + to_string(p.property) + "\n";
    if (p.domain != shared_domain(proofs)) out += interop::domain_lines(p.domain);
    for (const std::string& n : p.notes) out += "  " + n + "\n";
    for (const violation& v : p.violations) {
      const std::string at = to_string(v.at);
      out += "  " + (at.empty() ? "" : at + ": ") + v.message + "\n";
    }
    if (!p.open.empty()) out += "  open: " + p.open + "\n";
  }
  return out + "\n" + summed_up(t, proofs) + "\n";
}

std::string to_markdown(const table& t, std::span<const proof> proofs) {
  using namespace interop;
  std::string out = "## " + plain_in_markdown(title_of(t)) + "\n\n" + plain_in_markdown(summed_up(t, proofs)) + "\n";
  if (!proofs.empty()) out += domain_table(shared_domain(proofs));
  out += "\n";
  for (const proof& p : proofs) {
    out += "- **" + std::string(name(p.status)) + "** " + in_backticks(to_string(p.property)) + "\n";
    if (p.domain != shared_domain(proofs))
      for (const input_test& d : p.domain) out += "  - " + plain_in_markdown(d.input) + ": " + in_backticks(d.test) + "\n";
    for (const std::string& n : p.notes) out += "  - " + plain_in_markdown(n) + "\n";
    for (const violation& v : p.violations) {
      const std::string at = to_string(v.at);
      out += "  - " + plain_in_markdown(v.message) + (at.empty() ? "" : " (" + plain_in_markdown(at) + ")") + "\n";
    }
    if (!p.open.empty()) out += "  - open: " + plain_in_markdown(p.open) + "\n";
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
