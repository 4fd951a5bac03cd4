# The library's targets, from the ground up. An arrow only ever points down:
#   ectp::ectp <- ectp::compiled <- ectp::interop <- ectp::operations <- ectp (the program)
#   ectp::ectp <- ectp::serialization
#   ectp::ectp <- ectp::ranges

# Gives TARGET the headers of one list.
function(ectp_target_headers target scope list)
  ectp_listed(headers ${list})
  target_sources(${target} ${scope}
    FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${headers})
endfunction()

# Boost is used for boost/core/nvp.hpp alone; its serialization library only by those who ask.
ectp_need(Boost libboost-dev 1.74 QUIET OPTIONAL_COMPONENTS serialization)

# ectp::ectp: every header, nothing to link.
add_library(ectp_headers INTERFACE)
add_library(ectp::ectp ALIAS ectp_headers)
set_target_properties(ectp_headers PROPERTIES EXPORT_NAME ectp)
target_compile_features(ectp_headers INTERFACE cxx_std_20)
target_link_libraries(ectp_headers INTERFACE Boost::headers)
ectp_target_headers(ectp_headers INTERFACE ectp_core_headers)

# ectp::compiled: the same headers, the longer functions compiled once (static, or shared with
# BUILD_SHARED_LIBS).
add_library(ectp_compiled "${PROJECT_SOURCE_DIR}/src/ectp.cpp")
add_library(ectp::compiled ALIAS ectp_compiled)
ectp_own_target(ectp_compiled)
set_target_properties(ectp_compiled PROPERTIES
  EXPORT_NAME compiled OUTPUT_NAME ectp
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
target_compile_definitions(ectp_compiled PUBLIC ECTP_COMPILED PRIVATE ECTP_BUILDING)
get_target_property(ectp_compiled_type ectp_compiled TYPE)
if(ectp_compiled_type STREQUAL "SHARED_LIBRARY")
  target_compile_definitions(ectp_compiled PUBLIC ECTP_SHARED)
endif()
target_link_libraries(ectp_compiled PUBLIC ectp_headers)

# ectp::serialization: Boost text and binary archives.
add_library(ectp_serialization INTERFACE)
add_library(ectp::serialization ALIAS ectp_serialization)
set_target_properties(ectp_serialization PROPERTIES EXPORT_NAME serialization)
target_link_libraries(ectp_serialization INTERFACE ectp_headers Boost::serialization)
ectp_target_headers(ectp_serialization INTERFACE ectp_serialization_headers)

# ectp::ranges: named views for range-v3. Its package knows no version but its own exact one.
find_package(range-v3 QUIET)
add_library(ectp_ranges INTERFACE)
add_library(ectp::ranges ALIAS ectp_ranges)
set_target_properties(ectp_ranges PROPERTIES EXPORT_NAME ranges)
target_link_libraries(ectp_ranges INTERFACE ectp_headers range-v3::range-v3)
ectp_target_headers(ectp_ranges INTERFACE ectp_ranges_headers)

# ectp::interop: every reader and writer of a foreign format. nlohmann's headers stay inside.
ectp_need(nlohmann_json nlohmann-json3-dev 3.10 QUIET)
ectp_need(pugixml libpugixml-dev QUIET)
ectp_listed(sources ectp_interop_sources)
add_library(ectp_interop STATIC ${sources})
add_library(ectp::interop ALIAS ectp_interop)
ectp_own_target(ectp_interop)
set_target_properties(ectp_interop PROPERTIES EXPORT_NAME interop)
target_include_directories(ectp_interop PRIVATE "${PROJECT_SOURCE_DIR}/src")
target_link_libraries(ectp_interop
  PUBLIC ectp_compiled
  PRIVATE $<BUILD_INTERFACE:nlohmann_json::nlohmann_json> pugixml::pugixml)
ectp_target_headers(ectp_interop PUBLIC ectp_interop_headers)

# ectp::operations: name, JSON in, JSON out. Not installed: it is the inside of the hosts.
ectp_listed(sources ectp_operations_sources)
add_library(ectp_operations STATIC ${sources})
add_library(ectp::operations ALIAS ectp_operations)
ectp_own_target(ectp_operations)
target_include_directories(ectp_operations PUBLIC "${PROJECT_SOURCE_DIR}/src")
target_link_libraries(ectp_operations PUBLIC ectp_interop PRIVATE nlohmann_json::nlohmann_json)

# The program, as a function for the Python package and the tests, and as an executable.
if(ECTP_BUILD_PROGRAM OR ECTP_BUILD_PYTHON)
  ectp_need(CLI11 libcli11-dev 2.1 QUIET)
  ectp_listed(sources ectp_cli_sources)
  add_library(ectp_cli STATIC ${sources})
  ectp_own_target(ectp_cli)
  target_link_libraries(ectp_cli PUBLIC ectp_operations PRIVATE CLI11::CLI11)
endif()
if(ECTP_BUILD_PROGRAM)
  add_executable(ectp_program "${PROJECT_SOURCE_DIR}/src/cli/main.cpp")
  ectp_own_target(ectp_program)
  set_target_properties(ectp_program PROPERTIES
    OUTPUT_NAME ectp RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
  target_link_libraries(ectp_program PRIVATE ectp_cli)
endif()
