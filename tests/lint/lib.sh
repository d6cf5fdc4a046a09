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
trap 'rm -rf "$tmp" "$tmp".*' EXIT

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

# build_module [ARG...]: the module's objects, of a kernel of ptwalk's own cache, in the folder
# $module, where only what has changed is built; what make says is in $tmp.
build_module()
{
	local kernel headers file
	need gcc-12 gcc-12
	"$PTWALK_BUILD/ptwalk" list -k debian:6.1 workloads >"$tmp" || { echo "no headers of 6.1" && exit 1; }
	kernel=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}/kernels/debian-6.1
	headers=$(find "$kernel/$(cat "$kernel/current")/usr/src" -maxdepth 1 -name 'linux-headers-*-amd64')
	[ -d "$headers" ] || { echo "no headers of 6.1 in $kernel" && exit 1; }
	module=$PTWALK_BUILD/tests/module
	mkdir -p "$module"
	while IFS= read -r file; do
		[ -e "kmod/$file" ] || rm "$module/$file"
	done < <(cd "$module" && find . -name '*.[ch]' ! -name '*.mod.c')
	while IFS= read -r file; do
		cmp -s "kmod/$file" "$module/$file" || install -D -m 644 "kmod/$file" "$module/$file"
	done < <(cd kmod && find . -name '*.[ch]' ! -name '*.mod.c' -o -name Kbuild)
	env -u MAKEFLAGS -u MAKELEVEL make -C "$headers" M="$module" CC=gcc-12 \
		CONFIG_DEBUG_INFO_BTF_MODULES= -j2 "$@" modules >"$tmp" 2>&1 ||
		breach "the module does not build: $(grep -m 1 error "$tmp")"
}

finish()
{
	[ "$breaches" = 0 ] || { echo "breaches: $breaches" && exit 1; }
	exit 0
}
