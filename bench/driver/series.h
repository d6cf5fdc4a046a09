/* SPDX-License-Identifier: GPL-2.0-only */
/* One series: one variant over one size of one workload, measured and proved. */
#ifndef PTWALK_DRIVER_SERIES_H
#define PTWALK_DRIVER_SERIES_H

#include "bench/driver/gbench.h"
#include "bench/driver/session.h"

struct series {
	struct session *session;
	const struct workload *workload;
	const struct placement *placement;
	const struct placement_nodes *nodes; /* that it asks for */
	uint64_t size;			     /* bytes walked */
	const struct walkers *walkers;	     /* how many at once */
	struct variant variant;
	char *name;
	/* The last execution: the benchmark library may run a series several times. */
	struct ptwalk_inspect proof;
	struct ptwalk_run run;
	struct ptwalk_sample *samples;
	struct ptwalk_stages *stages; /* NULL where the op has none */
	uint64_t run_ticks;
	uint64_t changes; /* that a thread made to the range meanwhile */
	uint64_t more;	  /* windows of several walkers that are not recorded */
	bool measured;
	struct err err; /* why it was not */
};

/* A gbench_fn; @series is a struct series. */
void series_run(struct gbench_state *, void *series);

/* What is laid out is what it says, where it was asked for; (out) proof. */
int series_prove_layout(struct series *, struct err *err);

/* After the windows: the array is what is mapped, and nothing has moved. */
int series_prove_windows(struct series *, struct err *err);

/* In the fastest window; where ticks are time. */
double series_pages_per_second(const struct series *);

/* Write the last execution's record, or that it is missing and why; once a series. */
void series_emit(struct series *);

void series_release(struct series *);

#endif
