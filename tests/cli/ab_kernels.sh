#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# ab and bisect of kernels that are there: a run stands for one of the same key, and for no other.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

ab()
{
	"$ptwalk" ab -q --base debian:6.1 --new debian:6.1 -w anon-pte -o hmm,bare "$@"
}

# runs N: so many are in the results.
runs()
{
	local n
	n=$(find "$PTWALK_RESULTS" -mindepth 2 -name key | wc -l)
	[ "$n" = "$1" ] || fail "$n runs, not $1"
}

expect 0 "The counts of new are those of run" ab -s 64K
grep -q "The counts of base" "$dir/out" && fail "the first run was not made"
grep -q "No function's code differs" "$dir/out" || fail "nothing is said of the code"
runs 1
expect 0 "The counts of base are those of run" ab -s 64K
runs 1
expect 0 "2 same" ab -s 64K --fresh
grep -q "The counts of" "$dir/out" && fail "--fresh took a run"
runs 3
expect 0 "hmm/anon-pte/4K" ab -s 4K
runs 4
for records in "$PTWALK_RESULTS"/*/records.jsonl; do
	sed -i '$d' "$records"
done
expect 0 "The counts of new are those of run" ab -s 4K
runs 5

bisect()
{
	"$ptwalk" bisect -q --series hmm/anon-pte/4K --kernel debian:6.1 "$@"
}
expect 0 "hmm/anon-pte/4K: .* \+0 a page, \+0 a call: good" bisect --base last
expect 1 ": bad$" bisect --base 0
expect 0 ": good$" bisect --base 100000
mkdir "$dir/empty"
expect 125 "$dir/empty" "$ptwalk" bisect -q --series hmm/anon-pte/4K --kernel "$dir/empty" --base 0
# Runs of another folder have their store there.
before=$(sha256sum "$PTWALK_HOME"/store.db* "$PTWALK_HOME"/*/store.db* 2>/dev/null)
[ -n "$before" ] || fail "there is no everyday store to be left alone"
expect 0 "2 same" ab -s 4K --results "$dir/ours"
expect 0 ": good$" bisect --base 100000 --results "$dir/theirs"
for folder in ours theirs; do
	[ -s "$dir/$folder/store.db" ] || fail "no store beside the runs: $(ls "$dir/$folder")"
done
[ "$(sha256sum "$PTWALK_HOME"/store.db* "$PTWALK_HOME"/*/store.db* 2>/dev/null)" = "$before" ] ||
	fail "runs of another folder are in the everyday store"
# Two versions: compared all the same, and what differs is named. Times would be refused, unbooted.
versions()
{
	"$ptwalk" ab -q --base debian:6.1 --new debian:6.12 -w anon-pte -o hmm -s 2M --append '' "$@"
}
expect 1 "^hmm/anon-pte/2M .*worse" versions
grep -q "^environment  DIFFERS: kernel config$" "$dir/out" || fail "what differs: $(cat "$dir/out")"
grep -Eq "^ +kernel config: [0-9]+ options differ: [A-Z]" "$dir/out" || fail "no option is named: $(cat "$dir/out")"
runs 8
expect 4 "kernel config differs: [0-9]+ options differ: .*--force" versions -m tcg --method-evidence
one_line
# The command that repeats it is one that a shell takes.
expect 1 "^# ptwalk ab -q --base debian:6.1 --new debian:6.12 -w anon-pte -o hmm -s" \
	versions -f lkml
grep -q -- "--append ''" "$dir/out" || fail "a word is not quoted: $(cat "$dir/out")"
runs 8

finish
