#pragma once
#include <string_view>
#include <vector>

#include "ectp/content/ccf_2019.hpp"
#include "ectp/content/ecf_2019.hpp"
#include "ectp/content/ittecf_2024.hpp"
#include "ectp/content/teachers_standards.hpp"
#include "ectp/core/config.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/editions.hpp"
#include "ectp/framework/impl/tree.ipp"
#include "ectp/framework/tree.hpp"

namespace ectp::inline ECTP_ABI::framework {

ECTP_DEF std::vector<edition_info> editions() {
  return {tree(content::ittecf_2024::edition).info(), tree(content::ecf_2019::edition).info(),
          tree(content::ccf_2019::edition).info(), tree(content::teachers_standards::edition).info()};
}

ECTP_DEF result<tree> edition(std::string_view id) {
  for (const detail::tables* t : {&content::ittecf_2024::edition, &content::ecf_2019::edition,
                                  &content::ccf_2019::edition, &content::teachers_standards::edition})
    if (t->str(t->edition.id) == id) return tree(*t);
  return detail::edition_error(id, {}, {});
}

}  // namespace ectp::inline ECTP_ABI::framework
