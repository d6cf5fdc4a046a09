#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel of arm64 with pages of 64K, by the cross compiler: it counts, its own code counts what is
# built in, contiguous entries are where they must be, and a patch's cost is found by building both.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

# of_series NAME FILTER: what jq's filter says of it.
of_series()
{
	jq -s -r --arg name "$1" "[.[] | select(.kind == \"series\" and .name == \$name)][0] | $2" "$dir/run/records.jsonl"
}

if ! build=$("$ptwalk" kernel build -q --arch arm64 --source debian:6.12 --config pages-64k 2>"$dir/err"); then
	fail "kernel build: $(cat "$dir/err")"
	finish
fi
expect 0 " ${build:6:12} +6\.12\.[0-9]+ of arm64," env COLUMNS=200 "$ptwalk" kernel list
expect 2 "is a kernel of arm64: --arch arm64" "$ptwalk" run -q -k "$build" -w anon-pte
one_line
expect 0 "^own code +unchanged, it counts and finds what is built in, in all " \
	"$ptwalk" run -q --arch arm64 -k "$build" -b 2 -w anon-pte,anon-mthp-2m,shmem-mthp-2m,hugetlb-2m -o hmm,hmm/none,gup_fast \
	-s 2M,8M --no-plot --no-store --out "$dir/run"
expect 0 "^65536$" jq -r 'select(.kind == "run") | .page_size' "$dir/run/records.jsonl"
[ "$(of_series hmm/anon-mthp-2m/8M '"\(.blocks.entries.pte) \(.blocks.pages.pte)"')" = "32 128" ] ||
	fail "blocks: $(of_series hmm/anon-mthp-2m/8M .blocks)"
[ "$(of_series gup_fast/anon-mthp-2m/8M '.samples[0][0]')" -gt $((4 * $(of_series gup_fast/anon-pte/8M '.samples[0][0]'))) ] ||
	fail "blocks cost no more than single entries"

# One instruction or more in each entry's callback: both are built, and the new one is worse.
cat >"$dir/more.cocci" <<-EOF
	// Files: mm/hmm.c
	@@
	@@
	 int hmm_vma_handle_pte(...)
	 {
	+	barrier(); READ_ONCE(jiffies);
	 ...
	 }
EOF
expect 1 "^hmm/anon-pte/8M.* worse$" \
	"$ptwalk" ab -q --arch arm64 --source debian:6.12 --config pages-64k --patch "$dir/more.cocci" -w anon-pte -o hmm -s 2M,8M
grep -q "^Code differs in .*hmm_vma_walk_pmd (hmm.c)" "$dir/out" || fail "whose code differs is not said: $(cat "$dir/out")"
finish
