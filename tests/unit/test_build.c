// SPDX-License-Identifier: GPL-2.0-only
/* Kernels from source, with a made-up tree (tests/tree) and the real git and make. */
#include "tests/unit/builds.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "kernels/builds.h"

BUILD_TEST(a_tree_is_built_once)
{
	struct err err = { 0 };
	struct kernel kernel;
	struct build b;
	bool built;

	if (try_build(&b, NULL, NULL, "mine", &err))
		fail_msg("%s", err.text);
	assert_true(b.built);
	assert_string_equal(b.spec, "build:mine");
	assert_int_equal(made_up_calls("compiled"), 2);
	if (kernel_find("build:mine", NULL, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kernel.release, "6.1.0-made-up");
	assert_true(str_starts(kernel.build, b.folder));
	kernel_release(&kernel);
	build_key(NULL, NULL, &built);
	assert_false(built);
	assert_int_equal(made_up_calls("compiled"), 2);
	build_release(&b);
}

/* By a cross compiler, with what the config has for it alone; and it is no kernel of this host's. */
BUILD_TEST(a_kernel_of_another_architecture_is_another_build)
{
	char *here = xstrdup(build_key(NULL, NULL, NULL)), *image;
	struct build_request request = { .tree = made_up("tree"), .arch = &arch_arm64 };
	struct build_entry *entries;
	struct err err = { 0 };
	struct kernel kernel;
	struct build b;
	size_t n;

	made_up_program("aarch64-linux-gnu-strip", "cp \"$4\" \"$3\"");
	made_up_program("aarch64-linux-gnu-ld", "echo GNU ld");
	made_up_program("aarch64-linux-gnu-gcc-12",
			"[ $1 = -dumpmachine ] && exec echo aarch64-linux-gnu; echo gcc");
	made_up_file("my.config",
		     BUILDS_CONFIG "CONFIG_X=y # of arm64\nCONFIG_NOT_HERE=y # of x86\n");
	strv_add(&request.configs, made_up("my.config"));
	request.name = "other";
	if (kernel_build(&request, &b, NULL, &err))
		fail_msg("%s", err.text);
	assert_string_not_equal(b.key, here);
	assert_int_equal(
		made_up_calls("made all arm64 aarch64-linux-gnu- aarch64-linux-gnu-gcc-12"), 1);
	image = xasprintf("cache/builds/%s/boot/config", b.key);
	assert_non_null(strstr(made_up_read(image), "CONFIG_X=y\n"));
	assert_int_equal(kernel_find("build:other", &arch_arm64, &kernel, NULL, &err), 0);
	assert_true(str_ends(kernel.image, "/boot/Image"));
	kernel_release(&kernel);
	assert_int_equal(kernel_find("build:other", NULL, &kernel, NULL, &err), -EINVAL);
	says(err, "build:other is a kernel of arm64: --arch arm64");
	entries = builds_list(&n);
	assert_int_equal(n, 2);
	builds_free(entries, n);
	strv_release(&request.configs);
	build_release(&b);
	free(image);
	free(here);
}

/* The same files elsewhere are the same kernel. */
BUILD_TEST(a_key_is_of_contents)
{
	char *first = xstrdup(build_key(NULL, NULL, NULL));
	bool built;

	sh("mv tree was && mkdir tree && cp -r was/* tree && touch tree/mm/hmm.c");
	assert_string_equal(build_key(NULL, NULL, &built), first);
	assert_false(built);
	made_up_file("my.config", BUILDS_CONFIG "CONFIG_X=y\n");
	assert_string_not_equal(build_key(NULL, NULL, &built), first);
	assert_true(built);
	free(first);
}

BUILD_TEST(a_changed_file_rebuilds_itself_alone)
{
	const char *second;
	char *first;

	/* git looks at seconds: what is done to the files after they are there must show. */
	setenv("SLOW", "1.1", 1);
	first = xstrdup(build_key(NULL, NULL, NULL));
	unsetenv("SLOW");
	assert_int_equal(made_up_calls("compiled mm/other.c"), 1);
	sh("echo '/* more */' >>tree/mm/hmm.c");
	second = build_key(NULL, NULL, NULL);
	assert_string_not_equal(second, first);
	assert_int_equal(made_up_calls("compiled mm/other.c"), 1);
	assert_int_equal(made_up_calls("compiled mm/hmm.c"), 2);
	assert_non_null(strstr(image_of(second), "more"));
	assert_null(strstr(image_of(first), "more"));
	free(first);
}

/* What modules are keyed by, of the tree as it is; good until the next call. */
static const char *headers_key(void)
{
	static char key[64];
	char *spec = xasprintf("build:%s", build_key(NULL, NULL, NULL));
	struct err err = { 0 };
	struct kernel kernel;

	if (kernel_find(spec, NULL, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	snprintf(key, sizeof(key), "%s", kernel.build_key);
	kernel_release(&kernel);
	free(spec);
	return key;
}

BUILD_TEST(a_module_is_keyed_by_what_it_includes)
{
	char *first = xstrdup(headers_key());

	assert_int_not_equal(strlen(first), 0);
	sh("echo '/* more */' >>tree/mm/hmm.c");
	assert_string_equal(headers_key(), first);
	sh("echo '/* more */' >>tree/include/other.h");
	assert_string_not_equal(headers_key(), first);
	free(first);
}

/* Another folder, a repository even, with one file that differs. */
BUILD_TEST(trees_of_one_series_share_what_is_compiled)
{
	build_key(NULL, NULL, NULL);
	sh("mv tree was && cp -r was tree && echo '/* more */' >>tree/mm/hmm.c");
	make_repository();
	assert_non_null(strstr(image_of(build_key("HEAD", NULL, NULL)), "more"));
	assert_int_equal(made_up_calls("compiled mm/other.c"), 1);
	assert_int_equal(made_up_calls("compiled mm/hmm.c"), 2);
	/* Of SHA-256 it is another repository, and the same files. */
	sh("rm -rf tree/.git && cd tree && git init -q --object-format=sha256 . && git add -A && "
	   "git -c user.name=me -c user.email=me@home commit -q -m first && "
	   "echo '/* once more */' >>mm/hmm.c");
	assert_non_null(strstr(image_of(build_key(NULL, NULL, NULL)), "once more"));
	sh("cd tree && git checkout -q mm/hmm.c");
	assert_null(strstr(image_of(build_key("HEAD", NULL, NULL)), "once more"));
}

BUILD_TEST(a_file_that_is_gone_is_gone)
{
	sh("echo '/* new */' >tree/mm/new.c");
	build_key(NULL, NULL, NULL);
	sh("rm tree/mm/new.c");
	build_key(NULL, NULL, NULL);
	sh("! find cache/workspaces -name new.c | grep .");
}

/* Whatever the state of a repository, nothing in it is written, .git included. */
BUILD_TEST(a_users_repository_is_not_touched)
{
	static const char look[] = "find tree -printf '%%p %%s %%T@ %%m\\n' | sort >%s";

	make_repository();
	sh("echo '/* dirty */' >>tree/mm/hmm.c; echo '/* new */' >tree/mm/new.c");
	sh(look, "before");
	build_key(NULL, NULL, NULL);
	build_key("HEAD", NULL, NULL);
	sh(look, "after");
	sh("cmp before after");
}

BUILD_TEST(commits_and_files_as_they_are_are_told_apart)
{
	char *first, *clean;
	struct err err;
	struct build b;

	make_repository();
	clean = xstrdup(build_key(NULL, NULL, NULL));
	first = xstrdup(build_key("HEAD", NULL, NULL));
	assert_string_equal(first, clean);
	sh("echo '/* dirty */' >>tree/mm/hmm.c");
	assert_string_equal(build_key("HEAD", NULL, NULL), first);
	assert_string_not_equal(build_key(NULL, NULL, NULL), first);
	assert_non_null(strstr(image_of(build_key(NULL, NULL, NULL)), "dirty"));
	assert_int_equal(try_build(&b, "nope", NULL, NULL, &err), -EINVAL);
	says(err, "has no commit 'nope'");
	build_release(&b);
	free(clean);
	free(first);
}

BUILD_TEST(builds_are_listed_by_name_and_found_by_their_first_digits)
{
	struct build_entry *entries;
	struct err err = { 0 };
	struct kernel kernel;
	struct build b;
	char *spec;
	size_t n;

	assert_int_equal(kernel_find("build:mine", NULL, &kernel, NULL, &err), -EINVAL);
	says(err, "none is built yet");
	assert_int_equal(try_build(&b, NULL, NULL, "mine", &err), 0);
	entries = builds_list(&n);
	assert_int_equal(n, 1);
	assert_string_equal(entries[0].name, "mine");
	assert_string_equal(entries[0].release, "6.1.0-made-up");
	builds_free(entries, n);
	spec = xasprintf("build:%.8s", b.key);
	assert_int_equal(kernel_find(spec, NULL, &kernel, NULL, &err), 0);
	kernel_release(&kernel);
	free(spec);
	assert_int_equal(kernel_find("build:nope", NULL, &kernel, NULL, &err), -EINVAL);
	says(err, "built are: build:mine");
	build_release(&b);
}

/* By somebody else, the kernel that is out of memory say: it is no error of the sources. */
BUILD_TEST(a_make_that_was_killed_is_told_and_doubted)
{
	struct err err = { 0 };
	struct build b;

	made_up_program("make", "kill -9 $$");
	assert_int_equal(try_build(&b, NULL, NULL, NULL, &err), -ECANCELED);
	says(err, "make was ended by signal 9 (Killed)");
	build_release(&b);
	sh("ls cache/workspaces/*/building; rm bin/make; echo broken >>tree/mm/hmm.c");
	assert_int_equal(try_build(&b, NULL, NULL, NULL, &err), -ECHILD);
	build_release(&b);
	sh("! ls cache/workspaces/*/building");
}

#define FIXDEP "cmd_mm/x.o := gcc\n\nsource_mm/x.o := mm/x.c\n\ndeps_mm/x.o := \\\n  mm/x.h \\\n\n"

/* What make reads of each object: one that is cut off stops it before anything is made. */
BUILD_TEST(commands_that_are_cut_off_are_removed)
{
	struct err err = { 0 };

	made_up_file("out/.old.o.cmd", "cmd_mm/old.o := gc");
	sh("touch -d '2 hours ago' out/.old.o.cmd; touch -d '1 hour ago' building");
	made_up_file("out/.ld.o.cmd", "cmd_mm/ld.o := ld\n");
	made_up_file("out/.cc.o.cmd", FIXDEP "mm/x.o: $(deps_mm/x.o)\n\n$(deps_mm/x.o):\n");
	made_up_file("out/.objtool.o.cmd", FIXDEP "mm/x.o: $(deps_mm/x.o)\n\n$(deps_mm/x.o):\n\n"
						  "mm/x.o: $(wildcard ./tools/objtool/objtool)\n");
	made_up_file("out/.empty.o.cmd", "");
	made_up_file("out/.line.o.cmd", "cmd_mm/line.o := gc");
	made_up_file("out/.deps.o.cmd", FIXDEP);
	made_up_file("out/.rule.o.cmd", FIXDEP "mm/x.o: $(deps_mm/x.o)\n\n$(deps_mm");
	if (workspace_repair(made_up("out"), made_up("building"), &err))
		fail_msg("%s", err.text);
	for (const char *const *name = (const char *const[]){ "old", "ld", "cc", "objtool", NULL };
	     *name; name++)
		if (!fs_exists(made_up("out/.%s.o.cmd", *name)))
			fail_msg("%s is gone", *name);
	for (const char *const *name =
		     (const char *const[]){ "empty", "line", "deps", "rule", NULL };
	     *name; name++)
		if (fs_exists(made_up("out/.%s.o.cmd", *name)))
			fail_msg("%s is still there", *name);
}

/* What a killed make leaves: an object newer than its .cmd, one without, a header cut off. */
BUILD_TEST(half_made_files_are_removed_and_whole_ones_kept)
{
	struct err err = { 0 };

	made_up_file("out/old", "");
	sh("touch -d '2 hours ago' out/old; touch -d '1 hour ago' building; mkdir -p out/include/config; cd out; "
	   "echo o >done.o; echo c >.done.o.cmd; echo c >.half.o.cmd; sleep 0.02; echo o >half.o; "
	   "echo o >none.o; echo h >whole.h; : >cut.h; : >include/config/X");
	if (workspace_repair(made_up("out"), made_up("building"), &err))
		fail_msg("%s", err.text);
	for (const char *const *name =
		     (const char *const[]){ "old", "done.o", "whole.h", "include/config/X", NULL };
	     *name; name++)
		if (!fs_exists(made_up("out/%s", *name)))
			fail_msg("%s is gone", *name);
	for (const char *const *name = (const char *const[]){ "half.o", "none.o", "cut.h", NULL };
	     *name; name++)
		if (fs_exists(made_up("out/%s", *name)))
			fail_msg("%s is still there", *name);
}
