#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What ab and bisect cannot do is said in one line, before anything is built or booted.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

ab()
{
	"$ptwalk" ab "$@"
}

bisect()
{
	"$ptwalk" bisect --series hmm/devdax-pte/64K "$@"
}

# bad STATUS REGEX COMMAND...: refused in one line.
bad()
{
	expect "$@"
	one_line
}

tree=$dir/tree
git init -q "$tree"
for i in 1 2 3; do
	git -C "$tree" -c user.name=x -c user.email=x@x commit -q --allow-empty -m "commit $i"
done

bad 2 "which two kernels\? --base and --new, or --tree FOLDER" ab
bad 2 "which two kernels\?" ab --base debian:6.1
bad 2 "$tree has no commit 'nope'" ab --tree "$tree" --base nope
bad 2 "cannot read the patch /nonexistent" ab --source debian:6.1 --patch /nonexistent
# In a kernel tree no words are needed: what is edited against HEAD, else HEAD against the one before.
here=$dir/here
cp -a "$(dirname "$0")/../tree" "$here" && touch "$here/Kbuild" && git init -q "$here" && git -C "$here" add -A
git -C "$here" -c user.name=x -c user.email=x@x commit -qm "the only one"
here()
{
	# A cache of its own: what is made up is not to be among what others build.
	(cd "$here" && PTWALK_CACHE=$dir/cache ab -q -w anon-pte -o hmm -s 4K "$@")
}
bad 2 ". has no commit 'HEAD~1'" here
# Watched is what will be edited.
(cd "$here" && PTWALK_CACHE=$dir/cache exec "$ptwalk" ab --watch -w anon-pte -o hmm -s 4K) >"$dir/out" 2>&1 &
pid=$!
for _ in {1..300}; do
	if grep -q "waiting for a file of mm/" "$dir/out" || ! kill -0 "$pid" 2>/dev/null; then
		break
	fi
	sleep 0.1
done
kill -TERM "$pid" 2>/dev/null
wait "$pid" 2>/dev/null
grep -q "waiting for a file of mm/ to be saved" "$dir/out" || fail "a clean tree is not watched: $(cat "$dir/out")"
echo "x" >>"$here/mm/hmm.c"
CC=gcc bad 2 "CC=gcc compiles for x86_64-linux-gnu: a kernel of arm64 is built by aarch64-linux-gnu-gcc-12" here --arch arm64
expect 2 "failed" here
grep -q "HEAD" "$dir/out" && fail "what is edited is not what is built: $(cat "$dir/out")"
bad 2 "which two kernels\?" ab --new debian:6.1
bad 2 "two kernels are compared: --base and --new, not --kernel" ab -k debian:6.1
# Of a series.
head -c 300 /dev/urandom >"$dir/noise.mbx"
bad 2 "noise.mbx has no patch: .b4 am -o \. MESSAGE-ID. makes an mbox that has" ab --mbox "$dir/noise.mbx" --source debian:6.1
bad 2 "cannot read /nonexistent" ab --mbox /nonexistent --source debian:6.1
bad 2 "what does --mbox change\?" ab --mbox "$dir/noise.mbx"
bad 2 "--mbox says both sides" ab --mbox "$dir/noise.mbx" --source debian:6.1 --patch x
bad 2 "either --mbox or --series" ab --mbox "$dir/noise.mbx" --series HEAD~1..HEAD --tree "$tree"
bad 2 "whose commits\?" ab --series HEAD~1..HEAD
bad 2 "'HEAD' is no series of commits" ab --series HEAD --tree "$tree"
bad 2 "'HEAD~1\.\.\.HEAD' is no series of commits" ab --series HEAD~1...HEAD --tree "$tree"
bad 2 "$tree has no commits 'nope\.\.HEAD'" ab --series nope..HEAD --tree "$tree"
bad 2 "$tree has no commit in 'HEAD\.\.HEAD'" ab --series HEAD..HEAD --tree "$tree"
bad 2 "and no --rev" ab --series HEAD~1..HEAD --tree "$tree" --base HEAD
bad 2 "--rev is the commit of --tree" ab --series HEAD~1..HEAD --tree "$tree" --rev HEAD
bad 2 "which a series is not" ab --series HEAD~1..HEAD --tree "$tree" --watch
bad 2 "a row a patch is of exact counts" ab --series HEAD~1..HEAD --tree "$tree" -m kvm
for i in {1..17}; do
	git -C "$tree" -c user.name=x -c user.email=x@x commit -q --allow-empty -m "more $i"
done
bad 2 "has 17 patches, and a table 16: .ptwalk bisect. finds" ab --series HEAD~17..HEAD --tree "$tree"
bad 2 "either --tree or --source, not both" ab --tree "$tree" --source debian:6.1
bad 2 "either --patch, or --base and --new" ab --tree "$tree" --base HEAD --patch x
bad 2 "either --patch, or --base and --new" ab --base debian:6.1 --new debian:6.12 --patch x
bad 2 "what does --patch change\?" ab --patch x
bad 2 "--rev is the commit of --tree" ab --tree "$tree" --rev HEAD
bad 2 "--source is compared with --patch" ab --source debian:6.1
bad 2 "--config is of a kernel to be built" ab --config debug --base debian:6.1 --new debian:6.12
bad 2 "--format takes terminal, lkml, .*, not 'nope'" ab --base debian:6.1 --new debian:6.1 -f nope
bad 2 "--threshold takes per cent from 0 to 1000, not 'nope'" ab --base debian:6.1 --new debian:6.1 -t nope
bad 2 "unknown workload 'nope'" ab --base debian:6.1 --new debian:6.1 -w nope
bad 2 "no kernel \"debian:9\.9\"" ab -q --base debian:9.9 --new debian:6.1
bad 2 "/nonexistent/qemu" ab -q --base debian:6.1 --new debian:6.1 --qemu /nonexistent/qemu
expect 2 "unknown option '--nope'" ab --nope

# Of machines with noisy figures.
two=(--base debian:6.1 --new debian:6.1)
bad 2 "machine are functional only: never compared" ab "${two[@]}" -m tcg
bad 2 "there is nothing to look at; --boots takes one number" ab "${two[@]}" -m tcg --boots 8,16
bad 2 "looks are for noisy figures; exact counts need one number" ab "${two[@]}" --boots 8,16
bad 2 "--seed is for machines with noisy figures; exact counts are exact" ab "${two[@]}" --seed 7
bad 2 "--quiet-system is for machines with noisy figures" ab "${two[@]}" --quiet-system
bad 2 "--width is for machines with noisy figures" ab "${two[@]}" --width 1
bad 2 "--method-evidence is for machines with noisy figures" ab "${two[@]}" --method-evidence
evidence=("${two[@]}" -m tcg --method-evidence)
bad 2 "--quiet-system is for machines whose figures mean something" ab "${evidence[@]}" --quiet-system
bad 2 "'16,8' is not up to 8 rising numbers" ab "${evidence[@]}" --boots 16,8
bad 2 "'8,' is not up to 8 rising numbers" ab "${evidence[@]}" --boots 8,
bad 2 "a seed" ab "${evidence[@]}" --seed -1
bad 2 "'wide' is not a width in per cent" ab "${evidence[@]}" --width wide
bad 2 "'0' is not a width in per cent" ab "${evidence[@]}" --width 0
bad 2 "'nan' is not a width in per cent" ab "${evidence[@]}" --width nan

# What drives git itself has the exit statuses of all commands.
bad 2 "--good and --bad go together" bisect --good HEAD~1
bad 2 "--good and --bad go together" bisect --bad HEAD
bad 2 "--base and --rev judge one kernel" bisect --tree "$tree" --good HEAD~1 --bad HEAD --base 1
bad 2 "whose commits\? --tree FOLDER" bisect --good HEAD~1 --bad HEAD
bad 2 "whose commits\? --tree FOLDER" bisect --source debian:6.1 --good HEAD~1 --bad HEAD
bad 2 "$tree has no commit 'nope'" bisect --tree "$tree" --good nope --bad HEAD
bad 2 "$tree has no commit 'nope'" bisect --tree "$tree" --good HEAD~1 --bad nope
bad 2 "HEAD is not an ancestor of HEAD~1" bisect --tree "$tree" --good HEAD --bad HEAD~1
bad 2 "good and bad are the same commit" bisect --tree "$tree" --good HEAD --bad HEAD
mkdir "$dir/plain"
bad 2 "$dir/plain is no git tree" bisect --tree "$dir/plain" --good HEAD~1 --bad HEAD
bad 2 "/nonexistent is not a folder" bisect --tree /nonexistent --good HEAD~1 --bad HEAD
expect 2 "unknown option .-w" bisect --tree "$tree" --good HEAD~1 --bad HEAD -w anon-pte
bad 2 "'x' is not a threshold: 0\.5 \(a page\) or 2%" bisect --tree "$tree" --good HEAD~1 --bad HEAD -t x
bad 2 "there is no series 'nope'" "$ptwalk" bisect --tree "$tree" --good HEAD~1 --bad HEAD --series nope
bad 2 "'hmm/all/1G' is more than one series" "$ptwalk" bisect --tree "$tree" --good HEAD~1 --bad HEAD --series hmm/all/1G
expect 2 "unknown option '--nope'" bisect --good HEAD~1 --nope

# For git bisect run no misuse may look like an answer: it stops at 128.
bad 128 "which series\? --series hmm/devdax-pte/1G" "$ptwalk" bisect
bad 128 "against what\? --base RUN or a figure a page" bisect --tree "$tree"
bad 128 "which kernel\? --tree FOLDER builds it, or --kernel" bisect --base 96
bad 128 "which kernel\?" bisect --base 96 --tree "$tree" --kernel debian:6.1
bad 128 "which kernel\?" bisect --base 96 --source debian:6.1
bad 128 "which kernel\?" bisect --base 96 --kernel debian:6.1 --rev HEAD
bad 128 "no run 'nope': .*/runs holds none" bisect --base nope --kernel debian:6.1
bad 128 "'nan' is no figure a page" bisect --base nan --kernel debian:6.1
bad 128 "no kernel \"debian:9\.9\"" bisect --base 96 --kernel debian:9.9 -q
bad 128 "'-1' is not a threshold" bisect --base 96 --kernel debian:6.1 -t -1
bad 128 "unknown workload 'nope'" "$ptwalk" bisect --base 96 --kernel debian:6.1 --series hmm/nope/64K
bad 128 "ptwalk-driver is not beside this program" \
	env PTWALK_DRIVER=/nonexistent "$ptwalk" bisect --base 96 --kernel debian:6.1 --series hmm/anon-pte/4K
expect 128 "unknown option '--nope'" bisect --base 96 --nope

# A run that has not the series, or was measured otherwise, is no base.
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/base" || fail "make_run"
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/mitigations" mitigations || fail "make_run"
bad 128 "has no series hmm/devdax-pte/4K" \
	"$ptwalk" bisect --base base --kernel debian:6.1 --series hmm/devdax-pte/4K
bad 128 "has mitigations o[nf]+: say --mitigations" bisect --base mitigations --kernel debian:6.1

git -C "$tree" bisect start HEAD HEAD~2 >/dev/null
expect 128 "bisect run failed|exit code 128" git -C "$tree" bisect run "$ptwalk" bisect --base 96 --nope
[ ! -e "$tree/.git/worktrees" ] || fail "a worktree was left in the user's repository"
finish
