# SPDX-License-Identifier: GPL-2.0-only
# The store and what reads it: what goes in and comes out, what is pruned, and who is killed on the way.
ptwalk_program(fake_qemu SOURCES fake_qemu.c LIBS base)

# Kills ptwalk at random points: with a kernel from the cache, but no guest.
add_executable(kill_test kill.c kill_run.c kill_dashboard.c)
target_link_libraries(kill_test PRIVATE ptwalk_options ptwalk_sanitize unit fakes store record base m)
foreach(victim run nightly dashboard)
  ptwalk_guest_test(kill_${victim} 30 ALSO long KERNELS 6.1 COMMAND kill_test ${victim} 25)
  ptwalk_guest_test(kills_${victim} 120 ALSO slow KERNELS 6.1 COMMAND kill_test ${victim} 200)
endforeach()
ptwalk_guest_test(store_trouble 40 ALSO long KERNELS 6.1)
foreach(name formats markup prune)
  ptwalk_script_test(${name} LABEL cli TIMEOUT 120)
endforeach()
