#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The fuzzer finds faults: modules that warn, or that never go, are found out, with exit status 1.
# shellcheck source-path=SCRIPTDIR/../cli source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

# finds WHAT SED FILE: is a module whose file is changed so found out by that?
finds()
{
	local tree=$dir/tree
	rm -rf "$tree"
	mkdir "$tree"
	cp -r "$PTWALK_SOURCE"/{kmod,kernels,facts} "$tree"
	sed -i "$2" "$tree/kmod/$3"
	cmp -s "$tree/kmod/$3" "$PTWALK_SOURCE/kmod/$3" && fail "$3 is as it was"
	PTWALK_SOURCE=$tree expect 1 "$1" "$ptwalk" guest --machine tcg --cpus 1 --limit 600 --silent 200 -- \
		"$PTWALK_BUILD/fuzz_device" --seconds=100 --calls=2000 --seed=1
}

finds '^KERNEL: WARNING: .*/kmod/main\.c:' 's/^\town = own_at(query.index);/&\n\tWARN_ON(query.index == 2);/' main.c
finds '^FOUND: the module does not go' 's/^\tfile->private_data = own;/&\n\t__module_get(THIS_MODULE);/' main.c
finish
