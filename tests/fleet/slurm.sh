#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A real Slurm measures a run in shards; one of its two nodes dies in the middle of one, which is measured
# again on the other; what a job that depends on them joins is the run that was not cut. $FLEET_PLAN is another plan,
# and both runs stay in the folder $FLEET_OUT.
# shellcheck source-path=SCRIPTDIR source=slurm_lib.sh
. "$(dirname "$0")/slurm_lib.sh"
shards=8
read -ra plan <<<"${FLEET_PLAN:--w anon-pte,anon-thp,devdax-pte,devdax-pmd -o empty,hmm,gup_fast -s 64K,2M --pieces 8}"
out=${FLEET_OUT:-$dir}
run=("$ptwalk" run -q --no-plot --no-store "${plan[@]}")
slurm_start

# The program of the task is this line; what is measured is in its arguments.
cat >"$dir/task" <<'END'
#!/bin/sh
folder=$1/$SLURM_ARRAY_TASK_ID && shift && hostname >>"$folder.hosts" &&
	exec "$@" --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --out "$folder"
END
mkdir "$dir/shards"
array=$(sbatch --parsable --requeue --array=1-$shards -o "$dir/%a.task" --open-mode=append "$dir/task" "$dir/shards" "${run[@]}") ||
	fail "no array"
sbatch --parsable --dependency=afterok:"$array" -o "$dir/join.task" \
	--wrap "'$ptwalk' join --no-plot --no-store --out '$out/joined' '$dir'/shards/*/" >/dev/null || fail "no job that joins"

# Dead in the middle: its guest runs.
within 900 node_runs node2 qemu-system || fail "no guest on node2: $(cat "$dir"/*.task)"
victim=$(slurm_state R | sed -n 's/ node2$//p')
node_dies node2
within 3000 slurm_empty || fail "tasks are left: $(squeue)"
[ "$(tr '\n' ' ' <"$dir/shards/$victim.hosts")" = "node2 node1 " ] ||
	fail "shard $victim was not measured again: $(cat "$dir/shards/$victim.hosts")"
[ "$(cat "$dir"/shards/*.hosts | wc -l)" = $((shards + 1)) ] || fail "more than one shard was measured twice"
slurm_end
for program in slurmctld slurmd slurmstepd munged qemu; do
	! pgrep "^$program" >"$dir/left" || fail "left of $program: $(cat "$dir/left")"
done

begun=$SECONDS
expect_run "${run[@]}" --jobs 1 --out "$out/whole"
echo "not cut: $((SECONDS - begun)) s"
same_run "$out/whole" "$out/joined" || fail "$(cat "$dir"/*.task)"
finish
