#pragma once
/// Deciding many rows at once: columns in, columns out, to the bit what deciding row by row says.
///
/// A plan is made of a table once, and then serves any number of batches on any number of threads.
/// Where a table's elementary cells have at most 65,536 combinations, all of them are decided when
/// the plan is made, and a row is one look-up. Tables beyond that, and tables whose tests name other
/// inputs, decide each row by itself. Neither allocates anything for a row.
///
/// Not part of the umbrella.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/list.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/axis.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/table.hpp"
#include "ectp/policy/value.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// How the values of an input column lie in memory.
enum class column_type : std::uint8_t {
  code8,
  code16,
  code32,
  int8,
  int16,
  int32,
  int64,
  uint8,
  uint16,
  uint32,
  uint64,
  float32,
  float64,
  bit
};

/// One input column; all its memory is borrowed. An index of it is a row.
///
/// Codes stand for the listed words in the order of the list, for false and true, or for the values
/// of a dictionary that comes with them; all ones (-1) is null. Any code beyond is an invalid input.
/// Numbers are the values of a line: numbers as they are, dates as days since 1970-01-01, months, or
/// seconds. NaN is null, and so is the lowest number of a signed type. With a validity bitmap only
/// its zeros, and NaN, are null.
struct input_column {
  column_type type = column_type::code8;
  const void* data = nullptr;
  std::size_t rows = 0;
  std::size_t first_bit = 0;                    ///< of a column of bits: where it begins
  bool decoded = false;                         ///< codes stand for the values of `dictionary`
  std::span<const value_ref> dictionary = {};
  const std::uint8_t* validity = nullptr;       ///< one bit a row, the lowest of a byte first; 0 is null
  std::size_t validity_first_bit = 0;

  /// Codes of 1, 2 or 4 bytes, signed or not.
  template <class T>
  static constexpr input_column codes(const T* data, std::size_t rows) noexcept {
    static_assert(std::is_integral_v<T> && sizeof(T) <= 4, "codes are integers of 1, 2 or 4 bytes");
    input_column c;
    c.type = sizeof(T) == 1 ? column_type::code8 : sizeof(T) == 2 ? column_type::code16 : column_type::code32;
    c.data = data;
    c.rows = rows;
    return c;
  }
  /// Codes of the values of a dictionary, which may repeat and may hold values of no use to the table.
  template <class T>
  static constexpr input_column codes(const T* data, std::size_t rows,
                                      std::span<const value_ref> dictionary) noexcept {
    input_column c = codes(data, rows);
    c.decoded = true;
    c.dictionary = dictionary;
    return c;
  }
  /// Integers of any width, or floating point.
  template <class T>
  static constexpr input_column numbers(const T* data, std::size_t rows) noexcept {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool> && sizeof(T) <= 8,
                  "numbers are integers, float or double");
    input_column c;
    if constexpr (std::is_floating_point_v<T>) {
      c.type = sizeof(T) == 4 ? column_type::float32 : column_type::float64;
    } else {
      constexpr column_type types[] = {column_type::int8, column_type::int16, column_type::int32,
                                       column_type::int64, column_type::uint8, column_type::uint16,
                                       column_type::uint32, column_type::uint64};
      c.type = types[(sizeof(T) == 1 ? 0 : sizeof(T) == 2 ? 1 : sizeof(T) == 4 ? 2 : 3) +
                     (std::is_signed_v<T> ? 0 : 4)];
    }
    c.data = data;
    c.rows = rows;
    return c;
  }
  /// Booleans, one bit a row, the lowest of a byte first.
  static constexpr input_column bits(const std::uint8_t* data, std::size_t rows,
                                     std::size_t first_bit = 0) noexcept {
    input_column c;
    c.type = column_type::bit;
    c.data = data;
    c.rows = rows;
    c.first_bit = first_bit;
    return c;
  }
  /// The same column with a validity bitmap.
  constexpr input_column where(const std::uint8_t* bitmap, std::size_t bit = 0) const noexcept {
    input_column c = *this;
    c.validity = bitmap;
    c.validity_first_bit = bit;
    return c;
  }
};

/// Where one output goes: memory of the caller's, every row of which is written. Codes have 1, 2 or 4
/// bytes, and none is all ones (-1); numbers are doubles, and none is NaN. The default is not wanted.
struct output_column {
  void* data = nullptr;
  std::size_t rows = 0;
  std::uint8_t bytes = 0;  ///< of a code; 8: doubles
  bool is_signed = false;

  constexpr output_column() = default;
  template <class T>
  constexpr output_column(T* to, std::size_t n) noexcept
      : data(to), rows(n), bytes(sizeof(T)), is_signed(std::is_signed_v<T>) {
    static_assert((std::is_integral_v<T> && sizeof(T) <= 4) || std::is_same_v<T, double>,
                  "codes of 1, 2 or 4 bytes, or doubles");
  }
  constexpr bool wanted() const noexcept { return bytes != 0; }
  constexpr bool is_code() const noexcept { return bytes != 0 && bytes != 8; }
  /// The greatest code it can hold.
  constexpr std::uint32_t greatest() const noexcept {
    const std::uint32_t all = bytes == 1 ? 0xFF : bytes == 2 ? 0xFFFF : 0xFFFF'FFFF;
    return is_signed ? all / 2 : all - 1;
  }
};

/// What a batch is to write. Every column may be left out.
struct batch_output {
  /// One for each output of the table, or none at all: the answer as a code of `batch_plan::dictionary`
  /// (where more than one rule may answer, of `batch_result::answers`), or as a number of its line.
  std::span<const output_column> values = {};
  output_column status;  ///< `rule_status` as a code
  output_column rule;    ///< `outcome::rule`
  /// The rule that would decide after the change that `near_input` names.
  output_column near_rule;
  /// The one input whose smallest change leads to another answer, counted in elementary cells; to or
  /// from null, and where the values have no order, any change counts one. Of equal changes the first
  /// input's, then the lowest cell's. None if no single input's does, or the input is invalid; inputs
  /// that are fixed are never named.
  output_column near_input;
  /// Every rule that matches, as a code of `batch_result::matched`; none if an input is invalid.
  output_column matched;
};

/// How a batch is run.
struct batch_options {
  unsigned threads = 1;       ///< that decide, the caller's among them
  std::size_t chunk = 65'536; ///< rows that a thread takes at a time; at least 512
  /// Called on the caller's thread behind each chunk that it has done, with the rows done so far by
  /// all threads. False stops the batch: chunks under way are finished, no other is begun.
  bool (*progress)(void* context, std::size_t done, std::size_t rows) = nullptr;
  void* context = nullptr;  ///< handed to `progress`
};

/// Lists of items, numbered.
template <class T>
class numbered_lists {
 public:
  std::size_t size() const noexcept { return ends_.size(); }
  bool empty() const noexcept { return ends_.empty(); }
  std::span<const T> operator[](std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {items_.data() + begin, ends_[i] - begin};
  }
  /// Items in all lists.
  std::size_t items() const noexcept { return items_.size(); }
  void push_back(std::span<const T> items) {
    for (const T& item : items) items_.push_back(item);
    ends_.push_back(items_.size());
  }
  void clear() noexcept {
    items_.clear();
    ends_.clear();
  }
  friend bool operator==(const numbered_lists&, const numbered_lists&) = default;

 private:
  list<T> items_;
  list<std::size_t> ends_;
};

/// What came of a batch. Its dictionaries have their entries in the order in which the rows first
/// came to them, on however many threads.
struct batch_result {
  std::size_t rows = 0;     ///< the first rows are decided and written: all, unless stopped
  bool cancelled = false;   ///< stopped before the last row
  /// The sets of rules that matched, by the codes of `batch_output::matched`: by row, or in the order
  /// of the answer where that is made of several rules.
  numbered_lists<std::uint32_t> matched;
  /// For each output the answers by their codes, where more than one rule may answer and the output
  /// was asked for as a code: the list of what the rules say, or the one value made of it.
  std::vector<numbered_lists<value>> answers;
};

/// What a plan is made for.
struct batch_plan_options {
  /// Find the nearest changes when the plan is made, so that `near_rule` and `near_input` are looked
  /// up too; without it they are found row by row.
  bool near = false;
};

namespace detail {
class batch_maker;
class batch_run;
class cohort_comparison;

/// The way from a value of one input to its elementary cell, and to its place among all combinations.
struct batch_input {
  value_kind type = value_kind::null;
  bool integer = false, listed = false, ordered = false, fixed = false;
  std::uint32_t size = 0, plain = 0;  // cells, and those without null
  // A line that is not listed holds the numbers in [low, beyond).
  double low = 0, beyond = 0;
  list<double> starts;         // where each cell but the first begins, then infinity up to a power of two
  list<std::uint16_t> spots;   // of each cell: its part of the place
  // The same where neighbours that every rule takes alike are one.
  std::size_t cuts = 0;
  list<double> merged_starts;
  list<std::uint16_t> merged_spots;  // behind none of the cuts, behind one...
};

/// What the rules, and behind them the default, say in one output.
struct batch_value {
  list<value> dictionary;
  list<std::uint32_t> codes;  // none: null
  list<double> numbers;       // NaN: null, or no line
};

/// Distinct lists of numbers, found again by what is in them.
class list_finder {
 public:
  const numbered_lists<std::uint32_t>& lists() const noexcept { return lists_; }
  ECTP_DECL std::uint32_t find_or_add(std::span<const std::uint32_t> items);

 private:
  numbered_lists<std::uint32_t> lists_;
  list<std::uint32_t> buckets_;  // number + 1, or 0
};
}  // namespace detail

/// A table made ready for batches; a value type, immutable, and free to share between threads.
class batch_plan {
 public:
  batch_plan() = default;
  ECTP_DECL explicit batch_plan(policy::table t, const batch_plan_options& options = {});

  const policy::table& table() const noexcept { return table_; }
  /// Are all combinations of cells decided already? Else every row is decided by itself.
  bool tabulated() const noexcept { return !records_.empty(); }
  /// What the codes of the i-th output stand for: the listed words in the order of the list, false and
  /// true, or the distinct values of the rules, and of the default, in their order.
  std::span<const value> dictionary(std::size_t i) const noexcept {
    return {values_[i].dictionary.data(), values_[i].dictionary.size()};
  }

  /// Decides all rows: one column for each input, in the order of `table().inputs()`, all of one
  /// length. Errors, before anything is written: `bad_argument` (number or length of the columns, no
  /// memory, memory that is not aligned), `wrong_type` (a column that cannot hold its input's values),
  /// `too_large` (codes that an output column cannot hold); while deciding: `too_large` (more distinct
  /// sets or answers than their column has codes). The location's path names the column.
  ECTP_DECL result<batch_result> decide(std::span<const input_column> inputs, const batch_output& outputs,
                                        const batch_options& options = {}) const;

 private:
  friend class detail::batch_maker;
  friend class detail::batch_run;
  friend class detail::cohort_comparison;

  policy::table table_;
  list<detail::batch_input> inputs_;
  list<detail::batch_value> values_;
  list<std::uint32_t> same_;  // of each rule and the default: the first that says the same
  // Set 16 bits, rule 16, near rule 16, near input 8, status 8; all ones is none. Where rules have one
  // byte, their upper bytes hold the first outputs' codes instead. Each record is kept once, so that the
  // fast memory has room for them.
  list<std::uint64_t> records_;
  list<std::uint16_t> record_of_;  // of each combination
  bool narrow_ = false;
  bool near_ = false;                        // the records' near fields are filled in
  list<list<std::uint8_t>> direct_;          // of each output: its codes by combination, if they fit
  numbered_lists<std::uint32_t> sets_;       // the rules that match
  // By output, then set: codes (of `answers_` where more than one rule may answer) and numbers.
  list<list<std::uint32_t>> set_codes_;
  list<list<double>> set_numbers_;
  list<numbered_lists<std::uint32_t>> answers_;
};

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/batch.ipp"
#endif
