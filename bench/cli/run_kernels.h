/* SPDX-License-Identifier: GPL-2.0-only */
/* `ptwalk run --kernel A,B,...`: a run of each kernel, and all of them side by side. */
#ifndef PTWALK_CLI_RUN_KERNELS_H
#define PTWALK_CLI_RUN_KERNELS_H

#include "bench/measure/plan.h"
#include "bench/measure/runner.h"

struct run_kernels {
	const struct plan *plan;
	const char *results, *out; /* as of struct run_request */
	const char *command;
	bool plot, json, quiet; /* @quiet: no progress */
};

/**
 * run_kernels - measure one kernel after the other, then print them in one table
 * @out:	(out) of the last run, to be ended with run_outcome_release()
 * @folders:	(out) of all runs that are kept
 *
 * Every kernel and its module are made ready before the first is measured. Runs
 * are kept as always, and the table beside them in a folder TIME-kernels; with
 * @options->out all is in that folder, whole or not at all.
 *
 * Returns: an exit status; STATUS_ERROR with @err set.
 */
int run_kernels(const struct run_kernels *options, struct run_outcome *out, struct strv *folders,
		struct err *err);

#endif
