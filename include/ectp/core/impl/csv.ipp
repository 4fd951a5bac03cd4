#pragma once
#include "ectp/core/csv.hpp"
#include "ectp/core/text.hpp"

namespace ectp::inline ECTP_ABI::csv {

namespace detail {
ECTP_DECL error make_error(fault f, position p, const std::string& file, const limits& most);

ECTP_DEF error make_error(fault f, position p, const std::string& file, const limits& most) {
  const auto count = [](std::uint32_t n) {
    std::string s;
    ectp::detail::append_number(s, n);
    return s;
  };
  error e;
  e.code = errc::syntax;
  e.at = {file, p.line, p.column, {}};
  switch (f) {
    case fault::none: break;
    case fault::stray_quote:
      e.message = "a quote inside a cell that does not begin with one";
      e.expected = "the whole cell in quotes, and each quote in it doubled";
      e.hint = R"(write "say ""yes""" for the text: say "yes"; leave no blank before an opening quote)";
      break;
    case fault::text_after_quote:
      e.message = "text after the closing quote of a cell";
      e.expected = "a comma or the end of the line";
      e.hint = "double a quote that belongs to the text; leave no blank before the comma";
      break;
    case fault::unterminated_quote:
      e.message = "this quote is never closed";
      e.expected = "a closing quote before the end of the text";
      break;
    case fault::nul:
      e.message = "a NUL byte";
      e.expected = "text in UTF-8";
      e.hint = "the file may be UTF-16 or not a text: save it as CSV in UTF-8";
      break;
    case fault::too_many_bytes:
      e.code = errc::too_large;
      e.message = "the text is too long";
      e.expected = most.bytes >= 1024 && most.bytes % 1024 == 0
                       ? "at most " + count(static_cast<std::uint32_t>(most.bytes / 1024)) + " KiB"
                       : "at most " + count(static_cast<std::uint32_t>(most.bytes)) + " bytes";
      break;
    case fault::too_many_rows:
      e.code = errc::too_large;
      e.message = "too many rows";
      e.expected = "at most " + count(most.rows) + " rows";
      break;
    case fault::too_many_columns:
      e.code = errc::too_large;
      e.message = "too many columns";
      e.expected = "at most " + count(most.columns) + " columns";
      break;
    case fault::too_many_cells:
      e.code = errc::too_large;
      e.message = "too many cells";
      e.expected = "at most " + count(most.cells) + " cells";
      break;
  }
  return e;
}
}  // namespace detail

ECTP_DEF result<void> read_into(sheet& out, std::string_view text, const std::string& file,
                                 const limits& most) {
  scanner s(text, most);
  const std::size_t bad = text.size() > most.bytes ? text.npos : invalid_utf8_at(text);
  cell c;
  // A cell is taken only if it ends before the first byte that is not UTF-8; the sheet shows a row
  // only once its last cell is there.
  while (s.next(c)) {
    if (bad != text.npos && c.raw.data() + c.raw.size() > text.data() + bad) break;
    out.add(c);
  }
  const bool mark = text.substr(0, 3) == "\xEF\xBB\xBF";
  if (bad != text.npos) {
    const std::size_t begin = mark ? 3 : 0;
    const position p = detail::after({}, text.substr(begin, bad - begin));
    if (s.fault() == fault::none || s.where().line > p.line ||
        (s.where().line == p.line && s.where().column > p.column))
      return error{errc::encoding, "not valid UTF-8", {file, p.line, p.column, {}}, "text in UTF-8",
                   "save the file as CSV in UTF-8"};
  }
  if (s.fault() != fault::none) return detail::make_error(s.fault(), s.where(), file, most);
  return {};
}

ECTP_DEF result<sheet> read(std::string_view text, const std::string& file, const limits& most) {
  sheet out;
  if (const result<void> done = read_into(out, text, file, most); !done) return done.error();
  return out;
}

ECTP_DEF void write_cell(std::string& out, std::string_view text) {
  bool quote = text.substr(0, 3) == "\xEF\xBB\xBF" ||
               (!text.empty() && (is_blank(text.front()) || is_blank(text.back())));
  for (const char c : text) quote = quote || c == ',' || c == '"' || c == '\n' || c == '\r';
  if (!quote) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace ectp::inline ECTP_ABI::csv
