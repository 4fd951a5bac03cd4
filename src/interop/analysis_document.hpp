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

namespace ectp::inline ECTP_ABI::interop {

nlohmann::ordered_json json_of(const std::vector<policy::input_test>& box);
nlohmann::ordered_json json_of(const std::vector<policy::input_value>& values);
nlohmann::ordered_json json_of(const policy::finding& f);
/// At most `most` gaps and overlaps are listed.
nlohmann::ordered_json json_of(const policy::table& t, const policy::analysis& a, std::size_t most);
nlohmann::ordered_json json_of(const policy::repaired& r);
nlohmann::ordered_json json_of(const policy::table& t, std::span<const policy::proof> proofs);
nlohmann::ordered_json json_of(const policy::table& before, const policy::table& after, const policy::difference& d,
                               const policy::cohort_difference* cohort, std::size_t most_rows);

/// Two-space indent and a newline at the end; bytes that are no UTF-8 are shown as U+FFFD.
std::string document_of(const nlohmann::ordered_json& j);
/// `1 rule`, `3 rules`, `12,000 rules`.
std::string counted(std::size_t n, std::string_view one);
/// `r1`, `r1 and r2`, `r1, r2 and r3`, `r1, r2, r3 and 5 more`.
std::string listed(const std::vector<std::string>& words, std::size_t most = 12);
/// Input by input what was taken to hold, in aligned lines.
std::string domain_lines(const std::vector<policy::input_test>& domain);
/// The same as a table of Markdown.
std::string domain_table(const std::vector<policy::input_test>& domain);
/// `pathway, FIRST, 10 rules`.
std::string title_of(const policy::table& t);

}  // namespace ectp::inline ECTP_ABI::interop
