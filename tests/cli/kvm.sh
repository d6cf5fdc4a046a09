#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kvm machine without KVM: what is lacking is said in one line and in time, and
# nothing asks for the device unless the machine was named. The host's own device is
# used by no test: lib.sh names another.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

case $PTWALK_KVM in
/dev/*) fail "lib.sh leaves the host's own device to the tests" && finish ;;
esac

bad()
{
	SECONDS=0
	expect 2 "$@"
	one_line
	[ "$SECONDS" -lt 20 ] || fail "gave up after $SECONDS s"
	nothing_left
	no_qemu_left
}

run()
{
	"$ptwalk" run -q --no-plot --machine kvm -w anon-pte -o hmm -s 4K "$@"
}

bad "^ptwalk run: /nonexistent/kvm is not there: no KVM on this host" run
PTWALK_KVM=/dev/null bad "^ptwalk run: /dev/null is no KVM: Inappropriate ioctl" run
PTWALK_KVM=$dir bad "^ptwalk run: cannot open $dir: Is a directory" run
bad "65 CPUs|'65' is not a number of CPUs" run --cpus 65
bad "8 nodes of the guest, each bound to one of the host's: it has [1-7], and a remote page would be a local one" \
	run --nodes 8
bad "/nonexistent/qemu is not there" run --qemu /nonexistent/qemu
printf '#!/bin/sh\nexec sleep 60\n' >"$dir/qemu"
chmod +x "$dir/qemu"
bad "$dir/qemu did not end within 10 s" run --qemu "$dir/qemu"
[ -e /nonexistent ] && fail "/nonexistent is there"

# Nobody asks where the machine was not named: a device that would say no is not asked.
expect 0 "^  kvm +QEMU with KVM" "$ptwalk" list machines
grep -q "nonexistent" "$dir/out" && fail "list asks for the device"
expect 0 "^hmm/anon-pte/4K$" run --dry-run
expect 2 "/nonexistent/kvm is not there" \
	"$ptwalk" ab --machine kvm --base host --new build:x
expect 2 "bisect judges exact counts, and machine kvm has none" \
	"$ptwalk" bisect --machine kvm --tree . --good a --bad b --series hmm/anon-pte/4K
finish
