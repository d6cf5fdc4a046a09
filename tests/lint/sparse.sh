#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# sparse finds nothing in the module, built for x86 against Debian's 6.1 of ptwalk's own cache.
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
need sparse sparse
build_module C=2 CHECK=sparse
breaches_of sparse < <(grep -E '(warning|error):' "$tmp" | sed "s,$module,kmod,")
checked=$(grep -c '^ *CHECK ' "$tmp" || true)
sources=$(find kmod -name '*.c' ! -name '*.mod.c' \( ! -path 'kmod/arch/*' -o -path 'kmod/arch/x86/*' \) | wc -l)
[ "$checked" = "$sources" ] || breach "sparse looked at $checked of $sources files"
finish
