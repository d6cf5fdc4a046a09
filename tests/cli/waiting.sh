#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Who waits is told for whom, and may leave; who has neither network nor cache is told at once.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

export PTWALK_CACHE=$dir/cache
mkdir -p "$PTWALK_CACHE/kernels"
flock --no-fork "$PTWALK_CACHE/kernels/lock" sleep 100 &
holder=$!
until [ -e "$PTWALK_CACHE/kernels/lock" ] && ! flock -n "$PTWALK_CACHE/kernels/lock" true; do sleep 0.1; done
echo $holder >"$PTWALK_CACHE/kernels/lock"
run=("$ptwalk" run -k debian:6.1 -w anon-pte -o hmm -s 4K)
expect 130 "waiting for process $holder \(sleep 100\), which has $PTWALK_CACHE/kernels/lock" \
	timeout --preserve-status -s INT 1 "${run[@]}"
kill $holder
wait $holder 2>/dev/null
nothing_left

rm -r "$PTWALK_CACHE"
SECONDS=0
expect 2 "there is no network, and $PTWALK_CACHE/apt/.* has no lists of Debian bookworm" unshare -rn "${run[@]}"
[ "$SECONDS" -le 3 ] || fail "it took $SECONDS s to say so"
nothing_left
finish
