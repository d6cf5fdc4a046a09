#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# User-space C and C++ is as clang-format leaves it.
. "$(dirname "$0")/lib.sh"

need clang-format clang-format
find_user_code
clang-format --dry-run -Werror "${found[@]}" || breach "mend it: clang-format -i"
finish
