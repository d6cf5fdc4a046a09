// SPDX-License-Identifier: GPL-2.0-only
/* What is asked of a build: patches, options, trees and tools that are not right are named. */
#include "tests/unit/builds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/builds.h"
#include "kernels/facts.h"
#include "kernels/config.h"

#define PATCH                                                                     \
	"--- a/mm/hmm.c\n+++ b/mm/hmm.c\n@@ -5,5 +5,6 @@\n \n"                    \
	" static int first(struct walk *walk)\n {\n+\twalk->last++;\n"            \
	" \treturn walk->last;\n }\n"                                             \
	"@@ -15,4 +16,5 @@\n int both(struct walk *walk)\n {\n+\twalk->last--;\n" \
	" \treturn first(walk) + second(walk);\n }\n"

BUILD_TEST(a_patch_changes_the_build_and_not_the_tree)
{
	char *plain = xstrdup(build_key(NULL, NULL, NULL));
	const char *patched;
	bool built;

	made_up_file("my.patch", PATCH);
	patched = build_key(NULL, "my.patch", &built);
	assert_true(built);
	assert_string_not_equal(patched, plain);
	assert_non_null(strstr(image_of(patched), "walk->last--"));
	sh("! grep -q 'walk->last--' tree/mm/hmm.c");
	assert_int_equal(made_up_calls("compiled mm/other.c"), 1);
	assert_string_equal(build_key(NULL, NULL, &built), plain);
	assert_false(built);
	free(plain);
}

BUILD_TEST(a_patch_that_does_not_apply_names_its_hunk)
{
	made_up_file("my.patch", PATCH);
	sh("sed -i s/second/third/ tree/mm/hmm.c");
	refused(-EBADMSG, "my.patch", "hunk 2 of mm/hmm.c, at line 15, does not match");
	sh("rm tree/mm/hmm.c");
	refused(-EBADMSG, "my.patch", "mm/hmm.c: does not exist");
	made_up_file("my.patch", "no patch\n");
	refused(-EBADMSG, "my.patch", "does not apply");
	refused(-ENOENT, "none.patch", "none.patch");
	assert_int_equal(made_up_calls("compiled"), 0);
}

#define RULE "// Files: mm/hmm.c\n%s\n@@\n@@\n first(...)\n {\n+\tbefore();\n ...\n }\n"

BUILD_TEST(semantic_patches_say_what_they_make)
{
	char *rule = xasprintf(RULE, "// Makes: before*1");

	made_up_file("my.cocci", rule);
	assert_non_null(strstr(image_of(build_key(NULL, "my.cocci", NULL)), "before();"));
	free(rule);
	rule = xasprintf(RULE, "// Makes: before*2");
	made_up_file("my.cocci", rule);
	refused(-EBADMSG, "my.cocci", "it should make before*2, and makes 1");
	free(rule);
	rule = xasprintf(RULE, "// Not with: second");
	made_up_file("my.cocci", rule);
	refused(-EBADMSG, "my.cocci", "has second already");
	free(rule);
	made_up_file("my.cocci", "// Files: mm/hmm.c\n@@\n@@\n-none(...);\n");
	refused(-EBADMSG, "my.cocci", "finds nothing to change");
	made_up_file("my.cocci", "// Files: mm/hmm.c\n// After: my\n@@\n@@\n-none(...);\n");
	refused(-EBADMSG, "my.cocci", "leads back to itself");
	made_up_file("my.cocci", "@@\n@@\n-none(...);\n");
	refused(-EBADMSG, "my.cocci", "has no line \"// Files: PATH...\"");
}

/* What is said of one is kept, and told in other checkouts. */
BUILD_TEST(a_policy_of_ours_is_told_by_its_name)
{
	setenv("PTWALK_SOURCE", made_up("suite"), 1);
	sh("mkdir -p suite/kernels/policy");
	made_up_file("suite/kernels/policy/gup-mine.cocci", "// Files: mm/none.c\n");
	refused(-EBADMSG, "suite/kernels/policy/gup-mine.cocci",
		"policy gup-mine does not apply to ");
	unsetenv("PTWALK_SOURCE");
}

BUILD_TEST(an_option_that_did_not_take_is_named)
{
	made_up_file("my.config", BUILDS_CONFIG "CONFIG_NOT_HERE=y\nCONFIG_OFF=m\n");
	refused(-EOPNOTSUPP, NULL, "CONFIG_NOT_HERE=y (of ");
	refused(-EOPNOTSUPP, NULL, "CONFIG_OFF=m (of ");
	refused(-EOPNOTSUPP, NULL, "is not set");
	made_up_file("my.config", BUILDS_CONFIG "CONFIG_NOT_HERE=y # where there is one\n");
	build_key(NULL, NULL, NULL);
	made_up_file("my.config", BUILDS_CONFIG "CONFIG_OFF=y # where there is one\n");
	refused(-EOPNOTSUPP, NULL, "CONFIG_OFF=y (of ");
	made_up_file("my.config", BUILDS_CONFIG "CONFIG_OFF=y # of arm64\n");
	build_key(NULL, NULL, NULL);
	made_up_file("my.config", BUILDS_CONFIG "CONFIG_OFF=y # of arm63\n");
	refused(-EINVAL, NULL, "\"CONFIG_OFF=y\": unknown architecture 'arm63'");
	made_up_file("my.config", BUILDS_CONFIG "CONFIG_X\n");
	refused(-EINVAL, NULL, "\"CONFIG_X\" is no line of a config");
	made_up_file("my.config", BUILDS_CONFIG BUILDS_CONFIG);
	refused(-EINVAL, NULL, "second base");
}

BUILD_TEST(the_last_of_a_choice_takes_the_others_place)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	struct fragments fragments;
	struct err err;
	char *text;

	made_up_file("my.config",
		     BUILDS_CONFIG "# one of: CONFIG_OFF CONFIG_X\nCONFIG_OFF=y\nCONFIG_X=y\n");
	build_key(NULL, NULL, NULL);
	made_up_file("my.config",
		     BUILDS_CONFIG "# one of: CONFIG_OFF CONFIG_X\nCONFIG_X=y\nCONFIG_OFF=y\n");
	refused(-EOPNOTSUPP, NULL, "CONFIG_OFF=y (of ");
	made_up_file("my.config", BUILDS_CONFIG "CONFIG_OFF=y\nCONFIG_X=y\n");
	refused(-EOPNOTSUPP, NULL, "CONFIG_OFF=y (of ");
	/* bench, which comes first, has another. */
	made_up_file("more.config", "CONFIG_PREEMPT=y\n");
	strv_add(&names, made_up("more.config"));
	assert_int_equal(fragments_load(&fragments, &names, NULL, &err), 0);
	text = fragments_text(&fragments, "");
	assert_non_null(strstr(text, "\nCONFIG_PREEMPT=y\n"));
	assert_null(strstr(text, "CONFIG_PREEMPT_VOLUNTARY"));
	assert_non_null(strstr(text, "\nCONFIG_PREEMPT_DYNAMIC=y\n"));
	free(text);
	fragments_release(&fragments);
}

BUILD_TEST(a_failed_build_shows_its_first_error_and_leaves_nothing)
{
	struct err err = { 0 };
	struct build b;

	sh("echo broken >>tree/mm/hmm.c");
	assert_int_equal(try_build(&b, NULL, NULL, "mine", &err), -ECHILD);
	says(err, "mm/hmm.c:2:3: error: it is broken");
	says(err, b.log);
	assert_true(fs_exists(b.log));
	assert_false(fs_exists(b.folder));
	assert_false(fs_exists(made_up("cache/builds/names/mine")));
	build_release(&b);
	sh("sed -i /broken/d tree/mm/hmm.c");
	build_key(NULL, NULL, NULL);
}

BUILD_TEST(bad_requests_are_refused)
{
	struct build_request request = { 0 };
	struct err err;
	struct build b;

	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "--tree DIR, or --source");
	build_release(&b);
	request = (struct build_request){ .tree = made_up("tree"), .policy = "nope" };
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err,
	     "there is no policy 'nope'; there are: batch, batch-late, entry, entry-late, gup-entry, gup-none, none");
	build_release(&b);
	request = (struct build_request){ .tree = made_up("tree"), .name = "a b" };
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "'a b' cannot name a build");
	build_release(&b);
	request = (struct build_request){ .tree = made_up("tree"), .rev = "HEAD" };
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "--rev needs one");
	build_release(&b);
	/* The second is another architecture's. */
	for (int i = 0; i < 2; i++) {
		request = (struct build_request){ .source = i ? "debian:6.12-16k" : "debian:9.9" };
		assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
		says(err, "there are: debian:");
		build_release(&b);
	}
	request = (struct build_request){ .tree = made_up("bin") };
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -ENOENT);
	says(err, "takes a kernel's sources");
	build_release(&b);
	request = (struct build_request){ .tree = made_up("tree") };
	strv_add(&request.configs, "nope");
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "there is no config 'nope'; there are: bench");
	build_release(&b);
	strv_release(&request.configs);
}

/* $CC and $LLVM mean what they mean to make, which is told, and make another kernel. */
BUILD_TEST(compilers_of_the_environment_are_passed_on_and_recorded)
{
	char *plain = xstrdup(build_key(NULL, NULL, NULL)), *clang;
	struct kernel kernel;

	kernel_init(&kernel, "");
	assert_int_equal(builds_load(plain, &kernel), 0);
	assert_string_equal(kernel.cc, "");
	kernel_release(&kernel);
	made_up_program("clang-99", "[ \"$1\" != --version ] || exec echo clang version 99.0\n"
				    "exec gcc \"$@\"");
	for (size_t i = 0; i < 4; i++) {
		static const char *const tools[] = { "ld.lld", "llvm-ar", "llvm-nm",
						     "llvm-objcopy" };
		char *name = xasprintf("%s-99", tools[i]);

		made_up_program(name, "echo LLD 99");
		free(name);
	}
	setenv("LLVM", "-99", 1);
	clang = xstrdup(build_key(NULL, NULL, NULL));
	assert_string_not_equal(clang, plain);
	kernel_init(&kernel, "");
	assert_int_equal(builds_load(clang, &kernel), 0);
	assert_string_equal(kernel.cc, "clang-99");
	kernel_release(&kernel);
	/* $CC is the compiler, whatever else is LLVM's. */
	setenv("CC", "gcc", 1);
	assert_string_not_equal(build_key(NULL, NULL, NULL), clang);
	setenv("CC", "no-such-cc", 1);
	refused(-ENOENT, NULL, "no-such-cc, which is missing: apt-get install no-such-cc");
	unsetenv("CC");
	setenv("LLVM", "-98", 1);
	refused(-ENOENT, NULL,
		"clang-98, ld.lld-98, llvm-ar-98, llvm-nm-98, llvm-objcopy-98, which are missing: "
		"apt-get install clang-98 lld-98 llvm-98");
	unsetenv("LLVM");
	assert_string_equal(build_key(NULL, NULL, NULL), plain);
	free(clang);
	free(plain);
}

BUILD_TEST(tools_that_are_missing_are_named_with_their_packages)
{
	/* All that is there, but for two. */
	sh("mkdir few && for p in git make gcc ld bc perl gzip tar xz cp; do "
	   "ln -s \"$(command -v $p)\" few; done");
	setenv("PATH", made_up("few"), 1);
	refused(-ENOENT, NULL, "flex, bison, which are missing: apt-get install flex bison");
}

BUILD_TEST(a_compiler_of_another_architecture_is_asked_for)
{
	struct build_request request = { .tree = made_up("tree"), .arch = &arch_arm64 };
	struct err err;
	struct build b;

	strv_add(&request.configs, made_up("my.config"));
	setenv("CC", "gcc", 1);
	made_up_program("aarch64-linux-gnu-ld", "echo GNU ld");
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "CC=gcc compiles for x86_64-linux-gnu: a kernel of arm64 is built by "
		  "aarch64-linux-gnu-gcc-12");
	build_release(&b);
	unsetenv("CC");
	sh("mkdir few && for p in git make flex bison gcc ld bc perl gzip tar xz cp; do "
	   "ln -s \"$(command -v $p)\" few; done");
	setenv("PATH", made_up("few"), 1);
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -ENOENT);
	says(err, "aarch64-linux-gnu-gcc-12, aarch64-linux-gnu-ld, which are missing: apt-get "
		  "install gcc-12-aarch64-linux-gnu binutils-aarch64-linux-gnu");
	build_release(&b);
	strv_release(&request.configs);
}
