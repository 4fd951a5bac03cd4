// References of two editions do not compare: the same code means different things.
// expect: no match for .operator==|invalid operands to binary expression
#include "ectp/framework/literals.hpp"

using namespace ectp::literals;
/// Stands for another edition.
struct another_edition {
  static constexpr const ectp::framework::detail::tables& data() noexcept {
    return ectp::content::ittecf_2024::edition;
  }
};
constexpr auto here = "4n"_ittecf2024;
#if defined(SHOULD_FAIL)
constexpr auto there = ectp::framework::edition_ref<another_edition>::of("4n");
#else
constexpr auto there = ectp::framework::edition_ref<ectp::framework::ittecf_2024>::of("4n");
#endif
static_assert(here == there);
