#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Ctrl-C and SIGTERM at several points: nothing half-written, QEMU ended, the
# process ends as the signal says.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# Longer than any of the points below, however fast the machine.
long=(run --no-plot -s "64K,2M,64M,1G" --boots 3)

# interrupt SIGNAL NUMBER SECONDS
interrupt()
{
	local pid status=0
	set -m
	"$ptwalk" "${long[@]}" >"$dir/out" 2>&1 </dev/null &
	pid=$!
	set +m
	sleep "$3"
	kill -s "$1" "$pid" || fail "it ended before $3 s: $(cat "$dir/out")"
	wait "$pid" 2>/dev/null || status=$?
	[ "$status" = $((128 + $2)) ] || fail "$1 after $3 s: status $status: $(cat "$dir/out")"
	nothing_left
	[ ! -e "$PTWALK_RESULTS/failed" ] || fail "$1 after $3 s: something was kept"
	no_qemu_left
	printf 'ok: %s after %s s\n' "$1" "$3"
}

interrupt INT 2 0.3
interrupt INT 2 2
interrupt TERM 15 6
interrupt HUP 1 4

# kill -9: its QEMU goes with it, and the next run cleans up what is left.
"$ptwalk" "${long[@]}" -q --out "$PTWALK_RESULTS/killed" >"$dir/out" 2>&1 </dev/null &
pid=$!
sleep 4
kill -s KILL "$pid"
wait "$pid" 2>/dev/null
sleep 1
no_qemu_left
[ ! -e "$PTWALK_RESULTS/killed" ] || fail "a killed run stands as whole"
expect 0 "anon-pte" "$ptwalk" run -q --no-plot -w anon-pte -o empty -s 4K --out "$PTWALK_RESULTS/killed"
[ -s "$PTWALK_RESULTS/killed/records.jsonl" ] || fail "no records after a killed run"
[ "$(find "$PTWALK_RESULTS" -mindepth 1 -maxdepth 1 | wc -l)" = 1 ] ||
	fail "left beside it: $(ls -A "$PTWALK_RESULTS")"
finish
