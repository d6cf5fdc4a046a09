/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All series that the driver was asked for, in the order workload, then placement,
 * then size, then op, and their records.
 */
#ifndef PTWALK_DRIVER_SUITE_H
#define PTWALK_DRIVER_SUITE_H

#include "bench/driver/series.h"

struct suite {
	struct session *session;
	struct series *series;
	size_t n;
};

/* The session must outlive it. */
void suite_init(struct suite *, struct session *);
void suite_release(struct suite *);

/*
 * Have the benchmark library run every series, by name. The record of each is
 * written once: of its last execution, or that it is missing and why.
 */
void suite_run(struct suite *);

#endif
