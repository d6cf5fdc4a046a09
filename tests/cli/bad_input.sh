#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is wrong on the command line is said in one line, before anything is booted.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

bad()
{
	expect 2 "$@"
	one_line
}

bad "unknown command 'nope'; there are: run, ab, bisect" "$ptwalk" nope
bad "unknown command 'shwo'; did you mean show\?" "$ptwalk" shwo
bad "ptwalk store: unknown verb 'improt'; did you mean import\?" "$ptwalk" store improt
bad "what is to be done\? .ptwalk help store. lists it" "$ptwalk" store
while IFS=: read -r old new; do
	bad "^ptwalk $old: is .ptwalk $new. now$" "$ptwalk" "$old" last
done <<-END
	aa:compare --self
	bench:doctor --speed
	selfcheck:doctor --hardware
	ack:store ack
	export:store export
	import:store import
	plot:show --plot
	prune:store prune
END
expect 0 "^  show +print the tables" "$ptwalk" help
expect 0 "^Usage: ptwalk store prune" "$ptwalk" help store prune
expect 0 "^  ack +list the changes" "$ptwalk" help store
expect 0 "^Usage: ptwalk show" "$ptwalk" help show
expect 0 $'^store export\t-f\t--format\tNAME\trecords, ' "$ptwalk" help --options
bad "unknown command 'nope'" "$ptwalk" help nope
bad "unknown workload 'nope'; there are: devdax-pte, .*anon-thp" "$ptwalk" run -w nope
bad "unknown workload 'nope'" "$ptwalk" run -w anon-pte,nope
bad "unknown workload 'devdax-ptee'; did you mean devdax-pte\?$" "$ptwalk" run -w devdax-ptee
bad "unknown op 'gup_fats'; did you mean gup_fast\?$" "$ptwalk" run -o gup_fats
bad "unknown op 'nope'; there are: empty, bare, hmm, gup_fast" "$ptwalk" run -o nope
bad "unknown policy 'nope'; did you mean none\?$" "$ptwalk" run -p nope
bad "there is no series 'hmm/none/anon-pte/1G/1G'" "$ptwalk" run -o hmm/none/anon-pte/1G/1G
bad "unknown workload 'nope'" "$ptwalk" run -o hmm/nope/2M
bad "-o hmm/anon-pte/2M: with the rest of -o, -w, .* makes 2 series, not 1: " \
	"$ptwalk" run -o hmm/anon-pte/2M -w anon-thp
expect 0 $'^hmm/entry/anon-pte/2M$' "$ptwalk" run --dry-run -o hmm/entry/anon-pte/2M
PTWALK_CACHE="$dir/my cache" bad "there is no kernel \"nosuch\"" "$ptwalk" run -o hmm -k nosuch
[ ! -e "$dir/my cache" ] || fail "something was fetched first"
bad "none.deb: No such file" "$ptwalk" run -q -k "$dir/none.deb" -o hmm
: >"$dir/empty.deb"
bad "empty.deb is no Debian package" "$ptwalk" run -q -k "$dir/empty.deb" -o hmm
# What is told before anything is fetched leaves no cache.
unfetched()
{
	PTWALK_CACHE="$dir/none" bad "$@"
	[ ! -e "$dir/none" ] || fail "something was fetched first: $*"
}
unfetched "there is no kernel \"nosuch\"; there are: " "$ptwalk" run -q -k debian:6.1,nosuch
unfetched "there is no kernel \"debian:9\.9\"; Debian's are: " "$ptwalk" run -q -k debian:6.1,debian:9.9
unfetched "there is no kernel \"nosuch\"; there are: " "$ptwalk" ab -q --base debian:6.1 --new nosuch
unfetched "$dir is there already" "$ptwalk" run -q --out "$dir"
printf 'no patch\n' >"$dir/no.patch"
printf '+++ b/mm/hmm.c\n' >"$dir/a.patch"
unfetched "no.patch: neither a unified diff nor a semantic patch" \
	"$ptwalk" ab -q --source debian:6.1 --patch "$dir/no.patch"
unfetched "there are no sources \"debian:9\.9\"; there are: debian:" \
	"$ptwalk" ab -q --source debian:9.9 --patch "$dir/a.patch"
printf '// Files: mm/hmm.c\n' >"$dir/mine.cocci"
bad "op 'empty' takes no policy" "$ptwalk" run -o empty/none
bad "unknown policy 'late'; there are: none, range, batch, entry, range-late, batch-late, entry-late, own" \
	"$ptwalk" run -o hmm/late
bad "'No Name' is no name for a policy: up to 24 of a-z" "$ptwalk" run -p "No Name=$dir/mine.cocci"
bad "there is a policy 'range' already" "$ptwalk" run -p "range=$dir/mine.cocci"
bad "cannot read $dir/nope.patch" "$ptwalk" run -p "mine=$dir/nope.patch"
printf '+++ b/mm/memory.c\n' >"$dir/other.patch"
bad "changes mm/memory.c: own code is of mm/hmm.c, mm/gup.c and mm/pagewalk.c alone" \
	"$ptwalk" run -p "mine=$dir/other.patch"
bad "nothing to measure" "$ptwalk" run -o teardown_held/none -p entry
bad "unknown machine 'nope'; there are: exact, tcg, .*kvm" "$ptwalk" run -m nope
bad "size 5000 is not a multiple of the page size \(4K\)" "$ptwalk" run -s 5000
bad "'0' is not a size" "$ptwalk" run -s 0
bad "'12Q' is not a size" "$ptwalk" run -s 64K,12Q
bad "'-4K' is not a size" "$ptwalk" run -s -4K
bad "size 2G is larger than the device of devdax-pte \(1G\); --dax-size makes" "$ptwalk" run -s 2G
bad "size 4096T is more than the module walks" "$ptwalk" run -w anon-pte -s 4096T
bad "--dax-size 3M is not a multiple of 1G" "$ptwalk" run --dax-size 3M
bad "size 2G is larger than the device of pgmaps-1-low \(1G\)" "$ptwalk" run -w pgmaps-1-low -s 2G
bad "--ram 5M is not between" "$ptwalk" run --ram 5M
bad "unknown placement 'nope'; there are: local, remote-pt, .*pt1-pages0" \
	"$ptwalk" run --nodes 2 --placement remote-pt,nope
bad "placement remote-pt needs a second node with memory \(--nodes gives the guest more\)" \
	"$ptwalk" run --placement remote-pt
bad "placement pt3: there is no node 3 with memory; there are: 0-1" \
	"$ptwalk" run --nodes 2 --placement pt3
bad "placement cpu1: there is no node 1 with a CPU; there are: 0" \
	"$ptwalk" run --nodes 2 --placement cpu1
bad "'0' is not a number of NUMA nodes \(1 to 8\)" "$ptwalk" run --nodes 0
bad "'9' is not a number of NUMA nodes \(1 to 8\)" "$ptwalk" run --nodes 9
bad "'two' is not a number of NUMA nodes" "$ptwalk" doctor --speed --nodes two
expect 2 "--nodes takes a number from 1 to 8, not '9'" "$ptwalk" guest --nodes 9 true
expect 2 "'x' is not a number of a node" "$ptwalk" guest --dax 4K@x true
bad "on node 1: the guest has nodes 0 to 0" "$ptwalk" guest --dax 4K@1 /bin/true
bad "'0' is not a number of CPUs \(1 to 64\)" "$ptwalk" run --machine tcg --cpus 0
bad "'65' is not a number of CPUs" "$ptwalk" run --machine tcg --cpus 65
bad "'x' is not a number of CPUs" "$ptwalk" nightly --cpus x
bad "--cpus 2: the exact machine has 1 CPU; --machine tcg has more" "$ptwalk" run --cpus 2
bad "placement cpu2: there is no node 2 with a CPU; there are: 0-1" \
	"$ptwalk" run --machine tcg --nodes 3 --placement cpu2
bad "--threads 2: a walker needs a CPU of its own; there is 1 \(--machine tcg has more\)" \
	"$ptwalk" run --threads 1,2
bad "--threads 4: a walker needs a CPU of its own; there are 2 \(--cpus gives the guest more\)" \
	"$ptwalk" run --machine tcg --threads 4
bad "'0' is not a number of threads" "$ptwalk" run --machine tcg --threads 0
bad "--mms takes one or each, not 'two'" "$ptwalk" run --machine tcg --threads 2 --mms two
bad "--invalidate mprotect: a thread beside the walk needs a second CPU" \
	"$ptwalk" run --invalidate mprotect
bad "unknown invalidation 'nope'; there are: mprotect, remap, migrate" \
	"$ptwalk" run --machine tcg --invalidate nope
bad "--events: the exact machine has no PMU, and an event of the kernel's own .* changes its code" \
	"$ptwalk" run --events cycles
bad "ptwalk ab: --events: the exact machine has no PMU" \
	"$ptwalk" ab --base debian:6.1 --new debian:6.12 --events cycles
bad "ptwalk ab: --by cycles: it is not among --events" \
	"$ptwalk" ab -m kvm --base debian:6.1 --new debian:6.12 --by cycles
bad "ptwalk nightly: --events: the exact machine has no PMU" "$ptwalk" nightly --events cycles
bad "ptwalk ab: event r1 is named twice" \
	"$ptwalk" ab -m kvm --base debian:6.1 --new debian:6.12 --events r1,r1
bad "unknown event 'cycels'; near it: cycles.*; --events help lists what there is" \
	"$ptwalk" run -m tcg --events instructions,cycels
bad "r4 is one event too many: the module counts 4 at most" \
	"$ptwalk" run -m tcg --events cycles,r1,r2,r3,r4
bad "event r1 is named twice" "$ptwalk" run -m tcg --events r1,r1
bad "an empty name among the events ''" "$ptwalk" run -m tcg --events ""
bad "this machine has no PMU 'nope'" "$ptwalk" run -m tcg --events nope/event=1/
bad "'1:2' is not TYPE:CONFIG:CONFIG1:CONFIG2=NAME" "$PTWALK_BUILD/ptwalk-driver" --event=1:2
bad "e is one event too many" "$PTWALK_BUILD/ptwalk-driver" --event=1:0:0:0=a --event=1:0:0:0=b \
	--event=1:0:0:0=c --event=1:0:0:0=d --event=1:0:0:0=e
bad "--event: with --exact none is counted" "$PTWALK_BUILD/ptwalk-driver" --exact --event=1:0:0:0=a
bad "the exact machine is not for perf: it has no PMU" "$ptwalk" run --perf-record
bad "the exact machine is not for perf: it has no PMU" "$ptwalk" run --perf-stat=-d
bad "are of the exact machine" "$ptwalk" profile --machine tcg --annotate get_dev_pagemap
grep -q -e --perf "$dir/out" && fail "profile names an option of run's: $(cat "$dir/out")"
bad "perf is not there; Debian's package is linux-perf" \
	env PATH=/nonexistent "$ptwalk" profile --machine tcg
expect 2 "exclude each other" "$ptwalk" run --machine tcg --perf-record --perf-stat
bad "--top takes a number from 1 to 1000, not '0'" "$ptwalk" profile --top 0
bad "no run 'nope'" "$ptwalk" profile nope
bad "unknown walker 'nope'; there are: hmm, hmm_fault" "$ptwalk" race --walker hmm,nope
bad "unknown threat 'nope'; there are: teardown, unbind" "$ptwalk" race --against nope
bad "unknown protocol 'nope'; there are: right, no_retry, .*, FILE.c" "$ptwalk" race --protocol nope
bad "cannot read the protocol /nonexistent.c: No such file" "$ptwalk" race --protocol /nonexistent.c
bad "a race takes two CPUs or more, and this guest has 1" "$ptwalk" race --cpus 1
bad "a race takes two CPUs or more, and this guest has 1" "$ptwalk" race --machine exact --cpus 1
bad "a race that fails may take the kernel with it" "$ptwalk" race --machine native
bad "unknown machine 'nope'" "$ptwalk" race --machine nope
bad "--rounds takes a number from 1 to 100000000, not '0'" "$ptwalk" race --rounds 0
bad "no race 'nope' in .*/races" "$ptwalk" race nope
bad "kind: of a race: ptwalk race FOLDER prints it" "$ptwalk" show "$PTWALK_SOURCE/results/race/debian-6.1"
mkdir "$dir/race"
: >"$dir/race/records.jsonl"
bad "race/records.jsonl: it is empty" "$ptwalk" race "$dir/race"
sed -n 2p "$PTWALK_SOURCE/results/reference/debian-6.1/records.jsonl" >"$dir/race/records.jsonl"
bad "race/records.jsonl: line 1: it begins with no run" "$ptwalk" race "$dir/race"
bad "--delay takes a number from 0 to 100000, not 'long'" "$ptwalk" race --delay long
bad "'0' is not a number of a seed .1 to" "$ptwalk" race --seed 0
bad "the ptwalk module is not loaded" "$PTWALK_BUILD/ptwalk-driver" --race
bad "unknown threat 'nope'" "$PTWALK_BUILD/ptwalk-driver" --race --against=nope
bad "--perf-record: with --exact there is neither PMU nor a clock" \
	"$PTWALK_BUILD/ptwalk-driver" --exact --perf-record
bad "/nonexistent/perf is not there; Debian's package is linux-perf" \
	"$PTWALK_BUILD/ptwalk-driver" --perf=/nonexistent/perf --perf-stat
bad "'0' is not a number of boots" "$ptwalk" run -b 0
bad "'two' is not a number of boots" "$ptwalk" run -b two
bad "--iterations takes a number from 1 to 65536, not '0'" "$ptwalk" run -n 0
bad "--iterations takes a number from 1 to 65536, not '9999999'" "$ptwalk" run -n 9999999
bad "'-1' is not a number of seconds" "$ptwalk" run --limit -1
expect 2 "--mitigations takes on or off, not 'maybe'" "$ptwalk" run --mitigations maybe
expect 2 "unknown option '--nope'" "$ptwalk" run --nope
expect 2 "'nope' means nothing here" "$ptwalk" run nope
expect 2 "WHAT takes workloads, .*, not 'nope'" "$ptwalk" list nope
expect 2 "--spare takes low or high, not 'up'" "$ptwalk" guest --spare up -- true
for spare in low low:1 low:0:0 high:1M:2M low:0x100000:0x200000 mid:0x200000:0x200000 low:0x200000:0x200000:1; do
	bad "'$spare' is not low:START:SIZE" "$PTWALK_BUILD/ptwalk-driver" --spare="$spare"
done
expect 2 "which program is to run in the guest" "$ptwalk" guest
bad "--cache cold changes no exact count: an instruction is one wherever" "$ptwalk" run --cache cold
bad "--cache takes warm or cold, not 'hot'" "$ptwalk" run -m tcg --cache hot
bad "--cache cold is for one walker" "$ptwalk" run -m tcg --cache cold --threads 1,2
expect 0 "^hmm/anon-pte/2M/cache:cold$" "$ptwalk" run -m tcg --cache cold --dry-run -w anon-pte -s 2M -o hmm
bad "--cache cold changes no exact count" "$PTWALK_BUILD/ptwalk-driver" --exact --cache cold
expect 2 "unknown machine 'nope'; there are: exact, tcg" "$ptwalk" guest -m nope true
expect 2 "--cpus takes a number from 1 to 64, not 'x'" "$ptwalk" guest --cpus x true
bad "--cpus 2: the exact machine has at most 1" "$ptwalk" guest --cpus 2 /bin/true
bad "a picture of several runs takes --out FOLDER" "$ptwalk" show --plot a b
bad "unknown option .--mtrix.; did you mean --matrix" "$ptwalk" show --mtrix
bad "no run 'nope': .*/runs holds none" "$ptwalk" show nope
bad "no run 'last': .*/runs holds none; \`ptwalk run\` makes one" "$ptwalk" show --plot
bad "--rounds takes a number from 1 to 100, not '0'" "$ptwalk" doctor --speed --rounds 0
bad "--hardware, --speed and --fleet exclude each other" "$ptwalk" doctor --speed --hardware
bad "--kvm goes with --hardware" "$ptwalk" doctor --kvm

bad "what is to be done" "$ptwalk" kernel
bad "unknown verb 'nope'; there are: build, list" "$ptwalk" kernel nope
bad "'build' means nothing here" "$ptwalk" kernel list build
expect 2 "--limit takes seconds from 1 to 1000000, not '0'" "$ptwalk" kernel build --limit 0
bad "name what to build: --tree DIR, or --source" "$ptwalk" kernel build -q
bad "name what to build: --tree DIR, or --source" "$ptwalk" kernel build -q --tree . --source debian:6.1
bad "--rev is a commit of a --tree" "$ptwalk" kernel build -q --source debian:6.1 --rev v6.1
bad "no sources \"debian:9.9\"; there are: debian:" "$ptwalk" kernel build -q --source debian:9.9
unfetched "unknown architecture 'arm63'; did you mean arm64\?$" "$ptwalk" run --arch arm63
unfetched "there is no kernel \"debian:5\.10\" of arm64; Debian's are: debian:6\.1, debian:6\.12, debian:7\.2, debian:6\.12-16k" \
	"$ptwalk" run -q --arch arm64 -k debian:5.10
unfetched "unknown architecture 'nope'" "$ptwalk" list --arch nope
unfetched "unknown architecture 'arm63'; did you mean arm64\?$" "$ptwalk" guest --arch arm63 -- /bin/true
unfetched "unknown architecture 'arm63'; did you mean arm64\?$" "$ptwalk" kernel build --arch arm63 --source debian:6.1
unfetched "there is no kernel \"debian:6\.12-16k\"; Debian's are: " "$ptwalk" run -q -k debian:6.12-16k
unfetched "KVM runs kernels of this host's architecture, x86, alone" \
	"$ptwalk" run -q --arch arm64 --machine kvm -k debian:6.12
unfetched "--arch is of a guest: the native machine" "$ptwalk" run -q --arch arm64 --machine native
unfetched "--cpu is of a guest: the native machine" "$ptwalk" run -q --cpu max --machine native
bad "no policy 'nope'; there are: batch, batch-late, entry, entry-late, gup-entry, gup-none, none" \
	"$ptwalk" kernel build -q --source debian:6.1 --policy nope
bad "no config 'nope'; there are: bench, debug, distro" \
	"$ptwalk" kernel build -q --source debian:6.1 --config nope
bad "cannot read the patch /nonexistent" "$ptwalk" kernel build -q --tree . --patch /nonexistent
bad "/nonexistent: No such file" "$ptwalk" kernel build -q --tree /nonexistent
bad "there is no kernel \"build:nope\"" "$ptwalk" run -q -k build:nope

expect 2 "/nonexistent/qemu" "$ptwalk" run -q --qemu /nonexistent/qemu
one_line
expect 2 "qemu-system-x86_64" env PATH=/nonexistent "$ptwalk" run -q
expect 2 "qemu-system-aarch64 is not there; Debian's package is qemu-system-arm" \
	env PATH=/nonexistent "$ptwalk" run -q --arch arm64
one_line
# All that is on PATH but the cross compiler.
mkdir "$dir/bin"
find /usr/bin -mindepth 1 -maxdepth 1 ! -name 'aarch64-*' -exec ln -s -t "$dir/bin" {} +
unfetched "aarch64-linux-gnu-gcc-12, which is missing: install the package gcc-12-aarch64-linux-gnu" \
	env PATH="$dir/bin" "$ptwalk" run -q --arch arm64
expect 2 "ptwalk-driver is not beside this program" env PTWALK_DRIVER=/nonexistent "$ptwalk" run -q
expect 2 "is there already" "$ptwalk" run -q -w anon-pte -o empty -s 4K --out "$dir"
nothing_left

expect 0 "^Usage: ptwalk COMMAND" "$ptwalk" help
expect 0 "^Usage: ptwalk COMMAND" "$ptwalk" -h
# Who has seen enough ends it, and nothing is said.
exec 3> >(:)
wait $! # the reader is gone: a pipe holds more than what is printed
for words in list "run --help" help "help --options" "show $PTWALK_SOURCE/results/reference/debian-6.1"; do
	status=0
	# shellcheck disable=SC2086 # a list of words
	"$ptwalk" $words >&3 2>"$dir/err" || status=$?
	[ "$status" = 141 ] || fail "status $status, not 141, where nobody reads $words"
	[ ! -s "$dir/err" ] || fail "not quiet where nobody reads $words: $(cat "$dir/err")"
done
exec 3>&-
for words in --version help list "list machines" "kernel list" "run --dry-run"; do
	expect 2 "cannot write to standard output: No space left on device" bash -c "'$ptwalk' $words >/dev/full"
	one_line
done
expect 2 "^Usage: ptwalk COMMAND" "$ptwalk"
expect 0 "^ptwalk [0-9]" "$ptwalk" --version
expect 0 "^hmm/entry/devdax-pud/1G$" "$ptwalk" run --dry-run
expect 0 "^hmm/anon-pte/4K@pt1-pages0$" \
	"$ptwalk" run --dry-run --nodes 2 --placement all -w anon-pte -o hmm -s 4K
expect 0 "^  remote-pages " "$ptwalk" list placements
expect 0 "^  node 0 .* MiB, CPUs " "$ptwalk" list topology
count=0
for command in $("$ptwalk" help | sed -nE 's/^  ([a-z-]+) .*/\1/p'); do
	expect 0 "^Usage: ptwalk $command" "$ptwalk" "$command" --help
	expect 0 "^Usage: ptwalk $command" "$ptwalk" help "$command"
	expect 0 "^Usage: ptwalk $command" "$ptwalk" "$command" -h
	# What examples say is taken: options that a command has not come before --help.
	while read -r words; do
		[[ $words = guest* ]] || expect 0 "^Usage: ptwalk" bash -c "'$ptwalk' ${words%%#*} --help"
	done < <("$ptwalk" "$command" --help | sed -n '/^Examples:/,$s/^  ptwalk //p')
	COLUMNS=80 "$ptwalk" "$command" --help | grep -E '.{81}' && fail "wider than 80 columns: $command --help"
	[[ " store kernel " = *" $command "* ]] || expect 0 "^  ptwalk $command( |$)" "$ptwalk" "$command" --help
	count=$((count + 1))
done
[ "$count" -ge 10 ] || fail "$count commands in all"
expect 0 "^hmm/devdax-huge/1T$" "$ptwalk" run --dry-run -w devdax-huge -o hmm
expect 0 "^  dTLB-load-misses +of those, that missed" "$ptwalk" run --events help
for command in run ab nightly; do
	expect 0 "^  task-clock +ns that the task ran" "$ptwalk" $command --events help
	expect 2 "No space left on device" bash -c "'$ptwalk' $command --events help >/dev/full"
done
expect 0 "^  exact " "$ptwalk" list machines
expect 0 "^  tcg .*functional only" "$ptwalk" list machines
expect 0 "^hmm/anon-pte/4K@cpu1$" "$ptwalk" run --dry-run --machine tcg --cpus 3 --nodes 2 \
	--placement cpu1 -w anon-pte -o hmm -s 4K
expect 0 "^hmm/anon-pte/4K/threads:2/mms:2$" \
	"$ptwalk" run --dry-run --machine tcg --threads 2 --mms each -w anon-pte -o hmm -s 4K
expect 0 "^  devdax-pte +device-dax" "$ptwalk" list
finish
