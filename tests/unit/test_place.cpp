// The place in the programme: who leads, where attention went, and what came along from training.
#include <catch2/catch.hpp>
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "ectp/mentoring/place.hpp"

using namespace ectp;

namespace {

const policies& rules() {
  static const policies p = policies::builtin().value();
  return p;
}
const framework::tree& ittecf() {
  static const framework::tree t = framework::edition("ittecf-2024").value();
  return t;
}
date day(std::string_view d) { return parse_date(d).value(); }

std::uint64_t seed = 5;
std::size_t below(std::size_t n) {
  std::uint64_t z = seed += 0x9E3779B97F4A7C15u;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
  z = (z ^ z >> 27) * 0x94D049BB133111EBu;
  return static_cast<std::size_t>((z ^ z >> 31) % n);
}

session held(std::string_view on, std::vector<std::string> touched) {
  session s;
  s.status = session_status::held;
  s.held_on = day(on);
  s.touched = std::move(touched);
  return s;
}

std::string with_tag(std::string_view tag, std::size_t skip = 0) {
  for (const auto& n : ittecf().nodes())
    if (n.kind() == framework::kind::statement && n.has_tag(tag) && skip-- == 0) return n.ref();
  return {};
}

}  // namespace

TEST_CASE("who leads the agenda", "[place]") {
  for (const int year : {1, 2})
    for (const bool inquiry : {false, true})
      for (const bool wish : {false, true}) {
        const auto lead = agenda_lead_of(year, inquiry, wish, rules()).value();
        // Year 2 belongs to the ECT: an inquiry in place of a block, else a wish, else a question. In Year 1 the
        // programme has its block, and a wish leads within it.
        CHECK(lead.leader == (year == 2 || wish ? named_by::ect : named_by::together));
        CHECK(lead.stands == (year == 1 ? agenda_block::programme
                              : inquiry ? agenda_block::inquiry
                              : wish    ? agenda_block::wish
                                        : agenda_block::to_choose));
        CHECK_FALSE(lead.says.empty());
        CHECK(lead.ask.back() == '?');
      }
  for (const int year : {-1, 0, 3}) CHECK(agenda_lead_of(year, false, false, rules()).error().code == errc::out_of_range);
}

TEST_CASE("a handover comes along as the crosswalk has it", "[place][handover]") {
  const auto links = framework::crosswalk("ccf-2019", "ittecf-2024").value();
  const auto ccf = framework::edition("ccf-2019").value();
  handover h;
  h.edition = "ccf-2019";
  for (const auto& n : ccf.nodes())
    if (n.kind() == framework::kind::statement) (below(2) == 0 ? h.secure : h.growing).push_back(n.ref());
  REQUIRE(h.secure.size() > 20);
  const auto view = itt_view_of_handover(h, ittecf(), rules()).value();
  std::set<std::string> known;
  std::size_t came = 0, exact = 0, other = 0;
  for (const auto& s : view)
    for (const auto& c : s.came) {
      ++came;
      const bool secure = std::find(h.secure.begin(), h.secure.end(), c.from) != h.secure.end();
      CHECK(c.secure == secure);
      known.insert(c.from);
      const framework::link* found = nullptr;
      for (const auto& l : links)
        if ("ccf-2019:" + std::string(l.from) == c.from && (c.to.empty() ? l.to.empty() : "ittecf-2024:" + std::string(l.to) == c.to)) found = &l;
      if (c.standing == standing::gone) {
        CHECK(c.to.empty());
        CHECK(s.standard.empty());
        continue;
      }
      REQUIRE(found != nullptr);
      CHECK(ittecf().statement_of(c.to).value().standard()->ref() == s.standard);
      // Exact only where the content is the same and that is well known; whatever else says so.
      const bool same = found->relation == framework::relation::same || found->relation == framework::relation::moved;
      CHECK((c.standing == standing::exact) == (same && found->confidence == confidence::high));
      CHECK_FALSE(c.says.empty());
      (c.standing == standing::exact ? exact : other) += 1;
    }
  CHECK(known.size() == h.secure.size() + h.growing.size());
  CHECK(other > 0);
  CHECK(came >= known.size());
}

TEST_CASE("a handover of the same edition, and ones that cannot be read", "[place][handover]") {
  handover h;
  h.edition = "ittecf-2024";
  h.secure = {"ittecf-2024:4n"};
  h.growing = {"4m"};
  const auto view = itt_view_of_handover(h, ittecf(), rules()).value();
  REQUIRE(view.size() == 8);
  REQUIRE(view[3].came.size() == 2);
  CHECK(view[3].came[0].to == "ittecf-2024:4n");
  CHECK(view[3].came[0].standing == standing::exact);
  CHECK(view[3].came[1].from == "ittecf-2024:4m");
  CHECK_FALSE(view[3].came[1].secure);
  h.growing = {"ittecf-2024:99"};
  CHECK(itt_view_of_handover(h, ittecf(), rules()).error().code == errc::unknown_code);
  h.edition = "itt-1066";
  CHECK(itt_view_of_handover(h, ittecf(), rules()).error().code == errc::unknown_edition);
  h = {};
  h.edition = "ccf-2019";
  for (const auto& s : itt_view_of_handover(h, ittecf(), rules()).value()) CHECK(s.came.empty());
}

TEST_CASE("themes by half-term agree with the coverage of this one", "[place]") {
  std::vector<std::string> refs;
  for (const auto& n : ittecf().nodes())
    if (n.kind() == framework::kind::statement) refs.push_back(n.ref());
  for (int round = 0; round != 100; ++round) {
    record_state state;
    state.today = day("2025-09-01") + static_cast<std::int32_t>(below(300));
    for (std::size_t n = below(6); n != 0; --n) {
      session s = held("2025-09-01", {refs[below(refs.size())], refs[below(refs.size())]});
      s.held_on = day("2025-09-01") + static_cast<std::int32_t>(below(300));
      s.status = static_cast<session_status>(below(3));
      state.sessions.push_back(s);
    }
    for (std::size_t n = below(6); n != 0; --n) {
      evidence e;
      e.statement = refs[below(refs.size())];
      e.observed_on = day("2025-09-01") + static_cast<std::int32_t>(below(static_cast<std::size_t>(state.today - day("2025-09-01")) + 1));
      e.source = below(2) == 0 ? evidence_source::self_audit : evidence_source::work_sample;
      state.rows.push_back(e);
    }
    const auto rows = themes_by_half_term(ittecf(), state, rules());
    REQUIRE_FALSE(rows.empty());
    CHECK(rows.back().now);
    const auto now = coverage_of(ittecf(), state, rules());
    REQUIRE(now.size() == rows.back().days.size());
    for (std::size_t i = 0; i != now.size(); ++i) CHECK(now[i].looked_at == (rows.back().days[i] > 0));
    for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i].from == rows[i - 1].until + 1);
  }
}

TEST_CASE("days are counted once, from the start of the post to today", "[place]") {
  record_state state;
  state.today = day("2025-11-24");
  state.start = start{};
  state.start->started_on = day("2025-09-01");
  const std::string send = with_tag("send"), also = with_tag("send", 1);
  REQUIRE_FALSE(send.empty());
  state.sessions = {held("2025-06-10", {send}), held("2025-09-10", {send, also}), held("2025-09-10", {send}), held("2025-10-28", {also}),
                    held("2025-11-05", {send}), held("2025-11-25", {send})};
  const auto rows = themes_by_half_term(ittecf(), state, rules());
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].half_term == "2025-26/H1");
  CHECK(rows[0].days[0] == 2);  // the holiday belongs to the half-term before it
  CHECK(rows[1].days[0] == 1);
  CHECK_FALSE(rows[0].now);
}

TEST_CASE("half-terms without a day in post are neither counted nor shown", "[place]") {
  record r(teacher_id::make("ect-1").value(), person_id::make("men-1").value(), "ittecf-2024", true);
  const auto add = [&](const char* id, auto content) {
    entry e;
    e.id = entry_id::make(id).value();
    e.on = day("2024-09-02");
    REQUIRE(r.append(e, content));
  };
  start s;
  s.started_on = day("2024-09-02");
  add("e-1", s);
  const auto place_at = [&](std::string_view today) {
    const auto state = state_of(r, ittecf(), day(today)).value();
    const auto plan = meeting::plan(r, day(today), rules(), ittecf(), {}).value();
    return place_of(plan, state, ittecf(), rules()).value();
  };
  const auto rows_at = [&](std::string_view today) {
    return themes_by_half_term(ittecf(), state_of(r, ittecf(), day(today)).value(), rules()).size();
  };
  CHECK(place_at("2026-02-25").half_term_number == 10);
  CHECK(rows_at("2026-02-25") == 10);
  // In post for the first five half-terms, and again from the tenth.
  const auto stretch = [&](const char* id, const char* from, const char* until) {
    time_in_post t;
    t.from = day(from);
    if (until != nullptr) t.until = day(until);
    add(id, t);
  };
  stretch("e-2", "2024-09-02", "2025-05-23");
  stretch("e-3", "2026-02-23", nullptr);
  CHECK(place_at("2026-02-25").half_term_number == 6);
  CHECK(rows_at("2026-02-25") == 6);
  CHECK(place_at("2025-05-20").half_term_number == 5);
}

TEST_CASE("a place says where we are and fits the page", "[place]") {
  record r(teacher_id::make("ect-1").value(), person_id::make("men-1").value(), "ittecf-2024", true);
  const auto add = [&](const char* id, auto content) {
    entry e;
    e.id = entry_id::make(id).value();
    e.on = day("2025-09-01");
    REQUIRE(r.append(e, content));
  };
  start s;
  s.started_on = day("2024-09-02");
  add("e-1", s);
  block b;
  b.year = 2;
  b.half_term = "2025-26/H2";
  b.title = "Questioning, revisited";
  add("e-2", b);
  const auto at = [&](std::string_view today) {
    const auto state = state_of(r, ittecf(), day(today)).value();
    const auto plan = meeting::plan(r, day(today), rules(), ittecf(), {}).value();
    return place_of(plan, state, ittecf(), rules()).value();
  };
  const auto p = at("2025-12-18");
  CHECK(p.year == 2);
  CHECK(p.half_term == "2025-26/H2");
  CHECK(p.half_term_number == 8);
  CHECK(p.school_days_left == 2);
  CHECK(p.weeks_left == 1);
  CHECK(p.lead.stands == agenda_block::to_choose);
  CHECK(at("2025-11-24").weeks_left == 4);
  const auto holiday = at("2025-10-29");
  CHECK(holiday.half_term.empty());
  CHECK(holiday.weeks_left == 0);
  CHECK(holiday.half_term_number == 0);

  inquiry q;
  q.question = "Who speaks in a whole sentence? \u8ab0\u304c\u8a71\u3059\u304b";
  q.statements = {"ittecf-2024:4m"};
  add("e-3", q);
  handover h;
  h.edition = "ccf-2019";
  for (const auto& n : framework::edition("ccf-2019").value().nodes())
    if (n.kind() == framework::kind::statement && h.secure.size() < 30) h.secure.push_back(n.ref());
  h.wants = "Time to think.";
  add("e-4", h);
  const auto full = at("2025-12-18");
  CHECK(full.lead.stands == agenda_block::inquiry);
  int statements = 0;
  for (const auto& t : full.touched) {
    CHECK(t.touched <= t.statements);
    statements += t.statements;
  }
  CHECK(statements == 187);  // 193 slots, six of them without text
  const std::string text = to_text(full, ittecf(), rules());
  CHECK(text.find("Who speaks in a whole sentence?") != std::string::npos);
  CHECK(text.find("Time to think.") != std::string::npos);
  CHECK(text.find("(from ") != std::string::npos);
  for (const char* never : {"secure", "emerging", "developing", "grade"}) CHECK(text.find(never) == std::string::npos);
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find('\n', from);
    std::size_t columns = 0;  // one for each character, whose further bytes are 10xxxxxx
    for (std::size_t i = from; i != end; ++i) columns += (static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U ? 1U : 0U;
    CHECK(columns <= 92);
    from = end + 1;
  }
}
