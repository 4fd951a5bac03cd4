// Challenging conversations and appraisals: the walks `converse` and `appraise`, and what they lean on.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "ectp/core/page.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/interop/policy_json.hpp"
#include "ectp/interop/record_json.hpp"
#include "ectp/mentoring/appraisal.hpp"
#include "ectp/mentoring/conversation.hpp"
#include "interop/json_document.hpp"
#include "operations/request.hpp"
#include "operations/walk.hpp"

namespace ectp::inline ECTP_ABI::operations {

using interop::json_value;
using nlohmann::ordered_json;

namespace {

// Lines for a terminal, at most 92 characters wide.
class page {
 public:
  void line(std::string_view text = {}) { out_ += std::string(text) + "\n"; }
  // Words that go on under `indent` spaces; `first` stands in their place on the first line.
  void flow(std::string_view text, std::size_t indent = 0, std::string_view first = {}) {
    for (const auto& row : wrapped(first, text, indent)) line(row);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

template <listed E>
result<E> word_argument(const request& r, std::string_view name, E otherwise) {
  const auto v = r.find(name);
  if (!v) return otherwise;
  const auto i = v->as_word(words_in<E>);
  if (!i) return i.error();
  return static_cast<E>(*i);
}

// A text of `with`; empty where there is none.
result<std::string> with_text(const std::optional<json_value>& with, std::string_view field) {
  const auto v = with ? with->find(field) : std::nullopt;
  if (!v || v->is_null()) return std::string();
  const auto s = v->as_string();
  if (!s) return s.error();
  return std::string(*s);
}

error with_missing(std::string_view field, std::string_view expected) {
  return {errc::missing_field, "the move needs '" + std::string(field) + "'", {"arguments", 0, 0, "/with/" + std::string(field)},
          std::string(expected), "\"with\": {\"" + std::string(field) + "\": \"...\"}"};
}

// An error of a text, given the place where the text stands.
error placed(error e, std::string_view path) {
  e.at.path = path;
  return e;
}

// Objects of texts, in the order in which they stand.
result<std::vector<named_text>> texts_of(const json_value& object) {
  const auto members = object.members();
  if (!members) return members.error();
  std::vector<named_text> out;
  for (const auto& m : *members) {
    if (m.value.is_null()) continue;
    const auto text = m.value.as_string();
    if (!text) return text.error();
    out.push_back({std::string(m.name()), std::string(*text)});
  }
  return out;
}

// In the order of the model: an object's members have none.
std::vector<named_text> in_model_order(std::vector<named_text> parts, const conversation_model& model) {
  std::vector<named_text> out;
  for (const auto& p : model.parts)
    for (auto& given : parts)
      if (given.name == p.id) out.push_back(given);
  for (auto& given : parts)
    if (std::none_of(model.parts.begin(), model.parts.end(), [&](const auto& p) { return p.id == given.name; })) out.push_back(given);
  return out;
}

// An opening as JSON: an object by part, or an array of texts or of {"part", "text"}, which has an order.
result<std::vector<named_text>> parts_of(const json_value& v, const conversation_model& model) {
  if (v.kind() == interop::json_kind::object) {
    auto parts = texts_of(v);
    if (!parts) return parts;
    return in_model_order(std::move(*parts), model);
  }
  if (v.kind() == interop::json_kind::string) return read_opening(v.text(), model);
  const auto items = v.elements();
  if (!items) return items.error();
  std::vector<named_text> out;
  for (const json_value item : *items) {
    const std::size_t n = out.size() + 1;
    std::string part = n <= model.parts.size() ? model.parts[n - 1].id : "part_" + std::to_string(n);
    if (item.kind() == interop::json_kind::object) {
      if (auto ok = item.only_fields({"part", "text"}); !ok) return ok.error();
      const auto p = item.field("part");
      if (!p) return p.error();
      const auto id = p->as_string();
      if (!id) return id.error();
      const auto t = item.field("text");
      if (!t) return t.error();
      const auto text = t->as_string();
      if (!text) return text.error();
      out.push_back({std::string(*id), std::string(*text)});
    } else {
      const auto text = item.as_string();
      if (!text) return text.error();
      out.push_back({std::move(part), std::string(*text)});
    }
  }
  return out;
}

ordered_json sources_json(std::string_view cell) {
  ordered_json out = ordered_json::array();
  for (std::size_t at = 0; at < cell.size();) {
    std::size_t end = cell.find(' ', at);
    if (end == cell.npos) end = cell.size();
    if (end != at) out.push_back(cell.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string how_sure(basis on, confidence sure) { return std::string(1, letter(on)) + " " + std::string(name(on)) + ", confidence " + std::string(name(sure)); }

ordered_json items_json(const std::vector<conversation_item>& items) {
  ordered_json out = ordered_json::array();
  for (const auto& i : items) out.push_back({{"item", i.id}, {"title", i.title}, {"prompt", i.prompt}, {"required", i.required}});
  return out;
}

ordered_json about_json(const conversation_model& m) {
  return {{"model_id", m.id}, {"title", m.title}, {"about", m.about}, {"basis", name(m.on)}, {"confidence", name(m.confidence)}, {"sources", sources_json(m.source)}};
}

// Findings; a rule that would reveal what must not be kept is left out on a walk.
ordered_json findings_json(const std::vector<lint_finding>& findings, const policies& rules, bool walking) {
  ordered_json out = ordered_json::array();
  for (const auto& f : findings) {
    const bool live = live_only(rules, f);
    ordered_json x{{"rule", f.rule}, {"severity", name(f.severity)}, {"check", f.check}, {"field", f.field}, {"from", f.from}, {"to", f.to},
                   {"found", f.found}, {"says", f.says}, {"expected", f.expected}, {"rewrite", f.rewrite}, {"live_only", live}};
    if (live && walking) x["rule"] = nullptr;
    out.push_back(std::move(x));
  }
  return out;
}

void findings_page(page& p, const std::vector<lint_finding>& findings, const policies& rules, bool walking) {
  for (const auto& f : findings) {
    const std::string rule = live_only(rules, f) && walking ? "" : " [" + f.rule + "]";
    p.flow(f.field + ": " + (f.found.empty() ? "" : "\"" + f.found + "\": ") + f.says + rule, 9, f.severity == severity::error ? "  error  " : "  look   ");
    if (!f.expected.empty()) p.flow(f.expected, 17, "         better: ");
    if (!f.rewrite.empty()) p.flow(f.rewrite, 17, "         try:    ");
  }
}

result<std::optional<boundary_said>> boundary_argument(const request& r, const policies& rules, opener by) {
  if (!r.find("topic")) return std::optional<boundary_said>();
  const auto topic = word_argument(r, "topic", talk_topic::teaching);
  if (!topic) return topic.error();
  auto said = boundary_of(rules, *topic, by, r.flag("raised_before"));
  if (!said) return said.error();
  return std::optional<boundary_said>(std::move(*said));
}

ordered_json boundary_json(const std::optional<boundary_said>& b) {
  if (!b) return nullptr;
  ordered_json out{{"goes_to", name(b->to)}, {"says", b->says}, {"live_only", b->live_only}};
  if (!b->live_only) out["rule"] = b->why.id;
  return out;
}

// A listed word as a person would write it.
std::string place_of(goes_to g) { return spaced(name(g)); }

// --- the opening

result<std::string> run_opening_model(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  const auto m = conversation_model_of(*rules, r.text("model"));
  if (!m) return m.error();
  page p;
  p.flow(m->title + "   " + m->id);
  p.flow("How sure: " + how_sure(m->on, m->confidence));
  if (!m->about.empty()) p.flow(m->about);
  ordered_json parts = ordered_json::array();
  for (const auto& x : m->parts) {
    parts.push_back({{"n", x.n}, {"part", x.id}, {"title", x.title}, {"prompt", x.prompt}, {"example", x.opening}, {"role", x.role},
                     {"basis", name(x.on)}, {"confidence", name(x.confidence)}, {"sources", sources_json(x.source)}});
    p.line();
    p.flow(x.title + " (" + x.id + ")", 4, std::to_string(x.n) + ".");
    p.flow(x.prompt, 4);
    if (!x.opening.empty()) p.flow("\"" + x.opening + "\"", 4);
  }
  ordered_json out = about_json(*m);
  out["models"] = conversation_model_ids(*rules);
  out["parts"] = parts;
  for (const std::string stage : {"preparation", "interaction", "resolution", "follow_up"}) {
    const auto items = conversation_items(*rules, stage);
    out[stage] = items_json(items);
    if (items.empty()) continue;
    p.line();
    p.line(spaced(stage));
    for (const auto& i : items) p.flow(i.title + ": " + i.prompt, 4);
  }
  out["text"] = p.take();
  return out.dump();
}

// The opening that is given: JSON, or a text with one part a line.
result<std::vector<named_text>> opening_argument(const request& r, const conversation_model& model) {
  const auto parts = r.find("parts");
  const bool written = r.has("opening");
  if (written == parts.has_value())
    return error{written ? errc::bad_argument : errc::missing_field, written ? "the opening is given twice" : "the argument 'opening' is missing", {"arguments", 0, 0, "/opening"},
                 "opening, a text with one part a line or JSON, or parts, an object", ""};
  if (parts) return parts_of(*parts, model);
  const document* d = r.given("opening");
  const std::string_view text = d ? std::string_view(d->text) : r.find("opening")->text();
  const std::string file = d ? d->file : "opening";
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != text.npos && (text[first] == '{' || text[first] == '[')) {
    const auto parsed = interop::parse_json(text, file, {std::size_t{1} << 20, 8, 1000});
    if (!parsed) return parsed.error();
    return parts_of(parsed->root(), model);
  }
  auto read = read_opening(text, model);
  if (!read) {
    error e = read.error();
    e.at.file = file;
    return e;
  }
  return read;
}

result<std::string> run_opening_lint(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  const auto m = conversation_model_of(*rules, r.text("model"));
  if (!m) return m.error();
  const auto by = word_argument(r, "opened_by", opener::mentor);
  if (!by) return by.error();
  auto parts = opening_argument(r, *m);
  if (!parts) return parts.error();
  const auto boundary = boundary_argument(r, *rules, *by);
  if (!boundary) return boundary.error();
  const opening said{*by, std::move(*parts)};
  std::optional<std::vector<named_text>> sheet;
  if (const auto given = r.find("sheet")) {
    auto texts = texts_of(*given);
    if (!texts) return texts.error();
    sheet = std::move(*texts);
  }
  const auto findings = lint_opening(*rules, *m, said, sheet ? &*sheet : nullptr, *boundary ? &**boundary : nullptr);
  if (!findings) return findings.error();
  const std::size_t words = words_of_opening(said);
  ordered_json given = ordered_json::array();
  for (const auto& x : said.parts) given.push_back({{"part", x.name}, {"words", count_words(x.text)}});
  const bool sound = !has_errors({findings->data(), findings->size()});
  page p;
  p.flow(std::string(findings->empty() ? "Clean." : sound ? "Sound; look at this once more:" : "Not yet:") + " " + std::to_string(words) + " words, by the " +
         std::string(*by == opener::ect ? "ECT" : "mentor") + ", in the order of: " + m->title + " (" + how_sure(m->on, m->confidence) + ")");
  if (*boundary && (*boundary)->to != goes_to::proceed) p.flow("This goes to: " + place_of((*boundary)->to) + ". " + (*boundary)->says);
  findings_page(p, *findings, *rules, false);
  return ordered_json{{"sound", sound}, {"model", about_json(*m)}, {"opened_by", name(*by)}, {"words", words}, {"parts", given},
                      {"sheet_checked", sheet.has_value()}, {"boundary", boundary_json(*boundary)},
                      {"findings", findings_json(*findings, *rules, false)}, {"text", p.take()}}.dump();
}

// --- converse

result<conversation_run> conversation_from(const request& r, const policies& rules) {
  const auto by = word_argument(r, "opened_by", opener::mentor);
  if (!by) return by.error();
  const auto given = r.find("run");
  if (!given) return conversation_run::begin(rules, r.text("model"), *by);
  const json_value& v = *given;
  if (auto ok = v.only_fields({"walk", "state", "model", "opened_by", "sheet", "heard", "agreement"}); !ok) return ok.error();
  const auto walk = v.field("walk");
  if (!walk) return walk.error();
  if (const auto w = walk->as_word({"converse"}); !w) return w.error();
  conversation_state where;
  const auto state = v.field("state");
  if (!state) return state.error();
  const auto word = state->as_string();
  if (!word) return word.error();
  where.state = *word;
  if (const auto m = v.find("model"); m && !m->is_null()) {
    const auto id = m->as_string();
    if (!id) return id.error();
    where.model = *id;
  }
  if (const auto o = v.find("opened_by"); o && !o->is_null()) {
    const auto i = o->as_word(words_in<opener>);
    if (!i) return i.error();
    where.by = static_cast<opener>(*i);
  }
  for (const auto& [field, flag] : {std::pair("sheet", &where.sheet), std::pair("heard", &where.heard)})
    if (const auto f = v.find(field); f && !f->is_null()) {
      const auto b = f->as_boolean();
      if (!b) return b.error();
      *flag = *b;
    }
  if (const auto a = v.find("agreement"); a && !a->is_null()) {
    if (auto ok = a->only_fields({"what", "check_on", "kept"}); !ok) return ok.error();
    agreement agreed;
    const auto what = a->field("what");
    if (!what) return what.error();
    const auto text = what->as_string();
    if (!text) return text.error();
    agreed.what = *text;
    const auto day = a->field("check_on");
    if (!day) return day.error();
    const auto on = day->as_date();
    if (!on) return on.error();
    agreed.check_on = *on;
    if (const auto k = a->find("kept"); k && !k->is_null()) {
      const auto b = k->as_boolean();
      if (!b) return b.error();
      agreed.kept = *b;
    }
    where.agreed = agreed;
  }
  return conversation_run::at(rules, where);
}

ordered_json run_json(const conversation_run& run) {
  const auto& w = run.where();
  ordered_json out{{"walk", "converse"}, {"state", w.state}};
  const auto s = run.machine().find_state(w.state);
  // What is over shows nothing of how it went.
  if (s && run.machine().is_final(*s)) return out;
  out["model"] = w.model;
  out["opened_by"] = name(w.by);
  out["sheet"] = w.sheet;
  out["heard"] = w.heard;
  out["agreement"] = nullptr;
  if (w.agreed) out["agreement"] = {{"what", w.agreed->what}, {"check_on", to_string(w.agreed->check_on)}};
  return out;
}

result<std::string> run_converse(const request& r) {
  const date today = today_of(r);
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  if (r.has("record"))
    if (const auto from = record_of(r, today); !from) return from.error();
  auto run = conversation_from(r, *rules);
  if (!run) return run.error();
  const auto with = r.find("with");
  const opener by = run->where().by;
  const auto begins = run->machine().find_state(run->where().state);
  const bool live = begins && !run->machine().is_final(*begins);

  auto boundary = boundary_argument(r, *rules, by);
  if (!boundary) return boundary.error();
  std::string event = event_of(r);
  // The boundary stands above every other move.
  const bool sent_away = live && *boundary && (*boundary)->to != goes_to::proceed;
  if (sent_away) event = "escalate";

  conversation_input in;
  std::vector<lint_finding> findings;
  std::optional<opening> said;
  const auto preparation = conversation_items(*rules, "preparation");
  if (event == "prepare") {
    if (!with) return with_missing("issue", "the sheet, by item");
    auto sheet = texts_of(*with);
    if (!sheet) return sheet.error();
    auto found = lint_sheet(*rules, *sheet);
    if (!found) {
      error e = found.error();
      if (e.at.path.starts_with("/sheet")) e.at.path.replace(0, 6, "/with");
      return e;
    }
    findings = std::move(*found);
  } else if (event == "write") {
    const auto parts = with ? with->find("parts") : std::nullopt;
    auto given = !with ? result<std::vector<named_text>>(with_missing("parts", "the opening, by part")) : parts && !parts->is_null() ? parts_of(*parts, run->model()) : parts_of(*with, run->model());
    if (!given) return given.error();
    said = opening{by, std::move(*given)};
    auto found = lint_opening(*rules, run->model(), *said);
    if (!found) return found.error();
    findings = std::move(*found);
    in.sound = !has_errors({findings.data(), findings.size()});
  } else if (event == "agree") {
    auto what = with_text(with, "what");
    if (!what) return what.error();
    in.agreed.what = std::move(*what);
    const auto day = with ? with->find("check_on") : std::nullopt;
    const auto can = run->choices(*rules, today);
    if (!can) return can.error();
    // An illegal move is answered as one, whatever it lacks.
    if (std::any_of(can->begin(), can->end(), [](const choice& c) { return c.event == "agree"; })) {
      if (in.agreed.what.empty()) return with_missing("what", "what you agreed, in a sentence");
      if (!day || day->is_null()) return with_missing("check_on", "the day to look again, YYYY-MM-DD");
      const auto on = day->as_date();
      if (!on) return on.error();
      in.agreed.check_on = *on;
    }
  } else if (event == "escalate" && !sent_away) {
    const auto topic = with ? with->find("topic") : std::nullopt;
    if (!topic || topic->is_null()) {
      if (live) return with_missing("topic", word_list<talk_topic>());
    } else {
      const auto i = topic->as_word(words_in<talk_topic>);
      if (!i) return i.error();
      auto to = boundary_of(*rules, static_cast<talk_topic>(*i), by, r.flag("raised_before"));
      if (!to) return to.error();
      in.elsewhere = to->to != goes_to::proceed;
      *boundary = std::move(*to);
    }
  }
  std::string prompt, shows;
  if (!event.empty()) {
    auto made = run->step(event, today, in);
    if (!made) return made.error();
    prompt = made->prompt;
    shows = said_by(run->machine(), *made, "shows");
  } else {
    prompt = said_in(run->machine(), run->where().state, "prompt");
    shows = said_in(run->machine(), run->where().state, "shows");
  }
  const bool first = run->where().state == run->machine().states()[0] && !run->where().sheet;
  if (first) {
    const auto begin = conversation_items(*rules, "begin");
    prompt = begin.empty() ? std::string() : begin[0].prompt;
    shows = "preparation";
  }

  const conversation_model& m = run->model();
  page p;
  p.flow("A CHALLENGING CONVERSATION, opened by the " + std::string(by == opener::ect ? "ECT" : "mentor") + ": " + spaced(run->where().state));
  if (first) p.flow("In the order of: " + m.title + " (" + how_sure(m.on, m.confidence) + "). " + m.about);
  if (*boundary) p.flow(((*boundary)->to == goes_to::proceed ? "" : "It goes to: " + place_of((*boundary)->to) + ". ") + (*boundary)->says);
  p.flow(prompt);
  findings_page(p, findings, *rules, true);
  ordered_json prompts = ordered_json::array();
  if (shows == "opening" || (shows == "opening_said" && !said)) {
    for (const auto& x : m.parts) {
      prompts.push_back({{"item", x.id}, {"title", x.title}, {"prompt", x.prompt}, {"example", x.opening}});
      p.flow(x.title + " (" + x.id + "): " + x.prompt, 5, "  " + std::to_string(x.n) + ".");
      if (!x.opening.empty()) p.flow("such as: \"" + x.opening + "\"", 5);
    }
  } else if (shows == "opening_said") {
    p.line();
    for (const auto& x : said->parts) p.flow(x.text, 4);
    p.line();
    p.flow(std::to_string(words_of_opening(*said)) + " words. It is not kept: copy it if you want it.");
  } else if (shows == "agreed" && run->where().agreed) {
    p.flow("\"" + run->where().agreed->what + "\" To look at again on " + to_string(run->where().agreed->check_on) + ".", 4);
  } else {
    for (const auto& i : conversation_items(*rules, shows)) {
      prompts.push_back({{"item", i.id}, {"title", i.title}, {"prompt", i.prompt}});
      p.flow(i.title + ": " + i.prompt, 4);
    }
  }
  auto can = run->choices(*rules, today);
  if (!can) return can.error();
  // What the sheet and the opening ask for is content.
  for (auto& c : *can) {
    if (c.event == "prepare") {
      c.asks.clear();
      for (const auto& i : preparation) c.asks.push_back(i.id);
    }
    if (c.event == "write") {
      c.asks.clear();
      for (const auto& x : m.parts) c.asks.push_back(x.id);
    }
  }
  ordered_json entries = ordered_json::array();
  if (const auto kept = run->kept(today); kept && !event.empty())
    entries.push_back(entry_of(*kept));
  ordered_json out{{"run", run_json(*run)}, {"state", run->where().state}, {"text", p.take()}, {"prompt", prompt}, {"prompts", prompts},
                   {"model", about_json(m)}, {"opened_by", name(by)}, {"boundary", boundary_json(*boundary)},
                   {"findings", findings_json(findings, *rules, true)}, {"choices", choices_json({can->data(), can->size()})},
                   {"done", run->done(today)}, {"entries", entries}};
  if (auto ok = add_record(r, out); !ok) return ok.error();
  return out.dump();
}

// --- appraisals

ordered_json about_json(const appraisal_model& m) {
  ordered_json provisional = ordered_json::array();
  for (const auto& c : m.criteria)
    if (!c.provisional.empty()) provisional.push_back({{"criterion", c.id}, {"why", c.provisional}});
  return {{"model_id", m.id}, {"title", m.title}, {"about", m.about}, {"basis", name(m.on)}, {"confidence", name(m.confidence)},
          {"sources", sources_json(m.source)}, {"provisional", provisional}};
}

void provisional_page(page& p, const appraisal_model& m) {
  for (const auto& c : m.criteria)
    if (!c.provisional.empty()) p.flow(c.title + ": " + c.provisional, 15, "  provisional  ");
}

void criterion_page(page& p, const criterion& c) {
  p.flow(c.title + " (" + c.id + ")" + (c.provisional.empty() ? "" : ": provisional"), 5, "  " + c.letter);
  for (const auto& q : c.prompts) p.flow(q, 7, "     - ");
}

result<std::string> run_appraisal_model(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  const auto m = appraisal_model_of(*rules, r.text("model"));
  if (!m) return m.error();
  page p;
  p.flow(m->title + "   " + m->id);
  p.flow("How sure: " + how_sure(m->on, m->confidence));
  if (!m->about.empty()) p.flow(m->about);
  p.line();
  ordered_json criteria = ordered_json::array();
  for (const auto& c : m->criteria) {
    criteria.push_back({{"n", c.n}, {"criterion", c.id}, {"letter", c.letter}, {"title", c.title}, {"prompts", c.prompts}, {"critical", c.critical},
                        {"provisional", c.provisional.empty() ? ordered_json(nullptr) : ordered_json(c.provisional)}, {"basis", name(c.on)},
                        {"confidence", name(c.confidence)}, {"sources", sources_json(c.source)}});
    criterion_page(p, c);
  }
  p.line();
  provisional_page(p, *m);
  p.flow("Answer each with ok, concern or unknown; then your own conclusion; then: ectp appraisal verdict.");
  ordered_json out = about_json(*m);
  out["models"] = appraisal_model_ids(*rules);
  out["answers"] = words_in<answer>;
  out["criteria"] = criteria;
  out["text"] = p.take();
  return out.dump();
}

// One answer: its word, or the word with a reason and links.
result<appraisal_answer> answer_of(std::string_view criterion, const json_value& v) {
  appraisal_answer out;
  out.criterion = criterion;
  json_value word = v;
  if (v.kind() == interop::json_kind::object) {
    if (auto ok = v.only_fields({"criterion", "answer", "because", "links"}); !ok) return ok.error();
    const auto w = v.field("answer");
    if (!w) return w.error();
    word = *w;
    if (const auto b = v.find("because"); b && !b->is_null()) {
      const auto text = b->as_string();
      if (!text) return text.error();
      out.because = *text;
    }
    if (const auto l = v.find("links"); l && !l->is_null()) {
      const auto items = l->elements();
      if (!items) return items.error();
      for (const json_value item : *items) {
        const auto link = item.as_string();
        if (!link) return link.error();
        out.links.emplace_back(*link);
      }
    }
  }
  const auto i = word.as_word(words_in<answer>);
  if (!i) return i.error();
  out.answer = static_cast<answer>(*i);
  return out;
}

// Answers by criterion: an object, or an array of objects that name it.
result<std::vector<appraisal_answer>> answers_of(const json_value& v) {
  std::vector<appraisal_answer> out;
  if (v.kind() == interop::json_kind::array) {
    const auto items = v.elements();
    if (!items) return items.error();
    for (const json_value item : *items) {
      const auto c = item.field("criterion");
      if (!c) return c.error();
      const auto id = c->as_string();
      if (!id) return id.error();
      auto a = answer_of(*id, item);
      if (!a) return a.error();
      out.push_back(std::move(*a));
    }
    return out;
  }
  const auto members = v.members();
  if (!members) return members.error();
  for (const auto& m : *members) {
    auto a = answer_of(m.name(), m.value);
    if (!a) return a.error();
    out.push_back(std::move(*a));
  }
  return out;
}

ordered_json answers_json(const std::vector<appraisal_answer>& answers) {
  ordered_json out = ordered_json::array();
  for (const auto& a : answers) {
    ordered_json x{{"criterion", a.criterion}, {"answer", name(a.answer)}};
    if (!a.because.empty()) x["because"] = a.because;
    if (!a.links.empty()) x["links"] = a.links;
    out.push_back(std::move(x));
  }
  return out;
}

ordered_json verdict_json(const verdict_said& v, const policies& rules) {
  const policy::table& t = rules[policy_name::verdict];
  return {{"verdict", name(v.verdict)}, {"says", v.says}, {"do", v.what_to_do}, {"rule", v.why.id}, {"reason", t.note(v.why.rule, "reason")},
          {"basis", name(v.why.on)}, {"sources", sources_json(t.note(v.why.rule, "source"))}, {"concerns", v.concerns}, {"unknowns", v.unknowns},
          {"critical_concerns", v.critical_concerns}, {"provisional", v.provisional}, {"rests_on_provisional", v.rests_on_provisional},
          {"explanation", ordered_json::parse(policy::to_json(v.why.why))}};
}

void verdict_page(page& p, const verdict_said& v, const policies& rules) {
  p.flow(v.says + "  [" + v.why.id + " " + std::string(1, letter(v.why.on)) + "]", 13, "  The table  ");
  p.flow(v.what_to_do, 13);
  p.flow("because " + std::string(rules[policy_name::verdict].note(v.why.rule, "reason")), 13);
  if (v.rests_on_provisional) p.flow("It rests on a provisional criterion: without that it would be another.", 13);
  p.flow("It is about the evidence. What you do with it is yours to decide.", 13);
}

result<std::string> run_appraisal_verdict(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  const auto m = appraisal_model_of(*rules, r.text("model"));
  if (!m) return m.error();
  auto answers = answers_of(*r.find("answers"));
  if (!answers) return answers.error();
  std::vector<appraisal_answer> checked;
  for (const auto& a : *answers) {
    const std::size_t before = checked.size();
    if (auto ok = set_answer(*m, checked, a); !ok) return placed(ok.error(), "/answers/" + a.criterion.substr(0, 60));
    if (checked.size() == before)
      return error{errc::duplicate_id, "two answers to '" + a.criterion + "'", {"arguments", 0, 0, "/answers"}, "one answer to each", ""};
  }
  const std::string conclusion = r.text("conclusion");
  const auto v = verdict_of(*rules, *m, checked, conclusion);
  if (!v) return v.error();
  page p;
  p.flow(conclusion, 13, "  Yours      ");
  verdict_page(p, *v, *rules);
  provisional_page(p, *m);
  ordered_json out{{"model", about_json(*m)}, {"answers", answers_json(checked)}, {"conclusion", conclusion}};
  out.update(verdict_json(*v, *rules));
  out["text"] = p.take();
  return out.dump();
}

result<appraisal_run> appraisal_from(const request& r, const policies& rules) {
  const auto given = r.find("run");
  if (!given) return appraisal_run::begin(rules, r.text("model"));
  const json_value& v = *given;
  if (auto ok = v.only_fields({"walk", "state", "model", "claim", "source", "answers", "conclusion", "statement", "step"}); !ok) return ok.error();
  const auto walk = v.field("walk");
  if (!walk) return walk.error();
  if (const auto w = walk->as_word({"appraise"}); !w) return w.error();
  const auto state = v.field("state");
  if (!state) return state.error();
  const auto word = state->as_string();
  if (!word) return word.error();
  appraisal filled;
  for (const auto& [field, text] : {std::pair("model", &filled.model), std::pair("claim", &filled.claim), std::pair("source", &filled.source),
                                    std::pair("conclusion", &filled.conclusion), std::pair("statement", &filled.statement)})
    if (const auto f = v.find(field); f && !f->is_null()) {
      const auto s = f->as_string();
      if (!s) return s.error();
      *text = *s;
    }
  if (const auto a = v.find("answers"); a && !a->is_null()) {
    auto answers = answers_of(*a);
    if (!answers) return answers.error();
    filled.answers = std::move(*answers);
  }
  if (const auto s = v.find("step"); s && !s->is_null() && !(s->kind() == interop::json_kind::string && s->text().empty())) {
    auto id = s->as_id<step_id>();
    if (!id) return id.error();
    filled.step = std::move(*id);
  }
  return appraisal_run::at(rules, *word, filled);
}

ordered_json run_json(const appraisal_run& run) {
  ordered_json out{{"walk", "appraise"}, {"state", run.state()}};
  if (run.done()) return out;
  const appraisal& a = run.filled();
  out["model"] = a.model;
  out["claim"] = a.claim;
  out["source"] = a.source;
  out["answers"] = answers_json(a.answers);
  out["conclusion"] = a.conclusion;
  out["statement"] = a.statement;
  out["step"] = a.step.str();
  return out;
}

// The statement's full name; it has to be there.
result<std::string> statement_of(const std::string& given, const std::string& edition) {
  const auto colon = given.find(':');
  const auto tree = framework::edition(colon == given.npos ? edition : given.substr(0, colon));
  if (!tree) return placed(tree.error(), "/with/statement");
  const auto node = tree->find(given);
  if (!node) return placed(node.error(), "/with/statement");
  return node->ref();
}

result<std::string> run_appraise(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  std::string edition(framework::default_edition);
  std::optional<record> from;
  if (r.has("record")) {
    if (!r.find("today"))
      return error{errc::missing_field, "the argument 'today' is missing", {}, "a day, YYYY-MM-DD", "a record is read as of a day"};
    auto read = record_of(r, today_of(r));
    if (!read) return read.error();
    from = std::move(*read);
    edition = from->edition();
  }
  auto run = appraisal_from(r, *rules);
  if (!run) return run.error();
  const auto with = r.find("with");
  const std::string event = event_of(r);
  const appraisal_model& m = run->model();
  appraisal_input in;
  for (const auto& [field, text] : {std::pair("claim", &in.claim), std::pair("source", &in.source), std::pair("conclusion", &in.conclusion),
                                    std::pair("statement", &in.statement)}) {
    auto t = with_text(with, field);
    if (!t) return t.error();
    *text = std::move(*t);
  }
  if (event == "answer" && with) {
    const auto many = with->find("answers"), one = with->find("criterion");
    if (many && !many->is_null()) {
      auto answers = answers_of(*many);
      if (!answers) return answers.error();
      in.answers = std::move(*answers);
    } else if (one && !one->is_null()) {
      const auto id = one->as_string();
      if (!id) return id.error();
      auto a = answer_of(*id, *with);
      if (!a) return a.error();
      in.answers.push_back(std::move(*a));
    }
  }
  if (event == "attach" && with) {
    if (!in.statement.empty()) {
      auto ref = statement_of(in.statement, edition);
      if (!ref) return ref.error();
      in.statement = std::move(*ref);
    }
    if (const auto s = with->find("step"); s && !s->is_null() && !(s->kind() == interop::json_kind::string && s->text().empty())) {
      auto id = s->as_id<step_id>();
      if (!id) return id.error();
      in.step = std::move(*id);
    }
  }
  std::string prompt, shows;
  if (!event.empty()) {
    auto made = run->step(*rules, event, in);
    if (!made) return made.error();
    prompt = made->prompt;
    shows = said_by(run->machine(), *made, "shows");
  } else {
    prompt = said_in(run->machine(), run->state(), "prompt");
    shows = said_in(run->machine(), run->state(), "shows");
  }
  page p;
  p.flow("READING RESEARCH: " + m.title + ": " + spaced(run->state()));
  if (!run->filled().claim.empty()) p.flow("\"" + run->filled().claim + "\" (" + run->filled().source + ")");
  if (prompt.empty()) p.flow("What is claimed, in your own words, and where did you meet it?  " + m.about);
  else p.flow(prompt);
  const auto open = unanswered(m, run->filled().answers);
  if (shows == "criteria") {
    for (const auto& c : m.criteria)
      if (std::find(open.begin(), open.end(), c.id) != open.end()) criterion_page(p, c);
  }
  for (const auto& a : run->filled().answers) p.flow(a.criterion + ": " + std::string(name(a.answer)) + (a.because.empty() ? "" : ", " + a.because), 4);
  if (run->said()) {
    p.flow(run->filled().conclusion, 13, "  Yours      ");
    verdict_page(p, *run->said(), *rules);
  }
  if (!run->filled().statement.empty()) p.flow("informs " + run->filled().statement, 4);
  if (!run->filled().step.empty()) p.flow("informs the step " + run->filled().step.str(), 4);
  provisional_page(p, m);
  const auto can = run->choices(*rules);
  if (!can) return can.error();
  ordered_json entries = ordered_json::array();
  if (const auto kept = run->kept()) entries.push_back(entry_of(*kept));
  ordered_json out{{"run", run_json(*run)}, {"state", run->state()}, {"text", p.take()}, {"prompt", prompt}, {"model", about_json(m)}, {"unanswered", open},
                   {"verdict", run->said() ? verdict_json(*run->said(), *rules) : ordered_json(nullptr)},
                   {"choices", choices_json({can->data(), can->size()})}, {"done", run->done()}, {"entries", entries}};
  if (auto ok = add_record(r, out); !ok) return ok.error();
  return out.dump();
}

constexpr std::string_view tables_help = "your own policy tables, each under its name (see policies)";
constexpr std::string_view opening_model_help = "a model of the list conversation_models; the first of it if you do not say";
constexpr std::string_view appraisal_model_help = "a model of the list appraisal_models, such as claims or willingham; the first of it if you do not say";
constexpr std::string_view opened_by_help = "mentor or ect; mentor if you do not say";
constexpr std::string_view topic_help = "safeguarding, conduct, capability, assessment, teaching, relationship, mentoring, workload or entitlement: whose is it? (live only, never stored)";
constexpr std::string_view raised_help = "it was raised before and is as it was";
constexpr std::string_view kept_help = "the record to keep it in (docs/schema/record.schema.json)";
constexpr parameter converse_parameters[] = {
    {"model", kind::text, false, opening_model_help},
    {"opened_by", kind::text, false, opened_by_help},
    {"topic", kind::text, false, topic_help},
    {"raised_before", kind::flag, false, raised_help},
    {"today", kind::date, true, "the day it is, YYYY-MM-DD: nothing here reads a clock"},
    {"run", kind::object, false, run_help},
    {"event", kind::text, false, event_help},
    {"with", kind::object, false, with_help},
    {"record", kind::document, false, kept_help},
    {"entered_by", kind::text, false, "id of whoever writes it down; the mentor if you do not say"},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter opening_lint_parameters[] = {
    {"opening", kind::file, false, "the opening: a text with one part a line, or JSON; in a call the text"},
    {"parts", kind::object, false, "or the opening as an object: the text of each part by its id"},
    {"sheet", kind::object, false, "the preparation sheet: a text by item"},
    {"model", kind::text, false, opening_model_help},
    {"opened_by", kind::text, false, opened_by_help},
    {"topic", kind::text, false, topic_help},
    {"raised_before", kind::flag, false, raised_help},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter opening_model_parameters[] = {{"model", kind::text, false, opening_model_help}, {"tables", kind::tables, false, tables_help}};
constexpr parameter appraise_parameters[] = {
    {"model", kind::text, false, appraisal_model_help},
    {"today", kind::date, false, "the day it is, YYYY-MM-DD; with a record"},
    {"run", kind::object, false, run_help},
    {"event", kind::text, false, event_help},
    {"with", kind::object, false, with_help},
    {"record", kind::document, false, kept_help},
    {"entered_by", kind::text, false, "id of whoever writes it down; the mentor if you do not say"},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter appraisal_verdict_parameters[] = {
    {"answers", kind::object, true, "ok, concern or unknown for each criterion, or {\"answer\", \"because\", \"links\"}"},
    {"conclusion", kind::text, true, "your own conclusion: it comes before the verdict"},
    {"model", kind::text, false, appraisal_model_help},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter appraisal_model_parameters[] = {{"model", kind::text, false, appraisal_model_help}, {"tables", kind::tables, false, tables_help}};

constexpr operation table[] = {
    {"converse", "Prepare and hold a challenging conversation; nothing of it is kept but what both want", converse_parameters, "text", run_converse, "", "", true},
    {"opening_lint", "Look through the opening of a challenging conversation; exit status 1 if anything is an error", opening_lint_parameters, "text", run_opening_lint, "sound"},
    {"opening_model", "Show the parts of an opening, where they come from and how sure that is", opening_model_parameters, "text", run_opening_model},
    {"appraise", "Read a piece of research: the questions, your own conclusion, then a verdict on the evidence", appraise_parameters, "text", run_appraise, "", "", true},
    {"appraisal_verdict", "Say what a piece of evidence bears, from answers and your own conclusion", appraisal_verdict_parameters, "text", run_appraisal_verdict},
    {"appraisal_model", "Show the questions to put to a piece of research, and what they rest on", appraisal_model_parameters, "text", run_appraisal_model}};

}  // namespace

std::span<const operation> conversation_operations() { return table; }

}  // namespace ectp::inline ECTP_ABI::operations
