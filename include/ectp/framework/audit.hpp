#pragma once
/// How far the statements of a framework can be relied on: grouped by the data's own words for it, with
/// the weight of each word, per standard and for the whole, and the sources that they rest on.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/basis.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// What `audit` found. It owns all its text.
struct audit_report {
  /// Statements that share a word. The word is empty for those that have none.
  struct group {
    std::string word;
    maybe<framework::confidence> weight;  ///< of the statements; none for words about codes
    std::vector<std::string> codes;       ///< in framework order
    friend bool operator==(const group&, const group&) = default;
  };
  /// A standard; the last row, without a code, has statements that belong to none, if there are any.
  struct standard {
    std::string code, title;
    std::size_t statements = 0, learn_that = 0, learn_how_to = 0, placeholders = 0, worded = 0;
    std::vector<std::size_t> by_confidence;  ///< as many as `audit_report::by_confidence`, in its order
    std::vector<std::size_t> by_code;        ///< likewise for `by_code`
    friend bool operator==(const standard&, const standard&) = default;
  };
  /// A source and how many statements name it.
  struct source_use {
    std::string id, title, url, role, reliability;
    std::size_t statements = 0;
    friend bool operator==(const source_use&, const source_use&) = default;
  };

  std::string edition, title, publisher, licence;
  bool licence_verified = false;
  std::size_t statements = 0, learn_that = 0, learn_how_to = 0;
  std::size_t worded = 0;  ///< statements with official wording laid over them
  std::vector<group> by_confidence;  ///< the heaviest first, no weight last; equal ones as they first appear
  std::vector<group> by_code;        ///< by the word for how sure the code is, as they first appear
  std::vector<std::string> placeholders;
  std::vector<standard> standards;
  std::vector<source_use> sources;  ///< the most used first; those no statement names last
  std::size_t without_source = 0;   ///< statements that name none
  friend bool operator==(const audit_report&, const audit_report&) = default;
};

/// Looks through every statement of a tree, of any edition.
ECTP_DECL audit_report audit(const tree& t);

}  // namespace ectp::inline ECTP_ABI::framework

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/audit.ipp"
#endif
