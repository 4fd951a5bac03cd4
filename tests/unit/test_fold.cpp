// Folding text into bare words: known words, every character by itself, and what must hold for any bytes.
#include <catch2/catch.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/fold.hpp"
#include "ectp/core/text.hpp"

using ectp::fold;

namespace {

std::string utf8(std::uint32_t c) {
  std::string out;
  const auto put = [&](std::uint32_t b) { out += static_cast<char>(static_cast<unsigned char>(b)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return out;
}

std::uint64_t state = 1;
std::uint64_t next_random() {
  std::uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return z ^ z >> 31;
}

/// What must hold for any bytes.
void check_laws(const std::string& text) {
  const std::string out = fold(text);
  CAPTURE(text, out);
  CHECK(out.size() <= text.size());
  CHECK(fold(out) == out);
  CHECK(ectp::invalid_utf8_at(out) == out.npos);
  CHECK(out.find("  ") == out.npos);
  CHECK((out.empty() || (out.front() != ' ' && out.back() != ' ')));
  bool plain = true;
  for (const char c : out)
    plain = plain && (static_cast<unsigned char>(c) >= 0x80 || c == ' ' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
  CHECK(plain);
}

}  // namespace

TEST_CASE("words lose case, accents and punctuation", "[fold]") {
  const struct {
    std::string_view text, folded;
  } rows[] = {
      {"", ""},
      {"   \t\n ", ""},
      {"...", ""},
      {"a", "a"},
      {" A ", "a"},
      {"SEND", "send"},
      {"Wait  time,\nthen ask.", "wait time then ask"},
      {"2.10", "2 10"},
      {"4n", "4n"},
      {"Caf\u00E9", "cafe"},
      {"CAF\u00C9", "cafe"},
      {"Cafe\u0301", "cafe"},              // with a combining acute
      {"n\u0303o", "no"},
      {"Stra\u00DFe", "strasse"},
      {"\u00C6on \u0152uvre \u00DEing", "aeon oeuvre thing"},
      {"\u0174y\u0301 \u1E85 \u0177", "wy w y"},  // Welsh
      {"\u0141\u00F3d\u017A", "lodz"},
      {"\u0130I\u0131i", "iiii"},
      {"pupils\u2019 caf\u00E9\u2013style", "pupils cafe style"},
      {"pupils' caf\u00E9-style", "pupils cafe style"},
      {"\u201Cwait\u201D\u2014then", "wait then"},
      {"\"wait\" - then", "wait then"},
      {"re\u00ADteach", "reteach"},        // a soft hyphen
      {"re\u200Dteach", "reteach"},
      {"re\u200Bteach", "re teach"},       // a zero-width space
      {"pro\uFB01cient di\uFB00erent a\uFB03rm", "proficient different affirm"},
      {"\uF0B7 one\u2022two", "one two"},
      {"3\u00D74\u00F72", "3 4 2"},
      {"m\u00B2", "m2"},
      {"\u00BDhour", "hour"},
      {"a\u00A0b", "a b"},
      {"\u0395\u03BB \u0414\u0430", "\u0395\u03BB \u0414\u0430"},  // other scripts stay
      {"\u4E2D,\u6587", "\u4E2D \u6587"},
      {"\U0001F600ok", "ok"},
      {"\u0301", ""},
      {"a \u0301 b", "a b"},
  };
  for (const auto& r : rows) {
    CAPTURE(r.text);
    CHECK(fold(r.text) == r.folded);
  }
}

TEST_CASE("bytes that are not UTF-8 end a word", "[fold]") {
  CHECK(fold("a\xFF" "b") == "a b");
  CHECK(fold("a\xC3") == "a");
  CHECK(fold("\xA9z") == "z");
  CHECK(fold("a\xC3(b") == "a b");
  CHECK(fold("a\xC0\xAF" "b") == "a b");          // overlong
  CHECK(fold("a\xE0\x83\xA9" "b") == "a b");      // overlong
  CHECK(fold("a\xED\xA0\x80" "b") == "a b");      // a surrogate
  CHECK(fold("a\xF4\x90\x80\x80" "b") == "a b");  // beyond U+10FFFF
  CHECK(fold("a\xE2\x80") == "a");
  CHECK(fold(std::string_view("a\0b", 3)) == "a b");
}

TEST_CASE("every character by itself and within a word", "[fold]") {
  std::size_t kept = 0, within = 0, gaps = 0;
  for (std::uint32_t c = 0; c <= 0x10FFFF; c = c == 0x2FFFF ? 0xE0000 : c + 1) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    const std::string one = utf8(c), alone = fold(one), inside = fold("x" + one + "x");
    const bool joins = inside == "x" + alone + "x", parts = alone.empty() && inside == "x x";
    if (!joins && !parts) {
      CAPTURE(c);
      CHECK(joins);
    }
    if (fold(alone) != alone || alone.size() > one.size()) {
      CAPTURE(c, alone);
      CHECK(fold(alone) == alone);
    }
    kept += joins && alone == one;
    within += joins && alone.empty();
    gaps += parts;
  }
  CHECK(kept > 100000);
  CHECK(within > 100);
  CHECK(gaps > 1000);

  // All of Latin-1, Latin Extended-A and Latin Extended Additional but a few becomes plain letters.
  std::string left;
  for (const auto& [from, to] : {std::pair<std::uint32_t, std::uint32_t>{0xC0, 0x17F}, {0x1E00, 0x1EFF}})
    for (std::uint32_t c = from; c <= to; ++c)
      if (const std::string f = fold(utf8(c)); !f.empty() && static_cast<unsigned char>(f[0]) >= 0x80) left += f;
  CHECK(left == "\u0138\u1E9C\u1E9D\u1E9F\u1EFA\u1EFB\u1EFC\u1EFD\u1EFE\u1EFF");
}

TEST_CASE("letters composed and with combining marks fold alike", "[fold]") {
  const struct {
    std::uint32_t composed;
    char letter;
    std::uint32_t mark;
  } rows[] = {{0xC0, 'A', 0x300},  {0xC9, 'E', 0x301},  {0xEE, 'i', 0x302},  {0xF1, 'n', 0x303},  {0x101, 'a', 0x304},
              {0x103, 'a', 0x306}, {0x117, 'e', 0x307}, {0xFC, 'u', 0x308},  {0xE5, 'a', 0x30A},  {0x151, 'o', 0x30B},
              {0x161, 's', 0x30C}, {0x1ECD, 'o', 0x323}, {0x15F, 's', 0x327}, {0x105, 'a', 0x328}};
  for (const auto& r : rows) {
    CAPTURE(r.composed);
    CHECK(fold(utf8(r.composed)) == fold(r.letter + utf8(r.mark)));
    CHECK(fold(utf8(r.composed)) == std::string(1, static_cast<char>(r.letter | 32)));
  }
}

TEST_CASE("the laws of folding hold for any bytes", "[fold]") {
  for (int i = 0; i != 3000; ++i) {
    std::string text;
    for (std::size_t n = next_random() % 24; n != 0; --n) {
      const std::uint64_t r = next_random();
      switch (r % 5) {
        case 0: text += static_cast<char>(static_cast<unsigned char>(r >> 8)); break;
        case 1: text += static_cast<char>(static_cast<unsigned char>(' ' + (r >> 8) % 95)); break;
        case 2: text += utf8(0x80 + static_cast<std::uint32_t>(r >> 8) % 0x300); break;
        case 3: text += utf8(0x2000 + static_cast<std::uint32_t>(r >> 8) % 0x100); break;
        default: text += utf8(0xFB00 + static_cast<std::uint32_t>(r >> 8) % 0x510); break;
      }
    }
    check_laws(text);
  }
}
