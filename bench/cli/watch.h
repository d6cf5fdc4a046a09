/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting for files to be saved. */
#ifndef PTWALK_CLI_WATCH_H
#define PTWALK_CLI_WATCH_H

#include "base/err.h"
#include "base/str.h"

struct watch {
	int fd;
	struct strv names; /* of files that count, without folders; empty: all *.c and *.h */
};

#define WATCH_NONE ((struct watch){ .fd = -1 })

/*
 * Begin to watch: these files, or all sources of a folder of @tree. What is saved from now on
 * is not missed. -ENOENT where there is no such thing. End it with watch_release() in any case.
 */
int watch_files(struct watch *, const struct strv *files, struct err *err);
int watch_folder(struct watch *, const char *tree, const char *folder, struct err *err);

/* Until one of them is saved, or moved to its place, as editors do; -EINTR. */
int watch_wait(struct watch *, struct err *err);
void watch_release(struct watch *);

#endif
