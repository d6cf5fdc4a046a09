#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# doctor says what is there, and what to do about what is not.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

expect 0 "^ok +qemu +QEMU emulator version" "$ptwalk" doctor
expect 0 "^ok +driver +/" "$ptwalk" doctor
expect 2 "^BAD +make +.*apt install make" env PATH=/nonexistent "$ptwalk" doctor
expect 2 "^BAD +qemu " env PATH=/nonexistent "$ptwalk" doctor
expect 2 "^weak +gnuplot +.*apt install gnuplot-nox" env PATH=/nonexistent "$ptwalk" doctor
expect 2 "^BAD +driver " env PTWALK_DRIVER=/nonexistent "$ptwalk" doctor
expect 2 "^BAD +cache +cannot make folder /proc/nope" env PTWALK_CACHE=/proc/nope "$ptwalk" doctor
expect 2 "^BAD +results +.*set PTWALK_RESULTS" env PTWALK_RESULTS=/proc/nope "$ptwalk" doctor
finish
