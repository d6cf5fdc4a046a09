/* SPDX-License-Identifier: GPL-2.0-only */
/* What is counted around a window: what may disturb it, and perf events of the caller. */
#ifndef PTWALK_COUNTS_H
#define PTWALK_COUNTS_H

#include <linux/perf_event.h>
#include <linux/types.h>

#include "arch.h"
#include "uapi/ptwalk.h"

#define DISTURB_NEEDS ARCH_IRQS_NEEDS

/* Running totals. */
struct disturb {
	u64 interrupts; /* of this CPU */
	u64 switches;	/* of this task, as is the next */
	u64 faults;
	u32 cpu;
};

void disturb_read(struct disturb *now);

/* Fill in @sample's counts, CPU and PTWALK_SAMPLE_DISTURBED; its retries are set. */
void disturb_report(const struct disturb *before, const struct disturb *after,
		    struct ptwalk_sample *sample);

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
