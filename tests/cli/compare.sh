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
expect 0 "^environment +DIFFERS: mitigations" "$ptwalk" compare base mitigations
grep -q "mitigations: off against on" "$dir/out" || fail "what differs is not named"
expect 5 "does not repeat: hmm/devdax-pte/1G, boot 2, ticks" "$ptwalk" compare base differs
expect 1 "^hmm/devdax-pte/1G .* !$" "$ptwalk" compare --format lkml base slower
expect 1 "^\| hmm/devdax-pte/1G \|" "$ptwalk" compare --format markdown base slower
expect 1 "^hmm/devdax-pte/1G,262144,[0-9]+,[0-9]+,1,worse," "$ptwalk" compare --format csv base slower
expect 1 '"better": "less"' "$ptwalk" compare --format json base slower
expect 2 "--format takes terminal, lkml, .*, not 'nope'" "$ptwalk" compare --format nope base slower
expect 2 "--threshold takes per cent from 0 to 1000, not 'x'" "$ptwalk" compare --threshold x base slower
expect 2 "no run 'nope'" "$ptwalk" compare base nope
expect 2 "which runs\? BASE and NEW" "$ptwalk" compare base
expect 2 "17 RUN at most" "$ptwalk" compare base{,,,,,,,,,,,,,,,,,}
expect 2 "No space left on device" bash -c "'$ptwalk' compare base again >/dev/full"

# A part of a run: names as tables print them, patterns as a shell's.
expect 1 "^hmm/devdax-pte/1G .*worse" "$ptwalk" compare -o hmm -w 'devdax-*' base slower
grep -q "anon-pte\|walk/" "$dir/out" && fail "more than was asked for: $(cat "$dir/out")"
expect 1 "^1 worse$" "$ptwalk" compare -o hmm/devdax-pte/1G base slower
expect 0 "^4 same$" "$ptwalk" compare -o 'walk/*' -w devdax-pte -s 64M base slower
expect 2 "has no series that all of -o, -w and -s fit" "$ptwalk" compare -o hmm/devdax-pte/1G -s 64M base slower
expect 2 "has no op 'hmn'; there are: .*hmm" "$ptwalk" compare -o hmn base slower
expect 2 "has no workload 'x\*'" "$ptwalk" compare -w 'x*' base slower
expect 2 "has no size '3M'; there are: " "$ptwalk" compare -s 3M base slower
expect 0 "^workload +level +empty +hmm$" "$ptwalk" show --matrix -o hmm base
expect 2 "has no op 'nope'" "$ptwalk" show -o nope base again
expect 2 "'64Q' is not a size" "$ptwalk" show -s 64Q base
one_line
# What goes with it goes with it over the same pages, and has no say in the verdict.
expect 0 "^devdax-pte +1G " "$ptwalk" show -o hmm/devdax-pte/1G base
grep -q "anon-pte" "$dir/out" && fail "rows of nothing: $(cat "$dir/out")"
expect 0 "^1 same$" "$ptwalk" compare -o walk/entry/devdax-pte/1G base again
expect 0 "^4 same$" "$ptwalk" compare --all-sizes -o walk/entry/devdax-pte base again
# What has no place at a glance is told all the same.
reference=$PTWALK_SOURCE/results/reference/debian-6.12
expect 0 "^devdax-pte +1G +[0-9]+ +[0-9.]+$" "$ptwalk" show -o bare "$reference"
# What one run was not asked for is no loss.
cp -r "$PTWALK_RESULTS/slower" "$PTWALK_RESULTS/part"
sed -i '/"kind":"series","boot":.,"name":"walk/d; s/\("kind":"end".*\)"series":140/\1"series":60/' "$PTWALK_RESULTS/part/records.jsonl"
expect 1 "^not asked for on both sides: [1-9][0-9]* series of base alone, 0 of new$" "$ptwalk" compare base part
rm -r "$PTWALK_RESULTS/part"

# Several: a column each, and the worst of them is the status.
expect 1 "^hmm/devdax-pte/1G .* same .* worse" "$ptwalk" compare base again slower
expect 1 "^hmm/devdax-pte/1G .* =  .* !$" "$ptwalk" compare --format lkml base again slower
expect 3 "missing x" "$ptwalk" compare --all-sizes --format lkml base again missing
expect 1 "DIFFERS: mitigations" "$ptwalk" compare base slower mitigations
expect 0 "^={89}$" "$ptwalk" compare --format lkp base again again
expect 1 "^ptwalk noticed a [0-9.e-]+% regression of hmm/[a-z/]*devdax-pte/1G\.instructions_per_page on:$" \
	"$ptwalk" compare --format lkp base slower
grep -q "^  gcc[-0-9]*/.*/exact/off/ptwalk$" "$dir/out" || fail "lkp's parameters: $(cat "$dir/out")"
expect 1 "^Amean     hmm/devdax-pte/1G +96.35 \( +0.00%\) +96.35 \* +-0.00%\*" "$ptwalk" compare --format mmtests base slower
expect 0 "A/A \(odd/even boots of base\): 0.00% median" "$ptwalk" compare --aa base again

# Wherever they are: folders, files, the store; what is pruned or not there is said.
expect 0 "^stored 1 " "$ptwalk" store import "$PTWALK_RESULTS/base"
expect 0 "30 same" "$ptwalk" compare store:1 "$PTWALK_RESULTS/again"
expect 0 "30 same" "$ptwalk" compare last~4 "$PTWALK_RESULTS/again/records.jsonl"
expect 2 "no run 'nope' in it" "$ptwalk" compare store:nope base
one_line

# Markup in what a run says is text on the page.
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/markup" markup || fail "make_run markup"
expect 3 "&lt;script&gt;alert" "$ptwalk" compare --format html base markup
grep -q "<script" "$dir/out" && fail "markup gets through"

# A noisy machine: boots are the values.
for arm in 1:0 2:0.03 3:0; do
	"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/n${arm%:*}" noisy 10 "${arm%:*}" 0.002 "${arm#*:}" || fail "make_run noisy"
done
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/few" noisy 2 9 0.002 0.03 || fail "make_run noisy"
expect 1 "^hmm/devdax-pte/1G .*\+[23]\.[0-9]+% .*\[.*\] +.*worse" "$ptwalk" compare n1 n2
# Times of another environment are none to compare.
cp -r "$PTWALK_RESULTS/n3" "$PTWALK_RESULTS/nm"
sed -i '1s/"mitigations":false/"mitigations":true/' "$PTWALK_RESULTS/nm/records.jsonl"
expect 4 "mitigations differs: off against on" "$ptwalk" compare n1 nm
expect 0 "DIFFERS: mitigations" "$ptwalk" compare --force n1 nm
rm -r "$PTWALK_RESULTS/nm"
expect 0 "^hmm/devdax-pte/1G .*better" "$ptwalk" compare n2 n3
expect 0 "^30 same$" "$ptwalk" compare n1 n3
expect 1 "^hmm/devdax-pte/1G +[0-9.]+ +[0-9.]+ .* !$" "$ptwalk" compare --format lkml n1 n2
expect 3 "underpowered: 2 boots; 30 series need [0-9]+ an arm" "$ptwalk" compare n1 few
expect 1 "A/A \(odd/even boots of base\): 0\.[0-9]+% median" "$ptwalk" compare --aa n1 n2
expect 2 "is of exact counts and .* is not" "$ptwalk" compare base n1

# What events counted stands below each series; the verdict is of the time alone.
for arm in 1:3 2:4 3:3~; do
	"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/e${arm%:*}" noisy 10 "${arm%:*}" 0.002 0 \
		"cycles=${arm#*:}" r1=no || fail "make_run with events"
done
expect 0 "^  cycles +[0-9.]+ +[0-9.]+ +\+3[0-9.]+% +\[.*\] +\.[0-9]+ +no verdict$" "$ptwalk" compare e1 e2
grep -q "^30 same$" "$dir/out" || fail "the verdicts are not those of the times"
grep -q "^not counted: r1: this machine has no PMU$" "$dir/out" || fail "it does not say why r1 is missing"
grep -q "^  r1  *-\[" "$dir/out" || fail "r1 is not missing"
expect 0 "^  cycles~ " "$ptwalk" compare e1 e3
grep -q "^~ multiplexed: counted for 25 %" "$dir/out" || fail "the mark is not explained"
expect 0 "^  cycles~ +[0-9.]+ .* no verdict .* no verdict$" "$ptwalk" compare e1 e2 e3
expect 0 "^  cycles .* -\[.\] .* no verdict$" "$ptwalk" compare e1 n1
grep -q "not asked for" "$dir/out" || fail "it does not say why cycles are missing"
expect 0 "^hmm/devdax-pte/1G,.*,no verdict,,-,.*,cycles" "$ptwalk" compare -f csv e1 e2

# Where it is asked for, an event is judged, and the times are not.
expect 1 "^  cycles +.* worse$" "$ptwalk" compare --by cycles e1 e2
grep -q "^30 worse$" "$dir/out" || fail "the verdicts are not those of the event"
grep -Eq "^hmm/devdax-pte/1G .* no verdict$" "$dir/out" || fail "the times have a verdict"
expect 0 "^  cycles +.* better$" "$ptwalk" compare --by cycles e2 e1
expect 3 "^30 missing in base$" "$ptwalk" compare --by r1 e1 e2
expect 1 "^\|   cycles \|.*\| worse \|$" "$ptwalk" compare --by cycles -f markdown e1 e2
expect 1 '"by": "cycles"' "$ptwalk" compare --by cycles -f json e1 e2
expect 2 "^ptwalk compare: unknown event 'nope'; there are: cycles, r1$" "$ptwalk" compare --by nope e1 e2
one_line
expect 2 "^ptwalk compare: --by cycles: neither run has events" "$ptwalk" compare --by cycles n1 n2
one_line
expect 2 "^ptwalk compare: --by cycles: counts of instructions are exact" "$ptwalk" compare --by cycles base again
one_line

# Of the tcg machine nothing is compared, forced or not; it is shown, and says what it is.
for name in f1 f2; do
	"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/$name" functional || fail "make_run functional"
done
never="^ptwalk compare: figures of the tcg machine are functional only: never compared"
for pair in "f1 f2" "base f1" "f1 base" "n1 f1" "base again f1" "--force f1 f2" "--aa f1 f1"; do
	# shellcheck disable=SC2086 # words
	expect 4 "$never" "$ptwalk" compare $pair
	one_line
done
expect 0 "^machine +tcg: functional only: figures are never compared" "$ptwalk" show f1
expect 0 "largest size: functional only" "$ptwalk" show f1
expect 0 '"note": "functional only' "$ptwalk" show --json f1
finish
