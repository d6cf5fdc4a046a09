#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# No file and no folder needs one that needs it: what the built objects define, and what they
# lack, says who needs whom. A file is a source with its header.
#	circles.sh --list	print every file that another needs, the other, and for what
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
need nm binutils

# "OBJECT SOURCE TARGET": the objects of the suite, not those of sources that are gone.
user_objects()
{
	local object target folder source kind
	while IFS= read -r object; do
		target=${object%.dir/*}
		folder=${target#"$PTWALK_BUILD"/}
		folder=${folder%/CMakeFiles/*}
		source=$folder/${object##*.dir/}
		source=${source%.o}
		kind=program
		[ ! -e "$PTWALK_BUILD/$folder/lib${target##*/}.a" ] || kind=library
		[ ! -e "$source" ] || printf '%s %s %s %s\n' "$object" "$source" "$folder/${target##*/}" $kind
	done < <(find "$PTWALK_BUILD" -path "$PTWALK_BUILD/tests" -prune -o -path '*.dir/*.o' -print)
}

module_objects()
{
	local object source
	while IFS= read -r object; do
		source=kmod/${object#"$module"/}
		source=${source%o}c
		[ ! -e "$source" ] || printf '%s %s kmod program\n' "$object" "$source"
	done < <(find "$module" -name '*.o')
}

# "FILE FILE SYMBOL": the first needs the second, which defines the symbol.
edges()
{
	awk '
	FILENAME == ARGV[1] { source[$1] = $2; target[$1] = $3; kind[$1] = $4; next }
	{ sub(/:$/, "", $1); object = $1; name = $2 }
	$3 ~ /^[A-TV-Z]$/ && $3 !~ /[VW]/ {
		inside[target[object], name] = source[object]
		if (kind[object] == "library")
			outside[name] = source[object]
	}
	$3 == "U" { lacks[++n] = object SUBSEP name }
	function stem(file) { sub(/\.[a-z]+$/, "", file); return file }
	END {
		for (i = 1; i <= n; i++) {
			split(lacks[i], l, SUBSEP)
			from = source[l[1]]
			to = inside[target[l[1]], l[2]]
			if (!to)
				to = outside[l[2]]
			if (to && to != from)
				print stem(from), stem(to), l[2]
		}
	}' "$1" <(cut -d' ' -f1 "$1" | xargs nm -A -P 2>/dev/null) | sort -u
}

# "FOLDER FOLDER FILE:SYMBOL" of the edges.
folders()
{
	awk '
	function folder(file) { sub(/\/[^\/]*$/, "", file); return file }
	folder($1) != folder($2) { print folder($1), folder($2), $1 ":" $3 }' "$1"
}

# One line for each circle among the edges, with what closes each step of it.
circles()
{
	awk '{ print $1, $2 }' "$1" | sort -u | { tsort 2>&1 >/dev/null || true; } | awk -v edges="$1" '
	BEGIN {
		while ((getline line <edges) > 0) {
			split(line, e, " ")
			if (!((e[1], e[2]) in why))
				why[e[1], e[2]] = e[3]
		}
	}
	function tell(   i, next_one, text) {
		for (i = 1; i <= n; i++) {
			next_one = member[i % n + 1]
			text = text member[i] " -(" why[member[i], next_one] ")-> "
		}
		if (n)
			print text member[1]
		n = 0
	}
	/input contains a loop/ { tell(); next }
	{ sub(/^tsort: /, ""); member[++n] = $0 }
	END { tell() }'
}

build_module C=0
{
	user_objects
	module_objects
} >"$tmp.objects"
[ -s "$tmp.objects" ] || { echo "nothing to look at: no objects in $PTWALK_BUILD" && exit 1; }
edges "$tmp.objects" >"$tmp.files"
folders "$tmp.files" >"$tmp.folders"
if [ "${1:-}" = --list ]; then
	cat "$tmp.files"
	exit 0
fi
breaches_of 'circle of folders' < <(circles "$tmp.folders")
breaches_of 'circle of files' < <(circles "$tmp.files")
finish
