/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Folders that others see whole or not at all (a single file: fs_write_file()). One is made
 * under a lock, hidden beside its place, ".NAME.partial" and ".NAME.lock"; it is moved there
 * in one step when it is finished, and removed when it is given up. What a process leaves
 * that is killed is removed by the next one that makes the same folder.
 */
#ifndef PTWALK_BASE_WHOLE_H
#define PTWALK_BASE_WHOLE_H

#include "base/err.h"

enum whole_flags {
	WHOLE_REPLACE = 1,  /* what is there is replaced; else -EEXIST */
	WHOLE_WAIT = 2,	    /* for another that makes it; else -EWOULDBLOCK */
	WHOLE_UNSYNCED = 4, /* it may be lost with the machine's power: it can be made again */
};

struct whole {
	char *path;    /* where it will be, without a slash at its end */
	char *partial; /* where it is made */
	int lock;
	unsigned int flags;
};

/* None, which whole_abandon() leaves alone. */
#define WHOLE_NONE ((struct whole){ .lock = -1 })

/**
 * whole_begin - make the folder @path, empty, with those above it
 * @flags:	of enum whole_flags
 *
 * Returns: 0; -EEXIST, -EWOULDBLOCK as in @flags, with the other's process in @err; or
 * another negative errno. Where it fails there is nothing to abandon.
 */
int whole_begin(struct whole *, const char *path, unsigned int flags, struct err *err);

/* Where a folder that will be @path is made. Owned by the caller. */
char *whole_partial(const char *path);

/* Put it in its place. On failure it is removed. */
int whole_finish(struct whole *, struct err *err);

/* Remove it, unless it was finished: for _cleanup_(). */
void whole_abandon(struct whole *);

/* Remove what killed processes left in the folder @above, a minute ago or earlier. */
void whole_sweep(const char *above);

/*
 * The last step alone: the folder @from, which is beside @to or near, in the place of @to. Its
 * caller has a lock of its own.
 */
int whole_put(const char *from, const char *to, unsigned int flags, struct err *err);

#endif
