#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A store on a disk that fills, or that cannot be written: one line, and what is
# stored stays. On a small file system of its own, as in disk_full.sh.
[ "$(id -u)" = 0 ] || exec unshare --map-root-user --mount "$0"
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

small=$dir/small
store=$small/store.db
mkdir "$small"
mount -t tmpfs -o size=3m small "$small" || fail "cannot mount a small file system"
trap 'umount "$small"; rm -rf "$dir"' EXIT

stored=0
status=0
while [ "$status" = 0 ] && [ "$stored" -lt 100 ]; do
	"$PTWALK_BUILD/make_run" "$dir/run" || fail make_run
	sed -i "s/\"id\":\"[^\"]*\"/\"id\":\"run-$stored\"/; s/\"pfn_min\":\"0x/&$(printf '%x' $((stored + 1)))/" \
		"$dir/run/records.jsonl"
	"$ptwalk" store import --store "$store" "$dir/run" >"$dir/out" 2>&1 || status=$?
	[ "$status" != 0 ] || stored=$((stored + 1))
done
if [ "$status" != 2 ] || ! grep -q "^ptwalk store import: $store: No space left on device" "$dir/out"; then
	fail "status $status after $stored runs: $(cat "$dir/out")"
fi
one_line
[ "$stored" -gt 0 ] || fail "nothing fitted"
for n in $(seq 0 $((stored - 1))); do
	"$ptwalk" store export --store "$store" "store:run-$n" >/dev/null || fail "run-$n is gone"
done
expect 2 "no run 'run-$stored'" "$ptwalk" store export --store "$store" "store:run-$stored"

mount -o remount,ro "$small" || fail "cannot make it read-only"
expect 2 "store.db: (it cannot be written|cannot open it|Read-only file system)" \
	"$ptwalk" store import --store "$store" "$dir/run"
one_line
expect 2 "not stored|cannot make folder|Read-only" "$ptwalk" store import --store "$small/new/store.db" "$dir/run"
one_line
finish
