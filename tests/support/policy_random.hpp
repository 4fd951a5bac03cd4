#pragma once
// Random decision tables for comparing analyses with brute force: small enough that every elementary
// cell of the table can be visited, of every kind of column and every hit policy.
#include <cstdint>
#include <string>
#include <vector>

namespace random_policy {

// A small linear congruential generator: the same tables everywhere.
struct lcg {
  std::uint64_t state;
  std::uint32_t next(std::uint32_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>(state >> 33) % n;
  }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[next(static_cast<std::uint32_t>(from.size()))];
  }
};

// A kind of column: its domain, and the literals of its tests in the order of their values.
struct column_kind {
  std::string domain;
  std::vector<std::string> literals;
  bool ordered = true;
  bool nullable = false;
};

inline const std::vector<column_kind>& kinds() {
  static const std::vector<column_kind> all = {
      {"integer [0..5]", {"0", "1", "2", "4", "5"}, true, false},
      {"integer [0..3], null", {"0", "1", "3"}, true, true},
      {"integer", {"-1", "2", "3"}, true, false},
      {"integer > 0", {"1", "2", "4"}, true, false},
      {"number [0..1]", {"0", "0.25", "0.3", "1"}, true, false},
      {"number (0..1), null", {"0.1", "0.75"}, true, true},
      {"number", {"-0.5", "1e3"}, true, false},
      {"0,0.5,1", {"0", "0.5", "1"}, true, false},
      {"boolean", {"true", "false"}, false, false},
      {"boolean, null", {"true", "false"}, false, true},
      {"low,mid,high", {"low", "mid", "high"}, false, false},
      {"a b,c/d,\"not\",e, null", {"a b", "\"c/d\"", "\"not\"", "e"}, false, true},
      {"ordered: low,mid,high,top", {"low", "mid", "high", "top"}, true, false},
      {"ordered: z,y,x,w, null", {"z", "y", "x", "w"}, true, true},
      {"string", {"\"a\"", "\"x,y\""}, false, false},
      {"string, null", {"\"a\"", "\"b\\\"c\""}, false, true},
      {"date [2025-09-01..2025-09-05]", {"2025-09-01", "2025-09-02", "2025-09-05"}, true, false},
      {"date, null", {"2025-08-31", "2025-09-02"}, true, true},
      {"time", {"00:00", "08:45", "23:59:59.999"}, true, false},
      {"days and time duration", {"-PT1H", "P14D"}, true, false},
  };
  return all;
}

inline std::string quoted(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

inline std::string test_of(lcg& random, const column_kind& kind) {
  const auto count = static_cast<std::uint32_t>(kind.literals.size());
  const std::uint32_t a = random.next(count), how = random.next(kind.ordered ? 9 : 3);
  if (kind.nullable && random.next(6) == 0) return random.next(3) == 0 ? "!= null" : "null";
  if (how == 0) return "!= " + kind.literals[a];
  if (how < 3) return kind.literals[a];
  if (how < 6) {
    const std::vector<std::string> signs = {"< ", "<= ", "> ", ">= "};
    return random.pick(signs) + kind.literals[a];
  }
  const std::uint32_t b = a + random.next(count - a);
  if (a == b) return "[" + kind.literals[a] + ".." + kind.literals[a] + "]";
  return (random.next(2) != 0 ? "[" : "(") + kind.literals[a] + ".." + kind.literals[b] + (random.next(2) != 0 ? "]" : ")");
}

inline std::string cell_of(lcg& random, const column_kind& kind) {
  const std::uint32_t how = random.next(10);
  if (how < 3) return how == 0 ? "" : "-";
  std::string s = test_of(random, kind);
  for (std::uint32_t more = random.next(5) == 0 ? random.next(3) : 0; more != 0; --more) s += "," + test_of(random, kind);
  return how == 3 ? "not(" + s + ")" : s;
}

// What the rules of a table are made of: its header and the kinds of its columns.
struct layout {
  std::string header;
  std::vector<const column_kind*> columns;
  bool numbers = false, one = false;  // outputs: numbers; only one
  std::uint32_t variety = 1;          // of outputs: alike ones are worth looking at
};

inline layout layout_of(lcg& random, std::uint32_t most_columns = 4) {
  layout out;
  const std::vector<std::string> corners = {"U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#", "U", "A", "P", "F"};
  const std::string corner = random.pick(corners);
  out.numbers = corner == "C+" || corner == "C<" || corner == "C>";
  out.one = out.numbers || corner == "C#" || random.next(2) == 0;
  const std::uint32_t columns = 1 + random.next(most_columns);
  std::string names, roles, domains;
  for (std::uint32_t i = 0; i != columns; ++i) {
    out.columns.push_back(&random.pick(kinds()));
    names += ",c" + std::to_string(i);
    roles += ",in";
    domains += "," + quoted(out.columns.back()->domain);
  }
  out.header = corner + names + ",o" + (out.one ? "" : ",p") + ",why\n" + roles + ",out" + (out.one ? "" : ",out") +
               ",note\n" + domains + (out.numbers ? ",\"0.5,1,2,3\"" : ",\"x,y,z\"") +
               (out.one ? "" : ",\"boolean, null\"") + ",\n";
  if (random.next(5) == 0)
    out.header += "#default" + std::string(columns, ',') + (out.numbers ? ",1" : ",y") + (out.one ? "" : ",") + ",\n";
  out.variety = 1 + random.next(3);
  return out;
}

// The lines of a table's rules, each without its id.
inline std::vector<std::string> rules_of(lcg& random, const layout& of, std::uint32_t rules) {
  const std::vector<std::string> words = {"x", "y", "z"}, flags = {"true", "false", ""}, sums = {"1", "2", "0.5"};
  std::vector<std::string> out, last;
  for (std::uint32_t r = 0; r != rules; ++r) {
    std::vector<std::string> cells;
    for (const column_kind* k : of.columns) cells.push_back(cell_of(random, *k));
    // A copy of the rule before, but for a cell.
    if (!last.empty() && random.next(4) == 0) {
      const std::uint32_t i = random.next(static_cast<std::uint32_t>(of.columns.size()));
      const std::string kept = cells[i];
      cells = last;
      cells[i] = kept;
    }
    last = cells;
    std::string line;
    for (const std::string& c : cells) line += "," + quoted(c);
    line += "," + (of.numbers ? sums : words)[random.next(of.variety)];
    if (!of.one) line += "," + flags[random.next(of.variety)];
    out.push_back(line + ",because " + std::to_string(r) + "\n");
  }
  return out;
}

// A table of 1 to `most_columns` inputs and 1 to `most_rules` rules.
inline std::string table_of(lcg& random, std::uint32_t most_columns = 4, std::uint32_t most_rules = 8) {
  const layout of = layout_of(random, most_columns);
  std::string text = of.header;
  std::size_t id = 0;
  for (const std::string& line : rules_of(random, of, 1 + random.next(most_rules))) text += "r" + std::to_string(id++) + line;
  return text;
}

}  // namespace random_policy
