#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Files include what includes.txt lets their folder know, and nothing else.
. "$(dirname "$0")/lib.sh"

declare -A allowed
while IFS=: read -r folder list; do
	[[ $folder = '#'* ]] || allowed[$folder]=$list
done <"$(dirname "$0")/includes.txt"

# $target: the file that #include "$2" in $1 means. Thousands of lines: no process for each.
find_target()
{
	target=${1%/*}/$2
	[[ $2 != *../* ]] || target=$(realpath -m --relative-to . "$target")
	[ ! -e "$target" ] || return 0
	target=$2
	[ ! -e "$target" ] || return 0
	for target in "kmod/$2" "kmod/arch/x86/$2"; do
		[[ $1 != kmod/* || ! -e $target ]] || return 0
	done
	target=
}

may_know()
{
	local from=$1 target=$2 word
	local to=${target%/*}
	[ "$to" != "$from" ] || return 0
	set -f
	for word in ${allowed[$from]}; do
		if [ "$word" = "$to" ] || [ "$word" = "$target" ]; then
			return 0
		fi
		if [ "$word" = '*' ] && [ "$to" != bench/cli ]; then
			return 0
		fi
	done
	return 1
}

find_files -name '*.[ch]' -o -name '*.cc'
while IFS=: read -r file include; do
	from=${file%/*}
	find_target "$file" "$include"
	if [ -z "${allowed[$from]+listed}" ]; then
		breach "$file: includes.txt does not know the folder $from"
	elif [ -z "$target" ]; then
		breach "$file: includes $include, which is not there"
	elif ! may_know "$from" "$target"; then
		breach "$file: $from may not know $target"
	fi
done < <(grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"[^"]*"' "${found[@]}" |
	sed -E 's/:[^"]*"/:/; s/"$//')
finish
