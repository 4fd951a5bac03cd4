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
#include "ectp/policy/semantic_version.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

namespace detail {
/// `/name` as a JSON pointer.
ECTP_DECL location at_input(std::string_view name);
/// A file's name without its folders and its ending.
ECTP_DECL std::string stem(std::string_view file);

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
}  // namespace detail

/// Checks a source and turns it into a table, collecting every error on the way.
class table_builder {
 public:
  explicit table_builder(const read_options& options, const source_form& form = csv_form)
      : options_(options), form_(form) {
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
    const csv::position p = form_.locate(c.at, at);
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
    form_.decode(c, decoded);
    return {std::string_view(decoded).substr(begin), c};
  }
  ECTP_DECL table::source_place keep(const source_cell& c) {
    const std::string_view text = trim(c.text);
    const csv::position p = form_.locate(c.at, begin_of(c));
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
  ECTP_DECL void read_extras(const table_source& source);
  ECTP_DECL void read_identity(std::size_t which, const source_extra& extra);
  ECTP_DECL void check_hit_policy(const source_cell& corner);
  ECTP_DECL fault mention(std::size_t input, const unary_test& t);
  ECTP_DECL bool read_output(const source_cell& c, std::size_t output, table::literal_value& made);
  ECTP_DECL table::operand operand_of(std::size_t input, const literal& l);
  ECTP_DECL void rank_rules();
  ECTP_DECL void find_runs(const table_source& source);
  ECTP_DECL void build_index();
  ECTP_DECL void build_tree();
  ECTP_DECL std::uint32_t grow(std::size_t first, std::uint32_t depth);
  ECTP_DECL bool index_block(std::size_t input, std::uint32_t block, list<std::uint64_t>& rows);
  ECTP_DECL std::uint32_t block_id(const std::uint64_t* words);

  const read_options& options_;
  const source_form& form_;
  table out_;
  std::vector<error> errors_;
  bool missing_input_ = true, missing_output_ = true;
  list<bool> readable_;          // columns whose role and domain are understood
  list<policy::axis> values_;    // the values of each output column
  list<std::uint32_t> buckets_;  // hash table over the blocks: id + 1, or 0
  list<cell_run> box_;           // one an input: the cells of the branch that grows
  list<std::uint32_t> active_;   // the rules that meet it, at the end
  std::size_t room_ = 0;         // entries that the leaves may have
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
              count(cells) + ", as in the first row", std::string(form_.row_hint)});
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
  const auto is_extra = [&](std::size_t r) { return trim(rows[r][0].raw).substr(0, 1) == "#"; };
  std::size_t first_rule = 3;
  for (; first_rule != rows.size() && is_extra(first_rule); ++first_rule) {
    const std::span<const csv::cell> row = rows[first_rule];
    if (row.size() != cells) {
      wrong_length(row, cells);
      continue;
    }
    source_extra extra{cell_of(row[0]), {}};
    for (std::size_t c = 1; c != cells; ++c) extra.cells.push_back(cell_of(row[c]));
    out.extras.push_back(std::move(extra));
  }
  for (std::size_t r = first_rule; r != rows.size(); ++r) {
    if (is_extra(r)) {
      const source_cell corner = cell_of(rows[r][0]);
      add(errc::bad_table, corner, begin_of(corner),
          detail::shown(trim(corner.text)) + " among the rules", "rows of the header before the first rule");
      continue;
    }
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
  read_extras(source);
  check_hit_policy(source.hit_policy);
  if (source.rules.size() > options_.limits.rules) {
    add(errc::too_large, source.rules[options_.limits.rules], 0, "too many rules");
    return;
  }
  read_ids(source);
  read_cells(source);
  if (!errors_.empty()) return;
  rank_rules();
  find_runs(source);
  build_index();
  if (errors_.empty() && out_.rules_.size() > 512) build_tree();
}

ECTP_DEF void table_builder::read_hit_policy(const source_cell& c) {
  const std::string_view s = trim(c.text);
  if (detail::read_hit_policy(s, out_.hit_policy_, out_.aggregation_)) return;
  add(errc::bad_table, c, begin_of(c),
      s.empty() ? std::string("the corner of the table names no hit policy")
                : detail::shown(s) + " is not a hit policy",
      "U, A, P, F, R, O, C, C+ (sum), C< (minimum), C> (maximum) or C# (count)",
      "the first cell of the table names its hit policy");
}

/// What the hit policy asks of the outputs.
ECTP_DEF void table_builder::check_hit_policy(const source_cell& c) {
  if (out_.outputs_.empty()) return;
  const std::string what(name(out_.hit_policy_));
  if (out_.hit_policy_ == hit_policy::priority || out_.hit_policy_ == hit_policy::output_order) {
    bool listed = !missing_output_;  // an output whose domain is at fault may have been meant
    for (std::size_t i = 0; i != out_.outputs_.size(); ++i) listed = listed || out_.output(i).domain.listed;
    if (!listed)
      add(errc::bad_table, c, begin_of(c), what + " needs an output that lists its values",
          "a list of values as the domain of an output", "the order of the list is the order of priority");
  }
  if (out_.aggregation_ == aggregation::none) return;
  const std::string made(name(out_.aggregation_));
  if (out_.outputs_.size() > 1)
    add(errc::bad_table, c, begin_of(c), made + " of more than one output", "one output",
        "C gives a list of all outputs");
  const domain& d = out_.output(0).domain;
  const bool sum = out_.aggregation_ == aggregation::sum;
  const bool suits = out_.aggregation_ == aggregation::count ||
                     (sum ? d.type == value_kind::number || d.type == value_kind::duration ||
                                d.type == value_kind::months
                          : is_line(d.type));
  if (!suits)
    add(errc::bad_table, c, begin_of(c), made + " of the output " + detail::shown(out_.output(0).name),
        sum ? "an output of numbers or durations" : "an output of numbers, dates, times or durations",
        "its domain is " + to_string(d));
  else if (d.nullable && out_.aggregation_ != aggregation::count)
    add(errc::bad_table, c, begin_of(c), made + " of an output that may be null", "a domain without null");
}

ECTP_DEF void table_builder::read_extras(const table_source& source) {
  constexpr std::size_t kinds = sizeof detail::header_rows / sizeof detail::header_rows[0];
  bool seen[kinds] = {};
  for (std::size_t x = 0; x != source.extras.size(); ++x) {
    const source_extra& extra = source.extras[x];
    const std::string_view corner = trim(extra.corner.text);
    std::size_t which = 0;
    while (which != kinds && corner != detail::header_rows[which]) ++which;
    if (which == kinds || seen[which]) {
      add(errc::bad_table, extra.corner, begin_of(extra.corner),
          detail::shown(corner) + (which == kinds ? " is not a row of the header" : " stands there twice"),
          "#id, #version, #valid, #label, #unit, #source, #change or #default, each once");
      continue;
    }
    seen[which] = true;
    if (which >= 5) {
      read_identity(which - 5, extra);
      continue;
    }
    std::size_t output = 0;
    for (std::size_t i = 0; i != out_.columns_.size(); ++i) {
      const source_cell& c = extra.cells[i];
      column& to = out_.columns_[i];
      std::string text(trim(c.text));
      const bool is_output = to.role == column_role::output && readable_[i];
      if (which == 4 && is_output) {
        table::literal_value made;
        // Null is the default of an output that names none, whatever its domain.
        if (!text.empty() && text != "null") read_output(c, output, made);
        out_.defaults_.push_back(made);
      } else if (which >= 3 && to.role != (which == 3 ? column_role::input : column_role::output)) {
        // Nothing is known of a column whose role cannot be read.
        if (!text.empty() && (readable_[i] || to.role != column_role::note))
          add(errc::bad_table, c, begin_of(c),
              detail::shown(text) + (which == 3 ? " for a column that is no input" : " for a column that is no output"),
              "an empty cell");
      } else if (which == 3) {
        if (text == "fixed") to.fixed = true;
        else if (!text.empty() && text != "actionable")
          add(errc::bad_table, c, begin_of(c), detail::shown(text) + " does not say whether the input can change",
              "fixed, actionable or an empty cell");
      }
      if (which == 0) to.label = std::move(text);
      if (which == 1) to.unit = std::move(text);
      if (which == 2) to.source = std::move(text);
      if (is_output) ++output;
    }
  }
}

/// `#id`, `#version` or `#valid`: of the whole policy, in the cell of the first column.
ECTP_DEF void table_builder::read_identity(std::size_t which, const source_extra& extra) {
  for (std::size_t i = 1; i < extra.cells.size(); ++i) {
    const source_cell& c = extra.cells[i];
    if (trim(c.text).empty()) continue;
    add(errc::bad_table, c, begin_of(c), detail::shown(trim(c.text)) + " behind the first cell of " + std::string(trim(extra.corner.text)),
        "an empty cell", "the row is about the whole policy: it says it in the first column's cell");
    return;
  }
  if (extra.cells.empty() || trim(extra.cells[0].text).empty()) return;
  const source_cell& c = extra.cells[0];
  const std::string_view said = trim(c.text);
  std::size_t at = begin_of(c), size = 0;
  if (which == 0 && !is_id(said)) {
    add(errc::bad_id, c, at, detail::shown(said) + " is not an id of a policy", "1 to 64 characters of A-Z a-z 0-9 . _ : -");
    return;
  }
  if (which == 1 && !is_semantic_version(said)) {
    add(errc::bad_table, c, at, detail::shown(said) + " is not a semantic version",
        "major.minor.patch, then perhaps a pre-release and a build: 1.2.0, 2.0.0-draft.1, 1.2.0+2025",
        said.size() > 128 ? "at most 128 bytes" : "three whole numbers without zeros in front");
    return;
  }
  if (which == 2) {
    const period_fault wrong = read_period(c.text, out_.valid_, at, size);
    const std::string it = detail::shown(c.text.substr(at, size));
    switch (wrong) {
      case period_fault::none: break;
      case period_fault::no_dots:
      case period_fault::no_day:
        add(errc::bad_date, c, at, it + (wrong == period_fault::no_day ? " names no day" : " is not a period of days"),
            "the first and the last day, such as 2025-09-01..2026-08-31",
            wrong == period_fault::no_day ? "leave the row out where there is no such end" : "without an end: 2025-09-01.. or ..2026-08-31");
        break;
      case period_fault::bad_day:
        add(errc::bad_date, c, at, it + " is not a calendar day", "YYYY-MM-DD, for example 2025-11-24",
            it.find('/') != it.npos ? "dates such as 24/11/2025 are ambiguous: write 2025-11-24" : "");
        break;
      case period_fault::reversed:
        add(errc::bad_date, c, at, it + " ends before it begins", "the first day, then the last one");
        break;
    }
    if (wrong != period_fault::none) return;
  }
  out_.identity_[which] = keep(c);
}

ECTP_DEF void table_builder::read_columns(const table_source& source) {
  check_names(source);
  bool roles_known = true;
  for (std::size_t i = 0; i != source.columns.size(); ++i) {
    const source_column& c = source.columns[i];
    column made;
    const csv::position p = form_.locate(c.name.at, begin_of(c.name));
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
    add(errc::bad_table, source.hit_policy, begin_of(source.hit_policy), "the table has no input", "at least one column marked in");
  if (out_.outputs_.empty() && missing_output_)
    add(errc::bad_table, source.hit_policy, begin_of(source.hit_policy), "the table has no output", "at least one column marked out");
}

ECTP_DEF void table_builder::check_names(const table_source& source) {
  list<std::uint32_t> order;
  const auto name_of = [&](std::uint32_t i) { return trim(source.columns[i].name.text); };
  for (std::size_t i = 0; i != source.columns.size(); ++i) {
    const source_cell& c = source.columns[i].name;
    const std::string_view name = trim(c.text);
    if (name.empty())
      add(errc::bad_table, c, 0, "the column has no name", "a name",
          "take out what separates the cells behind the last column");
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
    add(errc::bad_table, source.hit_policy, begin_of(source.hit_policy), "the table has no rule", "at least one row behind the header");
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

/// Takes note of a test; one that names another input is judged by that input's column.
ECTP_DEF fault table_builder::mention(std::size_t input, const unary_test& t) {
  policy::axis& cells = out_.axes_[input];
  const bool order = t.how != relation::equal && t.how != relation::not_equal;
  bool names = false;
  const auto look = [&](const literal& l) {
    if (!cells.names_input(l)) return fault{};
    std::size_t c = 0;
    while (c != out_.columns_.size() &&
           (out_.columns_[c].name != l.text || out_.columns_[c].role != column_role::input))
      ++c;
    if (c == out_.columns_.size()) return fault{};
    names = true;
    if (!readable_[c]) return fault{};
    std::size_t other = 0;
    while (out_.inputs_[other] != c) ++other;
    const problem p = cells.comparable(out_.axes_[other], order);
    return p == problem::none ? fault{} : fault{p, l.at, l.size};
  };
  if (const fault f = look(t.low)) return f;
  const bool low_names = names;
  names = false;
  if (t.how == relation::within)
    if (const fault f = look(t.high)) return f;
  if (!low_names && !names) return cells.mention(t);
  if (!low_names)
    if (const fault f = cells.mention(t.low, order)) return f;
  if (!names && t.how == relation::within) return cells.mention(t.high, order);
  return {};
}

ECTP_DEF void table_builder::read_cells(const table_source& source) {
  struct mentioning {
    table_builder& builder;
    std::size_t input;
    void any() {}
    void negate() {}
    fault test(const unary_test& t) { return builder.mention(input, t); }
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
      mentioning sink{*this, position[i]};
      if (const fault f = parse_cell(c.text, at.domain.syntax(), sink)) add(f, c, &at.domain);
    } else if (at.role == column_role::output) {
      table::literal_value made;
      if (trim(c.text).empty() && !at.domain.nullable) add(fault{problem::output_missing, 0, 0}, c, &at.domain);
      else if (trim(c.text).empty() || read_output(c, position[i], made)) out_.literals_.push_back(made);
    }
  }
}

/// Reads a cell that is not empty as a value of an output column.
ECTP_DEF bool table_builder::read_output(const source_cell& c, std::size_t output, table::literal_value& made) {
  const domain& d = out_.output(output).domain;
  const std::string_view text = trim(c.text);
  literal l;
  fault f;
  const bool open_text = d.type == value_kind::text && !d.listed;
  if (open_text && text.front() != '"') {
    l.kind = text == "null" ? literal_kind::null : literal_kind::word;
    l.text = text;
    l.at = begin_of(c);
    l.size = text.size();
  } else {
    f = parse_literal(c.text, d.syntax(), l);
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
      case literal_kind::temporal:
        made.kind = l.kind == literal_kind::number ? value_kind::number : l.temporal;
        made.number = l.number;
        v = value_ref(made.kind, l.number.to_double());
        break;
      case literal_kind::quoted:
      case literal_kind::word:
        made.kind = value_kind::text;
        policy::decode(l, decoded_text);
        v = decoded_text;
        break;
    }
    if (const problem p = values_[output].refusal(v); p != problem::none) f = {p, l.at, l.size};
  }
  if (f) {
    add(f, c, &d);
    return false;
  }
  made.begin = static_cast<std::uint32_t>(out_.text_.size());
  made.size = static_cast<std::uint32_t>(decoded_text.size());
  out_.text_ += decoded_text;
  return true;
}

/// PRIORITY and OUTPUT ORDER: where each rule's outputs stand in the lists of the outputs' values,
/// the first output first. Outputs that list nothing do not count; null comes last.
ECTP_DEF void table_builder::rank_rules() {
  if (out_.hit_policy_ != hit_policy::priority && out_.hit_policy_ != hit_policy::output_order) return;
  const std::size_t rules = out_.rules_.size(), outputs = out_.outputs_.size();
  list<std::uint32_t> places;  // rule-major
  for (std::size_t k = 0; k != rules * outputs; ++k) {
    const table::literal_value& l = out_.literals_[k];
    const domain& d = out_.output(k % outputs).domain;
    std::uint32_t place = 0;
    const std::size_t n = d.type == value_kind::text ? d.words.size() : d.numbers.size();
    const std::string_view text = std::string_view(out_.text_).substr(l.begin, l.size);
    if (d.listed)
      while (place != n && (l.kind == value_kind::null ||
                            (d.type == value_kind::text ? d.words[place] != text : d.numbers[place] != l.number)))
        ++place;
    places.push_back(place);
  }
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    for (std::size_t i = 0; i != outputs; ++i)
      if (places[a * outputs + i] != places[b * outputs + i])
        return places[a * outputs + i] < places[b * outputs + i];
    return false;
  };
  list<std::uint32_t> order;
  for (std::uint32_t r = 0; r != rules; ++r) order.push_back(r);
  detail::sort(order, 0, rules, before);
  out_.ranks_.assign(rules, 0);
  for (std::size_t k = 1; k < rules; ++k)
    out_.ranks_[order[k]] = out_.ranks_[order[k - 1]] + (before(order[k - 1], order[k]) ? 1 : 0);
}

ECTP_DEF table::operand table_builder::operand_of(std::size_t input, const literal& l) {
  table::operand out;
  if (out_.axes_[input].names_input(l)) {
    out.input = static_cast<std::uint32_t>(*out_.find_input(l.text));
    return out;
  }
  switch (l.kind) {
    case literal_kind::null: break;
    case literal_kind::boolean:
      out.kind = value_kind::boolean;
      out.boolean = l.boolean;
      break;
    case literal_kind::number:
    case literal_kind::temporal:
      out.kind = l.kind == literal_kind::number ? value_kind::number : l.temporal;
      out.number = l.number.to_double();
      break;
    case literal_kind::quoted:
    case literal_kind::word: {
      out.kind = value_kind::text;
      out.begin = static_cast<std::uint32_t>(out_.text_.size());
      policy::decode(l, out_.text_);
      out.size = static_cast<std::uint32_t>(out_.text_.size()) - out.begin;
      break;
    }
  }
  return out;
}

/// Cuts the inputs into cells and finds where each test holds.
ECTP_DEF void table_builder::find_runs(const table_source& source) {
  struct collecting {
    const policy::axis& cells;
    list<unary_test>& tests;
    bool everything = false, negated = false, names_input = false;
    void any() { everything = true; }
    void negate() { negated = true; }
    fault test(const unary_test& t) {
      tests.push_back(t);
      names_input = names_input || cells.names_input(t.low) ||
                    (t.how == relation::within && cells.names_input(t.high));
      return {};
    }
  };
  const std::size_t columns = source.columns.size();
  list<unary_test> tests;
  for (std::size_t i = 0; i != out_.inputs_.size(); ++i) {
    policy::axis& cells = out_.axes_[i];
    cells.close();
    for (std::size_t rule = 0; rule != source.rules.size(); ++rule) {
      tests.clear();
      collecting sink{cells, tests};
      (void)parse_cell(source.cells[rule * columns + out_.inputs_[i]].text, out_.input(i).domain.syntax(), sink);
      if (sink.names_input) {
        const auto first = static_cast<std::uint32_t>(out_.row_tests_.size());
        for (const unary_test& t : tests)
          out_.row_tests_.push_back({t.how, t.low_open, t.high_open, operand_of(i, t.low),
                                     t.how == relation::within ? operand_of(i, t.high) : table::operand{}});
        out_.row_cells_.push_back({static_cast<std::uint32_t>(rule), static_cast<std::uint32_t>(i), first,
                                   static_cast<std::uint32_t>(out_.row_tests_.size()), sink.negated});
      }
      if (sink.everything || sink.names_input) out_.runs_.push_back(cells.all());
      else cells.append_runs(tests.data(), tests.size(), sink.negated, out_.runs_);
      out_.run_ends_.push_back(static_cast<std::uint32_t>(out_.runs_.size()));
    }
  }
  detail::sort(out_.row_cells_, 0, out_.row_cells_.size(), [](const table::row_cell& a, const table::row_cell& b) {
    return a.rule == b.rule ? a.input < b.input : a.rule < b.rule;
  });
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

/// Cuts the cells into boxes that few rules meet, so that a decision looks at those alone. A table
/// whose rules overlap too much for that keeps to its rows of bits.
ECTP_DEF void table_builder::build_tree() {
  const std::size_t n = out_.inputs_.size();
  for (std::size_t rule = 0; rule != out_.rules_.size(); ++rule) {
    bool never = false;
    for (std::size_t i = 0; i != n; ++i) {
      const std::span<const cell_run> runs = out_.runs(rule, i);
      never = never || runs.empty();
      out_.hulls_.push_back(runs.empty() ? cell_run{1, 0} : cell_run{runs[0].first, runs[runs.size() - 1].last});
    }
    if (!never) active_.push_back(static_cast<std::uint32_t>(rule));
  }
  for (std::size_t i = 0; i != n; ++i) box_.push_back(out_.axes_[i].all());
  room_ = 16 * out_.rules_.size();
  grow(0, 0);
  if (room_ != 0) return;
  out_.branches_.clear();
  out_.leaf_rules_.clear();
  out_.hulls_.clear();
}

/// Grows the branch for `box_` and the rules `active_[first, end)`, which it takes off the list.
ECTP_DEF std::uint32_t table_builder::grow(std::size_t first, std::uint32_t depth) {
  constexpr std::size_t few = 6, deepest = 48, sampled = 63;
  const std::size_t n = out_.inputs_.size(), size = active_.size() - first;
  const auto id = static_cast<std::uint32_t>(out_.branches_.size());
  out_.branches_.push_back({});
  const auto hull = [&](std::size_t k, std::size_t i) -> const cell_run& { return out_.hulls_[active_[k] * n + i]; };
  // The input in which most rules begin or end inside the box.
  std::size_t busiest = 0, most = 0;
  if (size > few && depth != deepest)
    for (std::size_t i = 0; i != n; ++i) {
      std::size_t edges = 0;
      for (std::size_t k = first; k != active_.size(); ++k)
        edges += (hull(k, i).first > box_[i].first ? 1u : 0u) + (hull(k, i).last < box_[i].last ? 1u : 0u);
      if (edges > most) {
        most = edges;
        busiest = i;
      }
    }
  if (most == 0) {
    // Empty leaves take room too.
    room_ = room_ > size + 1 ? room_ - size - 1 : 0;
    out_.branches_[id].left = static_cast<std::uint32_t>(out_.leaf_rules_.size());
    for (std::size_t k = first; room_ != 0 && k != active_.size(); ++k) out_.leaf_rules_.push_back(active_[k]);
    out_.branches_[id].right = static_cast<std::uint32_t>(out_.leaf_rules_.size());
  } else {
    const cell_run whole = box_[busiest];
    list<std::uint32_t> edges;
    const std::size_t step = size / sampled + 1;
    for (std::size_t from = first; edges.empty(); ++from)
      for (std::size_t k = from; k < active_.size(); k += step) {
        if (hull(k, busiest).first > whole.first) edges.push_back(hull(k, busiest).first);
        if (hull(k, busiest).last < whole.last) edges.push_back(hull(k, busiest).last + 1);
      }
    detail::sort(edges, 0, edges.size(), [](std::uint32_t a, std::uint32_t b) { return a < b; });
    const std::uint32_t split = edges[edges.size() / 2];
    const std::size_t end = active_.size();
    std::uint32_t children[2] = {};
    for (const bool right : {false, true}) {
      box_[busiest] = right ? cell_run{split, whole.last} : cell_run{whole.first, split - 1};
      for (std::size_t k = first; room_ != 0 && k != end; ++k)
        if (right ? hull(k, busiest).last >= split : hull(k, busiest).first < split) active_.push_back(active_[k]);
      if (room_ != 0) children[right ? 1 : 0] = grow(end, depth + 1);
    }
    box_[busiest] = whole;
    out_.branches_[id] = {static_cast<std::uint32_t>(busiest), split, children[0], children[1]};
  }
  while (active_.size() > first) active_.pop_back();
  return id;
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

ECTP_DEF value_ref table::value_of(const literal_value& l) const noexcept {
  switch (l.kind) {
    case value_kind::null: return {};
    case value_kind::boolean: return l.boolean;
    case value_kind::text: return std::string_view(text_).substr(l.begin, l.size);
    default: return {l.kind, l.number.to_double()};
  }
}
ECTP_DEF value_ref table::output(std::size_t rule, std::size_t i) const noexcept {
  return value_of(literals_[rule * outputs_.size() + i]);
}
ECTP_DEF value_ref table::default_output(std::size_t i) const noexcept {
  return defaults_.empty() ? value_ref() : value_of(defaults_[i]);
}
ECTP_DEF bool table::same_outputs(std::size_t a, std::size_t b) const noexcept {
  for (std::size_t i = 0; i != outputs_.size(); ++i)
    if (output(a, i) != output(b, i)) return false;
  return true;
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

ECTP_DEF const table::row_cell* table::find_row_cell(std::size_t rule, std::size_t i) const noexcept {
  const std::size_t k = detail::partition_point(row_cells_.size(), [&](std::size_t n) {
    return row_cells_[n].rule == rule ? row_cells_[n].input < i : row_cells_[n].rule < rule;
  });
  return k != row_cells_.size() && row_cells_[k].rule == rule && row_cells_[k].input == i ? row_cells_.data() + k
                                                                                       : nullptr;
}

ECTP_DEF bool table::names_input(std::size_t rule, std::size_t i) const noexcept {
  return find_row_cell(rule, i) != nullptr;
}

ECTP_DEF truth table::row_test(std::size_t rule, std::size_t i, std::span<const value_ref> values) const noexcept {
  const row_cell& c = *find_row_cell(rule, i);
  truth any = truth::no;
  for (std::uint32_t k = c.first; k != c.last && any != truth::yes; ++k)
    if (const truth t = compare(row_tests_[k], i, values.data()); t != truth::no) any = t;
  if (!c.negated || any == truth::unknown) return any;
  return any == truth::yes ? truth::no : truth::yes;
}

ECTP_DEF bool table::row_holds(std::size_t rule, const value_ref* values) const noexcept {
  std::size_t k = detail::partition_point(row_cells_.size(), [&](std::size_t n) { return row_cells_[n].rule < rule; });
  for (; k != row_cells_.size() && row_cells_[k].rule == rule; ++k)
    if (row_test(rule, row_cells_[k].input, {values, inputs_.size()}) != truth::yes) return false;
  return true;
}

ECTP_DEF truth table::compare(const operand_test& t, std::size_t input, const value_ref* values) const noexcept {
  const value_ref v = values[input];
  const auto side = [&](const operand& o) -> value_ref {
    if (o.input != 0xFFFF'FFFF) return values[o.input];
    switch (o.kind) {
      case value_kind::null: return {};
      case value_kind::boolean: return o.boolean;
      case value_kind::text: return std::string_view(text_).substr(o.begin, o.size);
      default: return {o.kind, o.number};
    }
  };
  const auto from = [](bool b) { return b ? truth::yes : truth::no; };
  // -1, 0, 1; 2 where a null has no order.
  const auto order = [&](const value_ref& b) {
    if (v.is_null() || b.is_null()) return 2;
    const double x = v.kind() == value_kind::text ? axes_[input].cell_of(v) : v.number();
    const double y = b.kind() == value_kind::text ? axes_[input].cell_of(b) : b.number();
    return x < y ? -1 : x > y ? 1 : 0;
  };
  const value_ref low = side(t.low);
  if (t.how == relation::equal) return from(v == low);
  if (t.how == relation::not_equal) return from(v != low);
  const int to_low = order(low);
  if (t.how == relation::within) {
    const int to_high = order(side(t.high));
    const truth above = to_low == 2 ? truth::unknown : from(to_low == 1 || (to_low == 0 && !t.low_open));
    const truth below = to_high == 2 ? truth::unknown : from(to_high == -1 || (to_high == 0 && !t.high_open));
    if (above == truth::no || below == truth::no) return truth::no;
    return above == truth::unknown || below == truth::unknown ? truth::unknown : truth::yes;
  }
  if (to_low == 2) return truth::unknown;
  switch (t.how) {
    case relation::less: return from(to_low < 0);
    case relation::less_equal: return from(to_low <= 0);
    case relation::greater: return from(to_low > 0);
    default: return from(to_low >= 0);
  }
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

ECTP_DEF reading compile(const table_source& source, const read_options& options, const source_form& form) {
  table_builder builder(options, form);
  builder.compile(source);
  return std::move(builder).finish();
}

}  // namespace ectp::inline ECTP_ABI::policy
