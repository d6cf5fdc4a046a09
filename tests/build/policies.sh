#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels patched with each policy: what each adds is in the order that it must be.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

out=$dir/truth
expect 0 "^devdax-pud +2M +entry" "$ptwalk" policy-truth -q --source debian:6.1 --size 2M --out "$out"
cat "$dir/out"
cmp "$dir/out" "$out/truth.txt" || fail "what is kept is not what was printed"

# cost POLICY LEVEL: of hmm in the patched kernel, a page.
cost()
{
	awk -v policy="$1" -v workload="devdax-$2" '$1 == workload && $3 == policy { print $4 }' \
		"$out/truth.txt"
}

for level in pte pmd pud; do
	awk -v n="$(cost none $level)" -v r="$(cost range $level)" -v b="$(cost batch $level)" \
		-v e="$(cost entry $level)" 'BEGIN { exit !(n > 0 && n < r && r <= b && b < e) }' ||
		fail "$level: none < range <= batch < entry does not hold"
done
expect 2 "truth is there already" "$ptwalk" policy-truth -q --out "$out"
one_line
finish
