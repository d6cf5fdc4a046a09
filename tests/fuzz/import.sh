#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# libFuzzer on the importers for PTWALK_FUZZ_SECONDS (300), from small files of each kind.
set -euo pipefail

: "${PTWALK_BUILD:?is the build folder; run this through ctest}" "${PTWALK_SOURCE:?is the checkout}"
command -v clang >/dev/null || { echo "clang is missing: install the package clang" && exit 1; }
out=$PTWALK_BUILD/fuzz
corpus=$out/import.corpus
mkdir -p "$corpus"
cd "$PTWALK_SOURCE"
cmake -G Ninja -S . -B "$out/build" -DPTWALK_FUZZ=ON -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=None \
	-DCMAKE_C_FLAGS='-g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined' \
	>"$out/cmake.log" || { cat "$out/cmake.log" && exit 1; }
ninja -C "$out/build" -j2 fuzz >"$out/ninja.log" || { cat "$out/ninja.log" && exit 1; }
fuzz=$out/build/fuzz

records=results/reference/debian-6.1/records.jsonl
{
	grep -m 1 '"kind":"run"' "$records" | sed 's/"boots":[0-9]*/"boots":1/'
	grep -m 1 '"kind":"boot"' "$records"
	grep -m 1 '"kind":"series"' "$records"
	grep -m 1 '"kind":"end"' "$records" | sed 's/"series":[0-9]*/"series":1/'
} >"$corpus/records"
cat >"$corpus/gbench" <<EOF
{"context":{"date":"2026-11-21T10:45:00+01:00","host_name":"h"},"benchmarks":[
{"name":"a","run_name":"a","run_type":"iteration","threads":1,"real_time":1.5e3,"time_unit":"us"},
{"name":"b","error_occurred":true,"error_message":"no"}]}
EOF
cat >"$corpus/perf" <<EOF
{"counter-value" : "1001.000000", "unit" : "msec", "event" : "a", "event-runtime" : 9, "pcnt-running" : 50.00}
{"counter-value" : "<not supported>", "unit" : "", "event" : "b", "cpu" : "0"}
EOF
printf 'pkg: a\nBenchmarkFoo-4 100 115 ns/op 7 MB/s\n' >"$corpus/benchfmt"
echo '{"w.ops":[1000,1010],"w.time":1.5}' >"$corpus/lkp"
# The seeds are what their importers take: else nothing deep is looked at.
for seed in records gbench perf benchfmt lkp; do
	"$fuzz" "$corpus/$seed" 2>/dev/null || { echo "the seed $seed fails" && exit 1; }
done
cat >"$out/words" <<EOF
"\"kind\":"
"\"benchmarks\":["
"\"counter-value\":"
"\"real_time\":"
"\"samples\":["
"1e308"
"-1"
"\\\\u0000"
"9223372036854775808"
EOF
exec "$fuzz" -max_total_time="${PTWALK_FUZZ_SECONDS:-300}" -timeout=20 \
	-rss_limit_mb=2048 -max_len=16384 -dict="$out/words" -print_final_stats=1 \
	-artifact_prefix="$out/" "$corpus"
