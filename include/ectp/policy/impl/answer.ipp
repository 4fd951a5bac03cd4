#pragma once
#include "ectp/core/text.hpp"
#include "ectp/policy/answer.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// An exact sum of decimals: a whole number of units of 10^-22, apart for terms above and below 0.
/// A term has at most 59 digits, so that 72 hold more terms than a table can have rules.
class decimal_sum {
 public:
  constexpr void add(const decimal& d) noexcept {
    std::uint32_t* const limbs = d.coefficient < 0 ? below_ : above_;
    const auto c = static_cast<std::uint64_t>(d.coefficient < 0 ? -d.coefficient : d.coefficient);
    const auto shift = static_cast<std::uint32_t>(d.exponent + 22);
    std::uint64_t unit = 1;
    for (std::uint32_t i = shift % 9; i != 0; --i) unit *= 10;
    // The coefficient has less than 18 digits: two limbs of nine, each below 10^17 when scaled.
    const std::uint64_t parts[] = {c % base * unit, c / base * unit};
    std::uint64_t carry = 0;
    for (std::uint32_t i = shift / 9, k = 0; i != size && (k < 2 || carry != 0); ++i, ++k) {
      carry += limbs[i] + (k < 2 ? parts[k] : 0);
      limbs[i] = static_cast<std::uint32_t>(carry % base);
      carry /= base;
    }
  }

  /// The nearest double to the sum rounded to 15 significant digits, half to even.
  constexpr double rounded() const noexcept {
    std::uint32_t limbs[size] = {};
    bool negative = false;
    for (std::uint32_t i = size; i-- > 0;)
      if (above_[i] != below_[i]) {
        negative = above_[i] < below_[i];
        break;
      }
    const std::uint32_t* const more = negative ? below_ : above_;
    const std::uint32_t* const less = negative ? above_ : below_;
    std::int64_t borrow = 0;
    for (std::uint32_t i = 0; i != size; ++i) {
      std::int64_t limb = std::int64_t{more[i]} - less[i] - borrow;
      borrow = limb < 0 ? 1 : 0;
      limb += borrow * static_cast<std::int64_t>(base);
      limbs[i] = static_cast<std::uint32_t>(limb);
    }
    const auto digit = [&](std::uint32_t place) {  // of 10^place
      std::uint32_t limb = limbs[place / 9];
      for (std::uint32_t i = place % 9; i != 0; --i) limb /= 10;
      return limb % 10;
    };
    std::uint32_t digits = 9 * size;
    while (digits != 0 && digit(digits - 1) == 0) --digits;
    const std::uint32_t dropped = digits > 15 ? digits - 15 : 0;
    std::int64_t coefficient = 0;
    for (std::uint32_t i = digits; i-- > dropped;) coefficient = coefficient * 10 + digit(i);
    if (dropped != 0) {
      bool tail = false;
      for (std::uint32_t i = 0; i + 1 < dropped; ++i) tail = tail || digit(i) != 0;
      const std::uint32_t next = digit(dropped - 1);
      if (next > 5 || (next == 5 && (tail || coefficient % 2 == 1))) ++coefficient;
    }
    auto exponent = static_cast<std::int32_t>(dropped) - 22;
    while (coefficient != 0 && exponent < 0 && coefficient % 10 == 0) {
      coefficient /= 10;
      ++exponent;
    }
    if (negative) coefficient = -coefficient;
    return exponent <= 22 ? decimal{coefficient, exponent}.to_double() : large(coefficient, exponent);
  }

 private:
  static constexpr std::uint32_t size = 8;
  static constexpr std::uint64_t base = 1'000'000'000;

  // coefficient x 10^exponent with an exponent of 23 to 40: the first 53 bits of the whole number,
  // rounded half to even.
  static constexpr double large(std::int64_t coefficient, std::int32_t exponent) noexcept {
    std::uint32_t bits[8] = {};  // 50 bits of the coefficient and 93 of 5^40
    const auto c = static_cast<std::uint64_t>(coefficient < 0 ? -coefficient : coefficient);
    bits[0] = static_cast<std::uint32_t>(c);
    bits[1] = static_cast<std::uint32_t>(c >> 32);
    for (std::int32_t i = exponent; i != 0; --i) {
      std::uint64_t carry = 0;
      for (std::uint32_t& b : bits) {
        carry += std::uint64_t{b} * 5;
        b = static_cast<std::uint32_t>(carry);
        carry >>= 32;
      }
    }
    const auto bit = [&](std::uint32_t i) { return bits[i / 32] >> i % 32 & 1; };
    std::uint32_t length = 256;
    while (bit(length - 1) == 0) --length;
    std::uint64_t mantissa = 0;
    for (std::uint32_t i = length; i-- > length - 53;) mantissa = mantissa * 2 + bit(i);
    bool tail = false;
    for (std::uint32_t i = 0; i + 54 < length; ++i) tail = tail || bit(i) != 0;
    if (bit(length - 54) == 1 && (tail || mantissa % 2 == 1)) ++mantissa;
    auto out = static_cast<double>(mantissa);
    for (std::uint32_t i = length - 53 + static_cast<std::uint32_t>(exponent); i != 0; --i) out *= 2;
    return coefficient < 0 ? -out : out;
  }

  std::uint32_t above_[size] = {}, below_[size] = {};  // little end first
};

/// What COLLECT makes of these rules. Precondition: it aggregates, and there is one.
ECTP_DECL value_ref aggregate(const table& t, std::span<const std::uint32_t> hits);

ECTP_DEF value_ref aggregate(const table& t, std::span<const std::uint32_t> hits) {
  const value_kind kind = t.output(0).domain.type;
  if (t.aggregation() == aggregation::sum) {
    decimal_sum sum;
    for (const std::uint32_t rule : hits) sum.add(t.output_decimal(rule, 0));
    return {kind, sum.rounded()};
  }
  // Decimals and the doubles they become have the same order.
  value_ref out = t.output(hits[0], 0);
  for (const std::uint32_t rule : hits) {
    const value_ref v = t.output(rule, 0);
    if (t.aggregation() == aggregation::min ? v.number() < out.number() : v.number() > out.number()) out = v;
  }
  return out;
}
}  // namespace detail

ECTP_DEF answer answer_of(const table& t, const outcome& decided, std::span<const std::uint32_t> hits) {
  ECTP_LATER(answer) out;
  if (!decided) return out;
  const std::size_t outputs = t.outputs().size();
  const bool list = !single_hit(t.hit_policy()) && t.aggregation() == aggregation::none;
  const bool defaulted = hits.empty() && t.has_defaults();
  if (t.aggregation() != aggregation::none && !defaulted) {
    const bool counts = t.aggregation() == aggregation::count;
    out.shape = answer_shape::value;
    out.values.push_back(counts ? value_ref(hits.size()) : detail::aggregate(t, hits));
    return out;
  }
  for (const std::uint32_t rule : hits)
    for (std::size_t i = 0; i != outputs; ++i) out.values.push_back(t.output(rule, i));
  if (defaulted)
    for (std::size_t i = 0; i != outputs; ++i) out.values.push_back(t.default_output(i));
  if (outputs > 1) {
    out.shape = list ? answer_shape::contexts : answer_shape::context;
    for (std::size_t i = 0; i != outputs; ++i) out.names.push_back(t.output(i).name);
  } else if (list) {
    out.shape = answer_shape::values;
  } else if (out.values.empty() || out.values[0].is_null()) {
    out.values.clear();
  } else {
    out.shape = answer_shape::value;
  }
  return out;
}

ECTP_DEF answer answer_of(const table& t, const outcome& decided, const scratch& work) {
  return answer_of(t, decided, work.hits());
}

ECTP_DEF std::string to_string(const answer& said) {
  const ECTP_LATER(answer)& a = said;
  if (a.is_null()) return "null";
  const auto plain = [](std::string_view s) {
    bool out = !s.empty() && !is_digit(s[0]);
    for (const char c : s) out = out && (c == '_' || is_digit(c) || is_letter(c));
    return out;
  };
  std::string out = a.is_list() ? "[" : "";
  for (std::size_t k = 0; k != a.size(); ++k) {
    if (k != 0) out += ", ";
    if (!a.names.empty()) out += '{';
    for (std::size_t i = 0; i != a.width(); ++i) {
      if (i != 0) out += ", ";
      if (!a.names.empty()) out += (plain(a.names[i]) ? a.names[i] : to_string(value_ref(a.names[i]))) + ": ";
      out += to_string(a.item(k)[i].ref());
    }
    if (!a.names.empty()) out += '}';
  }
  if (a.is_list()) out += ']';
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
