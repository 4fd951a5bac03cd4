#pragma once
/// The one error type. Every door of the library (C++, JSON, Python, the program) shows the
/// same code, the same place and the same hint.
#include <cstdint>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI {

/// What went wrong. Numbers and names are stable: they are part of the format.
enum class errc : std::uint16_t {
  io = 1,                  ///< a file could not be read or written
  too_large = 2,           ///< more bytes, rows or items than the stated limit
  too_deep = 3,            ///< nested deeper than the stated limit
  encoding = 4,            ///< not valid UTF-8
  syntax = 5,              ///< the text does not follow its grammar
  wrong_type = 6,          ///< another kind of value was expected
  missing_field = 7,       ///< a required field is absent
  unknown_field = 8,       ///< a field that this version does not know
  unknown_code = 9,        ///< no such statement, standard or group in that edition
  unknown_edition = 10,    ///< no such edition
  wrong_edition = 11,      ///< a code of another edition than the one in use
  out_of_range = 12,       ///< a number or word outside its domain
  bad_date = 13,           ///< not a calendar day written YYYY-MM-DD
  future_date = 14,        ///< later than `today`
  duplicate_id = 15,       ///< an id that was already used
  unknown_reference = 16,  ///< points at something that is not there
  bad_id = 17,             ///< not 1-64 characters of A-Z a-z 0-9 . _ : -
  bad_table = 18,          ///< a table whose shape is wrong (header, roles, row length)
  bad_domain = 19,         ///< a column's domain cannot be read
  bad_cell = 20,           ///< a rule's cell cannot be read or lies outside its domain
  rule_conflict = 21,      ///< several rules matched where one was promised
  no_rule = 22,            ///< no rule matched
  newer_version = 23,      ///< written by a later version of the format
  not_allowed = 24,        ///< refused by one of the library's laws
  bad_argument = 25,       ///< a call that cannot be answered as asked
  internal = 26            ///< a defect of the library: please report it
};

/// The code's stable name, such as `unknown_code`.
constexpr std::string_view name(errc c) noexcept {
  switch (c) {
    case errc::io: return "io";
    case errc::too_large: return "too_large";
    case errc::too_deep: return "too_deep";
    case errc::encoding: return "encoding";
    case errc::syntax: return "syntax";
    case errc::wrong_type: return "wrong_type";
    case errc::missing_field: return "missing_field";
    case errc::unknown_field: return "unknown_field";
    case errc::unknown_code: return "unknown_code";
    case errc::unknown_edition: return "unknown_edition";
    case errc::wrong_edition: return "wrong_edition";
    case errc::out_of_range: return "out_of_range";
    case errc::bad_date: return "bad_date";
    case errc::future_date: return "future_date";
    case errc::duplicate_id: return "duplicate_id";
    case errc::unknown_reference: return "unknown_reference";
    case errc::bad_id: return "bad_id";
    case errc::bad_table: return "bad_table";
    case errc::bad_domain: return "bad_domain";
    case errc::bad_cell: return "bad_cell";
    case errc::rule_conflict: return "rule_conflict";
    case errc::no_rule: return "no_rule";
    case errc::newer_version: return "newer_version";
    case errc::not_allowed: return "not_allowed";
    case errc::bad_argument: return "bad_argument";
    case errc::internal: return "internal";
  }
  return "internal";
}

/// Where it went wrong. Whatever is known is filled in; 0 and the empty string mean unknown.
struct location {
  std::string file;          ///< the name the caller gave the text
  std::uint32_t line = 0;    ///< 1-based
  std::uint32_t column = 0;  ///< 1-based, in bytes
  std::string path;          ///< JSON pointer such as `/entries/3/statement`
  friend bool operator==(const location&, const location&) = default;
};

/// One error: what, where, what was expected, and what to do about it.
struct error {
  errc code = errc::internal;
  std::string message;   ///< what was found, in a sentence
  location at;           ///< where
  std::string expected;  ///< what would have been accepted; may be empty
  std::string hint;      ///< what to do; may be empty
  friend bool operator==(const error&, const error&) = default;
};

namespace detail {
ECTP_LAZY
void append_number(std::string& out, std::uint32_t n) {
  char digits[10];
  int k = 0;
  do digits[k++] = static_cast<char>('0' + n % 10);
  while ((n /= 10) != 0);
  while (k != 0) out += digits[--k];
}
}  // namespace detail

/// `file:line:column`, then the path in brackets; parts that are unknown are left out.
ECTP_LAZY
std::string to_string(const location& at) {
  std::string out = at.file;
  if (at.line != 0) {
    out += out.empty() ? "line " : ":";
    detail::append_number(out, at.line);
    if (at.column != 0) {
      out += ':';
      detail::append_number(out, at.column);
    }
  }
  if (!at.path.empty()) out += (out.empty() ? "" : " ") + ("(" + at.path + ")");
  return out;
}

/// The whole error as one readable line.
ECTP_LAZY
std::string to_string(const error& e) {
  std::string out = to_string(e.at);
  if (!out.empty()) out += ": ";
  out += name(e.code);
  out += ": ";
  out += e.message;
  if (!e.expected.empty()) out += "; expected " + e.expected;
  if (!e.hint.empty()) out += ". Hint: " + e.hint;
  return out;
}

}  // namespace ectp::inline ECTP_ABI
