#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# doctor --hardware of the kvm machine, QEMU without KVM standing for it: the run's records and what
# was bound are in the file that is to be sent.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

export PTWALK_KVM=-
mkdir "$dir/bin"
cp "$(dirname "$0")/qemu_without_kvm.sh" "$dir/bin/qemu-system-x86_64"
expect 0 "^kvm +pass: 6 boots, CPUs bound as read back; medians of boots differ by [0-9.]+ % at most; " \
	env PATH="$dir/bin:$PATH" "$ptwalk" doctor --hardware --kvm --out "$dir/file" topology kvm
tar xzf "$dir/file" -C "$dir" || fail "no tar file"
grep -q "^CPU 0 of the guest: CPU [0-9]* of the host$" "$dir/ptwalk-hardware/kvm/binding.txt" ||
	fail "the file does not say what was bound"
grep -q '"command":"ptwalk doctor --hardware: kvm"' "$dir/ptwalk-hardware/kvm/records.jsonl" || fail "no records"
grep -q '"cmdline":"[^"]*console=' "$dir/ptwalk-hardware/kvm/records.jsonl" && fail "the whole command line"
"$ptwalk" store import --store "$dir/one.db" "$dir/ptwalk-hardware/kvm/records.jsonl" >"$dir/out" 2>&1 ||
	fail "the records cannot be read: $(cat "$dir/out")"
no_qemu_left
finish
