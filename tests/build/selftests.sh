#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's own gup_test and hmm-tests run in a guest, in a line each, as docs/kernels.md says.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

if ! build=$("$ptwalk" kernel build -q --source debian:6.1 2>"$dir/err"); then
	fail "kernel build: $(cat "$dir/err")"
	finish
fi

# The sources that it was built from are in a git store.
sources=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}/sources/debian-6.1
sources=$sources/$(cat "$sources/current")
git --git-dir="$sources/git" archive "$(cat "$sources/tree")" mm lib tools/testing/selftests |
	tar -x -C "$dir" || fail "no sources in $sources"
cd "$dir" || exit 1
for program in gup_test hmm-tests; do
	gcc -O2 -I. -o "$program" "tools/testing/selftests/vm/$program.c" -lpthread || fail "no $program"
done

expect 0 "^GUP_FAST_BENCHMARK: Time: get:[1-9][0-9]* put:[1-9][0-9]* us" \
	"$ptwalk" guest -k "$build" --no-module -- ./gup_test -u -m 16 -n 512
expect 0 "^# Totals: pass:[1-9][0-9]* fail:0 xfail:0 xpass:0 skip:0 error:0" \
	"$ptwalk" guest -k "$build" --no-module --load test_hmm --append hugepages=8 -- ./hmm-tests
# Debian's own kernel has neither.
expect 4 "check if CONFIG_GUP_TEST is enabled" "$ptwalk" guest --no-module -- ./gup_test -u -m 16 -n 512
expect 2 "test_hmm" "$ptwalk" guest --no-module --load test_hmm -- ./hmm-tests
finish
