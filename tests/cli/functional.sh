#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Figures of the tcg machine mean nothing: in each form that they take stands that they do,
# and whatever compares refuses them. Formats are asked for, so that a new one is held to it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

words="functional only: figures are never compared"

# make NAME DAY: a run of that machine; of an exact one where DAY is 0.
make()
{
	local folder=$PTWALK_RESULTS/$1
	if [ "$2" = 0 ]; then
		"$PTWALK_BUILD/make_run" "$folder" || fail "make_run $1"
		return
	fi
	"$PTWALK_BUILD/make_run" "$folder" functional || fail "make_run $1"
	sed -i "1s/\"id\":\"[^\"]*\"/\"id\":\"$1\"/; 1s/\"started\":\"[^\"]*\"/\"started\":\"2026-01-0$2T00:00:00Z\"/
		1s/\"unit\":\"[^\"]*\"/\"unit\":\"ticks\"/" "$folder/records.jsonl"
}

make f1 1
make f2 2
make exact 0

# formats COMMAND: what the command's --format takes, one a line.
formats()
{
	"$ptwalk" help --options | sed -nE "s/^$1\t.*\t--format\t.*\t//; T; s/, | or /\n/g; p"
}

# flagged COMMAND...: it says so; the same of an exact run does not.
flagged()
{
	expect 0 "$words" "$@"
	"${@//f[12]/exact}" 2>/dev/null | grep -q "$words" && fail "of an exact run: ${*//f[12]/exact}"
}

flagged "$ptwalk" show f1
flagged "$ptwalk" show --matrix f1
flagged "$ptwalk" show --json f1
count=0
for format in $(formats show); do
	expect 0 "$words" "$ptwalk" show --format "$format" f1 f2
	count=$((count + 1))
done
for format in $(formats "store export"); do
	count=$((count + 1))
	# Records are what all of these are made from: the machine stands in their first line.
	if [ "$format" = records ]; then
		expect 0 '"machine":"tcg"' "$ptwalk" store export --format records f1
	else
		flagged "$ptwalk" store export --format "$format" f1
	fi
done
[ "$count" = 11 ] || fail "$count formats, not 11: is the new one flagged?"

flagged "$ptwalk" show --plot --terminal f1
expect 0 "\.svg$" "$ptwalk" show --plot f1
for svg in "$PTWALK_RESULTS"/f1/*.svg; do
	grep -q "$words" "$svg" || fail "$svg does not say it"
done

# Over time: no change is told from one run to the next, on no page.
expect 0 "^stored" "$ptwalk" store import "$PTWALK_RESULTS"/f1 "$PTWALK_RESULTS"/f2
sed -i '/"name":"hmm.devdax-pte.1G"/s/\[\([0-9]*\),/[9\1,/g' "$PTWALK_RESULTS/f2/records.jsonl"
sed -i '1s/"id":"f2"/"id":"f3"/; 1s/2026-01-02/2026-01-03/' "$PTWALK_RESULTS/f2/records.jsonl"
expect 0 "^stored" "$ptwalk" store import "$PTWALK_RESULTS/f2"
expect 0 "on tcg: ticks, 3 runs; $words" "$ptwalk" history hmm/devdax-pte/1G
grep -Eq "%|better|worse" "$dir/out" && fail "history tells of a change: $(cat "$dir/out")"
expect 0 "$words" "$ptwalk" history hmm/devdax-pte/1G --terminal
expect 0 "" "$ptwalk" history hmm/devdax-pte/1G --out "$dir/history.svg"
grep -q "$words" "$dir/history.svg" || fail "the history's picture does not say it"
expect 0 "index.html" "$ptwalk" dashboard --out "$dir/site"
for page in "$dir"/site/*.html; do
	grep -q "$words" "$page" || fail "$page does not say it"
	grep -Eq 'class="n (better|worse)"|[+-][0-9.]+ %' "$page" && fail "$page tells of a change"
done

# Refused, whatever it is to be printed as.
never="figures of the tcg machine are functional only: never compared"
for format in $(formats compare); do
	expect 4 "$never" "$ptwalk" compare --format "$format" --force f1 f2
	one_line
	count=$((count + 1))
done
[ "$count" -ge 15 ] || fail "$count formats in all: none of compare's was found"
expect 4 "$never" "$ptwalk" nightly --quiet --run f1
expect 4 "$never" "$ptwalk" nightly --quiet --machine tcg
expect 2 "figures of the tcg machine are functional only" \
	"$ptwalk" ab --machine tcg --base host --new build:x
expect 2 "bisect judges exact counts, and machine tcg has none" \
	"$ptwalk" bisect --machine tcg --tree . --good a --bad b --series hmm/anon-pte/4K
finish
