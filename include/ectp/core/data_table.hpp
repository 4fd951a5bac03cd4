#pragma once
/// A plain table of content: a CSV file with one header row, read whole, every cell with its
/// place, so that a wrong value can be pointed at.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/csv.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"

namespace ectp::inline ECTP_ABI {

class data_table {
 public:
  data_table() = default;
  /// Reads a CSV text whose first row names its columns. `required` columns must be there;
  /// further ones are kept. Errors: `bad_table`, `missing_field`, `duplicate_id` and the
  /// tokenizer's own, each with file, line and column.
  ECTP_DECL static result<data_table> read(std::string_view csv_text, const std::string& file,
                                           std::initializer_list<std::string_view> required);

  const std::string& file() const noexcept { return file_; }
  std::size_t size() const noexcept { return rows_.size(); }
  ECTP_LAZY
  bool has(std::string_view column) const noexcept { return position(column).has_value(); }
  /// The text of a row's cell; empty when there is no such column.
  ECTP_LAZY
  std::string_view at(std::size_t row, std::string_view column) const noexcept {
    const auto c = position(column);
    return c ? std::string_view(rows_[row].cells[*c].text) : std::string_view{};
  }
  /// Where that cell stands.
  ECTP_LAZY
  location where(std::size_t row, std::string_view column = {}) const {
    const auto c = position(column);
    const auto& found = rows_[row].cells[c.value_or(0)];
    return {file_, found.line, found.column, ""};
  }
  /// An error about that cell.
  ECTP_LAZY
  error fail(std::size_t row, std::string_view column, errc code, std::string expected,
             std::string hint = {}) const {
    return {code, std::string(column) + " is '" + std::string(at(row, column).substr(0, 60)) + "'",
            where(row, column), std::move(expected), std::move(hint)};
  }
  /// A whole number from `lo` to `hi`. Error: `out_of_range`.
  ECTP_DECL result<std::int64_t> integer(std::size_t row, std::string_view column, std::int64_t lo,
                                         std::int64_t hi) const;

 private:
  struct cell {
    std::string text;
    std::uint32_t line = 0, column = 0;
  };
  struct line {
    std::vector<cell> cells;
  };
  ECTP_LAZY
  maybe<std::size_t> position(std::string_view column) const noexcept {
    for (std::size_t i = 0; i != columns_.size(); ++i)
      if (columns_[i] == column) return i;
    return {};
  }
  std::string file_;
  std::vector<std::string> columns_;
  std::vector<line> rows_;
};

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/core/impl/data_table.ipp"
#endif
