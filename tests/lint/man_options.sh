#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every command has a man page, and page and --help tell of the same options, and of the same
# formats in the same order.
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
unset ARGP_HELP_FMT

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

# The formats that --help names, which are those of the list in the program, one a line ...
formats_of_help()
{
	sed -nE '/--format=NAME/,/^  -|^      --[^f]/{ s/^ +-f, --format=NAME//; /^  -|^      --/!p; }' |
		tr '\n' ' ' | sed -E 's/ or /, /; s/\(default\)//' | tr ',' '\n' | tr -d ' ' | sed '/^$/d'
}

# ... and those that a man page lists below the option.
formats_of_page()
{
	sed -nE '/^\.It Fl f , Fl Fl format/,/^\.El/s/^\.It Cm ([^ ]+)$/\1/p' "$1"
}

# compare PAGE PROGRAM...
compare()
{
	local page=$1
	shift
	if [ ! -e "$page" ]; then
		breach "$page is missing"
		return
	fi
	"$@" --help >"$tmp" || breach "$* --help fails"
	[ -n "$(options_of_help <"$tmp")" ] || breach "$* --help tells of no options"
	breaches_of "$page lacks" < <(comm -23 <(options_of_help <"$tmp") <(options_of_page "$page"))
	# A page that lists none leaves them to another, as ab's does to compare's.
	[ -n "$(formats_of_page "$page")" ] && [ "$(formats_of_help <"$tmp")" != "$(formats_of_page "$page")" ] &&
		breach "$page lists other formats than --help, or in another order"
	breaches_of "$page has too much" < <(comm -13 <(options_of_help <"$tmp") <(options_of_page "$page"))
}

mapfile -t commands < <(sed -nE '/define COMMAND_LIST/,/[^\\]$/s/^[[:space:]]+X\(([a-z_]+)\).*/\1/p' bench/cli/command.h | tr _ -)
[ ${#commands[@]} -gt 0 ] || { echo "no commands in bench/cli/command.h" && exit 1; }
for command in "${commands[@]}"; do
	compare "docs/man/ptwalk-$command.1" "$PTWALK_BUILD/ptwalk" "$command"
	grep -q "^\.It Xr ptwalk-$command 1" docs/man/ptwalk.1 || breach "ptwalk.1 does not list $command"
done
compare docs/man/ptwalk-driver.1 "$PTWALK_BUILD/ptwalk-driver"
finish
