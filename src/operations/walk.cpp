#include "operations/walk.hpp"

#include "ectp/interop/record_json.hpp"
#include "ectp/mentoring/lint.hpp"

namespace ectp::inline ECTP_ABI::operations {

using nlohmann::ordered_json;

namespace {

result<std::string> text_of(const request& r, std::string_view field, std::size_t most, bool required) {
  const auto with = r.find("with");
  const auto v = with ? with->find(field) : std::nullopt;
  if (!v || v->is_null()) {
    if (!required) return std::string();
    return error{errc::missing_field, "the move needs '" + std::string(field) + "'", {"arguments", 0, 0, "/with/" + std::string(field)},
                 "a text", "\"with\": {\"" + std::string(field) + "\": \"...\"}"};
  }
  const auto text = v->as_string();
  if (!text) return text.error();
  if (!required && text->empty()) return std::string();
  if (auto ok = check_text(*text, field, most); !ok) return v->locate(ok.error());
  return std::string(*text);
}

}  // namespace

result<std::string> asked_text(const request& r, std::string_view field, std::size_t most) { return text_of(r, field, most, true); }
result<std::string> asked_text_or_none(const request& r, std::string_view field, std::size_t most) { return text_of(r, field, most, false); }

ordered_json choices_json(std::span<const choice> choices) {
  ordered_json out = ordered_json::array();
  for (const choice& c : choices) out.push_back({{"event", c.event}, {"says", c.says}, {"asks", c.asks}, {"next", c.next}});
  return out;
}

result<void> add_record(const request& r, ordered_json& answer) {
  if (!r.has("record") || !answer.value("done", false)) return {};
  if (!r.find("today"))
    return error{errc::missing_field, "the argument 'today' is missing", {}, "a day, YYYY-MM-DD", "a record is read as of a day"};
  const date today = today_of(r);
  const auto from = record_of(r, today);
  if (!from) return from.error();
  auto written = ordered_json::parse(ectp::to_json(*from));
  for (const ordered_json& content : answer["entries"]) {
    const std::string kind = content.at("kind");
    std::string id;
    for (std::size_t n = written["entries"].size() + 1; id.empty() || from->find(id); ++n) id = kind + "-" + std::to_string(n);
    ordered_json entry{{"id", id}, {"on", to_string(today)}};
    if (const std::string by = r.text("entered_by", from->mentor().str()); !by.empty()) entry["by"] = by;
    entry.update(content);
    written["entries"].push_back(std::move(entry));
  }
  // What is written down must be a record that reads back.
  const auto back = read_record(written.dump(), "the new record", today);
  if (!back) return back.error();
  answer["record"] = ordered_json::parse(ectp::to_json(*back));
  return {};
}

}  // namespace ectp::inline ECTP_ABI::operations
