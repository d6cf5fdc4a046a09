# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of ptwalk in bash: ptwalk itself knows.

_ptwalk()
{
	local line=${COMP_LINE:0:COMP_POINT} word kept i
	local -a words
	read -ra words <<<"$line"
	[[ $line != *[[:space:]] ]] || words+=('')
	word=${words[-1]}
	mapfile -t COMPREPLY < <("${words[0]}" help --complete "${words[@]:1}" 2>/dev/null)
	# What readline takes for a word of its own begins behind these.
	kept=${word%"${word##*[:=]}"}
	for i in "${!COMPREPLY[@]}"; do
		COMPREPLY[i]=${COMPREPLY[i]#"$kept"}
	done
}

complete -o default -F _ptwalk ptwalk
