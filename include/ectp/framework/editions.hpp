#pragma once
/// The framework editions that the library carries.
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// The edition that a caller means who names none: ITTECF 2024, in force since September 2025.
inline constexpr std::string_view default_edition = "ittecf-2024";

/// The one edition that teachers are judged against. Nothing formative may refer to it: a record that
/// uses it is refused.
inline constexpr std::string_view assessment_edition = "teachers-standards";

/// What is known about each built-in edition: `ittecf-2024`, `ecf-2019`, `ccf-2019`,
/// `teachers-standards`.
ECTP_DECL std::vector<edition_info> editions();

/// A built-in edition by its id, such as `ittecf-2024`. Error: `unknown_edition`.
ECTP_DECL result<tree> edition(std::string_view id);

}  // namespace ectp::inline ECTP_ABI::framework

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/editions.ipp"
#endif
