#include "ectp/interop/practice_json.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "ectp/content/practice.hpp"
#include "interop/json_document.hpp"

namespace ectp::inline ECTP_ABI {

namespace {

using interop::json_kind;
using interop::json_value;

constexpr std::size_t most_errors = 50, most_bytes = std::size_t{1} << 20, longest_text = 1000, longest_list = 40;

bool blank(std::string_view s) { return s.find_first_not_of(' ') == s.npos; }
bool has_controls(std::string_view s) {
  return std::any_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}
bool digit(char c) { return c >= '0' && c <= '9'; }
bool how_to_code(std::string_view c) { return c.size() == 2 && c[0] >= '1' && c[0] <= '9' && c[1] >= 'a' && c[1] <= 'z'; }
bool that_code(std::string_view c) {
  return (c.size() == 3 || c.size() == 4) && c[0] >= '1' && c[0] <= '9' && c[1] == '.' && c[2] >= '1' && c[2] <= '9' && (c.size() == 3 || digit(c[3]));
}
bool version_text(std::string_view v) {
  int parts = 0;
  while (true) {
    std::size_t n = 0;
    while (n != v.size() && digit(v[n])) ++n;
    if (n == 0 || n > 6) return false;
    ++parts;
    if (n == v.size()) return parts == 3;
    if (v[n] != '.') return false;
    v.remove_prefix(n + 1);
  }
}

// Reads on after an error and keeps them all, up to the limit.
class reader {
 public:
  std::vector<error> errors;

  void fail(error e) {
    if (errors.size() < most_errors) errors.push_back(std::move(e));
  }
  bool full() const { return errors.size() >= most_errors; }

  std::optional<json_value> member(const json_value& from, std::string_view field) {
    if (full()) return {};
    if (auto f = from.find(field)) return f;
    error e = from.fail(errc::missing_field, "the field '" + std::string(field) + "' is missing", "every field of docs/schema/script.schema.json", "");
    e.at.path += "/" + std::string(field);
    fail(std::move(e));
    return {};
  }
  bool is_object(const json_value& v, std::initializer_list<std::string_view> known) {
    if (full()) return false;
    if (v.kind() != json_kind::object) {
      fail(v.fail(errc::wrong_type, "this is " + std::string(name(v.kind())), "an object", ""));
      return false;
    }
    for (const auto& m : *v.members())
      if (std::find(known.begin(), known.end(), m.name()) == known.end()) {
        std::string list;
        for (const auto k : known) list += (list.empty() ? "" : ", ") + std::string(k);
        fail(m.key.fail(errc::unknown_field, "the field '" + std::string(m.name().substr(0, 60)) + "' is not known here", list, ""));
      }
    return true;
  }
  std::optional<json_value> object(const json_value& from, std::string_view field, std::initializer_list<std::string_view> known) {
    auto v = member(from, field);
    if (!v || !is_object(*v, known)) return {};
    return v;
  }
  // A text that can be said: not blank, without control characters, of bounded length.
  void string(const json_value& v, std::string& out) {
    if (full()) return;
    const auto s = v.as_string();
    if (!s) return fail(s.error());
    if (blank(*s)) return fail(v.fail(errc::missing_field, "the text is empty", "at least one word", ""));
    if (s->size() > longest_text) return fail(v.fail(errc::too_large, "the text has " + std::to_string(s->size()) + " bytes", "at most 1000", "a line that is said is short"));
    if (has_controls(*s)) return fail(v.fail(errc::encoding, "the text has a control character", "printable text on one line", ""));
    out = *s;
  }
  void text(const json_value& from, std::string_view field, std::string& out) {
    if (const auto v = member(from, field)) string(*v, out);
  }
  void text_or_none(const json_value& from, std::string_view field, std::string& out) {
    if (const auto v = from.find(field)) string(*v, out);
  }
  template <class Read>
  void list(const json_value& v, bool may_be_empty, Read read) {
    if (full()) return;
    if (v.kind() != json_kind::array) return fail(v.fail(errc::wrong_type, "this is " + std::string(name(v.kind())), "an array", ""));
    if (v.size() == 0 && !may_be_empty) return fail(v.fail(errc::missing_field, "the list is empty", "one or more", ""));
    if (v.size() > longest_list) return fail(v.fail(errc::too_large, "the list has " + std::to_string(v.size()) + " items", "at most 40", ""));
    for (const json_value e : *v.elements()) read(e);
  }
  template <class Read>
  void each(const json_value& from, std::string_view field, Read read, bool may_be_empty = false) {
    if (const auto v = member(from, field)) list(*v, may_be_empty, read);
  }
  void texts(const json_value& from, std::string_view field, std::vector<std::string>& out, bool may_be_empty = false) {
    each(from, field, [&](const json_value& e) { string(e, out.emplace_back()); }, may_be_empty);
  }
  void codes(const json_value& from, std::string_view field, std::vector<std::string>& out, bool how_to, bool may_be_empty) {
    each(from, field, [&](const json_value& e) {
      std::string& code = out.emplace_back();
      const std::size_t before = errors.size();
      string(e, code);
      if (errors.size() != before) return;
      if (how_to ? how_to_code(code) : that_code(code)) {
        if (std::count(out.begin(), out.end(), code) > 1) fail(e.fail(errc::duplicate_id, "the code '" + code + "' stands twice", "each code once", ""));
      } else {
        fail(e.fail(errc::out_of_range, "'" + code.substr(0, 60) + "' is no such code", how_to ? "a learn-how-to code such as 4n" : "a learn-that code such as 4.6", ""));
      }
    }, may_be_empty);
  }
  void integer(const json_value& from, std::string_view field, int lo, int hi, int& out) {
    const auto v = member(from, field);
    if (!v) return;
    const auto n = v->as_integer(lo, hi);
    if (!n) return fail(n.error());
    out = static_cast<int>(*n);
  }
  template <listed E>
  bool word_at(const json_value& v, E& out) {
    if (full()) return false;
    const auto i = v.as_word(words_in<E>);
    if (!i) {
      fail(i.error());
      return false;
    }
    out = static_cast<E>(*i);
    return true;
  }
  template <listed E>
  void word(const json_value& from, std::string_view field, E& out) {
    if (const auto v = member(from, field)) word_at(*v, out);
  }
};

void read_turns(reader& in, const json_value& from, std::string_view field, script_audience audience, bool with_cues, std::vector<script_turn>& out) {
  in.each(from, field, [&](const json_value& t) {
    if (with_cues ? !in.is_object(t, {"who", "name", "cue", "line", "do"}) : !in.is_object(t, {"who", "name", "line"})) return;
    script_turn turn;
    if (const auto who = in.member(t, "who"); who && in.word_at(*who, turn.who)) {
      if (turn.who == speaker::mentor && audience == script_audience::ect)
        in.fail(who->fail(errc::out_of_range, "'mentor' speaks in a script for an ECT", "teacher, pupil, adult or action", "a mentor who plays a part is an adult with a name"));
      const bool named = turn.who == speaker::pupil || turn.who == speaker::adult;
      if (named) in.text(t, "name", turn.name);
      else if (const auto n = t.find("name"))
        in.fail(n->fail(errc::unknown_field, "a name for whoever practises, or for an action", "names for pupils and adults only", ""));
    }
    in.text(t, "line", turn.line);
    if (with_cues) {
      in.text_or_none(t, "cue", turn.cue);
      in.text_or_none(t, "do", turn.act);
    }
    out.push_back(std::move(turn));
  });
}

void read_idea(reader& in, const json_value& from, bool for_mentor, step_idea& out) {
  in.text(from, "what", out.what);
  in.codes(from, "statement_codes", out.statements, true, for_mentor);
}

void read_time_box(reader& in, const json_value& root, time_box& out) {
  const auto box = in.object(root, "time_box", {"total_minutes", "hard_stop_minutes", "parts"});
  if (!box) return;
  const std::size_t before = in.errors.size();
  in.integer(*box, "total_minutes", 1, longest_rehearsal, out.total);
  in.integer(*box, "hard_stop_minutes", 1, longest_rehearsal, out.hard_stop);
  int sum = 0;
  in.each(*box, "parts", [&](const json_value& p) {
    if (!in.is_object(p, {"part", "minutes"})) return;
    time_part part;
    in.word(p, "part", part.part);
    in.integer(p, "minutes", 1, longest_rehearsal, part.minutes);
    sum += part.minutes;
    out.parts.push_back(part);
  });
  if (in.errors.size() != before) return;
  const auto parts = *box->find("parts");
  bool in_order = out.parts.size() == words_in<rehearsal_part>.size();
  for (std::size_t i = 0; in_order && i != out.parts.size(); ++i) in_order = static_cast<std::size_t>(out.parts[i].part) == i;
  if (!in_order) in.fail(parts.fail(errc::out_of_range, "the parts are others or in another order", "each once: " + word_list<rehearsal_part>(), ""));
  if (sum != out.total)
    in.fail(box->find("total_minutes")->fail(errc::out_of_range, "the parts take " + std::to_string(sum) + " minutes and the total is " + std::to_string(out.total),
                                             std::to_string(sum), "the parts and the total have to agree"));
  if (out.total > out.hard_stop)
    in.fail(box->find("hard_stop_minutes")->fail(errc::out_of_range, "the hard stop comes before the total", std::to_string(out.total) + " to 15", ""));
}

}  // namespace

script_reading read_full_script_all(std::string_view json, const std::string& file) {
  interop::json_limits limits;
  limits.bytes = most_bytes;
  limits.depth = 16;
  const auto document = interop::parse_json(json, file, limits);
  if (!document) return {{}, {document.error()}};
  const json_value root = document->root();
  reader in;
  full_script s;
  if (!in.is_object(root, {"schema", "id", "standard", "title", "version", "kind", "audience", "invented", "edition", "statement_codes", "phase",
                           "example_class", "variants", "tier", "start_level", "purpose", "before_you_start", "moves", "model",
                           "what_good_looks_like", "lines_to_say", "rehearsal", "success_criteria", "complications", "feedback_prompts",
                           "access", "phase_changes", "if_role_play_is_not_for_today", "transfer_plan", "time_box", "kept_in_record",
                           "not_kept", "action_step", "alternatives", "plan_extract", "one_point_of_feedback", "twist", "words", "tip",
                           "sources"}))
    return {{}, std::move(in.errors)};
  int schema = 0;
  in.integer(root, "schema", 1, 1'000'000, schema);
  if (schema > 1)
    return {{}, {root.find("schema")->fail(errc::newer_version, "a practice script of schema " + std::to_string(schema), "schema 1", "read it with a newer version of ectp")}};

  // Who it is for decides what else is asked of it.
  if (const auto v = root.find("audience")) in.word_at(*v, s.audience);
  const bool for_mentor = s.audience == script_audience::mentor;

  if (const auto v = in.member(root, "id")) {
    auto id = v->as_id<script_id>();
    if (id) s.id = std::move(*id);
    else in.fail(id.error());
  }
  if (for_mentor) {
    if (const auto v = root.find("standard"))
      in.fail(v->fail(errc::not_allowed, "a script for mentors belongs to a standard", "no field 'standard'", "the standards are the ECT's"));
  } else if (const auto v = in.member(root, "standard")) {
    const std::size_t before = in.errors.size();
    in.string(*v, s.standard);
    if (in.errors.size() == before && !(s.standard.size() == 2 && s.standard[0] == 'S' && s.standard[1] >= '1' && s.standard[1] <= '9'))
      in.fail(v->fail(errc::out_of_range, "'" + s.standard.substr(0, 60) + "' is no standard", "S1 to S8", ""));
  }
  in.text(root, "title", s.title);
  in.text(root, "version", s.version);
  if (!s.version.empty() && !version_text(s.version))
    in.fail(root.find("version")->fail(errc::out_of_range, "'" + s.version.substr(0, 60) + "' is no version", "three numbers, such as 1.0.0", ""));
  in.word(root, "kind", s.kind);
  if (const auto v = in.member(root, "invented")) {
    if (const auto b = v->as_boolean(); !b) in.fail(b.error());
    else if (!*b) in.fail(v->fail(errc::not_allowed, "the script is not invented", "true", "nobody real is rehearsed: change names, class and words"));
  }
  in.text(root, "edition", s.edition);
  if (const auto v = in.object(root, "statement_codes", {"main", "also", "why"})) {
    in.codes(*v, "main", s.main, true, for_mentor);
    in.codes(*v, "also", s.also, true, for_mentor);
    in.codes(*v, "why", s.why, false, for_mentor);
  }
  in.word(root, "phase", s.phase);
  in.text(root, "example_class", s.example_class);
  in.each(root, "variants", [&](const json_value& e) {
    school_phase p = school_phase::primary;
    if (!in.word_at(e, p)) return;
    if (p == s.phase || std::find(s.variants.begin(), s.variants.end(), p) != s.variants.end())
      in.fail(e.fail(errc::duplicate_id, "the phase '" + std::string(name(p)) + "' is there already", "the other phases, each once", ""));
    s.variants.push_back(p);
  });
  in.word(root, "tier", s.tier);
  if (const auto v = in.object(root, "start_level", {"novice", "developing", "secure"})) {
    const std::size_t before = in.errors.size();
    in.integer(*v, "novice", 0, last_twist_level, s.start_level.novice);
    in.integer(*v, "developing", 0, last_twist_level, s.start_level.developing);
    in.integer(*v, "secure", 0, last_twist_level, s.start_level.secure);
    if (in.errors.size() == before && !(s.start_level.novice <= s.start_level.developing && s.start_level.developing <= s.start_level.secure))
      in.fail(v->fail(errc::out_of_range, "the levels fall", "novice <= developing <= secure", ""));
  }
  if (const auto v = in.object(root, "purpose", {"for_pupils", "for_teacher", "not_for"})) {
    in.text(*v, "for_pupils", s.purpose.for_pupils);
    in.text(*v, "for_teacher", s.purpose.for_teacher);
    in.text(*v, "not_for", s.purpose.not_for);
  }
  if (const auto v = in.object(root, "before_you_start", {"ask_permission", "bring", "choose_question"})) {
    in.text(*v, "ask_permission", s.before_you_start.ask_permission);
    in.texts(*v, "bring", s.before_you_start.bring);
    in.text(*v, "choose_question", s.before_you_start.choose_question);
  }
  in.each(root, "moves", [&](const json_value& m) {
    if (!in.is_object(m, {"n", "name", "do", "looks_like"})) return;
    script_move move;
    const int place = static_cast<int>(s.moves.size()) + 1;
    int n = 0;
    in.integer(m, "n", place, place, n);
    in.text(m, "name", move.name);
    in.text(m, "do", move.act);
    in.text(m, "looks_like", move.looks_like);
    s.moves.push_back(std::move(move));
  });
  if (const auto v = in.object(root, "model", {"mentor_shows_well", "mentor_shows_too_fast", "then_ask"})) {
    read_turns(in, *v, "mentor_shows_well", s.audience, false, s.model.well);
    read_turns(in, *v, "mentor_shows_too_fast", s.audience, false, s.model.too_fast);
    in.text(*v, "then_ask", s.model.then_ask);
  }
  in.texts(root, "what_good_looks_like", s.what_good_looks_like);
  if (const auto v = in.member(root, "lines_to_say")) {
    if (v->kind() != json_kind::object) in.fail(v->fail(errc::wrong_type, "this is " + std::string(name(v->kind())), "an object of lists of lines", ""));
    else if (v->size() == 0) in.fail(v->fail(errc::missing_field, "no lines to say", "one set or more", ""));
    else if (v->size() > longest_list) in.fail(v->fail(errc::too_large, "too many sets of lines", "at most 40", ""));
    else
      for (const auto& m : *v->members()) {
        script_lines set;
        in.string(m.key, set.name);
        in.list(m.value, false, [&](const json_value& e) { in.string(e, set.lines.emplace_back()); });
        s.lines_to_say.push_back(std::move(set));
      }
  }
  if (const auto v = in.object(root, "rehearsal", {"first_run", "mentor_notes"})) {
    read_turns(in, *v, "first_run", s.audience, true, s.first_run);
    in.text(*v, "mentor_notes", s.mentor_notes);
  }
  in.each(root, "success_criteria", [&](const json_value& c) {
    if (!in.is_object(c, {"id", "seen_by", "text"})) return;
    script_criterion one;
    in.text(c, "id", one.id);
    in.word(c, "seen_by", one.seen_by);
    in.text(c, "text", one.text);
    for (const auto& other : s.success_criteria)
      if (!one.id.empty() && other.id == one.id) in.fail(c.find("id")->fail(errc::duplicate_id, "the id '" + one.id.substr(0, 60) + "' stands twice", "each id once", ""));
    s.success_criteria.push_back(std::move(one));
  });
  if (const auto v = in.object(root, "complications", {"3", "4", "5"}))
    for (int level = first_twist_level; level <= last_twist_level; ++level)
      in.each(*v, std::to_string(level), [&](const json_value& c) {
        if (!in.is_object(c, {"id", "mentor_does", "good_handling", "avoid"})) return;
        complication one;
        in.text(c, "id", one.id);
        in.text(c, "mentor_does", one.mentor_does);
        in.text(c, "good_handling", one.good_handling);
        in.text(c, "avoid", one.avoid);
        if (!one.id.empty() && s.find_twist(one.id) != nullptr)
          in.fail(c.find("id")->fail(errc::duplicate_id, "the id '" + one.id.substr(0, 60) + "' stands twice", "each id once", ""));
        s.complications[static_cast<std::size_t>(level - first_twist_level)].push_back(std::move(one));
      });
  if (const auto v = in.object(root, "feedback_prompts", {"rule", "ask", "offer", "affirm", "never_say"})) {
    in.text(*v, "rule", s.feedback_prompts.rule);
    in.texts(*v, "ask", s.feedback_prompts.ask);
    in.texts(*v, "offer", s.feedback_prompts.offer);
    in.texts(*v, "affirm", s.feedback_prompts.affirm);
    in.texts(*v, "never_say", s.feedback_prompts.never_say);
  }
  if (const auto v = in.object(root, "access", {"send", "eal", "oracy", "dignity"})) {
    in.text(*v, "send", s.access.send);
    in.text(*v, "eal", s.access.eal);
    in.text(*v, "oracy", s.access.oracy);
    in.text(*v, "dignity", s.access.dignity);
  }
  if (const auto v = in.object(root, "phase_changes", {"early_years", "primary", "secondary", "send_setting"}))
    for (const school_phase p : s.variants) {
      phase_change change{p, ""};
      in.text(*v, name(p), change.change);
      s.phase_changes.push_back(std::move(change));
    }
  if (const auto v = root.find("phase_changes"); v && v->kind() == json_kind::object)
    for (const auto& m : *v->members())
      if (const auto p = from_word<school_phase>(m.name()); p && std::find(s.variants.begin(), s.variants.end(), *p) == s.variants.end())
        in.fail(m.key.fail(errc::unknown_reference, "a change for the phase '" + std::string(m.name()) + "', which is no variant", "the phases of 'variants'", ""));
  in.texts(root, "if_role_play_is_not_for_today", s.instead);
  if (const auto v = in.object(root, "transfer_plan", {"where", "cue", "if_then", "self_check", "mentor_check", "fade"})) {
    in.text(*v, "where", s.transfer.where);
    in.text(*v, "cue", s.transfer.cue);
    in.text(*v, "if_then", s.transfer.if_then);
    in.text(*v, "self_check", s.transfer.self_check);
    in.text(*v, "mentor_check", s.transfer.mentor_check);
    in.text(*v, "fade", s.transfer.fade);
  }
  read_time_box(in, root, s.time_box);
  in.texts(root, "kept_in_record", s.kept_in_record);
  in.texts(root, "not_kept", s.not_kept);
  if (const auto v = in.object(root, "action_step", {"what", "why", "when_where", "success_criteria", "look_for_next_time", "whom_might_it_miss", "statement_codes"})) {
    read_idea(in, *v, for_mentor, s.step.idea);
    in.text(*v, "why", s.step.why);
    in.text(*v, "when_where", s.step.when_where);
    in.texts(*v, "success_criteria", s.step.success_criteria);
    in.text(*v, "look_for_next_time", s.step.look_for_next_time);
    in.text(*v, "whom_might_it_miss", s.step.whom_might_it_miss);
  }
  in.each(root, "alternatives", [&](const json_value& a) {
    if (!in.is_object(a, {"what", "statement_codes"})) return;
    read_idea(in, a, for_mentor, s.alternatives.emplace_back());
  });
  in.each(root, "plan_extract", [&](const json_value& l) {
    if (!in.is_object(l, {"who", "line", "do"})) return;
    script_line line;
    in.text(l, "who", line.who);
    in.text(l, "line", line.line);
    in.text_or_none(l, "do", line.act);
    s.extract.push_back(std::move(line));
  });
  in.text(root, "one_point_of_feedback", s.one_point);
  in.text(root, "twist", s.twist);
  if (const auto v = in.object(root, "words", {"ask", "dialogue", "guide", "listen"})) {
    in.texts(*v, "ask", s.words.ask);
    in.texts(*v, "dialogue", s.words.dialogue);
    in.texts(*v, "guide", s.words.guide);
    in.texts(*v, "listen", s.words.listen);
  }
  in.text(root, "tip", s.tip);
  in.each(root, "sources", [&](const json_value& x) {
    if (!in.is_object(x, {"for", "source", "confidence", "status"})) return;
    script_source source;
    in.text(x, "for", source.used_for);
    in.text(x, "source", source.source);
    in.word(x, "confidence", source.confidence);
    in.word(x, "status", source.on);
    s.sources.push_back(std::move(source));
  });
  if (!in.errors.empty()) return {{}, std::move(in.errors)};
  return {std::move(s), {}};
}

result<full_script> read_full_script(std::string_view json, const std::string& file) {
  script_reading r = read_full_script_all(json, file);
  if (!r.script) return std::move(r.errors.front());
  return std::move(*r.script);
}

result<script> read_script(std::string_view json, const std::string& file) {
  const auto whole = read_full_script(json, file);
  if (!whole) return whole.error();
  return outline(*whole);
}

std::string_view builtin_script_json(std::string_view id) { return content::practice_script(id); }

result<full_script> builtin_script(std::string_view id) {
  if (const std::string_view json = builtin_script_json(id); !json.empty())
    return read_full_script(json, "src/content/practice/" + std::string(id) + ".json");
  std::string known;
  for (const auto& f : content::practice_scripts()) known += (known.empty() ? "" : ", ") + std::string(f.name);
  return error{errc::unknown_code, "there is no script '" + std::string(id.substr(0, 60)) + "'", {}, known,
               "ectp practice lists them; one of your own is a file that ends in .json"};
}

namespace {
result<std::vector<script>> read_builtin_scripts() {
  std::vector<script> out;
  for (const auto& f : content::practice_scripts()) {
    auto s = read_script(f.text, "src/content/practice/" + std::string(f.name) + ".json");
    if (!s) return s.error();
    out.push_back(std::move(*s));
  }
  return out;
}
}  // namespace

result<std::vector<script>> builtin_scripts() {
  static const result<std::vector<script>> all = read_builtin_scripts();
  return all;
}

}  // namespace ectp::inline ECTP_ABI
