/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which commit to try next, between one that is good and one that is bad. git
 * is asked about the history and told nothing: no worktree is made, and the
 * user's files, HEAD and bisect state are as they were.
 */
#ifndef PTWALK_KERNELS_BISECT_H
#define PTWALK_KERNELS_BISECT_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct bisect {
	char *tree;	     /* the repository */
	struct strv good;    /* commits */
	char *bad;	     /* the earliest commit that is known to be bad */
	struct strv skipped; /* commits of which nothing can be said */
};

enum bisect_state {
	BISECT_TRY,	  /* @commit is next */
	BISECT_FOUND,	  /* bisect->bad is the first bad one */
	BISECT_AMBIGUOUS, /* the first bad one is among @suspects: the rest was skipped */
};

struct bisect_step {
	enum bisect_state state;
	char *commit;
	size_t left; /* commits of which one is the first bad one, bisect->bad included */
	struct strv suspects;
};

/**
 * bisect_begin - look the two commits up
 * @good, @bad:	anything that git takes for a commit
 *
 * Returns: 0; -EINVAL (no git tree, no such commit, or @good is no ancestor of
 * @bad); -ENOENT (no git). End it with bisect_release() in either case.
 */
int bisect_begin(struct bisect *, const char *tree, const char *good, const char *bad,
		 struct err *err);
void bisect_release(struct bisect *);

/* Say what a commit is. */
void bisect_is_good(struct bisect *, const char *commit);
void bisect_is_bad(struct bisect *, const char *commit);
void bisect_skip(struct bisect *, const char *commit);

/* @step: (out) to be ended with bisect_step_release(), on success only. */
int bisect_next(const struct bisect *, struct bisect_step *step, struct err *err);
void bisect_step_release(struct bisect_step *);

/* "0123456789ab the subject line", or @commit alone where git does not tell. Owned by the caller. */
char *bisect_describe(const struct bisect *, const char *commit);

/* The first parent of a commit, owned by the caller; NULL with @err set. */
char *bisect_parent(const struct bisect *, const char *commit, struct err *err);

#endif
