#include "ectp/interop/policy_file.hpp"

#include <utility>

#include "ectp/interop/dmn.hpp"
#include "ectp/policy/markdown.hpp"
#include "ectp/policy/write.hpp"

namespace ectp::inline ECTP_ABI::policy {

maybe<policy_form> policy_form_named(std::string_view word) noexcept {
  for (const policy_form f : {policy_form::csv, policy_form::markdown, policy_form::dmn})
    if (name(f) == word) return f;
  return {};
}

maybe<policy_form> policy_form_of(std::string_view file) noexcept {
  constexpr std::pair<std::string_view, policy_form> endings[] = {
      {".csv", policy_form::csv}, {".md", policy_form::markdown}, {".dmn", policy_form::dmn}, {".xml", policy_form::dmn}};
  for (const auto& [ending, form] : endings) {
    if (file.size() <= ending.size()) continue;
    const std::string_view last = file.substr(file.size() - ending.size());
    bool same = true;
    for (std::size_t i = 0; same && i != ending.size(); ++i) {
      const char c = last[i];
      same = (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) == ending[i];
    }
    if (same) return form;
  }
  return {};
}

reading read_policy(std::string_view text, policy_form form, std::string_view decision, const read_options& options) {
  if (form == policy_form::dmn) return read_dmn_all(text, decision, options);
  if (!decision.empty()) {
    reading out;
    out.errors.push_back({errc::bad_argument,
                          "the decision '" + std::string(decision.substr(0, 60)) + "' is asked for, but such a file holds one policy",
                          {options.file, 0, 0, {}}, "no decision: it picks one out of a DMN file", {}});
    return out;
  }
  return form == policy_form::markdown ? read_markdown_all(text, options) : read_csv_all(text, options);
}

result<std::string> write_policy(const table& t, policy_form form) {
  switch (form) {
    case policy_form::csv: return write_csv(t);
    case policy_form::markdown: return write_markdown(t);
    case policy_form::dmn: break;
  }
  return write_dmn(t);
}

}  // namespace ectp::inline ECTP_ABI::policy
