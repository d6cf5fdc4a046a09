#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What pages show is what ptwalk prints today of the published runs: a block behind
# "<!-- figures: WORDS -->" is a part of the output of `ptwalk WORDS`, line by line. And how
# results/README.md repeats published runs measures what they have.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# As a terminal shows it.
export COLUMNS=80

# As in the tree, records unpacked.
mkdir -p "$dir/results/matrix"
for folder in facts ops pagemaps race reference; do
	ln -s "$PTWALK_SOURCE/results/$folder" "$dir/results"
done
for packed in "$PTWALK_SOURCE"/results/matrix/*/records.jsonl.xz; do
	run=$dir/results/matrix/$(basename "$(dirname "$packed")")
	mkdir -p "$run"
	xz -dc "$packed" >"$run/records.jsonl" || fail "$packed cannot be unpacked"
done
cd "$dir" || exit 1

# Each block of a page as FOLDER/N, a line of words first.
split_page()
{
	awk -v to="$1" '
		/^<!-- figures: .* -->$/ { file = to "/" ++n; begun = 0; sub(/^<!-- figures: /, ""); sub(/ -->$/, "")
					   print >file; next }
		file && /^    / { print substr($0, 5) >file; begun = 1; next }
		file && begun && !/^$/ { file = ""; begun = 0 }
		file && begun { print >file }
	' "$2"
}

# blocks_of PAGE: each is looked for in what its words print.
check_page()
{
	rm -rf "$dir/blocks" && mkdir "$dir/blocks"
	split_page "$dir/blocks" "$1"
	for block in "$dir"/blocks/*; do
		[ -e "$block" ] || return 0
		read -r words <"$block"
		# shellcheck disable=SC2086 # a list of words
		"$ptwalk" $words >"$dir/printed" 2>"$dir/err"
		# 3: what is missing is shown as missing.
		status=$?
		[ $status = 0 ] || [ $status = 3 ] || fail "$1: ptwalk $words: status $status: $(cat "$dir/err")"
		sed 's/ *$//' "$dir/printed" >"$dir/out"
		checked=$((checked + 1))
		awk -v page="$1" -v words="$words" '
			NR == FNR { if (FNR > 1) want[++n] = $0; next }
			{ got[++m] = $0 }
			END {
				while (n && want[n] == "")
					n--
				for (i = 1; i <= m; i++) {
					for (k = 1; k <= n && got[i + k - 1] == want[k]; k++)
						;
					if (k > most)
						most = k
				}
				if (n && most > n)
					exit 0
				printf "%s: ptwalk %s no longer prints: %s\n", page, words, n ? want[most] : "nothing"
				exit 1
			}' "$block" "$dir/out" || fail "$1 is stale"
	done
}

# published RUN WORDS...: `ptwalk run` of these words measures the series that the run has, and no others.
published()
{
	local run=$1
	shift
	"$ptwalk" run --dry-run "$@" | sort >"$dir/series"
	jq -r 'select(.kind == "series") | .name' "$PTWALK_SOURCE/results/$run/records.jsonl" | sort -u |
		diff - "$dir/series" >"$dir/out" || fail "$run is not repeated by: run $*: $(cat "$dir/out")"
}

# command_of REGEX [PAGE]: the words of the command in that page (results/README.md) that begins so.
command_of()
{
	sed -nE "/^    build\/ptwalk run $1/,/[^\\\\]\$/{s/^ +(build\/ptwalk run )?//;s/ *\\\\\$//;p}" \
		"$PTWALK_SOURCE/${2:-results/README.md}" | tr '\n' ' '
}
checked=0
marked=0
while IFS= read -r page; do
	marked=$((marked + $(grep -c '^[[:space:]]*<!-- *figures' "$page")))
	check_page "$page"
done < <(find "$PTWALK_SOURCE" -name '*.md' -not -path '*/build*' -not -path '*/results/local/*')
[ "$checked" = "$marked" ] || fail "$checked of $marked blocks of figures were looked at"
[ "$checked" -ge 3 ] || fail "$checked blocks of figures in all pages"

# And how runs are repeated is how they were made.
words=$(command_of --boots)
for version in 5.10 6.1 6.12; do
	# shellcheck disable=SC2086 # a list of words
	published reference/debian-$version $words
done
# shellcheck disable=SC2086
published reference/debian-7.2 ${words//\/none,pin_fast\/none//entry,pin_fast/entry}
# shellcheck disable=SC2046
published pagemaps/debian-6.1 $(command_of "-n 1")
words=$(command_of --facts.*--iterations docs/facts.md)
for version in 5.10 6.1 6.12; do
	# shellcheck disable=SC2086
	published facts/debian-$version $words
done
# shellcheck disable=SC2086
published facts/debian-7.2 ${words//\/none,pin_fast\/none//entry,pin_fast/entry}
echo "$checked blocks of figures are as printed"
finish
