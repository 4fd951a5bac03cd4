#pragma once
/// A framework of a caller's own as a tree: what `edition` gives for the built-in ones.
///
///     const node_spec nodes[] = {
///         {.kind = kind::framework, .code = "my-trust", .words = "How we teach"},
///         {.kind = kind::standard, .parent = 0, .code = "A", .words = "Welcome"},
///         {.kind = kind::statement, .parent = 1, .code = "A.1", .words = "Greet every pupil by name"}};
///     const result<tree> ours = build_tree({.id = "my-trust", .title = "How we teach"}, nodes);
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ectp/core/config.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// One node to build; its texts are borrowed for the call and copied.
struct node_spec {
  framework::kind kind = framework::kind::statement;
  std::uint32_t parent = 0;    ///< position of the parent among the nodes; not looked at for the first
  std::string_view code = {};  ///< unique in the tree, never empty; the root's is the edition's id
  std::string_view words = {}; ///< title of a framework or standard, else what it says; may be empty
  std::string_view type = {};  ///< the document's own word for such a node
  std::string_view identifier = {};  ///< such as a UUID
  std::string_view note = {};
  std::span<const std::string_view> tags = {};
  maybe<framework::statement_kind> statement_kind = {};  ///< statements only
  maybe<framework::confidence> confidence = {};
  maybe<framework::basis> basis = {};
  std::string_view confidence_word = {};
  bool code_is_ours = false;  ///< the document gives no label
  bool placeholder = false;   ///< a code whose content is not known
};

/// What is known of a framework to build; as `edition_info`.
struct edition_spec {
  std::string_view id = {}, title = {}, abbreviation = {}, publisher = {}, published = {}, in_force = {},
                   official_page = {}, official_pdf = {}, licence = {}, purpose = {}, predecessor = {},
                   successor = {}, replaced_from = {};
  bool licence_verified = false;
};

/// The tree of these nodes, in the order given: the first is the root (`kind::framework`), and each
/// other one comes directly below its parent's subtree so far (pre-order). Time grows with the size of
/// the input, and nothing recurses. Errors, each with the place `/position/field`: `missing_field`
/// (no node, no code), `bad_argument` (a parent that is not above, a kind that does not fit),
/// `duplicate_id` (a code twice), `too_large`.
ECTP_DECL result<tree> build_tree(const edition_spec& about, std::span<const node_spec> nodes);

}  // namespace ectp::inline ECTP_ABI::framework

#if !defined(ECTP_COMPILED)
#  include "ectp/framework/impl/builder.ipp"
#endif
