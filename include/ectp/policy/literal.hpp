#pragma once
/// The words of which domains and cells are made: numbers, quoted strings, bare words, true,
/// false, null, and dates, times and durations. A scanner over borrowed text, without allocation, for run time and constant
/// expressions alike; every fault carries its place.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/text.hpp"
#include "ectp/policy/number.hpp"
#include "ectp/policy/temporal.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// What is wrong with a domain or a cell.
enum class problem : std::uint8_t {
  none,
  // the text does not follow the grammar
  value_expected,
  unexpected_text,
  dots_expected,
  bracket_expected,
  not_unclosed,
  any_in_list,
  double_equals,
  string_unclosed,
  bad_escape,
  too_many_digits,
  too_extreme,
  reversed_ends,
  empty_interval,
  too_many_items,
  escape_not_held,
  bad_temporal,
  not_a_function,
  // the test does not suit its column
  wrong_kind,
  null_not_allowed,
  null_not_ordered,
  outside_domain,
  not_integer,
  not_listed,
  unknown_name,
  other_kind,
  other_list,
  boolean_not_ordered,
  text_not_ordered,
  list_not_ordered,
  output_not_literal,
  output_missing,
  // the domain itself
  domain_missing,
  domain_word,
  text_after_domain,
  values_mixed,
  value_repeated,
  value_is_keyword,
  value_empty,
  null_not_last,
  domain_empty
};

/// A problem and the bytes of the text it concerns.
struct fault {
  problem what = problem::none;
  std::size_t at = 0, size = 0;
  constexpr explicit operator bool() const noexcept { return what != problem::none; }
  friend constexpr bool operator==(const fault&, const fault&) = default;
};

/// The kinds of literal. A bare word is a listed value, or the name of another input.
enum class literal_kind : std::uint8_t { null, boolean, number, quoted, word, temporal };

/// What bare text means in a column.
struct literal_syntax {
  bool words = false;                       ///< a value of the list; else it begins a number
  value_kind temporal = value_kind::null;   ///< a date, time or duration of this kind
};

/// One literal of a domain or a cell. Its text is borrowed, and still holds its escapes.
struct literal {
  literal_kind kind = literal_kind::null;
  bool boolean = false;
  bool escaped = false;  ///< the text holds escapes
  value_kind temporal = value_kind::null;  ///< which kind of date, time or duration
  decimal number;        ///< the number, or the position of the date, time or duration
  std::string_view text;         ///< of a word, or what stands between the quotes
  std::size_t at = 0, size = 0;  ///< in the scanned text, quotes included

  constexpr bool is_text() const noexcept {
    return kind == literal_kind::quoted || kind == literal_kind::word;
  }
  friend constexpr bool operator==(const literal&, const literal&) = default;
};

namespace detail {
constexpr int hex_digit(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Reads n hex digits; false if there are fewer.
constexpr bool read_hex(std::string_view s, std::size_t at, std::size_t n, std::uint32_t& out) noexcept {
  out = 0;
  if (s.size() < at + n) return false;
  for (std::size_t i = at; i != at + n; ++i) {
    if (hex_digit(s[i]) < 0) return false;
    out = out * 16 + static_cast<std::uint32_t>(hex_digit(s[i]));
  }
  return true;
}

/// One escape at the beginning of s (a backslash): the code point and the bytes it takes; 0 bytes
/// when it is none. `\uD83D\uDE00` is one code point.
constexpr std::size_t read_escape(std::string_view s, std::uint32_t& code) noexcept {
  if (s.size() < 2) return 0;
  switch (s[1]) {
    case '"': code = '"'; return 2;
    case '\'': code = '\''; return 2;
    case '\\': code = '\\'; return 2;
    case 'n': code = '\n'; return 2;
    case 'r': code = '\r'; return 2;
    case 't': code = '\t'; return 2;
    case 'u':
    case 'U': break;
    default: return 0;
  }
  const std::size_t n = s[1] == 'u' ? 4 : 6;
  if (!read_hex(s, 2, n, code) || code == 0 || code > 0x10FFFF) return 0;
  if (code < 0xD800 || code > 0xDFFF) return 2 + n;
  std::uint32_t low = 0;
  if (n != 4 || code > 0xDBFF || s.substr(6, 2) != "\\u" || !read_hex(s, 8, 4, low)) return 0;
  if (low < 0xDC00 || low > 0xDFFF) return 0;
  code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
  return 12;
}

template <class Out>
constexpr void append_utf8(std::uint32_t c, Out& out) {
  const auto put = [&](std::uint32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      put(0xE0 | c >> 12);
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
    }
    put(0x80 | (c >> 6 & 0x3F));
  }
  put(0x80 | (c & 0x3F));
}
}  // namespace detail

/// Appends a text literal's text, escapes resolved, to anything with `push_back(char)`.
template <class Out>
constexpr void decode(const literal& l, Out& out) {
  for (std::size_t i = 0; i < l.text.size();) {
    std::uint32_t code = 0;
    if (l.escaped && l.text[i] == '\\') {
      i += detail::read_escape(l.text.substr(i), code);
      detail::append_utf8(code, out);
    } else {
      out.push_back(l.text[i++]);
    }
  }
}

/// Takes literals and signs off the front of a text.
class literal_scanner {
 public:
  /// Where `syntax.words` is set a bare text such as `5q` or `2.10` is a word, not a number.
  constexpr literal_scanner(std::string_view text, const literal_syntax& syntax) noexcept
      : text_(text), syntax_(syntax) {}

  constexpr std::size_t at() const noexcept { return next_; }
  constexpr std::string_view rest() const noexcept { return text_.substr(next_); }
  constexpr policy::fault fault() const noexcept { return fault_; }
  /// Goes on n bytes; precondition: that many are left.
  constexpr void skip(std::size_t n) noexcept { next_ += n; }
  constexpr void skip_blanks() noexcept {
    while (next_ != text_.size() && is_blank(text_[next_])) ++next_;
  }
  /// Nothing but blanks is left.
  constexpr bool at_end() noexcept {
    skip_blanks();
    return next_ == text_.size();
  }
  /// Takes this sign if it stands next, after blanks.
  constexpr bool take(std::string_view sign) noexcept {
    skip_blanks();
    if (rest().substr(0, sign.size()) != sign) return false;
    next_ += sign.size();
    return true;
  }
  /// The byte that stands next, after blanks; NUL at the end.
  constexpr char peek() noexcept { return at_end() ? '\0' : text_[next_]; }

  /// Keeps the first fault; returns false.
  constexpr bool fail(problem what, std::size_t at, std::size_t size) noexcept {
    if (!fault_) fault_ = {what, at, size};
    return false;
  }
  /// A fault at what stands next: the bytes up to the next blank or separator.
  constexpr bool fail_here(problem what) noexcept {
    skip_blanks();
    std::size_t size = next_ == text_.size() ? 0 : 1;
    if (size != 0 && is_word_byte(next_))
      while (next_ + size < text_.size() && !is_blank(text_[next_ + size]) && is_word_byte(next_ + size)) ++size;
    return fail(what, next_, size);
  }

  /// Takes one literal; false with a fault if there is none.
  constexpr bool take_literal(literal& out) noexcept {
    skip_blanks();
    out = literal{};
    out.at = next_;
    if (next_ == text_.size()) return fail(problem::value_expected, next_, 0);
    if (text_[next_] == '"') return take_quoted(out);
    if (!syntax_.words && syntax_.temporal == value_kind::null)
      if (const scanned_number n = scan_number(rest()); n.size != 0) {
        if (n.too_many_digits) return fail(problem::too_many_digits, next_, n.size);
        if (n.too_extreme) return fail(problem::too_extreme, next_, n.size);
        out.kind = literal_kind::number;
        out.number = n.value;
        out.text = rest().substr(0, n.size);
        out.size = n.size;
        next_ += n.size;
        return true;
      }
    return take_word(out);
  }

 private:
  constexpr bool is_word_byte(std::size_t i) const noexcept {
    const char c = text_[i];
    switch (c) {
      case ',': case '(': case ')': case '[': case ']': case '"': case '<': case '>': case '=':
      case '!': return false;
      case '.': return i + 1 == text_.size() || text_[i + 1] != '.';
      default: return !is_control(c) || is_blank(c);
    }
  }
  constexpr bool take_quoted(literal& out) noexcept {
    out.kind = literal_kind::quoted;
    std::size_t i = next_ + 1;
    while (i != text_.size() && text_[i] != '"') {
      std::uint32_t code = 0;
      if (text_[i] != '\\') {
        ++i;
        continue;
      }
      const std::size_t n = detail::read_escape(text_.substr(i), code);
      if (n == 0) return fail(problem::bad_escape, i, text_.size() - i < 2 ? 1 : 2);
      out.escaped = true;
      i += n;
    }
    if (i == text_.size()) return fail(problem::string_unclosed, next_, text_.size() - next_);
    out.text = text_.substr(next_ + 1, i - next_ - 1);
    next_ = i + 1;
    out.size = next_ - out.at;
    return true;
  }
  constexpr bool take_word(literal& out) noexcept {
    std::size_t end = next_;
    while (end != text_.size() && is_word_byte(end)) ++end;
    const std::string_view word = trim(text_.substr(next_, end - next_));
    const char then = end == text_.size() ? '\0' : text_[end];
    if ((then == '(' && !word.empty()) || (word == "@" && then == '"')) return take_call(word, end, out);
    if (read_temporal(syntax_.temporal, word, out.number)) {
      out.kind = literal_kind::temporal;
      out.temporal = syntax_.temporal;
      out.text = word;
      out.size = word.size();
      next_ += word.size();
      return true;
    }
    const bool sign_only = !word.empty() && word.front() == '-' && (word.size() == 1 || !is_digit(word[1]));
    if (word.empty() || sign_only)
      return word == "-" ? fail(problem::any_in_list, next_, 1) : fail_here(problem::value_expected);
    out.text = word;
    out.size = word.size();
    out.kind = literal_kind::word;
    if (word == "null") out.kind = literal_kind::null;
    if (word == "true" || word == "false") {
      out.kind = literal_kind::boolean;
      out.boolean = word == "true";
    }
    next_ += word.size();
    return true;
  }

  // `date("...")` and its like, or `@"..."`; `open` is where the bracket or the quote stands.
  constexpr bool take_call(std::string_view name, std::size_t open, literal& out) noexcept {
    const bool at_sign = name == "@";
    const bool known = at_sign || name == "date" || name == "time" || name == "date and time" || name == "duration";
    if (!known) return fail(problem::not_a_function, next_, name.size());
    const std::size_t begin = next_;
    next_ = open + (at_sign ? 0 : 1);
    skip_blanks();
    if (next_ == text_.size() || text_[next_] != '"') return fail_here(problem::bad_temporal);
    literal said;
    said.at = next_;
    if (!take_quoted(said)) return false;
    const value_kind kind = temporal_kind(said.text, out.number);
    const bool right = at_sign ? kind != value_kind::null
                       : name == "duration"
                           ? kind == value_kind::duration || kind == value_kind::months
                           : kind != value_kind::null && name == policy::name(kind);
    if (!right) return fail(problem::bad_temporal, said.at, said.size);
    if (!at_sign && !take(")")) return fail_here(problem::bracket_expected);
    out.kind = literal_kind::temporal;
    out.temporal = kind;
    out.text = text_.substr(begin, next_ - begin);
    out.at = begin;
    out.size = next_ - begin;
    return true;
  }

  std::string_view text_;
  literal_syntax syntax_;
  std::size_t next_ = 0;
  policy::fault fault_;
};

}  // namespace ectp::inline ECTP_ABI::policy
