#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/csv.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/core/text.hpp"
#include "ectp/framework/official.hpp"
#include "ectp/framework/tree.hpp"

#if !defined(ECTP_COMPILED)
#  include "ectp/core/impl/csv.ipp"
#  include "ectp/framework/impl/tree.ipp"
#endif

namespace ectp::inline ECTP_ABI::framework {
namespace detail::official {

constexpr std::size_t nowhere = std::string_view::npos;
constexpr std::size_t longest_quote = 60;
constexpr std::size_t most_lines = 1'000'000;

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
constexpr bool one_of(char c, std::string_view signs) noexcept { return signs.find(c) != nowhere; }

constexpr bool starts(std::string_view s, std::string_view with) noexcept { return s.substr(0, with.size()) == with; }
constexpr bool ends(std::string_view s, std::string_view with) noexcept {
  return s.size() >= with.size() && s.substr(s.size() - with.size()) == with;
}

/// Does the text begin with this lower-case word, in any case?
constexpr bool starts_folded(std::string_view s, std::string_view word) noexcept {
  if (s.size() < word.size()) return false;
  for (std::size_t i = 0; i != word.size(); ++i)
    if (lower(s[i]) != word[i]) return false;
  return true;
}

/// Digits and nothing else.
constexpr bool is_digit_run(std::string_view s) noexcept {
  for (const char c : s)
    if (!is_digit(c)) return false;
  return !s.empty();
}

/// Up to 999, written without leading zeros.
inline void append_item(std::string& out, std::uint32_t n) { ectp::detail::append_number(out, n); }

// --- codes ------------------------------------------------------------------------------------

/// What a piece of text says as a code.
struct mark {
  enum class form : std::uint8_t {
    none,
    item,     ///< a number or letter within a section: 1.1, 1a; section 0 where it is not said
    section,  ///< a section by itself: S1, TS1
    other     ///< S1-G2, S1-LHT-01, TS1.a, TS-P2.1
  };
  form is = form::none;
  bool letter = false;
  std::uint32_t section = 0, item = 0;
  std::string code;        ///< empty for an item without its section
  std::size_t length = 0;  ///< bytes, with the signs and blanks behind it
};

inline std::string code_of(std::uint32_t section, std::uint32_t item, bool letter) {
  std::string out;
  append_item(out, section);
  if (letter) return out += static_cast<char>('a' + (item - 1));
  append_item(out += '.', item);
  return out;
}

/// Reads a code at the beginning of a text. `whole`: the text is a code and nothing else, so that
/// looser spellings count; otherwise wording follows it, behind a blank.
class code_reader {
 public:
  code_reader(std::string_view s, bool whole) : s_(s), whole_(whole) {}

  mark read() {
    mark out;
    skip_openers();
    skip_edition();
    if (!prefixes()) return out;
    if (part_) {
      if (!part_two(out)) return {};
    } else if (digit()) {
      if (!numbered(out)) return {};
    } else if (!whole_ && !any_prefix_ && letter_item(out)) {
      // a bare a. or (a)
    } else {
      return {};
    }
    return finish(out) ? out : mark{};
  }

 private:
  char at(std::size_t i) const noexcept { return i < s_.size() ? s_[i] : '\0'; }
  char here() const noexcept { return at(i_); }
  bool digit() const noexcept { return is_digit(here()); }

  void skip_openers() {
    while (i_ < s_.size() && one_of(s_[i_], whole_ ? " \t*_`([#\"'" : " \t*_`([#")) {
      if (one_of(s_[i_], "([")) bracket_ = true;
      ++i_;
    }
  }
  /// `ecf-2019:`
  void skip_edition() {
    std::size_t k = i_;
    bool hyphen = false;
    while (k < s_.size() && (is_letter(s_[k]) || is_digit(s_[k]) || s_[k] == '-')) hyphen |= s_[k++] == '-';
    if (hyphen && is_letter(here()) && at(k) == ':' && trim(s_.substr(k + 1)).size() > 1) {
      i_ = k + 1;
      while (here() == ' ') ++i_;
    }
  }
  bool word(std::string_view w) {
    if (!starts_folded(s_.substr(i_), w) || is_letter(at(i_ + w.size()))) return false;
    i_ += w.size();
    any_prefix_ = true;
    return true;
  }
  /// A short word that means something before a number only: `s.` alone is an item.
  bool before_number(std::string_view w) {
    std::size_t k = i_ + w.size();
    while (whole_ && k < s_.size() && one_of(s_[k], " .:-_#")) ++k;
    return is_digit(at(k)) && word(w);
  }
  bool words(std::string_view first, std::string_view second) {
    const std::size_t was = i_;
    const bool had = any_prefix_;
    if (word(first) && one_of(here(), " -_")) {
      while (one_of(here(), " -_") && i_ < s_.size()) ++i_;
      if (word(second)) return true;
    }
    i_ = was;
    any_prefix_ = had;
    return false;
  }
  void separators() {
    while (i_ < s_.size() && one_of(s_[i_], whole_ ? " .:-_#" : " .:-")) ++i_;
  }
  bool prefixes() {
    for (;;) {
      const std::size_t was = i_;
      if (words("learn", "that")) that_ = true;
      else if (words("learn", "how")) {
        how_ = true;
        const std::size_t behind = i_;
        while (here() == ' ' || here() == '-') ++i_;
        if (!word("to")) i_ = behind;
      } else if (word("lt")) that_ = true;
      else if (word("lht") || word("lh")) how_ = true;
      else if (word("ittecf") || word("ecf") || word("ccf") || (whole_ && (word("statement") || word("item") || word("code")))) {
      } else if (whole_ && words("part", "two")) {
        part_ = true;
        return true;
      } else if (starts_folded(s_.substr(i_), "ts-p2") || (whole_ && (starts_folded(s_.substr(i_), "part 2") || starts_folded(s_.substr(i_), "ts p2")))) {
        i_ += starts_folded(s_.substr(i_), "part 2") ? 6 : 5;
        any_prefix_ = part_ = true;
        return !is_digit(here());
      } else if (before_number("ts") || words("teachers", "standard")) ts_ = true;
      else if (before_number("s") || word("standard") || (whole_ && word("section"))) s_prefix_ = true;
      if (i_ == was) break;
      separators();
      if (whole_ && here() == '(') ++i_;
    }
    // "LT" before nothing, or words that say both
    return !(that_ && how_);
  }

  std::uint32_t number() {
    std::uint32_t n = 0;
    std::size_t digits = 0;
    for (; digit(); ++i_, ++digits)
      if (n < 100'000) n = n * 10 + static_cast<std::uint32_t>(here() - '0');
    return digits > 3 || n > 999 ? 0 : n;
  }
  /// A letter that stands by itself.
  bool single_letter() const noexcept {
    const char c = here();
    return (whole_ ? is_letter(c) : c >= 'a' && c <= 'z') && !is_letter(at(i_ + 1)) && !is_digit(at(i_ + 1)) &&
           static_cast<unsigned char>(at(i_ + 1)) < 0x80;
  }
  std::uint32_t letter_number() { return static_cast<std::uint32_t>(lower(s_[i_++]) - 'a' + 1); }

  static void local(mark& out, std::string_view what, std::uint32_t n, bool two_digits) {
    out.is = mark::form::other;
    out.code = "S";
    append_item(out.code, out.section);
    out.code += what;
    if (two_digits && n < 10) out.code += '0';
    append_item(out.code, n);
  }

  bool numbered(mark& out) {
    out.section = number();
    if (out.section == 0) return false;
    const std::size_t behind = i_;
    if (s_prefix_ && local_code(out)) return true;
    i_ = behind;
    // 1(a), 1.(a), 1(1)
    while (whole_ && here() == ' ') ++i_;
    if (here() == '(' || (here() == '.' && at(i_ + 1) == '(')) {
      i_ += here() == '.' ? 2u : 1u;
      if (single_letter() && at(i_ + 1) == ')') return take_letter(out) && here() == ')' && ++i_;
      if (digit() && take_number(out) && here() == ')') return ++i_, true;
      return false;
    }
    bool apart = i_ != behind;
    if (whole_) {
      while (i_ < s_.size() && one_of(here(), ".-/_: ")) {
        ++i_;
        apart = true;
      }
    } else if (here() == '.') {
      ++i_;
      apart = true;
    }
    if (single_letter()) return take_letter(out);
    if (apart && digit()) {
      if (!take_number(out)) return false;
      return !(here() == '.' && is_digit(at(i_ + 1)));
    }
    i_ = behind;
    if (s_prefix_ || ts_) {
      if (that_ || how_) return false;
      out.is = mark::form::section;
      append_item(out.code = ts_ ? "TS" : "S", out.section);
      return true;
    }
    // A number by itself says its place only where a sign behind it shows that it is a mark.
    if (whole_ || any_prefix_ || out.section > 99) return false;
    if (!(here() == '.' || here() == ')' || (bracket_ && here() == ']'))) return false;
    out.is = mark::form::item;
    out.item = out.section;
    out.section = 0;
    return true;
  }
  bool take_letter(mark& out) {
    if (that_) return false;
    out.is = mark::form::item;
    out.letter = true;
    out.item = letter_number();
    if (ts_) {
      out.is = mark::form::other;
      append_item(out.code = "TS", out.section);
      (out.code += '.') += static_cast<char>('a' + (out.item - 1));
    } else {
      out.code = code_of(out.section, out.item, true);
    }
    return true;
  }
  bool take_number(mark& out) {
    out.item = number();
    if (out.item == 0) return false;
    if (how_) {
      local(out, "-LHT-", out.item, true);
      return true;
    }
    out.is = mark::form::item;
    out.code = code_of(out.section, out.item, false);
    return true;
  }
  /// S1-G2, S1-LHT-01, S1-LT-1
  bool local_code(mark& out) {
    while (i_ < s_.size() && one_of(here(), whole_ ? "-._: " : "-.")) ++i_;
    const std::string_view rest = s_.substr(i_);
    const std::size_t letters = starts_folded(rest, "lht") ? 3 : starts_folded(rest, "lt") ? 2 : starts_folded(rest, "g") ? 1 : 0;
    if (letters == 0 || is_letter(at(i_ + letters))) return false;
    i_ += letters;
    while (i_ < s_.size() && one_of(here(), whole_ ? "-._: " : "-.")) ++i_;
    if (letters != 1 && single_letter()) {
      that_ = letters == 2;
      return take_letter(out);
    }
    if (!digit()) return false;
    const std::uint32_t n = number();
    if (n == 0) return false;
    if (letters == 2) {
      out.is = mark::form::item;
      out.item = n;
      out.code = code_of(out.section, n, false);
    } else {
      local(out, letters == 3 ? "-LHT-" : "-G", n, letters == 3);
    }
    return true;
  }
  /// TS-P2, TS-P2.1, TS-P2.1.a
  bool part_two(mark& out) {
    out.is = mark::form::other;
    out.code = "TS-P2";
    const auto apart = [&] {
      const std::size_t was = i_;
      while (i_ < s_.size() && one_of(here(), whole_ ? ".-_( " : ".-")) ++i_;
      if (here() == ')') ++i_;
      return was;
    };
    std::size_t was = apart();
    if (!digit()) return i_ = was, true;
    const std::uint32_t n = number();
    if (n == 0) return false;
    append_item(out.code += '.', n);
    was = i_;
    if (here() == ')') ++i_;
    apart();
    if (!single_letter()) return i_ = was, true;
    (out.code += '.') += lower(s_[i_++]);
    return true;
  }
  bool letter_item(mark& out) {
    if (!single_letter() || !(at(i_ + 1) == '.' || at(i_ + 1) == ')')) return false;
    // e.g. and i.e. begin no item
    if (at(i_ + 1) == '.' && is_letter(at(i_ + 2))) return false;
    out.is = mark::form::item;
    out.letter = true;
    out.item = letter_number();
    return true;
  }

  bool finish(mark& out) {
    bool stopped = false;
    while (i_ < s_.size() && one_of(here(), whole_ ? " \t.)]:*_`-\"'" : ".)]:*_`")) stopped |= one_of(s_[i_++], ".):");
    if (whole_) {
      while (starts(s_.substr(i_), "\xE2\x80\x93") || here() == ' ') i_ += here() == ' ' ? 1u : 3u;
      return i_ == s_.size();
    }
    if (i_ != s_.size() && here() != ' ' && !(stopped && !out.code.empty() && here() >= 'A' && here() <= 'Z')) return false;
    while (here() == ' ') ++i_;
    // "1.1 - Wording"
    for (const std::string_view dash : {std::string_view("- "), std::string_view("\xE2\x80\x93 "), std::string_view("\xE2\x80\x94 ")})
      if (starts(s_.substr(i_), dash)) i_ += dash.size();
    while (here() == ' ') ++i_;
    out.length = i_;
    return true;
  }

  std::string_view s_;
  bool whole_;
  std::size_t i_ = 0;
  bool that_ = false, how_ = false, s_prefix_ = false, ts_ = false, part_ = false, any_prefix_ = false, bracket_ = false;
};

// --- text ---------------------------------------------------------------------------------------

/// The code point at byte `i` of well-formed UTF-8, and its length.
struct character {
  std::uint32_t value;
  std::size_t length;
};
inline character character_at(std::string_view s, std::size_t i) noexcept {
  const auto byte = [&](std::size_t k) { return static_cast<std::uint32_t>(static_cast<unsigned char>(s[k])); };
  const std::uint32_t c = byte(i);
  if (c < 0x80) return {c, 1};
  if (c < 0xE0) return {(c & 0x1F) << 6 | (byte(i + 1) & 0x3F), 2};
  if (c < 0xF0) return {(c & 0x0F) << 12 | (byte(i + 1) & 0x3F) << 6 | (byte(i + 2) & 0x3F), 3};
  return {(c & 0x07) << 18 | (byte(i + 1) & 0x3F) << 12 | (byte(i + 2) & 0x3F) << 6 | (byte(i + 3) & 0x3F), 4};
}

inline bool blank_character(std::uint32_t c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x3000;
}
inline bool invisible(std::uint32_t c) noexcept {
  return (c < ' ' && !blank_character(c)) || (c >= 0x7F && c < 0xA0) || c == 0x200B || c == 0x200C || c == 0x200D || c == 0x2060 || c == 0xFEFF;
}
inline std::string_view ligature(std::uint32_t c) noexcept {
  constexpr std::string_view letters[] = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
  return c >= 0xFB00 && c <= 0xFB06 ? letters[c - 0xFB00] : std::string_view();
}
constexpr std::string_view soft_hyphen = "\xC2\xAD";

/// On one line, blanks single, ligatures as letters, signs that cannot be seen left out. A soft hyphen
/// stays at the very end only, where `joined` needs it.
inline std::string cleaned(std::string_view s) {
  std::string out;
  bool blank = false;
  for (std::size_t i = 0; i < s.size();) {
    const character c = character_at(s, i);
    if (blank_character(c.value)) {
      blank = true;
    } else if (c.value == 0xAD) {
      if (trim(s.substr(i + 2)).empty()) out += soft_hyphen;
    } else if (!invisible(c.value)) {
      if (blank && !out.empty()) out += ' ';
      blank = false;
      if (const std::string_view l = ligature(c.value); !l.empty()) out += l;
      else out += s.substr(i, c.length);
    }
    i += c.length;
  }
  return out;
}

/// For a message: the beginning, cut between characters.
inline std::string excerpt(std::string_view s) {
  if (s.size() <= longest_quote) return "'" + std::string(s) + "'";
  std::size_t n = longest_quote;
  while (n != 0 && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80) --n;
  return "'" + std::string(s.substr(0, n)) + "...'";
}

constexpr bool word_byte(char c) noexcept { return is_letter(c) || static_cast<unsigned char>(c) >= 0x80; }

/// The words of a text, hyphens included, as hashes: enough to ask whether a word is there.
class vocabulary {
 public:
  void add(std::string_view line) {
    for (std::size_t i = 0; i < line.size();) {
      if (!word_byte(line[i])) {
        ++i;
        continue;
      }
      std::size_t end = i;
      while (end < line.size() && (word_byte(line[end]) || line[end] == '-')) ++end;
      // The part of a divided word at the end of a line is no word.
      if (line[end - 1] != '-') words_.push_back(hash(line.substr(i, end - i)));
      i = end;
    }
  }
  void close() {
    ectp::detail::sort(words_, [](std::uint64_t a, std::uint64_t b) { return a < b; });
  }
  bool has(std::string_view word) const {
    const std::uint64_t h = hash(word);
    std::size_t lo = 0, hi = words_.size();
    while (lo < hi) {
      const std::size_t mid = lo + (hi - lo) / 2;
      if (words_[mid] < h) lo = mid + 1;
      else hi = mid;
    }
    return lo != words_.size() && words_[lo] == h;
  }

 private:
  static std::uint64_t hash(std::string_view s) noexcept {
    std::uint64_t h = 14695981039346656037u;
    for (const char c : s) h = (h ^ static_cast<unsigned char>(lower(c))) * 1099511628211u;
    return h;
  }
  std::vector<std::uint64_t> words_;
};

/// First parts that are followed by a hyphen of their own more often than by a divided word.
inline bool takes_hyphen(std::string_view part) noexcept {
  constexpr std::string_view parts[] = {"age",  "cross", "evidence", "full", "good", "half",  "high",  "long",    "low",  "mixed", "non",   "one",
                                        "peer", "problem", "self",   "short", "small", "step", "subject", "team", "three", "two", "well", "whole", "year"};
  std::string folded;
  for (const char c : part) folded += lower(c);
  for (const std::string_view p : parts)
    if (p == folded) return true;
  return false;
}

/// Adds a line to what stands before it: words divided at the line's end are put together.
inline void join(std::string& out, std::string_view next, const vocabulary& known) {
  if (next.empty()) return;
  if (out.empty()) {
    out = next;
    return;
  }
  if (ends(out, soft_hyphen)) {
    out.resize(out.size() - soft_hyphen.size());
    out += next;
    return;
  }
  const std::size_t n = out.size();
  if (out.back() != '-' || n < 2 || !word_byte(out[n - 2]) || !((next.front() >= 'a' && next.front() <= 'z') || word_byte(next.front()))) {
    (out += ' ') += next;
    return;
  }
  std::size_t begin = n - 1, end = 0;
  while (begin != 0 && n - begin < longest_quote && (word_byte(out[begin - 1]) || out[begin - 1] == '-')) --begin;
  while (end < next.size() && end < longest_quote && (word_byte(next[end]) || next[end] == '-')) ++end;
  const std::string first = out.substr(begin, n - 1 - begin);
  const std::string rest(next.substr(0, end));
  const bool upper = next.front() >= 'A' && next.front() <= 'Z';
  const bool keep = upper || known.has(first + "-" + rest) || (!known.has(first + rest) && rest.size() > 3 && takes_hyphen(first));
  if (!keep) out.pop_back();
  out += next;
}

/// Takes the marks of references out: [3], [1, 2], raised figures, and figures that stick to a word or
/// to the sign that ends a sentence.
inline std::size_t without_references(std::string& text) {
  std::string out;
  std::size_t taken = 0;
  for (std::size_t i = 0; i < text.size();) {
    const character c = character_at(text, i);
    if (c.value == 0xB2 || c.value == 0xB3 || c.value == 0xB9 || (c.value >= 0x2070 && c.value <= 0x2079)) {
      ++taken;
      do i += character_at(text, i).length;
      while (i < text.size() && [&] {
        const std::uint32_t v = character_at(text, i).value;
        return v == 0xB2 || v == 0xB3 || v == 0xB9 || (v >= 0x2070 && v <= 0x2079) ||
               (v == ',' && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xC2 && !is_letter(text[i + 1]) &&
                character_at(text, i + 1).value >= 0xB2 && (character_at(text, i + 1).value <= 0xB9 || character_at(text, i + 1).value >= 0x2070) &&
                character_at(text, i + 1).value <= 0x2079);
      }());
      continue;
    }
    if (c.value == '[') {
      std::size_t k = i + 1;
      bool figures = false;
      if (k < text.size() && text[k] == '^') ++k;
      while (k < text.size() && (is_digit(text[k]) || one_of(text[k], ", -"))) figures |= is_digit(text[k++]);
      if (figures && k < text.size() && text[k] == ']' && k - i < 24) {
        ++taken;
        while (!out.empty() && out.back() == ' ') out.pop_back();
        i = k + 1;
        continue;
      }
    }
    if (is_digit(text[i]) && !out.empty()) {
      std::size_t k = i;
      while (k < text.size() && (is_digit(text[k]) || (text[k] == ',' && k + 1 < text.size() && is_digit(text[k + 1])))) ++k;
      const bool token_ends = k == text.size() || text[k] == ' ' || ((one_of(text[k], ".,;:)")) && (k + 1 == text.size() || text[k + 1] == ' '));
      const std::size_t n = out.size();
      const bool after_stop = one_of(out.back(), ".,;)") && n >= 2 && (word_byte(out[n - 2]) || out[n - 2] == ')') && k - i <= 8;
      std::size_t letters = 0;
      while (letters != n && out[n - 1 - letters] >= 'a' && out[n - 1 - letters] <= 'z') ++letters;
      if (token_ends && (after_stop || (letters >= 4 && k - i <= 5))) {
        ++taken;
        i = k;
        continue;
      }
      out.append(text, i, k - i);
      i = k;
      continue;
    }
    out.append(text, i, c.length);
    i += c.length;
  }
  if (taken != 0) text = std::move(out);
  return taken;
}

// --- headings -----------------------------------------------------------------------------------

enum class asks : std::uint8_t { unknown, that, how };

/// The text without blanks, emphasis and the signs that may stand behind a heading.
inline std::string_view heading_words(std::string_view s) noexcept {
  constexpr std::string_view ellipsis = "\xE2\x80\xA6";
  for (bool more = true; more;) {
    more = false;
    while (!s.empty() && one_of(s.front(), " *_`#")) s.remove_prefix(1);
    while (!s.empty() && one_of(s.back(), " *_`.:#")) s.remove_suffix(1);
    if (ends(s, ellipsis)) {
      s.remove_suffix(ellipsis.size());
      more = true;
    }
  }
  return s;
}

/// `Learn that...` and `Learn how to...` by themselves.
inline asks heading_of_kind(std::string_view s) noexcept {
  if (s.size() > 60) return asks::unknown;
  s = heading_words(s);
  if (s.size() == 10 && starts_folded(s, "learn that")) return asks::that;
  if ((s.size() == 12 && starts_folded(s, "learn how to")) || (s.size() == 9 && starts_folded(s, "learn how"))) return asks::how;
  return asks::unknown;
}

/// The section that a heading opens: `Standard 1 - ...`, `S1 ...`, `... (Standard 1 - ...)`. 0 for none.
inline std::uint32_t heading_of_section(std::string_view s) noexcept {
  if (s.size() > 160) return 0;
  s = heading_words(s);
  const auto number_behind = [&](std::size_t i) -> std::uint32_t {
    while (i < s.size() && s[i] == ' ') ++i;
    std::uint32_t n = 0;
    std::size_t digits = 0;
    for (; i < s.size() && is_digit(s[i]) && digits < 3; ++i, ++digits) n = n * 10 + static_cast<std::uint32_t>(s[i] - '0');
    if (digits == 0 || digits == 3 || n == 0) return 0;
    // S1.1 and S1a are codes, "Standard 1's" is a sentence
    if (i < s.size() && (is_letter(s[i]) || is_digit(s[i]) || one_of(s[i], "'/%"))) return 0;
    if (i + 1 < s.size() && one_of(s[i], ".-(") && s[i + 1] != ' ') return 0;
    return n;
  };
  std::string_view rest = s;
  for (const std::string_view owner : {std::string_view("teachers' "), std::string_view("teachers\xE2\x80\x99 "), std::string_view("teacher ")})
    if (starts_folded(rest, owner)) rest.remove_prefix(owner.size());
  const std::size_t skipped = s.size() - rest.size();
  for (const std::string_view word : {std::string_view("standard"), std::string_view("section"), std::string_view("ts"), std::string_view("s")})
    if (starts_folded(rest, word)) {
      const std::size_t behind = skipped + word.size();
      if (behind < s.size() && is_letter(s[behind])) continue;
      return number_behind(behind);
    }
  for (std::size_t i = s.find('('); i != nowhere; i = s.find('(', i + 1))
    if (starts_folded(s.substr(i + 1), "standard ")) return number_behind(i + 10);
  return 0;
}

/// What ends the statements: lists of references and the like.
inline bool closing_heading(std::string_view s) noexcept {
  if (s.size() > 60) return false;
  s = heading_words(s);
  constexpr std::string_view words[] = {"references", "bibliography", "notes",    "footnotes", "endnotes",  "glossary",
                                        "contents",   "annex",        "appendix", "index",     "further reading", "acknowledgements"};
  for (const std::string_view w : words)
    if (starts_folded(s, w) && (s.size() == w.size() || ((w == "annex" || w == "appendix") && s.size() < w.size() + 4 && s[w.size()] == ' '))) return true;
  return false;
}

// --- what the readers share -----------------------------------------------------------------------

/// Does a sentence or an item of a list end here? Marks of references behind it do not count.
inline bool ends_sentence(std::string_view s) noexcept {
  while (!s.empty() && (one_of(s.back(), ")]\"'0123456789") || static_cast<unsigned char>(s.back()) >= 0x80)) s.remove_suffix(1);
  return ends(s, ".") || ends(s, "!") || ends(s, "?") || ends(s, ";") || ends(s, "; and") || ends(s, "; or");
}

struct piece {
  std::string text;
  std::size_t indent = 0, gap = 0;  ///< in columns; empty rows before it
};

/// An item being read.
struct open_item {
  bool open = false;
  std::string code;
  std::uint32_t line = 0, column = 0;
  std::size_t indent = 0, widest_gap = 0;
  std::vector<piece> pieces;
};

class reader {
 public:
  reader(std::string_view text, const std::string& file, const official_limits& most) : text_(text), most_(most) { out.file = file; }

  official_text out;

 protected:
  void note(std::uint32_t line, std::uint32_t column, std::string message) {
    if (out.notes.size() < most_.notes) out.notes.push_back({{out.file, line, column, {}}, std::move(message)});
    else ++out.notes_left_out;
  }
  void note_passed_over(std::uint32_t line, std::uint32_t column, std::string_view what) {
    note(line, column, "no code: passed over " + excerpt(what));
  }
  void emit(std::string code, std::string text, std::uint32_t line, std::uint32_t column) {
    if (text.empty()) {
      note(line, column, "no wording follows the code " + excerpt(code));
      return;
    }
    if (out.statements.size() == most_.statements) {
      overfull = true;
      return;
    }
    out.statements.push_back({std::move(code), std::move(text), line, column});
  }
  error fail(errc code, std::string message, std::uint32_t line, std::uint32_t column, std::string expected, std::string hint) const {
    return {code, std::move(message), {out.file, line, column, {}}, std::move(expected), std::move(hint)};
  }

  /// A line of the text, or the part of one behind a form feed.
  struct text_row {
    std::string_view raw;
    std::uint32_t line = 0, base = 0;  ///< base: bytes of its line before it
    bool page = false;                 ///< the first of a page
  };
  /// Cuts the text into rows. LF, CRLF and CR end a line; a form feed begins a page.
  result<void> split() {
    std::uint32_t line = 1;
    std::size_t start = 0;
    bool page = true;
    for (std::size_t at = 0; at <= text_.size();) {
      std::size_t end = at;
      while (end < text_.size() && !one_of(text_[end], "\n\r\f")) ++end;
      if (rows_.size() == most_lines)
        return fail(errc::too_large, "more lines than are read", line, 1, "at most 1,000,000 lines", "take the pages with the statements only");
      rows_.push_back({text_.substr(at, end - at), line, static_cast<std::uint32_t>(at - start), page});
      page = end < text_.size() && text_[end] == '\f';
      if (end < text_.size() && !page) {
        if (text_[end] == '\r' && end + 1 < text_.size() && text_[end + 1] == '\n') ++end;
        ++line;
        start = end + 1;
      }
      at = end + 1;
    }
    return {};
  }
  std::vector<text_row> rows_;

  /// The words of the text, if a line of it ends in a hyphen.
  void learn_words() {
    bool divides = false;
    for (const text_row& r : rows_) {
      const std::string_view t = trim(r.raw);
      divides = divides || (t.size() > 1 && t.back() == '-' && word_byte(t[t.size() - 2]));
    }
    if (!divides) return;
    for (const text_row& r : rows_) known_.add(cleaned(r.raw));
    known_.close();
  }
  vocabulary known_;

  /// The last item of each kind in the current section.
  struct sequence {
    std::uint32_t section = 0, item = 0;
  };
  sequence last_[2];
  std::uint32_t section_ = 0;

  void open_section(std::uint32_t n) {
    section_ = n;
    for (sequence& s : last_) s = {n, 0};
  }
  std::uint32_t last_item(bool letter) const noexcept { return last_[letter].section == section_ ? last_[letter].item : 0; }

  std::string_view text_;
  official_limits most_;

 public:
  bool overfull = false;
};

// --- CSV ----------------------------------------------------------------------------------------

/// A column's name, letters and digits only, without case.
inline std::string column_name(std::string_view s) {
  std::string out;
  for (const char c : s)
    if (is_letter(c) || is_digit(c)) out += lower(c);
  return out;
}
/// The place of a name in the list, the better ones first; `nowhere` for none.
inline std::size_t code_column(std::string_view name) {
  constexpr std::string_view names[] = {"code", "humancodingscheme", "statementcode", "officialcode", "statementnumber", "statementid",
                                        "reference", "ref", "number", "no", "item", "id"};
  for (std::size_t i = 0; i != std::size(names); ++i)
    if (names[i] == name) return i;
  return nowhere;
}
inline std::size_t text_column(std::string_view name) {
  constexpr std::string_view names[] = {"wording", "officialwording", "officialtext", "fullstatement", "statementtext", "text",
                                        "statement", "description"};
  for (std::size_t i = 0; i != std::size(names); ++i)
    if (names[i] == name) return i;
  return nowhere;
}

struct code_and_text {
  std::size_t code = nowhere, text = nowhere;
  bool found() const noexcept { return code != nowhere && text != nowhere; }
};
template <class Cells>
code_and_text columns_of(const Cells& cells) {
  code_and_text out;
  std::size_t best_code = nowhere, best_text = nowhere;
  std::size_t i = 0;
  for (const std::string& cell : cells) {
    const std::string name = column_name(cell);
    if (const std::size_t k = code_column(name); k < best_code) {
      best_code = k;
      out.code = i;
    }
    if (const std::size_t k = text_column(name); k < best_text) {
      best_text = k;
      out.text = i;
    }
    ++i;
  }
  return out;
}

}  // namespace detail::official
}  // namespace ectp::inline ECTP_ABI::framework

