#include "all_headers.hpp"

static_assert(ECTP_EXCEPTIONS == 0);
