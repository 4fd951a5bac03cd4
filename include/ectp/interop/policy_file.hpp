#pragma once
/// A policy in whatever form its file has: CSV, Markdown or DMN.
#include <cstdint>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How the text of a policy is written.
enum class policy_form : std::uint8_t { csv, markdown, dmn };

/// `csv`, `markdown` or `dmn`.
constexpr std::string_view name(policy_form f) noexcept {
  constexpr std::string_view names[] = {"csv", "markdown", "dmn"};
  return names[static_cast<std::size_t>(f)];
}

/// The form of that name; none if there is no such.
ECTP_DECL maybe<policy_form> policy_form_named(std::string_view word) noexcept;

/// By a file's ending: `.csv`, `.md`, `.dmn` or `.xml`, in any case; none for any other.
ECTP_DECL maybe<policy_form> policy_form_of(std::string_view file) noexcept;

/// Reads one policy, with all errors of the text in one pass. `decision` is its name or id in a DMN file,
/// which may be left out if the file has one decision table; CSV and Markdown hold one policy each, and
/// there it is `bad_argument`.
ECTP_DECL reading read_policy(std::string_view text, policy_form form, std::string_view decision = {},
                              const read_options& options = {});

/// Writes a policy without loss. Error: `encoding` for a control character, which DMN cannot hold.
ECTP_DECL result<std::string> write_policy(const table& t, policy_form form);

}  // namespace ectp::inline ECTP_ABI::policy
