#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Since 6.16 a walk hands some flags of each entry on as they came: one that is cheaper without is wrong.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

expect 1 '^WRONG' "$ptwalk" run -k debian:7.2 --no-plot --no-store --out "$dir/run" -s 64K -w devdax-pte,anon-pte -o hmm \
	-p "kept=$(dirname "$0")/wrong/kept.patch"
records=$dir/run/records.jsonl
for workload in devdax-pte anon-pte; do
	has ".policy == \"kept\" and .workload == \"$workload\" and .wrong and (.reason | test(\"flags or orders\"))" \
		"$records" || fail "$workload is not wrong"
done
[ "$(jq -s '[.[] | select(.kind == "series" and .policy == "")] | length' "$records")" = 2 ] ||
	fail "the built-in function was not measured"
has '.kind == "missing" and (.policy == "" or .policy == "none") and .wrong' "$records" && fail "what is right is wrong"
finish
