#pragma once
/// The members of each class of CASE 1.1, in the order in which they are written: one list that the
/// reader, the writer and the renamer share. Private to the interop library.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/interop/case.hpp"

namespace ectp::inline ECTP_ABI::framework::case_detail {

// What a visitor has to offer: id (required UUID), id_of (optional UUID), text, required, uri, moment
// (required time), day, texts, link (LinkURI), links, node (required LinkGenURI), integer, number,
// objects (an array), version, type, extensions, extension_list.

template <class V, class X>
void document_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.text("frameworkType", x.framework_type);
  v.version("caseVersion", x.case_version);
  v.required("creator", x.creator);
  v.required("title", x.title);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.text("officialSourceURL", x.official_source_url);
  v.text("publisher", x.publisher);
  v.text("description", x.description);
  v.texts("subject", x.subject);
  v.links("subjectURI", x.subject_uri);
  v.text("language", x.language);
  v.text("version", x.version);
  v.text("adoptionStatus", x.adoption_status);
  v.day("statusStartDate", x.status_start_date);
  v.day("statusEndDate", x.status_end_date);
  v.link("licenseURI", x.license_uri);
  v.text("notes", x.notes);
  v.extensions(x);
}

template <class V, class X>
void item_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.required("fullStatement", x.full_statement);
  v.text("alternativeLabel", x.alternative_label);
  v.text("humanCodingScheme", x.human_coding_scheme);
  v.text("listEnumeration", x.list_enumeration);
  v.text("abbreviatedStatement", x.abbreviated_statement);
  v.texts("conceptKeywords", x.concept_keywords);
  v.link("conceptKeywordsURI", x.concept_keywords_uri);
  v.text("notes", x.notes);
  v.texts("subject", x.subject);
  v.links("subjectURI", x.subject_uri);
  v.text("language", x.language);
  v.texts("educationLevel", x.education_level);
  v.text("CFItemType", x.item_type);
  v.link("CFItemTypeURI", x.item_type_uri);
  v.link("licenseURI", x.license_uri);
  v.day("statusStartDate", x.status_start_date);
  v.day("statusEndDate", x.status_end_date);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.extensions(x);
}

template <class V, class X>
void association_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.type("associationType", x.type);
  v.node("originNodeURI", x.origin);
  v.node("destinationNodeURI", x.destination);
  v.integer("sequenceNumber", x.sequence_number);
  v.link("CFAssociationGroupingURI", x.grouping_uri);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.text("notes", x.notes);
  v.extensions(x);
}

template <class V, class X>
void concept_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.required("title", x.title);
  v.text("keywords", x.keywords);
  v.required("hierarchyCode", x.hierarchy_code);
  v.text("description", x.description);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.extensions(x);
}

template <class V, class X>
void subject_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.required("title", x.title);
  v.required("hierarchyCode", x.hierarchy_code);
  v.text("description", x.description);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.extensions(x);
}

template <class V, class X>
void license_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.required("title", x.title);
  v.text("description", x.description);
  v.required("licenseText", x.license_text);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.extensions(x);
}

template <class V, class X>
void item_type_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.required("title", x.title);
  v.required("description", x.description);
  v.required("hierarchyCode", x.hierarchy_code);
  v.text("typeCode", x.type_code);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.extensions(x);
}

template <class V, class X>
void grouping_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.required("title", x.title);
  v.text("description", x.description);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.extensions(x);
}

template <class V, class X>
void definitions_fields(V& v, X& x) {
  v.objects("CFConcepts", x.concepts, [](auto& w, auto& y) { concept_fields(w, y); });
  v.objects("CFSubjects", x.subjects, [](auto& w, auto& y) { subject_fields(w, y); });
  v.objects("CFLicenses", x.licenses, [](auto& w, auto& y) { license_fields(w, y); });
  v.objects("CFItemTypes", x.item_types, [](auto& w, auto& y) { item_type_fields(w, y); });
  v.objects("CFAssociationGroupings", x.association_groupings,
            [](auto& w, auto& y) { grouping_fields(w, y); });
  v.extensions(x);
}

template <class V, class X>
void level_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.text("description", x.description);
  v.text("quality", x.quality);
  v.number("score", x.score);
  v.text("feedback", x.feedback);
  v.integer("position", x.position);
  v.id_of("rubricCriterionId", x.rubric_criterion_id);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.extension_list(x);
}

template <class V, class X>
void criterion_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.text("category", x.category);
  v.text("description", x.description);
  v.link("CFItemURI", x.item_uri);
  v.number("weight", x.weight);
  v.integer("position", x.position);
  v.id_of("rubricId", x.rubric_id);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.objects("CFRubricCriterionLevels", x.levels, [](auto& w, auto& y) { level_fields(w, y); });
  v.extensions(x);
}

template <class V, class X>
void rubric_fields(V& v, X& x) {
  v.id("identifier", x.identifier);
  v.uri("uri", x.uri);
  v.text("title", x.title);
  v.text("description", x.description);
  v.moment("lastChangeDateTime", x.last_change_date_time);
  v.objects("CFRubricCriteria", x.criteria, [](auto& w, auto& y) { criterion_fields(w, y); });
  v.extensions(x);
}

/// How an identifier stands to what CASE 1.1 allows.
enum class uuid_form : std::uint8_t { legal, capitals, other };
uuid_form form_of(std::string_view s) noexcept;

/// The UUID of version 5 in this library's namespace.
std::string name_uuid(std::string_view name);

/// A time in ISO 8601: as CASE has it, otherwise made so, or unreadable.
enum class time_form : std::uint8_t { good, forgiven, bad };
time_form check_moment(std::string_view s, std::string& made, const char*& why);

bool is_association_type(std::string_view s) noexcept;
bool is_target_type(std::string_view s) noexcept;

/// Appends a JSON string, quotes included. Precondition: UTF-8.
void append_json(std::string& out, std::string_view text);

/// The tree that the isChildOf of a package make.
struct hierarchy {
  static constexpr std::uint32_t none = 0xffff'ffff;
  std::vector<std::uint32_t> order;     ///< items in pre-order; those on or below a cycle are not there
  std::vector<std::uint32_t> parent;    ///< of each item: an item, or none (the document)
  std::vector<std::uint32_t> via;       ///< of each item: the isChildOf that counts, or none
  std::vector<std::uint32_t> depth;     ///< of each item; 1 below the document
  std::vector<std::uint32_t> children;  ///< of each item: how many
  std::vector<std::uint32_t> origin, destination;  ///< of each isChildOf: items, `document`, or none
  static constexpr std::uint32_t document = 0xffff'fffe;
  /// Each cycle as its isChildOf; up to 100.
  std::vector<std::vector<std::uint32_t>> cycles;
};
hierarchy hierarchy_of(const case_package& p);

}  // namespace ectp::inline ECTP_ABI::framework::case_detail
