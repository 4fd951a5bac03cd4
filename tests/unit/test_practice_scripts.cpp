#include <catch2/catch.hpp>
#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "ectp/content/practice.hpp"
#include "ectp/interop/practice_json.hpp"
#include "ectp/mentoring/rehearsal.hpp"
#include "ectp/serialization.hpp"

namespace {

using namespace ectp;
using nlohmann::ordered_json;

const policies& ours() {
  static const policies p = policies::builtin().value();
  return p;
}
const rehearsal_rules& rules() {
  static const rehearsal_rules r = rehearsal_rules::make(ours()).value();
  return r;
}
ordered_json good() { return ordered_json::parse(builtin_script_json("dp-4n-secondary-1")); }
ordered_json for_mentors() { return ordered_json::parse(builtin_script_json("dp-mentor-stance-1")); }
std::vector<error> errors_of(const ordered_json& j) { return read_full_script_all(j.dump(), "s.json").errors; }

// Every object's every field, as a JSON pointer.
void fields(const ordered_json& j, const std::string& at, std::vector<std::string>& out) {
  if (j.is_object())
    for (const auto& [key, value] : j.items()) {
      out.push_back(at + "/" + key);
      fields(value, at + "/" + key, out);
    }
  else if (j.is_array())
    for (std::size_t i = 0; i != j.size(); ++i) fields(j[i], at + "/" + std::to_string(i), out);
}

bool names(const std::vector<error>& errors, const std::string& path) {
  for (const error& e : errors)
    if (e.at.path == path) return true;
  return false;
}

// Fields that may be left out: a cue and what is done meanwhile, and keys that are words of the script's own.
bool may_be_missing(const std::string& path) {
  return path.ends_with("/cue") ? path.find("/transfer_plan") == std::string::npos
                                : (path.ends_with("/do") && path.find("/moves/") == std::string::npos) || path.starts_with("/lines_to_say/") || path == "/audience";
}

}  // namespace

TEST_CASE("the library's scripts are read whole", "[script]") {
  std::size_t mentors = 0;
  for (const auto& f : content::practice_scripts()) {
    INFO(f.name);
    const auto r = read_full_script_all(f.text, std::string(f.name));
    for (const error& e : r.errors) UNSCOPED_INFO(to_string(e));
    REQUIRE(r.script);
    CHECK(r.errors.empty());
    CHECK(r.script->id.str() == f.name);
    mentors += r.script->audience == script_audience::mentor ? 1u : 0u;
    // Nothing is lost on the way: a few fields from every corner.
    const ordered_json j = ordered_json::parse(f.text);
    CHECK(r.script->moves.size() == j["moves"].size());
    CHECK(r.script->first_run.size() == j["rehearsal"]["first_run"].size());
    CHECK(r.script->lines_to_say.size() == j["lines_to_say"].size());
    CHECK(r.script->complications[2].front().avoid == j["complications"]["5"][0]["avoid"]);
    CHECK(r.script->transfer.fade == j["transfer_plan"]["fade"]);
    CHECK(r.script->words.listen.front() == j["words"]["listen"][0]);
    CHECK(r.script->time_box.hard_stop == j["time_box"]["hard_stop_minutes"]);
    CHECK(r.script->phase_changes.size() == 3);
    CHECK(r.script->step.idea.what == j["action_step"]["what"]);
    CHECK(r.script->sources.size() == j["sources"].size());
  }
  CHECK(mentors == 4);
  const auto outlines = builtin_scripts();
  REQUIRE(outlines);
  CHECK(outlines->size() == content::practice_scripts().size());
  for (const char standard : std::string("12345678"))
    for (const auto phase : {school_phase::early_years, school_phase::primary, school_phase::secondary, school_phase::send_setting}) {
      const auto found = find_script(*outlines, "ittecf-2024", std::string(1, standard) + "z", standard, phase);
      REQUIRE(found);
      CHECK(found->what->audience == "ect");
    }
}

TEST_CASE("a field that is not there is named", "[script]") {
  for (const ordered_json& whole : {good(), for_mentors()}) {
    std::vector<std::string> all;
    fields(whole, "", all);
    CHECK(all.size() > 200);
    std::size_t required = 0;
    for (const auto& path : all) {
      INFO(path);
      ordered_json j = whole;
      const ordered_json::json_pointer pointer(path);
      j[pointer.parent_pointer()].erase(pointer.back());
      const auto errors = errors_of(j);
      if (may_be_missing(path)) {
        if (path != "/audience") CHECK(errors.empty());
        else CHECK_FALSE(errors.empty());  // without it, a mentors' script is one for an ECT that lacks its codes
        continue;
      }
      ++required;
      CHECK(names(errors, path));
      for (const error& e : errors) {
        CHECK(e.at.file == "s.json");
        CHECK(e.at.line > 0);
      }
    }
    CHECK(required > 200);
  }
}

TEST_CASE("a field of another type, or empty, is named", "[script]") {
  const ordered_json whole = good();
  std::vector<std::string> all;
  fields(whole, "", all);
  for (const auto& path : all) {
    INFO(path);
    const ordered_json::json_pointer pointer(path);
    ordered_json j = whole;
    const ordered_json old = j[pointer];
    j[pointer] = old.is_boolean() ? ordered_json(3) : ordered_json(true);
    CHECK(names(errors_of(j), path));
    j[pointer] = nullptr;
    CHECK(names(errors_of(j), path));
    if (old.is_string()) j[pointer] = "  ";
    else if (old.is_array()) j[pointer] = ordered_json::array();
    else if (old.is_object()) j[pointer] = ordered_json::object();
    else continue;
    CHECK_FALSE(errors_of(j).empty());
    if (!old.is_object()) CHECK(names(errors_of(j), path));
    if (old.is_object() && !path.starts_with("/lines_to_say")) {
      j[pointer] = old;
      j[pointer]["rank"] = 1;
      CHECK(names(errors_of(j), path + "/rank"));
    }
  }
}

TEST_CASE("what belongs together adds up", "[script]") {
  const auto refused = [](auto change, const char* path, errc code = errc::out_of_range) {
    ordered_json j = good();
    change(j);
    const auto errors = errors_of(j);
    INFO(path);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].at.path == path);
    CHECK(errors[0].code == code);
    CHECK_FALSE(errors[0].expected.empty());
  };
  refused([](auto& j) { j["time_box"]["total_minutes"] = 13; }, "/time_box/total_minutes");
  refused([](auto& j) { j["time_box"]["hard_stop_minutes"] = 11; }, "/time_box/hard_stop_minutes");
  refused([](auto& j) { j["time_box"]["hard_stop_minutes"] = 16; }, "/time_box/hard_stop_minutes");
  refused([](auto& j) { std::swap(j["time_box"]["parts"][0], j["time_box"]["parts"][2]); }, "/time_box/parts");
  refused([](auto& j) { j["time_box"]["parts"][0]["minutes"] = 0; }, "/time_box/parts/0/minutes");
  refused([](auto& j) { j["start_level"]["novice"] = 6; }, "/start_level/novice");
  refused([](auto& j) { j["start_level"]["secure"] = 2; }, "/start_level");
  refused([](auto& j) { j["statement_codes"]["main"][0] = "4.1"; }, "/statement_codes/main/0");
  refused([](auto& j) { j["statement_codes"]["why"][0] = "4n"; }, "/statement_codes/why/0");
  refused([](auto& j) { j["statement_codes"]["also"].push_back("4m"); }, "/statement_codes/also/3", errc::duplicate_id);
  refused([](auto& j) { j["complications"]["4"][0]["id"] = "k31"; }, "/complications/4/0/id", errc::duplicate_id);
  refused([](auto& j) { j["success_criteria"][1]["id"] = "c1"; }, "/success_criteria/1/id", errc::duplicate_id);
  refused([](auto& j) { j["moves"][1]["n"] = 3; }, "/moves/1/n");
  refused([](auto& j) { j["kind"] = "perform"; }, "/kind");
  refused([](auto& j) { j["invented"] = false; }, "/invented", errc::not_allowed);
  refused([](auto& j) { j["version"] = "1.0"; }, "/version");
  refused([](auto& j) { j["id"] = "a b"; }, "/id", errc::bad_id);
  refused([](auto& j) { j["standard"] = "4"; }, "/standard");
  refused([](auto& j) { j["schema"] = 2; }, "/schema", errc::newer_version);
  refused([](auto& j) { j["rehearsal"]["first_run"][0]["who"] = "mentor"; }, "/rehearsal/first_run/0/who");
  refused([](auto& j) { j["rehearsal"]["first_run"][0]["name"] = "Ros"; }, "/rehearsal/first_run/0/name", errc::unknown_field);
  refused([](auto& j) { j["tip"] = std::string(1001, 'x'); }, "/tip", errc::too_large);
  refused([](auto& j) { j["tip"] = "a\x1b[2J"; }, "/tip", errc::encoding);
  refused([](auto& j) { j["not_kept"] = ordered_json(std::vector<std::string>(41, "x")); }, "/not_kept", errc::too_large);
  refused([](auto& j) { j["phase_changes"]["secondary"] = "x"; }, "/phase_changes/secondary", errc::unknown_reference);
  ordered_json j = for_mentors();
  j["standard"] = "S4";
  CHECK(names(errors_of(j), "/standard"));
  j = for_mentors();
  j["statement_codes"]["main"].push_back("4n");
  CHECK(errors_of(j).empty());
}

TEST_CASE("all errors come in one pass, and no more than fifty", "[script]") {
  ordered_json j = good();
  j.erase("tip");
  j["access"].erase("eal");
  j["time_box"]["total_minutes"] = 13;
  CHECK(errors_of(j).size() == 3);
  CHECK(names(errors_of(j), "/access/eal"));
  for (auto& s : j["sources"]) s = ordered_json::object();
  for (auto& m : j["moves"]) m = ordered_json::object();
  for (auto& m : j["rehearsal"]["first_run"]) m = ordered_json::object();
  CHECK(errors_of(j).size() == 50);
  CHECK(errors_of(ordered_json::object()).size() > 30);
  for (const char* text : {"", "[]", "3", "\"x\"", "{", "null", "\xff"}) {
    INFO(text);
    CHECK(read_full_script_all(text, "s").errors.size() == 1);
    CHECK_FALSE(read_full_script(text, "s"));
  }
  CHECK(read_full_script_all(std::string(10u << 20, ' '), "s").errors[0].code == errc::too_large);
  CHECK(read_full_script_all(std::string(100'000, '['), "s").errors.size() == 1);
  CHECK(builtin_script("nope").error().code == errc::unknown_code);
  CHECK(builtin_script("nope").error().expected.find("dp-4n-secondary-1") != std::string::npos);
}

// A program that makes every choice: all that can be said, and all that can come of it.
TEST_CASE("every script can be walked whatever one chooses", "[script]") {
  std::vector<std::string> cut;
  for (const auto& f : content::practice_scripts()) {
    const full_script what = builtin_script(f.name).value();
    std::set<std::string> seen;
    std::deque<rehearsal> queue;
    std::set<std::string> states;
    const auto add = [&](const rehearsal& x) {
      const auto& n = x.now();
      // Counters beyond two are alike for every table.
      std::string key = n.state + " " + std::to_string(n.level) + std::to_string(n.reached) + std::string(name(n.in_hand)) + n.twist + (n.practised ? "p" : "") +
                        std::to_string(n.met < 2 ? n.met : 2) + std::to_string(n.missed < 2 ? n.missed : 2) + "/" + std::to_string(n.minutes);
      if (seen.insert(std::move(key)).second) queue.push_back(x);
    };
    for (const auto e : {expertise::novice, expertise::developing, expertise::secure, expertise::unknown}) add(rehearsal::start(what, e, rules()).value());
    std::size_t steps = 0, ends = 0;
    while (!queue.empty() && steps < 2500) {
      const rehearsal x = std::move(queue.front());
      queue.pop_front();
      states.insert(x.now().state);
      const auto page = x.page(rules());
      const auto choices = x.choices(rules());
      INFO(f.name << " " << x.now().state);
      REQUIRE(page);
      REQUIRE(choices);
      CHECK(page->lines.size() >= 1);
      CHECK(std::count(page->text.begin(), page->text.end(), '\n') <= 20);
      if (page->text.find("\n  ...\n") != std::string::npos) cut.push_back(std::string(f.name) + " " + x.now().state);
      if (x.done(rules())) {
        ++ends;
        CHECK(choices->empty());
        CHECK(x.to_keep(date{}, rules()).has_value() == (x.now().practised && what.audience == script_audience::ect));
        continue;
      }
      REQUIRE_FALSE(choices->empty());
      CHECK_FALSE(x.to_keep(date{}, rules()));
      for (const auto& c : *choices) {
        for (const int minutes : {0, 12}) {
          if (minutes != 0 && x.now().minutes != 0) continue;
          rehearsal y = x;
          const auto made = y.step(c.event, {minutes, "", ""}, rules());
          INFO(c.event);
          REQUIRE(made);
          if (minutes == 0) CHECK(made->next == c.next);
          add(y);
          ++steps;
        }
      }
    }
    INFO(f.name);
    CHECK(ends > 0);
    CHECK(states.size() == rules().moves().states().size());
  }
  CHECK(cut == std::vector<std::string>{});
}

TEST_CASE("a rehearsal under way comes back from an archive", "[script]") {
  for (const auto& f : content::practice_scripts()) {
    rehearsal x = rehearsal::start(builtin_script(f.name).value(), expertise::secure, rules()).value();
    REQUIRE(x.step("go_on", {2, "", ""}, rules()));
    std::stringstream bytes;
    {
      boost::archive::text_oarchive out(bytes);
      const rehearsal& written = x;
      out << boost::make_nvp("rehearsal", written);
    }
    rehearsal back;
    {
      boost::archive::text_iarchive in(bytes);
      in >> boost::make_nvp("rehearsal", back);
    }
    CHECK(back == x);
    CHECK_FALSE(back == rehearsal{});
  }
}
