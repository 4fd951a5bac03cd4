#pragma once
/// A stable merge sort: `<algorithm>` costs every reader of the umbrella more than it gives here.
#include <cstddef>
#include <utility>
#include <vector>

#include "ectp/core/config.hpp"

namespace ectp::inline ECTP_ABI::detail {

/// Sorts so that no element is `less` than the one before it; equals keep their order.
template <class T, class Less>
void sort(std::vector<T>& v, Less less) {
  std::vector<T> other(v.size());
  for (std::size_t width = 1; width < v.size(); width *= 2) {
    for (std::size_t from = 0; from < v.size(); from += 2 * width) {
      const std::size_t middle = from + width < v.size() ? from + width : v.size();
      const std::size_t end = from + 2 * width < v.size() ? from + 2 * width : v.size();
      std::size_t a = from, b = middle;
      for (std::size_t k = from; k != end; ++k)
        other[k] = std::move(b == end || (a != middle && !less(v[b], v[a])) ? v[a++] : v[b++]);
    }
    v.swap(other);
  }
}

}  // namespace ectp::inline ECTP_ABI::detail
