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
	libarchive-dev libbenchmark-dev libcapstone-dev libdw-dev libelf-dev libhwloc-dev libjansson-dev
	libkmod-dev libpfm4-dev libsqlite3-dev nettle-dev zlib1g-dev
	qemu-system-x86 kmod gnuplot-nox e2fsprogs xfsprogs coccinelle git
	debian-archive-keyring ca-certificates libelf1 libssl3'

# What only the tests take, beside those. Kernels are built with the second line's.
test_packages='buildah chromium clang-format clang-tidy debhelper dh-dkms fakeroot jq libbenchmark-tools libcmocka-dev linux-perf lintian mandoc mmdebstrap python3-jsonschema python3-scipy python3-yaml r-base-core shellcheck zsh
	sparse clang lld llvm systemd tmux valgrind bc bison flex libssl-dev xz-utils'

# What tests of a fleet take beside those: daemons that they start themselves, each with a folder of its own.
fleet_packages='iproute2 munge openssh-client openssh-server parallel rsync slurm-client slurmctld slurmd'

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
                                         PTWALK_TEST_SLOW=1 Debian's whole config, packages, a container, modules built in guests, more kills and races,
                                         PTWALK_TEST_FLEET=1 Slurm and ssh between nodes, as root
       ./bootstrap.sh help

'run --arch ARCH' installs what kernels of that architecture take, too: QEMU, its firmware, and a
cross compiler; nothing of the architecture itself.

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
		die "this is no Debian: 'podman build -t ptwalk .' makes a container; or install what these packages" \
			"of Debian 12 hold, and build with cmake --preset release:" $run_packages
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

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# apt, as root; waits for another apt to end.
apt()
{
	set -- as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"
	# What it tells of its progress comes between the lines that it prints.
	watched apt_step "$@" -o APT::Status-Fd=1
}

# watched STEP COMMAND...: a command's lines into the log; STEP tells of each what is being
# done and how many per cent of it are, and each tenth is said. Where it fails, the log's end.
watched()
{
	step=$1
	shift
	rm -f "$folder/bootstrap.failed"
	{ "$@" 2>&1 </dev/null || echo >"$folder/bootstrap.failed"; } | {
		last=
		while IFS= read -r line; do
			now=$($step "$line")
			[ -n "$now" ] || printf '%s\n' "$line" >>"$log"
			[ "${now:-$last}" = "$last" ] || say "$now %"
			last=${now:-$last}
		done
	}
	if [ -e "$folder/bootstrap.failed" ]; then
		tail -n 20 "$log" >&2
		die "failed: $*; see $log"
	fi
}

# apt's dlstatus:N:PERCENT:TEXT while it fetches, pmstatus:PACKAGE:PERCENT:TEXT while it installs.
apt_step()
{
	case $1 in
	dlstatus:*) what='fetching packages' ;;
	pmstatus:*) what='installing packages' ;;
	*) return 0 ;;
	esac
	percent=${1#*:*:}
	percent=${percent%%[.:]*}
	echo "$what, $((percent / 10 * 10))"
}

# Ninja's [STEP/ALL] of a build that has any work.
ninja_step()
{
	case $1 in
	\[*/*]\ [BL]*) ;;
	*) return 0 ;;
	esac
	printf '%s\n' "$1" >>"$log"
	done=${1#[}
	all=${done#*/}
	# shellcheck disable=SC2017 # whole tenths
	echo "building $folder, $((${done%%/*} * 10 / ${all%%]*} * 10))"
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

# The same of daemons, of which none is started: not by apt, which asks the policy, and not by the next boot.
install_idle()
{
	daemons=$(missing "$@")
	[ -n "$daemons" ] || return 0
	if [ -e /usr/sbin/policy-rc.d ]; then
		install_missing "$@"
	else
		trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
		trap 'exit 130' INT TERM
		printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin /usr/sbin/policy-rc.d
		install_missing "$@"
		as_root rm -f /usr/sbin/policy-rc.d
		trap - EXIT INT TERM
	fi
	for package in $daemons; do
		dpkg -L "$package" | sed -n 's,^/lib/systemd/system/\(.*\.service\)$,\1,p'
	done | while read -r unit; do
		logged as_root systemctl disable "$unit"
	done
}

# What the architecture of --arch takes, of run's options; all of them where it is "all".
arch_packages()
{
	arch=
	for word in "$@"; do
		[ "$arch" != next ] || arch=$word
		case $word in
		--arch) arch=next ;;
		--arch=*) arch=${word#--arch=} ;;
		esac
	done
	[ "$*" != all ] || arch='*'
	# What there is not, ptwalk says.
	# shellcheck disable=SC2086 # a pattern
	cat "$here"/arch/$arch/packages 2>/dev/null || :
}

# build PRESET: $targets, into the folder the preset names.
build()
{
	cd "$here"
	if [ ! -e "$folder/build.ninja" ]; then
		say "configuring $folder"
		# shellcheck disable=SC2086 # a name, and options
		logged cmake --preset $1
	fi
	# shellcheck disable=SC2086 # a list of words
	watched ninja_step cmake --build "$folder" --target $targets
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
	more=$(arch_packages "$@")
	targets='ptwalk ptwalk-driver ptwalk-init ptwalk-facts'
	set_up build 'release -DBUILD_TESTING=OFF' $run_packages $more
	exec "$here/build/ptwalk" run "$@"
	;;
test)
	more=$(arch_packages all)
	targets=all
	set_up build-test test $run_packages $test_packages $more
	[ -z "${PTWALK_TEST_FLEET:-}" ] || install_idle $fleet_packages
	# Labels that do not fit into 15 minutes on two cores.
	without=
	[ -n "${PTWALK_TEST_BUILDS:-}" ] || without="$without|build"
	[ -n "${PTWALK_TEST_LONG:-}" ] || without="$without|long"
	[ -n "${PTWALK_TEST_SLOW:-}" ] || without="$without|slow"
	[ -n "${PTWALK_TEST_FLEET:-}" ] || without="$without|fleet"
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
