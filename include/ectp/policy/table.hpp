#pragma once
/// A decision table: read once, checked whole, then immutable and free to share between threads.
///
/// As CSV (the blanks around a cell do not matter):
///
///     F,self,mentor,path,reason            hit policy in the corner, then the column names
///     ,in,in,out,note                      what each column is
///     ,integer [0..5],"low,high","a,b",    what each column may hold (domain.hpp)
///     #change,actionable,fixed,,           optional: may advice offer to change this input?
///     #default,,,b,                        optional: the outputs where no rule matches
///     r1,>=4,high,a,both agree             one row a rule: its id, tests, outputs, notes
///     r2,-,-,b,anything else
///
/// Further optional rows of the header are #label, #unit and #source, a text for each column; and
/// #id, #version and #valid, which say in the first column's cell which policy this is, which
/// semantic version of it, and on which days it is valid (`2025-09-01..2026-08-31`).
///
/// A cell of an `in` column is a unary test (cell.hpp). A cell of an `out` column is one literal;
/// an empty one is null; in a `string` column the quotes may be left out. Rows whose cells are
/// all empty are skipped.
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/csv.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/axis.hpp"
#include "ectp/policy/cell.hpp"
#include "ectp/policy/domain.hpp"
#include "ectp/policy/number.hpp"
#include "ectp/policy/period.hpp"
#include "ectp/policy/storage.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

struct outcome;
class scratch;

/// Which of the rules that match decide, and how: DMN's hit policies.
enum class hit_policy : std::uint8_t {
  unique,        ///< at most one rule may match
  any,           ///< several may match that give the same
  priority,      ///< the one whose outputs stand first in the lists of the outputs' values
  first,         ///< the first that matches, in the order of the rows
  rule_order,    ///< all that match, in the order of the rows
  output_order,  ///< all that match, by the lists of the outputs' values
  collect        ///< all that match, or what `aggregation` makes of them
};

/// What COLLECT makes of the outputs of the rules that match.
enum class aggregation : std::uint8_t { none, sum, min, max, count };

/// `UNIQUE`, `RULE ORDER` and so on.
constexpr std::string_view name(hit_policy h) noexcept {
  constexpr std::string_view names[] = {"UNIQUE",     "ANY",          "PRIORITY", "FIRST",
                                        "RULE ORDER", "OUTPUT ORDER", "COLLECT"};
  return names[static_cast<std::size_t>(h)];
}
/// `SUM`, `MIN`, `MAX` or `COUNT`; `none` has no name.
constexpr std::string_view name(aggregation a) noexcept {
  constexpr std::string_view names[] = {"", "SUM", "MIN", "MAX", "COUNT"};
  return names[static_cast<std::size_t>(a)];
}
/// As the corner of a table writes it: `U`, `A`, `P`, `F`, `R`, `O`, `C`, `C+`, `C<`, `C>`, `C#`.
constexpr std::string_view corner(hit_policy h, aggregation a) noexcept {
  constexpr std::string_view corners[] = {"U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"};
  return corners[static_cast<std::size_t>(h) + static_cast<std::size_t>(a)];
}
namespace detail {
/// Reads the corner of a table, its sign or its name; false, and UNIQUE, if it is none.
constexpr bool read_hit_policy(std::string_view s, hit_policy& out, aggregation& made_of) noexcept {
  for (std::uint8_t h = 0; h != 7; ++h)
    for (std::uint8_t a = 0; a != (h == 6 ? 5 : 1); ++a) {
      out = static_cast<hit_policy>(h);
      made_of = static_cast<aggregation>(a);
      const std::string_view whole = name(out), what = name(made_of);
      if (s == corner(out, made_of) || (a == 0 && s == whole)) return true;
      if (a != 0 && s.size() == whole.size() + 1 + what.size() && s.substr(0, whole.size()) == whole &&
          s[whole.size()] == ' ' && s.substr(whole.size() + 1) == what)
        return true;
    }
  out = hit_policy::unique;
  made_of = aggregation::none;
  return false;
}
/// The corners of the optional rows of the header.
inline constexpr std::string_view header_rows[] = {"#label",   "#unit", "#source",  "#change",
                                                   "#default", "#id",   "#version", "#valid"};
}  // namespace detail

/// Does one rule decide, so that its outputs are the answer?
constexpr bool single_hit(hit_policy h) noexcept { return h <= hit_policy::first; }

/// What a column is for: a test of an input, an output, or a note to the reader.
enum class column_role : std::uint8_t { input, output, note };

/// `in`, `out` or `note`, as the second row writes it.
constexpr std::string_view name(column_role r) noexcept {
  return r == column_role::input ? "in" : r == column_role::output ? "out" : "note";
}

/// One column of a table.
struct column {
  std::string name;
  column_role role = column_role::note;
  policy::domain domain;     ///< what it may hold; a note has none
  std::string label;         ///< for people; empty: the name says it
  std::string unit;          ///< such as `school days`; empty: none or not said
  std::string source;        ///< where the column comes from; empty: not said
  bool fixed = false;        ///< an input that advice never offers to change
  std::uint32_t line = 0;    ///< of its name in the source, 1-based
  std::uint32_t offset = 0;  ///< of its name in the line, 1-based, in bytes
  friend bool operator==(const column&, const column&) = default;
};

/// How large a table may be. Anything larger is refused as `too_large`, with the place.
struct table_limits {
  csv::limits source = {std::size_t{16} << 20, 70'000, 1'024, 2'000'000};
  std::uint32_t rules = 65'536;
  std::size_t index_bytes = std::size_t{256} << 20;  ///< of the compiled bit sets
  std::uint32_t errors = 1'000;                      ///< reported at most for one table
};

/// What a table is called and how large it may be.
struct read_options {
  std::string name;  ///< of the table; empty: the file's name without folders and ending
  std::string file;  ///< shown in locations; nothing is opened
  table_limits limits = {};
};

/// The set of rules whose test of one input holds in one elementary cell. A view of the table.
class rule_set {
 public:
  /// Number of 64-bit words; bits beyond the last rule are 0.
  std::size_t words() const noexcept { return words_; }
  std::uint64_t word(std::size_t i) const noexcept {
    return blocks_[std::size_t{ids_[i / width_]} * width_ + i % width_];
  }
  bool contains(std::size_t rule) const noexcept { return (word(rule / 64) >> rule % 64 & 1) != 0; }

 private:
  friend class table;
  const std::uint64_t* blocks_ = nullptr;
  const std::uint32_t* ids_ = nullptr;
  std::size_t words_ = 0;
  std::size_t width_ = 1;
};

struct table_source;
struct reading;

/// What a test says of a value: where order meets null, nobody knows.
enum class truth : std::uint8_t { no, yes, unknown };

/// A compiled decision table; a value type. The default is a table without columns and rules.
class table {
 public:
  table() = default;

  const std::string& name() const noexcept { return name_; }
  const std::string& file() const noexcept { return file_; }
  /// The policy's own id, and its semantic version (semantic_version.hpp); empty where the table does
  /// not say them.
  std::string_view id() const noexcept { return text(identity_[0]); }
  std::string_view version() const noexcept { return text(identity_[1]); }
  /// The days on which it is valid: all of them where the table does not say.
  const period& valid() const noexcept { return valid_; }
  /// Where the table says so; without a line where it does not.
  location id_location() const { return at(identity_[0]); }
  location version_location() const { return at(identity_[1]); }
  location valid_location() const { return at(identity_[2]); }
  policy::hit_policy hit_policy() const noexcept { return hit_policy_; }
  /// `none` unless the hit policy is COLLECT.
  policy::aggregation aggregation() const noexcept { return aggregation_; }

  /// All columns in the order of the source; rules address them by this position.
  std::span<const column> columns() const noexcept { return {columns_.data(), columns_.size()}; }
  /// Positions in `columns()` of the inputs, outputs and notes, in the order of the source.
  std::span<const std::uint32_t> inputs() const noexcept { return {inputs_.data(), inputs_.size()}; }
  std::span<const std::uint32_t> outputs() const noexcept { return {outputs_.data(), outputs_.size()}; }
  std::span<const std::uint32_t> notes() const noexcept { return {notes_.data(), notes_.size()}; }
  std::size_t rules() const noexcept { return rules_.size(); }

  /// The i-th input, output or note column. Precondition: it exists.
  const column& input(std::size_t i) const noexcept { return columns_[inputs_[i]]; }
  const column& output(std::size_t i) const noexcept { return columns_[outputs_[i]]; }
  const column& note(std::size_t i) const noexcept { return columns_[notes_[i]]; }

  /// Position among the inputs, outputs or notes, or among the rules; none if there is no such.
  ECTP_DECL maybe<std::size_t> find_input(std::string_view name) const noexcept;
  ECTP_DECL maybe<std::size_t> find_output(std::string_view name) const noexcept;
  ECTP_DECL maybe<std::size_t> find_note(std::string_view name) const noexcept;
  ECTP_DECL maybe<std::size_t> find_rule(std::string_view id) const noexcept;

  std::string_view rule_id(std::size_t rule) const noexcept { return text(rules_[rule]); }
  /// Where the rule's row begins.
  location rule_location(std::size_t rule) const { return at(rules_[rule]); }
  /// A cell as it was written, without the blanks around it; `column` counts in `columns()`.
  std::string_view cell_text(std::size_t rule, std::size_t column) const noexcept {
    return text(cells_[rule * columns_.size() + column]);
  }
  location cell_location(std::size_t rule, std::size_t column) const {
    return at(cells_[rule * columns_.size() + column]);
  }

  /// What the rule puts out in the i-th output column; text lives as long as the table.
  ECTP_DECL value_ref output(std::size_t rule, std::size_t i) const noexcept;
  /// The rule's literal as an exact decimal; 0 unless it is a number.
  decimal output_decimal(std::size_t rule, std::size_t i) const noexcept {
    return literals_[rule * outputs_.size() + i].number;
  }
  /// The rule's text in the i-th note column, or in the note column of that name (empty if none).
  std::string_view note(std::size_t rule, std::size_t i) const noexcept {
    return cell_text(rule, notes_[i]);
  }
  ECTP_DECL std::string_view note(std::size_t rule, std::string_view name) const noexcept;

  /// What the i-th output is where no rule matches; null unless `has_defaults()`.
  ECTP_DECL value_ref default_output(std::size_t i) const noexcept;
  decimal default_decimal(std::size_t i) const noexcept {
    return defaults_.empty() ? decimal{} : defaults_[i].number;
  }
  /// Has any output a default?
  bool has_defaults() const noexcept { return !defaults_.empty(); }
  /// Do two rules give the same in every output?
  ECTP_DECL bool same_outputs(std::size_t a, std::size_t b) const noexcept;
  /// PRIORITY and OUTPUT ORDER: the lower, the sooner; rules of equal rank go by their row. Else 0.
  std::uint32_t rank(std::size_t rule) const noexcept { return ranks_.empty() ? 0 : ranks_[rule]; }

  /// The elementary cells of the i-th input.
  const policy::axis& axis(std::size_t i) const noexcept { return axes_[i]; }
  /// Where the rule's test of the i-th input holds: disjoint runs of cells, ascending. All cells
  /// for a test that names another input: `row_test` has its answer.
  ECTP_DECL std::span<const cell_run> runs(std::size_t rule, std::size_t i) const noexcept;
  /// Does the rule's test of the i-th input hold in that elementary cell?
  ECTP_DECL bool holds(std::size_t rule, std::size_t i, std::uint32_t cell) const noexcept;
  /// The rules whose test of the i-th input holds in that elementary cell.
  ECTP_DECL rule_set rules_of(std::size_t i, std::uint32_t cell) const noexcept;

  /// Does any test name another input? Then cells alone do not decide.
  bool needs_row() const noexcept { return !row_cells_.empty(); }
  /// Does the rule's test of the i-th input name another input?
  ECTP_DECL bool names_input(std::size_t rule, std::size_t i) const noexcept;
  /// The test of the i-th input over these values, one for each input. Precondition: `names_input`.
  ECTP_DECL truth row_test(std::size_t rule, std::size_t i, std::span<const value_ref> values) const noexcept;

  /// Working space for `decide`, in decide.hpp.
  ECTP_DECL scratch make_scratch() const;
  /// Decides on one value for each input, in the order of `inputs()`. `work` then has the cells and
  /// the rules that decided.
  ECTP_DECL outcome decide(std::span<const value_ref> values, scratch& work) const noexcept;
  /// Decides on one elementary cell for each input. Precondition: not `needs_row()`; each cell is
  /// one of its axis.
  ECTP_DECL outcome decide_cells(std::span<const std::uint32_t> cells, scratch& work) const noexcept;
  /// Decides on named values in any order, one for each input; null is passed as null.
  /// Errors: `unknown_field`, `missing_field`, `bad_argument`, `wrong_type`, `out_of_range`; the
  /// location's path names the input. No rule and conflict are outcomes, not errors.
  ECTP_DECL result<outcome> decide(std::span<const named_value> values) const;
  template <class lazy = void>
  result<outcome> decide(std::initializer_list<named_value> values) const;
  /// Puts named values into the order of `inputs()`. Errors: `unknown_field` (no such input),
  /// `missing_field` (an input without a value), `bad_argument` (an input named twice).
  ECTP_DECL result<std::vector<value_ref>> arrange(std::span<const named_value> values) const;
  /// Why the i-th input does not take this value. Error: `wrong_type` or `out_of_range`; empty if
  /// it does take it.
  ECTP_DECL maybe<error> refusal(std::size_t i, value_ref v) const;

  friend bool operator==(const table&, const table&) = default;

 private:
  struct source_place {
    std::uint32_t begin = 0, size = 0;  // in text_
    std::uint32_t line = 0, column = 0;
    friend bool operator==(const source_place&, const source_place&) = default;
  };
  struct literal_value {
    value_kind kind = value_kind::null;
    bool boolean = false;
    decimal number;
    std::uint32_t begin = 0, size = 0;  // in text_
    friend bool operator==(const literal_value&, const literal_value&) = default;
  };
  // One side of a test that names another input: that input, or a literal.
  struct operand {
    std::uint32_t input = 0xFFFF'FFFF;  // none: the literal
    value_kind kind = value_kind::null;
    bool boolean = false;
    double number = 0;
    std::uint32_t begin = 0, size = 0;  // in text_
    friend bool operator==(const operand&, const operand&) = default;
  };
  struct operand_test {
    relation how = relation::equal;
    bool low_open = false, high_open = false;
    operand low, high;
    friend bool operator==(const operand_test&, const operand_test&) = default;
  };
  struct row_cell {
    std::uint32_t rule = 0, input = 0, first = 0, last = 0;  // tests [first, last)
    bool negated = false;
    friend bool operator==(const row_cell&, const row_cell&) = default;
  };
  // A large table is searched like a map: cells below `split` of that input lie to the left.
  struct branch {
    std::uint32_t input = 0xFFFF'FFFF;      // none: a leaf
    std::uint32_t split = 0;
    std::uint32_t left = 0, right = 0;      // branches; of a leaf the rules [left, right)
    friend bool operator==(const branch&, const branch&) = default;
  };
  friend class table_builder;

  ECTP_DECL value_ref value_of(const literal_value& l) const noexcept;
  std::string_view text(const source_place& p) const noexcept {
    return std::string_view(text_).substr(p.begin, p.size);
  }
  // The rules that match in the cells of `work`.
  ECTP_DECL outcome select_word(scratch& work, const value_ref* values) const noexcept;
  ECTP_DECL outcome select_blocks(scratch& work, const value_ref* values) const noexcept;
  ECTP_DECL outcome search(scratch& work, const value_ref* values) const noexcept;
  ECTP_DECL outcome look_up(scratch& work, const value_ref* values) const noexcept;
  // Takes note of a rule that matches; true when no further rule can change the outcome.
  ECTP_DECL bool take(std::uint32_t rule, outcome& out, scratch& work) const noexcept;
  ECTP_DECL outcome finish(outcome out, scratch& work) const noexcept;
  ECTP_DECL outcome no_match() const noexcept;
  ECTP_DECL const row_cell* find_row_cell(std::size_t rule, std::size_t i) const noexcept;
  // Do the rule's tests that name another input hold?
  ECTP_DECL bool row_holds(std::size_t rule, const value_ref* values) const noexcept;
  ECTP_DECL truth compare(const operand_test& t, std::size_t input, const value_ref* values) const noexcept;
  location at(const source_place& p) const { return {file_, p.line, p.column, {}}; }

  std::string name_, file_;
  source_place identity_[3];             // id, version, valid
  period valid_;
  policy::hit_policy hit_policy_ = policy::hit_policy::unique;
  policy::aggregation aggregation_ = policy::aggregation::none;
  list<column> columns_;
  list<std::uint32_t> inputs_, outputs_, notes_;
  std::string text_;                     // every text of the table, addressed by offset
  list<source_place> rules_;      // the ids
  list<std::uint32_t> by_id_;     // rules sorted by id
  list<source_place> cells_;      // rule-major
  list<literal_value> literals_;  // rule-major
  list<literal_value> defaults_;  // one an output, or none at all
  list<std::uint32_t> ranks_;     // one a rule, or none at all
  list<operand_test> row_tests_;
  list<row_cell> row_cells_;      // sorted by rule, then input
  list<policy::axis> axes_;       // one an input
  list<cell_run> runs_;
  list<std::uint32_t> run_ends_;  // input-major: where the runs of (input, rule) end
  // Rows of bits over the rules, cut into blocks of block_words_ words; equal blocks are stored
  // once, so that a column of thousands of thresholds does not cost cells x rules bits.
  list<std::uint64_t> blocks_;
  list<std::uint32_t> block_ids_;    // input-major, then cell, then block
  list<std::size_t> first_block_id_;  // one an input
  std::uint32_t block_words_ = 1, block_count_ = 0;  // 1 or 8 words
  list<branch> branches_;            // none: the rows of bits are searched
  list<std::uint32_t> leaf_rules_;   // ascending in each leaf
  list<cell_run> hulls_;             // rule-major: from the first cell of each test to its last
};

/// One cell of any source: its text, and where that text stands.
struct source_cell {
  std::string_view text;  ///< decoded
  csv::cell at;           ///< the slice it was decoded from
};

/// How the cells of a form of text are decoded, and where their bytes stand.
struct source_form {
  void (*decode)(const csv::cell&, std::string&);  ///< appends the text of a cell marked `doubled`
  csv::position (*locate)(const csv::cell&, std::size_t decoded_offset) noexcept;
  std::string_view row_hint;  ///< what to do about a row of the wrong length
};

inline constexpr source_form csv_form{
    csv::decode<std::string>, csv::locate,
    "put a cell with a comma in it in quotes; keep the commas of empty cells"};

/// A column as its source gives it.
struct source_column {
  source_cell name, role, domain;
};

/// An optional row of the header, such as `#label`.
struct source_extra {
  source_cell corner;
  list<source_cell> cells;  ///< one a column
};

/// A table before it is compiled, the same whatever it was written in. Borrows all its text.
struct table_source {
  source_cell hit_policy;
  list<source_column> columns;
  list<source_extra> extras;
  list<source_cell> rules;  ///< the ids
  list<source_cell> cells;  ///< rule-major: rules.size() x columns.size()
};

/// What came of reading a table: the table, or every error in the order of the source.
struct reading {
  maybe<policy::table> table;
  std::vector<error> errors;  ///< empty exactly when there is a table
};

/// Reads a table written as CSV. Gives the first error: `bad_table`, `bad_domain`, `bad_cell`,
/// `bad_id`, `bad_date`, `duplicate_id`, `syntax`, `encoding` or `too_large`, with file, line and column.
ECTP_DECL result<table> read_csv(std::string_view text, const read_options& options = {});

/// The same with all errors of the file, found in one pass.
ECTP_DECL reading read_csv_all(std::string_view text, const read_options& options = {});

/// Compiles a table that was read from any source; `form` says where the bytes of its cells stand.
ECTP_DECL reading compile(const table_source& source, const read_options& options = {},
                          const source_form& form = csv_form);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/table.ipp"
#endif
