// The pages, the JSON and the overlay files of reconciliations and audits.
#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "ectp/framework/audit.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/reconcile.hpp"
#include "ectp/interop/audit_json.hpp"
#include "ectp/interop/reconcile_json.hpp"
#include "interop/json_document.hpp"
#include "support/golden.hpp"

namespace fw = ectp::framework;
using ectp::errc;
using ectp::interop::read_file;

namespace {

const fw::tree& ittecf() {
  static const fw::tree t = fw::edition("ittecf-2024").value();
  return t;
}

std::string sample(const std::string& name) { return read_file(std::string(ECTP_SOURCE_DIR) + "/tests/data/framework/" + name, 1 << 20).value(); }

fw::reconciliation against_sample(const std::string& name) {
  return fw::reconcile(ittecf(), fw::read_official(sample(name), fw::official_form_of(name), name).value());
}

// What the statements of a sample are, with their places.
std::string listed(const fw::official_text& t) {
  std::string out = std::string(ectp::name(t.form)) + "\n";
  for (const auto& s : t.statements) out += std::to_string(s.line) + ":" + std::to_string(s.column) + " " + s.code + " " + s.text + "\n";
  for (const auto& n : t.notes) out += "note " + to_string(n.at) + ": " + n.message + "\n";
  return out;
}

}  // namespace

TEST_CASE("samples written by hand are read as they were looked at", "[framework][pages]") {
  for (const char* name : {"columns.txt", "stream.txt", "lists.md", "table.csv"}) {
    INFO(name);
    same_as_golden("framework-" + std::string(name) + ".read.txt", listed(fw::read_official(sample(name), fw::official_form_of(name), name).value()));
  }
}

TEST_CASE("the pages of a reconciliation are as they were looked at", "[framework][pages]") {
  const fw::reconciliation r = against_sample("lists.md");
  same_as_golden("lists.reconciliation.txt", to_text(r));
  same_as_golden("lists.reconciliation.md", to_markdown(r));
  same_as_golden("lists.reconciliation.json", to_json(r));
  CHECK(ectp::interop::parse_json(to_json(r), "r").has_value());
}

TEST_CASE("the pages of an audit are as they were looked at", "[framework][pages]") {
  const fw::audit_report a = fw::audit(ittecf());
  same_as_golden("ittecf-2024.audit.txt", to_text(a));
  same_as_golden("ittecf-2024.audit.md", to_markdown(a));
  same_as_golden("ittecf-2024.audit.json", to_json(a));
  for (const fw::edition_info& e : fw::editions()) {
    const fw::audit_report other = fw::audit(fw::edition(e.id).value());
    CHECK(ectp::interop::parse_json(to_json(other), "a").has_value());
    CHECK_FALSE(to_text(other).empty());
    CHECK_FALSE(to_markdown(other).empty());
  }
}

TEST_CASE("an overlay file is read as it was written", "[framework][pages]") {
  const fw::reconciliation r = against_sample("lists.md");
  const std::string text = fw::write_overlay(r);
  const fw::overlay_file o = fw::read_overlay(text, "overlay.json").value();
  CHECK(o.edition == "ittecf-2024");
  CHECK(o.source == "lists.md");
  CHECK(o.statements == r.overlay);
  CHECK(fw::write_overlay(o) == text);
  const fw::tree laid = fw::with_overlay(ittecf(), text, "overlay.json").value();
  for (const fw::wording& w : r.overlay) CHECK(laid.find(w.code)->text() == w.text);
  CHECK(fw::audit(laid).worded == r.total.both);
  // A second overlay adds to the first.
  const fw::tree both = fw::with_overlay(laid, R"({"ectp_overlay": 1, "edition": "ittecf-2024", "statements": {"8p": "Words."}})").value();
  CHECK(both.find("8p")->text() == "Words.");
  CHECK(both.find(r.overlay[0].code)->text() == r.overlay[0].text);
}

TEST_CASE("overlay files that are wrong are refused at their place", "[framework][pages]") {
  const struct {
    std::string_view text;
    errc code;
    std::string_view place;
  } cases[] = {
      {"", errc::syntax, "o:1:1"},
      {"[]", errc::wrong_type, "o:1:1"},
      {"{}", errc::missing_field, "o:1:1"},
      {R"({"ectp_overlay": 2, "edition": "ittecf-2024", "statements": {}, "later": 1})", errc::newer_version, "o:1:18 (/ectp_overlay)"},
      {R"({"ectp_overlay": 0, "edition": "ittecf-2024", "statements": {}})", errc::out_of_range, "o:1:18 (/ectp_overlay)"},
      {R"({"ectp_overlay": "1", "edition": "ittecf-2024", "statements": {}})", errc::wrong_type, "o:1:18 (/ectp_overlay)"},
      {R"({"ectp_overlay": 1, "edition": 3, "statements": {}})", errc::wrong_type, "o:1:32 (/edition)"},
      {R"({"ectp_overlay": 1, "edition": "ecf-2019", "statements": {}})", errc::wrong_edition, "o:1:32 (/edition)"},
      {R"({"ectp_overlay": 1, "statements": {}})", errc::missing_field, "o:1:1"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024"})", errc::missing_field, "o:1:1"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024", "statements": []})", errc::wrong_type, "o:1:61 (/statements)"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024", "statement": {}})", errc::unknown_field, "o:1:47 (/statement)"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024", "statements": {"1.1": 3}})", errc::wrong_type, "o:1:69 (/statements/1.1)"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024", "statements": {"1.1": " "}})", errc::missing_field, "o:1:69 (/statements/1.1)"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024", "statements": {"1.1": "a", "1.1": "b"}})", errc::duplicate_id, "o:1:74 (/statements/1.1)"},
      {"{\"ectp_overlay\": 1, \"edition\": \"ittecf-2024\", \"statements\":\n {\"1.1\": \"a\",\n  \"1.99\": \"b\"}}", errc::unknown_code, "o:3:3 (/statements/1.99)"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024", "statements": {"1.1": "a", "ittecf-2024:1.1": "b"}})", errc::duplicate_id,
       "o:1:74 (/statements/ittecf-2024:1.1)"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024", "source": 1, "statements": {}})", errc::wrong_type, "o:1:57 (/source)"},
      {R"({"ectp_overlay": 1, "edition": "ittecf-2024", "statements": {"1.1": "a")", errc::syntax, "o:1:72 (/statements)"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto got = fw::with_overlay(ittecf(), c.text, "o");
    REQUIRE_FALSE(got.has_value());
    CHECK(name(got.error().code) == name(c.code));
    CHECK(to_string(got.error().at) == c.place);
    CHECK_FALSE(got.error().message.empty());
  }
  CHECK(fw::read_overlay(std::string((std::size_t{16} << 20) + 1, ' '), "o").error().code == errc::too_large);
  std::string many = R"({"ectp_overlay": 1, "edition": "x", "statements": {)";
  for (int i = 0; i != 20'001; ++i) many += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":\"a\"";
  CHECK(fw::read_overlay(many + "}}", "o").error().code == errc::too_large);
}

TEST_CASE("pages leave nothing of a document to be taken for Markdown or broken JSON", "[framework][pages]") {
  const fw::official_text text = fw::read_official("code,text\n9.9,\"a|b `c` <script> *d*\"\n\"x|`y\",z\n", fw::official_form::csv, "a|b.csv").value();
  const fw::reconciliation r = fw::reconcile(ittecf(), text);
  const std::string page = to_markdown(r);
  CHECK(page.find("<script>") == std::string::npos);
  CHECK(page.find("a\\|b \\`c\\` \\<script\\> \\*d\\*") != std::string::npos);
  CHECK(ectp::interop::parse_json(to_json(r), "r").has_value());
}
