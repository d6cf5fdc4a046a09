#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A series counts the same whatever is measured beside it: random subsets of the matrix, held
# against the whole of it, or of so many workloads: company.sh [WORKLOADS SUBSETS]. PTWALK_SEED draws
# the same ones again.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

# A sanitizer's allocator maps memory at all times, and the kernel's tree of mappings with it: what
# counts as users have it is built as they build it.
if nm -D "$PTWALK_BUILD/ptwalk-driver" | grep -q __asan_init; then
	if ! cmake -S "$PTWALK_SOURCE" -B "$dir/plain" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo >"$dir/build" 2>&1 ||
		! ninja -C "$dir/plain" ptwalk-driver >"$dir/build" 2>&1; then
		fail "no build: $(tail -n 5 "$dir/build")"
		finish
	fi
	export PTWALK_DRIVER=$dir/plain/ptwalk-driver
fi

seed=${PTWALK_SEED:-$(($(date +%s) % 32768))}
echo "PTWALK_SEED=$seed"
RANDOM=$seed

# measured NAME OPTION...: "SERIES TICKS" of each sample into NAME; what is missing has its reason,
# and what says that it varies is not exact.
measured()
{
	local name=$1 status=0
	shift
	"$ptwalk" run -q -k debian:6.1 -s 64K,2M -n 2 --no-plot --no-store --out "$dir/$name.run" "$@" \
		>"$dir/out" 2>"$dir/err" || status=$?
	[ $status = 0 ] || [ $status = 3 ] || fail "$name ($*): status $status: $(tail -n 1 "$dir/err")"
	jq -r 'select(.kind == "series" and .varies == "") | "\(.name) \(.samples[][0])"' "$dir/$name.run/records.jsonl" |
		sort >"$dir/$name"
}

# draw FILE COUNT: so many of its lines into $drawn, with commas between them. A subshell would draw others.
draw()
{
	while read -r line; do printf '%05d %s\n' "$RANDOM" "$line"; done <"$1" >"$dir/draws"
	drawn=$(sort "$dir/draws" | head -n "$2" | cut -d' ' -f2 | paste -sd,)
}

# wanted WORKLOADS OPS: the series of the whole that these have, one a line.
wanted()
{
	cut -d' ' -f1 "$dir/whole" | sort -u | awk -F/ -v workloads="$1" -v ops="$2" '
		BEGIN {
			for (n = split(workloads, w, ","); n; n--)
				has[w[n]]
			for (n = split(ops, o, ","); n; n--)
				does[o[n]]
		}
		$(NF - 1) in has && substr($0, 1, length($0) - length($(NF - 1) "/" $NF) - 1) in does'
}

# passes_by NAME: those which say that they need a pagemap beside them, which the whole has.
passes_by()
{
	jq -r 'select(.kind == "missing" and (.name | startswith("pgmap_miss/")) and
		(.reason | startswith("needs a pagemap to pass by"))) | .name' "$dir/$1.run/records.jsonl"
}

subsets=${2:-5}
whole=all
if [ $# != 0 ]; then
	"$ptwalk" list workloads | sed -n '/^  anon-pte /d; s/^  \([a-z][^ ]*\).*/\1/p' >"$dir/all"
	draw "$dir/all" "$1"
	whole=anon-pte,$drawn
fi
echo "the whole: -w $whole"
measured whole --workload "$whole" --op all
[ "$(wc -l <"$dir/whole")" -gt $((20 * ${1:-100})) ] || fail "the whole has $(wc -l <"$dir/whole") samples alone"
# Each size of the largest page finds it, whatever its guest has done.
short=$(jq -r 'select(.kind == "missing" and (.reason | test("free hugetlb pages"))) | .name' "$dir/whole.run/records.jsonl")
[ -z "$short" ] || fail "no page was left for $short"
# What a fork costs varies by what the allocator has, and not by what else the driver holds: the least
# of each run does not.
measured alone --workload anon-pte --op fork
# least NAME: of its samples.
least()
{
	jq -n '[inputs | select(.kind == "series" and .name == "fork/anon-pte/2M") | .samples[][0]] | min' \
		"$dir/$1.run/records.jsonl"
}
forks=$(jq -n "[$(least alone), $(least whole)] | min / max | . * 100 | floor")
[ "$forks" -ge 95 ] || fail "fork/anon-pte/2M alone and in the whole matrix: the least is $forks % of the most"
# Those that were measured, and what was over any two of them.
cut -d' ' -f1 "$dir/whole" | awk -F/ '{ print $(NF - 1) }' | sort -u >"$dir/workloads"
cut -d' ' -f1 "$dir/whole" | sed 's,/[^/]*/[^/]*$,,' | sort -u >"$dir/ops"
i=0
for ((tries = 0; i < subsets && tries < 50; tries++)); do
	draw "$dir/workloads" $((1 + RANDOM % 6))
	workloads=$drawn
	draw "$dir/ops" $((1 + RANDOM % 9))
	ops=$drawn
	wanted "$workloads" "$ops" >"$dir/wanted"
	# What none of these workloads has shows nothing.
	[ -s "$dir/wanted" ] || continue
	i=$((i + 1))
	measured "$i" --workload "$workloads" --op "$ops"
	other=$(comm -23 "$dir/$i" "$dir/whole")
	[ -z "$other" ] || fail "-w $workloads -o $ops: other counts than in the whole matrix: $other"
	alone=$(comm -23 "$dir/wanted" <(sort -u <(cut -d' ' -f1 "$dir/$i") <(passes_by "$i")))
	[ -z "$alone" ] || fail "-w $workloads -o $ops: measured in the whole matrix alone: $alone"
	echo "$(wc -l <"$dir/$i") samples as in the whole: -w $workloads -o $ops"
done
[ "$i" = "$subsets" ] || fail "$i subsets drawn in $tries tries"
finish
