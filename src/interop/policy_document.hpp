#pragma once
/// The parts that several writers and readers of policies share. Private to the interop library and
/// the program.
#include <nlohmann/json.hpp>

#include <string_view>
#include <vector>

#include "ectp/core/config.hpp"
#include "ectp/core/error.hpp"
#include "ectp/core/result.hpp"
#include "ectp/policy/answer.hpp"
#include "ectp/policy/explain.hpp"
#include "ectp/policy/nearest.hpp"
#include "interop/json_document.hpp"

namespace ectp::inline ECTP_ABI::interop {

/// Null where there is no text.
nlohmann::ordered_json text_or_null(std::string_view s);
nlohmann::ordered_json json_of(const policy::value_ref& v);
nlohmann::ordered_json json_of(const location& at);
nlohmann::ordered_json json_of(const policy::answer& a);
nlohmann::ordered_json json_of(const policy::nearest& change);
/// With the nearest change, if one is given.
nlohmann::ordered_json json_of(const policy::explanation& e, const policy::nearest* change = nullptr);

/// Adds the members by which decisions name the policy they came from: `policy_id` and `policy_version`,
/// null where the table does not say, and `policy_sha256`.
void add_identity(nlohmann::ordered_json& out, const policy::table& t, std::string_view sha256);

/// One value for each input, as `policy::read_inputs` reads them.
result<std::vector<policy::value>> inputs_of(const policy::table& t, const json_value& given);

}  // namespace ectp::inline ECTP_ABI::interop
