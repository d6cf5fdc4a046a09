#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds and downloads that are killed leave nothing that a later one takes for whole.
# The tree is made up (tests/tree), git and make are the real ones.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

export PTWALK_CACHE=$dir/cache T=$dir
tree=$dir/tree
mkdir -p "$dir/bin" "$dir/records"
cp -a "$PTWALK_SOURCE/tests/tree" "$tree"
printf '# base: nothing\nCONFIG_MODULES=y\n' >"$dir/my.config"

# program NAME: a made-up one, its body from stdin.
program()
{
	{
		echo '#!/bin/sh'
		cat
	} >"$dir/bin/$1"
	chmod +x "$dir/bin/$1"
}
program depmod <<'EOF'
touch "$2/lib/modules/$3/modules.dep.bin"
EOF
program strip <<'EOF'
cp "$4" "$3"
EOF
export PATH=$dir/bin:$PATH

# In the background this is the process itself, not a shell around it.
build()
{
	exec "$ptwalk" kernel build -q --config "$dir/my.config" "$@"
}

built()
{
	(build "$@")
}

# killed SECONDS ARG...: a build that is killed after so long, and with it nothing of ours; or once an
# object is half-made, however slow the machine is.
killed()
{
	local after=$1 pid
	shift
	build "$@" >"$dir/out" 2>&1 &
	pid=$!
	if [ "$after" = half ]; then
		within 20 half_made_any
	else
		sleep "$after"
	fi
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

# Objects that make began and did not end.
half_made()
{
	local object cmd
	find "$PTWALK_CACHE/workspaces" -name '*.o' 2>/dev/null | while read -r object; do
		cmd=$(dirname "$object")/.$(basename "$object").cmd
		if [ ! -e "$cmd" ] || [ "$object" -nt "$cmd" ]; then
			echo "$object"
		fi
	done
}

half_made_any()
{
	[ -n "$(half_made)" ]
}

# within SECONDS COMMAND...: it succeeds in that time.
within()
{
	local end=$((SECONDS + $1))
	shift
	until "$@" || [ $SECONDS -ge $end ]; do
		sleep 0.05
	done
}

# whole SPEC: what is built is the tree at hand.
whole()
{
	local key=${1#build:}
	if ! cat "$tree"/mm/hmm.c "$tree"/mm/other.c | cmp -s - "$PTWALK_CACHE/builds/$key/boot/bzImage"; then
		fail "what was built is not the tree, after a kill at $point s"
	fi
}

export SLOW=0.3
halves=0
for point in 0.05 0.15 0.25 0.35 0.45 0.55 0.65 0.8 1.0 half; do
	echo "/* $point */" >>"$tree/mm/hmm.c"
	echo "/* $point */" >>"$tree/mm/other.c"
	killed "$point" --tree "$tree"
	halves=$((halves + $(half_made | wc -l)))
	expect 0 '^build:' built --tree "$tree"
	whole "$(grep '^build:' "$dir/out")"
done
# Otherwise nothing was tested.
[ "$halves" -gt 0 ] || fail "no kill met an object that was half-made"
left=$(find "$PTWALK_CACHE" -name '*.tmp' -o -name building)
[ -z "$left" ] || fail "left in the cache: $left"

# An archive that serves the made-up tree as linux-source-6.1, slowly.
mkdir -p "$dir/pack/usr/src" "$dir/linux-source-6.1"
cp -a "$tree/." "$dir/linux-source-6.1"
tar -C "$dir" -cJf "$dir/pack/usr/src/linux-source-6.1.tar.xz" linux-source-6.1
program apt-get <<'EOF'
case $* in
*indextargets*) echo 'Debian|bookworm|main|http://mirror.example/debian/' ;;
*download*) echo half >linux-source-6.1.deb; sleep 0.3; echo whole >linux-source-6.1.deb ;;
esac
EOF
program apt-cache <<'EOF'
printf 'Package: linux-source-6.1\nVersion: 6.1.1-1\n'
EOF
program dpkg-deb <<'EOF'
[ "$(cat "$2")" = whole ] || exit 1
mkdir -p "$3/usr/src"; head -c 100 "$T"/pack/usr/src/*.xz >"$3/usr/src/linux-source-6.1.tar.xz"
sleep 0.2; cp "$T"/pack/usr/src/*.xz "$3/usr/src/"
EOF
export SLOW=0
for point in 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.9; do
	rm -rf "$PTWALK_CACHE/sources" "$PTWALK_CACHE/apt"
	killed "$point" --source debian:6.1
	expect 0 '^build:' built --source debian:6.1
	whole "$(grep '^build:' "$dir/out")"
done

# Ctrl-C is no crash: what is done stays done, and no make goes on.
SLOW=2
echo '/* interrupted */' >>"$tree/mm/hmm.c"
build --tree "$tree" >"$dir/out" 2>&1 &
pid=$!
sleep 1
kill -INT "$pid"
wait "$pid"
status=$?
[ "$status" = 130 ] || fail "an interrupted build ended with $status"
no_qemu_left
finish
