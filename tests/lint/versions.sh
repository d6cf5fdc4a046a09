#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks of the kernel's version stand in kmod/compat/ alone.
. "$(dirname "$0")/lib.sh"

find_files \( -name '*.[ch]' -o -name Kbuild -o -name Makefile \) ! -path './kmod/compat/*'
grep -nEH 'LINUX_VERSION_CODE|\bKERNEL_VERSION[[:space:]]*\(|<linux/version\.h>|\$\((VERSION|PATCHLEVEL|KERNELVERSION)\)' \
	"${found[@]}" >"$tmp" || true
breaches_of 'a version check outside kmod/compat/' <"$tmp"
finish
