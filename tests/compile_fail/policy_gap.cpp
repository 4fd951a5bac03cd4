// A table that leaves out an input does not pass, and the error shows the input.
// expect-gcc: no_rule_for<[a-z0-9_:]*literal_text<19>{"self=0 mentor=high"}>
// expect-clang: no_rule_for<.*"self=0 mentor=high"}>|'s', 'e', 'l', 'f', '=', '0', ' ', 'm', 'e', 'n', 't', 'o', 'r', '=', 'h', 'i', 'g', 'h'>
// expect: no_rule_for: the table has a gap
#include "ectp/policy/checked.hpp"

#if defined(SHOULD_FAIL)
#  define LAST_TEST "low"
#else
#  define LAST_TEST "-"
#endif

struct path_source {
  static constexpr std::string_view text =
      "U,self,mentor,path\n"
      ",in,in,out\n"
      ",integer [0..5],\"low,high\",\"consolidate,extend\"\n"
      "r1,>=4,high,extend\n"
      "r2,>=4,low,consolidate\n"
      "r3,<4," LAST_TEST ",consolidate\n";
};
static_assert(ectp::policy::total<ectp::policy::checked<path_source>>);
