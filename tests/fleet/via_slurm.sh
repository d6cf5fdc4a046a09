#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A run by Slurm, one of whose nodes dies in the middle, is the run of one machine.
# shellcheck source-path=SCRIPTDIR source=slurm_lib.sh
. "$(dirname "$0")/slurm_lib.sh"
slurm_start
run=("$ptwalk" run --no-plot --no-store -w "devdax-pmd,anon-thp" -o "empty,hmm" -s "64K,2M" --pieces 4)
"${run[@]}" --shards 4 --via slurm --out "$dir/joined" >"$dir/out" 2>&1 &
pid=$!
on_node2()
{
	slurm_state R | grep -q ' node2$'
}
within 60 on_node2 || fail "nothing runs on node2: $(squeue) $(cat "$dir/out")"
sleep 3
node_dies node2
wait "$pid" || fail "status $?: $(cat "$dir/out")"
[ "$(jq -r 'select(.kind == "series") | .name' "$dir/joined/records.jsonl" | wc -l)" = 8 ] || fail "not 8 series"
"${run[@]}" -q --jobs 1 --out "$dir/whole" >"$dir/out" 2>&1 || fail whole
same_run "$dir/whole" "$dir/joined"
# Ctrl-C ends Slurm's, too.
"${run[@]}" --shards 4 --via slurm --out "$dir/interrupted" >"$dir/out" 2>&1 &
pid=$!
within 60 sh -c 'squeue -h | grep -q .' || fail "nothing is queued"
kill -TERM "$pid"
wait "$pid"
[ $? = 143 ] || fail "SIGTERM: $(cat "$dir/out")"
within 30 slurm_empty || fail "tasks are left: $(squeue)"
slurm_end
finish
