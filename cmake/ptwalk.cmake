# SPDX-License-Identifier: GPL-2.0-only
# One function a kind of target.
include(GNUInstallDirs)
find_package(PkgConfig REQUIRED)

add_library(ptwalk_options INTERFACE)
target_compile_features(ptwalk_options INTERFACE c_std_17 cxx_std_17)
target_compile_definitions(ptwalk_options INTERFACE _GNU_SOURCE)
target_include_directories(ptwalk_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(ptwalk_options INTERFACE
  -Wall -Wextra -Wshadow -Wvla -Wno-missing-field-initializers
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes>
  $<$<BOOL:${PTWALK_WERROR}>:-Werror>)

add_library(ptwalk_sanitize INTERFACE)
if(PTWALK_SANITIZE)
  target_compile_options(ptwalk_sanitize INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(ptwalk_sanitize INTERFACE -fsanitize=address,undefined)
endif()

# ptwalk_package(NAME...): packages of pkg-config, each as the target PkgConfig::NAME.
function(ptwalk_package)
  foreach(name IN LISTS ARGN)
    if(NOT TARGET PkgConfig::${name})
      pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${name})
    endif()
  endforeach()
endfunction()

# ptwalk_sources(VARIABLE [EXCEPT FILE...]): every source of this folder but those.
function(ptwalk_sources variable)
  cmake_parse_arguments(ARG "" "" "EXCEPT" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.c *.cc)
  list(REMOVE_ITEM sources ${ARG_EXCEPT})
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()

# ptwalk_library(NAME [SOURCES ...] LIBS ...): a static library of the suite, of all sources of
# its folder where none are named.
function(ptwalk_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_SOURCES)
    ptwalk_sources(ARG_SOURCES)
  endif()
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ptwalk_options ptwalk_sanitize ${ARG_LIBS})
endfunction()

# ptwalk_program(NAME [SOURCES ...] LIBS ...): a program, built into the top of the build folder.
function(ptwalk_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_SOURCES)
    ptwalk_sources(ARG_SOURCES)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ptwalk_options ptwalk_sanitize ${ARG_LIBS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

# ptwalk_guest_program(NAME SOURCES ... LIBS ...): a static program for the guest, never sanitized.
function(ptwalk_guest_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ptwalk_options ${ARG_LIBS})
  target_compile_options(${name} PRIVATE -O2)
  target_link_options(${name} PRIVATE -static)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
endfunction()

# ptwalk_unit_test(NAME SOURCES ... LIBS ...): a program of TEST()s (tests/unit/unit.h), label "unit".
function(ptwalk_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  target_link_libraries(test_${name} PRIVATE ptwalk_options ptwalk_sanitize unit fakes ${ARG_LIBS} m)
  add_test(NAME unit/${name} COMMAND test_${name})
  set_tests_properties(unit/${name} PROPERTIES LABELS unit TIMEOUT 180)
endfunction()

# ptwalk_unit_tests("LIB..." NAME...): a unit test of test_NAME.c each.
function(ptwalk_unit_tests libs)
  foreach(name IN LISTS ARGN)
    ptwalk_unit_test(${name} SOURCES test_${name}.c LIBS ${libs})
  endforeach()
endfunction()

# ptwalk_script_test(NAME LABEL label TIMEOUT seconds [COMMAND ...]): a test that runs programs, or
# the script of its name.
function(ptwalk_script_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "COMMAND" ${ARGN})
  if(NOT ARG_COMMAND)
    set(ARG_COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${name}.sh)
  endif()
  add_test(NAME ${ARG_LABEL}/${name} COMMAND ${ARG_COMMAND})
  set_tests_properties(${ARG_LABEL}/${name} PROPERTIES
    LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "PTWALK_BUILD=${PROJECT_BINARY_DIR};PTWALK_SOURCE=${PROJECT_SOURCE_DIR};XDG_DATA_HOME=${PROJECT_BINARY_DIR}/tests/data")
endfunction()

# ptwalk_guest_test(NAME SECONDS [ALSO long|slow] [CPUS n] [KERNELS version...] [COMMAND ...]): a
# test that boots guests of Debian's kernels, label "guest" and ALSO.
#
# SECONDS is what it takes by itself: the longest start first, and the limit allows for a slower
# machine and for company. The exact machine counts the same beside others, so guests run side by
# side; those with CPUS at once take as many of ctest's -j. KERNELS (the version that NAME ends
# with) are fetched before, by a test that others wait for.
function(ptwalk_guest_test name seconds)
  cmake_parse_arguments(ARG "" "ALSO;CPUS" "KERNELS;COMMAND" ${ARGN})
  if(NOT ARG_KERNELS AND name MATCHES "-([0-9]+\\.[0-9]+)$")
    set(ARG_KERNELS ${CMAKE_MATCH_1})
  endif()
  math(EXPR limit "240 + 12 * ${seconds}")
  ptwalk_script_test(${name} LABEL guest TIMEOUT ${limit} COMMAND ${ARG_COMMAND})
  set(labels guest ${ARG_ALSO})
  set_tests_properties(guest/${name} PROPERTIES COST ${seconds} LABELS "${labels}")
  if(ARG_CPUS)
    set_tests_properties(guest/${name} PROPERTIES PROCESSORS ${ARG_CPUS})
  endif()
  foreach(version IN LISTS ARG_KERNELS)
    if(NOT TEST kernel/${version})
      ptwalk_script_test(${version} LABEL kernel TIMEOUT 1200
        COMMAND $<TARGET_FILE:ptwalk> guest -k debian:${version} -- /bin/true)
      # Of no label that is asked for: it runs where a test that does needs it.
      set_tests_properties(kernel/${version} PROPERTIES
        LABELS long COST 10000 FIXTURES_SETUP kernel-${version})
    endif()
    set_property(TEST guest/${name} APPEND PROPERTY FIXTURES_REQUIRED kernel-${version})
  endforeach()
endfunction()
