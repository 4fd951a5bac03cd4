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
  const auto form = form_of(r, names.form);
  if (!form) return form.error();
  const std::string decision = r.text(names.decision);
  if (const document* d = r.given(names.policy)) {
    const auto by_ending = policy::policy_form_of(d->file);
    return read(r, d->text, d->file, r.find(names.form) || !by_ending ? *form : *by_ending, decision);
  }
  const std::string given = r.text(names.policy);
  if (given.find('\n') != given.npos || *form == policy::policy_form::dmn) return read(r, given, "policy", *form, decision);
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

}  // namespace ectp::inline ECTP_ABI::operations
