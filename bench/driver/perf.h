/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perf beside the driver: it is attached to this process, and is told by its
 * control descriptors to count, or to sample, while windows are measured, and no
 * longer.
 */
#ifndef PTWALK_DRIVER_PERF_H
#define PTWALK_DRIVER_PERF_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* What is asked for; .program NULL: no perf. */
struct perf_options {
	const char *program; /* "/usr/bin/perf" */
	const char *what;    /* "record" or "stat" */
	const char *
		folder; /* for perf.data, kallsyms, perf.script, perf.windows, perf-stat.txt, perf.log */
	struct strv args; /* the user's, after the driver's own */
};

struct perf {
	const struct perf_options *options;
	pid_t pid; /* 0: none runs */
	int control, ack;
	FILE *windows; /* when it was on, and for which series */
	double on;     /* seconds of CLOCK_MONOTONIC, as perf's samples have */
};

/* Does perf sample? Windows must be open to interrupts then: a clock samples by one. */
bool perf_samples(const struct perf_options *);

/**
 * perf_start - have perf attach itself, and wait until it has
 *
 * Returns: 0, also where none is asked for; or a negative errno with perf's own
 * words. To be ended with perf_stop(), on success only.
 */
int perf_start(struct perf *, const struct perf_options *, struct err *err);

/*
 * Switch it on, and off again after the windows of @series, whatever became of
 * them; either is done when these return. @ret is what they came to, and is
 * answered where it is not 0.
 */
int perf_on(struct perf *, struct err *err);
int perf_off(struct perf *, const char *series, int ret, struct err *err);

/* It may take in telling what it sampled: more than its own limit, whose words are better. */
#define PERF_STOP_SECONDS 330

/* End it, and have it tell what it sampled, in perf.script, and the symbols of it, in kallsyms. */
int perf_stop(struct perf *, struct err *err);

#endif
