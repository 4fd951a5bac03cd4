// Feedback both ways: the talk as a machine, the lint table cell by cell, and texts of any kind.
#include <catch2/catch.hpp>

#include "ectp/ectp.hpp"
#include "ectp/mentoring/feedback.hpp"
#include "ectp/mentoring/machines.hpp"

using namespace ectp;

namespace {

date day(std::string_view s) { return parse_date(s).value(); }

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

feedback sound() {
  feedback f;
  f.from = feedback_from::mentor;
  f.about = day("2025-11-13");
  f.given_on = day("2025-11-14");
  f.seen = "You asked why towns flood and counted to three before a name.";
  f.effect = "Ros, who seldom speaks, gave a whole sentence.";
  f.question = "What did you notice about who spoke?";
  f.offer = "One thing you might try is a second pupil who adds to the first.";
  return f;
}

std::string rules_of(const feedback& f) {
  std::string out;
  for (const auto& x : lint_feedback(f, defaults()).value()) out += (out.empty() ? "" : " ") + x.rule;
  return out;
}

template <class Change>
std::string with(Change change) {
  feedback f = sound();
  change(f);
  return rules_of(f);
}

}  // namespace

TEST_CASE("the talk: every state and event is legal or a named error, and it ends", "[feedback]") {
  const auto m = machine_of(defaults(), policy_name::feedback_moves).value();
  // Said a second time: the order of the talk.
  const std::vector<std::vector<std::string>> legal = {
      {"seen", "say", "effect"},     {"effect", "say", "question"}, {"question", "ask", "heard"},     {"heard", "listen", "offer"},
      {"offer", "offer", "given"},   {"offer", "no_offer", "given"}, {"given", "answer", "answered"}};
  for (const auto& s : m.states())
    for (const auto& e : m.events()) {
      std::string next;
      for (const auto& l : legal)
        if (l[0] == s && l[1] == e) next = l[2];
      const bool over = s == "answered" || s == "stopped";
      if (e == "stop" && !over) next = "stopped";
      const auto made = m.step(s, e);
      INFO(s << ' ' << e);
      if (next.empty()) {
        REQUIRE_FALSE(made);
        CHECK(made.error().code == errc::not_allowed);
        CHECK_FALSE(made.error().hint.empty());
        if (!over) CHECK(made.error().expected.find("stop") != std::string::npos);
      } else {
        REQUIRE(made);
        CHECK(made->next == next);
        CHECK_FALSE(made->prompt.empty());
      }
    }
  for (std::size_t s = 0; s != m.states().size(); ++s)
    CHECK(m.is_final(s) == (m.states()[s] == "answered" || m.states()[s] == "stopped"));
  CHECK(m.reachable(0).size() == m.states().size());
}

TEST_CASE("feedback that is complete has no finding, either way", "[feedback]") {
  CHECK(rules_of(sound()).empty());
  CHECK(with([](feedback& f) { f.offer.clear(); }).empty());
  feedback up = sound();
  up.from = feedback_from::ect;
  up.seen = "On Monday you let me finish before you spoke.";
  up.effect = "After that I could say what I was unsure of.";
  up.question = "Could we begin like that next week?";
  up.offer.clear();
  CHECK(rules_of(up).empty());
}

TEST_CASE("what is missing or does not belong is named, one thing at a time", "[feedback]") {
  CHECK(with([](feedback& f) { f.seen.clear(); }) == "FBK-L1");
  CHECK(with([](feedback& f) { f.effect = " ... "; }) == "FBK-L3");
  CHECK(with([](feedback& f) { f.question.clear(); }) == "FBK-L5");
  CHECK(with([](feedback& f) { f.question = "I wonder who spoke."; }) == "FBK-L7");
  CHECK(with([](feedback& f) { f.question = "Who spoke? And who did not?"; }) == "FBK-L8");
  CHECK(with([](feedback& f) { f.question = "Don't you think you should wait?"; }) == "FBK-L9");
  CHECK(with([](feedback& f) { f.seen = "The class was engaged."; }) == "FBK-L10");
  CHECK(with([](feedback& f) { f.offer = "Try waiting, and also try names."; }) == "FBK-L11");
  CHECK(with([](feedback& f) { f.seen = "It was an EXCELLENT start."; }) == "FBK-L14");
  CHECK(with([](feedback& f) { f.effect = "I would grade it highly."; }) == "FBK-L15");
  CHECK(with([](feedback& f) { f.offer = "Do it like the other teachers."; }) == "FBK-L16");
  const auto up = [](feedback& f) { f.from = feedback_from::ect; };
  CHECK(with([&](feedback& f) { up(f); f.seen.clear(); }) == "FBK-L2");
  CHECK(with([&](feedback& f) { up(f); f.effect.clear(); }) == "FBK-L4");
  CHECK(with([&](feedback& f) { up(f); f.question.clear(); }) == "FBK-L6");
}

TEST_CASE("what is found is pointed at", "[feedback]") {
  feedback f = sound();
  f.effect = "Nobody spoke; it was poor.";
  const auto found = lint_feedback(f, defaults()).value();
  REQUIRE(found.size() == 1);
  CHECK((found[0].field == "effect" && found[0].found == "was poor"));
  CHECK(f.effect.substr(found[0].from, found[0].to - found[0].from) == "was poor");
  CHECK(has_errors(found));
}

TEST_CASE("two school days, as the calendar has them", "[feedback]") {
  const auto given = [](std::string_view about, std::string_view on) {
    return with([&](feedback& f) { f.about = day(about); f.given_on = day(on); });
  };
  CHECK(given("2025-11-13", "2025-11-13").empty());
  CHECK(given("2025-11-13", "2025-11-17").empty());     // Thursday, then Monday
  CHECK(given("2025-11-13", "2025-11-18") == "FBK-L13");
  CHECK(given("2025-10-23", "2025-11-03").empty());     // over half-term
  CHECK(given("2025-11-13", "2025-11-12") == "FBK-L12");
}

TEST_CASE("the lint table on every check and count", "[feedback]") {
  const policy::table& t = defaults()[policy_name::feedback_lint];
  for (const auto& check : t.input(*t.find_input("check")).domain.words)
    for (int value = 0; value <= 12; ++value) {
      const std::string& c = check;
      const policy::named_value facts[] = {{"check", std::string_view(check)}, {"value", value}};
      const auto finding = output_word<severity>(t, rule_index(t, facts).value(), "finding");
      maybe<severity> plainly;
      if (c.find("_words") != std::string::npos || c == "asks") {
        if (value == 0) plainly = severity::error;
      } else if (c == "early" || c == "judgement" || c == "grade" || c == "comparison") {
        if (value > 0) plainly = severity::error;
      } else if (c == "leading" || c == "not_seen") {
        if (value > 0) plainly = severity::warning;
      } else if (c == "questions" || c == "offers") {
        if (value > 1) plainly = severity::warning;
      } else if (value > 2) {
        plainly = severity::warning;
      }
      INFO(c << ' ' << value);
      CHECK(finding == plainly);
    }
}

TEST_CASE("any language and any script", "[feedback]") {
  feedback f = sound();
  f.seen = "Gofynnaist pam a chyfrif i dri.";
  f.effect = "Rhoddodd Ros frawddeg gyfan.";
  f.question = "Beth sylwaist ti?";
  f.offer.clear();
  CHECK(rules_of(f).empty());
  f.seen = "انتظرت ثلاث ثوان";
  f.effect = "تكلم تلميذان";
  f.question = "ماذا لاحظت؟";
  CHECK(rules_of(f).empty());
  f.seen = "你等了三秒。";
  f.effect = "两名学生说话。";
  f.question = "你注意到什么？";
  CHECK(rules_of(f).empty());
}

TEST_CASE("texts that are no texts are errors with their place", "[feedback]") {
  const auto refused = [](auto change) {
    feedback f = sound();
    change(f);
    const auto done = lint_feedback(f, defaults());
    REQUIRE_FALSE(done);
    return done.error();
  };
  const auto big = refused([](feedback& f) { f.seen.assign(10'000'000, 'a'); });
  CHECK((big.code == errc::too_large && big.at.path == "/seen"));
  CHECK(refused([](feedback& f) { f.offer = "a\xff"; }).code == errc::encoding);
  CHECK(refused([](feedback& f) { f.effect = "a\nb"; }).code == errc::out_of_range);
}
