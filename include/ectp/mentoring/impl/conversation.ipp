#pragma once
#include "ectp/core/fold.hpp"
#include "ectp/core/text.hpp"
#include "ectp/mentoring/conversation.hpp"
#include "ectp/mentoring/impl/lint.ipp"
#include "ectp/mentoring/impl/machines.ipp"

namespace ectp::inline ECTP_ABI {

namespace detail {

// A list's words were checked when it was loaded.
template <listed E>
E listed_cell(const data_table& t, std::size_t row, std::string_view column, E otherwise) {
  const auto e = from_word<E>(t.at(row, column));
  return e ? *e : otherwise;
}

ECTP_DECL int number_cell(const data_table& t, std::size_t row, std::string_view column) {
  const auto n = t.integer(row, column, 0, 99);
  return n ? static_cast<int>(*n) : 0;
}

}  // namespace detail

ECTP_DEF std::vector<std::string> conversation_model_ids(const policies& rules) {
  const data_table& t = rules.list(list_name::conversation_models);
  std::vector<std::string> out;
  for (std::size_t r = 0; r != t.size(); ++r)
    if (out.empty() || out.back() != t.at(r, "model_id")) out.emplace_back(t.at(r, "model_id"));
  return out;
}

ECTP_DEF result<conversation_model> conversation_model_of(const policies& rules, std::string_view id) {
  const data_table& t = rules.list(list_name::conversation_models);
  ECTP_LATER(conversation_model) m;
  for (std::size_t r = 0; r != t.size(); ++r) {
    if (m.id.empty() && (id.empty() || t.at(r, "model_id") == id)) m.id = m.title = t.at(r, "model_id");
    if (m.id.empty() || t.at(r, "model_id") != m.id) continue;
    conversation_part p{detail::number_cell(t, r, "n"), std::string(t.at(r, "part")), std::string(t.at(r, "title")),
                        std::string(t.at(r, "prompt")), std::string(t.at(r, "opening")), std::string(t.at(r, "role")),
                        detail::listed_cell(t, r, "basis", basis::default_policy),
                        detail::listed_cell(t, r, "confidence", confidence::low), std::string(t.at(r, "source"))};
    // Without a row of its own the model is as sure as its first part.
    if (p.n == 0 || m.parts.empty()) {
      if (p.n == 0) {
        m.title = p.title;
        m.about = p.prompt;
      }
      if (p.n == 0 || m.source.empty()) {
        m.on = p.on;
        m.confidence = p.confidence;
        m.source = p.source;
      }
    }
    if (p.n != 0) m.parts.push_back(std::move(p));
  }
  if (m.id.empty()) {
    std::string known;
    for (const auto& k : conversation_model_ids(rules)) known += (known.empty() ? "" : ", ") + k;
    return error{errc::unknown_reference, "there is no model of a conversation called '" + std::string(id.substr(0, 60)) + "'",
                 {"", 0, 0, "/model"}, std::move(known), "a model of your own is a table conversation_models"};
  }
  return m;
}

ECTP_DEF std::vector<conversation_item> conversation_items(const policies& rules, std::string_view stage) {
  const data_table& t = rules.list(list_name::conversation_prompts);
  ECTP_LATER(std::vector<conversation_item>) out;
  for (std::size_t r = 0; r != t.size(); ++r) {
    if (t.at(r, "stage") != stage || detail::number_cell(t, r, "n") == 0) continue;
    out.push_back({std::string(stage), std::string(t.at(r, "item")), std::string(t.at(r, "title")), std::string(t.at(r, "prompt")),
                   std::string(t.at(r, "check")), t.at(r, "required") == "yes"});
  }
  return out;
}

ECTP_DEF result<std::vector<named_text>> read_opening(std::string_view text, const conversation_model& model) {
  constexpr std::size_t most = std::size_t{64} << 10, most_parts = 99;
  if (text.size() > most)
    return error{errc::too_large, "the opening has " + std::to_string(text.size()) + " bytes", {"", 0, 0, "/opening"},
                 "at most " + std::to_string(most) + " bytes", "an opening takes a minute to say"};
  if (const auto bad = invalid_utf8_at(text); bad != text.npos)
    return error{errc::encoding, "the opening is not UTF-8 from byte " + std::to_string(bad) + " on", {"", 0, 0, "/opening"}, "UTF-8 text", ""};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto name_of = [&](std::size_t n) {
    return n >= 1 && n <= model.parts.size() ? model.parts[n - 1].id : "part_" + std::to_string(n);
  };
  ECTP_LATER(std::vector<named_text>) out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end != text.size() && text[end] != '\n' && text[end] != '\r') ++end;
    std::string_view line = trim(text.substr(at, end - at));
    at = end + 1;
    if (line.empty()) continue;
    if (out.size() == most_parts)
      return error{errc::too_large, "the opening has more than " + std::to_string(most_parts) + " lines", {"", 0, 0, "/opening"},
                   "one part a line: " + std::to_string(model.parts.size()) + " lines", ""};
    std::string part = name_of(out.size() + 1);
    std::size_t digits = 0, number = 0;
    while (digits < line.size() && digits < 2 && is_digit(line[digits]))
      number = number * 10 + static_cast<std::size_t>(line[digits++] - '0');
    const bool mark = digits != 0 && digits < line.size() && (line[digits] == '.' || line[digits] == ')');
    if (mark && (digits + 1 == line.size() || is_blank(line[digits + 1]))) {
      part = name_of(number);
      line = trim(line.substr(digits + 1));
    } else {
      for (const auto& p : model.parts)
        if (line.size() > p.id.size() && line.starts_with(p.id) && line[p.id.size()] == ':') {
          part = p.id;
          line = trim(line.substr(p.id.size() + 1));
          break;
        }
    }
    out.push_back({std::move(part), std::string(line)});
  }
  return out;
}

ECTP_DEF result<boundary_said> boundary_of(const policies& rules, talk_topic topic, opener by, bool raised_before) {
  const policy::table& table = rules[policy_name::boundary];
  const policy::named_value facts[] = {{"topic", name(topic)}, {"opened_by", name(by)}, {"raised_before", raised_before}};
  auto why = rule_on(table, {facts, 3});
  if (!why) return why.error();
  ECTP_LATER(boundary_said) out;
  if (const auto to = output_word<goes_to>(table, why->rule, "goes_to")) out.to = *to;
  out.says = table.note(why->rule, "says");
  out.live_only = table.note(why->rule, "live_only") == "yes";
  out.why = std::move(*why);
  return out;
}

namespace detail {

constexpr std::size_t most_part_characters = 1000;

// Phrases of a kind, without those inside a longer one or inside a harmless phrase.
ECTP_DECL std::vector<phrase_found> telling_phrases(std::string_view text, std::string_view kind, const policies& rules) {
  const auto found = find_phrases(text, kind, rules), harmless = find_phrases(text, "harmless", rules);
  std::vector<phrase_found> out;
  for (std::size_t i = 0; i != found.size(); ++i) {
    bool keep = true;
    for (const auto& h : harmless) keep = keep && !(h.from <= found[i].from && found[i].to <= h.to);
    for (std::size_t k = 0; keep && k != found.size(); ++k) {
      const bool inside = found[k].from <= found[i].from && found[i].to <= found[k].to;
      const bool same = found[k].from == found[i].from && found[k].to == found[i].to;
      keep = k == i || !inside || (same && i < k);
    }
    if (keep) out.push_back(found[i]);
  }
  return out;
}

// Where the first question mark of any script stands; an empty place if there is none.
ECTP_DECL word_place question_mark(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t here = at;
    const std::uint32_t c = take_character(text, at);
    if (c == '?' || c == 0x61F || c == 0x55E || c == 0x1367 || c == 0xFF1F) return {here, at};
  }
  return {};
}

// Sentences: runs of text that end in a full stop, a question or an exclamation mark, or with the text.
ECTP_DECL int count_sentences(std::string_view text) noexcept {
  int n = 0;
  bool open = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t c = take_character(text, at);
    const bool blank_next = at == text.size() || is_blank(text[at]) || text[at] == '"' || text[at] == '\'';
    const bool ends = ((c == '.' || c == '!' || c == '?') && blank_next) || c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0x61F || c == 0x964;
    if (ends && open) ++n;
    open = ends ? false : open || (c != ' ' && c != '.' && c != '!' && c != '?');
  }
  return n + (open ? 1 : 0);
}

// Is there something to read? Also refuses what cannot be read.
ECTP_DECL result<bool> readable(const named_text& t, std::string_view field) {
  auto ok = check_text(t.text, field, most_part_characters);
  if (ok) return true;
  if (ok.error().code == errc::missing_field) return false;
  return ok.error();
}

ECTP_DECL void measure_phrases(std::vector<measure>& out, std::string_view text, const std::string& field, std::string_view kind,
                               std::string_view check, const policies& rules) {
  for (const auto& f : telling_phrases(text, kind, rules))
    out.push_back({std::string(check), 1, field, f.from, f.to, std::string(text.substr(f.from, f.to - f.from))});
}

ECTP_DECL bool english(std::string_view text, const policies& rules) { return !find_phrases(text, "english", rules).empty(); }

ECTP_DECL result<void> measure_sheet(std::vector<measure>& out, const std::vector<named_text>& sheet, const policies& rules) {
  const auto items = conversation_items(rules, "preparation");
  std::string known;
  for (const auto& i : items) known += (known.empty() ? "" : ", ") + i.id;
  for (const auto& given : sheet) {
    bool found = false;
    for (const auto& i : items) found = found || i.id == given.name;
    if (!found)
      return error{errc::unknown_field, "the sheet has no item '" + given.name.substr(0, 60) + "'", {"", 0, 0, "/sheet"}, known, ""};
  }
  for (const auto& i : items) {
    const named_text* given = nullptr;
    for (const auto& s : sheet)
      if (s.name == i.id) given = &s;
    const std::string field = "sheet/" + i.id;
    const auto there = given == nullptr ? result<bool>(false) : readable(*given, field);
    if (!there) return there.error();
    if (!*there && i.required)
      return error{errc::missing_field, "the sheet's item '" + i.id + "' is empty", {"", 0, 0, "/" + field}, i.prompt, ""};
    if (!i.check.empty()) out.push_back({i.check, *there ? 0 : 1, field});
    if (!*there) continue;
    if (i.required) out.push_back({"issue_sentences", count_sentences(given->text), field});
    if (english(given->text, rules)) measure_phrases(out, given->text, field, "safeguarding", "safeguarding", rules);
  }
  return {};
}

// The places of the given parts that are not in the longest run in the model's order.
ECTP_DECL std::vector<std::size_t> out_of_place(const std::vector<int>& numbers) {
  std::vector<std::size_t> length(numbers.size(), 1), before(numbers.size(), numbers.size()), out;
  std::size_t last = numbers.size();
  for (std::size_t i = 0; i != numbers.size(); ++i) {
    if (numbers[i] == 0) continue;
    for (std::size_t k = 0; k != i; ++k)
      if (numbers[k] != 0 && numbers[k] <= numbers[i] && length[k] + 1 > length[i]) {
        length[i] = length[k] + 1;
        before[i] = k;
      }
    if (last == numbers.size() || length[i] > length[last]) last = i;
  }
  std::vector<bool> in_order(numbers.size(), false);
  for (; last != numbers.size(); last = before[last]) in_order[last] = true;
  for (std::size_t i = 0; i != numbers.size(); ++i)
    if (numbers[i] != 0 && !in_order[i]) out.push_back(i);
  return out;
}

}  // namespace detail

ECTP_DEF std::size_t words_of_opening(const opening& said) noexcept {
  std::size_t n = 0;
  for (const auto& p : said.parts) n += count_words(p.text);
  return n;
}

ECTP_DEF result<std::vector<lint_finding>> lint_sheet(const policies& rules, const std::vector<named_text>& sheet) {
  std::vector<measure> measures;
  if (auto ok = detail::measure_sheet(measures, sheet, rules); !ok) return ok.error();
  return lint(rules, policy_name::conversation_lint, {measures.data(), measures.size()});
}

ECTP_DEF result<std::vector<lint_finding>> lint_opening(const policies& rules, const conversation_model& model, const opening& said,
                                                        const std::vector<named_text>* sheet, const boundary_said* boundary) {
  if (said.parts.size() > 99)
    return error{errc::too_large, "the opening has " + std::to_string(said.parts.size()) + " parts", {"", 0, 0, "/parts"},
                 "the parts of the model: " + std::to_string(model.parts.size()), ""};
  std::vector<measure> measures;
  const auto add = [&](std::string_view check, std::size_t value, const std::string& field, std::string_view found = {}) {
    measures.push_back({std::string(check), value > 9999 ? 9999 : static_cast<int>(value), field, 0, 0, std::string(found)});
  };
  if (boundary != nullptr) add("elsewhere", boundary->to == goes_to::proceed ? 0 : 1, "topic");

  // Which part of the model is each: 0 for none, or for one that is empty.
  std::vector<int> numbers;
  std::vector<std::string> fields;
  std::vector<bool> there(model.parts.size() + 1, false);
  std::size_t words = 0, known_words = 0;
  for (const auto& p : said.parts) {
    int n = 0;
    for (const auto& m : model.parts)
      if (m.id == p.name) n = m.n;
    fields.push_back("parts/" + (n != 0 ? std::to_string(n) : p.name.substr(0, 60)));
    const auto readable = detail::readable(p, fields.back());
    if (!readable) return readable.error();
    if (n == 0) add("unknown_part", 1, fields.back(), p.name.substr(0, 60));
    const auto place = static_cast<std::size_t>(n);
    if (n != 0 && *readable && there[place]) add("repeated_part", 1, fields.back(), p.name);
    if (n != 0 && *readable) there[place] = true;
    numbers.push_back(*readable ? n : 0);
    words += count_words(p.text);
    known_words += find_phrases(p.text, "english", rules).size();
  }
  for (const auto& m : model.parts)
    if (!there[static_cast<std::size_t>(m.n)]) add("missing_part", 1, "parts/" + std::to_string(m.n), m.id);
  for (const std::size_t i : detail::out_of_place(numbers)) add("out_of_order", 1, fields[i], said.parts[i].name);
  add("words", words, "parts");
  if (words != 0) add("english_words", known_words, "parts");

  for (std::size_t i = 0; i != said.parts.size(); ++i) {
    const std::string& text = said.parts[i].text;
    const auto n = static_cast<std::size_t>(numbers[i]);
    if (n != 0 && n == model.parts.size()) {
      add("last_question", is_question(text) ? 1 : 0, fields[i]);
    } else if (const auto mark = detail::question_mark(text); mark.to != 0) {
      measures.push_back({"early_question", 1, fields[i], mark.from, mark.to, text.substr(mark.from, mark.to - mark.from)});
    }
    if (known_words == 0) continue;
    const auto look = [&](std::string_view kind, std::string_view check) {
      detail::measure_phrases(measures, text, fields[i], kind, check, rules);
    };
    look("assessment_talk", said.by == opener::mentor ? "assessment_talk_mentor" : "assessment_talk_ect");
    look("threat", "threat");
    look("label", "label");
    look("absolute", "absolute");
    look("another_example", "another_example");
    look("safeguarding", "safeguarding");
    if (n == 0 || model.parts[n - 1].role != "example") continue;
    const auto days = detail::telling_phrases(text, "day_name", rules);
    measure named{"days_named", static_cast<int>(days.size()), fields[i]};
    if (days.size() > 1) {
      named.from = days[1].from;
      named.to = days[1].to;
      named.found = text.substr(named.from, named.to - named.from);
    }
    measures.push_back(std::move(named));
  }
  if (sheet != nullptr)
    if (auto ok = detail::measure_sheet(measures, *sheet, rules); !ok) return ok.error();

  auto out = lint(rules, policy_name::conversation_lint, {measures.data(), measures.size()});
  if (!out) return out;
  const data_table& phrases = rules.list(list_name::phrases);
  for (auto& f : *out) {
    if (f.check == "elsewhere" && boundary != nullptr) f.expected = boundary->says;
    if (f.check == "missing_part")
      for (const auto& m : model.parts)
        if (m.id == f.found) f.rewrite = m.prompt;
    // A phrase knows what to write in its place.
    if (f.to == 0) continue;
    for (std::size_t r = 0; r != phrases.size(); ++r)
      if (!phrases.at(r, "instead").empty() && fold(phrases.at(r, "phrase")) == fold(f.found)) f.expected = phrases.at(r, "instead");
  }
  return out;
}

ECTP_DEF bool live_only(const policies& rules, const lint_finding& f) {
  const policy::table& t = rules[policy_name::conversation_lint];
  const auto rule = t.find_rule(f.rule);
  return rule && t.note(*rule, "live_only") == "yes";
}

namespace detail {

// Does a move of this kind lead to the state?
ECTP_DECL bool reached_by(const policy::machine& m, std::string_view state, std::string_view does) {
  for (std::size_t r = 0; r != m.rules().rules(); ++r)
    if (said_by_rule(m.rules(), r, "next") == state && said_by_rule(m.rules(), r, "does") == does) return true;
  return false;
}

}  // namespace detail

ECTP_DEF result<conversation_run> conversation_run::begin(const policies& rules, std::string_view model, opener by) {
  ECTP_LATER(conversation_run) run;
  auto machine = machine_of(rules, policy_name::conversation_moves);
  if (!machine) return machine.error();
  auto found = conversation_model_of(rules, model);
  if (!found) return found.error();
  run.machine_ = std::move(*machine);
  run.model_ = std::move(*found);
  run.where_.model = run.model_.id;
  run.where_.by = by;
  run.where_.state = run.machine_.states()[0];
  return run;
}

ECTP_DEF result<conversation_run> conversation_run::at(const policies& rules, const conversation_state& where) {
  auto run = begin(rules, where.model, where.by);
  if (!run) return run;
  const auto state = run->machine_.find_state(where.state);
  if (!state) {
    std::string known;
    for (const auto& s : run->machine_.states()) known += (known.empty() ? "" : ", ") + s;
    return error{errc::out_of_range, "a conversation has no state '" + where.state.substr(0, 60) + "'", {"", 0, 0, "/run/state"}, known, ""};
  }
  const bool wants = detail::reached_by(run->machine_, where.state, "agreed") || detail::reached_by(run->machine_, where.state, "kept");
  if (wants && !where.agreed)
    return error{errc::missing_field, "the state " + where.state + " comes with an agreement", {"", 0, 0, "/run/agreement"}, "what was agreed, and check_on", ""};
  if (!wants && where.agreed && !run->machine_.is_final(*state))
    return error{errc::bad_argument, "there is no agreement yet in the state " + where.state, {"", 0, 0, "/run/agreement"}, "no agreement", ""};
  if (where.agreed)
    if (auto ok = check_text(where.agreed->what, "run/agreement/what"); !ok) return ok.error();
  run->where_ = where;
  run->where_.model = run->model_.id;
  return run;
}

ECTP_DEF std::vector<policy::named_value> conversation_run::guards(date today, const conversation_input& with) const {
  const bool due = where_.agreed && today >= where_.agreed->check_on;
  const policy::named_value all[] = {{"sheet", where_.sheet ? "given" : "missing"}, {"opening", with.sound ? "sound" : "unsound"},
                                     {"heard", where_.heard}, {"due", due}, {"goes_to", with.elsewhere ? "elsewhere" : "mentor"}};
  // A table of one's own may do without some of them.
  std::vector<policy::named_value> out;
  for (const auto& g : all)
    for (std::size_t i = 0; i != machine_.rules().inputs().size(); ++i)
      if (machine_.rules().input(i).name == g.name) out.push_back(g);
  return out;
}

ECTP_DEF result<policy::move> conversation_run::step(std::string_view event, date today, const conversation_input& with) {
  const auto facts = guards(today, with);
  auto made = machine_.step(where_.state, event, {facts.data(), facts.size()});
  if (!made) return made;
  conversation_state next = where_;
  next.state = made->next;
  const std::string does = said_by(machine_, *made, "does");
  if (does == "prepared") next.sheet = true;
  if (does == "heard") next.heard = true;
  if (does == "asked" || does == "agreed") next.heard = false;
  if (does == "agreed") {
    if (auto ok = check_text(with.agreed.what, "with/what"); !ok) return ok.error();
    if (with.agreed.check_on <= today)
      return error{errc::out_of_range, "the day to look again is " + to_string(with.agreed.check_on), {"", 0, 0, "/with/check_on"},
                   "a day after " + to_string(today), "give it the time that it needs"};
    next.agreed = agreement{with.agreed.what, with.agreed.check_on, false};
  }
  if (does == "held" && next.agreed) next.agreed->kept = true;
  if (does == "dropped") next.agreed.reset();
  // Of a conversation that is over nothing shows how far it went.
  if (const auto s = machine_.find_state(next.state); s && machine_.is_final(*s)) next.sheet = next.heard = false;
  where_ = std::move(next);
  return made;
}

ECTP_DEF result<std::vector<choice>> conversation_run::choices(const policies& rules, date today) const {
  if (done(today)) return std::vector<choice>();
  const auto facts = guards(today, {});
  return ectp::choices(rules, policy_name::conversation_moves, machine_, where_.state, {facts.data(), facts.size()});
}

ECTP_DEF bool conversation_run::done(date today) const {
  const auto s = machine_.find_state(where_.state);
  if (!s || machine_.is_final(*s)) return true;
  return where_.agreed && detail::reached_by(machine_, where_.state, "kept") && today < where_.agreed->check_on;
}

ECTP_DEF maybe<agreement> conversation_run::kept(date today) const {
  return done(today) ? where_.agreed : maybe<agreement>();
}

}  // namespace ectp::inline ECTP_ABI
