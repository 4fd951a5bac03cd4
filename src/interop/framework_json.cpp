#include "ectp/interop/framework_json.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "interop/framework_document.hpp"

namespace ectp::inline ECTP_ABI::framework {

using nlohmann::ordered_json;

namespace {

// A field that is there only where it says something.
void put(ordered_json& out, const char* field, std::string_view value) {
  if (!value.empty()) out[field] = value;
}

// Texts of a framework read at run time may hold anything but what JSON readers refuse.
std::string written(const ordered_json& j) { return j.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n"; }

}  // namespace

ordered_json info_document(const edition_info& about) {
  ordered_json out{{"id", about.id}, {"title", about.title}};
  put(out, "abbreviation", about.abbreviation);
  put(out, "publisher", about.publisher);
  put(out, "published", about.published);
  put(out, "in_force", about.in_force);
  put(out, "predecessor", about.predecessor);
  put(out, "successor", about.successor);
  put(out, "replaced_from", about.replaced_from);
  put(out, "purpose", about.purpose);
  put(out, "official_page", about.official_page);
  put(out, "official_pdf", about.official_pdf);
  put(out, "licence", about.licence);
  out["licence_verified"] = about.licence_verified;
  return out;
}

ordered_json source_document(const source& s) {
  ordered_json out{{"key", s.id}, {"title", s.title}};
  put(out, "url", s.url);
  put(out, "role", s.role);
  put(out, "reliability", s.reliability);
  return out;
}

namespace {

// `standard` is the standard that the node is or stands below.
ordered_json node_document(const node_view& n, const maybe<node_view>& standard) {
  ordered_json out{{"ref", n.ref()}, {"code", n.code()}, {"kind", name(n.kind())}};
  if (const auto k = n.statement_kind()) out["statement_kind"] = name(*k);
  put(out, "type", n.type());
  if (const auto p = n.parent()) out["parent"] = p->code();
  if (standard && n.kind() != kind::standard) out["standard"] = standard->code();
  if (const auto a = standard ? standard->core_area() : maybe<core_area>()) out["core_area"] = a->code;
  put(out, "title", n.title());
  put(out, "gist", n.gist());
  put(out, "wording", n.text());
  if (!n.tags().empty()) {
    ordered_json& tags = out["tags"] = ordered_json::array();
    for (const std::string_view t : n.tags()) tags.push_back(t);
  }
  if (const auto c = n.confidence()) out["confidence"] = name(*c);
  put(out, "confidence_word", n.confidence_word());
  put(out, "code_confidence_word", n.code_confidence_word());
  if (const auto b = n.basis()) out["basis"] = ectp::name(*b);
  if (n.placeholder()) out["placeholder"] = true;
  if (n.code_is_ours()) out["code_is_ours"] = true;
  if (const auto m = n.itt_mode()) out["itt_mode"] = name(*m);
  put(out, "teachers_standard", n.teachers_standard());
  put(out, "change", n.change());
  put(out, "earlier_code", n.earlier_code());
  put(out, "identifier", n.identifier());
  put(out, "note", n.note());
  if (n.kind() != kind::framework && !n.sources().empty()) {
    ordered_json& sources = out["sources"] = ordered_json::array();
    for (const source& s : n.sources()) sources.push_back(s.id);
  }
  return out;
}

}  // namespace

ordered_json node_document(const node_view& n) { return node_document(n, n.standard()); }

ordered_json node_documents(const tree& t, bool root) {
  ordered_json out = ordered_json::array();
  std::vector<node_view> standards;  // those above the node, the nearest last
  for (const node_view& n : t.nodes()) {
    while (!standards.empty() && !standards.back().contains(n)) standards.pop_back();
    if (n.kind() == kind::standard) standards.push_back(n);
    if (n.kind() != kind::framework || root)
      out.push_back(node_document(n, standards.empty() ? maybe<node_view>() : maybe<node_view>(standards.back())));
  }
  return out;
}

ordered_json link_document(const link& l) {
  ordered_json out{{"from_edition", l.from_edition}, {"from", nullptr}, {"to_edition", l.to_edition}, {"to", nullptr},
                   {"relation", ectp::name(l.relation)}, {"basis", ectp::name(l.basis)}, {"confidence", ectp::name(l.confidence)}};
  if (!l.from.empty()) out["from"] = l.from;
  if (!l.to.empty()) out["to"] = l.to;
  put(out, "note", l.note);
  return out;
}

std::string to_json(const tree& t) {
  ordered_json out{{"ectp_framework", framework_format}};
  out["edition"] = info_document(t.info());
  ordered_json& sources = out["sources"] = ordered_json::array();
  for (const source& s : t.root().sources()) sources.push_back(source_document(s));
  ordered_json& areas = out["core_areas"] = ordered_json::array();
  std::vector<std::string_view> seen;
  for (const node_view& n : t.root().children()) {
    const auto area = n.core_area();
    if (!area) continue;
    bool known = false;
    for (const std::string_view s : seen) known = known || s == area->code;
    if (known) continue;
    seen.push_back(area->code);
    areas.push_back({{"code", area->code}, {"title", area->title}});
  }
  out["nodes"] = node_documents(t, true);
  return written(out);
}

std::string to_json(std::span<const link> links) {
  ordered_json out = ordered_json::array();
  for (const link& l : links) out.push_back(link_document(l));
  return written(out);
}

}  // namespace ectp::inline ECTP_ABI::framework
