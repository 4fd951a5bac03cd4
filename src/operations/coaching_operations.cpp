// A meeting in progress, the balance of stances, and the place in the programme.
#include "ectp/meeting_models.hpp"
#include "ectp/content/tables.hpp"
#include "ectp/ectp.hpp"
#include "ectp/interop/practice_json.hpp"
#include "ectp/interop/record_json.hpp"
#include "ectp/mentoring/balance.hpp"
#include "ectp/mentoring/meeting_run.hpp"
#include "ectp/mentoring/place.hpp"
#include "operations/walk.hpp"

namespace ectp::inline ECTP_ABI::operations {

using interop::json_value;
using nlohmann::ordered_json;

namespace {

// A listed value, or null.
template <class E>
ordered_json word_or_null(const maybe<E>& v) {
  return v ? ordered_json(name(*v)) : ordered_json(nullptr);
}

// --- coach

// Reads an object field by field; the first error stays.
class reader {
 public:
  explicit reader(const json_value& v) : from_(v) {}
  void text(std::string_view field, std::string& out) {
    get(field, [&](const json_value& v) -> result<void> {
      const auto s = v.as_string();
      if (!s) return s.error();
      out = *s;
      return {};
    });
  }
  void number(std::string_view field, int most, int& out) {
    get(field, [&](const json_value& v) -> result<void> {
      const auto n = whole(v, most);
      if (!n) return n.error();
      out = *n;
      return {};
    });
  }
  void number(std::string_view field, int most, maybe<int>& out) {
    get(field, [&](const json_value& v) -> result<void> {
      const auto n = whole(v, most);
      if (!n) return n.error();
      out = *n;
      return {};
    });
  }
  void flag(std::string_view field, bool& out) {
    get(field, [&](const json_value& v) -> result<void> {
      const auto b = v.as_boolean();
      if (!b) return b.error();
      out = *b;
      return {};
    });
  }
  template <class E>
  void word(std::string_view field, maybe<E>& out) {
    get(field, [&](const json_value& v) -> result<void> {
      const auto i = v.as_word(words_in<E>);
      if (!i) return i.error();
      out = static_cast<E>(*i);
      return {};
    });
  }
  template <class Id>
  void id(std::string_view field, Id& out) {
    get(field, [&](const json_value& v) -> result<void> {
      auto made = v.as_id<Id>();
      if (!made) return made.error();
      out = std::move(*made);
      return {};
    });
  }
  void day(std::string_view field, date& out) {
    get(field, [&](const json_value& v) -> result<void> {
      const auto d = v.as_date();
      if (!d) return d.error();
      out = *d;
      return {};
    });
  }
  template <class Read>
  void get(std::string_view field, Read read) {
    if (!ok_) return;
    if (const auto v = from_.find(field); v && !v->is_null()) ok_ = read(*v);
  }
  const result<void>& ok() const { return ok_; }

 private:
  // A number, or its digits as a person types them.
  static result<int> whole(const json_value& v, int most) {
    if (v.kind() == interop::json_kind::string) {
      int n = 0;
      for (const char c : v.text()) n = c >= '0' && c <= '9' && n <= most ? 10 * n + (c - '0') : most + 1;
      if (!v.text().empty() && n <= most) return n;
      return v.fail(errc::out_of_range, "'" + std::string(v.text().substr(0, 40)) + "' is no such number", "0 to " + std::to_string(most), "");
    }
    const auto n = v.as_integer(0, most);
    if (!n) return n.error();
    return static_cast<int>(*n);
  }
  json_value from_;
  result<void> ok_;
};

constexpr std::string_view run_fields[] = {"state", "before", "failed_probes", "asked", "topic", "looked", "runs",
                                           "gap", "step", "practised", "minutes", "held_in", "cycle"};

result<meeting_run> run_of(const request& r, const meeting_setting& in) {
  const auto given = r.find("run");
  if (!given) return meeting_run();
  if (auto ok = given->only_fields(run_fields); !ok) return ok.error();
  meeting_run::parts p;
  reader f(*given);
  f.text("state", p.state);
  f.text("before", p.before);
  f.number("failed_probes", 99, p.failed_probes);
  f.flag("asked", p.asked);
  maybe<topic> about;
  f.word("topic", about);
  if (about) p.topic = *about;
  f.flag("looked", p.looked);
  f.number("runs", 99, p.runs);
  f.text("gap", p.gap);
  f.get("step", [&](const json_value& v) -> result<void> {
    if (auto ok = v.only_fields({"statement", "what", "when_where", "criterion", "named_by"}); !ok) return ok;
    worded_step s;
    reader g(v);
    g.text("statement", s.statement);
    g.text("what", s.what);
    g.text("when_where", s.when_where);
    g.text("criterion", s.criterion);
    maybe<named_by> by;
    g.word("named_by", by);
    if (by) s.named_by = *by;
    p.step = std::move(s);
    return g.ok();
  });
  f.get("practised", [&](const json_value& v) -> result<void> {
    if (auto ok = v.only_fields({"script", "held_on", "level", "kept"}); !ok) return ok;
    rehearsed x;
    reader g(v);
    g.id("script", x.script);
    g.day("held_on", x.held_on);
    g.number("level", 5, x.level);
    g.text("kept", x.kept);
    p.practised = std::move(x);
    return g.ok();
  });
  f.number("minutes", 600, p.minutes);
  f.word("held_in", p.held_in);
  f.word("cycle", p.cycle);
  if (!f.ok()) return f.ok().error();
  auto made = meeting_run::make(std::move(p), in);
  if (made) return made;
  error e = made.error();
  auto at = *given;
  for (std::size_t from = 1; from < e.at.path.size();) {
    const std::size_t end = std::min(e.at.path.find('/', from), e.at.path.size());
    if (const auto deeper = at.find(std::string_view(e.at.path).substr(from, end - from))) at = *deeper;
    from = end + 1;
  }
  e.at = {};
  return at.locate(std::move(e));
}

ordered_json run_json(const meeting_run& run) {
  const auto p = run.take();
  ordered_json out{{"state", p.state}};
  // Only what differs from a run that begins, so that nothing can be read from what stands there idle.
  if (p.before != "arrive") out["before"] = p.before;
  if (p.failed_probes != 0) out["failed_probes"] = p.failed_probes;
  if (p.asked) out["asked"] = true;
  if (p.topic != topic::technique) out["topic"] = name(p.topic);
  if (p.looked) out["looked"] = true;
  if (p.runs != 0) out["runs"] = p.runs;
  if (!p.gap.empty()) out["gap"] = p.gap;
  if (p.step)
    out["step"] = {{"statement", p.step->statement}, {"what", p.step->what}, {"when_where", p.step->when_where},
                   {"criterion", p.step->criterion}, {"named_by", name(p.step->named_by)}};
  if (p.practised)
    out["practised"] = {{"script", p.practised->script.str()}, {"held_on", to_string(p.practised->held_on)},
                        {"level", p.practised->level}, {"kept", p.practised->kept}};
  if (p.minutes) out["minutes"] = *p.minutes;
  if (p.held_in) out["held_in"] = name(*p.held_in);
  if (p.cycle) out["cycle"] = name(*p.cycle);
  return out;
}

constexpr std::string_view said_fields[] = {"gap", "what", "when_where", "criterion", "statement", "kept", "named_by", "topic",
                                            "level", "minutes", "stance", "cycle", "id", "step", "session"};

result<meeting_said> said_of(const request& r) {
  meeting_said out;
  const auto with = r.find("with");
  if (!with) return out;
  if (auto ok = with->only_fields(said_fields); !ok) return ok.error();
  reader f(*with);
  f.text("gap", out.gap);
  f.text("what", out.what);
  f.text("when_where", out.when_where);
  f.text("criterion", out.criterion);
  f.text("statement", out.statement);
  f.text("kept", out.kept);
  f.word("named_by", out.named_by);
  f.word("topic", out.topic);
  f.number("level", 5, out.level);
  f.number("minutes", 600, out.minutes);
  f.word("stance", out.stance);
  f.word("cycle", out.cycle);
  if (!f.ok()) return f.ok().error();
  return out;
}

// A name that the record does not have yet.
template <class Used>
std::string fresh(std::string_view stem, std::size_t n, Used used) {
  std::string out;
  do out = std::string(stem) + std::to_string(n++);
  while (used(out));
  return out;
}

result<ordered_json> entries_of(const request& r, const planned& g, const meeting_kept& k) {
  const auto with = r.find("with");
  const auto named = [&](std::string_view field) -> result<std::string> {
    const auto v = with ? with->find(field) : std::nullopt;
    if (!v || v->is_null()) return std::string();
    const auto id = v->as_id<entry_id>();
    if (!id) return id.error();
    return id->str();
  };
  ordered_json out = ordered_json::array();

  session held;
  held.status = session_status::held;
  held.held_on = k.held_on;
  held.planned_minutes = k.planned_minutes;
  auto id = named("session");
  if (!id) return id.error();
  if (id->empty())
    for (const auto& s : g.state.sessions)
      if (s.kind == session_kind::mentor_meeting && s.status == session_status::planned && s.held_on == k.held_on) {
        *id = s.id.str();
        held.planned_minutes = s.planned_minutes;
      }
  if (id->empty())
    *id = fresh("meeting-" + to_string(k.held_on) + "-", 1, [&](const std::string& x) {
      for (const auto& s : g.from.all_sessions())
        if (s.id.str() == x) return true;
      return false;
    });
  held.id = session_id::make(*id).value();
  held.minutes = k.minutes;
  held.slot = k.slot;
  held.touched = k.touched;
  held.cycle = k.cycle;
  held.stance = k.stance;
  held.stance_rule = k.stance_rule;
  held.step_named_by = k.step_named_by;
  out.push_back(entry_of(held));

  if (k.step) {
    id = named("step");
    if (!id) return id.error();
    if (id->empty())
      *id = fresh("step-", g.from.all_steps().size() + 1, [&](const std::string& x) {
        for (const auto& s : g.from.all_steps())
          if (s.id.str() == x) return true;
        return false;
      });
    step agreed;
    agreed.id = step_id::make(*id).value();
    agreed.statement = k.step->statement;
    agreed.what = k.step->what;
    agreed.when_where = k.step->when_where;
    agreed.success_criteria = {k.step->criterion};
    agreed.check_on = k.check_on;
    agreed.named_by = k.step->named_by;
    if (k.practised) agreed.script = k.practised->script;
    agreed.ect_agreed = true;
    out.push_back(entry_of(agreed));
  }
  if (k.practised) out.push_back(entry_of(*k.practised));
  return out;
}

result<std::string> run_coach(const request& r) {
  const auto g = plan_of(r);
  if (!g) return g.error();
  const auto in = meeting_setting::make(g->plan, g->state, g->rules, g->tree);
  if (!in) return in.error();
  auto run = run_of(r, *in);
  if (!run) return run.error();
  std::string prompt;
  if (const std::string event = event_of(r); !event.empty()) {
    const auto with = said_of(r);
    if (!with) return with.error();
    const auto made = run->step(event, *with, *in);
    if (!made) {
      error e = made.error();
      if (e.at.path.starts_with("/with/")) {
        const auto given = r.find("with");
        const std::string field = e.at.path.substr(6);
        e.at = {"arguments", 0, 0, e.at.path};
        if (const auto at = given ? given->find(field) : std::nullopt) {
          e.at = {};
          return at->locate(std::move(e));
        }
      }
      return e;
    }
    prompt = made->prompt;
  }
  const auto now = run->says(*in);
  if (!now) return now.error();
  const auto text = to_text(*run, *in);
  if (!text) return text.error();
  const auto choices = run->choices(*in);
  if (!choices) return choices.error();
  const bool done = run->done(*in);

  ordered_json evidence = ordered_json::array();
  if (now->how.next == route::coaching)
    for (const auto& s : now->evidence)
      evidence.push_back({{"entry", s.entry.str()}, {"statement", s.statement}, {"source", name(s.source)},
                          {"seen_on", to_string(s.seen_on)}, {"where", s.where}, {"latest", name(s.latest)}});
  ordered_json out{{"run", run_json(*run)}, {"state", run->state()}, {"text", *text}, {"prompt", prompt}};
  ordered_json manner{{"stance", word_or_null(now->how.stance)},
                      {"word", now->how.stance ? ordered_json(manner_word(*now->how.stance)) : ordered_json(nullptr)},
                      {"next", name(now->how.next)}};
  // A rule that would reveal what must not be kept is not named.
  manner["rule"] = now->how.live_only ? ordered_json(nullptr) : ordered_json(now->how.why.id);
  manner["faded_by"] = now->fade.next ? ordered_json(now->fade.why.id) : ordered_json(nullptr);
  out["phase"] = name(now->phase);
  out["manner"] = std::move(manner);
  out["rung"] = word_or_null(now->rung);
  out["words"] = now->words;
  out["do"] = now->act;
  out["minutes"] = {{"from", now->from}, {"to", now->to}};
  if (run->minutes() && now->to != 0) out["minutes"]["left"] = std::max(0, now->to - *run->minutes());
  out["evidence"] = std::move(evidence);
  out["choices"] = done ? ordered_json::array() : choices_json({choices->data(), choices->size()});
  out["done"] = done;
  out["entries"] = ordered_json::array();
  if (done) {
    const auto kept = run->kept(*in);
    if (!kept) return kept.error();
    if (*kept) {
      auto entries = entries_of(r, *g, **kept);
      if (!entries) return entries.error();
      out["entries"] = std::move(*entries);
    }
    if (auto ok = add_record(r, out); !ok) return ok.error();
  }
  return dumped(out);
}

// --- balance

result<std::string> run_balance(const request& r) {
  const auto o = open_record(r);
  if (!o) return o.error();
  const auto counts = balance_of(o->state, o->rules);
  ordered_json rows = ordered_json::array();
  for (const auto& c : counts)
    rows.push_back({{"half_term", c.half_term}, {"meetings", c.meetings},
                    {"stances", {{"directive", c.stances[0]}, {"dialogic", c.stances[1]}, {"facilitative", c.stances[2]}}},
                    {"steps_named_by", {{"ect", c.named[0]}, {"mentor", c.named[1]}, {"together", c.named[2]}}}});
  return dumped(ordered_json{{"teacher", o->from.teacher().str()}, {"as_of", to_string(o->state.today)}, {"half_terms", rows}, {"text", to_text(counts)}});
}

// --- place

result<std::string> run_place(const request& r) {
  const auto g = plan_of(r);
  if (!g) return g.error();
  const auto p = place_of(g->plan, g->state, g->tree, g->rules);
  if (!p) return p.error();
  ordered_json out{{"teacher", g->from.teacher().str()}, {"as_of", to_string(p->today)}, {"year", p->year}, {"half_term", p->half_term},
                   {"half_term_number", p->half_term_number}, {"weeks_left", p->weeks_left}, {"school_days_left", p->school_days_left}};
  out["block"] = p->block ? ordered_json{{"year", p->block->year}, {"half_term", p->block->half_term}, {"title", p->block->title},
                                         {"statements", p->block->statements}, {"unit_read", p->block->unit_read}}
                          : ordered_json(nullptr);
  out["inquiry"] = p->inquiry ? ordered_json{{"question", p->inquiry->question}, {"statements", p->inquiry->statements},
                                             {"until", p->inquiry->until ? ordered_json(to_string(*p->inquiry->until)) : ordered_json(nullptr)}}
                              : ordered_json(nullptr);
  out["agenda"] = {{"leader", name(p->lead.leader)}, {"block", name(p->lead.stands)}, {"rule", p->lead.why.id}, {"says", p->lead.says}, {"ask", p->lead.ask}};
  out["focus"] = {{"from", name(p->focus.from)}, {"statement", p->focus.statement}, {"rule", p->focus.why.id}, {"says", p->focus.says}};
  ordered_json coverage = ordered_json::array();
  for (const auto& row : p->coverage) {
    ordered_json days = ordered_json::object();
    for (std::size_t i = 0; i != row.days.size(); ++i) days[p->themes[i].id] = row.days[i];
    coverage.push_back({{"half_term", row.half_term}, {"from", to_string(row.from)}, {"until", to_string(row.until)}, {"now", row.now}, {"days", days}});
  }
  out["coverage"] = coverage;
  ordered_json touched = ordered_json::array();
  for (const auto& t : p->touched) touched.push_back({{"standard", t.standard}, {"touched", t.touched}, {"statements", t.statements}});
  out["touched"] = touched;
  out["handover"] = nullptr;
  if (p->handover) {
    ordered_json standards = ordered_json::array();
    for (const auto& s : p->came) {
      ordered_json came = ordered_json::array();
      for (const auto& c : s.came)
        came.push_back({{"from", c.from}, {"to", c.to.empty() ? ordered_json(nullptr) : ordered_json(c.to)}, {"secure", c.secure},
                        {"standing", name(c.standing)}, {"says", c.says}, {"rule", c.rule.empty() ? ordered_json(nullptr) : ordered_json(c.rule)}});
      standards.push_back({{"standard", s.standard.empty() ? ordered_json(nullptr) : ordered_json(s.standard)}, {"came", came}});
    }
    out["handover"] = {{"edition", p->handover->edition}, {"wants", p->handover->wants}, {"standards", standards}};
  }
  out["text"] = to_text(*p, g->tree, g->rules);
  return dumped(out);
}

constexpr std::string_view record_help = "the record of one ECT (docs/schema/record.schema.json)";
constexpr std::string_view today_help = "the day to look from, YYYY-MM-DD: nothing here reads a clock";
constexpr std::string_view tables_help = "your own policy tables, each under its name (see policies)";

constexpr parameter coach_parameters[] = {
    {"record", kind::document, true, record_help},
    {"today", kind::date, true, "the day of the meeting, YYYY-MM-DD"},
    {"tables", kind::tables, false, tables_help},
    {"minutes", kind::integer, false, "length of the meeting, 5 to 240; as the record plans it if you do not say"},
    {"run", kind::object, false, run_help},
    {"event", kind::text, false, event_help},
    {"with", kind::object, false, with_help},
    {"entered_by", kind::text, false, "who writes it down; the record's mentor if you do not say"},
    {"text", kind::flag, false, "add the page as text; it is there in any case"}};
constexpr parameter looking_parameters[] = {
    {"record", kind::document, true, record_help}, {"today", kind::date, true, today_help}, {"tables", kind::tables, false, tables_help}};

constexpr operation table[] = {
    {"coach", "Hold the meeting: at each moment guide, think together, ask or listen, with words to say", coach_parameters, "text", run_coach, "", "", true},
    {"balance", "Count stances and who named the steps, by half-term; for mentor and ECT only", looking_parameters, "text", run_balance},
    {"place", "Say where you are in the programme, who leads the agenda, what was looked at, and what came from training", looking_parameters, "text", run_place}};

}  // namespace

std::span<const operation> coaching_operations() { return table; }

}  // namespace ectp::inline ECTP_ABI::operations
