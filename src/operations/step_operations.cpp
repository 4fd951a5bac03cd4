#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

std::span<const operation> step_operations() { return {}; }

}  // namespace ectp::inline ECTP_ABI::operations
