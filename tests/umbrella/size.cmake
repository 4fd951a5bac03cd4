# Fails if the preprocessed HEADER is larger than PERCENT of the preprocessed YARDSTICK, in
# lines that hold code.
cmake_minimum_required(VERSION 3.23)
function(code_lines out header)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E echo "#include <${header}>"
    COMMAND ${COMMAND} -x c++ -E -P -
    RESULTS_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE error)
  if(NOT status STREQUAL "0;0")
    message(FATAL_ERROR "does not preprocess:\n${error}")
  endif()
  string(REPLACE "\n" "" one_line "${text}")
  string(LENGTH "${text}" bytes)
  string(LENGTH "${one_line}" bytes_without_newlines)
  math(EXPR lines "${bytes} - ${bytes_without_newlines}")
  set(${out} ${lines} PARENT_SCOPE)
endfunction()

code_lines(ours "${HEADER}")
code_lines(theirs "${YARDSTICK}")
math(EXPR percent "100 * ${ours} / ${theirs}")
message(STATUS "${HEADER}: ${ours} lines, ${YARDSTICK}: ${theirs} lines, ${percent} %")
if(ours EQUAL 0 OR theirs EQUAL 0 OR percent GREATER PERCENT)
  message(FATAL_ERROR "at most ${PERCENT} % is allowed")
endif()
