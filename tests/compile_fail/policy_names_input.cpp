// Nothing can be proved of a test that names another input, and the error says so.
// expect-gcc: test_names_another_input<.*{"line 4, column 7: rule r1, mentor: `self` names another input"}>
// expect: test_names_another_input: nothing can be proved of such a table
#include "ectp/policy/checked.hpp"

#if defined(SHOULD_FAIL)
#  define LIMIT "self"
#else
#  define LIMIT "4"
#endif

struct path_source {
  static constexpr std::string_view text =
      "F,self,mentor,talk\n"
      ",in,in,out\n"
      ",integer [0..5],integer [0..5],boolean\n"
      "r1,-,>" LIMIT ",true\n"
      "r2,-,-,false\n";
};
static_assert(ectp::policy::sound<ectp::policy::checked<path_source>>);
