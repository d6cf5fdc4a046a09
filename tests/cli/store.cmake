# SPDX-License-Identifier: GPL-2.0-only
# The store and what reads it: what goes in and comes out, what is pruned, and who is killed on the way.
ptwalk_program(fake_qemu SOURCES fake_qemu.c LIBS base)

# Kills ptwalk at random points: with a kernel from the cache, but no guest.
add_executable(kill_test kill.c kill_run.c kill_dashboard.c)
target_link_libraries(kill_test PRIVATE ptwalk_options ptwalk_sanitize unit fakes store record base m)
ptwalk_script_test(kill_dashboard LABEL cli TIMEOUT 400 COMMAND kill_test dashboard)
ptwalk_guest_test(kill_run 40 ALSO long KERNELS 6.1 COMMAND kill_test run)
ptwalk_guest_test(kill_nightly 60 ALSO long KERNELS 6.1 COMMAND kill_test nightly)
ptwalk_guest_test(store_trouble 40 ALSO long KERNELS 6.1)
foreach(name formats markup prune)
  ptwalk_script_test(${name} LABEL cli TIMEOUT 120)
endforeach()
