#pragma once
/// How sure a datum is. Everything that the library embeds says so.
#include "ectp/core/words.hpp"

namespace ectp::inline ECTP_ABI {

/// Where a datum comes from: stated in a public source, our reading of one, widely known, or
/// our own default that anyone may argue with and replace.
enum class basis : std::uint8_t { public_source, inferred, general_knowledge, default_policy };
ECTP_WORDS(basis, "basis", "public", "inferred", "general_knowledge", "default_policy");

/// The letter that plans print: P public, I inferred, K widely known, D our default.
constexpr char letter(basis b) noexcept { return "PIKD"[static_cast<std::size_t>(b)]; }

/// How much weight a datum bears.
enum class confidence : std::uint8_t { low, medium, high };
ECTP_WORDS(confidence, "confidence", "low", "medium", "high");

}  // namespace ectp::inline ECTP_ABI
