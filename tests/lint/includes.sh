#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Files include what includes.txt lets their folder know, and nothing else.
. "$(dirname "$0")/lib.sh"

declare -A allowed
while IFS=: read -r folder list; do
	[[ $folder = '#'* ]] || allowed[$folder]=$list
done <"$(dirname "$0")/includes.txt"

# The file that #include "$2" in $1 means.
target_of()
{
	local near
	near=$(realpath -m --relative-to . "$(dirname "$1")/$2")
	if [ -e "$near" ]; then
		echo "$near"
	elif [ -e "$2" ]; then
		echo "$2"
	elif [[ $1 = kmod/* ]] && [ -e "kmod/$2" ]; then
		echo "kmod/$2"
	fi
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
	target=$(target_of "$file" "$include")
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
