#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Shards that are no whole run are refused, each in a line that names it; whole ones are a run.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

bad()
{
	expect 2 "$@"
	one_line
}

# shard FOLDER K FROM-TO [LINE]: a shard of the run $dir/whole: of each of its boots a part; a line
# stands for that of its file which begins alike.
shard()
{
	local line file=$1/shard
	mkdir -p "$1"
	jq -c --argjson k "$2" 'if .kind == "series" then select((.workload | startswith("anon")) == ($k == 2))
		elif .kind == "missing" then select($k == 1) else . end' "$dir/whole/records.jsonl" >"$1/all"
	jq -sc '. as $all | .[] | if .kind == "end" then .boot as $boot |
		.series = ([$all[] | select(.kind == "series" and .boot == $boot)] | length) |
		.missing = ([$all[] | select(.kind == "missing" and .boot == $boot)] | length) else . end' \
		"$1/all" >"$1/records.jsonl"
	rm "$1/all"
	printf '%s\t%s\n' shard "$2/2:$3" row 20 key 0123 >"$file"
	printf 'same\t%s\t%s\n' ptwalk 1 plan aa "kernel image" bb "kernel config" cc "QEMU version" 7.2 \
		module dd driver ee >>"$file"
	for line in "${@:4}"; do
		sed -i "s|^${line%	*}	.*|$line|" "$file"
	done
}

"$PTWALK_BUILD/make_run" "$dir/whole" >/dev/null || fail make_run
shard "$dir/s/1" 1 0-12
shard "$dir/s/2" 2 12-20

bad "which shards\?" "$ptwalk" join
bad "/nope: there is no such folder" "$ptwalk" join "$dir/nope"
bad "/no[?]pe: there is no such folder" "$ptwalk" join "$dir/no"$'\n'pe
bad "whole is no shard of a run, and holds none" "$ptwalk" join "$dir/whole"
mkdir -p "$dir/fifo"
mkfifo "$dir/fifo/shard"
bad "fifo is no shard of a run, and holds none" timeout 20 "$ptwalk" join "$dir/fifo"
bad "shard 2/2 is missing" "$ptwalk" join "$dir/s/1"
bad "shard 1/2 is missing" "$ptwalk" join "$dir/s/2"
bad "shard 2/2 is there twice: .*/s/2 and .*/s/2" "$ptwalk" join "$dir/s" "$dir/s/2"

# other NAME REGEX FROM-TO LINE...: the second shard is another than it should be.
other()
{
	shard "$dir/$1/1" 1 0-12
	shard "$dir/$1/2" 2 "${@:3}"
	bad "$2" "$ptwalk" join "$dir/$1"
}

tab=$'\t'
other kernel "shard 2/2 in .*/kernel/2 is of another kernel image: xx, not bb of .*/kernel/1" 12-20 "same${tab}kernel image${tab}xx"
other module "shard 2/2 .* another module: xx, not dd" 12-20 "same${tab}module${tab}xx"
other qemu "shard 2/2 .* another QEMU version: 10.0, not 7.2" 12-20 "same${tab}QEMU version${tab}10.0"
other plan "shard 2/2 .* another plan: xx, not aa" 12-20 "same${tab}plan${tab}xx"
other driver "shard 2/2 .* another driver" 12-20 "same${tab}driver${tab}xx"
other key "shard 2/2 .* is of another run" 12-20 "key${tab}4567"
other gap "shard 2/2 .* begins at scene 13, and 12 is next: it was cut otherwise" 13-20
other short "shard 2/2 .* ends at scene 19 of 20: it was cut otherwise" 12-19
other many ".*/2 is 1 of 3 shards, .*/1 of 2" 12-20 "shard${tab}2/3:12-20"
other none "shard says of no shard what it is of" 12-20 "shard${tab}x"
shard "$dir/torn/1" 1 0-12
shard "$dir/torn/2" 2 12-20
sed -i '3s/.\{20\}$//' "$dir/torn/2/records.jsonl"
bad "torn/2/records.jsonl: line 3: " "$ptwalk" join "$dir/torn"
nothing_left

# Whatever order they are named in: the records of the whole run, but for the sums of what ends a boot.
expect 0 "hmm" "$ptwalk" join --no-plot "$dir/s/2" "$dir/s/1"
joined=("$PTWALK_RESULTS"/2*)
[ ${#joined[@]} = 1 ] || fail "no one run: ${joined[*]}"
rows()
{
	jq -c 'if .kind == "run" then del(.id) elif .kind == "end" then {kind, boot, series, missing} else . end' \
		"$1/records.jsonl"
}
diff <(rows "$dir/whole") <(rows "${joined[0]}") >"$dir/diff" || fail "other records: $(cut -c1-200 "$dir/diff")"
[ "$(cat "${joined[0]}/key")" = 0123 ] || fail "another key"
expect 0 '"kind":"end"' "$ptwalk" store export "store:$(basename "${joined[0]}")"
bad "is there already" "$ptwalk" join --out "${joined[0]}" "$dir/s"
shard "$dir/lost/1" 1 0-12
shard "$dir/lost/2" 2 12-20 "key${tab}"
expect 0 "hmm" "$ptwalk" join --no-plot --no-store --out "$dir/joined" "$dir/lost"
[ ! -e "$dir/joined/key" ] || fail "a run without its facts stands for one"

# What cannot be cut, or not so.
run=("$ptwalk" run -q --no-store --no-plot -w anon-thp -o hmm -s "2M,4M")
bad "--shard takes K/N, as 3/8, not 'x/y'" "${run[@]}" --shard x/y
bad "--shard 0/3: of 3 there are 1/3 to 3/3" "${run[@]}" --shard 0/3
bad "--shard 4/3: of 3 there are 1/3 to 3/3" "${run[@]}" --shard 4/3
bad "'0' is not a number of jobs" "${run[@]}" --jobs 0
bad "'0' is not a number of shards" "${run[@]}" --shards 0
bad "--shard is one of them: it excludes --jobs" "${run[@]}" --shard 1/2 --jobs 2
bad "--jobs is for exact counts" "${run[@]}" --machine tcg --jobs 2
bad "--shard is for exact counts" "${run[@]}" --machine tcg --shard 1/2
bad "--via takes parallel, slurm, or a command with .* not 'ssh node'" "${run[@]}" --via "ssh node"
bad "--shard is one of them: it excludes --via" "${run[@]}" --shard 1/2 --via "sh -c {}"
mkdir "$dir/bin"
for program in parallel:parallel sbatch:slurm-client; do
	engine=${program%:*}
	bad "--via ${engine/sbatch/slurm}: ${program%:*} is not there; Debian's package is ${program#*:}" \
		env PATH="$dir/bin" "${run[@]}" --via "${engine/sbatch/slurm}"
done
bad "--shard is of a run of one kernel" "${run[@]}" --shard 1/2 -k debian:6.1,debian:6.12
finish
