#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/csv.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/text.hpp"
#include "ectp/framework/impl/official_markdown.ipp"
#include "ectp/framework/impl/official_plain.ipp"
#include "ectp/framework/impl/official_reader.ipp"
#include "ectp/framework/official.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace detail::official {

class csv_reader : public reader {
 public:
  using reader::reader;
  result<void> read() {
    csv::sheet sheet;
    csv::limits limits;
    limits.bytes = most_.bytes;
    if (auto read = csv::read_into(sheet, text_, out.file, limits); !read) return read;
    std::size_t header = 0;
    while (header != sheet.rows() && blank(sheet.row(header))) ++header;
    if (header == sheet.rows()) return {};
    std::vector<std::string> names;
    for (const csv::cell& c : sheet.row(header)) names.push_back(csv::text(c));
    const code_and_text at = columns_of(names);
    if (!at.found()) return no_column(sheet.row(header), names, at);
    for (std::size_t r = header + 1; r != sheet.rows(); ++r) {
      const auto cells = sheet.row(r);
      if (blank(cells)) continue;
      if (cells.size() <= at.code || cells.size() <= at.text) {
        note(cells.front().at.line, cells.front().at.column, "a row too short to hold code and wording");
        continue;
      }
      const csv::cell& code = cells[at.code];
      const std::string_view spelt = code.raw;
      std::string wording = cleaned(csv::text(cells[at.text]));
      if (trim(spelt).empty()) {
        if (!wording.empty()) note_passed_over(cells[at.text].at.line, cells[at.text].at.column, wording);
        continue;
      }
      emit(normalise_code(cleaned(csv::text(code))), std::move(wording), code.at.line, code.at.column);
    }
    return {};
  }

 private:
  static bool blank(std::span<const csv::cell> row) {
    for (const csv::cell& c : row)
      if (!trim(c.raw).empty()) return false;
    return true;
  }
  error no_column(std::span<const csv::cell> row, const std::vector<std::string>& names, const code_and_text& at) const {
    std::string found;
    for (std::size_t i = 0; i != names.size() && i != 8; ++i) (found += i == 0 ? "" : ", ") += excerpt(cleaned(names[i]));
    if (names.size() > 8) found += ", ...";
    const bool code = at.code == nowhere;
    const bool other_separator = names.size() == 1 && (names[0].find(';') != nowhere || names[0].find('\t') != nowhere);
    return fail(errc::bad_table, std::string(code ? "no column of codes" : "no column of wording") + " in the header " + found,
                row.front().at.line, row.front().at.column,
                code ? "a column named code, humanCodingScheme, statement code or ref" : "a column named text, wording, statement or fullStatement",
                other_separator ? "columns are separated by commas: save it as CSV with commas" : "name the two columns code and text in the first row");
  }
};

/// The form that a text shows; well-formed UTF-8 without NUL.
inline official_form form_of_text(std::string_view text) {
  std::size_t looked_at = 0;
  bool first = true;
  while (!text.empty() && looked_at < 400) {
    const std::size_t end = text.find_first_of("\n\r\f");
    const std::string_view line = trim(text.substr(0, end));
    const bool indented = !text.empty() && is_blank(text.front());
    text.remove_prefix(end == nowhere ? text.size() : end + 1);
    if (line.empty()) continue;
    ++looked_at;
    if (first) {
      first = false;
      std::vector<std::string> names;
      for (std::size_t from = 0; from <= line.size() && names.size() < 100;) {
        const std::size_t comma = line.find(',', from);
        names.emplace_back(line.substr(from, comma == nowhere ? nowhere : comma - from));
        from = comma == nowhere ? line.size() + 1 : comma + 1;
      }
      if (names.size() > 1 && columns_of(names).found()) return official_form::csv;
    }
    std::size_t hashes = 0;
    while (hashes < line.size() && line[hashes] == '#') ++hashes;
    if (!indented && hashes != 0 && hashes < 7 && hashes < line.size() && line[hashes] == ' ') return official_form::markdown;
    if (line.size() > 3 && one_of(line[0], "-*+") && line[1] == ' ' && code_reader(line.substr(2), false).read().is != mark::form::none)
      return official_form::markdown;
    if (starts(line, "**") && code_reader(line, false).read().is != mark::form::none) return official_form::markdown;
    if (line.size() > 4 && line.front() == '|' && line.back() == '|') return official_form::markdown;
  }
  return official_form::plain;
}

/// Line and column of a byte, both 1-based.
inline location place_of(std::string_view text, std::size_t byte, const std::string& file) {
  std::uint32_t line = 1;
  std::size_t start = 0;
  for (std::size_t i = 0; i < byte; ++i)
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) {
      ++line;
      start = i + 1;
    }
  return {file, line, static_cast<std::uint32_t>(byte - start + 1), {}};
}

}  // namespace detail::official

ECTP_DEF std::string normalise_code(std::string_view code) {
  code = trim(code);
  if (code.size() > 80) return std::string(code);
  const std::string one_line = invalid_utf8_at(code) == code.npos ? detail::official::cleaned(code) : std::string(code);
  detail::official::mark m = detail::official::code_reader(one_line, true).read();
  return m.is == detail::official::mark::form::none ? std::string(code) : std::move(m.code);
}

ECTP_DEF maybe<node_id> find_code(const tree& t, std::string_view code) {
  using detail::official::is_digit_run;
  code = trim(code);
  const auto node = [&](std::string_view c) -> maybe<node_id> {
    const auto id = t.index_of(c);
    if (id && id->value() != 0) return id;
    return {};
  };
  if (const auto id = node(code)) return id;
  if (code.size() > t.edition().size() && code.substr(0, t.edition().size()) == t.edition() && code[t.edition().size()] == ':') {
    code.remove_prefix(t.edition().size() + 1);
    if (const auto id = node(code)) return id;
  }
  const std::string usual = normalise_code(code);
  if (const auto id = node(usual)) return id;
  // The same place in the other manner of writing: S1 and TS1, 1a and TS1.a.
  std::string other;
  if (usual.size() > 1 && usual[0] == 'S' && is_digit_run(std::string_view(usual).substr(1))) other = "T" + usual;
  else if (usual.size() > 2 && usual.compare(0, 2, "TS") == 0 && is_digit_run(std::string_view(usual).substr(2))) other = usual.substr(1);
  else if (usual.size() > 4 && usual.compare(0, 2, "TS") == 0 && usual[usual.size() - 2] == '.' &&
           is_digit_run(std::string_view(usual).substr(2, usual.size() - 4)))
    other = usual.substr(2, usual.size() - 4) + usual.back();
  else if (usual.size() > 1 && is_digit_run(std::string_view(usual).substr(0, usual.size() - 1)) && is_letter(usual.back()))
    other = "TS" + usual.substr(0, usual.size() - 1) + "." + usual.back();
  if (!other.empty())
    if (const auto id = node(other)) return id;
  // The initials of one standard's title.
  std::size_t letters = 0;
  while (letters < code.size() && is_letter(code[letters])) ++letters;
  if (letters < 2 || letters > 8 || letters == code.size()) return {};
  maybe<node_id> of;
  bool twice = false;
  for (const node_view& n : t.nodes()) {
    if (n.kind() != kind::standard) continue;
    std::size_t k = 0;
    bool same = true;
    bool begins = true;
    for (const char c : n.title()) {
      if (begins && is_letter(c)) {
        same = same && k < letters && detail::official::lower(code[k]) == detail::official::lower(c);
        ++k;
      }
      begins = c == ' ' || c == '-';
    }
    if (!same || k != letters) continue;
    twice = twice || of.has_value();
    of = n.id();
  }
  if (!of || twice) return {};
  const std::string_view standard = t[*of].code();
  std::size_t digits = standard.size();
  while (digits != 0 && is_digit(standard[digits - 1])) --digits;
  const std::string number(standard.substr(digits));
  if (number.empty()) return {};
  std::string rest = normalise_code(code.substr(letters));
  std::size_t from = 0;
  while (from < rest.size() && detail::official::one_of(rest[from], " .:-_(")) ++from;
  rest.erase(0, from);
  while (!rest.empty() && detail::official::one_of(rest.back(), " .:)")) rest.pop_back();
  maybe<node_id> found;
  if (is_digit_run(rest)) found = node(number + "." + rest);
  else if (rest.size() == 1 && is_letter(rest[0])) found = node(number + detail::official::lower(rest[0]));
  else found = node(rest);
  // HE 2.1 contradicts itself.
  if (found && t[*found].standard() && t[*found].standard()->id() != *of) return {};
  return found;
}

ECTP_DEF official_form official_form_of(std::string_view file) {
  const std::size_t dot = file.rfind('.');
  if (dot == file.npos) return official_form::automatic;
  const std::string ending = detail::official::column_name(file.substr(dot + 1));
  if (ending == "md" || ending == "markdown" || ending == "mkd") return official_form::markdown;
  if (ending == "csv") return official_form::csv;
  if (ending == "txt" || ending == "text" || ending == "pdf") return official_form::plain;
  return official_form::automatic;
}

ECTP_DEF result<official_text> read_official(std::string_view text, official_form form, const std::string& file,
                                             const official_limits& most) {
  using namespace detail::official;
  if (text.size() > most.bytes)
    return error{errc::too_large, "the document is larger than what is read", {file, 0, 0, {}},
                 "at most " + std::to_string(most.bytes) + " bytes", "take the pages with the statements only"};
  const auto refuse = [&](std::string what, std::string hint) {
    return error{errc::syntax, std::move(what), {file, 1, 1, {}}, "Markdown, CSV or plain text", std::move(hint)};
  };
  if (starts(text, "%PDF-")) return refuse("this is a PDF and not its text", "run pdftotext -layout on it and read what that writes");
  if (starts(text, "PK\x03\x04")) return refuse("this is a compressed file, such as a word processor's", "save it as plain text or CSV");
  if (starts(text, "\xFF\xFE") || starts(text, "\xFE\xFF"))
    return error{errc::encoding, "the text is UTF-16", {file, 1, 1, {}}, "UTF-8", "save it as UTF-8"};
  if (starts(text, "\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const std::size_t at = text.find('\0'); at != text.npos)
    return error{errc::syntax, "a NUL byte: this is no text", place_of(text, at, file), "Markdown, CSV or plain text", "save it as plain text in UTF-8"};
  if (const std::size_t at = invalid_utf8_at(text); at != text.npos)
    return error{errc::encoding, "a byte that is not UTF-8", place_of(text, at, file), "UTF-8", "save it as UTF-8"};
  if (form == official_form::automatic) form = form_of_text(text);

  result<official_text> out = [&]() -> result<official_text> {
    const auto taken = [&](auto& r) -> result<official_text> {
      if (auto read = r.read(); !read) return std::move(read).error();
      if (r.overfull)
        return error{errc::too_large, "more statements than are read", {file, 0, 0, {}}, "at most " + std::to_string(most.statements), "take the framework's pages only"};
      r.out.form = form;
      return std::move(r.out);
    };
    if (form == official_form::csv) {
      csv_reader r(text, file, most);
      return taken(r);
    }
    if (form == official_form::markdown) {
      markdown_reader r(text, file, most);
      return taken(r);
    }
    plain_reader r(text, file, most);
    return taken(r);
  }();
  if (out && out->statements.empty()) {
    const std::string read_as(ectp::name(form));
    std::string hint = form == official_form::plain ? "bare numbers count below a heading such as Standard 1; from a PDF, pdftotext -layout keeps the columns"
                                                    : "read as " + read_as + ": name another form if it is not";
    // The first note says what was met instead.
    location at{file, 1, 1, {}};
    if (!out->notes.empty()) at = out->notes.front().at;
    return error{errc::syntax, "no statement with a code was found", std::move(at),
                 form == official_form::csv ? "rows with a code and its wording" : "lines such as 1.1 followed by the wording", std::move(hint)};
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI::framework
