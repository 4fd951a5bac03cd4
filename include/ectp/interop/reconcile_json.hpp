#pragma once
/// A reconciliation as JSON, as text and as Markdown, and the overlay file that keeps a document's wording
/// outside of the library:
///
///     {"ectp_overlay": 1, "edition": "ittecf-2024", "source": "official.md",
///      "statements": {"1.1": "...", "1a": "..."}}
///
/// Member order and wording are stable.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/reconcile.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// One JSON object, two-space indent, ending with a newline: `{"schema": 1, "edition", "title", "file", "form", "total",
/// "standards": [{"code", "title", "learn_that", "learn_how_to", "other"}], "only_document": [{"code", "text", "at"}],
/// "only_ours": [{"code", "gist", "placeholder"}], "filled": [...], "conflicts": [{"code", "first", "again", "first_text", "again_text"}],
/// "repeated", "hint", "fits_better", "notes": [{"at", "message"}], "notes_left_out", "overlay": N}`. Counts are
/// `{"document", "ours", "both"}`, places `{"file", "line", "column"}`. The wording that both have is in the
/// overlay file and not here.
ECTP_DECL std::string to_json(const reconciliation& r);

/// The same as plain text for people.
ECTP_DECL std::string to_text(const reconciliation& r);

/// The same as Markdown.
ECTP_DECL std::string to_markdown(const reconciliation& r);

/// What an overlay file says.
struct overlay_file {
  std::string edition, source;
  std::vector<wording> statements;  ///< in the file's order; every code once, no text empty
  friend bool operator==(const overlay_file&, const overlay_file&) = default;
};

/// The overlay of a reconciliation as a file, in framework order, ending with a newline.
ECTP_DECL std::string write_overlay(const reconciliation& r);

/// Any wording as an overlay file. Codes and texts are UTF-8; bytes that are not become U+FFFD.
ECTP_DECL std::string write_overlay(const overlay_file& o);

/// Reads an overlay file of at most 16 MiB. `file` is a name for errors, which carry line, column and JSON
/// pointer: those of JSON, `missing_field`, `unknown_field`, `wrong_type`, `newer_version`, `duplicate_id`.
ECTP_DECL result<overlay_file> read_overlay(std::string_view text, std::string_view file = {});

/// Reads an overlay file and lays its wording over the tree. Errors as `read_overlay` has them, and, at the
/// place in the file, `wrong_edition` and `unknown_code`.
ECTP_DECL result<tree> with_overlay(const tree& t, std::string_view text, std::string_view file = {});

}  // namespace ectp::inline ECTP_ABI::framework
