// A decision that is a function, made into a table: asked once for every combination of its inputs' values.
#include <iostream>
#include <span>

#include "ectp/policy/analyse.hpp"
#include "ectp/policy/tabulate.hpp"
#include "ectp/policy/write.hpp"

namespace policy = ectp::policy;

int main() {
  const policy::callable_shape shape{
      "path",
      {{"seen", "integer [0..4]"}, {"secure", "integer [0..2]"}, {"self_view", "lower,higher, null"}},
      {{"path", "consolidate,extend"}}};
  const auto path = [](std::span<const policy::value_ref> in, std::span<policy::value> out) {
    if (in[2].is_null()) return false;  // decides nothing
    const bool extend = in[0].number() >= 3 && in[1].number() > 0 && in[2].text() == "lower";
    out[0] = policy::value(extend ? "extend" : "consolidate");
    return true;
  };
  const policy::table table = policy::tabulate(shape, path).value();
  std::cout << policy::write_csv(table);
  for (const policy::box& gap : policy::analyse(table).gaps)
    std::cout << "no rule where " << to_string(policy::tests_of(table, gap)) << '\n';
}
