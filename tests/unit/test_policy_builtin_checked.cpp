// Every built-in decision table is proved by the compiler: every record gets an answer, and every rule
// has a record that it decides. What is asserted here does not compile when it does not hold. The one
// that is too large for the compiler is proved by the engine instead, which test_models.cpp asks of all.
#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <string_view>

#include "ectp/content/tables.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/policy/checked.hpp"
#include "ectp/policy/decide.hpp"
#include "ectp/policy/prove.hpp"

using namespace ectp;

namespace {

// More rules than the 64 that a table which the compiler checks may have.
constexpr std::array too_large = {policy_name::meeting_moves};

constexpr bool is_too_large(policy_name p) {
  for (const policy_name x : too_large)
    if (x == p) return true;
  return false;
}

template <policy_name P>
struct text_of {
  static constexpr std::string_view text = content::embedded(name(P));
};

template <policy_name P>
constexpr bool proved() {
  if constexpr (is_too_large(P))
    return true;
  else
    return policy::sound<policy::checked<text_of<P>>>;
}

#define PROVED(name) static_assert(proved<policy_name::name>());
ECTP_POLICY_NAMES(PROVED)
#undef PROVED

}  // namespace

TEST_CASE("what is too large for the compiler is proved by the engine", "[policy][checked]") {
  const auto rules = policies::builtin();
  REQUIRE(rules);
  for (const policy_name p : too_large) {
    const policy::table& t = (*rules)[p];
    INFO(t.name());
    CHECK(t.rules() > 64);  // otherwise the compiler can
    for (const auto kind : {policy::property_kind::total, policy::property_kind::no_dead}) {
      policy::property wanted;
      wanted.kind = kind;
      const auto proof = policy::prove(t, wanted);
      REQUIRE(proof);
      INFO(policy::to_string(*proof));
      CHECK(proof->status == policy::proof_status::proved);
    }
  }
}
