#pragma once
// Frameworks as JSON values, for the files that make documents of them.
#include <nlohmann/json.hpp>
#include <string_view>

#include "ectp/framework/crosswalk.hpp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

// What is known of an edition.
nlohmann::ordered_json info_document(const edition_info& about);

// One node by itself: code, what it says, where that is from. Parents, standards and sources by name.
nlohmann::ordered_json node_document(const node_view& n);

// Every node of a tree in framework order; the root only where asked for. As fast for a deep tree as for
// a flat one.
nlohmann::ordered_json node_documents(const tree& t, bool root);

// One source in full.
nlohmann::ordered_json source_document(const source& s);

nlohmann::ordered_json link_document(const link& l);

}  // namespace ectp::inline ECTP_ABI::framework
