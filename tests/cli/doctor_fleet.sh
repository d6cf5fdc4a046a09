#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# doctor --fleet says which hosts can run it, and whether they count alike: an ssh that is made up
# has each host run what it is asked for here, with a ptwalk of that host's own.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

# host NAME VERSION COMMAND: its ptwalk is of that version, and runs by that command, $out being the run's folder.
host()
{
	mkdir -p "$dir/$1"
	cat >"$dir/$1/ptwalk" <<-END
		#!/bin/sh
		[ "\$1" != --version ] || { echo "$2" && exit; }
		while [ "\$1" != --out ]; do shift; done
		out=\$2
		$3
	END
	chmod +x "$dir/$1/ptwalk"
}
cat >"$dir/ssh" <<'END'
#!/bin/sh
[ "$1" != -p ] || { echo "port $2" >>"${0%/*}/asked" && shift 2; }
name=${1#*@}
echo "$1" >>"${0%/*}/asked"
[ -d "${0%/*}/$name" ] || { echo "ssh: connect to host $name port 22: Connection refused" >&2 && exit 255; }
PATH=${0%/*}/$name:/usr/bin:/bin exec sh -c "$2"
END
chmod +x "$dir/ssh"
# A program at that path is nowhere: each host has its own.
export PTWALK_SSH=$dir/ssh PTWALK_PROGRAM=/nonexistent/ptwalk
ours=$("$ptwalk" --version)
host good "$ours" "$PTWALK_BUILD/make_run \$out"
host same "$ours" "$PTWALK_BUILD/make_run \$out"
host other "$ours" "$PTWALK_BUILD/make_run \$out differs"
host older "ptwalk 0.0.9" "exit 1"
host broken "$ours" 'echo "ptwalk run: no QEMU here" >&2; exit 2'
host odd "$ours" "mkdir \$out && echo '{}' >\$out/records.jsonl"
mkdir "$dir/bare"

expect 0 "^ok +good +[0-9]+ CPUs?, [0-9]+ MiB free, [0-9]+ MiB for its cache, QEMU .*series, counts agree$|^weak +good" \
	"$ptwalk" doctor --fleet good,2/root@same
[ "$(grep -c 'counts agree$' "$dir/out") $(wc -l <"$dir/out")" = "2 2" ] || fail "not a line each: $(cat "$dir/out")"
grep -qx root@same "$dir/asked" || fail "the count of jobs is taken for a part of the host: $(cat "$dir/asked")"
# Who differs is told by what most have, wherever it stands.
expect 5 "^BAD +other +hmm/devdax-pte/1G: .* instructions.*; good has hmm/devdax-pte/1G: " \
	"$ptwalk" doctor --fleet other,good,same
[ "$(grep -c 'counts agree$' "$dir/out")" = 2 ] || fail "not two that agree: $(cat "$dir/out")"
expect 2 "^BAD +gone +ssh: connect to host gone port 22: Connection refused$" "$ptwalk" doctor --fleet good,gone
grep -q '^[a-z]* *good .*counts agree$' "$dir/out" || fail "one host is of no use for another: $(cat "$dir/out")"
expect 2 "^BAD +bare +ptwalk is not installed there$" "$ptwalk" doctor --fleet bare
expect 2 "^BAD +older +ptwalk 0.0.9 there, $ours here$" "$ptwalk" doctor --fleet older
expect 2 "^BAD +broken +ptwalk run: no QEMU here$" "$ptwalk" doctor --fleet broken
expect 2 "^BAD +odd +its run cannot be read: " "$ptwalk" doctor --fleet odd
# What differs is more than what cannot be had.
expect 5 "^BAD +bare" "$ptwalk" doctor --fleet bare,good,same,other
expect 2 "^BAD +good +.*nonexistent/ssh" env PTWALK_SSH=/nonexistent/ssh "$ptwalk" doctor --fleet good

# As GNU parallel's --sshloginfile.
cat >"$dir/hosts" <<END
# two hosts
good

  8/$dir/ssh -p 2222 root@same	# with a port
END
expect 0 "^(ok|weak) +root@same" "$ptwalk" doctor --fleet "$dir/hosts"
grep -qx "port 2222" "$dir/asked" || fail "the ssh of a line was not used"
PATH=$dir/good:$PATH expect 0 "^(ok|weak) +: " "$ptwalk" doctor --fleet :

# Bad input: one line each, and nobody is asked.
: >"$dir/asked"
bad()
{
	expect 2 "$@"
	one_line
}
printf 'good\n-oProxyCommand=x\n' >"$dir/bad"
: >"$dir/empty"
bad "doctor: .*/bad, line 2: '-oProxyCommand=x' is no host: \[N/\]\[USER@\]HOST, or : for this one" \
	"$ptwalk" doctor --fleet "$dir/bad"
bad "no host in '.*/empty'" "$ptwalk" doctor --fleet "$dir/empty"
bad "no host in ''" "$ptwalk" doctor --fleet ''
bad "cannot read /dev/zero: a device, not a file" "$ptwalk" doctor --fleet /dev/zero
bad "'a[?]b' is no host" "$ptwalk" doctor --fleet $'a\nb'
bad "good is there twice" "$ptwalk" doctor --fleet good,2/good
bad "'0/good' is no host" "$ptwalk" doctor --fleet 0/good
bad "'\./hosts' is no host" "$ptwalk" doctor --fleet ./hosts
bad "'x;y' is no host" "$ptwalk" doctor --fleet 'x;y'
bad "exclude each other" "$ptwalk" doctor --fleet good --speed
[ ! -s "$dir/asked" ] || fail "asked: $(cat "$dir/asked")"
finish
