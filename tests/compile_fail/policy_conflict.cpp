// Two rules of a UNIQUE table that hold at once are an error, with both and where.
// expect-gcc: conflicting_rules<.*{"r1 and r2 for self=4 mentor=low"}>
// expect-clang: conflicting_rules<.*"r1 and r2 for self=4 mentor=low"}>|conflicting_rules<'r', '1', ' ', 'a', 'n', 'd', ' ', 'r', '2', ' ', 'f', 'o', 'r', ' ', 's', 'e', 'l', 'f', '=', '4'
// expect: conflicting_rules: both rules hold
#include "ectp/policy/checked.hpp"

#if defined(SHOULD_FAIL)
#  define FIRST_TEST "<=4"
#else
#  define FIRST_TEST "<4"
#endif

struct path_source {
  static constexpr std::string_view text =
      "U,self,mentor,path\n"
      ",in,in,out\n"
      ",integer [0..5],\"low,high\",\"consolidate,extend\"\n"
      "r1," FIRST_TEST ",-,consolidate\n"
      "r2,>=4,low,consolidate\n"
      "r3,5,high,extend\n";
};
static_assert(ectp::policy::deterministic<ectp::policy::checked<path_source>>);
