/* SPDX-License-Identifier: GPL-2.0-only */
/* `ptwalk run --kernel A,B,...`: a run of each kernel, and all of them side by side. */
#ifndef PTWALK_CLI_RUN_KERNELS_H
#define PTWALK_CLI_RUN_KERNELS_H

#include "bench/measure/plan.h"

struct run_kernels {
	const struct plan *plan;
	const char *results, *out; /* @out: the exact folder; NULL: as any run */
	const char *command;
	const char *store;	/* NULL: the default one */
	bool no_store;		/* keep the runs in their folders alone */
	bool plot, json, quiet; /* @quiet: no progress */
};

/*
 * Measure one kernel after the other, then print them in one table. Every kernel and its module
 * are made ready before the first is measured. Runs are kept as always, and the table beside
 * them in a folder TIME-kernels; with @out all is in that folder, whole or not at all.
 *
 * Returns: an exit status; what went wrong is printed.
 */
int run_kernels(const struct run_kernels *options);

#endif
