#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A kernel of another architecture counts as exactly: two boots are equal, proofs hold, an entry of
# PTEs costs more than a page of a PMD, and what it has not is missing with its reason. With the word
# own: its own code counts what is built in, policies cost what they cost on x86, in that order,
# and the kernel's own gup_test, built as a module, says what gup_fast does.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

# The kernel's own code of gup_test, with nothing changed in what it times; who asks it is ours.
make_gup_test()
{
	local kernels=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}/kernels/debian-6.12-arm64 version headers
	version=$(cat "$kernels/current")
	headers=$(sed -n 's/^build //p' "$kernels/$version/facts")
	mkdir "$dir/gup"
	cp "$kernels/$version"/source/mm/gup_test.[ch] "$dir/gup" || fail "no sources of gup_test"
	echo 'obj-m := gup.o' >"$dir/gup/Kbuild"
	# What long-term pins are checked for asks for what no module may have, and is not asked here.
	cat >"$dir/gup/gup.c" <<-EOF
		#include <linux/mm.h>
		#include <linux/module.h>
		#define folio_is_longterm_pinnable(folio) true
		#include "gup_test.c"
		MODULE_LICENSE("GPL");
	EOF
	cat >"$dir/gup/ask.c" <<-EOF
		#include <fcntl.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <sys/ioctl.h>
		#include <sys/mman.h>
		#include "gup_test.h"
		int main(int argc, char **argv)
		{
			struct gup_test t = { .size = strtoull(argv[argc - 1], NULL, 0), .nr_pages_per_call = t.size / 4096 };
			void *at = mmap(NULL, t.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			t.addr = (unsigned long)at;
			if (madvise(at, t.size, MADV_NOHUGEPAGE) || madvise(at, t.size, MADV_POPULATE_WRITE) ||
			    ioctl(open("/sys/kernel/debug/gup_test", O_RDWR), GUP_FAST_BENCHMARK, &t))
				return 1;
			printf("%llu\\n", (unsigned long long)t.get_delta_usec);
		}
	EOF
	make -C "$kernels/$version/$headers" M="$dir/gup" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- \
		CC=aarch64-linux-gnu-gcc-12 CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$dir/out" 2>&1 ||
		fail "gup_test does not build: $(tail -n 5 "$dir/out")"
	aarch64-linux-gnu-gcc-12 -o "$dir/gup/ask" "$dir/gup/ask.c" || fail "what asks it does not build"
}

if [ "${1:-}" = own ]; then
	expect 0 "^own code +unchanged, it counts and finds what is built in, in all 4 series" \
		"$ptwalk" run --arch arm64 -k debian:6.12 -w anon-pte,devdax-pte -s 64K,2M --no-plot --no-store --facts \
		-o hmm,hmm/none,hmm/range,hmm/entry --out "$dir/own"
	jq -s -e '[.[] | select(.kind == "series")] | map({(.name): .samples[0][0]}) | add |
		.["hmm/entry/devdax-pte/2M"] > .["hmm/range/devdax-pte/2M"] and
		.["hmm/range/devdax-pte/2M"] > .["hmm/none/devdax-pte/2M"]' "$dir/own/records.jsonl" >/dev/null ||
		fail "entry, range and none are in another order"
	# A reference got and one put.
	jq -s -e '[.[] | select(.kind == "series")] | map({(.name): .facts.atomics}) | add |
		.["hmm/entry/devdax-pte/2M"] - .["hmm/none/devdax-pte/2M"] == 2 * 512' "$dir/own/records.jsonl" >/dev/null ||
		fail "the atomics of entry are not two a page: $(grep -o '"facts":{[^}]*}' "$dir/own/records.jsonl")"
	# With facts or without, and whatever is beside it, it counts the same.
	for ops in hmm hmm,gup_fast empty,hmm,hmm/none,gup_fast; do
		expect 0 "^anon-pte" "$ptwalk" run -q --arch arm64 -k debian:6.12 -w anon-pte,devdax-pte -s 64K,2M --no-plot \
			--no-store -o "$ops" --out "$dir/company"
		for of in own company; do
			jq -c 'select(.kind == "series" and .op == "hmm" and .policy == "") | [.name, .samples[][0]]' \
				"$dir/$of/records.jsonl" >"$dir/$of.counts"
		done
		[ -s "$dir/own.counts" ] || fail "nothing was counted"
		diff "$dir/own.counts" "$dir/company.counts" >"$dir/diff" || fail "-o $ops counts otherwise: $(cat "$dir/diff")"
		rm -r "$dir/company"
	done
	# A CPU of its own is modelled.
	expect 0 "^cycles a round of its steady loop, of [0-9.]+ instructions: .* on neoverse-n1 " \
		"$ptwalk" profile -q --arch arm64 -k debian:6.12 --model -w anon-pte -o hmm -s 2M
	make_gup_test
	expect 0 "^[1-9][0-9]*$" "$ptwalk" guest --arch arm64 -k debian:6.12 --no-module --module "$dir/gup/gup.ko" -- \
		"$dir/gup/ask" 0x4000000
	theirs=$(cat "$dir/out")000
	expect 0 "^anon-pte" "$ptwalk" run -q --arch arm64 -k debian:6.12 -w anon-pte -o gup_fast -s 64M --no-plot --no-store --out "$dir/gup_fast"
	ours=$(jq 'select(.kind == "series").samples[0][0]' "$dir/gup_fast/records.jsonl")
	off=$((theirs - ours))
	[ $((100 * ${off#-})) -lt "$ours" ] || fail "gup_test takes $theirs instructions, gup_fast $ours"
	finish
fi

"$ptwalk" run -q --arch arm64 -k debian:6.12 -b 2 -w anon-pte,devdax-pte,devdax-pmd,devdax-pud \
	-o empty,bare,hmm,gup_fast -s 64K,2M --no-plot --no-store --out "$dir/run" >"$dir/out" 2>"$dir/err" ||
	[ $? = 3 ] || fail "it does not run: $(tail -n 3 "$dir/err")"
records=$dir/run/records.jsonl
expect 0 "^arm64$" jq -r 'select(.kind == "run") | .arch' "$records"
equal=$(jq -r 'select(.kind == "series") | "\(.name) \(.samples | map(.[0]) | unique | length)"' "$records" | sort -u)
[ "$(echo "$equal" | wc -l)" -ge 20 ] || fail "too few series: $equal"
! grep -v ' 1$' <<<"$equal" || fail "samples of a series differ"
twice=$(jq -r 'select(.kind == "series") | "\(.name) \(.samples[0][0])"' "$records" | sort | uniq -c | grep -cv '^ *2 ')
[ "$twice" = 0 ] || fail "two boots differ in $twice series"

# ticks SERIES: of its first sample.
ticks()
{
	jq -s --arg name "$1" '[.[] | select(.kind == "series" and .name == $name)][0].samples[0][0]' "$records"
}
pte=$(ticks hmm/devdax-pte/2M)
pmd=$(ticks hmm/devdax-pmd/2M)
[ "$pte" -gt $((4 * pmd)) ] || fail "PTEs take $pte, PMDs $pmd"
reasons=$(jq -r 'select(.kind == "missing") | "\(.workload) \(.reason)"' "$records" | sort -u)
[ "$reasons" = "devdax-pud needs device-dax of alignment 1G" ] || fail "missing: $reasons"

# Nor runs what is this host's.
expect 2 "/bin/true is not for arm64" "$ptwalk" guest --arch arm64 -k debian:6.12 --no-module -- /bin/true
one_line
expect 2 "device-dax alignment 1G is not one of 4K" "$ptwalk" guest --arch arm64 -k debian:6.12 -d 1G -- /bin/true
one_line

# It is another kernel than x86's.
expect 2 "is of x86 and run of arm64: they have no series in common" \
	"$ptwalk" compare "$PTWALK_SOURCE/results/reference/debian-6.12" "$dir/run"
one_line
finish
