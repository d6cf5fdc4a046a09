// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "kernels/cache.h"

/* What building in a tree leaves there, which a build elsewhere must not find. */
#define LEFTOVERS                                                                            \
	":(exclude).config*", ":(exclude)include/config", ":(exclude)include/generated",     \
		":(exclude)arch/*/include/generated", ":(exclude)*.o", ":(exclude)*.a",      \
		":(exclude)*.ko", ":(exclude)*.mod", ":(exclude)*.mod.c", ":(exclude)*.cmd", \
		":(exclude)*.order", ":(exclude)vmlinux*", ":(exclude)*/bzImage", ":(exclude).git"

struct git source_git(const struct source *s, const char *index)
{
	return (struct git){
		.dir = s->store,
		.work = s->store,
		.index = index,
		.borrow = s->objects,
		.log = s->log,
	};
}

char *source_read(const struct source *s, const char *path, struct err *err)
{
	const struct git git = source_git(s, NULL);
	_cleanup_free_ char *name = xasprintf("%s:%s", s->tree, path);
	char *text = NULL;
	int ret = git_run(&git, GIT_WORDS("cat-file", "blob", name), &text, err);

	if (ret == -ECHILD)
		err_set(err, ENOENT, "%s has no %s", s->label, path);
	return ret ? NULL : text;
}

char *source_series(const struct source *s, struct err *err)
{
	_cleanup_free_ char *text = source_read(s, "Makefile", err);
	unsigned int version, patchlevel;
	const char *at;
	char *series = NULL;

	if (!text)
		return NULL;
	at = strstr(text, "PATCHLEVEL = ");
	if (sscanf(text + (strstr(text, "VERSION = ") ? strstr(text, "VERSION = ") - text : 0),
		   "VERSION = %u", &version) == 1 &&
	    at && sscanf(at, "PATCHLEVEL = %u", &patchlevel) == 1)
		series = xasprintf("%u.%u", version, patchlevel);
	else
		err_set(err, EINVAL, "the Makefile of %s names no kernel version", s->label);
	return series;
}

static bool has(const char *folder, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name);
	bool there = fs_exists(path);

	return there;
}

static int check_folder(const char *tree, struct err *err)
{
	if (!fs_is_dir(tree))
		return err_set(err, ENOENT, "%s is no folder: --tree takes a kernel's sources",
			       tree);
	if (!has(tree, "Makefile") || !has(tree, "Kconfig"))
		return err_set(err, ENOENT, "%s has no %s: --tree takes a kernel's sources", tree,
			       has(tree, "Makefile") ? "Kconfig" : "Makefile");
	return 0;
}

/* Is @tree the top of a git repository? */
static bool is_repository(const char *tree)
{
	_cleanup_free_ char *top = git_ask(tree, GIT_WORDS("rev-parse", "--show-toplevel"), NULL);
	bool is = top && !strcmp(top, tree);

	return is;
}

/* The cache's part for a folder: its name, its lock. */
static int claim(struct source *s, const char *kind, const char *folder, struct progress *progress,
		 struct err *err)
{
	struct manifest m = { 0 };
	_cleanup_free_ char *key = NULL, *part = NULL;

	manifest_addf(&m, "%s\n", folder);
	key = manifest_key(&m);
	manifest_release(&m);
	s->name = xasprintf("%s-%.12s", kind, key);
	part = xasprintf("sources/%s", s->name);
	s->store = cache_path("%s/git", part);
	s->log = cache_path("%s/log", part);
	s->lock = cache_lock(part, progress, err);
	return s->lock < 0 ? s->lock : 0;
}

/* The store appears whole or not at all. */
static int make_store(const struct source *s, const char *format, struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.tmp", s->store);
	int ret = fs_is_dir(s->store) ? 0 : fs_remove(temp, err);

	if (!ret && !fs_is_dir(s->store)) {
		ret = git_init(temp, format, err);
		if (!ret)
			ret = cache_publish(temp, s->store, err);
	}
	return ret;
}

/* Is @a newer than @b, or @b not there? */
static bool is_newer(const char *a, const char *b)
{
	struct stat sa, sb;

	if (stat(a, &sa))
		return false;
	return stat(b, &sb) || sa.st_mtim.tv_sec > sb.st_mtim.tv_sec ||
	       (sa.st_mtim.tv_sec == sb.st_mtim.tv_sec && sa.st_mtim.tv_nsec > sb.st_mtim.tv_nsec);
}

/*
 * An index to begin with: the user's own knows which files are as committed,
 * and needs none of them read. Where it cannot be had, HEAD's files are all read.
 */
static int begin_index(const struct source *s, const char *folder, const char *index,
		       struct err *err)
{
	_cleanup_free_ char *own = git_ask(
		folder, GIT_WORDS("rev-parse", "--path-format=absolute", "--git-path", "index"),
		NULL);
	const struct git git = source_git(s, index);
	int ret = 0;

	if (own && is_newer(own, index))
		ret = fs_copy(own, index, 0644, NULL);
	if (ret || git_run(&git, GIT_WORDS("ls-files", "--error-unmatch", "Makefile"), NULL, NULL))
		ret = git_run(&git, GIT_WORDS("read-tree", "--reset", s->tree), NULL, err);
	return ret;
}

/*
 * The tree of a folder's files as they are. In a repository those are files
 * that are tracked or not ignored; elsewhere all but what a build has left. A
 * killed git leaves the lock of an index; ours is the only git here.
 */
static int add_files(struct source *s, const char *folder, bool repository, struct err *err)
{
	_cleanup_free_ char *index = xasprintf("%s/../files.index", s->store);
	_cleanup_free_ char *stale = xasprintf("%s.lock", index);
	const struct git git = { .dir = s->store, .work = folder, .index = index, .log = s->log };
	int ret = fs_remove(stale, err);

	if (!ret && repository)
		ret = begin_index(s, folder, index, err);
	if (!ret && repository)
		ret = git_run(&git, GIT_WORDS("add", "-A", "."), NULL, err);
	else if (!ret)
		ret = git_run(&git, GIT_WORDS("add", "-A", "-f", ".", LEFTOVERS), NULL, err);
	if (!ret) {
		free(s->tree);
		s->tree = git_line(&git, GIT_WORDS("write-tree", "--missing-ok"), err);
		ret = s->tree ? 0 : -EIO;
	}
	return ret;
}

static int find_revision(struct source *s, const char *folder, const char *rev, struct err *err)
{
	_cleanup_free_ char *commit = xasprintf("%s^{commit}", rev),
			    *tree = xasprintf("%s^{tree}", rev);
	_cleanup_free_ char *hash = git_ask(
		folder, GIT_WORDS("rev-parse", "-q", "--verify", "--end-of-options", commit), NULL);
	int ret = 0;

	if (!hash)
		ret = err_set(err, EINVAL, "%s has no commit '%s'", folder, rev);
	else
		s->tree = git_ask(
			folder, GIT_WORDS("rev-parse", "-q", "--verify", "--end-of-options", tree),
			err);
	if (!ret && !s->tree)
		ret = -EIO;
	return ret;
}

/* "v6.1-3-g0123abc", and "+" where the files are not the commit's. */
static void describe(struct source *s, const char *folder, const char *called, const char *rev)
{
	_cleanup_free_ char *head = git_ask(folder, GIT_WORDS("rev-parse", "HEAD^{tree}"), NULL);
	const char *mark = rev || (head && !strcmp(head, s->tree)) ? "" : "-dirty";
	_cleanup_free_ char *name = git_ask(
		folder, GIT_WORDS("describe", "--always", "--tags", rev ? rev : "HEAD"), NULL);

	/* A shallow clone may know the commit, and no tag before it. */
	s->version = name || !rev ? xasprintf("%s%s", name ? name : "unknown", mark)
				  : xasprintf("%.12s", rev);
	s->label = xasprintf("%s %s", called ? called : folder, s->version);
}

static int open_repository(struct source *s, const char *folder,
			   const struct build_request *request, struct progress *progress,
			   struct err *err)
{
	const char *rev = request->rev;
	_cleanup_free_ char *format =
		git_ask(folder, GIT_WORDS("rev-parse", "--show-object-format"), err);
	/* A folder may become another repository. */
	const char *kind = format && strcmp(format, "sha1") ? "git256" : "git";
	int ret = format ? claim(s, kind, folder, progress, err) : -EIO;

	s->objects = git_ask(
		folder, GIT_WORDS("rev-parse", "--path-format=absolute", "--git-path", "objects"),
		err);
	if (!ret && !s->objects)
		ret = -EIO;
	if (!ret)
		ret = make_store(s, format, err);
	if (!ret)
		ret = find_revision(s, folder, rev ? rev : "HEAD", err);
	if (!ret && !rev)
		ret = add_files(s, folder, true, err);
	if (!ret)
		describe(s, folder, request->called, rev);
	return ret;
}

static int open_folder(struct source *s, const char *folder, struct progress *progress,
		       struct err *err)
{
	int ret = claim(s, "dir", folder, progress, err);

	if (!ret)
		ret = make_store(s, "sha1", err);
	if (!ret)
		ret = add_files(s, folder, false, err);
	if (!ret) {
		s->label = xstrdup(folder);
		s->version = xasprintf("%.12s", s->tree);
	}
	return ret;
}

static int open_tree(struct source *s, const struct build_request *request,
		     struct progress *progress, struct err *err)
{
	const char *tree = request->tree, *rev = request->rev;
	_cleanup_free_ char *folder = realpath(tree, NULL);
	int ret;

	if (!folder)
		return err_set(err, errno, "%s: %s: --tree takes a kernel's sources", tree,
			       strerror(errno));
	/* Of a commit the files that are there do not count. */
	ret = rev && is_repository(folder) ? 0 : check_folder(folder, err);
	if (ret)
		;
	else if (is_repository(folder))
		ret = open_repository(s, folder, request, progress, err);
	else if (rev)
		ret = err_set(err, EINVAL,
			      "%s is not the top folder of a git repository: --rev needs one",
			      folder);
	else
		ret = open_folder(s, folder, progress, err);
	return ret;
}

int source_open(struct source *s, const struct build_request *request, struct progress *progress,
		struct err *err)
{
	*s = (struct source){ .lock = -1 };
	if (!request->tree == !request->source)
		return err_set(err, EINVAL,
			       "name what to build: --tree DIR, or --source debian:VERSION");
	if (request->rev && !request->tree)
		return err_set(err, EINVAL, "--rev is a commit of a --tree");
	progress_enter(progress, "source");
	if (request->source)
		return source_fetch(s, request->source, progress, err);
	return open_tree(s, request, progress, err);
}

void source_unlock(struct source *s)
{
	if (s->lock >= 0)
		close(s->lock);
	s->lock = -1;
}

void source_close(struct source *s)
{
	source_unlock(s);
	free(s->name);
	free(s->label);
	free(s->version);
	free(s->store);
	free(s->objects);
	free(s->log);
	free(s->tree);
	*s = (struct source){ .lock = -1 };
}
