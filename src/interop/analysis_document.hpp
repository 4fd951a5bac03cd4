#pragma once
/// Analyses, repairs, proofs and comparisons as JSON, and phrases that their pages share. Private to the
/// interop library and the program.
#include <nlohmann/json.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/policy/analyse.hpp"
#include "ectp/policy/diff.hpp"
#include "ectp/policy/diff_rows.hpp"
#include "ectp/policy/prove.hpp"
#include "ectp/policy/repair.hpp"
#include "ectp/policy/versions.hpp"

namespace ectp::inline ECTP_ABI::interop {

nlohmann::ordered_json json_of(const std::vector<policy::input_test>& box);
nlohmann::ordered_json json_of(const std::vector<policy::input_value>& values);
nlohmann::ordered_json json_of(const policy::finding& f);
nlohmann::ordered_json json_of(const std::vector<policy::finding>& findings);
/// At most `most` gaps and overlaps are listed.
nlohmann::ordered_json json_of(const policy::table& t, const policy::analysis& a, std::size_t most);
nlohmann::ordered_json json_of(const policy::repaired& r);
/// With a day also which version holds on it.
nlohmann::ordered_json json_of(const policy::versions& v, const maybe<date>& as_of);
nlohmann::ordered_json json_of(const policy::table& t, std::span<const policy::proof> proofs);
nlohmann::ordered_json json_of(const policy::table& before, const policy::table& after, const policy::difference& d,
                               const policy::cohort_difference* cohort, std::size_t most_rows);

/// Two-space indent and a newline at the end; bytes that are no UTF-8 are shown as U+FFFD.
std::string document_of(const nlohmann::ordered_json& j);
/// `1 rule`, `3 rules`, `12,000 rules`.
std::string counted(std::size_t n, std::string_view one);
/// `r1`, `r1 and r2`, `r1, r2 and r3`, `r1, r2, r3 and 5 more`.
std::string listed(const std::vector<std::string>& words, std::size_t most = 12);
/// A finding at its place, with an example and what to do, in lines; and as an item of a list.
std::string finding_text(const policy::finding& f);
std::string finding_markdown(const policy::finding& f);
/// All of them as lists under headings, errors first.
std::string findings_markdown(const std::vector<policy::finding>& findings);
/// `1 error, 0 warnings, 2 notes`.
std::string counted_by_level(const std::vector<policy::finding>& findings);
/// Input by input what was taken to hold, in aligned lines.
std::string domain_lines(const std::vector<policy::input_test>& domain);
/// The same as a table of Markdown.
std::string domain_table(const std::vector<policy::input_test>& domain);
/// Its name; `table` where it has none.
std::string called(const policy::table& t);
/// `pathway, FIRST, 10 rules`.
std::string title_of(const policy::table& t);

}  // namespace ectp::inline ECTP_ABI::interop
