#pragma once
// A slow, obvious decision-table evaluator to compare the engine with. It shares nothing with the
// library: it splits the CSV, reads the domains and evaluates the text of each cell, row by row
// and value by value, with strings and the C library.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <time.h>

namespace reference {

struct value {
  enum class kind { null, boolean, number, text } is = kind::null;
  bool boolean = false;
  double number = 0;
  std::string text;
  std::string temporal;  // date, time and so on; `number` counts days, seconds or months

  static value of(bool b) { return {kind::boolean, b, 0, {}, {}}; }
  static value of(double x, const std::string& temporal = {}) {
    return std::isnan(x) ? value{} : value{kind::number, false, x, {}, temporal};
  }
  static value of(const std::string& s) { return {kind::text, false, 0, s, {}}; }
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

// Days, seconds or months of an ISO 8601 text, by the C library's calendar.
inline double moment(const std::string& temporal, std::string s) {
  if (const auto quote = s.find('"'); quote != s.npos) s = s.substr(quote + 1, s.rfind('"') - quote - 1);
  const auto clock = [](const std::string& c) {
    int h = 0, m = 0;
    double sec = 0;
    std::sscanf(c.c_str(), "%d:%d:%lf", &h, &m, &sec);
    return h * 3600.0 + m * 60.0 + sec;
  };
  const auto days = [](const std::string& d) {
    struct tm t = {};
    std::sscanf(d.c_str(), "%d-%d-%d", &t.tm_year, &t.tm_mon, &t.tm_mday);
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    return static_cast<double>(timegm(&t)) / 86400;
  };
  if (temporal == "date") return days(s);
  if (temporal == "time") return clock(s);
  if (temporal == "date and time") return days(s.substr(0, 10)) * 86400 + clock(s.substr(11));
  double total = 0;
  bool time = false;
  const double sign = s[0] == '-' ? -1 : 1;
  for (std::size_t i = s.find('P') + 1; i < s.size();) {
    if (s[i] == 'T') {
      time = true;
      ++i;
      continue;
    }
    std::size_t used = 0;
    const double n = std::stod(s.substr(i), &used);
    const char unit = s[i + used];
    i += used + 1;
    if (unit == 'Y') total += 12 * n;
    else if (unit == 'D') total += 86400 * n;
    else if (unit == 'H') total += 3600 * n;
    else if (unit == 'S') total += n;
    else total += time ? 60 * n : n;
  }
  return sign * total;
}

struct column {
  bool nullable = false, integer = false;
  std::string type;                 // number, boolean, string, words, numbers
  std::vector<std::string> values;  // as written, without quotes
  std::string bounds;               // an interval or a comparison, or empty
  std::string temporal;             // of a number: which kind of date, time or duration
};

inline double number(const column& c, const std::string& s) {
  return c.temporal.empty() ? number(s) : moment(c.temporal, s);
}

inline column column_of(std::string domain) {
  column c;
  std::vector<std::string> parts = split(domain);
  if (parts.size() > 1 && parts.back() == "null") {
    c.nullable = true;
    parts.pop_back();
  }
  std::string first = parts[0];
  for (const std::string type : {"date and time", "date", "time", "days and time duration", "years and months duration"})
    if (first.compare(0, type.size(), type) == 0 && c.type.empty()) {
      c.type = "number";
      c.temporal = type;
      c.integer = type == "date" || type == "years and months duration";
      c.bounds = strip(first.substr(type.size()));
    }
  if (!c.type.empty()) return c;
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

// Every input of one row, so that a test can name another one.
struct row {
  const std::vector<std::string>* names;
  const std::vector<value>* values;
};

// What one side of a test stands for: a literal of this column, or the value of the input it names.
inline value operand(const column& c, const row& all, const std::string& written) {
  if (written == "null") return {};
  if (all.names != nullptr && written[0] != '"' && !(c.type == "words" && position(c, written) >= 0))
    for (std::size_t i = 0; i < all.names->size(); ++i)
      if ((*all.names)[i] == written) return (*all.values)[i];
  if (c.type == "boolean") return value::of(written == "true");
  if (c.type == "number" || c.type == "numbers") return value::of(number(c, written), c.temporal);
  return value::of(unquote(written));
}

// -1, 0 or 1, for two values of this column that are not null.
inline int compare(const column& c, const value& v, const value& w) {
  if (v.is == value::kind::boolean) return v.boolean == w.boolean ? 0 : 1;
  if (v.is == value::kind::number) return v.number < w.number ? -1 : v.number > w.number ? 1 : 0;
  if (c.type == "words" && position(c, w.text) >= 0) {
    const int a = position(c, v.text), b = position(c, w.text);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return v.text == w.text ? 0 : 1;
}

enum class truth { no, unknown, yes };
inline truth say(bool b) { return b ? truth::yes : truth::no; }

inline truth in_range(const column& c, const row& all, const value& v, const std::string& text) {
  const range r = range_of(text);
  const value low = operand(c, all, r.low), high = operand(c, all, r.high);
  if (v.is == value::kind::null) return truth::unknown;
  const auto side = [&](const value& end, bool keep, int inside) {
    if (end.is == value::kind::null) return truth::unknown;
    const int k = compare(c, v, end);
    return say(k == inside || (k == 0 && keep));
  };
  return std::min(side(low, r.keep_low, 1), side(high, r.keep_high, -1));
}

inline truth compares(const column& c, const row& all, const value& v, const std::string& test) {
  const bool with_equal = test[1] == '=';
  const value w = operand(c, all, strip(test.substr(with_equal ? 2 : 1)));
  if (v.is == value::kind::null || w.is == value::kind::null) return truth::unknown;
  const int k = compare(c, v, w);
  if (k == 0) return say(with_equal);
  return say(test[0] == '<' ? k < 0 : k > 0);
}

// Does the value belong to the column at all?
inline bool belongs(const column& c, const value& v) {
  switch (v.is) {
    case value::kind::null: return c.nullable;
    case value::kind::boolean: return c.type == "boolean";
    case value::kind::text: return c.type == "string" || (c.type == "words" && position(c, v.text) >= 0);
    case value::kind::number: break;
  }
  if (std::isinf(v.number) || v.temporal != c.temporal) return false;
  if (c.type == "numbers") {
    for (const std::string& x : c.values)
      if (number(x) == v.number) return true;
    return false;
  }
  if (c.type != "number") return false;
  if (c.integer && std::floor(v.number) != v.number) return false;
  if (c.temporal == "time" && (v.number < 0 || v.number >= 86400)) return false;
  if (c.bounds.empty()) return true;
  const row alone = {nullptr, nullptr};
  return (is_range(c.bounds) ? in_range(c, alone, v, c.bounds) : compares(c, alone, v, c.bounds)) == truth::yes;
}

inline truth test_of(const column& c, const row& all, const value& v, const std::string& test) {
  if (is_range(test)) return in_range(c, all, v, test);
  if (test[0] == '<' || test[0] == '>') return compares(c, all, v, test);
  const bool differs = test[0] == '!';
  std::string literal = test;
  if (differs) literal = strip(test.substr(2));
  else if (test[0] == '=') literal = strip(test.substr(1));
  const value w = operand(c, all, literal);
  const bool null = v.is == value::kind::null, other_null = w.is == value::kind::null;
  const bool equal = null || other_null ? null && other_null : compare(c, v, w) == 0;
  return say(equal != differs);
}

inline bool holds(const column& c, const row& all, const value& v, const std::string& cell) {
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
    const truth one = test_of(c, all, v, t);
    if (one > any) any = one;
  }
  if (negated) return any == truth::no;
  return any == truth::yes;
}

struct answer {
  std::string status;
  int rule = -1, other = -1, input = -1;
  std::vector<int> matched;
  std::vector<int> hits;          // those that decide, in the order of the answer
  std::vector<int> first_failed;  // per rule: the input, or -1 when it matched
};

struct table {
  std::string hit_policy;
  std::vector<std::string> ids;
  std::vector<std::string> names;  // of the inputs
  std::vector<column> inputs, outputs;
  std::vector<std::vector<std::string>> tests, said;  // per rule
  bool defaults = false;

  explicit table(const std::string& csv) {
    const auto rows = rows_of(csv);
    hit_policy = strip(rows[0][0]);
    std::vector<std::size_t> at, out;
    for (std::size_t i = 1; i < rows[1].size(); ++i)
      if (strip(rows[1][i]) == "in") {
        at.push_back(i);
        names.push_back(strip(rows[0][i]));
        inputs.push_back(column_of(strip(rows[2][i])));
      } else if (strip(rows[1][i]) == "out") {
        out.push_back(i);
        outputs.push_back(column_of(strip(rows[2][i])));
      }
    for (std::size_t r = 3; r < rows.size(); ++r) {
      if (strip(rows[r][0])[0] == '#') {
        defaults = defaults || strip(rows[r][0]) == "#default";
        continue;
      }
      ids.push_back(strip(rows[r][0]));
      tests.emplace_back();
      said.emplace_back();
      for (const std::size_t i : at) tests.back().push_back(rows[r][i]);
      for (const std::size_t i : out) said.back().push_back(unquote(strip(rows[r][i])));
    }
  }

  // Where the rule's outputs stand in the lists of the outputs' values.
  std::vector<int> rank(int rule) const {
    std::vector<int> places;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (outputs[i].values.empty()) continue;
      const std::string& s = said[static_cast<std::size_t>(rule)][i];
      int place = static_cast<int>(outputs[i].values.size());
      for (std::size_t k = 0; k < outputs[i].values.size(); ++k)
        if (outputs[i].values[k] == s) place = static_cast<int>(k);
      places.push_back(place);
    }
    return places;
  }

  answer decide(const std::vector<value>& values) const {
    answer a;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (!belongs(inputs[i], values[i])) {
        a.status = "invalid_input";
        a.input = static_cast<int>(i);
        return a;
      }
    const row all = {&names, &values};
    for (std::size_t r = 0; r < tests.size(); ++r) {
      int failed = -1;
      for (std::size_t i = 0; i < inputs.size() && failed < 0; ++i)
        if (!holds(inputs[i], all, values[i], tests[r][i])) failed = static_cast<int>(i);
      a.first_failed.push_back(failed);
      if (failed < 0) a.matched.push_back(static_cast<int>(r));
    }
    const std::string& h = hit_policy;
    a.status = "decided";
    if (a.matched.empty()) {
      if (!defaults && h != "C" && h != "C#") a.status = "no_rule";
      return a;
    }
    a.hits = a.matched;
    if (h == "P" || h == "O")
      std::stable_sort(a.hits.begin(), a.hits.end(), [&](int x, int y) { return rank(x) < rank(y); });
    a.rule = a.hits[0];
    for (const int r : a.matched) {
      const auto rule = static_cast<std::size_t>(r), first = static_cast<std::size_t>(a.rule);
      if (r == a.rule || !(h == "U" || (h == "A" && said[rule] != said[first]))) continue;
      a.status = "conflict";
      a.other = r;
      a.hits.clear();
      return a;
    }
    if (h == "U" || h == "A" || h == "F" || h == "P") a.hits.resize(1);
    return a;
  }
};

}  // namespace reference
