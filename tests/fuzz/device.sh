#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The fuzzer of /dev/ptwalk in a guest: device.sh KERNEL CPUS SECONDS [WORD...], from PTWALK_FUZZ_SEED
# (the day's, so that each day tries others; it is printed), the corpus first.
set -euo pipefail

: "${PTWALK_BUILD:?is the build folder; run this through ctest}" "${PTWALK_SOURCE:?is the checkout}"
kernel=$1 cpus=$2 seconds=${PTWALK_FUZZ_SECONDS:-$3}
shift 3
files=()
for file in "$PTWALK_SOURCE"/tests/fuzz/corpus/*; do
	files+=(--file "$file:/corpus/${file##*/}")
done
# Several threads of QEMU's translator and text that is patched do not go together.
[ "$cpus" = 1 ] || set -- --still "$@"
exec "$PTWALK_BUILD/ptwalk" guest --kernel "$kernel" --machine tcg --cpus "$cpus" \
	--dax 4K --dax 2M --spare low --limit $((4 * seconds + 600)) --silent 200 "${files[@]}" -- \
	"$PTWALK_BUILD/fuzz_device" "--seed=${PTWALK_FUZZ_SEED:-$(date +%Y%m%d)}" "--seconds=$seconds" \
	--corpus=/corpus "$@"
