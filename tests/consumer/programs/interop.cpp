#include "ectp/core/date.hpp"

int main() {
  const auto day = ectp::parse_date("2025-11-24");
  return day && day->weekday() == ectp::weekday::monday ? 0 : 1;
}
