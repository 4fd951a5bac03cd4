#pragma once
#include <string_view>
#include <vector>

#include "ectp/content/ittecf_2024.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/impl/tree.ipp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

ECTP_DEF std::vector<edition_info> editions() {
  return {tree(content::ittecf_2024::edition).info()};
}

ECTP_DEF result<tree> edition(std::string_view id) {
  const tree ittecf(content::ittecf_2024::edition);
  if (id == ittecf.edition()) return ittecf;
  return detail::edition_error(id, {}, {});
}

}  // namespace ectp::inline ECTP_ABI::framework
