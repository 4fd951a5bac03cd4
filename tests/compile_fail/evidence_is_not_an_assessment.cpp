// Law 1: evidence and decisions do not turn into assessments by assignment either.
// expect: no match for|no viable|conversion|deleted
#include "ectp/ectp.hpp"

int main() {
  ectp::assessment due(ectp::assessment_kind::formal_assessment, ectp::date{});
  ectp::evidence seen;
#if defined(SHOULD_FAIL)
  due = seen;
#endif
  return due.due_by() == seen.observed_on ? 0 : 1;
}
