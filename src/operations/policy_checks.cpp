// What can be said of a decision table before any record meets it, and of two of them.
#include "ectp/interop/analysis_json.hpp"
#include "ectp/interop/diff_json.hpp"
#include "ectp/interop/dmn.hpp"
#include "ectp/interop/proof_json.hpp"
#include "ectp/interop/versions_json.hpp"
#include "interop/analysis_document.hpp"
#include "interop/policy_document.hpp"
#include "operations/policy_rows.hpp"
#include "operations/policy_source.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t most_listed = 10'000, most_rows = 10'000'000;

policy::domain_reading reading_of(const request& r) { return {!r.flag("without_null"), !r.flag("without_other")}; }

// The tests of an object, by input.
struct region {
  std::vector<policy::input_test> tests;
  std::vector<location> places;
};
result<region> region_of(const request& r, std::string_view argument) {
  region out;
  const auto object = r.find(argument);
  if (!object) return out;
  const auto members = object->members();
  if (!members) return members.error();
  for (const interop::json_member m : *members) {
    const auto test = m.value.as_string();
    if (!test) return test.error();
    out.tests.push_back({std::string(m.name()), std::string(*test)});
    out.places.push_back(m.value.where());
  }
  return out;
}

std::string_view label(policy::policy_form f) {
  constexpr std::string_view names[] = {"CSV", "Markdown", "DMN"};
  return names[static_cast<std::size_t>(f)];
}

// The table in the form that an argument names, and how that is told.
struct written_policy {
  std::string text, note;
};
result<written_policy> written(const request& r, std::string_view argument, const policy::table& t) {
  const auto form = form_of(r, argument);
  if (!form) return form.error();
  auto text = policy::write_policy(t, *form);
  if (!text) return text.error();
  return written_policy{std::move(*text), t.name() + " as " + std::string(label(*form)) + ": " + std::to_string(t.rules()) +
                                              (t.rules() == 1 ? " rule" : " rules") + "\n"};
}

}  // namespace

result<std::string> run_policy_analyse(const request& r) {
  const auto by = policy_of(r);
  if (!by) return by.error();
  policy::analyse_options options;
  options.domain = reading_of(r);
  const policy::analysis found = policy::analyse(by->table, options);
  ordered_json out = interop::json_of(by->table, found, most_listed);
  interop::add_identity(out, by->table, by->sha256);
  if (r.flag("text")) out["text"] = policy::to_text(by->table, found);
  if (r.flag("markdown")) out["markdown"] = policy::to_markdown(by->table, found);
  return dumped(out);
}

result<std::string> run_policy_suggest(const request& r) {
  const auto by = policy_of(r);
  if (!by) return by.error();
  policy::repair_options options;
  options.analysis.domain = reading_of(r);
  const policy::repaired mended = policy::repair(by->table, options);
  ordered_json out = interop::json_of(mended);
  interop::add_identity(out, by->table, by->sha256);
  if (r.find("out")) {
    auto text = written(r, "out", mended.table);
    if (!text) return text.error();
    out["written"] = std::move(text->text);
  }
  if (r.flag("text")) out["text"] = policy::to_text(mended);
  if (r.flag("markdown")) out["markdown"] = policy::to_markdown(mended);
  return dumped(out);
}

result<std::string> run_policy_prove(const request& r) {
  const auto by = policy_of(r);
  if (!by) return by.error();
  std::optional<chosen_policy> base;
  if (r.has("base")) {
    auto other = policy_of(r, {"base", "base_form", "base_decision"});
    if (!other) return other.error();
    base.emplace(std::move(*other));
  }
  policy::prove_options options;
  options.domain = reading_of(r);
  std::vector<policy::proof> proofs;
  std::size_t position = 0;
  for (const interop::json_value text : *r.find("properties")->elements()) {
    const auto here = [&](error e) {
      if (e.at.path.empty()) e.at.path = "/properties/" + std::to_string(position);
      return e;
    };
    const auto property = policy::parse_property(text.text());
    if (!property) return here(property.error());
    const bool of_two = property->kind == policy::property_kind::refines;
    if (of_two && !base)
      return here({errc::missing_field, "refines needs the policy to compare with", {}, "the argument 'base'", ""});
    auto proof = of_two ? policy::prove(by->table, *property, base->table, options) : policy::prove(by->table, *property, options);
    if (!proof) return here(proof.error());
    proofs.push_back(std::move(*proof));
    ++position;
  }
  if (proofs.empty())
    return r.find("properties")->fail(errc::missing_field, "there is no property to prove", "such as total or monotone(INPUT)", "");
  ordered_json out = interop::json_of(by->table, {proofs.data(), proofs.size()});
  interop::add_identity(out, by->table, by->sha256);
  if (r.flag("text")) out["text"] = policy::to_text(by->table, {proofs.data(), proofs.size()});
  if (r.flag("markdown")) out["markdown"] = policy::to_markdown(by->table, {proofs.data(), proofs.size()});
  return dumped(out);
}

result<std::string> run_policy_diff(const request& r) {
  const auto before = policy_of(r);
  if (!before) return before.error();
  policy_arguments names{"other", "other_form", "other_decision"};
  if (!r.find("other_decision") && policy::policy_form_of(r.given("other") ? r.given("other")->file : "") == policy::policy_form::dmn)
    names.decision = "decision";
  const auto after = policy_of(r, names);
  if (!after) return after.error();
  policy::diff_options options;
  options.domain = reading_of(r);
  auto region = region_of(r, "where");
  if (!region) return region.error();
  options.region = region->tests;
  const auto found = policy::diff(before->table, after->table, options);
  if (!found) {
    error wrong = found.error();
    for (std::size_t i = 0; i != region->tests.size(); ++i)
      if (wrong.at.file.empty() && wrong.at.path == "/" + region->tests[i].input) wrong.at = region->places[i];
    return wrong;
  }
  std::optional<policy::cohort_difference> cohort;
  if (r.has("cohort")) {
    const document* d = r.given("cohort");
    const std::string text = d != nullptr ? std::string() : r.text("cohort");
    auto counted = diff_rows(before->table, after->table, d != nullptr ? std::string_view(d->text) : std::string_view(text), d != nullptr ? d->file : "cohort");
    if (!counted) return counted.error();
    cohort.emplace(std::move(*counted));
  }
  const policy::cohort_difference* rows = cohort ? &*cohort : nullptr;
  ordered_json out = interop::json_of(before->table, after->table, *found, rows, most_rows);
  if (r.flag("text")) out["text"] = policy::to_text(before->table, after->table, *found, rows);
  if (r.flag("markdown")) out["markdown"] = policy::to_markdown(before->table, after->table, *found, rows);
  return dumped(out);
}

result<std::string> run_policy_convert(const request& r) {
  const auto by = policy_of(r);
  if (!by) return by.error();
  auto text = written(r, "to", by->table);
  if (!text) return text.error();
  ordered_json out{{"policy", by->table.name()}};
  interop::add_identity(out, by->table, by->sha256);
  out["written"] = std::move(text->text);
  out["text"] = std::move(text->note);
  return dumped(out);
}

result<std::string> run_policy_decisions(const request& r) {
  const document* d = r.given("file");
  const std::string text = d == nullptr ? r.text("file") : std::string();
  const auto found = policy::dmn_decisions(d == nullptr ? std::string_view(text) : std::string_view(d->text), d == nullptr ? "file" : d->file);
  if (!found) return found.error();
  ordered_json list = ordered_json::array();
  std::string page;
  for (const policy::dmn_decision& one : *found) {
    list.push_back({{"id", one.id}, {"name", one.name}, {"is_table", one.is_table}, {"at", interop::json_of(one.at)}});
    page += one.name + (one.is_table ? "" : "  (not a decision table)") + "\n";
  }
  return dumped({{"decisions", list}, {"text", page.empty() ? "no decisions\n" : page}});
}

result<std::string> run_policy_versions(const request& r) {
  auto chosen = policies_of(r, {"policies", "form", "decision"});
  if (!chosen) return chosen.error();
  std::vector<policy::table> tables;
  for (chosen_policy& one : *chosen) tables.push_back(std::move(one.table));
  const auto versions = policy::make_versions(std::move(tables));
  if (!versions) return versions.error();
  maybe<date> as_of;
  if (const auto day = r.find("as_of")) as_of = *day->as_date();
  ordered_json out = interop::json_of(*versions, as_of);
  if (r.flag("text")) out["text"] = policy::to_text(*versions, as_of);
  if (r.flag("markdown")) out["markdown"] = policy::to_markdown(*versions, as_of);
  return dumped(out);
}

}  // namespace ectp::inline ECTP_ABI::operations
