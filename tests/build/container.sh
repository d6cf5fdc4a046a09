#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The Containerfile: built by buildah on a bookworm of debootstrap's kind, with no registry
# asked and no daemon, and used: without KVM, and with the rights that containers have. A chroot
# isolates it, for want of more where CI runs.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

for program in buildah mmdebstrap; do
	command -v $program >/dev/null || { echo "$program is missing: ./bootstrap.sh test installs it" && exit 1; }
done
: "${PTWALK_SOURCE:?is the checkout; run this through ctest}"
export BUILDAH_ISOLATION=chroot
oci()
{
	buildah --storage-driver vfs --root "$dir/store" --runroot "$dir/run" "$@"
}

# The files that git knows, as who clones has them.
mkdir "$dir/ptwalk"
(cd "$PTWALK_SOURCE" && git ls-files -z | xargs -0 cp --parents -t "$dir/ptwalk") || fail "no copy of the source"
mmdebstrap --variant=minbase --include=ca-certificates bookworm "$dir/base.tar" http://deb.debian.org/debian \
	>"$dir/log" 2>&1 || { tail "$dir/log" && exit 1; }
base=$(oci from scratch)
{ oci add -q "$base" "$dir/base.tar" / && oci commit -q "$base" bookworm && oci rm "$base"; } >"$dir/log" || {
	tail "$dir/log"
	exit 1
}
rm "$dir/base.tar"
oci bud --build-arg BASE=localhost/bookworm -t ptwalk "$dir/ptwalk" >"$dir/log" 2>&1 ||
	{ tail -n 30 "$dir/log" && exit 1; }

container=$(oci from localhost/ptwalk)
mkdir -p "$dir/kept/cache/kernels"
cp -a "$PTWALK_CACHE/kernels/debian-6.1" "$dir/kept/cache/kernels" || fail "no kernel"
inside()
{
	oci run -v "$dir/kept:/ptwalk" "$container" -- "$@"
}
expect 0 "^ptwalk [0-9]" inside ptwalk --version
expect 0 "^anon-pte +2M" inside ptwalk run -q -w anon-pte -o hmm,hmm/range -s 2M
expect 0 "^  20" inside ptwalk list runs
[ -s "$dir/kept/store.db" ] || fail "what is kept is not in /ptwalk"
# The checkout is not in it, nor needed.
expect 0 "" inside sh -c '! ls -d /tmp/ptwalk'
# The native machine is of the host.
expect 2 "^ptwalk run: the native machine loads .*which this container may not .no CAP_SYS_MODULE." inside ptwalk run -m native
expect 2 "which this container may not .no CAP_SYS_MODULE.: run ptwalk on the host itself" \
	oci run --user 1000:1000 -v "$dir/kept:/ptwalk" "$container" -- ptwalk run -m native
oci rm "$container" >"$dir/log"
no_qemu_left
finish
