#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The config distro is Debian's: a kernel built with it here counts as the packaged one does,
# whatever the differences of compiler and config files are called.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

kernel=$("$ptwalk" kernel build -q --source debian:6.1 --config distro) || exit 1
few=(-q --no-plot --no-store --size '2M,64M')
expect 0 '^devdax-pud ' "$ptwalk" run "${few[@]}" -k debian:6.1 --out "$dir/packaged"
expect 0 '^devdax-pud ' "$ptwalk" run "${few[@]}" -k "$kernel" --out "$dir/built"
expect 4 'kernel config differs' "$ptwalk" compare "$dir/packaged" "$dir/built"
expect 0 '^[1-9][0-9]* same$' "$ptwalk" compare --force --all-sizes "$dir/packaged" "$dir/built"
finish
