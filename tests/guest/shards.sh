#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A run that is cut, beside each other or shard by shard, is the run that is not: every count, every
# proof and every fact of it, though one of its processes is killed.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

run=("$ptwalk" run --no-plot --no-store -w "devdax-pmd,anon-thp,devdax-huge" -o "empty,hmm,hmm/range" -s "64K,2M"
	--boots 2 --facts)

# told RUN: its records, but for what is of the host and of time.
told()
{
	jq -c 'if .kind == "run" then del(.id, .started, .command)
		elif .kind == "end" then {kind, boot, series, missing} else . end' "$1/records.jsonl"
}

# same RUN WHOLE: to the byte.
same()
{
	diff <(told "$2") <(told "$1") >"$dir/diff" ||
		fail "$1 is not the whole run: $(head -n 4 "$dir/diff" | cut -c1-400)"
	for file in key facts.txt boot2-facts.txt; do
		cmp "$2/$file" "$1/$file" || fail "$1: $file is another"
	done
	[ -s "$1/ptwalk.ko.gz" ] || fail "$1: no lines"
	[ -d "$1/sources" ] || fail "$1: no sources"
	jq -e '(.benchmarks | length) > 0' "$1/gbench.json" >/dev/null || fail "$1: gbench.json"
	[ ! -e "$1/pieces" ] || fail "$1: pieces are left"
	expect 3 "no series changed: 6 same, 8 missing" "$ptwalk" compare "$2" "$1"
}

expect 3 "own code" "${run[@]}" -q --pieces 2 --jobs 1 --out "$dir/whole"

# Beside each other, and one of them is killed.
"${run[@]}" --pieces 2 --jobs 2 --out "$dir/jobs" >"$dir/out" 2>&1 </dev/null &
pid=$!
for ((i = 0; i < 600; i++)); do
	child=$(pgrep -P "$pid" | head -n 1)
	[ -n "$child" ] && pgrep -P "$child" >/dev/null && break
	sleep 0.1
done
kill -s KILL "$child" || fail "no piece to kill"
wait "$pid"
[ $? = 3 ] || fail "--jobs 2: $(tail -n 3 "$dir/out")"
grep -q "piece . of 4 was ended by signal 9 (Killed), and is made anew" "$dir/out" || fail "not told: $(cat "$dir/out")"
same "$dir/jobs" "$dir/whole"

# By hosts: 2 of 3 shards are a piece, the other is two.
for k in 1 2 3; do
	expect 0 "^Shard $k of 3: [0-9]+ series, [0-9]+ missing, in .*/$k-of-3$" "${run[@]}" -q --pieces 2 --shard "$k/3"
done
expect 2 "3-of-3 is there already" "${run[@]}" -q --pieces 2 --shard 3/3
"$ptwalk" show last >/dev/null 2>&1 && fail "a shard is taken for a run"
expect 3 "own code" "$ptwalk" join --no-plot --no-store --out "$dir/joined" "$PTWALK_RESULTS"/shards/*
same "$dir/joined" "$dir/whole"

# Otherwise cut, memory lies elsewhere; counts are the same.
expect 3 "own code" "${run[@]}" -q --out "$dir/uncut"
expect 3 "no series changed: 6 same, 8 missing" "$ptwalk" compare "$dir/uncut" "$dir/whole"
cmp -s "$dir/uncut/key" "$dir/whole/key" && fail "runs that are cut otherwise have one key"
expect 2 "5 shards: there are 4 pieces" "${run[@]}" -q --pieces 2 --shard 1/5
expect 2 "7 pieces: what it measures can be cut into 6 at most" "${run[@]}" -q --pieces 7
expect 2 "can be cut into 12 at most" "${run[@]}" -q --shards 14
expect 2 "no pieces of the run begin and end there" "${run[@]}" -q --shard 1/2:0-5
no_qemu_left

# A guest dies: what was finished before it is kept, pieces and series.
"${run[@]}" -q --pieces 2 --jobs 1 --out "$dir/dies" >"$dir/out" 2>&1 </dev/null &
pid=$!
for ((i = 0; i < 600; i++)); do
	first=$(find "$dir" -path '*dies*/pieces/1/records.jsonl')
	[ -n "$first" ] && qemu=$(pgrep -P "$(pgrep -P "$pid" | head -n 1)" | head -n 1) && [ -n "$qemu" ] && break
	sleep 0.1
done
finished=$(grep -c '"kind":"series"' "$first")
kill -s KILL "$qemu" || fail "no guest to kill"
wait "$pid"
[ $? = 2 ] || fail "a guest died: $(cat "$dir/out")"
kept=$(sed -n 's/.*was finished are kept in //p' "$dir/out")
[ "$finished" -gt 0 ] || fail "nothing was finished"
[ "$(grep -c '"kind":"series"' "$kept/records.jsonl")" -ge "$finished" ] ||
	fail "$finished series were finished, and not kept in $kept: $(cat "$dir/out")"
"$ptwalk" show "$kept" >"$dir/out" 2>&1 || [ $? = 3 ] || fail "what was kept cannot be shown: $(cat "$dir/out")"
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
