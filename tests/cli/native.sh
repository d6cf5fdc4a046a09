#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The native machine where it cannot be had: one line that says what to do, nothing
# loaded, nothing left. Whatever host this runs on, no module may be loaded here: each
# call ends before that. What does load one runs in a guest (tests/guest/native_boot.c).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

export PTWALK_RUN=$dir/run
before=$(cat /proc/modules 2>&1)

bad()
{
	expect 2 "$@"
	one_line
}

native()
{
	"$ptwalk" run -q --no-plot --no-store --machine native -w anon-pte -o hmm -s 4K "$@"
}

# As a user that is not root, whoever runs this.
plain()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

# The copy is readable for any user.
mkdir "$dir/bin" && cp "$ptwalk" "$dir/bin/" && chmod -R a+rX "$dir"
bad "^ptwalk run: the native machine loads a module .*: run ptwalk as root \(sudo\)$" \
	plain "$dir/bin/ptwalk" run -q --machine native -w anon-pte -o hmm -s 4K

bad "^ptwalk run: --kernel debian:6.1: the native machine measures the running kernel" \
	native --kernel debian:6.1
bad "^ptwalk run: --kernel host,debian:6.1: " native --kernel host,debian:6.1
bad "^ptwalk run: --ram is of a guest: the native machine runs on this host" native --ram 1G
bad "^ptwalk run: --cpus is of a guest" native --cpus 2
bad "^ptwalk run: --nodes is of a guest" native --nodes 2
bad "^ptwalk run: --qemu is of a guest" native --qemu x
bad "^ptwalk run: --append is of a guest" native --append x
bad "^ptwalk run: --dax-size is of a guest" native --dax-size 1G
bad "^ptwalk run: --mitigations is of a guest" native --mitigations on
bad "^ptwalk run: --module goes with --machine native" "$ptwalk" run --module x
bad "^ptwalk run: --dax goes with --machine native" "$ptwalk" run --dax /dev/dax0.0
bad "^ptwalk run: --overwrite goes with --machine native" "$ptwalk" run --overwrite /dev/dax0.0
bad "^ptwalk run: /dev/dax99.9 is not a device-dax device; there are: " native --dax /dev/dax99.9
bad "^ptwalk run: /etc/passwd is not a device-dax device" native --dax /etc/passwd
bad "^ptwalk run: /dev/zero is not a device-dax device" native --dax /dev/zero
bad "^ptwalk run: dax0.0 is not a device-dax device" native --dax dax0.0
bad "^ptwalk run: /dev/dax is not a device-dax device" native --dax /dev/dax
bad "^ptwalk run: --overwrite /dev/dax99.9 is not among --dax" native --overwrite /dev/dax99.9
bad "^ptwalk run: --threads [0-9]*: a walker needs a CPU of its own" \
	native --threads $(($(nproc --all) + 1))

# A night there is asked the same, and what is refused leaves no run.
night()
{
	"$ptwalk" nightly -q --machine native -w anon-pte -o hmm -s 4K "$@"
}
bad "^ptwalk nightly: the native machine loads a module .*: run ptwalk as root \(sudo\)$" \
	plain "$dir/bin/ptwalk" nightly -q --machine native -w anon-pte -o hmm -s 4K \
	--results "$dir/nobody" --store "$dir/run/nobody.db"
bad "^ptwalk nightly: --kernel debian:6.1: the native machine measures" night --kernel debian:6.1
bad "^ptwalk nightly: the native machine measures the running kernel: there is nothing to build" \
	night --tree "$PTWALK_SOURCE/tests/tree"
bad "^ptwalk nightly: --ram is of a guest" night --ram 1G
bad "^ptwalk run: --boots is of a guest: the native machine measures again in a new process, --rounds 4$" \
	native --boots 4
bad "^ptwalk run: --rounds goes with --machine native: a guest is given its own, and has --boots$" \
	"$ptwalk" run --rounds 4
bad "^ptwalk nightly: --boots is of a guest" night --boots 4
bad "^ptwalk nightly: --module goes with --machine native" "$ptwalk" nightly --module x
bad "^ptwalk nightly: --dax goes with --machine native" "$ptwalk" nightly --dax /dev/dax0.0
bad "^ptwalk nightly: --overwrite goes with --machine native" "$ptwalk" nightly --overwrite /dev/dax0.0
bad "^ptwalk nightly: /dev/dax99.9 is not a device-dax device; there are: " night --dax /dev/dax99.9
bad "^ptwalk nightly: --overwrite /dev/dax99.9 is not among --dax" night --overwrite /dev/dax99.9
bad "^ptwalk nightly: unknown event 'cycels'; near it: cycles" night --events cycels

bad "^ptwalk ab: ab boots two kernels, and the native machine has the one that runs" \
	"$ptwalk" ab --machine native --base host --new build:x
expect 0 "^hmm/anon-pte/4K$" native --dry-run
expect 0 "^  native +this host" "$ptwalk" list machines

# Root, where there are modules: a module that is not there ends it before any is loaded.
if [ "$(id -u)" = 0 ]; then
	if [ -e /proc/modules ]; then
		bad "^ptwalk run: " native --module /nonexistent/ptwalk.ko
		bad "^ptwalk nightly: " night --module /nonexistent/ptwalk.ko
	else
		bad "^ptwalk nightly: the running kernel takes no modules" night
		bad "^ptwalk run: the running kernel takes no modules \(there is no /proc/modules\): boot one" native
	fi
fi
[ "$before" = "$(cat /proc/modules 2>&1)" ] || fail "the modules are not as they were"
nothing_left
finish
