#pragma once
/// A framework as a table for spreadsheets: CSV in the columns that OpenSALT's importer knows.
///
/// Columns: identifier, fullStatement, humanCodingScheme, abbreviatedStatement, conceptKeywords, notes,
/// language, educationLevel, cfItemType, license, isChildOf, isPartOf, replacedBy, exemplar, precedes,
/// isPeerOf, hasSkillLevel, isRelatedTo, sequenceNumber. Where a package has them, also
/// listEnumeration and exactMatchOf, which other readers pass over.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"
#include "ectp/interop/case.hpp"

namespace ectp::inline ECTP_ABI::framework {

struct case_csv_options {
  /// Between several ends in a cell: `,` for OpenSALT, `|` for some other systems.
  char separator = ',';
  /// Name parents by identifier even where a code would do; OpenSALT looks parents up by code.
  bool parents_by_identifier = false;
};

/// The text, and a note for each kind of thing in the package that it does not hold.
struct case_csv {
  std::string text;
  std::vector<error> notes;
};

/// The items in pre-order, one a row. A child of the document names the document's identifier as its
/// parent. Errors: `encoding` (NUL or what is not UTF-8), `bad_argument` (a cycle of isChildOf).
result<case_csv> write_case_csv(const case_package& p, const case_csv_options& options = {});

/// What a table does not say of its framework.
struct case_csv_about {
  std::string title = {};  ///< empty: the file's name without folder and ending, else `Framework`
  /// With zone. Empty: not known; the package is read, but has none until its times are filled in, and
  /// `write_case` says so.
  std::string last_change_date_time = {};
  std::string identifier = {};  ///< empty: a UUID made of the title
  std::string creator = {};     ///< empty: `unknown`
  std::string base_uri = {};    ///< as `case_export_options::base_uri`
};

/// Reads such a table. Of headers only the letters count, without case. Columns that are not known
/// are passed over with a warning; only fullStatement has to be there.
///
/// Parents: isChildOf by code or identifier; without that column smartLevel (`1.2.3`); without either
/// the code before the last dot, as in OpenSALT. Several ends in a cell are divided by `|` or `,`.
/// A missing identifier becomes a UUID (version 5) of the row's code, else its smartLevel, else its
/// statement, so that it stays the same; one that is no UUID becomes a UUID of itself.
///
/// Errors, each with line and column: those of the CSV text, `bad_table` (no header, a column twice, no
/// fullStatement), `missing_field`, `duplicate_id`, `bad_argument` (a cycle), `too_large`; of `about`,
/// `bad_date` and `bad_id`.
case_reading read_case_csv_all(std::string_view text, std::string_view file = {}, const case_csv_about& about = {},
                               const case_limits& limits = {});

/// The same, or the first error.
result<case_read> read_case_csv(std::string_view text, std::string_view file = {}, const case_csv_about& about = {},
                                const case_limits& limits = {});

/// Reads a framework in either form: a CASE package where the text begins with a brace, otherwise such
/// a table, which `about` is for.
case_reading read_framework_all(std::string_view text, std::string_view file = {}, const case_csv_about& about = {},
                                const case_limits& limits = {});

}  // namespace ectp::inline ECTP_ABI::framework
