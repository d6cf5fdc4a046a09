#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kvm machine with programs that stand for QEMU: some that fail as KVM that is there
# and does not work does, each given up within 20 s; and QEMU itself without KVM, whose
# CPUs are bound all the same, through to the records.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

export PTWALK_KVM=-
greet='echo "{\"QMP\": {}}" >&3; read -r line <&3; echo "{\"return\": {}}" >&3'
cpus='read -r line <&3; echo "{\"return\": [{\"cpu-index\": 0, \"thread-id\": $$}]}" >&3'
cont='read -r line <&3; echo "{\"return\": {}}" >&3'

# qemu BODY: what stands for QEMU, with the version it asks for.
qemu()
{
	cat >"$dir/qemu" <<-END
		#!/bin/sh
		[ "\$1" != --version ] || { echo "QEMU emulator version 7.2.22"; exit; }
		$1
	END
	chmod +x "$dir/qemu"
}

run()
{
	"$ptwalk" run -q --no-plot --no-store --machine kvm -w anon-pte -o hmm -s 64K \
		--qemu "$dir/qemu" "$@"
}

gives_up()
{
	local began=$SECONDS
	qemu "$2"
	expect 2 "$1" run
	[ $((SECONDS - began)) -lt 20 ] || fail "gave up after $((SECONDS - began)) s: $2"
	nothing_left
	no_qemu_left
}

hint="KVM is there and does not work here; --machine exact needs none"
gives_up "^ptwalk run: QEMU did not answer within 12 s: $hint" "exec sleep 60"
gives_up "^ptwalk run: .*silent for 12 s \(stage: kernel\): $hint" "$greet; $cpus; $cont; exec sleep 60"
gives_up "silent for 12 s" "trap '' TERM; $greet; $cpus; $cont; while :; do sleep 0.2; done"
gives_up "QEMU failed with exit status 1: qemu: failed to initialize kvm: No such device" \
	"echo 'qemu: failed to initialize kvm: No such device' >&2; exit 1"
gives_up "QEMU was ended by signal 9" "$greet; kill -9 \$\$"
gives_up "what is no message" "echo hello >&3; exec sleep 60"

cp "$(dirname "$0")/qemu_without_kvm.sh" "$dir/qemu"
# Each CPU of the guest is a thread of QEMU with one CPU of the host.
bound()
{
	local task n=0
	for task in /proc/[0-9]*/task/*; do
		grep -qF -- "$dir" "${task%/task/*}/cmdline" 2>/dev/null &&
			grep -Eq '^Cpus_allowed_list:\s+[0-9]+$' "$task/status" 2>/dev/null &&
			n=$((n + 1))
	done
	echo $n
}
cpus=$(nproc)
[ "$cpus" -lt 2 ] || cpus=2
run --cpus "$cpus" --boots 2 --out "$PTWALK_RESULTS/bound" >"$dir/out" 2>&1 &
pid=$!
most=0
while kill -0 $pid 2>/dev/null; do
	n=$(bound)
	[ "$n" -le "$most" ] || most=$n
	sleep 0.3
done
wait $pid || fail "status $?: $(cat "$dir/out")"
[ "$most" -ge "$cpus" ] || fail "$most threads of QEMU were bound, not $cpus"
expect 0 "^machine +kvm: ticks" "$ptwalk" show bound
grep -q "^CPU 0 of the guest: CPU [0-9]* of the host$" "$PTWALK_RESULTS/bound/binding.txt" ||
	fail "binding.txt does not say what was bound"
grep -q '"machine":"kvm","unit":"ticks","exact":false,"boots":2' "$PTWALK_RESULTS/bound/records.jsonl" ||
	fail "the records do not say what they are of: $(head -n 1 "$PTWALK_RESULTS/bound/records.jsonl")"
expect 3 "underpowered|inconclusive" "$ptwalk" compare bound bound
no_qemu_left
finish
