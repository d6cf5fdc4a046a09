# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests of the command line share. Each test script sources this first.
set -u

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
# shellcheck disable=SC2034 # used by those that source this
ptwalk=$PTWALK_BUILD/ptwalk
dir=$(mktemp -d -t ptwalk-cli.XXXXXX)
# Runs and store of the user are none of the tests' business.
export PTWALK_CACHE=${PTWALK_CACHE:-${PTWALK_HOME:+$PTWALK_HOME/cache}}
export PTWALK_CACHE=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk} PTWALK_HOME=$dir/home
unset PTWALK_RESULTS
PTWALK_RESULTS=$PTWALK_HOME/runs
# Nor is its KVM, which may hang: that a test meets it is refused rather than tried.
export PTWALK_KVM=/nonexistent/kvm
# A row a line, wherever the tests run.
export COLUMNS=160
failures=0
trap 'rm -rf "$dir"' EXIT

fail()
{
	printf 'not ok: %s\n' "$*"
	failures=$((failures + 1))
}

# expect STATUS REGEX COMMAND...: the command ends with that status, and what
# it printed has a line that the extended regular expression matches.
expect()
{
	local want=$1 regex=$2 status=0
	shift 2
	"$@" >"$dir/out" 2>&1 </dev/null || status=$?
	if [ "$status" != "$want" ]; then
		fail "status $status, not $want: $*"
		sed 's/^/    /' "$dir/out"
	elif ! grep -Eq -- "$regex" "$dir/out"; then
		fail "no line like '$regex': $*"
		sed 's/^/    /' "$dir/out"
	else
		printf 'ok: %s\n' "$*"
	fi
}

# one_line COMMAND...: the last expect printed one line and no more.
one_line()
{
	[ "$(wc -l <"$dir/out")" = 1 ] || fail "more than one line: $(cat "$dir/out")"
}

# has FILTER FILE: is there a record that the filter of jq selects? (Of `jq -e` the last record tells.)
has()
{
	[ -n "$(jq -c "select($1)" "$2")" ]
}

# No folder of a run, whole or partial, is in the results, and no lock.
nothing_left()
{
	local left
	left=$(find "$PTWALK_RESULTS" -mindepth 1 -maxdepth 1 ! -name failed 2>/dev/null)
	[ -z "$left" ] || fail "left in the results: $left"
}

# No process of this test is left: they all have its folder on their command line.
no_qemu_left()
{
	local pid exe left=
	while IFS=/ read -r _ _ pid _; do
		# What has no exe has ended meanwhile.
		exe=$(readlink "/proc/$pid/exe") || continue
		[ "$exe" = /usr/bin/bash ] || left="$left $pid"
	done < <(grep -slaFf <(echo "$dir/") /proc/[0-9]*/cmdline)
	[ -z "$left" ] || fail "processes left:$left"
}

finish()
{
	if [ "$failures" != 0 ]; then
		printf '%s failed\n' "$failures"
		exit 1
	fi
	exit 0
}
