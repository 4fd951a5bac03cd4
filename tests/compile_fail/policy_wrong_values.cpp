// Deciding takes one value for each input, of a kind that a table knows.
// expect: no matching (member )?function
#include "ectp/policy/checked.hpp"

using path = ectp::policy::checked_text<
    "U,self,mentor,path\n"
    ",in,in,out\n"
    ",integer [0..5],\"low,high\",\"consolidate,extend\"\n"
    "r1,>=4,-,extend\n"
    "r2,<4,-,consolidate\n">;
#if defined(SHOULD_FAIL)
static_assert(path::decide(4).rule == 0);
#else
static_assert(path::decide(4, "high").rule == 0);
#endif
