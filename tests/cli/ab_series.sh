#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Mails with patches, as b4 leaves them: a row a patch, each beside those before it, and no
# kernel built; the patch that does not apply, or compile, is named.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

export TMPDIR=$dir/tmp
mkdir "$TMPDIR"
cache=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}
expect 0 "^anon-pte +64K" "$ptwalk" run -q --no-plot --no-store -k debian:6.1 -o bare/own -w anon-pte -s 64K
sources=$cache/kernels/debian-6.1/$(cat "$cache/kernels/debian-6.1/current")/source

git init -q "$dir/tree"
cd "$dir/tree" || exit 1
git config user.name "A. Tester" && git config user.email x@x
mkdir mm && cp "$sources"/mm/{hmm,gup,pagewalk}.c mm/ && git add mm && git commit -qm base

# patch SUBJECT FILE SED: a commit of what sed makes of the file.
patch()
{
	sed -i "$3" "mm/$2"
	git commit -qam "$1" || fail "$3 changes nothing in $2"
}
nop='asm volatile("nop");'
patch "mm/hmm: count entries = pages" hmm.c '/^static int hmm_vma_walk_pmd(/,/^}/{/^\t\t\treturn r;$/{n;s/^\t\t}$/&\n\t\t'"$nop"' \/* = *\//}}'
patch "mm/gup: say nothing" gup.c "\$a /* nothing */"
patch "mm/pagewalk: count calls" pagewalk.c "/^int walk_page_range(/,/^}/s/^\treturn err;\$/\t$nop\n&/"

# As one encodes them whose name is not ASCII: the patch is in no line as it is.
mails()
{
	git format-patch --stdout --cover-letter "$@" |
		awk '/^From / { body = 0 }
			/^Subject: .*count entries/ { print "Content-Transfer-Encoding: quoted-printable"; encoded = 1 }
			/^Subject: .*nothing/ { encoded = 0 }
			!NF { body = 1 }
			body && encoded { gsub(/=/, "=3D") }
			{ print }'
}
mails HEAD~3 >"$dir/series.mbx"
grep -q "^+.*=3D" "$dir/series.mbx" || fail "nothing is encoded"

series()
{
	COLUMNS=80 "$ptwalk" ab -q --source debian:6.1 -w anon-pte -o hmm,gup_fast "$@"
}
expect 1 "^1 +1 +0 +1 +hmm/anon-pte/64M +\+[0-9.]+% +\+1 +\+0 +\+0$" series --mbox "$dir/series.mbx"
for row in "^1 +mm/hmm: count entries = pages$" "^2 +mm/gup: say nothing$" "^2 +0 +0 +2 +- +- +- +- +-$" \
	"^3 +1 +0 +1 +hmm/anon-pte/64M +\+0\.00% +\+0 +\+0 +\+1$" \
	"^in all +1 +0 +1 +hmm/anon-pte/64M +\+[0-9.]+% +\+1 +\+0 +\+1$" \
	"^in all +hmm/anon-pte/64M: \+1 instruction a page " \
	"^The short way of 3: own code beside what is built into debian:6.1"; do
	grep -Eq "$row" "$dir/out" || fail "no line like '$row': $(cat "$dir/out")"
done
grep -E '.{81}' "$dir/out" && fail "wider than 80 columns"
# For programs each state is held against the first.
expect 1 '"exact": true' series --mbox "$dir/series.mbx" -f json
[ "$(jq -c '[.changes[] | select(.series == "hmm/anon-pte") | [.page, .call]]' "$dir/out")" = "[[1,0],[1,0],[1,1]]" ] ||
	fail "the states: $(jq -c '.changes' "$dir/out")"
[ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"

# What fails is of a patch.
patch "mm/hmm: this is no C" hmm.c "\$a this is no C"
mails HEAD~2 >"$dir/broken.mbx"
sed 's/^ .*/ unlike/' "$dir/broken.mbx" >"$dir/stale.mbx"
expect 2 "^ptwalk ab: of patch 1 of 2: mm/pagewalk: count calls$" series --mbox "$dir/stale.mbx"
grep -q "does not apply" "$dir/out" || fail "no reason: $(cat "$dir/out")"
expect 2 "^ptwalk ab: of patch 2 of 2: mm/hmm: this is no C$" series --mbox "$dir/broken.mbx"
grep -Eq "mm/hmm\.c:[0-9]+:[0-9]+: error: " "$dir/out" || fail "no reason: $(cat "$dir/out")"
no_qemu_left
finish
