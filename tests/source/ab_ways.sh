#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The short way and the long way say the same: an instruction for each entry, for each PMD
# callback, for each call, as own code beside the base's kernel and as a kernel that has it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

"$ptwalk" kernel build --source debian:6.1 >"$dir/out" 2>&1 || fail "kernel build: $(cat "$dir/out")"
find_sources

tree=$dir/tree
git init -q "$tree"
echo "$store/objects" >"$tree/.git/objects/info/alternates"
export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x

in_tree()
{
	git -C "$tree" "$@"
}

# commit FILE COMMAND...: the hash of a commit on the base that changes one file.
commit()
{
	local file=$1 blob
	shift
	in_tree read-tree "$base_tree"
	blob=$(original "$file" | "$@" | in_tree hash-object -w --stdin)
	in_tree update-index --cacheinfo "100644,$blob,$file"
	in_tree commit-tree -m "$*" -p "$base" "$(in_tree write-tree)"
}

a_pmd()
{
	sed '/^static int hmm_vma_walk_pmd(/,/^}/s/^\tpmd_t pmd;$/&\n\n\tasm volatile("nop");/'
}

a_call()
{
	sed '/^int walk_page_range(/,/^}/s/^\treturn err;$/\tasm volatile("nop");\n&/'
}

# changes NAME ARG...: of the table of ab, the terms of each series; its notes in "$dir/NAME".
changes()
{
	local name=$1 status=0
	shift
	"$ptwalk" ab -q -f json --tree "$tree" --base "$base" -w devdax-pte,devdax-pmd,anon-pte -o hmm,bare \
		"$@" >"$dir/table" 2>"$dir/errors" || status=$?
	[ "$status" = 1 ] || fail "status $status, not 1: ab $*: $(cat "$dir/errors")"
	jq -r '.notes[].note' "$dir/table" >"$dir/$name"
	jq -c '.changes[] | [.series, .page, .pmd, .call, .exact]' "$dir/table"
}

base=$(in_tree commit-tree -m base "$base_tree")
pte=$(commit mm/hmm.c slow_down) pmd=$(commit mm/hmm.c a_pmd) call=$(commit mm/pagewalk.c a_call)
# both TERMS COMMIT: that is what hmm over devdax-pte changes by, either way.
both()
{
	changes short --new "$2" >"$dir/is.short"
	changes long --long --new "$2" >"$dir/is.long"
	grep -q "^The short way" "$dir/short" || fail "$2 had no short way: $(cat "$dir/short")"
	grep -q "^The short way" "$dir/long" && fail "--long took the short way"
	diff "$dir/is.short" "$dir/is.long" || fail "the ways differ for $2"
	grep -qF "[\"hmm/devdax-pte\",$1,true]" "$dir/is.short" || fail "not $1: $(cat "$dir/is.short")"
}
both 1,0,0 "$pte"
both 0,1,0 "$pmd"
both 0,0,1 "$call"

# A row a commit, each beside the one before it, and what touches other files the long way.
on_top()
{
	local parent=$1 blob
	shift
	in_tree read-tree "$parent"
	blob=$(in_tree cat-file blob "$parent:$1" | "${@:2}" | in_tree hash-object -w --stdin)
	in_tree update-index --cacheinfo "100644,$blob,$1"
	in_tree commit-tree -m "change $1" -p "$parent" "$(in_tree write-tree)"
}
second=$(on_top "$pte" mm/pagewalk.c a_call)
third=$(on_top "$second" mm/internal.h comment "a header")
COLUMNS=80 expect 1 "^1 +1 +0 +1 +hmm/devdax-pte/64M +[+].*% +[+]1 +[+]0 +[+]0$" \
	"$ptwalk" ab -q --tree "$tree" --series "$base..$third" -w devdax-pte -o hmm,bare
for row in "^2 +2 .* [+]0 +[+]0 +[+]1$" "^3 +0 +0 +2 +- +- +- +- +-$" "^in all +2 .* [+]1 +[+]0 +[+]1$" \
	"^Patch 3: The long way: changes mm/internal.h" "^The short way of 2: "; do
	grep -Eq "$row" "$dir/out" || fail "no line like '$row': $(cat "$dir/out")"
done

# Of packaged sources the short way's base is the package's kernel, the long way's is built here: not mixed.
mixed=$(on_top "$pte" lib/ctype.c comment "nothing")
in_tree format-patch --stdout "$base..$mixed" >"$dir/mixed.mbx"
COLUMNS=80 expect 1 "^2 +0 +0 +2 +- +- +- +- +-$" \
	"$ptwalk" ab -q --source debian:6.1 --mbox "$dir/mixed.mbx" -w anon-pte -o hmm,bare
for row in "^in all +1 +0 +1 .* [+]1 +[+]0 +[+]0$" "^Patch 2: The long way: " "^So all are measured the long way\.$"; do
	grep -Eq "$row" "$dir/out" || fail "no line like '$row': $(cat "$dir/out")"
done

# The files as they are, on a base that is built: only what differs is compiled.
in_tree update-ref refs/heads/master "$base"
in_tree reset -q --hard master
slow_down <"$tree/mm/hmm.c" >"$dir/edited"
cp "$dir/edited" "$tree/mm/hmm.c"
expect 1 "hmm/devdax-pte +\+1 a page, \+0 a PMD, \+0 a call, exactly" "$ptwalk" ab -q --tree "$tree" -w devdax-pte -o hmm
grep -q "^The short way" "$dir/out" || fail "a working tree had no short way: $(cat "$dir/out")"
sed -i '$a /* too */' "$tree/mm/internal.h"
timeout -s INT 20 "$ptwalk" ab --tree "$tree" -w devdax-pte -o hmm >"$dir/out" 2>&1
grep -q "^The long way: changes mm/internal.h" "$dir/out" || fail "a header was no reason: $(cat "$dir/out")"
finish
