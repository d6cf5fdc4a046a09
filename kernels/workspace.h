/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernels of one series and config are compiled, one after another: the
 * files of the tree at hand, changed in place so that only what differs has a
 * new time, and make's output folder beside them. Kept between builds.
 */
#ifndef PTWALK_KERNELS_WORKSPACE_H
#define PTWALK_KERNELS_WORKSPACE_H

#include "arch/arch.h"
#include "base/err.h"
#include "base/progress.h"
#include "kernels/source.h"

struct workspace {
	char *folder; /* CACHE/workspaces/NAME */
	char *src;    /* the tree */
	char *out;    /* make's O= */
	char *log;    /* of this build */
	const struct arch *arch;
	int lock;
};

/**
 * workspace_open - lock one, and bring it in order
 * @name:	of series, config and compiler
 * @log:	of the build; begun anew
 *
 * What a killed make left half-written is removed: it would be taken for
 * finished. End with workspace_close() in either case.
 */
int workspace_open(struct workspace *, const char *name, const struct arch *, const char *log,
		   struct progress *, struct err *err);
void workspace_close(struct workspace *);

/* Make @w->src the tree of @source, touching only the files that differ. */
int workspace_checkout(const struct workspace *, const struct source *, struct err *err);

/**
 * workspace_make - run make in @w->src, into @w->out
 * @words:	NULL-terminated: targets and variables
 * @progress:	is told the share of files that are done; may be NULL
 *
 * Returns: 0; -ECHILD with the log's first error in @err; -EINTR; -ETIMEDOUT;
 * -ECANCELED (a signal ended make); another negative errno.
 */
int workspace_make(const struct workspace *, const char *const *words, unsigned int seconds,
		   struct progress *, struct err *err);

/*
 * While one is begun and not ended, @w->out is not to be trusted after a crash.
 * Begin before the first make, end when the last has ended by itself, whatever came of it.
 */
int workspace_begin(const struct workspace *, struct err *err);
void workspace_end(const struct workspace *);

/*
 * Remove what was made after its .cmd file said it was done, or in a time of doubt, and .cmd
 * files of that time that are not whole.
 */
int workspace_repair(const char *out, const char *marker, struct err *err);

#endif
