/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of a selfcheck. Where one fails, the result says so. */
#ifndef PTWALK_CLI_SELFCHECK_RUN_H
#define PTWALK_CLI_SELFCHECK_RUN_H

#include "bench/cli/selfcheck.h"
#include "bench/record/record.h"

/* Is there such a machine, and does it work here? If not, the result says why. */
bool selfcheck_can(const struct selfcheck *, const char *machine, struct selfcheck_result *);

/* What a check measures; lists with commas between their names. NULL: as by default. */
struct selfcheck_series {
	const char *workloads, *ops, *sizes, *placements, *events, *boots;
	unsigned int iterations;
};

/**
 * selfcheck_measure - a run of @machine, kept as FOLDER/@name
 * @records:	(out) to be ended with records_release(), where it is whole
 */
bool selfcheck_measure(struct selfcheck *, const char *name, const char *machine,
		       const struct selfcheck_series *, struct records *records,
		       struct selfcheck_result *);

/* Every series was measured, and its PFN array is what is mapped; figures become facts. */
bool selfcheck_prove(const struct records *, struct selfcheck_result *);

#endif
