#pragma once
#include "ectp/mentoring/pathway.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF result<pathway_advice> recommend(const diagnosis& d, const policies& rules) {
  const policy::table& table = rules[policy_name::pathway];
  const auto facts = facts_of(d);
  auto why = rule_on(table, {facts.data(), facts.size()});
  if (!why) return why.error();
  const auto said = output_word<advice>(table, why->rule, "path");
  if (!said)
    return error{errc::no_rule, "rule " + why->id + " of policy " + table.name() + " recommends nothing",
                 table.rule_location(why->rule), word_list<advice>(), ""};
  ECTP_LATER(pathway_advice) out;
  out.seen = d;
  out.said.standard = d.standard;
  out.said.as_of = d.as_of;
  out.said.recommended = *said;
  out.said.rule = why->id;
  out.said.policy = table.name();
  out.said.policy_sha256 = rules.sha256(policy_name::pathway);
  if (const auto p = output_word<path>(table, why->rule, "provisional")) {
    out.said.has_provisional = true;
    out.said.provisional = *p;
  }
  out.says = table.note(why->rule, "says");
  out.why = std::move(*why);
  out.why.why.sha256 = out.said.policy_sha256;
  return out;
}

namespace detail {

// The evidence of a base with room for imagined rows at the end.
template <class ectp_lazy = void>
struct imagination {
  const framework::tree& tree;
  const pathway_advice& now;
  const evidence_base& base;
  const policies& rules;
  typename ::ectp::detail::later<std::vector<evidence>, ectp_lazy>::type rows;
  std::size_t real;

  imagination(const framework::tree& t, const pathway_advice& n, const evidence_base& b, const policies& r)
      : tree(t), now(n), base(b), rules(r), rows(b.rows.begin(), b.rows.end()), real(b.rows.size()) {}

  void add(std::string statement, level seen, evidence_source source, date on) {
    evidence e;
    e.observed_on = on;
    e.statement = std::move(statement);
    e.source = source;
    e.has_role = true;
    e.role = source == evidence_source::self_audit ? rater_role::ect : rater_role::mentor;
    const auto s = score::make(seen == level::secure ? 1000 : seen == level::developing ? 500 : 0);
    e.score = *s;
    rows.push_back(std::move(e));
  }
  result<recommendation> decide(date on) {
    evidence_base changed = base;
    changed.rows = {rows.data(), rows.size()};
    const auto d = diagnose(tree, now.said.standard, changed, on, rules);
    rows.resize(real);
    if (!d) return d.error();
    auto r = recommend(*d, rules);
    if (!r) return r.error();
    return std::move(r->said);
  }
};

ECTP_DECL bool settles(advice a) noexcept {
  return a == advice::consolidate || a == advice::extend || a == advice::choose_together;
}

ECTP_DECL bool has_tip(const std::vector<tip>& tips, advice a) noexcept {
  for (const auto& t : tips)
    if (t.then == a) return true;
  return false;
}

}  // namespace detail

ECTP_DEF result<std::vector<tip>> what_would_tip(const framework::tree& tree, const pathway_advice& now,
                                                  const evidence_base& base, const policies& rules,
                                                  std::string_view favoured) {
  ECTP_LATER(std::vector<tip>) tips;
  detail::imagination<> what_if(tree, now, base, rules);
  const auto note = [&](const recommendation& r, std::vector<imagined> lessons) {
    if (r.recommended != now.said.recommended && detail::settles(r.recommended) && !detail::has_tip(tips, r.recommended))
      tips.push_back({std::move(lessons), r.recommended, r.rule});
  };

  // Where the two views differ: what if the ECT came to see it as others did?
  if (now.seen.self_view == self_view::higher) {
    for (const auto& s : now.seen.seen)
      if (s.self && *s.self != s.latest) what_if.add(s.statement, s.latest, evidence_source::self_audit, now.said.as_of);
    const auto r = what_if.decide(now.said.as_of);
    if (!r) return r.error();
    note(*r, {});
    if (!tips.empty()) return tips;
  }

  // The statements worth imagining: the favoured one, those seen and not yet secure, those seen,
  // and two that nobody has looked at.
  std::vector<std::string> statements;
  const auto add = [&](std::string s) {
    for (const auto& x : statements)
      if (x == s) return;
    if (statements.size() < 6) statements.push_back(std::move(s));
  };
  const auto home = tree.find(now.said.standard);
  if (!home) return home.error();
  if (!favoured.empty()) {
    const auto node = tree.find(favoured);
    if (node && node->standard() && *node->standard() == *home) add(node->ref());
  }
  for (const auto& s : now.seen.seen)
    if (s.latest != level::secure) add(s.statement);
  for (const auto& s : now.seen.seen) add(s.statement);
  int unseen = 0;
  for (const auto& node : home->descendants()) {
    if (node.kind() != framework::kind::statement || node.placeholder() || unseen == 2 ||
        node.statement_kind() != framework::statement_kind::learn_how_to)
      continue;
    bool seen = false;
    for (const auto& s : now.seen.seen) seen = seen || s.statement == node.ref();
    if (!seen) {
      add(node.ref());
      ++unseen;
    }
  }

  std::vector<date> lesson_days{now.said.as_of};
  for (int k = 0; k != 3; ++k)
    lesson_days.push_back(rules.calendar().after_school_days(lesson_days.back(), rules.numbers().occasion_gap));
  for (std::size_t lessons = 1; lessons <= 3; ++lessons) {
    for (const level seen : {level::secure, level::emerging}) {
      std::vector<std::size_t> pick(lessons, 0);
      for (bool more = !statements.empty(); more;) {
        std::vector<imagined> imagined_lessons;
        for (std::size_t k = 0; k != lessons; ++k) {
          what_if.add(statements[pick[k]], seen, evidence_source::structured_observation, lesson_days[k + 1]);
          imagined_lessons.push_back({statements[pick[k]], seen});
        }
        const auto r = what_if.decide(lesson_days[lessons]);
        if (!r) return r.error();
        note(*r, std::move(imagined_lessons));
        // The next choice with repetition, in lexicographic order.
        std::size_t k = lessons;
        while (k != 0 && pick[k - 1] + 1 == statements.size()) --k;
        more = k != 0;
        if (more) {
          const std::size_t next = pick[k - 1] + 1;
          for (; k <= lessons; ++k) pick[k - 1] = next;
        }
      }
    }
    if (!tips.empty()) break;
  }
  return tips;
}

}  // namespace ectp::inline ECTP_ABI
