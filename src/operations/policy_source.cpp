#include "operations/policy_source.hpp"

#include "ectp/policy/identity.hpp"

namespace ectp::inline ECTP_ABI::operations {

namespace {

result<chosen_policy> read(const request& r, std::string_view text, const std::string& file, policy::policy_form form,
                           const std::string& decision) {
  policy::read_options options;
  options.file = file;
  policy::reading read = policy::read_policy(text, form, decision, options);
  if (read.table) {
    std::string sha256 = policy::fingerprint(*read.table);
    return chosen_policy{std::move(*read.table), std::move(sha256)};
  }
  if (r.more != nullptr)
    for (std::size_t i = 1; i < read.errors.size(); ++i) r.more->push_back(std::move(read.errors[i]));
  return std::move(read.errors.front());
}

// How a policy's text is written, and which decision of it is asked for.
struct reading_of {
  policy::policy_form form;
  bool said;  // is the form what an argument says, and no default?
  std::string decision;
};
result<reading_of> how_of(const request& r, const policy_arguments& names) {
  const auto form = form_of(r, names.form);
  if (!form) return form.error();
  return reading_of{*form, r.find(names.form).has_value(), r.text(names.decision)};
}

result<chosen_policy> read_file(const request& r, const document& d, const reading_of& how) {
  const auto by_ending = policy::policy_form_of(d.file);
  return read(r, d.text, d.file, how.said || !by_ending ? how.form : *by_ending, how.decision);
}

// A text, or the name of a built-in policy.
result<chosen_policy> read_text(const request& r, const std::string& given, const std::string& file, const reading_of& how) {
  const std::string& decision = how.decision;
  if (given.find('\n') != given.npos || how.form == policy::policy_form::dmn) return read(r, given, file, how.form, decision);
  const auto which = from_word<policy_name>(given);
  if (!which)
    return error{errc::bad_argument, "there is no policy called '" + given.substr(0, 60) + "'", {}, word_list<policy_name>(),
                 "a file's name ends in .csv, .md, .dmn or .xml"};
  if (!decision.empty())
    return error{errc::bad_argument, "the decision '" + decision.substr(0, 60) + "' of a built-in policy is asked for", {},
                 "no decision: it picks one out of a DMN file", ""};
  const auto rules = policies::builtin();
  if (!rules) return rules.error();
  return chosen_policy{(*rules)[*which], std::string(rules->sha256(*which))};
}

}  // namespace

result<policy::policy_form> form_of(const request& r, std::string_view argument) {
  const auto v = r.find(argument);
  if (!v) return policy::policy_form::csv;
  const auto form = policy::policy_form_named(v->text());
  if (!form)
    return v->fail(errc::bad_argument, "there is no form '" + std::string(v->text().substr(0, 60)) + "' of a policy", "csv, markdown or dmn", "");
  return *form;
}

result<chosen_policy> policy_of(const request& r, const policy_arguments& names) {
  const auto how = how_of(r, names);
  if (!how) return how.error();
  if (const document* d = r.given(names.policy)) return read_file(r, *d, *how);
  return read_text(r, r.text(names.policy), std::string(names.policy), *how);
}

result<std::vector<chosen_policy>> policies_of(const request& r, const policy_arguments& names) {
  const auto how = how_of(r, names);
  if (!how) return how.error();
  std::vector<chosen_policy> out;
  for (const document& d : r.documents) {
    if (d.name != names.policy) continue;
    auto one = read_file(r, d, *how);
    if (!one) return one.error();
    out.push_back(std::move(*one));
  }
  if (const auto texts = r.find(names.policy))
    for (const interop::json_value text : *texts->elements()) {
      // Errors in a text then say in which one.
      auto one = read_text(r, std::string(text.text()), "policy " + std::to_string(out.size() + 1), *how);
      if (!one) return one.error();
      out.push_back(std::move(*one));
    }
  return out;
}

}  // namespace ectp::inline ECTP_ABI::operations
