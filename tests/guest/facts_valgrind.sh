#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the plugin counts of known loops is what valgrind counts of the same program, where both count
# the same. facts_valgrind.sh FACTS_LOOPS
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
loops=$1

"$ptwalk" guest --facts "$dir/facts" -- "$loops" || fail "the guest failed"
valgrind --tool=callgrind --cache-sim=yes --branch-sim=yes --callgrind-out-file="$dir/callgrind" \
	"$loops" >"$dir/valgrind" 2>&1 || fail "valgrind: $(tail -n 1 "$dir/valgrind")"

# NAME INSTRUCTIONS LOADS STORES BRANCHES of each, less what the loop that does nothing has
awk '$1 == "s" { name = $2 } $1 == "t" { print name, $2, $3, $4, $6 }' "$dir/facts" >"$dir/ours"
callgrind_annotate --inclusive=yes --threshold=100 --show=Ir,Dr,Dw,Bc --show-percs=no "$dir/callgrind" 2>/dev/null |
	sed -nE 's/,//g; s/^ *([0-9.]+) +([0-9.]+) +([0-9.]+) +([0-9.]+) .*:([a-z_]+)_window \[.*/\5 \1 \2 \3 \4/p' |
	tr '.' '0' >"$dir/theirs"
less()
{
	awk 'NR == FNR { if ($1 == "nothing") for (i = 2; i <= 5; i++) none[i] = $i; next }
		{ print $1, $2 - none[2], $3 - none[3], $4 - none[4], $5 - none[5] }' "$1" "$1" | sort
}
less "$dir/ours" >"$dir/ours.less"
less "$dir/theirs" >"$dir/theirs.less"
[ "$(wc -l <"$dir/ours.less")" -ge 10 ] || fail "few loops: $(cat "$dir/ours.less")"

# Where they do not: NAME, COLUMN, and how many more valgrind has, of 1000 rounds.
known='exchange branches 1000
locked_inc branches 1000
plain_inc loads -1000
repeated_store branches 8000
two_loads_one_line loads -1000'
# An atomic is a loop to valgrind, and rep a loop of branches; a read that is written back is no load of its
# own there, and one whose value nobody uses none at all.
join -a 1 -a 2 -e none -o 0,1.2,1.3,1.4,1.5,2.2,2.3,2.4,2.5 "$dir/ours.less" "$dir/theirs.less" |
	awk 'BEGIN { split("instructions loads stores branches", column) }
		{ for (i = 1; i <= 4; i++) if ($(i + 1) != $(i + 5)) print $1, column[i], $(i + 5) - $(i + 1) }' |
	sort | diff - <(sort <<<"$known") >"$dir/out" ||
	fail "the plugin and valgrind differ otherwise than is known: $(cat "$dir/out")"
finish
