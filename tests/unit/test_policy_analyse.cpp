#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ectp/policy/analyse.hpp"
#include "ectp/policy/answer.hpp"
#include "ectp/policy/decide.hpp"
#include "support/policy_random.hpp"
#include "support/policy_reference.hpp"

using namespace ectp;
using policy::finding_kind;
using policy::rule_status;
using policy::severity;
using policy::value_ref;
using cells_of_all = std::vector<std::uint32_t>;

namespace {

policy::table read(const std::string& text) {
  const auto t = policy::read_csv(text, {"", "t.csv", {}});
  INFO(text);
  if (!t) FAIL(to_string(t.error()));
  return *t;
}

// Every combination of elementary cells that the reading of the domains leaves.
std::vector<cells_of_all> grid_of(const policy::table& t, const policy::domain_reading& reading) {
  std::vector<cells_of_all> out = {{}};
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    const policy::axis& a = t.axis(i);
    std::vector<cells_of_all> longer;
    for (const cells_of_all& start : out)
      for (std::uint32_t c = 0; c != a.size(); ++c) {
        if (c == a.null_cell() && !reading.null) continue;
        if (c == a.other_cell() && !reading.other && !a.words().empty()) continue;
        longer.push_back(start);
        longer.back().push_back(c);
      }
    out = std::move(longer);
  }
  return out;
}

bool matches(const policy::table& t, std::size_t rule, const cells_of_all& cells) {
  for (std::size_t i = 0; i != cells.size(); ++i)
    if (!t.holds(rule, i, cells[i])) return false;
  return true;
}

std::vector<std::uint32_t> matching(const policy::table& t, const cells_of_all& cells) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t r = 0; r != t.rules(); ++r)
    if (matches(t, r, cells)) out.push_back(r);
  return out;
}

// Status and answer as text.
std::string said(const policy::table& t, const policy::outcome& o, const policy::scratch& work) {
  if (!o) return std::string(name(o.status));
  return to_string(policy::answer_of(t, o, work));
}

reference::value as_reference(value_ref v) {
  switch (v.kind()) {
    case policy::value_kind::null: return {};
    case policy::value_kind::boolean: return reference::value::of(v.boolean());
    case policy::value_kind::number: return reference::value::of(v.number());
    case policy::value_kind::text: return reference::value::of(std::string(v.text()));
    default: return reference::value::of(v.number(), std::string(name(v.kind())));
  }
}

const policy::finding* find(const policy::analysis& a, finding_kind k) {
  for (const policy::finding& f : a.findings)
    if (f.kind == k) return &f;
  return nullptr;
}
std::size_t count(const policy::analysis& a, finding_kind k) {
  std::size_t n = 0;
  for (const policy::finding& f : a.findings) n += f.kind == k ? 1 : 0;
  return n;
}

// All that brute force knows of a table.
struct brute {
  std::vector<cells_of_all> grid;
  std::vector<std::vector<std::uint32_t>> matched;  // one a cell
  std::vector<std::string> said;
  std::vector<rule_status> status;
  std::set<std::pair<std::uint32_t, std::uint32_t>> overlaps, conflicts;
  std::set<std::uint32_t> selected;

  brute(const policy::table& t, const policy::domain_reading& reading) : grid(grid_of(t, reading)) {
    policy::scratch work = t.make_scratch();
    for (const cells_of_all& c : grid) {
      matched.push_back(matching(t, c));
      const policy::outcome o = t.decide_cells(c, work);
      said.push_back(::said(t, o, work));
      status.push_back(o.status);
      for (const std::uint32_t h : work.hits()) selected.insert(h);
      const std::vector<std::uint32_t>& m = matched.back();
      for (std::size_t x = 0; x != m.size(); ++x)
        for (std::size_t y = x + 1; y != m.size(); ++y) {
          overlaps.insert({m[x], m[y]});
          if (o.status == rule_status::conflict &&
              (t.hit_policy() == policy::hit_policy::unique || !t.same_outputs(m[x], m[y])))
            conflicts.insert({m[x], m[y]});
        }
    }
  }
};

std::string cells_text(const cells_of_all& cells) {
  std::string out;
  for (const std::uint32_t c : cells) out += std::to_string(c) + " ";
  return out;
}

void check_gaps(const policy::table& t, const policy::analysis& a, const brute& b, const reference::table& slow) {
  const std::vector<policy::box>& gaps = t.has_defaults() ? a.defaulted : a.gaps;
  CHECK((t.has_defaults() ? a.gaps : a.defaulted).empty());
  for (std::size_t k = 0; k != b.grid.size(); ++k) {
    std::size_t boxes = 0;
    for (const policy::box& g : gaps) boxes += g.contains(b.grid[k]) ? 1 : 0;
    if (boxes != (b.matched[k].empty() ? 1u : 0u)) FAIL("gap at " << cells_text(b.grid[k]) << ": " << boxes << " boxes");
  }
  // No two boxes differ in one input only, and they are sorted as written down.
  for (const policy::box& x : gaps)
    for (const policy::box& y : gaps) {
      std::size_t differ = 0;
      for (std::size_t i = 0; i != x.inputs(); ++i)
        differ += std::equal(x.runs(i).begin(), x.runs(i).end(), y.runs(i).begin(), y.runs(i).end()) ? 0 : 1;
      if (&x != &y) CHECK(differ > 1);
    }
  // The text of a box holds where the box is, by a reader that shares nothing with the library.
  for (const policy::box& g : gaps) {
    const std::vector<policy::input_test> tests = tests_of(t, g);
    for (std::size_t i = 0; i != t.inputs().size(); ++i) {
      CHECK(tests[i].input == t.input(i).name);
      for (std::uint32_t c = 0; c != t.axis(i).size(); ++c) {
        bool in = false;
        for (const policy::cell_run& r : g.runs(i)) in = in || (r.first <= c && c <= r.last);
        const reference::value v = as_reference(t.axis(i).representative(c));
        const std::vector<reference::value> row = {v};
        if (in != reference::holds(slow.inputs[i], {nullptr, &row}, v, tests[i].test))
          FAIL("text " << tests[i].test << " of " << t.input(i).name << " in cell " << c);
      }
    }
    const std::vector<std::uint32_t> cells = policy::witness_cells(g);
    CHECK(g.contains(cells));
    const std::vector<policy::input_value> values = witness_of(t, g);
    for (std::size_t i = 0; i != values.size(); ++i) CHECK(t.axis(i).cell_of(values[i].value.ref()) == cells[i]);
  }
}

void check_overlaps(const policy::table& t, const policy::analysis& a, const brute& b) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> pairs, conflicts;
  for (const policy::overlap& o : a.overlaps) {
    CHECK(o.rule < o.other);
    CHECK(o.same_outputs == t.same_outputs(o.rule, o.other));
    CHECK(pairs.insert({o.rule, o.other}).second);
    if (o.conflict) conflicts.insert({o.rule, o.other});
    const policy::box box = box_of(t, o, a.reading);
    for (std::size_t k = 0; k != b.grid.size(); ++k) {
      const std::vector<std::uint32_t>& m = b.matched[k];
      const bool both = std::count(m.begin(), m.end(), o.rule) + std::count(m.begin(), m.end(), o.other) == 2;
      if (both != box.contains(b.grid[k])) FAIL("overlap of " << o.rule << " and " << o.other);
    }
  }
  CHECK(std::is_sorted(a.overlaps.begin(), a.overlaps.end(), [](const policy::overlap& x, const policy::overlap& y) {
    return std::pair(x.rule, x.other) < std::pair(y.rule, y.other);
  }));
  CHECK(pairs == b.overlaps);
  CHECK(conflicts == b.conflicts);
  CHECK(count(a, finding_kind::conflict) == conflicts.size());
  // The largest sets of rules that match together.
  std::set<std::vector<std::uint32_t>> sets, largest;
  for (const auto& m : b.matched)
    if (m.size() > 1) sets.insert(m);
  for (const auto& m : sets) {
    bool inside = false;
    for (const auto& o : sets) inside = inside || (o.size() > m.size() && std::includes(o.begin(), o.end(), m.begin(), m.end()));
    if (!inside) largest.insert(m);
  }
  const policy::clique_list cliques = cliques_of(t, a);
  CHECK(cliques.complete);
  std::set<std::vector<std::uint32_t>> got;
  for (const policy::clique& c : cliques.cliques) {
    CHECK(got.insert(c.rules).second);
    for (std::size_t k = 0; k != b.grid.size(); ++k)
      if (c.box.contains(b.grid[k]) != std::includes(b.matched[k].begin(), b.matched[k].end(), c.rules.begin(), c.rules.end()))
        FAIL("clique");
  }
  CHECK(got == largest);
}

void check_dead(const policy::table& t, const policy::analysis& a, const brute& b) {
  std::vector<std::uint32_t> dead;
  for (std::uint32_t r = 0; r != t.rules(); ++r)
    if (b.selected.count(r) == 0) dead.push_back(r);
  CHECK(a.dead == dead);
  // The rules that are named are enough to hide it.
  for (const policy::finding& f : a.findings) {
    if (f.kind != finding_kind::dead_rule) continue;
    const std::size_t rule = *t.find_rule(f.rules.at(0));
    for (std::size_t k = 0; k != b.grid.size(); ++k) {
      if (!matches(t, rule, b.grid[k])) continue;
      bool hidden = false;
      for (std::size_t m = 1; m < f.rules.size(); ++m) hidden = hidden || matches(t, *t.find_rule(f.rules[m]), b.grid[k]);
      CHECK(hidden);
    }
  }
}

void check_inputs_and_outputs(const policy::table& t, const policy::analysis& a, const brute& b) {
  std::map<cells_of_all, std::string> at;
  for (std::size_t k = 0; k != b.grid.size(); ++k) at[b.grid[k]] = b.said[k];
  std::set<std::string> unused, unreachable;
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    std::map<cells_of_all, std::string> first;
    bool differs = false;
    for (const auto& [cells, said] : at) {
      cells_of_all rest = cells;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      const auto [where, fresh] = first.insert({rest, said});
      differs = differs || where->second != said;
    }
    if (!differs) unused.insert(t.input(i).name);
  }
  std::set<std::string> got;
  for (const policy::finding& f : a.findings)
    if (f.kind == finding_kind::unused_input)
      for (std::size_t i = 0; i != t.inputs().size(); ++i)
        if (f.at.column == t.input(i).offset) got.insert(t.input(i).name);
  CHECK(got == unused);
  if (t.aggregation() == policy::aggregation::sum || t.aggregation() == policy::aggregation::count) return;
  // Outputs that no answer holds.
  std::set<std::string> given;
  policy::scratch work = t.make_scratch();
  for (const cells_of_all& c : b.grid) {
    const policy::outcome o = t.decide_cells(c, work);
    if (!o) continue;
    if (t.aggregation() != policy::aggregation::none) {
      const policy::answer answer = policy::answer_of(t, o, work);
      for (const policy::value& v : answer.values) given.insert("o " + to_string(v.ref()));
      continue;
    }
    for (std::size_t i = 0; i != t.outputs().size(); ++i) {
      for (const std::uint32_t h : work.hits()) given.insert(t.output(i).name + " " + to_string(t.output(h, i)));
      if (work.hits().empty() && t.has_defaults()) given.insert(t.output(i).name + " " + to_string(t.default_output(i)));
    }
  }
  for (std::size_t i = 0; i != t.outputs().size(); ++i) {
    const policy::domain& d = t.output(i).domain;
    const auto look = [&](value_ref v) {
      const std::string key = t.output(i).name + " " + to_string(v);
      if (given.count(key) == 0) unreachable.insert("no record gets " + key);
    };
    for (const std::string& w : d.words) look(w);
    for (const policy::decimal& n : d.numbers) look(n.to_double());
    if (d.type == policy::value_kind::boolean) {
      look(true);
      look(false);
    }
  }
  std::set<std::string> messages;
  for (const policy::finding& f : a.findings)
    if (f.kind == finding_kind::unreachable_output) messages.insert(f.message);
  CHECK(messages == unreachable);
}

// Pairs of rules: the same tests, and one inside another.
void check_pairs(const policy::table& t, const policy::analysis& a, const brute& b) {
  std::vector<std::vector<std::size_t>> regions(t.rules());
  for (std::size_t k = 0; k != b.grid.size(); ++k)
    for (const std::uint32_t r : b.matched[k]) regions[r].push_back(k);
  std::set<std::string> repeats, got;
  for (std::uint32_t r = 0; r != t.rules(); ++r)
    for (std::uint32_t o = 0; o != r; ++o)
      if (!regions[r].empty() && regions[r] == regions[o]) repeats.insert(std::string(t.rule_id(r)));
  for (const policy::finding& f : a.findings) {
    if (f.kind == finding_kind::duplicate_rule) got.insert(f.rules.at(0));
    if (f.kind == finding_kind::subsumed_rule) {
      const std::size_t inner = *t.find_rule(f.rules.at(0));
      for (std::size_t m = 1; m < f.rules.size(); ++m) {
        const std::size_t outer = *t.find_rule(f.rules[m]);
        CHECK(t.same_outputs(inner, outer));
        CHECK(regions[inner].size() < regions[outer].size());
        CHECK(std::includes(regions[outer].begin(), regions[outer].end(), regions[inner].begin(), regions[inner].end()));
      }
    }
  }
  CHECK(got == repeats);
}

// What each suggestion does to the table.
void check_suggestions(const policy::table& t, const policy::analysis& a, const brute& b,
                       const policy::analyse_options& options) {
  for (const policy::finding& f : a.findings) {
    const policy::suggestion& s = f.suggestion;
    CHECK(s.edits.empty() == s.text.empty());
    if (s.edits.empty()) continue;
    INFO(to_string(f));
    const result<policy::table> changed = policy::apply(t, s.edits);
    if (!changed) FAIL(to_string(changed.error()));
    const policy::analysis after = policy::analyse(*changed, options);
    CHECK(after.conclusive());
    // No rule dies of it, and none that is added is dead.
    for (const std::uint32_t r : after.dead) {
      const auto old = t.find_rule(changed->rule_id(r));
      if (!old) FAIL("added and dead: " << changed->rule_id(r));
      CHECK(std::count(a.dead.begin(), a.dead.end(), static_cast<std::uint32_t>(*old)) == 1);
    }
    // Is it gone? Rules keep their ids.
    for (const policy::finding& g : after.findings)
      if (g.kind == f.kind && g.rules == f.rules && g.message == f.message && f.kind != finding_kind::hit_policy)
        FAIL("still there: " << to_string(g));
    if (f.kind == finding_kind::hit_policy) CHECK(find(after, finding_kind::conflict) == nullptr);
    // Does it say the same otherwise? An input that is gone is not asked for.
    policy::scratch work = changed->make_scratch();
    for (std::size_t k = 0; k != b.grid.size(); ++k) {
      std::vector<value_ref> values;
      bool in_box = !f.box.empty();
      for (std::size_t i = 0; i != t.inputs().size(); ++i)
        if (changed->find_input(t.input(i).name)) values.push_back(t.axis(i).representative(b.grid[k][i]));
      if (f.kind == finding_kind::gap)
        for (std::size_t g = 0; g != a.gaps.size(); ++g)
          if (tests_of(t, a.gaps[g]) == f.box) in_box = a.gaps[g].contains(b.grid[k]);
      const policy::outcome o = changed->decide(values, work);
      if (f.kind == finding_kind::gap && in_box) {
        CHECK(o.status == rule_status::decided);
        CHECK(work.hits().size() == 1);
      } else if (f.kind == finding_kind::conflict && b.status[k] == rule_status::conflict) {
        // The two rules have parted, and somebody still matches.
        std::size_t of_pair = 0;
        for (const std::string& id : f.rules) {
          bool any = false;
          for (std::size_t r = 0; r != changed->rules(); ++r) {
            const bool piece = changed->rule_id(r) == id || std::string(changed->rule_id(r)).rfind(id + "-", 0) == 0;
            any = any || (piece && matches(*changed, r, {work.cells().begin(), work.cells().end()}));
          }
          of_pair += any ? 1 : 0;
        }
        CHECK(of_pair <= 1);
        CHECK(o.status != rule_status::no_rule);
      } else if (b.status[k] != rule_status::conflict) {
        if (said(*changed, o, work) != b.said[k])
          FAIL("says " << said(*changed, o, work) << " instead of " << b.said[k] << " at " << cells_text(b.grid[k]));
      }
    }
  }
}

void compare_tables(std::uint64_t seed, int tables, bool suggestions) {
  random_policy::lcg random{seed};
  std::size_t cells = 0, gaps = 0, overlaps = 0, dead = 0, conflicts = 0, followed = 0;
  std::map<finding_kind, std::size_t> kinds;
  for (int n = 0; n != tables; ++n) {
    const std::string text = random_policy::table_of(random);
    INFO(text);
    const policy::table t = read(text);
    policy::analyse_options options;
    options.domain.null = random.next(5) != 0;
    // Which strings are mentioned changes with the table, and with it what is left out.
    options.domain.other = suggestions || random.next(5) != 0;
    const policy::analysis a = policy::analyse(t, options);
    const brute b(t, options.domain);
    const reference::table slow(text);
    CHECK(a.conclusive());
    CHECK(a.domain.size() == t.inputs().size());
    check_gaps(t, a, b, slow);
    check_overlaps(t, a, b);
    check_dead(t, a, b);
    check_inputs_and_outputs(t, a, b);
    check_pairs(t, a, b);
    if (suggestions) check_suggestions(t, a, b, options);
    cells += b.grid.size();
    gaps += a.gaps.size() + a.defaulted.size();
    overlaps += a.overlaps.size();
    conflicts += b.conflicts.size();
    dead += a.dead.size();
    for (const policy::finding& f : a.findings) {
      ++kinds[f.kind];
      followed += f.suggestion.edits.empty() ? 0 : 1;
      CHECK_FALSE(f.message.empty());
      CHECK(f.at.file == "t.csv");
      CHECK(f.at.line != 0);
      CHECK(f.box.empty() == f.witness.empty());
    }
  }
  INFO(cells << " cells, " << gaps << " gaps, " << overlaps << " overlaps, " << conflicts << " conflicts, " << dead
             << " dead rules, " << followed << " suggestions");
  // Enough of every kind but what is inconclusive.
  if (tables < 1'000) return;
  CHECK(kinds.size() == static_cast<std::size_t>(finding_kind::inconclusive));
  for (const auto& [kind, found] : kinds) CHECK(found > static_cast<std::size_t>(tables) / 500);
}

}  // namespace

TEST_CASE("an analysis agrees with brute force", "[slow][policy][analyse]") { compare_tables(20251201, 2'000, false); }

TEST_CASE("suggestions re-analyse clean", "[slow][policy][analyse]") { compare_tables(7, 150, true); }

TEST_CASE("an analysis agrees with brute force on many tables", "[.long][policy][analyse]") {
  compare_tables(31337, 10'000, true);
}

// --- one of each kind --------------------------------------------------------------------------------

namespace {

std::vector<std::string> kinds_of(const policy::analysis& a) {
  std::vector<std::string> out;
  for (const policy::finding& f : a.findings) out.emplace_back(name(f.kind));
  return out;
}
using words = std::vector<std::string>;

// The table after the suggestion, which must have no finding of that kind left.
policy::analysis after(const policy::table& t, const policy::finding& f) {
  const auto changed = policy::apply(t, f.suggestion.edits);
  if (!changed) FAIL(to_string(changed.error()));
  const policy::analysis a = policy::analyse(*changed);
  CHECK(find(a, f.kind) == nullptr);
  return a;
}

}  // namespace

TEST_CASE("a gap", "[policy][analyse]") {
  const policy::table t = read(
      "U,self,mentor,path,why\n,in,in,out,note\n,integer [0..5],\"low,high\",\"a,b\",\n"
      "r1,>=4,-,a,x\nr2,<3,low,b,x\nr3,<=3,high,b,x\n");
  const policy::analysis a = policy::analyse(t);
  REQUIRE(kinds_of(a) == words{"gap"});
  const policy::finding& f = a.findings[0];
  CHECK(f.level == severity::error);
  CHECK(a.worst() == severity::error);
  CHECK(f.message == "no rule matches self 3, mentor low");
  CHECK(f.box == std::vector<policy::input_test>{{"self", "3"}, {"mentor", "low"}});
  CHECK(to_string(f.witness) == "self = 3, mentor = \"low\"");
  CHECK(to_string(f.at) == "t.csv:1:1");
  CHECK(f.suggestion.text == "add the rule gap-1,3,low,a, (outputs as in r1: choose them)");
  CHECK(to_string(f) ==
        "t.csv:1:1: error: no rule matches self 3, mentor low; for example self = 3, mentor = \"low\". Suggestion: "
        "add the rule gap-1,3,low,a, (outputs as in r1: choose them)");
  CHECK(after(t, f).findings.empty());
  REQUIRE(a.domain.size() == 2);
  CHECK(a.domain[0] == policy::input_test{"self", "integer [0..5]; never null"});
  CHECK(a.domain[1] == policy::input_test{"mentor", "low,high; never null"});
}

TEST_CASE("a default covers gaps, and says so", "[policy][analyse]") {
  const policy::table t = read(
      "U,self,path\n,in,out\n,integer [0..5],\"a,b\"\n#default,,b\nr1,>=4,a\nr2,2,a\n");
  const policy::analysis a = policy::analyse(t);
  CHECK(kinds_of(a) == words{"defaulted"});
  CHECK(a.gaps.empty());
  REQUIRE(a.defaulted.size() == 1);
  CHECK(a.findings[0].message == "no rule matches self [0..1],3: the default decides");
  CHECK(a.findings[0].level == severity::note);
  const policy::table never = read("U,self,path\n,in,out\n,boolean,\"a,b\"\n#default,,a\nr1,true,a\nr2,false,b\n");
  CHECK(kinds_of(policy::analyse(never)) == words{"unused_default"});
  // Without a rule a list is empty and a count 0: an answer. A sum is not.
  const std::string body = ",self,path\n,in,out\n,boolean,\"1,2\"\nr1,true,1\nr2,true,2\n";
  for (const std::string corner : {"C", "C#", "R", "C+", "C<", "O"}) {
    const policy::analysis l = policy::analyse(read(corner + body));
    REQUIRE(find(l, finding_kind::gap) != nullptr);
    CHECK((find(l, finding_kind::gap)->level == severity::note) == (corner == "C" || corner == "C#"));
  }
}

TEST_CASE("conflicts", "[policy][analyse]") {
  const policy::table t = read(
      "U,self,mentor,path\n,in,in,out\n,integer [0..5],\"low,high\",\"a,b\"\nr1,>=3,high,a\nr2,<4,-,b\nr3,>=4,low,b\n");
  policy::analysis a = policy::analyse(t);
  REQUIRE(kinds_of(a) == words{"conflict", "hit_policy"});
  CHECK(a.findings[0].message ==
        "r1 and r2 both match self 3, mentor high and say different things, but UNIQUE promises that one rule matches");
  CHECK(to_string(a.findings[0].at) == "t.csv:5:1");
  CHECK(a.findings[0].rules == words{"r1", "r2"});
  CHECK(a.findings[0].suggestion.text == "in r1 change self to [4..5]");
  CHECK(after(t, a.findings[0]).findings.empty());
  CHECK(a.findings[1].suggestion.text == "change the hit policy to PRIORITY");
  CHECK(find(after(t, a.findings[1]), finding_kind::conflict) == nullptr);
  // ANY minds only what differs; and neither rule can be narrowed in one cell.
  const policy::table any = read(
      "A,x,y,path\n,in,in,out\n,integer [0..9],integer [0..9],\"a,b\"\nr1,<6,<6,a\nr2,>3,>3,b\nr3,<=2,<=2,a\n");
  a = policy::analyse(any);
  REQUIRE(find(a, finding_kind::conflict) != nullptr);
  CHECK(count(a, finding_kind::conflict) == 1);
  CHECK(find(a, finding_kind::conflict)->suggestion.text ==
        "in r2 change x to [6..9]; add r2-2,[4..5],[6..9],b");
  CHECK(a.overlaps.size() == 2);
  const policy::analysis parted = after(any, *find(a, finding_kind::conflict));
  CHECK(parted.gaps.size() == a.gaps.size());
  CHECK(parted.overlaps.size() == 1);
}

TEST_CASE("rules that are never selected", "[policy][analyse]") {
  const auto dead_in = [](const std::string& text) {
    const policy::table t = read(text);
    const policy::analysis a = policy::analyse(t);
    std::string out;
    for (const policy::finding& f : a.findings)
      if (f.kind == finding_kind::dead_rule) {
        out += (out.empty() ? "" : "; ") + f.message;
        CHECK(f.level == severity::error);
        CHECK(f.at == t.rule_location(*t.find_rule(f.rules[0])));
        const policy::analysis less = after(t, f);
        CHECK(less.dead.size() + 1 == a.dead.size());
      }
    CHECK(a.dead.size() == count(a, finding_kind::dead_rule));
    return out;
  };
  const std::string body = ",self,path\n,in,out\n,integer [0..5],\"a,b,c\"\nr1,<3,a\nr2,>=3,b\nr3,[2..4],c\n";
  CHECK(dead_in("F" + body) == "r3 is never selected: r1 and r2 come first wherever it matches");
  CHECK(dead_in("P" + body) == "r3 is never selected: r1 and r2 outrank it wherever it matches");
  CHECK(dead_in("U" + body) == "r3 is never selected: r1 and r2 match wherever it matches");
  CHECK(dead_in("A" + body) == "r3 is never selected: r1 and r2 match wherever it matches");
  CHECK(dead_in("R" + body).empty());
  CHECK(dead_in("C" + body).empty());
  CHECK(dead_in("F,self,path\n,in,out\n,integer,\"a,b,c\"\nr1,-,a\nr2,>3,b\n") ==
        "r2 is never selected: r1 comes first wherever it matches");
  // Nobody needs the rule that hides nothing alone: the fewest are named.
  CHECK(dead_in("F,x,path\n,in,out\n,integer [0..9],\"a,b\"\nr1,<4,a\nr2,[2..6],a\nr3,>3,a\nr4,[1..8],b\n") ==
        "r4 is never selected: r1 and r3 come first wherever it matches");
}

TEST_CASE("cells that never or always hold", "[policy][analyse]") {
  const policy::table t = read(
      "F,a,b,c,path\n,in,in,in,out\n,integer [0..5],\"low,high\",\"number, null\",\"x,y\"\n"
      "r1,(3..4),-,-,x\nr2,> 5,-,-,x\nr3,-,\"not(low,high)\",-,y\nr4,>= 0,\"low,high\",\"not(null)\",y\nr5,-,-,null,x\n");
  const policy::analysis a = policy::analyse(t);
  REQUIRE(count(a, finding_kind::empty_cell) == 3);
  REQUIRE(count(a, finding_kind::full_cell) == 2);
  CHECK(a.findings[0].message == "the test '(3..4)' of a in r1 never holds");
  CHECK(to_string(a.findings[0].at) == "t.csv:4:4");
  CHECK(a.findings[2].rules == words{"r3"});
  CHECK(a.dead == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(count(a, finding_kind::dead_rule) == 0);
  const policy::finding& full = *find(a, finding_kind::full_cell);
  CHECK(full.message == "the test '>= 0' of a in r4 always holds");
  CHECK(full.suggestion.text == "in r4 change a to -");
  // What is left out of the domain is told.
  policy::analyse_options without_null;
  without_null.domain.null = false;
  const policy::analysis b = policy::analyse(t, without_null);
  CHECK(b.domain[2].test == "number, any fraction; null left out");
  REQUIRE(count(b, finding_kind::empty_cell) == 4);
  CHECK(b.findings[3].message == "the test 'null' of c in r5 never holds in the domain that was looked at");
  REQUIRE(count(b, finding_kind::full_cell) == 3);
  bool kept = false;  // it says something about null, which was not looked at
  for (const policy::finding& f : b.findings)
    if (f.message == "the test 'not(null)' of c in r4 always holds in the domain that was looked at") kept = f.suggestion.text.empty();
  CHECK(kept);
}

TEST_CASE("PRIORITY: a rule that misleads", "[policy][analyse]") {
  const policy::table t = read(
      "P,risk,age,rating\n,in,in,out\n,\"high,low\",integer [0..120],\"declined,approved\"\n"
      "r1,high,-,declined\nr2,-,>=18,approved\nr3,-,<18,declined\n");
  const policy::analysis a = policy::analyse(t);
  REQUIRE(kinds_of(a) == words{"misleading_rule"});
  CHECK(a.findings[0].rules == words{"r1", "r2"});
  CHECK(a.findings[0].message ==
        "r1 wins over r2 whatever age is, which r2 tests: r2 does not mean what it says");
  CHECK(a.findings[0].suggestion.text == "in r2 change risk to low");
  CHECK(find(after(t, a.findings[0]), finding_kind::misleading_rule) == nullptr);
}

TEST_CASE("rules that could be fewer", "[policy][analyse]") {
  const policy::table t = read(
      "A,x,y,path,why\n,in,in,out,note\n,integer [0..9],boolean,\"a,b\",\n"
      "r1,<4,-,a,one\nr2,<2,true,a,one\nr3,<4,-,a,one\nr4,[4..6],true,b,one\nr5,>6,true,b,two\nr6,>=4,false,a,one\n");
  const policy::analysis a = policy::analyse(t);
  REQUIRE(find(a, finding_kind::duplicate_rule) != nullptr);
  REQUIRE(find(a, finding_kind::subsumed_rule) != nullptr);
  REQUIRE(find(a, finding_kind::mergeable_rules) != nullptr);
  CHECK(find(a, finding_kind::duplicate_rule)->message == "r3 has the same tests as r1 and says the same");
  CHECK(find(a, finding_kind::subsumed_rule)->message == "r2 lies inside r1 and r3 and says the same");
  CHECK(find(a, finding_kind::mergeable_rules)->message == "r4 and r5 say the same and differ in x and their notes only");
  CHECK(find(a, finding_kind::mergeable_rules)->suggestion.text == "in r4 change x to [4..9] and remove r5");
  CHECK(after(t, *find(a, finding_kind::mergeable_rules)).gaps.empty());
  // Not where another rule that says something else stands between them.
  CHECK(find(policy::analyse(read("F,x,o\n,in,out\n,integer [0..9],\"a,b\"\nr1,<4,a\nr2,[3..6],b\nr3,[4..9],a\n")),
             finding_kind::mergeable_rules) == nullptr);
  CHECK(find(policy::analyse(read("F,x,o\n,in,out\n,integer [0..9],\"a,b\"\nr1,1,a\nr2,<3,b\nr3,-,a\n")),
             finding_kind::subsumed_rule) == nullptr);
  // A sum counts the same rule twice, and a list names it twice.
  CHECK(find(policy::analyse(read("C+,x,o\n,in,out\n,boolean,integer\nr1,-,1\nr2,true,1\nr3,true,1\n")),
             finding_kind::subsumed_rule) == nullptr);
  // Parts of a line that do not touch stay apart; words need not touch.
  CHECK(find(policy::analyse(read("U,x,o\n,in,out\n,integer [0..9],\"a,b\"\nr1,<4,a\nr2,[4..5],b\nr3,>5,a\n")),
             finding_kind::mergeable_rules) == nullptr);
  const policy::table three = read("U,x,o\n,in,out\n,\"p,q,r\",\"a,b\"\nr1,p,a\nr2,q,b\nr3,r,a\n");
  const policy::analysis w = policy::analyse(three);
  REQUIRE(kinds_of(w) == words{"mergeable_rules"});
  CHECK(w.findings[0].suggestion.text == "in r1 change x to p,r and remove r3");
}

TEST_CASE("inputs and outputs that do not count", "[policy][analyse]") {
  const policy::table t = read(
      "U,x,y,z,o\n,in,in,in,out\n,boolean,integer [0..9],boolean,\"a,b,c\"\n"
      "r1,true,<5,-,a\nr2,true,>=5,-,a\nr3,false,<7,-,b\nr4,false,>=7,-,b\n");
  const policy::analysis a = policy::analyse(t);
  std::vector<const policy::finding*> unused;
  for (const policy::finding& f : a.findings)
    if (f.kind == finding_kind::unused_input) unused.push_back(&f);
  REQUIRE(unused.size() == 2);
  CHECK(unused[0]->message == "the input y is tested but changes no decision");
  CHECK(to_string(unused[0]->at) == "t.csv:1:5");
  CHECK(unused[0]->suggestion.text == "remove the column y and the rules r2 and r4");
  CHECK(unused[1]->message == "the input z changes no decision");
  const auto changed = policy::apply(t, unused[0]->suggestion.edits);
  REQUIRE(changed);
  CHECK(changed->inputs().size() == 2);
  CHECK(changed->rules() == 2);
  CHECK(policy::analyse(*changed).gaps.empty());
  REQUIRE(find(a, finding_kind::unreachable_output) != nullptr);
  CHECK(find(a, finding_kind::unreachable_output)->message == "no record gets o \"c\"");
  CHECK(find(a, finding_kind::unreachable_output)->suggestion.text == "take \"c\" out of the values of o");
  after(t, *find(a, finding_kind::unreachable_output));
  // The smallest of those that match.
  const policy::analysis least = policy::analyse(
      read("C<,x,o\n,in,out\n,integer [0..9],\"1,2,3\"\nr1,<5,1\nr2,>=5,2\nr3,-,3\n"));
  REQUIRE(count(least, finding_kind::unreachable_output) == 1);
  CHECK(find(least, finding_kind::unreachable_output)->message == "no record gets o 3");
}

TEST_CASE("a better hit policy", "[policy][analyse]") {
  const auto advice = [](const std::string& text) {
    const policy::table t = read(text);
    const policy::analysis a = policy::analyse(t);
    const policy::finding* f = find(a, finding_kind::hit_policy);
    return f == nullptr ? std::string() : f->suggestion.text;
  };
  const std::string apart = ",x,o\n,in,out\n,boolean,\"a,b\"\nr1,true,a\nr2,false,b\n";
  CHECK(advice("U" + apart).empty());
  for (const std::string corner : {"A", "P", "F"}) CHECK(advice(corner + apart) == "change the hit policy to UNIQUE");
  for (const std::string corner : {"R", "O", "C"}) CHECK(advice(corner + apart).empty());
  const std::string agree = ",x,o\n,in,out\n,integer [0..9],\"a,b\"\nr1,<4,a\nr2,<6,a\nr3,>=6,b\n";
  for (const std::string corner : {"U", "P", "F"}) CHECK(advice(corner + agree) == "change the hit policy to ANY");
  CHECK(advice("A" + agree).empty());
  const std::string differ = ",x,o\n,in,out\n,integer [0..9],\"a,b\"\nr1,<4,b\nr2,-,a\n";
  CHECK(advice("F" + differ) == "change the hit policy to PRIORITY and the values of o to b,a");
  CHECK(advice("U" + differ) == "change the hit policy to PRIORITY");
  CHECK(advice("P" + differ).empty());
  CHECK(advice("U,x,o\n,in,out\n,integer [0..9],string\nr1,<4,b\nr2,-,a\n") == "change the hit policy to FIRST");
  // No order of the outputs does what the rows do: a before b for 0, b before a for 9.
  CHECK(advice("F,x,o\n,in,out\n,integer [0..9],\"a,b\"\nr1,<2,a\nr2,<4,b\nr3,>8,b\nr4,-,a\n").empty());
}

TEST_CASE("what is not settled is said", "[policy][analyse]") {
  const policy::table t = read(
      "U,self,limit,o\n,in,in,out\n,integer [0..9],integer [0..9],\"a,b\"\nr1,> limit,-,a\nr2,<= 3,<5,b\nr3,2,-,a\n");
  const policy::analysis a = policy::analyse(t);
  CHECK_FALSE(a.conclusive());
  const policy::finding* f = find(a, finding_kind::inconclusive);
  REQUIRE(f != nullptr);
  CHECK(f->rules == words{"r1"});
  CHECK(to_string(f->at) == "t.csv:4:4");
  CHECK(f->message.find("r1 names another input in a test") == 0);
  // What is reported nevertheless is true: these two conflict whatever r1 does, and r1 may match all
  // else.
  CHECK(count(a, finding_kind::conflict) == 1);
  CHECK(a.gaps.empty());
  CHECK(find(a, finding_kind::unused_input) == nullptr);

  const policy::table many = read(
      "U,x,y,o\n,in,in,out\n,integer [0..9],integer [0..9],\"a,b\"\nr1,<4,<5,a\nr2,>2,>3,b\nr3,[3..5],[4..6],a\n");
  for (std::uint64_t steps = 0; steps != 60; ++steps) {
    policy::analyse_options few;
    few.steps = steps;
    const policy::analysis b = policy::analyse(many, few);
    const policy::analysis whole = policy::analyse(many);
    if (!b.gaps_known || !b.overlaps_known || !b.dead_known) CHECK_FALSE(b.conclusive());
    if (b.gaps_known) CHECK(b.gaps == whole.gaps);
    if (b.overlaps_known) CHECK(b.overlaps == whole.overlaps);
    if (b.dead_known) CHECK(b.dead == whole.dead);
    // Nothing untrue.
    for (const policy::overlap& o : b.overlaps)
      CHECK(std::count(whole.overlaps.begin(), whole.overlaps.end(), o) == 1);
    policy::scratch work = many.make_scratch();
    for (const policy::box& g : b.gaps) CHECK(many.decide_cells(policy::witness_cells(g), work).status == rule_status::no_rule);
    if (steps < 3) CHECK_FALSE(b.conclusive());
  }
  policy::analyse_options few;
  few.gaps = 1;
  few.overlaps = 1;
  few.findings = 1;
  const policy::analysis c = policy::analyse(many, few);
  CHECK_FALSE(c.gaps_known);
  CHECK_FALSE(c.overlaps_known);
  CHECK(c.overlaps.size() == 1);
  CHECK_FALSE(c.conclusive());
  policy::analyse_options short_list;
  short_list.findings = 1;
  const policy::analysis d = policy::analyse(many, short_list);
  std::size_t said = 0;
  for (const policy::finding& g : d.findings) said += g.message == "and 2 more of the kind conflict" ? 1 : 0;
  CHECK(said == 1);
}

TEST_CASE("what a column is taken to hold", "[policy][analyse]") {
  const policy::table t = read(
      "U,s,u,n,o\n,in,in,in,out\n,\"string, null\",string,\"0,1, null\",\"a,b\"\nr1,\"\"\"p\"\",\"\"q\"\"\",-,0,a\n"
      "r2,null,-,1,b\n");
  CHECK(domain_text(t, 0, {}) == "string, any text; or null");
  CHECK(domain_text(t, 0, {false, false}) == "string, only \"p\",\"q\"; null left out");
  CHECK(domain_text(t, 1, {true, false}) == "string, any text; never null");
  CHECK(domain_text(t, 2, {true, true}) == "0,1; or null");
  const auto boxes = [&](policy::domain_reading reading) {
    policy::analyse_options options;
    options.domain = reading;
    const policy::analysis a = policy::analyse(t, options);
    std::string out;
    for (const policy::box& b : a.gaps) out += "(" + to_string(tests_of(t, b)) + ")";
    return out;
  };
  CHECK(boxes({true, true}) ==
        "(s \"p\",\"q\", n 1,null)(s not(\"p\",\"q\",null))(s null, n 0,null)");
  CHECK(boxes({true, false}) == "(s \"p\",\"q\", n 1,null)(s null, n 0,null)");
  CHECK(boxes({false, false}) == "(s \"p\",\"q\", n 1)");
}

TEST_CASE("sets of cells as tests", "[policy][analyse]") {
  // The text of every set of cells of every kind of column holds in these cells and in no other.
  for (const random_policy::column_kind& k : random_policy::kinds()) {
    std::string cell;
    for (const std::string& l : k.literals) cell += (cell.empty() ? "" : ",") + l;
    const policy::table t = read("C,c,o\n,in,out\n," + random_policy::quoted(k.domain) + ",string\nr," +
                                 random_policy::quoted(cell) + ",x\n");
    const policy::axis& a = t.axis(0);
    const reference::column c = reference::column_of(k.domain);
    REQUIRE(a.size() <= 12);
    for (std::uint32_t set = 1; set != 1u << a.size(); ++set) {
      std::vector<policy::cell_run> runs;
      for (std::uint32_t n = 0; n != a.size(); ++n) {
        if ((set >> n & 1) == 0) continue;
        if (!runs.empty() && runs.back().last + 1 == n) runs.back().last = n;
        else runs.push_back({n, n});
      }
      const std::string text = policy::tests_text(a, runs);
      for (std::uint32_t n = 0; n != a.size(); ++n) {
        const reference::value v = as_reference(a.representative(n));
        const std::vector<reference::value> row = {v};
        if (reference::holds(c, {nullptr, &row}, v, text) != ((set >> n & 1) != 0))
          FAIL(k.domain << ": " << text << " in cell " << n);
      }
      // It reads back as the same cells, unless it names a whole number that nothing else does.
      const policy::table back = read("C,c,o\n,in,out\n," + random_policy::quoted(k.domain) + ",string\nr," +
                                      random_policy::quoted(cell) + ",x\ns," + random_policy::quoted(text) + ",y\n");
      if (!a.integer()) CHECK(back.axis(0) == a);
      if (back.axis(0) == a) CHECK(std::equal(runs.begin(), runs.end(), back.runs(1, 0).begin(), back.runs(1, 0).end()));
    }
  }
}

TEST_CASE("changes that cannot be made", "[policy][analyse]") {
  const policy::table t = read("U,x,o\n,in,out\n,boolean,\"a,b\"\nr1,true,a\n");
  policy::edit e;
  e.rule = 1;
  CHECK(policy::apply(t, std::vector<policy::edit>{e}).error().code == errc::bad_argument);
  e.rule = 0;
  e.column = 2;
  CHECK(policy::apply(t, std::vector<policy::edit>{e}).error().code == errc::bad_argument);
  e.column = 0;
  e.text = "7";
  CHECK(policy::apply(t, std::vector<policy::edit>{e}).error().code == errc::bad_cell);
  CHECK(*policy::apply(t, {}) == t);
}

// --- large tables ------------------------------------------------------------------------------------

namespace {

// A partition of the domain by a random decision tree, a tenth of its rules moved a little.
std::string large_table(std::size_t rules, std::size_t columns, const std::string& corner, std::size_t catch_all) {
  random_policy::lcg random{rules * 31 + columns};
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random.next(static_cast<std::uint32_t>(n))); };
  constexpr std::size_t top = 1'000'000;
  using rule = std::vector<std::pair<std::size_t, std::size_t>>;  // [first, second)
  std::vector<rule> all(1, rule(columns, {0, top}));
  while (all.size() < rules) {
    const std::size_t k = pick(all.size()), c = pick(columns);
    const auto [low, high] = all[k][c];
    if (high - low < 2) continue;
    const std::size_t cut = low + 1 + pick(high - low - 1);
    all.push_back(all[k]);
    all.back()[c].first = cut;
    all[k][c].second = cut;
  }
  for (rule& r : all) {
    if (pick(10) != 0) continue;
    auto& [low, high] = r[pick(columns)];
    const std::size_t by = pick(high - low);
    if (pick(2) == 0) {
      low += by;
      high = std::min(top, high + by);
    } else {
      low = low > by ? low - by : 0;
      high -= by;
    }
  }
  std::string names = corner, roles, domains, text;
  for (std::size_t c = 0; c != columns; ++c) {
    names += ",x" + std::to_string(c);
    roles += ",in";
    domains += ",number [0..1000000)";
  }
  text = names + ",o\n" + roles + ",out\n" + domains + ",\"a,b,c\"\n";
  const std::vector<std::string> outputs = {"a", "b", "c"};
  for (std::size_t k = 0; k != all.size(); ++k) {
    text += "r" + std::to_string(k);
    for (const auto& [low, high] : all[k])
      text += low == 0 && high == top ? ",-" : ",[" + std::to_string(low) + ".." + std::to_string(high) + ")";
    text += "," + random.pick(outputs) + "\n";
  }
  for (std::size_t k = 0; k != catch_all; ++k)
    text += "all" + std::to_string(k) + ",<" + std::to_string(top - k) + std::string(columns - 1, ',') + ",c\n";
  return text;
}

bool naive_meet(const policy::table& t, std::size_t a, std::size_t b) {
  for (std::size_t i = 0; i != t.inputs().size(); ++i) {
    const policy::cell_run x = t.runs(a, i)[0], y = t.runs(b, i)[0];
    if (x.last < y.first || y.last < x.first) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a large table", "[policy][analyse]") {
  // With rules that cover much, pairs are found another way.
  for (const std::size_t catch_all : {0u, 40u}) {
    const policy::table t = read(large_table(400, 5, "F", catch_all));
    policy::analyse_options options;
    options.advice = false;
    const policy::analysis a = policy::analyse(t, options);
    CHECK(a.conclusive());
    std::vector<policy::overlap> naive;
    for (std::uint32_t x = 0; x != t.rules(); ++x)
      for (std::uint32_t y = x + 1; y != t.rules(); ++y)
        if (naive_meet(t, x, y)) naive.push_back({x, y, t.same_outputs(x, y), false});
    CHECK(a.overlaps == naive);
    CHECK(a.overlaps.size() > 100);
    random_policy::lcg random{5};
    policy::scratch work = t.make_scratch();
    std::size_t outside = 0;
    for (int n = 0; n != 5'000; ++n) {
      cells_of_all cells;
      for (std::size_t i = 0; i != t.inputs().size(); ++i) cells.push_back(random.next(t.axis(i).size()));
      std::size_t boxes = 0;
      for (const policy::box& g : a.gaps) boxes += g.contains(cells) ? 1 : 0;
      const bool none = t.decide_cells(cells, work).status == rule_status::no_rule;
      if (boxes != (none ? 1u : 0u)) FAIL(boxes << " boxes at " << cells_text(cells));
      outside += none ? 1 : 0;
    }
    CHECK((outside > 20) == (catch_all == 0));
    // Removing a dead rule changes nothing; every other rule is selected somewhere.
    for (const std::uint32_t d : a.dead)
      for (int n = 0; n != 50; ++n) {
        cells_of_all cells;
        for (std::size_t i = 0; i != t.inputs().size(); ++i) {
          const policy::cell_run r = t.runs(d, i)[0];
          cells.push_back(r.first + random.next(r.last - r.first + 1));
        }
        CHECK(t.decide_cells(cells, work).rule != d);
      }
  }
}

TEST_CASE("a table without overlaps is counted", "[policy][analyse]") {
  // A clean partition is complete because its volumes add up: far fewer steps than cells.
  std::string text = "U,x,y,z,o\n,in,in,in,out\n,integer [0..9],integer [0..9],integer [0..9],\"a,b\"\n";
  for (int x = 0; x != 10; ++x)
    for (int y = 0; y != 10; ++y)
      for (int z = 0; z != 10; ++z)
        text += "r" + std::to_string(x * 100 + y * 10 + z) + "," + std::to_string(x) + "," + std::to_string(y) + "," +
                std::to_string(z) + ",a\n";
  policy::analyse_options options;
  options.advice = false;
  CHECK(policy::analyse(read(text), options).findings.empty());
  // One cell less is found.
  const policy::table less = read(text.substr(0, text.rfind("r999")));
  const policy::analysis a = policy::analyse(less, options);
  REQUIRE(a.gaps.size() == 1);
  CHECK(to_string(tests_of(less, a.gaps[0])) == "x 9, y 9, z 9");
}

TEST_CASE("more inputs than a word has bits", "[policy][analyse]") {
  // Rule k holds where input k is the first that is true; nothing matches where none is.
  constexpr std::size_t columns = 70;
  std::string names = "U", roles, domains, text;
  for (std::size_t c = 0; c != columns; ++c) {
    names += ",c" + std::to_string(c);
    roles += ",in";
    domains += ",boolean";
  }
  text = names + ",o\n" + roles + ",out\n" + domains + ",\"a,b\"\n";
  for (std::size_t k = 0; k != columns; ++k) {
    text += "r" + std::to_string(k);
    for (std::size_t c = 0; c != columns; ++c) text += c < k ? ",false" : c == k ? ",true" : ",-";
    text += k % 2 == 0 ? ",a\n" : ",b\n";
  }
  const policy::table t = read(text);
  const policy::analysis a = policy::analyse(t);
  CHECK(a.overlaps.empty());
  CHECK(a.dead.empty());
  CHECK(count(a, finding_kind::unused_input) == 0);
  REQUIRE(a.gaps.size() == 1);
  CHECK(policy::witness_cells(a.gaps[0]) == cells_of_all(columns, 0));
  const auto whole = policy::apply(t, a.findings[0].suggestion.edits);
  REQUIRE(whole);
  CHECK(policy::analyse(*whole).gaps.empty());
}
