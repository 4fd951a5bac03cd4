// References of two editions do not compare: the same code means different things.
// expect: no match for .operator==|invalid operands to binary expression
#include "ectp/framework/literals.hpp"

using namespace ectp::literals;
constexpr auto here = "2.6"_ittecf2024;
#if defined(SHOULD_FAIL)
constexpr auto there = "2.6"_ecf2019;
#else
constexpr auto there = "ittecf-2024:2.6"_ref;
#endif
static_assert(here == there);
