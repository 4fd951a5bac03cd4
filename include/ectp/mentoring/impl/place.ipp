#pragma once
#include "ectp/impl/meeting_text.ipp"
#include "ectp/mentoring/place.hpp"

namespace ectp::inline ECTP_ABI {

ECTP_DEF result<agenda_lead> agenda_lead_of(int year, bool has_inquiry, bool has_wish, const policies& rules) {
  const policy::table& t = rules[policy_name::agenda_lead];
  const policy::named_value facts[] = {{"year", year}, {"inquiry", has_inquiry}, {"wish", has_wish}};
  auto why = rule_on(t, {facts, 3});
  if (!why) return why.error();
  ECTP_LATER(agenda_lead) out;
  if (const auto l = output_word<named_by>(t, why->rule, "leader")) out.leader = *l;
  if (const auto b = output_word<agenda_block>(t, why->rule, "block")) out.stands = *b;
  out.says = t.note(why->rule, "says");
  out.ask = t.note(why->rule, "ask");
  out.why = std::move(*why);
  return out;
}

ECTP_DEF result<std::vector<standard_handover>> itt_view_of_handover(const handover& h, const framework::tree& tree,
                                                                     const policies& rules) {
  const auto home = framework::edition(h.edition);
  if (!home) return home.error();
  const bool same = h.edition == tree.edition();
  std::vector<framework::link> links;
  if (!same) {
    auto found = framework::crosswalk(h.edition, tree.edition());
    if (!found) return found.error();
    links = std::move(*found);
  }
  ECTP_LATER(std::vector<standard_handover>) out;
  for (const auto& s : tree.root().children()) out.push_back({s.ref(), {}});
  const std::size_t standards = out.size();
  out.push_back({});
  const policy::table& t = rules[policy_name::came_along];

  const auto put = [&](came_along c) -> result<void> {
    std::size_t at = standards;
    if (!c.to.empty()) {
      const auto node = tree.statement_of(c.to);
      if (!node) return node.error();
      const auto standard = node->standard();
      for (std::size_t i = 0; standard && i != standards; ++i)
        if (out[i].standard == standard->ref()) at = i;
    }
    out[at].came.push_back(std::move(c));
    return {};
  };
  const auto bring = [&](const std::string& ref, bool secure) -> result<void> {
    const auto node = home->statement_of(ref);
    if (!node) return node.error();
    ECTP_LATER(came_along) c;
    c.from = node->ref();
    c.secure = secure;
    if (same) {
      c.to = c.from;
      c.says = "the same edition";
      return put(std::move(c));
    }
    bool linked = false;
    for (const auto& l : links) {
      if (l.from != node->code()) continue;
      linked = true;
      const policy::named_value facts[] = {
          {"counterpart", !l.to.empty()}, {"relation", name(l.relation)}, {"confidence", name(l.confidence)}};
      const auto rule = rule_index(t, {facts, 3});
      if (!rule) return rule.error();
      c.to = l.to.empty() ? std::string() : std::string(tree.edition()) + ":" + std::string(l.to);
      if (const auto s = output_word<standing>(t, *rule, "standing")) c.standing = *s;
      c.says = t.note(*rule, "says");
      c.rule = t.rule_id(*rule);
      if (auto ok = put(c); !ok) return ok;
    }
    if (linked) return {};
    c.standing = standing::gone;
    c.says = "no link is known";
    return put(std::move(c));
  };
  for (const auto& ref : h.secure)
    if (auto ok = bring(ref, true); !ok) return ok.error();
  for (const auto& ref : h.growing)
    if (auto ok = bring(ref, false); !ok) return ok.error();
  if (out.back().came.empty()) out.pop_back();
  return out;
}

namespace detail {
// Was the teacher in post on any of these days? Half-terms away are no gap, and are not shown as one.
ECTP_DECL bool in_post_between(const std::vector<time_in_post>& service, date from, date until) noexcept {
  for (const auto& s : service)
    if (s.from <= until && (!s.until || from <= *s.until)) return true;
  return service.empty();
}
}  // namespace detail

ECTP_DEF std::vector<theme_days> themes_by_half_term(const framework::tree& tree, const record_state& state,
                                                     const policies& rules) {
  // What was touched, and when: the rules of coverage_of.
  struct touch {
    date on;
    std::string_view ref;
  };
  std::vector<touch> touches;
  for (const auto& s : state.sessions)
    if (s.status == session_status::held && s.held_on <= state.today)
      for (const auto& ref : s.touched) touches.push_back({s.held_on, ref});
  for (const auto& e : state.rows)
    if (e.source != evidence_source::self_audit && e.observed_on <= state.today) touches.push_back({e.observed_on, e.statement});

  date first = state.today;
  if (state.start && state.start->started_on < first) first = state.start->started_on;
  else
    for (const auto& t : touches)
      if (t.on < first) first = t.on;

  ECTP_LATER(std::vector<theme_days>) out;
  const auto& terms = rules.calendar().half_terms();
  for (std::size_t i = 0; i != terms.size(); ++i) {
    if (terms[i].from > state.today) break;
    const date until = i + 1 != terms.size() ? terms[i + 1].from - 1 : terms[i].until;
    if (until < first || !detail::in_post_between(state.service, terms[i].from, terms[i].until)) continue;
    theme_days row{terms[i].label, terms[i].from, until, state.today <= until, {}};
    for (const auto& th : rules.themes()) {
      std::vector<date> days;
      for (const auto& t : touches) {
        if (t.on < row.from || t.on > row.until) continue;
        const auto node = tree.find(t.ref);
        if (!node || !node->has_tag(th.tag)) continue;
        bool known = false;
        for (const date d : days) known = known || d == t.on;
        if (!known) days.push_back(t.on);
      }
      row.days.push_back(static_cast<int>(days.size()));
    }
    out.push_back(std::move(row));
  }
  return out;
}

ECTP_DEF result<place> place_of(const meeting::meeting_plan& plan, const record_state& state,
                                const framework::tree& tree, const policies& rules) {
  ECTP_LATER(place) out;
  out.today = state.today;
  out.block = state.block;
  if (state.block) out.year = state.block->year;
  out.inquiry = state.inquiry;
  if (const half_term* h = rules.calendar().find(state.today)) {
    out.half_term = h->label;
    out.school_days_left = rules.calendar().school_days(state.today - 1, h->until);
    out.weeks_left = (out.school_days_left + 4) / 5;
    if (state.start)
      for (const auto& x : rules.calendar().half_terms())
        if (x.until >= state.start->started_on && x.from <= state.today &&
            detail::in_post_between(state.service, x.from, x.until))
          ++out.half_term_number;
  }
  auto lead = agenda_lead_of(out.year, state.inquiry.has_value(), state.wish.has_value(), rules);
  if (!lead) return lead.error();
  out.lead = std::move(*lead);
  out.focus = plan.focus;
  out.themes = rules.themes();
  out.coverage = themes_by_half_term(tree, state, rules);
  const auto touched = statement_coverage::of(tree, state, state.start ? maybe<date>(state.start->started_on) : maybe<date>());
  if (!touched) return touched.error();
  for (const auto& s : tree.root().children()) {
    standard_touched row{s.ref(), 0, 0};
    for (const auto& n : s.descendants()) {
      if (n.kind() != framework::kind::statement || n.placeholder()) continue;
      ++row.statements;
      row.touched += touched->touched(n) ? 1 : 0;
    }
    out.touched.push_back(std::move(row));
  }
  out.handover = state.handover;
  if (state.handover) {
    auto came = itt_view_of_handover(*state.handover, tree, rules);
    if (!came) return came.error();
    out.came = std::move(*came);
  }
  return out;
}

ECTP_DEF std::string to_text(const place& p, const framework::tree& tree, const policies& rules) {
  using namespace meeting::detail;
  meeting::detail::page<> page;
  const auto plural = [](int n, std::string_view word) {
    return std::to_string(n) + " " + std::string(word) + (n == 1 ? "" : "s");
  };
  page.put("WHERE WE ARE  " + long_date(p.today));
  page.put("For you two only: where attention went, not how well anything is done.");
  page.rule();
  std::string when = "year " + std::to_string(p.year);
  if (p.half_term.empty()) when += ", between half-terms";
  else {
    when += ", " + p.half_term;
    if (p.half_term_number != 0) when += ", half-term " + std::to_string(p.half_term_number) + " in post";
    when += ": " + plural(p.weeks_left, "week") + " left (" + plural(p.school_days_left, "school day") + ")";
  }
  page.add("Now", when + ".", 11, "from record");
  page.add("Agenda", p.lead.says + ".", 11, tag_of(p.lead.why));
  page.add("", quoted(p.lead.ask), 11);
  if (p.inquiry) {
    page.add("Inquiry", quoted(p.inquiry->question) + (p.inquiry->until ? " until " + short_date(*p.inquiry->until) : ""), 11, "from record");
    for (const auto& s : p.inquiry->statements) page.add("", bare(s) + " " + statement_text(tree, s), 13);
  }
  if (p.block && (p.lead.stands == agenda_block::programme || !p.inquiry)) {
    std::string codes;
    for (const auto& s : p.block->statements) codes += (codes.empty() ? "" : ", ") + bare(s);
    page.add("Block", p.block->half_term + ": " + p.block->title + (codes.empty() ? "" : " (" + codes + ")") +
                          (p.block->unit_read ? "; unit read." : "; unit not read yet."),
             11, "from record");
  } else if (!p.block && p.lead.stands == agenda_block::programme) {
    page.add("Block", "the record names none.", 11, "from record");
  }
  page.add("Focus", p.focus.statement.empty() ? "open: " + p.focus.says + "."
                                              : bare(p.focus.statement) + " " + statement_text(tree, p.focus.statement) + ": " + p.focus.says + ".",
           11, tag_of(p.focus.why));

  page.put("");
  page.add("LOOKED AT", "days on which a meeting, a session or somebody else's evidence touched it", 11, tag_of(rules, "COV-D1"));
  std::string head(16, ' ');
  for (const auto& t : p.themes) {
    head += "  ";
    head += t.title;
  }
  if (p.coverage.empty()) page.put("  no half-term yet");
  else page.put(head);
  for (const auto& row : p.coverage) {
    std::string line = "  " + row.half_term + (row.now ? " *" : "");
    line.resize(line.size() < 16 ? 16 : line.size(), ' ');
    for (std::size_t i = 0; i != row.days.size(); ++i) {
      const std::string n = row.days[i] == 0 ? "-" : std::to_string(row.days[i]);
      const std::size_t wide = 2 + columns_of(p.themes[i].title);
      line.append(wide > n.size() ? wide - n.size() : 1, ' ');
      line += n;
    }
    page.put(line);
  }
  std::string open;
  for (const auto& row : p.coverage)
    if (row.now)
      for (std::size_t i = 0; i != row.days.size(); ++i)
        if (row.days[i] == 0) open += (open.empty() ? "" : ", ") + p.themes[i].title;
  if (!open.empty()) page.add("  * now", "not looked at yet this half-term: " + open + ".", 11);

  page.put("");
  std::string sums;
  for (const auto& t : p.touched)
    sums += (sums.empty() ? "" : ", ") + bare(t.standard) + " " + std::to_string(t.touched) + " of " + std::to_string(t.statements);
  page.add("TOUCHED", "statements so far: " + sums + ".", 11);

  page.put("");
  if (!p.handover) {
    page.add("TRAINING", "No handover is written down. It is the ECT's own to bring, in any form, or not.", 11);
  } else {
    page.add("TRAINING", "What the ECT brought along, in their own words: a place to start, not a rating. One check, then move on.", 11, "from record");
    if (!p.handover->wants.empty()) page.add("Wants", quoted(p.handover->wants), 11);
    for (const auto& s : p.came) {
      if (s.came.empty()) continue;
      for (const bool secure : {true, false}) {
        std::string text;
        for (const auto& c : s.came) {
          if (c.secure != secure) continue;
          text += (text.empty() ? "" : "; ") + (c.to.empty() ? bare(c.from) : bare(c.to));
          if (c.standing != standing::exact)
            text += " (from " + bare(c.from) + ", " + c.says + ")";
        }
        if (!text.empty())
          page.add(s.standard.empty() ? "  Not here" : "  " + bare(s.standard), std::string(secure ? "settled: " : "growing: ") + text + ".", 11);
      }
    }
  }
  return std::move(page).take();
}

}  // namespace ectp::inline ECTP_ABI
