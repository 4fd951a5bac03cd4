# --- one definition ----------------------------------------------------------------------------------
# Two files that include everything go into one program.
add_executable(odr_everything odr/main.cpp odr/everything_1.cpp odr/everything_2.cpp)
ectp_own_target(odr_everything)
target_include_directories(odr_everything PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/generated")
target_link_libraries(odr_everything PRIVATE ectp::ectp ectp::serialization)
add_test(NAME odr_everything COMMAND odr_everything)

# The two forms in one program are distinct entities...
add_library(odr_header_form OBJECT odr/header_form.cpp)
ectp_own_target(odr_header_form)
target_link_libraries(odr_header_form PRIVATE ectp::ectp)
add_executable(odr_two_forms odr/compiled_form.cpp $<TARGET_OBJECTS:odr_header_form>)
ectp_own_target(odr_two_forms)
target_link_libraries(odr_two_forms PRIVATE ectp::compiled)
add_test(NAME odr_two_forms COMMAND odr_two_forms)

# ...and one passed for the other does not link; in one form the same two files do.
add_test(NAME odr_mixing_does_not_link
  COMMAND "${CMAKE_COMMAND}" -D "COMMAND=${compile_command}"
          -D "DIR=${CMAKE_CURRENT_SOURCE_DIR}/odr" -D "OUT=${CMAKE_CURRENT_BINARY_DIR}/odr_mixing"
          -P "${CMAKE_CURRENT_SOURCE_DIR}/odr/mixing.cmake")
set_tests_properties(odr_everything odr_two_forms odr_mixing_does_not_link PROPERTIES LABELS odr)
