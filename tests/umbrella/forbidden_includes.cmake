# Fails if HEADER reaches, through any number of includes, something a user of the umbrella
# should not pay for.
#   COMMAND  compiler and flags (a list)
#   HEADER   what to include
cmake_minimum_required(VERSION 3.23)
set(heavy algorithm chrono codecvt deque filesystem format fstream functional future iomanip ios
  iostream istream locale map ostream queue random ranges regex set sstream stack thread
  unordered_map unordered_set valarray variant)

# From the preprocessor's line markers: with clang, -M also names files only asked about.
function(reached out header)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E echo "#include <${header}>"
    COMMAND ${COMMAND} -x c++ -E -
    RESULTS_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE error)
  if(NOT status STREQUAL "0;0")
    message(FATAL_ERROR "does not preprocess:\n${error}")
  endif()
  string(REGEX MATCHALL "\n# 1 \"/[^\"]+\" 1" markers "${said}")
  list(TRANSFORM markers REPLACE "\n# 1 \"(.*)\" 1" "\\1" OUTPUT_VARIABLE paths)
  list(REMOVE_DUPLICATES paths)
  set(${out} ${paths} PARENT_SCOPE)
endfunction()

reached(allowed "boost/core/nvp.hpp")
reached(paths "${HEADER}")
list(LENGTH paths count)
if(count LESS 2)
  message(FATAL_ERROR "<${HEADER}> reaches nothing: the check is broken")
endif()
set(bad)
foreach(path IN LISTS paths)
  if(path MATCHES "/(range/v3|pybind11|catch2|nlohmann|CLI|pugixml)[/.]")
    list(APPEND bad "${path}")
  elseif(path MATCHES "/boost/" AND NOT path IN_LIST allowed)
    list(APPEND bad "${path}")
  elseif(path MATCHES "/c\\+\\+/([0-9.]+|v1)/([a-z_]+)$" AND CMAKE_MATCH_2 IN_LIST heavy)
    list(APPEND bad "<${CMAKE_MATCH_2}>")
  endif()
endforeach()
if(bad)
  list(JOIN bad ", " bad)
  message(FATAL_ERROR "${HEADER} reaches ${bad}")
endif()
message(STATUS "${HEADER} reaches ${count} files, none of them forbidden")
