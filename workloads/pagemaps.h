/* SPDX-License-Identifier: GPL-2.0-only */
/* How the workloads over pagemaps of the module's own divide their range. */
#ifndef PTWALK_WORKLOADS_PAGEMAPS_H
#define PTWALK_WORKLOADS_PAGEMAPS_H

#include "workloads/workload.h"

/*
 * What the range takes of spare memory, in bytes, and of that each pagemap.
 * A pagemap has 2 MiB at least.
 */
uint64_t pagemaps_piece(const struct pagemaps_shape *, uint64_t len);

/* How often one pagemap follows another over the first @len of @whole bytes, the first included. */
uint64_t pagemaps_runs(const struct pagemaps_shape *, uint64_t whole, uint64_t len);

#endif
