#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/sort.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/impl/tree.ipp"
#include "ectp/record_state.hpp"

namespace ectp::inline ECTP_ABI {

namespace detail {

// One entry under check: knows its place in the record.
template <class ectp_lazy = void>
struct checked_entry {
  const entry& head;
  std::size_t position;
  date today;
  const framework::tree& tree;

  error at(error e, std::string_view field) const {
    e.at.path = "/entries/" + std::to_string(position) + "/" + std::string(field);
    return e;
  }
  result<void> not_later(date d, std::string_view field) const {
    if (d <= today) return {};
    return at(
        {errc::future_date,
         std::string(field) + " is " + to_string(d) + ", later than today, " + to_string(today),
         {},
         "a day up to today",
         "today is the date that the call names: nothing reads a clock"},
        field);
  }
  result<framework::node_view> node(std::string_view ref, std::string_view field) const {
    if (ref.find(':') == ref.npos) {
      const bool known = tree.index_of(ref).has_value();
      return at({errc::unknown_edition,
                 framework::detail::quoted(ref) + " names no edition",
                 {},
                 std::string(tree.edition()) + ":" + (known ? std::string(ref) : "4n"),
                 "a code means different things in different editions"},
                field);
    }
    auto found = tree.find(ref);
    if (!found) return at(found.error(), field);
    return found;
  }
  result<void> statement(std::string_view ref, std::string_view field) const {
    if (const auto any = node(ref, field); !any) return any.error();
    const auto found = tree.statement_of(ref);
    if (!found) return at(found.error(), field);
    return {};
  }
  result<void> statements(const std::vector<std::string>& refs, std::string_view field) const {
    for (std::size_t i = 0; i != refs.size(); ++i)
      if (auto ok = statement(refs[i], std::string(field) + "/" + std::to_string(i)); !ok)
        return ok;
    return {};
  }
};

ECTP_DECL result<void> check(const checked_entry<>& c, const evidence& e) {
  if (auto ok = c.not_later(e.observed_on, "observed_on"); !ok) return ok;
  if (auto ok = c.statement(e.statement, "statement"); !ok) return ok;
  if (!allowed_pair(e.source, e.has_role, e.role))
    return c.at({errc::out_of_range,
                 "a " + std::string(name(e.source)) +
                     (e.has_role ? " by the " + std::string(name(e.role)) : " by nobody"),
                 {},
                 "self_audit by ect; mentor_rating by mentor; structured_observation or "
                 "work_sample by mentor or "
                 "provider; quiz by nobody; itt_record by provider or nobody",
                 "evidence is formative: tutors, heads and appropriate bodies do not enter it"},
                "source");
  if (e.scale == score_scale::three_level && e.score.has_value() &&
      e.score.thousandths() % 500 != 0)
    return c.at(
        {errc::out_of_range,
         "a score of " + std::to_string(e.score.thousandths()) + " thousandths on three levels",
         {},
         "0 emerging, 0.5 developing or 1 secure",
         "other scores need \"scale\": \"proportion\""},
        "score");
  return {};
}

ECTP_DECL result<void> check(const checked_entry<>& c, const time_in_post& x) {
  if (x.until && *x.until < x.from)
    return c.at({errc::out_of_range,
                 "time in post ends before it begins",
                 {},
                 "a day from " + to_string(x.from) + " on",
                 ""},
                "until");
  if (x.fte < 1 || x.fte > 1000)
    return c.at({errc::out_of_range,
                 "full-time equivalent of " + std::to_string(x.fte) + " thousandths",
                 {},
                 "more than 0, at most 1",
                 ""},
                "fte");
  return {};
}

ECTP_DECL result<void> check(const checked_entry<>& c, const session& x) {
  if (auto ok = c.statements(x.touched, "touched"); !ok) return ok;
  if (x.status == session_status::held) return c.not_later(x.held_on, "held_on");
  if (x.minutes)
    return c.at({errc::out_of_range,
                 "minutes of a session that was not held",
                 {},
                 "no minutes, or status held",
                 ""},
                "minutes");
  return {};
}

ECTP_DECL result<void> check(const checked_entry<>& c, const rehearsed& x) {
  if (auto ok = c.not_later(x.held_on, "held_on"); !ok) return ok;
  if (x.level < 0 || x.level > 5)
    return c.at({errc::out_of_range, "a rehearsal at level " + std::to_string(x.level), {}, "0 to 5",
                 "the live lesson is use of a step and no rehearsal"}, "level");
  return {};
}

ECTP_DECL result<void> check(const checked_entry<>& c, const feedback& x) {
  if (auto ok = c.not_later(x.about, "about"); !ok) return ok;
  if (auto ok = c.not_later(x.given_on, "given_on"); !ok) return ok;
  if (x.given_on < x.about)
    return c.at({errc::out_of_range, "feedback given on " + to_string(x.given_on) + ", before the day it is about", {},
                 "a day from " + to_string(x.about) + " on", ""}, "given_on");
  if (!x.statement.empty()) return c.statement(x.statement, "statement");
  return {};
}

ECTP_DECL result<void> check(const checked_entry<>& c, const appraisal& x) {
  if (x.conclusion.empty() && !x.verdict.empty())
    return c.at({errc::missing_field, "a verdict without the ECT's own conclusion", {}, "the conclusion, which comes first",
                 "what the reader made of it stands before what a table says"}, "conclusion");
  for (std::size_t i = 0; i != x.answers.size(); ++i)
    for (std::size_t k = 0; k != i; ++k)
      if (x.answers[k].criterion == x.answers[i].criterion)
        return c.at({errc::duplicate_id, "the criterion '" + x.answers[i].criterion + "' is answered twice", {},
                     "each criterion once", ""}, "answers/" + std::to_string(i) + "/criterion");
  if (!x.statement.empty()) return c.statement(x.statement, "statement");
  return {};
}

// Its codes belong to the edition that training used.
ECTP_DECL result<void> check(const checked_entry<>& c, const handover& x) {
  const auto tree = framework::edition(x.edition);
  if (!tree) return c.at(tree.error(), "edition");
  if (x.edition == framework::assessment_edition)
    return c.at({errc::not_allowed, "a handover in the terms of " + x.edition, {},
                 "a framework of initial training, such as ccf-2019", "it says what was learnt and judges nobody"}, "edition");
  const checked_entry<> there{c.head, c.position, c.today, *tree};
  if (auto ok = there.statements(x.secure, "secure"); !ok) return ok;
  if (auto ok = there.statements(x.growing, "growing"); !ok) return ok;
  for (std::size_t i = 0; i != x.growing.size(); ++i)
    for (const auto& s : x.secure)
      if (s == x.growing[i])
        return c.at({errc::duplicate_id, framework::detail::quoted(s) + " is both secure and growing", {}, "one of the two", ""},
                    "growing/" + std::to_string(i));
  return {};
}

ECTP_DECL result<void> check(const checked_entry<>& c, const decision& x) {
  if (auto ok = c.not_later(x.decided_on(), "decided_on"); !ok) return ok;
  const auto node = c.node(x.standard(), "standard");
  if (!node) return node.error();
  if (node->kind() != framework::kind::standard)
    return c.at({errc::wrong_type,
                 framework::detail::quoted(x.standard()) + " is not a standard",
                 {},
                 "a standard such as " + std::string(c.tree.edition()) + ":S4",
                 ""},
                "standard");
  return {};
}

// What an entry says by itself; what it says of other entries is checked while folding.
ECTP_DECL result<void> check(const checked_entry<>& c, const record& r) {
  if (auto ok = c.not_later(c.head.on, "on"); !ok) return ok;
  const std::size_t k = c.head.index;
  switch (c.head.kind) {
    case entry_kind::service: return check(c, r.all_services()[k]);
    case entry_kind::block: return c.statements(r.all_blocks()[k].statements, "statements");
    case entry_kind::evidence: return check(c, r.all_evidence()[k]);
    case entry_kind::wish: return c.statement(r.all_wishes()[k].statement, "statement");
    case entry_kind::target: return c.statement(r.all_targets()[k].statement, "statement");
    case entry_kind::step: return c.statement(r.all_steps()[k].statement, "statement");
    case entry_kind::step_tried: return c.not_later(r.all_steps_tried()[k].lesson_on, "lesson_on");
    case entry_kind::session: return check(c, r.all_sessions()[k]);
    case entry_kind::decision: return check(c, r.all_decisions()[k]);
    case entry_kind::rehearsed: return check(c, r.all_rehearsals()[k]);
    case entry_kind::feedback: return check(c, r.all_feedback()[k]);
    case entry_kind::appraisal: return check(c, r.all_appraisals()[k]);
    case entry_kind::handover: return check(c, r.all_handovers()[k]);
    case entry_kind::inquiry: return c.statements(r.all_inquiries()[k].statements, "statements");
    case entry_kind::start:
    case entry_kind::step_moved:
    case entry_kind::notice:
    case entry_kind::agreement:
    case entry_kind::entitlement: return {};
  }
  return {};
}

// The corrections of a record: for the entry that opens a chain, the one that ends it. A
// correction counts in the place and on the day of the entry that it corrects: what was said
// after that entry still comes after it.
ECTP_DECL std::vector<std::size_t> live_ends(const record& r) {
  std::vector<std::size_t> opening(r.entries().size()), end(r.entries().size());
  for (std::size_t i = 0; i != opening.size(); ++i) {
    const entry_id& corrected = r.entries()[i].supersedes;
    const auto old = corrected.empty() ? maybe<std::size_t>{} : r.find(corrected.str());
    opening[i] = old ? opening[*old] : i;
    end[opening[i]] = i;
  }
  return end;
}

template <class ectp_lazy = void>
struct fold {
  const typename ::ectp::detail::later<record, ectp_lazy>::type& r;
  const framework::tree& tree;
  typename ::ectp::detail::later<record_state, ectp_lazy>::type& out;
  std::vector<std::size_t> end;            // see live_ends
  std::vector<std::size_t> steps_at = {};  // the entries that opened out.steps
  date wished = {}, blocked = {}, targeted = {}, handed_over = {}, inquired = {};

  checked_entry<> at(std::size_t i) const { return {r.entries()[i], i, out.today, tree}; }
  bool opens(std::size_t i) const { return r.entries()[i].supersedes.empty(); }

  result<void> steps() {
    for (std::size_t i = 0; i != r.entries().size(); ++i) {
      if (r.entries()[i].kind != entry_kind::step || !opens(i)) continue;
      const entry& last = r.entries()[end[i]];
      const step& x = r.all_steps()[last.index];
      for (std::size_t k = 0; k != out.steps.size(); ++k)
        if (out.steps[k].agreed.id == x.id) {
          const std::size_t other = end[steps_at[k]];
          return at(other > end[i] ? other : end[i])
              .at({errc::duplicate_id,
                   "step '" + x.id.str() + "' is already there",
                   {},
                   "a step id of its own",
                   "to correct a step, supersede its entry"},
                  "step");
        }
      out.steps.push_back({x, last.id, r.entries()[i].on, x.status, {}});
      steps_at.push_back(i);
    }
    return {};
  }

  // A lesson or a move names a step that an earlier entry brought in.
  result<void> step_reference(std::size_t i) const {
    const entry& e = r.entries()[i];
    if (e.kind != entry_kind::step_tried && e.kind != entry_kind::step_moved && e.kind != entry_kind::appraisal &&
        e.kind != entry_kind::step)
      return {};
    const step_id& id = named_step(e);
    if (id.empty()) return {};
    for (std::size_t k = 0; k != out.steps.size(); ++k)
      if (out.steps[k].agreed.id == id && steps_at[k] < i) return {};
    return at(i).at({errc::unknown_reference,
                     "there is no step '" + id.str() + "' so far",
                     {},
                     "a step of an earlier entry",
                     ""},
                    e.kind == entry_kind::step ? "follows" : "step");
  }
  const step_id& named_step(const entry& e) const {
    switch (e.kind) {
      case entry_kind::step_tried: return r.all_steps_tried()[e.index].step;
      case entry_kind::appraisal: return r.all_appraisals()[e.index].step;
      case entry_kind::step: return r.all_steps()[e.index].follows;
      default: return r.all_steps_moved()[e.index].step;
    }
  }
  step_now& step_of(const entry& e) {
    std::size_t k = 0;
    while (!(out.steps[k].agreed.id == named_step(e)))
      ++k;
    return out.steps[k];
  }

  result<void> sessions_named_by_evidence() const {
    std::vector<std::string_view> known;
    for (const auto& s : r.all_sessions())
      known.push_back(s.id.str());
    detail::sort(known, [](std::string_view a, std::string_view b) { return a < b; });
    for (std::size_t i = 0; i != r.entries().size(); ++i) {
      if (r.entries()[i].kind != entry_kind::evidence) continue;
      const std::string_view id = r.all_evidence()[r.entries()[i].index].session.str();
      std::size_t lo = 0, hi = known.size();
      while (lo < hi) {
        const std::size_t mid = lo + (hi - lo) / 2;
        if (known[mid] < id) lo = mid + 1;
        else hi = mid;
      }
      if (!id.empty() && (lo == known.size() || known[lo] != id))
        return at(i).at({errc::unknown_reference,
                         "there is no session '" + std::string(id) + "'",
                         {},
                         "the id of a session in this record",
                         "add the session, or leave the field out"},
                        "session");
    }
    return {};
  }

  // Days in post are summed over the stretches: together they are never more than full time.
  result<void> services() const {
    for (std::size_t i = 0; i != r.entries().size(); ++i) {
      if (r.entries()[i].kind != entry_kind::service || !opens(i)) continue;
      const date day = r.all_services()[r.entries()[end[i]].index].from;
      int fte = 0;
      for (const auto& x : out.service)
        if (x.from <= day && (!x.until || *x.until >= day)) fte += x.fte;
      if (fte > 1000)
        return at(end[i]).at(
            {errc::out_of_range,
             "on " + to_string(day) + " the stretches in post add up to " + std::to_string(fte) +
                 " thousandths of full time",
             {},
             "at most full time on any day",
             "end the earlier stretch: supersede its entry with one that has \"until\""},
            "from");
    }
    return {};
  }

  void opened(std::size_t i) {
    const date on = r.entries()[i].on;
    const entry& e = r.entries()[end[i]];
    switch (e.kind) {
      case entry_kind::start: out.start = r.all_starts()[e.index]; break;
      case entry_kind::service: out.service.push_back(r.all_services()[e.index]); break;
      case entry_kind::block:
        if (on < blocked) break;
        out.block = r.all_blocks()[e.index];
        blocked = on;
        break;
      case entry_kind::evidence: out.rows.push_back(r.all_evidence()[e.index]); break;
      case entry_kind::wish:
        if (on < wished) break;
        out.wish = dated_wish{r.all_wishes()[e.index], e.id, on};
        wished = on;
        break;
      case entry_kind::target:
        if (on < targeted) break;
        out.target = r.all_targets()[e.index];
        targeted = on;
        break;
      case entry_kind::step: break;  // see steps()
      case entry_kind::step_tried:
        step_of(e).lessons.push_back(r.all_steps_tried()[e.index]);
        break;
      case entry_kind::step_moved: step_of(e).status = r.all_steps_moved()[e.index].status; break;
      case entry_kind::session:
        latest(out.sessions, r.all_sessions()[e.index],
               [](const session& a, const session& b) { return a.id == b.id; });
        break;
      case entry_kind::decision: out.decisions.push_back(r.all_decisions()[e.index]); break;
      case entry_kind::notice:
        if (r.all_notices()[e.index].due_by() >= out.today)
          out.notices.push_back(r.all_notices()[e.index]);
        break;
      case entry_kind::entitlement:
        latest(out.entitlements, r.all_entitlements()[e.index],
               [](const entitlement& a, const entitlement& b) { return a.item == b.item; });
        break;
      case entry_kind::rehearsed: out.rehearsals.push_back(r.all_rehearsals()[e.index]); break;
      case entry_kind::feedback: out.feedback_given.push_back(r.all_feedback()[e.index]); break;
      case entry_kind::appraisal: out.appraisals.push_back(r.all_appraisals()[e.index]); break;
      case entry_kind::agreement: out.agreements.push_back(r.all_agreements()[e.index]); break;
      case entry_kind::handover:
        if (on < handed_over) break;
        out.handover = r.all_handovers()[e.index];
        handed_over = on;
        break;
      case entry_kind::inquiry:
        if (on < inquired) break;
        out.inquiry = r.all_inquiries()[e.index];
        out.inquiry_on = inquired = on;
        break;
    }
  }
  // Replaces the value that speaks of the same thing, or adds one.
  template <class T, class Same>
  static void latest(std::vector<T>& all, const T& value, Same same) {
    for (auto& x : all)
      if (same(x, value)) {
        x = value;
        return;
      }
    all.push_back(value);
  }

  void finish() {
    const auto by_day = [](const session& a, const session& b) { return a.held_on < b.held_on; };
    detail::sort(out.sessions, by_day);
    detail::sort(out.notices,
                 [](const assessment& a, const assessment& b) { return a.due_by() < b.due_by(); });
    detail::sort(out.decisions, [](const decision& a, const decision& b) {
      return a.decided_on() < b.decided_on();
    });
    detail::sort(out.rehearsals, [](const rehearsed& a, const rehearsed& b) { return a.held_on < b.held_on; });
    detail::sort(out.feedback_given, [](const feedback& a, const feedback& b) { return a.given_on < b.given_on; });
    detail::sort(out.agreements, [](const agreement& a, const agreement& b) { return a.check_on < b.check_on; });
    if (out.inquiry && out.inquiry->until && *out.inquiry->until < out.today) {
      out.inquiry.reset();
      out.inquiry_on.reset();
    }
    for (auto& s : out.steps)
      detail::sort(s.lessons, [](const step_tried& a, const step_tried& b) {
        return a.lesson_on < b.lesson_on;
      });
    const session* last = out.last_meeting();
    if (last != nullptr && out.wish && out.wish->on < last->held_on) out.wish.reset();
    if (out.target && out.target->until && *out.target->until < out.today) out.target.reset();
  }
};

}  // namespace detail

ECTP_DEF result<record_state> state_of(const record& r, const framework::tree& tree, date today) {
  ECTP_LATER(record_state) out;
  out.today = today;
  if (r.edition() != tree.edition())
    return error{errc::wrong_edition,
                 "the record uses " + framework::detail::quoted(r.edition()),
                 {"", 0, 0, "/edition"},
                 std::string(tree.edition()),
                 "a record keeps to one edition"};
  if (tree.edition() == framework::assessment_edition)
    return error{errc::not_allowed,
                 "a record of mentoring refers to " + std::string(tree.edition()),
                 {"", 0, 0, "/edition"},
                 "a framework, such as " + std::string(framework::default_edition),
                 "teachers are judged against the Teachers' Standards; mentoring is advice, and keeps apart"};
  detail::fold<> f{r, tree, out, detail::live_ends(r)};
  for (std::size_t i = 0; i != r.entries().size(); ++i)
    if (auto ok = detail::check(f.at(i), r); !ok) return ok.error();
  if (auto ok = f.steps(); !ok) return ok.error();
  if (auto ok = f.sessions_named_by_evidence(); !ok) return ok.error();
  for (std::size_t i = 0; i != r.entries().size(); ++i) {
    if (auto ok = f.step_reference(i); !ok) return ok.error();
    if (f.opens(i)) f.opened(i);
  }
  if (auto ok = f.services(); !ok) return ok.error();
  f.finish();
  return out;
}

}  // namespace ectp::inline ECTP_ABI
