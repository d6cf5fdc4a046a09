#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every source file says its licence in its first lines, in the comment its language takes.
. "$(dirname "$0")/lib.sh"

# licensed REGEX: those of the found files that do not begin so.
licensed()
{
	local file first second
	for file in "${found[@]}"; do
		first='' second=''
		{ IFS= read -r first && IFS= read -r second; } <"$file" || :
		[[ $first =~ ^$1 || $second =~ ^$1 ]] || breach "$file: no line '$1'"
	done
}

words='SPDX-License-Identifier: GPL-2\.0-only'
find_files -name '*.c' -o -name '*.cc'
licensed "// $words$"
find_files -name '*.h'
licensed "/\* ($words|${words%%-only} WITH Linux-syscall-note) \*/\$"
find_files -name '*.gp' -o -name Kbuild -o -name Makefile -o -name CMakeLists.txt -o -name '*.cmake'
licensed "# $words$"
find_files -path './docs/man/*'
licensed "\.\\\\\" $words$"
find_scripts
licensed "# $words$"
finish
