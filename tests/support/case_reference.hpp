#pragma once
/// What writing a CASE package that was read should give, said a second time on plain JSON: nulls
/// dropped, the root flat, links back to the document dropped, unknown members among the extensions,
/// times with zone, sequence numbers and parents for all. And packages made at random to try it on.
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace case_reference {

using nlohmann::json;

struct shape {
  std::set<std::string> members;
  std::map<std::string, std::string> inner;  // members that are objects or arrays of a class
};

inline const std::map<std::string, shape>& shapes() {
  static const std::set<std::string> link{"title", "identifier", "uri"};
  static const auto with = [](std::set<std::string> s, std::initializer_list<const char*> more) {
    s.insert({"identifier", "uri", "lastChangeDateTime", "extensions"});
    for (const char* m : more) s.insert(m);
    return s;
  };
  static const std::map<std::string, shape> all{
      {"link", {link, {}}},
      {"end", {{"title", "identifier", "uri", "targetType"}, {}}},
      {"package",
       {{"CFDocument", "CFItems", "CFAssociations", "CFDefinitions", "CFRubrics", "extensions"},
        {{"CFDocument", "document"}, {"CFItems", "item"}, {"CFAssociations", "association"},
         {"CFDefinitions", "definitions"}, {"CFRubrics", "rubric"}}}},
      {"document",
       {with({}, {"frameworkType", "caseVersion", "creator", "title", "officialSourceURL", "publisher", "description",
                  "subject", "subjectURI", "language", "version", "adoptionStatus", "statusStartDate", "statusEndDate",
                  "licenseURI", "notes"}),
        {{"subjectURI", "link"}, {"licenseURI", "link"}}}},
      {"item",
       {with({}, {"fullStatement", "alternativeLabel", "CFItemType", "humanCodingScheme", "listEnumeration",
                  "abbreviatedStatement", "conceptKeywords", "conceptKeywordsURI", "notes", "subject", "subjectURI",
                  "language", "educationLevel", "CFItemTypeURI", "licenseURI", "statusStartDate", "statusEndDate"}),
        {{"conceptKeywordsURI", "link"}, {"subjectURI", "link"}, {"CFItemTypeURI", "link"}, {"licenseURI", "link"}}}},
      {"association",
       {with({}, {"associationType", "sequenceNumber", "originNodeURI", "destinationNodeURI", "CFAssociationGroupingURI", "notes"}),
        {{"originNodeURI", "end"}, {"destinationNodeURI", "end"}, {"CFAssociationGroupingURI", "link"}}}},
      {"definitions",
       {{"CFConcepts", "CFSubjects", "CFLicenses", "CFItemTypes", "CFAssociationGroupings", "extensions"},
        {{"CFConcepts", "concept"}, {"CFSubjects", "subject"}, {"CFLicenses", "licence"}, {"CFItemTypes", "itemtype"},
         {"CFAssociationGroupings", "grouping"}}}},
      {"concept", {with({}, {"title", "keywords", "hierarchyCode", "description"}), {}}},
      {"subject", {with({}, {"title", "hierarchyCode", "description"}), {}}},
      {"licence", {with({}, {"title", "description", "licenseText"}), {}}},
      {"itemtype", {with({}, {"title", "description", "hierarchyCode", "typeCode"}), {}}},
      {"grouping", {with({}, {"title", "description"}), {}}},
      {"rubric", {with({}, {"title", "description", "CFRubricCriteria"}), {{"CFRubricCriteria", "criterion"}}}},
      {"criterion",
       {with({}, {"category", "description", "CFItemURI", "weight", "position", "rubricId", "CFRubricCriterionLevels"}),
        {{"CFItemURI", "link"}, {"CFRubricCriterionLevels", "level"}}}},
      {"level", {with({}, {"description", "quality", "score", "feedback", "position", "rubricCriterionId"}), {}}}};
  return all;
}

inline void extend(json& object, const std::string& name, json value, bool as_list) {
  if (as_list) {
    if (!object.contains("extensions")) object["extensions"] = json::array();
    if (!object["extensions"].is_array()) return;
    if (object["extensions"].empty() || !object["extensions"].back().contains("\x01")) object["extensions"].push_back({{"\x01", 1}});
    object["extensions"].back()[name] = std::move(value);
  } else {
    if (!object.contains("extensions")) object["extensions"] = json::object();
    object["extensions"][name] = std::move(value);
  }
}

// The object as it should be written.
inline json canonical(const json& in, const std::string& cls, const std::string& document) {
  const shape& s = shapes().at(cls);
  json out = json::object();
  std::vector<std::pair<std::string, json>> unknown;
  for (const auto& [name, value] : in.items()) {
    if (value.is_null()) continue;
    if (s.members.count(name) == 0) {
      const bool echo = name == "CFDocumentURI" || name == "CFPackageURI";
      if (echo && value.is_object() && value.value("identifier", "") == document) continue;
      unknown.emplace_back(name, value);
      continue;
    }
    const auto inner = s.inner.find(name);
    const auto below = [&](const json& v, const std::string& where) {
      json made = canonical(v, inner->second, document);
      const bool is_link = inner->second == "link" || inner->second == "end";
      if (is_link && made.contains("extensions")) {
        unknown.emplace_back(where, made["extensions"]);
        made.erase("extensions");
      }
      return made;
    };
    if (inner == s.inner.end()) {
      out[name] = value;
      if (name == "lastChangeDateTime" && value.is_string()) {
        std::string t = value;
        if (t.size() == 19) t += "Z";
        out[name] = t;
      }
      if (value.is_array() && name != "extensions") {
        json kept = json::array();
        for (const json& v : value)
          if (!v.is_null()) kept.push_back(v);
        out[name] = kept;
      }
    } else if (value.is_array()) {
      out[name] = json::array();
      std::size_t k = 0;
      for (const json& v : value) {
        if (!v.is_null()) out[name].push_back(below(v, name + "/" + std::to_string(k)));
        k += !v.is_null();
      }
    } else {
      out[name] = below(value, name);
    }
  }
  for (auto& [name, value] : unknown) extend(out, name, value, cls == "level");
  if (cls == "level" && out.contains("extensions"))
    for (json& e : out["extensions"])
      if (e.is_object()) e.erase("\x01");
  return out;
}

inline json expected(json in) {
  json beside = json::object();
  if (in.contains("CFPackage") && !in.contains("CFDocument")) {
    for (const auto& [name, value] : in.items())
      if (name != "CFPackage" && !value.is_null()) beside[name] = value;
    in = json(in["CFPackage"]);
  }
  json out = canonical(in, "package", in["CFDocument"]["identifier"]);
  for (const auto& [name, value] : beside.items()) extend(out, name, value, false);
  out["CFDocument"]["caseVersion"] = "1.1";
  for (const char* const list : {"CFItems", "CFAssociations"})
    if (!out.contains(list)) out[list] = json::array();
  std::map<std::string, std::int64_t> last;
  for (const json& a : out["CFAssociations"])
    if (a["associationType"] == "isChildOf" && a.contains("sequenceNumber")) {
      std::int64_t& n = last[a["destinationNodeURI"]["identifier"]];
      n = std::max(n, a["sequenceNumber"].get<std::int64_t>());
    }
  for (json& a : out["CFAssociations"])
    if (a["associationType"] == "isChildOf" && !a.contains("sequenceNumber"))
      a["sequenceNumber"] = ++last[a["destinationNodeURI"]["identifier"]];
  return out;
}

/// Packages of all kinds of oddness that is forgiven.
class generator {
 public:
  explicit generator(std::uint32_t seed) : random_(seed) {}

  json package(std::size_t items) {
    document_ = uuid();
    json p = json::object();
    p["CFDocument"] = object("document");
    p["CFDocument"]["identifier"] = document_;
    p["CFDocument"].erase("caseVersion");
    p["CFItems"] = json::array();
    p["CFAssociations"] = json::array();
    std::vector<std::string> ids;
    for (std::size_t i = 0; i != items; ++i) {
      json x = object("item");
      const std::string up = ids.empty() || chance(4) ? document_ : ids[below(ids.size())];
      ids.push_back(x["identifier"]);
      json a = object("association");
      a["associationType"] = "isChildOf";
      a["originNodeURI"]["identifier"] = ids.back();
      a["destinationNodeURI"]["identifier"] = up;
      if (chance(2)) a["sequenceNumber"] = below(40);
      else a.erase("sequenceNumber");
      p["CFItems"].push_back(std::move(x));
      p["CFAssociations"].push_back(std::move(a));
      if (chance(3)) p["CFAssociations"].push_back(object("association"));
    }
    if (chance(2)) p["CFDefinitions"] = object("definitions");
    if (chance(2)) p["CFRubrics"] = json::array({object("rubric"), object("rubric")});
    if (chance(4)) p["CFRubrics"] = nullptr;
    if (chance(3)) p["extensions"] = anything();
    if (chance(3)) p["x-server"] = "somewhere";
    if (chance(3)) p = json{{"CFPackage", p}, {"took", 3}, {"none", nullptr}};
    return p;
  }

  bool chance(std::uint32_t n) { return random_() % n == 0; }
  std::size_t below(std::size_t n) { return random_() % n; }

  std::string uuid() {
    static constexpr char hex[] = "0123456789abcdef";
    std::string s = "xxxxxxxx-xxxx-4xxx-9xxx-xxxxxxxxxxxx";
    for (char& c : s)
      if (c == 'x') c = hex[random_() % 16];
    return s;
  }

 private:
  std::string text() {
    static const std::vector<std::string> some{"", "Greet every pupil", "quotes \" and \\ and /", "line\nbreak\ttab", "\xC3\xA9t\xC3\xA9 \xF0\x9D\x91\x91",
                                               "control \x01\x1f", "**bold** $x^2$", "null"};
    return some[below(some.size())];
  }
  json anything() {
    return {{"a", nullptr}, {"b", {1, 2.5, "x", json::object()}}, {text(), true}};
  }
  json link(bool end) {
    json l{{"title", text()}, {"identifier", uuid()}, {"uri", "https://frameworks.example/" + std::to_string(random_() % 100)}};
    if (end && chance(3)) l["targetType"] = chance(2) ? "CASE" : "ext:other.kind_1-2";
    if (chance(8)) l["shade"] = anything();
    return l;
  }
  json object(const std::string& cls) {
    static const std::set<std::string> required{"identifier", "uri", "lastChangeDateTime", "creator", "title", "fullStatement", "associationType",
                                                "originNodeURI", "destinationNodeURI", "hierarchyCode", "licenseText"};
    json o = json::object();
    const shape& s = shapes().at(cls);
    for (const std::string& name : s.members) {
      const bool title_needed = !(name == "title" && cls == "rubric");
      const bool must = (required.count(name) != 0 && title_needed && cls != "definitions") || (cls == "itemtype" && name == "description");
      if (!must && chance(2)) {
        if (chance(3)) o[name] = nullptr;
        continue;
      }
      const auto inner = s.inner.find(name);
      if (name == "identifier" || name == "rubricId" || name == "rubricCriterionId") o[name] = uuid();
      else if (name == "uri") o[name] = "https://frameworks.example/x";
      else if (name == "lastChangeDateTime") o[name] = chance(3) ? "2024-02-29T23:59:59" : chance(2) ? "2024-01-01T00:00:00.123+01:00" : "2024-01-01T00:00:00Z";
      else if (name == "statusStartDate" || name == "statusEndDate") o[name] = "2025-09-01";
      else if (name == "caseVersion") o[name] = "1.1";
      else if (name == "associationType") o[name] = chance(2) ? "isRelatedTo" : chance(2) ? "replacedBy" : "ext:own.type";
      else if (name == "sequenceNumber" || name == "position") o[name] = static_cast<int>(below(100)) - 10;
      else if (name == "weight" || name == "score") o[name] = 0.25 * static_cast<double>(below(9));
      else if (name == "extensions") o[name] = cls == "level" ? json::array({anything()}) : anything();
      else if (inner != s.inner.end() && (inner->second == "link" || inner->second == "end")) {
        if (name == "subjectURI") {
          o[name] = json::array();
          for (std::size_t k = below(3); k != 0; --k) o[name].push_back(link(false));
          if (chance(6) && !o[name].empty()) o[name].push_back(nullptr);
        } else {
          o[name] = link(inner->second == "end");
        }
      } else if (inner != s.inner.end()) {
        o[name] = json::array();
        for (std::size_t k = below(3); k != 0; --k) o[name].push_back(object(inner->second));
      } else if (name == "subject" || name == "conceptKeywords" || name == "educationLevel") {
        o[name] = json::array();
        for (std::size_t k = below(4); k != 0; --k) o[name].push_back(text());
        // A list of nothing but nulls is an empty one: those are tried by hand.
        if (chance(6) && !o[name].empty()) o[name].push_back(nullptr);
      } else {
        o[name] = text();
      }
    }
    if (chance(6)) o["colour"] = anything();
    if (chance(6) && (cls == "item" || cls == "association")) o["CFDocumentURI"] = {{"title", "t"}, {"identifier", chance(4) ? uuid() : document_}, {"uri", "u"}};
    if (chance(6) && cls == "document") o["CFPackageURI"] = nullptr;
    return o;
  }

  std::mt19937 random_;
  std::string document_;
};

}  // namespace case_reference
