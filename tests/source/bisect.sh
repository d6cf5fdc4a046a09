#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A history of ten commits on Debian's sources, one of which adds an instruction to each
# entry and one of which does not compile: bisect ends on the right one, by itself and by git.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

"$ptwalk" kernel build --source debian:6.1 >"$dir/out" 2>&1 || fail "kernel build: $(cat "$dir/out")"
find_sources

# In one place, so that what was compiled of it is used by the next run of this test.
tree=$PTWALK_BUILD/tests/history
rm -rf "$tree"
git init -q "$tree"
echo "$store/objects" >"$tree/.git/objects/info/alternates"
export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x
export GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z'

in_tree()
{
	git -C "$tree" "$@"
}

# commit SUBJECT FILE COMMAND...: change one file of the last commit.
parent=
commit()
{
	local subject=$1 file=$2 blob
	shift 2
	blob=$(in_tree cat-file blob ":$file" | "$@" | in_tree hash-object -w --stdin)
	in_tree update-index --cacheinfo "100644,$blob,$file"
	parent=$(in_tree commit-tree -m "$subject" ${parent:+-p "$parent"} "$(in_tree write-tree)")
	commits+=("$parent")
}

# Without the change that the last commit made to a file.
undo()
{
	in_tree cat-file blob "${commits[-2]}:$1"
}

commits=()
in_tree read-tree "$base_tree"
commit "mm/hmm: say hello" mm/hmm.c comment one
commit "mm/pagewalk: say hello" mm/pagewalk.c comment two
commit "getppid: wait" kernel/sys.c unrelated
commit "mm/hmm: say more" mm/hmm.c comment four
commit "mm/hmm: say yet more" mm/hmm.c comment five
commit "mm/hmm: break the build" mm/hmm.c does_not_compile
commit "mm/hmm: mend the build" mm/hmm.c undo mm/hmm.c
commit "mm/hmm: handle entries better" mm/hmm.c slow_down
commit "mm/hmm: say less" mm/hmm.c comment nine
commit "mm/pagewalk: say goodbye" mm/pagewalk.c comment ten
first=${commits[0]} guilty=${commits[7]} last=${commits[9]}
in_tree update-ref refs/heads/master "$last"
in_tree reset -q
in_tree checkout -q master -- Makefile Kconfig

bisect()
{
	"$ptwalk" bisect --tree "$tree" --series "$series" "$@"
}

state()
{
	in_tree status --porcelain | cksum
	in_tree rev-parse HEAD
	in_tree for-each-ref
	in_tree worktree list
	find "$tree" -path "$tree/.git/objects" -prune -o -type f -print | sort
}
before=$(state)
expect 1 "The first bad commit is ${guilty:0:12} mm/hmm: handle entries better" \
	bisect --good "$first" --bad "$last"
grep -q "^skipped .*mm/hmm: break the build" "$dir/out" || fail "the broken commit was not skipped: $(cat "$dir/out")"
grep -q "+1 a page" "$dir/out" || fail "the difference is not one instruction a page: $(cat "$dir/out")"
grep -q "^Code differs in hmm_vma_" "$dir/out" || fail "the function is not named: $(cat "$dir/out")"
[ "$(state)" = "$before" ] || fail "the tree, its HEAD or its state was touched"


# What is wrong and cheaper is bad.
commit "mm/hmm: write less" mm/hmm.c sed 's/^\t\*hmm_pfn = pte_pfn(pte) | cpu_flags;$/\tif (addr \& 0xffff)\n\t&/'
expect 1 "The first bad commit is ${commits[10]:0:12} mm/hmm: write less" bisect --good "$last" --bad "${commits[10]}"
grep -q "is wrong: .* never written" "$dir/out" || fail "it is not said what is wrong: $(cat "$dir/out")"

# The same by git, which asks for one commit after another: 125 for the broken one.
expect 1 "bad" bisect -q --base 0 --rev "$first"
good=$(sed -nE 's/.*: ([0-9.]+) a page against.*/\1/p' "$dir/out")
expect 0 ": good" bisect -q --base "$good" --threshold 0.5 --rev "$first"
expect 1 ": bad" bisect -q --base "$good" --threshold 0.5 --rev "$guilty"
expect 125 "mm/hmm\.c:[0-9]+.*error" bisect -q --base "$good" --threshold 0.5 --rev "${commits[5]}"
expect 128 "has no commit 'nope'" bisect -q --base "$good" --rev nope
in_tree bisect start --no-checkout "$last" "$first" >/dev/null
expect 0 "$guilty is the first bad commit" in_tree bisect run \
	"$ptwalk" bisect -q --tree . --rev BISECT_HEAD --series "$series" --base "$good" --threshold 0.5
finish
