# What every target of the project shares.

# Our own warning level, never passed on to the people who link us.
function(ectp_own_target target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES
    CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  if(MSVC)
    target_compile_options(${target} PRIVATE /W4 /permissive- /utf-8)
  else()
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
  endif()
  if(ECTP_WARNINGS_AS_ERRORS)
    target_compile_options(${target} PRIVATE $<IF:$<CXX_COMPILER_ID:MSVC>,/WX,-Werror>)
  endif()
endfunction()

# find_package that says which Debian package is missing.
macro(ectp_need name debian)
  find_package(${name} ${ARGN})
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "ectp needs ${name} here. On Debian: apt-get install ${debian}")
  endif()
endmacro()

# The files of one list of ectp_sources.cmake, as absolute paths. All of them must be there.
include("${CMAKE_CURRENT_LIST_DIR}/ectp_sources.cmake")
function(ectp_listed out list)
  if(NOT ${list})
    message(FATAL_ERROR "the list ${list} in src/cmake/ectp_sources.cmake is empty")
  endif()
  set(files)
  foreach(file IN LISTS ${list})
    if(NOT EXISTS "${PROJECT_SOURCE_DIR}/${file}")
      message(FATAL_ERROR "${file} is not there, but the list ${list} in src/cmake/ectp_sources.cmake names it")
    endif()
    list(APPEND files "${PROJECT_SOURCE_DIR}/${file}")
  endforeach()
  set(${out} ${files} PARENT_SCOPE)
endfunction()
