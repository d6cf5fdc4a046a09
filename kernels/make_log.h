/* SPDX-License-Identifier: GPL-2.0-only */
/* What make and the compiler wrote: the line that matters. */
#ifndef PTWALK_KERNELS_MAKE_LOG_H
#define PTWALK_KERNELS_MAKE_LOG_H

/*
 * The first line of the log that is an error; those after it are mostly make
 * giving up. Where a program was not there, the line that names it. Owned by the caller; "make gave no reason" where there is none.
 */
char *make_log_error(const char *path);

#endif
