#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Nights that are there already: judged, confirmed, acknowledged; and bad input.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

make_run=$PTWALK_BUILD/make_run
night()
{
	"$ptwalk" nightly --quiet "$@"
}

# made NAME MM-DD [DEFECT [ARGUMENT...]]: a made-up run of that night
made()
{
	local folder=$PTWALK_RESULTS/$1
	"$make_run" "$folder" ${3:+"$3"} "${@:4}" || fail "make_run $*"
	sed -i "1s/\"id\":\"[^\"]*\"/\"id\":\"$1\"/; 1s/\"started\":\"[^\"]*\"/\"started\":\"2026-$2T00:00:00Z\"/" \
		"$folder/records.jsonl"
}

made first 01-01
made second 01-02
made slower 01-03 slower
made slower-again 01-03 slower
made once-more 01-04 slower
made back 01-05
made back-again 01-05
made missing 01-06 missing
made other 01-07 mitigations
made differs 01-08 differs

expect 2 "no changes|no store|store.db" "$ptwalk" store ack
expect 0 "^ptwalk nightly: 140 first night of 140 series" night --run first
expect 0 "^ptwalk nightly: 140 same of 140 series" night --run second
expect 3 "^ptwalk nightly: 1 suspect, 139 same" night --run slower --no-confirm
expect 1 "^ptwalk nightly: 1 worse, 139 same" night --run slower --second slower-again --mail "$dir/mail"
grep -A4 '^worse (instructions' "$dir/mail" | grep -Eq '^hmm/devdax-pte/1G( |$)'  || fail "the mail does not name the series"
grep -Eq ' [0-9]+ +[0-9]+ +\+1 +\+0\.00 ' "$dir/mail" || fail "the mail has no figures"
LC_ALL=C grep -nE '.{73}|[^ -~]' "$dir/mail" && fail "the mail is wider than 72 columns, or not ASCII"
expect 0 "hmm/devdax-pte/1G .* \+1 a call  new" "$ptwalk" store ack
grep -q "^1 of 1 changes" "$dir/out" || fail "not one change"
change=$(awk '/hmm.devdax-pte/ { print $1 }' "$dir/out")
expect 0 "^1 of 140 series that the reference has differ" night --run once-more --reference first
expect 0 "^change $change: expected" "$ptwalk" store ack "$change" --as expected --note "the locking change"
expect 0 "^0 of 1 changes" "$ptwalk" store ack
expect 0 "expected +the locking change" "$ptwalk" store ack --all
expect 0 "change $change: expected, the locking change" "$ptwalk" history hmm/devdax-pte/1G
for state in noise fixed; do
	expect 0 "^change $change: $state" "$ptwalk" store ack "$change" --as "$state" --note "it is $state"
	expect 0 "^0 of 1 changes are new" "$ptwalk" store ack
	expect 0 " $state +it is $state" "$ptwalk" store ack --all
	expect 0 "change $change: $state, it is $state" "$ptwalk" history hmm/devdax-pte/1G
done
expect 0 "^change $change: new" "$ptwalk" store ack "$change" --as new
expect 0 "^1 of 1 changes are new" "$ptwalk" store ack
# Judged again, it keeps what was said of it.
expect 0 "^change $change: expected" "$ptwalk" store ack "$change" --as expected --note "the locking change"
expect 1 '"outcome": "worse"' night --run slower --second slower-again --format json --mail "$dir/mail"
[ "$(jq -c '[.night.summary, (.series[] | select(.outcome == "worse") | [.series, .now - .before])]' "$dir/out")" = \
	'["1 worse, 139 same of 140 series",["hmm/devdax-pte/1G",1]]' ] || fail "not its night: $(jq -c .night "$dir/out")"
grep -q "^ptwalk nightly: 1 worse, 139 same" "$dir/mail" || fail "the mail is no text: $(head -3 "$dir/mail")"
expect 1 "^hmm/devdax-pte/1G,worse,false,true,instructions," night --run slower --second slower-again --format csv
expect 1 "^- verdict: 1 worse, 139 same" night --run slower --second slower-again --format markdown
expect 2 "not 'lkml'" night --run slower --format lkml
expect 0 "expected +the locking change" "$ptwalk" store ack --all
expect 0 "^ptwalk nightly: 1 better, 139 same" night --run back --second back-again
expect 3 "^walk/entry/anon-thp/2M$" night --run missing
expect 0 "^environment +CAVEAT: the environment is not that" night --run other
grep -q "mitigations: off -> on" "$dir/out" || fail "the environment's difference is not named"
expect 0 '"of": "before"' night --run other --format json
[ "$(jq -c '.environment' "$dir/out")" = '[{"of":"before","field":"mitigations","then":"off","tonight":"on"}]' ] ||
	fail "nor in JSON: $(jq -c .environment "$dir/out")"
made again 01-09
expect 0 "140 same" night --run again
expect 5 "not repeatable: hmm/devdax-pte/1G" night --run differs

# The pinned reference is any run of the store; another environment's is not compared.
made imported 01-01 slower
expect 0 "^stored" "$ptwalk" store import "$PTWALK_RESULTS/imported"
made late 03-20
expect 0 "^ptwalk nightly: 140 same of 140 series" night --run late --reference first
grep -q "^0 of 140 series that the reference has differ" "$dir/out" || fail "the old reference is not found"
expect 0 "^1 of 140 series that the reference has differ" night --run late --reference imported
expect 0 "reference is of another environment: not compared" night --run late --reference other
grep -q "mitigations: on -> off" "$dir/out" || fail "what differs of the reference is not named"
grep -q "of 140 series that the reference has" "$dir/out" && fail "it is compared after all"

# Facts are watched as counts are: an atomic more is worse though no instruction is, and a line is not.
made facts 02-01 facts
made facts-again 02-02 facts
made atomic 02-03 atomic
made atomic-again 02-03 atomic
facts="$dir/facts.db"
expect 0 "^ptwalk nightly: 150 first night of 150 series" night --store "$facts" --run facts
expect 0 "^ptwalk nightly: 150 same of 150 series" night --store "$facts" --run facts-again
expect 1 "^ptwalk nightly: 1 worse, 149 same" night --store "$facts" --run atomic --second atomic-again
grep -Eq '^hmm/devdax-pte/1G atomics +0 +1 +\+1 ' "$dir/out" || grep -A1 '^hmm/devdax-pte/1G atomics$' "$dir/out" |
	grep -Eq '^ +0 +1 +\+1 ' || fail "the atomic is not told"
expect 0 '^hmm/devdax-pte/1G atomics on exact: atomics, 4 runs' \
	"$ptwalk" history --store "$facts" "hmm/devdax-pte/1G atomics"
expect 0 . "$ptwalk" dashboard --store "$facts" --out "$dir/facts-dashboard"
grep -q 'atomics</a>' "$dir/facts-dashboard/index.html" || fail "the dashboard has no facts"

# Times: a step that the second run shows too, in figures that a person reads.
for day in 11 12 13 14 15 16 17 18; do
	made "kvm$day" "02-$day" "" noisy 3 "$day" 0.005 0
	night --run "kvm$day" >/dev/null || fail "kvm$day"
done
made step 02-19 "" noisy 3 19 0.005 0.08
made step-again 02-19 "" noisy 3 20 0.005 0.08
expect 1 "[0-9]+ worse" night --run step --second step-again --reference kvm11
grep -Eq " [0-9.]+ +[0-9.]+ +\+[0-9.]+% +[0-9.e-]+$" "$dir/out" || fail "no figures"
grep -E "[0-9]e\+" "$dir/out" && fail "a figure has an exponent"
grep -q "1 in 20 is so" "$dir/out" || fail "what differs from the reference by chance is not said"
expect 0 "hmm/devdax-pte/1G .* \+[78]\.[0-9]+%  new" "$ptwalk" store ack

# Times of this host itself are other series than a guest's, and another CPU's another environment.
# native NAME MM-DD SEED [CPU]
native()
{
	made "$1" "$2" "" noisy 3 "$3" 0.005 0
	sed -i "1s/\"machine\":\"kvm\"/\"machine\":\"native\"/; 1s/\"host\":\"[^\"]*\"/\"host\":\"${4:-one CPU}\"/" \
		"$PTWALK_RESULTS/$1/records.jsonl"
}
native native1 02-20 31
native native2 02-21 32
native elsewhere 02-22 33 "another CPU"
expect 0 "^ptwalk nightly: 140 first night of 140 series" night --run native1
expect 0 "^ptwalk nightly: 140 .* of 140 series" night --run native2
grep -q "NOT COMPARABLE\|first night" "$dir/out" && fail "the second native night is not held against the first"
expect 4 "NOT COMPARABLE" night --run elsewhere
grep -q "host CPU: one CPU -> another CPU" "$dir/out" || fail "what differs is not named"
expect 0 "^hmm/devdax-pte/1G on native: cycles, 3 runs" "$ptwalk" history hmm/devdax-pte/1G
grep -q "^hmm/devdax-pte/1G on kvm: cycles, 10 runs" "$dir/out" || fail "a native night is in a guest's history"

# Exact counts are judged across a kernel's version; what differs is a caveat, and named.
step()
{
	made "$@"
	sed -i '1s/"compiler":"gcc/"compiler":"x86_64-linux-gnu-gcc/; 1s/"config_sha256":"[^"]*"/"config_sha256":"feed"/' \
		"$PTWALK_RESULTS/$1/records.jsonl"
}
rm -f "$PTWALK_HOME"/store.db*
made old 05-01
step newer 05-02 slower
step newer-again 05-02 slower
step newest 05-03 slower
expect 0 "first night" night --run old
expect 1 "^ptwalk nightly: 1 worse, .*; new environment$" night --run newer --second newer-again
grep -q "^environment *CAVEAT: the environment is not that" "$dir/out" || fail "no caveat"
grep -q "^ *kernel config: .* -> feed" "$dir/out" || fail "the config is not named"
grep -q "compiler" "$dir/out" && fail "one compiler under two names differs"
expect 0 "same of" night --run newest
grep -q "CAVEAT" "$dir/out" && fail "a caveat where nothing is new"

# Figures that mean nothing are not judged: not measured, not taken from a folder.
made functional 01-10 functional
expect 4 "figures of the tcg machine are functional only: never compared" night --run functional
one_line
expect 4 "figures of the tcg machine are functional only: never compared" night --machine tcg
one_line
expect 2 "no run 'nope'" night --run nope
expect 2 "--second goes with --run" night --second first
expect 2 "exclude each other" night --run first --second first --no-confirm
expect 2 "nope" night --run first --reference nope
expect 2 "'x' is no number of a change" "$ptwalk" store ack x --as noise
expect 2 "999" "$ptwalk" store ack 999 --as noise
expect 2 "state" "$ptwalk" store ack "$change" --as maybe
expect 2 "which state" "$ptwalk" store ack "$change"
expect 2 "which changes" "$ptwalk" store ack --as noise
echo junk >"$dir/junk"
expect 2 "junk" night --run first --store "$dir/junk"
expect 2 "No space left|cannot write" bash -c "'$ptwalk' nightly --quiet --run first >/dev/full"
finish
