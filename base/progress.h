/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Progress of long work, on stderr: on a terminal one line with a bar, the
 * stage and the time left; elsewhere a plain line a stage. Whoever does long
 * work takes a struct progress (NULL is silence) and tells it how far it is.
 */
#ifndef PTWALK_BASE_PROGRESS_H
#define PTWALK_BASE_PROGRESS_H

#include <stddef.h>

#include "base/cleanup.h"

struct progress;

struct progress_stage {
	const char *name;
	double weight; /* seconds it is expected to take */
};

/*
 * The stages of the whole work in their order; the array is copied, the names
 * must outlive it. Never fails; free with progress_free(), which clears the bar.
 */
struct progress *progress_new(const struct progress_stage *, size_t n);
void progress_free(struct progress *);
DEFINE_CLEANUP(struct progress *, progress_free);

/* Enter a stage by its name; one that is not in the list is shown and weighs nothing. */
void progress_enter(struct progress *, const char *stage);

/* How much of the stage is done, 0 to 1, and what is at work now ("hmm/devdax-pte/64K" or NULL). */
void progress_at(struct progress *, double done, const char *what);

/* A line of its own for the user, above the bar. */
void progress_note(struct progress *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The same of what the user is to know in any case: with no @progress it is printed all the same. */
void progress_tell(struct progress *, const char *text);

#endif
