#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two runs at once: in one folder of runs both are kept, each whole, with the
# same counts; into one and the same place the second is refused.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

run()
{
	"$ptwalk" run -q --no-plot -w anon-thp -o hmm,bare -s 2M "$@"
}

run >"$dir/one" 2>&1 &
one=$!
run >"$dir/two" 2>&1 &
two=$!
wait "$one" || fail "the first: $(cat "$dir/one")"
wait "$two" || fail "the second: $(cat "$dir/two")"
[ "$(find "$PTWALK_RESULTS" -mindepth 1 -maxdepth 1 | wc -l)" = 2 ] ||
	fail "not two runs: $(ls -A "$PTWALK_RESULTS")"
n=0
for records in "$PTWALK_RESULTS"/*/records.jsonl; do
	n=$((n + 1))
	grep '"kind":"series"' "$records" >"$dir/series.$n"
done
# run_ticks is the ioctl as a whole, outside of the windows: all else must be alike.
strip()
{
	sed 's/"run_ticks":[0-9]*//' "$1"
}
[ "$(strip "$dir/series.1")" = "$(strip "$dir/series.2")" ] || fail "the counts differ"

# Both are in the store as well, each as it is in its folder.
for records in "$PTWALK_RESULTS"/*/records.jsonl; do
	expect 0 '"kind":"end"' "$ptwalk" store export "store:$(basename "$(dirname "$records")")"
	cmp -s "$dir/out" "$records" || fail "$records is not what is stored"
done
expect 0 "^ptwalk run: not stored: .*/nope" run -o hmm --store /proc/nope/store.db --out "$dir/unstored"
[ -s "$dir/unstored/records.jsonl" ] || fail "what cannot be stored is not in its folder"
run -o hmm --no-store --out "$dir/folder-alone" >/dev/null 2>&1 || fail "--no-store"
expect 2 "no run 'folder-alone'" "$ptwalk" store export store:folder-alone

run --out "$dir/new/folder/same" >"$dir/one" 2>&1 &
one=$!
sleep 1.5
expect 2 "another run is writing to .*/same: .* is held by process [0-9]+" run --out "$dir/new/folder/same"
wait "$one" || fail "the first was disturbed: $(cat "$dir/one")"
[ -s "$dir/new/folder/same/records.jsonl" ] || fail "the first is not there"
no_qemu_left
finish
