// So is one behind an edition. 2.11 is near a code that exists.
// expect: unknown_statement_code
#include "ectp/framework/literals.hpp"

using namespace ectp::literals;
#if defined(SHOULD_FAIL)
constexpr auto statement = "ittecf-2024:2.11"_ref;
#else
constexpr auto statement = "ittecf-2024:2.10"_ref;
#endif
static_assert(statement.code() == "2.10");
