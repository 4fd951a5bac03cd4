// One program in both forms: a statement known while compiling, found in the tree, and a policy.
#include <cstdio>
#include <string>

#include "ectp/ectp.hpp"

int main() {
  using namespace ectp::literals;
  constexpr auto statement = "4n"_ittecf2024;
  const auto tree = ectp::framework::edition(statement.edition());
  const auto rules = ectp::policies::builtin();
  if (!tree || !rules) return 1;
  const auto node = tree->find(statement.code());
  const auto nothing = tree->find("4zz");
  std::printf("%s: %s\n", statement.str().c_str(), std::string(node->gist()).c_str());
  std::printf("%s\n", ectp::to_string(nothing.error()).c_str());
  return node->code() == "4n" && nothing.error().code == ectp::errc::unknown_code &&
                 rules->has_gating(statement.edition())
             ? 0
             : 1;
}
