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

/**
 * source_fetch - a distribution's sources, fetched and put into a store
 * @spec:	"debian:6.1"
 *
 * Fills in name, label, version, store and tree. Kept until $PTWALK_REFRESH=1.
 */
int source_fetch(struct source *, const char *spec, struct progress *, struct err *err);

#endif
