#pragma once
// What an operation is given, for the files that define operations.
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "ectp/framework/tree.hpp"
#include "ectp/meeting.hpp"
#include "ectp/mentoring/policies.hpp"
#include "ectp/record.hpp"
#include "ectp/record_state.hpp"
#include "interop/json_document.hpp"
#include "operations/operations.hpp"

namespace ectp::inline ECTP_ABI::operations {

// An argument that is an object and came beside the arguments, as a text of its own.
struct object_document {
  std::string_view name;
  interop::json_document read;
};

struct request {
  interop::json_value arguments;
  std::span<const document> documents;
  std::vector<error>* more = nullptr;  // takes the errors behind the first, where a text has several
  std::vector<object_document> objects = {};  // read before the operation runs: `find` gives them like any argument

  const document* given(std::string_view name) const {
    for (const auto& d : documents)
      if (d.name == name) return &d;
    return nullptr;
  }
  std::optional<interop::json_value> find(std::string_view name) const {
    for (const auto& o : objects)
      if (o.name == name) return o.read.root();
    auto v = arguments.find(name);
    if (v && v->is_null()) return std::nullopt;
    return v;
  }
  bool has(std::string_view name) const { return given(name) != nullptr || find(name); }
  std::string text(std::string_view name, std::string_view otherwise = {}) const {
    const auto v = find(name);
    return std::string(v ? v->text() : otherwise);
  }
  bool flag(std::string_view name) const {
    const auto v = find(name);
    return v && v->as_boolean().value_or(false);
  }
};

// Bytes that are no UTF-8 may stand in an error's message; they are shown as U+FFFD.
inline std::string dumped(const nlohmann::ordered_json& j) {
  return j.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// What the arguments `today`, `record`, `tables` and those about the moment give.
date today_of(const request& r);
result<record> record_of(const request& r, date today);
result<policies> policies_of(const request& r);
result<meeting::options> options_of(const request& r);

// What operations on a record stand on.
struct opened {
  policies rules;
  framework::tree tree;
  record from;
  record_state state;
};
result<opened> open_record(const request& r);

// The same with the plan of the next meeting.
struct planned : opened {
  meeting::meeting_plan plan;
};
result<planned> plan_of(const request& r);

// The operations of the models, each group in the file of its name.
std::span<const operation> coaching_operations();
std::span<const operation> step_operations();
std::span<const operation> rehearsal_operations();
std::span<const operation> conversation_operations();
std::span<const operation> mentor_operations();

// What `why` says of a node; its member `text` is the page.
nlohmann::ordered_json why_node(const framework::node_view& n);

// framework_operations.cpp
result<std::string> run_framework_list(const request& r);
result<std::string> run_framework_show(const request& r);
result<std::string> run_framework_find(const request& r);
result<std::string> run_framework_crosswalk(const request& r);

// framework_exchange.cpp
result<std::string> run_framework_diff(const request& r);
result<std::string> run_framework_export(const request& r);
result<std::string> run_framework_import(const request& r);
result<std::string> run_framework_reconcile(const request& r);
result<std::string> run_framework_audit(const request& r);

// policy_operations.cpp
result<std::string> run_policy_decide(const request& r);
result<std::string> run_policy_explain(const request& r);

// policy_checks.cpp
result<std::string> run_policy_analyse(const request& r);
result<std::string> run_policy_suggest(const request& r);
result<std::string> run_policy_prove(const request& r);
result<std::string> run_policy_diff(const request& r);
result<std::string> run_policy_convert(const request& r);
result<std::string> run_policy_decisions(const request& r);
result<std::string> run_policy_versions(const request& r);

}  // namespace ectp::inline ECTP_ABI::operations
