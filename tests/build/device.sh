#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# On a kernel with the config bench: the whole ABI, device-private memory, what walks it, and the
# proofs of all workloads.
# PTWALK_DEVICE_KERNEL names such a kernel, if it is not to be built.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

kernel=${PTWALK_DEVICE_KERNEL:-$("$ptwalk" kernel build -q --source debian:6.1)} || exit 1
mkfs=/usr/sbin/mkfs.ext4

expect 0 '^0 not ok' "$ptwalk" guest -k "$kernel" --words --dax 4K --dax 2M --dax 1G --spare low -- \
	"$PTWALK_BUILD/test_abi"
! grep '^not ok' "$dir/out" || fail "the ABI"
expect 0 '^0 not ok' "$ptwalk" guest -k "$kernel" --words --spare low -- "$PTWALK_BUILD/test_device" private
! grep '^not ok' "$dir/out" || fail "the module's devices"
expect 0 '^0 not ok' "$ptwalk" guest -k "$kernel" --words --dax 4K --pmem --load zram \
	--spare low --spare high --file "$mkfs:$mkfs" -- "$PTWALK_BUILD/test_proofs"
grep -q '^device-private-foreign:$' "$dir/out" || fail "device-private-foreign was not laid out"
expect 0 'PASSED.* 5 test' "$PTWALK_BUILD/test_device_run" "$ptwalk" "$kernel"
finish
