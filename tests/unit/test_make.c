// SPDX-License-Identifier: GPL-2.0-only
/* kernels/make: of caches and trees with any name, as plain ones; and where that cannot be. */
#include "tests/unit/builds.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/toolchain.h"

#define ODD "my, (1): $x 'q'"

int __real_unshare(int flags);
int __wrap_unshare(int flags);

static bool forbidden;

/* As a container has it that may make no namespaces. */
int __wrap_unshare(int flags)
{
	if (!forbidden)
		return __real_unshare(flags);
	errno = EPERM;
	return -1;
}

static int odd_setup(void **state)
{
	if (build_setup(state))
		return -1;
	forbidden = false;
	return setenv("PTWALK_CACHE", made_up(ODD "/cache"), 1);
}
#define ODD_TEST(name) TEST_WITH(name, odd_setup, made_up_teardown)

/* T/tree refuses such names, as kernels do. */
ODD_TEST(a_kernel_is_built_in_a_cache_of_any_name)
{
	struct err err = { 0 };
	struct kernel kernel;
	struct build b;

	if (try_build(&b, NULL, NULL, "mine", &err))
		fail_msg("%s", err.text);
	assert_int_equal(made_up_calls("compiled"), 2);
	assert_true(str_starts(b.folder, made_up(ODD "/cache/builds")));
	if (kernel_find("build:mine", NULL, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	kernel_release(&kernel);
	build_release(&b);
	/* Where it is for make stays the same: what has not changed is not compiled again. */
	sh("echo '/* more */' >>tree/mm/hmm.c");
	build_key(NULL, NULL, NULL);
	assert_int_equal(made_up_calls("compiled"), 3);
}

/* What make is asked for in a folder, and what it says of it. */
static int make_in(const char *folder, const char *words, const char *log, struct err *err)
{
	const char *const argv[] = { words, NULL };

	return make_run(folder, argv, &(struct proc_options){ .log = log }, err);
}

ODD_TEST(words_and_errors_name_folders_as_they_are)
{
	_cleanup_free_ char *tree = xstrdup(made_up("a tree")), *log = xstrdup(made_up("log")),
			    *word = xasprintf("O=%s", made_up(ODD "/cache/out")),
			    *line = xasprintf("%s/mm/hmm.c:1: error: broken; see %s", tree, log);
	struct err err = { 0 };

	made_up_file("a tree/Makefile", "all:\n"
					"\t@echo $(O) >$(O)/seen\n"
					"\t@echo $(CURDIR)/mm/hmm.c:1: error: broken\n"
					"\t@false\n");
	made_up_file(ODD "/cache/out/keep", "");
	assert_int_equal(make_in(tree, word, log, &err), -ECHILD);
	assert_string_equal(err.text, line);
	assert_string_equal(made_up_read(ODD "/cache/out/seen"), "/mnt/out\n");
	/* Nobody else sees it there. */
	assert_false(fs_exists("/mnt/out"));
}

ODD_TEST(plain_names_need_no_namespace)
{
	struct err err = { 0 };
	_cleanup_free_ char *log = xstrdup(made_up("log"));

	forbidden = true;
	made_up_file("plain/Makefile", "all:\n\techo $(CURDIR) >seen\n");
	setenv("PTWALK_CACHE", made_up("cache"), 1);
	assert_int_equal(make_possible(made_up("plain"), &err), 0);
	if (make_in(made_up("plain"), "all", log, &err))
		fail_msg("%s", err.text);
	assert_memory_equal(made_up_read("plain/seen"), made_up("plain"), strlen(made_up("plain")));
}

ODD_TEST(where_there_are_no_namespaces_it_is_said)
{
	struct err err = { 0 };

	/* A link with a plain name leads make to the other. */
	assert_int_equal(symlink(ODD, made_up("link")), 0);
	assert_int_equal(make_possible(made_up(ODD), &err), 0);
	forbidden = true;
	assert_int_equal(make_possible(made_up("link"), &err), 0);
	made_up_file(ODD "/keep", "");
	assert_int_equal(make_possible(made_up("link"), &err), -EINVAL);
	assert_int_equal(make_possible(made_up(ODD), &err), -EINVAL);
	says(err, "/mnt cannot stand for it here (Operation not permitted)");
}
