#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs of several kernels in one table and one plot, and lists of kernels that are none.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

bad()
{
	expect 2 "$@"
	one_line
}

bad "kernel debian:6.1 is named twice" "$ptwalk" run -q -k debian:6.1,debian:6.12,debian:6.1
bad "an empty name in --kernel 'debian:6.1,,host'" "$ptwalk" run -q -k debian:6.1,,host
bad "an empty name in --kernel 'debian:6.1,'" "$ptwalk" run -q -k debian:6.1,
bad "no kernel \"debian:9.9\"; Debian's are: debian:5.10, debian:6.1" \
	"$ptwalk" run -q -k debian:9.9,debian:9.8
nothing_left

make_run=$PTWALK_BUILD/make_run
for name in one slower missing mitigations; do
	"$make_run" "$PTWALK_RESULTS/$name" "${name#one}" || fail "make_run $name"
done
sed -i '1s/"spec":"debian:6.1"/"spec":"debian:5.10"/' "$PTWALK_RESULTS/one/records.jsonl"

expect 0 "^hmm/devdax-pte +1G +[0-9.]+ +[0-9.]+$" "$ptwalk" show one slower
expect 0 "^kernel +release +package" "$ptwalk" show one slower
expect 0 "^hmm/devdax-pte,hmm,,devdax-pte,debian:5.10,.*,1073741824,[0-9.]+,,.?$" \
	"$ptwalk" show --format csv one slower
expect 0 '"spec"|"kernel": "debian:5.10"' "$ptwalk" show --json one slower
expect 3 "^walk/entry/anon-thp " "$ptwalk" show one missing
expect 4 "mitigations differs: off of .*, on of " "$ptwalk" show one mitigations
bad "--format takes terminal, markdown, csv, json or html, not 'nope'" "$ptwalk" show -f nope one slower
bad "no run 'nope' in " "$ptwalk" show one nope
expect 0 "^devdax-pte,pte,local,1,1,warm,hmm,,1073741824,[0-9]+,[0-9.]+,,,hmm/devdax-pte/1G.?$" "$ptwalk" show -f csv one
expect 0 "^\| devdax-pte \| 1G \|" "$ptwalk" show -f markdown one
expect 0 "<h2>Cost model" "$ptwalk" show -f html one
expect 2 "excludes --json and --matrix" "$ptwalk" show -f csv --matrix one
expect 2 "excludes --json and --matrix" "$ptwalk" show --full --json one
expect 2 "takes one run" "$ptwalk" show --full one slower
bad "--plot draws: it goes with no --full" "$ptwalk" show --plot --full one
expect 0 "^Cost model" "$ptwalk" show --full one
expect 0 "^All tables +ptwalk show --full (.*/)?one$" "$ptwalk" show one
"$ptwalk" show one | grep -q "^Cost model" && fail "show is not brief"
expect 2 "takes one run" "$ptwalk" show --matrix one slower
expect 2 "No space left on device" bash -c "'$ptwalk' show one slower >/dev/full"

expect 0 "drawn/kernels.png" "$ptwalk" show --plot --out "$dir/drawn" one slower
for file in kernels.svg kernels.png; do
	[ -s "$dir/drawn/$file" ] || fail "$file was not made"
done
grep -q "instructions, not time" "$dir/drawn/kernels.svg" || fail "kernels.svg does not say what it counts"
# The title is the finding, and of runs whose terms hold that of sizes says so.
references=("$PTWALK_SOURCE"/results/reference/debian-{6.12,7.2})
expect 0 "kernels.svg" "$ptwalk" show -w devdax-pmd --plot --out "$dir/drawn" "${references[@]}"
grep -Eq "A page costs [0-9]+% more in hmm/devdax-pmd and [0-9]+% less in (gup|pin)_fast/devdax-pmd, from debian:6.12 to debian:7.2" \
	"$dir/drawn/kernels.svg" || fail "kernels.svg: $(grep -o "A page costs[^<]*" "$dir/drawn/kernels.svg")"
expect 0 "sizes.svg" "$ptwalk" show --plot --out "$dir/drawn" "${references[0]}"
grep -q "exactly, at every size" "$dir/drawn/sizes.svg" || fail "sizes.svg does not say its finding"
[ -z "$(find "$dir/drawn" -name '.plot*')" ] || fail "left: $(ls -A "$dir/drawn")"
bad "takes --out FOLDER" "$ptwalk" show --plot one slower
bad "exclude each other" "$ptwalk" show --plot --out "$dir/drawn" --terminal one slower
bad "--plot draws: it goes with no --format" "$ptwalk" show --plot --format csv one slower
bad "--out goes with --plot" "$ptwalk" show --out "$dir/drawn" one slower
expect 2 "gnuplot" env PATH=/nonexistent "$ptwalk" show --plot --out "$dir/drawn" one slower
finish
