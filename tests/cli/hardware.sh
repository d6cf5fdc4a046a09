#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# doctor --hardware says of each check pass, FAIL, or why it is not possible here; its file has all of
# it, and no name of a person, a host or a folder.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

mkdir -p "$dir/home/alice-smith/work" "$dir/tmp"
cd "$dir/home/alice-smith/work" || exit 1
export HOME=$dir/home/alice-smith SUDO_USER=alice-smith USER=alice-smith LOGNAME=alice-smith TMPDIR=$dir/tmp

names=$("$ptwalk" doctor --hardware --list | awk '{ print $1 }')
[ "$(wc -w <<<"$names")" -ge 9 ] || fail "only these checks: $names"
# No test loads a module into the kernel of the host that it runs on: as root those that
# would are left out, and asked for by a user that may not.
here="native placements events"
names=$(grep -vxF "${here// /$'\n'}" <<<"$names")
hardware()
{
	# shellcheck disable=SC2086 # names
	"$ptwalk" doctor --hardware "$@" $names
}
plain()
{
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}
[ -z "$(ls)" ] || fail "--list wrote something"

expect 0 "^[0-9]+ pass, 0 fail, [0-9]+ not possible here$" hardware --kvm
file=$(ls ptwalk-hardware-*.tar.gz) || fail "no file"
grep -q "^$file ([0-9]* KiB) is to be sent. It holds" "$dir/out" || fail "it does not say what the file holds"
for name in $names; do
	grep -Eq "^$name +(pass|FAIL|not possible here): ." "$dir/out" || fail "nothing is said of $name"
done
grep -q "^kvm  *not possible here: /nonexistent/kvm is not there" "$dir/out" || fail "KVM is there?"
tar xzf "$file" || fail "no tar file"
content="ptwalk-hardware"
[ "$(jq -r '.kind, .schema' $content/hardware.json | tr '\n' ' ')" = "hardware 1 " ] || fail "not its JSON"
[ "$(jq -r '.checks[].name' $content/hardware.json)" = "$names" ] || fail "not all checks in the JSON"
jq -e '.checks | all(.text != "" and .shows != "" and
	(.verdict | IN("pass", "FAIL", "not possible here")))' $content/hardware.json >/dev/null ||
	fail "a check without its words"
jq -e '.checks[] | select(.name == "tsc").facts.khz > 100000' $content/hardware.json >/dev/null || fail "no figures"
head -n 3 "$dir/out" | cmp -s - <(head -n 3 $content/printed.txt) || fail "what was printed is not kept"

# clean TEXT...: none of these is in the file.
clean()
{
	local text
	for text; do
		[ ${#text} -lt 3 ] || ! grep -rqiwF -- "$text" $content || fail "the file has '$text'"
	done
}
clean alice-smith "$dir" "$PTWALK_RESULTS" "$PTWALK_BUILD" "$HOME"
case $(hostname) in
localhost | debian | linux | host) ;;
*) clean "$(hostname)" "$(hostname -s)" ;;
esac
[ "$(stat -c %U "$file")" = "$(id -un)" ] || fail "whose file is it?"
[ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"

# Without --kvm nobody asks for the device.
expect 0 "^kvm +not possible here: not asked for: --kvm" hardware --out once.tar.gz
grep -q nonexistent "$dir/out" && fail "the device was asked for"
bad()
{
	expect 2 "$@"
	one_line
}
bad "^ptwalk doctor: once.tar.gz is there already" hardware --out once.tar.gz
bad "^ptwalk doctor: cannot make a folder in /nonexistent: No such file" \
	env TMPDIR=/nonexistent "$ptwalk" doctor --hardware tsc
bad "^ptwalk doctor: cannot write /nonexistent/x: No such file" hardware --out /nonexistent/x
bad "^ptwalk doctor: unknown check 'now'; there are: topology, tsc, .*doctor" "$ptwalk" doctor --hardware tsc now
[ -z "$(find . -name '*.tmp')" ] || fail "half a file is left"

# A check that fails is said, and is the exit status.
expect 2 "^doctor +FAIL: ." env PTWALK_DRIVER=/nonexistent "$ptwalk" doctor --hardware --out failed.tar.gz doctor
tar tzf failed.tar.gz | grep -q '^ptwalk-hardware/doctor.log$' || fail "what it said is not in the file"

# Ctrl-C: no file, no folder.
printf '#!/bin/sh\nexec sleep 30\n' >"$dir/gcc-12"
chmod +x "$dir/gcc-12"
PATH=$dir:$PATH "$ptwalk" doctor --hardware --out interrupted.tar.gz doctor >"$dir/out" 2>&1 </dev/null &
pid=$!
sleep 2
kill -TERM "$pid"
wait "$pid" 2>/dev/null
[ $? = 143 ] || fail "it does not end as the signal would: $(cat "$dir/out")"
[ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"
[ ! -e interrupted.tar.gz ] || fail "a file of what was interrupted"

# Who may not load a module is told so; the rest is done.
mkdir "$dir/plain"
cp "$ptwalk" "$dir/plain/"
chmod 755 "$dir" "$dir/plain"
chmod 777 "$dir/plain" "$TMPDIR"
expect 0 "^native +not possible here: the native machine loads a module .*: run ptwalk as root" \
	plain "$dir/plain/ptwalk" doctor --hardware --out "$dir/plain/file" topology native placements
grep -Eq "^placements +not possible here: the native machine loads a module" "$dir/out" || fail "placements were tried"
finish
