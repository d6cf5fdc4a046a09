/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory of a device, to which pages migrate: it takes a driver that has such memory. */
#ifndef PTWALK_WORKLOADS_DEVICE_MEMORY_H
#define PTWALK_WORKLOADS_DEVICE_MEMORY_H

#include "workloads/workload.h"

extern const char *const device_private_needs[];

/* -ENODEV: nothing that the suite brings has device memory. */
int device_memory_supported(const struct workload *, const struct workload_site *, uint64_t size,
			    struct err *err);
int device_memory_lay_out(const struct workload_site *, struct layout *, struct err *err);

/* As struct workload's expect(): device-private pages are in entries that are not present. */
void device_private_expect(const struct workload *, uint64_t pages, struct ptwalk_inspect *want);

#endif
