#include "ectp/core/date.hpp"

int days_of(const ectp::date& d) { return d.days(); }
