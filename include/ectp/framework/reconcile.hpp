#pragma once
/// A framework compared with the official document that its reader has: which codes the document has
/// and the tree lacks, which the tree has and the document lacks, and the document's wording in the form
/// that `tree::with_text` lays over the tree. Whether a wording fits our gist is not judged.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/framework/official.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// How many codes the document has, how many the tree has, and how many both have.
struct code_counts {
  std::size_t document = 0, ours = 0, both = 0;
  friend bool operator==(const code_counts&, const code_counts&) = default;
};

/// A reconciliation: what `reconcile` found. It owns all its text.
struct reconciliation {
  /// A standard's codes; `other` are statements that are neither. The last row, without a code, has what
  /// belongs to no standard, and is there only where something does.
  struct standard {
    std::string code, title;
    code_counts learn_that, learn_how_to, other;
    friend bool operator==(const standard&, const standard&) = default;
  };
  /// A code of the document that the tree lacks, at its first place.
  struct unknown {
    std::string code, text;
    location at;
    friend bool operator==(const unknown&, const unknown&) = default;
  };
  /// A statement of the tree that the document lacks.
  struct missing {
    std::string code, gist;
    bool placeholder = false;  ///< the tree has the code only, so its absence says little
    friend bool operator==(const missing&, const missing&) = default;
  };
  /// A code that the document gives again with other wording. The first one counts.
  struct conflict {
    std::string code;
    location first, again;
    std::string first_text, again_text;
    friend bool operator==(const conflict&, const conflict&) = default;
  };
  /// An edition and how well the document's statement codes fit it.
  struct fit {
    std::string edition;
    code_counts codes;
    friend bool operator==(const fit&, const fit&) = default;
  };

  std::string edition, title, file;
  official_form form = official_form::plain;
  std::vector<standard> standards;
  code_counts total;                    ///< of statements
  std::vector<unknown> only_document;   ///< in the document's order
  std::vector<missing> only_ours;       ///< in framework order
  std::vector<std::string> filled;      ///< placeholders that the document has wording for
  std::vector<conflict> conflicts;
  std::size_t repeated = 0;             ///< codes given again with the same wording
  maybe<fit> fits_better;               ///< a built-in edition whose codes are more like the document's
  std::vector<official_note> notes;     ///< of the reader
  std::size_t notes_left_out = 0;
  std::vector<wording> overlay;         ///< for `tree::with_text`, in framework order
  friend bool operator==(const reconciliation&, const reconciliation&) = default;
};

/// Compares the statements of a document with a tree. Codes of standards and groups go into the overlay
/// and are not counted.
ECTP_DECL reconciliation reconcile(const tree& t, const official_text& official);

/// What a reader should know before trusting a reconciliation, in a sentence; empty where nothing is odd.
ECTP_DECL std::string hint_of(const reconciliation& r);

}  // namespace ectp::inline ECTP_ABI::framework

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/reconcile.ipp"
#endif
