/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device-dax, mapped at one level: the alignment of the device is the size of
 * its mapping entries (drivers/dax/device.c: a larger fault falls back, a
 * smaller one gets SIGBUS).
 */
#ifndef PTWALK_WORKLOADS_DEVDAX_H
#define PTWALK_WORKLOADS_DEVDAX_H

#include "workloads/workload.h"

/* Options and modules of a device-dax device over legacy pmem. */
extern const char *const devdax_needs[];
extern const char *const devdax_modules[];

int devdax_supported(const struct workload *, const struct workload_site *, uint64_t size,
		     struct err *err);
int devdax_lay_out(const struct workload_site *, struct layout *, struct err *err);

#endif
