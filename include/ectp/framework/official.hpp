#pragma once
/// The text of a framework's official document, as its reader downloaded it: statement codes, each
/// followed by its wording. Three forms are read:
///
/// - Markdown: lists (`- 1.1 Wording`, `* **1a.** Wording`, numbered lists inside each other),
///   paragraphs that begin with a code, tables;
/// - CSV with a column of codes and one of wording, found by the names in the header;
/// - plain text as `pdftotext` takes it from a two-column PDF, with `-layout` (both columns on a line) or
///   without (one column after the other). Page numbers, running heads and feet, hyphens at line
///   ends, bullets, ligatures, form feeds and marks of references are coped with.
///
/// Where a document prints bare `1.` and `a.`, the section they stand in (`Standard 1 ...`) completes
/// the code. No file is opened here; the wording stays in what is returned.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/words.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// How a document is written; `automatic` looks at its text.
enum class official_form : std::uint8_t { automatic, markdown, csv, plain };

/// A code in the form that editions use, whatever manner it is written in: `LT 1.1`, `1.1.`, `(1.1)` and
/// `Learn that 1.1` are `1.1`; `LHT 1a`, `1.a`, `1(a)`, `1a.` and `S1.a` are `1a`; `s1 lht 1` is `S1-LHT-01`;
/// `TS1a` is `TS1.a`; `Standard 1` is `S1`. An edition before the code (`ecf-2019:1.1`, `ECF 1.1`) is left out. A
/// number is never shortened: 2.10 stays 2.10. What is no such code comes back as it is, without the
/// blanks around it.
ECTP_DECL std::string normalise_code(std::string_view code);

/// The node that a code means in this tree: the code exactly, else normalised, else in the tree's own
/// manner of saying the same (`TS1` for `S1`, `TS1.a` for `1a`), else by the initials of a standard's
/// title where only one standard has them (`HE1` and `HE 1.1` for 1.1 of High Expectations). None where
/// nothing fits; the root is never meant.
ECTP_DECL maybe<node_id> find_code(const tree& t, std::string_view code);

/// One statement of a document.
struct official_statement {
  std::string code;  ///< normalised
  std::string text;  ///< wording on one line, blanks single
  std::uint32_t line = 0, column = 0;  ///< of the code; 1-based, the column in bytes
  friend bool operator==(const official_statement&, const official_statement&) = default;
};

/// Something that was passed over or changed on the way, and where.
struct official_note {
  location at;
  std::string message;
  friend bool operator==(const official_note&, const official_note&) = default;
};

/// What was read from a document, in its order. A code may be there more than once.
struct official_text {
  std::string file;  ///< the name that the caller gave
  official_form form = official_form::plain;  ///< never `automatic`
  std::vector<official_statement> statements;
  std::vector<official_note> notes;   ///< at most `official_limits::notes`
  std::size_t notes_left_out = 0;     ///< notes beyond that
};

/// The largest document that is read.
struct official_limits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t statements = 20'000;
  std::size_t notes = 200;
};

/// The form that a file's name tells: `.md` and `.markdown`, `.csv`, `.txt`, `.text` and `.pdf` (whose text is read
/// as plain), otherwise `automatic`. Letters compare without case.
ECTP_DECL official_form official_form_of(std::string_view file);

/// Reads a document; `file` is a name for messages. Errors, with the place: `too_large`, `encoding` (no
/// UTF-8, or UTF-16), `syntax` (a PDF or other binary file; no code at all; the faults of CSV), `bad_table` (CSV
/// whose header names no column of codes or none of wording).
ECTP_DECL result<official_text> read_official(std::string_view text, official_form form = official_form::automatic,
                                              const std::string& file = {}, const official_limits& most = {});

}  // namespace ectp::inline ECTP_ABI::framework

namespace ectp::inline ECTP_ABI {
ECTP_WORDS(framework::official_form, "form", "automatic", "markdown", "csv", "plain");
}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/official.ipp"
#endif
