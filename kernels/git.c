// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/git.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"

#define GIT_SECONDS 1800

/* What a caller's environment says of repositories is about others than ours. */
#define FOREIGN                                                                             \
	"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", \
		"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_NAMESPACE"
#define PLAIN "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0"

static int run(const char *const *argv, const char *const *env, const char *log, char **output,
	       struct err *err)
{
	struct proc_options options = {
		.env = env,
		.log = log,
		.output = output,
		.timeout_seconds = GIT_SECONDS,
		.gentle = true,
	};
	int ret = log ? fs_remove(log, err) : 0;

	if (!ret)
		ret = proc_run(argv, &options, err);
	if (ret == -ENOENT)
		err_set(err, ENOENT, "git is missing: install the package git");
	return ret;
}

static size_t add_words(const char **argv, size_t n, size_t room, const char *const *words)
{
	for (; *words && n < room - 1; words++)
		argv[n++] = *words;
	argv[n] = NULL;
	return n;
}

int git_run(const struct git *git, const char *const *words, char **output, struct err *err)
{
	const char *argv[40] = { "git",
				 "-c",
				 "core.compression=1",
				 "-c",
				 "core.autocrlf=false",
				 "-c",
				 "gc.auto=0",
				 "-c",
				 "core.fsmonitor=false",
				 "-c",
				 git->work ? "core.bare=false" : "core.bare=true" };
	char *dir = xasprintf("GIT_DIR=%s", git->dir);
	char *work = git->work ? xasprintf("GIT_WORK_TREE=%s", git->work) : NULL;
	char *index = git->index ? xasprintf("GIT_INDEX_FILE=%s", git->index) : NULL;
	char *borrow = git->borrow
			       ? xasprintf("GIT_ALTERNATE_OBJECT_DIRECTORIES=\"%s\"", git->borrow)
			       : NULL;
	/* A name alone unsets what FOREIGN unsets already. */
	const char *env[] = { FOREIGN,
			      PLAIN,
			      "GIT_CONFIG_GLOBAL=/dev/null",
			      "GIT_CONFIG_NOSYSTEM=1",
			      dir,
			      work ? work : "GIT_WORK_TREE",
			      index ? index : "GIT_INDEX_FILE",
			      borrow ? borrow : "GIT_ALTERNATE_OBJECT_DIRECTORIES",
			      NULL };
	size_t n = 11;
	int ret;

	if (git->work)
		n = add_words(argv, n, ARRAY_SIZE(argv), GIT_WORDS("-C", git->work));
	add_words(argv, n, ARRAY_SIZE(argv), words);
	ret = run(argv, env, git->log, output, err);
	free(borrow);
	free(index);
	free(work);
	free(dir);
	return ret;
}

static char *first_line(char *text)
{
	if (text)
		*strchrnul(text, '\n') = '\0';
	return text;
}

char *git_line(const struct git *git, const char *const *words, struct err *err)
{
	char *text = NULL;

	return git_run(git, words, &text, err) ? NULL : first_line(text);
}

char *git_list(const char *tree, const char *const *words, struct err *err)
{
	const char *argv[40] = { "git", "-C", tree };
	static const char *const env[] = { FOREIGN, PLAIN, NULL };
	char *text = NULL;

	add_words(argv, 3, ARRAY_SIZE(argv), words);
	return run(argv, env, NULL, &text, err) ? NULL : text;
}

char *git_ask(const char *tree, const char *const *words, struct err *err)
{
	return first_line(git_list(tree, words, err));
}

int git_fetch(const char *folder, const char *from, const char *log, const char *const *words,
	      struct err *err)
{
	static const char *const env[] = { FOREIGN, PLAIN, "GIT_ASKPASS=true", "SSH_ASKPASS=true",
					   NULL };
	char *dir = xasprintf("--git-dir=%s/.git", folder);
	const char *argv[40] = { "git",
				 "-C",
				 from,
				 dir,
				 "-c",
				 "fetch.unpackLimit=1",
				 "-c",
				 "gc.autoDetach=false",
				 "-c",
				 "maintenance.autoDetach=false",
				 "fetch",
				 "-q",
				 "--no-write-fetch-head",
				 "--no-recurse-submodules" };
	int ret;

	add_words(argv, 14, ARRAY_SIZE(argv), words);
	ret = run(argv, env, log, NULL, err);
	free(dir);
	return ret;
}

int git_init(const char *dir, const char *format, struct err *err)
{
	const struct git git = { .dir = dir };
	char *hash = xasprintf("--object-format=%s", format);
	int ret = git_run(&git, GIT_WORDS("init", "-q", "--bare", "--template=", hash), NULL, err);

	free(hash);
	return ret;
}
