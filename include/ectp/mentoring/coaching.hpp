#pragma once
/// Dialogic instructional coaching: the manner of each part of a meeting, by the `stance` policy,
/// and words to say for it.
#include <string>
#include <vector>

#include "ectp/core/maybe.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/mentoring/words.hpp"

namespace ectp::inline ECTP_ABI {

/// What is so at this moment. Live only: never stored, never in a frame or a report, and neither
/// is a rule that would reveal it.
struct moment {
  bool risk = false;               ///< somebody may be in danger
  bool distress = false;           ///< the ECT is upset
  bool asked_to_be_heard = false;  ///< the ECT wants to talk before anything else
  ectp::topic topic = ectp::topic::technique;
  int failed_probes = 0;           ///< questions in a row that led nowhere, 0 to 99
};

/// How to run one part of a meeting.
struct manner {
  ectp::phase phase = phase::arrive;
  maybe<ectp::stance> stance;  ///< none: coaching stops
  route next = route::coaching;
  ruling why;
  bool live_only = false;  ///< the rule would reveal what must not be kept: name it to nobody else
  std::string says;        ///< the rule's own words
  std::vector<std::string> words;  ///< to say
  std::string act;                 ///< to do
};

/// What a stance is called in a meeting: guide, dialogue, ask or listen.
constexpr std::string_view manner_word(stance s) noexcept {
  switch (s) {
    case stance::directive: return "guide";
    case stance::dialogic: return "dialogue";
    case stance::facilitative: return "ask";
    case stance::listening: return "listen";
  }
  return "listen";
}

/// The manner of a phase. `misses` are lessons in a row in which a step did not work.
ECTP_LAZY
result<manner> manner_of(phase p, const moment& now, expertise known, bool fidelity_needed, int misses,
                                const policies& rules) {
  if (now.failed_probes < 0 || now.failed_probes > 99)
    return error{errc::out_of_range, std::to_string(now.failed_probes) + " failed probes", {}, "0 to 99", ""};
  const policy::table& table = rules[policy_name::stance];
  const policy::named_value facts[] = {{"phase", name(p)},
                                       {"risk", now.risk},
                                       {"distress", now.distress},
                                       {"asked_to_be_heard", now.asked_to_be_heard},
                                       {"topic", name(now.topic)},
                                       {"fidelity_needed", fidelity_needed},
                                       {"expertise", name(known)},
                                       {"failed_probes", now.failed_probes},
                                       {"misses", misses > 99 ? 99 : misses}};
  auto why = rule_on(table, {facts, 9});
  if (!why) return why.error();
  typename detail::later<manner, ectp_lazy>::type out;
  out.phase = p;
  out.stance = output_word<ectp::stance>(table, why->rule, "stance");
  if (const auto r = output_word<route>(table, why->rule, "next")) out.next = *r;
  out.says = table.note(why->rule, "says");
  out.live_only = table.note(why->rule, "live_only") == "yes";
  out.why = std::move(*why);
  if (!out.stance) return out;

  const policy::table& said = rules[policy_name::words];
  const policy::named_value word_facts[] = {{"phase", name(p)}, {"stance", name(*out.stance)}};
  const auto line = rule_index(said, {word_facts, 2});
  if (!line) return line.error();
  const auto text = [&](std::string_view column) -> std::string {
    const auto c = said.find_output(column);
    const policy::value_ref v = c ? said.output(*line, *c) : policy::value_ref();
    return v.kind() == policy::value_kind::text ? std::string(v.text()) : std::string();
  };
  for (const std::string_view column : {std::string_view("first"), std::string_view("second")})
    if (auto w = text(column); !w.empty()) out.words.push_back(std::move(w));
  out.act = text("do");
  return out;
}

}  // namespace ectp::inline ECTP_ABI
