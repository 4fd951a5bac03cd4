// A code that the edition does not have is refused while compiling.
// expect: unknown_statement_code
#include "ectp/framework/literals.hpp"

using namespace ectp::literals;
#if defined(SHOULD_FAIL)
constexpr auto statement = "4zz"_ittecf2024;
#else
constexpr auto statement = "4n"_ittecf2024;
#endif
static_assert(statement.code() == "4n");
