#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that LLVM built, because the environment asks for it: recorded as such, its module and
# own code by the same clang, and unchanged it counts what is built in.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

for program in clang ld.lld llvm-ar; do
	command -v $program >/dev/null || { echo "$program is missing: install the packages clang, lld and llvm" && exit 1; }
done
LLVM=1 "$ptwalk" kernel build -q --source debian:6.1 --name clang >"$dir/out" 2>&1 || fail "kernel build: $(cat "$dir/out")"
expect 0 "^own code +unchanged, it counts and finds what is built in" \
	"$ptwalk" run -q -k build:clang -w devdax-pte,anon-pte -o hmm,hmm/none,hmm/entry -s 64K,2M
for run in "$PTWALK_RESULTS"/*/records.jsonl; do records=$run; done
jq -r 'select(.kind == "run").kernel.compiler' "$records" | grep -q clang || fail "the kernel's compiler: $(head -n 1 "$records")"
jq -r 'select(.kind == "boot").module_compiler' "$records" | grep -q -i clang || fail "the module's: $(sed -n 2p "$records")"
# Its own kernel, and gcc's is another: by counts, too.
LLVM=1 "$ptwalk" kernel build -q --source debian:6.1 >"$dir/llvm" 2>"$dir/err" || fail "again: $(cat "$dir/err")"
"$ptwalk" kernel build -q --source debian:6.1 >"$dir/gnu" 2>"$dir/err" || fail "by gcc: $(cat "$dir/err")"
cmp -s "$dir/llvm" "$dir/gnu" && fail "clang's build and gcc's are one"
expect 1 "kernel compiler" "$ptwalk" ab -q --base "$(cat "$dir/gnu")" --new build:clang -w anon-pte -o hmm -s 64K
no_qemu_left
finish
