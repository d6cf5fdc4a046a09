#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A program of the user's has the words it was given and no others; what there is it is told by its
# environment; debugfs is there, and a module beside ptwalk.ko.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

expect 0 "^\[one\]$" "$ptwalk" guest --dax 2M --pmem --spare high -- /usr/bin/printf "[%s]\\n" one
one_line
expect 0 "^PTWALK_DAX0=/dev/dax[0-9]+\.0$" "$ptwalk" guest --dax 2M --pmem --spare high -- /usr/bin/env
grep -q "^PTWALK_PMEM0=/dev/pmem[0-9]*$" "$dir/out" || fail "no pmem: $(cat "$dir/out")"
grep -Eq "^PTWALK_SPARE_HIGH=0x[0-9a-f]+:0x40000000$" "$dir/out" || fail "no spare memory: $(cat "$dir/out")"
expect 0 "^\[--dax=/dev/dax[0-9]+\.0\]$" "$ptwalk" guest --words --dax 2M -- /usr/bin/printf "[%s]\\n"
expect 0 "extfrag" "$ptwalk" guest -- /bin/ls /sys/kernel/debug

# Any module of this very kernel: one that nothing has loaded.
module=$(find "$PTWALK_CACHE"/kernels/debian-6.1/*/lib/modules -name 'zlib_deflate.ko*' -o -name 'crc7.ko*' | head -n 1)
[ -n "$module" ] || fail "no module to load"
expect 0 "^crc7|^zlib_deflate" "$ptwalk" guest --module "$module" -- /bin/cat /proc/modules
grep -q "^ptwalk " "$dir/out" || fail "ptwalk.ko is not beside it: $(cat "$dir/out")"
expect 2 "cannot read the module /nonexistent.ko" "$ptwalk" guest --module /nonexistent.ko -- /bin/true
one_line
finish
