#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The figures of docs/safety.md are those of results/fuzz: the tables behind "<!-- fuzz -->" and
# "<!-- calls -->" are what `safety.sh print fuzz` and `calls` make of the records that the fuzzer left.
set -euo pipefail

: "${PTWALK_SOURCE:?is the checkout}"
rows='def row: "| " + (map(tostring) | join(" | ")) + " |";
	def sum(f): map(f) | add;'
declare -A table
table[fuzz]='
	def kernel: (.version | capture("Debian (?<v>[^ ]+)").v) //
		(.release + (if .kcov then " (debug, KCOV)" else " (debug)" end));
	(["kernel", "CPUs", "guests", "calls", "runs", "reloads", "unbinds", "found"] | row),
	(["---", "---", "---", "---", "---", "---", "---", "---"] | row),
	(map(. + {of: kernel}) | group_by([.of, .cpus])[] |
		[.[0].of, .[0].cpus, length, sum(.calls), sum(.runs), sum(.reloads), sum(.unbinds),
		 (map(select(.found)) | length)] | row),
	(["all", "", length, sum(.calls), sum(.runs), sum(.reloads), sum(.unbinds),
	  (map(select(.found)) | length)] | row)'
# Of those guests that told it; in rows of three kinds.
# shellcheck disable=SC2016 # jq's own
table[calls]='
	map(select(.kinds)) | sum(.seconds) as $seconds |
	([range(3) | "call", "made", "done", "a second"] | row),
	([range(12) | "---"] | row),
	([[.[].kinds | to_entries[]] | group_by(.key)[] |
		[.[0].key, sum(.value[0]), sum(.value[1]), (sum(.value[0]) / $seconds * 100 | round / 100)]] |
	 sort_by(-.[1]) | . + [["", "", "", ""]] | [range(0; length - 1; 3) as $i | .[$i:$i + 3] | add | row] | .[])'

made()
{
	jq -rs "$rows ${table[$1]}" "$PTWALK_SOURCE/results/fuzz/records.jsonl"
}
[ "${1-}" != print ] || { made "$2" && exit; }

page=$PTWALK_SOURCE/docs/safety.md
for name in fuzz calls; do
	shown=$(awk -v mark="<!-- $name -->" '$0 == mark { on = 1; next } on && /^\|/ { print; next } on && NF { exit }' "$page")
	[ -n "$shown" ] || { echo "$page has no table of $name" && exit 1; }
	diff <(made $name) <(echo "$shown") || { echo "$page has other figures than results/fuzz" && exit 1; }
done
