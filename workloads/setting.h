/* SPDX-License-Identifier: GPL-2.0-only */
/* A setting of the kernel (a file of sysfs) that is changed, and put back. */
#ifndef PTWALK_WORKLOADS_SETTING_H
#define PTWALK_WORKLOADS_SETTING_H

#include "base/err.h"

struct setting {
	char *path;   /* NULL: nothing was changed */
	char *before; /* what was there; of "always [madvise] never", "madvise" */
};

/**
 * setting_change - write @value to @path, and keep what was there
 * @setting:	(out) to be ended with setting_restore(); nothing to end on failure
 */
int setting_change(struct setting *, const char *path, const char *value, struct err *err);

/* Write back what was there; once, and only where something was changed. */
void setting_restore(struct setting *);

/* What @path holds, as in struct setting. Owned by the caller; NULL where it cannot be read. */
char *setting_read(const char *path);

#endif
