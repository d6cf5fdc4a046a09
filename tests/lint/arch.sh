#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is of one architecture stands in arch/ and in the module's folders of the same names.
. "$(dirname "$0")/lib.sh"

# The plugin runs in QEMU and knows its targets by QEMU's names.
find_files \( -name '*.[ch]' -o -name '*.cc' \) ! -path './arch/*' ! -path './kmod/*' \
	! -path './tests/*' ! -path './facts/plugin/*'
grep -nEHi 'rdtsc\b|isa-debug|x86[-_]64|\b(0x)?e9\b|cntvct|ttyS0|ttyAMA|qemu-system-[a-z]' \
	"${found[@]}" >"$tmp" || true
breaches_of 'a word of one architecture outside arch/' <"$tmp"
finish
