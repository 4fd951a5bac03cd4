#pragma once
// The policy that an operation is about: the caller's own or a built-in one.
#include <string>
#include <string_view>
#include <vector>

#include "ectp/core/result.hpp"
#include "ectp/interop/policy_file.hpp"
#include "ectp/policy/table.hpp"
#include "operations/request.hpp"

namespace ectp::inline ECTP_ABI::operations {

struct chosen_policy {
  policy::table table;
  std::string sha256;
};

// The names of the arguments that say which policy: its text, file or name, how the text is written, and
// which decision of it.
struct policy_arguments {
  std::string_view policy = "policy", form = "form", decision = "decision";
};

// Where the text has several errors, `r.more` takes those behind the first.
result<chosen_policy> policy_of(const request& r, const policy_arguments& names = {});

// Every policy that an argument of the kind `policies` names: those that came as files, in the order in
// which they were given, then those of the call.
result<std::vector<chosen_policy>> policies_of(const request& r, const policy_arguments& names);

// The form that an argument names; csv where it is left out.
result<policy::policy_form> form_of(const request& r, std::string_view argument);

}  // namespace ectp::inline ECTP_ABI::operations
