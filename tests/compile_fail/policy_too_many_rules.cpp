// 64 rules are checked, and of 65 a named error says that they are not.
// expect-gcc: policy_has_more_than_64_rules<.*{"line 68, column 1: `r64` is the 65th rule"}>
// expect: policy_has_more_than_64_rules: split the table, or read it at run time
#include <array>

#include "ectp/policy/checked.hpp"

#if defined(SHOULD_FAIL)
inline constexpr std::size_t rules = 65;
#else
inline constexpr std::size_t rules = 64;
#endif

// U,week,send / r0,0,true / r1,1,true ...
struct weeks {
  char chars[64 + rules * 16] = {};
  std::size_t size = 0;
  constexpr void add(std::string_view s) {
    for (const char c : s) chars[size++] = c;
  }
  constexpr void add(std::size_t n) {
    if (n >= 10) chars[size++] = static_cast<char>('0' + n / 10);
    chars[size++] = static_cast<char>('0' + n % 10);
  }
  constexpr weeks() {
    add("U,week,send\n,in,out\n,integer [0..");
    add(rules - 1);
    add("],boolean\n");
    for (std::size_t r = 0; r != rules; ++r) {
      add("r");
      add(r);
      add(",");
      add(r);
      add(",true\n");
    }
  }
};
struct weeks_source {
  static constexpr weeks made{};
  static constexpr std::string_view text{made.chars, made.size};
};
static_assert(ectp::policy::sound<ectp::policy::checked<weeks_source>>);
