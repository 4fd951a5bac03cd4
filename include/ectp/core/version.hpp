#pragma once
#include "ectp/core/config.hpp"

#define ECTP_VERSION "0.1.0"

namespace ectp::inline ECTP_ABI {

/// The library's version, `major.minor.patch` (semantic versioning).
inline constexpr const char* version = ECTP_VERSION;

}  // namespace ectp::inline ECTP_ABI
