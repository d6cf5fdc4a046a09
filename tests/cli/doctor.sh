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
# Whatever this host is, that is no reason for another status; guests show more of it.
expect 0 "^(ok|weak) +native +." "$ptwalk" doctor

# What makes times noisy, of a made-up host; the status is not changed by it.
mkdir -p "$dir/host/proc/sys/kernel" "$dir/host/proc/irq/7" "$dir/host/sys/devices/system/cpu/cpu"{0,2}
echo 1 >"$dir/host/proc/sys/kernel/nmi_watchdog"
echo 0-3 >"$dir/host/proc/irq/7/smp_affinity_list"
echo 2-3 >"$dir/host/sys/devices/system/cpu/isolated"
expect 0 "^noisy +watchdog +on: NMIs" "$ptwalk" doctor --root "$dir/host"
grep -q "do:  --quiet-system, or sysctl kernel.nmi_watchdog=0" "$dir/out" || fail "not what to do"
expect 0 "^noisy +irqs +1 of 1 may come to CPU 0" "$ptwalk" doctor -R "$dir/host" --cpu 0
expect 0 "^quiet +isolation +CPU 2 measures, and is isolated; it has ticks" \
	"$ptwalk" doctor -R "$dir/host" --cpu 2
expect 0 "^\\? +governor +no cpufreq" "$ptwalk" doctor -R "$dir/host"
expect 0 "^(quiet|noisy|\\?) +load " "$ptwalk" doctor
expect 2 "there is no folder /nonexistent" "$ptwalk" doctor -R /nonexistent
expect 2 "--cpu 1: there is no such CPU" "$ptwalk" doctor -R "$dir/host" --cpu 1
[ "$(wc -l <"$dir/out")" = 1 ] || fail "a CPU that is not there: more than one line"
expect 2 "--kernel goes with --hardware, --speed or --fleet" "$ptwalk" doctor -k debian:6.1
expect 2 "--cpu takes a number from 0 to 2147483647, not 'x'" "$ptwalk" doctor --cpu x
finish
