#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that looks for faults finds none in a default run; what cannot be timed there runs all the same.
# And the fuzzer has KCOV there. The first build takes up to an hour.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

if ! build=$("$ptwalk" kernel build -q --source debian:6.1 --config debug --config kcov 2>"$dir/err"); then
	fail "kernel build: $(cat "$dir/err")"
	finish
fi
"$ptwalk" run -q -k "$build" --no-plot --no-store --out "$dir/run" -s 64K,2M -o hmm,gup,pin_fast,hmm_fault,mirror \
	>"$dir/out" 2>&1
status=$?
[ "$status" = 0 ] || [ "$status" = 3 ] || fail "status $status: $(cat "$dir/out")"
records=$dir/run/records.jsonl
[ "$(jq -s '[.[] | select(.kind == "series" and .op == "hmm")] | length' "$records")" -ge 4 ] || fail "hmm was not measured"
for op in gup pin_fast hmm_fault mirror; do
	has ".kind == \"missing\" and .op == \"$op\" and (.reason | endswith(\"; it ran, and is right\"))" "$records" ||
		fail "$op did not run: $(jq -r --arg op "$op" 'select(.op == $op) | .reason' "$records")"
done
# What would be faulted in is refused, and not called wrong.
expect 3 '8 of 16 pages would be faulted in' "$ptwalk" run -q -k "$build" --no-plot --no-store -s 64K -n 1 -w holes-50 \
	-o hmm,hmm_fault
expect 0 'KCOV yes' "$ptwalk" guest -k "$build" --machine tcg --cpus 1 --dax 4K --spare low --limit 900 --silent 200 -- \
	"$PTWALK_BUILD/fuzz_device" --seconds=60 --keep
finish
