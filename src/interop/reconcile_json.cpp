#include "ectp/interop/reconcile_json.hpp"

#include <algorithm>
#include <utility>

#include "ectp/core/text.hpp"
#include "interop/analysis_document.hpp"
#include "interop/json_document.hpp"
#include "interop/markdown_text.hpp"

namespace ectp::inline ECTP_ABI::framework {

using interop::counted;
using interop::document_of;
using interop::plain_in_markdown;
using nlohmann::ordered_json;

namespace {

constexpr std::size_t most_statements = 20'000;
constexpr std::size_t most_listed = 200;    // rows of a list on a page
constexpr std::size_t beginning = 70;       // bytes of a wording on a page

ordered_json json_of(const location& at) { return {{"file", at.file}, {"line", at.line}, {"column", at.column}}; }
ordered_json json_of(const code_counts& c) { return {{"document", c.document}, {"ours", c.ours}, {"both", c.both}}; }

// The beginning of a text, cut between characters.
std::string beginning_of(const std::string& s) {
  if (s.size() <= beginning) return s;
  std::size_t n = beginning;
  while (n != 0 && (static_cast<unsigned char>(s[n]) & 0xC0) == 0x80) --n;
  return s.substr(0, n) + "...";
}

std::string padded(const std::string& s, std::size_t width) { return s + std::string(s.size() < width ? width - s.size() : 0, ' '); }
std::string right(std::size_t n, std::size_t width) {
  const std::string digits = std::to_string(n);
  return std::string(digits.size() < width ? width - digits.size() : 0, ' ') + digits;
}
std::string of(const code_counts& c) { return right(c.document, 5) + right(c.ours, 5) + right(c.both, 5); }

std::string called(const reconciliation::standard& s) { return s.code.empty() ? "no standard" : s.title.empty() ? s.code : s.code + " " + s.title; }

bool has_other(const reconciliation& r) {
  return std::any_of(r.standards.begin(), r.standards.end(), [](const auto& s) { return s.other.document + s.other.ours != 0; });
}

std::string summed_up(const reconciliation& r) {
  std::string out = counted(r.total.both, "code") + " in both, " + std::to_string(r.only_document.size()) + " only in the document, " +
                    std::to_string(r.only_ours.size()) + " only in the tree";
  const auto empty = std::count_if(r.only_ours.begin(), r.only_ours.end(), [](const auto& m) { return m.placeholder; });
  if (empty != 0) out += " (" + counted(static_cast<std::size_t>(empty), "placeholder") + ")";
  return out + ".";
}

// A list's rows, as many as a page takes.
template <class Items, class Row>
std::string rows(const Items& items, Row row) {
  std::string out;
  for (std::size_t i = 0; i != items.size() && i != most_listed; ++i) out += row(items[i]);
  return out;
}
template <class Items>
std::size_t more(const Items& items) {
  return items.size() > most_listed ? items.size() - most_listed : 0;
}

std::size_t widest_code(const reconciliation& r) {
  std::size_t out = 4;
  for (const auto& u : r.only_document) out = std::max(out, std::min<std::size_t>(u.code.size(), 16));
  for (const auto& m : r.only_ours) out = std::max(out, std::min<std::size_t>(m.code.size(), 16));
  return out + 2;
}

std::string source_of(const reconciliation& r) { return r.file.empty() ? "the document" : r.file; }

}  // namespace

std::string to_json(const reconciliation& r) {
  ordered_json out{{"schema", 1}, {"edition", r.edition}, {"title", r.title}, {"file", r.file}, {"form", ectp::name(r.form)}};
  out["total"] = json_of(r.total);
  ordered_json standards = ordered_json::array();
  for (const auto& s : r.standards)
    standards.push_back({{"code", s.code.empty() ? ordered_json(nullptr) : ordered_json(s.code)},
                         {"title", s.title},
                         {"learn_that", json_of(s.learn_that)},
                         {"learn_how_to", json_of(s.learn_how_to)},
                         {"other", json_of(s.other)}});
  out["standards"] = std::move(standards);
  ordered_json only_document = ordered_json::array(), only_ours = ordered_json::array(), conflicts = ordered_json::array(), notes = ordered_json::array();
  for (const auto& u : r.only_document) only_document.push_back({{"code", u.code}, {"text", u.text}, {"at", json_of(u.at)}});
  for (const auto& m : r.only_ours) only_ours.push_back({{"code", m.code}, {"gist", m.gist}, {"placeholder", m.placeholder}});
  for (const auto& c : r.conflicts)
    conflicts.push_back({{"code", c.code}, {"first", json_of(c.first)}, {"again", json_of(c.again)}, {"first_text", c.first_text}, {"again_text", c.again_text}});
  for (const auto& n : r.notes) notes.push_back({{"at", json_of(n.at)}, {"message", n.message}});
  out["only_document"] = std::move(only_document);
  out["only_ours"] = std::move(only_ours);
  out["filled"] = r.filled;
  out["conflicts"] = std::move(conflicts);
  out["repeated"] = r.repeated;
  const std::string hint = hint_of(r);
  out["hint"] = hint.empty() ? ordered_json(nullptr) : ordered_json(hint);
  out["fits_better"] = nullptr;
  if (r.fits_better) out["fits_better"] = {{"edition", r.fits_better->edition}, {"codes", json_of(r.fits_better->codes)}};
  out["notes"] = std::move(notes);
  out["notes_left_out"] = r.notes_left_out;
  out["overlay"] = r.overlay.size();
  return document_of(out);
}

std::string to_text(const reconciliation& r) {
  std::string out = source_of(r) + " against " + r.edition + ": " + summed_up(r) + "\n";
  if (const std::string hint = hint_of(r); !hint.empty()) out += "Note: " + hint + "\n";
  const bool other = has_other(r);
  std::size_t width = 11;
  for (const auto& s : r.standards) width = std::max(width, std::min<std::size_t>(called(s).size(), 40));
  out += "\n" + padded("", width + 2) + "     learn that   learn how to" + (other ? "          other" : "") + "\n";
  out += padded("", width + 2) + "  doc ours both  doc ours both" + (other ? "  doc ours both" : "") + "\n";
  for (const auto& s : r.standards) out += "  " + padded(called(s), width) + of(s.learn_that) + of(s.learn_how_to) + (other ? of(s.other) : "") + "\n";

  const std::size_t code = widest_code(r);
  const auto section = [&](const std::string& title, const std::string& body, std::size_t left) {
    if (body.empty()) return;
    out += "\n" + title + "\n" + body;
    if (left != 0) out += "  ... and " + std::to_string(left) + " more\n";
  };
  section("Only in the document", rows(r.only_document, [&](const auto& u) {
            return "  " + padded(u.code, code) + to_string(u.at) + "  " + beginning_of(u.text) + "\n";
          }), more(r.only_document));
  section("Only in the tree", rows(r.only_ours, [&](const auto& m) {
            return "  " + padded(m.code, code) + (m.placeholder ? "placeholder: the tree knows the code only" : beginning_of(m.gist)) + "\n";
          }), more(r.only_ours));
  section("Placeholders that the document fills", rows(r.filled, [](const auto& c) { return "  " + c + "\n"; }), more(r.filled));
  section("Codes given again with other wording (the first one counts)", rows(r.conflicts, [&](const auto& c) {
            return "  " + padded(c.code, code) + to_string(c.first) + "  " + beginning_of(c.first_text) + "\n" + padded("", code + 2) + to_string(c.again) + "  " +
                   beginning_of(c.again_text) + "\n";
          }), more(r.conflicts));
  section("Passed over or changed while reading", rows(r.notes, [](const auto& n) { return "  " + to_string(n.at) + ": " + n.message + "\n"; }),
          more(r.notes) + r.notes_left_out);
  out += "\nThe overlay has wording for " + counted(r.overlay.size(), "code") + ".\n";
  return out;
}

std::string to_markdown(const reconciliation& r) {
  using interop::code_in_cell;
  using interop::markdown_header;
  using interop::markdown_row;
  std::string out = "## " + plain_in_markdown(source_of(r)) + " against " + plain_in_markdown(r.edition) + "\n\n" + summed_up(r) + "\n";
  if (const std::string hint = hint_of(r); !hint.empty()) out += "\n**Note:** " + plain_in_markdown(hint) + "\n";
  const bool other = has_other(r);
  const auto three = [](const code_counts& c) { return std::to_string(c.document) + " / " + std::to_string(c.ours) + " / " + std::to_string(c.both); };
  std::vector<std::string> head{"standard (document / tree / both)", "learn that", "learn how to"};
  if (other) head.emplace_back("other");
  out += markdown_header(head);
  for (const auto& s : r.standards) {
    std::vector<std::string> cells{plain_in_markdown(called(s)), three(s.learn_that), three(s.learn_how_to)};
    if (other) cells.push_back(three(s.other));
    out += markdown_row(cells);
  }
  const auto section = [&](const std::string& title, const std::vector<std::string>& heads, const std::string& body, std::size_t left) {
    if (body.empty()) return;
    out += "\n### " + title + "\n" + markdown_header(heads) + body;
    if (left != 0) out += "\nand " + std::to_string(left) + " more\n";
  };
  section("Only in the document", {"code", "place", "wording"}, rows(r.only_document, [](const auto& u) {
            return markdown_row({code_in_cell(u.code), plain_in_markdown(to_string(u.at)), plain_in_markdown(beginning_of(u.text))});
          }), more(r.only_document));
  section("Only in the tree", {"code", "gist"}, rows(r.only_ours, [](const auto& m) {
            return markdown_row({code_in_cell(m.code), m.placeholder ? "*placeholder*" : plain_in_markdown(beginning_of(m.gist))});
          }), more(r.only_ours));
  if (!r.filled.empty()) {
    out += "\n### Placeholders that the document fills\n\n";
    for (std::size_t i = 0; i != r.filled.size(); ++i) out += (i == 0 ? "" : ", ") + interop::in_backticks(r.filled[i]);
    out += "\n";
  }
  section("Codes given again with other wording", {"code", "first", "again"}, rows(r.conflicts, [](const auto& c) {
            return markdown_row({code_in_cell(c.code), plain_in_markdown(to_string(c.first) + " " + beginning_of(c.first_text)),
                                 plain_in_markdown(to_string(c.again) + " " + beginning_of(c.again_text))});
          }), more(r.conflicts));
  section("Passed over or changed while reading", {"place", "what"}, rows(r.notes, [](const auto& n) {
            return markdown_row({plain_in_markdown(to_string(n.at)), plain_in_markdown(n.message)});
          }), more(r.notes) + r.notes_left_out);
  return out + "\nThe overlay has wording for " + counted(r.overlay.size(), "code") + ".\n";
}

std::string write_overlay(const overlay_file& o) {
  ordered_json statements = ordered_json::object();
  for (const wording& w : o.statements) statements[w.code] = w.text;
  return document_of({{"ectp_overlay", 1}, {"edition", o.edition}, {"source", o.source}, {"statements", std::move(statements)}});
}

std::string write_overlay(const reconciliation& r) { return write_overlay(overlay_file{r.edition, r.file, r.overlay}); }

namespace {

// The file with the document it came from, for places.
struct read_file_with_places {
  interop::json_document document;
  overlay_file file;
  interop::json_value edition;
  std::vector<interop::json_value> codes;
};

result<read_file_with_places> read_with_places(std::string_view text, std::string_view file) {
  interop::json_limits limits;
  limits.depth = 8;
  limits.values = 2 * most_statements;
  auto parsed = interop::parse_json(text, file, limits);
  if (!parsed) return std::move(parsed).error();
  const interop::json_value root = parsed->root();
  const auto version = root.field("ectp_overlay");
  if (!version) {
    error e = version.error();
    if (e.code == errc::missing_field) e.hint = "is this an overlay file? ectp framework reconcile writes one";
    return e;
  }
  const auto number = version->as_integer(0, 1'000'000);
  if (!number) return number.error();
  if (*number > 1) return version->fail(errc::newer_version, "an overlay file of version " + std::to_string(*number), "version 1", "use a later version of the library");
  if (*number != 1) return version->fail(errc::out_of_range, "no version of an overlay file", "1");
  if (const auto only = root.only_fields({"ectp_overlay", "edition", "source", "statements"}); !only) return only.error();
  const auto edition = root.field("edition");
  if (!edition) return edition.error();
  const auto id = edition->as_string();
  if (!id) return id.error();
  read_file_with_places out{*parsed, {std::string(*id), {}, {}}, *edition, {}};
  const auto source = root.optional_field("source");
  if (!source) return source.error();
  if (*source) {
    const auto words = (*source)->as_string();
    if (!words) return words.error();
    out.file.source = *words;
  }
  const auto statements = root.field("statements");
  if (!statements) return statements.error();
  const auto members = statements->members();
  if (!members) return members.error();
  if (members->size() > most_statements)
    return statements->fail(errc::too_large, "more statements than are read", "at most " + std::to_string(most_statements), {});
  for (const interop::json_member m : *members) {
    const auto words = m.value.as_string();
    if (!words) return words.error();
    if (trim(*words).empty()) return m.value.fail(errc::missing_field, "a statement without wording", "the official wording", "leave the code out instead");
    out.file.statements.push_back({std::string(m.name()), std::string(*words)});
    out.codes.push_back(m.key);
  }
  return out;
}

}  // namespace

result<overlay_file> read_overlay(std::string_view text, std::string_view file) {
  auto out = read_with_places(text, file);
  if (!out) return std::move(out).error();
  return std::move(out->file);
}

result<tree> with_overlay(const tree& t, std::string_view text, std::string_view file) {
  const auto read = read_with_places(text, file);
  if (!read) return read.error();
  if (read->file.edition != t.edition())
    return read->edition.fail(errc::wrong_edition, "this is wording for another edition", std::string(t.edition()),
                              "the same code means different things in different editions");
  std::vector<std::size_t> laid(t.size());
  for (std::size_t i = 0; i != read->codes.size(); ++i) {
    const auto node = t.find(read->file.statements[i].code);
    if (!node) return read->codes[i].locate(node.error());
    std::size_t& slot = laid[node->id().value()];
    if (slot != 0)
      return read->codes[i].fail(errc::duplicate_id, "this statement has wording twice", "each code once", "the other one is " + read->file.statements[slot - 1].code);
    slot = i + 1;
  }
  return t.with_text(read->file.statements);
}

}  // namespace ectp::inline ECTP_ABI::framework
