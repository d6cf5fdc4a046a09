#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A run that is cut, beside each other or shard by shard, is the run that is not: every count, every
# proof and every fact of it, though one of its processes is killed.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

run=("$ptwalk" run --no-plot --no-store -w "devdax-pmd,anon-thp,devdax-huge" -o "empty,hmm,hmm/range" -s "64K,2M"
	--boots 2 --facts)

# told RUN FILTER: its records, but for what is of the host and of time: jq's FILTER takes more.
told()
{
	jq -c 'if .kind == "run" then del(.id, .started, .command)
		elif .kind == "end" then {kind, boot, series, missing} else . end | '"$2" "$1/records.jsonl"
}

# same RUN [FILTER]: it is the whole run's.
same()
{
	diff <(told "$dir/whole" "${2:-.}") <(told "$1" "${2:-.}") >"$dir/diff" ||
		fail "$1 is not the whole run: $(head -n 4 "$dir/diff" | cut -c1-400)"
	if [ $# = 1 ]; then
		[ "$(cat "$1/key")" = "$(cat "$dir/whole/key")" ] || fail "$1: another key"
	else
		[ ! -e "$1/key" ] || fail "$1: with other facts it stands for the whole run"
	fi
	[ -s "$1/ptwalk.ko.gz" ] || fail "$1: no lines"
	[ -d "$1/sources" ] || fail "$1: no sources"
	jq -e '(.benchmarks | length) > 0' "$1/gbench.json" >/dev/null || fail "$1: gbench.json"
	expect 3 "no series changed: 6 same, 8 missing" "$ptwalk" compare "$dir/whole" "$1"
}

expect 3 "own code" "${run[@]}" -q --jobs 1 --out "$dir/whole"

# A boot each: they are the whole run's to the byte, facts included. One of them is killed.
"${run[@]}" --jobs 2 --out "$dir/jobs" >"$dir/out" 2>&1 </dev/null &
pid=$!
for ((i = 0; i < 600; i++)); do
	child=$(pgrep -P "$pid" | head -n 1)
	[ -n "$child" ] && pgrep -P "$child" >/dev/null && break
	sleep 0.1
done
kill -s KILL "$child" || fail "no shard to kill"
wait "$pid"
[ $? = 3 ] || fail "--jobs 2: $(tail -n 3 "$dir/out")"
grep -q "shard . of 2 was ended by signal 9 (Killed), and is made anew" "$dir/out" || fail "not told: $(cat "$dir/out")"
same "$dir/jobs"
for file in facts.txt boot2-facts.txt; do
	cmp "$dir/whole/$file" "$dir/jobs/$file" || fail "$file is another"
done
[ ! -e "$dir/jobs/shards" ] || fail "shards are left"

# Boots that are cut: what goes by where memory lies may differ, and no more.
for k in 1 2 3 4; do
	expect 0 "^Shard $k of 4: [0-9]+ series, [0-9]+ missing, in .*/$k-of-4$" "${run[@]}" -q --shard "$k/4"
done
expect 2 "4-of-4 is there already" "${run[@]}" -q --shard 4/4
"$ptwalk" show last >/dev/null 2>&1 && fail "a shard is taken for a run"
expect 3 "own code" "$ptwalk" join --no-plot --no-store --out "$dir/joined" "$PTWALK_RESULTS"/shards/*
same "$dir/joined" 'del(.run_ticks, .proof.pfn_min, .proof.pfn_max, .proof.pfn_sum, .proof.entry_sum,
	.pfns.pfn_sum?, .pfns.entry_sum?, .facts.lines?, .facts.lines_written?, .facts.pages?)'
expect 2 "a multiple of that, or fewer" "${run[@]}" -q --shards 3
expect 2 "can be cut into 12 at most" "${run[@]}" -q --shards 14
no_qemu_left

# Ctrl-C ends all of them.
"${run[@]}" --jobs 2 -q --out "$dir/interrupted" >"$dir/out" 2>&1 </dev/null &
pid=$!
sleep 2
kill -s TERM "$pid"
wait "$pid" 2>/dev/null
[ $? = 143 ] || fail "SIGTERM: $(cat "$dir/out")"
no_qemu_left
[ -z "$(find "$dir" -maxdepth 1 -name '*interrupted*')" ] || fail "left: $(ls -A "$dir")"
finish
