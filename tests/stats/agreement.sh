#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Does bench/stats agree with R? Fails where Rscript is missing.
# usage: agreement.sh STATS_CASES
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cases=$(mktemp)
trap 'rm -f "$cases"' EXIT

command -v Rscript >/dev/null || {
	echo "Rscript is missing: it is in Debian's package r-base-core" >&2
	exit 1
}
"$1" >"$cases"
Rscript --vanilla "$here/agreement.R" "$cases"
