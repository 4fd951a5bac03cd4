#include "operations/operations.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ectp/content/tables.hpp"
#include "ectp/core/version.hpp"
#include "ectp/ectp.hpp"
#include "ectp/interop/plan_json.hpp"
#include "ectp/interop/practice_json.hpp"
#include "ectp/interop/record_json.hpp"
#include "ectp/meeting_models.hpp"
#include "interop/json_document.hpp"
#include "interop/policy_document.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

using interop::json_value;
using nlohmann::ordered_json;

date today_of(const request& r) { return *r.find("today")->as_date(); }

// The record: read from its own file, or from inside the arguments. Inside them, places are those
// of the argument text.
result<record> record_of(const request& r, date today) {
  if (const document* d = r.given("record")) return read_record(d->text, d->file, today);
  return read_record(r.find("record")->source(), "record", today);
}

result<policies> policies_of(const request& r) {
  // Reading our own tables takes longer than most operations do with them.
  static const result<policies> ours = policies::builtin();
  auto rules = ours;
  if (!rules) return rules;
  for (const auto& d : r.documents) {
    if (!d.name.starts_with("tables/")) continue;
    if (auto ok = rules->replace(std::string_view(d.name).substr(7), d.text, d.file); !ok) return ok.error();
  }
  if (const auto tables = r.find("tables")) {
    const auto members = tables->members();
    if (!members) return members.error();
    for (const auto& m : *members) {
      const auto text = m.value.as_string();
      if (!text) return text.error();
      const std::string table(m.name());
      if (auto ok = rules->replace(table, *text, table + ".csv"); !ok) return ok.error();
    }
  }
  return rules;
}

result<meeting::options> options_of(const request& r) {
  meeting::options o;
  o.now.risk = r.flag("risk");
  o.now.distress = r.flag("distress");
  o.now.asked_to_be_heard = r.flag("asked_to_be_heard");
  if (const auto v = r.find("topic")) {
    const auto i = v->as_word(words_in<topic>);
    if (!i) return i.error();
    o.now.topic = static_cast<topic>(*i);
  }
  if (const auto v = r.find("failed_probes")) {
    const auto n = v->as_integer(0, 99);
    if (!n) return n.error();
    o.now.failed_probes = static_cast<int>(*n);
  }
  if (const auto v = r.find("minutes")) {
    const auto n = v->as_integer(5, 240);
    if (!n) return n.error();
    o.minutes = static_cast<int>(*n);
  }
  return o;
}

result<opened> open_record(const request& r) {
  const date today = today_of(r);
  auto rules = policies_of(r);
  if (!rules) return rules.error();
  auto from = record_of(r, today);
  if (!from) return from.error();
  auto tree = framework::edition(from->edition());
  if (!tree) return tree.error();
  auto state = state_of(*from, *tree, today);
  if (!state) return state.error();
  return opened{std::move(*rules), std::move(*tree), std::move(*from), std::move(*state)};
}

result<planned> plan_of(const request& r) {
  auto o = open_record(r);
  if (!o) return o.error();
  const auto scripts = builtin_scripts();
  if (!scripts) return scripts.error();
  const auto how = options_of(r);
  if (!how) return how.error();
  auto plan = meeting::plan_with_models(o->from, o->state, o->rules, o->tree, *scripts, *how);
  if (!plan) return plan.error();
  return planned{std::move(*o), std::move(*plan)};
}

namespace {

// Checks the arguments against the operation's parameters before it runs.
result<void> check(const operation& op, const request& r) {
  std::vector<std::string_view> names;
  for (const auto& p : op.parameters) names.push_back(p.name);
  if (auto ok = r.arguments.only_fields(names); !ok) return ok;
  for (const auto& p : op.parameters) {
    const auto v = r.find(p.name);
    if (!v) {
      if (p.required && r.given(p.name) == nullptr)
        return r.arguments.fail(errc::missing_field, "the argument '" + std::string(p.name) + "' is missing",
                                std::string(p.help), "");
      continue;
    }
    result<void> ok;
    switch (p.kind) {
      case kind::document:
      case kind::object:
      case kind::tables:
        if (v->kind() != interop::json_kind::object) ok = v->fail(errc::wrong_type, "'" + std::string(p.name) + "' is " + std::string(name(v->kind())), "an object", "");
        break;
      case kind::text:
      case kind::policy:
      case kind::csv:
      case kind::file:
      case kind::official:
      case kind::written:
        if (auto x = v->as_string(); !x) ok = x.error();
        break;
      case kind::framework:
        if (v->kind() != interop::json_kind::object)
          if (auto x = v->as_string(); !x) ok = x.error();
        break;
      case kind::texts:
      case kind::policies:
        if (const auto items = v->elements(); !items) {
          ok = items.error();
        } else {
          for (const json_value item : *items)
            if (auto x = item.as_string(); !x && ok) ok = x.error();
        }
        break;
      case kind::date:
        if (auto x = v->as_date(); !x) ok = x.error();
        break;
      case kind::integer:
        if (auto x = v->as_integer(-1'000'000, 1'000'000); !x) ok = x.error();
        break;
      case kind::flag:
        if (auto x = v->as_boolean(); !x) ok = x.error();
        break;
    }
    if (!ok) return ok;
  }
  return {};
}

// A nested JSON text that we wrote ourselves.
ordered_json parsed(const std::string& json) { return ordered_json::parse(json); }

result<std::string> run_plan(const request& r) {
  const auto p = plan_of(r);
  if (!p) return p.error();
  ordered_json out = parsed(ectp::to_json(p->plan, p->tree));
  if (r.flag("text")) out["text"] = to_text(p->plan, p->rules, p->tree);
  return out.dump();
}

// The sources that a cell names, such as `SG24 2.28 2.64 POLICY`: known keys with their titles;
// what follows a key, such as a paragraph, stays with it.
ordered_json sources_of(const policies& rules, std::string_view cell) {
  const data_table& t = rules.list(list_name::sources);
  const auto row_of = [&](std::string_view key) -> std::optional<std::size_t> {
    for (std::size_t r = 0; r != t.size(); ++r)
      if (t.at(r, "key") == key) return r;
    return std::nullopt;
  };
  const data_table& facts = rules.list(list_name::facts);
  ordered_json out = ordered_json::array();
  for (std::size_t i = 0; i < cell.size();) {
    std::size_t end = cell.find(' ', i);
    if (end == cell.npos) end = cell.size();
    const std::string_view word = cell.substr(i, end - i);
    i = end + 1;
    if (word.empty()) continue;
    if (const auto row = row_of(word)) {
      ordered_json s{{"key", word}, {"title", t.at(*row, "title")}};
      if (!t.at(*row, "url").empty()) s["url"] = t.at(*row, "url");
      out.push_back(std::move(s));
      continue;
    }
    bool fact = false;
    for (std::size_t f = 0; f != facts.size(); ++f)
      if (facts.at(f, "id") == word) {
        out.push_back({{"key", word}, {"title", facts.at(f, "text")}});
        fact = true;
      }
    if (!fact && !out.empty()) out.back()["at"] = (out.back().contains("at") ? out.back()["at"].get<std::string>() + ", " : std::string()) + std::string(word);
    else if (!fact) out.push_back({{"key", word}});
  }
  return out;
}

std::string place(const location& at) { return at.file + ":" + std::to_string(at.line); }

std::string sources_text(const ordered_json& sources) {
  std::string out;
  for (const auto& s : sources) {
    out += "  source   " + s["key"].get<std::string>();
    if (s.contains("at")) out += " " + s["at"].get<std::string>();
    if (s.contains("title")) out += ": " + s["title"].get<std::string>();
    if (s.contains("url")) out += "\n           " + s["url"].get<std::string>();
    out += '\n';
  }
  return out;
}

std::string meaning(basis b) {
  switch (b) {
    case basis::public_source: return "P, stated in a public source";
    case basis::inferred: return "I, our reading of a public source";
    case basis::general_knowledge: return "K, widely known";
    case basis::default_policy: return "D, our default: argue with it, and replace it";
  }
  return "";
}

// A rule, by the policy that has it.
ordered_json why_rule(const policies& rules, policy_name p, std::size_t rule) {
  const policy::table& t = rules[p];
  ordered_json cells = ordered_json::object(), outputs = ordered_json::object(), notes = ordered_json::object();
  std::string text = std::string(t.rule_id(rule)) + "  a rule of the policy '" + t.name() + "'\n";
  text += "  stands   " + place(t.rule_location(rule)) + "   (or: ectp policies " + t.name() + ")\n";
  std::string when, then;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    const std::string_view test = t.cell_text(rule, t.inputs()[i]);
    cells[t.input(i).name] = test.empty() ? "-" : test;
    if (!test.empty() && test != "-") when += (when.empty() ? "" : " and ") + t.input(i).name + " " + std::string(test);
  }
  for (std::size_t i = 0; i != t.outputs().size(); ++i) {
    const auto value = policy::to_string(t.output(rule, i));
    outputs[t.output(i).name] = t.cell_text(rule, t.outputs()[i]);
    then += (then.empty() ? "" : ", ") + t.output(i).name + " = " + value;
  }
  text += "  when     " + (when.empty() ? "no earlier rule matched" : when) + "\n  then     " + then + "\n";
  for (std::size_t i = 0; i != t.notes().size(); ++i) notes[t.note(i).name] = t.note(rule, i);
  if (!t.note(rule, "says").empty()) text += "  says     " + std::string(t.note(rule, "says")) + "\n";
  if (!t.note(rule, "reason").empty()) text += "  because  " + std::string(t.note(rule, "reason")) + "\n";
  const basis b = basis_of(t, rule);
  const ordered_json sources = sources_of(rules, t.note(rule, "source"));
  text += "  mark     " + meaning(b) + "\n" + sources_text(sources);
  return {{"id", t.rule_id(rule)}, {"kind", "rule"},       {"policy", t.name()}, {"hit_policy", name(t.hit_policy())},
          {"policy_id", interop::text_or_null(t.id())}, {"policy_version", interop::text_or_null(t.version())},
          {"policy_sha256", rules.sha256(p)}, {"at", place(t.rule_location(rule))}, {"when", cells}, {"then", outputs},
          {"notes", notes}, {"basis", name(b)}, {"sources", sources}, {"text", text}};
}

}  // namespace

ordered_json why_node(const framework::node_view& n) {
  std::string text = n.ref() + "  a " + std::string(name(n.kind())) + " of " + std::string(n.edition()) + "\n";
  text += "  says     " + std::string(n.display()) + (n.text().empty() && !n.gist().empty() ? "   (our own words, not the official wording)" : "") + "\n";
  ordered_json sources = ordered_json::array(), tags = ordered_json::array();
  for (const auto& s : n.sources()) {
    ordered_json x{{"key", s.id}, {"title", s.title}};
    if (!s.url.empty()) x["url"] = s.url;
    sources.push_back(std::move(x));
  }
  for (const auto t : n.tags()) tags.push_back(t);
  ordered_json out{{"id", n.ref()}, {"kind", name(n.kind())}, {"gist", n.gist()}, {"title", n.title()}, {"text_official", n.text()},
                   {"placeholder", n.placeholder()}, {"confidence", n.confidence_word()},
                   {"code_confidence", n.code_confidence_word()}, {"tags", tags}, {"note", n.note()}};
  if (const auto b = n.basis()) {
    out["basis"] = name(*b);
    text += "  mark     " + meaning(*b) + "; " + std::string(n.confidence_word()) + "\n";
  }
  if (!n.note().empty()) text += "  note     " + std::string(n.note()) + "\n";
  out["sources"] = sources;
  out["text"] = text + sources_text(sources);
  return out;
}

namespace {

result<std::string> run_why(const request& r) {
  const std::string id = r.text("id");
  auto rules = policies_of(r);
  if (!rules) return rules.error();
  ordered_json out;
  for (std::size_t p = 0; p != words_in<policy_name>.size(); ++p)
    if (const auto rule = (*rules)[static_cast<policy_name>(p)].find_rule(id))
      out = why_rule(*rules, static_cast<policy_name>(p), *rule);
  const data_table& facts = rules->list(list_name::facts);
  for (std::size_t f = 0; f != facts.size(); ++f) {
    if (facts.at(f, "id") != id) continue;
    const auto b = from_word<basis>(facts.at(f, "basis"));
    const basis on = b ? *b : basis::default_policy;
    const ordered_json sources = sources_of(*rules, facts.at(f, "source"));
    out = {{"id", id}, {"kind", "fact"}, {"says", facts.at(f, "text")}, {"at", place(facts.where(f))},
           {"basis", name(on)}, {"sources", sources},
           {"text", id + "  a fact that plans lean on\n  stands   " + place(facts.where(f)) + "\n  says     " +
                        std::string(facts.at(f, "text")) + "\n  mark     " + meaning(on) + "\n" + sources_text(sources)}};
  }
  if (!builtin_script_json(id).empty()) {
    const auto s = read_script(builtin_script_json(id), "src/content/practice/" + id + ".json");
    if (!s) return s.error();
    ordered_json sources = ordered_json::array();
    std::string text = id + "  a practice script\n  stands   src/content/practice/" + id + ".json   (or: ectp practice " + id + ")\n  says     " + s->title + "\n";
    for (const auto& x : s->sources) {
      sources.push_back({{"key", x.source}, {"for", x.used_for}, {"confidence", name(x.confidence)}, {"basis", name(x.on)}});
      text += "  source   " + x.source + ", for " + x.used_for + " (" + std::string(1, letter(x.on)) + ", confidence " + std::string(name(x.confidence)) + ")\n";
    }
    out = {{"id", id}, {"kind", "script"}, {"says", s->title}, {"at", "src/content/practice/" + id + ".json:1"},
           {"basis", name(basis::default_policy)}, {"sources", sources}, {"text", text}};
  }
  if (out.is_null()) {
    const auto tree = framework::edition(framework::default_edition);
    if (!tree) return tree.error();
    if (const auto node = tree->find(id)) out = why_node(*node);
  }
  if (out.is_null())
    return error{errc::unknown_code, "nothing is called '" + id + "'", {}, "a rule, a fact or a statement, as a plan prints it in brackets",
                 "the letter after it is not part of the name: ectp why DIA-P8"};

  // With a record: what the rule met there.
  if (r.given("record") != nullptr || r.find("record")) {
    if (!r.find("today"))
      return error{errc::missing_field, "the argument 'today' is missing", {}, "a day, YYYY-MM-DD", "a record is read as of a day"};
    const auto p = plan_of(r);
    if (!p) return p.error();
    ordered_json met = ordered_json::array();
    std::string text = out["text"].get<std::string>();
    const auto look = [&](const policy::explanation& e, std::string_view about) {
      for (const auto& m : e.matched)
        if (m.id == id && m.selected) {
          ordered_json values = ordered_json::object();
          std::string list;
          for (const auto& c : m.cells) {
            values[c.input] = policy::to_string(c.value.ref());
            if (c.test != "-") list += (list.empty() ? "" : ", ") + c.input + " = " + policy::to_string(c.value.ref());
          }
          met.push_back({{"about", about}, {"fired", true}, {"values", values}});
          text += "  here     fired for " + std::string(about) + (list.empty() ? "" : ": " + list) + "\n";
        }
      for (const auto& x : e.rejected)
        if (x.id == id) {
          const auto value = policy::to_string(x.first_failed.value.ref());
          met.push_back({{"about", about}, {"fired", false}, {"input", x.first_failed.input}, {"test", x.first_failed.test}, {"value", value}});
          text += "  here     not for " + std::string(about) + ": " + x.first_failed.input + " is " + value + ", not " + x.first_failed.test + "\n";
        }
    };
    for (const auto& a : p->plan.standards) look(a.why.why, a.said.standard);
    look(p->plan.focus.why.why, "the focus");
    for (const auto& s : p->plan.agenda)
      if (!s.how.live_only) look(s.how.why.why, name(s.how.phase));
    out["here"] = met;
    out["text"] = text;
  }
  return out.dump();
}

// `path=S4:extend` as a standard and a path; none for `path=S4:defer`.
result<std::pair<std::string, std::optional<path>>> setting(const std::string& set) {
  const error bad{errc::bad_argument, "'" + set.substr(0, 60) + "' cannot be set", {}, "path=STANDARD:consolidate, path=STANDARD:extend or path=STANDARD:defer",
                  "for example path=S4:extend"};
  const auto equals = set.find('='), colon = set.rfind(':');
  if (equals == set.npos || colon == set.npos || colon < equals || set.substr(0, equals) != "path") return bad;
  std::string standard = set.substr(equals + 1, colon - equals - 1);
  if (set.substr(colon + 1) == "defer") return std::pair{std::move(standard), std::optional<path>()};
  const auto chosen = from_word<path>(set.substr(colon + 1));
  if (!chosen) return bad;
  return std::pair{std::move(standard), std::optional<path>(*chosen)};
}

result<std::string> run_decide(const request& r) {
  const date today = today_of(r);
  auto set = setting(r.text("set"));
  if (!set) return set.error();
  auto p = plan_of(r);
  if (!p) return p.error();
  const auto node = p->tree.find(set->first);
  if (!node) return node.error();
  const pathway_advice* advice = nullptr;
  for (const auto& a : p->plan.standards)
    if (a.said.standard == node->ref()) advice = &a;
  if (advice == nullptr)
    return error{errc::wrong_type, "'" + set->first + "' is not a standard", {}, "S1 to S8", ""};
  const auto by = from_word<named_by>(r.text("by", "together"));
  if (!by) return by.error();
  const std::string because = r.text("because");
  std::string reason = r.text("reason");
  const recommendation& said = advice->said;
  const bool recommended = said.recommended == ectp::advice::consolidate || said.recommended == ectp::advice::extend;
  result<decision> made = error{};
  if (!set->second) {
    made = decision::defer(said, today, *by);
  } else if (!recommended) {
    made = decision::choose(said, *set->second, because, today, *by);
  } else if ((said.recommended == ectp::advice::extend) == (*set->second == path::extend)) {
    made = decision::accept(said, today, *by);
  } else {
    // A sentence of one's own is a reason too: it is filed under `other`.
    if (reason.empty() && !because.empty()) reason = "other";
    if (!reason.empty() && !p->rules.override_reason(reason)) {
      std::string known;
      const data_table& t = p->rules.list(list_name::override_reasons);
      for (std::size_t i = 0; i != t.size(); ++i) known += (known.empty() ? "" : ", ") + std::string(t.at(i, "reason"));
      return error{errc::out_of_range, "'" + reason + "' is not an override reason", {}, known, "say it in your own words with because"};
    }
    made = decision::override_with(said, *set->second, reason, because, today, *by);
  }
  if (!made) return made.error();
  entry head;
  auto id = entry_id::make(r.text("id", "decision-" + std::to_string(p->from.entries().size() + 1)));
  if (!id) return id.error();
  head.id = std::move(*id);
  head.on = today;
  auto who = r.find("entered_by") ? person_id::make(r.text("entered_by")) : result<person_id>(p->from.mentor());
  if (!who) return who.error();
  head.by = std::move(*who);
  if (auto ok = p->from.append(head, *made); !ok) return ok.error();
  // What is written down must be a record that reads back.
  const std::string text = ectp::to_json(p->from);
  if (const auto back = read_record(text, "the new record", today); !back) return back.error();
  const ordered_json written = parsed(text);
  return ordered_json{{"response", name(made->response())}, {"recommended", name(said.recommended)}, {"rule", said.rule},
                      {"chosen", made->has_chosen() ? ordered_json(name(made->chosen())) : ordered_json(nullptr)}, {"entry", written["entries"].back()}, {"record", written}}.dump();
}

result<std::string> run_check(const request& r) {
  const date today = today_of(r);
  const auto from = record_of(r, today);
  if (!from) return from.error();
  ordered_json kinds = ordered_json::object();
  for (const auto& e : from->entries()) kinds[std::string(name(e.kind))] = kinds.value(std::string(name(e.kind)), 0) + 1;
  std::size_t corrected = 0;
  for (std::size_t i = 0; i != from->entries().size(); ++i) corrected += from->superseded(i) ? 1u : 0u;
  const std::string text = "The record of " + from->teacher().str() + " is sound as of " + to_string(today) + ": " +
                           std::to_string(from->entries().size()) + " entries, " + std::to_string(corrected) + " corrected.\n";
  return ordered_json{{"sound", true}, {"teacher_id", from->teacher().str()}, {"entries", from->entries().size()},
                      {"corrected", corrected}, {"kinds", kinds}, {"text", text}}.dump();
}

// The decay table in the form that a replacement has.
std::string decay_csv(const decay_table& d) {
  std::string out = "kind,age,decay\n";
  const auto add = [&](std::string_view kind, const std::vector<std::uint32_t>& ages) {
    for (std::size_t a = 0; a != ages.size(); ++a) out += std::string(kind) + "," + std::to_string(a) + "," + std::to_string(ages[a]) + "\n";
  };
  add("learn_how_to", d.learn_how_to);
  add("learn_that", d.learn_that);
  return out;
}

result<std::string> run_policies(const request& r) {
  const auto rules = policies_of(r);
  if (!rules) return rules.error();
  if (r.find("name")) {
    const std::string wanted = r.text("name");
    // A table of the caller's own stands in for ours, here as in a plan.
    std::string text;
    if (const document* own = r.given("tables/" + wanted)) text = own->text;
    else if (const auto tables = r.find("tables"); tables && tables->find(wanted)) text = tables->find(wanted)->text();
    else if (wanted == name(list_name::decay)) text = decay_csv(rules->decay());
    else text = content::embedded(wanted);
    if (text.empty()) {
      std::string known = word_list<policy_name>() + ", " + word_list<list_name>();
      return error{errc::bad_argument, "there is no table called '" + wanted + "'", {}, known, ""};
    }
    const auto which = from_word<policy_name>(wanted);
    return ordered_json{{"name", wanted}, {"sha256", which ? rules->sha256(*which) : to_hex(sha256(text))}, {"text", text}}.dump();
  }
  ordered_json tables = ordered_json::array();
  std::string text = "Decision tables\n";
  for (std::size_t p = 0; p != words_in<policy_name>.size(); ++p) {
    const auto which = static_cast<policy_name>(p);
    const policy::table& t = (*rules)[which];
    tables.push_back({{"name", t.name()}, {"kind", "policy"}, {"hit_policy", name(t.hit_policy())}, {"rules", t.rules()},
                      {"file", t.file()}, {"id", interop::text_or_null(t.id())}, {"version", interop::text_or_null(t.version())},
                      {"sha256", rules->sha256(which)}});
    text += "  " + t.name() + "  " + std::string(name(t.hit_policy())) + ", " + std::to_string(t.rules()) + " rules, " + t.file() + "\n";
  }
  text += "Lists\n";
  for (std::size_t l = 0; l != words_in<list_name>.size(); ++l) {
    const data_table& t = rules->list(static_cast<list_name>(l));
    const auto list = words_in<list_name>[l];
    const std::size_t rows = list == "decay" ? rules->decay().learn_that.size() + rules->decay().learn_how_to.size() : t.size();
    tables.push_back({{"name", list}, {"kind", "list"}, {"rows", rows}, {"file", t.file()}});
    text += "  " + std::string(list) + "  " + std::to_string(rows) + " rows\n";
  }
  text += "Print one: ectp policies NAME > NAME.csv. Use your own: ectp plan RECORD --today DAY --tables FOLDER\n";
  return ordered_json{{"tables", tables}, {"text", text}}.dump();
}

result<std::string> run_practice(const request& r) {
  if (r.find("id")) {
    const std::string id = r.text("id");
    const std::string_view json = builtin_script_json(id);
    if (json.empty()) return error{errc::unknown_code, "there is no script '" + id + "'", {}, "a script's id", "ectp practice lists them"};
    return std::string(json);
  }
  const auto scripts = builtin_scripts();
  if (!scripts) return scripts.error();
  ordered_json list = ordered_json::array();
  std::string text;
  for (const auto& s : *scripts) {
    list.push_back({{"id", s.id.str()}, {"title", s.title}, {"kind", s.kind}, {"phase", name(s.phase)}, {"statements", s.main}, {"minutes", s.minutes}, {"audience", s.audience}});
    text += s.id.str() + "  " + s.title + (s.audience == "mentor" ? "  (for mentors)" : "") + "\n";
  }
  return ordered_json{{"scripts", list}, {"text", text}}.dump();
}

result<std::string> run_operations(const request&);

result<std::string> run_version(const request&) {
  return ordered_json{{"ectp", ECTP_VERSION}, {"record", 1}, {"plan", 1}, {"call", 1}, {"text", std::string("ectp ") + ECTP_VERSION + "\n"}}.dump();
}

constexpr std::string_view record_help = "the record of one ECT (docs/schema/record.schema.json)";
constexpr std::string_view today_help = "the day to plan as of, YYYY-MM-DD: nothing here reads a clock";
constexpr std::string_view tables_help = "your own policy tables, each under its name (see policies)";

constexpr parameter plan_parameters[] = {
    {"record", kind::document, true, record_help},
    {"today", kind::date, true, today_help},
    {"tables", kind::tables, false, tables_help},
    {"minutes", kind::integer, false, "length of this meeting, 5 to 240; else as the record plans it"},
    {"topic", kind::text, false, "technique, subject_knowledge, relationship, workload, entitlement or career"},
    {"failed_probes", kind::integer, false, "questions in a row that led nowhere, 0 to 99"},
    {"risk", kind::flag, false, "somebody may be at risk (live only, never stored)"},
    {"distress", kind::flag, false, "the ECT is upset (live only, never stored)"},
    {"asked_to_be_heard", kind::flag, false, "the ECT wants to talk first (live only, never stored)"},
    {"text", kind::flag, false, "add the page as text"}};
constexpr parameter why_parameters[] = {
    {"id", kind::text, true, "a name that a plan prints in brackets, such as DIA-P8, DLP-02 or 4n"},
    {"record", kind::document, false, "a record: what did the rule meet there?"},
    {"today", kind::date, false, today_help},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter decide_parameters[] = {
    {"record", kind::document, true, record_help},
    {"today", kind::date, true, "the day of the decision, YYYY-MM-DD"},
    {"set", kind::text, true, "what you decided, such as path=S4:extend, or path=S4:defer to leave it for another day"},
    {"because", kind::text, false, "why, in your own words (about teaching, never about a person's circumstances)"},
    {"reason", kind::text, false, "an override reason (see: ectp policies override_reasons)"},
    {"by", kind::text, false, "ect, mentor or together; together if you do not say"},
    {"entered_by", kind::text, false, "id of whoever writes it down; the mentor if you do not say"},
    {"id", kind::text, false, "id of the new entry; decision-N if you do not say"},
    {"tables", kind::tables, false, tables_help}};
constexpr parameter check_parameters[] = {{"record", kind::document, true, record_help}, {"today", kind::date, true, today_help}};
constexpr std::string_view edition_help = "an edition such as ecf-2019, or a framework of your own: a CASE package (.json) or OpenSALT's CSV (.csv); ittecf-2024 if you do not say";
constexpr std::string_view overlay_help = "official wording to lay over it, as `framework reconcile` writes it";
constexpr parameter framework_show_parameters[] = {
    {"code", kind::text, false, "a statement, group or standard, such as 4n or S4; the whole tree if you do not say"},
    {"edition", kind::framework, false, edition_help},
    {"overlay", kind::document, false, overlay_help},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the tree as Markdown"}};
constexpr parameter framework_find_parameters[] = {
    {"words", kind::texts, true, "a code, the beginning of one, a tag, or words of what a statement says"},
    {"edition", kind::framework, false, "search this framework alone: an edition, a CASE package (.json) or OpenSALT's CSV (.csv); all editions if you do not say"},
    {"overlay", kind::document, false, overlay_help},
    {"tag", kind::text, false, "only what has this tag, such as send"},
    {"kind", kind::text, false, "only this level: framework, standard, group or statement"},
    {"limit", kind::integer, false, "at most so many; 20 if you do not say"}};
constexpr parameter framework_crosswalk_parameters[] = {
    {"from", kind::framework, true, "an edition, such as ecf-2019"},
    {"to", kind::framework, true, "another, such as ittecf-2024"},
    {"code", kind::text, false, "a code of the first: its links alone"}};
constexpr parameter framework_diff_parameters[] = {
    {"from", kind::framework, true, "an edition, or a framework of your own: a CASE package (.json) or OpenSALT's CSV (.csv)"},
    {"to", kind::framework, true, "what it became, given likewise"},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};
constexpr std::string_view base_uri_help = "where its entities can be fetched, such as https://host/ims/case/v1p1; urn:uuid: if you do not say";
constexpr std::string_view last_change_help = "the moment of this release, ISO 8601 with zone; the day of publication if you do not say";
constexpr std::string_view new_identifiers_help = "give whatever has no proper UUID one that is made of its old identifier";
constexpr std::string_view keep_identifiers_help = "write identifiers that are no UUID as they are, where otherwise they are errors";
constexpr parameter framework_export_parameters[] = {
    {"edition", kind::framework, true, "an edition, or a framework of your own: a CASE package (.json) or OpenSALT's CSV (.csv)"},
    {"to", kind::text, false, "case (a CASE 1.1 package), csv (OpenSALT's columns) or json (everything that we know of it); case if you do not say"},
    {"overlay", kind::document, false, overlay_help},
    {"replaced_by", kind::framework, false, "with case: say which of its statements were replaced by which of this other framework"},
    {"base_uri", kind::text, false, base_uri_help},
    {"last_change", kind::text, false, last_change_help},
    {"new_identifiers", kind::flag, false, new_identifiers_help},
    {"keep_identifiers", kind::flag, false, keep_identifiers_help}};
constexpr parameter framework_import_parameters[] = {
    {"framework", kind::framework, true, "a CASE package (.json) or OpenSALT's CSV (.csv); in a call its text"},
    {"to", kind::text, false, "write it as case, csv or json; the program goes by the ending of --out"},
    {"title", kind::text, false, "of a CSV, which has none: its file's name if you do not say"},
    {"base_uri", kind::text, false, base_uri_help},
    {"last_change", kind::text, false, last_change_help},
    {"new_identifiers", kind::flag, false, new_identifiers_help},
    {"keep_identifiers", kind::flag, false, keep_identifiers_help}};
constexpr parameter framework_reconcile_parameters[] = {
    {"official", kind::official, true, "the document that you downloaded: .txt, .md, .csv or .pdf (read by pdftotext, where it is installed); in a call its text"},
    {"edition", kind::framework, false, edition_help},
    {"form", kind::text, false, "markdown, csv or plain: how the text is written; by the file's name and its text if you do not say"},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};
constexpr parameter framework_audit_parameters[] = {
    {"edition", kind::framework, false, edition_help},
    {"overlay", kind::document, false, overlay_help},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};
constexpr parameter policies_parameters[] = {{"name", kind::text, false, "a table: prints its CSV"}, {"tables", kind::tables, false, tables_help}};
constexpr parameter practice_parameters[] = {{"id", kind::text, false, "a script: prints it whole"}};

constexpr std::string_view policy_help =
    "a decision table: a file that ends in .csv, .md, .dmn or .xml, or the name of a built-in policy such as pathway; in a call its text or such a name";
constexpr std::string_view input_help = "one value for each input, by name; JSON text, @FILE, or - for standard input";
constexpr std::string_view form_help = "csv, markdown or dmn: how the text is written; csv if you do not say (the program goes by the file's name)";
constexpr std::string_view decision_help = "which decision of a DMN file, by its name or id; not needed where it has one decision table";
constexpr std::string_view without_null_help = "leave null out: nothing is said about records in which something is not known";
constexpr std::string_view without_other_help = "leave out strings that no test mentions";
constexpr parameter policy_decide_parameters[] = {
    {"policy", kind::policy, true, policy_help},
    {"input", kind::object, false, input_help},
    {"rows", kind::csv, false, "or a CSV with a column for each input and a row for each decision; an empty cell is null"},
    {"explain", kind::flag, false, "with rows: which one input's smallest change leads to another answer, and the rule that then decides"},
    {"on_error", kind::text, false, "with rows: raise stops at the first row that is wrong, report leaves such rows out and lists them; raise if you do not say"},
    {"decision", kind::text, false, decision_help},
    {"form", kind::text, false, form_help},
    {"text", kind::flag, false, "add the answer as text; with rows as CSV, in place of JSON"}};
constexpr parameter policy_explain_parameters[] = {
    {"policy", kind::policy, true, policy_help},
    {"input", kind::object, true, input_help},
    {"decision", kind::text, false, decision_help},
    {"form", kind::text, false, form_help},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};
constexpr parameter policy_analyse_parameters[] = {
    {"policy", kind::policy, true, policy_help},
    {"decision", kind::text, false, decision_help},
    {"without_null", kind::flag, false, without_null_help},
    {"without_other", kind::flag, false, without_other_help},
    {"form", kind::text, false, form_help},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};
constexpr parameter policy_suggest_parameters[] = {
    {"policy", kind::policy, true, policy_help},
    {"decision", kind::text, false, decision_help},
    {"out", kind::written, false, "write the table as it would be to this file; in a call the form in which it is given as `written`"},
    {"without_null", kind::flag, false, without_null_help},
    {"without_other", kind::flag, false, without_other_help},
    {"form", kind::text, false, form_help},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};
constexpr parameter policy_prove_parameters[] = {
    {"policy", kind::policy, true, policy_help},
    {"properties", kind::texts, true, "total, deterministic, no-dead, monotone(INPUT), invariant(INPUT), max-step(INPUT, K), refines, reachable; an output may follow the input"},
    {"base", kind::policy, false, "for refines: the policy that this one must say the same as"},
    {"decision", kind::text, false, decision_help},
    {"base_decision", kind::text, false, "the same for base"},
    {"without_null", kind::flag, false, without_null_help},
    {"without_other", kind::flag, false, without_other_help},
    {"form", kind::text, false, form_help},
    {"base_form", kind::text, false, "the same for base"},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};
constexpr parameter policy_diff_parameters[] = {
    {"policy", kind::policy, true, policy_help},
    {"other", kind::policy, true, "the policy to compare it with, given likewise"},
    {"cohort", kind::csv, false, "a CSV with a column for each input and a row for each decision: count there what changes, and by which rules"},
    {"where", kind::object, false, "compare only records for which these tests hold, such as {\"self\": \">=4\"}"},
    {"decision", kind::text, false, decision_help},
    {"other_decision", kind::text, false, "the same for other; like decision if you do not say"},
    {"without_null", kind::flag, false, without_null_help},
    {"without_other", kind::flag, false, without_other_help},
    {"form", kind::text, false, form_help},
    {"other_form", kind::text, false, "the same for other"},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};
constexpr parameter policy_convert_parameters[] = {
    {"policy", kind::policy, true, policy_help},
    {"to", kind::written, true, "the file to write: CSV, Markdown or DMN by its ending (.csv, .md, .dmn or .xml); in a call csv, markdown or dmn"},
    {"decision", kind::text, false, decision_help},
    {"form", kind::text, false, form_help}};
constexpr parameter policy_decisions_parameters[] = {{"file", kind::file, true, "a DMN file; in a call its text"}};

constexpr parameter policy_versions_parameters[] = {
    {"policies", kind::policies, true, "decision tables, the versions of one policy: files that end in .csv, .md, .dmn or .xml; in a call their texts"},
    {"as_of", kind::date, false, "a day, YYYY-MM-DD: which version holds on it?"},
    {"decision", kind::text, false, decision_help},
    {"form", kind::text, false, form_help},
    {"text", kind::flag, false, "add the page as text"},
    {"markdown", kind::flag, false, "add the page as Markdown"}};

constexpr operation own_table[] = {
    {"plan", "Plan the mentor's next meeting from a record", plan_parameters, "text", run_plan},
    {"why", "Show the rule, fact or statement behind a line of a plan", why_parameters, "text", run_why},
    {"decide", "Write down what you decided; prints the record with the decision added", decide_parameters, "record", run_decide},
    {"check", "Check a record without planning", check_parameters, "text", run_check},
    {"framework_list", "List the editions, with their dates and sizes", {}, "text", run_framework_list},
    {"framework_show", "Show a framework's tree, or one statement of it with its source", framework_show_parameters, "text", run_framework_show},
    {"framework_find", "Find statements by code, tag or words, the best first", framework_find_parameters, "text", run_framework_find},
    {"framework_crosswalk", "Say what became of the statements of one edition in another", framework_crosswalk_parameters, "text", run_framework_crosswalk},
    {"framework_diff", "Compare two frameworks: what was added, removed, moved, reworded, renumbered", framework_diff_parameters, "text", run_framework_diff},
    {"framework_export", "Write a framework as a CASE package, as OpenSALT's CSV or as JSON", framework_export_parameters, "written", run_framework_export, "", "written"},
    {"framework_import", "Read a framework of your own, say what it holds and what is odd about it, and write it anew", framework_import_parameters, "text", run_framework_import, "", "written"},
    {"framework_reconcile", "Compare a framework with the official document, and keep the official wording in a file of yours", framework_reconcile_parameters, "text", run_framework_reconcile, "", "written"},
    {"framework_audit", "Say what a framework's statements rest on: verified, of an earlier edition, not recovered", framework_audit_parameters, "text", run_framework_audit},
    {"policies", "List the policy tables, or print one as CSV", policies_parameters, "text", run_policies},
    {"policy_decide", "Decide by a policy: for one case, or for every row of a CSV", policy_decide_parameters, "text", run_policy_decide},
    {"policy_explain", "Say why a policy decides as it does, and what would change it", policy_explain_parameters, "text", run_policy_explain},
    {"policy_analyse", "Find gaps, overlaps, dead rules and what could be simpler; exit status 1 if anything is an error", policy_analyse_parameters, "text", run_policy_analyse, "sound"},
    {"policy_suggest", "Propose the rules that close gaps and the cells that end overlaps", policy_suggest_parameters, "text", run_policy_suggest},
    {"policy_prove", "Prove that a policy is total, monotone and so on; exit status 1 if anything is not proved", policy_prove_parameters, "text", run_policy_prove, "proved"},
    {"policy_diff", "Compare two policies: which records get another answer, and how many of a cohort", policy_diff_parameters, "text", run_policy_diff},
    {"policy_convert", "Write a policy as CSV, Markdown or DMN, without loss", policy_convert_parameters, "text", run_policy_convert},
    {"policy_decisions", "List the decisions of a DMN file", policy_decisions_parameters, "text", run_policy_decisions},
    {"policy_versions", "Put the versions of a policy in order, and check on which days they are valid; exit status 1 if anything is an error", policy_versions_parameters, "text", run_policy_versions, "sound"},
    {"practice", "List the practice scripts, or print one", practice_parameters, "text", run_practice},
    {"operations", "Describe these operations as data", {}, "", run_operations},
    {"version", "Show the versions of the library and its formats", {}, "text", run_version}};

std::string_view word(kind k) {
  switch (k) {
    case kind::document: return "document";
    case kind::object: return "object";
    case kind::policy: return "policy";
    case kind::official: return "file";
    case kind::policies: return "policies";
    case kind::framework: return "framework";
    case kind::csv: return "csv";
    case kind::file: return "file";
    case kind::written: return "written";
    case kind::texts: return "texts";
    case kind::tables: return "tables";
    case kind::text: return "text";
    case kind::date: return "date";
    case kind::integer: return "integer";
    case kind::flag: return "flag";
  }
  return "text";
}

result<std::string> run_operations(const request&) {
  ordered_json out = ordered_json::array();
  for (const auto& op : all()) {
    ordered_json parameters = ordered_json::array();
    for (const auto& p : op.parameters)
      parameters.push_back({{"name", p.name}, {"kind", word(p.kind)}, {"required", p.required}, {"help", p.help}});
    std::string command(op.name);
    std::replace(command.begin(), command.end(), '_', ' ');
    out.push_back({{"name", op.name}, {"command", command}, {"summary", op.summary}, {"parameters", parameters}});
  }
  return out.dump();
}

}  // namespace

std::span<const operation> all() {
  // The models' own operations stand before the last two, which speak of the program itself.
  static const std::vector<operation> table = [] {
    std::vector<operation> out(std::begin(own_table), std::end(own_table) - 2);
    for (const auto more : {coaching_operations(), step_operations(), rehearsal_operations(), conversation_operations(),
                            mentor_operations()})
      out.insert(out.end(), more.begin(), more.end());
    out.insert(out.end(), std::end(own_table) - 2, std::end(own_table));
    return out;
  }();
  return table;
}

const operation* find(std::string_view name) {
  for (const auto& op : all())
    if (op.name == name) return &op;
  return nullptr;
}

namespace {

result<std::string> run_on(std::string_view name, const json_value& arguments, std::span<const document> documents,
                           std::vector<error>* more) {
  const operation* op = find(name);
  if (op == nullptr) {
    std::string known;
    for (const auto& o : all()) known += (known.empty() ? "" : ", ") + std::string(o.name);
    return error{errc::bad_argument, "there is no operation called '" + std::string(name.substr(0, 60)) + "'", {}, known, ""};
  }
  if (arguments.kind() != interop::json_kind::object)
    return arguments.fail(errc::wrong_type, "the arguments are not an object", "an object of named arguments", "");
  request r{arguments, documents, more};
  for (const auto& p : op->parameters) {
    const document* d = p.kind == kind::object ? r.given(p.name) : nullptr;
    if (d == nullptr) continue;
    auto read = interop::parse_json(d->text, d->file, {std::size_t{16} << 20, 16, 100'000});
    if (!read) return read.error();
    r.objects.push_back({p.name, std::move(*read)});
  }
  if (auto ok = check(*op, r); !ok) return ok.error();
  return op->run(r);
}

ordered_json error_object(const error& e) {
  return {{"code", name(e.code)}, {"message", e.message}, {"at", to_string(e.at)}, {"file", e.at.file}, {"line", e.at.line},
          {"column", e.at.column}, {"path", e.at.path}, {"expected", e.expected}, {"hint", e.hint}};
}

}  // namespace

std::string error_json(const error& e) { return dumped(error_object(e)); }

result<std::string> run(std::string_view name, std::string_view arguments, std::span<const document> documents, std::vector<error>* more) {
  const auto parsed = interop::parse_json(arguments, "arguments", {std::size_t{64} << 20, 64, 2'000'000});
  if (!parsed) return parsed.error();
  return run_on(name, parsed->root(), documents, more);
}

std::string call(std::string_view envelope) {
  ordered_json id = nullptr;
  std::vector<error> more;
  const auto failed = [&](const error& e) {
    ordered_json first = error_object(e);
    for (const error& other : more) first["more"].push_back(error_object(other));
    return dumped({{"ectp", 1}, {"id", id}, {"ok", false}, {"error", first}});
  };
  const auto parsed = interop::parse_json(envelope, "call", {std::size_t{64} << 20, 64, 2'000'000});
  if (!parsed) return failed(parsed.error());
  const json_value root = parsed->root();
  if (root.kind() != interop::json_kind::object)
    return failed(root.fail(errc::wrong_type, "the call is not an object", R"({"ectp":1,"id":"1","fn":"plan","args":{...}})", ""));
  if (const auto v = root.find("id"); v && v->kind() == interop::json_kind::string) id = v->text();
  if (auto ok = root.only_fields({"ectp", "id", "fn", "args"}); !ok) return failed(ok.error());
  const auto version = root.field("ectp");
  if (!version) return failed(version.error());
  const auto n = version->as_integer(1, 1'000'000);
  if (!n) return failed(n.error());
  if (*n > 1) return failed(version->fail(errc::newer_version, "a call of version " + std::to_string(*n), "1", ""));
  if (const auto v = root.find("id"); v && v->kind() != interop::json_kind::string)
    return failed(v->fail(errc::wrong_type, "the id is not a string", "a string, or no id", ""));
  const auto fn = root.field("fn");
  if (!fn) return failed(fn.error());
  const auto name = fn->as_string();
  if (!name) return failed(name.error());
  const auto none = interop::parse_json("{}", "call");
  const auto args = root.find("args");
  const auto done = run_on(*name, args ? *args : none->root(), {}, &more);
  if (!done) return failed(done.error());
  // The result is JSON already: it goes in as it is.
  return R"({"ectp":1,"id":)" + dumped(id) + R"(,"ok":true,"result":)" + *done + "}";
}

}  // namespace ectp::inline ECTP_ABI::operations
