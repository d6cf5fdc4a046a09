/* SPDX-License-Identifier: GPL-2.0-only */
/* A file on ext4 with DAX, on a pmem block device that is formatted for it. */
#ifndef PTWALK_WORKLOADS_FSDAX_H
#define PTWALK_WORKLOADS_FSDAX_H

#include "workloads/workload.h"

#define FSDAX_PROGRAM "/usr/sbin/mkfs.ext4"

extern const char *const fsdax_needs[];
extern const char *const fsdax_modules[];

int fsdax_supported(const struct workload *, const struct workload_site *, uint64_t size,
		    struct err *err);

/* Map the file from @offset on, and populate. */
int fsdax_lay_out(const struct workload_site *, struct layout *, uint64_t offset, struct err *err);

#endif
