// A cell that cannot be read is an error with its place, its rule and its column.
// expect-gcc: malformed_policy<.*{"line 5, column 6: rule r2, self: `6` lies outside the domain of its column"}>
// expect-clang: malformed_policy<.*"line 5, column 6: rule r2, ".*"self: `6` lies outside the |malformed_policy<'l', 'i', 'n', 'e', ' ', '5', ',', ' ', 'c', 'o', 'l', 'u', 'm', 'n', ' ', '6', ':'
// expect: malformed_policy: the table cannot be read
#include "ectp/policy/checked.hpp"

#if defined(SHOULD_FAIL)
#  define LAST_TEST ">=6"
#else
#  define LAST_TEST ">=4"
#endif

struct path_source {
  static constexpr std::string_view text =
      "F,self,path\n"
      ",in,out\n"
      ",integer [0..5],\"consolidate,extend\"\n"
      "r1,<4,consolidate\n"
      "r2," LAST_TEST ",extend\n";
};
static_assert(ectp::policy::total<ectp::policy::checked<path_source>>);
