#pragma once
#include "ectp/core/page.hpp"
#include "ectp/meeting.hpp"

namespace ectp::inline ECTP_ABI::meeting {

namespace detail {

// `Mon 24 Nov 2025`, and `24 Nov` where the year is plain.
ECTP_DECL std::string day_name(date d) {
  constexpr std::string_view days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return std::string(days[static_cast<std::size_t>(d.weekday())]);
}
ECTP_DECL std::string short_date(date d) {
  constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return std::to_string(d.day()) + " " + std::string(months[d.month() - 1]);
}
ECTP_DECL std::string long_date(date d) { return day_name(d) + " " + short_date(d) + " " + std::to_string(d.year()); }

// The page under construction: wrapped lines with a tag at the right edge.
template <class ectp_lazy = void>
class page {
 public:
  // Text after a lead; further lines are indented to `indent`. The tag stands on the last line
  // if it fits there, else on a line of its own.
  void add(std::string_view lead, std::string_view text, std::size_t indent, std::string_view tag = {}) {
    std::vector<std::string> lines = wrapped(lead, text, indent, {false, true});
    std::string line = std::move(lines.back());
    lines.pop_back();
    for (const auto& l : lines) put(l);
    if (!tag.empty()) {
      const std::string t = "[" + std::string(tag) + "]";
      if (columns_of(line) + 2 + t.size() > page_width) {
        put(line);
        line.clear();
      }
      line.append(page_width - t.size() - columns_of(line), ' ');
      line += t;
    }
    put(line);
  }
  // One line, cut at a word where it is too long for the tag to stand beside it.
  void fit(std::string_view lead, std::string_view text, std::size_t indent, std::string_view tag) {
    const std::size_t room = page_width - indent - (tag.empty() ? 0 : tag.size() + 4);
    std::string cut(text);
    if (columns_of(cut) > room) {
      while (!cut.empty() && (columns_of(cut) + 3 > room || cut.back() != ' ')) cut.pop_back();
      while (!cut.empty() && (cut.back() == ' ' || cut.back() == ',' || cut.back() == ':')) cut.pop_back();
      cut += "...";
    }
    add(lead, cut, indent, tag);
  }
  void put(std::string_view line) {
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    text_ += line;
    text_ += '\n';
  }
  void rule() { put(std::string(page_width, '-')); }
  std::string take() && { return std::move(text_); }

 private:
  std::string text_;
};

ECTP_DECL std::string tag_of(const ruling& r) { return r.id + " " + letter(r.on); }
ECTP_DECL std::string tag_of(const manner& m) { return m.live_only ? std::string("COA live") : tag_of(m.why); }
ECTP_DECL std::string tag_of(const plan_line& l) { return l.rule.empty() ? "from record" : l.rule + " " + letter(l.on); }
// A fact's id and letter, by the facts table.
ECTP_DECL std::string tag_of(const policies& rules, std::string_view fact) {
  const data_table& t = rules.list(list_name::facts);
  for (std::size_t r = 0; r != t.size(); ++r)
    if (t.at(r, "id") == fact)
      if (const auto b = from_word<basis>(t.at(r, "basis"))) return std::string(fact) + " " + letter(*b);
  return std::string(fact);
}

// Why a rule says what it says, by its note.
ECTP_DECL std::string reason_of(const ruling& r) {
  if (const auto* m = r.why.selected())
    for (const auto& n : m->notes)
      if (n.name == "reason") return n.text;
  return {};
}

ECTP_DECL std::string quoted(std::string_view s) { return "\"" + std::string(s) + "\""; }

ECTP_DECL std::string bare(std::string_view ref) {
  const auto colon = ref.rfind(':');
  return std::string(colon == ref.npos ? ref : ref.substr(colon + 1));
}

// What a statement says, with its code: official wording where it was laid over, else our gist.
ECTP_DECL std::string statement_text(const framework::tree& tree, std::string_view ref) {
  const auto node = tree.find(ref);
  std::string text = node ? std::string(node->display()) : std::string(ref);
  if (!text.empty() && text.back() == '.') text.pop_back();
  return text;
}
ECTP_DECL std::string standard_title(const framework::tree& tree, std::string_view ref) {
  return statement_text(tree, ref) + " (" + bare(ref) + ")";
}

ECTP_DECL std::string_view short_source(evidence_source s) noexcept {
  switch (s) {
    case evidence_source::structured_observation: return "lesson";
    case evidence_source::work_sample: return "work";
    case evidence_source::mentor_rating: return "rating";
    case evidence_source::quiz: return "quiz";
    case evidence_source::self_audit: return "own view";
    case evidence_source::itt_record: return "training record";
  }
  return "";
}

ECTP_DECL std::string missing_words(const std::vector<missing>& list) {
  std::string out;
  for (const auto m : list) {
    if (!out.empty()) out += ", ";
    switch (m) {
      case missing::any_evidence: out += "any evidence"; break;
      case missing::second_source_type: out += "a second kind of source"; break;
      case missing::recent_evidence: out += "something recent"; break;
      case missing::non_self_for_learn_how_to: out += "someone else's view of practice"; break;
      case missing::self_view: out += "the ECT's own view"; break;
      case missing::mentor_view: out += "the mentor's view"; break;
    }
  }
  return out;
}

ECTP_DECL std::string advice_words(advice a) {
  switch (a) {
    case advice::consolidate: return "Consolidate";
    case advice::extend: return "Extend";
    case advice::insufficient_evidence: return "not enough seen";
    case advice::calibrate_first: return "compare views first";
    case advice::choose_together: return "choose together";
    case advice::confirm_itt: return "confirm what training secured";
  }
  return "";
}

ECTP_DECL std::string lessons_words(const tip& t) {
  if (t.lessons.empty()) return "once you both see it as the lessons showed it";
  constexpr std::string_view counts[] = {"no more lessons", "one more lesson", "two more lessons", "three more lessons"};
  std::string out(counts[t.lessons.size()]);
  out += " with ";
  std::vector<std::string> codes;
  for (const auto& l : t.lessons) {
    bool known = false;
    for (const auto& c : codes) known = known || c == bare(l.statement);
    if (!known) codes.push_back(bare(l.statement));
  }
  for (std::size_t i = 0; i != codes.size(); ++i) out += (i == 0 ? "" : i + 1 == codes.size() ? " and " : ", ") + codes[i];
  return out + " " + std::string(name(t.lessons.front().seen));
}

// The parts of the text, in the order of the page.
template <class ectp_lazy = void>
class writer {
 public:
  writer(const meeting_plan& p, const policies& rules, const framework::tree& tree) : p_(p), rules_(rules), tree_(tree) {}

  std::string write() && {
    head();
    if (p_.next == route::safeguarding_lead) {
      stop();
      return std::move(page_).take();
    }
    for (const auto& s : p_.agenda) part(s);
    if (!p_.left_out.empty()) {
      std::string titles;
      for (const auto& t : p_.left_out) titles += (titles.empty() ? "" : ", ") + t;
      page_.add("Left out", "in " + std::to_string(p_.minutes) + " minutes: " + titles, 10);
    }
    page_.put("");
    next_time();
    closing();
    return std::move(page_).take();
  }

 private:
  void head() {
    std::string line = "MENTOR MEETING PLAN  " + p_.teacher.str() +
                       (p_.mentor.empty() ? "" : " with " + p_.mentor.str()) + "  " + long_date(p_.on);
    if (!p_.when.empty()) line += ", " + p_.when;
    line += ", " + std::to_string(p_.minutes) + " min";
    page_.put(line);
    page_.add(p_.invented ? "Invented record." : "", "For you two only: advice, never evidence for a review.",
              p_.invented ? 17 : 0, tag_of(rules_, "LAW-1"));
    if (p_.next == route::safeguarding_lead) return;
    look();
    page_.put("Marks: P public source, I our reading of one, K widely known, D our default: argue with it.");
    if (p_.on != p_.today) page_.put("As of " + long_date(p_.today) + ".");
    page_.rule();
  }

  void look() {
    const bool open = p_.focus.statement.empty();
    std::string focus = open ? "none yet: " + p_.focus.says
                             : bare(p_.focus.statement) + (p_.focus.where.empty() ? "" : " in " + p_.focus.where) + ", " +
                                   p_.focus.says + ": " + statement_text(tree_, p_.focus.statement);
    page_.fit("Focus", focus, 10, tag_of(p_.focus.why));
    if (p_.path)
      page_.fit("Path", bare(p_.path->said.standard) + " " + advice_words(p_.path->said.recommended) + ": " + p_.path->says, 10,
                tag_of(p_.path->why));
    else page_.fit("Path", "none without a focus", 10, {});
    const manner* main = nullptr;
    for (const auto& s : p_.agenda)
      if (s.how.phase == phase::look_together || main == nullptr) main = &s.how;
    if (main != nullptr) page_.fit("Manner", (main->stance && *main->stance == stance::listening ? "" : "listen first, then ") + main->says, 10,
                tag_of(*main));
    if (paused())
      page_.fit("Step", "none today unless the ECT asks for one", 10, tag_of(rules_, "STP-D1"));
    else if (p_.candidates.empty() && p_.last_step && p_.last_step->live())
      page_.fit("Step", "keep " + p_.last_step->agreed.id.str() + ", or close it first: " + p_.last_step->agreed.what, 10, tag_of(rules_, "STP-D1"));
    else if (p_.candidates.empty())
      page_.fit("Step", "the ECT's own, or none this week", 10, tag_of(rules_, "STP-D1"));
    else
      page_.fit("Step", p_.candidates.front().idea.what, 10, tag_of(rules_, "STP-D1"));
    if (p_.practice && practises() && !p_.practice_fits)
      page_.fit("Practise", "the step itself, in the ECT's own words; no script fits yet", 10, tag_of(rules_, "DLP-D1"));
    else if (p_.practice && practises())
      page_.fit("Practise", p_.practice->id.str() + ", " + std::to_string(p_.practice->minutes) + " min at level " +
                                std::to_string(p_.practice_level) + (guided() ? "; you go first" : ""),
                10, tag_of(rules_, "DLP-02"));
    else page_.fit("Practise", "nothing to rehearse today", 10, tag_of(rules_, "DLP-D1"));
    if (p_.programme)
      page_.fit("Block", "year " + std::to_string(p_.programme->year) + ", " + p_.programme->half_term + ": " +
                             p_.programme->title + (p_.programme->unit_read ? "; unit read" : "; unit not read yet"),
                10, "from record");
    else page_.fit("Block", p_.half_term.empty() ? "the record does not say" : p_.half_term + "; the record names no block", 10, "from record");
    for (const auto& l : p_.lines)
      if (l.where == plan_place::look) page_.fit(l.label, l.text, 10, tag_of(l));
  }

  void lines(plan_place where) {
    for (const auto& l : p_.lines)
      if (l.where == where) page_.add(l.label, l.text, 11, tag_of(l));
  }

  void stop() {
    page_.rule();
    page_.add("STOP", "This leaves coaching. Tell the safeguarding lead today, and write nothing of it here.", 6,
              tag_of(rules_, "SAF-01"));
    page_.put("The rest of the plan can wait. Plan again when you meet about teaching.");
  }

  bool paused() const { return p_.next == route::pause; }
  bool practises() const {
    for (const auto& s : p_.agenda)
      if (s.how.phase == phase::practise) return s.how.stance && *s.how.stance != stance::listening;
    return false;
  }

  bool guided() const {
    for (const auto& s : p_.agenda)
      if (s.how.phase == phase::practise) return s.how.stance && *s.how.stance == stance::directive;
    return false;
  }

  void part(const slot& s) {
    const std::string lead = std::to_string(s.from) + "-" + std::to_string(s.to) + " min";
    std::string title = s.title;
    if (s.how.stance) title += " (" + std::string(manner_word(*s.how.stance)) + ")";
    title += ". " + s.how.act;
    page_.put("");
    page_.add(lead, title, 11, tag_of(s.how));
    bool first = true;
    for (const auto& w : s.how.words) {
      page_.add(first ? "Say" : "or", quoted(w), 11);
      first = false;
    }
    switch (s.how.phase) {
      case phase::arrive: arrive(); break;
      case phase::look_together: look_together(s.how); break;
      case phase::agree_step: agree_step(s.how); break;
      case phase::practise: practise(s); break;
      case phase::carry_over: carry_over(); break;
      case phase::close: break;
    }
  }

  void arrive() {
    if (p_.next == route::pause || p_.next == route::coaching)
      page_.add("Hard day?", "Stay here, drop the rest, agree who else could help. Nothing is noted.", 11);
    if (p_.next == route::induction_tutor)
      page_.add("", "Then take it to the induction tutor together; the appropriate body's named contact is next.", 11,
                tag_of(rules_, "ENT-01"));
    if (p_.next == route::subject_expert) page_.add("", "Who in school knows this subject best? Bring them in.", 11);
    if (!p_.last_step) return;
    const step_now& s = *p_.last_step;
    int met = 0, by_mentor = 0;
    for (const auto& l : s.lessons) {
      met += l.met ? 1 : 0;
      by_mentor += l.seen_by == rater_role::mentor ? 1 : 0;
    }
    std::string text = s.agreed.id.str() + ", " + s.agreed.what;
    if (!text.empty() && text.back() == '.') text.pop_back();
    text += ": ";
    if (s.lessons.empty()) text += "not tried yet. What got in the way?";
    else
      text += "worked in " + std::to_string(met) + " of " + std::to_string(s.lessons.size()) + " lessons, " +
              std::to_string(by_mentor) + " seen by you. " +
              (s.live() && s.misses() != 0 ? std::string("First ask what got in the way; then smaller, another way, or look again.")
               : s.live()                  ? std::string("Settled, or once more until next time? You two decide.")
                                           : "Status: " + spaced(name(s.status)) + ".");
    page_.add("Last step", text, 11, "from record");
  }

  // What is secure is named by its code; what is not yet says what it is.
  void sightings(std::string_view lead, level l) {
    std::string text;
    for (const auto& s : p_.path->seen.seen) {
      if (s.latest != l) continue;
      if (!text.empty()) text += "; ";
      text += bare(s.statement) + (l == level::secure ? "" : " " + statement_text(tree_, s.statement)) + " (" +
              std::string(short_source(s.source)) + " " + s.entry.str() + ", " + short_date(s.seen_on) + (s.gating ? ", gating" : "") + ")";
      if (s.self && *s.self != s.latest)
        text += " own view " + std::string(name(*s.self)) + " (" + s.self_entry.str() + ")";
    }
    if (!text.empty()) page_.add(lead, text, 15);
  }

  void look_together(const manner& m) {
    if (p_.focus.statement.empty()) {
      page_.add("Open", "Nothing is known yet: ask what the ECT would like to look at.", 11, tag_of(p_.focus.why));
      return;
    }
    if (m.next != route::coaching) return;
    const auto node = tree_.find(p_.focus.statement);
    page_.add("Focus", bare(p_.focus.statement) + " " + statement_text(tree_, p_.focus.statement) +
                           (p_.practice && p_.practice_fits ? ". Look for: " + p_.practice->tip : "."),
              11, node ? statement_tag(*node) : "");
    page_.add("Stuck?", "Two questions with no way in: show it now. A clear idea already: ask \"what first?\"", 11,
              tag_of(rules_, "LAD-D1"));
    if (!p_.path) return;
    const auto& d = p_.path->seen;
    page_.add("Why " + bare(d.standard), standard_title(tree_, d.standard) + ": " + p_.path->says + ". Seen: " +
                           std::to_string(d.statements) + (d.statements == 1 ? " statement on " : " statements on ") + std::to_string(d.occasions) + (d.occasions == 1 ? " occasion, " : " occasions, ") +
                           std::to_string(d.secure) + " secure, " + std::to_string(d.developing) + " developing, " +
                           std::to_string(d.emerging) + " emerging.",
              11, tag_of(p_.path->why));
    sightings("    secure", level::secure);
    sightings("    developing", level::developing);
    sightings("    emerging", level::emerging);
    if (p_.in_force)
      page_.add("Decided", std::string(name(p_.in_force->chosen())) + " on " + short_date(p_.in_force->decided_on()) +
                               (p_.in_force->because().empty() ? "" : ": " + p_.in_force->because()), 11, "from record");
    if (!d.missing.empty()) page_.add("Missing", missing_words(d.missing) + ".", 11);
    for (std::size_t i = 0; i != p_.tips.size(); ++i)
      page_.add(i == 0 ? "Would tip" : "", lessons_words(p_.tips[i]) + " -> " + advice_words(p_.tips[i].then) + " (" + p_.tips[i].rule + ")",
                11, i + 1 == p_.tips.size() ? tag_of(rules_, "TIP-D1") : "");
    const std::string minutes = p_.minutes_consolidate == p_.minutes_extend
                                    ? "Same minutes."
                                    : std::to_string(p_.minutes_consolidate) + " and " + std::to_string(p_.minutes_extend) +
                                          " minutes a half-term.";
    page_.add("Consolid.", "the same step in other lessons, spaced out; look again in three weeks.", 11, tag_of(rules_, "CON-D1"));
    page_.add("Extend", "the same classes, harder conditions, no extra duties. " + minutes, 11, tag_of(rules_, "EXT-D1"));
    lines(plan_place::ahead);
  }

  std::string statement_tag(const framework::node_view& node) const {
    std::string out(node.code());
    if (const auto b = node.basis()) out += std::string(" ") + letter(*b);
    return out;
  }

  void agree_step(const manner& m) {
    if (m.next != route::coaching) return;
    lines(plan_place::step);
    if (p_.candidates.empty() && p_.last_step && p_.last_step->live()) {
      const step& live = p_.last_step->agreed;
      page_.add("Step", live.what, 11, "from record");
      page_.add("Where", live.when_where, 11);
      for (std::size_t k = 0; k != live.success_criteria.size(); ++k) page_.add(k == 0 ? "Works when" : "", live.success_criteria[k], 11);
    }
    if (!p_.practice) return;
    const ectp::script& s = *p_.practice;
    if (!p_.practice_fits && !p_.candidates.empty())
      page_.add("Nearest", "the idea comes from " + s.id.str() + " (" + s.main.front() + ", " + spaced(name(s.phase)) + "): reword it for your class.", 11);
    else if (!p_.practice_fits && !(p_.last_step && p_.last_step->live()))
      page_.add("Step", "no starting point for " + bare(p_.focus.statement) + " yet: the ECT's own. `ectp step lint` shows what a first wording lacks.", 11);
    for (std::size_t i = 0; i != p_.candidates.size(); ++i) {
      std::string codes;
      for (const auto& c : p_.candidates[i].idea.statements) codes += (codes.empty() ? "" : ", ") + c;
      page_.add(i == 0 ? "Step" : "Or instead", p_.candidates[i].idea.what + " (" + codes + ")", 11,
                i == 0 ? tag_of(rules_, "STP-D1") : "");
      // The script's own words fit its own step.
      if (i == 0 && p_.practice_fits && p_.candidates[0].idea == s.step) {
        page_.add("Where", s.when_where + ".", 11);
        for (std::size_t k = 0; k != s.success_criteria.size(); ++k)
          page_.add(k == 0 ? "Works when" : "", s.success_criteria[k], 11);
      }
    }
    if (!p_.candidates.empty() && p_.practice_fits) page_.add("Misses?", s.whom_might_it_miss, 11);
    if (!p_.practice_fits) page_.add("Misses?", "Whom might it miss, and what would bring them in?", 11);
    page_.add("Check", (p_.check_on ? "by " + day_name(*p_.check_on) + " " + short_date(*p_.check_on) : std::string("by the next meeting")) +
                           " or after " + std::to_string(p_.numbers.check_after) + " lessons where it fits.",
              11, tag_of(rules_, "STP-D2"));
  }

  void practise(const slot& s) {
    if (s.how.next != route::coaching || !p_.practice || !practises()) return;
    const ectp::script& x = *p_.practice;
    const std::string stop = "at " + std::to_string(s.from + p_.numbers.rehearse_minutes < s.to ? s.from + p_.numbers.rehearse_minutes : s.to) +
                             " min even if it is going well.";
    if (!p_.practice_fits) {
      page_.add("Rehearse", "the step itself. Show it well, then too fast: the ECT says what differed. Then the ECT goes; one point; redo at once; "
                            "then one thing gets in the way. No marks.", 11, tag_of(rules_, "DLP-D1"));
      page_.add("Or seated", "Say the words of it aloud over the next lesson's plan, and write the cue where it comes.", 11);
      page_.add("Stop", stop, 11);
      return;
    }
    page_.add("Script", x.id.str() + ": " + x.title + ". " + std::to_string(x.minutes) + " minutes, level " +
                            std::to_string(p_.practice_level) + " to start; no marks, redo is part of it.",
              11, tag_of(rules_, "DLP-D1"));
    if (s.to - s.from < x.minutes)
      page_.add("", "Only " + std::to_string(s.to - s.from) + " minutes here: model it, run it once, redo one part.", 11);
    page_.add("After both", quoted(x.model_question), 11);
    for (const auto& l : x.extract)
      page_.add("  " + l.who, (l.line.empty() ? "" : quoted(l.line)) + (l.act.empty() ? "" : (l.line.empty() ? "(" : " (") + l.act + ")"), 13);
    page_.add("One point", quoted(x.one_point) + " Then redo at once.", 11);
    page_.add("A twist", x.twist, 11);
    if (!x.instead.empty()) page_.add("Or seated", x.instead.front(), 11);
    page_.add("Stop", stop, 11);
  }

  void carry_over() {
    if (!p_.practice || paused()) return;
    if (!p_.practice_fits) {
      page_.add("If-then", "\"If ... comes up in the lesson, then I ...\" One sentence, in the ECT's words, written into the plan.", 11, tag_of(rules_, "DLP-04"));
      return;
    }
    page_.add("Cue", p_.practice->cue, 11);
    page_.add("If-then", p_.practice->if_then, 11, tag_of(rules_, "DLP-04"));
  }

  void next_time() {
    std::string lead = "NEXT TIME";
    page_.add(lead, (p_.next_on ? "(" + long_date(*p_.next_on) + ") " : std::string("(not planned yet) ")) +
                        std::string("ask for the ECT's own tally first. ") +
                        (p_.practice && p_.practice_fits && !paused() ? p_.practice->look_for_next_time : ""), 11);
    std::string open, rest, marks, letters;
    for (const auto& a : p_.standards) {
      if (p_.path && a.said.standard == p_.path->said.standard) continue;
      const std::string code = bare(a.said.standard);
      if (a.said.recommended == advice::insufficient_evidence) {
        std::string what = code;
        if (a.seen.statements == 0) what += a.seen.self_only.empty() ? " nothing seen" : " own view only";
        else what += " " + std::to_string(a.seen.statements) + " statement" + (a.seen.statements == 1 ? "" : "s") + ", " +
                     std::to_string(a.seen.occasions) + " occasion" + (a.seen.occasions == 1 ? "" : "s");
        open += (open.empty() ? "" : "; ") + what;
        if (marks.find(a.why.id) == marks.npos) marks += a.why.id + " ";
        if (letters.find(letter(a.why.on)) == letters.npos) letters += letter(a.why.on);
      } else {
        rest += (rest.empty() ? "" : "; ") + code + " " + advice_words(a.said.recommended) + " (" + a.said.rule + ")";
      }
    }
    if (!rest.empty()) page_.add("Elsewhere", rest + ".", 11);
    if (!open.empty()) page_.add("Not enough", open + ". A look at any of these would help.", 11, marks + letters);
    std::string themes;
    for (const auto& c : p_.coverage)
      if (!c.looked_at) themes += (themes.empty() ? "" : ", ") + c.what.title;
    if (!themes.empty()) page_.add("Themes", "not looked at yet this half-term: " + themes + ".", 11, tag_of(rules_, "COV-D1"));
    for (const auto& n : p_.notices)
      page_.add("Not yours", "the " + spaced(name(n.kind())) + " due by " + day_name(n.due_by()) + " " + short_date(n.due_by()) +
                                 " belongs to the tutor.", 11, tag_of(rules_, "IND-010"));
    std::string entitled;
    if (p_.meetings_due != 0)
      entitled = std::to_string(p_.meetings_held) + " of " + std::to_string(p_.meetings_due) + " meetings held";
    bool missed = p_.meetings_held < p_.meetings_due;
    for (const auto& e : p_.entitlements) {
      entitled += (entitled.empty() ? "" : ", ") + spaced(e.item) + (e.kept ? " kept" : " MISSED");
      missed = missed || !e.kept;
    }
    if (!entitled.empty())
      page_.add("Entitled", entitled + "." + (missed && p_.lines.empty() ? " Missed time: tell the tutor; the named contact is next." : ""), 11,
                tag_of(rules_, "ENT-01"));
    lines(plan_place::entitled);
    for (const auto& f : p_.findings) page_.add("Note", f.text + ".", 11, f.code);
  }

  void closing() {
    page_.put("");
    const std::string code = p_.path ? bare(p_.path->said.standard) : "S1";
    page_.add("CHANGE", "anything: focus, path, manner, step, script, date; skip practice if the ECT would rather not.", 11,
              tag_of(rules_, "LAW-2"));
    page_.put("           ectp decide RECORD --today DAY --set path=" + code + ":extend --because \"...\"");
    page_.add("WHY", "ectp why " + (p_.path ? p_.path->said.rule : p_.focus.why.id) +
                          " shows the rule, where it stands and its source; so for every mark above.", 11);
    page_.add("NOT YOURS", "to change: who sees this. A safeguarding worry goes to the safeguarding lead today, and this plan stops there.",
              11, tag_of(rules_, "SAF-01"));
  }

  const typename ::ectp::detail::later<meeting_plan, ectp_lazy>::type& p_;
  const policies& rules_;
  const framework::tree& tree_;
  page<> page_;
};

}  // namespace detail

ECTP_DEF std::string to_text(const meeting_plan& p, const policies& rules, const framework::tree& tree) {
  return detail::writer<>(p, rules, tree).write();
}

}  // namespace ectp::inline ECTP_ABI::meeting
