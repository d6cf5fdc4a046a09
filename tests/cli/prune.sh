#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Raw samples of old runs go; histories, verdicts and judging stay as they were.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

store=$PTWALK_HOME/store.db
series=hmm/devdax-pte/1G

# made NAME DATE [DEFECT]: a made-up run of that day
made()
{
	"$PTWALK_BUILD/make_run" "$PTWALK_RESULTS/$1" ${3:+"$3"} || fail "make_run $*"
	sed -i "1s/\"id\":\"[^\"]*\"/\"id\":\"$1\"/; 1s/\"started\":\"[^\"]*\"/\"started\":\"$2T00:00:00Z\"/" \
		"$PTWALK_RESULTS/$1/records.jsonl"
}

night()
{
	"$ptwalk" nightly --quiet "$@"
}

# sql STATEMENT: run it on the store; the first row is printed
sql()
{
	/usr/bin/python3 -c '
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    print(*db.execute(sys.argv[2]).fetchone() or [])
' "$store" "$1"
}

samples()
{
	sql 'SELECT count(*) FROM records'
}

expect 2 "there is no store yet" "$ptwalk" store prune --older 1y
one_line
[ ! -e "$store" ] || fail "pruning made a store"
made first 2025-01-01
made slower 2025-01-02 slower
made slower-again 2025-01-02 slower
made today "$(date -u +%F)"
expect 0 "first night" night --run first
expect 1 "1 worse" night --run slower --second slower-again
expect 1 "1 worse, 139 same" night --run slower --second slower-again
cp "$dir/out" "$dir/judged"
expect 0 "^stored" "$ptwalk" store import "$PTWALK_RESULTS/today"
"$ptwalk" history "$series" >"$dir/history" || fail history
"$ptwalk" store ack --all >"$dir/changes" || fail ack
before=$(samples)

expect 0 "^would drop the raw samples of 0 runs" "$ptwalk" store prune --older 100y --dry-run
expect 0 "^would drop the raw samples of 3 runs" "$ptwalk" store prune --older 30d --dry-run
[ "$(samples)" = "$before" ] || fail "a dry run dropped samples"
big=$(stat -c %s "$store")
expect 0 "^dropped the raw samples of 3 runs; values, verdicts and changes are kept" \
	"$ptwalk" store prune --older 30d --compact --quiet
one_line
[ "$(samples)" = $((before / 4)) ] || fail "$(samples) of $before samples are left"
[ "$(stat -c %s "$store")" -lt "$big" ] || fail "the file did not shrink"
expect 0 "^dropped the raw samples of 0 runs" "$ptwalk" store prune --older 30d

# The folders gone too: what was judged is judged the same, without its samples.
mv "$PTWALK_RESULTS" "$dir/away"
expect 1 "1 worse, 139 same" night --run store:slower --second store:slower-again
cmp "$dir/judged" "$dir/out" || fail "judged otherwise"
"$ptwalk" history "$series" >"$dir/out"
cmp "$dir/history" "$dir/out" || fail "the history has changed"
"$ptwalk" store ack --all >"$dir/out"
cmp "$dir/changes" "$dir/out" || fail "the changes have changed"
expect 2 "the samples of first were pruned" "$ptwalk" store export store:first
one_line
expect 2 "were pruned" "$ptwalk" compare store:first store:slower
one_line
expect 0 '"kind":"run"' "$ptwalk" store export store:today
mv "$dir/away" "$PTWALK_RESULTS"
expect 0 "^had 1 first" "$ptwalk" store import "$PTWALK_RESULTS/first"
sql "UPDATE run SET schema = 1, digest = 'of older' WHERE name = 'first'"
expect 0 "^had 1 first" "$ptwalk" store import "$PTWALK_RESULTS/first"
sql "UPDATE run SET time = time + 1 WHERE name = 'first'"
expect 0 "^stored [0-9]+ first" "$ptwalk" store import "$PTWALK_RESULTS/first"

# The nightly does it too, once the night is judged.
made tonight "$(date -u +%F)" slower
expect 0 "same of 140" night --run tonight --prune 1w
expect 0 "^would drop the raw samples of 0 runs" "$ptwalk" store prune --older 1w --dry-run

for age in 3 d -1d 1m 99999d 1.5y ''; do
	expect 2 "'$age' is no age; one looks like 400d, 52w or 2y" "$ptwalk" store prune --older "$age"
	one_line
done
expect 2 "is no age" night --run tonight --prune soon
one_line
expect 2 "older than what" "$ptwalk" store prune
expect 2 "exclude each other" "$ptwalk" store prune --older 1y --dry-run --compact
echo junk >"$dir/junk"
expect 2 "junk: damaged, or no store of ptwalk" "$ptwalk" store prune --older 1y --store "$dir/junk"
one_line
finish
