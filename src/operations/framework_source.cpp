#include "operations/framework_source.hpp"

#include <string>
#include <utility>

#include "ectp/framework/editions.hpp"
#include "ectp/interop/case_csv.hpp"
#include "ectp/interop/reconcile_json.hpp"

namespace ectp::inline ECTP_ABI::operations {

namespace {

// Errors behind the first go to the request.
result<chosen_framework> read(const request& r, std::string_view text, const std::string& file) {
  // A table says neither its title nor when it changed last.
  framework::case_csv_about about;
  about.title = r.text("title");
  about.last_change_date_time = r.text("last_change");
  auto read = framework::read_framework_all(text, file, about);
  if (!read.errors.empty()) {
    if (r.more != nullptr)
      for (std::size_t i = 1; i < read.errors.size(); ++i) r.more->push_back(std::move(read.errors[i]));
    return std::move(read.errors.front());
  }
  auto tree = framework::to_tree(read.package);
  if (!tree) {
    error e = tree.error();
    if (e.at.file.empty()) e.at.file = file;
    return e;
  }
  return chosen_framework{std::move(*tree), false, std::move(read.warnings), read.warnings_left_out, std::move(read.package)};
}

result<chosen_framework> chosen(const request& r, std::string_view argument) {
  if (const document* d = r.given(argument)) return read(r, d->text, d->file);
  const auto value = r.find(argument);
  if (value && value->kind() == interop::json_kind::object) return read(r, value->source(), std::string(argument));
  const std::string given = r.text(argument, framework::default_edition);
  // A name is short and on one line; whatever is longer is a text.
  if (given.find_first_of("\n{,") != given.npos) return read(r, given, std::string(argument));
  auto tree = framework::edition(given);
  if (!tree) {
    error e = tree.error();
    e.hint += "; a framework of your own is a CASE package (.json) or OpenSALT's CSV (.csv)";
    return e;
  }
  return chosen_framework{std::move(*tree)};
}

}  // namespace

result<chosen_framework> framework_of(const request& r, std::string_view argument) {
  auto out = chosen(r, argument);
  if (!out || !r.has("overlay")) return out;
  const document* d = r.given("overlay");
  auto worded = d != nullptr ? framework::with_overlay(out->tree, d->text, d->file)
                             : framework::with_overlay(out->tree, r.find("overlay")->source(), "overlay");
  if (!worded) return worded.error();
  out->tree = std::move(*worded);
  return out;
}

}  // namespace ectp::inline ECTP_ABI::operations
