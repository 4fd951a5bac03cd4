#include <catch2/catch.hpp>
#include <cstdint>
#include <fstream>
#include <locale>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/serialization.hpp"

#if defined(__unix__)
#  include <sys/resource.h>
#endif

namespace {

using namespace ectp;
using namespace std::string_literals;

date day(const char* iso) { return parse_date(iso).value(); }

entry head(const char* id, const char* supersedes = nullptr) {
  entry e;
  e.id = entry_id::make(id).value();
  e.on = day("2025-11-03");
  e.by = person_id::make("men-1").value();
  if (supersedes != nullptr) e.supersedes = entry_id::make(supersedes).value();
  return e;
}

recommendation advice_to(advice what) {
  recommendation r;
  r.standard = "ittecf-2024:S4";
  r.as_of = day("2025-11-03");
  r.recommended = what;
  r.rule = "DIA-P6";
  r.policy = "pathway";
  r.policy_sha256 = to_hex(sha256("policy"));
  r.has_provisional = true;
  r.provisional = path::extend;
  return r;
}

evidence sighting() {
  evidence e;
  e.id = entry_id::make("e-05").value();
  e.observed_on = day("2025-11-03");
  e.statement = "ittecf-2024:4n";
  e.source = evidence_source::work_sample;
  e.scale = score_scale::proportion;
  e.score = score::make(125).value();
  e.rater = person_id::make("men-1").value();
  e.has_role = true;
  e.role = rater_role::provider;
  e.session = session_id::make("s-1").value();
  e.where = "9K \xC3\xA9\n\"<&>";
  return e;
}

start a_start() {
  start x;
  x.started_on = day("2025-09-01");
  x.phase = school_phase::send_setting;
  x.intake = intake::april;
  x.programme_type = programme_type::school_led;
  x.cohort = 2025;
  return x;
}

block a_block() {
  return {2, "2025-26/H2", "Questioning", {"ittecf-2024:4m", "ittecf-2024:4n"}, true};
}

step a_step() {
  step x;
  x.id = step_id::make("stp-1").value();
  x.statement = "ittecf-2024:7h";
  x.what = "what";
  x.when_where = "where";
  x.success_criteria = {"one", "", "three"};
  x.check_on = day("2025-12-01");
  x.status = step_status::carried_forward;
  x.named_by = named_by::mentor;
  x.script = script_id::make("dp-1").value();
  x.how = {"first", "second"};
  x.why = "why";
  x.technique = "wait time";
  x.check_method = "look";
  x.might_miss = "somebody";
  x.tier = tier::doing_well_needs_stretch;
  x.follows = step_id::make("stp-0").value();
  x.path = path::extend;
  x.ect_agreed = true;
  return x;
}

step_tried a_lesson() {
  return {step_id::make("stp-1").value(), day("2025-11-04"), true, rater_role::provider};
}
step_moved a_move() { return {step_id::make("stp-1").value(), step_status::embedded}; }

session a_session() {
  session x;
  x.id = session_id::make("s-1").value();
  x.kind = session_kind::self_study;
  x.status = session_status::held;
  x.held_on = day("2025-11-03");
  x.planned_minutes = 45;
  x.minutes = 40;
  x.slot = "period 1";
  x.touched = {"ittecf-2024:4i"};
  x.cycle = cycle_part::feedback;
  x.stance = stance::facilitative;
  x.stance_rule = "COA-R6";
  x.step_named_by = named_by::ect;
  return x;
}

appraisal an_appraisal() {
  appraisal x;
  x.model = "claims";
  x.claim = "claim";
  x.source = "source";
  x.answers = {{"conclusions", answer::ok, "because", {"one", "two"}}, {"limitations", answer::concern, "", {}}};
  x.conclusion = "mine";
  x.verdict = "corroborate";
  x.rule = "CLM-R4";
  x.statement = "ittecf-2024:4n";
  x.step = step_id::make("stp-1").value();
  return x;
}

decision an_override() {
  return decision::override_with(advice_to(advice::extend), path::consolidate, "ect_preference",
                                 "one more week", day("2025-11-04"), named_by::ect)
      .value();
}

// Every kind of entry, and a correction.
record whole() {
  record r(teacher_id::make("ect-1").value(), person_id::make("men-1").value(), "ittecf-2024",
           true);
  r.about("Made up.");
  REQUIRE(r.append(head("e-01"), a_start()));
  REQUIRE(r.append(head("e-02"), time_in_post{day("2025-09-01"), day("2025-12-19"), 600}));
  REQUIRE(r.append(head("e-03"), a_block()));
  REQUIRE(r.append(head("e-04"), a_session()));
  REQUIRE(r.append(head("e-05"), sighting()));
  REQUIRE(r.append(head("e-06", "e-05"), sighting()));
  REQUIRE(r.append(head("e-07"), wish{"ittecf-2024:4n", "9K"}));
  REQUIRE(r.append(head("e-08"), target{"ittecf-2024:7c", day("2025-12-12")}));
  REQUIRE(r.append(head("e-09"), a_step()));
  REQUIRE(r.append(head("e-10"), a_lesson()));
  REQUIRE(r.append(head("e-11"), a_move()));
  REQUIRE(r.append(head("e-12"), an_override()));
  REQUIRE(
      r.append(head("e-13"), assessment(assessment_kind::formal_assessment, day("2026-07-10"))));
  REQUIRE(r.append(head("e-14"), entitlement{"reduced_timetable", false}));
  REQUIRE(r.append(head("e-15"), time_in_post{day("2026-01-05"), {}, 1000}));
  REQUIRE(r.append(head("e-16"), rehearsed{script_id::make("dp-1").value(), day("2025-11-03"), 4, "kept"}));
  REQUIRE(r.append(head("e-17"), feedback{feedback_from::ect, day("2025-11-03"), day("2025-11-04"), "ittecf-2024:4n",
                                          "seen", "effect", "question?", "offer"}));
  REQUIRE(r.append(head("e-18"), an_appraisal()));
  REQUIRE(r.append(head("e-19"), agreement{"what", day("2025-12-01"), true}));
  REQUIRE(r.append(head("e-20"), handover{"ccf-2019", {"ccf-2019:1.4"}, {"ccf-2019:5.3"}, "wants"}));
  REQUIRE(r.append(head("e-21"), inquiry{"question?", {"ittecf-2024:4n"}, day("2026-02-13")}));
  return r;
}

template <class Archive, class T>
std::string bytes_of(const T& value) {
  std::ostringstream out;
  {
    Archive archive(out);
    archive << boost::make_nvp("value", value);
  }
  return out.str();
}

template <class Archive, class T>
T value_of(const std::string& bytes) {
  std::istringstream in(bytes);
  T value{};
  Archive archive(in);
  archive >> boost::make_nvp("value", value);
  return value;
}

// The same members as T, written as the next layout version of it.
template <class T>
struct newer {
  T value{};
  template <class Archive>
  void serialize(Archive& ar, unsigned) {
    value.serialize(ar, serial_version<T>);
  }
};

// A good envelope around any bytes.
std::string enveloped(std::string_view payload, const std::string& layout = "1",
                      const std::string& form = "text") {
  return "ectp-archive " + layout + " " + form + " 0.1.0 " + std::to_string(payload.size()) + " " +
         to_hex(sha256(payload)) + "\n" + std::string(payload);
}

std::string payload_of(const std::string& archive) {
  return archive.substr(archive.find('\n') + 1);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  INFO(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

errc code_of(const result<record>& r) {
  REQUIRE_FALSE(r.has_value());
  INFO(to_string(r.error()));
  CHECK_FALSE(r.error().message.empty());
  return r.error().code;
}

}  // namespace

namespace boost::serialization {
template <class T>
struct version<newer<T>> {
  using tag = mpl::integral_c_tag;
  using type = mpl::int_<static_cast<int>(ectp::serial_version<T>) + 1>;
  static constexpr int value = static_cast<int>(ectp::serial_version<T>) + 1;
};
template <class T>
struct tracking_level<newer<T>> {
  using tag = mpl::integral_c_tag;
  using type = mpl::int_<track_never>;
  static constexpr int value = track_never;
};
}  // namespace boost::serialization

namespace {

// Through both archives and back; and the next layout version is refused.
template <class T>
void check_value(const T& value) {
  CHECK(value_of<boost::archive::text_iarchive, T>(
            bytes_of<boost::archive::text_oarchive>(value)) == value);
  CHECK(value_of<boost::archive::binary_iarchive, T>(
            bytes_of<boost::archive::binary_oarchive>(value)) == value);

  const newer<T> later{value};
  const auto refused = [](auto read) {
    try {
      (void)read();
    } catch (const ectp::exception& e) {
      return e.error().code == errc::newer_version;
    }
    return false;
  };
  CHECK(refused([&] {
    return value_of<boost::archive::text_iarchive, T>(
        bytes_of<boost::archive::text_oarchive>(later));
  }));
  CHECK(refused([&] {
    return value_of<boost::archive::binary_iarchive, T>(
        bytes_of<boost::archive::binary_oarchive>(later));
  }));
  static_assert(boost::serialization::tracking_level<T>::value ==
                boost::serialization::track_never);
}

}  // namespace

TEST_CASE("a record comes back from text and binary archives", "[serialization]") {
  const record r = whole();
  CHECK(load_text(save_text(r).value()).value() == r);
  CHECK(load_binary(save_binary(r).value()).value() == r);
  CHECK(load_text(save_text(record{}).value()).value() == record{});
  CHECK(load_binary(save_binary(record{}).value()).value() == record{});
  // The indexes are rebuilt: the loaded record can be added to and keeps its laws.
  record again = load_text(save_text(r).value()).value();
  CHECK(again.superseded(4));
  CHECK(again.find("e-14") == 13u);
  CHECK_FALSE(again.append(head("e-01"), entitlement{"x", true}).has_value());
  CHECK_FALSE(again.append(head("e-16", "e-05"), sighting()).has_value());
  CHECK(again.append(head("e-99", "e-06"), sighting()).has_value());
}

TEST_CASE("every value type comes back, and its next layout is refused", "[serialization]") {
  check_value(day("2025-11-24"));
  check_value(entry_id::make("e-1").value());
  check_value(score::make(125).value());
  check_value(score{});
  check_value(sighting());
  check_value(advice_to(advice::choose_together));
  check_value(an_override());
  check_value(
      decision::defer(advice_to(advice::calibrate_first), day("2025-11-05"), named_by::together)
          .value());
  check_value(assessment(assessment_kind::interim_assessment, day("2026-04-01")));
  check_value(time_in_post{day("2025-09-01"), day("2025-12-19"), 600});
  check_value(time_in_post{day("2025-09-01"), {}, 1});
  check_value(a_start());
  check_value(a_block());
  check_value(wish{"ittecf-2024:4n", ""});
  check_value(target{"ittecf-2024:7c", {}});
  check_value(a_step());
  check_value(a_lesson());
  check_value(a_move());
  check_value(a_session());
  check_value(session{});
  check_value(entitlement{"x", false});
  check_value(head("e-2", "e-1"));
  check_value(whole());
}

TEST_CASE("a newer class version inside a text archive is refused", "[serialization]") {
  // Boost writes the version of a class before its first object: tracking 0, version 2.
  const std::string payload = payload_of(save_text(whole()).value());
  const std::string at = "serialization::archive ";
  const std::size_t library = payload.find(at) + at.size();
  const std::string before = payload.substr(0, payload.find(' ', library));
  REQUIRE(payload.substr(before.size(), 5) == " 0 2 ");
  REQUIRE(load_text(enveloped(payload)).value() == whole());
  const auto with_version = [&](const std::string& v) {
    return load_text(enveloped(before + " 0 " + v + payload.substr(before.size() + 4)));
  };
  CHECK(with_version("2").has_value());
  CHECK(code_of(with_version("3")) == errc::newer_version);
  CHECK(code_of(with_version("255")) == errc::newer_version);
  // So is a later version of the Boost library itself.
  CHECK(code_of(load_text(enveloped(payload.substr(0, library) + "9999" +
                                    payload.substr(before.size())))) == errc::newer_version);
}

TEST_CASE("an archive is one line and what it describes", "[serialization]") {
  const std::string text = save_text(whole()).value();
  CHECK(text == enveloped(payload_of(text)));
  CHECK(text.substr(0, 26) == "ectp-archive 1 text " ECTP_VERSION " ");
  CHECK(save_binary(whole()).value().substr(0, 28) == "ectp-archive 1 binary " ECTP_VERSION " ");
  CHECK(save_text(whole()).value() == text);
}

TEST_CASE("an archive cut short anywhere is refused", "[serialization]") {
  const std::string text = save_text(whole()).value(), binary = save_binary(whole()).value();
  std::size_t accepted = 0;
  for (std::size_t n = 0; n != text.size(); ++n)
    accepted += load_text(std::string_view(text).substr(0, n)).has_value() ? 1 : 0;
  for (std::size_t n = 0; n != binary.size(); ++n)
    accepted += load_binary(std::string_view(binary).substr(0, n)).has_value() ? 1 : 0;
  CHECK(accepted == 0);
  CHECK(code_of(load_text(text + "x")) == errc::syntax);
}

TEST_CASE("a payload cut short behind a good envelope is refused", "[serialization]") {
  const std::string payload = payload_of(save_text(whole()).value());
  std::size_t accepted = 0;
  for (std::size_t n = 0; n < payload.size(); n += 7) {
    const auto r = load_text(enveloped(std::string_view(payload).substr(0, n)));
    accepted += r.has_value() && !(*r == whole()) ? 1 : 0;
  }
  CHECK(accepted == 0);
  CHECK(code_of(load_text(enveloped(payload + "x"))) == errc::syntax);
  const std::string binary = payload_of(save_binary(whole()).value());
  CHECK(load_binary(enveloped(binary, "1", "binary")).value() == whole());
  CHECK(code_of(load_binary(enveloped(binary + "x", "1", "binary"))) == errc::syntax);
  CHECK(code_of(load_binary(enveloped(binary.substr(0, binary.size() - 1), "1", "binary"))) ==
        errc::syntax);
}

TEST_CASE("a changed byte anywhere is refused", "[serialization]") {
  const record r = whole();
  for (const bool as_text : {true, false}) {
    std::string bytes = (as_text ? save_text(r) : save_binary(r)).value();
    const std::size_t producer = bytes.find(ECTP_VERSION);
    std::size_t accepted = 0;
    for (std::size_t i = 0; i != bytes.size(); ++i) {
      // The producer's name is for people: it decides nothing.
      if (i >= producer && i < producer + std::string_view(ECTP_VERSION).size()) continue;
      const char was = bytes[i];
      for (const unsigned flip : {1u, 32u, 128u}) {
        bytes[i] = static_cast<char>(static_cast<unsigned char>(was) ^ flip);
        accepted += (as_text ? load_text(bytes) : load_binary(bytes)).has_value() ? 1 : 0;
      }
      bytes[i] = was;
    }
    CHECK(accepted == 0);
  }
}

TEST_CASE("envelopes that do not fit are refused with their reason", "[serialization]") {
  const std::string text = save_text(whole()).value(), payload = payload_of(text);
  CHECK(code_of(load_text("")) == errc::syntax);
  CHECK(code_of(load_text("\n")) == errc::syntax);
  CHECK(code_of(load_text("ectp-archive \n")) == errc::syntax);
  CHECK(code_of(load_text("ectp-archive 1 text\n")) == errc::syntax);
  CHECK(code_of(load_text("{\"ectp_record\": 1}")) == errc::syntax);
  CHECK(code_of(load_text(payload)) == errc::syntax);
  CHECK(code_of(load_text(enveloped(payload, "2"))) == errc::newer_version);
  CHECK(code_of(load_text("ectp-archive 7 zip anything at all\n...")) == errc::newer_version);
  CHECK(code_of(load_text(enveloped(payload, "0"))) == errc::syntax);
  CHECK(code_of(load_text(enveloped(payload, "x"))) == errc::syntax);
  CHECK(code_of(load_text(enveloped(payload, "99999999999999999999"))) == errc::syntax);
  CHECK(code_of(load_text(enveloped(payload, "1", "binary"))) == errc::wrong_type);
  CHECK(code_of(load_binary(text)) == errc::wrong_type);
  const std::string hash = to_hex(sha256(payload));
  CHECK(code_of(load_text(replaced(text, hash, std::string(64, '0')))) == errc::syntax);
  CHECK(code_of(load_text(replaced(text, hash, ""))) == errc::syntax);
  CHECK(code_of(load_text(std::string(max_archive_bytes + 1, 'x'))) == errc::too_large);
}

TEST_CASE("hostile lengths never reach Boost", "[serialization]") {
#if defined(__unix__)
  const auto peak = [] {  // kilobytes on Linux
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
  };
  const auto before = peak();
#endif
  // The constructor of Boost's text archive would reserve three gigabytes for these twelve bytes.
  const std::string twelve = "3000000000 x";
  REQUIRE(twelve.size() == 12);
  CHECK(code_of(load_text(twelve)) == errc::syntax);
  CHECK(code_of(load_binary(twelve)) == errc::syntax);
  CHECK(code_of(load_binary("\xff\xff\xff\xff\xff\xff\xff\x7f"
                            "abcd"s)) == errc::syntax);
  CHECK(code_of(load_text("ectp-archive 1 text 0.1.0 12 " + std::string(64, 'a') + "\n" +
                          twelve)) == errc::syntax);
  CHECK(code_of(load_text("ectp-archive 1 text 0.1.0 4000000000 " + std::string(64, 'a') + "\n" +
                          twelve)) == errc::syntax);
#if defined(__linux__)
  CHECK(peak() - before < 64 * 1024);
#endif
}

TEST_CASE("values that cannot be are refused behind a good envelope", "[serialization]") {
  const auto says = [](const result<record>& r, const char* part) {
    REQUIRE_FALSE(r.has_value());
    INFO(to_string(r.error()));
    CHECK(to_string(r.error()).find(part) != std::string::npos);
  };
  const std::string good = payload_of(save_text(whole()).value());

  record odd(teacher_id::make("ect-1").value(), {}, "ittecf-2024");
  session s = a_session();
  s.status = static_cast<session_status>(99);
  REQUIRE(odd.append(head("e-1"), s));
  says(load_text(save_text(odd).value()), "'status'");
  says(load_binary(save_binary(odd).value()), "'status'");

  record late(teacher_id::make("ect-1").value(), {}, "ittecf-2024");
  wish w{"ittecf-2024:4n", ""};
  entry far = head("e-1");
  far.on = date::from_days(5'000'000);
  REQUIRE(late.append(far, w));
  says(load_text(save_text(late).value()), "'on'");

  says(load_text(enveloped(replaced(good, "5 ect-1", "5 ect 1"))), "teacher");
  says(load_text(enveloped(replaced(good, "4 e-02", "4 e-01"))), "was used before");
  says(load_text(enveloped(replaced(good, "4 e-14", "4 e-05"))), "was used before");

  // Evidence keeps the id of its entry, and decisions can only be what their functions make.
  record one(teacher_id::make("ect-1").value(), {}, "ittecf-2024");
  REQUIRE(one.append(head("e-9"), sighting()));
  const std::string evidence_text = payload_of(save_text(one).value());
  const std::size_t second = evidence_text.find("3 e-9", evidence_text.find("3 e-9") + 1);
  REQUIRE(second != evidence_text.npos);
  says(load_text(enveloped(std::string(evidence_text).replace(second, 5, "3 e-8"))), "another id");

  record decided(teacher_id::make("ect-1").value(), {}, "ittecf-2024");
  REQUIRE(decided.append(
      head("e-1"),
      decision::accept(advice_to(advice::extend), day("2025-11-04"), named_by::ect).value()));
  const std::string decision_text = payload_of(save_text(decided).value());
  REQUIRE(load_text(enveloped(decision_text)).value() == decided);
  says(load_text(enveloped(replaced(decision_text, " 1 6 DIA-P6", " 0 6 DIA-P6"))), "decision");
}

TEST_CASE("no locale changes an archive", "[serialization]") {
  struct grouped : std::numpunct<char> {
    char do_thousands_sep() const override { return '.'; }
    char do_decimal_point() const override { return ','; }
    std::string do_grouping() const override { return "\1"; }
  };
  const std::string text = save_text(whole()).value();
  const std::locale was = std::locale::global(std::locale(std::locale::classic(), new grouped));
  const std::string again = save_text(whole()).value();
  const auto loaded = load_text(text);
  std::locale::global(was);
  CHECK(again == text);
  REQUIRE(loaded.has_value());
  CHECK(*loaded == whole());
}

TEST_CASE("records of the first layout are read", "[serialization]") {
  std::ifstream in(std::string(ECTP_SOURCE_DIR) + "/tests/data/record/layout-1.archive", std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  const auto old = load_text(bytes.str());
  INFO((old ? "" : to_string(old.error())));
  REQUIRE(old.has_value());
  CHECK(old->entries().size() == 37);
  CHECK(old->all_rehearsals().empty());
  CHECK(old->all_inquiries().empty());
  REQUIRE(old->all_steps().size() == 1);
  CHECK(old->all_steps()[0].id.str() == "stp-001");
  CHECK(old->all_steps()[0].named_by == named_by::together);
  CHECK(old->all_steps()[0].how.empty());
  CHECK_FALSE(old->all_steps()[0].tier.has_value());
  CHECK_FALSE(old->all_sessions()[0].stance.has_value());
  // What is written anew has the layout of today and the same content.
  const auto again = load_text(save_text(*old).value());
  REQUIRE(again.has_value());
  CHECK(*again == *old);
}
