#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The figures of docs/safety.md are those of results/fuzz: the table behind "<!-- fuzz -->" is what
# `safety.sh print` makes of the records that the fuzzer left.
set -euo pipefail

: "${PTWALK_SOURCE:?is the checkout}"
table()
{
	jq -rs '
		def row: "| " + (map(tostring) | join(" | ")) + " |";
		def sum(f): map(f) | add;
		def kernel: ((.version | capture("Debian (?<v>[^ ]+)").v) // .release) + (if .kcov then " (debug, KCOV)" else "" end);
		(["kernel", "CPUs", "guests", "calls", "runs", "reloads", "unbinds", "found"] | row),
		(["---", "---", "---", "---", "---", "---", "---", "---"] | row),
		(map(. + {of: kernel}) | group_by([.of, .cpus])[] |
			[.[0].of, .[0].cpus, length, sum(.calls), sum(.runs), sum(.reloads), sum(.unbinds),
			 (map(select(.found)) | length)] | row),
		(["all", "", length, sum(.calls), sum(.runs), sum(.reloads), sum(.unbinds),
		  (map(select(.found)) | length)] | row)' "$PTWALK_SOURCE/results/fuzz/records.jsonl"
}
[ "${1-}" != print ] || { table && exit; }

page=$PTWALK_SOURCE/docs/safety.md
shown=$(awk '/^<!-- fuzz -->$/ { on = 1; next } on && /^\|/ { print; next } on && NF { exit }' "$page")
[ -n "$shown" ] || { echo "$page has no table of figures" && exit 1; }
diff <(table) <(echo "$shown") || { echo "$page has other figures than results/fuzz" && exit 1; }
