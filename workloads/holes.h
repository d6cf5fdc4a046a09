/* SPDX-License-Identifier: GPL-2.0-only */
/* Sparse memory: one page in every so many is there, from the first on; the rest was never touched. */
#ifndef PTWALK_WORKLOADS_HOLES_H
#define PTWALK_WORKLOADS_HOLES_H

#include "workloads/workload.h"

int holes_lay_out(struct layout *, unsigned int one_in, struct err *err);

/* As struct workload's expect(). */
void holes_expect(unsigned int one_in, uint64_t pages, struct ptwalk_inspect *want);

#endif
