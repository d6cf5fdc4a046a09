# SPDX-License-Identifier: GPL-2.0-only
# The store and what reads it: what goes in and comes out, what is pruned, and who is killed on the way.
foreach(name prune)
  ptwalk_script_test(${name} LABEL cli TIMEOUT 120
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${name}.sh)
endforeach()
