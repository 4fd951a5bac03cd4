// A rule that never decides is an error, with its id. Under PRIORITY that is a rule whose output always
// gives way, though its test holds.
// expect-gcc: dead_rule<.*{"visit"}>
// expect-clang: dead_rule<.*"visit"}>|dead_rule<'v', 'i', 's', 'i', 't'>
// expect: dead_rule: no input ever comes to it
#include "ectp/policy/checked.hpp"

#if defined(SHOULD_FAIL)
#  define LISTED "talk,visit"
#else
#  define LISTED "visit,talk"
#endif

struct ask_source {
  static constexpr std::string_view text =
      "P,weeks,ask\n"
      ",in,out\n"
      ",integer [0..40],\"" LISTED "\"\n"
      "talk,-,talk\n"
      "visit,>=6,visit\n";
};
static_assert(ectp::policy::no_dead_rule<ectp::policy::checked<ask_source>>);
