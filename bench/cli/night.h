/* SPDX-License-Identifier: GPL-2.0-only */
/* A night: its kernel that is built from a tree, brought up to date and named; and its text. */
#ifndef PTWALK_CLI_NIGHT_H
#define PTWALK_CLI_NIGHT_H

#include "bench/cli/options.h"
#include "bench/measure/measure.h"
#include "bench/report/format.h"
#include "bench/store/store.h"
#include "bench/track/track.h"
#include "kernels/git.h"

struct night_tree {
	struct tree_options options;
	const char *rev; /* NULL: what HEAD's branch follows */
	bool if_new;	 /* stop where there is nothing new */
	struct upstream up;
};

extern const struct opt night_tree_opts[];
void night_tree_release(struct night_tree *);

/* Is a kernel to be built? */
bool night_tree_given(const struct night_tree *);

/* Returns: 0, or -EINVAL where the options contradict each other or @plan's. */
int night_tree_check(const struct night_tree *, const struct plan *plan, struct err *err);

/*
 * Find the commit, fetching it where it is a remote's. Of a distribution's sources, and of
 * a folder that is no repository, there is none. Returns as upstream_find().
 */
int night_tree_find(struct night_tree *, bool quiet, struct err *err);

/**
 * night_tree_before - the last night of the same commit, where no other came after it
 * @store:	path of the store, or NULL
 * @machine:	whose nights they are
 * @when:	(out) its time; 0: there is something new
 */
int night_tree_before(const struct night_tree *, const char *store, const char *machine,
		      int64_t *when, struct err *err);

/* Build it, for @arch. @arm: (out) to be ended with arm_release(). Returns as kernel_build(). */
int night_tree_build(struct night_tree *, const struct arch *, struct arm *arm, bool quiet,
		     struct err *err);

/* How a night is told. */
struct night_words {
	const struct format *format; /* on standard output; NULL: the text of a mail */
	const char *mail; /* the file that gets that text, whole or not at all; or NULL */
};

/* What was judged. */
int night_say(struct store *, const struct night_words *, const struct track_night *,
	      struct err *err);

/* That the tree is what it was in the night of @before. */
int night_say_nothing_new(const struct night_tree *, const struct night_words *, int64_t before,
			  struct err *err);

#endif
