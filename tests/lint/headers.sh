#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every header compiles alone, and twice: in C, and where it serves C++, in C++.
# Those of the module other than its uapi take the kernel's own.
. "$(dirname "$0")/lib.sh"

need cc build-essential
need c++ build-essential

# alone HEADER COMPILER...
alone()
{
	local header=$1
	shift
	printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
		"$@" -I. -Wall -Wextra -Werror -fsyntax-only - 2>&1 ||
		breach "$header does not compile alone: $*"
}

find_files -name '*.h' \( ! -path './kmod/*' -o -path './kmod/uapi/*' \)
for header in "${found[@]}"; do
	if [[ $header = kmod/uapi/* ]]; then
		alone "$header" cc -std=c11 -pedantic -x c
		alone "$header" c++ -std=c++17 -x c++
	else
		alone "$header" cc -std=gnu17 -D_GNU_SOURCE -x c
	fi
	if grep -q __cplusplus "$header"; then
		alone "$header" c++ -std=c++17 -D_GNU_SOURCE -x c++
	fi
done
finish
