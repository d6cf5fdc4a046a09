#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels that are patched with a policy and built: their hmm counts what own code under that
# policy counts in the kernel that is not patched, over device memory and anonymous memory.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

# measure NAME OPS ARG...: a run of OPS in the kernel that `kernel build ARG...` makes.
measure()
{
	local name=$1 ops=$2 build
	shift 2
	if ! build=$("$ptwalk" kernel build -q --source debian:6.1 "$@" 2>"$dir/err"); then
		fail "kernel build $*: $(cat "$dir/err")"
		finish
	fi
	expect 0 "^devdax-pte " "$ptwalk" run -q --no-plot --no-store -k "$build" -o "$ops" \
		-w devdax-pte,devdax-pmd,devdax-pud,anon-pte -s 64K,2M --out "$dir/$name"
}

# counts NAME POLICY: "WORKLOAD SIZE TICKS..." of each series of hmm.
counts()
{
	jq -r --arg policy "$2" 'select(.kind == "series" and .op == "hmm" and .policy == $policy)
		| [.workload, .size, .samples[][0]] | join(" ")' "$dir/$1/records.jsonl" | sort
}

measure plain hmm/range,hmm/batch,hmm/entry
for policy in range batch entry; do
	measure "$policy" hmm --policy "$policy"
	counts plain "$policy" >"$dir/own"
	counts "$policy" "" >"$dir/built"
	[ "$(grep -c "^anon-pte" "$dir/own")" = 2 ] && [ "$(wc -l <"$dir/own")" -ge 6 ] ||
		fail "not every series was measured: $(cat "$dir/own")"
	diff "$dir/own" "$dir/built" ||
		fail "own code does not count what the kernel with $policy counts"
	counts plain "" | diff -q - "$dir/built" >/dev/null && fail "$policy costs nothing"
done
finish
