#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ectp/framework/crosswalk.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/search.hpp"
#include "interop/framework_document.hpp"
#include "interop/markdown_text.hpp"
#include "operations/framework_source.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

using framework::node_view;
using nlohmann::ordered_json;

namespace {

std::string count_of(std::size_t n, std::string_view one, std::string_view several) {
  return std::to_string(n) + " " + std::string(n == 1 ? one : several);
}

std::string padded(std::string_view s, std::size_t width) {
  std::string out(s);
  if (out.size() < width) out.append(width - out.size(), ' ');
  return out;
}

struct counts {
  std::size_t standards = 0, groups = 0, statements = 0, learn_that = 0, learn_how_to = 0, placeholders = 0;
};

counts count(const framework::tree& t) {
  counts out;
  for (const node_view& n : t.nodes()) {
    out.standards += n.kind() == framework::kind::standard ? 1u : 0u;
    out.groups += n.kind() == framework::kind::group ? 1u : 0u;
    out.statements += n.kind() == framework::kind::statement ? 1u : 0u;
    out.placeholders += n.placeholder() ? 1u : 0u;
    if (const auto k = n.statement_kind()) ++(*k == framework::statement_kind::learn_that ? out.learn_that : out.learn_how_to);
  }
  return out;
}

ordered_json counts_document(const counts& c) {
  return {{"standards", c.standards}, {"groups", c.groups}, {"statements", c.statements}, {"learn_that", c.learn_that},
          {"learn_how_to", c.learn_how_to}, {"placeholders", c.placeholders}};
}

// What a reading was odd about, as every door shows errors; as text, a line each.
void add_warnings(ordered_json& out, const chosen_framework& from) {
  if (from.built_in) return;
  ordered_json& list = out["warnings"] = ordered_json::array();
  for (const error& w : from.warnings) list.push_back(ordered_json::parse(error_json(w)));
  out["warnings_left_out"] = from.warnings_left_out;
}

std::string warnings_text(const chosen_framework& from, std::size_t most) {
  if (from.warnings.empty()) return "";
  const std::size_t all = from.warnings.size() + from.warnings_left_out;
  std::string out = count_of(all, "warning", "warnings") + "\n";
  for (std::size_t i = 0; i != from.warnings.size() && i != most; ++i)
    out += "  " + to_string(from.warnings[i].at) + ": " + from.warnings[i].message + "\n";
  if (all > most) out += "  and " + std::to_string(all - most) + " more (--format json lists them)\n";
  return out;
}

// Statements by code, as people list them: `4n  Wait for ...`, a mark where nothing is known.
std::string line_of(const node_view& n) {
  return std::string(n.code()) + (n.placeholder() ? " ?" : "") + "  " + std::string(n.display());
}

std::string page_of(const framework::tree& t) {
  const auto info = t.info();
  std::string text = std::string(info.title) + " (" + std::string(info.id) + ")\n";
  bool ours = false, holes = false;
  for (const node_view& n : t.nodes()) {
    ours = ours || (n.text().empty() && !n.gist().empty() && n.basis());
    holes = holes || n.placeholder();
  }
  if (ours) text += "Statements are in our own words" + std::string(holes ? "; codes marked ? were not recovered." : ".") + "\n";
  for (const node_view& n : t.nodes())
    if (n.kind() != framework::kind::framework) text += std::string(2 * std::size_t{n.depth() < 20 ? n.depth() : 20}, ' ') + line_of(n) + "\n";
  return text;
}

std::string markdown_of(const framework::tree& t) {
  std::string out = "# " + interop::plain_in_markdown(t.info().title) + "\n\n";
  for (const node_view& n : t.nodes()) {
    if (n.kind() == framework::kind::framework) continue;
    const std::string words = interop::plain_in_markdown(n.display());
    if (n.kind() == framework::kind::standard)
      out += "\n## " + interop::plain_in_markdown(n.code()) + " " + words + "\n\n";
    else
      out += std::string(2 * std::size_t{n.depth() < 22 ? (n.depth() < 2 ? 0 : n.depth() - 2) : 20}, ' ') + "- **" + interop::plain_in_markdown(n.code()) + "** " + words + "\n";
  }
  return out;
}

}  // namespace

void framework_summary(ordered_json& out, const chosen_framework& from) {
  const counts c = count(from.tree);
  out["counts"] = counts_document(c);
  add_warnings(out, from);
  std::size_t deepest = 0;
  for (const node_view& n : from.tree.nodes()) deepest = n.depth() > deepest ? n.depth() : deepest;
  const auto about = from.tree.info();
  out["text"] = std::string(about.title) + " (" + std::string(about.id) + ")" + (about.publisher.empty() ? "" : ", " + std::string(about.publisher)) + "\n  " +
                count_of(from.tree.size() - 1, "node", "nodes") + " on " + count_of(deepest, "level", "levels") + ": " +
                count_of(c.standards, "standard", "standards") + ", " + count_of(c.groups, "group", "groups") + ", " +
                count_of(c.statements, "statement", "statements") + "\n" + warnings_text(from, 20);
}

result<std::string> run_framework_list(const request&) {
  ordered_json list = ordered_json::array();
  std::string text;
  for (const auto& about : framework::editions()) {
    const auto tree = framework::edition(about.id);
    if (!tree) return tree.error();
    const counts c = count(*tree);
    ordered_json x = framework::info_document(about);
    x["counts"] = counts_document(c);
    list.push_back(std::move(x));
    text += padded(about.id, 20) + std::string(about.title) + "\n" + padded("", 20) + count_of(c.standards, "standard", "standards") + ", " +
            count_of(c.statements, "statement", "statements");
    if (c.learn_that + c.learn_how_to != 0)
      text += " (" + std::to_string(c.learn_that) + " learn that, " + std::to_string(c.learn_how_to) + " learn how to)";
    if (c.placeholders != 0) text += ", " + std::to_string(c.placeholders) + " of them not recovered";
    text += "\n" + padded("", 20) + "published " + std::string(about.published);
    if (!about.in_force.empty()) text += ", in force " + std::string(about.in_force);
    if (!about.successor.empty()) text += ", replaced by " + std::string(about.successor) + " from " + std::string(about.replaced_from);
    text += "\n";
  }
  ordered_json links = ordered_json::array();
  for (const auto& p : framework::crosswalks()) links.push_back({{"from", p.from}, {"to", p.to}});
  return dumped({{"editions", list}, {"crosswalks", links}, {"text", text}});
}

result<std::string> run_framework_show(const request& r) {
  const auto from = framework_of(r, "edition");
  if (!from) return from.error();
  const framework::tree& tree = from->tree;
  if (r.find("code")) {
    const auto node = tree.find(r.text("code"));
    if (!node) return node.error();
    ordered_json out = framework::node_document(*node);
    const std::string page = why_node(*node)["text"].get<std::string>();
    std::string text = page;
    ordered_json children = ordered_json::array();
    for (const node_view& c : node->children()) {
      children.push_back(c.ref());
      text += "  holds    " + line_of(c) + "\n";
    }
    out["children"] = children;
    ordered_json sources = ordered_json::array();
    for (const auto& s : node->sources()) sources.push_back(framework::source_document(s));
    out["sources"] = sources;
    add_warnings(out, *from);
    out["text"] = text;
    return dumped(out);
  }
  ordered_json out = framework::info_document(tree.info());
  out["counts"] = counts_document(count(tree));
  out["nodes"] = framework::node_documents(tree, false);
  add_warnings(out, *from);
  if (r.flag("markdown")) out["markdown"] = markdown_of(tree);
  out["text"] = page_of(tree);
  return dumped(out);
}

result<std::string> run_framework_find(const request& r) {
  std::string query;
  if (const auto words = r.find("words"))
    for (const auto w : *words->elements()) (query += query.empty() ? "" : " ") += std::string(*w.as_string());
  framework::search_options options;
  const std::string tag = r.text("tag");
  options.tag = tag;
  if (const auto v = r.find("limit")) {
    const auto n = v->as_integer(1, 10'000);
    if (!n) return n.error();
    options.hits = static_cast<std::size_t>(*n);
  }
  if (const auto v = r.find("kind")) {
    const auto k = v->as_word({"framework", "standard", "group", "statement"});
    if (!k) return k.error();
    options.kinds = framework::kind_set::only(static_cast<framework::kind>(*k));
  }
  std::vector<framework::tree> held;
  ordered_json out{{"query", query}};
  if (r.has("edition") || r.has("overlay")) {
    auto from = framework_of(r, "edition");
    if (!from) return from.error();
    add_warnings(out, *from);
    held.push_back(std::move(from->tree));
  } else {
    for (const auto& about : framework::editions()) {
      auto tree = framework::edition(about.id);
      if (!tree) return tree.error();
      held.push_back(std::move(*tree));
    }
  }
  std::vector<const framework::tree*> trees;
  trees.reserve(held.size());
  for (const auto& t : held) trees.push_back(&t);
  const auto index = framework::search_index::make(trees);
  if (!index) return index.error();
  const auto hits = index->find(query, options);
  if (!hits) return hits.error();
  std::string text;
  ordered_json list = ordered_json::array();
  for (const auto& hit : *hits) {
    ordered_json x = framework::node_document(hit.node);
    x["match"] = framework::name(hit.why);
    x["score"] = hit.score;
    x["words"] = hit.words;
    list.push_back(std::move(x));
    text += padded(hit.node.ref(), 26) + "  " + std::string(hit.node.display()) + (hit.why == framework::match::words ? "" : "   (" + std::string(framework::name(hit.why)) + ")") + "\n";
  }
  if (hits->empty()) text = "Nothing was found for " + query + ".\n";
  out["hits"] = std::move(list);
  out["text"] = text;
  return dumped(out);
}

result<std::string> run_framework_crosswalk(const request& r) {
  for (const char* side : {"from", "to"})
    if (const document* own = r.given(side))
      return error{errc::bad_argument, "no links are known for a framework of your own", {own->file, 0, 0, ""}, "two editions, such as ecf-2019 and ittecf-2024",
                   "compare any two frameworks with: ectp framework diff"};
  const std::string from = r.text("from"), to = r.text("to"), code = r.text("code");
  const auto links = framework::crosswalk(from, to);
  if (!links) return links.error();
  if (!code.empty()) {
    const auto tree = framework::edition(from);
    if (!tree) return tree.error();
    if (const auto node = tree->find(code); !node) return node.error();
  }
  const auto target = framework::edition(to);
  if (!target) return target.error();
  const std::string bare = code.substr(code.find(':') == code.npos ? 0 : code.find(':') + 1);
  ordered_json list = ordered_json::array(), counted = ordered_json::object();
  std::string text;
  for (const auto& l : *links) {
    if (!code.empty() && l.from != bare) continue;
    list.push_back(framework::link_document(l));
    const std::string relation(ectp::name(l.relation));
    counted[relation] = counted.value(relation, 0) + 1;
    text += padded(l.from.empty() ? "-" : l.from, 12) + padded(relation, 9) + padded(l.to.empty() ? "-" : l.to, 12) + std::string(ectp::name(l.basis)) + ", " +
            std::string(ectp::name(l.confidence)) + (l.note.empty() ? "" : "   " + std::string(l.note)) + "\n";
  }
  if (text.empty()) text = "No link is known for " + bare + ".\n";
  return dumped({{"from", from}, {"to", to}, {"counts", counted}, {"links", list}, {"text", text}});
}

}  // namespace ectp::inline ECTP_ABI::operations
