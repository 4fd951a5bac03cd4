#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "ectp/core/sha256.hpp"

namespace {

constexpr bool begins(const ectp::sha256_digest& d, std::uint32_t first, std::uint32_t last) {
  const auto word = [&](std::size_t i) {
    return static_cast<std::uint32_t>(d[i]) << 24 | static_cast<std::uint32_t>(d[i + 1]) << 16 |
           static_cast<std::uint32_t>(d[i + 2]) << 8 | d[i + 3];
  };
  return word(0) == first && word(28) == last;
}

// FIPS 180-4 examples, worked out by the compiler.
static_assert(begins(ectp::sha256(""), 0xe3b0c442, 0x7852b855));
static_assert(begins(ectp::sha256("abc"), 0xba7816bf, 0xf20015ad));
static_assert(begins(ectp::sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                     0x248d6a61, 0x19db06c1));
static_assert(ectp::sha256_hasher{}.update("a").update("bc").digest() == ectp::sha256("abc"));
static_assert(ectp::sha256("abc") != ectp::sha256("abd"));

std::string hashed(std::string_view s) { return ectp::to_hex(ectp::sha256(s)); }

std::string pattern(std::size_t n) {
  std::string s;
  for (std::size_t i = 0; i != n; ++i)
    s += static_cast<char>((i * 37 + i / 7) & 0xFF);
  return s;
}

}  // namespace

TEST_CASE("SHA-256 gives the published answers", "[sha256]") {
  CHECK(hashed("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hashed("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hashed("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hashed("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
               "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(hashed(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 pads rightly on both sides of every block boundary", "[sha256]") {
  struct known {
    std::size_t length;
    const char* digest;
  };
  // `length` letters x, hashed by another implementation.
  const std::vector<known> table = {
      {1, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
      {54, "45f316e10b2c99abf374b22bda893cf3300d77263f1e272349ed414680522952"},
      {55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"},
      {56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"},
      {57, "ae14a2563ccf969d99aca69ce6bb74981f734bbf9f655f73b8f06db68cab5217"},
      {62, "21210f9644c6fe6b4b76ed90bd48a9f88d1b20bd22f17f65b83e1b91d2a52c45"},
      {63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2"},
      {64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"},
      {65, "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9"},
      {111, "5ba60613dba318e9ed9020301e5dc59c721c19d82862e4d03718708aa75d2bad"},
      {112, "87bf6e70ecc829aa717756ac6797b82de8b30fca1281ea1659df31949839fc6b"},
      {119, "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c"},
      {120, "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98"},
      {121, "79072a47bfaa54e6057a9ee21e0dea64b9edbfd160c4ccadbb657e64b6d22ee4"},
      {127, "70156a14adbabf98cff3a71c7084b417abf057a8efd27329ca36b7202c87d81f"},
      {128, "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464"},
      {129, "0ec9eb33e74510bcdd1f2ea55206e82f21649c5c2becbf2b433eb475b34c01bd"}};
  for (const auto& k : table) {
    INFO(k.length);
    CHECK(hashed(std::string(k.length, 'x')) == k.digest);
  }
}

TEST_CASE("SHA-256 takes every byte", "[sha256]") {
  std::string all;
  for (int i = 0; i != 256; ++i)
    all += static_cast<char>(i);
  CHECK(hashed(all) == "40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880");
}

TEST_CASE("SHA-256 does not see how the text was cut", "[sha256]") {
  const std::string text = pattern(200);
  const auto whole = ectp::sha256(text);
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (std::size_t k = i; k <= text.size(); k += 1) {
      ectp::sha256_hasher h;
      h.update(std::string_view(text).substr(0, i)).update(std::string_view(text).substr(i, k - i));
      h.update(std::string_view(text).substr(k));
      if (h.digest() != whole) FAIL("cut at " << i << " and " << k);
    }
  ectp::sha256_hasher bytewise;
  for (const char c : text)
    bytewise.update(std::string_view(&c, 1));
  CHECK(bytewise.digest() == whole);
}

TEST_CASE("a SHA-256 hasher is a value that goes on after a digest", "[sha256]") {
  ectp::sha256_hasher a;
  a.update("ab");
  ectp::sha256_hasher b = a;
  CHECK(a == b);
  CHECK(a.digest() == ectp::sha256("ab"));
  CHECK(a.update("c").digest() == ectp::sha256("abc"));
  CHECK(a != b);
  CHECK(b.digest() == ectp::sha256("ab"));
}

TEST_CASE("a digest is written as 64 small hexadecimal digits", "[sha256]") {
  ectp::sha256_digest d{};
  d[0] = 0x0F;
  d[1] = 0xA0;
  d[31] = 0xFF;
  CHECK(ectp::to_hex(d) == "0fa0" + std::string(58, '0') + "ff");
}
