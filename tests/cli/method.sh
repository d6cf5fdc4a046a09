#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The evidence of the method, one set of it: it is measured once, judged each time, and says that
# its figures are of no kernel. What it says of noise is not tested: that is the evidence's business.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

method()
{
	"$(dirname "$0")/../bench/method.sh" "$PTWALK_BUILD" "$dir/method" "$@"
}

judge()
{
	"$PTWALK_BUILD/tests/bench/bench_method" "$@"
}

expect 0 "^EVIDENCE OF THE METHOD: no figure here is of a kernel" method 3 1 32
expect 0 "^seed 3: 160 processes in 1 boots of the tcg machine, 32 blocks of 5 arms, 5 series" \
	method 3 1 32
grep -q "boot 1 of 1" "$dir/out" && fail "it was measured again"
grep -Eq "^looks, alpha split \(ptwalk ab\) +5 +[0-5] " "$dir/out" || fail "not 5 comparisons"

expect 2 "usage" judge
expect 2 "No such file" judge 3 "$dir/none"
head -c 100000 "$dir/method/seed3-boot0.txt" >"$dir/cut"
expect 2 "cut: .*not a line of JSON" judge 3 "$dir/cut"
grep -v '^#' "$dir/method/seed3-boot0.txt" >"$dir/nameless"
expect 2 "no line before it says whose" judge 3 "$dir/nameless"
sed '/^# 31 4/,$d' "$dir/method/seed3-boot0.txt" >"$dir/short"
expect 2 "block 31 has no figure" judge 3 "$dir/short"
finish
