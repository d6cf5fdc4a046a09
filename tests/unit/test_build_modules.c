// SPDX-License-Identifier: GPL-2.0-only
/* Builds on Debian's config: of its modules those that fragments name, with what they need. */
#include "tests/unit/builds.h"
#include "tests/unit/fake_debian.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

#define DEBIAN "# base: debian\n"

/* Debian's kernel has fs/fake-user.ko, which needs drivers/fake_base.ko, and a third built in. */
static int debian_setup(void **state)
{
	if (build_setup(state))
		return -1;
	fake_debian();
	made_up_program("depmod", "PATH=/usr/sbin:/sbin:${PATH#*:}\nexec depmod \"$@\"");
	sh("mkdir -p extra/kernel/drivers extra/kernel/fs && "
	   "cp %s extra/kernel/drivers/fake_base.ko && cp %s extra/kernel/fs/fake-user.ko && "
	   "echo kernel/mm/fake_builtin.ko >extra/modules.builtin && : >extra/modules.order",
	   FAKE_MODULE_BASE, FAKE_MODULE_USER);
	return 0;
}

TEST_WITH(without_names_all_are_made, debian_setup, made_up_teardown)
{
	made_up_file("my.config", DEBIAN);
	build_key(NULL, NULL, NULL);
	assert_int_equal(made_up_calls("made all"), 1);
	assert_int_equal(made_up_calls("made "), 1);
}

static void has_module(const char *key, const char *name, bool has)
{
	const char *path = made_up("cache/builds/%s/lib/modules/6.1.0-made-up/%s", key, name);

	if (fs_exists(path) != has)
		fail_msg("%s %s", path, has ? "is not there" : "is there");
}

TEST_WITH(what_is_named_is_made_with_what_it_needs, debian_setup, made_up_teardown)
{
	const char *second;
	char *first;

	made_up_file("my.config", DEBIAN "# modules: fake_user fake_builtin ?fake_none\n");
	first = xstrdup(build_key(NULL, NULL, NULL));
	assert_int_equal(made_up_calls("made all"), 0);
	assert_int_equal(made_up_calls("made drivers/fake_base.ko"), 1);
	assert_int_equal(made_up_calls("made fs/fake-user.ko"), 1);
	assert_int_equal(made_up_calls("made "), 2);
	has_module(first, "kernel/drivers/fake_base.ko", true);
	has_module(first, "kernel/fs/fake-user.ko", true);
	has_module(first, "modules.builtin", true);
	/* Another set is another build. */
	made_up_file("my.config", DEBIAN "# modules: fake_base\n");
	second = build_key(NULL, NULL, NULL);
	assert_string_not_equal(second, first);
	has_module(second, "kernel/fs/fake-user.ko", false);
	assert_int_equal(made_up_calls("made drivers/fake_base.ko"), 2);
	assert_int_equal(made_up_calls("made fs/fake-user.ko"), 1);
	free(first);
}

TEST_WITH(what_cannot_be_made_is_said, debian_setup, made_up_teardown)
{
	made_up_file("my.config", DEBIAN "# modules: fake_none\n");
	refused(-ENOENT, NULL,
		"\"# modules:\" of the config: kernel 6.1.0-1 has no module fake_none");
	made_up_file("my.config", BUILDS_CONFIG "# modules: fake_user\n");
	refused(-EINVAL, NULL, "\"# modules: fake_user\" without \"# base: debian\"");
	assert_int_equal(made_up_calls("compiled"), 0);
}
