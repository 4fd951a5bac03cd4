#include "ectp/interop/record_json.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/record_state.hpp"
#include "interop/json_document.hpp"
#include "interop/record_document.hpp"

namespace ectp::inline ECTP_ABI {

namespace {

using interop::json_kind;
using interop::json_value;

constexpr std::size_t max_entries = 20'000;  // a full record of two years has a few hundred
constexpr std::size_t max_statements = 200;
constexpr std::size_t max_criteria = 10;
constexpr std::size_t long_text = 400;  // characters
constexpr std::size_t short_text = 60;

// --- what has no place in a record ----------------------------------------------------------

struct refusal {
  std::string_view what, why;
  std::span<const std::string_view> words;
};

constexpr auto circumstance_words = std::to_array<std::string_view>(
    {"absence",      "absences",      "absent",      "leave",         "sick",     "sickness",
     "ill",          "illness",       "health",      "medical",       "medicine", "maternity",
     "paternity",    "parental",      "adoption",    "pregnancy",     "pregnant", "disability",
     "disabilities", "disabled",      "bereavement", "compassionate", "personal", "private",
     "circumstance", "circumstances", "reason",      "reasons"});
constexpr auto live_words = std::to_array<std::string_view>(
    {"distress", "upset", "stress", "anxiety", "mood", "wellbeing", "risk", "safeguarding"});
constexpr auto person_words = std::to_array<std::string_view>(
    {"name",  "names",     "surname", "forename", "firstname", "lastname", "email",       "mail",
     "phone", "address",   "trn",     "dob",      "birth",     "birthday", "age",         "gender",
     "sex",   "ethnicity", "ethnic",  "race",     "religion",  "belief",   "nationality", "photo"});
constexpr auto note_words =
    std::to_array<std::string_view>({"note", "notes", "comment", "comments", "remark", "remarks",
                                     "narrative", "opinion", "freetext"});

const std::array<refusal, 4> refusals = {{
    {"an absence, leave, health or personal circumstances",
     "absence and leave reasons are never an input: record stretches in post as \"service\" "
     "entries and leave "
     "whatever lies between unexplained; a cancelled session needs no reason either",
     circumstance_words},
    {"how a person feels or is at risk",
     "such things are said live and never stored; a safeguarding worry goes to the safeguarding "
     "lead today",
     live_words},
    {"who a person is",
     "people are pseudonymous ids only; names and traits stay in the host system", person_words},
    {"free text about a person",
     "say what was seen as evidence about a statement; notes stay in the host system", note_words},
}};

// The refusal that one of the words of a name such as `leave_reason` or `sickLeave` meets.
const refusal* refused(std::string_view name) {
  std::string word;
  const auto met = [&]() -> const refusal* {
    for (const refusal& r : refusals)
      if (std::find(r.words.begin(), r.words.end(), word) != r.words.end()) return &r;
    return nullptr;
  };
  for (std::size_t i = 0; i <= name.size(); ++i) {
    const char c = i == name.size() ? '_' : name[i];
    const bool upper = c >= 'A' && c <= 'Z', letter = upper || (c >= 'a' && c <= 'z');
    const bool begins = upper && i != 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if (!letter || begins) {
      if (const refusal* r = met()) return r;
      word.clear();
    }
    if (letter) word += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return nullptr;
}

error refuse(const json_value& v, const refusal& r) {
  return v.fail(errc::not_allowed,
                "'" + std::string(v.text().substr(0, 60)) + "': a record has no place for " +
                    std::string(r.what),
                {}, std::string(r.why));
}

// Every field name at every level. `reason` alone is a field of a decision.
result<void> nothing_refused(const json_value& v) {
  if (v.kind() == json_kind::object) {
    const auto members = v.members();
    for (const auto& m : *members) {
      if (m.name() != "reason")
        if (const refusal* r = refused(m.name())) return refuse(m.key, *r);
      if (auto ok = nothing_refused(m.value); !ok) return ok;
    }
  } else if (v.kind() == json_kind::array) {
    const auto elements = v.elements();
    for (const auto& e : *elements)
      if (auto ok = nothing_refused(e); !ok) return ok;
  }
  return {};
}

// --- texts ----------------------------------------------------------------------------------

// Characters that no field may hold: controls, and those that reorder or break lines on a page.
constexpr bool unprintable(std::uint32_t c) noexcept {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

// The text is valid UTF-8: the parser saw to that.
result<void> checked_text(const json_value& v, std::string_view s, std::size_t most) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < s.size(); ++characters) {
    const auto lead = static_cast<unsigned char>(s[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t code = size == 1 ? lead : lead & (0x7fu >> size);
    for (std::size_t k = 1; k < size && i + k < s.size(); ++k)
      code = code << 6 | (static_cast<unsigned char>(s[i + k]) & 0x3fu);
    if (unprintable(code))
      return v.fail(errc::out_of_range, "a control character in a text",
                    "one line of printable characters",
                    "remove line breaks, tabs and other control characters");
    i += size;
  }
  if (characters == 0)
    return v.fail(errc::out_of_range, "an empty text",
                  "1 to " + std::to_string(most) + " characters",
                  "leave the field out where it is optional");
  if (characters > most)
    return v.fail(errc::too_large, "a text of " + std::to_string(characters) + " characters",
                  "1 to " + std::to_string(most) + " characters",
                  "a line is enough; longer texts stay in the host system");
  return {};
}

bool is_word(std::string_view s) noexcept {
  if (s.empty() || s.size() > 64 || s[0] < 'a' || s[0] > 'z') return false;
  return std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool is_sha256(std::string_view s) noexcept {
  return s.size() == 64 && std::all_of(s.begin(), s.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// --- the fields of one object -----------------------------------------------------------------

// Reads fields one by one. The first error is kept and what follows it is passed over; only
// `done` tells whether all went well. A field that nobody asked for is the first thing it reports.
class fields {
 public:
  explicit fields(const json_value& object) : object_(object) {}

  const json_value& object() const noexcept { return object_; }
  void fail(ectp::error e) {
    if (!failed_) failed_ = std::move(e);
  }
  explicit operator bool() const noexcept { return !failed_; }
  const ectp::error& error() const noexcept { return *failed_; }  // precondition: one was kept

  // A field's value; none when it is absent, null, or an error came before.
  std::optional<json_value> optional(std::string_view name) {
    asked_.push_back(name);
    if (failed_) return std::nullopt;
    auto found = object_.optional_field(name);
    if (found) return *found;
    fail(std::move(found).error());
    return std::nullopt;
  }
  std::optional<json_value> required(std::string_view name) {
    asked_.push_back(name);
    if (failed_) return std::nullopt;
    auto found = object_.field(name);
    if (found) return *found;
    fail(std::move(found).error());
    return std::nullopt;
  }
  bool has(std::string_view name) const {
    const auto v = object_.find(name);
    return v && !v->is_null();
  }

  // Each of these takes the field when `found` has one, and keeps its error otherwise.
  template <class T, class U>
  void keep(result<T> read, U& out) {
    if (read) out = static_cast<U>(*std::move(read));
    else fail(std::move(read).error());
  }
  template <class E>
  void word(const std::optional<json_value>& found, E& out) {
    if (found) keep(found->as_word(words_in<E>), out);
  }
  template <class E>
  void word(std::string_view name, E& out) {
    word(required(name), out);
  }
  void day(std::string_view name, date& out) {
    if (const auto v = required(name)) keep(v->as_date(), out);
  }
  void day(std::string_view name, maybe<date>& out) {
    if (const auto v = optional(name)) keep(v->as_date(), out);
  }
  void flag(std::string_view name, bool& out) {
    if (const auto v = required(name)) keep(v->as_boolean(), out);
  }
  void number(const std::optional<json_value>& found, std::int64_t lo, std::int64_t hi, int& out) {
    if (found) keep(found->as_integer(lo, hi), out);
  }
  template <class Id>
  void id(const std::optional<json_value>& found, Id& out) {
    if (found) keep(found->as_id<Id>(), out);
  }
  void text(const std::optional<json_value>& found, std::size_t most, std::string& out) {
    if (!found) return;
    const auto s = found->as_string();
    if (!s) return fail(s.error());
    if (auto ok = checked_text(*found, *s, most); !ok) return fail(ok.error());
    out = *s;
  }
  void reference(std::string_view name, std::string& out) {
    if (const auto v = required(name)) keep(reference(*v), out);
  }
  void references(std::string_view name, std::vector<std::string>& out) {
    const auto v = required(name);
    if (!v) return;
    list(*v, max_statements, [&](const json_value& e) -> result<void> {
      auto ref = reference(e);
      if (!ref) return ref.error();
      if (std::find(out.begin(), out.end(), *ref) != out.end())
        return e.fail(errc::duplicate_id, "'" + *ref + "' stands here twice", "each statement once",
                      "");
      out.push_back(*std::move(ref));
      return {};
    });
  }
  // A list of texts; it may be left out where it is optional.
  void texts(const std::optional<json_value>& found, std::size_t most, std::vector<std::string>& out) {
    if (!found) return;
    list(*found, most, [&](const json_value& e) -> result<void> {
      const auto s = e.as_string();
      if (!s) return s.error();
      if (auto ok = checked_text(e, *s, long_text); !ok) return ok;
      out.emplace_back(*s);
      return {};
    });
  }
  template <class E>
  void word(std::string_view name, maybe<E>& out) {
    const auto v = optional(name);
    if (!v) return;
    E e{};
    word(v, e);
    out = e;
  }
  template <class Each>
  void list(const json_value& v, std::size_t most, Each each) {
    const auto elements = v.elements();
    if (!elements) return fail(elements.error());
    if (elements->size() > most)
      return fail(v.fail(errc::too_large, "a list of " + std::to_string(elements->size()),
                         "at most " + std::to_string(most), ""));
    for (const auto& e : *elements)
      if (auto ok = each(e); !ok) return fail(std::move(ok).error());
  }

  result<void> done() const {
    const bool decision = std::find(asked_.begin(), asked_.end(), "reason") != asked_.end();
    if (const auto members = object_.members(); members && !decision)
      for (const auto& m : *members)
        if (m.name() == "reason") return refuse(m.key, refusals[0]);
    if (auto ok = object_.only_fields(asked_); !ok) return ok;
    if (failed_) return *failed_;
    return {};
  }

 private:
  static result<std::string> reference(const json_value& v) {
    if (v.kind() == json_kind::number)
      return v.fail(errc::wrong_type, "a statement written as a number",
                    "text such as \"ittecf-2024:2.10\"",
                    "codes are text: as numbers 2.10 and 2.1 are the same, and they are different "
                    "statements");
    const auto s = v.as_string();
    if (!s) return s.error();
    return std::string(*s);
  }

  json_value object_;
  std::vector<std::string_view> asked_;
  std::optional<ectp::error> failed_;
};

// --- the kinds of entry -----------------------------------------------------------------------

void read(fields& f, start& x) {
  f.day("started_on", x.started_on);
  f.word("phase", x.phase);
  f.word("intake", x.intake);
  f.word("programme_type", x.programme_type);
  f.number(f.required("cohort"), 1990, 2200, x.cohort);
}

void read(fields& f, time_in_post& x) {
  f.day("from", x.from);
  f.day("until", x.until);
  if (const auto v = f.required("fte")) f.keep(v->as_thousandths(1, 1000), x.fte);
}

void read(fields& f, block& x) {
  f.number(f.required("year"), 1, 2, x.year);
  f.text(f.required("half_term"), short_text, x.half_term);
  f.text(f.required("title"), long_text, x.title);
  f.references("statements", x.statements);
  f.flag("unit_read", x.unit_read);
}

void read_rater_role(fields& f, evidence& x) {
  const auto v = f.optional("role");
  if (!v) return;
  for (const std::string_view assessor :
       {"head", "headteacher", "induction_tutor", "appropriate_body"})
    if (v->text() == assessor)
      return f.fail(v->fail(
          errc::not_allowed, "evidence by the " + std::string(assessor), word_list<rater_role>(),
          "evidence is formative: whoever assesses induction does not enter it; a tutor may set a "
          "\"target\""));
  x.has_role = true;
  f.word(v, x.role);
}

// Evidence has no purpose but a formative one, so there is no field for it.
void refuse_purpose(fields& f) {
  if (!f.optional("purpose")) return;
  const auto members = f.object().members();
  for (const auto& m : *members) {
    if (m.name() != "purpose") continue;
    const bool formative = m.value.text() == "formative";
    f.fail(
        (formative ? m.key : m.value)
            .fail(formative ? errc::unknown_field : errc::not_allowed,
                  formative ? "evidence has no field 'purpose'"
                            : "evidence for another purpose than mentoring",
                  "no such field",
                  "evidence is always formative; observations for induction are judged against the "
                  "Teachers' Standards and stay out"));
  }
}

void read(fields& f, evidence& x) {
  refuse_purpose(f);
  f.day("observed_on", x.observed_on);
  f.reference("statement", x.statement);
  f.word("source", x.source);
  f.word(f.optional("scale"), x.scale);
  if (const auto v = f.required("score"); v && !v->is_null()) {
    const auto thousandths = v->as_thousandths(0, 1000);
    if (thousandths) x.score = score::make(*thousandths).value();
    else f.fail(thousandths.error());
  }
  f.id(f.optional("rater"), x.rater);
  read_rater_role(f, x);
  f.id(f.optional("session"), x.session);
  f.text(f.optional("where"), short_text, x.where);
}

void read(fields& f, wish& x) {
  f.reference("statement", x.statement);
  f.text(f.optional("where"), short_text, x.where);
}

void read(fields& f, target& x) {
  f.reference("statement", x.statement);
  f.day("until", x.until);
}

void read(fields& f, step& x) {
  f.id(f.required("step"), x.id);
  f.reference("statement", x.statement);
  f.text(f.required("what"), long_text, x.what);
  f.text(f.required("when_where"), long_text, x.when_where);
  f.texts(f.required("success_criteria"), max_criteria, x.success_criteria);
  f.day("check_on", x.check_on);
  f.word("status", x.status);
  f.word("named_by", x.named_by);
  f.id(f.optional("script"), x.script);
  f.texts(f.optional("how"), max_criteria, x.how);
  f.text(f.optional("why"), long_text, x.why);
  f.text(f.optional("technique"), short_text, x.technique);
  f.text(f.optional("check_method"), long_text, x.check_method);
  f.text(f.optional("might_miss"), long_text, x.might_miss);
  f.word("tier", x.tier);
  f.id(f.optional("follows"), x.follows);
  f.word("path", x.path);
  if (const auto v = f.optional("ect_agreed")) f.keep(v->as_boolean(), x.ect_agreed);
}

void read(fields& f, step_tried& x) {
  f.id(f.required("step"), x.step);
  f.day("lesson_on", x.lesson_on);
  f.flag("met", x.met);
  f.word("seen_by", x.seen_by);
}

void read(fields& f, step_moved& x) {
  f.id(f.required("step"), x.step);
  f.word("status", x.status);
}

void read(fields& f, session& x) {
  f.id(f.required("session"), x.id);
  f.word("session_kind", x.kind);
  f.word("status", x.status);
  f.day("held_on", x.held_on);
  f.number(f.required("planned_minutes"), 1, 600, x.planned_minutes);
  if (const auto v = f.optional("minutes")) {
    int n = 0;
    f.number(v, 1, 600, n);
    x.minutes = n;
  }
  f.text(f.optional("slot"), short_text, x.slot);
  f.references("touched", x.touched);
  f.word("cycle", x.cycle);
  f.word("stance", x.stance);
  f.text(f.optional("stance_rule"), 64, x.stance_rule);
  f.word("step_named_by", x.step_named_by);
}

// Which field a refusal of the decision's own functions speaks of.
std::string_view field_of(const error& e, const recommendation& r, response how) {
  if (e.code == errc::out_of_range) return "decided_on";
  const bool settled = r.recommended == advice::consolidate || r.recommended == advice::extend;
  return how == response::overridden && settled ? "chosen" : "response";
}

void read(fields& f, decision& x) {
  recommendation r;
  response how{};
  path chosen{};
  std::string reason, because;
  date on;
  named_by by{};
  f.reference("standard", r.standard);
  f.day("as_of", r.as_of);
  f.word("recommended", r.recommended);
  f.text(f.required("rule"), 64, r.rule);
  const auto hash = f.required("policy_sha256");
  if (hash) {
    f.text(hash, 64, r.policy_sha256);
    if (f && !is_sha256(r.policy_sha256))
      f.fail(hash->fail(errc::out_of_range, "this is not a SHA-256",
                        "64 lower-case hexadecimal digits",
                        "copy it from the plan that showed the recommendation"));
  }
  f.word("response", how);
  const auto path_found = f.optional("chosen");
  const auto reason_found = f.optional("reason");
  const auto because_found = f.optional("because");
  f.word(path_found, chosen);
  f.text(reason_found, 64, reason);
  f.text(because_found, long_text, because);
  f.day("decided_on", on);
  f.word("decided_by", by);
  if (!f) return;

  if (reason_found) {
    if (const refusal* no = refused(reason)) return f.fail(refuse(*reason_found, *no));
    if (!is_word(reason))
      return f.fail(reason_found->fail(
          errc::out_of_range, "a reason is a word of the list of override reasons",
          "a word such as mentor_judgement", "your own sentence goes into \"because\""));
  }
  const std::string answer(name(how));
  if (how == response::deferred && path_found)
    return f.fail(path_found->fail(errc::not_allowed, "a deferred decision that chose a path",
                                   "no such field",
                                   "write \"chosen\" as the response once a path was chosen"));
  if (how != response::deferred && !path_found)
    return f.fail(f.object().fail(errc::missing_field, "the field 'chosen' is missing",
                                  "the path of a decision that was " + answer,
                                  "consolidate or extend"));
  if (reason_found && how != response::overridden)
    return f.fail(reason_found->fail(
        errc::not_allowed, "a reason for a decision that was " + answer, "no such field",
        "only an override needs a reason; your own sentence goes into \"because\""));
  if (because_found && how != response::overridden && how != response::chosen)
    return f.fail(
        because_found->fail(errc::not_allowed, "a sentence with a decision that was " + answer,
                            "no such field", "it belongs to a path that people chose themselves"));

  auto made = how == response::accepted ? decision::accept(r, on, by)
              : how == response::overridden
                  ? decision::override_with(r, chosen, reason, because, on, by)
              : how == response::chosen ? decision::choose(r, chosen, because, on, by)
                                        : decision::defer(r, on, by);
  if (!made) {
    const error& e = made.error();
    const auto at =
        e.code == errc::missing_field ? f.object() : *f.object().find(field_of(e, r, how));
    return f.fail(at.locate(e));
  }
  if (how == response::accepted && made->chosen() != chosen)
    return f.fail(path_found->fail(
        errc::out_of_range, "the path accepted is not the one recommended",
        std::string(name(made->chosen())), "another path is an override and needs a reason"));
  x = *std::move(made);
}

void read(fields& f, assessment& x) {
  assessment_kind kind{};
  date due_by;
  f.word("what", kind);
  f.day("due_by", due_by);
  x = assessment(kind, due_by);
}

void read(fields& f, entitlement& x) {
  const auto v = f.required("item");
  f.text(v, 64, x.item);
  if (f && v) {
    if (const refusal* no = refused(x.item)) f.fail(refuse(*v, *no));
    else if (!is_word(x.item))
      f.fail(v->fail(errc::out_of_range, "an entitlement is one word",
                     "a word such as reduced_timetable", ""));
  }
  f.flag("kept", x.kept);
}

void read(fields& f, rehearsed& x) {
  f.id(f.required("script"), x.script);
  f.day("held_on", x.held_on);
  f.number(f.required("level"), 0, 5, x.level);
  f.text(f.optional("kept"), long_text, x.kept);
}

void read(fields& f, feedback& x) {
  f.word("from", x.from);
  f.day("about", x.about);
  f.day("given_on", x.given_on);
  if (f.has("statement")) f.reference("statement", x.statement);
  else f.optional("statement");
  f.text(f.required("seen"), long_text, x.seen);
  f.text(f.required("effect"), long_text, x.effect);
  f.text(f.required("question"), long_text, x.question);
  f.text(f.optional("offer"), long_text, x.offer);
}

// A word of a table, such as a model's name or a criterion's.
void read_word(fields& f, const std::optional<json_value>& v, std::string& out) {
  f.text(v, 64, out);
  if (f && v && !is_word(out))
    f.fail(v->fail(errc::out_of_range, "'" + out + "' is not one word", "lower-case letters, digits and _", ""));
}

void read(fields& f, appraisal& x) {
  read_word(f, f.required("model"), x.model);
  f.text(f.required("claim"), long_text, x.claim);
  f.text(f.required("source"), long_text, x.source);
  if (const auto v = f.required("answers"))
    f.list(*v, max_criteria, [&](const json_value& e) -> result<void> {
      fields a(e);
      appraisal_answer answer;
      read_word(a, a.required("criterion"), answer.criterion);
      a.word("answer", answer.answer);
      a.text(a.optional("because"), long_text, answer.because);
      a.texts(a.optional("links"), max_criteria, answer.links);
      if (auto ok = a.done(); !ok) return ok;
      x.answers.push_back(std::move(answer));
      return {};
    });
  f.text(f.required("conclusion"), long_text, x.conclusion);
  if (const auto v = f.optional("verdict")) read_word(f, v, x.verdict);
  f.text(f.optional("rule"), 64, x.rule);
  if (f.has("statement")) f.reference("statement", x.statement);
  else f.optional("statement");
  f.id(f.optional("step"), x.step);
}

void read(fields& f, agreement& x) {
  f.text(f.required("what"), long_text, x.what);
  f.day("check_on", x.check_on);
  f.flag("kept", x.kept);
}

void read(fields& f, handover& x) {
  f.text(f.required("edition"), 64, x.edition);
  f.references("secure", x.secure);
  f.references("growing", x.growing);
  f.text(f.optional("wants"), long_text, x.wants);
}

void read(fields& f, inquiry& x) {
  f.text(f.required("question"), long_text, x.question);
  f.references("statements", x.statements);
  f.day("until", x.until);
}

// --- the record -------------------------------------------------------------------------------

struct record_reader {
  record& out;

  template <class T>
  result<void> add(fields& f, entry head) const {
    T content;
    read(f, content);
    if (auto ok = f.done(); !ok) return ok;
    const bool used = out.find(head.id.str()).has_value();
    auto added = out.append(std::move(head), std::move(content));
    if (added) return added;
    return f.object().find(used ? "id" : "supersedes")->locate(std::move(added).error());
  }

  result<void> entry_of(const json_value& v) const {
    fields f(v);
    entry head;
    // The kind comes first: which other fields belong here hangs on it.
    const auto kind = f.required("kind");
    if (kind)
      if (const refusal* no = refused(kind->text())) return refuse(*kind, *no);
    f.word(kind, head.kind);
    if (!f) return f.error();
    f.id(f.required("id"), head.id);
    f.day("on", head.on);
    f.id(f.optional("by"), head.by);
    f.id(f.optional("supersedes"), head.supersedes);
    switch (head.kind) {
#define ECTP_ENTRY_READ(kind, type, plural) \
  case entry_kind::kind: return add<type>(f, std::move(head));
      ECTP_ENTRY_KINDS(ECTP_ENTRY_READ)
#undef ECTP_ENTRY_READ
    }
    return v.fail(errc::internal, "a kind of entry without a reader");
  }
};

// The place of a JSON pointer, or of the nearest value above it. No name in it is escaped: they
// are the format's own fields and positions.
error located(const json_value& root, error e) {
  const std::string path = e.at.path;
  json_value here = root;
  for (std::size_t from = 1; from < path.size();) {
    const std::size_t end = std::min(path.find('/', from), path.size());
    const std::string_view step = std::string_view(path).substr(from, end - from);
    std::optional<json_value> next;
    if (here.kind() == json_kind::object) next = here.find(step);
    if (here.kind() == json_kind::array) {
      const auto elements = here.elements();
      std::size_t index = 0;
      for (const char c : step)
        index = index * 10 + static_cast<std::size_t>(c - '0');
      for (const auto& element : *elements)
        if (index-- == 0) {
          next = element;
          break;
        }
    }
    if (!next) break;
    here = *next;
    from = end + 1;
  }
  e = here.locate(std::move(e));
  e.at.path = path;
  return e;
}

result<void> check_format(const json_value& root) {
  if (root.kind() != json_kind::object)
    return root.fail(errc::wrong_type, "found " + std::string(name(root.kind())),
                     "an object: a record", "a record begins with {\"ectp_record\": 1");
  const auto found = root.find("ectp_record");
  if (!found)
    return root.fail(errc::missing_field, "the field 'ectp_record' is missing",
                     "\"ectp_record\": 1", "is this file a record?");
  const auto format = found->as_integer(1, 1'000'000);
  if (!format) return format.error();
  if (*format > record_format)
    return found->fail(errc::newer_version, "format " + std::to_string(*format) + " of a record",
                       "format " + std::to_string(record_format) + " or older",
                       "read it with the version of ectp that wrote it, or a newer one");
  return {};
}

result<record> read_head(fields& f) {
  teacher_id teacher;
  person_id mentor;
  std::string edition, about;
  bool invented = false;
  f.optional("ectp_record");
  if (const auto v = f.optional("$schema"))
    if (const auto s = v->as_string(); !s) f.fail(s.error());
  if (const auto v = f.optional("invented")) f.keep(v->as_boolean(), invented);
  f.text(f.optional("about"), long_text, about);
  f.text(f.required("edition"), 64, edition);
  f.id(f.required("teacher_id"), teacher);
  f.id(f.optional("mentor_id"), mentor);
  f.required("entries");
  if (auto ok = f.done(); !ok) return ok.error();
  record out(std::move(teacher), std::move(mentor), std::move(edition), invented);
  out.about(std::move(about));
  return out;
}

}  // namespace

result<record> read_record(std::string_view json, const std::string& file, date today) {
  const auto document = interop::parse_json(json, file);
  if (!document) return document.error();
  const json_value root = document->root();
  if (auto ok = check_format(root); !ok) return ok.error();
  if (auto ok = nothing_refused(root); !ok) return ok.error();

  fields f(root);
  auto out = read_head(f);
  if (!out) return out;
  const auto tree = framework::edition(out->edition());
  if (!tree) return root.find("edition")->locate(tree.error());

  const auto list = *root.find("entries");
  const auto entries = list.elements();
  if (!entries) return entries.error();
  if (entries->size() > max_entries)
    return list.fail(errc::too_large, std::to_string(entries->size()) + " entries in one record",
                     "at most " + std::to_string(max_entries),
                     "is this the record of one teacher?");
  const record_reader reader{*out};
  for (const auto& entry : *entries)
    if (auto ok = reader.entry_of(entry); !ok) return ok.error();

  if (const auto state = state_of(*out, *tree, today); !state) return located(root, state.error());
  return out;
}

// --- writing ----------------------------------------------------------------------------------

namespace {

class writer {
 public:
  writer& open(char bracket) {
    out_ += bracket;
    ++depth_;
    empty_ = true;
    return *this;
  }
  writer& close(char bracket) {
    --depth_;
    if (!empty_) line();
    out_ += bracket;
    empty_ = false;
    return *this;
  }
  // Where the next element of an array goes.
  writer& item() {
    if (!empty_) out_ += ',';
    line();
    empty_ = false;
    return *this;
  }
  writer& key(std::string_view name) {
    item().quoted(name);
    out_ += ": ";
    return *this;
  }
  writer& quoted(std::string_view s) {
    constexpr std::string_view digits = "0123456789abcdef", special = "\"\\\b\f\n\r\t",
                               letters = "\"\\bfnrt";
    out_ += '"';
    for (const char c : s) {
      const auto code = static_cast<unsigned char>(c);
      if (const auto k = special.find(c); k != special.npos) {
        out_ += '\\';
        out_ += letters[k];
      } else if (code < 0x20) {
        out_ += "\\u00";
        out_ += digits[code >> 4];
        out_ += digits[code & 15];
      } else {
        out_ += c;
      }
    }
    out_ += '"';
    return *this;
  }
  writer& raw(std::string_view s) {
    out_ += s;
    return *this;
  }

  void text(std::string_view name, std::string_view value) { key(name).quoted(value); }
  void optional_text(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void day(std::string_view name, date d) { text(name, to_string(d)); }
  void optional_day(std::string_view name, const maybe<date>& d) {
    if (d) day(name, *d);
  }
  void number(std::string_view name, int n) { key(name).raw(std::to_string(n)); }
  void flag(std::string_view name, bool b) { key(name).raw(b ? "true" : "false"); }
  // Thousandths from 0 to 1000, as the shortest decimal.
  void thousandths(std::string_view name, int n) {
    std::string s = std::to_string(n / 1000);
    if (n % 1000 != 0) {
      std::string fraction = std::to_string(1000 + n % 1000).substr(1);
      while (fraction.back() == '0')
        fraction.pop_back();
      s += '.' + fraction;
    }
    key(name).raw(s);
  }
  template <listed E>
  void word(std::string_view name, E e) {
    text(name, ectp::name(e));
  }
  template <listed E>
  void optional_word(std::string_view name, const maybe<E>& e) {
    if (e) word(name, *e);
  }
  void texts(std::string_view name, const std::vector<std::string>& list) {
    key(name).open('[');
    for (const auto& s : list)
      item().quoted(s);
    close(']');
  }
  std::string take() && {
    out_ += '\n';
    return std::move(out_);
  }

 private:
  void line() {
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }
  std::string out_;
  std::size_t depth_ = 0;
  bool empty_ = true;
};

void write(writer& w, const start& x) {
  w.day("started_on", x.started_on);
  w.word("phase", x.phase);
  w.word("intake", x.intake);
  w.word("programme_type", x.programme_type);
  w.number("cohort", x.cohort);
}

void write(writer& w, const time_in_post& x) {
  w.day("from", x.from);
  w.optional_day("until", x.until);
  w.thousandths("fte", x.fte);
}

void write(writer& w, const block& x) {
  w.number("year", x.year);
  w.text("half_term", x.half_term);
  w.text("title", x.title);
  w.texts("statements", x.statements);
  w.flag("unit_read", x.unit_read);
}

void write(writer& w, const evidence& x) {
  w.day("observed_on", x.observed_on);
  w.text("statement", x.statement);
  w.word("source", x.source);
  w.word("scale", x.scale);
  if (x.score.has_value()) w.thousandths("score", x.score.thousandths());
  else w.key("score").raw("null");
  w.optional_text("rater", x.rater.str());
  if (x.has_role) w.word("role", x.role);
  w.optional_text("session", x.session.str());
  w.optional_text("where", x.where);
}

void write(writer& w, const wish& x) {
  w.text("statement", x.statement);
  w.optional_text("where", x.where);
}

void write(writer& w, const target& x) {
  w.text("statement", x.statement);
  w.optional_day("until", x.until);
}

void write(writer& w, const step& x) {
  w.text("step", x.id.str());
  w.text("statement", x.statement);
  w.text("what", x.what);
  w.text("when_where", x.when_where);
  w.texts("success_criteria", x.success_criteria);
  w.optional_day("check_on", x.check_on);
  w.word("status", x.status);
  w.word("named_by", x.named_by);
  w.optional_text("script", x.script.str());
  if (!x.how.empty()) w.texts("how", x.how);
  w.optional_text("why", x.why);
  w.optional_text("technique", x.technique);
  w.optional_text("check_method", x.check_method);
  w.optional_text("might_miss", x.might_miss);
  w.optional_word("tier", x.tier);
  w.optional_text("follows", x.follows.str());
  w.optional_word("path", x.path);
  if (x.ect_agreed) w.flag("ect_agreed", true);
}

void write(writer& w, const step_tried& x) {
  w.text("step", x.step.str());
  w.day("lesson_on", x.lesson_on);
  w.flag("met", x.met);
  w.word("seen_by", x.seen_by);
}

void write(writer& w, const step_moved& x) {
  w.text("step", x.step.str());
  w.word("status", x.status);
}

void write(writer& w, const session& x) {
  w.text("session", x.id.str());
  w.word("session_kind", x.kind);
  w.word("status", x.status);
  w.day("held_on", x.held_on);
  w.number("planned_minutes", x.planned_minutes);
  if (x.minutes) w.number("minutes", *x.minutes);
  w.optional_text("slot", x.slot);
  w.texts("touched", x.touched);
  w.optional_word("cycle", x.cycle);
  w.optional_word("stance", x.stance);
  w.optional_text("stance_rule", x.stance_rule);
  w.optional_word("step_named_by", x.step_named_by);
}

void write(writer& w, const decision& x) {
  w.text("standard", x.standard());
  w.day("as_of", x.as_of());
  w.word("recommended", x.recommended());
  w.text("rule", x.rule());
  w.text("policy_sha256", x.policy_sha256());
  w.word("response", x.response());
  if (x.has_chosen()) w.word("chosen", x.chosen());
  w.optional_text("reason", x.reason());
  w.optional_text("because", x.because());
  w.day("decided_on", x.decided_on());
  w.word("decided_by", x.decided_by());
}

void write(writer& w, const assessment& x) {
  w.word("what", x.kind());
  w.day("due_by", x.due_by());
}

void write(writer& w, const entitlement& x) {
  w.text("item", x.item);
  w.flag("kept", x.kept);
}

void write(writer& w, const rehearsed& x) {
  w.text("script", x.script.str());
  w.day("held_on", x.held_on);
  w.number("level", x.level);
  w.optional_text("kept", x.kept);
}

void write(writer& w, const feedback& x) {
  w.word("from", x.from);
  w.day("about", x.about);
  w.day("given_on", x.given_on);
  w.optional_text("statement", x.statement);
  w.text("seen", x.seen);
  w.text("effect", x.effect);
  w.text("question", x.question);
  w.optional_text("offer", x.offer);
}

void write(writer& w, const appraisal& x) {
  w.text("model", x.model);
  w.text("claim", x.claim);
  w.text("source", x.source);
  w.key("answers").open('[');
  for (const appraisal_answer& a : x.answers) {
    w.item().open('{');
    w.text("criterion", a.criterion);
    w.word("answer", a.answer);
    w.optional_text("because", a.because);
    if (!a.links.empty()) w.texts("links", a.links);
    w.close('}');
  }
  w.close(']');
  w.text("conclusion", x.conclusion);
  w.optional_text("verdict", x.verdict);
  w.optional_text("rule", x.rule);
  w.optional_text("statement", x.statement);
  w.optional_text("step", x.step.str());
}

void write(writer& w, const agreement& x) {
  w.text("what", x.what);
  w.day("check_on", x.check_on);
  w.flag("kept", x.kept);
}

void write(writer& w, const handover& x) {
  w.text("edition", x.edition);
  w.texts("secure", x.secure);
  w.texts("growing", x.growing);
  w.optional_text("wants", x.wants);
}

void write(writer& w, const inquiry& x) {
  w.text("question", x.question);
  w.texts("statements", x.statements);
  w.optional_day("until", x.until);
}

void write(writer& w, const record& r, const entry& e) {
  const std::size_t k = e.index;
  switch (e.kind) {
#define ECTP_ENTRY_WRITE(kind, type, plural) \
  case entry_kind::kind: return write(w, r.all_##plural()[k]);
    ECTP_ENTRY_KINDS(ECTP_ENTRY_WRITE)
#undef ECTP_ENTRY_WRITE
  }
}

}  // namespace

std::string to_json(const record& r) {
  writer w;
  w.open('{');
  w.number("ectp_record", record_format);
  w.flag("invented", r.invented());
  w.optional_text("about", r.about());
  w.text("edition", r.edition());
  w.text("teacher_id", r.teacher().str());
  w.optional_text("mentor_id", r.mentor().str());
  w.key("entries").open('[');
  for (const entry& e : r.entries()) {
    w.item().open('{');
    w.text("id", e.id.str());
    w.day("on", e.on);
    w.optional_text("by", e.by.str());
    w.word("kind", e.kind);
    w.optional_text("supersedes", e.supersedes.str());
    write(w, r, e);
    w.close('}');
  }
  w.close(']').close('}');
  return std::move(w).take();
}

#define ECTP_ENTRY_JSON(kind_word, type, plural)    \
  std::string interop::entry_json(const type& x) {  \
    writer w;                                       \
    w.open('{');                                    \
    w.word("kind", entry_kind::kind_word);          \
    write(w, x);                                    \
    w.close('}');                                   \
    return std::move(w).take();                     \
  }
ECTP_ENTRY_KINDS(ECTP_ENTRY_JSON)
#undef ECTP_ENTRY_JSON

}  // namespace ectp::inline ECTP_ABI
