#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Comparing runs: exit statuses, formats, what is refused.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

for defect in slower differs missing mitigations; do
	"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/$defect" "$defect" || fail "make_run $defect"
done
for name in base again; do
	"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/$name" || fail "make_run"
done

expect 0 "environment +SAME" "$ptwalk" compare base again
expect 1 "hmm/devdax-pte/1G .* \+1 .* worse" "$ptwalk" compare base slower
expect 0 "hmm/devdax-pte/1G .* -1 .* better" "$ptwalk" compare slower base
expect 0 "within" "$ptwalk" compare --threshold 1 base slower
expect 3 "needs CONFIG_NOTHING" "$ptwalk" compare --all-sizes base missing
expect 4 "mitigations differs: off against on" "$ptwalk" compare base mitigations
expect 0 "DIFFERS: mitigations" "$ptwalk" compare --force base mitigations
expect 5 "does not repeat: hmm/devdax-pte/1G, boot 2, ticks" "$ptwalk" compare base differs
expect 1 "^hmm/devdax-pte/1G .* !$" "$ptwalk" compare --format lkml base slower
expect 1 "^\| hmm/devdax-pte/1G \|" "$ptwalk" compare --format markdown base slower
expect 1 "^hmm/devdax-pte/1G,262144,[0-9]+,[0-9]+,1,worse," "$ptwalk" compare --format csv base slower
expect 1 '"better": "less"' "$ptwalk" compare --format json base slower
expect 2 "unknown format 'nope'; there are: terminal, lkml" "$ptwalk" compare --format nope base slower
expect 2 "'x' is not a threshold" "$ptwalk" compare --threshold x base slower
expect 2 "no run 'nope'" "$ptwalk" compare base nope
expect 2 "which two runs\?" "$ptwalk" compare base
expect 2 "two runs, not more" "$ptwalk" compare base base base
expect 2 "No space left on device" bash -c "'$ptwalk' compare base again >/dev/full"
finish
