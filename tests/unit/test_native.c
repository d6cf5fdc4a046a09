// SPDX-License-Identifier: GPL-2.0-only
/* The native machine, before it does anything: each reason why it cannot has its line. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "vm/list.h"
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

static void an_open_kernel_will_do(void **state)
{
	struct native_site s = site();
	struct err err = { "" };

	(void)state;
	if (native_check(&s, &err))
		fail_msg("%s", err.text);
}

/* What older kernels do not show stands for nothing. */
static void what_is_not_there_is_no_obstacle(void **state)
{
	static const char *const paths[] = { "/sys", "/proc/self", "/proc/sys" };
	struct native_site s = site();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		char *full = xasprintf("%s%s", root, paths[i]);

		assert_int_equal(fs_remove(full, NULL), 0);
		free(full);
	}
	assert_int_equal(native_check(&s, NULL), 0);
}

static void one_who_is_not_root_is_told_how(void **state)
{
	struct native_site s = site();

	(void)state;
	s.privileged = false;
	refuses(&s, EPERM, "run ptwalk as root (sudo)");
}

static void a_root_without_the_right_is_told_where(void **state)
{
	struct native_site s = site();

	(void)state;
	put("/proc/self/status", "Name:\tx\nCapEff:\t000001fffffeffff\nSeccomp:\t0\n");
	refuses(&s, EPERM, "no CAP_SYS_MODULE, as in a container");
}

static void a_kernel_without_modules_is_said(void **state)
{
	struct native_site s = site();
	char *modules = xasprintf("%s/proc/modules", root);

	(void)state;
	assert_int_equal(fs_remove(modules, NULL), 0);
	refuses(&s, EOPNOTSUPP, "boot one with CONFIG_MODULES=y");
	free(modules);
}

static void a_kernel_that_is_closed_is_said(void **state)
{
	struct native_site s = site();

	(void)state;
	put("/proc/sys/kernel/modules_disabled", "1\n");
	refuses(&s, EOPNOTSUPP, "kernel.modules_disabled is 1");
}

static void lockdown_is_said_with_its_mode(void **state)
{
	struct native_site s = site();

	(void)state;
	put("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	refuses(&s, EKEYREJECTED, "locked down (integrity, as under Secure Boot)");
	s.built_here = false;
	assert_int_equal(native_check(&s, NULL), 0);
}

static void signatures_that_are_enforced_are_said(void **state)
{
	struct native_site s = site();

	(void)state;
	put("/sys/module/module/parameters/sig_enforce", "Y\n");
	refuses(&s, EKEYREJECTED, "module.sig_enforce=1");
	s.built_here = false;
	assert_int_equal(native_check(&s, NULL), 0);
}

static void it_has_no_guest_and_no_exact_counts(void **state)
{
	(void)state;
	assert_true(machine_native.here);
	assert_false(machine_native.exact);
	assert_false(machine_native.functional);
	for (size_t i = 0; i < nr_machines; i++)
		assert_int_equal(machines[i]->here, machines[i] == &machine_native);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(an_open_kernel_will_do, open_kernel),
		cmocka_unit_test_setup(what_is_not_there_is_no_obstacle, open_kernel),
		cmocka_unit_test_setup(one_who_is_not_root_is_told_how, open_kernel),
		cmocka_unit_test_setup(a_root_without_the_right_is_told_where, open_kernel),
		cmocka_unit_test_setup(a_kernel_without_modules_is_said, open_kernel),
		cmocka_unit_test_setup(a_kernel_that_is_closed_is_said, open_kernel),
		cmocka_unit_test_setup(lockdown_is_said_with_its_mode, open_kernel),
		cmocka_unit_test_setup(signatures_that_are_enforced_are_said, open_kernel),
		cmocka_unit_test(it_has_no_guest_and_no_exact_counts),
	};
	int failed;

	if (!mkdtemp(root))
		return 2;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	fs_remove(root, NULL);
	return failed;
}
