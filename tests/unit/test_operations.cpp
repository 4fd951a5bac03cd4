// The table of operations: plans against the committed files, and every operation with good and
// bad arguments. To renew the files after a change that is meant: ECTP_UPDATE_GOLDEN=1.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "ectp/ectp.hpp"
#include "interop/json_document.hpp"
#include "operations/operations.hpp"

using namespace ectp;
using nlohmann::ordered_json;

namespace {

const std::string root = ECTP_SOURCE_DIR;

std::string file(const std::string& name) { return interop::read_file(root + "/" + name, 1 << 24).value(); }

void same_as_golden(const std::string& name, const std::string& text) {
  const std::string path = root + "/tests/golden/" + name;
  if (std::getenv("ECTP_UPDATE_GOLDEN") != nullptr) {
    std::FILE* f = std::fopen(path.c_str(), "wb");
    REQUIRE(f != nullptr);
    std::fwrite(text.data(), 1, text.size(), f);
    std::fclose(f);
    return;
  }
  INFO(name << ": if the change is meant, run with ECTP_UPDATE_GOLDEN=1 and read the difference");
  CHECK(file("tests/golden/" + name) == text);
}

std::vector<operations::document> record_document(const std::string& name) {
  return {{"record", name + ".json", file("examples/records/" + name + ".json")}};
}

ordered_json run(std::string_view op, const ordered_json& arguments, const std::vector<operations::document>& documents = {}) {
  return ordered_json::parse(operations::run(op, arguments.dump(), documents).value());
}

error failure(std::string_view op, const std::string& arguments, const std::vector<operations::document>& documents = {}) {
  const auto r = operations::run(op, arguments, documents);
  REQUIRE_FALSE(r);
  return r.error();
}

}  // namespace

TEST_CASE("the example records give the committed plans, in text and JSON", "[operations]") {
  for (const std::string name : {"september-starter", "self-and-mentor-disagree", "close-to-extend"}) {
    auto plan = run("plan", {{"today", "2025-11-24"}, {"text", true}}, record_document(name));
    same_as_golden(name + ".plan.txt", plan.at("text").get<std::string>());
    plan.erase("text");
    same_as_golden(name + ".plan.json", plan.dump(2) + "\n");
  }
}

TEST_CASE("the plans recommend what the records were made for", "[operations]") {
  const auto path = [](const std::string& name) {
    return run("plan", {{"today", "2025-11-24"}}, record_document(name)).at("path");
  };
  CHECK(path("september-starter").at("recommended") == "insufficient_evidence");
  CHECK(path("self-and-mentor-disagree").at("recommended") == "calibrate_first");
  const auto close = path("close-to-extend");
  CHECK(close.at("recommended") == "consolidate");
  CHECK(close.at("why").at("rule") == "DIA-P4");
  CHECK(close.at("diagnosis").at("secure_percent") >= 70);
  CHECK(close.at("diagnosis").at("gating_emerging_n") == 1);
  CHECK(close.at("would_tip").at(0).at("then") == "extend");
}

TEST_CASE("every rule, fact and statement that a plan names can be asked about", "[operations]") {
  int named = 0;
  for (const std::string name : {"september-starter", "self-and-mentor-disagree", "close-to-extend"}) {
    const auto text = run("plan", {{"today", "2025-11-24"}, {"text", true}}, record_document(name)).at("text").get<std::string>();
    for (std::size_t i = text.find('['); i != text.npos; i = text.find('[', i + 1)) {
      const auto end = text.find(']', i);
      std::string inside = text.substr(i + 1, end - i - 1);
      if (inside == "from record" || inside == "COA live") continue;
      // Names, then the letter of their mark; a finding has a code and no letter.
      while (!inside.empty()) {
        const auto space = inside.find(' ');
        const std::string word = inside.substr(0, space);
        inside = space == inside.npos ? "" : inside.substr(space + 1);
        if (word.size() == 1 || word.find('_') != word.npos) continue;
        INFO(word);
        const auto why = run("why", {{"id", word}});
        CHECK(why.contains("text"));
        if (why.at("kind") == "rule") {
          // The place is a file and a line of this tree, and the rule stands there.
          const auto at = why.at("at").get<std::string>();
          const auto colon = at.rfind(':');
          const std::string csv = file(at.substr(0, colon));
          std::size_t start = 0;
          for (int line = std::stoi(at.substr(colon + 1)); line > 1; --line) start = csv.find('\n', start) + 1;
          CHECK(csv.compare(start, word.size() + 1, word + ",") == 0);
        }
        ++named;
      }
    }
  }
  CHECK(named > 60);
}

TEST_CASE("every rule of every table cites sources that are listed", "[operations]") {
  const auto rules = policies::builtin().value();
  for (std::size_t p = 0; p != words_in<policy_name>.size(); ++p) {
    const auto& t = rules[static_cast<policy_name>(p)];
    for (std::size_t r = 0; r != t.rules(); ++r) {
      const auto why = run("why", {{"id", t.rule_id(r)}});
      INFO(t.rule_id(r));
      REQUIRE_FALSE(why.at("sources").empty());
      for (const auto& s : why.at("sources")) CHECK(s.contains("title"));
      CHECK_FALSE(t.note(r, "reason").empty());
      CHECK_FALSE(t.note(r, "basis").empty());
    }
  }
}

TEST_CASE("why, with a record, says what the rule met there", "[operations]") {
  auto documents = record_document("close-to-extend");
  const auto why = run("why", {{"id", "DIA-P4"}, {"today", "2025-11-24"}}, documents);
  REQUIRE(why.at("here").size() == 8);
  CHECK(why.at("here").at(3).at("fired") == true);
  CHECK(why.at("here").at(3).at("values").at("gating_emerging_n") == "1");
  CHECK(why.at("here").at(0).at("fired") == false);
  CHECK(failure("why", R"({"id":"DIA-P4"})", documents).code == errc::missing_field);
  CHECK(failure("why", R"({"id":"DIA-P99"})").code == errc::unknown_code);
  CHECK(run("why", {{"id", "dp-4n-secondary-1"}}).at("kind") == "script");
}

TEST_CASE("people decide, and both are kept", "[operations]") {
  const auto documents = record_document("close-to-extend");
  const auto decide = [&](ordered_json more) {
    ordered_json a{{"today", "2025-11-24"}, {"set", "path=S4:extend"}};
    a.update(more);
    return operations::run("decide", a.dump(), documents);
  };
  CHECK(decide(ordered_json::object()).error().code == errc::missing_field);
  CHECK(decide({{"reason", "because I say so"}}).error().code == errc::out_of_range);
  CHECK(decide({{"set", "path=S9:extend"}, {"because", "x"}}).error().code == errc::unknown_code);
  CHECK(decide({{"set", "path=4n:extend"}, {"because", "x"}}).error().code == errc::wrong_type);
  CHECK(decide({{"set", "path=S4:promote"}, {"because", "x"}}).error().code == errc::bad_argument);
  CHECK(decide({{"set", "S4"}, {"because", "x"}}).error().code == errc::bad_argument);
  CHECK(decide({{"because", "x"}, {"by", "head"}}).error().code == errc::out_of_range);
  CHECK(decide({{"because", "x"}, {"id", "e-01"}}).error().code == errc::duplicate_id);
  CHECK(decide({{"because", "a control \x1f character"}}).error().code == errc::out_of_range);
  const auto done = ordered_json::parse(decide({{"because", "4f went well on Friday"}}).value());
  CHECK(done.at("response") == "overridden");
  CHECK(done.at("entry").at("recommended") == "consolidate");
  CHECK(done.at("entry").at("chosen") == "extend");
  CHECK(done.at("entry").at("because") == "4f went well on Friday");
  CHECK(done.at("entry").at("reason") == "other");
  // The new record holds it, and the next plan knows what was decided.
  const std::vector<operations::document> next{{"record", "next.json", done.at("record").dump(2)}};
  const auto plan = run("plan", {{"today", "2025-11-24"}}, next);
  CHECK(plan.at("path").at("in_force").at("chosen") == "extend");
  CHECK(plan.at("path").at("diagnosis").at("current_path") == "extend");
  const auto open = ordered_json::parse(decide({{"set", "path=S5:consolidate"}}).value());
  CHECK(open.at("response") == "chosen");
}

TEST_CASE("your own tables are used, and refused with their place", "[operations]") {
  auto documents = record_document("close-to-extend");
  documents.push_back({"tables/pathway", "mine/pathway.csv", "F,emerging,path\n,in,out\n,integer,\"consolidate,extend\"\nMINE-1,-,extend\n"});
  const auto plan = run("plan", {{"today", "2025-11-24"}, {"text", true}}, documents);
  CHECK(plan.at("path").at("why").at("rule") == "MINE-1");
  CHECK(plan.at("path").at("why").at("at") == "mine/pathway.csv:4:1");
  CHECK(plan.at("text").get<std::string>().find("MINE-1 D") != std::string::npos);
  documents.back().text += "MINE-2,oops,extend\n";
  const auto e = failure("plan", R"({"today":"2025-11-24"})", documents);
  CHECK(to_string(e.at) == "mine/pathway.csv:5:8");
  // What is printed is what would be used.
  CHECK(run("policies", {{"name", "pathway"}}, {documents.begin() + 1, documents.begin() + 1}).at("text") == file("src/content/policies/pathway.csv"));
  const std::vector<operations::document> own{{"tables/gating", "mine/gating.csv", "statement,reason\n"}};
  CHECK(run("policies", {{"name", "gating"}}, own).at("text") == "statement,reason\n");
  CHECK(run("policies", {{"name", "decay"}}).at("text") == file("src/content/tables/decay.csv"));
  documents.back() = {"tables/unknown", "mine/unknown.csv", "a\n"};
  CHECK(failure("plan", R"({"today":"2025-11-24"})", documents).code == errc::bad_argument);
}

TEST_CASE("arguments are checked before anything runs", "[operations]") {
  const auto documents = record_document("close-to-extend");
  CHECK(failure("plan", R"({"today":"24/11/2025"})", documents).code == errc::bad_date);
  CHECK(failure("plan", R"({})", documents).code == errc::missing_field);
  CHECK(failure("plan", R"({"today":"2025-11-24"})").code == errc::missing_field);
  CHECK(failure("plan", R"({"today":"2025-11-24","mood":"low"})", documents).code == errc::unknown_field);
  CHECK(failure("plan", R"({"today":"2025-11-24","minutes":4})", documents).code == errc::out_of_range);
  CHECK(failure("plan", R"({"today":"2025-11-24","minutes":"50"})", documents).code == errc::wrong_type);
  CHECK(failure("plan", R"({"today":"2025-11-24","topic":"gossip"})", documents).code == errc::out_of_range);
  CHECK(failure("plan", R"({"today":"2025-11-24","risk":1})", documents).code == errc::wrong_type);
  CHECK(failure("plan", R"([])", documents).code == errc::wrong_type);
  CHECK(failure("plan", R"({"today")", documents).code == errc::syntax);
  CHECK(failure("plans", "{}").code == errc::bad_argument);
  CHECK(failure("policies", R"({"name":"absences"})").code == errc::bad_argument);
  CHECK(failure("practice", R"({"id":"dp-none"})").code == errc::unknown_code);
  CHECK(failure("framework_show", R"({"code":"4zz"})").code == errc::unknown_code);
  CHECK(failure("framework_show", R"({"edition":"ittecf-1066"})").code == errc::unknown_edition);
}

TEST_CASE("the envelope answers everything in one line", "[operations]") {
  const auto call = [](const std::string& text) {
    const auto out = operations::call(text);
    CHECK(out.find('\n') == std::string::npos);
    return ordered_json::parse(out);
  };
  auto a = call(R"({"ectp":1,"id":"7","fn":"version"})");
  CHECK(a.at("ok") == true);
  CHECK(a.at("id") == "7");
  CHECK(a.at("result").at("ectp") == ECTP_VERSION);
  a = call(R"({"ectp":1,"id":"2","fn":"nope"})");
  CHECK(a.at("ok") == false);
  CHECK(a.at("error").at("code") == "bad_argument");
  CHECK(call("").at("error").at("code") == "syntax");
  CHECK(call("[]").at("error").at("code") == "wrong_type");
  CHECK(call(R"({"id":"1","fn":"version"})").at("error").at("code") == "missing_field");
  CHECK(call(R"({"ectp":2,"fn":"version"})").at("error").at("code") == "newer_version");
  CHECK(call(R"({"ectp":1,"id":1,"fn":"version"})").at("error").at("code") == "wrong_type");
  CHECK(call(R"({"ectp":1,"fn":"version","more":1})").at("error").at("code") == "unknown_field");
  CHECK(call("{\"ectp\":1,\"fn\":\"\xff\"}").at("error").at("code") == "encoding");
  // A record inside the arguments: errors carry its path.
  const auto record = ordered_json::parse(file("examples/records/close-to-extend.json"));
  ordered_json envelope{{"ectp", 1}, {"id", "1"}, {"fn", "plan"}, {"args", {{"record", record}, {"today", "2025-11-24"}}}};
  a = call(envelope.dump());
  CHECK(a.at("ok") == true);
  CHECK(a.at("result").at("focus").at("statement") == "ittecf-2024:4n");
  envelope["args"]["record"]["entries"][3]["on"] = "2026-01-01";
  a = call(envelope.dump());
  CHECK(a.at("error").at("code") == "future_date");
  CHECK(a.at("error").at("path") == "/entries/3/on");
  // Every operation describes itself.
  a = call(R"({"ectp":1,"fn":"operations"})");
  CHECK(a.at("result").size() == operations::all().size());
}
