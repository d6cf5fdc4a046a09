#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Own code that is wrong, and cheaper or as dear as what is right: it is wrong, by default workloads, in
# every command. And own code that crashes, hangs or complains: no number, one line, in time.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

patches=$(dirname "$0")/wrong
records=$dir/wrong/records.jsonl

# wrong PATCH REGEX: is a series of it wrong for a reason like that?
wrong()
{
	jq -r --arg p "$1" 'select(.kind == "missing" and .policy == $p) | "\(.wrong) \(.reason)"' "$records" \
		>"$dir/reasons"
	grep -Eq -- "^true .*$2" "$dir/reasons" || {
		fail "$1 is not wrong as in '$2'"
		sed 's/^/    /' "$dir/reasons"
	}
}

all=()
for patch in write protected order unwritten offset lost held gap hugetlb; do
	all+=(-p "$patch=$patches/$patch.patch")
done
expect 1 '^WRONG' "$ptwalk" run --no-plot --no-store --out "$dir/wrong" -s 64K,2M -o hmm "${all[@]}"
wrong write 'flags or orders'
wrong order 'flags or orders'
wrong unwritten '64 of 512 entries of the array were never written'
wrong offset 'frame numbers'
wrong lost 'references to a dev_pagemap are lost'
wrong held 'page reference counts are not back'
wrong protected 'flags or orders'
wrong gap '0 entries are errors'
wrong hugetlb 'frame numbers'
has '.kind == "missing" and (.policy == "" or .policy == "none") and .wrong' "$records" && fail "what is right is wrong"
[ "$(jq -s '[.[] | select(.kind == "series" and .policy == "")] | length' "$records")" -ge 10 ] ||
	fail "the built-in function was not measured"
# All that judges a run says the same, and says it first.
expect 1 'wrong$' "$ptwalk" compare "$dir/wrong" "$dir/wrong"
grep -m1 -A3 '^series' "$dir/out" | tail -n 1 | grep -q ' wrong$' || fail "what is wrong is not first"
expect 1 '^WRONG' "$ptwalk" show "$dir/wrong"

# What is lost of pagemaps of the module's own is put back: nobody waits for it.
expect 1 '^WRONG' "$ptwalk" run --no-plot --no-store --out "$dir/lost" -s 2M -w pgmaps-1-low \
	-o hmm,teardown -p "lost=$patches/lost.patch"
grep -q "\"op\":\"teardown\".*\"samples\":" "$dir/lost/records.jsonl" ||
	fail "no teardown behind lost references"

# misbehaves SIZE REGEX [WORKLOAD]: a walk of so much does; what was finished before it is kept.
misbehaves()
{
	local begun=$SECONDS workload=${3:-anon-pte}
	rm -rf "$dir/failed"
	expect 2 "^ptwalk run: $2.*\\(in hmm/bad/$workload/$1\\)$" "$ptwalk" run -q --no-plot --no-store \
		--out "$dir/bad" -w "$workload" -s "64K,$1" -o bare,hmm -p "bad=$patches/misbehaves.patch"
	[ $((SECONDS - begun)) -le 60 ] || fail "it took $((SECONDS - begun)) s"
	expect 0 "^$workload +$1" "$ptwalk" show "$dir/failed"
}

kernel='the kernel under test'
misbehaves 440K "$kernel misbehaves: WARNING: .* own_hmm_bad_hmm_range_fault\\+"
misbehaves 480K "$kernel misbehaves: kernel BUG at .* in own_hmm_bad_hmm_range_fault\\+"
misbehaves 520K "$kernel misbehaves: BUG: kernel NULL pointer .* in own_hmm_bad_hmm_range_fault\\+"
misbehaves 560K "$kernel misbehaves: BUG: kernel NULL pointer .* in own_hmm_bad_hmm_range_fault\\+"
misbehaves 600K "$kernel misbehaves: BUG: .*stack guard page was hit .* in hmm_eats_stack\\+"
misbehaves 640K 'the guest hangs, or its walk does not end: nothing for [0-9] s'
misbehaves 1G 'the guest hangs, or its walk does not end: nothing for 1?[0-9] s' devdax-pte
misbehaves 680K "the driver ended with status 2: ptwalk-driver: $kernel tainted itself: "
finish
