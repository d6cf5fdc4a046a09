#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that cannot be used is refused in one line that says what is missing.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

run()
{
	"$ptwalk" run -q -w anon-pte -o empty -s 4K -k "$@"
}

bad()
{
	expect 2 "$@"
	one_line
}

bad "debian:9.9" run debian:9.9
bad "/nonexistent/tree" run /nonexistent/tree
bad "'nope'|nope" run nope
mkdir -p "$dir/empty"
bad "$dir/empty" run "$dir/empty"

# A real kernel whose config has lost options, as a build tree.
tree=$dir/tree
cached=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}/kernels/debian-6.1
cached=$cached/$(cat "$cached/current")/boot
release=$(basename "$cached"/vmlinuz-* | sed 's/^vmlinuz-//')
mkdir -p "$tree/arch/x86/boot" "$tree/include/config"
cp "$cached"/vmlinuz-* "$tree/arch/x86/boot/bzImage"
echo "$release" >"$tree/include/config/kernel.release"
echo "# a kernel build tree" >"$tree/Makefile"
touch "$tree/Module.symvers" "$tree/modules.builtin" "$tree/modules.order" "$tree/modules.builtin.modinfo"
grep -v -e CONFIG_HMM_MIRROR -e CONFIG_KPROBES= -e '=m$' "$cached"/config-* >"$tree/.config"
export PTWALK_CACHE=$dir/cache
bad "lacks CONFIG_KPROBES, CONFIG_HMM_MIRROR, which the module needs|lacks .*CONFIG_HMM_MIRROR" run "$tree"
grep -v -e CONFIG_BLK_DEV_INITRD -e '=m$' "$cached"/config-* >"$tree/.config"
bad "lacks CONFIG_BLK_DEV_INITRD, which the guest needs" run "$tree"

# Headers of another release than the image.
grep -v -e '=m$' "$cached"/config-* >"$tree/.config"
echo 6.1.99-other >"$tree/include/config/kernel.release"
mkdir -p "$tree/include/generated"
echo '#define UTS_RELEASE "6.1.99-other"' >"$tree/include/generated/utsrelease.h"
bad "6\.1\.99-other.*$release|$release.*6\.1\.99-other" run "$tree"
nothing_left
finish
