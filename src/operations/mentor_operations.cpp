// The cycle, feedback, the mirror, calibration and the entitlement watch.
#include <nlohmann/json.hpp>

#include "ectp/core/page.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/interop/record_json.hpp"
#include "ectp/mentoring/calibration.hpp"
#include "ectp/mentoring/cycle.hpp"
#include "ectp/mentoring/feedback.hpp"
#include "ectp/mentoring/mirror.hpp"
#include "ectp/mentoring/watch.hpp"
#include "ectp/record_state.hpp"
#include "operations/request.hpp"
#include "operations/walk.hpp"

namespace ectp::inline ECTP_ABI::operations {

using interop::json_value;
using nlohmann::ordered_json;

namespace {

// `lead`, then the text in lines of the page's width, each further one under the first's beginning.
std::string paragraph(std::string_view lead, std::string_view text) {
  std::string out;
  for (const auto& line : wrapped(lead, text, columns_of(lead), {true, false})) out += line + '\n';
  return out;
}

std::string padded(std::string s, std::size_t n) {
  for (std::size_t k = columns_of(s); k < n; ++k) s += ' ';
  return s;
}

// ` [CYC-D5 D]`
std::string mark(std::string_view rule, basis on) {
  return " [" + std::string(rule) + " " + std::string(1, letter(on)) + "]";
}

struct opened_for_year : opened {
  int year = 1;
};

// The record as of the day, and the year of induction: the argument `year`, else the record's own.
result<opened_for_year> opened_of(const request& r) {
  auto o = open_record(r);
  if (!o) return o.error();
  int year = year_of(o->state);
  if (const auto v = r.find("year")) {
    const auto n = v->as_integer(1, 2);
    if (!n) return n.error();
    year = static_cast<int>(*n);
  }
  return opened_for_year{std::move(*o), year};
}

// --- cycle --------------------------------------------------------------------------------------

ordered_json or_null(const maybe<date>& d) { return d ? ordered_json(to_string(*d)) : ordered_json(nullptr); }

ordered_json cycle_json(const cycle_view& c) {
  ordered_json paths = ordered_json::array(), items = ordered_json::array();
  for (const auto& p : c.paths) {
    ordered_json parts = ordered_json::array();
    for (const auto& s : p.parts)
      parts.push_back({{"part", name(s.part)}, {"shape", s.shape}, {"weeks", s.weeks}, {"on", or_null(s.on)}, {"past", s.past},
                       {"rule", s.rule}, {"basis", name(s.from)}, {"says", s.says}});
    paths.push_back({{"standard", p.standard}, {"path", p.chosen ? ordered_json(name(*p.chosen)) : ordered_json(nullptr)},
                     {"itt_view", name(p.itt_view)}, {"checked", p.checked}, {"parts", parts}});
  }
  for (const auto& w : c.workload.items)
    items.push_back({{"item", w.item}, {"consolidate", w.consolidate}, {"extend", w.extend}});
  ordered_json out{
      {"now",
       {{"part", c.now.part ? ordered_json(name(*c.now.part)) : ordered_json(nullptr)}, {"path", name(c.now.path)},
        {"decided_since", c.now.decided_since}, {"seen", c.now.seen},
        {"lesson_waiting", c.now.lesson_waiting ? ordered_json(*c.now.lesson_waiting) : ordered_json(nullptr)},
        {"live_step", c.now.live_step}, {"settled", c.now.settled}, {"weeks", c.now.weeks}}},
      {"next", name(c.due.next)}, {"rule", c.due.rule}, {"basis", name(c.due.on)}, {"says", c.due.says},
      {"choices", choices_json({c.choices.data(), c.choices.size()})},
      {"paths", paths},
      {"workload",
       {{"half_term", c.workload.half_term.empty() ? ordered_json(nullptr) : ordered_json(c.workload.half_term)},
        {"weeks", c.workload.weeks}, {"items", items}, {"consolidate", c.workload.consolidate},
        {"extend", c.workload.extend}, {"has", c.workload.has}}},
      {"inquiry", nullptr}};
  if (c.inquiry) {
    const auto& q = *c.inquiry;
    out["inquiry"] = {{"question", q.now ? ordered_json(q.now->question) : ordered_json(nullptr)}, {"next", q.next}, {"rule", q.rule},
                      {"says", q.says}, {"seen_on", q.rows}, {"weeks", q.weeks}};
  }
  return out;
}

std::string cycle_text(const opened_for_year& o, const cycle_view& c) {
  std::string out = "THE CYCLE   " + o.from.teacher().str() + "   " + to_string(o.state.today) + ", year " + std::to_string(o.year) + "\n";
  if (o.from.invented()) out += "Invented record. ";
  out += "For you two only; not assessment.\n\n";
  const auto machine = machine_of(o.rules, policy_name::cycle_moves);
  const auto title = [&](cycle_part p) {
    const std::string own = machine ? said_in(*machine, name(p), "title") : std::string();
    return own.empty() ? spaced(name(p)) : own;
  };
  out += "  Last     " + (c.now.part ? title(*c.now.part) : std::string("no meeting names its part of the cycle")) + "\n";
  out += paragraph("  Next     ", title(c.due.next) + ": " + c.due.says + mark(c.due.rule, c.due.on));
  std::string may;
  for (const auto& x : c.choices) may += (may.empty() ? "" : " | ") + x.says;
  if (!may.empty()) out += paragraph("  You may  ", may);
  for (const auto& p : c.paths) {
    const auto node = o.tree.find(p.standard);
    out += "\n" + paragraph("  ", (p.chosen ? spaced(name(*p.chosen)) : std::string("one check")) + ", " +
                                    (node ? std::string(node->display()) : p.standard) + ":");
    for (const auto& s : p.parts) {
      const std::string when = s.past ? "reached" : s.on ? to_string(*s.on) : "later";
      out += paragraph("    " + padded(when, 12), s.says + mark(s.rule, s.from));
    }
  }
  if (c.paths.empty()) out += "\n  No path is in force, so nothing is planned ahead.\n";
  const auto& w = c.workload;
  out += "\n" + padded("  Minutes a half-term" + (w.half_term.empty() ? std::string() : " (" + w.half_term + ", " + std::to_string(w.weeks) + " weeks)"), 46) +
         "Consolidate  Extend\n";
  for (const auto& i : w.items)
    out += "    " + padded(i.item, 42) + padded(std::to_string(i.consolidate), 13) + std::to_string(i.extend) + "\n";
  out += "    " + padded("together", 42) + padded(std::to_string(w.consolidate), 13) + std::to_string(w.extend) + "\n";
  if (w.has != 0)
    out += paragraph("    ", "The reduced timetable gives about " + std::to_string(w.has) + " minutes in these weeks at full time.");
  if (c.inquiry) {
    out += "\n" + paragraph("  Inquiry  ", c.inquiry->now ? c.inquiry->now->question : std::string("none is written down"));
    out += paragraph("  Then     ", c.inquiry->says + mark(c.inquiry->rule, basis::default_policy));
  }
  return out + "\n  People decide. Looking again may be early, and any of this may be left out.\n";
}

result<std::string> run_cycle(const request& r) {
  const auto o = opened_of(r);
  if (!o) return o.error();
  const auto c = cycle_now(o->state, o->tree, o->rules, o->year);
  if (!c) return c.error();
  ordered_json out = cycle_json(*c);
  out["teacher_id"] = o->from.teacher().str();
  out["year"] = o->year;
  out["text"] = cycle_text(*o, *c);
  return dumped(out);
}

// --- feedback -----------------------------------------------------------------------------------

ordered_json findings_json(const std::vector<lint_finding>& all) {
  ordered_json out = ordered_json::array();
  for (const auto& f : all)
    out.push_back({{"rule", f.rule}, {"severity", name(f.severity)}, {"check", f.check}, {"field", f.field}, {"from", f.from},
                   {"to", f.to}, {"found", f.found}, {"says", f.says}, {"expected", f.expected}, {"rewrite", f.rewrite}});
  return out;
}

// The mirror offers: what is so, what would help, a sentence. No severity: nothing in it is an error.
ordered_json offers_json(const std::vector<lint_finding>& all) {
  ordered_json out = ordered_json::array();
  for (const auto& f : all)
    out.push_back({{"rule", f.rule}, {"about", f.check}, {"field", f.field}, {"found", f.found}, {"says", f.says},
                   {"would_help", f.expected}, {"try", f.rewrite}});
  return out;
}

result<feedback> feedback_of(const json_value& v) {
  if (auto ok = v.only_fields({"kind", "from", "about", "given_on", "statement", "seen", "effect", "question", "offer"}); !ok)
    return ok.error();
  feedback f;
  const auto from = v.field("from");
  if (!from) return from.error();
  const auto who = from->as_word(words_in<feedback_from>);
  if (!who) return who.error();
  f.from = static_cast<feedback_from>(*who);
  const std::pair<std::string_view, date*> days[] = {{"about", &f.about}, {"given_on", &f.given_on}};
  for (const auto& [field, day] : days) {
    const auto x = v.field(field);
    if (!x) return x.error();
    const auto d = x->as_date();
    if (!d) return d.error();
    *day = *d;
  }
  const std::pair<std::string_view, std::string*> texts[] = {
      {"statement", &f.statement}, {"seen", &f.seen}, {"effect", &f.effect}, {"question", &f.question}, {"offer", &f.offer}};
  for (const auto& [field, text] : texts) {
    const auto x = v.find(field);
    if (!x || x->is_null()) continue;
    const auto s = x->as_string();
    if (!s) return s.error();
    // An empty text is a finding; one that is too long or unreadable is an error.
    if (!trim(*s).empty())
      if (auto ok = check_text(*s, field); !ok) return x->locate(ok.error());
    *text = *s;
  }
  return f;
}

result<std::string> run_feedback_lint(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  const auto f = feedback_of(*r.find("feedback"));
  if (!f) return f.error();
  const auto found = lint_feedback(*f, *rules);
  if (!found) return found.error();
  const bool holds = !has_errors({found->data(), found->size()});
  std::string text = found->empty() ? "Nothing to say about the wording. Give it, and listen.\n" : "";
  for (const auto& x : *found) {
    text += paragraph(padded(x.field, 10) + padded(std::string(name(x.severity)), 9),
                      x.says + (x.found.empty() ? "" : ": \"" + x.found + "\"") + " [" + x.rule + "]");
    text += paragraph("                   ", "better: " + x.expected);
    if (!x.rewrite.empty()) text += paragraph("                   ", "for example: " + x.rewrite);
  }
  if (!found->empty()) text += holds ? "It can be given as it is; the warnings are offers.\n" : "Advice about the wording, never about a person.\n";
  return dumped(ordered_json{{"holds", holds}, {"from", name(f->from)},
                             {"school_days", rules->calendar().school_days(f->about, f->given_on)},
                             {"findings", findings_json(*found)}, {"text", text}});
}

// --- the mirror ---------------------------------------------------------------------------------

result<std::string> run_mirror(const request& r) {
  const auto role = r.find("role")->as_word(words_in<viewer>);
  if (!role) return role.error();
  const auto who = static_cast<viewer>(*role);
  // Refused before the record is read: the answer is the same for every record.
  if (const auto refused = mentoring_mirror().shown_to(who); !refused) return r.find("role")->locate(refused.error());
  const auto o = opened_of(r);
  if (!o) return o.error();
  const auto m = mentoring_mirror::of(o->state, o->rules);
  if (!m) return m.error();
  const auto offers = m->shown_to(who);
  if (!offers) return offers.error();
  std::string text = "A MIRROR   for the mentor of " + o->from.teacher().str() + "   " + to_string(o->state.today) + "\n";
  text += "For you two only. No score, kept nowhere: offers, and a sentence to try.\n\n";
  for (const auto& f : *offers) {
    text += paragraph("  * ", f.says + (f.found.empty() ? "" : ": \"" + f.found + "\"") + " [" + f.rule + "]");
    text += paragraph("    what helps   ", f.expected);
    if (!f.rewrite.empty()) text += paragraph("    you could say ", "\"" + f.rewrite + "\"");
  }
  if (offers->empty()) text += "  Nothing to offer this time. Ask the ECT what helps most, and do more of it.\n";
  return dumped(ordered_json{{"role", name(who)}, {"teacher_id", o->from.teacher().str()}, {"offers", offers_json(*offers)}, {"text", text}});
}

// --- calibration --------------------------------------------------------------------------------

result<std::string> run_calibrate(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  const auto all = vignettes_of(*rules);
  const data_table& list = rules->list(list_name::vignettes);
  const auto given = r.find("ratings");
  ordered_json vignettes = ordered_json::array();
  if (!given) {
    // The panel's view is held back until there is one's own.
    std::string text = "Invented lessons. Read each and give it a level: emerging, developing or secure.\n";
    for (std::size_t i = 0; i != all.size(); ++i) {
      const auto& v = all[i];
      vignettes.push_back({{"id", v.id}, {"statement", v.statement}, {"phase", name(v.phase)}, {"seen", v.seen}, {"basis", list.at(i, "basis")}});
      text += "\n" + v.id + "  " + v.statement + ", " + spaced(name(v.phase)) + "\n" + paragraph("  ", v.seen);
    }
    return dumped(ordered_json{{"vignettes", vignettes}, {"compared", ordered_json::array()}, {"text", text}});
  }
  const auto members = given->members();
  if (!members) return members.error();
  std::vector<vignette_level> levels;
  for (const auto& m : *members) {
    const auto level_given = m.value.as_word(words_in<level>);
    if (!level_given) return level_given.error();
    const vignette_level one{std::string(m.name()), static_cast<level>(*level_given)};
    // A vignette that is not there is named where it stands.
    if (const auto known = calibrate({&one, 1}, *rules); !known) return m.value.locate(known.error());
    levels.push_back(one);
  }
  const auto done = calibrate({levels.data(), levels.size()}, *rules);
  if (!done) return done.error();
  std::size_t same = 0, higher = 0, lower = 0;
  ordered_json compared = ordered_json::array();
  std::string lines;
  for (const auto& c : *done) {
    same += c.difference == 0;
    higher += c.difference > 0;
    lower += c.difference < 0;
    compared.push_back({{"vignette", c.vignette}, {"yours", name(c.yours)}, {"panel", name(c.panel)}, {"share_percent", c.share},
                        {"difference", c.difference}, {"talk", c.talk}, {"rule", c.rule}, {"says", c.says}});
    lines += paragraph("  " + c.vignette + "  ", "you " + std::string(name(c.yours)) + ", the panel's middle view " + std::string(name(c.panel)) +
                                                   ": " + c.says + " [" + c.rule + "]");
  }
  const std::string count = std::to_string(same) + " of " + std::to_string(done->size());
  std::string text = "You and the panel's middle view are the same on " + count + "; you are higher on " + std::to_string(higher) +
                     " and lower on " + std::to_string(lower) + ".\n";
  text += "What is most worth talking about comes first. Invented lessons; nothing is kept.\n" + lines;
  return dumped(ordered_json{{"vignettes", vignettes}, {"compared", compared}, {"same", same}, {"higher", higher}, {"lower", lower}, {"text", text}});
}

// --- the entitlement watch ----------------------------------------------------------------------

result<std::string> run_watch(const request& r) {
  const auto o = opened_of(r);
  if (!o) return o.error();
  std::vector<std::string> asked;
  if (const auto v = r.find("asked")) {
    const auto items = v->elements();
    if (!items) return items.error();
    for (const json_value item : *items) {
      const auto s = item.as_string();
      if (!s) return s.error();
      asked.emplace_back(*s);
    }
  }
  const auto rows = watch_of(o->state, o->year, {asked.data(), asked.size()}, o->rules);
  if (!rows) return rows.error();
  // A word that names nothing would be passed over in silence.
  for (const auto& a : asked) {
    bool known = false;
    std::string all;
    for (const auto& w : *rows) {
      known = known || w.item == a;
      all += (all.empty() ? "" : ", ") + w.item;
    }
    if (!known)
      return r.find("asked")->locate(error{errc::unknown_reference, "nothing is due by the name of '" + a.substr(0, 60) + "'", {}, all, ""});
  }
  ordered_json out = ordered_json::array();
  std::string text = "WHAT YOU ARE DUE   " + o->from.teacher().str() + "   " + to_string(o->state.today) + ", year " + std::to_string(o->year) + "\n\n";
  std::string unwritten, could;
  for (const auto& w : *rows) {
    out.push_back({{"item", w.item}, {"title", w.title}, {"due", w.due}, {"state", name(w.state)}, {"misses", w.misses},
                   {"looked_at", w.looked_at}, {"next", name(w.next)}, {"rule", w.rule}, {"basis", name(w.on)}, {"says", w.says},
                   {"source", w.source}});
    if (w.state == entitlement_state::unknown) {
      unwritten += (unwritten.empty() ? "" : ", ") + w.title;
      if (w.next != whom_to_ask::all_well) could = spaced(name(w.next)) + ": \"" + w.says + "\" [" + w.rule + "]";
      continue;
    }
    std::string state(name(w.state));
    if (w.state == entitlement_state::missed && w.looked_at > 1)
      state = std::to_string(w.misses) + " of the last " + std::to_string(w.looked_at) + " missed";
    text += paragraph("  " + padded(w.title, 34), state + (w.due.empty() ? "" : "; due: " + w.due) + (w.source.empty() ? "" : " [" + w.source + "]"));
    if (w.next != whom_to_ask::all_well)
      text += paragraph("    ", spaced(name(w.next)) + ": \"" + w.says + "\" [" + w.rule + "]");
  }
  if (!unwritten.empty()) text += paragraph("  Not written down: ", unwritten + ".");
  if (!could.empty()) text += paragraph("    ", could);
  text += "\n  No reason is asked for and none is kept. The induction tutor comes first, then your named\n"
          "  contact at the appropriate body.\n";
  return dumped(ordered_json{{"teacher_id", o->from.teacher().str()}, {"year", o->year}, {"items", out}, {"text", text}});
}

constexpr std::string_view record_help = "the record";
constexpr std::string_view today_help = "the day, YYYY-MM-DD; nothing here reads a clock";
constexpr std::string_view tables_help = "tables of your own, by name, in place of ours";
constexpr std::string_view year_help = "the year of induction, 1 or 2; the programme's block says if you do not, else 1";

constexpr parameter cycle_parameters[] = {{"record", kind::document, true, record_help}, {"today", kind::date, true, today_help},
                                          {"year", kind::integer, false, year_help}, {"tables", kind::tables, false, tables_help}};
constexpr parameter feedback_parameters[] = {
    {"feedback", kind::object, true, "from (mentor or ect), about and given_on (days), seen, effect, question, offer; JSON text, @FILE, or - for standard input"},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter mirror_parameters[] = {{"record", kind::document, true, record_help}, {"today", kind::date, true, today_help},
                                           {"role", kind::text, true, "who looks: ect or mentor; it is for nobody else"},
                                           {"tables", kind::tables, false, tables_help}};
constexpr parameter calibrate_parameters[] = {
    {"ratings", kind::object, false, "your level for each vignette, by its id: {\"vig-01\": \"secure\"}; leave it out to read them"},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter watch_parameters[] = {{"record", kind::document, true, record_help}, {"today", kind::date, true, today_help},
                                          {"year", kind::integer, false, year_help},
                                          {"asked", kind::texts, false, "items that were raised before, such as meetings; not kept"},
                                          {"tables", kind::tables, false, tables_help}};

constexpr operation table[] = {
    {"cycle", "Say where the mentoring cycle stands, what comes next and what the paths shape", cycle_parameters, "text", run_cycle},
    {"feedback_lint", "Look at the wording of feedback, either way; exit status 1 if something has to change", feedback_parameters, "text", run_feedback_lint, "holds"},
    {"mirror", "Hold a mirror up to the mentoring, for the mentor and the ECT alone", mirror_parameters, "text", run_mirror},
    {"calibrate", "Compare your reading of invented lessons with a panel's", calibrate_parameters, "text", run_calibrate},
    {"watch", "Say what an ECT is due, how it stands and whom to ask", watch_parameters, "text", run_watch}};

}  // namespace

std::span<const operation> mentor_operations() { return table; }

}  // namespace ectp::inline ECTP_ABI::operations
