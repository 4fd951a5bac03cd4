#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ectp/framework/audit.hpp"
#include "ectp/framework/editions.hpp"

namespace fw = ectp::framework;

namespace {

std::vector<fw::tree> trees() {
  std::vector<fw::tree> out;
  for (const fw::edition_info& e : fw::editions()) out.push_back(fw::edition(e.id).value());
  return out;
}

}  // namespace

TEST_CASE("an audit counts what counting one by one counts", "[framework][audit]") {
  for (const fw::tree& t : trees()) {
    CAPTURE(std::string(t.edition()));
    const fw::audit_report a = fw::audit(t);
    std::map<std::string, std::vector<std::string>> by_word, by_code;
    std::map<std::string, std::size_t> by_source, by_standard;
    std::map<std::string, std::map<std::string, std::size_t>> standard_words;
    std::size_t statements = 0, that = 0, how = 0, unsourced = 0;
    std::vector<std::string> placeholders;
    for (const fw::node_view& n : t.nodes()) {
      if (n.kind() != fw::kind::statement) continue;
      const std::string code(n.code()), word(n.confidence_word());
      ++statements;
      that += n.statement_kind() == fw::statement_kind::learn_that;
      how += n.statement_kind() == fw::statement_kind::learn_how_to;
      by_word[word].push_back(code);
      by_code[std::string(n.code_confidence_word())].push_back(code);
      const std::string s = n.standard() ? std::string(n.standard()->code()) : "";
      ++by_standard[s];
      ++standard_words[s][word];
      if (n.placeholder()) placeholders.push_back(code);
      unsourced += n.sources().empty();
      for (const fw::source& from : n.sources()) ++by_source[std::string(from.id)];
    }
    CHECK(a.edition == t.edition());
    CHECK(a.statements == statements);
    CHECK(a.learn_that == that);
    CHECK(a.learn_how_to == how);
    CHECK(a.placeholders == placeholders);
    CHECK(a.without_source == unsourced);
    CHECK(a.worded == 0);
    REQUIRE(a.by_confidence.size() == by_word.size());
    for (std::size_t i = 0; i != a.by_confidence.size(); ++i) {
      const auto& g = a.by_confidence[i];
      CHECK(g.codes == by_word[g.word]);
      for (const std::string& code : g.codes) CHECK(t.find(code)->confidence() == g.weight);
      if (i != 0 && g.weight) CHECK(a.by_confidence[i - 1].weight.value_or(ectp::confidence::high) >= *g.weight);
    }
    REQUIRE(a.by_code.size() == by_code.size());
    for (const auto& g : a.by_code) CHECK(g.codes == by_code[g.word]);
    REQUIRE(a.standards.size() >= by_standard.size());
    for (const auto& s : a.standards) {
      CHECK(s.statements == by_standard[s.code]);
      for (std::size_t i = 0; i != a.by_confidence.size(); ++i) CHECK(s.by_confidence[i] == standard_words[s.code][a.by_confidence[i].word]);
    }
    for (const auto& s : a.sources) CHECK(s.statements == by_source[s.id]);
    for (std::size_t i = 1; i < a.sources.size(); ++i) CHECK(a.sources[i - 1].statements >= a.sources[i].statements);
  }
}

TEST_CASE("the audit of ITTECF 2024 says what its data say", "[framework][audit]") {
  const fw::audit_report a = fw::audit(fw::edition("ittecf-2024").value());
  CHECK(a.statements == 193);
  CHECK_FALSE(a.licence_verified);
  REQUIRE(a.by_confidence.size() == 3);
  CHECK(a.by_confidence[0].word == "verified_ittecf");
  CHECK(a.by_confidence[0].weight == ectp::confidence::medium);
  CHECK(a.by_confidence[0].codes.size() == 143);
  CHECK(a.by_confidence[1].word == "verified_ecf2019_only");
  CHECK(a.by_confidence[1].codes.size() == 44);
  CHECK(a.by_confidence[2].codes == a.placeholders);
  CHECK(a.placeholders == std::vector<std::string>{"3.10", "3.11", "5e", "5j", "7.8", "7m"});
  CHECK(a.standards[7].by_confidence == std::vector<std::size_t>{0, 23, 0});
}

TEST_CASE("an audit counts the wording that is laid over", "[framework][audit]") {
  const fw::tree t = fw::edition("ittecf-2024").value();
  const std::vector<fw::wording> overlay{{"1.1", "Invented."}, {"S2", "Invented."}, {"4n", "Invented."}};
  const fw::audit_report a = fw::audit(t.with_text(overlay).value());
  CHECK(a.worded == 2);
  CHECK(a.standards[0].worded == 1);
  CHECK(a.standards[3].worded == 1);
}
