#pragma once
/// Text as its bare words, so that `Café`, `cafe` and `CAFE` are one. For comparing and searching,
/// never for showing: what is folded cannot be unfolded.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI {
namespace detail {

/// The character at `at` and, in `at`, where the next one begins. A byte that is no part of
/// well-formed UTF-8 counts as U+FFFD. Precondition: `at < s.size()`.
constexpr std::uint32_t take_character(std::string_view s, std::size_t& at) noexcept {
  const auto byte = [&](std::size_t i) {
    return i < s.size() ? static_cast<unsigned char>(s[i]) : static_cast<unsigned char>(0);
  };
  const std::uint32_t c = byte(at++);
  if (c < 0x80) return c;
  const std::size_t more = c >= 0xC2 && c <= 0xDF ? 1 : (c & 0xF0) == 0xE0 ? 2 : c >= 0xF0 && c <= 0xF4 ? 3 : 0;
  if (more == 0) return 0xFFFD;
  std::uint32_t out = c & (0x3Fu >> more);
  for (std::size_t k = 0; k != more; ++k) {
    const std::uint32_t next = byte(at + k);
    if ((next & 0xC0) != 0x80) return 0xFFFD;
    out = out << 6 | (next & 0x3F);
  }
  const bool short_form = (more == 2 && out < 0x800) || (more == 3 && out < 0x10000);
  if (short_form || (out >= 0xD800 && out <= 0xDFFF) || out > 0x10FFFF) return 0xFFFD;
  at += more;
  return out;
}

/// What becomes of a character that is not ASCII.
enum class folds_to : std::uint8_t {
  itself,   ///< a letter that has no plainer form here
  letters,  ///< plain letters
  nothing,  ///< a mark, a soft hyphen, a joiner: within a word and no part of it
  gap       ///< between words
};
struct folded {
  folds_to how = folds_to::itself;
  std::string_view letters;
};

/// Precondition: `c >= 0x80`.
constexpr folded fold_character(std::uint32_t c) noexcept {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyz";
  // One letter for each character from U+00C0, U+0100 and U+1E00 on; `?` has none, or several.
  constexpr std::string_view latin_1 = "aaaaaa?ceeeeiiiidnooooo?ouuuuy??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y";
  constexpr std::string_view extended_a =
      "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii??jjkk?llllllllllnnnnnnnnnoooooo??"
      "rrrrrrsssssssstttttt"
      "uuuuuuuuuuuuwwyyyzzzzzzs";
  constexpr std::string_view additional =
      "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrr"
      "rrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas????aaaaaaaaaaaaaaaaaaaaaaaa"
      "eeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy??????";
  static_assert(latin_1.size() == 64 && extended_a.size() == 128 && additional.size() == 256);
  const auto letters = [](std::string_view s) { return folded{folds_to::letters, s}; };
  const auto within = [c](std::uint32_t from, std::uint32_t to) { return c >= from && c <= to; };
  constexpr folded gap{folds_to::gap, {}}, nothing{folds_to::nothing, {}};

  switch (c) {
    case 0xAA: return letters("a");
    case 0xAD: return nothing;
    case 0xB2: return letters("2");
    case 0xB3: return letters("3");
    case 0xB5: return {};
    case 0xB9: return letters("1");
    case 0xBA: return letters("o");
    case 0xC6: case 0xE6: return letters("ae");
    case 0xD7: case 0xF7: return gap;
    case 0xDE: case 0xFE: return letters("th");
    case 0xDF: case 0x1E9E: return letters("ss");
    case 0x132: case 0x133: return letters("ij");
    case 0x152: case 0x153: return letters("oe");
    case 0xFB00: return letters("ff");
    case 0xFB01: return letters("fi");
    case 0xFB02: return letters("fl");
    case 0xFB03: return letters("ffi");
    case 0xFB04: return letters("ffl");
    case 0xFB05: case 0xFB06: return letters("st");
    default: break;
  }
  if (c < 0xC0) return gap;
  char letter = '?';
  if (c < 0x100) letter = latin_1[c - 0xC0];
  else if (c < 0x180) letter = extended_a[c - 0x100];
  else if (within(0x1E00, 0x1EFF)) letter = additional[c - 0x1E00];
  if (letter != '?') return letters(plain.substr(static_cast<std::size_t>(letter - 'a'), 1));

  if (within(0x300, 0x36F) || within(0x1AB0, 0x1AFF) || within(0x1DC0, 0x1DFF) || within(0x20D0, 0x20FF) ||
      within(0xFE00, 0xFE0F) || within(0xFE20, 0xFE2F))
    return nothing;
  if (within(0x200C, 0x200F) || within(0x2060, 0x2064) || c == 0xFEFF) return nothing;
  // Punctuation and symbols; fonts keep their bullets among the characters for private use.
  if (c == 0x2BC || within(0x2000, 0x206F) || within(0x20A0, 0x20CF) || within(0x2190, 0x2BFF) ||
      within(0x2E00, 0x2E7F) || within(0x3000, 0x3004) || within(0x3008, 0x3020) || within(0xE000, 0xF8FF) ||
      within(0xFE10, 0xFE1F) || within(0xFE30, 0xFE6F) || within(0xFFF0, 0xFFFF) || within(0x1F000, 0x1FAFF))
    return gap;
  return {};
}

}  // namespace detail

/// The words of a UTF-8 text in lower case and without accents, one space between two of them:
/// `Pupils’ café–style  SEND` is `pupils cafe style send`.
///
/// A word is a run of letters and digits. Latin letters lose their accents (`é` is `e`, `ø` is `o`,
/// `ß` is `ss`, the ligature `ﬁ` is `fi`), composed or with combining marks; letters of other
/// scripts stay as they are, in their case. Soft hyphens and joiners vanish. Quotes, dashes,
/// apostrophes and other punctuation end a word, whether curly or plain, and so does a byte that is
/// not UTF-8. The result is no longer than the text, and folding it again changes nothing.
ECTP_LAZY
std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool gap = false;
  const auto add = [&](std::string_view letters) {
    if (gap && !out.empty()) out += ' ';
    gap = false;
    out += letters;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    const std::uint32_t c = detail::take_character(text, at);
    if (c < 0x80) {
      const char a = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      if ((a >= 'a' && a <= 'z') || (a >= '0' && a <= '9')) add({&a, 1});
      else gap = true;
      continue;
    }
    const detail::folded f = detail::fold_character(c);
    switch (f.how) {
      case detail::folds_to::itself: add(text.substr(from, at - from)); break;
      case detail::folds_to::letters: add(f.letters); break;
      case detail::folds_to::nothing: break;
      case detail::folds_to::gap: gap = true; break;
    }
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI
