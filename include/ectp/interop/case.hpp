#pragma once
/// CASE (Competencies and Academic Standards Exchange) packages: a framework as JSON, in the form that
/// curriculum systems exchange. Read tolerantly (1.1 and 1.0), written strictly (1.1), with nothing
/// lost between the two.
///
///     const auto read = framework::read_case(text, "trust.json");
///     for (const error& w : read->warnings) show(to_string(w));
///     const auto tree = framework::to_tree(read->package);          // a school's own framework
///     const auto json = framework::write_case(*framework::to_case(*framework::edition("ittecf-2024")));
///
/// A field is called as in CASE, in small letters. An optional field that is absent is empty.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

/// A value or none, kept apart: for what most objects of a large package lack.
template <class T>
class rare {
 public:
  rare() noexcept = default;
  rare(T v) : p_(new T(std::move(v))) {}
  rare(const rare& o) : p_(o.p_ ? new T(*o.p_) : nullptr) {}
  rare(rare&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  rare& operator=(rare o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~rare() { delete p_; }
  bool has_value() const noexcept { return p_ != nullptr; }
  explicit operator bool() const noexcept { return p_ != nullptr; }
  /// Precondition for these: `has_value()`.
  T& operator*() noexcept { return *p_; }
  const T& operator*() const noexcept { return *p_; }
  T* operator->() noexcept { return p_; }
  const T* operator->() const noexcept { return p_; }
  friend bool operator==(const rare& a, const rare& b) {
    return (a.p_ == nullptr) == (b.p_ == nullptr) && (a.p_ == nullptr || *a.p_ == *b.p_);
  }

 private:
  T* p_ = nullptr;
};

/// LinkURI and LinkGenURI: what an object points at.
struct case_link {
  std::string title, identifier, uri;
  std::string target_type;  ///< ends of associations only: `CASE` or `ext:...`
  std::string other;        ///< as everywhere, see `case_extra`
  friend bool operator==(const case_link&, const case_link&) = default;
};

/// What an object holds besides its fields.
struct case_extra {
  std::string extensions;  ///< a JSON object as it was written (in a `case_level` an array), or empty
  /// Members that no field can hold, as a JSON object, or empty: those that CASE does not know, and
  /// optional ones that were given but empty (`""`, `[]`).
  std::string other;
  friend bool operator==(const case_extra&, const case_extra&) = default;
};

/// CFDocument: the framework itself.
struct case_document : case_extra {
  std::string identifier, uri, framework_type, case_version, creator, title, last_change_date_time;
  std::string official_source_url, publisher, description;
  std::vector<std::string> subject;
  std::vector<case_link> subject_uri;
  std::string language, version, adoption_status, status_start_date, status_end_date;
  rare<case_link> license_uri;
  std::string notes;
  friend bool operator==(const case_document&, const case_document&) = default;
};

/// CFItem: a standard, a heading or a statement.
struct case_item : case_extra {
  std::string identifier, full_statement, alternative_label;
  std::string item_type;  ///< CFItemType
  std::string uri, human_coding_scheme, list_enumeration, abbreviated_statement;
  std::vector<std::string> concept_keywords;
  rare<case_link> concept_keywords_uri;
  std::string notes;
  std::vector<std::string> subject;
  std::vector<case_link> subject_uri;
  std::string language;
  std::vector<std::string> education_level;
  rare<case_link> item_type_uri;  ///< CFItemTypeURI
  rare<case_link> license_uri;
  std::string status_start_date, status_end_date, last_change_date_time;
  friend bool operator==(const case_item&, const case_item&) = default;
};

/// CFAssociation: `origin` is the child, the older one, the one that comes first.
struct case_association : case_extra {
  std::string identifier;
  std::string type;  ///< associationType: `isChildOf`, `replacedBy`, ..., `ext:...`
  maybe<std::int32_t> sequence_number;
  std::string uri;
  case_link origin, destination;
  rare<case_link> grouping_uri;  ///< CFAssociationGroupingURI
  std::string last_change_date_time, notes;
  friend bool operator==(const case_association&, const case_association&) = default;
};

/// CFConcept, CFSubject, CFLicense, CFItemType and CFAssociationGrouping; each uses the fields that it
/// has in CASE.
struct case_definition : case_extra {
  std::string identifier, uri, title, description, last_change_date_time;
  std::string hierarchy_code;  ///< concepts, subjects and item types
  std::string keywords;        ///< concepts
  std::string license_text;    ///< licences
  std::string type_code;       ///< item types
  friend bool operator==(const case_definition&, const case_definition&) = default;
};

/// CFDefinitions.
struct case_definitions : case_extra {
  std::vector<case_definition> concepts, subjects, licenses, item_types, association_groupings;
  friend bool operator==(const case_definitions&, const case_definitions&) = default;
};

/// CFRubricCriterionLevel. `score` is a JSON number as written.
struct case_level : case_extra {
  std::string identifier, uri, description, quality, score, feedback;
  maybe<std::int32_t> position;
  std::string rubric_criterion_id, last_change_date_time;
  friend bool operator==(const case_level&, const case_level&) = default;
};

/// CFRubricCriterion. `weight` is a JSON number as written.
struct case_criterion : case_extra {
  std::string identifier, uri, category, description;
  rare<case_link> item_uri;  ///< CFItemURI
  std::string weight;
  maybe<std::int32_t> position;
  std::string rubric_id, last_change_date_time;
  std::vector<case_level> levels;
  friend bool operator==(const case_criterion&, const case_criterion&) = default;
};

/// CFRubric.
struct case_rubric : case_extra {
  std::string identifier, uri, title, description, last_change_date_time;
  std::vector<case_criterion> criteria;
  friend bool operator==(const case_rubric&, const case_rubric&) = default;
};

/// CFPackage: a whole framework with all that belongs to it. A value.
struct case_package : case_extra {
  case_document document;
  std::vector<case_item> items;
  std::vector<case_association> associations;
  rare<case_definitions> definitions;
  std::vector<case_rubric> rubrics;
  friend bool operator==(const case_package&, const case_package&) = default;
};

/// What a package may cost. Passing a limit is an error, never a shortened package. Memory while
/// reading is about five times the text, and ten times for the oddest of texts.
struct case_limits {
  std::size_t bytes = std::size_t{256} << 20;
  std::size_t items = 2'000'000;      ///< and as many associations
  std::size_t values = 30'000'000;    ///< JSON values of all kinds
  unsigned depth = 64;                ///< of JSON; the depth of the tree has no limit of its own
  std::size_t errors = 100;           ///< kept; the rest is counted
  std::size_t warnings = 100;         ///< kept of each code; the rest is counted
  friend bool operator==(const case_limits&, const case_limits&) = default;
};

/// A package and what had to be forgiven, each with file, line, column and JSON pointer.
struct case_read {
  case_package package;
  std::vector<error> warnings;
  std::size_t warnings_left_out = 0;  ///< beyond `case_limits::warnings`
};

/// The same with all errors, found in one pass. With errors the package holds what could be read.
struct case_reading : case_read {
  std::vector<error> errors;
  std::size_t errors_left_out = 0;  ///< beyond `case_limits::errors`
};

/// Reads a package of CASE 1.1 or 1.0; `file` is only a name for messages.
///
/// Forgiven with a warning: a root inside `{"CFPackage": ...}`, null for absent (dropped), times
/// without zone (UTC) and in other spellings of ISO 8601, `CFDocumentURI` and `CFPackageURI` in
/// members (dropped where they point at this document), isChildOf without sequenceNumber, identifiers
/// that are no UUID of version 1 to 5 in small letters, codes given twice, two parents, items without
/// a parent, ends of associations that are not in the package, a text where a list of texts belongs,
/// unknown members. Errors: those of the JSON text; `missing_field`, `wrong_type`, `out_of_range`,
/// `bad_date`, `bad_id` (empty), `duplicate_id`, `bad_argument` (a cycle of isChildOf), `too_large`.
case_reading read_case_all(std::string_view text, std::string_view file = {}, const case_limits& limits = {});

/// The same, or the first error.
result<case_read> read_case(std::string_view text, std::string_view file = {}, const case_limits& limits = {});

/// How strictly a package is written.
struct case_write_options {
  /// Write identifiers that are no UUID of version 1 to 5 as they are; otherwise they are errors.
  bool keep_identifiers = false;
  /// Write isChildOf whose end is not in the package as it is; otherwise it is an error.
  bool keep_dangling = false;
  bool indent = true;
};

/// The package as CASE 1.1, ready for the official schema: a flat root; no null; CFItems and
/// CFAssociations always; `caseVersion` 1.1; a sequence number for each isChildOf; an isChildOf to the
/// document for each item that has no parent; members that CASE does not know inside `extensions`.
/// What was read is written again with the same meaning. Errors, each with its JSON pointer:
/// `missing_field`, `bad_id`, `bad_date`, `out_of_range`, `encoding`, `syntax` (extensions that are no
/// JSON), `duplicate_id`, `unknown_reference`, `bad_argument` (a cycle of isChildOf).
result<std::string> write_case(const case_package& p, const case_write_options& options = {});

/// Every error that `write_case` would make, up to 100.
std::vector<error> check_case(const case_package& p, const case_write_options& options = {});

/// The same package with a UUID (version 5, made of the old identifier) for each identifier that
/// CASE 1.1 does not allow, wherever it stands. The same identifier gives the same UUID.
case_package with_uuids(case_package p);

/// The package as a tree. The document is the root; children stand in the order of their sequence
/// numbers, then of the text; items without a parent in the package come last, below the root; of
/// two parents the first in that order counts. A code is the humanCodingScheme, or the identifier
/// where there is none or it was given before. An item whose CFItemType is Standard, Group, Section,
/// Learn that, Learn how to or Statement is that; otherwise it is a standard below the root, a group
/// with, and a statement without items below it (as is a Standard without, farther down).
/// `edition` is the name for references; by default it is the document's identifier.
/// Errors: `duplicate_id`, `missing_field`, `bad_argument` (a cycle of isChildOf).
result<tree> to_tree(const case_package& p, std::string_view edition = {});

/// What an export cannot know by itself.
struct case_export_options {
  /// Where the entities can be fetched, such as `https://host/ims/case/v1p1`; empty: `urn:uuid:`.
  std::string base_uri;
  /// The moment of this release, with zone; empty: midnight UTC of the day the edition was published.
  std::string last_change_date_time;
};

/// A tree as a package. Identifiers are those of the nodes, or UUIDs of version 5 made of
/// `edition:code`, which never change. Without official wording laid over it, a built-in edition is
/// exported in our own words, and each item's notes say so. Error: `bad_date` (a last change that is
/// not given and not known, or is no time with zone).
result<case_package> to_case(const tree& t, const case_export_options& options = {});

/// The identifier that `to_case` gives a node.
std::string case_identifier(const node_view& n);

/// A link between nodes of any two trees, to be an association.
struct case_relation {
  node_view origin;
  std::string_view type;  ///< such as `exactMatchOf`, `isRelatedTo`, `replacedBy`
  node_view destination;
  std::string_view notes = {};
};

/// A node and the one that took its place.
struct case_replacement {
  node_view old_node, new_node;
};

/// Adds an association for each link; `grouping`, if not empty, is the title of their
/// CFAssociationGrouping. One that is there already (by its identifier, made of type and ends) is not
/// added again. Returns how many were added. Errors: `out_of_range` (no type of CASE), `bad_date`.
result<std::size_t> add_associations(case_package& p, std::span<const case_relation> links,
                                     std::string_view grouping = {}, const case_export_options& options = {});

/// The same for `replacedBy`: the old node is the origin.
result<std::size_t> add_replaced_by(case_package& p, std::span<const case_replacement> pairs,
                                    std::string_view grouping = {}, const case_export_options& options = {});

}  // namespace ectp::inline ECTP_ABI::framework
