#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/id.hpp"
#include "ectp/core/text.hpp"
#include "ectp/policy/impl/domain.ipp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// `/name` as a JSON pointer.
ECTP_DECL location at_input(std::string_view name);
/// A file's name without its folders and its ending.
ECTP_DECL std::string stem(std::string_view file);
/// Reads the corner cell; false if it names no hit policy that is decided here.
ECTP_DECL bool read_hit_policy(std::string_view s, hit_policy& out);
ECTP_DECL bool is_other_hit_policy(std::string_view s);

ECTP_DEF location at_input(std::string_view name) {
  location at;
  at.path = "/";
  for (const char c : name) {
    if (c == '~') at.path += "~0";
    else if (c == '/') at.path += "~1";
    else at.path += c;
  }
  return at;
}

ECTP_DEF std::string stem(std::string_view file) {
  if (const std::size_t slash = file.find_last_of("/\\"); slash != file.npos) file.remove_prefix(slash + 1);
  const std::size_t dot = file.find_last_of('.');
  return std::string(dot == file.npos || dot == 0 ? file : file.substr(0, dot));
}

ECTP_DEF bool read_hit_policy(std::string_view s, hit_policy& out) {
  if (s == "U" || s == "UNIQUE") out = hit_policy::unique;
  else if (s == "F" || s == "FIRST") out = hit_policy::first;
  else return false;
  return true;
}

ECTP_DEF bool is_other_hit_policy(std::string_view s) {
  constexpr std::string_view others[] = {"A", "P",  "R",  "O",  "C",  "C+",       "C<",         "C>",
                                         "C#", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
  for (const std::string_view o : others)
    if (s == o) return true;
  return false;
}
}  // namespace detail

/// Checks a source and turns it into a table, collecting every error on the way.
class table_builder {
 public:
  explicit table_builder(const read_options& options) : options_(options) {
    out_.name_ = options.name.empty() ? detail::stem(options.file) : options.name;
    out_.file_ = options.file;
  }

  ECTP_DECL void add(error e) {
    if (errors_.size() < options_.limits.errors) errors_.push_back(std::move(e));
  }
  /// An error at a byte of a cell's text.
  ECTP_DECL void add(errc code, const source_cell& c, std::size_t at, std::string message, std::string expected = {},
           std::string hint = {}) {
    add(error{code, std::move(message), place(c, at), std::move(expected), std::move(hint)});
  }
  ECTP_DECL bool read_rows(table_source& out, const csv::sheet& sheet);
  ECTP_DECL void compile(const table_source& source);
  ECTP_DECL reading finish() &&;

  std::string decoded;  ///< text of the cells that had doubled quotes

 private:
  ECTP_DECL location place(const source_cell& c, std::size_t at) const {
    const csv::position p = csv::locate(c.at, at);
    return {options_.file, p.line, p.column, {}};
  }
  // The first byte that is not blank.
  static std::size_t begin_of(const source_cell& c) {
    std::size_t i = 0;
    while (i != c.text.size() && is_blank(c.text[i])) ++i;
    return i == c.text.size() ? 0 : i;
  }
  ECTP_DECL void add(const fault& f, const source_cell& c, const domain* d) {
    error e = to_error(f, c.text, d);
    e.at = place(c, f.at);
    add(std::move(e));
  }
  ECTP_DECL source_cell cell_of(const csv::cell& c) {
    if (!c.doubled) return {c.raw, c};
    const std::size_t begin = decoded.size();
    csv::decode(c, decoded);
    return {std::string_view(decoded).substr(begin), c};
  }
  ECTP_DECL table::source_place keep(const source_cell& c) {
    const std::string_view text = trim(c.text);
    const csv::position p = csv::locate(c.at, begin_of(c));
    const table::source_place at{static_cast<std::uint32_t>(out_.text_.size()),
                                 static_cast<std::uint32_t>(text.size()), p.line, p.column};
    out_.text_ += text;
    return at;
  }

  ECTP_DECL void read_hit_policy(const source_cell& c);
  ECTP_DECL void read_columns(const table_source& source);
  ECTP_DECL void check_names(const table_source& source);
  ECTP_DECL void read_ids(const table_source& source);
  ECTP_DECL void read_cells(const table_source& source);
  ECTP_DECL void read_output(const source_cell& c, const domain& d, const policy::axis& values);
  ECTP_DECL void find_runs(const table_source& source);
  ECTP_DECL void build_index();
  ECTP_DECL bool index_block(std::size_t input, std::uint32_t block, list<std::uint64_t>& rows);
  ECTP_DECL std::uint32_t block_id(const std::uint64_t* words);

  const read_options& options_;
  table out_;
  std::vector<error> errors_;
  bool missing_input_ = true, missing_output_ = true;
  list<bool> readable_;          // columns whose role and domain are understood
  list<policy::axis> values_;    // the values of each output column
  list<std::uint32_t> buckets_;  // hash table over the blocks: id + 1, or 0
};

/// Fills the source from the rows of a sheet; false if its header cannot be used at all.
ECTP_DEF bool table_builder::read_rows(table_source& out, const csv::sheet& sheet) {
  const auto blank = [](std::span<const csv::cell> row) {
    for (const csv::cell& c : row)
      if (!trim(c.raw).empty()) return false;
    return true;
  };
  const auto end_of = [](const csv::cell& c) {
    csv::position p = csv::locate(c, c.raw.size());
    if (c.quoted) ++p.column;
    return p;
  };
  const auto wrong_length = [&](std::span<const csv::cell> row, std::size_t cells) {
    const auto count = [](std::size_t n) {
      std::string s;
      ectp::detail::append_number(s, static_cast<std::uint32_t>(n));
      return s + (n == 1 ? " cell" : " cells");
    };
    const csv::position p = row.size() > cells ? row[cells].at : end_of(row[row.size() - 1]);
    add(error{errc::bad_table, "the row has " + count(row.size()), {options_.file, p.line, p.column, {}},
              count(cells) + ", as in the first row",
              "put a cell with a comma in it in quotes; keep the commas of empty cells"});
  };
  list<std::span<const csv::cell>> rows;
  for (std::size_t r = 0; r != sheet.rows(); ++r) {
    const std::span<const csv::cell> row = sheet.row(r);
    if (blank(row) && (row.size() == 1 || rows.size() >= 3)) continue;
    rows.push_back(row);
  }
  if (rows.size() < 3) {
    const csv::position p = rows.empty() ? csv::position{} : end_of(rows.back()[rows.back().size() - 1]);
    add(error{errc::bad_table, rows.empty() ? "the table is empty" : "the header of the table is incomplete",
              {options_.file, p.line, p.column, {}},
              "three rows: the hit policy and the column names; in, out or note; the domains", {}});
    return false;
  }
  const std::size_t cells = rows[0].size();
  out.hit_policy = cell_of(rows[0][0]);
  bool usable = true;
  for (std::size_t r = 1; r != 3; ++r) {
    if (rows[r].size() != cells) {
      wrong_length(rows[r], cells);
      usable = false;
    } else if (!trim(rows[r][0].raw).empty()) {
      const source_cell corner = cell_of(rows[r][0]);
      add(errc::bad_table, corner, begin_of(corner),
          detail::shown(trim(corner.text)) + " in front of the " +
              (r == 1 ? "row that says in, out or note" : "row of domains"),
          "an empty cell", "the rules begin in the fourth row");
      usable = false;
    }
  }
  if (usable)
    for (std::size_t c = 1; c != cells; ++c)
      out.columns.push_back({cell_of(rows[0][c]), cell_of(rows[1][c]), cell_of(rows[2][c])});
  for (std::size_t r = 3; r != rows.size(); ++r) {
    out.rules.push_back(cell_of(rows[r][0]));
    const bool whole = rows[r].size() == cells;
    if (!whole) wrong_length(rows[r], cells);
    for (std::size_t c = 1; c != cells; ++c)
      out.cells.push_back(whole ? cell_of(rows[r][c]) : source_cell{});
  }
  return usable;
}

ECTP_DEF void table_builder::compile(const table_source& source) {
  read_hit_policy(source.hit_policy);
  read_columns(source);
  if (source.rules.size() > options_.limits.rules) {
    add(errc::too_large, source.rules[options_.limits.rules], 0, "too many rules");
    return;
  }
  read_ids(source);
  read_cells(source);
  if (!errors_.empty()) return;
  find_runs(source);
  build_index();
}

ECTP_DEF void table_builder::read_hit_policy(const source_cell& c) {
  const std::string_view s = trim(c.text);
  if (detail::read_hit_policy(s, out_.hit_policy_)) return;
  const bool other = detail::is_other_hit_policy(s);
  add(errc::bad_table, c, begin_of(c),
      other         ? "the hit policy " + detail::shown(s) + " is not decided here"
      : s.empty() ? std::string("the corner of the table names no hit policy")
                  : detail::shown(s) + " is not a hit policy",
      "U or UNIQUE, F or FIRST",
      other ? "this build decides UNIQUE and FIRST" : "the first cell of the table names its hit policy");
}

ECTP_DEF void table_builder::read_columns(const table_source& source) {
  check_names(source);
  bool roles_known = true;
  for (std::size_t i = 0; i != source.columns.size(); ++i) {
    const source_column& c = source.columns[i];
    column made;
    const csv::position p = csv::locate(c.name.at, begin_of(c.name));
    made.name = trim(c.name.text);
    made.line = p.line;
    made.offset = p.column;
    bool good = true;
    const std::string_view role = trim(c.role.text);
    if (role == "in") made.role = column_role::input;
    else if (role == "out") made.role = column_role::output;
    else if (role != "note") {
      good = roles_known = false;
      add(errc::bad_table, c.role, begin_of(c.role),
          role.empty() ? "the column " + detail::shown(made.name) + " has no role"
                       : detail::shown(role) + " is not a role of a column",
          "in, out or note");
    }
    if (good && made.role != column_role::note) {
      if (const fault f = parse_domain(c.domain.text, made.domain)) {
        good = false;
        add(f, c.domain, nullptr);
      }
    } else if (good && !trim(c.domain.text).empty()) {
      add(errc::bad_domain, c.domain, begin_of(c.domain), "a note has no domain", "an empty cell");
    }
    const auto position = static_cast<std::uint32_t>(i);
    if (good && made.role == column_role::input) {
      out_.inputs_.push_back(position);
      out_.axes_.push_back(policy::axis(made.domain));
    } else if (good && made.role == column_role::output) {
      out_.outputs_.push_back(position);
      values_.push_back(policy::axis(made.domain));
      values_.back().close();
    } else if (good) {
      out_.notes_.push_back(position);
    } else if (made.role != column_role::note) {
      // Its domain is at fault: the column is there, but its cells cannot be judged.
      (made.role == column_role::input ? missing_input_ : missing_output_) = false;
    }
    out_.columns_.push_back(std::move(made));
    readable_.push_back(good);
  }
  if (!roles_known) return;
  if (out_.inputs_.empty() && missing_input_)
    add(errc::bad_table, source.hit_policy, 0, "the table has no input", "at least one column marked in");
  if (out_.outputs_.empty() && missing_output_)
    add(errc::bad_table, source.hit_policy, 0, "the table has no output", "at least one column marked out");
}

ECTP_DEF void table_builder::check_names(const table_source& source) {
  list<std::uint32_t> order;
  const auto name_of = [&](std::uint32_t i) { return trim(source.columns[i].name.text); };
  for (std::size_t i = 0; i != source.columns.size(); ++i) {
    const source_cell& c = source.columns[i].name;
    const std::string_view name = trim(c.text);
    if (name.empty())
      add(errc::bad_table, c, 0, "the column has no name", "a name",
          "take out the commas behind the last column");
    else if (name.size() > 128)
      add(errc::bad_table, c, begin_of(c), "the column's name is too long", "at most 128 bytes");
    std::size_t control = 0;
    while (control != name.size() && !is_control(name[control])) ++control;
    if (control != name.size())
      add(errc::bad_table, c, begin_of(c) + control, "a control character in the column's name",
          "a name on one line");
    if (!name.empty()) order.push_back(static_cast<std::uint32_t>(i));
  }
  detail::sort(order, 0, order.size(), [&](std::uint32_t a, std::uint32_t b) {
    return name_of(a) == name_of(b) ? a < b : name_of(a).compare(name_of(b)) < 0;
  });
  for (std::size_t k = 1; k < order.size(); ++k)
    if (name_of(order[k - 1]) == name_of(order[k]))
      add(errc::bad_table, source.columns[order[k]].name, begin_of(source.columns[order[k]].name),
          "two columns are called " + detail::shown(name_of(order[k])), "a different name for each column");
}

ECTP_DEF void table_builder::read_ids(const table_source& source) {
  if (source.rules.empty() && errors_.empty())
    add(errc::bad_table, source.hit_policy, 0, "the table has no rule", "at least one row behind the header");
  for (std::size_t i = 0; i != source.rules.size(); ++i) {
    const source_cell& c = source.rules[i];
    const std::string_view id = trim(c.text);
    if (!is_id(id))
      add(errc::bad_id, c, begin_of(c),
          id.empty() ? std::string("the rule has no id") : detail::shown(id) + " is not an id",
          "1 to 64 characters of A-Z a-z 0-9 . _ : -");
    out_.rules_.push_back(keep(c));
    out_.by_id_.push_back(static_cast<std::uint32_t>(i));
  }
  list<std::uint32_t>& order = out_.by_id_;
  const auto id_of = [&](std::uint32_t i) { return out_.text(out_.rules_[i]); };
  detail::sort(order, 0, order.size(), [&](std::uint32_t a, std::uint32_t b) {
    return id_of(a) == id_of(b) ? a < b : id_of(a).compare(id_of(b)) < 0;
  });
  for (std::size_t k = 1; k < order.size(); ++k) {
    if (id_of(order[k]).empty() || id_of(order[k - 1]) != id_of(order[k])) continue;
    std::string first = "the line ";
    ectp::detail::append_number(first, out_.rules_[order[k - 1]].line);
    add(errc::duplicate_id, source.rules[order[k]], begin_of(source.rules[order[k]]),
        "the id " + detail::shown(id_of(order[k])) + " is already used in " + first, "a different id for each rule");
  }
}

ECTP_DEF void table_builder::read_cells(const table_source& source) {
  struct mentioning {
    policy::axis& cells;
    void any() {}
    void negate() {}
    fault test(const unary_test& t) { return cells.mention(t); }
  };
  const std::size_t columns = source.columns.size();
  out_.cells_.reserve(source.cells.size());
  list<std::uint32_t> position;  // of each column among those of its role
  position.assign(columns, 0);
  for (std::size_t i = 0; i != out_.inputs_.size(); ++i)
    position[out_.inputs_[i]] = static_cast<std::uint32_t>(i);
  for (std::size_t i = 0; i != out_.outputs_.size(); ++i)
    position[out_.outputs_[i]] = static_cast<std::uint32_t>(i);
  for (std::size_t k = 0; k != source.cells.size(); ++k) {
    const source_cell& c = source.cells[k];
    const std::size_t i = k % columns;
    out_.cells_.push_back(keep(c));
    const bool absent = c.text.data() == nullptr;
    if (absent || !readable_[i]) continue;
    const column& at = out_.columns_[i];
    if (at.role == column_role::input) {
      mentioning sink{out_.axes_[position[i]]};
      if (const fault f = parse_cell(c.text, at.domain.bare_words(), sink)) add(f, c, &at.domain);
    } else if (at.role == column_role::output) {
      read_output(c, at.domain, values_[position[i]]);
    }
  }
}

ECTP_DEF void table_builder::read_output(const source_cell& c, const domain& d, const policy::axis& values) {
  const std::string_view text = trim(c.text);
  table::literal_value made;
  literal l;
  fault f;
  const bool open_text = d.type == value_kind::text && !d.listed;
  if (text.empty()) {
    if (!d.nullable) f = {problem::output_missing, 0, 0};
  } else if (open_text && text.front() != '"') {
    l.kind = text == "null" ? literal_kind::null : literal_kind::word;
    l.text = text;
    l.at = begin_of(c);
    l.size = text.size();
  } else {
    f = parse_literal(c.text, d.bare_words(), l);
  }
  std::string decoded_text;
  if (!f) {
    value_ref v;
    switch (l.kind) {
      case literal_kind::null: break;
      case literal_kind::boolean:
        made.kind = value_kind::boolean;
        made.boolean = l.boolean;
        v = l.boolean;
        break;
      case literal_kind::number:
        made.kind = value_kind::number;
        made.number = l.number;
        v = l.number.to_double();
        break;
      case literal_kind::quoted:
      case literal_kind::word:
        made.kind = value_kind::text;
        policy::decode(l, decoded_text);
        v = decoded_text;
        break;
    }
    if (problem p = values.refusal(v); p != problem::none) {
      if (p == problem::wrong_kind && l.kind == literal_kind::word) p = problem::refers_to_input;
      f = {p, l.at, l.size};
    }
  }
  if (f) return add(f, c, &d);
  made.begin = static_cast<std::uint32_t>(out_.text_.size());
  made.size = static_cast<std::uint32_t>(decoded_text.size());
  out_.text_ += decoded_text;
  out_.literals_.push_back(made);
}

/// Cuts the inputs into cells and finds where each test holds.
ECTP_DEF void table_builder::find_runs(const table_source& source) {
  struct collecting {
    list<unary_test>& tests;
    bool everything = false, negated = false;
    void any() { everything = true; }
    void negate() { negated = true; }
    fault test(const unary_test& t) {
      tests.push_back(t);
      return {};
    }
  };
  const std::size_t columns = source.columns.size();
  list<unary_test> tests;
  for (std::size_t i = 0; i != out_.inputs_.size(); ++i) {
    policy::axis& cells = out_.axes_[i];
    cells.close();
    const bool words = out_.input(i).domain.bare_words();
    for (std::size_t rule = 0; rule != source.rules.size(); ++rule) {
      tests.clear();
      collecting sink{tests};
      (void)parse_cell(source.cells[rule * columns + out_.inputs_[i]].text, words, sink);
      if (sink.everything) out_.runs_.push_back(cells.all());
      else cells.append_runs(tests.data(), tests.size(), sink.negated, out_.runs_);
      out_.run_ends_.push_back(static_cast<std::uint32_t>(out_.runs_.size()));
    }
  }
}

ECTP_DEF void table_builder::build_index() {
  const std::size_t words = (out_.rules_.size() + 63) / 64;
  out_.block_words_ = words == 1 ? 1 : 8;
  out_.block_count_ = static_cast<std::uint32_t>((words + out_.block_words_ - 1) / out_.block_words_);
  out_.blocks_.assign(out_.block_words_, 0);
  buckets_.assign(64, 0);
  std::size_t ids = 0;
  for (const policy::axis& a : out_.axes_) {
    out_.first_block_id_.push_back(ids);
    ids += std::size_t{a.size()} * out_.block_count_;
  }
  bool fits = ids * sizeof(std::uint32_t) <= options_.limits.index_bytes;
  if (fits) out_.block_ids_.assign(ids, 0);
  list<std::uint64_t> rows;
  for (std::size_t i = 0; fits && i != out_.axes_.size(); ++i)
    for (std::uint32_t b = 0; fits && b != out_.block_count_; ++b) fits = index_block(i, b, rows);
  if (fits) return;
  add(error{errc::too_large, "the compiled table would be too large", {options_.file, 1, 1, {}},
            "fewer rules, or fewer different values in its tests", "split the table, or raise its limits"});
}

/// Finds the rows of bits of one block of rules, for each cell of one input.
ECTP_DEF bool table_builder::index_block(std::size_t input, std::uint32_t block,
                                          list<std::uint64_t>& rows) {
  const std::size_t width = out_.block_words_, cells = out_.axes_[input].size();
  const std::size_t rules = out_.rules_.size(), first = std::size_t{block} * width * 64;
  const std::size_t last = first + width * 64 < rules ? first + width * 64 : rules;
  // A run flips its rule's bit where it begins and behind its end; summing up gives the rows.
  rows.assign((cells + 1) * width, 0);
  for (std::size_t rule = first; rule != last; ++rule) {
    const std::size_t word = (rule - first) / 64;
    const std::uint64_t bit = std::uint64_t{1} << rule % 64;
    for (const cell_run& r : out_.runs(rule, input)) {
      rows[r.first * width + word] ^= bit;
      rows[(r.last + std::size_t{1}) * width + word] ^= bit;
    }
  }
  std::uint32_t* const ids = out_.block_ids_.data() + out_.first_block_id_[input] + block;
  std::uint32_t id = 0;
  for (std::size_t c = 0; c != cells; ++c) {
    bool same = true;
    for (std::size_t w = 0; w != width; ++w) {
      same = same && rows[c * width + w] == 0;
      if (c != 0) rows[c * width + w] ^= rows[(c - 1) * width + w];
    }
    if (!same || c == 0) id = block_id(rows.data() + c * width);
    ids[c * out_.block_count_] = id;
  }
  return out_.block_ids_.size() * sizeof(std::uint32_t) + out_.blocks_.size() * sizeof(std::uint64_t) <=
         options_.limits.index_bytes;
}

/// The number of a block with these bits; a new one if there is none yet. Block 0 is empty.
ECTP_DEF std::uint32_t table_builder::block_id(const std::uint64_t* words) {
  const std::size_t width = out_.block_words_;
  const auto hash_of = [&](const std::uint64_t* w) {
    std::uint64_t h = 0x9E3779B97F4A7C15u;
    for (std::size_t i = 0; i != width; ++i) {
      h = (h ^ w[i]) * 0xBF58476D1CE4E5B9u;
      h ^= h >> 29;
    }
    return static_cast<std::size_t>(h);
  };
  const auto same = [&](std::size_t id) {
    for (std::size_t i = 0; i != width; ++i)
      if (out_.blocks_[id * width + i] != words[i]) return false;
    return true;
  };
  if (same(0)) return 0;
  const std::size_t count = out_.blocks_.size() / width;
  if (2 * count >= buckets_.size()) {
    buckets_.assign(4 * buckets_.size(), 0);
    for (std::size_t id = 1; id != count; ++id) {
      std::size_t at = hash_of(out_.blocks_.data() + id * width) % buckets_.size();
      while (buckets_[at] != 0) at = (at + 1) % buckets_.size();
      buckets_[at] = static_cast<std::uint32_t>(id + 1);
    }
  }
  std::size_t at = hash_of(words) % buckets_.size();
  for (; buckets_[at] != 0; at = (at + 1) % buckets_.size())
    if (same(buckets_[at] - 1)) return buckets_[at] - 1;
  buckets_[at] = static_cast<std::uint32_t>(count + 1);
  for (std::size_t i = 0; i != width; ++i) out_.blocks_.push_back(words[i]);
  return static_cast<std::uint32_t>(count);
}

ECTP_DEF reading table_builder::finish() && {
  reading out;
  if (errors_.empty()) {
    out.table = std::move(out_);
    return out;
  }
  list<std::uint32_t> order;
  for (std::size_t i = 0; i != errors_.size(); ++i) order.push_back(static_cast<std::uint32_t>(i));
  detail::sort(order, 0, order.size(), [&](std::uint32_t a, std::uint32_t b) {
    const location &x = errors_[a].at, &y = errors_[b].at;
    if (x.line != y.line) return x.line < y.line;
    return x.column != y.column ? x.column < y.column : a < b;
  });
  for (const std::uint32_t i : order) out.errors.push_back(std::move(errors_[i]));
  return out;
}

namespace detail {
ECTP_DECL maybe<std::size_t> find_column(std::span<const column> all, std::span<const std::uint32_t> some,
                                                 std::string_view name) noexcept;

ECTP_DEF maybe<std::size_t> find_column(std::span<const column> all, std::span<const std::uint32_t> some,
                                                 std::string_view name) noexcept {
  for (std::size_t i = 0; i != some.size(); ++i)
    if (all[some[i]].name == name) return i;
  return {};
}
}  // namespace detail

ECTP_DEF maybe<std::size_t> table::find_input(std::string_view name) const noexcept {
  return detail::find_column(columns(), inputs(), name);
}
ECTP_DEF maybe<std::size_t> table::find_output(std::string_view name) const noexcept {
  return detail::find_column(columns(), outputs(), name);
}
ECTP_DEF maybe<std::size_t> table::find_note(std::string_view name) const noexcept {
  return detail::find_column(columns(), notes(), name);
}
ECTP_DEF maybe<std::size_t> table::find_rule(std::string_view id) const noexcept {
  const std::size_t i =
      detail::partition_point(by_id_.size(), [&](std::size_t k) { return rule_id(by_id_[k]).compare(id) < 0; });
  if (i == by_id_.size() || rule_id(by_id_[i]) != id) return {};
  return std::size_t{by_id_[i]};
}

ECTP_DEF value_ref table::output(std::size_t rule, std::size_t i) const noexcept {
  const literal_value& l = literals_[rule * outputs_.size() + i];
  switch (l.kind) {
    case value_kind::null: return {};
    case value_kind::boolean: return l.boolean;
    case value_kind::number: return l.number.to_double();
    case value_kind::text: return std::string_view(text_).substr(l.begin, l.size);
  }
  return {};
}

ECTP_DEF std::string_view table::note(std::size_t rule, std::string_view name) const noexcept {
  const maybe<std::size_t> i = find_note(name);
  return i ? note(rule, *i) : std::string_view();
}

ECTP_DEF std::span<const cell_run> table::runs(std::size_t rule, std::size_t i) const noexcept {
  const std::size_t k = i * rules_.size() + rule;
  const std::size_t begin = k == 0 ? 0 : run_ends_[k - 1];
  return {runs_.data() + begin, run_ends_[k] - begin};
}

ECTP_DEF bool table::holds(std::size_t rule, std::size_t i, std::uint32_t cell) const noexcept {
  const std::span<const cell_run> all = runs(rule, i);
  const std::size_t k = detail::partition_point(all.size(), [&](std::size_t n) { return all[n].last < cell; });
  return k != all.size() && all[k].first <= cell;
}

ECTP_DEF rule_set table::rules_of(std::size_t i, std::uint32_t cell) const noexcept {
  rule_set out;
  out.blocks_ = blocks_.data();
  out.ids_ = block_ids_.data() + first_block_id_[i] + std::size_t{cell} * block_count_;
  out.words_ = (rules_.size() + 63) / 64;
  out.width_ = block_words_;
  return out;
}

ECTP_DEF maybe<error> table::refusal(std::size_t i, value_ref v) const {
  const problem why = axes_[i].refusal(v);
  if (why == problem::none) return {};
  const column& c = input(i);
  error e;
  e.code = why == problem::wrong_kind || why == problem::null_not_allowed ? errc::wrong_type : errc::out_of_range;
  e.message = "the input " + detail::shown(c.name) + " of the table " + detail::shown(name_) +
              " does not take " + to_string(v);
  e.at = detail::at_input(c.name);
  e.expected = to_string(c.domain);
  if (why == problem::null_not_allowed) e.hint = "the value is needed to decide";
  return e;
}

ECTP_DEF reading read_csv_all(std::string_view text, const read_options& options) {
  table_builder builder(options);
  csv::limits most = options.limits.source;
  // Offsets into a table's text have 32 bits.
  if (most.bytes > std::size_t{0x7FFF'FFFF}) most.bytes = std::size_t{0x7FFF'FFFF};
  csv::sheet sheet;
  const result<void> whole = csv::read_into(sheet, text, options.file, most);
  if (!whole) builder.add(whole.error());
  // Cells are views of the decoded text, which must not move.
  builder.decoded.reserve(text.size() <= most.bytes ? text.size() : 0);
  table_source source;
  if (whole || sheet.rows() >= 3)
    if (builder.read_rows(source, sheet)) builder.compile(source);
  return std::move(builder).finish();
}

ECTP_DEF result<table> read_csv(std::string_view text, const read_options& options) {
  reading r = read_csv_all(text, options);
  if (!r.table) return std::move(r.errors.front());
  return std::move(*r.table);
}

ECTP_DEF reading compile(const table_source& source, const read_options& options) {
  table_builder builder(options);
  builder.compile(source);
  return std::move(builder).finish();
}

}  // namespace ectp::inline ECTP_ABI::policy
