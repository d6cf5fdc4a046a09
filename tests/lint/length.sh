#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Files stay under 400 lines.
. "$(dirname "$0")/lib.sh"

find_files -name '*.[ch]' -o -name '*.cc' -o -name '*.sh' -o -name '*.gp' -o -name '*.1' -o -name '*.md' \
	-o -name CMakeLists.txt -o -name '*.cmake'
for file in "${found[@]}"; do
	lines=$(wc -l <"$file")
	[ "$lines" -lt 400 ] || breach "$file: $lines lines"
done
finish
