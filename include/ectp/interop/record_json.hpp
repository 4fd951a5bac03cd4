#pragma once
/// A record as JSON. The format is described by `docs/schema/record.schema.json`; people appear
/// as ids only, and there is no place for an absence, a reason for leave or a note about a person.
#include <string>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/date.hpp"
#include "ectp/core/result.hpp"
#include "ectp/record.hpp"

namespace ectp::inline ECTP_ABI {

/// The number of the format that `to_json` writes; `read_record` refuses a later one.
inline constexpr int record_format = 1;

/// Reads a record and checks it whole as of `today`, as `state_of` does. `file` is only a name for
/// errors. Every error has the file, line, column and JSON path. Bounded: 16 MiB of text, 64
/// levels, 20,000 entries. Errors: `newer_version`; `not_allowed` for what has no place in a
/// record; `syntax`, `encoding`, `too_deep`, `too_large`, `wrong_type`, `missing_field`,
/// `unknown_field`, `out_of_range`, `bad_date`, `bad_id`; those of `record::append` and `state_of`.
result<record> read_record(std::string_view json, const std::string& file, date today);

/// Writes a record: fields in a fixed order, two spaces a level, numbers exact, absent fields left
/// out, a newline at the end. What `read_record` makes of it equals the record.
std::string to_json(const record& r);

}  // namespace ectp::inline ECTP_ABI
