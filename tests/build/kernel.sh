#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A real kernel from Debian's sources: once for the same thing, one file for one change, the
# same image whatever was built before and whatever was killed.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

cache=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}

build()
{
	"$ptwalk" kernel build -q --source debian:6.1 "$@"
}

# built ARG...: must succeed; $key is its key.
built()
{
	if ! build "$@" >"$dir/out" 2>"$dir/err"; then
		fail "$* failed: $(cat "$dir/err")"
		finish
	fi
	key=$(sed 's/^build://' "$dir/out")
	printf 'ok: %s: %s\n' "$*" "$key"
}

# How many files the log of a build says were compiled.
compiled()
{
	grep -c '^  CC ' "$cache/builds/$1.log"
}

sum()
{
	sha256sum <"$cache/builds/$1/boot/bzImage"
}

built
plain=$key
before=$(sum "$plain")
log=$(stat -c %y "$cache/builds/$plain.log")
built
[ "$key" = "$plain" ] || fail "the same thing has two keys: $key and $plain"
[ "$(stat -c %y "$cache/builds/$plain.log")" = "$log" ] || fail "the same thing was built again"

# A change in one file, never built before.
cat >"$dir/one.cocci" <<EOF
// Files: mm/hmm.c
@@
@@
 int hmm_range_fault(...)
 {
+	barrier(); (void)$RANDOM$RANDOM;
 ...
 }
EOF
built --patch "$dir/one.cocci"
changed=$key
[ "$changed" != "$plain" ] || fail "a changed tree has the same key"
n=$(compiled "$changed")
if [ "$n" -lt 1 ] || [ "$n" -gt 20 ]; then
	fail "a change to mm/hmm.c compiled $n files"
fi

# The first again, with make killed on the way there and back.
rm -rf "${cache:?}/builds/$plain" "${cache:?}/builds/$changed"
for point in 2 5 8; do
	"$ptwalk" kernel build -q --source debian:6.1 --patch "$dir/one.cocci" >/dev/null 2>&1 &
	pid=$!
	sleep "$point"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
done
built
[ "$key" = "$plain" ] || fail "the key has changed"
[ "$(sum "$plain")" = "$before" ] || fail "the image is another one after kills"
rm -rf "${cache:?}/builds/$changed" "${cache:?}/builds/$changed.log"

# What does not compile, and what no Kconfig has.
sed "s/barrier();/no_such_thing();/" "$dir/one.cocci" >"$dir/bad.cocci"
expect 2 "mm/hmm.c:[0-9:]+ error: implicit declaration of function .no_such_thing" \
	build --patch "$dir/bad.cocci"
one_line
printf 'CONFIG_NO_SUCH_OPTION=y\n' >"$dir/bad.config"
expect 2 "CONFIG_NO_SUCH_OPTION=y \(of .*bad.config\) is not there" build --config "$dir/bad.config"
one_line

expect 0 "^devdax-pud " "$ptwalk" run -q --no-plot -k "build:$plain" -s 2M
finish
