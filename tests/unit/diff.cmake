# SPDX-License-Identifier: GPL-2.0-only
# The objects that test_diff compares: one source in variants, compiled as kernels are,
# alone and linked behind another (as in vmlinux.o).
function(diff_object name source)
  add_library(diff_${name} OBJECT ${source})
  target_compile_options(diff_${name} PRIVATE
    -O2 -fno-pic -mcmodel=kernel -fcf-protection=none -fno-stack-protector)
  target_compile_definitions(diff_${name} PRIVATE ${ARGN})
endfunction()

diff_object(other diff_other.c)
diff_object(base diff_sample.c)
set(diff_definitions DIFF_OTHER="$<TARGET_OBJECTS:diff_other>" DIFF_BASE="$<TARGET_OBJECTS:diff_base>")
foreach(variant moved target string table instruction immediate)
  string(TOUPPER DIFF_${variant} macro)
  diff_object(${variant} diff_sample.c ${macro})
  list(APPEND diff_definitions ${macro}="$<TARGET_OBJECTS:diff_${variant}>")
endforeach()
foreach(variant base moved instruction)
  string(TOUPPER DIFF_LINKED_${variant} macro)
  set(linked ${CMAKE_CURRENT_BINARY_DIR}/diff_linked_${variant}.o)
  add_custom_command(OUTPUT ${linked}
    COMMAND ${CMAKE_LINKER} -r -o ${linked}
      $<TARGET_OBJECTS:diff_other> $<TARGET_OBJECTS:diff_${variant}>
    DEPENDS diff_other diff_${variant}
      $<TARGET_OBJECTS:diff_other> $<TARGET_OBJECTS:diff_${variant}> VERBATIM)
  list(APPEND diff_definitions ${macro}="${linked}")
  list(APPEND diff_linked ${linked})
endforeach()
add_custom_target(diff_linked DEPENDS ${diff_linked})
target_compile_definitions(test_diff PRIVATE ${diff_definitions})
add_dependencies(test_diff diff_linked diff_target diff_string diff_table diff_immediate)
