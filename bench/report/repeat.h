/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Did exact counts repeat? Every sample against the first, in a boot and across
 * boots; where interrupts were on, against the sample of the same place in the
 * first boot.
 */
#ifndef PTWALK_REPORT_REPEAT_H
#define PTWALK_REPORT_REPEAT_H

#include "bench/record/record.h"

/* One series of one boot that differs; its first difference. Points into the records. */
struct repeat_difference {
	const char *name;	/* of the series; "empty window" for a boot's overhead */
	unsigned boot;		/* whose sample differs */
	size_t sample;		/* which one, from 0 */
	const char *what;	/* "ticks", "interrupts", "samples", "overhead", "event 0", ... */
	unsigned expected_boot; /* the first boot that has the series */
	uint64_t expected, got;
};

struct repeat {
	struct repeat_difference *differences;
	size_t nr_differences;
	size_t series;	/* names compared */
	size_t open;	/* of those, names whose windows all had interrupts on */
	size_t samples; /* compared, the first of each name included, but of open ones */
	size_t boots;
};

/**
 * repeat_check - compare all samples of a run, bit for bit
 * @repeat:	(out) to be ended with repeat_release()
 *
 * What is expected of a series is its first sample in the first boot that has
 * it. Where interrupts were on in all of its samples, those of that boot, one by
 * one. A series that a boot lacks is missing, not different.
 */
void repeat_check(const struct records *records, struct repeat *repeat);
void repeat_release(struct repeat *);

#endif
