#include "ectp/interop/practice_json.hpp"
#include "ectp/mentoring/rehearsal.hpp"
#include "operations/request.hpp"
#include "operations/walk.hpp"

namespace ectp::inline ECTP_ABI::operations {

using interop::json_value;
using nlohmann::ordered_json;

namespace {

// The script's text: a file's, one inside the arguments, or that of a built-in id.
result<full_script> script_of(const request& r) {
  if (const document* d = r.given("script")) return read_full_script(d->text, d->file);
  const auto v = r.find("script");
  if (v->kind() == interop::json_kind::object) return read_full_script(v->source(), "script");
  auto s = builtin_script(v->text());
  if (!s) return v->locate(s.error());
  return s;
}

result<int> integer_of(const json_value& run, std::string_view field, int most) {
  const auto v = run.field(field);
  if (!v) return v.error();
  const auto n = v->as_integer(0, most);
  if (!n) return n.error();
  return static_cast<int>(*n);
}

result<std::string> text_of(const json_value& run, std::string_view field) {
  const auto v = run.field(field);
  if (!v) return v.error();
  const auto s = v->as_string();
  if (!s) return s.error();
  return std::string(*s);
}

// What an earlier answer gave as `run`. Nothing in it is believed before it was looked at.
result<rehearsal> resumed(const json_value& run, full_script what, const rehearsal_rules& rules) {
  if (auto ok = run.only_fields({"script", "state", "level", "reached", "in_hand", "met", "missed", "minutes", "twist", "practised", "kept"}); !ok) return ok.error();
  const auto id = text_of(run, "script");
  if (!id) return id.error();
  if (*id != what.id.str())
    return run.find("script")->fail(errc::bad_argument, "the run is one of '" + id->substr(0, 60) + "'", what.id.str(), "begin anew: leave 'run' out");
  rehearsal_progress now;
  auto state = text_of(run, "state");
  if (!state) return state.error();
  now.state = std::move(*state);
  const struct {
    std::string_view field;
    int* to;
    int most;
  } numbers[] = {{"level", &now.level, last_twist_level}, {"reached", &now.reached, last_twist_level}, {"met", &now.met, 9}, {"missed", &now.missed, 9}, {"minutes", &now.minutes, 999}};
  for (const auto& n : numbers) {
    const auto value = integer_of(run, n.field, n.most);
    if (!value) return value.error();
    *n.to = *value;
  }
  const auto in_hand = run.field("in_hand");
  if (!in_hand) return in_hand.error();
  const auto s = in_hand->as_word(words_in<scaffold>);
  if (!s) return s.error();
  now.in_hand = static_cast<scaffold>(*s);
  auto twist = text_of(run, "twist"), kept = text_of(run, "kept");
  if (!twist) return twist.error();
  if (!kept) return kept.error();
  now.twist = std::move(*twist);
  now.kept = std::move(*kept);
  const auto practised = run.field("practised");
  if (!practised) return practised.error();
  const auto did = practised->as_boolean();
  if (!did) return did.error();
  now.practised = *did;
  auto there = rehearsal::at(std::move(what), std::move(now), rules);
  if (!there) {
    error e = run.locate(there.error());
    e.at.path += there.error().at.path;
    return e;
  }
  return there;
}

ordered_json run_json(const rehearsal& x) {
  const rehearsal_progress& n = x.now();
  return {{"script", x.what().id.str()}, {"state", n.state}, {"level", n.level}, {"reached", n.reached}, {"in_hand", name(n.in_hand)},
          {"met", n.met}, {"missed", n.missed}, {"minutes", n.minutes}, {"twist", n.twist}, {"practised", n.practised}, {"kept", n.kept}};
}

result<std::string> run_practise(const request& r) {
  const date today = today_of(r);
  const auto tables = policies_of(r);
  if (!tables) return tables.error();
  const auto rules = rehearsal_rules::make(*tables);
  if (!rules) return rules.error();
  auto what = script_of(r);
  if (!what) return what.error();

  rehearsal x;
  const auto run = r.find("run");
  if (run) {
    auto there = resumed(*run, std::move(*what), *rules);
    if (!there) return there.error();
    x = std::move(*there);
  } else {
    expertise known = expertise::unknown;
    if (const auto v = r.find("expertise")) {
      const auto i = v->as_word(words_in<expertise>);
      if (!i) return i.error();
      known = static_cast<expertise>(*i);
    }
    auto begun = rehearsal::start(std::move(*what), known, *rules);
    if (!begun) return begun.error();
    x = std::move(*begun);
  }

  if (const std::string event = event_of(r); !event.empty()) {
    rehearsal_with with;
    with.twist = r.text("choose");
    if (const auto w = r.find("with")) {
      if (const auto m = w->find("minutes"); m && !m->is_null()) {
        const auto n = m->as_integer(0, 240);
        if (!n) return n.error();
        with.minutes = static_cast<int>(*n);
      }
      if (const auto c = w->find("choose"); c && !c->is_null()) {
        const auto id = c->as_string();
        if (!id) return id.error();
        with.twist = *id;
      }
    }
    auto kept = asked_text_or_none(r, "kept", 200);
    if (!kept) return kept.error();
    with.kept = std::move(*kept);
    if (const auto made = x.step(event, with, *rules); !made) return made.error();
  }

  const auto page = x.page(*rules);
  if (!page) return page.error();
  const auto next = x.choices(*rules);
  if (!next) return next.error();
  ordered_json lines = ordered_json::array();
  for (const auto& l : page->lines) {
    ordered_json line{{"who", l.who}, {"says", l.says}};
    if (!l.act.empty()) line["act"] = l.act;
    lines.push_back(std::move(line));
  }
  const bool done = x.done(*rules);
  ordered_json out{{"run", run_json(x)}, {"state", x.now().state}, {"title", page->title}, {"text", page->text}, {"lines", lines}, {"level", x.now().level}};
  if (x.now().state == "pause") {
    const auto a = x.advice(*rules);
    if (!a) return a.error();
    out["advice"] = {{"move", a->move}, {"scope", a->scope}, {"says", a->says}, {"rule", a->rule}, {"live_only", true}};
  }
  out["choices"] = done ? ordered_json::array() : choices_json(*next);
  out["done"] = done;
  out["entries"] = ordered_json::array();
  if (const auto k = x.to_keep(today, *rules))
    out["entries"].push_back(entry_of(*k));
  if (auto ok = add_record(r, out); !ok) return ok.error();
  return dumped(out);
}

result<std::string> run_script_check(const request& r) {
  const document* d = r.given("script");
  const std::string file = d != nullptr ? d->file : "script";
  const auto v = r.find("script");
  const script_reading read = read_full_script_all(d != nullptr ? std::string_view(d->text) : v->text(), file);
  ordered_json errors = ordered_json::array();
  std::string text;
  for (const error& e : read.errors) {
    errors.push_back(ordered_json::parse(error_json(e)));
    text += to_string(e) + "\n";
  }
  ordered_json out{{"sound", read.errors.empty()}, {"id", nullptr}, {"errors", errors}};
  if (read.script) {
    out["id"] = read.script->id.str();
    text = read.script->id.str() + " is sound: " + read.script->title + "\n";
  } else {
    text += read.errors.size() == 1 ? "1 error.\n" : std::to_string(read.errors.size()) + (read.errors.size() >= 50 ? " errors or more.\n" : " errors.\n");
  }
  out["text"] = text;
  return dumped(out);
}

constexpr parameter practise_parameters[] = {
    {"script", kind::framework, true, "a script's id (see: ectp practice), or a script of your own: a file that ends in .json"},
    {"today", kind::date, true, "the day of the rehearsal, YYYY-MM-DD: nothing here reads a clock"},
    {"expertise", kind::text, false, "novice, developing, secure or unknown, in this one thing; unknown if you do not say"},
    {"choose", kind::text, false, "which complication, by its id; the first of the level if you do not say"},
    {"record", kind::document, false, "a record (docs/schema/record.schema.json): at the end the rehearsal is added to it"},
    {"entered_by", kind::text, false, "with a record: id of whoever writes it down; the mentor if you do not say"},
    {"tables", kind::tables, false, "your own policy tables, each under its name (see policies)"},
    {"run", kind::object, false, run_help},
    {"event", kind::text, false, event_help},
    {"with", kind::object, false, with_help},
    {"text", kind::flag, false, "the page as text; it is there in any case"}};
constexpr parameter script_check_parameters[] = {{"script", kind::file, true, "a practice script (.json); in a call its text"}};

constexpr operation operations_here[] = {
    {"practise", "Rehearse a practice script, one move at a time", practise_parameters, "text", run_practise, {}, {}, true},
    {"script_check", "Check a practice script: every error in one pass", script_check_parameters, "text", run_script_check, "sound"}};

}  // namespace

std::span<const operation> rehearsal_operations() { return operations_here; }

}  // namespace ectp::inline ECTP_ABI::operations
