// What was practised is for the two who practised: for the induction tutor and the appropriate body it has no reading.
// expect: no matching function|constraints not satisfied
#include "ectp/mentoring/rehearsal.hpp"

int main() {
  const ectp::rehearsed practised;
#if defined(SHOULD_FAIL)
  return ectp::read_by<ectp::reader_role::induction_tutor>(practised).level;
#else
  return ectp::read_by<ectp::reader_role::mentor>(practised).level;
#endif
}
