#pragma once
/// A decision table inside a Markdown document, as GitHub shows it:
///
///     What stands before and after the table is for people.
///
///     | F  | self           | mentor   | path | reason              |
///     |----|----------------|----------|------|---------------------|
///     |    | in             | in       | out  | note                |
///     |    | integer [0..5] | low,high | a,b  |                     |
///     | r1 | >=4            | high     | a    | both agree          |
///     | r2 | -              | -        | b    | one line<br>another |
///
/// The rows are those of the CSV form (table.hpp) with a delimiter row behind the first. In a cell
/// a backslash and a sign of ASCII is that sign, so `\|` is a pipe and `\\` a backslash; `<br>` is a
/// line end; `&lt;`, `&gt;`, `&amp;`, `&quot;` and `&#124;` (any ASCII character by its number) are
/// what GitHub makes of them. Other Markdown is plain text. The outer pipes may be left out.
///
/// A document holds one policy: the table whose first cell is a hit policy. Other tables are skipped,
/// and so are code blocks in fences, lines indented by four blanks or more, and comments. A
/// table ends where its paragraph does.
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// Reads the table of a document. Gives the first error: those of `read_csv`, or `bad_table` for no
/// table or a second policy, with the line and the column in the document.
ECTP_DECL result<table> read_markdown(std::string_view text, const read_options& options = {});

/// The same with all errors, found in one pass.
ECTP_DECL reading read_markdown_all(std::string_view text, const read_options& options = {});

/// The table as Markdown, in one canonical form, and nothing around it. Reading it gives the same
/// policy, and writing that the same bytes. Signs that GitHub would take for emphasis, code or HTML
/// are written with a backslash. Empty for a table without columns.
ECTP_DECL std::string write_markdown(const table& t);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/markdown.ipp"
#endif
