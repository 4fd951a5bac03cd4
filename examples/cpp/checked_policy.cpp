// Decision tables in the program, proved by the compiler, and decided without a file or the heap.
#include <cstdio>

#include "ectp/policy/checked.hpp"

namespace policy = ectp::policy;

// A text, in the form of a CSV file.
struct path_source {
  static constexpr std::string_view text =
      "U,self,mentor,path\n"
      ",in,in,out\n"
      ",integer [0..5],\"low,high\",\"consolidate,extend\"\n"
      "r1,>=4,high,extend\n"
      "r2,>=4,low,consolidate\n"
      "r3,<4,-,consolidate\n";
};
using path = policy::checked<path_source>;
static_assert(policy::sound<path>);

// Rows of cells, without CSV's quotes.
struct ask_source {
  static constexpr std::string_view rows[][4] = {
      {"F", "weeks", "open", "ask"},
      {"", "in", "in", "out"},
      {"", "integer [0..40]", "boolean, null", "now,later,never"},
      {"r1", ">=6", "not(false)", "now"},
      {"r2", "-", "false", "never"},
      {"r3", "-", "-", "later"},
  };
};
using ask = policy::checked<ask_source>;
static_assert(policy::total<ask> && policy::no_dead_rule<ask>);

// A literal, for a short table. No rule may match: the default decides then.
using notices = policy::checked_text<
    "C,weeks,notice\n"
    ",in,out\n"
    ",integer [0..40],string\n"
    "#default,,nothing due\n"
    "n1,>=6,plan the review\n"
    "n2,>=12,hold the review\n">;
static_assert(policy::sound<notices>);

// Deciding is a constant expression as well.
static_assert(path::decide(4, "high").rule == 0);
static_assert(path::output(path::decide(3, "high"), 0) == policy::value_ref("consolidate"));

int main() {
  const auto say = [](const char* what, const policy::outcome& o, policy::value_ref v) {
    std::printf("%s: %s", what, std::string(name(o.status)).c_str());
    if (o.rule != policy::none) std::printf(", rule %u", static_cast<unsigned>(o.rule + 1));
    std::printf(": %s\n", to_string(v).c_str());
  };
  // One value for each input, in their order; or by name.
  const policy::outcome p = path::decide(4, "low");
  say("path", p, path::output(p, 0));
  const policy::outcome a = ask::decide({{"open", nullptr}, {"weeks", 8}});
  say("ask", a, ask::output(a, 0));
  // A value that does not belong to its input's domain decides nothing.
  const policy::outcome wrong = path::decide(6, "low");
  say("path", wrong, path::output(wrong, 0));
  // The same table for everything that works on tables: lists, explanations, batches, analyses.
  const policy::table t = notices::table().value();
  policy::scratch work = t.make_scratch();
  const policy::value_ref weeks = 12;
  const policy::outcome n = t.decide({&weeks, 1}, work);
  for (const std::uint32_t rule : work.hits()) say("notice", n, t.output(rule, 0));
}
