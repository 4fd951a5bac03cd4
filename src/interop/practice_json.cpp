#include "ectp/interop/practice_json.hpp"

#include "ectp/content/practice.hpp"
#include "interop/json_document.hpp"

namespace ectp::inline ECTP_ABI {

namespace {

using interop::json_value;

// Reads fields one after another and keeps the first error; later reads then do nothing.
class reader {
 public:
  void text(const json_value& from, std::string_view field, std::string& out) {
    if (failed_) return;
    const auto f = from.field(field);
    if (!f) return fail(f.error());
    const auto s = f->as_string();
    if (!s) return fail(s.error());
    out = *s;
  }
  void texts(const json_value& from, std::string_view field, std::vector<std::string>& out) {
    if (failed_) return;
    const auto f = from.field(field);
    if (!f) return fail(f.error());
    const auto all = f->elements();
    if (!all) return fail(all.error());
    for (const json_value& e : *all) {
      const auto s = e.as_string();
      if (!s) return fail(s.error());
      out.emplace_back(*s);
    }
  }
  void integer(const json_value& from, std::string_view field, int lo, int hi, int& out) {
    if (failed_) return;
    const auto f = from.field(field);
    if (!f) return fail(f.error());
    const auto n = f->as_integer(lo, hi);
    if (!n) return fail(n.error());
    out = static_cast<int>(*n);
  }
  template <listed E>
  void word(const json_value& from, std::string_view field, E& out) {
    if (failed_) return;
    const auto f = from.field(field);
    if (!f) return fail(f.error());
    const auto i = f->as_word(words_in<E>);
    if (!i) return fail(i.error());
    out = static_cast<E>(*i);
  }
  // A member to look into; null-like when something went wrong before.
  std::optional<json_value> member(const json_value& from, std::string_view field) {
    if (failed_) return std::nullopt;
    auto f = from.field(field);
    if (!f) {
      fail(f.error());
      return std::nullopt;
    }
    return *f;
  }
  template <class Read>
  void each(const json_value& from, std::string_view field, Read read) {
    const auto f = member(from, field);
    if (!f) return;
    const auto all = f->elements();
    if (!all) return fail(all.error());
    for (const json_value& e : *all)
      if (!failed_) read(e);
  }
  void fail(error e) {
    if (!failed_) failed_ = std::move(e);
  }
  const std::optional<error>& failed() const { return failed_; }

 private:
  std::optional<error> failed_;
};

}  // namespace

result<script> read_script(std::string_view json, const std::string& file) {
  const auto document = interop::parse_json(json, file);
  if (!document) return document.error();
  const json_value root = document->root();
  script s;
  reader in;
  int schema = 0;
  in.integer(root, "schema", 1, 1'000'000, schema);
  if (!in.failed() && schema > 1)
    return root.field("schema")->fail(errc::newer_version, "a practice script of schema " + std::to_string(schema),
                                      "schema 1", "read it with a newer version of ectp");
  if (const auto id = in.member(root, "id")) {
    auto read = id->as_id<script_id>();
    if (!read) return read.error();
    s.id = std::move(*read);
  }
  in.text(root, "title", s.title);
  in.text(root, "kind", s.kind);
  in.text(root, "edition", s.edition);
  in.word(root, "phase", s.phase);
  if (const auto codes = in.member(root, "statement_codes")) {
    in.texts(*codes, "main", s.main);
    in.texts(*codes, "also", s.also);
    in.texts(*codes, "why", s.why);
    if (!in.failed() && s.main.empty())
      return codes->fail(errc::missing_field, "'main' is empty", "at least one statement code", "");
  }
  if (const auto start = in.member(root, "start_level")) {
    in.integer(*start, "novice", 0, 5, s.start_level[0]);
    in.integer(*start, "developing", 0, 5, s.start_level[1]);
    in.integer(*start, "secure", 0, 5, s.start_level[2]);
  }
  if (const auto box = in.member(root, "time_box")) {
    in.integer(*box, "total_minutes", 1, 60, s.minutes);
    in.integer(*box, "hard_stop_minutes", 1, 60, s.hard_stop);
  }
  if (const auto step = in.member(root, "action_step")) {
    in.text(*step, "what", s.step.what);
    in.texts(*step, "statement_codes", s.step.statements);
    in.text(*step, "why", s.step_why);
    in.text(*step, "when_where", s.when_where);
    in.texts(*step, "success_criteria", s.success_criteria);
    in.text(*step, "look_for_next_time", s.look_for_next_time);
    in.text(*step, "whom_might_it_miss", s.whom_might_it_miss);
  }
  in.each(root, "alternatives", [&](const json_value& a) {
    step_idea idea;
    in.text(a, "what", idea.what);
    in.texts(a, "statement_codes", idea.statements);
    s.alternatives.push_back(std::move(idea));
  });
  in.each(root, "plan_extract", [&](const json_value& l) {
    script_line line;
    in.text(l, "who", line.who);
    in.text(l, "line", line.line);
    if (l.find("do")) in.text(l, "do", line.act);
    s.extract.push_back(std::move(line));
  });
  in.text(root, "one_point_of_feedback", s.one_point);
  in.text(root, "twist", s.twist);
  in.text(root, "tip", s.tip);
  if (const auto words = in.member(root, "words")) {
    in.texts(*words, "guide", s.words[static_cast<std::size_t>(stance::directive)]);
    in.texts(*words, "dialogue", s.words[static_cast<std::size_t>(stance::dialogic)]);
    in.texts(*words, "ask", s.words[static_cast<std::size_t>(stance::facilitative)]);
    in.texts(*words, "listen", s.words[static_cast<std::size_t>(stance::listening)]);
  }
  if (const auto model = in.member(root, "model")) in.text(*model, "then_ask", s.model_question);
  in.texts(root, "if_role_play_is_not_for_today", s.instead);
  if (const auto transfer = in.member(root, "transfer_plan")) {
    in.text(*transfer, "cue", s.cue);
    in.text(*transfer, "if_then", s.if_then);
  }
  in.each(root, "sources", [&](const json_value& x) {
    script_source source;
    in.text(x, "for", source.used_for);
    in.text(x, "source", source.source);
    in.word(x, "confidence", source.confidence);
    in.word(x, "status", source.on);
    s.sources.push_back(std::move(source));
  });
  if (in.failed()) return *in.failed();
  return s;
}

std::string_view builtin_script_json(std::string_view id) { return content::practice_script(id); }

result<std::vector<script>> builtin_scripts() {
  std::vector<script> out;
  for (const auto& f : content::practice_scripts()) {
    auto s = read_script(f.text, "src/content/practice/" + std::string(f.name) + ".json");
    if (!s) return s.error();
    out.push_back(std::move(*s));
  }
  return out;
}

}  // namespace ectp::inline ECTP_ABI
