#include <string>
#include <unordered_map>
#include <unordered_set>

#include "case_fields.hpp"
#include "ectp/core/text.hpp"
#include "ectp/framework/builder.hpp"
#include "ectp/framework/editions.hpp"

namespace ectp::inline ECTP_ABI::framework {
namespace case_detail {
namespace {

bool is_word(std::string_view s, std::string_view word) {
  // Capitals and what joins the words differ from system to system.
  std::size_t i = 0;
  for (const char c : s) {
    const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == '_' || c == '-' ? ' ' : c;
    if (i == word.size() || low != word[i++]) return false;
  }
  return i == word.size();
}

struct level {
  framework::kind kind;
  maybe<framework::statement_kind> asks = {};
};

level level_of(std::string_view type, std::uint32_t depth, bool inner) {
  if (is_word(type, "learn that")) return {kind::statement, statement_kind::learn_that};
  if (is_word(type, "learn how to")) return {kind::statement, statement_kind::learn_how_to};
  if (is_word(type, "statement")) return {kind::statement};
  if (is_word(type, "group") || is_word(type, "section")) return {kind::group};
  if (is_word(type, "standard") && (depth == 1 || inner)) return {kind::standard};
  if (!inner) return {kind::statement};
  return {depth == 1 ? kind::standard : kind::group};
}

// The moment that everything in an export carries.
result<std::string> moment_of(const case_export_options& options, std::string_view day) {
  std::string made;
  const char* why = nullptr;
  if (options.last_change_date_time.empty()) {
    if (day.size() == 10) return std::string(day) + "T00:00:00Z";
    return error{errc::bad_date, "the moment of the last change is not known", {{}, 0, 0, "/last_change_date_time"},
                 "a time such as 2025-01-31T12:00:00Z", "give it in the options"};
  }
  if (check_moment(options.last_change_date_time, made, why) == time_form::good) return options.last_change_date_time;
  return error{errc::bad_date, std::string("the last change is ") + why, {{}, 0, 0, "/last_change_date_time"},
               "a time such as 2025-01-31T12:00:00Z", {}};
}

std::string uri_of(const case_export_options& options, std::string_view what, std::string_view id) {
  if (options.base_uri.empty()) return "urn:uuid:" + std::string(id);
  std::string out = options.base_uri;
  while (!out.empty() && out.back() == '/') out.pop_back();
  return ((out += '/') += what) += '/' + std::string(id);
}

std::string full_day(std::string_view s) {
  return s.size() == 7 ? std::string(s) + "-01" : s.size() == 10 ? std::string(s) : std::string();
}

// The day before the first of a month, for an end that is given as a beginning.
std::string day_before(std::string_view s) {
  std::string out = full_day(s);
  if (out.empty()) return out;
  int year = std::stoi(out.substr(0, 4)), month = std::stoi(out.substr(5, 2)), day = std::stoi(out.substr(8, 2));
  if (--day == 0) {
    if (--month == 0) --year, month = 12;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    day = month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }
  const auto two = [](int n) { return std::string(1, static_cast<char>('0' + n / 10)) + static_cast<char>('0' + n % 10); };
  return std::to_string(year) + "-" + two(month) + "-" + two(day);
}

void add(std::string& object, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  object += object.empty() ? "" : ", ";
  append_json(object, name);
  object += ": ";
  append_json(object, value);
}
void add_true(std::string& object, std::string_view name) {
  object += object.empty() ? "" : ", ";
  append_json(object, name);
  object += ": true";
}
std::string extension(const std::string& members) {
  return members.empty() ? std::string() : "{\"ectp\": {" + members + "}}";
}

bool built_in(std::string_view edition) {
  for (const edition_info& e : editions())
    if (e.id == edition) return true;
  return false;
}

// The code of a node that has one of its own.
bool has_code(const node_view& n) { return n.code() != n.identifier() && n.parent().has_value(); }

std::string_view type_of(const node_view& n) {
  if (!n.type().empty()) return n.type();
  if (const auto s = n.statement_kind()) return *s == statement_kind::learn_that ? "Learn that" : "Learn how to";
  return n.kind() == kind::standard ? "Standard" : n.kind() == kind::group ? "Group" : "Statement";
}

std::string what_is_known(const node_view& n) {
  std::string m;
  add(m, "code", n.ref());
  add(m, "kind", name(n.kind()));
  if (const auto s = n.statement_kind()) add(m, "statement_kind", name(*s));
  if (const auto c = n.confidence()) add(m, "confidence", name(*c));
  add(m, "confidence_word", n.confidence_word());
  add(m, "code_confidence", n.code_confidence_word());
  if (const auto b = n.basis()) add(m, "basis", name(*b));
  add(m, "change", n.change());
  add(m, "earlier_code", n.earlier_code());
  if (const auto i = n.itt_mode()) add(m, "itt_mode", name(*i));
  add(m, "teachers_standard", n.teachers_standard());
  if (n.kind() == kind::standard)
    if (const auto a = n.core_area()) add(m, "core_area", a->code);
  if (n.code_is_ours()) add_true(m, "code_is_ours");
  if (n.placeholder()) add_true(m, "placeholder");
  return m;
}

void sentence(std::string& notes, std::string_view text) {
  if (text.empty()) return;
  if (!notes.empty()) notes += notes.back() == '.' ? " " : ". ";
  notes += text;
}

std::string notes_of(const node_view& n, bool ours) {
  std::string notes;
  if (ours && n.placeholder()) {
    sentence(notes, "A place in the numbering; its content is not known.");
  } else if (ours && n.kind() != kind::standard) {
    sentence(notes, n.text().empty() ? "Our own gist, not the official wording." : "Official wording, laid over our gist.");
  }
  if (ours && !n.confidence_word().empty()) {
    std::string how = "Confidence: ";
    if (const auto c = n.confidence()) how += name(*c);
    (how += " (") += n.confidence_word();
    sentence(notes, how + ").");
  }
  sentence(notes, n.note());
  return notes;
}

}  // namespace
}  // namespace case_detail

result<tree> to_tree(const case_package& p, std::string_view edition) {
  namespace cd = case_detail;
  constexpr auto none = cd::hierarchy::none;
  const cd::hierarchy h = cd::hierarchy_of(p);
  if (h.order.size() != p.items.size()) {
    std::string at = "/CFItems";
    if (!h.cycles.empty()) at = "/CFAssociations/" + std::to_string(h.cycles.front().front());
    return error{errc::bad_argument, "isChildOf goes round in a cycle", {{}, 0, 0, at}, "a tree",
                 "take one of its isChildOf out"};
  }
  const std::string_view id = edition.empty() ? std::string_view(p.document.identifier) : edition;
  std::vector<node_spec> specs;
  specs.reserve(p.items.size() + 1);
  std::size_t keywords = p.document.subject.size();
  for (const case_item& i : p.items) keywords += i.concept_keywords.size();
  std::vector<std::string_view> tags;
  tags.reserve(keywords);
  const auto tagged = [&](const std::vector<std::string>& words) {
    const std::size_t from = tags.size();
    for (const std::string& w : words)
      if (!w.empty()) tags.push_back(w);
    return std::span<const std::string_view>(tags.data() + from, tags.size() - from);
  };
  node_spec root;
  root.kind = kind::framework;
  root.code = id;
  root.words = p.document.title;
  root.identifier = p.document.identifier;
  root.type = p.document.framework_type;
  root.note = p.document.notes;
  specs.push_back(root);
  // An identifier is nobody else's code, and a code is the first's that has it.
  std::unordered_set<std::string_view> used;
  used.reserve(2 * p.items.size() + 1);
  used.insert(id);
  for (const case_item& i : p.items) used.insert(i.identifier);
  std::unordered_set<std::string_view> codes;
  codes.reserve(p.items.size());
  std::vector<std::uint32_t> place(p.items.size(), 0);
  for (const std::uint32_t i : h.order) {
    const case_item& item = p.items[i];
    node_spec n;
    n.parent = h.parent[i] == none ? 0 : place[h.parent[i]];
    place[i] = static_cast<std::uint32_t>(specs.size());
    const bool own = !item.human_coding_scheme.empty() && !used.contains(item.human_coding_scheme) &&
                     codes.insert(item.human_coding_scheme).second;
    n.code = own ? item.human_coding_scheme : item.identifier;
    n.code_is_ours = !own;
    n.words = item.full_statement;
    n.type = item.item_type;
    n.identifier = item.identifier;
    n.note = item.notes;
    n.tags = tagged(item.concept_keywords);
    const cd::level level = cd::level_of(item.item_type, h.depth[i], h.children[i] != 0);
    n.kind = level.kind;
    n.statement_kind = level.asks;
    specs.push_back(n);
  }
  edition_spec about;
  about.id = id;
  about.title = p.document.title;
  about.publisher = p.document.publisher.empty() ? p.document.creator : p.document.publisher;
  about.in_force = p.document.status_start_date;
  about.official_page = p.document.official_source_url;
  if (p.document.license_uri) about.licence = p.document.license_uri->title;
  about.purpose = p.document.description;
  // The last change is all that a package says of when it was published.
  about.published = std::string_view(p.document.last_change_date_time).substr(0, 10);
  auto built = build_tree(about, specs);
  if (built || built.error().at.path.size() < 2) return built;
  error e = built.error();
  // From the position among the nodes to the place in the package.
  const std::size_t slash = e.at.path.find('/', 1);
  const std::size_t at = static_cast<std::size_t>(std::stoul(e.at.path.substr(1, slash - 1)));
  e.at.path = at == 0 || at > h.order.size() ? "/CFDocument" : "/CFItems/" + std::to_string(h.order[at - 1]);
  return e;
}

std::string case_identifier(const node_view& n) {
  if (case_detail::form_of(n.identifier()) == case_detail::uuid_form::legal) return std::string(n.identifier());
  return case_detail::name_uuid(n.ref());
}

result<case_package> to_case(const tree& t, const case_export_options& options) {
  namespace cd = case_detail;
  const edition_info info = t.info();
  const result<std::string> moment = cd::moment_of(options, info.published);
  if (!moment) return moment.error();
  const bool ours = cd::built_in(t.edition());
  case_package p;
  case_document& d = p.document;
  d.identifier = case_identifier(t.root());
  d.uri = cd::uri_of(options, "CFDocuments", d.identifier);
  d.case_version = "1.1";
  d.title = info.title.empty() ? t.root().display() : info.title;
  d.creator = info.publisher.empty() ? std::string_view("unknown") : info.publisher;
  d.publisher = info.publisher;
  d.last_change_date_time = *moment;
  d.official_source_url = info.official_page;
  d.description = info.purpose;
  d.language = ours ? "en" : "";
  if (t.root().type() != "Framework") d.framework_type = t.root().type();
  if (ours) {
    // What a later edition replaced is retired, whatever day it is.
    d.adoption_status = info.successor.empty() ? "Implemented" : "Retired";
    if (!info.replaced_from.empty()) d.status_end_date = cd::day_before(info.replaced_from);
  }
  d.status_start_date = cd::full_day(info.in_force);
  bool any_official = false;
  for (const node_view& n : t.nodes()) any_official = any_official || !n.text().empty();
  if (ours) {
    cd::sentence(d.notes, "Structure and codes of the edition; the statements are gists in the words of the ECTP library, not the official wording");
    d.notes += any_official ? ", except where their notes say so." : ".";
    cd::sentence(d.notes, "The document itself is at the official source.");
  }
  cd::sentence(d.notes, t.root().note());
  std::string about;
  cd::add(about, "edition", t.edition());
  cd::add(about, "published", info.published);
  cd::add(about, "in_force", info.in_force);
  cd::add(about, "predecessor", info.predecessor);
  cd::add(about, "successor", info.successor);
  cd::add(about, "replaced_from", info.replaced_from);
  cd::add(about, "licence", info.licence);
  if (info.licence_verified) cd::add_true(about, "licence_verified");
  d.extensions = cd::extension(about);

  p.definitions = case_definitions();
  if (!info.licence.empty()) {
    case_definition l;
    const bool ogl = info.licence.find("Open Government Licence v3.0") != info.licence.npos;
    l.title = ogl ? std::string_view("Open Government Licence v3.0") : info.licence;
    l.identifier = cd::name_uuid("licence|" + l.title);
    l.uri = cd::uri_of(options, "CFLicenses", l.identifier);
    if (ogl) l.description = info.licence;
    l.license_text = ogl ? "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/" : l.title;
    l.last_change_date_time = *moment;
    d.license_uri = case_link{l.title, l.identifier, l.uri, {}, {}};
    p.definitions->licenses.push_back(std::move(l));
  }

  std::unordered_map<std::string_view, case_link> types;  // the names live in the tree
  const auto type_link = [&](std::string_view type) {
    if (const auto it = types.find(type); it != types.end()) return it->second;
    case_definition x;
    x.title = x.description = x.type_code = type;
    x.identifier = cd::name_uuid("item type|" + x.title);
    x.uri = cd::uri_of(options, "CFItemTypes", x.identifier);
    x.hierarchy_code = std::to_string(p.definitions->item_types.size() + 1);
    x.last_change_date_time = *moment;
    case_link made{x.title, x.identifier, x.uri, {}, {}};
    p.definitions->item_types.push_back(std::move(x));
    types.emplace(type, made);
    return made;
  };

  p.items.reserve(t.size() - 1);
  p.associations.reserve(t.size() - 1);
  std::vector<std::int32_t> children(t.size(), 0);
  std::vector<std::uint32_t> place(t.size(), 0);
  for (const node_view& n : t.nodes()) {
    if (n.id().value() == 0) continue;
    place[n.id().value()] = static_cast<std::uint32_t>(p.items.size());
    case_item i;
    i.identifier = case_identifier(n);
    i.uri = cd::uri_of(options, "CFItems", i.identifier);
    i.full_statement = n.display();
    if (!n.text().empty() && n.kind() > kind::standard) i.abbreviated_statement = n.gist();
    if (cd::has_code(n)) i.human_coding_scheme = n.code();
    for (const std::string_view tag : n.tags()) i.concept_keywords.emplace_back(tag);
    i.notes = cd::notes_of(n, ours);
    i.language = d.language;
    i.item_type = cd::type_of(n);
    i.item_type_uri = type_link(cd::type_of(n));
    i.last_change_date_time = *moment;
    if (ours) i.extensions = cd::extension(cd::what_is_known(n));
    p.items.push_back(std::move(i));

    const std::uint32_t up = n.parent()->id().value();
    case_association a;
    a.type = "isChildOf";
    const case_item& child = p.items.back();
    a.origin = {cd::has_code(n) ? std::string(n.code()) : child.full_statement, child.identifier, child.uri, {}, {}};
    if (up == 0) {
      a.destination = {d.title, d.identifier, d.uri, {}, {}};
    } else {
      const case_item& parent = p.items[place[up]];
      a.destination = {parent.human_coding_scheme.empty() ? parent.full_statement : parent.human_coding_scheme,
                       parent.identifier, parent.uri, {}, {}};
    }
    a.identifier = cd::name_uuid("isChildOf|" + a.origin.identifier + "|" + a.destination.identifier);
    a.uri = cd::uri_of(options, "CFAssociations", a.identifier);
    a.sequence_number = ++children[up];
    a.last_change_date_time = *moment;
    p.associations.push_back(std::move(a));
  }
  return p;
}

result<std::size_t> add_associations(case_package& p, std::span<const case_relation> links, std::string_view grouping,
                                     const case_export_options& options) {
  namespace cd = case_detail;
  const auto moment = cd::moment_of(
      {options.base_uri, options.last_change_date_time.empty() ? p.document.last_change_date_time
                                                               : options.last_change_date_time},
      {});
  if (!moment) return moment.error();
  std::size_t row = 0;
  for (const case_relation& l : links) {
    if (!cd::is_association_type(l.type) || l.type == "isChildOf")
      return error{errc::out_of_range, "'" + std::string(l.type) + "' is no type of link between nodes",
                   {{}, 0, 0, "/" + std::to_string(row) + "/type"},
                   "one of CASE but isChildOf, or ext: and letters, digits, '.', '-', '_'", {}};
    ++row;
  }
  std::unordered_set<std::string> known;
  for (const case_association& a : p.associations) known.insert(a.identifier);
  rare<case_link> group;
  if (!grouping.empty() && !links.empty()) {
    case_definition g;
    g.title = grouping;
    g.identifier = cd::name_uuid("grouping|" + p.document.identifier + "|" + g.title);
    g.uri = cd::uri_of(options, "CFAssociationGroupings", g.identifier);
    g.last_change_date_time = *moment;
    group = case_link{g.title, g.identifier, g.uri, {}, {}};
    if (!p.definitions) p.definitions = case_definitions();
    bool there = false;
    for (const case_definition& x : p.definitions->association_groupings) there = there || x.identifier == g.identifier;
    if (!there) p.definitions->association_groupings.push_back(std::move(g));
  }
  const auto end = [&](const node_view& n) {
    const std::string id = case_identifier(n);
    const bool document = !n.parent();
    return case_link{std::string(document || !cd::has_code(n) ? n.display() : n.code()), id,
                     cd::uri_of(options, document ? "CFDocuments" : "CFItems", id), {}, {}};
  };
  std::size_t added = 0;
  for (const case_relation& l : links) {
    case_association a;
    a.type = l.type;
    a.origin = end(l.origin);
    a.destination = end(l.destination);
    a.identifier = cd::name_uuid(a.type + "|" + a.origin.identifier + "|" + a.destination.identifier);
    if (!known.insert(a.identifier).second) continue;
    a.uri = cd::uri_of(options, "CFAssociations", a.identifier);
    a.grouping_uri = group;
    a.notes = l.notes;
    a.last_change_date_time = *moment;
    p.associations.push_back(std::move(a));
    ++added;
  }
  return added;
}

result<std::size_t> add_replaced_by(case_package& p, std::span<const case_replacement> pairs, std::string_view grouping,
                                    const case_export_options& options) {
  std::vector<case_relation> links;
  links.reserve(pairs.size());
  for (const case_replacement& r : pairs) links.push_back({r.old_node, "replacedBy", r.new_node, {}});
  return add_associations(p, links, grouping, options);
}

}  // namespace ectp::inline ECTP_ABI::framework
