#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# perf beside the driver, in a guest with a clock and no PMU: what is sampled is the walk.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

tcg=(--machine tcg --cpus 2 --ram 1G)

# What a series begins with is sampled, too, and does not grow with its windows: so many are enough.
expect 0 '^Profile: [0-9]+ samples of perf record' \
	"$ptwalk" profile -q "${tcg[@]}" -w anon-pte -s 64M -o hmm,hmm_fault -n 1000 --results "$dir/results"
grep '^Profile:\|^[a-z].*samples,' "$dir/out"
share=$(sed -nE 's/^Profile: .* samples of perf record, ([0-9]+)\.[0-9] % of them .*/\1/p' "$dir/out")
[ "${share:-0}" -ge 95 ] || fail "$share % of the samples are within windows: less than 95"
grep -q '^  .* hmm_vma_walk_pmd$' "$dir/out" || fail "hmm's own walk is not among its functions"
grep -q '^hmm_fault/anon-pte/64M.*samples,' "$dir/out" || fail "hmm_fault was not sampled apart"
for file in perf.data kallsyms perf.script perf.windows records.jsonl; do
	[ -s "$(echo "$dir"/results/2*/$file)" ] || fail "the run has no $file"
done
# perf itself, as the last line says: with the guest's symbols, not this host's.
$(sed -n "s/^perf's own data: //p" "$dir/out") --stdio --no-children -g none >"$dir/report" 2>&1
awk '$1 + 0 >= 10' "$dir/report" | grep -q ' hmm_vma_walk_pmd$' ||
	fail "perf report does not name hmm's walk: $(head -n 20 "$dir/report")"
# The same again, of the run that was kept.
cp "$dir/out" "$dir/first"
expect 0 '^Profile: ' "$ptwalk" profile --results "$dir/results" last
diff <(grep -v '^perf.s own data' "$dir/first" | sed '${/^$/d}') "$dir/out" || fail "another profile of the same run"

expect 0 'task-clock' \
	"$ptwalk" run -q "${tcg[@]}" -w anon-pte -s 2M -o hmm -n 100 --no-plot --no-store \
	--perf-stat="-e task-clock,page-faults" --out "$dir/stat"
[ -s "$dir/stat/perf-stat.txt" ] || fail "the run has no perf-stat.txt"

# perf's own words where it does not take what it is given.
expect 2 "the driver ended with status 2: .*perf record ended early: .*" \
	"$ptwalk" run -q "${tcg[@]}" -w anon-pte -s 2M -o hmm --no-plot --no-store \
	--perf-record="-e nope" --out "$dir/nope"
expect 2 "has no perf.script .ptwalk run --perf-record., nor facts .--facts." "$ptwalk" profile "$dir/stat/."
finish
