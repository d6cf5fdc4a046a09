#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Files stay under 400 lines.
. "$(dirname "$0")/lib.sh"

find_files -name '*.[ch]' -o -name '*.cc' -o -name '*.sh' -o -name '*.gp' -o -name '*.1' -o -name '*.md' \
	-o -name CMakeLists.txt -o -name '*.cmake'
breaches_of 'too long' < <(wc -l "${found[@]}" | awk '$2 != "total" && $1 >= 400 { print $2 ": " $1 " lines" }')
finish
