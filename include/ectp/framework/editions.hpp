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

/// What is known about each built-in edition, by id.
ECTP_DECL std::vector<edition_info> editions();

/// A built-in edition by its id, such as `ittecf-2024`. Error: `unknown_edition`.
ECTP_DECL result<tree> edition(std::string_view id);

}  // namespace ectp::inline ECTP_ABI::framework

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/editions.ipp"
#endif
