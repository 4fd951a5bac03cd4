#pragma once
// A slow, obvious decision-table evaluator to compare the engine with. It shares nothing with the
// library: it splits the CSV, reads the domains and evaluates the text of each cell, row by row
// and value by value, with strings and the C library.
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace reference {

struct value {
  enum class kind { null, boolean, number, text } is = kind::null;
  bool boolean = false;
  double number = 0;
  std::string text;

  static value of(bool b) { return {kind::boolean, b, 0, {}}; }
  static value of(double x) { return std::isnan(x) ? value{} : value{kind::number, false, x, {}}; }
  static value of(const std::string& s) { return {kind::text, false, 0, s}; }
  static value of(const char* s) { return of(std::string(s)); }
};

inline std::string strip(const std::string& s) {
  const auto a = s.find_first_not_of(" \t\r\n");
  if (a == s.npos) return "";
  return s.substr(a, s.find_last_not_of(" \t\r\n") - a + 1);
}

// Rows of cells: quotes, doubled quotes, LF and CRLF.
inline std::vector<std::vector<std::string>> rows_of(const std::string& text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::string cell;
  bool quoted = false, any = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') cell += c;
      else if (i + 1 < text.size() && text[i + 1] == '"') cell += text[++i];
      else quoted = false;
      continue;
    }
    if (c == '\r') continue;
    any = c != '\n';
    if (c == '"') quoted = true;
    else if (c == ',' || c == '\n') {
      row.push_back(cell);
      cell.clear();
      if (c == '\n') {
        rows.push_back(row);
        row.clear();
      }
    } else {
      cell += c;
    }
  }
  if (any) {
    row.push_back(cell);
    rows.push_back(row);
  }
  return rows;
}

// Splits at commas outside of double quotes.
inline std::vector<std::string> split(const std::string& s) {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\\' && quoted && i + 1 < s.size()) {
      parts.back() += s[i];
      parts.back() += s[++i];
      continue;
    }
    if (s[i] == '"') quoted = !quoted;
    if (s[i] == ',' && !quoted) parts.emplace_back();
    else parts.back() += s[i];
  }
  for (std::string& p : parts) p = strip(p);
  return parts;
}

inline std::string unquote(const std::string& s) {
  if (s.size() < 2 || s[0] != '"') return s;
  std::string out;
  for (std::size_t i = 1; i + 1 < s.size(); ++i) {
    if (s[i] != '\\') {
      out += s[i];
      continue;
    }
    ++i;
    out += s[i] == 'n' ? '\n' : s[i] == 't' ? '\t' : s[i] == 'r' ? '\r' : s[i];
  }
  return out;
}

inline bool is_number(const std::string& s) {
  char* end = nullptr;
  if (s.empty() || !(std::isdigit(static_cast<unsigned char>(s[0])) || s[0] == '-' || s[0] == '.')) return false;
  std::strtod(s.c_str(), &end);
  return *end == '\0';
}
inline double number(const std::string& s) { return std::strtod(s.c_str(), nullptr); }

// low .. high of an interval, and which ends are kept.
struct range {
  std::string low, high;
  bool keep_low = true, keep_high = true;
};
inline bool is_range(const std::string& s) { return !s.empty() && (s[0] == '[' || s[0] == '(' || s[0] == ']'); }
inline range range_of(const std::string& s) {
  range r;
  r.keep_low = s.front() == '[';
  r.keep_high = s.back() == ']';
  const std::string inside = s.substr(1, s.size() - 2);
  const auto dots = inside.find("..");
  r.low = strip(inside.substr(0, dots));
  r.high = strip(inside.substr(dots + 2));
  return r;
}

struct column {
  bool nullable = false, integer = false;
  std::string type;                 // number, boolean, string, words, numbers
  std::vector<std::string> values;  // as written, without quotes
  std::string bounds;               // an interval or a comparison, or empty
};

inline column column_of(std::string domain) {
  column c;
  std::vector<std::string> parts = split(domain);
  if (parts.size() > 1 && parts.back() == "null") {
    c.nullable = true;
    parts.pop_back();
  }
  std::string first = parts[0];
  for (const std::string type : {"integer", "number"})
    if (first.compare(0, type.size(), type) == 0) {
      c.type = "number";
      c.integer = type == "integer";
      c.bounds = strip(first.substr(type.size()));
      return c;
    }
  if (first == "boolean" || first == "string") {
    c.type = first;
    return c;
  }
  if (is_range(first) || first[0] == '>' || first[0] == '<') {
    c.type = "number";
    c.bounds = first;
    return c;
  }
  if (first.compare(0, 8, "ordered:") == 0) parts[0] = strip(first.substr(8));
  c.type = is_number(parts[0]) ? "numbers" : "words";
  for (const std::string& p : parts) c.values.push_back(unquote(p));
  return c;
}

inline int position(const column& c, const std::string& word) {
  for (std::size_t i = 0; i < c.values.size(); ++i)
    if (c.values[i] == word) return static_cast<int>(i);
  return -1;
}

// -1, 0 or 1, for a value of this column and a literal as it is written in a test.
inline int compare(const column& c, const value& v, const std::string& literal) {
  if (v.is == value::kind::boolean) return v.boolean == (literal == "true") ? 0 : 1;
  if (v.is == value::kind::number) return v.number < number(literal) ? -1 : v.number > number(literal) ? 1 : 0;
  if (c.type == "words") {
    const int a = position(c, v.text), b = position(c, unquote(literal));
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return v.text == unquote(literal) ? 0 : 1;
}

inline bool in_range(const column& c, const value& v, const std::string& text) {
  const range r = range_of(text);
  const int low = compare(c, v, r.low), high = compare(c, v, r.high);
  return (low > 0 || (low == 0 && r.keep_low)) && (high < 0 || (high == 0 && r.keep_high));
}

inline bool compares(const column& c, const value& v, const std::string& test) {
  const bool with_equal = test[1] == '=';
  const int k = compare(c, v, strip(test.substr(with_equal ? 2 : 1)));
  if (k == 0) return with_equal;
  return test[0] == '<' ? k < 0 : k > 0;
}

// Does the value belong to the column at all?
inline bool belongs(const column& c, const value& v) {
  switch (v.is) {
    case value::kind::null: return c.nullable;
    case value::kind::boolean: return c.type == "boolean";
    case value::kind::text: return c.type == "string" || (c.type == "words" && position(c, v.text) >= 0);
    case value::kind::number: break;
  }
  if (std::isinf(v.number)) return false;
  if (c.type == "numbers") {
    for (const std::string& x : c.values)
      if (number(x) == v.number) return true;
    return false;
  }
  if (c.type != "number") return false;
  if (c.integer && std::floor(v.number) != v.number) return false;
  if (c.bounds.empty()) return true;
  return is_range(c.bounds) ? in_range(c, v, c.bounds) : compares(c, v, c.bounds);
}

enum class truth { no, unknown, yes };

inline truth test_of(const column& c, const value& v, const std::string& test) {
  const bool null = v.is == value::kind::null;
  const auto say = [](bool b) { return b ? truth::yes : truth::no; };
  if (is_range(test)) return null ? truth::unknown : say(in_range(c, v, test));
  if (test[0] == '<' || test[0] == '>') return null ? truth::unknown : say(compares(c, v, test));
  const bool differs = test[0] == '!';
  std::string literal = test;
  if (differs) literal = strip(test.substr(2));
  else if (test[0] == '=') literal = strip(test.substr(1));
  bool equal = false;
  if (null || literal == "null") equal = null && literal == "null";
  else equal = compare(c, v, literal) == 0;
  return say(equal != differs);
}

inline bool holds(const column& c, const value& v, const std::string& cell) {
  std::string s = strip(cell);
  if (s.empty() || s == "-") return true;
  bool negated = false;
  if (s.compare(0, 3, "not") == 0) {
    const std::string behind = strip(s.substr(3));
    if (!behind.empty() && behind[0] == '(') {
      negated = true;
      s = behind.substr(1, behind.size() - 2);
    }
  }
  truth any = truth::no;
  for (const std::string& t : split(s)) {
    const truth one = test_of(c, v, t);
    if (one > any) any = one;
  }
  if (negated) return any == truth::no;
  return any == truth::yes;
}

struct answer {
  std::string status;
  int rule = -1, other = -1, input = -1;
  std::vector<int> matched;
  std::vector<int> first_failed;  // per rule: the input, or -1 when it matched
};

struct table {
  std::string hit_policy;
  std::vector<std::string> ids;
  std::vector<column> inputs;
  std::vector<std::vector<std::string>> tests;  // per rule

  explicit table(const std::string& csv) {
    const auto rows = rows_of(csv);
    hit_policy = strip(rows[0][0]);
    std::vector<std::size_t> at;
    for (std::size_t i = 1; i < rows[1].size(); ++i)
      if (strip(rows[1][i]) == "in") {
        at.push_back(i);
        inputs.push_back(column_of(strip(rows[2][i])));
      }
    for (std::size_t r = 3; r < rows.size(); ++r) {
      ids.push_back(strip(rows[r][0]));
      tests.emplace_back();
      for (const std::size_t i : at) tests.back().push_back(rows[r][i]);
    }
  }

  answer decide(const std::vector<value>& values) const {
    answer a;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (!belongs(inputs[i], values[i])) {
        a.status = "invalid_input";
        a.input = static_cast<int>(i);
        return a;
      }
    for (std::size_t r = 0; r < tests.size(); ++r) {
      int failed = -1;
      for (std::size_t i = 0; i < inputs.size() && failed < 0; ++i)
        if (!holds(inputs[i], values[i], tests[r][i])) failed = static_cast<int>(i);
      a.first_failed.push_back(failed);
      if (failed < 0) a.matched.push_back(static_cast<int>(r));
    }
    a.status = "no_rule";
    if (a.matched.empty()) return a;
    a.status = "decided";
    a.rule = a.matched[0];
    if (hit_policy[0] == 'U' && a.matched.size() > 1) {
      a.status = "conflict";
      a.other = a.matched[1];
    }
    return a;
  }
};

}  // namespace reference
