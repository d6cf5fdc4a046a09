#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two kernels of a noisy machine are booted in turn, in an order that the seed gives, as often
# as the looks say; the records tell all of it, and figures of no kernel are kept apart.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

two=(-q --base debian:6.1 --new debian:6.1 -m tcg --ram 1G -w anon-pte -o hmm -s 2M -n 16)

# runs: the records of the base, then of the new one.
runs()
{
	find "$PTWALK_RESULTS" -mindepth 2 -name records.jsonl -printf '%h\n' | sort |
		sed 's,$,/records.jsonl,'
}

# run FIELD: of the first line of both records.
run()
{
	local file
	for file in $(runs); do
		python3 -c 'import json, sys
value = json.loads(sys.stdin.readline())
for key in sys.argv[1].split("."): value = value[key]
print(value)' "$1" <"$file"
	done
}

# is FIELD VALUE VALUE: that of the base and of the new one.
is()
{
	[ "$(run "$1" | xargs)" = "$2 $3" ] || fail "$1 is $(run "$1" | xargs), not $2 $3"
}

expect 3 "EVIDENCE OF THE METHOD: no figure here is of a kernel" \
	"$ptwalk" ab "${two[@]}" --method-evidence --boots 1,3 --seed 11 --events task-clock,cycles
grep -Eq "^  task-clock~? +[0-9.]+ +[0-9.]+ .*no verdict$" "$dir/out" || fail "no counts below the times"
grep -Eq "^  cycles +-\[" "$dir/out" || fail "cycles are not missing"
grep -q "^not counted: cycles: this machine has no PMU" "$dir/out" || fail "it does not say why"
grep -q "^look 2 of 2, 3 boots an arm: 0 of 1 series settled" "$dir/out" || fail "no word of the looks"
grep -q "seed 11, looks at 1,3 an arm" "$dir/out" || fail "no word of the seed"
[ "$(runs | wc -l)" = 2 ] || fail "not two runs"
is boots 3 3
is sampling.seed 11 11
is sampling.arm A B
is sampling.looks 1,3 1,3
is method_evidence True True
order=$(run sampling.order | uniq)
[[ $order =~ ^(AB|BA){3}$ ]] || fail "the order is '$order'"
[ "$(run sampling.session | uniq)" = "$(run id | sed -n 1p)" ] || fail "the session is not the base's run"
[ ! -e "$PTWALK_HOME/store.db" ] || fail "figures of no kernel went into the store"
[ "$(runs | xargs cat | grep -c '"kind":"boot"')" = 6 ] || fail "not 6 boots"

# The same seed, the same order; no others than these are compared, and only by that name.
mapfile -t files < <(runs)
expect 4 "its figures are of no kernel" "$ptwalk" compare "${files[@]}"
expect 3 "EVIDENCE OF THE METHOD" "$ptwalk" compare --method-evidence "${files[@]}"
grep -q "HL 96.2% CI" "$dir/out" || fail "alpha is not that of the look"
"$ptwalk" compare --method-evidence -f csv "${files[@]}" >"$dir/csv"
[ "$(grep -c "EVIDENCE OF THE METHOD" "$dir/csv")" = "$(grep -c "^[a-z_]*/anon-pte/" "$dir/csv")" ] ||
	fail "a row of the csv does not say so: $(head -3 "$dir/csv")"
[ "$(wc -l <"$dir/csv")" -gt 1 ] || fail "the csv has no rows"
expect 3 '"method_evidence": true' "$ptwalk" compare --method-evidence -f json "${files[@]}"
grep -q '"event": "task-clock"' "$dir/out" || fail "the events are not in the records"
expect 3 "^JUDGED BY task-clock" "$ptwalk" compare --method-evidence --by task-clock "${files[@]}"
grep -Eq "^hmm/anon-pte/2M .* no verdict$" "$dir/out" || fail "the times are judged as well"
rm -rf "$PTWALK_RESULTS"
expect 3 "seed 11" "$ptwalk" ab "${two[@]}" --method-evidence --boots 2 --seed 11
[ "$(run sampling.order | uniq)" = "${order:0:4}" ] || fail "another order from the same seed"

# A run by itself ends at the look where its medians are known.
rm -rf "$PTWALK_RESULTS"
expect 0 "hmm" "$ptwalk" run -k debian:6.1 "${two[@]:5}" --no-plot --no-store --method-evidence \
	--boots 2,7,8 --width 100
[ "$(run boots)" = 7 ] || fail "it has $(run boots) boots, not 7"
[ "$(run sampling.stop)" = "look 2 of 3, 7 boots: 1 of 1 series known to +-100 %" ] ||
	fail "it stopped: $(run sampling.stop)"

# What is cut off leaves nothing.
rm -rf "$PTWALK_RESULTS"
status=0
set -m
"$ptwalk" ab "${two[@]}" --method-evidence --boots 4 >"$dir/out" 2>&1 </dev/null &
pid=$!
set +m
sleep 7
kill -INT "$pid" || fail "it ended before: $(cat "$dir/out")"
wait "$pid" 2>/dev/null || status=$?
[ "$status" = 130 ] || fail "status $status: $(cat "$dir/out")"
[ -z "$(runs)" ] || fail "a run was kept"
nothing_left
no_qemu_left
finish
