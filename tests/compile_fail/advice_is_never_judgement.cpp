// Law 1: nothing formative becomes an assessment.
// expect: deleted|use of deleted function|call to deleted
#include "ectp/ectp.hpp"

int main() {
  const ectp::assessment due(ectp::assessment_kind::progress_review, ectp::date{});
  ectp::diagnosis formative;
#if defined(SHOULD_FAIL)
  const ectp::assessment judged(formative);
#endif
  return due.due_by() == formative.as_of ? 0 : 1;
}
