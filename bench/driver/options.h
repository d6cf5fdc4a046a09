/* SPDX-License-Identifier: GPL-2.0-only */
/* What the driver is asked for. */
#ifndef PTWALK_DRIVER_OPTIONS_H
#define PTWALK_DRIVER_OPTIONS_H

#include <stdbool.h>

#include "bench/driver/counters.h"
#include "bench/op/invalidate.h"
#include "bench/driver/perf.h"
#include "bench/op/race.h"
#include "bench/op/selection.h"

struct options {
	struct selection selection; /* its iterations are never 0 */
	struct strv dax_paths;
	struct strv lacks;     /* "hmm/range=REASON": own code that the module was not given */
	const char *pmem_path; /* NULL: none */
	const char *journal;   /* as of struct workload_site */
	struct strv event_names, spare_names;
	struct workload_site site;
	struct counters counters; /* as asked for: main() has them probed */
	struct perf_options perf;
	const char *perf_program; /* as given */
	char *perf_found;
	const char *invalidate;
	const struct invalidation *invalidation; /* how a thread changes a range */
	const char *retry_limit_text;
	struct retry_limit retry_limit; /* .passes 0: an op's own */
	bool races;			/* instead of all else */
	struct race_ask race;
	bool exact;	/* ticks are instructions: interrupts are off in every window */
	bool facts;	/* a plugin of QEMU's counts windows, too */
	int cpu;	/* OS index, or -1: the first */
	int records_fd; /* -1: none are written */
};

/**
 * options_parse - read the command line (without the library's own flags)
 *
 * Exits by itself for --help and for --version.
 * Returns: 0, or -EINVAL and the like with the reason in @err; either way to be
 * ended with options_release().
 */
int options_parse(int argc, char **argv, struct options *options, struct err *err);
void options_release(struct options *);

#endif
