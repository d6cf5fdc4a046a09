#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Nothing is left for later.
. "$(dirname "$0")/lib.sh"

find_files ! -name COPYING
grep -nHIwE '[T]ODO|[F]IXME|[X]XX' "${found[@]}" >"$tmp" || true
breaches_of 'left for later' <"$tmp"
finish
