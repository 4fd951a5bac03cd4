#pragma once
#include "ectp/policy/axis.hpp"

namespace ectp::inline ECTP_ABI::policy {

ECTP_DEF std::string cell_text(const axis& a, std::uint32_t cell) {
  if (cell == a.null_cell()) return "null";
  if (cell == a.other_cell()) {
    std::string out;
    if (a.words().empty() && !a.nullable()) return "-";
    for (const std::string& w : a.words()) out += (out.empty() ? "not(" : ",") + to_string(value_ref(w));
    // not("a") would hold for null too.
    return out.empty() ? "not(null)" : out + (a.nullable() ? ",null)" : ")");
  }
  if (!is_line(a.type())) return to_string(a.representative(cell));
  double low = 0, high = 0;
  a.ends_of(cell, low, high);
  if (low == high) return to_string(value_ref(a.type(), low));
  // Nobody writes the end of a clock's day.
  const bool from = low - low == 0, to = high - high == 0 && !(a.type() == value_kind::time && high == 86400);
  if (!from && !to) return a.nullable() ? "not(null)" : "-";
  if (a.integer() && from && to && high - low < 1e15) {
    if (high - low == 2) return to_string(value_ref(a.type(), low + 1));
    return "[" + to_string(value_ref(a.type(), low + 1)) + ".." + to_string(value_ref(a.type(), high - 1)) + "]";
  }
  if (!from) return "< " + to_string(value_ref(a.type(), high));
  if (!to) return "> " + to_string(value_ref(a.type(), low));
  return "(" + to_string(value_ref(a.type(), low)) + ".." + to_string(value_ref(a.type(), high)) + ")";
}

}  // namespace ectp::inline ECTP_ABI::policy
