// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/builds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"

void sh(const char *fmt, ...)
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

int build_setup(void **state)
{
	if (made_up_setup(state))
		return -1;
	sh("cp -a %s/tests/tree tree && chmod -R u+w tree", PTWALK_SOURCE_DIR);
	made_up_program("strip", "cp \"$4\" \"$3\"");
	made_up_file("my.config", BUILDS_CONFIG);
	return 0;
}

void make_repository(void)
{
	sh("cd tree && git init -q . && git config user.name me && git config user.email me@home "
	   "&& git add -A && git commit -q -m first");
}

/* Of T/tree with T/my.config, and one patch if it is given. */
int try_build(struct build *b, const char *rev, const char *patch, const char *name,
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
const char *build_key(const char *rev, const char *patch, bool *built)
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

void refused(int code, const char *patch, const char *words)
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

const char *image_of(const char *key)
{
	char *name = xasprintf("cache/builds/%s/boot/bzImage", key);
	const char *text = made_up_read(name);

	free(name);
	return text;
}
