#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is exported for KCIDB and for benchstat, read by the rules of those who read it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

here=$PTWALK_SOURCE/tests/cli/formats
python=/usr/bin/python3

# kcidb FILE
kcidb()
{
	"$python" "$here/kcidb.py" "$here/kcidb-5.0.json" "$1"
}

benchfmt()
{
	"$python" "$here/benchfmt.py" "$1"
}

# exported NAME FORMAT
exported()
{
	"$ptwalk" store export -f "$2" "$PTWALK_RESULTS/$1" >"$dir/$1.$2" || fail "export -f $2 $1"
}

"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/exact" missing || fail make_run
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/noisy" noisy 5 1 0.01 1 || fail make_run
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/events" noisy 5 1 0.01 1 cycles=3 dTLB-load-misses=0.5~ r1=no ||
	fail make_run
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/markup" markup || fail make_run
cat >"$PTWALK_RESULTS/odd.json" <<EOF
{"context":{"date":"2026-11-21T10:45:00+01:00","host_name":"h"},"benchmarks":[
{"name":"a b\u00a0c\u2003d/é.<b>","run_name":"a b\u00a0c\u2003d/é.<b>","run_type":"iteration","threads":1,"real_time":1.5e3,"time_unit":"us"},
{"name":"..//x","run_name":"..//x","run_type":"iteration","threads":1,"real_time":0.25,"time_unit":"ns"},
{"name":"gone","error_occurred":true,"error_message":"no <i>\u2028 room"}]}
EOF
for run in exact noisy events markup odd.json; do
	exported "$run" kcidb
	exported "$run" benchfmt
done
cp "$PTWALK_SOURCE/results/reference/debian-6.1/records.jsonl" "$dir/reference.jsonl"
for format in kcidb benchfmt; do
	"$ptwalk" store export -f "$format" "$dir/reference.jsonl" >"$dir/reference.$format" || fail "export $format"
done

expect 0 "^280 tests, 278 DONE, 2 SKIP$" kcidb "$dir/exact.kcidb"
expect 0 "^700 tests, 700 DONE, 0 SKIP$" kcidb "$dir/noisy.kcidb"
expect 0 "^700 tests, 700 DONE, 0 SKIP$" kcidb "$dir/events.kcidb"
expect 0 "^280 tests, 278 DONE, 2 SKIP$" kcidb "$dir/markup.kcidb"
expect 0 "^3 tests, 2 DONE, 1 SKIP$" kcidb "$dir/odd.json.kcidb"
expect 0 "^[0-9]+ tests, [0-9]+ DONE" kcidb "$dir/reference.kcidb"

expect 0 "^Ptwalk/hmm/devdax-pte/1G insns/call 2 25258372$" benchfmt "$dir/exact.benchfmt"
[ "$(grep -c ' insns/page ' "$dir/out")" = 139 ] || fail "not each series is there"
grep -q "^config cpu goos kernel machine mitigations ptwalk$" "$dir/out" || fail "config: $(tail -1 "$dir/out")"
grep -q "^Unit insns/page better=lower assume=exact$" "$dir/exact.benchfmt" || fail "a count is not said to be exact"
expect 0 "^Ptwalk/hmm/devdax-pte/1G cycles/call 5 " benchfmt "$dir/noisy.benchfmt"
grep -q "assume=exact" "$dir/noisy.benchfmt" && fail "a time is said to be exact"
expect 0 "^Ptwalk/hmm/devdax-pte/1G dTLB-load-misses/page 5 " benchfmt "$dir/events.benchfmt"
grep -q "^Ptwalk/hmm/devdax-pte/1G event:cycles/call 5 " "$dir/out" || fail "an event that is called like the ticks"
grep -q "r1" "$dir/out" && fail "what was not counted has a figure"
expect 0 "^Ptwalk/a_b_c_d/é.<b> ps/call 1 1500000000$" benchfmt "$dir/odd.json.benchfmt"
expect 0 "^Ptwalk/hmm/devdax-pte/1G " benchfmt "$dir/reference.benchfmt"

# Of what another tool measured, only what its file says is said.
for file in "$dir/odd.json.benchfmt" "$dir/odd.json.kcidb"; do
	grep -Eq "mitigations|goos|linux" "$file" && fail "$file says what nobody knows"
done
exported odd.json records
mkdir "$PTWALK_RESULTS/odd"
mv "$dir/odd.json.records" "$PTWALK_RESULTS/odd/records.jsonl"
expect 3 "^machine  *gbench: ps$" "$ptwalk" show odd
expect 3 '"mitigations": null' "$ptwalk" show --json odd
expect 3 "; mitigations off$" "$ptwalk" show exact
expect 0 '"mitigations": "off"' cat "$dir/exact.kcidb"
expect 0 "^mitigations: off$" cat "$dir/exact.benchfmt"

# The readers refuse what is wrong: else they would prove nothing.
spoilt()
{
	local name=$1 change=$2
	sed "$change" "$dir/exact.$name" >"$dir/spoilt"
	! cmp -s "$dir/exact.$name" "$dir/spoilt" || fail "'$change' changes nothing in $name"
	expect 1 . "$name" "$dir/spoilt"
}
spoilt kcidb 's/"major": 5/"major": 4/'
spoilt kcidb 's/"path": "ptwalk\.hmm/"path": "ptwalk.hmm\//'
spoilt kcidb 's/"status": "DONE"/"status": "OK"/'
spoilt kcidb '0,/"origin": "ptwalk"/s//"origin": "PT walk"/'
spoilt kcidb '0,/"start_time": "[^"]*"/s//"start_time": "yesterday"/'
spoilt kcidb '0,/"unit": "instructions.page"/s//"unit": "x", "unti": "y"/'
spoilt kcidb '0,/"build_id": "ptwalk:/s//&x/'
spoilt kcidb '0,/"value": [0-9.]*/s//"value": "1"/'
spoilt benchfmt 's/ insns\/page$//'
spoilt benchfmt 's/^BenchmarkPtwalk/Benchmarkptwalk/'
spoilt benchfmt '0,/ 3 /s// three /'
spoilt benchfmt 's/ better=lower//'
spoilt benchfmt 's/^goos: linux$/goos:linux/'
# shellcheck disable=SC2016
spoilt benchfmt '$a BenchmarkPtwalk/hmm/devdax-pte/1G 3 1 insns/call 1 insns/page'
spoilt benchfmt 's/better=lower/better=less/'
finish
