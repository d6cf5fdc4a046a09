/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * make, which takes few characters in the names of folders: Kbuild splits them at spaces and
 * colons, its shells at more. A cache or tree with others in its path is seen by make, and by it
 * alone, where the name is plain: /mnt, in a mount namespace of its own.
 */
#ifndef PTWALK_KERNELS_MAKE_H
#define PTWALK_KERNELS_MAKE_H

#include "base/err.h"
#include "base/proc.h"

/**
 * make_run - run make in a folder
 * @words:	NULL-terminated: targets and variables, in which paths in the cache and below
 *		@folder are as they are
 *
 * Returns: as proc_run(); -ECHILD with the log's first error, and where the log is, in @err.
 */
int make_run(const char *folder, const char *const *words, const struct proc_options *,
	     struct err *err);

/* Can make be shown this folder? To be asked before anything is fetched; else -EINVAL. */
int make_possible(const char *folder, struct err *err);

/*
 * The first line of the log that is an error; those after it are mostly make
 * giving up. Where a program was not there, the line that names it. Owned by the caller; "make
 * gave no reason" where there is none.
 */
char *make_log_error(const char *log);

#endif
