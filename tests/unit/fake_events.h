/* SPDX-License-Identifier: GPL-2.0-only */
/* Perf events in every series of a made-up run. */
#ifndef PTWALK_TESTS_FAKE_EVENTS_H
#define PTWALK_TESTS_FAKE_EVENTS_H

#include "bench/record/record.h"

struct fake_event {
	const char *name;
	double of_cost;	 /* what it counts, of the ticks of a sample; 0: nothing */
	unsigned parts;	 /* it was on a counter for one part of so many; 0: always */
	const char *why; /* it was not counted, for this reason; NULL: it was */
};

/* One more, with 100 counts of an empty window in each. */
void fake_event(struct records *records, const struct fake_event *event);

#endif
