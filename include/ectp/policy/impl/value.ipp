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
    out += digits.insert(static_cast<std::size_t>(exponent) + 1, 1, '.');
  }
  return out;
}
}  // namespace detail

ECTP_DEF std::string temporal_text(value_kind kind, double position) {
  std::string out;
  const auto number = [&](std::int64_t n) { ectp::detail::append_number(out, static_cast<std::uint32_t>(n)); };
  const auto two = [&](std::int64_t n) {
    out += static_cast<char>('0' + n / 10 % 10);
    out += static_cast<char>('0' + n % 10);
  };
  const auto decimals = [&](std::int64_t ms) {
    if (ms == 0) return;
    out += '.';
    for (std::int64_t unit = 100; ms != 0; unit /= 10) {
      out += static_cast<char>('0' + ms / unit);
      ms %= unit;
    }
  };
  const auto clock = [&](std::int64_t ms) {
    two(ms / 3'600'000);
    out += ':';
    two(ms / 60'000 % 60);
    if (ms % 60'000 == 0) return;
    out += ':';
    two(ms / 1'000 % 60);
    decimals(ms % 1'000);
  };
  const bool days = kind == value_kind::date, months = kind == value_kind::months;
  // Beyond this nothing is a day or a duration that anyone writes.
  const double most = days ? 1e8 : months ? 2e10 : 1e14;
  if (!(position > -most && position < most)) return to_string(value_ref(position));
  const double scaled = days || months ? position : position * 1000;
  auto n = static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  // A long duration has more milliseconds than a double can count: what was read as a decimal is one.
  if (decimal d; !days && !months && nearest_decimal(position, d) && d.exponent >= -3) {
    n = d.coefficient;
    for (std::int32_t e = d.exponent + 3; e > 0; --e) n *= 10;
  }
  if (days) return ectp::to_string(ectp::date::from_days(static_cast<std::int32_t>(n)));
  if (kind == value_kind::time) {
    clock(n);
    return out;
  }
  if (kind == value_kind::date_time) {
    const std::int64_t day = n >= 0 ? n / 86'400'000 : -((-n + 86'399'999) / 86'400'000);
    out = ectp::to_string(ectp::date::from_days(static_cast<std::int32_t>(day))) + "T";
    clock(n - day * 86'400'000);
    return out;
  }
  out = n < 0 ? "-P" : "P";
  std::int64_t rest = n < 0 ? -n : n;
  // Nine digits of each unit at most, as they are read.
  const auto part = [&](std::int64_t size, char unit) {
    const std::int64_t k = rest / size < 999'999'999 ? rest / size : 999'999'999;
    rest -= k * size;
    if (k == 0) return;
    number(k);
    out += unit;
  };
  if (months) {
    if (rest == 0) out += "0M";
    part(12, 'Y');
    part(1, 'M');
    return out;
  }
  if (rest == 0) out += "T0S";
  part(86'400'000, 'D');
  if (rest == 0) return out;
  out += 'T';
  part(3'600'000, 'H');
  part(60'000, 'M');
  if (rest == 0) return out;
  number(rest / 1'000);
  decimals(rest % 1'000);
  out += 'S';
  return out;
}

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
    default: return temporal_text(v.kind(), v.number());
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
