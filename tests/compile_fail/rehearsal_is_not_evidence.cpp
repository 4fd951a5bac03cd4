// Law 1: what was practised is not evidence about a teacher.
// expect: no viable|no match for|no known conversion|conversion from
#include "ectp/mentoring/evidence.hpp"
#include "ectp/mentoring/rehearsal.hpp"

int main() {
  ectp::evidence seen;
  const ectp::rehearsed practised;
#if defined(SHOULD_FAIL)
  seen = practised;
#endif
  return seen.observed_on == practised.held_on ? 0 : 1;
}
