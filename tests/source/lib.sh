# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What the tests that build real kernels share: Debian's 6.1 sources as a git tree, and changes to it.
# shellcheck source=../cli/lib.sh
. "$(dirname "$0")/../cli/lib.sh"

cache=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}
series=hmm/devdax-pte/2M
: "${series:?}"

# The sources in the cache: a git store that others may borrow from, and its tree.
find_sources()
{
	local folder=$cache/sources/debian-6.1
	store=$folder/$(cat "$folder/current")/git || exit 1
	base_tree=$(cat "$folder/$(cat "$folder/current")/tree") || exit 1
}

# original FILE: of the sources, on stdout.
original()
{
	git --git-dir="$store" cat-file blob "$base_tree:$1"
}

# One instruction more for each entry at PTE level: at the end of the loop, where no register is at stake.
slow_down()
{
	sed '/^static int hmm_vma_walk_pmd(/,/^}/{/^\t\t\treturn r;$/{n;s/^\t\t}$/&\n\t\tasm volatile("nop");/}}'
}

# Code that no walk goes through.
unrelated()
{
	sed '/^SYSCALL_DEFINE0(getppid)/,/^}/s/^\trcu_read_lock();$/\tasm volatile("nop");\n&/'
}

# does_not_compile: in whatever file.
does_not_compile()
{
	sed '$a this is no C'
}

# comment TEXT: at the end of whatever file.
comment()
{
	sed "\$a /* $1 */"
}

# patch_of FILE COMMAND...: what the command makes of a file of the sources, as a patch on stdout.
patch_of()
{
	local file=$1
	shift
	original "$file" >"$dir/a"
	"$@" <"$dir/a" >"$dir/b"
	! diff -u --label "a/$file" --label "b/$file" "$dir/a" "$dir/b" ||
		fail "$* changes nothing in $file"
}
