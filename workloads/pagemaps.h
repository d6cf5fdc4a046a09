/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dev_pagemaps of the ptwalk module's own over spare physical memory: what the
 * workloads share that need more of them than one, or need them in one place.
 */
#ifndef PTWALK_WORKLOADS_PAGEMAPS_H
#define PTWALK_WORKLOADS_PAGEMAPS_H

#include "workloads/memory.h"
#include "workloads/workload.h"

/* How many share the range, and how. All are as large as each other. */
struct pagemaps_shape {
	unsigned int nr;
	uint64_t grain; /* bytes until the next one's turn; 0: each has but one, all its pages */
};

/*
 * What the range takes of spare memory, in bytes, and of that each pagemap.
 * A pagemap has 2 MiB at least.
 */
uint64_t pagemaps_piece(const struct pagemaps_shape *, uint64_t len);

/* How often one pagemap follows another over the first @len of @whole bytes, the first included. */
uint64_t pagemaps_runs(const struct pagemaps_shape *, uint64_t whole, uint64_t len);

extern const char *const pagemaps_needs[];
extern const char *const pagemaps_modules[];

int pagemaps_supported(const struct workload *, const struct workload_site *, uint64_t size,
		       struct err *err);
int pagemaps_lay_out(const struct workload_site *, struct layout *, struct err *err);
int pagemaps_verify(const struct layout *, uint64_t len, struct err *err);

/* The members of struct workload that are the same for all of them. */
#define PAGEMAPS_WORKLOAD                                                                          \
	.zone_device = true, .needs = pagemaps_needs, .modules = pagemaps_modules,                 \
	.supported = pagemaps_supported, .lay_out = pagemaps_lay_out, .tear_down = memory_release, \
	.verify = pagemaps_verify

#endif
