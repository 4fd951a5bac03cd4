#pragma once
#include "ectp/core/page.hpp"
#include "ectp/mentoring/lint.hpp"
#include "ectp/mentoring/rehearsal.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

inline constexpr std::size_t page_lines = 20;
inline constexpr int most_count = 9, most_minutes = 999, most_minutes_at_once = 240;

// A text output of a table's rule; empty where it is null or there is none.
ECTP_DECL std::string said_word(const policy::table& t, std::size_t rule, std::string_view column) {
  const auto c = t.find_output(column);
  if (!c) return std::string(t.note(rule, column));
  const policy::value_ref v = t.output(rule, *c);
  return v.kind() == policy::value_kind::text ? std::string(v.text()) : std::string();
}

ECTP_DECL result<std::string> rehearsal_time(int minutes, const time_box& box, const policies& rules) {
  const policy::table& t = rules[policy_name::practice_time];
  const policy::named_value facts[] = {{"to_box", box.total - minutes}, {"to_stop", box.hard_stop - minutes}};
  const auto rule = rule_index(t, {facts, 2});
  if (!rule) return rule.error();
  return said_word(t, *rule, "time");
}

ECTP_DECL result<std::size_t> scene_of(int level, const policies& rules) {
  const policy::named_value facts[] = {{"level", level}};
  return rule_index(rules[policy_name::practice_scene], {facts, 1});
}

ECTP_DECL result<std::size_t> fade_of(const rehearsal_progress& now, const policies& rules) {
  const policy::named_value facts[] = {{"scaffold", name(now.in_hand)}, {"met", now.met}, {"missed", now.missed}};
  return rule_index(rules[policy_name::scaffold_fade], {facts, 3});
}

// The complications that suit a level.
ECTP_DECL result<const std::vector<complication>*> twists_for(const full_script& s, int level, const policies& rules) {
  const auto scene = scene_of(level, rules);
  if (!scene) return scene.error();
  const std::string word = said_word(rules[policy_name::practice_scene], *scene, "twist");
  return &s.twists(word.empty() ? first_twist_level : word.back() - '0');
}

ECTP_DECL std::string list_of(const std::vector<std::string>& all, std::string_view between) {
  std::string out;
  for (const auto& s : all) out += (out.empty() ? "" : std::string(between)) + s;
  return out;
}

// Puts a page together; what does not fit is left out, what matters least first.
class page_builder {
 public:
  explicit page_builder(rehearsal_page& to) : to_(to) {}
  void add(std::string who, std::string says, std::string act = {}, bool may_go = false) {
    if (says.empty()) return;
    to_.lines.push_back({std::move(who), std::move(says), std::move(act)});
    may_go_.push_back(may_go);
  }
  ECTP_LAZY
  void finish(const std::string& heading) {
    std::vector<std::string> rows = render(heading);
    for (std::size_t i = to_.lines.size(); rows.size() > page_lines && i-- != 0;)
      if (may_go_[i]) {
        to_.lines.erase(to_.lines.begin() + static_cast<std::ptrdiff_t>(i));
        may_go_.erase(may_go_.begin() + static_cast<std::ptrdiff_t>(i));
        rows = render(heading);
      }
    for (std::size_t i = to_.lines.size(); rows.size() > page_lines && i-- != 0;)
      if (!to_.lines[i].act.empty()) {
        to_.lines[i].act.clear();
        rows = render(heading);
      }
    while (rows.size() > page_lines && to_.lines.size() > 1) {
      to_.lines.pop_back();
      rows = render(heading);
      rows.push_back("  ...");
    }
    rows.resize(rows.size() < page_lines ? rows.size() : page_lines);
    for (const auto& r : rows) to_.text += r + "\n";
  }

 private:
  ECTP_LAZY
  std::vector<std::string> render(const std::string& heading) const {
    std::vector<std::string> rows;
    std::size_t indent = 0;
    for (const auto& l : to_.lines) indent = columns_of(l.who) > indent ? columns_of(l.who) : indent;
    indent = (indent > 20 ? 20 : indent) + 4;
    const auto add = [&](std::string_view who, std::string_view says, std::size_t under) {
      for (auto& row : wrapped("  " + std::string(who), says, under)) rows.push_back(std::move(row));
    };
    add("", heading, 0);
    for (const auto& l : to_.lines) add(l.who, l.says + (l.act.empty() ? "" : " [" + l.act + "]"), indent);
    return rows;
  }
  rehearsal_page& to_;
  std::vector<bool> may_go_;
};

}  // namespace detail

ECTP_DEF result<rehearsal_rules> rehearsal_rules::make(const policies& rules) {
  ECTP_LATER(rehearsal_rules) out;
  auto m = machine_of(rules, policy_name::rehearsal_moves);
  if (!m) return m.error();
  out.tables_ = &rules;
  out.moves_ = std::move(*m);
  return out;
}

ECTP_DEF result<rehearsal> rehearsal::start(full_script what, expertise known, const rehearsal_rules& rules) {
  const policy::table& t = rules.tables()[policy_name::practice_start];
  const policy::named_value facts[] = {{"expertise", name(known)}};
  const auto rule = rule_index(t, {facts, 1});
  if (!rule) return rule.error();
  ECTP_LATER(rehearsal) out;
  out.what_ = std::move(what);
  const std::string from = detail::said_word(t, *rule, "start");
  const start_levels& levels = out.what_.start_level;
  out.now_.level = from == "secure" ? levels.secure : from == "developing" ? levels.developing : levels.novice;
  if (const auto s = output_word<scaffold>(t, *rule, "scaffold")) out.now_.in_hand = *s;
  out.now_.state = rules.moves().states()[0];
  return out;
}

ECTP_DEF result<rehearsal> rehearsal::at(full_script what, rehearsal_progress now, const rehearsal_rules& rules) {
  const auto range = [](std::string_view field, int value, int most) -> result<void> {
    if (value >= 0 && value <= most) return {};
    return error{errc::out_of_range, std::string(field) + " is " + std::to_string(value), {"run", 0, 0, "/" + std::string(field)},
                 "0 to " + std::to_string(most), "hand back what the last move gave"};
  };
  if (!rules.moves().find_state(now.state)) {
    std::string known;
    for (const auto& s : rules.moves().states()) known += (known.empty() ? "" : ", ") + s;
    return error{errc::out_of_range, "there is no state '" + now.state.substr(0, 60) + "'", {"run", 0, 0, "/state"}, known, "hand back what the last move gave"};
  }
  if (auto ok = range("level", now.level, last_twist_level); !ok) return ok.error();
  if (auto ok = range("reached", now.reached, last_twist_level); !ok) return ok.error();
  if (auto ok = range("met", now.met, detail::most_count); !ok) return ok.error();
  if (auto ok = range("missed", now.missed, detail::most_count); !ok) return ok.error();
  if (auto ok = range("minutes", now.minutes, detail::most_minutes); !ok) return ok.error();
  if (!now.twist.empty() && what.find_twist(now.twist) == nullptr)
    return error{errc::unknown_reference, "the script has no complication '" + now.twist.substr(0, 60) + "'", {"run", 0, 0, "/twist"},
                 "one of the script's complications", "hand back what the last move gave"};
  if (!now.kept.empty())
    if (auto ok = check_text(now.kept, "kept", 200); !ok) return ok.error();
  ECTP_LATER(rehearsal) out;
  out.what_ = std::move(what);
  out.now_ = std::move(now);
  return out;
}

ECTP_DEF bool rehearsal::done(const rehearsal_rules& rules) const noexcept {
  const auto s = rules.moves().find_state(now_.state);
  return s && rules.moves().is_final(*s);
}

ECTP_DEF result<policy::move> rehearsal::step(std::string_view event, const rehearsal_with& with, const rehearsal_rules& rules) {
  if (with.minutes < 0 || with.minutes > detail::most_minutes_at_once)
    return error{errc::out_of_range, "minutes is " + std::to_string(with.minutes), {"arguments", 0, 0, "/with/minutes"}, "0 to 240",
                 "the minutes that the part just over took"};
  ECTP_LATER(rehearsal_progress) next = now_;
  next.minutes = next.minutes + with.minutes > detail::most_minutes ? detail::most_minutes : next.minutes + with.minutes;
  const auto time = detail::rehearsal_time(next.minutes, what_.time_box, rules.tables());
  if (!time) return time.error();
  const policy::named_value guards[] = {{"time", std::string_view(*time)}, {"level", now_.level}};
  auto made = rules.moves().step(now_.state, event, {guards, 2});
  if (!made) return made;
  next.state = made->next;

  if (!said_by(rules.moves(), *made, "ran").empty()) {
    next.practised = true;
    next.reached = next.level > next.reached ? next.level : next.reached;
  }
  const std::string counts = said_by(rules.moves(), *made, "counts");
  if (counts == "met") {
    next.met = next.met < detail::most_count ? next.met + 1 : next.met;
    next.missed = 0;
  } else if (counts == "missed") {
    next.missed = next.missed < detail::most_count ? next.missed + 1 : next.missed;
    next.met = 0;
  }
  if (!said_by(rules.moves(), *made, "fade").empty()) {
    const auto rule = detail::fade_of(next, rules.tables());
    if (!rule) return rule.error();
    if (const auto s = output_word<scaffold>(rules.tables()[policy_name::scaffold_fade], *rule, "next_scaffold")) next.in_hand = *s;
  }
  const std::string shift = said_by(rules.moves(), *made, "shift");
  if (!shift.empty()) {
    next.level += shift == "up" ? 1 : -1;
    next.met = next.missed = 0;
  }
  if (counts == "clear") {
    next.met = next.missed = 0;
    next.twist.clear();
  }
  if (next.state == "rehearse") next.twist.clear();
  if (next.state == "complicate") {
    const auto all = detail::twists_for(what_, next.level, rules.tables());
    if (!all) return all.error();
    std::string chosen = with.twist;
    if (chosen.empty()) {
      std::size_t i = 0;
      for (std::size_t k = 0; k != (*all)->size(); ++k)
        if ((**all)[k].id == now_.twist) i = (k + 1) % (*all)->size();
      if (!(*all)->empty()) chosen = (**all)[i].id;
    } else if (what_.find_twist(chosen) == nullptr) {
      std::string known;
      for (const complication& c : **all) known += (known.empty() ? "" : ", ") + c.id;
      return error{errc::unknown_reference, "the script has no complication '" + chosen.substr(0, 60) + "'", {"arguments", 0, 0, "/choose"}, known,
                   "these suit the level; any other of the script's may be chosen"};
    }
    next.twist = std::move(chosen);
  }
  if (const auto s = rules.moves().find_state(next.state); s && rules.moves().is_final(*s)) {
    if (!with.kept.empty()) {
      if (auto ok = check_text(with.kept, "kept", 200); !ok) return ok.error();
      if (next.practised) next.kept = with.kept;
    }
    // Nothing stays but what may be written down.
    next.level = next.reached;
    next.minutes = 0;
    next.in_hand = scaffold::full_script;
  }
  now_ = std::move(next);
  return made;
}

ECTP_DEF result<std::vector<choice>> rehearsal::choices(const rehearsal_rules& rules) const {
  const auto time = detail::rehearsal_time(now_.minutes, what_.time_box, rules.tables());
  if (!time) return time.error();
  const policy::named_value guards[] = {{"time", std::string_view(*time)}, {"level", now_.level}};
  return ectp::choices(rules.tables(), policy_name::rehearsal_moves, rules.moves(), now_.state, {guards, 2});
}

ECTP_DEF result<level_advice> rehearsal::advice(const rehearsal_rules& rules) const {
  const policy::table& t = rules.tables()[policy_name::practice_level];
  const policy::named_value facts[] = {{"level", now_.level}, {"met", now_.met}, {"missed", now_.missed}};
  const auto rule = rule_index(t, {facts, 3});
  if (!rule) return rule.error();
  return level_advice{detail::said_word(t, *rule, "move"), detail::said_word(t, *rule, "scope"), std::string(t.note(*rule, "says")),
                      std::string(t.rule_id(*rule))};
}

ECTP_DEF maybe<rehearsed> rehearsal::to_keep(date held_on, const rehearsal_rules& rules) const {
  if (!now_.practised || !done(rules) || what_.audience == script_audience::mentor) return {};
  return rehearsed{what_.id, held_on, now_.reached, now_.kept};
}

ECTP_DEF result<rehearsal_page> rehearsal::page(const rehearsal_rules& rules) const {
  const policies& tables = rules.tables();
  const bool for_mentor = what_.audience == script_audience::mentor;
  const std::string one = for_mentor ? "Mentor" : "ECT", other = for_mentor ? "Partner" : "Mentor";
  ECTP_LATER(rehearsal_page) out;
  out.state = now_.state;
  out.title = said_in(rules.moves(), now_.state, "says");
  if (out.title.empty()) out.title = spaced(now_.state);
  detail::page_builder page(out);
  std::string heading = out.title;

  const auto scene = detail::scene_of(now_.level, tables);
  if (!scene) return scene.error();
  const std::string level = "level " + std::to_string(now_.level) + ": " + std::string(tables[policy_name::practice_scene].note(*scene, "says"));

  const auto turns = [&](const std::vector<script_turn>& all, const std::string& practiser, bool practiser_too) {
    for (const script_turn& t : all) {
      const bool partner = t.who == speaker::pupil || t.who == speaker::adult;
      if (!partner && !practiser_too) continue;
      const std::string who = partner ? t.name : t.who == speaker::action ? "..." : practiser;
      page.add(who, (t.cue.empty() ? "" : "(" + t.cue + ") ") + t.line, t.act);
    }
  };
  const auto in_hand = [&] {
    switch (now_.in_hand) {
      case scaffold::full_script: break;
      case scaffold::cue_card: {
        std::string card;
        for (std::size_t i = 0; i != what_.moves.size(); ++i) card += (i == 0 ? "" : ", ") + std::to_string(i + 1) + " " + what_.moves[i].name;
        page.add("Card", card);
        break;
      }
      case scaffold::single_prompt: page.add("Prompt", what_.transfer.cue); break;
      case scaffold::none: break;
    }
  };
  const auto look_for = [&](bool may_go) {
    for (const auto& c : what_.success_criteria)
      if (c.seen_by == criterion_seen::mentor) page.add("Look for", c.text, "", may_go);
  };
  // The first run after a point differs from the next, without a count of the runs being kept.
  const auto turn_of = [&](const std::vector<std::string>& prompts) -> std::string {
    if (prompts.empty()) return {};
    const int n = now_.met + now_.missed;
    return prompts[static_cast<std::size_t>(n > 0 ? n - 1 : 0) % prompts.size()];
  };

  const std::string& at = now_.state;
  if (at == "ready") {
    heading = what_.title;
    page.add("For", what_.purpose.for_pupils);
    page.add("And", what_.purpose.for_teacher, "", true);
    page.add("Not for", what_.purpose.not_for, "", true);
    page.add(other, what_.before_you_start.ask_permission);
    page.add("Bring", detail::list_of(what_.before_you_start.bring, "; "));
    page.add("Choose", what_.before_you_start.choose_question);
    page.add("Begin", level + "; in hand: " + spaced(name(now_.in_hand)));
    page.add("Time", std::to_string(what_.time_box.total) + " minutes, stop at " + std::to_string(what_.time_box.hard_stop));
  } else if (at == "model_well") {
    turns(what_.model.well, other, true);
  } else if (at == "model_too_fast") {
    turns(what_.model.too_fast, other, true);
    page.add("Then ask", what_.model.then_ask);
  } else if (at == "decompose") {
    for (std::size_t i = 0; i != what_.moves.size(); ++i)
      page.add(std::to_string(i + 1) + " " + what_.moves[i].name, what_.moves[i].act, what_.moves[i].looks_like);
    for (const auto& g : what_.what_good_looks_like) page.add("Good", g, "", true);
  } else if (at == "script") {
    for (const auto& set : what_.lines_to_say) page.add(spaced(set.name), detail::list_of(set.lines, " / "));
    look_for(true);
  } else if (at == "rehearse" || at == "redo") {
    page.add("Now", level);
    in_hand();
    turns(what_.first_run, one, now_.in_hand == scaffold::full_script);
    if (const complication* c = what_.find_twist(now_.twist)) page.add("Twist", c->mentor_does);
    page.add(other, what_.mentor_notes, "", true);
    look_for(true);
  } else if (at == "feedback") {
    page.add("Ask", turn_of(what_.feedback_prompts.ask));
    page.add("Then offer", turn_of(what_.feedback_prompts.offer));
    page.add("If it held", turn_of(what_.feedback_prompts.affirm));
    page.add("Never say", turn_of(what_.feedback_prompts.never_say), "", true);
    page.add("Rule", what_.feedback_prompts.rule, "", true);
  } else if (at == "pause") {
    const auto said = advice(rules);
    if (!said) return said.error();
    page.add("Now", level);
    page.add("Advice", said->says);
    const auto fade = detail::fade_of(now_, tables);
    if (!fade) return fade.error();
    page.add("In hand", std::string(tables[policy_name::scaffold_fade].note(*fade, "says")));
    const auto all = detail::twists_for(what_, now_.level, tables);
    if (!all) return all.error();
    for (const complication& c : **all) page.add("Twist " + c.id, c.mentor_does, "", true);
    if (now_.minutes != 0)
      page.add("Time", std::to_string(now_.minutes) + " of " + std::to_string(what_.time_box.total) + " minutes");
  } else if (at == "complicate") {
    page.add("Now", level);
    if (const complication* c = what_.find_twist(now_.twist)) {
      page.add(other, c->mentor_does);
      page.add("Good", c->good_handling);
      page.add("Avoid", c->avoid);
    }
    in_hand();
    turns(what_.first_run, one, false);
    look_for(true);
  } else if (at == "plan_transfer") {
    page.add("Where", what_.transfer.where);
    page.add("Cue", what_.transfer.cue);
    page.add("If, then", what_.transfer.if_then);
    page.add("Fade", what_.transfer.fade);
    page.add("Tip", what_.tip, "", true);
  } else if (at == "check") {
    page.add(one, what_.transfer.self_check);
    page.add(other, what_.transfer.mentor_check);
    page.add("Kept", detail::list_of(what_.kept_in_record, "; "));
    page.add("Not kept", detail::list_of(what_.not_kept, "; "));
  } else if (at == "another_way") {
    for (const auto& way : what_.instead) page.add("Or", way);
  } else {
    page.add("If, then", what_.transfer.if_then);
    if (!now_.practised)
      for (const auto& way : what_.instead) page.add("Or", way, "", true);
  }
  page.finish(heading);
  return out;
}

}  // namespace ectp::inline ECTP_ABI
