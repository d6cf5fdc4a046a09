/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commit of a tree that is newest: a branch of its remote as it is there
 * now, fetched into a repository of the cache's own that borrows the tree's objects,
 * or a commit that the tree has. The tree, its branches and its files stay as they are.
 */
#ifndef PTWALK_KERNELS_UPSTREAM_H
#define PTWALK_KERNELS_UPSTREAM_H

#include <stdbool.h>

#include "base/err.h"
#include "base/progress.h"

/* Strings are owned. */
struct upstream {
	char *folder;  /* for struct build_request: the tree, or the repository of our own */
	char *commit;  /* its whole name */
	char *parent;  /* the same of its first parent; "" where it has none */
	char *subject; /* its first line */
	char *ref;     /* what was looked at, for people: "origin/master", "v6.17", "HEAD" */
	bool fetched;  /* from the remote, now */
};

/**
 * upstream_find - the commit that @ref names now
 * @tree:	top folder of a git repository
 * @ref:	"REMOTE/BRANCH" of one of its remotes: as it is there now; else
 *		whatever git takes for a commit, as the tree has it; NULL: the
 *		branch that HEAD's is set to follow, else HEAD
 * @up:		(out) to be ended with upstream_release(), whatever is returned
 *
 * Enters the stage "source". Asks no password of anybody.
 *
 * Returns: 0; -ENOENT: no such folder, or git is missing; -EINVAL: no
 * repository, or no such commit; -ECHILD: it cannot be fetched, with what git said.
 */
int upstream_find(const char *tree, const char *ref, struct upstream *up, struct progress *,
		  struct err *err);
void upstream_release(struct upstream *);

#endif
