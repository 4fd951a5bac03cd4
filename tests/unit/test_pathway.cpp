// The built-in decision tables, over their whole finite domains, against the prose they encode.
#include <catch2/catch.hpp>

#include "ectp/content/tables.hpp"
#include "ectp/ectp.hpp"
#include "ectp/policy/identity.hpp"

using namespace ectp;

namespace {

const policies& defaults() {
  static const policies rules = policies::builtin().value();
  return rules;
}

date day(std::string_view s) { return parse_date(s).value(); }

// The order of DOMAIN's table, written as plainly as it can be.
std::string expected_rule(itt_view itt, int occasions, int secure, int developing, int emerging, int gating,
                          self_view self, maybe<path> current) {
  const int statements = secure + developing + emerging;
  if (itt == itt_view::secured && occasions == 0) return "DIA-P1";
  if (occasions < 2) return "DIA-P2a";
  if (statements < 2) return "DIA-P2b";
  if (self == self_view::higher) return "DIA-P3";
  if (gating > 0) return "DIA-P4";
  if (current == path::extend && emerging <= secure) return "DIA-P5";
  if (10 * secure >= 7 * statements && emerging == 0) return "DIA-P6";
  if (emerging > 0) return "DIA-P7a";
  if (10 * secure < 4 * statements) return "DIA-P7b";
  return "DIA-P8";
}

advice expected_advice(std::string_view rule) {
  if (rule == "DIA-P1") return advice::confirm_itt;
  if (rule == "DIA-P2a" || rule == "DIA-P2b") return advice::insufficient_evidence;
  if (rule == "DIA-P3") return advice::calibrate_first;
  if (rule == "DIA-P5" || rule == "DIA-P6") return advice::extend;
  if (rule == "DIA-P8") return advice::choose_together;
  return advice::consolidate;
}

}  // namespace

TEST_CASE("the pathway table says what the prose says, on every combination of counts", "[pathway]") {
  int combinations = 0;
  for (const auto itt : {itt_view::secured, itt_view::not_secured, itt_view::unknown})
    for (const auto self : {self_view::lower, self_view::agree, self_view::higher, self_view::unknown})
      for (const maybe<path> current : {maybe<path>{}, maybe<path>{path::consolidate}, maybe<path>{path::extend}})
        for (int occasions = 0; occasions <= 3; ++occasions)
          for (int secure = 0; secure <= 7; ++secure)
            for (int developing = 0; developing <= 5; ++developing)
              for (int emerging = 0; emerging <= 4; ++emerging)
                for (int gating = 0; gating <= (emerging < 2 ? emerging : 2); ++gating) {
                  diagnosis d;
                  d.standard = "ittecf-2024:S4";
                  d.itt_view = itt;
                  d.self_view = self;
                  d.current_path = current;
                  d.occasions = occasions;
                  d.secure = secure;
                  d.developing = developing;
                  d.emerging = emerging;
                  d.statements = secure + developing + emerging;
                  d.gating_emerging_n = gating;
                  const auto rule = rule_index(defaults()[policy_name::pathway], facts_of(d));
                  const std::string wanted = expected_rule(itt, occasions, secure, developing, emerging, gating, self, current);
                  ++combinations;
                  if (!rule || defaults()[policy_name::pathway].rule_id(*rule) != wanted ||
                      output_word<advice>(defaults()[policy_name::pathway], *rule, "path") != expected_advice(wanted)) {
                    INFO(occasions << " occasions, " << secure << " secure, " << developing << " developing, " << emerging
                                   << " emerging, " << gating << " gating, " << name(self));
                    REQUIRE(rule);
                    CHECK(std::string(defaults()[policy_name::pathway].rule_id(*rule)) == wanted);
                  }
                }
  CHECK(combinations == 82944);
}

TEST_CASE("a lower self-view never blocks", "[pathway]") {
  diagnosis d;
  d.occasions = 3;
  d.secure = d.statements = 4;
  for (const auto self : {self_view::lower, self_view::agree, self_view::unknown}) {
    d.self_view = self;
    CHECK(recommend(d, defaults()).value().said.recommended == advice::extend);
  }
}

TEST_CASE("a recommendation names its rule, its policy and the policy's hash", "[pathway]") {
  diagnosis d;
  d.standard = "ittecf-2024:S4";
  d.as_of = day("2025-11-24");
  const auto a = recommend(d, defaults()).value();
  CHECK(a.said.rule == "DIA-P2a");
  CHECK(a.said.policy == "pathway");
  CHECK(a.said.policy_sha256 == defaults().sha256(policy_name::pathway));
  CHECK(a.said.policy_sha256 == to_hex(sha256(policy::canonical_form(defaults()[policy_name::pathway]))));
  CHECK(a.said.has_provisional);
  CHECK(a.said.provisional == path::consolidate);
  CHECK(a.why.on == basis::default_policy);
  REQUIRE(a.why.why.selected() != nullptr);
  CHECK(a.why.why.selected()->at.file == "src/content/policies/pathway.csv");
  // The first rule did not match, and says at which cell.
  REQUIRE_FALSE(a.why.why.rejected.empty());
  CHECK(a.why.why.rejected[0].id == "DIA-P1");
  CHECK(a.why.why.rejected[0].first_failed.input == "itt_view");
}

TEST_CASE("every input of every built-in table is used, and every rule can fire", "[policies]") {
  // Exhaustive over the elementary cells of each table: total, and no rule is dead.
  for (const auto p : {policy_name::focus, policy_name::stance, policy_name::words, policy_name::level, policy_name::itt_view,
                       policy_name::self_view, policy_name::pathway}) {
    const policy::table& t = defaults()[p];
    INFO(t.name());
    const std::size_t inputs = t.inputs().size();
    std::vector<std::uint32_t> cell(inputs, 0);
    std::vector<char> fired(t.rules(), 0);
    std::size_t unmatched = 0, total = 1;
    for (std::size_t i = 0; i != inputs; ++i) total *= t.axis(i).size();
    for (std::size_t n = 0; n != total; ++n) {
      std::size_t rest = n;
      for (std::size_t i = 0; i != inputs; ++i) {
        cell[i] = static_cast<std::uint32_t>(rest % t.axis(i).size());
        rest /= t.axis(i).size();
      }
      bool any = false;
      for (std::size_t r = 0; r != t.rules() && !any; ++r) {
        bool all = true;
        for (std::size_t i = 0; all && i != inputs; ++i) all = t.holds(r, i, cell[i]);
        if (all) fired[r] = 1;
        any = all;
      }
      if (!any) ++unmatched;
    }
    CHECK(unmatched == 0);
    for (std::size_t r = 0; r != t.rules(); ++r) {
      INFO(t.rule_id(r));
      CHECK(fired[r] == 1);
    }
  }
}

TEST_CASE("stance: the live inputs come before everything else", "[coaching]") {
  for (const auto p : {phase::arrive, phase::look_together, phase::agree_step, phase::practise, phase::carry_over, phase::close})
    for (const auto known : {expertise::novice, expertise::developing, expertise::secure, expertise::unknown})
      for (const bool fidelity : {false, true}) {
        moment now;
        now.asked_to_be_heard = true;
        auto m = manner_of(p, now, known, fidelity, 0, defaults()).value();
        CHECK(m.stance == stance::listening);
        CHECK(m.next == route::pause);
        CHECK(m.live_only);
        now.distress = true;
        CHECK(manner_of(p, now, known, fidelity, 0, defaults()).value().why.id == "COA-R2a");
        now.risk = true;
        m = manner_of(p, now, known, fidelity, 0, defaults()).value();
        CHECK_FALSE(m.stance);
        CHECK(m.next == route::safeguarding_lead);
        CHECK(m.words.empty());
        CHECK(m.live_only);
      }
}

TEST_CASE("stance: the rules of the coaching model", "[coaching]") {
  const auto rule = [](phase p, expertise known, bool fidelity = false, int misses = 0, moment now = {}) {
    return manner_of(p, now, known, fidelity, misses, defaults()).value().why.id;
  };
  for (const auto known : {expertise::novice, expertise::developing, expertise::secure, expertise::unknown}) {
    CHECK(rule(phase::arrive, known) == "COA-R8");
    CHECK(rule(phase::close, known) == "COA-R9");
  }
  CHECK(rule(phase::look_together, expertise::novice, true) == "COA-R4");
  CHECK(rule(phase::look_together, expertise::novice) == "COA-R7");
  CHECK(rule(phase::look_together, expertise::developing) == "COA-R7");
  CHECK(rule(phase::look_together, expertise::secure) == "COA-R6");
  CHECK(rule(phase::look_together, expertise::unknown) == "COA-R12");
  CHECK(rule(phase::practise, expertise::developing) == "COA-R11");
  CHECK(rule(phase::look_together, expertise::developing, false, 1) == "COA-R7");
  CHECK(rule(phase::look_together, expertise::developing, false, 2) == "COA-R10");
  moment stuck;
  stuck.failed_probes = 2;
  CHECK(rule(phase::look_together, expertise::novice, false, 0, stuck) == "COA-R5");
  CHECK(rule(phase::look_together, expertise::developing, false, 0, stuck) == "COA-R7");
  moment work;
  work.topic = topic::workload;
  CHECK(manner_of(phase::look_together, work, expertise::secure, false, 0, defaults()).value().next == route::induction_tutor);
  work.topic = topic::subject_knowledge;
  CHECK(manner_of(phase::look_together, work, expertise::novice, false, 0, defaults()).value().stance == stance::directive);
  stuck.failed_probes = 100;
  CHECK(manner_of(phase::close, stuck, expertise::novice, false, 0, defaults()).error().code == errc::out_of_range);
}

TEST_CASE("levels: both scales, every thousandth", "[policies]") {
  for (int s = 0; s <= 1000; ++s) {
    const policy::named_value quiz[] = {{"scale", "proportion"}, {"score", s}};
    const auto r = rule_index(defaults()[policy_name::level], quiz).value();
    CHECK(output_word<level>(defaults()[policy_name::level], r, "level") ==
          (s < 500 ? level::emerging : s >= 800 ? level::secure : level::developing));
  }
  for (const int s : {0, 500, 1000}) {
    const policy::named_value three[] = {{"scale", "three_level"}, {"score", s}};
    const auto r = rule_index(defaults()[policy_name::level], three).value();
    CHECK(output_word<level>(defaults()[policy_name::level], r, "level") == static_cast<level>(s / 500));
  }
}

TEST_CASE("replacing a table", "[policies]") {
  auto rules = defaults();
  SECTION("one that says something else is used") {
    REQUIRE(rules.replace("pathway", "F,estimate,path\n,in,out\n,\"[0..1], null\",\"consolidate,extend\"\nX1,>=0.75,extend\nX2,-,consolidate\n", "ours.csv"));
    diagnosis d;
    CHECK(recommend(d, rules).value().said.rule == "X2");
    d.estimate = 750000;
    CHECK(recommend(d, rules).value().said.rule == "X1");
    d.estimate = 749999;
    CHECK(recommend(d, rules).value().said.rule == "X2");
    CHECK(rules.sha256(policy_name::pathway) != defaults().sha256(policy_name::pathway));
  }
  SECTION("one that reads a fact that nobody has is refused, and nothing changes") {
    const auto e = rules.replace("pathway", "F,absence,path\n,in,out\n,boolean,\"consolidate,extend\"\nX1,-,extend\n", "ours.csv");
    REQUIRE_FALSE(e);
    CHECK(e.error().code == errc::unknown_field);
    CHECK(to_string(e.error().at) == "ours.csv:1:3");
    CHECK(rules.sha256(policy_name::pathway) == defaults().sha256(policy_name::pathway));
  }
  SECTION("one that says a word that nobody knows is refused") {
    const auto e = rules.replace("pathway", "F,occasions,path\n,in,out\n,integer,\"consolidate,promote\"\nX1,-,promote\n", "ours.csv");
    REQUIRE_FALSE(e);
    CHECK(e.error().code == errc::out_of_range);
    CHECK(to_string(e.error().at) == "ours.csv:4:6");
  }
  SECTION("one without the output is refused") {
    CHECK(rules.replace("pathway", "F,occasions,answer\n,in,out\n,integer,string\nX1,-,x\n", "ours.csv").error().code == errc::missing_field);
  }
  SECTION("a table with a gap is a located error when the gap is met") {
    REQUIRE(rules.replace("pathway", "U,occasions,path\n,in,out\n,integer [0..99],\"consolidate,extend\"\nX1,>=2,extend\n", "ours.csv"));
    const auto e = recommend(diagnosis{}, rules);
    REQUIRE_FALSE(e);
    CHECK(e.error().code == errc::no_rule);
    CHECK(e.error().message == "no rule of policy pathway matches occasions = 0");
  }
  SECTION("lists") {
    CHECK(rules.replace("nothing", "a\n", "x.csv").error().code == errc::bad_argument);
    CHECK(rules.replace("weights", "source,kind,weight\ngossip,any,1\n", "w.csv").error().at.line == 2);
    CHECK(rules.replace("weights", "source,kind,weight\nquiz,any,1001\n", "w.csv").error().at.column == 10);
    CHECK(rules.replace("parameters", "name,value\nwindow,0\n", "p.csv").error().code == errc::out_of_range);
    CHECK(rules.replace("parameters", "name,value\nwindows,5\n", "p.csv").error().code == errc::unknown_field);
    CHECK(rules.replace("calendar", "from,to,kind,label\n2025-09-01,2025-13-01,half_term,x\n", "c.csv").error().code == errc::bad_date);
    CHECK(rules.replace("calendar", "from,to,kind,label\n2025-09-02,2025-09-01,half_term,x\n", "c.csv").error().code == errc::out_of_range);
    CHECK(rules.replace("agenda", "phase,title,minutes,least,drop_order\narrive,A,5,3,0\n", "a.csv").error().code == errc::bad_table);
    CHECK(rules.replace("decay", "kind,age,decay\nlearn_that,1,5\n", "d.csv").error().code == errc::out_of_range);
    CHECK(rules.replace("gating", "statement,statement\n", "g.csv").error().code == errc::duplicate_id);
    CHECK(rules.replace("gating", "statement,reason\nx\n", "g.csv").error().code == errc::bad_table);
    CHECK(rules.replace("gating", "", "g.csv").error().code == errc::bad_table);
    REQUIRE(rules.replace("parameters", "name,value\nwindow,20\n", "p.csv"));
    CHECK(rules.numbers().window == 20);
  }
}

TEST_CASE("decisions are made by people, and an override says why", "[decision]") {
  recommendation r;
  r.standard = "ittecf-2024:S4";
  r.as_of = day("2025-11-24");
  r.rule = "DIA-P4";
  r.recommended = advice::consolidate;
  const date today = day("2025-11-24");
  CHECK(decision::accept(r, today, named_by::together).value().chosen() == path::consolidate);
  CHECK(decision::override_with(r, path::extend, "", "", today, named_by::ect).error().code == errc::missing_field);
  CHECK(decision::override_with(r, path::consolidate, "other", "", today, named_by::ect).error().code == errc::not_allowed);
  const auto d = decision::override_with(r, path::extend, "other", "we saw it on Friday", today, named_by::ect).value();
  CHECK(d.response() == response::overridden);
  CHECK(d.recommended() == advice::consolidate);
  CHECK(d.chosen() == path::extend);
  CHECK(d.rule() == "DIA-P4");
  CHECK(decision::choose(r, path::extend, "", today, named_by::ect).error().code == errc::not_allowed);
  CHECK(decision::accept(r, day("2025-11-23"), named_by::ect).error().code == errc::out_of_range);
  CHECK_FALSE(decision::defer(r, today, named_by::ect).value().has_chosen());
  for (const auto open : {advice::insufficient_evidence, advice::calibrate_first, advice::choose_together, advice::confirm_itt}) {
    r.recommended = open;
    CHECK(decision::accept(r, today, named_by::together).error().code == errc::not_allowed);
    CHECK(decision::override_with(r, path::extend, "other", "", today, named_by::ect).error().code == errc::not_allowed);
    CHECK(decision::choose(r, path::extend, "why not", today, named_by::together).value().response() == response::chosen);
  }
}
