// Some platforms' own headers define these as macros: our headers must survive that.
#define min(a, b) a platform macro
#define max(a, b) a platform macro
#define small a platform macro
#define interface a platform macro
#include "all_headers.hpp"
#undef min
#undef max
#undef small
#undef interface

ectp::date first_day() { return ectp::date::from_civil(2025, 9, 1); }
