# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Machines on one: node1 and node2 are namespaces of processes, mounts and the network, each with a
# name, an address and a daemon of its own. The test runs in such namespaces, too: no service, port,
# address, file or mount of the host is touched, and however it ends, the kernel ends with it all
# that it started.
if [ -z "${PTWALK_FLEET_ALONE:-}" ]; then
	[ "$(id -u)" = 0 ] || { echo "takes root: it makes namespaces for nodes" && exit 1; }
	PTWALK_FLEET_ALONE=1 exec unshare --net --uts --mount --pid --fork --kill-child --mount-proc "$0" "$@"
fi
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"
declare -A node_pids hidden
trap 'nodes_end; rm -rf "$dir"' EXIT

# need PROGRAM...: what bootstrap.sh installs for this label.
need()
{
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null ||
			{ echo "$program is missing: PTWALK_TEST_FLEET=1 ./bootstrap.sh test installs it" && exit 1; }
	done
}

# within SECONDS COMMAND...: it succeeds in that time.
within()
{
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.2
	done
}

# The network: this host, whom nodes reach as 198.18.0.1, and NODE, for the host 198.18.NODE.2.
net()
{
	mount -t tmpfs run /run && mkdir /run/sshd && ip link set lo up && ip addr add 198.18.0.1/32 dev lo
	for node in 1 2; do
		ip netns add node$node && ip link add veth$node type veth peer name eth0 netns node$node &&
			ip addr add 198.18.$node.1/24 dev veth$node && ip link set veth$node up &&
			ip -n node$node link set lo up && ip -n node$node addr add 198.18.$node.2/24 dev eth0 &&
			ip -n node$node link set eth0 up && ip -n node$node route add default via 198.18.$node.1 || return
		printf '198.18.%s.2 node%s\n' $node $node
	done >"$dir/hosts"
	cat /etc/hosts >>"$dir/hosts"
	mount --bind "$dir/hosts" /etc/hosts
}

# node NAME COMMAND...: what runs on that node, in the foreground; it does not see the folder ${hidden[NAME]}.
node()
{
	local name=$1
	shift
	# shellcheck disable=SC2016 # for the node's shell
	nsenter --net="/run/netns/$name" unshare --mount --uts --pid --fork --kill-child --mount-proc sh -c \
		'hostname "$1" && { [ -z "$2" ] || mount -t tmpfs none "$2"; } && shift 2 && exec "$@"' \
		sh "$name" "${hidden[$name]:-}" "$@" >>"$dir/$name.log" 2>&1 </dev/null &
	node_pids[$name]=$!
}

# As when its power fails: nothing of it runs on.
node_dies()
{
	kill -KILL "${node_pids[$1]}"
	wait "${node_pids[$1]}" 2>/dev/null
	unset "node_pids[$1]"
}

# node_runs NAME PROGRAM: does one whose name begins so run there?
node_runs()
{
	pgrep --ns "$(pgrep -P "${node_pids[$1]}")" --nslist pid "^$2"
}

nodes_end()
{
	local name
	for name in "${!node_pids[@]}"; do
		node_dies "$name"
	done
}

# expect_run COMMAND...: it measures, whatever is missing or found of what it measures.
expect_run()
{
	local status=0
	"$@" >"$dir/out" 2>&1 </dev/null || status=$?
	case $status in
	0 | 3) printf 'ok: %s\n' "$*" ;;
	*) fail "status $status: $*: $(tail -n 3 "$dir/out")" ;;
	esac
}

# What of a run's records is neither of the host nor of time. Of ops that vary from run to run by what they
# do that there is a series; the ticks around windows go by when such an op was woken before, too.
told()
{
	jq -c 'if .kind == "run" then del(.id, .started, .command, .host)
		elif .kind == "end" then {kind, boot, series, missing}
		elif .kind == "series" and .varies != "" then {kind, boot, name}
		else del(.run_ticks) end' "$1/records.jsonl"
}

# same_run WHOLE OTHER: are their records one run's?
same_run()
{
	if [ ! -s "$1/records.jsonl" ] || ! diff <(told "$1") <(told "$2") >"$dir/diff"; then
		fail "$2 is not the run that was not cut: $(head -n 4 "$dir/diff" | cut -c1-300)"
	fi
}

# A folder that is not for the user alone: munged wants its socket to be reachable by all.
chmod 755 "$dir"
net || { echo "no network of namespaces" && exit 1; }
