/* SPDX-License-Identifier: GPL-2.0-only */
/* The names that one may have meant. */
#ifndef PTWALK_EVENT_NEAR_H
#define PTWALK_EVENT_NEAR_H

#include <stddef.h>

#define NEAR_MOST 4

/* { .to = NAME } is one that was told of none. */
struct near {
	const char *to;
	char *names[NEAR_MOST]; /* the nearest first */
	size_t far[NEAR_MOST], n;
};

/* Take a name into account; an event_tell_fn of a struct near. */
void near_tell(void *near, const char *name, const char *what);

/* Those that are near, with commas between them; "" where none is. Ends @near; owned by the caller. */
char *near_list(struct near *);

/*
 * Letters to change, add or drop until the two are one, whatever their case; two
 * that changed places are one change.
 */
size_t near_distance(const char *a, const char *b);

#endif
