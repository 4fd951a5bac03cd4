#pragma once
// The contents of a record's entries as JSON, for the files of operations that offer entries.
#include <string>

#include "ectp/record.hpp"

namespace ectp::inline ECTP_ABI::interop {

// An entry's content in the record's own form, with its `kind` and without `id`, `on` and `by`.
#define ECTP_ENTRY_JSON(kind, type, plural) std::string entry_json(const type& content);
ECTP_ENTRY_KINDS(ECTP_ENTRY_JSON)
#undef ECTP_ENTRY_JSON

}  // namespace ectp::inline ECTP_ABI::interop
