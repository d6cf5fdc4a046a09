# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A Slurm of one controller and two nodes of one CPU each, with munge, out of the test's folder.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
need munged slurmctld slurmd sbatch ip

slurm=$dir/slurm
export SLURM_CONF=$slurm/slurm.conf

# A node that is not heard of for 5 s is down, and its jobs are queued again; they wait as long as the
# credentials of a job are good for.
slurm_configure()
{
	mkdir -p "$slurm/state"
	head -c 128 /dev/urandom >"$slurm/munge.key" && chmod 600 "$slurm/munge.key"
	cat >"$SLURM_CONF" <<-END
		ClusterName=ptwalk
		SlurmctldHost=controller(198.18.0.1)
		SlurmUser=root
		AuthType=auth/munge
		AuthInfo=socket=$slurm/munge,cred_expire=5
		CredType=cred/munge
		StateSaveLocation=$slurm/state
		SlurmdSpoolDir=$slurm/%n
		SlurmctldPidFile=$slurm/slurmctld.pid
		SlurmdPidFile=$slurm/%n.pid
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		MailProg=/bin/true
		SelectType=select/cons_tres
		SelectTypeParameters=CR_CPU
		SlurmdParameters=config_overrides
		SlurmdTimeout=5
		SchedulerParameters=sched_interval=2,bf_interval=2
		NodeName=node1 NodeAddr=198.18.1.2 CPUs=1
		NodeName=node2 NodeAddr=198.18.2.2 CPUs=1
		PartitionName=all Nodes=ALL Default=YES State=UP
	END
}

slurm_idle()
{
	[ "$(sinfo -h -N -t idle -o %N | sort | tr '\n' ' ')" = "node1 node2 " ]
}

slurm_start()
{
	slurm_configure
	hostname controller
	munged --foreground --key-file="$slurm/munge.key" --socket="$slurm/munge" \
		--pid-file="$slurm/munge.pid" --seed-file="$slurm/munge.seed" >"$slurm/munged.log" 2>&1 &
	daemons=$!
	within 10 test -S "$slurm/munge" || { cat "$slurm/munged.log" && exit 1; }
	slurmctld -D >"$slurm/slurmctld.log" 2>&1 &
	daemons="$daemons $!"
	node node1 slurmd -D -N node1
	node node2 slurmd -D -N node2
	within 30 slurm_idle || { tail "$slurm/slurmctld.log" "$dir"/node?.log && exit 1; }
}

slurm_end()
{
	nodes_end
	# shellcheck disable=SC2086 # pids
	kill $daemons && wait $daemons
}

# slurm_state STATE: the array tasks in it, on which node.
slurm_state()
{
	squeue -h -r -t "$1" -o '%K %N'
}

slurm_empty()
{
	[ -z "$(squeue -h)" ]
}
