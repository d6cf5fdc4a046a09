#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Evidence of the method on real, noisy figures (bench_method), never of a kernel: boots of the
# tcg machine in which the driver runs again and again, a process each, like arms and steps of
# 1, 2 and 5 % more pages in randomised blocks. What was measured before is not again.
#
#	method.sh BUILD FOLDER [SEED [BOOTS [BLOCKS]]]
set -eu

if [ $# -lt 2 ]; then
	echo "usage: method.sh BUILD FOLDER [SEED [BOOTS [BLOCKS]]]" >&2
	exit 2
fi
build=$1 folder=$2 seed=${3:-7} boots=${4:-10} blocks=${5:-128}

mkdir -p "$folder"
for ((boot = 0; boot < boots; boot++)); do
	file=$folder/seed$seed-boot$boot.txt
	[ -e "$file" ] && continue
	"$build/ptwalk" guest --machine tcg --limit 1800 --file "$build/ptwalk-driver:/ptwalk-driver" -- \
		"$build/tests/bench/method_guest" "$seed" $((boot * blocks)) "$blocks" \
		hmm,bare,hmm_fault,gup_fast,pin_fast 4000K 4000K 4040K 4080K 4200K >"$file.part"
	mv "$file.part" "$file"
	echo "boot $((boot + 1)) of $boots" >&2
done
files=()
for ((boot = 0; boot < boots; boot++)); do
	files+=("$folder/seed$seed-boot$boot.txt")
done
exec "$build/tests/bench/bench_method" "$seed" "${files[@]}"
