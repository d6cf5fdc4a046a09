#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs into the store and out of it, from and to other tools.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

run=$PTWALK_RESULTS/one
"$PTWALK_BUILD/make_run" "$run" || fail make_run
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/slower" slower || fail make_run
id=$(sed -n '1s/.*"id":"\([^"]*\)".*/\1/p' "$run/records.jsonl")

expect 2 "which files or run folders\?" "$ptwalk" store import
expect 0 "^stored 1 $id: 280 series$" "$ptwalk" store import "$run"
expect 0 "^had 1 $id" "$ptwalk" store import "$run/records.jsonl"
expect 0 "^stored 2 $id" "$ptwalk" store import "$PTWALK_RESULTS/slower"
[ -s "$PTWALK_HOME/store.db" ] || fail "the store is not at its place"
expect 0 '"kind":"end"' "$ptwalk" store export store:1
cmp -s "$dir/out" "$run/records.jsonl" || fail "what came out of the store is not what went in"
expect 0 '"kind":"run"' "$ptwalk" store export --store "$PTWALK_HOME/store.db" store:last~1
cmp -s "$dir/out" "$run/records.jsonl" || fail "store:last~1 is another run"
mv "$PTWALK_RESULTS" "$dir/away"
expect 0 '"kind":"run"' "$ptwalk" store export "$id"
expect 2 "no run 'nope'" "$ptwalk" store export nope
expect 2 "no run 'nope' in it; the newest are: $id" "$ptwalk" store export store:nope
mv "$dir/away" "$PTWALK_RESULTS"

# Into another store and out again; what went through it is imported as the same run.
"$ptwalk" store export store:1 >"$dir/again.jsonl"
expect 0 "^stored 1 " "$ptwalk" store import --store "$dir/other.db" "$dir/again.jsonl"
expect 0 "^had 1 " "$ptwalk" store import --store "$dir/other.db" "$run"

# Google Benchmark's own compare.py reads what is exported: the slower one is slower.
for name in one slower; do
	"$ptwalk" store export --format gbench "$PTWALK_RESULTS/$name" >"$dir/$name.json" || fail "export $name"
done
expect 0 "hmm/devdax-pte/1G_pvalue .*U Test, Repetitions: 6 vs 6" /usr/bin/python3 \
	/usr/share/benchmark/compare.py --no-color benchmarks "$dir/one.json" "$dir/slower.json"
grep -Eq "^hmm/devdax-pte/1G  *\+0\.0000 .* 25258372 +25258373" "$dir/out" ||
	grep -Eq "^hmm/devdax-pte/1G .* ([0-9]+) +([0-9]+) +\1 +\2$" "$dir/out" ||
	fail "compare.py reads other times: $(grep hmm/devdax-pte/1G "$dir/out")"
expect 0 "^stored 3 gbench-[0-9a-f]+: 140 series" "$ptwalk" store import "$dir/one.json"
expect 0 "^had 3 gbench-" "$ptwalk" store import "$dir/one.json"

# With counters, as compare.py reads them too; they come back with their shares and reasons.
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/events" noisy 3 1 0.001 0 cycles=3 misses=0.5~ r1=no || fail make_run
"$ptwalk" store export --format gbench events >"$dir/events.json" || fail "export events"
expect 0 "hmm/devdax-pte/1G_pvalue" /usr/bin/python3 \
	/usr/share/benchmark/compare.py --no-color benchmarks "$dir/events.json" "$dir/events.json"
expect 0 '"misses": [0-9.]+,' cat "$dir/events.json"
expect 3 "^  cycles +[0-9.]+ +[0-9.]+ +\+0.00% " "$ptwalk" compare -a "$dir/events.json" "$dir/events.json"
for line in "  misses~ +[0-9.]+ +[0-9.]+ " "~ multiplexed: counted for 25 %" "not counted: r1: this machine has no PMU"; do
	grep -Eq "^$line" "$dir/out" || fail "no line like '$line'"
done
expect 0 "^stored [0-9]+ gbench-[0-9a-f]+: 140 series" "$ptwalk" store import --store "$dir/other.db" "$dir/events.json"
expect 0 ",cycles.missing,misses,.*,r1.missing" \
	"$ptwalk" store export --store "$dir/other.db" -f csv "store:gbench-$(grep -o 'gbench-[0-9a-f]*' "$dir/out" | cut -d- -f2 | head -1)"
grep -q "this machine has no PMU" "$dir/out" || fail "the reason did not come through the store"

# The driver's own Google Benchmark file, and perf's lines.
expect 0 "^stored 4 gbench-" "$ptwalk" store import "$PTWALK_SOURCE/results/reference/debian-6.1/gbench.json"
cat >"$dir/perf.json" <<EOF
{"counter-value" : "1001.000000", "unit" : "", "event" : "instructions", "event-runtime" : 9, "pcnt-running" : 100.00}
{"counter-value" : "<not supported>", "unit" : "", "event" : "cycles", "event-runtime" : 0, "pcnt-running" : 0.00}
EOF
expect 0 "^stored 5 perf-[0-9a-f]+: 1 series" "$ptwalk" store import "$dir/perf.json"
expect 0 "^BenchmarkPtwalk/perf/instructions 1 1001 counts/call" "$ptwalk" store export -f benchfmt store:5
grep -q "^# missing: perf/cycles: perf: not supported here" "$dir/out" || fail "nothing is said of what is missing"

# The base ran all the time, the new one hardly: no change of it is printed.
sed '1s/}$/, "variance" : 3.97}/' "$dir/perf.json" >"$dir/perf-r.json"
sed '1s/100.00/0.22/' "$dir/perf.json" >"$dir/perf-short.json"
expect 3 "^perf/instructions +1001.00 +-\[a\] +-\[a\] .*missing" "$ptwalk" compare "$dir/perf-r.json" "$dir/perf-short.json"
for line in "\[a\] perf: counted 0.22 % of the time: 1001 is scaled" "perf-[0-9a-f]+: perf/instructions: perf stat -r: .*"; do
	grep -Eq "^$line" "$dir/out" || fail "no line like '$line': $(cat "$dir/out")"
done
sed -i '1s/100.00/"much"/' "$dir/perf-r.json"
expect 2 "line 1: pcnt-running: not a number from 0 to 100" "$ptwalk" store import "$dir/perf-r.json"
one_line

# As other versions of Google Benchmark leave it: NaN bare, dates and aggregates of old.
echo '{"context":{"date":"2019-02-17 13:54:25"},"benchmarks":[{"name":"a","real_time":1,"time_unit":"ns"},
{"name":"a_mean","real_time":1,"time_unit":"ns","x":-nan},
{"name":"b","skipped":true,"skip_message":"no such device"}]}' >"$dir/old.json"
expect 0 "^# missing: b: no such device" "$ptwalk" store export -f benchfmt "$dir/old.json"
grep -q "^# missing: a_mean: x: -nan in the file, not a number" "$dir/out" || fail "the NaN is not told"
[ "$(grep -c ^Benchmark "$dir/out")" = 1 ] || fail "an aggregate became a series: $(cat "$dir/out")"

# Go's benchmarks and LKP's metrics: of operations a second nobody says that less is better.
printf 'goos: linux\nBenchmarkFoo-4 100 115 ns/op 7 MB/s\n' >"$dir/go.txt"
echo '{"will-it-scale.per_process_ops":[1000,1010,990]}' >"$dir/lkp.json"
expect 0 "^stored [0-9]+ benchfmt-[0-9a-f]+: 2 series" "$ptwalk" store import --store "$dir/other.db" "$dir/go.txt"
expect 3 "^Foo-4:ps/op +115000.00 .* underpowered" "$ptwalk" compare "$dir/go.txt" "$dir/go.txt"
grep -Eq "^Foo-4:uMB/s .* no verdict$" "$dir/out" || fail "MB/s have a verdict: $(cat "$dir/out")"
expect 0 "^stored [0-9]+ lkp-[0-9a-f]+: 1 series" "$ptwalk" store import --store "$dir/other.db" "$dir/lkp.json"
expect 3 "1000000000.00 .* no verdict" "$ptwalk" compare "$dir/lkp.json" "$dir/lkp.json"
echo 'BenchmarkBar 1 fast ns/op' >>"$dir/go.txt"
expect 2 "go.txt: line 3: not a number before ns/op" "$ptwalk" store import "$dir/go.txt"
one_line

# Four files an arm: one value each, enough for a verdict, as four of one file are not.
for i in 0 1 2 3; do
	echo "BenchmarkSub-4 100 115.$i ns/op" >"$dir/old$i.txt"
	echo "BenchmarkSub-4 100 78.$i ns/op" >"$dir/new$i.txt"
done
expect 0 "^Sub-4:ps/op +115150.00 +78150.00 +-32.* better$" "$ptwalk" compare "$dir"/old[0-3].txt -- "$dir"/new[0-3].txt
grep -Eq "^base: the boots of benchfmt-[0-9a-f]+, " "$dir/out" || fail "the base's runs are not said"
expect 1 "^Sub-4:ps/op .* worse$" "$ptwalk" compare "$dir"/new[0-3].txt -- "$dir"/old[0-3].txt
expect 3 "underpowered$" "$ptwalk" compare -- "$dir/old0.txt" "$dir/new0.txt"
expect 2 "benchfmt-[0-9a-f]+ is there twice" "$ptwalk" compare "$dir"/old{0,1,1}.txt -- "$dir/new0.txt"
one_line
expect 2 "no one arm: machine differs: benchfmt, lkp" "$ptwalk" compare "$dir/old0.txt" "$dir/lkp.json" -- "$dir/new0.txt"
one_line
expect 2 "--self takes no two arms" "$ptwalk" compare --self "$dir/old0.txt" -- "$dir/new0.txt"

for format in benchfmt csv lkp kcidb; do
	expect 0 "hmm.devdax-pte.1G" "$ptwalk" store export -f "$format" store:1
done
expect 2 "--format takes records, lkp, csv, gbench, benchfmt or kcidb, not 'nope'" \
	"$ptwalk" store export -f nope store:1
expect 2 "one RUN at a time, not 'b' as well" "$ptwalk" store export a b
expect 2 "No space left on device" bash -c "'$ptwalk' store export store:1 >/dev/full"

# One that is bad does not keep the others out.
head -c 100000 "$run/records.jsonl" >"$dir/cut.jsonl"
: >"$dir/empty"
echo "no JSON" >"$dir/text"
sed 's/"id":"[^"]*"/"id":"new"/' "$run/records.jsonl" >"$dir/new.jsonl"
expect 2 "^stored 6 new" "$ptwalk" store import "$dir/cut.jsonl" "$dir/empty" "$dir/text" /nonexistent "$dir/new.jsonl" "$dir"
for line in "$dir/cut.jsonl: line [0-9]+: not a line of JSON" "$dir/empty: an empty file" \
	"$dir/text: neither ptwalk's records, nor" "/nonexistent: No such file" "$dir/records.jsonl: No such file"; do
	grep -Eq "^ptwalk store import: $line" "$dir/out" || fail "no line like '$line'"
done
[ "$(wc -l <"$dir/out")" = 6 ] || fail "more than a line each: $(cat "$dir/out")"

# Bytes without an end, and more of them than any run has.
expect 2 "^ptwalk store import: /dev/zero: a device, not a file" "$ptwalk" store import /dev/zero
one_line
truncate -s 2G "$dir/huge"
expect 2 "^ptwalk store import: $dir/huge: larger than 1 GiB" "$ptwalk" store import "$dir/huge"
one_line

# The store itself: newer, damaged, something else, no place.
cp "$PTWALK_HOME/store.db" "$dir/newer.db"
printf '\0\0\0\143' | dd of="$dir/newer.db" bs=1 seek=60 conv=notrunc status=none
expect 2 "newer.db: its schema, 99, is newer than this program knows" "$ptwalk" store import --store "$dir/newer.db" "$run"
one_line
expect 2 "newer.db: its schema, 99, is newer" "$ptwalk" store export --store "$dir/newer.db" store:1
one_line
expect 2 "text: damaged, or no store of ptwalk" "$ptwalk" store import --store "$dir/text" "$run"
one_line
[ "$(cat "$dir/text")" = "no JSON" ] || fail "a file that is no store was written to"
expect 2 "/proc/nope" "$ptwalk" store import --store /proc/nope/store.db "$run"
one_line
expect 2 "there is no store yet" "$ptwalk" store export --store "$dir/none.db" store:1
one_line
[ ! -e "$dir/none.db" ] || fail "reading made a store"
finish
