// What holds for every built-in decision table, for every state machine among them, and for the lists that
// belong to them, whichever model they are of.
#include <catch2/catch.hpp>

#include <filesystem>
#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ectp/mentoring/machines.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/policy/prove.hpp"

using namespace ectp;
using policy::named_value;

namespace {

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

std::vector<policy_name> all_policies() {
  std::vector<policy_name> out;
  for (std::size_t i = 0; i != policy_count; ++i) out.push_back(static_cast<policy_name>(i));
  return out;
}

std::vector<policy_name> all_machines() {
  std::vector<policy_name> out;
  for (const policy_name p : all_policies())
    if (is_machine(p)) out.push_back(p);
  return out;
}

// Where each machine ends. One that goes round has no end.
struct ending {
  policy_name of;
  std::set<std::string> states;
};
const ending endings[] = {
    {policy_name::step_moves, {"embedded", "split", "re_diagnose", "abandoned"}},
    {policy_name::conversation_moves, {"closed", "escalated", "postponed"}},
    {policy_name::appraisal_moves, {"closed"}},
    {policy_name::cycle_moves, {}},
    {policy_name::feedback_moves, {"answered", "stopped"}},
    {policy_name::meeting_moves, {"closed", "stopped"}},
    {policy_name::rehearsal_moves, {"done"}},
};
const ending* ending_of(policy_name p) {
  for (const ending& e : endings)
    if (e.of == p) return &e;
  return nullptr;
}

// One value for each elementary cell of the guards: all that a machine can tell apart.
std::vector<std::vector<named_value>> all_guards(const policy::machine& m) {
  std::vector<std::vector<named_value>> out(1);
  for (std::size_t i = 0; i != m.rules().inputs().size(); ++i) {
    const std::string_view input = m.rules().input(i).name;
    if (input == "state" || input == "event") continue;
    const auto& axis = m.rules().axis(i);
    std::vector<std::vector<named_value>> more;
    for (const auto& guards : out)
      for (std::uint32_t cell = 0; cell != axis.size(); ++cell) {
        more.push_back(guards);
        more.back().push_back({input, axis.representative(cell)});
      }
    out = std::move(more);
  }
  return out;
}

std::string shown(const std::vector<named_value>& guards) {
  std::string out;
  for (const auto& g : guards) out += std::string(g.name) + " = " + policy::to_string(g.value) + " ";
  return out;
}

bool is_word(std::string_view s) {
  if (s.empty() || s.front() < 'a' || s.front() > 'z') return false;
  for (const char c : s)
    if (c != '_' && (c < 'a' || c > 'z')) return false;
  return true;
}

// The names of the CSV files of a folder of src/content, without the ending.
std::set<std::string> files_of(const std::string& folder) {
  std::set<std::string> out;
  for (const auto& f : std::filesystem::directory_iterator(std::string(ECTP_SOURCE_DIR) + "/src/content/" + folder))
    if (f.path().extension() == ".csv") out.insert(f.path().stem().string());
  return out;
}

}  // namespace

TEST_CASE("every table has one rule for every record and no rule in vain", "[models]") {
  for (const policy_name p : all_policies())
    for (const auto kind : {policy::property_kind::total, policy::property_kind::deterministic, policy::property_kind::no_dead}) {
      policy::property wanted;
      wanted.kind = kind;
      const auto proof = policy::prove(defaults()[p], wanted);
      INFO(name(p) << ": " << policy::name(kind));
      REQUIRE(proof);
      INFO(policy::to_string(*proof));
      CHECK(proof->status == policy::proof_status::proved);
      CHECK(proof->open.empty());
    }
}

TEST_CASE("every rule of every table has an id of its own, a reason, a basis and a source", "[models]") {
  std::set<std::string, std::less<>> known;  // keys of sources, ids of facts
  for (const auto& [l, column] : {std::pair{list_name::sources, "key"}, std::pair{list_name::facts, "id"}})
    for (std::size_t r = 0; r != defaults().list(l).size(); ++r) known.emplace(defaults().list(l).at(r, column));
  std::set<std::string, std::less<>> ids;
  for (const policy_name p : all_policies()) {
    const policy::table& t = defaults()[p];
    CHECK(t.name() == name(p));
    for (std::size_t r = 0; r != t.rules(); ++r) {
      INFO(name(p) << ": " << t.rule_id(r));
      CHECK(ids.emplace(t.rule_id(r)).second);
      CHECK_FALSE(t.note(r, "reason").empty());
      CHECK(from_word<basis>(t.note(r, "basis")).has_value());
      std::string_view keys = t.note(r, "source");
      CHECK_FALSE(keys.empty());
      CHECK(keys.find("  ") == keys.npos);
      while (!keys.empty()) {
        const std::size_t blank = keys.find(' ');
        const std::string_view key = keys.substr(0, blank);
        INFO(key);
        const bool place = key.front() >= '0' && key.front() <= '9';  // in the source before it, such as 2.64
        CHECK((place ? key.data() != t.note(r, "source").data() : known.contains(key)));
        keys = blank == keys.npos ? std::string_view() : keys.substr(blank + 1);
      }
    }
  }
}

TEST_CASE("the machines are those that this test has an end for, and each can be made", "[models][machine]") {
  CHECK(all_machines().size() == std::size(endings));
  for (const policy_name p : all_machines()) {
    INFO(name(p));
    CHECK(ending_of(p) != nullptr);
    const auto m = machine_of(defaults(), p);
    if (!m) FAIL(to_string(m.error()));
    CHECK(m->states().size() > 1);
    CHECK_FALSE(m->events().empty());
  }
}

TEST_CASE("every move is legal, or refused with the legal ones and the reason", "[models][machine]") {
  for (const policy_name p : all_machines()) {
    const auto m = machine_of(defaults(), p).value();
    const auto guards = all_guards(m);
    for (std::size_t s = 0; s != m.states().size(); ++s) {
      const std::string& state = m.states()[s];
      const bool final_state = m.is_final(s);
      std::vector<bool> ever(m.events().size());
      for (const auto& g : guards) {
        std::string wrong;  // one assertion for each combination is too slow
        std::string legal;
        std::vector<error> refused;
        for (std::size_t e = 0; e != m.events().size(); ++e) {
          const std::string& event = m.events()[e];
          const auto move = m.step(state, event, g);
          if (move) {
            ever[e] = true;
            legal += (legal.empty() ? "one of: " : ", ") + event;
            if (move->from != state || move->event != event || !m.find_state(move->next)) wrong += event + " leads nowhere; ";
          } else {
            refused.push_back(move.error());
          }
        }
        if (legal.empty()) legal = "no event at all";
        for (const error& e : refused)
          if (e.code != errc::not_allowed || e.expected != legal || e.hint.empty()) wrong += to_string(e) + "; ";
        if (!final_state && refused.size() == m.events().size()) wrong += "a dead end; ";
        INFO(name(p) << ", " << state << ", " << shown(g));
        CHECK(wrong == "");
      }
      for (std::size_t e = 0; e != m.events().size(); ++e) {
        INFO(name(p) << ", " << state << ", " << m.events()[e]);
        CHECK(ever[e] == m.may(s, e));
      }
    }
  }
}

TEST_CASE("every event is legal somewhere", "[models][machine]") {
  for (const policy_name p : all_machines()) {
    const auto m = machine_of(defaults(), p).value();
    for (std::size_t e = 0; e != m.events().size(); ++e) {
      bool somewhere = false;
      for (std::size_t s = 0; s != m.states().size(); ++s) somewhere = somewhere || m.may(s, e);
      INFO(name(p) << ", " << m.events()[e]);
      CHECK(somewhere);
    }
  }
}

TEST_CASE("every state is reached, and from every state there is a way to an end", "[models][machine]") {
  for (const policy_name p : all_machines()) {
    const auto m = machine_of(defaults(), p).value();
    REQUIRE(ending_of(p) != nullptr);
    const std::set<std::string>& declared = ending_of(p)->states;
    CHECK(m.reachable(0).size() == m.states().size());
    std::set<std::string> found;
    for (std::size_t s = 0; s != m.states().size(); ++s) {
      INFO(name(p) << ", " << m.states()[s]);
      bool legal = false;
      for (std::size_t e = 0; e != m.events().size(); ++e) legal = legal || m.may(s, e);
      CHECK(legal != m.is_final(s));  // at an end nothing is legal, and before it something is
      if (m.is_final(s)) found.insert(m.states()[s]);
      const auto reached = m.reachable(s);
      if (declared.empty()) {
        CHECK(reached.size() == m.states().size());  // round and round
        continue;
      }
      bool ends = false;
      for (const std::size_t to : reached) ends = ends || m.is_final(to);
      CHECK(ends);
    }
    INFO(name(p));
    CHECK(found == declared);
  }
}

TEST_CASE("every event has words for a person, once, and nothing else has", "[models][machine]") {
  const data_table& rows = defaults().list(list_name::events);
  std::set<std::pair<std::string, std::string>> told;
  for (std::size_t r = 0; r != rows.size(); ++r) {
    const std::string machine(rows.at(r, "machine")), event(rows.at(r, "event"));
    INFO(machine << ", " << event);
    CHECK(told.insert({machine, event}).second);
    CHECK_FALSE(rows.at(r, "says").empty());
    std::string_view asks = rows.at(r, "asks");
    while (!asks.empty()) {
      const std::size_t bar = asks.find('|');
      INFO(asks);
      CHECK(is_word(asks.substr(0, bar)));
      if (bar == asks.npos) break;
      asks = asks.substr(bar + 1);
      CHECK_FALSE(asks.empty());
    }
  }
  std::set<std::pair<std::string, std::string>> there;
  for (const policy_name p : all_machines()) {
    const auto m = machine_of(defaults(), p).value();
    for (const std::string& e : m.events()) there.insert({std::string(name(p)), e});
  }
  for (const auto& [machine, event] : there) {
    INFO(machine << ", " << event << " has no words");
    CHECK(told.contains({machine, event}));
  }
  for (const auto& [machine, event] : told) {
    INFO(machine << ", " << event << " is no event");
    CHECK(there.contains({machine, event}));
  }
}

TEST_CASE("no row of phrases stands twice", "[models]") {
  const data_table& rows = defaults().list(list_name::phrases);
  std::set<std::pair<std::string, std::string>> seen;
  for (std::size_t r = 0; r != rows.size(); ++r) {
    std::string_view forms = rows.at(r, "phrase");
    while (!forms.empty()) {
      const std::size_t bar = forms.find('|');
      INFO(rows.at(r, "kind") << ", " << forms.substr(0, bar));
      CHECK(seen.insert({std::string(rows.at(r, "kind")), std::string(forms.substr(0, bar))}).second);
      forms = bar == forms.npos ? std::string_view() : forms.substr(bar + 1);
    }
  }
}

TEST_CASE("every name has a file, and every file a name", "[models]") {
  std::set<std::string> tables, lists;
  for (const policy_name p : all_policies()) tables.emplace(name(p));
  for (std::size_t i = 0; i != list_count; ++i) lists.emplace(name(static_cast<list_name>(i)));
  CHECK(tables == files_of("policies"));
  CHECK(lists == files_of("tables"));
}
