// Any text as an official document, in every form: refused with a place and a reason, or read into
// statements whose places exist, whose reconciliation adds up, and whose overlay comes back from its file. Any
// text as a code and as an overlay file, too.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/text.hpp"
#include "ectp/framework/audit.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/reconcile.hpp"
#include "ectp/interop/audit_json.hpp"
#include "ectp/interop/reconcile_json.hpp"

using namespace ectp;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (;;) {
    const std::size_t end = text.find_first_of("\r\n");
    out.push_back(text.substr(0, end));
    if (end == text.npos) return out;
    text.remove_prefix(end + (text.substr(end, 2) == "\r\n" ? 2 : 1));
  }
}

void check_place(const location& at, const std::vector<std::string_view>& lines) {
  require(at.file == "fuzz");
  if (at.line == 0) return;
  require(at.line <= lines.size() && at.column >= 1 && at.column <= lines[at.line - 1].size() + 1);
}

void check(const framework::tree& t, std::string_view text, framework::official_form form, const std::vector<std::string_view>& lines) {
  const auto read = framework::read_official(text, form, "fuzz");
  if (!read) {
    require(!read.error().message.empty() && !read.error().expected.empty());
    check_place(read.error().at, lines);
    return;
  }
  require(!read->statements.empty() && read->form != framework::official_form::automatic);
  for (const auto& s : read->statements) {
    require(!s.code.empty() && !s.text.empty() && s.text.find('\n') == s.text.npos && invalid_utf8_at(s.text) == s.text.npos);
    check_place({"fuzz", s.line, s.column, {}}, lines);
    require(s.line != 0);
  }
  for (const auto& n : read->notes) check_place(n.at, lines);
  const framework::reconciliation r = framework::reconcile(t, *read);
  require(r.total.document == r.only_document.size() + r.total.both && r.total.ours == r.only_ours.size() + r.total.both);
  require(r.overlay.size() + r.only_document.size() + r.conflicts.size() + r.repeated == read->statements.size());
  require(!to_text(r).empty() && !to_markdown(r).empty() && !to_json(r).empty());
  const std::string file = framework::write_overlay(r);
  const auto again = framework::read_overlay(file, "overlay");
  require(again && again->statements == r.overlay && framework::write_overlay(*again) == file);
  const auto laid = framework::with_overlay(t, file);
  require(laid.has_value());
  for (const auto& w : r.overlay) require(laid->find(w.code)->text() == w.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const framework::tree t = framework::edition(framework::default_edition).value();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string_view> lines = lines_of(text);
  using form = framework::official_form;
  for (const form f : {form::automatic, form::markdown, form::csv, form::plain}) check(t, text, f, lines);
  const std::string code = framework::normalise_code(text.substr(0, 60));
  require(framework::normalise_code(code) == code);
  if (const auto id = framework::find_code(t, text.substr(0, 60))) require(id->value() != 0 && id->value() < t.size());
  if (const auto o = framework::with_overlay(t, text, "fuzz"); !o) {
    require(!o.error().message.empty());
    // JSON counts its own lines: a CR by itself ends none.
    require(o.error().at.file == "fuzz" && o.error().at.line <= lines.size() + 1);
  }
  return 0;
}
