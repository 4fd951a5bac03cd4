// Frameworks compared, audited, read from others and written for them.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "ectp/framework/audit.hpp"
#include "ectp/framework/diff.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/reconcile.hpp"
#include "ectp/interop/audit_json.hpp"
#include "ectp/interop/case.hpp"
#include "ectp/interop/case_csv.hpp"
#include "ectp/interop/framework_diff_json.hpp"
#include "ectp/interop/framework_json.hpp"
#include "ectp/interop/reconcile_json.hpp"
#include "interop/framework_document.hpp"
#include "operations/framework_source.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

using framework::node_view;
using nlohmann::ordered_json;

namespace {

// The difference of two chosen frameworks; two built-in ones bring their crosswalk.
result<framework::tree_diff> compared(const chosen_framework& from, const chosen_framework& to, std::vector<framework::link>& links) {
  if (from.built_in && to.built_in && from.tree.edition() != to.tree.edition())
    if (auto known = framework::crosswalk(from.tree.edition(), to.tree.edition())) links = std::move(*known);
  framework::diff_options options;
  options.links = {links.data(), links.size()};
  return framework::diff(from.tree, to.tree, options);
}

// The package of a framework. One that was read keeps all that it held, unless wording was laid over it.
result<framework::case_package> package_of(const chosen_framework& from, const framework::case_export_options& options) {
  bool worded = false;
  for (const node_view& n : from.tree.nodes()) worded = worded || !n.text().empty();
  if (!from.built_in && !worded) return from.package;
  return framework::to_case(from.tree, options);
}

framework::case_export_options export_options(const request& r) {
  framework::case_export_options out;
  out.base_uri = r.text("base_uri");
  out.last_change_date_time = r.text("last_change");
  return out;
}

struct written_framework {
  std::string text;
  std::vector<std::string> not_carried;  // a sentence for each kind of thing that the form does not hold
};

// A framework in one of the forms that others read.
result<written_framework> written(const request& r, const chosen_framework& from, const std::string& to) {
  written_framework out;
  if (to == "json") {
    out.text = framework::to_json(from.tree);
    return out;
  }
  if (to != "case" && to != "csv")
    return error{errc::bad_argument, "a framework is not written as '" + to.substr(0, 60) + "'", {}, "case, csv or json", ""};
  const auto options = export_options(r);
  auto package = package_of(from, options);
  if (!package) return package.error();
  if (r.has("replaced_by")) {
    const auto successor = framework_of(r, "replaced_by");
    if (!successor) return successor.error();
    std::vector<framework::link> links;
    const auto difference = compared(from, *successor, links);
    if (!difference) return difference.error();
    std::vector<framework::case_replacement> pairs;
    for (const auto& x : framework::replacements(*difference, framework::replaced::all)) pairs.push_back({x.from, x.to});
    const auto added = framework::add_replaced_by(*package, pairs, "Replaced by " + std::string(successor->tree.info().title), options);
    if (!added) return added.error();
  }
  if (r.flag("new_identifiers")) package = framework::with_uuids(std::move(*package));
  if (to == "csv") {
    auto csv = framework::write_case_csv(*package);
    if (!csv) return csv.error();
    out.text = std::move(csv->text);
    for (error& n : csv->notes) out.not_carried.push_back(std::move(n.message));
    return out;
  }
  framework::case_write_options how;
  how.keep_identifiers = r.flag("keep_identifiers");
  auto errors = framework::check_case(*package, how);
  if (!errors.empty()) {
    if (errors.front().code == errc::bad_id)
      errors.front().hint = "--new-identifiers gives each such item a UUID made of its old identifier; --keep-identifiers leaves them as they are";
    if (errors.front().code == errc::missing_field && errors.front().at.path.ends_with("/lastChangeDateTime"))
      errors.front().hint = "say when it changed last, such as --last-change 2026-01-05T09:00:00Z";
    if (r.more != nullptr) r.more->assign(errors.begin() + 1, errors.end());
    return std::move(errors.front());
  }
  auto text = framework::write_case(*package, how);
  if (!text) return text.error();
  out.text = std::move(*text);
  return out;
}

}  // namespace

result<std::string> run_framework_diff(const request& r) {
  const auto from = framework_of(r, "from");
  if (!from) return from.error();
  const auto to = framework_of(r, "to");
  if (!to) return to.error();
  std::vector<framework::link> links;
  const auto difference = compared(*from, *to, links);
  if (!difference) return difference.error();
  ordered_json out = ordered_json::parse(framework::to_json(*difference));
  if (r.flag("text")) out["text"] = framework::to_text(*difference);
  if (r.flag("markdown")) out["markdown"] = framework::to_markdown(*difference);
  return dumped(out);
}

result<std::string> run_framework_audit(const request& r) {
  const auto from = framework_of(r, "edition");
  if (!from) return from.error();
  const auto report = framework::audit(from->tree);
  ordered_json out = ordered_json::parse(framework::to_json(report));
  if (r.flag("text")) out["text"] = framework::to_text(report);
  if (r.flag("markdown")) out["markdown"] = framework::to_markdown(report);
  return dumped(out);
}

result<std::string> run_framework_reconcile(const request& r) {
  const auto against = framework_of(r, "edition");
  if (!against) return against.error();
  const document* d = r.given("official");
  const std::string file = d != nullptr ? d->file : std::string("official");
  framework::official_form form = framework::official_form_of(file);
  if (const auto v = r.find("form")) {
    const auto said = from_word<framework::official_form>(v->text());
    if (!said) return v->locate(said.error());
    form = *said;
  }
  const auto official = framework::read_official(d != nullptr ? std::string_view(d->text) : r.find("official")->text(), form, file);
  if (!official) return official.error();
  const auto found = framework::reconcile(against->tree, *official);
  ordered_json out = ordered_json::parse(framework::to_json(found));
  out["written"] = framework::write_overlay(found);
  if (r.flag("text")) out["text"] = framework::to_text(found);
  if (r.flag("markdown")) out["markdown"] = framework::to_markdown(found);
  return dumped(out);
}

result<std::string> run_framework_export(const request& r) {
  const auto from = framework_of(r, "edition");
  if (!from) return from.error();
  const std::string to = r.text("to", "case");
  auto done = written(r, *from, to);
  if (!done) return done.error();
  std::string text = std::string(from->tree.info().title) + ": " + std::to_string(from->tree.size() - 1) + " items, written as " + to + "\n";
  for (const std::string& n : done->not_carried) text += "  " + n + "\n";
  return dumped({{"edition", from->tree.edition()}, {"to", to}, {"items", from->tree.size() - 1}, {"not_carried", done->not_carried},
                 {"text", text}, {"written", std::move(done->text)}});
}

result<std::string> run_framework_import(const request& r) {
  const auto from = framework_of(r, "framework");
  if (!from) return from.error();
  ordered_json out = framework::info_document(from->tree.info());
  framework_summary(out, *from);
  std::string text = out["text"].get<std::string>();
  if (r.find("to")) {
    auto done = written(r, *from, r.text("to"));
    if (!done) return done.error();
    out["not_carried"] = done->not_carried;
    for (const std::string& n : done->not_carried) text += "  " + n + "\n";
    out["written"] = std::move(done->text);
  }
  out["text"] = text;
  return dumped(out);
}

}  // namespace ectp::inline ECTP_ABI::operations
