// An edition that the library does not carry is refused while compiling.
// expect: unknown_edition
#include "ectp/framework/literals.hpp"

using namespace ectp::literals;
#if defined(SHOULD_FAIL)
constexpr auto statement = "ittecf-1924:4n"_ref;
#else
constexpr auto statement = "ittecf-2024:4n"_ref;
#endif
static_assert(statement.code() == "4n");
