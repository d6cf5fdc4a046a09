// SPDX-License-Identifier: GPL-2.0-only
/* The native machine, before it does anything: each reason why it cannot has its line. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "vm/vm.h"
#include "vm/native.h"

static char root[] = "/tmp/ptwalk-native.XXXXXX";

static void put(const char *path, const char *text)
{
	char *full = xasprintf("%s%s", root, path), *folder = xstrdup(full);

	*strrchr(folder, '/') = '\0';
	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	assert_int_equal(fs_write_file(full, text, strlen(text), 0644, NULL), 0);
	free(folder);
	free(full);
}

/* A kernel that takes modules, of anybody. */
static int open_kernel(void **state)
{
	(void)state;
	put("/proc/modules", "");
	put("/proc/sys/kernel/modules_disabled", "0\n");
	put("/proc/self/status", "Name:\tx\nCapEff:\t000001ffffffffff\n");
	put("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	put("/sys/module/module/parameters/sig_enforce", "N\n");
	return 0;
}

static struct native_site site(void)
{
	return (struct native_site){ .root = root, .privileged = true, .built_here = true };
}

static void refuses(const struct native_site *s, int code, const char *why)
{
	struct err err = { "" };

	assert_int_equal(native_check(s, &err), -code);
	if (!strstr(err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
	assert_null(strchr(err.text, '\n'));
}

TEST_WITH(an_open_kernel_will_do, open_kernel, NULL)
{
	struct native_site s = site();
	struct err err = { "" };

	if (native_check(&s, &err))
		fail_msg("%s", err.text);
}

/* What older kernels do not show stands for nothing. */
TEST_WITH(what_is_not_there_is_no_obstacle, open_kernel, NULL)
{
	static const char *const paths[] = { "/sys", "/proc/self", "/proc/sys" };
	struct native_site s = site();

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char *full = xasprintf("%s%s", root, paths[i]);

		assert_int_equal(fs_remove(full, NULL), 0);
		free(full);
	}
	assert_int_equal(native_check(&s, NULL), 0);
}

TEST_WITH(one_who_is_not_root_is_told_how, open_kernel, NULL)
{
	struct native_site s = site();

	s.privileged = false;
	refuses(&s, EPERM, "run ptwalk as root (sudo)");
}

TEST_WITH(a_root_without_the_right_is_told_where, open_kernel, NULL)
{
	struct native_site s = site();

	put("/proc/self/status",
	    "Name:\tx\nCapEff:\t000001fffffeffff\nCapBnd:\t000001fffffeffff\nSeccomp:\t0\n");
	refuses(&s, EPERM, "no CAP_SYS_MODULE, as in a container");
	put("/run/.containerenv", "engine=\"podman-4.3.1\"\n");
	for (int privileged = 0; privileged < 2; privileged++) {
		s.privileged = privileged;
		refuses(&s, EPERM,
			"this container may not (no CAP_SYS_MODULE): run ptwalk on the host");
	}
	/* One that may is no obstacle: who is not root there is told to be. */
	put("/proc/self/status",
	    "Name:\tx\nCapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\n");
	assert_int_equal(native_check(&s, NULL), 0);
	put("/proc/self/status",
	    "Name:\tx\nCapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n");
	s.privileged = false;
	refuses(&s, EPERM, "run ptwalk as root (sudo)");
}

TEST_WITH(a_kernel_without_modules_is_said, open_kernel, NULL)
{
	struct native_site s = site();
	char *modules = xasprintf("%s/proc/modules", root);

	assert_int_equal(fs_remove(modules, NULL), 0);
	refuses(&s, EOPNOTSUPP, "boot one with CONFIG_MODULES=y");
	free(modules);
}

TEST_WITH(a_kernel_that_is_closed_is_said, open_kernel, NULL)
{
	struct native_site s = site();

	put("/proc/sys/kernel/modules_disabled", "1\n");
	refuses(&s, EOPNOTSUPP, "kernel.modules_disabled is 1");
}

TEST_WITH(lockdown_is_said_with_its_mode, open_kernel, NULL)
{
	struct native_site s = site();

	put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	refuses(&s, EKEYREJECTED, "locked down (integrity, as under Secure Boot)");
	s.built_here = false;
	assert_int_equal(native_check(&s, NULL), 0);
}

TEST_WITH(signatures_that_are_enforced_are_said, open_kernel, NULL)
{
	struct native_site s = site();

	put("/sys/module/module/parameters/sig_enforce", "Y\n");
	refuses(&s, EKEYREJECTED, "module.sig_enforce=1");
	s.built_here = false;
	assert_int_equal(native_check(&s, NULL), 0);
}

TEST(it_has_no_guest_and_no_exact_counts)
{
	assert_true(machine_native.here);
	assert_false(machine_native.exact);
	assert_false(machine_native.functional);
	for (size_t i = 0; i < nr_machines; i++)
		assert_int_equal(machines[i]->here, machines[i] == &machine_native);
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	(void)state;
	return fs_remove(root, NULL);
}

UNIT_GROUP(make_root, remove_root);
