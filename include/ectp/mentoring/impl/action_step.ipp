#pragma once
#include "ectp/core/sort.hpp"
#include "ectp/core/text.hpp"
#include "ectp/mentoring/action_step.hpp"
#include "ectp/mentoring/impl/lint.ipp"  // its words

namespace ectp::inline ECTP_ABI {

ECTP_DEF step_draft draft_of(const script& s, const step_idea& idea) {
  ECTP_LATER(step_draft) d;
  d.what = idea.what;
  for (const auto& code : idea.statements) d.statements.push_back(s.edition + ":" + code);
  d.script = s.id;
  return d;
}

ECTP_DEF step_draft draft_of(const script& s) {
  ECTP_LATER(step_draft) d = draft_of(s, s.step);
  d.why = s.step_why;
  d.when_where = s.when_where;
  d.success_criteria = s.success_criteria;
  d.check_method = s.look_for_next_time;
  d.might_miss = s.whom_might_it_miss;
  return d;
}

namespace detail::steps {

inline constexpr std::size_t most_step_items = 12;

ECTP_DECL bool is_blank(std::string_view text) noexcept {
  for (const char c : text)
    if (c != ' ') return false;
  return true;
}

// A text that may be empty.
ECTP_DECL result<void> check_step_text(std::string_view text, std::string_view field) {
  return is_blank(text) ? result<void>() : check_text(text, field);
}

ECTP_DECL result<void> check_step_texts(std::span<const std::string> texts, std::string_view field) {
  if (texts.size() > most_step_items)
    return error{errc::too_large, std::to_string(texts.size()) + " of " + std::string(field), {"", 0, 0, "/" + std::string(field)},
                 "at most " + std::to_string(most_step_items), "one step, said once"};
  for (std::size_t i = 0; i != texts.size(); ++i)
    if (auto ok = check_step_text(texts[i], std::string(field) + "/" + std::to_string(i)); !ok) return ok;
  return {};
}

// Does a text have a word that tells English from other languages? Others share words such as `support` and `note`.
ECTP_DECL bool reads_as_english(std::string_view text, const policies& rules) {
  return !find_phrases(text, "english_word", rules).empty();
}

ECTP_DECL bool has_digit(std::string_view text) noexcept {
  for (const char c : text)
    if (is_digit(c)) return true;
  return false;
}

// One finding for each phrase of a kind in a text.
ECTP_DECL void measure_phrases(std::vector<measure>& out, std::vector<std::size_t>& rows, std::string_view check,
                               std::string_view text, std::string_view kind, const std::string& field, const policies& rules) {
  std::size_t behind = 0;
  for (const phrase_found& p : find_phrases(text, kind, rules)) {
    if (p.from < behind) continue;  // a part of a longer one
    behind = p.to;
    out.push_back({std::string(check), 1, field, p.from, p.to, std::string(text.substr(p.from, p.to - p.from))});
    rows.resize(out.size(), static_cast<std::size_t>(-1));
    rows.back() = p.row;
  }
}

// Verbs that are an aim where they are what is done, and may be fine elsewhere: at most one, behind words such as `I will`.
ECTP_DECL std::vector<phrase_found> vague_starts(std::string_view text, const policies& rules) {
  std::size_t at = 0;
  std::size_t begin = next_word(text, at).from;
  for (const phrase_found& o : find_phrases(text, "step_opener", rules))
    if (o.from == next_word(text, at = 0).from) {
      std::size_t behind = o.to;
      const std::size_t next = next_word(text, behind).from;
      if (next > begin) begin = next;
    }
  std::vector<phrase_found> out;
  for (const phrase_found& p : find_phrases(text, "vague_start", rules))
    if (p.from == begin && out.empty()) out.push_back(p);
  return out;
}

// Where the second sentence of a text begins, and how many there are. A full stop ends one where a capital follows.
struct sentences_found {
  int n = 1;
  std::size_t second = 0;
};
ECTP_DECL sentences_found find_sentences(std::string_view text) noexcept {
  sentences_found s;
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const char c = text[i];
    if ((c != '.' && c != '!' && c != '?' && c != ';') || text[i + 1] != ' ') continue;
    std::size_t next = i + 1;
    while (next < text.size() && text[next] == ' ') ++next;
    if (next == text.size() || (c != ';' && !(text[next] >= 'A' && text[next] <= 'Z'))) continue;
    if (s.n == 1) s.second = next;
    ++s.n;
  }
  return s;
}

// `rows` gets, for each measure of a phrase, the phrase's row, or the largest number.
ECTP_DECL result<std::vector<measure>> measure_step(const step_draft& d, const step_context& c, const policies& rules,
                                                    std::vector<std::size_t>& rows) {
  if (auto ok = check_draft(d); !ok) return ok.error();
  if (c.carries < 0 || c.carries > 9999)
    return error{errc::out_of_range, std::to_string(c.carries) + " carries", {"", 0, 0, "/carries"}, "0 to 9999", ""};
  ECTP_LATER(std::vector<measure>) out;
  const auto add = [&](std::string_view check, int value, const std::string& field, std::string found = {}) {
    out.push_back({std::string(check), value, field, 0, 0, std::move(found)});
  };
  const auto flag = [](bool b) { return b ? 1 : 0; };
  const auto count = [](std::size_t n) { return n > 9999 ? 9999 : static_cast<int>(n); };

  const bool blank = is_blank(d.what);
  const bool english = !blank && reads_as_english(d.what, rules);
  if (blank) add("what_words", 0, "what");
  else if (!english) add("wording_unchecked", 1, "what");
  else {
    add("what_words", count(count_words(d.what)), "what");
    measure_phrases(out, rows, "vague_verb", d.what, "vague_verb", "what", rules);
    for (const phrase_found& p : vague_starts(d.what, rules)) {
      out.push_back({"vague_verb", 1, "what", p.from, p.to, d.what.substr(p.from, p.to - p.from)});
      rows.resize(out.size(), static_cast<std::size_t>(-1));
      rows.back() = p.row;
    }
    measure_phrases(out, rows, "joined", d.what, "joined", "what", rules);
    const sentences_found s = find_sentences(d.what);
    out.push_back({"sentences", s.n, "what", s.n > 1 ? s.second : 0, s.n > 1 ? d.what.size() : 0,
                   s.n > 1 ? d.what.substr(s.second) : std::string()});
  }
  add("why", flag(!is_blank(d.why)), "why");
  add("when_where", flag(!is_blank(d.when_where)), "when_where");
  measure_phrases(out, rows, "vague_moment", d.when_where, "vague_moment", "when_where", rules);

  int criteria = 0, visible = 0;
  bool judged = true;
  for (std::size_t i = 0; i != d.success_criteria.size(); ++i) {
    const std::string& text = d.success_criteria[i];
    if (is_blank(text)) continue;
    ++criteria;
    const bool acts = !find_phrases(text, "visible_verb", rules).empty();
    if (!acts && !has_digit(text) && !reads_as_english(text, rules)) {
      judged = false;
      continue;
    }
    const bool inside = !find_phrases(text, "inner_state", rules).empty();
    const bool counted = has_digit(text) || !find_phrases(text, "count_word", rules).empty();
    if (acts || (counted && !inside)) ++visible;
    else measure_phrases(out, rows, "inner_state", text, "inner_state", "success_criteria/" + std::to_string(i), rules);
  }
  add("criteria", criteria, "success_criteria");
  if (criteria != 0 && (visible != 0 || judged)) add("visible_criteria", visible, "success_criteria");

  add("might_miss", flag(!is_blank(d.might_miss)), "might_miss");
  add("links", count(d.statements.size() + (is_blank(d.technique) ? 0 : 1)), "statements");
  if (c.tree != nullptr)
    for (std::size_t i = 0; i != d.statements.size(); ++i)
      if (!c.tree->statement_of(d.statements[i]))
        add("unknown_statement", 1, "statements/" + std::to_string(i), d.statements[i]);

  const maybe<date> from = d.agreed_on ? d.agreed_on : c.today;
  add("check", flag(d.check_on.has_value() || !is_blank(d.check_method)), "check_on");
  if (d.check_on) {
    const school_calendar& calendar = rules.calendar();
    if (from && *d.check_on < *from) add("check_before", 1, "check_on", to_string(*d.check_on));
    // Whoever meets every fortnight looks at it there, however far away that is.
    else if (c.next_meeting) add("check_past_meeting", calendar.school_days(*c.next_meeting, *d.check_on), "check_on", to_string(*d.check_on));
    else if (from) add("check_days", calendar.school_days(*from, *d.check_on), "check_on", to_string(*d.check_on));
    if (calendar.covers(*d.check_on))
      add("check_closed", flag(calendar.school_days(*d.check_on - 1, *d.check_on) == 0), "check_on", to_string(*d.check_on));
  }
  add("ect_agreed", flag(d.ect_agreed), "ect_agreed");
  add("other_live", flag(!c.live_step.empty() && c.live_step != d.id.str()), "", c.live_step);
  add("carries", c.carries, "");

  const auto words = [&](const std::string& text, const std::string& field) {
    if (!reads_as_english(text, rules)) return;
    measure_phrases(out, rows, "judgement", text, "step_judgement", field, rules);
    measure_phrases(out, rows, "assessment", text, "step_assessment", field, rules);
  };
  const auto each = [&](const std::vector<std::string>& texts, const std::string& field) {
    for (std::size_t i = 0; i != texts.size(); ++i) words(texts[i], field + "/" + std::to_string(i));
  };
  words(d.what, "what");
  each(d.how, "how");
  words(d.why, "why");
  words(d.when_where, "when_where");
  each(d.success_criteria, "success_criteria");
  words(d.check_method, "check_method");
  words(d.might_miss, "might_miss");
  rows.resize(out.size(), static_cast<std::size_t>(-1));
  return out;
}

ECTP_DECL std::string filled(std::string_view pattern, std::string_view slot, std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t at = pattern.find(slot);
    out += pattern.substr(0, at);
    if (at == pattern.npos) return out;
    out += text;
    pattern = pattern.substr(at + slot.size());
  }
}

ECTP_DECL std::string_view trimmed_step(std::string_view s) noexcept {
  while (!s.empty() && s.front() == ' ') s = s.substr(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '.')) s = s.substr(0, s.size() - 1);
  return s;
}

// A text inside a sentence: its first letter is small where its first word is one that we know, so that a name stays.
ECTP_DECL std::string inside_sentence(std::string_view text, const policies& rules) {
  std::string out(trimmed_step(text));
  if (out.size() < 2 || !(out[0] >= 'A' && out[0] <= 'Z') || (out[1] >= 'A' && out[1] <= 'Z')) return out;
  for (const std::string_view kind : {"english_word", "visible_verb", "vague_verb", "vague_start", "moment_word"})
    for (const phrase_found& p : find_phrases(out, kind, rules))
      if (p.from == 0) {
        out[0] = static_cast<char>(out[0] - 'A' + 'a');
        return out;
      }
  return out;
}

// Such as 9K or 7b: a digit and a letter in one word.
ECTP_DECL bool names_class(std::string_view text) noexcept {
  bool digit = false, letter = false;
  for (const char c : text) {
    if (is_digit(c)) digit = true;
    else if (is_letter(c)) letter = true;
    else digit = letter = false;
    if (digit && letter) return true;
  }
  return false;
}

}  // namespace detail::steps

ECTP_DEF result<void> check_draft(const step_draft& d) {
  const struct {
    const std::string* text;
    std::string_view field;
  } texts[] = {{&d.what, "what"},           {&d.why, "why"},
               {&d.when_where, "when_where"}, {&d.technique, "technique"},
               {&d.check_method, "check_method"}, {&d.might_miss, "might_miss"}};
  for (const auto& t : texts)
    if (auto ok = detail::steps::check_step_text(*t.text, t.field); !ok) return ok;
  if (auto ok = detail::steps::check_step_texts(d.how, "how"); !ok) return ok;
  if (auto ok = detail::steps::check_step_texts(d.success_criteria, "success_criteria"); !ok) return ok;
  return detail::steps::check_step_texts(d.statements, "statements");
}

ECTP_DEF result<tier_found> tier_of(maybe<level> seen, maybe<level> self, bool ever, const policies& rules) {
  const auto word = [](const maybe<level>& l) { return l ? policy::value_ref(name(*l)) : policy::value_ref(); };
  const policy::named_value facts[] = {{"level", word(seen)}, {"self", word(self)}, {"ever", ever || seen}};
  const policy::table& table = rules[policy_name::tier];
  auto why = rule_on(table, {facts, 3});
  if (!why) return why.error();
  ECTP_LATER(tier_found) out;
  out.tier = output_word<ectp::tier>(table, why->rule, "tier");
  out.says = table.note(why->rule, "says");
  out.ask = table.note(why->rule, "ask");
  out.why = std::move(*why);
  return out;
}

ECTP_DEF result<tier_found> tier_now(const record_state& state, std::span<const diagnosis> diagnoses,
                                      std::string_view statement, const framework::tree& tree, const policies& rules) {
  maybe<level> seen, self;
  for (const auto& d : diagnoses)
    for (const auto& s : d.seen)
      if (s.statement == statement) {
        seen = s.latest;
        self = s.self;
      }
  bool ever = false;
  maybe<date> own_on;
  for (const auto& e : state.rows) {
    const auto node = tree.find(e.statement);
    if (!node || node->ref() != statement) continue;
    if (e.source != evidence_source::self_audit) {
      ever = true;
      continue;
    }
    // The view counted above is the latest in the window; where nobody else has seen it, the own view is read here.
    if (seen || !e.score.has_value() || (own_on && e.observed_on < *own_on)) continue;
    own_on = e.observed_on;
    const policy::named_value facts[] = {{"scale", name(e.scale)}, {"score", e.score.thousandths()}};
    const auto rule = rule_index(rules[policy_name::level], {facts, 2});
    if (!rule) return rule.error();
    self = output_word<level>(rules[policy_name::level], *rule, "level");
  }
  return tier_of(seen, self, ever, rules);
}

ECTP_DEF result<step_move> move_step(step_status from, std::string_view event, int carries, const policies& rules) {
  const auto machine = machine_of(rules, policy_name::step_moves);
  if (!machine) return machine.error();
  const policy::named_value guards[] = {{"carries", carries}};
  const auto made = machine->step(name(from), event, {guards, 1});
  if (!made) return made.error();
  const auto next = from_word<step_status>(made->next);
  if (!next) return next.error();
  ECTP_LATER(step_move) out;
  out.from = from;
  out.next = *next;
  out.event = made->event;
  out.prompt = made->prompt;
  out.rule = machine->rules().rule_id(made->rule);
  const policy::named_value after[] = {{"carries", *next == step_status::carried_forward && carries < 99 ? carries + 1 : carries}};
  auto more = choices(rules, policy_name::step_moves, *machine, made->next, {after, 1});
  if (!more) return more.error();
  out.choices = std::move(*more);
  return out;
}

ECTP_DEF result<std::vector<choice>> step_choices(step_status now, int carries, const policies& rules) {
  const auto machine = machine_of(rules, policy_name::step_moves);
  if (!machine) return machine.error();
  const policy::named_value guards[] = {{"carries", carries}};
  return choices(rules, policy_name::step_moves, *machine, name(now), {guards, 1});
}

ECTP_DEF int carries_of(const record& r, const step_id& step) {
  int n = 0;
  for (std::size_t i = 0; i != r.entries().size(); ++i) {
    const entry& e = r.entries()[i];
    if (e.kind != entry_kind::step_moved || r.superseded(i)) continue;
    const step_moved& m = r.all_steps_moved()[e.index];
    if (m.step == step && m.status == step_status::carried_forward && n != 99) ++n;
  }
  return n;
}

ECTP_DEF result<std::vector<measure>> measures_of(const step_draft& d, const step_context& c, const policies& rules) {
  std::vector<std::size_t> rows;
  return detail::steps::measure_step(d, c, rules, rows);
}

ECTP_DEF result<step_review> lint_step(const step_draft& d, const step_context& c, const policies& rules) {
  std::vector<std::size_t> rows;
  const auto measures = detail::steps::measure_step(d, c, rules, rows);
  if (!measures) return measures.error();
  ECTP_LATER(step_review) out;
  const data_table& phrases = rules.list(list_name::phrases);
  for (std::size_t i = 0; i != measures->size(); ++i) {
    const measure& m = (*measures)[i];
    auto found = lint(rules, policy_name::step_lint, {&m, 1});
    if (!found) return found.error();
    for (lint_finding& f : *found) {
      const std::string_view instead = rows[i] < phrases.size() ? phrases.at(rows[i], "instead") : std::string_view();
      for (std::string* text : {&f.says, &f.expected, &f.rewrite}) {
        *text = detail::steps::filled(*text, "{value}", std::to_string(m.value));
        *text = detail::steps::filled(*text, "{instead}", instead);
        *text = detail::steps::filled(*text, "{found}", m.found);
      }
      out.findings.push_back(std::move(f));
    }
  }
  auto frame = frame_of(d, rules);
  if (!frame) return frame.error();
  out.frame = std::move(*frame);
  return out;
}

ECTP_DEF result<step_frame> frame_of(const step_draft& d, const policies& rules) {
  if (auto ok = check_draft(d); !ok) return ok.error();
  const auto has = [&](std::string_view text, std::string_view kind) { return !find_phrases(text, kind, rules).empty(); };
  frame_part group{step_slot::group, "missing", ""}, trigger{step_slot::trigger, "missing", ""};
  const std::string_view where = detail::steps::trimmed_step(d.when_where);
  if (!where.empty()) {
    const std::size_t comma = where.find(',');
    const std::string_view first = where.substr(0, comma);
    const std::string_view rest = comma == where.npos ? std::string_view() : detail::steps::trimmed_step(where.substr(comma + 1));
    const auto grouped = [&](std::string_view s) { return detail::steps::names_class(s) || has(s, "group_word"); };
    const auto timed = [&](std::string_view s) { return has(s, "moment_word") || has(s, "day_word"); };
    if (!detail::steps::reads_as_english(where, rules) && !grouped(where) && !timed(where)) {
      group = {step_slot::group, "given", std::string(where)};
      trigger.state = "given";
    } else if (!rest.empty() && grouped(first)) {
      group = {step_slot::group, "given", std::string(first)};
      trigger = {step_slot::trigger, "given", detail::steps::inside_sentence(rest, rules)};
    } else if (grouped(where)) {
      group = {step_slot::group, "given", std::string(where)};
      if (timed(where)) trigger.state = "given";
    } else {
      trigger = {step_slot::trigger, "given", detail::steps::inside_sentence(where, rules)};
    }
    if (const auto vague = find_phrases(where, "vague_moment", rules); !vague.empty())
      trigger = {step_slot::trigger, "vague", std::string(where.substr(vague[0].from, vague[0].to - vague[0].from))};
  }
  frame_part behaviour{step_slot::behaviour, "missing", ""}, purpose{step_slot::purpose, "missing", ""};
  if (!detail::steps::is_blank(d.what)) {
    const bool english = detail::steps::reads_as_english(d.what, rules);
    behaviour = {step_slot::behaviour, english && (has(d.what, "vague_verb") || !detail::steps::vague_starts(d.what, rules).empty()) ? "vague" : "given", detail::steps::inside_sentence(d.what, rules)};
    // "Count four after each question" has its moment inside.
    if (trigger.state == "missing" && (!english || has(d.what, "moment_word"))) trigger.state = "given";
  }
  if (!detail::steps::is_blank(d.why)) {
    std::string why = detail::steps::inside_sentence(d.why, rules);
    if (why.starts_with("so that ") || why.starts_with("So that ")) why = why.substr(8);
    purpose = {step_slot::purpose, "given", std::move(why)};
  }

  ECTP_LATER(step_frame) out;
  out.whole = true;
  const data_table& frames = rules.list(list_name::step_frames);
  for (std::size_t r = 0; r != frames.size(); ++r) {
    const auto slot = from_word<step_slot>(frames.at(r, "slot"));
    if (!slot) return slot.error();
    for (const frame_part* p : {&group, &trigger, &behaviour, &purpose}) {
      if (p->slot != *slot) continue;
      out.parts.push_back(*p);
      out.whole = out.whole && p->state == "given";
      if (p->state == "given" && p->text.empty()) continue;
      out.sentence += detail::steps::filled(frames.at(r, p->state), "{}", p->text);
    }
  }
  std::string& s = out.sentence;
  std::size_t skip = 0;
  while (skip < s.size() && (s[skip] == ',' || s[skip] == ':' || s[skip] == ' ')) ++skip;
  s = s.substr(skip);
  if (!s.empty() && s[0] >= 'a' && s[0] <= 'z') s[0] = static_cast<char>(s[0] - 'a' + 'A');
  if (!s.empty() && s.back() != '.' && s.back() != '?' && s.back() != '!' && s.back() != ')') s += '.';
  return out;
}

namespace detail::steps {
// Along the links, nearest first. `from` and `to` are columns.
ECTP_DECL std::vector<std::string> linked(std::string_view statement, std::string_view from, std::string_view to, const policies& rules) {
  const data_table& t = rules.list(list_name::prerequisites);
  ECTP_LATER(std::vector<std::string>) out;
  const auto known = [&](std::string_view s) {
    if (s == statement) return true;
    for (const auto& x : out)
      if (x == s) return true;
    return false;
  };
  const auto follow = [&](std::string_view s) {
    for (std::size_t r = 0; r != t.size(); ++r)
      if (t.at(r, from) == s && !known(t.at(r, to))) out.emplace_back(t.at(r, to));
  };
  follow(statement);
  for (std::size_t i = 0; i < out.size(); ++i) follow(std::string(out[i]));
  return out;
}
}  // namespace detail::steps

ECTP_DEF std::vector<std::string> prerequisites_of(std::string_view statement, const policies& rules) {
  return detail::steps::linked(statement, "statement", "needs", rules);
}

ECTP_DEF std::vector<std::string> unlocked_by(std::string_view statement, const policies& rules) {
  return detail::steps::linked(statement, "needs", "statement", rules);
}

ECTP_DEF result<leverage> leverage_of(std::span<const std::string> statements, const leverage_facts& facts,
                                      std::span<const diagnosis> seen, const policies& rules) {
  const auto level_of = [&](std::string_view statement) -> const statement_view* {
    for (const auto& d : seen)
      for (const auto& s : d.seen)
        if (s.statement == statement) return &s;
    return nullptr;
  };
  std::string severity = facts.severity;
  if (severity.empty() && !statements.empty())
    if (const statement_view* s = level_of(statements[0])) severity = name(s->latest);
  int unlocks = 0;
  if (facts.unlocks) {
    unlocks = *facts.unlocks;
    if (unlocks < 0 || unlocks > 9999)
      return error{errc::out_of_range, "unlocks is " + std::to_string(unlocks), {"", 0, 0, "/unlocks"}, "0 to 9999 statements", ""};
  } else {
    std::vector<std::string> opened;
    for (const auto& s : statements)
      for (const auto& u : unlocked_by(s, rules)) {
        bool known = false;
        for (const auto& x : opened) known = known || x == u;
        for (const auto& x : statements) known = known || x == u;
        const statement_view* there = level_of(u);
        if (!known && (there == nullptr || there->latest != level::secure)) opened.push_back(u);
      }
    unlocks = static_cast<int>(opened.size());
  }
  ECTP_LATER(leverage) out;
  const data_table& weights = rules.list(list_name::leverage);
  const data_table& scale = rules.list(list_name::step_scale);
  int sum = 0;
  std::string sums;
  for (std::size_t w = 0; w != weights.size(); ++w) {
    const auto factor = from_word<leverage_factor>(weights.at(w, "factor"));
    const auto weight = weights.integer(w, "weight", 0, 1000);
    if (!factor) return factor.error();
    if (!weight) return weight.error();
    leverage_part p;
    p.factor = *factor;
    p.weight = static_cast<int>(*weight);
    p.says = weights.at(w, "says");
    p.reason = weights.at(w, "reason");
    maybe<std::size_t> row;
    std::string words;
    if (*factor == leverage_factor::unlocks) {
      // The last step of the scale that the count reaches.
      std::int64_t best = -1;
      for (std::size_t r = 0; r != scale.size(); ++r) {
        if (scale.at(r, "factor") != name(*factor)) continue;
        const auto least = scale.integer(r, "word", 0, 9999);
        if (!least) return least.error();
        if (*least <= unlocks && *least > best) {
          best = *least;
          row = r;
        }
      }
      p.said = std::to_string(unlocks);
    } else {
      const std::string& said = *factor == leverage_factor::reach ? facts.reach : *factor == leverage_factor::frequency ? facts.frequency : severity;
      p.said = said.empty() ? "not_said" : said;
      for (std::size_t r = 0; r != scale.size(); ++r) {
        if (scale.at(r, "factor") != name(*factor)) continue;
        words += (words.empty() ? "" : ", ") + std::string(scale.at(r, "word"));
        if (scale.at(r, "word") == p.said) row = r;
      }
    }
    if (!row)
      return error{errc::out_of_range, std::string(name(*factor)) + " is '" + p.said.substr(0, 60) + "'", {"", 0, 0, "/" + std::string(name(*factor))},
                   words.empty() ? "a row of the list step_scale" : words, "the list step_scale has the words"};
    const auto value = scale.integer(*row, "value", 0, 1000);
    if (!value) return value.error();
    p.value = static_cast<int>(*value);
    p.product = p.weight * p.value;
    sum += p.product;
    sums += (sums.empty() ? "" : " + ") + std::to_string(p.weight) + " x " + std::to_string(p.value);
    out.parts.push_back(std::move(p));
  }
  out.score = sum / 1000;
  out.formula = "(" + sums + ") / 1000 = " + std::to_string(out.score);
  const data_table& blockers = rules.list(list_name::blockers);
  for (std::size_t r = blockers.size(); r-- != 0;)
    for (const auto& s : statements)
      if (blockers.at(r, "statement") == s) {
        out.blocker = true;
        out.because = blockers.at(r, "reason");
      }
  if (facts.blocker) {
    if (!*facts.blocker) out.because.clear();
    out.blocker = *facts.blocker;
  }
  return out;
}

ECTP_DEF std::vector<std::size_t> rank_steps(std::span<const leverage> steps) {
  ECTP_LATER(std::vector<std::size_t>) order;
  for (std::size_t i = 0; i != steps.size(); ++i) order.push_back(i);
  detail::sort(order, [&](std::size_t a, std::size_t b) {
    if (steps[a].score != steps[b].score) return steps[a].score > steps[b].score;
    return steps[a].blocker && !steps[b].blocker;
  });
  return order;
}

ECTP_DEF result<offer_facts> offer_facts_of(const record_state& state, const focus& about, maybe<ectp::tier> size,
                                            const policies& rules) {
  offer_facts facts;
  if (const step_now* live = state.live_step()) {
    const auto outcome = outcome_of(*live, rules);
    if (!outcome) return outcome.error();
    facts.live_step = *outcome != step_outcome::met;
  }
  facts.focus_known = !about.statement.empty();
  facts.tier = size;
  facts.expertise = about.expertise;
  return facts;
}

ECTP_DEF result<offer_found> offer_of(const offer_facts& f, const policies& rules) {
  const policy::named_value facts[] = {{"asked_for_none", f.asked_for_none},
                                       {"live_step", f.live_step},
                                       {"focus_known", f.focus_known},
                                       {"tier", f.tier ? policy::value_ref(name(*f.tier)) : policy::value_ref()},
                                       {"expertise", name(f.expertise)}};
  const policy::table& table = rules[policy_name::step_offer];
  auto why = rule_on(table, {facts, 5});
  if (!why) return why.error();
  ECTP_LATER(offer_found) out;
  if (const auto o = output_word<step_offer>(table, why->rule, "offer")) out.offer = *o;
  out.says = table.note(why->rule, "says");
  out.live_only = table.note(why->rule, "live_only") == "yes";
  out.why = std::move(*why);
  return out;
}

ECTP_DEF result<std::vector<step_candidate>> candidates_for(const script& s, step_offer offer, const leverage_facts& facts,
                                                            std::span<const diagnosis> seen, const policies& rules) {
  const std::size_t most = offer == step_offer::two ? 2 : offer == step_offer::three ? 3 : 0;
  std::vector<step_draft> drafts;
  if (most != 0 && !s.step.what.empty()) {
    drafts.push_back(draft_of(s));
    for (const auto& a : s.alternatives) drafts.push_back(draft_of(s, a));
  }
  std::vector<leverage> scores;
  for (const auto& d : drafts) {
    auto l = leverage_of(d.statements, facts, seen, rules);
    if (!l) return l.error();
    scores.push_back(std::move(*l));
  }
  ECTP_LATER(std::vector<step_candidate>) out;
  for (const std::size_t i : rank_steps(scores))
    if (out.size() < most) out.push_back({std::move(drafts[i]), std::move(scores[i])});
  return out;
}

}  // namespace ectp::inline ECTP_ABI
