#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Guests that fail: one line and the console's tail; nothing half-written, no QEMU left.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

run()
{
	"$ptwalk" run -q --no-plot -w anon-pte -o empty -s 4K "$@"
}

failed()
{
	expect 2 "$@"
	grep -q "^ptwalk run: .*" "$dir/out" || fail "no line of its own"
	nothing_left
	no_qemu_left
}

failed "panic" run --append ptwalk.test=panic
grep -q "Kernel Offset" "$dir/out" || fail "no tail of the console"
grep -q "are kept in $PTWALK_RESULTS/failed" "$dir/out" || fail "the console was not kept"
[ -s "$PTWALK_RESULTS/failed/console.log" ] || fail "no console.log"
[ ! -e "$PTWALK_RESULTS/failed/records.jsonl" ] || fail "records of a failed run were kept"
failed "without|ended|power" run --append ptwalk.test=exit
failed "longer than|within|limit" run --append ptwalk.test=hang --limit 8

# A module that the kernel refuses: one of another kernel.
other=$("$ptwalk" guest -k debian:6.12 -- /bin/true >/dev/null 2>&1 &&
	find "${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}" -name ptwalk.ko -print0 |
	xargs -0 grep -lF 'vermagic=6.12' | head -n 1)
[ -n "$other" ] || fail "no module of 6.12 in the cache"
expect 2 "ptwalk.*(Exec format error|refused|cannot load)" \
	"$ptwalk" guest --no-module --module "$other" -- /bin/true
finish
