/* SPDX-License-Identifier: GPL-2.0-only */
/* Perf events of the caller, counted around a window. */
#ifndef PTWALK_EVENTS_H
#define PTWALK_EVENTS_H

#include <linux/perf_event.h>

#include "uapi/ptwalk.h"

struct events {
	unsigned int nr;
	struct perf_event *event[PTWALK_MAX_EVENTS];
	/* Totals up to the last reading. */
	u64 count[PTWALK_MAX_EVENTS];
	u64 enabled_ns[PTWALK_MAX_EVENTS];
	u64 running_ns[PTWALK_MAX_EVENTS];
};

/* 0; -EFAULT, -EINVAL for event_configs; or what perf answers to the first that it cannot count. */
int events_open(struct events *events, const struct ptwalk_run *run);
void events_close(struct events *events);

/*
 * These sleep, and take the perf context's mutex, within which perf takes the
 * mmap lock: call them without it.
 */
void events_start(struct events *events);
void events_stop(struct events *events);

/* What was counted since the last reading. */
void events_read(struct events *events, struct ptwalk_sample *sample);

#endif
