// Rules that are too entangled for the budget of a proof are a named error, never passed unproved.
// expect-gcc: proof_budget_exceeded<.*{"looking for dead rules"}>
// expect: proof_budget_exceeded: split the table, or analyse it at run time
#include "ectp/policy/checked.hpp"

struct talk_source {
  static constexpr std::string_view text =
      "F,a,b,c,talk\n"
      ",in,in,in,out\n"
      ",integer [0..9],integer [0..9],integer [0..9],boolean\n"
      "r1,<5,>3,-,true\n"
      "r2,-,<5,>3,true\n"
      "r3,>3,-,<5,true\n"
      "r4,>=2,>=2,>=2,false\n"
      "r5,-,-,-,false\n";
#if defined(SHOULD_FAIL)
  static constexpr std::size_t budget = 20;
#endif
};
static_assert(ectp::policy::no_dead_rule<ectp::policy::checked<talk_source>>);
