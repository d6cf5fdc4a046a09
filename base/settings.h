/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings of the running kernel that are changed and put back, whatever ends
 * the process. Each change is written ahead to a journal (FOLDER/journal, a line
 * each): at the end, on a signal (see host.h), and by the next process that
 * opens the journal after a kill -9, what is in it is undone, the last change
 * first. The folder is on /run: it goes with the kernel whose settings it has.
 */
#ifndef PTWALK_BASE_SETTINGS_H
#define PTWALK_BASE_SETTINGS_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* What can be changed, and how it is undone. */
enum settings_kind {
	SETTINGS_VALUE,	 /* a file of sysfs or procfs; what was in it is written back */
	SETTINGS_MODULE, /* a module that was loaded, "ptwalk"; it is unloaded */
	SETTINGS_ZRAM,	 /* a device that was added, "/dev/zram0"; swapped off and removed */
	SETTINGS_PMEM,	 /* a namespace that was bound to nd_pmem, "namespace0.0"; unbound */
	SETTINGS_NR_KINDS
};

/* What one user has changed. Those of one process share the journal and its lock. */
struct settings;

/**
 * settings_open - take the journal, and put back what an earlier process left
 * @folder:	NULL: $PTWALK_RUN, else /run/ptwalk. Made if need be, for its owner alone
 * @repaired:	(out) a line for each change put back ("put /sys/... back to
 *		'0', which process 7 had changed"); may be NULL
 *
 * Only one process has it at a time; a child that was given settings_lock()
 * counts as that process. Another settings_open() in the process that has it
 * succeeds, and changes of each are put back by itself.
 *
 * Returns: 0, or a negative errno: -EWOULDBLOCK where another process has it
 * (@err names it), -EACCES where this user may not, or why something that was
 * left cannot be put back; that stays in the journal.
 */
int settings_open(struct settings **, const char *folder, struct strv *repaired, struct err *err);

/**
 * settings_join - for a child of the process that has the journal: use it too
 * @journal:	its path; NULL: none, changes are put back by settings_close() alone
 */
int settings_join(struct settings **, const char *journal, struct err *err);

/* The journal's path; NULL where there is none. Owned by @settings. */
const char *settings_journal(const struct settings *);

/*
 * A descriptor, close-on-exec, that holds the lock; a child that is to join keeps a copy
 * of it, so that nothing is put back under it. -1 where there is none.
 */
int settings_lock(const struct settings *);

/**
 * settings_change - write @value to @path, once what was there is in the journal
 *
 * Of "always [madvise] never", "madvise" is what was there. A @path that holds
 * @value already is left alone.
 */
int settings_change(struct settings *, const char *path, const char *value, struct err *err);

/* Note that @what is about to be loaded or added; no value. Call it before. */
int settings_note(struct settings *, enum settings_kind kind, const char *what, struct err *err);

/*
 * Undo the last change of @what now, where there is one. On failure it stays in the
 * journal, and settings_close() tries again.
 */
int settings_undo(struct settings *, const char *what, struct err *err);

/* Leave the last change of @what as it is: it never came about. */
int settings_forget(struct settings *, const char *what, struct err *err);

/* Undo what children, which have ended, have left; @repaired as above. */
int settings_undo_children(struct settings *, struct strv *repaired, struct err *err);

/*
 * Undo all that is left of these changes, the last one first, and free; NULL is nothing.
 * Returns 0, or the first failure: the rest was tried.
 */
int settings_close(struct settings *, struct err *err);

#endif
