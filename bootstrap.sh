#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Sets up a Debian 12 machine, builds ptwalk, and runs or tests it.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

# What building and running takes. libelf1 and libssl3 are what Debian's kernel
# headers' own programs are linked with; gcc-12 is what its kernels are built with;
# policies are made of the kernel's own code with coccinelle and git.
run_packages='
	build-essential gcc-12 cmake ninja-build pkg-config
	libarchive-dev libbenchmark-dev libcapstone-dev libcmocka-dev libdw-dev libelf-dev libhwloc-dev libjansson-dev
	libkmod-dev libpfm4-dev libsqlite3-dev nettle-dev zlib1g-dev
	qemu-system-x86 kmod gnuplot-nox e2fsprogs coccinelle git
	debian-archive-keyring ca-certificates libelf1 libssl3'

# What only the tests take, beside those. Kernels are built with the second line's.
test_packages='chromium clang-format clang-tidy jq libbenchmark-tools linux-perf mandoc python3-jsonschema python3-scipy python3-yaml r-base-core shellcheck zsh
	sparse systemd valgrind bc bison flex libssl-dev xz-utils'

say()
{
	printf 'ptwalk: %s\n' "$*" >&2
}

die()
{
	say "$*"
	exit 2
}

usage()
{
	cat <<EOF
usage: ./bootstrap.sh run [OPTION...]    set up, build, and run: the options are those of 'ptwalk run'
       ./bootstrap.sh test [OPTION...]   set up, build, and run the tests: the options are those of ctest;
                                         PTWALK_TEST_BUILDS=1 has those that build kernels, too,
                                         PTWALK_TEST_LONG=1 clang-tidy, kills, and more guests,
                                         PTWALK_TEST_SLOW=1 Debian's whole config, a module built in a guest of 6.12
       ./bootstrap.sh help

Sets up a Debian 12 by itself: what is missing is installed by apt, with sudo
where the user is not root. Where nothing is missing, apt is not called.
EOF
}

# Run a command into the log; where it fails, show the log's end.
logged()
{
	if ! "$@" >>"$log" 2>&1 </dev/null; then
		tail -n 20 "$log" >&2
		die "failed: $*; see $log"
	fi
}

check_machine()
{
	if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
		# shellcheck disable=SC2086 # a list of words
		die "this is no Debian: install what these packages of Debian 12 hold, and build" \
			"with cmake --preset release:" $run_packages
	fi
	[ "$(dpkg --print-architecture)" = amd64 ] ||
		die "this machine is $(dpkg --print-architecture): the guests, and so ptwalk, are amd64"
}

missing()
{
	have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
		sed -n 's/^installed //p' | tr '\n' ' ')
	for package in "$@"; do
		case " $have" in
		*" $package "*) ;;
		*) printf '%s ' "$package" ;;
		esac
	done
}

# apt, as root; waits for another apt to end.
apt()
{
	if [ "$(id -u)" = 0 ]; then
		set -- env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"
	else
		set -- sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"
	fi
	logged "$@"
}

install_missing()
{
	lacking=$(missing "$@")
	[ -n "$lacking" ] || return 0
	[ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
		die "no root and no sudo: as root, run: apt-get install --no-install-recommends $lacking"
	say "installing: $lacking"
	apt -q update
	# shellcheck disable=SC2086 # a list of words
	apt -q -y --no-install-recommends install $lacking
}

# build PRESET: $targets, into the folder the preset names.
build()
{
	cd "$here"
	if [ ! -e "$folder/build.ninja" ]; then
		say "configuring $folder"
		logged cmake --preset "$1"
	fi
	rm -f "$folder/bootstrap.failed"
	# shellcheck disable=SC2086 # a list of words
	{ cmake --build "$folder" --target $targets 2>&1 </dev/null || echo >"$folder/bootstrap.failed"; } | told
	if [ -e "$folder/bootstrap.failed" ]; then
		tail -n 20 "$log" >&2
		die "failed: cmake --build $folder; see $log"
	fi
}

# Ninja's lines into the log; each tenth of a build that has any work is said.
told()
{
	last=-1
	while IFS= read -r line; do
		printf '%s\n' "$line" >>"$log"
		step=${line#[}
		total=${step#*/}
		total=${total%%]*}
		case $line in
		\[*/*]\ [BL]*) ;;
		*) continue ;;
		esac
		tenth=$((${step%%/*} * 10 / total))
		[ "$tenth" = "$last" ] || say "building $folder, $((tenth * 10)) %"
		last=$tenth
	done
}

set_up()
{
	folder=$here/$1
	log=$folder/bootstrap.log
	preset=$2
	shift 2
	check_machine
	mkdir -p "$folder" || exit 2
	: >"$log" || exit 2
	install_missing "$@"
	(build "$preset")
}

# How many tests at once: a guest takes a CPU and up to 4 GiB.
jobs()
{
	sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo |
		awk -v cpus="$(nproc)" '{ n = int($1 / 4000000); print n < 1 ? 1 : n < cpus ? n : cpus }'
}

verb=${1:-help}
[ $# = 0 ] || shift
# shellcheck disable=SC2086 # lists of words
case $verb in
run)
	targets='ptwalk ptwalk-driver ptwalk-init'
	set_up build release $run_packages
	exec "$here/build/ptwalk" run "$@"
	;;
test)
	targets=all
	set_up build-test test $run_packages $test_packages
	# Labels that do not fit into 15 minutes on two cores.
	without=
	[ -n "${PTWALK_TEST_BUILDS:-}" ] || without="$without|build"
	[ -n "${PTWALK_TEST_LONG:-}" ] || without="$without|long"
	[ -n "${PTWALK_TEST_SLOW:-}" ] || without="$without|slow"
	[ -z "$without" ] || set -- -LE "^(${without#|})\$" "$@"
	exec ctest --test-dir "$here/build-test" --output-on-failure -j "$(jobs)" "$@"
	;;
help | -h | --help)
	usage
	;;
*)
	usage >&2
	exit 2
	;;
esac
