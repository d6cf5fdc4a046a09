#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages' life: built of the files that git knows, found without fault by lintian,
# and in a fresh bookworm installed, used and purged. Behind mmdebstrap it is called again, with
# the folder of that bookworm, in its hook.
# shellcheck source-path=SCRIPTDIR source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

inside()
{
	chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"
}

# Every file of the packages' own, and of whoever uses them.
files()
{
	find "$root"/{usr,etc,lib,root,var/lib/ptwalk,var/lib/dkms} -xdev 2>/dev/null | grep -i ptwalk | LC_ALL=C sort
}

life()
{
	local kernel headers left
	mkdir -p "$root/debs" "$root/root/.cache/ptwalk/kernels"
	cp "$1"/*.deb "$root/debs" || fail "nothing to install"
	cp -a "$PTWALK_CACHE/kernels/debian-6.1" "$root/root/.cache/ptwalk/kernels" || fail "no kernel"
	expect 0 "Setting up ptwalk-dkms" inside sh -c "apt-get -q -y --no-install-recommends install /debs/ptwalk_*.deb /debs/ptwalk-dkms_*.deb"
	expect 0 "^ptwalk [0-9]" inside ptwalk --version
	expect 0 "^  bench " inside ptwalk kernel list
	expect 0 "^ok +cache +/root/.cache/ptwalk" inside ptwalk doctor
	[ -s "$root/usr/share/man/man1/ptwalk-run.1.gz" ] || fail "no man page"
	expect 0 "^anon-pte" inside ptwalk run -q -w anon-pte -o hmm -s 2M
	expect 0 "^  20" inside ptwalk list runs
	[ -s "$root/root/.local/share/ptwalk/store.db" ] || fail "no store"
	# The running kernel's headers are not there; those of the cache are some kernel's.
	kernel=$root/root/.cache/ptwalk/kernels/debian-6.1
	kernel=$kernel/$(<"$kernel/current")
	cp -a "$kernel"/usr/src/linux-headers-* "$root/usr/src" || fail "no headers in the cache"
	cp -a "$kernel"/usr/lib/linux-kbuild-* "$root/usr/lib" || fail "no kbuild in the cache"
	headers=$(cd "$root" && echo usr/src/linux-headers-*-amd64)
	expect 0 "^ptwalk/[0-9.]+: added" inside dkms status
	expect 0 "installed|Building module" inside dkms build "ptwalk/$(sed -n '1s/.*(\(.*\)).*/\1/p' "$PTWALK_SOURCE/debian/changelog")" \
		-k "${headers##*headers-}" --kernelsourcedir "/$headers"
	expect 0 "Purging configuration|Removing ptwalk" inside apt-get -q -y purge ptwalk ptwalk-dkms
	left=$(files | grep -v "^$root/root/\(.cache\|.local/share\)/ptwalk")
	[ -z "$left" ] || fail "left: $left"
	finish
}

if [ -n "${PACKAGE_ROOT:-}" ]; then
	root=$PACKAGE_ROOT
	life "$PACKAGE_DEBS"
fi

for program in dpkg-buildpackage dh dh_dkms lintian mmdebstrap; do
	command -v $program >/dev/null || { echo "$program is missing: ./bootstrap.sh test installs it" && exit 1; }
done
: "${PTWALK_SOURCE:?is the checkout; run this through ctest}"
mkdir "$dir/ptwalk"
(cd "$PTWALK_SOURCE" && git ls-files -z | xargs -0 cp --parents -t "$dir/ptwalk") || fail "no copy of the source"
(cd "$dir/ptwalk" && dpkg-buildpackage -b -us -uc -j2) >"$dir/log" 2>&1 || {
	tail -n 30 "$dir/log"
	exit 1
}
# Where nothing is found, nothing is said.
lintian --fail-on error,warning "$dir"/*.changes >"$dir/out" 2>&1 || fail "lintian: $(cat "$dir/out")"
expect 0 "" mmdebstrap --variant=apt --format=null bookworm /dev/null http://deb.debian.org/debian \
	"--customize-hook=env PACKAGE_ROOT=\"\$1\" PACKAGE_DEBS=$dir PTWALK_BUILD=$PTWALK_BUILD PTWALK_CACHE=$PTWALK_CACHE PTWALK_SOURCE=$PTWALK_SOURCE $0"
cat "$dir/out"
finish
