#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A/A of runs that are there: what is told, and what is refused.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_run=$PTWALK_BUILD/make_run

aa()
{
	"$ptwalk" aa "$@"
}

bad()
{
	expect "$@"
	one_line
}

"$make_run" "$dir/a" noisy 16 1 0.01 0
"$make_run" "$dir/b" noisy 16 2 0.01 0
"$make_run" "$dir/slow" noisy 16 2 0.01 0.1
"$make_run" "$dir/few" noisy 3 1 0.01 0
"$make_run" "$dir/exact"
"$make_run" "$dir/tcg" functional

expect 0 "^A/A floor: .* of 30 series" aa "$dir/a"
grep -q "to find 1%: boots an arm" "$dir/out" || fail "nothing is said of boots"
expect 0 "^hmm/devdax-pte/1G +2 x 16" aa "$dir/a" "$dir/b"
expect 0 "to find 5%" aa --change 5 "$dir/a"
expect 0 "^hmm/devdax-pte/64K" aa -a "$dir/a"
expect 0 '"boots_alone": [0-9]+' aa --json "$dir/a"
expect 1 "5 series differ from themselves" aa "$dir/a" "$dir/slow"
expect 3 "fewer than two boots an arm" aa "$dir/few"
bad 4 "is of exact counts: they repeat" aa "$dir/exact"
bad 4 "functional only: never compared" aa "$dir/tcg"
bad 4 "made with it, and .* was not" aa --method-evidence "$dir/a"
bad 2 "no run 'nope'" aa nope
bad 2 "'0' is not a change in per cent" aa --change 0 "$dir/a"
bad 2 "'x' is not a change in per cent" aa --change x "$dir/a"
bad 2 "'nan' is not a change" aa --change nan "$dir/a"
bad 2 "'100' is not a power in per cent" aa --power 100 "$dir/a"
expect 2 "which run\? One, or two" aa
expect 2 "which run\? One, or two" aa "$dir/a" "$dir/b" "$dir/few"
full()
{
	"$ptwalk" aa "$dir/a" >/dev/full
}
expect 2 "cannot write to standard output" full
finish
