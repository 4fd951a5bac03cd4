#pragma once
/// Pieces of Markdown that the pages share. Private to the interop library and the program.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI::interop {

/// As code that no backtick in it can end.
std::string in_backticks(std::string_view s);
/// The same in a cell of a table, where a pipe ends even code.
std::string code_in_cell(std::string_view s);
/// Text that Markdown leaves alone.
std::string plain_in_markdown(std::string_view s);
/// A row of a table, on a line.
std::string markdown_row(const std::vector<std::string>& cells);
/// An empty line, and the header of a table with what divides it from the rows.
std::string markdown_header(const std::vector<std::string>& cells);

}  // namespace ectp::inline ECTP_ABI::interop
