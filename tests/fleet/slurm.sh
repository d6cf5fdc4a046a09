#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A real Slurm, one of whose nodes dies while it runs a task of an array: the task is run again elsewhere.
# shellcheck source-path=SCRIPTDIR source=slurm_lib.sh
. "$(dirname "$0")/slurm_lib.sh"
slurm_start

cat >"$dir/task" <<'EOT'
#!/bin/sh
echo "$(hostname)" >>"$1/task-$SLURM_ARRAY_TASK_ID"
sleep 2
echo whole >>"$1/task-$SLURM_ARRAY_TASK_ID"
EOT
expect 0 "^[0-9]+$" sbatch --parsable --requeue --array=1-8 -o /dev/null "$dir/task" "$dir"
on_node2()
{
	grep -qx node2 "$dir/task-$(slurm_state R | sed -n 's/ node2$//p')"
}
within 20 on_node2 || fail "nothing runs on node2"
victim=$(slurm_state R | sed -n 's/ node2$//p')
node_dies node2
within 90 slurm_empty || fail "tasks are left: $(squeue)"
for task in 1 2 3 4 5 6 7 8; do
	[ "$(grep -c whole "$dir/task-$task")" = 1 ] || fail "task $task was not done once: $(cat "$dir/task-$task")"
done
[ "$(tr '\n' ' ' <"$dir/task-$victim")" = "node2 node1 whole " ] ||
	fail "the task of the node that died was not run again: $(cat "$dir/task-$victim")"
slurm_end
! pgrep -x "slurm.*|munged|sleep" >"$dir/left" || fail "left: $(cat "$dir/left")"
finish
