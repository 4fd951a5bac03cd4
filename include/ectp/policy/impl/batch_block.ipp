#pragma once
/// The loops of a batch over one block of rows: values to the place of each row among all combinations
/// of cells, and places to outputs.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI::policy::detail {

/// Rows that are worked on together. The loops over them have this fixed length and touch plain
/// arrays, which compilers turn into vector instructions even where they weigh the size of the code.
inline constexpr std::size_t batch_block = 512;

// The bits of a block, the first of them anywhere in a byte, as bytes of 0 and 1; behind n rows all are 1.
template <class lazy = void>
void expand_bits(const std::uint8_t* __restrict bits, std::size_t first, std::size_t n,
                 std::uint8_t* __restrict to) noexcept {
  // Eight copies of a byte, of which each keeps the bit of its row; adding carries it to the top.
  constexpr std::uint64_t ones = 0x0101'0101'0101'0101u;
  constexpr std::uint64_t own =
      std::endian::native == std::endian::little ? 0x8040'2010'0804'0201u : 0x0102'0408'1020'4080u;
  const unsigned shift = first % 8;
  bits += first / 8;
  std::size_t k = 0;
  for (; k + 8 <= n; k += 8, ++bits) {
    unsigned byte = bits[0];
    if (shift != 0) byte = (byte >> shift | unsigned{bits[1]} << (8 - shift)) & 0xFF;
    const std::uint64_t rows = (((byte * ones & own) + 0x7F * ones) >> 7) & ones;
    std::memcpy(to + k, &rows, 8);
  }
  for (; k != n; ++k) to[k] = bits[(shift + k % 8) / 8] >> (shift + k % 8) % 8 & 1;
  for (; k != batch_block; ++k) to[k] = 1;
}

// Codes of one byte, all ones where not valid, and no code all ones.
template <class lazy = void>
void mask_codes(const std::uint8_t* __restrict p, const std::uint8_t* __restrict valid,
                std::uint8_t* __restrict to) noexcept {
  for (std::size_t k = 0; k != batch_block; ++k) {
    const std::uint8_t code = p[k] < 0xFE ? p[k] : std::uint8_t{0xFE};
    to[k] = static_cast<std::uint8_t>(code | (valid[k] - 1));
  }
}

// Numbers, NaN where not valid.
template <class lazy = void>
void mask_numbers(const double* __restrict x, const std::uint8_t* __restrict valid,
                  double* __restrict to) noexcept {
  for (std::size_t k = 0; k != batch_block; ++k)
    to[k] = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x[k]) | (std::uint64_t{valid[k]} - 1));
}

// Adds the parts of codes that have the same distance from one to the next; false if a code is too high.
template <class T>
bool add_codes(const T* __restrict p, std::uint32_t codes, std::uint16_t stride,
               std::uint16_t* __restrict spot) noexcept {
  T most = 0;
  for (std::size_t k = 0; k != batch_block; ++k) {
    most = p[k] > most ? p[k] : most;
    spot[k] = static_cast<std::uint16_t>(spot[k] + static_cast<std::uint16_t>(p[k]) * std::uint32_t{stride});
  }
  return most < codes;
}

// The same where all ones is null, which has its place behind all codes.
template <class lazy = void>
bool add_nullable_codes(const std::uint8_t* __restrict p, std::uint8_t codes, std::uint16_t stride,
                        std::uint16_t* __restrict spot) noexcept {
  std::uint8_t most = 0;  // null counts as 0, and every code as one more than it is
  for (std::size_t k = 0; k != batch_block; ++k) {
    const auto above = static_cast<std::uint8_t>(p[k] + 1);
    const std::uint8_t code = p[k] < codes ? p[k] : codes;
    most = above > most ? above : most;
    spot[k] = static_cast<std::uint16_t>(spot[k] + std::uint32_t{code} * stride);
  }
  return most <= codes;
}

// The same for two columns, which loads and stores the places once.
template <class T>
bool add_codes(const T* __restrict p, std::uint32_t codes, std::uint16_t stride, const T* __restrict p2,
               std::uint32_t codes2, std::uint16_t stride2, std::uint16_t* __restrict spot) noexcept {
  T most = 0, most2 = 0;
  for (std::size_t k = 0; k != batch_block; ++k) {
    most = p[k] > most ? p[k] : most;
    most2 = p2[k] > most2 ? p2[k] : most2;
    spot[k] = static_cast<std::uint16_t>(spot[k] + static_cast<std::uint16_t>(p[k]) * std::uint32_t{stride} +
                                         static_cast<std::uint16_t>(p2[k]) * std::uint32_t{stride2});
  }
  return most < codes && most2 < codes2;
}

// Adds the part of each code, null among them, from a table for every code there can be; false if it
// has none for one.
template <class lazy = void>
bool add_any_codes(const std::uint8_t* __restrict p, const std::uint32_t* __restrict parts,
                   std::uint16_t* __restrict spot) noexcept {
  std::uint32_t any = 0;
  for (std::size_t k = 0; k != batch_block; ++k) {
    const std::uint32_t part = parts[p[k]];
    any |= part;
    spot[k] = static_cast<std::uint16_t>(spot[k] + part);
  }
  return any <= 0xFFFF;
}

template <class T>
bool codes_below(const T* __restrict p, std::uint32_t codes) noexcept {
  T most = 0;
  for (std::size_t k = 0; k != batch_block; ++k) most = p[k] > most ? p[k] : most;
  return most < codes;
}

template <class T, class Part>
void add_looked_up(const T* __restrict p, const Part* __restrict parts,
                   std::uint16_t* __restrict spot) noexcept {
  for (std::size_t k = 0; k != batch_block; ++k) spot[k] = static_cast<std::uint16_t>(spot[k] + parts[p[k]]);
}

// Numbers are summed up in doubles, which are as wide as what they are compared with: the place in the
// lower 16 bits, and above them how many numbers belong to their inputs. The weight of four cuts is
// added where x has reached them.
template <class T>
void add_cuts(const T* __restrict x, const T* __restrict from, const T* __restrict weight,
              T* __restrict sum) noexcept {
  const T from0 = from[0], from1 = from[1], from2 = from[2], from3 = from[3];
  const T weight0 = weight[0], weight1 = weight[1], weight2 = weight[2], weight3 = weight[3];
  for (std::size_t k = 0; k != batch_block; ++k) {
    const T v = x[k];
    sum[k] += (v >= from0 ? weight0 : T{0}) + (v >= from1 ? weight1 : T{0}) + (v >= from2 ? weight2 : T{0}) +
              (v >= from3 ? weight3 : T{0});
  }
}

// The same for two cuts.
template <class T>
void add_two_cuts(const T* __restrict x, const T* __restrict from, const T* __restrict weight,
                  T* __restrict sum) noexcept {
  const T from0 = from[0], from1 = from[1], weight0 = weight[0], weight1 = weight[1];
  for (std::size_t k = 0; k != batch_block; ++k)
    sum[k] += (x[k] >= from0 ? weight0 : T{0}) + (x[k] >= from1 ? weight1 : T{0});
}

template <class T>
void add_equal(const T* __restrict x, T to, T weight, T* __restrict sum) noexcept {
  for (std::size_t k = 0; k != batch_block; ++k) sum[k] += x[k] == to ? weight : T{0};
}

template <class T>
void add_nan(const T* __restrict x, T weight, T* __restrict sum) noexcept {
  for (std::size_t k = 0; k != batch_block; ++k) sum[k] += x[k] == x[k] ? T{0} : weight;
}

// Adding and taking off 1.5 x 2^52 rounds to a whole number; beyond 2^51 it may not give x back, and
// the slow way is taken.
template <class T>
void take_fractions(const T* __restrict x, T weight, T* __restrict sum) noexcept {
  constexpr T rounding = 6755399441055744.0;
  for (std::size_t k = 0; k != batch_block; ++k)
    sum[k] -= (x[k] + rounding) - rounding == x[k] ? T{0} : weight;
}

// Adds the places among the sums; false unless all of so many numbers belong in every row.
template <class T>
bool add_places(const T* __restrict sum, std::int32_t numbers, std::uint16_t* __restrict spot) noexcept {
  std::int32_t other = 0;
  for (std::size_t k = 0; k != batch_block; ++k) {
    const auto n = static_cast<std::int32_t>(sum[k]);
    spot[k] = static_cast<std::uint16_t>(spot[k] + static_cast<std::uint16_t>(n));
    other |= n >> 16 ^ numbers;
  }
  return other == 0;
}

// How many of the numbers behind `at`, `size` - 1 of them and ascending, each x has reached. Eight
// rows in step and the sign of a difference leave the compiler nothing to turn into a branch.
template <class T>
void reach(const T* __restrict x, const T* __restrict at, std::size_t size,
           std::uint32_t* __restrict reached) noexcept {
  for (std::size_t k = 0; k != batch_block; k += 8) {
    std::uint64_t n[8] = {};
    T v[8];
    for (std::size_t j = 0; j != 8; ++j) v[j] = x[k + j] + T{0};  // -0 becomes 0
    for (std::size_t half = size / 2; half != 0; half /= 2)
      for (std::size_t j = 0; j != 8; ++j) {
        const std::uint64_t below = std::bit_cast<std::uint64_t>(v[j] - at[n[j] + half - 1]) >> 63;
        n[j] += half & (below - 1);
      }
    for (std::size_t j = 0; j != 8; ++j) reached[k + j] = static_cast<std::uint32_t>(n[j]);
  }
}

// What a table has at each place, eight at a time: not every compiler unrolls where the length is not
// known.
template <class T, class To>
void look_up(const T* __restrict table, const std::uint16_t* __restrict at, std::size_t n,
             To* __restrict to) noexcept {
  std::size_t k = 0;
  for (; k + 8 <= n; k += 8) {
    to[k] = static_cast<To>(table[at[k]]);
    to[k + 1] = static_cast<To>(table[at[k + 1]]);
    to[k + 2] = static_cast<To>(table[at[k + 2]]);
    to[k + 3] = static_cast<To>(table[at[k + 3]]);
    to[k + 4] = static_cast<To>(table[at[k + 4]]);
    to[k + 5] = static_cast<To>(table[at[k + 5]]);
    to[k + 6] = static_cast<To>(table[at[k + 6]]);
    to[k + 7] = static_cast<To>(table[at[k + 7]]);
  }
  for (; k != n; ++k) to[k] = static_cast<To>(table[at[k]]);
}

// The records of a block, that of row 8 k + j at k + 64 j. `of` has the record of each place.
template <class lazy = void>
void look_up_records(const std::uint64_t* __restrict records, const std::uint16_t* __restrict of,
                     const std::uint16_t* __restrict at, std::uint64_t* __restrict to) noexcept {
  for (std::size_t k = 0; k != batch_block / 8; ++k, at += 8) {
    to[k] = records[of[at[0]]];
    to[k + 64] = records[of[at[1]]];
    to[k + 128] = records[of[at[2]]];
    to[k + 192] = records[of[at[3]]];
    to[k + 256] = records[of[at[4]]];
    to[k + 320] = records[of[at[5]]];
    to[k + 384] = records[of[at[6]]];
    to[k + 448] = records[of[at[7]]];
  }
}

// Takes the lower half of each `2 * shift` bits of a, and of b behind them, and the upper halves alike.
template <unsigned shift, std::size_t n>
void exchange_halves(std::uint64_t* __restrict a, std::uint64_t* __restrict b) noexcept {
  constexpr std::uint64_t low = ~std::uint64_t{0} / ((std::uint64_t{1} << shift) + 1);
  for (std::size_t k = 0; k != n; ++k) {
    const std::uint64_t x = a[k], y = b[k];
    a[k] = (x & low) | (y & low) << shift;
    b[k] = (x >> shift & low) | (y & ~low);
  }
}

// From records, of which that of row 8 k + j lies at k + 64 j, to their bytes in columns: byte i of all
// rows, in their order, fills the words from 64 i on. Exchanging halves of words that lie far apart
// needs nothing but plain loops, where taking bytes out of words one by one does not vectorise well.
template <class lazy = void>
void to_columns(std::uint64_t* records) noexcept {
  static_assert(batch_block == 512);
  exchange_halves<32, 256>(records, records + 256);
  for (std::size_t i = 0; i != 512; i += 256) exchange_halves<16, 128>(records + i, records + i + 128);
  for (std::size_t i = 0; i != 512; i += 128) exchange_halves<8, 64>(records + i, records + i + 64);
  if constexpr (std::endian::native == std::endian::big)
    for (std::size_t k = 0; k != batch_block; ++k) {
      std::uint64_t turned = 0;
      for (unsigned shift = 0; shift != 64; shift += 8)
        turned |= (records[k] >> shift & 0xFF) << (56 - shift);
      records[k] = turned;
    }
}

// Numbers of one byte, or of two, as wider ones: all ones stay all ones.
template <class T>
void widen(const std::uint8_t* __restrict low, T* __restrict to) noexcept {
  for (std::size_t k = 0; k != batch_block; ++k)
    to[k] = static_cast<T>(low[k] == 0xFF ? static_cast<T>(-1) : static_cast<T>(low[k]));
}
template <class T>
void widen(const std::uint8_t* __restrict low, const std::uint8_t* __restrict high, T* __restrict to) noexcept {
  for (std::size_t k = 0; k != batch_block; ++k) {
    const auto n = static_cast<std::uint16_t>(low[k] | high[k] << 8);
    if constexpr (sizeof(T) == 2) to[k] = n;
    else to[k] = n == 0xFFFF ? static_cast<T>(-1) : n;
  }
}

// Is any number of two bytes all ones?
template <class lazy = void>
bool any_none(const std::uint8_t* __restrict low, const std::uint8_t* __restrict high) noexcept {
  std::uint8_t any = 0;
  for (std::size_t k = 0; k != batch_block; ++k)
    any = static_cast<std::uint8_t>(any | ((low[k] & high[k]) == 0xFF ? 1 : 0));
  return any != 0;
}

template <class T>
void to_doubles(const T* __restrict p, double* __restrict x) noexcept {
  for (std::size_t k = 0; k != batch_block; ++k) x[k] = static_cast<double>(p[k]);
}

}  // namespace ectp::inline ECTP_ABI::policy::detail
