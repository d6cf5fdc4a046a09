#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A/A of runs that are there: what is told, and what is refused.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_run=$PTWALK_BUILD/make_run

aa()
{
	"$ptwalk" compare --self "$@"
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
expect 0 '"boots_alone": [0-9]+' aa -f json "$dir/a"
expect 0 "^hmm/devdax-pte/1G,8,8,[0-9.]+,0" aa -f csv "$dir/a"
expect 0 "^\| hmm/devdax-pte/1G \| 2 x 8 \|" aa -f markdown "$dir/a"
expect 1 "5 series differ from themselves" aa "$dir/a" "$dir/slow"
expect 3 "fewer than two boots an arm" aa "$dir/few"
bad 4 "is of exact counts: they repeat" aa "$dir/exact"
bad 4 "functional only: never compared" aa "$dir/tcg"
bad 4 "made with it, and .* was not" aa --method-evidence "$dir/a"
bad 2 "no run 'nope'" aa nope
bad 2 "--change takes per cent above 0 and below 1000, not '0'" aa --change 0 "$dir/a"
bad 2 "--change takes per cent above 0 and below 1000, not 'x'" aa --change x "$dir/a"
bad 2 "--change takes per cent .*, not 'nan'" aa --change nan "$dir/a"
bad 2 "--power takes per cent above 5 and below 100, not '100'" aa --power 100 "$dir/a"
bad 2 "which runs\?" aa
bad 2 "goes with none of --aa, --by, --force and --threshold" aa --aa "$dir/a"
bad 2 "--self: unknown format 'lkml'; there are: terminal, markdown, csv, json, html" aa --format lkml "$dir/a"
bad 2 "--change goes with --self" "$ptwalk" compare --change 1 "$dir/a" "$dir/b"
bad 2 "is .ptwalk compare --self. now" "$ptwalk" aa "$dir/a"
expect 2 "which run\? One, or two" aa "$dir/a" "$dir/b" "$dir/few"
full()
{
	"$ptwalk" compare --self "$dir/a" >/dev/full
}
expect 2 "cannot write to standard output" full
finish
