#include <typeinfo>

#include "ectp/core/date.hpp"

#if !defined(ECTP_COMPILED)
#  error "this file is meant to be in the compiled form"
#endif

const std::type_info& header_form_of_error();
bool header_form_reads_a_date();

int main() {
  const bool distinct = header_form_of_error() != typeid(ectp::error);
  const bool both_work = header_form_reads_a_date() && ectp::parse_date("2025-11-24").has_value();
  return distinct && both_work ? 0 : 1;
}
