#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A disk that fills while a run is written: one line, and nothing half-written.
# The run folder is on a small file system of its own: root mounts it for the
# while (a namespace cannot be made in a chroot), others in a namespace.
[ "$(id -u)" = 0 ] || exec unshare --map-root-user --mount "$0"
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

small=$dir/small
mkdir "$small"
mount -t tmpfs -o size=64k small "$small" || fail "cannot mount a small file system"
trap 'umount "$small"; rm -rf "$dir"' EXIT

expect 2 "cannot write .*No space left on device" \
	"$ptwalk" run -q --no-plot -w anon-pte --results "$small/results"
left=$(find "$small" -mindepth 2 -maxdepth 2 ! -name failed)
[ -z "$left" ] || fail "left on the full disk: $left"

# Full from the first byte on: not even the run's folder can be made.
head -c 65536 /dev/zero >"$small/filler" 2>/dev/null
expect 2 "No space left on device" \
	"$ptwalk" run -q --no-plot -w anon-pte --results "$small/results"
# What would be fetched is not begun: apt waits on a full disk, and says nothing.
rm -rf "${small:?}"/*
PTWALK_CACHE=$small/cache expect 2 "^ptwalk run: $small/cache has 0 MiB left, and what is to be fetched takes [0-9]+" \
	"$ptwalk" run -q -w anon-pte
one_line
no_qemu_left
finish
