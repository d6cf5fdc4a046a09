#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Blocks of entries that a CPU may keep as one, with pages of 4K and of 16K: they are where they must
# be and nowhere else, a walk of them costs more than one of as many single entries, one changed
# entry a block undoes that, and figures of two page sizes are not held against each other.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

# measure NAME KERNEL WORKLOADS: what cannot be laid out is missing.
measure()
{
	"$ptwalk" run -q --arch arm64 -k "$2" -w "$3" -o hmm,gup_fast -s 2M --no-plot --no-store --out "$dir/$1" \
		>"$dir/out" 2>"$dir/err" || [ $? = 3 ] || fail "it does not run: $(tail -n 3 "$dir/err")"
	records=$dir/$1/records.jsonl
}

# of_series NAME FILTER: what jq's filter says of it.
of_series()
{
	jq -s -r --arg name "$1" "[.[] | select(.kind == \"series\" and .name == \$name)][0] | $2" "$records"
}

# in_blocks WORKLOAD ENTRIES PAGES: of its 2M so many pages are of blocks of so many PTEs.
in_blocks()
{
	local is
	is=$(of_series "hmm/$1/2M" '"\(.blocks.entries.pte) \(.blocks.pages.pte)"')
	[ "$is" = "$2 $3" ] || fail "$1 has blocks $is, not $2 $3"
}

# dearer OP MORE LESS TIMES
dearer()
{
	local more less
	more=$(of_series "$1/$2/2M" '.samples[0][0]')
	less=$(of_series "$1/$3/2M" '.samples[0][0]')
	[ "$more" -gt $(($4 * less)) ] || fail "$1 takes $more over $2 and $less over $3"
}

# as_dear OP ONE OTHER
as_dear()
{
	local one other
	one=$(of_series "$1/$2/2M" '.samples[0][0]')
	other=$(of_series "$1/$3/2M" '.samples[0][0]')
	[ "$one" = "$other" ] || fail "$1 takes $one over $2 and $other over $3"
}

# page KERNEL BYTES ENTRIES PAGES SIZE: folios of SIZE are of blocks.
page()
{
	local folios=anon-mthp-$5
	measure "$2" "$1" \
		"anon-pte,anon-mthp-32k,anon-mthp-64k,anon-mthp-2m,$folios-broken,shmem-mthp-$5,file-mthp-$5,fsdax-pte,fsdax-pmd"
	expect 0 "^$2$" jq -r 'select(.kind == "run") | .page_size' "$records"
	in_blocks anon-pte "$3" 0
	# Its blocks are as large as the page, and it has no bit for a folio.
	in_blocks fsdax-pte "$3" 0
	dearer hmm fsdax-pte fsdax-pmd 4
	in_blocks "$folios" "$3" "$4"
	in_blocks "shmem-mthp-$5" "$3" "$4"
	in_blocks "file-mthp-$5" "$3" "$4"
	in_blocks "$folios-broken" "$3" 0
	dearer hmm "$folios" anon-pte 2
	dearer gup_fast "$folios" anon-pte 4
	dearer hmm "$folios" "$folios-broken" 2
	dearer gup_fast "$folios" "$folios-broken" 4
	as_dear hmm "file-mthp-$5" "shmem-mthp-$5"
	as_dear gup_fast "file-mthp-$5" "shmem-mthp-$5"
}

# missing WORKLOAD REASON
missing()
{
	expect 0 "$2" jq -r "select(.kind == \"missing\" and .workload == \"$1\") | .reason" "$records"
}

page debian:6.12 4096 16 512 64k
in_blocks anon-mthp-32k 16 0
missing anon-mthp-2m "2M is a PMD of this kernel"
page debian:6.12-16k 16384 128 128 2m
in_blocks anon-mthp-64k 128 0

expect 2 "has pages of 4K and .* of 16K: they have no series in common" "$ptwalk" compare "$dir/4096" "$dir/16384"
one_line
expect 2 "size 4K is not a multiple of the page size .16K" "$ptwalk" run --arch arm64 -k debian:6.12-16k -s 4K -w anon-pte
finish
