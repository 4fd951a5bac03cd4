// A number is not a node.
// expect: from .int. to non-scalar type|no viable conversion|could not convert
#include "ectp/framework/tree.hpp"

#if defined(SHOULD_FAIL)
constexpr ectp::framework::node_id node = 3;
#else
constexpr ectp::framework::node_id node{3};
#endif
static_assert(node.value() == 3);
