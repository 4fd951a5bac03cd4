#pragma once
#include "ectp/core/maybe.hpp"
#include "ectp/core/sort.hpp"
#include "ectp/core/weighted_mean.hpp"
#include "ectp/mentoring/diagnosis.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

ECTP_DECL std::uint32_t decay_at(const std::vector<std::uint32_t>& table, std::int64_t age) noexcept {
  if (age < 0) age = 0;
  return static_cast<std::size_t>(age) < table.size() ? table[static_cast<std::size_t>(age)] : 0;
}

// One row that counts, with what is needed to compare it.
struct counted_row {
  const evidence* row;
  framework::node_id node;
  std::int64_t age;
  level seen;
  int weight;
};

// Of two sightings of a statement the later one counts. On one day the weightier source does, then
// the more cautious level, then the id: never the order of the rows.
ECTP_DECL bool counts_before(const counted_row& a, const counted_row& b) noexcept {
  if (a.row->observed_on != b.row->observed_on) return a.row->observed_on > b.row->observed_on;
  if (a.weight != b.weight) return a.weight > b.weight;
  if (a.seen != b.seen) return a.seen < b.seen;
  return a.row->id < b.row->id;
}

}  // namespace detail

ECTP_DEF result<diagnosis> diagnose(const framework::tree& tree, std::string_view standard,
                                     const evidence_base& base, date as_of, const policies& rules,
                                     age_unit unit) {
  const auto home = tree.find(standard);
  if (!home) return home.error();
  if (home->kind() != framework::kind::standard)
    return error{errc::wrong_type, "'" + std::string(standard) + "' is not a standard", {}, "a standard such as " +
                     std::string(tree.edition()) + ":S1", ""};
  if (base.rows.size() > 500'000)
    return error{errc::too_large, std::to_string(base.rows.size()) + " rows of evidence for one teacher", {},
                 "at most 500000", "exact sums fit 64 bits only up to there"};

  const parameters& numbers = rules.numbers();
  ECTP_LATER(diagnosis) out;
  out.standard = home->ref();
  out.as_of = as_of;
  out.current_path = base.current_path;

  const std::vector<time_in_post> full_time;
  const std::vector<time_in_post>& service = base.service != nullptr ? *base.service : full_time;
  if (unit == age_unit::calendar_days)
    out.findings.push_back({"calendar_days", "ages are counted in calendar days: no school calendar was wanted"});
  else if (service.empty())
    out.findings.push_back({"service_missing", "no time in post is recorded: full time throughout is assumed"});
  const auto days_since = [&](date from) -> std::int64_t {
    if (unit == age_unit::calendar_days) return as_of - from;
    return days_in_post(rules.calendar(), service, from, as_of);
  };
  const auto age_of = [&](const evidence& e) -> std::int64_t {
    std::int64_t age = days_since(e.observed_on);
    // Records from initial training do not age in the first term: only later time counts.
    if (e.source == evidence_source::itt_record && unit == age_unit::school_days_in_post)
      age = age > numbers.itt_fresh ? age - numbers.itt_fresh : 0;
    return age;
  };

  ECTP_LATER(std::vector<detail::counted_row>) others, own, training;  // scored, in the window
  weighted_mean all, self, mentor;
  bool sources[words_in<evidence_source>.size()] = {};
  bool recent = false, learn_how_to = false, learn_how_to_by_others = false, outside_calendar = false;
  for (const evidence& e : base.rows) {
    const auto node = tree.find(e.statement);
    if (!node) return node.error();
    const auto owner = node->standard();
    if (!owner || !(*owner == *home) || e.observed_on > as_of) continue;
    if (!e.score.has_value()) {
      ++out.n_unscored;
      continue;
    }
    ++out.n_scored;
    if (unit == age_unit::school_days_in_post && e.source != evidence_source::itt_record &&
        !rules.calendar().covers(e.observed_on))
      outside_calendar = true;
    const policy::named_value level_facts[] = {{"scale", name(e.scale)}, {"score", e.score.thousandths()}};
    const auto level_rule = rule_index(rules[policy_name::level], {level_facts, 2});
    if (!level_rule) return level_rule.error();
    const auto seen = output_word<level>(rules[policy_name::level], *level_rule, "level");
    if (!seen)
      return error{errc::no_rule, "the level table gives no level for a score of " +
                                      std::to_string(e.score.thousandths()) + " thousandths", {}, "a level", ""};

    const bool learn_that = node->statement_kind() == framework::statement_kind::learn_that;
    const int weight = rules.weight(e.source, learn_that);
    const std::int64_t age = age_of(e);
    const std::uint32_t decay = detail::decay_at(learn_that ? rules.decay().learn_that : rules.decay().learn_how_to, age);
    all.add(weight, decay, e.score.thousandths());
    const bool by_self = e.source == evidence_source::self_audit;
    if (by_self) self.add(weight, decay, e.score.thousandths());
    if (e.has_role && e.role == rater_role::mentor && !by_self && e.source != evidence_source::itt_record &&
        e.source != evidence_source::quiz)
      mentor.add(weight, decay, e.score.thousandths());
    sources[static_cast<std::size_t>(e.source)] = true;
    if (age <= numbers.recent) recent = true;
    if (!learn_that) {
      learn_how_to = true;
      if (!by_self) learn_how_to_by_others = true;
    }
    if (base.last_decision && e.observed_on > *base.last_decision) ++out.n_new;
    if (age > numbers.window) continue;
    auto& group = by_self ? own : e.source == evidence_source::itt_record ? training : others;
    group.push_back({&e, node->id(), age, *seen, weight});
  }
  if (!base.last_decision) out.n_new = out.n_scored;
  if (outside_calendar)
    out.findings.push_back({"calendar_short", "some evidence is from before or after the school calendar: "
                                              "Monday to Friday are counted there"});

  // The weighted estimate and its company.
  out.weight = all.d * 1000 >> 24;  // all.d / (1000 * 2^24), in millionths
  if (all.d != 0) out.estimate = all.millionths();
  if (self.d != 0) out.self_estimate = self.millionths();
  if (mentor.d != 0) out.mentor_estimate = mentor.millionths();
  if (self.d != 0 && mentor.d != 0) out.gap = gap_between(self, mentor);
  for (const bool s : sources) out.n_source_types += s ? 1 : 0;

  // Latest sighting per statement.
  const auto in_order = [](const detail::counted_row& a, const detail::counted_row& b) {
    if (a.node != b.node) return a.node < b.node;
    return detail::counts_before(a, b);
  };
  detail::sort(others, in_order);
  detail::sort(own, in_order);
  detail::sort(training, in_order);
  for (std::size_t i = 0; i != others.size();) {
    const detail::counted_row& latest = others[i];
    statement_view view;
    view.statement = tree[latest.node].ref();
    view.latest = latest.seen;
    view.entry = latest.row->id;
    view.seen_on = latest.row->observed_on;
    view.source = latest.row->source;
    view.where = latest.row->where;
    view.gating = rules.gating(view.statement);
    maybe<date> last_day;
    for (; i != others.size() && others[i].node == latest.node; ++i)
      if (others[i].seen == level::emerging && last_day != others[i].row->observed_on) {
        ++view.emerging_sightings;
        last_day = others[i].row->observed_on;
      }
    for (const auto& o : own)
      if (o.node == latest.node) {
        view.self = o.seen;
        view.self_entry = o.row->id;
        break;
      }
    ++out.statements;
    if (view.latest == level::secure) ++out.secure;
    if (view.latest == level::developing) ++out.developing;
    if (view.latest == level::emerging) {
      ++out.emerging;
      if (view.gating && view.emerging_sightings >= numbers.gating_sightings) ++out.gating_emerging_n;
    }
    out.seen.push_back(std::move(view));
  }
  if (rules.has_gating(tree.edition())) out.gating_emerging = out.gating_emerging_n != 0;
  maybe<framework::node_id> previous;
  for (const auto& o : own) {
    if (previous == o.node) continue;
    previous = o.node;
    bool by_others = false;
    for (const auto& x : others) by_others = by_others || x.node == o.node;
    if (!by_others) out.self_only.push_back(o.row->id);
  }

  // Occasions: distinct days, each far enough from the one counted before it.
  std::vector<date> days;
  days.reserve(others.size());
  for (const auto& o : others) days.push_back(o.row->observed_on);
  detail::sort(days, [](date a, date b) { return a < b; });
  maybe<date> counted;
  for (const date d : days)
    if (!counted || rules.calendar().school_days(*counted, d) >= numbers.occasion_gap) {
      ++out.occasions;
      counted = d;
    }

  // The view from initial training, and how the ECT's own view compares: both are tables.
  int records = 0, below = 0;
  for (std::size_t i = 0; i != training.size(); ++i) {
    if (i != 0 && training[i].node == training[i - 1].node) continue;
    ++records;
    if (training[i].seen != level::secure) ++below;
  }
  const policy::named_value itt_facts[] = {{"itt_records", records}, {"itt_below_secure", below}};
  const auto itt = rule_index(rules[policy_name::itt_view], {itt_facts, 2});
  if (!itt) return itt.error();
  if (const auto v = output_word<ectp::itt_view>(rules[policy_name::itt_view], *itt, "itt_view")) out.itt_view = *v;

  int compared = 0, largest_above = 0, times_above = 0, largest_below = 0, times_below = 0;
  for (const auto& s : out.seen) {
    if (!s.self) continue;
    ++compared;
    const int apart = static_cast<int>(*s.self) - static_cast<int>(s.latest);
    if (apart > 0) {
      ++times_above;
      largest_above = apart > largest_above ? apart : largest_above;
    } else if (apart < 0) {
      ++times_below;
      largest_below = -apart > largest_below ? -apart : largest_below;
    }
  }
  const policy::named_value self_facts[] = {{"compared", compared},
                                            {"largest_above", largest_above},
                                            {"times_above", times_above},
                                            {"largest_below", largest_below},
                                            {"times_below", times_below}};
  const auto view = rule_index(rules[policy_name::self_view], {self_facts, 5});
  if (!view) return view.error();
  if (const auto v = output_word<ectp::self_view>(rules[policy_name::self_view], *view, "self_view")) out.self_view = *v;

  if (out.n_scored == 0) out.missing.push_back(missing::any_evidence);
  if (out.n_source_types < 2) out.missing.push_back(missing::second_source_type);
  if (!recent) out.missing.push_back(missing::recent_evidence);
  if (learn_how_to && !learn_how_to_by_others) out.missing.push_back(missing::non_self_for_learn_how_to);
  if (!out.self_estimate) out.missing.push_back(missing::self_view);
  if (!out.mentor_estimate) out.missing.push_back(missing::mentor_view);
  return out;
}

ECTP_DEF std::vector<policy::named_value> facts_of(const diagnosis& d) {
  const auto optional_number = [](const maybe<std::int64_t>& millionths) -> policy::value_ref {
    if (!millionths) return {};
    return static_cast<double>(*millionths) / 1'000'000.0;
  };
  const auto percent = d.secure_percent();
  return {{"itt_view", name(d.itt_view)},
          {"occasions", d.occasions},
          {"statements", d.statements},
          {"secure", d.secure},
          {"developing", d.developing},
          {"emerging", d.emerging},
          {"secure_percent", percent ? policy::value_ref(*percent) : policy::value_ref()},
          {"secure_lead", d.secure - d.emerging},
          {"gating_emerging_n", d.gating_emerging_n},
          {"gating_emerging", d.gating_emerging ? policy::value_ref(*d.gating_emerging) : policy::value_ref()},
          {"self_view", name(d.self_view)},
          {"current_path", d.current_path ? policy::value_ref(name(*d.current_path)) : policy::value_ref()},
          {"estimate", optional_number(d.estimate)},
          {"weight", static_cast<double>(d.weight) / 1'000'000.0},
          {"n_scored", d.n_scored},
          {"n_unscored", d.n_unscored},
          {"n_source_types", d.n_source_types},
          {"n_new", d.n_new},
          {"self_estimate", optional_number(d.self_estimate)},
          {"mentor_estimate", optional_number(d.mentor_estimate)},
          {"gap", optional_number(d.gap)}};
}

}  // namespace ectp::inline ECTP_ABI
