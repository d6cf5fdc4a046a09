// SPDX-License-Identifier: GPL-2.0-only
/* Kernels from source, with a made-up tree (tests/tree) and the real git, make and spatch. */
#include "tests/unit/kernels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/build.h"
#include "kernels/workspace.h"

#define CONFIG "# base: nothing\nCONFIG_MODULES=y\n"

static void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static void sh(const char *fmt, ...)
{
	const char *argv[] = { "sh", "-ec", NULL, NULL };
	struct proc_options options = { .cwd = getenv("T"), .timeout_seconds = 60 };
	struct err err = { 0 };
	va_list ap;
	char *line;

	va_start(ap, fmt);
	assert_true(vasprintf(&line, fmt, ap) >= 0);
	va_end(ap);
	argv[2] = line;
	if (proc_run(argv, &options, &err))
		fail_msg("%s: %s", line, err.text);
	free(line);
}

static int build_setup(void **state)
{
	if (made_up_setup(state))
		return -1;
	sh("cp -a %s/tests/tree tree && chmod -R u+w tree", PTWALK_SOURCE_DIR);
	made_up_program("strip", "cp \"$4\" \"$3\"");
	made_up_file("my.config", CONFIG);
	return 0;
}

static void make_repository(void)
{
	sh("cd tree && git init -q . && git config user.name me && git config user.email me@home "
	   "&& git add -A && git commit -q -m first");
}

/* Of T/tree with T/my.config, and one patch if it is given. */
static int try_build(struct build *b, const char *rev, const char *patch, const char *name,
		     struct err *err)
{
	struct build_request request = { .tree = made_up("tree"), .rev = rev, .name = name };
	int ret;

	strv_add(&request.configs, made_up("my.config"));
	if (patch)
		strv_add(&request.patches, made_up("%s", patch));
	ret = kernel_build(&request, b, NULL, err);
	strv_release(&request.configs);
	strv_release(&request.patches);
	return ret;
}

/* Must succeed; its key, good until the next call. */
static const char *build_key(const char *rev, const char *patch, bool *built)
{
	static char key[64];
	struct err err = { 0 };
	struct build b;

	if (try_build(&b, rev, patch, NULL, &err))
		fail_msg("%s", err.text);
	snprintf(key, sizeof(key), "%s", b.key);
	if (built)
		*built = b.built;
	build_release(&b);
	return key;
}

static void refused(int code, const char *patch, const char *words)
{
	struct err err = { 0 };
	struct build b;

	assert_int_equal(try_build(&b, NULL, patch, NULL, &err), code);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" does not say \"%s\"", err.text, words);
	if (b.folder)
		assert_false(fs_exists(b.folder));
	build_release(&b);
}

static const char *image_of(const char *key)
{
	char *name = xasprintf("cache/builds/%s/boot/bzImage", key);
	const char *text = made_up_read(name);

	free(name);
	return text;
}

static void a_tree_is_built_once(void **state)
{
	struct err err = { 0 };
	struct kernel kernel;
	struct build b;
	bool built;

	(void)state;
	if (try_build(&b, NULL, NULL, "mine", &err))
		fail_msg("%s", err.text);
	assert_true(b.built);
	assert_string_equal(b.spec, "build:mine");
	assert_int_equal(made_up_calls("compiled"), 2);
	if (kernel_find("build:mine", &kernel, NULL, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kernel.release, "6.1.0-made-up");
	assert_true(str_starts(kernel.build, b.folder));
	kernel_release(&kernel);
	build_key(NULL, NULL, &built);
	assert_false(built);
	assert_int_equal(made_up_calls("compiled"), 2);
	build_release(&b);
}

/* The same files elsewhere are the same kernel. */
static void a_key_is_of_contents(void **state)
{
	char *first = xstrdup(build_key(NULL, NULL, NULL));
	bool built;

	(void)state;
	sh("mv tree was && mkdir tree && cp -r was/* tree && touch tree/mm/hmm.c");
	assert_string_equal(build_key(NULL, NULL, &built), first);
	assert_false(built);
	made_up_file("my.config", CONFIG "CONFIG_X=y\n");
	assert_string_not_equal(build_key(NULL, NULL, &built), first);
	assert_true(built);
	free(first);
}

static void a_changed_file_rebuilds_itself_alone(void **state)
{
	const char *second;
	char *first;

	(void)state;
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

static void a_file_that_is_gone_is_gone(void **state)
{
	(void)state;
	sh("echo '/* new */' >tree/mm/new.c");
	build_key(NULL, NULL, NULL);
	sh("rm tree/mm/new.c");
	build_key(NULL, NULL, NULL);
	sh("! find cache/workspaces -name new.c | grep .");
}

/* Whatever the state of a repository, nothing in it is written, .git included. */
static void a_users_repository_is_not_touched(void **state)
{
	static const char look[] = "find tree -printf '%%p %%s %%T@ %%m\\n' | sort >%s";

	(void)state;
	make_repository();
	sh("echo '/* dirty */' >>tree/mm/hmm.c; echo '/* new */' >tree/mm/new.c");
	sh(look, "before");
	build_key(NULL, NULL, NULL);
	build_key("HEAD", NULL, NULL);
	sh(look, "after");
	sh("cmp before after");
}

static void commits_and_files_as_they_are_are_told_apart(void **state)
{
	char *first, *clean;
	struct err err;
	struct build b;

	(void)state;
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

#define PATCH                                                                     \
	"--- a/mm/hmm.c\n+++ b/mm/hmm.c\n@@ -5,5 +5,6 @@\n \n"                    \
	" static int first(struct walk *walk)\n {\n+\twalk->last++;\n"            \
	" \treturn walk->last;\n }\n"                                             \
	"@@ -15,4 +16,5 @@\n int both(struct walk *walk)\n {\n+\twalk->last--;\n" \
	" \treturn first(walk) + second(walk);\n }\n"

static void a_patch_changes_the_build_and_not_the_tree(void **state)
{
	char *plain = xstrdup(build_key(NULL, NULL, NULL));
	const char *patched;
	bool built;

	(void)state;
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

static void a_patch_that_does_not_apply_names_its_hunk(void **state)
{
	(void)state;
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

static void semantic_patches_say_what_they_make(void **state)
{
	char *rule = xasprintf(RULE, "// Makes: before*1");

	(void)state;
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

static void an_option_that_did_not_take_is_named(void **state)
{
	(void)state;
	made_up_file("my.config", CONFIG "CONFIG_NOT_HERE=y\nCONFIG_OFF=m\n");
	refused(-EOPNOTSUPP, NULL, "CONFIG_NOT_HERE=y (of ");
	refused(-EOPNOTSUPP, NULL, "CONFIG_OFF=m (of ");
	refused(-EOPNOTSUPP, NULL, "is not set");
	made_up_file("my.config", CONFIG "CONFIG_NOT_HERE=y # where there is one\n");
	build_key(NULL, NULL, NULL);
	made_up_file("my.config", CONFIG "CONFIG_OFF=y # where there is one\n");
	refused(-EOPNOTSUPP, NULL, "CONFIG_OFF=y (of ");
	made_up_file("my.config", CONFIG "CONFIG_X\n");
	refused(-EINVAL, NULL, "\"CONFIG_X\" is no line of a config");
	made_up_file("my.config", CONFIG CONFIG);
	refused(-EINVAL, NULL, "second base");
}

static void a_failed_build_shows_its_first_error_and_leaves_nothing(void **state)
{
	struct err err = { 0 };
	struct build b;

	(void)state;
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

static void bad_requests_are_refused(void **state)
{
	struct build_request request = { 0 };
	struct err err;
	struct build b;

	(void)state;
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "--tree DIR, or --source");
	build_release(&b);
	request = (struct build_request){ .tree = made_up("tree"), .policy = "nope" };
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "there is no policy 'nope'; there are: batch, entry, none, range");
	build_release(&b);
	request = (struct build_request){ .tree = made_up("tree"), .name = "a b" };
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "'a b' cannot name a build");
	build_release(&b);
	request = (struct build_request){ .tree = made_up("tree"), .rev = "HEAD" };
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "--rev needs one");
	build_release(&b);
	request = (struct build_request){ .source = "debian:9.9" };
	assert_int_equal(kernel_build(&request, &b, NULL, &err), -EINVAL);
	says(err, "there are: debian:5.10, debian:6.1");
	build_release(&b);
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

static void tools_that_are_missing_are_named_with_their_packages(void **state)
{
	(void)state;
	/* All that is there, but for two. */
	sh("mkdir few && for p in git make gcc ld bc perl gzip tar xz cp; do "
	   "ln -s \"$(command -v $p)\" few; done");
	setenv("PATH", made_up("few"), 1);
	refused(-ENOENT, NULL, "flex, bison, which are missing: apt-get install flex bison");
}

static void builds_are_listed_by_name_and_found_by_their_first_digits(void **state)
{
	struct build_entry *entries;
	struct err err = { 0 };
	struct kernel kernel;
	struct build b;
	char *spec;
	size_t n;

	(void)state;
	assert_int_equal(kernel_find("build:mine", &kernel, NULL, &err), -EINVAL);
	says(err, "none is built yet");
	assert_int_equal(try_build(&b, NULL, NULL, "mine", &err), 0);
	entries = builds_list(&n);
	assert_int_equal(n, 1);
	assert_string_equal(entries[0].name, "mine");
	assert_string_equal(entries[0].release, "6.1.0-made-up");
	builds_free(entries, n);
	spec = xasprintf("build:%.8s", b.key);
	assert_int_equal(kernel_find(spec, &kernel, NULL, &err), 0);
	kernel_release(&kernel);
	free(spec);
	assert_int_equal(kernel_find("build:nope", &kernel, NULL, &err), -EINVAL);
	says(err, "built are: build:mine");
	build_release(&b);
}

/* What a killed make leaves: an object newer than its .cmd, one without, a header cut off. */
static void half_made_files_are_removed_and_whole_ones_kept(void **state)
{
	struct err err = { 0 };

	(void)state;
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

#define build_test(name) cmocka_unit_test_setup_teardown(name, build_setup, made_up_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		build_test(a_tree_is_built_once),
		build_test(a_key_is_of_contents),
		build_test(a_changed_file_rebuilds_itself_alone),
		build_test(a_file_that_is_gone_is_gone),
		build_test(a_users_repository_is_not_touched),
		build_test(commits_and_files_as_they_are_are_told_apart),
		build_test(a_patch_changes_the_build_and_not_the_tree),
		build_test(a_patch_that_does_not_apply_names_its_hunk),
		build_test(semantic_patches_say_what_they_make),
		build_test(an_option_that_did_not_take_is_named),
		build_test(a_failed_build_shows_its_first_error_and_leaves_nothing),
		build_test(bad_requests_are_refused),
		build_test(tools_that_are_missing_are_named_with_their_packages),
		build_test(builds_are_listed_by_name_and_found_by_their_first_digits),
		build_test(half_made_files_are_removed_and_whole_ones_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
