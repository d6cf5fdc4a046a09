#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Reading runs: tables, plots, exit statuses, and runs that are not whole.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_run=$PTWALK_BUILD/make_run
good=$PTWALK_RESULTS/20260101T000000Z-good
"$make_run" "$good" || fail "make_run"
"$make_run" "$PTWALK_RESULTS/20260102T000000Z-differs" differs || fail "make_run differs"
"$make_run" "$PTWALK_RESULTS/20260103T000000Z-missing" missing || fail "make_run missing"
"$make_run" "$PTWALK_RESULTS/20260104T000000Z-pfns" pfns || fail "make_run pfns"

expect 0 "instructions, not time" "$ptwalk" show 20260101T000000Z-good
expect 0 "^devdax-pud +1G " "$ptwalk" show "$good"
expect 0 "all equal, bit for bit" "$ptwalk" show "$good/records.jsonl"
expect 5 "hmm/devdax-pte/1G" "$ptwalk" show 20260102T000000Z-differs
expect 3 "needs CONFIG_NOTHING" "$ptwalk" show 20260103T000000Z-missing
expect 1 "walk/none/devdax-pte/1G: the array is not what hmm.s is" "$ptwalk" show last
expect 0 "20260103T000000Z-missing" "$ptwalk" list runs
expect 0 '"exact": *true' "$ptwalk" show --json "$good"
expect 0 "^devdax-pud +pud +7\.00 " "$ptwalk" show --matrix "$good"
expect 3 "of 35 measured" "$ptwalk" show --matrix 20260103T000000Z-missing
expect 2 "exclude each other" "$ptwalk" show --matrix --json "$good"
expect 2 "No space left on device" bash -c "'$ptwalk' show '$good' >/dev/full"

expect 0 "levels.svg" "$ptwalk" show --plot "$good"
for file in levels.svg levels.png sizes.svg sizes.png matrix.svg matrix.png; do
	[ -s "$good/$file" ] || fail "$file was not made"
done
grep -q "instructions, not time" "$good/levels.svg" || fail "levels.svg does not say what it counts"
grep -q "not time" "$good/sizes.svg" || fail "sizes.svg does not say what it counts"
expect 0 "devdax-pmd" "$ptwalk" show --plot --terminal --ascii "$good"
LC_ALL=C grep -q '[^ -~]' "$dir/out" && fail "--ascii printed other characters"
# A terminal of 60 columns has all of it: tables are broken, and what is drawn is as wide.
expect 0 "." "$ptwalk" store import "$good"
for words in "show" "show --full" "show --matrix" "show --plot --terminal" "history hmm/devdax-pte/1G" "doctor"; do
	[[ $words != show* ]] || words="$words 20260101T000000Z-good"
	# shellcheck disable=SC2086 # a list of words
	COLUMNS=60 "$ptwalk" $words 2>&1 | sed 's/ *$//' >"$dir/out"
	[ -s "$dir/out" ] || fail "nothing is printed: $words"
	LC_ALL=C.UTF-8 grep -E '.{61}' "$dir/out" && fail "wider than 60 columns: $words"
	[[ $words != *terminal* ]] || tr -s '\n ' ' ' <"$dir/out" | grep -q "QEMU .* mitigations off: instructions, not time" ||
		fail "a title is cut off: $(cat "$dir/out")"
done
expect 0 "elsewhere/levels.svg" "$ptwalk" show --plot --out "$dir/elsewhere" "$good"
expect 2 "gnuplot" env PATH=/nonexistent "$ptwalk" show --plot "$good"

# Functions stacked: of two files, own code's is one function, and the small ones are one.
functions=$PTWALK_SOURCE/plot/functions.gp
printf 'w;own_hmm_none_f 30\nw;own_hmm_none_f;g 20\nw 2\n' >"$dir/none.folded"
printf 'w;own_hmm_entry_f 40\nw;own_hmm_entry_f;look_up 50\nw 3\n' >"$dir/entry.folded"
awk -f "${functions%.gp}.awk" pages=10 "$dir/none.folded" "$dir/entry.folded" | tr '\t' ' ' >"$dir/table"
[ "$(cat "$dir/table")" = "series f look_up g others
none 3.0000 0.0000 2.0000 0.2000
entry 4.0000 5.0000 0.0000 0.3000" ] || fail "another table of functions: $(cat "$dir/table")"
gnuplot -c "$functions" "$dir/functions.svg" 10 "$dir/none.folded" "$dir/entry.folded" || fail "gnuplot draws no functions"
grep -q 'look_up' "$dir/functions.svg" || fail "the picture has no function"
expect 2 "from one to seven files" gnuplot -c "$functions" "$dir/functions.svg" 10

# A run that is cut short, garbled, or of the future is refused, with the line.
cut=$PTWALK_RESULTS/cut
mkdir -p "$cut"
head -n 20 "$good/records.jsonl" >"$cut/records.jsonl"
expect 2 "records.jsonl" "$ptwalk" show cut
sed '3s/"ticks"/"sticks"/; 3s/"size":[0-9]*/"size":-1/' "$good/records.jsonl" >"$cut/records.jsonl"
expect 2 "records.jsonl:3|line 3" "$ptwalk" show cut
sed '1s/"schema":[0-9]*/"schema":99/' "$good/records.jsonl" >"$cut/records.jsonl"
expect 2 "schema" "$ptwalk" show cut
: >"$cut/records.jsonl"
expect 2 "records.jsonl" "$ptwalk" show --plot cut
expect 2 "no run 'nope' in .*; the newest are: " "$ptwalk" show nope
finish
