// Law 1: what was practised does not become an assessment.
// expect: deleted|use of deleted function|call to deleted
#include "ectp/induction/assessment.hpp"
#include "ectp/mentoring/rehearsal.hpp"

int main() {
  const ectp::assessment due(ectp::assessment_kind::progress_review, ectp::date{});
  const ectp::rehearsed practised;
#if defined(SHOULD_FAIL)
  const ectp::assessment judged(practised);
#endif
  return due.due_by() == practised.held_on ? 0 : 1;
}
