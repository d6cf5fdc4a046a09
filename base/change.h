/* SPDX-License-Identifier: GPL-2.0-only */
/* One change of a setting: a line of the journal, and how it is undone. */
#ifndef PTWALK_BASE_CHANGE_H
#define PTWALK_BASE_CHANGE_H

#include <stdbool.h>

#include "base/settings.h"

/* The driver of pmem block devices: "bind" and "unbind" take the name of a namespace. */
#define CHANGE_PMEM "/sys/bus/nd/drivers/nd_pmem"

struct change {
	enum settings_kind kind;
	pid_t pid;
	char *what, *before; /* @before is "" where the kind has no value */
};

void change_release(struct change *);

/* Append it to a journal, as made ('+') or undone ('-'), in one write; on disk on return. */
int change_append(int journal, char sign, const struct change *, struct err *err);

/**
 * changes_pending - the changes in a journal that are not undone, in their order
 * @text:	of the journal; a last line that is cut off was never acted on
 * @changes:	(out) each to be ended with change_release(), the array to be freed
 *
 * Returns: how many; -EINVAL for a line that is none.
 */
int changes_pending(const char *text, struct change **changes, struct err *err);

/* Undo it; what is gone by itself, or has never come about, is no error. */
int change_undo(const struct change *, struct err *err);

/* "put /sys/... back to '0'", "unloaded the module ptwalk". Owned by the caller. */
char *change_undone_text(const struct change *);

/* Write @value to a file of sysfs, or any that is there. */
int change_write(const char *path, const char *value, struct err *err);

#endif
