/* SPDX-License-Identifier: GPL-2.0-only */
/* One boot of a run: the driver in the guest, its records onto the disk. */
#ifndef PTWALK_MEASURE_MEASURE_H
#define PTWALK_MEASURE_MEASURE_H

#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"
#include "bench/record/record.h"

struct measure {
	const struct plan *plan;
	const struct prepared *prepared;
	const char *folder;  /* of the run, while it is made */
	unsigned int number; /* 1, 2, ... */
	int records;	     /* descriptor of its records file */
	struct progress *progress;
};

/**
 * measure_boot - boot, measure every series that can be, write all records of this boot
 * @missing:	(out) how many series are missing
 *
 * Every record is on disk before the next one is taken.
 */
int measure_boot(const struct measure *, unsigned int *missing, struct err *err);

/* The name of a stage of boot @number, for the progress. Owned by the caller. */
char *measure_stage(const char *stage, const struct plan *, unsigned int number);

/* Write one record, and have it on disk. */
int measure_write(int records, const struct record *record, struct err *err);

#endif
