#include "ectp/core/date.hpp"

int days_of(const ectp::date& d);

int main() { return days_of(ectp::date{}); }
