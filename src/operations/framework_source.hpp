#pragma once
// The framework that an operation is about: a built-in edition or the caller's own.
#include <string_view>
#include <vector>

#include "ectp/core/error.hpp"
#include "ectp/core/maybe.hpp"
#include "ectp/core/result.hpp"
#include "ectp/framework/tree.hpp"
#include "ectp/interop/case.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

// A framework, and what was odd about the text that it was read from.
struct chosen_framework {
  framework::tree tree;
  bool built_in = true;
  std::vector<error> warnings = {};
  std::size_t warnings_left_out = 0;
  framework::case_package package = {};  // unless it is built in
};

// The framework of an argument: an edition's id, a CASE package (JSON) or OpenSALT's CSV. The default
// edition where the argument is left out. Wording that the argument `overlay` gives is laid over it.
result<chosen_framework> framework_of(const request& r, std::string_view argument);

// Adds what a framework holds, what was odd about its text, and the page `text` that says so.
void framework_summary(nlohmann::ordered_json& out, const chosen_framework& from);

}  // namespace ectp::inline ECTP_ABI::operations
