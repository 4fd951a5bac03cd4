#pragma once
#include "ectp/core/data_table.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF result<data_table> data_table::read(std::string_view csv_text, const std::string& file,
                                              std::initializer_list<std::string_view> required) {
  auto sheet = csv::read(csv_text, file);
  if (!sheet) return std::move(sheet).error();
  ECTP_LATER(data_table) out;
  out.file_ = file;
  if (sheet->rows() == 0)
    return error{errc::bad_table, "the table is empty", {file, 1, 1, ""}, "a header row that names the columns", ""};
  for (const auto& c : sheet->row(0)) {
    std::string name = csv::text(c);
    if (out.position(name))
      return error{errc::duplicate_id, "column '" + name + "' stands twice", {file, c.at.line, c.at.column, ""},
                   "each column once", ""};
    out.columns_.push_back(std::move(name));
  }
  for (const auto name : required)
    if (!out.position(name)) {
      std::string all;
      for (const auto n : required) all += (all.empty() ? "" : ", ") + std::string(n);
      return error{errc::missing_field, "column '" + std::string(name) + "' is missing", {file, 1, 1, ""},
                   "the columns " + all, ""};
    }
  for (std::size_t r = 1; r < sheet->rows(); ++r) {
    const auto cells = sheet->row(r);
    if (cells.size() == 1 && cells[0].raw.empty()) continue;  // a blank line
    if (cells.size() != out.columns_.size())
      return error{errc::bad_table, "the row has " + std::to_string(cells.size()) + " cells",
                   {file, cells.empty() ? 0 : cells[0].at.line, 1, ""},
                   std::to_string(out.columns_.size()) + " cells, as in the header",
                   "a cell that holds a comma needs quotes"};
    line l;
    for (const auto& c : cells) l.cells.push_back({csv::text(c), c.at.line, c.at.column});
    out.rows_.push_back(std::move(l));
  }
  return out;
}

ECTP_DEF result<std::int64_t> data_table::integer(std::size_t row, std::string_view column, std::int64_t lo,
                                                   std::int64_t hi) const {
  const std::string_view text = at(row, column);
  const bool negative = !text.empty() && text[0] == '-';
  std::int64_t n = 0;
  bool ok = text.size() > (negative ? 1u : 0u) && text.size() <= 18;
  for (std::size_t i = negative ? 1 : 0; ok && i != text.size(); ++i) {
    ok = text[i] >= '0' && text[i] <= '9';
    n = n * 10 + (text[i] - '0');
  }
  if (negative) n = -n;
  if (!ok || n < lo || n > hi)
    return fail(row, column, errc::out_of_range,
                "a whole number from " + std::to_string(lo) + " to " + std::to_string(hi));
  return n;
}

}  // namespace ectp::inline ECTP_ABI
