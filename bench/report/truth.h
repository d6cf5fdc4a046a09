/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replica against truth: what a policy adds to the kernel's own
 * hmm_range_fault() in kernels that were patched and built, beside what it adds
 * to the module's replica in the kernel that was not.
 */
#ifndef PTWALK_REPORT_TRUTH_H
#define PTWALK_REPORT_TRUTH_H

#include <stdio.h>

#include "bench/report/summary.h"

#define TRUTH_TOLERANCE 5.0 /* per cent of the policy's own cost that the replica may be off by */

/* One kernel: its policy, and the run of op hmm (and walk, for the first) on it. */
struct truth_arm {
	const char *policy;
	const struct summary *summary;
};

/* One workload under one policy. Ticks a page. */
struct truth_row {
	const char *workload, *policy;
	uint64_t size;
	struct figure hmm;     /* in the patched kernel */
	struct figure truth;   /* that, less hmm in the first arm's kernel */
	struct figure walk;    /* of this policy, in the first arm's kernel */
	struct figure replica; /* that, less the first arm's policy */
	struct figure percent; /* replica less truth, of truth */
};

struct truth {
	const char *config; /* of all the kernels: "bench"; the caller's */
	const struct truth_arm *arms;
	size_t nr_arms;
	struct truth_row *rows; /* by workload, then by arm; the first arm's own is among them */
	size_t nr_rows;
	size_t nr_off; /* rows whose replica is off by more than TRUTH_TOLERANCE */
	size_t nr_missing;
};

/*
 * The first arm is the kernel without a lookup. @arms and @config must outlive it; end with
 * truth_release().
 */
void truth_build(const struct truth_arm *arms, size_t n, const char *config, struct truth *);
void truth_release(struct truth *);

void truth_text(const struct truth *, FILE *, bool colour);

#endif
