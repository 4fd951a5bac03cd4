#include "ectp/core/date.hpp"

ectp::date first_day();
ectp::date second_day();

int main() { return second_day() - first_day() == 1 ? 0 : 1; }
