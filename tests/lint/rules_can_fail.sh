#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each rule is broken in a checkout made for it, and its test must see it; and a
# test whose tool is missing, or that finds nothing to look at, must fail.
# shellcheck disable=SC2016 # the texts are for other files
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
rules=$(cd "$(dirname "$0")" && pwd)
tree=$tmp.tree
build=$tmp.build
bin=$tmp.bin
licence='SPDX-License-Identifier: GPL-2.0-only'
code="// $licence\n"
header="/* $licence */\n"

good_tree()
{
	rm -rf "$tree"
	mkdir -p "$tree"/{base,vm,kernels,workloads,docs/man,bench/cli,kmod/compat,kmod/uapi}
	cp docs/man/ptwalk.1 docs/man/ptwalk-run.1 docs/man/ptwalk-driver.1 "$tree/docs/man"
	cp .clang-format .clang-tidy .shellcheckrc "$tree"
	cp kmod/uapi/*.h "$tree/kmod/uapi"
	cp -r docs/nightly "$tree/docs"
	rm "$tree/docs/nightly/README.md"
	printf '%b' "$code#include \"base/one.h\"\n" | tee "$tree/base/one.c" >"$tree/vm/two.c"
	{ printf '%b' "$code" && grep '^#define LIMIT_SECONDS' kernels/build.c; } >"$tree/kernels/build.c"
	printf '%b' "$header#ifndef ONE_H\n#define ONE_H\n\nint one(void);\n\n#endif\n" >"$tree/base/one.h"
	printf '%b' "$header/* clang-format off */\n#define COMMAND_LIST(X) \\\\\n\tX(MEASURE, run)\n" >"$tree/bench/cli/command.h"
	printf '%b' "$code#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)\n#endif\n" >"$tree/kmod/compat/v.c"
	printf '%b' "# $licence\nobj-m := one.o\n" >"$tree/kmod/Kbuild"
	printf '%b' "#!/bin/sh\n# $licence\necho one\n" >"$tree/one.sh"
	printf '%b' '[one](../base/one.c#L1), [two](https://example.org/), [three](#three)\n' >"$tree/docs/one.md"
}

compiled()
{
	printf '{\n  "directory": "%s",\n  "command": "cc -I. -c %s",\n  "file": "%s/%s"\n}' \
		"$tree" "$1" "$tree" "$1"
}

# The programs are the real ones; compiled are base/one.c, vm/two.c and kernels/build.c.
make_build()
{
	mkdir "$build"
	ln -s "$PTWALK_BUILD/ptwalk" "$PTWALK_BUILD/ptwalk-driver" "$build"
	printf '[\n%s,\n%s,\n%s\n]\n' "$(compiled base/one.c)" "$(compiled vm/two.c)" "$(compiled kernels/build.c)" \
		>"$build/compile_commands.json"
}

rule()
{
	PTWALK_SOURCE=$tree PTWALK_BUILD=$build "$rules/$1.sh" >"$tmp" 2>&1
}

# sees RULE REGEX FILE TEXT: with that TEXT in that FILE the rule fails, and says why.
sees()
{
	good_tree
	mkdir -p "$(dirname "$tree/$3")"
	printf '%b' "$4" >"$tree/$3"
	if rule "$1"; then
		breach "$1 does not see $3: $4"
	elif ! grep -Eq -- "$2" "$tmp"; then
		breach "$1 fails on $3 without '$2': $(head -n 5 "$tmp")"
	fi
}

all='arch format headers includes length links man man_options nightly shellcheck spdx tidy versions words'
make_build
for name in $all; do
	good_tree
	rule "$name" || breach "$name fails where nothing is wrong: $(head -n 5 "$tmp")"
	rm -rf "$tree"
	mkdir "$tree"
	! rule "$name" || breach "$name passes where there is nothing to look at"
done

sees arch 'vm/two.c:2' vm/two.c "$code/* rdtsc */\n"
sees versions 'vm/two.c:2' vm/two.c "$code#if LINUX_VERSION_CODE\n#endif\n"
sees versions 'kmod/one.h:1' kmod/one.h '#if X < KERNEL_VERSION(5, 10, 0)\n'
sees versions 'kmod/Kbuild:1' kmod/Kbuild 'ifeq ($(VERSION),5)\n'
sees includes 'base may not know bench/cli/command.h' base/one.c '#include "bench/cli/command.h"\n'
sees includes 'tests/unit may not know bench/cli' tests/unit/x.c '# include "bench/cli/command.h"\n'
sees includes 'vm may not know kmod/uapi/ptwalk.h' vm/two.c '#include "kmod/uapi/ptwalk.h"\n'
sees includes 'includes gone.h, which is not there' vm/two.c '#include "gone.h"\n'
sees includes 'does not know the folder vm/deep' vm/deep/a.c '#include "base/one.h"\n'
sees headers 'base/one.h does not compile alone' base/one.h 'size_t one(void);\n'
sees headers 'base/one.h does not compile alone' base/one.h 'static inline int one(void) { return 1; }\n'
sees headers 'uapi/ptwalk.h does not compile alone: c\+\+' kmod/uapi/ptwalk.h 'struct { int class; };\n'
sees format 'vm/two.c:1' vm/two.c 'int  two;\n'
sees shellcheck SC2086 one.sh '#!/bin/sh\nrm $1\n'
sees shellcheck SC2086 tools/one '#!/usr/bin/env bash\nrm $1\n'
# What tidy found nothing in is looked at once; what is then put in its place is not that.
good_tree
rule tidy || breach "tidy fails where nothing is wrong: $(head -n 5 "$tmp")"
sees tidy 'bugprone-misplaced-widening-cast' vm/two.c 'long two(int x) { return (long)(x * 1000); }\n'
sees tidy 'nothing compiles this file: vm/three.c' vm/three.c "$code"
sees man 'docs/man/ptwalk-run.1' docs/man/ptwalk-run.1 '.Dd now\n.Dt X 1\n.Os\n.Sh NAME\n.Nope\n'
sees man_options 'ptwalk-gone.1 is missing' bench/cli/command.h '#define COMMAND_LIST(X) \\\n\tX(MEASURE, run)\\\n\tX(MEASURE, gone)\n'
sees man_options 'ptwalk-run.1 lacks: -k --kernel=KERNEL' docs/man/ptwalk-run.1 '.It Fl k\n'
sees man_options 'ptwalk-run.1 has too much: --nope' docs/man/ptwalk-run.1 '.It Fl Fl nope\n'
sees man_options 'ptwalk.1 does not list run' docs/man/ptwalk.1 '.Xr ptwalk-run 1\n'
sees nightly "Unknown key 'Tpye'" docs/nightly/x.service '[Service]\nTpye=oneshot\nExecStart=/bin/true\n'
sees nightly 'TimeoutStartSec of 1 h' docs/nightly/ptwalk-nightly.service '[Service]\nExecStart=/bin/true\nTimeoutStartSec=1h\nKillMode=mixed\n'
sees nightly 'would end' docs/nightly/ptwalk-nightly.service '[Service]\nExecStart=/bin/true\nTimeoutStartSec=8h\n'
sees nightly 'calendar' docs/nightly/ptwalk-nightly.timer '[Timer]\nOnCalendar=*-*-* 25:30\n'
sees nightly 'no valid YAML' docs/nightly/gitlab.yml 'a: [b\n'
sees nightly 'no job with steps' docs/nightly/gitlab.yml 'a: b\n'
sees nightly 'neither runs nor uses' docs/nightly/github.yml 'a: {steps: [{name: b}]}\n'
sees nightly 'no line of a crontab: 1:30 2' docs/nightly/crontab '30 2 * * ptwalk nightly\n'
sees nightly "unknown option '--nope'" docs/nightly/crontab '30 2 * * *  ptwalk nightly --nope\n'
sees length 'vm/two.c: 400 lines' vm/two.c "$(printf '%0.s\\n' {1..400})"
sees spdx 'vm/two.c: no line' vm/two.c "$header"
sees spdx 'vm/two.h: no line' vm/two.h "$code"
sees spdx 'tools/one: no line' tools/one '#!/bin/sh\n'
sees spdx 'Kbuild: no line' kmod/Kbuild 'obj-m := one.o\n'
sees words 'vm/two.c:1' vm/two.c '/* FIX''ME */\n'
sees links 'docs/one.md: gone.md is not there' docs/one.md '[a](one.md) and [b](gone.md)\n'

# sparse, on the whole module: a symbol that nobody declares.
good_tree
cp -r kmod "$tree"
printf 'int ptwalk_stray;\n' >>"$tree/kmod/run.c"
! rule sparse || breach "sparse does not see a stray symbol"
grep -q "sparse: kmod/run.c.*ptwalk_stray" "$tmp" || breach "sparse fails without it: $(tail -n 3 "$tmp")"

# circles, of what base/one.c and vm/two.c may have been built to.
built()
{
	mkdir -p "$build/$1/CMakeFiles/$1.dir"
	touch "$build/$1/lib$1.a"
	printf '%s\n' "$3" | cc -xc -c -o "$build/$1/CMakeFiles/$1.dir/$2.c.o" -
}

cp kmod/run.c "$tree/kmod/run.c"
rm "$tree/kmod/compat/v.c"
built base one 'int two(void); int one(void) { return two(); }'
built vm two 'int two(void) { return 2; }'
rule circles || breach "circles fails where there is none: $(head -n 5 "$tmp")"
built vm two 'int one(void); int two(void) { return one(); }'
! rule circles || breach "circles does not see one"
grep -q '^circle of folders: .*base -(base/one:two)-> vm' "$tmp" ||
	breach "circles fails without it: $(tail -n 3 "$tmp")"

touch "$tree/base/three.c"
built vm two 'int two(void) { return 2; }'
built base one 'int two(void), three(void); int one(void) { return two() + three(); }'
rule circles || breach "circles fails where there is none: $(head -n 5 "$tmp")"
built base three 'int one(void); int three(void) { return one(); }'
! rule circles || breach "circles does not see one of files"
grep -q '^circle of files: .*base/one -(three)-> base/three' "$tmp" ||
	breach "circles fails without it: $(tail -n 3 "$tmp")"
rm "$tree/base/three.c"

# Without its tool no rule passes.
for pair in format:clang-format shellcheck:shellcheck tidy:clang-tidy man:mandoc nightly:systemd-analyze headers:cc sparse:sparse circles:nm; do
	rm -rf "$bin"
	mkdir "$bin"
	ln -s /usr/bin/* "$bin"
	rm "$bin/${pair#*:}"
	good_tree
	! PATH=$bin rule "${pair%:*}" || breach "${pair%:*} passes without ${pair#*:}"
	grep -q "^${pair#*:} is missing: install" "$tmp" || breach "${pair%:*} does not say that ${pair#*:} is missing"
done
finish
