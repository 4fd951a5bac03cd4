#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "ectp/ectp.hpp"
#include "ectp/interop/record_json.hpp"

int main() {
  std::ifstream file("examples/records/close-to-extend.json");
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  const auto today = ectp::parse_date("2025-11-24").value();  // value() throws an ectp::exception
  const auto record = ectp::read_record(json, "close-to-extend.json", today).value();
  const auto rules = ectp::policies::builtin().value();
  const auto plan = ectp::meeting::plan(record, today, rules).value();
  std::cout << "focus: " << plan.focus.statement << ", " << plan.focus.says << '\n';
  if (!plan.path) return 0;
  std::cout << "path:  " << name(plan.path->said.recommended) << " in " << plan.path->said.standard << '\n';
  std::cout << "rule:  " << plan.path->said.rule << ", " << plan.path->says << '\n';
}
