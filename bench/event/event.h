/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Perf events by name. Who measures is given numbers of perf_event_attr; what
 * they are called is known here, by several sources: perf's own names, numbers,
 * sysfs, libpfm4.
 */
#ifndef PTWALK_EVENT_EVENT_H
#define PTWALK_EVENT_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* An event, named as it was asked for. The name is owned. */
struct event {
	char *name;
	uint32_t type; /* the rest: as in perf_event_attr */
	uint64_t config, config1, config2;
};

/* { 0 } is an empty one. */
struct event_list {
	struct event *v;
	size_t n;
};

/**
 * event_list_resolve - the events that a list names
 * @names:	with commas between them; those within slashes ("cpu/event=1,umask=2/") part none
 * @sysfs:	where the machine's sysfs is: "/sys"
 * @list:	(out) to be ended with event_list_release(), whatever is returned
 *
 * Returns: 0; -EINVAL for a name that no source knows, with those that are near it,
 * or for one that is there twice or is wrong; -E2BIG for more than a window counts.
 */
int event_list_resolve(const char *names, const char *sysfs, struct event_list *list,
		       struct err *err);
void event_list_release(struct event_list *);

/* Told of each event that a source can name: @what says what it counts, "" where nothing does. */
typedef void event_tell_fn(void *arg, const char *name, const char *what);

/* A place where names come from: one const struct, all of them in one list. */
struct event_source {
	const char *title;
	/* 0; -ENOENT where the name is not of this source; else an error that is said. */
	int (*resolve)(const char *name, const char *sysfs, struct event *event, struct err *err);
	/* Every name of it that this machine has; NULL: there is no end of them. */
	void (*each)(const char *sysfs, event_tell_fn *tell, void *arg);
	const char *form; /* how names look that are not listed, or NULL */
};

/* In the order in which they are asked. */
#define EVENT_SOURCES(X) X(perf) X(number) X(sysfs) X(pfm)

extern const struct event_source *const event_sources[];
extern const size_t nr_event_sources;

#endif
