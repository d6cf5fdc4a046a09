#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# clang-tidy finds nothing, by .clang-tidy, and all user-space sources are compiled. What a file is
# compiled from, comments and macros included, is looked at once: in the cache of whoever runs this
# stands where it found nothing.
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
need clang-tidy clang-tidy
need jq jq
commands=$PTWALK_BUILD/compile_commands.json
[ -s "$commands" ] || { echo "$commands is missing: configure with a preset" && exit 1; }
mapfile -t sources < <(sed -n "s,^ *\"file\": \"$PWD/\(.*\)\"\,*\$,\1,p" "$commands" | sort -u)

# tests/tree is a made-up kernel tree, which only its own Makefile compiles.
find_files \( -name '*.c' -o -name '*.cc' \) ! -path './kmod/*' ! -path './tests/tree/*'
breaches_of 'nothing compiles this file' < <(comm -23 <(printf '%s\n' "${found[@]}") \
	<(printf '%s\n' "${sources[@]}"))
[ ${#sources[@]} -gt 0 ] || { echo "nothing to look at in $commands" && exit 1; }

export PTWALK_BUILD tidied=${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk-tidy
mkdir -p "$tidied"
rules=$({ clang-tidy --version && cat .clang-tidy; } | sha256sum)
export rules

# compiled DIRECTORY COMMAND...: what a file's objects are made of; fails where that cannot be told.
compiled()
{
	local command
	printf '%s\n' "$rules" "$@"
	cd "$1" && shift || return
	for command; do
		# shellcheck disable=SC2001 # by patterns that a shell has not
		eval "$(sed 's/ -o [^ ]*//; s/ -MD//; s/ -M[TF] [^ ]*//g; s/ -c / -E -P -CC -dD /' <<<"$command")" || return
	done
}

# look FILE DIRECTORY COMMAND...: how each of its objects is compiled, and where.
look()
{
	local file=$1 key
	shift
	key=$(compiled "$@" | sed "s,$PTWALK_SOURCE,,g" | sha256sum) || key=
	[ -z "$key" ] || key=$tidied/${key%% *}
	[ -z "$key" ] || [ ! -e "$key" ] || { touch "$key" && return; }
	clang-tidy --quiet -p "$PTWALK_BUILD" --warnings-as-errors='*' "$file" || return
	[ -z "$key" ] || : >"$key"
}
export -f compiled look
# shellcheck disable=SC2016 # the inner shell's
jq -rj 'group_by(.file)[] | ([.[0].file, .[0].directory] + (map(.command) | unique) | @sh), "\u0000"' "$commands" |
	xargs -0 -n 1 -P "$(nproc)" bash -c 'set -o pipefail; eval "look $1"' look 2>"$tmp" ||
	breach "clang-tidy has something to say"
grep -v 'warnings\? .*generated\.$\|^Suppressed ' "$tmp" || true
find "$tidied" -type f -mtime +30 -delete
finish
