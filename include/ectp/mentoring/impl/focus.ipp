#pragma once
#include "ectp/mentoring/focus.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

ECTP_DECL const statement_view* view_of(std::span<const diagnosis> diagnoses, std::string_view statement) noexcept {
  for (const auto& d : diagnoses)
    for (const auto& s : d.seen)
      if (s.statement == statement) return &s;
  return nullptr;
}

// How much a statement asks to be looked at: less is sooner.
ECTP_DECL int urgency(std::span<const diagnosis> diagnoses, std::string_view statement) noexcept {
  const statement_view* s = view_of(diagnoses, statement);
  if (s == nullptr) return 3;
  switch (s->latest) {
    case level::emerging: return s->gating ? 0 : 1;
    case level::developing: return 2;
    case level::secure: return 4;
  }
  return 3;
}

// What stands in the block's place: in Year 2 an inquiry, where the `agenda_lead` policy has it so. `says` takes
// that rule's words then.
ECTP_DECL result<std::vector<std::string>> standing_block(const record_state& state, const policies& rules, std::string& says) {
  const std::vector<std::string> own = state.block ? state.block->statements : std::vector<std::string>();
  if (!state.inquiry) return own;
  const policy::table& t = rules[policy_name::agenda_lead];
  const policy::named_value facts[] = {
      {"year", state.block ? state.block->year : 1}, {"inquiry", true}, {"wish", state.wish.has_value()}};
  const auto rule = rule_index(t, {facts, 3});
  if (!rule) return rule.error();
  if (output_word<agenda_block>(t, *rule, "block") != maybe<agenda_block>(agenda_block::inquiry)) return own;
  says = t.note(*rule, "says");
  return state.inquiry->statements;
}

}  // namespace detail

ECTP_DEF result<std::vector<diagnosis>> diagnose_all(const framework::tree& tree, const record_state& state,
                                                      const policies& rules) {
  ECTP_LATER(std::vector<diagnosis>) out;
  for (const auto& standard : tree.root().children()) {
    auto d = diagnose(tree, standard.ref(), evidence_for(state, standard.ref()), state.today, rules);
    if (!d) return d.error();
    out.push_back(std::move(*d));
  }
  return out;
}

ECTP_DEF std::vector<theme_coverage> coverage_of(const framework::tree& tree, const record_state& state,
                                                  const policies& rules) {
  date since = state.today - 60;
  for (const auto& h : rules.calendar().half_terms())
    if (h.from <= state.today) since = h.from;
  ECTP_LATER(std::vector<theme_coverage>) out;
  for (const auto& t : rules.themes()) {
    theme_coverage c{t, false};
    const auto has_tag = [&](const std::string& ref) {
      const auto node = tree.find(ref);
      return node && node->has_tag(t.tag);
    };
    for (const auto& s : state.sessions)
      if (s.status == session_status::held && s.held_on >= since && s.held_on <= state.today)
        for (const auto& ref : s.touched) c.looked_at = c.looked_at || has_tag(ref);
    for (const auto& e : state.rows)
      if (e.source != evidence_source::self_audit && e.observed_on >= since)
        c.looked_at = c.looked_at || has_tag(e.statement);
    out.push_back(std::move(c));
  }
  return out;
}

ECTP_DEF result<focus> choose_focus(const framework::tree& tree, const record_state& state,
                                     std::span<const diagnosis> diagnoses, const policies& rules) {
  const auto coverage = coverage_of(tree, state, rules);
  bool gap = false, any = false;
  for (const auto& c : coverage) gap = gap || !c.looked_at;
  for (const auto& d : diagnoses) any = any || d.statements != 0;
  const step_now* live = state.live_step();
  std::string instead;
  const auto block = detail::standing_block(state, rules, instead);
  if (!block) return block.error();
  const policy::named_value facts[] = {{"wish", state.wish.has_value()},
                                       {"live_step", live != nullptr},
                                       {"tutor_target", state.target.has_value()},
                                       {"block", !block->empty()},
                                       {"coverage_gap", gap},
                                       {"any_evidence", any}};
  const policy::table& table = rules[policy_name::focus];
  auto why = rule_on(table, {facts, 6});
  if (!why) return why.error();
  const auto from = output_word<focus_source>(table, why->rule, "focus_from");
  if (!from)
    return error{errc::no_rule, "rule " + why->id + " of policy " + table.name() + " names no focus",
                 table.rule_location(why->rule), word_list<focus_source>(), ""};

  ECTP_LATER(focus) out;
  out.from = *from;
  out.says = table.note(why->rule, "says");
  out.why = std::move(*why);
  // The most urgent of some statements; of equals one that can be done before one that is known,
  // then the earlier one.
  int best = 99;
  const auto offer = [&](const std::string& statement) {
    const auto node = tree.find(statement);
    const bool known = node && node->statement_kind() == framework::statement_kind::learn_that;
    const int u = 2 * detail::urgency(diagnoses, statement) + (known ? 1 : 0);
    if (u < best) {
      best = u;
      out.statement = statement;
    }
  };
  switch (out.from) {
    case focus_source::wish:
      if (state.wish) {
        out.statement = state.wish->what.statement;
        out.where = state.wish->what.where;
      }
      break;
    case focus_source::live_step:
      if (live != nullptr) out.statement = live->agreed.statement;
      break;
    case focus_source::tutor_target:
      if (state.target) out.statement = state.target->statement;
      break;
    case focus_source::block:
      for (const auto& s : *block) offer(s);
      if (!instead.empty()) out.says = instead;
      break;
    case focus_source::coverage_gap:
      for (const auto& c : coverage)
        if (!c.looked_at && out.statement.empty())
          for (const auto& node : tree.nodes())
            if (node.statement_kind() == framework::statement_kind::learn_how_to && !node.placeholder() &&
                node.has_tag(c.what.tag))
              offer(node.ref());
      break;
    case focus_source::least_secure:
      for (const auto& d : diagnoses)
        for (const auto& s : d.seen) offer(s.statement);
      break;
    case focus_source::open_question: break;
  }
  if (out.statement.empty()) return out;
  const auto node = tree.statement_of(out.statement);
  if (!node) return node.error();
  if (const auto home = node->standard()) out.standard = home->ref();
  if (const statement_view* seen = detail::view_of(diagnoses, out.statement)) {
    out.expertise = seen->latest == level::emerging     ? expertise::novice
                    : seen->latest == level::developing ? expertise::developing
                                                        : expertise::secure;
    if (out.where.empty()) out.where = seen->where;
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI
