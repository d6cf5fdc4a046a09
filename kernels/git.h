/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * git as a store of source trees, in the cache. A user's repository is only
 * ever read; what is new (the state of files not committed, patched trees)
 * goes to a repository of ours that borrows the user's objects. Writing is
 * done without borrowing where it can be: git would give objects that are
 * there already a new time.
 */
#ifndef PTWALK_KERNELS_GIT_H
#define PTWALK_KERNELS_GIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"

/* Environment of a git of ours. Strings are the caller's. */
struct git {
	const char *dir;    /* its repository, bare */
	const char *work;   /* the files, and where it runs; NULL: none are needed */
	const char *index;  /* NULL: none is needed */
	const char *borrow; /* a folder of objects that may be read besides; NULL: none */
	const char *log;    /* what the last command said on stderr; NULL: dropped */
};

/**
 * git_run - run `git WORD...` in that environment, and in no other
 * @output:	(out) its stdout, owned by the caller; NULL: dropped
 * @words:	NULL-terminated, "git" aside
 *
 * Returns as proc_run(); -ENOENT tells which package has git.
 */
int git_run(const struct git *, const char *const *words, char **output, struct err *err);

/* The same, for the first line of its stdout, owned; NULL with @err set. */
char *git_line(const struct git *, const char *const *words, struct err *err);

/* The first line of what git says of the user's files in @tree; NULL with @err set. */
char *git_ask(const char *tree, const char *const *words, struct err *err);

/* The same, all of what git says. */
char *git_list(const char *tree, const char *const *words, struct err *err);

/**
 * git_fetch - `git fetch WORD...` into the repository of @folder
 * @from:	where git runs: what a relative address is relative to
 * @log:	what git said
 *
 * With the user's configuration, for proxies and credentials, but with no one to ask.
 * Objects come as packs: to write one by itself would give it a new time where
 * it is borrowed. Returns as proc_run().
 */
int git_fetch(const char *folder, const char *from, const char *log, const char *const *words,
	      struct err *err);

/* Make the bare repository @dir; @format is "sha1" or "sha256". */
int git_init(const char *dir, const char *format, struct err *err);

#define GIT_WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/*
 * Which commit to try next, between one that is good and one that is bad. git
 * is asked about the history and told nothing: no worktree is made, and the
 * user's files, HEAD and bisect state are as they were.
 */

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

/*
 * The commit of a tree that is newest: a branch of its remote as it is there
 * now, fetched into a repository of the cache's own that borrows the tree's objects,
 * or a commit that the tree has. The tree, its branches and its files stay as they are.
 */

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
