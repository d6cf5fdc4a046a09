/* SPDX-License-Identifier: GPL-2.0-only */
/* What the driver is asked for. */
#ifndef PTWALK_DRIVER_OPTIONS_H
#define PTWALK_DRIVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "bench/op/op.h"
#include "kmod/uapi/ptwalk.h"
#include "workloads/workload.h"

struct options {
	struct strv workload_names, op_names, policy_names, size_names, dax_paths, event_names;
	const struct workload **workloads;
	size_t nr_workloads;
	struct variants variants;
	uint64_t *sizes; /* bytes, ascending */
	size_t nr_sizes;
	struct workload_site site;
	struct ptwalk_event events[PTWALK_MAX_EVENTS];
	size_t nr_events;
	unsigned int iterations; /* samples a series */
	bool exact;		 /* ticks are instructions: repeat fixed, interrupts always off */
	int cpu;		 /* OS index, or -1: the first */
	int records_fd;		 /* -1: none are written */
};

/**
 * options_parse - read the command line (without the library's own flags)
 *
 * Exits by itself for --help and for words it does not know (argp).
 * Returns: 0, or -EINVAL and the like with the reason in @err.
 */
int options_parse(int argc, char **argv, struct options *options, struct err *err);
void options_release(struct options *);

#endif
