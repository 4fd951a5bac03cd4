# Builds one program from mixing_use.cpp and mixing_define.cpp in every pair of the three forms.
cmake_minimum_required(VERSION 3.23)
set(ENV{LC_ALL} C)
file(MAKE_DIRECTORY "${OUT}")
set(forms header_only compiled without_exceptions)
set(flags_header_only "")
set(flags_compiled -DECTP_COMPILED)
set(flags_without_exceptions -fno-exceptions)
foreach(form IN LISTS forms)
  foreach(file IN ITEMS use define)
    execute_process(
      COMMAND ${COMMAND} ${flags_${form}} -c "${DIR}/mixing_${file}.cpp" -o "${OUT}/${file}_${form}.o"
      COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endforeach()
foreach(use IN LISTS forms)
  foreach(define IN LISTS forms)
    execute_process(
      COMMAND ${COMMAND} "${OUT}/use_${use}.o" "${OUT}/define_${define}.o" -o "${OUT}/program"
      RESULT_VARIABLE status ERROR_VARIABLE said)
    if(use STREQUAL define AND NOT status EQUAL 0)
      message(FATAL_ERROR "${use} alone must link, but:\n${said}")
    elseif(NOT use STREQUAL define AND NOT said MATCHES "undefined reference to .*days_of")
      message(FATAL_ERROR "${use} with ${define} must not link, but the linker said: '${said}'")
    endif()
  endforeach()
endforeach()
