# --- projects that use the library --------------------------------------------------------------------
# The build is installed and the install tree moved: nothing may point back to where it came from.
set(consumer_dir "${CMAKE_CURRENT_BINARY_DIR}/consumer")
set(consumer_options
  -G "${CMAKE_GENERATOR}"
  "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
  "-DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS}"
  "-DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}")

add_test(NAME consumer_install
  COMMAND "${CMAKE_COMMAND}" -D "BUILD=${PROJECT_BINARY_DIR}" -D "DIR=${consumer_dir}"
          -P "${CMAKE_CURRENT_SOURCE_DIR}/consumer/install_and_move.cmake")
set_tests_properties(consumer_install PROPERTIES FIXTURES_SETUP installed)

add_test(NAME consumer_find_package
  COMMAND "${CMAKE_COMMAND}" -D "SOURCE=${CMAKE_CURRENT_SOURCE_DIR}/consumer/find_package"
          -D "BUILD=${consumer_dir}/find_package"
          -D "OPTIONS=${consumer_options};-DCMAKE_PREFIX_PATH=${consumer_dir}/moved"
          -P "${CMAKE_CURRENT_SOURCE_DIR}/consumer/build_and_run.cmake")
set_tests_properties(consumer_find_package PROPERTIES FIXTURES_REQUIRED installed)

add_test(NAME consumer_add_subdirectory
  COMMAND "${CMAKE_COMMAND}" -D "SOURCE=${CMAKE_CURRENT_SOURCE_DIR}/consumer/add_subdirectory"
          -D "BUILD=${consumer_dir}/add_subdirectory"
          -D "OPTIONS=${consumer_options};-DBUILD_SHARED_LIBS=ON;-DECTP_SOURCE=${PROJECT_SOURCE_DIR}"
          -P "${CMAKE_CURRENT_SOURCE_DIR}/consumer/build_and_run.cmake")
set_tests_properties(consumer_install consumer_find_package consumer_add_subdirectory
  PROPERTIES LABELS consumer)
