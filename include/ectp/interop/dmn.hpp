#pragma once
/// Decision tables of DMN files (versions 1.1 to 1.6): the decisions of a file by name, one of them
/// as a table, and a table as a file that modellers open.
///
/// Read: decision tables whose inputs are names or paths and whose cells are unary tests and
/// literals (cell.hpp), with item definitions, allowed values of the input, the output or the type,
/// and default outputs. Cells may name data that no column tests: those become inputs too. Everything
/// else (expressions, functions, other kinds of decision logic) is an error at its line and column.
/// Inputs may be null, as DMN has it.
///
/// Written: DMN 1.3. What DMN has no place for (whole numbers, null in a domain, order, units, the
/// order of the columns, the spelling of a cell) stands in attributes and elements of the namespace
/// `urn:ectp:dmn`; they are believed only as long as they say the same as the file beside them.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// A decision of a DMN file.
struct dmn_decision {
  std::string id, name;
  bool is_table = false;  ///< its logic is a decision table
  location at;            ///< of its element
  friend bool operator==(const dmn_decision&, const dmn_decision&) = default;
};

/// The decisions of a file, in its order. Errors: `encoding`, `syntax`, `too_large`, or `bad_table`
/// for XML that is not DMN.
result<std::vector<dmn_decision>> dmn_decisions(std::string_view xml, const std::string& file = {});

/// Reads one decision, by name or id; `decision` may be empty when the file has one decision table.
/// A table of a business knowledge model or of a context is asked for by the name of the model or the
/// entry, or by the table's own id. The table is called like the decision. Errors as `read_csv` and `dmn_decisions` have them, and
/// `unknown_reference` for a decision that is not there.
result<table> read_dmn(std::string_view xml, std::string_view decision = {}, const read_options& options = {});

/// The same with all errors, found in one pass.
reading read_dmn_all(std::string_view xml, std::string_view decision = {}, const read_options& options = {});

/// The table as a DMN file. Error: `encoding` for a control character, which XML cannot hold.
result<std::string> write_dmn(const table& t);

}  // namespace ectp::inline ECTP_ABI::policy
