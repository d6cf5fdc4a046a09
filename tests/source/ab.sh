#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# From a patch to a table, with kernels that are really built: an instruction for
# each entry is found with exactly its size, and what no walk goes through changes nothing.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

ab()
{
	"$ptwalk" ab --long --source debian:6.1 "$@"
}

# The sources are fetched by the first build, which also is the base of all others.
"$ptwalk" kernel build --source debian:6.1 >"$dir/out" 2>&1 || fail "kernel build: $(cat "$dir/out")"
find_sources
patch_of mm/hmm.c slow_down >"$dir/slow.patch"
patch_of kernel/sys.c unrelated >"$dir/unrelated.patch"

# jq FILTER: of the last table.
table()
{
	jq -r "$1" "$dir/table"
}

# measure STATUS ARG...: ab as JSON into "$dir/table".
measure()
{
	local want=$1 status=0
	shift
	ab -q -f json -a "$@" >"$dir/table" 2>"$dir/errors" || status=$?
	[ "$status" = "$want" ] || fail "status $status, not $want: ab $*: $(cat "$dir/errors")"
}

measure 1 -w devdax-pte,devdax-pmd,anon-pte -o hmm,bare --patch "$dir/slow.patch"
# Of every size at PTE level exactly one instruction a page, and the same more for each call.
per_call=$(table '[.series[] | select(.series | test("^hmm/devdax-pte/")) | .change_instructions - .pages] | unique | length')
sizes=$(table '[.series[] | select(.series | test("^hmm/devdax-pte/"))] | length')
[ "$per_call $sizes" = "1 4" ] || fail "not one instruction a page in all sizes: $(cat "$dir/table")"
line=$(table '.changes[] | select(.series == "hmm/devdax-pte") | [.page, .exact] | map(tostring) | join(" ")')
[ "$line" = "1.0 true" ] || [ "$line" = "1 true" ] || fail "not one instruction a page: $line"
others=$(table '[.series[] | select(.series | test("^hmm/.*-pte/") | not) | select(.verdict != "same")] | length')
[ "$others" = 0 ] || fail "$others others changed"
table '.functions[].function' | grep -q '^hmm_vma_' || fail "the walk's function is not named: $(table .functions)"
table '.functions[].function' | grep -qv '^hmm_vma_' && fail "others are named: $(table .functions)"

measure 0 -w devdax-pte,anon-thp -o hmm,gup_fast,bare -s 64K,2M --patch "$dir/unrelated.patch"
changed=$(table '[.series[] | select(.verdict != "same" or .base_instructions != .new_instructions)] | length')
[ "$changed" = 0 ] || fail "$changed series changed by an unrelated patch"
[ "$(table '.changes | length')" = 0 ] || fail "changes by an unrelated patch"
table '.functions[].function' | grep -q getppid || fail "getppid is not named: $(table .functions)"
[ "$(table '.functions | length')" -le 3 ] || fail "too many are named: $(table .functions)"

# Both again: nothing is built or measured anew, and the table says so.
expect 1 "The counts of new are those of run" \
	ab -w devdax-pte,devdax-pmd,anon-pte -o hmm,bare --patch "$dir/slow.patch"
expect 1 "hmm/devdax-pte +\+1 a page, .*exactly" \
	ab -q -w devdax-pte,devdax-pmd,anon-pte -o hmm,bare --patch "$dir/slow.patch"
grep -q "Code differs in hmm_vma_" "$dir/out" || fail "no function is named: $(cat "$dir/out")"

# What does not apply or compile ends before anything is booted.
echo "no patch at all" >"$dir/no.patch"
expect 2 "no.patch" ab -q --patch "$dir/no.patch"
one_line
sed 's/^ .*pfn_req_flags.*/ nothing like it/' "$dir/slow.patch" >"$dir/stale.patch"
sed -i '0,/^ /s/^ .*/ nothing like it/' "$dir/stale.patch"
expect 2 "stale.patch.*mm/hmm\.c|mm/hmm\.c.*stale.patch" ab -q --patch "$dir/stale.patch"
one_line
expect 2 "/nonexistent.patch" ab -q --patch /nonexistent.patch
one_line
patch_of mm/hmm.c does_not_compile >"$dir/broken.patch"
expect 2 "mm/hmm\.c:[0-9]+.*error" ab -q --patch "$dir/broken.patch"
one_line
finish
