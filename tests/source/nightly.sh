#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Nights of a tree on Debian's sources, with kernels that are really built: the commit is named
# in mail and dashboard, one that adds an instruction to each entry is an alarm on its night,
# and a night without a new commit says so.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

"$ptwalk" kernel build --source debian:6.1 >"$dir/out" 2>&1 || fail "kernel build: $(cat "$dir/out")"
find_sources

# In one place, so that what was compiled of it is used by the next run of this test.
top=$PTWALK_BUILD/tests/nights
rm -rf "$top"
git init -q -b main "$top/remote"
echo "$store/objects" >"$top/remote/.git/objects/info/alternates"
export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x
export GIT_AUTHOR_DATE='2024-01-01T00:00:00Z' GIT_COMMITTER_DATE='2024-01-01T00:00:00Z'

in_remote()
{
	git -C "$top/remote" "$@"
}

first=$(in_remote commit-tree -m "first" "$base_tree")
in_remote read-tree "$base_tree"
blob=$(original mm/hmm.c | slow_down | in_remote hash-object -w --stdin)
in_remote update-index --cacheinfo "100644,$blob,mm/hmm.c"
slow=$(in_remote commit-tree -m "mm/hmm: handle entries better" -p "$first" "$(in_remote write-tree)")
in_remote update-ref refs/heads/main "$first"
git clone -q --shared --no-checkout "$top/remote" "$top/tree"

night()
{
	"$ptwalk" nightly -q --tree "$top/tree" -w devdax-pte -o hmm -s 2M --mail "$dir/mail" "$@"
}

# mailed COMMIT...: the mail names these, in this order.
mailed()
{
	local named
	named=$(sed -n 's/^ *commit //p' "$dir/mail" | tr '\n' ' ')
	[ "$named" = "$* " ] || fail "the mail names commits $named, not $*: $(cat "$dir/mail")"
	LC_ALL=C grep -nE '.{73}|[^ -~]' "$dir/mail" && fail "the mail is wider than 72 columns, or not ASCII"
}

expect 0 "^ptwalk nightly: 1 first night of 1 series" night
mailed "$first"
expect 0 "^ptwalk nightly: 1 same of 1 series" night
mailed "$first" "$first"
grep -q "^ *The tree has nothing new since then" "$dir/mail" || fail "it is not said that nothing is new"
expect 0 "nothing new, nothing measured" night --if-new
in_remote update-ref refs/heads/main "$slow"
expect 1 "^ptwalk nightly: 1 worse of 1 series" night --if-new --dashboard "$dir/site"
mailed "$slow" "$first" "$slow"
grep -Eq '^hmm/devdax-pte/2M +[0-9]+ +[0-9]+ +\+512 +\+1\.00 ' "$dir/mail" || fail "not one instruction a page: $(cat "$dir/mail")"
grep -rqF "${slow:0:12}" "$dir"/site/series-*.html || fail "the series' page does not name the commit"
grep -qF "$slow" "$dir/site/index.html" || fail "the dashboard does not name the commit"
expect 0 "${slow:0:12}" "$ptwalk" history hmm/devdax-pte/2M
[ "$(git -C "$top/tree" rev-parse origin/main)" = "$first" ] || fail "the tree's branches were moved"
finish
