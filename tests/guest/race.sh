#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# ptwalk race finds each wrong protocol within its minute, and nothing in the right one; a protocol
# of the user's is raced alike, and one that is wrong is told with the fewest walkers that show it.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

kernel=$1
# The page's own example.
mine=$dir/mine.c
# shellcheck disable=SC2016 # the backquotes are the page's
sed -n '/^```c$/,/^```$/{/^```/!p}' "$PTWALK_SOURCE/docs/race.md" >"$mine"

# Everything at once, in small. 3 would be a phase without walkers, or a wrong protocol not found.
status=0 own=0 lacks=nothing memories="pagemaps dax anon kmem child" against=teardown
phases="disable invalidate drain restore unbind munmap mprotect madvise migrate split fork hotremove exit"
case $kernel in
debian:5.10) status=3 lacks=collapse ;; # it collapses nothing when it is asked to
debian:7.2)
	status=3 own=3 lacks=pagemaps memories="dax anon kmem child" against=munmap
	phases=${phases#disable invalidate drain restore }
	;;
esac
expect "$status" "^right +over anon: clean: 12 rounds" "$ptwalk" race -q -k "$kernel" --rounds 12
[ "$(grep -c "^missing " "$dir/out")" = "$((status ? 1 : 0))" ] || fail "other things are missing: $(cat "$dir/out")"
[ "$status" = 0 ] || grep -Eq "^missing +$lacks: " "$dir/out" || fail "what is missing? $(cat "$dir/out")"
for memory in $memories; do
	grep -q "over $memory: clean" "$dir/out" || fail "not clean over $memory: $(cat "$dir/out")"
done
for wrong in no_retry retry_unlocked invalidate_unlocked sequence_once touch_unlocked; do
	grep -Eq "^$wrong +[0-9]+\.[0-9]+ " "$dir/out" || fail "$wrong is not found: $(cat "$dir/out")"
done
# What is wrong is seen where it must be, and a protocol that holds nothing stale has nothing stale.
grep -Eq "^no_retry +[0-9.]+ +([1-9]|0 +[1-9])" "$dir/out" || fail "no_retry holds and looks at nothing stale: $(cat "$dir/out")"
grep -Eq "^sequence_once +[0-9.]+ +0 +0 +[1-9]" "$dir/out" || fail "sequence_once: $(cat "$dir/out")"
grep -Eq "^touch_unlocked +[0-9.]+ +0 +[1-9]" "$dir/out" || fail "touch_unlocked: $(cat "$dir/out")"

# All of it is kept: a phase that took place is there for each walker.
records=$(echo "$PTWALK_RESULTS"/races/*/records.jsonl)
for phase in $phases; do
	grep -q "\"race-phase\".*\"walker\":\"hmm/entry\",\"phase\":\"$phase\",\"rounds\":12" "$records" ||
		fail "no record of $phase"
done
grep -q '"kind":"race-phase".*"overlaps":0,' <(grep '"protocol":"right"' "$records" | grep -v "\"phase\":\"$lacks\"") &&
	fail "a phase that was not tested, and status 0"

# Own code that keeps a pagemap lets go of it before it waits for a fault, which waits for the teardown.
if [ "$against" = teardown ]; then
	four=hmm_fault/range,hmm_fault/range,hmm_fault/batch,hmm_fault/batch
	expect 0 "^right +over pagemaps: clean: 150 rounds" "$ptwalk" race -q -k "$kernel" --against teardown \
		--protocol right --rounds 150 --walker "$four,$four"
fi

# Neither hides what the others show; for what one cannot show nobody waits.
declare -A again=([collapse]='[0-9.]+ ' [hotremove]='[0-9.]+ ' [exit]='-.*')
for threat in collapse hotremove exit; do
	[ "$threat" = "$lacks" ] && continue
	expect 0 "^no_retry +[0-9.]+ " "$ptwalk" race -q -k "$kernel" --against "$threat" --protocol no_retry \
		--protocol retry_unlocked --protocol sequence_once
	grep -Eq "^sequence_once +${again[$threat]}" "$dir/out" || fail "$threat and sequence_once: $(cat "$dir/out")"
	grep -Eq "^retry_unlocked +[0-9.]+ " "$dir/out" || fail "$threat does not show who tests too early: $(cat "$dir/out")"
done

# The same seed says what was drawn; a protocol of the user's.
words=(-q -k "$kernel" --against "$against" --walker "hmm,mirror,pin_fast" --rounds 10)
expect "$own" "^mine +over ${memories%% *}: clean: 10 rounds" "$ptwalk" race "${words[@]}" --seed 7 --protocol "$mine"
tr -s ' \n' '  ' <"$dir/out" | grep -q "none stale; seed 7 " || fail "not seed 7: $(cat "$dir/out")"
# What was kept is printed again; what was noted on the way is not.
grep -v "^ptwalk: " "$dir/out" >"$dir/before"
kept=$(sed -n 's/^kept  *//p' "$dir/before")
expect "$own" "" "$ptwalk" race "$kept"
diff "$dir/before" "$dir/out" || fail "it is printed otherwise from its records"
# So are data races that the kernel told of and the module has no part in.
echo "[    9.0] BUG: KCSAN: data-race in one / another" >>"$kept/console.log"
expect "$own" "^KCSAN +not the module's: data-race in one / another$" "$ptwalk" race "$kept"
sed '/if (mmu_interval_read_retry/s/if (/if (0 \&\& /' "$mine" >"$dir/wrong.c"
expect 1 "^mine +over [a-z]+: FAILED: .*driver held a page" "$ptwalk" race "${words[@]}" --protocol "$dir/wrong.c"
tr -s ' \n' '  ' <"$dir/out" | grep -Eq "seed [0-9]+, walkers that still show it: (hmm|mirror) " ||
	fail "not the fewest walkers: $(cat "$dir/out")"
sed 's/my_map(struct/my_map(strict/' "$mine" >"$dir/broken.c"
expect 2 "broken.c:[0-9]+:.*error" "$ptwalk" race "${words[@]}" --protocol "$dir/broken.c"
one_line
finish
