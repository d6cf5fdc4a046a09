#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel of another architecture counts as exactly: two boots are equal, proofs hold, an entry of
# PTEs costs more than a page of a PMD, and what it has not is missing with its reason. With the word
# own: its own code counts what is built in, and policies cost what they cost on x86, in that order.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

if [ "${1:-}" = own ]; then
	expect 0 "^own code +unchanged, it counts and finds what is built in, in all 4 series" \
		"$ptwalk" run --arch arm64 -k debian:6.12 -w anon-pte,devdax-pte -s 64K,2M --no-plot --no-store --facts \
		-o hmm,hmm/none,hmm/range,hmm/entry --out "$dir/own"
	jq -s -e '[.[] | select(.kind == "series")] | map({(.name): .samples[0][0]}) | add |
		.["hmm/entry/devdax-pte/2M"] > .["hmm/range/devdax-pte/2M"] and
		.["hmm/range/devdax-pte/2M"] > .["hmm/none/devdax-pte/2M"]' "$dir/own/records.jsonl" >/dev/null ||
		fail "entry, range and none are in another order"
	# A reference got and one put.
	jq -s -e '[.[] | select(.kind == "series")] | map({(.name): .facts.atomics}) | add |
		.["hmm/entry/devdax-pte/2M"] - .["hmm/none/devdax-pte/2M"] == 2 * 512' "$dir/own/records.jsonl" >/dev/null ||
		fail "the atomics of entry are not two a page: $(grep -o '"facts":{[^}]*}' "$dir/own/records.jsonl")"
	# A CPU of its own is modelled.
	expect 0 "^cycles a round of its steady loop, of [0-9.]+ instructions: .* on neoverse-n1 " \
		"$ptwalk" profile -q --arch arm64 -k debian:6.12 --model -w anon-pte -o hmm -s 2M
	finish
fi

"$ptwalk" run -q --arch arm64 -k debian:6.12 -b 2 -w anon-pte,devdax-pte,devdax-pmd,devdax-pud \
	-o empty,bare,hmm,gup_fast -s 64K,2M --no-plot --no-store --out "$dir/run" >"$dir/out" 2>"$dir/err" ||
	[ $? = 3 ] || fail "it does not run: $(tail -n 3 "$dir/err")"
records=$dir/run/records.jsonl
expect 0 "^arm64$" jq -r 'select(.kind == "run") | .arch' "$records"
equal=$(jq -r 'select(.kind == "series") | "\(.name) \(.samples | map(.[0]) | unique | length)"' "$records" | sort -u)
[ "$(echo "$equal" | wc -l)" -ge 20 ] || fail "too few series: $equal"
! grep -v ' 1$' <<<"$equal" || fail "samples of a series differ"
twice=$(jq -r 'select(.kind == "series") | "\(.name) \(.samples[0][0])"' "$records" | sort | uniq -c | grep -cv '^ *2 ')
[ "$twice" = 0 ] || fail "two boots differ in $twice series"

# ticks SERIES: of its first sample.
ticks()
{
	jq -s --arg name "$1" '[.[] | select(.kind == "series" and .name == $name)][0].samples[0][0]' "$records"
}
pte=$(ticks hmm/devdax-pte/2M)
pmd=$(ticks hmm/devdax-pmd/2M)
[ "$pte" -gt $((4 * pmd)) ] || fail "PTEs take $pte, PMDs $pmd"
reasons=$(jq -r 'select(.kind == "missing") | "\(.workload) \(.reason)"' "$records" | sort -u)
[ "$reasons" = "devdax-pud needs device-dax of alignment 1G" ] || fail "missing: $reasons"

# It is another kernel than x86's.
expect 2 "is of x86 and run of arm64: they have no series in common" \
	"$ptwalk" compare "$PTWALK_SOURCE/results/reference/debian-6.12" "$dir/run"
one_line
finish
