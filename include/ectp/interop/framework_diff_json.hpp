#pragma once
/// What became of the nodes of one framework tree in another, as JSON, as text and as Markdown. Member
/// order and wording are stable.
#include <cstddef>
#include <string>

#include "ectp/core/config.hpp"
#include "ectp/framework/diff.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// As many changes as there are.
inline constexpr std::size_t every_change = static_cast<std::size_t>(-1);

/// The difference as one JSON object, two-space indent, ending with a newline: `{"schema": 1, "from":
/// {"edition", "title"}, "to", "links", "counts": {"before", "after", "same", "added", "removed", "moved", "reworded",
/// "renumbered", "split", "merged", "unknown"}, "statements": {the same, of statements only}, "changes_in_all",
/// "changes":
/// [{"changes": [...], "matched_by", "from": {"code", "kind", "parent", "identifier", "words"}, "to", "link":
/// {"relation", "basis", "confidence", "note"}}]}`. What is not there is null: a side, a parent, words, an identifier,
/// a link. At most `most` changes are listed.
ECTP_DECL std::string to_json(const tree_diff& d, std::size_t most = every_change);

/// The difference as plain text for people: standard by standard what is the same and what became of the
/// rest. At most `most` changes, and as many codes that are the same, are listed; the page says how many it leaves out.
ECTP_DECL std::string to_text(const tree_diff& d, std::size_t most = every_change);

/// The same as Markdown, a table for each standard.
ECTP_DECL std::string to_markdown(const tree_diff& d, std::size_t most = every_change);

}  // namespace ectp::inline ECTP_ABI::framework
