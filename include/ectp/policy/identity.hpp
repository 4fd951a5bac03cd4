#pragma once
/// What a policy says, in one spelling, and the hash that names it: the same for its CSV, Markdown and
/// DMN form, on every platform, whatever its cells are spelled like.
///
/// The canonical form is text in lines:
///
///     ectp policy 1                 the form's own number
///     id pathway                    id, version and valid where the table says them
///     version 1.2.0
///     valid 2025-09-01..2026-08-31
///     hit FIRST
///     in "self" integer [0..5]      the columns in their order, each with its domain; then what
///     label "Own view"              is said of it: label, unit, source, fixed, default
///     out "path" consolidate,extend
///     default "consolidate"
///     note "reason"
///     rule r1                       the rules, each with a line for each column
///     [4..5]                        a test as the set of values for which it holds
///     "extend"
///     "both agree"
///
/// A set is `-` for everything, null included; `none`; or its parts in ascending order, null last:
/// values, ranges such as `(0..1]` or `[3..)`, and `not("a","b")` for all texts but those. Whole
/// numbers, days and months have closed ends. A test that names another input is spelled as it was
/// read: `> input "mentor"`, alternatives sorted. Line ends in texts for people are one sign.
///
/// The order of the rules counts where it can change an answer: with FIRST, RULE ORDER, COLLECT to a
/// list, PRIORITY and OUTPUT ORDER. Elsewhere the rules are sorted by their ids.
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/core/sha256.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// The table's canonical form. What the table and its file are called is no part of it, nor where
/// the cells stand.
ECTP_DECL std::string canonical_form(const table& t);

/// The SHA-256 of the canonical form, 64 hex digits.
ECTP_DECL std::string fingerprint(const table& t);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/identity.ipp"
#endif
