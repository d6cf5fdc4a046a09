#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What `cmake --install` puts somewhere is whole: it builds its module, boots, measures and draws
# where there is no checkout, completes, and leaves nothing when it is removed.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"
: "${PTWALK_SOURCE:?is the checkout; run this through ctest}"

cache=$PTWALK_CACHE
# Names as people have them: make, shells, spatch, git, apt, gnuplot and QEMU each split another way.
prefix="$dir/my prefix"
home="$dir/my home, (1): \$x"
mkdir -p "$home/cache"
ln -s "$cache/kernels" "$cache/apt" "$home/cache" || fail "no link"
cmake --install "$PTWALK_BUILD" --prefix "$prefix" >"$dir/log" 2>&1 || fail "not installed: $(tail -n 3 "$dir/log")"
cp "$PTWALK_BUILD/install_manifest.txt" "$dir"

# hidden COMMAND...: where the checkout is an empty folder, and only PTWALK_HOME says where things go.
hidden()
{
	# shellcheck disable=SC2016 # for the shell that is begun there
	unshare -rm sh -c 'mount -t tmpfs none "$0" && exec "$@"' "$PTWALK_SOURCE" \
		env -u PTWALK_SOURCE -u PTWALK_CACHE -u XDG_DATA_HOME -u HOME PTWALK_HOME="$home" \
		PATH="$prefix/bin:$PATH" "$@"
}

expect 2 "^." hidden ls "$PTWALK_SOURCE/kmod"
expect 0 "none of the above|^hmm/entry|devdax-pte" hidden ptwalk run -q -b 1 -w devdax-pte -o hmm,hmm/entry -s 2M --facts
run=$(echo "$home"/runs/*)
for file in records.jsonl report.txt sizes.png; do
	[ -s "$run/$file" ] || fail "the run has no $file: $(ls "$run")"
done
[ -s "$home/store.db" ] || fail "no store: $(ls "$home")"
[ -n "$(find "$home/cache/modules" -name ptwalk.ko)" ] || fail "no module was built"
expect 0 "devdax-pte" hidden ptwalk show last
expect 0 "^  range +one reference" hidden ptwalk list policies
grep -Fq "ExecStart=${prefix// /\\x20}/bin/ptwalk nightly" "$prefix/lib/systemd/system/ptwalk-nightly.service" ||
	fail "the unit does not start it"
for page in "$PTWALK_SOURCE"/docs/man/*.1; do
	[ -s "$prefix/share/man/man1/${page##*/}" ] || fail "no ${page##*/}"
done

# Without anything that says where, one line, and nothing is made.
for command in "run -q" "list runs" "show last" "compare a b" "store ack" "kernel list" "dashboard --out $dir/site"; do
	# shellcheck disable=SC2086 # a list of words
	expect 2 "neither PTWALK_HOME nor HOME is set" hidden env -u PTWALK_HOME ptwalk $command
	one_line
done
expect 2 "neither PTWALK_HOME nor HOME" hidden env -u PTWALK_HOME HOME= ptwalk list kernels

# complete SHELL LINE: what the shell offers behind the line.
complete()
{
	# shellcheck disable=SC2016 # for those shells
	case $1 in
	bash) bash -c '. "$1/share/bash-completion/completions/ptwalk"
		COMP_LINE=$2 COMP_POINT=${#2}; _ptwalk; printf "%s\n" "${COMPREPLY[@]}"' - "$prefix" "$2" ;;
	zsh) zsh -fc 'compadd() { print -l -- ${(P)${@[-1]}}; }; _files() { }
		words=(${(z)2}); [[ $2 != *\  ]] || words+=(""); CURRENT=$#words
		. $1/share/zsh/site-functions/_ptwalk' - "$prefix" "$2" ;;
	esac
}
for shell in bash zsh; do
	PATH=$prefix/bin:$PATH
	expect 0 "^compare$" complete $shell "ptwalk com"
	expect 0 "^anon-pte,devdax-pud$" complete $shell "ptwalk run -w anon-pte,devdax-pu"
	expect 0 "^hmm/entry-late$" complete $shell "ptwalk run -o hmm/"
	expect 0 "^--mitigations$" complete $shell "ptwalk ab --mi"
	expect 0 "^benchfmt$" complete $shell "ptwalk store export -f "
	expect 0 "^prune$" complete $shell "ptwalk store pr"
	expect 0 "^prune$" complete $shell "ptwalk help store pr"
	expect 0 "^distro$" complete $shell "ptwalk kernel build --config dis"
	expect 0 "^page-faults$" complete $shell "ptwalk ab --events page-f"
done
expect 0 "^6.12$" complete bash "ptwalk run -k debian:6.1"
expect 0 "^debian:6.12$" complete zsh "ptwalk run --kernel debian:6.1"
expect 0 "^6.12$" complete bash "ptwalk run --kernel=debian:6.1"

xargs -d '\n' rm -f <"$dir/install_manifest.txt"
left=$(find "$prefix" ! -type d)
[ -z "$left" ] || fail "left: $left"
finish
