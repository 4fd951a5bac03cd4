#include <catch2/catch.hpp>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ectp/induction/assessment.hpp"
#include "ectp/mentoring/evidence.hpp"
#include "ectp/mentoring/rehearsal.hpp"

namespace {

using namespace ectp;
using policy::named_value;

const policies& ours() {
  static const policies p = policies::builtin().value();
  return p;
}
const rehearsal_rules& rules() {
  static const rehearsal_rules r = rehearsal_rules::make(ours()).value();
  return r;
}
date day() { return parse_date("2025-11-24").value(); }

const std::vector<std::string> times{"within", "box", "stop"};

result<policy::move> go(std::string_view state, std::string_view event, const std::string& time, int level) {
  return rules().moves().step(state, event, {{"time", std::string_view(time)}, {"level", level}});
}

// A script of the least size that a rehearsal can run.
full_script a_script() {
  full_script s;
  s.id = script_id::make("dp-test-1").value();
  s.title = "A test";
  s.start_level = {1, 3, 4};
  s.purpose = {"for pupils", "for the teacher", "not for this"};
  s.before_you_start = {"Shall we?", {"a pen"}, "Which one?"};
  s.moves = {{"Ask", "Ask once.", "Still."}, {"Hold", "Count.", "Quiet."}};
  s.model.well = {{speaker::teacher, "", "", "Why?", ""}, {speaker::pupil, "Ros", "", "Because.", ""}};
  s.model.too_fast = {{speaker::teacher, "", "", "Why, why?", ""}};
  s.model.then_ask = "What differed?";
  s.what_good_looks_like = {"It is quiet."};
  s.lines_to_say = {{"ask_once", {"Why?"}}};
  s.first_run = {{speaker::teacher, "", "", "Why?", "still"}, {speaker::pupil, "Ros", "at two", "Dunno.", ""}};
  s.mentor_notes = "Play it straight.";
  s.success_criteria = {{"c1", criterion_seen::mentor, "One question."}, {"c2", criterion_seen::lesson, "A new voice."}};
  s.complications = {{{{"k31", "Call out.", "Hold.", "Taking it."}, {"k32", "Shrug.", "Smaller.", "Moving on."}},
                      {{"k41", "Say nothing.", "Wait.", "Talking."}},
                      {{"k51", "Join.", "Plan.", "Two at once."}}}};
  s.feedback_prompts = {"One point.", {"What did you see?", "And then?"}, {"Try the corner."}, {"That was four."}, {"Never this."}};
  s.instead = {"Mark the pauses.", "Read it alone."};
  s.transfer = {"Tomorrow", "A cue", "If so, then so.", "Tick.", "Ten minutes.", "Less each week."};
  s.time_box = {12, 15, {{rehearsal_part::model, 12}}};
  s.kept_in_record = {"script id"};
  s.not_kept = {"misses"};
  s.tip = "A tip.";
  return s;
}

rehearsal begun(expertise e = expertise::novice) { return rehearsal::start(a_script(), e, rules()).value(); }

// Makes moves one after another; every one must be legal.
rehearsal after(std::initializer_list<const char*> events, expertise e = expertise::novice) {
  rehearsal x = begun(e);
  for (const char* event : events) {
    const auto made = x.step(event, {}, rules());
    INFO(event);
    if (!made) FAIL(to_string(made.error()));
  }
  return x;
}

}  // namespace

TEST_CASE("every state and event of a rehearsal is a move or an error that lists the moves", "[rehearsal]") {
  const policy::machine& m = rules().moves();
  REQUIRE(m.states()[0] == "ready");
  std::size_t legal = 0, refused = 0;
  for (const auto& state : m.states())
    for (const auto& event : m.events())
      for (const auto& time : times)
        for (int level = 0; level <= 5; ++level) {
          const auto made = go(state, event, time, level);
          INFO(state << " " << event << " " << time << " " << level);
          if (made) {
            ++legal;
            continue;
          }
          ++refused;
          CHECK(made.error().code == errc::not_allowed);
          CHECK_FALSE(made.error().hint.empty());
          const std::vector<named_value> guards{{"time", std::string_view(time)}, {"level", level}};
          const auto events = m.legal_events(state, guards);
          REQUIRE(events);
          for (const auto& e : *events) CHECK(made.error().expected.find(e) != std::string::npos);
        }
  CHECK(legal > 500);
  CHECK(refused > 1000);
}

TEST_CASE("a rehearsal has no dead end, and every state can be reached", "[rehearsal]") {
  const policy::machine& m = rules().moves();
  CHECK(m.reachable(0).size() == m.states().size());
  const std::size_t done = *m.find_state("done");
  for (std::size_t s = 0; s != m.states().size(); ++s) {
    INFO(m.states()[s]);
    CHECK(m.is_final(s) == (s == done));
    bool ends = false;
    for (const std::size_t to : m.reachable(s)) ends = ends || to == done;
    CHECK(ends);
    CHECK_FALSE(said_in(m, m.states()[s], "says").empty());
    // Whatever the time and the level, there is a way on.
    for (const auto& time : times)
      for (int level = 0; level <= 5; ++level) {
        const std::vector<named_value> guards{{"time", std::string_view(time)}, {"level", level}};
        const auto events = m.legal_events(m.states()[s], guards);
        REQUIRE(events);
        CHECK(events->empty() == (s == done));
      }
  }
}

TEST_CASE("there is no way from feedback to the end without the redo, but for time and opting out", "[rehearsal]") {
  // State, and: was there feedback that was not run again yet?
  using node = std::pair<std::string, bool>;
  std::set<node> seen{{"ready", false}};
  std::vector<node> queue{{"ready", false}};
  bool finished = false, fed = false;
  while (!queue.empty()) {
    const auto [state, owed] = queue.back();
    queue.pop_back();
    for (const auto& event : rules().moves().events()) {
      if (event == "opt_out" || event == "time_up") continue;
      for (int level = 0; level <= 5; ++level) {
        const auto made = go(state, event, "within", level);
        if (!made) continue;
        const bool next_owed = made->next == "feedback" || (owed && made->next != "redo");
        INFO(state << " " << event);
        if (owed) CHECK(made->next == "redo");
        fed = fed || next_owed;
        finished = finished || made->next == "done";
        if (made->next == "done" || made->next == "plan_transfer" || made->next == "complicate") CHECK_FALSE(next_owed);
        if (seen.insert({made->next, next_owed}).second) queue.push_back({made->next, next_owed});
      }
    }
  }
  CHECK(finished);
  CHECK(fed);
  // Out of feedback: the redo, another way, or, when time is up, the plan or the stop.
  for (const auto& event : rules().moves().events())
    for (const auto& time : times) {
      const auto made = go("feedback", event, time, 2);
      if (!made) continue;
      INFO(event << " " << time);
      if (event == "opt_out") CHECK(made->next == "another_way");
      else if (time == "stop") CHECK(made->next == "check");
      else if (time == "box" || event == "time_up") CHECK(made->next == "plan_transfer");
      else CHECK(made->next == "redo");
    }
}

TEST_CASE("once the time box is reached no run begins", "[rehearsal]") {
  for (const auto& state : rules().moves().states())
    for (const auto& event : rules().moves().events())
      for (const std::string time : {"box", "stop"})
        for (int level = 0; level <= 5; ++level)
          if (const auto made = go(state, event, time, level)) {
            INFO(state << " " << event << " " << time << " -> " << made->next);
            const std::set<std::string> allowed = time == "box" ? std::set<std::string>{"plan_transfer", "check", "done", "another_way"}
                                                                : std::set<std::string>{"check", "done", "another_way"};
            CHECK(allowed.count(made->next) == 1);
          }
}

TEST_CASE("opting out is possible at every moment", "[rehearsal]") {
  for (const auto& state : rules().moves().states())
    for (const auto& time : times)
      for (int level = 0; level <= 5; ++level) {
        INFO(state);
        const auto made = go(state, "opt_out", time, level);
        if (state == "done" || state == "another_way") CHECK_FALSE(made);
        else {
          REQUIRE(made);
          CHECK(made->next == "another_way");
          CHECK(go("another_way", "leave", time, level)->next == "done");
        }
      }
}

TEST_CASE("the level moves after two runs in a row", "[rehearsal]") {
  rehearsal_progress p = begun().now();
  for (int level = 0; level <= 5; ++level)
    for (int met = 0; met <= 9; ++met)
      for (int missed = 0; missed <= 9; ++missed) {
        p.level = level;
        p.met = met;
        p.missed = missed;
        const auto said = rehearsal::at(a_script(), p, rules()).value().advice(rules());
        REQUIRE(said);
        std::string move = "stay", scope = "whole";
        if (missed >= 2) {
          move = level == 0 ? "stay" : "down";
          scope = "smaller";
        } else if (met >= 2 && level < 5) {
          move = "up";
        }
        INFO(level << " " << met << " " << missed);
        CHECK(said->move == move);
        CHECK(said->scope == scope);
        // What the table advises, people may do.
        if (move == "up") CHECK(go("pause", "harder", "within", level));
        if (move == "down") CHECK(go("pause", "easier", "within", level));
      }
}

TEST_CASE("support fades by one after a run that held, and returns by one after two that did not", "[rehearsal]") {
  for (int in_hand = 0; in_hand <= 3; ++in_hand)
    for (int met = 0; met <= 9; ++met)
      for (int missed = 0; missed <= 9; ++missed) {
        rehearsal_progress p = begun().now();
        p.state = "pause";
        p.in_hand = static_cast<scaffold>(in_hand);
        p.met = met;
        p.missed = missed;
        rehearsal x = rehearsal::at(a_script(), p, rules()).value();
        REQUIRE(x.step("again", {}, rules()));
        const int expected = missed >= 2 ? (in_hand == 0 ? 0 : in_hand - 1) : met >= 1 ? (in_hand == 3 ? 3 : in_hand + 1) : in_hand;
        INFO(in_hand << " " << met << " " << missed);
        CHECK(static_cast<int>(x.now().in_hand) == expected);
        CHECK(x.now().met == met);
      }
}

TEST_CASE("a rehearsal begins where the expertise says", "[rehearsal]") {
  CHECK(begun(expertise::novice).now().level == 1);
  CHECK(begun(expertise::developing).now().level == 3);
  CHECK(begun(expertise::secure).now().level == 4);
  CHECK(begun(expertise::unknown).now().level == 1);
  CHECK(begun(expertise::novice).now().in_hand == scaffold::full_script);
  CHECK(begun(expertise::developing).now().in_hand == scaffold::cue_card);
  CHECK(begun(expertise::secure).now().in_hand == scaffold::single_prompt);
}

TEST_CASE("the time box is told by the caller's minutes", "[rehearsal]") {
  for (int minutes = 0; minutes <= 40; ++minutes) {
    rehearsal x = begun();
    REQUIRE(x.step("go_on", {minutes}, rules()));
    INFO(minutes);
    CHECK(x.now().state == (minutes < 12 ? "model_well" : minutes < 15 ? "plan_transfer" : "check"));
  }
  // A run that overran is still a run.
  rehearsal x = after({"go_on", "go_on", "go_on", "go_on", "go_on"});
  REQUIRE(x.step("all_there", {13}, rules()));
  CHECK(x.now().state == "plan_transfer");
  CHECK(x.now().practised);
  rehearsal bad = begun();
  const rehearsal before = bad;
  for (const int minutes : {-1, 241, 1'000'000}) {
    const auto refused = bad.step("go_on", {minutes}, rules());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::out_of_range);
    CHECK(refused.error().at.path == "/with/minutes");
    CHECK(bad == before);
  }
}

TEST_CASE("a whole rehearsal keeps one line", "[rehearsal]") {
  rehearsal x = after({"go_on", "go_on", "go_on", "go_on", "go_on", "not_yet", "point", "all_there", "complicate", "all_there", "harder", "all_there", "point", "all_there", "plan", "go_on"});
  CHECK_FALSE(x.to_keep(day(), rules()));
  REQUIRE(x.step("finish", {0, "", "Wait, then name."}, rules()));
  const auto kept = x.to_keep(day(), rules());
  REQUIRE(kept);
  CHECK(*kept == rehearsed{script_id::make("dp-test-1").value(), day(), 2, "Wait, then name."});
  CHECK(x.done(rules()));
  // The misses are gone with the run.
  CHECK(x.now().met == 0);
  CHECK(x.now().missed == 0);
  CHECK(x.now().minutes == 0);
  CHECK(x.choices(rules())->empty());
}

TEST_CASE("what a mentor rehearses is in nobody's record", "[rehearsal]") {
  full_script s = a_script();
  s.audience = script_audience::mentor;
  rehearsal x = rehearsal::start(s, expertise::secure, rules()).value();
  for (const char* event : {"go_on", "go_on", "go_on", "go_on", "go_on", "all_there", "point", "all_there", "plan", "go_on", "finish"}) REQUIRE(x.step(event, {}, rules()));
  CHECK(x.done(rules()));
  CHECK_FALSE(x.to_keep(day(), rules()));
}

TEST_CASE("misses leave no trace once nobody needs them", "[rehearsal]") {
  const auto ended = [](const char* first, const char* second) {
    return after({"go_on", "go_on", "go_on", "go_on", "go_on", first, "point", second, "plan", "go_on", "finish"});
  };
  CHECK(ended("all_there", "all_there") == ended("not_yet", "not_yet"));
  CHECK(ended("all_there", "not_yet") == ended("not_yet", "not_yet"));
}

TEST_CASE("opting out and running out of time leave no trace", "[rehearsal]") {
  // Before a run: nothing is kept, as if there had been no rehearsal.
  for (const char* way : {"leave", "swap"}) {
    rehearsal x = after({"go_on", "go_on", "opt_out", way});
    while (!x.done(rules())) REQUIRE(x.step(x.choices(rules())->front().event, {0, "", "a sentence"}, rules()));
    CHECK_FALSE(x.to_keep(day(), rules()));
    CHECK(x.now().kept.empty());
  }
  // After a run: what would be kept without it.
  const rehearsal plain = after({"go_on", "go_on", "go_on", "go_on", "go_on", "not_yet", "point", "not_yet", "plan", "go_on", "finish"});
  REQUIRE(plain.to_keep(day(), rules()));
  CHECK(after({"go_on", "go_on", "go_on", "go_on", "go_on", "not_yet", "opt_out", "leave"}) == plain);
  CHECK(after({"go_on", "go_on", "go_on", "go_on", "go_on", "not_yet", "opt_out", "swap", "go_on", "finish"}) == plain);
  CHECK(after({"go_on", "go_on", "go_on", "go_on", "go_on", "not_yet", "time_up", "go_on", "finish"}) == plain);
  CHECK(after({"go_on", "go_on", "go_on", "go_on", "go_on", "not_yet", "time_up", "time_up", "time_up"}) == plain);
  // Time up before a run.
  CHECK_FALSE(after({"go_on", "time_up", "go_on", "finish"}).to_keep(day(), rules()));
}

TEST_CASE("one complication, the first of the level and then the next, or the one that is chosen", "[rehearsal]") {
  rehearsal x = after({"go_on", "go_on", "go_on", "go_on", "go_on", "all_there", "point", "all_there", "complicate"});
  CHECK(x.now().twist == "k31");
  REQUIRE(x.step("all_there", {}, rules()));
  REQUIRE(x.step("complicate", {}, rules()));
  CHECK(x.now().twist == "k32");
  REQUIRE(x.step("all_there", {}, rules()));
  rehearsal other = x;
  REQUIRE(other.step("complicate", {0, "k51"}, rules()));
  CHECK(other.now().twist == "k51");
  const rehearsal before = x;
  const auto refused = x.step("complicate", {0, "k99"}, rules());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::unknown_reference);
  CHECK(refused.error().expected == "k31, k32");
  CHECK(x == before);
  // Levels have their own.
  for (const auto& [level, id] : {std::pair{0, "k31"}, {3, "k31"}, {4, "k41"}, {5, "k51"}}) {
    rehearsal_progress p = before.now();
    p.level = level;
    p.twist.clear();
    rehearsal y = rehearsal::at(a_script(), p, rules()).value();
    REQUIRE(y.step("complicate", {}, rules()));
    CHECK(y.now().twist == id);
  }
}

TEST_CASE("what was handed back is looked at before it is believed", "[rehearsal]") {
  const rehearsal_progress good = begun().now();
  CHECK(rehearsal::at(a_script(), good, rules()));
  const auto refused = [&](auto change, const char* path, errc code = errc::out_of_range) {
    rehearsal_progress p = good;
    change(p);
    const auto x = rehearsal::at(a_script(), p, rules());
    REQUIRE_FALSE(x);
    CHECK(x.error().code == code);
    CHECK(x.error().at.path == path);
  };
  refused([](auto& p) { p.state = "asleep"; }, "/state");
  refused([](auto& p) { p.level = 6; }, "/level");
  refused([](auto& p) { p.reached = -1; }, "/reached");
  refused([](auto& p) { p.met = 10; }, "/met");
  refused([](auto& p) { p.missed = -1; }, "/missed");
  refused([](auto& p) { p.minutes = 1000; }, "/minutes");
  refused([](auto& p) { p.twist = "k99"; }, "/twist", errc::unknown_reference);
  // A refused move changes nothing.
  rehearsal x = begun();
  const rehearsal before = x;
  for (const auto& e : rules().moves().events())
    if (e != "go_on" && e != "opt_out" && e != "time_up") {
      CHECK_FALSE(x.step(e, {}, rules()));
      CHECK(x == before);
    }
  CHECK_FALSE(x.step(std::string(1000, 'x'), {}, rules()));
  rehearsal last = after({"go_on", "go_on", "go_on", "go_on", "go_on", "all_there", "time_up", "go_on"});
  const rehearsal at_check = last;
  CHECK_FALSE(last.step("finish", {0, "", std::string(201, 'x')}, rules()));
  CHECK_FALSE(last.step("finish", {0, "", "\xff"}, rules()));
  CHECK_FALSE(last.step("finish", {0, "", "   "}, rules()));
  CHECK(last == at_check);
}

TEST_CASE("pages fit on a card, whatever the script says", "[rehearsal]") {
  full_script big = a_script();
  const std::string wide(990, 'w');
  std::string wordy;
  while (wordy.size() < 900) wordy += "\xC3\xA9t\xC3\xA9 ";
  for (int i = 0; i != 40; ++i) {
    big.moves.push_back({"Move", wordy, wide});
    big.first_run.push_back({speaker::pupil, "Somebody with a long name", wordy, wide, wordy});
    big.model.well.push_back({speaker::action, "", "", wordy, ""});
    big.instead.push_back(wordy);
    big.lines_to_say.push_back({"some_lines", {wide, wordy}});
  }
  big.purpose.for_pupils = wide;
  big.transfer.where = wordy;
  for (const full_script& s : {a_script(), big})
    for (const auto& state : rules().moves().states())
      for (int in_hand = 0; in_hand <= 3; ++in_hand) {
        rehearsal_progress p = begun().now();
        p.state = state;
        p.in_hand = static_cast<scaffold>(in_hand);
        p.twist = "k32";
        const auto page = rehearsal::at(s, p, rules()).value().page(rules());
        REQUIRE(page);
        std::size_t lines = 0, width = 0;
        for (const char c : page->text) {
          if (c == '\n') {
            ++lines;
            width = 0;
          } else if ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u) {
            CHECK(++width <= 92);
          }
        }
        INFO(page->text);
        CHECK(lines <= 20);
        CHECK(lines >= 2);
      }
}

TEST_CASE("support decides what the page shows of the script", "[rehearsal]") {
  const auto text = [](scaffold s) {
    rehearsal_progress p = begun().now();
    p.state = "rehearse";
    p.in_hand = s;
    return rehearsal::at(a_script(), p, rules()).value().page(rules()).value().text;
  };
  const auto has = [](const std::string& t, const char* what) { return t.find(what) != std::string::npos; };
  CHECK(has(text(scaffold::full_script), "ECT"));
  CHECK(has(text(scaffold::full_script), "Why?"));
  CHECK(has(text(scaffold::cue_card), "1 Ask, 2 Hold"));
  CHECK_FALSE(has(text(scaffold::cue_card), "Why?"));
  CHECK(has(text(scaffold::single_prompt), "A cue"));
  CHECK_FALSE(has(text(scaffold::none), "A cue"));
  // The partner's cue is always there.
  for (const auto s : {scaffold::full_script, scaffold::cue_card, scaffold::single_prompt, scaffold::none}) CHECK(has(text(s), "(at two) Dunno."));
  // Feedback is one question, then one offer.
  const auto page = after({"go_on", "go_on", "go_on", "go_on", "go_on", "all_there"}).page(rules()).value();
  int asks = 0, offers = 0;
  for (const auto& l : page.lines) {
    asks += l.who == "Ask" ? 1 : 0;
    offers += l.who == "Then offer" ? 1 : 0;
  }
  CHECK(asks == 1);
  CHECK(offers == 1);
}

TEST_CASE("what was practised is for the two who practised", "[rehearsal]") {
  const rehearsed r;
  for (const auto role : {reader_role::induction_tutor, reader_role::headteacher, reader_role::provider, reader_role::appropriate_body}) CHECK_FALSE(visible_to(r, role));
  CHECK(visible_to(r, reader_role::ect));
  CHECK(visible_to(r, reader_role::mentor));
  CHECK(read_by<reader_role::ect>(r) == r);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<assessment, rehearsed>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<assessment, rehearsal>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<assessment, rehearsal_progress>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<evidence, rehearsed>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<rehearsal, evidence>);
  STATIC_REQUIRE_FALSE(std::is_assignable_v<evidence&, rehearsal>);
}

TEST_CASE("a plan offers an ECT no script for mentors", "[rehearsal]") {
  full_script s = a_script();
  s.edition = "ittecf-2024";
  s.main = {"4n"};
  std::vector<script> library{outline(s)};
  CHECK(find_script(library, "ittecf-2024", "4n", '4', school_phase::secondary));
  s.audience = script_audience::mentor;
  library = {outline(s)};
  CHECK_FALSE(find_script(library, "ittecf-2024", "4n", '4', school_phase::secondary));
}
