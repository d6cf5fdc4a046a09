#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# CONTRIBUTING.md's recipes hold: in a copy of the tree, a toy of each is its file and a line, and
# what is built then has it.
. "$(dirname "$0")/lib.sh"

: "${PTWALK_BUILD:?is the build folder; run this through ctest}"
need cmake cmake
need ninja ninja-build
need gcc-12 gcc-12
source=$PWD
copy=$tmp.kmod
mkdir "$copy"
tar -c --exclude=./.git --exclude='./build*' --exclude=./results --exclude='*.mod.c' . | tar -x -C "$copy"
cd "$copy"
licence='// SPDX-License-Identifier: GPL-2.0-only'

# add_line LIST FILE LINE: the line first in the list that #define LIST(X) begins.
add_line()
{
	sed -i "s/^\(#define $1(X)\) *\\\\\$/\1 \\\\\n\t$3 \\\\/" "$2"
	grep -qF "	$3 \\" "$2" || breach "$2: no list $1"
}

# An op: kmod/op_NAME.c, a line.
number=$(($(grep -oE '^	X\([0-9]+' kmod/uapi/op.h | tr -dc '0-9\n' | sort -n | tail -n 1) + 1))
add_line PTWALK_OPS_WHOLE kmod/uapi/op.h "X($number, TOY, toy, 0, \"\", \"nothing at all\")"
cat >kmod/op_toy.c <<END
$licence
#include "op.h"

DEFINE_WINDOW(window_toy, 0)

const struct op op_toy = {
	OP(TOY),
	.windows = { window_toy },
};
END

# A workload: its file, a line.
add_line WORKLOAD_LIST workloads/list.h 'X(toy)'
cat >workloads/toy.c <<END
$licence
#include <sys/mman.h>

#include "base/size.h"
#include "workloads/memory.h"

static int lay_out(struct layout *layout, struct err *err)
{
	return memory_lay_out_anon(layout, MADV_NOHUGEPAGE, err);
}

const struct workload workload_toy = {
	.name = "toy",
	.summary = "memory to play with",
	.level = PTWALK_LEVEL_PTE,
	.granule = 4 * KIB,
	.lay_out = lay_out,
};
END

# A command: bench/cli/cmd_NAME.c, a line, its man page.
add_line COMMAND_LIST bench/cli/command.h 'X(HOST, toy)'
cp docs/man/ptwalk-list.1 docs/man/ptwalk-toy.1
cat >bench/cli/cmd_toy.c <<END
$licence
#include <stdio.h>

#include "bench/cli/command.h"

static int run(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("toys are for playing");
	return STATUS_CLEAN;
}

const struct command command_toy = {
	.name = "toy",
	.summary = "play",
	.run = run,
};
END

# A format: bench/report/format_NAME.c, a line.
add_line FORMAT_LIST bench/report/format.h 'X(toy)'
cat >bench/report/format_toy.c <<END
$licence
#include "bench/report/format.h"

static void write_toy(const struct records *records, FILE *f)
{
	fprintf(f, "%zu toys\n", records->nr_series);
}

const struct format format_toy = {
	.name = "toy",
	.summary = "a number to play with",
	.export = write_toy,
};
END

built()
{
	cmake -G Ninja -S . -B build -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS=-O0 -DPTWALK_WERROR=ON &&
		ninja -C build -j2 ptwalk
}
built >"$tmp" 2>&1 || { tail -n 20 "$tmp" && echo "the copy does not build" && exit 1; }
for list in ops workloads; do
	build/ptwalk list "$list" | grep -w toy >/dev/null || breach "ptwalk list $list knows no toy"
done
build/ptwalk help | grep -w toy >/dev/null || breach "ptwalk help knows no toy"
[ "$(build/ptwalk toy)" = 'toys are for playing' ] || breach "there is no ptwalk toy"
run=$source/results/reference/debian-6.1
build/ptwalk store export --format toy "$run" | grep -Ex '[1-9][0-9]* toys' >/dev/null || breach "ptwalk store export writes no toy"
grep -q 'ptwalk-toy\.1' build/docs/cmake_install.cmake || breach "the man page is not installed"

"$PTWALK_BUILD/ptwalk" list -k debian:6.1 workloads >"$tmp" || { echo "no headers of 6.1" && exit 1; }
kernel=${PTWALK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}/kernels/debian-6.1
headers=$(find "$kernel/$(cat "$kernel/current")/usr/src" -maxdepth 1 -name 'linux-headers-*-amd64')
env -u MAKEFLAGS -u MAKELEVEL make -C "$headers" M="$copy/kmod" CC=gcc-12 \
	CONFIG_DEBUG_INFO_BTF_MODULES= -j2 modules >"$tmp" 2>&1 || { cat "$tmp" && exit 1; }
nm kmod/ptwalk.ko | grep -w op_toy >/dev/null || breach "the module has no toy"
finish
