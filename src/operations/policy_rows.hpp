#pragma once
// A CSV of inputs, decided row by row.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/diff_rows.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::operations {

// A row that cannot be decided on, and the cell that is the reason.
struct row_problem {
  std::uint32_t row = 0;  // 1-based, the header not counted
  std::string column, value;
  error why;
};

// What a row's answer says in one column.
enum class answer_part : std::uint8_t { value, status, rule, near_rule, near_input };

struct answer_column {
  std::string name;
  answer_part part = answer_part::value;
  std::size_t output = 0;  // of a value
};

struct answered_rows {
  std::vector<answer_column> columns;    // that were added, in their order
  std::vector<std::string> other;        // columns of the rows that are no input: kept as they are
  std::size_t rows = 0;                  // that were decided
  std::string csv;                       // the rows as they were, with the answers behind them
  std::string json;                      // the answers as a JSON array of objects
  std::vector<row_problem> problems;     // rows that are left out
};

struct row_options {
  bool near = false;    // add the near columns
  bool report = false;  // leave bad rows out and list them; else the first is an error
  bool csv = true;      // what to make of the answers
  bool json = false;
};

// Decides on every row of `text`, a CSV with a header; `file` is only a name for errors.
result<answered_rows> decide_rows(const policy::table& t, std::string_view text, const std::string& file,
                                  const row_options& options);

// Decides every row of `text`, a CSV with a header, by both tables and compares. Values that a table does not
// take are an answer of their own; texts that are no values of the column's kind are an error.
result<policy::cohort_difference> diff_rows(const policy::table& before, const policy::table& after, std::string_view text,
                                            const std::string& file);

}  // namespace ectp::inline ECTP_ABI::operations
