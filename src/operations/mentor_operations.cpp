#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

std::span<const operation> mentor_operations() { return {}; }

}  // namespace ectp::inline ECTP_ABI::operations
