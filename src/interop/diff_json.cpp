#include "ectp/interop/diff_json.hpp"

#include <algorithm>
#include <utility>

#include "ectp/policy/identity.hpp"
#include "interop/analysis_document.hpp"
#include "interop/markdown_text.hpp"
#include "interop/policy_document.hpp"

namespace ectp::inline ECTP_ABI::interop {

using nlohmann::ordered_json;

namespace {

ordered_json side(const policy::table& t) {
  ordered_json out{{"policy", t.name()}};
  add_identity(out, t, policy::fingerprint(t));
  out["file"] = t.file();
  return out;
}

ordered_json change_of(const policy::change& c) {
  return {{"box", json_of(c.tests)}, {"witness", json_of(c.witness)}, {"before", c.before}, {"after", c.after},
          {"rules_before", c.rules_before}, {"rules_after", c.rules_after}};
}

ordered_json cohort_of(const policy::cohort_difference& d, std::size_t most_rows) {
  ordered_json transitions = ordered_json::array(), reasons = ordered_json::array(), rows = ordered_json::array();
  for (const policy::transition& t : d.transitions)
    transitions.push_back({{"before", d.answers[t.before]}, {"after", d.answers[t.after]}, {"rows", t.rows}});
  for (const policy::attribution& a : d.reasons)
    reasons.push_back({{"before", d.answers[a.before]}, {"after", d.answers[a.after]}, {"rules_before", a.rules_before},
                       {"rules_after", a.rules_after}, {"rows", a.rows}, {"first_row", a.first + 1}});
  for (std::size_t k = 0; k != d.changed.size() && k != most_rows; ++k) rows.push_back(d.changed[k] + 1);
  return {{"rows", d.rows}, {"changed", d.changed.size()}, {"notes", d.notes}, {"transitions", std::move(transitions)},
          {"reasons", std::move(reasons)}, {"changed_rows", std::move(rows)}};
}

}  // namespace

ordered_json json_of(const policy::table& before, const policy::table& after, const policy::difference& d,
                     const policy::cohort_difference* cohort, std::size_t most_rows) {
  ordered_json changes = ordered_json::array();
  for (const policy::change& c : d.changes) changes.push_back(change_of(c));
  ordered_json out{{"schema", 1}, {"before", side(before)}, {"after", side(after)}, {"equivalent", d.equivalent()}, {"complete", d.complete}};
  out["open"] = d.open.empty() ? ordered_json(nullptr) : ordered_json(d.open);
  out["domain"] = json_of(d.domain);
  out["notes"] = d.notes;
  out["changes"] = std::move(changes);
  if (cohort != nullptr) out["cohort"] = cohort_of(*cohort, most_rows);
  return out;
}

}  // namespace ectp::inline ECTP_ABI::interop

namespace ectp::inline ECTP_ABI::policy {

namespace {

using interop::counted;

// Both by their files where they have the same name.
std::pair<std::string, std::string> names_of(const table& a, const table& b) {
  if (a.name() != b.name() || a.file().empty() || b.file().empty()) return {interop::called(a), interop::called(b)};
  return {a.file(), b.file()};
}

std::string summed_up(const difference& d) {
  if (d.equivalent()) return "Proved: both give every record the same answer.";
  std::string out = d.changes.empty() ? "No difference was found" : counted(d.changes.size(), "region") + " of records " +
                                                                        (d.changes.size() == 1 ? "gets" : "get") + " another answer";
  if (!d.complete) out += "; there may be more (" + d.open + ")";
  return out + ".";
}

std::string summed_up(const cohort_difference& d) {
  return counted(d.changed.size(), "row") + " of " + counted(d.rows, "row").substr(0, counted(d.rows, "row").find(' ')) +
         (d.changed.size() == 1 ? " changes" : " change");
}

// The rows that one of the policies refuses are no answer to anything; unsaid they would pass for rows that stay as they are.
std::string refused(const cohort_difference& d) {
  std::size_t count = 0;
  for (const transition& t : d.transitions)
    if (d.answers[t.before] == "invalid input" || d.answers[t.after] == "invalid input") count += t.rows;
  if (count == 0) return "";
  return counted(count, "row") + (count == 1 ? " holds" : " hold") + " a value that an input of one policy or of both does not take.";
}

std::string rules_of(const std::vector<std::string>& ids) { return ids.empty() ? "no rule" : interop::listed(ids); }

using rows = std::vector<std::vector<std::string>>;

// From, to, how many.
rows transitions_of(const cohort_difference& d) {
  rows out;
  for (const transition& t : d.transitions)
    if (t.before != t.after) out.push_back({d.answers[t.before], d.answers[t.after], std::to_string(t.rows)});
  return out;
}
// The rule before, the rule after, how many, the first row.
rows reasons_of(const cohort_difference& d) {
  rows out;
  for (const attribution& a : d.reasons)
    out.push_back({rules_of(a.rules_before), rules_of(a.rules_after), std::to_string(a.rows), std::to_string(a.first + 1)});
  return out;
}

std::string lines_of(const rows& all) {
  std::vector<std::size_t> width;
  for (const auto& row : all)
    for (std::size_t i = 0; i != row.size(); ++i) {
      if (width.size() == i) width.push_back(0);
      width[i] = std::max(width[i], row[i].size());
    }
  std::string out;
  for (const auto& row : all) {
    for (std::size_t i = 0; i != row.size(); ++i)
      out += "  " + row[i] + (i + 1 == row.size() ? "" : std::string(width[i] - row[i].size(), ' '));
    out += "\n";
  }
  return out;
}

}  // namespace

std::string to_json(const table& before, const table& after, const difference& d, const cohort_difference* cohort, std::size_t most_rows) {
  return interop::document_of(interop::json_of(before, after, d, cohort, most_rows));
}

std::string to_text(const table& before, const table& after, const difference& d, const cohort_difference* cohort) {
  const auto [from, to] = names_of(before, after);
  std::string out = "From " + from + " to " + to + "\nTaken to hold:\n" + interop::domain_lines(d.domain);
  for (const std::string& n : d.notes) out += "Note: " + n + "\n";
  out += "\n" + summed_up(d) + "\n";
  for (const change& c : d.changes) out += "  " + to_string(c) + "\n      for example " + to_string(c.witness) + "\n";
  if (cohort == nullptr) return out;
  out += "\nIn the cohort " + summed_up(*cohort) + (cohort->changed.empty() ? ".\n" : ":\n");
  const std::string wrong = refused(*cohort);
  const std::string note = wrong.empty() ? "" : "Note: " + wrong + "\n";
  if (cohort->changed.empty()) return out + note;
  rows transitions = transitions_of(*cohort), reasons = reasons_of(*cohort);
  transitions.insert(transitions.begin(), {"from", "to", "rows"});
  reasons.insert(reasons.begin(), {"rule before", "rule after", "rows", "first row"});
  return out + lines_of(transitions) + "Because of\n" + lines_of(reasons) + note;
}

std::string to_markdown(const table& before, const table& after, const difference& d, const cohort_difference* cohort) {
  using namespace interop;
  const auto [from, to] = names_of(before, after);
  std::string out = "## From " + plain_in_markdown(from) + " to " + plain_in_markdown(to) + "\n\n" + plain_in_markdown(summed_up(d)) + "\n";
  if (!d.changes.empty()) out += markdown_header({"records", "before", "after", "rule before", "rule after", "for example"});
  for (const change& c : d.changes)
    out += markdown_row({code_in_cell(to_string(c.tests)), code_in_cell(c.before), code_in_cell(c.after), plain_in_markdown(rules_of(c.rules_before)),
                         plain_in_markdown(rules_of(c.rules_after)), code_in_cell(to_string(c.witness))});
  if (cohort != nullptr) {
    out += "\n### In the cohort\n\n" + plain_in_markdown(summed_up(*cohort)) + ".\n";
    if (const std::string wrong = refused(*cohort); !wrong.empty()) out += "\n" + plain_in_markdown(wrong) + "\n";
    if (!cohort->changed.empty()) {
      out += markdown_header({"from", "to", "rows"});
      for (const auto& row : transitions_of(*cohort)) out += markdown_row({code_in_cell(row[0]), code_in_cell(row[1]), row[2]});
      out += markdown_header({"rule before", "rule after", "rows", "first row"});
      for (const auto& row : reasons_of(*cohort)) out += markdown_row({plain_in_markdown(row[0]), plain_in_markdown(row[1]), row[2], row[3]});
    }
  }
  out += "\n### Taken to hold\n" + domain_table(d.domain);
  if (!d.notes.empty()) out += "\n";
  for (const std::string& n : d.notes) out += "- " + plain_in_markdown(n) + "\n";
  return out;
}

}  // namespace ectp::inline ECTP_ABI::policy
