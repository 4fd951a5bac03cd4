#pragma once
#include <bit>

#include "ectp/core/error.hpp"
#include "ectp/policy/number.hpp"
#include "ectp/policy/storage.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// A finite double other than 0 with 17 significant digits, from its exact decimal expansion.
ECTP_DECL std::string seventeen_digits(double x);

ECTP_DEF std::string seventeen_digits(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const auto biased = static_cast<int>(bits >> 52 & 0x7FF);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
  const std::uint64_t mantissa = biased == 0 ? fraction : fraction | std::uint64_t{1} << 52;
  const int power = (biased == 0 ? 1 : biased) - 1075;  // x = mantissa * 2^power
  constexpr std::uint64_t base = 1'000'000'000;
  list<std::uint32_t> big;  // little end first
  for (std::uint64_t m = mantissa; m != 0; m /= base) big.push_back(static_cast<std::uint32_t>(m % base));
  // m * 2^-k is m * 5^k with the point moved k places.
  const std::uint64_t factor = power < 0 ? 5 : 2;
  for (int i = power < 0 ? -power : power; i != 0; --i) {
    std::uint64_t carry = 0;
    for (std::size_t k = 0; k != big.size(); ++k) {
      carry += big[k] * factor;
      big[k] = static_cast<std::uint32_t>(carry % base);
      carry /= base;
    }
    if (carry != 0) big.push_back(static_cast<std::uint32_t>(carry));
  }
  std::string digits;
  for (std::size_t i = big.size(); i-- > 0;) {
    std::uint32_t word = big[i];
    std::string nine(9, '0');
    for (std::size_t k = 9; k-- > 0; word /= 10) nine[k] = static_cast<char>('0' + word % 10);
    digits += nine;
  }
  digits.erase(0, digits.find_first_not_of('0'));
  int exponent = static_cast<int>(digits.size()) - 1 + (power < 0 ? power : 0);
  if (digits.size() > 17) {
    const bool tail = digits.find_first_not_of('0', 18) != digits.npos;
    const bool up = digits[17] > '5' || (digits[17] == '5' && (tail || (digits[16] - '0') % 2 == 1));
    digits.resize(17);
    std::size_t i = 17;
    while (up && i != 0 && digits[i - 1] == '9') digits[--i] = '0';
    if (up && i != 0) ++digits[i - 1];
    if (up && i == 0) {
      digits.insert(0, 1, '1');
      ++exponent;
    }
  }
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  std::string out = x < 0 ? "-" : "";
  const auto length = static_cast<int>(digits.size());
  if (exponent < -7 || exponent > 20) {
    out += digits.substr(0, 1);
    if (length > 1) out += "." + digits.substr(1);
    out += exponent < 0 ? "e-" : "e";
    ectp::detail::append_number(out, static_cast<std::uint32_t>(exponent < 0 ? -exponent : exponent));
  } else if (exponent < 0) {
    out += "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  } else if (exponent + 1 >= length) {
    out += digits + std::string(static_cast<std::size_t>(exponent + 1 - length), '0');
  } else {
    out += digits.insert(static_cast<std::size_t>(exponent + 1), 1, '.');
  }
  return out;
}
}  // namespace detail

ECTP_DEF std::string to_string(value_ref v) {
  switch (v.kind()) {
    case value_kind::null: return "null";
    case value_kind::boolean: return v.boolean() ? "true" : "false";
    case value_kind::number: {
      const double x = v.number();
      if (x - x != 0) return x < 0 ? "-infinity" : "infinity";
      decimal d;
      return nearest_decimal(x, d) ? to_string(d) : detail::seventeen_digits(x);
    }
    case value_kind::text: break;
  }
  std::string out = "\"";
  for (const char c : v.text()) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else out += c;
  }
  return out + '"';
}

}  // namespace ectp::inline ECTP_ABI::policy
