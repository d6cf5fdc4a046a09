// SPDX-License-Identifier: GPL-2.0-only
/* A kernel's package as a file: what it needs is found beside it, or told in one line. */
#include "tests/unit/kernels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"

#define IMAGE "debs/linux-image-6.1.0-1_6.1.9_amd64.deb"

static void deb(const char *name, const char *version, const char *depends)
{
	char *file = xasprintf("debs/%s_%s_amd64.deb", name, version);
	char *text = xasprintf("Package=%s\nVersion=%s\nDepends=%s\n", name, version, depends);

	made_up_file(file, text);
	free(text);
	free(file);
}

static int package_setup(void **state)
{
	if (made_up_setup(state))
		return -1;
	made_up_program(
		"dpkg-deb",
		"p=${2##*/} p=${p%%_*}\n"
		"case $1 in\n"
		"-f) grep -q ^Package= $2 || exit 2\n"
		"  sed -n \"s/^$3=//p\" $2; exit ;;\n"
		"esac\n"
		"to=$3 r=6.1.0-1\n"
		"case $p in\n"
		"linux-image-*) mkdir -p $to/boot $to/lib/modules/$r\n"
		"  echo image >$to/boot/vmlinuz-$r\n"
		"  echo 'CONFIG_CC_VERSION_TEXT=\"gcc-12 (x) 12\"' >$to/boot/config-$r ;;\n"
		"linux-headers-$r) mkdir -p $to/usr/src/$p; touch $to/usr/src/$p/Makefile ;;\n"
		"esac");
	deb("linux-image-6.1.0-1", "6.1.9", "kmod, linux-base (>= 4)");
	deb("linux-headers-6.1.0-1", "6.1.9", "linux-headers-6.1.0-common (= 6.1.9), gcc-12");
	deb("linux-headers-6.1.0-common", "6.1.9", "");
	return 0;
}

static void refused(const char *name, const char *reason)
{
	made_up_refused(name, reason);
	assert_int_equal(made_up_calls("dpkg-deb -x"), 0);
}

TEST_WITH(a_package_is_unpacked_once, package_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err = { 0 };

	for (int i = 0; i < 2; i++) {
		if (made_up_find(IMAGE, &kernel, &err))
			fail_msg("%s", err.text);
		assert_string_equal(kernel.release, "6.1.0-1");
		assert_string_equal(kernel.version, "6.1.9");
		assert_string_equal(kernel.spec, made_up(IMAGE));
		assert_true(str_starts(kernel.root, made_up("cache/kernels/files/")));
		assert_true(str_ends(kernel.build, "/usr/src/linux-headers-6.1.0-1"));
		kernel_release(&kernel);
		assert_int_equal(made_up_calls("dpkg-deb -x"), 3);
	}
}

TEST_WITH(another_build_of_a_version_is_another_kernel, package_setup, made_up_teardown)
{
	struct kernel first, second;
	struct err err = { 0 };

	assert_int_equal(made_up_find(IMAGE, &first, &err), 0);
	deb("linux-image-6.1.0-1", "6.1.9", "kmod");
	assert_int_equal(made_up_find(IMAGE, &second, &err), 0);
	assert_string_not_equal(first.root, second.root);
	kernel_release(&first);
	kernel_release(&second);
}

TEST_WITH(what_is_not_beside_it_is_named, package_setup, made_up_teardown)
{
	assert_int_equal(unlink(made_up("debs/linux-headers-6.1.0-common_6.1.9_amd64.deb")), 0);
	refused(IMAGE, "needs linux-headers-6.1.0-common: put that package's .deb beside it");
	assert_int_equal(unlink(made_up("debs/linux-headers-6.1.0-1_6.1.9_amd64.deb")), 0);
	refused(IMAGE, "needs linux-headers-6.1.0-1: put that package's .deb beside it");
}

TEST_WITH(what_is_no_kernels_package_is_refused, package_setup, made_up_teardown)
{
	deb("linux-headers-6.1.0-1", "6.1.9", "");
	refused("debs/linux-headers-6.1.0-1_6.1.9_amd64.deb", "is package linux-headers-6.1.0-1: ");
	made_up_file("debs/x.deb", "nothing\n");
	refused("debs/x.deb", "is no Debian package");
	refused("debs/none.deb", "none.deb: No such file");
}

/* Where no .deb was ever unpacked. */
TEST_WITH(what_opens_packages_is_named_where_it_is_missing, package_setup, made_up_teardown)
{
	setenv("PATH", made_up("none"), 1);
	refused(IMAGE, "dpkg-deb is missing: install the package dpkg");
}
