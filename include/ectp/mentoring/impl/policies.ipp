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
  switch (p) {
    case policy_name::pathway: return {{pathway, std::size(pathway)}, {pathway_says, std::size(pathway_says)}};
    case policy_name::focus: return {{focus, std::size(focus)}, {focus_says, std::size(focus_says)}};
    case policy_name::stance: return {{stances, std::size(stances)}, {stance_says, std::size(stance_says)}};
    case policy_name::words: return {{words, std::size(words)}, {words_say, std::size(words_say)}};
    case policy_name::level: return {{levels, std::size(levels)}, {level_says, std::size(level_says)}};
    case policy_name::itt_view: return {{itt, std::size(itt)}, {itt_says, std::size(itt_says)}};
    case policy_name::self_view: return {{self, std::size(self)}, {self_says, std::size(self_says)}};
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
