#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that is built, and whose walks are wrong and cheaper than what is right, or as dear: they are
# wrong, by default workloads and sizes, to all that judges.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# with FAULT...: a kernel that has these.
with()
{
	faults=()
	for fault; do
		faults+=(--patch "$(realpath "$(dirname "$0")/../guest/wrong/$fault.patch")")
	done
}

# judged ARG...: both kernels are measured, and ab and compare say that the new one is wrong; $base and $new are their runs.
judged()
{
	rm -rf "$PTWALK_RESULTS"
	expect 1 "^verdict +WRONG: " "$ptwalk" ab --long -q --source debian:6.1 "${faults[@]}" "$@"
	mapfile -t runs < <(find "$PTWALK_RESULTS" -mindepth 1 -maxdepth 1 -type d ! -name failed | sort)
	[ "${#runs[@]}" = 2 ] || fail "not a run a kernel: ${runs[*]}"
	base=${runs[0]} new=${runs[1]}
	has '.kind == "missing" and .wrong' "$base/records.jsonl" && fail "what is right is wrong"
	expect 1 "^verdict +WRONG: " "$ptwalk" compare -a "$base" "$new"
}

# wrong SERIES REASON: it is, for such a reason, and the comparison says nothing else of it.
wrong()
{
	has "\"\(.op)/\(.workload)\" == \"$1\" and .wrong and (.reason | test(\"$2\"))" "$new/records.jsonl" ||
		fail "$1 is not wrong as in '$2'"
	grep -E "^$1/" "$dir/out" | grep -vq " wrong$" && fail "$1 is not wrong to a comparison: $(cat "$dir/out")"
	grep -Eq "^$1/" "$dir/out" || fail "$1 is in no row: $(cat "$dir/out")"
}

# Orders, references of pages mapped by PTEs (told before flags), and write bits of what userfaultfd holds.
with order held protected
judged -w uffd-wp,uffd-wp-thp -o hmm -s 2M
wrong hmm/uffd-wp 'page reference counts are not back'
wrong hmm/uffd-wp-thp 'flags or orders'
judged -o hmm
wrong hmm/devdax-pmd 'flags or orders'
wrong hmm/anon-pte 'page reference counts are not back'

with write offset short gup populate
judged -w swapped -o hmm_populate -s 2M
wrong hmm_populate/swapped 'not what swapped is'
judged -o hmm,gup_fast
wrong hmm/devdax-pud 'entries of the array were never written'
wrong hmm/devdax-pmd 'frame numbers'
wrong hmm/readonly-pmd 'flags or orders'
wrong gup_fast/devdax-pmd 'references to a dev_pagemap are lost'
wrong gup_fast/anon-thp 'page reference counts'

kernel_of()
{
	jq -r 'select(.kind == "run") | .kernel.spec' "$1/records.jsonl"
}

# A night that is wrong, after one that is right.
expect 0 "first night" "$ptwalk" nightly -q -k "$(kernel_of "$base")" -w devdax-pmd -o hmm -s 2M
expect 1 "^ptwalk nightly: .*WRONG" "$ptwalk" nightly -q -k "$(kernel_of "$new")" -w devdax-pmd -o hmm -s 2M

# What the kernel loses of pagemaps of the module's own is put back: nobody waits for it.
expect 1 "^WRONG" "$ptwalk" run -q -k "$(kernel_of "$new")" --no-plot --no-store --out "$dir/lost" -s 2M \
	-w pgmaps-1-low -o gup_fast,teardown
has '.kind == "series" and .op == "teardown"' "$dir/lost/records.jsonl" || fail "no teardown behind lost references"
finish
