#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Facts beside instructions: they repeat, their relations hold, and what other tools get of
# them has the ticks as its total.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

busy=()
# QEMUs of other versions count the same: PTWALK_TEST_QEMU names one, such as backports' 10, unpacked into a folder.
other=${PTWALK_TEST_QEMU:-qemu-system-x86_64}
series=(-w devdax-pte -s 2M "--op=empty,hmm,hmm/none,hmm/entry,gup_fast")
expect 0 '^Facts of a 4 KiB page' \
	"$ptwalk" run -q --facts --boots 2 "${series[@]}" --no-plot --no-store --out "$dir/facts"
cmp -s "$dir/facts/facts.txt" "$dir/facts/boot2-facts.txt" || fail "two boots have two files of facts"

# fact SERIES COLUMN: as the first table prints it; 1 is insns, 2 loads, 3 stores, 4 atomics, 7 lines
fact()
{
	awk -v name="$1/devdax-pte/2M" -v column="$2" '/^Facts of/ { on = 1 }
		on && $1 == name { print $(column + 1); exit }' "$dir/out"
}

# more A B: is A more?
more()
{
	awk -v a="$1" -v b="$2" 'BEGIN { exit !(a + 0 > b + 0) }' || fail "$3: $1, and $2"
}

for column in 1 2 3 4; do
	[ -n "$(fact hmm $column)" ] || fail "hmm has no column $column"
	[ "$(fact hmm $column)" = "$(fact hmm/none $column)" ] ||
		fail "what is built in and own code differ in column $column"
done
# Each has variables of its own, in lines of their own: a few a call.
awk -v a="$(fact hmm 7)" -v b="$(fact hmm/none 7)" 'BEGIN { exit !(a > 0 && (a - b) ^ 2 < 0.02 ^ 2) }' ||
	fail "what is built in and own code differ in lines: $(fact hmm 7), and $(fact hmm/none 7)"
more "$(fact hmm/entry 2)" "$(fact hmm/none 2)" "a lookup loads no more"
more "$(fact hmm/entry 3)" "$(fact hmm/none 3)" "a lookup stores no more"
# The question of 2019 and of 2021: registers in a cache, not memory; GUP's atomics, a line a page.
[ "$(fact hmm/entry 4)" = 0.00 ] || fail "a lookup has atomics: $(fact hmm/entry 4)"
# A few lines of the tree of pagemaps a call, and none a page.
more "$(fact hmm/none 7)" "$(awk -v n="$(fact hmm/entry 7)" 'BEGIN { print n - 0.1 }')" "a lookup touches other lines"
more "$(fact gup_fast 4)" 0.99 "a page reference has no atomic"
more "$(fact gup_fast 7)" 1 "a page reference touches no line of its page"

# On a busy host, by another QEMU where there is one, and with a model: all that is made of them is the same
# to the byte. The model is none of them: a bracket, where it is asked for, and in no record.
for _ in 1 2; do
	timeout 300 sh -c 'while :; do :; done' &
	busy+=($!)
done
expect 0 '^misses a page: [0-9.]* of an L1d' "$ptwalk" profile -q --qemu "$other" --model "${series[@]}" --results "$dir/models"
kill "${busy[@]}"
grep -q '^Model of hmm/entry.*: no fact' "$dir/out" || fail "a model is not said to be one"
awk '/^cycles a round/ { n++; if (!($11 > 0 && $13 >= $11)) bad = 1 } END { exit bad || n < 3 }' "$dir/out" ||
	fail "cycles are no bracket: $(grep cycles "$dir/out")"
models=$(dirname "$(find "$dir/models" -name facts.txt)")
# Another QEMU's guest has its objects elsewhere: a line more or less.
beside='^[xl] '
[ -z "${PTWALK_TEST_QEMU:-}" ] || beside='^[xlm] '
cmp -s <(grep -v "$beside" "$models/facts.txt") <(grep -v "$beside" "$dir/facts/facts.txt") ||
	fail "on a busy host, or by $other, facts differ"
expect 0 '^facts: of [1-9][0-9]* series, 0 worse, 0 better' "$ptwalk" compare "$dir/facts/." "$models"
grep -q cycles "$models/records.jsonl" && fail "a model is among the records"
for run in facts models; do
	folder=$dir/$run
	[ $run = facts ] || folder=$models
	expect 0 . "$ptwalk" profile "$folder" --callgrind "$dir/all/$run" --folded "$dir/all/$run" --flame "$dir/all/$run"
done
# And of each series stacks sum up to its window: no call is lost.
while read -r name ticks; do
	folded=$dir/all/facts/${name//\//_}.folded
	[ ! -e "$folded" ] || [ "$(awk '{ n += $NF } END { print n }' "$folded")" = "$ticks" ] ||
		fail "the stacks of $name do not sum up to $ticks"
done < <(awk '/^s / { name = $2 } /^t / { print name, $2 }' "$dir/facts/facts.txt")
[ "$(find "$dir/all/models" -name 'callgrind.out.*' | wc -l)" -ge 4 ] || fail "few files for callgrind"
diff -r "$dir/all/facts" "$dir/all/models" >/dev/null || fail "what is made of equal facts differs"

# A look before a sample is no sample; where stages are marked, a window holds more than is timed: it has no facts.
expect 0 '^hmm_fault/devdax-pte/64K ' "$ptwalk" run -q --facts -w devdax-pte -s 64K \
	-o hmm,hmm_fault,hmm_write,page_under_lock --no-plot --no-store --out "$dir/looks"
for op in hmm_fault hmm_write; do
	more "$(awk -v op=$op '/^Facts of/ { on = 1 } on && $1 == op "/devdax-pte/64K" { print $2 }' "$dir/out")" \
		"$(awk '/^Facts of/ { on = 1 } on && $1 == "hmm/devdax-pte/64K" { print $2 }' "$dir/out")" "$op asks for nothing"
done
awk '/^Facts of/ { on = 1 } on && /^page_under_lock/ { bad = 1 } END { exit bad }' "$dir/out" ||
	fail "what holds marks has facts"

# What is counted besides changes no count.
expect 0 . "$ptwalk" run -q "${series[@]}" --no-plot --no-store --out "$dir/without"
expect 0 . "$ptwalk" compare --all-sizes "$dir/without" "$dir/facts"
grep -Eq '/.* (worse|better)$' "$dir/out" && fail "the plugin changes a count"

# Nor do facts depend on what is beside a series; and proofs over other memory are made as without them.
expect 0 . "$ptwalk" run -q --facts -w devdax-pte -s 2M -o empty,hmm/entry --no-plot --no-store --out "$dir/alone"
expect 0 '^facts: of [1-9][0-9]* series, 0 worse, 0 better' "$ptwalk" compare "$dir/alone" "$dir/facts/."
expect 1 '^WRONG' "$ptwalk" run -q --facts -w devdax-pte -s 2M -o hmm --no-plot --no-store --out "$dir/wrong" \
	-p "write=$(dirname "$0")/wrong/write.patch"

# They are values of a series: where they change they are judged, and programs get them all.
regressed=$dir/regressed
cp -r "$dir/facts" "$regressed"
sed -i '/"name":"hmm.entry.devdax-pte.2M"/s/"atomics":0,/"atomics":512,/' "$regressed/records.jsonl"
expect 0 '^facts: of [1-9][0-9]* series, 0 worse, 0 better' "$ptwalk" compare "$dir/facts" "$dir/facts/."
expect 1 '1 fact worse$' "$ptwalk" compare "$dir/facts" "$regressed"
grep -Eq '^  atomics  *0\.00  *1\.00 .* worse$' "$dir/out" || fail "the atomics are not told"
expect 0 '^facts: of [1-9][0-9]* series, 0 worse, 1 better' "$ptwalk" compare "$regressed" "$dir/facts"
expect 0 . "$ptwalk" compare "$dir/without" "$regressed"
grep -q '^facts: ' "$dir/out" && fail "facts of one side are told"
expect 0 '"atomics": 0' "$ptwalk" show -f json "$dir/facts/."
sed -i '0,/"name":"hmm.entry.devdax-pte.2M"/!{/"name":"hmm.entry.devdax-pte.2M"/s/"atomics":512,/"atomics":0,/}' \
	"$regressed/records.jsonl"
expect 5 'does not repeat: hmm/entry/devdax-pte/2M, boot 2, atomics 512 and 0' \
	"$ptwalk" compare "$dir/facts" "$regressed"

expect 0 '^hmm/entry/devdax-pte/2M: ' "$ptwalk" profile "$dir/facts/." --series hmm/entry/devdax-pte/2M \
	--callgrind "$dir/cg" --folded "$dir/cg" --flame "$dir/cg"
grep -q 'get_dev_pagemap' "$dir/out" || fail "the lookup is not among the functions"
ticks=$(sed -n 's/^hmm.*: \([0-9]*\) instructions a call.*/\1/p' "$dir/out")
total=$(callgrind_annotate "$dir/cg/callgrind.out.hmm_entry_devdax-pte_2M" | tr -d , |
	sed -n 's/^ *\([0-9]*\) .*PROGRAM TOTALS$/\1/p')
[ "${ticks:-none}" = "$total" ] || fail "callgrind_annotate: $total, and the window $ticks"
grep -q '<title>get_dev_pagemap: ' "$dir/cg/hmm_entry_devdax-pte_2M.svg" || fail "no flame of the lookup"
expect 0 'call 0x' "$ptwalk" profile "$dir/facts/." --series hmm/entry/devdax-pte/2M --annotate get_dev_pagemap

cp -r "$dir/facts" "$dir/ticks"
sed -Ei '/"name":"hmm.entry.devdax-pte.2M"/s/\[([0-9]+),1,/[1\1,1,/g' "$dir/ticks/records.jsonl"
# Which functions a lookup is: all that it adds, no more, and own code is the same under both policies.
pair=hmm/none/devdax-pte/2M,hmm/entry/devdax-pte/2M
expect 0 '^get_dev_pagemap .* new ' "$ptwalk" profile --diff "$dir/facts/." "$dir/facts/." --series "$pair" --top 100
awk '/^sum / { sum = $2; next } /^[a-z_]+ +[-+]/ { n += $2 } END { d = n - sum; exit !(sum > 100 && d * d < 0.01) }' \
	"$dir/out" || fail "the functions are not the sum"
grep -q '^own_' "$dir/out" && fail "own code has two names"
# And one of them by its lines: by what is written there, which a policy moves, and its own alone are new.
lookup='if \(pte_devmap\(pte\) && hmm_meet_pgmap\('
expect 0 "^hmm_vma_walk_pmd hmm.c  $lookup.* new " "$ptwalk" profile --diff "$dir/facts/." "$dir/facts/." \
	--series "$pair" --annotate hmm_vma_walk_pmd --top 100
grep -q '^hmm_vma_walk_pmd hmm.c  .* base ' "$dir/out" && fail "lines that the policy moved are not the same"
mv "$dir/facts/sources" "$dir/sources"
expect 0 '^hmm_vma_walk_pmd hmm.c:[0-9]* .* base ' "$ptwalk" profile --diff "$dir/facts/." "$dir/facts/." \
	--series "$pair" --annotate hmm_vma_walk_pmd --top 100
mv "$dir/facts/ptwalk.ko.gz" "$dir/lines"
expect 2 "keeps no source lines: --debug FILE has them" "$ptwalk" profile --diff "$dir/facts/." "$dir/facts/." \
	--series "$pair" --annotate hmm_vma_walk_pmd
mv "$dir/lines" "$dir/facts/ptwalk.ko.gz"
expect 0 '^hmm/entry/devdax-pte/2M: [+]0 instr' "$ptwalk" profile --diff "$dir/facts/." "$dir/facts/."
expect 2 "functions account for .* instructions, and the counts of the records differ by" \
	"$ptwalk" profile --diff "$dir/facts/." "$dir/ticks/." --series "$pair"
expect 2 "has no facts: ptwalk run --facts counts them" "$ptwalk" profile --diff "$dir/without/." "$dir/facts/."
expect 2 "no facts of a series nope in" "$ptwalk" profile --diff "$dir/facts/." "$dir/facts/." --series nope
expect 2 "and the other RUN?" "$ptwalk" profile --diff "$dir/facts/."

expect 2 "needs a machine that counts exactly; tcg does not" "$ptwalk" run --facts -m tcg -o hmm
expect 2 "no series nope in" "$ptwalk" profile "$dir/facts/." --series nope
# Of a run that is there -o, -w and -s choose; what would have to be measured is refused.
expect 0 '^hmm/entry/devdax-pte/' "$ptwalk" profile "$dir/facts/." -o 'hmm/e*' -w devdax-pte
[ "$(grep -c 'instructions a call' "$dir/out")" = 1 ] || fail "not chosen: $(cat "$dir/out")"
expect 2 "has no op 'nope'; there are: " "$ptwalk" profile "$dir/facts/." -o nope
expect 2 "is there: --kernel, --machine and --boots are of" "$ptwalk" profile "$dir/facts/." -k debian:6.1
expect 2 "is there: --kernel" "$ptwalk" profile --diff "$dir/facts/." "$dir/facts/." -m exact
expect 2 "no series in .* runs a function nope;" "$ptwalk" profile "$dir/facts/." --annotate nope
expect 2 "hmm/devdax-pte/2M runs no function nope;" "$ptwalk" profile "$dir/facts/." --series hmm/devdax-pte/2M --annotate nope
expect 0 '^get_dev_pagemap in hmm/entry/' "$ptwalk" profile "$dir/facts/." --annotate get_dev_pagemap
expect 2 "^ptwalk profile: --source /nonexistent: there is no such folder" \
	"$ptwalk" profile "$dir/facts/." --annotate get_dev_pagemap --source /nonexistent
# Source lines are own code's, as the run keeps them; where there are none, functions all the same.
own=(--series hmm/entry/devdax-pte/2M --annotate hmm_vma_walk_pmd)
expect 0 ' hmm.c:[1-9][0-9]*$' "$ptwalk" profile "$dir/facts/." "${own[@]}"
# With their text, where that is at hand: of the policy's own source, as it was compiled.
mkdir -p "$dir/tree/mm"
cp "$dir/sources/hmm_none.c" "$dir/tree/mm/hmm.c"
expect 0 ' hmm.c:[1-9][0-9]*  [^ ]' "$ptwalk" profile "$dir/facts/." "${own[@]}" --source "$dir/tree"
grep -Eq " hmm.c:[0-9]*  $lookup" "$dir/out" && fail "the text is not of the folder that was named"
mv "$dir/sources" "$dir/facts/sources"
expect 0 " hmm.c:[1-9][0-9]*  $lookup" "$ptwalk" profile "$dir/facts/." "${own[@]}"
number=$(sed -nE "s/.* hmm.c:([0-9]*)  $lookup.*/\1/p" "$dir/out" | head -n 1)
sed -n "${number}p" "$dir/facts/sources/hmm_entry.c" | grep -Eq "$lookup" || fail "line $number is another one"
grep -Eq '^fl=.*/mm/hmm\.c$|^fe=.*/mm/hmm\.c$|^f[le]=.*hmm.*\.c$' "$dir/cg/callgrind.out.hmm_entry_devdax-pte_2M" ||
	fail "callgrind gets no lines"
lines()
{
	expect 2 "$1" "$ptwalk" profile "$dir/facts/." --series hmm/entry/devdax-pte/2M --debug "$2"
	grep -q '^hmm_vma_walk_pmd ' "$dir/out" || fail "$2: without lines there are no functions"
}
lines "cannot read /nonexistent" /nonexistent
lines "has no line information" /bin/true
lines "has none of the functions" "$PTWALK_BUILD/facts_loops"

expect 2 "was not modelled: ptwalk profile --model" "$ptwalk" profile "$dir/facts/." --series hmm/entry/devdax-pte/2M --model
# without WHY PLUGIN [WORD...]: counts are those without facts, and one line says why they are alone
without()
{
	rm -rf "$dir/alone"
	expect 2 "^ptwalk run: counts alone, no facts: .*$1" env PTWALK_FACTS="$2" "$ptwalk" run -q --facts \
		-w devdax-pte -o hmm -s 2M --no-plot --no-store --out "$dir/alone" "${@:3}"
	grep -q '"facts":null' "$dir/alone/records.jsonl" || fail "$1: no counts"
	[ ! -e "$dir/alone/key" ] || fail "a run without its facts may be taken for one with them"
	expect 0 '1 same' "$ptwalk" compare "$dir/facts/." "$dir/alone"
}
without "the plugin that counts facts is not there: /nonexistent" /nonexistent
echo 'int qemu_plugin_version = 99; int qemu_plugin_install(void) { return 0; }' >"$dir/v99.c"
cc -shared -fPIC -o "$dir/v99.so" "$dir/v99.c" || fail "no plugin of another API"
without "symbols do not fit its boot: of [1-9][0-9]* calls 0 go to" "$PTWALK_BUILD/facts_misfit.so"
without "requires API version 99" "$dir/v99.so"
: >"$dir/empty.so"
without "Could not load plugin" "$dir/empty.so"
without "the guest told no symbols" "$PTWALK_BUILD/ptwalk-facts.so" --append sysctl.kernel.kptr_restrict=2
sed -i '$d' "$dir/facts/facts.txt"
expect 2 "it ends early" "$ptwalk" profile "$dir/facts/."
finish
