#pragma once
/// A table written back as CSV, without loss, and what it means for two tables to be the same.
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/policy/table.hpp"

namespace ectp::inline ECTP_ABI::policy {

/// The table as CSV, in one canonical form: LF, quotes only where they are needed, domains and
/// defaults in one spelling, every other cell as its author wrote it. Rows of the header that say
/// nothing are left out. Reading it gives the same policy, and writing that the same bytes. Empty
/// for a table without columns.
ECTP_DECL std::string write_csv(const table& t);

/// Do both tables say the same, cell by cell? What they are called, what their file is called and
/// where in it the cells stand does not count. Two spellings of one test (`>3` and `> 3`) differ.
ECTP_DECL bool same_policy(const table& a, const table& b);

}  // namespace ectp::inline ECTP_ABI::policy

#if !defined(ECTP_COMPILED)
#  include "ectp/policy/impl/write.ipp"
#endif
