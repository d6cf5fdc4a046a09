#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two nodes that ssh reaches, one of which has no ptwalk at first: doctor says so. Then GNU parallel has both
# measure shards of a run, which joined are the run that was not cut.
# shellcheck source-path=SCRIPTDIR source=ssh_lib.sh
. "$(dirname "$0")/ssh_lib.sh"
hidden[node2]=$PTWALK_BUILD
ssh_start

expect 2 "^BAD +node2 +ptwalk is not installed there$" "$ptwalk" doctor --fleet node1,node2
grep -Eq '^(ok|weak) +node1 .*counts agree$' "$dir/out" || fail "node1 cannot: $(cat "$dir/out")"

node_dies node2
expect 2 "^BAD +node2 +ssh: connect to host node2 port 2222: " \
	env PTWALK_SSH="$PTWALK_SSH -o ConnectTimeout=3" "$ptwalk" doctor --fleet node2
unset 'hidden[node2]'
ssh_node node2
expect 0 "^(ok|weak) +node2 .*counts agree$" "$ptwalk" doctor --fleet node1,node2

run=("$ptwalk" run -q --no-plot --no-store -w "anon-pte,anon-thp" -o "empty,hmm" -s "64K,2M" --pieces 4)
mkdir "$dir/shards"
expect 0 "^node2$" parallel --sshlogin 1/node1,1/node2 --retries 2 \
	"hostname && cd / && ${run[*]} --shard {}/4 --out $dir/shards/{}" ::: 1 2 3 4
grep -qx node1 "$dir/out" || fail "nothing ran on node1: $(cat "$dir/out")"
expect_run "$ptwalk" join --no-plot --no-store --out "$dir/joined" "$dir/shards"
expect_run "${run[@]}" --jobs 1 --out "$dir/whole"
same_run "$dir/whole" "$dir/joined"
finish
