#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A store that version 1 wrote: what it held comes out of it as before, to the byte.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

store=$dir/store.db
cp "$(dirname "$0")/stores/v1.db" "$store" || fail "no fixture"

# digest RUN: of its records, as the store gives them out, without what schemas 4 to 6 added
digest()
{
	"$ptwalk" store export --store "$store" "store:$1" |
		sed '1s/"schema":6,/"schema":3,/; 1s/,"functional":false,"replicate":"boot","arch":"x86","page_size":4096//
			s/,"warnings":\[\]//; s/,"flags":0,"entry_sum":"0x0","vmas":0,"error_pages":0}/}/; s/,"wrong":false//; s/,"varies":"","facts":null//; s/,"blocks":.*}}}$/}/' |
		sha256sum | cut -c1-16
}

expect 2 "its schema, 1, is older than this program's .5.*the next .ptwalk store import. brings it up to date" \
	"$ptwalk" history --store "$store" hmm/devdax-pte/1G
# A reference, a noisy run with events, and a cold one with a count past 2^63: version 1 gave out these.
"$PTWALK_BUILD/make_run" "$dir/new" || fail make_run
expect 0 "^stored 5 " "$ptwalk" store import --store "$store" "$dir/new"
for run in 1:590deb8f9126ac9c 2:5be96f9b1aa6c100 3:cb145791e4208f4d; do
	[ "$(digest "${run%:*}")" = "${run#*:}" ] || fail "run ${run%:*} is another: $(digest "${run%:*}")"
done
expect 2 "the samples of old were pruned" "$ptwalk" store export --store "$store" store:old
expect 0 "^2020-01-01 " "$ptwalk" history --store "$store" hmm/devdax-pte/1G
grep -Eq "^2026-.* 96\." "$dir/out" || fail "the reference has no value"
expect 0 " 9[0-9]{4}\." "$ptwalk" history --store "$store" hmm/devdax-pte/1G/cache:cold
for run in 1 2 3; do
	"$ptwalk" store export --store "$store" "store:$run" >"$dir/run$run.jsonl"
	expect 0 "^had $run " "$ptwalk" store import --store "$store" "$dir/run$run.jsonl"
done
finish
