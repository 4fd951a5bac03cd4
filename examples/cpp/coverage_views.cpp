// What a programme lead asks before the next half-term: which statements about pupils with SEND, in the
// standards on behaviour, has this teacher's programme not touched yet; and what comes next.
#include <fstream>
#include <iostream>
#include <iterator>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/take.hpp>
#include <string>

#include "ectp/framework/editions.hpp"
#include "ectp/interop/record_json.hpp"
#include "ectp/mentoring/coverage.hpp"
#include "ectp/ranges.hpp"

namespace views = ectp::views;

int main() {
  std::ifstream file("examples/records/close-to-extend.json");
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto today = ectp::parse_date("2025-11-24").value();
  const auto record = ectp::read_record(json, "close-to-extend.json", today).value();
  const auto tree = ectp::framework::edition(record.edition()).value();
  const auto state = ectp::state_of(record, tree, today).value();
  const auto touched = ectp::statement_coverage::of(tree, state).value();

  const auto behaviour = views::statements(tree) | views::in_area("behaviour_management") | ranges::to<std::vector>();
  std::cout << touched.size() << " statements touched so far\n\n";

  std::cout << "SEND, in behaviour, not yet touched:\n";
  for (const auto n : behaviour | views::tagged("send") | views::unmet(touched))
    std::cout << "  " << n.code() << "  " << n.display() << '\n';

  std::cout << "\nNext in behaviour:\n";
  for (const auto n : behaviour | views::in_coverage_order(touched) | ranges::views::take(3))
    std::cout << "  " << n.code() << "  " << n.display() << '\n';

  std::cout << "\nTouched on most days:\n";
  for (const auto n : behaviour)
    if (touched.days(n) > 2)
      std::cout << "  " << n.code() << "  on " << touched.days(n) << " days, last on "
                << to_string(*touched.last(n)) << '\n';
}
