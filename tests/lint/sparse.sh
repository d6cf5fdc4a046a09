#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# sparse finds nothing in the module, built against Debian's 6.1 of ptwalk's own cache.
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
need sparse sparse
need gcc-12 gcc-12
"$PTWALK_BUILD/ptwalk" list -k debian:6.1 workloads >"$tmp" || { echo "no headers of 6.1" && exit 1; }
kernel=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}/kernels/debian-6.1
headers=$(find "$kernel/$(cat "$kernel/current")/usr/src" -maxdepth 1 -name 'linux-headers-*-amd64')
[ -d "$headers" ] || { echo "no headers of 6.1 in $kernel" && exit 1; }

copy=$tmp.kmod
cp -r kmod "$copy"
find "$copy" \( -name '*.o' -o -name '*.ko' -o -name '*.cmd' -o -name '*.mod*' \) -delete
env -u MAKEFLAGS -u MAKELEVEL make -C "$headers" M="$copy" CC=gcc-12 C=2 CHECK=sparse \
	CONFIG_DEBUG_INFO_BTF_MODULES= -j2 modules >"$tmp" 2>&1 ||
	breach "the module does not build"
breaches_of sparse < <(grep -E '(warning|error):' "$tmp" | sed "s,$copy,kmod,")
checked=$(grep -c '^ *CHECK ' "$tmp" || true)
sources=$(find "$copy" -name '*.c' ! -name '*.mod.c' | wc -l)
[ "$checked" = "$sources" ] || breach "sparse looked at $checked of $sources files"
finish
