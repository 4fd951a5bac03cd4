// A reference names its edition.
// expect: reference_without_edition
#include "ectp/framework/literals.hpp"

using namespace ectp::literals;
#if defined(SHOULD_FAIL)
constexpr auto statement = "4n"_ref;
#else
constexpr auto statement = "ittecf-2024:4n"_ref;
#endif
static_assert(statement.code() == "4n");
