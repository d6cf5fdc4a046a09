// SPDX-License-Identifier: GPL-2.0-only
/* A kernel that comes in parts, with a compiler of its own release, in folders that may move. */
#include "tests/unit/kernels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/unpack.h"

#define LIBRARIES "usr/lib/x86_64-linux-gnu"
#define LOADER	  "ld-linux-x86-64.so.2"

/* T/k/tools with a program of this machine and what runs it. */
static void make_tools(bool merged)
{
	const char *const copies[][2] = {
		{ "/bin/true", "k/tools/usr/bin/deep/yes" },
		{ "/bin/false", "k/tools/usr/bin/no" },
		{ "/lib64/ld-linux-x86-64.so.2",
		  merged ? "k/tools/usr/lib64/" LOADER : "k/tools/lib/x86_64-linux-gnu/" LOADER },
		{ "/lib/x86_64-linux-gnu/libc.so.6",
		  merged ? "k/tools/" LIBRARIES "/libc.so.6"
			 : "k/tools/lib/x86_64-linux-gnu/libc.so.6" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(copies); i++) {
		made_up_file(copies[i][1], "");
		assert_int_equal(fs_copy(copies[i][0], made_up("%s", copies[i][1]), 0755, NULL), 0);
	}
	made_up_file("k/tools/usr/bin/text", "no program");
}

static int run(const char *program)
{
	const char *const argv[] = { made_up("%s", program), NULL };

	return proc_run(argv, &(struct proc_options){ .timeout_seconds = 20 }, NULL);
}

TEST_WITH(programs_run_with_their_own_libraries_wherever_they_are, made_up_setup, made_up_teardown)
{
	struct err err = { 0 };

	make_tools(true);
	if (tools_wrap(made_up("k"), "tools/usr", &err))
		fail_msg("%s", err.text);
	assert_true(fs_exists(made_up("k/tools/usr/bin/no.elf")));
	assert_true(fs_exists(made_up("k/tools/usr/bin/deep/yes.elf")));
	assert_string_equal(made_up_read("k/tools/usr/bin/text"), "no program");
	/* Libraries that are programs too stay what they are. */
	assert_false(fs_exists(made_up("k/tools/" LIBRARIES "/libc.so.6.elf")));
	assert_int_equal(rename(made_up("k"), made_up("moved")), 0);
	assert_int_equal(run("moved/tools/usr/bin/deep/yes"), 0);
	assert_int_equal(run("moved/tools/usr/bin/no"), -ECHILD);
	/* Theirs, and not this machine's. */
	assert_int_equal(unlink(made_up("moved/tools/usr/lib64/ld-linux-x86-64.so.2")), 0);
	assert_int_equal(run("moved/tools/usr/bin/deep/yes"), -ECHILD);
}

TEST_WITH(programs_of_releases_that_have_a_lib_beside_usr_run_too, made_up_setup, made_up_teardown)
{
	struct err err = { 0 };

	make_tools(false);
	if (tools_wrap(made_up("k"), "tools/usr", &err))
		fail_msg("%s", err.text);
	assert_int_equal(run("k/tools/usr/bin/deep/yes"), 0);
	assert_int_equal(unlink(made_up("k/tools/lib/x86_64-linux-gnu/" LOADER)), 0);
	assert_int_equal(run("k/tools/usr/bin/deep/yes"), -ECHILD);
}

TEST_WITH(a_folder_that_is_not_there_is_an_error, made_up_setup, made_up_teardown)
{
	struct err err;

	assert_int_equal(tools_wrap(made_up("nope"), "tools/usr", &err), -ENOENT);
	says(err, "nope/tools/usr");
}

static void record(const char *package, const char *depends)
{
	char *name = xasprintf("records/%s", package);
	char *text = xasprintf("Package: %s\nVersion: 7.2.1-1\nDepends: %s\n", package, depends);

	made_up_file(name, text);
	free(text);
	free(name);
}

/* sid as it is: the image in parts, all below usr, and headers that ask for a compiler. */
static void serve_parts(void)
{
	made_up_file("targets", "|sid|main|http://bare.example/debian/\n");
	record("linux-image-amd64", "linux-base-amd64, linux-image-7.2.1-amd64");
	record("linux-headers-amd64", "linux-headers-7.2.1-amd64");
	record("linux-image-7.2.1-amd64", "dracut | initramfs, linux-base-7.2.1-amd64, "
					  "linux-binary-7.2.1-amd64, linux-modules-7.2.1-amd64");
	record("linux-headers-7.2.1-amd64", "gcc-99-for-host, linux-base (>= 4), "
					    "linux-headers-7.2.1-common, linux-kbuild-7.2.1");
	made_up_program("apt-get",
			"case \" $* \" in\n"
			"*indextargets*) cat $T/targets ;;\n"
			"*\" -s \"*) echo 'Inst linux-kbuild-7.2.1 (7.2.1-1 sid [amd64])'\n"
			"  [ -e $T/no-compiler ] || echo 'Inst gcc-99 (99.1-2 sid [amd64])' ;;\n"
			"*download*) while [ \"$1\" != download ]; do shift; done; shift\n"
			"  for p; do touch \"${p%%=*}.deb\"; done ;;\n"
			"esac");
	made_up_program("apt-cache", "for p; do :; done\ncat $T/records/$p || exit 100");
	made_up_program(
		"dpkg-deb",
		"p=${2##*/} p=${p%.deb} to=$3 m=$3/usr/lib/modules/7.2.1-amd64\n"
		"case $p in\n"
		"linux-binary-*) mkdir -p $m; echo image >$m/vmlinuz ;;\n"
		"linux-modules-*) mkdir -p $m/kernel ;;\n"
		"linux-base-7*) mkdir -p $m; echo 'CONFIG_CC_VERSION_TEXT=\"a-gcc-99 (x) 99\"' >$m/config ;;\n"
		"linux-headers-7.2.1-amd64) s=$to/usr/src/$p; mkdir -p $s\n"
		"  echo KBUILD_OUTPUT=/usr/src/$p >$s/Makefile; touch $s/.kernelvariables ;;\n"
		"linux-kbuild-*) mkdir -p $to/usr/lib/$p; cp /bin/true $to/usr/lib/$p/fixdep ;;\n"
		"gcc-99) mkdir -p $to/usr/bin $to/usr/lib64; cp /bin/true $to/usr/bin/a-gcc-99\n"
		"  : >$to/usr/lib64/ld-linux-x86-64.so.2 ;;\n"
		"esac");
}

TEST_WITH(a_kernel_in_parts_brings_its_own_compiler, made_up_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err = { 0 };

	serve_parts();
	if (kernel_find("debian:7.2", NULL, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	assert_true(str_ends(kernel.image, "/lib/modules/7.2.1-amd64/vmlinuz"));
	assert_true(str_ends(kernel.config, "/lib/modules/7.2.1-amd64/config"));
	assert_string_equal(kernel.compiler, "a-gcc-99 (x) 99");
	assert_string_equal(kernel.tools,
			    made_up("cache/kernels/debian-7.2/7.2.1-1/" TOOLS_PROGRAMS));
	assert_true(fs_exists(
		made_up("cache/kernels/debian-7.2/7.2.1-1/" TOOLS_PROGRAMS "/a-gcc-99.elf")));
	assert_true(fs_exists(made_up("cache/kernels/debian-7.2/7.2.1-1/usr/lib/"
				      "linux-kbuild-7.2.1/fixdep.elf")));
	assert_int_equal(made_up_calls(" gcc-99=99.1-2"), 1);
	assert_int_equal(made_up_calls("-common linux-kbuild-7.2.1"), 1);
	assert_non_null(strstr(made_up_read("cache/kernels/debian-7.2/7.2.1-1/usr/src/"
					    "linux-headers-7.2.1-amd64/Makefile"),
			       "KBUILD_OUTPUT := $(dir"));
	assert_null(strstr(made_up_read("cache/apt/sid/sources.list"), "sid-"));
	kernel_release(&kernel);
}

TEST_WITH(sid_moves_on_and_says_so, made_up_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err;

	serve_parts();
	made_up_file("no-compiler", "");
	assert_int_equal(kernel_find("debian:7.2", NULL, &kernel, NULL, &err), -ENOENT);
	says(err, "depend on no compiler");
	record("linux-image-amd64", "linux-image-7.3.1-amd64");
	assert_int_equal(kernel_find("debian:7.2", NULL, &kernel, NULL, &err), -ENOENT);
	says(err, "linux-image-amd64 of Debian sid is 7.3.1-amd64 now, not 7.2; there are: "
		  "debian:5.10, ");
}
