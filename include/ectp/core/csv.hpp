#pragma once
/// CSV as RFC 4180 has it, with every cell's place. `scanner` hands out one cell after another,
/// allocates nothing and works at compile time; `read` collects the cells of a whole text.
///
/// Accepted: a byte-order mark, and LF, CRLF or CR at the end of a line. Blanks belong to the
/// cell. Refused, with the place: a quote inside an unquoted cell, anything but a separator after
/// a closing quote, a missing closing quote, the NUL byte, and text beyond the limits.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/list.hpp"
#include "ectp/core/result.hpp"

namespace ectp::inline ECTP_ABI::csv {

/// The largest text that is read.
struct limits {
  std::size_t bytes = std::size_t{16} << 20;
  std::uint32_t rows = 1'000'000;
  std::uint32_t columns = 4'096;
  std::uint32_t cells = 4'000'000;
};

/// A place in a text: line and column are 1-based, the column counts bytes, a byte-order mark not.
struct position {
  std::uint32_t line = 1, column = 1;
  friend constexpr bool operator==(const position&, const position&) = default;
};

/// What is wrong with a text.
enum class fault : std::uint8_t {
  none,
  stray_quote,         ///< a quote inside an unquoted cell
  text_after_quote,    ///< something else than a separator after the closing quote
  unterminated_quote,  ///< the place is that of the opening quote
  nul,
  too_many_bytes,
  too_many_rows,
  too_many_columns,
  too_many_cells
};

/// One cell of the text; a view.
struct cell {
  std::string_view raw;  ///< as it stands in the text, without the quotes around it
  position at;           ///< of its first byte, the opening quote included
  bool quoted = false;   ///< it stood in quotes
  bool doubled = false;  ///< it holds doubled quotes, which `decode` makes single
  bool ends_row = false;
};

/// Appends the cell's text to anything with `push_back(char)`.
template <class Out>
constexpr void decode(const cell& c, Out& out) {
  for (std::size_t i = 0; i < c.raw.size(); ++i) {
    out.push_back(c.raw[i]);
    if (c.doubled && c.raw[i] == '"') ++i;
  }
}

/// The cell's text.
inline std::string text(const cell& c) {
  std::string out;
  decode(c, out);
  return out;
}

namespace detail {
// CRLF is one line end: the CR of a pair does not count.
constexpr position after(position p, std::string_view s) noexcept {
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\n' || (s[i] == '\r' && (i + 1 == s.size() || s[i + 1] != '\n')))
      p = {p.line + 1, 1};
    else
      ++p.column;
  }
  return p;
}
}  // namespace detail

/// Where in the source the decoded byte at this offset stands (one past the end is allowed).
constexpr position locate(const cell& c, std::size_t decoded_offset) noexcept {
  std::size_t raw = 0;
  for (std::size_t i = 0; i < decoded_offset && raw < c.raw.size(); ++i, ++raw)
    if (c.doubled && c.raw[raw] == '"') ++raw;
  position p = c.at;
  if (c.quoted) ++p.column;
  return detail::after(p, c.raw.substr(0, raw));
}

/// Reads cell after cell.
class scanner {
 public:
  constexpr explicit scanner(std::string_view text, const limits& most = {}) noexcept
      : text_(text), most_(most) {
    if (text_.size() > most_.bytes) fail(fault::too_many_bytes, {});
    else if (text_.substr(0, 3) == "\xEF\xBB\xBF") next_ = 3;
  }

  /// The next cell; false at the end of the text, or at a fault.
  constexpr bool next(cell& out) noexcept {
    if (fault_ != fault::none || (row_ended_ && next_ == text_.size())) return false;
    if (row_ended_) {
      if (rows_ == most_.rows) return fail(fault::too_many_rows, at_);
      ++rows_;
      columns_ = 0;
      row_ended_ = false;
    }
    if (columns_ == most_.columns) return fail(fault::too_many_columns, at_);
    if (cells_ == most_.cells) return fail(fault::too_many_cells, at_);
    ++columns_;
    ++cells_;
    out = cell{};
    out.at = at_;
    if (next_ != text_.size() && text_[next_] == '"' ? !quoted(out) : !bare(out)) return false;
    finish(out);
    return true;
  }

  /// Why `next` stopped; `none` at the end of the text.
  constexpr csv::fault fault() const noexcept { return fault_; }
  /// Where the fault is.
  constexpr position where() const noexcept { return where_; }
  /// Rows begun so far.
  constexpr std::uint32_t rows() const noexcept { return rows_; }
  /// Cells handed out of the current row so far.
  constexpr std::uint32_t columns() const noexcept { return columns_; }

 private:
  constexpr bool fail(csv::fault f, position p) noexcept {
    fault_ = f;
    where_ = p;
    return false;
  }
  constexpr bool bare(cell& out) noexcept {
    const std::size_t begin = next_;
    for (; next_ != text_.size(); ++next_, ++at_.column) {
      const char c = text_[next_];
      if (c == ',' || c == '\n' || c == '\r') break;
      if (c == '"') return fail(fault::stray_quote, at_);
      if (c == '\0') return fail(fault::nul, at_);
    }
    out.raw = text_.substr(begin, next_ - begin);
    return true;
  }
  constexpr bool quoted(cell& out) noexcept {
    out.quoted = true;
    const std::size_t begin = ++next_;
    ++at_.column;
    for (;; step()) {
      if (next_ == text_.size()) return fail(fault::unterminated_quote, out.at);
      if (text_[next_] == '\0') return fail(fault::nul, at_);
      if (text_[next_] != '"') continue;
      if (next_ + 1 == text_.size() || text_[next_ + 1] != '"') break;
      out.doubled = true;
      step();
    }
    out.raw = text_.substr(begin, next_ - begin);
    step();
    if (next_ == text_.size()) return true;
    const char c = text_[next_];
    return c == ',' || c == '\n' || c == '\r' || fail(c == '\0' ? fault::nul : fault::text_after_quote, at_);
  }
  constexpr void step() noexcept {
    const char c = text_[next_++];
    if (c == '\n' || (c == '\r' && (next_ == text_.size() || text_[next_] != '\n')))
      at_ = {at_.line + 1, 1};
    else
      ++at_.column;
  }
  // Behind a cell stands a comma, a line end or the end of the text.
  constexpr void finish(cell& out) noexcept {
    if (next_ == text_.size()) {
      out.ends_row = row_ended_ = true;
    } else if (text_[next_] == ',') {
      step();
    } else {
      if (text_[next_] == '\r' && next_ + 1 != text_.size() && text_[next_ + 1] == '\n') step();
      step();
      out.ends_row = row_ended_ = true;
    }
  }

  std::string_view text_;
  limits most_;
  std::size_t next_ = 0;
  position at_, where_;
  std::uint32_t rows_ = 0, columns_ = 0, cells_ = 0;
  bool row_ended_ = true;
  csv::fault fault_ = fault::none;
};

/// The cells of a text, row by row. Views of the text that was read.
class sheet {
 public:
  std::size_t rows() const noexcept { return row_ends_.size(); }
  /// Precondition: `i < rows()`.
  std::span<const cell> row(std::size_t i) const noexcept {
    const std::size_t begin = i == 0 ? 0 : row_ends_[i - 1];
    return {cells_.data() + begin, row_ends_[i] - begin};
  }
  /// Adds a cell; its row counts from the cell that ends it.
  void add(const cell& c) {
    cells_.push_back(c);
    if (c.ends_row) row_ends_.push_back(cells_.size());
  }

 private:
  list<cell> cells_;
  list<std::size_t> row_ends_;
};

/// Reads the whole text into `out`: every row before the first fault. Empty when there is none.
/// Errors: `syntax`, `encoding` (not UTF-8) or `too_large`.
ECTP_DECL result<void> read_into(sheet& out, std::string_view text, const std::string& file = {},
                                 const limits& most = {});

/// Reads the whole text; the cells are views of it. Errors as `read_into` has them.
ECTP_DECL result<sheet> read(std::string_view text, const std::string& file = {},
                             const limits& most = {});

/// Appends one cell, in quotes where it needs them, so that it reads back as the same text.
/// Precondition: no NUL.
ECTP_DECL void write_cell(std::string& out, std::string_view text);

}  // namespace ectp::inline ECTP_ABI::csv

#if !defined(ECTP_COMPILED)
#  include "ectp/core/impl/csv.ipp"
#endif
