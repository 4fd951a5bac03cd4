#include <typeinfo>

#include "ectp/core/date.hpp"

static_assert(ECTP_EXCEPTIONS == 1);
#if defined(ECTP_COMPILED)
#  error "this file is meant to be in the header-only form"
#endif

const std::type_info& header_form_of_error() { return typeid(ectp::error); }
bool header_form_reads_a_date() { return ectp::parse_date("2025-11-24").has_value(); }
