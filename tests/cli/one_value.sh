#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A series has one value: whatever prints it, of one noisy run of eight boots, prints the same.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

series=hmm/devdax-pte/1G
for seed in 7 8; do
	"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/n$seed" noisy 8 "$seed" 0.05 0 || fail "make_run noisy"
done

# The medians of the boots of n7, one a line, and their median: cycles a page.
"$ptwalk" store export --format benchfmt n7 | awk -v name="BenchmarkPtwalk/$series" \
	'$1 == name { printf "%.17g\n", $3 / 262144 }' | sort -g >"$dir/boots"
[ "$(wc -l <"$dir/boots")" = 8 ] || fail "not a value a boot"
value=$(awk '{ v[NR] = $1 } END { printf "%.1f", (v[4] + v[5]) / 2 }' "$dir/boots")

# same WHO FIGURE: is it the value, to a decimal?
same()
{
	if [ -n "$2" ] && [ "$(awk -v x="$2" 'BEGIN { printf "%.1f", x }')" = "$value" ]; then
		printf 'ok: %s\n' "$1"
	else
		fail "$1 says '$2', and the boots say $value"
	fi
}

# section TITLE: the lines of the table of that title.
section()
{
	awk -v title="$1" 'index($0, title) == 1 { on = 1 } on && !NF { exit } on' "$dir/show"
}

"$ptwalk" show n7 >"$dir/show" || fail "show"
same "show" "$(section "Cost of a 4 KiB page" | awk '$1 == "devdax-pte" { print $5 }')"
same "show, as time at 1 GHz" "$(section "Time of a page" |
	awk '$1 == "devdax-pte" && $2 == "hmm" { print $4 }')"
"$ptwalk" show --json n7 >"$dir/json" || fail "show --json"
same "show --json" "$(jq --arg series $series '.series[] | select(.series == $series).cycles_a_page' "$dir/json")"
"$ptwalk" show n7 n8 >"$dir/kernels" || fail "show n7 n8"
same "show of two" "$(awk '$1 == "hmm/devdax-pte" { print $3 }' "$dir/kernels")"
"$ptwalk" compare --format csv n7 n8 >"$dir/compare"
same "compare" "$(awk -F, -v name=$series '$1 == name { print $3 / $2 }' OFMT=%.17g "$dir/compare")"
"$ptwalk" compare --format lkml n7 n8 >"$dir/lkml"
same "compare for the list" "$(awk -v name=$series '$1 == name { print $2 }' "$dir/lkml")"
"$ptwalk" store import "$PTWALK_RESULTS/n7" >/dev/null || fail "import"
"$ptwalk" history $series >"$dir/history" || fail "history"
same "history" "$(awk '/^[0-9]+-/ { print $(NF - 1) }' "$dir/history")"
"$ptwalk" show --plot --terminal --ascii n7 >"$dir/plot" || fail "plot"
same "plot" "$(sed -n 's/.*devdax-pte hmm [^0-9]*\([0-9.]*\).*/\1/p' "$dir/plot" | head -1)"

# Cold caches have a place of their own.
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/cold" cold || fail "make_run cold"
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/warm" || fail "make_run"
expect 0 "^devdax-pte cold +1G " "$ptwalk" show cold
expect 0 "^hmm/devdax-pte/cache:cold +1G +-\[a\] +96\.35" "$ptwalk" show warm cold
expect 0 "^hmm/devdax-pte +1G +96\.35 +-\[a\]" "$ptwalk" show warm cold
expect 3 "^not asked for on both sides: [1-9][0-9]* series of base alone, [1-9][0-9]* of new$" "$ptwalk" compare warm cold
finish
