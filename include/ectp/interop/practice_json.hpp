#pragma once
/// Practice scripts as JSON, and the library's own.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/mentoring/practice.hpp"

namespace ectp::inline ECTP_ABI {

/// Reads one practice script (`schema` 1). Fields that a plan does not need are passed over.
/// Errors are located: file, line, column and JSON path.
ECTP_DECL result<script> read_script(std::string_view json, const std::string& file);

/// The scripts that the library ships. They always load; an error is a defect of the library.
ECTP_DECL result<std::vector<script>> builtin_scripts();

/// A shipped script's whole JSON text; empty when there is none of that id.
ECTP_DECL std::string_view builtin_script_json(std::string_view id);

}  // namespace ectp::inline ECTP_ABI
