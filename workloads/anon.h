/* SPDX-License-Identifier: GPL-2.0-only */
/* Private anonymous memory under one madvise() advice. */
#ifndef PTWALK_WORKLOADS_ANON_H
#define PTWALK_WORKLOADS_ANON_H

#include "workloads/workload.h"

/* Is there memory for @size bytes and their page tables? -ENOMEM says how much there is. */
int anon_supported(const struct workload *, const struct workload_site *, uint64_t size,
		   struct err *err);

/* And are huge pages there, and not off? */
int anon_thp_supported(const struct workload *, const struct workload_site *, uint64_t size,
		       struct err *err);

/* Advise all of it: MADV_HUGEPAGE, MADV_NOHUGEPAGE. */
int anon_advise(const struct layout *, int advice, struct err *err);

/* Map and advise; anon_lay_out populates, too. */
int anon_map(struct layout *, int advice, struct err *err);
int anon_lay_out(struct layout *, int advice, struct err *err);

#endif
