# Fails if compiling HEADER costs more than PERCENT of compiling YARDSTICK, an empty file
# subtracted. The cost is the memory that g++ hands out while compiling: the same in every run,
# and close to proportional to the time.
cmake_minimum_required(VERSION 3.23)
set(ENV{LC_ALL} C)

function(kilobytes out header)
  set(include "")
  if(header)
    set(include "#include <${header}>")
  endif()
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E echo "${include}"
    COMMAND ${COMMAND} -O1 -ftime-report -x c++ -c - -o /dev/null
    RESULTS_VARIABLE status ERROR_VARIABLE said)
  if(NOT status STREQUAL "0;0")
    message(FATAL_ERROR "does not compile:\n${said}")
  endif()
  if(NOT said MATCHES "TOTAL +: [0-9. ]+ ([0-9]+)([kMG]?)")
    message(FATAL_ERROR "this compiler's -ftime-report is not understood:\n${said}")
  endif()
  set(factor_k 1)
  set(factor_M 1024)
  set(factor_G 1048576)
  math(EXPR value "${CMAKE_MATCH_1} * ${factor_${CMAKE_MATCH_2}}")
  set(${out} ${value} PARENT_SCOPE)
endfunction()

kilobytes(empty "")
kilobytes(ours "${HEADER}")
kilobytes(theirs "${YARDSTICK}")
math(EXPR percent "100 * (${ours} - ${empty}) / (${theirs} - ${empty})")
message(STATUS "${HEADER}: ${ours} kB, ${YARDSTICK}: ${theirs} kB, empty: ${empty} kB; ${percent} %")
if(ours LESS_EQUAL empty OR theirs LESS_EQUAL empty OR percent GREATER PERCENT)
  message(FATAL_ERROR "at most ${PERCENT} % is allowed")
endif()
