# One file that must compile as it stands and must not with -DSHOULD_FAIL.
#   COMMAND      compiler and flags (a list)
#   COMPILER_ID  GNU or Clang
#   SOURCE       the file; its lines `// expect: REGEX` (or `// expect-gcc:`, `// expect-clang:`)
#                must all be found in what the compiler says
cmake_minimum_required(VERSION 3.23)
set(ENV{LC_ALL} C)
execute_process(COMMAND ${COMMAND} -fsyntax-only "${SOURCE}" RESULT_VARIABLE status ERROR_VARIABLE said)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "must compile without SHOULD_FAIL, but:\n${said}")
endif()

execute_process(COMMAND ${COMMAND} -fsyntax-only -DSHOULD_FAIL "${SOURCE}"
  RESULT_VARIABLE status ERROR_VARIABLE said)
if(status EQUAL 0)
  message(FATAL_ERROR "compiles with SHOULD_FAIL, and must not")
endif()

set(compiler clang)
if(COMPILER_ID STREQUAL "GNU")
  set(compiler gcc)
endif()
file(STRINGS "${SOURCE}" expectations REGEX "^ *// expect(-${compiler})?: ")
if(NOT expectations)
  message(FATAL_ERROR "has no line '// expect: REGEX' for ${compiler}")
endif()
foreach(line IN LISTS expectations)
  string(REGEX REPLACE "^ *// expect[-a-z]*: " "" regex "${line}")
  if(NOT said MATCHES "${regex}")
    message(FATAL_ERROR "the message does not match '${regex}':\n${said}")
  endif()
endforeach()
