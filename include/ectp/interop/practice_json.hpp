#pragma once
/// Practice scripts as JSON (docs/schema/script.schema.json), and the library's own.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/mentoring/practice.hpp"
#include "ectp/mentoring/script.hpp"

namespace ectp::inline ECTP_ABI {

/// What came of reading a script: the script, or its errors, at most 50.
struct script_reading {
  maybe<full_script> script;
  std::vector<error> errors;  ///< in the order of the fields; empty exactly when there is a script
};

/// Reads one practice script (`schema` 1) and everything in it: every field is there, of its type, not blank,
/// known, and what belongs together adds up. Errors are located: file, line, column and JSON path; that of a
/// field that is missing is the path it would have. `too_large` for a text of more than 1 MiB, a string of more
/// than 1,000 bytes or a list of more than 40.
ECTP_DECL script_reading read_full_script_all(std::string_view json, const std::string& file);

/// The same with the first error.
ECTP_DECL result<full_script> read_full_script(std::string_view json, const std::string& file);

/// The same, and of it what a plan needs.
ECTP_DECL result<script> read_script(std::string_view json, const std::string& file);

/// The scripts that the library ships. They always load; an error is a defect of the library.
ECTP_DECL result<std::vector<script>> builtin_scripts();

/// A shipped script's whole JSON text; empty when there is none of that id.
ECTP_DECL std::string_view builtin_script_json(std::string_view id);

/// A shipped script. Error: `unknown_code`, with the known ones as what was expected.
ECTP_DECL result<full_script> builtin_script(std::string_view id);

}  // namespace ectp::inline ECTP_ABI
