// The same of a table as rows of cells; and null is a value like any other.
// expect-gcc: no_rule_for<[a-z0-9_:]*literal_text<33>{"open=null days=14 said=\\"not yet\\""}>
// expect-clang: no_rule_for<.*"open=null days=14 said=\\"not yet\\""}>|no_rule_for<'o', 'p', 'e', 'n', '=', 'n', 'u', 'l', 'l', ' ', 'd', 'a', 'y', 's', '=', '1', '4', ' '
// expect: no_rule_for: the table has a gap
#include "ectp/policy/checked.hpp"

struct ask_source {
  static constexpr std::string_view rows[][5] = {
      {"F", "open", "days", "said", "ask"},
      {"", "in", "in", "in", "out"},
      {"", "boolean, null", "integer [0..60]", "\"not yet\",done", "boolean"},
      {"r1", "true", "-", "-", "true"},
      {"r2", "-", "<14", "-", "false"},
#if !defined(SHOULD_FAIL)
      {"r3", "null", "-", "-", "true"},
#endif
      {"r4", "-", "-", "done", "false"},
      {"r5", "not(null)", "-", "-", "true"},
  };
};
static_assert(ectp::policy::total<ectp::policy::checked<ask_source>>);
