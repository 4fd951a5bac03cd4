#pragma once
// Random decision tables, valid by construction, over everything the format has: all hit policies,
// every kind of domain, defaults, metadata, null, tests that name other inputs, and texts with every
// sign that CSV, Markdown or the grammar of cells has a use for. A seed gives the same tables on
// every machine. They are handed out as CSV, in one of the many spellings there are.
#include <cstdint>
#include <string>
#include <vector>

#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace generate {

// splitmix64: the same numbers everywhere, which <random>'s distributions do not promise.
class source {
 public:
  explicit source(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
  }
  // 0 to n - 1.
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
  }
  // True once in n.
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& v) {
    return v[below(v.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& v) {
    for (std::size_t i = v.size(); i > 1; --i) std::swap(v[i - 1], v[below(i)]);
  }

 private:
  std::uint64_t state_;
};

enum class kind { integer, number, numbers, boolean, string, words, date, time, date_time, duration, months };

struct column {
  std::string name, role;
  generate::kind kind = generate::kind::boolean;
  bool nullable = false, ordered = false;
  bool nameable = false;           // its name can stand in a cell
  std::int64_t low = 0, high = 0;  // of a line: where its values are taken from, in steps
  int decimals = 0;                // of a number: a step is 10^-decimals
  bool low_bound = false, high_bound = false, low_open = false, high_open = false;
  std::vector<std::string> words;
  std::vector<std::int64_t> numbers;

  bool line() const {
    return kind == kind::integer || kind == kind::number || kind == kind::date || kind == kind::time ||
           kind == kind::date_time || kind == kind::duration || kind == kind::months;
  }
  bool comparable() const { return line() || kind == kind::numbers || ordered; }
};

class policies {
 public:
  explicit policies(std::uint64_t seed) : random_(seed) {}

  // Another table, as CSV.
  std::string csv() {
    columns_.clear();
    rows_.clear();
    const std::string corner = choose_columns();
    header(corner);
    const std::size_t rules = random_.one_in(60) ? 60 + random_.below(600) : 1 + random_.below(10);
    for (std::size_t r = 0; r != rules; ++r) {
      rows_.push_back({id(r)});
      for (const column& c : columns_)
        rows_.back().push_back(c.role == "in" ? tests(c) : c.role == "out" ? output(c) : note());
    }
    return spell();
  }

  // One value for each input: on, between and beside the thresholds, null, or outside the domain.
  std::vector<ectp::policy::value> row(const ectp::policy::table& t) {
    std::vector<ectp::policy::value> out;
    for (std::size_t i = 0; i != t.inputs().size(); ++i) {
      const ectp::policy::axis& a = t.axis(i);
      const std::size_t what = random_.below(40);
      if (what == 0) out.push_back({});
      else if (what == 1) out.push_back(ectp::policy::value_ref("nowhere in the table"));
      else if (what == 2) out.push_back(ectp::policy::value_ref(1e15 + 0.5));
      else out.push_back(a.representative(static_cast<std::uint32_t>(random_.below(a.size()))));
    }
    return out;
  }

  source& random() { return random_; }

 private:
  // --- text ---------------------------------------------------------------------------------------
  std::string text(bool lines) {
    static const std::vector<std::string> pieces = {"low",
                                                    "high",
                                                    "a b",
                                                    "x",
                                                    "5",
                                                    "2.10",
                                                    "5q",
                                                    "-",
                                                    "--",
                                                    "1e3",
                                                    "true",
                                                    "false",
                                                    "null",
                                                    "integer",
                                                    "number",
                                                    "boolean",
                                                    "string",
                                                    "date",
                                                    "time",
                                                    "duration",
                                                    "date and time",
                                                    "ordered: x",
                                                    "not(",
                                                    ")",
                                                    "(",
                                                    "[1..3]",
                                                    "..",
                                                    "2025-09-01",
                                                    "P14D",
                                                    "08:45",
                                                    ",",
                                                    ", ",
                                                    ";",
                                                    "|",
                                                    "||",
                                                    "\\",
                                                    "\\\\",
                                                    "\\|",
                                                    "\\n",
                                                    "\\\"",
                                                    "\"",
                                                    "\"\"",
                                                    "'",
                                                    "=",
                                                    ">=",
                                                    "<",
                                                    "<br>",
                                                    "<BR />",
                                                    "<br",
                                                    "<b>",
                                                    "</b>",
                                                    "<!-- x -->",
                                                    "&lt;",
                                                    "&amp;",
                                                    "&#124;",
                                                    "&#13;",
                                                    "&",
                                                    "&copy;",
                                                    "*",
                                                    "**bold**",
                                                    "_",
                                                    "snake_case",
                                                    "_it_",
                                                    "`code`",
                                                    "~~",
                                                    "#",
                                                    "# title",
                                                    "#label",
                                                    "```",
                                                    "> quote",
                                                    "|---|",
                                                    "---",
                                                    ":",
                                                    "@",
                                                    "$1",
                                                    "%",
                                                    "^",
                                                    "{}",
                                                    "!",
                                                    "?",
                                                    "~",
                                                    "\t",
                                                    "\xC3\xA9",
                                                    "\xE6\x97\xA5\xE6\x9C\xAC",
                                                    "\xF0\x9F\x98\x80",
                                                    "\xEF\xBB\xBF",
                                                    "\xC2\xA0",
                                                    "/",
                                                    "a/b",
                                                    "a.b",
                                                    "R&D;",
                                                    "\x01",
                                                    "\x7f"};
    static const std::vector<std::string> ends = {"\n", "\r\n", "\r", "\n\n"};
    std::string out;
    for (std::size_t n = 1 + random_.below(4); n != 0; --n) {
      out += lines && random_.one_in(8) ? random_.of(ends) : random_.of(pieces);
      if (random_.one_in(3)) out += ' ';
    }
    return out;
  }
  // Without blanks around it.
  std::string trimmed(bool lines) { return std::string(ectp::trim(text(lines))); }
  std::string note() { return random_.one_in(3) ? "" : trimmed(true); }
  std::string id(std::size_t r) {
    static const std::vector<std::string> fronts = {"r", "DIA-P", "a.b:", "_", "7", "-", "Rule_"};
    return random_.of(fronts) + std::to_string(r);
  }

  std::string version() {
    static const std::vector<std::string> ends = {"", "-alpha", "-rc.1", "-0.x--.10", "+2025", "-a.1+b.001", "+--"};
    std::string out;
    if (random_.one_in(8)) return out;
    for (int i = 0; i != 3; ++i) {
      const std::size_t below = random_.one_in(4) ? 1'000'000'000 : 12;
      out += (i == 0 ? "" : ".") + std::to_string(random_.below(below));
    }
    return out + random_.of(ends);
  }
  std::string validity() {
    if (random_.one_in(8)) return "";
    const std::int64_t first = random_.between(15000, 25000), last = first + random_.between(0, 400);
    const std::size_t open = random_.below(4);
    std::string out = open == 1 ? std::string() : day(first);
    out += blank() + "..";
    out += blank();
    return open == 2 ? out : out + day(last);
  }

  static bool plain(const std::string& s) {
    static const std::vector<std::string> keywords = {"true",   "false",    "null",          "integer",
                                                      "number", "boolean",  "string",        "date",
                                                      "time",   "duration", "date and time", "not"};
    for (const std::string& k : keywords)
      if (s == k) return false;
    if (s.empty() || !ectp::is_letter(s.front()) || s.back() == ' ') return false;
    for (const char c : s)
      if (!ectp::is_letter(c) && !ectp::is_digit(c) && c != ' ' && c != '_' && c != '/') return false;
    return true;
  }

  // A string literal, with one of the escapes where there is a choice.
  std::string quoted(const std::string& s) {
    std::string out = "\"";
    for (const char c : s) {
      if (c == '"' || c == '\\') out += '\\';
      else if (c == '\n' && random_.one_in(2)) {
        out += random_.one_in(2) ? "\\n" : "\\u000A";
        continue;
      } else if (c == '\r') {
        out += "\\r";
        continue;
      } else if (c == 'x' && random_.one_in(2)) {
        out += random_.one_in(2) ? "\\u0078" : "\\U000078";
        continue;
      }
      out += c;
    }
    return out + '"';
  }
  std::string word(const std::string& s) { return plain(s) && !random_.one_in(4) ? s : quoted(s); }

  // --- values -------------------------------------------------------------------------------------
  static std::string two(std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); }
  static std::string day(std::int64_t n) {
    return to_string(ectp::date::from_days(static_cast<std::int32_t>(n)));
  }
  static std::string clock(std::int64_t seconds) {
    std::string out = two(seconds / 3600) + ":" + two(seconds / 60 % 60);
    return seconds % 60 == 0 ? out : out + ":" + two(seconds % 60);
  }
  std::string number(std::int64_t steps, int decimals) {
    std::string digits = std::to_string(steps < 0 ? -steps : steps);
    const auto places = static_cast<std::size_t>(decimals);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (places != 0) digits.insert(digits.size() - places, 1, '.');
    if (places != 0 && random_.one_in(4)) digits += '0';
    if (random_.one_in(12)) digits += "e0";
    return (steps < 0 ? "-" : "") + digits;
  }
  // A position of a line as ISO 8601 has it, bare or as a function.
  std::string moment(const column& c, std::int64_t n, bool in_domain) {
    std::string s, function;
    switch (c.kind) {
      case kind::date: s = day(n), function = "date"; break;
      case kind::time: s = clock(n * 60), function = "time"; break;
      case kind::date_time:
        s = day(n / 24) + "T" + clock(n % 24 * 3600 + (n % 3 == 0 ? 30 : 0));
        function = "date and time";
        break;
      case kind::duration: {
        // In steps of six hours.
        const std::int64_t size = n < 0 ? -n : n;
        s = n < 0 ? "-P" : "P";
        if (size / 4 != 0) s += std::to_string(size / 4) + "D";
        if (size % 4 != 0 || size == 0) s += "T" + std::to_string(size % 4 * 6) + "H";
        function = "duration";
        break;
      }
      default: {
        const std::int64_t size = n < 0 ? -n : n;
        s = n < 0 ? "-P" : "P";
        if (size / 12 != 0) s += std::to_string(size / 12) + "Y";
        if (size % 12 != 0 || size == 0) s += std::to_string(size % 12) + "M";
        function = "duration";
      }
    }
    if (in_domain || !random_.one_in(3)) return s;
    return random_.one_in(2) ? "@\"" + s + "\"" : function + "(\"" + s + "\")";
  }
  std::string position(const column& c, std::int64_t n, bool in_domain = false) {
    return c.kind == kind::integer || c.kind == kind::number ? number(n, c.decimals)
                                                             : moment(c, n, in_domain);
  }

  // A literal that an equality of this column, or an output in it, may hold.
  std::string literal(const column& c) {
    switch (c.kind) {
      case kind::boolean: return random_.one_in(2) ? "true" : "false";
      case kind::string: return quoted(text(true));
      case kind::words: return word(random_.of(c.words));
      case kind::numbers: return number(random_.of(c.numbers), c.decimals);
      default: return position(c, random_.between(c.low + 1, c.high - 1));
    }
  }
  std::string output(const column& c) {
    if (c.nullable && random_.one_in(4)) return random_.one_in(2) ? "" : "null";
    if (c.kind == kind::string && random_.one_in(2)) {
      const std::string bare = trimmed(true);
      if (!bare.empty() && bare.front() != '"' && bare != "null") return bare;
    }
    return literal(c);
  }

  // --- tests --------------------------------------------------------------------------------------
  // The name of another input that a test of this column may compare with; empty if there is none.
  std::string other(const column& c, bool order) {
    std::vector<std::string> names;
    for (const column& o : columns_) {
      if (o.role != "in" || o.name == c.name || !o.nameable) continue;
      const auto group = [](kind k) {
        return k == kind::number || k == kind::numbers ? kind::integer : k == kind::words ? kind::string : k;
      };
      if (group(o.kind) != group(c.kind)) continue;
      if (order && group(c.kind) == kind::string && (o.words != c.words || !o.ordered)) continue;
      // A value of the list comes before a name.
      bool is_value = false;
      for (const std::string& w : c.words) is_value = is_value || w == o.name;
      if (!is_value) names.push_back(o.name);
    }
    return names.empty() ? std::string() : random_.of(names);
  }
  std::string blank() { return random_.one_in(3) ? " " : ""; }

  std::string test(const column& c, bool names) {
    if (c.nullable && random_.one_in(6))
      return random_.one_in(2) ? "null" : random_.one_in(2) ? "= null" : "!=null";
    if (names && random_.one_in(3)) {
      if (c.comparable() && random_.one_in(2)) {
        const std::string name = other(c, true);
        static const std::vector<std::string> signs = {"<", "<=", ">", ">="};
        if (!name.empty()) return random_.of(signs) + blank() + name;
      }
      const std::string name = other(c, false);
      if (!name.empty()) return (random_.one_in(2) ? "!= " : random_.one_in(2) ? "=" : "") + name;
    }
    if (c.comparable() && random_.one_in(2)) {
      static const std::vector<std::string> signs = {"<", "<=", ">", ">="};
      std::string low, high;
      bool same = false;
      if (c.line()) {
        const std::int64_t a = random_.between(c.low, c.high - 1), b = random_.between(a + 1, c.high);
        low = position(c, a), high = position(c, b);
      } else {
        const std::size_t size = c.kind == kind::words ? c.words.size() : c.numbers.size();
        const std::size_t a = random_.below(size), b = a + random_.below(size - a);
        same = a == b;
        low = c.kind == kind::words ? word(c.words[a]) : number(c.numbers[a], c.decimals);
        high = c.kind == kind::words ? word(c.words[b]) : number(c.numbers[b], c.decimals);
      }
      if (random_.one_in(2)) return random_.of(signs) + blank() + low;
      static const std::vector<std::string> opens = {"[", "(", "]"}, closes = {"]", ")", "["};
      return (same ? "[" : random_.of(opens)) + blank() + low + blank() + ".." + blank() + high + blank() +
             (same ? "]" : random_.of(closes));
    }
    return (random_.one_in(5) ? "!= " : random_.one_in(6) ? "=" : "") + literal(c);
  }
  std::string tests(const column& c) {
    if (random_.one_in(3)) return random_.one_in(2) ? "-" : "";
    const bool names = random_.one_in(3);
    std::string out;
    for (std::size_t n = random_.one_in(3) ? 1 + random_.below(3) : 1; n != 0; --n) {
      if (!out.empty()) out += "," + blank();
      out += test(c, names);
    }
    return random_.one_in(5) ? "not(" + blank() + out + blank() + ")" : out;
  }

  // --- columns ------------------------------------------------------------------------------------
  void give_domain(column& c, bool listed, bool line, bool sum) {
    static const std::vector<kind> all = {kind::integer, kind::number,    kind::numbers,  kind::boolean,
                                          kind::string,  kind::words,     kind::words,    kind::date,
                                          kind::time,    kind::date_time, kind::duration, kind::months};
    static const std::vector<kind> lists = {kind::numbers, kind::words};
    static const std::vector<kind> lines = {kind::integer, kind::number,    kind::numbers,  kind::date,
                                            kind::time,    kind::date_time, kind::duration, kind::months};
    static const std::vector<kind> sums = {kind::integer, kind::number, kind::numbers, kind::duration,
                                           kind::months};
    c.kind = random_.of(sum ? sums : line ? lines : listed ? lists : all);
    c.nullable = !sum && !line && random_.one_in(4);
    c.low_bound = random_.one_in(2), c.high_bound = random_.one_in(2);
    c.low_open = random_.one_in(4), c.high_open = random_.one_in(4);
    switch (c.kind) {
      case kind::integer: c.low = random_.between(-20, 20); break;
      case kind::number:
        c.decimals = static_cast<int>(random_.below(7));
        c.low = random_.between(-2000, 2000);
        break;
      case kind::numbers:
        c.decimals = static_cast<int>(random_.below(3));
        for (std::size_t n = 1 + random_.below(5); n != 0; --n)
          c.numbers.push_back((c.numbers.empty() ? random_.between(-9, 9) : c.numbers.back()) +
                              random_.between(1, 9));
        break;
      case kind::words: {
        for (std::size_t n = 1 + random_.below(5); n != 0; --n) {
          static const std::vector<std::string> common = {"low", "mid", "high", "y z", "a/b", "no"};
          const std::string w = random_.one_in(2) ? random_.of(common) : text(true);
          bool there = false;
          for (const std::string& o : c.words) there = there || o == w;
          if (!there) c.words.push_back(w);
        }
        c.ordered = random_.one_in(2);
        // Two columns of one list can be compared.
        for (const column& o : columns_)
          if (o.kind == kind::words && random_.one_in(3)) c.words = o.words, c.ordered = o.ordered;
        break;
      }
      case kind::date: c.low = random_.between(15000, 25000); break;
      case kind::time: c.low = random_.between(0, 1200); break;
      case kind::date_time: c.low = random_.between(360000, 600000); break;
      case kind::duration:
      case kind::months: c.low = random_.between(-30, 30); break;
      default: break;
    }
    c.high = c.low + random_.between(4, 40);
  }
  std::string domain(const column& c) {
    std::string out;
    const auto range = [&](const std::string& type) {
      out = type;
      const std::string low = position(c, c.low, true), high = position(c, c.high, true);
      if (c.low_bound && c.high_bound) {
        if (type == "number" && random_.one_in(2)) out.clear();
        else if (random_.one_in(2)) out += ' ';
        out += (c.low_open ? random_.one_in(2) ? "(" : "]" : "[") + low + ".." + blank() + high;
        out += c.high_open ? random_.one_in(2) ? ")" : "[" : "]";
      } else if (c.low_bound) {
        out += (c.low_open ? " >" : " >=") + blank() + low;
      } else if (c.high_bound) {
        out += (c.high_open ? " <" : " <=") + blank() + high;
      }
    };
    switch (c.kind) {
      case kind::integer: range("integer"); break;
      case kind::number: range("number"); break;
      case kind::date: range("date"); break;
      case kind::time: range("time"); break;
      case kind::date_time: range("date and time"); break;
      case kind::duration: range("days and time duration"); break;
      case kind::months: range("years and months duration"); break;
      case kind::boolean: out = "boolean"; break;
      case kind::string: out = "string"; break;
      case kind::numbers:
      case kind::words:
        if (c.kind == kind::words && c.ordered) out = "ordered:" + blank();
        for (std::size_t i = 0; i != (c.kind == kind::words ? c.words.size() : c.numbers.size()); ++i)
          out += (i == 0 ? "" : "," + blank()) +
                 (c.kind == kind::words ? word(c.words[i]) : number(c.numbers[i], c.decimals));
        break;
    }
    return c.nullable ? out + "," + blank() + "null" : out;
  }
  std::string choose_columns() {
    static const std::vector<std::vector<std::string>> corners = {
        {"U", "UNIQUE"},       {"A", "ANY"},          {"P", "PRIORITY"},      {"F", "FIRST"},
        {"R", "RULE ORDER"},   {"O", "OUTPUT ORDER"}, {"C", "COLLECT"},       {"C+", "COLLECT SUM"},
        {"C<", "COLLECT MIN"}, {"C>", "COLLECT MAX"}, {"C#", "COLLECT COUNT"}};
    const std::size_t hit = random_.below(corners.size());
    const bool listed = hit == 2 || hit == 5, one = hit >= 7, sum = hit == 7, line = hit == 8 || hit == 9;
    const std::size_t inputs = 1 + random_.below(5), outputs = one ? 1 : 1 + random_.below(3);
    const auto add = [&](const std::string& role, bool must) {
      column c;
      c.role = role;
      if (role != "note") give_domain(c, must && listed, must && line, must && sum);
      const std::string number = std::to_string(columns_.size());
      static const std::vector<std::string> stems = {"self", "mentor view", "a/b", "a.b", "x-"};
      c.nameable = !random_.one_in(4);
      c.name = c.nameable ? random_.of(stems) + number : "";
      while (!c.nameable && c.name.empty()) {
        for (const char k : trimmed(false))
          if (!ectp::is_control(k)) c.name += k;
        if (!c.name.empty()) c.name = ectp::trim(c.name + " c" + number);
      }
      columns_.push_back(c);
    };
    for (std::size_t i = 0; i != inputs; ++i) add("in", false);
    for (std::size_t i = 0; i != outputs; ++i) add("out", i == 0);
    for (std::size_t i = random_.below(3); i != 0; --i) add("note", false);
    random_.shuffle(columns_);
    return random_.of(corners[hit]);
  }
  void header(const std::string& corner) {
    rows_ = {{corner}, {""}, {""}};
    for (const column& c : columns_) {
      rows_[0].push_back(c.name);
      rows_[1].push_back(c.role);
      rows_[2].push_back(c.role == "note" ? "" : domain(c));
    }
    std::vector<std::string> extras = {"#label", "#unit", "#source", "#change", "#default", "#id", "#version", "#valid"};
    random_.shuffle(extras);
    for (const std::string& extra : extras) {
      if (!random_.one_in(3)) continue;
      rows_.push_back({extra});
      if (extra == "#id" || extra == "#version" || extra == "#valid") {
        rows_.back().push_back(extra == "#id" ? id(random_.below(100)) : extra == "#version" ? version() : validity());
        rows_.back().resize(columns_.size() + 1);
        continue;
      }
      for (const column& c : columns_) {
        static const std::vector<std::string> changes = {"", "fixed", "actionable"};
        std::string says;
        if (extra == "#change") says = c.role == "in" ? random_.of(changes) : "";
        else if (extra != "#default") says = note();
        else if (c.role == "out" && !random_.one_in(3)) says = output(c);
        rows_.back().push_back(says);
      }
    }
  }

  // --- the many spellings of one CSV --------------------------------------------------------------
  std::string spell() {
    const std::string end = random_.one_in(4) ? "\r\n" : "\n";
    const bool spread = random_.one_in(4);
    std::string out = random_.one_in(8) ? "\xEF\xBB\xBF" : "";
    for (std::size_t r = 0; r != rows_.size(); ++r) {
      for (std::size_t i = 0; i != rows_[r].size(); ++i) {
        const std::string& s = rows_[r][i];
        if (i != 0) out += ',';
        bool quote = random_.one_in(10) || s.substr(0, 3) == "\xEF\xBB\xBF";
        for (const char c : s) quote = quote || c == ',' || c == '"' || c == '\n' || c == '\r';
        const std::string before = spread && random_.one_in(3) ? "  " : "",
                          after = spread && random_.one_in(3) ? " " : "";
        if (!quote) {
          out += before + s + after;
          continue;
        }
        out += '"' + before;
        for (const char c : s) out += c == '"' ? "\"\"" : std::string(1, c);
        out += after + '"';
      }
      if (r + 1 != rows_.size() || !random_.one_in(4)) out += end;
      if (r > 3 && random_.one_in(12)) out += end;
    }
    return out;
  }

  source random_;
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;  // the texts of the cells
};

}  // namespace generate
