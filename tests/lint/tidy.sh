#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# clang-tidy finds nothing, by .clang-tidy, and all user-space sources are compiled.
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
need clang-tidy clang-tidy
commands=$PTWALK_BUILD/compile_commands.json
[ -s "$commands" ] || { echo "$commands is missing: configure with a preset" && exit 1; }
mapfile -t compiled < <(sed -n "s,^ *\"file\": \"$PWD/\(.*\)\"\,*\$,\1,p" "$commands" | sort -u)

# tests/tree is a made-up kernel tree, which only its own Makefile compiles.
find_files \( -name '*.c' -o -name '*.cc' \) ! -path './kmod/*' ! -path './tests/tree/*'
breaches_of 'nothing compiles this file' < <(comm -23 <(printf '%s\n' "${found[@]}") \
	<(printf '%s\n' "${compiled[@]}"))
[ ${#compiled[@]} -gt 0 ] || { echo "nothing to look at in $commands" && exit 1; }
printf '%s\0' "${compiled[@]}" | xargs -0 -n 4 -P 2 clang-tidy --quiet -p "$PTWALK_BUILD" \
	--warnings-as-errors='*' 2>"$tmp" || breach "clang-tidy has something to say"
grep -v 'warnings\? .*generated\.$\|^Suppressed ' "$tmp" || true
finish
