#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Relative links in the documents point at files that are there.
. "$(dirname "$0")/lib.sh"

find_files -name '*.md'
while IFS=: read -r file link; do
	target=${link%%#*}
	[ -z "$target" ] || [ -e "$(dirname "$file")/$target" ] || breach "$file: $link is not there"
done < <(grep -HoE '\]\([^)]+\)' "${found[@]}" | sed -E 's/:\]\(([^) ]*).*/:\1/' |
	grep -vE ':(https?|mailto):' || true)
finish
