#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

#include "ectp/mentoring/conversation.hpp"
#include "ectp/policy/prove.hpp"

using namespace ectp;

namespace {

const policies& rules() {
  static const policies p = policies::builtin().value();
  return p;
}
const conversation_model& model() {
  static const conversation_model m = conversation_model_of(rules()).value();
  return m;
}
const date today = parse_date("2025-11-24").value();

opening example(opener by = opener::mentor) {
  opening o{by, {}};
  for (const auto& p : model().parts) o.parts.push_back({p.id, p.opening});
  return o;
}
opening with_part(std::size_t n, const std::string& text, opener by = opener::mentor) {
  opening o = example(by);
  o.parts[n - 1].text = text;
  return o;
}
std::vector<named_text> full_sheet() {
  std::vector<named_text> out;
  for (const auto& i : conversation_items(rules(), "preparation")) out.push_back({i.id, "A line about the " + i.id + "."});
  return out;
}
std::vector<lint_finding> found(const opening& o, const std::vector<named_text>* sheet = nullptr, const policies& p = rules(), const conversation_model& m = model()) {
  const auto f = lint_opening(p, m, o, sheet);
  if (!f) FAIL(to_string(f.error()));
  return *f;
}
std::set<std::string> ids(const std::vector<lint_finding>& f) {
  std::set<std::string> out;
  for (const auto& x : f) out.insert(x.rule);
  return out;
}
bool proved(policy_name p, policy::property_kind kind) {
  policy::property x;
  x.kind = kind;
  const auto r = policy::prove(rules()[p], x);
  return r && r->status == policy::proof_status::proved;
}

}  // namespace

TEST_CASE("the default model is a stand-in and says so", "[conversation]") {
  CHECK(model().parts.size() == 7);
  CHECK(model().on == basis::inferred);
  CHECK(model().confidence == confidence::low);
  CHECK(model().about.find("Andy Buck") != std::string::npos);
  CHECK(model().about.find("not found") != std::string::npos);
  CHECK(conversation_model_of(rules(), "nope").error().code == errc::unknown_reference);
  CHECK(conversation_items(rules(), "preparation").size() == 9);
  CHECK(conversation_items(rules(), "nope").empty());
}

TEST_CASE("our own opening and sheet are clean", "[conversation]") {
  const auto sheet = full_sheet();
  CHECK(found(example(), &sheet).empty());
  CHECK(found(example(opener::ect), &sheet).empty());
  CHECK(words_of_opening(example()) <= 150);
}

TEST_CASE("bad openings get the rule that is meant, and nothing else", "[conversation]") {
  const struct {
    std::size_t part;
    std::string text, rule, says;
    opener by = opener::mentor;
  } bad[] = {
      {1, "I want to talk about how you always start our meetings late.", "CNV-L3a", "always"},
      {1, "I want to talk about how our meetings NEVER start when they should.", "CNV-L3a", "NEVER"},
      {2, "Last Thursday nobody was in room 12 when the bell went.", "CNV-L3a", "nobody"},
      {4, "Your questions go home with you every single week.", "CNV-L3a", "every single"},
      {2, "Last Thursday you were lazy about the start.", "CNV-L3b", "lazy"},
      {3, "I felt that you were being unprofessional.", "CNV-L3b", "unprofessional"},
      {4, "A disorganised start costs the class.", "CNV-L3b", "disorganised"},
      {1, "I would like to talk about your attitude problem.", "CNV-L3b", "attitude problem"},
      {2, "Last Thursday I was in room 12, and on Friday too.", "CNV-L5b", "Friday"},
      {2, "On Monday I waited, and yesterday I waited as well.", "CNV-L5b", "yesterday"},
      {2, "Last Thursday we began late. It happened again in the hall.", "CNV-L5a", "It happened again"},
      {2, "Last Thursday we began late, and another example is the week with the trip.", "CNV-L5a", "another example"},
      {6, "I would like us to put this right, or else I stop coming.", "CNV-L7", "or else"},
      {4, "If it goes on there will be consequences.", "CNV-L7", "there will be consequences"},
      {4, "This is your last chance to start with me.", "CNV-L7", "last chance"},
      {4, "I have no choice but to stop the meetings.", "CNV-L7", "no choice but to"},
      {4, "If this goes on you might not be passing this year.", "CNV-L8a", "passing"},
      {4, "Your assessment is in December.", "CNV-L8a", "assessment"},
      {4, "The school looks at every contract in spring.", "CNV-L8a", "contract"},
      {1, "I would like to talk about your induction.", "CNV-L8a", "induction"},
      {4, "It could come up with the appropriate body.", "CNV-L8a", "appropriate body"},
      {4, "The Teachers\xE2\x80\x99 Standards ask for it.", "CNV-L8a", "Teachers\xE2\x80\x99 Standards"},
      {7, "Tell me how it looks from where you are.", "CNV-L4a", ""},
      {7, "You know what I think.", "CNV-L4a", ""},
      {1, "Do you know what I would like to talk about?", "CNV-L4b", "?"},
      {3, "I felt rushed. Can you see that? It was a lot.", "CNV-L4b", "?"},
      {2, "Last Thursday a pupil told you that she is not safe with the neighbour.", "CNV-L10", "not safe"},
      {2, "Last Thursday I saw a bruise on his arm.", "CNV-L10", "bruise"},
      {3, "", "CNV-L1a", "own_feelings"},
      {5, " ", "CNV-L1a", "own_contribution"},
      {1, "I would like to talk about the assessment in December.", "CNV-L8b", "assessment", opener::ect},
      {4, "With half the time I may not be passing my induction.", "CNV-L8b", "passing", opener::ect},
  };
  for (const auto& b : bad) {
    INFO(b.text);
    const auto f = found(with_part(b.part, b.text, b.by));
    CHECK(ids(f) == std::set<std::string>{b.rule});
    REQUIRE_FALSE(f.empty());
    CHECK(f[0].field == "parts/" + std::to_string(b.part));
    CHECK(f[0].found == b.says);
    CHECK_FALSE(f[0].says.empty());
    if (f[0].to != 0) CHECK(b.text.substr(f[0].from, f[0].to - f[0].from) == b.says);
  }
}

TEST_CASE("pairs that differ in one thing", "[conversation]") {
  const auto has = [](const opening& o, const std::string& rule) { return ids(found(o)).count(rule) == 1; };
  // The same word from a mentor and from an ECT: an error and a hint.
  const std::string passing = "I worry about passing.";
  CHECK(has_errors(found(with_part(4, passing))));
  CHECK_FALSE(has_errors(found(with_part(4, passing, opener::ect))));
  // Harmless uses of the same word.
  CHECK_FALSE(has(with_part(3, "I said it in passing and felt flat."), "CNV-L8a"));
  CHECK_FALSE(has(with_part(3, "It is not always so, and I felt flat."), "CNV-L3a"));
  CHECK(has(with_part(3, "It is always so, and I felt flat."), "CNV-L3a"));
  // Part of a longer word is not the word.
  CHECK_FALSE(has(with_part(3, "I felt nevertheless flat, and the contractor too."), "CNV-L3a"));
  CHECK_FALSE(has(with_part(3, "I felt nevertheless flat, and the contractor too."), "CNV-L8a"));
  // Length: 150 words are fine and 151 are not.
  const auto of_length = [](std::size_t n) {
    opening o = example();
    const std::size_t now = words_of_opening(o);
    for (std::size_t i = now; i < n; ++i) o.parts[2].text += " really";
    return o;
  };
  CHECK(words_of_opening(of_length(150)) == 150);
  CHECK_FALSE(has(of_length(150), "CNV-L2"));
  CHECK(has(of_length(151), "CNV-L2"));
  // One day named and two.
  CHECK_FALSE(has(with_part(2, "On Thursday I waited for you in room 12."), "CNV-L5b"));
  CHECK(has(with_part(2, "On Thursday and on Friday I waited for you."), "CNV-L5b"));
  CHECK_FALSE(has(with_part(6, "From Monday or Tuesday on, I would like us to begin on time."), "CNV-L5b"));
  // The question mark of the last part, in any script.
  for (const std::string end : {"?", "\xD8\x9F", "\xEF\xBC\x9F", "?\"", "?  "}) CHECK_FALSE(has(with_part(7, "How does it look to you" + end), "CNV-L4a"));
  CHECK(has(with_part(7, "How does it look to you."), "CNV-L4a"));
}

TEST_CASE("parts that are missing, doubled, unknown or out of order", "[conversation]") {
  opening o = example();
  o.parts.erase(o.parts.begin() + 2);
  auto f = found(o);
  REQUIRE(ids(f) == std::set<std::string>{"CNV-L1a"});
  CHECK(f[0].field == "parts/3");
  CHECK(f[0].found == "own_feelings");
  CHECK(f[0].rewrite == model().parts[2].prompt);

  o = example();
  std::swap(o.parts[3], o.parts[4]);
  f = found(o);
  CHECK(ids(f) == std::set<std::string>{"CNV-L1b"});
  CHECK(f.size() == 1);

  o = example();
  o.parts.insert(o.parts.begin(), o.parts.back());
  o.parts.pop_back();
  f = found(o);
  CHECK(ids(f) == std::set<std::string>{"CNV-L1b"});
  REQUIRE(f.size() == 1);
  CHECK(f[0].found == "invite_response");

  o = example();
  o.parts.push_back({"afterthought", "And one more thing."});
  f = found(o);
  CHECK(ids(f) == std::set<std::string>{"CNV-L1c"});
  o = example();
  o.parts.insert(o.parts.begin() + 1, o.parts[0]);
  CHECK(ids(found(o)) == std::set<std::string>{"CNV-L1d"});

  f = found(opening{});
  CHECK(f.size() == 7);
  CHECK(ids(f) == std::set<std::string>{"CNV-L1a"});
}

TEST_CASE("the sheet: what it should not be without", "[conversation]") {
  const auto without = [](const std::string& item) {
    auto s = full_sheet();
    for (auto& x : s)
      if (x.name == item) x.text = "";
    return s;
  };
  const struct {
    std::string item, rule;
  } pairs[] = {{"notice", "CNV-L9a"}, {"privacy", "CNV-L9b"}, {"follow_up", "CNV-L9c"}};
  for (const auto& p : pairs) {
    const auto s = without(p.item);
    const auto f = found(example(), &s);
    CHECK(ids(f) == std::set<std::string>{p.rule});
    CHECK(f[0].field == "sheet/" + p.item);
    CHECK(ids(lint_sheet(rules(), s).value()) == std::set<std::string>{p.rule});
  }
  for (const std::string item : {"why_it_matters", "background", "help_wanted"}) {
    const auto s = without(item);
    CHECK(found(example(), &s).empty());
  }
  const auto s = without("issue");
  CHECK(lint_sheet(rules(), s).error().code == errc::missing_field);
  CHECK(lint_sheet(rules(), s).error().at.path == "/sheet/issue");
  auto more = full_sheet();
  more[0].text = "One. Two.";
  CHECK(lint_sheet(rules(), more).value().empty());
  more[0].text = "One. Two. Three.";
  CHECK(ids(lint_sheet(rules(), more).value()) == std::set<std::string>{"CNV-L12"});
  more[0].text = "The pupil told me that she is not safe.";
  CHECK(ids(lint_sheet(rules(), more).value()) == std::set<std::string>{"CNV-L10"});
  CHECK(live_only(rules(), lint_sheet(rules(), more).value()[0]));
  more.push_back({"nope", "x"});
  CHECK(lint_sheet(rules(), more).error().code == errc::unknown_field);
}

TEST_CASE("a model of one's own takes its place without a line of code", "[conversation]") {
  policies own = rules();
  const std::string table =
      "model_id,n,part,title,prompt,opening,role,basis,confidence,source\n"
      "ours,0,model,Our five,Made at our school.,,,default_policy,medium,POLICY\n"
      "ours,1,ask,Ask,May I?,,,default_policy,medium,POLICY\n"
      "ours,2,fact,Fact,What happened?,,example,default_policy,medium,POLICY\n"
      "ours,3,effect,Effect,What then?,,,default_policy,medium,POLICY\n"
      "ours,4,hope,Hope,What next?,,,default_policy,medium,POLICY\n"
      "ours,5,over,Over to you,What do you think?,,,default_policy,medium,POLICY\n";
  REQUIRE(own.replace("conversation_models", table, "own.csv"));
  const auto m = conversation_model_of(own).value();
  CHECK(m.parts.size() == 5);
  CHECK(m.title == "Our five");
  opening o{opener::mentor, {{"ask", "I would like to talk about the start of the lesson."}, {"fact", "On Thursday the bell had gone and the door was shut."},
                             {"effect", "The class stood in the rain."}, {"hope", "I would like us to open the door at the bell."}, {"over", "What do you think?"}}};
  CHECK(found(o, nullptr, own, m).empty());
  std::swap(o.parts[1], o.parts[2]);
  CHECK(ids(found(o, nullptr, own, m)) == std::set<std::string>{"CNV-L1b"});
  std::swap(o.parts[1], o.parts[2]);
  o.parts[4].text = "That is what I think.";
  CHECK(ids(found(o, nullptr, own, m)) == std::set<std::string>{"CNV-L4a"});
  o.parts[4].text = "What do you think?";
  o.parts[1].text = "On Thursday and Friday the door was shut.";
  CHECK(ids(found(o, nullptr, own, m)) == std::set<std::string>{"CNV-L5b"});
  // Ours against that model: every part is unknown, every one of its own missing.
  CHECK(ids(found(example(), nullptr, own, m)).count("CNV-L1c") == 1);

  const auto refuses = [&](const std::string& from, const std::string& to) {
    std::string t = table;
    t.replace(t.find(from), from.size(), to);
    policies p = rules();
    const auto r = p.replace("conversation_models", t, "own.csv");
    return !r && conversation_model_of(p)->parts.size() == 7 && r.error().at.line != 0;
  };
  CHECK(refuses("ours,3,effect", "ours,4,effect"));
  CHECK(refuses("ours,3,effect", "ours,3,fact"));
  CHECK(refuses("ours,3,effect", "ours,3,"));
  CHECK(refuses("ours,3,effect", "other,1,effect"));
  CHECK(refuses("Fact", ""));
  CHECK(refuses("default_policy,medium", "gut,medium"));
  CHECK(refuses("default_policy,medium", "default_policy,sure"));
  policies p = rules();
  CHECK_FALSE(p.replace("conversation_models", "model_id,n\nx,1\n", "own.csv"));
  CHECK_FALSE(p.replace("conversation_models", table.substr(0, table.find('\n') + 1), "own.csv"));
}

TEST_CASE("openings as lines of text", "[conversation]") {
  std::string text;
  for (const auto& p : model().parts) text += p.opening + "\r\n\n";
  opening o{opener::mentor, read_opening("\xEF\xBB\xBF" + text, model()).value()};
  CHECK(o == example());
  o.parts = read_opening("2. second\n1) first\nstakes: money\n3.30 was the time\n\n9. ninth\n", model()).value();
  REQUIRE(o.parts.size() == 5);
  CHECK(o.parts[0] == named_text{"give_example", "second"});
  CHECK(o.parts[1] == named_text{"name_issue", "first"});
  CHECK(o.parts[2] == named_text{"stakes", "money"});
  CHECK(o.parts[3] == named_text{"stakes", "3.30 was the time"});
  CHECK(o.parts[4].name == "part_9");
  CHECK(read_opening("", model()).value().empty());
  CHECK(read_opening(std::string(10 << 20, 'a'), model()).error().code == errc::too_large);
  CHECK(read_opening(std::string(1000, '\n') + "x", model()).value().size() == 1);
  std::string lines;
  for (int i = 0; i != 100; ++i) lines += "x\n";
  CHECK(read_opening(lines, model()).error().code == errc::too_large);
  CHECK(read_opening("\xFF", model()).error().code == errc::encoding);
}

TEST_CASE("any language, any script, any length", "[conversation]") {
  const auto all = [](const std::string& text, const std::string& question) {
    opening o = example();
    for (auto& p : o.parts) p.text = text;
    o.parts.back().text = question;
    return o;
  };
  const std::pair<std::string, std::string> texts[] = {
      {"\xD8\xA3\xD8\xB1\xD9\x8A\xD8\xAF \xD8\xA3\xD9\x86 \xD9\x86\xD8\xAA\xD8\xAD\xD8\xAF\xD8\xAB", "\xD9\x85\xD8\xA7 \xD8\xB1\xD8\xA3\xD9\x8A\xD9\x83\xD8\x9F"},
      {"\xE6\x88\x91\xE6\x83\xB3\xE8\xB0\x88\xE8\xB0\x88\xE4\xBC\x9A\xE8\xAE\xAE", "\xE4\xBD\xA0\xE6\x80\x8E\xE4\xB9\x88\xE7\x9C\x8B\xEF\xBC\x9F"},
      {"Ich m\xC3\xB6" "chte reden, immer.", "Und wie siehst du es?"},
  };
  for (const auto& [text, question] : texts) {
    const auto f = found(all(text, question));
    CHECK(ids(f) == std::set<std::string>{"CNV-L11"});
    CHECK(f.size() == 1);
    CHECK_FALSE(has_errors(f));
  }
  // Only signs: nothing was said in words, so nothing is claimed about the wording.
  CHECK(found(all("\xF0\x9F\x99\x82", "\xF0\x9F\x99\x82?")).empty());
  // English among another language is looked at.
  CHECK(ids(found(all("Ich finde, you are lazy.", "Wie siehst du es?"))).count("CNV-L3b") == 1);
  for (const std::string& bad : {std::string(10 << 20, 'a'), std::string(1001, 'a')})
    CHECK(lint_opening(rules(), model(), with_part(2, bad)).error().code == errc::too_large);
  CHECK(lint_opening(rules(), model(), with_part(2, "\xC3")).error().code == errc::encoding);
  CHECK(lint_opening(rules(), model(), with_part(2, std::string("a\0b", 3))).error().code == errc::out_of_range);
  CHECK(lint_opening(rules(), model(), with_part(2, "a\nb")).error().code == errc::out_of_range);
  CHECK(lint_opening(rules(), model(), opening{opener::mentor, std::vector<named_text>(100)}).error().code == errc::too_large);
}

TEST_CASE("the boundary, case by case", "[conversation]") {
  // A second statement in prose: safeguarding to its lead; conduct to the head; capability and assessment to the
  // tutor; what the school has to put right to the tutor, and from an ECT who raised it before to the named contact;
  // a relationship to the tutor once it was tried; teaching and mentoring stay with the two.
  const auto expected = [](talk_topic t, opener by, bool before) {
    switch (t) {
      case talk_topic::safeguarding: return goes_to::safeguarding_lead;
      case talk_topic::conduct: return goes_to::head;
      case talk_topic::capability:
      case talk_topic::assessment: return goes_to::induction_tutor;
      case talk_topic::workload:
      case talk_topic::entitlement: return by == opener::ect && before ? goes_to::named_contact : goes_to::induction_tutor;
      case talk_topic::relationship: return before ? goes_to::induction_tutor : goes_to::proceed;
      case talk_topic::teaching:
      case talk_topic::mentoring: return goes_to::proceed;
    }
    return goes_to::proceed;
  };
  for (std::size_t t = 0; t != words_in<talk_topic>.size(); ++t)
    for (const opener by : {opener::mentor, opener::ect})
      for (const bool before : {false, true}) {
        const auto topic = static_cast<talk_topic>(t);
        const auto b = boundary_of(rules(), topic, by, before).value();
        INFO(name(topic) << " " << name(by) << " " << before);
        CHECK(b.to == expected(topic, by, before));
        CHECK_FALSE(b.says.empty());
        CHECK(b.live_only == (topic == talk_topic::safeguarding || topic == talk_topic::conduct || topic == talk_topic::capability));
      }
  const auto b = boundary_of(rules(), talk_topic::conduct, opener::mentor).value();
  const auto f = lint_opening(rules(), model(), example(), nullptr, &b).value();
  CHECK(ids(f) == std::set<std::string>{"CNV-L6"});
  CHECK(f[0].expected == b.says);
  const auto own = boundary_of(rules(), talk_topic::mentoring, opener::ect).value();
  CHECK(lint_opening(rules(), model(), example(opener::ect), nullptr, &own).value().empty());
}

TEST_CASE("the tables of conversations are total and have no dead rule", "[conversation]") {
  for (const auto p : {policy_name::conversation_lint, policy_name::boundary, policy_name::conversation_moves}) {
    INFO(name(p));
    CHECK(proved(p, policy::property_kind::total));
    CHECK(proved(p, policy::property_kind::deterministic));
    CHECK(proved(p, policy::property_kind::no_dead));
  }
}

TEST_CASE("every state, every event, every guard: a legal move or an error that names the legal ones", "[conversation]") {
  const auto m = machine_of(rules(), policy_name::conversation_moves).value();
  std::size_t legal = 0, illegal = 0;
  for (const auto& s : m.states())
    for (const bool given : {false, true})
      for (const bool sound : {false, true})
        for (const bool heard : {false, true})
          for (const bool due : {false, true})
            for (const bool away : {false, true}) {
              const policy::named_value g[] = {{"sheet", given ? "given" : "missing"}, {"opening", sound ? "sound" : "unsound"}, {"heard", heard},
                                               {"due", due}, {"goes_to", away ? "elsewhere" : "mentor"}};
              const auto can = m.legal_events(s, g).value();
              const std::set<std::string> may(can.begin(), can.end());
              CHECK(may.empty() == m.is_final(*m.find_state(s)));
              for (const auto& e : m.events()) {
                const auto made = m.step(s, e, g);
                CHECK(made.has_value() == (may.count(e) == 1));
                if (made) {
                  ++legal;
                  CHECK_FALSE(made->prompt.empty());
                  continue;
                }
                ++illegal;
                CHECK(made.error().code == errc::not_allowed);
                CHECK_FALSE(made.error().hint.empty());
                for (const auto& c : can) CHECK(made.error().expected.find(c) != std::string::npos);
              }
            }
  CHECK(legal > 0);
  CHECK(illegal > 0);
  std::set<std::string> ends;
  for (std::size_t s = 0; s != m.states().size(); ++s) {
    if (m.is_final(s)) ends.insert(m.states()[s]);
    // From wherever one is, one can stop kindly.
    else CHECK(m.leads(s, *m.find_state("postponed")));
  }
  CHECK(ends == std::set<std::string>{"closed", "escalated", "postponed"});
  CHECK(m.reachable(0).size() == m.states().size());
  CHECK(m.states()[0] == "prepared");
}

namespace {

void walk(conversation_run& r, const std::string& event, const conversation_input& with = {}) {
  const auto made = r.step(event, today, with);
  INFO(event);
  if (!made) FAIL(to_string(made.error()));
}
conversation_run begun(opener by = opener::mentor) { return conversation_run::begin(rules(), "", by).value(); }
const conversation_input agreed{true, true, {"We begin at half past, in room 12.", today + 14, false}};

}  // namespace

TEST_CASE("a conversation from the sheet to the day when it is looked at again", "[conversation]") {
  for (const opener by : {opener::mentor, opener::ect}) {
    auto r = begun(by);
    CHECK(r.step("write", today).error().code == errc::not_allowed);
    walk(r, "prepare");
    walk(r, "write", {false, true, {}});
    CHECK(r.where().state == "prepared");
    CHECK(r.step("say", today).error().code == errc::not_allowed);
    walk(r, "write");
    walk(r, "say");
    CHECK(r.step("agree", today, agreed).error().code == errc::not_allowed);
    CHECK(r.step("dig", today).error().code == errc::not_allowed);
    walk(r, "inquire");
    CHECK(r.step("understood", today).error().code == errc::not_allowed);
    walk(r, "paraphrase");
    walk(r, "dig");
    // A further question: what was said back is no longer all of it.
    CHECK(r.step("understood", today).error().code == errc::not_allowed);
    walk(r, "paraphrase");
    walk(r, "understood");
    auto before = r.where();
    CHECK(r.step("agree", today, {true, true, {"", today + 1, false}}).error().code == errc::missing_field);
    CHECK(r.step("agree", today, {true, true, {"x", today, false}}).error().code == errc::out_of_range);
    CHECK(r.where() == before);
    walk(r, "agree", agreed);
    CHECK_FALSE(r.kept(today));
    auto left = r;
    walk(left, "leave");
    CHECK(left.done(today));
    CHECK_FALSE(left.kept(today));
    walk(r, "keep");
    CHECK(r.done(today));
    CHECK(r.kept(today) == maybe<agreement>(agreed.agreed));
    CHECK(r.step("held", today).error().code == errc::not_allowed);
    CHECK_FALSE(r.done(today + 14));
    CHECK(r.choices(rules(), today + 14).value().size() >= 2);
    auto again = conversation_run::at(rules(), r.where()).value();
    REQUIRE(again.step("not_held", today + 14));
    CHECK(again.where().state == "inquiring");
    CHECK_FALSE(again.where().agreed);
    REQUIRE(r.step("held", today + 14));
    REQUIRE(r.kept(today + 14));
    CHECK(r.kept(today + 14)->kept);
  }
}

TEST_CASE("stopping, distress and the boundary leave nothing", "[conversation]") {
  // Up to every point of the way, then out.
  const std::vector<std::string> way{"prepare", "write", "say", "inquire", "paraphrase", "understood", "agree", "keep"};
  for (const opener by : {opener::mentor, opener::ect})
    for (std::size_t n = 0; n <= way.size(); ++n) {
      auto r = begun(by);
      for (std::size_t i = 0; i != n; ++i) walk(r, way[i], agreed);
      auto stopped = r, upset = r, sent = r;
      walk(stopped, "stop");
      walk(upset, "distress");
      walk(sent, "escalate");
      // Nothing tells a day that was too much from any other stop.
      CHECK(upset.where() == stopped.where());
      for (const auto* x : {&stopped, &upset, &sent}) {
        CHECK(x->done(today));
        CHECK_FALSE(x->kept(today));
        CHECK_FALSE(x->where().agreed);
        CHECK_FALSE(x->where().sheet);
        CHECK_FALSE(x->where().heard);
        CHECK(x->choices(rules(), today).value().empty());
      }
      CHECK(upset.where().state == "postponed");
      CHECK(sent.where().state == "escalated");
      CHECK(r.step("escalate", today, {true, false, {}}).error().code == errc::not_allowed);
    }
}

TEST_CASE("a conversation that cannot be is refused", "[conversation]") {
  conversation_state s{"", opener::mentor, "nope", false, false, {}};
  CHECK(conversation_run::at(rules(), s).error().code == errc::out_of_range);
  s.state = "agreed";
  CHECK(conversation_run::at(rules(), s).error().code == errc::missing_field);
  s.agreed = agreement{"x", today, false};
  CHECK(conversation_run::at(rules(), s));
  s.state = "inquiring";
  CHECK(conversation_run::at(rules(), s).error().code == errc::bad_argument);
  s.agreed.reset();
  s.model = "nope";
  CHECK(conversation_run::at(rules(), s).error().code == errc::unknown_reference);
}
