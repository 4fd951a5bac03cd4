#include <catch2/catch.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/framework/crosswalk.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/literals.hpp"

namespace fw = ectp::framework;
using namespace ectp::literals;
using ectp::errc;

namespace {

std::vector<fw::link> links(std::string_view from, std::string_view to) { return fw::crosswalk(from, to).value(); }

int count(const std::vector<fw::link>& all, fw::relation r) {
  int n = 0;
  for (const fw::link& l : all) n += l.relation == r ? 1 : 0;
  return n;
}

}  // namespace

TEST_CASE("a crosswalk says what became of every statement", "[crosswalk]") {
  REQUIRE(fw::crosswalks().size() == 4);
  for (const fw::edition_pair& p : fw::crosswalks()) {
    for (const bool against : {false, true}) {
      const std::string_view from = against ? p.to : p.from, to = against ? p.from : p.to;
      CAPTURE(from, to);
      const fw::tree a = fw::edition(from).value(), b = fw::edition(to).value();
      std::set<std::string_view> seen, reached;
      std::uint32_t before = 0;
      bool nowhere = false;
      for (const fw::link& l : links(from, to)) {
        CAPTURE(l.from, l.to);
        CHECK(l.from_edition == from);
        CHECK(l.to_edition == to);
        CHECK_FALSE((l.from.empty() && l.to.empty()));
        if (l.relation == fw::relation::added) CHECK(l.from.empty());
        if (l.relation == fw::relation::dropped) CHECK(l.to.empty());
        if (!l.to.empty()) {
          CHECK(b.index_of(l.to).has_value());
          reached.insert(l.to);
        }
        if (l.from.empty()) {
          nowhere = true;
          continue;
        }
        CHECK_FALSE(nowhere);  // links from nowhere come last
        REQUIRE(a.index_of(l.from).has_value());
        CHECK(before <= a.index_of(l.from)->value());
        before = a.index_of(l.from)->value();
        seen.insert(l.from);
      }
      if (to == "teachers-standards" || from == "teachers-standards") continue;
      for (const fw::node_view& n : a.nodes())
        if (n.kind() == fw::kind::statement) CHECK(seen.contains(n.code()));
    }
  }
}

TEST_CASE("the counts of the crosswalk are those of its sources", "[crosswalk]") {
  using enum fw::relation;
  const auto ecf = links("ecf-2019", "ittecf-2024");
  CHECK(ecf.size() == 182 + 13);
  CHECK(count(ecf, same) == 91);
  CHECK(count(ecf, moved) == 42);
  CHECK(count(ecf, amended) == 17);
  CHECK(count(ecf, merged) == 2);
  CHECK(count(ecf, split) == 2);
  CHECK(count(ecf, unknown) == 28 + 6);
  CHECK(count(ecf, added) == 7);
  CHECK(count(ecf, dropped) == 0);
  const auto ccf = links("ccf-2019", "ecf-2019");
  CHECK(count(ccf, same) == 164);
  CHECK(count(ccf, amended) == 15);
  CHECK(count(ccf, merged) == 4);
  CHECK(count(ccf, dropped) == 4);
  const auto sections = links("ittecf-2024", "teachers-standards");
  CHECK(count(sections, aligned) == 8);
  CHECK(count(sections, unknown) == 1);
}

TEST_CASE("a crosswalk read backwards holds the same links", "[crosswalk]") {
  using enum fw::relation;
  for (const fw::edition_pair& p : fw::crosswalks()) {
    const auto there = links(p.from, p.to), back = links(p.to, p.from);
    REQUIRE(there.size() == back.size());
    std::multiset<std::string> a, b;
    for (const fw::link& l : there) a.insert(std::string(l.from) + "|" + std::string(l.to) + "|" + std::string(l.note));
    for (const fw::link& l : back) b.insert(std::string(l.to) + "|" + std::string(l.from) + "|" + std::string(l.note));
    CHECK(a == b);
    CHECK(count(there, split) == count(back, merged));
    CHECK(count(there, merged) == count(back, split));
    CHECK(count(there, added) == count(back, dropped));
    CHECK(count(there, same) == count(back, same));
  }
}

TEST_CASE("one statement is followed from edition to edition", "[crosswalk]") {
  const auto split = fw::counterparts("3f"_ecf2019, "ittecf-2024").value();
  REQUIRE(split.size() == 2);
  CHECK(split[0].to == "3f");
  CHECK(split[1].to == "3g");
  CHECK(split[0].relation == fw::relation::split);
  CHECK_FALSE(split[0].note.empty());
  const auto fresh = fw::counterparts("2.6"_ittecf2024, "ecf-2019").value();
  REQUIRE(fresh.size() == 1);
  CHECK(fresh[0].relation == fw::relation::dropped);
  CHECK(fresh[0].to.empty());
  const auto hole = fw::counterparts("3.10"_ittecf2024, "ecf-2019").value();
  REQUIRE(hole.size() == 1);
  CHECK(hole[0].relation == fw::relation::unknown);
  CHECK(hole[0].basis == fw::link_basis::no_target_found);
  const auto section = fw::counterparts("S4"_ittecf2024, "teachers-standards").value();
  REQUIRE(section.size() == 1);
  CHECK(section[0].to == "TS4");
}

TEST_CASE("editions without a crosswalk are refused", "[crosswalk]") {
  CHECK(fw::crosswalk("ecf-1919", "ittecf-2024").error().code == errc::unknown_edition);
  CHECK(fw::crosswalk("ittecf-2024", "").error().code == errc::unknown_edition);
  const ectp::error none = fw::crosswalk("ecf-2019", "teachers-standards").error();
  CHECK(none.code == errc::bad_argument);
  CHECK(none.expected.find("ittecf-2024 and teachers-standards") != std::string::npos);
  CHECK(fw::crosswalk("ecf-2019", "ecf-2019").error().code == errc::bad_argument);
}

TEST_CASE("words of relations and bases are there and back", "[crosswalk]") {
  CHECK(name(fw::relation::added) == "new");
  for (std::size_t i = 0; i != ectp::words_in<fw::relation>.size(); ++i)
    CHECK(*ectp::from_word<fw::relation>(ectp::words_in<fw::relation>[i]) == static_cast<fw::relation>(i));
  for (std::size_t i = 0; i != ectp::words_in<fw::link_basis>.size(); ++i)
    CHECK(*ectp::from_word<fw::link_basis>(ectp::words_in<fw::link_basis>[i]) == static_cast<fw::link_basis>(i));
}
