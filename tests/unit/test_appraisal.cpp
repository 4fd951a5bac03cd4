#include <catch2/catch.hpp>
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "ectp/mentoring/appraisal.hpp"
#include "ectp/policy/prove.hpp"

using namespace ectp;

namespace {

const policies& rules() {
  static const policies p = policies::builtin().value();
  return p;
}
const appraisal_model& claims() {
  static const appraisal_model m = appraisal_model_of(rules(), "claims").value();
  return m;
}
bool proved(policy_name p, policy::property_kind kind) {
  policy::property x;
  x.kind = kind;
  const auto r = policy::prove(rules()[p], x);
  return r && r->status == policy::proof_status::proved;
}
std::vector<appraisal_answer> all(const appraisal_model& m, answer a) {
  std::vector<appraisal_answer> out;
  for (const auto& c : m.criteria) out.push_back({c.id, a, "", {}});
  return out;
}
void walk(appraisal_run& r, const std::string& event, const appraisal_input& with = {}) {
  const auto made = r.step(rules(), event, with);
  INFO(event);
  if (!made) FAIL(to_string(made.error()));
}
appraisal_input stated() {
  appraisal_input in;
  in.claim = "Quizzing helps pupils remember";
  in.source = "a blog, 2023";
  return in;
}
appraisal_input answered(std::vector<appraisal_answer> a) {
  appraisal_input in;
  in.answers = std::move(a);
  return in;
}
appraisal_input concluded(const std::string& text = "I would try it with one class") {
  appraisal_input in;
  in.conclusion = text;
  return in;
}
appraisal_input joined() {
  appraisal_input in;
  in.statement = "ittecf-2024:2.7";
  return in;
}

// The verdict in prose, from the answers themselves.
verdict plain(const std::vector<appraisal_answer>& a) {
  int concern = 0, unknown = 0;
  bool independence = false, methods = false;
  for (const auto& x : a) {
    concern += x.answer == answer::concern;
    unknown += x.answer == answer::unknown;
    independence = independence || (x.criterion == "independence" && x.answer == answer::concern);
    methods = methods || (x.criterion == "methods" && x.answer == answer::concern);
  }
  if (independence && methods) return verdict::do_not_rely;
  if (concern >= 3) return verdict::do_not_rely;
  if (unknown >= 3) return verdict::trace_original;
  if (concern > 0 || unknown > 0) return verdict::corroborate;
  return verdict::use_and_check;
}

}  // namespace

TEST_CASE("CLAIMS: six criteria, and the two words that nobody saw are provisional", "[appraisal]") {
  CHECK(appraisal_model_ids(rules()) == std::vector<std::string>{"claims", "willingham"});
  CHECK(appraisal_model_of(rules()).value() == claims());
  std::string letters;
  for (const auto& c : claims().criteria) {
    letters += c.letter;
    CHECK(c.provisional.empty() == (c.letter != "M" && c.letter != "S"));
    CHECK(c.critical == (c.id == "independence" || c.id == "methods"));
    CHECK(c.prompts.size() >= 2);
  }
  CHECK(letters == "CLAIMS");
  CHECK(claims().on == basis::inferred);
  const auto w = appraisal_model_of(rules(), "willingham").value();
  CHECK(w.criteria.size() == 4);
  CHECK(w.on == basis::general_knowledge);
  CHECK(appraisal_model_of(rules(), "nope").error().code == errc::unknown_reference);
}

TEST_CASE("the verdict, for each of 729 sets of answers", "[appraisal]") {
  std::set<verdict> seen;
  std::size_t resting = 0;
  for (int n = 0; n != 729; ++n) {
    std::vector<appraisal_answer> a;
    int rest = n;
    for (const auto& c : claims().criteria) {
      a.push_back({c.id, static_cast<answer>(rest % 3), "", {}});
      rest /= 3;
    }
    const auto v = verdict_of(rules(), claims(), a, "mine").value();
    INFO(n);
    CHECK(v.verdict == plain(a));
    CHECK_FALSE(v.says.empty());
    CHECK_FALSE(v.what_to_do.empty());
    CHECK(v.provisional.size() == 2);
    // It rests on a provisional criterion where it differs without those.
    std::vector<appraisal_answer> sure;
    for (const auto& x : a)
      if (x.criterion != "methods" && x.criterion != "source") sure.push_back(x);
    const bool nothing_known = std::none_of(sure.begin(), sure.end(), [](const auto& x) { return x.answer != answer::unknown; });
    const verdict without = plain(sure) == verdict::corroborate && nothing_known ? verdict::trace_original : plain(sure);
    CHECK(v.rests_on_provisional == (without != v.verdict));
    resting += v.rests_on_provisional;
    seen.insert(v.verdict);
  }
  CHECK(seen.size() == 4);
  CHECK(resting > 0);
  CHECK(resting < 729);
}

TEST_CASE("another model of the same shape", "[appraisal]") {
  const auto w = appraisal_model_of(rules(), "willingham").value();
  CHECK(verdict_of(rules(), w, all(w, answer::ok), "mine").value().verdict == verdict::use_and_check);
  CHECK(verdict_of(rules(), w, all(w, answer::unknown), "mine").value().verdict == verdict::trace_original);
  CHECK(verdict_of(rules(), w, all(w, answer::concern), "mine").value().verdict == verdict::do_not_rely);
  CHECK(verdict_of(rules(), w, all(w, answer::ok), "mine").value().provisional.empty());
  CHECK_FALSE(verdict_of(rules(), w, all(w, answer::ok), "mine").value().rests_on_provisional);
  policies own = rules();
  REQUIRE(own.replace("appraisal_models",
                      "model_id,n,criterion,letter,title,prompts,critical,provisional,basis,confidence,source\n"
                      "two,1,who,W,Who,Who says so?|Why?,,,default_policy,low,POLICY\n"
                      "two,2,how,H,How,How do they know?,yes,,default_policy,low,POLICY\n", "own.csv"));
  const auto m = appraisal_model_of(own).value();
  CHECK(m.criteria[0].prompts.size() == 2);
  // Of two questions both open: nothing is known.
  CHECK(verdict_of(own, m, all(m, answer::unknown), "mine").value().why.id == "CLM-R1b");
  for (const std::string bad : {"model_id,n,criterion\na,1,b\n",
                                "model_id,n,criterion,letter,title,prompts,critical,provisional,basis,confidence,source\nt,2,a,A,A,?,,,default_policy,low,POLICY\n",
                                "model_id,n,criterion,letter,title,prompts,critical,provisional,basis,confidence,source\nt,1,a,A,A,?,maybe,,default_policy,low,POLICY\n"}) {
    const auto r = own.replace("appraisal_models", bad, "own.csv");
    CHECK_FALSE(r);
    CHECK(appraisal_model_of(own).value() == m);
  }
}

TEST_CASE("no verdict without an answer to each and without one's own conclusion", "[appraisal]") {
  auto a = all(claims(), answer::ok);
  for (const std::string none : {"", " ", "\xC2\xA0"}) {
    const auto v = verdict_of(rules(), claims(), a, none);
    CHECK(v.error().code == errc::missing_field);
    CHECK(v.error().at.path == "/conclusion");
  }
  CHECK(verdict_of(rules(), claims(), a, std::string(10 << 20, 'a')).error().code == errc::too_large);
  a.erase(a.begin() + 1);
  a.pop_back();
  const auto v = verdict_of(rules(), claims(), a, "mine");
  CHECK(v.error().code == errc::missing_field);
  CHECK(v.error().message == "without an answer: limitations, source");
  CHECK(unanswered(claims(), a) == std::vector<std::string>{"limitations", "source"});
  a = all(claims(), answer::ok);
  a.push_back(a[0]);
  CHECK(verdict_of(rules(), claims(), a, "mine").error().code == errc::duplicate_id);
  a.back().criterion = "nope";
  CHECK(verdict_of(rules(), claims(), a, "mine").error().code == errc::unknown_reference);
  std::vector<appraisal_answer> set;
  REQUIRE(set_answer(claims(), set, {"methods", answer::ok, "", {}}));
  REQUIRE(set_answer(claims(), set, {"methods", answer::unknown, "\xE6\xB2\xA1\xE6\x9C\x89 \xF0\x9F\x99\x82", {"https://example.org"}}));
  REQUIRE(set.size() == 1);
  CHECK(set[0].answer == answer::unknown);
  const auto before = set;
  CHECK(set_answer(claims(), set, {"nope", answer::ok, "", {}}).error().code == errc::unknown_reference);
  CHECK(set_answer(claims(), set, {"source", answer::ok, std::string(401, 'a'), {}}).error().code == errc::too_large);
  CHECK(set_answer(claims(), set, {"source", answer::ok, "", std::vector<std::string>(11, "x")}).error().code == errc::too_large);
  CHECK(set == before);
}

TEST_CASE("the tables of appraisals are total and have no dead rule", "[appraisal]") {
  for (const auto p : {policy_name::verdict, policy_name::appraisal_moves}) {
    INFO(name(p));
    CHECK(proved(p, policy::property_kind::total));
    CHECK(proved(p, policy::property_kind::no_dead));
  }
  CHECK(proved(policy_name::verdict, policy::property_kind::reachable));
}

TEST_CASE("every state, every event, every guard", "[appraisal]") {
  const auto m = machine_of(rules(), policy_name::appraisal_moves).value();
  for (const auto& s : m.states())
    for (const bool complete : {false, true})
      for (const bool conclusion : {false, true})
        for (const bool target : {false, true}) {
          const policy::named_value g[] = {{"complete", complete}, {"conclusion", conclusion ? "given" : "missing"}, {"target", target ? "given" : "missing"}};
          const auto can = m.legal_events(s, g).value();
          const std::set<std::string> may(can.begin(), can.end());
          CHECK(may.empty() == m.is_final(*m.find_state(s)));
          for (const auto& e : m.events()) {
            const auto made = m.step(s, e, g);
            CHECK(made.has_value() == (may.count(e) == 1));
            if (made) {
              CHECK_FALSE(made->prompt.empty());
              // Whatever leads to a verdict brings the reader's own conclusion.
              if (made->next == "verdict") CHECK((conclusion && e == "conclude" && s == "concluding"));
            } else {
              CHECK(made.error().code == errc::not_allowed);
              CHECK_FALSE(made.error().hint.empty());
              for (const auto& c : can) CHECK(made.error().expected.find(c) != std::string::npos);
            }
          }
        }
  CHECK(m.reachable(0).size() == m.states().size());
  // Without the moves out of `concluding` neither the verdict nor what comes after it can be reached.
  std::set<std::size_t> seen{0};
  for (std::size_t round = 0; round != m.states().size(); ++round)
    for (const std::size_t s : std::set<std::size_t>(seen))
      for (std::size_t t = 0; t != m.states().size(); ++t)
        if (m.states()[s] != "concluding" && m.leads(s, t)) seen.insert(t);
  CHECK(seen.count(*m.find_state("verdict")) == 0);
  CHECK(seen.count(*m.find_state("attached")) == 0);
  CHECK(seen.count(*m.find_state("concluding")) == 1);
  CHECK(m.is_final(*m.find_state("closed")));
}

TEST_CASE("a reading from the claim to the record", "[appraisal]") {
  auto r = appraisal_run::begin(rules()).value();
  CHECK(r.state() == "claim");
  CHECK(r.step(rules(), "conclude", concluded()).error().code == errc::not_allowed);
  CHECK(r.step(rules(), "state_claim").error().code == errc::missing_field);
  walk(r, "state_claim", stated());
  CHECK(r.step(rules(), "answer").error().code == errc::missing_field);
  CHECK(r.step(rules(), "finish").error().code == errc::missing_field);
  walk(r, "answer", answered({{"limitations", answer::concern, "30 pupils", {}}, {"source", answer::unknown, "", {}}}));
  const auto open = r.step(rules(), "finish");
  CHECK(open.error().code == errc::missing_field);
  CHECK(open.error().message == "without an answer: conclusions, applicability, independence, methods");
  CHECK(r.state() == "answering");
  CHECK(r.step(rules(), "answer", answered({{"methods", answer::ok, "", {}}, {"nope", answer::ok, "", {}}})).error().code == errc::unknown_reference);
  CHECK(r.filled().answers.size() == 2);
  auto rest = all(claims(), answer::ok);
  rest.erase(rest.begin() + 1);
  walk(r, "answer", answered(rest));
  walk(r, "finish");
  CHECK_FALSE(r.said());
  CHECK(r.step(rules(), "conclude").error().code == errc::not_allowed);
  CHECK(r.step(rules(), "conclude", concluded(" ")).error().code == errc::missing_field);
  CHECK(r.state() == "concluding");
  walk(r, "answer", answered({{"source", answer::ok, "", {}}}));
  walk(r, "conclude", concluded());
  REQUIRE(r.said());
  CHECK(r.said()->verdict == verdict::corroborate);
  CHECK(r.said()->why.id == "CLM-R4a");
  CHECK(r.step(rules(), "answer", answered({{"source", answer::concern, "", {}}})).error().code == errc::not_allowed);
  CHECK(r.step(rules(), "keep").error().code == errc::not_allowed);
  CHECK(r.step(rules(), "attach").error().code == errc::not_allowed);
  auto stopped = r;
  walk(stopped, "stop");
  CHECK(stopped.done());
  CHECK_FALSE(stopped.kept());
  CHECK_FALSE(stopped.said());
  CHECK(stopped.filled().claim.empty());
  walk(r, "attach", joined());
  CHECK_FALSE(r.kept());
  const auto again = appraisal_run::at(rules(), r.state(), r.filled()).value();
  CHECK(again.filled() == r.filled());
  walk(r, "keep");
  REQUIRE(r.kept());
  CHECK(r.kept()->conclusion == "I would try it with one class");
  CHECK(r.kept()->verdict == "corroborate");
  CHECK(r.kept()->statement == "ittecf-2024:2.7");
  CHECK(r.choices(rules()).value().empty());
}

TEST_CASE("an appraisal that cannot be is refused", "[appraisal]") {
  appraisal a;
  CHECK(appraisal_run::at(rules(), "nope", a).error().code == errc::out_of_range);
  CHECK(appraisal_run::at(rules(), "answering", a).error().code == errc::missing_field);
  a.claim = "x";
  a.source = "y";
  CHECK(appraisal_run::at(rules(), "answering", a));
  a.conclusion = "z";
  CHECK(appraisal_run::at(rules(), "answering", a).error().code == errc::bad_argument);
  // Nobody gets to a verdict by writing the state down.
  CHECK(appraisal_run::at(rules(), "verdict", a).error().code == errc::missing_field);
  a.conclusion = "";
  a.answers = all(claims(), answer::ok);
  CHECK(appraisal_run::at(rules(), "verdict", a).error().code == errc::missing_field);
  a.conclusion = "z";
  a.verdict = "do_not_rely";
  CHECK(appraisal_run::at(rules(), "verdict", a).value().filled().verdict == "use_and_check");
  CHECK(appraisal_run::at(rules(), "attached", a).error().code == errc::missing_field);
  a.answers.push_back(a.answers[0]);
  CHECK(appraisal_run::at(rules(), "verdict", a).error().code == errc::duplicate_id);
}
