/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * make, which takes few characters in the names of folders: Kbuild splits them at spaces and
 * colons, its shells at more; CMake's toolchains and pkg-config are no better. A cache or tree with
 * others in its path is seen by them, and by them alone, where the name is plain: /mnt, in a mount
 * namespace of their own.
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

/* The same of another program, argv[0], that makes something of @folder: cmake. */
int make_plain(const char *folder, const char *const *argv, const struct proc_options *,
	       struct err *err);

/* Can make be shown this folder? To be asked before anything is fetched; else -EINVAL. */
int make_possible(const char *folder, struct err *err);

#endif
