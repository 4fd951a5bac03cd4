// Deciding by a decision table of the caller's or one of the built-in ones, and saying why.
#include "ectp/interop/policy_json.hpp"
#include "ectp/policy/nearest.hpp"
#include "interop/policy_document.hpp"
#include "operations/policy_rows.hpp"
#include "operations/policy_source.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

using nlohmann::ordered_json;

namespace {

result<std::vector<policy::value>> inputs_of(const request& r, const policy::table& t) {
  return interop::inputs_of(t, *r.find("input"));
}

std::vector<policy::value_ref> views_of(const std::vector<policy::value>& values) {
  std::vector<policy::value_ref> out;
  for (const auto& v : values) out.push_back(v.ref());
  return out;
}

std::string place(const policy::table& t, std::uint32_t rule) {
  const location at = t.rule_location(rule);
  return std::string(t.rule_id(rule)) + " (" + (at.file.empty() ? "line " : at.file + ":") + std::to_string(at.line) + ")";
}

std::string padded(std::string_view s, std::size_t width) {
  return std::string(s) + std::string(s.size() < width ? width - s.size() : 0, ' ');
}

std::string bare(const policy::value& v) { return v.kind() == policy::value_kind::text ? v.text() : policy::to_string(v.ref()); }

std::string page(const policy::table& t, const policy::outcome& out, std::span<const std::uint32_t> hits, const policy::answer& a) {
  using policy::rule_status;
  if (out.status == rule_status::conflict)
    return "No decision: " + place(t, out.rule) + " and " + place(t, out.other) + " both match, and " + t.name() + " is " +
           std::string(name(t.hit_policy())) + ".\n";
  if (out.status != rule_status::decided) return "No decision: no rule of " + t.name() + " matches.\n";
  std::string text;
  for (const std::uint32_t rule : hits) text += (text.empty() ? "Decided by " : ", ") + place(t, rule);
  if (hits.empty()) text = t.has_defaults() ? "No rule matches: this is the default" : "No rule matches";
  text += "\n";
  std::vector<std::pair<std::string, std::string>> lines;
  if (a.is_list() || a.is_null()) {
    lines.emplace_back("answer", policy::to_string(a));
  } else {
    for (std::size_t i = 0; i != a.width(); ++i)
      lines.emplace_back(a.names.empty() ? t.output(0).name : a.names[i], bare(a.item(0)[i]));
  }
  if (hits.size() == 1)
    for (const std::string_view note : {"says", "reason", "source"})
      if (const auto said = t.note(hits[0], note); !said.empty()) lines.emplace_back(note == "reason" ? "because" : note, said);
  std::size_t width = 0;
  for (const auto& line : lines) width = line.first.size() > width ? line.first.size() : width;
  for (const auto& [what, said] : lines) text += "  " + padded(what, width) + "  " + said + "\n";
  return text;
}

result<std::string> decide_one(const request& r, const chosen_policy& by) {
  const policy::table& t = by.table;
  for (const std::string_view only : {"explain", "on_error"})
    if (r.find(only) && (only != "explain" || r.flag(only)))
      return r.find(only)->fail(errc::bad_argument, "'" + std::string(only) + "' goes with rows", "",
                                only == "explain" ? "policy_explain says why" : "");
  const auto given = inputs_of(r, t);
  if (!given) return given.error();
  const auto values = views_of(*given);
  policy::scratch work = t.make_scratch();
  const policy::outcome out = t.decide({values.data(), values.size()}, work);
  if (out.status == policy::rule_status::invalid_input) return *t.refusal(out.input, values[out.input]);
  const policy::answer a = policy::answer_of(t, out, work);
  const bool decided = out.status == policy::rule_status::decided;
  const auto hits = decided ? work.hits() : std::span<const std::uint32_t>();
  const auto id = [&](std::uint32_t rule) { return rule == policy::none ? ordered_json(nullptr) : ordered_json(t.rule_id(rule)); };
  ordered_json rules = ordered_json::array(), notes = ordered_json::object();
  for (const std::uint32_t rule : hits) rules.push_back(t.rule_id(rule));
  if (decided && out.rule != policy::none)
    for (std::size_t i = 0; i != t.notes().size(); ++i) notes[t.note(i).name] = t.note(out.rule, i);
  ordered_json answer{{"policy", t.name()}};
  interop::add_identity(answer, t, by.sha256);
  answer.update(ordered_json{{"status", name(out.status)}, {"value", interop::json_of(a)}, {"rule", id(out.rule)}, {"rules", rules},
                             {"other", id(out.other)}, {"notes", notes}});
  if (r.flag("text")) answer["text"] = page(t, out, hits, a);
  return dumped(answer);
}

result<std::string> decide_all(const request& r, const chosen_policy& by) {
  row_options options;
  options.near = r.flag("explain");
  options.csv = r.flag("text");
  options.json = !options.csv;
  if (const auto v = r.find("on_error")) {
    if (v->text() != "raise" && v->text() != "report")
      return v->fail(errc::bad_argument, "there is no way '" + std::string(v->text().substr(0, 60)) + "' to take an error", "raise or report", "");
    options.report = v->text() == "report";
  }
  const document* d = r.given("rows");
  const std::string text = d != nullptr ? std::string() : r.text("rows");
  const auto done = decide_rows(by.table, d != nullptr ? std::string_view(d->text) : std::string_view(text), d != nullptr ? d->file : "rows", options);
  if (!done) return done.error();
  ordered_json columns = ordered_json::array(), left_out = ordered_json::array();
  for (const answer_column& c : done->columns) columns.push_back(c.name);
  for (const row_problem& p : done->problems)
    left_out.push_back({{"row", p.row}, {"column", p.column.empty() ? ordered_json(nullptr) : ordered_json(p.column)}, {"code", name(p.why.code)},
                        {"value", p.value}, {"expected", p.why.expected}, {"hint", p.why.hint}, {"message", p.why.message}, {"at", to_string(p.why.at)}});
  ordered_json answer{{"policy", by.table.name()}};
  interop::add_identity(answer, by.table, by.sha256);
  answer.update(ordered_json{{"rows", done->rows}, {"columns", columns}, {"other_columns", done->other}, {"left_out", left_out}});
  if (options.csv) answer["text"] = done->csv;
  std::string out = dumped(answer);
  if (options.json) {
    // The answers are JSON already: they go in as they are.
    out.pop_back();
    out += ",\"answers\":" + done->json + "}";
  }
  return out;
}

}  // namespace

result<std::string> run_policy_decide(const request& r) {
  if (r.has("input") == r.has("rows"))
    return r.arguments.fail(r.has("input") ? errc::bad_argument : errc::missing_field,
                            r.has("input") ? "there are both 'input' and 'rows'" : "the argument 'input' is missing", "one of 'input' and 'rows'", "");
  const auto by = policy_of(r);
  if (!by) return by.error();
  return r.has("rows") ? decide_all(r, *by) : decide_one(r, *by);
}

result<std::string> run_policy_explain(const request& r) {
  const auto by = policy_of(r);
  if (!by) return by.error();
  const auto given = inputs_of(r, by->table);
  if (!given) return given.error();
  const auto values = views_of(*given);
  const policy::explanation why = policy::explain(by->table, std::span<const policy::value_ref>(values.data(), values.size()), by->sha256);
  const policy::nearest change = policy::nearest_change(by->table, {values.data(), values.size()});
  ordered_json out = interop::json_of(why, &change);
  if (r.flag("text")) out["text"] = policy::to_text(why, &change);
  if (r.flag("markdown")) out["markdown"] = policy::to_markdown(why, &change);
  return dumped(out);
}

}  // namespace ectp::inline ECTP_ABI::operations
