# SPDX-License-Identifier: GPL-2.0-only
# The store and what reads it: what goes in and comes out, what is pruned, and who is killed on the way.
ptwalk_program(fake_qemu SOURCES fake_qemu.c LIBS base)

# Kills ptwalk at random points: with a kernel from the cache, but no guest.
add_executable(kill_test kill.c kill_run.c kill_dashboard.c
  ${PROJECT_SOURCE_DIR}/tests/unit/fake_run.c)
target_link_libraries(kill_test PRIVATE ptwalk_options ptwalk_sanitize store record base
  PkgConfig::cmocka)
ptwalk_script_test(kill_dashboard LABEL cli TIMEOUT 400 COMMAND kill_test dashboard)
foreach(name run nightly)
  ptwalk_script_test(kill_${name} LABEL guest TIMEOUT 400 COMMAND kill_test ${name})
endforeach()
ptwalk_script_test(store_trouble LABEL guest TIMEOUT 240
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/store_trouble.sh)
foreach(name formats markup prune)
  ptwalk_script_test(${name} LABEL cli TIMEOUT 120
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${name}.sh)
endforeach()
