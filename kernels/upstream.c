// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/git.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/cache.h"

/* What was fetched stands there, and nowhere else. */
#define FETCHED	     "refs/ptwalk/fetched"
#define FETCHED_TREE "refs/ptwalk/fetched^{tree}"

/* A branch of a remote. */
struct branch {
	char *remote, *name;
};

static void branch_release(struct branch *b)
{
	free(b->remote);
	free(b->name);
	*b = (struct branch){ 0 };
}

/* @ref as a branch of the remote whose name it begins with, the longest of them. */
static bool split(const char *tree, const char *ref, struct branch *b)
{
	_cleanup_free_ char *list = git_list(tree, GIT_WORDS("remote"), NULL);
	_cleanup_(strv_release) struct strv remotes = { 0 };
	size_t longest = 0;

	if (str_starts(ref, "refs/remotes/"))
		ref += strlen("refs/remotes/");
	if (list)
		strv_split(&remotes, list, '\n');
	for (size_t i = 0; i < remotes.n; i++) {
		size_t len = strlen(remotes.v[i]);

		if (len > longest && !strncmp(ref, remotes.v[i], len) && ref[len] == '/' &&
		    ref[len + 1])
			longest = len;
	}
	if (longest)
		*b = (struct branch){ xstrndup(ref, longest), xstrdup(ref + longest + 1) };
	return longest;
}

/* A repository that borrows the objects of @tree; it appears whole or not at all. */
static int make_repository(const char *tree, const char *folder, struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.tmp", folder), *dir = xasprintf("%s/.git", temp);
	_cleanup_free_ char *format =
		git_ask(tree, GIT_WORDS("rev-parse", "--show-object-format"), err);
	_cleanup_free_ char *objects = git_ask(
		tree, GIT_WORDS("rev-parse", "--path-format=absolute", "--git-path", "objects"),
		err);
	_cleanup_free_ char *borrow = xasprintf("%s/objects/info/alternates", dir);
	_cleanup_free_ char *line = xasprintf("%s\n", objects ? objects : "");
	const struct git git = { .dir = dir };
	int ret = format && objects ? fs_remove(temp, err) : -EIO;

	if (!ret)
		ret = fs_mkdir_p(temp, err);
	if (!ret)
		ret = git_init(dir, format, err);
	if (!ret)
		ret = git_run(&git, GIT_WORDS("config", "core.bare", "false"), NULL, err);
	if (!ret)
		ret = fs_write_file(borrow, line, strlen(line), 0644, err);
	if (!ret)
		ret = cache_publish(temp, folder, err);
	return ret;
}

/* What it has borrowed may be gone from the tree: then it is begun anew. */
static bool is_whole(const char *folder)
{
	_cleanup_free_ char *dir = xasprintf("%s/.git", folder), *ref = NULL;
	char *commit;
	const struct git git = { .dir = dir };
	bool whole = fs_is_dir(dir);

	ref = whole ? git_line(&git, GIT_WORDS("for-each-ref", FETCHED), NULL) : NULL;
	if (ref && *ref) {
		commit = git_line(&git, GIT_WORDS("rev-parse", "-q", "--verify", FETCHED_TREE),
				  NULL);
		whole = commit;
		free(commit);
	}
	return whole;
}

/* Of the URL, which may have a password in it, nothing is said. */
static int fetch(const char *tree, const char *folder, const struct branch *b, struct err *err)
{
	_cleanup_free_ char *url = git_ask(tree, GIT_WORDS("remote", "get-url", b->remote), err);
	_cleanup_free_ char *spec = xasprintf("+refs/heads/%s:" FETCHED, b->name);
	_cleanup_free_ char *log = xasprintf("%s.log", folder);
	char *at;
	int ret = url ? git_fetch(folder, tree, log, GIT_WORDS(url, spec), err) : -EINVAL;

	while (ret && url && *url && (at = strstr(err->text, url)))
		memmove(at, at + strlen(url), strlen(at + strlen(url)) + 1);
	if (ret == -ECHILD)
		err_prefix(err, "cannot fetch %s/%s", b->remote, b->name);
	return ret;
}

/* CACHE/upstream/KEY of that branch: others wait until it is as it is to be. */
static int follow(const char *tree, const struct branch *b, struct upstream *up,
		  struct progress *progress, struct err *err)
{
	struct manifest m = { 0 };
	_cleanup_free_ char *key = NULL, *part = NULL;
	int lock, ret = 0;

	manifest_addf(&m, "%s\n%s/%s\n", tree, b->remote, b->name);
	key = manifest_key(&m);
	manifest_release(&m);
	part = xasprintf("upstream/%.12s", key);
	up->folder = cache_path("%s/tree", part);
	lock = cache_lock(part, progress, err);
	if (lock < 0)
		ret = lock;
	if (!ret && !is_whole(up->folder)) {
		ret = fs_remove(up->folder, err);
		if (!ret)
			ret = make_repository(tree, up->folder, err);
	}
	if (!ret)
		ret = fetch(tree, up->folder, b, err);
	if (lock >= 0)
		close(lock);
	up->fetched = !ret;
	return ret;
}

/* Name, parents and subject of the commit that @rev is in @up->folder. */
static int describe(struct upstream *up, const char *rev, struct err *err)
{
	char *commit = xasprintf("%s^{commit}", rev), *parents;
	const char *folder = up->folder;

	up->commit = git_ask(
		folder, GIT_WORDS("rev-parse", "-q", "--verify", "--end-of-options", commit), NULL);
	free(commit);
	if (!up->commit)
		return err_set(err, EINVAL, "%s has no commit '%s'", folder, rev);
	parents = git_ask(folder, GIT_WORDS("log", "-1", "--format=%P", up->commit), err);
	up->subject = git_ask(folder, GIT_WORDS("log", "-1", "--format=%s", up->commit), err);
	if (parents)
		parents[strcspn(parents, " ")] = '\0';
	up->parent = parents;
	return up->parent && up->subject ? 0 : -EIO;
}

static int check(const char *tree, const char *given, struct err *err)
{
	_cleanup_free_ char *top = NULL;
	int ret = 0;

	if (!fs_is_dir(tree))
		return err_set(err, ENOENT, "%s is no folder: --tree takes a kernel's sources",
			       given);
	top = git_ask(tree, GIT_WORDS("rev-parse", "--show-toplevel"), err);
	if (!top && strstr(err->text, "package git"))
		ret = -ENOENT;
	else if (!top || strcmp(top, tree) != 0)
		ret = err_set(err, EINVAL, "%s is not the top folder of a git repository", given);
	return ret;
}

static int find(const char *tree, const char *ref, struct upstream *up, struct progress *progress,
		struct err *err)
{
	struct branch b = { 0 };
	char *own = NULL;
	int ret = 0;

	if (!ref)
		own = git_ask(tree, GIT_WORDS("rev-parse", "--abbrev-ref", "@{upstream}"), NULL);
	up->ref = xstrdup(ref ? ref : own && *own ? own : "HEAD");
	free(own);
	if (split(tree, up->ref, &b))
		ret = follow(tree, &b, up, progress, err);
	else
		up->folder = xstrdup(tree);
	branch_release(&b);
	return ret ? ret : describe(up, up->fetched ? FETCHED : up->ref, err);
}

int upstream_find(const char *tree, const char *ref, struct upstream *up, struct progress *progress,
		  struct err *err)
{
	_cleanup_free_ char *folder = realpath(tree, NULL);
	struct err unheard;
	int ret;

	*up = (struct upstream){ 0 };
	err = err ? err : &unheard;
	progress_enter(progress, "source");
	ret = check(folder ? folder : tree, tree, err);
	if (!ret)
		ret = find(folder, ref, up, progress, err);
	return ret;
}

void upstream_release(struct upstream *up)
{
	free(up->folder);
	free(up->commit);
	free(up->parent);
	free(up->subject);
	free(up->ref);
	*up = (struct upstream){ 0 };
}
