#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every command has a man page, and page and --help tell of the same options, and of the same
# formats in the same order.
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
unset ARGP_HELP_FMT
options=$("$PTWALK_BUILD/ptwalk" help --options)

# Options as "-k --kernel=KERNEL", from the text of --help ...
options_of_help()
{
	sed -nE 's/^ +((-., )?--[^ ]+).*/\1/; s/^(-.), /\1 /; /^-/p' | sort
}

# ... and from the entries of a man page.
options_of_page()
{
	sed -nE 's/^\.It (Fl .*)/\1/; T; s/ Ns ?//g; s/\\&//g; s/Op =Ar ([^ ]+)/[=\1]/g; s/Fl Fl /--/g; s/Fl /-/g
		s/(=| ?\|)(Ar|Cm) /\1/g; s/(Ar|Cm) //g; s/ , / /; s/ \| ?/|/g; p' "$1" | sort
}

# The formats of --format, as the list in the program has them, one a line ...
formats_of()
{
	sed -nE "s/^$1( [a-z]+)?\t-f\t--format\t.*\t//; T; s/, | or /\n/g; p" <<<"$options"
}

# ... and those that a man page lists below the option.
formats_of_page()
{
	sed -nE '/^\.It Fl f , Fl Fl format/,/^\.El/s/^\.It Cm ([^ ]+)$/\1/p' "$1"
}

# compare PAGE COMMAND...: a page, and the options of programs and their verbs, one a line each.
compare()
{
	local page=$1 command
	shift
	if [ ! -e "$page" ]; then
		breach "$page is missing"
		return
	fi
	: >"$tmp"
	for command in "$@"; do
		# shellcheck disable=SC2086 # words of a command
		$command --help >>"$tmp" || breach "$command --help fails"
	done
	[ -n "$(options_of_help <"$tmp")" ] || breach "$* --help tells of no options"
	breaches_of "$page lacks" < <(comm -23 <(options_of_help <"$tmp" | uniq) <(options_of_page "$page"))
	breaches_of "$page has too much" < <(comm -13 <(options_of_help <"$tmp" | uniq) <(options_of_page "$page"))
}

mapfile -t commands < <(sed -nE '/define COMMAND_LIST/,/[^\\]$/s/^[[:space:]]+X\([A-Z]+, ([a-z_]+)\).*/\1/p' bench/cli/command.h | tr _ -)
[ ${#commands[@]} -gt 0 ] || { echo "no commands in bench/cli/command.h" && exit 1; }
for command in "${commands[@]}"; do
	mapfile -t verbs < <(sed -nE "s|^($command [a-z]+)\t.*|$PTWALK_BUILD/ptwalk \1|p" <<<"$options" | uniq)
	[ ${#verbs[@]} -gt 0 ] || verbs=("$PTWALK_BUILD/ptwalk $command")
	compare "docs/man/ptwalk-$command.1" "${verbs[@]}"
	# A page that lists none leaves them to another, as ab's does to compare's.
	listed=$(formats_of_page "docs/man/ptwalk-$command.1")
	[ -n "$listed" ] && [ "$(formats_of "$command")" != "$listed" ] &&
		breach "docs/man/ptwalk-$command.1 lists other formats than --format takes, or in another order"
	grep -q "^\.It Xr ptwalk-$command 1" docs/man/ptwalk.1 || breach "ptwalk.1 does not list $command"
done
compare docs/man/ptwalk-driver.1 "$PTWALK_BUILD/ptwalk-driver"
finish
