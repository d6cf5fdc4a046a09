#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two nodes that ssh reaches, one of which has no ptwalk at first.
# shellcheck source-path=SCRIPTDIR source=ssh_lib.sh
. "$(dirname "$0")/ssh_lib.sh"
hidden[node2]=$PTWALK_BUILD
ssh_start

expect 0 "^node2$" parallel --sshlogin 1/node1,1/node2 -k 'sleep 2; hostname; : {}' ::: a b
expect 2 "^BAD +node2 +ptwalk is not installed there$" "$ptwalk" doctor --fleet node1,node2
grep -Eq '^(ok|weak) +node1 .*counts agree$' "$dir/out" || fail "node1 cannot: $(cat "$dir/out")"

node_dies node2
expect 2 "^BAD +node2 +ssh: connect to host node2 port 2222: " \
	env PTWALK_SSH="$PTWALK_SSH -o ConnectTimeout=3" "$ptwalk" doctor --fleet node2
unset 'hidden[node2]'
ssh_node node2
expect 0 "^(ok|weak) +node2 .*counts agree$" "$ptwalk" doctor --fleet node1,node2
finish
