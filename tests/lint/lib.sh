# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the lint tests share. Each is one rule; each sources this first, prints a
# line for each breach, and ends with `finish`. A tool that is not there is a failure.
set -euo pipefail
export LC_ALL=C

: "${PTWALK_SOURCE:?is the checkout; run this through ctest}"
cd "$PTWALK_SOURCE"
breaches=0
tmp=$(mktemp /tmp/ptwalk-lint.XXXXXX)
trap 'rm -rf "$tmp" "$tmp.kmod"' EXIT

breach()
{
	printf '%s\n' "$*"
	breaches=$((breaches + 1))
}

# Each line of standard input is a breach.
breaches_of()
{
	while IFS= read -r line; do
		breach "$1: $line"
	done
}

need()
{
	command -v "$1" >/dev/null || { echo "$1 is missing: install the package $2" && exit 1; }
}

# find_files TEST...: files of the checkout that find's tests match, into the array found.
find_files()
{
	mapfile -t found < <(find . \( -name .git -o -name build -o -name 'build-*' \
		-o -path ./results/local \) -prune -o -type f ! -name '*.mod.c' \( "$@" \) -print |
		sed 's,^\./,,' | sort)
	[ ${#found[@]} -gt 0 ] || { echo "nothing to look at: no file matches $*" && exit 1; }
}

# Shell scripts have no one name: those called *.sh, and all that begin with #! and a shell.
find_scripts()
{
	local scripts=() name first
	find_files -name '*'
	for name in "${found[@]}"; do
		first=''
		# Of a binary file bash says that it skips a byte.
		[[ $name = *.sh ]] || IFS= read -r -n 64 first 2>/dev/null <"$name" || :
		if [[ $name = *.sh || $first =~ ^'#!'.*/(env )?(ba|da)?sh( |$) ]]; then
			scripts+=("$name")
		fi
	done
	found=("${scripts[@]}")
	[ ${#found[@]} -gt 0 ] || { echo "nothing to look at: no shell scripts" && exit 1; }
}

# User-space C and C++: the module is written in the kernel's own style.
find_user_code()
{
	find_files \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) ! -path './kmod/*'
}

finish()
{
	[ "$breaches" = 0 ] || { echo "breaches: $breaches" && exit 1; }
	exit 0
}
