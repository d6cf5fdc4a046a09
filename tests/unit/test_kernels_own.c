// SPDX-License-Identifier: GPL-2.0-only
/* What own code is made from and by: a packaged kernel's sources, another architecture's cc1. */
#include "tests/unit/fake_debian.h"
#include "tests/unit/kernels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/str.h"
#include "kernels/cc1.h"

#define HERE "cache/kernels/debian-6.1/6.1.10-1/"

static int debian_setup(void **state)
{
	if (made_up_setup(state))
		return -1;
	fake_debian();
	return 0;
}

/* Sources of 6.1 with two files of mm/, one elsewhere: what apt leaves as a package. */
#define PACK                                                                             \
	"s=$T/pack/linux-source-6.1; mkdir -p $s/mm/kfence $T/pack/usr/src\n"            \
	"echo hmm >$s/mm/hmm.c; echo no >$s/mm/kfence/core.c; echo no >$s/Makefile\n"    \
	"tar -C $T/pack -cJf $T/pack/usr/src/linux-source-6.1.tar.xz linux-source-6.1\n" \
	"tar -C $T/pack -cJf data.tar.xz ./usr; ar q s.deb data.tar.xz; rm data.tar.xz\n"

static int find_own(struct err *err)
{
	struct kernel kernel;
	int ret = kernel_find_own("debian:6.1", NULL, &kernel, NULL, err);

	if (!ret)
		kernel_release(&kernel);
	return ret;
}

TEST_WITH(kernel_and_sources_are_fetched_at_once, debian_setup, made_up_teardown)
{
	struct err err = { 0 };
	struct kernel kernel;

	/* Each waits for the other, so that one after the other is none at all. */
	made_up_file("serve-sources",
		     ": >$T/sources-began; n=0\n"
		     "while [ ! -e $T/image-began ]; do sleep 0.05; n=$((n + 1));\n"
		     "[ $n -lt 200 ] || exit 100; done\n" PACK);
	made_up_file("image-waits", ": >$T/image-began; n=0\n"
				    "while [ ! -e $T/sources-began ]; do sleep 0.05; n=$((n + 1))\n"
				    "[ $n -lt 200 ] || exit 100; done\n");
	if (find_own(&err))
		fail_msg("%s", err.text);
	assert_int_equal(made_up_calls("download linux-source-6.1=6.1.10-1"), 1);
	assert_string_equal(made_up_read(HERE "source/mm/hmm.c"), "hmm\n");
	assert_false(fs_exists(made_up(HERE "source/mm/core.c")));
	assert_false(fs_exists(made_up(HERE "source-debs")));
	/* Who asks for the kernel alone gets that. */
	assert_int_equal(fs_remove(made_up("cache/kernels"), NULL), 0);
	if (kernel_find("debian:6.1", NULL, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	kernel_release(&kernel);
	assert_int_equal(made_up_calls("download linux-source"), 1);
	assert_false(fs_exists(made_up(HERE "source")));
}

TEST_WITH(a_kernel_is_had_without_its_sources, debian_setup, made_up_teardown)
{
	/* The last is cut off behind a file. */
	static const char *const fails[] = {
		"exit 100",
		"echo half >s.deb",
		PACK
		"tar -C $T/pack -cf all linux-source-6.1/mm/hmm.c linux-source-6.1/Makefile\n"
		"head -c 1200 all | xz >$T/pack/usr/src/linux-source-6.1.tar.xz\n"
		"tar -C $T/pack -cJf data.tar.xz ./usr; rm s.deb all; ar q s.deb data.tar.xz\n",
	};
	struct err err = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(fails); i++) {
		made_up_file("serve-sources", fails[i]);
		if (find_own(&err))
			fail_msg("%s: %s", fails[i], err.text);
		assert_true(fs_exists(made_up(HERE "facts")));
		assert_false(fs_exists(made_up(HERE "source")));
		assert_false(fs_exists(made_up(HERE "source-debs")));
		assert_int_equal(fs_remove(made_up("cache/kernels"), NULL), 0);
	}
	/* A kernel that cannot be had does not wait for what would be of no use. */
	made_up_file("serve-sources", "exec sleep 60");
	made_up_file("image-waits", "exit 100");
	assert_int_equal(find_own(&err), -ECHILD);
	assert_false(fs_exists(made_up("cache/kernels/debian-6.1/6.1.10-1.tmp")));
}

TEST_WITH(a_cross_compiler_is_not_left_to_take_its_own_cc1, made_up_setup, made_up_teardown)
{
	const size_t above = strlen(made_up("%s", ""));
	struct err err;
	char *path, *option;

	made_up_program("qemu-aarch64", "");
	assert_null(cc1_option(&arch_arm64, made_up("libraries"), &err));
	says(err, "/cc1/cc1 is missing");
	path = xstrndup(err.text, strcspn(err.text, " "));
	made_up_file(path + above, "#!/bin/sh\n");
	assert_true(fs_exists(path));
	assert_null(cc1_option(&arch_arm64, made_up("libraries"), &err));
	assert_int_equal(chmod(path, 0755), 0);
	option = cc1_option(&arch_arm64, made_up("libraries"), &err);
	assert_non_null(option);
	assert_true(str_starts(option, "-B") && str_starts(path, option + strlen("-B")));
	free(option);
	free(path);
}
