#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A night of a tree: which commit is built, from where, and that nothing of the user's is
# touched by it. The tree is made up (tests/tree), git and make are the real ones; what
# is built boots nowhere, so each of these nights ends where it would be measured.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

export PTWALK_CACHE="$dir/my cache" GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.org
mkdir -p "$dir/bin"
printf '# base: nothing\nCONFIG_MODULES=y\n' >"$dir/my.config"
cat >"$dir/bin/depmod" <<'END'
#!/bin/sh
touch "$2/lib/modules/$3/modules.dep.bin"
END
cat >"$dir/bin/strip" <<'END'
#!/bin/sh
cp "$4" "$3"
END
chmod +x "$dir"/bin/*
export PATH=$dir/bin:$PATH
store=$PTWALK_HOME/store.db

# commit FOLDER TEXT: a commit there that changes mm/hmm.c; prints its name
commit()
{
	echo "/* $2 */" >>"$1/mm/hmm.c"
	git -C "$1" add -A
	git -C "$1" commit -qm "$2"
	git -C "$1" rev-parse HEAD
}

# Names that make and shells split.
remote="$dir/my remote"
cp -a "$PTWALK_SOURCE/tests/tree" "$remote"
git -C "$remote" init -q -b main
first=$(commit "$remote" first)
tree="$dir/my tree, 1"
git clone -q "$remote" "$tree"
echo "/* not committed */" >>"$tree/mm/other.c"
git -C "$tree" status >/dev/null

# All of a tree: files, objects, branches, times.
state()
{
	(cd "$tree" && find . -type f -printf '%p %s %T@ %i\n' | sort && git for-each-ref) | sha256sum
}
before=$(state)

night()
{
	"$ptwalk" nightly --config "$dir/my.config" -w anon-pte -o hmm -s 4K --tree "$tree" "$@"
}

# night_of COMMIT ARG...: that commit is built, and measuring what was built is where it ends.
night_of()
{
	local want=$1 key
	shift
	expect 2 "^ptwalk: .* is ${want:0:12} " night "$@"
	grep -Eq "^ptwalk nightly: kernel build:[0-9a-f]{24} lacks" "$dir/out" ||
		fail "it was not built: $(cat "$dir/out")"
	key=$(sed -n 's/^ptwalk nightly: kernel build:\([0-9a-f]*\) .*/\1/p' "$dir/out")
	git -C "$remote" show "$want:mm/hmm.c" "$want:mm/other.c" |
		cmp -s - "$PTWALK_CACHE/builds/$key/boot/bzImage" || fail "what was built is not $want"
	[ "$(state)" = "$before" ] || fail "the tree was touched"
}

night_of "$first"
grep -q "^ptwalk: origin/main, fetched, is" "$dir/out" || fail "the remote was not asked"
second=$(commit "$remote" second)
night_of "$second"
night_of "$second" --rev origin/main
night_of "$second" --rev refs/remotes/origin/main
night_of "$first" --rev HEAD
grep -q "^ptwalk: HEAD is" "$dir/out" || fail "HEAD was fetched"
night_of "$first" --rev main
# A history that was written anew, and a branch that the tree has never heard of.
git -C "$remote" checkout -q -b other "$first"
third=$(commit "$remote" third)
night_of "$third" --rev origin/other
git -C "$remote" branch -qf main "$third"
night_of "$third"
# What our repository has borrowed is gone: it is begun anew.
rm -rf "$PTWALK_CACHE"/upstream/*/tree/.git/objects/pack
night_of "$third"
# An address that is relative is so to the tree.
git -C "$tree" remote set-url origin "../my remote"
before=$(state)
night_of "$third"

# A shallow clone, which lacks what came before.
git -C "$tree" remote set-url origin "file://$remote"
git clone -q --depth 1 "file://$remote" "$dir/shallow"
full=$tree tree=$dir/shallow
before=$(state)
fourth=$(commit "$remote" fourth)
git -C "$remote" branch -qf main "$fourth"
night_of "$fourth" --rev origin/main
tree=$full
before=$(state)

# What cannot be: one line, and the store is as it was.
rm -f "$store"*
bad()
{
	expect 2 "$@"
	one_line
	[ ! -e "$store" ] || fail "a store was made"
	[ "$(state)" = "$before" ] || fail "the tree was touched"
	nothing_left
}
bad "^ptwalk nightly: cannot fetch origin/nope: .*couldn't find remote ref refs/heads/nope" \
	night -q --rev origin/nope
bad "^ptwalk nightly: $tree has no commit 'nope'" night -q --rev nope
bad "is no folder: --tree takes" "$ptwalk" nightly -q --tree /nonexistent
bad "is not the top folder of a git repository" "$ptwalk" nightly -q --tree "$tree/mm"
bad "either --kernel, or a kernel that is built" night -q --kernel debian:6.1
bad "either --tree or --source, not both" night -q --source debian:6.1
bad "^ptwalk nightly: --rev is of a --tree" "$ptwalk" nightly -q --rev HEAD
bad "^ptwalk nightly: --if-new is of a --tree" "$ptwalk" nightly -q --if-new
bad "^ptwalk nightly: --run measures nothing" night -q --run last
bad "no config 'nope'" "$ptwalk" nightly -q --tree "$tree" --config nope
broken=$(commit "$remote" broken)
git -C "$remote" branch -qf main "$broken"
bad "^ptwalk nightly: $tree ${broken:0:7}[0-9a-f]*: mm/hmm.c:2:3: error: it is broken" night -q
git -C "$tree" remote set-url origin "https://user:secret@localhost:1/nowhere.git"
before=$(state)
bad "^ptwalk nightly: cannot fetch origin/main: " night -q
grep -q secret "$dir/out" && fail "a password was printed: $(cat "$dir/out")"
git -C "$tree" remote set-url origin "$remote"
before=$(state)

# Nothing new: the last night of this machine was of the same commit.
"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/made" || fail make_run
expect 0 "first night" "$ptwalk" nightly -q --run made
# commit_of COMMIT: the stored night was of it
commit_of()
{
	python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("UPDATE kernel SET commit_id = ?", (sys.argv[2],))
db.commit()' "$store" "$1" || fail "cannot write to the store"
}
git -C "$remote" branch -qf main "$third"
commit_of "$third"
was=$(sha256sum <"$store")
expect 0 "^ptwalk nightly: nothing new, nothing measured$" night -q --if-new --mail "$dir/mail"
grep -qx " *commit $third" "$dir/mail" || fail "the mail does not name the commit"
grep -q "in the night of 20" "$dir/mail" || fail "the mail does not name the night"
LC_ALL=C grep -nE '.{73}|[^ -~]' "$dir/mail" && fail "the mail is wider than 72 columns, or not ASCII"
[ "$(sha256sum <"$store")" = "$was" ] || fail "the store was written to"
night_of "$third"
commit_of "$first"
night_of "$third" --if-new
finish
