// Law 1: what a mentor is shown of their mentoring never becomes an assessment, of either of the two.
// expect: no match for|no viable|conversion|deleted
#include "ectp/ectp.hpp"
#include "ectp/mentoring/mirror.hpp"

int main() {
  ectp::mentoring_mirror shown;
  ectp::assessment due(ectp::assessment_kind::formal_assessment, ectp::date{});
#if defined(SHOULD_FAIL)
  due = ectp::assessment(shown);
#endif
  return due.due_by() == ectp::date{} && shown.shown_to(ectp::viewer::mentor) ? 0 : 1;
}
