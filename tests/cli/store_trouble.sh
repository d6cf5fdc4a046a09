#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A store that cannot be written, while import, run and nightly want to: a full disk, a
# read-only folder, a damaged file, a newer schema, another process. One line each, what
# is stored stays, and what was measured is kept. The guest is a fake (fake_qemu.c).
[ "$(id -u)" = 0 ] || exec unshare --map-root-user --mount "$0"
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

small=$dir/small
store=$small/store.db
export PTWALK_FAKE_RECORDS=$dir/first/records.jsonl
mkdir "$small"
mount -t tmpfs -o size=3m small "$small" || fail "cannot mount a small file system"
trap 'umount "$small"; rm -rf "$dir"' EXIT

measure=(--quiet --qemu "$PTWALK_BUILD/fake_qemu" -w devdax-pte -o empty -s 4K --store "$store")

# named NAME: a made-up run of that id
named()
{
	"$PTWALK_BUILD/make_run" "$dir/$1" || fail make_run
	sed -i "1s/\"id\":\"[^\"]*\"/\"id\":\"$1\"/; s/\"pfn_min\":\"0x/&$2/" "$dir/$1/records.jsonl"
}

# still_has: what was stored is there, and the store is sound
still_has()
{
	"$ptwalk" store export --store "$store" store:first >"$dir/again" 2>"$dir/why" ||
		fail "first is gone: $(cat "$dir/why")"
	cmp -s "$dir/again" "$dir/first/records.jsonl" || fail "first is not what it was"
}

# refused REGEX: nightly says it in its last line, and nothing else of it
refused()
{
	expect 2 "^ptwalk nightly: .*store.db: ($1)" "$ptwalk" nightly "${measure[@]}"
	one_line
}

# not_stored REGEX: run ends well, says that once, and its folder can be imported
not_stored()
{
	local before after
	before=$(find "$PTWALK_RESULTS" -name records.jsonl 2>/dev/null | wc -l)
	expect 0 "^ptwalk run: not stored: .*store.db: ($1)" "$ptwalk" run --no-plot "${measure[@]}"
	[ "$(grep -c '^ptwalk' "$dir/out")" = 1 ] || fail "more than a line: $(grep ^ptwalk "$dir/out")"
	after=$(find "$PTWALK_RESULTS" -name records.jsonl | wc -l)
	[ "$after" = $((before + 1)) ] || fail "the run is not kept"
}

# cannot_import REGEX
cannot_import()
{
	expect 2 "^ptwalk store import: .*store.db: ($1)" "$ptwalk" store import --store "$store" "$dir/second"
	one_line
}

named first 1
named second 2
expect 0 "^stored 1 first" "$ptwalk" store import --store "$store" "$dir/first"

# Another process is writing, longer than anyone waits.
/usr/bin/python3 -c '
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
time.sleep(300)
' "$store" >"$dir/locked" &
writer=$!
for _ in $(seq 100); do
	grep -q locked "$dir/locked" && break
	sleep 0.1
done
busy='another process is writing to it'
cannot_import "$busy"
not_stored "$busy"
refused "$busy"
kill "$writer"
wait "$writer" 2>/dev/null
still_has

# Room for a session, not for a run: nightly has measured by then.
head -c $((3 * 1024 * 1024)) /dev/zero >"$small/filler" 2>/dev/null
truncate -s -48K "$small/filler"
full='No space left on device'
cannot_import "$full"
not_stored "$full"
expect 2 "^ptwalk nightly: the run is kept in .*, but not stored: $store: $full" \
	"$ptwalk" nightly "${measure[@]}"
one_line
kept=$(sed 's/.*is kept in \([^,]*\),.*/\1/' "$dir/out")
[ -s "$kept/records.jsonl" ] || fail "the nightly's run is not in $kept"
still_has
rm "$small/filler"
expect 0 "^ptwalk nightly: 140 first night" "$ptwalk" nightly --quiet --store "$store" --run "$kept"
still_has

# Read-only.
mount -o remount,ro "$small" || fail "cannot make it read-only"
ro='it cannot be written|cannot open it|Read-only file system'
cannot_import "$ro"
not_stored "$ro"
refused "$ro"
still_has
mount -o remount,rw "$small"

# Newer, then damaged.
cp "$store" "$dir/sound.db"
printf '\0\0\0\143' | dd of="$store" bs=1 seek=60 conv=notrunc status=none
sum=$(sha256sum <"$store")
newer='its schema, 99, is newer than this program knows'
cannot_import "$newer"
not_stored "$newer"
refused "$newer"
[ "$(sha256sum <"$store")" = "$sum" ] || fail "a newer store was written to"
cp "$dir/sound.db" "$store"
head -c 4096 /dev/urandom | dd of="$store" bs=1 conv=notrunc status=none
sum=$(sha256sum <"$store")
damaged='damaged, or no store of ptwalk'
cannot_import "$damaged"
not_stored "$damaged"
refused "$damaged"
[ "$(sha256sum <"$store")" = "$sum" ] || fail "a damaged store was written to"

# What runs that were killed left is gone with the next; what one that runs has is not.
mkdir "$PTWALK_RESULTS"/.{dead,live,young}.partial
touch -d '5 minutes ago' "$PTWALK_RESULTS"/.{dead,live}.lock
touch "$PTWALK_RESULTS/.young.lock"
flock --no-fork "$PTWALK_RESULTS/.live.lock" sleep 100 &
writer=$!
sleep 0.3
expect 0 . "$ptwalk" run --no-plot --no-store --quiet --qemu "$PTWALK_BUILD/fake_qemu" -w devdax-pte -o empty -s 4K
kill "$writer"
[ "$(cd "$PTWALK_RESULTS" && echo .*.partial .*.lock)" = ".live.partial .young.partial .live.lock .young.lock" ] ||
	fail "left: $(ls -A "$PTWALK_RESULTS")"

# Nothing was lost: all runs that were kept go into a new one.
rm "$store"*
runs=$(find "$PTWALK_RESULTS" -name records.jsonl | wc -l)
expect 0 "^stored $runs " "$ptwalk" store import --store "$store" "$PTWALK_RESULTS"/*
no_qemu_left
finish
