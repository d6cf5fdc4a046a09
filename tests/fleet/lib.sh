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

nodes_end()
{
	local name
	for name in "${!node_pids[@]}"; do
		node_dies "$name"
	done
}

# A folder that is not for the user alone: munged wants its socket to be reachable by all.
chmod 755 "$dir"
net || { echo "no network of namespaces" && exit 1; }
