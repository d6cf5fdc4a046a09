/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sources that a kernel is built from, as a tree in a git store of the
 * cache: of a commit, of files as they are, or of a distribution's package.
 */
#ifndef PTWALK_KERNELS_SOURCE_H
#define PTWALK_KERNELS_SOURCE_H

#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"
#include "kernels/build.h"
#include "kernels/git.h"

struct source {
	char *name;    /* of its part of the cache, sources/NAME: "debian-6.1", "git-KEY" */
	char *label;   /* for people: "debian:6.1 6.1.192-2" */
	char *version; /* "6.1.192-2", "v6.1-3-g0123abc", with "+NAME" for each change */
	char *store;   /* the git repository that has the tree ... */
	char *objects; /* ... with these objects of a user's; NULL: all are its own */
	char *log;     /* what git said last */
	char *tree;    /* git's name for it */
	int lock;      /* of sources/NAME, while it is open */
};

/**
 * source_open - find the tree that is asked for
 *
 * A folder's files are read where they are and never written. Enters the stage
 * "source". Returns: 0, -ENOENT, -EINVAL or another negative errno. End it with
 * source_close() in either case.
 */
int source_open(struct source *, const struct build_request *, struct progress *, struct err *err);
void source_close(struct source *);

/* Others may go on with this source: the tree is found and changed. */
void source_unlock(struct source *);

/* A git of the store, with @index (may be NULL) and with no files of a tree. */
struct git source_git(const struct source *, const char *index);

/* The text of a file of the tree, owned; NULL with @err set where it has none. */
char *source_read(const struct source *, const char *path, struct err *err);

/* "6.1" of the tree's Makefile, owned; NULL with @err set. */
char *source_series(const struct source *, struct err *err);

/* Does this name a distribution's sources? -EINVAL with those there are. */
int source_check(const char *spec, struct err *err);

/**
 * source_fetch - a distribution's sources, fetched and put into a store
 * @spec:	"debian:6.1"
 *
 * Fills in name, label, version, store and tree. Kept until $PTWALK_REFRESH=1.
 */
int source_fetch(struct source *, const char *spec, struct progress *, struct err *err);

/* Changes to a source tree: unified diffs, and semantic patches for Coccinelle. */

/**
 * changes_apply - change a source's tree, in its store alone
 * @files:	*.cocci are semantic patches, all others unified diffs with -p1
 *		names, taken without fuzz
 *
 * Comments in a semantic patch say "// Files: PATH...", which files it changes;
 * "// After: NAME...", which others beside it come first; "// Not with:
 * WORD...", what must not be there yet; "// Makes: NAME*N...", how often names
 * must be there when it is done, so that no rule misses its place unseen.
 *
 * Sets source->tree to the changed one, and adds "+NAME" to its version and
 * label. The source is locked by the caller.
 *
 * Returns: 0; -ENOENT (no such file, or spatch is missing); -EBADMSG (one does
 * not apply; @err names the hunk) or another negative errno.
 */
int changes_apply(struct source *, const struct strv *files, struct err *err);

/* What sets one tree apart from another. Strings are owned. */
struct tree_change {
	struct strv files;  /* that differ: "mm/hmm.c" */
	char *patch;	    /* the path of a unified diff, in the cache */
	char *base_version; /* as struct source has them */
	char *version, *label;
};

/**
 * changes_between - find two trees of one folder or package, and what differs
 * @change:	(out) to be ended with tree_change_release(), whatever is returned
 *
 * Patches of either are applied. Returns as source_open() and changes_apply().
 */
int changes_between(const struct build_request *base, const struct build_request *new,
		    struct tree_change *change, struct progress *, struct err *err);
void tree_change_release(struct tree_change *);

/* Patches one after another: as mails, or as the commits of a tree, which is only read. */

/**
 * series_of_mails - the patches of an mbox, or of one mail, decoded
 * @folder:	where they are put, "1-the-subject" and so on
 * @files:	their paths are added, in the mbox's order; mails without a patch are left out
 * @subjects:	one for each
 *
 * Returns: 0, or a negative errno.
 */
int series_of_mails(const char *mbox, const char *folder, struct strv *files, struct strv *subjects,
		    struct err *err);

/**
 * series_of_commits - the commits that "A..B" names, merges by what they merged
 * @commits:	(out) the one before the first, then each, the oldest first
 * @subjects:	(out) one for each but that one
 *
 * Returns: 0, or -EINVAL where that is no range of the tree's, or has no commit.
 */
int series_of_commits(const char *tree, const char *range, struct strv *commits,
		      struct strv *subjects, struct err *err);

#endif
