#pragma once
/// SHA-256 (FIPS 180-4), usable at compile time. It names the exact content of a policy or a
/// record; it is no secret-keeping device.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI {

/// The 32 bytes of a SHA-256, in the standard's order.
using sha256_digest = std::array<std::uint8_t, 32>;

/// Hashes text that arrives in pieces; how it was cut never shows. A regular value: copies go on
/// independently.
class sha256_hasher {
 public:
  constexpr sha256_hasher() noexcept = default;

  /// Appends bytes. Precondition: fewer than 2^61 bytes in all.
  constexpr sha256_hasher& update(std::string_view bytes) noexcept {
    for (const char c : bytes) {
      block_[length_++ % 64] = static_cast<std::uint8_t>(c);
      if (length_ % 64 == 0) compress();
    }
    return *this;
  }

  /// The digest of everything so far; the hasher itself goes on unchanged.
  constexpr sha256_digest digest() const noexcept {
    sha256_hasher last = *this;
    last.pad();
    sha256_digest out{};
    for (std::size_t i = 0; i != 32; ++i)
      out[i] = static_cast<std::uint8_t>(last.state_[i / 4] >> (24 - 8 * (i % 4)));
    return out;
  }

  friend constexpr bool operator==(const sha256_hasher& a, const sha256_hasher& b) noexcept {
    return a.length_ == b.length_ && a.digest() == b.digest();
  }

 private:
  static constexpr std::uint32_t rotated(std::uint32_t x, unsigned n) noexcept {
    return (x >> n) | (x << (32 - n));
  }

  constexpr void pad() noexcept {
    const std::uint64_t bits = length_ * 8;
    update(std::string_view("\x80", 1));
    while (length_ % 64 != 56)
      update(std::string_view("\0", 1));
    for (unsigned i = 0; i != 8; ++i)
      block_[56 + i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
    compress();
  }

  constexpr void compress() noexcept {
    std::uint32_t w[64]{};
    for (std::size_t i = 0; i != 64; ++i)
      block_word(w, i);
    auto s = state_;
    for (std::size_t i = 0; i != 64; ++i) {
      const std::uint32_t e1 = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25);
      const std::uint32_t choice = (s[4] & s[5]) ^ (~s[4] & s[6]);
      const std::uint32_t t1 = s[7] + e1 + choice + constants[i] + w[i];
      const std::uint32_t e0 = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22);
      const std::uint32_t t2 = e0 + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
      s = {t1 + t2, s[0], s[1], s[2], s[3] + t1, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i != 8; ++i)
      state_[i] += s[i];
  }

  constexpr void block_word(std::uint32_t (&w)[64], std::size_t i) const noexcept {
    if (i < 16) {
      for (std::size_t k = 0; k != 4; ++k)
        w[i] = w[i] << 8 | block_[4 * i + k];
      return;
    }
    const std::uint32_t a = w[i - 15], b = w[i - 2];
    w[i] = w[i - 16] + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) + w[i - 7] +
           (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
  }

  // FIPS 180-4, 4.2.2: the first 32 bits of the fractions of the cube roots of the first 64 primes.
  static constexpr std::uint32_t constants[64] = {
      0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
      0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
      0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
      0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
      0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
      0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
      0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
      0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
      0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
      0xc67178f2};

  // FIPS 180-4, 5.3.3: likewise from the square roots of the first eight primes.
  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, 64> block_{};
  std::uint64_t length_ = 0;
};

/// The SHA-256 of these bytes.
constexpr sha256_digest sha256(std::string_view bytes) noexcept {
  return sha256_hasher{}.update(bytes).digest();
}

/// 64 lower-case hexadecimal digits.
inline std::string to_hex(const sha256_digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * digest.size());
  for (const std::uint8_t byte : digest) {
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI
