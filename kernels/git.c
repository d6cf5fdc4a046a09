// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/git.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"

#define GIT_SECONDS 1800
#define GIT_PACKAGE "install the package git"

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
		.missing = GIT_PACKAGE,
	};
	int ret = log ? fs_remove(log, err) : 0;

	return ret ? ret : proc_run(argv, &options, err);
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
	_cleanup_free_ char *dir = xasprintf("GIT_DIR=%s", git->dir);
	_cleanup_free_ char *work = git->work ? xasprintf("GIT_WORK_TREE=%s", git->work) : NULL;
	_cleanup_free_ char *index = git->index ? xasprintf("GIT_INDEX_FILE=%s", git->index) : NULL;
	_cleanup_free_ char *borrow =
		git->borrow ? xasprintf("GIT_ALTERNATE_OBJECT_DIRECTORIES=\"%s\"", git->borrow)
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

	if (git->work)
		n = add_words(argv, n, ARRAY_SIZE(argv), GIT_WORDS("-C", git->work));
	add_words(argv, n, ARRAY_SIZE(argv), words);
	return run(argv, env, git->log, output, err);
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
	_cleanup_free_ char *dir = xasprintf("--git-dir=%s/.git", folder);
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

	add_words(argv, 14, ARRAY_SIZE(argv), words);
	return run(argv, env, log, NULL, err);
}

int git_init(const char *dir, const char *format, struct err *err)
{
	const struct git git = { .dir = dir };
	_cleanup_free_ char *hash = xasprintf("--object-format=%s", format);
	int ret = git_run(&git, GIT_WORDS("init", "-q", "--bare", "--template=", hash), NULL, err);

	return ret;
}

static char *find_commit(const struct bisect *b, const char *name, struct err *err)
{
	_cleanup_free_ char *spec = xasprintf("%s^{commit}", name);
	_cleanup_free_ char *commit = git_ask(
		b->tree, GIT_WORDS("rev-parse", "--verify", "--quiet", "--end-of-options", spec),
		NULL);

	if (commit && *commit)
		return TAKE_PTR(commit);
	err_set(err, EINVAL, "%s has no commit '%s'", b->tree, name);
	return NULL;
}

static int check_tree(const char *tree, struct err *err)
{
	_cleanup_free_ char *line = NULL, *git = NULL;

	if (!fs_is_dir(tree))
		return err_set(err, EINVAL, "%s is not a folder: name a git tree of kernel sources",
			       tree);
	git = fs_find_program("git");
	if (!git)
		return err_set(err, ENOENT, "git is missing: " GIT_PACKAGE);
	line = git_ask(tree, GIT_WORDS("rev-parse", "--git-dir"), NULL);
	if (!line)
		return err_set(err, EINVAL, "%s is no git tree: there is no history to bisect",
			       tree);
	return 0;
}

static int check_ancestor(const struct bisect *b, const char *good, const char *bad,
			  struct err *err)
{
	_cleanup_free_ char *line = NULL;

	if (!strcmp(b->good.v[0], b->bad))
		return err_set(err, EINVAL, "good and bad are the same commit, %.12s", b->bad);
	line = git_ask(b->tree, GIT_WORDS("merge-base", "--is-ancestor", b->good.v[0], b->bad),
		       NULL);
	if (!line)
		return err_set(
			err, EINVAL,
			"%s is not an ancestor of %s: between them there is nothing to bisect",
			good, bad);
	return 0;
}

int bisect_begin(struct bisect *b, const char *tree, const char *good, const char *bad,
		 struct err *err)
{
	char *commit;
	int ret;

	*b = (struct bisect){ .tree = xstrdup(tree) };
	ret = check_tree(tree, err);
	if (ret)
		return ret;
	commit = find_commit(b, good, err);
	if (!commit)
		return -EINVAL;
	strv_add(&b->good, commit);
	free(commit);
	b->bad = find_commit(b, bad, err);
	if (!b->bad)
		return -EINVAL;
	return check_ancestor(b, good, bad, err);
}

void bisect_release(struct bisect *b)
{
	free(b->tree);
	free(b->bad);
	strv_release(&b->good);
	strv_release(&b->skipped);
	*b = (struct bisect){ 0 };
}

void bisect_is_good(struct bisect *b, const char *commit)
{
	strv_add(&b->good, commit);
}

void bisect_is_bad(struct bisect *b, const char *commit)
{
	free(b->bad);
	b->bad = xstrdup(commit);
}

void bisect_skip(struct bisect *b, const char *commit)
{
	strv_add(&b->skipped, commit);
}

/* The first of git's list, which has the best one first, that can be tried. */
static void pick(const struct bisect *b, const struct strv *lines, struct bisect_step *step)
{
	for (size_t i = 0; i < lines->n; i++) {
		_cleanup_free_ char *commit = xstrndup(lines->v[i], strcspn(lines->v[i], " "));
		bool last = !strcmp(commit, b->bad), skipped = strv_has(&b->skipped, commit);

		if (last || skipped)
			strv_add(&step->suspects, commit);
		else if (!step->commit)
			step->commit = xstrdup(commit);
	}
	step->left = lines->n;
	if (step->commit)
		step->state = BISECT_TRY;
	else
		step->state = lines->n > 1 ? BISECT_AMBIGUOUS : BISECT_FOUND;
}

int bisect_next(const struct bisect *b, struct bisect_step *step, struct err *err)
{
	const char **words = xcalloc(b->good.n + 5, sizeof(*words));
	_cleanup_(strv_release) struct strv lines = { 0 };
	size_t n = 0;
	_cleanup_free_ char *text = NULL;

	words[n++] = "rev-list";
	words[n++] = "--bisect-all";
	words[n++] = b->bad;
	words[n++] = "--not";
	for (size_t i = 0; i < b->good.n; i++)
		words[n++] = b->good.v[i];
	text = git_list(b->tree, words, err);
	free(words);
	if (!text)
		return -EIO;
	*step = (struct bisect_step){ 0 };
	strv_split(&lines, text, '\n');
	pick(b, &lines, step);
	return 0;
}

void bisect_step_release(struct bisect_step *step)
{
	free(step->commit);
	strv_release(&step->suspects);
	*step = (struct bisect_step){ 0 };
}

char *bisect_describe(const struct bisect *b, const char *commit)
{
	_cleanup_free_ char *line =
		git_ask(b->tree, GIT_WORDS("log", "-1", "--format=%s", commit), NULL);
	char *text = line ? xasprintf("%.12s %s", commit, line) : xstrdup(commit);

	return text;
}

char *bisect_parent(const struct bisect *b, const char *commit, struct err *err)
{
	_cleanup_free_ char *first = xasprintf("%s^1", commit);
	char *parent = find_commit(b, first, err);

	return parent;
}
