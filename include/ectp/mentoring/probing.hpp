#pragma once
/// The probe ladder: what to ask next, and how much help the question comes with, by the `probe` policy.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/mentoring/policies.hpp"
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// One question on the ladder.
struct probe {
  ectp::rung rung = rung::open;
  ruling why;
  std::string says;                ///< what kind of question it is
  std::vector<std::string> words;  ///< to say
  std::string act;                 ///< to do
};

namespace detail {
/// A text output of a rule; empty where it is null or missing.
ECTP_LAZY
std::string cell_text(const policy::table& t, std::size_t rule, std::string_view column) {
  const auto c = t.find_output(column);
  const policy::value_ref v = c ? t.output(rule, *c) : policy::value_ref();
  return v.kind() == policy::value_kind::text ? std::string(v.text()) : std::string();
}
/// The outputs `first` and `second` of a rule, where it has them.
ECTP_LAZY
std::vector<std::string> cell_words(const policy::table& t, std::size_t rule) {
  std::vector<std::string> out;
  for (const std::string_view column : {std::string_view("first"), std::string_view("second")})
    if (auto w = cell_text(t, rule, column); !w.empty()) out.push_back(std::move(w));
  return out;
}
/// A count as tables take it: 0 to 99.
constexpr int up_to_99(int n) noexcept { return n < 0 ? 0 : n > 99 ? 99 : n; }
}  // namespace detail

/// The next question after `failed_probes` questions in a row that led nowhere. `lesson_evidence`: is there
/// something from a lesson to narrow it with? Errors: `out_of_range` for a count outside 0 to 99.
ECTP_LAZY
result<probe> probe_of(int failed_probes, bool lesson_evidence, expertise known, const policies& rules) {
  const policy::table& t = rules[policy_name::probe];
  const policy::named_value facts[] = {
      {"failed_probes", failed_probes}, {"lesson_evidence", lesson_evidence}, {"expertise", name(known)}};
  auto why = rule_on(t, {facts, 3});
  if (!why) return why.error();
  typename detail::later<probe, ectp_lazy>::type out;
  if (const auto r = output_word<rung>(t, why->rule, "rung")) out.rung = *r;
  out.says = t.note(why->rule, "says");
  out.words = detail::cell_words(t, why->rule);
  out.act = detail::cell_text(t, why->rule, "do");
  out.why = std::move(*why);
  return out;
}

}  // namespace ectp::inline ECTP_ABI
