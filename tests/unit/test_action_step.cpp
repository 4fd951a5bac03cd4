// Action steps: the machine against a second statement of it, each lint rule on pairs that differ in one thing, good
// and bad steps, leverage against a second computation, prerequisite links.
#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/mentoring/action_step.hpp"
#include "ectp/policy/prove.hpp"

using namespace ectp;

namespace {

const policies& ours() {
  static const policies p = policies::builtin().value();
  return p;
}
const framework::tree& ittecf() {
  static const framework::tree t = framework::edition("ittecf-2024").value();
  return t;
}
date day(const char* text) { return parse_date(text).value(); }

// Nothing is to be said against this one on 24 November 2025.
step_draft sound() {
  step_draft d;
  d.what = "Count four silently after each planned question before you name a pupil.";
  d.why = "Pupils who need longer reach a full thought.";
  d.when_where = "With 9K, two planned questions in each of two lessons";
  d.success_criteria = {"Three of the four questions get the full count before a name."};
  d.might_miss = "A pupil who needs the question in writing first.";
  d.statements = {"ittecf-2024:4n"};
  d.check_method = "A tally in ten minutes of one lesson.";
  d.agreed_on = day("2025-11-24");
  d.check_on = day("2025-12-01");
  d.ect_agreed = true;
  return d;
}
step_context on_the_day() {
  step_context c;
  c.today = day("2025-11-24");
  c.tree = &ittecf();
  return c;
}
step_review look(const step_draft& d, const step_context& c = on_the_day()) {
  auto r = lint_step(d, c, ours());
  if (!r) FAIL(to_string(r.error()));
  return *r;
}
std::set<std::string> rules_in(const step_review& r) {
  std::set<std::string> out;
  for (const auto& f : r.findings) out.insert(f.rule);
  return out;
}
std::string shown(const step_review& r) {
  std::string out;
  for (const auto& f : r.findings) out += f.rule + " " + f.field + " '" + f.found + "' " + f.says + "; ";
  return out;
}
using names = std::set<std::string>;

policy::proof_status proved(policy_name p, const char* property) {
  return policy::prove(ours()[p], policy::parse_property(property).value()).value().status;
}

}  // namespace

TEST_CASE("the tables of steps are total and have no dead rule", "[action_step]") {
  for (const policy_name p : {policy_name::tier, policy_name::step_lint, policy_name::step_moves, policy_name::step_offer}) {
    INFO(name(p));
    CHECK(proved(p, "total") == policy::proof_status::proved);
    CHECK(proved(p, "no-dead") == policy::proof_status::proved);
  }
}

// ---------------------------------------------------------------- machine

namespace {
// The same once more, in words: what may follow what.
std::string expected_next(const std::string& state, const std::string& event, int carries) {
  static const std::set<std::string> closed = {"embedded", "split", "re_diagnose", "abandoned"};
  if (closed.count(state) != 0) return "";
  if (event == "abandon") return "abandoned";
  if (state == "draft") return event == "agree" ? "agreed" : "";
  if (state == "reviewed") {
    if (event == "embed") return "embedded";
    if (event == "re_diagnose") return "re_diagnose";
    if (carries >= 2) return "";  // the third time in a row is asked afresh
    if (event == "carry_forward") return "carried_forward";
    return event == "split" ? "split" : "";
  }
  // agreed, rehearsed, in_use, carried_forward
  if (event == "use") return "in_use";
  if (event == "review") return "reviewed";
  if (event == "rehearse") return state == "in_use" ? "in_use" : "rehearsed";
  if (event == "reword") return state == "in_use" ? "" : "draft";
  if (event == "agree") return state == "carried_forward" ? "agreed" : "";
  return "";
}
}  // namespace

TEST_CASE("a step moves as we say, whatever the state, the event and the carries", "[action_step]") {
  const auto m = machine_of(ours(), policy_name::step_moves).value();
  REQUIRE(m.states().size() == words_in<step_status>.size());
  CHECK(m.states()[0] == "draft");
  std::size_t legal = 0, illegal = 0;
  for (std::size_t s = 0; s != m.states().size(); ++s) {
    CHECK(m.states()[s] == words_in<step_status>[s]);
    const auto state = from_word<step_status>(m.states()[s]).value();
    for (const std::string& event : m.events())
      for (int carries = 0; carries != 100; ++carries) {
        INFO(m.states()[s] << " " << event << " " << carries);
        const std::string next = expected_next(m.states()[s], event, carries);
        const auto moved = move_step(state, event, carries, ours());
        if (next.empty()) {
          ++illegal;
          REQUIRE_FALSE(moved);
          CHECK(moved.error().code == errc::not_allowed);
          CHECK_FALSE(moved.error().hint.empty());
          // It lists what is legal, and nothing else.
          std::string all;
          for (const std::string& e : m.events())
            if (!expected_next(m.states()[s], e, carries).empty()) {
              CHECK(moved.error().expected.find(e) != std::string::npos);
              all += e;
            }
          CHECK(m.is_final(s) == all.empty());
        } else {
          ++legal;
          REQUIRE(moved);
          CHECK(name(moved->next) == next);
          CHECK_FALSE(moved->prompt.empty());
          const int after = next == "carried_forward" ? std::min(99, carries + 1) : carries;
          std::set<std::string> offered, wanted;
          for (const auto& c : moved->choices) {
            offered.insert(c.event);
            CHECK_FALSE(c.says.empty());
            CHECK(c.next == expected_next(next, c.event, after));
          }
          for (const std::string& e : m.events())
            if (!expected_next(next, e, after).empty()) wanted.insert(e);
          CHECK(offered == wanted);
        }
      }
  }
  CHECK(legal > 1000);
  CHECK(illegal > 1000);
  CHECK(m.reachable(0).size() == m.states().size());
}

TEST_CASE("only the closed states are final, and every other one leads to each of them", "[action_step]") {
  const auto m = machine_of(ours(), policy_name::step_moves).value();
  const names closed = {"embedded", "split", "re_diagnose", "abandoned"};
  for (std::size_t s = 0; s != m.states().size(); ++s) {
    INFO(m.states()[s]);
    CHECK(m.is_final(s) == (closed.count(m.states()[s]) != 0));
    if (m.is_final(s)) continue;
    names reached;
    for (const std::size_t t : m.reachable(s)) reached.insert(m.states()[t]);
    for (const auto& c : closed) CHECK(reached.count(c) == 1);
  }
}

TEST_CASE("a step that is carried forward again and again comes to a fresh look", "[action_step]") {
  step_status now = step_status::agreed;
  int carries = 0;
  for (int round = 0; round != 2; ++round) {
    now = move_step(now, "use", carries, ours()).value().next;
    now = move_step(now, "review", carries, ours()).value().next;
    now = move_step(now, "carry_forward", carries, ours()).value().next;
    ++carries;
  }
  now = move_step(now, "review", carries, ours()).value().next;
  const auto third = move_step(now, "carry_forward", carries, ours());
  REQUIRE_FALSE(third);
  CHECK(third.error().code == errc::not_allowed);
  CHECK(third.error().hint.find("carried forward twice") != std::string::npos);
  CHECK(move_step(now, "re_diagnose", carries, ours()).value().next == step_status::re_diagnose);
}

TEST_CASE("events, carries and states outside of what there is are refused", "[action_step]") {
  CHECK(move_step(step_status::agreed, "grade", 0, ours()).error().code == errc::out_of_range);
  CHECK(move_step(step_status::agreed, "", 0, ours()).error().code == errc::out_of_range);
  CHECK(move_step(step_status::agreed, "use", -1, ours()).error().code == errc::out_of_range);
  CHECK(move_step(step_status::agreed, "use", 100, ours()).error().code == errc::out_of_range);
}

// ---------------------------------------------------------------- tier and offer

TEST_CASE("the tier follows what others saw last, unless the own view is its opposite", "[action_step]") {
  const maybe<level> levels[] = {{}, level::emerging, level::developing, level::secure};
  for (const auto& seen : levels)
    for (const auto& self : levels)
      for (const bool ever : {false, true}) {
        const auto t = tier_of(seen, self, ever, ours()).value();
        maybe<tier> want;
        if (seen == maybe<level>(level::emerging) && self != maybe<level>(level::secure)) want = tier::not_doing;
        if (seen == maybe<level>(level::developing)) want = tier::doing_needs_improvement;
        if (seen == maybe<level>(level::secure)) want = tier::doing_well_needs_stretch;
        if (!seen && self == maybe<level>(level::emerging)) want = tier::not_doing;
        INFO(t.why.id);
        CHECK(t.tier == want);
        CHECK_FALSE(t.says.empty());
        CHECK(t.ask.back() == '?');
      }
  CHECK(tier_of({}, {}, true, ours()).value().says != tier_of({}, {}, false, ours()).value().says);
}

TEST_CASE("no step, the live one, two or three", "[action_step]") {
  const maybe<tier> tiers[] = {{}, tier::not_doing, tier::doing_needs_improvement, tier::doing_well_needs_stretch};
  for (const bool none : {false, true})
    for (const bool live : {false, true})
      for (const bool focus : {false, true})
        for (const auto& t : tiers)
          for (std::size_t e = 0; e != words_in<expertise>.size(); ++e) {
            const offer_facts f{none, live, focus, t, static_cast<expertise>(e)};
            const auto o = offer_of(f, ours()).value();
            step_offer want = step_offer::two;
            if (t == maybe<tier>(tier::doing_needs_improvement) || (!t && f.expertise == expertise::unknown)) want = step_offer::three;
            if (!focus) want = step_offer::none;
            if (live) want = step_offer::keep;
            if (none) want = step_offer::none;
            INFO(o.why.id);
            CHECK(o.offer == want);
            CHECK(o.live_only == none);
          }
}

// ---------------------------------------------------------------- lint

TEST_CASE("nothing is said against a sound step", "[action_step]") {
  const auto r = look(sound());
  INFO(shown(r));
  CHECK(r.findings.empty());
  CHECK(r.frame.whole);
  CHECK(r.frame.sentence ==
        "With 9K, two planned questions in each of two lessons: count four silently after each planned question before "
        "you name a pupil, so that pupils who need longer reach a full thought.");
}

TEST_CASE("each rule fires where one thing differs, and it alone", "[action_step]") {
  using change = std::function<void(step_draft&, step_context&)>;
  const struct {
    const char* rule;
    severity how;
    change spoil;
    const char* field;
    const char* found;
  } cases[] = {
      {"STP-L0", severity::error, [](auto& d, auto&) { d.what = "  "; }, "what", ""},
      {"STP-L1", severity::error, [](auto& d, auto&) { d.success_criteria = {"The atmosphere should be lovely with this class."}; }, "success_criteria", ""},
      {"STP-L1a", severity::error, [](auto& d, auto&) { d.success_criteria.clear(); }, "success_criteria", ""},
      {"STP-L1a", severity::error, [](auto& d, auto&) { d.success_criteria = {""}; }, "success_criteria", ""},
      {"STP-L2", severity::error, [](auto& d, auto&) { d.when_where.clear(); }, "when_where", ""},
      {"STP-L2a", severity::warning, [](auto& d, auto&) { d.when_where = "With 9K, whenever possible"; }, "when_where", "whenever possible"},
      {"STP-L3", severity::error, [](auto& d, auto&) { d.check_on.reset(); d.check_method.clear(); }, "check_on", ""},
      {"STP-L3a", severity::warning, [](auto& d, auto&) { d.check_on = day("2025-12-09"); }, "check_on", "2025-12-09"},
      {"STP-L3b", severity::error, [](auto& d, auto&) { d.check_on = day("2025-11-21"); }, "check_on", "2025-11-21"},
      {"STP-L3c", severity::warning, [](auto& d, auto& c) { d.check_on = day("2025-12-09"); c.next_meeting = day("2025-12-01"); }, "check_on", "2025-12-09"},
      {"STP-L3d", severity::warning, [](auto& d, auto&) { d.check_on = day("2025-11-29"); }, "check_on", "2025-11-29"},
      {"STP-L4", severity::warning, [](auto& d, auto&) { d.what = "Improve the pause after each planned question."; }, "what", "Improve"},
      {"STP-L5", severity::warning, [](auto& d, auto&) { d.what = "Count " + std::string("four silently after each planned question before you name a pupil, looking slowly from the left row to the right row of the room so that nobody at all is left out today or tomorrow.").substr(0); }, "what", ""},
      {"STP-L5a", severity::warning, [](auto& d, auto&) { d.what = "Count four silently after each question and write the names of pupils."; }, "what", "and write"},
      {"STP-L5b", severity::warning, [](auto& d, auto&) { d.what = "Count four silently after each planned question. Name a pupil."; }, "what", "Name a pupil."},
      {"STP-L5c", severity::warning, [](auto& d, auto&) { d.what = "Better questioning"; }, "what", ""},
      {"STP-L6", severity::warning, [](auto& d, auto&) { d.statements.clear(); }, "statements", ""},
      {"STP-L6a", severity::error, [](auto& d, auto&) { d.statements.push_back("ittecf-2024:4z"); }, "statements/1", "ittecf-2024:4z"},
      {"STP-L7", severity::error, [](auto&, auto& c) { c.live_step = "stp-006"; }, "", "stp-006"},
      {"STP-L8", severity::warning, [](auto&, auto& c) { c.carries = 3; }, "", ""},
      {"STP-L9", severity::warning, [](auto& d, auto&) { d.ect_agreed = false; }, "ect_agreed", ""},
      {"STP-L10", severity::warning, [](auto& d, auto&) { d.might_miss.clear(); }, "might_miss", ""},
      {"STP-L11", severity::warning, [](auto& d, auto&) { d.might_miss = "The low ability table and those who sit there."; }, "might_miss", "low ability"},
      {"STP-L12", severity::error, [](auto& d, auto&) { d.why = "You will need this to pass induction."; }, "why", "pass induction"},
      {"STP-L13", severity::warning, [](auto& d, auto&) { d.what = "数到四再叫学生的名字"; }, "what", ""},
      {"STP-L14", severity::warning, [](auto& d, auto&) { d.why.clear(); }, "why", ""},
  };
  names seen;
  for (const auto& c : cases) {
    step_draft d = sound();
    step_context context = on_the_day();
    c.spoil(d, context);
    const auto r = look(d, context);
    INFO(c.rule << ": " << shown(r));
    REQUIRE(r.findings.size() == 1);
    CHECK(r.findings[0].rule == c.rule);
    CHECK(r.findings[0].severity == c.how);
    CHECK(r.findings[0].field == c.field);
    CHECK(r.findings[0].found == c.found);
    CHECK(r.findings[0].says.find('{') == std::string::npos);
    CHECK(r.findings[0].expected.find('{') == std::string::npos);
    seen.insert(c.rule);
  }
  // STP-L4a stands beside STP-L1 where it is the only criterion; with a visible one it is alone.
  step_draft d = sound();
  d.success_criteria.push_back("Pupils are confident with this.");
  const auto r = look(d);
  REQUIRE(r.findings.size() == 1);
  CHECK(r.findings[0].rule == "STP-L4a");
  CHECK(r.findings[0].field == "success_criteria/1");
  CHECK(r.findings[0].found == "confident");
  seen.insert("STP-L4a");
  // Every rule of the table but the last one was met.
  const policy::table& t = ours()[policy_name::step_lint];
  for (std::size_t i = 0; i + 1 < t.rules(); ++i) {
    INFO(t.rule_id(i));
    CHECK(seen.count(std::string(t.rule_id(i))) == 1);
  }
}

TEST_CASE("just inside the edge nothing is said", "[action_step]") {
  using change = std::function<void(step_draft&, step_context&)>;
  const change inside[] = {
      [](auto& d, auto&) { d.check_on = day("2025-12-08"); },                                        // ten school days
      [](auto& d, auto& c) { d.check_on = day("2025-12-12"); c.next_meeting = day("2025-12-12"); },  // a rare meeting
      [](auto& d, auto& c) { d.check_on = day("2025-12-08"); c.next_meeting = day("2025-12-01"); },
      [](auto& d, auto&) { d.check_on.reset(); },                                                    // after six lessons, by a tally
      [](auto& d, auto&) { d.check_method.clear(); },
      [](auto& d, auto&) { d.agreed_on.reset(); },
      [](auto&, auto& c) { c.carries = 2; },
      [](auto& d, auto& c) { d.id = step_id::make("stp-006").value(); c.live_step = "stp-006"; },    // itself
      [](auto& d, auto&) { d.statements.clear(); d.technique = "think, pair, share"; },
      [](auto& d, auto&) { d.what = "Tell each supporting adult the one thing to look for."; },        // no aim, a person
      [](auto& d, auto&) { d.what = "Write one line on the board to help those who are stuck."; },
      [](auto& d, auto&) { d.why = "Pupils meet weak acids before strong ones."; },
      [](auto& d, auto&) { d.what = "Count four after questions."; },                                // four words
      [](auto& d, auto&) { d.what = "Count four silently, then name a pupil."; },                    // one movement
      [](auto& d, auto&) { d.what = "Ask 'Why does that work?' at three correct answers each lesson."; },
      [](auto& d, auto&) { d.what = "Count four silently after each planned question, in pencil and paper tasks too."; },
      [](auto& d, auto&) { d.success_criteria = {"Pupils who know the answer write it before anyone speaks."}; },
      [](auto& d, auto&) { d.success_criteria = {"数到四"}; },                                       // nobody here can tell
      [](auto& d, auto&) { d.might_miss = "Nobody whom we can think of yet."; }};
  int n = 0;
  for (const auto& c : inside) {
    step_draft d = sound();
    step_context context = on_the_day();
    c(d, context);
    const auto r = look(d, context);
    INFO(n++ << ": " << shown(r));
    CHECK(r.findings.empty());
  }
}

TEST_CASE("findings say where, and what to say instead", "[action_step]") {
  step_draft d = sound();
  d.what = "After each question, I will be more patient.";
  const auto r = look(d);
  REQUIRE(r.findings.size() == 1);
  CHECK(d.what.substr(r.findings[0].from, r.findings[0].to - r.findings[0].from) == "be more");
  CHECK(r.findings[0].expected == "say what somebody at the back of the room would see you do");
  CHECK_FALSE(r.frame.whole);
  CHECK(r.frame.sentence.find("instead of \"after each question, I will be more patient\"") != std::string::npos);
}

TEST_CASE("the sentence has a gap where something is missing", "[action_step]") {
  const auto sentence = [](const char* what, const char* when, const char* why) {
    step_draft d;
    d.what = what;
    d.when_where = when;
    d.why = why;
    return frame_of(d, ours()).value();
  };
  const auto state_of_parts = [](const step_frame& f) {
    std::string out;
    for (const auto& p : f.parts) out += std::string(name(p.slot)) + "=" + p.state + " ";
    return out;
  };
  CHECK(sentence("", "", "").sentence == "With ... (which class or group?), when ... (at which moment?): I ... (one thing to do or say), so that ... (what changes for pupils?)");
  CHECK(state_of_parts(sentence("", "", "")) == "class=missing trigger=missing behaviour=missing purpose=missing ");
  CHECK(sentence("Stand by the door.", "With 7B, when the bell goes", "So that every pupil is met.").sentence ==
        "With 7B, when the bell goes: stand by the door, so that every pupil is met.");
  CHECK(sentence("Stand by the door.", "When the bell goes", "Marlon is met.").sentence ==
        "With ... (which class or group?), when the bell goes: stand by the door, so that Marlon is met.");
  CHECK(state_of_parts(sentence("Stand by the door before pupils come in.", "With 7B", "")) == "class=given trigger=given behaviour=given purpose=missing ");
  CHECK(state_of_parts(sentence("Stand by the door.", "With 7B", "")) == "class=given trigger=missing behaviour=given purpose=missing ");
  CHECK(state_of_parts(sentence("Be more welcoming.", "With 7B, regularly", "x")) == "class=given trigger=vague behaviour=vague purpose=given ");
  CHECK(sentence("Stand by the door.", "9K, Monday P3", "x").sentence == "9K, Monday P3: stand by the door, so that x.");
  CHECK(sentence("数到四", "每节课", "").sentence == "每节课: 数到四, so that ... (what changes for pupils?)");
}

namespace {
struct worded {
  const char *what, *when_where, *criterion, *statement;
};
// Steps of our own invention, over all standards and phases.
const worded good[] = {
    {"Greet each pupil by name at the door, eyes up from the register.", "With 7B, as they come in on Monday and Thursday", "Twenty of twenty-eight pupils hear their name before they sit down.", "1e"},
    {"Show the class a near miss of the new expectation before they practise it.", "With 8C, the first five minutes of Tuesday's lesson", "A pupil says what the near miss lacked.", "1f"},
    {"Name one thing a pupil did that made the work better before you mention what is missing.", "With 9K, at four desks in each lesson", "Four comments in a row name an action of the pupil's.", "1h"},
    {"Say the school's reminder word for word when a rule slips.", "With Year 4, in the two lessons after lunch", "All three reminders heard use the same six words.", "1g"},
    {"Ask three pupils to show today's starting point on whiteboards before you explain.", "With 10A, at the start of both lessons this week", "Three boards are read before the first slide.", "2a"},
    {"Fill in the first two lines of the worked example and let pupils fill in the third.", "With 8C, before independent work on Wednesday", "Twenty pupils write the third line without asking.", "2b"},
    {"Cover every part of the slide that you are not talking about.", "With Year 5, during the explanation in maths", "One thing is on the screen while the teacher speaks.", "2c"},
    {"Write the slip you expect on the plan, with the question that would show it.", "For 9K, before each lesson this week", "The plan has two slips and two questions.", "2d"},
    {"Say one sentence that ties today's idea to last week's.", "With Reception, at the start of carpet time", "The sentence is heard before the first example.", "2e"},
    {"Set five recall questions, two of them from last month.", "With 11B, in the first four minutes", "Pupils write five answers in silence.", "2i"},
    {"Write today's core sentence on the board, then read it aloud at the start and at the end.", "With Year 6, in both history lessons", "Three pupils say it in their own words at the end.", "3a"},
    {"Teach two blocking words with a picture before pupils open the text.", "With 7B, before reading on Friday", "Five pupils use one of the words in an answer.", "3p"},
    {"Read the first paragraph aloud, stopping twice to say what you are wondering.", "With Year 3, the first reading lesson of the week", "Two pauses are heard in the first three minutes.", "3q"},
    {"Ask each pair to say the whole sentence before they write it.", "With Year 2, during the writing task", "Eight of ten pairs speak before a pencil moves.", "3s"},
    {"Solve one problem aloud, saying why you choose each line.", "With 10A, before they try the first one", "Three reasons are said in one example.", "4i"},
    {"Take one prompt off the sheet for pupils who got three in a row.", "With 8C, halfway through the task", "Six pupils answer the next one without the prompt.", "4c"},
    {"Point to the part of the diagram that you are naming.", "With Year 5, during the explanation", "Every label is pointed to as it is said.", "4g"},
    {"Count four silently after each planned question before you name a pupil.", "With 9K, at two planned questions in each lesson", "Three of four questions get the full count.", "4n"},
    {"Ask a second pupil to add to each first reply before you comment on it.", "With 9K, in the discussion on Thursday", "Two replies in three are built on by a pupil.", "4m"},
    {"Give each pair a first speaker and a second speaker before they turn.", "With 7B, at each talk task", "Both voices are heard at four of five tables.", "4o"},
    {"Show the long task one part at a time on the board.", "With 8C, when they begin independent work", "Nine in ten pupils begin each part within thirty seconds.", "4e"},
    {"Give three pupils a two-minute check before you plan the next lesson.", "With Year 4, the lesson before a new idea", "The next lesson starts with two different first tasks.", "5b"},
    {"Tell each adult in the room the one thing to look for.", "With Year 1, before the carpet session", "Both adults say it back when asked.", "5i"},
    {"Write one easier wording beside each planned question.", "For 10A, on the plan for both lessons", "A stuck pupil answers after the second wording.", "5n"},
    {"Teach the missing word to two pupils before the class meets it.", "With Year 6, during registration on Tuesday", "Both pupils use the word in the lesson.", "5l"},
    {"Walk one planned lap with the expected slip written on your card.", "With 8C, the first five minutes of the task", "Every row is passed within three minutes.", "6h"},
    {"Ask 'why does that work?' at three correct answers.", "With 11B, in each lesson this week", "Three pupils explain a correct answer aloud.", "6g"},
    {"Write the two wrong answers you expect into each hinge question.", "For 9K, on the plan for both lessons", "The question splits the class into three groups.", "6f"},
    {"Give one next action at each desk, then come back within five minutes.", "With Year 5, in the editing lesson", "Four pupils change a line before the teacher returns.", "6i"},
    {"Use three codes in the margin in place of sentences.", "For 7B, when marking Friday's books", "Thirty books take under forty minutes.", "6q"},
    {"Give each practical task in three steps of seven words or fewer.", "With Year 4, at the start of science", "Nine in ten pupils have begun within twenty seconds.", "7c"},
    {"Ask two pupils to say one step back before anyone moves.", "With 8C, before each practical task", "Two pupils repeat a step and nobody moves.", "7d"},
    {"Raise the same hand for the same signal each time.", "With Reception, at each tidy-up", "The room is quiet within ten seconds, three times.", "7e"},
    {"Walk towards a whisper, still teaching, before you say a word about it.", "With 9K, during the explanation", "Three whispers stop before a name is said.", "7f"},
    {"Put the first task on the board before the bell goes.", "With 10A, at the start of every lesson this week", "Twenty pupils write within one minute of the door.", "7h"},
    {"Run the entry routine twice with the class watching four pupils.", "With 7B, the first lesson on Monday", "The second run takes under ninety seconds.", "7i"},
    {"Say which part of the routine went well before the lesson goes on.", "With Year 3, after the line-up at break", "Two pupils repeat what went well.", "7j"},
    {"Tell the teaching assistant today's goal in one sentence with one likely slip on a card.", "With Mr B's class, five minutes before each lesson", "The assistant says the goal when asked.", "8j"},
    {"Phone one family with something that went well.", "For 8C, on Thursday after the last lesson", "One call is noted in the log by Friday.", "8h"},
    {"Ask your mentor one question about a page you both read.", "In our meeting on Monday, the first five minutes", "The question is written down before the meeting.", "8d"}};

// The same kind of thing with something wrong; the rule that should say so.
const struct {
  const char *rule, *what, *when_where, *criterion;
} bad[] = {
    {"STP-L4", "Improve your questioning in every lesson.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Ensure that all pupils listen to you.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Work on the pace of your explanations.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Be more assertive with the back row.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Develop a wider range of questions.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Try to wait a little before you speak.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Build relationships with the quiet pupils.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Familiarise yourself with the school's behaviour policy.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Make sure the class is ready to learn.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Encourage them to take part in discussions.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "I will support the pupils who need it.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L4", "Foster a love of reading with every child.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5a", "Greet pupils at the door and circulate while they write.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5a", "Ask a hinge question and show the answers on the board.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5a", "Read the text aloud as well as the questions under it.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5a", "Stand still for the instruction and praise two pupils.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5b", "Stand still when you speak. Wait for every pupil.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5b", "Ask a question; wait four counts before a name.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5c", "Questioning", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5c", "Better routines", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5c", "Behaviour", "With 9K, at the start", "Three pupils answer."},
    {"STP-L5", "Stand at the door with the register in your left hand, greet each pupil who comes in by name, point to the task that is on the board, then watch until the first ten are writing.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L0", "", "With 9K, at the start", "Three pupils answer."},
    {"STP-L2", "Count four silently after each question.", "", "Three pupils answer."},
    {"STP-L2", "Count four silently after each question.", "   ", "Three pupils answer."},
    {"STP-L2a", "Count four silently after each question.", "In my lessons", "Three pupils answer."},
    {"STP-L2a", "Count four silently after each question.", "Whenever possible", "Three pupils answer."},
    {"STP-L2a", "Count four silently after each question.", "With 9K, where appropriate", "Three pupils answer."},
    {"STP-L2a", "Count four silently after each question.", "Regularly", "Three pupils answer."},
    {"STP-L1a", "Count four silently after each question.", "With 9K, at the start", ""},
    {"STP-L1", "Count four silently after each question.", "With 9K, at the start", "The class is more engaged."},
    {"STP-L1", "Count four silently after each question.", "With 9K, at the start", "Pupils understand the text better."},
    {"STP-L1", "Count four silently after each question.", "With 9K, at the start", "The lesson goes well."},
    {"STP-L1", "Count four silently after each question.", "With 9K, at the start", "They feel confident in two lessons."},
    {"STP-L1", "Count four silently after each question.", "With 9K, at the start", "The atmosphere in the lesson is purposeful."},
    {"STP-L4a", "Count four silently after each question.", "With 9K, at the start", "Pupils enjoy the discussion."},
    {"STP-L11", "Count four silently with the weak pupils in the front row.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L11", "Tell the lazy ones what to do before they sit.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L11", "Say what was not good enough about the work.", "With 9K, at the start", "Three pupils answer."},
    {"STP-L12", "Write a target for the capability meeting with your tutor.", "With 9K, at the start", "Three pupils answer."}};
}  // namespace

TEST_CASE("forty good steps are clean", "[action_step]") {
  CHECK(std::size(good) == 40);
  names texts;
  for (const auto& g : good) {
    step_draft d = sound();
    d.what = g.what;
    d.when_where = g.when_where;
    d.success_criteria = {g.criterion};
    d.statements = {std::string("ittecf-2024:") + g.statement};
    const auto r = look(d);
    INFO(g.what << "\n" << shown(r));
    CHECK(r.findings.empty());
    CHECK(r.frame.whole);
    texts.insert(g.what);
  }
  CHECK(texts.size() == 40);
}

TEST_CASE("forty bad steps meet the rule that is meant", "[action_step]") {
  CHECK(std::size(bad) == 40);
  for (const auto& b : bad) {
    step_draft d = sound();
    d.what = b.what;
    d.when_where = b.when_where;
    d.success_criteria = {b.criterion};
    const auto r = look(d);
    INFO(b.rule << ": " << b.what << "\n" << shown(r));
    const names met = rules_in(r);
    CHECK(met.count(b.rule) == 1);
    // Nothing else, but that a criterion without anything visible may also have a word for it.
    for (const auto& m : met) CHECK((m == b.rule || m == "STP-L1" || m == "STP-L4a"));
  }
}

TEST_CASE("a step in another language or script is not judged by its words", "[action_step]") {
  const struct {
    const char *what, *when_where, *criterion;
  } other[] = {{"Compter jusqu'à quatre en silence après chaque question. Nommer ensuite un élève.", "Avec la 9K, deux fois par cours", "Trois élèves répondent."},
               {"Nach jeder Frage still bis vier zählen; dann einen Namen nennen.", "Mit der 9K, am Anfang", "Drei Kinder antworten."},
               {"数到四再叫学生的名字", "每节课", "学生举手"},
               {"عُدَّ إلى أربعة بعد كل سؤال", "مع الصف التاسع", "يجيب ثلاثة تلاميذ"},
               {"प्रश्न के बाद चार तक गिनें", "कक्षा नौ", "तीन छात्र उत्तर देते हैं"},
               {"Cyfrwch i bedwar ar ôl pob cwestiwn", "Gyda 9K", "Mae tri disgybl yn ateb"},
               {"Po każdym pytaniu policz w ciszy do czterech", "Z klasą 9K", "Trzech uczniów odpowiada"},
               {"🙂🙂🙂", "🙂", "🙂"}};
  for (const auto& o : other) {
    step_draft d = sound();
    d.what = o.what;
    d.when_where = o.when_where;
    d.success_criteria = {o.criterion};
    const auto r = look(d);
    INFO(o.what << "\n" << shown(r));
    REQUIRE(r.findings.size() == 1);
    CHECK(r.findings[0].rule == "STP-L13");
    CHECK(r.findings[0].severity == severity::warning);
    std::string what = o.what;
    if (what.back() == '.') what.pop_back();
    CHECK(r.frame.sentence.find(what) != std::string::npos);
  }
}

TEST_CASE("what is no text of a step is refused, with its place", "[action_step]") {
  const auto refused = [](const std::function<void(step_draft&)>& spoil) {
    step_draft d = sound();
    spoil(d);
    const auto r = lint_step(d, on_the_day(), ours());
    REQUIRE_FALSE(r);
    CHECK_FALSE(frame_of(d, ours()));
    CHECK_FALSE(measures_of(d, on_the_day(), ours()));
    return r.error();
  };
  const std::string huge(10'000'000, 'x');
  CHECK(refused([&](auto& d) { d.what = huge; }).code == errc::too_large);
  CHECK(refused([&](auto& d) { d.what = huge; }).at.path == "/what");
  CHECK(refused([&](auto& d) { d.success_criteria.push_back(huge); }).at.path == "/success_criteria/1");
  CHECK(refused([](auto& d) { d.why = "\xff\xfe"; }).code == errc::encoding);
  CHECK(refused([](auto& d) { d.when_where = "two\nlines"; }).code == errc::out_of_range);
  CHECK(refused([](auto& d) { d.how.assign(13, "x"); }).code == errc::too_large);
  CHECK(refused([](auto& d) { d.how.assign(13, "x"); }).at.path == "/how");
  CHECK(refused([](auto& d) { d.statements.assign(13, "x"); }).at.path == "/statements");
  step_context c = on_the_day();
  c.carries = -1;
  CHECK(lint_step(sound(), c, ours()).error().code == errc::out_of_range);
}

TEST_CASE("a lint table of one's own decides", "[action_step]") {
  policies mine = ours();
  std::string text =
      "F,check,value,finding,says,expected,rewrite\n,in,in,out,note,note,note\n,\"";
  for (const auto& w : ours()[policy_name::step_lint].input(0).domain.words) text += w + ",";
  text.pop_back();
  text += "\",integer [0..9999],\"error,warning, null\",,,\nMY-1,what_words,>5,error,{value} is many,,\nMY-0,-,-,null,,,\n";
  const auto ok = mine.replace("step_lint", text, "mine.csv");
  if (!ok) FAIL(to_string(ok.error()));
  const auto r = lint_step(sound(), on_the_day(), mine).value();
  REQUIRE(r.findings.size() == 1);
  CHECK(r.findings[0].says == "12 is many");
}

// ---------------------------------------------------------------- leverage

TEST_CASE("leverage is worked out as it is printed", "[action_step]") {
  const std::pair<const char*, int> reach[] = {{"all", 1000}, {"most", 700}, {"some", 350}, {"", 500}};
  const std::pair<const char*, int> frequency[] = {{"every_lesson", 1000}, {"most_lessons", 700}, {"some_lessons", 350}, {"", 500}};
  const std::pair<const char*, int> severities[] = {{"emerging", 1000}, {"developing", 600}, {"secure", 200}, {"", 500}};
  const std::pair<int, int> unlocks[] = {{0, 0}, {1, 300}, {2, 300}, {3, 600}, {5, 600}, {6, 800}, {9, 800}, {10, 1000}, {9999, 1000}};
  const std::vector<std::string> none;
  for (const auto& r : reach)
    for (const auto& f : frequency)
      for (const auto& s : severities)
        for (const auto& u : unlocks) {
          leverage_facts facts;
          facts.reach = r.first;
          facts.frequency = f.first;
          facts.severity = s.first;
          facts.unlocks = u.first;
          const auto l = leverage_of(none, facts, {}, ours()).value();
          const int score = (300 * r.second + 250 * f.second + 250 * u.second + 200 * s.second) / 1000;
          CHECK(l.score == score);
          CHECK(l.formula == "(300 x " + std::to_string(r.second) + " + 250 x " + std::to_string(f.second) + " + 250 x " +
                                 std::to_string(u.second) + " + 200 x " + std::to_string(s.second) + ") / 1000 = " + std::to_string(score));
          REQUIRE(l.parts.size() == 4);
          int sum = 0;
          for (const auto& p : l.parts) sum += p.product;
          CHECK(sum / 1000 == score);
        }
}

TEST_CASE("severity and what is opened are measured where nobody says", "[action_step]") {
  diagnosis d;
  d.seen.push_back({});
  d.seen.back().statement = "ittecf-2024:7c";
  d.seen.back().latest = level::emerging;
  const std::vector<std::string> seven_c = {"ittecf-2024:7c"};
  const auto part = [](const leverage& l, leverage_factor f) {
    for (const auto& p : l.parts)
      if (p.factor == f) return p.said;
    return std::string("?");
  };
  auto l = leverage_of(seven_c, {}, {&d, 1}, ours()).value();
  CHECK(part(l, leverage_factor::severity) == "emerging");
  CHECK(part(l, leverage_factor::unlocks) == "4");  // 7d, 7e, 4e and, through 7d, 4o
  CHECK(l.blocker);
  CHECK_FALSE(l.because.empty());
  // What is secure already is not opened.
  d.seen.push_back({});
  d.seen.back().statement = "ittecf-2024:7d";
  d.seen.back().latest = level::secure;
  l = leverage_of(seven_c, {}, {&d, 1}, ours()).value();
  CHECK(part(l, leverage_factor::unlocks) == "3");
  leverage_facts said;
  said.severity = "secure";
  said.blocker = false;
  l = leverage_of(seven_c, said, {&d, 1}, ours()).value();
  CHECK(part(l, leverage_factor::severity) == "secure");
  CHECK_FALSE(l.blocker);
  CHECK(l.because.empty());
  said.reach = "everyone";
  const auto wrong = leverage_of(seven_c, said, {}, ours());
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == errc::out_of_range);
  CHECK(wrong.error().at.path == "/reach");
  CHECK(wrong.error().expected.find("most") != std::string::npos);
}

TEST_CASE("the higher score first, blockers at equal score, then as given", "[action_step]") {
  std::uint64_t seed = 7;
  const auto below = [&](std::uint64_t n) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (seed >> 33) % n;
  };
  for (int round = 0; round != 200; ++round) {
    std::vector<leverage> steps(below(30));
    for (auto& s : steps) {
      s.score = static_cast<int>(below(5));
      s.blocker = below(2) == 0;
    }
    std::vector<std::size_t> want(steps.size());
    for (std::size_t i = 0; i != want.size(); ++i) want[i] = i;
    std::stable_sort(want.begin(), want.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(-steps[a].score, !steps[a].blocker) < std::pair(-steps[b].score, !steps[b].blocker);
    });
    CHECK(rank_steps(steps) == want);
  }
}

TEST_CASE("weights come to a thousand, and a table that does not is refused", "[action_step]") {
  policies mine = ours();
  CHECK_FALSE(mine.replace("leverage", "factor,weight\nreach,500\nseverity,400\n", "l.csv"));
  CHECK_FALSE(mine.replace("leverage", "factor,weight\nreach,500\nreach,500\n", "l.csv"));
  CHECK_FALSE(mine.replace("leverage", "factor,weight\nluck,1000\n", "l.csv"));
  CHECK(mine.replace("leverage", "factor,weight\nreach,600\nseverity,400\n", "l.csv"));
  leverage_facts f;
  f.reach = "all";
  f.severity = "secure";
  CHECK(leverage_of({}, f, {}, mine).value().formula == "(600 x 1000 + 400 x 200) / 1000 = 680");
  CHECK_FALSE(mine.replace("step_scale", "factor,word,value\nreach,all,1001\n", "s.csv"));
  CHECK_FALSE(mine.replace("step_frames", "slot,given,missing,vague\nmood,,,\n", "s.csv"));
}

TEST_CASE("prerequisites are real statements, without a circle, and rest on what holds others back", "[action_step]") {
  const data_table& t = ours().list(list_name::prerequisites);
  CHECK(t.size() >= 30);
  CHECK(t.size() <= 60);
  std::map<std::string, std::set<std::string>> needs;
  for (std::size_t r = 0; r != t.size(); ++r) {
    const std::string a(t.at(r, "statement")), b(t.at(r, "needs"));
    INFO(a << " " << b);
    for (const auto& s : {a, b}) {
      const auto node = ittecf().statement_of(s);
      REQUIRE(node);
      CHECK(node->ref() == s);
      CHECK_FALSE(node->placeholder());
    }
    CHECK(needs[a].insert(b).second);
    CHECK_FALSE(t.at(r, "reason").empty());
    CHECK(t.at(r, "basis") == "default_policy");
  }
  // Depth first, on the way to itself?
  const std::function<bool(const std::string&, const std::string&)> leads = [&](const std::string& from, const std::string& to) {
    for (const auto& n : needs[from])
      if (n == to || leads(n, to)) return true;
    return false;
  };
  std::set<std::string> all;
  for (const auto& [a, bs] : std::map(needs)) {
    CHECK_FALSE(leads(a, a));
    all.insert(a);
    all.insert(bs.begin(), bs.end());
  }
  for (const char* gate : {"1f", "2a", "3a", "4f", "5b", "6h", "7c", "7h"}) {
    INFO(gate);
    CHECK(prerequisites_of(std::string("ittecf-2024:") + gate, ours()).empty());
    CHECK_FALSE(unlocked_by(std::string("ittecf-2024:") + gate, ours()).empty());
  }
  // The two directions are each other's reverse, and both are transitive.
  for (const auto& a : all) {
    std::set<std::string> up, down;
    for (const auto& b : all) {
      if (leads(a, b)) up.insert(b);
      if (leads(b, a)) down.insert(b);
    }
    const auto p = prerequisites_of(a, ours()), u = unlocked_by(a, ours());
    CHECK(std::set<std::string>(p.begin(), p.end()) == up);
    CHECK(p.size() == up.size());
    CHECK(std::set<std::string>(u.begin(), u.end()) == down);
    CHECK(u.size() == down.size());
  }
  CHECK(prerequisites_of("ittecf-2024:9z", ours()).empty());
}

TEST_CASE("links in a circle are refused, and the old ones stay", "[action_step]") {
  policies mine = ours();
  const auto circle = mine.replace("prerequisites", "statement,needs\na,b\nb,c\nd,a\nc,a\n", "p.csv");
  REQUIRE_FALSE(circle);
  CHECK(circle.error().code == errc::bad_table);
  CHECK_FALSE(mine.replace("prerequisites", "statement,needs\na,a\n", "p.csv"));
  CHECK(unlocked_by("ittecf-2024:7c", mine) == unlocked_by("ittecf-2024:7c", ours()));
  CHECK(mine.replace("prerequisites", "statement,needs\na,b\nb,c\na,c\n", "p.csv"));
  CHECK(prerequisites_of("a", mine) == std::vector<std::string>{"b", "c"});
}

// ---------------------------------------------------------------- candidates

namespace {
script example() {
  script s;
  s.id = script_id::make("dp-x").value();
  s.edition = "ittecf-2024";
  s.step = {"Ask a second pupil to add.", {"4m"}};
  s.step_why = "w";
  s.when_where = "with 9K";
  s.success_criteria = {"two pupils add"};
  s.look_for_next_time = "tally";
  s.whom_might_it_miss = "quiet ones";
  s.alternatives = {{"Put the first task on the board.", {"7h"}}, {"Point to the part.", {"4g"}}, {"Fourth.", {"8h"}}};
  return s;
}
}  // namespace

TEST_CASE("as many starting points as the offer says, the best first", "[action_step]") {
  const script s = example();
  const auto of = [&](step_offer o) { return candidates_for(s, o, {}, {}, ours()).value(); };
  CHECK(of(step_offer::none).empty());
  CHECK(of(step_offer::keep).empty());
  CHECK(of(step_offer::two).size() == 2);
  const auto three = of(step_offer::three);
  REQUIRE(three.size() == 3);
  CHECK(three[0].draft.what == "Put the first task on the board.");  // it opens the most
  CHECK(three[0].how.score >= three[1].how.score);
  CHECK(three[1].how.score >= three[2].how.score);
  for (const auto& c : three) {
    CHECK_FALSE(c.draft.ect_agreed);  // the ECT words it
    CHECK(c.draft.script == s.id);
    if (c.draft.what != s.step.what) continue;
    CHECK(c.draft.when_where == "with 9K");
    CHECK(c.draft.might_miss == "quiet ones");
    CHECK(c.draft.statements == std::vector<std::string>{"ittecf-2024:4m"});
  }
  script bare;
  CHECK(candidates_for(bare, step_offer::three, {}, {}, ours()).value().empty());
}

namespace {
// Notes what is stored.
struct noting {
  struct is_loading {
    static constexpr bool value = false;
  };
  std::set<std::string> fields;
  template <class T>
  noting& operator&(const T& nvp) {
    fields.insert(nvp.name());
    return *this;
  }
};
}  // namespace

TEST_CASE("a draft stores every field", "[action_step]") {
  noting ar;
  step_draft d = sound();
  d.serialize(ar, serial_version<step_draft>);
  for (const char* f : {"id", "what", "how", "why", "when_where", "success_criteria", "technique", "statements", "script",
                        "check_method", "might_miss", "agreed_on", "check_on", "tier", "named_by", "ect_agreed", "path", "follows"})
    CHECK(ar.fields.count(f) == 1);
  CHECK(ar.fields.size() == 22);  // four of them with a flag
}
