#include "all_headers.hpp"
#include "ectp/serialization.hpp"

ectp::date second_day() { return ectp::parse_date("2025-09-02").value(); }
