#pragma once
#include "ectp/content/decay.hpp"
#include "ectp/content/tables.hpp"
#include "ectp/core/fold.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/policy/identity.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

// An output that a policy must have, and the words that it may say (none: any text).
struct promised_output {
  std::string_view name;
  std::span<const std::string_view> words;
};

// What each policy may read and must say: the seam between tables and the models that use them.
struct policy_shape {
  std::span<const std::string_view> facts;
  std::span<const promised_output> outputs;
};

inline constexpr std::string_view lint_findings[] = {"error", "warning"};

ECTP_DECL policy_shape shape_of(policy_name p) noexcept {
  static constexpr std::string_view pathway[] = {
      "itt_view", "occasions", "statements", "secure", "developing", "emerging", "secure_percent",
      "secure_lead", "gating_emerging", "gating_emerging_n", "self_view", "current_path", "estimate", "weight",
      "n_scored", "n_unscored", "n_source_types", "n_new", "self_estimate", "mentor_estimate", "gap"};
  static constexpr ECTP_LATER(promised_output) pathway_says[] = {{"path", {words_in<advice>.data(), words_in<advice>.size()}}};
  static constexpr std::string_view focus[] = {"wish", "live_step", "tutor_target", "block", "coverage_gap", "any_evidence"};
  static constexpr ECTP_LATER(promised_output) focus_says[] = {{"focus_from", {words_in<focus_source>.data(), words_in<focus_source>.size()}}};
  static constexpr std::string_view stances[] = {"phase", "risk", "distress", "asked_to_be_heard", "topic",
                                                 "fidelity_needed", "expertise", "failed_probes", "misses"};
  static constexpr ECTP_LATER(promised_output) stance_says[] = {{"stance", {words_in<stance>.data(), words_in<stance>.size()}}, {"next", {words_in<route>.data(), words_in<route>.size()}}};
  static constexpr std::string_view words[] = {"phase", "stance"};
  static constexpr ECTP_LATER(promised_output) words_say[] = {{"first", {}}, {"second", {}}, {"do", {}}};
  static constexpr std::string_view levels[] = {"scale", "score"};
  static constexpr ECTP_LATER(promised_output) level_says[] = {{"level", {words_in<level>.data(), words_in<level>.size()}}};
  static constexpr std::string_view itt[] = {"itt_records", "itt_below_secure"};
  static constexpr ECTP_LATER(promised_output) itt_says[] = {{"itt_view", {words_in<itt_view>.data(), words_in<itt_view>.size()}}};
  static constexpr std::string_view self[] = {"compared", "largest_above", "times_above", "largest_below", "times_below"};
  static constexpr ECTP_LATER(promised_output) self_says[] = {{"self_view", {words_in<self_view>.data(), words_in<self_view>.size()}}};
  [[maybe_unused]] static constexpr std::string_view lint[] = {"check", "value"};
  [[maybe_unused]] static constexpr ECTP_LATER(promised_output) lint_says[] = {{"finding", {lint_findings, std::size(lint_findings)}}};
  [[maybe_unused]] static constexpr ECTP_LATER(promised_output) moves_say[] = {{"next", {}}};
  static constexpr std::string_view tiers[] = {"level", "self", "ever"};
  static constexpr ECTP_LATER(promised_output) tiers_say[] = {{"tier", {words_in<tier>.data(), words_in<tier>.size()}}};
  static constexpr std::string_view step_moves[] = {"state", "event", "carries"};
  static constexpr std::string_view step_offers[] = {"asked_for_none", "live_step", "focus_known", "tier", "expertise"};
  static constexpr ECTP_LATER(promised_output) step_offers_say[] = {{"offer", {words_in<step_offer>.data(), words_in<step_offer>.size()}}};
  static constexpr std::string_view conversation[] = {"state", "event", "sheet", "opening", "heard", "due", "goes_to"};
  static constexpr std::string_view boundaries[] = {"topic", "opened_by", "raised_before"};
  static constexpr ECTP_LATER(promised_output) boundary_says[] = {{"goes_to", {words_in<goes_to>.data(), words_in<goes_to>.size()}}};
  static constexpr std::string_view appraisals[] = {"state", "event", "complete", "conclusion", "target"};
  static constexpr std::string_view verdicts[] = {"concerns", "unknowns", "critical_concerns", "known", "asked", "critical"};
  static constexpr ECTP_LATER(promised_output) verdict_says[] = {{"verdict", {words_in<verdict>.data(), words_in<verdict>.size()}}};
  static constexpr std::string_view cycle_guard[] = {"state", "event", "path"};
  static constexpr std::string_view cycle_facts[] = {"part", "path", "decided_since", "seen", "lesson_waiting",
                                                     "live_step", "settled", "weeks"};
  static constexpr ECTP_LATER(promised_output) cycle_says[] = {{"next", {words_in<cycle_part>.data(), words_in<cycle_part>.size()}}};
  static constexpr std::string_view path_facts[] = {"itt_view", "checked", "path", "part"};
  static constexpr ECTP_LATER(promised_output) shape_says[] = {{"shape", {}}};
  static constexpr std::string_view inquiry_facts[] = {"present", "asks", "statements", "rows", "weeks"};
  static constexpr ECTP_LATER(promised_output) inquiry_says[] = {{"next", {}}};
  static constexpr std::string_view plain_moves[] = {"state", "event"};
  static constexpr std::string_view calibration_facts[] = {"difference", "share"};
  static constexpr ECTP_LATER(promised_output) calibration_says[] = {{"talk", {}}};
  static constexpr std::string_view watch_facts[] = {"item", "state", "misses", "asked"};
  static constexpr std::string_view whom_to_ask[] = {"all_well", "ask_mentor", "induction_tutor", "named_contact"};
  static constexpr ECTP_LATER(promised_output) watch_says[] = {{"next", {whom_to_ask, std::size(whom_to_ask)}}};
  static constexpr std::string_view probes[] = {"failed_probes", "lesson_evidence", "expertise"};
  static constexpr ECTP_LATER(promised_output) probe_says[] = {{"rung", {words_in<rung>.data(), words_in<rung>.size()}}, {"first", {}}, {"second", {}}, {"do", {}}};
  static constexpr std::string_view outcomes[] = {"status", "lessons", "met"};
  static constexpr ECTP_LATER(promised_output) outcome_says[] = {{"outcome", {words_in<step_outcome>.data(), words_in<step_outcome>.size()}}};
  static constexpr std::string_view fades[] = {"phase", "topic", "stance", "expertise", "fidelity_needed", "failed_probes",
                                               "so_far", "named_and_met", "misses", "asked_why"};
  static constexpr ECTP_LATER(promised_output) fade_says[] = {{"next", {words_in<stance>.data(), words_in<stance>.size()}}, {"first", {}}};
  static constexpr std::string_view moments[] = {"state", "stance"};
  static constexpr std::string_view meeting[] = {"state", "event", "before", "step_agreed", "runs", "script"};
  static constexpr std::string_view leads[] = {"year", "inquiry", "wish"};
  static constexpr ECTP_LATER(promised_output) lead_says[] = {{"leader", {words_in<named_by>.data(), words_in<named_by>.size()}}, {"block", {words_in<agenda_block>.data(), words_in<agenda_block>.size()}}};
  static constexpr std::string_view links[] = {"counterpart", "relation", "confidence"};
  static constexpr ECTP_LATER(promised_output) link_says[] = {{"standing", {words_in<standing>.data(), words_in<standing>.size()}}};
  static constexpr std::string_view rehearsal_facts[] = {"state", "event", "time", "level"};
  static constexpr std::string_view practice_levels[] = {"level", "met", "missed"};
  static constexpr std::string_view level_moves[] = {"up", "stay", "down"};
  static constexpr std::string_view scopes[] = {"whole", "smaller"};
  static constexpr ECTP_LATER(promised_output) practice_level_says[] = {{"move", {level_moves, std::size(level_moves)}}, {"scope", {scopes, std::size(scopes)}}};
  static constexpr std::string_view practice_starts[] = {"expertise"};
  static constexpr std::string_view starts[] = {"novice", "developing", "secure"};
  static constexpr ECTP_LATER(promised_output) practice_start_says[] = {{"start", {starts, std::size(starts)}}, {"scaffold", {words_in<scaffold>.data(), words_in<scaffold>.size()}}};
  static constexpr std::string_view twists[] = {"level_3", "level_4", "level_5"};
  static constexpr ECTP_LATER(promised_output) practice_scene_says[] = {{"twist", {twists, std::size(twists)}}};
  static constexpr std::string_view practice_times[] = {"to_box", "to_stop"};
  static constexpr std::string_view times[] = {"within", "box", "stop"};
  static constexpr ECTP_LATER(promised_output) practice_time_says[] = {{"time", {times, std::size(times)}}};
  static constexpr std::string_view scaffolds[] = {"scaffold", "met", "missed"};
  static constexpr ECTP_LATER(promised_output) scaffold_fade_says[] = {{"next_scaffold", {words_in<scaffold>.data(), words_in<scaffold>.size()}}};
  switch (p) {
    case policy_name::pathway: return {{pathway, std::size(pathway)}, {pathway_says, std::size(pathway_says)}};
    case policy_name::focus: return {{focus, std::size(focus)}, {focus_says, std::size(focus_says)}};
    case policy_name::stance: return {{stances, std::size(stances)}, {stance_says, std::size(stance_says)}};
    case policy_name::words: return {{words, std::size(words)}, {words_say, std::size(words_say)}};
    case policy_name::level: return {{levels, std::size(levels)}, {level_says, std::size(level_says)}};
    case policy_name::itt_view: return {{itt, std::size(itt)}, {itt_says, std::size(itt_says)}};
    case policy_name::self_view: return {{self, std::size(self)}, {self_says, std::size(self_says)}};
    case policy_name::tier: return {{tiers, std::size(tiers)}, {tiers_say, std::size(tiers_say)}};
    case policy_name::step_lint: return {{lint, std::size(lint)}, {lint_says, std::size(lint_says)}};
    case policy_name::step_moves: return {{step_moves, std::size(step_moves)}, {moves_say, std::size(moves_say)}};
    case policy_name::step_offer: return {{step_offers, std::size(step_offers)}, {step_offers_say, std::size(step_offers_say)}};
    case policy_name::conversation_moves: return {{conversation, std::size(conversation)}, {moves_say, std::size(moves_say)}};
    case policy_name::conversation_lint: return {{lint, std::size(lint)}, {lint_says, std::size(lint_says)}};
    case policy_name::boundary: return {{boundaries, std::size(boundaries)}, {boundary_says, std::size(boundary_says)}};
    case policy_name::appraisal_moves: return {{appraisals, std::size(appraisals)}, {moves_say, std::size(moves_say)}};
    case policy_name::verdict: return {{verdicts, std::size(verdicts)}, {verdict_says, std::size(verdict_says)}};
    case policy_name::cycle_moves: return {{cycle_guard, std::size(cycle_guard)}, {moves_say, std::size(moves_say)}};
    case policy_name::cycle_due: return {{cycle_facts, std::size(cycle_facts)}, {cycle_says, std::size(cycle_says)}};
    case policy_name::path_shape: return {{path_facts, std::size(path_facts)}, {shape_says, std::size(shape_says)}};
    case policy_name::inquiry_next: return {{inquiry_facts, std::size(inquiry_facts)}, {inquiry_says, std::size(inquiry_says)}};
    case policy_name::feedback_lint:
    case policy_name::mentoring_quality: return {{lint, std::size(lint)}, {lint_says, std::size(lint_says)}};
    case policy_name::feedback_moves: return {{plain_moves, std::size(plain_moves)}, {moves_say, std::size(moves_say)}};
    case policy_name::calibration: return {{calibration_facts, std::size(calibration_facts)}, {calibration_says, std::size(calibration_says)}};
    case policy_name::watch: return {{watch_facts, std::size(watch_facts)}, {watch_says, std::size(watch_says)}};
    case policy_name::probe: return {{probes, std::size(probes)}, {probe_says, std::size(probe_says)}};
    case policy_name::step_outcome: return {{outcomes, std::size(outcomes)}, {outcome_says, std::size(outcome_says)}};
    case policy_name::fade: return {{fades, std::size(fades)}, {fade_says, std::size(fade_says)}};
    case policy_name::meeting_words: return {{moments, std::size(moments)}, {words_say, std::size(words_say)}};
    case policy_name::meeting_moves: return {{meeting, std::size(meeting)}, {moves_say, std::size(moves_say)}};
    case policy_name::agenda_lead: return {{leads, std::size(leads)}, {lead_says, std::size(lead_says)}};
    case policy_name::came_along: return {{links, std::size(links)}, {link_says, std::size(link_says)}};
    case policy_name::rehearsal_moves: return {{rehearsal_facts, std::size(rehearsal_facts)}, {moves_say, std::size(moves_say)}};
    case policy_name::practice_level: return {{practice_levels, std::size(practice_levels)}, {practice_level_says, std::size(practice_level_says)}};
    case policy_name::practice_start: return {{practice_starts, std::size(practice_starts)}, {practice_start_says, std::size(practice_start_says)}};
    case policy_name::practice_scene: return {{practice_levels, 1}, {practice_scene_says, std::size(practice_scene_says)}};
    case policy_name::practice_time: return {{practice_times, std::size(practice_times)}, {practice_time_says, std::size(practice_time_says)}};
    case policy_name::scaffold_fade: return {{scaffolds, std::size(scaffolds)}, {scaffold_fade_says, std::size(scaffold_fade_says)}};
  }
  return {};
}

ECTP_DECL std::string joined(std::span<const std::string_view> words) {
  std::string out;
  for (const auto w : words) out += (out.empty() ? "" : ", ") + std::string(w);
  return out;
}

ECTP_DECL bool among(std::span<const std::string_view> words, std::string_view w) noexcept {
  for (const auto x : words)
    if (x == w) return true;
  return false;
}

ECTP_DECL location column_place(const policy::table& t, const policy::column& c) {
  return {t.file(), c.line, c.offset, ""};
}

// A table that reads facts nobody gives, or says words nobody knows, would fail in a meeting:
// it is refused when it is loaded.
ECTP_DECL result<void> check_shape(const policy::table& t, const policy_shape& shape) {
  if (!policy::single_hit(t.hit_policy()) || t.has_defaults())
    return error{errc::bad_table,
                 t.has_defaults() ? std::string("default outputs stand beside the rules")
                                  : std::string(name(t.hit_policy())) + " selects several rules",
                 {t.file(), 1, 1, ""}, "one rule for each case: U, A, P or F, without a #default row",
                 "advice names the rule it comes from; write a default as a last rule"};
  for (std::size_t i = 0; i != t.inputs().size(); ++i)
    if (!among(shape.facts, t.input(i).name))
      return error{errc::unknown_field, "no such fact as '" + t.input(i).name + "'", column_place(t, t.input(i)),
                   joined(shape.facts), "a policy reads only facts that the diagnosis or the meeting has"};
  for (const auto& promised : shape.outputs) {
    const auto c = t.find_output(promised.name);
    if (!c)
      return error{errc::missing_field, "the output '" + std::string(promised.name) + "' is missing",
                   {t.file(), 1, 1, ""}, "an out column named " + std::string(promised.name), ""};
    for (std::size_t r = 0; r != t.rules(); ++r) {
      const policy::value_ref v = t.output(r, *c);
      const bool text = v.kind() == policy::value_kind::text;
      if (v.is_null() || (text && (promised.words.empty() || among(promised.words, v.text())))) continue;
      return error{errc::out_of_range, "rule " + std::string(t.rule_id(r)) + " says " + policy::to_string(v),
                   t.cell_location(r, t.outputs()[*c]),
                   promised.words.empty() ? "text" : joined(promised.words), ""};
    }
  }
  if (const auto n = t.find_note("basis"))
    for (std::size_t r = 0; r != t.rules(); ++r) {
      const std::string_view b = t.note(r, *n);
      if (!b.empty() && !from_word<basis>(b))
        return error{errc::out_of_range, "basis is '" + std::string(b.substr(0, 60)) + "'",
                     t.cell_location(r, t.notes()[*n]), word_list<basis>(), ""};
    }
  return {};
}

}  // namespace detail

namespace detail {
// The embedded form: five digits of base 32 for each age.
ECTP_DECL void read_decay(const char* digits, std::size_t size, std::vector<std::uint32_t>& out) {
  out.clear();
  out.reserve(size / 5);
  for (std::size_t i = 0; i + 5 <= size; i += 5) {
    std::uint32_t value = 0;
    for (std::size_t k = i; k != i + 5; ++k)
      value = value * 32 + static_cast<std::uint32_t>(digits[k] <= '9' ? digits[k] - '0' : digits[k] - 'a' + 10);
    out.push_back(value);
  }
}
}  // namespace detail

ECTP_DEF result<policies> policies::builtin() {
  ECTP_LATER(policies) p;
  for (const auto n : words_in<policy_name>)
    if (auto ok = p.replace(n, content::embedded(n), "src/content/policies/" + std::string(n) + ".csv"); !ok) return ok.error();
  for (const auto n : words_in<list_name>) {
    if (n == name(list_name::decay)) continue;  // embedded as numbers already
    if (auto ok = p.replace(n, content::embedded(n), "src/content/tables/" + std::string(n) + ".csv"); !ok) return ok.error();
  }
  detail::read_decay(content::decay_learn_that, sizeof content::decay_learn_that - 1, p.decay_.learn_that);
  detail::read_decay(content::decay_learn_how_to, sizeof content::decay_learn_how_to - 1, p.decay_.learn_how_to);
  return p;
}

ECTP_DEF result<void> policies::replace(std::string_view table_name, std::string_view csv_text,
                                         const std::string& file) {
  for (std::size_t i = 0; i != tables_.size(); ++i) {
    if (words_in<policy_name>[i] != table_name) continue;
    policy::read_options options;
    options.name = std::string(table_name);
    options.file = file;
    auto table = policy::read_csv(csv_text, options);
    if (!table) return table.error();
    if (auto ok = detail::check_shape(*table, detail::shape_of(static_cast<policy_name>(i))); !ok) return ok;
    tables_[i] = std::move(*table);
    hashes_[i] = policy::fingerprint(tables_[i]);
    return {};
  }
  for (std::size_t i = 0; i != lists_.size(); ++i) {
    if (words_in<list_name>[i] != table_name) continue;
    auto table = data_table::read(csv_text, file, {});
    if (!table) return table.error();
    // The calendar has a reader of its own; it wants the text.
    if (static_cast<list_name>(i) == list_name::calendar) {
      auto calendar = school_calendar::read_csv(csv_text, file);
      if (!calendar) return calendar.error();
      calendar_ = std::move(*calendar);
    }
    return set_list(static_cast<list_name>(i), std::move(*table));
  }
  std::string all = word_list<policy_name>() + ", " + word_list<list_name>();
  return error{errc::bad_argument, "there is no table called '" + std::string(table_name.substr(0, 60)) + "'",
               {file, 0, 0, ""}, std::move(all), "a table is replaced by a file of its own name"};
}

namespace detail {
ECTP_DECL result<void> need(const data_table& t, std::initializer_list<std::string_view> columns) {
  for (const auto c : columns)
    if (!t.has(c))
      return error{errc::missing_field, "column '" + std::string(c) + "' is missing", {t.file(), 1, 1, ""},
                   "a column of that name", ""};
  return {};
}
}  // namespace detail

namespace detail {
// A list of models: of each its parts in order, numbered from 1 without a gap, every part once; a row
// numbered 0 may stand before them and speaks of the model itself.
ECTP_DECL result<void> numbered_parts(const data_table& t, std::string_view model, std::string_view part, int most = 99) {
  if (t.size() == 0)
    return error{errc::bad_table, "the table has no rows", {t.file(), 1, 1, ""}, "one row or more", ""};
  if (t.size() > 1000)
    return error{errc::too_large, "the table has " + std::to_string(t.size()) + " rows", {t.file(), 1, 1, ""}, "at most 1000 rows", ""};
  for (std::size_t r = 0; r != t.size(); ++r) {
    for (const auto column : {model, part}) {
      bool word = !t.at(r, column).empty() && t.at(r, column).size() <= 64 && t.at(r, column)[0] >= 'a';
      for (const char c : t.at(r, column)) word = word && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_');
      if (!word) return t.fail(r, column, errc::bad_id, "1 to 64 lower-case letters, digits and _, beginning with a letter");
    }
    const bool first = r == 0 || t.at(r - 1, model) != t.at(r, model);
    const auto n = t.integer(r, "n", 0, most);
    if (!n) return n.error();
    const auto before = first ? result<std::int64_t>(std::int64_t{0}) : t.integer(r - 1, "n", 0, 99);
    if (before && *n != *before + 1 && !(first && *n == 0))
      return t.fail(r, "n", errc::out_of_range, std::to_string(*before + 1), "the parts of a model are numbered from 1 without a gap");
    for (std::size_t other = 0; other != r; ++other)
      if (t.at(other, model) == t.at(r, model) && (first || t.at(other, part) == t.at(r, part)))
        return t.fail(r, first ? model : part, errc::duplicate_id, "all parts of a model together, each once");
    if (*n == 0 && (r + 1 == t.size() || t.at(r + 1, model) != t.at(r, model)))
      return t.fail(r, model, errc::missing_field, "a model with one part or more");
    if (t.at(r, "title").empty()) return t.fail(r, "title", errc::missing_field, "a title");
    if (!from_word<basis>(t.at(r, "basis"))) return t.fail(r, "basis", errc::out_of_range, word_list<basis>());
    if (!from_word<confidence>(t.at(r, "confidence"))) return t.fail(r, "confidence", errc::out_of_range, word_list<confidence>());
  }
  return {};
}
// A cell that is `yes` or empty.
ECTP_DECL result<void> yes_or_empty(const data_table& t, std::string_view column) {
  for (std::size_t r = 0; r != t.size(); ++r)
    if (!t.at(r, column).empty() && t.at(r, column) != "yes") return t.fail(r, column, errc::out_of_range, "yes, or an empty cell");
  return {};
}
}  // namespace detail

// Every list is read into new values first, so that an error leaves the old ones in force.
ECTP_DEF result<void> policies::set_list(list_name l, data_table t) {
  const auto columns = [&](std::initializer_list<std::string_view> c) { return detail::need(t, c); };
  result<void> ok;
  switch (l) {
    case list_name::gating:
    case list_name::fidelity: ok = columns({"statement", "reason"}); break;
    case list_name::override_reasons: ok = columns({"reason", "meaning"}); break;
    case list_name::facts: ok = columns({"id", "text", "basis", "source"}); break;
    case list_name::sources: ok = columns({"key", "title", "url"}); break;
    case list_name::events: {
      if (ok = columns({"machine", "event", "says"}); !ok) return ok;
      for (std::size_t r = 0; r != t.size(); ++r)
        if (!from_word<policy_name>(t.at(r, "machine")) || !t.at(r, "machine").ends_with("_moves"))
          return t.fail(r, "machine", errc::out_of_range, "the name of a state machine, such as step_moves");
      break;
    }
    case list_name::phrases: {
      if (ok = columns({"kind", "phrase"}); !ok) return ok;
      for (std::size_t r = 0; r != t.size(); ++r)
        if (fold(t.at(r, "phrase")).empty())
          return t.fail(r, "phrase", errc::out_of_range, "one or more words");
      break;
    }
    case list_name::conversation_models: {
      if (ok = columns({"model_id", "n", "part", "title", "prompt", "opening", "role", "basis", "confidence", "source"}); !ok) return ok;
      ok = detail::numbered_parts(t, "model_id", "part");
      break;
    }
    case list_name::conversation_prompts: {
      if (ok = columns({"stage", "n", "item", "title", "prompt", "check", "required", "basis", "confidence", "source"}); !ok) return ok;
      if (ok = detail::numbered_parts(t, "stage", "item"); !ok) return ok;
      ok = detail::yes_or_empty(t, "required");
      break;
    }
    case list_name::appraisal_models: {
      if (ok = columns({"model_id", "n", "criterion", "letter", "title", "prompts", "critical", "provisional", "basis", "confidence", "source"}); !ok) return ok;
      // As many answers as a record keeps.
      if (ok = detail::numbered_parts(t, "model_id", "criterion", 10); !ok) return ok;
      ok = detail::yes_or_empty(t, "critical");
      break;
    }
    case list_name::entitlements: {
      if (ok = columns({"item", "year", "title", "due", "look_back", "minutes_a_week", "source"}); !ok) return ok;
      for (std::size_t r = 0; r != t.size(); ++r) {
        if (t.at(r, "item").empty()) return t.fail(r, "item", errc::missing_field, "a word such as reduced_timetable");
        if (const auto y = t.at(r, "year"); y != "1" && y != "2" && y != "any")
          return t.fail(r, "year", errc::out_of_range, "1, 2 or any");
        if (const auto n = t.integer(r, "look_back", 0, 99); !n) return n.error();
        if (const auto n = t.integer(r, "minutes_a_week", 0, 9999); !n) return n.error();
      }
      break;
    }
    case list_name::vignettes: {
      if (ok = columns({"id", "statement", "phase", "seen", "emerging", "developing", "secure"}); !ok) return ok;
      for (std::size_t r = 0; r != t.size(); ++r) {
        if (t.at(r, "id").empty()) return t.fail(r, "id", errc::missing_field, "a name of its own");
        if (t.at(r, "seen").empty()) return t.fail(r, "seen", errc::missing_field, "what can be seen");
        if (!from_word<school_phase>(t.at(r, "phase"))) return t.fail(r, "phase", errc::out_of_range, word_list<school_phase>());
        std::int64_t panel = 0;
        for (const auto column : words_in<level>) {
          const auto n = t.integer(r, column, 0, 999);
          if (!n) return n.error();
          panel += *n;
        }
        if (panel == 0) return t.fail(r, "emerging", errc::out_of_range, "a panel of one or more");
      }
      break;
    }
    case list_name::calendar: break;
    case list_name::weights: {
      if (ok = columns({"source", "kind", "weight"}); !ok) return ok;
      ECTP_LATER(std::vector<source_weight>) rows;
      for (std::size_t r = 0; r != t.size(); ++r) {
        const auto source = from_word<evidence_source>(t.at(r, "source"));
        if (!source) return t.fail(r, "source", errc::out_of_range, word_list<evidence_source>());
        const auto weight = t.integer(r, "weight", 0, 1000);
        if (!weight) return weight.error();
        const std::string_view kind = t.at(r, "kind");
        if (kind != "any" && kind != "learn_that" && kind != "learn_how_to")
          return t.fail(r, "kind", errc::out_of_range, "any, learn_that or learn_how_to");
        source_weight* row = nullptr;
        for (auto& w : rows)
          if (w.source == *source) row = &w;
        if (row == nullptr) {
          rows.push_back({*source, 0, 0});
          row = &rows.back();
        }
        if (kind != "learn_how_to") row->learn_that = static_cast<int>(*weight);
        if (kind != "learn_that") row->learn_how_to = static_cast<int>(*weight);
      }
      weights_ = std::move(rows);
      break;
    }
    case list_name::parameters: {
      if (ok = columns({"name", "value"}); !ok) return ok;
      ectp::parameters p;
      const struct {
        std::string_view name;
        int* value;
        int least;
      } known[] = {{"window", &p.window, 1},       {"occasion_gap", &p.occasion_gap, 1},
                   {"itt_fresh", &p.itt_fresh, 0}, {"gating_sightings", &p.gating_sightings, 1},
                   {"recent", &p.recent, 1},       {"rehearse_minutes", &p.rehearse_minutes, 1},
                   {"candidates", &p.candidates, 0}, {"check_after", &p.check_after, 1},
                   {"meeting_minutes", &p.meeting_minutes, 10}};
      for (std::size_t r = 0; r != t.size(); ++r) {
        bool found = false;
        for (const auto& k : known) {
          if (k.name != t.at(r, "name")) continue;
          const auto v = t.integer(r, "value", k.least, 9999);
          if (!v) return v.error();
          *k.value = static_cast<int>(*v);
          found = true;
        }
        if (!found) return t.fail(r, "name", errc::unknown_field, "a parameter that the library knows");
      }
      numbers_ = p;
      break;
    }
    case list_name::agenda: {
      if (ok = columns({"phase", "title", "minutes", "least", "drop_order"}); !ok) return ok;
      ECTP_LATER(std::vector<agenda_item>) rows;
      for (std::size_t r = 0; r != t.size(); ++r) {
        const auto phase = from_word<ectp::phase>(t.at(r, "phase"));
        if (!phase || static_cast<std::size_t>(*phase) != r)
          return t.fail(r, "phase", errc::out_of_range, "every phase once, in the order " + word_list<ectp::phase>());
        const auto minutes = t.integer(r, "minutes", 1, 240), least = t.integer(r, "least", 1, 240),
                   drop = t.integer(r, "drop_order", 0, 99);
        if (!minutes) return minutes.error();
        if (!least) return least.error();
        if (!drop) return drop.error();
        rows.push_back({*phase, std::string(t.at(r, "title")), static_cast<int>(*minutes),
                        static_cast<int>(*least), static_cast<int>(*drop)});
      }
      if (rows.size() != words_in<ectp::phase>.size())
        return error{errc::bad_table, "the agenda has " + std::to_string(rows.size()) + " phases",
                     {t.file(), 1, 1, ""}, "every phase once: " + word_list<ectp::phase>(), ""};
      agenda_ = std::move(rows);
      break;
    }
    case list_name::workload: {
      if (ok = columns({"path", "item", "minutes_a_half_term"}); !ok) return ok;
      for (std::size_t r = 0; r != t.size(); ++r) {
        if (!from_word<path>(t.at(r, "path"))) return t.fail(r, "path", errc::out_of_range, word_list<path>());
        if (const auto m = t.integer(r, "minutes_a_half_term", 0, 100'000); !m) return m.error();
      }
      break;
    }
    case list_name::themes: {
      if (ok = columns({"theme", "tags", "title"}); !ok) return ok;
      ECTP_LATER(std::vector<theme>) rows;
      for (std::size_t r = 0; r != t.size(); ++r)
        rows.push_back({std::string(t.at(r, "theme")), std::string(t.at(r, "tags")), std::string(t.at(r, "title"))});
      themes_ = std::move(rows);
      break;
    }
    case list_name::blockers: ok = columns({"statement", "reason"}); break;
    case list_name::step_frames: {
      if (ok = columns({"slot", "given", "missing", "vague"}); !ok) return ok;
      for (std::size_t r = 0; r != t.size(); ++r) {
        const auto slot = from_word<step_slot>(t.at(r, "slot"));
        bool again = false;
        for (std::size_t k = 0; k != r; ++k) again = again || t.at(k, "slot") == t.at(r, "slot");
        if (!slot || again) return t.fail(r, "slot", errc::out_of_range, "each at most once: " + word_list<step_slot>());
      }
      break;
    }
    case list_name::leverage: {
      if (ok = columns({"factor", "weight"}); !ok) return ok;
      std::int64_t sum = 0;
      for (std::size_t r = 0; r != t.size(); ++r) {
        bool again = false;
        for (std::size_t k = 0; k != r; ++k) again = again || t.at(k, "factor") == t.at(r, "factor");
        if (!from_word<leverage_factor>(t.at(r, "factor")) || again)
          return t.fail(r, "factor", errc::out_of_range, "each at most once: " + word_list<leverage_factor>());
        const auto weight = t.integer(r, "weight", 0, 1000);
        if (!weight) return weight.error();
        sum += *weight;
      }
      if (sum != 1000)
        return error{errc::out_of_range, "the weights come to " + std::to_string(sum), {t.file(), 1, 1, ""}, "1000 in all", "they are thousandths"};
      break;
    }
    case list_name::step_scale: {
      if (ok = columns({"factor", "word", "value"}); !ok) return ok;
      for (std::size_t r = 0; r != t.size(); ++r) {
        const auto factor = from_word<leverage_factor>(t.at(r, "factor"));
        if (!factor) return t.fail(r, "factor", errc::out_of_range, word_list<leverage_factor>());
        if (const auto value = t.integer(r, "value", 0, 1000); !value) return value.error();
        if (*factor != leverage_factor::unlocks) continue;
        if (const auto least = t.integer(r, "word", 0, 9999); !least) return least.error();
      }
      break;
    }
    case list_name::prerequisites: {
      if (ok = columns({"statement", "needs"}); !ok) return ok;
      if (t.size() > 2000)
        return error{errc::too_large, std::to_string(t.size()) + " links", {t.file(), 1, 1, ""}, "at most 2000", ""};
      // Links without a remaining need are taken away until none is left; what stays goes in a circle.
      ECTP_LATER(std::vector<std::size_t>) left;
      for (std::size_t r = 0; r != t.size(); ++r) left.push_back(r);
      for (bool fewer = true; fewer && !left.empty();) {
        ECTP_LATER(std::vector<std::size_t>) kept;
        for (const std::size_t r : left) {
          bool held = false;
          for (const std::size_t k : left) held = held || t.at(k, "statement") == t.at(r, "needs");
          if (held) kept.push_back(r);
        }
        fewer = kept.size() < left.size();
        left = std::move(kept);
      }
      if (!left.empty()) return t.fail(left.front(), "needs", errc::bad_table, "links that do not go in a circle", "a statement cannot, in the end, need itself");
      break;
    }
    case list_name::decay: {
      if (ok = columns({"kind", "age", "decay"}); !ok) return ok;
      ECTP_LATER(decay_table) d;
      for (std::size_t r = 0; r != t.size(); ++r) {
        auto& ages = t.at(r, "kind") == "learn_that" ? d.learn_that : d.learn_how_to;
        if (&ages == &d.learn_how_to && t.at(r, "kind") != "learn_how_to")
          return t.fail(r, "kind", errc::out_of_range, "learn_that or learn_how_to");
        const auto age = t.integer(r, "age", 0, 100'000);
        if (!age) return age.error();
        if (static_cast<std::size_t>(*age) != ages.size())
          return t.fail(r, "age", errc::out_of_range, "ages from 0 upwards without a gap, for each kind");
        const auto decay = t.integer(r, "decay", 0, 1 << 24);
        if (!decay) return decay.error();
        ages.push_back(static_cast<std::uint32_t>(*decay));
      }
      decay_ = std::move(d);
      break;
    }
  }
  if (!ok) return ok;
  lists_[static_cast<std::size_t>(l)] = std::move(t);
  return {};
}

ECTP_DEF int policies::weight(evidence_source s, bool learn_that) const noexcept {
  for (const auto& w : weights_)
    if (w.source == s) return learn_that ? w.learn_that : w.learn_how_to;
  return 0;
}

ECTP_DEF bool policies::has_gating(std::string_view edition) const noexcept {
  const data_table& t = list(list_name::gating);
  for (std::size_t r = 0; r != t.size(); ++r) {
    const std::string_view s = t.at(r, "statement");
    if (s.size() > edition.size() && s.substr(0, edition.size()) == edition && s[edition.size()] == ':') return true;
  }
  return false;
}

ECTP_DEF int policies::workload(path p) const noexcept {
  const data_table& t = list(list_name::workload);
  std::int64_t sum = 0;
  for (std::size_t r = 0; r != t.size(); ++r)
    if (t.at(r, "path") == name(p)) {
      const auto minutes = t.integer(r, "minutes_a_half_term", 0, 100'000);
      if (minutes) sum += *minutes;
    }
  return static_cast<int>(sum);
}

namespace detail {
// The facts that a table reads, in its own order.
ECTP_DECL result<std::vector<policy::value_ref>> facts_for(const policy::table& table,
                                                        std::span<const policy::named_value> facts) {
  std::vector<policy::value_ref> values;
  values.reserve(table.inputs().size());
  for (std::size_t i = 0; i != table.inputs().size(); ++i) {
    const policy::named_value* found = nullptr;
    for (const auto& f : facts)
      if (f.name == table.input(i).name) found = &f;
    if (found == nullptr)
      return error{errc::missing_field, "the fact '" + table.input(i).name + "' was not given",
                   column_place(table, table.input(i)), "a value for every input", ""};
    values.push_back(found->value);
  }
  return values;
}

ECTP_DECL result<std::size_t> decided(const policy::table& t, std::span<const policy::value_ref> values) {
  auto scratch = t.make_scratch();
  const policy::outcome o = t.decide(values, scratch);
  switch (o.status) {
    case policy::rule_status::decided: return std::size_t{o.rule};
    case policy::rule_status::invalid_input: {
      auto e = t.refusal(o.input, values[o.input]);
      if (e) {
        e->message = "policy " + t.name() + ", input " + t.input(o.input).name + ": " + e->message;
        if (e->at.file.empty()) e->at = column_place(t, t.input(o.input));
        return *std::move(e);
      }
      break;
    }
    case policy::rule_status::conflict:
      return error{errc::rule_conflict,
                   "rules " + std::string(t.rule_id(o.rule)) + " and " + std::string(t.rule_id(o.other)) +
                       " of policy " + t.name() + " both match",
                   t.rule_location(o.other), "at most one match in a UNIQUE table", "make their cells exclusive, or use F"};
    case policy::rule_status::no_rule: break;
  }
  std::string facts;
  for (std::size_t i = 0; i != values.size(); ++i)
    facts += (facts.empty() ? "" : ", ") + t.input(i).name + " = " + policy::to_string(values[i]);
  return error{errc::no_rule, "no rule of policy " + t.name() + " matches " + facts, {t.file(), 1, 1, ""},
               "a rule for every case", "add a last rule whose cells are all '-'"};
}
}  // namespace detail

ECTP_DEF result<std::size_t> rule_index(const policy::table& table, std::span<const policy::named_value> facts) {
  const auto values = detail::facts_for(table, facts);
  if (!values) return values.error();
  return detail::decided(table, {values->data(), values->size()});
}

ECTP_DEF result<ruling> rule_on(const policy::table& table, std::span<const policy::named_value> facts) {
  const auto values = detail::facts_for(table, facts);
  if (!values) return values.error();
  const auto rule = detail::decided(table, {values->data(), values->size()});
  if (!rule) return rule.error();
  return ruling{*rule, std::string(table.rule_id(*rule)), basis_of(table, *rule), policy::explain(table, std::span<const policy::value_ref>(values->data(), values->size()), std::string())};
}

ECTP_DEF basis basis_of(const policy::table& table, std::size_t rule) {
  const auto b = from_word<basis>(table.note(rule, "basis"));
  return b ? *b : basis::default_policy;
}

}  // namespace ectp::inline ECTP_ABI
