#pragma once
#include "ectp/policy/number.hpp"

namespace ectp::inline ECTP_ABI::policy {

ECTP_DEF std::string to_string(const decimal& d) {
  std::string digits;
  auto n = static_cast<std::uint64_t>(d.coefficient < 0 ? -d.coefficient : d.coefficient);
  do digits.insert(digits.begin(), static_cast<char>('0' + n % 10));
  while ((n /= 10) != 0);
  if (d.exponent >= 0) {
    digits.append(static_cast<std::size_t>(d.exponent), '0');
  } else {
    const auto places = static_cast<std::size_t>(-d.exponent);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    digits.insert(digits.size() - places, 1, '.');
  }
  return d.coefficient < 0 ? "-" + digits : digits;
}

}  // namespace ectp::inline ECTP_ABI::policy
