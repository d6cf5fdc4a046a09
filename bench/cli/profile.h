/* SPDX-License-Identifier: GPL-2.0-only */
/* What perf sampled in a run, as people read it. */
#ifndef PTWALK_CLI_PROFILE_H
#define PTWALK_CLI_PROFILE_H

#include <stdio.h>

#include "base/err.h"

#define PROFILE_TOP 10

/**
 * profile_print - the functions of each series, the most first
 * @folder:	of the run
 * @top:	at most so many a series
 *
 * Returns: 0; -ENOENT where perf sampled nothing in that run; -EBADMSG.
 */
int profile_print(const char *folder, size_t top, FILE *, struct err *err);

#endif
