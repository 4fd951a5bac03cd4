// What a record has touched: against a plain count over sessions and evidence made at random, and what does
// not count.
#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "ectp/framework/editions.hpp"
#include "ectp/mentoring/coverage.hpp"

namespace fw = ectp::framework;
using ectp::statement_coverage;

namespace {

std::uint64_t state = 9;
std::size_t below(std::size_t n) {
  std::uint64_t z = state += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return static_cast<std::size_t>((z ^ z >> 31) % n);
}

const fw::tree& ittecf() {
  static const fw::tree t = fw::edition("ittecf-2024").value();
  return t;
}
ectp::date day(int n) { return ectp::parse_date("2025-10-01").value() + n; }

ectp::session held(std::vector<std::string> touched, int on) {
  ectp::session s;
  s.status = ectp::session_status::held;
  s.held_on = day(on);
  s.touched = std::move(touched);
  return s;
}
ectp::evidence seen(std::string statement, ectp::evidence_source source, int on) {
  ectp::evidence e;
  e.statement = std::move(statement);
  e.source = source;
  e.observed_on = day(on);
  return e;
}

}  // namespace

TEST_CASE("coverage is a count of days, over random sessions and evidence", "[coverage]") {
  std::vector<std::string> refs;
  for (const auto& n : ittecf().nodes())
    if (n.kind() == fw::kind::statement && refs.size() < 40) refs.push_back(n.ref());
  for (int round = 0; round != 50; ++round) {
    ectp::record_state r;
    r.today = day(20);
    const int since = static_cast<int>(below(20));
    std::map<std::string, std::set<std::string>> days, later;
    const auto note = [&](const std::string& ref, int on) {
      if (on > 20) return;
      days[ref].insert(to_string(day(on)));
      if (on >= since) later[ref].insert(to_string(day(on)));
    };
    for (std::size_t n = below(30); n != 0; --n) {
      ectp::session s = held({}, static_cast<int>(below(25)));
      s.status = static_cast<ectp::session_status>(below(3));
      for (std::size_t k = below(4); k != 0; --k) s.touched.push_back(refs[below(refs.size())]);
      if (s.status == ectp::session_status::held)
        for (const auto& ref : s.touched) note(ref, s.held_on - day(0));
      r.sessions.push_back(s);
    }
    for (std::size_t n = below(30); n != 0; --n) {
      const auto source = static_cast<ectp::evidence_source>(below(6));
      const ectp::evidence e = seen(refs[below(refs.size())], source, static_cast<int>(below(20)));
      if (source != ectp::evidence_source::self_audit) note(e.statement, e.observed_on - day(0));
      r.rows.push_back(e);
    }
    const auto all = statement_coverage::of(ittecf(), r).value();
    const auto part = statement_coverage::of(ittecf(), r, day(since)).value();
    CHECK(all.size() == days.size());
    CHECK(part.size() == later.size());
    for (const auto& n : ittecf().nodes()) {
      CHECK(all.days(n) == static_cast<int>(days[n.ref()].size()));
      CHECK(part.days(n) == static_cast<int>(later[n.ref()].size()));
      CHECK(all.touched(n) == !days[n.ref()].empty());
      const std::string last = all.last(n) ? to_string(*all.last(n)) : "";
      CHECK(last == (days[n.ref()].empty() ? "" : *days[n.ref()].rbegin()));
    }
  }
}

TEST_CASE("what touches a statement and what does not", "[coverage]") {
  ectp::record_state r;
  r.today = day(10);
  const auto days = [&](std::string_view code, const fw::tree& t = ittecf()) {
    return statement_coverage::of(ittecf(), r).value().days(t.find(code).value());
  };
  CHECK(days("4n") == 0);
  r.sessions = {held({"ittecf-2024:4n", "4n"}, 1)};
  CHECK(days("4n") == 1);  // one day, however often
  CHECK(days("S4") == 0);
  r.rows = {seen("ittecf-2024:4n", ectp::evidence_source::quiz, 1)};
  CHECK(days("4n") == 1);
  r.rows.push_back(seen("ittecf-2024:4n", ectp::evidence_source::itt_record, -90));
  CHECK(days("4n") == 2);
  r.rows.push_back(seen("ittecf-2024:4n", ectp::evidence_source::self_audit, 3));
  CHECK(days("4n") == 2);
  r.wish = ectp::dated_wish{{"ittecf-2024:5q", ""}, {}, day(2)};
  r.target = ectp::target{"ittecf-2024:5q", {}};
  r.block = ectp::block{1, "2025-26/H2", "A block", {"ittecf-2024:5q"}, true};
  CHECK(days("5q") == 0);
  r.sessions.push_back(held({"ittecf-2024:5q"}, 10));
  CHECK(days("5q") == 1);
  r.sessions.back().held_on = day(11);
  CHECK(days("5q") == 0);

  // The same code of another edition is another statement; overlaid wording makes no difference.
  const fw::tree earlier = fw::edition("ecf-2019").value();
  REQUIRE(earlier.find("4n").has_value());
  CHECK(days("4n", earlier) == 0);
  const fw::wording overlay[] = {{"4n", "Invented words."}};
  CHECK(days("4n", ittecf().with_text(overlay).value()) == 2);
  const statement_coverage none;
  CHECK(none.size() == 0);
  CHECK(none.days(ittecf().root()) == 0);
  CHECK(!none.last(ittecf().find("4n").value()));
}

TEST_CASE("statements that a tree does not have are named", "[coverage]") {
  ectp::record_state r;
  r.today = day(10);
  r.sessions = {held({"ittecf-2024:99z"}, 1)};
  CHECK(statement_coverage::of(ittecf(), r).error().code == ectp::errc::unknown_code);
  r.sessions = {held({"ecf-2019:4n"}, 1)};
  CHECK(statement_coverage::of(ittecf(), r).error().code == ectp::errc::wrong_edition);
  r.sessions.clear();
  r.rows = {seen("ittecf-2024:S4", ectp::evidence_source::quiz, 1)};
  CHECK(statement_coverage::of(ittecf(), r).error().code == ectp::errc::wrong_type);
}
