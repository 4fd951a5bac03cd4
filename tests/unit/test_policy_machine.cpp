#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "ectp/policy/machine.hpp"
#include "ectp/policy/table.hpp"
#include "support/policy_generator.hpp"

using namespace ectp;
using policy::machine;
using policy::named_value;

namespace {

// The example of the format's description.
const std::string example =
    "U,state,event,next,prompt\n"
    ",in,in,out,out\n"
    ",\"open,tried,done\",\"try,keep,drop\",\"open,tried,done,null\",\"string, null\"\n"
    "m1,open,try,tried,How did it go?\n"
    "m2,tried,keep,done,\n"
    "m3,\"open,tried\",drop,done,What stood in the way?\n"
    "x1,not(tried),keep,null,nothing was tried yet\n"
    "x2,not(open),try,null,it has been tried\n"
    "x3,done,drop,null,it is closed\n";

policy::table read(const std::string& text) {
  const auto t = policy::read_csv(text, {"", "m.csv", {}});
  INFO(text);
  if (!t) FAIL(to_string(t.error()));
  return *t;
}
machine load(const std::string& text) {
  const auto m = policy::make_machine(read(text));
  INFO(text);
  if (!m) FAIL(to_string(m.error()));
  return *m;
}
// All errors as `line:column code`.
std::string faults(const std::string& text) {
  const policy::table t = read(text);
  const policy::machine_reading r = policy::make_machine_all(t);
  CHECK(r.machine.has_value() == r.errors.empty());
  std::string out;
  for (const error& e : r.errors) {
    CHECK(e.at.file == "m.csv");
    CHECK_FALSE(e.message.empty());
    CHECK_FALSE(e.expected.empty());
    out += (out.empty() ? "" : " ") + std::to_string(e.at.line) + ":" + std::to_string(e.at.column) + " " +
           std::string(name(e.code));
  }
  const auto first = policy::make_machine(t);
  REQUIRE(first.has_value() == r.errors.empty());
  if (!first) CHECK(first.error() == r.errors.front());
  return out;
}
std::string first_message(const std::string& text) {
  return to_string(policy::make_machine(read(text)).error());
}

}  // namespace

TEST_CASE("a machine runs", "[policy][machine]") {
  const machine m = load(example);
  REQUIRE(m.states().size() == 3);
  REQUIRE(m.events().size() == 3);
  CHECK(m.states()[1] == "tried");
  CHECK(m.find_state("done") == 2u);
  CHECK_FALSE(m.find_state("closed"));
  CHECK(m.find_event("drop") == 2u);

  policy::runner run(m);
  CHECK(run.state() == "open");
  const auto made = run.step("try");
  REQUIRE(made);
  CHECK(made->from == "open");
  CHECK(made->event == "try");
  CHECK(made->next == "tried");
  CHECK(made->prompt == "How did it go?");
  CHECK(m.rules().rule_id(made->rule) == "m1");
  CHECK(run.state() == "tried");
  CHECK(run.step("keep")->prompt.empty());
  CHECK(run.state() == "done");

  const auto refused = run.step("keep");
  REQUIRE_FALSE(refused);
  CHECK(run.state() == "done");
  CHECK(to_string(refused.error()) ==
        "m.csv:7:1: not_allowed: the event 'keep' is not allowed in the state 'done'; expected no event at "
        "all. "
        "Hint: nothing was tried yet");
  CHECK(to_string(m.step("open", "keep").error()) ==
        "m.csv:7:1: not_allowed: the event 'keep' is not allowed in the state 'open'; expected one of: try, "
        "drop. "
        "Hint: nothing was tried yet");
  CHECK(m.step("open", "close").error().code == errc::out_of_range);
  CHECK(m.step("closed", "try").error().code == errc::out_of_range);
  CHECK(m.step("closed", "try").error().at.path == "/state");
  CHECK(m.step("open", "try", {{"mood", 3}}).error().code == errc::unknown_field);
  CHECK(m.step("open", "try", {{"event", "drop"}}).error().code == errc::bad_argument);

  CHECK(*m.legal_events("open") == std::vector<std::string>{"try", "drop"});
  CHECK(m.legal_events("done")->empty());
  CHECK(m.legal_events("closed").error().code == errc::out_of_range);
  CHECK(m.may(0, 0));
  CHECK_FALSE(m.may(0, 1));
  CHECK(m.leads(0, 2));
  CHECK_FALSE(m.leads(1, 0));
  CHECK(m.is_final(2));
  CHECK_FALSE(m.is_final(1));
  CHECK(m.reachable(0) == std::vector<std::size_t>{0, 1, 2});
  CHECK(m.reachable(1) == std::vector<std::size_t>{1, 2});
  CHECK(m.reachable(2) == std::vector<std::size_t>{2});

  CHECK(policy::runner::at(m, "tried")->step("drop")->next == "done");
  CHECK(policy::runner::at(m, "closed").error().code == errc::out_of_range);
  CHECK(policy::runner::at(m, "closed").error().expected == "one of: open, tried, done");
}

TEST_CASE("machines and runners are values", "[policy][machine]") {
  const machine m = load(example);
  machine copy = m;
  CHECK(copy == m);
  copy = machine();
  CHECK_FALSE(copy == m);
  CHECK(copy.states().empty());
  CHECK_FALSE(copy.step("open", "try"));
  policy::runner none;
  CHECK(none.step("try").error().code == errc::bad_argument);
  CHECK(none.state().empty());
  policy::runner a(m), b = a;
  CHECK(a == b);
  REQUIRE(b.step("try"));
  CHECK_FALSE(a == b);
  a = b;
  CHECK(a.state() == "tried");
  CHECK(*m.step("open", "try") == *m.step("open", "try"));
  CHECK_FALSE(*m.step("open", "try") == *m.step("open", "drop"));
}

TEST_CASE("guards decide among moves", "[policy][machine]") {
  const machine m = load(
      "U,state,n,event,ready,next,says\n"
      ",in,in,in,in,out,note\n"
      ",\"low,high\",\"integer [0..9], null\",\"up,down\",boolean,\"high,low,null\",\n"
      "1,low,>=5,up,true,high,enough\n"
      "2,low,<5,up,true,low,more first\n"
      "3,low,null,up,true,null,\n"
      "4,low,-,up,false,null,\n"
      "5,high,-,down,-,low,\n"
      "6,high,-,up,-,high,\n"
      "7,low,-,down,-,null,\n");
  CHECK(m.step("low", "up", {{"ready", true}, {"n", 5}})->next == "high");
  CHECK(m.step("low", "up", {{"ready", true}, {"n", 4}})->next == "low");
  CHECK(m.step("low", "up", {{"n", nullptr}, {"ready", true}}).error().code == errc::not_allowed);
  CHECK(m.step("low", "up", {{"n", 5}, {"ready", false}}).error().code == errc::not_allowed);
  CHECK(m.step("low", "up", {{"ready", true}}).error().code == errc::missing_field);
  CHECK(m.step("low", "up", {{"ready", true}, {"n", 10}}).error().code == errc::out_of_range);
  CHECK(m.step("low", "up", {{"ready", true}, {"n", "5"}}).error().code == errc::wrong_type);
  CHECK(m.step("low", "up", {{"ready", true}, {"n", 5}})->prompt.empty());
  // What is legal depends on the guards; what may be legal does not.
  const std::vector<named_value> ready{{"ready", true}, {"n", 7}}, not_ready{{"ready", false}, {"n", 7}};
  CHECK(*m.legal_events("low", ready) == std::vector<std::string>{"up"});
  CHECK(m.legal_events("low", not_ready)->empty());
  CHECK(m.legal_events("low", {}).error().code == errc::missing_field);
  CHECK(m.may(0, 0));
  CHECK_FALSE(m.may(0, 1));
  // A state that only leads to itself has no way out.
  CHECK_FALSE(m.is_final(1));
  policy::runner run(m);
  CHECK_FALSE(run.step("down", {{"ready", true}, {"n", 5}}));
  CHECK(run.step("up", {{"ready", true}, {"n", 5}}));
  CHECK(run.step("up", ready)->next == "high");
}

TEST_CASE("a rule that never matches makes no move", "[policy][machine]") {
  const machine m = load(
      "U,state,event,g,next\n,in,in,in,out\n,\"a,b\",\"x,y\",boolean,\"a,b,null\"\n"
      "1,a,x,-,null\n2,a,y,-,a\n3,b,-,-,null\n"
      "dead1,a,x,\"not(true,false)\",b\ndead2,\"not(a,b)\",y,-,b\ndead3,a,\"not(x,y)\",-,b\n");
  CHECK_FALSE(m.may(0, 0));
  CHECK_FALSE(m.leads(0, 1));
  CHECK(m.is_final(0));
  CHECK(m.step("a", "x", {{"g", true}}).error().code == errc::not_allowed);
  // Nor does it fill a gap.
  CHECK(faults("U,state,event,g,next\n,in,in,in,out\n,a,\"x,y\",boolean,a\n1,a,x,-,a\n"
               "dead,a,y,\"not(true,false)\",a\n") == "5:1 no_rule");
}

TEST_CASE("a table of another shape is no machine", "[policy][machine]") {
  const std::string rest = ",in,in,out\n,\"a,b\",\"x,y\",\"a,b\"\n1,-,-,a\n";
  CHECK(faults("U,state,event,next\n" + rest) == "");
  CHECK(faults("F,state,event,next\n" + rest) == "1:1 bad_table");
  CHECK(faults("C,state,event,next\n" + rest) == "1:1 bad_table");
  CHECK(faults("U,status,event,next\n" + rest) == "1:1 bad_table");
  CHECK(faults("U,state,events,next\n" + rest) == "1:1 bad_table");
  CHECK(faults("U,state,event,to\n" + rest) == "1:1 bad_table");
  CHECK(faults("F,from,events,to\n" + rest) == "1:1 bad_table 1:1 bad_table 1:1 bad_table 1:1 bad_table");
  CHECK(faults("U,state,event,next\n,in,in,out\n,\"a,b\",\"x,y\",\"a,b\"\n#default,,,a\n1,-,-,a\n") ==
        "1:1 bad_table");
  const auto with = [](const std::string& state, const std::string& event, const std::string& next,
                       const std::string& prompt = "string") {
    return faults("U,state, event,next,prompt\n,in,in,out,out\n,\"" + state + "\",\"" + event + "\",\"" +
                  next + "\",\"" + prompt + "\"\n1,-,-," + (next[0] == 'i' ? "1" : "a") + "," +
                  (prompt == "boolean" ? "true" : "t") + "\n");
  };
  CHECK(with("a,b", "x,y", "a,b") == "");
  CHECK(with("a,b", "x,y", "b,a,null") == "");
  CHECK(with("ordered: a,b", "ordered: x,y", "a,b", "t,u,null") == "");
  CHECK(with("a,b,null", "x,y", "a,b") == "1:3 bad_table");
  CHECK(with("string", "x,y", "a,b") == "1:3 bad_table");
  CHECK(with("1,2", "x,y", "a,b") == "1:3 bad_table");
  CHECK(with("a,b", "x,y,null", "a,b") == "1:10 bad_table");
  CHECK(with("a,b", "boolean", "a,b") == "1:10 bad_table");
  CHECK(with("a,b", "x,y", "a") == "1:16 bad_table");
  CHECK(with("a,b", "x,y", "a,b,c") == "1:16 bad_table");
  CHECK(with("a,b", "x,y", "a,c") == "1:16 bad_table 1:16 bad_table");
  CHECK(with("a,b", "x,y", "string") == "1:16 bad_table");
  CHECK(with("a,b", "x,y", "integer") == "1:16 bad_table");
  CHECK(with("a,b", "x,y", "a,b", "boolean") == "1:21 bad_table");
  // Every test that names another input, not only the first.
  CHECK(faults("U,state,event,n,m,next\n,in,in,in,in,out\n,\"a,b\",\"x,y\",integer,integer,\"a,b\"\n"
               "1,a,-,> m,-,a\n2,a,-,<= m,-,a\n3,b,-,-,\"1, n\",b\n4,b,-,-,not(1),b\n") ==
        "4:7 bad_cell 5:7 bad_cell 6:10 bad_cell");
  CHECK(first_message("U,state,event,next\n,in,in,out\n,\"a,b\",\"x,y\",\"a,c\"\n1,-,-,a\n") ==
        "m.csv:1:15: bad_table: 'next' lists 'c', which is no state; expected the words of 'state'");
}

TEST_CASE("a machine that is too large is refused", "[policy][machine]") {
  const auto words = [](int n) {
    std::string out;
    for (int i = 0; i != n; ++i) out += (i == 0 ? "w" : ",w") + std::to_string(i);
    return out;
  };
  const auto sized = [&](int states, int events) {
    return "U,state,event,next\n,in,in,out\n,\"" + words(states) + "\",\"" + words(events) + "\",\"" +
           words(states) + "\"\n1,-,-,w0\n";
  };
  CHECK(faults(sized(256, 256)) == "");
  CHECK(faults(sized(257, 2)) == "1:3 too_large");
  CHECK(faults(sized(2, 257)) == "1:9 too_large");
  const auto rules = [](int n) {
    const std::string count = std::to_string(n);
    std::string text = "U,state,event,n,next\n,in,in,in,out\n,\"a,b\",\"x,y\",integer >= 1,\"a,b\"\n";
    for (int i = 1; i != n; ++i) text += "r" + std::to_string(i) + ",-,-," + std::to_string(i) + ",a\n";
    return text + "last,-,-,>=" + count + ",b\n";
  };
  CHECK(faults(rules(1000)) == "");
  CHECK(faults(rules(4097)) == "4100:1 too_large");
  // 63 guards of two values each are more than can be counted; 62 are not.
  const auto guarded = [](int n) {
    std::string names = "U,state,event,next", roles = ",in,in,out", domains = ",\"a,b\",\"x,y\",\"a,b\"",
                rule = "1,-,-,a";
    for (int i = 0; i != n; ++i) {
      names += ",g" + std::to_string(i);
      roles += ",in";
      domains += ",boolean";
      rule += ",-";
    }
    return names + "\n" + roles + "\n" + domains + "\n" + rule + "\n";
  };
  CHECK(faults(guarded(62)) == "");
  CHECK(faults(guarded(63)) == "1:258 too_large");
}

TEST_CASE("gaps and conflicts are told with their place", "[policy][machine]") {
  const std::string head =
      "U,state,event,day,n,next\n,in,in,in,in,out\n,\"a,b\",\"x,y\",date,\"integer [0..9], "
      "null\",\"a,b,null\"\n";
  CHECK(first_message(head + "1,-,x,-,-,a\n2,a,y,-,-,b\n") ==
        "m.csv:4:1: no_rule: no rule for the state 'b' and the event 'y'; expected one rule for every state "
        "and "
        "event. Hint: add a row behind this one; next is null where the move is illegal");
  CHECK(first_message(
            head + "1,-,x,-,-,a\n2,-,y,>=2025-09-01,-,b\n3,-,y,<2025-09-01,<5,b\n4,-,y,<2025-09-01,>6,b\n") ==
        "m.csv:7:1: no_rule: no rule for the state 'a' and the event 'y' where day is < 2025-09-01, n is 5; "
        "expected "
        "one rule for every state and event. Hint: add a row behind this one; next is null where the move is "
        "illegal");
  CHECK(first_message(head + "1,-,x,-,-,a\n2,-,y,-,\"<=4,6\",b\n3,-,y,-,\"[6..9],null\",b\n4,-,y,-,5,b\n") ==
        "m.csv:6:1: rule_conflict: the rules 2 and 3 both match the state 'a' and the event 'y' where "
        "n is 6; expected one rule for every state and event. Hint: make their cells exclude each other");
  // Everything in one pass, in the order of the rows.
  CHECK(faults(head + "1,a,x,-,-,a\n2,-,x,-,-,b\n3,b,y,-,<3,a\n") ==
        "5:1 rule_conflict 5:1 no_rule 6:1 no_rule");
}

TEST_CASE("every machine of two states and three events", "[policy][machine]") {
  // Of each pair: no rule, next a, next b, or illegal.
  const char* const next[] = {nullptr, "a", "b", "null"};
  const std::string states[] = {"a", "b"}, events[] = {"x", "y", "z"};
  for (unsigned code = 0; code != 4096; ++code) {
    std::string text = "U,state,event,next\n,in,in,out\n,\"a,b\",\"x,y,z\",\"a,b,null\"\n";
    unsigned what[2][3], line = 4, last[2] = {0, 0}, lines[2][3] = {};
    for (unsigned k = 0; k != 6; ++k) {
      const unsigned s = k / 3, e = k % 3, w = code >> 2 * k & 3;
      what[s][e] = w;
      if (w == 0) continue;
      text += "r" + std::to_string(k) + "," + states[s] + "," + events[e] + "," + next[w] + "\n";
      lines[s][e] = line;
      last[s] = line++;
    }
    if (line == 4) continue;
    const policy::machine_reading r = policy::make_machine_all(read(text));
    // One error for each pair without a rule, behind the state's last rule.
    std::string want;
    for (const unsigned at : {4u, 5u, 6u, 7u, 8u, 9u})
      for (unsigned s = 0; s != 2; ++s)
        for (unsigned e = 0; e != 3; ++e)
          if (what[s][e] == 0 && (last[s] == 0 ? line - 1 : last[s]) == at)
            want += std::to_string(at) + states[s] + events[e] + " ";
    std::string got;
    for (const error& e : r.errors) {
      REQUIRE(e.code == errc::no_rule);
      got += std::to_string(e.at.line) + e.message.substr(23, 1) + e.message.substr(41, 1) + " ";
    }
    if (got != want) FAIL(text << got << "\n" << want);
    if (!r.machine) continue;
    const machine& m = *r.machine;
    bool edge[2][2] = {};
    for (unsigned s = 0; s != 2; ++s) {
      std::string legal;
      for (unsigned e = 0; e != 3; ++e) {
        const unsigned w = what[s][e];
        const auto made = m.step(states[s], events[e]);
        REQUIRE(made.has_value() == (w != 3));
        REQUIRE(m.may(s, e) == (w != 3));
        if (!made) {
          REQUIRE(made.error().code == errc::not_allowed);
          REQUIRE(made.error().at.line == lines[s][e]);
          continue;
        }
        REQUIRE(made->next == next[w]);
        REQUIRE(made->rule == lines[s][e] - 4);
        edge[s][w - 1] = true;
        legal += (legal.empty() ? "one of: " : ", ") + events[e];
      }
      for (unsigned e = 0; e != 3; ++e)
        if (what[s][e] == 3)
          REQUIRE(m.step(states[s], events[e]).error().expected ==
                  (legal.empty() ? "no event at all" : legal));
    }
    for (std::size_t s = 0; s != 2; ++s) {
      const std::size_t o = 1 - s;
      for (std::size_t to = 0; to != 2; ++to) REQUIRE(m.leads(s, to) == edge[s][to]);
      REQUIRE(m.is_final(s) == !edge[s][o]);
      REQUIRE(m.reachable(s) == (edge[s][o] ? std::vector<std::size_t>{0, 1} : std::vector<std::size_t>{s}));
    }
  }
}

TEST_CASE("every set of rules over two states and a guard", "[policy][machine]") {
  // Nine boxes: which states, which guards; each subset of them is a table.
  const std::string tests[] = {"a", "b", "-"}, guards[] = {"true", "false", "-"};
  const auto holds = [](unsigned test, unsigned value) { return test == 2 || test == value; };
  for (unsigned set = 1; set != 512; ++set) {
    std::string text = "U,state,event,g,next\n,in,in,in,out\n,\"a,b\",x,boolean,\"a,b\"\n";
    std::vector<unsigned> boxes;
    for (unsigned k = 0; k != 9; ++k)
      if ((set >> k & 1) != 0) {
        boxes.push_back(k);
        text += "r" + std::to_string(k) + "," + tests[k / 3] + ",x," + guards[k % 3] + ",b\n";
      }
    const auto matches = [&](unsigned box, unsigned s, unsigned g) {
      return holds(box / 3, s) && holds(box % 3, g);
    };
    bool tangled[2] = {};
    std::size_t conflicts = 0, gaps = 0;
    for (std::size_t r = 0; r != boxes.size(); ++r) {
      bool overlaps = false;
      for (std::size_t q = 0; q != r; ++q)
        for (unsigned k = 0; k != 4; ++k)
          overlaps = overlaps || (matches(boxes[q], k / 2, k % 2) && matches(boxes[r], k / 2, k % 2));
      conflicts += overlaps ? 1u : 0u;
      for (unsigned s = 0; s != 2; ++s) tangled[s] = tangled[s] || (overlaps && holds(boxes[r] / 3, s));
    }
    for (unsigned s = 0; s != 2; ++s) {
      bool whole = true;
      for (unsigned g = 0; g != 2; ++g) {
        bool any = false;
        for (const unsigned b : boxes) any = any || matches(b, s, g);
        whole = whole && any;
      }
      gaps += !whole && !tangled[s] ? 1u : 0u;
    }
    const policy::machine_reading r = policy::make_machine_all(read(text));
    std::size_t got_conflicts = 0, got_gaps = 0;
    for (const error& e : r.errors) (e.code == errc::rule_conflict ? got_conflicts : got_gaps) += 1;
    if (got_conflicts != conflicts || got_gaps != gaps) FAIL(text);
    REQUIRE(r.machine.has_value() == (conflicts + gaps == 0));
  }
}

TEST_CASE("the proof agrees with trying every cell", "[slow][policy][machine]") {
  generate::source random(7);
  const char* const domains[] = {"boolean", "integer [0..9]",     "\"number, null\"", "date",
                                 "string",  "\"ordered: p,q,r\"", "\"u,v,null\"",     "\"1,2,4\""};
  const char* const cuts[][2] = {{"true", "false"},
                                 {"<5", ">=5"},
                                 {"<=0.5", "\"null,>0.5\""},
                                 {"<2025-09-01", ">=2025-09-01"},
                                 {"\"\"\"s\"\"\"", "\"not(\"\"s\"\")\""},
                                 {"p", "\"q,r\""},
                                 {"u", "\"v,null\""},
                                 {"1", "\"2,4\""}};
  const std::string states[] = {"a", "b", "c"}, events[] = {"x", "y"};
  std::size_t total = 0, with_gap = 0, with_conflict = 0;
  for (int n = 0; n != 600; ++n) {
    // A space halved again and again is covered once everywhere; then some of it is spoilt.
    const std::size_t guards = random.below(4);
    std::vector<std::size_t> kinds;
    std::string names = "U,state,event", roles = ",in,in", says = ",\"a,b,c\",\"x,y\"";
    for (std::size_t g = 0; g != guards; ++g) {
      kinds.push_back(random.below(8));
      names += ",g" + std::to_string(g);
      roles += ",in";
      says += std::string(",") + domains[kinds[g]];
    }
    std::vector<std::vector<std::string>> rules;
    for (const std::string& s : states)
      for (const std::string& e : events) {
        std::vector<std::vector<std::string>> boxes{{s, e}};
        for (std::size_t g = 0; g != guards; ++g) {
          std::vector<std::vector<std::string>> made;
          for (const std::vector<std::string>& box : boxes) {
            const bool cut = random.one_in(2);
            for (int half = 0; half != (cut ? 2 : 1); ++half) {
              made.push_back(box);
              made.back().push_back(cut ? cuts[kinds[g]][half] : "-");
            }
          }
          boxes = made;
        }
        for (const std::vector<std::string>& box : boxes) rules.push_back(box);
      }
    random.shuffle(rules);
    if (random.one_in(3)) rules.pop_back();
    if (random.one_in(3)) rules[random.below(rules.size())][random.below(2 + guards)] = "-";
    std::string text = names + ",next\n" + roles + ",out\n" + says + ",\"a,b,c,null\"\n";
    for (std::size_t r = 0; r != rules.size(); ++r) {
      text += "r" + std::to_string(r);
      for (const std::string& c : rules[r]) text += "," + c;
      text += random.one_in(4) ? ",null\n" : "," + states[random.below(3)] + "\n";
    }
    const policy::table t = read(text);
    bool gap[6] = {}, tangled[6] = {}, conflict = false;
    std::vector<std::uint32_t> cells(2 + guards);
    const auto count = [&](std::size_t below) {
      std::size_t k = 0;
      for (std::size_t r = 0; r != below; ++r) {
        bool all = true;
        for (std::size_t i = 0; all && i != cells.size(); ++i) all = t.holds(r, i, cells[i]);
        k += all ? 1u : 0u;
      }
      return k;
    };
    std::vector<bool> later(t.rules());
    for (int pass = 0; pass != 2; ++pass)
      for (bool more = true; more;) {
        const std::size_t pair = cells[0] * 2 + cells[1], hits = count(t.rules());
        gap[pair] = gap[pair] || hits == 0;
        conflict = conflict || hits > 1;
        for (std::size_t r = 0; r != t.rules(); ++r) {
          const bool here = count(r + 1) != count(r);
          if (here && pass == 0 && count(r) != 0) later[r] = true;
          if (here && pass == 1) tangled[pair] = tangled[pair] || later[r];
        }
        more = false;
        for (std::size_t i = 0; i != cells.size() && !more; ++i) {
          more = ++cells[i] != t.axis(i).size();
          if (!more) cells[i] = 0;
        }
      }
    std::string want, got;
    for (std::size_t p = 0; p != 6; ++p)
      if (gap[p] && !tangled[p]) want += states[p / 2] + events[p % 2] + " ";
    bool got_conflict = false;
    std::vector<std::string> told;
    const policy::machine_reading r = policy::make_machine_all(t);
    for (const error& e : r.errors) {
      got_conflict = got_conflict || e.code == errc::rule_conflict;
      if (e.code == errc::no_rule) told.push_back(e.message.substr(23, 1) + e.message.substr(41, 1) + " ");
    }
    for (const std::string& s : states)
      for (const std::string& e : events)
        for (const std::string& one : told)
          if (one == s + e + " ") got += one;
    if (got != want || got_conflict != conflict) FAIL(text << want << "\n" << got);
    REQUIRE(r.machine.has_value() == (want.empty() && !conflict));
    total += r.machine.has_value() ? 1u : 0u;
    with_gap += want.empty() ? 0u : 1u;
    with_conflict += conflict ? 1u : 0u;
  }
  CHECK(total > 120);
  CHECK(with_gap > 120);
  CHECK(with_conflict > 80);
}
