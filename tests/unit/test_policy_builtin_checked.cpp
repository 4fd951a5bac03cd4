// Every built-in decision table is proved by the compiler: every record gets an answer, and every rule
// has a record that it decides. What is asserted here does not compile when it does not hold.
#include <catch2/catch.hpp>

#include <string_view>

#include "ectp/content/tables.hpp"
#include "ectp/policy/checked.hpp"
#include "ectp/policy/decide.hpp"

using namespace ectp;

namespace {

#define BUILT_IN(name)                                                   \
  struct name##_text {                                                   \
    static constexpr std::string_view text = content::embedded(#name);   \
  };                                                                     \
  using name = policy::checked<name##_text>;                             \
  static_assert(policy::sound<name>)

BUILT_IN(pathway);
BUILT_IN(focus);
BUILT_IN(stance);
BUILT_IN(words);
BUILT_IN(level);
BUILT_IN(itt_view);
BUILT_IN(self_view);

#undef BUILT_IN

}  // namespace
