#include "json_document.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

namespace ectp::inline ECTP_ABI::interop {

namespace {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
constexpr bool is_word(char c) noexcept { return is_digit(c) || is_letter(c); }
constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr unsigned byte_at(std::string_view s, std::size_t i) noexcept {
  return i < s.size() ? static_cast<unsigned char>(s[i]) : 0x100u;
}

struct character {
  std::uint32_t code = 0;
  unsigned size = 0;  // 0: these bytes are no character
};

// One character of UTF-8 as RFC 3629 has it: no overlong forms, no surrogates.
character decode(std::string_view s, std::size_t i) noexcept {
  const unsigned a = byte_at(s, i);
  if (a < 0x80) return {a, 1};
  const unsigned size = a >= 0xC2 && a < 0xE0   ? 2
                        : (a & 0xF0u) == 0xE0   ? 3
                        : a >= 0xF0 && a < 0xF5 ? 4
                                                : 0;
  if (size == 0) return {};
  std::uint32_t code = a & (0x7Fu >> size);
  for (unsigned k = 1; k != size; ++k) {
    const unsigned b = byte_at(s, i + k);
    if (b > 0xFF || (b & 0xC0u) != 0x80) return {};
    code = code << 6 | (b & 0x3Fu);
  }
  constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < least[size] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return {};
  return {code, size};
}

std::string hex(std::uint32_t n, unsigned digits) {
  std::string out(digits, '0');
  for (auto it = out.rbegin(); it != out.rend(); ++it, n >>= 4)
    *it = "0123456789ABCDEF"[n & 15];
  return out;
}

// Characters that could drive a terminal or turn the order of the line around.
constexpr bool is_control(std::uint32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029;
}

// Somebody else's text, safe to stand in an error message.
std::string printable(std::string_view s, std::size_t max) {
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    if (i >= max) return out + "...";
    const character c = decode(s, i);
    if (c.size == 0) out += '?';
    else if (is_control(c.code)) out += "\\u" + hex(c.code, 4);
    else out.append(s, i, c.size);
    i += c.size == 0 ? 1 : c.size;
  }
  return out;
}

std::string quote(std::string_view s) { return "'" + printable(s, 40) + "'"; }

std::string decimal(std::uint64_t n) { return std::to_string(n); }

std::size_t skip_space(std::string_view s, std::size_t i) noexcept {
  while (i < s.size() && is_space(s[i]))
    ++i;
  return i;
}

std::string listed(std::span<const std::string_view> words) {
  std::string out = words.size() == 1 ? "" : "one of: ";
  for (std::size_t i = 0; i != words.size(); ++i)
    (out += i == 0 ? "" : ", ") += words[i];
  return out;
}

// How many letters to change, with case and the kind of dash forgiven.
unsigned distance(std::string_view a, std::string_view b) {
  const auto plain = [](char c) { return c == '-' || c == ' ' ? '_' : lower(c); };
  std::vector<unsigned> row(b.size() + 1);
  for (unsigned k = 0; k != row.size(); ++k)
    row[k] = k;
  for (std::size_t i = 0; i != a.size(); ++i) {
    unsigned diagonal = row[0]++;
    for (std::size_t k = 0; k != b.size(); ++k) {
      const unsigned change = diagonal + (plain(a[i]) == plain(b[k]) ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({change, diagonal + 1, row[k] + 1});
    }
  }
  return row.back();
}

// "did you mean ...?", or nothing when no word is near.
std::string nearest_hint(std::string_view word, std::span<const std::string_view> words) {
  if (word.size() > 64) return {};
  unsigned best = std::max(1u, static_cast<unsigned>(word.size() / 3)) + 1;
  std::string_view found;
  for (const auto w : words) {
    const unsigned d = distance(word, w);
    if (d >= best || d >= w.size()) continue;
    best = d;
    found = w;
  }
  return found.empty() ? std::string() : "did you mean '" + std::string(found) + "'?";
}

}  // namespace

namespace detail {

struct json_node {
  std::uint32_t begin;  // in the text
  std::uint32_t end;
  std::uint32_t
      link;  // array, object: the node after its last inner one; string: place in the pool
  std::uint32_t count;  // array, object: how many inside; string: length in the pool
  json_kind kind;
};

// Values in the order of the text, each followed by what it holds; a field is a string node (its
// name) and then its value. One flat array: nothing to free level by level.
struct json_storage {
  std::string text;
  std::string file;
  std::string pool;  // strings that had escapes
  std::vector<json_node> nodes;
  std::size_t values = 0;

  struct mark {
    std::uint32_t line;   // 1-based line in which this block begins
    std::uint32_t start;  // first byte of that line
  };
  static constexpr std::size_t block = 4096;
  std::vector<mark> marks;

  json_storage(std::string_view t, std::string_view f) : text(t), file(f) {
    mark here{1, has_mark() ? 3u : 0u};
    for (std::size_t at = 0; at <= text.size(); at += block) {
      marks.push_back(here);
      advance(here, at, std::min(at + block, text.size()));
    }
  }

  bool has_mark() const noexcept { return text.compare(0, 3, "\xEF\xBB\xBF") == 0; }

  void advance(mark& m, std::size_t from, std::size_t to) const noexcept {
    while (from < to) {
      const void* hit = std::memchr(text.data() + from, '\n', to - from);
      if (hit == nullptr) return;
      from = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data()) + 1;
      ++m.line;
      m.start = static_cast<std::uint32_t>(from);
    }
  }

  location place(std::size_t offset) const {
    const std::size_t b = offset / block;
    mark m = marks[b];
    advance(m, b * block, offset);
    const std::size_t column = offset < m.start ? 1 : offset - m.start + 1;
    return {file, m.line, static_cast<std::uint32_t>(column), {}};
  }

  std::string_view string(const json_node& n) const noexcept {
    if (n.link != none) return std::string_view(pool).substr(n.link, n.count);
    return std::string_view(text).substr(n.begin + 1, n.end - n.begin - 2);
  }

  std::uint32_t after(std::uint32_t i) const noexcept {
    const json_node& n = nodes[i];
    return n.kind == json_kind::array || n.kind == json_kind::object ? n.link : i + 1;
  }
};

}  // namespace detail

namespace {

using detail::json_node;
using detail::json_storage;

void append_token(std::string& pointer, std::string_view name) {
  pointer += '/';
  for (const char c : printable(name, 120)) {
    if (c == '~') pointer += "~0";
    else if (c == '/') pointer += "~1";
    else pointer += c;
  }
}

// Down from the root to this node, by way of whatever encloses it.
std::string pointer_to(const json_storage& doc, std::uint32_t target) {
  std::string out;
  std::uint32_t at = 0;
  while (at != target) {
    const bool object = doc.nodes[at].kind == json_kind::object;
    std::uint32_t child = at + 1, index = 0;
    while (doc.after(object ? child + 1 : child) <= target) {
      child = doc.after(object ? child + 1 : child);
      ++index;
    }
    if (object) append_token(out, doc.string(doc.nodes[child]));
    else append_token(out, decimal(index));
    if (child == target) break;
    at = object ? child + 1 : child;
  }
  return out;
}

// What the grammar allows after the last thing that was read.
enum class awaits : std::uint8_t { document, element, name, colon, comma, nothing };

struct finding {
  std::size_t at = 0;
  errc code = errc::syntax;
  std::string message;
  std::string expected;
  std::string hint;
  bool in_new_element = false;
};

// Says in words why the parser stopped. It is given only what was accepted so far and looks at
// the one token that follows.
class diagnosis {
 public:
  diagnosis(const json_storage& doc, awaits state, std::size_t after, std::size_t last,
            std::size_t opener, bool in_object)
      : doc_(doc),
        text_(doc.text),
        state_(state),
        after_(after),
        last_(last),
        opener_(opener),
        in_object_(in_object) {}

  // An empty message: nothing wrong was found.
  finding run() const {
    const std::size_t p = skip_space(text_, after_);
    switch (state_) {
      case awaits::document: return p == text_.size() ? empty() : value(p);
      case awaits::element: return in_element(value(p));
      case awaits::name: return name(p);
      case awaits::colon: return colon(p);
      case awaits::comma: return comma(p);
      case awaits::nothing: break;
    }
    return trailing(p);
  }

 private:
  finding in_element(finding f) const {
    f.in_new_element = f.at < text_.size() && text_[f.at] != ']' && text_[f.at] != '}';
    return f;
  }
  char at(std::size_t i) const noexcept { return i < text_.size() ? text_[i] : '\0'; }
  char closer() const noexcept { return in_object_ ? '}' : ']'; }
  std::string expected_next() const { return in_object_ ? "',' or '}'" : "',' or ']'"; }

  finding empty() const {
    return {text_.size(), errc::syntax, "the text is empty", "a JSON document",
            "was the file saved, and is it the right one?"};
  }

  finding ends(std::string expected) const {
    const location open = doc_.place(opener_);
    return {text_.size(), errc::syntax,
            std::string("the text ends inside the ") + (in_object_ ? "object" : "array") +
                " that opens on line " + decimal(open.line) + ", column " + decimal(open.column),
            std::move(expected), "is the file complete?"};
  }

  // The token at p as a person would point at it.
  std::string shown(std::size_t p) const {
    const char c = text_[p];
    if (c == '"') return "a string";
    if (is_word(c)) {
      std::size_t end = p;
      while (end < text_.size() && is_word(text_[end]))
        ++end;
      return quote(text_.substr(p, end - p));
    }
    const character u = decode(text_, p);
    if (is_control(u.code)) return "the control character U+" + hex(u.code, 4);
    std::string out = quote(text_.substr(p, u.size));
    if (u.code >= 0x80) out += " (U+" + hex(u.code, u.code > 0xFFFF ? 6 : 4) + ")";
    return out;
  }

  finding unexpected(std::size_t p, std::string expected, std::string hint = {}) const {
    return {p, errc::syntax, "unexpected " + shown(p), std::move(expected), std::move(hint)};
  }

  // Habits of other notations, which are wrong wherever they stand.
  finding foreign(std::size_t p, const std::string& expected) const {
    const char c = at(p);
    if (c == '#' || (c == '/' && (at(p + 1) == '/' || at(p + 1) == '*')))
      return {p, errc::syntax, "a comment", expected,
              "JSON has no comments: delete it, or put the words into a field"};
    if (c == '\'')
      return {p, errc::syntax, "a single quote", expected,
              "JSON text stands in double quotes: \"...\""};
    if (p == text_.size()) return {};
    const std::uint32_t u = decode(text_, p).code;
    if (u >= 0x2018 && u <= 0x201F)
      return unexpected(p, expected, "typographic quotes do not count: write \"...\"");
    if (u == 0xA0 || u == 0xFEFF || u == 0x200B || u == 0x3000 || (u >= 0x2000 && u <= 0x200A))
      return unexpected(p, expected, "an invisible character that is no JSON space: delete it");
    return {};
  }

  finding wrong_closer(std::size_t p) const {
    const location open = doc_.place(opener_);
    return {p, errc::syntax,
            std::string("'") + text_[p] + "' cannot close the " +
                (in_object_ ? "object" : "array") + " that opens on line " + decimal(open.line) +
                ", column " + decimal(open.column),
            std::string("'") + closer() + "'", "brackets close in the reverse order of opening"};
  }

  finding value(std::size_t p) const {
    static constexpr const char* wanted = "a value";
    if (p == text_.size()) return ends(wanted);
    if (auto f = foreign(p, wanted); !f.message.empty()) return f;
    const char c = text_[p];
    if (c == '"') return string(p);
    if (is_digit(c) || c == '-' || c == '+' || c == '.') return number(p);
    if (is_letter(c)) return word(p);
    if (c == ',') return {p, errc::syntax, "no value stands before this comma", wanted, {}};
    if (c == ']' || c == '}') {
      if (state_ == awaits::colon)
        return {p, errc::syntax, "the field has no value", wanted, "write null if there is none"};
      if (opener_ != text_.size() && c != closer()) return wrong_closer(p);
    }
    return unexpected(p, wanted);
  }

  finding name(std::size_t p) const {
    static constexpr const char* wanted = "a field name in double quotes, or '}'";
    if (p == text_.size()) return ends(wanted);
    if (auto f = foreign(p, wanted); !f.message.empty()) return f;
    const char c = text_[p];
    if (c == '"') return string(p);
    if (c == ']') return wrong_closer(p);
    if (c == ',') return {p, errc::syntax, "no field stands before this comma", wanted, {}};
    if (!is_word(c)) return unexpected(p, wanted);
    return {p, errc::syntax, "the field name " + shown(p) + " has no quotes", wanted,
            "put it in double quotes"};
  }

  finding colon(std::size_t p) const {
    static constexpr const char* wanted = "':' and a value";
    if (p == text_.size()) return ends(wanted);
    if (text_[p] == ':') return value(skip_space(text_, p + 1));
    if (auto f = foreign(p, wanted); !f.message.empty()) return f;
    if (text_[p] == '=') return unexpected(p, wanted, "a field is written \"name\": value");
    return unexpected(p, wanted);
  }

  finding comma(std::size_t p) const {
    if (p == text_.size()) return ends(expected_next());
    if (auto f = glued(p); !f.message.empty()) return f;
    if (auto f = foreign(p, expected_next()); !f.message.empty()) return f;
    const char c = text_[p];
    if (c == ',') return after_comma(p);
    if (c == ']' || c == '}') return wrong_closer(p);
    if (c == ';') return unexpected(p, expected_next(), "parts are separated by commas");
    if (c == ':' && !in_object_)
      return unexpected(p, expected_next(), "fields with names stand in braces: {\"name\": value}");
    if (c == '"' || c == '[' || c == '{' || c == '-' || is_word(c))
      return {p, errc::syntax, "a comma is missing before " + shown(p), expected_next(), {}};
    return unexpected(p, expected_next());
  }

  finding after_comma(std::size_t p) const {
    const std::size_t q = skip_space(text_, p + 1);
    if (at(q) == closer())
      return {p, errc::syntax, std::string("a comma before the closing '") + closer() + "'",
              in_object_ ? "another field" : "another value", "delete this comma"};
    return in_object_ ? name(q) : in_element(value(q));
  }

  finding trailing(std::size_t p) const {
    static constexpr const char* wanted = "nothing more";
    if (p == text_.size()) return {};
    if (auto f = glued(p); !f.message.empty()) return f;
    if (auto f = foreign(p, wanted); !f.message.empty()) return f;
    finding f{p, errc::syntax, shown(p) + " after the end of the document", wanted, {}};
    if (text_[p] == ']' || text_[p] == '}') f.hint = "one closing bracket too many";
    else if (text_[p] == '{' || text_[p] == '[') f.hint = "one file holds one document";
    return f;
  }

  // Something stuck to the end of the number, word or string that was just read.
  finding glued(std::size_t p) const {
    const char first = at(last_), c = at(p);
    if (p != after_ || !(is_word(first) || first == '-' || first == '"')) return {};
    if (!is_word(c) && !(std::strchr("+-./:", c) != nullptr && is_word(at(p + 1)))) return {};
    if (first == '"') {
      if (!is_word(c)) return {};
      return {p, errc::syntax, shown(p) + " after the end of a string", expected(),
              "a quote inside a string is written \\\""};
    }
    std::size_t end = p;
    while (end < text_.size() &&
           (is_word(text_[end]) || std::strchr("+-./:", text_[end]) != nullptr))
      ++end;
    const std::string_view all = text_.substr(last_, end - last_);
    if (is_letter(first)) return not_a_word(last_, all);
    return not_a_number(last_, all);
  }
  std::string expected() const {
    return state_ == awaits::comma ? expected_next() : std::string("nothing more");
  }

  static finding not_a_word(std::size_t p, std::string_view w) {
    std::string low;
    for (const char c : w.substr(0, 16))
      low += lower(c);
    std::string hint = "text stands in double quotes";
    if (low == "nan" || low == "inf" || low == "infinity")
      hint = "JSON has no such number: write null, or leave the field out";
    else if (low == "none" || low == "nil" || low == "undefined" || low == "na")
      hint = "write null";
    else if (low == "true" || low == "false" || low == "null")
      hint = "write " + low + ", in small letters";
    else if (low == "yes" || low == "no")
      hint = std::string("write ") + (low == "yes" ? "true" : "false");
    return {p, errc::syntax, quote(w) + " is not a JSON value", "a value", std::move(hint)};
  }

  finding word(std::size_t p) const {
    std::size_t end = p;
    while (end < text_.size() && is_word(text_[end]))
      ++end;
    const auto w = text_.substr(p, end - p);
    return w == "true" || w == "false" || w == "null" ? finding{} : not_a_word(p, w);
  }

  static finding not_a_number(std::size_t p, std::string_view w) {
    const std::string_view digits = w.substr(w.starts_with('-') || w.starts_with('+') ? 1 : 0);
    std::string hint = "text stands in double quotes";
    std::string low;
    for (const char c : digits.substr(0, 16))
      low += lower(c);
    if (low == "infinity" || low == "inf" || low == "nan")
      hint = "JSON has no such number: write null, or leave the field out";
    else if (digits.empty()) hint = "write digits after the sign";
    else if (w.size() == 10 && w[4] == '-' && w[7] == '-')
      hint = "a date is text: \"" + std::string(w) + "\"";
    else if (w.find('/') != w.npos) hint = "a date is text: \"YYYY-MM-DD\"";
    else if (low.starts_with("0x")) hint = "write it in decimal digits";
    else if (w.starts_with('+')) hint = "leave out the plus sign";
    else if (digits.starts_with('.') || digits.ends_with('.'))
      hint = "write at least one digit on both sides of the point";
    else if (digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]))
      hint = "no leading zeros; codes and ids are text: \"" + printable(w, 40) + "\"";
    return {p, errc::syntax, quote(w) + " is not a JSON number", "a value", std::move(hint)};
  }

  finding number(std::size_t p) const {
    std::size_t i = p;
    const auto digits = [&] {
      const std::size_t from = i;
      while (is_digit(at(i)))
        ++i;
      return i != from;
    };
    const bool minus = at(i) == '-';
    if (minus) ++i;
    bool good = digits();
    if (good && at(i) == '.') good = (++i, digits());
    if (good && (at(i) == 'e' || at(i) == 'E')) {
      ++i;
      if (at(i) == '+' || at(i) == '-') ++i;
      good = digits();
    }
    if (good)
      return {p,
              errc::out_of_range,
              quote(text_.substr(p, i - p)) + " is larger than any number here",
              "a number below 1.8e308",
              {}};
    std::size_t end = p;
    while (end < text_.size() && (is_word(text_[end]) || std::strchr("+-.", text_[end]) != nullptr))
      ++end;
    return not_a_number(p, text_.substr(p, end - p));
  }

  static constexpr bool is_half(std::uint32_t u) noexcept { return u >= 0xD800 && u <= 0xDFFF; }

  // Four hexadecimal digits at i, or more than 0xFFFF.
  std::uint32_t unit(std::size_t i) const noexcept {
    std::uint32_t n = 0;
    for (std::size_t k = i; k != i + 4; ++k) {
      const char c = lower(at(k));
      if (!is_digit(c) && !(c >= 'a' && c <= 'f')) return 0x10000;
      n = n << 4 | static_cast<std::uint32_t>(is_digit(c) ? c - '0' : c - 'a' + 10);
    }
    return n;
  }

  finding string(std::size_t p) const {
    for (std::size_t i = p + 1; i < text_.size();) {
      const char c = text_[i];
      if (c == '"') return {};
      if (static_cast<unsigned char>(c) < 0x20) return raw_control(i);
      if (c != '\\') {
        ++i;
        continue;
      }
      if (auto f = escape(i); !f.message.empty()) return f;
      i += text_[i + 1] != 'u' ? 2 : is_half(unit(i + 2)) ? 12 : 6;
    }
    return {p, errc::syntax, "this string is never closed", "a closing double quote", {}};
  }

  finding raw_control(std::size_t i) const {
    if (text_[i] == '\n' || text_[i] == '\r')
      return {i, errc::syntax, "a line ends inside a string", "a closing double quote",
              "close the string, or write \\n for a line break"};
    return {i, errc::syntax, shown(i) + " inside a string", "printable characters",
            text_[i] == '\t' ? "write \\t for a tab"
                             : "write it as \\u" + hex(decode(text_, i).code, 4)};
  }

  finding escape(std::size_t i) const {
    static constexpr const char* known = "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX";
    if (i + 1 == text_.size())
      return {i, errc::syntax, "the text ends after a backslash", known, "is the file complete?"};
    const char c = text_[i + 1];
    if (c != 'u') {
      if (std::strchr("\"\\/bfnrt", c) != nullptr) return {};
      return {i, errc::syntax, "a backslash before " + shown(i + 1), known,
              "a backslash itself is written \\\\"};
    }
    const std::uint32_t a = unit(i + 2);
    if (a > 0xFFFF)
      return {i, errc::syntax, "an unfinished \\u escape", "four hexadecimal digits after \\u", {}};
    if (!is_half(a)) return {};
    const std::uint32_t b = at(i + 6) == '\\' && at(i + 7) == 'u' ? unit(i + 8) : 0;
    if (a < 0xDC00 && b >= 0xDC00 && b <= 0xDFFF) return {};
    return {i, errc::encoding, "half of a surrogate pair: \\u" + hex(a, 4),
            "a pair \\uD800-\\uDBFF, \\uDC00-\\uDFFF", "write the character itself"};
  }

  const json_storage& doc_;
  std::string_view text_;
  awaits state_;
  std::size_t after_;   // first byte after what was accepted
  std::size_t last_;    // first byte of the last token accepted
  std::size_t opener_;  // bracket of the innermost open array or object, or the text's size
  bool in_object_;
};

// Receives the parser's events and lays the nodes out. The events carry no position, so each
// token's is found by walking on from the end of the one before.
class builder {
 public:
  builder(json_storage& doc, const json_limits& limits)
      : doc_(doc),
        text_(doc.text),
        limits_(limits),
        cursor_(doc.has_mark() ? 3 : 0),
        token_(cursor_) {}

  bool null() { return scalar(json_kind::null, 4); }
  bool boolean(bool v) { return scalar(json_kind::boolean, v ? 4 : 5); }
  bool number_integer(std::int64_t) { return number(); }
  bool number_unsigned(std::uint64_t) { return number(); }
  bool number_float(double, const std::string&) { return number(); }
  bool string(const std::string& v) { return begin_value() && string_node(v) && end_value(); }
  template <class Binary>
  bool binary(const Binary&) {
    return false;
  }  // no such thing in text

  bool start_array(std::size_t) { return open(json_kind::array, awaits::element); }
  bool start_object(std::size_t) { return open(json_kind::object, awaits::name); }
  bool end_array() { return close(); }
  bool end_object() { return unique_names() && close(); }

  bool key(const std::string& v) {
    token();
    open_.back().key = static_cast<std::uint32_t>(doc_.nodes.size());
    state_ = awaits::colon;
    return string_node(v);
  }

  template <class Exception>
  bool parse_error(std::size_t position, const std::string&, const Exception&) {
    const std::size_t opener = open_.empty() ? text_.size() : doc_.nodes[open_.back().node].begin;
    finding f = diagnosis(doc_, state_, cursor_, token_, opener, in_object()).run();
    if (f.message.empty())
      f = {std::min(position, text_.size()), errc::syntax, "the text is not JSON here", "JSON", {}};
    return refuse(std::move(f));
  }

  error take_failure() { return std::move(failure_); }

 private:
  struct frame {
    std::uint32_t node;
    std::uint32_t key;  // an object's latest name
  };

  bool in_object() const noexcept {
    return !open_.empty() && doc_.nodes[open_.back().node].kind == json_kind::object;
  }

  void token() noexcept {
    while (cursor_ < text_.size() &&
           (is_space(text_[cursor_]) || text_[cursor_] == ',' || text_[cursor_] == ':'))
      ++cursor_;
    token_ = cursor_;
  }

  bool begin_value() {
    token();
    if (doc_.values == limits_.values)
      return refuse({token_, errc::too_large, "more than " + decimal(limits_.values) + " values",
                     "at most " + decimal(limits_.values) + " values in a document",
                     "split the file", !in_object()});
    ++doc_.values;
    return true;
  }

  void push(json_kind kind, std::size_t end, std::uint32_t link, std::uint32_t count) {
    doc_.nodes.push_back(
        {static_cast<std::uint32_t>(token_), static_cast<std::uint32_t>(end), link, count, kind});
    cursor_ = end;
  }

  bool end_value() {
    if (!open_.empty()) ++doc_.nodes[open_.back().node].count;
    state_ = open_.empty() ? awaits::nothing : awaits::comma;
    return true;
  }

  bool scalar(json_kind kind, std::size_t size) {
    if (!begin_value()) return false;
    push(kind, token_ + size, none, 0);
    return end_value();
  }

  bool number() {
    if (!begin_value()) return false;
    const std::size_t end = token_ + number_size(text_.substr(token_));
    push(json_kind::number, end, none, 0);
    return end_value();
  }

  // How far a number goes that the parser accepted. It reads `01` as 0, and stumbles over the 1
  // only afterwards.
  static std::size_t number_size(std::string_view s) noexcept {
    std::size_t i = s.starts_with('-') ? 1 : 0;
    const auto digits = [&] {
      while (i < s.size() && is_digit(s[i]))
        ++i;
    };
    if (i < s.size() && s[i] == '0') ++i;
    else digits();
    if (i < s.size() && s[i] == '.') ++i, digits();
    if (i < s.size() && lower(s[i]) == 'e') {
      i += i + 1 < s.size() && !is_digit(s[i + 1]) ? 2 : 1;
      digits();
    }
    return i;
  }

  bool string_node(const std::string& v) {
    std::size_t end = token_ + 1;
    bool escaped = false;
    while (text_[end = text_.find_first_of("\"\\", end)] == '\\') {
      escaped = true;
      end += 2;
    }
    const auto place = escaped ? static_cast<std::uint32_t>(doc_.pool.size()) : none;
    if (escaped) doc_.pool += v;
    push(json_kind::string, end + 1, place, static_cast<std::uint32_t>(v.size()));
    return true;
  }

  bool open(json_kind kind, awaits then) {
    if (!begin_value()) return false;
    if (open_.size() == limits_.depth)
      return refuse({token_, errc::too_deep, "nested more than " + decimal(limits_.depth) + " deep",
                     "at most " + decimal(limits_.depth) + " arrays and objects inside each other",
                     "is this the right file?", !in_object()});
    open_.push_back({static_cast<std::uint32_t>(doc_.nodes.size()), none});
    push(kind, token_ + 1, none, 0);
    state_ = then;
    return true;
  }

  bool close() {
    token();
    json_node& n = doc_.nodes[open_.back().node];
    n.link = static_cast<std::uint32_t>(doc_.nodes.size());
    cursor_ = n.end = static_cast<std::uint32_t>(token_ + 1);
    open_.pop_back();
    return end_value();
  }

  bool unique_names() {
    const std::uint32_t object = open_.back().node;
    names_.clear();
    for (std::uint32_t i = object + 1; i < doc_.nodes.size(); i = doc_.after(i + 1))
      names_.push_back(i);
    const auto text = [&](std::uint32_t i) { return doc_.string(doc_.nodes[i]); };
    std::sort(names_.begin(), names_.end(), [&](std::uint32_t a, std::uint32_t b) {
      const int c = text(a).compare(text(b));
      return c != 0 ? c < 0 : a < b;
    });
    std::uint32_t first = none, again = none;
    for (std::size_t k = 1; k < names_.size(); ++k)
      if (text(names_[k]) == text(names_[k - 1]) && names_[k] < again) {
        first = names_[k - 1];
        again = names_[k];
      }
    if (again == none) return true;
    const location where = doc_.place(doc_.nodes[first].begin);
    open_.back().key = again;
    state_ = awaits::colon;
    return refuse({doc_.nodes[again].begin, errc::duplicate_id,
                   "the field " + quote(text(again)) + " was already given on line " +
                       decimal(where.line) + ", column " + decimal(where.column),
                   "each field once in an object", "keep one of the two"});
  }

  // While a document is being read: the open arrays and objects, then the part in hand.
  std::string pointer(bool in_new_element) const {
    std::string out;
    for (std::size_t k = 0; k != open_.size(); ++k) {
      const bool inner = k + 1 == open_.size();
      const json_node& n = doc_.nodes[open_[k].node];
      if (n.kind == json_kind::object) {
        if (!inner || state_ == awaits::colon)
          append_token(out, doc_.string(doc_.nodes[open_[k].key]));
      } else if (!inner || in_new_element) {
        append_token(out, decimal(n.count));
      }
    }
    return out;
  }

  bool refuse(finding f) {
    location at = doc_.place(f.at);
    at.path = pointer(f.in_new_element);
    failure_ = {f.code, std::move(f.message), std::move(at), std::move(f.expected),
                std::move(f.hint)};
    return false;
  }

  json_storage& doc_;
  std::string_view text_;
  json_limits limits_;
  std::vector<frame> open_;
  std::vector<std::uint32_t> names_;
  std::size_t cursor_;  // first byte after the last token
  std::size_t token_;   // first byte of the last token
  awaits state_ = awaits::document;
  error failure_;
};

// What no JSON text may hold anywhere. The parser takes a NUL for the end of its input, so this
// has to come first.
finding bad_bytes(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") || byte_at(text, 0) == 0 ||
      (byte_at(text, 1) == 0 && text.size() > 1))
    return {0, errc::encoding, "this looks like UTF-16 text", "UTF-8 text",
            "save the file as UTF-8"};
  for (std::size_t i = 0; i < text.size();) {
    const unsigned b = byte_at(text, i);
    if (b == 0) return {i, errc::syntax, "a NUL byte", "text", "is this the right file?"};
    if (b < 0x80) {
      ++i;
      continue;
    }
    const character c = decode(text, i);
    if (c.size == 0)
      return {i, errc::encoding, "byte 0x" + hex(b, 2) + " is not UTF-8 here", "UTF-8 text",
              "save the file as UTF-8, not as Latin-1 or Windows-1252"};
    i += c.size;
  }
  return {};
}

// The text as the parser sees it, with every run of white space between tokens shortened to its
// last character. On an error the parser spells out all that it read since the last token, nine
// bytes for each line break: megabytes of blank lines would become hundreds.
class squeezed {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  squeezed(const char* at, const char* end) noexcept : at_(at), end_(end) { skip(); }
  reference operator*() const noexcept { return *at_; }
  squeezed& operator++() noexcept {
    if (escaped_) escaped_ = false;
    else if (*at_ == '"') quoted_ = !quoted_;
    else escaped_ = quoted_ && *at_ == '\\';
    ++at_;
    skip();
    return *this;
  }
  friend bool operator==(const squeezed& a, const squeezed& b) noexcept { return a.at_ == b.at_; }

 private:
  void skip() noexcept {
    if (quoted_ || at_ == end_ || !is_space(*at_)) return;
    while (at_ + 1 != end_ && is_space(at_[1]))
      ++at_;
  }
  const char* at_;
  const char* end_;
  bool quoted_ = false;
  bool escaped_ = false;
};

enum class fit : std::uint8_t { exact, fraction, too_big };

// number x 10^power, when that is a whole number of 64 bits. Works on the digits alone.
fit scaled(std::string_view number, int power, std::int64_t& out) noexcept {
  const bool negative = number.starts_with('-');
  std::size_t i = negative ? 1 : 0;
  std::uint64_t mantissa = 0;
  std::int64_t exponent = power, zeros = 0;
  bool after_point = false, huge = false;
  const auto times = [&](std::uint64_t n, unsigned digit) {
    if (n > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) huge = true;
    return n * 10 + digit;
  };
  for (; i < number.size() && lower(number[i]) != 'e'; ++i) {
    if (number[i] == '.') {
      after_point = true;
      continue;
    }
    exponent -= after_point ? 1 : 0;
    if (number[i] == '0') {
      zeros += mantissa != 0 || huge ? 1 : 0;
      continue;
    }
    for (; zeros != 0 && !huge; --zeros)
      mantissa = times(mantissa, 0);
    zeros = 0;
    mantissa = huge ? 1 : times(mantissa, static_cast<unsigned>(number[i] - '0'));
  }
  if (i < number.size()) {
    const bool minus = number[++i] == '-';
    std::int64_t e = 0;
    for (i += is_digit(number[i]) ? 0 : 1; i < number.size(); ++i)
      e = std::min<std::int64_t>(e * 10 + (number[i] - '0'), std::int64_t{1} << 40);
    exponent += minus ? -e : e;
  }
  out = 0;
  if (mantissa == 0 && !huge) return fit::exact;
  exponent += zeros;
  if (exponent < 0) return fit::fraction;
  for (; exponent != 0 && !huge; --exponent)
    mantissa = times(mantissa, 0);
  constexpr std::uint64_t top = std::uint64_t{1} << 63;
  if (huge || mantissa > top || (mantissa == top && !negative)) return fit::too_big;
  out = static_cast<std::int64_t>(negative ? ~mantissa + 1 : mantissa);
  return fit::exact;
}

// `0.125` for 125.
std::string thousandths(std::int64_t n) {
  const std::uint64_t u =
      n < 0 ? ~static_cast<std::uint64_t>(n) + 1 : static_cast<std::uint64_t>(n);
  std::string out = (n < 0 ? "-" : "") + decimal(u / 1000);
  if (u % 1000 == 0) return out;
  out += '.' + decimal(1000 + u % 1000).substr(1);
  while (out.back() == '0')
    out.pop_back();
  return out;
}

std::string range_text(std::string_view what, std::int64_t lo, std::int64_t hi,
                       std::string (*show)(std::int64_t)) {
  using all = std::numeric_limits<std::int64_t>;
  std::string out(what);
  if (lo != all::min() && hi != all::max()) out += " from " + show(lo) + " to " + show(hi);
  else if (lo != all::min()) out += " of " + show(lo) + " or more";
  else if (hi != all::max()) out += " of " + show(hi) + " or less";
  return out;
}
std::string whole(std::int64_t n) { return std::to_string(n); }

}  // namespace

std::string_view name(json_kind k) noexcept {
  switch (k) {
    case json_kind::null: return "null";
    case json_kind::boolean: return "a boolean";
    case json_kind::number: return "a number";
    case json_kind::string: return "a string";
    case json_kind::array: return "an array";
    case json_kind::object: break;
  }
  return "an object";
}

json_kind json_value::kind() const noexcept { return doc_->nodes[node_].kind; }
std::uint32_t json_value::after() const noexcept { return doc_->after(node_); }
std::size_t json_value::offset() const noexcept { return doc_->nodes[node_].begin; }

std::size_t json_value::size() const noexcept {
  const json_node& n = doc_->nodes[node_];
  return n.kind == json_kind::array || n.kind == json_kind::object ? n.count : 0;
}

std::string_view json_value::source() const noexcept {
  const json_node& n = doc_->nodes[node_];
  return std::string_view(doc_->text).substr(n.begin, n.end - n.begin);
}

std::string_view json_value::text() const noexcept {
  if (kind() == json_kind::number) return source();
  return kind() == json_kind::string ? doc_->string(doc_->nodes[node_]) : std::string_view();
}

location json_value::where() const {
  location at = doc_->place(offset());
  at.path = pointer_to(*doc_, node_);
  return at;
}

location json_value::line_and_column() const { return doc_->place(offset()); }

error json_value::fail(errc code, std::string message, std::string expected,
                       std::string hint) const {
  return locate({code, std::move(message), {}, std::move(expected), std::move(hint)});
}

error json_value::locate(error e) const {
  e.message = printable(e.message, e.message.size());
  e.at = where();
  return e;
}

error json_value::mismatch(std::string_view expected) const {
  return fail(errc::wrong_type, "found " + std::string(interop::name(kind())),
              std::string(expected));
}

std::optional<json_value> json_value::find(std::string_view name) const noexcept {
  if (kind() != json_kind::object) return std::nullopt;
  for (const json_member m : json_members(*this))
    if (m.name() == name) return m.value;
  return std::nullopt;
}

result<json_value> json_value::field(std::string_view name) const {
  if (kind() != json_kind::object)
    return mismatch("an object with the field '" + std::string(name) + "'");
  if (const auto v = find(name)) return *v;
  return fail(errc::missing_field, "the field " + quote(name) + " is missing",
              "an object with the field '" + std::string(name) + "'");
}

result<std::optional<json_value>> json_value::optional_field(std::string_view name) const {
  if (kind() != json_kind::object) return mismatch("an object");
  auto v = find(name);
  if (v && v->is_null()) v.reset();
  return v;
}

result<json_elements> json_value::elements() const {
  if (kind() != json_kind::array) return mismatch("an array");
  return json_elements(*this);
}

result<json_members> json_value::members() const {
  if (kind() != json_kind::object) return mismatch("an object");
  return json_members(*this);
}

result<std::string_view> json_value::as_string() const {
  if (kind() == json_kind::string) return text();
  error e = mismatch("a string");
  if (kind() == json_kind::number) e.hint = "put it in double quotes";
  return e;
}

result<bool> json_value::as_boolean() const {
  if (kind() != json_kind::boolean) return mismatch("true or false");
  return source() == "true";
}

result<std::int64_t> json_value::as_integer(std::int64_t lo, std::int64_t hi) const {
  const std::string wanted = range_text("a whole number", lo, hi, whole);
  if (kind() != json_kind::number) return mismatch(wanted);
  std::int64_t n = 0;
  const fit f = scaled(source(), 0, n);
  if (f == fit::fraction)
    return fail(errc::wrong_type, printable(source(), 40) + " is not a whole number", wanted);
  if (f == fit::too_big || n < lo || n > hi)
    return fail(errc::out_of_range, printable(source(), 40) + " is out of range", wanted);
  return n;
}

result<std::int64_t> json_value::as_thousandths(std::int64_t lo, std::int64_t hi) const {
  const std::string wanted =
      range_text("a number", lo, hi, thousandths) + " with at most 3 decimals";
  if (kind() != json_kind::number) return mismatch(wanted);
  std::int64_t n = 0;
  const fit f = scaled(source(), 3, n);
  if (f == fit::fraction)
    return fail(errc::out_of_range, printable(source(), 40) + " has more than 3 decimals", wanted,
                "round it first, so that what is stored is what was meant");
  if (f == fit::too_big || n < lo || n > hi)
    return fail(errc::out_of_range, printable(source(), 40) + " is out of range", wanted);
  return n;
}

result<double> json_value::as_double() const {
  if (kind() != json_kind::number) return mismatch("a number");
  const std::string_view s = source();
  double d = 0;
  const auto read = std::from_chars(s.data(), s.data() + s.size(), d);
  // Numbers that are too large were refused with the document: what remains is next to nothing.
  if (read.ec == std::errc::result_out_of_range) return s.starts_with('-') ? -0.0 : 0.0;
  return d;
}

result<date> json_value::as_date() const {
  const auto s = as_string();
  if (!s) return mismatch("a date, YYYY-MM-DD in double quotes");
  auto d = parse_date(*s);
  if (!d) return locate(std::move(d).error());
  return d;
}

result<std::size_t> json_value::as_word(std::span<const std::string_view> list) const {
  const auto s = as_string();
  if (!s) return mismatch("a string: " + listed(list));
  for (std::size_t i = 0; i != list.size(); ++i)
    if (list[i] == *s) return i;
  return fail(errc::out_of_range, quote(*s) + " is not a word of this list", listed(list),
              nearest_hint(*s, list));
}

result<void> json_value::only_fields(std::span<const std::string_view> known) const {
  if (kind() != json_kind::object) return mismatch("an object");
  for (const json_member m : json_members(*this))
    if (std::find(known.begin(), known.end(), m.name()) == known.end())
      return m.key.fail(errc::unknown_field, "the field " + quote(m.name()) + " is not known here",
                        known.empty() ? "no fields" : listed(known), nearest_hint(m.name(), known));
  return {};
}

std::string_view json_document::text() const noexcept { return storage_->text; }
const std::string& json_document::file() const noexcept { return storage_->file; }
std::size_t json_document::values() const noexcept { return storage_->values; }

result<json_document> parse_json(std::string_view text, std::string_view file, json_limits limits) {
  limits.bytes = std::min<std::size_t>(limits.bytes, none - 1);
  if (text.size() > limits.bytes)
    return error{errc::too_large,
                 "the text has " + decimal(text.size()) + " bytes",
                 {std::string(file), 0, 0, {}},
                 "at most " + decimal(limits.bytes) + " bytes",
                 "split the file"};
  const auto doc = std::make_shared<json_storage>(text, file);
  if (finding f = bad_bytes(doc->text); !f.message.empty())
    return error{f.code, std::move(f.message), doc->place(f.at), std::move(f.expected),
                 std::move(f.hint)};
  builder events(*doc, limits);
  const char* const last = doc->text.data() + doc->text.size();
  // The parser passes over one byte-order mark by itself.
  const bool good =
      nlohmann::json::sax_parse(squeezed(doc->text.data(), last), squeezed(last, last), &events);
  if (!good) return events.take_failure();
  return json_document(doc);
}

namespace {

error file_error(const std::string& path, errc code, std::string message, std::string expected,
                 std::string hint) {
  return {code,
          std::move(message),
          {printable(path, 4096), 0, 0, {}},
          std::move(expected),
          std::move(hint)};
}

error not_opened(const std::string& path, std::error_code why) {
  static constexpr const char* wanted = "a file that can be read";
  if (why == std::errc::no_such_file_or_directory || why == std::errc::not_a_directory)
    return file_error(path, errc::io, "there is no such file", wanted,
                      "check the name and the folder you are in");
  if (why == std::errc::permission_denied)
    return file_error(path, errc::io, "the file may not be read", wanted,
                      "ask for permission to read it");
  return file_error(path, errc::io, "the file cannot be opened: " + why.message(), wanted, {});
}

error too_long(const std::string& path, const std::string& found, std::size_t limit) {
  return file_error(path, errc::too_large, "the file has " + found + " bytes",
                    "at most " + decimal(limit) + " bytes", "is this the right file?");
}

struct open_file {
  std::FILE* handle;
  explicit open_file(const std::string& path) : handle(std::fopen(path.c_str(), "rb")) {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() {
    if (handle != nullptr) std::fclose(handle);
  }
};

}  // namespace

result<std::string> read_file(std::string_view path, std::size_t limit) {
  const std::string name(path);
  if (name.empty() || name.find('\0') != name.npos)
    return file_error(name, errc::io, "this is no file name", "the path of a file", {});
  // Asked before opening: opening a pipe that nobody writes to would wait for ever.
  std::error_code why;
  const auto kind = std::filesystem::status(name, why).type();
  if (kind == std::filesystem::file_type::not_found)
    return not_opened(name, std::make_error_code(std::errc::no_such_file_or_directory));
  if (kind == std::filesystem::file_type::directory)
    return file_error(name, errc::io, "this is a folder", "a file", "name a file inside it");
  if (why) return not_opened(name, why);
  if (kind != std::filesystem::file_type::regular)
    return file_error(name, errc::io, "this is a pipe or a device", "an ordinary file",
                      "save the text to a file first");
  const auto size = std::filesystem::file_size(name, why);
  if (why) return not_opened(name, why);
  if (size > limit) return too_long(name, decimal(size), limit);
  const open_file file(name);
  if (file.handle == nullptr) return not_opened(name, {errno, std::generic_category()});
  std::string out;
  char buffer[1 << 14];
  // The size is checked again while reading: a file may grow, and some report no size at all.
  for (std::size_t n; (n = std::fread(buffer, 1, sizeof buffer, file.handle)) != 0;
       out.append(buffer, n))
    if (n > limit - out.size()) return too_long(name, "more than " + decimal(limit), limit);
  if (std::ferror(file.handle) != 0)
    return file_error(name, errc::io, "reading stopped half way", "a file that can be read",
                      "is the disk or the network in order?");
  return out;
}

}  // namespace ectp::inline ECTP_ABI::interop
