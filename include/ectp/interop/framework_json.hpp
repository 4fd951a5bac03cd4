#pragma once
/// A framework as JSON: what its editors' programs and pages need of it in one text. To exchange a
/// framework with others, write it as CASE (`case.hpp`) or as OpenSALT's CSV (`case_csv.hpp`).
#include <span>
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/framework/crosswalk.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// The number of the format that `to_json` writes.
inline constexpr int framework_format = 1;

/// The whole tree: what is known of the edition, its sources, its core areas, and its nodes in framework
/// order, each with its parent's code; `wording` is the official wording laid over it. Absent fields are left out. Two spaces a level, a newline at the
/// end; the same tree gives the same bytes.
std::string to_json(const tree& t);

/// Links as an array of objects `from_edition, from, to_edition, to, relation, basis, confidence, note`;
/// `from` or `to` is null where there is no counterpart.
std::string to_json(std::span<const link> links);

}  // namespace ectp::inline ECTP_ABI::framework
