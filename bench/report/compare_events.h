/* SPDX-License-Identifier: GPL-2.0-only */
/* What perf events counted, side by side. Internal to the comparison. */
#ifndef PTWALK_REPORT_COMPARE_EVENTS_H
#define PTWALK_REPORT_COMPARE_EVENTS_H

#include "bench/report/compare.h"
#include "bench/report/compare_index.h"

/**
 * compare_events - give each row the events that either side counted, or was to count
 *
 * The value of a boot is the median of its samples; noisy ones are tested as ticks are, all
 * events of all rows together and apart from the ticks. None gets a verdict but the one that is
 * judged, which is tested by itself. What was not counted has its reason.
 */
int compare_events(struct compare *c, const struct compare_index *base,
		   const struct compare_index *new, struct err *err);
void compare_events_release(struct compare_row *);

#endif
