# Every file that is built, installed or run as a test: one per line, sorted. A file named here that is
# not there stops CMake; one that is there and not named fails the test sources_are_listed.

# ectp::ectp and ectp::compiled: headers, and the .ipp of the longer functions (these also in src/ectp.cpp).
set(ectp_core_headers
  include/ectp/content/ccf_2019.hpp
  include/ectp/content/crosswalk.hpp
  include/ectp/content/decay.hpp
  include/ectp/content/ecf_2019.hpp
  include/ectp/content/editions.hpp
  include/ectp/content/ittecf_2024.hpp
  include/ectp/content/practice.hpp
  include/ectp/content/tables.hpp
  include/ectp/content/teachers_standards.hpp
  include/ectp/core/basis.hpp
  include/ectp/core/config.hpp
  include/ectp/core/csv.hpp
  include/ectp/core/data_table.hpp
  include/ectp/core/date.hpp
  include/ectp/core/error.hpp
  include/ectp/core/id.hpp
  include/ectp/core/impl/csv.ipp
  include/ectp/core/impl/data_table.ipp
  include/ectp/core/list.hpp
  include/ectp/core/maybe.hpp
  include/ectp/core/result.hpp
  include/ectp/core/serial.hpp
  include/ectp/core/sha256.hpp
  include/ectp/core/sort.hpp
  include/ectp/core/text.hpp
  include/ectp/core/version.hpp
  include/ectp/core/weighted_mean.hpp
  include/ectp/core/words.hpp
  include/ectp/ectp.hpp
  include/ectp/framework/builder.hpp
  include/ectp/framework/crosswalk.hpp
  include/ectp/framework/editions.hpp
  include/ectp/framework/impl/builder.ipp
  include/ectp/framework/impl/crosswalk.ipp
  include/ectp/framework/impl/editions.ipp
  include/ectp/framework/impl/tree.ipp
  include/ectp/framework/literals.hpp
  include/ectp/framework/tables.hpp
  include/ectp/framework/tree.hpp
  include/ectp/impl/meeting.ipp
  include/ectp/impl/meeting_text.ipp
  include/ectp/impl/record_state.ipp
  include/ectp/induction/assessment.hpp
  include/ectp/induction/calendar.hpp
  include/ectp/induction/impl/calendar.ipp
  include/ectp/meeting.hpp
  include/ectp/mentoring/coaching.hpp
  include/ectp/mentoring/decision.hpp
  include/ectp/mentoring/diagnosis.hpp
  include/ectp/mentoring/evidence.hpp
  include/ectp/mentoring/focus.hpp
  include/ectp/mentoring/impl/diagnosis.ipp
  include/ectp/mentoring/impl/focus.ipp
  include/ectp/mentoring/impl/pathway.ipp
  include/ectp/mentoring/impl/policies.ipp
  include/ectp/mentoring/pathway.hpp
  include/ectp/mentoring/policies.hpp
  include/ectp/mentoring/practice.hpp
  include/ectp/mentoring/words.hpp
  include/ectp/policy/analyse.hpp
  include/ectp/policy/answer.hpp
  include/ectp/policy/axis.hpp
  include/ectp/policy/batch.hpp
  include/ectp/policy/cell.hpp
  include/ectp/policy/checked.hpp
  include/ectp/policy/checked_message.hpp
  include/ectp/policy/checked_table.hpp
  include/ectp/policy/cover.hpp
  include/ectp/policy/decide.hpp
  include/ectp/policy/diff.hpp
  include/ectp/policy/diff_rows.hpp
  include/ectp/policy/domain.hpp
  include/ectp/policy/explain.hpp
  include/ectp/policy/identity.hpp
  include/ectp/policy/impl/analyse.ipp
  include/ectp/policy/impl/answer.ipp
  include/ectp/policy/impl/axis.ipp
  include/ectp/policy/impl/batch.ipp
  include/ectp/policy/impl/batch_block.ipp
  include/ectp/policy/impl/batch_plan.ipp
  include/ectp/policy/impl/boxes.ipp
  include/ectp/policy/impl/decide.ipp
  include/ectp/policy/impl/diff.ipp
  include/ectp/policy/impl/diff_rows.ipp
  include/ectp/policy/impl/domain.ipp
  include/ectp/policy/impl/explain.ipp
  include/ectp/policy/impl/identity.ipp
  include/ectp/policy/impl/machine.ipp
  include/ectp/policy/impl/markdown.ipp
  include/ectp/policy/impl/nearest.ipp
  include/ectp/policy/impl/number.ipp
  include/ectp/policy/impl/prove.ipp
  include/ectp/policy/impl/region.ipp
  include/ectp/policy/impl/repair.ipp
  include/ectp/policy/impl/table.ipp
  include/ectp/policy/impl/tabulate.ipp
  include/ectp/policy/impl/value.ipp
  include/ectp/policy/impl/versions.ipp
  include/ectp/policy/impl/write.ipp
  include/ectp/policy/literal.hpp
  include/ectp/policy/machine.hpp
  include/ectp/policy/markdown.hpp
  include/ectp/policy/nearest.hpp
  include/ectp/policy/number.hpp
  include/ectp/policy/period.hpp
  include/ectp/policy/prove.hpp
  include/ectp/policy/region.hpp
  include/ectp/policy/repair.hpp
  include/ectp/policy/semantic_version.hpp
  include/ectp/policy/storage.hpp
  include/ectp/policy/table.hpp
  include/ectp/policy/tabulate.hpp
  include/ectp/policy/temporal.hpp
  include/ectp/policy/value.hpp
  include/ectp/policy/versions.hpp
  include/ectp/policy/write.hpp
  include/ectp/record.hpp
  include/ectp/record_state.hpp
)

# ectp::ranges.
set(ectp_ranges_headers
  include/ectp/ranges.hpp
)

# ectp::serialization.
set(ectp_serialization_headers
  include/ectp/serialization.hpp
)

# ectp::interop.
set(ectp_interop_headers
  include/ectp/interop/analysis_json.hpp
  include/ectp/interop/diff_json.hpp
  include/ectp/interop/dmn.hpp
  include/ectp/interop/plan_json.hpp
  include/ectp/interop/policy_file.hpp
  include/ectp/interop/policy_json.hpp
  include/ectp/interop/practice_json.hpp
  include/ectp/interop/proof_json.hpp
  include/ectp/interop/record_json.hpp
  include/ectp/interop/versions_json.hpp
)

set(ectp_interop_sources
  src/interop/analysis_json.cpp
  src/interop/diff_json.cpp
  src/interop/dmn.cpp
  src/interop/json_document.cpp
  src/interop/markdown_text.cpp
  src/interop/plan_json.cpp
  src/interop/policy_file.cpp
  src/interop/policy_json.cpp
  src/interop/practice_json.cpp
  src/interop/proof_json.cpp
  src/interop/record_json.cpp
  src/interop/versions_json.cpp
)

# ectp::operations.
set(ectp_operations_sources
  src/operations/operations.cpp
  src/operations/policy_checks.cpp
  src/operations/policy_operations.cpp
  src/operations/policy_rows.cpp
  src/operations/policy_source.cpp
)

# The program, but for its main.
set(ectp_cli_sources
  src/cli/cli.cpp
)

# The Python module's C++.
set(ectp_python_sources
  bindings/python/src/columns.cpp
  bindings/python/src/module.cpp
  bindings/python/src/register_batch.cpp
  bindings/python/src/register_errors.cpp
  bindings/python/src/register_framework.cpp
  bindings/python/src/register_operations.cpp
  bindings/python/src/register_policy.cpp
  bindings/python/src/register_versions.cpp
  bindings/python/src/values.cpp
)

# Unit tests that run header-only and compiled.
set(ectp_unit_tests
  tests/unit/test_core.cpp
  tests/unit/test_crosswalk.cpp
  tests/unit/test_csv.cpp
  tests/unit/test_diagnosis.cpp
  tests/unit/test_framework.cpp
  tests/unit/test_framework_builder.cpp
  tests/unit/test_meeting.cpp
  tests/unit/test_pathway.cpp
  tests/unit/test_policy_analyse.cpp
  tests/unit/test_policy_answer.cpp
  tests/unit/test_policy_batch.cpp
  tests/unit/test_policy_builtin_checked.cpp
  tests/unit/test_policy_cell.cpp
  tests/unit/test_policy_checked.cpp
  tests/unit/test_policy_checked_large.cpp
  tests/unit/test_policy_decide.cpp
  tests/unit/test_policy_diff.cpp
  tests/unit/test_policy_diff_rows.cpp
  tests/unit/test_policy_domain.cpp
  tests/unit/test_policy_explain.cpp
  tests/unit/test_policy_forms.cpp
  tests/unit/test_policy_identity.cpp
  tests/unit/test_policy_machine.cpp
  tests/unit/test_policy_malformed.cpp
  tests/unit/test_policy_nearest.cpp
  tests/unit/test_policy_prove.cpp
  tests/unit/test_policy_repair.cpp
  tests/unit/test_policy_table.cpp
  tests/unit/test_policy_tabulate.cpp
  tests/unit/test_policy_value.cpp
  tests/unit/test_policy_versions.cpp
  tests/unit/test_ranges.cpp
  tests/unit/test_record.cpp
  tests/unit/test_serialization.cpp
  tests/unit/test_sha256.cpp
)

# Unit tests that see ectp::interop, ectp::operations and src/: compiled only.
set(ectp_unit_tests_with_interop
  tests/unit/test_dmn_interop.cpp
  tests/unit/test_json_document.cpp
  tests/unit/test_json_record.cpp
  tests/unit/test_operations.cpp
  tests/unit/test_operations_policy.cpp
  tests/unit/test_policy_json.cpp
  tests/unit/test_policy_pages.cpp
)

# Files that must not compile.
set(ectp_compile_fail_cases
  tests/compile_fail/advice_is_never_judgement.cpp
  tests/compile_fail/evidence_is_not_an_assessment.cpp
  tests/compile_fail/framework_code_without_edition.cpp
  tests/compile_fail/framework_edition_not_carried.cpp
  tests/compile_fail/framework_number_as_node.cpp
  tests/compile_fail/framework_ref_without_edition.cpp
  tests/compile_fail/framework_two_editions.cpp
  tests/compile_fail/framework_unknown_code.cpp
  tests/compile_fail/framework_unknown_code_in_ref.cpp
  tests/compile_fail/ids_of_another_kind.cpp
  tests/compile_fail/policy_budget.cpp
  tests/compile_fail/policy_conflict.cpp
  tests/compile_fail/policy_dead_rule.cpp
  tests/compile_fail/policy_gap.cpp
  tests/compile_fail/policy_gap_in_literal.cpp
  tests/compile_fail/policy_gap_in_rows.cpp
  tests/compile_fail/policy_malformed.cpp
  tests/compile_fail/policy_names_input.cpp
  tests/compile_fail/policy_too_many_rules.cpp
  tests/compile_fail/policy_wrong_values.cpp
  tests/compile_fail/recommendation_is_not_a_decision.cpp
)

# Fuzzers; each has seeds in tests/fuzz/corpus/NAME.
set(ectp_fuzzers
  tests/fuzz/fuzz_dmn.cpp
  tests/fuzz/fuzz_json.cpp
  tests/fuzz/fuzz_policy.cpp
  tests/fuzz/fuzz_record.cpp
)

# Examples; each has NAME.expected.txt beside it.
set(ectp_examples
  examples/cpp/checked_policy.cpp
  examples/cpp/first.cpp
  examples/cpp/function_policy.cpp
)

# Benchmarks of policies, each a program of its own.
set(ectp_policy_benchmarks
  benchmarks/policy/bench_analyse.cpp
  benchmarks/policy/bench_policy.cpp
)
