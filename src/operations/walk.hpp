#pragma once
// A walk: an operation that is one move of something that goes on, such as a meeting or a rehearsal. It
// keeps nothing between calls; what the caller has to hand back is in `run`.
//
//   in    {"run": {...}, "event": "look", "with": {"text": "..."}, ...what the operation needs besides}
//         without `run` it begins; without `event` it says where we are.
//   out   {"run": {...}, "state": "look_together", "text": "a page for a terminal", ...,
//          "choices": [{"event": "ask", "says": "...", "asks": ["text"], "next": "probe"}],
//          "done": false, "entries": []}
//
// A refused move is an error that lists the legal ones, and the caller's `run` still holds. When `done` is
// true there are no choices, `entries` has what may be written into a record (in the record's own form,
// without `id`, `on` and `by`), and, where a record was given, `record` is the record with them added.
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "ectp/mentoring/machines.hpp"
#include "interop/record_document.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

// The parameters that every walk has.
inline constexpr std::string_view run_help = "what the last move gave as `run`; leave it out to begin";
inline constexpr std::string_view event_help = "the move to make, a word of the choices; leave it out to see where you are";
inline constexpr std::string_view with_help = "what the move asks for, by name: {\"text\": \"...\"}";

// The member `event` of the arguments; empty: only show.
inline std::string event_of(const request& r) { return r.text("event"); }
// A text that the move asks for. Errors: `missing_field`, and those of `check_text`.
result<std::string> asked_text(const request& r, std::string_view field, std::size_t most = 400);
// The same where it may be left out: empty then.
result<std::string> asked_text_or_none(const request& r, std::string_view field, std::size_t most = 400);

nlohmann::ordered_json choices_json(std::span<const choice> choices);

// An entry that a walk offers: its content in the record's own form.
template <class Content>
nlohmann::ordered_json entry_of(const Content& content) {
  return nlohmann::ordered_json::parse(interop::entry_json(content));
}

// Adds `record` to a walk's answer that is done, where the request has a record: its entries get ids
// (`with.id`, or KIND-N), the day `today` and the mentor (or `entered_by`) as their writer, and the whole is read back.
result<void> add_record(const request& r, nlohmann::ordered_json& answer);

}  // namespace ectp::inline ECTP_ABI::operations
