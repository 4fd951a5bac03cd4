# Headers, libraries and the program; find_package(ectp) finds them wherever they are moved.
include(CMakePackageConfigHelpers)
set(ectp_config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ectp")

install(TARGETS ectp_headers ectp_compiled ectp_ranges ectp_serialization ectp_interop
  EXPORT ectp_targets FILE_SET HEADERS)
if(ECTP_BUILD_PROGRAM)
  install(TARGETS ectp_program)
endif()
install(EXPORT ectp_targets NAMESPACE ectp:: DESTINATION "${ectp_config_dir}")

configure_package_config_file(
  src/cmake/ectp-config.cmake.in "${PROJECT_BINARY_DIR}/ectp-config.cmake"
  INSTALL_DESTINATION "${ectp_config_dir}")
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/ectp-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/ectp-config.cmake" "${PROJECT_BINARY_DIR}/ectp-config-version.cmake"
  DESTINATION "${ectp_config_dir}")
