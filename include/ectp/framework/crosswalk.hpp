#pragma once
/// What became of the statements of one edition in another, and how that is known. The links are our
/// own judgement, not an official list: each says its basis and how sure it is.
///
///     for (const link& l : crosswalk("ecf-2019", "ittecf-2024").value())
///       print(l.from, name(l.relation), l.to, name(l.basis));
#include <cstdint>
#include <string_view>
#include <vector>

#include "ectp/core/basis.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/core/words.hpp"
#include "ectp/framework/literals.hpp"

namespace ectp::inline ECTP_ABI {
namespace framework {

using ectp::name;

/// How a statement of one edition stands to one of another.
enum class relation : std::uint8_t {
  same,         ///< the same content; no difference of meaning is known
  amended,      ///< the same statement in changed words; its code may have changed too
  moved,        ///< the same content under another code
  split,        ///< one statement became several
  merged,       ///< several statements share one target
  added,        ///< `new`: the other edition has no counterpart; `from` is empty
  dropped,      ///< the target edition has no counterpart; `to` is empty
  unknown,      ///< the wording was not seen, or the link is an assumption
  aligned       ///< sections that stand under the same Teachers' Standard
};

/// What a link rests on.
enum class link_basis : std::uint8_t {
  wording_seen,      ///< code and wording seen on both sides (ITTECF 2024: in one secondary source)
  wording_compared,  ///< both full texts compared
  via_ecf,           ///< follows from the two steps through ECF 2019
  section_titles,    ///< the section stands under that standard's title
  order_inferred,    ///< the target's wording was not seen; matched by the order of the codes
  content_match,     ///< matched by content; the code is inferred
  code_supported,    ///< the target's code is cited by a source without wording
  code_assumed,      ///< the target's wording was not seen; its code is assumed
  no_target_found,   ///< looked for, none found
  no_source_found    ///< the same, the other way round
};

/// One statement and its counterpart. A statement that was split or merged has several links.
struct link {
  std::string_view from_edition, from, to_edition, to;  ///< codes; one of them may be empty
  framework::relation relation = framework::relation::unknown;
  link_basis basis = link_basis::code_assumed;
  ectp::confidence confidence = ectp::confidence::low;
  std::string_view note;
  friend bool operator==(const link&, const link&) noexcept = default;
};

/// Two editions between which links are known.
struct edition_pair {
  std::string_view from, to;
  friend bool operator==(const edition_pair&, const edition_pair&) noexcept = default;
};

/// The pairs that the library has links for, each in the direction in which it was made.
ECTP_DECL std::vector<edition_pair> crosswalks();

/// The links between two editions, in the order of `from_edition`, then those that only the other
/// one has. Read against the direction in which it was made, a crosswalk says `merged` for `split`
/// and `dropped` for `new`, and the reverse. Errors: `unknown_edition`; `bad_argument` where no
/// links are known, naming the pairs that have some.
ECTP_DECL result<std::vector<link>> crosswalk(std::string_view from_edition, std::string_view to_edition);

/// The links of one statement of an edition that the compiler knows. Errors: as `crosswalk`.
template <class Edition>
result<std::vector<link>> counterparts(edition_ref<Edition> of, std::string_view in_edition) {
  auto links = crosswalk(of.edition(), in_edition);
  if (!links) return links;
  std::vector<link> out;
  for (const link& l : *links)
    if (l.from == of.code()) out.push_back(l);
  return out;
}

}  // namespace framework

ECTP_WORDS(framework::relation, "relation", "same", "amended", "moved", "split", "merged", "new",
           "dropped", "unknown", "aligned");
ECTP_WORDS(framework::link_basis, "basis of a link", "wording_seen", "wording_compared", "via_ecf",
           "section_titles", "order_inferred", "content_match", "code_supported", "code_assumed",
           "no_target_found", "no_source_found");

}  // namespace ectp::inline ECTP_ABI

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/crosswalk.ipp"
#endif
