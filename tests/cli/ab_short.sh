#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The short way of ab: an instruction added to a stock kernel's own code is found in its term,
# exactly, in one boot and with no kernel built; where there is no short way, one line says why.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

cache=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}

ab()
{
	"$ptwalk" ab --source debian:6.1 "$@"
}

# patch_of FILE SED: what sed makes of a file of the image's sources, as a patch on stdout.
patch_of()
{
	sed "$2" "$sources/$1" | diff -u --label "a/$1" --label "b/$1" "$sources/$1" -
	[ "${PIPESTATUS[1]}" = 1 ] || fail "$2 changes nothing in $1"
}

# found STATUS OP/WORKLOAD "PAGE PMD CALL" PATCH ARG...: no more than that, and no kernel is built.
found()
{
	local want=$1 series=$2 terms=$3 patch=$4 status=0 all
	shift 4
	ab -q -f json --patch "$dir/$patch" -w devdax-pte "$@" >"$dir/table" 2>"$dir/errors" || status=$?
	[ "$status" = "$want" ] || fail "status $status, not $want, of $patch: $(cat "$dir/errors")"
	all=$(jq -r --arg series "$series" '.changes[] | select(.series == $series)
		| [.page, .pmd, .call, .exact] | map(tostring) | join(" ")' "$dir/table")
	[ "$all" = "$terms true" ] || fail "$patch: $series changed by '$all', not '$terms true'"
	jq -r '.notes[].note' "$dir/table" | grep -q "^The short way: mm/" ||
		fail "$patch took another way: $(jq .notes "$dir/table")"
}

# The first run fetches what is missing.
expect 0 "^anon-pte +64K" "$ptwalk" run -q --no-plot --no-store -k debian:6.1 -o bare/own -w anon-pte -s 64K
sources=$cache/kernels/debian-6.1/$(cat "$cache/kernels/debian-6.1/current")/source

nop='asm volatile("nop");'
patch_of mm/hmm.c '/^static int hmm_vma_walk_pmd(/,/^}/{/^\t\t\treturn r;$/{n;s/^\t\t}$/&\n\t\t'"$nop"'/}}' >"$dir/pte.patch"
patch_of mm/hmm.c '/^static int hmm_vma_walk_pmd(/,/^}/s/^\tpmd_t pmd;$/&\n\n\t'"$nop"'/' >"$dir/pmd.patch"
patch_of mm/pagewalk.c '/^int walk_page_range(/,/^}/s/^\treturn err;$/\t'"$nop"'\n&/' >"$dir/call.patch"
patch_of mm/gup.c '/^int get_user_pages_fast(/,/^}/s/^\treturn internal_get/\t'"$nop"'\n&/' >"$dir/gup.patch"
found 1 hmm/devdax-pte "1 0 0" pte.patch

# README's example: what changed, by what, and whose code it is.
# example: the rows of a table without their counts, and the lines below it
example()
{
	sed 's/^    //' | awk '/^hmm\// { print $1, $4, $5, $7 } /^What changed/, /^Code differs/'
}
expect 1 "^Code differs" ab -q --patch "$dir/pte.patch" -w devdax-pte,devdax-pmd -o hmm
sed -n '/^## What a patch costs/,/^## After/p' "$PTWALK_SOURCE/README.md" | example >"$dir/readme"
[ "$(wc -l <"$dir/readme")" = 5 ] || fail "README has another example: $(cat "$dir/readme")"
example <"$dir/out" | diff "$dir/readme" - || fail "README's example is not what is printed"

found 1 hmm/devdax-pte "0 1 0" pmd.patch
found 1 hmm/devdax-pte "0 0 1" call.patch
[ "$(jq -r '[.changes[].series] | join(" ")' "$dir/table")" = "bare/devdax-pte hmm/devdax-pte" ] ||
	fail "not both walks changed: $(jq .changes "$dir/table")"
jq -r '.functions[].function' "$dir/table" | grep -qx "walk_page_range (pagewalk.c)" ||
	fail "the function is not named: $(jq .functions "$dir/table")"
# What a change to GUP costs is asked of GUP; the walks are measured once.
found 1 gup_fast/devdax-pte "0 0 1" gup.patch
# Two units at once; and two patches are one side.
found 1 hmm/devdax-pte "0 1 1" pmd.patch --patch "$dir/call.patch"

# With mitigations on the base's own code counts what is built in as well.
found 1 hmm/devdax-pte "1 0 0" pte.patch --mitigations on

# An atomic is one instruction more, and an atomic: of both sides, and of the function that has it.
# shellcheck disable=SC2016 # the assembler's $0
atomic='asm volatile("lock; addl $0, (%%rsp)" ::: "memory");'
patch_of mm/hmm.c '/^static int hmm_vma_walk_pmd(/,/^}/{/^\t\t\treturn r;$/{n;s/^\t\t}$/&\n\t\t'"$atomic"'/}}' >"$dir/atomic.patch"
expect 1 '^  atomics +0\.00 +1\.00 +[+]1\.00 +[+]512 .* worse$' \
	ab -q --facts --patch "$dir/atomic.patch" -w devdax-pte -s 2M -o hmm
expect 0 '^hmm_vma_walk_pmd +[+]1\.00 +[+]1\.00 +[+]1\.00 +[+]1\.00 +[+]0\.00 +ptwalk' \
	"$ptwalk" profile --diff last last --series hmm/own/devdax-pte/2M,hmm/new/devdax-pte/2M

# Once more: no boot.
expect 1 "The counts are those of run .*: same image, code and plan" ab -q --patch "$dir/pte.patch" -w devdax-pte

# What is compiled to the same is measured once.
patch_of mm/hmm.c "\$a /* nothing */" >"$dir/same.patch"
expect 0 "Both sides of mm/hmm.c are compiled to the same code" ab -q --patch "$dir/same.patch" -w devdax-pte -s 64K,2M
grep -q "hmm/devdax-pte/2M .* same" "$dir/out" || fail "no figures: $(cat "$dir/out")"
for records in "$PTWALK_RESULTS"/*/records.jsonl; do last=$records; done
grep -q '"hmm/new/' "$last" && fail "both sides were measured"

# Stages and their times.
expect 1 "^seconds: source [0-9.]+, compile [0-9.]+, module [0-9.]+, boot [0-9.]+, measure [0-9.]+, table [0-9.]+; in all" \
	ab --fresh --patch "$dir/pte.patch" -w devdax-pte -s 64K,2M

# What does not apply, compile or link.
refused()
{
	expect "$@"
	one_line
}
sed 's/^ .*/ nothing like it/' "$dir/pte.patch" >"$dir/stale.patch"
refused 2 "stale.patch does not apply to debian:6.1 .*: hunk 1 of mm/hmm.c" ab -q --patch "$dir/stale.patch"
patch_of mm/hmm.c "\$a this is no C" >"$dir/broken.patch"
refused 2 " mm/hmm\.c:[0-9]+:[0-9]+: error: " ab -q --patch "$dir/broken.patch"
patch_of mm/hmm.c "\$a int nowhere_to_be_found(void);\nint calls_nothing(void) { return nowhere_to_be_found(); }" >"$dir/unknown.patch"
refused 2 "no symbol nowhere_to_be_found" ab -q --patch "$dir/unknown.patch"
refused 2 "/nonexistent.patch" ab -q --patch /nonexistent.patch

# The long way says why, and fails here: no kernel is built for this.
reason()
{
	local why=$1
	shift
	expect 2 "^The long way: .*$why" ab --config /nonexistent/fragment "$@"
}
sed 's|mm/hmm.c|mm/memory.c|' "$dir/pte.patch" >"$dir/other.patch"
reason "other.patch: changes mm/memory.c: own code is of" --patch "$dir/other.patch"
grep -q "^The long way: other\.patch: " "$dir/out" || fail "a folder of this machine is in the table: $(cat "$dir/out")"
reason "--config is of a kernel that is built" --patch "$dir/pte.patch"
reason "hmm_fault runs what differs, and has no form of own code" -o hmm_fault --patch "$dir/pte.patch"
expect 2 "fragment" ab --long --config /nonexistent/fragment --patch "$dir/pte.patch"
grep -q "The long way" "$dir/out" && fail "--long was asked for, and is explained"

# Watched, each save is a table; Ctrl-C ends as such.
expect 2 "--watch waits for what is edited" "$ptwalk" ab --watch --base debian:6.1 --new debian:6.1
expect 2 "cannot read the patch /nonexistent.patch" ab --watch --patch /nonexistent.patch

# tables N: wait until the watched has printed so many.
tables()
{
	local tries=0
	while [ "$(grep -c "^What changed over all sizes" "$dir/watched")" -lt "$1" ]; do
		sleep 0.2
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || { fail "no table $1: $(cat "$dir/watched")"; return; }
	done
}
: >"$dir/watched"
cp "$dir/pte.patch" "$dir/edited.patch"
# In the foreground of a job: a shell's background has Ctrl-C ignored.
set -m
"$ptwalk" ab --source debian:6.1 --watch -q --patch "$dir/edited.patch" -w devdax-pte >"$dir/watched" 2>&1 &
watching=$!
set +m
tables 1
cp "$dir/pmd.patch" "$dir/next.patch"
mv "$dir/next.patch" "$dir/edited.patch"
tables 2
cp "$dir/pte.patch" "$dir/edited.patch"
tables 3
kill -INT "$watching"
status=0
wait "$watching" || status=$?
[ "$status" = 130 ] || fail "status $status after Ctrl-C"
grep -o "hmm/devdax-pte  *+. a page, +. a PMD, +. a call, exactly" "$dir/watched" | tr -s ' ' >"$dir/changes"
printf 'hmm/devdax-pte %s a call, exactly\n' "+1 a page, +0 a PMD, +0" "+0 a page, +1 a PMD, +0" \
	"+1 a page, +0 a PMD, +0" | diff - "$dir/changes" || fail "the watched tables: $(cat "$dir/watched")"
no_qemu_left
finish
