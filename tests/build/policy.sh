#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel that is patched with a policy and built: its hmm counts what own code under that
# policy counts in the kernel that is not patched.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

policy=range

# measure NAME OP ARG...: a run of OP in the kernel that `kernel build ARG...` makes.
measure()
{
	local name=$1 op=$2 build
	shift 2
	if ! build=$("$ptwalk" kernel build -q --source debian:6.1 "$@" 2>"$dir/err"); then
		fail "kernel build $*: $(cat "$dir/err")"
		finish
	fi
	expect 0 "^devdax-pte " "$ptwalk" run -q --no-plot --no-store -k "$build" -o "$op" \
		-w devdax-pte,devdax-pmd,devdax-pud,anon-pte -s 64K,2M --out "$dir/$name"
}

# counts NAME OP POLICY: "WORKLOAD SIZE TICKS..." of each series.
counts()
{
	jq -r --arg op "$2" --arg policy "$3" 'select(.kind == "series" and .op == $op and .policy == $policy)
		| [.workload, .size, .samples[][0]] | join(" ")' "$dir/$1/records.jsonl" | sort
}

measure plain "hmm/$policy"
measure patched hmm --policy "$policy"
counts plain hmm "$policy" >"$dir/own"
counts patched hmm "" >"$dir/built"
[ "$(wc -l <"$dir/own")" -ge 8 ] || fail "not every series was measured: $(cat "$dir/own")"
diff "$dir/own" "$dir/built" || fail "own code does not count what the kernel with $policy counts"
counts plain hmm "" | diff -q - "$dir/built" >/dev/null && fail "$policy costs nothing"
finish
